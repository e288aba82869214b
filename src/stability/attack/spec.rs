//! An attack as it is written: `attacks/<name>.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody does to the signals of an account to raise its score, and what that costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttackSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of the attack, which is the name of its file.
    pub attack: String,
    /// One line for lists and reports.
    #[schemars(length(min = 1))]
    pub title: String,
    /// What is documented of such attacks and where, with its caution; which parts are ours.
    #[schemars(length(min = 1))]
    pub source: String,
    /// Anything else a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub note: Option<String>,
    /// One unit in words: "1,000 bought followers".
    #[schemars(length(min = 1))]
    pub unit: String,
    /// What one unit costs.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub cost: f64,
    /// In what the cost is counted, and who says so: "dollars, our assumption". Attacks that are
    /// compared have the same.
    #[schemars(length(min = 1))]
    pub currency: String,
    /// No account can be given more units: 90, where a unit is a day and signals count 90 days. No
    /// limit unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0))]
    pub most_units: Option<f64>,
    /// What is done to each signal, by its name in the dataset. An account without the signal keeps
    /// having none. Signals that are not named stay, unless they follow from others.
    pub delta: BTreeMap<String, Delta>,
}

/// What is done to a signal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Delta {
    /// So many more with each unit; fewer, where the number is below 0.
    Add(f64),
    /// So many more with each unit until a limit: one actor is one actor, however often it acts.
    AddUpTo(AddUpTo),
    /// Multiplied with each unit until a limit.
    Times(Times),
    /// From the first unit on the signal is this.
    Set(f64),
    /// From the first unit on the signal is no more than this.
    AtMost(f64),
    /// What is added has this value; for a signal that is an average, such as the share of followers
    /// that are spam. It moves as far as what it is an average over grows.
    New(f64),
}

/// A sum that ends somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AddUpTo {
    /// How many more with each unit.
    pub each: f64,
    /// How many more in all, at most.
    pub most: f64,
}

/// A product that ends somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Times {
    /// What each unit multiplies by.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub each: f64,
    /// What all units together multiply by, at the utmost.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub until: f64,
}
