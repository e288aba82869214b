//! The largest gap between two distributions.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::divergence;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "ks",
    title: "Kolmogorov-Smirnov statistic",
    summary: "Largest difference between the two cumulative distributions; a description here, no test: both columns are the same accounts.",
    group: Group::Drift,
    unit: Unit::Plain,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    let [baseline, candidate] = comparison.distributions()?;
    divergence::ks(baseline, candidate)
}
