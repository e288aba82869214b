//! Which studies are made, and how far they shake, as a file would say it; `clout stress` fills it in
//! from its options.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a ranking may be trusted: which studies are made of every version. A table that is there asks for its study; what it leaves open is filled in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StabilitySpec {
    /// Another seed draws other replicates; 1 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How many places count as the top; 50 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub top: Option<u64>,
    /// Memory that each version may take, in MiB; 1024 unless stated. A population that needs more
    /// is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub memory: Option<u64>,
    /// The events behind counts drawn again: how sure is a place?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SamplingSpec>,
    /// Weights drawn around those of the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<WeightsSpec>,
    /// Which choices decide the order: weights and alternatives varied together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<SensitivitySpec>,
    /// Every factor, and every network, left out in turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave_out: Option<LeaveOutSpec>,
    /// Signals measured badly: noise, rounding, gaps, a network out, data of an earlier date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoiseSpec>,
    /// The version over all snapshots of the dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeSpec>,
    /// Other accounts removed or made worse: does a pair change its order?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal: Option<ReversalSpec>,
    /// Attacks tried on every account: what does it cost to cheat?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaming: Option<GamingSpec>,
    /// Two laws searched for accounts that break them: more of a good signal lowers no score, and
    /// one more network does not either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub laws: Option<LawsSpec>,
}

/// The events behind counts drawn again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SamplingSpec {
    /// How many times; 400 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 100, max = 10_000))]
    pub replicates: Option<u64>,
    /// What the intervals are meant to cover; 0.95 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.5, max = 0.999))]
    pub level: Option<f64>,
    /// How many events come together: a count varies as if it were made of bursts of so many. 1
    /// (every event by itself) unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0, max = 1e6))]
    pub burst: Option<f64>,
}

/// Which weights are varied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Vary {
    /// Those of factors within their networks.
    Factors,
    /// Those of networks.
    Networks,
    /// Both.
    #[default]
    All,
}

/// Weights drawn around those of the version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WeightsSpec {
    /// How many times; 1000 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 200, max = 100_000))]
    pub draws: Option<u64>,
    /// Every weight times 1 + U(-f, f), with this f; 0.25 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub within: Option<f64>,
    /// Instead of `within`: shares of weight drawn from a Dirichlet distribution around those of
    /// the version, with this concentration. The larger, the nearer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 1e6))]
    pub concentration: Option<f64>,
    /// Which weights; all unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vary: Option<Vary>,
}

/// Which choices decide the order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SensitivitySpec {
    /// Rows of the design: with d inputs it takes rows x (d + 2) scorings. 256 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 20, max = 65_536))]
    pub rows: Option<u64>,
    /// Every weight times 1 + U(-f, f), with this f; 0.5 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub within: Option<f64>,
    /// Which weights are inputs; those of networks unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vary: Option<Vary>,
    /// What the intervals of the indices are meant to cover; 0.95 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.5, max = 0.999))]
    pub level: Option<f64>,
    /// Choices beside the weights, each an input of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternative: Vec<AlternativeSpec>,
}

/// A choice: the version as it is, or edited in one of several ways, each as likely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AlternativeSpec {
    /// What the choice is called in reports.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Edits, such as `combine = geometric-mean` or `normalise = percentile-rank`; each is an
    /// option beside the version as it is.
    #[schemars(length(min = 1, max = 8))]
    pub edits: Vec<String>,
}

/// Every factor, and every network, left out in turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeaveOutSpec {}

/// Signals measured badly.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NoiseSpec {
    /// Draws at every level; 50 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 10_000))]
    pub draws: Option<u64>,
    /// Every cell times a log-normal factor of median 1 with this standard deviation of its
    /// logarithm; 0.05, 0.1, 0.2 and 0.4 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0.0, max = 5.0)))]
    pub levels: Option<Vec<f64>>,
    /// Cells rounded to so many significant digits; 1 and 2 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 1, max = 12)))]
    pub digits: Option<Vec<u32>>,
    /// This share of all cells missing at random; 0.02, 0.05 and 0.1 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0.0, max = 0.9)))]
    pub missing: Option<Vec<f64>>,
    /// This share of the accounts keeps the data of the snapshot before; 0.1 and 0.5 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0.0, max = 1.0)))]
    pub stale: Option<Vec<f64>>,
}

/// The version over all snapshots of the dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TimeSpec {
    /// An account hardly changed if none of its signals moved by more than this share; 0.05 unless
    /// stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub still: Option<f64>,
}

/// Other accounts removed or made worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReversalSpec {
    /// How many times; 20 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub draws: Option<u64>,
    /// The share of the accounts that is removed, or made worse; 0.1 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 0.9))]
    pub share: Option<f64>,
}

/// Attacks tried on every account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GamingSpec {
    /// Names of attacks under `attacks/`; every one unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub attacks: Option<Vec<String>>,
    /// The greatest cost that is looked at, in the currency of the attacks; 100 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1e-6, max = 1e12))]
    pub most: Option<f64>,
    /// Accounts that are known to cheat, as `column=value` of a segment: how far do they rise?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cheats: Option<String>,
    /// An outcome column that says what accounts are worth, so that cheats are held against their
    /// like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truth: Option<String>,
}

/// Laws searched for accounts that break them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LawsSpec {}
