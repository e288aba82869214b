//! What a study of gaming found, as plain numbers in a size that does not grow with the accounts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stability::attack::LeftOut;

/// How cheaply a model can be cheated. Figures describe these accounts and claim nothing beyond.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GamingFindings {
    /// Accounts with a score.
    pub accounts: u64,
    /// In what costs are counted, and who says so; the same for all attacks.
    pub currency: String,
    /// The greatest cost that was looked at.
    pub most: f64,
    /// In the order handed in.
    pub attacks: Vec<AttackFindings>,
    /// Lowest band first; empty where the model declares none.
    pub cheapest: Vec<Cheapest>,
    /// What 10 % more of a factor's signals does, the most effective factor first.
    pub elasticities: Vec<Elasticity>,
    /// Factors without an elasticity, and why.
    pub inelastic: Vec<Inelastic>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cohort: Option<CohortFindings>,
}

/// One attack on every account by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttackFindings {
    pub attack: String,
    pub title: String,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// One unit in words, and its cost.
    pub unit: String,
    pub cost: f64,
    /// No account can be given more units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_units: Option<f64>,
    /// Signals that the model reads and that the attack moves.
    pub moved: Vec<String>,
    /// Signals that were left as they are, and why.
    pub left_out: Vec<LeftOut>,
    /// Accounts with a score and with one of the signals that the attack moves. All other figures
    /// are of these.
    pub attacked: u64,
    /// Accounts with a score that the attack cannot touch.
    pub out_of_reach: u64,
    /// Why there are no figures, where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_effect: Option<String>,
    /// The least cost first.
    pub levels: Vec<Level>,
    /// Costs at which no attacked account has a score left, so that nothing can be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unscored: Vec<f64>,
    /// The cost at which the median account gains most per unit of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
    /// The way into each band from right below; lowest first.
    pub steps: Vec<BandStep>,
}

/// What an attack comes to at one cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Level {
    pub cost: f64,
    pub units: f64,
    /// Gain in points: the median, and what 95 % of the accounts do not exceed.
    pub median: f64,
    pub upper: f64,
    /// Shares of the accounts that gain at least 1 point and at least 5, on the score grid.
    pub gain_1: f64,
    pub gain_5: f64,
    /// Median gain per unit of the currency.
    pub per_cost: f64,
    /// Cells cut to what they are a part of, and cells cut to the bounds of their signal.
    pub capped: u64,
    pub bounded: u64,
    /// Accounts that have no score any more; they are in no other figure of the level.
    pub lost: u64,
}

/// Where an attack pays most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Best {
    pub cost: f64,
    pub per_cost: f64,
}

/// How an attack lifts accounts over the edge of a band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BandStep {
    /// The band that is to be reached.
    pub to: String,
    /// Attacked accounts that stand right below it.
    pub accounts: u64,
    /// How many of them reach it, or a higher one, at a cost that was looked at.
    pub reached: u64,
    /// The median of the least cost of those that reach it; none where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_cost: Option<f64>,
}

/// The cheapest way into a band, each account by the attack that is the cheapest for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cheapest {
    pub to: String,
    /// Accounts that stand right below it, attacked or not.
    pub accounts: u64,
    /// How many of them some attack lifts into it.
    pub reached: u64,
    /// The median of the least cost of these; none where nobody is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_cost: Option<f64>,
    /// For how many accounts each attack is the cheapest, most accounts first; attacks that cost an
    /// account the same count both.
    pub attacks: Vec<CheapestFor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CheapestFor {
    pub attack: String,
    pub accounts: u64,
}

/// What 10 % more of the signals of one factor does, other signals held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Elasticity {
    pub network: String,
    pub factor: String,
    /// The signals that the factor reads. Other factors that read them move as well.
    pub signals: Vec<String>,
    /// Accounts with a score that are on the network and have one of the signals.
    pub accounts: u64,
    /// Gain in points: the median, and what 95 % of the accounts do not exceed.
    pub median: f64,
    pub upper: f64,
    /// Share of the accounts whose score moves at all, on the score grid.
    pub moved: f64,
}

/// A factor without an elasticity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Inelastic {
    pub network: String,
    pub factor: String,
    pub reason: String,
}

/// How some accounts, such as those known to cheat, stand beside all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CohortFindings {
    pub name: String,
    /// Accounts of the cohort with a score, and without.
    pub members: u64,
    pub unscored: u64,
    /// All other accounts with a score.
    pub others: u64,
    /// None, with the reason below, where one of the two sides is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_standing: Option<String>,
    /// Beside accounts that are alike in truth, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_match: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Standing {
    /// Mean score of the cohort, and of the others.
    pub mean: f64,
    pub mean_of_others: f64,
    /// Median rank of the cohort among all accounts, 1 for the highest score; ties share their mean.
    pub median_rank: f64,
    /// The share of all accounts, from 0 to 1, that the median member stands above; half of those that
    /// are tied with it count.
    pub median_percentile: f64,
}

/// A cohort beside others of the same truth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Matched {
    /// The column that says who is alike.
    pub on: String,
    /// Members with a value there, in a group that holds others as well.
    pub members: u64,
    /// Into how many groups the others were cut by it, of as many accounts each.
    pub groups: u64,
    /// Mean score of these members, and what it would be if each had the mean of the others of its
    /// group.
    pub mean: f64,
    pub expected: f64,
    /// The difference: what the cohort has beyond its like.
    pub lift: f64,
}
