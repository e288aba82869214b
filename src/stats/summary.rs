//! One column in a few numbers: its mean, spread and quantiles.
//!
//! Quantiles take a sorted slice, so that a caller who wants many of them
//! sorts once; those of weighted rows are asked of a
//! [`Distribution`](super::distribution::Distribution), where every value
//! carries its weight.

use super::key::{of_rising, rising};
use super::radix;
use super::sum::sum;
use super::undefined::{Figure, Undefined, figure, some_finite};
use super::weights::Weights;

/// The values in ascending order, by [`f64::total_cmp`]; O(n), by radix.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    into_sorted(values.to_vec())
}

/// The same of values that are given away: they are sorted where they stand.
/// Zeros, of which real columns are full, are counted and not moved about.
#[must_use]
pub fn into_sorted(values: Vec<f64>) -> Vec<f64> {
    let rows = values.len();
    // As wide as they were, so both ways keep the memory of the column.
    let mut keys: Vec<u64> = values.into_iter().map(rising).collect();
    let negative = keys.iter().filter(|key| **key == NEGATIVE_ZERO).count();
    keys.retain(|key| *key != ZERO && *key != NEGATIVE_ZERO);
    radix::sort(&mut keys);
    let (below, others) = (keys.partition_point(|key| *key < ZERO), keys.len());
    keys.resize(rows, ZERO);
    keys.copy_within(below..others, below + rows - others);
    keys[below..][..negative].fill(NEGATIVE_ZERO);
    keys[below + negative..][..rows - others - negative].fill(ZERO);
    keys.into_iter().map(of_rising).collect()
}

/// The bits of zero among those that ascend as the numbers do.
const ZERO: u64 = 1 << 63;
const NEGATIVE_ZERO: u64 = ZERO - 1;

/// The mean `sum w x / sum w`, from compensated sums in the order of the slice
/// ([`super::sum::Sum`]). It lies between the least and the greatest value;
/// in particular the mean of equal values is that value.
///
/// # Errors
/// No values, a value that is not finite, a sum beyond the range of `f64`, or
/// weights that do not fit ([`Weights::each`]).
pub fn mean(values: &[f64], weights: Weights<'_>) -> Figure {
    some_finite(values)?;
    weights.check(values.len())?;
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total = weights.total(values.len());
    // A weight of 1 changes no bit of a product.
    let mean = figure(sum(weighed(values, weights, |value| value)) / total)?;
    Ok(mean.clamp(least, greatest))
}

/// The population variance: the mean of the squared deviations from the mean,
/// `sum w (x - m)^2 / sum w`; exactly 0 for equal values, defined for one
/// value.
///
/// Two passes; the second subtracts what the rounding of `m` adds (Chan, Golub
/// and LeVeque, "Algorithms for computing the sample variance", American
/// Statistician 37, 1983).
///
/// # Errors
/// As [`mean`].
pub fn variance_population(values: &[f64], weights: Weights<'_>) -> Figure {
    let mean = mean(values, weights)?;
    let n = weights.total(values.len());
    let drift = sum(weighed(values, weights, |value| value - mean));
    let squares = sum(weighed(values, weights, |value| (value - mean) * (value - mean)));
    let variance = (squares - drift * drift / n) / n;
    // The greater of NaN and 0 would be 0.
    figure(if variance < 0.0 { 0.0 } else { variance })
}

/// A function of every value, times the value's weight.
fn weighed(values: &[f64], weights: Weights<'_>, of: impl Fn(f64) -> f64) -> impl Iterator<Item = f64> {
    values.iter().zip(weights.iter(values.len())).map(move |(&value, weight)| weight * of(value))
}

/// The `p`-quantile of values in ascending order: linear interpolation at
/// position `(n - 1) p`, counted from 0.
///
/// Type 7 of Hyndman and Fan, "Sample quantiles in statistical packages",
/// American Statistician 50 (1996); the default of NumPy and R. Ties need no
/// care.
///
/// # Errors
/// No values, a value that is not finite, `p` outside of `[0, 1]`. That the
/// slice is ascending is the caller's part.
pub fn quantile(sorted: &[f64], p: f64) -> Figure {
    ends_finite(sorted)?;
    if !(0.0..=1.0).contains(&p) {
        return Err(Undefined::OutOfRange { text: format!("p = {p} does not lie between 0 and 1") });
    }
    let position = (sorted.len() - 1) as f64 * p;
    let below = position.floor();
    beside(sorted, below as usize, position - below)
}

/// The quantile at `part / whole`, its position found in integers: a position
/// that falls on a value gives that value, whatever `part / whole` rounds to.
///
/// Needs `part <= whole` and `whole > 0`.
pub(crate) fn quantile_at_ratio(sorted: &[f64], part: usize, whole: usize) -> Figure {
    ends_finite(sorted)?;
    let position = (sorted.len() - 1) as u128 * part as u128;
    let below = (position / whole as u128) as usize;
    beside(sorted, below, (position % whole as u128) as f64 / whole as f64)
}

/// The ends of a sorted slice tell whether all of it is finite.
pub(crate) fn ends_finite(sorted: &[f64]) -> Result<(), Undefined> {
    debug_assert!(sorted.is_sorted() || sorted.iter().any(|value| value.is_nan()));
    match (sorted.first(), sorted.last()) {
        (Some(least), Some(greatest)) if least.is_finite() && greatest.is_finite() => Ok(()),
        (None, _) | (_, None) => Err(Undefined::Empty),
        _ => Err(Undefined::NotFinite),
    }
}

fn beside(sorted: &[f64], below: usize, share: f64) -> Figure {
    between(sorted[below], sorted[(below + 1).min(sorted.len() - 1)], share)
}

/// The point at `share` of the way from one value to the next, from the nearer
/// end, so that it stays between the two.
pub(crate) fn between(left: f64, right: f64, share: f64) -> Figure {
    let width = right - left;
    figure(if share < 0.5 { left + width * share } else { right - width * (1.0 - share) })
}

/// The median: the middle value, or the mean of the two in the middle. Takes
/// the values in any order.
///
/// # Errors
/// No values, or a value that is not finite.
pub fn median(values: &[f64]) -> Figure {
    some_finite(values)?;
    quantile(&sorted(values), 0.5)
}

/// The median of the absolute deviations from the median, not scaled to agree
/// with a standard deviation. Takes the values in any order. It is 0 when more
/// than half of the values are tied.
///
/// # Errors
/// As [`median`].
pub fn median_absolute_deviation(values: &[f64]) -> Figure {
    let middle = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    if deviations.iter().all(|deviation| deviation.is_finite()) {
        median(&deviations)
    } else {
        Err(Undefined::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{column, law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut stream = crate::stats::resample::Stream::new(4, "sorted", 0);
        for kind in 0..5 {
            let number = |coins: u64| match (kind, coins % 8) {
                (0, _) => f64::from_bits(coins),
                (1, 0..6) => 0.0,
                (1, _) | (2, 0..4) => -0.0,
                (2, _) => -((coins >> 32) as f64),
                (3, _) => (coins >> 40) as f64 / 7.0 - 900.0,
                _ => 4.0,
            };
            for rows in [0, 1, 100, 20_000] {
                let values: Vec<f64> = (0..rows).map(|_| number(stream.coins())).collect();
                let mut expected = values.clone();
                expected.sort_by(f64::total_cmp);
                let bits = |values: &[f64]| -> Vec<u64> { values.iter().map(|value| value.to_bits()).collect() };
                assert!(bits(&sorted(&values)) == bits(&expected), "{rows} rows of kind {kind}");
            }
        }
    }

    #[test]
    fn textbook_values() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(mean(&values, Weights::Equal), Ok(5.0));
        assert_eq!(variance_population(&values, Weights::Equal), Ok(4.0));
        assert_eq!(median(&values), Ok(4.5));
        assert_eq!(median_absolute_deviation(&values), Ok(0.5));
        assert_eq!(quantile(&values, 0.25), Ok(4.0));
        assert_eq!(median(&[9.0, 1.0, 5.0]), Ok(5.0));
        assert_eq!(sorted(&[3.0, -1.0, 2.0]), [-1.0, 2.0, 3.0]);
    }

    #[test]
    fn equal_values_are_their_own_mean_and_do_not_vary() {
        for n in [1, 3, 10, 49] {
            let values = vec![0.1; n];
            assert_eq!(mean(&values, Weights::Equal), Ok(0.1));
            assert_eq!(variance_population(&values, Weights::Equal), Ok(0.0));
            assert_eq!(median_absolute_deviation(&values), Ok(0.0));
        }
    }

    #[test]
    fn a_large_offset_does_not_hide_the_variance() {
        let values = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        assert_eq!(variance_population(&values, Weights::Equal), Ok(22.5));
    }

    #[test]
    fn agree_with_their_definitions() {
        law((column(1), 0.0..=1.0f64), |(values, p)| {
            let n = values.len() as f64;
            let m = values.iter().sum::<f64>() / n;
            prop_assert!(near(mean(&values, Weights::Equal).unwrap(), m, 1e-12));
            let v = values.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / n;
            prop_assert!(near(variance_population(&values, Weights::Equal).unwrap(), v, 1e-11));
            // The mean over all pairs says the same without a mean.
            let pairs = values.iter().flat_map(|x| values.iter().map(move |y| (x - y) * (x - y)));
            prop_assert!(near(v, pairs.sum::<f64>() / (2.0 * n * n), 1e-11));

            let sorted = sorted(&values);
            let ours = quantile(&sorted, p).unwrap();
            let at = p * (n - 1.0);
            let left = sorted[at as usize];
            let right = sorted[(at.ceil() as usize).min(values.len() - 1)];
            prop_assert!(near(ours, left + (right - left) * at.fract(), 1e-12));
            prop_assert!(ours >= sorted[0] && ours <= sorted[values.len() - 1]);
            Ok(())
        });
    }

    #[test]
    fn quantiles_rise_and_ratios_agree() {
        law((column(1), 1usize..20), |(values, whole)| {
            let sorted = sorted(&values);
            let mut last = f64::NEG_INFINITY;
            for part in 0..=whole {
                let ratio = quantile_at_ratio(&sorted, part, whole).unwrap();
                let plain = quantile(&sorted, part as f64 / whole as f64).unwrap();
                prop_assert!(near(ratio, plain, 1e-12));
                prop_assert!(ratio >= last);
                last = ratio;
            }
            prop_assert_eq!(last, sorted[sorted.len() - 1]);
            Ok(())
        });
    }

    #[test]
    fn a_ratio_that_falls_on_a_value_gives_it() {
        // 10 * 0.3 is 3.0000000000000004 where 0.3 came from a sum.
        let ladder: Vec<f64> = (0..11).map(|step| f64::from(step) * 0.7).collect();
        for part in 0..=10 {
            assert_eq!(quantile_at_ratio(&ladder, part, 10), Ok(ladder[part]));
        }
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        law(weighted(1), |(values, _, weights)| {
            let repeated = expanded(&values, &weights);
            let weights = Weights::Each(&weights);
            let plain = mean(&repeated, Weights::Equal).unwrap();
            prop_assert!(near(mean(&values, weights).unwrap(), plain, 1e-12));
            let plain = variance_population(&repeated, Weights::Equal).unwrap();
            prop_assert!(near(variance_population(&values, weights).unwrap(), plain, 1e-12));
            let ones = vec![1.0; values.len()];
            prop_assert_eq!(mean(&values, Weights::Each(&ones)), mean(&values, Weights::Equal));
            let varied = variance_population(&values, Weights::Each(&ones));
            prop_assert_eq!(varied, variance_population(&values, Weights::Equal));
            Ok(())
        });
        assert_eq!(mean(&[0.1; 3], Weights::Each(&[0.3, 0.1, 7.0])), Ok(0.1));
        let uneven = Err(Undefined::UnequalLengths { first: 1, second: 2 });
        assert_eq!(mean(&[1.0], Weights::Each(&[1.0, 1.0])), uneven);
        assert!(variance_population(&[1.0], Weights::Each(&[0.0])).is_err());
    }

    #[test]
    fn undefined() {
        for empty in
            [mean(&[], Weights::Equal), variance_population(&[], Weights::Equal), median(&[]), quantile(&[], 0.5)]
        {
            assert_eq!(empty, Err(Undefined::Empty));
        }
        assert_eq!(median_absolute_deviation(&[]), Err(Undefined::Empty));
        for value in [f64::NAN, f64::INFINITY] {
            assert_eq!(mean(&[1.0, value], Weights::Equal), Err(Undefined::NotFinite));
            assert_eq!(median(&[1.0, value]), Err(Undefined::NotFinite));
            assert_eq!(quantile(&[1.0, value], 0.5), Err(Undefined::NotFinite));
        }
        for p in [-0.1, 1.1, f64::NAN] {
            assert!(matches!(quantile(&[1.0], p), Err(Undefined::OutOfRange { .. })));
        }
        assert_eq!(mean(&[f64::MAX, f64::MAX], Weights::Equal), Err(Undefined::Overflow));
        assert_eq!(quantile(&[-f64::MAX, f64::MAX], 0.5), Err(Undefined::Overflow));
    }
}
