//! How many accounts stand at an end of the scale.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::compare::change;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "saturation",
    title: "Saturation",
    summary: "Share of accounts at an end of the scale, where it can tell no difference between them.",
    group: Group::Drift,
    unit: Unit::Share,
    parameters: &[
        Parameter {
            name: "end",
            summary: "which end of the scale",
            domain: Domain::Word { default: "top", others: &["bottom"] },
        },
        super::auc::OF,
    ],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let Some(sides) = change::saturated(comparison) else {
        return Err(Undefined::OutOfRange { text: "the ends of the scales are not known".to_string() });
    };
    let [baseline, candidate] =
        sides.map(|side| if arguments.word("end") == "bottom" { side.share_at_low } else { side.share_at_high });
    Ok(match arguments.word("of") {
        "baseline" => baseline,
        "gain" => candidate - baseline,
        _ => candidate,
    })
}
