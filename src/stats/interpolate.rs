//! A distribution frozen into a short table: from a value to its percentile
//! rank.
//!
//! The table has to be small enough to be stored beside a model, and reading
//! it must give the same answer years later without the reference. One method
//! serves every size: straight lines between knots. Up to 1,025 distinct values
//! every one of them is a knot; beyond, a choice of them.

use super::undefined::{Undefined, all_finite};

/// The greatest number of knots.
pub const MOST_KNOTS: usize = 1025;

/// Knots of a percentile-rank function: values strictly increasing and finite,
/// ranks strictly increasing and inside (0, 1); from 1 to [`MOST_KNOTS`] of
/// them.
///
/// The rank of a knot is its mid-distribution percentile in the reference:
/// `(count below + half the count equal) / n` (Parzen, "Quantile probability
/// and statistical data modeling", Statistical Science 19, 2004). So the ranks
/// of the reference average one half, and tied values share one rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Knots {
    values: Vec<f64>,
    ranks: Vec<f64>,
}

/// A distinct value of the reference and the rows it takes in sorted order.
#[derive(Clone, Copy)]
struct Group {
    value: f64,
    start: usize,
    end: usize,
}

impl Group {
    fn rank(self, n: usize) -> f64 {
        (self.start + self.end) as f64 / (2 * n) as f64
    }

    /// The number of grid positions `i (n - 1) / (MOST_KNOTS - 1)`, rounded
    /// down, that fall into the group.
    fn grid_positions(self, n: usize) -> usize {
        // floor(i (n - 1) / m) < row  <=>  i (n - 1) < row m
        let m = (MOST_KNOTS - 1) as u128;
        let before = |row: usize| (row as u128 * m).div_ceil(n as u128 - 1).min(m + 1);
        (before(self.end) - before(self.start)) as usize
    }
}

impl Knots {
    /// Fits the knots to a reference in ascending order.
    ///
    /// With at most 1,025 distinct values each is a knot. With more, the knots
    /// are the values at 1,025 evenly spaced places of the sorted reference,
    /// the least and the greatest among them. A value so frequent that it takes
    /// three or more of those places (such as zero) is one knot and brings its
    /// two neighbours along, lest a line run across the jump it makes.
    ///
    /// At every knot the rank is exact; at the other values of the reference
    /// it is off by at most 0.003.
    ///
    /// # Errors
    /// No values, a value that is not finite, or values that do not ascend. One
    /// distinct value is no error: its rank is one half.
    pub fn fit(sorted: &[f64]) -> Result<Self, Undefined> {
        if sorted.is_empty() {
            return Err(Undefined::Empty);
        }
        all_finite(sorted)?;
        if !sorted.is_sorted() {
            return Err(Undefined::OutOfRange { text: "the reference is not in ascending order".to_owned() });
        }
        let n = sorted.len();
        let chosen = chosen_groups(sorted);
        Ok(Knots {
            values: chosen.iter().map(|group| group.value + 0.0).collect(),
            ranks: chosen.iter().map(|group| group.rank(n)).collect(),
        })
    }

    /// Knots as they were stored.
    ///
    /// # Errors
    /// What breaks the invariant of the type.
    pub fn from_parts(values: Vec<f64>, ranks: Vec<f64>) -> Result<Self, Undefined> {
        if values.is_empty() {
            return Err(Undefined::Empty);
        }
        if values.len() != ranks.len() {
            return Err(Undefined::UnequalLengths { first: values.len(), second: ranks.len() });
        }
        all_finite(&values)?;
        all_finite(&ranks)?;
        let wrong = if values.len() > MOST_KNOTS {
            Some("there are more than 1,025 knots")
        } else if !values.is_sorted_by(|left, right| left < right) {
            Some("the values of the knots do not increase")
        } else if !ranks.is_sorted_by(|left, right| left < right) {
            Some("the ranks of the knots do not increase")
        } else if ranks[0] <= 0.0 || ranks[ranks.len() - 1] >= 1.0 {
            Some("a rank does not lie between 0 and 1")
        } else {
            None
        };
        match wrong {
            Some(text) => Err(Undefined::OutOfRange { text: text.to_owned() }),
            None => Ok(Knots { values, ranks }),
        }
    }

    /// The percentile rank of a value: at a knot its rank, between two knots
    /// on the straight line, below the first 0, above the last 1. It never
    /// falls as `x` rises. `x` may be infinite; NaN comes back as NaN.
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        let above = self.values.partition_point(|&value| value <= x);
        if above == 0 {
            return 0.0;
        }
        let below = above - 1;
        let (left, low) = (self.values[below], self.ranks[below]);
        if x == left {
            return low;
        }
        if above == self.values.len() {
            return 1.0;
        }
        let (right, high) = (self.values[above], self.ranks[above]);
        let width = right - left;
        let share =
            if width.is_finite() { (x - left) / width } else { (x / 2.0 - left / 2.0) / (right / 2.0 - left / 2.0) };
        (low + (high - low) * share).min(high)
    }

    /// The values of the knots, strictly increasing.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The ranks of the knots, strictly increasing, inside (0, 1).
    #[must_use]
    pub fn ranks(&self) -> &[f64] {
        &self.ranks
    }
}

/// The distinct values that become knots, ascending.
fn chosen_groups(sorted: &[f64]) -> Vec<Group> {
    let groups = distinct(sorted);
    if groups.len() <= MOST_KNOTS {
        return groups;
    }
    let positions: Vec<usize> = groups.iter().map(|group| group.grid_positions(sorted.len())).collect();
    let heavy = |at: usize| positions.get(at).is_some_and(|&taken| taken >= 3);
    groups
        .iter()
        .enumerate()
        .filter(|&(at, _)| positions[at] > 0 || heavy(at + 1) || (at > 0 && heavy(at - 1)))
        .map(|(_, &group)| group)
        .collect()
}

fn distinct(sorted: &[f64]) -> Vec<Group> {
    let mut start = 0;
    sorted
        .chunk_by(|left, right| left == right)
        .map(|run| {
            let group = Group { value: run[0], start, end: start + run.len() };
            start = group.end;
            group
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::summary::sorted;
    use crate::stats::testing::{column, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    /// The mid-distribution percentile by counting.
    fn counted(reference: &[f64], x: f64) -> f64 {
        let below = reference.iter().filter(|&&value| value < x).count() as f64;
        let equal = reference.iter().filter(|&&value| value == x).count() as f64;
        (below + equal / 2.0) / reference.len() as f64
    }

    #[test]
    fn few_values_are_exact() {
        let knots = Knots::fit(&[0.0, 0.0, 0.0, 1.0, 5.0]).unwrap();
        assert_eq!(knots.values(), [0.0, 1.0, 5.0]);
        assert_eq!(knots.ranks(), [0.3, 0.7, 0.9]);
        assert_eq!(knots.at(1.0), 0.7);
        assert!(near(knots.at(3.0), 0.8, 1e-15));
        assert_eq!(knots.at(-0.001), 0.0);
        assert_eq!(knots.at(5.001), 1.0);
        assert_eq!([f64::NEG_INFINITY, f64::INFINITY].map(|x| knots.at(x)), [0.0, 1.0]);
        assert!(knots.at(f64::NAN).is_nan());
    }

    #[test]
    fn one_distinct_value_is_the_middle() {
        let knots = Knots::fit(&[7.0, 7.0]).unwrap();
        assert_eq!([6.0, 7.0, 8.0].map(|x| knots.at(x)), [0.0, 0.5, 1.0]);
        let zeros = Knots::fit(&[-0.0, 0.0]).unwrap();
        assert_eq!(zeros.values()[0].to_bits(), 0);
    }

    #[test]
    fn every_value_of_the_reference_has_its_rank() {
        law((column(1), -120.0..120.0f64, 0.0..3.0f64), |(reference, x, step)| {
            let reference = sorted(&reference);
            let knots = Knots::fit(&reference).unwrap();
            for &value in &reference {
                prop_assert!(near(knots.at(value), counted(&reference, value), 1e-15));
            }
            let total: f64 = reference.iter().map(|&value| knots.at(value)).sum();
            prop_assert!(near(total / reference.len() as f64, 0.5, 1e-14));
            prop_assert!((0.0..=1.0).contains(&knots.at(x)));
            prop_assert!(knots.at(x) <= knots.at(x + step));
            let stored = Knots::from_parts(knots.values().to_vec(), knots.ranks().to_vec());
            prop_assert_eq!(stored, Ok(knots));
            Ok(())
        });
    }

    /// Many values without ties, with a heavy one at either end, and with
    /// several heavy ones.
    fn large_references() -> Vec<Vec<f64>> {
        let ladder = |n: u32| (0..n).map(|i| f64::from(i) * f64::from(i) / 7.0);
        let with = |heavy: &[(f64, usize)], n: u32| {
            let mut values: Vec<f64> = ladder(n).map(|x| x + 0.5).collect();
            for &(value, count) in heavy {
                values.extend(std::iter::repeat_n(value, count));
            }
            sorted(&values)
        };
        vec![
            ladder(1026).collect(),
            ladder(1027).collect(),
            ladder(20_000).collect(),
            with(&[(0.0, 30_000)], 3_000),
            with(&[(1e12, 9_000)], 3_000),
            with(&[(0.0, 4_000), (100.0, 50), (250.0, 5_000), (251.0, 70), (1e6, 100)], 6_000),
            with(&[(10.0, 9), (20.0, 10), (30.0, 11), (40.0, 12), (50.0, 30)], 5_000),
        ]
    }

    #[test]
    fn many_values_are_thinned_within_the_stated_error() {
        for reference in large_references() {
            let knots = Knots::fit(&reference).unwrap();
            let (least, greatest) = (reference[0], reference[reference.len() - 1]);
            assert!(knots.values().len() <= MOST_KNOTS);
            assert!(knots.values().len() > 90);
            assert_eq!(knots.values().first(), Some(&least));
            assert_eq!(knots.values().last(), Some(&greatest));
            for (&value, &rank) in knots.values().iter().zip(knots.ranks()) {
                assert_eq!(knots.at(value), rank);
            }
            let n = reference.len() as f64;
            let (mut below, mut worst, mut last) = (0, 0.0f64, 0.0);
            for run in reference.chunk_by(|left, right| left == right) {
                let exact = (below as f64 + run.len() as f64 / 2.0) / n;
                let ours = knots.at(run[0]);
                worst = worst.max((ours - exact).abs());
                assert!(ours >= last);
                (last, below) = (ours, below + run.len());
            }
            assert!(worst < 0.003, "{worst}");
        }
    }

    #[test]
    fn grid_positions_add_up() {
        for reference in large_references() {
            let n = reference.len();
            let groups = distinct(&reference);
            let total: usize = groups.iter().map(|group| group.grid_positions(n)).sum();
            assert_eq!(total, MOST_KNOTS);
            let naive = |group: &Group| {
                (0..MOST_KNOTS)
                    .map(|place| place * (n - 1) / (MOST_KNOTS - 1))
                    .filter(|row| (group.start..group.end).contains(row))
                    .count()
            };
            for group in groups.iter().step_by(37) {
                assert_eq!(group.grid_positions(n), naive(group));
            }
        }
    }

    #[test]
    fn extreme_widths_stay_in_range() {
        let knots = Knots::fit(&[-f64::MAX, f64::MAX]).unwrap();
        assert_eq!(knots.at(0.0), 0.5);
        let tiny = Knots::fit(&[0.0, 5e-324]).unwrap();
        assert_eq!([0.0, 5e-324].map(|x| tiny.at(x)), [0.25, 0.75]);
    }

    #[test]
    fn refused() {
        assert_eq!(Knots::fit(&[]), Err(Undefined::Empty));
        assert_eq!(Knots::fit(&[1.0, f64::NAN]), Err(Undefined::NotFinite));
        let range = |result| matches!(result, Err(Undefined::OutOfRange { .. }));
        assert!(range(Knots::fit(&[2.0, 1.0])));
        let parts = |values: &[f64], ranks: &[f64]| Knots::from_parts(values.to_vec(), ranks.to_vec());
        assert_eq!(parts(&[], &[]), Err(Undefined::Empty));
        let uneven = Undefined::UnequalLengths { first: 1, second: 0 };
        assert_eq!(parts(&[1.0], &[]), Err(uneven));
        assert_eq!(parts(&[f64::NAN], &[0.5]), Err(Undefined::NotFinite));
        assert!(range(parts(&[1.0, 1.0], &[0.2, 0.5])));
        assert!(range(parts(&[1.0, 2.0], &[0.5, 0.5])));
        assert!(range(parts(&[1.0], &[0.0])));
        assert!(range(parts(&[1.0], &[1.0])));
        let many: Vec<f64> = (1..1027).map(f64::from).collect();
        let ranks: Vec<f64> = many.iter().map(|x| x / 2000.0).collect();
        assert!(range(parts(&many, &ranks)));
    }
}
