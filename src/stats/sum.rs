//! Sums that lose no digits and always run in the same order.
//!
//! The order of a floating-point sum is part of its result. Here it is the
//! order of the slice, with the rounding error of every addition carried
//! along, so the error of the whole does not grow with its length.

/// A running sum with its rounding error: the error-free addition of Knuth
/// (The Art of Computer Programming 2, 4.2.2), summed as in "Sum2" of Ogita,
/// Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26
/// (2005). As accurate as a plain sum in twice the precision, and free of
/// branches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds one term.
    pub fn add(&mut self, term: f64) {
        let high = self.high + term;
        let added = high - self.high;
        self.low += (self.high - (high - added)) + (term - added);
        self.high = high;
    }

    /// The sum so far; not finite if it left the range of `f64`.
    #[must_use]
    pub fn value(self) -> f64 {
        self.high + self.low
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Sum::default();
        for term in terms {
            sum.add(term);
        }
        sum
    }
}

/// The sum of the terms in the order given; 0 for none.
pub fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    terms.into_iter().collect::<Sum>().value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::law;
    use proptest::collection::vec;
    use proptest::prop_assert_eq;

    #[test]
    fn small_terms_are_not_lost() {
        assert_eq!(sum([1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
        assert_eq!(sum([]), 0.0);
        let tenths = std::iter::repeat_n(0.1, 10_000_000);
        assert_eq!(sum(tenths), 1_000_000.0);
    }

    #[test]
    fn beyond_the_range_is_not_finite() {
        assert!(!sum([f64::MAX, f64::MAX]).is_finite());
    }

    /// Multiples of 2^-20 below 2^20 sum exactly in integers.
    #[test]
    fn agrees_with_integers() {
        law(vec(-(1i64 << 40)..(1i64 << 40), 0..60), |terms| {
            let unit = f64::from(1u32 << 20);
            let exact: i64 = terms.iter().sum();
            let ours = sum(terms.iter().map(|&term| term as f64 / unit));
            prop_assert_eq!(ours, exact as f64 / unit);
            Ok(())
        });
    }
}
