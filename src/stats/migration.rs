//! Who changed band.
//!
//! A table of bands before against bands after shows what a comparison of the
//! two margins cannot: rows that cross in opposite directions cancel in the
//! margins and not here.

use super::paired::Paired;
use super::undefined::{Figure, Undefined};

/// The number of the band that holds a value. `lower_edges` holds the lower
/// edge of every band, ascending: band `b` is `lower_edges[b] <= value <
/// lower_edges[b + 1]`, the last band has no upper end.
///
/// A value on an edge belongs to the band above it. A value below the first
/// edge belongs to band 0; a caller for whom that is wrong gives an edge low
/// enough. Without edges there is one band. Values are compared as they are:
/// a caller that works on the grid snaps first.
#[must_use]
pub fn band_of(value: f64, lower_edges: &[f64]) -> usize {
    lower_edges.partition_point(|&edge| edge <= value).saturating_sub(1)
}

/// How many rows went from each band (row) to each band (column); as many
/// bands as `lower_edges`, see [`band_of`].
#[must_use]
pub fn matrix(pairs: Paired<'_>, lower_edges: &[f64]) -> Vec<Vec<u64>> {
    let bands = lower_edges.len().max(1);
    let mut matrix = vec![vec![0; bands]; bands];
    for (first, second) in pairs.rows() {
        matrix[band_of(first, lower_edges)][band_of(second, lower_edges)] += 1;
    }
    matrix
}

/// The share of all rows that went to a higher band: the part of the matrix to
/// the right of its diagonal.
///
/// # Errors
/// [`Undefined::Empty`] if the matrix counts nothing.
pub fn share_up(matrix: &[Vec<u64>]) -> Figure {
    share(matrix, |from, to| to > from)
}

/// The share of all rows that went to a lower band: the part of the matrix to
/// the left of its diagonal.
///
/// # Errors
/// [`Undefined::Empty`] if the matrix counts nothing.
pub fn share_down(matrix: &[Vec<u64>]) -> Figure {
    share(matrix, |from, to| to < from)
}

fn share(matrix: &[Vec<u64>], counts: impl Fn(usize, usize) -> bool) -> Figure {
    let (mut moved, mut all) = (0, 0);
    for (from, row) in matrix.iter().enumerate() {
        for (to, &rows) in row.iter().enumerate() {
            all += rows;
            if counts(from, to) {
                moved += rows;
            }
        }
    }
    if all == 0 {
        return Err(Undefined::Empty);
    }
    Ok(moved as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    const EDGES: [f64; 3] = [-1.0, 1.0, 2.0];

    #[test]
    fn an_edge_belongs_to_the_band_above() {
        let edges = [10.0, 25.0, 50.0, 75.0];
        let bands = [3.0, 10.0, 24.999, 25.0, 50.0, 74.0, 75.0, 1e9].map(|value| band_of(value, &edges));
        assert_eq!(bands, [0, 0, 0, 1, 2, 2, 3, 3]);
        assert_eq!(band_of(5.0, &[]), 0);
    }

    #[test]
    fn rows_are_before_and_columns_after() {
        let pairs = Paired::new(&[0.0, 0.0, 1.5, 9.0], &[0.5, 9.0, 1.0, 1.0]).unwrap();
        let matrix = matrix(pairs, &EDGES);
        assert_eq!(matrix, [[1, 0, 1], [0, 1, 0], [0, 1, 0]]);
        assert_eq!(share_up(&matrix), Ok(0.25));
        assert_eq!(share_down(&matrix), Ok(0.25));
    }

    #[test]
    fn agrees_with_counting_rows() {
        law(columns(1), |(first, second)| {
            let pairs = Paired::new(&first, &second).unwrap();
            let table = matrix(pairs, &EDGES);
            let naive = |value: f64| EDGES.iter().skip(1).filter(|edge| value >= **edge).count();
            let share = |moved: &dyn Fn(usize, usize) -> bool| {
                let count = pairs.rows().filter(|&(x, y)| moved(naive(x), naive(y))).count();
                count as f64 / pairs.len() as f64
            };
            prop_assert_eq!(share_up(&table).unwrap(), share(&|from, to| to > from));
            prop_assert_eq!(share_down(&table).unwrap(), share(&|from, to| to < from));
            for (from, row) in table.iter().enumerate() {
                let there = first.iter().filter(|x| naive(**x) == from).count();
                prop_assert_eq!(row.iter().sum::<u64>(), there as u64);
            }
            let back = matrix(pairs.swapped(), &EDGES);
            prop_assert_eq!(share_up(&back), share_down(&table));
            let stay = share(&|from, to| from == to);
            let all = stay + share_up(&table).unwrap() + share_down(&table).unwrap();
            prop_assert!(near(all, 1.0, 1e-15));
            Ok(())
        });
    }

    #[test]
    fn undefined_without_rows() {
        let none = matrix(Paired::new(&[], &[]).unwrap(), &EDGES);
        assert_eq!(share_up(&none), Err(Undefined::Empty));
        assert_eq!(share_down(&[]), Err(Undefined::Empty));
    }
}
