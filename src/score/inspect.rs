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

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::contribution::Anatomy;
use super::fit::column_of;
use super::fitted::FittedModel;
use super::kernel::{CHUNK, Kernel, NetworkStep, Work};
use super::{Population, check_columns};
use crate::diagnostic::Diagnostics;
use crate::model::aggregate::Aggregate;
use crate::stats::elementary::powf;
use crate::stats::lanes::{LaneSum, widest};

/// Realised weights by network and factor, in the model's order; they sum to 1.
pub type Realised = Vec<Vec<f64>>;

/// What accounts are made of: by slot, an anatomy for each model.
pub type Anatomies = BTreeMap<u32, Vec<Anatomy>>;

/// Sums over accounts, from which the covariances of all parts with the whole follow.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    count: f64,
    whole: f64,
    square: f64,
    /// By factor: the sum of its parts, and of its parts times the whole.
    parts: Vec<[f64; 2]>,
}

/// The same sums while rows arrive. They depend on the rows of their own slice alone, whatever lies
/// between these.
#[derive(Clone, Debug, Default)]
struct Running {
    count: LaneSum,
    whole: LaneSum,
    square: LaneSum,
    parts: Vec<[LaneSum; 2]>,
}

/// The sums of a chunk of rows, by slice and model.
pub(super) struct Look<'a> {
    /// First slot of each slice.
    starts: &'a [u32],
    running: Vec<Vec<Running>>,
}

impl Moments {
    pub(super) fn add(&mut self, other: &Moments) {
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

    /// The realised weights, by network and factor of the model; None where strengths do not vary.
    pub(super) fn realised(&self, fitted: &FittedModel) -> Option<Realised> {
        let mut shares = self.shares()?.into_iter();
        let networks = fitted.model.networks.iter();
        Some(networks.map(|network| shares.by_ref().take(network.factors.len()).collect()).collect())
    }
}

impl<'a> Look<'a> {
    pub(super) fn new(starts: &'a [u32], models: usize) -> Look<'a> {
        Look { starts, running: vec![vec![Running::default(); models]; starts.len()] }
    }

    /// Adds the rows that the kernel has just had, at these slots, to the sums of a model.
    pub(super) fn add(&mut self, kernel: &Kernel, model: usize, work: &Work, slots: &[u32]) {
        let slice_of = |slot: u32| self.starts.partition_point(|start| *start <= slot).saturating_sub(1);
        let ends = [slots.iter().min(), slots.iter().max()].map(|slot| slot.map_or(0, |slot| slice_of(*slot)));
        let parts = Parts::of(kernel, model, work);
        if ends[0] == ends[1] {
            self.running[ends[0]][model].add(&parts);
            return;
        }
        for slice in ends[0]..=ends[1] {
            let rows: Vec<usize> = (0..slots.len()).filter(|row| slice_of(slots[*row]) == slice).collect();
            self.running[slice][model].add(&parts.at(&rows));
        }
    }

    /// The sums, by slice and model.
    pub(super) fn moments(&self) -> Vec<Vec<Moments>> {
        self.running.iter().map(|slice| slice.iter().map(Running::moments).collect()).collect()
    }
}

impl Running {
    /// Adds rows; those without a strength count as 0 everywhere.
    fn add(&mut self, parts: &Parts<'_>) {
        let strengths = &parts.strengths[..];
        self.parts.resize(parts.networks.iter().map(|network| network.factors.len()).sum(), [LaneSum::default(); 2]);
        let or_0 = |strength: &f64| if strength.is_nan() { 0.0 } else { *strength };
        let known = |strength: &f64| f64::from(u8::from(!strength.is_nan()));
        self.count.add(&widest(|| strengths.iter().map(known).collect::<Vec<f64>>()));
        self.whole.add(&widest(|| strengths.iter().map(or_0).collect::<Vec<f64>>()));
        self.square.add(&widest(|| strengths.iter().map(|s| or_0(s) * or_0(s)).collect::<Vec<f64>>()));
        let mut sums = self.parts.iter_mut();
        for network in &parts.networks {
            for ((weight, values), sums) in network.factors.iter().zip(&mut sums) {
                network.add(*weight, values, strengths, sums);
            }
        }
    }

    fn moments(&self) -> Moments {
        Moments {
            count: self.count.value(),
            whole: self.whole.value(),
            square: self.square.value(),
            parts: self.parts.iter().map(|part| part.map(LaneSum::value)).collect(),
        }
    }
}

/// What the parts of some rows are made of. The part of a factor is `w u t(x)`, with its weight `w`,
/// a number `u` that all factors of its network share, and a function `t` of its value.
struct Parts<'a> {
    strengths: Cow<'a, [f64]>,
    networks: Vec<NetworkParts<'a>>,
}

struct NetworkParts<'a> {
    aggregate: Aggregate,
    /// The network's own strengths.
    results: Cow<'a, [f64]>,
    /// `u`, by row; 0 where the network or the whole has no strength.
    shared: Vec<f64>,
    /// Weights and values, in the model's order.
    factors: Vec<(f64, Cow<'a, [f64]>)>,
}

impl<'a> Parts<'a> {
    /// Of the rows that the kernel has just had.
    fn of(kernel: &Kernel, model: usize, work: &'a Work) -> Parts<'a> {
        let (networks, combine) = kernel.shape(model);
        let strengths = work.strengths(model);
        let of_networks = networks.iter().enumerate().map(|(at, network)| (network.weight, work.network(model, at)));
        let outer = Slopes::of(combine, of_networks, strengths);
        let of = |(at, network): (usize, &NetworkStep)| {
            let results = work.network(model, at);
            let columns = || network.factors.iter().map(|(factor, weight)| (*weight, work.factor(*factor)));
            let mut shared = outer.at(network.weight, results);
            Slopes::of(network.aggregate, columns(), results).share(&mut shared);
            widest(|| {
                for ((shared, result), strength) in shared.iter_mut().zip(results).zip(strengths) {
                    // A mean of values that all weigh 0 has no strength to take part in.
                    *shared = if result.is_nan() | strength.is_nan() { 0.0 } else { *shared };
                }
            });
            let factors = columns().map(|(weight, column)| (weight, Cow::Borrowed(column))).collect();
            NetworkParts { aggregate: network.aggregate, results: Cow::Borrowed(results), shared, factors }
        };
        Parts { strengths: Cow::Borrowed(strengths), networks: networks.iter().enumerate().map(of).collect() }
    }

    /// The same of some of the rows.
    fn at(&self, rows: &[usize]) -> Parts<'static> {
        let pick = |column: &[f64]| -> Vec<f64> { rows.iter().map(|row| column[*row]).collect() };
        let network = |network: &NetworkParts<'_>| NetworkParts {
            aggregate: network.aggregate,
            results: pick(&network.results).into(),
            shared: pick(&network.shared),
            factors: network.factors.iter().map(|(weight, values)| (*weight, pick(values).into())).collect(),
        };
        Parts { strengths: pick(&self.strengths).into(), networks: self.networks.iter().map(network).collect() }
    }
}

impl NetworkParts<'_> {
    /// Adds the parts of a factor, and these times the strengths.
    fn add(&self, weight: f64, values: &[f64], strengths: &[f64], sums: &mut [LaneSum; 2]) {
        let something = |x: f64, result: f64| (x > 0.0) & (result > 0.0);
        match self.aggregate {
            Aggregate::WeightedSum | Aggregate::WeightedMean => {
                self.add_each(weight, values, strengths, sums, |x, _| x)
            }
            Aggregate::Max => {
                self.add_each(weight, values, strengths, sums, |x, result| if weight * x == result { x } else { 0.0 })
            }
            Aggregate::RootSumSquares => self
                .add_each(weight, values, strengths, sums, |x, result| if something(x, result) { x * x } else { 0.0 }),
            Aggregate::PowerMean(power) => self.add_each(weight, values, strengths, sums, |x, result| {
                if something(x, result) { powf(x / result, power.exponent - 1.0) * x } else { 0.0 }
            }),
            Aggregate::GeometricMean => {
                self.add_each(weight, values, strengths, sums, |x, result| if something(x, result) { 1.0 } else { 0.0 })
            }
        }
    }

    /// `term` is `t` of a value and of the network's strength.
    #[inline(always)]
    fn add_each(
        &self,
        weight: f64,
        values: &[f64],
        strengths: &[f64],
        [sum, product]: &mut [LaneSum; 2],
        term: impl Fn(f64, f64) -> f64,
    ) {
        let rows = || self.shared.iter().zip(&*self.results).zip(values);
        let part = |((shared, result), value): ((&f64, &f64), &f64)| {
            if value.is_nan() { 0.0 } else { weight * (shared * term(*value, *result)) }
        };
        let parts: Vec<f64> = widest(|| rows().map(part).collect());
        sum.add(&parts);
        // Where there is no strength the part is 0.
        let product_of = |(part, strength): (&f64, &f64)| if strength.is_nan() { 0.0 } else { part * strength };
        let products: Vec<f64> = widest(|| parts.iter().zip(strengths).map(product_of).collect());
        product.add(&products);
    }
}

/// The derivatives of an aggregation, row by row.
struct Slopes<'a> {
    aggregate: Aggregate,
    results: &'a [f64],
    /// Sum of the weights that are present; of means alone.
    weights: Vec<f64>,
    /// How many share the maximum, 1 at least; of the maximum alone.
    leaders: Vec<f64>,
}

impl<'a> Slopes<'a> {
    /// `columns` are weights and values, NaN where there is none.
    fn of<'c>(aggregate: Aggregate, columns: impl Iterator<Item = (f64, &'c [f64])>, results: &'a [f64]) -> Slopes<'a> {
        let (mut weights, mut leaders) = (Vec::new(), Vec::new());
        if aggregate.is_mean() {
            weights.resize(results.len(), 0.0);
            for (weight, column) in columns {
                widest(|| {
                    let rows = weights.iter_mut().zip(column);
                    rows.for_each(|(weights, value)| *weights += if value.is_nan() { 0.0 } else { weight });
                });
            }
        } else if aggregate == Aggregate::Max {
            leaders.resize(results.len(), 0.0);
            for (weight, column) in columns {
                widest(|| {
                    let rows = leaders.iter_mut().zip(column).zip(results);
                    // NaN is equal to nothing.
                    rows.for_each(|((leaders, value), result)| {
                        *leaders += f64::from(u8::from(weight * value == *result));
                    });
                });
            }
            leaders.iter_mut().for_each(|count| *count = f64::max(*count, 1.0));
        }
        Slopes { aggregate, results, weights, leaders }
    }

    /// Turns the slopes of something by the results into what all parts of the results share: `u`
    /// of [`Parts`].
    fn share(&self, slopes: &mut [f64]) {
        let mut each = |other: &[f64], change: fn(f64, f64) -> f64| {
            slopes.iter_mut().zip(other).for_each(|(slope, other)| *slope = change(*slope, *other));
        };
        match self.aggregate {
            Aggregate::WeightedSum => {}
            Aggregate::WeightedMean | Aggregate::PowerMean(_) => each(&self.weights, |slope, weights| slope / weights),
            Aggregate::Max => each(&self.leaders, |slope, leaders| slope / leaders),
            Aggregate::RootSumSquares => {
                each(self.results, |slope, result| if result > 0.0 { slope / result } else { 0.0 })
            }
            Aggregate::GeometricMean => {
                let rows = slopes.iter_mut().zip(self.results).zip(&self.weights);
                rows.for_each(|((slope, result), weights)| *slope = *slope * result / weights);
            }
        }
    }

    /// The derivatives of the results by a column of values; anything where a value is NaN.
    fn at(&self, weight: f64, column: &[f64]) -> Vec<f64> {
        // A value that counts as 0, and a result of 0, leave nothing to share.
        let nothing = |value: f64, result: f64| (value <= 0.0) | (result <= 0.0) | (weight == 0.0);
        let rows = || column.iter().zip(self.results);
        let (weights, leaders) = (self.weights.iter(), self.leaders.iter());
        match self.aggregate {
            Aggregate::WeightedSum => vec![weight; column.len()],
            Aggregate::WeightedMean => weights.map(|weights| weight / weights).collect(),
            Aggregate::Max => (rows().zip(leaders))
                .map(|((value, result), leaders)| if weight * value == *result { weight / leaders } else { 0.0 })
                .collect(),
            Aggregate::RootSumSquares => rows()
                .map(|(value, result)| if nothing(*value, *result) { 0.0 } else { weight * value / result })
                .collect(),
            Aggregate::PowerMean(power) => (rows().zip(weights))
                .map(|((value, result), weights)| match nothing(*value, *result) {
                    true => 0.0,
                    false => weight / weights * powf(value / result, power.exponent - 1.0),
                })
                .collect(),
            Aggregate::GeometricMean => (rows().zip(weights))
                .map(|((value, result), weights)| match nothing(*value, *result) {
                    true => 0.0,
                    false => weight / weights * result / value,
                })
                .collect(),
        }
    }
}

/// What the accounts at some slots are made of; only the rows of these are read. `slots` need not
/// be sorted.
pub(super) fn anatomies(
    models: &[FittedModel],
    population: &Population<'_>,
    slots: &[u32],
) -> Result<Anatomies, Diagnostics> {
    for fitted in models {
        check_columns(&fitted.model, population.dataset)?;
    }
    let kernel = Kernel::new(models);
    let names: Vec<&str> = kernel.columns().collect();
    let rows = population.index.rows_of(slots);
    let found = population.dataset.scan_rows(&names, &rows, |rows, columns| {
        let mut work = kernel.work();
        let mut found = Vec::new();
        for start in (0..rows.len()).step_by(CHUNK) {
            let rows = &rows[start..(start + CHUNK).min(rows.len())];
            kernel.strengths(&|name| column_of(&names, columns, name, start, rows.len()), rows.len(), &mut work);
            for (at, row) in rows.iter().enumerate() {
                let anatomy = |model: usize| anatomy(&kernel, model, &work, at);
                let slot = population.index.slots(*row, 1)[0];
                found.push((slot, (0..kernel.models()).map(anatomy).collect()));
            }
        }
        found
    })?;
    Ok(found.into_iter().flatten().collect())
}

fn anatomy(kernel: &Kernel, model: usize, work: &Work, row: usize) -> Anatomy {
    let value = |(factor, _): &(usize, f64)| work.factor(*factor)[row];
    Anatomy {
        factors: kernel.shape(model).0.iter().map(|network| network.factors.iter().map(value).collect()).collect(),
    }
}

#[cfg(test)]
mod tests;
