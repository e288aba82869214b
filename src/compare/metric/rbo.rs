//! Rank-biased overlap: agreement of two rankings as somebody reads them from the top.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::rbo::Ties;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "rbo",
    title: "Rank-biased overlap",
    summary: "What a reader sees of both rankings alike who goes from the top down and goes on after each place with probability p; with p = 0.98 the first 50 places make up 85 % of it.",
    group: Group::Rank,
    unit: Unit::Share,
    parameters: &[
        Parameter {
            name: "give",
            summary: "the overlap with what was seen going on below, its least or most, or the residual between these",
            domain: Domain::Word { default: "extrapolated", others: &["least", "most", "residual"] },
        },
        Parameter {
            name: "p",
            summary: "probability of reading on after each place",
            domain: Domain::Number { default: 0.98, least: 0.01, most: 0.9999 },
        },
    ],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    comparison.without_design("a weight by rank needs every account of the population in its place")?;
    let overlap = comparison.ranked()?.rbo(arguments.number("p"), Ties::Corrected)?;
    Ok(match arguments.word("give") {
        "least" => overlap.least,
        "most" => overlap.most,
        "residual" => overlap.residual(),
        _ => overlap.extrapolated,
    })
}
