//! From names to a plan: experiments found, their models resolved and datasets opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Result, keep};
use super::{EXPERIMENTS, Workbench, files, is_path};
use crate::dataset::Dataset;
use crate::dataset::index::Snapshots;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest, visible};
use crate::document::Document;
use crate::experiment::{Cohort, Experiment, Frozen, MINIMUM_OVERLAP, Plan, Topics, Uncertainty, check_study_names};
use crate::ids::{ModelId, Reference};
use crate::model::Model;
use crate::score;
use crate::stability::studies::Studies;

use super::WorkbenchError;

/// A model as the command line names it, with scratch edits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelName {
    pub name: String,
    pub edits: Vec<String>,
}

/// A comparison asked for on the command line, without an experiment file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompareOrder {
    pub baseline: ModelName,
    pub candidates: Vec<ModelName>,
    /// Name or path; if none, the only dataset there is.
    pub dataset: Option<String>,
    pub snapshots: Snapshots,
    pub topic: Option<String>,
    pub minimum_overlap: Option<f64>,
    /// Columns by which accounts are looked at group by group.
    pub segments: Vec<String>,
    pub uncertainty: Option<Uncertainty>,
}

impl Workbench {
    /// The plan of an experiment, by name or by file.
    pub fn plan(&self, name: &str) -> Result<Plan> {
        let path =
            if is_path(name) { PathBuf::from(name) } else { self.folder(EXPERIMENTS).join(format!("{name}.toml")) };
        if !is_path(name) && !files::exists(&path) {
            let known = self.experiment_names().unwrap_or_default();
            let problem = Diagnostic::new(visible(name), "there is no such experiment");
            return Err(match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint(format!("experiments here: {}; or name a file", known.join(", "))),
            }
            .into());
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let text = files::read_text(&path)?;
        let experiment = Experiment::parse(&self.origin(&path), &text, stem.as_deref())?;
        let document = Document::parse(&self.origin(&path), &text)?;
        // The command names the experiment by its place in a checkout, not by this machine's path.
        let command = format!("clout run experiments/{}.toml", experiment.name);
        let plan = self.assemble(experiment, command, &|path, message| document.problem(path, message))?;
        let plan = self.with_golden(Plan { document: Some(document), ..plan })?;
        let Some(studies) = plan.experiment.stability.clone() else { return Ok(plan) };
        let named: Vec<_> = plan.models.iter().map(|model| (model.id.to_string(), Vec::new())).collect();
        let stability = self.stability(&plan, &named, studies)?;
        check_study_names(&plan, &stability)?;
        Ok(Plan { stability: Some(stability), ..plan })
    }

    /// Finds and opens all that a checked experiment names, but for its studies. `problem` puts a
    /// problem at the place that names the thing.
    pub(super) fn assemble(
        &self,
        experiment: Experiment,
        command: String,
        problem_at: &dyn Fn(&[&str], String) -> Diagnostic,
    ) -> Result<Plan> {
        let mut problems = Vec::new();
        let mut models = Vec::new();
        for (position, id) in std::iter::once(&experiment.baseline).chain(&experiment.candidates).enumerate() {
            if self.has_model(id) {
                models.extend(keep(self.model(&id.to_string(), &[]), &mut problems)?);
                continue;
            }
            let index = position.saturating_sub(1).to_string();
            let place: &[&str] = if position == 0 { &["baseline"] } else { &["candidates", &index] };
            let problem = problem_at(place, format!("there is no model {id}"));
            problems.push(match self.model_hint(&id.to_string()) {
                Some(hint) => problem.hint(hint),
                None => problem,
            });
        }
        let mut datasets = Vec::new();
        for (position, name) in experiment.datasets.iter().enumerate() {
            if self.has_dataset(name) {
                datasets.extend(keep(self.dataset(name), &mut problems)?);
                continue;
            }
            let hint = match self.dataset(name).err() {
                Some(WorkbenchError::Input(found)) => found.as_slice()[0].hint.clone(),
                _ => None,
            };
            let index = position.saturating_sub(1).to_string();
            let place: &[&str] = if position == 0 { &["dataset"] } else { &["also-on", &index] };
            let problem = problem_at(place, format!("there is no dataset `{name}`"));
            problems.push(Diagnostic { hint, ..problem });
        }
        let mut cohorts = Vec::new();
        for (position, cohort) in experiment.cohorts.iter().enumerate() {
            let path = self.root().join(&cohort.file);
            if !files::exists(&path) {
                let place = ["cohort", &position.to_string(), "file"];
                let message = format!("there is no file `{}` in the workbench", visible(&cohort.file));
                problems.push(problem_at(&place, message));
                continue;
            }
            let accounts: Vec<String> =
                listed(&files::read_text(&path)?).into_iter().map(|(_, account)| account).collect();
            if accounts.is_empty() {
                problems.push(Diagnostic::new(self.origin(&path), "the list names no account"));
            }
            cohorts.push(Cohort { name: cohort.name.clone(), accounts });
        }
        Diagnostics::none_or(problems)?;
        // A model that is compared with itself over time is resolved once.
        let mut unique: Vec<Arc<Model>> = Vec::new();
        for model in models {
            if !unique.iter().any(|known: &Arc<Model>| known.id == model.id) {
                unique.push(model);
            }
        }
        let (references, frozen) = self.references(&unique, &datasets)?;
        Ok(Plan {
            experiment,
            datasets,
            models: unique,
            references,
            frozen,
            cohorts,
            command,
            document: None,
            stability: None,
            golden: Vec::new(),
        })
    }

    /// The plan of a comparison asked for on the command line, which holds its candidates to the
    /// golden cases of their families.
    pub fn compare_plan(&self, order: &CompareOrder) -> Result<Plan> {
        self.with_golden(self.scoring_plan(order)?)
    }

    /// The same without golden cases, where models are only scored or studied.
    pub fn scoring_plan(&self, order: &CompareOrder) -> Result<Plan> {
        let mut problems = Vec::new();
        let mut models: Vec<Arc<Model>> = Vec::new();
        for named in std::iter::once(&order.baseline).chain(&order.candidates) {
            models.extend(keep(self.model(&named.name, &named.edits), &mut problems)?);
        }
        let named = order.dataset.clone().map_or_else(|| self.only_dataset(), Ok);
        let mut datasets = Vec::new();
        datasets.extend(keep(named.and_then(|name| self.dataset(&name)), &mut problems)?);
        Diagnostics::none_or(problems)?;
        let Some(dataset) = datasets.pop() else {
            return Err(Diagnostic::new("--on", "there is no dataset").into());
        };
        for (position, model) in models.iter().enumerate() {
            if models[..position].iter().any(|earlier| earlier.id == model.id) {
                let problem = Diagnostic::new(model.id.to_string(), "the model is named twice");
                return Err(problem.hint("name two versions, or edit one with --set").into());
            }
        }
        self.planned(order, models, dataset)
    }

    /// The plan that scores models which are resolved already, such as two states of one version, on
    /// the dataset and the rows of an order.
    pub fn weighing_plan(&self, order: &CompareOrder, models: Vec<Arc<Model>>) -> Result<Plan> {
        let name = order.dataset.clone().map_or_else(|| self.only_dataset(), Ok)?;
        let dataset = self.dataset(&name)?;
        self.planned(order, models, dataset)
    }

    pub(super) fn planned(&self, order: &CompareOrder, models: Vec<Arc<Model>>, dataset: Arc<Dataset>) -> Result<Plan> {
        let mut ids = models.iter().map(|model| model.id.clone());
        let Some(baseline) = ids.next() else {
            return Err(Diagnostic::new("clout", "no model is named").into());
        };
        let plain = Experiment::plain("compare", baseline, ids.collect(), &dataset.manifest().name);
        let experiment = Experiment {
            snapshots: order.snapshots.clone(),
            topics: order.topic.clone().map_or(Topics::Without, Topics::One),
            minimum_overlap: order.minimum_overlap.unwrap_or(MINIMUM_OVERLAP),
            segments: order.segments.clone(),
            uncertainty: order.uncertainty,
            ..plain
        };
        let command = command(order, &models, &dataset);
        let datasets = vec![dataset];
        let (references, frozen) = self.references(&models, &datasets)?;
        Ok(Plan {
            experiment,
            datasets,
            models,
            references,
            frozen,
            cohorts: Vec::new(),
            command,
            document: None,
            stability: None,
            golden: Vec::new(),
        })
    }

    /// The plan of studies asked for on the command line; `options` are those of its canonical
    /// command.
    pub fn stress_plan(&self, order: &CompareOrder, studies: Studies, options: &[String]) -> Result<Plan> {
        let plan = self.scoring_plan(order)?;
        let command = plan.command.replacen("clout compare", "clout stress", 1);
        let command = std::iter::once(command).chain(options.iter().cloned()).collect::<Vec<_>>().join(" ");
        let named = std::iter::once(&order.baseline).chain(&order.candidates);
        let named: Vec<_> = named.map(|model| (model.name.clone(), model.edits.clone())).collect();
        let stability = self.stability(&plan, &named, studies)?;
        Ok(Plan { command, stability: Some(stability), ..plan })
    }

    /// Resolves a model and holds it against its reference population. Gives the name of a
    /// reference dataset that is not at hand, which is no mistake of the model.
    pub fn check_model(&self, name: &str) -> Result<Option<String>> {
        let model = self.model(name, &[])?;
        if self.is_in_tree(name, &model.id)
            && let Some(lock) = self.lock(&model.id)?
        {
            lock.check_model(&model)?;
        }
        self.check_resolved(&model)
    }

    /// The same of a model that is resolved already.
    pub(super) fn check_resolved(&self, model: &Model) -> Result<Option<String>> {
        let Some(Reference::Population { dataset, .. }) = model.reference.as_ref().filter(|_| model.needs_fit()) else {
            return Ok(None);
        };
        if !self.has_dataset(dataset) {
            return Ok(Some(dataset.clone()));
        }
        let opened = self.dataset(dataset)?;
        score::check_columns(model, &opened)?;
        let references = BTreeMap::from([(dataset.clone(), opened)]);
        for topic in references[dataset].topics()? {
            crate::experiment::check_reference(model, &references, topic)?;
        }
        Ok(None)
    }

    /// The only dataset, bound or of the tree.
    pub(super) fn only_dataset(&self) -> Result<String> {
        let known = self.dataset_names()?;
        let mut all: Vec<&String> = self.bindings.keys().collect();
        if all.is_empty() {
            all = known.iter().collect();
        }
        match all.as_slice() {
            [only] => Ok((*only).clone()),
            [] => {
                let problem = Diagnostic::new("--on", "there is no dataset");
                Err(problem.hint("make one with `clout dataset import` or `clout dataset generate`").into())
            }
            several => {
                let names: Vec<&str> = several.iter().map(|name| name.as_str()).collect();
                let problem = Diagnostic::new("--on", "there are several datasets");
                Err(problem.hint(format!("choose one with --on: {}", names.join(", "))).into())
            }
        }
    }

    /// The datasets that models are fitted on, opened; for released models whose reference is not at
    /// hand as it was what their release froze. A dataset that is compared on is not opened twice.
    pub(super) fn references(&self, models: &[Arc<Model>], compared: &[Arc<Dataset>]) -> Result<References> {
        let mut references: BTreeMap<String, Arc<Dataset>> = BTreeMap::new();
        let mut frozen = BTreeMap::new();
        for model in models.iter().filter(|model| model.needs_fit()) {
            let Some(Reference::Population { dataset: name, .. }) = &model.reference else { continue };
            let open = compared.iter().find(|dataset| dataset.manifest().name == *name).cloned();
            let open = match open.or_else(|| references.get(name).cloned()) {
                None if self.has_dataset(name) => Some(self.dataset(name)?),
                open => open,
            };
            if let Some(found) = self.frozen(model, name, open.as_deref())? {
                frozen.insert(model.id.clone(), found);
                continue;
            }
            let dataset = open.map_or_else(|| self.dataset(name), Ok)?;
            references.insert(name.clone(), dataset);
        }
        check_columns(models, compared, &references)?;
        Ok((references, frozen))
    }

    /// Every experiment of the tree, in order.
    pub fn experiment_names(&self) -> Result<Vec<String>> {
        let names = files::names(&self.folder(EXPERIMENTS))?;
        Ok(names.iter().filter_map(|name| name.strip_suffix(".toml")).map(str::to_string).collect())
    }

    /// Parses and checks an experiment file without opening anything that it names.
    pub fn experiment(&self, name: &str) -> Result<Experiment> {
        let path = self.folder(EXPERIMENTS).join(format!("{name}.toml"));
        Ok(Experiment::parse(&self.origin(&path), &files::read_text(&path)?, Some(name))?)
    }

    /// What a file on the command line is, by what it says of itself.
    pub fn kind_of(&self, path: &Path) -> Result<&'static str> {
        let text = files::read_text(path)?;
        if path.extension().is_some_and(|extension| !extension.eq_ignore_ascii_case("toml")) {
            let problem = Diagnostic::new(self.origin(path), "this is no TOML file, and only such are checked");
            return Err(problem.hint("name a file that ends in .toml").into());
        }
        let document = Document::parse(&self.origin(path), &text)?;
        // A look has models and a dataset, an experiment a dataset: their own keys come first. Locks,
        // records of what is live and signatures are checked with their family.
        if ["seal", "role"].into_iter().any(|key| document.states(&[key])) {
            return Ok("release");
        }
        let kinds = ["look", "model", "family", "experiment", "golden", "dataset", "recipe", "attack", "identities"];
        kinds.into_iter().find(|key| document.states(&[key])).ok_or_else(|| {
            let message = "the file is no model, family, experiment, dataset, recipe, attack, list of identities or of golden cases, or look";
            let problem = Diagnostic::new(self.origin(path), message);
            problem.hint("each begins with `format = 1` and its own name").into()
        })
    }
}

/// Datasets that models are fitted on, by name, and what releases froze, by model.
pub(super) type References = (BTreeMap<String, Arc<Dataset>>, BTreeMap<ModelId, Frozen>);

/// Every column that a model reads must be a signal of what it scores and of what it is fitted on.
fn check_columns(
    models: &[Arc<Model>],
    compared: &[Arc<Dataset>],
    references: &BTreeMap<String, Arc<Dataset>>,
) -> std::result::Result<(), Diagnostics> {
    let mut problems = Vec::new();
    for model in models {
        let fitted_on = match &model.reference {
            Some(Reference::Population { dataset, .. }) => references.get(dataset),
            _ => None,
        };
        for dataset in compared.iter().chain(fitted_on) {
            let found = score::check_columns(model, dataset);
            problems.extend(found.err().into_iter().flat_map(Diagnostics::into_vec));
        }
    }
    problems.dedup();
    Diagnostics::none_or(problems)
}

/// The accounts of a list with their lines: one a line, without empty lines and those that begin
/// with `#`.
pub(super) fn listed(text: &str) -> Vec<(usize, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines().map(str::trim));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| (number, line.to_string()))
        .collect()
}

/// The canonical command of a comparison: names, no paths, no threads.
fn command(order: &CompareOrder, models: &[Arc<Model>], dataset: &Dataset) -> String {
    let mut parts = vec!["clout compare".to_string()];
    let drafts = models.iter().any(|model| !model.draft_edits.is_empty());
    for (named, model) in std::iter::once(&order.baseline).chain(&order.candidates).zip(models) {
        if model.draft_edits.is_empty() || named.name != order.baseline.name {
            parts.push(model.id.to_string().split('+').next().unwrap_or_default().to_string());
        }
    }
    parts.push(format!("--on {}", dataset.manifest().name));
    match &order.snapshots {
        Snapshots::Latest => {}
        Snapshots::All => parts.push("--all-snapshots".to_string()),
        Snapshots::Named(names) => parts.extend(names.iter().map(|name| format!("--snapshot {}", quoted(name)))),
    }
    parts.extend(order.topic.iter().map(|topic| format!("--topic {}", quoted(topic))));
    parts.extend(order.segments.iter().map(|column| format!("--segment {}", quoted(column))));
    if let Some(uncertainty) = &order.uncertainty {
        parts.push("--intervals".to_string());
        let usual = Uncertainty::default();
        let mut stated = |differs: bool, text: String| {
            if differs {
                parts.push(text);
            }
        };
        stated(uncertainty.replicates != usual.replicates, format!("--replicates {}", uncertainty.replicates));
        stated(uncertainty.level != usual.level, format!("--level {}", uncertainty.level));
        stated(uncertainty.seed != usual.seed, format!("--seed {}", uncertainty.seed));
    }
    parts.extend(order.minimum_overlap.iter().map(|least| format!("--minimum-overlap {least}")));
    if drafts {
        let edits = models.iter().rev().find(|model| !model.draft_edits.is_empty()).map(|model| &model.draft_edits);
        parts.extend(edits.into_iter().flatten().map(|edit| format!("--set {}", quoted(edit))));
    }
    parts.join(" ")
}

/// A word as a shell takes it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:@/".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_string()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
