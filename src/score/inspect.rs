//! A look inside the scores: what each factor really weighs in a population, and what single
//! accounts are made of.
//!
//! The realised weight of a factor is the share of the variance of strengths that it brings,
//! `cov(c, S) / var(S)`, where `c` is the factor's part of the strength `S`. Every aggregation is
//! homogeneous of degree one, so by Euler's theorem the parts `c = x dS/dx` sum to `S`, and the
//! realised weights sum to 1. A factor that hardly varies weighs little whatever its nominal weight,
//! and one that pulls against the rest weighs less than nothing. Absent values have no part. The
//! strength is taken before the scale; rows count alike, whatever they stand for.
//!
//! Sources: Tasche, "Capital allocation to business units and sub-portfolios: the Euler principle"
//! (2008), for the parts; Paruolo, Saisana and Saltelli, "Ratings and rankings: voodoo or science?",
//! JRSS A 176 (2013), for why nominal weights are not importance.

use std::collections::BTreeMap;

use super::contribution::Anatomy;
use super::fit::column_of;
use super::fitted::FittedModel;
use super::kernel::{CHUNK, Kernel, Work};
use super::selected::Selected;
use super::{Population, check_columns};
use crate::diagnostic::Diagnostics;
use crate::model::aggregate::Aggregate;
use crate::stats::elementary::powf;

/// Realised weights by network and factor, in the model's order; they sum to 1.
pub type Realised = Vec<Vec<f64>>;

/// What an inspection found.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// By slot that was asked for, an anatomy for each model.
    pub anatomies: BTreeMap<u32, Vec<Anatomy>>,
    /// By slice of the index and model; None where strengths do not vary.
    pub realised: Vec<Vec<Option<Realised>>>,
}

/// Sums over accounts, from which the covariances of all parts with the whole follow.
#[derive(Clone, Debug, Default)]
struct Moments {
    count: f64,
    whole: f64,
    square: f64,
    /// By factor: the sum of its parts, and of its parts times the whole.
    parts: Vec<[f64; 2]>,
}

impl Moments {
    fn add(&mut self, other: &Moments) {
        self.count += other.count;
        self.whole += other.whole;
        self.square += other.square;
        self.parts.resize(other.parts.len().max(self.parts.len()), [0.0; 2]);
        for (sum, term) in self.parts.iter_mut().zip(&other.parts) {
            sum[0] += term[0];
            sum[1] += term[1];
        }
    }

    fn shares(&self) -> Option<Vec<f64>> {
        if self.count < 2.0 {
            return None;
        }
        let mean = self.whole / self.count;
        let variance = self.square / self.count - mean * mean;
        // Below this the variance is the rounding of two large sums.
        if variance <= 1e-12 * mean * mean {
            return None;
        }
        Some(self.parts.iter().map(|[part, product]| (product - part * mean) / self.count / variance).collect())
    }
}

/// What one chunk of rows gives.
struct Part {
    anatomies: Vec<(u32, Vec<Anatomy>)>,
    /// By slice and model.
    moments: Vec<Vec<Moments>>,
}

/// One pass over a population. `slots` need not be sorted.
pub fn inspect(models: &[FittedModel], population: &Population<'_>, slots: &[u32]) -> Result<Inspection, Diagnostics> {
    for fitted in models {
        check_columns(&fitted.model, population.dataset)?;
    }
    let mut wanted = slots.to_vec();
    wanted.sort_unstable();
    let kernel = Kernel::new(models);
    let names: Vec<&str> = kernel.columns().collect();
    let starts: Vec<u32> = population.index.slices.iter().map(|slice| slice.start as u32).collect();
    let parts = population.dataset.scan(&names, |chunk| {
        let selected = Selected::of(chunk.columns, population.index.slots(chunk.first_row, chunk.rows));
        let mut part =
            Part { anatomies: Vec::new(), moments: vec![vec![Moments::default(); models.len()]; starts.len()] };
        let mut work = kernel.work();
        for start in (0..selected.slots.len()).step_by(CHUNK) {
            let rows = CHUNK.min(selected.slots.len() - start);
            kernel.strengths(&|name: &str| column_of(&names, &selected.columns, name, start, rows), rows, &mut work);
            let slots = &selected.slots[start..start + rows];
            part.look(&kernel, &work, slots, &starts, &wanted);
        }
        part
    })?;

    let mut anatomies = BTreeMap::new();
    let mut moments = vec![vec![Moments::default(); models.len()]; starts.len()];
    for part in parts {
        anatomies.extend(part.anatomies);
        for (sums, found) in moments.iter_mut().flatten().zip(part.moments.iter().flatten()) {
            sums.add(found);
        }
    }
    let realised =
        |slice: &Vec<Moments>| slice.iter().zip(models).map(|(sums, fitted)| realised(sums, fitted)).collect();
    Ok(Inspection { anatomies, realised: moments.iter().map(realised).collect() })
}

fn realised(sums: &Moments, fitted: &FittedModel) -> Option<Realised> {
    let mut shares = sums.shares()?.into_iter();
    Some(fitted.model.networks.iter().map(|network| shares.by_ref().take(network.factors.len()).collect()).collect())
}

impl Part {
    fn look(&mut self, kernel: &Kernel, work: &Work, slots: &[u32], starts: &[u32], wanted: &[u32]) {
        let mut parts = Vec::new();
        for (row, slot) in slots.iter().enumerate() {
            let slice = starts.partition_point(|start| start <= slot) - 1;
            for model in 0..kernel.models() {
                let strength = work.strengths(model)[row];
                if strength.is_nan() {
                    continue;
                }
                parts_of(kernel, model, work, row, strength, &mut parts);
                let sums = &mut self.moments[slice][model];
                sums.count += 1.0;
                sums.whole += strength;
                sums.square += strength * strength;
                sums.parts.resize(parts.len(), [0.0; 2]);
                for (sum, part) in sums.parts.iter_mut().zip(&parts) {
                    sum[0] += part;
                    sum[1] += part * strength;
                }
            }
            if wanted.binary_search(slot).is_ok() {
                let anatomy = |model: usize| Anatomy {
                    factors: (kernel.shape(model).0.iter())
                        .map(|network| network.factors.iter().map(|(factor, _)| work.factor(*factor)[row]).collect())
                        .collect(),
                };
                self.anatomies.push((*slot, (0..kernel.models()).map(anatomy).collect()));
            }
        }
    }
}

/// The part of each factor in the strength of one row, `x dS/dx`, into `parts`.
fn parts_of(kernel: &Kernel, model: usize, work: &Work, row: usize, strength: f64, parts: &mut Vec<f64>) {
    parts.clear();
    let (networks, combine) = kernel.shape(model);
    let strengths = || networks.iter().enumerate().map(|(at, network)| (network.weight, work.network(model, at)[row]));
    let slopes = Slopes::of(combine, strengths(), strength);
    for (network, (weight, of_network)) in networks.iter().zip(strengths()) {
        if of_network.is_nan() {
            parts.resize(parts.len() + network.factors.len(), 0.0);
            continue;
        }
        let outer = slopes.at(weight, of_network);
        let pairs = || network.factors.iter().map(|(factor, weight)| (*weight, work.factor(*factor)[row]));
        let inner = Slopes::of(network.aggregate, pairs(), of_network);
        parts.extend(pairs().map(|(weight, value)| match value.is_nan() {
            true => 0.0,
            false => outer * inner.at(weight, value) * value,
        }));
    }
}

/// The derivatives of an aggregation at one account.
struct Slopes {
    aggregate: Aggregate,
    result: f64,
    /// Sum of the weights that are present.
    weights: f64,
    /// How many share the maximum.
    leaders: f64,
}

impl Slopes {
    /// `pairs` are weights and values, NaN where there is none.
    fn of(aggregate: Aggregate, pairs: impl Iterator<Item = (f64, f64)>, result: f64) -> Slopes {
        let (mut weights, mut leaders) = (0.0, 0u32);
        for (weight, value) in pairs.filter(|(_, value)| !value.is_nan()) {
            weights += weight;
            leaders += u32::from(weight * value == result);
        }
        Slopes { aggregate, result, weights, leaders: f64::from(leaders.max(1)) }
    }

    /// The derivative of the result by a value that is present.
    fn at(&self, weight: f64, value: f64) -> f64 {
        let Slopes { result, weights, .. } = *self;
        match self.aggregate {
            Aggregate::WeightedSum => weight,
            Aggregate::WeightedMean => weight / weights,
            Aggregate::Max if weight * value == result => weight / self.leaders,
            Aggregate::Max => 0.0,
            // A value that counts as 0, and a result of 0, leave nothing to share.
            _ if value <= 0.0 || result <= 0.0 || weight == 0.0 => 0.0,
            Aggregate::RootSumSquares => weight * value / result,
            Aggregate::PowerMean(power) => weight / weights * powf(value / result, power.exponent - 1.0),
            Aggregate::GeometricMean => weight / weights * result / value,
        }
    }
}

#[cfg(test)]
mod tests;
