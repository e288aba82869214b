//! A recipe's rows as a dataset: the columns of its table, the judged pairs, and the manifest that
//! describes both.

use std::collections::BTreeMap;

use super::{Cells, Recipe};
use crate::dataset::manifest::{ColumnSpec, Encoding, FileSpec, KeyKind, ManifestSpec, Role};
use crate::dataset::pairs::PairTable;
use crate::dataset::write::{self, CellKind};

/// The hidden influence, kept as an outcome that no model may read.
pub const LATENT: &str = "latent";
/// How much an account counts in shares given per exposure.
pub const EXPOSURE: &str = "exposure-weight";
/// How old the data of an account are.
pub const AGE: &str = "data-age";
const ACCOUNT: &str = "account";
const SNAPSHOT: &str = "snapshot";
const TOPIC: &str = "topic";

/// Names and digests of the files that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub table: String,
    pub table_sha256: String,
    /// None if the recipe draws no pairs.
    pub pairs: Option<(String, String)>,
    /// None if the recipe draws no answers.
    pub answers: Option<(String, String)>,
}

impl Recipe {
    /// The columns of the table, in order.
    pub fn columns(&self) -> Vec<(String, CellKind)> {
        let mut columns = vec![
            (ACCOUNT.to_string(), CellKind::Integer),
            (SNAPSHOT.to_string(), CellKind::Text),
            (LATENT.to_string(), CellKind::Number),
        ];
        if !self.topics.is_empty() {
            columns.push((TOPIC.to_string(), CellKind::Text));
        }
        columns.extend(self.measures.iter().map(|measure| (measure.name.clone(), CellKind::Number)));
        columns.extend(self.signals().iter().map(|plan| (plan.name.clone(), CellKind::Number)));
        columns.extend(self.segments().iter().map(|plan| (plan.name.clone(), CellKind::Text)));
        columns
    }

    /// Rows of the table: the accounts at `first..first + count` that are there in a snapshot.
    pub fn table_rows(&self, snapshot: usize, first: u64, count: usize) -> write::Rows {
        let rows = self.rows(snapshot, first, count);
        let labels = vec![Some(rows.snapshot); rows.accounts.len()];
        let mut columns = vec![
            (ACCOUNT.to_string(), write::Cells::Integer(rows.accounts)),
            (SNAPSHOT.to_string(), write::Cells::Text(labels)),
            (LATENT.to_string(), write::Cells::Number(rows.latent)),
        ];
        if let Some(topics) = rows.topics {
            columns.push((TOPIC.to_string(), write::Cells::Text(topics.into_iter().map(Some).collect())));
        }
        columns.extend(rows.measures.into_iter().chain(rows.columns).map(|(name, cells)| {
            let cells = match cells {
                Cells::Number(values) => write::Cells::Number(values),
                Cells::Text(values) => write::Cells::Text(values.into_iter().map(Some).collect()),
            };
            (name, cells)
        }));
        write::Rows { columns }
    }

    /// The judged pairs as CSV; none if the recipe draws none.
    pub fn pairs_csv(&self) -> Option<String> {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return None;
        }
        let mut table = PairTable::default();
        for pair in pairs {
            table.push(&pair.first.to_string(), &pair.second.to_string(), pair.first_preferred);
        }
        Some(table.to_csv())
    }

    /// The manifest of the dataset that the recipe makes.
    pub fn manifest(&self, recorded: Recorded) -> ManifestSpec {
        let plain = |role: Role| ColumnSpec { role, kind: None, unit: None, direction: None, note: None };
        let mut column = BTreeMap::new();
        column.insert(ACCOUNT.to_string(), ColumnSpec { kind: Some(KeyKind::Integer), ..plain(Role::Key) });
        column.insert(SNAPSHOT.to_string(), plain(Role::Snapshot));
        let note = "the hidden influence that the recipe drew everything from".to_string();
        column.insert(LATENT.to_string(), ColumnSpec { note: Some(note), ..plain(Role::Outcome) });
        if !self.topics.is_empty() {
            column.insert(TOPIC.to_string(), plain(Role::Topic));
        }
        for measure in &self.measures {
            let spec = ColumnSpec { unit: Some(measure.unit.clone()), ..plain(measure.role) };
            column.insert(measure.name.clone(), spec);
        }
        for plan in self.signals() {
            let spec = ColumnSpec {
                unit: Some(plan.unit.clone()),
                direction: Some(plan.direction),
                note: plan.source.as_ref().map(|source| format!("catalogue tag {source}")),
                ..plain(Role::Signal)
            };
            column.insert(plan.name.clone(), spec);
        }
        for plan in self.segments() {
            column.insert(plan.name.clone(), plain(Role::Segment));
        }
        ManifestSpec {
            format: 1,
            dataset: self.name().to_string(),
            title: Some(self.title().to_string()),
            population: self.population().to_string(),
            source: format!("generated by cloutbench from its recipe with seed {}", self.seed()),
            licence: "MIT OR Apache-2.0".to_string(),
            note: Some("no account in it exists; regenerate it with `clout dataset generate`".to_string()),
            non_finite: None,
            holdout: None,
            table: vec![FileSpec { file: recorded.table, encoding: Encoding::Parquet, sha256: recorded.table_sha256 }],
            column,
            pairs: recorded.pairs.map(|(file, sha256)| FileSpec { file, encoding: Encoding::Csv, sha256 }),
            answers: recorded.answers.map(|(file, sha256)| FileSpec { file, encoding: Encoding::Csv, sha256 }),
        }
    }
}
