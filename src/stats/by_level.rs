//! Who rose and who fell, by where they stand.
//!
//! Sorting rows by one of the two scores sorts them by its noise as well: of
//! two equally good versions the top of the baseline falls in the candidate,
//! and the top of the candidate has risen (Galton 1886, "regression towards
//! mediocrity"). Sorting by the average of both treats the sides alike, so a
//! change that remains there is one of level. The two one-sided views are
//! offered beside it, because the distance between them is what the noise
//! alone does.

use rayon::prelude::*;

use super::distribution::Distribution;
use super::divergence::Bins;
use super::grid::{snap, snapped};
use super::paired::Paired;
use super::summary::mean;
use super::undefined::{Undefined, all_finite, figure};
use super::weights::Weights;

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The mean of a row's two values.
    Average,
    /// The first value alone: high rows fall by chance.
    First,
    /// The second value alone: high rows have risen by chance.
    Second,
}

impl Basis {
    /// The fair one, and the two that show the flow from either side.
    pub const ALL: [Basis; 3] = [Basis::Average, Basis::First, Basis::Second];
}

/// What happened to the rows of one bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The least value of the basis among them.
    pub least: f64,
    /// The greatest.
    pub greatest: f64,
    /// How many rows.
    pub rows: u64,
    /// What they weigh.
    pub weight: f64,
    /// The mean of their first values.
    pub mean_first: f64,
    /// The mean of their second values.
    pub mean_second: f64,
    /// The mean of second minus first.
    pub mean_change: f64,
    /// The 5 %, 50 % and 95 % quantiles of second minus first.
    pub quantiles: [f64; 3],
    /// The share of the weight that rose, on the grid.
    pub share_up: f64,
    /// The share of the weight that fell, on the grid.
    pub share_down: f64,
}

/// The change of the rows in each of up to `count` quantile bins of the basis,
/// lowest first.
///
/// The basis is put on the grid; bins are [`Bins::deciles`] of it: a value on an
/// edge belongs below it, equal quantiles are merged, and a bin without rows is
/// left out. So ties share a bin, and there may be fewer bins, of unequal
/// content. With weights the bins hold equal weight, and means and shares are
/// weighted ([`Weights`]).
///
/// Bland and Altman, "Statistical methods for assessing agreement between two
/// methods of clinical measurement", Lancet 327 (1986), on plotting a
/// difference against the average; their paper in Lancet 346 (1995) shows what
/// plotting against one side does. The average is itself fair only while both
/// sides vary alike: if the second is the wider column, high averages belong to
/// rows that rose. [`super::decompose`] tells that apart.
///
/// # Errors
/// No rows, weights that do not fit ([`Weights::each`]), a basis with one value
/// throughout, fewer than two bins, or values too far apart for `f64`.
pub fn change_by_level(
    pairs: Paired<'_>,
    weights: Weights<'_>,
    basis: Basis,
    count: usize,
) -> Result<Vec<Level>, Undefined> {
    let pairs = pairs.at_least(1)?;
    weights.check(pairs.len())?;
    let stand = |(first, second): (f64, f64)| match basis {
        Basis::Average => snap(first / 2.0 + second / 2.0),
        Basis::First => snap(first),
        Basis::Second => snap(second),
    };
    let stands = || -> Vec<f64> { pairs.rows().map(stand).collect() };
    // Reckoned twice, so that it is not held beside what sorting needs.
    let bins = Bins::deciles(&Distribution::taking(stands(), weights)?, count)?;
    change_along(pairs, weights, &stands(), &bins)
}

/// The same along a column that was cut before: where each row stands, on the
/// grid, and bins of these values, of which one for exactly zero is not kept
/// apart. Each bin looks through the column for its own rows, so that no list
/// of all rows stands beside it; O(rows x bins), in parallel.
///
/// # Errors
/// No rows, weights that do not fit, columns of different lengths, a stand that
/// is not finite, or values too far apart for `f64`.
pub fn change_along(
    pairs: Paired<'_>,
    weights: Weights<'_>,
    stands: &[f64],
    bins: &Bins,
) -> Result<Vec<Level>, Undefined> {
    let pairs = pairs.at_least(1)?;
    weights.check(pairs.len())?;
    if stands.len() != pairs.len() {
        return Err(Undefined::UnequalLengths { first: pairs.len(), second: stands.len() });
    }
    all_finite(stands)?;
    let edges = bins.edges();
    let of_bin = |bin: usize| -> Option<Result<Level, Undefined>> {
        let above = bin.checked_sub(1).map_or(f64::NEG_INFINITY, |below| edges[below]);
        let through = edges.get(bin).copied().unwrap_or(f64::INFINITY);
        let expected = stands.len() / (edges.len() + 1) + 1;
        let members = Members::of(pairs, weights, stands, expected, |stand| above < stand && stand <= through);
        (!members.first.is_empty()).then(|| members.level())
    };
    let levels: Vec<_> = (0..=edges.len()).into_par_iter().map(of_bin).collect();
    levels.into_iter().flatten().collect()
}

/// The rows of one bin.
struct Members {
    first: Vec<f64>,
    second: Vec<f64>,
    weights: Option<Vec<f64>>,
    least: f64,
    greatest: f64,
}

impl Members {
    /// Some `expected` rows, which quantile bins have unless values are tied.
    fn of(
        pairs: Paired<'_>,
        weights: Weights<'_>,
        stands: &[f64],
        expected: usize,
        inside: impl Fn(f64) -> bool,
    ) -> Members {
        let (mut first, mut second) = (Vec::with_capacity(expected), Vec::with_capacity(expected));
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for (stand, (x, y)) in stands.iter().zip(pairs.rows()).filter(|(stand, _)| inside(**stand)) {
            (least, greatest) = (least.min(*stand), greatest.max(*stand));
            first.push(x);
            second.push(y);
        }
        let weights = match weights {
            Weights::Equal => None,
            Weights::Each(weights) => {
                let members = stands.iter().zip(weights).filter(|(stand, _)| inside(**stand));
                Some(members.map(|(_, weight)| *weight).collect())
            }
        };
        Members { first, second, weights, least, greatest }
    }

    fn level(self) -> Result<Level, Undefined> {
        let Members { first, second, weights, least, greatest } = self;
        let (rows, weights) = (first.len(), weights.as_deref().map_or(Weights::Equal, Weights::Each));
        let (mean_first, mean_second) = (mean(&first, weights)?, mean(&second, weights)?);
        let changes = first.into_iter().zip(second).map(|(x, y)| figure(y - x));
        let changes = changes.collect::<Result<Vec<f64>, Undefined>>()?;
        let mean_change = mean(&changes, weights)?;
        let on_the_grid = snapped(&changes);
        let share_up = weights.share(rows, |row| on_the_grid[row] > 0.0);
        let share_down = weights.share(rows, |row| on_the_grid[row] < 0.0);
        let sorted = Distribution::taking(changes, weights)?;
        Ok(Level {
            least,
            greatest,
            rows: rows as u64,
            weight: weights.total(rows),
            mean_first,
            mean_second,
            mean_change,
            quantiles: [sorted.quantile(0.05)?, sorted.quantile(0.5)?, sorted.quantile(0.95)?],
            share_up,
            share_down,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::elementary::normal_quantile;
    use crate::stats::testing::{columns, law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    /// Two equally good versions: standard deviation 12, correlation `r`.
    fn two_versions(n: u64, r: f64) -> (Vec<f64>, Vec<f64>) {
        let mut state = 20_111_026u64;
        // SplitMix64 (Steele, Lea and Flood 2014), by inversion of the normal.
        let mut normal = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = state;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^= bits >> 31;
            normal_quantile(((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
        };
        let (shared, own) = (r.sqrt(), (1.0 - r).sqrt());
        let row = |_| {
            let truth = shared * normal();
            [truth + own * normal(), truth + own * normal()].map(|z| 50.0 + 12.0 * z)
        };
        (0..n).map(row).map(|[x, y]| (x, y)).unzip()
    }

    #[test]
    fn the_top_of_one_side_regresses_and_the_top_of_the_average_does_not() {
        let (first, second) = two_versions(200_000, 0.95);
        let pairs = Paired::new(&first, &second).unwrap();
        let top = |basis| *change_by_level(pairs, Weights::Equal, basis, 100).unwrap().last().unwrap();
        // (1 - r) 12 phi(z) / .01 = 1.599 at z = 2.326; the mean of 2,000 rows
        // has a standard error of about .08.
        for (basis, expected) in [(Basis::First, -1.599), (Basis::Second, 1.599), (Basis::Average, 0.0)] {
            let level = top(basis);
            assert_eq!(level.rows, 2000);
            assert!((level.mean_change - expected).abs() < 0.25, "{basis:?}: {}", level.mean_change);
        }
        assert!(top(Basis::First).share_down > 0.6 && top(Basis::Second).share_up > 0.6);
    }

    #[test]
    fn a_column_that_was_sorted_before_gives_the_same() {
        law(columns(2), |(first, second)| {
            let [first, second] = [first, second].map(|column| column.into_iter().map(snap).collect::<Vec<f64>>());
            let pairs = Paired::new(&first, &second).unwrap();
            for (basis, own) in [(Basis::First, &first), (Basis::Second, &second)] {
                let distribution = Distribution::new(own, Weights::Equal).unwrap();
                let along =
                    Bins::deciles(&distribution, 4).and_then(|bins| change_along(pairs, Weights::Equal, own, &bins));
                prop_assert_eq!(along, change_by_level(pairs, Weights::Equal, basis, 4));
            }
            Ok(())
        });
    }

    #[test]
    fn bins_partition_the_change() {
        law(columns(2), |(first, second)| {
            let pairs = Paired::new(&first, &second).unwrap();
            let change = first.iter().zip(&second).map(|(x, y)| y - x).sum::<f64>();
            for basis in Basis::ALL {
                let Ok(levels) = change_by_level(pairs, Weights::Equal, basis, 4) else { continue };
                prop_assert!(levels.len() <= 4);
                prop_assert_eq!(levels.iter().map(|level| level.rows).sum::<u64>(), first.len() as u64);
                let total: f64 = levels.iter().map(|level| level.weight * level.mean_change).sum();
                prop_assert!(near(total, change, 1e-10));
                prop_assert!(levels.windows(2).all(|pair| pair[0].greatest < pair[1].least));
                for level in levels {
                    let inside = |x: f64, y: f64| {
                        let stand = snap(match basis {
                            Basis::Average => x / 2.0 + y / 2.0,
                            Basis::First => x,
                            Basis::Second => y,
                        });
                        level.least <= stand && stand <= level.greatest
                    };
                    let rows: Vec<(f64, f64)> = pairs.rows().filter(|&(x, y)| inside(x, y)).collect();
                    prop_assert_eq!(rows.len() as u64, level.rows);
                    let up = rows.iter().filter(|(x, y)| y > x).count() as f64 / rows.len() as f64;
                    prop_assert_eq!(level.share_up, up);
                    prop_assert!(near(level.mean_change, level.mean_second - level.mean_first, 1e-11));
                }
            }
            Ok(())
        });
    }

    #[test]
    fn exchanged_sides_exchange_the_views() {
        law(columns(2), |(first, second)| {
            let pairs = Paired::new(&first, &second).unwrap();
            for (there, back) in
                [(Basis::First, Basis::Second), (Basis::Second, Basis::First), (Basis::Average, Basis::Average)]
            {
                let there = change_by_level(pairs, Weights::Equal, there, 3);
                let back = change_by_level(pairs.swapped(), Weights::Equal, back, 3);
                match (there, back) {
                    (Ok(there), Ok(back)) => {
                        prop_assert_eq!(there.len(), back.len());
                        for (there, back) in there.iter().zip(&back) {
                            prop_assert_eq!(there.mean_change, -back.mean_change);
                            prop_assert_eq!(there.share_up, back.share_down);
                        }
                    }
                    (there, back) => prop_assert_eq!(there, back),
                }
            }
            Ok(())
        });
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        law(weighted(2), |(first, second, weights)| {
            let (long, longer) = (expanded(&first, &weights), expanded(&second, &weights));
            let (short, long) = (Paired::new(&first, &second).unwrap(), Paired::new(&long, &longer).unwrap());
            let Ok(ours) = change_by_level(short, Weights::Each(&weights), Basis::First, 4) else { return Ok(()) };
            let plain = change_by_level(long, Weights::Equal, Basis::First, 4).unwrap();
            prop_assert_eq!(ours.len(), plain.len());
            for (ours, plain) in ours.iter().zip(&plain) {
                prop_assert_eq!((ours.least, ours.weight), (plain.least, plain.weight));
                prop_assert!(near(ours.mean_change, plain.mean_change, 1e-12));
                prop_assert!(near(ours.share_up, plain.share_up, 1e-12));
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        let by = |first: &[f64], second: &[f64], count| {
            change_by_level(Paired::new(first, second).unwrap(), Weights::Equal, Basis::Average, count)
        };
        assert_eq!(by(&[], &[], 10), Err(Undefined::Empty));
        // 1 and 3, 3 and 1: the averages do not vary.
        assert!(matches!(by(&[1.0, 3.0], &[3.0, 1.0], 10), Err(Undefined::Constant { .. })));
        assert!(matches!(by(&[1.0, 3.0], &[3.0, 5.0], 1), Err(Undefined::OutOfRange { .. })));
        assert_eq!(by(&[-f64::MAX, 0.0], &[f64::MAX, 1.0], 2), Err(Undefined::Overflow));
    }
}
