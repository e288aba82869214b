//! Spearman's rho: the correlation of the ranks.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::correlation;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "spearman",
    title: "Spearman's rho",
    summary: "Correlation of the two rankings, ties sharing their mean rank; large moves weigh more than in tau-b.",
    group: Group::Rank,
    unit: Unit::Plain,
    parameters: &[],
    measure,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    correlation::spearman(comparison.ordered()?)
}
