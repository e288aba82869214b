//! AP correlation: how right the accounts above each account are.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "tau-ap",
    title: "AP correlation",
    summary: "How right the accounts above an account are, on average over the ranking: errors at the top count most. As tau_AP,b, with ties, in both directions unless one is chosen.",
    group: Group::Rank,
    unit: Unit::Plain,
    parameters: &[Parameter {
        name: "direction",
        summary: "the mean of both directions, or the candidate held against the baseline, or the baseline against the candidate",
        domain: Domain::Word { default: "both", others: &["candidate", "baseline"] },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    comparison.without_design("a weight by rank needs every account of the population in its place")?;
    let figures = comparison.ranked()?.top_heavy()?;
    Ok(match arguments.word("direction") {
        "candidate" => figures.tau_ap,
        "baseline" => figures.tau_ap_back,
        _ => figures.tau_ap_b,
    })
}
