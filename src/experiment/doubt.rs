//! Reasons to distrust a figure, found by looking at the outcome itself. A report prints them
//! beside its summary: whatever was skipped, replaced or thin is said.

use super::outcome::{Outcome, ReferenceSummary};
use crate::number::thousands;

/// Under this many accounts a share moves by more than a point when one account does.
const FEW: u64 = 100;

/// The doubts about an outcome.
pub fn doubts(outcome: &Outcome) -> Vec<String> {
    let mut doubts = Vec::new();
    let first = outcome.comparisons.first().and_then(|comparison| comparison.snapshot.as_ref());
    let several = outcome.comparisons.iter().any(|comparison| comparison.snapshot.as_ref() != first);
    // An account that is scored in three snapshots counts three times.
    let accounts = if several { "rows (accounts by snapshot)" } else { "accounts" };
    for model in &outcome.models {
        let id = &model.id;
        let tally = &model.tally;
        if model.reference == ReferenceSummary::ScoredData {
            doubts.push(format!(
                "{id} is fitted on the very accounts that it scores: a change of the data moves its scale as well, and its scores cannot be compared with those on other data."
            ));
        }
        let mut say = |count: u64, text: &str| {
            if count > 0 {
                doubts.push(format!("{id}: {} {}.", thousands(count), text.replacen("accounts", accounts, 1)));
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
    for comparison in &outcome.comparisons {
        let place = comparison.snapshot.as_ref().map_or(String::new(), |snapshot| format!(" in {snapshot}"));
        if comparison.coverage.both < FEW {
            doubts.push(format!(
                "Only {} accounts are compared{place}: one account is more than a hundredth of every share.",
                comparison.coverage.both
            ));
        }
        if comparison.pairs_left_out > 0 {
            doubts.push(format!(
                "{} against {}: {} of {} judged pairs are left out{place}, because an account is not compared there.",
                comparison.candidate,
                comparison.baseline,
                thousands(comparison.pairs_left_out),
                thousands(comparison.pairs + comparison.pairs_left_out)
            ));
        }
    }
    let baseline_bands = outcome.models.first().map(|model| &model.bands);
    for model in outcome.models.iter().skip(1).filter(|model| Some(&model.bands) != baseline_bands) {
        doubts.push(format!("{} declares other bands; migration is counted in the baseline's.", model.id));
    }
    doubts
}
