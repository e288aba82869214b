//! Agreement of two orders in which the top weighs more than the bottom.

use super::inversion::sort_counting;
use super::key::key;
use super::paired::Paired;
use super::sum::Sum;
use super::undefined::{Figure, Side, Undefined};

/// Vigna's weighted tau with additive hyperbolic weights: a pair of rows at
/// ranks `r` and `s` (from 1) weighs `1/r + 1/s`, and
/// `(C - D) / sqrt((T - T1)(T - T2))` is formed from the weights of the
/// concordant pairs, the discordant pairs, all pairs, and the pairs tied in
/// the first and in the second column.
///
/// Ranks are those of the first column, its ties ranked by the second; the
/// same is done with the columns exchanged, and the figure is the mean of the
/// two. From -1 to 1, symmetric; without weights it would be tau-b. It is the
/// default of `scipy.stats.weightedtau`.
///
/// Vigna, "A weighted correlation index for rankings with ties", WWW 2015.
/// A sum over pairs of `(weight of one + weight of the other)` is a sum over
/// rows of `weight * pairs`, so the pairs of each row are counted in integers,
/// in O(n log n), and every sum runs once down the ranks: no order of rows
/// matters to any bit.
///
/// Ties: a tied pair neither agrees nor disagrees, and shrinks the
/// denominator. 1 means the same order with the same ties, -1 the exact
/// reverse, and nothing else is 1 or -1. Independent columns without ties give
/// 0 on average; with ties they give more, since a tie in the one column is
/// ranked by the other, and what is thus ranked high weighs more: on ten equal
/// levels each, shuffled, 100 rows give 0.23 and 1,000 rows 0.42
/// (`tests/reference/ranking.json`).
///
/// # Errors
/// Fewer than two rows, or a constant column.
pub fn weighted_tau(pairs: Paired<'_>) -> Figure {
    let pairs = pairs.at_least(2)?;
    let n = pairs.len() as u64;
    // Complements sort descending: the place in this order is the rank.
    let mut keys: Vec<(u64, u64)> = pairs.rows().map(|(x, y)| (!key(x), !key(y))).collect();
    keys.sort_unstable();
    let mut rows = vec![Comparable::default(); keys.len()];
    let mut begin = 0;
    for run in keys.chunk_by(|left, right| left.0 == right.0) {
        for same in run.chunk_by(|left, right| left.1 == right.1) {
            for row in &mut rows[begin..begin + same.len()] {
                row.first = n - run.len() as u64;
                // What is tied in both was taken off twice.
                row.score = row.first as i64 + same.len() as i64;
            }
            begin += same.len();
        }
    }
    // The order by the second column, its ties by the first: the sort is
    // stable. A row's place there less its place here is the number of its
    // discordant rows behind less those before, so both follow from one.
    let sorted = sort_counting(keys.iter().map(|&(_, y)| y));
    let mut place = 0;
    for run in sorted.chunk_by(|left, right| left.key == right.key) {
        for at in run {
            let row = &mut rows[at.at as usize];
            let discordant = 2 * i64::from(at.greater) + place - i64::from(at.at);
            row.second = n - run.len() as u64;
            row.score -= run.len() as i64 + 2 * discordant;
            place += 1;
        }
    }
    if rows[0].first == 0 {
        return Err(Undefined::Constant { side: Side::First });
    }
    if rows[0].second == 0 {
        return Err(Undefined::Constant { side: Side::Second });
    }
    for sign in [1, -1] {
        if rows.iter().all(|row| row.first == row.second && sign * row.score == row.first as i64) {
            return Ok(sign as f64);
        }
    }
    let down_first = weighted(rows.iter().copied());
    let down_second = weighted(sorted.iter().map(|at| rows[at.at as usize]));
    let below_one = 1.0f64.next_down();
    Ok(((down_first + down_second) / 2.0).clamp(-below_one, below_one))
}

/// What one row adds, before its weight.
#[derive(Clone, Copy, Debug, Default)]
struct Comparable {
    /// Concordant less discordant rows.
    score: i64,
    /// Rows not tied with it in the first column.
    first: u64,
    /// Rows not tied with it in the second column.
    second: u64,
}

/// The coefficient of rows given in the order of their ranks.
fn weighted(rows: impl Iterator<Item = Comparable>) -> f64 {
    let (mut score, mut first, mut second) = (Sum::default(), Sum::default(), Sum::default());
    for (row, rank) in rows.zip(1u64..) {
        let weight = 1.0 / rank as f64;
        score.add(weight * row.score as f64);
        first.add(weight * row.first as f64);
        second.add(weight * row.second as f64);
    }
    score.value() / (first.value() * second.value()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    fn tau(first: &[f64], second: &[f64]) -> Figure {
        weighted_tau(Paired::new(first, second).unwrap())
    }

    fn constant(values: &[f64]) -> bool {
        values.iter().all(|value| *value == values[0])
    }

    /// Every pair by itself, ranks from a stable sort.
    fn naive(first: &[f64], second: &[f64]) -> f64 {
        let mut order: Vec<usize> = (0..first.len()).collect();
        order.sort_by(|&i, &j| {
            first[j].partial_cmp(&first[i]).unwrap().then(second[j].partial_cmp(&second[i]).unwrap())
        });
        let sign = |x: f64, y: f64| f64::from(i8::from(x > y) - i8::from(x < y));
        let (mut score, mut untied_first, mut untied_second) = (0.0, 0.0, 0.0);
        for (upper, &i) in order.iter().enumerate() {
            for (lower, &j) in order.iter().enumerate().skip(upper + 1) {
                let weight = 1.0 / (upper + 1) as f64 + 1.0 / (lower + 1) as f64;
                let (s, t) = (sign(first[i], first[j]), sign(second[i], second[j]));
                score += weight * s * t;
                untied_first += weight * s * s;
                untied_second += weight * t * t;
            }
        }
        score / (untied_first * untied_second).sqrt()
    }

    #[test]
    fn agrees_with_every_pair_weighed() {
        law(columns(2), |(first, second)| {
            if constant(&first) || constant(&second) {
                let side = if constant(&first) { Side::First } else { Side::Second };
                prop_assert_eq!(tau(&first, &second), Err(Undefined::Constant { side }));
                return Ok(());
            }
            let expected = (naive(&first, &second) + naive(&second, &first)) / 2.0;
            let ours = tau(&first, &second).unwrap();
            prop_assert!(near(ours, expected, 1e-13), "{} {}", ours, expected);
            Ok(())
        });
    }

    #[test]
    fn symmetric_and_blind_to_scale_and_to_the_order_of_rows() {
        law(columns(2), |(mut first, mut second)| {
            if constant(&first) || constant(&second) {
                return Ok(());
            }
            let value = tau(&first, &second).unwrap();
            prop_assert!((-1.0..=1.0).contains(&value));
            prop_assert_eq!(tau(&second, &first).unwrap(), value);
            let cubed: Vec<f64> = first.iter().map(|value| value * value * value + value).collect();
            prop_assert_eq!(tau(&cubed, &second).unwrap(), value);
            let negated: Vec<f64> = second.iter().map(|value| -value).collect();
            prop_assert_eq!(tau(&second, &second), Ok(1.0));
            prop_assert_eq!(tau(&second, &negated), Ok(-1.0));
            first.rotate_left(1);
            second.rotate_left(1);
            prop_assert_eq!(tau(&first, &second).unwrap(), value);
            first.reverse();
            second.reverse();
            prop_assert_eq!(tau(&first, &second).unwrap(), value);
            Ok(())
        });
    }

    #[test]
    fn an_exchange_at_the_top_costs_more_than_one_at_the_bottom() {
        let ladder: Vec<f64> = (0..100).rev().map(f64::from).collect();
        let exchanged = |at: usize| {
            let mut other = ladder.clone();
            other.swap(at, at + 1);
            tau(&ladder, &other).unwrap()
        };
        for at in 0..98 {
            assert!(exchanged(at) < exchanged(at + 1), "{at}");
        }
    }

    /// All orders of a second column equally often: 0 on average without ties
    /// and, with the same few levels on both sides, clearly more.
    #[test]
    fn chance_gives_zero_without_ties_and_more_with_them() {
        let mean = |levels: [f64; 5]| {
            let mut total = 0.0;
            let mut count = 0.0;
            for code in 0..5u32.pow(5) {
                let order: Vec<usize> = (0..5).map(|at| (code / 5u32.pow(at) % 5) as usize).collect();
                if (0..5).all(|row| order.contains(&row)) {
                    let second: Vec<f64> = order.iter().map(|&row| levels[row]).collect();
                    total += tau(&levels, &second).unwrap();
                    count += 1.0;
                }
            }
            assert_eq!(count, 120.0);
            total / count
        };
        assert!(mean([1.0, 2.0, 3.0, 4.0, 5.0]).abs() < 1e-14);
        assert!(mean([1.0, 1.0, 2.0, 2.0, 2.0]) > 0.05);
    }

    #[test]
    fn small_and_large_columns() {
        assert_eq!(tau(&[], &[]), Err(Undefined::Empty));
        assert_eq!(tau(&[1.0], &[1.0]), Err(Undefined::TooFew { needed: 2, got: 1 }));
        assert_eq!(tau(&[1.0, 2.0], &[2.0, 5.0]), Ok(1.0));
        assert_eq!(tau(&[1.0, 2.0], &[5.0, 2.0]), Ok(-1.0));
        // An exchange of the last two among 2^19 changes the figure by 1e-11.
        let first: Vec<f64> = (0..1 << 19).map(f64::from).collect();
        let mut second = first.clone();
        second.swap(0, 1);
        let value = tau(&first, &second).unwrap();
        assert!(value < 1.0 && value > 1.0 - 1e-10, "{value}");
    }
}
