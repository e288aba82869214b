//! How much wider or narrower the scores stand.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "spread-ratio",
    title: "Ratio of standard deviations",
    summary: "Standard deviation of the candidate's scores over that of the baseline's: above 1 the scale is stretched, below 1 pressed together.",
    group: Group::Drift,
    unit: Unit::Plain,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    comparison.split()?.spread.clone()
}
