//! The scoring kernel: all models of a run over a chunk of rows small enough to stay in the
//! processor's cache. What models share (a factor with the same expression and the same fit) is
//! computed once per chunk. A row's result depends on that row alone, so that threads and chunk
//! borders change nothing.

use std::collections::BTreeSet;

use super::Tally;
use super::fitted::{FittedFactor, FittedModel};
use crate::expression::Expression;
use crate::model::aggregate::{Aggregate, Totals};
use crate::model::{Factor, Model, Network};
use crate::stats::grid;
use crate::stats::lanes::{self, Mask, each, mask, widest};

/// Rows per step: a hundred factor columns of this length are under half a megabyte.
pub const CHUNK: usize = 512;

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

    pub fn evaluate<'a>(&self, column: &impl Fn(&str) -> &'a [f64], on: &mut [Mask]) {
        match self {
            Presence::AnyOf(names) => {
                on.fill(mask(false));
                for name in names {
                    let cells = column(name);
                    let all = widest(|| {
                        let rows = on.iter_mut().zip(cells);
                        rows.fold(mask(true), |all, (on, cell)| {
                            *on |= mask(!cell.is_nan());
                            all & *on
                        })
                    });
                    // One whole column puts everybody on the network.
                    if all == mask(true) {
                        break;
                    }
                }
            }
            Presence::Where(expression) => {
                let mut values = vec![0.0; on.len()];
                expression.evaluate(column, &mut values);
                on.iter_mut().zip(values).for_each(|(on, value)| *on = mask(!value.is_nan() && value != 0.0));
            }
        }
    }
}

/// How a factor is computed of the columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FactorStep {
    value: Expression,
    fitted: FittedFactor,
}

#[derive(Debug)]
pub(super) struct NetworkStep {
    pub(super) weight: f64,
    pub(super) aggregate: Aggregate,
    /// Position in the list of factors, and weight.
    pub(super) factors: Vec<(usize, f64)>,
}

/// What came of a factor in a chunk of rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evaluated {
    tally: Tally,
    /// Whether every cell is a value of the account itself, and none is missing.
    pub(super) whole: bool,
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
}

/// All models of a run, compiled against each other.
#[derive(Debug)]
pub struct Kernel {
    columns: BTreeSet<String>,
    presences: Vec<Presence>,
    /// Each with the position of its presence.
    factors: Vec<(usize, FactorStep)>,
    models: Vec<ModelStep>,
}

/// Buffers of one thread.
#[derive(Debug)]
pub struct Work {
    on: Vec<Vec<Mask>>,
    factors: Vec<Vec<f64>>,
    /// Whether each cell of a factor is a value of the account itself.
    known: Vec<Vec<Mask>>,
    /// What came of each factor in this chunk.
    events: Vec<Evaluated>,
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
                    let step = (presence, FactorStep::new(factor, fit));
                    factors.push((place_of(&mut kernel.factors, step), factor.weight));
                }
                networks.push(NetworkStep { weight: network.weight, aggregate: network.aggregate, factors });
            }
            let covers = covers(model, &networks);
            kernel.models.push(ModelStep { networks, covers, combine: model.combine });
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
            events: vec![Evaluated::default(); self.factors.len()],
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
            on.resize(rows, 0);
            presence.evaluate(column, on);
        }
        for (at, (presence, step)) in self.factors.iter().enumerate() {
            let (values, known) = (&mut work.factors[at], &mut work.known[at]);
            values.resize(rows, 0.0);
            known.resize(rows, 0);
            work.events[at] = step.evaluate(column, &work.on[*presence], known, values);
        }
        for (at, model) in self.models.iter().enumerate() {
            work.outer.reset(rows);
            work.taken_as_zero[at] = 0;
            for (place, network) in model.networks.iter().enumerate() {
                work.inner.reset(rows);
                for (factor, weight) in &network.factors {
                    let (column, whole) = (&work.factors[*factor], work.events[*factor].whole);
                    work.taken_as_zero[at] += network.aggregate.add_some(&mut work.inner, *weight, column, whole);
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

    /// What happened to the cells of a model in the chunk that [`strengths`](Self::strengths) had.
    pub fn tally(&self, model: usize, work: &Work) -> Tally {
        let mut tally = Tally { taken_as_zero: work.taken_as_zero[model], ..Tally::default() };
        for (factor, _) in self.models[model].networks.iter().flat_map(|network| &network.factors) {
            tally.add(&work.events[*factor].tally);
        }
        tally
    }

    /// The confidence of each row of that chunk: the weight of the factors that have a value of the
    /// account itself, not one that a policy put there.
    pub fn confidence(&self, model: usize, work: &Work, out: &mut [f64]) {
        let covers = &self.models[model].covers;
        // Shares of a whole can add up to a little more than 1.
        let capped = |sum: f64| grid::snap(sum.min(1.0));
        if covers.iter().all(|cover| work.events[cover.factor].whole) {
            out.fill(capped(covers.iter().fold(0.0, |sum, cover| sum + cover.share)));
            return;
        }
        out.fill(0.0);
        for cover in covers {
            let (known, share) = (&work.known[cover.factor], cover.share);
            widest(|| match work.events[cover.factor].whole {
                true => out.iter_mut().for_each(|sum| *sum += share),
                false => {
                    let rows = out.iter_mut().zip(known);
                    rows.for_each(|(sum, known)| *sum += if *known == 0 { 0.0 } else { share });
                }
            });
        }
        each(out, capped);
    }
}

/// The factors that have a share of the model's weight.
fn covers(model: &Model, networks: &[NetworkStep]) -> Vec<Cover> {
    let factors = networks.iter().flat_map(|network| &network.factors);
    let shares = model.shares().into_iter().flatten();
    factors.zip(shares).filter_map(|((factor, _), share)| Some(Cover { factor: *factor, share: share? })).collect()
}

impl FactorStep {
    pub(super) fn new(factor: &Factor, fitted: &FittedFactor) -> FactorStep {
        FactorStep { value: factor.value.clone(), fitted: fitted.clone() }
    }

    /// Whether a factor is computed in this way.
    pub(super) fn is(&self, factor: &Factor, fitted: &FittedFactor) -> bool {
        self.value == factor.value && self.fitted == *fitted
    }

    /// The values of a chunk of rows after policy, transforms and normalisation; what happened to
    /// the cells of accounts that are on the network. `known` tells which cells are values of the
    /// account itself; it is not touched where all are.
    pub(super) fn evaluate<'a>(
        &self,
        column: &impl Fn(&str) -> &'a [f64],
        on: &[Mask],
        known: &mut [Mask],
        values: &mut [f64],
    ) -> Evaluated {
        self.value.evaluate(column, values);
        let mut tally = Tally::default();
        let absent = self.fitted.substitute.unwrap_or(f64::NAN);
        let everybody = widest(|| on.iter().fold(mask(true), |all, on| all & on)) == mask(true);
        let whole = everybody && lanes::missing(values) == 0;
        let missing = if whole {
            0
        } else {
            widest(|| {
                let rows = values.iter_mut().zip(on).zip(known.iter_mut());
                rows.fold(0, |missing, ((value, on), known)| {
                    let here = mask(!value.is_nan());
                    *known = on & here;
                    let instead = if *on == 0 { f64::NAN } else { absent };
                    *value = if *known == 0 { instead } else { *value };
                    missing + (on & !here & 1)
                })
            })
        };
        match self.fitted.substitute {
            Some(_) => tally.replaced = missing,
            None => tally.left_out = missing,
        }
        for transform in &self.fitted.transforms {
            tally.without_meaning += transform.apply_all(values);
        }
        let lost = tally.without_meaning > 0;
        if whole && lost {
            known.fill(mask(true));
        }
        if lost {
            values.iter().zip(known).for_each(|(value, known)| *known &= mask(!value.is_nan()));
        }
        self.fitted.normalise.apply_all(values);
        Evaluated { tally, whole: whole && !lost }
    }
}
