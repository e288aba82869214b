//! The experiment as checked: names are names, no model is compared twice, every expectation has a
//! metric of the vocabulary and a bound.

use super::expectation::Expectation;
use super::spec::{ExperimentSpec, SnapshotsSpec};
use crate::dataset::index::{Selection, Snapshots};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::{ModelId, is_name};

/// A checked experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    pub name: String,
    pub title: String,
    pub question: Option<String>,
    pub baseline: ModelId,
    /// Never empty, unique, and not the baseline.
    pub candidates: Vec<ModelId>,
    pub dataset: String,
    pub selection: Selection,
    pub minimum_overlap: f64,
    pub expectations: Vec<Expectation>,
}

/// The least overlap unless an experiment states another.
pub const MINIMUM_OVERLAP: f64 = 0.5;

impl Experiment {
    /// Parses and checks an experiment; `expected` is the name that its file promises.
    pub fn parse(origin: &str, text: &str, expected: Option<&str>) -> Result<Experiment, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: ExperimentSpec = document.decode()?;
        let mut problems = Vec::new();
        if !is_name(&spec.experiment) {
            let message = format!("`{}` cannot name an experiment", visible(&spec.experiment));
            let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
            problems.push(document.problem(&["experiment"], message).hint(hint));
        } else if let Some(expected) = expected.filter(|expected| *expected != spec.experiment) {
            let message = format!("the file says `{}`, its name says `{expected}`", spec.experiment);
            problems.push(document.problem(&["experiment"], message).hint("both must agree"));
        }
        if !is_name(&spec.dataset) {
            let message = format!("`{}` cannot name a dataset", visible(&spec.dataset));
            let hint = "name a folder under datasets/, and bind one elsewhere with --dataset NAME=PATH";
            problems.push(document.problem(&["dataset"], message).hint(hint));
        }
        let model = |path: &[&str], text: &str, problems: &mut Vec<Diagnostic>| -> Option<ModelId> {
            let parsed = text.parse::<ModelId>();
            parsed.map_err(|error| problems.push(document.problem(path, error.to_string()))).ok()
        };
        let baseline = model(&["baseline"], &spec.baseline, &mut problems);
        let mut candidates: Vec<ModelId> = Vec::new();
        for (index, text) in spec.candidates.iter().enumerate() {
            let path = ["candidates", &index.to_string()];
            let Some(id) = model(&path, text, &mut problems) else { continue };
            if baseline.as_ref() == Some(&id) {
                problems
                    .push(document.problem(&path, format!("{id} is the baseline, and cannot be a candidate as well")));
            } else if candidates.contains(&id) {
                problems.push(document.problem(&path, format!("the candidate {id} is named twice")));
            } else {
                candidates.push(id);
            }
        }
        let mut expectations = Vec::new();
        for (index, expect) in spec.expect.iter().enumerate() {
            match Expectation::check(expect, &document, &index.to_string(), &candidates) {
                Ok(expectation) => expectations.push(expectation),
                Err(found) => problems.extend(found),
            }
        }
        Diagnostics::none_or(problems)?;
        let Some(baseline) = baseline else {
            return Err(Diagnostic::new(origin, "the baseline is no model").into());
        };
        let snapshots = match spec.snapshots {
            None | Some(SnapshotsSpec::Latest) => Snapshots::Latest,
            Some(SnapshotsSpec::All) => Snapshots::All,
            Some(SnapshotsSpec::Named(names)) => Snapshots::Named(names),
        };
        Ok(Experiment {
            title: spec.title.unwrap_or_else(|| spec.experiment.clone()),
            name: spec.experiment,
            question: spec.question,
            baseline,
            candidates,
            dataset: spec.dataset,
            selection: Selection { snapshots, topic: spec.topic },
            minimum_overlap: spec.minimum_overlap.unwrap_or(MINIMUM_OVERLAP),
            expectations,
        })
    }
}
