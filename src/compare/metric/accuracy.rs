//! Agreement with judged pairs, as the share ordered alike.

use super::auc::{OF, of, sampled_of};
use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::judgement;
use crate::stats::resample::{Accuracy, Statistic};
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "accuracy",
    title: "Accuracy on judged pairs",
    summary: "Share of judged pairs that the score orders as people did; a tie counts one half.",
    group: Group::Judgement,
    unit: Unit::Share,
    parameters: &[OF],
    measure,
    sampled: Some(sampled),
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    of(comparison, arguments, judgement::accuracy, |judged| Accuracy(judged).point())
}

fn sampled(comparison: &Comparison, arguments: &Arguments) -> Result<Sampled, Undefined> {
    sampled_of(comparison, arguments, Sampled::Accuracy)
}
