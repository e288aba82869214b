//! Whether a scale is used up: rows pressed against its ends, or heaped on one
//! value.

use super::grid::{snap, snapped};
use super::sum::sum;
use super::summary::sorted;
use super::undefined::{Undefined, some_finite};
use super::weights::Weights;

/// How much of a column stands where the scale can tell no difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saturation {
    /// The share of the weight at the lower end or below it.
    pub at_lower: f64,
    /// The share of the weight at the upper end or above it.
    pub at_upper: f64,
    /// The value that the most weight has.
    pub heap: f64,
    /// The share of the weight that has it.
    pub at_heap: f64,
}

/// Measures a column against the ends of its scale.
///
/// Everything is put on the grid first, so a value within half a step of an end
/// is at the end. Ties: among equally large heaps the lowest value is named. A
/// row of weight `w` counts as `w` equal rows ([`Weights`]).
///
/// # Errors
/// No values, a value that is not finite, weights that do not fit, or ends that
/// are no numbers with `lower < upper` on the grid.
pub fn saturation(values: &[f64], weights: Weights<'_>, lower: f64, upper: f64) -> Result<Saturation, Undefined> {
    some_finite(values)?;
    weights.check(values.len())?;
    let Weights::Each(_) = weights else { return saturation_sorted(&sorted(&snapped(values)), lower, upper) };
    let [low, high] = ends(lower, upper)?;
    let total = weights.total(values.len());
    let mut rows: Vec<(f64, f64)> = values.iter().map(|&value| snap(value)).zip(weights.iter(values.len())).collect();
    rows.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let share = |rows: &[(f64, f64)]| (sum(rows.iter().map(|row| row.1)) / total).min(1.0);
    let (mut heap, mut at_heap) = (rows[0].0, 0.0);
    for run in rows.chunk_by(|left, right| left.0 == right.0) {
        let here = share(run);
        if here > at_heap {
            (heap, at_heap) = (run[0].0, here);
        }
    }
    let below = rows.partition_point(|row| row.0 <= low);
    let above = rows.partition_point(|row| row.0 < high);
    Ok(Saturation { at_lower: share(&rows[..below]), at_upper: share(&rows[above..]), heap, at_heap })
}

/// The same of values on the grid in ascending order, every row weighing the same.
///
/// # Errors
/// As [`saturation`], and values that do not ascend.
pub fn saturation_sorted(values: &[f64], lower: f64, upper: f64) -> Result<Saturation, Undefined> {
    some_finite(values)?;
    let [low, high] = ends(lower, upper)?;
    if !values.is_sorted() {
        return Err(Undefined::OutOfRange { text: "the values are not in ascending order".to_owned() });
    }
    let share = |rows: usize| rows as f64 / values.len() as f64;
    let (mut heap, mut in_heap) = (values[0], 0);
    for run in values.chunk_by(|left, right| left == right) {
        if run.len() > in_heap {
            // The zero of the grid is the positive one.
            (heap, in_heap) = (run[0] + 0.0, run.len());
        }
    }
    let below = values.partition_point(|value| *value <= low);
    let above = values.len() - values.partition_point(|value| *value < high);
    Ok(Saturation { at_lower: share(below), at_upper: share(above), heap, at_heap: share(in_heap) })
}

/// The ends on the grid.
fn ends(lower: f64, upper: f64) -> Result<[f64; 2], Undefined> {
    let (low, high) = (snap(lower), snap(upper));
    // Also if one of them is not a number.
    match low.partial_cmp(&high) {
        Some(std::cmp::Ordering::Less) => Ok([low, high]),
        _ => Err(Undefined::OutOfRange { text: format!("a scale from {lower} to {upper} has no width") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    #[test]
    fn ends_are_met_on_the_grid() {
        let values = [10.0, 10.0 + 4e-10, 10.0 + 2e-9, 55.0, 99.999_999_999_9, 100.0, 101.0, 9.0];
        let ours = saturation(&values, Weights::Equal, 10.0, 100.0).unwrap();
        assert_eq!((ours.at_lower, ours.at_upper), (0.375, 0.375));
        // 10 and 100 twice each: the lower is named.
        assert_eq!((ours.heap, ours.at_heap), (10.0, 0.25));
    }

    #[test]
    fn agrees_with_counting() {
        law(weighted(1), |(values, _, weights)| {
            let long = expanded(&values, &weights);
            let share = |counts: &dyn Fn(f64) -> bool| {
                long.iter().filter(|value| counts(snap(**value))).count() as f64 / long.len() as f64
            };
            for ours in [
                saturation(&values, Weights::Each(&weights), -1.0, 2.0).unwrap(),
                saturation(&long, Weights::Equal, -1.0, 2.0).unwrap(),
            ] {
                prop_assert!(near(ours.at_lower, share(&|value| value <= -1.0), 1e-15));
                prop_assert!(near(ours.at_upper, share(&|value| value >= 2.0), 1e-15));
                let largest = long.iter().map(|value| share(&|other| other == snap(*value))).fold(0.0, f64::max);
                prop_assert!(near(ours.at_heap, largest, 1e-15));
                prop_assert_eq!(share(&|value| value == ours.heap), largest);
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        assert_eq!(saturation(&[], Weights::Equal, 1.0, 2.0), Err(Undefined::Empty));
        assert_eq!(saturation(&[f64::NAN], Weights::Equal, 1.0, 2.0), Err(Undefined::NotFinite));
        assert!(saturation(&[1.0], Weights::Each(&[]), 1.0, 2.0).is_err());
        for (lower, upper) in [(2.0, 1.0), (1.0, 1.0), (1.0, 1.0 + 1e-12), (f64::NAN, 1.0), (0.0, f64::NAN)] {
            let refused = saturation(&[1.0], Weights::Equal, lower, upper);
            assert!(matches!(refused, Err(Undefined::OutOfRange { .. })));
        }
    }
}
