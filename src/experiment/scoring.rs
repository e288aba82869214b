//! From a plan to scores: every model fitted on its reference, every dataset scored in one pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attributes::Attributes;
use super::concern;
use super::golden;
use super::outcome::Place;
use super::plan::{Frozen, Plan};
use super::progress::{Progress, Stage};
use super::settings::Topics;
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection, Slice, Snapshots};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::{ModelId, Reference};
use crate::model::Model;
use crate::score::{Engine, FittedModel, Fresh, FrozenFit, Population, Realised, Scores, Unfitted};

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
    pub fitted: Vec<FittedModel>,
    pub scores: Vec<Scores>,
    /// By slice of the index and model what each factor really weighs; empty unless asked for.
    pub realised: Vec<Vec<Option<Realised>>>,
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
        compared(plan, &self.index)
    }
}

/// Fits and scores the plan's models on its datasets.
pub fn score(plan: &Plan, engine: &dyn Engine, progress: Progress<'_>) -> Result<Scored, Diagnostics> {
    score_and_look(plan, engine, progress, false)
}

/// The same; with `look` also what each factor really weighs.
pub(super) fn score_and_look(
    plan: &Plan,
    engine: &dyn Engine,
    progress: Progress<'_>,
    look: bool,
) -> Result<Scored, Diagnostics> {
    let mut sets = Vec::new();
    for dataset in &plan.datasets {
        for topic in topics(plan, dataset)? {
            progress(Stage::Index);
            let index = index(plan, dataset, topic.as_deref())?;
            let population = Population { dataset, index: &index };
            progress(Stage::Score);
            let Fresh { fitted, scores, realised } = fit_and_score(
                &plan.models,
                &plan.references,
                &plan.frozen,
                engine,
                &population,
                topic.as_deref(),
                look,
            )?;
            progress(Stage::Attributes);
            let attributes = Attributes::read(plan, dataset, &index)?;
            sets.push(Set { dataset: dataset.clone(), topic, index, fitted, scores, realised, attributes });
        }
    }
    super::attributes::check_values(plan, sets.iter().map(|set| &set.attributes.segments))?;
    Ok(Scored { sets })
}

/// The topics of a dataset that are compared; a single `None` where it has none or one was named
/// by nobody, which the index then tells.
pub(super) fn topics(plan: &Plan, dataset: &Dataset) -> Result<Vec<Option<String>>, Diagnostics> {
    match &plan.experiment.topics {
        Topics::Without => Ok(vec![None]),
        Topics::One(topic) => Ok(vec![Some(topic.clone())]),
        Topics::Several(topics) => Ok(topics.iter().cloned().map(Some).collect()),
        Topics::All => dataset.topics(),
    }
}

/// Fits each model on its own reference, and scores with all of them.
pub(super) fn fit_and_score(
    models: &[Arc<Model>],
    references: &BTreeMap<String, Arc<Dataset>>,
    frozen: &BTreeMap<ModelId, Frozen>,
    engine: &dyn Engine,
    scored: &Population<'_>,
    topic: Option<&str>,
    look: bool,
) -> Result<Fresh, Diagnostics> {
    let reference = |model: &Model| {
        let fits = model.needs_fit() && !frozen.contains_key(&model.id);
        let reference = if fits { model.reference.clone() } else { None };
        reference.filter(|reference| *reference != Reference::ScoredData)
    };
    // Models that share a reference share its index.
    let mut populations: BTreeMap<Reference, (Arc<Dataset>, Index)> = BTreeMap::new();
    let mut problems = Vec::new();
    for model in models {
        let Some(reference) = reference(model) else { continue };
        let Reference::Population { dataset, snapshot } = &reference else { continue };
        if populations.contains_key(&reference) {
            continue;
        }
        let topic = topic.map(str::to_string);
        match reference_population(references, topic, dataset, snapshot.as_deref(), model) {
            Ok(population) => {
                populations.insert(reference, population);
            }
            Err(found) => problems.extend(found.into_vec()),
        }
    }
    let wanted = topic.map(str::to_string);
    for model in models {
        let Some(frozen) = frozen.get(&model.id).filter(|frozen| !frozen.fitted.contains_key(&wanted)) else {
            continue;
        };
        let topic = topic.map_or("without topics".to_string(), |topic| format!("on the topic `{topic}`"));
        let message = format!("{} cannot score {topic}: its release froze no fit for that", model.id);
        let problem = Diagnostic::new(scored.dataset.origin(), message);
        problems.push(problem.hint(format!("bind its reference as it was released: {}", frozen.reference)));
    }
    Diagnostics::none_or(problems)?;
    let unfitted = |model: &Arc<Model>| {
        let own = reference(model).and_then(|reference| populations.get(&reference));
        let reference = own.map_or(*scored, |(dataset, index)| Population { dataset, index });
        let frozen = frozen.get(&model.id).and_then(|frozen| frozen.fitted.get(&wanted)).cloned();
        Unfitted { model: model.clone(), reference, frozen }
    };
    engine.fit_and_score(&models.iter().map(unfitted).collect::<Vec<_>>(), scored, look)
}

/// Everything about a plan that can be known without scoring: the chosen snapshots and topics, the
/// columns that segments and perks name, and the reference populations.
pub fn verify(plan: &Plan) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    let mut collect = |found: Result<(), Diagnostics>| {
        problems.extend(found.err().into_iter().flat_map(Diagnostics::into_vec));
    };
    let mut indexed = Vec::new();
    let mut chosen = true;
    for dataset in &plan.datasets {
        collect(super::attributes::check(plan, dataset));
        match topics(plan, dataset) {
            Err(found) => collect(Err(found)),
            Ok(topics) => {
                for topic in topics {
                    match index(plan, dataset, topic.as_deref()) {
                        Ok(index) => indexed.push((dataset, topic.clone(), index)),
                        Err(found) => {
                            chosen = false;
                            collect(Err(found));
                            continue;
                        }
                    }
                    for model in plan.models.iter().filter(|model| !plan.frozen.contains_key(&model.id)) {
                        collect(check_reference(model, &plan.references, topic.clone()));
                    }
                }
            }
        }
    }
    if chosen {
        let places = places(plan, indexed.iter().map(|(dataset, topic, index)| (&***dataset, topic, index)));
        collect(concern::check(plan, &places));
    }
    collect(golden::verify(plan));
    problems.dedup();
    Diagnostics::none_or(problems)
}

/// The places that are compared: for each dataset and topic the snapshots of its index, less the one
/// on which only the baseline scores.
pub fn places<'a>(
    plan: &Plan,
    indexed: impl Iterator<Item = (&'a Dataset, &'a Option<String>, &'a Index)>,
) -> Vec<Place> {
    let mut places = Vec::new();
    for (dataset, topic, index) in indexed {
        places.extend(compared(plan, index).map(|slice| Place {
            dataset: dataset.manifest().name.clone(),
            topic: topic.clone(),
            snapshot: slice.snapshot.clone(),
            baseline_snapshot: None,
        }));
    }
    places
}

fn compared<'a>(plan: &'a Plan, index: &'a Index) -> impl Iterator<Item = &'a Slice> {
    let only_before = plan.experiment.baseline_snapshot.as_deref().filter(|name| match &plan.experiment.snapshots {
        Snapshots::Named(names) => !names.iter().any(|named| named == name),
        _ => true,
    });
    index.slices.iter().filter(move |slice| only_before.is_none() || slice.snapshot.as_deref() != only_before)
}

/// The rows that an experiment chooses of a dataset. A snapshot or a topic that is not there is told
/// where the experiment names it.
fn index(plan: &Plan, dataset: &Dataset, topic: Option<&str>) -> Result<Index, Diagnostics> {
    let experiment = &plan.experiment;
    let selection = Selection {
        snapshots: experiment.snapshots.clone(),
        also: experiment.baseline_snapshot.clone(),
        topic: topic.map(str::to_string),
    };
    Index::build(dataset, &selection).map_err(|found| {
        found.map(|problem| {
            let named = match &experiment.snapshots {
                Snapshots::Named(names) => names.iter().position(|name| problem.message.contains(&format!("`{name}`"))),
                _ => None,
            };
            let at = named.map(|at| at.to_string());
            let path: Vec<&str> = match (&at, problem.message.contains("topic")) {
                (_, true) if matches!(experiment.topics, Topics::One(_)) => vec!["topic"],
                (_, true) => vec!["topics"],
                (Some(at), _) => vec!["snapshots", "named", at],
                _ if problem.message.contains("snapshot") => vec!["baseline-snapshot"],
                _ => return problem,
            };
            match &plan.document {
                Some(document) if document.states(&path[..1]) => {
                    let message = format!("{} (dataset {})", problem.message, dataset.manifest().name);
                    Diagnostic { hint: problem.hint, ..document.problem(&path, message) }
                }
                _ => problem,
            }
        })
    })
}

/// What a model learns from its reference, for each topic that this has; nothing where it learns
/// nothing, or learns from the rows that it scores.
pub fn fits(
    model: &Arc<Model>,
    references: &BTreeMap<String, Arc<Dataset>>,
    engine: &dyn Engine,
) -> Result<Vec<FrozenFit>, Diagnostics> {
    let reference = model.reference.as_ref().filter(|_| model.needs_fit());
    let Some(Reference::Population { dataset: name, snapshot }) = reference else { return Ok(Vec::new()) };
    let topics = references.get(name).map_or(Ok(vec![None]), |dataset| dataset.topics())?;
    let mut found = Vec::new();
    for topic in topics {
        let (dataset, index) = reference_population(references, topic.clone(), name, snapshot.as_deref(), model)?;
        let population = Population { dataset: &dataset, index: &index };
        let fitted = engine.fit(std::slice::from_ref(model), &population)?;
        found.extend(fitted.iter().map(|fitted| FrozenFit::of(fitted, topic.clone())));
    }
    Ok(found)
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

pub(super) fn reference_population(
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
