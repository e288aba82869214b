//! Where scoring happens. An engine fits and scores whole populations; the local one streams the
//! dataset's row groups over the threads of this machine.

use std::sync::Arc;

use rayon::prelude::*;

use super::fit;
use super::fitted::FittedModel;
use super::inspect::{self, Anatomies, Moments, Realised};
use super::kernel::Kernel;
use super::pass::{Asked, Passed, Reference, pass};
use super::{Population, Scores, Tally, check_columns};
use crate::diagnostic::Diagnostics;
use crate::model::Model;

/// A model, and the population that it is fitted on.
#[derive(Clone, Debug)]
pub struct Unfitted<'a> {
    pub model: Arc<Model>,
    pub reference: Population<'a>,
    /// What a release froze, which then counts instead of the reference.
    pub frozen: Option<Arc<FittedModel>>,
}

/// Models fitted, and a population scored with them.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// In the order asked for, as are the scores.
    pub fitted: Vec<FittedModel>,
    pub scores: Vec<Scores>,
    /// By slice of the population and model what each factor really weighs; None where strengths
    /// do not vary. Empty unless asked for.
    pub realised: Vec<Vec<Option<Realised>>>,
}

/// A batch engine.
pub trait Engine {
    /// Fits models on a reference population.
    fn fit(&self, models: &[Arc<Model>], population: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics>;

    /// Scores a population with every model, in one pass.
    fn score(&self, models: &[FittedModel], population: &Population<'_>) -> Result<Vec<Scores>, Diagnostics>;

    /// Fits every model on its reference and scores a population with all of them, to the bit as
    /// [`fit`](Self::fit) and [`score`](Self::score) would. What is fitted on strengths is fitted
    /// in the same pass, where reference and population lie in one dataset. With `look` it also
    /// finds what each factor really weighs.
    fn fit_and_score(
        &self,
        models: &[Unfitted<'_>],
        population: &Population<'_>,
        look: bool,
    ) -> Result<Fresh, Diagnostics>;

    /// What the accounts at some slots are made of.
    fn anatomies(
        &self,
        models: &[FittedModel],
        population: &Population<'_>,
        slots: &[u32],
    ) -> Result<Anatomies, Diagnostics>;
}

/// How far an engine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// A pass over so many rows begins.
    Begin(u64),
    /// So many more rows are done.
    Rows(u64),
}

/// The engine of this machine, on the threads of rayon's pool.
#[derive(Clone, Copy)]
pub struct LocalEngine<'a> {
    tell: &'a (dyn Fn(Tick) + Sync),
}

impl std::fmt::Debug for LocalEngine<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("LocalEngine")
    }
}

impl Default for LocalEngine<'_> {
    fn default() -> Self {
        LocalEngine { tell: &|_| {} }
    }
}

impl<'a> LocalEngine<'a> {
    /// An engine that tells how far it is.
    pub fn telling(tell: &'a (dyn Fn(Tick) + Sync)) -> LocalEngine<'a> {
        LocalEngine { tell }
    }

    /// Fits the scales that strengths decide, and makes the pass over the population that is
    /// scored, if there is one. `references` are the models' own, in their order.
    fn pass(
        &self,
        models: &mut [FittedModel],
        references: &[Option<Population<'_>>],
        population: Option<&Population<'_>>,
        look: bool,
    ) -> Result<Option<Passed>, Diagnostics> {
        let mut problems = Vec::new();
        let mut scored = None;
        // Models whose scale waits for strengths, those of one dataset together; the dataset that
        // is scored takes all models.
        let waits = |at: usize| references[at].filter(|_| fit::known_scale(&models[at].model).is_none());
        let waiting: Vec<Option<Population<'_>>> = (0..models.len()).map(waits).collect();
        let here = |at: usize| {
            let reference = waiting[at]?;
            let dataset = population.map(|population| population.dataset);
            dataset.is_some_and(|dataset| std::ptr::eq(dataset, reference.dataset)).then_some(reference)
        };
        let mut passes: Vec<Vec<usize>> = Vec::new();
        for at in (0..models.len()).filter(|at| waiting[*at].is_some() && here(*at).is_none()) {
            let same = |other: &usize| match (waiting[*other], waiting[at]) {
                (Some(left), Some(right)) => std::ptr::eq(left.dataset, right.dataset),
                _ => false,
            };
            match passes.iter_mut().find(|group| group.iter().any(same)) {
                Some(group) => group.push(at),
                None => passes.push(vec![at]),
            }
        }
        if population.is_some() {
            passes.push((0..models.len()).collect());
        }
        let last = passes.len();
        for (turn, group) in (1..).zip(passes) {
            let scoring = population.filter(|_| turn == last);
            let reference = |at: usize| if scoring.is_some() { here(at) } else { waiting[at] };
            let Some(dataset) = scoring.copied().or(group.first().and_then(|at| waiting[*at])).map(|of| of.dataset)
            else {
                continue;
            };
            let own: Vec<FittedModel> = group.iter().map(|at| models[*at].clone()).collect();
            let of = |at: &usize| {
                let from = models[*at].model.scale.from;
                reference(*at).map(|population| Reference { index: population.index, from })
            };
            let asked = Asked {
                dataset,
                scored: scoring.map(|population| population.index),
                references: group.iter().map(of).collect(),
                look: look && scoring.is_some(),
                tell: self.tell,
            };
            let mut passed = pass(&Kernel::new(&own), &asked)?;
            for (at, gathered) in group.into_iter().zip(passed.gathered.drain(..)) {
                let (Some(gathered), Some(population)) = (gathered, reference(at)) else { continue };
                match fit::scale(&models[at].model, &population, gathered) {
                    Ok(scale) => models[at].scale = scale,
                    Err(problem) => problems.push((at, problem)),
                }
            }
            if scoring.is_some() {
                scored = Some(passed);
            }
        }
        problems.sort_by_key(|(at, _)| *at);
        Diagnostics::none_or(problems.into_iter().map(|(_, problem)| problem).collect())?;
        Ok(scored)
    }
}

impl Engine for LocalEngine<'_> {
    fn fit(&self, models: &[Arc<Model>], population: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics> {
        let unfitted = |model: &Arc<Model>| Unfitted { model: model.clone(), reference: *population, frozen: None };
        let mut fitted = fit::factors(&models.iter().map(unfitted).collect::<Vec<_>>())?;
        self.pass(&mut fitted, &vec![Some(*population); models.len()], None, false)?;
        Ok(fitted)
    }

    fn score(&self, models: &[FittedModel], population: &Population<'_>) -> Result<Vec<Scores>, Diagnostics> {
        check(models.iter().map(|fitted| &*fitted.model), population)?;
        let passed = self.pass(&mut models.to_vec(), &vec![None; models.len()], Some(population), false)?;
        Ok(passed.map(|passed| scores(models, passed)).unwrap_or_default())
    }

    fn fit_and_score(
        &self,
        models: &[Unfitted<'_>],
        population: &Population<'_>,
        look: bool,
    ) -> Result<Fresh, Diagnostics> {
        let mut fitted = fit::factors(models)?;
        check(models.iter().map(|unfitted| &*unfitted.model), population)?;
        let references: Vec<_> =
            models.iter().map(|one| Some(one.reference).filter(|_| one.frozen.is_none())).collect();
        let passed = self.pass(&mut fitted, &references, Some(population), look)?;
        let Some(passed) = passed else { return Ok(Fresh { fitted, scores: Vec::new(), realised: Vec::new() }) };
        let of_slice =
            |slice: &Vec<Moments>| slice.iter().zip(&fitted).map(|(sums, one)| sums.realised(one)).collect::<Vec<_>>();
        let realised = passed.moments.iter().map(of_slice).collect();
        let scores = scores(&fitted, passed);
        Ok(Fresh { fitted, scores, realised })
    }

    fn anatomies(
        &self,
        models: &[FittedModel],
        population: &Population<'_>,
        slots: &[u32],
    ) -> Result<Anatomies, Diagnostics> {
        inspect::anatomies(models, population, slots)
    }
}

fn check<'a>(models: impl Iterator<Item = &'a Model>, population: &Population<'_>) -> Result<(), Diagnostics> {
    let checked = models.filter_map(|model| check_columns(model, population.dataset).err());
    Diagnostics::none_or(checked.flat_map(Diagnostics::into_vec).collect())
}

/// Puts the strengths of a pass on the scales of its models.
fn scores(models: &[FittedModel], passed: Passed) -> Vec<Scores> {
    let columns = passed.strengths.into_par_iter().zip(passed.confidence).zip(passed.tallies).zip(models);
    let scores = columns.map(|(((values, confidence), tally), fitted)| on_scale(fitted, values, confidence, tally));
    scores.collect()
}

/// Turns strengths into scores.
pub(super) fn on_scale(fitted: &FittedModel, mut values: Vec<f64>, confidence: Vec<f64>, mut tally: Tally) -> Scores {
    let (scale, min, max) = (&fitted.scale, fitted.model.scale.min, fitted.model.scale.max);
    for value in &mut values {
        if value.is_nan() {
            tally.unscored += 1;
            continue;
        }
        let (score, below, above) = scale.score(*value, min, max);
        tally.scored += 1;
        tally.below_scale += u64::from(below);
        tally.above_scale += u64::from(above);
        *value = score;
    }
    Scores { model: fitted.model.id.clone(), values, confidence, tally }
}
