//! Agreement of two orders, in one number from -1 to 1.
//!
//! Both coefficients are ratios of integers, so they are counted in integers
//! and rounded once. That makes one promise possible which a floating-point
//! sum cannot give: 1 means the same order with the same ties, -1 the exact
//! reverse, and nothing else is 1 or -1.

use rayon::prelude::*;

use super::inversion::inversions;
use super::key::{pairs_among, tied_pairs};
use super::paired::Paired;
use super::ranked::{Ranked, RankedPair, SHARE};
use super::undefined::{Figure, Side, Undefined};

/// Kendall's tau-b: `(C - D) / sqrt((n0 - n1)(n0 - n2))`, with `C` concordant
/// and `D` discordant pairs of rows, `n0` all pairs, `n1` and `n2` the pairs
/// tied in the first and in the second column.
///
/// Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945);
/// counted in O(n log n) as in Knight, "A computer method for calculating
/// Kendall's tau with ungrouped data", JASA 61 (1966), the inversions in
/// parallel. A tied pair is neither concordant nor discordant and shrinks the
/// denominator. It sorts; a caller who wants more than one figure of ranks
/// sorts once and asks [`RankedPair::kendall_tau_b`].
///
/// # Errors
/// Fewer than two rows, or a constant column.
pub fn kendall_tau_b(pairs: Paired<'_>) -> Figure {
    RankedPair::new(pairs).kendall_tau_b()
}

/// What tau-b is made of: pairs of rows, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PairCounts {
    /// Concordant less discordant pairs.
    pub(crate) difference: i128,
    /// Pairs not tied in the first column.
    pub(crate) untied_first: i128,
    /// Pairs not tied in the second column.
    pub(crate) untied_second: i128,
}

impl PairCounts {
    /// Counts all pairs among some rows.
    pub(crate) fn of(pair: &RankedPair) -> Self {
        let (all, first, second) = (pairs_among(pair.len()), pair.first(), pair.second());
        // In the order of the first column (ties by the second) a pair is
        // discordant exactly when it is an inversion of the second.
        let mut along = first.along(second);
        let tied_both = if first.untied() || second.untied() { 0 } else { tied_in_both(first, &along) };
        let discordant = inversions(&mut along, second.len() as u32);
        let (tied_first, tied_second) = (first.tied_pairs(), second.tied_pairs());

        let difference = i128::from(all) + i128::from(tied_both)
            - i128::from(tied_first)
            - i128::from(tied_second)
            - 2 * i128::from(discordant);
        PairCounts {
            difference,
            untied_first: i128::from(all - tied_first),
            untied_second: i128::from(all - tied_second),
        }
    }

    /// The counts of two sets of pairs together.
    pub(crate) fn with(self, other: Self) -> Self {
        PairCounts {
            difference: self.difference + other.difference,
            untied_first: self.untied_first + other.untied_first,
            untied_second: self.untied_second + other.untied_second,
        }
    }

    /// Tau-b over the pairs counted; undefined if all are tied in a column.
    pub(crate) fn tau_b(self) -> Figure {
        normalised(self.difference, self.untied_first, self.untied_second)
    }
}

/// The pairs of rows that are equal in both columns: `along` holds the groups
/// of the second in the order of the first, sorted within its groups.
fn tied_in_both(first: &Ranked, along: &[u32]) -> u64 {
    let groups = first.ties().groups().iter();
    groups.map(|(begin, end)| tied_pairs(&along[*begin as usize..*end as usize])).sum()
}

/// Spearman's rho: the product-moment correlation of the mean ranks.
///
/// Spearman, "The proof and measurement of association between two things",
/// American Journal of Psychology 15 (1904). Tied values share their mean
/// rank; the shortcut `1 - 6 sum d^2 / (n^3 - n)`, wrong under ties, is not
/// used. It sorts ([`RankedPair::spearman`] does not); after that it is O(n).
///
/// # Errors
/// Fewer than two rows, or a constant column.
pub fn spearman(pairs: Paired<'_>) -> Figure {
    RankedPair::new(pairs).spearman()
}

impl RankedPair {
    /// [`kendall_tau_b`] of columns that are sorted.
    ///
    /// # Errors
    /// As there.
    pub fn kendall_tau_b(&self) -> Figure {
        PairCounts::of(self.at_least(2)?).tau_b()
    }

    /// [`spearman`] of columns that are sorted.
    ///
    /// # Errors
    /// As there.
    pub fn spearman(&self) -> Figure {
        let pair = self.at_least(2)?;
        let (first, second) = (pair.first(), pair.second());
        // Places are twice the deviation from the mean rank, integers below
        // 2^32 in size; sums of their products stay below 2^96.
        let spread = |column: &Ranked| -> i128 {
            let n = column.len() as i128;
            // Of places 1 - n, 3 - n and so on to n - 1, and what each group takes off.
            let groups = column.ties().groups().iter().map(|(begin, end)| i128::from(end - begin));
            (n * n * n - n - groups.map(|size| size * size * size - size).sum::<i128>()) / 3
        };
        let rows = first.begins().par_chunks(SHARE).zip(second.begins().par_chunks(SHARE));
        let together = rows.map(|(x, y)| {
            let rows = x.iter().zip(y);
            rows.map(|(x, y)| i128::from(first.place(*x)) * i128::from(second.place(*y))).sum::<i128>()
        });
        normalised(together.sum(), spread(first), spread(second))
    }
}

/// `together / sqrt(first * second)`, where `|together|` is at most that root
/// and equal to it only if `first == second == |together|`.
///
/// Both coefficients above have this property, also with integer weights, and
/// tau-b over any set of pairs. A ratio that is not 1 but
/// nearer to it than an `f64` can tell becomes the last `f64` before 1.
pub(crate) fn normalised(together: i128, first: i128, second: i128) -> Figure {
    if first == 0 {
        return Err(Undefined::Constant { side: Side::First });
    }
    if second == 0 {
        return Err(Undefined::Constant { side: Side::Second });
    }
    if first == second && together.abs() == first {
        return Ok(if together > 0 { 1.0 } else { -1.0 });
    }
    let ratio = together as f64 / (first as f64 * second as f64).sqrt();
    let below_one = 1.0f64.next_down();
    Ok(ratio.clamp(-below_one, below_one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rank::average_ranks_ascending;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    type Coefficient = fn(Paired<'_>) -> Figure;
    const BOTH: [Coefficient; 2] = [kendall_tau_b, spearman];

    fn of(coefficient: Coefficient, first: &[f64], second: &[f64]) -> Figure {
        coefficient(Paired::new(first, second).unwrap())
    }

    fn naive_tau_b(first: &[f64], second: &[f64]) -> f64 {
        let (mut score, mut differ_first, mut differ_second) = (0, 0, 0);
        let sign = |x: f64, y: f64| i32::from(x > y) - i32::from(x < y);
        for i in 0..first.len() {
            for j in 0..i {
                let (s, t) = (sign(first[i], first[j]), sign(second[i], second[j]));
                score += s * t;
                differ_first += s * s;
                differ_second += t * t;
            }
        }
        f64::from(score) / (f64::from(differ_first) * f64::from(differ_second)).sqrt()
    }

    fn naive_rho(first: &[f64], second: &[f64]) -> f64 {
        let (x, y) = (average_ranks_ascending(first), average_ranks_ascending(second));
        let middle = (first.len() as f64 + 1.0) / 2.0;
        let product = |x: &[f64], y: &[f64]| -> f64 { x.iter().zip(y).map(|(x, y)| (x - middle) * (y - middle)).sum() };
        product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
    }

    fn constant(values: &[f64]) -> bool {
        values.iter().all(|value| *value == values[0])
    }

    #[test]
    fn agree_with_their_definitions() {
        law(columns(2), |(first, second)| {
            if constant(&first) || constant(&second) {
                for coefficient in BOTH {
                    let side = if constant(&first) { Side::First } else { Side::Second };
                    let expected = Err(Undefined::Constant { side });
                    prop_assert_eq!(of(coefficient, &first, &second), expected);
                }
                return Ok(());
            }
            let tau = of(kendall_tau_b, &first, &second).unwrap();
            prop_assert!(near(tau, naive_tau_b(&first, &second), 1e-14));
            let rho = of(spearman, &first, &second).unwrap();
            prop_assert!(near(rho, naive_rho(&first, &second), 1e-13));
            Ok(())
        });
    }

    #[test]
    fn symmetric_odd_and_blind_to_scale() {
        law(columns(2), |(first, second)| {
            if constant(&first) || constant(&second) {
                return Ok(());
            }
            let negated: Vec<f64> = second.iter().map(|value| -value).collect();
            // A rising map that is exact enough to make and break no tie.
            let cubed: Vec<f64> = first.iter().map(|value| value * value * value + value).collect();
            for coefficient in BOTH {
                let value = of(coefficient, &first, &second).unwrap();
                prop_assert!((-1.0..=1.0).contains(&value));
                prop_assert_eq!(of(coefficient, &second, &first).unwrap(), value);
                prop_assert_eq!(of(coefficient, &first, &negated).unwrap(), -value);
                prop_assert_eq!(of(coefficient, &cubed, &second).unwrap(), value);
                prop_assert_eq!(of(coefficient, &first, &first), Ok(1.0));
                prop_assert_eq!(of(coefficient, &second, &negated), Ok(-1.0));
            }
            Ok(())
        });
    }

    #[test]
    fn one_means_the_same_order_and_nothing_else() {
        // Among 2^19 ladder steps one swap changes rho by about 1e-16.
        let first: Vec<f64> = (0..1 << 19).map(f64::from).collect();
        let mut second = first.clone();
        second.swap(7, 8);
        let rho = of(spearman, &first, &second).unwrap();
        assert!(rho < 1.0 && rho > 1.0 - 1e-12, "{rho}");
        let tau = of(kendall_tau_b, &first, &second).unwrap();
        assert!(tau < 1.0 && tau > 1.0 - 1e-10, "{tau}");
        // The same with a tie instead of a swap.
        second = first.clone();
        second[8] = second[7];
        let rho = of(spearman, &first, &second).unwrap();
        assert!(rho < 1.0 && rho > 1.0 - 1e-12, "{rho}");
        assert_eq!(of(spearman, &second, &second), Ok(1.0));
    }

    #[test]
    fn small_and_large_columns() {
        for coefficient in BOTH {
            assert_eq!(of(coefficient, &[], &[]), Err(Undefined::Empty));
            let one = of(coefficient, &[1.0], &[1.0]);
            assert_eq!(one, Err(Undefined::TooFew { needed: 2, got: 1 }));
            assert_eq!(of(coefficient, &[1.0, 2.0], &[2.0, 5.0]), Ok(1.0));
            assert_eq!(of(coefficient, &[1.0, 2.0], &[5.0, 2.0]), Ok(-1.0));
            assert!(of(coefficient, &[0.0, -0.0], &[1.0, 2.0]).is_err());
        }
        // A full reversal of 100,000 rows: 5e9 pairs, beyond 32 bits.
        let up: Vec<f64> = (0..100_000).map(f64::from).collect();
        let down: Vec<f64> = up.iter().rev().copied().collect();
        assert_eq!(of(kendall_tau_b, &up, &down), Ok(-1.0));
    }
}
