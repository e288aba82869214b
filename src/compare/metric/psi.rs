//! The population stability index over bins of the baseline.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::divergence::{self, Bins};
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "psi",
    title: "Population stability index",
    summary: "Drift of the distribution over quantile bins of the baseline; blind to migration in both directions, so read it beside the migration matrix.",
    group: Group::Drift,
    unit: Unit::Plain,
    parameters: &[BINS],
    measure,
    sampled: None,
};

/// Over how many bins a drift is counted; shared by the metrics on bins.
pub const BINS: Parameter =
    Parameter { name: "bins", summary: "how many quantile bins", domain: Domain::Whole { default: 10, least: 2 } };

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let [baseline, candidate] = comparison.distributions()?;
    let bins = Bins::deciles(baseline, arguments.whole("bins"))?;
    divergence::psi(baseline, candidate, &bins)
}
