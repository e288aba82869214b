//! Limits taken from quantiles of the reference population, so that a handful of extreme accounts
//! cannot set the scale for all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Clip;
use crate::stats::summary;
use crate::stats::undefined::Undefined;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Winsorize {
    /// Quantile below which values are raised; 0 (nobody) unless stated.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub lower: f64,
    /// Quantile above which values are lowered; 1 (nobody) unless stated.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub upper: f64,
}

fn one() -> f64 {
    1.0
}

impl Winsorize {
    pub fn problem(&self) -> Option<String> {
        (self.lower >= self.upper).then(|| format!("`lower` ({}) must be below `upper` ({})", self.lower, self.upper))
    }

    /// The limits for a reference population (type 7 quantiles).
    pub fn fit(&self, reference: &[f64]) -> Result<Clip, Undefined> {
        let sorted = summary::sorted(reference);
        let min = summary::quantile(&sorted, self.lower)?;
        let max = summary::quantile(&sorted, self.upper)?;
        Ok(Clip { min: Some(min), max: Some(max) })
    }
}

#[cfg(test)]
mod tests {
    use super::Winsorize;

    #[test]
    fn limits_are_quantiles_of_the_reference() {
        let reference: Vec<f64> = (0..=10).rev().map(f64::from).collect();
        let clip = Winsorize { lower: 0.1, upper: 0.9 }.fit(&reference).unwrap();
        assert_eq!([-5.0, 4.0, 50.0].map(|x| clip.apply(x)), [1.0, 4.0, 9.0]);
        assert!(Winsorize { lower: 0.5, upper: 0.5 }.problem().is_some());
        assert!(Winsorize { lower: 0.1, upper: 0.9 }.fit(&[]).is_err());
    }
}
