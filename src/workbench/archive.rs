//! Runs put away and found again. A run's folder is named by its id and appears whole; one that is
//! there already must hold the same bytes.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::error::{Result, WorkbenchError};
use super::files::{Finished, NewFolder};
use super::lock::locked;
use super::{RUNS, Workbench, files, shown};
use crate::chart;
use crate::dataset::keys::{Accounts, Keys};
use crate::dataset::manifest::KeyKind;
use crate::dataset::write::{CellKind, Cells, GROUP_ROWS, Packing, Rows, TableWriter};
use crate::diagnostic::{Diagnostic, visible};
use crate::experiment::{Completed, Outcome, Plan, outcome};
use crate::report::markdown::Charts;
use crate::report::{Figure, Report, compose, csv, html, junit, latex, markdown, slides};
use crate::stats::{grid, rank};

/// Where a run was put, and whether it stood there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    pub path: PathBuf,
    pub existed: bool,
}

/// A run found again.
#[derive(Clone, Debug)]
pub struct StoredRun {
    pub path: PathBuf,
    pub outcome: Outcome,
}

/// The number of the format alone, whatever else the document holds.
#[derive(serde::Deserialize)]
struct Stamp {
    format: u32,
}

impl Workbench {
    /// Writes a run's folder: `runs/<experiment>/<run id>/`.
    pub fn archive(&self, plan: &Plan, completed: &Completed) -> Result<Archived> {
        let outcome = &completed.outcome;
        let path = self.folder(RUNS).join(&outcome.experiment.name).join(&outcome.run_id);
        Ok(self.archive_at(path, plan, completed)?.0)
    }

    /// Holds a stored run, wherever it stands, against what came out now; gives the number of its
    /// files.
    ///
    /// # Errors
    /// Wrong input that names the files whose bytes differ.
    pub fn verify_run(&self, run: &StoredRun, plan: &Plan, completed: &Completed) -> Result<u64> {
        Ok(self.archive_at(run.path.clone(), plan, completed)?.1)
    }

    fn archive_at(&self, path: PathBuf, plan: &Plan, completed: &Completed) -> Result<(Archived, u64)> {
        let outcome = &completed.outcome;
        let folder = NewFolder::begin(&path)?;
        let mut names = write_report(&folder, outcome, None, &[])?;
        write_scores(&folder, &path, plan, completed)?;
        names.push("scores.parquet".to_string());
        folder.write("run.lock.toml", lock(outcome, plan, &folder, &mut names)?.as_bytes())?;
        let files = names.len() as u64 + 1;
        match folder.finish()? {
            Finished::Created => Ok((Archived { path, existed: false }, files)),
            Finished::Existed { differing } if differing.is_empty() => Ok((Archived { path, existed: true }, files)),
            Finished::Existed { differing } => {
                let message = format!("the run stands there already with other bytes: {} differ", differing.join(", "));
                let hint = "somebody edited it, or the tool was built otherwise; move the folder away and run again";
                Err(Diagnostic::new(self.origin(&path), message).hint(hint).into())
            }
        }
    }

    /// Writes the report of a stored run into a folder of its own, with what is known of the workbench.
    /// Markdown links its charts from `base`, or beside it where there is none.
    pub fn write_report_to(
        &self,
        outcome: &Outcome,
        path: &Path,
        base: Option<&str>,
        context: &[String],
    ) -> Result<()> {
        may_be_own(path, &["outcome.json", "report.html"])?;
        let folder = NewFolder::begin(path)?;
        write_report(&folder, outcome, base, context)?;
        finish_report(folder, path)
    }

    /// Writes the slides of a stored run into a folder of its own; gives how many there are.
    pub fn write_slides_to(&self, outcome: &Outcome, path: &Path, context: &[String]) -> Result<usize> {
        may_be_own(path, &["slides.html"])?;
        let report = compose(outcome).within(context);
        let figures = slides::figures(&report);
        let folder = NewFolder::begin(path)?;
        folder.write("slides.html", slides::render(&report).as_bytes())?;
        for (name, bytes) in pictures(&figures, "")? {
            folder.write(&name, &bytes)?;
        }
        finish_report(folder, path)?;
        Ok(figures.len())
    }

    /// A run by its folder, its id (or the beginning of it), or its experiment if that has one run.
    pub fn run(&self, name: &str) -> Result<StoredRun> {
        let as_path = PathBuf::from(name);
        let as_path = if as_path.file_name().is_some_and(|file| file == "outcome.json") {
            as_path.parent().map_or(as_path.clone(), Path::to_path_buf)
        } else {
            as_path
        };
        if files::exists(&as_path.join("outcome.json")) {
            return self.read_run(&as_path);
        }
        let all = self.run_paths()?;
        let text =
            |path: &PathBuf| path.strip_prefix(self.folder(RUNS)).map(shown).unwrap_or_default().replace('\\', "/");
        let matches: Vec<&PathBuf> = all
            .iter()
            .filter(|path| {
                let text = text(path);
                let (experiment, id) = text.split_once('/').unwrap_or(("", ""));
                experiment == name || id.starts_with(name) || text.starts_with(name) && name.contains('/')
            })
            .collect();
        match matches.as_slice() {
            [only] => self.read_run(only),
            [] => {
                let problem = Diagnostic::new(visible(name), "there is no such run");
                Err(match all.len() {
                    0 => problem.hint("`clout run experiments/NAME.toml` makes one"),
                    _ => problem.hint("`clout list runs` prints them; name a folder, an id or an experiment"),
                }
                .into())
            }
            several => {
                let list: Vec<String> = several.iter().take(8).map(|path| text(path)).collect();
                let problem = Diagnostic::new(visible(name), format!("{} runs fit this name", several.len()));
                Err(problem.hint(format!("choose one: {}", list.join(", "))).into())
            }
        }
    }

    /// A run by its folder.
    ///
    /// # Errors
    /// Wrong input, if its outcome cannot be read or is not the one that its lock names.
    pub fn read_run(&self, path: &Path) -> Result<StoredRun> {
        let file = path.join("outcome.json");
        let text = files::read_text(&file)?;
        let other = |format: u32| {
            (format != outcome::FORMAT)
                .then(|| format!("an outcome of format {format}; this version of clout reads {}", outcome::FORMAT))
        };
        let outcome: Outcome = serde_json::from_str(&text).map_err(|error| {
            // Another format has other keys, so that its number is looked at by itself.
            let stamp = serde_json::from_str::<Stamp>(&text).ok();
            let message = stamp
                .and_then(|stamp| other(stamp.format))
                .unwrap_or_else(|| format!("not an outcome of this version of clout: {}", visible(&error.to_string())));
            Diagnostic::at_line(&self.origin(&file), error.line(), error.column(), message)
                .hint("run the experiment again")
        })?;
        if let Some(message) = other(outcome.format) {
            return Err(Diagnostic::new(self.origin(&file), message).hint("run the experiment again").into());
        }
        let path = files::named(path)?;
        self.check_lock(&path, &outcome)?;
        Ok(StoredRun { path, outcome })
    }

    /// An outcome beside a lock must be the one that the lock names.
    fn check_lock(&self, path: &Path, outcome: &Outcome) -> Result<()> {
        let lock = path.join("run.lock.toml");
        if !files::exists(&lock) {
            // A copy of a report has no lock. A run, which is named by its id wherever it stands, and
            // has lost its own cannot be told from an edited one.
            if path.file_name().is_none_or(|name| name != outcome.run_id.as_str()) {
                return Ok(());
            }
            let problem =
                Diagnostic::new(self.origin(&lock), "the run has no lock, so that nothing vouches for its outcome");
            return Err(problem.hint("run the experiment again").into());
        }
        if self.locked_output(&lock, "outcome.json")? == Some(files::sha256(&path.join("outcome.json"))?) {
            return Ok(());
        }
        let message = "the outcome is not the one that run.lock.toml names: somebody edited it";
        Err(Diagnostic::new(self.origin(&path.join("outcome.json")), message).hint("run the experiment again").into())
    }

    /// The path of a file of a run, which must be the one that its lock names.
    ///
    /// # Errors
    /// Wrong input: there is no such file, nothing vouches for it, or somebody edited it.
    pub(super) fn verified_output(&self, run: &StoredRun, name: &str) -> Result<PathBuf> {
        let (path, lock) = (run.path.join(name), run.path.join("run.lock.toml"));
        for (file, missing) in
            [(&path, "the run has no such file"), (&lock, "the run has no lock to vouch for its files")]
        {
            if !files::exists(file) {
                let problem = Diagnostic::new(self.origin(file), missing);
                return Err(problem
                    .hint("a copy of a report has none: name the run itself, or run the experiment again")
                    .into());
            }
        }
        if self.locked_output(&lock, name)? == Some(files::sha256(&path)?) {
            return Ok(path);
        }
        let message = "the file is not the one that run.lock.toml names: somebody edited it";
        Err(Diagnostic::new(self.origin(&path), message).hint("run the experiment again").into())
    }

    /// The digest that a lock names for a file of its run.
    fn locked_output(&self, lock: &Path, name: &str) -> Result<Option<String>> {
        let table = self.lock_of(lock)?;
        let locked = table.get("outputs-sha256").and_then(|outputs| outputs.get(name));
        Ok(locked.and_then(toml::Value::as_str).map(str::to_string))
    }

    pub(super) fn lock_of(&self, path: &Path) -> Result<toml::Table> {
        let not_a_lock = |error: toml::de::Error| {
            Diagnostic::new(self.origin(path), format!("not a lock: {}", visible(error.message())))
        };
        Ok(toml::from_str(&files::read_text(path)?).map_err(not_a_lock)?)
    }

    /// The outcomes of all runs of an experiment, in the order of their ids. One that this version
    /// cannot read, or that somebody edited, is a problem.
    pub fn runs_of(&self, experiment: &str) -> Result<Vec<Outcome>> {
        let mine = |path: &PathBuf| path.parent().and_then(Path::file_name).is_some_and(|name| name == experiment);
        self.run_paths()?.iter().filter(|path| mine(path)).map(|path| Ok(self.read_run(path)?.outcome)).collect()
    }

    /// The folders of all runs, by experiment and id.
    pub fn run_paths(&self) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for experiment in files::names(&self.folder(RUNS))? {
            let folder = self.folder(RUNS).join(&experiment);
            // Notes stand beside runs, and so does a folder that is still being filled.
            for id in files::names(&folder).unwrap_or_default().into_iter().filter(|id| !id.starts_with('.')) {
                if files::exists(&folder.join(&id).join("outcome.json")) {
                    paths.push(folder.join(id));
                }
            }
        }
        Ok(paths)
    }
}

/// A report's folder that is there already must hold the same.
pub(super) fn finish_report(folder: NewFolder, path: &Path) -> Result<()> {
    match folder.finish()? {
        Finished::Existed { differing } if !differing.is_empty() => Err(foreign(path).into()),
        _ => Ok(()),
    }
}

/// Refuses a folder that holds something and not the files of these names, so that work is not done
/// for nothing.
pub(super) fn may_be_own(path: &Path, own: &[&str]) -> Result<()> {
    let free = !files::exists(path) || files::names(path)?.is_empty();
    if free || own.iter().all(|name| files::exists(&path.join(name))) { Ok(()) } else { Err(foreign(path).into()) }
}

/// A folder that is somebody else's.
fn foreign(path: &Path) -> Diagnostic {
    Diagnostic::new(shown(path), "the folder exists and holds something else")
        .hint("name a folder that is not there yet")
}

/// The files of a report, which without a context the outcome alone decides; gives their names.
fn write_report(folder: &NewFolder, outcome: &Outcome, base: Option<&str>, context: &[String]) -> Result<Vec<String>> {
    let report: Report = compose(outcome).within(context);
    let mut files = vec![
        ("outcome.json".to_string(), json(outcome)),
        ("report.html".to_string(), html::render(&report).into_bytes()),
        ("report.md".to_string(), markdown::render(&report, Charts::at(base)).into_bytes()),
        ("junit.xml".to_string(), junit::render(outcome).into_bytes()),
    ];
    for (stem, table) in report.tables() {
        files.push((format!("tables/{stem}.csv"), csv::render(table).into_bytes()));
        files.push((format!("tables/{stem}.tex"), latex::render(table).into_bytes()));
    }
    files.extend(pictures(&report.figures().collect::<Vec<_>>(), "charts/")?);
    for (name, bytes) in &files {
        folder.write(name, bytes)?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

/// A document as JSON for people too, as commands print it.
pub(super) fn json(document: &impl serde::Serialize) -> Vec<u8> {
    // Names and finite numbers always have a JSON form.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}

/// The figures as SVG and PNG, drawn on all threads, in their order.
pub(super) fn pictures(figures: &[&Figure], folder: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let pngs: Vec<Result<Vec<u8>>> = figures
        .par_iter()
        .map(|figure| {
            chart::png(&figure.chart.svg, chart::PNG_SCALE).map_err(|error| {
                let path = PathBuf::from(format!("{folder}{}.png", figure.stem));
                WorkbenchError::writing(&path, std::io::Error::other(error.to_string()))
            })
        })
        .collect();
    let mut files = Vec::new();
    for (figure, png) in figures.iter().zip(pngs) {
        files.push((format!("{folder}{}.svg", figure.stem), figure.chart.svg.clone().into_bytes()));
        files.push((format!("{folder}{}.png", figure.stem), png?));
    }
    Ok(files)
}

/// `scores.parquet`, long: a row for each model and account.
fn write_scores(folder: &NewFolder, path: &Path, plan: &Plan, completed: &Completed) -> Result<()> {
    let failed = |error: parquet::errors::ParquetError| WorkbenchError::writing(path, std::io::Error::other(error));
    // Datasets with keys of both kinds are written as texts, which hold integers too.
    let integers = plan.datasets.iter().all(|dataset| dataset.manifest().key_kind == KeyKind::Integer);
    let columns = [
        ("dataset", CellKind::Text),
        ("snapshot", CellKind::Text),
        ("topic", CellKind::Text),
        ("account", if integers { CellKind::Integer } else { CellKind::Text }),
        ("model", CellKind::Text),
        ("score", CellKind::Number),
        ("displayed", CellKind::Number),
        ("rank", CellKind::Number),
        ("confidence", CellKind::Number),
        ("data-age", CellKind::Number),
    ]
    .map(|(name, kind)| (name.to_string(), kind));
    let mut writer = TableWriter::new(folder.create("scores.parquet")?, &columns, Packing::Kept).map_err(failed)?;
    for (at, model) in plan.models.iter().enumerate() {
        for set in &completed.scored.sets {
            for slice in &set.index.slices {
                let slots = slice.start..slice.start + slice.accounts.len();
                let values = &set.scores[at].values[slots.clone()];
                let confidence = &set.scores[at].confidence[slots.clone()];
                let ages = set.attributes.ages.as_ref().map(|ages| &ages[slots]);
                let ranks = ranks(values);
                for start in (0..values.len()).step_by(GROUP_ROWS) {
                    let end = (start + GROUP_ROWS).min(values.len());
                    let shown = values[start..end].iter().map(|v| if v.is_nan() { *v } else { model.display.show(*v) });
                    let repeated = |text: Option<&str>| Cells::Text(vec![text.map(str::to_string); end - start]);
                    let ages = ages.map_or(vec![f64::NAN; end - start], |ages| ages[start..end].to_vec());
                    let cells = [
                        repeated(Some(&set.dataset.manifest().name)),
                        repeated(slice.snapshot.as_deref()),
                        repeated(set.topic.as_deref()),
                        keys(&slice.accounts, start, end, integers),
                        repeated(Some(&model.id.to_string())),
                        Cells::Number(values[start..end].to_vec()),
                        Cells::Number(shown.collect()),
                        Cells::Number(ranks[start..end].to_vec()),
                        Cells::Number(confidence[start..end].to_vec()),
                        Cells::Number(ages),
                    ];
                    let named = columns.iter().map(|(name, _)| name.clone()).zip(cells).collect();
                    writer.write(Rows { columns: named }).map_err(failed)?;
                }
            }
        }
    }
    writer.finish().map_err(failed)?;
    Ok(())
}

fn keys(accounts: &Accounts, start: usize, end: usize, integers: bool) -> Cells {
    match accounts.keys() {
        Keys::Integer(keys) if integers => Cells::Integer(keys[start..end].to_vec()),
        _ => Cells::Text((start..end).map(|at| Some(accounts.text(at).into_owned())).collect()),
    }
}

/// Ranks on the score grid, 1 the best, ties at their mean; NaN for an account without a score.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let scored: Vec<usize> = (0..values.len()).filter(|at| !values[*at].is_nan()).collect();
    let snapped: Vec<f64> = scored.iter().map(|at| grid::snap(values[*at])).collect();
    let mut ranks = vec![f64::NAN; values.len()];
    for (at, rank) in scored.iter().zip(rank::average_ranks_descending(&snapped)) {
        ranks[*at] = rank;
    }
    ranks
}

/// `run.lock.toml`: what went in and what came out, by digest.
fn lock(outcome: &Outcome, plan: &Plan, folder: &NewFolder, names: &mut [String]) -> Result<String> {
    names.sort();
    let mut outputs = toml::Table::new();
    for name in names.iter() {
        outputs.insert(name.clone(), folder.sha256(name)?.into());
    }
    let mut lock = locked(plan);
    lock.insert("format".to_string(), 1.into());
    lock.insert("run".to_string(), outcome.run_id.clone().into());
    lock.insert("command".to_string(), outcome.command.clone().into());
    lock.insert("outputs-sha256".to_string(), outputs.into());
    Ok(toml::to_string(&lock).unwrap_or_default())
}
