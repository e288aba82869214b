//! An experiment with everything that it names at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::check::Experiment;
use super::golden::GoldenPlan;
use crate::dataset::Dataset;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::ids::ModelId;
use crate::model::Model;
use crate::score::FittedModel;
use crate::stability::attack::{Attack, Identities};
use crate::stability::studies::Studies;

/// Everything an experiment needs, opened and resolved.
#[derive(Clone, Debug)]
pub struct Plan {
    pub experiment: Experiment,
    /// In the experiment's order; never empty.
    pub datasets: Vec<Arc<Dataset>>,
    /// The baseline first, then the candidates in the experiment's order, each once.
    pub models: Vec<Arc<Model>>,
    /// The datasets that models name as reference, by name.
    pub references: BTreeMap<String, Arc<Dataset>>,
    /// Released models whose reference is not at hand as it was: what their release froze counts.
    pub frozen: BTreeMap<ModelId, Frozen>,
    pub cohorts: Vec<Cohort>,
    /// The command that makes this run, without threads and paths.
    pub command: String,
    /// The experiment as it is written, for problems that only its data show; none on the command
    /// line.
    pub document: Option<Document>,
    /// The studies of stability that are asked for, with what they need.
    pub stability: Option<StabilityPlan>,
    /// The golden cases that candidates are held to, by family.
    pub golden: Vec<GoldenPlan>,
}

/// Studies of stability, and what they need beside models and datasets.
#[derive(Clone, Debug)]
pub struct StabilityPlan {
    pub studies: Studies,
    /// For each model of the plan the versions of every combination of alternatives, its own first.
    pub combinations: Vec<Vec<Arc<Model>>>,
    pub attacks: Vec<Attack>,
    pub identities: Identities,
}

/// What a release froze of a model, and the reference that it was fitted on.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// By the topic of the reference; a single `None` where it has none.
    pub fitted: BTreeMap<Option<String>, Arc<FittedModel>>,
    /// `dataset` or `dataset@snapshot`.
    pub reference: String,
    /// Digest of the dataset's files then.
    pub digest: String,
}

/// A named list of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cohort {
    pub name: String,
    /// As written in the list.
    pub accounts: Vec<String>,
}

impl Plan {
    /// A problem of the experiment, at its place in the file if there is one.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        match &self.document {
            Some(document) => document.problem(path, message),
            None => Diagnostic::new(format!("experiment {}", self.experiment.name), message),
        }
    }

    /// The position of a model; every model that an experiment names is there.
    pub fn position(&self, id: &ModelId) -> usize {
        self.models.iter().position(|model| model.id == *id).unwrap_or(0)
    }
}
