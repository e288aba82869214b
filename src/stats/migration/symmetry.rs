//! Whether as many rows went one way as the other.
//!
//! Both tests reckon with a sample: rows drawn from a population, each seen
//! twice. Two deterministic models over the same rows are no such thing; there
//! the statistic may describe, and the p-value says nothing. They take counts
//! of rows and no weights, because a row of weight 10 is not ten observations.

use super::square;
use crate::stats::chi_square;
use crate::stats::sum::sum;
use crate::stats::undefined::{Undefined, figure};

/// A statistic that is chi-square if nothing but chance is at work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquareTest {
    /// The statistic, at least 0.
    pub statistic: f64,
    /// The degrees of freedom, at least 1.
    pub degrees: u32,
    /// The probability of a statistic at least as large.
    pub p_value: f64,
}

impl ChiSquareTest {
    fn of(statistic: f64, degrees: usize) -> Result<Self, Undefined> {
        if degrees == 0 {
            return Err(Undefined::OutOfRange { text: "no row changed band".to_owned() });
        }
        let statistic = figure(statistic)?.max(0.0);
        let degrees = u32::try_from(degrees).map_err(|_| Undefined::Overflow)?;
        Ok(ChiSquareTest { statistic, degrees, p_value: chi_square::survival(statistic, degrees)? })
    }
}

/// Bowker's test of symmetry: `sum over i < j of (n_ij - n_ji)^2 / (n_ij +
/// n_ji)`. Large if between some two bands more rows went one way than back.
///
/// Bowker, "A test for symmetry in contingency tables", JASA 43 (1948). A pair
/// of cells that are both empty adds no term and counts no degree of freedom,
/// since nothing there could have been asymmetric. statsmodels and R count all
/// `k (k - 1) / 2` pairs: with empty pairs their p-value is larger (and R's
/// undefined).
///
/// # Errors
/// A matrix that is not square, one that counts nothing, or one without a row
/// off its diagonal.
pub fn bowker(matrix: &[Vec<u64>]) -> Result<ChiSquareTest, Undefined> {
    counts(matrix)?;
    let mut terms = Vec::new();
    for (i, row) in matrix.iter().enumerate() {
        for (j, &there) in row.iter().enumerate().skip(i + 1) {
            let back = matrix[j][i];
            if there != 0 || back != 0 {
                let (net, both) = (there.abs_diff(back) as f64, there as f64 + back as f64);
                terms.push(net * net / both);
            }
        }
    }
    ChiSquareTest::of(sum(terms.iter().copied()), terms.len())
}

/// The test of Stuart and Maxwell that the margins agree: `d' S^-1 d`, with
/// `d_i` the rows that band `i` held before less those that it holds after,
/// `S_ij = -(n_ij + n_ji)` and `S_ii` the rows that entered or left band `i`.
///
/// Stuart, "A test for homogeneity of the marginal distributions in a two-way
/// classification", Biometrika 42 (1955); Maxwell, British Journal of
/// Psychiatry 116 (1970). `S` is singular; one band is left out of every set of
/// bands that rows went between, whichever, and the degrees of freedom are the
/// bands that remain. A band that no row entered or left does not count. Where
/// all bands hang together that is the usual `k - 1`; statsmodels always leaves
/// out the last band alone, and fails if the rest is singular.
///
/// # Errors
/// As [`bowker`].
pub fn stuart_maxwell(matrix: &[Vec<u64>]) -> Result<ChiSquareTest, Undefined> {
    counts(matrix)?;
    let bands = matrix.len();
    let between = |i: usize, j: usize| matrix[i][j] as f64 + matrix[j][i] as f64;
    let mut seen = vec![false; bands];
    let (mut parts, mut degrees) = (Vec::new(), 0);
    for start in 0..bands {
        if seen[start] {
            continue;
        }
        // All bands that rows of this one reached, over any number of steps.
        let mut set = vec![start];
        seen[start] = true;
        let mut next = 0;
        while next < set.len() {
            let from = set[next];
            for (to, seen) in seen.iter_mut().enumerate() {
                if !*seen && between(from, to) > 0.0 {
                    *seen = true;
                    set.push(to);
                }
            }
            next += 1;
        }
        set.sort_unstable();
        set.pop();
        if set.is_empty() {
            continue;
        }
        let net = |i: usize| {
            let others = (0..bands).filter(|&j| j != i);
            sum(others.map(|j| matrix[i][j] as f64 - matrix[j][i] as f64))
        };
        let covariance = |i: usize, j: usize| {
            if i == j { sum((0..bands).filter(|&k| k != i).map(|k| between(i, k))) } else { -between(i, j) }
        };
        let shifts: Vec<f64> = set.iter().map(|&i| net(i)).collect();
        let table: Vec<Vec<f64>> = set.iter().map(|&i| set.iter().map(|&j| covariance(i, j)).collect()).collect();
        degrees += set.len();
        parts.push(inverse_form(table, shifts));
    }
    ChiSquareTest::of(sum(parts), degrees)
}

/// `d' S^-1 d` for a positive definite `S`, by elimination: the sum of the
/// squared remainders over the pivots.
fn inverse_form(mut table: Vec<Vec<f64>>, mut shifts: Vec<f64>) -> f64 {
    let mut terms = Vec::new();
    for pivot in 0..shifts.len() {
        let row = table[pivot].clone();
        for below in pivot + 1..shifts.len() {
            let factor = table[below][pivot] / row[pivot];
            for (cell, above) in table[below].iter_mut().zip(&row).skip(pivot) {
                *cell -= factor * above;
            }
            shifts[below] -= factor * shifts[pivot];
        }
        terms.push(shifts[pivot] * shifts[pivot] / row[pivot]);
    }
    sum(terms)
}

fn counts(matrix: &[Vec<u64>]) -> Result<(), Undefined> {
    square(matrix)?;
    if matrix.iter().flatten().all(|&rows| rows == 0) { Err(Undefined::Empty) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near};
    use proptest::collection::vec;
    use proptest::prop_assert;

    #[test]
    fn two_bands_are_the_test_of_mcnemar() {
        law((0u64..50, 0u64..50, 0u64..50, 0u64..50), |(a, b, c, d)| {
            let table = [vec![a, b], vec![c, d]];
            if b + c == 0 {
                prop_assert!(bowker(&table).is_err() && stuart_maxwell(&table).is_err());
                return Ok(());
            }
            let (b, c) = (b as f64, c as f64);
            for test in [bowker, stuart_maxwell] {
                let ours = test(&table).unwrap();
                prop_assert!(near(ours.statistic, (b - c) * (b - c) / (b + c), 1e-13));
                prop_assert!(ours.degrees == 1);
            }
            Ok(())
        });
    }

    #[test]
    fn exchanged_sides_and_renamed_bands_change_nothing() {
        law(vec(vec(0u64..4, 5), 5), |table| {
            let turned: Vec<Vec<u64>> = (0..5).map(|i| (0..5).map(|j| table[j][i]).collect()).collect();
            let renamed: Vec<Vec<u64>> =
                (0..5).map(|i| (0..5).map(|j| table[(i + 2) % 5][(j + 2) % 5]).collect()).collect();
            for test in [bowker, stuart_maxwell] {
                let Ok(ours) = test(&table) else { continue };
                for other in [&turned, &renamed] {
                    let other = test(other).unwrap();
                    prop_assert!(near(ours.statistic, other.statistic, 1e-10));
                    prop_assert!(ours.degrees == other.degrees);
                }
            }
            // Equal margins are less than symmetry.
            if let (Ok(margins), Ok(symmetry)) = (stuart_maxwell(&table), bowker(&table)) {
                prop_assert!(margins.statistic <= symmetry.statistic + 1e-9);
                prop_assert!(margins.degrees <= symmetry.degrees);
            }
            Ok(())
        });
    }

    #[test]
    fn a_ring_is_asymmetric_with_equal_margins() {
        let ring = [vec![5, 9, 0], vec![0, 5, 9], vec![9, 0, 5]];
        let symmetry = bowker(&ring).unwrap();
        assert_eq!((symmetry.statistic, symmetry.degrees), (27.0, 3));
        assert!(symmetry.p_value < 1e-5);
        let margins = stuart_maxwell(&ring).unwrap();
        assert_eq!((margins.statistic, margins.degrees, margins.p_value), (0.0, 2, 1.0));
    }

    #[test]
    fn bands_that_nobody_entered_or_left_do_not_count() {
        let apart = [vec![5, 3, 0, 0], vec![1, 5, 0, 0], vec![0, 0, 7, 2], vec![0, 0, 0, 0]];
        let margins = stuart_maxwell(&apart).unwrap();
        assert_eq!((margins.statistic, margins.degrees), (3.0, 2));
        assert_eq!(bowker(&apart).unwrap().degrees, 2);
    }

    #[test]
    fn undefined() {
        for test in [bowker, stuart_maxwell] {
            assert_eq!(test(&[]), Err(Undefined::Empty));
            assert_eq!(test(&[vec![0, 0], vec![0, 0]]), Err(Undefined::Empty));
            let still = test(&[vec![4, 0], vec![0, 4]]).unwrap_err();
            assert_eq!(still.to_string(), "no row changed band");
            let oblong = test(&[vec![1, 2]]).unwrap_err();
            assert_eq!(oblong, Undefined::UnequalLengths { first: 1, second: 2 });
        }
    }
}
