//! Where the bins of a distribution lie.
//!
//! Bins come from the reference alone, once. Bins taken from both columns
//! together would move with the very change that they are to show.

use crate::stats::distribution::Distribution;
use crate::stats::undefined::{Side, Undefined, all_finite};

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
    /// All values equal ([`Side::First`]), or `count` below 2.
    pub fn deciles(reference: &Distribution, count: usize) -> Result<Self, Undefined> {
        varies(reference)?;
        Ok(Bins { edges: quantile_edges(reference, count)?, zero: false })
    }

    /// A bin for exactly zero (first in order), and quantile bins of the rest:
    /// for values most of which are zero, which would swallow several
    /// [`deciles`](Bins::deciles). The quantiles are those of the values that
    /// are not zero. `-0.0` is zero.
    ///
    /// # Errors
    /// As [`deciles`](Bins::deciles).
    pub fn zero_and_deciles(reference: &Distribution, count: usize) -> Result<Self, Undefined> {
        varies(reference)?;
        let rest = reference.without_zero().ok_or(Undefined::Constant { side: Side::First })?;
        Ok(Bins { edges: quantile_edges(&rest, count)?, zero: true })
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

    /// The weight that each bin holds: counts, for equal weights.
    #[must_use]
    pub fn masses(&self, distribution: &Distribution) -> Vec<f64> {
        let values = distribution.values();
        let mass = |from: usize, to: usize| distribution.mass_of_first(to) - distribution.mass_of_first(from);
        let zeros = (values.partition_point(|&value| value < 0.0), values.partition_point(|&value| value <= 0.0));
        let mut masses = if self.zero { vec![mass(zeros.0, zeros.1)] } else { Vec::new() };
        let mut from = 0;
        for edge in self.edges.iter().copied().chain([f64::INFINITY]) {
            let to = values.partition_point(|&value| value <= edge);
            // Zeros stand in one bin; the rest of it is what lies before and after them.
            let apart = self.zero && from <= zeros.0 && zeros.1 <= to;
            masses.push(if apart { mass(from, zeros.0) + mass(zeros.1, to) } else { mass(from, to) });
            from = to;
        }
        masses
    }
}

fn varies(reference: &Distribution) -> Result<(), Undefined> {
    if reference.least() == reference.greatest() {
        return Err(Undefined::Constant { side: Side::First });
    }
    Ok(())
}

fn quantile_edges(reference: &Distribution, count: usize) -> Result<Vec<f64>, Undefined> {
    if count < 2 {
        return Err(Undefined::OutOfRange { text: format!("{count} bins are fewer than 2") });
    }
    let mut edges =
        (1..count).map(|part| reference.quantile_at_ratio(part, count)).collect::<Result<Vec<f64>, Undefined>>()?;
    edges.dedup();
    Ok(edges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{column, law, near, weighted};
    use crate::stats::weights::{Weights, expanded};
    use proptest::{prop_assert, prop_assert_eq};

    fn column_of(values: &[f64]) -> Distribution {
        Distribution::new(values, Weights::Equal).unwrap()
    }

    #[test]
    fn masses_are_counts_and_whole_weights_repeated_rows() {
        law((column(1), weighted(1)), |(reference, (other, _, weights))| {
            let repeated = expanded(&other, &weights);
            for make in [Bins::deciles, Bins::zero_and_deciles] {
                let Ok(bins) = make(&column_of(&reference), 5) else { continue };
                let counts: Vec<f64> = bins.count(&repeated).into_iter().map(|count| count as f64).collect();
                prop_assert_eq!(&bins.masses(&column_of(&repeated)), &counts);
                let weighed = Distribution::new(&other, Weights::Each(&weights)).unwrap();
                prop_assert_eq!(&bins.masses(&weighed), &counts);
                let Ok(ours) = make(&weighed, 5) else { continue };
                let theirs = make(&column_of(&repeated), 5).unwrap();
                prop_assert_eq!(ours.len(), theirs.len());
                prop_assert!(ours.edges().iter().zip(theirs.edges()).all(|(x, y)| near(*x, *y, 1e-12)));
            }
            Ok(())
        });
    }

    #[test]
    fn deciles_of_a_ladder() {
        let ladder: Vec<f64> = (0..=10).map(f64::from).collect();
        let bins = Bins::deciles(&column_of(&ladder), 10).unwrap();
        assert_eq!(bins.edges(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        assert_eq!((bins.len(), bins.has_zero(), bins.is_empty()), (10, false, false));
        // A value on an edge belongs below it.
        assert_eq!(bins.count(&ladder), [2, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!([-9.0, 1.0, 1.5, 99.0].map(|x| bins.bin_of(x)), [0, 0, 1, 9]);
    }

    #[test]
    fn equal_quantiles_are_merged() {
        let mostly_zero = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0];
        let bins = Bins::deciles(&column_of(&mostly_zero), 5).unwrap();
        assert_eq!(bins.edges(), [0.0, 1.2]);
        let mostly_top = [1.0, 5.0, 5.0, 5.0, 5.0];
        let bins = Bins::deciles(&column_of(&mostly_top), 4).unwrap();
        assert_eq!(bins.edges(), [5.0]);
        assert_eq!(bins.count(&mostly_top), [5, 0]);
    }

    #[test]
    fn zero_has_a_bin_of_its_own() {
        let values = [0.0, 0.0, -0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let bins = Bins::zero_and_deciles(&column_of(&values), 4).unwrap();
        assert_eq!(bins.edges(), [2.0, 3.0, 4.0]);
        assert_eq!(bins.count(&values), [3, 2, 1, 1, 1]);
        // Neither a tiny nor a negative value is zero.
        assert_eq!([0.0, 1e-300, -1.0, 9.0].map(|x| bins.bin_of(x)), [0, 1, 1, 4]);
        // Zeros and one other value are enough.
        let bins = Bins::zero_and_deciles(&column_of(&[0.0, 1.0, 1.0]), 10).unwrap();
        assert_eq!(bins.count(&[0.0, 1.0, 2.0]), [1, 1, 1]);
    }

    #[test]
    fn every_value_falls_into_one_bin() {
        law((column(1), column(0)), |(reference, other)| {
            for make in [Bins::deciles, Bins::zero_and_deciles] {
                let Ok(bins) = make(&column_of(&reference), 5) else {
                    prop_assert_eq!(varies(&column_of(&reference)).is_err(), true);
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
            assert_eq!(make(&column_of(&[2.0, 2.0]), 10), constant);
            assert_eq!(make(&column_of(&[0.0, -0.0]), 10), constant);
            let one = make(&column_of(&[1.0, 2.0]), 1);
            assert!(matches!(one, Err(Undefined::OutOfRange { .. })));
        }
        assert_eq!(Bins::fixed(&[]), Err(Undefined::Empty));
        assert_eq!(Bins::fixed(&[f64::INFINITY]), Err(Undefined::NotFinite));
        for edges in [[1.0, 1.0], [2.0, 1.0]] {
            assert!(matches!(Bins::fixed(&edges), Err(Undefined::OutOfRange { .. })));
        }
    }
}
