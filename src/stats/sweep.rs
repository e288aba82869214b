//! Two rankings with ties, walked down together.
//!
//! At a depth, each ranking has the groups that lie above it whole, and one
//! group that the depth runs through. What two rankings share at that depth
//! follows from four counts of common items, and those change only where a
//! group begins. So a walk through all depths touches every item twice.

use std::borrow::Cow;

use super::ranked::Ranked;
use super::ties::Ties;

/// Items in groups of equals.
#[derive(Debug)]
pub(crate) struct Ranking<'a> {
    /// Item numbers from the lowest to the highest; each at most once.
    items: Cow<'a, [u32]>,
    /// By place from the lowest.
    ties: Cow<'a, Ties>,
}

impl<'a> Ranking<'a> {
    /// The rows of a column.
    pub(crate) fn of(ranked: &'a Ranked) -> Self {
        Ranking { items: Cow::Borrowed(ranked.order()), ties: Cow::Borrowed(ranked.ties()) }
    }

    /// Items from the highest to the lowest, in groups of so many.
    pub(crate) fn of_groups(items: &[u32], sizes: impl DoubleEndedIterator<Item = u32>) -> Self {
        let mut begin = 0;
        let groups = sizes.rev().map(|size| {
            begin += size;
            (begin - size, begin)
        });
        let shared = groups.filter(|(begin, end)| end - begin > 1).collect();
        let items: Vec<u32> = items.iter().rev().copied().collect();
        let ties = Ties::of(shared, items.len());
        Ranking { items: Cow::Owned(items), ties: Cow::Owned(ties) }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The items in some places, counted from the highest.
    fn items(&self, from: usize, to: usize) -> &[u32] {
        &self.items[self.len() - to..self.len() - from]
    }

    /// Where the group ends that begins after so many items; there is one.
    fn end_after(&self, begin: usize) -> usize {
        let (lowest, _) = self.ties.group((self.len() - 1 - begin) as u32);
        self.len() - lowest as usize
    }

    /// Where a depth lies, from 1 to the number of items.
    pub(crate) fn edge(&self, depth: usize) -> Edge {
        let (lowest, end) = self.ties.group((self.len() - depth) as u32);
        let above = self.len() as u64 - u64::from(end);
        Edge { above, tied: u64::from(end - lowest), places: depth as u64 - above }
    }
}

/// Where a depth lies in one ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Items in the groups above.
    pub(crate) above: u64,
    /// Items in the group that the depth runs through; 1 below the end.
    pub(crate) tied: u64,
    /// Places of that group down to the depth, `1..=tied`; 1 below the end.
    pub(crate) places: u64,
}

/// What two rankings share at one depth. An item is inside a ranking if its
/// group lies above the edge, and tied if it is of the group at the edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared {
    /// Items inside both.
    pub(crate) both: u64,
    /// Items tied in the first, inside the second.
    pub(crate) first_tied: u64,
    /// Items inside the first, tied in the second.
    pub(crate) second_tied: u64,
    /// Items tied in both.
    pub(crate) both_tied: u64,
    /// The edge in the first.
    pub(crate) first: Edge,
    /// The edge in the second.
    pub(crate) second: Edge,
}

impl Shared {
    /// The items in reach of both: inside or tied.
    pub(crate) fn reached(&self) -> u64 {
        self.both + self.first_tied + self.second_tied + self.both_tied
    }

    /// The sum over items of the lesser of two memberships, as a numerator
    /// over [`whole`](Self::whole). A membership is 1 inside and
    /// `places / tied` at the edge.
    pub(crate) fn lesser(&self) -> u128 {
        let (first, second) = self.shares();
        self.sum(first.min(second))
    }

    /// The sum over items of the product of two memberships, as a numerator
    /// over [`whole`](Self::whole).
    pub(crate) fn product(&self) -> u128 {
        self.sum(u128::from(self.first.places) * u128::from(self.second.places))
    }

    /// The common denominator.
    pub(crate) fn whole(&self) -> u128 {
        u128::from(self.first.tied) * u128::from(self.second.tied)
    }

    /// The two memberships at the edge, over the common denominator.
    fn shares(&self) -> (u128, u128) {
        (
            u128::from(self.first.places) * u128::from(self.second.tied),
            u128::from(self.second.places) * u128::from(self.first.tied),
        )
    }

    /// All four kinds of common items; `both_tied` is what one tied in both
    /// has. Below 2^96.
    fn sum(&self, both_tied: u128) -> u128 {
        let (first, second) = self.shares();
        u128::from(self.both) * self.whole()
            + u128::from(self.first_tied) * first
            + u128::from(self.second_tied) * second
            + u128::from(self.both_tied) * both_tied
    }
}

/// A walk down two rankings.
#[derive(Debug)]
pub(crate) struct Sweep<'a> {
    first: Cursor<'a>,
    second: Cursor<'a>,
    /// For every item, its state in the first plus three times that in the
    /// second: 0 below the edge or absent, 1 tied, 2 inside.
    states: Vec<u8>,
    /// The number of items in each pair of states.
    counts: [u64; 9],
}

impl<'a> Sweep<'a> {
    /// Starts above the highest. Item numbers are below `items`.
    pub(crate) fn new(first: &'a Ranking<'a>, second: &'a Ranking<'a>, items: usize) -> Self {
        Sweep { first: Cursor::new(first, 1), second: Cursor::new(second, 3), states: vec![0; items], counts: [0; 9] }
    }

    /// Goes down to a depth, from 1, not above where it is.
    pub(crate) fn descend(&mut self, depth: usize) {
        for cursor in [&mut self.first, &mut self.second] {
            cursor.descend(depth, &mut self.states, &mut self.counts);
        }
    }

    /// What is shared at the depth that [`descend`](Self::descend) was given.
    pub(crate) fn shared(&self, depth: usize) -> Shared {
        let [_, _, _, _, both_tied, second_tied, _, first_tied, both] = self.counts;
        let (first, second) = (self.first.edge(depth), self.second.edge(depth));
        Shared { both, first_tied, second_tied, both_tied, first, second }
    }

    /// Items inside the second and tied there that the first has not reached.
    pub(crate) fn second_only(&self) -> (u64, u64) {
        (self.counts[6], self.counts[3])
    }
}

#[derive(Debug)]
struct Cursor<'a> {
    ranking: &'a Ranking<'a>,
    /// What one step of this side adds to a state.
    step: u8,
    /// The group at the edge.
    begin: usize,
    end: usize,
}

impl<'a> Cursor<'a> {
    fn new(ranking: &'a Ranking<'a>, step: u8) -> Self {
        Cursor { ranking, step, begin: 0, end: 0 }
    }

    fn descend(&mut self, depth: usize, states: &mut [u8], counts: &mut [u64; 9]) {
        while self.end < depth && self.begin < self.ranking.len() {
            self.raise(states, counts);
            self.begin = self.end;
            if self.begin < self.ranking.len() {
                self.end = self.ranking.end_after(self.begin);
                self.raise(states, counts);
            }
        }
    }

    /// Moves the items of the group at the edge one state up.
    fn raise(&self, states: &mut [u8], counts: &mut [u64; 9]) {
        for &item in self.ranking.items(self.begin, self.end) {
            let state = &mut states[item as usize];
            // State 0 of both sides counts nothing that was counted before.
            counts[*state as usize] = counts[*state as usize].wrapping_sub(1);
            *state += self.step;
            counts[*state as usize] = counts[*state as usize].wrapping_add(1);
        }
    }

    fn edge(&self, depth: usize) -> Edge {
        if self.begin == self.end {
            return Edge { above: self.begin as u64, tied: 1, places: 1 };
        }
        Edge {
            above: self.begin as u64,
            tied: (self.end - self.begin) as u64,
            places: (depth.min(self.end) - self.begin) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law};
    use proptest::prop_assert_eq;

    #[test]
    fn counts_agree_with_counting() {
        law(columns(1), |(first, second)| {
            let (left, right) = (Ranked::new(&first).unwrap(), Ranked::new(&second).unwrap());
            let (left, right) = (Ranking::of(&left), Ranking::of(&right));
            let mut sweep = Sweep::new(&left, &right, first.len());
            for depth in 1..=first.len() {
                // 2 inside, 1 at the edge, 0 below.
                let state = |values: &[f64], row: usize| {
                    let above = values.iter().filter(|&&other| other > values[row]).count();
                    let tied = values.iter().filter(|&&other| other == values[row]).count();
                    if above + tied < depth { 2 } else { usize::from(above < depth) }
                };
                let count = |one: usize, other: usize| -> u64 {
                    let states = (0..first.len()).map(|row| (state(&first, row), state(&second, row)));
                    states.filter(|&states| states == (one, other)).count() as u64
                };
                sweep.descend(depth);
                let shared = sweep.shared(depth);
                prop_assert_eq!(shared.both, count(2, 2));
                prop_assert_eq!(shared.first_tied, count(1, 2));
                prop_assert_eq!(shared.second_tied, count(2, 1));
                prop_assert_eq!(shared.both_tied, count(1, 1));
                prop_assert_eq!(sweep.second_only(), (count(0, 2), count(0, 1)));
                let inside = (0..3).map(|other| count(2, other)).sum::<u64>();
                prop_assert_eq!(shared.first.above, inside);
                prop_assert_eq!(shared.first.tied, (0..3).map(|other| count(1, other)).sum::<u64>());
                prop_assert_eq!(shared.first.places, depth as u64 - inside);
                prop_assert_eq!((left.edge(depth), right.edge(depth)), (shared.first, shared.second));
            }
            Ok(())
        });
    }
}
