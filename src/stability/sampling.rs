//! The events behind counts drawn again: how sure is a place? An account that got 40 reactions in
//! 90 days could as well have got 35 or 46. Every signal of whole numbers is drawn from a Poisson
//! distribution around what was counted, accounts apart; fits and scale stay as they are.
//!
//! What this does not shake: shares, ratios and steps (they are named), the choice of the weights,
//! and whatever moves many accounts together.

use rayon::prelude::*;

use super::draws::{Told, each, held_within};
use super::findings::{Known, Placed, SamplingFindings};
use super::levels::levels;
use super::subject::{Subject, undefined_here};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::score::Population;
use crate::score::rescore::Changed;
use crate::stats::draws::{Normals, Poisson};
use crate::stats::rank_interval::{Marginal, Replicated, marginal, simultaneous, told_apart};
use crate::stats::resample::Stream;

/// What the study is asked.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SamplingStudy {
    pub replicates: u64,
    pub level: f64,
    /// How many events come together.
    pub burst: f64,
}

/// Makes the study. `cap` is how many bytes the scores of all accounts in all replicates may take.
///
/// # Errors
/// A model that reads no counts, more bytes than `cap`, too few replicates for the level, an account
/// that loses its score, and replicates that move nobody.
pub fn study(
    subject: &Subject<'_>,
    population: &Population<'_>,
    asked: &SamplingStudy,
    seed: u64,
    cap: usize,
    told: Told<'_>,
) -> Result<SamplingFindings<u32>, Diagnostics> {
    let model = subject.model();
    let undefined = |undefined| undefined_here(population, &undefined);
    held_within(population, subject.scored.len(), asked.replicates, cap)?;
    let column = |name: &str| subject.rescorer.column(name).unwrap_or_default();
    let levels = levels(model);
    let (counts, others): (Vec<&str>, Vec<&str>) =
        model.columns().into_iter().partition(|name| is_count(column(name)) && !levels.contains_key(name));
    if counts.is_empty() {
        let message = format!("{} reads no signal of whole numbers, so there are no events to draw again", model.id);
        return Err(Diagnostic::new(population.dataset.origin(), message).into());
    }
    let poisson = |value: &f64| if value.is_nan() { Ok(None) } else { Poisson::new(value / asked.burst).map(Some) };
    let prepared = |name: &&str| column(name).iter().map(poisson).collect::<Result<Vec<Option<Poisson>>, _>>();
    let prepared = counts.par_iter().map(prepared).collect::<Result<Vec<_>, _>>().map_err(undefined)?;
    let normals = Normals::new();
    let drawn = each(asked.replicates, told, |number, buffers| {
        let changed: Changed = (counts.iter().zip(&prepared))
            .map(|(name, cells)| {
                let mut stream = Stream::new(seed, &format!("events {name}"), number);
                let draw = |cell: &Option<Poisson>| match cell {
                    Some(events) => events.draw(&normals, &mut stream) * asked.burst,
                    None => f64::NAN,
                };
                ((*name).to_string(), cells.iter().map(draw).collect())
            })
            .collect();
        let (scratch, scores) = (&mut buffers.scratch, &mut buffers.scores);
        subject.rescorer.score_changed(subject.rescorer.base(), &changed, scratch, scores)?;
        Ok(subject.kept(scores))
    })?;
    let scores: Vec<f32> = drawn.concat();
    let nominal = subject.nominal_of_scored();
    let replicated = Replicated::new(&nominal, &scores).map_err(undefined)?;
    let marginals = marginal(replicated, asked.level).map_err(undefined)?;
    let top = simultaneous(replicated, subject.top_places, asked.level).map_err(undefined)?;
    let apart = told_apart(replicated, nominal.len(), asked.level).map_err(undefined)?;
    let apart_at_top = told_apart(replicated, subject.top_places, asked.level);
    let placed = |placed: &crate::stats::rank_interval::Placed| Placed {
        account: subject.scored[placed.row as usize],
        place: placed.rank,
        alone: marginals[placed.row as usize].ends(),
        together: [f64::from(placed.best), f64::from(placed.worst)],
        group: placed.group,
    };
    Ok(SamplingFindings {
        replicates: asked.replicates,
        level: asked.level,
        drawn: counts.iter().map(|name| (*name).to_string()).collect(),
        not_drawn: others.iter().map(|name| (*name).to_string()).collect(),
        accounts: top.top.iter().map(placed).collect(),
        contenders: top.contenders as u64,
        told_apart: apart.share,
        neighbours: apart.neighbours as u64,
        told_apart_at_top: Known::of(apart_at_top.map(|apart| apart.share)),
        width: Marginal::mean_width(&marginals),
    })
}

/// Whether a column holds whole numbers from 0 up, and any that is above 1: a flag counts nothing.
fn is_count(cells: &[f64]) -> bool {
    let known = || cells.iter().filter(|cell| !cell.is_nan());
    known().all(|cell| *cell >= 0.0 && cell.fract() == 0.0 && *cell <= 1e15) && known().any(|cell| *cell > 1.0)
}
