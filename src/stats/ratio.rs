//! Two measurements of the same things, as the second over the first.

use super::grid::snap;
use super::paired::Paired;
use super::summary::{into_sorted, quantile};
use super::undefined::{Figure, Undefined, figure};

/// A line through the origin, fitted to pairs of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// Its slope: the median of the ratios.
    pub slope: f64,
    /// The middle half of the ratios: their quartiles.
    pub middle: [f64; 2],
    /// Pairs that have a ratio.
    pub pairs: u64,
}

/// The line `y = b x` through the origin that leaves as many points above as below it: `b` is the
/// median of `y / x` over the pairs with `x != 0`.
///
/// Theil, "A rank-invariant method of linear and polynomial regression
/// analysis", Proc. Kon. Ned. Akad. Wetensch. 53 (1950), with the origin as the
/// second point of every pair. Of the pairs up to half may be anything without
/// carrying `b` away. A pair with `x = 0` has no ratio and is left out, also
/// where `y` is 0; one with `y = 0` alone has the ratio 0. Ties need no care;
/// quantiles are those of [`quantile`].
///
/// # Errors
/// No pair with `x != 0`, or a ratio beyond the range of `f64`.
pub fn proportion(pairs: Paired<'_>) -> Result<Proportion, Undefined> {
    let ratios = pairs.rows().filter(|(first, _)| *first != 0.0).map(|(first, second)| figure(second / first));
    let sorted = into_sorted(ratios.collect::<Result<Vec<f64>, Undefined>>()?);
    Ok(Proportion {
        slope: quantile(&sorted, 0.5)?,
        middle: [quantile(&sorted, 0.25)?, quantile(&sorted, 0.75)?],
        pairs: sorted.len() as u64,
    })
}

/// How far the second value of a pair lies from the first, as a share of the
/// first: `|y - x| / |x|`, on the grid, so that 1.1 lies a tenth from 1. Of
/// two zeros it is 0; from zero to anything else there is no such share, and it
/// is infinite.
#[must_use]
pub fn distance(first: f64, second: f64) -> f64 {
    match (first == 0.0, second == 0.0) {
        (true, true) => 0.0,
        (true, false) => f64::INFINITY,
        _ => {
            let share = ((second - first) / first).abs();
            // The grid of a number that large is the number.
            if share < 1e6 { snap(share) } else { share }
        }
    }
}

/// The share of the pairs whose second value lies within `tolerance` of the
/// first, see [`distance`]; a pair on the border lies within.
///
/// # Errors
/// No pairs.
pub fn share_within(pairs: Paired<'_>, tolerance: f64) -> Figure {
    if pairs.is_empty() {
        return Err(Undefined::Empty);
    }
    let within = pairs.rows().filter(|(first, second)| distance(*first, *second) <= tolerance).count();
    figure(within as f64 / pairs.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{column, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    fn of<'a>(first: &'a [f64], second: &'a [f64]) -> Paired<'a> {
        Paired::new(first, second).unwrap()
    }

    #[test]
    fn the_slope_leaves_as_many_points_above_as_below() {
        law((column(3), column(3)), |(first, second)| {
            let length = first.len().min(second.len());
            let (first, second) = (&first[..length], &second[..length]);
            let mut ratios: Vec<f64> =
                first.iter().zip(second).filter(|(x, _)| **x != 0.0).map(|(x, y)| y / x).collect();
            ratios.sort_by(f64::total_cmp);
            let found = proportion(of(first, second));
            if ratios.is_empty() {
                prop_assert_eq!(found, Err(Undefined::Empty));
                return Ok(());
            }
            let found = found.unwrap();
            prop_assert_eq!(found.pairs, ratios.len() as u64);
            let half = ratios.len() / 2;
            let median = if ratios.len() % 2 == 1 { ratios[half] } else { (ratios[half - 1] + ratios[half]) / 2.0 };
            prop_assert!(near(found.slope, median, 1e-12), "{} {median}", found.slope);
            let above = ratios.iter().filter(|ratio| **ratio > found.slope).count();
            let below = ratios.iter().filter(|ratio| **ratio < found.slope).count();
            prop_assert!(above <= half && below <= half);
            prop_assert!(found.middle[0] <= found.slope && found.slope <= found.middle[1]);
            Ok(())
        });
    }

    #[test]
    fn less_than_half_of_the_pairs_cannot_carry_it_away() {
        let first = [1.0, 2.0, 3.0, 4.0, 5.0, 0.0];
        let found = proportion(of(&first, &[1.5, 3.0, 4.5, 4e9, -4e9, 7.0])).unwrap();
        assert_eq!((found.slope, found.pairs), (1.5, 5));
        assert_eq!(proportion(of(&[0.0, 0.0], &[0.0, 1.0])), Err(Undefined::Empty));
        assert_eq!(proportion(of(&[1e-300], &[1e300])), Err(Undefined::Overflow));
        assert_eq!(proportion(of(&[], &[])), Err(Undefined::Empty));
    }

    #[test]
    fn the_border_lies_within_and_zeros_agree_with_zeros_alone() {
        let pairs = of(&[1.0, 10.0, -10.0, 0.0, 0.0, 100.0], &[1.1, 9.0, -11.0, 0.0, 0.5, 100.9]);
        assert_eq!(share_within(pairs, 0.1), Ok(5.0 / 6.0));
        assert_eq!(share_within(pairs, 0.01), Ok(2.0 / 6.0));
        assert_eq!(share_within(pairs, 0.0), Ok(1.0 / 6.0));
        assert_eq!(share_within(of(&[], &[]), 0.1), Err(Undefined::Empty));
        assert_eq!(distance(0.0, -0.0), 0.0);
        assert_eq!(distance(1e-300, 1e300), f64::INFINITY);
    }
}
