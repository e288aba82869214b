//! `clout dataset overlap`: an old definition of a signal and a new one.

use cloutbench::dataset::overlap::{Agreement, Overlap, Source};
use cloutbench::diagnostic::visible;
use cloutbench::number::{accounts, percent, plain, share, thousands};
use cloutbench::report::markdown::escape;
use cloutbench::report::{Align, Table};
use cloutbench::stats::undefined::{Figure, Undefined};
use cloutbench::workbench::{ColumnOrder, OverlapOrder};

use super::figure;
use crate::arguments::{OverlapArguments, Shared, TableFormat};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &OverlapArguments) -> Outcome {
    let found = shared.open()?.overlap(&order(arguments))?;
    let format = arguments.format;
    match format {
        TableFormat::Json => output::json(&found)?,
        TableFormat::Csv => output::table(&exact(&found), format)?,
        TableFormat::Table | TableFormat::Markdown => {
            let head = head(&found);
            let shown = if format == TableFormat::Markdown { escape(&head) } else { visible(&head) };
            output::print(&format!("{shown}\n"))?;
            for table in [figures(&found.all), mapping(&found.all), groups(&found), worst(&found)] {
                if !table.rows.is_empty() {
                    output::print("\n")?;
                    output::table(&table, format)?;
                }
            }
        }
    }
    Ok(Exit::Done)
}

fn order(arguments: &OverlapArguments) -> OverlapOrder {
    let place = |text: &str, signal: &str| match text.rsplit_once('@') {
        Some((dataset, snapshot)) => ColumnOrder {
            dataset: dataset.to_string(),
            snapshot: Some(snapshot.to_string()),
            signal: signal.to_string(),
        },
        None => ColumnOrder { dataset: text.to_string(), snapshot: None, signal: signal.to_string() },
    };
    let within = |signal: &str| ColumnOrder {
        dataset: arguments.first.clone(),
        snapshot: arguments.snapshot.clone(),
        signal: signal.to_string(),
    };
    let (old, new) = match (&arguments.signal, &arguments.new) {
        (Some(signal), _) => (place(&arguments.first, signal), place(&arguments.old, signal)),
        (None, new) => (within(&arguments.old), within(new.as_deref().unwrap_or_default())),
    };
    OverlapOrder {
        old,
        new,
        topic: arguments.topic.clone(),
        segment: arguments.segment.clone(),
        worst: arguments.worst,
    }
}

/// What is compared, and how many have both.
fn head(found: &Overlap) -> String {
    let all = &found.all;
    let name = |source: &Source| {
        let at = source.snapshot.as_ref().map_or(String::new(), |snapshot| format!("@{snapshot}"));
        let unit = source.unit.as_ref().map_or(String::new(), |unit| format!(" ({unit})"));
        format!("{} of {}{at}{unit}", source.signal, source.dataset)
    };
    let topic = found.topic.as_ref().map_or(String::new(), |topic| format!(", topic {topic}"));
    format!(
        "{} to {}{topic}: {} have both values, {} only the old, {} only the new, {} neither",
        name(&found.old),
        name(&found.new),
        accounts(all.both),
        thousands(all.only_old),
        thousands(all.only_new),
        thousands(all.neither)
    )
}

/// A figure for people, or why there is none.
fn told(figure: &Figure, shown: impl Fn(f64) -> String) -> String {
    match figure {
        Ok(value) => shown(*value),
        Err(reason) => format!("– ({reason})"),
    }
}

fn figures(all: &Agreement) -> Table {
    let columns = [("Figure", Align::Left), ("Old", Align::Right), ("New", Align::Right)];
    let mut table = Table::new("Over the accounts that have both values", &columns);
    let number = |value: f64| figure(Some(value), false);
    let mut both = |what: &str, old: String, new: String| table.row([what.to_string(), old, new]);
    both("zero", share(all.zeros_old, all.both), share(all.zeros_new, all.both));
    for at in &all.quantiles {
        let what =
            if at.quantile == 0.5 { "median".to_string() } else { format!("{} % quantile", at.quantile * 100.0) };
        both(&what, number(at.old), number(at.new));
    }
    let beyond = &all.disagreements;
    let of_both = |count: u64| format!("{} ({})", thousands(count), share(count, all.both));
    for (what, text) in [
        ("zero in both", of_both(all.zeros_both)),
        ("ratio of medians", told(&all.ratio_of_medians, plain)),
        ("slope (median of new / old)", told(&all.slope, plain)),
        (
            "middle half of new / old",
            all.middle_ratios.map_or("–".to_string(), |[low, high]| format!("{} to {}", plain(low), plain(high))),
        ),
        ("Spearman's rho", told(&all.spearman, plain)),
        ("Kendall's tau-b", told(&all.kendall_tau_b, plain)),
        ("within 1 %", told(&all.within_1_percent, percent)),
        ("within 10 %", told(&all.within_10_percent, percent)),
        ("PSI over bins of the old", told(&all.psi, plain)),
        ("differ by more than 10 %", of_both(beyond.beyond_10_percent)),
        ("differ by more than 50 %", of_both(beyond.beyond_50_percent)),
        ("differ by more than 100 %", of_both(beyond.beyond_100_percent)),
        ("zero before alone", of_both(beyond.from_zero)),
        ("zero now alone", of_both(beyond.to_zero)),
    ] {
        both(what, String::new(), text);
    }
    table
}

fn mapping(all: &Agreement) -> Table {
    let columns = [("Rank", Align::Right), ("Old", Align::Right), ("New", Align::Right)];
    let mut table = Table::new("Values at the same rank", &columns);
    for at in &all.mapping {
        let number = |value: f64| figure(Some(value), false);
        let rank = match at.quantile {
            0.0 => "least".to_string(),
            1.0 => "largest".to_string(),
            part => format!("{:.0} %", part * 100.0),
        };
        table.row([rank, number(at.old), number(at.new)]);
    }
    table
}

fn groups(found: &Overlap) -> Table {
    let segment = found.segment.as_deref().unwrap_or_default();
    let columns = [
        (segment, Align::Left),
        ("Both", Align::Right),
        ("Only old", Align::Right),
        ("Only new", Align::Right),
        ("Median old", Align::Right),
        ("Median new", Align::Right),
        ("Slope", Align::Right),
        ("tau-b", Align::Right),
        ("Within 10 %", Align::Right),
        ("PSI", Align::Right),
    ];
    let mut table = Table::new("By segment", &columns);
    let short =
        |figure: &Figure, shown: fn(f64) -> String| figure.as_ref().map_or("–".to_string(), |value| shown(*value));
    for group in &found.groups {
        let own = &group.agreement;
        let median = own.quantiles.iter().find(|at| at.quantile == 0.5);
        table.row([
            group.value.clone().unwrap_or_else(|| "(none)".to_string()),
            thousands(own.both),
            thousands(own.only_old),
            thousands(own.only_new),
            figure(median.map(|at| at.old), false),
            figure(median.map(|at| at.new), false),
            short(&own.slope, plain),
            short(&own.kendall_tau_b, plain),
            short(&own.within_10_percent, percent),
            short(&own.psi, plain),
        ]);
    }
    table
}

fn worst(found: &Overlap) -> Table {
    let columns = [("Account", Align::Left), ("Old", Align::Right), ("New", Align::Right)];
    let mut table = Table::new("The accounts that differ most", &columns);
    for one in &found.worst {
        table.row([one.account.clone(), figure(Some(one.old), false), figure(Some(one.new), false)]);
    }
    table
}

/// Every number in a row of its own.
fn exact(found: &Overlap) -> Table {
    let columns = [
        ("segment", Align::Left),
        ("value", Align::Left),
        ("figure", Align::Left),
        ("number", Align::Right),
        ("undefined", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    let mut rows = |segment: &str, value: &str, own: &Agreement| {
        for (name, number) in numbers(own) {
            let (number, reason) = match number {
                Ok(number) => (number.to_string(), String::new()),
                Err(reason) => (String::new(), reason.to_string()),
            };
            table.row([segment.to_string(), value.to_string(), name, number, reason]);
        }
    };
    rows("", "", &found.all);
    for group in &found.groups {
        rows(
            found.segment.as_deref().unwrap_or_default(),
            group.value.as_deref().unwrap_or_default(),
            &group.agreement,
        );
    }
    for one in &found.worst {
        table.row([String::new(), one.account.clone(), "worst-old".to_string(), one.old.to_string(), String::new()]);
        table.row([String::new(), one.account.clone(), "worst-new".to_string(), one.new.to_string(), String::new()]);
    }
    table
}

/// All figures of an agreement by their names.
fn numbers(own: &Agreement) -> Vec<(String, Figure)> {
    let beyond = &own.disagreements;
    let counts = [
        ("both", own.both),
        ("only-old", own.only_old),
        ("only-new", own.only_new),
        ("neither", own.neither),
        ("zeros-old", own.zeros_old),
        ("zeros-new", own.zeros_new),
        ("zeros-both", own.zeros_both),
        ("ratios", own.ratios),
        ("beyond-10-percent", beyond.beyond_10_percent),
        ("beyond-50-percent", beyond.beyond_50_percent),
        ("beyond-100-percent", beyond.beyond_100_percent),
        ("from-zero", beyond.from_zero),
        ("to-zero", beyond.to_zero),
    ];
    let middle = |at: usize| own.middle_ratios.map(|middle| middle[at]).ok_or(Undefined::Empty);
    let figures = [
        ("ratio-of-medians", own.ratio_of_medians.clone()),
        ("slope", own.slope.clone()),
        ("middle-ratios-low", middle(0)),
        ("middle-ratios-high", middle(1)),
        ("spearman", own.spearman.clone()),
        ("kendall-tau-b", own.kendall_tau_b.clone()),
        ("within-1-percent", own.within_1_percent.clone()),
        ("within-10-percent", own.within_10_percent.clone()),
        ("psi", own.psi.clone()),
    ];
    let mut all: Vec<(String, Figure)> =
        counts.into_iter().map(|(name, count)| (name.to_string(), Ok(count as f64))).collect();
    all.extend(figures.into_iter().map(|(name, figure)| (name.to_string(), figure)));
    // The mapping holds the median; the other quantiles that are told apart stand beside it.
    for at in own.mapping.iter().chain(own.quantiles.iter().filter(|at| at.quantile != 0.5)) {
        all.push((format!("old-at-{}", at.quantile), Ok(at.old)));
        all.push((format!("new-at-{}", at.quantile), Ok(at.new)));
    }
    all
}
