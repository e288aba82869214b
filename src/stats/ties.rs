//! Which places of an order are shared by equals.
//!
//! Scores are seldom equal, or else they are equal in a few large groups. So a
//! group of equals is listed where there is one, and a bit for each place says
//! where a group begins; how many begin up to a place leads from the place to
//! the list. That takes three bits for a place without a tie, and any place is
//! found in constant time.

/// The groups of equals in an order; a place outside of all is a group by
/// itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ties {
    /// Where each group of two or more begins and ends, ascending.
    groups: Vec<(u32, u32)>,
    /// A bit for every place: whether such a group begins there.
    begins: Vec<u64>,
    /// How many groups begin before each word of these bits.
    before: Vec<u32>,
}

impl Ties {
    /// The groups of two or more of an order of so many rows, ascending.
    pub(crate) fn of(groups: Vec<(u32, u32)>, rows: usize) -> Self {
        if groups.is_empty() {
            return Ties::default();
        }
        let mut begins = vec![0u64; rows.div_ceil(64)];
        for (begin, _) in &groups {
            begins[*begin as usize / 64] |= 1 << (begin % 64);
        }
        let mut count = 0;
        let before = begins.iter().map(|word| {
            let before = count;
            count += word.count_ones();
            before
        });
        let before = before.collect();
        Ties { groups, begins, before }
    }

    /// The groups of two or more, ascending.
    pub(crate) fn groups(&self) -> &[(u32, u32)] {
        &self.groups
    }

    /// The number of the group of two or more that a place belongs to.
    pub(crate) fn number(&self, place: u32) -> Option<usize> {
        if self.groups.is_empty() {
            return None;
        }
        let word = place as usize / 64;
        // The bits up to the place's own.
        let bits = self.begins[word] & (u64::MAX >> (63 - place % 64));
        let begun = (self.before[word] + bits.count_ones()) as usize;
        (begun > 0 && place < self.groups[begun - 1].1).then(|| begun - 1)
    }

    /// Where the group of a place begins and ends.
    pub(crate) fn group(&self, place: u32) -> (u32, u32) {
        self.number(place).map_or((place, place + 1), |number| self.groups[number])
    }

    /// The rows that are equal to another.
    pub(crate) fn rows(&self) -> u64 {
        self.groups.iter().map(|(begin, end)| u64::from(end - begin)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::law;
    use proptest::collection::vec;
    use proptest::{prop_assert_eq, prop_oneof};

    #[test]
    fn every_place_finds_its_group() {
        law(vec(prop_oneof![1u32..2, 1u32..5, 60u32..200], 0..40), |sizes| {
            let mut all = Vec::new();
            for size in sizes {
                let begin = all.last().map_or(0, |(_, end)| *end);
                all.push((begin, begin + size));
            }
            let rows = all.last().map_or(0, |(_, end)| *end);
            let shared: Vec<(u32, u32)> = all.iter().copied().filter(|(begin, end)| end - begin > 1).collect();
            let ties = Ties::of(shared.clone(), rows as usize);
            prop_assert_eq!(ties.rows(), shared.iter().map(|(begin, end)| u64::from(end - begin)).sum::<u64>());
            for (begin, end) in all {
                for place in begin..end {
                    prop_assert_eq!(ties.group(place), (begin, end));
                    prop_assert_eq!(ties.number(place), shared.iter().position(|group| *group == (begin, end)));
                }
            }
            prop_assert_eq!(ties.groups(), shared);
            Ok(())
        });
    }
}
