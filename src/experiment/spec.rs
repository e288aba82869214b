//! An experiment file as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::metric::Argument;
use crate::stability::spec::StabilitySpec;

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
    /// Further datasets, each compared by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_on: Vec<String>,
    /// Which snapshots are compared, each by itself; the latest unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<SnapshotsSpec>,
    /// The snapshot on which the baseline scores, where the data move as well: every candidate, the
    /// baseline itself among them if it is named, then scores the compared snapshots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_snapshot: Option<String>,
    /// The topic, for a dataset with a row per account and topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Which topics are compared, each by itself, and averaged at the end; instead of `topic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<TopicsSpec>,
    /// Columns of the dataset by which accounts are also looked at group by group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    /// Groups of fewer accounts are counted, but no figure is given. 30 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2))]
    pub smallest_group: Option<u64>,
    /// Lists of accounts that are looked at by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohort: Vec<CohortSpec>,
    /// Rewards that hang on the score.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub perk: Vec<PerkSpec>,
    /// How sampling error is estimated; without it every figure is exact and describes this dataset
    /// alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<UncertaintySpec>,
    /// Least share of the accounts scored by either model that both must score; under it the
    /// models are not comparable (exit code 3). 0.5 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub minimum_overlap: Option<f64>,
    /// Studies of every version: how far may its ranking be trusted, and who can game it? They are
    /// made on the latest compared snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stability: Option<StabilitySpec>,
    /// What must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<ExpectSpec>,
}

/// Which topics of the dataset are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum TopicsSpec {
    /// Every one.
    All,
    /// These.
    Named(Vec<String>),
}

/// A list of accounts: a text file with one account a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CohortSpec {
    /// Name of the cohort, for reports and expectations.
    pub name: String,
    /// Path of the list from the workbench's folder, which it cannot leave. Empty lines and lines
    /// that begin with `#` are passed over.
    #[schemars(length(min = 1))]
    pub file: String,
}

/// A reward that accounts get for their score: from a threshold up, or for the top k.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PerkSpec {
    /// Name of the perk.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Accounts have it whose score is at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// Accounts have it that stand among so many; those tied at the edge all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub top: Option<u64>,
    /// Which score counts for `at-least`; `displayed` unless stated, as that is what people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<PerkScore>,
    /// Who may have it, as `column=value` of a segment; everybody unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PerkScore {
    /// The score as it is shown to people.
    #[default]
    Displayed,
    /// The score as it is computed.
    Raw,
}

/// How sampling error is estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UncertaintySpec {
    /// What the intervals are meant to cover; 0.95 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.5, max = 0.999))]
    pub level: Option<f64>,
    /// How many times the data are drawn again; 1000 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 100, max = 100_000))]
    pub replicates: Option<u32>,
    /// Another seed draws other replicates; 1 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What is drawn again; the cluster column where the dataset declares one, else accounts,
    /// unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resample: Option<Resample>,
    /// How the ends of the intervals are found; `percentile` unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<IntervalMethod>,
}

/// The unit that is drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Resample {
    Accounts,
    /// All accounts of a cluster together.
    Clusters,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum IntervalMethod {
    /// Quantiles of the replicates.
    #[default]
    Percentile,
    /// Quantiles corrected for bias and skew, where the figure admits it.
    Bca,
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
    /// Name of the metric, or of a study's figure, such as `weights/tau-b`.
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
    /// The dataset that it speaks of; every dataset unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The topic that it speaks of; every compared topic unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Whether it speaks of the average over the compared topics instead of each one. False unless
    /// stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across_topics: Option<bool>,
    /// The group that it speaks of, as `column=value`, or every group of a column, as `column`; all
    /// accounts together unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// The cohort that it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<String>,
    /// The band of the baseline that it speaks of, or `each` for every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub band: Option<String>,
    /// The version that stands in the baseline's place: another candidate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// What the bound holds; the unfavourable end of the interval unless stated, and the point
    /// where there is no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binds: Option<Binds>,
}

/// The part of an estimate that a bound holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Binds {
    /// The lower end for `at-least`, the upper for `at-most`.
    #[default]
    Unfavourable,
    Point,
    Lower,
    Upper,
}
