//! Differences of pairs of rows over all replicates, without holding them.

use std::ops::Range;

use rayon::prelude::*;

use super::Replicated;
use crate::stats::lanes::widest;
use crate::stats::undefined::Undefined;

/// Rows that are compared at a time, with so many others: their spreads fit
/// into a cache, while the replicates pass by.
const TILE: usize = 16;
const BLOCK: usize = 512;

/// What replicates do to each row, as a multiple of the most that any does.
pub(super) struct Differences<'a> {
    replicated: Replicated<'a>,
    nominal: Vec<f32>,
    /// The mean deviation from the nominal score, scaled.
    mean: Vec<f32>,
    /// 1 through the largest deviation.
    scale: f32,
}

/// What is sure about a row of the top.
pub(super) struct Surely {
    /// How many rows are above it.
    pub(super) above: u32,
    /// How many are below it.
    pub(super) below: u32,
    /// The place of the first row of the top that is below it; beyond all
    /// places if there is none.
    pub(super) next: usize,
}

impl<'a> Differences<'a> {
    pub(super) fn of(replicated: Replicated<'a>) -> Result<Self, Undefined> {
        let rows = replicated.rows();
        let nominal: Vec<f32> = replicated.nominal.iter().map(|score| *score as f32).collect();
        let deviations = |scores: &'a [f32]| scores.iter().zip(&nominal).map(|(score, nominal)| score - nominal);
        let largest = replicated.each().map(|scores| deviations(scores).fold(0.0, |most, by| by.abs().max(most)));
        let largest: f32 = largest.reduce(|| 0.0, f32::max);
        if !largest.is_finite() {
            return Err(Undefined::Overflow);
        }
        if largest < f32::MIN_POSITIVE {
            return Err(still());
        }
        let scale = 1.0 / largest;
        let mut sums = vec![0.0f64; rows];
        for scores in replicated.scores.chunks_exact(rows) {
            // As everywhere the scaled deviation is taken, so that one that never changes is its own mean.
            sums.iter_mut().zip(deviations(scores)).for_each(|(sum, by)| *sum += f64::from(by * scale));
        }
        let replicates = replicated.replicates() as f64;
        let mean = sums.into_iter().map(|sum| (sum / replicates) as f32).collect();
        Ok(Differences { replicated, nominal, mean, scale })
    }

    /// The order statistic over replicates of the largest studentised
    /// difference between one of these rows and any row.
    pub(super) fn reach(&self, rows: &[u32], level: f64) -> Result<f32, Undefined> {
        let mut largest = self.largest(rows);
        largest.sort_unstable_by(f32::total_cmp);
        let reach = largest[order_statistic(level, largest.len())];
        if reach == 0.0 { Err(still()) } else { Ok(reach) }
    }

    /// The largest `|D* - m| / s` in every replicate.
    fn largest(&self, rows: &[u32]) -> Vec<f32> {
        let blocks = self.nominal.len().div_ceil(BLOCK);
        let tiles: Vec<&[u32]> = rows.chunks(TILE).collect();
        let none = || vec![0u32; self.replicated.replicates()];
        let tasks = (0..tiles.len() * blocks).into_par_iter();
        let each = tasks.map(|task| self.largest_of(tiles[task / blocks], self.block(task % blocks)));
        let merged = each.reduce(none, |mut left, right| {
            left.iter_mut().zip(right).for_each(|(left, right)| *left = right.max(*left));
            left
        });
        merged.into_iter().map(f32::from_bits).collect()
    }

    fn block(&self, number: usize) -> Range<usize> {
        BLOCK * number..self.nominal.len().min(BLOCK * (number + 1))
    }

    /// As bits, which order like the numbers that they are, all at least 0, and
    /// of which the largest is found in wide registers.
    fn largest_of(&self, tile: &[u32], block: Range<usize>) -> Vec<u32> {
        let mut largest = vec![0; self.replicated.replicates()];
        let width = block.len();
        let mut inverse = self.spreads(tile, block.clone());
        // A difference without spread never leaves its mean.
        inverse.iter_mut().for_each(|spread| *spread = if *spread > 0.0 { 1.0 / *spread } else { 0.0 });
        widest(|| {
            self.each(tile, block, |number, own, others| {
                for (own, inverse) in own.iter().zip(inverse.chunks_exact(width)) {
                    let sizes = others.iter().zip(inverse).map(|(other, inverse)| ((own - other) * inverse).abs());
                    largest[number] = sizes.fold(largest[number], |most, size| size.to_bits().max(most));
                }
            });
        });
        largest
    }

    /// The standard deviation of the difference between each row of a tile and
    /// each of a block, scaled, by row of the tile.
    fn spreads(&self, tile: &[u32], block: Range<usize>) -> Vec<f32> {
        let width = block.len();
        let mut squares = vec![0.0f32; tile.len() * width];
        widest(|| {
            self.each(tile, block, |_, own, others| {
                for (own, squares) in own.iter().zip(squares.chunks_exact_mut(width)) {
                    for (square, other) in squares.iter_mut().zip(others) {
                        *square += (own - other) * (own - other);
                    }
                }
            });
        });
        let freedom = (self.replicated.replicates() - 1) as f32;
        squares.iter_mut().for_each(|square| *square = (*square / freedom).sqrt());
        squares
    }

    /// Shows the deviations from their means of the rows of a tile and of a
    /// block, replicate by replicate.
    #[inline(always)]
    fn each(&self, tile: &[u32], block: Range<usize>, mut see: impl FnMut(usize, &[f32], &[f32])) {
        let (mut own, mut others) = ([0.0; TILE], [0.0; BLOCK]);
        let (own, others) = (&mut own[..tile.len()], &mut others[..block.len()]);
        let (nominal, mean) = (&self.nominal[block.clone()], &self.mean[block.clone()]);
        for (number, scores) in self.replicated.scores.chunks_exact(self.nominal.len()).enumerate() {
            for (slot, row) in own.iter_mut().zip(tile) {
                let row = *row as usize;
                *slot = (scores[row] - self.nominal[row]) * self.scale - self.mean[row];
            }
            let block = scores[block.clone()].iter().zip(nominal).zip(mean);
            for (slot, ((score, nominal), mean)) in others.iter_mut().zip(block) {
                *slot = (score - nominal) * self.scale - mean;
            }
            see(number, own, others);
        }
    }

    /// What is sure about these rows at such a reach. `place` is the place of
    /// every row among them, [`u32::MAX`] for none.
    pub(super) fn surely(&self, rows: &[u32], reach: f32, place: &[u32]) -> Vec<Surely> {
        let tile = |tile: &[u32]| {
            let mut found: Vec<Surely> = tile.iter().map(|_| Surely { above: 0, below: 0, next: usize::MAX }).collect();
            for block in (0..self.nominal.len().div_ceil(BLOCK)).map(|number| self.block(number)) {
                let spreads = self.spreads(tile, block.clone());
                for ((found, row), spreads) in found.iter_mut().zip(tile).zip(spreads.chunks_exact(block.len())) {
                    for (other, spread) in block.clone().zip(spreads) {
                        self.judge(found, *row as usize, other, reach * spread, place[other]);
                    }
                }
            }
            found
        };
        rows.par_chunks(TILE).flat_map_iter(tile).collect()
    }

    fn judge(&self, found: &mut Surely, row: usize, other: usize, needed: f32, place: u32) {
        let difference = (self.nominal[row] - self.nominal[other]) * self.scale;
        let moved = (self.mean[row] - self.mean[other]).abs();
        if difference.abs() - moved <= needed {
            return;
        }
        if difference < 0.0 {
            found.above += 1;
        } else {
            found.below += 1;
            if place != u32::MAX {
                found.next = found.next.min(place as usize);
            }
        }
    }
}

fn still() -> Undefined {
    Undefined::OutOfRange { text: "the replicates do not differ in how far rows are apart".to_owned() }
}

/// The place, from 0, of the order statistic `ceil(level (B + 1))`.
fn order_statistic(level: f64, replicates: usize) -> usize {
    ((level * (replicates + 1) as f64).ceil() as usize).clamp(1, replicates) - 1
}

/// How many of these pairs have a difference that is clear of 0, each by
/// itself.
pub(super) fn clear(replicated: Replicated<'_>, pairs: &[[u32; 2]], level: f64) -> usize {
    let of = |score: &dyn Fn(usize) -> f32, [row, other]: [u32; 2]| {
        f64::from(score(row as usize)) - f64::from(score(other as usize))
    };
    let mut replicates = vec![Vec::new(); pairs.len()];
    for scores in replicated.scores.chunks_exact(replicated.rows()) {
        replicates.iter_mut().zip(pairs).for_each(|(own, pair)| own.push(of(&|row| scores[row], *pair)));
    }
    let apart = |(differences, pair): &(&mut Vec<f64>, &[u32; 2])| {
        let nominal = of(&|row| replicated.nominal[row] as f32, **pair);
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        let mut sizes: Vec<f64> = differences.iter().map(|difference| (difference - mean).abs()).collect();
        let at = order_statistic(level, sizes.len());
        let reach = *sizes.select_nth_unstable_by(at, f64::total_cmp).1;
        nominal.abs() - (mean - nominal).abs() > reach
    };
    replicates.iter_mut().zip(pairs).filter(apart).count()
}
