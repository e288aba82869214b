//! Agreement of the bands, beyond what chance would give.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::migration::{self, Disagreement};
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "weighted-kappa",
    title: "Weighted kappa of the bands",
    summary: "How far the bands before and after agree beyond chance, a move over two bands counting twice as much as one; 1 is every account in its band.",
    group: Group::Drift,
    unit: Unit::Plain,
    parameters: &[Parameter {
        name: "weights",
        summary: "how much a move over several bands counts: by bands, by their square, or like any other",
        domain: Domain::Word { default: "linear", others: &["quadratic", "none"] },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let disagreement = match arguments.word("weights") {
        "quadratic" => Disagreement::Quadratic,
        "none" => Disagreement::Any,
        _ => Disagreement::Linear,
    };
    migration::weighted_kappa(&comparison.flows()?, disagreement)
}
