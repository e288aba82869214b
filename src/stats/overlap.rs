//! How much of the top of one column is also the top of the other.
//!
//! The edge of a top `k` often runs through a group of tied values. Breaking
//! that tie by row number would make the figure depend on the order of a file,
//! so the tied share the places that are left.

use super::key::key;
use super::paired::Paired;
use super::undefined::{Figure, Undefined};

/// The share of the `k` largest values of the first column that are among the
/// `k` largest of the second: `sum min(m1, m2) / k`, where `m` is a row's
/// membership of the top `k` of a column.
///
/// Ties: a row above the edge is a member (1), a row below is not (0); the
/// rows tied at the edge share the remaining places, each holding
/// `(k - rows above) / (rows tied)`. So memberships sum to `k`, a column
/// overlaps itself by exactly 1, and no order of rows matters. Without ties
/// this is the plain overlap `|A and B| / k`. Symmetric.
///
/// # Errors
/// [`Undefined::OutOfRange`] unless `1 <= k <= rows`, [`Undefined::Empty`].
pub fn overlap_at_k(pairs: Paired<'_>, k: usize) -> Figure {
    if pairs.is_empty() {
        return Err(Undefined::Empty);
    }
    if k == 0 || k > pairs.len() {
        return Err(Undefined::OutOfRange { text: format!("k = {k} does not lie between 1 and {}", pairs.len()) });
    }
    let first = Edge::of(pairs.first(), k);
    let second = Edge::of(pairs.second(), k);
    let (mut both, mut first_tied, mut second_tied, mut both_tied) = (0u128, 0u128, 0u128, 0u128);
    for (left, right) in pairs.rows() {
        let (left, right) = (key(left), key(right));
        if left < first.key || right < second.key {
            continue;
        }
        match (left == first.key, right == second.key) {
            (false, false) => both += 1,
            (true, false) => first_tied += 1,
            (false, true) => second_tied += 1,
            (true, true) => both_tied += 1,
        }
    }
    // Everything over the common denominator first.tied * second.tied, in
    // integers (below 2^96), so that a full overlap is exactly 1.
    let whole = first.tied * second.tied;
    let first_share = first.places * second.tied;
    let second_share = second.places * first.tied;
    let shared = both * whole
        + first_tied * first_share
        + second_tied * second_share
        + both_tied * first_share.min(second_share);
    Ok(shared as f64 / (k as u128 * whole) as f64)
}

/// The edge of the top `k` of one column.
struct Edge {
    /// Key of the `k`-th largest value.
    key: u64,
    /// Number of rows with exactly that value.
    tied: u128,
    /// Number of places left for them.
    places: u128,
}

impl Edge {
    /// Needs `1 <= k <= values.len()`.
    fn of(values: &[f64], k: usize) -> Self {
        let mut keys: Vec<u64> = values.iter().map(|&value| key(value)).collect();
        let at = keys.len() - k;
        let (_, &mut edge, _) = keys.select_nth_unstable(at);
        let above = keys.iter().filter(|&&key| key > edge).count();
        let tied = keys.iter().filter(|&&key| key == edge).count();
        Edge { key: edge, tied: tied as u128, places: (k - above) as u128 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    fn overlap(first: &[f64], second: &[f64], k: usize) -> f64 {
        overlap_at_k(Paired::new(first, second).unwrap(), k).unwrap()
    }

    /// Membership of every row by counting, as the text has it.
    fn memberships(values: &[f64], k: usize) -> Vec<f64> {
        let share = |value: f64| {
            let above = values.iter().filter(|&&other| other > value).count();
            let tied = values.iter().filter(|&&other| other == value).count();
            ((k as f64 - above as f64) / tied as f64).clamp(0.0, 1.0)
        };
        values.iter().copied().map(share).collect()
    }

    #[test]
    fn without_ties_it_counts_common_members() {
        let (first, second) = ([5.0, 4.0, 3.0, 2.0, 1.0], [5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(overlap(&first, &second, 1), 1.0);
        assert_eq!(overlap(&first, &second, 2), 0.5);
        assert_eq!(overlap(&first, &second, 3), 2.0 / 3.0);
        assert_eq!(overlap(&first, &second, 5), 1.0);
    }

    #[test]
    fn a_tie_at_the_edge_is_shared() {
        // Three rows share the one place left under the 9; the second column
        // gives that place to one of them.
        let (first, second) = ([9.0, 5.0, 5.0, 5.0], [9.0, 8.0, 1.0, 2.0]);
        assert!(near(overlap(&first, &second, 2), (1.0 + 1.0 / 3.0) / 2.0, 1e-15));
        assert_eq!(overlap(&first, &first, 2), 1.0);
    }

    #[test]
    fn agrees_with_memberships_and_is_symmetric() {
        law(columns(1), |(first, second)| {
            for k in 1..=first.len() {
                let (left, right) = (memberships(&first, k), memberships(&second, k));
                let naive: f64 = left.iter().zip(&right).map(|(l, r)| l.min(*r)).sum();
                let ours = overlap(&first, &second, k);
                prop_assert!(near(ours, naive / k as f64, 1e-13), "{} {}", ours, naive);
                prop_assert_eq!(ours, overlap(&second, &first, k));
                prop_assert_eq!(overlap(&first, &first, k), 1.0);
                prop_assert!((0.0..=1.0).contains(&ours));
            }
            prop_assert_eq!(overlap(&first, &second, first.len()), 1.0);
            Ok(())
        });
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        law(columns(2), |(mut first, mut second)| {
            let k = first.len() / 2;
            let before = overlap(&first, &second, k);
            first.rotate_left(1);
            second.rotate_left(1);
            prop_assert_eq!(overlap(&first, &second, k), before);
            Ok(())
        });
    }

    #[test]
    fn undefined_outside_of_one_to_n() {
        let pairs = Paired::new(&[1.0, 2.0], &[1.0, 2.0]).unwrap();
        for k in [0, 3] {
            let reason = overlap_at_k(pairs, k).unwrap_err();
            assert_eq!(reason.to_string(), format!("k = {k} does not lie between 1 and 2"));
        }
        let none = Paired::new(&[], &[]).unwrap();
        assert_eq!(overlap_at_k(none, 1), Err(Undefined::Empty));
    }
}
