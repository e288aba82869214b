//! Whether accounts move between bands as often one way as the other.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::migration;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "bowker",
    title: "Bowker's symmetry of migration",
    summary: "Chi-square of the migration table against as many moves one way as the other between every two bands; large where a change has a direction. With many accounts it is large for small asymmetries too.",
    group: Group::Drift,
    unit: Unit::Plain,
    parameters: &[Parameter {
        name: "give",
        summary: "the statistic, or its p-value under the chi-square distribution",
        domain: Domain::Word { default: "statistic", others: &["p-value"] },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    comparison.without_design("a count of accounts is needed, not of what they stand for")?;
    let test = migration::bowker(&comparison.migration()?)?;
    Ok(if arguments.word("give") == "p-value" { test.p_value } else { test.statistic })
}
