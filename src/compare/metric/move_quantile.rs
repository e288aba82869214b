//! A quantile of the moves.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "move-quantile",
    title: "Quantile of the moves",
    summary: "How far the accounts at a quantile of all moves go: with 0.05, one account in twenty falls at least as far (or rises less); with 0 the furthest fall.",
    group: Group::Drift,
    unit: Unit::Points,
    parameters: &[Parameter {
        name: "quantile",
        summary: "which quantile; 0 is the furthest fall, 1 the furthest rise",
        domain: Domain::Number { default: 0.05, least: 0.0, most: 1.0 },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    comparison.moves()?.quantile(arguments.number("quantile"))
}
