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
use super::radix;
use super::tau_ap::mean_of_both;
use super::ties::Ties;
use super::undefined::{Undefined, all_finite};

/// Rows that a thread takes at least.
pub(crate) const SHARE: usize = 1 << 14;

/// The order of a column, in little more than 8 bytes a row.
///
/// Equal values (`0.0` and `-0.0` are equal) are a group; within a group rows
/// stand by number. A group is known by the place where it begins, which is
/// the number of lesser rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    order: Vec<u32>,
    begins: Vec<u32>,
    ties: Ties,
}

impl Ranked {
    /// Sorts a column by digits, in parallel: by those of the grid of 1e-9
    /// ([`super::grid`]) where all values lie on it and not too far apart, as
    /// ranked scores do, else by those of the values themselves. O(n), but for
    /// values that differ in their last bits alone, which are compared.
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
            Some((mut keys, bits)) => {
                radix::sort(&mut keys);
                Self::of_sorted(&keys, bits, |_, _| true)
            }
            None => Self::off_the_grid(values),
        }
    }

    /// As many of the highest bits of each value as find room above the row are sorted; what is
    /// equal in these is compared.
    fn off_the_grid(values: &[f64]) -> Self {
        let bits = row_bits(values.len());
        let keys = || values.iter().map(|value| key(*value));
        let least = keys().min().unwrap_or(0);
        let wide = u64::BITS - (keys().max().unwrap_or(0) - least).leading_zeros();
        let cut = (wide + bits).saturating_sub(u64::BITS);
        let mut sorted: Vec<u64> = keys().zip(0u64..).map(|(key, row)| ((key - least) >> cut) << bits | row).collect();
        radix::sort(&mut sorted);
        let exactly = |sorted: u64| key(values[row_of(sorted, bits) as usize]);
        if cut > 0 {
            let together = sorted.chunk_by_mut(|left, right| left >> bits == right >> bits);
            // Stable, and rows ascend.
            together.filter(|run| run.len() > 1).for_each(|run| run.sort_by_key(|sorted| exactly(*sorted)));
        }
        Self::of_sorted(&sorted, bits, |left, right| cut == 0 || exactly(left) == exactly(right))
    }

    /// Takes keys above rows of so many bits, ascending. Keys that are equal belong to equal values
    /// if `equal` says so as well.
    fn of_sorted(sorted: &[u64], bits: u32, equal: impl Fn(u64, u64) -> bool) -> Self {
        let rows = sorted.len();
        let mut order = Vec::with_capacity(rows);
        let mut begins = vec![0; rows];
        let mut tied = Vec::new();
        let (mut begin, mut last) = (0, None);
        for (at, this) in (0u32..).zip(sorted.iter().copied()) {
            if !last.is_some_and(|last| last >> bits == this >> bits && equal(last, this)) {
                if at - begin > 1 {
                    tied.push((begin, at));
                }
                begin = at;
            }
            last = Some(this);
            let row = row_of(this, bits);
            order.push(row);
            begins[row as usize] = begin;
        }
        if rows as u32 - begin > 1 {
            tied.push((begin, rows as u32));
        }
        Ranked { order, begins, ties: Ties::of(tied, rows) }
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

    /// How many rows are less, for every row, in the order of rows.
    #[must_use]
    pub fn begins(&self) -> &[u32] {
        &self.begins
    }

    /// Where the group of a place begins and ends in [`order`](Self::order).
    /// `place` is below the number of rows.
    pub(crate) fn group(&self, place: u32) -> (u32, u32) {
        self.ties.group(place)
    }

    /// Where each group begins and ends, the greatest first.
    pub(crate) fn groups_down(&self) -> impl Iterator<Item = (u32, u32)> {
        let until = move |end: u32| end.checked_sub(1).map(|place| self.group(place));
        std::iter::successors(until(self.len() as u32), move |(begin, _)| until(*begin))
    }

    /// The mean rank of a row, 1 for the greatest value; equals share theirs.
    /// None for a row that there is not.
    #[must_use]
    pub fn rank_descending(&self, row: usize) -> Option<f64> {
        let place = self.place(*self.begins.get(row)?);
        Some((self.len() as i64 + 1 - place) as f64 / 2.0)
    }

    /// The order with the rows of every group put into a finer one; what is
    /// equal in that too stands by number.
    #[must_use]
    pub fn order_within(&self, finer: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
        let mut order = self.order.clone();
        for (begin, end) in self.ties.groups() {
            order[*begin as usize..*end as usize].sort_by(|left, right| finer(*left, *right));
        }
        order
    }

    /// The rows of the `count` greatest values and those equal to the last of
    /// these, from the least; all rows if there are fewer.
    #[must_use]
    pub fn top(&self, count: usize) -> &[u32] {
        match self.len().checked_sub(count) {
            Some(place) if place < self.len() => &self.order[self.group(place as u32).0 as usize..],
            Some(_) => &[],
            None => &self.order,
        }
    }

    /// The groups of two or more rows.
    pub(crate) fn ties(&self) -> &Ties {
        &self.ties
    }

    /// Whether no two rows are equal.
    pub(crate) fn untied(&self) -> bool {
        self.ties.groups().is_empty()
    }

    /// Whether all rows are equal; also of no rows and of one.
    pub(crate) fn constant(&self) -> bool {
        self.len() < 2 || self.ties.rows() as usize == self.len() && self.ties.groups().len() == 1
    }

    /// The pairs of equal rows.
    pub(crate) fn tied_pairs(&self) -> u64 {
        self.ties.groups().iter().map(|(begin, end)| pairs_among((end - begin) as usize)).sum()
    }

    /// Twice the mean rank of the group that a place belongs to, 1 for the
    /// least, less `n + 1`: an integer below 2^32 in size.
    pub(crate) fn place(&self, place: u32) -> i64 {
        let (begin, end) = self.group(place);
        i64::from(begin) + i64::from(end) - self.len() as i64
    }

    /// Where the groups of another column begin, along the order of this one;
    /// where rows are equal here, in the order of the other.
    pub(crate) fn along(&self, other: &Ranked) -> Vec<u32> {
        if self.ties.rows() as usize > self.len() / 8 {
            // Dealt to the groups of this column from the least of the other: they arrive sorted.
            let mut along = vec![0; self.len()];
            let mut next: Vec<u32> = self.ties.groups().iter().map(|(begin, _)| *begin).collect();
            for row in &other.order {
                let begin = self.begins[*row as usize];
                let place = self.ties.number(begin).map_or(begin, |number| {
                    next[number] += 1;
                    next[number] - 1
                });
                along[place as usize] = other.begins[*row as usize];
            }
            return along;
        }
        let rows = self.order.par_iter().with_min_len(SHARE);
        let mut along: Vec<u32> = rows.map(|row| other.begins[*row as usize]).collect();
        for (begin, end) in self.ties.groups() {
            along[*begin as usize..*end as usize].sort_unstable();
        }
        along
    }
}

/// How many bits the numbers of so many rows take.
fn row_bits(rows: usize) -> u32 {
    usize::BITS - rows.leading_zeros()
}

/// The row below a key; rows have at most 32 bits.
fn row_of(key: u64, bits: u32) -> u32 {
    (key & ((1 << bits) - 1)) as u32
}

/// The values as integers on the grid above their rows, and how many bits the
/// rows take; none if a value lies off the grid or the two together do not fit.
fn on_the_grid(values: &[f64]) -> Option<(Vec<u64>, u32)> {
    const EXACT: i64 = 1 << 53;
    let bits = row_bits(values.len());
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
        let (first, second) = if pairs.len() < SHARE {
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
        let found = match self.top_heavy.get() {
            Some(found) => found,
            None => {
                // Outside of the lock: a thread that waits for its other half may meanwhile take
                // up another task that asks for the same, and would wait for itself.
                let counted = count();
                self.top_heavy.get_or_init(|| counted)
            }
        };
        found.as_ref().map_err(Clone::clone)
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
