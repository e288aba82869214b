//! Two columns of numbers about the same things, row by row.
//!
//! Every figure on pairs needs the same three facts: equal lengths, finite
//! values, a length that 32 bits can count. They are checked once, here; what
//! takes a [`Paired`] relies on them.

use super::undefined::{Undefined, all_finite};

/// Two columns of equal length, at most 2^32 - 1 rows, every value finite.
/// It may have no rows. By convention the first is what was, the second what
/// is.
#[derive(Clone, Copy, Debug)]
pub struct Paired<'a> {
    first: &'a [f64],
    second: &'a [f64],
}

impl<'a> Paired<'a> {
    /// Pairs two columns, or says what keeps them from being paired.
    ///
    /// # Errors
    /// [`Undefined::UnequalLengths`], [`Undefined::NotFinite`], and
    /// [`Undefined::OutOfRange`] beyond 2^32 - 1 rows.
    pub fn new(first: &'a [f64], second: &'a [f64]) -> Result<Self, Undefined> {
        if first.len() != second.len() {
            return Err(Undefined::UnequalLengths { first: first.len(), second: second.len() });
        }
        if u32::try_from(first.len()).is_err() {
            return Err(Undefined::OutOfRange { text: format!("{} rows are more than {}", first.len(), u32::MAX) });
        }
        all_finite(first)?;
        all_finite(second)?;
        Ok(Paired { first, second })
    }

    /// The first column.
    #[must_use]
    pub fn first(self) -> &'a [f64] {
        self.first
    }

    /// The second column.
    #[must_use]
    pub fn second(self) -> &'a [f64] {
        self.second
    }

    /// The number of rows.
    #[must_use]
    pub fn len(self) -> usize {
        self.first.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.first.is_empty()
    }

    /// The same rows with the columns exchanged.
    #[must_use]
    pub fn swapped(self) -> Self {
        Paired { first: self.second, second: self.first }
    }

    /// The rows in order.
    pub fn rows(self) -> impl Iterator<Item = (f64, f64)> + 'a {
        self.first.iter().copied().zip(self.second.iter().copied())
    }

    /// Second minus first, row by row.
    pub fn differences(self) -> impl Iterator<Item = f64> + 'a {
        self.rows().map(|(first, second)| second - first)
    }

    /// Passes on pairs of at least `needed` rows.
    pub(crate) fn at_least(self, needed: usize) -> Result<Self, Undefined> {
        match self.len() {
            0 => Err(Undefined::Empty),
            got if got < needed => Err(Undefined::TooFew { needed, got }),
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_pair_says_why() {
        let refused = |first: &[f64], second: &[f64]| Paired::new(first, second).unwrap_err();
        assert_eq!(refused(&[1.0], &[1.0, 2.0]), Undefined::UnequalLengths { first: 1, second: 2 });
        assert_eq!(refused(&[f64::NAN], &[1.0]), Undefined::NotFinite);
        assert_eq!(refused(&[1.0], &[f64::INFINITY]), Undefined::NotFinite);
    }

    #[test]
    fn rows_keep_their_sides() {
        let pairs = Paired::new(&[1.0, 2.0], &[4.0, 8.0]).unwrap();
        assert_eq!((pairs.len(), pairs.is_empty()), (2, false));
        assert_eq!(pairs.rows().collect::<Vec<_>>(), [(1.0, 4.0), (2.0, 8.0)]);
        assert_eq!(pairs.differences().collect::<Vec<_>>(), [3.0, 6.0]);
        assert_eq!(pairs.swapped().first(), [4.0, 8.0]);
        assert_eq!(pairs.swapped().second(), [1.0, 2.0]);
    }

    #[test]
    fn too_few_rows() {
        let none = Paired::new(&[], &[]).unwrap();
        assert_eq!(none.at_least(1).unwrap_err(), Undefined::Empty);
        let one = Paired::new(&[1.0], &[1.0]).unwrap();
        assert_eq!(one.at_least(2).unwrap_err(), Undefined::TooFew { needed: 2, got: 1 });
    }
}
