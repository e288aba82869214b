//! Dataset folders opened: the manifest checked, every file held against its digest, CSV turned
//! into a temporary table.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use super::error::{Result, WorkbenchError};
use super::{DATASETS, Workbench, files, is_path, shown};
use crate::dataset::Dataset;
use crate::dataset::answers::AnswerTable;
use crate::dataset::csv::{self, ConvertError, Wanted};
use crate::dataset::diff::{self, DatasetDiff};
use crate::dataset::drift::{self, Drift, Population};
use crate::dataset::import::Records;
use crate::dataset::index::{Index, Selection, Snapshots};
use crate::dataset::manifest::{Encoding, FileSpec, KeyKind, Manifest, Role};
use crate::dataset::pairs::PairTable;
use crate::dataset::table::{Source, Table};
use crate::dataset::write::CellKind;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest, slip_of, visible};
use crate::stats::summary;

/// A recipe beside its dataset, or alone.
const RECIPE: &str = "recipe.toml";

impl Workbench {
    /// The folder of a dataset: bound from outside, a path, or a name within the workbench.
    fn dataset_folder(&self, name: &str) -> PathBuf {
        match self.bindings.get(name) {
            Some(path) => path.clone(),
            None if is_path(name) => PathBuf::from(name),
            None => self.folder(DATASETS).join(name),
        }
    }

    /// Opens a dataset by name or path.
    pub fn dataset(&self, name: &str) -> Result<Arc<Dataset>> {
        let folder = self.dataset_folder(name);
        let path = folder.join("dataset.toml");
        if !files::exists(&path) {
            return Err(self.unknown_dataset(name, &folder).into());
        }
        // A bound or named folder may have any name; within the tree, name and folder agree.
        let expected = (!is_path(name)).then_some(name);
        let manifest = Manifest::parse(&self.origin(&path), &files::read_text(&path)?, expected)?;
        self.open_dataset(&folder, manifest)
    }

    /// Whether a dataset is at hand, readable or not.
    pub fn has_dataset(&self, name: &str) -> bool {
        files::exists(&self.dataset_folder(name).join("dataset.toml"))
    }

    /// A hint for the name of a dataset that is not at hand, where it is a slip of one that is; any other
    /// may be elsewhere, or still to be made.
    pub(super) fn dataset_slip(&self, name: &str) -> Result<Option<String>> {
        if files::exists(&self.dataset_folder(name)) {
            return Ok(None);
        }
        let known = self.names_at_hand()?;
        let near = slip_of(name, known.iter().map(String::as_str));
        Ok(near.map(|near| format!("did you mean `{near}`? One elsewhere is bound with --dataset {name}=PATH")))
    }

    /// The datasets of the tree, and those that are bound.
    fn names_at_hand(&self) -> Result<BTreeSet<String>> {
        Ok(self.dataset_names()?.into_iter().chain(self.bindings.keys().cloned()).collect())
    }

    /// The signals of the datasets that are at hand and whose manifests can be read.
    pub fn known_signals(&self) -> Result<BTreeSet<String>> {
        let mut signals = BTreeSet::new();
        for name in self.names_at_hand()? {
            let path = self.dataset_folder(&name).join("dataset.toml");
            let Ok(text) = files::read_text(&path) else { continue };
            let Ok(manifest) = Manifest::parse(&self.origin(&path), &text, None) else { continue };
            signals.extend(manifest.with_role(Role::Signal).map(str::to_string));
        }
        Ok(signals)
    }

    fn unknown_dataset(&self, name: &str, folder: &Path) -> Diagnostic {
        let known = self.dataset_names().unwrap_or_default();
        let recipe = folder.join(RECIPE);
        if files::exists(&recipe) {
            let problem = Diagnostic::new(self.origin(folder), "the folder holds a recipe and no dataset yet");
            return problem.hint(format!("make it with `clout dataset generate {}`", self.origin(&recipe)));
        }
        if folder.is_dir() {
            let problem = Diagnostic::new(self.origin(folder), "the folder holds no dataset.toml");
            return problem.hint("make one with `clout dataset import FILE --name NAME`");
        }
        let problem = Diagnostic::new(visible(name), "there is no such dataset");
        if !is_path(name) && files::exists(&PathBuf::from(name).join("dataset.toml")) {
            return problem.hint(format!("a folder of that name stands here: write ./{name}"));
        }
        match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => {
                problem.hint("make one with `clout dataset import` or `clout dataset generate`")
            }
            None => problem.hint(format!("known here: {}; bind another with --dataset NAME=PATH", known.join(", "))),
        }
    }

    fn open_dataset(&self, folder: &Path, manifest: Manifest) -> Result<Arc<Dataset>> {
        let manifest_origin = self.origin(&folder.join("dataset.toml"));
        let mut digests = Vec::new();
        let mut tables = Vec::new();
        for spec in &manifest.tables {
            digests.push(self.verify(folder, spec)?);
            tables.push(self.table(&folder.join(&spec.file), spec.encoding, &manifest)?);
        }
        let pairs = match &manifest.pairs {
            None => None,
            Some(spec) => {
                digests.push(self.verify(folder, spec)?);
                Some(self.pairs(&folder.join(&spec.file), spec.encoding)?)
            }
        };
        let answers = match &manifest.answers {
            None => None,
            Some(spec) => {
                digests.push(self.verify(folder, spec)?);
                Some(self.answers(&folder.join(&spec.file), spec.encoding)?)
            }
        };
        let dataset = Dataset::new(&manifest_origin, manifest, tables, pairs, digests)?;
        Ok(Arc::new(dataset.with_answers(answers)))
    }

    /// The digest of a file, which must be the one that the manifest states.
    fn verify(&self, folder: &Path, spec: &FileSpec) -> Result<(String, String)> {
        let path = folder.join(&spec.file);
        let found = files::sha256(&path)?;
        if found.eq_ignore_ascii_case(&spec.sha256) {
            return Ok((spec.file.clone(), found));
        }
        let message =
            format!("the file is not the one that the manifest names: sha256 is {found}, declared {}", spec.sha256);
        let hint = "restore the file; or, if it was changed on purpose, make it a dataset of its own name";
        Err(Diagnostic::new(self.origin(&path), message).hint(hint).into())
    }

    fn table(&self, path: &Path, encoding: Encoding, manifest: &Manifest) -> Result<Table> {
        let origin = self.origin(path);
        if encoding == Encoding::Parquet {
            return self.parquet(path);
        }
        let wanted: Vec<Wanted> = manifest
            .columns
            .iter()
            .map(|(name, column)| {
                let kind = match (column.role, manifest.key_kind) {
                    (Role::Key, KeyKind::Integer) => CellKind::Integer,
                    (role, _) if role.is_number() => CellKind::Number,
                    _ => CellKind::Text,
                };
                let required = matches!(column.role, Role::Key | Role::Snapshot | Role::Topic);
                Wanted { name: name.clone(), kind, required }
            })
            .collect();
        let written =
            csv::convert(&origin, self.plain(path, encoding)?, &wanted, manifest.non_finite, files::temporary()?);
        let file = written.map_err(|error| converted(path, error))?;
        let source = Source::file(file).map_err(|error| WorkbenchError::reading(path, error))?;
        Ok(Table::open(&origin, source)?)
    }

    /// An open Parquet file.
    pub(super) fn parquet(&self, path: &Path) -> Result<Table> {
        let source = Source::file(files::open(path)?).map_err(|error| WorkbenchError::reading(path, error))?;
        Ok(Table::open(&self.origin(path), source)?)
    }

    /// A file of the user's as an open table, if its name says that it is Parquet.
    pub(super) fn if_parquet(&self, path: &Path) -> Result<Option<Table>> {
        if has_extension(path, "parquet") { self.parquet(path).map(Some) } else { Ok(None) }
    }

    /// The rows of a file of the user's: of its table if it is Parquet, else of its CSV.
    pub(super) fn records<'a>(&self, path: &Path, table: Option<&'a Table>) -> Result<Records<'a>> {
        if let Some(table) = table {
            return Ok(Records::parquet(table));
        }
        let encoding = if has_extension(path, "gz") { Encoding::CsvGzip } else { Encoding::Csv };
        Ok(Records::csv(&shown(path), self.plain(path, encoding)?)?)
    }

    /// The text of a CSV file, decompressed.
    pub(super) fn plain(&self, path: &Path, encoding: Encoding) -> Result<Box<dyn Read>> {
        let file = io::BufReader::with_capacity(1 << 16, files::open(path)?);
        Ok(match encoding {
            Encoding::CsvGzip => Box::new(MultiGzDecoder::new(file)),
            Encoding::Csv | Encoding::Parquet => Box::new(file),
        })
    }

    fn pairs(&self, path: &Path, encoding: Encoding) -> Result<PairTable> {
        let origin = self.origin(path);
        if encoding == Encoding::Parquet {
            let problem = Diagnostic::new(origin, "a table of pairs must be CSV");
            return Err(problem.hint("write it as CSV with the columns first, second, preferred").into());
        }
        Ok(PairTable::read_csv(&origin, self.plain(path, encoding)?)?)
    }

    fn answers(&self, path: &Path, encoding: Encoding) -> Result<AnswerTable> {
        let origin = self.origin(path);
        if encoding == Encoding::Parquet {
            let problem = Diagnostic::new(origin, "a table of answers must be CSV");
            return Err(problem.hint("write it as CSV with the columns account, brand, answer").into());
        }
        Ok(AnswerTable::read_csv(&origin, self.plain(path, encoding)?)?)
    }

    /// The recipes of the tree, in the order of their folders, whether or not anybody has made
    /// their datasets yet.
    pub fn recipe_paths(&self) -> Result<Vec<PathBuf>> {
        let folder = self.folder(DATASETS);
        let paths = files::names(&folder)?.into_iter().map(|name| folder.join(name).join(RECIPE));
        Ok(paths.filter(|path| files::exists(path)).collect())
    }

    /// Every dataset of the tree, in order. A folder that holds a recipe alone is none.
    pub fn dataset_names(&self) -> Result<Vec<String>> {
        let folder = self.folder(DATASETS);
        let mut names = files::names(&folder)?;
        names.retain(|name| files::exists(&folder.join(name).join("dataset.toml")));
        Ok(names)
    }

    /// Reads every cell of every declared column, and every row's key: what `verify` promises.
    pub fn verify_dataset(&self, name: &str) -> Result<(Arc<Dataset>, u64)> {
        let dataset = self.dataset(name)?;
        let rows = check_every_row(&dataset)?;
        Ok((dataset, rows))
    }

    /// A dataset held against another; snapshots are those that both have, or those named.
    pub fn diff(&self, first: &str, second: &str, snapshots: &[String]) -> Result<DatasetDiff> {
        let (first, second) = (self.dataset(first)?, self.dataset(second)?);
        Ok(diff::diff(&first, &second, snapshots)?)
    }

    /// What became of every signal between two snapshots of a dataset.
    pub fn drift(&self, name: &str, from: &str, to: &str, topic: Option<&str>) -> Result<(Arc<Dataset>, Drift)> {
        let dataset = self.dataset(name)?;
        let snapshots = Snapshots::Named(vec![from.to_string(), to.to_string()]);
        let index = Index::build(&dataset, &Selection { snapshots, also: None, topic: topic.map(str::to_string) })?;
        let population = |snapshot: &str| {
            let slice = index.slices.iter().position(|slice| slice.snapshot.as_deref() == Some(snapshot));
            slice.map(|slice| Population { dataset: &dataset, index: &index, slice }).ok_or_else(|| {
                let topic = topic.map_or(String::new(), |topic| format!(" of the topic `{}`", visible(topic)));
                Diagnostic::new(dataset.origin(), format!("the snapshot `{}` has no row{topic}", visible(snapshot)))
            })
        };
        let drift = drift::drift(population(from)?, population(to)?)?;
        Ok((dataset, drift))
    }

    /// What a dataset holds, for one snapshot (the latest unless named).
    pub fn describe(&self, name: &str, selection: &Selection) -> Result<Description> {
        let dataset = self.dataset(name)?;
        let index = Index::build(&dataset, selection)?;
        let all = Index::build(
            &dataset,
            &Selection { snapshots: Snapshots::All, also: None, topic: selection.topic.clone() },
        )?;
        let mut signals = Vec::new();
        for (column, spec) in dataset.manifest().columns.iter().filter(|(_, spec)| spec.role.is_number()) {
            let values = dataset.numbers_by_slot(column, &index)?;
            let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            let sorted = summary::sorted(&present);
            signals.push(SignalDescription {
                name: column.clone(),
                role: spec.role,
                unit: spec.unit.clone(),
                present: present.len() as u64,
                missing: (values.len() - present.len()) as u64,
                zeros: present.iter().filter(|value| **value == 0.0).count() as u64,
                quantiles: [0.0, 0.5, 1.0].map(|p| summary::quantile(&sorted, p).ok()),
            });
        }
        let snapshots = all.slices.iter().map(|slice| (slice.snapshot.clone(), slice.accounts.len() as u64)).collect();
        let chosen = index.slices.iter().filter_map(|slice| slice.snapshot.clone()).collect();
        Ok(Description { dataset, snapshots, chosen, signals })
    }
}

/// Reads every cell of every declared number and every key; gives the number of rows.
pub(super) fn check_every_row(dataset: &Dataset) -> std::result::Result<u64, Diagnostics> {
    let mut problems = Vec::new();
    let columns = &dataset.manifest().columns;
    let numbers: Vec<&str> =
        columns.iter().filter(|(_, column)| column.role.is_number()).map(|(name, _)| name.as_str()).collect();
    problems.extend(dataset.scan(&numbers, |_| ()).err().into_iter().flat_map(Diagnostics::into_vec));
    match dataset.topics() {
        Ok(topics) => {
            for topic in topics {
                let selection = Selection { snapshots: Snapshots::All, also: None, topic };
                problems.extend(Index::build(dataset, &selection).err().into_iter().flat_map(Diagnostics::into_vec));
            }
        }
        Err(found) => problems.extend(found.into_vec()),
    }
    Diagnostics::none_or(problems)?;
    Ok(dataset.tables().iter().map(Table::rows).sum())
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

/// What a dataset holds.
#[derive(Clone, Debug)]
pub struct Description {
    pub dataset: Arc<Dataset>,
    /// Accounts by snapshot; one without a name if the dataset has no snapshots.
    pub snapshots: Vec<(Option<String>, u64)>,
    /// The snapshots that the signals are described in.
    pub chosen: Vec<String>,
    pub signals: Vec<SignalDescription>,
}

/// The cells of a numeric column.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalDescription {
    pub name: String,
    pub role: Role,
    pub unit: Option<String>,
    pub present: u64,
    pub missing: u64,
    pub zeros: u64,
    /// Least, median and largest; none if every cell is missing.
    pub quantiles: [Option<f64>; 3],
}

/// A problem of converting: the input's, or the machine's.
pub(super) fn converted(path: &Path, error: ConvertError) -> WorkbenchError {
    match error {
        ConvertError::Input(problems) => problems.into(),
        ConvertError::Write(error) => WorkbenchError::writing(path, io::Error::other(error)),
    }
}
