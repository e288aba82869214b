//! Two models joined at a site, or why they cannot be; and how intervals are made there.

use super::plan::Plan;
use super::scoring::Set;
use super::site::Site;
use super::spec::IntervalMethod;
use crate::compare::Comparison;
use crate::compare::uncertainty::Intervals;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::ModelId;

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Something that was given is wrong.
    #[error("{0}")]
    Input(#[from] Diagnostics),
    /// Everything is right, but the models have too few accounts in common.
    #[error("{0}")]
    NotComparable(Diagnostic),
}

/// Joins two models at a site; refuses what has too little in common.
pub fn compare<'a>(site: &Site<'a>, baseline: &ModelId, candidate: &ModelId) -> Result<Comparison<'a>, RunError> {
    let plan = site.plan;
    let comparison = site.compare(plan.position(baseline), plan.position(candidate))?;
    let least = plan.experiment.minimum_overlap;
    let coverage = comparison.coverage;
    if coverage.both == 0 || coverage.overlap() < least {
        let place = site.snapshot().map_or(String::new(), |snapshot| format!(" in snapshot {snapshot}"));
        let message = format!(
            "{baseline} and {candidate} are not comparable{place}: {} accounts have both scores, {} only the first, {} only the second, {} neither",
            coverage.both, coverage.only_baseline, coverage.only_candidate, coverage.neither
        );
        let hint = format!("the least overlap is {least}; `minimum-overlap` in the experiment sets another");
        return Err(RunError::NotComparable(Diagnostic::new(site.set.dataset.origin(), message).hint(hint)));
    }
    Ok(comparison)
}

/// How intervals are made at a site; none if the experiment wants none.
pub fn intervals(plan: &Plan, set: &Set) -> Option<Intervals> {
    let uncertainty = plan.experiment.uncertainty?;
    Some(Intervals {
        level: uncertainty.level,
        replicates: uncertainty.replicates,
        seed: uncertainty.seed,
        clusters: uncertainty.clusters(set.dataset.manifest()).is_some(),
        corrected: uncertainty.method == IntervalMethod::Bca,
    })
}
