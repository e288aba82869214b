//! How much of both tops is common to both.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "jaccard-at-k",
    title: "Jaccard of the top k",
    summary: "Accounts in both top k, as a share of those in either; accounts tied at the edge share the places that are left.",
    group: Group::Rank,
    unit: Unit::Share,
    parameters: &[super::overlap_at_k::K],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    comparison.without_design("the overlap of the top honours sampling weights, this share does not")?;
    comparison.ranked()?.jaccard_at_k(arguments.whole("k"))
}
