//! A model file as it is written. Every key may be absent here, because a version that extends
//! another states only what it changes; [`super::resolve`] merges the chain and checks the whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::aggregate::Aggregate;
use super::normalise::Normalise;
use super::transform::Transform;

/// A version of a scoring model, or a draft of one: `models/<family>/<version>.toml` or
/// `models/<family>/drafts/<name>.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ModelSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of this version, `family@version`, or of this draft, `family@name`; the file stands at
    /// `models/<family>/<version>.toml` or `models/<family>/drafts/<name>.toml`.
    pub model: String,
    /// The version that this one changes: `family@version`, or the version alone within the family.
    /// Only a draft may name a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// One line for lists and reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub title: Option<String>,
    /// Why this version exists, printed in every report; say which parts are documented and which
    /// are ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub rationale: Option<String>,
    /// The population that normalisations are fitted on: `dataset`, `dataset@snapshot`, or
    /// `scored-data` (fitted anew on whatever is scored, and flagged in every output).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The networks, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub network: BTreeMap<String, NetworkSpec>,
    /// The factors, by name. A factor of the parent may be restated in part.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub factor: BTreeMap<String, FactorSpec>,
    /// How the strengths of the networks become one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub combine: Option<CombineSpec>,
    /// How the combined strength becomes a score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<ScaleSpec>,
    /// How a score is shown to people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<DisplaySpec>,
    /// Score bands, lowest first; each reaches to the next. Restating them replaces them all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub band: Option<Vec<BandSpec>>,
    /// What this version takes away from its parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<DropSpec>,
    /// Edits applied after everything else, such as `weight[tag=audience] *= 0.5`; the same
    /// language as `--set` on the command line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<String>,
}

/// A network: a group of factors with a weight of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NetworkSpec {
    /// Weight among the networks; 1 unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub weight: Option<f64>,
    /// How the factors of the network become its strength; `weighted-mean` unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregate>,
    /// An expression that says who is on the network: there it is neither missing nor zero. Unless
    /// stated, an account is on the network when any column that its factors read has a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connected: Option<String>,
}

/// A factor: a signal or expression, made comparable and weighted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FactorSpec {
    /// The network it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// A signal, or an expression over signals: `twitter.retweets / max(twitter.posts, 1)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub value: Option<String>,
    /// What to do where the value is missing though the account is on the network; `leave-out`
    /// unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Applied in this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transforms: Option<Vec<Transform>>,
    /// Applied after the transforms, fitted on the reference population; `none` unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalise: Option<Normalise>,
    /// Weight within the network; 1 unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub weight: Option<f64>,
    /// Free labels (audience, engagement, actionable, gaming-prone...) that edits can select by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Where the factor comes from, or why it is as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What stands in for a missing value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Missing {
    /// The value counts as 0, before any transform: the whole expression, not one signal of it.
    Zero,
    /// The value counts as this number, before any transform.
    Constant(f64),
    /// The value counts as the median of the reference population, before any transform.
    ReferenceMedian,
    /// The factor is left out for this account: means renormalise over the rest, sums and maxima
    /// go without it.
    #[default]
    LeaveOut,
}

/// How the strengths of the networks become one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CombineSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregate>,
}

/// How the combined strength becomes a score: the range, and what maps to its ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScaleSpec {
    /// Lowest score; 1 unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Highest score; 100 unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Which strengths reach the ends; beyond them the score stays at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<ScaleFrom>,
}

/// Which combined strengths map to the ends of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ScaleFrom {
    /// 0 and 1.
    Unit,
    /// The lowest and the highest of the reference population.
    MinMax,
    /// The percentile rank within the reference population.
    PercentileRank,
    /// Two declared strengths.
    Fixed(FixedRange),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FixedRange {
    pub low: f64,
    pub high: f64,
}

/// How a score is shown to people. The display rule is part of the model: people see and compare
/// the displayed score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DisplaySpec {
    /// `nearest` (halves up) unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// Digits after the point; 0 unless stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 6))]
    pub decimals: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rounding {
    /// To the nearest step, halves up.
    #[default]
    Nearest,
    /// To the step below.
    Down,
    /// Shown as it is.
    None,
}

/// A score band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BandSpec {
    #[schemars(length(min = 1))]
    pub name: String,
    /// Lowest score of the band.
    pub from: f64,
}

/// What a version takes away from its parent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DropSpec {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<String>,
    /// A network goes with all its factors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
}
