//! Data against data: which accounts came and went between two datasets, which cells changed and
//! by how much, and where the manifests differ. Accounts are joined by key within each snapshot
//! and topic that both datasets have; columns are read one at a time.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Dataset;
use super::coded::Coded;
use super::index::{Index, Selection, Slice, Snapshots};
use super::manifest::{ColumnSpec, KeyKind, Manifest, Role};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::stats::summary;

/// Why two datasets were not held against each other.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    #[error("{0}")]
    Input(#[from] Diagnostics),
    /// They share nothing that could be joined.
    #[error("{0}")]
    NotComparable(Diagnostic),
}

/// Everything that differs between a first dataset and a second.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct DatasetDiff {
    /// Names of the two datasets.
    pub first: String,
    pub second: String,
    /// Texts and declarations of the manifests that differ.
    pub manifest: Vec<Declared>,
    pub columns_only_in_first: Vec<String>,
    pub columns_only_in_second: Vec<String>,
    /// Empty where the snapshots to compare were named.
    pub snapshots_only_in_first: Vec<String>,
    pub snapshots_only_in_second: Vec<String>,
    pub topics_only_in_first: Vec<String>,
    pub topics_only_in_second: Vec<String>,
    pub pairs: PairsDiff,
    /// By topic, then snapshot.
    pub parts: Vec<PartDiff>,
}

/// A declaration that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Declared {
    /// `population`, `unit of twitter.followers`.
    pub what: String,
    pub first: Option<String>,
    pub second: Option<String>,
}

/// Judged pairs, counted as often as they stand there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PairsDiff {
    pub first: u64,
    pub second: u64,
    /// The same accounts in the same order with the same judgement.
    pub shared: u64,
}

/// One snapshot and topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PartDiff {
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    /// Accounts of each side.
    pub first: u64,
    pub second: u64,
    pub added: u64,
    pub gone: u64,
    /// On both sides: some cell of a shared column differs.
    pub changed: u64,
    /// On both sides: no cell differs.
    pub unchanged: u64,
    pub columns: Vec<ColumnDiff>,
}

/// The cells of one column, over the accounts of both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ColumnDiff {
    pub name: String,
    /// As the second dataset declares it.
    pub role: Role,
    /// Accounts on both sides.
    pub common: u64,
    /// Cells that differ in any way: other values, and cells that are there on one side alone.
    pub changed: u64,
    pub became_missing: u64,
    pub became_present: u64,
    /// Numbers alone: the median of `|to - from|` over the cells that are there on both sides and
    /// differ.
    pub median_absolute_change: Option<f64>,
    /// Numbers alone: the largest `|to - from|`; of equal ones the first account in order.
    pub largest: Option<CellChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CellChange {
    pub account: String,
    pub from: f64,
    pub to: f64,
}

impl DatasetDiff {
    /// Whether anything differs but the name and the bytes of the files.
    pub fn differs(&self) -> bool {
        let lists = [
            &self.columns_only_in_first,
            &self.columns_only_in_second,
            &self.snapshots_only_in_first,
            &self.snapshots_only_in_second,
            &self.topics_only_in_first,
            &self.topics_only_in_second,
        ];
        let pairs = &self.pairs;
        !self.manifest.is_empty()
            || lists.into_iter().any(|list| !list.is_empty())
            || pairs.first != pairs.shared
            || pairs.second != pairs.shared
            || self.parts.iter().any(|part| part.added + part.gone + part.changed > 0)
    }
}

/// Holds a second dataset against a first. Snapshots are those that both have, or those named.
///
/// Two numbers are the same if they are equal (`-0` is 0); two missing cells are the same.
///
/// # Errors
/// Input: a cell that cannot be read, or a named snapshot that a dataset does not have. Not
/// comparable: keys of different types, snapshots or topics on one side alone, no snapshot or
/// topic in common, no account in common.
pub fn diff(first: &Dataset, second: &Dataset, snapshots: &[String]) -> Result<DatasetDiff, DiffError> {
    let manifests = [first.manifest(), second.manifest()];
    check_keys(first, second)?;
    let dates = [names(first, &manifests[0].snapshot)?, names(second, &manifests[1].snapshot)?];
    let topics = [names(first, &manifests[0].topic)?, names(second, &manifests[1].topic)?];
    check_named(first, &dates[0], snapshots)?;
    check_named(second, &dates[1], snapshots)?;
    let common_dates = common("snapshot", &dates, second)?;
    let common_topics = common("topic", &topics, second)?;
    let wanted = |name: &Option<String>| {
        snapshots.is_empty() || name.as_ref().is_some_and(|name| snapshots.iter().any(|wanted| wanted == name))
    };
    let common_dates: Vec<Option<String>> = common_dates.into_iter().filter(wanted).collect();

    let mut parts = Vec::new();
    for topic in common_topics {
        parts.extend(topic_parts(first, second, &common_dates, topic)?);
    }
    if parts.iter().all(|part| part.changed + part.unchanged == 0) {
        let message =
            format!("no account of `{}` is in `{}`", visible(&manifests[0].name), visible(&manifests[1].name));
        let hint = "the keys may be written differently, or the datasets may be of different people";
        return Err(DiffError::NotComparable(Diagnostic::new(second.origin(), message).hint(hint)));
    }
    let all = |list: [Vec<String>; 2]| if snapshots.is_empty() { list } else { [Vec::new(), Vec::new()] };
    let [dates_first, dates_second] = all(apart(&dates));
    let [topics_first, topics_second] = apart(&topics);
    let columns = manifests.map(|manifest| Some(compared(manifest).map(|(name, _)| name.clone()).collect()));
    let [columns_only_in_first, columns_only_in_second] = apart(&columns);
    Ok(DatasetDiff {
        first: manifests[0].name.clone(),
        second: manifests[1].name.clone(),
        manifest: declared(manifests[0], manifests[1]),
        columns_only_in_first,
        columns_only_in_second,
        snapshots_only_in_first: dates_first,
        snapshots_only_in_second: dates_second,
        topics_only_in_first: topics_first,
        topics_only_in_second: topics_second,
        pairs: pairs(first, second),
        parts,
    })
}

pub(super) fn check_keys(first: &Dataset, second: &Dataset) -> Result<(), DiffError> {
    let kinds = [first, second].map(|dataset| dataset.manifest().key_kind);
    if kinds[0] == kinds[1] {
        return Ok(());
    }
    let word = |kind| if kind == KeyKind::Integer { "integers" } else { "texts" };
    let message = format!("the accounts are {} here and {} in the other dataset", word(kinds[1]), word(kinds[0]));
    let problem = Diagnostic::new(second.origin(), message);
    Err(DiffError::NotComparable(problem.hint("integers can be read as texts: declare type = \"text\" for both keys")))
}

/// The distinct texts of a column, or none where there is no such column.
fn names(dataset: &Dataset, column: &Option<String>) -> Result<Option<Vec<String>>, Diagnostics> {
    column.as_ref().map(|column| Ok(Coded::read(dataset, column, true)?.names)).transpose()
}

fn check_named(dataset: &Dataset, known: &Option<Vec<String>>, named: &[String]) -> Result<(), Diagnostics> {
    let known = known.as_deref().unwrap_or_default();
    let absent = named.iter().filter(|name| !known.contains(name));
    let problems = absent.map(|name| {
        let message = format!("the dataset `{}` has no snapshot `{}`", dataset.manifest().name, visible(name));
        Diagnostic::new(dataset.origin(), message).suggest(name, known.iter().map(String::as_str))
    });
    Diagnostics::none_or(problems.collect())
}

/// What both lists name; a single `None` where neither dataset has such a column.
fn common(noun: &str, sides: &[Option<Vec<String>>; 2], second: &Dataset) -> Result<Vec<Option<String>>, DiffError> {
    let message = match sides {
        [None, None] => return Ok(vec![None]),
        [Some(ours), Some(theirs)] => {
            let shared: Vec<Option<String>> =
                ours.iter().filter(|name| theirs.contains(name)).cloned().map(Some).collect();
            if !shared.is_empty() {
                return Ok(shared);
            }
            format!("the datasets have no {noun} in common")
        }
        [Some(_), None] => format!("this dataset has no {noun}s, the other has"),
        [None, Some(_)] => format!("this dataset has {noun}s, the other has none"),
    };
    let shown = |side: &Option<Vec<String>>| match side {
        None => format!("no {noun}s"),
        Some(names) if names.len() > 3 => {
            format!("{} {noun}s from `{}` to `{}`", names.len(), visible(&names[0]), visible(&names[names.len() - 1]))
        }
        Some(names) => names.iter().map(|name| format!("`{}`", visible(name))).collect::<Vec<_>>().join(", "),
    };
    let problem = Diagnostic::new(second.origin(), message);
    Err(DiffError::NotComparable(problem.hint(format!(
        "the first has {}, the second {}",
        shown(&sides[0]),
        shown(&sides[1])
    ))))
}

/// What the one list names and the other does not.
fn apart(sides: &[Option<Vec<String>>; 2]) -> [Vec<String>; 2] {
    let set = |side: &Option<Vec<String>>| -> BTreeSet<String> { side.iter().flatten().cloned().collect() };
    let (ours, theirs) = (set(&sides[0]), set(&sides[1]));
    [ours.difference(&theirs).cloned().collect(), theirs.difference(&ours).cloned().collect()]
}

/// The columns whose cells are compared: all but those that rows are joined on.
fn compared(manifest: &Manifest) -> impl Iterator<Item = (&String, &ColumnSpec)> {
    manifest.columns.iter().filter(|(_, spec)| !matches!(spec.role, Role::Key | Role::Snapshot | Role::Topic))
}

fn declared(first: &Manifest, second: &Manifest) -> Vec<Declared> {
    let mut found = Vec::new();
    let mut hold = |what: String, one: Option<&str>, other: Option<&str>| {
        if one != other {
            found.push(Declared { what, first: one.map(str::to_string), second: other.map(str::to_string) });
        }
    };
    let titled = |manifest: &'_ Manifest| (manifest.title != manifest.name).then(|| manifest.title.clone());
    hold("title".to_string(), titled(first).as_deref(), titled(second).as_deref());
    hold("population".to_string(), Some(&first.population), Some(&second.population));
    hold("source".to_string(), Some(&first.source), Some(&second.source));
    hold("licence".to_string(), Some(&first.licence), Some(&second.licence));
    hold("note".to_string(), first.note.as_deref(), second.note.as_deref());
    let apart = |manifest: &Manifest| manifest.holdout.then_some("true");
    hold("holdout".to_string(), apart(first), apart(second));
    hold("key".to_string(), Some(&first.key), Some(&second.key));
    hold("snapshot column".to_string(), first.snapshot.as_deref(), second.snapshot.as_deref());
    hold("topic column".to_string(), first.topic.as_deref(), second.topic.as_deref());
    for (name, one) in compared(first) {
        let Some(other) = compared(second).find(|(known, _)| *known == name).map(|(_, spec)| spec) else { continue };
        let direction = |spec: &ColumnSpec| match serde_json::to_value(spec.direction.unwrap_or_default()) {
            Ok(serde_json::Value::String(word)) => Some(word),
            _ => None,
        };
        hold(format!("role of {name}"), Some(one.role.name()), Some(other.role.name()));
        hold(format!("unit of {name}"), one.unit.as_deref(), other.unit.as_deref());
        hold(format!("direction of {name}"), direction(one).as_deref(), direction(other).as_deref());
        hold(format!("note of {name}"), one.note.as_deref(), other.note.as_deref());
    }
    found
}

fn pairs(first: &Dataset, second: &Dataset) -> PairsDiff {
    let mut waiting = BTreeMap::new();
    let mut found = PairsDiff::default();
    for pair in first.pairs().into_iter().flat_map(|table| table.iter()) {
        *waiting.entry(pair).or_insert(0u64) += 1;
        found.first += 1;
    }
    for pair in second.pairs().into_iter().flat_map(|table| table.iter()) {
        found.second += 1;
        if let Some(left) = waiting.get_mut(&pair).filter(|left| **left > 0) {
            *left -= 1;
            found.shared += 1;
        }
    }
    found
}

/// The accounts of one snapshot on both sides.
struct Joined<'a> {
    snapshot: Option<String>,
    sides: [Option<&'a Slice>; 2],
    /// Slots of the accounts that are on both sides.
    shared: Vec<(u32, u32)>,
    /// Whether a cell of such an account differs.
    changed: Vec<bool>,
    columns: Vec<ColumnDiff>,
}

fn topic_parts(
    first: &Dataset,
    second: &Dataset,
    dates: &[Option<String>],
    topic: Option<String>,
) -> Result<Vec<PartDiff>, Diagnostics> {
    let selection = Selection { snapshots: Snapshots::All, also: None, topic: topic.clone() };
    let indexes = [Index::build(first, &selection)?, Index::build(second, &selection)?];
    let mut joined: Vec<Joined<'_>> = dates.iter().map(|date| join(&indexes, date)).collect();
    for (name, one) in compared(first.manifest()) {
        let Some(other) = second.manifest().columns.get(name) else { continue };
        if !matches!(other.role, Role::Key | Role::Snapshot | Role::Topic) {
            match (one.role.is_number(), other.role.is_number()) {
                (true, true) => numbers(first, second, &indexes, (name, other.role), &mut joined)?,
                (false, false) => texts(first, second, &indexes, (name, other.role), &mut joined)?,
                // Other kinds of cells: the roles that differ are told, and nothing else can be.
                _ => {}
            }
        }
    }
    let finished = joined.into_iter().map(|joined| {
        let [first, second] = joined.sides.map(|side| side.map_or(0, |slice| slice.accounts.len() as u64));
        let common = joined.shared.len() as u64;
        let changed = joined.changed.iter().filter(|changed| **changed).count() as u64;
        PartDiff {
            snapshot: joined.snapshot,
            topic: topic.clone(),
            first,
            second,
            added: second - common,
            gone: first - common,
            changed,
            unchanged: common - changed,
            columns: joined.columns,
        }
    });
    Ok(finished.collect())
}

fn join<'a>(indexes: &'a [Index; 2], date: &Option<String>) -> Joined<'a> {
    let find = |index: &'a Index| index.slices.iter().find(|slice| slice.snapshot == *date);
    let sides = [find(&indexes[0]), find(&indexes[1])];
    let mut shared = Vec::new();
    if let [Some(ours), Some(theirs)] = sides {
        // An index holds fewer than 2^32 slots.
        let slot = |slice: &Slice, at: usize| u32::try_from(slice.start + at).unwrap_or(Index::UNSELECTED);
        ours.accounts.for_each_shared(&theirs.accounts, |i, j| shared.push((slot(ours, i), slot(theirs, j))));
    }
    Joined { snapshot: date.clone(), sides, changed: vec![false; shared.len()], shared, columns: Vec::new() }
}

fn numbers(
    first: &Dataset,
    second: &Dataset,
    indexes: &[Index; 2],
    (name, role): (&str, Role),
    joined: &mut [Joined<'_>],
) -> Result<(), Diagnostics> {
    let ours = first.numbers_by_slot(name, &indexes[0])?;
    let theirs = second.numbers_by_slot(name, &indexes[1])?;
    for part in joined {
        let mut moves = Vec::new();
        let mut largest: Option<(f64, u32, f64, f64)> = None;
        let mut column = ColumnDiff::new(name, role, part.shared.len());
        for ((i, j), changed) in part.shared.iter().zip(&mut part.changed) {
            let (from, to) = (ours[*i as usize], theirs[*j as usize]);
            if column.count(from.is_nan(), to.is_nan(), from != to) {
                *changed = true;
                let size = (to - from).abs();
                // NaN where a side is missing: that is no move.
                if !size.is_nan() {
                    moves.push(size);
                    if largest.is_none_or(|(most, ..)| size > most) {
                        largest = Some((size, *i, from, to));
                    }
                }
            }
        }
        column.median_absolute_change = summary::median(&moves).ok();
        column.largest = largest.zip(part.sides[0]).map(|((_, slot, from, to), slice)| {
            let account = slice.accounts.text(slot as usize - slice.start).into_owned();
            CellChange { account, from, to }
        });
        part.columns.push(column);
    }
    Ok(())
}

fn texts(
    first: &Dataset,
    second: &Dataset,
    indexes: &[Index; 2],
    (name, role): (&str, Role),
    joined: &mut [Joined<'_>],
) -> Result<(), Diagnostics> {
    let (ours, theirs) = (Coded::read(first, name, false)?, Coded::read(second, name, false)?);
    // Codes of the second dataset as codes of the first; a text of the second alone has none.
    let shared: Vec<Option<u32>> = theirs
        .names
        .iter()
        .map(|text| ours.names.binary_search(text).ok().and_then(|at| u32::try_from(at).ok()))
        .collect();
    let (ours, theirs) = (indexes[0].by_slot(ours).codes, indexes[1].by_slot(theirs).codes);
    for part in joined {
        let mut column = ColumnDiff::new(name, role, part.shared.len());
        for ((i, j), changed) in part.shared.iter().zip(&mut part.changed) {
            let (from, to) = (ours[*i as usize], theirs[*j as usize]);
            let same = shared.get(to as usize).is_some_and(|code| *code == Some(from));
            *changed |= column.count(from == Coded::MISSING, to == Coded::MISSING, !same);
        }
        part.columns.push(column);
    }
    Ok(())
}

impl ColumnDiff {
    fn new(name: &str, role: Role, common: usize) -> ColumnDiff {
        ColumnDiff {
            name: name.to_string(),
            role,
            common: common as u64,
            changed: 0,
            became_missing: 0,
            became_present: 0,
            median_absolute_change: None,
            largest: None,
        }
    }

    /// Counts a cell, given whether it is missing on each side and whether its values differ;
    /// says whether it changed.
    fn count(&mut self, missing_before: bool, missing_after: bool, differs: bool) -> bool {
        match (missing_before, missing_after) {
            (true, true) => return false,
            (false, true) => self.became_missing += 1,
            (true, false) => self.became_present += 1,
            (false, false) if !differs => return false,
            (false, false) => {}
        }
        self.changed += 1;
        true
    }
}
