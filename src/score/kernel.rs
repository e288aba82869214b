//! The scoring kernel: all models of a run over a chunk of rows small enough to stay in the
//! processor's cache. What models share (a factor with the same expression and the same fit) is
//! computed once per chunk. A row's result depends on that row alone, so that threads and chunk
//! borders change nothing.

use std::collections::BTreeSet;

use super::Tally;
use super::fitted::{FittedFactor, FittedModel, FittedScale};
use crate::expression::Expression;
use crate::model::aggregate::{Aggregate, Totals};
use crate::model::{Model, Network};
use crate::stats::grid;

/// Rows per step: a hundred factor columns of this length are under a megabyte.
pub const CHUNK: usize = 1024;

/// Who is on a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// Any of these columns has a value.
    AnyOf(BTreeSet<String>),
    /// The expression is neither missing nor zero.
    Where(Expression),
}

impl Presence {
    pub fn of(network: &Network) -> Presence {
        match &network.connected {
            Some(expression) => Presence::Where(expression.clone()),
            None => Presence::AnyOf(network.columns().into_iter().map(str::to_string).collect()),
        }
    }

    pub fn columns(&self) -> BTreeSet<&str> {
        match self {
            Presence::AnyOf(names) => names.iter().map(String::as_str).collect(),
            Presence::Where(expression) => expression.columns(),
        }
    }

    /// A text that tells presences apart.
    pub fn key(&self) -> String {
        match self {
            Presence::AnyOf(names) => format!("any of {names:?}"),
            Presence::Where(expression) => format!("where {expression}"),
        }
    }

    pub fn evaluate<'a>(&self, column: &impl Fn(&str) -> &'a [f64], on: &mut [bool]) {
        match self {
            Presence::AnyOf(names) => {
                on.fill(false);
                for name in names {
                    on.iter_mut().zip(column(name)).for_each(|(on, cell)| *on |= !cell.is_nan());
                }
            }
            Presence::Where(expression) => {
                let mut values = vec![0.0; on.len()];
                expression.evaluate(column, &mut values);
                on.iter_mut().zip(values).for_each(|(on, value)| *on = !value.is_nan() && value != 0.0);
            }
        }
    }
}

#[derive(Debug, PartialEq)]
struct FactorStep {
    value: Expression,
    /// Position in the list of presences.
    presence: usize,
    fitted: FittedFactor,
}

#[derive(Debug)]
pub(super) struct NetworkStep {
    pub(super) weight: f64,
    pub(super) aggregate: Aggregate,
    /// Position in the list of factors, and weight.
    pub(super) factors: Vec<(usize, f64)>,
}

/// What a factor adds to the confidence of a model whose account has a value for it.
#[derive(Debug)]
struct Cover {
    factor: usize,
    /// Share of the model's weight.
    share: f64,
}

#[derive(Debug)]
struct ModelStep {
    networks: Vec<NetworkStep>,
    covers: Vec<Cover>,
    combine: Aggregate,
    scale: FittedScale,
    min: f64,
    max: f64,
}

/// All models of a run, compiled against each other.
#[derive(Debug)]
pub struct Kernel {
    columns: BTreeSet<String>,
    presences: Vec<Presence>,
    factors: Vec<FactorStep>,
    models: Vec<ModelStep>,
}

/// Buffers of one thread.
#[derive(Debug)]
pub struct Work {
    on: Vec<Vec<bool>>,
    factors: Vec<Vec<f64>>,
    /// Whether each cell of a factor is a value of the account itself.
    known: Vec<Vec<bool>>,
    /// What happened to each factor's cells in this chunk.
    events: Vec<Tally>,
    /// Strengths by model and network.
    networks: Vec<Vec<Vec<f64>>>,
    inner: Totals,
    outer: Totals,
    strengths: Vec<Vec<f64>>,
    /// Strengths below 0 taken as 0, by model.
    taken_as_zero: Vec<u64>,
}

impl Work {
    /// The values of a factor of [`Kernel::shape`], by row of the chunk.
    pub(super) fn factor(&self, position: usize) -> &[f64] {
        &self.factors[position]
    }

    /// The strengths of a network of a model, by row of the chunk.
    pub(super) fn network(&self, model: usize, network: usize) -> &[f64] {
        &self.networks[model][network]
    }

    pub fn strengths(&self, model: usize) -> &[f64] {
        &self.strengths[model]
    }
}

/// The place of an item in a list, adding it if it is new.
fn place_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

impl Kernel {
    pub fn new(models: &[FittedModel]) -> Kernel {
        let mut kernel =
            Kernel { columns: BTreeSet::new(), presences: Vec::new(), factors: Vec::new(), models: Vec::new() };
        for fitted in models {
            let model = &fitted.model;
            kernel.columns.extend(model.columns().into_iter().map(str::to_string));
            let mut networks = Vec::new();
            for (network, fits) in model.networks.iter().zip(&fitted.factors) {
                let presence = place_of(&mut kernel.presences, Presence::of(network));
                let mut factors = Vec::new();
                for (factor, fit) in network.factors.iter().zip(fits) {
                    let step = FactorStep { value: factor.value.clone(), presence, fitted: fit.clone() };
                    factors.push((place_of(&mut kernel.factors, step), factor.weight));
                }
                networks.push(NetworkStep { weight: network.weight, aggregate: network.aggregate, factors });
            }
            let (min, max) = (model.scale.min, model.scale.max);
            let scale = fitted.scale.clone();
            let covers = covers(model, &networks);
            kernel.models.push(ModelStep { networks, covers, combine: model.combine, scale, min, max });
        }
        kernel
    }

    /// The columns that the kernel reads, in name order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// The networks of a model, and how they are combined.
    pub(super) fn shape(&self, model: usize) -> (&[NetworkStep], Aggregate) {
        (&self.models[model].networks, self.models[model].combine)
    }

    pub fn models(&self) -> usize {
        self.models.len()
    }

    pub fn work(&self) -> Work {
        Work {
            on: vec![Vec::new(); self.presences.len()],
            factors: vec![Vec::new(); self.factors.len()],
            known: vec![Vec::new(); self.factors.len()],
            events: vec![Tally::default(); self.factors.len()],
            networks: self.models.iter().map(|model| vec![Vec::new(); model.networks.len()]).collect(),
            inner: Totals::default(),
            outer: Totals::default(),
            strengths: vec![Vec::new(); self.models.len()],
            taken_as_zero: vec![0; self.models.len()],
        }
    }

    /// Combined strengths of every model for a chunk of rows; NaN where there is none.
    pub fn strengths<'a>(&self, column: &impl Fn(&str) -> &'a [f64], rows: usize, work: &mut Work) {
        for (presence, on) in self.presences.iter().zip(&mut work.on) {
            on.resize(rows, false);
            presence.evaluate(column, on);
        }
        for (at, step) in self.factors.iter().enumerate() {
            let (values, known) = (&mut work.factors[at], &mut work.known[at]);
            values.resize(rows, 0.0);
            known.resize(rows, false);
            step.value.evaluate(column, values);
            work.events[at] = step.apply(values, &work.on[step.presence], known);
        }
        for (at, model) in self.models.iter().enumerate() {
            work.outer.reset(rows);
            work.taken_as_zero[at] = 0;
            for (place, network) in model.networks.iter().enumerate() {
                work.inner.reset(rows);
                for (factor, weight) in &network.factors {
                    let column = &work.factors[*factor];
                    work.taken_as_zero[at] += network.aggregate.add(&mut work.inner, *weight, column);
                }
                let strengths = &mut work.networks[at][place];
                strengths.resize(rows, 0.0);
                network.aggregate.finish(&work.inner, strengths);
                work.taken_as_zero[at] += model.combine.add(&mut work.outer, network.weight, strengths);
            }
            work.strengths[at].resize(rows, 0.0);
            model.combine.finish(&work.outer, &mut work.strengths[at]);
        }
    }

    /// Scores and confidences of every model for a chunk of rows, appended to `out` (one a model).
    pub fn scores<'a>(
        &self,
        column: &impl Fn(&str) -> &'a [f64],
        rows: usize,
        work: &mut Work,
        out: &mut [Column],
        tallies: &mut [Tally],
    ) {
        self.strengths(column, rows, work);
        for (at, model) in self.models.iter().enumerate() {
            let tally = &mut tallies[at];
            tally.taken_as_zero += work.taken_as_zero[at];
            for (factor, _) in model.networks.iter().flat_map(|network| &network.factors) {
                tally.add(&work.events[*factor]);
            }
            model.confidence(rows, work, &mut out[at].confidence);
            for strength in &work.strengths[at] {
                if strength.is_nan() {
                    tally.unscored += 1;
                    out[at].scores.push(f64::NAN);
                    continue;
                }
                let (score, below, above) = model.scale.score(*strength, model.min, model.max);
                tally.scored += 1;
                tally.below_scale += u64::from(below);
                tally.above_scale += u64::from(above);
                out[at].scores.push(score);
            }
        }
    }
}

/// What a model gives to consecutive rows.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub scores: Vec<f64>,
    /// Share of the model's weight that each account's data cover.
    pub confidence: Vec<f64>,
}

/// The factors that have a share of the model's weight.
fn covers(model: &Model, networks: &[NetworkStep]) -> Vec<Cover> {
    let factors = networks.iter().flat_map(|network| &network.factors);
    let shares = model.shares().into_iter().flatten();
    factors.zip(shares).filter_map(|((factor, _), share)| Some(Cover { factor: *factor, share: share? })).collect()
}

impl ModelStep {
    /// Appends the confidence of each row: the weight of the factors that have a value of the
    /// account itself, not one that a policy put there.
    fn confidence(&self, rows: usize, work: &Work, out: &mut Vec<f64>) {
        let start = out.len();
        out.resize(start + rows, 0.0);
        for cover in &self.covers {
            let known = &work.known[cover.factor];
            out[start..].iter_mut().zip(known).for_each(|(sum, known)| *sum += if *known { cover.share } else { 0.0 });
        }
        // Shares of a whole can add up to a little more than 1.
        out[start..].iter_mut().for_each(|sum| *sum = grid::snap(sum.min(1.0)));
    }
}

impl FactorStep {
    /// Policy, transforms and normalisation, in place; what happened to the cells of accounts that
    /// are on the network. `known` tells which cells are values of the account itself.
    fn apply(&self, values: &mut [f64], on: &[bool], known: &mut [bool]) -> Tally {
        let mut tally = Tally::default();
        for ((value, on), known) in values.iter_mut().zip(on).zip(known.iter_mut()) {
            *known = *on && !value.is_nan();
            if !on {
                *value = f64::NAN;
            } else if value.is_nan() {
                match self.fitted.substitute {
                    Some(substitute) => {
                        *value = substitute;
                        tally.replaced += 1;
                    }
                    None => tally.left_out += 1,
                }
            }
        }
        for transform in &self.fitted.transforms {
            tally.without_meaning += transform.apply_all(values);
        }
        for (value, known) in values.iter_mut().zip(known) {
            *known &= !value.is_nan();
            *value = self.fitted.normalise.apply(*value);
        }
        tally
    }
}
