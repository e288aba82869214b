//! How many accounts move by a number of points that people notice.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::shift::{self, Direction};
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "share-moved",
    title: "Share moved",
    summary: "Share of accounts whose score moves by at least so many points.",
    group: Group::Drift,
    unit: Unit::Share,
    parameters: &[
        Parameter {
            name: "direction",
            summary: "which moves count",
            domain: Domain::Word { default: "either", others: &["up", "down"] },
        },
        Parameter {
            name: "threshold",
            summary: "points of movement from which an account counts",
            domain: Domain::Number { default: 5.0, least: 1e-9, most: 1e6 },
        },
    ],
    measure,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let direction = match arguments.word("direction") {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => Direction::Either,
    };
    shift::share_moved(comparison.raw()?, arguments.number("threshold"), direction)
}
