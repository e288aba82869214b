//! How the scale as a whole moves.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::shift;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "mean-shift",
    title: "Mean shift",
    summary: "Mean of candidate minus baseline, in points; large moves in both directions cancel.",
    group: Group::Drift,
    unit: Unit::Points,
    parameters: &[],
    measure,
    sampled: Some(sampled),
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    shift::mean_shift(comparison.raw()?, comparison.weights()?)
}

fn sampled(comparison: &Comparison, _: &Arguments) -> Result<Sampled, Undefined> {
    comparison.sampled_mean(&comparison.raw()?.differences().collect::<Vec<f64>>())
}
