//! A metric as it was measured: an estimate, or the reason why there is none. In JSON an estimate
//! is `{"point": 0.97, "exact": true}` or carries `lower`, `upper` and `level`; an undefined metric
//! is `{"undefined": "every value of the first column is equal"}`. Parameters that are not at their
//! defaults stand beside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use super::metric::{Argument, Metric};
use crate::stats::estimate::Estimate;
use crate::stats::undefined::{Side, Undefined};

/// Measurements by the label of the metric.
pub type Measurements = BTreeMap<String, Measurement>;

/// One measured metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Measurement {
    pub value: Result<Estimate, String>,
    pub parameters: BTreeMap<String, Argument>,
}

impl Measurement {
    /// The value, if it is defined.
    pub fn point(&self) -> Option<f64> {
        self.value.as_ref().ok().map(Estimate::point)
    }
}

/// Measures metrics on a comparison. No sampling is involved, so every figure is exact: it
/// describes these accounts and claims nothing beyond them.
pub fn measure(comparison: &Comparison, metrics: &[Metric]) -> Measurements {
    let one = |metric: &Metric| {
        let value = metric.measure(comparison).map(Estimate::exact).map_err(|undefined| reason(&undefined));
        let parameters = metric.arguments.iter().map(|(name, argument)| (name.to_string(), argument.clone())).collect();
        (metric.to_string(), Measurement { value, parameters })
    };
    metrics.iter().map(one).collect()
}

/// Why a figure is undefined, in the words of this room: the statistics know no baseline.
fn reason(undefined: &Undefined) -> String {
    match undefined {
        Undefined::Constant { side: Side::First } => "every score of the baseline is equal".to_string(),
        Undefined::Constant { side: Side::Second } => "every score of the candidate is equal".to_string(),
        other => other.to_string(),
    }
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    point: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lower: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upper: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undefined: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, Argument>,
}

impl From<Measurement> for Written {
    fn from(measurement: Measurement) -> Written {
        let parameters = measurement.parameters;
        let mut written =
            Written { point: None, exact: None, lower: None, upper: None, level: None, undefined: None, parameters };
        match measurement.value {
            Err(reason) => written.undefined = Some(reason),
            Ok(estimate) => {
                written.point = Some(estimate.point());
                match estimate.bounds() {
                    None => written.exact = Some(true),
                    Some(bounds) => {
                        written.lower = Some(bounds.lower);
                        written.upper = Some(bounds.upper);
                        written.level = Some(bounds.level);
                    }
                }
            }
        }
        written
    }
}

impl TryFrom<Written> for Measurement {
    type Error = String;

    fn try_from(written: Written) -> Result<Measurement, String> {
        let value = match written {
            Written { undefined: Some(reason), point: None, .. } => Err(reason),
            Written {
                point: Some(point),
                exact: Some(true),
                lower: None,
                upper: None,
                level: None,
                undefined: None,
                ..
            } if point.is_finite() => Ok(Estimate::exact(point)),
            Written {
                point: Some(point),
                exact: None,
                lower: Some(lower),
                upper: Some(upper),
                level: Some(level),
                undefined: None,
                ..
            } => Ok(Estimate::interval(point, lower, upper, level).map_err(|error| error.to_string())?),
            _ => return Err("neither an exact figure, nor one with an interval, nor an undefined one".to_string()),
        };
        Ok(Measurement { value, parameters: written.parameters })
    }
}

impl JsonSchema for Measurement {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Measurement".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undefined_metric_names_the_side() {
        let sides = super::super::Sides { baseline: &[1.0, 2.0], candidate: &[3.0, 3.0], ..Default::default() };
        let comparison = Comparison::new(sides).unwrap();
        let measured = measure(&comparison, &["spearman".parse().unwrap()]);
        assert_eq!(measured["spearman"].value, Err("every score of the candidate is equal".to_string()));
    }

    #[test]
    fn measurements_round_trip_through_json() {
        for (text, good) in [
            (r#"{"point":0.5,"exact":true}"#, true),
            (r#"{"point":0.5,"lower":0.25,"upper":0.75,"level":0.95,"parameters":{"k":10,"quantile":0.5}}"#, true),
            (r#"{"undefined":"why"}"#, true),
            (r#"{"point":0.5}"#, false),
            (r#"{"point":0.5,"exact":true,"lower":0.1}"#, false),
            (r#"{"point":0.5,"lower":0.9,"upper":0.75,"level":0.95}"#, false),
            ("{}", false),
        ] {
            let read = serde_json::from_str::<Measurement>(text);
            assert_eq!(read.is_ok(), good, "{text}");
            if let Ok(read) = read {
                assert_eq!(serde_json::to_string(&read).unwrap(), text);
            }
        }
    }
}
