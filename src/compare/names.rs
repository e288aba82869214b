//! Accounts by name, for findings that list them.

use std::borrow::Cow;

use super::Comparison;
use super::findings::Mover;
use crate::stats::ranked::{Ranked, RankedPair};

/// Accounts by name.
#[expect(missing_debug_implementations, reason = "a function has none")]
pub struct Names<'a> {
    pub(super) name: &'a dyn Fn(u32) -> Cow<'a, str>,
}

impl<'a> Names<'a> {
    /// `name` gives the account of a row of the columns that were compared.
    pub fn new(name: &'a dyn Fn(u32) -> Cow<'a, str>) -> Names<'a> {
        Names { name }
    }

    /// The account at a position, with what both sides gave it.
    pub fn mover(&self, comparison: &Comparison, at: usize) -> Mover {
        // The scores of a comparison are finite and fewer than 2^32, so each has its rank.
        let rank = |side: fn(&RankedPair) -> &Ranked| {
            comparison.ranked().ok().and_then(|pair| side(pair).rank_descending(at)).unwrap_or(0.0)
        };
        Mover {
            account: (self.name)(comparison.rows[at]).into_owned(),
            baseline: comparison.baseline[at],
            candidate: comparison.candidate[at],
            baseline_rank: rank(RankedPair::first),
            candidate_rank: rank(RankedPair::second),
        }
    }
}
