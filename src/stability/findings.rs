//! What the studies of a version come to: plain numbers, of a size that does not grow with the
//! accounts. Accounts are slots (`A = u32`) until somebody who knows their names puts them in
//! (`A = String`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draws::Spread;
use super::subject::Shaken;
use crate::stats::estimate::Estimate;
use crate::stats::undefined::Undefined;

/// A figure, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Known<T> {
    Value(T),
    Undefined(String),
}

impl<T> Known<T> {
    pub fn of(found: Result<T, Undefined>) -> Known<T> {
        match found {
            Ok(value) => Known::Value(value),
            Err(undefined) => Known::Undefined(undefined.to_string()),
        }
    }

    pub fn value(&self) -> Option<&T> {
        match self {
            Known::Value(value) => Some(value),
            Known::Undefined(_) => None,
        }
    }
}

/// An account of the top and its places under the draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlaceSpread<A> {
    pub account: A,
    pub nominal: f64,
    pub mean: f64,
    pub median: f64,
    /// The ends that nine draws in ten lie between.
    pub low: f64,
    pub high: f64,
}

/// An account that moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mover<A> {
    pub account: A,
    /// Places.
    pub before: f64,
    pub after: f64,
}

/// The order under drawn weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WeightFindings<A> {
    pub draws: u64,
    /// How many weights were drawn.
    pub weights: u64,
    /// Places that an account moves by, on average over the accounts.
    pub rank_shift: Spread,
    pub tau: Spread,
    pub top_kept: Spread,
    /// Mean over all accounts of the places between the ends that nine draws in ten lie between.
    pub width: f64,
    /// Kendall's tau-b of each draw, to be held against that of another version; not stored.
    #[serde(skip)]
    pub taus: Vec<f64>,
    /// The top, the highest first.
    pub accounts: Vec<PlaceSpread<A>>,
}

/// How a scoring that was shaken once stands to the nominal one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Moved {
    pub kendall_tau_b: f64,
    /// Places that an account moves by, on average.
    pub rank_shift: f64,
    /// Share of the top that is still at the top.
    pub top_kept: f64,
    /// Points that an account moves by, on average.
    pub score_shift: f64,
    /// Accounts that lost their score.
    pub lost: u64,
}

impl From<Shaken> for Moved {
    fn from(shaken: Shaken) -> Moved {
        let Shaken { tau, rank_shift, top_kept, score_shift, lost } = shaken;
        Moved { kendall_tau_b: tau, rank_shift, top_kept, score_shift, lost }
    }
}

/// A factor or a network left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeftOut<A> {
    /// `twitter`, or `twitter/followers`.
    pub name: String,
    /// The reason where there is no order without it.
    pub found: Known<Moved>,
    /// Who moves furthest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub furthest: Option<Mover<A>>,
}

/// What carries the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeaveOutFindings<A> {
    /// What moves the order most first.
    pub networks: Vec<LeftOut<A>>,
    pub factors: Vec<LeftOut<A>>,
    /// What cannot be left out, since it is alone.
    pub alone: Vec<String>,
}

/// What was done to the signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Disturbance {
    /// Every cell times a log-normal factor of median 1; this is the standard deviation of its
    /// logarithm.
    Noise(f64),
    /// Cells rounded to so many significant digits.
    Digits(u8),
    /// This share of the cells missing.
    Missing(f64),
    /// Every signal of this network missing for everybody.
    Outage(String),
    /// This share of the accounts with the data of the snapshot before.
    Stale(f64),
}

/// The order under disturbed signals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Disturbed {
    pub disturbance: Disturbance,
    /// How many times it was drawn; 1 where nothing is drawn.
    pub draws: u64,
    pub tau: Spread,
    pub rank_shift: Spread,
    pub top_kept: Spread,
    pub score_shift: Spread,
    /// Accounts that lost their score, on average.
    pub lost: f64,
    /// Kendall's tau-b of each draw, to be held against that of another version; not stored.
    #[serde(skip)]
    pub taus: Vec<f64>,
}

/// All of a version's disturbances, and those that were not made, with the reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NoiseFindings {
    pub disturbed: Vec<Disturbed>,
    pub skipped: Vec<String>,
}

/// An account of the top and the places that it may have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Placed<A> {
    pub account: A,
    pub place: f64,
    /// The places between which it stands by itself.
    pub alone: [f64; 2],
    /// Places that hold for the whole top at once.
    pub together: [f64; 2],
    /// Accounts of one group cannot be told apart from the first of it; 0 for the highest.
    pub group: u32,
}

/// How sure places are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SamplingFindings<A> {
    pub replicates: u64,
    pub level: f64,
    /// The signals that were drawn again, and those that were not since they are no counts.
    pub drawn: Vec<String>,
    pub not_drawn: Vec<String>,
    /// The top, the highest first.
    pub accounts: Vec<Placed<A>>,
    /// How many accounts may belong to the top.
    pub contenders: u64,
    /// The share of neighbours in the whole order whose difference is clear of 0.
    pub told_apart: f64,
    pub neighbours: u64,
    /// The same among the top; the reason where there is none.
    pub told_apart_at_top: Known<f64>,
    /// Mean over all accounts of the places that each may have by itself.
    pub width: f64,
}

/// What of the order's variance a choice brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Choice {
    /// A weight, such as `twitter`, or the name of an alternative.
    pub name: String,
    /// By itself.
    pub first: Estimate,
    /// With all that it does together with others.
    pub total: Estimate,
}

/// Which choices decide the order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SensitivityFindings {
    pub rows: u64,
    pub scorings: u64,
    /// Mean and standard deviation, over all choices, of the places that an account moves by.
    pub mean: f64,
    pub deviation: f64,
    /// The share of what choices do one by one.
    pub alone: Estimate,
    /// What decides most first.
    pub choices: Vec<Choice>,
}

/// Two snapshots after each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    pub from: String,
    pub to: String,
    pub both: u64,
    pub tau: f64,
    pub top_kept: f64,
    pub mean_shift: f64,
    pub mean_absolute_shift: f64,
    pub psi: Known<f64>,
    /// Accounts whose data hardly changed, and how far their scores moved.
    pub still: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still_median: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still_high: Option<f64>,
}

/// The last snapshot scored with the version fitted on another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Aged {
    pub reference: String,
    pub tau: f64,
    pub mean_shift: f64,
    pub mean_absolute_shift: f64,
}

/// Who of the first snapshot's top is still at the top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Survivors {
    pub snapshot: String,
    pub share: f64,
}

/// A version over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TimeFindings {
    pub steps: Vec<Step>,
    /// By later snapshot.
    pub survivors: Vec<Survivors>,
    /// Empty for a version that learns nothing.
    pub aged: Vec<Aged>,
    /// Snapshots on which the version could not be fitted, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_aged: Vec<String>,
}

/// Neighbours that changed their order although neither of them changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reversed<A> {
    /// Who stood above, and who stands above now.
    pub above: A,
    pub below: A,
    /// Scores before and after, of the one that stood above first.
    pub before: [f64; 2],
    pub after: [f64; 2],
}

/// What others can do to a pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReversalFindings<A> {
    pub draws: u64,
    pub share: f64,
    /// Neighbours looked at, over all draws, and those that changed their order: where others were
    /// removed, and where others were made worse.
    pub neighbours: u64,
    pub removed: u64,
    pub worsened: u64,
    /// Whether the version is fitted on what it scores, which is what makes it possible.
    pub fitted_on_scored: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Reversed<A>>,
}

impl WeightFindings<u32> {
    /// With the names of the accounts.
    pub fn named(self, name: &dyn Fn(u32) -> String) -> WeightFindings<String> {
        let WeightFindings { draws, weights, rank_shift, tau, top_kept, width, taus, accounts } = self;
        let named = |PlaceSpread { account, nominal, mean, median, low, high }| PlaceSpread {
            account: name(account),
            nominal,
            mean,
            median,
            low,
            high,
        };
        let accounts = accounts.into_iter().map(named).collect();
        WeightFindings { draws, weights, rank_shift, tau, top_kept, width, taus, accounts }
    }
}

impl LeaveOutFindings<u32> {
    /// With the names of the accounts.
    pub fn named(self, name: &dyn Fn(u32) -> String) -> LeaveOutFindings<String> {
        let mover = |Mover { account, before, after }| Mover { account: name(account), before, after };
        let one = |LeftOut { name, found, furthest }| LeftOut { name, found, furthest: furthest.map(mover) };
        let all = |list: Vec<LeftOut<u32>>| list.into_iter().map(one).collect();
        LeaveOutFindings { networks: all(self.networks), factors: all(self.factors), alone: self.alone }
    }
}

impl SamplingFindings<u32> {
    /// With the names of the accounts.
    pub fn named(self, name: &dyn Fn(u32) -> String) -> SamplingFindings<String> {
        let SamplingFindings { replicates, level, drawn, not_drawn, contenders, told_apart, neighbours, .. } = self;
        let named = |Placed { account, place, alone, together, group }| Placed {
            account: name(account),
            place,
            alone,
            together,
            group,
        };
        SamplingFindings {
            accounts: self.accounts.into_iter().map(named).collect(),
            told_apart_at_top: self.told_apart_at_top,
            width: self.width,
            replicates,
            level,
            drawn,
            not_drawn,
            contenders,
            told_apart,
            neighbours,
        }
    }
}

impl ReversalFindings<u32> {
    /// With the names of the accounts.
    pub fn named(self, name: &dyn Fn(u32) -> String) -> ReversalFindings<String> {
        let ReversalFindings { draws, share, neighbours, removed, worsened, fitted_on_scored, example } = self;
        let named = |Reversed { above, below, before, after }| Reversed {
            above: name(above),
            below: name(below),
            before,
            after,
        };
        let example = example.map(named);
        ReversalFindings { draws, share, neighbours, removed, worsened, fitted_on_scored, example }
    }
}
