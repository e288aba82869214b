//! A number for each level of an ordinal signal: a job title's seniority from 0 to 6, say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Lookup {
    /// The levels, rising.
    #[schemars(length(min = 1))]
    pub levels: Vec<f64>,
    /// What each level counts as, in the same order.
    #[schemars(length(min = 1))]
    pub values: Vec<f64>,
}

impl Lookup {
    pub fn problem(&self) -> Option<String> {
        if self.levels.len() != self.values.len() {
            return Some(format!("{} levels but {} values", self.levels.len(), self.values.len()));
        }
        let rising = self.levels.windows(2).all(|pair| pair[0] < pair[1]);
        (!rising).then(|| "`levels` must rise".to_string())
    }

    /// The number of a level; a value that is no level is missing.
    pub fn apply(&self, value: f64) -> f64 {
        match self.levels.binary_search_by(|level| level.total_cmp(&(value + 0.0))) {
            Ok(at) => self.values[at],
            Err(_) => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn values() {
        let lookup = Lookup { levels: vec![0.0, 1.0, 5.0], values: vec![0.0, 0.2, 1.0] };
        assert_eq!([0.0, -0.0, 1.0, 5.0].map(|x| lookup.apply(x)), [0.0, 0.0, 0.2, 1.0]);
        assert!(lookup.apply(2.0).is_nan() && lookup.apply(f64::NAN).is_nan());
        assert!(Lookup { levels: vec![1.0, 0.0], values: vec![0.0, 0.2] }.problem().is_some());
        assert!(Lookup { levels: vec![1.0], values: vec![0.0, 0.2] }.problem().is_some());
    }
}
