//! The straight line: fit, score, compare, judge. Nothing here opens a file or prints; the plan
//! brings open datasets, and the outcome goes back as one value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::doubt;
use super::outcome::{
    ComparisonSummary, DatasetSummary, ExperimentSummary, FactorSummary, ModelRole, ModelSummary, Outcome,
    ReferenceSummary,
};
use super::plan::Plan;
use crate::compare::findings::BandLabel;
use crate::compare::measurement::measure;
use crate::compare::metric::Metric;
use crate::compare::{Banding, Comparison, Range, Sides, find};
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection, Slice, Snapshots};
use crate::dataset::pairs::Pair;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::{ModelId, Reference};
use crate::model::Model;
use crate::score::{Engine, FittedModel, Population, Scores};

/// What a run came to: the outcome, and the scores behind it.
#[derive(Clone, Debug)]
pub struct Completed {
    pub outcome: Outcome,
    pub scored: Scored,
}

/// Scores of every model over the chosen rows.
#[derive(Clone, Debug)]
pub struct Scored {
    pub index: Index,
    /// In the plan's order of models.
    pub scores: Vec<Scores>,
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Something that was given is wrong.
    #[error("{0}")]
    Input(#[from] Diagnostics),
    /// Everything is right, but the models have too few accounts in common.
    #[error("{0}")]
    NotComparable(Diagnostic),
}

/// What is being done, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Fit,
    Score,
    Compare,
}

/// Told of each stage as it begins.
pub type Progress<'a> = &'a (dyn Fn(Stage) + Sync);

/// Fits and scores the plan's models on its dataset.
pub fn score(plan: &Plan, engine: &dyn Engine, progress: Progress<'_>) -> Result<Scored, Diagnostics> {
    let index = Index::build(&plan.dataset, &plan.experiment.selection)?;
    let population = Population { dataset: &plan.dataset, index: &index };
    progress(Stage::Fit);
    let fitted = fit(plan, engine, &population)?;
    progress(Stage::Score);
    let scores = engine.score(&fitted, &population)?;
    Ok(Scored { index, scores })
}

/// Fits each model on its own reference; models that share one are fitted together.
fn fit(plan: &Plan, engine: &dyn Engine, scored: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics> {
    let mut groups: BTreeMap<Option<Reference>, Vec<Arc<Model>>> = BTreeMap::new();
    for model in &plan.models {
        let reference = if model.needs_fit() { model.reference.clone() } else { None };
        let reference = reference.filter(|reference| *reference != Reference::ScoredData);
        groups.entry(reference).or_default().push(model.clone());
    }
    let mut fitted: BTreeMap<ModelId, FittedModel> = BTreeMap::new();
    let mut problems = Vec::new();
    for (reference, models) in groups {
        let topic = plan.experiment.selection.topic.clone();
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

/// Everything about a plan that can be known without scoring: the chosen snapshots and topic, those
/// that expectations name, and the reference populations.
pub fn verify(plan: &Plan) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    let index = Index::build(&plan.dataset, &plan.experiment.selection);
    let chosen = index.and_then(|index| check_snapshots(plan, &index));
    problems.extend(chosen.err().into_iter().flat_map(Diagnostics::into_vec));
    for model in &plan.models {
        let found = check_reference(model, &plan.references, plan.experiment.selection.topic.clone());
        problems.extend(found.err().into_iter().flat_map(Diagnostics::into_vec));
    }
    problems.dedup();
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
    let selection = Selection { snapshots, topic };
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

/// Runs the whole plan.
pub fn run(plan: &Plan, engine: &dyn Engine, progress: Progress<'_>) -> Result<Completed, RunError> {
    let scored = score(plan, engine, progress)?;
    check_snapshots(plan, &scored.index)?;
    progress(Stage::Compare);
    let published = match &plan.dataset.manifest().published_score {
        Some(column) => Some(plan.dataset.numbers_by_slot(column, &scored.index)?),
        None => None,
    };
    let mut comparisons = Vec::new();
    let mut verdicts = Vec::new();
    for (model, scores) in plan.models.iter().zip(&scored.scores).skip(1) {
        for slice in &scored.index.slices {
            let (pairs, absent) = plan.dataset.pairs().map_or((Vec::new(), 0), |pairs| pairs.among(&slice.accounts));
            let published = published.as_deref().map(|column| part(column, slice));
            let comparison = compare(plan, slice, &scored.scores[0], scores, &pairs, published)?;
            let snapshot = slice.snapshot.as_deref();
            for expectation in plan.experiment.expectations.iter().filter(|e| e.concerns(&model.id, snapshot)) {
                verdicts.push(expectation.judge(&comparison, &model.id, snapshot));
            }
            comparisons.push(summarise(plan, model, slice, &comparison, absent)?);
        }
    }
    let models = plan.models.iter().zip(&scored.scores).enumerate();
    let mut outcome = Outcome {
        format: 1,
        tool: env!("CARGO_PKG_VERSION").to_string(),
        run_id: super::identity::run_id(plan),
        command: plan.command.clone(),
        experiment: ExperimentSummary {
            name: plan.experiment.name.clone(),
            title: plan.experiment.title.clone(),
            question: plan.experiment.question.clone(),
        },
        dataset: summarise_dataset(plan),
        models: models.map(|(at, (model, scores))| summarise_model(plan, at, model, scores)).collect(),
        comparisons,
        passed: verdicts.iter().all(|verdict| verdict.met),
        verdicts,
        doubts: Vec::new(),
    };
    outcome.doubts = doubt::doubts(&outcome);
    Ok(Completed { outcome, scored })
}

/// An expectation on a snapshot that is not compared would never be judged.
fn check_snapshots(plan: &Plan, index: &Index) -> Result<(), Diagnostics> {
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

fn part<'a>(column: &'a [f64], slice: &Slice) -> &'a [f64] {
    &column[slice.start..slice.start + slice.accounts.len()]
}

fn compare(
    plan: &Plan,
    slice: &Slice,
    baseline: &Scores,
    candidate: &Scores,
    pairs: &[Pair],
    published: Option<&[f64]>,
) -> Result<Comparison, RunError> {
    let model = &plan.models[0];
    let baseline_scores = part(&baseline.values, slice);
    let shown = |score: &f64| if score.is_nan() { f64::NAN } else { model.display.show(*score) };
    let comparison = Comparison::new(Sides {
        baseline: baseline_scores,
        candidate: part(&candidate.values, slice),
        banding: Banding { edges: model.bands.iter().map(|band| band.from).collect() },
        pairs,
        published,
        shown_baseline: published.map(|_| baseline_scores.iter().map(shown).collect()),
    })
    .map_err(|undefined| Diagnostics::from(Diagnostic::new(plan.dataset.origin(), undefined.to_string())))?;

    let least = plan.experiment.minimum_overlap;
    let coverage = comparison.coverage;
    if coverage.both == 0 || coverage.overlap() < least {
        let place = slice.snapshot.as_ref().map_or(String::new(), |snapshot| format!(" in snapshot {snapshot}"));
        let message = format!(
            "{} and {} are not comparable{place}: {} accounts have both scores, {} only the first, {} only the second, {} neither",
            baseline.model,
            candidate.model,
            coverage.both,
            coverage.only_baseline,
            coverage.only_candidate,
            coverage.neither
        );
        let hint = format!("the least overlap is {least}; `minimum-overlap` in the experiment sets another");
        return Err(RunError::NotComparable(Diagnostic::new(plan.dataset.origin(), message).hint(hint)));
    }
    Ok(comparison)
}

fn summarise(
    plan: &Plan,
    model: &Model,
    slice: &Slice,
    comparison: &Comparison,
    absent_pairs: u64,
) -> Result<ComparisonSummary, RunError> {
    let baseline = &plan.models[0];
    let mut metrics = Metric::standard();
    if plan.dataset.pairs().is_some() {
        metrics.extend(Metric::judgement());
    }
    if comparison.published.is_some() {
        metrics.extend(Metric::replay());
    }
    let range = Range { low: baseline.scale.min.min(model.scale.min), high: baseline.scale.max.max(model.scale.max) };
    let name = |row: u32| -> Cow<'_, str> { slice.accounts.text(row as usize) };
    let findings = find(comparison, range, &band_labels(baseline), &name);
    let Some(findings) = findings else {
        // compare() has refused an empty comparison.
        return Err(Diagnostics::from(Diagnostic::new(plan.dataset.origin(), "nothing to compare")).into());
    };
    Ok(ComparisonSummary {
        baseline: baseline.id.to_string(),
        candidate: model.id.to_string(),
        snapshot: slice.snapshot.clone(),
        coverage: comparison.coverage,
        pairs: comparison.pairs.len() as u64,
        pairs_left_out: comparison.pairs_left_out + absent_pairs,
        metrics: measure(comparison, &metrics),
        findings,
    })
}

fn band_labels(model: &Model) -> Vec<BandLabel> {
    model.bands.iter().map(|band| BandLabel { name: band.name.clone(), from: band.from }).collect()
}

fn summarise_dataset(plan: &Plan) -> DatasetSummary {
    let manifest = plan.dataset.manifest();
    DatasetSummary {
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        population: manifest.population.clone(),
        source: manifest.source.clone(),
        licence: manifest.licence.clone(),
        digest: plan.dataset.digest(),
        files: plan.dataset.digests().iter().cloned().collect(),
        topic: plan.experiment.selection.topic.clone(),
        judged_pairs: plan.dataset.pairs().map_or(0, |pairs| pairs.len() as u64),
    }
}

fn summarise_model(plan: &Plan, at: usize, model: &Model, scores: &Scores) -> ModelSummary {
    let reference = match &model.reference {
        _ if !model.needs_fit() => ReferenceSummary::None,
        None | Some(Reference::ScoredData) => ReferenceSummary::ScoredData,
        Some(reference @ Reference::Population { dataset, .. }) => ReferenceSummary::Population {
            name: reference.to_string(),
            digest: plan.references.get(dataset).map_or(String::new(), |dataset| dataset.digest()),
        },
    };
    let factors = model.networks.iter().flat_map(|network| {
        network.factors.iter().map(|factor| FactorSummary {
            network: network.name.clone(),
            name: factor.name.clone(),
            value: factor.value.to_string(),
            weight: factor.weight,
            tags: factor.tags.clone(),
        })
    });
    ModelSummary {
        id: model.id.to_string(),
        role: if at == 0 { ModelRole::Baseline } else { ModelRole::Candidate },
        title: model.title.clone(),
        rationale: model.rationale.clone(),
        digest: model.digest(),
        lineage: model.lineage.iter().map(ToString::to_string).collect(),
        draft_edits: model.draft_edits.clone(),
        reference,
        scale: [model.scale.min, model.scale.max],
        bands: band_labels(model),
        factors: factors.collect(),
        tally: scores.tally,
    }
}
