//! From replicates to an interval.

#[cfg(test)]
mod tests;

use crate::stats::elementary::{normal_distribution, normal_quantile};
use crate::stats::estimate::Estimate;
use crate::stats::sum::sum;
use crate::stats::summary::{quantile, sorted};
use crate::stats::undefined::{Undefined, all_finite, some_finite};

/// Which interval is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The middle part of the replicates.
    Percentile,
    /// The same, corrected for bias and for a spread that changes with the
    /// figure.
    Bca,
}

/// Which interval it became.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Used {
    /// Percentile, as asked.
    Percentile,
    /// BCa, as asked, with its two corrections.
    Bca {
        /// The normal quantile of the share of replicates below the figure.
        bias: f64,
        /// A sixth of the skewness of the jackknife figures.
        acceleration: f64,
    },
    /// Percentile, because the interval that was asked for is not defined.
    PercentileForBca(NoBca),
    /// Max-t, together with so many other figures.
    MaxT {
        /// The figures that are covered together, this one included.
        together: usize,
        /// How many standard deviations of its replicates each interval reaches.
        reach: f64,
    },
    /// Percentile at a level that covers so many figures together (Bonferroni).
    SimultaneousPercentile {
        /// The figures that are covered together, this one included.
        together: usize,
    },
}

/// Why there is no BCa interval, only a percentile interval. The texts are
/// clauses.
#[derive(Clone, Debug, PartialEq, Eq, Copy, thiserror::Error)]
pub enum NoBca {
    /// The figure lies outside of its replicates.
    #[error("all replicates lie on one side of the figure")]
    OneSide,
    /// The jackknife has no figures, or they do not vary.
    #[error("the figures that are left without each unit are undefined or all equal")]
    NoJackknife,
    /// The units are crossed factors, for which no jackknife is defined.
    #[error("the units are crossed factors")]
    Crossed,
    /// The correction for acceleration passes through its pole.
    #[error("the correction for acceleration has no value")]
    Pole,
}

/// Why there is no interval. The texts are clauses.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The figure itself has no value.
    #[error(transparent)]
    Undefined(#[from] Undefined),
    /// The figure is as large or as small as it can be; every replicate of it
    /// is so, too, whatever the population looks like.
    #[error("the figure is at its bound {bound}, where resampling shows no error")]
    AtBound {
        /// The bound.
        bound: f64,
    },
    /// All replicates are equal.
    #[error("all replicates are equal, so resampling shows no error")]
    NoSpread,
    /// The ends would rest on too few replicates.
    #[error("{got} replicates are fewer than the {needed} that the level needs")]
    TooFewReplicates {
        /// The least number.
        needed: usize,
        /// The number drawn.
        got: usize,
    },
    /// Intervals from so few units cover less than they claim.
    #[error("{got} units are fewer than the {needed} that an interval needs")]
    TooFewUnits {
        /// The least number.
        needed: usize,
        /// The number there is.
        got: usize,
    },
    /// More than one replicate in a hundred has no figure.
    #[error("the figure is undefined in {undefined} of {of} replicates")]
    OftenUndefined {
        /// Replicates without a figure.
        undefined: usize,
        /// All replicates.
        of: usize,
    },
}

/// A figure with its interval, and how the interval was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Resampled {
    /// The figure and its interval.
    pub estimate: Estimate,
    /// By which method.
    pub used: Used,
    /// From how many replicates.
    pub replicates: usize,
    /// How many more were drawn in which the figure is undefined.
    pub undefined: usize,
}

/// The percentile interval: the type-7 quantiles of the replicates at
/// `(1 - level) / 2` and at `(1 + level) / 2`.
///
/// Efron, "Bootstrap methods: another look at the jackknife", Annals of
/// Statistics 7 (1979). Replicates in any order, all finite.
///
/// # Errors
/// No replicates, one that is not finite, or a level outside of (0, 1).
pub fn percentile(replicates: &[f64], level: f64) -> Result<(f64, f64), Undefined> {
    some_finite(replicates)?;
    proper(level)?;
    ends(&sorted(replicates), (1.0 - level) / 2.0, (1.0 + level) / 2.0)
}

/// The interval corrected for bias and acceleration: quantiles of the
/// replicates at `Phi(b + (b + z) / (1 - a (b + z)))` for both normal quantiles
/// `z`, with `b` the normal quantile of the share of replicates below the
/// figure (equal ones count one half) and
/// `a = sum d^3 / (6 (sum d^2)^1.5)`, `d` = mean of the jackknife figures less
/// each. Gives the ends with `b` and `a`.
///
/// Efron, "Better bootstrap confidence intervals", JASA 82 (1987); ties as in
/// SciPy's `bootstrap`. `jackknife` holds the figures without each unit.
///
/// # Errors
/// The outer error as [`percentile`]. The inner one says why no such interval
/// is defined for these replicates.
#[expect(clippy::type_complexity, reason = "two errors of different weight, read once")]
pub fn bca(
    point: f64,
    replicates: &[f64],
    jackknife: &[f64],
    level: f64,
) -> Result<Result<((f64, f64), f64, f64), NoBca>, Undefined> {
    some_finite(replicates)?;
    all_finite(jackknife)?;
    proper(level)?;
    let below = replicates.iter().filter(|&&replicate| replicate < point).count();
    let equal = replicates.iter().filter(|&&replicate| replicate == point).count();
    let bias = normal_quantile((2 * below + equal) as f64 / (2 * replicates.len()) as f64);
    if !bias.is_finite() {
        return Ok(Err(NoBca::OneSide));
    }
    let Some(acceleration) = acceleration(jackknife) else {
        return Ok(Err(NoBca::NoJackknife));
    };
    let place = |p: f64| {
        let moved = bias + normal_quantile(p);
        let slope = 1.0 - acceleration * moved;
        (slope > 0.0).then(|| normal_distribution(bias + moved / slope))
    };
    let (Some(low), Some(high)) = (place((1.0 - level) / 2.0), place((1.0 + level) / 2.0)) else {
        return Ok(Err(NoBca::Pole));
    };
    Ok(Ok((ends(&sorted(replicates), low, high)?, bias, acceleration)))
}

/// A sixth of the skewness of the jackknife figures; none if they do not vary.
fn acceleration(jackknife: &[f64]) -> Option<f64> {
    let n = jackknife.len() as f64;
    let mean = sum(jackknife.iter().copied()) / n;
    let size = jackknife.iter().map(|value| (mean - value).abs()).fold(0.0, f64::max);
    // Rounding alone spreads the jackknife of a figure that does not vary.
    if jackknife.is_empty() || size <= 1e-13 * mean.abs() {
        return None;
    }
    // Divided by the largest, so that no cube can vanish or overflow.
    let scaled = || jackknife.iter().map(|value| (mean - value) / size);
    let squares = sum(scaled().map(|d| d * d));
    let cubes = sum(scaled().map(|d| d * d * d));
    Some(cubes / (6.0 * squares * squares.sqrt()))
}

fn ends(sorted: &[f64], low: f64, high: f64) -> Result<(f64, f64), Undefined> {
    Ok((quantile(sorted, low)?, quantile(sorted, high)?))
}

pub(super) fn proper(level: f64) -> Result<(), Undefined> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(Undefined::OutOfRange { text: format!("level {level} does not lie between 0 and 1") })
}
