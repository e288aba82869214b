//! A model with everything learnt: plain numbers that a release can freeze.

use std::sync::Arc;

use crate::model::Model;
use crate::model::normalise::FittedNormalise;
use crate::model::transform::FittedTransform;
use crate::stats::grid::snap;
use crate::stats::interpolate::Knots;

/// A factor with everything learnt: a pure function of the account's row.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedFactor {
    /// Stands in for a missing value; none leaves the factor out.
    pub substitute: Option<f64>,
    pub transforms: Vec<FittedTransform>,
    pub normalise: FittedNormalise,
}

/// From combined strength to score.
#[derive(Clone, Debug, PartialEq)]
pub enum FittedScale {
    /// `low` maps to the minimum, `high` to the maximum.
    Linear { low: f64, high: f64 },
    /// The share of the reference population below. Strengths are ranked on a grid of a billionth
    /// of `unit`, a thousandth of the largest of the reference, so that ties do not hang on the
    /// last bit of a sum.
    Percentile { knots: Knots, unit: f64 },
}

/// A model ready to score.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedModel {
    pub model: Arc<Model>,
    /// By network and factor, in the model's order.
    pub factors: Vec<Vec<FittedFactor>>,
    pub scale: FittedScale,
}

impl FittedScale {
    /// The score of a strength: between `min` and `max`, and whether it was cut below or above.
    pub fn score(&self, strength: f64, min: f64, max: f64) -> (f64, bool, bool) {
        match self {
            FittedScale::Linear { low, high } => {
                let share = (strength - low) / (high - low);
                let score = min + (max - min) * share.clamp(0.0, 1.0);
                (score, share < 0.0, share > 1.0)
            }
            FittedScale::Percentile { knots, unit } => {
                (min + (max - min) * knots.at(snap(strength / unit)), false, false)
            }
        }
    }
}
