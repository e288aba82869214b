//! A signal under an old definition and under a new one, over the accounts that have both: two
//! columns of one table, or one column of two datasets or snapshots, joined by account. Every account
//! counts once, whatever it stands for.

use rayon::prelude::*;
use serde::Serialize;

use super::Dataset;
use super::coded::Coded;
use super::diff::{DiffError, check_keys};
use super::drift::{column_drift, defined};
use super::index::{Index, Slice};
use super::keys::join;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::number::{accounts, thousands};
use crate::stats::correlation::{kendall_tau_b, spearman};
use crate::stats::paired::Paired;
use crate::stats::ratio::{Proportion, distance, proportion, share_within};
use crate::stats::summary::{quantile, sorted};
use crate::stats::undefined::{Figure, Undefined, figure};

/// Where the distributions are told.
const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Where an old value is mapped to a new one.
const MAPPED: [f64; 11] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// A column of the accounts of one slice of an index.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    pub dataset: &'a Dataset,
    pub index: &'a Index,
    pub slice: &'a Slice,
    pub name: &'a str,
}

/// Both definitions, over all accounts and over those of each group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overlap {
    pub old: Source,
    pub new: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    pub all: Agreement,
    /// The column by which accounts are grouped, and its groups by value; accounts without a value
    /// last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    pub groups: Vec<GroupAgreement>,
    /// The accounts that differ most by `|new - old|`, as many as were asked for; of equal ones the
    /// first in order.
    pub worst: Vec<Disagreement>,
}

/// Where a column stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Source {
    pub dataset: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    pub signal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GroupAgreement {
    /// None for the accounts without a value.
    pub value: Option<String>,
    pub agreement: Agreement,
}

/// How two definitions agree. Everything but the first four counts is of the accounts that have both
/// values.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Agreement {
    pub both: u64,
    pub only_old: u64,
    pub only_new: u64,
    pub neither: u64,
    /// Accounts whose value is exactly 0.
    pub zeros_old: u64,
    pub zeros_new: u64,
    pub zeros_both: u64,
    /// The 5, 25, 50, 75 and 95 % quantiles.
    pub quantiles: Vec<AtQuantile>,
    /// New over old; undefined where the old median is 0.
    #[serde(serialize_with = "defined")]
    pub ratio_of_medians: Figure,
    /// Slope of the line through the origin: the median of new over old.
    #[serde(serialize_with = "defined")]
    pub slope: Figure,
    /// The middle half of these ratios, and how many accounts have one: those whose old value is not 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_ratios: Option<[f64; 2]>,
    pub ratios: u64,
    #[serde(serialize_with = "defined")]
    pub spearman: Figure,
    #[serde(serialize_with = "defined")]
    pub kendall_tau_b: Figure,
    /// Shares of the accounts whose new value lies within 1 and within 10 % of the old one.
    #[serde(serialize_with = "defined")]
    pub within_1_percent: Figure,
    #[serde(serialize_with = "defined")]
    pub within_10_percent: Figure,
    /// Index of the new values over bins of the old ones.
    #[serde(serialize_with = "defined")]
    pub psi: Figure,
    /// Whether zeros had a bin of their own.
    pub psi_zero_bin: bool,
    pub disagreements: Disagreements,
    /// From the least to the largest by tenths: an old value, and the new one at the same rank.
    pub mapping: Vec<AtQuantile>,
}

/// Both definitions at one quantile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AtQuantile {
    pub quantile: f64,
    pub old: f64,
    pub new: f64,
}

/// Accounts by how far the new value lies from the old one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disagreements {
    /// By more than a tenth of the old value, by more than half of it, by more than all of it; each
    /// counts those of the next as well. An old value of 0 has no such share.
    pub beyond_10_percent: u64,
    pub beyond_50_percent: u64,
    pub beyond_100_percent: u64,
    /// From 0 to something, and from something to 0.
    pub from_zero: u64,
    pub to_zero: u64,
}

/// An account that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disagreement {
    pub account: String,
    pub old: f64,
    pub new: f64,
}

/// One account of either side: its values, NaN where there is none.
#[derive(Clone, Copy, Debug)]
struct Row {
    old: f64,
    new: f64,
    /// Positions in the slices.
    at: [Option<u32>; 2],
}

/// Compares two definitions; `segment` is a column of the new one's dataset.
///
/// # Errors
/// Input: a column that cannot be read. Not comparable: keys of different types, or no account that
/// has both values.
pub fn overlap(
    old: Column<'_>,
    new: Column<'_>,
    topic: Option<&str>,
    segment: Option<&str>,
    worst: usize,
) -> Result<Overlap, DiffError> {
    check_keys(old.dataset, new.dataset)?;
    let (before, after) = (old.cells()?, new.cells()?);
    let value = |cells: &[f64], at: Option<u32>| at.map_or(f64::NAN, |at| cells[at as usize]);
    let rows: Vec<Row> = join(&old.slice.accounts, &new.slice.accounts)
        .into_iter()
        .map(|(i, j)| Row { old: value(&before, i), new: value(&after, j), at: [i, j] })
        .collect();
    let all = Agreement::of(&rows);
    if all.both == 0 {
        let message = format!(
            "no account has a value of both definitions: {} of `{}` alone, {} of `{}` alone",
            accounts(all.only_old),
            visible(old.name),
            thousands(all.only_new),
            visible(new.name)
        );
        return Err(DiffError::NotComparable(Diagnostic::new(new.dataset.origin(), message)));
    }
    let groups = segment.map(|column| groups(&rows, new, column)).transpose()?.unwrap_or_default();
    Ok(Overlap {
        old: old.source(),
        new: new.source(),
        topic: topic.map(str::to_string),
        all,
        segment: segment.map(str::to_string),
        groups,
        worst: farthest(&rows, old, worst),
    })
}

impl Column<'_> {
    /// The cells of the slice, in the order of its accounts.
    fn cells(&self) -> Result<Vec<f64>, Diagnostics> {
        let all = self.dataset.numbers_by_slot(self.name, self.index)?;
        Ok(all[self.slice.start..self.slice.start + self.slice.accounts.len()].to_vec())
    }

    fn source(&self) -> Source {
        let manifest = self.dataset.manifest();
        Source {
            dataset: manifest.name.clone(),
            snapshot: self.slice.snapshot.clone(),
            signal: self.name.to_string(),
            unit: manifest.columns.get(self.name).and_then(|column| column.unit.clone()),
        }
    }
}

fn groups(rows: &[Row], new: Column<'_>, column: &str) -> Result<Vec<GroupAgreement>, Diagnostics> {
    let labels = new.index.by_slot(Coded::read(new.dataset, column, false)?);
    let mut members: Vec<Vec<Row>> = vec![Vec::new(); labels.names.len() + 1];
    for row in rows {
        // Who is not in the dataset that has the segment has no value of it.
        let code = row.at[1].map_or(Coded::MISSING, |at| labels.codes[new.slice.start + at as usize]);
        members[(code as usize).min(labels.names.len())].push(*row);
    }
    let names = labels.names.into_iter().map(Some).chain([None]);
    let known: Vec<(Option<String>, Vec<Row>)> = names.zip(members).filter(|(_, rows)| !rows.is_empty()).collect();
    Ok(known.into_par_iter().map(|(value, rows)| GroupAgreement { value, agreement: Agreement::of(&rows) }).collect())
}

/// The accounts with the largest `|new - old|`.
fn farthest(rows: &[Row], old: Column<'_>, count: usize) -> Vec<Disagreement> {
    let size = |row: &Row| (row.new - row.old).abs();
    let mut known: Vec<&Row> = rows.iter().filter(|row| size(row) > 0.0).collect();
    // The sort is stable: equal ones stay in account order.
    known.sort_by(|left, right| size(right).total_cmp(&size(left)));
    let name = |row: &Row| row.at[0].map(|at| old.slice.accounts.text(at as usize).into_owned()).unwrap_or_default();
    known.into_iter().take(count).map(|row| Disagreement { account: name(row), old: row.old, new: row.new }).collect()
}

impl Agreement {
    fn of(rows: &[Row]) -> Agreement {
        let count = |old: bool, new: bool| {
            rows.iter().filter(|row| row.old.is_nan() != old && row.new.is_nan() != new).count() as u64
        };
        let both = || rows.iter().filter(|row| !row.old.is_nan() && !row.new.is_nan());
        let (before, after): (Vec<f64>, Vec<f64>) = both().map(|row| (row.old, row.new)).unzip();
        let zero = |keep: &dyn Fn(&Row) -> bool| both().filter(|row| keep(row)).count() as u64;
        let pairs = Paired::new(&before, &after);
        let of_pairs = |what: &dyn Fn(Paired<'_>) -> Figure| pairs.clone().and_then(what);
        let fit: Result<Proportion, Undefined> = pairs.clone().and_then(proportion);
        let drift = column_drift(&before, &after);
        let ordered = [sorted(&before), sorted(&after)];
        let at = |p: &f64| -> Option<AtQuantile> {
            let [old, new] = ordered.each_ref().map(|side| quantile(side, *p).ok());
            Some(AtQuantile { quantile: *p, old: old?, new: new? })
        };
        let ratio_of_medians = match (drift.before.median, drift.after.median) {
            (Some(0.0), Some(_)) => Err(Undefined::OutOfRange { text: "the old median is 0".to_string() }),
            (Some(old), Some(new)) => figure(new / old),
            _ => Err(Undefined::Empty),
        };
        Agreement {
            both: before.len() as u64,
            only_old: count(true, false),
            only_new: count(false, true),
            neither: count(false, false),
            zeros_old: zero(&|row| row.old == 0.0),
            zeros_new: zero(&|row| row.new == 0.0),
            zeros_both: zero(&|row| row.old == 0.0 && row.new == 0.0),
            quantiles: QUANTILES.iter().filter_map(at).collect(),
            ratio_of_medians,
            slope: fit.as_ref().map(|fit| fit.slope).map_err(Clone::clone),
            middle_ratios: fit.as_ref().ok().map(|fit| fit.middle),
            ratios: fit.as_ref().map_or(0, |fit| fit.pairs),
            spearman: of_pairs(&spearman),
            kendall_tau_b: of_pairs(&kendall_tau_b),
            within_1_percent: of_pairs(&|pairs| share_within(pairs, 0.01)),
            within_10_percent: of_pairs(&|pairs| share_within(pairs, 0.1)),
            psi: drift.psi,
            psi_zero_bin: drift.psi_zero_bin,
            disagreements: Disagreements::of(both()),
            mapping: MAPPED.iter().filter_map(at).collect(),
        }
    }
}

impl Disagreements {
    fn of<'a>(rows: impl Iterator<Item = &'a Row>) -> Disagreements {
        let mut found = Disagreements::default();
        for row in rows {
            if row.old == 0.0 {
                found.from_zero += u64::from(row.new != 0.0);
                continue;
            }
            let share = distance(row.old, row.new);
            found.to_zero += u64::from(row.new == 0.0);
            found.beyond_10_percent += u64::from(share > 0.1);
            found.beyond_50_percent += u64::from(share > 0.5);
            found.beyond_100_percent += u64::from(share > 1.0);
        }
        found
    }
}
