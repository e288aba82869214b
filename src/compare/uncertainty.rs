//! How sampling error is estimated for the figures of a comparison.

use std::fmt;

use super::Comparison;
use crate::stats::estimate::Estimate;
use crate::stats::resample::{
    Accuracy, Auc, Average, Difference, Judged, Method, Plan, Prepared, Refused, Replicates, Resampled, Scratch,
    Spearman, Statistic, TauB, Units, Used,
};
use crate::stats::undefined::{Figure, Undefined};

/// What an interval is made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intervals {
    /// What the intervals are meant to cover.
    pub level: f64,
    /// How many times the data are drawn again.
    pub replicates: u32,
    pub seed: u64,
    /// Whether whole clusters are drawn, where the comparison knows them.
    pub clusters: bool,
    /// Whether ends are corrected for bias and skew.
    pub corrected: bool,
}

/// A figure prepared to be computed on many drawings of the same accounts. Each holds what it needs,
/// so that figures of several kinds can be drawn together.
#[derive(Clone, Debug)]
pub enum Sampled {
    TauB(Prepared),
    Spearman(Prepared),
    Average(Average),
    Auc(Judged),
    Accuracy(Judged),
    /// First minus second, on the same drawings.
    Gain(Box<[Sampled; 2]>),
    /// A figure of some of the accounts, by ascending position, on drawings of all.
    Within(Box<Within>),
}

#[derive(Clone, Debug)]
pub struct Within {
    rows: usize,
    chosen: Vec<u32>,
    figure: Sampled,
}

impl Statistic for Within {
    fn rows(&self) -> usize {
        self.rows
    }

    fn range(&self) -> (f64, f64) {
        self.figure.range()
    }

    fn of(&self, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
        scratch.of_chosen(multiplicities, &self.chosen, |own, scratch| self.figure.of(own, scratch))
    }
}

impl Sampled {
    /// A figure of some accounts of a comparison, on drawings of all.
    pub fn within(self, comparison: &Comparison, chosen: &[u32]) -> Sampled {
        Sampled::Within(Box::new(Within { rows: comparison.len(), chosen: chosen.to_vec(), figure: self }))
    }

    fn with<T>(&self, act: impl FnOnce(&dyn Statistic) -> T) -> T {
        match self {
            Sampled::TauB(prepared) => act(&TauB(prepared)),
            Sampled::Spearman(prepared) => act(&Spearman(prepared)),
            Sampled::Average(average) => act(average),
            Sampled::Auc(judged) => act(&Auc(judged)),
            Sampled::Accuracy(judged) => act(&Accuracy(judged)),
            Sampled::Within(within) => act(within.as_ref()),
            // The statistics room subtracts its first from its second. Both have the same rows.
            Sampled::Gain(both) => match Difference::of(&both[1], &both[0]) {
                Ok(difference) => act(&difference),
                Err(_) => act(&both[0]),
            },
        }
    }
}

impl Statistic for Sampled {
    fn rows(&self) -> usize {
        self.with(|statistic| statistic.rows())
    }

    fn range(&self) -> (f64, f64) {
        self.with(|statistic| statistic.range())
    }

    fn of(&self, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
        self.with(|statistic| statistic.of(multiplicities, scratch))
    }

    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        self.with(|statistic| statistic.leave_one_out(units))
    }
}

/// Why a figure has no interval, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoInterval(pub String);

impl fmt::Display for NoInterval {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// An interval, and how it was made where that is not the usual way (percentiles).
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    pub estimate: Estimate,
    pub method: Option<String>,
}

impl From<Resampled> for Made {
    fn from(resampled: Resampled) -> Made {
        let method = match resampled.used {
            Used::Percentile | Used::SimultaneousPercentile { .. } => None,
            Used::Bca { .. } => Some("bca".to_string()),
            Used::PercentileForBca(reason) => Some(format!("percentile instead of bca, because {reason}")),
            Used::MaxT { together, .. } => Some(format!("max-t over {together}")),
        };
        Made { estimate: resampled.estimate, method }
    }
}

impl Intervals {
    /// What is drawn in a comparison.
    pub fn plan(&self, comparison: &Comparison) -> Result<Plan, Undefined> {
        let units = match &comparison.beside.clusters {
            Some(clusters) if self.clusters => Units::clusters(clusters)?,
            _ => Units::accounts(comparison.len())?,
        };
        Ok(Plan { replicates: self.replicates as usize, level: self.level, seed: self.seed, units })
    }

    /// An interval for each figure, all from the same drawings.
    pub fn estimate(&self, comparison: &Comparison, figures: &[Sampled]) -> Vec<Result<Made, NoInterval>> {
        let refused = |undefined: Undefined| vec![Err(NoInterval(undefined.to_string())); figures.len()];
        let plan = match self.plan(comparison) {
            Ok(plan) => plan,
            Err(undefined) => return refused(undefined),
        };
        let statistics: Vec<&dyn Statistic> = figures.iter().map(|figure| figure as &dyn Statistic).collect();
        match Replicates::draw(&plan, &statistics) {
            Err(undefined) => refused(undefined),
            Ok(replicates) => (0..figures.len()).map(|at| self.one(&replicates, at)).collect(),
        }
    }

    fn one(&self, replicates: &Replicates<'_>, at: usize) -> Result<Made, NoInterval> {
        let method = if self.corrected { Method::Bca } else { Method::Percentile };
        replicates.interval(at, method).map(Made::from).map_err(no_interval)
    }

    /// Intervals that cover all figures at once (the largest studentised deviation among them), and
    /// those of so many `families` like this one besides (Bonferroni).
    pub fn together(
        &self,
        comparison: &Comparison,
        figures: &[Sampled],
        families: usize,
    ) -> Vec<Result<Made, NoInterval>> {
        let refused = |undefined: Undefined| vec![Err(NoInterval(undefined.to_string())); figures.len()];
        let level = 1.0 - (1.0 - self.level) / families.max(1) as f64;
        let plan = match self.plan(comparison) {
            Ok(plan) => {
                let plan = Plan { level, ..plan };
                // Far ends need many drawings: 20 for each that may fall beyond.
                Plan { replicates: plan.replicates.max(plan.needed(1)), ..plan }
            }
            Err(undefined) => return refused(undefined),
        };
        let statistics: Vec<&dyn Statistic> = figures.iter().map(|figure| figure as &dyn Statistic).collect();
        match Replicates::draw(&plan, &statistics) {
            Err(undefined) => refused(undefined),
            Ok(replicates) => {
                let estimate = |resampled: Result<Resampled, Refused>| {
                    let made = Made::from(resampled.map_err(no_interval)?);
                    // Bonferroni over families: the level that is claimed is that of all of them.
                    let Some(ends) = made.estimate.bounds() else { return Ok(made) };
                    Estimate::interval(made.estimate.point(), ends.lower, ends.upper, self.level)
                        .map(|estimate| Made { estimate, ..made })
                        .map_err(|error| NoInterval(error.to_string()))
                };
                replicates.max_t().into_iter().map(estimate).collect()
            }
        }
    }
}

fn no_interval(refused: Refused) -> NoInterval {
    NoInterval(refused.to_string())
}
