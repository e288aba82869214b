//! What must hold of the studies of stability, and whether it does.

use std::collections::BTreeSet;

use serde::Serialize;

use super::expectation::{Bound, Known, Verdict, check_bounds, judge};
use super::outcome::Place;
use super::plan::{Plan, StabilityPlan};
use super::spec::{Binds, ExpectSpec};
use super::stress::{Steadier, Stressed, StressedVersion};
use super::study_figure::{Found, StudyFigure};
use crate::compare::measurement::Measurement;
use crate::compare::metric::Argument;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::ModelId;
use crate::stability::noise::NoiseStudy;
use crate::stability::spec::StabilitySpec;

/// A checked expectation of a study.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StudyExpectation {
    #[serde(serialize_with = "as_label")]
    pub figure: StudyFigure,
    pub bound: Bound,
    pub binds: Binds,
    pub because: String,
    pub candidate: Option<ModelId>,
    pub dataset: Option<String>,
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    /// Its position among the expectations of the file.
    #[serde(skip)]
    pub at: usize,
}

fn as_label<S: serde::Serializer>(figure: &StudyFigure, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(figure)
}

/// Whether a name is that of a study's figure.
pub(super) fn is_of_a_study(name: &str) -> bool {
    name.contains('/')
}

impl StudyExpectation {
    /// Checks what is stated.
    pub(super) fn check(
        spec: &ExpectSpec,
        document: &Document,
        at: usize,
        known: &Known<'_>,
        asked: Option<&StabilitySpec>,
    ) -> Result<StudyExpectation, Vec<Diagnostic>> {
        let index = at.to_string();
        let index = index.as_str();
        let mut problems = Vec::new();
        let candidate = known.model("candidate", spec.candidate.as_deref(), document, index, &mut problems);
        known.place(spec, document, index, &mut problems);
        problems.extend(check_bounds(spec, document, index));
        let figure = match StudyFigure::new(&spec.metric, &spec.arguments) {
            Ok(figure) => figure,
            Err(wrong) => {
                let problem = match &wrong.parameter {
                    Some(parameter) => document.problem(&["expect", index, "with", parameter], wrong.message),
                    None => document.problem(&["expect", index, "metric"], wrong.message),
                };
                problems.push(match wrong.hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
                return Err(problems);
            }
        };
        if !asked.is_some_and(|asked| asks_for(asked, figure.study())) {
            let message = format!("the experiment does not make the study `{}`", figure.study());
            let problem = document.problem(&["expect", index, "metric"], message);
            problems.push(problem.hint(format!("add [stability.{}]", figure.study())));
        }
        let narrower = [
            ("segment", spec.segment.is_some()),
            ("cohort", spec.cohort.is_some()),
            ("against", spec.against.is_some()),
            ("across-topics", spec.across_topics == Some(true)),
        ];
        for (key, _) in narrower.into_iter().filter(|(_, stated)| *stated) {
            let message = format!("`{key}` says nothing of a study, which is of all accounts of a version");
            problems.push(document.problem(&["expect", index, key], message));
        }
        let [least, most] = figure.range();
        for (key, bound) in [("at-least", spec.at_least), ("at-most", spec.at_most)] {
            let Some(bound) = bound.filter(|bound| !(least..=most).contains(bound)) else { continue };
            let message = match most.is_finite() {
                true => format!("`{key}` is {bound}, but {} lies between {least} and {most}", spec.metric),
                false => format!("`{key}` is {bound}, but {} is never below {least}", spec.metric),
            };
            problems.push(document.problem(&["expect", index, key], message));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(StudyExpectation {
            figure,
            bound: Bound { at_least: spec.at_least, at_most: spec.at_most },
            binds: spec.binds.unwrap_or_default(),
            because: spec.because.clone(),
            candidate,
            dataset: spec.dataset.clone(),
            snapshot: spec.snapshot.clone(),
            topic: spec.topic.clone(),
            at,
        })
    }

    fn concerns(&self, version: &StressedVersion) -> bool {
        let Place { dataset, snapshot, topic, .. } = &version.place;
        let is = |wanted: &Option<String>, own: Option<&String>| wanted.is_none() || wanted.as_ref() == own;
        is(&self.dataset, Some(dataset)) && is(&self.snapshot, snapshot.as_ref()) && is(&self.topic, topic.as_ref())
    }

    fn verdict(&self, baseline: &ModelId, version: &StressedVersion, all: &Stressed) -> Verdict {
        let of_version = |one: &&Steadier| one.second == version.model && one.place == version.place;
        let beside: Vec<&Steadier> = all.steadier.iter().filter(of_version).collect();
        let measured = Measurement {
            value: self.figure.of(&Found { version, beside: &beside }),
            no_interval: None,
            interval_method: None,
            null: None,
            parameters: self.figure.arguments.clone(),
        };
        let (met, held) = judge(self.bound, self.binds, &measured);
        Verdict {
            metric: self.figure.to_string(),
            baseline: baseline.to_string(),
            candidate: version.model.clone(),
            dataset: version.place.dataset.clone(),
            snapshot: version.place.snapshot.clone(),
            topic: version.place.topic.clone(),
            across_topics: false,
            group: None,
            bound: self.bound,
            held,
            measured,
            met,
            because: self.because.clone(),
        }
    }
}

/// Whether a study is asked for.
fn asks_for(asked: &StabilitySpec, study: &str) -> bool {
    match study {
        "sampling" => asked.sampling.is_some(),
        "weights" => asked.weights.is_some(),
        "sensitivity" => asked.sensitivity.is_some(),
        "leave-out" => asked.leave_out.is_some(),
        "noise" => asked.noise.is_some(),
        "time" => asked.time.is_some(),
        "reversal" => asked.reversal.is_some(),
        "gaming" => asked.gaming.is_some(),
        "laws" => asked.laws.is_some(),
        _ => false,
    }
}

/// Finds what expectations name and the studies do not have: a slip would cost the whole run before it
/// is seen.
///
/// # Errors
/// Attacks, networks, factors, choices, bands and levels of a disturbance that there are not.
pub fn check_names(plan: &Plan, asked: &StabilityPlan) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    for expectation in &plan.experiment.study_expectations {
        for (parameter, argument) in &expectation.figure.arguments {
            let known = known(plan, asked, parameter);
            let stated = argument.to_string();
            if known.as_ref().is_none_or(|known| known.contains(&stated)) {
                continue;
            }
            let index = expectation.at.to_string();
            let message = format!("the study `{}` has no {parameter} {}", expectation.figure.study(), visible(&stated));
            let problem = plan.problem(&["expect", &index, "with", parameter], message);
            problems.push(problem.suggest(&stated, known.iter().flatten().map(String::as_str)));
        }
    }
    Diagnostics::none_or(problems)
}

/// What a parameter may name, as it is written; none where it is free.
fn known(plan: &Plan, asked: &StabilityPlan, parameter: &str) -> Option<BTreeSet<String>> {
    let networks = || plan.models.iter().flat_map(|model| &model.networks);
    let factors = networks()
        .flat_map(|network| network.factors.iter().map(move |factor| format!("{}/{}", network.name, factor.name)));
    let noise = asked.studies.noise.as_ref();
    let numbers = |of: fn(&NoiseStudy) -> Vec<f64>| {
        noise.map_or(Vec::new(), of).into_iter().map(|number| Argument::Number(number).to_string()).collect()
    };
    let names: BTreeSet<String> = match parameter {
        "attack" => asked.attacks.iter().map(|attack| attack.name.clone()).collect(),
        "outage" => networks().map(|network| network.name.clone()).collect(),
        "without" => networks().map(|network| network.name.clone()).chain(factors).collect(),
        "choice" => {
            let alternatives = asked.studies.sensitivity.iter().flat_map(|study| &study.alternatives);
            let weights = networks().map(|network| network.name.clone()).chain(factors);
            weights.chain(alternatives.map(|alternative| alternative.name.clone())).collect()
        }
        "to" => plan.models.iter().flat_map(|model| &model.bands).map(|band| band.name.clone()).collect(),
        "noise" => numbers(|study| study.levels.clone()),
        "missing" => numbers(|study| study.missing.clone()),
        "stale" => numbers(|study| study.stale.clone()),
        "digits" => numbers(|study| study.digits.iter().map(|digits| f64::from(digits.get())).collect()),
        _ => return None,
    };
    Some(names)
}

/// Holds every expectation of a study against the candidates that it speaks of.
///
/// # Errors
/// One that speaks of none.
pub(super) fn verdicts(plan: &Plan, found: &Stressed) -> Result<Vec<Verdict>, Diagnostics> {
    let experiment = &plan.experiment;
    let mut verdicts = Vec::new();
    let mut problems = Vec::new();
    for expectation in &experiment.study_expectations {
        let before = verdicts.len();
        for candidate in &experiment.candidates {
            if expectation.candidate.as_ref().is_some_and(|wanted| wanted != candidate) {
                continue;
            }
            let id = candidate.to_string();
            let versions = found.versions.iter().filter(|version| version.model == id);
            let those = versions.filter(|version| expectation.concerns(version));
            verdicts.extend(those.map(|version| expectation.verdict(&experiment.baseline, version, found)));
        }
        if verdicts.len() == before {
            let index = expectation.at.to_string();
            let problem = plan.problem(&["expect", &index], "the expectation speaks of nothing that is studied");
            problems.push(problem.hint("studies are made on the latest compared snapshot"));
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(verdicts)
}
