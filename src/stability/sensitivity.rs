//! Which choices decide the order? Weights and alternatives (another transform, normalisation or
//! aggregation) are varied together, and the variance of how far accounts move is shared out among
//! them. What is measured is the mean absolute rank shift against the version as it is.
//!
//! Source: Saisana, Saltelli and Tarantola, "Uncertainty and sensitivity analysis techniques as tools
//! for the quality assessment of composite indicators", Journal of the Royal Statistical Society A
//! 168 (2005).

use std::sync::Arc;

use super::draws::{Told, each};
use super::findings::{Choice, SensitivityFindings};
use super::spec::Vary;
use super::subject::{Buffers, Subject, undefined_here};
use super::vary;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::score::Population;
use crate::score::rescore::Rescorer;
use crate::stats::grid;
use crate::stats::sensitivity::{Design, indices};

/// Drawings behind the intervals of the indices.
const REPLICATES: u64 = 1000;
/// Scorings that are put aside together.
const BLOCK: u64 = 4096;
/// Combinations of alternatives that are held in memory at once.
pub const MOST_COMBINATIONS: usize = 64;

/// Some scorings of the design, from a run on and so many: taken from where they were put aside, or
/// made and put there.
pub type Blocks<'a> =
    &'a dyn Fn(u64, u64, &mut dyn FnMut() -> Result<Vec<f64>, Diagnostics>) -> Result<Vec<f64>, Diagnostics>;

/// What the study is asked.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SensitivityStudy {
    pub rows: u64,
    pub within: f64,
    pub vary: Vary,
    pub level: f64,
    pub alternatives: Vec<Alternative>,
}

/// A choice: the version as it is, or edited in one of several ways.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Alternative {
    pub name: String,
    pub edits: Vec<String>,
}

impl SensitivityStudy {
    /// How many scorings the study of a model takes.
    pub fn scorings(&self, model: &Model) -> u64 {
        self.rows * (vary::places(model, self.vary).len() + self.alternatives.len() + 2) as u64
    }

    /// How many combinations of alternatives there are.
    pub fn combinations(&self) -> usize {
        self.alternatives.iter().map(|alternative| alternative.edits.len() + 1).product()
    }

    /// The edits of a combination, by its number; none for 0.
    pub fn edits(&self, combination: usize) -> Vec<String> {
        let mut rest = combination;
        let mut edits = Vec::new();
        for alternative in &self.alternatives {
            let options = alternative.edits.len() + 1;
            edits.extend((rest % options).checked_sub(1).map(|at| alternative.edits[at].clone()));
            rest /= options;
        }
        edits
    }

    /// The combination that numbers from 0 to 1 choose, one for each alternative.
    fn combination(&self, point: &[f64]) -> usize {
        let (mut number, mut step) = (0, 1);
        for (alternative, share) in self.alternatives.iter().zip(point) {
            let options = alternative.edits.len() + 1;
            number += step * ((share * options as f64) as usize).min(options - 1);
            step *= options;
        }
        number
    }
}

/// What the versions of all combinations are: by number, the subject's own first.
#[derive(Clone, Copy, Debug)]
pub struct Combinations<'a> {
    pub models: &'a [Arc<Model>],
    /// What they are fitted on, and what they score.
    pub reference: Population<'a>,
    pub population: Population<'a>,
    /// Bytes that they may take together.
    pub cap: usize,
}

/// Makes the study. A long one goes through `blocks`, so that one that was stopped can go on.
///
/// # Errors
/// Fits that fail, combinations that read other columns or do not fit into memory, and an order that
/// no choice moves.
pub fn study(
    subject: &Subject<'_>,
    asked: &SensitivityStudy,
    combinations: Combinations<'_>,
    seed: u64,
    told: Told<'_>,
    blocks: Blocks<'_>,
) -> Result<SensitivityFindings, Diagnostics> {
    let Combinations { models, reference, population, cap } = combinations;
    let undefined = |undefined| undefined_here(&population, &undefined);
    let model = subject.model();
    let places = vary::places(model, asked.vary);
    let inputs = places.len() + asked.alternatives.len();
    if inputs == 0 {
        let message = format!("{} has no choice that could be another: its weights are alone", model.id);
        let hint = "vary the weights of factors, or name alternatives";
        return Err(Diagnostic::new(population.dataset.origin(), message).hint(hint).into());
    }
    let design = Design::new(inputs, asked.rows as usize, seed).map_err(undefined)?;
    let others = models.iter().skip(1).map(|other| {
        // Edits change no names, so a place of the version is one of every combination.
        if vary::places(other, asked.vary).len() != places.len() {
            let message = format!("{} has other weights than {}", other.id, model.id);
            return Err(Diagnostic::new(population.dataset.origin(), message).into());
        }
        Rescorer::new(other, reference, population, cap / models.len())
    });
    let others = others.collect::<Result<Vec<Rescorer<'_>>, Diagnostics>>()?;
    let one = |run: u64, buffers: &mut Buffers| {
        let mut point = vec![0.0; inputs];
        design.point(run as usize, &mut point);
        let (of_weights, of_alternatives) = point.split_at(places.len());
        let combination = asked.combination(of_alternatives);
        let rescorer = combination.checked_sub(1).map_or(&subject.rescorer, |at| &others[at]);
        let base = &rescorer.base().model;
        let weight = |(place, share): (&vary::Place, &f64)| {
            vary::weight(base, place) * (1.0 + asked.within * (2.0 * share - 1.0))
        };
        let weights: Vec<f64> = places.iter().zip(of_weights).map(weight).collect();
        let fitted = rescorer.fit(&vary::with(base, &places, &weights), &mut buffers.scratch)?;
        rescorer.score(&fitted, &mut buffers.scratch, &mut buffers.scores)?;
        let after = subject.places_under(&buffers.scores).map_err(undefined)?;
        let moved = subject.ranks.iter().zip(&after).map(|(before, after)| (after - before).abs());
        Ok(moved.sum::<f64>() / after.len() as f64)
    };
    let runs = design.runs() as u64;
    let mut outputs = Vec::with_capacity(design.runs());
    for start in (0..runs).step_by(BLOCK as usize) {
        let count = BLOCK.min(runs - start);
        outputs.extend(blocks(start, count, &mut || each(count, told, |run, buffers| one(start + run, buffers)))?);
    }
    let found = indices(&design, &outputs, asked.level, REPLICATES as usize, seed).map_err(undefined)?;
    let names = places.iter().map(|place| place.name.clone());
    let names = names.chain(asked.alternatives.iter().map(|alternative| alternative.name.clone()));
    let mut choices: Vec<Choice> =
        names.zip(&found.shares).map(|(name, share)| Choice { name, first: share.first, total: share.total }).collect();
    choices.sort_by(|left, right| {
        let total = |choice: &Choice| grid::snap(choice.total.point());
        total(right).total_cmp(&total(left)).then_with(|| left.name.cmp(&right.name))
    });
    Ok(SensitivityFindings {
        rows: asked.rows,
        scorings: design.runs() as u64,
        mean: found.mean,
        deviation: found.variance.sqrt(),
        alone: found.alone,
        choices,
    })
}
