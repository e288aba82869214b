//! A metric as it was measured: an estimate, or the reason why there is none. In JSON an estimate
//! is `{"point": 0.97, "exact": true}` or carries `lower`, `upper` and `level`; an undefined metric
//! is `{"undefined": "every value of the first column is equal"}`. Parameters that are not at their
//! defaults stand beside.

use std::collections::BTreeMap;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use super::metric::{Argument, Metric};
use super::null::{self, Null};
use super::uncertainty::{Intervals, Made, NoInterval};
use crate::stats::estimate::{Estimate, Interval};
use crate::stats::undefined::{Side, Undefined};

/// So many metrics ask for everything that figures share.
const MANY: usize = 12;

/// Measurements by the label of the metric.
pub type Measurements = BTreeMap<String, Measurement>;

/// One measured metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Measurement {
    pub value: Result<Estimate, String>,
    /// Why there is no interval, where one was asked for and the metric could have one.
    pub no_interval: Option<String>,
    /// How the interval was made, where not from percentiles of the drawings.
    pub interval_method: Option<String>,
    /// What chance alone would show.
    pub null: Option<Null>,
    pub parameters: BTreeMap<String, Argument>,
}

impl Measurement {
    /// A metric that could not be measured.
    pub fn undefined(metric: &Metric, reason: String) -> Measurement {
        Measurement {
            value: Err(reason),
            no_interval: None,
            interval_method: None,
            null: None,
            parameters: parameters(metric),
        }
    }

    /// Takes an interval, or the reason why there is none.
    pub fn take(&mut self, made: Result<Made, NoInterval>) {
        match made {
            Ok(made) => (self.value, self.interval_method) = (Ok(made.estimate), made.method),
            Err(reason) => self.no_interval = Some(reason.to_string()),
        }
    }

    /// The interval, if there is one.
    pub fn bounds(&self) -> Option<Interval> {
        self.value.as_ref().ok().and_then(Estimate::bounds)
    }

    /// The value, if it is defined.
    pub fn point(&self) -> Option<f64> {
        self.value.as_ref().ok().map(Estimate::point)
    }
}

/// Measures metrics on a comparison. Without intervals every figure is exact: it describes these
/// accounts and claims nothing beyond them.
pub fn measure(comparison: &Comparison, metrics: &[Metric], intervals: Option<&Intervals>) -> Measurements {
    if metrics.len() >= MANY {
        comparison.prepare();
    }
    let value =
        |metric: &Metric| metric.measure(comparison).map(Estimate::exact).map_err(|undefined| reason(&undefined));
    let values: Vec<Result<Estimate, String>> = metrics.par_iter().map(value).collect();
    let mut measurements = Measurements::new();
    let mut prepared = Vec::new();
    let mut figures = Vec::new();
    for (metric, value) in metrics.iter().zip(values) {
        let label = metric.to_string();
        // Preparing a figure to be drawn again takes longer than measuring it.
        let sampled = intervals.filter(|_| value.is_ok()).and_then(|_| metric.sampled(comparison));
        if let Some(Ok(figure)) = sampled {
            prepared.push(label.clone());
            figures.push(figure);
        }
        let null = intervals.and_then(|intervals| null::of(metric, comparison, intervals));
        measurements.insert(
            label,
            Measurement { value, no_interval: None, interval_method: None, null, parameters: parameters(metric) },
        );
    }
    let Some(intervals) = intervals else { return measurements };
    for (label, estimate) in prepared.into_iter().zip(intervals.estimate(comparison, &figures)) {
        let Some(measurement) = measurements.get_mut(&label) else { continue };
        measurement.take(estimate);
    }
    measurements
}

/// Measures one metric on a comparison.
pub fn measure_one(comparison: &Comparison, metric: &Metric, intervals: Option<&Intervals>) -> Measurement {
    let mut measured = measure(comparison, std::slice::from_ref(metric), intervals);
    // What is asked for is measured, defined or not.
    let absent = || Measurement::undefined(metric, "it was not measured".to_string());
    measured.remove(&metric.to_string()).unwrap_or_else(absent)
}

fn parameters(metric: &Metric) -> BTreeMap<String, Argument> {
    metric.arguments.iter().map(|(name, argument)| (name.to_string(), argument.clone())).collect()
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
    /// Why there is no interval although one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    no_interval: Option<String>,
    /// How the interval was made, where not from percentiles of the drawings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval_method: Option<String>,
    /// What chance alone would show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    null: Option<Null>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, Argument>,
}

impl From<Measurement> for Written {
    fn from(measurement: Measurement) -> Written {
        let parameters = measurement.parameters;
        let mut written = Written {
            point: None,
            exact: None,
            lower: None,
            upper: None,
            level: None,
            undefined: None,
            no_interval: measurement.no_interval,
            interval_method: measurement.interval_method,
            null: measurement.null,
            parameters,
        };
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
        let Written { no_interval, interval_method, null, parameters, .. } = written;
        Ok(Measurement { value, no_interval, interval_method, null, parameters })
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
        let sides = super::super::Sides {
            baseline: (&[1.0, 2.0]).into(),
            candidate: (&[3.0, 3.0]).into(),
            ..Default::default()
        };
        let comparison = Comparison::new(sides).unwrap();
        let measured = measure(&comparison, &["spearman".parse().unwrap()], None);
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
