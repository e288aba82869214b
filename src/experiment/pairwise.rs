//! How near two models of a plan are to each other by the order of the accounts, for pairs that are
//! named.

use super::join::{RunError, compare};
use super::plan::Plan;
use super::scoring::Scored;
use super::site::Site;
use crate::compare::measurement::{Measurement, measure_one};
use crate::compare::metric::Metric;
use crate::diagnostic::Diagnostics;
use crate::ids::ModelId;

/// What two models come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Pairwise {
    pub first: ModelId,
    pub second: ModelId,
    /// Undefined also where the two have too few accounts in common.
    pub value: Measurement,
    /// Accounts that both score.
    pub accounts: u64,
}

/// A metric of pairs of the plan's models, at the first place that it scores.
pub fn pairwise(
    plan: &Plan,
    scored: &Scored,
    metric: &Metric,
    pairs: &[(ModelId, ModelId)],
) -> Result<Vec<Pairwise>, Diagnostics> {
    let place = scored.sets.first().and_then(|set| Some((set, set.index.slices.first()?)));
    let Some((set, slice)) = place else { return Ok(Vec::new()) };
    let site = Site::same_snapshot(plan, set, slice);
    let measured = |(first, second): &(ModelId, ModelId)| {
        let (value, accounts) = match compare(&site, first, second) {
            Ok(comparison) => (measure_one(&comparison, metric, None), comparison.coverage.both),
            Err(RunError::NotComparable(problem)) => (Measurement::undefined(metric, problem.message), 0),
            Err(RunError::Input(problems)) => return Err(problems),
        };
        Ok(Pairwise { first: first.clone(), second: second.clone(), value, accounts })
    };
    pairs.iter().map(measured).collect()
}
