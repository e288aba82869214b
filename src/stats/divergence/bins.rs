//! Where the bins of a distribution lie.
//!
//! Bins come from the reference alone, once. Bins taken from both columns
//! together would move with the very change that they are to show.

use crate::stats::summary::{ends_finite, quantile_at_ratio, sorted};
use crate::stats::undefined::{Side, Undefined, all_finite, some_finite};

/// Bins that cover all numbers: `(-inf, e1], (e1, e2], ... (ek, inf)`, and
/// possibly one more, before these, for exactly zero.
///
/// The inner edges are finite and strictly increasing. A value on an edge
/// belongs to the bin below the edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    edges: Vec<f64>,
    zero: bool,
}

impl Bins {
    /// Bins between the type-7 quantiles of the reference at `1/count`,
    /// `2/count`, ...: `count` bins of nearly equal content. Equal quantiles
    /// (ties) are merged, so there may be fewer bins, of unequal content; where
    /// a quantile is the greatest value the bin above it is empty in the
    /// reference.
    ///
    /// # Errors
    /// No values, a value that is not finite, all values equal
    /// ([`Side::First`]), or `count` below 2.
    pub fn deciles(reference: &[f64], count: usize) -> Result<Self, Undefined> {
        some_finite(reference)?;
        Bins::deciles_of_sorted(&sorted(reference), count)
    }

    /// [`deciles`](Bins::deciles) of a reference that is already in ascending
    /// order.
    ///
    /// # Errors
    /// As [`deciles`](Bins::deciles). That the slice ascends is the caller's
    /// part.
    pub fn deciles_of_sorted(sorted: &[f64], count: usize) -> Result<Self, Undefined> {
        ends_finite(sorted)?;
        varies(sorted)?;
        Ok(Bins { edges: quantile_edges(sorted, count)?, zero: false })
    }

    /// A bin for exactly zero (first in order), and quantile bins of the rest:
    /// for values most of which are zero, which would swallow several
    /// [`deciles`](Bins::deciles). The quantiles are those of the values that
    /// are not zero. `-0.0` is zero.
    ///
    /// # Errors
    /// As [`deciles`](Bins::deciles).
    pub fn zero_and_deciles(reference: &[f64], count: usize) -> Result<Self, Undefined> {
        some_finite(reference)?;
        varies(reference)?;
        let rest: Vec<f64> = reference.iter().copied().filter(|&value| value != 0.0).collect();
        Ok(Bins { edges: quantile_edges(&sorted(&rest), count)?, zero: true })
    }

    /// Bins with the inner edges given.
    ///
    /// # Errors
    /// No edges, an edge that is not finite, or edges that do not increase.
    pub fn fixed(edges: &[f64]) -> Result<Self, Undefined> {
        if edges.is_empty() {
            return Err(Undefined::Empty);
        }
        all_finite(edges)?;
        if !edges.is_sorted_by(|left, right| left < right) {
            return Err(Undefined::OutOfRange { text: "the edges do not increase from each to the next".to_owned() });
        }
        Ok(Bins { edges: edges.to_vec(), zero: false })
    }

    /// The inner edges, ascending.
    #[must_use]
    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// Whether bin 0 is the one for exactly zero.
    #[must_use]
    pub fn has_zero(&self) -> bool {
        self.zero
    }

    /// The number of bins.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len() + 1 + usize::from(self.zero)
    }

    /// Never: there are always at least two bins.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The number of the bin that holds a value (not NaN).
    #[must_use]
    pub fn bin_of(&self, value: f64) -> usize {
        if self.zero && value == 0.0 {
            return 0;
        }
        usize::from(self.zero) + self.edges.partition_point(|&edge| edge < value)
    }

    /// How many of the values each bin holds.
    #[must_use]
    pub fn count(&self, values: &[f64]) -> Vec<u64> {
        let mut counts = vec![0; self.len()];
        for &value in values {
            counts[self.bin_of(value)] += 1;
        }
        counts
    }
}

fn varies(reference: &[f64]) -> Result<(), Undefined> {
    if reference.iter().all(|value| *value == reference[0]) {
        return Err(Undefined::Constant { side: Side::First });
    }
    Ok(())
}

fn quantile_edges(sorted: &[f64], count: usize) -> Result<Vec<f64>, Undefined> {
    if count < 2 {
        return Err(Undefined::OutOfRange { text: format!("{count} bins are fewer than 2") });
    }
    let mut edges =
        (1..count).map(|part| quantile_at_ratio(sorted, part, count)).collect::<Result<Vec<f64>, Undefined>>()?;
    edges.dedup();
    Ok(edges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{column, law};
    use proptest::prop_assert_eq;

    #[test]
    fn deciles_of_a_ladder() {
        let ladder: Vec<f64> = (0..=10).map(f64::from).collect();
        let bins = Bins::deciles(&ladder, 10).unwrap();
        assert_eq!(bins.edges(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        assert_eq!((bins.len(), bins.has_zero(), bins.is_empty()), (10, false, false));
        // A value on an edge belongs below it.
        assert_eq!(bins.count(&ladder), [2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!([-9.0, 1.0, 1.5, 99.0].map(|x| bins.bin_of(x)), [0, 0, 1, 9]);
    }

    #[test]
    fn equal_quantiles_are_merged() {
        let mostly_zero = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0];
        let bins = Bins::deciles(&mostly_zero, 5).unwrap();
        assert_eq!(bins.edges(), [0.0, 1.2]);
        let mostly_top = [1.0, 5.0, 5.0, 5.0, 5.0];
        let bins = Bins::deciles(&mostly_top, 4).unwrap();
        assert_eq!(bins.edges(), [5.0]);
        assert_eq!(bins.count(&mostly_top), [5, 0]);
    }

    #[test]
    fn zero_has_a_bin_of_its_own() {
        let values = [0.0, 0.0, -0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let bins = Bins::zero_and_deciles(&values, 4).unwrap();
        assert_eq!(bins.edges(), [2.0, 3.0, 4.0]);
        assert_eq!(bins.count(&values), [3, 2, 1, 1, 1]);
        // Neither a tiny nor a negative value is zero.
        assert_eq!([0.0, 1e-300, -1.0, 9.0].map(|x| bins.bin_of(x)), [0, 1, 1, 4]);
        // Zeros and one other value are enough.
        let bins = Bins::zero_and_deciles(&[0.0, 1.0, 1.0], 10).unwrap();
        assert_eq!(bins.count(&[0.0, 1.0, 2.0]), [1, 1, 1]);
    }

    #[test]
    fn every_value_falls_into_one_bin() {
        law((column(1), column(0)), |(reference, other)| {
            for make in [Bins::deciles, Bins::zero_and_deciles] {
                let Ok(bins) = make(&reference, 5) else {
                    prop_assert_eq!(varies(&reference).is_err(), true);
                    continue;
                };
                prop_assert_eq!(bins.edges().is_sorted_by(|x, y| x < y), true);
                prop_assert_eq!(bins.count(&other).iter().sum::<u64>(), other.len() as u64);
                let zeros = other.iter().filter(|x| **x == 0.0).count() as u64;
                if bins.has_zero() {
                    prop_assert_eq!(bins.count(&other)[0], zeros);
                }
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        let constant = Err(Undefined::Constant { side: Side::First });
        for make in [Bins::deciles, Bins::zero_and_deciles] {
            assert_eq!(make(&[], 10), Err(Undefined::Empty));
            assert_eq!(make(&[2.0, 2.0], 10), constant);
            assert_eq!(make(&[0.0, -0.0], 10), constant);
            assert_eq!(make(&[1.0, f64::NAN], 10), Err(Undefined::NotFinite));
            let one = make(&[1.0, 2.0], 1);
            assert!(matches!(one, Err(Undefined::OutOfRange { .. })));
        }
        assert_eq!(Bins::fixed(&[]), Err(Undefined::Empty));
        assert_eq!(Bins::fixed(&[f64::INFINITY]), Err(Undefined::NotFinite));
        for edges in [[1.0, 1.0], [2.0, 1.0]] {
            assert!(matches!(Bins::fixed(&edges), Err(Undefined::OutOfRange { .. })));
        }
    }
}
