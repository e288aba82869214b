//! Design weights: how many rows a row stands for.
//!
//! One law holds wherever weights are taken: a row of weight `w` counts as `w`
//! equal rows. So whole weights give the figure of the columns in which every
//! row is repeated, and weights of 1 give the figure without weights. Weights
//! are therefore no mere proportions: where a figure depends on the number of
//! rows (a quantile, a rank), doubling all weights may change it. Whoever has
//! sampling weights that sum to the population leaves them as they are;
//! whoever has proportions scales them to sum to the number of rows.
//!
//! Weights move a point. They do not tell how sure it is: ten rows of weight
//! 100 are not a thousand rows. [`Weights::effective_number`] says how many
//! rows of equal weight they are worth.

use super::sum::sum;
use super::undefined::{Figure, Undefined, figure};

/// The weight of every row of a column.
#[derive(Clone, Copy, Debug, Default)]
pub enum Weights<'a> {
    /// Every row counts once.
    #[default]
    Equal,
    /// One weight for each row. What takes weights checks them, however they
    /// were made; [`Weights::each`] checks them early.
    Each(&'a [f64]),
}

impl<'a> Weights<'a> {
    /// Weights for `rows` rows.
    ///
    /// # Errors
    /// Another number of weights than rows ([`Undefined::UnequalLengths`], the
    /// rows first); a weight that is not finite; a weight that is not above 0;
    /// a sum beyond the range of `f64`.
    pub fn each(weights: &'a [f64], rows: usize) -> Result<Self, Undefined> {
        let weights = Weights::Each(weights);
        weights.check(rows)?;
        Ok(weights)
    }

    /// Passes if these are weights for `rows` rows; the errors of
    /// [`Weights::each`].
    pub(crate) fn check(self, rows: usize) -> Result<(), Undefined> {
        let Weights::Each(weights) = self else { return Ok(()) };
        if weights.len() != rows {
            return Err(Undefined::UnequalLengths { first: rows, second: weights.len() });
        }
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite() || **weight <= 0.0) {
            return Err(match weight.is_finite() {
                true => Undefined::OutOfRange { text: format!("the weight {weight} is not above 0") },
                false => Undefined::NotFinite,
            });
        }
        figure(self.total(rows))?;
        Ok(())
    }

    /// The weight of a row, 1 for equal weights. Needs checked weights.
    pub(crate) fn of(self, row: usize) -> f64 {
        match self {
            Weights::Equal => 1.0,
            Weights::Each(weights) => weights[row],
        }
    }

    /// The weights of `rows` rows in order. Needs checked weights.
    pub(crate) fn iter(self, rows: usize) -> impl Iterator<Item = f64> + 'a {
        (0..rows).map(move |row| self.of(row))
    }

    /// The sum over `rows` rows, which is their number for equal weights. Needs
    /// checked weights.
    pub(crate) fn total(self, rows: usize) -> f64 {
        match self {
            Weights::Equal => rows as f64,
            Weights::Each(weights) => sum(weights.iter().copied()),
        }
    }

    /// The share of the weight of `rows` rows that some of them have, by number.
    /// Needs checked weights.
    pub(crate) fn share(self, rows: usize, counts: impl Fn(usize) -> bool) -> f64 {
        let counted = (0..rows).filter(|row| counts(*row));
        let counted = match self {
            Weights::Equal => counted.count() as f64,
            Weights::Each(weights) => sum(counted.map(|row| weights[row])),
        };
        // A part of a rounded sum can come out a little more than the whole.
        (counted / self.total(rows)).min(1.0)
    }

    /// How many rows of equal weight estimate a mean as well as these do:
    /// `(sum w)^2 / sum w^2`, from 1 to the number of rows.
    ///
    /// Kish, "Survey Sampling" (1965). It holds where weights and values have
    /// nothing to do with each other. It does not depend on the scale of the
    /// weights.
    ///
    /// # Errors
    /// No rows, or the errors of [`Weights::each`].
    pub fn effective_number(self, rows: usize) -> Figure {
        if rows == 0 {
            return Err(Undefined::Empty);
        }
        self.check(rows)?;
        let Weights::Each(weights) = self else { return Ok(rows as f64) };
        // In units of the greatest weight nothing overflows.
        let greatest = weights.iter().copied().fold(0.0, f64::max);
        let parts = || weights.iter().map(|weight| weight / greatest);
        let total = sum(parts());
        let squares = sum(parts().map(|part| part * part));
        Ok((total * total / squares).clamp(1.0, rows as f64))
    }
}

/// Every value repeated as often as its weight says: what whole weights mean,
/// for the tests of this room.
#[cfg(test)]
pub(crate) fn expanded(values: &[f64], weights: &[f64]) -> Vec<f64> {
    values.iter().zip(weights).flat_map(|(&value, &weight)| std::iter::repeat_n(value, weight as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near};
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq};

    #[test]
    fn what_is_no_weight_says_why() {
        let refused = |weights: &[f64], rows| Weights::each(weights, rows).unwrap_err();
        assert_eq!(refused(&[1.0], 2), Undefined::UnequalLengths { first: 2, second: 1 });
        for (weight, text) in [(0.0, "the weight 0 is not above 0"), (-2.5, "the weight -2.5 is not above 0")] {
            assert_eq!(refused(&[1.0, weight], 2).to_string(), text);
        }
        assert_eq!(refused(&[f64::NAN], 1), Undefined::NotFinite);
        assert_eq!(refused(&[f64::INFINITY], 1), Undefined::NotFinite);
        assert_eq!(refused(&[f64::MAX, f64::MAX], 2), Undefined::Overflow);
        assert!(Weights::each(&[], 0).is_ok());
    }

    #[test]
    fn the_effective_number_lies_between_one_and_all() {
        assert_eq!(Weights::Equal.effective_number(7), Ok(7.0));
        assert_eq!(Weights::Equal.effective_number(0), Err(Undefined::Empty));
        assert_eq!(Weights::Each(&[3.0; 5]).effective_number(5), Ok(5.0));
        assert!(near(Weights::Each(&[1.0, 3.0]).effective_number(2).unwrap(), 1.6, 1e-15));
        assert!(near(Weights::Each(&[1e-9, 1e9]).effective_number(2).unwrap(), 1.0, 1e-15));
        law(vec(0.01..50.0f64, 1..30), |weights| {
            let ours = Weights::Each(&weights).effective_number(weights.len()).unwrap();
            let (total, squares): (f64, f64) = (weights.iter().sum(), weights.iter().map(|w| w * w).sum());
            prop_assert!(near(ours, total * total / squares, 1e-12));
            let tripled: Vec<f64> = weights.iter().map(|weight| weight * 4.0).collect();
            prop_assert_eq!(Weights::Each(&tripled).effective_number(weights.len()), Ok(ours));
            Ok(())
        });
    }
}
