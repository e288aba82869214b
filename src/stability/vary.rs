//! Weights around those of a version: which there are, and the version with others in their place.

use std::sync::Arc;

use super::spec::Vary;
use crate::model::Model;
use crate::stats::draws::Jitter;
use crate::stats::resample::Stream;
use crate::stats::undefined::Undefined;

/// A weight of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `twitter`, or `twitter/followers` for a factor within its network.
    pub name: String,
    network: usize,
    /// None for the weight of the network itself.
    factor: Option<usize>,
}

/// The weights of a model that can be varied, in the model's order. One that is alone in what it is
/// weighed against is left out under every aggregation that divides by the sum of weights, and so is
/// one of 0.
pub fn places(model: &Model, vary: Vary) -> Vec<Place> {
    let mut places = Vec::new();
    for (at, network) in model.networks.iter().enumerate() {
        let alone = model.networks.len() == 1 && model.combine.is_mean();
        if vary != Vary::Factors && network.weight > 0.0 && !alone {
            places.push(Place { name: network.name.clone(), network: at, factor: None });
        }
        if vary == Vary::Networks || network.factors.len() == 1 && network.aggregate.is_mean() {
            continue;
        }
        for (position, factor) in network.factors.iter().enumerate().filter(|(_, factor)| factor.weight > 0.0) {
            let name = format!("{}/{}", network.name, factor.name);
            places.push(Place { name, network: at, factor: Some(position) });
        }
    }
    places
}

/// The weight at a place.
pub fn weight(model: &Model, place: &Place) -> f64 {
    let network = &model.networks[place.network];
    place.factor.map_or(network.weight, |factor| network.factors[factor].weight)
}

/// The model with other weights at some places.
pub fn with(model: &Model, places: &[Place], weights: &[f64]) -> Arc<Model> {
    let mut varied = model.clone();
    for (place, weight) in places.iter().zip(weights) {
        let network = &mut varied.networks[place.network];
        match place.factor {
            None => network.weight = *weight,
            Some(factor) => network.factors[factor].weight = *weight,
        }
    }
    Arc::new(varied)
}

/// Every weight times 1 + U(-within, within). The draw of a weight hangs on its name and on the
/// number of the draw alone, so that versions that share it are shaken alike.
///
/// # Errors
/// A width outside of 0 to 1.
pub fn jittered(model: &Model, places: &[Place], within: f64, seed: u64, number: u64) -> Result<Vec<f64>, Undefined> {
    let jitter = Jitter::new(within)?;
    let one = |place: &Place| {
        let mut stream = Stream::new(seed, &format!("weight {}", place.name), number);
        weight(model, place) * jitter.draw(&mut stream)
    };
    Ok(places.iter().map(one).collect())
}

/// The places that share a sum: those of the networks, and those of the factors of each network.
pub fn families(places: &[Place]) -> Vec<Vec<usize>> {
    let mut families: Vec<Vec<usize>> = Vec::new();
    let key = |place: &Place| place.factor.map(|_| place.network);
    for (at, place) in places.iter().enumerate() {
        match families.iter_mut().find(|family| key(&places[family[0]]) == key(place)) {
            Some(family) => family.push(at),
            None => families.push(vec![at]),
        }
    }
    families
}
