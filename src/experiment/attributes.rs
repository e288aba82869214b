//! What is known of accounts beside their signals: weights, groups, clusters, outcomes, and the
//! score that was published.

use std::collections::{BTreeMap, BTreeSet};

use super::expectation::Part;
use super::plan::Plan;
use super::spec::Resample;
use crate::compare::group::Group;
use crate::dataset::Dataset;
use crate::dataset::coded::Coded;
use crate::dataset::index::Index;
use crate::dataset::manifest::Role;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// What is known of accounts, each column by slot of an index.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// How many accounts of the population a row stands for.
    pub sampling: Option<Vec<f64>>,
    pub exposure: Option<Vec<f64>>,
    pub clusters: Option<Vec<u32>>,
    pub published: Option<Vec<f64>>,
    /// Age of the data in days.
    pub ages: Option<Vec<f64>>,
    pub outcomes: Vec<(String, Vec<f64>)>,
    /// The segment columns that the experiment names.
    pub segments: BTreeMap<String, Coded>,
}

/// The segment columns that an experiment reads.
fn segments(plan: &Plan) -> BTreeSet<&str> {
    let perks = plan.experiment.perks.iter().filter_map(|perk| perk.segment.as_ref());
    plan.experiment.segments.iter().map(String::as_str).chain(perks.map(|segment| segment.column.as_str())).collect()
}

/// The problems that the experiment names a column which is no segment of the dataset, or wants
/// clusters of one that has none.
pub fn check(plan: &Plan, dataset: &Dataset) -> Result<(), Diagnostics> {
    let manifest = dataset.manifest();
    let experiment = &plan.experiment;
    let segments =
        experiment.segments.iter().enumerate().map(|(at, name)| (vec!["segments".to_string(), at.to_string()], name));
    let perks = experiment.perks.iter().enumerate().filter_map(|(at, perk)| {
        let path = vec!["perk".to_string(), at.to_string(), "segment".to_string()];
        perk.segment.as_ref().map(|segment| (path, &segment.column))
    });
    let mut problems = Vec::new();
    for (path, name) in segments.chain(perks) {
        if !manifest.with_role(Role::Segment).any(|segment| segment == name) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let message = format!("the dataset {} has no segment `{}`", manifest.name, visible(name));
            problems.push(plan.problem(&path, message).suggest(name, manifest.with_role(Role::Segment)));
        }
    }
    let wants_clusters = experiment.uncertainty.is_some_and(|wish| wish.resample == Some(Resample::Clusters));
    if wants_clusters && manifest.with_role(Role::Cluster).next().is_none() {
        let message = format!("no column of the dataset {} has the role `cluster`", manifest.name);
        let problem = plan.problem(&["uncertainty", "resample"], message);
        problems.push(problem.hint("give a column that role in its dataset.toml, or draw accounts"));
    }
    Diagnostics::none_or(problems)
}

/// The problems that a perk or an expectation names a group of which no dataset has an account.
pub fn check_values<'a>(
    plan: &Plan,
    known: impl Iterator<Item = &'a BTreeMap<String, Coded>>,
) -> Result<(), Diagnostics> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (column, coded) in known.flatten() {
        names.entry(column).or_default().extend(coded.names.iter().map(String::as_str));
    }
    let perks = plan.experiment.perks.iter().enumerate().filter_map(|(at, perk)| {
        perk.segment.as_ref().map(|segment| ("perk", at, segment.column.as_str(), segment.value.as_str()))
    });
    let expectations =
        plan.experiment.expectations.iter().enumerate().filter_map(|(at, expectation)| match &expectation.part {
            Part::Group(Group::Segment { column, value }) => Some(("expect", at, column.as_str(), value.as_str())),
            _ => None,
        });
    let mut problems = Vec::new();
    for (table, at, column, value) in perks.chain(expectations) {
        let values = names.get(column).cloned().unwrap_or_default();
        if !values.contains(value) {
            let message = format!("no account has {} = {}", visible(column), visible(value));
            let problem = plan.problem(&[table, &at.to_string(), "segment"], message);
            problems.push(problem.suggest(value, values));
        }
    }
    Diagnostics::none_or(problems)
}

impl Attributes {
    pub fn read(plan: &Plan, dataset: &Dataset, index: &Index) -> Result<Attributes, Diagnostics> {
        check(plan, dataset)?;
        let manifest = dataset.manifest();
        let numbers = |role: Role| {
            manifest.with_role(role).next().map(|column| dataset.numbers_by_slot(column, index)).transpose()
        };
        let mut outcomes = Vec::new();
        for column in manifest.with_role(Role::Outcome) {
            outcomes.push((column.to_string(), dataset.numbers_by_slot(column, index)?));
        }
        let mut labels = BTreeMap::new();
        for column in segments(plan) {
            labels.insert(column.to_string(), index.by_slot(Coded::read(dataset, column, false)?));
        }
        let clusters = match manifest.with_role(Role::Cluster).next() {
            Some(column) => Some(whole(index.by_slot(Coded::read(dataset, column, false)?))),
            None => None,
        };
        Ok(Attributes {
            sampling: sampling(dataset, index)?,
            exposure: numbers(Role::ExposureWeight)?,
            clusters,
            published: numbers(Role::PublishedScore)?,
            ages: numbers(Role::Age)?,
            outcomes,
            segments: labels,
        })
    }
}

/// How many accounts of the population each row stands for, where the dataset says so.
pub fn sampling(dataset: &Dataset, index: &Index) -> Result<Option<Vec<f64>>, Diagnostics> {
    let Some(column) = dataset.manifest().with_role(Role::SamplingWeight).next() else { return Ok(None) };
    let weights = dataset.numbers_by_slot(column, index)?;
    check_weights(dataset, column, &weights)?;
    Ok(Some(weights))
}

/// Cluster numbers; an account without a cluster is one of its own.
fn whole(labels: Coded) -> Vec<u32> {
    let mut next = u32::try_from(labels.names.len()).unwrap_or(u32::MAX);
    let mut own = || {
        next = next.saturating_add(1);
        next - 1
    };
    labels.codes.into_iter().map(|code| if code == Coded::MISSING { own() } else { code }).collect()
}

fn check_weights(dataset: &Dataset, column: &str, weights: &[f64]) -> Result<(), Diagnostics> {
    let wrong = weights.iter().filter(|weight| weight.is_nan() || **weight <= 0.0).count();
    if wrong == 0 {
        return Ok(());
    }
    let message = format!(
        "{wrong} rows have no sampling weight above 0 in `{}`: nobody knows what they stand for",
        visible(column)
    );
    let hint = "leave these rows out, or give the column another role";
    Err(Diagnostic::new(dataset.origin(), message).hint(hint).into())
}
