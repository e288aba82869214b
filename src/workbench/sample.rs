//! A panel of a large dataset, written as a dataset of its own.

mod certain;
mod rows;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::create::{ANSWERS, MANIFEST, PAIRS, TABLE, manifest_text};
use super::datasets::check_every_row;
use super::error::{Result, WorkbenchError};
use super::files::{Finished, NewFolder};
use super::{Workbench, files, shown};
use crate::dataset::Dataset;
use crate::dataset::manifest::{ColumnSpec, Encoding, FileSpec, Manifest, ManifestSpec, Role};
use crate::dataset::sample::{self, Cell, Draw, Roll, Stratum};
use crate::dataset::table::{self, Table};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::ids::{SCORED_DATA, is_name};
use crate::number::{counted, thousands};

/// The columns that a panel has beyond those of its dataset.
const WEIGHT: &str = "sampling-weight";
const STRATUM: &str = "stratum";

/// What panel to draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleOrder {
    /// Name or folder of the dataset.
    pub dataset: String,
    /// Accounts of the panel, those that are certain included.
    pub accounts: u64,
    pub seed: u64,
    /// The snapshot (the latest unless named) and topic whose values make an account certain.
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    pub top: Option<TopOrder>,
    pub edges: Option<EdgeOrder>,
    /// A file with an account on each line.
    pub named: Option<PathBuf>,
    /// A segment column: the rest is drawn in proportion within each of its groups.
    pub strata: Option<String>,
    /// Folder of the panel.
    pub out: PathBuf,
    /// Its name; that of the folder unless said.
    pub name: Option<String>,
}

/// The accounts with the largest values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopOrder {
    pub count: usize,
    pub column: String,
}

/// The accounts near an edge.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeOrder {
    pub edges: Vec<f64>,
    pub within: f64,
    /// A column of the dataset or, where there are scores, of their file.
    pub column: String,
    pub scores: Option<ScoresOrder>,
}

/// Scores in a file, as `clout score --format csv` and runs write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoresOrder {
    pub file: PathBuf,
    /// Needed where the file has scores of several models.
    pub model: Option<String>,
}

/// What was drawn and where it stands.
#[derive(Clone, Debug)]
pub struct Sampled {
    pub path: PathBuf,
    pub existed: bool,
    /// Accounts of the dataset.
    pub population: u64,
    pub rows: u64,
    pub cells: Vec<Cell>,
    /// What a user should know besides.
    pub remarks: Vec<String>,
}

impl Workbench {
    /// Draws a panel and writes it as a dataset folder: the rows of all snapshots of each account
    /// drawn, a column with its design weight and one with its stratum, and the judged pairs of
    /// which both accounts were drawn.
    pub fn sample(&self, order: &SampleOrder) -> Result<Sampled> {
        let name = panel_name(order)?;
        let dataset = self.dataset(&order.dataset)?;
        check_columns(&dataset, order)?;
        let roll = Roll::read(&dataset, order.seed)?;
        if roll.is_empty() {
            return Err(Diagnostic::new(dataset.origin(), "the table has no rows").into());
        }
        let mut remarks = Vec::new();
        let (certain, snapshot) = self.certain(&dataset, &roll, order, &mut remarks)?;
        let groups = order.strata.as_ref().map(|column| roll.groups(&dataset, column)).transpose()?;
        let draw = sample::draw(&certain, groups.as_ref(), order.accounts).map_err(|small| {
            let needed = match &order.strata {
                Some(column) => format!("{} of `{}`", counted(small.groups, "group"), visible(column)),
                None => "the rest".to_string(),
            };
            let message = format!(
                "{} are too few: {} are certain, and {needed} must be drawn from as well",
                counted(order.accounts, "account"),
                thousands(small.certain)
            );
            let hint = format!("ask for --accounts {} or more, or make fewer certain", small.certain + small.groups);
            Diagnostic::new("--accounts", message).hint(hint)
        })?;
        if order.accounts > roll.len() as u64 {
            remarks.push(format!("the dataset has {} only; all are taken", counted(roll.len() as u64, "account")));
        }
        if let Some(old) = dataset.manifest().with_role(Role::SamplingWeight).next() {
            remarks.push(format!("the weights of the panel include those of `{}`, which they replace", visible(old)));
        }
        let folder = NewFolder::begin(&order.out)?;
        let rows = rows::write(&dataset, &roll, &draw, &folder, &order.out)?;
        let pairs = rows::write_pairs(&dataset, &roll, &draw, &folder)?;
        let answers = rows::write_answers(&dataset, &roll, &draw, &folder)?;
        let design = design(order, snapshot.as_deref(), &draw, roll.len() as u64);
        let manifest = panel_manifest(&dataset, &name, &design, draw.taken(), &folder)?;
        folder.write(MANIFEST, manifest_text(&manifest).as_bytes())?;
        check_written(&folder, order)?;
        for (what, kept) in [("judged pair", pairs), ("answer", answers)] {
            if let Some((kept, all)) = kept {
                remarks.push(format!("{} of {} are kept", thousands(kept), counted(all, what)));
            }
        }
        let existed = match folder.finish()? {
            Finished::Created => false,
            Finished::Existed { differing } if differing.is_empty() => true,
            Finished::Existed { differing } => {
                let message = format!("the folder exists and holds something else: {} differ", differing.join(", "));
                let problem = Diagnostic::new(shown(&order.out), message);
                return Err(problem.hint("name a new folder with --out, or move this one away").into());
            }
        };
        Ok(Sampled {
            path: order.out.clone(),
            existed,
            population: roll.len() as u64,
            rows,
            cells: draw.cells,
            remarks,
        })
    }
}

fn panel_name(order: &SampleOrder) -> Result<String> {
    let folder = order.out.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = order.name.clone().or(folder).unwrap_or_default();
    if is_name(&name) && name != SCORED_DATA {
        return Ok(name);
    }
    let (option, hint) = match order.name {
        Some(_) => ("--name", "use lower-case letters, digits, `-` and `_`"),
        None => ("--out", "give the panel a name of its own with --name"),
    };
    Err(Diagnostic::new(option, format!("`{}` cannot name a dataset", visible(&name))).hint(hint).into())
}

/// The columns that the order names, and those that the panel will have.
fn check_columns(dataset: &Dataset, order: &SampleOrder) -> Result<()> {
    let manifest = dataset.manifest();
    let mut problems = Vec::new();
    let mut hold = |option: &str, name: &str, what: &str, fits: &dyn Fn(Role) -> bool| {
        let known = manifest.columns.iter().filter(|(_, spec)| fits(spec.role)).map(|(name, _)| name.as_str());
        let message = match manifest.columns.get(name) {
            Some(spec) if fits(spec.role) => return,
            Some(spec) => format!("`{}` is no {what}: its role is `{}`", visible(name), spec.role.name()),
            None => format!("the dataset `{}` has no column `{}`", manifest.name, visible(name)),
        };
        problems.push(Diagnostic::new(option, message).suggest(name, known));
    };
    if let Some(top) = &order.top {
        hold("--by", &top.column, "column of numbers", &Role::is_number);
    }
    if let Some(edges) = order.edges.as_ref().filter(|edges| edges.scores.is_none()) {
        hold("--edge-by", &edges.column, "column of numbers", &Role::is_number);
    }
    if let Some(column) = &order.strata {
        hold("--strata", column, "segment", &|role| role == Role::Segment);
    }
    for (name, role) in [(WEIGHT, Some(Role::SamplingWeight)), (STRATUM, None)] {
        let taken = manifest.columns.get(name).filter(|spec| Some(spec.role) != role);
        if let Some(spec) = taken {
            let message = format!("the dataset has a column `{name}` of its own, a {}", spec.role.name());
            let hint =
                "draw from the dataset that this panel was drawn from, or take the column out of its dataset.toml";
            problems.push(Diagnostic::new(dataset.origin(), message).hint(hint));
        }
    }
    Ok(Diagnostics::none_or(problems)?)
}

fn panel_manifest(dataset: &Dataset, name: &str, design: &str, taken: u64, folder: &NewFolder) -> Result<ManifestSpec> {
    let manifest = dataset.manifest();
    let plain = |role: Role| ColumnSpec { role, kind: None, unit: None, direction: None, note: None };
    let mut column: BTreeMap<String, ColumnSpec> = manifest
        .columns
        .iter()
        .filter(|(_, spec)| spec.role != Role::SamplingWeight)
        .map(|(name, spec)| (name.clone(), spec.clone()))
        .collect();
    let note = "how many accounts of the dataset that was drawn from the account stands for";
    let weight =
        ColumnSpec { unit: Some("accounts".to_string()), note: Some(note.to_string()), ..plain(Role::SamplingWeight) };
    column.insert(WEIGHT.to_string(), weight);
    let note = "why the account is in the panel";
    column.insert(STRATUM.to_string(), ColumnSpec { note: Some(note.to_string()), ..plain(Role::Segment) });
    let sha256 = |file: &str| folder.sha256(file);
    let beside = |file: &str| -> Result<Option<FileSpec>> {
        if !files::exists(&folder.path_of(file)) {
            return Ok(None);
        }
        Ok(Some(FileSpec { file: file.to_string(), encoding: Encoding::Csv, sha256: sha256(file)? }))
    };
    Ok(ManifestSpec {
        format: 1,
        dataset: name.to_string(),
        title: Some(format!("{}: a panel of {}", manifest.title, counted(taken, "account"))),
        population: manifest.population.clone(),
        source: format!(
            "drawn by cloutbench from the dataset {} ({}), digest {}",
            manifest.name,
            manifest.source,
            dataset.digest()
        ),
        licence: manifest.licence.clone(),
        note: Some(
            manifest
                .note
                .as_ref()
                .map_or(design.to_string(), |note| format!("{design}\nOf the dataset that it was drawn from: {note}")),
        ),
        non_finite: None,
        // A part of what is kept apart is kept apart.
        holdout: manifest.holdout.then_some(true),
        table: vec![FileSpec { file: TABLE.to_string(), encoding: Encoding::Parquet, sha256: sha256(TABLE)? }],
        column,
        pairs: beside(PAIRS)?,
        answers: beside(ANSWERS)?,
    })
}

/// How the panel was drawn, in a sentence.
fn design(order: &SampleOrder, snapshot: Option<&str>, draw: &Draw, population: u64) -> String {
    let count = |stratum: Stratum| -> u64 {
        draw.cells.iter().filter(|cell| cell.stratum == stratum).map(|cell| cell.taken).sum()
    };
    let at = snapshot.map_or(String::new(), |name| format!(" in {}", visible(name)));
    let mut parts = Vec::new();
    if let Some(top) = &order.top {
        parts.push(format!("{} with the largest {}{at}", thousands(count(Stratum::Top)), visible(&top.column)));
    }
    if let Some(edges) = &order.edges {
        let list: Vec<String> = edges.edges.iter().map(f64::to_string).collect();
        let model = edges.scores.as_ref().and_then(|scores| scores.model.as_ref());
        let model = model.map_or(String::new(), |model| format!(" of {}", visible(model)));
        let (column, list) = (visible(&edges.column), list.join(" or "));
        let found = thousands(count(Stratum::Edge));
        parts.push(format!("{found} whose {column}{model} lies within {} of {list}{at}", edges.within));
    }
    if order.named.is_some() {
        parts.push(format!("{} named", thousands(count(Stratum::Named))));
    }
    let certain = if parts.is_empty() { String::new() } else { format!("for certain {}; ", parts.join(", ")) };
    let within =
        order.strata.as_ref().map_or(String::new(), |column| format!(" in proportion within {}", visible(column)));
    format!(
        "a panel of {} of {}, drawn with seed {}: {certain}{} by lot{within} of the rest",
        thousands(draw.taken()),
        counted(population, "account"),
        order.seed,
        thousands(count(Stratum::Rest)),
    )
}

/// Reads what was written as an experiment would.
fn check_written(folder: &NewFolder, order: &SampleOrder) -> Result<()> {
    let origin = shown(&order.out);
    let manifest = Manifest::parse(&origin, &files::read_text(&folder.path_of(MANIFEST))?, None)?;
    let source = table::Source::file(files::open(&folder.path_of(TABLE))?);
    let source = source.map_err(|error| WorkbenchError::reading(&order.out, error))?;
    let dataset = Dataset::new(&origin, manifest, vec![Table::open(&origin, source)?], None, Vec::new())?;
    check_every_row(&dataset)?;
    Ok(())
}
