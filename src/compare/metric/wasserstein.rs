//! The distance between two distributions, in points.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::divergence;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "wasserstein",
    title: "Wasserstein distance",
    summary: "How many points the average score must move to turn one distribution into the other; blind to who changes places.",
    group: Group::Drift,
    unit: Unit::Points,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    let [baseline, candidate] = comparison.distributions()?;
    divergence::wasserstein(baseline, candidate)
}
