//! What every factor weighs in name, and in effect.
//!
//! The effective share is what a factor brings to the strength where all factors stand at one and
//! the same value. Every aggregation is homogeneous of degree one, so by Euler's theorem the parts
//! `x dS/dx` sum to the strength `S`; at equal values they follow from the weights alone. A weighted
//! mean divides by the sum of the weights, so that a halved weight raises all others, while a
//! weighted sum does not, so that its network counts for less as a whole. Under `max` one part alone
//! makes the strength; there the shares are those of the weights.

use std::collections::BTreeMap;

use super::FactorShares;
use crate::model::aggregate::{Aggregate, PowerMean};
use crate::model::{Model, Network};
use crate::stats::elementary::powf;

/// The factors of both models, by network and name.
pub(super) fn factors(models: [&Model; 2]) -> Vec<FactorShares> {
    let mut found: BTreeMap<(&str, &str), FactorShares> = BTreeMap::new();
    for (side, model) in models.into_iter().enumerate() {
        let (nominal, effective) = (model.shares(), effective(model));
        let shares = nominal.into_iter().flatten().zip(effective.into_iter().flatten());
        let all = model.networks.iter().flat_map(|network| network.factors.iter().map(move |factor| (network, factor)));
        for ((network, factor), (nominal, effective)) in all.zip(shares) {
            let entry = found.entry((&network.name, &factor.name)).or_insert_with(|| FactorShares {
                network: network.name.clone(),
                factor: factor.name.clone(),
                weight: [None; 2],
                nominal: [None; 2],
                effective: [None; 2],
                realised: [None; 2],
            });
            entry.weight[side] = Some(factor.weight);
            entry.nominal[side] = nominal;
            entry.effective[side] = effective;
        }
    }
    found.into_values().collect()
}

/// Effective shares by network and factor, in the model's order; None where nothing weighs anything.
pub fn effective(model: &Model) -> Vec<Vec<Option<f64>>> {
    let parts: Vec<f64> = model.networks.iter().map(|network| part(model.combine, network)).collect();
    let whole: f64 = parts.iter().sum();
    let of_network = |(network, part): (&Network, f64)| {
        let within: f64 = network.factors.iter().map(|factor| factor.weight).sum();
        let known = whole > 0.0 && whole.is_finite() && within > 0.0;
        network.factors.iter().map(|factor| known.then(|| part / whole * (factor.weight / within))).collect()
    };
    model.networks.iter().zip(parts).map(of_network).collect()
}

/// What a network brings to the combination where every factor has the value 1.
fn part(combine: Aggregate, network: &Network) -> f64 {
    let strength = network.aggregate.of(network.factors.iter().map(|factor| (factor.weight, 1.0)));
    if strength.is_nan() {
        return 0.0;
    }
    network.weight
        * match combine {
            Aggregate::WeightedSum | Aggregate::WeightedMean | Aggregate::Max => strength,
            Aggregate::PowerMean(PowerMean { exponent }) => powf(strength, exponent),
            Aggregate::RootSumSquares => strength * strength,
            Aggregate::GeometricMean => 1.0,
        }
}
