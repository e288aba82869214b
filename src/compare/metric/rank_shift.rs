//! How many places an account moves.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::shift;
use crate::stats::undefined::Figure;
use crate::stats::weights::Weights;

pub const DEFINITION: Definition = Definition {
    name: "rank-shift",
    title: "Mean rank shift",
    summary: "Mean number of places by which an account moves, up or down, ties sharing their mean rank.",
    group: Group::Rank,
    unit: Unit::Ranks,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    match comparison.weights()? {
        Weights::Equal => comparison.ranked()?.rank_shift(),
        weights => shift::rank_shift(comparison.ordered()?, weights),
    }
}
