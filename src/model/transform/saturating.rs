//! More helps, but ever less, and never beyond 1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Saturating {
    /// The value that has half the full effect; above 0.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub half: f64,
}

impl Saturating {
    pub fn problem(&self) -> Option<String> {
        (self.half <= 0.0).then(|| "`half` must be above 0".to_string())
    }

    /// x / (x + half) for x >= 0, else missing.
    #[inline(always)]
    pub fn apply(&self, value: f64) -> f64 {
        if value >= 0.0 { value / (value + self.half) } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::Saturating;

    #[test]
    fn values() {
        let saturating = Saturating { half: 10.0 };
        assert_eq!([0.0, 10.0, 30.0].map(|x| saturating.apply(x)), [0.0, 0.5, 0.75]);
        assert!(saturating.apply(-1.0).is_nan());
        assert!(Saturating { half: 0.0 }.problem().is_some());
    }
}
