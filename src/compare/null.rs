//! What chance alone would show: the yardstick beside figures that have no interval.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use super::metric::Metric;
use super::uncertainty::Intervals;
use crate::stats::distribution::Distribution;
use crate::stats::divergence::{self, Bins};
use crate::stats::paired::Paired;
use crate::stats::resample::null;
use crate::stats::undefined::{Figure, Undefined};
use crate::stats::{tau_ap, weighted_tau};

/// The distribution of a figure if nothing but chance set the two sides apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Null {
    pub kind: NullKind,
    /// What chance shows on average.
    pub mean: f64,
    /// What chance exceeds in a share `1 - level` of the drawings.
    pub quantile: f64,
    pub level: f64,
    pub replicates: u32,
    /// The same point for two populations without accounts in common; for the population stability
    /// index alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub independent: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum NullKind {
    /// Each account's two scores exchanged at random: the same accounts on both sides.
    Paired,
    /// The candidate's scores dealt out anew: two orders that have nothing to do with each other.
    Permuted,
}

/// Orders that are unrelated are drawn this much less often: each drawing sorts anew, and the null
/// of a correlation is narrow.
const FEWER: u32 = 10;

/// The null of a metric that has one; none under sampling weights, where rows do not exchange.
pub fn of(metric: &Metric, comparison: &Comparison, intervals: &Intervals) -> Option<Null> {
    if comparison.beside.sampling.is_some() {
        return None;
    }
    let pairs = comparison.ordered().ok()?;
    let bins = metric.arguments.whole("bins");
    match metric.definition.name {
        "psi" => {
            paired(pairs, intervals, |first, second| binned(first, second, bins, divergence::psi)).ok().map(|null| {
                let (n, level) = (comparison.len() as f64, intervals.level);
                let filled =
                    comparison.distributions().and_then(|[baseline, _]| Ok(Bins::deciles(baseline, bins)?.len()));
                let point = |filled| divergence::psi_null_independent(filled, n, n, level);
                Null { independent: filled.and_then(point).ok(), ..null }
            })
        }
        "jensen-shannon" => {
            paired(pairs, intervals, |first, second| binned(first, second, bins, divergence::jensen_shannon)).ok()
        }
        "ks" => paired(pairs, intervals, divergence::ks).ok(),
        "wasserstein" => paired(pairs, intervals, divergence::wasserstein).ok(),
        "weighted-tau" => permuted(pairs, intervals, weighted_tau::weighted_tau).ok(),
        "tau-ap" if metric.arguments.word("direction") == "both" => permuted(pairs, intervals, tau_ap::tau_ap_b).ok(),
        _ => None,
    }
}

fn binned(
    first: &Distribution,
    second: &Distribution,
    bins: usize,
    figure: fn(&Distribution, &Distribution, &Bins) -> Figure,
) -> Figure {
    figure(first, second, &Bins::deciles(first, bins)?)
}

fn paired(
    pairs: Paired<'_>,
    intervals: &Intervals,
    figure: impl Fn(&Distribution, &Distribution) -> Figure + Sync,
) -> Result<Null, Undefined> {
    let replicates = intervals.replicates as usize;
    let drawn = null::exchange(pairs, replicates, intervals.seed, |first, second| {
        figure(&Distribution::of_sorted(first.to_vec())?, &Distribution::of_sorted(second.to_vec())?)
    })?;
    summarise(&drawn, NullKind::Paired, intervals.replicates, intervals.level)
}

fn permuted(pairs: Paired<'_>, intervals: &Intervals, figure: fn(Paired<'_>) -> Figure) -> Result<Null, Undefined> {
    let replicates = (intervals.replicates / FEWER).max(1);
    let drawn = null::permutation(pairs.len(), replicates as usize, intervals.seed, |order| {
        let dealt: Vec<f64> = order.iter().map(|row| pairs.second()[*row as usize]).collect();
        figure(Paired::new(pairs.first(), &dealt)?)
    })?;
    summarise(&drawn, NullKind::Permuted, replicates, intervals.level)
}

fn summarise(drawn: &null::Null, kind: NullKind, replicates: u32, level: f64) -> Result<Null, Undefined> {
    Ok(Null { kind, mean: drawn.mean()?, quantile: drawn.quantile(level)?, level, replicates, independent: None })
}
