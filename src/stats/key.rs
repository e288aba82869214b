//! Integers that order like the numbers they stand for.
//!
//! Sorting integers needs no partial comparison and no decision about zero:
//! `0.0` and `-0.0` get the same key, so they tie, as they do under `==`.

/// Bits that ascend as the numbers do, by [`f64::total_cmp`].
pub(crate) fn rising(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The number of [`rising`] bits.
pub(crate) fn of_rising(rising: u64) -> f64 {
    f64::from_bits(if rising >> 63 == 1 { rising & !(1 << 63) } else { !rising })
}

/// The key of a number that is not NaN: `key(a) < key(b)` exactly when `a < b`,
/// equal exactly when `a == b`.
pub(crate) fn key(value: f64) -> u64 {
    // Adding zero turns -0.0 into 0.0 and changes nothing else.
    rising(value + 0.0)
}

/// The number of pairs inside of runs of equal neighbours: `sum t (t - 1) / 2`.
pub(crate) fn tied_pairs<T: PartialEq>(sorted: &[T]) -> u64 {
    sorted.chunk_by(|left, right| left == right).map(|run| pairs_among(run.len())).sum()
}

/// `n (n - 1) / 2`; exact for all `n` up to 2^32.
pub(crate) fn pairs_among(n: usize) -> u64 {
    let n = n as u64;
    n * n.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, number};
    use proptest::prop_assert_eq;

    #[test]
    fn keys_order_like_numbers() {
        law((number(), number()), |(x, y)| {
            prop_assert_eq!(key(x) < key(y), x < y);
            prop_assert_eq!(key(x) == key(y), x == y);
            Ok(())
        });
        let ascending = [f64::NEG_INFINITY, -1e300, -1.0, -5e-324, 0.0, 5e-324, 1.0, f64::INFINITY];
        assert!(ascending.is_sorted_by(|&x, &y| key(x) < key(y)));
        assert_eq!(key(0.0), key(-0.0));
    }

    #[test]
    fn pairs_are_counted_without_overflow() {
        assert_eq!([0, 1, 2, 5].map(pairs_among), [0, 0, 1, 10]);
        assert_eq!(pairs_among(1 << 32), (1u64 << 63) - (1 << 31));
        assert_eq!(tied_pairs(&[1, 1, 1, 2, 3, 3]), 4);
        assert_eq!(tied_pairs::<u8>(&[]), 0);
    }
}
