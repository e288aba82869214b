//! The noun of this room. A comparison holds the accounts that both sides scored, and nobody else;
//! who was left out is counted first, before any figure.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dataset::pairs::Pair;
use crate::stats::grid;
use crate::stats::migration;
use crate::stats::paired::Paired;
use crate::stats::summary;
use crate::stats::undefined::Undefined;

/// Who has a score on which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Coverage {
    pub both: u64,
    pub only_baseline: u64,
    pub only_candidate: u64,
    pub neither: u64,
}

impl Coverage {
    /// Share of the accounts scored by either side that both score; NaN-free: 0 of 0 is 0.
    pub fn overlap(&self) -> f64 {
        let either = self.both + self.only_baseline + self.only_candidate;
        if either == 0 { 0.0 } else { self.both as f64 / either as f64 }
    }
}

/// Score bands and how scores are shown; the baseline's, so that bins never come from both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Banding {
    /// Lower edges, lowest first; empty if there are no bands.
    pub edges: Vec<f64>,
}

/// What goes into a comparison: two columns aligned by account (NaN without a score), and what is
/// known besides.
#[derive(Clone, Debug, Default)]
pub struct Sides<'a> {
    pub baseline: &'a [f64],
    pub candidate: &'a [f64],
    pub banding: Banding,
    /// Judged pairs by row of the columns.
    pub pairs: &'a [Pair],
    /// The score that was published for each row; NaN without one.
    pub published: Option<&'a [f64]>,
    /// The baseline's scores as shown to people, where a display rule is known.
    pub shown_baseline: Option<Vec<f64>>,
}

/// Two score columns over the accounts that have both. All values are finite.
#[derive(Debug)]
pub struct Comparison {
    pub coverage: Coverage,
    /// Row of each account in the columns that were given.
    pub rows: Vec<u32>,
    /// Scores as computed.
    pub baseline: Vec<f64>,
    pub candidate: Vec<f64>,
    /// The same on the score grid: what orders and cuts.
    ordered_baseline: Vec<f64>,
    ordered_candidate: Vec<f64>,
    sorted: OnceLock<[Vec<f64>; 2]>,
    pub banding: Banding,
    /// Judged pairs of which both accounts are compared, by position.
    pub pairs: Vec<Pair>,
    /// Judged pairs of which an account is not compared.
    pub pairs_left_out: u64,
    /// Published score and the baseline's shown score, of the rows that have both.
    pub published: Option<[Vec<f64>; 2]>,
}

impl Comparison {
    /// Joins two columns of equal length.
    pub fn new(sides: Sides<'_>) -> Result<Comparison, Undefined> {
        let (first, second) = (sides.baseline.len(), sides.candidate.len());
        if first != second {
            return Err(Undefined::UnequalLengths { first, second });
        }
        let mut coverage = Coverage { both: 0, only_baseline: 0, only_candidate: 0, neither: 0 };
        let mut rows: Vec<u32> = Vec::new();
        let mut position = vec![u32::MAX; first];
        for (row, (baseline, candidate)) in (0u32..).zip(sides.baseline.iter().zip(sides.candidate)) {
            match (baseline.is_nan(), candidate.is_nan()) {
                (false, false) => {
                    position[row as usize] = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                    rows.push(row);
                    coverage.both += 1;
                }
                (false, true) => coverage.only_baseline += 1,
                (true, false) => coverage.only_candidate += 1,
                (true, true) => coverage.neither += 1,
            }
        }
        let pick = |column: &[f64]| -> Vec<f64> { rows.iter().map(|row| column[*row as usize]).collect() };
        let (baseline, candidate) = (pick(sides.baseline), pick(sides.candidate));
        let mut pairs = Vec::new();
        for pair in sides.pairs {
            let [first, second] = [pair.first, pair.second].map(|row| position[row as usize]);
            if first != u32::MAX && second != u32::MAX {
                pairs.push(Pair { first, second, first_preferred: pair.first_preferred });
            }
        }
        let shown = sides.shown_baseline.as_deref().unwrap_or(sides.baseline);
        let published = sides.published.map(|published| {
            let both = published.iter().zip(shown).filter(|(published, shown)| !published.is_nan() && !shown.is_nan());
            let (published, shown) = both.map(|(published, shown)| (*published, *shown)).unzip();
            [published, shown]
        });
        Ok(Comparison {
            coverage,
            ordered_baseline: grid::snapped(&baseline),
            ordered_candidate: grid::snapped(&candidate),
            rows,
            baseline,
            candidate,
            sorted: OnceLock::new(),
            banding: sides.banding,
            pairs_left_out: (sides.pairs.len() - pairs.len()) as u64,
            pairs,
            published,
        })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The scores as computed, for means and distances.
    pub fn raw(&self) -> Result<Paired<'_>, Undefined> {
        Paired::new(&self.baseline, &self.candidate)
    }

    /// The scores on the grid, for everything that orders or cuts.
    pub fn ordered(&self) -> Result<Paired<'_>, Undefined> {
        Paired::new(&self.ordered_baseline, &self.ordered_candidate)
    }

    /// Both columns on the grid, each sorted by itself; done once.
    pub fn sorted(&self) -> &[Vec<f64>; 2] {
        self.sorted
            .get_or_init(|| [&self.ordered_baseline, &self.ordered_candidate].map(|column| summary::sorted(column)))
    }

    /// Accounts by band before (row) and after (column); undefined without bands.
    pub fn migration(&self) -> Result<Vec<Vec<u64>>, Undefined> {
        if self.banding.edges.is_empty() {
            return Err(Undefined::OutOfRange { text: "the baseline declares no bands".to_string() });
        }
        if self.is_empty() {
            return Err(Undefined::Empty);
        }
        Ok(migration::matrix(self.ordered()?, &self.banding.edges))
    }

    /// For each judged pair the difference first minus second on one side, and who was preferred.
    pub fn judged(&self, candidate: bool) -> (Vec<f64>, Vec<bool>) {
        let scores = if candidate { &self.ordered_candidate } else { &self.ordered_baseline };
        // On the grid again: 10 - 6.8 and 20.3 - 17.1 are the same difference, though not in binary.
        let difference = |pair: &Pair| grid::snap(scores[pair.first as usize] - scores[pair.second as usize]);
        (self.pairs.iter().map(difference).collect(), self.pairs.iter().map(|pair| pair.first_preferred).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accounts_with_both_scores_are_compared_and_the_others_counted() {
        let nan = f64::NAN;
        let pairs =
            [Pair { first: 0, second: 4, first_preferred: true }, Pair { first: 0, second: 1, first_preferred: true }];
        let comparison = Comparison::new(Sides {
            baseline: &[1.0, 2.0, nan, nan, 5.0],
            candidate: &[3.0, nan, 4.0, nan, 1.0],
            pairs: &pairs,
            published: Some(&[1.0, 2.0, 3.0, nan, nan]),
            ..Sides::default()
        })
        .unwrap();
        assert_eq!(comparison.coverage, Coverage { both: 2, only_baseline: 1, only_candidate: 1, neither: 1 });
        assert_eq!(comparison.coverage.overlap(), 0.5);
        assert_eq!(comparison.rows, [0, 4]);
        assert_eq!(comparison.pairs, [Pair { first: 0, second: 1, first_preferred: true }]);
        assert_eq!(comparison.pairs_left_out, 1);
        assert_eq!(comparison.judged(true).0, [2.0]);
        assert_eq!(comparison.judged(false).0, [-4.0]);
        let pairs = [(0, 1), (2, 3)].map(|(first, second)| Pair { first, second, first_preferred: first == 0 });
        let scores = [10.0, 6.8, 20.3, 17.1];
        let even = Comparison::new(Sides { baseline: &scores, candidate: &scores, pairs: &pairs, ..Sides::default() });
        let (differences, _) = even.unwrap().judged(true);
        assert_eq!(differences[0], differences[1], "differences tie on the grid");
        // The published score is replayed by the baseline alone, whoever has a candidate score.
        assert_eq!(comparison.published, Some([vec![1.0, 2.0], vec![1.0, 2.0]]));
    }

    #[test]
    fn columns_of_unequal_length_do_not_compare() {
        let sides = Sides { baseline: &[1.0], candidate: &[], ..Sides::default() };
        assert!(Comparison::new(sides).is_err());
    }
}
