//! Weights drawn around those of the version: how much of the order hangs on them? Each draw is the
//! version as it would be released with those weights, its scale fitted anew.
//!
//! Source: the sensitivity study of composite indicators, OECD and JRC, Handbook on Constructing
//! Composite Indicators (2008), chapter 7.

use super::draws::{NINE_IN_TEN, Spread, Told, each, held_within};
use super::findings::{PlaceSpread, WeightFindings};
use super::spec::Vary;
use super::subject::{Subject, undefined_here};
use super::vary;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::score::Population;
use crate::stats::draws::dirichlet;
use crate::stats::rank_interval::{Marginal, Replicated, marginal};
use crate::stats::resample::Stream;
use crate::stats::undefined::Undefined;

/// How weights are drawn.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Around {
    /// Every weight times 1 + U(-f, f).
    Within(f64),
    /// Shares from a Dirichlet distribution of this concentration.
    Concentration(f64),
}

/// What the study is asked.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct WeightStudy {
    pub draws: u64,
    pub around: Around,
    pub vary: Vary,
}

/// Makes the study. `cap` is how many bytes the scores of all accounts under all draws may take.
///
/// # Errors
/// A model without weights to vary, more bytes than `cap`, and scores that are all equal.
pub fn study(
    subject: &Subject<'_>,
    population: &Population<'_>,
    asked: &WeightStudy,
    seed: u64,
    cap: usize,
    told: Told<'_>,
) -> Result<WeightFindings<u32>, Diagnostics> {
    let model = subject.model();
    let places = vary::places(model, asked.vary);
    if places.is_empty() {
        let message = format!("{} has no weight that could be another: each is alone", model.id);
        return Err(Diagnostic::new(population.dataset.origin(), message).into());
    }
    held_within(population, subject.scored.len(), asked.draws, cap)?;
    let undefined = |undefined| undefined_here(population, &undefined);
    let families = vary::families(&places);
    let weights = |number: u64| match asked.around {
        Around::Within(within) => vary::jittered(model, &places, within, seed, number),
        Around::Concentration(concentration) => {
            let own: Vec<f64> = places.iter().map(|place| vary::weight(model, place)).collect();
            shares(&own, &families, concentration, seed, number)
        }
    };
    let drawn = each(asked.draws, told, |number, buffers| {
        let varied = vary::with(model, &places, &weights(number).map_err(undefined)?);
        let fitted = subject.rescorer.fit(&varied, &mut buffers.scratch)?;
        subject.rescorer.score(&fitted, &mut buffers.scratch, &mut buffers.scores)?;
        let shaken = subject.against(&buffers.scores).map_err(undefined)?;
        Ok((shaken, subject.kept(&buffers.scores)))
    })?;
    let spread = |of: &dyn Fn(usize) -> f64| -> Result<Spread, Diagnostics> {
        Spread::of(&(0..drawn.len()).map(of).collect::<Vec<_>>()).map_err(undefined)
    };
    let scores: Vec<f32> = drawn.iter().flat_map(|(_, scores)| scores).copied().collect();
    let nominal = subject.nominal_of_scored();
    let marginals = marginal(Replicated::new(&nominal, &scores).map_err(undefined)?, NINE_IN_TEN).map_err(undefined)?;
    let account = |position: &u32| {
        let at = *position as usize;
        let [low, high] = marginals[at].ends();
        let (mean, median) = (marginals[at].mean, marginals[at].median);
        PlaceSpread { account: subject.scored[at], nominal: subject.ranks[at], mean, median, low, high }
    };
    Ok(WeightFindings {
        draws: asked.draws,
        weights: places.len() as u64,
        rank_shift: spread(&|at| drawn[at].0.rank_shift)?,
        tau: spread(&|at| drawn[at].0.tau)?,
        top_kept: spread(&|at| drawn[at].0.top_kept)?,
        width: Marginal::mean_width(&marginals),
        taus: drawn.iter().map(|(shaken, _)| shaken.tau).collect(),
        accounts: subject.top.iter().map(account).collect(),
    })
}

/// Weights whose shares in their families are drawn around their own.
fn shares(
    own: &[f64],
    families: &[Vec<usize>],
    concentration: f64,
    seed: u64,
    number: u64,
) -> Result<Vec<f64>, Undefined> {
    let mut weights = own.to_vec();
    for (at, family) in families.iter().enumerate() {
        let before: Vec<f64> = family.iter().map(|place| own[*place]).collect();
        let mut drawn = vec![0.0; before.len()];
        dirichlet(&before, concentration, &mut Stream::new(seed, &format!("shares {at}"), number), &mut drawn)?;
        family.iter().zip(drawn).for_each(|(place, weight)| weights[*place] = weight);
    }
    Ok(weights)
}
