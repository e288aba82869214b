//! `clout dataset describe`: what a dataset holds, or what became of it between two snapshots.

use cloutbench::dataset::drift::{ColumnState, Drift, SignalDrift};
use cloutbench::dataset::index::{Selection, Snapshots};
use cloutbench::dataset::manifest::Role;
use cloutbench::diagnostic::visible;
use cloutbench::number::{counted, plain, share, thousands};
use cloutbench::report::{Align, Table, markdown};
use cloutbench::stats::undefined::Figure;
use cloutbench::workbench::Description;

use super::{figure, is_exact};
use crate::arguments::{DescribeArguments, Shared, TableFormat};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &DescribeArguments) -> Outcome {
    if let (Some(from), Some(to)) = (&arguments.from, &arguments.to) {
        return drift(shared, arguments, from, to);
    }
    let bench = shared.open()?;
    let snapshots = arguments.snapshot.as_ref().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name.clone()]));
    let selection = Selection { snapshots, also: None, topic: arguments.topic.clone() };
    let description = bench.describe(&arguments.dataset, &selection)?;
    if arguments.format == TableFormat::Table {
        output::print(&overview(&description))?;
    }
    output::table(&signals(&description, arguments.format), arguments.format)?;
    Ok(Exit::Done)
}

fn overview(description: &Description) -> String {
    let manifest = description.dataset.manifest();
    let mut text = String::new();
    let mut line = |what: &str, value: &str| {
        let value = visible(value);
        text.push_str(&format!("{what:<12}{value}\n"));
    };
    line("dataset", &format!("{}: {}", manifest.name, manifest.title));
    line("population", &manifest.population);
    line("source", &manifest.source);
    line("licence", &manifest.licence);
    if let Some(note) = &manifest.note {
        line("note", note);
    }
    if manifest.holdout {
        line("holdout", "kept apart for the last word: each look at it is recorded");
    }
    for (snapshot, accounts) in &description.snapshots {
        let name = snapshot.as_deref().map_or(String::new(), |name| format!("{name}: "));
        line(
            if snapshot.is_some() { "snapshot" } else { "accounts" },
            &format!("{name}{} accounts", thousands(*accounts)),
        );
    }
    for role in [Role::Segment, Role::Cluster] {
        for name in manifest.with_role(role) {
            line(role.name(), name);
        }
    }
    if let Some(pairs) = description.dataset.pairs() {
        line("pairs", &format!("{} judged", thousands(pairs.len() as u64)));
    }
    if let Some(answers) = description.dataset.answers() {
        line("answers", &format!("{} about brands", thousands(answers.len() as u64)));
    }
    text.push('\n');
    text
}

fn signals(description: &Description, format: TableFormat) -> Table {
    let caption = match description.chosen.as_slice() {
        [] => "Numbers".to_string(),
        names => format!("Numbers in {}", names.join(", ")),
    };
    let columns = [
        ("Column", Align::Left),
        ("Role", Align::Left),
        ("Missing", Align::Right),
        ("Zero", Align::Right),
        ("Least", Align::Right),
        ("Median", Align::Right),
        ("Largest", Align::Right),
        ("Unit", Align::Left),
    ];
    let mut table = Table::new(caption, &columns);
    let exact = is_exact(format);
    for signal in &description.signals {
        let number = |value: Option<f64>| figure(value, exact);
        let of = |part: u64, whole: u64| if exact { part.to_string() } else { share(part, whole) };
        table.row([
            signal.name.clone(),
            signal.role.name().to_string(),
            of(signal.missing, signal.missing + signal.present),
            of(signal.zeros, signal.present),
            number(signal.quantiles[0]),
            number(signal.quantiles[1]),
            number(signal.quantiles[2]),
            signal.unit.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn drift(shared: &Shared, arguments: &DescribeArguments, from: &str, to: &str) -> Outcome {
    let (_, drift) = shared.open()?.drift(&arguments.dataset, from, to, arguments.topic.as_deref())?;
    let format = arguments.format;
    match format {
        TableFormat::Json => return output::json(&drift).map(|()| Exit::Done),
        TableFormat::Table => output::print(&format!("{}\n\n", headline(&drift).join("\n")))?,
        TableFormat::Markdown => {
            let lines: Vec<String> =
                headline(&drift).iter().map(|line| format!("- {}", markdown::escape(line))).collect();
            output::print(&format!("{}\n\n", lines.join("\n")))?;
        }
        TableFormat::Csv => {}
    }
    output::table(&drift_table(&drift, format), format)?;
    Ok(Exit::Done)
}

/// What a reader must know before any figure.
fn headline(drift: &Drift) -> Vec<String> {
    let mut lines = Vec::new();
    let mut list = |what: &str, names: &[String]| {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| visible(name)).collect();
            lines.push(format!("{}: {}", what, names.join(", ")));
        }
    };
    list("VANISHED, no cell is left", &drift.vanished);
    list("SILENCED, nothing but zeros is left", &drift.silenced);
    list("appeared, no cell was there before", &drift.appeared);
    let flow = &drift.accounts;
    lines.push(format!(
        "{} before, {} after: {} on both sides, {} added, {} gone",
        counted(flow.before, "account"),
        thousands(flow.after),
        thousands(flow.stayed),
        thousands(flow.added),
        thousands(flow.gone)
    ));
    lines
}

fn drift_table(drift: &Drift, format: TableFormat) -> Table {
    let exact = is_exact(format);
    let name = |snapshot: &Option<String>| snapshot.as_deref().map_or(String::new(), visible);
    let caption = format!("Signals from {} to {}, the gravest change first", name(&drift.from), name(&drift.to));
    let critical = drift.signals.iter().any(|signal| signal.column.psi_critical.is_some());
    let right = |titles: &[&'static str]| titles.iter().map(|title| (*title, Align::Right)).collect::<Vec<_>>();
    let mut columns = vec![("Signal", Align::Left)];
    columns.extend(right(if exact { &["Missing before", "Missing after", "PSI"] } else { &["Missing", "PSI"] }));
    if critical {
        columns.push(("Chance", Align::Right));
    }
    columns.extend(right(&["Absence", "KS"]));
    columns.extend(right(if exact { &["Median before", "Median after"] } else { &["Median"] }));
    columns.push(("Log change", Align::Right));
    if exact {
        columns.extend(right(&["Present before", "Present after", "Zero before", "Zero after", "Bins"]));
        columns.push(("Unit", Align::Left));
    }
    let mut table = Table::new(caption, &columns);
    for signal in &drift.signals {
        table.row(drift_row(signal, exact, critical));
    }
    table
}

fn drift_row(signal: &SignalDrift, exact: bool, critical: bool) -> Vec<String> {
    let column = &signal.column;
    let number = |value: &Figure| match value {
        Ok(value) if exact => value.to_string(),
        Ok(value) => plain(*value),
        Err(_) => figure(None, exact),
    };
    let missing = |state: &ColumnState| match exact {
        true => state.missing.to_string(),
        false => share(state.missing, state.missing + state.present),
    };
    // For people the two sides share a cell.
    let sides = |before: String, after: String| match exact {
        true => vec![before, after],
        false => vec![format!("{before} → {after}")],
    };
    let mut cells = vec![signal.name.clone()];
    cells.extend(sides(missing(&column.before), missing(&column.after)));
    cells.push(number(&column.psi));
    if critical {
        cells.push(column.psi_critical.map_or(figure(None, exact), |value| number(&Ok(value))));
    }
    cells.extend([number(&column.missing_psi), number(&column.ks)]);
    cells.extend(sides(figure(column.before.median, exact), figure(column.after.median, exact)));
    cells.push(number(&column.change_of_mean_log1p));
    if exact {
        let (before, after) = (&column.before, &column.after);
        cells
            .extend([before.present, after.present, before.zeros, after.zeros, column.psi_bins].map(|n| n.to_string()));
        cells.push(signal.unit.clone().unwrap_or_default());
    }
    cells
}
