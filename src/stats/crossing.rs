//! Where two orders of the same rows cross, row by row.
//!
//! A figure in which rows weigh by their rank needs for every row how many
//! rows the two orders place differently about it. One count gives it: rows
//! stand in each order without ties (equals here by their order there), so
//! that one order is a permutation of the other, and
//! [`greater_before`](super::inversion::greater_before) counts, for all rows at
//! once, those that stand below in the one and above in the other. What stands
//! above in the one and below in the other follows from the two positions, and
//! everything else from where groups of equals begin and end. O(n log n), in
//! parallel; 16 bytes a row while it lasts, and 28 while it is made.

use rayon::prelude::*;

use super::inversion::greater_before;
use super::ranked::{Ranked, RankedPair, SHARE};

/// Two orders of the same rows, each seen from the other.
#[derive(Debug)]
pub(crate) struct Crossing<'a> {
    pair: &'a RankedPair,
    first: Column,
    second: Column,
}

/// By place in one order, from the least.
#[derive(Debug)]
struct Column {
    /// The place in the other order.
    there: Vec<u32>,
    /// How many rows stand below here and above there.
    over: Vec<u32>,
}

impl<'a> Crossing<'a> {
    pub(crate) fn of(pair: &'a RankedPair) -> Self {
        let mut there = pair.first().along(pair.second());
        let ties = pair.second().ties();
        if !pair.second().untied() {
            // Equals of the second stand in the order of the first.
            let mut next: Vec<u32> = ties.groups().iter().map(|(begin, _)| *begin).collect();
            for place in &mut there {
                if let Some(number) = ties.number(*place) {
                    *place = next[number];
                    next[number] += 1;
                }
            }
        }
        let turned = || {
            let mut back = vec![0; there.len()];
            for (at, place) in (0u32..).zip(&there) {
                back[*place as usize] = at;
            }
            back
        };
        let (mut over_back, back) = rayon::join(|| greater_before(&there), turned);
        let over = there.par_iter().with_min_len(SHARE).map(|place| over_back[*place as usize]).collect();
        let moves = over_back.par_iter_mut().zip(&back).with_min_len(SHARE).enumerate();
        // Fewer cross from above than from below by as many as a row moves up.
        moves.for_each(|(place, (over, at))| *over = (*over + place as u32).wrapping_sub(*at));
        Crossing { pair, first: Column { there, over }, second: Column { there: back, over: over_back } }
    }

    /// The orders that cross.
    pub(crate) fn pair(&self) -> &'a RankedPair {
        self.pair
    }

    /// Down the first order.
    pub(crate) fn down_first(&self) -> Descent<'_> {
        Descent { own: self.pair.first(), other: self.pair.second(), column: &self.first }
    }

    /// Down the second order.
    pub(crate) fn down_second(&self) -> Descent<'_> {
        Descent { own: self.pair.second(), other: self.pair.first(), column: &self.second }
    }
}

/// One row of a descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Rows not tied with it in the order that is gone down.
    pub(crate) untied: u64,
    /// Rows not tied with it in the other.
    pub(crate) untied_other: u64,
    /// Concordant less discordant rows.
    pub(crate) score: i64,
    /// Rows that stand above it in both.
    pub(crate) above: u64,
}

/// The rows that share one value of the order that is gone down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// How many they are.
    pub(crate) tied: u64,
    /// How many rows have a higher value.
    pub(crate) above: u64,
    /// Summed over the group: rows above that are also higher in the other.
    pub(crate) concordant: u64,
}

/// A way down one order, beside the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Descent<'a> {
    own: &'a Ranked,
    other: &'a Ranked,
    column: &'a Column,
}

impl Descent<'_> {
    /// Tells every row from the highest; equals here by the other order, from
    /// the highest there.
    pub(crate) fn rows(&self, mut tell: impl FnMut(Row)) {
        for (begin, end) in self.own.groups_down() {
            self.rows_of(begin, end, &mut tell);
        }
    }

    /// Tells every group from the highest.
    pub(crate) fn groups(&self, mut tell: impl FnMut(Group)) {
        let n = self.own.len() as u64;
        for (begin, end) in self.own.groups_down() {
            let mut concordant = 0;
            self.rows_of(begin, end, &mut |row| concordant += row.above);
            tell(Group { tied: u64::from(end - begin), above: n - u64::from(end), concordant });
        }
    }

    fn rows_of(&self, begin: u32, end: u32, tell: &mut impl FnMut(Row)) {
        let Column { there, over } = self.column;
        let n = self.own.len() as u64;
        let mut through = end;
        while through > begin {
            let (other_begin, other_end) = self.other.group(there[through as usize - 1]);
            // Equal in both: neighbours, here as there.
            let mut from = through - 1;
            while from > begin && there[from as usize - 1] >= other_begin {
                from -= 1;
            }
            let untied = n - u64::from(end - begin);
            let untied_other = n - u64::from(other_end - other_begin);
            // What is tied in both was taken off twice.
            let comparable = untied as i64 - i64::from(other_end - other_begin) + i64::from(through - from);
            for at in (from..through).rev() {
                let over = over[at as usize];
                let discordant = 2 * i64::from(over) + i64::from(there[at as usize]) - i64::from(at);
                let above = n - u64::from(other_end) - u64::from(over) - u64::from(end - through);
                tell(Row { untied, untied_other, score: comparable - 2 * discordant, above });
            }
            through = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::paired::Paired;
    use crate::stats::resample::Stream;
    use crate::stats::testing::{columns, law, on_threads};
    use proptest::prop_assert_eq;

    fn pair(first: &[f64], second: &[f64]) -> RankedPair {
        RankedPair::new(Paired::new(first, second).unwrap())
    }

    /// The rows down the first column, each by looking at all others.
    fn naive(first: &[f64], second: &[f64]) -> Vec<Row> {
        let mut rows: Vec<usize> = (0..first.len()).collect();
        rows.sort_by(|&i, &j| {
            first[j].partial_cmp(&first[i]).unwrap().then(second[j].partial_cmp(&second[i]).unwrap())
        });
        let row = |&i: &usize| {
            let count = |which: &dyn Fn(usize) -> bool| (0..first.len()).filter(|&j| which(j)).count() as u64;
            let product = |j: usize| (first[j] - first[i]).signum() * (second[j] - second[i]).signum();
            let apart = |j: usize| first[j] != first[i] && second[j] != second[i];
            Row {
                untied: count(&|j| first[j] != first[i]),
                untied_other: count(&|j| second[j] != second[i]),
                score: count(&|j| apart(j) && product(j) > 0.0) as i64
                    - count(&|j| apart(j) && product(j) < 0.0) as i64,
                above: count(&|j| first[j] > first[i] && second[j] > second[i]),
            }
        };
        rows.iter().map(row).collect()
    }

    fn rows(descent: Descent<'_>) -> Vec<Row> {
        let mut rows = Vec::new();
        descent.rows(|row| rows.push(row));
        rows
    }

    #[test]
    fn every_row_agrees_with_looking_at_all_others() {
        law(columns(0), |(first, second)| {
            let pair = pair(&first, &second);
            let crossing = Crossing::of(&pair);
            prop_assert_eq!(rows(crossing.down_first()), naive(&first, &second));
            prop_assert_eq!(rows(crossing.down_second()), naive(&second, &first));
            Ok(())
        });
    }

    #[test]
    fn groups_hold_their_rows() {
        law(columns(1), |(first, second)| {
            let pair = pair(&first, &second);
            let mut found = Vec::new();
            Crossing::of(&pair).down_second().groups(|group| found.push(group));
            let mut levels = second.clone();
            levels.sort_by(|left, right| right.partial_cmp(left).unwrap());
            levels.dedup();
            let group = |level: &f64| {
                let tied: Vec<usize> = (0..second.len()).filter(|&row| second[row] == *level).collect();
                let above: Vec<usize> = (0..second.len()).filter(|&row| second[row] > *level).collect();
                let concordant =
                    tied.iter().map(|&i| above.iter().filter(|&&j| first[j] > first[i]).count() as u64).sum();
                Group { tied: tied.len() as u64, above: above.len() as u64, concordant }
            };
            prop_assert_eq!(found, levels.iter().map(group).collect::<Vec<_>>());
            Ok(())
        });
    }

    #[test]
    fn any_number_of_threads_tells_the_same() {
        let mut stream = Stream::new(1, "crossing", 0);
        let (first, second): (Vec<f64>, Vec<f64>) =
            (0..70_000).map(|_| ((stream.normal() * 1e3).round(), stream.normal())).unzip();
        let pair = pair(&first, &second);
        let all = |threads| {
            on_threads(threads, || {
                let crossing = Crossing::of(&pair);
                (rows(crossing.down_first()), rows(crossing.down_second()))
            })
        };
        let alone = all(1);
        assert_eq!((&all(2), &all(3)), (&alone, &alone));
    }
}
