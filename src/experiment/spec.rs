//! An experiment file as it is written, and the checked noun.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expectation::Expectation;
use crate::compare::metric::Argument;
use crate::dataset::index::{Selection, Snapshots};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::{ModelId, is_name};

/// An experiment: `experiments/<name>.toml`. It compares candidates with one baseline over a fixed
/// dataset, and says what must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExperimentSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of the experiment, which is the name of its file without `.toml`.
    pub experiment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub title: Option<String>,
    /// What the experiment is to find out, printed in the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The model that the candidates are compared with, `family@version`.
    pub baseline: String,
    /// The models that are compared with the baseline.
    #[schemars(length(min = 1))]
    pub candidates: Vec<String>,
    /// Name of the dataset; `--dataset NAME=PATH` binds it to a folder outside the workbench.
    pub dataset: String,
    /// Which snapshots are compared, each by itself; the latest unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<SnapshotsSpec>,
    /// The topic, for a dataset with a row per account and topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Least share of the accounts scored by either model that both must score; under it the
    /// models are not comparable (exit code 3). 0.5 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub minimum_overlap: Option<f64>,
    /// What must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<ExpectSpec>,
}

/// Which snapshots of the dataset are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SnapshotsSpec {
    /// The last in the order of their names.
    Latest,
    /// Every one.
    All,
    /// These.
    Named(Vec<String>),
}

/// An expectation: a metric, its bound, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExpectSpec {
    /// Name of the metric.
    pub metric: String,
    /// Parameters of the metric, such as `{ k = 25 }`.
    #[serde(default, rename = "with", skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, Argument>,
    /// The metric must not be below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The metric must not be above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// The reason for the bound, printed with the verdict.
    #[schemars(length(min = 1))]
    pub because: String,
    /// The candidate that it speaks of; every candidate unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<String>,
    /// The snapshot that it speaks of; every compared snapshot unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// A checked experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    pub name: String,
    pub title: String,
    pub question: Option<String>,
    pub baseline: ModelId,
    /// Never empty, unique, and not the baseline.
    pub candidates: Vec<ModelId>,
    pub dataset: String,
    pub selection: Selection,
    pub minimum_overlap: f64,
    pub expectations: Vec<Expectation>,
}

/// The least overlap unless an experiment states another.
pub const MINIMUM_OVERLAP: f64 = 0.5;

impl Experiment {
    /// Parses and checks an experiment; `expected` is the name that its file promises.
    pub fn parse(origin: &str, text: &str, expected: Option<&str>) -> Result<Experiment, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: ExperimentSpec = document.decode()?;
        let mut problems = Vec::new();
        if !is_name(&spec.experiment) {
            let message = format!("`{}` cannot name an experiment", visible(&spec.experiment));
            let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
            problems.push(document.problem(&["experiment"], message).hint(hint));
        } else if let Some(expected) = expected.filter(|expected| *expected != spec.experiment) {
            let message = format!("the file says `{}`, its name says `{expected}`", spec.experiment);
            problems.push(document.problem(&["experiment"], message).hint("both must agree"));
        }
        if !is_name(&spec.dataset) {
            let message = format!("`{}` cannot name a dataset", visible(&spec.dataset));
            let hint = "name a folder under datasets/, and bind one elsewhere with --dataset NAME=PATH";
            problems.push(document.problem(&["dataset"], message).hint(hint));
        }
        let model = |path: &[&str], text: &str, problems: &mut Vec<Diagnostic>| -> Option<ModelId> {
            let parsed = text.parse::<ModelId>();
            parsed.map_err(|error| problems.push(document.problem(path, error.to_string()))).ok()
        };
        let baseline = model(&["baseline"], &spec.baseline, &mut problems);
        let mut candidates: Vec<ModelId> = Vec::new();
        for (index, text) in spec.candidates.iter().enumerate() {
            let path = ["candidates", &index.to_string()];
            let Some(id) = model(&path, text, &mut problems) else { continue };
            if baseline.as_ref() == Some(&id) {
                problems
                    .push(document.problem(&path, format!("{id} is the baseline, and cannot be a candidate as well")));
            } else if candidates.contains(&id) {
                problems.push(document.problem(&path, format!("the candidate {id} is named twice")));
            } else {
                candidates.push(id);
            }
        }
        let mut expectations = Vec::new();
        for (index, expect) in spec.expect.iter().enumerate() {
            match Expectation::check(expect, &document, &index.to_string(), &candidates) {
                Ok(expectation) => expectations.push(expectation),
                Err(found) => problems.extend(found),
            }
        }
        Diagnostics::none_or(problems)?;
        let Some(baseline) = baseline else {
            return Err(Diagnostic::new(origin, "the baseline is no model").into());
        };
        let snapshots = match spec.snapshots {
            None | Some(SnapshotsSpec::Latest) => Snapshots::Latest,
            Some(SnapshotsSpec::All) => Snapshots::All,
            Some(SnapshotsSpec::Named(names)) => Snapshots::Named(names),
        };
        Ok(Experiment {
            title: spec.title.unwrap_or_else(|| spec.experiment.clone()),
            name: spec.experiment,
            question: spec.question,
            baseline,
            candidates,
            dataset: spec.dataset,
            selection: Selection { snapshots, topic: spec.topic },
            minimum_overlap: spec.minimum_overlap.unwrap_or(MINIMUM_OVERLAP),
            expectations,
        })
    }
}
