//! How much of the top of one column is also the top of the other.
//!
//! The edge of a top `k` often runs through a group of tied values. Breaking
//! that tie by row number would make the figure depend on the order of a file,
//! so the tied share the places that are left.

use super::paired::Paired;
use super::ranked::RankedPair;
use super::sweep::{Edge, Ranking, Shared, Sweep};
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
    RankedPair::new(pairs).overlap_at_k(k)
}

/// The share that two top lists have in common of all that is on either:
/// `sum min(m1, m2) / sum max(m1, m2)`, where `m` is a row's membership of the
/// top `k` of a column.
///
/// Jaccard, "The distribution of the flora in the alpine zone", New Phytologist
/// 11 (1912); with memberships, the ratio of Ruzicka 1958. An increasing
/// function of the overlap `o`, namely `o / (2 - o)`.
///
/// Ties, symmetry: as [`overlap_at_k`]. A column has exactly 1 with itself.
///
/// # Errors
/// [`Undefined::OutOfRange`] unless `1 <= k <= rows`, [`Undefined::Empty`].
pub fn jaccard_at_k(pairs: Paired<'_>, k: usize) -> Figure {
    RankedPair::new(pairs).jaccard_at_k(k)
}

/// [`overlap_at_k`] at every depth of a list, in the order of the list: the
/// same bits, in O(n log n) for all of them together.
///
/// The depths need no order and may repeat. One that does not lie between 1
/// and the number of rows has no value there; the others have theirs.
#[must_use]
pub fn overlap_by_depth(pairs: Paired<'_>, depths: &[usize]) -> Vec<Figure> {
    RankedPair::new(pairs).overlap_by_depth(depths)
}

impl RankedPair {
    /// [`overlap_at_k`] of columns that are sorted, in O(k) and the rows tied
    /// at the edge.
    ///
    /// # Errors
    /// As there.
    pub fn overlap_at_k(&self, k: usize) -> Figure {
        Ok(overlap(&shared_at(self, k)?, k))
    }

    /// [`jaccard_at_k`] of columns that are sorted, at the same cost.
    ///
    /// # Errors
    /// As there.
    pub fn jaccard_at_k(&self, k: usize) -> Figure {
        let shared = shared_at(self, k)?;
        // The lesser and the greater memberships sum to 2 k.
        let common = shared.lesser();
        let either = 2 * k as u128 * shared.whole() - common;
        Ok(common as f64 / either as f64)
    }

    /// [`overlap_by_depth`] of columns that are sorted: O(n) for all depths
    /// together.
    #[must_use]
    pub fn overlap_by_depth(&self, depths: &[usize]) -> Vec<Figure> {
        let (first, second) = (Ranking::of(self.first()), Ranking::of(self.second()));
        let mut sweep = Sweep::new(&first, &second, self.len());
        let mut figures = vec![Err(Undefined::Empty); depths.len()];
        let mut order: Vec<usize> = (0..depths.len()).collect();
        if !depths.is_sorted() {
            order.sort_unstable_by_key(|&at| depths[at]);
        }
        for at in order {
            let depth = depths[at];
            figures[at] = check(self, depth).map(|()| {
                sweep.descend(depth);
                overlap(&sweep.shared(depth), depth)
            });
        }
        figures
    }
}

/// Over the common denominator of both edges, in integers (below 2^96), so
/// that a full overlap is exactly 1.
fn overlap(shared: &Shared, k: usize) -> f64 {
    shared.lesser() as f64 / (k as u128 * shared.whole()) as f64
}

fn check(pair: &RankedPair, k: usize) -> Result<(), Undefined> {
    if pair.is_empty() {
        return Err(Undefined::Empty);
    }
    if k == 0 || k > pair.len() {
        return Err(Undefined::OutOfRange { text: format!("k = {k} does not lie between 1 and {}", pair.len()) });
    }
    Ok(())
}

/// What both columns share at one depth.
fn shared_at(pair: &RankedPair, k: usize) -> Result<Shared, Undefined> {
    check(pair, k)?;
    let [first, second] = [pair.first(), pair.second()].map(|ranked| Ranking::of(ranked).edge(k));
    let mut shared = Shared { both: 0, first_tied: 0, second_tied: 0, both_tied: 0, first, second };
    // A group at the edge begins, counted from the least, where those above and the tied end.
    let lowest = |edge: Edge| pair.len() - (edge.above + edge.tied) as usize;
    let (first_edge, second_edge) = (lowest(first) as u32, lowest(second) as u32);
    for row in &pair.first().order()[lowest(first)..] {
        let left = pair.first().begins()[*row as usize];
        let right = pair.second().begins()[*row as usize];
        if right < second_edge {
            continue;
        }
        match (left == first_edge, right == second_edge) {
            (false, false) => shared.both += 1,
            (true, false) => shared.first_tied += 1,
            (false, true) => shared.second_tied += 1,
            (true, true) => shared.both_tied += 1,
        }
    }
    Ok(shared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    fn overlap_of(first: &[f64], second: &[f64], k: usize) -> f64 {
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
        assert_eq!(overlap_of(&first, &second, 1), 1.0);
        assert_eq!(overlap_of(&first, &second, 2), 0.5);
        // One of the three on either list is on both.
        assert_eq!(jaccard_at_k(Paired::new(&first, &second).unwrap(), 2), Ok(1.0 / 3.0));
        assert_eq!(overlap_of(&first, &second, 3), 2.0 / 3.0);
        assert_eq!(overlap_of(&first, &second, 5), 1.0);
    }

    #[test]
    fn a_tie_at_the_edge_is_shared() {
        // Three rows share the one place left under the 9; the second column
        // gives that place to one of them.
        let (first, second) = ([9.0, 5.0, 5.0, 5.0], [9.0, 8.0, 1.0, 2.0]);
        assert!(near(overlap_of(&first, &second, 2), (1.0 + 1.0 / 3.0) / 2.0, 1e-15));
        assert_eq!(overlap_of(&first, &first, 2), 1.0);
    }

    #[test]
    fn agrees_with_memberships_and_is_symmetric() {
        law(columns(1), |(first, second)| {
            for k in 1..=first.len() {
                let (left, right) = (memberships(&first, k), memberships(&second, k));
                let naive: f64 = left.iter().zip(&right).map(|(l, r)| l.min(*r)).sum();
                let ours = overlap_of(&first, &second, k);
                prop_assert!(near(ours, naive / k as f64, 1e-13), "{} {}", ours, naive);
                prop_assert_eq!(ours, overlap_of(&second, &first, k));
                prop_assert_eq!(overlap_of(&first, &first, k), 1.0);
                prop_assert!((0.0..=1.0).contains(&ours));
                let either: f64 = left.iter().zip(&right).map(|(l, r)| l.max(*r)).sum();
                let jaccard = jaccard_at_k(Paired::new(&first, &second).unwrap(), k).unwrap();
                prop_assert!(near(jaccard, naive / either, 1e-13), "{} {}", jaccard, naive / either);
                prop_assert_eq!(jaccard_at_k(Paired::new(&second, &first).unwrap(), k), Ok(jaccard));
                prop_assert_eq!(jaccard_at_k(Paired::new(&first, &first).unwrap(), k), Ok(1.0));
            }
            prop_assert_eq!(overlap_of(&first, &second, first.len()), 1.0);
            Ok(())
        });
    }

    #[test]
    fn many_depths_have_the_bits_of_each_alone() {
        law(columns(1), |(first, second)| {
            let pairs = Paired::new(&first, &second).unwrap();
            let n = first.len();
            // Out of order, one twice, two out of range.
            let depths: Vec<usize> = (0..=n + 1).rev().chain([n]).collect();
            let alone: Vec<Figure> = depths.iter().map(|&k| overlap_at_k(pairs, k)).collect();
            prop_assert_eq!(overlap_by_depth(pairs, &depths), alone);
            Ok(())
        });
        let none = Paired::new(&[], &[]).unwrap();
        assert_eq!(overlap_by_depth(none, &[1, 0]), [Err(Undefined::Empty), Err(Undefined::Empty)]);
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        law(columns(2), |(mut first, mut second)| {
            let k = first.len() / 2;
            let before = overlap_of(&first, &second, k);
            first.rotate_left(1);
            second.rotate_left(1);
            prop_assert_eq!(overlap_of(&first, &second, k), before);
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
        assert_eq!(jaccard_at_k(none, 1), Err(Undefined::Empty));
        assert!(jaccard_at_k(pairs, 3).is_err());
    }
}
