//! What `check` holds of releases: a released version is what it was, what it learnt comes out again,
//! waivers have not run out, and what is live is in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::{Result, WorkbenchError, keep};
use super::{Workbench, files};
use crate::dataset::manifest::Role;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest};
use crate::experiment;
use crate::ids::{ModelId, Reference};
use crate::model::Model;
use crate::release::{Affected, Budget, Chain, Family, Lock, Retired, affected};
use crate::score::{self, LocalEngine};

/// What the check of a family came to beside problems.
#[derive(Clone, Debug, Default)]
pub struct FamilyCheck {
    /// What people should know, and what could not be checked.
    pub notes: Vec<String>,
    /// Locks that were checked.
    pub locks: usize,
    /// Whether the family has settings.
    pub settings: bool,
}

/// A signal that is gone, and a version that reads it.
#[derive(Clone, Debug)]
pub struct Gone {
    pub model: ModelId,
    pub affected: Affected,
    /// What became of the signals that it reads, by signal.
    pub retired: BTreeMap<String, Retired>,
}

impl Gone {
    /// The versions to fall back to, each once.
    pub fn fallbacks(&self) -> Vec<String> {
        let all: BTreeSet<String> = self.retired.values().map(|retired| retired.fallback.to_string()).collect();
        all.into_iter().collect()
    }
}

impl Workbench {
    /// Checks the settings of a family, its released versions and what is live, on a day.
    ///
    /// # Errors
    /// All problems together.
    pub fn check_family(&self, name: &str, day: Date) -> Result<FamilyCheck> {
        let mut problems = Vec::new();
        let mut check = FamilyCheck { settings: self.has_settings(name), ..FamilyCheck::default() };
        let family = keep(self.family(name), &mut problems)?;
        let chain = keep(self.live(name), &mut problems)?;
        if let Some(family) = &family {
            let notes = keep(self.check_settings(family), &mut problems)?;
            check.notes.extend(notes.into_iter().flatten());
        }
        keep(self.check_signatures(name), &mut problems)?;
        for id in self.released(name)? {
            check.locks += 1;
            let Some(lock) = keep(self.lock(&id), &mut problems)?.flatten() else { continue };
            let notes = keep(self.check_lock_of(&lock), &mut problems)?;
            check.notes.extend(notes.into_iter().flatten());
            if chain.as_ref().is_none_or(|chain| !chain.is_replaced(&id, day)) {
                problems.extend(lock.expired(day));
            }
        }
        if let Some(chain) = &chain {
            keep(self.check_live_locks(chain), &mut problems)?;
        }
        if let Some(family) = &family {
            for gone in self.gone(family, day)? {
                // What is not live, and is not to be, is nobody's worry.
                let worry = chain.as_ref().is_some_and(|chain| {
                    chain.shown(day).iter().any(|shown| shown.turn.id == gone.model)
                        || chain.last().is_some_and(|last| last.id == gone.model)
                });
                if worry {
                    check.notes.push(format!(
                        "{} is live and reads what is retired ({}): {}; fall back to {}",
                        gone.model,
                        gone.affected.signals.join(", "),
                        gone.affected.sentence(),
                        gone.fallbacks().join(" or ")
                    ));
                }
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(check)
    }

    /// What settings name must be there, and a fallback must do without what is gone.
    fn check_settings(&self, family: &Family) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        let mut notes = Vec::new();
        if let Some(replay) = &family.replay {
            if !self.has_model(&replay.version) {
                problems.push(self.absent_version(family, &["replay", "version"], &replay.version));
            }
            match self.has_dataset(&replay.dataset) {
                true => drop(keep(self.check_published(family, &replay.dataset), &mut problems)?),
                false => self.absent_dataset(family, "replay", &replay.dataset, &mut notes, &mut problems)?,
            }
        }
        if let Some(budget) = &family.budget {
            match budget.experiment.datasets.iter().find(|name| !self.has_dataset(name)) {
                Some(absent) => self.absent_dataset(family, "budget", absent, &mut notes, &mut problems)?,
                None => match self.measurable(family, budget)? {
                    Some(newest) => drop(keep(self.check_budget(family, &newest), &mut problems)?),
                    None => {
                        let told = "no version of the family reads what the datasets of its budget have";
                        problems.push(family.problem(&["budget", "dataset"], told));
                    }
                },
            }
        }
        let columns = self.columns_of(&family.name)?;
        for (signal, retired) in &family.retired {
            if !columns.contains(signal) {
                let told = format!("no version of {} reads `{}`", family.name, crate::diagnostic::visible(signal));
                match nearest(signal, columns.iter().map(String::as_str)) {
                    Some(near) => {
                        let problem = family.problem(&["retired", signal], told);
                        problems.push(problem.hint(format!("did you mean `{near}`?")));
                    }
                    None => {
                        notes.push(format!("family {}: {told}, so that its retirement changes nothing", family.name))
                    }
                }
            }
            let path = ["retired", signal.as_str(), "fallback"];
            if !self.has_model(&retired.fallback) {
                problems.push(self.absent_version(family, &path, &retired.fallback));
                continue;
            }
            let Some(model) = keep(self.model(&retired.fallback.to_string(), &[]), &mut problems)? else { continue };
            let gone: BTreeSet<&str> = family.retired_by(retired.since).map(|(signal, _)| signal).collect();
            if let Some(affected) = affected(&model, &gone) {
                let message = format!(
                    "{} is no fallback: it reads {}, retired by then",
                    retired.fallback,
                    affected.signals.join(", ")
                );
                problems.push(family.problem(&path, message).hint("name a version that does without"));
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(notes)
    }

    /// A dataset that is elsewhere is noted; one whose name is near another's is a slip.
    fn absent_dataset(
        &self,
        family: &Family,
        table: &str,
        name: &str,
        notes: &mut Vec<String>,
        problems: &mut Vec<Diagnostic>,
    ) -> Result<()> {
        match self.dataset_slip(name)? {
            Some(hint) => {
                let problem = family.problem(&[table, "dataset"], format!("there is no dataset `{name}`"));
                problems.push(problem.hint(hint));
            }
            None => notes.push(not_at_hand(family, table, name)),
        }
        Ok(())
    }

    /// A replay needs a column of published scores.
    pub(super) fn check_published(&self, family: &Family, name: &str) -> Result<()> {
        if self.dataset(name)?.manifest().with_role(Role::PublishedScore).next().is_some() {
            return Ok(());
        }
        let problem = family.problem(&["replay", "dataset"], format!("the dataset `{name}` has no published score"));
        Err(problem.hint("give the column the role `published-score` in its dataset.toml").into())
    }

    /// What the versions of a family read.
    fn columns_of(&self, family: &str) -> Result<BTreeSet<String>> {
        let mut columns = BTreeSet::new();
        for id in self.model_ids()?.into_iter().filter(|id| id.family() == family) {
            // A version that does not resolve is told of elsewhere.
            let Ok(model) = self.model(&id.to_string(), &[]) else { continue };
            columns.extend(model.columns().into_iter().map(str::to_string));
        }
        Ok(columns)
    }

    fn absent_version(&self, family: &Family, path: &[&str], id: &ModelId) -> Diagnostic {
        let problem = family.problem(path, format!("there is no model {id}"));
        match self.model_hint(&id.to_string()) {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }

    /// The newest version that reads the datasets of a budget; a family without versions has none to
    /// ask for.
    fn measurable(&self, family: &Family, budget: &Budget) -> Result<Option<ModelId>> {
        let names = &budget.experiment.datasets;
        let datasets = names.iter().map(|name| self.dataset(name)).collect::<Result<Vec<_>>>()?;
        let own = |id: &ModelId| id.family() == family.name && id.draft_name().is_none();
        for id in self.model_ids()?.into_iter().rev().filter(own) {
            // A version that does not resolve is told of elsewhere.
            let Ok(model) = self.model(&id.to_string(), &[]) else { continue };
            if datasets.iter().all(|dataset| score::check_columns(&model, dataset).is_ok()) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Whether a budget could be measured: its datasets have the snapshots, columns and accounts.
    fn check_budget(&self, family: &Family, newest: &ModelId) -> Result<()> {
        let Some(budget) = &family.budget else { return Ok(()) };
        let mut experiment = budget.experiment.clone();
        (experiment.baseline, experiment.candidates) = (newest.clone(), vec![newest.clone()]);
        let plan = self.assemble(experiment, String::new(), &|path, message| {
            let full: Vec<&str> = std::iter::once("budget").chain(path.iter().copied()).collect();
            family.problem(&full, message)
        })?;
        // Problems of the experiment behind the budget are told of the budget.
        Ok(experiment::verify(&plan).map_err(|found| {
            found.map(|problem| match problem.origin.starts_with("experiment ") {
                true => Diagnostic { hint: problem.hint, ..family.problem(&["budget"], problem.message) },
                false => problem,
            })
        })?)
    }

    /// A lock against the version's files, its reference and its evidence.
    fn check_lock_of(&self, lock: &Lock) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        let mut notes = Vec::new();
        if !self.has_model(&lock.id) {
            let problem = lock.problem(&["model"], format!("{} is released, and its file is gone", lock.id));
            return Err(problem.hint("put it back: a released version stays").into());
        }
        let model = self.model(&lock.id.to_string(), &[])?;
        let same = keep(lock.check_model(&model).map_err(WorkbenchError::from), &mut problems)?.is_some();
        if same {
            let told = keep(self.check_fit(lock, &model), &mut problems)?;
            notes.extend(told.flatten());
        }
        for (at, signed) in lock.spec.sign_off.iter().enumerate() {
            if signed.digest != lock.spec.digest {
                let message =
                    format!("{} signed another state of {}", crate::diagnostic::visible(&signed.name), lock.id);
                problems.push(lock.problem(&["sign-off", &at.to_string(), "digest"], message));
            }
        }
        let folder = self.releases_of(lock.id.family()).join(lock.id.version().to_string());
        for (name, digest) in &lock.spec.evidence_sha256 {
            let path = folder.join(name);
            let told = match files::exists(&path) {
                true if files::sha256(&path)? == *digest => continue,
                true => format!("the evidence {} is not as it was released", self.origin(&path)),
                false => format!("the evidence {} is gone", self.origin(&path)),
            };
            problems.push(lock.problem(&["evidence-sha256", name], told).hint("put it back as it was released"));
        }
        let stray = files::names(&folder)?.into_iter().find(|name| !lock.spec.evidence_sha256.contains_key(name));
        if let Some(stray) = stray {
            let told = format!("{} is no evidence of the release", self.origin(&folder.join(stray)));
            problems.push(lock.problem(&["evidence-sha256"], told).hint("keep what is not of the release elsewhere"));
        }
        Diagnostics::none_or(problems)?;
        Ok(notes)
    }

    /// Whether what a released model learnt comes out again; a note where that cannot be known.
    fn check_fit(&self, lock: &Lock, model: &Arc<Model>) -> Result<Option<String>> {
        let Some(reference) = &lock.spec.reference else { return Ok(None) };
        let Some(Reference::Population { dataset: name, .. }) = &model.reference else { return Ok(None) };
        if !self.has_dataset(name) {
            // What was frozen must at least be whole.
            lock.thaw(model)?;
            return Ok(Some(format!(
                "{}: its reference `{name}` is not at hand; bind it with --dataset {name}=PATH to check what was frozen",
                lock.id
            )));
        }
        let dataset = self.dataset(name)?;
        if dataset.digest() != reference.digest {
            let (then, now) = (crate::release::lock::short(&reference.digest), dataset.digest());
            let message = format!(
                "{} was fitted on {} with the digest {then}, and that dataset is {} now",
                lock.id,
                reference.name,
                crate::release::lock::short(&now)
            );
            let problem = lock.problem(&["reference", "digest"], message);
            return Err(problem.hint("data that changed are another dataset: give them a name of their own").into());
        }
        let references = BTreeMap::from([(name.clone(), dataset)]);
        lock.check_fit(&experiment::fits(model, &references, &LocalEngine::default())?)?;
        Ok(None)
    }

    /// Every version that is or was live is released, as the same thing.
    fn check_live_locks(&self, chain: &Chain) -> Result<()> {
        let mut problems = Vec::new();
        for turn in &chain.turns {
            if let Some(digest) = &turn.spec.notice_sha256 {
                let path = self.turn_path(turn.id.family(), &turn.key).with_extension("md");
                if !files::exists(&path) || files::sha256(&path)? != *digest {
                    let told = format!("the notice {} is not as it was written", self.origin(&path));
                    problems.push(turn.problem(&["notice-sha256"], told).hint("put it back as it was"));
                }
            }
            match keep(self.lock(&turn.id), &mut problems)? {
                None => {}
                Some(None) => {
                    let problem = turn.problem(&["live"], format!("{} is not released", turn.id));
                    problems.push(problem.hint(format!("`clout release {} --run RUN` releases it", turn.id)));
                }
                Some(Some(lock)) if lock.spec.digest != turn.spec.digest => {
                    let message = format!("{} went live with another digest than it was released with", turn.id);
                    problems.push(turn.problem(&["digest"], message).hint("put the file back as it was"));
                }
                Some(Some(_)) => {}
            }
        }
        Ok(Diagnostics::none_or(problems)?)
    }

    /// The versions of a family that read signals which are gone on a day.
    pub fn gone(&self, family: &Family, day: Date) -> Result<Vec<Gone>> {
        let retired: BTreeMap<&str, &Retired> = family.retired_by(day).collect();
        let names: BTreeSet<&str> = retired.keys().copied().collect();
        let mut found = Vec::new();
        if names.is_empty() {
            return Ok(found);
        }
        for id in self.model_ids()?.into_iter().filter(|id| id.family() == family.name) {
            // A version that does not resolve is told of elsewhere.
            let Ok(model) = self.model(&id.to_string(), &[]) else { continue };
            let Some(affected) = affected(&model, &names) else { continue };
            let own = |signal: &String| Some((signal.clone(), (*retired.get(signal.as_str())?).clone()));
            let retired = affected.signals.iter().filter_map(own).collect();
            found.push(Gone { model: id, affected, retired });
        }
        Ok(found)
    }
}

fn not_at_hand(family: &Family, what: &str, dataset: &str) -> String {
    format!(
        "family {}: the dataset `{dataset}` of its {what} is not at hand; bind it with --dataset {dataset}=PATH to check it",
        family.name
    )
}
