//! Two runs side by side: what the candidates of both come to against the same baseline, on the
//! same data.

use std::collections::BTreeSet;

use serde::Serialize;

use super::tables::{in_order, says_anything, shown, titled};
use super::{Align, Block, Cell, Line, Report, Section, Table, Tone, clauses};
use crate::compare::measurement::Measurement;
use crate::compare::metric::{Group, Metric, Unit};
use crate::experiment::Verdict;
use crate::experiment::outcome::{ComparisonSummary, ModelRole, Outcome, Place};
use crate::number::{counted, plain, thousands, two_decimals};

/// The figures of two runs that can be compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Beside {
    /// The run ids.
    pub first: String,
    pub second: String,
    pub pairs: Vec<CandidatePair>,
    /// Candidates that have no partner in the other run.
    pub only_first: Vec<String>,
    pub only_second: Vec<String>,
    /// Place by place and pair by pair, in the order of the first run; within, in the order of the
    /// vocabulary.
    pub metrics: Vec<MetricBeside>,
    /// Expectations of both runs whose verdict is another one.
    pub changed_verdicts: Vec<ChangedVerdict>,
    /// Expectations of both runs whose verdict is the same, and those of one run alone.
    pub same_verdicts: u64,
    pub verdicts_only_first: u64,
    pub verdicts_only_second: u64,
}

/// A candidate of each run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CandidatePair {
    pub first: String,
    pub second: String,
    pub paired_by: PairedBy,
}

/// Why two candidates stand beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairedBy {
    Name,
    /// Their place in the list, among those without a namesake in the other run.
    Position,
}

/// A metric in both runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MetricBeside {
    /// Label of the metric.
    pub metric: String,
    pub place: Place,
    pub first_candidate: String,
    pub second_candidate: String,
    /// None where the run did not measure it.
    pub first: Option<Measurement>,
    pub second: Option<Measurement>,
    /// The second point minus the first; none unless both are defined.
    pub difference: Option<f64>,
}

/// An expectation that holds in one run and fails in the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ChangedVerdict {
    pub first: Verdict,
    pub second: Verdict,
}

/// Why two runs cannot be compared, each reason a sentence; none if they can. They must have the
/// same datasets and the same baseline, by digest, and at least one place in common: dataset,
/// topic, snapshot, and the snapshot of the baseline where that is another one.
pub fn incomparable(first: &Outcome, second: &Outcome) -> Vec<String> {
    let mut reasons = Vec::new();
    let names: BTreeSet<&str> =
        first.datasets.iter().chain(&second.datasets).map(|dataset| dataset.name.as_str()).collect();
    for name in names {
        let digest = |outcome: &Outcome| {
            outcome.datasets.iter().find(|dataset| dataset.name == name).map(|dataset| dataset.digest.clone())
        };
        match (digest(first), digest(second)) {
            (Some(one), Some(other)) if one != other => {
                reasons.push(format!("the dataset {name} differs: {} and {}", short(&one), short(&other)));
            }
            (Some(_), None) => reasons.push(format!("the first run alone is on the dataset {name}")),
            (None, Some(_)) => reasons.push(format!("the second run alone is on the dataset {name}")),
            _ => {}
        }
    }
    if let [Some(one), Some(other)] = [first, second].map(|outcome| outcome.models.first())
        && one.digest != other.digest
    {
        reasons.push(format!(
            "the baselines differ: {} ({}) and {} ({})",
            one.id,
            short(&one.digest),
            other.id,
            short(&other.digest)
        ));
    }
    if common_places(first, second).is_empty() {
        let list = |outcome: &Outcome| places(outcome).iter().map(|place| place.title()).collect::<Vec<_>>().join("; ");
        reasons.push(format!(
            "they have no place in common: the first compares on {}, the second on {}",
            list(first),
            list(second)
        ));
    }
    reasons
}

/// The figures of two runs, which [`incomparable`] has nothing against.
pub fn figures_beside(first: &Outcome, second: &Outcome) -> Beside {
    let (pairs, only_first, only_second) = pair(&candidates(first), &candidates(second));
    let mut metrics = Vec::new();
    for place in common_places(first, second) {
        for pair in &pairs {
            let sides = [at(first, place, &pair.first), at(second, place, &pair.second)];
            if let [Some(one), Some(other)] = sides {
                metrics.extend(metrics_beside(pair, one, other));
            }
        }
    }
    let matched = match_verdicts(first, second, &pairs);
    let alone = |outcome: &Outcome| (outcome.verdicts.len() - matched.len()) as u64;
    let changed: Vec<ChangedVerdict> = matched
        .iter()
        .filter(|(one, other)| one.met != other.met)
        .map(|(one, other)| ChangedVerdict { first: (*one).clone(), second: (*other).clone() })
        .collect();
    Beside {
        first: first.run_id.clone(),
        second: second.run_id.clone(),
        only_first,
        only_second,
        metrics,
        same_verdicts: (matched.len() - changed.len()) as u64,
        verdicts_only_first: alone(first),
        verdicts_only_second: alone(second),
        changed_verdicts: changed,
        pairs,
    }
}

fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// The places of a run, each once, in its order.
fn places(outcome: &Outcome) -> Vec<&Place> {
    let mut found = Vec::new();
    for summary in &outcome.comparisons {
        if !found.contains(&&summary.place) {
            found.push(&summary.place);
        }
    }
    found
}

fn common_places<'a>(first: &'a Outcome, second: &Outcome) -> Vec<&'a Place> {
    let others = places(second);
    places(first).into_iter().filter(|place| others.contains(place)).collect()
}

fn candidates(outcome: &Outcome) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for summary in &outcome.comparisons {
        if !found.contains(&summary.candidate.as_str()) {
            found.push(&summary.candidate);
        }
    }
    found
}

/// Candidates paired by name, then the others by position; and those without a partner.
fn pair(first: &[&str], second: &[&str]) -> (Vec<CandidatePair>, Vec<String>, Vec<String>) {
    let mut by_position = second.iter().filter(|name| !first.contains(name));
    let (mut pairs, mut alone) = (Vec::new(), Vec::new());
    for name in first {
        let (partner, paired_by) = match second.contains(name) {
            true => (Some(name), PairedBy::Name),
            false => (by_position.next(), PairedBy::Position),
        };
        match partner {
            Some(partner) => {
                pairs.push(CandidatePair { first: name.to_string(), second: partner.to_string(), paired_by });
            }
            None => alone.push(name.to_string()),
        }
    }
    (pairs, alone, by_position.map(ToString::to_string).collect())
}

fn at<'a>(outcome: &'a Outcome, place: &Place, candidate: &str) -> Option<&'a ComparisonSummary> {
    outcome.comparisons.iter().find(|summary| summary.place == *place && summary.candidate == candidate)
}

fn metrics_beside(pair: &CandidatePair, first: &ComparisonSummary, second: &ComparisonSummary) -> Vec<MetricBeside> {
    let beside = |metric: Metric| {
        let label = metric.to_string();
        let [one, other] = [first, second].map(|summary| summary.metrics.get(&label).cloned());
        let point = |measured: &Option<Measurement>| measured.as_ref().and_then(Measurement::point);
        let difference = point(&one).zip(point(&other)).map(|(one, other)| other - one);
        MetricBeside {
            metric: label,
            place: first.place.clone(),
            first_candidate: pair.first.clone(),
            second_candidate: pair.second.clone(),
            first: one,
            second: other,
            difference,
        }
    };
    in_order(&[first, second]).into_iter().map(beside).collect()
}

/// Verdicts on the same question: metric, place, group and versions, a candidate standing for its
/// partner. Of several on one question those with the same bound belong together.
fn match_verdicts<'a>(
    first: &'a Outcome,
    second: &'a Outcome,
    pairs: &[CandidatePair],
) -> Vec<(&'a Verdict, &'a Verdict)> {
    let partner = |id: &str| {
        pairs.iter().find(|pair| pair.first == id).map_or_else(|| id.to_string(), |pair| pair.second.clone())
    };
    let same_question = |one: &Verdict, other: &Verdict| {
        // The baseline is the same in both runs, unless the expectation names another candidate.
        let baseline = one.baseline == other.baseline || partner(&one.baseline) == other.baseline;
        baseline
            && partner(&one.candidate) == other.candidate
            && (&one.metric, &one.dataset, &one.topic, &one.snapshot, one.across_topics, &one.group)
                == (&other.metric, &other.dataset, &other.topic, &other.snapshot, other.across_topics, &other.group)
    };
    let mut partners: Vec<Option<usize>> = vec![None; first.verdicts.len()];
    for bound_too in [true, false] {
        for (at, one) in
            first.verdicts.iter().enumerate().filter(|(at, _)| partners.get(*at) == Some(&None)).collect::<Vec<_>>()
        {
            let free = second.verdicts.iter().enumerate().find(|(other_at, other)| {
                !partners.contains(&Some(*other_at))
                    && same_question(one, other)
                    && (!bound_too || one.bound == other.bound)
            });
            partners[at] = free.map(|(other_at, _)| other_at);
        }
    }
    let found = first.verdicts.iter().zip(partners);
    found.filter_map(|(one, other)| Some((one, second.verdicts.get(other?)?))).collect()
}

/// Composes the report of two runs side by side.
pub fn beside(first: &Outcome, second: &Outcome) -> Report {
    let found = figures_beside(first, second);
    let mut sections = vec![summary(first, second, &found)];
    for place in common_places(first, second) {
        for pair in &found.pairs {
            let blocks = tables(&found, place, pair);
            if !blocks.is_empty() {
                let id = format!("beside-{}", sections.len());
                let title = format!("{}: {} beside {}", place.title(), pair.first, pair.second);
                let label = format!("{} at {}", pair.second, place.title());
                sections.push(Section { id, title, label: Some(label), blocks });
            }
        }
    }
    sections.push(Section::new("verdicts", "Expectations", verdicts(&found)));
    sections.push(Section::new("models", "Models", vec![models(first, second)]));
    let answers = [first, second].map(clauses::verdict);
    let tone = match answers.each_ref().map(|line| line.tone) {
        [Tone::Bad, _] | [_, Tone::Bad] => Tone::Bad,
        [Tone::Good, Tone::Good] => Tone::Good,
        _ => Tone::Plain,
    };
    Report {
        name: format!("{}-beside-{}", first.experiment.name, second.experiment.name),
        title: format!("{} beside {}", named(first), named(second)),
        verdict: Line { text: format!("First: {} Second: {}", answers[0].text, answers[1].text), tone },
        sections,
        telling: Vec::new(),
        context: Vec::new(),
    }
}

fn named(outcome: &Outcome) -> String {
    format!("{} {}", outcome.experiment.name, short(&outcome.run_id))
}

fn summary(first: &Outcome, second: &Outcome, found: &Beside) -> Section {
    let columns = [
        ("Side", Align::Left),
        ("Experiment", Align::Left),
        ("Run", Align::Left),
        ("Baseline", Align::Left),
        ("Candidates", Align::Left),
        ("Verdict", Align::Left),
    ];
    let mut table = Table::new("The runs", &columns);
    for (side, outcome) in [("first", first), ("second", second)] {
        let line = clauses::verdict(outcome);
        let baseline = outcome.models.first().map_or(String::new(), |model| model.id.clone());
        let texts =
            [side, &outcome.experiment.name, &short(&outcome.run_id), &baseline, &candidates(outcome).join(", ")];
        let mut cells: Vec<Cell> = texts.into_iter().map(|text| Cell::from(text.to_string())).collect();
        cells.push(Cell { text: line.text, tone: line.tone });
        table.rows.push(cells);
    }
    let mut lines = Vec::new();
    for pair in &found.pairs {
        let digest = |outcome: &Outcome, id: &str| {
            outcome.models.iter().find(|model| model.id == id).map(|model| short(&model.digest)).unwrap_or_default()
        };
        let digests = [digest(first, &pair.first), digest(second, &pair.second)];
        lines.push(match pair.paired_by {
            PairedBy::Name if digests[0] == digests[1] => {
                format!("{} is the same model in both runs.", pair.first)
            }
            PairedBy::Name => format!(
                "{} bears the same name in both runs and is another model: {} and {}.",
                pair.first, digests[0], digests[1]
            ),
            PairedBy::Position => {
                format!("{} stands beside {}: paired by position, as their names differ.", pair.first, pair.second)
            }
        });
    }
    for (side, alone) in [("first", &found.only_first), ("second", &found.only_second)] {
        let left = |name: &String| format!("{name} of the {side} run has no partner and is left out.");
        lines.extend(alone.iter().map(left));
    }
    for (side, outcome, other) in [("first", first, second), ("second", second, first)] {
        let others = places(other);
        let left = |place: &&Place| format!("The {side} run alone compares on {}, which is left out.", place.title());
        lines.extend(places(outcome).into_iter().filter(|place| !others.contains(place)).map(|place| left(&place)));
    }
    lines.extend(coverage(first, second, found));
    if first.tool != second.tool {
        lines.push(format!("The tool is another one: {} and {}.", first.tool, second.tool));
    }
    if first.uncertainty != second.uncertainty {
        lines.push("The runs estimate sampling error differently, so their intervals differ for that too.".to_string());
    }
    lines.push("A difference is the second point minus the first.".to_string());
    if first.uncertainty.is_some() || second.uncertainty.is_some() {
        lines.push(
            "It has no interval: both candidates are measured on the same accounts, so the intervals of the two do not say how sure their difference is."
                .to_string(),
        );
    }
    Section::new("summary", "Summary", vec![Block::Table(table), Block::List(lines)])
}

/// Where the candidates are compared over different numbers of accounts.
fn coverage(first: &Outcome, second: &Outcome, found: &Beside) -> Vec<String> {
    let mut lines = Vec::new();
    for place in common_places(first, second) {
        for pair in &found.pairs {
            let both = |outcome: &Outcome, id: &str| at(outcome, place, id).map(|summary| summary.coverage.both);
            let (Some(one), Some(other)) = (both(first, &pair.first), both(second, &pair.second)) else { continue };
            if one != other {
                lines.push(format!(
                    "On {} the first run compares {}, the second {}: a difference is not of the same accounts alone.",
                    place.title(),
                    crate::number::accounts(one),
                    thousands(other)
                ));
            }
        }
    }
    lines
}

fn tables(found: &Beside, place: &Place, pair: &CandidatePair) -> Vec<Block> {
    let rows = found
        .metrics
        .iter()
        .filter(|row| (&row.place, &row.first_candidate, &row.second_candidate) == (place, &pair.first, &pair.second));
    let rows: Vec<(&MetricBeside, Metric)> = rows.filter_map(|row| Some((row, row.metric.parse().ok()?))).collect();
    let mut blocks = Vec::new();
    for (caption, group) in [
        ("Replay of the published score", Group::Replay),
        ("Agreement with judged pairs", Group::Judgement),
        ("Order", Group::Rank),
        ("Drift", Group::Drift),
        ("What the scores rest on", Group::Data),
    ] {
        let [one, other] =
            [("first", &pair.first), ("second", &pair.second)].map(|(side, id)| format!("{id} ({side})"));
        let columns =
            [("Metric", Align::Left), (&*one, Align::Right), (&*other, Align::Right), ("Difference", Align::Right)];
        let mut table = Table::new(caption, &columns);
        for (row, metric) in rows.iter().filter(|(row, metric)| {
            metric.definition.group == group && says_anything(metric, &[row.first.as_ref(), row.second.as_ref()])
        }) {
            let side = |measured: &Option<Measurement>| {
                measured.as_ref().map_or("not measured".to_string(), |measured| shown(metric, measured))
            };
            let difference =
                row.difference.map_or("–".to_string(), |difference| difference_shown(metric, difference));
            table.row([titled(metric), side(&row.first), side(&row.second), difference]);
        }
        if !table.rows.is_empty() {
            blocks.push(Block::Table(table));
        }
    }
    blocks
}

/// A difference in the unit of its metric, with its sign; of shares in percentage points.
fn difference_shown(metric: &Metric, difference: f64) -> String {
    match metric.definition.unit {
        Unit::Share => format!("{} pp", two_decimals(difference * 100.0, true)),
        Unit::Points | Unit::Ranks | Unit::Days => two_decimals(difference, true),
        Unit::Plain => match plain(difference) {
            text if difference > 0.0 && text.starts_with(|first: char| first.is_ascii_digit()) => format!("+{text}"),
            text => text,
        },
    }
}

fn verdicts(found: &Beside) -> Vec<Block> {
    let mut lines = vec![match found.changed_verdicts.len() as u64 {
        0 => "No expectation changes its verdict.".to_string(),
        1 => "1 expectation changes its verdict.".to_string(),
        count => format!("{} change their verdict.", counted(count, "expectation")),
    }];
    lines.push(format!(
        "{} in both runs come to the same; the first run alone has {}, the second alone {}.",
        counted(found.same_verdicts, "expectation"),
        thousands(found.verdicts_only_first),
        thousands(found.verdicts_only_second)
    ));
    let columns = [
        ("Metric", Align::Left),
        ("Where", Align::Left),
        ("First", Align::Left),
        ("First got", Align::Right),
        ("Second", Align::Left),
        ("Second got", Align::Right),
    ];
    let mut table = Table::new("Expectations whose verdict changes", &columns);
    for ChangedVerdict { first, second } in &found.changed_verdicts {
        let metric = first.metric.parse::<Metric>().ok();
        let got = |verdict: &Verdict| match (&metric, &verdict.measured.value) {
            (Some(metric), Ok(_)) => shown(metric, &verdict.measured),
            (None, Ok(estimate)) => plain(estimate.point()),
            (_, Err(reason)) => format!("undefined: {reason}"),
        };
        let word = |verdict: &Verdict| {
            let (word, tone) = if verdict.met { ("met", Tone::Good) } else { ("FAILED", Tone::Bad) };
            Cell { text: format!("{word}: {}", verdict.bound), tone }
        };
        table.rows.push(vec![
            Cell::from(first.metric.clone()),
            Cell::from(place_of(first)),
            word(first),
            Cell::from(got(first)),
            word(second),
            Cell::from(got(second)),
        ]);
    }
    let mut blocks = vec![Block::List(lines)];
    if !table.rows.is_empty() {
        blocks.push(Block::Table(table));
    }
    blocks
}

fn place_of(verdict: &Verdict) -> String {
    let place = Place {
        dataset: verdict.dataset.clone(),
        topic: verdict.topic.clone(),
        snapshot: verdict.snapshot.clone(),
        baseline_snapshot: None,
    };
    let mut parts = vec![place.title()];
    parts.extend(verdict.across_topics.then(|| "mean over topics".to_string()));
    parts.extend(verdict.group.iter().map(ToString::to_string));
    parts.join(" · ")
}

fn models(first: &Outcome, second: &Outcome) -> Block {
    let columns = [("Side", Align::Left), ("Role", Align::Left), ("Model", Align::Left), ("Digest", Align::Left)];
    let mut table = Table::new("Models by digest", &columns);
    for (side, outcome) in [("first", first), ("second", second)] {
        for model in &outcome.models {
            let role = if model.role == ModelRole::Baseline { "baseline" } else { "candidate" };
            table.row([side.to_string(), role.to_string(), model.id.clone(), short(&model.digest)]);
        }
    }
    Block::Table(table)
}

#[cfg(test)]
mod tests;
