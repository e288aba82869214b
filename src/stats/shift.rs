//! How far values moved from the first column to the second.
//!
//! Every shift is second minus first: positive is up. The mean alone hides
//! what these are for, so the size, the tails and the ranks each have a figure
//! of their own.

use super::grid::snap;
use super::paired::Paired;
use super::rank::doubled_ranks_ascending;
use super::summary::{mean, quantile, sorted};
use super::undefined::{Figure, Undefined, figure};

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

/// The mean of second minus first. Moves up and down cancel.
///
/// # Errors
/// No rows, or differences beyond the range of `f64`.
pub fn mean_shift(pairs: Paired<'_>) -> Figure {
    mean_of(pairs.differences())
}

/// The mean size of a move, `sum |second - first| / n`; at least the size of
/// the [`mean_shift`], equal to it when all move the same way.
///
/// # Errors
/// As [`mean_shift`].
pub fn mean_absolute_shift(pairs: Paired<'_>) -> Figure {
    mean_of(pairs.differences().map(f64::abs))
}

fn mean_of(moves: impl Iterator<Item = f64>) -> Figure {
    match mean(&moves.collect::<Vec<f64>>()) {
        // The columns are finite, so only their difference can be too large.
        Err(Undefined::NotFinite) => Err(Undefined::Overflow),
        figure => figure,
    }
}

/// The `p`-quantile of the second column minus that of the first: what the
/// distribution did at that height. It is no quantile of the moves; where rows
/// change places it can be 0 although every row moved.
///
/// # Errors
/// No rows, or `p` outside of `[0, 1]`.
pub fn quantile_shift(pairs: Paired<'_>, p: f64) -> Figure {
    let first = quantile(&sorted(pairs.first()), p)?;
    let second = quantile(&sorted(pairs.second()), p)?;
    figure(second - first)
}

/// The share of rows that moved by at least `threshold` in the direction
/// given. A move of exactly the threshold counts; move and threshold are first
/// snapped to the grid, so that 54.3 - 49.3 is 5.
///
/// # Errors
/// No rows, or a threshold that is not finite or not above 0 on the grid.
pub fn share_moved(pairs: Paired<'_>, threshold: f64, direction: Direction) -> Figure {
    let limit = snap(threshold);
    if !(limit > 0.0 && limit.is_finite()) {
        return Err(Undefined::OutOfRange {
            text: format!("threshold {threshold} is not above 0 (on a grid of 1e-9)"),
        });
    }
    let pairs = pairs.at_least(1)?;
    let moved = pairs
        .differences()
        .map(snap)
        .filter(|&by| match direction {
            Direction::Up => by >= limit,
            Direction::Down => -by >= limit,
            Direction::Either => by.abs() >= limit,
        })
        .count();
    Ok(moved as f64 / pairs.len() as f64)
}

/// The mean absolute difference between a row's rank in the first column and
/// in the second. Tied values share their mean rank, so leaving a tie moves a
/// rank by part of a place. 0 for equal orders; the largest possible is about
/// half the number of rows.
///
/// # Errors
/// No rows.
pub fn rank_shift(pairs: Paired<'_>) -> Figure {
    let pairs = pairs.at_least(1)?;
    let first = doubled_ranks_ascending(pairs.first());
    let second = doubled_ranks_ascending(pairs.second());
    let doubled: u128 = first.iter().zip(&second).map(|(&x, &y)| u128::from(x.abs_diff(y))).sum();
    Ok(doubled as f64 / (2 * pairs.len()) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rank::average_ranks_descending;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    const ALL: [Direction; 3] = [Direction::Up, Direction::Down, Direction::Either];

    fn pair<'a>(first: &'a [f64], second: &'a [f64]) -> Paired<'a> {
        Paired::new(first, second).unwrap()
    }

    #[test]
    fn up_is_positive() {
        let pairs = pair(&[10.0, 20.0, 30.0, 40.0], &[15.0, 20.0, 24.0, 40.0]);
        assert_eq!(mean_shift(pairs), Ok(-0.25));
        assert_eq!(mean_absolute_shift(pairs), Ok(2.75));
        assert_eq!(quantile_shift(pairs, 0.0), Ok(5.0));
        assert_eq!(quantile_shift(pairs, 1.0), Ok(0.0));
        assert_eq!(rank_shift(pairs), Ok(0.0));
    }

    #[test]
    fn a_move_of_exactly_the_threshold_counts() {
        // 54.3 - 49.3 falls short of 5 by the last bits, 61.1 - 56.1 too.
        let pairs = pair(&[49.3, 61.1, 10.0, 10.0], &[54.3, 56.1, 14.999_999, 10.0]);
        assert_eq!(share_moved(pairs, 5.0, Direction::Up), Ok(0.25));
        assert_eq!(share_moved(pairs, 5.0, Direction::Down), Ok(0.25));
        assert_eq!(share_moved(pairs, 5.0, Direction::Either), Ok(0.5));
    }

    #[test]
    fn agree_with_their_definitions() {
        law((columns(1), 0.5..20.0f64), |((first, second), threshold)| {
            let pairs = pair(&first, &second);
            let n = first.len() as f64;
            let moves: Vec<f64> = first.iter().zip(&second).map(|(x, y)| y - x).collect();
            let total: f64 = moves.iter().sum();
            prop_assert!(near(mean_shift(pairs).unwrap(), total / n, 1e-12));
            let total: f64 = moves.iter().map(|by| by.abs()).sum();
            prop_assert!(near(mean_absolute_shift(pairs).unwrap(), total / n, 1e-12));
            let ranks = average_ranks_descending(&first).into_iter().zip(average_ranks_descending(&second));
            let total: f64 = ranks.map(|(x, y)| (x - y).abs()).sum();
            prop_assert_eq!(rank_shift(pairs).unwrap(), total / n);
            let up = moves.iter().filter(|by| **by >= threshold).count() as f64 / n;
            prop_assert_eq!(share_moved(pairs, threshold, Direction::Up).unwrap(), up);
            Ok(())
        });
    }

    #[test]
    fn exchanged_columns_exchange_the_directions() {
        law((columns(1), 0.5..4.0f64), |((first, second), threshold)| {
            let (there, back) = (pair(&first, &second), pair(&second, &first));
            let share = |pairs, direction| share_moved(pairs, threshold, direction).unwrap();
            prop_assert_eq!(share(there, Direction::Up), share(back, Direction::Down));
            prop_assert_eq!(share(there, Direction::Either), share(back, Direction::Either));
            let sum = share(there, Direction::Up) + share(there, Direction::Down);
            prop_assert!(near(share(there, Direction::Either), sum, 1e-15));
            prop_assert_eq!(mean_shift(there).unwrap(), -mean_shift(back).unwrap());
            prop_assert_eq!(mean_absolute_shift(there), mean_absolute_shift(back));
            prop_assert_eq!(rank_shift(there), rank_shift(back));
            prop_assert_eq!(quantile_shift(there, 0.3).unwrap(), -quantile_shift(back, 0.3).unwrap());
            prop_assert!(mean_shift(there).unwrap().abs() <= mean_absolute_shift(there).unwrap());
            Ok(())
        });
    }

    #[test]
    fn a_column_does_not_move_from_itself() {
        law(columns(1), |(first, _)| {
            let pairs = pair(&first, &first);
            prop_assert_eq!(mean_shift(pairs), Ok(0.0));
            prop_assert_eq!(quantile_shift(pairs, 0.9), Ok(0.0));
            prop_assert_eq!(rank_shift(pairs), Ok(0.0));
            for direction in ALL {
                prop_assert_eq!(share_moved(pairs, 1e-9, direction), Ok(0.0));
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        let none = pair(&[], &[]);
        assert_eq!(mean_shift(none), Err(Undefined::Empty));
        assert_eq!(mean_absolute_shift(none), Err(Undefined::Empty));
        assert_eq!(quantile_shift(none, 0.5), Err(Undefined::Empty));
        assert_eq!(rank_shift(none), Err(Undefined::Empty));
        assert_eq!(share_moved(none, 1.0, Direction::Up), Err(Undefined::Empty));
        let one = pair(&[1.0], &[1.0]);
        for threshold in [0.0, -1.0, 1e-10, f64::NAN, f64::INFINITY] {
            let share = share_moved(one, threshold, Direction::Up);
            assert!(matches!(share, Err(Undefined::OutOfRange { .. })));
        }
        let far = pair(&[-f64::MAX], &[f64::MAX]);
        assert_eq!(mean_shift(far), Err(Undefined::Overflow));
        assert_eq!(quantile_shift(far, 0.5), Err(Undefined::Overflow));
    }
}
