//! What must hold, and whether it does. An undefined metric fails its expectation: nothing is
//! known to hold that cannot be measured.

use std::fmt;
use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::Place;
use super::settings::{CohortFile, Topics};
use super::spec::{Binds, ExpectSpec};
use crate::compare::group::Group;
use crate::compare::measurement::Measurement;
use crate::compare::metric::{Metric, MetricError, Unit};
use crate::diagnostic::{Diagnostic, visible};
use crate::document::Document;
use crate::ids::ModelId;
use crate::stats::grid;

/// A checked expectation.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Expectation {
    pub metric: Metric,
    pub bound: Bound,
    pub binds: Binds,
    pub because: String,
    pub candidate: Option<ModelId>,
    /// Another candidate in the baseline's place.
    pub against: Option<ModelId>,
    pub dataset: Option<String>,
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    /// Whether it speaks of the average over topics.
    pub across_topics: bool,
    pub part: Part,
}

/// The accounts that an expectation speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// All accounts together.
    Whole,
    /// One group.
    Group(Group),
    /// Every group of a segment column.
    EachOf(String),
    /// Every band of the baseline.
    EachBand,
}

/// What an expectation writes to speak of every band.
const EACH_BAND: &str = "each";

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
    pub baseline: String,
    pub candidate: String,
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Whether the average over topics was measured.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub across_topics: bool,
    /// The group of accounts; all together if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    pub bound: Bound,
    /// What of the estimate the bound was held against.
    pub held: Held,
    pub measured: Measurement,
    pub met: bool,
    /// The reason for the bound.
    pub because: String,
}

impl Verdict {
    /// Whether it speaks of a place by itself.
    pub fn is_at(&self, place: &Place) -> bool {
        (&self.dataset, &self.topic, &self.snapshot) == (&place.dataset, &place.topic, &place.snapshot)
    }

    /// Whether it speaks of a candidate there.
    pub fn is_of(&self, candidate: &str, place: &Place) -> bool {
        self.candidate == candidate && self.is_at(place)
    }
}

/// The part of an estimate that a bound was held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Held {
    Point,
    Lower,
    Upper,
    /// Both ends of the interval: the bound has two.
    Ends,
    /// There is nothing to hold: the metric is undefined.
    Nothing,
}

impl Bound {
    /// Whether a value lies within; a value at a bound does. Both are put on the grid first, so that
    /// the last bits of a sum decide nothing.
    pub fn admits(&self, value: f64) -> bool {
        self.reaches(value) && self.at_most.is_none_or(|most| grid::snap(value) <= grid::snap(most))
    }

    fn reaches(&self, value: f64) -> bool {
        self.at_least.is_none_or(|least| grid::snap(value) >= grid::snap(least))
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
        known: &Known<'_>,
    ) -> Result<Expectation, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        // Every wrong parameter is told, not only the first: each is taken out in turn.
        let mut stated = spec.arguments.clone();
        let mut wrong = Vec::new();
        let metric = loop {
            match Metric::new(&spec.metric, &stated) {
                Ok(metric) => break Ok(metric),
                Err(error) => {
                    let parameter = error.parameter().map(str::to_string);
                    wrong.push(error);
                    if parameter.and_then(|name| stated.remove(&name)).is_none() {
                        break Err(());
                    }
                }
            }
        };
        wrong.into_iter().for_each(|error| {
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
        problems.extend(check_bounds(spec, document, index));
        if let Ok(metric) = &metric {
            let share = metric.definition.unit == Unit::Share;
            problems.extend(check_range(spec, metric.range(), share, document, index));
        }
        let candidate = known.model("candidate", spec.candidate.as_deref(), document, index, &mut problems);
        let against = known.model("against", spec.against.as_deref(), document, index, &mut problems);
        if against.is_some() && against == candidate {
            let message = "`against` and `candidate` are the same version";
            problems.push(document.problem(&["expect", index, "against"], message));
        }
        let part = known.part(spec, document, index, &mut problems);
        known.place(spec, document, index, &mut problems);
        if spec.binds.is_some_and(|binds| matches!(binds, Binds::Lower | Binds::Upper)) && !known.intervals {
            let message = "the bound holds an end of an interval, but the experiment estimates none";
            let problem = document.problem(&["expect", index, "binds"], message);
            problems.push(problem.hint("add [uncertainty], or let it bind the point"));
        }
        match (metric, part) {
            (Ok(metric), Some(part)) if problems.is_empty() => Ok(Expectation {
                metric,
                bound: Bound { at_least: spec.at_least, at_most: spec.at_most },
                binds: spec.binds.unwrap_or_default(),
                because: spec.because.clone(),
                candidate,
                against,
                dataset: spec.dataset.clone(),
                snapshot: spec.snapshot.clone(),
                topic: spec.topic.clone(),
                across_topics: spec.across_topics.unwrap_or(false),
                part,
            }),
            _ => Err(problems),
        }
    }

    /// The verdict on a measurement of all accounts at a place, baseline and candidate in this order.
    pub fn verdict(&self, [baseline, candidate]: [&ModelId; 2], place: &Place, measured: Measurement) -> Verdict {
        let (met, held) = self.judge(&measured);
        Verdict {
            metric: self.metric.to_string(),
            baseline: baseline.to_string(),
            candidate: candidate.to_string(),
            dataset: place.dataset.clone(),
            snapshot: place.snapshot.clone(),
            topic: place.topic.clone(),
            across_topics: self.across_topics,
            group: None,
            bound: self.bound,
            held,
            measured,
            met,
            because: self.because.clone(),
        }
    }

    /// Whether a measurement meets the bound, and what of it was held against the bound.
    pub fn judge(&self, measured: &Measurement) -> (bool, Held) {
        judge(self.bound, self.binds, measured)
    }
}

/// Whether a measurement meets a bound, and what of it was held against the bound. An undefined
/// figure meets none: nothing is known to hold that cannot be measured.
pub(super) fn judge(bound: Bound, binds: Binds, measured: &Measurement) -> (bool, Held) {
    let Ok(estimate) = &measured.value else { return (false, Held::Nothing) };
    let point = estimate.point();
    let Some(interval) = estimate.bounds() else { return (bound.admits(point), Held::Point) };
    match binds {
        Binds::Point => (bound.admits(point), Held::Point),
        Binds::Lower => (bound.admits(interval.lower), Held::Lower),
        Binds::Upper => (bound.admits(interval.upper), Held::Upper),
        Binds::Unfavourable => {
            let held = match (bound.at_least, bound.at_most) {
                (Some(_), Some(_)) => Held::Ends,
                (Some(_), None) => Held::Lower,
                _ => Held::Upper,
            };
            let most = Bound { at_least: None, at_most: bound.at_most }.admits(interval.upper);
            (bound.reaches(interval.lower) && most, held)
        }
    }
}

/// Both bounds missing, or the wrong way round.
pub(super) fn check_bounds(spec: &ExpectSpec, document: &Document, index: &str) -> Option<Diagnostic> {
    match (spec.at_least, spec.at_most) {
        (None, None) => {
            let problem = document.problem(&["expect", index], "the expectation states no bound");
            Some(problem.hint("add `at-least` or `at-most`"))
        }
        (Some(least), Some(most)) if least > most => {
            let message = format!("`at-least` ({least}) is above `at-most` ({most})");
            Some(document.problem(&["expect", index, "at-least"], message))
        }
        _ => None,
    }
}

/// Bounds that the figure cannot reach; who writes a share may have meant percent.
pub(super) fn check_range(
    spec: &ExpectSpec,
    range: RangeInclusive<f64>,
    share: bool,
    document: &Document,
    index: &str,
) -> Vec<Diagnostic> {
    let (name, least, most) = (&spec.metric, range.start(), range.end());
    let stated = [("at-least", spec.at_least), ("at-most", spec.at_most)];
    let beyond =
        stated.into_iter().filter_map(|(key, bound)| Some((key, bound.filter(|bound| !range.contains(bound))?)));
    let problem = |(key, bound): (&str, f64)| {
        let message = match most.is_finite() {
            true => format!("`{key}` is {bound}, but {name} lies between {least} and {most}"),
            false => format!("`{key}` is {bound}, but {name} is never below {least}"),
        };
        let problem = document.problem(&["expect", index, key], message);
        if share { problem.hint("a share of 8 % is written 0.08") } else { problem }
    };
    beyond.map(problem).collect()
}

/// What an expectation may name.
pub(super) struct Known<'a> {
    pub candidates: &'a [ModelId],
    pub datasets: &'a [String],
    pub segments: &'a [String],
    pub cohorts: &'a [CohortFile],
    pub topics: &'a Topics,
    /// Whether the experiment estimates intervals.
    pub intervals: bool,
}

impl Known<'_> {
    pub(super) fn model(
        &self,
        key: &str,
        text: Option<&str>,
        document: &Document,
        index: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<ModelId> {
        let text = text?;
        let found = text.parse::<ModelId>().ok().filter(|id| self.candidates.contains(id));
        if found.is_none() {
            let message = format!("`{}` is no candidate of this experiment", visible(text));
            let known: Vec<String> = self.candidates.iter().map(ToString::to_string).collect();
            let problem = document.problem(&["expect", index, key], message);
            problems.push(problem.suggest(text, known.iter().map(String::as_str)));
        }
        found
    }

    fn part(
        &self,
        spec: &ExpectSpec,
        document: &Document,
        index: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Part> {
        if let Some(band) = &spec.band {
            if spec.segment.is_some() || spec.cohort.is_some() {
                let message = "an expectation speaks of a segment, of a cohort or of a band, not of several";
                problems.push(document.problem(&["expect", index, "band"], message));
                return None;
            }
            return Some(if band == EACH_BAND { Part::EachBand } else { Part::Group(Group::Band(band.clone())) });
        }
        match (&spec.segment, &spec.cohort) {
            (Some(_), Some(_)) => {
                let message = "an expectation speaks of a segment or of a cohort, not of both";
                problems.push(document.problem(&["expect", index, "cohort"], message));
                None
            }
            (None, None) => Some(Part::Whole),
            (None, Some(name)) => {
                let known = self.cohorts.iter().map(|cohort| cohort.name.as_str());
                if known.clone().any(|known| known == name) {
                    return Some(Part::Group(Group::Cohort(name.clone())));
                }
                let message = format!("the experiment has no cohort `{}`", visible(name));
                let problem = document.problem(&["expect", index, "cohort"], message);
                problems.push(problem.suggest(name, known));
                None
            }
            (Some(text), None) => {
                let (column, value) = match text.split_once('=') {
                    Some((column, value)) => (column.trim(), Some(value.trim())),
                    None => (text.trim(), None),
                };
                if !self.segments.iter().any(|known| known == column) {
                    let message = format!("`{}` is no segment of this experiment", visible(column));
                    let problem = document.problem(&["expect", index, "segment"], message);
                    problems.push(match self.segments {
                        [] => problem.hint("add it to `segments`"),
                        known => problem.suggest(column, known.iter().map(String::as_str)),
                    });
                    return None;
                }
                let column = column.to_string();
                Some(match value {
                    Some(value) => Part::Group(Group::Segment { column, value: value.to_string() }),
                    None => Part::EachOf(column),
                })
            }
        }
    }

    /// The dataset and the topic that an expectation names are compared at all, and an average over
    /// topics is of all accounts against the baseline.
    pub(super) fn place(&self, spec: &ExpectSpec, document: &Document, index: &str, problems: &mut Vec<Diagnostic>) {
        if spec.across_topics == Some(true) {
            let of_a_part = spec.segment.is_some() || spec.cohort.is_some() || spec.band.is_some();
            let narrower = spec.topic.is_some() || of_a_part || spec.against.is_some();
            let message = match self.topics {
                Topics::Without | Topics::One(_) => {
                    Some("there is no average over topics: the experiment does not compare several")
                }
                _ if narrower => Some("an average over topics is of all accounts against the baseline"),
                _ => None,
            };
            if let Some(message) = message {
                let problem = document.problem(&["expect", index, "across-topics"], message);
                problems
                    .push(problem.hint("state topics = \"all\", and neither topic, segment, cohort, band nor against"));
            }
        }
        if let Some(name) = spec.dataset.as_ref().filter(|name| !self.datasets.contains(name)) {
            let message = format!("`{}` is no dataset of this experiment", visible(name));
            let problem = document.problem(&["expect", index, "dataset"], message);
            problems.push(problem.suggest(name, self.datasets.iter().map(String::as_str)));
        }
        let Some(topic) = &spec.topic else { return };
        let known: Vec<&str> = match self.topics {
            Topics::All => return,
            Topics::Without => Vec::new(),
            Topics::One(topic) => vec![topic],
            Topics::Several(names) => names.iter().map(String::as_str).collect(),
        };
        if !known.contains(&topic.as_str()) {
            let message = format!("`{}` is no topic of this experiment", visible(topic));
            let problem = document.problem(&["expect", index, "topic"], message);
            problems.push(problem.suggest(topic, known));
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
