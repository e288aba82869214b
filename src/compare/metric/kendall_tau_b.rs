//! Kendall's tau-b: agreement of two orders, corrected for ties.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::uncertainty::Sampled;
use crate::stats::resample::{Statistic, TauB};
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "kendall-tau-b",
    title: "Kendall's tau-b",
    summary: "Of two accounts drawn at random, how much likelier the models order them alike than not; 1 is the same order, 0 no relation, -1 the reverse.",
    group: Group::Rank,
    unit: Unit::Plain,
    parameters: &[],
    measure,
    sampled: Some(sampled),
};

fn measure(comparison: &Comparison, _: &Arguments) -> Figure {
    match comparison.beside.sampling {
        None => comparison.ranked()?.kendall_tau_b(),
        Some(_) => TauB(&comparison.prepared()?).point(),
    }
}

fn sampled(comparison: &Comparison, _: &Arguments) -> Result<Sampled, Undefined> {
    Ok(Sampled::TauB(comparison.prepared()?))
}
