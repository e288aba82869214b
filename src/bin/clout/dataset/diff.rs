//! `clout dataset diff`: data against data.

use cloutbench::dataset::diff::{DatasetDiff, PartDiff};
use cloutbench::diagnostic::visible;
use cloutbench::number::{share, thousands};
use cloutbench::report::{Align, Table};

use super::{figure, is_exact};
use crate::arguments::{DiffArguments, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &DiffArguments) -> Outcome {
    let diff = shared.open()?.diff(&arguments.first, &arguments.second, &arguments.snapshots)?;
    let format = arguments.format;
    match format {
        TableFormat::Json => output::json(&diff)?,
        TableFormat::Csv => output::table(&cells(&diff, format), format)?,
        TableFormat::Table | TableFormat::Markdown => {
            for table in [declarations(&diff), parts(&diff), cells(&diff, format)] {
                if !table.rows.is_empty() {
                    output::table(&table, format)?;
                    output::print("\n")?;
                }
            }
            output::print(&format!("{}\n", verdict(&diff)))?;
        }
    }
    if arguments.exit_code && diff.differs() {
        // As with git: no error, only a difference.
        return Err(Failure::Told(1));
    }
    Ok(Exit::Done)
}

fn verdict(diff: &DatasetDiff) -> String {
    let (first, second) = (visible(&diff.first), visible(&diff.second));
    if !diff.differs() {
        return format!("{first} and {second} hold the same");
    }
    let sum = |count: fn(&PartDiff) -> u64| thousands(diff.parts.iter().map(count).sum());
    format!(
        "{first} to {second}: {} added, {} gone, {} changed, {} unchanged{}",
        sum(|part| part.added),
        sum(|part| part.gone),
        sum(|part| part.changed),
        sum(|part| part.unchanged),
        if diff.parts.len() > 1 { ", counted in each snapshot and topic" } else { "" }
    )
}

/// What differs besides accounts and cells.
fn declarations(diff: &DatasetDiff) -> Table {
    let columns = [("What", Align::Left), ("First", Align::Left), ("Second", Align::Left)];
    let mut table = Table::new("What the datasets declare", &columns);
    for declared in &diff.manifest {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_string());
        table.row([declared.what.clone(), side(&declared.first), side(&declared.second)]);
    }
    let lists = [
        ("column", &diff.columns_only_in_first, &diff.columns_only_in_second),
        ("snapshot", &diff.snapshots_only_in_first, &diff.snapshots_only_in_second),
        ("topic", &diff.topics_only_in_first, &diff.topics_only_in_second),
    ];
    for (noun, first, second) in lists {
        first.iter().for_each(|name| table.row([noun.to_string(), name.clone(), "–".to_string()]));
        second.iter().for_each(|name| table.row([noun.to_string(), "–".to_string(), name.clone()]));
    }
    let pairs = &diff.pairs;
    if pairs.first != pairs.shared || pairs.second != pairs.shared {
        let what = format!("judged pairs ({} the same)", thousands(pairs.shared));
        table.row([what, thousands(pairs.first), thousands(pairs.second)]);
    }
    table
}

/// Where a part lies, in as many columns as any part needs.
fn places(diff: &DatasetDiff) -> (Vec<(&'static str, Align)>, impl Fn(&PartDiff) -> Vec<String> + use<>) {
    let snapshots = diff.parts.iter().any(|part| part.snapshot.is_some());
    let topics = diff.parts.iter().any(|part| part.topic.is_some());
    let mut columns = Vec::new();
    if snapshots {
        columns.push(("Snapshot", Align::Left));
    }
    if topics {
        columns.push(("Topic", Align::Left));
    }
    let place = move |part: &PartDiff| {
        let named = [(snapshots, &part.snapshot), (topics, &part.topic)];
        named.into_iter().filter(|(shown, _)| *shown).map(|(_, name)| name.clone().unwrap_or_default()).collect()
    };
    (columns, place)
}

fn parts(diff: &DatasetDiff) -> Table {
    let (mut columns, place) = places(diff);
    let counts = ["First", "Second", "Added", "Gone", "Changed", "Unchanged"];
    columns.extend(counts.map(|title| (title, Align::Right)));
    let mut table = Table::new("Accounts", &columns);
    for part in &diff.parts {
        let counts = [part.first, part.second, part.added, part.gone, part.changed, part.unchanged];
        table.row(place(part).into_iter().chain(counts.map(thousands)));
    }
    table
}

/// The cells of each column; columns that did not change are left out for people.
fn cells(diff: &DatasetDiff, format: TableFormat) -> Table {
    let exact = is_exact(format);
    let (place_columns, place) = places(diff);
    let mut columns = vec![("Column", Align::Left), ("Role", Align::Left)];
    columns.splice(0..0, place_columns);
    if exact {
        columns.extend([("Added", Align::Right), ("Gone", Align::Right), ("Common", Align::Right)]);
    }
    columns.extend([
        ("Changed", Align::Right),
        ("Share", Align::Right),
        ("Became missing", Align::Right),
        ("Became present", Align::Right),
        ("Median change", Align::Right),
        ("Largest", Align::Left),
        ("From", Align::Right),
        ("To", Align::Right),
    ]);
    let mut table = Table::new("Columns with changes, over the accounts of both datasets", &columns);
    for part in &diff.parts {
        for column in part.columns.iter().filter(|column| exact || column.changed > 0) {
            let count = |count: u64| if exact { count.to_string() } else { thousands(count) };
            let mut row = place(part);
            row.extend([column.name.clone(), column.role.name().to_string()]);
            if exact {
                row.extend([part.added, part.gone, column.common].map(count));
            }
            let largest = column.largest.as_ref();
            row.extend([
                count(column.changed),
                match (exact, column.common) {
                    (false, _) => share(column.changed, column.common),
                    (true, 0) => String::new(),
                    (true, common) => (column.changed as f64 / common as f64).to_string(),
                },
                count(column.became_missing),
                count(column.became_present),
                figure(column.median_absolute_change, exact),
                largest.map_or(figure(None, exact), |largest| largest.account.clone()),
                figure(largest.map(|largest| largest.from), exact),
                figure(largest.map(|largest| largest.to), exact),
            ]);
            table.row(row);
        }
    }
    table
}
