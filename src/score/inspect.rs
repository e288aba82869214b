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
        let (strengths, parts) = (work.strengths(model), parts(kernel, model, work));
        let ends = [slots.iter().min(), slots.iter().max()].map(|slot| slot.map_or(0, |slot| slice_of(*slot)));
        if ends[0] == ends[1] {
            self.running[ends[0]][model].add(strengths, &parts);
            return;
        }
        for slice in ends[0]..=ends[1] {
            let rows: Vec<usize> = (0..slots.len()).filter(|row| slice_of(slots[*row]) == slice).collect();
            let pick = |column: &[f64]| -> Vec<f64> { rows.iter().map(|row| column[*row]).collect() };
            let parts: Vec<Vec<f64>> = parts.iter().map(|part| pick(part)).collect();
            self.running[slice][model].add(&pick(strengths), &parts);
        }
    }

    /// The sums, by slice and model.
    pub(super) fn moments(&self) -> Vec<Vec<Moments>> {
        self.running.iter().map(|slice| slice.iter().map(Running::moments).collect()).collect()
    }
}

impl Running {
    /// Adds rows; those whose strength is NaN count as 0 everywhere.
    fn add(&mut self, strengths: &[f64], parts: &[Vec<f64>]) {
        let rows = strengths.len();
        self.parts.resize(parts.len(), [LaneSum::default(); 2]);
        widest(|| {
            let known = |row: usize| !strengths[row].is_nan();
            let or_0 = |row: usize| if known(row) { strengths[row] } else { 0.0 };
            self.count.add(rows, |row| f64::from(u8::from(known(row))));
            self.whole.add(rows, or_0);
            self.square.add(rows, |row| or_0(row) * or_0(row));
            for ([sum, product], part) in self.parts.iter_mut().zip(parts) {
                let part = &part[..rows];
                sum.add(rows, |row| if known(row) { part[row] } else { 0.0 });
                product.add(rows, |row| if known(row) { part[row] * strengths[row] } else { 0.0 });
            }
        });
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

/// What each factor of a model adds to the strengths of the rows that the kernel has just had, in
/// the model's order; 0 where it has no part, anything where there is no strength.
fn parts(kernel: &Kernel, model: usize, work: &Work) -> Vec<Vec<f64>> {
    let (networks, combine) = kernel.shape(model);
    let strengths = work.strengths(model);
    let of_networks = networks.iter().enumerate().map(|(at, network)| (network.weight, work.network(model, at)));
    let outer = Slopes::of(combine, of_networks, strengths);
    let mut parts = Vec::new();
    for (at, network) in networks.iter().enumerate() {
        let of_network = work.network(model, at);
        let outer = outer.at(network.weight, of_network);
        let columns = || network.factors.iter().map(|(factor, weight)| (*weight, work.factor(*factor)));
        let inner = Slopes::of(network.aggregate, columns(), of_network);
        for (weight, column) in columns() {
            let mut part = inner.at(weight, column);
            widest(|| {
                for (((part, outer), value), network) in part.iter_mut().zip(&outer).zip(column).zip(of_network) {
                    // A mean of values that all weigh 0 has no strength to take part in.
                    *part = if value.is_nan() | network.is_nan() { 0.0 } else { outer * *part * value };
                }
            });
            parts.push(part);
        }
    }
    parts
}

/// The derivatives of an aggregation, row by row.
struct Slopes<'a> {
    aggregate: Aggregate,
    results: &'a [f64],
    /// Sum of the weights that are present.
    weights: Vec<f64>,
    /// How many share the maximum; 1 at least.
    leaders: Vec<f64>,
}

impl<'a> Slopes<'a> {
    /// `columns` are weights and values, NaN where there is none.
    fn of<'c>(aggregate: Aggregate, columns: impl Iterator<Item = (f64, &'c [f64])>, results: &'a [f64]) -> Slopes<'a> {
        let (mut weights, mut leaders) = (vec![0.0; results.len()], vec![0.0; results.len()]);
        for (weight, column) in columns {
            widest(|| {
                let rows = weights.iter_mut().zip(&mut leaders).zip(column).zip(results);
                for (((weights, leaders), value), result) in rows {
                    *weights += if value.is_nan() { 0.0 } else { weight };
                    // NaN is equal to nothing.
                    *leaders += f64::from(u8::from(weight * value == *result));
                }
            });
        }
        leaders.iter_mut().for_each(|count| *count = f64::max(*count, 1.0));
        Slopes { aggregate, results, weights, leaders }
    }

    /// The derivatives of the results by a column of values; anything where a value is NaN.
    fn at(&self, weight: f64, column: &[f64]) -> Vec<f64> {
        // A value that counts as 0, and a result of 0, leave nothing to share.
        let nothing = |value: f64, result: f64| (value <= 0.0) | (result <= 0.0) | (weight == 0.0);
        match self.aggregate {
            Aggregate::WeightedSum => vec![weight; column.len()],
            Aggregate::WeightedMean => self.each(column, |_, _, weights, _| weight / weights),
            Aggregate::Max => self.each(
                column,
                |value, result, _, leaders| {
                    if weight * value == result { weight / leaders } else { 0.0 }
                },
            ),
            Aggregate::RootSumSquares => self
                .each(column, |value, result, _, _| if nothing(value, result) { 0.0 } else { weight * value / result }),
            Aggregate::PowerMean(power) => self.each(column, |value, result, weights, _| {
                let slope = || weight / weights * powf(value / result, power.exponent - 1.0);
                if nothing(value, result) { 0.0 } else { slope() }
            }),
            Aggregate::GeometricMean => {
                self.each(
                    column,
                    |value, result, weights, _| {
                        if nothing(value, result) { 0.0 } else { weight / weights * result / value }
                    },
                )
            }
        }
    }

    /// A function of a value, the result, the weights that are present and the leaders, by row.
    #[inline(always)]
    fn each(&self, column: &[f64], slope: impl Fn(f64, f64, f64, f64) -> f64) -> Vec<f64> {
        widest(|| {
            let rows = column.iter().zip(self.results).zip(self.weights.iter().zip(&self.leaders));
            rows.map(|((value, result), (weights, leaders))| slope(*value, *result, *weights, *leaders)).collect()
        })
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
