//! From a plan to scores: every model fitted on its reference, every dataset scored in one pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attributes::Attributes;
use super::plan::Plan;
use super::progress::{Progress, Stage};
use super::settings::Topics;
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection, Slice, Snapshots};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::{ModelId, Reference};
use crate::model::Model;
use crate::score::{Engine, FittedModel, Population, Scores};

/// Scores of every model over everything that is compared.
#[derive(Clone, Debug)]
pub struct Scored {
    /// One for each dataset and topic, in the experiment's order.
    pub sets: Vec<Set>,
}

/// One dataset, and one topic of it where it has topics.
#[derive(Clone, Debug)]
pub struct Set {
    pub dataset: Arc<Dataset>,
    pub topic: Option<String>,
    pub index: Index,
    /// In the plan's order of models.
    pub scores: Vec<Scores>,
    pub attributes: Attributes,
}

impl Set {
    /// The slice on which the baseline scores, where that is a snapshot of its own.
    pub fn baseline_slice(&self, plan: &Plan) -> Option<&Slice> {
        let wanted = plan.experiment.baseline_snapshot.as_deref()?;
        self.index.slices.iter().find(|slice| slice.snapshot.as_deref() == Some(wanted))
    }

    /// The slices that are compared.
    pub fn compared<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Slice> {
        let only_before =
            plan.experiment.baseline_snapshot.as_deref().filter(|name| match &plan.experiment.snapshots {
                Snapshots::Named(names) => !names.iter().any(|named| named == name),
                _ => true,
            });
        self.index.slices.iter().filter(move |slice| only_before.is_none() || slice.snapshot.as_deref() != only_before)
    }
}

/// Fits and scores the plan's models on its datasets.
pub fn score(plan: &Plan, engine: &dyn Engine, progress: Progress<'_>) -> Result<Scored, Diagnostics> {
    let mut sets = Vec::new();
    for dataset in &plan.datasets {
        for topic in topics(plan, dataset)? {
            let index = Index::build(dataset, &selection(plan, topic.clone()))?;
            let population = Population { dataset, index: &index };
            progress(Stage::Fit);
            let fitted = fit(plan, engine, &population, topic.as_deref())?;
            progress(Stage::Score);
            let scores = engine.score(&fitted, &population)?;
            let attributes = Attributes::read(plan, dataset, &index)?;
            sets.push(Set { dataset: dataset.clone(), topic, index, scores, attributes });
        }
    }
    Ok(Scored { sets })
}

fn selection(plan: &Plan, topic: Option<String>) -> Selection {
    let experiment = &plan.experiment;
    Selection { snapshots: experiment.snapshots.clone(), also: experiment.baseline_snapshot.clone(), topic }
}

/// The topics of a dataset that are compared; a single `None` where it has none or one was named
/// by nobody, which the index then tells.
fn topics(plan: &Plan, dataset: &Dataset) -> Result<Vec<Option<String>>, Diagnostics> {
    match &plan.experiment.topics {
        Topics::Without => Ok(vec![None]),
        Topics::One(topic) => Ok(vec![Some(topic.clone())]),
        Topics::Several(topics) => Ok(topics.iter().cloned().map(Some).collect()),
        Topics::All => dataset.topics(),
    }
}

/// Fits each model on its own reference; models that share one are fitted together.
fn fit(
    plan: &Plan,
    engine: &dyn Engine,
    scored: &Population<'_>,
    topic: Option<&str>,
) -> Result<Vec<FittedModel>, Diagnostics> {
    let mut groups: BTreeMap<Option<Reference>, Vec<Arc<Model>>> = BTreeMap::new();
    for model in &plan.models {
        let reference = if model.needs_fit() { model.reference.clone() } else { None };
        let reference = reference.filter(|reference| *reference != Reference::ScoredData);
        groups.entry(reference).or_default().push(model.clone());
    }
    let mut fitted: BTreeMap<ModelId, FittedModel> = BTreeMap::new();
    let mut problems = Vec::new();
    for (reference, models) in groups {
        let topic = topic.map(str::to_string);
        let result = match &reference {
            Some(Reference::Population { dataset, snapshot }) => {
                reference_population(&plan.references, topic, dataset, snapshot.as_deref(), &models[0])
                    .and_then(|(dataset, index)| engine.fit(&models, &Population { dataset: &dataset, index: &index }))
            }
            _ => engine.fit(&models, scored),
        };
        match result {
            Ok(models) => fitted.extend(models.into_iter().map(|model| (model.model.id.clone(), model))),
            Err(found) => problems.extend(found.into_vec()),
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(plan.models.iter().filter_map(|model| fitted.remove(&model.id)).collect())
}

/// Everything about a plan that can be known without scoring: the chosen snapshots and topics, the
/// columns that segments and perks name, and the reference populations.
pub fn verify(plan: &Plan) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    let mut collect = |found: Result<(), Diagnostics>| {
        problems.extend(found.err().into_iter().flat_map(Diagnostics::into_vec));
    };
    for dataset in &plan.datasets {
        collect(super::attributes::check(plan, dataset));
        match topics(plan, dataset) {
            Err(found) => collect(Err(found)),
            Ok(topics) => {
                for topic in topics {
                    let index = Index::build(dataset, &selection(plan, topic.clone()));
                    collect(index.and_then(|index| check_snapshots(plan, &index)));
                    for model in &plan.models {
                        collect(check_reference(model, &plan.references, topic.clone()));
                    }
                }
            }
        }
    }
    problems.dedup();
    Diagnostics::none_or(problems)
}

/// An expectation on a snapshot that is not compared would never be judged.
pub fn check_snapshots(plan: &Plan, index: &Index) -> Result<(), Diagnostics> {
    let known: Vec<&str> = index.slices.iter().filter_map(|slice| slice.snapshot.as_deref()).collect();
    let wanted = plan.experiment.expectations.iter().filter_map(|expectation| expectation.snapshot.as_deref());
    let problems = wanted
        .filter(|snapshot| !known.contains(snapshot))
        .map(|snapshot| {
            let message = format!("an expectation speaks of snapshot `{snapshot}`, which is not compared");
            Diagnostic::new(format!("experiment {}", plan.experiment.name), message)
                .suggest(snapshot, known.iter().copied())
        })
        .collect();
    Diagnostics::none_or(problems)
}

/// Whether the population that a model is fitted on exists in its dataset.
pub fn check_reference(
    model: &Model,
    references: &BTreeMap<String, Arc<Dataset>>,
    topic: Option<String>,
) -> Result<(), Diagnostics> {
    match model.reference.as_ref().filter(|_| model.needs_fit()) {
        Some(Reference::Population { dataset, snapshot }) => {
            reference_population(references, topic, dataset, snapshot.as_deref(), model).map(drop)
        }
        _ => Ok(()),
    }
}

fn reference_population(
    references: &BTreeMap<String, Arc<Dataset>>,
    topic: Option<String>,
    name: &str,
    snapshot: Option<&str>,
    model: &Model,
) -> Result<(Arc<Dataset>, Index), Diagnostics> {
    let Some(dataset) = references.get(name) else {
        let message = format!("{} is fitted on the dataset `{name}`, which is not at hand", model.id);
        return Err(Diagnostic::new(format!("models/{}", model.id.family()), message).into());
    };
    if dataset.manifest().snapshot.is_some() && snapshot.is_none() {
        let message = format!("{} is fitted on `{name}`, which has snapshots, and names none", model.id);
        let hint = format!("write reference = \"{name}@SNAPSHOT\"");
        return Err(Diagnostic::new(dataset.origin(), message).hint(hint).into());
    }
    let snapshots = snapshot.map_or(Snapshots::Latest, |snapshot| Snapshots::Named(vec![snapshot.to_string()]));
    let selection = Selection { snapshots, also: None, topic };
    let index = Index::build(dataset, &selection).map_err(|found| {
        // The dataset's problem, and whose wish it was.
        let reference = model.reference.as_ref().map_or(name.to_string(), ToString::to_string);
        let mine = |problem: Diagnostic| {
            let message = format!("{} is fitted on {reference}: {}", model.id, problem.message);
            Diagnostic { message, ..problem }
        };
        found.map(mine)
    })?;
    Ok((dataset.clone(), index))
}
