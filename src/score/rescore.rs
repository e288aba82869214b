//! One population scored again and again with models that differ little: a weight, a transform,
//! the weight of a network, a scale. The columns of the population and all that the base model
//! makes of them are held in memory, and a variant computes only what is its own. Every score is to
//! the bit what the engine gives, since each row goes through the same steps in the same order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::engine::Unfitted;
use super::fit::{self, column_of};
use super::fitted::{FittedFactor, FittedModel, FittedScale};
use super::kernel::{CHUNK, FactorStep, NetworkStep, Presence};
use super::pass::Gathered;
use super::{Population, check_columns};
use crate::dataset::index::Index;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::aggregate::{Aggregate, Totals};
use crate::model::{Factor, Model, Network};
use crate::stats::lanes::Mask;

/// A population ready to be scored with variants of a model. Threads may share it.
#[derive(Debug)]
pub struct Rescorer<'a> {
    population: Population<'a>,
    reference: Population<'a>,
    scored: Sheet,
    /// None where the population that is scored is the reference.
    fitted_on: Option<Sheet>,
    base: FittedModel,
    /// The fits of the base, by what decides them.
    fits: BTreeMap<String, FittedFactor>,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Factors that the base does not have.
    fresh: Vec<Vec<f64>>,
    networks: Vec<Vec<f64>>,
    strengths: Vec<f64>,
    totals: Totals,
    on: Vec<Mask>,
    known: Vec<Mask>,
}

/// Rows of a population in memory, and what the base model makes of them.
#[derive(Debug, Default)]
struct Sheet {
    rows: usize,
    /// In name order; by slot.
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    /// The factors of the base, no two alike, with their values.
    steps: Vec<Step>,
    values: Vec<Vec<f64>>,
    networks: Vec<NetworkStep>,
    strengths: Vec<Vec<f64>>,
}

/// A factor as it is computed, and who has it.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    presence: Presence,
    step: FactorStep,
}

/// Cells that stand in the place of those that were read, by the name of their column and by slot.
pub type Changed = BTreeMap<String, Vec<f64>>;

/// Where the values of a factor stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Base(usize),
    Fresh(usize),
}

impl<'a> Rescorer<'a> {
    /// Reads a population, and the reference where that is another one, and scores it once.
    ///
    /// # Errors
    /// Columns that the dataset does not have, fits that fail, and more than `cap` bytes: 8 for
    /// each account and each column, factor and network of the model.
    pub fn new(
        model: &Arc<Model>,
        reference: Population<'a>,
        population: Population<'a>,
        cap: usize,
    ) -> Result<Rescorer<'a>, Diagnostics> {
        check_columns(model, population.dataset)?;
        check_columns(model, reference.dataset)?;
        let apart = model.needs_fit() && !std::ptr::eq(reference.index, population.index);
        let rows = population.index.len() + if apart { reference.index.len() } else { 0 };
        let held = 8 * rows * (model.columns().len() + model.factor_count() + model.networks.len());
        if held > cap {
            let mib = |bytes: usize| bytes.div_ceil(1 << 20);
            let message =
                format!("to score {} again and again takes {} MiB, and {} are allowed", model.id, mib(held), mib(cap));
            let hint = "draw a sample of the accounts with `clout dataset sample`";
            return Err(Diagnostic::new(population.dataset.origin(), message).hint(hint).into());
        }
        let base = fit::factors(&[Unfitted { model: model.clone(), reference, frozen: None }])?.remove(0);
        let of = |(network, fits): (&Network, &Vec<FittedFactor>)| -> Vec<(String, FittedFactor)> {
            let factors = network.factors.iter().map(|factor| fit::key(network, factor));
            factors.zip(fits.iter().cloned()).collect()
        };
        let mut rescorer = Rescorer {
            population,
            reference,
            scored: Sheet::read(model, &population)?,
            fitted_on: if apart { Some(Sheet::read(model, &reference)?) } else { None },
            fits: model.networks.iter().zip(&base.factors).flat_map(of).collect(),
            base,
        };
        let sheets = [Some(&mut rescorer.scored), rescorer.fitted_on.as_mut()];
        sheets.into_iter().flatten().for_each(|sheet| sheet.make(&rescorer.base));
        rescorer.base.scale = rescorer.scale(&rescorer.base, &mut Scratch::default())?;
        Ok(rescorer)
    }

    /// How many accounts are scored.
    pub fn accounts(&self) -> usize {
        self.scored.rows
    }

    /// The cells of a column as they were read, by slot; NaN where missing. None for a column that
    /// the base does not read.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        let at = self.scored.names.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        Some(&self.scored.columns[at])
    }

    /// The model that variants are variants of, fitted.
    pub fn base(&self) -> &FittedModel {
        &self.base
    }

    /// Fits a variant on the reference, to the bit as the engine does. Factors that are defined as
    /// in the base keep their fit.
    ///
    /// # Errors
    /// A column that the base does not read, and fits that fail.
    pub fn fit(&self, model: &Arc<Model>, scratch: &mut Scratch) -> Result<FittedModel, Diagnostics> {
        let mut fitted = self.fit_on_scale(model)?;
        fitted.scale = self.scale(&fitted, scratch)?;
        Ok(fitted)
    }

    /// Fits the factors of a variant as [`fit`](Self::fit) does, and leaves it on the scale of the
    /// base: what a change does under a frozen scale.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_on_scale(&self, model: &Arc<Model>) -> Result<FittedModel, Diagnostics> {
        self.check(model)?;
        let sheet = self.fitted_on.as_ref().unwrap_or(&self.scored);
        let mut factors = Vec::new();
        for (place, network) in model.networks.iter().enumerate() {
            let presence = Presence::of(network);
            // Where the base has the same network, as a rule.
            let base = self.base.model.networks.get(place).filter(|base| Presence::of(base) == presence);
            let mut of_network = Vec::new();
            for (position, factor) in network.factors.iter().enumerate() {
                let there = base.and_then(|base| base.factors.get(position));
                let known = match there.is_some_and(|base| fit::is_fitted_alike(base, factor)) {
                    true => self.base.factors[place].get(position),
                    false => self.fits.get(&fit::key(network, factor)),
                };
                of_network.push(match known {
                    Some(fitted) => fitted.clone(),
                    None => fit::factor(model, factor, self.reference.dataset.origin(), || {
                        Ok(sheet.factor_values(network, factor, &Changed::new()))
                    })?,
                });
            }
            factors.push(of_network);
        }
        Ok(FittedModel { model: model.clone(), factors, scale: self.base.scale.clone() })
    }

    /// Fits the base anew on the population that is scored, with changed cells in it: what a model
    /// that is fitted on what it scores learns when the data are others. An account whose cells are
    /// all missing takes no part.
    ///
    /// # Errors
    /// Fits that fail.
    pub fn fit_changed(&self, changed: &Changed, scratch: &mut Scratch) -> Result<FittedModel, Diagnostics> {
        let model = &self.base.model;
        let mut factors = Vec::new();
        for network in &model.networks {
            let fit_one = |factor: &Factor| {
                fit::factor(model, factor, self.population.dataset.origin(), || {
                    Ok(self.scored.factor_values(network, factor, changed))
                })
            };
            factors.push(network.factors.iter().map(fit_one).collect::<Result<Vec<_>, _>>()?);
        }
        let mut fitted = FittedModel { model: model.clone(), factors, scale: self.base.scale.clone() };
        if fit::known_scale(model).is_none() {
            self.scored.strengths(&fitted, changed, scratch);
            fitted.scale = self.scale_of(model, &self.population, &scratch.strengths)?;
        }
        Ok(fitted)
    }

    /// The scores of a fitted variant into `scores`, by slot of the population; NaN without one. To
    /// the bit those of the engine.
    ///
    /// # Errors
    /// A column that the base does not read.
    pub fn score(&self, fitted: &FittedModel, scratch: &mut Scratch, scores: &mut Vec<f64>) -> Result<(), Diagnostics> {
        self.score_changed(fitted, &Changed::new(), scratch, scores)
    }

    /// The scores of a fitted model over a population of which some columns hold other cells; fits
    /// and scale stay as they are. To the bit those of the engine on such a table. Only what reads a
    /// changed column is computed anew.
    ///
    /// # Errors
    /// A column that the base does not read, and a changed one that is not as long as the population.
    pub fn score_changed(
        &self,
        fitted: &FittedModel,
        changed: &Changed,
        scratch: &mut Scratch,
        scores: &mut Vec<f64>,
    ) -> Result<(), Diagnostics> {
        self.check(&fitted.model)?;
        if let Some((name, cells)) = changed.iter().find(|(_, cells)| cells.len() != self.scored.rows) {
            let message = format!("`{name}` has {} cells for {} accounts", cells.len(), self.scored.rows);
            return Err(Diagnostic::new(self.population.dataset.origin(), message).into());
        }
        self.scored.strengths(fitted, changed, scratch);
        let (scale, min, max) = (&fitted.scale, fitted.model.scale.min, fitted.model.scale.max);
        let score = |strength: &f64| if strength.is_nan() { f64::NAN } else { scale.score(*strength, min, max).0 };
        scores.clear();
        scores.extend(scratch.strengths.iter().map(score));
        Ok(())
    }

    fn check(&self, model: &Model) -> Result<(), Diagnostics> {
        let held = |name: &&str| self.scored.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok();
        match model.columns().into_iter().find(|name| !held(name)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("{} reads `{name}`, which {} does not", model.id, self.base.model.id);
                Err(Diagnostic::new(self.population.dataset.origin(), message).into())
            }
        }
    }

    fn scale(&self, fitted: &FittedModel, scratch: &mut Scratch) -> Result<FittedScale, Diagnostics> {
        if let Some(scale) = fit::known_scale(&fitted.model) {
            return Ok(scale);
        }
        self.fitted_on.as_ref().unwrap_or(&self.scored).strengths(fitted, &Changed::new(), scratch);
        self.scale_of(&fitted.model, &self.reference, &scratch.strengths)
    }

    /// The scale that strengths of a population give a model.
    fn scale_of(
        &self,
        model: &Model,
        population: &Population<'_>,
        strengths: &[f64],
    ) -> Result<FittedScale, Diagnostics> {
        let mut gathered = Gathered::new(model.scale.from);
        strengths.iter().for_each(|strength| gathered.add(*strength));
        Ok(fit::scale(model, population, gathered)?)
    }
}

impl Sheet {
    /// Reads the columns of a model.
    fn read(model: &Model, population: &Population<'_>) -> Result<Sheet, Diagnostics> {
        let names: Vec<&str> = model.columns().into_iter().collect();
        let rows = population.index.len();
        let columns = Mutex::new(vec![vec![f64::NAN; rows]; names.len()]);
        population.dataset.scan(&names, |chunk| {
            let slots = population.index.slots(chunk.first_row, chunk.rows);
            // Other chunks have other slots; what a panic left behind is never read.
            let mut columns = columns.lock().unwrap_or_else(PoisonError::into_inner);
            for (column, cells) in columns.iter_mut().zip(chunk.columns) {
                let selected = slots.iter().zip(cells).filter(|(slot, _)| **slot != Index::UNSELECTED);
                selected.for_each(|(slot, cell)| column[*slot as usize] = *cell);
            }
        })?;
        let columns = columns.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Sheet { rows, names: names.into_iter().map(str::to_string).collect(), columns, ..Sheet::default() })
    }

    /// Computes what the base model makes of the columns.
    fn make(&mut self, base: &FittedModel) {
        let mut networks = Vec::new();
        for (network, fits) in base.model.networks.iter().zip(&base.factors) {
            let presence = Presence::of(network);
            let mut factors = Vec::new();
            for (factor, fitted) in network.factors.iter().zip(fits) {
                let step = Step { presence: presence.clone(), step: FactorStep::new(factor, fitted) };
                let known = self.steps.iter().position(|known| *known == step);
                factors.push((known.unwrap_or(self.steps.len()), factor.weight));
                if known.is_none() {
                    self.steps.push(step);
                }
            }
            networks.push(NetworkStep { weight: network.weight, aggregate: network.aggregate, factors });
        }
        let column = |step: &Step| {
            let (mut values, mut on, mut known) = (Vec::new(), Vec::new(), Vec::new());
            self.evaluate(step, &Changed::new(), &mut on, &mut known, &mut values);
            values
        };
        self.values = self.steps.par_iter().map(column).collect();
        let strengths = |network: &NetworkStep| {
            let mut out = vec![0.0; self.rows];
            let columns: Vec<(&[f64], f64)> =
                network.factors.iter().map(|(factor, weight)| (self.values[*factor].as_slice(), *weight)).collect();
            combine(network.aggregate, &columns, &mut Totals::default(), &mut out);
            out
        };
        self.strengths = networks.par_iter().map(strengths).collect();
        self.networks = networks;
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// The values of a factor.
    fn evaluate(
        &self,
        step: &Step,
        changed: &Changed,
        on: &mut Vec<Mask>,
        known: &mut Vec<Mask>,
        values: &mut Vec<f64>,
    ) {
        let names = self.names();
        values.clear();
        values.resize(self.rows, 0.0);
        for start in (0..self.rows).step_by(CHUNK) {
            let rows = CHUNK.min(self.rows - start);
            let column = |name: &str| match changed.get(name) {
                Some(cells) => &cells[start..start + rows],
                None => column_of(&names, &self.columns, name, start, rows),
            };
            on.resize(rows, 0);
            known.resize(rows, 0);
            step.presence.evaluate(&column, on);
            step.step.evaluate(&column, on, known, &mut values[start..start + rows]);
        }
    }

    /// What a factor is fitted on, before policy and transforms.
    fn factor_values(&self, network: &Network, factor: &Factor, changed: &Changed) -> Vec<f64> {
        let names = self.names();
        let column = |name: &str| match changed.get(name) {
            Some(cells) => cells.as_slice(),
            None => column_of(&names, &self.columns, name, 0, self.rows),
        };
        fit::values_of(network, factor, &column, |_| true, self.rows)
    }

    /// The strengths of a variant of the base on changed columns, into the scratch.
    fn strengths(&self, fitted: &FittedModel, changed: &Changed, scratch: &mut Scratch) {
        let model = &fitted.model;
        let mut fresh = 0;
        // Which networks are the base's own, and which stand in the scratch.
        let mut at_networks = Vec::with_capacity(model.networks.len());
        scratch.networks.resize_with(model.networks.len().max(scratch.networks.len()), Vec::new);
        for (place, (network, fits)) in model.networks.iter().zip(&fitted.factors).enumerate() {
            let presence = Presence::of(network);
            let base = self.networks.get(place);
            let reads_changed =
                |columns: BTreeSet<&str>| !changed.is_empty() && columns.iter().any(|name| changed.contains_key(*name));
            let moved = reads_changed(presence.columns());
            let mut factors = Vec::with_capacity(network.factors.len());
            for (position, (factor, fit)) in network.factors.iter().zip(fits).enumerate() {
                let is = |step: &Step| step.step.is(factor, fit) && step.presence == presence;
                // Where the base has it, as a rule; else wherever it stands.
                let guess = base.and_then(|base| base.factors.get(position)).map(|(at, _)| *at);
                let known = match moved || reads_changed(factor.value.columns()) {
                    true => None,
                    false => guess.filter(|at| is(&self.steps[*at])).or_else(|| self.steps.iter().position(is)),
                };
                let at = known.map_or(At::Fresh(fresh), At::Base);
                if at == At::Fresh(fresh) {
                    let step = Step { presence: presence.clone(), step: FactorStep::new(factor, fit) };
                    scratch.fresh.resize_with((fresh + 1).max(scratch.fresh.len()), Vec::new);
                    let Scratch { fresh: columns, on, known, .. } = scratch;
                    self.evaluate(&step, changed, on, known, &mut columns[fresh]);
                    fresh += 1;
                }
                factors.push((at, factor.weight));
            }
            let same = |base: &NetworkStep| {
                let theirs = base.factors.iter().map(|(at, weight)| (At::Base(*at), *weight));
                base.aggregate == network.aggregate && factors.iter().copied().eq(theirs)
            };
            if base.is_some_and(same) {
                at_networks.push(At::Base(place));
                continue;
            }
            let Scratch { fresh: columns, networks, totals, .. } = scratch;
            let columns: Vec<(&[f64], f64)> = factors
                .iter()
                .map(|(at, weight)| match at {
                    At::Base(at) => (self.values[*at].as_slice(), *weight),
                    At::Fresh(at) => (columns[*at].as_slice(), *weight),
                })
                .collect();
            networks[place].resize(self.rows, 0.0);
            combine(network.aggregate, &columns, totals, &mut networks[place]);
            at_networks.push(At::Fresh(place));
        }
        let Scratch { networks, strengths, totals, .. } = scratch;
        let columns: Vec<(&[f64], f64)> = (at_networks.iter().zip(&model.networks))
            .map(|(at, network)| match at {
                At::Base(at) => (self.strengths[*at].as_slice(), network.weight),
                At::Fresh(at) => (networks[*at].as_slice(), network.weight),
            })
            .collect();
        strengths.resize(self.rows, 0.0);
        combine(model.combine, &columns, totals, strengths);
    }
}

/// Weighted columns as one, some rows at a time so that the totals stay in the processor's cache.
fn combine(aggregate: Aggregate, columns: &[(&[f64], f64)], totals: &mut Totals, out: &mut [f64]) {
    for (at, out) in out.chunks_mut(CHUNK).enumerate() {
        let rows = at * CHUNK..at * CHUNK + out.len();
        totals.reset(out.len());
        for (column, weight) in columns {
            aggregate.add(totals, *weight, &column[rows.clone()]);
        }
        aggregate.finish(totals, out);
    }
}
