//! Panels drawn from a large table: the accounts that must be in it are taken with certainty, the
//! others by lot, and everybody carries the number of accounts that they stand for.
//!
//! The lot is a hash of the seed and the account's id, so it does not depend on the order of the
//! rows, on the machine, or on who else is in the table. Of an account only this hash is kept, and
//! of a row only the number of its account: a table is read column by column and never held.

use std::collections::BTreeSet;

use super::Dataset;
use super::coded::Coded;
use super::keys::{Keys, Texts};
use super::manifest::KeyKind;
use super::table;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::stats::grid::snap;

/// Named in the hash, so that a later way of drawing draws other accounts on purpose.
const LOT: &[u8] = b"clout sample 1";

/// An account's place in the queue, and its identity: 128 bits, of which two among ten million
/// accounts agree with a probability of 1.5e-25.
pub type Lot = u128;

/// The lot of an account: the first 16 bytes, the highest first, of the BLAKE3 hash of the name of
/// the method, the seed (8 bytes, the lowest first) and the id as a text.
pub fn lot(seed: u64, account: &str) -> Lot {
    let mut hasher = blake3::Hasher::new();
    hasher.update(LOT).update(&seed.to_le_bytes()).update(account.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Lot::from_be_bytes(bytes)
}

/// Every account of a dataset in the order of the lots, and the account of every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    seed: u64,
    kind: KeyKind,
    /// Ascending, unique.
    lots: Vec<Lot>,
    /// For each row, counted over all files, its account as a position in `lots`.
    accounts: Vec<u32>,
}

impl Roll {
    /// Reads the keys, twice: memory is 16 bytes an account and 4 bytes a row.
    pub fn read(dataset: &Dataset, seed: u64) -> Result<Roll, Diagnostics> {
        const FIRST_CLEARING: usize = 1 << 20;
        let mut lots: Vec<Lot> = Vec::new();
        let mut clear_at = FIRST_CLEARING;
        for_each_key(dataset, |key| {
            lots.push(lot(seed, key));
            if lots.len() >= clear_at {
                lots.sort_unstable();
                lots.dedup();
                clear_at = (lots.len() * 2).max(FIRST_CLEARING);
            }
        })?;
        lots.sort_unstable();
        lots.dedup();
        lots.shrink_to_fit();
        if lots.len() >= u32::MAX as usize {
            return Err(Diagnostic::new(dataset.origin(), "more than four billion accounts are too many").into());
        }
        let mut accounts = Vec::new();
        for_each_key(dataset, |key| {
            let at = lots.binary_search(&lot(seed, key)).unwrap_or_else(|place| place);
            accounts.push(u32::try_from(at).unwrap_or(u32::MAX));
        })?;
        Ok(Roll { seed, kind: dataset.manifest().key_kind, lots, accounts })
    }

    /// The number of accounts.
    pub fn len(&self) -> usize {
        self.lots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lots.is_empty()
    }

    /// The account of each row.
    pub fn accounts_of_rows(&self) -> &[u32] {
        &self.accounts
    }

    /// The position of an account, however its id is written: `007` is 7 where ids are integers.
    pub fn find(&self, account: &str) -> Option<usize> {
        let lot = match self.kind {
            KeyKind::Text => lot(self.seed, account),
            KeyKind::Integer => lot(self.seed, &account.trim().parse::<i64>().ok()?.to_string()),
        };
        self.lots.binary_search(&lot).ok()
    }

    /// The text of a column for each account, as a position in the names, which end with an empty
    /// one for missing cells. Of several rows of an account the one of the last snapshot counts,
    /// and of its topics the last.
    pub fn groups(&self, dataset: &Dataset, column: &str) -> Result<Groups, Diagnostics> {
        let Coded { mut names, codes } = Coded::read(dataset, column, false)?;
        let order = |name: &Option<String>| -> Result<Vec<u32>, Diagnostics> {
            name.as_ref().map_or(Ok(Vec::new()), |name| Ok(Coded::read(dataset, name, true)?.codes))
        };
        let (snapshots, topics) = (order(&dataset.manifest().snapshot)?, order(&dataset.manifest().topic)?);
        let at = |codes: &[u32], row: usize| codes.get(row).copied().unwrap_or(0);
        let mut last: Vec<Option<(u32, u32, u32)>> = vec![None; self.len()];
        for (row, (account, code)) in self.accounts.iter().zip(&codes).enumerate() {
            let here = Some((at(&snapshots, row), at(&topics, row), *code));
            let slot = &mut last[*account as usize];
            *slot = (*slot).max(here);
        }
        let missing = u32::try_from(names.len()).unwrap_or(Coded::MISSING);
        let code = |last: Option<(u32, u32, u32)>| last.map_or(missing, |(_, _, code)| code.min(missing));
        let codes = last.into_iter().map(code).collect();
        names.push(String::new());
        Ok(Groups { names, codes })
    }
}

/// A group for each account of a roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    pub names: Vec<String>,
    pub codes: Vec<u32>,
}

fn for_each_key(dataset: &Dataset, mut visit: impl FnMut(&str)) -> Result<(), Diagnostics> {
    let manifest = dataset.manifest();
    dataset.for_each_array(&manifest.key, |array| {
        let mut keys = match manifest.key_kind {
            KeyKind::Integer => Keys::Integer(Vec::new()),
            KeyKind::Text => Keys::Text(Texts::default()),
        };
        table::append_keys(array, &mut keys)?;
        (0..keys.len()).for_each(|at| visit(&keys.text(at)));
        Ok(())
    })
}

/// Why an account is in the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    /// Among the largest by a column.
    Top,
    /// Near an edge.
    Edge,
    /// Named by the user.
    Named,
    /// By lot.
    Rest,
}

impl Stratum {
    pub fn name(self) -> &'static str {
        match self {
            Stratum::Top => "top",
            Stratum::Edge => "edge",
            Stratum::Named => "named",
            Stratum::Rest => "rest",
        }
    }
}

/// The accounts with the `count` largest values, ascending, and how many were left out because
/// they tie across the end: whom of them to take could only be settled by lot, and then they would
/// not be certain. Missing values (NaN) are never among them; values tie on the score grid.
pub fn largest(values: &[(u32, f64)], count: usize) -> (Vec<u32>, usize) {
    let mut order: Vec<(f64, u32)> =
        values.iter().filter(|(_, value)| !value.is_nan()).map(|(account, value)| (snap(*value), *account)).collect();
    order.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let mut taken = count.min(order.len());
    let mut tied = 0;
    if let (Some(last), Some(next)) = (taken.checked_sub(1).and_then(|at| order.get(at)), order.get(taken))
        && last.0 == next.0
    {
        let edge = last.0;
        let above = order.partition_point(|(value, _)| *value > edge);
        tied = order.partition_point(|(value, _)| *value >= edge) - above;
        taken = above;
    }
    let mut accounts: Vec<u32> = order[..taken].iter().map(|(_, account)| *account).collect();
    accounts.sort_unstable();
    (accounts, tied)
}

/// The accounts whose value lies within a distance of one of the edges, the distance included, on
/// the score grid; in the order given.
pub fn near(values: &[(u32, f64)], edges: &[f64], within: f64) -> Vec<u32> {
    let close = |value: f64| edges.iter().any(|edge| snap((value - edge).abs()) <= snap(within));
    values.iter().filter(|(_, value)| close(*value)).map(|(account, _)| *account).collect()
}

/// Accounts that were drawn alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub stratum: Stratum,
    /// Where the rest is drawn group by group: the group, empty for a missing cell.
    pub group: Option<String>,
    /// How many accounts there are, and how many are in the panel; both at least one.
    pub accounts: u64,
    pub taken: u64,
}

impl Cell {
    /// How many accounts each one taken stands for.
    pub fn weight(&self) -> f64 {
        self.accounts as f64 / self.taken as f64
    }
}

/// A panel: which accounts of a roll, and what each stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    pub cells: Vec<Cell>,
    /// For each account of the roll its cell, or [`Draw::NOT_TAKEN`].
    chosen: Vec<u32>,
}

/// Why no panel can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSmall {
    /// Accounts that are certain.
    pub certain: u64,
    /// Groups of the rest, each of which needs an account.
    pub groups: u64,
}

impl Draw {
    pub const NOT_TAKEN: u32 = u32::MAX;

    /// The cell of an account of the roll, if it was taken.
    pub fn cell_of(&self, account: u32) -> Option<&Cell> {
        self.cells.get(*self.chosen.get(account as usize)? as usize)
    }

    pub fn taken(&self) -> u64 {
        self.cells.iter().map(|cell| cell.taken).sum()
    }
}

/// Draws a panel of `wanted` accounts (all, if there are no more): those with a stratum for
/// certain, and of the rest those with the least lots, in each group its share.
///
/// `certain` has an entry for each account in the order of the roll. Since the lots are a random
/// order of the accounts, the rest is a simple random sample without replacement, within each
/// group where there are groups, and a weight is the inverse of the probability of being taken
/// (Horvitz and Thompson 1952).
///
/// # Errors
/// Fewer wanted than are certain and needed to have one of each group of the rest.
pub fn draw(certain: &[Option<Stratum>], groups: Option<&Groups>, wanted: u64) -> Result<Draw, TooSmall> {
    let mut cells: Vec<Cell> = Vec::new();
    for stratum in [Stratum::Top, Stratum::Edge, Stratum::Named] {
        let count = certain.iter().filter(|found| **found == Some(stratum)).count() as u64;
        if count > 0 {
            cells.push(Cell { stratum, group: None, accounts: count, taken: count });
        }
    }
    let group_of = |account: usize| groups.map_or(0, |groups| groups.codes[account] as usize);
    let mut sizes = vec![0u64; groups.map_or(1, |groups| groups.names.len())];
    (0..certain.len()).filter(|account| certain[*account].is_none()).for_each(|at| sizes[group_of(at)] += 1);

    let sure: u64 = cells.iter().map(|cell| cell.taken).sum();
    let rest: u64 = sizes.iter().sum();
    let present = sizes.iter().filter(|size| **size > 0).count() as u64;
    if wanted < sure + present {
        return Err(TooSmall { certain: sure, groups: present });
    }
    let mut open = allocate(&sizes, (wanted - sure).min(rest));
    let mut cell_of_group = vec![Draw::NOT_TAKEN; sizes.len()];
    for (group, (size, taken)) in sizes.iter().zip(&open).enumerate().filter(|(_, (size, _))| **size > 0) {
        cell_of_group[group] = u32::try_from(cells.len()).unwrap_or(Draw::NOT_TAKEN);
        let group = groups.and_then(|groups| groups.names.get(group).cloned());
        cells.push(Cell { stratum: Stratum::Rest, group, accounts: *size, taken: *taken });
    }
    let choose = |(account, stratum): (usize, &Option<Stratum>)| match stratum {
        Some(stratum) => {
            let cell = cells.iter().position(|cell| cell.stratum == *stratum);
            cell.and_then(|cell| u32::try_from(cell).ok()).unwrap_or(Draw::NOT_TAKEN)
        }
        None => {
            // The roll is in the order of the lots: whoever comes first is drawn first.
            let group = group_of(account);
            if open[group] == 0 {
                return Draw::NOT_TAKEN;
            }
            open[group] -= 1;
            cell_of_group[group]
        }
    };
    let chosen = certain.iter().enumerate().map(choose).collect();
    Ok(Draw { cells, chosen })
}

/// Shares `wanted` out over groups in proportion to their sizes, at least one for each that has
/// any and never more than it has: whoever is due less than one gets one, the others share what is
/// left by largest remainders, of equal ones the first. Needs at least as many as there are groups
/// with any, and at most as many as there are in all.
fn allocate(sizes: &[u64], wanted: u64) -> Vec<u64> {
    let mut given: Vec<u64> = sizes.iter().map(|size| u64::from(*size > 0)).collect();
    let mut sharing: BTreeSet<usize> = (0..sizes.len()).filter(|group| sizes[*group] > 0).collect();
    loop {
        let total: u128 = sharing.iter().map(|group| u128::from(sizes[*group])).sum();
        let settled = given.iter().enumerate().filter(|(group, _)| !sharing.contains(group)).map(|(_, one)| *one);
        let left = u128::from(wanted.saturating_sub(settled.sum()));
        let small: Vec<usize> =
            sharing.iter().copied().filter(|group| left * u128::from(sizes[*group]) < total).collect();
        if total == 0 {
            return given;
        }
        if !small.is_empty() {
            sharing.retain(|group| !small.contains(group));
            continue;
        }
        let due = |group: usize| left * u128::from(sizes[group]);
        let mut by_remainder: Vec<usize> = sharing.iter().copied().collect();
        by_remainder.sort_by_key(|group| (std::cmp::Reverse(due(*group) % total), *group));
        let whole = |group: usize| u64::try_from(due(group) / total).unwrap_or(u64::MAX);
        let over = left - by_remainder.iter().map(|group| u128::from(whole(*group))).sum::<u128>();
        for (place, group) in by_remainder.into_iter().enumerate() {
            given[group] = whole(group) + u64::from((place as u128) < over);
        }
        return given;
    }
}

#[cfg(test)]
mod tests;
