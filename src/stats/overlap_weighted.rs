//! How much of the top of one column is also the top of the other, where the
//! top is a share of the weight and not a number of rows.

use super::key::key;
use super::paired::Paired;
use super::sum::{Sum, sum};
use super::undefined::{Figure, Undefined};
use super::weights::Weights;

/// The share of the heaviest-ranked `k` of the first column that is also in the
/// top `k` of the second, where `k` counts weight: `sum w min(m1, m2) / k`, with
/// `m` the membership of a row in the top `k` of a column.
///
/// A row of weight `w` counts as `w` equal rows, so whole weights give the
/// overlap at `k` of the repeated rows. Ties: the rows tied at the edge share
/// the weight that is left, each holding `(k - weight above) / (weight tied)`
/// of itself; a single heavy row can be such an edge. Memberships times weights
/// sum to `k`; a column overlaps itself by exactly 1. Symmetric.
///
/// # Errors
/// No rows; weights that do not fit ([`Weights::each`]);
/// [`Undefined::OutOfRange`] unless `0 < k <= sum of the weights`.
pub fn overlap_at_k_weighted(pairs: Paired<'_>, weights: Weights<'_>, k: f64) -> Figure {
    let pairs = pairs.at_least(1)?;
    weights.check(pairs.len())?;
    let total = weights.total(pairs.len());
    if !(k > 0.0 && k <= total) {
        return Err(Undefined::OutOfRange { text: format!("k = {k} does not lie above 0 and up to {total}") });
    }
    let first = memberships(pairs.first(), weights, k);
    let second = memberships(pairs.second(), weights, k);
    if first == second {
        return Ok(1.0);
    }
    let shared = first.iter().zip(&second).zip(weights.iter(pairs.len())).map(|((x, y), weight)| weight * x.min(*y));
    Ok((sum(shared) / k).min(1.0))
}

/// Which part of every row is in the top `k`. Needs a `k` up to the total.
fn memberships(values: &[f64], weights: Weights<'_>, k: f64) -> Vec<f64> {
    let mut rows: Vec<(u64, u64, usize)> =
        values.iter().enumerate().map(|(row, &value)| (!key(value), key(weights.of(row)), row)).collect();
    rows.sort_unstable();
    let mut memberships = vec![0.0; values.len()];
    let mut above = Sum::default();
    for run in rows.chunk_by(|left, right| left.0 == right.0) {
        let left = k - above.value();
        if left <= 0.0 {
            break;
        }
        let tied = sum(run.iter().map(|&(_, _, row)| weights.of(row)));
        for &(_, _, row) in run {
            memberships[row] = (left / tied).min(1.0);
            above.add(weights.of(row));
        }
    }
    memberships
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::overlap::overlap_at_k;
    use crate::stats::testing::{law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    #[test]
    fn whole_weights_are_repeated_rows() {
        law(weighted(1), |(first, second, weights)| {
            let (long, longer) = (expanded(&first, &weights), expanded(&second, &weights));
            let (short, long) = (Paired::new(&first, &second).unwrap(), Paired::new(&long, &longer).unwrap());
            let each = Weights::Each(&weights);
            for k in 1..=long.len() {
                let ours = overlap_at_k_weighted(short, each, k as f64).unwrap();
                prop_assert!(near(ours, overlap_at_k(long, k).unwrap(), 1e-12));
                prop_assert_eq!(overlap_at_k_weighted(short.swapped(), each, k as f64), Ok(ours));
            }
            for k in 1..=short.len() {
                let ours = overlap_at_k_weighted(short, Weights::Equal, k as f64).unwrap();
                prop_assert!(near(ours, overlap_at_k(short, k).unwrap(), 1e-12));
            }
            Ok(())
        });
    }

    #[test]
    fn a_column_overlaps_itself_and_parts_of_rows_count() {
        law(weighted(1), |(first, _, weights)| {
            let uneven: Vec<f64> = weights.iter().map(|weight| weight * 0.37).collect();
            let pairs = Paired::new(&first, &first).unwrap();
            let k = 0.61 * uneven.iter().sum::<f64>();
            prop_assert_eq!(overlap_at_k_weighted(pairs, Weights::Each(&uneven), k), Ok(1.0));
            Ok(())
        });
        // The top 2 of the first: the 9 (weight 1.5) and a half of the tied weight of 1.
        let pairs = Paired::new(&[9.0, 5.0, 5.0, 1.0], &[1.0, 9.0, 2.0, 3.0]).unwrap();
        let weights = Weights::Each(&[1.5, 0.5, 0.5, 2.0]);
        // The top 2 of the second: 0.5 of row 1, 1.5 of the 2 of row 3.
        assert_eq!(overlap_at_k_weighted(pairs, weights, 2.0), Ok(0.125));
    }

    #[test]
    fn undefined() {
        let pairs = Paired::new(&[1.0, 2.0], &[1.0, 2.0]).unwrap();
        for k in [0.0, -1.0, 4.5, f64::NAN] {
            let reason = overlap_at_k_weighted(pairs, Weights::Each(&[1.0, 3.0]), k).unwrap_err();
            assert_eq!(reason.to_string(), format!("k = {k} does not lie above 0 and up to 4"));
        }
        assert!(overlap_at_k_weighted(pairs, Weights::Each(&[1.0]), 1.0).is_err());
        let none = Paired::new(&[], &[]).unwrap();
        assert_eq!(overlap_at_k_weighted(none, Weights::Equal, 1.0), Err(Undefined::Empty));
    }
}
