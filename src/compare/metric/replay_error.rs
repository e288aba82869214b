//! How far the baseline is from the score that was published.

use super::replay_match::published;
use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::paired::Paired;
use crate::stats::shift;
use crate::stats::undefined::Figure;
use crate::stats::weights::Weights;

pub const DEFINITION: Definition = Definition {
    name: "replay-error",
    title: "Replay: mean error",
    summary: "Mean distance between the baseline, as shown to people, and the score that was published, in points.",
    group: Group::Replay,
    unit: Unit::Points,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    let [published, shown] = published(comparison)?;
    shift::mean_absolute_shift(Paired::new(published, shown)?, Weights::Equal)
}
