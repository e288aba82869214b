//! The tables of a report, each composed once.

use crate::compare::findings::{Migration, Mover};
use crate::compare::measurement::Measurement;
use std::collections::BTreeSet;

use crate::compare::metric::{Argument, Group, METRICS, Metric, Unit};
use crate::compare::null::NullKind;
use crate::experiment::golden::GoldenVerdict;
use crate::experiment::outcome::{ComparisonSummary, ModelRole, ModelSummary, Outcome, Place, ReferenceSummary};
use crate::experiment::{Bound, Held, Verdict, is_size};
use crate::number::{amount, percent, plain, points, share, thousands, two_decimals};
use crate::report::{Align, Cell, Table, Tone, golden};

/// A measured value as people read it; the reason where it is undefined.
pub fn shown(metric: &Metric, measurement: &Measurement) -> String {
    let Ok(estimate) = &measurement.value else {
        return "undefined".to_string();
    };
    let signed = metric.definition.name.ends_with("shift")
        && !metric.definition.name.contains("absolute")
        && metric.definition.name != "rank-shift";
    let gain = metric.arguments.word("of") == "gain";
    let one = |value: f64| match metric.definition.unit {
        Unit::Plain => plain(value),
        Unit::Points => two_decimals(value, signed),
        Unit::Ranks => two_decimals(value, false),
        Unit::Days => amount(value),
        // The difference of two shares is in percentage points.
        Unit::Share if gain => format!("{} pp", two_decimals(value * 100.0, true)),
        Unit::Share => percent(value),
    };
    let chance = measurement.null.map_or(String::new(), |null| match null.kind {
        NullKind::Paired => format!(" (chance alone up to {})", one(null.quantile)),
        NullKind::Permuted => format!(" (unrelated orders {})", one(null.mean)),
    });
    match estimate.bounds() {
        None => format!("{}{chance}", one(estimate.point())),
        Some(bounds) => format!("{} [{}, {}]{chance}", one(estimate.point()), one(bounds.lower), one(bounds.upper)),
    }
}

/// Takes a column away that nothing stands in: people need none.
pub fn drop_if_empty(table: &mut Table, title: &str) {
    let Some(at) = table.columns.iter().position(|column| column.title == title) else { return };
    if table.rows.iter().all(|row| row.get(at).is_none_or(|cell| cell.text.is_empty())) {
        table.columns.remove(at);
        table.rows.iter_mut().filter(|row| row.len() > at).for_each(|row| drop(row.remove(at)));
    }
}

/// The title of a metric with its parameters, for people.
pub fn titled(metric: &Metric) -> String {
    let unit = match metric.definition.unit {
        Unit::Points => ", points",
        Unit::Ranks => ", places",
        Unit::Plain | Unit::Share | Unit::Days => "",
    };
    let arguments: Vec<String> = metric
        .arguments
        .iter()
        .filter(|(name, argument)| !is_usual(name, argument))
        .map(|(name, argument)| match name {
            "of" | "direction" | "on" | "give" | "end" | "weights" => argument.to_string(),
            "per" => format!("per {argument}"),
            "threshold" => format!("by {argument}"),
            "quantile" => format!("quantile {argument}"),
            name => format!("{name} = {argument}"),
        })
        .collect();
    if arguments.is_empty() {
        format!("{}{unit}", metric.definition.title)
    } else {
        format!("{} ({}){unit}", metric.definition.title, arguments.join(", "))
    }
}

/// Whether a parameter goes without saying: what everybody takes for granted.
fn is_usual(name: &str, argument: &Argument) -> bool {
    matches!(
        (name, argument.to_string().as_str()),
        ("on", "raw")
            | ("per", "account")
            | ("give", "statistic" | "extrapolated")
            | ("bins", "10")
            | ("weights", "linear")
            | ("direction", "both")
            | ("quantile", "-1")
            | ("outcome", "")
    )
}

/// The place of a comparison as far as the outcome has several: `2011-10`, `panel, 2011-10`.
pub fn place(outcome: &Outcome, place: &Place) -> String {
    if outcome.datasets.len() > 1 {
        return place.title();
    }
    let title = place.title();
    title.strip_prefix(&place.dataset).unwrap_or(&title).trim_start_matches(", ").to_string()
}

/// The same, after a comma if there is anything.
pub fn after_comma(outcome: &Outcome, at: &Place) -> String {
    match place(outcome, at) {
        text if text.is_empty() => text,
        text => format!(", {text}"),
    }
}

/// `clout@2.1.0 · 2011-10`.
pub fn comparison_title(outcome: &Outcome, summary: &ComparisonSummary) -> String {
    match place(outcome, &summary.place) {
        text if text.is_empty() => summary.candidate.clone(),
        text => format!("{} · {text}", summary.candidate),
    }
}

/// Metrics of a group, a row a metric, a column a comparison. None if no comparison has any.
pub fn metric_table(
    outcome: &Outcome,
    caption: &str,
    groups: &[Group],
    comparisons: &[&ComparisonSummary],
) -> Option<Table> {
    let mut table = Table::new(caption, &[("Metric", Align::Left)]);
    for summary in comparisons {
        table.columns.push(super::Column { title: comparison_title(outcome, summary), align: Align::Right });
    }
    for metric in in_order(comparisons).iter().filter(|metric| groups.contains(&metric.definition.group)) {
        let label = metric.to_string();
        let measured: Vec<Option<&Measurement>> =
            comparisons.iter().map(|summary| summary.metrics.get(&label)).collect();
        if !says_anything(metric, &measured) {
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

/// Whether a row says anything. A depth that no comparison reaches (the top 1,000 of 800 accounts)
/// only fills the page, and so does a threshold of movement that nobody reaches.
pub fn says_anything(metric: &Metric, measured: &[Option<&Measurement>]) -> bool {
    let deep = ["overlap-at-k", "jaccard-at-k"].contains(&metric.definition.name);
    let far = metric.definition.name == "share-moved" && metric.to_string().contains("threshold=");
    measured.iter().flatten().any(|measured| match measured.point() {
        None => !deep,
        Some(point) => !(far && point == 0.0),
    })
}

/// The metrics that were measured, in the order of the vocabulary; of one name, plainer ones first.
pub fn in_order(comparisons: &[&ComparisonSummary]) -> Vec<Metric> {
    let labels: BTreeSet<&String> = comparisons.iter().flat_map(|summary| summary.metrics.keys()).collect();
    let mut metrics: Vec<(usize, Metric)> = labels
        .into_iter()
        .filter_map(|label| {
            let metric: Metric = label.parse().ok()?;
            let place = METRICS.iter().position(|definition| definition.name == metric.definition.name)?;
            Some((place, metric))
        })
        .collect();
    metrics.sort_by(|left, right| left.0.cmp(&right.0).then_with(|| left.1.compare_arguments(&right.1)));
    metrics.into_iter().map(|(_, metric)| metric).collect()
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
        ("dataset", Align::Left),
        ("topic", Align::Left),
        ("snapshot", Align::Left),
        ("metric", Align::Left),
        ("point", Align::Right),
        ("lower", Align::Right),
        ("upper", Align::Right),
        ("undefined", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    for summary in comparisons {
        for (label, measurement) in &summary.metrics {
            table.row([
                summary.baseline.clone(),
                summary.candidate.clone(),
                summary.place.dataset.clone(),
                summary.place.topic.clone().unwrap_or_default(),
                summary.place.snapshot.clone().unwrap_or_default(),
                label.clone(),
                measurement.point().map_or(String::new(), |point| point.to_string()),
                measurement.bounds().map_or(String::new(), |bounds| bounds.lower.to_string()),
                measurement.bounds().map_or(String::new(), |bounds| bounds.upper.to_string()),
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
            let percent = |value: f64| format!("{} %", crate::stats::grid::snap(value * 100.0)).replace('-', "−");
            match (bound.at_least, bound.at_most) {
                (Some(least), Some(most)) => format!("from {} to {}", percent(least), percent(most)),
                (Some(least), None) => format!("at least {}", percent(least)),
                (None, Some(most)) => format!("at most {}", percent(most)),
                (None, None) => bound.to_string(),
            }
        }
        // As all numbers here are written.
        _ => bound.to_string().replace(" -", " −"),
    }
}

/// Every expectation and every golden case with its verdict; the failed ones first. In full precision where `exact`.
pub fn judged_table(outcomes: &[&Outcome], exact: bool) -> Option<Table> {
    let columns = [
        ("Verdict", Align::Left),
        ("Expectation", Align::Left),
        ("Got", Align::Right),
        ("Candidate", Align::Left),
        ("Because", Align::Left),
    ];
    let mut table = Table::new("What was expected, and what held", &columns);
    let each = outcomes.iter().flat_map(|outcome| outcome.verdicts.iter().map(move |verdict| (*outcome, verdict)));
    let mut ordered: Vec<(&Outcome, &Verdict)> = each.collect();
    ordered.sort_by_key(|(_, verdict)| verdict.met);
    let (failed, held): (Vec<&GoldenVerdict>, Vec<&GoldenVerdict>) =
        outcomes.iter().flat_map(|outcome| &outcome.golden).partition(|verdict| !verdict.met);
    table.rows.extend(failed.into_iter().map(|verdict| golden::row(verdict, exact)));
    for (outcome, verdict) in ordered {
        let Told { expectation, got } = told(verdict, exact);
        let place = verdict_place(outcome, verdict);
        let (word, tone) = verdict_word(verdict.met);
        table.rows.push(vec![
            Cell { text: word.to_string(), tone },
            Cell::from(expectation),
            Cell { text: got, tone },
            Cell::from(place),
            Cell::from(verdict.because.clone()),
        ]);
    }
    table.rows.extend(held.into_iter().map(|verdict| golden::row(verdict, exact)));
    (!table.rows.is_empty()).then_some(table)
}

/// A verdict in a word.
pub fn verdict_word(met: bool) -> (&'static str, Tone) {
    if met { ("met", Tone::Good) } else { ("FAILED", Tone::Bad) }
}

/// What was expected and what came, in words.
struct Told {
    expectation: String,
    got: String,
}

fn told(verdict: &Verdict, exact: bool) -> Told {
    let metric = verdict.metric.parse::<Metric>().ok();
    let title = metric.as_ref().map_or(verdict.metric.clone(), titled);
    let held = match verdict.held {
        Held::Lower => " (its lower end)",
        Held::Upper => " (its upper end)",
        Held::Ends => " (both its ends)",
        Held::Point | Held::Nothing => "",
    };
    let got = match (&metric, &verdict.measured.value) {
        (_, Err(reason)) => format!("undefined: {reason}"),
        (_, Ok(estimate)) if exact => estimate.point().to_string(),
        (Some(metric), Ok(_)) => shown(metric, &verdict.measured),
        (None, Ok(estimate)) if is_size(&verdict.metric) => amount(estimate.point()),
        (None, Ok(estimate)) => plain(estimate.point()),
    };
    let got = match (&verdict.measured.no_interval, verdict.held) {
        (Some(reason), Held::Point) if !exact => format!("{got} (no interval: {reason})"),
        _ => got,
    };
    let expectation = if exact {
        format!("{}{held} {}", verdict.metric, verdict.bound)
    } else {
        format!("{title}{held} {}", bound_shown(metric.as_ref(), &verdict.bound))
    };
    Told { expectation, got }
}

/// An expectation that failed, as a sentence.
pub fn verdict_line(outcome: &Outcome, verdict: &Verdict) -> String {
    let Told { expectation, got } = told(verdict, false);
    let because = verdict.because.trim().trim_end_matches('.');
    format!("{expectation}, got {got} ({}); {because}.", verdict_place(outcome, verdict))
}

/// Whom a verdict speaks of: candidate, place and group.
fn verdict_place(outcome: &Outcome, verdict: &Verdict) -> String {
    let at = Place {
        dataset: verdict.dataset.clone(),
        topic: verdict.topic.clone(),
        snapshot: verdict.snapshot.clone(),
        baseline_snapshot: None,
    };
    let mut parts = vec![verdict.candidate.clone()];
    let baseline = outcome.models.first().map(|model| model.id.as_str());
    if baseline != Some(verdict.baseline.as_str()) {
        parts[0] = format!("{} against {}", verdict.candidate, verdict.baseline);
    }
    parts.push(place(outcome, &at));
    parts.extend(verdict.across_topics.then(|| "mean over topics".to_string()));
    parts.extend(verdict.group.iter().map(ToString::to_string));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
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
pub fn short_name(name: &str) -> String {
    super::cut(name, 40)
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
pub fn weights(outcome: &Outcome) -> Vec<Table> {
    let Some((baseline, candidates)) = outcome.models.split_first() else { return Vec::new() };
    // More columns than this fit no page.
    let beside = |some: &[ModelSummary]| weights_of(&std::iter::once(baseline).chain(some).collect::<Vec<_>>());
    candidates.chunks(6).map(beside).collect()
}

fn weights_of(models: &[&ModelSummary]) -> Table {
    let columns = [("Network", Align::Left), ("Factor", Align::Left), ("Value", Align::Left)];
    let mut table = Table::new("Weight of each factor within its network", &columns);
    for model in models {
        table.columns.push(super::Column { title: model.id.clone(), align: Align::Right });
    }
    let mut names: Vec<(&str, &str, &str)> = Vec::new();
    for factor in models.iter().flat_map(|model| &model.factors) {
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
        let first = models.first().and_then(|model| weight(model));
        let mut cells: Vec<Cell> = [network, name, value].map(|text| Cell::from(text.to_string())).into();
        for model in models {
            let own = weight(model);
            let changed = own != first;
            let text = own.map_or("–".to_string(), |weight| weight.to_string());
            cells.push(Cell::from(if changed { format!("{text} *") } else { text }));
        }
        table.rows.push(cells);
    }
    table
}
