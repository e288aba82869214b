//! x to a declared power.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::elementary;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Power {
    /// Above 0, so that more stays more.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub exponent: f64,
}

impl Power {
    pub fn problem(&self) -> Option<String> {
        (self.exponent <= 0.0).then(|| "the exponent must be above 0".to_string())
    }

    /// x^exponent for x >= 0, else missing.
    pub fn apply(&self, value: f64) -> f64 {
        if value >= 0.0 { elementary::powf(value, self.exponent) } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::Power;

    #[test]
    fn values() {
        let cube = Power { exponent: 3.0 };
        assert_eq!(cube.apply(2.0), 8.0);
        assert!(cube.apply(-2.0).is_nan());
        assert!(Power { exponent: 0.0 }.problem().is_some());
    }
}
