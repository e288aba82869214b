//! What differs between two resolved models, how deep each difference goes, and what every factor
//! weighs before and after. Models are compared, not their files: what a version inherits counts,
//! what it says in other words does not.
//!
//! The class of a change is found from the structure of the models alone, whatever the data. It may
//! be graver than what a dataset shows, and is never less.

mod bounds;
mod bump;
mod fields;
mod scale;
mod shares;
#[cfg(test)]
mod tests;
mod value;
mod weights;

use std::cmp::Reverse;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Model;
use crate::ids::ModelId;

pub use bump::Bump;
pub use shares::effective as effective_shares;
pub use value::inline;

/// How deep a change goes, the least first. A class promises something of scores, and what it
/// promises holds for everything before it as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Class {
    /// Every score is the same, bit by bit: no step of scoring reads what changed. These are title,
    /// rationale, lineage, tags and notes, a reference where one side fits nothing, and the
    /// strengths 0 and 1 written as `unit` or as `fixed`.
    Cosmetic,
    /// Accounts keep their order, and their ties: either the score is the same and only shown or cut
    /// otherwise (display, bands), or one straight line that rises leads from the old score to the
    /// new one (the ends of the scale, and declared anchors), or weights change in a way that is
    /// divided out again, which leaves the score to its rounding. Beyond the ends of a scale all
    /// strengths tie, so anchors that move keep ties only where no strength can lie beyond them, and
    /// otherwise rescale. All this to the nine decimals of the score grid: nearer scores tie.
    OrderPreserving,
    /// The same factors with the same weights, but what a value comes to is another: transforms,
    /// normalisations and the reference bend or stretch the values of a factor, a fitted scale or
    /// one that cuts bends the score. Accounts change places where factors are added up, since one
    /// factor gains on another; ties come and go.
    Rescaling,
    /// The same factors with the same values, but they count for other shares: weights of factors
    /// and of networks, unless these are divided out again.
    Reweighting,
    /// What is counted, or how it is put together, is another: factors, networks, the expression of
    /// a value, missing policies, who is on a network, aggregations. A score then answers another
    /// question, and no account keeps anything for certain.
    Structural,
}

/// What happened to something that a model has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    Changed,
    Added,
    Removed,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Change {
    /// Where it stands, in words: `factor twitter/followers: weight`.
    pub path: String,
    pub kind: Kind,
    /// The value as a model file has it; none where there was none. Of a factor that came or went
    /// it is the expression, of a network the aggregation, of a band its lowest score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    pub class: Class,
    /// Why it is of this class.
    pub why: String,
}

/// What a factor weighs in the old model and in the new one; none where it is not there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FactorShares {
    pub network: String,
    pub factor: String,
    /// The weight as the version states it.
    pub weight: [Option<f64>; 2],
    /// Share of the model's weight: of the network's among the networks, times its own within.
    pub nominal: [Option<f64>; 2],
    /// Share of the strength where every factor has one and the same value: the nominal share, seen
    /// through the aggregations. The shares of a side sum to 1.
    pub effective: [Option<f64>; 2],
    /// Share of the variance of strengths that it brings in the accounts it was measured on; none
    /// where nothing was measured or strengths do not vary.
    pub realised: [Option<f64>; 2],
}

/// One of the two models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Side {
    pub model: String,
    pub digest: String,
    /// The commit that its files were read at; none for those of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// The accounts that realised weights were measured on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MeasuredOn {
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// All that differs between two models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ModelDiff {
    pub old: Side,
    pub new: Side,
    /// The gravest class of all changes; none where nothing differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// The step that the change asks of a version number.
    pub bump: Bump,
    /// The least version that this step leads to; none between families, from a draft, and where
    /// nothing differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<String>,
    /// Whether the new version is numbered high enough; none between families, where either is a
    /// draft, and where the new version is numbered below the old one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbered: Option<bool>,
    /// The gravest first; within a class in the order of the model.
    pub changes: Vec<Change>,
    /// Every factor of either side, by network and name.
    pub factors: Vec<FactorShares>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_on: Option<MeasuredOn>,
}

/// What leads from one model to the other. Realised weights need data and are left out.
pub fn diff(old: &Model, new: &Model) -> ModelDiff {
    let mut changes = fields::changes(old, new);
    changes.sort_by_key(|change| Reverse(change.class));
    let class = changes.iter().map(|change| change.class).max();
    let bump = Bump::of(class);
    let side = |model: &Model| Side { model: model.id.to_string(), digest: model.digest(), commit: None };
    // A draft has no number to count from, and asks of none whether it is high enough.
    let counts = |id: &ModelId| id.draft_name().is_none();
    let next = (old.id.family() == new.id.family() && counts(&old.id)).then(|| bump.next(old.id.version()));
    ModelDiff {
        old: side(old),
        new: side(new),
        class,
        bump,
        suggested: next.as_ref().filter(|_| bump != Bump::None).map(|next| format!("{}@{next}", old.id.family())),
        numbered: next
            .filter(|_| counts(&new.id))
            .and_then(|next| bump::is_enough(old.id.version(), new.id.version(), &next)),
        changes,
        factors: shares::factors([old, new]),
        measured_on: None,
    }
}

/// The class of a change, and why it is that.
#[derive(Clone, Debug, PartialEq)]
struct Judged {
    class: Class,
    why: String,
}

impl Judged {
    fn new(class: Class, why: impl Into<String>) -> Judged {
        Judged { class, why: why.into() }
    }

    /// The same, no less grave than a class.
    fn at_least(self, class: Class) -> Judged {
        Judged { class: self.class.max(class), ..self }
    }
}

impl Class {
    pub fn name(self) -> &'static str {
        match self {
            Class::Cosmetic => "cosmetic",
            Class::OrderPreserving => "order-preserving",
            Class::Rescaling => "rescaling",
            Class::Reweighting => "reweighting",
            Class::Structural => "structural",
        }
    }

    /// What the class promises of scores, in a sentence.
    pub fn promise(self) -> &'static str {
        match self {
            Class::Cosmetic => "every score is the same, bit by bit",
            Class::OrderPreserving => "accounts keep their order and their ties",
            Class::Rescaling => "the same factors with the same weights, but other values",
            Class::Reweighting => "the same factors with the same values, but other shares",
            Class::Structural => "what is counted, or how it is put together, is another",
        }
    }
}
