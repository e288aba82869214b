//! Agreement of two orders in which the top weighs more than the bottom.

use super::crossing::{Crossing, Descent};
use super::paired::Paired;
use super::ranked::RankedPair;
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
/// in O(n log n) and in parallel, and every sum runs once down the ranks: no
/// order of rows and no number of threads matters to any bit. Columns that are
/// sorted have it from [`RankedPair::top_heavy`].
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
    let pair = RankedPair::new(pairs);
    Crossing::of(pair.at_least(2)?).weighted_tau()
}

impl Crossing<'_> {
    /// [`weighted_tau`] of at least two rows.
    pub(crate) fn weighted_tau(&self) -> Figure {
        if self.pair().first().constant() {
            return Err(Undefined::Constant { side: Side::First });
        }
        if self.pair().second().constant() {
            return Err(Undefined::Constant { side: Side::Second });
        }
        let (down_first, down_second) = rayon::join(|| weighted(self.down_first()), || weighted(self.down_second()));
        if down_first.alike || down_first.reversed {
            return Ok(if down_first.alike { 1.0 } else { -1.0 });
        }
        let below_one = 1.0f64.next_down();
        Ok(((down_first.tau + down_second.tau) / 2.0).clamp(-below_one, below_one))
    }
}

/// The coefficient by the ranks of one order.
struct Weighted {
    tau: f64,
    /// Every row is tied with as many here as there and agrees with all others.
    alike: bool,
    /// The same, and it agrees with none.
    reversed: bool,
}

fn weighted(descent: Descent<'_>) -> Weighted {
    let (mut score, mut own, mut other) = (Sum::default(), Sum::default(), Sum::default());
    let (mut rank, mut alike, mut reversed) = (0u64, true, true);
    descent.rows(|row| {
        rank += 1;
        let weight = 1.0 / rank as f64;
        score.add(weight * row.score as f64);
        own.add(weight * row.untied as f64);
        other.add(weight * row.untied_other as f64);
        let as_tied = row.untied == row.untied_other;
        alike &= as_tied && row.score == row.untied as i64;
        reversed &= as_tied && row.score == -(row.untied as i64);
    });
    let tau = score.value() / (own.value() * other.value()).sqrt();
    Weighted { tau, alike, reversed }
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
