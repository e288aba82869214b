//! How much of a change is of the order.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::stats::undefined::Figure;

pub const DEFINITION: Definition = Definition {
    name: "order-share",
    title: "Share of re-ordering in the change",
    summary: "Of the mean square of the change, the part that no rising rescaling of the baseline explains, over that part and the rescaling's together: 0 is a new scale, 1 new places.",
    group: Group::Drift,
    unit: Unit::Share,
    parameters: &[],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    comparison.split()?.mean_square.share_of_order()
}
