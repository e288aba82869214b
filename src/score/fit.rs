//! What a model learns from its reference population: per factor the median, the limits and the
//! place of the normalisation, and at last the strengths that map to the ends of the scale.
//! Fitting goes column by column, so that memory stays at a few columns.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::fitted::{FittedFactor, FittedModel, FittedScale};
use super::kernel::Presence;
use super::pass::Gathered;
use super::{Population, Unfitted, check_columns};
use crate::dataset::index::Index;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::normalise::Normalise;
use crate::model::spec::{Missing, ScaleFrom};
use crate::model::{Factor, Model, Network};
use crate::stats::grid::snap;
use crate::stats::interpolate::Knots;
use crate::stats::lanes::mask;
use crate::stats::summary;
use crate::stats::undefined::{Side, Undefined};

/// References of which the columns that fits read take no more than so many bytes are read once, for
/// all factors: a small table is read faster than it is opened a hundred times.
const HELD: usize = 64 << 20;

/// Above so many rows factors are fitted one after the other, each on all threads, so that only
/// one column of them is held.
const MANY: usize = 1 << 20;

/// Fits the factors of models, each model on its own population. What several of them share is
/// fitted once. The scales are still to be fitted, but for those of frozen models.
pub(super) fn factors(models: &[Unfitted<'_>]) -> Result<Vec<FittedModel>, Diagnostics> {
    let mut problems = Vec::new();
    for Unfitted { model, reference, .. } in models {
        let checked = check_columns(model, reference.dataset);
        problems.extend(checked.err().into_iter().flat_map(Diagnostics::into_vec));
    }
    Diagnostics::none_or(problems)?;

    // Populations are told apart by their indices: the same one is the same population.
    let place = |population: &Population<'_>| {
        models.iter().position(|model| std::ptr::eq(model.reference.index, population.index)).unwrap_or(0)
    };
    let mut jobs: BTreeMap<(usize, String), Job<'_>> = BTreeMap::new();
    for Unfitted { model, reference, .. } in models.iter().filter(|one| one.frozen.is_none()) {
        for network in &model.networks {
            for factor in &network.factors {
                let job = Job { model, network, factor, reference };
                jobs.entry((place(reference), key(network, factor))).or_insert(job);
            }
        }
    }
    let held = hold(&jobs)?;
    let held = |place: usize| held.get(&place);
    let (many, few): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|(_, job)| job.reference.index.len() > MANY);
    let fit = |(key, job): ((usize, String), Job<'_>)| {
        let fitted = job.fit(held(key.0));
        (key, fitted)
    };
    let mut fitted: Vec<_> = few.into_par_iter().map(fit).collect();
    fitted.extend(many.into_iter().map(fit));
    fitted.sort_by(|left, right| left.0.cmp(&right.0));
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

    let of = |Unfitted { model, reference, frozen }: &Unfitted<'_>| {
        if let Some(frozen) = frozen {
            return FittedModel::clone(frozen);
        }
        let factor =
            |network: &Network, factor: &Factor| by_key.get(&(place(reference), key(network, factor))).cloned();
        let factors = |network: &Network| network.factors.iter().filter_map(|one| factor(network, one)).collect();
        FittedModel {
            model: model.clone(),
            factors: model.networks.iter().map(factors).collect(),
            scale: known_scale(model).unwrap_or(FittedScale::Linear { low: 0.0, high: 1.0 }),
        }
    };
    Ok(models.iter().map(of).collect())
}

/// A factor to fit on a population.
struct Job<'a> {
    model: &'a Model,
    network: &'a Network,
    factor: &'a Factor,
    reference: &'a Population<'a>,
}

impl<'a> Job<'a> {
    /// The columns that the fit reads; none where nothing is learnt.
    fn columns(&self) -> BTreeSet<&'a str> {
        if !self.factor.needs_fit() {
            return BTreeSet::new();
        }
        let mut names = self.factor.value.columns();
        if by_presence(self.network, self.factor) {
            names.extend(match &self.network.connected {
                Some(connected) => connected.columns(),
                None => self.network.columns(),
            });
        }
        names
    }

    fn fit(&self, held: Option<&Held>) -> Result<FittedFactor, Diagnostics> {
        let Job { model, network, factor: own, reference } = *self;
        factor(model, own, reference.dataset.origin(), || match held {
            Some(held) => Ok(held.values(network, own)),
            None => read_values(network, own, reference, &self.columns().into_iter().collect::<Vec<_>>()),
        })
    }
}

/// Columns of a reference in memory, its rows in the order of the files.
struct Held {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    rows: usize,
}

impl Held {
    fn values(&self, network: &Network, factor: &Factor) -> Vec<f64> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let column = |name: &str| column_of(&names, &self.columns, name, 0, self.rows);
        values_of(network, factor, &column, |_| true, self.rows)
    }
}

/// Reads what the fits on each reference need, where that is little; by the place of the reference.
fn hold(jobs: &BTreeMap<(usize, String), Job<'_>>) -> Result<BTreeMap<usize, Held>, Diagnostics> {
    let mut wanted: BTreeMap<usize, (&Population<'_>, BTreeSet<&str>)> = BTreeMap::new();
    for ((place, _), job) in jobs {
        wanted.entry(*place).or_insert((job.reference, BTreeSet::new())).1.extend(job.columns());
    }
    let little = |(_, (reference, names)): &(usize, (&Population<'_>, BTreeSet<&str>))| {
        !names.is_empty() && reference.index.len() * names.len() * size_of::<f64>() <= HELD
    };
    let mut held = BTreeMap::new();
    for (place, (reference, names)) in wanted.into_iter().filter(little) {
        let names: Vec<&str> = names.into_iter().collect();
        let chunks = reference.dataset.scan(&names, |chunk| {
            let slots = reference.index.slots(chunk.first_row, chunk.rows);
            let kept = |cells: &Vec<f64>| -> Vec<f64> {
                let rows = slots.iter().zip(cells).filter(|(slot, _)| **slot != Index::UNSELECTED);
                rows.map(|(_, cell)| *cell).collect()
            };
            chunk.columns.iter().map(kept).collect::<Vec<_>>()
        })?;
        let mut columns = vec![Vec::with_capacity(reference.index.len()); names.len()];
        for chunk in chunks {
            columns.iter_mut().zip(chunk).for_each(|(column, cells)| column.extend(cells));
        }
        let names = names.into_iter().map(str::to_string).collect();
        held.insert(place, Held { names, columns, rows: reference.index.len() });
    }
    Ok(held)
}

/// The scale of a model that need not be fitted.
pub(super) fn known_scale(model: &Model) -> Option<FittedScale> {
    match model.scale.from {
        ScaleFrom::Unit => Some(FittedScale::Linear { low: 0.0, high: 1.0 }),
        ScaleFrom::Fixed(range) => Some(FittedScale::Linear { low: range.low, high: range.high }),
        ScaleFrom::MinMax | ScaleFrom::PercentileRank => None,
    }
}

/// Whether a fit depends on who is on the network: where missing values are replaced, by the
/// policy or within the expression, or where the model says who is. Elsewhere nobody who is off
/// the network has a value.
fn by_presence(network: &Network, factor: &Factor) -> bool {
    factor.missing != Missing::LeaveOut || network.connected.is_some() || factor.value.replaces_missing()
}

/// What decides a fit besides the population: equal keys, equal fits.
pub(super) fn key(network: &Network, factor: &Factor) -> String {
    let presence = if by_presence(network, factor) { Presence::of(network).key() } else { String::new() };
    // Transforms and policies are plain data; their debug form tells every difference.
    format!("{presence}|{}|{:?}|{:?}|{:?}", factor.value, factor.missing, factor.transforms, factor.normalise)
}

/// Whether two factors of networks that the same accounts are on are fitted alike.
pub(super) fn is_fitted_alike(one: &Factor, other: &Factor) -> bool {
    one.missing == other.missing
        && one.normalise == other.normalise
        && one.value == other.value
        && one.transforms == other.transforms
}

/// Fits a factor on what `values` gives: its raw values over the reference population, NaN where
/// missing, nobody who is not on the network. `origin` is where that population comes from.
pub(super) fn factor(
    model: &Model,
    factor: &Factor,
    origin: &str,
    values: impl FnOnce() -> Result<Vec<f64>, Diagnostics>,
) -> Result<FittedFactor, Diagnostics> {
    let failed = |what: &str, error: &Undefined| -> Diagnostics {
        let why = match error {
            Undefined::Constant { .. } => "every value of the reference population is equal".to_string(),
            Undefined::Empty => "no account of the reference population has a value".to_string(),
            other => other.to_string(),
        };
        let message = format!("factor `{}` of {}: `{what}` cannot be fitted: {why}", factor.name, model.id);
        let hint = "choose another normalisation (percentile-rank and max bear most data), or another reference";
        Diagnostic::new(origin, message).hint(hint).into()
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
    let mut values = values()?;
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

/// The factor's raw values over the population, in row order, of the columns that it reads.
fn read_values(
    network: &Network,
    factor: &Factor,
    population: &Population<'_>,
    names: &[&str],
) -> Result<Vec<f64>, Diagnostics> {
    let chunks = population.dataset.scan(names, |chunk| {
        let column = |name: &str| column_of(names, chunk.columns, name, 0, chunk.rows);
        let slots = population.index.slots(chunk.first_row, chunk.rows);
        values_of(network, factor, &column, |row| slots[row] != Index::UNSELECTED, chunk.rows)
    })?;
    Ok(chunks.concat())
}

/// The factor's raw values at those of some rows that are wanted and on the network; NaN where
/// missing.
pub(super) fn values_of<'a>(
    network: &Network,
    factor: &Factor,
    column: &impl Fn(&str) -> &'a [f64],
    wanted: impl Fn(usize) -> bool,
    rows: usize,
) -> Vec<f64> {
    let mut values = vec![0.0; rows];
    factor.value.evaluate(column, &mut values);
    let mut on = vec![mask(true); rows];
    if by_presence(network, factor) {
        Presence::of(network).evaluate(column, &mut on);
    }
    let mut row = 0..rows;
    values.retain(|_| row.next().is_some_and(|row| on[row] != 0 && wanted(row)));
    values
}

/// A range of a named column of a chunk. Names are those that were asked for.
pub fn column_of<'a>(names: &[&str], columns: &'a [Vec<f64>], name: &str, start: usize, rows: usize) -> &'a [f64] {
    match names.binary_search(&name) {
        Ok(at) => &columns[at][start..start + rows],
        Err(_) => &[],
    }
}

/// The scale that strengths of the reference give a model.
pub(super) fn scale(model: &Model, population: &Population<'_>, gathered: Gathered) -> Result<FittedScale, Diagnostic> {
    let found = match gathered {
        Gathered::All(strengths) => percentiles(strengths),
        Gathered::Ends(None) => Err(Undefined::Empty),
        Gathered::Ends(Some([low, high])) if low < high => Ok(FittedScale::Linear { low, high }),
        Gathered::Ends(_) => Err(Undefined::Constant { side: Side::First }),
    };
    found.map_err(|undefined| {
        let why = match undefined {
            Undefined::Constant { .. } => "every account of the reference population has the same strength".to_string(),
            Undefined::Empty => "no account of the reference population has a strength".to_string(),
            other => other.to_string(),
        };
        let message = format!("the scale of {} cannot be fitted: {why}", model.id);
        Diagnostic::new(population.dataset.origin(), message)
    })
}

fn percentiles(strengths: Vec<f64>) -> Result<FittedScale, Undefined> {
    let largest = strengths.iter().fold(0.0, |largest: f64, strength| largest.max(strength.abs()));
    let unit = if largest > 0.0 { largest / 1000.0 } else { 1.0 };
    let mut ranked = strengths;
    ranked.iter_mut().for_each(|strength| *strength = snap(*strength / unit));
    ranked.par_sort_unstable_by(f64::total_cmp);
    Ok(FittedScale::Percentile { knots: Knots::fit(&ranked)?, unit })
}
