//! Values beyond declared limits become the limit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Clip {
    /// No lower limit unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// No upper limit unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Clip {
    pub fn problem(&self) -> Option<String> {
        match (self.min, self.max) {
            (None, None) => Some("`clip` needs `min` or `max`".to_string()),
            (Some(min), Some(max)) if min > max => Some(format!("`min` ({min}) is above `max` ({max})")),
            _ => None,
        }
    }

    #[inline(always)]
    pub fn apply(&self, value: f64) -> f64 {
        if value.is_nan() {
            return value;
        }
        let raised = self.min.map_or(value, |min| value.max(min));
        self.max.map_or(raised, |max| raised.min(max))
    }
}

#[cfg(test)]
mod tests {
    use super::Clip;

    #[test]
    fn values() {
        let clip = Clip { min: Some(1.0), max: Some(2.0) };
        assert_eq!([0.0, 1.5, 9.0].map(|x| clip.apply(x)), [1.0, 1.5, 2.0]);
        assert!(clip.apply(f64::NAN).is_nan());
        assert_eq!(Clip { min: None, max: Some(2.0) }.apply(-9.0), -9.0);
        assert!(Clip { min: Some(2.0), max: Some(1.0) }.problem().is_some());
        assert!(Clip { min: None, max: None }.problem().is_some());
    }
}
