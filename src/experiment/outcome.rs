//! What an experiment came to: the document `outcome.json`. It holds every number that a report
//! prints and nothing of clock, path, thread count or host, so that the same inputs give the same
//! bytes and a report can be made from it alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expectation::Verdict;
use super::golden::GoldenVerdict;
pub use super::place::Place;
use super::stress::Stability;
use crate::compare::Coverage;
use crate::compare::findings::{BandLabel, Findings};
use crate::compare::group::Group;
use crate::compare::measurement::Measurements;
use crate::compare::perk::PerkFindings;
use crate::score::Tally;
use crate::score::contribution::Contribution;

/// The format of the document: it changes whenever a key does that every outcome has.
pub const FORMAT: u32 = 2;

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    /// Format of this document, 2. Outcomes of format 1 name no reasons, weights and tops; the run that
    /// made one makes it anew.
    pub format: u32,
    /// Version of the tool that made it.
    pub tool: String,
    /// Digest of everything that went in.
    pub run_id: String,
    /// The command that makes this outcome again, in a checkout that holds the same inputs.
    pub command: String,
    pub experiment: ExperimentSummary,
    pub datasets: Vec<DatasetSummary>,
    /// The baseline first, then the candidates in their order.
    pub models: Vec<ModelSummary>,
    /// One for each candidate and snapshot, candidates in their order.
    pub comparisons: Vec<ComparisonSummary>,
    /// Candidates against each other, for each dataset, topic and snapshot.
    pub every_two: Vec<TwoVersions>,
    /// Averages over topics, where several were compared.
    pub across_topics: Vec<AcrossTopics>,
    /// How the signals themselves moved.
    pub signal_drift: Vec<SignalDriftSummary>,
    /// How sampling error was estimated; none if every figure is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<UncertaintySummary>,
    /// What the studies of stability came to; none unless the experiment asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stability: Option<Stability>,
    pub verdicts: Vec<Verdict>,
    /// What came of the golden cases that candidates are held to, candidate by candidate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub golden: Vec<GoldenVerdict>,
    /// Whether every expectation and every golden case is met; true if there are none.
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
    /// Groups of fewer accounts are counted, and no figure is given.
    pub smallest_group: u64,
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
    /// Judged pairs in the dataset.
    pub judged_pairs: u64,
    /// Whether rows stand for more accounts than themselves, which every figure then honours.
    pub sampled: bool,
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
    pub place: Place,
    pub coverage: Coverage,
    /// Judged pairs whose accounts both have both scores.
    pub pairs: u64,
    /// Judged pairs of which an account lacks a score or stands in another snapshot.
    pub pairs_left_out: u64,
    /// Answers about brands whose respondent has both scores, and the dataset's other answers.
    pub answers: u64,
    pub answers_left_out: u64,
    /// Whether accounts stand for more than themselves, which figures honour.
    pub sampled: bool,
    pub metrics: Measurements,
    pub findings: Findings,
    /// Segments, bands and cohorts; within each column the group that falls furthest first.
    pub groups: Vec<GroupSummary>,
    /// Accounts of each cohort that are not compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cohorts_absent: BTreeMap<String, u64>,
    pub perks: Vec<PerkFindings>,
    /// Why the accounts that lose and gain most moved.
    pub reasons: Vec<AccountReasons>,
    /// What every factor weighs on either side, by network and name.
    pub weights: Vec<FactorWeights>,
}

/// Why an account's score moved, the largest reason first; the points sum to the change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AccountReasons {
    pub account: String,
    pub baseline: f64,
    pub candidate: f64,
    pub reasons: Vec<Contribution>,
    /// How many terms the last reason, the rest, stands for.
    pub in_rest: u64,
}

/// What a factor weighs, under the baseline and under the candidate; none where it is not there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FactorWeights {
    pub network: String,
    pub factor: String,
    /// Share of the model's weight: of the network's among the networks, times its own within.
    pub nominal: [Option<f64>; 2],
    /// Share of the variance of strengths that it brings; the shares of a side sum to 1.
    pub realised: [Option<f64>; 2],
}

/// What a comparison comes to within a part of the accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GroupSummary {
    pub group: Group,
    pub accounts: u64,
    /// None for a group of too few accounts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: Measurements,
    /// The mean shift drawn towards that of all groups of the column, the more the fewer accounts
    /// there are: what the groups are ordered by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrunk_mean_shift: Option<f64>,
    /// Whether the order within the group turns against the order over all accounts.
    pub sign_conflict: bool,
}

/// Two candidates against each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TwoVersions {
    pub first: String,
    pub second: String,
    pub place: Place,
    /// Second minus first where a figure is a difference.
    pub metrics: Measurements,
}

/// A figure averaged over topics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AcrossTopics {
    pub baseline: String,
    pub candidate: String,
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    pub topics: u64,
    pub metrics: Measurements,
}

/// How the sampling error was estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UncertaintySummary {
    pub level: f64,
    pub replicates: u32,
    pub seed: u64,
    /// By dataset: what was drawn again, and the population that the intervals project to.
    pub datasets: BTreeMap<String, Projection>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Projection {
    /// `accounts`, or the name of the cluster column.
    pub resampled: String,
    pub population: String,
}

/// How the signals that the models read moved between two snapshots of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignalDriftSummary {
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    pub from: String,
    pub to: String,
    pub reason: DriftReason,
    /// Accounts on both sides, only after, and only before.
    pub both: u64,
    pub added: u64,
    pub gone: u64,
    /// The gravest first.
    pub signals: Vec<SignalRow>,
}

/// Why two snapshots are held against each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DriftReason {
    /// Both sides of the comparison stand on them.
    Sides,
    /// These models were fitted on the first and score the second.
    Reference(Vec<String>),
}

/// One signal between two snapshots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignalRow {
    pub signal: String,
    pub missing_before: f64,
    pub missing_after: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_before: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_after: Option<f64>,
    /// Over bins of the earlier snapshot; none where it is undefined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psi: Option<f64>,
    /// What two samples of one population stay below in 95 of 100 cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psi_critical: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ks: Option<f64>,
    pub vanished: bool,
    pub appeared: bool,
}

impl FactorWeights {
    /// How far the nominal weight moves, and the realised one; what is not there weighs nothing.
    pub fn moved(&self) -> [f64; 2] {
        [self.nominal, self.realised].map(|sides| {
            let [before, after] = sides.map(Option::unwrap_or_default);
            (after - before).abs()
        })
    }
}

impl SignalRow {
    /// Whether it drifted by the usual rule of thumb: a stability index of 0.1 or more.
    pub fn drifted(&self) -> bool {
        self.psi.is_some_and(|psi| psi >= 0.1)
    }
}
