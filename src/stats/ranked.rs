//! A column sorted once, for every figure that asks who stands where.
//!
//! A figure of ranks needs three things of a column: who comes after whom,
//! which of them are equal, and where each row stands. They are found by one
//! sort and kept in 32 bits each; the values are not needed any more.

use std::cmp::Ordering;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::crossing::Crossing;
use super::key::{key, pairs_among};
use super::paired::Paired;
use super::tau_ap::mean_of_both;
use super::undefined::{Undefined, all_finite};

/// Below so many rows the sort of the standard library is the faster.
const RADIX_FROM: usize = 1 << 12;
/// The widest digit of the radix sort: its places fit into the first cache.
const DIGIT: u32 = 11;
/// Rows that a thread takes at least.
pub(crate) const SHARE: usize = 1 << 14;

/// The order of a column: 8 bytes a row and 4 for each distinct value.
///
/// Equal values (`0.0` and `-0.0` are equal) are a group; groups count from 0
/// for the least value. Within a group rows stand by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    order: Vec<u32>,
    ends: Vec<u32>,
    groups: Vec<u32>,
}

impl Ranked {
    /// Sorts a column: O(n) by radix where all values lie on the grid of 1e-9
    /// ([`super::grid`]) and not too far apart, which ranked scores do, else
    /// O(n log n) by comparison, in parallel. The result is the same.
    ///
    /// # Errors
    /// [`Undefined::NotFinite`], and [`Undefined::OutOfRange`] beyond 2^32 - 1
    /// rows.
    pub fn new(values: &[f64]) -> Result<Self, Undefined> {
        all_finite(values)?;
        if u32::try_from(values.len()).is_err() {
            return Err(Undefined::OutOfRange { text: format!("{} rows are more than {}", values.len(), u32::MAX) });
        }
        Ok(Self::of(values))
    }

    /// The same of finite values, at most 2^32 - 1.
    pub(crate) fn of(values: &[f64]) -> Self {
        match on_the_grid(values) {
            Some((keys, bits)) => Self::of_packed(keys, bits),
            None => Self::of_keyed(values),
        }
    }

    fn of_packed(mut keys: Vec<u64>, bits: u32) -> Self {
        if keys.len() < RADIX_FROM {
            keys.sort_unstable();
        } else {
            radix_sort(&mut keys, bits);
        }
        let rows = (1 << bits) - 1;
        Self::of_sorted(keys.len(), keys.iter().map(|key| (key >> bits, (key & rows) as u32)))
    }

    fn of_keyed(values: &[f64]) -> Self {
        let mut keys: Vec<(u64, u32)> = values.iter().map(|value| key(*value)).zip(0..).collect();
        // The row is part of what is compared, so an unstable sort is stable here.
        if keys.len() < SHARE {
            keys.sort_unstable()
        } else {
            keys.par_sort_unstable()
        }
        Self::of_sorted(keys.len(), keys.iter().copied())
    }

    /// Takes keys and rows ascending.
    fn of_sorted(rows: usize, sorted: impl Iterator<Item = (u64, u32)>) -> Self {
        let mut order = Vec::with_capacity(rows);
        let mut groups = vec![0; rows];
        let mut ends = Vec::new();
        let mut last = None;
        for (at, (key, row)) in (0u32..).zip(sorted) {
            if last.is_some_and(|last| last != key) {
                ends.push(at);
            }
            last = Some(key);
            order.push(row);
            groups[row as usize] = ends.len() as u32;
        }
        if rows > 0 {
            ends.push(rows as u32);
        }
        ends.shrink_to_fit();
        Ranked { order, ends, groups }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The rows from the least value to the greatest, equals by number.
    #[must_use]
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Where each group of equals ends in [`order`](Self::order), ascending;
    /// as many as there are distinct values.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The group of every row, in the order of rows.
    #[must_use]
    pub fn groups(&self) -> &[u32] {
        &self.groups
    }

    /// The mean rank of a row, 1 for the greatest value; equals share theirs.
    /// None for a row that there is not.
    #[must_use]
    pub fn rank_descending(&self, row: usize) -> Option<f64> {
        let (begin, end) = self.group(*self.groups.get(row)?);
        let doubled = 2 * self.len() as u64 - u64::from(begin) - u64::from(end) + 1;
        Some(doubled as f64 / 2.0)
    }

    /// Whether no two rows are equal.
    pub(crate) fn untied(&self) -> bool {
        self.ends.len() == self.order.len()
    }

    /// Whether all rows are equal; also of no rows.
    pub(crate) fn constant(&self) -> bool {
        self.ends.len() < 2
    }

    /// Where a group begins and ends.
    pub(crate) fn group(&self, group: u32) -> (u32, u32) {
        let group = group as usize;
        let begin = if group == 0 { 0 } else { self.ends[group - 1] };
        (begin, self.ends[group])
    }

    /// Where each group begins and ends, the least first.
    pub(crate) fn bounds(&self) -> impl DoubleEndedIterator<Item = (u32, u32)> + ExactSizeIterator {
        (0..self.ends.len() as u32).map(|group| self.group(group))
    }

    /// The pairs of equal rows.
    pub(crate) fn tied_pairs(&self) -> u64 {
        self.bounds().map(|(begin, end)| pairs_among((end - begin) as usize)).sum()
    }

    /// Twice the mean rank of every group, 1 for the least, less `n + 1`: an
    /// integer below 2^32 in size.
    pub(crate) fn place(&self, group: u32) -> i64 {
        let (begin, end) = self.group(group);
        i64::from(begin) + i64::from(end) - self.len() as i64
    }

    /// The groups of another column along the order of this one; where rows are
    /// equal here, in the order of the other.
    pub(crate) fn along(&self, other: &Ranked) -> Vec<u32> {
        if self.untied() {
            let rows = self.order.par_iter().with_min_len(SHARE);
            return rows.map(|row| other.groups[*row as usize]).collect();
        }
        // Dealt to the groups of this column from the least of the other: they arrive sorted.
        let mut next: Vec<u32> = self.bounds().map(|(begin, _)| begin).collect();
        let mut along = vec![0; self.len()];
        for row in &other.order {
            let slot = &mut next[self.groups[*row as usize] as usize];
            along[*slot as usize] = other.groups[*row as usize];
            *slot += 1;
        }
        along
    }
}

/// The values as integers on the grid above their rows, and how many bits the
/// rows take; none if a value lies off the grid or the two together do not fit.
fn on_the_grid(values: &[f64]) -> Option<(Vec<u64>, u32)> {
    const EXACT: i64 = 1 << 53;
    let bits = usize::BITS - values.len().leading_zeros();
    let mut keys = Vec::with_capacity(values.len());
    let (mut least, mut greatest) = (i64::MAX, i64::MIN);
    for chunk in values.chunks(SHARE) {
        let mut off = false;
        keys.extend(chunk.iter().map(|value| {
            let point = (value * 1e9 + 0.5f64.copysign(*value)) as i64;
            // Whatever a point rounds to, it is right if the grid has the value there.
            off |= point as f64 / 1e9 != *value;
            least = least.min(point);
            greatest = greatest.max(point);
            point as u64
        }));
        if off || least <= -EXACT || greatest >= EXACT {
            return None;
        }
    }
    if values.is_empty() || (greatest - least) as u64 >> (u64::BITS - bits) != 0 {
        return None;
    }
    for (key, row) in keys.iter_mut().zip(0u64..) {
        *key = key.wrapping_sub(least as u64) << bits | row;
    }
    Some((keys, bits))
}

/// Sorts ascending by what stands above the lowest `low` bits, equals in the
/// order given: from the lowest digit to the highest, each sort stable.
fn radix_sort(keys: &mut Vec<u64>, low: u32) {
    let greatest = keys.iter().copied().max().unwrap_or(0) >> low;
    let bits = u64::BITS - greatest.leading_zeros();
    if bits == 0 {
        return;
    }
    let digits = bits.div_ceil(DIGIT);
    let width = bits.div_ceil(digits);
    let mask = (1usize << width) - 1;
    let digit = |key: u64, at: u32| (key >> (low + at * width)) as usize & mask;
    let mut counts = vec![0u32; digits as usize * (mask + 1)];
    for key in keys.iter() {
        for at in 0..digits {
            counts[at as usize * (mask + 1) + digit(*key, at)] += 1;
        }
    }
    let mut sorted = vec![0; keys.len()];
    for (at, counts) in (0..digits).zip(counts.chunks_mut(mask + 1)) {
        let mut begin = 0;
        for count in counts.iter_mut() {
            begin += std::mem::replace(count, begin);
        }
        for key in keys.iter() {
            let place = &mut counts[digit(*key, at)];
            sorted[*place as usize] = *key;
            *place += 1;
        }
        std::mem::swap(keys, &mut sorted);
    }
}

/// Two columns about the same rows, each sorted once.
#[derive(Clone, Debug)]
pub struct RankedPair {
    first: Ranked,
    second: Ranked,
    top_heavy: OnceLock<Result<TopHeavy, Undefined>>,
}

/// The figures of two orders in which the top weighs more: they rest on the
/// same count, row by row, which is too large to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct TopHeavy {
    /// [`weighted_tau`](super::weighted_tau::weighted_tau).
    pub weighted_tau: f64,
    /// [`tau_ap`](super::tau_ap::tau_ap): the first column is the reference.
    pub tau_ap: f64,
    /// The same with the second column as the reference.
    pub tau_ap_back: f64,
    /// [`tau_ap_b`](super::tau_ap::tau_ap_b): the mean of the two.
    pub tau_ap_b: f64,
}

impl RankedPair {
    /// Sorts both columns, at the same time where there are two threads.
    #[must_use]
    pub fn new(pairs: Paired<'_>) -> Self {
        let of = |column: &[f64]| Ranked::of(column);
        let (first, second) = if pairs.len() < RADIX_FROM {
            (of(pairs.first()), of(pairs.second()))
        } else {
            rayon::join(|| of(pairs.first()), || of(pairs.second()))
        };
        RankedPair { first, second, top_heavy: OnceLock::new() }
    }

    /// The figures in which the top weighs more; counted once, whoever asks.
    /// O(n log n).
    ///
    /// # Errors
    /// Fewer than two rows, or a constant column.
    pub fn top_heavy(&self) -> Result<&TopHeavy, Undefined> {
        let count = || {
            let crossing = Crossing::of(self.at_least(2)?);
            let weighted_tau = crossing.weighted_tau()?;
            let (tau_ap, tau_ap_back) = rayon::join(|| crossing.tau_ap(), || crossing.tau_ap_back());
            let (tau_ap, tau_ap_back) = (tau_ap?, tau_ap_back?);
            Ok(TopHeavy { weighted_tau, tau_ap, tau_ap_back, tau_ap_b: mean_of_both(tau_ap, tau_ap_back) })
        };
        self.top_heavy.get_or_init(count).as_ref().map_err(Clone::clone)
    }

    /// The order of the first column.
    #[must_use]
    pub fn first(&self) -> &Ranked {
        &self.first
    }

    /// The order of the second column.
    #[must_use]
    pub fn second(&self) -> &Ranked {
        &self.second
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Passes on pairs of at least `needed` rows.
    pub(crate) fn at_least(&self, needed: usize) -> Result<&Self, Undefined> {
        match self.len().cmp(&needed) {
            Ordering::Less if self.is_empty() => Err(Undefined::Empty),
            Ordering::Less => Err(Undefined::TooFew { needed, got: self.len() }),
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests;
