//! A number that travels with what is known about its uncertainty.
//!
//! A point without an interval is either exact (it describes the data at hand
//! and claims nothing beyond) or incomplete. The type admits only the first,
//! so no reader has to guess which of the two a bare number is.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A finite number that is either exact or carries an interval.
///
/// Written as `{"point": 1.0, "exact": true}` or as
/// `{"point": 1.0, "lower": 0.9, "upper": 1.1, "level": 0.95}`; nothing between
/// the two is read. The point may lie outside of its interval: an interval
/// corrected for bias can leave it there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Estimate {
    point: f64,
    interval: Option<Interval>,
}

/// The interval of an estimate: finite, `lower <= upper`, and a level between
/// 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// The share of repetitions that such an interval is meant to cover.
    pub level: f64,
}

/// Why numbers do not make an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEstimate {
    /// A NaN or an infinity.
    #[error("an estimate holds a number that is not finite")]
    NotFinite,
    /// The ends are exchanged.
    #[error("the lower end of an interval is above its upper end")]
    Reversed,
    /// The level is no proper share.
    #[error("the level of an interval does not lie between 0 and 1")]
    Level,
    /// Neither form, or both.
    #[error("an estimate needs either `exact = true` or all of `lower`, `upper` and `level`")]
    Form,
}

impl Estimate {
    /// A number known without sampling error.
    ///
    /// # Panics
    /// If the number is not finite; every [`super::undefined::Figure`] is.
    #[must_use]
    pub fn exact(point: f64) -> Self {
        assert!(point.is_finite(), "an exact figure is finite");
        Estimate { point, interval: None }
    }

    /// A number with the interval that its sampling error leaves.
    ///
    /// # Errors
    /// A number that is not finite, `lower > upper`, or a level that does not
    /// lie between 0 and 1.
    pub fn interval(point: f64, lower: f64, upper: f64, level: f64) -> Result<Self, NotAnEstimate> {
        if ![point, lower, upper, level].iter().all(|number| number.is_finite()) {
            return Err(NotAnEstimate::NotFinite);
        }
        if lower > upper {
            return Err(NotAnEstimate::Reversed);
        }
        if level <= 0.0 || level >= 1.0 {
            return Err(NotAnEstimate::Level);
        }
        Ok(Estimate { point, interval: Some(Interval { lower, upper, level }) })
    }

    /// The number itself.
    #[must_use]
    pub fn point(&self) -> f64 {
        self.point
    }

    /// Its interval; none if it is exact.
    #[must_use]
    pub fn bounds(&self) -> Option<Interval> {
        self.interval
    }

    /// Whether it is without sampling error.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.interval.is_none()
    }
}

/// An estimate as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    point: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lower: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upper: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<f64>,
}

impl TryFrom<Written> for Estimate {
    type Error = NotAnEstimate;

    fn try_from(written: Written) -> Result<Self, NotAnEstimate> {
        match (written.exact, written.lower, written.upper, written.level) {
            (Some(true), None, None, None) if written.point.is_finite() => Ok(Estimate::exact(written.point)),
            (Some(true), None, None, None) => Err(NotAnEstimate::NotFinite),
            (None, Some(lower), Some(upper), Some(level)) => Estimate::interval(written.point, lower, upper, level),
            _ => Err(NotAnEstimate::Form),
        }
    }
}

impl From<Estimate> for Written {
    fn from(estimate: Estimate) -> Self {
        Written {
            point: estimate.point,
            exact: estimate.is_exact().then_some(true),
            lower: estimate.interval.map(|interval| interval.lower),
            upper: estimate.interval.map(|interval| interval.upper),
            level: estimate.interval.map(|interval| interval.level),
        }
    }
}

impl JsonSchema for Estimate {
    fn schema_name() -> Cow<'static, str> {
        "Estimate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number that is either exact or carries an interval.",
            "oneOf": [
                {
                    "type": "object",
                    "properties": {
                        "point": { "type": "number" },
                        "exact": { "const": true }
                    },
                    "required": ["point", "exact"],
                    "additionalProperties": false
                },
                {
                    "type": "object",
                    "properties": {
                        "point": { "type": "number" },
                        "lower": { "type": "number" },
                        "upper": { "type": "number" },
                        "level": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 }
                    },
                    "required": ["point", "lower", "upper", "level"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Estimate, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_survive_a_round_trip() {
        for (estimate, text) in [
            (Estimate::exact(1.0), r#"{"point":1.0,"exact":true}"#),
            (
                Estimate::interval(0.5, 0.25, 0.75, 0.95).unwrap(),
                r#"{"point":0.5,"lower":0.25,"upper":0.75,"level":0.95}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&estimate).unwrap(), text);
            assert_eq!(read(text), Ok(estimate));
        }
    }

    #[test]
    fn the_two_forms_tell_themselves_apart() {
        let exact = Estimate::exact(2.5);
        assert_eq!((exact.point(), exact.is_exact(), exact.bounds()), (2.5, true, None));
        let wide = Estimate::interval(2.5, 1.0, 2.0, 0.9).unwrap();
        let interval = wide.bounds().unwrap();
        assert_eq!((interval.lower, interval.upper, interval.level), (1.0, 2.0, 0.9));
        assert!(!wide.is_exact());
    }

    #[test]
    fn nonsense_is_refused() {
        let form = "an estimate needs either `exact = true` or all of `lower`, `upper` and `level`";
        for (text, reason) in [
            (r#"{"point":1.0}"#, form),
            (r#"{"point":1.0,"exact":false}"#, form),
            (r#"{"point":1.0,"exact":true,"lower":0.5,"upper":1.5,"level":0.95}"#, form),
            (r#"{"point":1.0,"exact":true,"level":0.95}"#, form),
            (r#"{"point":1.0,"lower":0.5,"upper":1.5}"#, form),
            (
                r#"{"point":1.0,"lower":1.5,"upper":0.5,"level":0.95}"#,
                "the lower end of an interval is above its upper end",
            ),
            (
                r#"{"point":1.0,"lower":0.5,"upper":1.5,"level":95.0}"#,
                "the level of an interval does not lie between 0 and 1",
            ),
            (r#"{"point":1.0,"exact":true,"colour":"red"}"#, "unknown field `colour`"),
            (r#"{"point":null,"exact":true}"#, "invalid type: null"),
            (r#"{"exact":true}"#, "missing field `point`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
        let infinite = Estimate::interval(f64::INFINITY, 0.0, 1.0, 0.5);
        assert_eq!(infinite, Err(NotAnEstimate::NotFinite));
    }

    #[test]
    #[should_panic(expected = "an exact figure is finite")]
    fn nothing_exact_is_nan() {
        let _ = Estimate::exact(f64::NAN);
    }

    #[test]
    fn the_schema_names_both_forms() {
        let schema = serde_json::to_value(schemars::schema_for!(Estimate)).unwrap();
        let forms = schema["oneOf"].as_array().unwrap();
        let required: Vec<String> = forms.iter().map(|form| form["required"].to_string()).collect();
        assert_eq!(required, [r#"["point","exact"]"#, r#"["point","lower","upper","level"]"#]);
    }
}
