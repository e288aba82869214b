//! A file of golden cases as it is written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Golden cases of a family: `models/<family>/golden.toml`. They say what its versions have to get
/// right about accounts that people know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GoldenSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// The family, which is the name of the file's folder.
    pub golden: String,
    /// The cases.
    #[schemars(length(min = 1))]
    pub case: Vec<CaseSpec>,
}

/// A golden case: where accounts are looked at, and what must hold of them there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CaseSpec {
    /// Name of the case, printed with its verdict.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Name of the dataset; `--dataset NAME=PATH` binds it to a folder outside the workbench.
    pub dataset: String,
    /// The snapshot; the latest unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The topic, for a dataset with a row per account and topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The first version that is held to the case; every one unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What must hold.
    pub must: MustSpec,
    /// The reason, printed with the verdict.
    #[schemars(length(min = 1))]
    pub because: String,
}

/// What must hold of accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum MustSpec {
    /// Each account scores above the next one of the list; two with the same score do not.
    Order(Vec<String>),
    /// The score of an account as it is shown lies between two ends, which belong to it.
    Within { account: String, low: f64, high: f64 },
    /// An account stands among the first so many; those tied at the edge all do.
    Top {
        account: String,
        #[schemars(range(min = 1))]
        k: u64,
    },
    /// No account of a cohort or of a segment moves further than so many points, from the baseline
    /// of an experiment or, in a check, from the version that a version extends.
    Still {
        /// Path of a list of accounts from the workbench's folder, which it cannot leave.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cohort: Option<String>,
        /// The group of accounts, as `column=value`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
        /// The furthest that an account may move, before rounding.
        #[schemars(range(min = 0.0))]
        at_most: f64,
    },
}
