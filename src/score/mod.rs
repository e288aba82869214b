//! Models applied to accounts. A model is fitted on its reference population once, then any number
//! of fitted models score a dataset in one pass over its rows; nothing of size accounts x factors
//! is ever held.

pub mod contribution;
mod engine;
mod fit;
mod fitted;
mod frozen;
mod inspect;
mod kernel;
mod pass;
pub mod rescore;

use serde::{Deserialize, Serialize};

use crate::dataset::Dataset;
use crate::dataset::index::Index;
use crate::diagnostic::Diagnostics;
use crate::ids::ModelId;
use crate::model::Model;

pub use engine::{Engine, Fresh, LocalEngine, Tick, Unfitted};
pub use fitted::{FittedFactor, FittedModel, FittedScale};
pub use frozen::{FrozenFactor, FrozenFit, FrozenNormalise, FrozenScale};
pub use inspect::{Anatomies, Realised};

/// Rows of a dataset that a model is fitted on or scores.
#[derive(Clone, Copy, Debug)]
pub struct Population<'a> {
    pub dataset: &'a Dataset,
    pub index: &'a Index,
}

/// The scores of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    pub model: ModelId,
    /// By slot of the index that was scored; NaN where the account has no score, because none of
    /// its networks is connected or nothing of them is left.
    pub values: Vec<f64>,
    /// By slot: share of the model's weight that the account's data cover, from 0 to 1. What a
    /// policy put in place of a missing value covers nothing.
    pub confidence: Vec<f64>,
    pub tally: Tally,
}

/// What happened on the way to the scores that the scores do not show. Every count is of cells
/// (accounts x factors) but the last four, which are of accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tally {
    /// Missing values that the model's policy replaced.
    pub replaced: u64,
    /// Missing values that were left out.
    pub left_out: u64,
    /// Values for which a transform has no meaning; left out.
    pub without_meaning: u64,
    /// Strengths below 0 that an aggregate without meaning there took as 0.
    pub taken_as_zero: u64,
    /// Accounts without a score.
    pub unscored: u64,
    /// Accounts whose strength lies below or above what the scale covers.
    pub below_scale: u64,
    pub above_scale: u64,
    /// Accounts with a score.
    pub scored: u64,
}

impl Tally {
    /// Counts what happened elsewhere as well.
    pub fn add(&mut self, other: &Tally) {
        self.replaced += other.replaced;
        self.left_out += other.left_out;
        self.without_meaning += other.without_meaning;
        self.taken_as_zero += other.taken_as_zero;
        self.unscored += other.unscored;
        self.below_scale += other.below_scale;
        self.above_scale += other.above_scale;
        self.scored += other.scored;
    }
}

/// Every column that a model reads must be a signal of the dataset.
pub fn check_columns(model: &Model, dataset: &Dataset) -> Result<(), Diagnostics> {
    dataset.check_signals(&format!("the model {}", model.id), model.columns())
}
