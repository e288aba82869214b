//! What a model learns from its reference population: per factor the median, the limits and the
//! place of the normalisation, and at last the strengths that map to the ends of the scale.
//! Fitting goes column by column, so that memory stays at a few columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::fitted::{FittedFactor, FittedModel, FittedScale};
use super::kernel::{CHUNK, Kernel, Presence};
use super::{Population, check_columns};
use crate::dataset::index::Index;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::normalise::Normalise;
use crate::model::spec::{Missing, ScaleFrom};
use crate::model::{Factor, Model, Network};
use crate::stats::grid::snap;
use crate::stats::interpolate::Knots;
use crate::stats::summary;
use crate::stats::undefined::{Side, Undefined};

/// Fits models on one population. What several of them share is fitted once.
pub fn fit(models: &[Arc<Model>], population: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics> {
    let mut problems = Vec::new();
    for model in models {
        let checked = check_columns(model, population.dataset);
        problems.extend(checked.err().into_iter().flat_map(Diagnostics::into_vec));
    }
    Diagnostics::none_or(problems)?;

    let mut jobs: BTreeMap<String, (&Model, &Network, &Factor)> = BTreeMap::new();
    for model in models {
        for network in &model.networks {
            for factor in &network.factors {
                jobs.entry(key(network, factor)).or_insert((model, network, factor));
            }
        }
    }
    let fitted: Vec<(String, Result<FittedFactor, Diagnostics>)> = jobs
        .into_par_iter()
        .map(|(key, (model, network, factor))| (key, fit_factor(model, network, factor, population)))
        .collect();
    let mut by_key = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, result) in fitted {
        match result {
            Ok(factor) => {
                by_key.insert(key, factor);
            }
            Err(found) => problems.extend(found.into_vec()),
        }
    }
    Diagnostics::none_or(problems)?;

    let assembled: Vec<FittedModel> = models
        .iter()
        .map(|model| FittedModel {
            model: model.clone(),
            factors: model
                .networks
                .iter()
                .map(|network| network.factors.iter().filter_map(|f| by_key.get(&key(network, f)).cloned()).collect())
                .collect(),
            scale: FittedScale::Linear { low: 0.0, high: 1.0 },
        })
        .collect();
    fit_scales(assembled, population)
}

/// Whether a fit depends on who is on the network: where missing values are replaced, by the
/// policy or within the expression, or where the model says who is. Elsewhere nobody who is off
/// the network has a value.
fn by_presence(network: &Network, factor: &Factor) -> bool {
    factor.missing != Missing::LeaveOut || network.connected.is_some() || factor.value.replaces_missing()
}

/// What decides a fit besides the population: equal keys, equal fits.
fn key(network: &Network, factor: &Factor) -> String {
    let presence = if by_presence(network, factor) { Presence::of(network).key() } else { String::new() };
    // Transforms and policies are plain data; their debug form tells every difference.
    format!("{presence}|{}|{:?}|{:?}|{:?}", factor.value, factor.missing, factor.transforms, factor.normalise)
}

fn fit_factor(
    model: &Model,
    network: &Network,
    factor: &Factor,
    population: &Population<'_>,
) -> Result<FittedFactor, Diagnostics> {
    let failed = |what: &str, error: &Undefined| -> Diagnostics {
        let why = match error {
            Undefined::Constant { .. } => "every value of the reference population is equal".to_string(),
            Undefined::Empty => "no account of the reference population has a value".to_string(),
            other => other.to_string(),
        };
        let message = format!("factor `{}` of {}: `{what}` cannot be fitted: {why}", factor.name, model.id);
        let hint = "choose another normalisation (percentile-rank and max bear most data), or another reference";
        Diagnostic::new(population.dataset.origin(), message).hint(hint).into()
    };
    let mut substitute = match factor.missing {
        Missing::Zero => Some(0.0),
        Missing::Constant(value) => Some(value),
        Missing::ReferenceMedian | Missing::LeaveOut => None,
    };
    if !factor.needs_fit() {
        let transforms = factor.transforms.iter().map(|transform| transform.fit(&[]));
        let transforms = transforms.collect::<Result<_, _>>().map_err(|error| failed("transforms", &error))?;
        let normalise = Normalise::None.fit(&[]).map_err(|error| failed("none", &error))?;
        return Ok(FittedFactor { substitute, transforms, normalise });
    }
    let mut values = read_values(network, factor, population)?;
    if factor.missing == Missing::ReferenceMedian {
        let present: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let median = summary::median(&summary::sorted(&present)).map_err(|error| failed("reference-median", &error))?;
        substitute = Some(median);
    }
    match substitute {
        Some(value) => values.iter_mut().filter(|cell| cell.is_nan()).for_each(|cell| *cell = value),
        None => values.retain(|value| !value.is_nan()),
    }
    let mut transforms = Vec::with_capacity(factor.transforms.len());
    for transform in &factor.transforms {
        let fitted = transform.fit(&values).map_err(|error| failed("winsorize", &error))?;
        fitted.apply_all(&mut values);
        values.retain(|value| !value.is_nan());
        transforms.push(fitted);
    }
    let normalise = factor.normalise.fit(&values).map_err(|error| failed(factor.normalise.name(), &error))?;
    Ok(FittedFactor { substitute, transforms, normalise })
}

/// The factor's raw values over the population, in row order; NaN where missing, nobody who is
/// not on the network.
fn read_values(network: &Network, factor: &Factor, population: &Population<'_>) -> Result<Vec<f64>, Diagnostics> {
    let presence = Presence::of(network);
    let by_presence = by_presence(network, factor);
    let mut names = factor.value.columns();
    if by_presence {
        names.extend(presence.columns());
    }
    let names: Vec<&str> = names.into_iter().collect();
    let chunks = population.dataset.scan(&names, |chunk| {
        let column = |name: &str| column_of(&names, chunk.columns, name, 0, chunk.rows);
        let mut values = vec![0.0; chunk.rows];
        factor.value.evaluate(&column, &mut values);
        let mut on = vec![true; chunk.rows];
        if by_presence {
            presence.evaluate(&column, &mut on);
        }
        let slots = population.index.slots(chunk.first_row, chunk.rows);
        let kept = values.into_iter().zip(on).zip(slots).filter(|((_, on), slot)| *on && **slot != Index::UNSELECTED);
        kept.map(|((value, _), _)| value).collect::<Vec<f64>>()
    })?;
    Ok(chunks.concat())
}

/// A range of a named column of a chunk. Names are those that were asked for.
pub fn column_of<'a>(names: &[&str], columns: &'a [Vec<f64>], name: &str, start: usize, rows: usize) -> &'a [f64] {
    match names.binary_search(&name) {
        Ok(at) => &columns[at][start..start + rows],
        Err(_) => &[],
    }
}

/// Fits the scales of all models that need it, in one pass over the population.
fn fit_scales(mut models: Vec<FittedModel>, population: &Population<'_>) -> Result<Vec<FittedModel>, Diagnostics> {
    let mut waiting = Vec::new();
    for (at, fitted) in models.iter_mut().enumerate() {
        match fitted.model.scale.from {
            ScaleFrom::Unit => {} // as it was assembled
            ScaleFrom::Fixed(range) => fitted.scale = FittedScale::Linear { low: range.low, high: range.high },
            ScaleFrom::MinMax | ScaleFrom::PercentileRank => waiting.push(at),
        }
    }
    if waiting.is_empty() {
        return Ok(models);
    }
    let asked: Vec<FittedModel> = waiting.iter().map(|at| models[*at].clone()).collect();
    let mut problems = Vec::new();
    for (at, strengths) in waiting.into_iter().zip(strengths(&asked, population)?) {
        let fitted = &mut models[at];
        match scale_of(fitted.model.scale.from, &strengths) {
            Ok(scale) => fitted.scale = scale,
            Err(undefined) => {
                let why = match undefined {
                    Undefined::Constant { .. } => {
                        "every account of the reference population has the same strength".to_string()
                    }
                    Undefined::Empty => "no account of the reference population has a strength".to_string(),
                    other => other.to_string(),
                };
                let message = format!("the scale of {} cannot be fitted: {why}", fitted.model.id);
                problems.push(Diagnostic::new(population.dataset.origin(), message));
            }
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(models)
}

fn scale_of(from: ScaleFrom, strengths: &[f64]) -> Result<FittedScale, Undefined> {
    if from == ScaleFrom::PercentileRank {
        let largest = strengths.iter().fold(0.0, |largest: f64, strength| largest.max(strength.abs()));
        let unit = if largest > 0.0 { largest / 1000.0 } else { 1.0 };
        let ranked: Vec<f64> = strengths.iter().map(|strength| snap(strength / unit)).collect();
        return Ok(FittedScale::Percentile { knots: Knots::fit(&summary::sorted(&ranked))?, unit });
    }
    let (Some(low), Some(high)) =
        (strengths.iter().copied().reduce(f64::min), strengths.iter().copied().reduce(f64::max))
    else {
        return Err(Undefined::Empty);
    };
    if low < high { Ok(FittedScale::Linear { low, high }) } else { Err(Undefined::Constant { side: Side::First }) }
}

/// For each model the combined strengths of the accounts that have one, in row order.
fn strengths(models: &[FittedModel], population: &Population<'_>) -> Result<Vec<Vec<f64>>, Diagnostics> {
    let kernel = Kernel::new(models);
    let names: Vec<&str> = kernel.columns().collect();
    let chunks = population.dataset.scan(&names, |chunk| {
        let mut work = kernel.work();
        let mut kept = vec![Vec::new(); models.len()];
        for start in (0..chunk.rows).step_by(CHUNK) {
            let rows = CHUNK.min(chunk.rows - start);
            kernel.strengths(&|name| column_of(&names, chunk.columns, name, start, rows), rows, &mut work);
            let slots = population.index.slots(chunk.first_row + start, rows);
            for (at, kept) in kept.iter_mut().enumerate() {
                let selected = work.strengths(at).iter().zip(slots).filter(|(_, slot)| **slot != Index::UNSELECTED);
                kept.extend(selected.map(|(strength, _)| *strength).filter(|strength| !strength.is_nan()));
            }
        }
        kept
    })?;
    let mut all = vec![Vec::new(); models.len()];
    for chunk in chunks {
        all.iter_mut().zip(chunk).for_each(|(all, part)| all.extend(part));
    }
    Ok(all)
}
