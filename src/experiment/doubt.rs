//! Reasons to distrust a figure, found by looking at the outcome itself. A report prints them
//! beside its summary: whatever was skipped, replaced or thin is said.

use super::outcome::{
    ComparisonSummary, DriftReason, ModelSummary, Outcome, ReferenceSummary, SignalDriftSummary, SignalRow,
};
use crate::number::{counted, percent, points, thousands};

/// Under this many accounts a share moves by more than a point when one account does.
const FEW: u64 = 100;

/// Under this many topics an interval that draws topics again is known to be too short.
const FEW_TOPICS: u64 = 20;

/// The doubts about an outcome, the gravest kind first: what makes figures say something else than
/// they seem to, then what is thin, then what was left out or replaced.
pub fn doubts(outcome: &Outcome) -> Vec<String> {
    let mut doubts = on_scored_data(outcome);
    doubts.extend(thin(outcome));
    doubts.extend(outcome.signal_drift.iter().filter_map(aged));
    doubts.extend(crowded(outcome));
    doubts.extend(tried(outcome));
    doubts.extend(turned(outcome));
    doubts.extend(refused(outcome));
    doubts.extend(left_out(outcome));
    doubts.extend(tally(outcome));
    doubts
}

fn on_scored_data(outcome: &Outcome) -> Vec<String> {
    let mine = |model: &&ModelSummary| model.reference == ReferenceSummary::ScoredData;
    let told = |model: &ModelSummary| {
        format!(
            "{} is fitted on the very accounts that it scores: a change of the data moves its scale as well, and its scores cannot be compared with those on other data.",
            model.id
        )
    };
    outcome.models.iter().filter(mine).map(told).collect()
}

/// Few accounts, few topics, a sample.
fn thin(outcome: &Outcome) -> Vec<String> {
    let mut doubts = Vec::new();
    for comparison in outcome.comparisons.iter().filter(|comparison| comparison.coverage.both < FEW) {
        doubts.push(format!(
            "Only {} compared{}: one account is more than a hundredth of every share.",
            match comparison.coverage.both {
                1 => "1 account is".to_string(),
                both => format!("{both} accounts are"),
            },
            snapshot(comparison)
        ));
    }
    for dataset in outcome.datasets.iter().filter(|dataset| dataset.sampled) {
        doubts.push(format!(
            "{} is a weighted sample: figures count what its accounts stand for; tables of accounts count those that are there.",
            dataset.name
        ));
    }
    let few = outcome.across_topics.iter().map(|across| across.topics).min().filter(|topics| *topics < FEW_TOPICS);
    if let (Some(topics), Some(_)) = (few, &outcome.uncertainty) {
        doubts.push(format!(
            "Averages over {topics} topics: with so few, intervals that draw topics again come out too short."
        ));
    }
    doubts
}

/// ` in 2011-10`, where there are snapshots.
fn snapshot(comparison: &ComparisonSummary) -> String {
    comparison.place.snapshot.as_ref().map_or(String::new(), |snapshot| format!(" in {snapshot}"))
}

/// Orders that turn within a group, and bands that differ.
fn turned(outcome: &Outcome) -> Vec<String> {
    let mut doubts = Vec::new();
    for comparison in &outcome.comparisons {
        let turned = comparison.groups.iter().filter(|group| group.sign_conflict);
        let turned: Vec<String> = turned.map(|group| group.group.to_string()).collect();
        if !turned.is_empty() {
            doubts.push(format!(
                "{} against {}: within {} the order turns against the order over all accounts.",
                comparison.candidate,
                comparison.baseline,
                turned.join(", ")
            ));
        }
    }
    let baseline_bands = outcome.models.first().map(|model| &model.bands);
    for model in outcome.models.iter().skip(1).filter(|model| Some(&model.bands) != baseline_bands) {
        doubts.push(format!("{} declares other bands; migration is counted in the baseline's.", model.id));
    }
    doubts
}

/// Judged pairs, answers and members of cohorts that are not compared.
fn left_out(outcome: &Outcome) -> Vec<String> {
    let mut doubts = Vec::new();
    for comparison in outcome.comparisons.iter().filter(|comparison| comparison.pairs_left_out > 0) {
        doubts.push(format!(
            "{} against {}: {} of {} judged pairs are left out{}, because an account is not compared there.",
            comparison.candidate,
            comparison.baseline,
            thousands(comparison.pairs_left_out),
            thousands(comparison.pairs + comparison.pairs_left_out),
            snapshot(comparison)
        ));
    }
    for comparison in &outcome.comparisons {
        if comparison.answers > 0 && comparison.answers_left_out > 0 {
            doubts.push(format!(
                "{} against {}: {} of {} answers are left out, because respondent or brand is not there or the respondent lacks a score.",
                comparison.candidate,
                comparison.baseline,
                thousands(comparison.answers_left_out),
                thousands(comparison.answers + comparison.answers_left_out)
            ));
        }
        for (cohort, absent) in comparison.cohorts_absent.iter().filter(|(_, absent)| **absent > 0) {
            doubts.push(format!(
                "{} against {}: {} of the cohort {cohort} {} not compared.",
                comparison.candidate,
                comparison.baseline,
                counted(*absent, "account"),
                if *absent == 1 { "is" } else { "are" }
            ));
        }
    }
    doubts
}

/// What happened on the way to the scores.
fn tally(outcome: &Outcome) -> Vec<String> {
    let mut doubts = Vec::new();
    let first = outcome.comparisons.first().map(|comparison| &comparison.place);
    let several = outcome.comparisons.iter().any(|comparison| Some(&comparison.place) != first);
    // An account that is scored in three snapshots counts three times.
    let accounts = if several { "rows (accounts by snapshot)" } else { "accounts" };
    for model in &outcome.models {
        let id = &model.id;
        let tally = &model.tally;
        let mut say = |count: u64, text: &str| {
            if count > 0 {
                let text = if count == 1 { singular(text) } else { text.replacen("accounts", accounts, 1) };
                doubts.push(format!("{id}: {} {text}.", thousands(count)));
            }
        };
        say(tally.unscored, "accounts have no score, because none of the model's networks has anything of them");
        say(
            tally.without_meaning,
            "values have no meaning under a transform (such as the logarithm of a negative number) and were left out",
        );
        say(tally.taken_as_zero, "strengths below 0 were taken as 0, because the aggregation has no meaning there");
        say(tally.below_scale, "accounts lie below what the scale covers and stand at its lower end");
        say(tally.above_scale, "accounts lie above what the scale covers and stand at its upper end");
        say(tally.replaced, "missing values were replaced as the model's policy says");
        say(tally.left_out, "missing values were left out as the model's policy says");
    }
    doubts
}

/// A sentence about several, said of one.
fn singular(text: &str) -> String {
    const WORDS: [(&str, &str); 7] = [
        ("accounts have", "account has"),
        ("accounts lie", "account lies"),
        ("and stand at its", "and stands at its"),
        ("values have", "value has"),
        ("values were", "value was"),
        ("and were left out", "and was left out"),
        ("strengths below 0 were", "strength below 0 was"),
    ];
    WORDS.iter().fold(text.to_string(), |text, (many, one)| text.replace(many, one))
}

/// A share of accounts that the scale cannot tell apart, from which on it is told.
const CROWDED: f64 = 0.02;

/// Sides of which many accounts stand at an end of the scale or on one score; each said once.
fn crowded(outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    for comparison in &outcome.comparisons {
        let Some(sides) = &comparison.findings.saturated else { continue };
        for (id, side) in [&comparison.baseline, &comparison.candidate].into_iter().zip(sides) {
            let ends = [("lower", side.share_at_low), ("upper", side.share_at_high)];
            for (end, share) in ends.into_iter().filter(|(_, share)| *share >= CROWDED) {
                found.push(format!(
                    "{id}: {} of the accounts stand at the {end} end of the scale, where nothing tells them apart.",
                    percent(share)
                ));
            }
            let inside = side.heap > side.low && side.heap < side.high;
            if inside && side.share_at_heap >= CROWDED {
                found.push(format!(
                    "{id}: {} of the accounts are tied at one score, {}.",
                    percent(side.share_at_heap),
                    points(side.heap)
                ));
            }
        }
    }
    let mut told = std::collections::BTreeSet::new();
    found.retain(|line| told.insert(line.clone()));
    found
}

/// The best of many looks better than it is: how many versions and expectations were tried.
fn tried(outcome: &Outcome) -> Option<String> {
    const MANY: usize = 3;
    let candidates = outcome.models.len().saturating_sub(1);
    let judged = outcome.verdicts.iter().filter(|verdict| verdict.measured.bounds().is_some()).count();
    let several = candidates >= MANY;
    let level = outcome.uncertainty.as_ref().map(|uncertainty| uncertainty.level).filter(|_| judged >= 20);
    match (several, level) {
        (false, None) => None,
        (true, None) => Some(format!(
            "{candidates} candidates were tried on the same data: the best of several looks better than it is."
        )),
        (several, Some(level)) => {
            let wrong = (1.0 - level) / 2.0 * judged as f64;
            let best = if several {
                format!(
                    "; {candidates} candidates were tried on the same data, and the best of several looks better than it is"
                )
            } else {
                String::new()
            };
            Some(format!(
                "{judged} expectations are held against the end of an interval: were every true value just beyond its bound, about {} of them would still be met by chance{best}.",
                points(wrong)
            ))
        }
    }
}

/// Whether a figure has no interval because nothing varies: that is no reason for doubt.
fn idle(reason: &str) -> bool {
    reason.contains("resampling shows no error")
}

/// Why figures that could have an interval have none, each reason once, with how many figures.
fn refused(outcome: &Outcome) -> Vec<String> {
    let mut reasons: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    let whole = outcome.comparisons.iter().map(|comparison| &comparison.metrics);
    let groups = outcome.comparisons.iter().flat_map(|comparison| &comparison.groups).map(|group| &group.metrics);
    let topics = outcome.across_topics.iter().map(|across| &across.metrics);
    for measurement in whole.chain(groups).chain(topics).flat_map(|metrics| metrics.values()) {
        if let Some(reason) = measurement.no_interval.as_deref().filter(|reason| !idle(reason)) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let told = |(reason, count): (&str, u64)| format!("No interval for {}: {reason}.", counted(count, "figure"));
    reasons.into_iter().map(told).collect()
}

/// What became of the signals, in a sentence; nothing where none moved.
fn aged(drift: &SignalDriftSummary) -> Option<String> {
    let names = |keep: &dyn Fn(&SignalRow) -> bool| -> Vec<&str> {
        drift.signals.iter().filter(|row| keep(row)).map(|row| row.signal.as_str()).collect()
    };
    let vanished = names(&|row| row.vanished);
    let appeared = names(&|row| row.appeared);
    let moved = names(&SignalRow::drifted);
    let mut parts = Vec::new();
    for (what, list) in [("vanished", &vanished), ("appeared", &appeared)] {
        if !list.is_empty() {
            parts.push(format!("{} {what}", list.join(", ")));
        }
    }
    if !moved.is_empty() {
        let of = counted(drift.signals.len() as u64, "signal");
        parts.push(format!("{} of the {of} that the models read drifted (index of 0.1 or more)", moved.len()));
    }
    if parts.is_empty() {
        return None;
    }
    let since = format!("Between {} and {} of {}", drift.from, drift.to, drift.dataset);
    Some(match &drift.reason {
        DriftReason::Sides => format!("{since}: {}.", parts.join("; ")),
        DriftReason::Reference(models) => {
            format!(
                "{} {} fitted on a population that has aged. {since}: {}.",
                models.join(", "),
                if models.len() == 1 { "is" } else { "are" },
                parts.join("; ")
            )
        }
    })
}
