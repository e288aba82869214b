//! Spearman's rho: the correlation of the ranks.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::resample::{Spearman, Statistic};
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "spearman",
    title: "Spearman's rho",
    summary: "Correlation of the two rankings, ties sharing their mean rank; large moves weigh more than in tau-b.",
    group: Group::Rank,
    unit: Unit::Plain,
    parameters: &[],
    measure,
    sampled: Some(sampled),
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    match comparison.beside.sampling {
        None => comparison.ranked()?.spearman(),
        Some(_) => Spearman(&comparison.prepared()?).point(),
    }
}

fn sampled(comparison: &Comparison, _: &Arguments) -> Result<Sampled, Undefined> {
    Ok(Sampled::Spearman(comparison.prepared()?))
}
