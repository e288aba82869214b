//! A recipe as it is written. Bounds of single numbers stand here, as schema, where an editor
//! reads them too; what holds between keys is checked in [`super::check`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::optional::{AmongSpec, AnswersSpec, MeasureSpec, PresenceSpec, SpikeSpec, TopicSpec};
use crate::dataset::manifest::Direction;

/// A population to draw synthetic accounts from: `datasets/<name>/recipe.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecipeSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of the dataset that the recipe makes.
    pub recipe: String,
    /// One line for lists and reports.
    #[schemars(length(min = 1))]
    pub title: String,
    /// What a reader may project figures of this dataset to; printed beside every interval.
    #[schemars(length(min = 1))]
    pub population: String,
    /// Another seed draws another panel from the same population.
    pub seed: u64,
    /// How many accounts. Raising the number leaves the accounts that were there as they were.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub accounts: u64,
    /// The points in time, earliest first and in the order of their text, such as `2011-08`.
    #[schemars(length(min = 1))]
    pub snapshots: Vec<String>,
    /// The hidden influence that drives everything.
    #[serde(default)]
    pub latent: LatentSpec,
    /// The networks, by name.
    #[serde(default)]
    pub network: BTreeMap<String, NetworkSpec>,
    /// The signals, by name: `network.signal`.
    #[serde(default)]
    pub signal: BTreeMap<String, SignalSpec>,
    /// Groups of accounts, by name; each becomes a column of text.
    #[serde(default)]
    pub segment: BTreeMap<String, SegmentSpec>,
    /// Judged pairs of accounts; none unless stated.
    pub pairs: Option<PairsSpec>,
    /// Accounts that come and go; all are there all the time unless stated.
    pub presence: Option<PresenceSpec>,
    /// How much an account counts in shares given per exposure: a column `exposure-weight`.
    pub exposure: Option<MeasureSpec>,
    /// How old the data of an account are: a column `data-age`.
    pub age: Option<MeasureSpec>,
    /// What a score should foretell, besides the latent influence itself: a column each.
    #[serde(default)]
    pub outcome: BTreeMap<String, MeasureSpec>,
    /// Sudden rises of a few accounts.
    #[serde(default)]
    pub spike: BTreeMap<String, SpikeSpec>,
    /// What people say when they are asked whether they would recommend a brand.
    pub answers: Option<AnswersSpec>,
    /// Topics, by name: a row per account and topic. None unless stated.
    #[serde(default)]
    pub topic: BTreeMap<String, TopicSpec>,
}

/// The influence that nobody can see. It is a standard normal number per account, plus what the
/// account's segments lift it by; its unit, one standard deviation, is the unit of `drift`, of
/// `lift` and of the judges' `noise`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LatentSpec {
    /// How far an account moves from one snapshot to the next: the standard deviation of the step.
    /// The spread over all accounts stays as it is. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub drift: f64,
    /// How much further the upper half reaches than a normal distribution does: an influence `z`
    /// above 0 becomes `z exp(tail z z / 2)` (Tukey's h). The middle and the lower half stay as
    /// they are. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub tail: f64,
}

/// A network that an account may be on. An account that is not on it has no value in any of its
/// signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NetworkSpec {
    /// Share of the accounts that are on the network.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub connected: f64,
    /// How much influential accounts tend to be on the network: the correlation between the latent
    /// influence and the inclination to be there. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// How far an account's standing on this network goes its own way: 0 is the latent influence
    /// itself, 1 has nothing to do with it. The signals of the network follow this standing. 0
    /// unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub own: f64,
    /// The accounts that can be on the network at all; `connected` is then a share of them. All
    /// unless stated.
    pub among: Option<AmongSpec>,
}

/// A signal: a column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignalSpec {
    /// What is counted or measured, and over what time: `accounts`, `retweets in 90 days`.
    #[schemars(length(min = 1))]
    pub unit: String,
    /// Where it is documented that such a signal existed, as a tag of the factor catalogue. The
    /// numbers of the recipe are its author's own whatever stands here.
    #[schemars(length(min = 1))]
    pub source: Option<String>,
    /// What more of it says about an account; `higher-is-better` unless stated.
    #[serde(default)]
    pub direction: Direction,
    /// How the values come about.
    pub kind: Kind,
    /// Share of the values that are missing at random, anew at each snapshot, though the account
    /// is on the network. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1))]
    pub missing: f64,
    /// Correlation between two snapshots of that part of the signal which the account's standing
    /// does not explain: 1 never changes, 0 is drawn anew each time. 0.95 unless stated. It says
    /// nothing for `derived` signals.
    #[serde(default = "usual_persistence")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub persistence: f64,
    /// Significant digits of a number that is not whole; all unless stated.
    #[schemars(range(min = 1, max = 15))]
    pub digits: Option<u32>,
    /// Snapshots in which nobody has a value: the network did not deliver.
    #[serde(default)]
    pub gone: Vec<String>,
    /// In a dataset with topics: whether an account's level is split among its topics; if not,
    /// each of its rows shows the whole. Levels `per` a signal and parts follow that signal. True
    /// unless stated.
    #[serde(default = "yes")]
    pub split: bool,
}

fn yes() -> bool {
    true
}

fn usual_persistence() -> f64 {
    0.95
}

/// How the values of a signal come about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// Whole numbers with a long tail: log-normal, rounded down.
    Count(LevelSpec),
    /// Positive numbers with a long tail: log-normal.
    Amount(LevelSpec),
    /// A number between 0 and 1: logit-normal.
    Share(ShareSpec),
    /// A whole number that never exceeds another: of the retweets, those by different people.
    Part(PartSpec),
    /// A step on a ladder: 0, 1, 2 and so on.
    Ordinal(OrdinalSpec),
    /// Computed from other signals, such as reactions per post.
    Derived(DerivedSpec),
    /// A number of either sign, normally distributed.
    Normal(NormalSpec),
    /// How many answers of a kind a brand got, of those that `[answers]` draws.
    Answers(Grade),
}

/// A long-tailed level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LevelSpec {
    /// The middle of the level at the first snapshot, before zeros, cap and rounding.
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub median: f64,
    /// Standard deviation of the natural logarithm: at 1, one account in six has more than 2.7
    /// times the median; at 2, more than 7.4 times.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
    /// Share of accounts that have none at all, besides those that rounding brings to 0; the less
    /// influential ones where the loading is positive. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub zero: f64,
    /// Correlation of the logarithm with the account's standing on the network. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// Weight of the owner's activity beside the standing: a correlation too, since the two have
    /// nothing to do with each other. The squares of `loading` and `activity` are together at
    /// most 1. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub activity: f64,
    /// Growth of the level from one snapshot to the next, relative: 0.01 is one per cent. 0 unless
    /// stated.
    #[serde(default)]
    #[schemars(range(min = -0.5, max = 1.0))]
    pub growth: f64,
    /// Another count that this one goes with: the median is then per unit of it, and where there
    /// is none of it there is none of this. Retweets received, per post.
    pub per: Option<String>,
    /// The network shows no more than this.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub cap: Option<f64>,
}

/// A share between 0 and 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ShareSpec {
    /// The middle of the shares: half of them lie above it.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub median: f64,
    /// Standard deviation of the log odds.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
    /// Correlation of the log odds with the account's standing on the network. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// Weight of the owner's activity beside the standing: a correlation too, since the two have
    /// nothing to do with each other. The squares of `loading` and `activity` are together at
    /// most 1. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub activity: f64,
}

/// A part of a count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PartSpec {
    /// The signal that this is a part of; it counts something itself (`count` or `part`).
    pub of: String,
    /// The middle of the share of it, before rounding down.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub share: f64,
    /// Standard deviation of the log odds of the share.
    #[schemars(range(min = 0.0, max = 10.0))]
    pub spread: f64,
    /// Correlation of the log odds with the account's standing on the network. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// Weight of the owner's activity beside the standing: a correlation too, since the two have
    /// nothing to do with each other. The squares of `loading` and `activity` are together at
    /// most 1. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub activity: f64,
    /// Whether the part is at least 1 where the whole is: where there are retweets there is
    /// somebody who retweeted. False unless stated.
    #[serde(default)]
    pub never_empty: bool,
    /// Another count that the part never exceeds either: of the posts, those retweeted are no
    /// more than the retweets. It is then the share of the lesser of the two.
    pub within: Option<String>,
    /// There are no more than this.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub cap: Option<f64>,
}

/// A ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OrdinalSpec {
    /// Share of the accounts on each step, from step 0 upwards; together 1.
    #[schemars(length(min = 2), inner(range(min = 0.0, max = 1.0)))]
    pub shares: Vec<f64>,
    /// Correlation of the inclination to stand high with the account's standing on the network. 0
    /// unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// Weight of the owner's activity beside the standing: a correlation too, since the two have
    /// nothing to do with each other. The squares of `loading` and `activity` are together at
    /// most 1. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub activity: f64,
}

/// A formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DerivedSpec {
    /// An expression over other signals: `twitter.retweets / max(twitter.posts, 1)`.
    #[schemars(length(min = 1))]
    pub value: String,
    /// Whether the result is rounded down to a whole number. False unless stated.
    #[serde(default)]
    pub whole: bool,
}

/// A normal number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NormalSpec {
    pub mean: f64,
    /// Standard deviation.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub spread: f64,
    /// Correlation with the account's standing on the network. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub loading: f64,
    /// Weight of the owner's activity beside the standing: a correlation too, since the two have
    /// nothing to do with each other. The squares of `loading` and `activity` are together at
    /// most 1. 0 unless stated.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 1.0))]
    pub activity: f64,
}

/// Answers from 0 to 10 as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Grade {
    /// 9 and 10.
    Promoters,
    /// 7 and 8.
    Passives,
    /// 0 to 6.
    Detractors,
    /// All of them.
    All,
}

/// A grouping of the accounts. An account stays in its group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SegmentSpec {
    /// The groups, by the text that stands in the column; their shares are together 1.
    pub value: BTreeMap<String, GroupSpec>,
}

/// A group of accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GroupSpec {
    /// Share of the accounts in this group.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// How much more influential the accounts of this group are, in standard deviations of the
    /// latent. 0 unless stated. A lift moves all that leans on the latent, so the shares and
    /// medians of networks and signals hold for accounts without one.
    #[serde(default)]
    #[schemars(range(min = -5.0, max = 5.0))]
    pub lift: f64,
    /// How much more active their owners are, in standard deviations of the activity. 0 unless
    /// stated.
    #[serde(default)]
    #[schemars(range(min = -5.0, max = 5.0))]
    pub activity: f64,
    /// What single signals of these accounts are multiplied by without any influence behind it,
    /// such as followers that were bought: levels as such, shares and parts by their odds.
    #[serde(default)]
    pub times: BTreeMap<String, f64>,
}

/// Pairs of accounts of which a person said who is the more influential, judged at the last
/// snapshot. Both are drawn at random; the person sees the latent influence dimly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PairsSpec {
    /// How many pairs.
    #[schemars(range(max = 10_000_000))]
    pub count: u64,
    /// How dimly the judges see: the probability of preferring the first is
    /// `1 / (1 + exp(-difference / noise))`; 0 is never wrong.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub noise: f64,
}
