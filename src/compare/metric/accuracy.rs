//! Agreement with judged pairs, as the share ordered alike.

use super::auc::{OF, of};
use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::judgement;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "accuracy",
    title: "Accuracy on judged pairs",
    summary: "Share of judged pairs that the score orders as people did; a tie counts one half.",
    group: Group::Judgement,
    unit: Unit::Share,
    parameters: &[OF],
    measure,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    of(comparison, arguments, judgement::accuracy)
}
