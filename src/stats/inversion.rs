//! For every row of a sequence, how many of the rows before it are greater.
//!
//! A sum over discordant pairs that weighs each row by its own weight needs no
//! pair at all: it needs this count. The counts are integers, so whatever is
//! summed with them afterwards can be summed in any fixed order.

/// One row of a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// What is compared.
    pub(crate) key: u64,
    /// The place of the row in the sequence, from 0.
    pub(crate) at: u32,
    /// The number of rows before it with a greater key.
    pub(crate) greater: u32,
}

/// Sorts a sequence ascending, equal keys in the order given, and counts for
/// every row the rows before it that are greater. O(n log n): a bottom-up
/// merge sort over runs that insertion has sorted.
///
/// Takes at most 2^32 - 1 keys.
pub(crate) fn sort_counting(keys: impl Iterator<Item = u64>) -> Vec<Row> {
    const RUN: usize = 16;
    let mut rows: Vec<Row> = keys.zip(0..).map(|(key, at)| Row { key, at, greater: 0 }).collect();
    for run in rows.chunks_mut(RUN) {
        insert(run);
    }
    let mut merged = vec![Row::default(); rows.len()];
    let mut width = RUN;
    while width < rows.len() {
        for (from, to) in rows.chunks(2 * width).zip(merged.chunks_mut(2 * width)) {
            let (left, right) = from.split_at(width.min(from.len()));
            merge(left, right, to);
        }
        std::mem::swap(&mut rows, &mut merged);
        width *= 2;
    }
    rows
}

fn insert(run: &mut [Row]) {
    for end in 1..run.len() {
        let mut row = run[end];
        let mut at = end;
        while at > 0 && run[at - 1].key > row.key {
            run[at] = run[at - 1];
            at -= 1;
            row.greater += 1;
        }
        run[at] = row;
    }
}

/// Merges two sorted runs. A row of the right one is preceded by every row of
/// the left that has not been taken yet, and those are the greater ones.
fn merge(left: &[Row], right: &[Row], to: &mut [Row]) {
    let (mut l, mut r) = (0, 0);
    // Which side is next cannot be foreseen, so it is chosen without a jump.
    while l < left.len() && r < right.len() {
        let (one, other) = (left[l], right[r]);
        let from_right = other.key < one.key;
        let greater = other.greater + (left.len() - l) as u32;
        to[l + r] = if from_right { Row { greater, ..other } } else { one };
        l += usize::from(!from_right);
        r += usize::from(from_right);
    }
    let (rest_left, rest_right) = (&left[l..], &right[r..]);
    let rest = &mut to[l + r..];
    // One of them is empty; what is left of the right has no greater before it.
    if rest_right.is_empty() { rest.copy_from_slice(rest_left) } else { rest.copy_from_slice(rest_right) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::law;
    use proptest::collection::vec;
    use proptest::prop_assert_eq;

    #[test]
    fn agrees_with_counting_and_keeps_the_order_of_equals() {
        law(vec(0u64..40, 0..200), |keys| {
            let rows = sort_counting(keys.iter().copied());
            let mut expected: Vec<Row> = (0..keys.len())
                .map(|at| {
                    let greater = keys[..at].iter().filter(|&&other| other > keys[at]).count() as u32;
                    Row { key: keys[at], at: at as u32, greater }
                })
                .collect();
            expected.sort_by_key(|row| row.key);
            prop_assert_eq!(rows, expected);
            Ok(())
        });
    }
}
