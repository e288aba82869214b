//! New things in the tree: a first workbench, a dataset made from somebody's file or from a
//! recipe. What exists is never overwritten with something else.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::datasets::{check_every_row, converted};
use super::error::{Result, WorkbenchError};
use super::files::{Finished, NewFolder};
use super::{DATASETS, Look, Workbench, files, shown};
use crate::dataset::Dataset;
use crate::dataset::answers;
use crate::dataset::import::{self, ImportPlan, Wishes};
use crate::dataset::manifest::{ColumnSpec, Encoding, FileSpec, KeyKind, Manifest, ManifestSpec, NonFinite, Role};
use crate::dataset::synthetic::{Recipe, RecipeSpec, Recorded};
use crate::dataset::table::{Source, Table};
use crate::dataset::write::{CellKind, Cells, GROUP_ROWS, Packing, TableWriter};
use crate::diagnostic::{Diagnostic, visible};
use crate::document::{Document, schema_of};
use crate::experiment::Outcome;
use crate::experiment::golden::spec::GoldenSpec;
use crate::experiment::spec::ExperimentSpec;
use crate::experiment::stress::Stressed;
use crate::ids::is_name;
use crate::model::diff::ModelDiff;
use crate::model::spec::ModelSpec;
use crate::release::spec::FamilySpec;
use crate::release::{LockSpec, SignatureSpec, TurnSpec};
use crate::stability::attack::identities::IdentitiesSpec;
use crate::stability::attack::spec::AttackSpec;

pub(super) const TABLE: &str = "accounts.parquet";
pub(super) const PAIRS: &str = "pairs.csv";
pub(super) const ANSWERS: &str = "answers.csv";
pub(super) const MANIFEST: &str = "dataset.toml";

/// Accounts that are drawn at a time, and how many such parts are drawn side by side: together
/// the accounts of a row group. What is held does not grow with the number of accounts.
const DRAWN: usize = 8192;
const AT_ONCE: usize = GROUP_ROWS / DRAWN;

/// Material of a first workbench: the same files that the project itself ships.
const STARTER: [(&str, &str); 16] = [
    ("models/clout/1.0.0.toml", include_str!("../../models/clout/1.0.0.toml")),
    ("models/clout/1.1.0.toml", include_str!("../../models/clout/1.1.0.toml")),
    ("models/clout/1.2.0.toml", include_str!("../../models/clout/1.2.0.toml")),
    ("models/clout/family.toml", include_str!("starter/family.toml")),
    ("models/followers/1.0.0.toml", include_str!("../../models/followers/1.0.0.toml")),
    ("models/listed/1.0.0.toml", include_str!("../../models/listed/1.0.0.toml")),
    ("models/retweets/1.0.0.toml", include_str!("../../models/retweets/1.0.0.toml")),
    ("experiments/halved-audience.toml", include_str!("../../experiments/halved-audience.toml")),
    ("experiments/trimmed-audience.toml", include_str!("../../experiments/trimmed-audience.toml")),
    ("attacks/bought-followers.toml", include_str!("../../attacks/bought-followers.toml")),
    ("attacks/follow-churn.toml", include_str!("../../attacks/follow-churn.toml")),
    ("attacks/identities.toml", include_str!("../../attacks/identities.toml")),
    ("attacks/one-actor.toml", include_str!("../../attacks/one-actor.toml")),
    ("attacks/post-every-minute.toml", include_str!("../../attacks/post-every-minute.toml")),
    ("attacks/reciprocal-ring.toml", include_str!("../../attacks/reciprocal-ring.toml")),
    (".gitignore", "/runs\n"),
];
const STARTER_RECIPE: &str = include_str!("../../datasets/starter/recipe.toml");

/// A file to import.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOrder {
    pub file: PathBuf,
    pub name: String,
    pub wishes: Wishes,
    /// Set for a file of pairs side by side.
    pub pairs: Option<PairsOrder>,
    pub title: Option<String>,
    pub population: Option<String>,
    pub source: Option<String>,
    pub licence: Option<String>,
}

/// How a file of pairs is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairsOrder {
    pub label: String,
    pub prefixes: [String; 2],
}

/// What an import made.
#[derive(Clone, Debug)]
pub struct Imported {
    pub path: PathBuf,
    /// None for a file of pairs, whose columns are all features.
    pub plan: Option<ImportPlan>,
    pub accounts: u64,
    pub pairs: u64,
    /// Pairs whose two sides could not be told apart.
    pub same: u64,
}

/// What was made from a recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    pub path: PathBuf,
    /// Whether anything had to be written.
    pub created: bool,
    /// Rows of the table: of each snapshot and topic, the accounts that are there.
    pub rows: u64,
}

impl Workbench {
    /// Makes a dataset folder from a CSV or Parquet file.
    pub fn import(&self, order: &ImportOrder) -> Result<Imported> {
        if !is_name(&order.name) {
            let problem = Diagnostic::new("--name", format!("`{}` cannot name a dataset", visible(&order.name)));
            return Err(problem.hint("use lower-case letters, digits, `-` and `_`").into());
        }
        let path = self.folder(DATASETS).join(&order.name);
        if files::exists(&path.join(MANIFEST)) {
            let problem = Diagnostic::new(self.origin(&path), "there is a dataset of this name already");
            return Err(problem.hint("choose another --name, or move the folder away").into());
        }
        let folder = NewFolder::begin(&path)?;
        let imported = match &order.pairs {
            Some(pairs) => self.import_pairs(order, pairs, &folder)?,
            None => self.import_table(order, &folder)?,
        };
        // Duplicate accounts and the like are found now, not at the first experiment.
        self.check_imported(order, &folder)?;
        match folder.finish()? {
            Finished::Created => Ok(Imported { path, ..imported }),
            Finished::Existed { .. } => {
                let problem = Diagnostic::new(self.origin(&path), "the folder exists already");
                Err(problem.hint("choose another --name, or move the folder away").into())
            }
        }
    }

    /// Reads what was written as an experiment would, under the name of the imported file.
    fn check_imported(&self, order: &ImportOrder, folder: &NewFolder) -> Result<()> {
        // Rows are counted in what was taken, which a filter makes less than the file.
        let taken = if order.wishes.filters.is_empty() { "" } else { " (rows that pass the filter)" };
        let origin = format!("{}{taken}", shown(&order.file));
        let manifest = Manifest::parse(&origin, &files::read_text(&folder.path_of(MANIFEST))?, Some(&order.name))?;
        let source = Source::file(files::open(&folder.path_of(TABLE))?);
        let source = source.map_err(|error| WorkbenchError::reading(&order.file, error))?;
        let table = Table::open(&origin, source)?;
        let dataset = Dataset::new(&origin, manifest, vec![table], None, Vec::new())?;
        check_every_row(&dataset)?;
        Ok(())
    }

    fn import_table(&self, order: &ImportOrder, folder: &NewFolder) -> Result<Imported> {
        let origin = shown(&order.file);
        let table = self.if_parquet(&order.file)?;
        let mut records = self.records(&order.file, table.as_ref())?;
        let wishes = &order.wishes;
        let profiles = import::profile(&mut records, &wishes.filters, wishes.non_finite)?;
        let plan = import::plan(&origin, &profiles, wishes)?;
        let mut records = self.records(&order.file, table.as_ref())?;
        import::convert(&mut records, &plan, wishes, folder.create(TABLE)?)
            .map_err(|error| converted(&order.file, error))?;
        let columns = plan.columns();
        write_manifest(folder, order, columns, folder.sha256(TABLE)?, None)?;
        Ok(Imported { path: PathBuf::new(), accounts: plan.rows, plan: Some(plan), pairs: 0, same: 0 })
    }

    fn import_pairs(&self, order: &ImportOrder, pairs: &PairsOrder, folder: &NewFolder) -> Result<Imported> {
        let table = self.if_parquet(&order.file)?;
        let mut records = self.records(&order.file, table.as_ref())?;
        let prefixes = [pairs.prefixes[0].as_str(), pairs.prefixes[1].as_str()];
        let wide = import::wide_pairs(&mut records, &pairs.label, prefixes, &order.wishes.renames)?;
        let kinds: Vec<(String, CellKind)> = wide
            .accounts
            .columns
            .iter()
            .map(|(name, cells)| {
                (name.clone(), if matches!(cells, Cells::Integer(_)) { CellKind::Integer } else { CellKind::Number })
            })
            .collect();
        let accounts = match &wide.accounts.columns[0].1 {
            Cells::Integer(ids) => ids.len() as u64,
            _ => 0,
        };
        write_table(folder, &order.file, &kinds, std::iter::once(wide.accounts))?;
        let csv = wide.pairs.to_csv();
        folder.write(PAIRS, csv.as_bytes())?;
        let mut columns = BTreeMap::new();
        for (name, kind) in kinds {
            let key = kind == CellKind::Integer;
            let spec = ColumnSpec {
                role: if key { Role::Key } else { Role::Signal },
                kind: key.then_some(KeyKind::Integer),
                unit: None,
                direction: None,
                note: None,
            };
            columns.insert(name, spec);
        }
        write_manifest(folder, order, columns, folder.sha256(TABLE)?, Some(folder.sha256(PAIRS)?))?;
        Ok(Imported { path: PathBuf::new(), plan: None, accounts, pairs: wide.pairs.len() as u64, same: wide.same })
    }

    /// Reads and checks a recipe.
    pub fn recipe(&self, path: &Path) -> Result<Recipe> {
        let document = Document::parse(&self.origin(path), &files::read_text(path)?)?;
        Ok(document.decode::<RecipeSpec>()?.check(&document)?)
    }

    /// Makes the dataset of a recipe in a folder (under `datasets/` unless named). A folder that
    /// holds the same dataset already is left alone.
    pub fn generate(&self, recipe: &Recipe, out: Option<&Path>) -> Result<Generated> {
        let path = out.map_or_else(|| self.folder(DATASETS).join(recipe.name()), Path::to_path_buf);
        let parent = path.parent().unwrap_or(Path::new("."));
        // Made beside the target, so that it can be moved there in one step.
        let folder = NewFolder::begin(&parent.join(format!(".generated-{}", recipe.name())))?;
        let rows = write_recipe(recipe, &folder, &path)?;
        let created = folder.place_into(&path)?;
        Ok(Generated { path, created, rows })
    }

    /// Fills an empty or new folder with a first workbench.
    pub fn init(folder: &Path) -> Result<Vec<String>> {
        for name in files::names(folder)? {
            if !name.starts_with('.') && name != "README.md" {
                let problem =
                    Diagnostic::new(shown(folder), format!("the folder is not empty: it holds `{}`", visible(&name)));
                return Err(problem.hint("name a new folder: clout init DIR").into());
            }
        }
        let document = Document::parse("datasets/starter/recipe.toml", STARTER_RECIPE)?;
        let recipe = document.decode::<RecipeSpec>()?.check(&document)?;
        let mut made = Vec::new();
        for (name, text) in STARTER {
            if name == ".gitignore" && files::exists(&folder.join(name)) {
                continue;
            }
            files::write_whole(&folder.join(name), text.as_bytes())?;
            made.push(name.to_string());
        }
        for (kind, schema) in schemas() {
            let name = format!("schemas/{kind}.schema.json");
            files::write_whole(&folder.join(&name), schema.as_bytes())?;
            made.push(name);
        }
        files::write_whole(&folder.join("datasets/starter/recipe.toml"), STARTER_RECIPE.as_bytes())?;
        let bench = Workbench::open(Some(folder), BTreeMap::new())?;
        bench.generate(&recipe, None)?;
        made.extend([MANIFEST, TABLE, PAIRS, "recipe.toml"].map(|name| format!("datasets/starter/{name}")));
        made.sort();
        Ok(made)
    }
}

/// The JSON Schemas of the documents, by kind, as the files under `schemas/` hold them.
pub fn schemas() -> [(&'static str, String); 15] {
    let text = |schema: serde_json::Value| {
        let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
        text.push('\n');
        text
    };
    [
        ("model", text(schema_of::<ModelSpec>())),
        ("family", text(schema_of::<FamilySpec>())),
        ("lock", text(schema_of::<LockSpec>())),
        ("turn", text(schema_of::<TurnSpec>())),
        ("signature", text(schema_of::<SignatureSpec>())),
        ("dataset", text(schema_of::<ManifestSpec>())),
        ("experiment", text(schema_of::<ExperimentSpec>())),
        ("recipe", text(schema_of::<RecipeSpec>())),
        ("golden", text(schema_of::<GoldenSpec>())),
        ("attack", text(schema_of::<AttackSpec>())),
        ("identities", text(schema_of::<IdentitiesSpec>())),
        ("outcome", text(schema_of::<Outcome>())),
        ("stress", text(schema_of::<Stressed>())),
        ("model-diff", text(schema_of::<ModelDiff>())),
        ("look", text(schema_of::<Look>())),
    ]
}

fn write_table(
    folder: &NewFolder,
    path: &Path,
    kinds: &[(String, CellKind)],
    parts: impl Iterator<Item = crate::dataset::write::Rows>,
) -> Result<u64> {
    let failed = |error: parquet::errors::ParquetError| WorkbenchError::writing(path, std::io::Error::other(error));
    let mut writer = TableWriter::new(folder.create(TABLE)?, kinds, Packing::Kept).map_err(failed)?;
    let mut count = 0;
    for rows in parts {
        count += rows.len() as u64;
        writer.write(rows).map_err(failed)?;
    }
    writer.finish().map_err(failed)?;
    Ok(count)
}

/// Writes the files of a recipe's dataset; gives the number of rows of the table.
fn write_recipe(recipe: &Recipe, folder: &NewFolder, path: &Path) -> Result<u64> {
    let parts = (0..recipe.snapshots().len()).flat_map(|snapshot| {
        let starts = (0..recipe.accounts()).step_by(DRAWN * AT_ONCE);
        starts.flat_map(move |start| in_parts(recipe, start, |first| recipe.table_rows(snapshot, first, DRAWN)))
    });
    let rows = write_table(folder, path, &recipe.columns(), parts)?;
    let pairs = match recipe.pairs_csv() {
        None => None,
        Some(csv) => {
            folder.write(PAIRS, csv.as_bytes())?;
            Some((PAIRS.to_string(), files::sha256_of(csv.as_bytes())))
        }
    };
    let answers = if recipe.asks() { Some((ANSWERS.to_string(), write_answers(recipe, folder, path)?)) } else { None };
    let recorded = Recorded { table: TABLE.to_string(), table_sha256: folder.sha256(TABLE)?, pairs, answers };
    folder.write(MANIFEST, manifest_text(&recipe.manifest(recorded)).as_bytes())?;
    Ok(rows)
}

/// A few parts of the accounts from `start` on, drawn side by side and given in order.
fn in_parts<T: Send>(recipe: &Recipe, start: u64, draw: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let firsts = (0..AT_ONCE).map(|part| start + (part * DRAWN) as u64);
    let firsts: Vec<u64> = firsts.filter(|first| *first < recipe.accounts()).collect();
    firsts.into_par_iter().map(&draw).collect()
}

/// Writes the answers as they are drawn; gives the digest of the file.
fn write_answers(recipe: &Recipe, folder: &NewFolder, path: &Path) -> Result<String> {
    let failed = |error: std::io::Error| WorkbenchError::writing(&path.join(ANSWERS), error);
    let mut out = std::io::BufWriter::new(folder.create(ANSWERS)?);
    writeln!(out, "{}", answers::COLUMNS.join(",")).map_err(failed)?;
    for start in (0..recipe.accounts()).step_by(DRAWN * AT_ONCE) {
        for part in in_parts(recipe, start, |first| recipe.answers(first, DRAWN)) {
            for answer in part {
                writeln!(out, "{},{},{}", answer.account, answer.brand, answer.answer).map_err(failed)?;
            }
        }
    }
    out.flush().map_err(failed)?;
    drop(out);
    folder.sha256(ANSWERS)
}

fn write_manifest(
    folder: &NewFolder,
    order: &ImportOrder,
    column: BTreeMap<String, ColumnSpec>,
    table_sha256: String,
    pairs_sha256: Option<String>,
) -> Result<()> {
    let file = order.file.file_name().map_or(String::new(), |name| visible(&name.to_string_lossy()));
    let said = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_string());
    let manifest = ManifestSpec {
        format: 1,
        dataset: order.name.clone(),
        title: order.title.clone(),
        population: said(&order.population, "not stated: these rows and no others"),
        source: said(&order.source, &format!("imported from {file}")),
        licence: said(&order.licence, "not stated"),
        note: None,
        non_finite: (order.wishes.non_finite == NonFinite::Missing).then_some(NonFinite::Missing),
        holdout: None,
        table: vec![FileSpec { file: TABLE.to_string(), encoding: Encoding::Parquet, sha256: table_sha256 }],
        column,
        pairs: pairs_sha256.map(|sha256| FileSpec { file: PAIRS.to_string(), encoding: Encoding::Csv, sha256 }),
        answers: None,
    };
    folder.write(MANIFEST, manifest_text(&manifest).as_bytes())
}

/// A manifest as a file; editors find its schema by the first line.
pub(super) fn manifest_text(manifest: &ManifestSpec) -> String {
    let body = toml::to_string(manifest).unwrap_or_default();
    format!("#:schema ../../schemas/dataset.schema.json\n{body}")
}
