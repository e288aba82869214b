//! Which rows of a dataset are scored, and where each one's score goes: per snapshot the sorted
//! accounts, per row of the files the slot. Built from the key columns alone, before any signal is
//! read; duplicates and empty selections are found here.

use std::cmp::Ordering;

use super::Dataset;
use super::coded::Coded;
use super::keys::{Accounts, Keys, Texts};
use super::manifest::KeyKind;
use super::table;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::number::counted;

/// What is asked of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub snapshots: Snapshots,
    /// A snapshot beside these.
    pub also: Option<String>,
    /// Needed when the dataset has topics.
    pub topic: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Snapshots {
    /// The last in the order of their names; the only population of a dataset without snapshots.
    #[default]
    Latest,
    All,
    Named(Vec<String>),
}

/// The accounts of one snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// None where the dataset has no snapshots.
    pub snapshot: Option<String>,
    pub accounts: Accounts,
    /// Slot of the first account.
    pub start: usize,
}

/// Rows to slots. Slots are grouped by snapshot and follow the sorted accounts within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// In snapshot order; never empty, and no slice is empty.
    pub slices: Vec<Slice>,
    /// For each row, counted over all files: its slot, or [`Index::UNSELECTED`].
    slots: Vec<u32>,
    len: usize,
}

impl Index {
    pub const UNSELECTED: u32 = u32::MAX;

    /// Number of slots: selected rows.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The slots of consecutive rows.
    pub fn slots(&self, first_row: usize, rows: usize) -> &[u32] {
        &self.slots[first_row..first_row + rows]
    }

    /// The rows at some slots, ascending, counted over all files.
    pub fn rows_of(&self, slots: &[u32]) -> Vec<usize> {
        let mut wanted = vec![false; self.len];
        slots.iter().for_each(|slot| wanted[*slot as usize] = true);
        let is_wanted = |slot: u32| slot != Self::UNSELECTED && wanted[slot as usize];
        (0..self.slots.len()).filter(|row| is_wanted(self.slots[*row])).collect()
    }

    /// A column of texts of the same dataset, by slot instead of by row.
    pub fn by_slot(&self, column: Coded) -> Coded {
        let mut codes = vec![Coded::MISSING; self.len];
        for (slot, code) in self.slots.iter().zip(&column.codes) {
            if *slot != Self::UNSELECTED {
                codes[*slot as usize] = *code;
            }
        }
        Coded { codes, names: column.names }
    }

    /// Reads the key columns and sorts out the rows.
    pub fn build(dataset: &Dataset, selection: &Selection) -> Result<Index, Diagnostics> {
        let rows = KeyColumns::read(dataset)?;
        if rows.keys.is_empty() {
            return Err(Diagnostic::new(dataset.tables()[0].origin(), "the table has no rows").into());
        }
        if rows.keys.len() >= Self::UNSELECTED as usize {
            return Err(Diagnostic::new(dataset.origin(), "more than four billion rows are too many").into());
        }
        rows.check_topic(dataset, selection.topic.as_deref())?;
        let mut wanted = rows.wanted(dataset, &selection.snapshots)?;
        if let Some(also) = &selection.also {
            wanted.extend(rows.wanted(dataset, &Snapshots::Named(vec![also.clone()]))?);
            wanted.sort_unstable();
            wanted.dedup();
        }
        rows.sort(dataset, &wanted, selection.topic.as_deref())
    }
}

struct KeyColumns {
    keys: Keys,
    snapshots: Option<Coded>,
    topics: Option<Coded>,
}

impl KeyColumns {
    fn read(dataset: &Dataset) -> Result<KeyColumns, Diagnostics> {
        let manifest = dataset.manifest();
        let mut keys = match manifest.key_kind {
            KeyKind::Integer => Keys::Integer(Vec::new()),
            KeyKind::Text => Keys::Text(Texts::default()),
        };
        dataset.for_each_array(&manifest.key, |array| table::append_keys(array, &mut keys))?;
        Ok(KeyColumns {
            keys,
            snapshots: manifest.snapshot.as_deref().map(|name| Coded::read(dataset, name, true)).transpose()?,
            topics: manifest.topic.as_deref().map(|name| Coded::read(dataset, name, true)).transpose()?,
        })
    }

    fn check_topic(&self, dataset: &Dataset, topic: Option<&str>) -> Result<(), Diagnostics> {
        let known: Vec<&str> = self.topics.iter().flat_map(|topics| &topics.names).map(String::as_str).collect();
        let problem = match (topic, known.as_slice()) {
            (None, []) => return Ok(()),
            (None, known) => {
                let hint = format!("choose one with `topic`: {}", shown(known));
                Diagnostic::new(dataset.origin(), "the dataset has a row per account and topic").hint(hint)
            }
            (Some(topic), known) if known.contains(&topic) => return Ok(()),
            (Some(topic), known) => {
                let message = format!("the dataset has no topic `{}`", visible(topic));
                Diagnostic::new(dataset.origin(), message).suggest(topic, known.iter().copied())
            }
        };
        Err(problem.into())
    }

    /// The codes of the wanted snapshots, in order.
    fn wanted(&self, dataset: &Dataset, snapshots: &Snapshots) -> Result<Vec<u32>, Diagnostics> {
        let Some(coded) = &self.snapshots else {
            return match snapshots {
                Snapshots::Named(names) if !names.is_empty() => {
                    let message = format!("the dataset has no snapshots, so no `{}`", visible(&names[0]));
                    Err(Diagnostic::new(dataset.origin(), message).into())
                }
                _ => Ok(vec![0]),
            };
        };
        let last = u32::try_from(coded.names.len()).unwrap_or(u32::MAX).saturating_sub(1);
        match snapshots {
            Snapshots::Latest => Ok(vec![last]),
            Snapshots::All => Ok((0..=last).collect()),
            Snapshots::Named(names) => {
                let mut codes = Vec::new();
                let mut problems = Vec::new();
                for name in names {
                    match coded.names.binary_search(name) {
                        Ok(code) => codes.push(u32::try_from(code).unwrap_or(u32::MAX)),
                        Err(_) => {
                            let message = format!("the dataset has no snapshot `{}`", visible(name));
                            let problem = Diagnostic::new(dataset.origin(), message);
                            problems.push(problem.suggest(name, coded.names.iter().map(String::as_str)));
                        }
                    }
                }
                Diagnostics::none_or(problems)?;
                codes.sort_unstable();
                codes.dedup();
                Ok(codes)
            }
        }
    }

    fn sort(&self, dataset: &Dataset, wanted: &[u32], topic: Option<&str>) -> Result<Index, Diagnostics> {
        let topic = match (&self.topics, topic) {
            (Some(coded), Some(topic)) => coded.names.iter().position(|name| name == topic),
            _ => None,
        };
        let snapshot_of = |row: u32| self.snapshots.as_ref().map_or(0, |coded| coded.codes[row as usize]);
        let selected = |row: &u32| {
            let right_topic = match (&self.topics, topic) {
                (Some(coded), Some(topic)) => coded.codes[*row as usize] as usize == topic,
                _ => true,
            };
            right_topic && wanted.binary_search(&snapshot_of(*row)).is_ok()
        };
        let rows = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = (0..rows).filter(selected).collect();
        let compare = |left: &u32, right: &u32| {
            snapshot_of(*left)
                .cmp(&snapshot_of(*right))
                .then_with(|| self.keys.compare(*left as usize, *right as usize))
        };
        // Tables are usually written in order; then there is nothing to sort.
        if !order.is_sorted_by(|left, right| compare(left, right) != Ordering::Greater) {
            order.sort_by(compare);
        }
        self.check_unique(dataset, &order, compare)?;

        let mut slots = vec![Index::UNSELECTED; self.keys.len()];
        for (slot, row) in (0u32..).zip(&order) {
            slots[*row as usize] = slot;
        }
        let mut slices = Vec::new();
        for run in order.chunk_by(|left, right| snapshot_of(*left) == snapshot_of(*right)) {
            let start = slices.last().map_or(0, |last: &Slice| last.start + last.accounts.len());
            let keys = self.keys.pick(run.iter().map(|row| *row as usize));
            let accounts = Accounts::new(keys)
                .map_err(|_| Diagnostic::new(dataset.origin(), "the accounts cannot be put in order"))?;
            let code = snapshot_of(run[0]) as usize;
            let snapshot = self.snapshots.as_ref().map(|coded| coded.names[code].clone());
            slices.push(Slice { snapshot, accounts, start });
        }
        if slices.is_empty() {
            return Err(Diagnostic::new(dataset.origin(), "no row has this snapshot and topic").into());
        }
        Ok(Index { slices, slots, len: order.len() })
    }

    fn check_unique(
        &self,
        dataset: &Dataset,
        order: &[u32],
        compare: impl Fn(&u32, &u32) -> Ordering,
    ) -> Result<(), Diagnostics> {
        const TOLD: usize = 20;
        let mut problems = Vec::new();
        let twice = || order.windows(2).filter(|pair| compare(&pair[0], &pair[1]) == Ordering::Equal);
        for pair in twice().take(TOLD) {
            let account = visible(&self.keys.text(pair[0] as usize));
            let snapshot = self.snapshots.as_ref().map(|coded| &coded.names[coded.codes[pair[0] as usize] as usize]);
            let within = snapshot.map_or(String::new(), |name| format!(" in snapshot `{}`", visible(name)));
            let (first, second) = (dataset.place_of(pair[0] as usize), dataset.place_of(pair[1] as usize));
            let message = format!("the account `{account}` stands twice{within}: rows {} and {}", first.1, second.1);
            problems
                .push(Diagnostic::new(second.0, message).hint("rows must be unique on account, snapshot and topic"));
        }
        let more = twice().count().saturating_sub(TOLD);
        if more > 0 {
            let message = format!("… and {} whose account stands there already", counted(more as u64, "more row"));
            problems.push(Diagnostic::new(dataset.origin(), message));
        }
        Diagnostics::none_or(problems)
    }
}

fn shown(names: &[&str]) -> String {
    let mut list: Vec<String> = names.iter().take(8).map(|name| format!("`{}`", visible(name))).collect();
    if names.len() > 8 {
        list.push(format!("and {} more", names.len() - 8));
    }
    list.join(", ")
}
