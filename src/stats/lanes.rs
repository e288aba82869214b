//! Loops over columns in the widest registers that the processor has.
//!
//! The library is built for the oldest processors of its target. Inside of
//! [`widest`] a loop is compiled once for each generation, and the one that
//! this machine has is chosen while the program runs. The generations differ
//! in how many rows one instruction takes, not in what it does to a row: no
//! multiplication is fused with an addition, so every bit is the same.

/// Runs loops in the widest registers. What they call must be inlined into
/// them.
pub fn widest<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

/// A flag as wide as a number, so that a loop over both has lanes of one
/// width: all bits set for yes, none for no.
pub type Mask = u64;

/// The mask of a flag.
#[inline(always)]
#[must_use]
pub fn mask(flag: bool) -> Mask {
    if flag { Mask::MAX } else { 0 }
}

/// How many values are NaN.
#[must_use]
pub fn missing(values: &[f64]) -> u64 {
    widest(|| values.iter().fold(0, |count, value| count + u64::from(value.is_nan())))
}

/// Puts the result of a function in the place of each value.
pub fn each(values: &mut [f64], function: impl Fn(f64) -> f64) {
    widest(|| values.iter_mut().for_each(|value| *value = function(*value)));
}

/// How many running sums a long sum is split into.
const SUMS: usize = 8;

/// A sum as eight running sums of every eighth term, which are added up in
/// their order at the end: the same bits on every machine, whatever its
/// registers, and however many terms arrive at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct LaneSum {
    sums: [f64; SUMS],
    /// The lane of the next term.
    next: usize,
}

impl LaneSum {
    /// Adds terms in their order.
    pub fn add(&mut self, terms: &[f64]) {
        let head = if self.next == 0 { 0 } else { (SUMS - self.next).min(terms.len()) };
        let (first, rest) = terms.split_at(head);
        self.sums[self.next..].iter_mut().zip(first).for_each(|(sum, term)| *sum += term);
        let (whole, last) = rest.split_at(rest.len() - rest.len() % SUMS);
        widest(|| {
            let mut sums = self.sums;
            for eight in whole.chunks_exact(SUMS) {
                sums.iter_mut().zip(eight).for_each(|(sum, term)| *sum += term);
            }
            self.sums = sums;
        });
        self.sums.iter_mut().zip(last).for_each(|(sum, term)| *sum += term);
        self.next = (self.next + terms.len()) % SUMS;
    }

    /// The sum so far.
    #[must_use]
    pub fn value(self) -> f64 {
        self.sums.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law};
    use proptest::prop_assert_eq;

    #[test]
    fn wide_loops_are_plain_loops() {
        law(columns(0), |(first, second)| {
            let mut wide = first.clone();
            each(&mut wide, |value| value * 3.0 - 1.0);
            let plain: Vec<f64> = first.iter().map(|value| value * 3.0 - 1.0).collect();
            prop_assert_eq!(wide, plain);
            let mut sums = [0.0; SUMS];
            first.iter().zip(&second).enumerate().for_each(|(at, (x, y))| sums[at % SUMS] += x * y);
            // In one go and in pieces.
            for piece in [first.len().max(1), 1, 3, 8, 13] {
                let mut wide = LaneSum::default();
                let products: Vec<f64> = first.iter().zip(&second).map(|(x, y)| x * y).collect();
                products.chunks(piece).for_each(|piece| wide.add(piece));
                prop_assert_eq!(wide.value().to_bits(), sums.iter().sum::<f64>().to_bits());
            }
            Ok(())
        });
        assert_eq!(missing(&[1.0, f64::NAN, 0.0, f64::NAN]), 2);
        assert_eq!([mask(true), mask(false)], [u64::MAX, 0]);
    }
}
