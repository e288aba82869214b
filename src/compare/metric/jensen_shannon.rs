//! The Jensen-Shannon divergence over bins of the baseline.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::divergence::{self, Bins};
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "jensen-shannon",
    title: "Jensen-Shannon divergence",
    summary: "Drift of the distribution over quantile bins of the baseline, in bits from 0 to 1; as blind to migration in both directions as the population stability index.",
    group: Group::Drift,
    unit: Unit::Plain,
    parameters: &[super::psi::BINS],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let [baseline, candidate] = comparison.distributions()?;
    let bins = Bins::deciles(baseline, arguments.whole("bins"))?;
    divergence::jensen_shannon(baseline, candidate, &bins)
}
