//! The parts of a recipe that most recipes do without: accounts that come and go, measures that
//! are no signals, sudden rises, answers about brands, topics.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Accounts of some groups of a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AmongSpec {
    /// The segment.
    pub segment: String,
    /// Its groups.
    #[schemars(length(min = 1))]
    pub values: Vec<String>,
}

/// Accounts that come and go. An account that is not there has no row. `accounts` counts all that
/// may ever be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PresenceSpec {
    /// Share of the accounts that are not there at the first snapshot. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub late: f64,
    /// Share of those not yet there that come at each later snapshot. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub arrive: f64,
    /// Share of those there that are gone for good at each later snapshot. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub leave: f64,
}

/// A whole number of an account that is no signal: log-normal, rounded down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MeasureSpec {
    /// What is counted, and over what time.
    #[schemars(length(min = 1))]
    pub unit: String,
    /// The middle at the first snapshot, before zeros, cap and rounding.
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub median: f64,
    /// Standard deviation of the natural logarithm.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
    /// Share of accounts at 0, besides those that rounding brings there. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub zero: f64,
    /// Correlation of the logarithm with the latent influence. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// Correlation of the logarithm with the owner's activity; see the signals. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub activity: f64,
    /// Growth from one snapshot to the next, relative. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -0.5, max = 1.0))]
    pub growth: f64,
    /// There is no more than this.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub cap: Option<f64>,
    /// Correlation between two snapshots of what influence and activity do not explain. 0.95
    /// unless stated.
    #[serde(default = "usual_persistence")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub persistence: f64,
}

fn usual_persistence() -> f64 {
    0.95
}

/// A sudden rise of some accounts, which fades.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SpikeSpec {
    /// The snapshot in which it comes.
    pub snapshot: String,
    /// Share of the accounts that it hits.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// What their levels are multiplied by.
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub times: f64,
    /// How much of the rise is left one snapshot later, and of that another one later. 0 unless
    /// stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub fade: f64,
    /// The signals that rise, of kind `count` or `amount`. What goes `per` one of them, its parts
    /// and what is computed from it rise along.
    #[schemars(length(min = 1))]
    pub signals: Vec<String>,
}

/// Accounts that are asked whether they would recommend a brand, and answer from 0 to 10. The
/// answers become a table of their own, as of the last snapshot; signals of kind `answers` count
/// them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AnswersSpec {
    /// The accounts that are brands.
    pub about: AmongSpec,
    /// The middle number of answers per brand at the first snapshot.
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub median: f64,
    /// Standard deviation of the natural logarithm of that number.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
    /// Growth of the number from one snapshot to the next, relative. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub growth: f64,
    /// No brand gets more answers than this; it is less than the number of accounts.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub cap: u64,
    /// Correlation of a brand's hidden appeal with its latent influence. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// How much of an answer is the brand's appeal and not the respondent's own mind: the
    /// correlation of the inclination to recommend with the appeal.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub appeal: f64,
    /// Share of each answer over all brands, from 0 to 10; together 1.
    #[schemars(length(min = 11), inner(range(min = 0.0, max = 1.0)))]
    pub shares: Vec<f64>,
}

/// A topic that some accounts are about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TopicSpec {
    /// Share of the accounts that have a row for it.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// How unevenly accounts divide themselves: the standard deviation of the natural logarithm
    /// of the topic's portion before the portions are made to add up to 1. 1 unless stated.
    #[serde(default = "usual_spread")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
}

fn usual_spread() -> f64 {
    1.0
}
