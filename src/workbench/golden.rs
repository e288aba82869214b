//! Golden cases found beside the versions of their family, with everything that they name opened.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Result, keep};
use super::{MODELS, Workbench, files};
use crate::compare::group::Group;
use crate::dataset::Dataset;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::golden::{AccountList, Golden, GoldenCase, GoldenPlan, HeldVersion, Must};
use crate::experiment::{Experiment, Plan};
use crate::ids::{ModelId, Reference};
use crate::model::Model;

/// The file of golden cases in the folder of a family.
pub(super) const GOLDEN: &str = "golden.toml";

/// Golden cases and every version that is held to them.
#[derive(Clone, Debug)]
pub struct GoldenCheck {
    /// How many cases the file has.
    pub cases: usize,
    pub plan: GoldenPlan,
    pub versions: Vec<HeldVersion>,
    /// The datasets that the versions are fitted on.
    pub references: BTreeMap<String, Arc<Dataset>>,
    /// Datasets of cases that are not at hand: these cases are left out.
    pub absent: BTreeSet<String>,
    /// Versions that cannot be scored, as their reference is not at hand.
    pub unscored: Vec<(ModelId, String)>,
    /// Mistakes of versions.
    pub problems: Vec<Diagnostic>,
}

impl Workbench {
    /// The files of golden cases of the tree, in the order of their families.
    pub fn golden_paths(&self) -> Result<Vec<PathBuf>> {
        let folder = self.folder(MODELS);
        let paths = files::names(&folder)?.into_iter().map(|family| folder.join(family).join(GOLDEN));
        Ok(paths.filter(|path| files::exists(path)).collect())
    }

    /// A file of golden cases; within `models/`, the family and the folder agree.
    fn golden_at(&self, path: &Path) -> Result<Golden> {
        let folder = path.parent();
        let name = |path: Option<&Path>| path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let expected = name(folder).filter(|_| name(folder.and_then(Path::parent)).as_deref() == Some(MODELS));
        Ok(Golden::parse(&self.origin(path), &files::read_text(path)?, expected.as_deref())?)
    }

    /// Whether a version is held to any golden case.
    pub(super) fn has_golden(&self, id: &ModelId) -> Result<bool> {
        Ok(!self.golden_of(&[id])?.is_empty())
    }

    /// The golden cases that models are held to, family by family; cases that none of them is held to
    /// are left out, and with them what these would need.
    fn golden_of(&self, models: &[&ModelId]) -> Result<Vec<Golden>> {
        let mut families: Vec<&str> = models.iter().map(|id| id.family()).collect();
        families.sort_unstable();
        families.dedup();
        let mut all = Vec::new();
        for family in families {
            let path = self.folder(MODELS).join(family).join(GOLDEN);
            if !files::exists(&path) {
                continue;
            }
            let mut golden = self.golden_at(&path)?;
            let held = |case: &GoldenCase| models.iter().any(|id| id.family() == family && case.holds(id));
            golden.cases.retain(held);
            if !golden.cases.is_empty() {
                all.push(golden);
            }
        }
        Ok(all)
    }

    /// The plan with the golden cases that its candidates are held to.
    ///
    /// # Errors
    /// Files of cases that are wrong, and lists and datasets that are not at hand.
    pub(super) fn with_golden(&self, plan: Plan) -> Result<Plan> {
        let candidates: Vec<&ModelId> = plan.experiment.candidates.iter().collect();
        let open: Vec<Arc<Dataset>> = plan.datasets.iter().chain(plan.references.values()).cloned().collect();
        let mut all = Vec::new();
        let mut problems = Vec::new();
        for golden in self.golden_of(&candidates)? {
            for case in golden.cases.iter().filter(|case| !is_open(&open, case) && !self.has_dataset(&case.dataset)) {
                let message = format!("there is no dataset `{}`", visible(&case.dataset));
                let bind = format!("bind it with --dataset {}=PATH", visible(&case.dataset));
                let hint = self.dataset_slip(&case.dataset)?.unwrap_or(bind);
                problems.push(golden.problem(case, &["dataset"], message).hint(hint));
            }
            if problems.is_empty() {
                all.extend(keep(self.open_golden(golden, &open), &mut problems)?);
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(Plan { golden: all, ..plan })
    }

    /// Golden cases with their lists and datasets; one that is open is not opened twice.
    fn open_golden(&self, golden: Golden, open: &[Arc<Dataset>]) -> Result<GoldenPlan> {
        let (mut lists, mut datasets) = (BTreeMap::new(), BTreeMap::new());
        let mut problems = Vec::new();
        for case in &golden.cases {
            if let Must::Still { group: Group::Cohort(file), .. } = &case.must {
                match self.account_list(file)? {
                    Some(list) if list.accounts.is_empty() => {
                        problems.push(Diagnostic::new(list.origin, "the list names no account"));
                    }
                    Some(list) => drop(lists.insert(file.clone(), list)),
                    None => {
                        let message = format!("there is no file `{}` in the workbench", visible(file));
                        problems.push(golden.problem(case, &["must", "still", "cohort"], message));
                    }
                }
            }
            let name = &case.dataset;
            if !datasets.contains_key(name) {
                let known = open.iter().find(|dataset| dataset.manifest().name == *name).cloned();
                datasets.insert(name.clone(), known.map_or_else(|| self.dataset(name), Ok)?);
            }
        }
        problems.dedup();
        Diagnostics::none_or(problems)?;
        let Golden { family, cases, document } = golden;
        Ok(GoldenPlan { family, cases, document, lists, datasets })
    }

    /// The accounts of a list with their lines; none where there is no such file.
    fn account_list(&self, file: &str) -> Result<Option<AccountList>> {
        let path = self.root().join(file);
        if !files::exists(&path) {
            return Ok(None);
        }
        let accounts = super::plan::listed(&files::read_text(&path)?);
        Ok(Some(AccountList { origin: self.origin(&path), accounts }))
    }

    /// A dataset that is not at hand and that golden cases of an experiment's candidates look at.
    /// Mistakes of the cases are told by their own check.
    pub fn absent_of_golden(&self, experiment: &Experiment) -> Option<String> {
        let candidates: Vec<&ModelId> = experiment.candidates.iter().collect();
        let golden = self.golden_of(&candidates).unwrap_or_default();
        let names = golden.iter().flat_map(|golden| &golden.cases).map(|case| &case.dataset);
        let slip = |name: &str| self.dataset_slip(name).is_ok_and(|slip| slip.is_some());
        names.into_iter().find(|name| !self.has_dataset(name) && !slip(name)).cloned()
    }

    /// Golden cases by their file, with every version of the family that is held to any of them.
    ///
    /// # Errors
    /// Mistakes of the file, and lists that are not there.
    pub fn golden_check(&self, path: &Path) -> Result<GoldenCheck> {
        let mut golden = self.golden_at(path)?;
        let cases = golden.cases.len();
        let mut absent = BTreeSet::new();
        let mut problems = Vec::new();
        for case in golden.cases.iter().filter(|case| !self.has_dataset(&case.dataset)) {
            match self.dataset_slip(&case.dataset)? {
                Some(hint) => {
                    let message = format!("there is no dataset `{}`", visible(&case.dataset));
                    problems.push(golden.problem(case, &["dataset"], message).hint(hint));
                }
                None => drop(absent.insert(case.dataset.clone())),
            }
        }
        golden.cases.retain(|case| self.has_dataset(&case.dataset));
        let mut models: BTreeMap<ModelId, Arc<Model>> = BTreeMap::new();
        for id in self.model_ids()?.into_iter().filter(|id| id.family() == golden.family) {
            let mut resolved = Vec::new();
            resolved.extend(keep(self.model(&id.to_string(), &[]), &mut problems)?);
            models.extend(resolved.into_iter().map(|model| (id.clone(), model)));
        }
        let (references, unscored) = self.golden_references(&mut models)?;
        // A parent that cannot be scored is nothing to be held against.
        let held = |model: &Arc<Model>| {
            let parent = model.lineage.first().and_then(|parent| models.get(parent));
            HeldVersion { model: model.clone(), before: parent.cloned() }
        };
        let versions = models.values().map(held).collect();
        let plan = self.open_golden(golden, &references.values().cloned().collect::<Vec<_>>())?;
        Ok(GoldenCheck { cases, plan, versions, references, absent, unscored, problems })
    }

    /// The datasets that models are fitted on; models whose reference is not at hand are taken out.
    fn golden_references(&self, models: &mut BTreeMap<ModelId, Arc<Model>>) -> Result<References> {
        let mut references: BTreeMap<String, Arc<Dataset>> = BTreeMap::new();
        let mut unscored = Vec::new();
        for model in models.values().filter(|model| model.needs_fit()) {
            let Some(Reference::Population { dataset, .. }) = &model.reference else { continue };
            if references.contains_key(dataset) {
                continue;
            }
            match self.has_dataset(dataset) {
                true => drop(references.insert(dataset.clone(), self.dataset(dataset)?)),
                false => unscored.push((model.id.clone(), dataset.clone())),
            }
        }
        models.retain(|id, _| !unscored.iter().any(|(absent, _)| absent == id));
        Ok((references, unscored))
    }
}

type References = (BTreeMap<String, Arc<Dataset>>, Vec<(ModelId, String)>);

fn is_open(open: &[Arc<Dataset>], case: &GoldenCase) -> bool {
    open.iter().any(|dataset| dataset.manifest().name == case.dataset)
}
