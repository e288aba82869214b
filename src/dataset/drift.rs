//! What became of every signal between two populations: two snapshots of one dataset, or a
//! reference and the rows that are scored today. A model that was fitted on the one and reads the
//! other sees these differences before any score does.
//!
//! The populations are compared as wholes; whoever stayed is counted, not followed. Each
//! thread reads one column at a time.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use serde::Serialize;

use super::Dataset;
use super::index::{Index, Slice};
use super::keys::Accounts;
use super::manifest::Role;
use crate::diagnostic::Diagnostics;
use crate::stats::distribution::Distribution;
use crate::stats::divergence::{self, Bins};
use crate::stats::elementary::log1p_all;
use crate::stats::sum::sum;
use crate::stats::summary;
use crate::stats::undefined::{Figure, Undefined, figure};

/// Quantile bins of a signal, as of a score.
const BINS: usize = 10;

/// The accounts of one slice of an index, and the dataset that holds their rows.
#[derive(Clone, Copy, Debug)]
pub struct Population<'a> {
    pub dataset: &'a Dataset,
    pub index: &'a Index,
    /// Which slice of the index.
    pub slice: usize,
}

/// Every signal that both populations have, the gravest change first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Drift {
    /// Snapshots; none where a dataset has no snapshots.
    pub from: Option<String>,
    pub to: Option<String>,
    pub accounts: AccountFlow,
    /// Signals with cells before and none after.
    pub vanished: Vec<String>,
    /// Signals that were more than zeros before and are nothing else after.
    pub silenced: Vec<String>,
    /// Signals without a cell before and with some after.
    pub appeared: Vec<String>,
    /// Signals that only one side declares.
    pub only_before: Vec<String>,
    pub only_after: Vec<String>,
    pub signals: Vec<SignalDrift>,
}

/// Who came and went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountFlow {
    pub before: u64,
    pub after: u64,
    /// On both sides.
    pub stayed: u64,
    pub added: u64,
    pub gone: u64,
}

/// One signal on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SignalDrift {
    pub name: String,
    pub unit: Option<String>,
    #[serde(flatten)]
    pub column: ColumnDrift,
}

/// Two columns, rows not matched.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ColumnDrift {
    pub before: ColumnState,
    pub after: ColumnState,
    /// Index of the cells that are there, over bins of those before.
    #[serde(serialize_with = "defined")]
    pub psi: Figure,
    /// Bins that hold a cell of either side; 0 where the index is undefined.
    pub psi_bins: u64,
    /// Whether zeros had a bin of their own.
    pub psi_zero_bin: bool,
    /// What the index stays below in 95 of 100 pairs of independent samples of one population.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub psi_critical: Option<f64>,
    /// The same index over two bins, cells that are there and cells that are missing.
    #[serde(serialize_with = "defined")]
    pub missing_psi: Figure,
    #[serde(serialize_with = "defined")]
    pub ks: Figure,
    /// Mean of `ln(1 + x)` after, less the same before.
    #[serde(serialize_with = "defined")]
    pub change_of_mean_log1p: Figure,
}

/// A column on one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ColumnState {
    pub present: u64,
    pub missing: u64,
    pub zeros: u64,
    /// Of the cells that are there.
    pub median: Option<f64>,
    /// None as well where a cell is -1 or less.
    pub mean_log1p: Option<f64>,
}

/// What became of a column as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    Vanished,
    Silenced,
    Appeared,
    Lasting,
}

/// The 95 % point of the population stability index of two independent samples of `n` and `m`
/// values from one distribution, over bins of which `bins` hold any: `(1/n + 1/m)` times that of
/// chi-square with `bins - 1` degrees of freedom. None where that is undefined: one bin, no values.
pub fn psi_critical(bins: u64, n: u64, m: u64) -> Option<f64> {
    divergence::psi_null_independent(usize::try_from(bins).ok()?, n as f64, m as f64, 0.95).ok()
}

/// How a column differs from what it was; NaN is a missing cell, and the lengths may differ.
///
/// - `psi`: `sum (q - p) ln(q / p)` over ten quantile bins of the cells before. Where a tenth of
///   them or more are exactly zero, zero has a bin of its own and the quantiles are those of the
///   rest. Undefined where a side has no cells, or where all cells before are equal.
/// - `missing_psi`: the same over two bins, there and missing. Undefined where a side has no rows.
/// - `ks`: the largest distance between the two distribution functions of the cells.
/// - `change_of_mean_log1p`: undefined where a side has no cells or a cell of -1 or less.
///
/// Source: Jeffreys 1946 (the index), Smirnov 1939. Ties need no care; missing cells are counted
/// and left out of everything but `missing_psi`.
pub fn column_drift(before: &[f64], after: &[f64]) -> ColumnDrift {
    let present = [before, after].map(|values| -> Vec<f64> {
        let mut cells = Vec::with_capacity(values.len());
        cells.extend(values.iter().copied().filter(|value| !value.is_nan()));
        summary::into_sorted(cells)
    });
    let logs = present.each_ref().map(|cells| mean_log1p(cells));
    let [first, second] = &present;
    let states = [state(first, before.len(), &logs[0]), state(second, after.len(), &logs[1])];
    let [first, second] = present.map(Distribution::of_sorted);
    let bins = first.as_ref().map_err(Clone::clone).and_then(|first| bins(first, states[0]));
    // Of rows that weigh 1 the masses are counts.
    let counts = |bins: &Bins, side: &Result<Distribution, Undefined>| -> Vec<u64> {
        let masses = side.as_ref().map(|side| bins.masses(side)).unwrap_or_else(|_| vec![0.0; bins.len()]);
        masses.into_iter().map(|mass| mass as u64).collect()
    };
    let counted = bins.map(|bins| (counts(&bins, &first), counts(&bins, &second), bins.has_zero()));
    let sides = first.and_then(|first| Ok((first, second?)));
    let psi = match &counted {
        Ok((p, q, _)) => divergence::psi_of_counts(p, q),
        Err(reason) => Err(reason.clone()),
    };
    let used = |(p, q, _): &(Vec<u64>, Vec<u64>, bool)| p.iter().zip(q).filter(|(p, q)| **p + **q > 0).count() as u64;
    let psi_bins = if psi.is_ok() { counted.as_ref().map_or(0, used) } else { 0 };
    ColumnDrift {
        psi_bins,
        psi_zero_bin: psi.is_ok() && counted.is_ok_and(|(_, _, zero)| zero),
        psi_critical: psi.is_ok().then(|| psi_critical(psi_bins, states[0].present, states[1].present)).flatten(),
        psi,
        missing_psi: divergence::psi_of_counts(
            &[states[0].present, states[0].missing],
            &[states[1].present, states[1].missing],
        ),
        ks: sides.and_then(|(first, second)| divergence::ks(&first, &second)),
        change_of_mean_log1p: {
            let [before, after] = logs;
            after.and_then(|after| Ok(after - before?))
        },
        before: states[0],
        after: states[1],
    }
}

fn bins(cells: &Distribution, state: ColumnState) -> Result<Bins, Undefined> {
    if state.zeros * BINS as u64 >= state.present {
        Bins::zero_and_deciles(cells, BINS)
    } else {
        Bins::deciles(cells, BINS)
    }
}

fn state(sorted: &[f64], rows: usize, logs: &Figure) -> ColumnState {
    ColumnState {
        present: sorted.len() as u64,
        missing: (rows - sorted.len()) as u64,
        zeros: sorted.iter().filter(|value| **value == 0.0).count() as u64,
        median: summary::quantile(sorted, 0.5).ok(),
        mean_log1p: logs.as_ref().ok().copied(),
    }
}

/// The mean of `ln(1 + x)` of ascending values.
fn mean_log1p(sorted: &[f64]) -> Figure {
    if let Some(least) = sorted.first().filter(|value| **value <= -1.0) {
        return Err(Undefined::OutOfRange { text: format!("{least} has no logarithm of 1 + x") });
    }
    // Of zeros, which fill most signals, there is no logarithm to take and nothing to add.
    let (from, to) = (sorted.partition_point(|value| *value < 0.0), sorted.partition_point(|value| *value <= 0.0));
    let mut logs = [&sorted[..from], &sorted[to..]].concat();
    log1p_all(&mut logs);
    if sorted.is_empty() { Err(Undefined::Empty) } else { figure(sum(logs) / sorted.len() as f64) }
}

impl ColumnDrift {
    pub fn fate(&self) -> Fate {
        let (before, after) = (&self.before, &self.after);
        match (before.present, after.present) {
            (1.., 0) => Fate::Vanished,
            (0, 1..) => Fate::Appeared,
            (1.., present) if before.zeros < before.present && after.zeros == present => Fate::Silenced,
            _ => Fate::Lasting,
        }
    }

    /// By how much it changed, for sorting: the larger of the index of its cells and that of
    /// their absence. A column that no longer or only now varies has no index of its cells; it
    /// counts by its Kolmogorov-Smirnov distance, which is at most 1.
    fn gravity(&self) -> f64 {
        let cells = self.psi.as_ref().or(self.ks.as_ref()).map_or(0.0, |value| *value);
        cells.max(self.missing_psi.as_ref().map_or(0.0, |value| *value))
    }
}

/// Holds two populations against each other, signal by signal.
///
/// # Errors
/// A column that cannot be read.
pub fn drift(before: Population<'_>, after: Population<'_>) -> Result<Drift, Diagnostics> {
    drift_of(before, after, &|_| true)
}

/// The same for the signals of some names alone.
///
/// # Errors
/// A column that cannot be read.
pub fn drift_of(
    before: Population<'_>,
    after: Population<'_>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Drift, Diagnostics> {
    let declares = |side: &Population<'_>, name: &str| {
        side.dataset.manifest().columns.get(name).is_some_and(|column| column.role == Role::Signal)
    };
    let names = |side: &Population<'_>, other: &Population<'_>, shared: bool| -> Vec<String> {
        let own = side.dataset.manifest().with_role(Role::Signal);
        own.filter(|name| declares(other, name) == shared && wanted(name)).map(str::to_string).collect()
    };
    let one = |name: &String| -> Result<SignalDrift, Diagnostics> {
        let first = before.dataset.numbers_by_slot(name, before.index)?;
        // Read once where both are slices of one index.
        let shared = std::ptr::eq(before.dataset, after.dataset) && std::ptr::eq(before.index, after.index);
        let second = if shared { None } else { Some(after.dataset.numbers_by_slot(name, after.index)?) };
        let column = column_drift(before.cells(&first), after.cells(second.as_ref().unwrap_or(&first)));
        let spec = after.dataset.manifest().columns.get(name);
        let unit = spec.and_then(|column| column.unit.clone());
        Ok(SignalDrift { column, unit, name: name.clone() })
    };
    let names_of_both = names(&before, &after, true);
    // Each thread has one signal at a time, since each holds its columns.
    let next = AtomicUsize::new(0);
    let found = rayon::broadcast(|_| {
        let mine = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Relaxed);
            names_of_both.get(at).map(|name| (at, one(name)))
        });
        mine.collect::<Vec<_>>()
    });
    let mut found: Vec<_> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(at, _)| *at);
    let mut signals = found.into_iter().map(|(_, signal)| signal).collect::<Result<Vec<_>, _>>()?;
    signals.sort_by(|left, right| {
        let fate = left.column.fate().cmp(&right.column.fate());
        fate.then(right.column.gravity().total_cmp(&left.column.gravity())).then(left.name.cmp(&right.name))
    });
    let with = |fate: Fate| -> Vec<String> {
        signals.iter().filter(|signal| signal.column.fate() == fate).map(|signal| signal.name.clone()).collect()
    };
    let (one, other) = (before.slice(), after.slice());
    let accounts = flow(&one.accounts, &other.accounts);
    Ok(Drift {
        from: one.snapshot.clone(),
        to: other.snapshot.clone(),
        accounts,
        vanished: with(Fate::Vanished),
        silenced: with(Fate::Silenced),
        appeared: with(Fate::Appeared),
        only_before: names(&before, &after, false),
        only_after: names(&after, &before, false),
        signals,
    })
}

impl Population<'_> {
    fn slice(&self) -> &Slice {
        &self.index.slices[self.slice]
    }

    fn cells<'c>(&self, column: &'c [f64]) -> &'c [f64] {
        let slice = self.slice();
        &column[slice.start..slice.start + slice.accounts.len()]
    }
}

fn flow(before: &Accounts, after: &Accounts) -> AccountFlow {
    let mut stayed = 0;
    before.for_each_shared(after, |_, _| stayed += 1);
    let (first, second) = (before.len() as u64, after.len() as u64);
    AccountFlow { before: first, after: second, stayed, added: second - stayed, gone: first - stayed }
}

/// A figure as its number, or the reason why there is none.
pub(super) fn defined<S: serde::Serializer>(figure: &Figure, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;
    match figure {
        Ok(value) => serializer.serialize_f64(*value),
        Err(reason) => {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry("undefined", &reason.to_string())?;
            map.end()
        }
    }
}

#[cfg(test)]
mod tests;
