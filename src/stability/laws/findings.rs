//! What a search for broken laws found. Accounts are slots, which the caller turns into names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::aggregate::Aggregate;

/// What was found of both laws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LawFindings {
    pub monotonicity: Monotonicity,
    pub networks: NetworkLaws,
}

/// More of a signal that is better never lowers a score; more of one that is worse never raises it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Monotonicity {
    /// Signals that were tested.
    pub signals: u64,
    /// Tests of all signals: an account, a signal and a change each.
    pub tested: u64,
    /// The law is broken here; the worst example first.
    pub broken: Vec<SignalLaw>,
    /// Signals that were not tested, and why.
    pub untested: Vec<Untested>,
}

/// One signal changed in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignalLaw {
    pub signal: String,
    /// More of it should lower the score, and raises it here.
    pub higher_is_worse: bool,
    pub change: Change,
    /// Accounts with a score and a cell that could be raised, and how many of them break the law.
    pub tested: u64,
    pub broken: u64,
    /// The example of the largest move to the wrong side; of equal ones the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<SignalExample>,
}

/// How a signal is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Change {
    /// By 1 % of its size.
    OnePercent,
    /// By its size.
    Doubled,
    /// By 1.
    OneMore,
}

impl Change {
    pub const ALL: [Change; 3] = [Change::OnePercent, Change::Doubled, Change::OneMore];
}

/// An account that breaks the law of a signal; each pair is before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignalExample {
    /// Slot of the account in the population.
    pub slot: u32,
    pub cells: [f64; 2],
    pub scores: [f64; 2],
}

impl SignalExample {
    /// How far the score moved.
    pub fn harm(&self) -> f64 {
        (self.scores[1] - self.scores[0]).abs()
    }
}

/// Something that was not tested, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Untested {
    /// A signal or a network.
    pub what: String,
    pub reason: String,
}

/// Being on one more network never lowers a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NetworkLaws {
    /// How the model combines networks, and what that promises.
    pub combine: Aggregate,
    pub promise: Promise,
    /// In name order.
    pub networks: Vec<NetworkLaw>,
    /// Networks that were not tested, and why.
    pub untested: Vec<Untested>,
}

/// What an aggregation promises of one more network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Promise {
    /// It never lowers a score: an absent strength counts as 0, and one below 0 as 0 too.
    NeverLowers,
    /// It does not lower a score unless its strength is below 0.
    NeverLowersFromZero,
    /// A network that is weaker than the others lowers a score: absent strengths are left out of a
    /// mean.
    WeakLowers,
}

/// One network put where it is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NetworkLaw {
    pub network: String,
    /// Accounts with a score that are on it, and that are not.
    pub on: u64,
    pub off: u64,
    /// The weakest, the median and the strongest of those on it, each given to all that are not.
    pub profiles: Vec<ProfileLaw>,
}

/// The cells of one account on a network given to those who are not on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProfileLaw {
    pub profile: Profile,
    /// Slot of the account whose cells these are, and how strong it is on the network.
    pub donor: u32,
    pub strength: f64,
    /// Accounts that are on the network with these cells and have a score, and how many of them have
    /// a lower one than before.
    pub placed: u64,
    pub lowered: u64,
    /// The account that falls furthest; of equal ones the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst: Option<NetworkExample>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Profile {
    Weakest,
    Median,
    Strongest,
}

/// An account that a network lowers; before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NetworkExample {
    /// Slot of the account in the population.
    pub slot: u32,
    pub scores: [f64; 2],
}
