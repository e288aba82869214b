//! The experiment as checked: names are names, no model is compared twice, every expectation has a
//! metric of the vocabulary and a bound.

use std::collections::BTreeSet;

use serde::Serialize;

use super::expectation::{Expectation, Known};
use super::settings::{CohortFile, Topics, Uncertainty};
use super::spec::{CohortSpec, ExperimentSpec, PerkScore, PerkSpec, SnapshotsSpec, TopicsSpec};
use super::study_expectation::{self, StudyExpectation};
use crate::compare::group::SegmentValue;
use crate::compare::perk::{Perk, Rule};
use crate::dataset::index::Snapshots;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::{ModelId, is_name, stays_inside};
use crate::stability::spec::StabilitySpec;
use crate::stability::studies::Studies;

/// A checked experiment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Experiment {
    pub name: String,
    pub title: String,
    pub question: Option<String>,
    pub baseline: ModelId,
    /// Never empty and unique; the baseline is among them only where the data move as well.
    pub candidates: Vec<ModelId>,
    /// Never empty, unique.
    pub datasets: Vec<String>,
    pub snapshots: Snapshots,
    /// Where the baseline scores, if not on the compared snapshot itself.
    pub baseline_snapshot: Option<String>,
    pub topics: Topics,
    /// Columns by which accounts are looked at group by group.
    pub segments: Vec<String>,
    pub smallest_group: u64,
    pub cohorts: Vec<CohortFile>,
    pub perks: Vec<Perk>,
    pub uncertainty: Option<Uncertainty>,
    /// Whether the drift of the signals is looked at as well.
    pub signal_drift: bool,
    pub minimum_overlap: f64,
    pub expectations: Vec<Expectation>,
    /// Studies that are made of every version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stability: Option<Studies>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub study_expectations: Vec<StudyExpectation>,
}

impl Experiment {
    /// A comparison of models on one dataset, with everything else at its default.
    pub fn plain(name: &str, baseline: ModelId, candidates: Vec<ModelId>, dataset: &str) -> Experiment {
        Experiment {
            name: name.to_string(),
            title: name.to_string(),
            question: None,
            baseline,
            candidates,
            datasets: vec![dataset.to_string()],
            snapshots: Snapshots::Latest,
            baseline_snapshot: None,
            topics: Topics::Without,
            segments: Vec::new(),
            smallest_group: SMALLEST_GROUP,
            cohorts: Vec::new(),
            perks: Vec::new(),
            uncertainty: None,
            signal_drift: false,
            minimum_overlap: MINIMUM_OVERLAP,
            expectations: Vec::new(),
            stability: None,
            study_expectations: Vec::new(),
        }
    }
}

/// Groups of fewer accounts have no figures unless an experiment states another number.
pub const SMALLEST_GROUP: u64 = 30;

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
        let mut datasets: Vec<String> = Vec::new();
        for (position, name) in std::iter::once(&spec.dataset).chain(&spec.also_on).enumerate() {
            let index = position.saturating_sub(1).to_string();
            let path: &[&str] = if position == 0 { &["dataset"] } else { &["also-on", &index] };
            if !is_name(name) {
                let message = format!("`{}` cannot name a dataset", visible(name));
                let hint = "name a folder under datasets/, and bind one elsewhere with --dataset NAME=PATH";
                problems.push(document.problem(path, message).hint(hint));
            } else if datasets.contains(name) {
                problems.push(document.problem(path, format!("the dataset `{name}` is named twice")));
            } else {
                datasets.push(name.clone());
            }
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
            if baseline.as_ref() == Some(&id) && spec.baseline_snapshot.is_none() {
                let message = format!("{id} is the baseline, and cannot be a candidate as well");
                let hint = "a model is compared with itself over time: state `baseline-snapshot`";
                problems.push(document.problem(&path, message).hint(hint));
            } else if candidates.contains(&id) {
                problems.push(document.problem(&path, format!("the candidate {id} is named twice")));
            } else {
                candidates.push(id);
            }
        }
        let topics = match (spec.topic, spec.topics) {
            (None, None) => Topics::Without,
            (Some(topic), None) => Topics::One(topic),
            (None, Some(TopicsSpec::All)) => Topics::All,
            (None, Some(TopicsSpec::Named(names))) if !names.is_empty() => Topics::Several(names),
            (None, Some(TopicsSpec::Named(_))) => {
                problems.push(document.problem(&["topics"], "`topics` names no topic"));
                Topics::Without
            }
            (Some(_), Some(_)) => {
                let problem = document.problem(&["topics"], "the experiment states both `topic` and `topics`");
                problems.push(problem.hint("`topic` for one, `topics` for several and their average"));
                Topics::Without
            }
        };
        unique(&document, &["segments"], &spec.segments, "the column", &mut problems);
        let perks = perks(&spec.perk, &document, &mut problems);
        let cohorts = cohorts(&spec.cohort, &document, &mut problems);
        let known = Known {
            candidates: &candidates,
            datasets: &datasets,
            segments: &spec.segments,
            cohorts: &cohorts,
            topics: &topics,
            intervals: spec.uncertainty.is_some(),
        };
        let (mut expectations, mut study_expectations) = (Vec::new(), Vec::new());
        for (index, expect) in spec.expect.iter().enumerate() {
            if study_expectation::is_of_a_study(&expect.metric) {
                match StudyExpectation::check(expect, &document, index, &known, spec.stability.as_ref()) {
                    Ok(expectation) => study_expectations.push(expectation),
                    Err(found) => problems.extend(found),
                }
                continue;
            }
            match Expectation::check(expect, &document, &index.to_string(), &known) {
                Ok(expectation) => expectations.push(expectation),
                Err(found) => problems.extend(found),
            }
        }
        problems.extend(spec.stability.iter().flat_map(|stability| stability_problems(stability, &document)));
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
            datasets,
            snapshots,
            baseline_snapshot: spec.baseline_snapshot,
            topics,
            segments: spec.segments,
            smallest_group: spec.smallest_group.unwrap_or(SMALLEST_GROUP),
            cohorts,
            perks,
            uncertainty: spec.uncertainty.as_ref().map(Uncertainty::from),
            signal_drift: true,
            minimum_overlap: spec.minimum_overlap.unwrap_or(MINIMUM_OVERLAP),
            expectations,
            stability: spec.stability.as_ref().map(Studies::from),
            study_expectations,
        })
    }
}

/// Tells of texts that stand twice in a list.
fn unique(document: &Document, path: &[&str], texts: &[String], what: &str, problems: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for (index, text) in texts.iter().enumerate().filter(|(_, text)| !seen.insert(text.as_str())) {
        let index = index.to_string();
        let path: Vec<&str> = path.iter().copied().chain([index.as_str()]).collect();
        problems.push(document.problem(&path, format!("{what} `{}` is named twice", visible(text))));
    }
}

/// What of the studies cannot be meant.
fn stability_problems(spec: &StabilitySpec, document: &Document) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if spec.weights.as_ref().is_some_and(|weights| weights.within.is_some() && weights.concentration.is_some()) {
        let path = ["stability", "weights", "concentration"];
        let problem = document.problem(&path, "the study states both `within` and `concentration`");
        problems.push(problem.hint("weights are drawn in one way: keep one of the two"));
    }
    let cheats = spec.gaming.as_ref().and_then(|gaming| gaming.cheats.as_deref());
    if let Some(Err(message)) = cheats.map(SegmentValue::parse) {
        let problem = document.problem(&["stability", "gaming", "cheats"], message);
        problems.push(problem.hint("write column=value, such as cohort=gamed"));
    }
    for (at, alternative) in spec.sensitivity.iter().flat_map(|spec| &spec.alternative).enumerate() {
        let named = |other: &&crate::stability::spec::AlternativeSpec| other.name == alternative.name;
        if spec.sensitivity.iter().flat_map(|spec| &spec.alternative).take(at).any(|other| named(&other)) {
            let message = format!("the alternative `{}` stands twice", visible(&alternative.name));
            let index = at.to_string();
            problems.push(document.problem(&["stability", "sensitivity", "alternative", &index, "name"], message));
        }
    }
    problems
}

fn perks(specs: &[PerkSpec], document: &Document, problems: &mut Vec<Diagnostic>) -> Vec<Perk> {
    let mut perks: Vec<Perk> = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        let index = index.to_string();
        let raw = spec.on == Some(PerkScore::Raw);
        let rule = match (spec.at_least, spec.top) {
            (Some(edge), None) => Some(Rule::AtLeast { edge, displayed: !raw }),
            (None, Some(top)) if spec.on.is_none() => Some(Rule::Top(top)),
            (None, Some(_)) => {
                let problem = document.problem(&["perk", &index, "on"], "`on` says nothing for a perk of the top");
                problems.push(problem.hint("the top is taken by the score as it is computed"));
                None
            }
            _ => {
                let problem = document.problem(&["perk", &index], "a perk states either `at-least` or `top`");
                problems.push(problem.hint("at-least = 50 is a threshold, top = 100 goes to the first hundred"));
                None
            }
        };
        let segment = spec.segment.as_deref().map(|text| {
            SegmentValue::parse(text).map_err(|message| {
                let problem = document.problem(&["perk", &index, "segment"], message);
                problems.push(problem.hint("write column=value, such as country=us"));
            })
        });
        if perks.iter().any(|perk| perk.name == spec.name) {
            let message = format!("the perk `{}` stands twice", visible(&spec.name));
            problems.push(document.problem(&["perk", &index, "name"], message));
        }
        if let (Some(rule), Ok(segment)) = (rule, segment.transpose()) {
            perks.push(Perk { name: spec.name.clone(), rule, segment });
        }
    }
    perks
}

fn cohorts(specs: &[CohortSpec], document: &Document, problems: &mut Vec<Diagnostic>) -> Vec<CohortFile> {
    let mut cohorts: Vec<CohortFile> = Vec::new();
    for (index, spec) in specs.iter().enumerate() {
        let index = index.to_string();
        if !is_name(&spec.name) {
            let message = format!("`{}` cannot name a cohort", visible(&spec.name));
            let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
            problems.push(document.problem(&["cohort", &index, "name"], message).hint(hint));
        } else if cohorts.iter().any(|cohort| cohort.name == spec.name) {
            let message = format!("the cohort `{}` stands twice", spec.name);
            problems.push(document.problem(&["cohort", &index, "name"], message));
        }
        if !stays_inside(&spec.file) {
            let message = format!("the path `{}` leaves the workbench", visible(&spec.file));
            let problem = document.problem(&["cohort", &index, "file"], message);
            problems.push(problem.hint("name a file within the workbench, such as cohorts/vip.txt"));
        }
        cohorts.push(CohortFile { name: spec.name.clone(), file: spec.file.clone() });
    }
    cohorts
}
