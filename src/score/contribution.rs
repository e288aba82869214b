//! Why an account's score moved: the difference between two scores split into the parts of the
//! models and of the data that made it. The terms sum to the difference (to the rounding of f64;
//! what rounding leaves is put on the largest term).
//!
//! A score is a tree: scale over combination over networks over factors. On each node that is a
//! unary function of a sum the secant rule applies, on products the midpoint rule, so that nothing
//! depends on an order of the changes: `d(wx) = dw (x0+x1)/2 + (w0+w1)/2 dx`, and for a mean
//! `d(N/W) = dN (1/W0+1/W1)/2 - dW (N0+N1)/2 / (W0 W1)`. Under `max` parts share by their Shapley
//! values, which have a closed form there. Where both models combine in different ways, the split is
//! the mean of both, and what the other way alone does is a term of its own. What is absent on one
//! side weighs nothing there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fitted::{FittedFactor, FittedModel};
use crate::expression::Expression;
use crate::model::aggregate::Aggregate;
use crate::stats::elementary::{ln, powf};

/// What made an account's strength: by network and factor, in the model's order, the value that the
/// weight is applied to; NaN where there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Anatomy {
    pub factors: Vec<Vec<f64>>,
}

/// One side of a difference.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub fitted: &'a FittedModel,
    pub anatomy: &'a Anatomy,
}

/// A part of the difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Contribution {
    pub cause: Cause,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<String>,
    /// In points of score.
    pub points: f64,
}

/// What differs between both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cause {
    /// The account's own data behind a factor, under the same definition.
    Data,
    /// How a factor is defined or fitted: value, missing policy, transforms, normalisation.
    Definition,
    /// Both of these.
    DataAndDefinition,
    /// The weight of a factor within its network, or of a network.
    Weight,
    /// A factor or a network that only the candidate has.
    Added,
    /// A factor or a network that only the baseline has.
    Removed,
    /// A factor or a network for which the account has data on the candidate's side alone.
    Appeared,
    /// The same of the baseline's side alone.
    Vanished,
    /// How factors or networks are combined.
    Aggregation,
    /// The scale from strength to score.
    Scale,
    /// What remains after the largest terms.
    Rest,
}

/// A weight and a value on both sides; a value of None takes no part.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    weight: [f64; 2],
    value: [Option<f64>; 2],
}

/// What a part does to the result of an aggregation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Share {
    /// Because its weight changed, or because it came or went.
    weight: f64,
    /// Because its value changed, per unit of that change.
    slope: f64,
}

/// Splits the difference of the scores of one account. None where a side has no score.
pub fn contributions(before: Side<'_>, after: Side<'_>, same_data: bool) -> Option<Vec<Contribution>> {
    let sides = [before, after];
    let names: Vec<&str> = union(sides.map(|side| side.fitted.model.networks.iter().map(|n| n.name.as_str())));
    let networks: Vec<NetworkChange<'_>> = names.iter().map(|name| NetworkChange::of(sides, name, same_data)).collect();
    let parts: Vec<Part> = networks.iter().map(|network| network.part).collect();
    let combine = sides.map(|side| side.fitted.model.combine);
    let split = Split::of(combine, &parts)?;
    let score = |side: usize, strength: f64| {
        let fitted = sides[side].fitted;
        fitted.scale.score(strength, fitted.model.scale.min, fitted.model.scale.max).0
    };
    let [low, high] = split.results;
    let [first, last] = [score(0, low), score(1, high)];
    // Along either scale, and the mean of both; what is left is the scale's own doing.
    let slopes = [0, 1].map(|side| secant(low, high, score(side, low), score(side, high)));
    let slope = (slopes[0] + slopes[1]) / 2.0;
    let scale = (score(1, low) - score(0, low) + score(1, high) - score(0, high)) / 2.0;

    let mut terms = vec![Contribution { cause: Cause::Scale, network: None, factor: None, points: scale }];
    terms.push(Contribution {
        cause: Cause::Aggregation,
        network: None,
        factor: None,
        points: slope * split.aggregation,
    });
    for (network, share) in networks.into_iter().zip(&split.shares) {
        let term = |cause: Cause, factor: Option<&str>, points: f64| Contribution {
            cause,
            network: Some(network.name.to_string()),
            factor: factor.map(str::to_string),
            points,
        };
        terms.push(term(network.cause, None, slope * share.weight));
        let within = slope * share.slope;
        terms.push(term(Cause::Aggregation, None, within * network.aggregation));
        for leaf in &network.leaves {
            terms.push(term(leaf.presence, Some(leaf.name), within * leaf.weight));
            terms.push(term(leaf.cause, Some(leaf.name), within * leaf.value));
        }
    }
    terms.retain(|term| term.points != 0.0);
    terms.sort_by(|left, right| right.points.abs().total_cmp(&left.points.abs()));
    let left = (last - first) - terms.iter().map(|term| term.points).sum::<f64>();
    if let Some(largest) = terms.first_mut() {
        largest.points += left;
    }
    Some(terms)
}

/// The names of both sides, sorted, each once.
fn union<'a, I: Iterator<Item = &'a str>>(sides: [I; 2]) -> Vec<&'a str> {
    let mut names: Vec<&str> = sides.into_iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A factor's doing within its network.
struct Leaf<'a> {
    name: &'a str,
    presence: Cause,
    weight: f64,
    cause: Cause,
    value: f64,
}

struct NetworkChange<'a> {
    name: &'a str,
    part: Part,
    cause: Cause,
    /// What a change of the aggregate does to the network's strength.
    aggregation: f64,
    leaves: Vec<Leaf<'a>>,
}

impl<'a> NetworkChange<'a> {
    fn of(sides: [Side<'a>; 2], name: &'a str, same_data: bool) -> NetworkChange<'a> {
        let found = sides.map(|side| {
            let at = side.fitted.model.networks.iter().position(|network| network.name == name)?;
            Some((&side.fitted.model.networks[at], &side.fitted.factors[at], side.anatomy.factors.get(at)?))
        });
        let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
        let mut definitions: BTreeMap<&str, [Option<(&Expression, &FittedFactor)>; 2]> = BTreeMap::new();
        let mut known: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
        for (side, found) in found.iter().enumerate() {
            let Some((network, fits, values)) = found else { continue };
            for ((factor, fit), value) in network.factors.iter().zip(*fits).zip(*values) {
                let part = parts.entry(&factor.name).or_insert(Part { weight: [0.0; 2], value: [None; 2] });
                part.weight[side] = factor.weight;
                part.value[side] = Some(*value).filter(|value| !value.is_nan());
                known.entry(&factor.name).or_default()[side] = true;
                definitions.entry(&factor.name).or_insert([None; 2])[side] = Some((&factor.value, fit));
            }
        }
        let names: Vec<&str> = parts.keys().copied().collect();
        let parts: Vec<Part> = parts.into_values().collect();
        let strengths =
            [0, 1].map(|side| found[side].and_then(|(network, ..)| result(network.aggregate, &parts, side)));
        let mut change = NetworkChange {
            name,
            part: Part {
                weight: found.map(|found| found.map_or(0.0, |(network, ..)| network.weight)),
                value: strengths,
            },
            cause: presence(found.map(|found| found.is_some()), strengths),
            aggregation: 0.0,
            leaves: Vec::new(),
        };
        // A network that is there on one side alone came or went as a whole.
        if let [Some(before), Some(after)] = found
            && let Some(split) = Split::of([before.0.aggregate, after.0.aggregate], &parts)
        {
            change.aggregation = split.aggregation;
            for ((name, part), share) in names.iter().zip(&parts).zip(&split.shares) {
                let same = matches!(definitions.get(*name), Some([Some(before), Some(after)]) if before == after);
                let moved = part.value[0].zip(part.value[1]).map_or(0.0, |(before, after)| after - before);
                change.leaves.push(Leaf {
                    name,
                    presence: presence(known.get(*name).copied().unwrap_or_default(), part.value),
                    weight: share.weight,
                    cause: match (same, same_data) {
                        (true, _) => Cause::Data,
                        (false, true) => Cause::Definition,
                        (false, false) => Cause::DataAndDefinition,
                    },
                    value: share.slope * moved,
                });
            }
        }
        change
    }
}

/// Why a part weighs otherwise than before.
fn presence(known: [bool; 2], value: [Option<f64>; 2]) -> Cause {
    match (known, value) {
        ([false, _], _) => Cause::Added,
        ([_, false], _) => Cause::Removed,
        (_, [None, Some(_)]) => Cause::Appeared,
        (_, [Some(_), None]) => Cause::Vanished,
        _ => Cause::Weight,
    }
}

/// How the result of an aggregation changes, part by part.
struct Split {
    results: [f64; 2],
    shares: Vec<Share>,
    /// What combining in the other way does by itself.
    aggregation: f64,
}

impl Split {
    fn of(aggregates: [Aggregate; 2], parts: &[Part]) -> Option<Split> {
        let results = [result(aggregates[0], parts, 0)?, result(aggregates[1], parts, 1)?];
        if aggregates[0] == aggregates[1] {
            return Some(Split { results, shares: shares(aggregates[0], parts, results), aggregation: 0.0 });
        }
        let cross = [result(aggregates[1], parts, 0)?, result(aggregates[0], parts, 1)?];
        let [first, second] = [
            shares(aggregates[0], parts, [results[0], cross[1]]),
            shares(aggregates[1], parts, [cross[0], results[1]]),
        ];
        let mean = |(first, second): (Share, Share)| Share {
            weight: (first.weight + second.weight) / 2.0,
            slope: (first.slope + second.slope) / 2.0,
        };
        Some(Split {
            results,
            shares: first.into_iter().zip(second).map(mean).collect(),
            aggregation: (cross[0] - results[0] + results[1] - cross[1]) / 2.0,
        })
    }
}

/// The aggregation of one side; None where nothing is present.
fn result(aggregate: Aggregate, parts: &[Part], side: usize) -> Option<f64> {
    let present = parts.iter().filter_map(|part| Some((part.weight[side], part.value[side]?)));
    let found = aggregate.of(present);
    found.is_finite().then_some(found)
}

/// What each part does to the difference of two results under one aggregation.
fn shares(aggregate: Aggregate, parts: &[Part], results: [f64; 2]) -> Vec<Share> {
    match aggregate {
        Aggregate::Max => shares_of_max(parts),
        _ => match shares_of_sum(aggregate, parts, results) {
            Some(shares) => shares,
            None => shares_of_zeros(parts, results[1] - results[0]),
        },
    }
}

/// The slope of the line through two points of a function.
fn secant(x0: f64, x1: f64, y0: f64, y1: f64) -> f64 {
    if x1 == x0 { 0.0 } else { (y1 - y0) / (x1 - x0) }
}

/// Weight and inner value on both sides.
type Seen = ([f64; 2], [f64; 2]);

/// A part as its aggregation sees it; an absent one with weight 0 and the
/// value of the other side.
fn seen(aggregate: Aggregate, part: &Part) -> Option<Seen> {
    let inner = |value: f64| {
        let value = if aggregate.needs_non_negative() { value.max(0.0) } else { value };
        match aggregate {
            Aggregate::RootSumSquares => value * value,
            Aggregate::PowerMean(power) => powf(value, power.exponent),
            Aggregate::GeometricMean => ln(value),
            _ => value,
        }
    };
    let weight = |side: usize| if part.value[side].is_some() { part.weight[side] } else { 0.0 };
    let either = part.value[0].or(part.value[1])?;
    let values = [part.value[0].unwrap_or(either), part.value[1].unwrap_or(either)];
    Some(([weight(0), weight(1)], values.map(inner)))
}

/// Sums, means and what is a function of them; None where a zero makes an inner value infinite.
fn shares_of_sum(aggregate: Aggregate, parts: &[Part], results: [f64; 2]) -> Option<Vec<Share>> {
    let seen: Vec<_> = parts.iter().map(|part| seen(aggregate, part)).collect();
    let (mut sums, mut weights) = ([0.0; 2], [0.0; 2]);
    for (weight, inner) in seen.iter().flatten() {
        for side in 0..2 {
            if weight[side] > 0.0 {
                sums[side] += weight[side] * inner[side];
            }
            weights[side] += weight[side];
        }
    }
    let whole = |side: usize| if aggregate.is_mean() { sums[side] / weights[side] } else { sums[side] };
    let (from, to) = (whole(0), whole(1));
    if !(from.is_finite() && to.is_finite()) {
        return None;
    }
    let outer = secant(from, to, results[0], results[1]);
    // For sums a unit of the sum is a unit of the whole, and weight has no price.
    let (unit, price) = match aggregate.is_mean() {
        true => {
            let [w0, w1] = weights;
            ((1.0 / w0 + 1.0 / w1) / 2.0, (sums[0] + sums[1]) / 2.0 / (w0 * w1))
        }
        false => (1.0, 0.0),
    };
    let share = |(part, seen): (&Part, Option<Seen>)| {
        let Some((weight, inner)) = seen.filter(|(weight, _)| weight[0] > 0.0 || weight[1] > 0.0) else {
            return Share::default();
        };
        // Without weight on a side, what it would be there does not matter.
        let inner = match weight {
            [0.0, _] => [inner[1]; 2],
            [_, 0.0] => [inner[0]; 2],
            _ => inner,
        };
        let middle = (inner[0] + inner[1]) / 2.0;
        let moved = part.value[0].zip(part.value[1]);
        let slope = moved.map_or(0.0, |(before, after)| secant(before, after, inner[0], inner[1]));
        Share {
            weight: outer * (weight[1] - weight[0]) * (middle * unit - price),
            slope: outer * (weight[0] + weight[1]) / 2.0 * unit * slope,
        }
    };
    Some(parts.iter().zip(seen).map(share).collect())
}

/// Where a zero decides (a geometric mean, say), what became zero or ceased to be it, came or went
/// has the whole change, in equal parts.
fn shares_of_zeros(parts: &[Part], change: f64) -> Vec<Share> {
    let state = |part: &Part, side: usize| part.value[side].map(|value| value <= 0.0 && part.weight[side] > 0.0);
    let turned: Vec<bool> = parts.iter().map(|part| state(part, 0) != state(part, 1)).collect();
    let each = change / turned.iter().filter(|turned| **turned).count().max(1) as f64;
    let share = |(part, turned): (&Part, &bool)| match (turned, part.value) {
        (false, _) => Share::default(),
        (true, [Some(before), Some(after)]) if before != after => Share { weight: 0.0, slope: each / (after - before) },
        (true, _) => Share { weight: each, slope: 0.0 },
    };
    parts.iter().zip(&turned).map(share).collect()
}

/// Shapley values of a maximum. At each level a part stands above it on both sides, on one or on
/// none. With F parts that fall below it and R that rise above it, and none that stays above, a
/// riser makes the difference if all fallers and no other riser came before it: in F! (R-1)! of
/// (F+R)! orders; a faller takes it away in (F-1)! R! of them.
fn shares_of_max(parts: &[Part]) -> Vec<Share> {
    let product = |part: &Part, side: usize| part.value[side].map(|value| part.weight[side] * value);
    let present: Vec<f64> = parts.iter().flat_map(|part| [product(part, 0), product(part, 1)]).flatten().collect();
    // What is absent counts as 0, or as the least where there is less.
    let floor = present.iter().copied().fold(0.0, f64::min);
    let products: Vec<[f64; 2]> =
        parts.iter().map(|part| [0, 1].map(|side| product(part, side).unwrap_or(floor))).collect();
    let mut levels: Vec<f64> = products.iter().flatten().copied().chain([floor]).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let mut values = vec![0.0; parts.len()];
    for pair in levels.windows(2) {
        let (level, height) = (pair[0], pair[1] - pair[0]);
        let above: Vec<[bool; 2]> = products.iter().map(|sides| sides.map(|product| product > level)).collect();
        if above.contains(&[true, true]) {
            continue;
        }
        let count = |wanted: [bool; 2]| above.iter().filter(|sides| **sides == wanted).count();
        let (fallers, risers) = (count([true, false]), count([false, true]));
        let orders = |many: usize, few: usize| {
            // many! (few-1)! / (many+few)!, built from factors that stay small.
            (1..=many).fold(1.0 / few.max(1) as f64, |product, i| product * i as f64 / (few + i) as f64)
        };
        for (value, sides) in values.iter_mut().zip(&above) {
            match sides {
                [false, true] => *value += height * orders(fallers, risers),
                [true, false] => *value -= height * orders(risers, fallers),
                _ => {}
            }
        }
    }
    let share = |((part, products), value): ((&Part, &[f64; 2]), f64)| {
        let moved = products[1] - products[0];
        let [Some(before), Some(after)] = part.value else { return Share { weight: value, slope: 0.0 } };
        if moved == 0.0 {
            return Share::default();
        }
        Share {
            weight: value / moved * (part.weight[1] - part.weight[0]) * (before + after) / 2.0,
            slope: value / moved * (part.weight[0] + part.weight[1]) / 2.0,
        }
    };
    parts.iter().zip(&products).zip(values).map(share).collect()
}

#[cfg(test)]
mod tests;
