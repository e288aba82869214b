//! `clout dataset sample`: a panel of a large dataset.

use cloutbench::diagnostic::{Diagnostic, Diagnostics};
use cloutbench::number::{counted, thousands};
use cloutbench::report::{Align, Table};
use cloutbench::workbench::{EdgeOrder, SampleOrder, Sampled, ScoresOrder, TopOrder, shown};

use super::{figure, is_exact};
use crate::arguments::{SampleArguments, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &SampleArguments) -> Outcome {
    let order = order(arguments)?;
    let sampled = shared.open()?.sample(&order)?;
    output::table(&table(&sampled, arguments), arguments.format)?;
    let taken: u64 = sampled.cells.iter().map(|cell| cell.taken).sum();
    let state = if sampled.existed { " (stood there already, the same)" } else { "" };
    let line = format!(
        "{}: {} of {}, {}{state}",
        shown(&sampled.path),
        thousands(taken),
        counted(sampled.population, "account"),
        counted(sampled.rows, "row")
    );
    if arguments.format == TableFormat::Table {
        output::print(&format!("{line}\n"))?;
    } else {
        output::note(&line);
    }
    sampled.remarks.iter().for_each(|remark| output::note(&format!("note: {remark}")));
    Ok(Exit::Done)
}

fn order(arguments: &SampleArguments) -> Result<SampleOrder, Failure> {
    let mut problems = Vec::new();
    let top = match (arguments.top, &arguments.by) {
        (Some(count), Some(column)) => Some(TopOrder { count: count.get(), column: column.clone() }),
        _ => None,
    };
    let scores =
        arguments.scores.as_ref().map(|file| ScoresOrder { file: file.clone(), model: arguments.model.clone() });
    let edges = arguments.within.map(|within| {
        for (option, number) in arguments.edges.iter().map(|edge| ("--edge", *edge)).chain([("--within", within)]) {
            if !number.is_finite() || (option == "--within" && number < 0.0) {
                problems.push(Diagnostic::new(option, format!("{number} is no distance or place on a scale")));
            }
        }
        let column = match (&arguments.edge_by, &scores) {
            (Some(column), _) => column.clone(),
            (None, Some(_)) => "score".to_string(),
            (None, None) => {
                let problem = Diagnostic::new("--edge-by", "which column the edges are of is not said");
                problems.push(problem.hint("name a column of the dataset, or a file of scores with --scores FILE"));
                String::new()
            }
        };
        EdgeOrder { edges: arguments.edges.clone(), within, column, scores }
    });
    if top.is_none() && edges.is_none() {
        for (option, value) in [("--snapshot", &arguments.snapshot), ("--topic", &arguments.topic)] {
            if value.is_some() {
                let problem = Diagnostic::new(option, "without --top or --edge nothing is decided by it");
                problems.push(problem.hint("leave it out: a panel keeps all rows of an account"));
            }
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(SampleOrder {
        dataset: arguments.dataset_name.clone(),
        accounts: arguments.accounts.get(),
        seed: arguments.seed,
        snapshot: arguments.snapshot.clone(),
        topic: arguments.topic.clone(),
        top,
        edges,
        named: arguments.named.clone(),
        strata: arguments.strata.clone(),
        out: arguments.out.clone(),
        name: arguments.name.clone(),
    })
}

fn table(sampled: &Sampled, arguments: &SampleArguments) -> Table {
    let exact = is_exact(arguments.format);
    let mut columns = vec![("Stratum", Align::Left)];
    if arguments.strata.is_some() {
        columns.push(("Group", Align::Left));
    }
    columns.extend([("Accounts", Align::Right), ("Taken", Align::Right), ("Weight", Align::Right)]);
    let mut table = Table::new("", &columns);
    for cell in &sampled.cells {
        let mut row = vec![cell.stratum.name().to_string()];
        if arguments.strata.is_some() {
            row.push(match cell.group.as_deref() {
                None => String::new(),
                Some("") if !exact => "(missing)".to_string(),
                Some(group) => group.to_string(),
            });
        }
        let count = |count: u64| if exact { count.to_string() } else { thousands(count) };
        row.extend([count(cell.accounts), count(cell.taken), figure(Some(cell.weight()), exact)]);
        table.row(row);
    }
    table
}
