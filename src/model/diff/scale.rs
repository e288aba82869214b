//! What a change of the scale does to the order, where strengths may have become a multiple of what
//! they were as well.

use super::bounds::{self, Bounds};
use super::weights::{is_near, times};
use super::{Class, Judged};
use crate::model::spec::{FixedRange, ScaleFrom};
use crate::model::{Model, Scale};

/// How many times flatter or steeper a line may become. Scores are ordered to nine decimals: a line
/// that is much flatter lets the grid tie what was apart, and one that is much steeper tells apart
/// what was one point of the grid.
const STEEPEST: f64 = 1000.0;

/// What the ends of the scale (`min`, `max`) and its anchors come to together.
pub(super) fn ends(old: &Model, new: &Model) -> Judged {
    let [before, after] = [old, new].map(|model| model.scale.max - model.scale.min);
    if is_steep(after / before) {
        return Judged::new(Class::Rescaling, too_steep(after / before));
    }
    Judged::new(Class::OrderPreserving, "a straight line leads from the old score to the new one, and it rises")
}

/// What anchors come to, where the strengths of the new model are `gain` times those of the old one.
pub(super) fn anchors(old: &Model, new: &Model, gain: f64) -> Judged {
    let fitted_alike = "the scale is fitted to the strengths, which keep their order and their distances";
    let bends = "a percentile rank bends the score, and what it bends is learnt";
    let learnt = "the ends of the scale are learnt on one side and declared on the other";
    if old.scale.from == new.scale.from && is_near(gain, 1.0) {
        return Judged::new(Class::OrderPreserving, "all told, strengths come to the same");
    }
    match (old.scale.from, new.scale.from) {
        (ScaleFrom::MinMax, ScaleFrom::MinMax) | (ScaleFrom::PercentileRank, ScaleFrom::PercentileRank) => {
            Judged::new(Class::OrderPreserving, fitted_alike)
        }
        (ScaleFrom::PercentileRank, _) | (_, ScaleFrom::PercentileRank) => Judged::new(Class::Rescaling, bends),
        (ScaleFrom::MinMax, _) | (_, ScaleFrom::MinMax) => Judged::new(Class::Rescaling, learnt),
        (ScaleFrom::Unit | ScaleFrom::Fixed(_), ScaleFrom::Unit | ScaleFrom::Fixed(_)) => declared(old, new, gain),
    }
}

/// Two declared strengths on either side.
fn declared(old: &Model, new: &Model, gain: f64) -> Judged {
    let ([low, high], [new_low, new_high]) = (declared_ends(old.scale), declared_ends(new.scale));
    if gain == 1.0 && [low, high] == [new_low, new_high] {
        return Judged::new(Class::Cosmetic, "the same two strengths, written otherwise");
    }
    // The ends that the old strengths would need to give the new scores.
    let moved = [new_low / gain, new_high / gain];
    if is_near(low, moved[0]) && is_near(high, moved[1]) {
        return Judged::new(Class::OrderPreserving, "strengths and anchors change alike, so that scores stay");
    }
    let points = |model: &Model, [low, high]: [f64; 2]| (model.scale.max - model.scale.min) / (high - low);
    let steeper = points(new, moved) / points(old, [low, high]);
    if is_steep(steeper) {
        return Judged::new(Class::Rescaling, too_steep(steeper));
    }
    let (before, after) = (bounds::strength(old), bounds::strength(new));
    let cut = |end: &str| {
        let why = format!("strengths can lie beyond the {end} end, where all tie, and that end moves");
        Judged::new(Class::Rescaling, why)
    };
    if !(is_near(low, moved[0]) || is_above(before, low) && is_above(after, new_low)) {
        return cut("lower");
    }
    if !(is_near(high, moved[1]) || is_below(before, high) && is_below(after, new_high)) {
        return cut("upper");
    }
    let why = "a straight line leads from the old score to the new one, and no strength lies beyond an end that moves";
    Judged::new(Class::OrderPreserving, why)
}

fn declared_ends(scale: Scale) -> [f64; 2] {
    match scale.from {
        ScaleFrom::Fixed(FixedRange { low, high }) => [low, high],
        // The others are learnt and never come here.
        ScaleFrom::Unit | ScaleFrom::MinMax | ScaleFrom::PercentileRank => [0.0, 1.0],
    }
}

fn is_above(bounds: Bounds, low: f64) -> bool {
    bounds.low >= low
}

fn is_below(bounds: Bounds, high: f64) -> bool {
    bounds.high <= high
}

fn is_steep(steeper: f64) -> bool {
    !(1.0 / STEEPEST..=STEEPEST).contains(&steeper)
}

fn too_steep(steeper: f64) -> String {
    let points = times(steeper);
    format!("the score becomes {points} times as steep, and orders are told from scores of nine decimals")
}
