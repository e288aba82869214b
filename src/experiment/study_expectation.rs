//! What must hold of the studies of stability, and whether it does.

use serde::Serialize;

use super::expectation::{Bound, Known, Verdict, check_bounds, check_range, judge};
use super::place::Place;
use super::spec::{Binds, ExpectSpec};
use super::stress::{Steadier, Stressed, StressedVersion};
use super::study_figure::{Found, StudyFigure};
use crate::compare::measurement::Measurement;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::ids::ModelId;
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
            ("band", spec.band.is_some()),
            ("against", spec.against.is_some()),
            ("across-topics", spec.across_topics == Some(true)),
        ];
        for (key, _) in narrower.into_iter().filter(|(_, stated)| *stated) {
            let message = format!("`{key}` says nothing of a study, which is of all accounts of a version");
            problems.push(document.problem(&["expect", index, key], message));
        }
        problems.extend(check_range(spec, figure.range(), figure.is_share(), document, index));
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

    /// Whether it speaks of a version where it stands.
    pub(super) fn concerns(&self, version: &StressedVersion) -> bool {
        let Place { dataset, snapshot, topic, .. } = &version.place;
        let is = |wanted: &Option<String>, own: Option<&String>| wanted.is_none() || wanted.as_ref() == own;
        is(&self.dataset, Some(dataset)) && is(&self.snapshot, snapshot.as_ref()) && is(&self.topic, topic.as_ref())
    }

    /// The verdict on a version, beside the baseline.
    pub(super) fn verdict(&self, baseline: &ModelId, version: &StressedVersion, all: &Stressed) -> Verdict {
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
