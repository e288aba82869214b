//! How old the data behind the scores are.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::distribution::Distribution;
use crate::stats::undefined::{Figure, Undefined};
use crate::stats::weights::Weights;

pub const DEFINITION: Definition = Definition {
    name: "data-age",
    title: "Age of the data in days",
    summary: "Age in days of the data behind the candidate's scores, at a quantile of the accounts whose age is known.",
    group: Group::Data,
    unit: Unit::Days,
    parameters: &[Parameter {
        name: "quantile",
        summary: "at which quantile of the accounts",
        domain: Domain::Number { default: 0.5, least: 0.0, most: 1.0 },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let Some([_, ages]) = &comparison.beside.ages else {
        return Err(Undefined::OutOfRange { text: "the dataset says nothing of the age of its data".to_string() });
    };
    let known: Vec<usize> = (0..ages.len()).filter(|at| !ages[*at].is_nan()).collect();
    let ages: Vec<f64> = known.iter().map(|at| ages[*at]).collect();
    let weights: Option<Vec<f64>> =
        comparison.beside.sampling.as_ref().map(|weights| known.iter().map(|at| weights[*at]).collect());
    let weights = weights.as_ref().map_or(Weights::Equal, |weights| Weights::Each(weights));
    Distribution::new(&ages, weights)?.quantile(arguments.number("quantile"))
}
