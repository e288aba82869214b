//! Values of segments, drawn towards the value of all.
//!
//! Of many segments the smallest show the most extreme values, by chance alone.
//! "The worst segment" would nearly always be a tiny one. So each value is
//! drawn towards the pooled value, the more the less sure it is, before
//! segments are ranked.

use super::sum::sum;
use super::summary::{mean, variance_population};
use super::undefined::{Figure, Undefined, all_finite, figure};
use super::weights::Weights;

/// A segment's value after shrinkage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shrunk {
    /// `pooled + weight (value - pooled)`.
    pub value: f64,
    /// How much of its distance from the pooled value it keeps: from 0 (the
    /// pooled value) to 1 (as measured).
    pub weight: f64,
}

/// Segments after shrinkage.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrinkage {
    /// The value towards which all are drawn.
    pub pooled: f64,
    /// The estimated variance of the true values between segments; 0 if the
    /// values differ no more than chance makes them, and then every segment
    /// gets the pooled value.
    pub between: f64,
    /// The segments in the order given.
    pub segments: Vec<Shrunk>,
}

impl Shrinkage {
    /// The numbers of the segments from the lowest shrunk value to the highest;
    /// equal values keep their order.
    #[must_use]
    pub fn lowest_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.segments.len()).collect();
        order.sort_by(|&left, &right| self.segments[left].value.total_cmp(&self.segments[right].value));
        order
    }
}

/// Shrinks values with known sampling variances: each keeps the share
/// `t / (t + v)` of its distance from the pooled value, where `v` is its
/// sampling variance and `t` the variance between segments.
///
/// `t` is the moment estimate of DerSimonian and Laird, "Meta-analysis in
/// clinical trials", Controlled Clinical Trials 7 (1986): with `a = 1 / v`,
/// `m = sum a y / sum a` and `Q = sum a (y - m)^2` it is `max(0, (Q - (G - 1)) /
/// (sum a - sum a^2 / sum a))` for `G` segments. The pooled value is the mean
/// with weights `1 / (t + v)`. This is empirical Bayes after Efron and Morris,
/// "Data analysis using Stein's estimator", JASA 70 (1975), for unequal
/// variances. The estimate of `t` is rough for fewer than about ten segments,
/// and its own error is not carried on.
///
/// # Errors
/// Fewer than two segments; lists of different length; a value that is not
/// finite; a variance that is not above 0.
pub fn shrink(values: &[f64], variances: &[f64]) -> Result<Shrinkage, Undefined> {
    if values.len() != variances.len() {
        return Err(Undefined::UnequalLengths { first: values.len(), second: variances.len() });
    }
    match values.len() {
        0 => return Err(Undefined::Empty),
        1 => return Err(Undefined::TooFew { needed: 2, got: 1 }),
        _ => {}
    }
    all_finite(values)?;
    all_finite(variances)?;
    if let Some(variance) = variances.iter().find(|variance| **variance <= 0.0) {
        return Err(Undefined::OutOfRange { text: format!("the sampling variance {variance} is not above 0") });
    }
    let precision: Vec<f64> = variances.iter().map(|variance| 1.0 / variance).collect();
    let middle = mean(values, Weights::Each(&precision))?;
    let excess =
        sum(values.iter().zip(&precision).map(|(y, a)| a * (y - middle) * (y - middle))) - (values.len() - 1) as f64;
    let total = sum(precision.iter().copied());
    let scale = total - sum(precision.iter().map(|a| a * (a / total)));
    let between = figure(excess / scale)?.max(0.0);
    let weights: Vec<f64> = variances.iter().map(|variance| 1.0 / (between + variance)).collect();
    let pooled = mean(values, Weights::Each(&weights))?;
    let segments = values.iter().zip(variances).map(|(value, variance)| {
        let weight = between / (between + variance);
        Shrunk { value: pooled + weight * (value - pooled), weight }
    });
    Ok(Shrinkage { pooled, between, segments: segments.collect() })
}

/// [`shrink`] for the means of segments. The sampling variance of a mean is the
/// variance within segments, pooled over all, over the number of its rows.
///
/// Pooling the variance within keeps a segment of two equal rows from looking
/// certain; it supposes that segments vary alike inside.
///
/// # Errors
/// Those of [`shrink`]; a segment without rows; [`Undefined::TooFew`] if no
/// segment has more than one row; [`Undefined::OutOfRange`] if nothing varies
/// within any segment, so that there is nothing to shrink for.
pub fn shrink_means(segments: &[&[f64]]) -> Result<Shrinkage, Undefined> {
    let means = segments.iter().map(|rows| mean(rows, Weights::Equal)).collect::<Result<Vec<f64>, Undefined>>()?;
    let rows: usize = segments.iter().map(|rows| rows.len()).sum();
    let free = rows - segments.len();
    if free == 0 && !segments.is_empty() {
        return Err(Undefined::TooFew { needed: segments.len() + 1, got: rows });
    }
    let squares = segments
        .iter()
        .map(|rows| Ok(variance_population(rows, Weights::Equal)? * rows.len() as f64))
        .collect::<Result<Vec<f64>, Undefined>>()?;
    let within = sum(squares) / free as f64;
    if within == 0.0 {
        return Err(Undefined::OutOfRange { text: "nothing varies within any segment".to_owned() });
    }
    let variances: Vec<f64> = segments.iter().map(|rows| within / rows.len() as f64).collect();
    shrink(&means, &variances)
}

/// [`shrink`] for shares, each `(counted, of)`. The sampling variance of a share
/// is `p (1 - p) / n` with `p` the share of all: with its own share a segment
/// of 0 out of 3 would look certain.
///
/// # Errors
/// Those of [`shrink`]; a segment of none; more counted than there are;
/// [`Undefined::OutOfRange`] if all or none are counted throughout.
pub fn shrink_shares(segments: &[(u64, u64)]) -> Result<Shrinkage, Undefined> {
    for &(counted, of) in segments {
        if of == 0 {
            return Err(Undefined::Empty);
        }
        if counted > of {
            return Err(Undefined::OutOfRange { text: format!("{counted} out of {of} is no share") });
        }
    }
    let counted = sum(segments.iter().map(|segment| segment.0 as f64));
    let of = sum(segments.iter().map(|segment| segment.1 as f64));
    if !segments.is_empty() && (counted == 0.0 || counted == of) {
        return Err(Undefined::OutOfRange { text: "all segments have the same share, all or none".to_owned() });
    }
    let share = counted / of;
    let values: Vec<f64> = segments.iter().map(|&(counted, of)| counted as f64 / of as f64).collect();
    let variances: Vec<f64> = segments.iter().map(|&(_, of)| share * (1.0 - share) / of as f64).collect();
    shrink(&values, &variances)
}

/// The standard error of a mean, `s / sqrt(n)` with `s` the standard deviation
/// with divisor `n - 1`, for rows drawn independently.
///
/// # Errors
/// Fewer than two values, or a value that is not finite.
pub fn standard_error(values: &[f64]) -> Figure {
    if values.len() == 1 {
        return Err(Undefined::TooFew { needed: 2, got: 1 });
    }
    Ok((variance_population(values, Weights::Equal)? / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near};
    use proptest::collection::vec;
    use proptest::prop_assert;

    #[test]
    fn equal_variances_have_a_closed_form() {
        law((vec(-50.0..50.0f64, 2..20), 0.1..30.0f64), |(values, variance)| {
            let n = values.len() as f64;
            let ours = shrink(&values, &vec![variance; values.len()]).unwrap();
            let middle = values.iter().sum::<f64>() / n;
            // The unbiased variance of the values less what sampling adds.
            let spread = values.iter().map(|y| (y - middle) * (y - middle)).sum::<f64>() / (n - 1.0);
            let between = (spread - variance).max(0.0);
            prop_assert!(near(ours.between, between, 1e-9));
            prop_assert!(near(ours.pooled, middle, 1e-11));
            for (value, shrunk) in values.iter().zip(&ours.segments) {
                prop_assert!(near(shrunk.weight, between / (between + variance), 1e-9));
                prop_assert!((shrunk.value - middle).abs() <= (value - middle).abs() + 1e-9);
            }
            Ok(())
        });
    }

    #[test]
    fn the_less_sure_a_segment_the_more_it_is_drawn() {
        law(vec((-50.0..50.0f64, 0.1..30.0f64), 2..20), |rows| {
            let (values, variances): (Vec<f64>, Vec<f64>) = rows.iter().copied().unzip();
            let ours = shrink(&values, &variances).unwrap();
            for (left, &(_, first)) in ours.segments.iter().zip(&rows) {
                for (right, &(_, second)) in ours.segments.iter().zip(&rows) {
                    prop_assert!(first < second || left.weight <= right.weight);
                }
            }
            // Another unit changes nothing but the unit.
            let tenfold = shrink(
                &values.iter().map(|y| 10.0 * y + 3.0).collect::<Vec<f64>>(),
                &variances.iter().map(|v| 100.0 * v).collect::<Vec<f64>>(),
            );
            let tenfold = tenfold.unwrap();
            prop_assert!(near(tenfold.pooled, 10.0 * ours.pooled + 3.0, 1e-9));
            prop_assert!(near(tenfold.between, 100.0 * ours.between, 1e-8));
            Ok(())
        });
    }

    #[test]
    fn a_tiny_segment_is_not_the_worst() {
        // 0 of 3, 30 of 100, 480 of 1000, 520 of 1000.
        let ours = shrink_shares(&[(0, 3), (30, 100), (480, 1000), (520, 1000)]).unwrap();
        assert_eq!(ours.lowest_first()[0], 1);
        assert!(ours.segments[0].weight < 0.2 && ours.segments[3].weight > 0.9);
        // Values that differ less than chance makes them all become the pooled.
        let still = shrink_shares(&[(10, 20), (11, 20), (9, 20)]).unwrap();
        assert_eq!(still.between, 0.0);
        assert!(still.segments.iter().all(|segment| segment.weight == 0.0 && near(segment.value, 0.5, 1e-15)));
        assert_eq!(still.lowest_first(), [0, 1, 2]);
    }

    #[test]
    fn means_use_the_variance_within_all_segments() {
        let ours = shrink_means(&[&[1.0, 3.0], &[5.0, 5.0, 5.0, 9.0], &[20.0]]).unwrap();
        // Within: (2 + 12) / 4 = 3.5, so the variances are 1.75, .875 and 3.5.
        assert_eq!(ours, shrink(&[2.0, 6.0, 20.0], &[1.75, 0.875, 3.5]).unwrap());
        assert_eq!(standard_error(&[1.0, 3.0]), Ok(1.0));
        assert!(near(standard_error(&[5.0, 5.0, 5.0, 9.0]).unwrap(), 1.0, 1e-15));
    }

    #[test]
    fn undefined() {
        assert_eq!(shrink(&[], &[]), Err(Undefined::Empty));
        assert_eq!(shrink(&[1.0], &[1.0]), Err(Undefined::TooFew { needed: 2, got: 1 }));
        assert_eq!(shrink(&[1.0], &[]), Err(Undefined::UnequalLengths { first: 1, second: 0 }));
        assert_eq!(shrink(&[1.0, f64::NAN], &[1.0; 2]), Err(Undefined::NotFinite));
        for variance in [0.0, -1.0] {
            assert!(matches!(shrink(&[1.0, 2.0], &[1.0, variance]), Err(Undefined::OutOfRange { .. })));
        }
        assert!(shrink(&[1.0, 2.0], &[1e-320, 1.0]).is_err());
        assert_eq!(shrink_means(&[]), Err(Undefined::Empty));
        assert_eq!(shrink_means(&[&[1.0, 2.0], &[]]), Err(Undefined::Empty));
        assert_eq!(shrink_means(&[&[1.0], &[2.0]]), Err(Undefined::TooFew { needed: 3, got: 2 }));
        assert!(matches!(shrink_means(&[&[1.0, 1.0], &[2.0]]), Err(Undefined::OutOfRange { .. })));
        assert_eq!(shrink_shares(&[]), Err(Undefined::Empty));
        assert_eq!(shrink_shares(&[(1, 2)]), Err(Undefined::TooFew { needed: 2, got: 1 }));
        assert_eq!(shrink_shares(&[(1, 2), (0, 0)]), Err(Undefined::Empty));
        assert!(matches!(shrink_shares(&[(3, 2), (1, 2)]), Err(Undefined::OutOfRange { .. })));
        assert!(matches!(shrink_shares(&[(2, 2), (3, 3)]), Err(Undefined::OutOfRange { .. })));
        assert_eq!(standard_error(&[]), Err(Undefined::Empty));
        assert_eq!(standard_error(&[1.0]), Err(Undefined::TooFew { needed: 2, got: 1 }));
    }
}
