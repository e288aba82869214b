//! How far values moved from the first column to the second.
//!
//! Every shift is second minus first: positive is up. The mean alone hides
//! what these are for, so the size, the tails and the ranks each have a figure
//! of their own. With weights a row of weight `w` counts as `w` equal rows
//! ([`Weights`]); every figure has the errors of [`Weights::each`].

use rayon::prelude::*;

use super::distribution::Distribution;
use super::grid::snap;
use super::key::key;
use super::paired::Paired;
use super::ranked::{RankedPair, SHARE};
use super::sum::{Sum, sum};
use super::summary::mean;
use super::undefined::{Figure, Undefined, figure};
use super::weights::Weights;

/// Which moves count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Moves up.
    Up,
    /// Moves down.
    Down,
    /// Moves up or down.
    Either,
}

/// The mean of second minus first, `sum w (y - x) / sum w`. Moves up and down
/// cancel.
///
/// # Errors
/// No rows, or differences beyond the range of `f64`.
pub fn mean_shift(pairs: Paired<'_>, weights: Weights<'_>) -> Figure {
    mean_of(pairs.differences(), weights)
}

/// The mean size of a move, `sum w |second - first| / sum w`; at least the size of
/// the [`mean_shift`], equal to it when all move the same way.
///
/// # Errors
/// As [`mean_shift`].
pub fn mean_absolute_shift(pairs: Paired<'_>, weights: Weights<'_>) -> Figure {
    mean_of(pairs.differences().map(f64::abs), weights)
}

fn mean_of(moves: impl Iterator<Item = f64>, weights: Weights<'_>) -> Figure {
    let moves: Vec<f64> = moves.collect();
    weights.check(moves.len())?;
    match mean(&moves, weights) {
        // The columns are finite, so only their difference can be too large.
        Err(Undefined::NotFinite) => Err(Undefined::Overflow),
        figure => figure,
    }
}

/// The `p`-quantile of the second column minus that of the first: what the
/// distribution did at that height. It is no quantile of the moves; where rows
/// change places it can be 0 although every row moved.
///
/// It takes distributions, not pairs: who stands where is no part of it, and a
/// caller who wants several heights sorts once.
///
/// # Errors
/// `p` outside of `[0, 1]`, or a difference beyond the range of `f64`.
pub fn quantile_shift(first: &Distribution, second: &Distribution, p: f64) -> Figure {
    figure(second.quantile(p)? - first.quantile(p)?)
}

/// The share of the weight that moved by at least `threshold` in the direction
/// given. A move of exactly the threshold counts; move and threshold are first
/// snapped to the grid, so that 54.3 - 49.3 is 5.
///
/// # Errors
/// No rows, or a threshold that is not finite or not above 0 on the grid.
pub fn share_moved(pairs: Paired<'_>, weights: Weights<'_>, threshold: f64, direction: Direction) -> Figure {
    let limit = limit(threshold)?;
    let pairs = pairs.at_least(1)?;
    weights.check(pairs.len())?;
    let counts = |by: f64| match direction {
        Direction::Up => by >= limit,
        Direction::Down => -by >= limit,
        Direction::Either => by.abs() >= limit,
    };
    let (first, second) = (pairs.first(), pairs.second());
    Ok(weights.share(pairs.len(), |row| counts(snap(second[row] - first[row]))))
}

/// [`share_moved`] of moves that are sorted, on the grid: O(log n). For rows
/// that weigh the same it has the same bits.
///
/// # Errors
/// As there, of the threshold.
pub fn share_moved_of(moves: &Distribution, threshold: f64, direction: Direction) -> Figure {
    let limit = limit(threshold)?;
    let values = moves.values();
    let down = || moves.mass_of_first(values.partition_point(|by| -by >= limit));
    let up = || moves.total() - moves.mass_of_first(values.partition_point(|by| *by < limit));
    let moved = match direction {
        Direction::Up => up(),
        Direction::Down => down(),
        Direction::Either => up() + down(),
    };
    Ok((moved / moves.total()).min(1.0))
}

/// A threshold on the grid.
fn limit(threshold: f64) -> Figure {
    let limit = snap(threshold);
    if limit > 0.0 && limit.is_finite() {
        return Ok(limit);
    }
    Err(Undefined::OutOfRange { text: format!("threshold {threshold} is not above 0 (on a grid of 1e-9)") })
}

/// The mean absolute difference between a row's rank in the first column and
/// in the second. Tied values share their mean rank, so leaving a tie moves a
/// rank by part of a place. 0 for equal orders; the largest possible is about
/// half the number of rows.
///
/// With weights ranks are counted among the repeated rows: a row's rank is the
/// weight below it plus half of the weight tied with it (itself included), and
/// the mean is `sum w |r - s| / sum w`.
///
/// # Errors
/// No rows.
pub fn rank_shift(pairs: Paired<'_>, weights: Weights<'_>) -> Figure {
    let pairs = pairs.at_least(1)?;
    weights.check(pairs.len())?;
    if let Weights::Each(weights) = weights {
        let first = doubled_weighted_ranks(pairs.first(), weights);
        let second = doubled_weighted_ranks(pairs.second(), weights);
        let moves = first.iter().zip(&second).zip(weights).map(|((x, y), weight)| weight * (x - y).abs());
        return figure(sum(moves) / (2.0 * sum(weights.iter().copied())));
    }
    RankedPair::new(pairs).rank_shift()
}

impl RankedPair {
    /// [`rank_shift`] of columns that are sorted, every row weighing the same.
    ///
    /// # Errors
    /// As there.
    pub fn rank_shift(&self) -> Figure {
        let pair = self.at_least(1)?;
        let (first, second) = (pair.first(), pair.second());
        let rows = first.begins().par_chunks(SHARE).zip(second.begins().par_chunks(SHARE));
        let doubled = rows.map(|(x, y)| {
            let rows = x.iter().zip(y);
            // At most 2^33 a row; 2^14 rows fit.
            rows.map(|(x, y)| first.place(*x).abs_diff(second.place(*y))).sum::<u64>()
        });
        let doubled: u128 = doubled.map(u128::from).sum();
        Ok(doubled as f64 / (2 * pair.len()) as f64)
    }
}

/// Twice the mean rank that the repeated rows of each row share, less 1 in
/// every row, which no difference of ranks notices.
fn doubled_weighted_ranks(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut rows: Vec<(u64, u64, usize)> =
        values.iter().zip(weights).enumerate().map(|(row, (&value, &weight))| (key(value), key(weight), row)).collect();
    rows.sort_unstable();
    let mut ranks = vec![0.0; values.len()];
    let mut through = Sum::default();
    for run in rows.chunk_by(|left, right| left.0 == right.0) {
        let before = through.value();
        for &(_, _, row) in run {
            through.add(weights[row]);
        }
        for &(_, _, row) in run {
            ranks[row] = before + through.value();
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rank::average_ranks_descending;
    use crate::stats::testing::{columns, law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    const ALL: [Direction; 3] = [Direction::Up, Direction::Down, Direction::Either];

    fn pair<'a>(first: &'a [f64], second: &'a [f64]) -> Paired<'a> {
        Paired::new(first, second).unwrap()
    }

    fn at_height(pairs: Paired<'_>, p: f64) -> Figure {
        let column = |values| Distribution::new(values, Weights::Equal);
        quantile_shift(&column(pairs.first())?, &column(pairs.second())?, p)
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        law((weighted(1), 0.5..4.0f64), |((first, second, weights), threshold)| {
            let (long, longer) = (expanded(&first, &weights), expanded(&second, &weights));
            let (short, long) = (pair(&first, &second), pair(&long, &longer));
            let ones = vec![1.0; first.len()];
            let each = Weights::Each(&weights);
            for figure in [mean_shift, mean_absolute_shift, rank_shift] {
                prop_assert!(near(figure(short, each).unwrap(), figure(long, Weights::Equal).unwrap(), 1e-12));
                let plain = figure(short, Weights::Equal).unwrap();
                prop_assert!(near(figure(short, Weights::Each(&ones)).unwrap(), plain, 1e-14));
            }
            for direction in ALL {
                let share = share_moved(short, each, threshold, direction).unwrap();
                prop_assert!(near(share, share_moved(long, Weights::Equal, threshold, direction).unwrap(), 1e-12));
            }
            Ok(())
        });
    }

    #[test]
    fn up_is_positive() {
        let pairs = pair(&[10.0, 20.0, 30.0, 40.0], &[15.0, 20.0, 24.0, 40.0]);
        assert_eq!(mean_shift(pairs, Weights::Equal), Ok(-0.25));
        assert_eq!(mean_absolute_shift(pairs, Weights::Equal), Ok(2.75));
        assert_eq!(at_height(pairs, 0.0), Ok(5.0));
        assert_eq!(at_height(pairs, 1.0), Ok(0.0));
        assert_eq!(rank_shift(pairs, Weights::Equal), Ok(0.0));
    }

    #[test]
    fn sorted_moves_are_counted_alike() {
        law((weighted(1), 0.5..4.0f64), |((first, second, weights), threshold)| {
            let pairs = pair(&first, &second);
            let moves: Vec<f64> = pairs.differences().map(snap).collect();
            // Thresholds that are met exactly, too.
            for threshold in [threshold, threshold.round().max(1.0)] {
                for direction in ALL {
                    let sorted = Distribution::new(&moves, Weights::Equal).unwrap();
                    let ours = share_moved_of(&sorted, threshold, direction);
                    prop_assert_eq!(ours, share_moved(pairs, Weights::Equal, threshold, direction));
                    let sorted = Distribution::new(&moves, Weights::Each(&weights)).unwrap();
                    let ours = share_moved_of(&sorted, threshold, direction).unwrap();
                    let plain = share_moved(pairs, Weights::Each(&weights), threshold, direction).unwrap();
                    prop_assert!(near(ours, plain, 1e-14));
                }
            }
            Ok(())
        });
        let still = Distribution::new(&[0.0], Weights::Equal).unwrap();
        assert!(share_moved_of(&still, 0.0, Direction::Up).is_err());
    }

    #[test]
    fn a_move_of_exactly_the_threshold_counts() {
        // 54.3 - 49.3 falls short of 5 by the last bits, 61.1 - 56.1 too.
        let pairs = pair(&[49.3, 61.1, 10.0, 10.0], &[54.3, 56.1, 14.999_999, 10.0]);
        assert_eq!(share_moved(pairs, Weights::Equal, 5.0, Direction::Up), Ok(0.25));
        assert_eq!(share_moved(pairs, Weights::Equal, 5.0, Direction::Down), Ok(0.25));
        assert_eq!(share_moved(pairs, Weights::Equal, 5.0, Direction::Either), Ok(0.5));
    }

    #[test]
    fn agree_with_their_definitions() {
        law((columns(1), 0.5..20.0f64), |((first, second), threshold)| {
            let pairs = pair(&first, &second);
            let n = first.len() as f64;
            let moves: Vec<f64> = first.iter().zip(&second).map(|(x, y)| y - x).collect();
            let total: f64 = moves.iter().sum();
            prop_assert!(near(mean_shift(pairs, Weights::Equal).unwrap(), total / n, 1e-12));
            let total: f64 = moves.iter().map(|by| by.abs()).sum();
            prop_assert!(near(mean_absolute_shift(pairs, Weights::Equal).unwrap(), total / n, 1e-12));
            let ranks = average_ranks_descending(&first).into_iter().zip(average_ranks_descending(&second));
            let total: f64 = ranks.map(|(x, y)| (x - y).abs()).sum();
            prop_assert_eq!(rank_shift(pairs, Weights::Equal).unwrap(), total / n);
            let up = moves.iter().filter(|by| **by >= threshold).count() as f64 / n;
            prop_assert_eq!(share_moved(pairs, Weights::Equal, threshold, Direction::Up).unwrap(), up);
            Ok(())
        });
    }

    #[test]
    fn exchanged_columns_exchange_the_directions() {
        law((columns(1), 0.5..4.0f64), |((first, second), threshold)| {
            let (there, back) = (pair(&first, &second), pair(&second, &first));
            let share = |pairs, direction| share_moved(pairs, Weights::Equal, threshold, direction).unwrap();
            prop_assert_eq!(share(there, Direction::Up), share(back, Direction::Down));
            prop_assert_eq!(share(there, Direction::Either), share(back, Direction::Either));
            let sum = share(there, Direction::Up) + share(there, Direction::Down);
            prop_assert!(near(share(there, Direction::Either), sum, 1e-15));
            prop_assert_eq!(mean_shift(there, Weights::Equal).unwrap(), -mean_shift(back, Weights::Equal).unwrap());
            prop_assert_eq!(mean_absolute_shift(there, Weights::Equal), mean_absolute_shift(back, Weights::Equal));
            prop_assert_eq!(rank_shift(there, Weights::Equal), rank_shift(back, Weights::Equal));
            prop_assert_eq!(at_height(there, 0.3).unwrap(), -at_height(back, 0.3).unwrap());
            prop_assert!(
                mean_shift(there, Weights::Equal).unwrap().abs() <= mean_absolute_shift(there, Weights::Equal).unwrap()
            );
            Ok(())
        });
    }

    #[test]
    fn a_column_does_not_move_from_itself() {
        law(columns(1), |(first, _)| {
            let pairs = pair(&first, &first);
            prop_assert_eq!(mean_shift(pairs, Weights::Equal), Ok(0.0));
            prop_assert_eq!(at_height(pairs, 0.9), Ok(0.0));
            prop_assert_eq!(rank_shift(pairs, Weights::Equal), Ok(0.0));
            for direction in ALL {
                prop_assert_eq!(share_moved(pairs, Weights::Equal, 1e-9, direction), Ok(0.0));
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        let none = pair(&[], &[]);
        assert_eq!(mean_shift(none, Weights::Equal), Err(Undefined::Empty));
        assert_eq!(mean_absolute_shift(none, Weights::Equal), Err(Undefined::Empty));
        assert_eq!(at_height(none, 0.5), Err(Undefined::Empty));
        assert_eq!(rank_shift(none, Weights::Equal), Err(Undefined::Empty));
        assert_eq!(share_moved(none, Weights::Equal, 1.0, Direction::Up), Err(Undefined::Empty));
        let one = pair(&[1.0], &[1.0]);
        for threshold in [0.0, -1.0, 1e-10, f64::NAN, f64::INFINITY] {
            let share = share_moved(one, Weights::Equal, threshold, Direction::Up);
            assert!(matches!(share, Err(Undefined::OutOfRange { .. })));
        }
        for figure in [mean_shift, mean_absolute_shift, rank_shift] {
            let uneven = Err(Undefined::UnequalLengths { first: 1, second: 0 });
            assert_eq!(figure(one, Weights::Each(&[])), uneven);
            assert!(matches!(figure(one, Weights::Each(&[-1.0])), Err(Undefined::OutOfRange { .. })));
            assert_eq!(figure(one, Weights::Each(&[f64::NAN])), Err(Undefined::NotFinite));
        }
        assert!(share_moved(one, Weights::Each(&[0.0]), 1.0, Direction::Up).is_err());
        let far = pair(&[-f64::MAX], &[f64::MAX]);
        assert_eq!(mean_shift(far, Weights::Equal), Err(Undefined::Overflow));
        assert_eq!(at_height(far, 0.5), Err(Undefined::Overflow));
    }
}
