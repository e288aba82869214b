//! What is studied: a version over the accounts of one population, held in memory so that it can be
//! scored again and again, and what holds of it before anything is shaken.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::score::Population;
use crate::score::rescore::{Rescorer, Scratch};
use crate::stats::grid;
use crate::stats::paired::Paired;
use crate::stats::ranked::{Ranked, RankedPair};
use crate::stats::undefined::Undefined;

/// A version and its accounts, ready to be shaken. At least two accounts have a score.
#[derive(Debug)]
pub struct Subject<'a> {
    pub rescorer: Rescorer<'a>,
    /// By slot, on the score grid; NaN where there is no score.
    pub nominal: Vec<f64>,
    /// The slots that have a score, ascending.
    pub scored: Vec<u32>,
    /// By position in `scored`: the place of each, 1 for the highest, the mean place where tied.
    pub ranks: Vec<f64>,
    /// Positions in `scored` of the accounts at the top, the highest first; all that tie with the
    /// last of them are among them.
    pub top: Vec<u32>,
    /// How many places the top was asked to have.
    pub top_places: usize,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct Buffers {
    pub scratch: Scratch,
    pub scores: Vec<f64>,
}

/// How a shaken scoring stands to the nominal one, over the accounts that have both scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shaken {
    /// Kendall's tau-b.
    pub tau: f64,
    /// Mean of the absolute differences of places.
    pub rank_shift: f64,
    /// Share of the nominal top that is still at the top.
    pub top_kept: f64,
    /// Mean of the absolute differences of scores, in points.
    pub score_shift: f64,
    /// How many accounts lost their score.
    pub lost: u64,
}

impl<'a> Subject<'a> {
    /// Reads and scores a population. `top` is how many places count as the top.
    ///
    /// # Errors
    /// As [`Rescorer::new`], and a population of which fewer than two accounts have a score.
    pub fn new(
        model: &Arc<Model>,
        reference: Population<'a>,
        population: Population<'a>,
        top: usize,
        cap: usize,
    ) -> Result<Subject<'a>, Diagnostics> {
        let rescorer = Rescorer::new(model, reference, population, cap)?;
        let mut buffers = Buffers::default();
        rescorer.score(rescorer.base(), &mut buffers.scratch, &mut buffers.scores)?;
        let nominal = grid::snapped(&buffers.scores);
        let scored: Vec<u32> =
            (0u32..).zip(&nominal).filter(|(_, score)| !score.is_nan()).map(|(slot, _)| slot).collect();
        if scored.len() < 2 {
            let message = format!("{} scores {} accounts; a study needs two", model.id, scored.len());
            return Err(Diagnostic::new(population.dataset.origin(), message).into());
        }
        let scores: Vec<f64> = scored.iter().map(|slot| nominal[*slot as usize]).collect();
        let ranked = Ranked::new(&scores).map_err(|undefined| undefined_here(&population, &undefined))?;
        let top_places = top.min(scored.len());
        let top = ranked.top(top_places).iter().rev().copied().collect();
        let ranks = places(&ranked);
        Ok(Subject { rescorer, nominal, scored, ranks, top, top_places })
    }

    /// Nominal scores, by position in `scored`.
    pub fn nominal_of_scored(&self) -> Vec<f64> {
        self.scored.iter().map(|slot| self.nominal[*slot as usize]).collect()
    }

    /// Shaken scores, by position in `scored`; NaN for an account that lost its score.
    pub fn kept(&self, shaken: &[f64]) -> Vec<f32> {
        self.scored.iter().map(|slot| shaken[*slot as usize] as f32).collect()
    }

    /// The model that is studied.
    pub fn model(&self) -> &Model {
        &self.rescorer.base().model
    }

    /// Holds shaken scores, by slot, against the nominal ones.
    ///
    /// # Errors
    /// Fewer than two accounts keep a score, or all scores are equal.
    pub fn against(&self, shaken: &[f64]) -> Result<Shaken, Undefined> {
        let kept = self.scored.iter().map(|slot| *slot as usize).filter(|slot| !shaken[*slot].is_nan());
        let (before, after): (Vec<f64>, Vec<f64>) =
            kept.map(|slot| (self.nominal[slot], grid::snap(shaken[slot]))).unzip();
        let pair = RankedPair::new(Paired::new(&before, &after)?);
        let moved = before.iter().zip(&after).map(|(before, after)| (after - before).abs());
        Ok(Shaken {
            tau: pair.kendall_tau_b()?,
            rank_shift: pair.rank_shift()?,
            top_kept: pair.overlap_at_k(self.top_places.min(before.len()))?,
            score_shift: moved.sum::<f64>() / before.len() as f64,
            lost: (self.scored.len() - before.len()) as u64,
        })
    }

    /// The places of the scored accounts under shaken scores, by position in `scored`; one that
    /// lost its score stands behind all others, at the mean of the places that are left.
    pub fn places_under(&self, shaken: &[f64]) -> Result<Vec<f64>, Undefined> {
        let position = |slot: &u32| grid::snap(shaken[*slot as usize]);
        let scores: Vec<f64> = self.scored.iter().map(position).collect();
        if scores.iter().all(|score| !score.is_nan()) {
            return Ok(places(&Ranked::new(&scores)?));
        }
        let kept: Vec<usize> = (0..scores.len()).filter(|at| !scores[*at].is_nan()).collect();
        let values: Vec<f64> = kept.iter().map(|at| scores[*at]).collect();
        let behind = (values.len() + 1 + scores.len()) as f64 / 2.0;
        let mut all = vec![behind; scores.len()];
        kept.iter().zip(places(&Ranked::new(&values)?)).for_each(|(at, place)| all[*at] = place);
        Ok(all)
    }
}

/// Mean places, 1 for the highest, by row.
fn places(ranked: &Ranked) -> Vec<f64> {
    (0..ranked.len()).map(|row| ranked.rank_descending(row).unwrap_or(f64::NAN)).collect()
}

/// A figure that a study needs and that these accounts do not have.
pub fn undefined_here(population: &Population<'_>, undefined: &Undefined) -> Diagnostics {
    Diagnostic::new(population.dataset.origin(), undefined.to_string()).into()
}
