//! Agreement with judged pairs, as the area under the ROC curve.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::judgement;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "auc",
    title: "AUC on judged pairs",
    summary: "Of a pair in which people preferred the first and a pair in which they preferred the second, how often the score difference is larger in the former; 0.5 is chance.",
    group: Group::Judgement,
    unit: Unit::Plain,
    parameters: &[OF],
    measure,
};

/// Whose agreement is meant; shared by the metrics on judged pairs.
pub const OF: Parameter = Parameter {
    name: "of",
    summary: "the model that is judged; `gain` is candidate minus baseline",
    domain: Domain::Word { default: "candidate", others: &["baseline", "gain"] },
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    of(comparison, arguments, judgement::auc)
}

/// A figure on judged pairs for the model that the arguments name.
pub fn of(comparison: &Comparison, arguments: &Arguments, figure: fn(&[f64], &[bool]) -> Figure) -> Figure {
    if comparison.pairs.is_empty() {
        return Err(Undefined::OutOfRange {
            text: "there are no judged pairs among the compared accounts".to_string(),
        });
    }
    let side = |candidate: bool| {
        let (differences, first_preferred) = comparison.judged(candidate);
        figure(&differences, &first_preferred)
    };
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(side(true)? - side(false)?),
        _ => side(true),
    }
}
