//! What must hold, and whether it does. An undefined metric fails its expectation: nothing is
//! known to hold that cannot be measured.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spec::ExpectSpec;
use crate::compare::Comparison;
use crate::compare::measurement::{self, Measurement};
use crate::compare::metric::{Metric, MetricError, Unit};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::ids::ModelId;

/// A checked expectation.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub metric: Metric,
    pub bound: Bound,
    pub because: String,
    pub candidate: Option<ModelId>,
    pub snapshot: Option<String>,
}

/// At least one end is stated, and the lower is not above the upper.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Bound {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// An expectation held against one comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Verdict {
    /// Label of the metric.
    pub metric: String,
    pub candidate: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    pub bound: Bound,
    pub measured: Measurement,
    pub met: bool,
    /// The reason for the bound.
    pub because: String,
}

impl Bound {
    /// Whether a value lies within; a value at a bound does.
    pub fn admits(&self, value: f64) -> bool {
        self.at_least.is_none_or(|least| value >= least) && self.at_most.is_none_or(|most| value <= most)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (Some(least), Some(most)) => write!(out, "from {least} to {most}"),
            (Some(least), None) => write!(out, "at least {least}"),
            (None, Some(most)) => write!(out, "at most {most}"),
            (None, None) => out.write_str("anything"),
        }
    }
}

impl Expectation {
    pub(super) fn check(
        spec: &ExpectSpec,
        document: &Document,
        index: &str,
        candidates: &[ModelId],
    ) -> Result<Expectation, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let metric = Metric::new(&spec.metric, &spec.arguments).map_err(|error| {
            let problem = match error.parameter() {
                Some(parameter) => {
                    let path = ["expect", index, "with", parameter];
                    match error {
                        MetricError::UnknownParameter { .. } => document.problem_with_key(&path, error.to_string()),
                        _ => document.problem(&path, error.to_string()),
                    }
                }
                None => document.problem(&["expect", index, "metric"], error.to_string()),
            };
            problems.push(match error.hint() {
                Some(hint) => problem.hint(hint),
                None => problem,
            });
        });
        match (spec.at_least, spec.at_most) {
            (None, None) => {
                let problem = document.problem(&["expect", index], "the expectation states no bound");
                problems.push(problem.hint("add `at-least` or `at-most`"));
            }
            (Some(least), Some(most)) if least > most => {
                let message = format!("`at-least` ({least}) is above `at-most` ({most})");
                problems.push(document.problem(&["expect", index, "at-least"], message));
            }
            _ => {}
        }
        if let Ok(metric) = &metric {
            for (key, bound) in [("at-least", spec.at_least), ("at-most", spec.at_most)] {
                let range = metric.range();
                let Some(bound) = bound.filter(|bound| !range.contains(bound)) else { continue };
                let message = if range.end().is_finite() {
                    format!(
                        "`{key}` is {bound}, but {} lies between {} and {}",
                        spec.metric,
                        range.start(),
                        range.end()
                    )
                } else {
                    format!("`{key}` is {bound}, but {} is never below {}", spec.metric, range.start())
                };
                let problem = document.problem(&["expect", index, key], message);
                problems.push(if metric.definition.unit == Unit::Share {
                    problem.hint("a share of 8 % is written 0.08")
                } else {
                    problem
                });
            }
        }
        let candidate = spec.candidate.as_deref().map(|text| {
            text.parse::<ModelId>().ok().filter(|id| candidates.contains(id)).ok_or_else(|| {
                let message = format!("`{}` is no candidate of this experiment", crate::diagnostic::visible(text));
                let known: Vec<String> = candidates.iter().map(ToString::to_string).collect();
                let problem = document.problem(&["expect", index, "candidate"], message);
                problems.push(problem.suggest(text, known.iter().map(String::as_str)));
            })
        });
        match (metric, candidate.transpose()) {
            (Ok(metric), Ok(candidate)) if problems.is_empty() => Ok(Expectation {
                metric,
                bound: Bound { at_least: spec.at_least, at_most: spec.at_most },
                because: spec.because.clone(),
                candidate,
                snapshot: spec.snapshot.clone(),
            }),
            _ => Err(problems),
        }
    }

    /// Whether the expectation speaks of this comparison.
    pub fn concerns(&self, candidate: &ModelId, snapshot: Option<&str>) -> bool {
        self.candidate.as_ref().is_none_or(|wanted| wanted == candidate)
            && self.snapshot.as_deref().is_none_or(|wanted| Some(wanted) == snapshot)
    }

    /// Holds the expectation against a comparison.
    pub fn judge(&self, comparison: &Comparison, candidate: &ModelId, snapshot: Option<&str>) -> Verdict {
        let label = self.metric.to_string();
        let mut measured = measurement::measure(comparison, std::slice::from_ref(&self.metric));
        let measured = measured.remove(&label).unwrap_or(Measurement {
            value: Err("it was not measured".to_string()),
            parameters: std::collections::BTreeMap::new(),
        });
        Verdict {
            metric: label,
            candidate: candidate.to_string(),
            snapshot: snapshot.map(str::to_string),
            bound: self.bound,
            met: measured.point().is_some_and(|point| self.bound.admits(point)),
            measured,
            because: self.because.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_at_the_bound_is_within() {
        let bound = Bound { at_least: Some(0.5), at_most: Some(1.0) };
        assert_eq!([0.4, 0.5, 1.0, 1.1].map(|value| bound.admits(value)), [false, true, true, false]);
        assert_eq!(bound.to_string(), "from 0.5 to 1");
    }
}
