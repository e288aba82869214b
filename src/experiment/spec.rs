//! An experiment file as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::metric::Argument;

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
