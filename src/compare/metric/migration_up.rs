//! How many accounts cross into a higher band.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::migration;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "migration-up",
    title: "Band migration up",
    summary: "Share of accounts that stand in a higher score band than before; bands are the baseline's.",
    group: Group::Drift,
    unit: Unit::Share,
    parameters: &[],
    measure,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    migration::share_up(&comparison.migration()?)
}
