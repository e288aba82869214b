//! How many accounts move by a number of points that people notice.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::grid;
use crate::stats::paired::Paired;
use crate::stats::resample::Average;
use crate::stats::shift::{self, Direction};
use crate::stats::undefined::{Figure, Undefined};
use crate::stats::weights::Weights;

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
            name: "on",
            summary: "the score as computed, or as it is shown to people",
            domain: Domain::Word { default: "raw", others: &["displayed"] },
        },
        Parameter {
            name: "per",
            summary: "whether every account counts once, or by its exposure weight",
            domain: Domain::Word { default: "account", others: &["exposure"] },
        },
        Parameter {
            name: "threshold",
            summary: "points of movement from which an account counts",
            domain: Domain::Number { default: 5.0, least: 1e-9, most: 1e6 },
        },
    ],
    measure,
    sampled: Some(sampled),
};

fn direction(arguments: &Arguments) -> Direction {
    match arguments.word("direction") {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => Direction::Either,
    }
}

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let threshold = arguments.number("threshold");
    let scores = comparison.scores(arguments.word("on") == "displayed")?;
    if arguments.word("per") == "exposure" {
        let (rows, weights) = comparison.exposed()?;
        let [first, second] = [scores.first(), scores.second()]
            .map(|column| rows.iter().map(|row| column[*row as usize]).collect::<Vec<f64>>());
        let weights: Vec<f64> = rows.iter().map(|row| weights[*row as usize]).collect();
        let pairs = Paired::new(&first, &second)?;
        return shift::share_moved(pairs, Weights::Each(&weights), threshold, direction(arguments));
    }
    let weights = comparison.weights()?;
    // Moves beyond the range of numbers cannot be sorted, though they can be counted.
    if let (Weights::Equal, "raw", Ok(moves)) = (weights, arguments.word("on"), comparison.moves()) {
        return shift::share_moved_of(moves, threshold, direction(arguments));
    }
    shift::share_moved(scores, weights, threshold, direction(arguments))
}

fn sampled(comparison: &Comparison, arguments: &Arguments) -> Result<Sampled, Undefined> {
    let limit = grid::snap(arguments.number("threshold"));
    let direction = direction(arguments);
    let moved = |by: f64| match direction {
        Direction::Up => by >= limit,
        Direction::Down => -by >= limit,
        Direction::Either => by.abs() >= limit,
    };
    let scores = comparison.scores(arguments.word("on") == "displayed")?;
    let marks: Vec<bool> = scores.differences().map(|by| moved(grid::snap(by))).collect();
    if arguments.word("per") == "exposure" {
        let (rows, weights) = comparison.exposed()?;
        return Ok(Sampled::Average(Average::of_marks(&marks)?.within(&rows)?.weighted(&weights)?));
    }
    comparison.sampled_share(marks)
}
