//! How many accounts cross into a lower band.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::migration;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "migration-down",
    title: "Band migration down",
    summary: "Share of accounts that stand in a lower score band than before; bands are the baseline's.",
    group: Group::Drift,
    unit: Unit::Share,
    parameters: &[],
    measure,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    migration::share_down(&comparison.migration()?)
}
