//! What studies of stability need, found in the tree; and finished studies put aside until their
//! command is done.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::error::Result;
use super::{RUNS, Workbench, files};
use crate::dataset::Dataset;
use crate::dataset::manifest::Role;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::stress::{Shelf, check_combinations};
use crate::experiment::{Plan, StabilityPlan};
use crate::stability::studies::Studies;

/// Finished studies stand here; a name that no experiment can have.
const ASIDE: &str = ".studies";

/// Studies put aside in the workbench's folder.
#[derive(Debug)]
pub struct KeptStudies {
    folder: PathBuf,
    used: Mutex<BTreeSet<String>>,
}

impl Shelf for KeptStudies {
    fn recall(&self, key: &str) -> Option<Vec<u8>> {
        self.note(key);
        let path = self.path(key);
        if files::exists(&path) { files::read_bytes(&path).ok() } else { None }
    }

    fn keep(&self, key: &str, bytes: &[u8]) {
        self.note(key);
        // A full disk costs the next command some time, and this one nothing.
        let _ = files::write_whole(&self.path(key), bytes);
    }
}

impl KeptStudies {
    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    fn note(&self, key: &str) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_string());
    }

    /// Takes away what was put aside for a command that is done.
    pub fn clear(self) {
        for key in self.used.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            files::remove(&self.path(key));
        }
        files::remove_empty_folder(&self.folder);
    }
}

impl Workbench {
    /// Where finished studies are put aside.
    pub fn kept_studies(&self) -> KeptStudies {
        KeptStudies { folder: self.folder(RUNS).join(ASIDE), used: Mutex::default() }
    }

    /// What studies need: the versions of every combination of alternatives of each model, which is
    /// named with its edits as the plan has it, and the attacks.
    ///
    /// # Errors
    /// Edits that make no sound model, too many combinations, attacks that are not there or do not
    /// hold against the identities, and columns that say who cheats in no dataset of the plan.
    pub fn stability(&self, plan: &Plan, models: &[(String, Vec<String>)], studies: Studies) -> Result<StabilityPlan> {
        check_combinations(&studies)?;
        let mut problems = Vec::new();
        let combinations = models
            .iter()
            .map(|(name, edits)| {
                let Some(asked) = &studies.sensitivity else { return Ok(vec![self.model(name, edits)?]) };
                let edited = |number| {
                    let all: Vec<String> = edits.iter().cloned().chain(asked.edits(number)).collect();
                    self.model(name, &all)
                };
                (0..asked.combinations()).map(edited).collect::<Result<Vec<_>>>()
            })
            .collect::<Result<Vec<_>>>()?;
        for alternative in studies.sensitivity.iter().flat_map(|study| &study.alternatives) {
            let is_weight = |name: &str| name == alternative.name;
            let networks = plan.models.iter().flat_map(|model| &model.networks);
            if networks.into_iter().any(|network| is_weight(&network.name)) {
                let message = format!("the alternative `{0}` is called as the network {0}", visible(&alternative.name));
                problems.push(Diagnostic::new("sensitivity", message).hint("give it a name of its own"));
            }
        }
        let (mut attacks, mut identities) = (Vec::new(), Default::default());
        if studies.gaming.is_some() || studies.laws {
            identities = self.identities()?;
        }
        if let Some(asked) = &studies.gaming {
            let names = match &asked.attacks {
                Some(names) => names.clone(),
                None => self.attack_names()?,
            };
            for name in &names {
                attacks.push(self.attack(name, &identities)?);
            }
            if let Some((column, _)) = &asked.cheats {
                problems.extend(absent(&plan.datasets, Role::Segment, column, "--cheats"));
            }
            if let Some(column) = &asked.truth {
                problems.extend(absent(&plan.datasets, Role::Outcome, column, "--truth"));
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(StabilityPlan { studies, combinations, attacks, identities })
    }
}

/// A problem where no dataset has a column of a role.
fn absent(datasets: &[std::sync::Arc<Dataset>], role: Role, column: &str, what: &str) -> Option<Diagnostic> {
    let known: BTreeSet<&str> = datasets.iter().flat_map(|dataset| dataset.manifest().with_role(role)).collect();
    if known.contains(column) {
        return None;
    }
    let kind = if role == Role::Segment { "segment" } else { "outcome" };
    let names: Vec<&str> = datasets.iter().map(|dataset| dataset.manifest().name.as_str()).collect();
    let message = format!("{} has no {kind} column `{}`", names.join(", "), visible(column));
    Some(Diagnostic::new(what, message).suggest(column, known))
}
