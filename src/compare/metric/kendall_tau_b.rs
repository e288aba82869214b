//! Kendall's tau-b: agreement of two orders, corrected for ties.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::correlation;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "kendall-tau-b",
    title: "Kendall's tau-b",
    summary: "Of two accounts drawn at random, how much likelier the models order them alike than not; 1 is the same order, 0 no relation, -1 the reverse.",
    group: Group::Rank,
    unit: Unit::Plain,
    parameters: &[],
    measure,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    correlation::kendall_tau_b(comparison.ordered()?)
}
