//! The vocabulary of normalisations: a transformed value placed within a reference population.
//! Fitted parameters are plain numbers, so that a release can freeze them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::interpolate::Knots;
use crate::stats::undefined::{Side, Undefined};
use crate::stats::weights::Weights;
use crate::stats::{lanes, summary};

/// How a factor is normalised. Values outside the reference population's range are not cut here;
/// the scale cuts, and counts what it cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Normalise {
    /// Taken as it is.
    #[default]
    None,
    /// (x - min) / (max - min)
    MinMax,
    /// x / max
    Max,
    /// (x - mean) / standard deviation (of the population, divisor n)
    ZScore,
    /// (x - median) / (1.482602218505602 MAD): as `z-score`, but extremes do not move it
    RobustZ,
    /// Share of the reference population below, plus half the share that is equal.
    PercentileRank,
}

/// A normalisation with its parameters: a pure function.
#[derive(Clone, Debug, PartialEq)]
pub enum FittedNormalise {
    /// (x - centre) / spread, the form of all but the percentile rank.
    Linear { centre: f64, spread: f64 },
    /// Shared, since variants of a model have many of them in common.
    Percentile(Arc<Knots>),
}

/// What makes the MAD of a normal distribution its standard deviation: 1 / quantile(3/4).
const MAD_TO_SD: f64 = 1.482_602_218_505_602;

impl Normalise {
    pub fn needs_fit(self) -> bool {
        self != Normalise::None
    }

    /// Whether values below 0 are ordinary under this normalisation.
    pub fn goes_below_zero(self) -> bool {
        matches!(self, Normalise::ZScore | Normalise::RobustZ)
    }

    pub fn name(self) -> &'static str {
        match self {
            Normalise::None => "none",
            Normalise::MinMax => "min-max",
            Normalise::Max => "max",
            Normalise::ZScore => "z-score",
            Normalise::RobustZ => "robust-z",
            Normalise::PercentileRank => "percentile-rank",
        }
    }

    /// Learns from the reference values (missing ones left out, in any order). A reference
    /// without spread cannot place anybody: that is an error, not a guess.
    pub fn fit(self, reference: &[f64]) -> Result<FittedNormalise, Undefined> {
        if self == Normalise::None {
            return Ok(FittedNormalise::Linear { centre: 0.0, spread: 1.0 });
        }
        let sorted = summary::sorted(reference);
        let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else {
            return Err(Undefined::Empty);
        };
        let (centre, spread) = match self {
            Normalise::MinMax => (least, most - least),
            Normalise::Max => (0.0, most),
            Normalise::ZScore => {
                (summary::mean(&sorted, Weights::Equal)?, summary::variance_population(&sorted, Weights::Equal)?.sqrt())
            }
            Normalise::RobustZ => (summary::median(&sorted)?, MAD_TO_SD * summary::median_absolute_deviation(&sorted)?),
            Normalise::PercentileRank => return Ok(FittedNormalise::Percentile(Arc::new(Knots::fit(&sorted)?))),
            Normalise::None => (0.0, 1.0),
        };
        if spread > 0.0 && spread.is_finite() {
            Ok(FittedNormalise::Linear { centre, spread })
        } else if self == Normalise::RobustZ && least < most {
            let text = "the median absolute deviation is 0, because more than half of the values are equal";
            Err(Undefined::OutOfRange { text: text.to_string() })
        } else if self == Normalise::Max && least < most {
            let text = format!("the largest value is {most}, and `max` divides by it");
            Err(Undefined::OutOfRange { text })
        } else {
            Err(Undefined::Constant { side: Side::First })
        }
    }
}

impl FittedNormalise {
    /// Normalises a chunk in place, to the bit as [`apply`](Self::apply) does.
    pub fn apply_all(&self, values: &mut [f64]) {
        match self {
            // (x - 0) / 1 is x.
            FittedNormalise::Linear { centre: 0.0, spread: 1.0 } => {}
            FittedNormalise::Linear { centre, spread } => {
                let (centre, spread) = (*centre, *spread);
                lanes::each(values, |value| (value - centre) / spread);
            }
            FittedNormalise::Percentile(_) => values.iter_mut().for_each(|value| *value = self.apply(*value)),
        }
    }

    /// The normalised value; NaN stays NaN.
    pub fn apply(&self, value: f64) -> f64 {
        match self {
            FittedNormalise::Linear { centre, spread } => (value - centre) / spread,
            FittedNormalise::Percentile(_) if value.is_nan() => value,
            FittedNormalise::Percentile(knots) => knots.at(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFERENCE: [f64; 5] = [8.0, 0.0, 2.0, 4.0, 6.0];

    #[test]
    fn values_by_hand() {
        for (normalise, at_4, at_10) in [
            (Normalise::None, 4.0, 10.0),
            (Normalise::MinMax, 0.5, 1.25),
            (Normalise::Max, 0.5, 1.25),
            (Normalise::ZScore, 0.0, 6.0 / 8.0f64.sqrt()),
            (Normalise::RobustZ, 0.0, 6.0 / (2.0 * MAD_TO_SD)),
            (Normalise::PercentileRank, 0.5, 1.0),
        ] {
            let fitted = normalise.fit(&REFERENCE).unwrap();
            assert!((fitted.apply(4.0) - at_4).abs() < 1e-12, "{normalise:?}");
            assert!((fitted.apply(10.0) - at_10).abs() < 1e-12, "{normalise:?}");
            assert!(fitted.apply(f64::NAN).is_nan(), "{normalise:?}");
            let mut column = [4.0, f64::NAN, -0.0, 7.3];
            fitted.apply_all(&mut column);
            for (ours, x) in column.into_iter().zip([4.0, f64::NAN, -0.0, 7.3]) {
                assert_eq!(ours.to_bits(), fitted.apply(x).to_bits(), "{normalise:?} {x}");
            }
        }
    }

    #[test]
    fn a_reference_without_spread_is_an_error() {
        for normalise in [Normalise::MinMax, Normalise::ZScore, Normalise::RobustZ] {
            assert!(normalise.fit(&[3.0, 3.0]).is_err(), "{normalise:?}");
        }
        assert!(Normalise::Max.fit(&[-1.0, 0.0]).is_err());
        assert!(Normalise::RobustZ.fit(&[0.0, 0.0, 0.0, 5.0]).is_err());
        assert!(Normalise::MinMax.fit(&[]).is_err());
        assert!(Normalise::None.fit(&[]).is_ok());
    }
}
