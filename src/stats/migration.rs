//! Who changed band.
//!
//! A table of bands before against bands after shows what a comparison of the
//! two margins cannot: rows that cross in opposite directions cancel in the
//! margins and not here.

mod symmetry;

pub use symmetry::{ChiSquareTest, bowker, stuart_maxwell};

use super::paired::Paired;
use super::sum::{Sum, sum};
use super::undefined::{Figure, Side, Undefined, figure};
use super::weights::Weights;

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

/// The weight that went from each band to each band: a square table of finite
/// cells, none below 0, with something in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Flows {
    cells: Vec<Vec<f64>>,
    total: f64,
}

impl Flows {
    /// Weighs what [`matrix`] counts: every row adds its weight to its cell, in
    /// the order of rows.
    ///
    /// # Errors
    /// No rows, or weights that do not fit ([`Weights::each`]).
    pub fn new(pairs: Paired<'_>, weights: Weights<'_>, lower_edges: &[f64]) -> Result<Self, Undefined> {
        let pairs = pairs.at_least(1)?;
        weights.check(pairs.len())?;
        if let Weights::Equal = weights {
            return Flows::of_counts(&matrix(pairs, lower_edges));
        }
        let bands = lower_edges.len().max(1);
        let mut sums = vec![vec![Sum::default(); bands]; bands];
        for ((first, second), weight) in pairs.rows().zip(weights.iter(pairs.len())) {
            sums[band_of(first, lower_edges)][band_of(second, lower_edges)].add(weight);
        }
        Flows::of_cells(sums.into_iter().map(|row| row.into_iter().map(|cell| cell.value()).collect()).collect())
    }

    /// Takes counted rows.
    ///
    /// # Errors
    /// A matrix that is not square ([`Undefined::UnequalLengths`]) or counts
    /// nothing ([`Undefined::Empty`]).
    pub fn of_counts(matrix: &[Vec<u64>]) -> Result<Self, Undefined> {
        square(matrix)?;
        Flows::of_cells(matrix.iter().map(|row| row.iter().map(|&rows| rows as f64).collect()).collect())
    }

    fn of_cells(cells: Vec<Vec<f64>>) -> Result<Self, Undefined> {
        let total = figure(sum(cells.iter().flatten().copied()))?;
        if total > 0.0 { Ok(Flows { cells, total }) } else { Err(Undefined::Empty) }
    }

    /// The cells: from each band (row) to each band (column).
    #[must_use]
    pub fn cells(&self) -> &[Vec<f64>] {
        &self.cells
    }

    /// All weight, which is the number of rows for equal weights.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The sum of all cells, each times a function of where it stands.
    fn weighed(&self, by: impl Fn(usize, usize) -> f64) -> f64 {
        let cells = self.cells.iter().enumerate();
        sum(cells
            .flat_map(|(from, row)| row.iter().enumerate().map(move |(to, cell)| (from, to, cell)))
            .map(|(from, to, cell)| by(from, to) * cell))
    }
}

/// Passes on square matrices.
fn square(matrix: &[Vec<u64>]) -> Result<(), Undefined> {
    match matrix.iter().find(|row| row.len() != matrix.len()) {
        None => Ok(()),
        Some(row) => Err(Undefined::UnequalLengths { first: matrix.len(), second: row.len() }),
    }
}

/// The share of the weight that went to a higher band: the part of the table to
/// the right of its diagonal.
#[must_use]
pub fn share_up(flows: &Flows) -> f64 {
    share(flows, |from, to| to > from)
}

/// The share of the weight that went to a lower band: the part of the table to
/// the left of its diagonal.
#[must_use]
pub fn share_down(flows: &Flows) -> f64 {
    share(flows, |from, to| to < from)
}

fn share(flows: &Flows, counts: impl Fn(usize, usize) -> bool) -> f64 {
    (flows.weighed(|from, to| f64::from(u8::from(counts(from, to)))) / flows.total).min(1.0)
}

/// How much a disagreement over bands weighs in [`weighted_kappa`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// Every change of band weighs the same: the kappa of Cohen 1960.
    Any,
    /// As many as the bands between: `|i - j|`.
    Linear,
    /// The square of that: `(i - j)^2`.
    Quadratic,
}

/// Agreement of the bands before and after beyond what the margins alone would
/// give: `1 - sum v o / sum v e`, with `o` the weight of a cell, `e` its row sum
/// times its column sum over the total, `v` the size of the disagreement.
///
/// Cohen, "A coefficient of agreement for nominal scales", Educational and
/// Psychological Measurement 20 (1960); weighted in Psychological Bulletin 70
/// (1968). 1 if nobody changed band, 0 if bands after are what independence of
/// the bands before gives, below 0 if they agree less than that. Bands are
/// taken as equally far apart, however wide.
///
/// # Errors
/// [`Undefined::Constant`] if all weight lies in one and the same band before
/// and after.
pub fn weighted_kappa(flows: &Flows, disagreement: Disagreement) -> Figure {
    let before: Vec<f64> = flows.cells.iter().map(|row| sum(row.iter().copied())).collect();
    let after: Vec<f64> = (0..before.len()).map(|to| sum(flows.cells.iter().map(|row| row[to]))).collect();
    let size = |from: usize, to: usize| {
        let steps = from.abs_diff(to) as f64;
        match disagreement {
            Disagreement::Any => steps.min(1.0),
            Disagreement::Linear => steps,
            Disagreement::Quadratic => steps * steps,
        }
    };
    let (observed, mut expected) = (flows.weighed(size), Sum::default());
    for (from, &held) in before.iter().enumerate() {
        for (to, &holds) in after.iter().enumerate() {
            expected.add(size(from, to) * (held / flows.total) * holds);
        }
    }
    if expected.value() <= 0.0 {
        return Err(Undefined::Constant { side: Side::First });
    }
    figure(1.0 - observed / expected.value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law, near, weighted};
    use crate::stats::weights::expanded;
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
        let flows = Flows::of_counts(&matrix).unwrap();
        assert_eq!((share_up(&flows), share_down(&flows)), (0.25, 0.25));
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
            let flows = Flows::of_counts(&table).unwrap();
            prop_assert_eq!(share_up(&flows), share(&|from, to| to > from));
            prop_assert_eq!(share_down(&flows), share(&|from, to| to < from));
            for (from, row) in table.iter().enumerate() {
                let there = first.iter().filter(|x| naive(**x) == from).count();
                prop_assert_eq!(row.iter().sum::<u64>(), there as u64);
            }
            let back = Flows::new(pairs.swapped(), Weights::Equal, &EDGES).unwrap();
            prop_assert_eq!(share_up(&back), share_down(&flows));
            let stay = share(&|from, to| from == to);
            let all = stay + share_up(&flows) + share_down(&flows);
            prop_assert!(near(all, 1.0, 1e-15));
            Ok(())
        });
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        law(weighted(1), |(first, second, weights)| {
            let (long, longer) = (expanded(&first, &weights), expanded(&second, &weights));
            let ours = Flows::new(Paired::new(&first, &second).unwrap(), Weights::Each(&weights), &EDGES).unwrap();
            let plain = Flows::new(Paired::new(&long, &longer).unwrap(), Weights::Equal, &EDGES).unwrap();
            prop_assert_eq!(ours, plain);
            Ok(())
        });
    }

    #[test]
    fn kappa_agrees_with_pairing_every_row_with_every_row() {
        law(columns(1), |(first, second)| {
            let pairs = Paired::new(&first, &second).unwrap();
            let flows = Flows::new(pairs, Weights::Equal, &EDGES).unwrap();
            let bands = |values: &[f64]| -> Vec<f64> { values.iter().map(|&x| band_of(x, &EDGES) as f64).collect() };
            let (before, after) = (bands(&first), bands(&second));
            for disagreement in [Disagreement::Any, Disagreement::Linear, Disagreement::Quadratic] {
                let size = |x: f64, y: f64| match disagreement {
                    Disagreement::Any => f64::from(u8::from(x != y)),
                    Disagreement::Linear => (x - y).abs(),
                    Disagreement::Quadratic => (x - y) * (x - y),
                };
                let observed: f64 = before.iter().zip(&after).map(|(&x, &y)| size(x, y)).sum();
                let expected: f64 = before.iter().flat_map(|&x| after.iter().map(move |&y| size(x, y))).sum();
                match weighted_kappa(&flows, disagreement) {
                    Ok(kappa) => {
                        prop_assert!(near(kappa, 1.0 - observed * before.len() as f64 / expected, 1e-12));
                        prop_assert!(kappa <= 1.0);
                    }
                    Err(reason) => {
                        prop_assert_eq!(reason, Undefined::Constant { side: Side::First });
                        prop_assert_eq!(expected, 0.0);
                    }
                }
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        let none = Paired::new(&[], &[]).unwrap();
        assert_eq!(Flows::new(none, Weights::Equal, &EDGES), Err(Undefined::Empty));
        assert_eq!(Flows::of_counts(&matrix(none, &EDGES)), Err(Undefined::Empty));
        assert_eq!(Flows::of_counts(&[]), Err(Undefined::Empty));
        let oblong = Flows::of_counts(&[vec![1, 2], vec![3]]);
        assert_eq!(oblong, Err(Undefined::UnequalLengths { first: 2, second: 1 }));
        let one = Paired::new(&[1.0], &[1.0]).unwrap();
        assert!(Flows::new(one, Weights::Each(&[0.0]), &EDGES).is_err());
        let still = Flows::new(one, Weights::Each(&[2.5]), &EDGES).unwrap();
        let constant = Err(Undefined::Constant { side: Side::First });
        assert_eq!(weighted_kappa(&still, Disagreement::Linear), constant);
    }
}
