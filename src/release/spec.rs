//! The settings of a family as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::metric::Argument;
use crate::date::Date;
use crate::experiment::spec::{Binds, CohortSpec, PerkSpec, SnapshotsSpec, TopicsSpec, UncertaintySpec};

/// What holds for every version of a family: `models/<family>/family.toml`. It says what a release
/// needs, and which signals are gone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FamilySpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of the family, which is the name of its folder.
    pub family: String,
    /// The roles that must sign a version before it is released, such as product, legal, support.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_offs: Vec<String>,
    /// Scores that were published, which must come out again before anything is released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplaySpec>,
    /// How far a release may move people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetSpec>,
    /// Signals that a provider dropped or redefined, by their name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub retired: BTreeMap<String, RetiredSpec>,
}

/// Scores that were published: the version that was live must give them again, which shows that the
/// workbench computes what people see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReplaySpec {
    /// The dataset, which has a column with the role `published-score`.
    pub dataset: String,
    /// The snapshot; the latest unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The topic, for a dataset with a row per account and topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The version that was live then: `family@version`, or the version alone.
    pub version: String,
    /// How far a displayed score may lie from the published one; 0 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub tolerance: Option<f64>,
    /// The share of accounts that must come out again; 1 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub at_least: Option<f64>,
}

/// How far a release may move people: limits, and what they are measured on. They hold against the
/// live version, and against the one that was live some time ago, so that small steps cannot add up
/// unseen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BudgetSpec {
    /// The dataset that limits are measured on.
    pub dataset: String,
    /// Further datasets, each measured by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_on: Vec<String>,
    /// Which snapshots are compared; the latest unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<SnapshotsSpec>,
    /// The topic, for a dataset with a row per account and topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Which topics are compared; instead of `topic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<TopicsSpec>,
    /// So many days ago was live what limits hold against as well; 90 unless stated, 0 for the live
    /// version alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 36_500))]
    pub window_days: Option<u32>,
    /// Columns of the dataset whose groups limits speak of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    /// Groups of fewer accounts have no figure, and a limit of every group passes over them. 30
    /// unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2))]
    pub smallest_group: Option<u64>,
    /// Lists of accounts that limits speak of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohort: Vec<CohortSpec>,
    /// Rewards that hang on the score.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub perk: Vec<PerkSpec>,
    /// How sampling error is estimated; without it limits hold the figures of the dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<UncertaintySpec>,
    /// The limits.
    #[schemars(length(min = 1))]
    pub limit: Vec<LimitSpec>,
}

/// One limit: of a metric, or of the holders of a perk who lose it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LimitSpec {
    /// Name of the limit, by which it is waived.
    pub name: String,
    /// The metric that it limits; see `clout list metrics`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Parameters of the metric, such as `{ threshold = 5, direction = "down", per = "exposure" }`.
    #[serde(default, rename = "with", skip_serializing_if = "BTreeMap::is_empty")]
    pub arguments: BTreeMap<String, Argument>,
    /// Instead of a metric: the perk of which at most a share of the holders may lose it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perk: Option<String>,
    /// The figure must not be above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// The figure must not be below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// The reason for the limit.
    #[schemars(length(min = 1))]
    pub because: String,
    /// The group that it protects, as `column=value`, or every group of a column, as `column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// The cohort that it protects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<String>,
    /// The band of the earlier version that it speaks of, or `each` of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
    /// What the limit holds; the unfavourable end of the interval unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binds: Option<Binds>,
    /// Which earlier versions it holds against; `both` unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

/// Which earlier versions a limit holds against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Against {
    /// The live version, and the one that was live `window-days` ago.
    #[default]
    Both,
    /// The live version alone.
    Live,
    /// The version that was live `window-days` ago alone.
    Window,
}

/// A signal that a provider dropped or redefined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetiredSpec {
    /// The first day without it.
    pub since: Date,
    /// What happened.
    #[schemars(length(min = 1))]
    pub because: String,
    /// The version that does without it: `family@version`, or the version alone. It is checked that
    /// it resolves, and reads no signal that is retired by then.
    pub fallback: String,
    /// The signal that takes its place, where the provider redefined it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}
