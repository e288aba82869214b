//! How a quantile of the scores moves.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::shift;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "quantile-shift",
    title: "Quantile shift",
    summary: "A quantile of the candidate's scores minus the same quantile of the baseline's: where the scale itself moves, whoever stands there.",
    group: Group::Drift,
    unit: Unit::Points,
    parameters: &[Parameter {
        name: "quantile",
        summary: "which quantile; 0.5 is the median",
        domain: Domain::Number { default: 0.5, least: 0.0, most: 1.0 },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let [baseline, candidate] = comparison.distributions()?;
    shift::quantile_shift(baseline, candidate, arguments.number("quantile"))
}
