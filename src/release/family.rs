//! The settings of a family as checked.

use std::collections::BTreeMap;

use super::spec::{Against, BudgetSpec, FamilySpec, LimitSpec, ReplaySpec};
use crate::compare::metric::Argument;
use crate::compare::perk::Perk;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::experiment::spec::{ExpectSpec, ExperimentSpec, SnapshotsSpec};
use crate::experiment::{Bound, Experiment};
use crate::ids::{ModelId, is_name};

/// What holds for every version of a family.
#[derive(Clone, Debug, Default)]
pub struct Family {
    pub name: String,
    /// Roles that must sign, each once.
    pub sign_offs: Vec<String>,
    pub replay: Option<Replay>,
    pub budget: Option<Budget>,
    /// By the signal.
    pub retired: BTreeMap<String, Retired>,
    /// For problems that only the rest of the workbench shows; none for a family without settings.
    document: Option<Document>,
}

/// Published scores that must come out again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    pub dataset: String,
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    pub version: ModelId,
    pub tolerance: f64,
    pub at_least: f64,
}

/// How far a release may move people.
#[derive(Clone, Debug)]
pub struct Budget {
    /// What is measured, and where. Its expectations are the limits of metrics, whose reasons are the
    /// names of the limits; which versions are compared is known at a release.
    pub experiment: Experiment,
    /// 0 for the live version alone.
    pub window_days: u32,
    /// Names are unique.
    pub limits: Vec<Limit>,
}

/// One limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub name: String,
    pub because: String,
    pub against: Against,
    /// The perk that holders may lose; none for a limit of a metric.
    pub perk: Option<PerkLimit>,
}

/// The share of a perk's holders who may lose it.
#[derive(Clone, Debug, PartialEq)]
pub struct PerkLimit {
    pub perk: String,
    pub bound: Bound,
}

/// A signal that is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    pub since: Date,
    pub because: String,
    pub fallback: ModelId,
    pub replaced_by: Option<String>,
}

/// Days back that limits look unless a budget states others.
pub const WINDOW_DAYS: u32 = 90;

impl Family {
    /// A family that states nothing.
    pub fn plain(name: &str) -> Family {
        Family { name: name.to_string(), ..Family::default() }
    }

    /// Parses and checks settings; `expected` is the family that the path promises.
    pub fn parse(origin: &str, text: &str, expected: &str) -> Result<Family, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: FamilySpec = document.decode()?;
        let mut problems = Vec::new();
        if spec.family != expected {
            let message = format!("the file says `{}`, its folder says `{expected}`", visible(&spec.family));
            problems.push(document.problem(&["family"], message).hint("both must agree"));
        }
        roles(&spec.sign_offs, &document, &mut problems);
        let replay = spec.replay.as_ref().and_then(|replay| Replay::check(replay, expected, &document, &mut problems));
        let budget = spec.budget.as_ref().and_then(|budget| Budget::check(budget, expected, &document, &mut problems));
        let mut retired = BTreeMap::new();
        for (signal, one) in &spec.retired {
            let Some(fallback) =
                version_of(&one.fallback, expected, &["retired", signal, "fallback"], &document, &mut problems)
            else {
                continue;
            };
            if one.replaced_by.as_ref() == Some(signal) {
                let problem = document.problem(&["retired", signal, "replaced-by"], "the signal replaces itself");
                problems.push(problem.hint("a redefined signal gets a name of its own, so that both can be compared"));
            }
            let (because, replaced_by) = (one.because.clone(), one.replaced_by.clone());
            retired.insert(signal.clone(), Retired { since: one.since, because, fallback, replaced_by });
        }
        Diagnostics::none_or(problems)?;
        Ok(Family { name: spec.family, sign_offs: spec.sign_offs, replay, budget, retired, document: Some(document) })
    }

    /// A problem with a value of the settings.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        match &self.document {
            Some(document) => document.problem(path, message),
            None => Diagnostic::new(format!("family {}", self.name), message),
        }
    }

    /// The names of the limits.
    pub fn limit_names(&self) -> impl Iterator<Item = &str> {
        self.budget.iter().flat_map(|budget| &budget.limits).map(|limit| limit.name.as_str())
    }

    /// Signals that are gone on a day.
    pub fn retired_by(&self, day: Date) -> impl Iterator<Item = (&str, &Retired)> {
        self.retired.iter().filter(move |(_, one)| one.since <= day).map(|(signal, one)| (signal.as_str(), one))
    }
}

fn roles(roles: &[String], document: &Document, problems: &mut Vec<Diagnostic>) {
    for (at, role) in roles.iter().enumerate() {
        let index = at.to_string();
        let path = ["sign-offs", index.as_str()];
        if !is_name(role) {
            let problem = document.problem(&path, format!("`{}` cannot name a role", visible(role)));
            problems.push(problem.hint("use lower-case letters, digits, `-` and `_`, such as product or legal"));
        } else if roles[..at].contains(role) {
            problems.push(document.problem(&path, format!("the role `{role}` stands twice")));
        }
    }
}

/// A version of the family, written with or without it.
fn version_of(
    text: &str,
    family: &str,
    path: &[&str],
    document: &Document,
    problems: &mut Vec<Diagnostic>,
) -> Option<ModelId> {
    ModelId::within(family, text)
        .map_err(|error: crate::ids::IdError| problems.push(document.problem(path, error.to_string())))
        .ok()
}

impl Replay {
    fn check(spec: &ReplaySpec, family: &str, document: &Document, problems: &mut Vec<Diagnostic>) -> Option<Replay> {
        if !is_name(&spec.dataset) {
            let message = format!("`{}` cannot name a dataset", visible(&spec.dataset));
            problems.push(document.problem(&["replay", "dataset"], message).hint("name a folder under datasets/"));
        }
        Some(Replay {
            dataset: spec.dataset.clone(),
            snapshot: spec.snapshot.clone(),
            topic: spec.topic.clone(),
            version: version_of(&spec.version, family, &["replay", "version"], document, problems)?,
            tolerance: spec.tolerance.unwrap_or(0.0),
            at_least: spec.at_least.unwrap_or(1.0),
        })
    }
}

impl Replay {
    /// The experiment that makes published scores come out again, on the way to a release. Its
    /// candidate is of no account.
    pub fn experiment(&self, candidate: &ModelId) -> Result<Experiment, Diagnostics> {
        let tolerance = Argument::Number(self.tolerance);
        let other = if *candidate == self.version { "0.0.1".to_string() } else { candidate.version().to_string() };
        let written = ExperimentSpec {
            experiment: "replay".to_string(),
            title: None,
            baseline: self.version.to_string(),
            candidates: vec![format!("{}@{other}", candidate.family())],
            dataset: self.dataset.clone(),
            snapshots: self.snapshot.clone().map(|name| SnapshotsSpec::Named(vec![name])),
            topic: self.topic.clone(),
            expect: vec![ExpectSpec {
                arguments: BTreeMap::from([("tolerance".to_string(), tolerance)]),
                at_least: Some(self.at_least),
                ..plain_expectation("replay-match", "published scores come out again")
            }],
            ..plain_experiment(&self.version)
        };
        let mut experiment = parsed(&written)?;
        if *candidate == self.version {
            experiment.candidates = vec![candidate.clone()];
        }
        Ok(experiment)
    }
}

impl Budget {
    fn check(spec: &BudgetSpec, family: &str, document: &Document, problems: &mut Vec<Diagnostic>) -> Option<Budget> {
        let before = problems.len();
        // What does not depend on limits is told once.
        let plain = match experiment(spec, family, &[]) {
            Ok(plain) => Some(plain),
            Err(found) => {
                problems.extend(moved(found, document, &["budget"]));
                None
            }
        };
        let mut limits: Vec<Limit> = Vec::new();
        let mut of_metrics = Vec::new();
        for (at, limit) in spec.limit.iter().enumerate() {
            let index = at.to_string();
            let path = |key: &'static str| ["budget", "limit", index.as_str(), key];
            if !is_name(&limit.name) {
                let message = format!("`{}` cannot name a limit", visible(&limit.name));
                let problem = document.problem(&path("name"), message);
                problems.push(problem.hint("use lower-case letters, digits, `-` and `_`, such as people-moved"));
            } else if limits.iter().any(|known| known.name == limit.name) {
                problems.push(document.problem(&path("name"), format!("the limit `{}` stands twice", limit.name)));
            }
            let perk = match (&limit.metric, &limit.perk) {
                (Some(_), None) => {
                    let expectation = expectation(limit);
                    if let Some(found) = plain.as_ref().and_then(|_| experiment(spec, family, &[&expectation]).err()) {
                        problems.extend(moved(found, document, &["budget", "limit", &index]));
                    }
                    of_metrics.push(expectation);
                    None
                }
                (None, Some(name)) => {
                    let perks = plain.as_ref().map_or(&[][..], |plain| &plain.perks);
                    problems.extend(perk_problems(limit, name, perks, document, &index));
                    let bound = Bound { at_least: limit.at_least, at_most: limit.at_most };
                    Some(PerkLimit { perk: name.clone(), bound })
                }
                _ => {
                    let problem =
                        document.problem(&["budget", "limit", &index], "a limit has either `metric` or `perk`");
                    problems.push(
                        problem.hint("metric = \"share-moved\" limits a figure, perk = \"NAME\" those who lose it"),
                    );
                    None
                }
            };
            let against = limit.against.unwrap_or_default();
            limits.push(Limit { name: limit.name.clone(), because: limit.because.clone(), against, perk });
        }
        if problems.len() > before {
            return None;
        }
        let experiment = experiment(spec, family, &of_metrics.iter().collect::<Vec<_>>());
        let experiment = experiment.map_err(|found| problems.extend(moved(found, document, &["budget"]))).ok()?;
        Some(Budget { experiment, window_days: spec.window_days.unwrap_or(WINDOW_DAYS), limits })
    }
}

/// What a limit of a perk may state.
fn perk_problems(limit: &LimitSpec, name: &str, perks: &[Perk], document: &Document, index: &str) -> Vec<Diagnostic> {
    let path = |key: &'static str| ["budget", "limit", index, key];
    let mut problems = Vec::new();
    if !perks.iter().any(|perk| perk.name == name) {
        let problem = document.problem(&path("perk"), format!("the budget has no perk `{}`", visible(name)));
        problems.push(match perks {
            [] => problem.hint("declare it with [[budget.perk]]"),
            known => problem.suggest(name, known.iter().map(|perk| perk.name.as_str())),
        });
    }
    let stated = [
        ("with", !limit.arguments.is_empty()),
        ("segment", limit.segment.is_some()),
        ("cohort", limit.cohort.is_some()),
        ("band", limit.band.is_some()),
        ("binds", limit.binds.is_some()),
        ("at-least", limit.at_least.is_some()),
    ];
    for (key, _) in stated.into_iter().filter(|(_, stated)| *stated) {
        let problem = document.problem(&path(key), format!("`{key}` says nothing in a limit of a perk"));
        problems.push(problem.hint("it limits the share of the perk's holders who lose it, with `at-most`"));
    }
    match limit.at_most {
        None => {
            let problem = document.problem(&["budget", "limit", index], "the limit states no bound");
            problems.push(problem.hint("add `at-most`: the share of the perk's holders who may lose it"));
        }
        Some(most) if !(0.0..=1.0).contains(&most) => {
            let message = format!("`at-most` is {most}, but a share lies between 0 and 1");
            problems.push(document.problem(&path("at-most"), message).hint("a share of 8 % is written 0.08"));
        }
        Some(_) => {}
    }
    problems
}

/// A limit of a metric as an expectation; its reason is the limit's name.
fn expectation(limit: &LimitSpec) -> ExpectSpec {
    ExpectSpec {
        arguments: limit.arguments.clone(),
        at_least: limit.at_least,
        at_most: limit.at_most,
        segment: limit.segment.clone(),
        cohort: limit.cohort.clone(),
        band: limit.band.clone(),
        binds: limit.binds,
        ..plain_expectation(limit.metric.as_deref().unwrap_or_default(), &limit.name)
    }
}

fn plain_expectation(metric: &str, because: &str) -> ExpectSpec {
    ExpectSpec {
        metric: metric.to_string(),
        arguments: BTreeMap::new(),
        at_least: None,
        at_most: None,
        because: because.to_string(),
        candidate: None,
        snapshot: None,
        dataset: None,
        topic: None,
        across_topics: None,
        segment: None,
        cohort: None,
        band: None,
        against: None,
        binds: None,
    }
}

/// An experiment that states nothing but a baseline.
fn plain_experiment(baseline: &ModelId) -> ExperimentSpec {
    ExperimentSpec {
        format: 1,
        experiment: String::new(),
        title: None,
        question: None,
        baseline: baseline.to_string(),
        candidates: Vec::new(),
        dataset: String::new(),
        also_on: Vec::new(),
        snapshots: None,
        baseline_snapshot: None,
        topic: None,
        topics: None,
        segments: Vec::new(),
        smallest_group: None,
        cohort: Vec::new(),
        perk: Vec::new(),
        uncertainty: None,
        minimum_overlap: None,
        stability: None,
        expect: Vec::new(),
    }
}

/// The experiment that measures limits.
fn experiment(spec: &BudgetSpec, family: &str, limits: &[&ExpectSpec]) -> Result<Experiment, Diagnostics> {
    // Which versions are compared is known at a release.
    let stand_in = |patch: u64| ModelId::new(family, semver::Version::new(0, 0, patch));
    let baseline = stand_in(1).map_err(|error| Diagnostics::from(Diagnostic::new("budget", error.to_string())))?;
    parsed(&ExperimentSpec {
        experiment: "budget".to_string(),
        title: Some(format!("Budget of {family}")),
        candidates: stand_in(2).iter().map(ToString::to_string).collect(),
        dataset: spec.dataset.clone(),
        also_on: spec.also_on.clone(),
        snapshots: spec.snapshots.clone(),
        topic: spec.topic.clone(),
        topics: spec.topics.clone(),
        segments: spec.segments.clone(),
        smallest_group: spec.smallest_group,
        cohort: spec.cohort.clone(),
        perk: spec.perk.clone(),
        uncertainty: spec.uncertainty.clone(),
        expect: limits.iter().map(|limit| (*limit).clone()).collect(),
        ..plain_experiment(&baseline)
    })
}

/// An experiment checked as one that is written in a file.
fn parsed(spec: &ExperimentSpec) -> Result<Experiment, Diagnostics> {
    let text = toml::to_string(spec)
        .map_err(|error| Diagnostics::from(Diagnostic::new(&spec.experiment, visible(&error.to_string()))))?;
    Experiment::parse(&spec.experiment, &text, None)
}

/// Problems of the experiment, put where the settings state the value.
fn moved(found: Diagnostics, document: &Document, path: &[&str]) -> Vec<Diagnostic> {
    let place = |problem: Diagnostic| {
        let line = problem.place.as_ref().and_then(|place| place.excerpt.as_ref()).map(|excerpt| excerpt.text.clone());
        let key = line.as_deref().and_then(|line| line.split('=').next()).map(|key| key.trim().to_string());
        let within = |middle: &[&'static str]| -> Option<Vec<String>> {
            let full = path.iter().chain(middle).map(ToString::to_string).chain([key.clone()?]);
            let full: Vec<String> = full.collect();
            document.states(&full.iter().map(String::as_str).collect::<Vec<_>>()).then_some(full)
        };
        let full = within(&[]).or_else(|| within(&["with"]));
        let full = full.unwrap_or_else(|| path.iter().map(ToString::to_string).collect());
        let message = problem.message.replace("this experiment", "this budget").replace("the experiment", "the budget");
        let message = message.replace("an expectation", "a limit").replace("the expectation", "the limit");
        let told = document.problem(&full.iter().map(String::as_str).collect::<Vec<_>>(), message);
        Diagnostic { hint: problem.hint, ..told }
    };
    found.into_vec().into_iter().map(place).collect()
}
