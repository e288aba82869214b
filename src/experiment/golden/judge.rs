//! A case held against scores. An account without a score fails its case: nothing is known to hold
//! of what is not there.

use super::verdict::{Got, Moved, Must, Standing};
use crate::stats::grid::snap;
use crate::stats::sum::sum;

/// Accounts that a case of a group tells.
const TOLD: usize = 5;

/// The accounts that a case speaks of, by their positions among the accounts of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// In the order of the case; never empty.
    Named(Vec<usize>),
    /// Ascending and unique; never empty.
    Group(Vec<usize>),
}

/// The scores that a case is held against.
pub(super) struct Seen<'a> {
    /// By position; NaN where an account has none.
    pub(super) scores: &'a [f64],
    /// The same before the change, for `still`.
    pub(super) before: &'a [f64],
    /// How many accounts each one stands for; one each if none.
    pub(super) weights: Option<&'a [f64]>,
    /// The score as it is shown.
    pub(super) show: &'a dyn Fn(f64) -> f64,
    /// The account at a position.
    pub(super) name: &'a dyn Fn(usize) -> String,
}

/// Holds a case; what came, and whether that is what must be.
pub(super) fn judge(must: &Must, spoken: &Spoken, seen: &Seen<'_>) -> (Got, bool) {
    let (Spoken::Named(accounts) | Spoken::Group(accounts)) = spoken;
    let first = accounts.first().copied().unwrap_or_default();
    match must {
        Must::Order(_) => {
            let standings: Vec<Standing> = accounts.iter().map(|at| seen.standing(*at)).collect();
            let met = standings.windows(2).all(|pair| is_above(&pair[0], &pair[1]));
            (Got::Order(standings), met)
        }
        Must::Within { low, high, .. } => {
            let Standing { account, score } = seen.standing(first);
            let shown = score.map(|score| snap((seen.show)(score)));
            let met = shown.is_some_and(|shown| snap(*low) <= shown && shown <= snap(*high));
            (Got::Within(Standing { account, score: shown }), met)
        }
        Must::Top { k, .. } => {
            let standing = seen.standing(first);
            // As with perks of the top: whoever has fewer than k above belongs to it.
            let place = standing.score.map(|score| 1.0 + seen.above(score));
            let met = place.is_some_and(|place| place < 1.0 + *k as f64);
            (Got::Top { standing, place }, met)
        }
        Must::Still { at_most, .. } => seen.still(accounts, snap(*at_most)),
    }
}

/// Whether an account stands strictly above another one.
pub(super) fn is_above(upper: &Standing, lower: &Standing) -> bool {
    matches!((upper.score, lower.score), (Some(upper), Some(lower)) if snap(upper) > snap(lower))
}

impl Seen<'_> {
    fn standing(&self, at: usize) -> Standing {
        Standing { account: (self.name)(at), score: known(self.scores, at) }
    }

    /// How many accounts stand strictly above a score.
    fn above(&self, score: f64) -> f64 {
        let higher = (0..self.scores.len()).filter(|at| snap(self.scores[*at]) > snap(score));
        sum(higher.map(|at| self.weights.map_or(1.0, |weights| weights[at])))
    }

    fn still(&self, accounts: &[usize], limit: f64) -> (Got, bool) {
        let score = |side: &[f64], at: usize| side.get(at).copied().unwrap_or(f64::NAN);
        let by = |at: usize| snap(score(self.scores, at) - score(self.before, at)).abs();
        // Who has a score on neither side has nothing that could move; where that is everybody, nothing
        // is known to be still.
        let scored = |at: &&usize| !(score(self.scores, **at).is_nan() && score(self.before, **at).is_nan());
        let (mut without, mut moved): (Vec<usize>, Vec<usize>) =
            accounts.iter().filter(scored).partition(|at| by(**at).is_nan());
        if without.is_empty() && moved.is_empty() {
            without = accounts.to_vec();
        }
        moved.sort_by(|left, right| by(*right).total_cmp(&by(*left)).then(left.cmp(right)));
        let beyond = moved.iter().filter(|at| by(**at) > limit).count();
        let told: Vec<usize> = without.iter().chain(moved.iter().take(beyond)).copied().take(TOLD).collect();
        let told = if told.is_empty() { moved.iter().copied().take(1).collect() } else { told };
        let one = |at: usize| Moved {
            account: (self.name)(at),
            before: known(self.before, at),
            after: known(self.scores, at),
        };
        let got = Got::Still {
            accounts: accounts.len() as u64,
            beyond: beyond as u64,
            without_score: without.len() as u64,
            furthest: told.into_iter().map(one).collect(),
        };
        (got, beyond == 0 && without.is_empty() && !accounts.is_empty())
    }
}

fn known(scores: &[f64], at: usize) -> Option<f64> {
    scores.get(at).copied().filter(|score| !score.is_nan())
}
