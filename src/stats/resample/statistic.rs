//! Figures that can be computed from multiplicities instead of rows.

use rayon::prelude::*;

use super::tree::Tree;
use super::units::Units;
use crate::stats::undefined::{Figure, Undefined, figure};

/// A figure prepared for many replicates: sorted once, weighted often.
///
/// Only figures whose resampling intervals have been measured to cover what
/// they claim implement this. PSI, KS, overlaps and everything else that
/// counts a difference from equality without its sign do not: resampling adds
/// its own noise to them (see [`super::null`] for what they get instead).
pub trait Statistic: Sync {
    /// The number of rows of the table whose multiplicities it takes.
    fn rows(&self) -> usize;

    /// The least and the greatest value that the figure can have; infinite
    /// where there is none.
    fn range(&self) -> (f64, f64);

    /// The figure with every row taken `multiplicities[row]` times: that of the
    /// expanded columns, multiplied by the design weights where there are any.
    ///
    /// # Errors
    /// As the plain figure on the expanded columns. Multiplicities of another
    /// length than [`rows`](Statistic::rows) give [`Undefined::UnequalLengths`].
    fn of(&self, multiplicities: &[u32], scratch: &mut Scratch) -> Figure;

    /// The figure with every row taken once.
    ///
    /// # Errors
    /// As [`of`](Statistic::of).
    fn point(&self) -> Figure {
        self.of(&vec![1; self.rows()], &mut Scratch::default())
    }

    /// The figures that are left when each unit in turn is left out: the
    /// jackknife (Quenouille 1949; Tukey 1958), in the order of the units.
    ///
    /// This general way computes each figure anew, O(units x rows); those that
    /// have a shorter one replace it.
    ///
    /// # Errors
    /// Crossed factors have no such figures ([`Undefined::OutOfRange`]); units
    /// of another table; or the reason why a figure that is left is undefined.
    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        anew(self, units)
    }
}

/// The general jackknife of [`Statistic::leave_one_out`].
pub(super) fn anew<S: Statistic + ?Sized>(statistic: &S, units: &Units) -> Result<Vec<f64>, Undefined> {
    let groups = Groups::of(units, statistic.rows())?;
    let leave = |unit: usize, all: &mut (Vec<u32>, Scratch)| {
        let (multiplicities, scratch) = all;
        for &row in groups.rows(unit) {
            multiplicities[row as usize] = 0;
        }
        let figure = statistic.of(multiplicities, scratch);
        for &row in groups.rows(unit) {
            multiplicities[row as usize] = 1;
        }
        figure
    };
    let fresh = || (vec![1; statistic.rows()], Scratch::default());
    let figures = (0..groups.count()).into_par_iter().with_min_len(16);
    figures.map_init(fresh, |all, unit| leave(unit, all)).collect()
}

/// Working space that a thread keeps from one replicate to the next.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(super) counts: Tree<u32>,
    pub(super) weights: Tree<f64>,
    pub(super) count_at: Vec<u32>,
    pub(super) weight_at: Vec<f64>,
    pub(super) place_at: Vec<i64>,
    pub(super) level_at: Vec<f64>,
    chosen: Vec<u32>,
}

impl Scratch {
    /// Hands on the multiplicities of some rows alone, in their order.
    pub fn of_chosen<T>(
        &mut self,
        multiplicities: &[u32],
        chosen: &[u32],
        act: impl FnOnce(&[u32], &mut Scratch) -> T,
    ) -> T {
        let mut own = std::mem::take(&mut self.chosen);
        own.clear();
        own.extend(chosen.iter().map(|row| multiplicities[*row as usize]));
        let result = act(&own, self);
        self.chosen = own;
        result
    }
}

/// The rows of every unit, one after another.
pub(super) struct Groups {
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Groups {
    pub(super) fn of(units: &Units, rows: usize) -> Result<Self, Undefined> {
        if units.rows() != rows {
            return Err(Undefined::UnequalLengths { first: rows, second: units.rows() });
        }
        let Some(unit_of) = units.unit_of() else {
            return Err(Undefined::OutOfRange {
                text: "rows of crossed factors cannot be left out by unit".to_owned(),
            });
        };
        let order: Vec<u32> = (0..rows as u32).collect();
        Ok(Groups::gather(units.count(), &order, |row| unit_of[row as usize]))
    }

    /// Sorts items by group, keeping their order within each.
    pub(super) fn gather(groups: usize, items: &[u32], group_of: impl Fn(u32) -> u32) -> Self {
        let mut starts = vec![0; groups + 1];
        for &item in items {
            starts[group_of(item) as usize + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; items.len()];
        for &item in items {
            let slot = &mut next[group_of(item) as usize];
            rows[*slot] = item;
            *slot += 1;
        }
        Groups { starts, rows }
    }

    /// The same groups with every item called by another number.
    pub(super) fn renamed(mut self, names: &[u32]) -> Self {
        self.rows.iter_mut().for_each(|item| *item = names[*item as usize]);
        self
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn rows(&self, group: usize) -> &[u32] {
        &self.rows[self.starts[group]..self.starts[group + 1]]
    }
}

/// Second minus first of two figures on the same rows, replicate by replicate
/// on the same multiplicities: the paired difference.
#[derive(Clone, Copy)]
pub struct Difference<'a> {
    first: &'a dyn Statistic,
    second: &'a dyn Statistic,
}

impl std::fmt::Debug for Difference<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Difference").field("rows", &self.first.rows()).finish_non_exhaustive()
    }
}

impl<'a> Difference<'a> {
    /// The difference of two figures.
    ///
    /// # Errors
    /// [`Undefined::UnequalLengths`] if they are about different tables.
    pub fn of(first: &'a dyn Statistic, second: &'a dyn Statistic) -> Result<Self, Undefined> {
        if first.rows() != second.rows() {
            return Err(Undefined::UnequalLengths { first: first.rows(), second: second.rows() });
        }
        Ok(Difference { first, second })
    }
}

impl Statistic for Difference<'_> {
    fn rows(&self) -> usize {
        self.first.rows()
    }

    fn range(&self) -> (f64, f64) {
        let (first, second) = (self.first.range(), self.second.range());
        (second.0 - first.1, second.1 - first.0)
    }

    fn of(&self, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
        let first = self.first.of(multiplicities, scratch)?;
        figure(self.second.of(multiplicities, scratch)? - first)
    }

    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        let first = self.first.leave_one_out(units)?;
        let second = self.second.leave_one_out(units)?;
        Ok(first.into_iter().zip(second).map(|(first, second)| second - first).collect())
    }
}

/// Passes on multiplicities that fit a table, with their sum where that can be
/// counted in 32 bits.
pub(super) fn fits(rows: usize, multiplicities: &[u32]) -> Result<(), Undefined> {
    if multiplicities.len() != rows {
        return Err(Undefined::UnequalLengths { first: rows, second: multiplicities.len() });
    }
    Ok(())
}

/// Passes on design weights: one a row, finite, none negative.
pub(super) fn designed(rows: usize, weights: &[f64]) -> Result<(), Undefined> {
    if weights.len() != rows {
        return Err(Undefined::UnequalLengths { first: rows, second: weights.len() });
    }
    match weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
        Some(weight) => Err(Undefined::OutOfRange { text: format!("a weight is {weight}, not 0 or above") }),
        None => Ok(()),
    }
}

/// Passes on row numbers that lie within a table, ascending, none twice.
pub(super) fn inside(rows: usize, chosen: &[u32]) -> Result<(), Undefined> {
    let last = chosen.last().map_or(0, |&row| row as usize + 1);
    if last > rows || !chosen.is_sorted_by(|left, right| left < right) {
        return Err(Undefined::OutOfRange {
            text: format!("the chosen rows do not ascend within the {rows} rows of the table"),
        });
    }
    Ok(())
}
