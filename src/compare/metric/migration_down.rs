//! How many accounts cross into a lower band.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::migration;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "migration-down",
    title: "Band migration down",
    summary: "Share of accounts that stand in a lower score band than before; bands are the baseline's.",
    group: Group::Drift,
    unit: Unit::Share,
    parameters: &[],
    measure,
    sampled: Some(sampled),
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    Ok(migration::share_down(&comparison.flows()?))
}

fn sampled(comparison: &Comparison, _: &Arguments) -> Result<Sampled, Undefined> {
    comparison.sampled_share(comparison.band_moves()?.map(|(before, after)| after < before).collect())
}
