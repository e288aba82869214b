//! Where scoring happens. An engine fits and scores whole populations; the local one streams the
//! dataset's row groups over the threads of this machine.

use std::sync::Arc;

use super::fit::{self, column_of};
use super::fitted::FittedModel;
use super::inspect::{self, Inspection};
use super::kernel::{CHUNK, Column, Kernel};
use super::selected::Selected;
use super::{Population, Scores, Tally, check_columns};
use crate::diagnostic::Diagnostics;
use crate::model::Model;

/// A batch engine.
pub trait Engine {
    /// Fits models on a reference population.
    fn fit(&self, models: &[Arc<Model>], population: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics>;

    /// Scores a population with every model, in one pass.
    fn score(&self, models: &[FittedModel], population: &Population<'_>) -> Result<Vec<Scores>, Diagnostics>;

    /// Looks inside the scores of a population, in one pass: what every factor really weighs, and
    /// what the accounts at some slots are made of.
    fn inspect(
        &self,
        models: &[FittedModel],
        population: &Population<'_>,
        slots: &[u32],
    ) -> Result<Inspection, Diagnostics>;
}

/// The engine of this machine, on the threads of rayon's pool.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalEngine;

impl Engine for LocalEngine {
    fn fit(&self, models: &[Arc<Model>], population: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics> {
        fit::fit(models, population)
    }

    fn score(&self, models: &[FittedModel], population: &Population<'_>) -> Result<Vec<Scores>, Diagnostics> {
        let mut problems = Vec::new();
        for fitted in models {
            let checked = check_columns(&fitted.model, population.dataset);
            problems.extend(checked.err().into_iter().flat_map(Diagnostics::into_vec));
        }
        Diagnostics::none_or(problems)?;

        let kernel = Kernel::new(models);
        let names: Vec<&str> = kernel.columns().collect();
        let chunks = population.dataset.scan(&names, |chunk| {
            let slots = population.index.slots(chunk.first_row, chunk.rows);
            Part::score(&kernel, &names, chunk.columns, slots)
        })?;

        let mut values = vec![vec![f64::NAN; population.index.len()]; models.len()];
        let mut confidence = vec![vec![0.0; population.index.len()]; models.len()];
        let mut tallies = vec![Tally::default(); models.len()];
        for part in chunks {
            for (at, scores) in part.scores.iter().enumerate() {
                tallies[at].add(&part.tallies[at]);
                for ((slot, score), share) in part.slots.iter().zip(&scores.scores).zip(&scores.confidence) {
                    values[at][*slot as usize] = *score;
                    confidence[at][*slot as usize] = *share;
                }
            }
        }
        let mut columns = values.into_iter().zip(confidence).zip(tallies);
        let scores = |fitted: &FittedModel| {
            let ((values, confidence), tally) = columns.next()?;
            Some(Scores { model: fitted.model.id.clone(), values, confidence, tally })
        };
        Ok(models.iter().filter_map(scores).collect())
    }

    fn inspect(
        &self,
        models: &[FittedModel],
        population: &Population<'_>,
        slots: &[u32],
    ) -> Result<Inspection, Diagnostics> {
        inspect::inspect(models, population, slots)
    }
}

/// Scores of the selected rows of a chunk.
struct Part {
    slots: Vec<u32>,
    /// One list a model, aligned with the slots.
    scores: Vec<Column>,
    tallies: Vec<Tally>,
}

impl Part {
    fn score(kernel: &Kernel, names: &[&str], columns: &[Vec<f64>], slots: &[u32]) -> Part {
        let selected = Selected::of(columns, slots);
        let mut part = Part {
            scores: vec![Column::default(); kernel.models()],
            tallies: vec![Tally::default(); kernel.models()],
            slots: Vec::new(),
        };
        let mut work = kernel.work();
        for start in (0..selected.slots.len()).step_by(CHUNK) {
            let rows = CHUNK.min(selected.slots.len() - start);
            let column = |name: &str| column_of(names, &selected.columns, name, start, rows);
            kernel.scores(&column, rows, &mut work, &mut part.scores, &mut part.tallies);
        }
        part.slots = selected.slots;
        part
    }
}
