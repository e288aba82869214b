//! Kendall's tau in which exchanges near the top weigh more.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "weighted-tau",
    title: "Weighted tau",
    summary: "Kendall's tau in which an exchange weighs the more the nearer it is to the top; not 0 where two orders have nothing to do with each other.",
    group: Group::Rank,
    unit: Unit::Plain,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    comparison.without_design("a weight by rank needs every account of the population in its place")?;
    Ok(comparison.ranked()?.top_heavy()?.weighted_tau)
}
