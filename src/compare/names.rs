//! Accounts by name, for findings that list them.

use std::borrow::Cow;

use super::Comparison;
use super::findings::Mover;
use crate::stats::rank;

/// Accounts by name, with their ranks on both sides.
#[expect(missing_debug_implementations, reason = "a function has none")]
pub struct Names<'a> {
    pub(super) name: &'a dyn Fn(u32) -> Cow<'a, str>,
    ranks: [Vec<f64>; 2],
}

impl<'a> Names<'a> {
    /// `name` gives the account of a row of the columns that were compared.
    pub fn new(comparison: &Comparison, name: &'a dyn Fn(u32) -> Cow<'a, str>) -> Names<'a> {
        let ranks = [&comparison.baseline, &comparison.candidate]
            .map(|scores| rank::average_ranks_descending(&crate::stats::grid::snapped(scores)));
        Names { name, ranks }
    }

    /// The account at a position, with what both sides gave it.
    pub fn mover(&self, comparison: &Comparison, at: usize) -> Mover {
        Mover {
            account: (self.name)(comparison.rows[at]).into_owned(),
            baseline: comparison.baseline[at],
            candidate: comparison.candidate[at],
            baseline_rank: self.ranks[0][at],
            candidate_rank: self.ranks[1][at],
        }
    }
}
