//! What every factor of two models really weighs over one population, beside what differs between
//! them.

use super::plan::Plan;
use super::progress::Progress;
use super::reasons;
use super::scoring::score_and_look;
use crate::diagnostic::Diagnostics;
use crate::model::diff::{MeasuredOn, ModelDiff};
use crate::score::Engine;

/// Fills realised weights into the difference of the first two models of a plan, over the first
/// snapshot that it names. Both sides are scored on the same rows.
pub fn weigh(
    plan: &Plan,
    engine: &dyn Engine,
    progress: Progress<'_>,
    diff: &mut ModelDiff,
) -> Result<(), Diagnostics> {
    let scored = score_and_look(plan, engine, progress, true)?;
    let [old, new, ..] = plan.models.as_slice() else { return Ok(()) };
    let Some(set) = scored.sets.first() else { return Ok(()) };
    let realised = |side: usize| set.realised.first()?.get(side)?.as_ref();
    for weights in reasons::weights([old, new], [realised(0), realised(1)]) {
        let same = diff.factors.iter_mut().find(|own| own.network == weights.network && own.factor == weights.factor);
        if let Some(own) = same {
            own.realised = weights.realised;
        }
    }
    diff.measured_on = Some(MeasuredOn {
        dataset: set.dataset.manifest().name.clone(),
        topic: set.topic.clone(),
        snapshot: set.index.slices.first().and_then(|slice| slice.snapshot.clone()),
    });
    Ok(())
}
