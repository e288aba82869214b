//! The first screen: what a reviewer asks, in the order asked, each with its answer in plain words.

use super::{Answer, Bars, Tone, clauses, golden, tables};
use crate::compare::findings::NoticedShares;
use crate::compare::group::Group;
use crate::experiment::outcome::{
    AccountReasons, ComparisonSummary, FactorWeights, GroupSummary, ModelSummary, Outcome, SignalDriftSummary,
};
use crate::number::{counted, percent, two_decimals};
use crate::score::contribution::{Cause, Contribution};

/// Failed expectations that the first screen tells; the rest stands in the table.
const FAILURES: usize = 6;
/// Changes of weights that it tells.
const WEIGHTS: usize = 3;
/// Doubts that it tells.
const DOUBTS: usize = 3;
/// Reasons that are told of an account in a table.
const REASONS: usize = 3;

/// Whether it may ship: what every expectation came to.
pub fn verdict(outcome: &Outcome) -> Answer {
    let line = clauses::verdict(outcome);
    let word = match line.tone {
        Tone::Good => "Yes. ",
        Tone::Bad => "No. ",
        Tone::Plain => "",
    };
    let mut lines = vec![format!("{word}{}", line.text)];
    let expected = outcome.verdicts.iter().filter(|verdict| !verdict.met);
    let cases = outcome.golden.iter().filter(|verdict| !verdict.met);
    // In the order of the table.
    let failed: Vec<String> = cases
        .map(golden::line)
        .chain(expected.map(|verdict| tables::verdict_line(outcome, verdict)))
        .map(|line| format!("FAILED: {line}"))
        .collect();
    lines.extend(failed.iter().take(FAILURES).cloned());
    if failed.len() > FAILURES {
        lines.push(format!("and {} more, in the table of expectations.", failed.len() - FAILURES));
    }
    Answer { question: "May it ship?", lines, bars: Vec::new(), tone: line.tone }
}

/// The answers about one comparison.
pub fn comparison(outcome: &Outcome, summary: &ComparisonSummary) -> Vec<Answer> {
    let answer = |question: &'static str, lines: Vec<String>, nothing: &str| Answer {
        question,
        lines: if lines.is_empty() { vec![nothing.to_string()] } else { lines },
        bars: Vec::new(),
        tone: Tone::Plain,
    };
    vec![
        Answer {
            bars: bars(summary),
            ..answer("Who moves, and how far?", clauses::movement(summary), "Nobody is compared.")
        },
        answer(
            "What was changed?",
            changed(outcome, summary),
            "Nothing: both sides are the same model on the same data.",
        ),
        answer(
            "Is it any better?",
            clauses::benefit(summary),
            "That cannot be told: the dataset has no judged pairs, outcomes or answers to hold the scores against.",
        ),
        answer("Level, or order?", clauses::kind_of_change(summary), "No score changed."),
        answer("Which bands and perks are crossed?", clauses::crossings(summary), "The baseline declares no bands."),
        answer("For whom is it worst?", worst(summary), "Nobody loses."),
        answer("What does it rest on?", basis(outcome, summary), "Nothing."),
    ]
}

/// The comparison in which most is lost: by exposure where that is known, else by account.
pub fn hardest(all: &[ComparisonSummary]) -> Option<&ComparisonSummary> {
    let lost = |summary: &ComparisonSummary| {
        let noticed = summary.findings.noticed.as_ref()?;
        Some(noticed.by_exposure.as_ref().unwrap_or(&noticed.by_account).fall)
    };
    // The first of equals.
    all.iter().rev().max_by(|left, right| lost(left).unwrap_or(0.0).total_cmp(&lost(right).unwrap_or(0.0)))
}

/// The changes that are shown, from -15 to +15 points.
fn bars(summary: &ComparisonSummary) -> Vec<Bars> {
    let Some(noticed) = &summary.findings.noticed else { return Vec::new() };
    let one = |title, seen: &NoticedShares| Bars { title, from: "−15", to: "+15", shares: seen.shares.clone() };
    let exposed = noticed.by_exposure.as_ref().map(|seen| one("by exposure", seen));
    [one("by account (the ends hold all beyond)", &noticed.by_account)].into_iter().chain(exposed).collect()
}

/// Who is compared, and whether the signals moved under the models.
fn basis(outcome: &Outcome, summary: &ComparisonSummary) -> Vec<String> {
    let mut lines = clauses::basis(summary);
    let place = &summary.place;
    // What the candidate scores, against what it was fitted on or what the baseline scores.
    let here = |drift: &&SignalDriftSummary| {
        drift.dataset == place.dataset && drift.topic == place.topic && place.snapshot.as_ref() == Some(&drift.to)
    };
    lines.extend(outcome.signal_drift.iter().filter(here).map(clauses::drift));
    lines
}

/// The doubts, as far as the first screen has room.
pub fn doubts(outcome: &Outcome) -> Answer {
    let mut lines: Vec<String> = outcome.doubts.iter().take(DOUBTS).cloned().collect();
    match outcome.doubts.len() {
        0 => lines.push("Nothing was skipped, replaced or cut, and nothing is thin.".to_string()),
        all if all > DOUBTS => lines.push(format!("and {} more, under Doubts.", all - DOUBTS)),
        _ => {}
    }
    Answer { question: "What is doubtful?", lines, bars: Vec::new(), tone: Tone::Plain }
}

/// What differs between the models, and between the data.
fn changed(outcome: &Outcome, summary: &ComparisonSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let place = &summary.place;
    if let (Some(after), Some(before)) = (&place.snapshot, &place.baseline_snapshot) {
        lines.push(format!("The data: the baseline scores {before}, the candidate {after}."));
    }
    let model = |id: &str| outcome.models.iter().find(|model| model.id == id);
    let (Some(baseline), Some(candidate)) = (model(&summary.baseline), model(&summary.candidate)) else {
        return lines;
    };
    if baseline.digest == candidate.digest {
        if !lines.is_empty() {
            lines.push(format!("The model is {} on both sides.", candidate.id));
        }
        return lines;
    }
    lines.push(format!("{}: {}.", candidate.id, candidate.title.trim_end_matches('.')));
    if !candidate.draft_edits.is_empty() {
        lines.push(format!("Edited by: {}.", candidate.draft_edits.join("; ")));
    }
    lines.extend(factors(baseline, candidate));
    let moved = largest_weights(&summary.weights);
    lines.extend(moved.iter().take(WEIGHTS).map(|weights| weight_line(weights)));
    if moved.len() > WEIGHTS {
        lines.push(format!("{} in all have another weight.", counted(moved.len() as u64, "factor")));
    }
    lines
}

/// Factors that only one side has.
fn factors(baseline: &ModelSummary, candidate: &ModelSummary) -> Option<String> {
    let names = |model: &ModelSummary| -> std::collections::BTreeSet<(String, String)> {
        model.factors.iter().map(|factor| (factor.network.clone(), factor.name.clone())).collect()
    };
    let (before, after) = (names(baseline), names(candidate));
    let (added, removed) = (after.difference(&before).count(), before.difference(&after).count());
    match (added, removed) {
        (0, 0) => None,
        (added, 0) => Some(format!("{} joined.", counted(added as u64, "factor"))),
        (0, removed) => Some(format!("{} went.", counted(removed as u64, "factor"))),
        (added, removed) => Some(format!("{} joined, {removed} went.", counted(added as u64, "factor"))),
    }
}

/// Factors whose nominal weight differs, the largest difference first.
fn largest_weights(weights: &[FactorWeights]) -> Vec<&FactorWeights> {
    // A change of one weight shifts every share by a little; a tenth of a percent is told.
    const LEAST: f64 = 0.001;
    let size = |weights: &FactorWeights| weights.moved()[0];
    let mut moved: Vec<&FactorWeights> = weights.iter().filter(|weights| size(weights) >= LEAST).collect();
    moved.sort_by(|left, right| size(right).total_cmp(&size(left)));
    moved
}

fn weight_line(weights: &FactorWeights) -> String {
    let shown = |[before, after]: [Option<f64>; 2]| {
        let one = |share: Option<f64>| share.map_or("none".to_string(), percent);
        format!("{} → {}", one(before), one(after))
    };
    let realised = match weights.realised {
        [None, None] => String::new(),
        both => format!(", realised {}", shown(both)),
    };
    format!(
        "Weight of {}: nominal {}{realised}.",
        factor_name(&weights.network, &weights.factor),
        shown(weights.nominal)
    )
}

/// A factor, with its network where its own name does not tell it.
pub fn factor_name(network: &str, factor: &str) -> String {
    if factor.starts_with(network) { factor.to_string() } else { format!("{factor} ({network})") }
}

/// The group that falls furthest, and the account that does.
fn worst(summary: &ComparisonSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let shift = |group: &GroupSummary| group.shrunk_mean_shift.or_else(|| group.metrics.get("mean-shift")?.point());
    // Bands of the baseline fall and rise by chance alone.
    let fair = |group: &&GroupSummary| !matches!(group.group, Group::Band(_)) && !group.metrics.is_empty();
    let found = summary.groups.iter().filter(fair).filter_map(|group| Some((group, shift(group)?)));
    if let Some((group, shrunk)) = found.min_by(|left, right| left.1.total_cmp(&right.1)) {
        // Small groups are ordered by what is left of their shift; told is the shift itself.
        let shift = group.metrics.get("mean-shift").and_then(|measured| measured.point()).unwrap_or(shrunk);
        let down = group.metrics.get("share-moved[direction=down]").and_then(|measured| measured.point());
        let down = down.map_or(String::new(), |down| {
            format!(", and {} of them lose 5 points or more before rounding", percent(down))
        });
        lines.push(format!(
            "Of the groups, {}: its {} change by {} points on average{down}.",
            group.group,
            counted(group.accounts, "account"),
            two_decimals(shift, true)
        ));
    }
    if let Some(loser) = summary.findings.losers.first() {
        let why = summary.reasons.iter().find(|reasons| reasons.account == loser.account);
        let why = why.map_or(String::new(), |why| format!(": {}", reasons(why)));
        lines.push(format!(
            "The account that loses most, {}, goes from {} to {}{why}.",
            tables::short_name(&loser.account),
            crate::number::points(loser.baseline),
            crate::number::points(loser.candidate)
        ));
    }
    lines
}

/// The largest reasons of an account, in one line.
pub fn reasons(found: &AccountReasons) -> String {
    let own: Vec<String> =
        found.reasons.iter().take(REASONS).map(|reason| reason_line(reason, found.in_rest)).collect();
    let others = || found.reasons.iter().skip(REASONS);
    // One that stands for several counts as these.
    let count: u64 = others().map(|reason| if reason.cause == Cause::Rest { found.in_rest } else { 1 }).sum();
    let points = two_decimals(others().map(|reason| reason.points).sum(), true);
    let rest = match count {
        0 => String::new(),
        1 => format!("; {points} from one other"),
        count => format!("; {points} from {count} others"),
    };
    format!("{}{rest}", own.join("; "))
}

/// `-3.00 from the weight of twitter-followers`.
fn reason_line(reason: &Contribution, in_rest: u64) -> String {
    format!("{} from {}", two_decimals(reason.points, true), cause(reason, in_rest))
}

/// What a reason is, in words.
pub fn cause(reason: &Contribution, in_rest: u64) -> String {
    let network = reason.network.as_deref().unwrap_or_default();
    let what = match &reason.factor {
        Some(factor) => factor_name(network, factor),
        None => format!("the network {network}"),
    };
    match reason.cause {
        Cause::Data => format!("its own data: {what}"),
        Cause::Definition => format!("the definition of {what}"),
        Cause::DataAndDefinition => format!("data and definition of {what}"),
        Cause::Weight => format!("the weight of {what}"),
        Cause::Added => format!("{what}, which is new"),
        Cause::Removed => format!("{what}, which went"),
        Cause::Appeared => format!("data that came: {what}"),
        Cause::Vanished => format!("data that went: {what}"),
        Cause::Aggregation if network.is_empty() => "how networks are combined".to_string(),
        Cause::Aggregation => format!("how {network} adds up"),
        Cause::Scale => "the scale".to_string(),
        Cause::Rest => counted(in_rest, "smaller reason"),
    }
}
