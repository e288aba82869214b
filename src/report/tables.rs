//! The tables of a report, each composed once.

use crate::compare::findings::{Migration, Mover};
use crate::compare::measurement::Measurement;
use crate::compare::metric::{Group, Metric, Unit};
use crate::experiment::outcome::{ComparisonSummary, ModelRole, ModelSummary, Outcome, ReferenceSummary};
use crate::experiment::{Bound, Verdict};
use crate::number::{percent, plain, points, share, thousands, two_decimals};
use crate::report::{Align, Cell, Table, Tone};

/// A measured value as people read it; the reason where it is undefined.
pub fn shown(metric: &Metric, measurement: &Measurement) -> String {
    let Ok(estimate) = &measurement.value else {
        return "undefined".to_string();
    };
    let signed = metric.definition.name.ends_with("shift")
        && !metric.definition.name.contains("absolute")
        && metric.definition.name != "rank-shift";
    let one = |value: f64| match metric.definition.unit {
        Unit::Plain => plain(value),
        Unit::Points => two_decimals(value, signed),
        Unit::Ranks => two_decimals(value, false),
        Unit::Share => percent(value),
    };
    match estimate.bounds() {
        None => one(estimate.point()),
        Some(bounds) => format!("{} [{}, {}]", one(estimate.point()), one(bounds.lower), one(bounds.upper)),
    }
}

/// The title of a metric with its parameters, for people.
pub fn titled(metric: &Metric) -> String {
    let unit = match metric.definition.unit {
        Unit::Points => ", points",
        Unit::Ranks => ", places",
        Unit::Plain | Unit::Share => "",
    };
    let arguments: Vec<String> = metric
        .arguments
        .iter()
        .map(|(name, argument)| match name {
            "of" | "direction" => argument.to_string(),
            "threshold" => format!("by {argument}"),
            "quantile" => format!("{argument}"),
            name => format!("{name} = {argument}"),
        })
        .collect();
    if arguments.is_empty() {
        format!("{}{unit}", metric.definition.title)
    } else {
        format!("{} ({}){unit}", metric.definition.title, arguments.join(", "))
    }
}

fn comparison_title(summary: &ComparisonSummary) -> String {
    match &summary.snapshot {
        Some(snapshot) => format!("{} · {snapshot}", summary.candidate),
        None => summary.candidate.clone(),
    }
}

/// Metrics of a group, a row a metric, a column a comparison. None if no comparison has any.
pub fn metric_table(caption: &str, groups: &[Group], comparisons: &[&ComparisonSummary]) -> Option<Table> {
    let mut table = Table::new(caption, &[("Metric", Align::Left)]);
    for summary in comparisons {
        table.columns.push(super::Column { title: comparison_title(summary), align: Align::Right });
    }
    let all = [Metric::standard(), Metric::judgement(), Metric::replay()];
    for metric in all.iter().flatten().filter(|metric| groups.contains(&metric.definition.group)) {
        let label = metric.to_string();
        let measured: Vec<Option<&Measurement>> =
            comparisons.iter().map(|summary| summary.metrics.get(&label)).collect();
        // A depth that no comparison reaches (the top 1,000 of 800 accounts) only fills the page.
        let told = |measured: &Measurement| measured.value.is_ok() || metric.definition.name != "overlap-at-k";
        if !measured.iter().flatten().any(|measured| told(measured)) {
            continue;
        }
        let mut cells = vec![Cell::from(titled(metric))];
        cells.extend(
            measured
                .into_iter()
                .map(|measured| Cell::from(measured.map_or(String::new(), |measured| shown(metric, measured)))),
        );
        table.rows.push(cells);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// A metric and its value for people, or its label and value in full precision.
pub fn metric_row(metric: &Metric, measurement: &Measurement, exact: bool) -> [String; 2] {
    let reason = |text: &String| format!("undefined: {text}");
    match (&measurement.value, exact) {
        (Err(text), true) => [metric.to_string(), reason(text)],
        (Err(text), false) => [titled(metric), reason(text)],
        (Ok(estimate), true) => [metric.to_string(), estimate.point().to_string()],
        (Ok(_), false) => [titled(metric), shown(metric, measurement)],
    }
}

/// Every metric of every comparison in full precision, a row each.
pub fn exact_table(comparisons: &[&ComparisonSummary]) -> Table {
    let columns = [
        ("baseline", Align::Left),
        ("candidate", Align::Left),
        ("snapshot", Align::Left),
        ("metric", Align::Left),
        ("point", Align::Right),
        ("undefined", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    for summary in comparisons {
        for (label, measurement) in &summary.metrics {
            table.row([
                summary.baseline.clone(),
                summary.candidate.clone(),
                summary.snapshot.clone().unwrap_or_default(),
                label.clone(),
                measurement.point().map_or(String::new(), |point| point.to_string()),
                measurement.value.as_ref().err().cloned().unwrap_or_default(),
            ]);
        }
    }
    table
}

/// Why metrics of a comparison are undefined, each reason once.
pub fn undefined(summary: &ComparisonSummary) -> Vec<String> {
    let reason =
        |(label, measured): (&String, &Measurement)| Some(format!("{label}: {}", measured.value.as_ref().err()?));
    summary.metrics.iter().filter_map(reason).collect()
}

/// A bound in the unit of its metric.
fn bound_shown(metric: Option<&Metric>, bound: &Bound) -> String {
    match metric.map(|metric| metric.definition.unit) {
        Some(Unit::Share) => {
            let percent = |value: f64| format!("{} %", crate::stats::grid::snap(value * 100.0));
            match (bound.at_least, bound.at_most) {
                (Some(least), Some(most)) => format!("from {} to {}", percent(least), percent(most)),
                (Some(least), None) => format!("at least {}", percent(least)),
                (None, Some(most)) => format!("at most {}", percent(most)),
                (None, None) => bound.to_string(),
            }
        }
        _ => bound.to_string(),
    }
}

/// Every expectation with its verdict; the failed ones first. In full precision where `exact`.
pub fn judged_table(verdicts: &[Verdict], exact: bool) -> Option<Table> {
    let columns = [
        ("Verdict", Align::Left),
        ("Expectation", Align::Left),
        ("Got", Align::Right),
        ("Candidate", Align::Left),
        ("Because", Align::Left),
    ];
    let mut table = Table::new("What was expected, and what held", &columns);
    let mut ordered: Vec<&Verdict> = verdicts.iter().collect();
    ordered.sort_by_key(|verdict| verdict.met);
    for verdict in ordered {
        let metric = verdict.metric.parse::<Metric>().ok();
        let title = metric.as_ref().map_or(verdict.metric.clone(), titled);
        let got = match (&metric, &verdict.measured.value) {
            (_, Err(reason)) => format!("undefined: {reason}"),
            (_, Ok(estimate)) if exact => estimate.point().to_string(),
            (Some(metric), Ok(_)) => shown(metric, &verdict.measured),
            (None, Ok(estimate)) => plain(estimate.point()),
        };
        let place = match &verdict.snapshot {
            Some(snapshot) => format!("{} · {snapshot}", verdict.candidate),
            None => verdict.candidate.clone(),
        };
        let (word, tone) = if verdict.met { ("met", Tone::Good) } else { ("FAILED", Tone::Bad) };
        table.rows.push(vec![
            Cell { text: word.to_string(), tone },
            Cell::from(if exact {
                format!("{} {}", verdict.metric, verdict.bound)
            } else {
                format!("{title} {}", bound_shown(metric.as_ref(), &verdict.bound))
            }),
            Cell { text: got, tone },
            Cell::from(place),
            Cell::from(verdict.because.clone()),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The accounts that move most, in one direction.
pub fn movers(caption: &str, movers: &[Mover]) -> Option<Table> {
    let columns = [
        ("Account", Align::Left),
        ("Baseline", Align::Right),
        ("Candidate", Align::Right),
        ("Change", Align::Right),
        ("Rank before", Align::Right),
        ("Rank after", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for mover in movers {
        table.row([
            short_name(&mover.account),
            points(mover.baseline),
            points(mover.candidate),
            two_decimals(mover.candidate - mover.baseline, true),
            rank(mover.baseline_rank),
            rank(mover.candidate_rank),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// An account's name as tables for people show it: whole up to 40 characters.
fn short_name(name: &str) -> String {
    const LONGEST: usize = 40;
    if name.chars().count() <= LONGEST {
        return name.to_string();
    }
    let kept: String = name.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

/// A rank; a shared one has a half.
fn rank(rank: f64) -> String {
    let whole = thousands(rank.floor() as u64);
    if rank.fract() == 0.0 { whole } else { format!("{whole}.5") }
}

/// The migration matrix in numbers.
pub fn migration(migration: &Migration) -> Table {
    let mut table =
        Table::new("From band (row) to band (column): accounts, and share of the row", &[("From", Align::Left)]);
    for band in &migration.bands {
        table.columns.push(super::Column { title: band.name.clone(), align: Align::Right });
    }
    table.columns.push(super::Column { title: "All".to_string(), align: Align::Right });
    for (band, counts) in migration.bands.iter().zip(&migration.counts) {
        let total: u64 = counts.iter().sum();
        let mut cells = vec![band.name.clone()];
        cells.extend(counts.iter().map(|count| {
            if *count == 0 { "–".to_string() } else { format!("{} ({})", thousands(*count), share(*count, total)) }
        }));
        cells.push(thousands(total));
        table.row(cells);
    }
    table
}

/// Every model of the run.
pub fn models(outcome: &Outcome) -> Table {
    let columns = [
        ("Model", Align::Left),
        ("Role", Align::Left),
        ("Title", Align::Left),
        ("Fitted on", Align::Left),
        ("Factors", Align::Right),
        ("Scored", Align::Right),
        ("Unscored", Align::Right),
        ("Digest", Align::Left),
    ];
    let mut table = Table::new("Models", &columns);
    for model in &outcome.models {
        table.row([
            model.id.clone(),
            role(model).to_string(),
            model.title.clone(),
            reference(&model.reference),
            model.factors.len().to_string(),
            thousands(model.tally.scored),
            thousands(model.tally.unscored),
            model.digest.chars().take(12).collect(),
        ]);
    }
    table
}

fn role(model: &ModelSummary) -> &'static str {
    match model.role {
        ModelRole::Baseline => "baseline",
        ModelRole::Candidate => "candidate",
    }
}

fn reference(reference: &ReferenceSummary) -> String {
    match reference {
        ReferenceSummary::None => "nothing to fit".to_string(),
        ReferenceSummary::ScoredData => "the scored data".to_string(),
        ReferenceSummary::Population { name, .. } => name.clone(),
    }
}

/// The weights of every factor under every model, so that a reader sees what was changed.
pub fn weights(outcome: &Outcome) -> Table {
    let columns = [("Network", Align::Left), ("Factor", Align::Left), ("Value", Align::Left)];
    let mut table = Table::new("Weight of each factor within its network", &columns);
    for model in &outcome.models {
        table.columns.push(super::Column { title: model.id.clone(), align: Align::Right });
    }
    let mut names: Vec<(&str, &str, &str)> = Vec::new();
    for factor in outcome.models.iter().flat_map(|model| &model.factors) {
        let name = (factor.network.as_str(), factor.name.as_str(), factor.value.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_unstable();
    for (network, name, value) in names {
        let weight = |model: &ModelSummary| {
            let same = |factor: &&crate::experiment::outcome::FactorSummary| {
                (factor.network.as_str(), factor.name.as_str(), factor.value.as_str()) == (network, name, value)
            };
            model.factors.iter().find(same).map(|factor| factor.weight)
        };
        let first = outcome.models.first().and_then(weight);
        let mut cells: Vec<Cell> = [network, name, value].map(|text| Cell::from(text.to_string())).into();
        for model in &outcome.models {
            let own = weight(model);
            let changed = own != first;
            let text = own.map_or("–".to_string(), |weight| weight.to_string());
            cells.push(Cell::from(if changed { format!("{text} *") } else { text }));
        }
        table.rows.push(cells);
    }
    table
}
