//! What changed weights come to. A mean divides by the sum of its weights, so that weights which all
//! become a multiple leave it as it was. A sum, a root of squares and a maximum do not: their result
//! becomes a multiple, which the combination, and after it the scale, may divide out again. So the
//! multiples are followed up to the scale, through both floors of the model.

use std::collections::BTreeMap;

use super::{Class, Judged, scale};
use crate::model::aggregate::Aggregate;
use crate::model::{Model, Network};

/// How far two ratios may differ and be one: a few roundings of decimal fractions.
const NEAR: f64 = 1e-14;

/// What the weights of factors and of networks come to, where they changed.
#[derive(Clone, Debug)]
pub(super) struct Weighing {
    /// By network: of the weights within.
    pub within: BTreeMap<String, Judged>,
    /// Of the weights of the networks.
    pub networks: Judged,
    /// What the combined strength of all accounts was multiplied by; none where accounts differ in
    /// it, or where the models are put together otherwise.
    pub gain: Option<f64>,
}

/// A network on both sides.
struct Pair<'a> {
    sides: [&'a Network; 2],
    /// What the weights within were multiplied by, all alike; none where they were not, or where
    /// factors or aggregation differ.
    ratio: Option<f64>,
}

impl<'a> Pair<'a> {
    /// None where the other side has no such network.
    fn of(before: &'a Network, new: &'a Model) -> Option<Pair<'a>> {
        let after = new.networks.iter().find(|other| other.name == before.name)?;
        let names = |network: &Network| network.factors.iter().map(|factor| factor.name.clone()).collect::<Vec<_>>();
        let alike = before.aggregate == after.aggregate && names(before) == names(after);
        let weights = before.factors.iter().zip(&after.factors).map(|(one, other)| (one.weight, other.weight));
        Some(Pair { sides: [before, after], ratio: if alike { uniform(weights) } else { None } })
    }

    /// What the strength was multiplied by.
    fn gain(&self) -> Option<f64> {
        self.ratio.map(|ratio| gain(self.sides[1].aggregate, ratio))
    }
}

pub(super) fn weighing(old: &Model, new: &Model) -> Weighing {
    let pairs: Vec<Pair<'_>> = old.networks.iter().filter_map(|network| Pair::of(network, new)).collect();
    let whole = pairs.len() == old.networks.len() && pairs.len() == new.networks.len() && old.combine == new.combine;
    let among = uniform(pairs.iter().map(|pair| (pair.sides[0].weight, pair.sides[1].weight))).filter(|_| whole);
    let gain = overall(new.combine, &pairs).filter(|_| whole);
    let scaled = gain.map(|gain| scale::anchors(old, new, gain).at_least(Class::OrderPreserving));

    let within = |pair: &Pair<'_>| {
        let aggregate = pair.sides[1].aggregate;
        let judged = match (pair.ratio, &scaled) {
            (None, _) => Judged::new(Class::Reweighting, "other shares within the network"),
            (Some(ratio), _) if aggregate.is_mean() => divided_out(ratio, "of the network"),
            (Some(ratio), Some(scaled)) => multiplied(ratio, "of the network", scaled),
            (Some(ratio), None) => {
                let why =
                    format!("all weights of the network are {} times what they were, and it is no mean", times(ratio));
                Judged::new(Class::Reweighting, why)
            }
        };
        (pair.sides[1].name.clone(), judged)
    };
    let networks = match (among, &scaled) {
        (Some(ratio), _) if new.combine.is_mean() => divided_out(ratio, "of the networks"),
        (Some(ratio), Some(scaled)) => multiplied(ratio, "of the networks", scaled),
        (None, Some(scaled)) => Judged::new(scaled.class, format!("the weights within make up for it; {}", scaled.why)),
        (_, None) => Judged::new(Class::Reweighting, "other shares among the networks"),
    };
    Weighing { within: pairs.iter().map(within).collect(), networks, gain }
}

fn divided_out(ratio: f64, whose: &str) -> Judged {
    let why = format!("all weights {whose} are {} times what they were, and a mean divides by their sum", times(ratio));
    Judged::new(Class::OrderPreserving, why)
}

fn multiplied(ratio: f64, whose: &str, scaled: &Judged) -> Judged {
    Judged::new(scaled.class, format!("all weights {whose} are {} times what they were; {}", times(ratio), scaled.why))
}

/// What the combined strength of all accounts was multiplied by; none where accounts differ in it.
fn overall(combine: Aggregate, pairs: &[Pair<'_>]) -> Option<f64> {
    let weights = |pair: &Pair<'_>| pair.sides.map(|network| network.weight);
    let gains = pairs.iter().map(|pair| Some((weights(pair), pair.gain()?))).collect::<Option<Vec<_>>>()?;
    if combine.is_mean() {
        // Means divide by the weights of the networks, not by what multiplies their strengths. A
        // network without weight has no part.
        uniform(gains.iter().map(|([before, after], _)| (*before, *after)))?;
        return uniform(gains.iter().filter(|([before, _], _)| *before > 0.0).map(|(_, gain)| (1.0, *gain)));
    }
    let coefficient = |gain: f64| if combine == Aggregate::RootSumSquares { gain * gain } else { gain };
    let ratio = uniform(gains.iter().map(|([before, after], own)| (*before, after * coefficient(*own))))?;
    Some(gain(combine, ratio))
}

/// What an aggregation is multiplied by, where all its weights are.
fn gain(aggregate: Aggregate, ratio: f64) -> f64 {
    match aggregate {
        Aggregate::WeightedMean | Aggregate::PowerMean(_) | Aggregate::GeometricMean => 1.0,
        Aggregate::WeightedSum | Aggregate::Max => ratio,
        Aggregate::RootSumSquares => ratio.sqrt(),
    }
}

/// The ratio of all pairs, where it is one and above 0; what is 0 on both sides says nothing.
fn uniform(pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let mut found: Option<f64> = None;
    for (before, after) in pairs.filter(|(before, after)| *before != 0.0 || *after != 0.0) {
        let ratio = after / before;
        if !(ratio > 0.0 && ratio.is_finite()) || found.is_some_and(|known| !is_near(known, ratio)) {
            return None;
        }
        found = found.or(Some(ratio));
    }
    Some(found.unwrap_or(1.0))
}

/// Whether two numbers are one to a few roundings.
pub(super) fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() <= NEAR * one.abs().max(other.abs())
}

/// A ratio for people: six digits after the point.
pub(super) fn times(ratio: f64) -> String {
    let rounded = (ratio * 1e6).round() / 1e6;
    if rounded > 0.0 { rounded.to_string() } else { format!("{ratio:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios() {
        for (pairs, expected) in [
            (vec![(1.0, 2.0), (0.0, 0.0), (3.0, 6.0)], Some(2.0)),
            (vec![(1.0, 0.9), (3.0, 3.0 * 0.9)], Some(0.9)),
            (vec![(1.0, 2.0), (3.0, 3.0)], None),
            (vec![(1.0, 2.0), (0.0, 1.0)], None),
            (vec![(1.0, 0.0)], None),
            (vec![(0.0, 0.0)], Some(1.0)),
        ] {
            assert_eq!(uniform(pairs.clone().into_iter()), expected, "{pairs:?}");
        }
    }
}
