//! How far ranks may be trusted, where all scores were replicated together.
//!
//! A rank hangs on the scores of all others, so the error of one score does not
//! tell the error of its rank. What tells it is many replicates of all scores
//! (drawn again, perturbed): [`marginal`] looks where each row comes to stand
//! in them, each row by itself; [`simultaneous`] gives ranks for the top that
//! hold together, so that the best of them may be named; [`told_apart`] says
//! how many neighbours of the order differ by more than the replicates do.
//!
//! Errors of rows may depend on each other (scores share causes), so a
//! difference of two rows is judged by its own replicates, never by the errors
//! of the two apart.
//!
//! Replicates are the large thing here, and four bytes a score are all that is
//! held of them. `f32` keeps seven digits: scores nearer to each other than
//! that are equal in a replicate.

mod apart;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use super::estimate::Estimate;
use super::level::allows;
use super::rank::{average_ranks_descending, order_descending};
use super::summary::quantile;
use super::undefined::{Undefined, all_finite};
use apart::Differences;

/// Nominal scores, and the scores of the same rows in many replicates.
///
/// Finite, at least two rows, whole replicates.
#[derive(Clone, Copy, Debug)]
pub struct Replicated<'a> {
    nominal: &'a [f64],
    /// One replicate after the other.
    scores: &'a [f32],
}

impl<'a> Replicated<'a> {
    /// Takes the scores of all rows, and those of every replicate, one
    /// replicate after the other, rows in the same order. Missing scores are
    /// not admitted.
    ///
    /// # Errors
    /// Fewer than two rows, or more than 2^31 - 1; no replicates, or scores
    /// that are no whole number of replicates; a score that is not finite, or
    /// beyond the range of `f32`.
    pub fn new(nominal: &'a [f64], scores: &'a [f32]) -> Result<Self, Undefined> {
        let rows = nominal.len();
        if rows < 2 {
            return Err(Undefined::TooFew { needed: 2, got: rows });
        }
        if i32::try_from(rows).is_err() {
            return Err(Undefined::OutOfRange { text: format!("{rows} rows are more than {}", i32::MAX) });
        }
        if scores.is_empty() {
            return Err(Undefined::Empty);
        }
        if !scores.len().is_multiple_of(rows) {
            let text = format!("{} scores are no whole number of replicates of {rows} rows", scores.len());
            return Err(Undefined::OutOfRange { text });
        }
        all_finite(nominal)?;
        if scores.iter().any(|score| !score.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        if nominal.iter().any(|score| !(*score as f32).is_finite()) {
            return Err(Undefined::Overflow);
        }
        Ok(Replicated { nominal, scores })
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.nominal.len()
    }

    /// The number of replicates.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.scores.len() / self.rows()
    }

    /// The scores by replicate.
    fn each(&self) -> impl IndexedParallelIterator<Item = &'a [f32]> {
        self.scores.par_chunks_exact(self.rows())
    }

    /// The rows of the `k` greatest nominal scores and those equal to the last
    /// of these, the greatest first; equals by number.
    fn top(&self, k: usize) -> Vec<u32> {
        let mut order = order_descending(self.nominal);
        if let Some(last) = k.checked_sub(1).and_then(|last| order.get(last)).copied() {
            order.truncate(self.equals(&order, k - 1, last).end);
        }
        order
    }

    /// Where the rows that are equal to a row begin and end in an order, from a
    /// place among them.
    fn equals(&self, order: &[u32], place: usize, row: u32) -> Range<usize> {
        let equal = |other: &&u32| self.nominal[**other as usize] == self.nominal[row as usize];
        let before = order[..place].iter().rev().take_while(equal).count();
        place - before..place + order[place..].iter().take_while(equal).count()
    }
}

/// Where a row comes to stand in the replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Marginal {
    /// The rank by nominal scores with the percentile interval of the ranks
    /// over the replicates. The rank may lie outside: a row that stands high by
    /// luck stands lower in most replicates.
    pub rank: Estimate,
    /// The median of these ranks.
    pub median: f64,
    /// Their mean.
    pub mean: f64,
}

impl Marginal {
    /// The ends of the interval; the rank itself, twice, where it has none.
    #[must_use]
    pub fn ends(&self) -> [f64; 2] {
        self.rank.bounds().map_or([self.rank.point(); 2], |bounds| [bounds.lower, bounds.upper])
    }

    /// How wide intervals are on average.
    #[must_use]
    pub fn mean_width(all: &[Marginal]) -> f64 {
        let width = |one: &Marginal| one.ends()[1] - one.ends()[0];
        all.iter().map(width).sum::<f64>() / all.len() as f64
    }
}

/// Rows whose replicates are looked at together: as many as share a line of
/// the cache.
const TOGETHER: usize = 16;

/// The rank of every row, 1 for the greatest score, with the percentile
/// interval of its ranks over the replicates: their type-7 quantiles at
/// `(1 - level) / 2` and `(1 + level) / 2` ([`quantile`]). Ties share their
/// mean rank in every replicate ([`average_ranks_descending`]), so ends may be
/// halves, or lie between two ranks. A row that never moves has an interval
/// without width: it held its place in so many replicates, no more.
///
/// Goldstein and Spiegelhalter, "League tables and their limitations",
/// Journal of the Royal Statistical Society A 159 (1996). Each interval holds
/// by itself, and none knows of the order that led somebody to look at it; for
/// "who is best" see [`simultaneous`]. Where scores crowd, intervals of ranks
/// are pulled to the middle: replicates add their noise to that of the nominal
/// scores, and in a crowd every row moves away from the ends.
///
/// O(B n log n) for B replicates of n rows; holds four bytes a rank.
///
/// # Errors
/// A level outside of (0, 1), or fewer replicates than `20 / (1 - level)`.
pub fn marginal(replicated: Replicated<'_>, level: f64) -> Result<Vec<Marginal>, Undefined> {
    allows(level, replicated.replicates())?;
    let rows = replicated.rows();
    let mut doubled = vec![0u32; replicated.scores.len()];
    let ranks = doubled.par_chunks_exact_mut(rows).zip(replicated.each());
    ranks.for_each_init(Vec::new, |keys, (ranks, scores)| doubled_ranks(scores, keys, ranks));
    let nominal = average_ranks_descending(replicated.nominal);
    let one = |ranks: &mut Vec<f64>, row: usize| -> Result<Marginal, Undefined> {
        ranks.sort_unstable_by(f64::total_cmp);
        let at = |p: f64| quantile(ranks, p);
        let estimate = Estimate::interval(nominal[row], at((1.0 - level) / 2.0)?, at((1.0 + level) / 2.0)?, level);
        let rank = estimate.map_err(|reason| Undefined::OutOfRange { text: reason.to_string() })?;
        // Halves, so the sum is exact.
        Ok(Marginal { rank, median: at(0.5)?, mean: ranks.iter().sum::<f64>() / ranks.len() as f64 })
    };
    let several = |space: &mut Vec<Vec<f64>>, block: usize| -> Result<Vec<Marginal>, Undefined> {
        let block = TOGETHER * block..rows.min(TOGETHER * (block + 1));
        space.iter_mut().for_each(Vec::clear);
        for ranks in doubled.chunks_exact(rows) {
            space.iter_mut().zip(&ranks[block.clone()]).for_each(|(own, rank)| own.push(f64::from(*rank) / 2.0));
        }
        block.zip(space).map(|(row, ranks)| one(ranks, row)).collect()
    };
    let blocks = (0..rows.div_ceil(TOGETHER)).into_par_iter();
    let found: Result<Vec<_>, _> = blocks.map_init(|| vec![Vec::new(); TOGETHER], several).collect();
    Ok(found?.concat())
}

/// An integer that orders like the score it stands for; zeros are equal.
fn key(score: f32) -> u32 {
    let bits = (score + 0.0).to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// Twice the mean rank of every score, 1 for the greatest.
fn doubled_ranks(scores: &[f32], keys: &mut Vec<u64>, ranks: &mut [u32]) {
    keys.clear();
    keys.extend(scores.iter().zip(0u64..).map(|(score, row)| u64::from(!key(*score)) << 32 | row));
    // The row is part of what is compared, so an unstable sort is stable here.
    keys.sort_unstable();
    let mut before = 0;
    for run in keys.chunk_by(|left, right| left >> 32 == right >> 32) {
        let through = before + run.len() as u32;
        run.iter().for_each(|key| ranks[*key as u32 as usize] = before + through + 1);
        before = through;
    }
}

/// A row of the top with the ranks that it may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The row.
    pub row: u32,
    /// Its rank by nominal scores; ties share their mean rank.
    pub rank: f64,
    /// 1 and the rows that are surely above it.
    pub best: u32,
    /// All rows less those that are surely below it.
    pub worst: u32,
    /// The number of its group, from 1; see [`simultaneous`].
    pub group: u32,
}

/// The top of an order with ranks that hold together.
#[derive(Clone, Debug, PartialEq)]
pub struct Simultaneous {
    /// The rows, the greatest nominal score first; equals by number.
    pub top: Vec<Placed>,
    /// How many standard deviations of its replicates a difference must exceed.
    pub reach: f64,
    /// How many rows the reach was found for: those that might have come to
    /// stand among the top.
    pub contenders: usize,
}

/// Ranks of the `k` rows with the greatest nominal scores (and of those equal
/// to the last of them) that hold together at the level.
///
/// For a row i and any other j, `D` is the nominal difference of their scores,
/// `D*` that of a replicate, `m` and `s` the mean and the standard deviation of
/// `D*` over the replicates. j is surely below i if `D - |m - D| > q s`, and
/// surely above if `-D - |m - D| > q s`. The ranks of i are then from 1 and the
/// number of rows surely above to n less the number of rows surely below. The
/// reach `q` is the order statistic `ceil(level (B + 1))` over the B replicates
/// of the largest `|D* - m| / s` among all pairs of a contender and any row.
///
/// Mogstad, Romano, Shaikh and Wilhelm, "Inference for ranks with applications
/// to mobility across neighbourhoods and academic achievement across
/// countries", Review of Economic Studies 91 (2024), who invert simultaneous
/// intervals of all differences. Three things differ from their R package
/// csranks. Nothing is taken to be independent: spread and reach come from
/// replicated differences. `|m - D|` is what replicates do to a difference on
/// average; it is no error that further replicates would average out, so it
/// is taken off what a difference has to show. And the reach covers
/// **contenders**: the top and every row that belongs to the top in at least
/// one of a hundred replicates. A top that was chosen by its scores has luck in
/// it, and a reach found for the chosen rows alone misses it (METHODOLOGY.md
/// has the measurement).
///
/// Ranks may lie apart further than anybody thinks likely, since they hold for
/// all rows of the top at once, whatever the true order of the others.
/// Differences with rare large replicates (a row that is nearly always the
/// same) widen the reach for all: too few rows are told apart then, never too
/// many. Rows that are equal are not told apart. A true rank among true ties
/// may be any of the ranks that they share; the interval holds them all.
///
/// **Groups** go from the best down: a group takes rows, in their order, as
/// long as none of them is surely below the first of the group. Rows of equal
/// nominal score stay together; as the first of a group they count all, and
/// they begin a new group if one of them must. Being told apart is not
/// transitive: the last of a group and the first of the next may well be
/// indistinguishable, and the last two rows of a group may not be.
///
/// O(c n B) for c contenders among n rows, twice: two passes over differences
/// of `f32`, in blocks; nothing of the size of the pairs is held. Rounding
/// moves a spread by less than a share of `B / 2^24`, far less than the
/// `1 / sqrt(2 B)` that so many replicates leave open.
///
/// # Errors
/// `k = 0`; a level outside of (0, 1); fewer replicates than `20 / (1 - level)`;
/// replicates that move no row against another, or always in the same way.
pub fn simultaneous(replicated: Replicated<'_>, k: usize, level: f64) -> Result<Simultaneous, Undefined> {
    allows(level, replicated.replicates())?;
    if k == 0 {
        return Err(Undefined::Empty);
    }
    let top = replicated.top(k);
    let contenders = contenders(replicated, k, &top);
    let differences = Differences::of(replicated)?;
    let reach = differences.reach(&contenders, level)?;
    let mut place = vec![u32::MAX; replicated.rows()];
    top.iter().zip(0..).for_each(|(row, at)| place[*row as usize] = at);
    let seen = differences.surely(&top, reach, &place);
    let groups = groups(replicated, &top, |at| seen[at].next);
    let ranks = average_ranks_descending(replicated.nominal);
    let placed = top.iter().zip(seen.iter().zip(groups)).map(|(row, (seen, group))| Placed {
        row: *row,
        rank: ranks[*row as usize],
        best: 1 + seen.above,
        worst: replicated.rows() as u32 - seen.below,
        group,
    });
    Ok(Simultaneous { top: placed.collect(), reach: f64::from(reach), contenders: contenders.len() })
}

/// The top, and the rows that are among the `k` greatest in at least one of a
/// hundred replicates; equals of the last of these are among them.
fn contenders(replicated: Replicated<'_>, k: usize, top: &[u32]) -> Vec<u32> {
    let rows = replicated.rows();
    let Some(least) = rows.checked_sub(k) else { return (0..rows as u32).collect() };
    let count = |(mut counts, mut keys): (Vec<u32>, Vec<u32>), scores: &[f32]| {
        keys.clear();
        keys.extend(scores.iter().map(|score| key(*score)));
        let least = *keys.select_nth_unstable(least).1;
        counts.iter_mut().zip(scores).for_each(|(count, score)| *count += u32::from(key(*score) >= least));
        (counts, keys)
    };
    let none = || (vec![0u32; rows], Vec::new());
    let add = |(mut left, keys): (Vec<u32>, Vec<u32>), (right, _): (Vec<u32>, Vec<u32>)| {
        left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
        (left, keys)
    };
    let (mut counts, _) = replicated.each().fold(none, count).reduce(none, add);
    top.iter().for_each(|row| counts[*row as usize] = u32::MAX);
    let enough = replicated.replicates() as u64;
    (0u32..).zip(counts).filter(|(_, count)| u64::from(*count) * 100 >= enough).map(|(row, _)| row).collect()
}

/// The number of the group of every row of the top. `next` is the place of the
/// first row of the top that is surely below the row at a place.
fn groups(replicated: Replicated<'_>, top: &[u32], next: impl Fn(usize) -> usize) -> Vec<u32> {
    let mut groups = Vec::with_capacity(top.len());
    for group in 1.. {
        let begin = groups.len();
        let Some(first) = top.get(begin) else { break };
        let firsts = replicated.equals(top, begin, *first);
        let stop = firsts.map(&next).min().and_then(|stop| Some((stop, *top.get(stop)?)));
        let end = stop.map_or(top.len(), |(stop, row)| replicated.equals(top, stop, row).start);
        groups.resize(end, group);
    }
    groups
}

/// How many neighbours of an order can be told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToldApart {
    /// The pairs of neighbours.
    pub neighbours: usize,
    /// Those whose difference is clear of 0.
    pub apart: usize,
    /// The one divided by the other.
    pub share: f64,
}

/// The share of neighbours among the `k` rows with the greatest nominal scores
/// whose difference is clear of 0 at the level, each pair by itself:
/// `|D| - |m - D| > q` with `q` the order statistic `ceil(level (B + 1))` over
/// the B replicates of `|D* - m|`, in the words of [`simultaneous`]. It is that
/// rule for a single pair, so neighbours that it tells apart are told apart
/// here too.
///
/// Rows that are equal to another have no neighbour: which of them would stand
/// next is decided by nothing, so they are left out, with the steps to and from
/// them. Neighbours lie closer than rows picked blindly, so of scores that
/// differ by chance alone fewer than `1 - level` of them are told apart.
///
/// O(k B).
///
/// # Errors
/// `k = 0`; a level outside of (0, 1); fewer replicates than `20 / (1 - level)`; no two
/// neighbours without equals.
pub fn told_apart(replicated: Replicated<'_>, k: usize, level: f64) -> Result<ToldApart, Undefined> {
    allows(level, replicated.replicates())?;
    if k == 0 {
        return Err(Undefined::Empty);
    }
    let top = replicated.top(k);
    let equal = |rows: &[u32]| replicated.nominal[rows[0] as usize] == replicated.nominal[rows[1] as usize];
    // All equals of a row of the top are there, next to it.
    let tied = |at: usize| top[at..].windows(2).next().is_some_and(equal) || at > 0 && equal(&top[at - 1..]);
    let pairs = top.windows(2).enumerate().filter(|(at, _)| !tied(*at) && !tied(at + 1));
    let neighbours: Vec<[u32; 2]> = pairs.map(|(_, rows)| [rows[0], rows[1]]).collect();
    if neighbours.is_empty() {
        return Err(Undefined::OutOfRange { text: "no two neighbours of the order are without equals".to_owned() });
    }
    let blocks = neighbours.par_chunks(TOGETHER);
    let apart = blocks.map(|pairs| apart::clear(replicated, pairs, level)).sum();
    Ok(ToldApart { neighbours: neighbours.len(), apart, share: apart as f64 / neighbours.len() as f64 })
}
