//! What an experiment came to: the document `outcome.json`. It holds every number that a report
//! prints and nothing of clock, path, thread count or host, so that the same inputs give the same
//! bytes and a report can be made from it alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expectation::Verdict;
use crate::compare::Coverage;
use crate::compare::findings::{BandLabel, Findings};
use crate::compare::measurement::Measurements;
use crate::score::Tally;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    /// Format of this document; 1 is the only one so far.
    pub format: u32,
    /// Version of the tool that made it.
    pub tool: String,
    /// Digest of everything that went in.
    pub run_id: String,
    /// The command that makes this outcome again, in a checkout that holds the same inputs.
    pub command: String,
    pub experiment: ExperimentSummary,
    pub dataset: DatasetSummary,
    /// The baseline first, then the candidates in their order.
    pub models: Vec<ModelSummary>,
    /// One for each candidate and snapshot, candidates in their order.
    pub comparisons: Vec<ComparisonSummary>,
    pub verdicts: Vec<Verdict>,
    /// Whether every expectation is met; true if there are none.
    pub passed: bool,
    /// Reasons to distrust a figure, in sentences.
    pub doubts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExperimentSummary {
    pub name: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DatasetSummary {
    pub name: String,
    pub title: String,
    pub population: String,
    pub source: String,
    pub licence: String,
    /// One digest of all files.
    pub digest: String,
    /// SHA-256 by file name.
    pub files: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Judged pairs in the dataset.
    pub judged_pairs: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ModelSummary {
    pub id: String,
    pub role: ModelRole,
    pub title: String,
    pub rationale: String,
    /// Digest of the resolved model.
    pub digest: String,
    /// The versions it extends, parent first.
    pub lineage: Vec<String>,
    /// Edits that made a scratch draft of a version.
    pub draft_edits: Vec<String>,
    pub reference: ReferenceSummary,
    pub scale: [f64; 2],
    pub bands: Vec<BandLabel>,
    pub factors: Vec<FactorSummary>,
    pub tally: Tally,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ModelRole {
    Baseline,
    Candidate,
}

/// What the model's normalisations were fitted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReferenceSummary {
    /// Nothing in the model is fitted.
    None,
    /// On the rows that are scored, so that a change of the data moves the scale as well.
    ScoredData,
    /// On a named population.
    Population {
        /// `dataset` or `dataset@snapshot`.
        name: String,
        /// Digest of the dataset's files.
        digest: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FactorSummary {
    pub network: String,
    pub name: String,
    pub value: String,
    pub weight: f64,
    pub tags: Vec<String>,
}

/// One candidate against the baseline on one snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ComparisonSummary {
    pub baseline: String,
    pub candidate: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    pub coverage: Coverage,
    /// Judged pairs whose accounts both have both scores.
    pub pairs: u64,
    /// Judged pairs of which an account lacks a score or stands in another snapshot.
    pub pairs_left_out: u64,
    pub metrics: Measurements,
    pub findings: Findings,
}
