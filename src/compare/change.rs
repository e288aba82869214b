//! What kind of change it is: of the scale or of the order, at which level, and how much stands at
//! the ends where the scale can tell no difference.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use super::range::Range;
use crate::stats::by_level::{self, Basis};
use crate::stats::distribution::Distribution;
use crate::stats::divergence::Bins;
use crate::stats::rbo::Ties;
use crate::stats::saturation;
use crate::stats::weights::Weights;

/// Bins of the levels.
const LEVELS: usize = 10;

/// The split of a change into what a rising rescaling explains and the re-ordering left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LevelAndOrder {
    /// Mean change, all of it of the level, in points.
    pub mean_level: f64,
    /// Standard deviation of the candidate over that of the baseline; none if the baseline does not
    /// vary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spread_ratio: Option<f64>,
    /// Mean squares in squared points: `change = level + order + joint`.
    pub change: f64,
    pub level: f64,
    pub order: f64,
    pub joint: f64,
    /// `order / (level + order)`; none if nothing changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of_order: Option<f64>,
}

/// The change of the accounts at each level, by one way to tell the level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ByLevel {
    pub basis: LevelBasis,
    pub bins: Vec<LevelBin>,
}

/// What accounts are binned by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum LevelBasis {
    /// The average of both scores: the fair one.
    Average,
    /// The baseline's score: high accounts fall by chance alone.
    Baseline,
    /// The candidate's score: high accounts have risen by chance alone.
    Candidate,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LevelBin {
    pub least: f64,
    pub greatest: f64,
    pub accounts: u64,
    pub mean_change: f64,
    /// The 5 %, 50 % and 95 % quantiles of the change, in points.
    pub quantiles: [f64; 3],
    pub share_up: f64,
    pub share_down: f64,
}

/// How much of a column stands at the ends of its scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Saturated {
    pub low: f64,
    pub high: f64,
    pub share_at_low: f64,
    pub share_at_high: f64,
    /// The score that most accounts share, and how many do.
    pub heap: f64,
    pub share_at_heap: f64,
}

/// Agreement of both tops at a depth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Depth {
    pub k: u64,
    /// Share of the top k that stands in both tops.
    pub overlap: f64,
    /// Rank-biased overlap whose weight falls so that the expected depth is k (p = 1 - 1/k); none
    /// for k = 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rbo: Option<f64>,
}

/// Splits the change of a comparison; none where it has no accounts.
pub fn level_and_order(comparison: &Comparison) -> Option<LevelAndOrder> {
    let split = comparison.split().ok()?;
    let squares = split.mean_square;
    Some(LevelAndOrder {
        mean_level: split.mean_level,
        spread_ratio: split.spread.clone().ok(),
        change: squares.change,
        level: squares.level,
        order: squares.order,
        joint: squares.joint,
        share_of_order: squares.share_of_order().ok(),
    })
}

/// The change by level, told three ways; those that are undefined are left out.
pub fn by_level(comparison: &Comparison) -> Vec<ByLevel> {
    let (Ok(pairs), Ok(weights)) = (comparison.ordered(), comparison.weights()) else { return Vec::new() };
    let along = |stands: &[f64], sorted: &Distribution| {
        by_level::change_along(pairs, weights, stands, &Bins::deciles(sorted, LEVELS)?)
    };
    let one = |basis: Basis| {
        // Both sides lie on the grid and were sorted before.
        let sorted = comparison.distributions().ok()?;
        let levels = match basis {
            Basis::Average => by_level::change_by_level(pairs, weights, basis, LEVELS),
            Basis::First => along(pairs.first(), &sorted[0]),
            Basis::Second => along(pairs.second(), &sorted[1]),
        };
        let levels = levels.ok()?;
        let bin = |level: by_level::Level| LevelBin {
            least: level.least,
            greatest: level.greatest,
            accounts: level.rows,
            mean_change: level.mean_change,
            quantiles: level.quantiles,
            share_up: level.share_up,
            share_down: level.share_down,
        };
        let basis = match basis {
            Basis::Average => LevelBasis::Average,
            Basis::First => LevelBasis::Baseline,
            Basis::Second => LevelBasis::Candidate,
        };
        Some(ByLevel { basis, bins: levels.into_iter().map(bin).collect() })
    };
    // One after the other: each sorts a column of its own, on all threads.
    Basis::ALL.into_iter().filter_map(one).collect()
}

/// The saturation of both sides, each against the ends of its own scale.
pub fn saturated(comparison: &Comparison) -> Option<[Saturated; 2]> {
    let ends = comparison.ends?;
    let weights = comparison.weights().ok()?;
    // Where all weigh the same, both columns were sorted before.
    let sorted = comparison.distributions().ok()?;
    let one = |side: usize, scores: &[f64]| {
        let ends: Range = ends[side];
        let found = match weights {
            Weights::Equal => saturation::saturation_sorted(sorted[side].values(), ends.low, ends.high),
            weights => saturation::saturation(scores, weights, ends.low, ends.high),
        };
        let found = found.ok()?;
        Some(Saturated {
            low: ends.low,
            high: ends.high,
            share_at_low: found.at_lower,
            share_at_high: found.at_upper,
            heap: found.heap,
            share_at_heap: found.at_heap,
        })
    };
    Some([one(0, &comparison.baseline)?, one(1, &comparison.candidate)?])
}

/// Agreement of both tops at 1, 2, 5, 10, 20, 50 and so on, short of all; none under sampling
/// weights, where a depth counts accounts that are not there.
pub fn depths(comparison: &Comparison) -> Vec<Depth> {
    if comparison.beside.sampling.is_some() {
        return Vec::new();
    }
    let n = comparison.len();
    let ladder = std::iter::successors(Some(1usize), |step| step.checked_mul(10));
    let mut depths: Vec<usize> =
        ladder.take_while(|step| *step <= n).flat_map(|step| [1, 2, 5].map(|times| step * times)).collect();
    depths.retain(|depth| *depth < n);
    let Ok(ranked) = comparison.ranked() else { return Vec::new() };
    // A reader who stops after k places on average.
    let deeper: Vec<f64> = depths.iter().filter(|k| **k > 1).map(|k| 1.0 - 1.0 / *k as f64).collect();
    let (figures, overlaps) =
        rayon::join(|| ranked.overlap_by_depth(&depths), || ranked.rbo_of_each(&deeper, Ties::default()));
    let mut overlaps = overlaps.unwrap_or_default().into_iter();
    let mut found = Vec::new();
    for (k, figure) in depths.into_iter().zip(figures) {
        let rbo = if k > 1 { overlaps.next() } else { None };
        if let Ok(overlap) = figure {
            found.push(Depth { k: k as u64, overlap, rbo });
        }
    }
    found
}
