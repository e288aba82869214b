//! Agreement with a result that a score should foretell.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::grid;
use crate::stats::paired::Paired;
use crate::stats::resample::{Prepared, Spearman, Statistic};
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "outcome-spearman",
    title: "Spearman's rho with an outcome",
    summary: "How well the order of the scores foretells the order of a declared outcome, over the accounts whose outcome is known.",
    group: Group::Judgement,
    unit: Unit::Plain,
    parameters: &[
        super::auc::OF,
        Parameter {
            name: "outcome",
            summary: "column of the outcome; the first in name order unless stated",
            domain: Domain::Name { default: "" },
        },
    ],
    measure,
    sampled: Some(sampled),
};

/// Scores of one side beside the outcome, prepared over all rows of the comparison.
fn prepared(comparison: &Comparison, arguments: &Arguments, candidate: bool) -> Result<Prepared, Undefined> {
    let wanted = arguments.word("outcome");
    let found = comparison.beside.outcomes.iter().find(|(name, _)| wanted.is_empty() || name == wanted);
    let Some((_, outcome)) = found else {
        let text = if wanted.is_empty() {
            "the dataset declares no outcome".to_string()
        } else {
            format!("the dataset has no outcome `{}`", crate::diagnostic::visible(wanted))
        };
        return Err(Undefined::OutOfRange { text });
    };
    let known: Vec<u32> = (0u32..).zip(outcome).filter(|(_, value)| !value.is_nan()).map(|(at, _)| at).collect();
    let scores = if candidate { comparison.ordered()?.second() } else { comparison.ordered()?.first() };
    // Unknown outcomes are never looked at: only the rows chosen count.
    let outcome: Vec<f64> = outcome.iter().map(|value| if value.is_nan() { 0.0 } else { grid::snap(*value) }).collect();
    let prepared = Prepared::within(Paired::new(scores, &outcome)?, &known)?;
    match &comparison.beside.sampling {
        Some(weights) => prepared.weighted(weights),
        None => Ok(prepared),
    }
}

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let side = |candidate: bool| Spearman(&prepared(comparison, arguments, candidate)?).point();
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(side(true)? - side(false)?),
        _ => side(true),
    }
}

fn sampled(comparison: &Comparison, arguments: &Arguments) -> Result<Sampled, Undefined> {
    let side = |candidate: bool| Ok(Sampled::Spearman(prepared(comparison, arguments, candidate)?));
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(Sampled::Gain(Box::new([side(true)?, side(false)?]))),
        _ => side(true),
    }
}
