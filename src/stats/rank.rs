//! Orders and ranks, with one policy for ties: tied values share the mean of
//! the ranks that they occupy. Nothing here breaks a tie by position except
//! [`order_descending`], whose task is to put rows into a list.
//!
//! Mean ranks are halves of integers; they are counted doubled, in integers,
//! and halved at the end.

use super::key::key;

/// The row numbers from the largest value to the smallest; tied rows keep
/// their order.
///
/// Values must not be NaN (the caller drops missing values). An empty slice
/// gives an empty order.
///
/// # Panics
/// Beyond 2^32 - 1 values.
#[must_use]
pub fn order_descending(values: &[f64]) -> Vec<u32> {
    let keyed = sorted_keys(values, |value| !key(value));
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// The rank of every value, 1 for the largest; ties share their mean rank.
///
/// Rank = 1 + (values above) + (other values equal) / 2. Spearman 1904;
/// Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
/// Values must not be NaN. An empty slice gives no ranks.
///
/// # Panics
/// Beyond 2^32 - 1 values.
#[must_use]
pub fn average_ranks_descending(values: &[f64]) -> Vec<f64> {
    halved(doubled_ranks(values, |value| !key(value)))
}

/// The rank of every value, 1 for the smallest; ties share their mean rank.
/// See [`average_ranks_descending`].
///
/// # Panics
/// Beyond 2^32 - 1 values.
#[must_use]
pub fn average_ranks_ascending(values: &[f64]) -> Vec<f64> {
    halved(doubled_ranks(values, key))
}

/// Twice the mean rank of every value, 1 for the smallest: exact integers.
pub(crate) fn doubled_ranks_ascending(values: &[f64]) -> Vec<u64> {
    doubled_ranks(values, key)
}

fn halved(doubled: Vec<u64>) -> Vec<f64> {
    doubled.into_iter().map(|rank| rank as f64 / 2.0).collect()
}

fn doubled_ranks(values: &[f64], key: impl Fn(f64) -> u64) -> Vec<u64> {
    let mut ranks = vec![0; values.len()];
    let mut before = 0;
    for run in sorted_keys(values, key).chunk_by(|left, right| left.0 == right.0) {
        let through = before + run.len() as u64;
        for &(_, row) in run {
            // Mean of the ranks before + 1 ..= through, doubled.
            ranks[row as usize] = before + through + 1;
        }
        before = through;
    }
    ranks
}

/// Keys with their rows, ascending by key, then by row.
fn sorted_keys(values: &[f64], key: impl Fn(f64) -> u64) -> Vec<(u64, u32)> {
    let rows = u32::try_from(values.len()).expect("a column has at most 2^32 - 1 rows");
    let mut keyed: Vec<(u64, u32)> = values.iter().map(|&value| key(value)).zip(0..rows).collect();
    // The row is part of what is compared, so an unstable sort is stable here.
    keyed.sort_unstable();
    keyed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{column, law};
    use proptest::prop_assert_eq;

    #[test]
    fn ties_share_their_mean_rank() {
        let values = [3.0, 9.0, 3.0, 1.0, 3.0];
        assert_eq!(average_ranks_descending(&values), [3.0, 1.0, 3.0, 5.0, 3.0]);
        assert_eq!(average_ranks_ascending(&values), [3.0, 5.0, 3.0, 1.0, 3.0]);
        assert_eq!(average_ranks_descending(&[0.0, -0.0]), [1.5, 1.5]);
        assert!(average_ranks_descending(&[]).is_empty());
    }

    #[test]
    fn tied_rows_keep_their_order() {
        assert_eq!(order_descending(&[3.0, 9.0, 3.0, 1.0, 3.0]), [1, 0, 2, 4, 3]);
        assert_eq!(order_descending(&[-0.0, 0.0, -0.0]), [0, 1, 2]);
    }

    #[test]
    fn ranks_agree_with_counting() {
        law(column(0), |values| {
            let count = |compare: &dyn Fn(f64) -> bool| values.iter().filter(|&&v| compare(v)).count();
            for (&value, rank) in values.iter().zip(average_ranks_descending(&values)) {
                let above = count(&|other| other > value) as f64;
                let equal = count(&|other| other == value) as f64;
                prop_assert_eq!(rank, 1.0 + above + (equal - 1.0) / 2.0);
            }
            let up = average_ranks_ascending(&values);
            let down = average_ranks_descending(&values);
            for (up, down) in up.into_iter().zip(down) {
                prop_assert_eq!(up + down, values.len() as f64 + 1.0);
            }
            Ok(())
        });
    }

    #[test]
    fn the_order_agrees_with_a_stable_sort() {
        law(column(0), |values| {
            let mut rows: Vec<u32> = (0..values.len() as u32).collect();
            rows.sort_by(|&i, &j| values[j as usize].partial_cmp(&values[i as usize]).unwrap());
            prop_assert_eq!(order_descending(&values), rows);
            Ok(())
        });
    }
}
