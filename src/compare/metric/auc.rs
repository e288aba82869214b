//! Agreement with judged pairs, as the area under the ROC curve.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::judgement;
use crate::stats::resample::{Auc, Judged, Statistic};
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "auc",
    title: "AUC on judged pairs",
    summary: "Of a pair in which people preferred the first and a pair in which they preferred the second, how often the score difference is larger in the former; 0.5 is chance.",
    group: Group::Judgement,
    unit: Unit::Plain,
    parameters: &[OF],
    measure,
    sampled: Some(sampled),
};

/// Whose agreement is meant; shared by the metrics on judged pairs.
pub const OF: Parameter = Parameter {
    name: "of",
    summary: "the model that is judged; `gain` is candidate minus baseline",
    domain: Domain::Word { default: "candidate", others: &["baseline", "gain"] },
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    of(comparison, arguments, judgement::auc, |judged| Auc(judged).point())
}

fn sampled(comparison: &Comparison, arguments: &Arguments) -> Result<Sampled, Undefined> {
    sampled_of(comparison, arguments, Sampled::Auc)
}

/// A figure on judged pairs for the model that the arguments name: plain, or with sampling weights,
/// where a pair weighs the product of its two accounts.
pub fn of(
    comparison: &Comparison,
    arguments: &Arguments,
    plain: fn(&[f64], &[bool]) -> Figure,
    weighted: fn(&Judged) -> Figure,
) -> Figure {
    if comparison.pairs.is_empty() {
        return Err(Undefined::OutOfRange {
            text: "there are no judged pairs among the compared accounts".to_string(),
        });
    }
    let side = |candidate: bool| match comparison.beside.sampling {
        None => {
            let (differences, first_preferred) = comparison.judged(candidate);
            plain(&differences, &first_preferred)
        }
        Some(_) => weighted(&comparison.prepared_pairs(candidate)?),
    };
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(side(true)? - side(false)?),
        _ => side(true),
    }
}

/// The same, prepared for many drawings.
pub fn sampled_of(
    comparison: &Comparison,
    arguments: &Arguments,
    make: fn(Judged) -> Sampled,
) -> Result<Sampled, Undefined> {
    let side = |candidate: bool| Ok(make(comparison.prepared_pairs(candidate)?));
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(Sampled::Gain(Box::new([side(true)?, side(false)?]))),
        _ => side(true),
    }
}
