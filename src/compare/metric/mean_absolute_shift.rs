//! How far the average account moves.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::shift;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "mean-absolute-shift",
    title: "Mean absolute shift",
    summary: "Mean distance between an account's two scores, in points, up and down alike.",
    group: Group::Drift,
    unit: Unit::Points,
    parameters: &[],
    measure,
    sampled: Some(sampled),
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    shift::mean_absolute_shift(comparison.raw()?, comparison.weights()?)
}

fn sampled(comparison: &Comparison, _: &Arguments) -> Result<Sampled, Undefined> {
    comparison.sampled_mean(&comparison.raw()?.differences().map(f64::abs).collect::<Vec<f64>>())
}
