//! What a search for broken laws found. Accounts are slots (`A = u32`) until somebody who knows
//! their names puts them in (`A = String`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::aggregate::Aggregate;

/// What was found of both laws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LawFindings<A> {
    pub monotonicity: Monotonicity<A>,
    pub networks: NetworkLaws<A>,
}

/// More of a signal that is better never lowers a score; more of one that is worse never raises it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Monotonicity<A> {
    /// Signals that were tested.
    pub signals: u64,
    /// Tests of all signals: an account, a signal and a change each.
    pub tested: u64,
    /// The law is broken here; the worst example first.
    pub broken: Vec<SignalLaw<A>>,
    /// Signals that were not tested, and why.
    pub untested: Vec<Untested>,
}

/// One signal changed in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignalLaw<A> {
    pub signal: String,
    /// More of it should lower the score, and raises it here.
    pub higher_is_worse: bool,
    pub change: Change,
    /// Accounts with a score and a cell that could be raised, and how many of them break the law.
    pub tested: u64,
    pub broken: u64,
    /// The example of the largest move to the wrong side; of equal ones the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<SignalExample<A>>,
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
pub struct SignalExample<A> {
    pub account: A,
    pub cells: [f64; 2],
    pub scores: [f64; 2],
}

impl<A> SignalExample<A> {
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
pub struct NetworkLaws<A> {
    /// How the model combines networks, and what that promises.
    pub combine: Aggregate,
    pub promise: Promise,
    /// In name order.
    pub networks: Vec<NetworkLaw<A>>,
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
pub struct NetworkLaw<A> {
    pub network: String,
    /// Accounts with a score that are on it, and that are not.
    pub on: u64,
    pub off: u64,
    /// The weakest, the median and the strongest of those on it, each given to all that are not.
    pub profiles: Vec<ProfileLaw<A>>,
}

/// The cells of one account on a network given to those who are not on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProfileLaw<A> {
    pub profile: Profile,
    /// The account whose cells these are, and how strong it is on the network.
    pub donor: A,
    pub strength: f64,
    /// Accounts that are on the network with these cells and have a score, and how many of them have
    /// a lower one than before.
    pub placed: u64,
    pub lowered: u64,
    /// The account that falls furthest; of equal ones the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<NetworkExample<A>>,
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
pub struct NetworkExample<A> {
    pub account: A,
    pub scores: [f64; 2],
}

impl LawFindings<u32> {
    /// With the names of the accounts.
    pub fn named(self, name: &dyn Fn(u32) -> String) -> LawFindings<String> {
        let signal = |SignalExample { account, cells, scores }| SignalExample { account: name(account), cells, scores };
        let law = |SignalLaw { signal: of, higher_is_worse, change, tested, broken, worst }| SignalLaw {
            signal: of,
            higher_is_worse,
            change,
            tested,
            broken,
            worst: worst.map(signal),
        };
        let Monotonicity { signals, tested, broken, untested } = self.monotonicity;
        let broken = broken.into_iter().map(law).collect();
        let fallen = |NetworkExample { account, scores }| NetworkExample { account: name(account), scores };
        let profile = |ProfileLaw { profile, donor, strength, placed, lowered, worst }| ProfileLaw {
            profile,
            donor: name(donor),
            strength,
            placed,
            lowered,
            worst: worst.map(fallen),
        };
        let network = |NetworkLaw { network, on, off, profiles }| NetworkLaw {
            network,
            on,
            off,
            profiles: profiles.into_iter().map(profile).collect(),
        };
        let NetworkLaws { combine, promise, networks, untested: not_tested } = self.networks;
        let networks = networks.into_iter().map(network).collect();
        LawFindings {
            monotonicity: Monotonicity { signals, tested, broken, untested },
            networks: NetworkLaws { combine, promise, networks, untested: not_tested },
        }
    }
}
