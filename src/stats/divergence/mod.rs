//! How two distributions differ, whoever stands where in them.
//!
//! These compare columns as wholes; rows need not match and lengths may
//! differ. That is their use (two populations) and their blind spot: rows that
//! change places within a column leave all of them at 0. Bins are a type of
//! their own because they are made once, from the reference alone.

mod bins;

pub use bins::Bins;

use super::elementary::ln;
use super::sum::Sum;
use super::summary::{ends_finite, sorted};
use super::undefined::{Figure, Undefined, figure, some_finite};

/// The least proportion that [`psi`] reckons with.
pub const PROPORTION_FLOOR: f64 = 1e-6;

/// The two-sample Kolmogorov-Smirnov statistic: the largest distance between
/// the two empirical distribution functions, `max |F(x) - G(x)|`, from 0 to 1.
///
/// Smirnov 1939. Equal values step together, so ties within and between the
/// samples need no care. The statistic only: for the same rows under two
/// versions its p-value would be wrong. Symmetric.
///
/// # Errors
/// A side without values, or a value that is not finite.
pub fn ks(first: &[f64], second: &[f64]) -> Figure {
    some_finite(first)?;
    some_finite(second)?;
    ks_of_sorted(&sorted(first), &sorted(second))
}

/// [`ks`] of two columns that are already in ascending order.
///
/// # Errors
/// As [`ks`]. That the slices ascend is the caller's part.
pub fn ks_of_sorted(first: &[f64], second: &[f64]) -> Figure {
    ends_finite(first)?;
    ends_finite(second)?;
    let mut widest = 0;
    walk(first, second, |gap, _| widest = widest.max(gap));
    Ok(widest as f64 / (first.len() as u128 * second.len() as u128) as f64)
}

/// The Wasserstein distance of order 1 (earth mover's distance): the area
/// between the two distribution functions, `integral |F(x) - G(x)| dx`, in the
/// unit of the values.
///
/// Vallender 1974. For sides of equal length it is the mean distance between
/// the i-th smallest of each. Ties need no care. Symmetric.
///
/// # Errors
/// A side without values, a value that is not finite, or a distance beyond the
/// range of `f64`.
pub fn wasserstein(first: &[f64], second: &[f64]) -> Figure {
    some_finite(first)?;
    some_finite(second)?;
    wasserstein_of_sorted(&sorted(first), &sorted(second))
}

/// [`wasserstein`] of two columns that are already in ascending order.
///
/// # Errors
/// As [`wasserstein`]. That the slices ascend is the caller's part.
pub fn wasserstein_of_sorted(first: &[f64], second: &[f64]) -> Figure {
    ends_finite(first)?;
    ends_finite(second)?;
    let mut area = Sum::default();
    walk(first, second, |gap, width| {
        area.add(gap as f64 * width);
    });
    let pairs = (first.len() as u128 * second.len() as u128) as f64;
    figure(area.value() / pairs)
}

/// Walks up the union of two sorted samples. After each distinct value it
/// tells the distance between the two distribution functions, times both
/// lengths (an integer), and the width up to the next value (0 at the end).
fn walk(first: &[f64], second: &[f64], mut step: impl FnMut(u128, f64)) {
    let (mut i, mut j) = (0, 0);
    while i < first.len() || j < second.len() {
        let here = lesser(first.get(i), second.get(j));
        while i < first.len() && first[i] == here {
            i += 1;
        }
        while j < second.len() && second[j] == here {
            j += 1;
        }
        let gap = (i as u128 * second.len() as u128).abs_diff(j as u128 * first.len() as u128);
        let done = i == first.len() && j == second.len();
        let width = if done { 0.0 } else { lesser(first.get(i), second.get(j)) - here };
        step(gap, width);
    }
}

fn lesser(left: Option<&f64>, right: Option<&f64>) -> f64 {
    let left = left.copied().unwrap_or(f64::INFINITY);
    let right = right.copied().unwrap_or(f64::INFINITY);
    left.min(right)
}

/// The population stability index over given bins: `sum (q - p) ln(q / p)`,
/// with `p` the proportion of the reference in a bin and `q` of the other.
///
/// It is the symmetric divergence of Jeffreys (1946), as used in credit
/// scoring. Bins come from the reference ([`Bins`]); a value on an edge
/// belongs to the bin below it. A proportion under 1e-6, in particular of an
/// empty bin, counts as 1e-6 ([`PROPORTION_FLOOR`]); the proportions are not
/// normalised again after that. 0 when the proportions agree, whatever moved
/// within and between them.
///
/// # Errors
/// A side without values, or a value that is not finite.
pub fn psi(reference: &[f64], other: &[f64], bins: &Bins) -> Figure {
    some_finite(reference)?;
    some_finite(other)?;
    psi_of_counts(&bins.count(reference), &bins.count(other))
}

/// The population stability index of two lists of counts over the same bins;
/// see [`psi`].
///
/// # Errors
/// Lists of different length, or one that counts nothing.
pub fn psi_of_counts(reference: &[u64], other: &[u64]) -> Figure {
    if reference.len() != other.len() {
        return Err(Undefined::UnequalLengths { first: reference.len(), second: other.len() });
    }
    let p = proportions(reference)?;
    let q = proportions(other)?;
    let terms = p.iter().zip(&q).map(|(p, q)| (q - p) * ln(q / p));
    figure(terms.collect::<Sum>().value())
}

fn proportions(counts: &[u64]) -> Result<Vec<f64>, Undefined> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Err(Undefined::Empty);
    }
    let share = |&count: &u64| (count as f64 / total as f64).max(PROPORTION_FLOOR);
    Ok(counts.iter().map(share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{column, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    /// The share of values at most `x`.
    fn distribution(values: &[f64], x: f64) -> f64 {
        values.iter().filter(|&&value| value <= x).count() as f64 / values.len() as f64
    }

    fn union(first: &[f64], second: &[f64]) -> Vec<f64> {
        sorted(&[first, second].concat())
    }

    fn shuffled(values: &[f64]) -> Vec<f64> {
        values.iter().rev().copied().collect()
    }

    #[test]
    fn ks_and_wasserstein_agree_with_the_distribution_functions() {
        law((column(1), column(1)), |(first, second)| {
            let points = union(&first, &second);
            let gap = |x: f64| (distribution(&first, x) - distribution(&second, x)).abs();
            let widest = points.iter().map(|&x| gap(x)).fold(0.0, f64::max);
            prop_assert!(near(ks(&first, &second).unwrap(), widest, 1e-14));
            let area: f64 = points.windows(2).map(|pair| gap(pair[0]) * (pair[1] - pair[0])).sum();
            prop_assert!(near(wasserstein(&first, &second).unwrap(), area, 1e-12));
            Ok(())
        });
    }

    #[test]
    fn wasserstein_of_equal_lengths_matches_the_sorted_columns() {
        law(column(1), |first| {
            let second: Vec<f64> = first.iter().map(|value| value * value).collect();
            let pairs = sorted(&first).into_iter().zip(sorted(&second));
            let total: f64 = pairs.map(|(x, y)| (x - y).abs()).sum();
            let ours = wasserstein(&first, &second).unwrap();
            prop_assert!(near(ours, total / first.len() as f64, 1e-12));
            Ok(())
        });
    }

    #[test]
    fn laws_of_both_distances() {
        law((column(1), column(1)), |(first, second)| {
            for distance in [ks, wasserstein] {
                let there = distance(&first, &second).unwrap();
                prop_assert!(there >= 0.0);
                prop_assert_eq!(distance(&second, &first).unwrap(), there);
                prop_assert_eq!(distance(&first, &shuffled(&first)), Ok(0.0));
                let repeated = first.repeat(3);
                prop_assert!(near(distance(&repeated, &second).unwrap(), there, 1e-12));
            }
            // A rising map leaves ks alone; a shift by c is at most c away.
            let cubed = |values: &[f64]| -> Vec<f64> { values.iter().map(|x| x * x * x + x).collect() };
            prop_assert_eq!(ks(&cubed(&first), &cubed(&second)), ks(&first, &second));
            let moved: Vec<f64> = first.iter().map(|x| x + 8.0).collect();
            prop_assert!(near(wasserstein(&first, &moved).unwrap(), 8.0, 1e-12));
            Ok(())
        });
    }

    #[test]
    fn psi_agrees_with_its_definition() {
        law((column(2), column(1)), |(reference, other)| {
            let Ok(bins) = Bins::deciles(&reference, 4) else {
                return Ok(());
            };
            let share = |values: &[f64], low: f64, high: f64| {
                let inside = values.iter().filter(|&&x| x > low && x <= high).count();
                (inside as f64 / values.len() as f64).max(1e-6)
            };
            let mut ends = vec![f64::NEG_INFINITY];
            ends.extend(bins.edges());
            ends.push(f64::INFINITY);
            let terms = ends.windows(2).map(|end| {
                let p = share(&reference, end[0], end[1]);
                let q = share(&other, end[0], end[1]);
                (q - p) * ln(q / p)
            });
            let expected: f64 = terms.sum();
            let ours = psi(&reference, &other, &bins).unwrap();
            prop_assert!(near(ours, expected, 1e-12));
            prop_assert!(ours >= 0.0);
            let back = psi(&other, &reference, &bins).unwrap();
            prop_assert!(near(ours, back, 1e-12));
            prop_assert_eq!(psi(&reference, &shuffled(&reference), &bins), Ok(0.0));
            Ok(())
        });
    }

    #[test]
    fn an_empty_bin_counts_as_a_millionth() {
        let expected = (0.5 - 1e-6) * ln(0.5 / 1e-6) + 0.5 * ln(2.0);
        let ours = psi_of_counts(&[5, 5], &[0, 10]).unwrap();
        assert!(near(ours, expected, 1e-14), "{ours}");
        assert_eq!(psi_of_counts(&[5, 5], &[500, 500]), Ok(0.0));
    }

    #[test]
    fn undefined() {
        for distance in [ks, wasserstein] {
            assert_eq!(distance(&[], &[1.0]), Err(Undefined::Empty));
            assert_eq!(distance(&[1.0], &[]), Err(Undefined::Empty));
            assert_eq!(distance(&[1.0], &[f64::NAN]), Err(Undefined::NotFinite));
        }
        let far = wasserstein(&[-f64::MAX], &[f64::MAX]);
        assert_eq!(far, Err(Undefined::Overflow));
        let bins = Bins::fixed(&[0.0]).unwrap();
        assert_eq!(psi(&[], &[1.0], &bins), Err(Undefined::Empty));
        assert_eq!(psi(&[1.0], &[f64::INFINITY], &bins), Err(Undefined::NotFinite));
        assert_eq!(psi_of_counts(&[0, 0], &[1, 1]), Err(Undefined::Empty));
        let uneven = psi_of_counts(&[1], &[1, 1]);
        assert_eq!(uneven, Err(Undefined::UnequalLengths { first: 1, second: 2 }));
    }
}
