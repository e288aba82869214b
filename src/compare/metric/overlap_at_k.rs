//! How much of the top k is the same.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::overlap_weighted;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "overlap-at-k",
    title: "Overlap of the top k",
    summary: "Share of the baseline's top k that is also in the candidate's; accounts tied at the edge share the places that are left.",
    group: Group::Rank,
    unit: Unit::Share,
    parameters: &[K],
    measure,
    sampled: None,
};

/// How deep the top is; shared by the metrics on tops.
pub const K: Parameter = Parameter {
    name: "k",
    summary: "how many accounts the top holds",
    domain: Domain::Whole { default: 10, least: 1 },
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let k = arguments.whole("k");
    match &comparison.beside.sampling {
        None => comparison.ranked()?.overlap_at_k(k),
        Some(_) => overlap_weighted::overlap_at_k_weighted(comparison.ordered()?, comparison.weights()?, k as f64),
    }
}
