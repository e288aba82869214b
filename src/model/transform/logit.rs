//! Shares spread out: the step from 98 % to 99 % counts as much as the one from 1 % to 2 %.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::elementary;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Logit {
    /// Shares nearer than this to 0 or 1 are moved to this distance, where the logit is finite.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 0.5))]
    pub margin: f64,
}

impl Logit {
    pub fn problem(&self) -> Option<String> {
        (self.margin <= 0.0 || self.margin >= 0.5).then(|| "`margin` must be above 0 and below 0.5".to_string())
    }

    /// ln(x / (1 - x)) for 0 <= x <= 1, else missing.
    pub fn apply(&self, value: f64) -> f64 {
        if !(0.0..=1.0).contains(&value) {
            return f64::NAN;
        }
        let share = value.clamp(self.margin, 1.0 - self.margin);
        elementary::ln(share / (1.0 - share))
    }
}

#[cfg(test)]
mod tests {
    use super::Logit;

    #[test]
    fn values() {
        let logit = Logit { margin: 0.01 };
        assert_eq!(logit.apply(0.5), 0.0);
        assert!((logit.apply(0.9) - 2.197_224_577_336_219_6).abs() < 1e-12);
        assert_eq!(logit.apply(0.0), logit.apply(0.01));
        assert!((logit.apply(1.0) + logit.apply(0.0)).abs() < 1e-12);
        assert!(logit.apply(1.1).is_nan() && logit.apply(-0.1).is_nan());
        assert!(Logit { margin: 0.5 }.problem().is_some());
    }
}
