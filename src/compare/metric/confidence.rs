//! How much of a model's weight rests on data of the accounts themselves.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::distribution::Distribution;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "confidence",
    title: "Confidence",
    summary: "Share of the model's weight that the account's own data cover, on average or at a quantile; a network that an account is not on, a lost signal and a substitute cover nothing.",
    group: Group::Data,
    unit: Unit::Share,
    parameters: &[
        super::auc::OF,
        Parameter {
            name: "quantile",
            summary: "at which quantile of the accounts; the mean if it is -1",
            domain: Domain::Number { default: -1.0, least: -1.0, most: 1.0 },
        },
    ],
    measure,
    sampled: Some(sampled),
};

fn columns<'a>(comparison: &'a Comparison<'_>) -> Result<[&'a [f64]; 2], Undefined> {
    let both = comparison.beside.confidence.as_ref().map(|columns| columns.each_ref().map(|column| &**column));
    both.ok_or_else(|| Undefined::OutOfRange { text: "nothing is known of the data behind these scores".to_string() })
}

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let columns = columns(comparison)?;
    let quantile = arguments.number("quantile");
    let side = |side: usize| -> Figure {
        if quantile < 0.0 {
            return crate::stats::summary::mean(columns[side], comparison.weights()?);
        }
        Distribution::new(columns[side], comparison.weights()?)?.quantile(quantile)
    };
    match arguments.word("of") {
        "baseline" => side(0),
        "gain" => Ok(side(1)? - side(0)?),
        _ => side(1),
    }
}

fn sampled(comparison: &Comparison, arguments: &Arguments) -> Result<Sampled, Undefined> {
    let [before, after] = columns(comparison)?;
    if arguments.number("quantile") >= 0.0 {
        return Err(Undefined::OutOfRange { text: "no interval is offered for a quantile".to_string() });
    }
    match arguments.word("of") {
        "baseline" => comparison.sampled_mean(before),
        "gain" => comparison
            .sampled_mean(&after.iter().zip(before).map(|(after, before)| after - before).collect::<Vec<f64>>()),
        _ => comparison.sampled_mean(after),
    }
}
