//! `dataset.toml`: which files make a dataset, what each column is, and from what population the
//! rows were drawn.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::{SCORED_DATA, is_name, stays_inside};

/// A fixed dataset: `datasets/<name>/dataset.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ManifestSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of the dataset, which is the name of its folder.
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub title: Option<String>,
    /// The population that the rows were drawn from: what a reader may project a figure to.
    #[schemars(length(min = 1))]
    pub population: String,
    /// Where the data come from.
    #[schemars(length(min = 1))]
    pub source: String,
    /// Under which licence they may be used.
    #[schemars(length(min = 1))]
    pub licence: String,
    /// Anything else a user should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What a cell that is infinite or not a number means; `refuse` unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_finite: Option<NonFinite>,
    /// A dataset kept apart for the last word: each look at scores on it is recorded. `false` unless
    /// stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout: Option<bool>,
    /// The files that hold the accounts, read one after the other.
    #[schemars(length(min = 1))]
    pub table: Vec<FileSpec>,
    /// The columns that count, by their name in the files; other columns are not read.
    pub column: BTreeMap<String, ColumnSpec>,
    /// Pairs of accounts of which people judged who is the more influential: a table with the
    /// columns `first`, `second` and `preferred` (`first` or `second`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<FileSpec>,
    /// Answers to the question how likely one is to recommend a brand: a table with the columns
    /// `account` (who answers), `brand` (an account too) and `answer` (from 0 to 10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<FileSpec>,
}

/// A file of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileSpec {
    /// Path from the dataset's folder, which it cannot leave.
    #[schemars(length(min = 1))]
    pub file: String,
    pub encoding: Encoding,
    /// SHA-256 of the file, in hexadecimal; verified at every use.
    pub sha256: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Encoding {
    /// Comma-separated values with a header line, in UTF-8.
    Csv,
    /// The same, compressed with gzip.
    CsvGzip,
    /// Apache Parquet.
    Parquet,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum NonFinite {
    /// An error that names the row.
    #[default]
    Refuse,
    /// The cell counts as missing.
    Missing,
}

/// What a column is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ColumnSpec {
    pub role: Role,
    /// Whether the key is an integer or a text; for the key alone, and required there.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<KeyKind>,
    /// What a signal counts: accounts, posts per 90 days, a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether more of a signal is better; `higher-is-better` unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Where the column comes from, or what it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The role of a column. Rows are unique on key, snapshot and topic; models may read signals only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Role {
    /// The account.
    Key,
    /// The date or name of the snapshot.
    Snapshot,
    /// The topic that the row is about.
    Topic,
    /// A number that models may read.
    Signal,
    /// A group that accounts belong to (country, kind).
    Segment,
    /// How much an account counts when shares are given per exposure, such as active users.
    ExposureWeight,
    /// How many accounts of the population a sampled row stands for.
    SamplingWeight,
    /// The unit to resample, where accounts are not independent.
    Cluster,
    /// A result that a score should foretell; no model may read it.
    Outcome,
    /// The score that was published for the account, to replay against.
    PublishedScore,
    /// How old the data of the account are, in days; no model may read it.
    Age,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum KeyKind {
    Integer,
    Text,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Direction {
    #[default]
    HigherIsBetter,
    HigherIsWorse,
    Neither,
}

/// A checked manifest.
#[derive(Clone, PartialEq)]
pub struct Manifest {
    pub name: String,
    pub title: String,
    pub population: String,
    pub source: String,
    pub licence: String,
    pub note: Option<String>,
    pub non_finite: NonFinite,
    /// Whether each look at it is recorded.
    pub holdout: bool,
    /// Never empty.
    pub tables: Vec<FileSpec>,
    pub pairs: Option<FileSpec>,
    pub answers: Option<FileSpec>,
    pub key: String,
    pub key_kind: KeyKind,
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    pub published_score: Option<String>,
    /// All columns, the key included, in name order.
    pub columns: BTreeMap<String, ColumnSpec>,
}

/// Runs are told apart by this form, among others. A part that came to manifests later is in it only
/// where a manifest has it, so that the runs of those without keep their ids.
impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Manifest {
            name,
            title,
            population,
            source,
            licence,
            note,
            non_finite,
            holdout,
            tables,
            pairs,
            answers,
            key,
            key_kind,
            snapshot,
            topic,
            published_score,
            columns,
        } = self;
        let mut form = f.debug_struct("Manifest");
        form.field("name", name).field("title", title).field("population", population).field("source", source);
        form.field("licence", licence).field("note", note).field("non_finite", non_finite).field("tables", tables);
        if *holdout {
            form.field("holdout", holdout);
        }
        form.field("pairs", pairs);
        if let Some(answers) = answers {
            form.field("answers", answers);
        }
        form.field("key", key).field("key_kind", key_kind).field("snapshot", snapshot).field("topic", topic);
        form.field("published_score", published_score).field("columns", columns).finish()
    }
}

impl Role {
    pub const ALL: [Role; 11] = [
        Role::Key,
        Role::Snapshot,
        Role::Topic,
        Role::Signal,
        Role::Segment,
        Role::ExposureWeight,
        Role::SamplingWeight,
        Role::Cluster,
        Role::Outcome,
        Role::PublishedScore,
        Role::Age,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Role::Key => "key",
            Role::Snapshot => "snapshot",
            Role::Topic => "topic",
            Role::Signal => "signal",
            Role::Segment => "segment",
            Role::ExposureWeight => "exposure-weight",
            Role::SamplingWeight => "sampling-weight",
            Role::Cluster => "cluster",
            Role::Outcome => "outcome",
            Role::PublishedScore => "published-score",
            Role::Age => "age",
        }
    }

    /// Whether the column holds numbers; the others hold texts (the key has a type of its own).
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Role::Signal
                | Role::ExposureWeight
                | Role::SamplingWeight
                | Role::Outcome
                | Role::PublishedScore
                | Role::Age
        )
    }

    /// Whether a dataset can have only one column of the role.
    fn is_single(self) -> bool {
        !matches!(self, Role::Signal | Role::Segment | Role::Outcome)
    }
}

impl Manifest {
    /// Parses and checks a manifest; `expected` is the name of its folder.
    pub fn parse(origin: &str, text: &str, expected: Option<&str>) -> Result<Manifest, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: ManifestSpec = document.decode()?;
        let mut problems = Vec::new();
        check_name(&document, &spec, expected, &mut problems);
        for (index, table) in spec.table.iter().enumerate() {
            check_file(&document, &["table", &index.to_string()], table, &mut problems);
        }
        if let Some(pairs) = &spec.pairs {
            check_file(&document, &["pairs"], pairs, &mut problems);
        }
        if let Some(answers) = &spec.answers {
            check_file(&document, &["answers"], answers, &mut problems);
        }
        let key = check_columns(&document, &spec, &mut problems);
        Diagnostics::none_or(problems)?;

        let single =
            |role: Role| spec.column.iter().find(|(_, column)| column.role == role).map(|(name, _)| name.clone());
        Ok(Manifest {
            title: spec.title.unwrap_or_else(|| spec.dataset.clone()),
            name: spec.dataset,
            population: spec.population,
            source: spec.source,
            licence: spec.licence,
            note: spec.note,
            non_finite: spec.non_finite.unwrap_or_default(),
            holdout: spec.holdout.unwrap_or_default(),
            tables: spec.table,
            pairs: spec.pairs,
            answers: spec.answers,
            key: key.0,
            key_kind: key.1,
            snapshot: single(Role::Snapshot),
            topic: single(Role::Topic),
            published_score: single(Role::PublishedScore),
            columns: spec.column,
        })
    }

    /// The columns of a role, in name order.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(move |(_, column)| column.role == role).map(|(name, _)| name.as_str())
    }
}

fn check_name(document: &Document, spec: &ManifestSpec, expected: Option<&str>, problems: &mut Vec<Diagnostic>) {
    if spec.dataset == SCORED_DATA {
        let problem = document.problem(&["dataset"], format!("`{SCORED_DATA}` cannot name a dataset"));
        problems.push(problem.hint("models write it for the scored rows themselves; choose another name"));
    } else if !is_name(&spec.dataset) {
        let message = format!("`{}` cannot name a dataset", visible(&spec.dataset));
        let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
        problems.push(document.problem(&["dataset"], message).hint(hint));
    } else if let Some(expected) = expected.filter(|expected| *expected != spec.dataset) {
        let message = format!("the file says `{}`, its folder says `{expected}`", spec.dataset);
        problems.push(document.problem(&["dataset"], message).hint("name and folder must agree"));
    }
}

fn check_file(document: &Document, path: &[&str], file: &FileSpec, problems: &mut Vec<Diagnostic>) {
    let at = |key: &'static str| [path, &[key]].concat();
    if !stays_inside(&file.file) {
        let message = format!("the path `{}` leaves the dataset's folder", visible(&file.file));
        let hint = "copy the file into the folder, or bind another folder with --dataset NAME=PATH";
        problems.push(document.problem(&at("file"), message).hint(hint));
    }
    if file.sha256.len() != 64 || !file.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let problem = document.problem(&at("sha256"), "not a SHA-256 digest: 64 hexadecimal digits");
        problems.push(problem.hint("`clout dataset import` writes it; `sha256sum FILE` prints it"));
    }
}

fn check_columns(document: &Document, spec: &ManifestSpec, problems: &mut Vec<Diagnostic>) -> (String, KeyKind) {
    let mut key = (String::new(), KeyKind::Text);
    for (name, column) in &spec.column {
        match (column.role, column.kind) {
            (Role::Key, Some(kind)) => key = (name.clone(), kind),
            (Role::Key, None) => {
                let message = format!("the key `{}` states no type", visible(name));
                problems.push(document.problem(&["column", name], message).hint("add type = \"integer\" or \"text\""));
            }
            (_, Some(_)) => {
                let message = "only the key has a `type`; the role of another column says what it holds";
                problems.push(document.problem(&["column", name, "type"], message));
            }
            _ => {}
        }
    }
    for role in Role::ALL.into_iter().filter(|role| role.is_single()) {
        let names: Vec<&String> = spec.column.iter().filter(|(_, column)| column.role == role).map(|c| c.0).collect();
        if let [first, second, ..] = names.as_slice() {
            let message =
                format!("two columns have the role `{}`: `{}` and `{}`", role.name(), visible(first), visible(second));
            problems.push(document.problem(&["column", second, "role"], message));
        }
        if role == Role::Key && names.is_empty() {
            let hint = "[column.account] role = \"key\", type = \"integer\" or \"text\"";
            problems.push(document.problem(&["column"], "no column has the role `key`").hint(hint));
        }
    }
    key
}
