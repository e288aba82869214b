//! What a figure shows where only chance is at work.
//!
//! PSI, KS, Jensen-Shannon and Wasserstein are 0 for equal distributions and
//! above 0 for any two samples, so a resampled one is the figure plus a second
//! helping of chance: its percentile interval misses the truth nearly always
//! (measured in the tests beside, and in the methodology). They have no
//! interval here. They have a null: the distribution that the figure would have
//! if nothing but chance set the two sides apart. Its mean is the figure's bias
//! at equality, its upper point the size that chance alone exceeds seldom.
//!
//! Which null depends on how the sides came about. Two models score the same
//! accounts: an account's two scores are exchanged with probability one half
//! ([`exchange`]), which keeps the pairing and all that it cancels. Two
//! populations: the pooled values are dealt anew to both sides ([`relabel`]).
//! The second for the first would be too lenient: for PSI of ten bins at
//! n = 5,000 and correlation .95 the 95 % point is about .0045 paired, .0068
//! not. (Bins fixed by the data instead of made anew in each replicate give the
//! same two digits from n = 1,000 on; the tests compare them.)
//!
//! Such a null is a yardstick. That two different models have equal
//! distributions is false from the start and not tested here.

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::stream::Stream;
use crate::stats::key::key;
use crate::stats::paired::Paired;
use crate::stats::sum::sum;
use crate::stats::summary::{quantile, sorted};
use crate::stats::undefined::{Figure, Undefined, some_finite};

/// The figures of replicates under chance alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Null {
    /// Ascending.
    figures: Vec<f64>,
    undefined: usize,
}

impl Null {
    fn gather(figures: Vec<Figure>) -> Result<Self, Undefined> {
        let all = figures.len();
        let mut first_reason = None;
        let defined: Vec<f64> = figures
            .into_iter()
            .filter_map(|figure| figure.map_err(|reason| first_reason.get_or_insert(reason).clone()).ok())
            .collect();
        match first_reason {
            // As with intervals: one in a hundred may be undefined.
            Some(reason) if (all - defined.len()) * 100 > all => Err(reason),
            _ if defined.is_empty() => Err(Undefined::Empty),
            _ => Ok(Null { undefined: all - defined.len(), figures: sorted(&defined) }),
        }
    }

    /// The figures, ascending.
    #[must_use]
    pub fn figures(&self) -> &[f64] {
        &self.figures
    }

    /// How many replicates had none.
    #[must_use]
    pub fn undefined(&self) -> usize {
        self.undefined
    }

    /// The size below which a share `p` of the figures lies: type-7 quantile.
    ///
    /// # Errors
    /// `p` outside of `[0, 1]`.
    pub fn quantile(&self, p: f64) -> Figure {
        quantile(&self.figures, p)
    }

    /// What chance alone shows on average. A figure less this mean is corrected
    /// for bias where the true one is near 0; the further away, the smaller the
    /// bias and the more the correction takes too much.
    ///
    /// # Errors
    /// [`Undefined::Overflow`].
    pub fn mean(&self) -> Figure {
        crate::stats::undefined::figure(sum(self.figures.iter().copied()) / self.figures.len() as f64)
    }

    /// How seldom chance alone shows at least this figure:
    /// `(1 + replicates at or above) / (1 + replicates)`, never 0 (Phipson and
    /// Smyth, "Permutation p-values should never be zero", Statistical
    /// Applications in Genetics and Molecular Biology 9, 2010).
    #[must_use]
    pub fn at_least(&self, figure: f64) -> f64 {
        let above = self.figures.len() - self.figures.partition_point(|&other| other < figure);
        (1 + above) as f64 / (1 + self.figures.len()) as f64
    }
}

/// The null of two scores of the same rows: in each replicate every row
/// exchanges its two values with probability one half (Fisher 1935; Pitman
/// 1937). Row `i` keeps both values, so what the pairing cancels stays
/// cancelled.
///
/// `figure` gets both columns in ascending order, so it can be a figure of
/// distributions alone. A figure with bins takes them from the first column
/// that it gets, as it takes them from the baseline in the data: the null of a
/// procedure contains all of the procedure. The columns are sorted once,
/// O(n) a replicate apart from the figure.
///
/// # Errors
/// No rows or no replicates; or the figure's own reason if it is undefined in
/// more than one replicate in a hundred.
pub fn exchange(
    pairs: Paired<'_>,
    replicates: usize,
    seed: u64,
    figure: impl Fn(&[f64], &[f64]) -> Figure + Sync,
) -> Result<Null, Undefined> {
    let pairs = pairs.at_least(1)?;
    let union = Union::of(pairs.first(), pairs.second());
    let rows = pairs.len();
    let one = |space: &mut Space, number: usize| {
        let mut stream = Stream::new(seed, "exchange", number as u64);
        space.coins.clear();
        space.coins.extend((0..rows.div_ceil(64)).map(|_| stream.coins()));
        space.make_room(rows, rows);
        for &(value, place) in &union.values {
            let (second, row) = union.side(place);
            let exchanged = space.coins[row / 64] >> (row % 64) & 1 == 1;
            space.deal(second != exchanged, value);
        }
        figure(&space.first[..rows], &space.second[..rows])
    };
    Null::gather((0..replicates).into_par_iter().with_min_len(4).map_init(Space::default, one).collect())
}

/// The null of two populations: in each replicate the pooled values are dealt
/// anew, as many to each side as it had.
///
/// `figure` as in [`exchange`].
///
/// # Errors
/// A side without values, a value that is not finite, more than 2^32 - 1 values
/// together, no replicates; or the figure's own reason if it is undefined in
/// more than one replicate in a hundred.
pub fn relabel(
    first: &[f64],
    second: &[f64],
    replicates: usize,
    seed: u64,
    figure: impl Fn(&[f64], &[f64]) -> Figure + Sync,
) -> Result<Null, Undefined> {
    some_finite(first)?;
    some_finite(second)?;
    let all = first.len() + second.len();
    let all = u32::try_from(all)
        .map_err(|_| Undefined::OutOfRange { text: format!("{all} values are more than {}", u32::MAX) })?;
    let union = Union::of(first, second);
    let one = |space: &mut Space, number: usize| {
        let mut stream = Stream::new(seed, "relabel", number as u64);
        space.make_room(first.len(), second.len());
        // Each value in turn goes to the first side with the share of places
        // that is left there: every choice of places is equally likely.
        let (mut left, mut places) = (all, first.len() as u32);
        for &(value, _) in &union.values {
            let to_first = stream.below(left) < places;
            space.deal(!to_first, value);
            left -= 1;
            places -= u32::from(to_first);
        }
        figure(&space.first[..first.len()], &space.second[..second.len()])
    };
    Null::gather((0..replicates).into_par_iter().with_min_len(4).map_init(Space::default, one).collect())
}

/// The null of any figure of two columns whose rows match: `figure` gets a
/// permutation of the row numbers, by which it reorders one of the columns.
///
/// # Errors
/// No rows or more than 2^32 - 1, no replicates; or the figure's own reason if
/// it is undefined in more than one replicate in a hundred.
pub fn permutation(
    rows: usize,
    replicates: usize,
    seed: u64,
    figure: impl Fn(&[u32]) -> Figure + Sync,
) -> Result<Null, Undefined> {
    let count = u32::try_from(rows)
        .map_err(|_| Undefined::OutOfRange { text: format!("{rows} rows are more than {}", u32::MAX) })?;
    if count == 0 {
        return Err(Undefined::Empty);
    }
    let one = |order: &mut Vec<u32>, number: usize| {
        order.clear();
        order.extend(0..count);
        Stream::new(seed, "permutation", number as u64).shuffle(order);
        figure(order)
    };
    Null::gather((0..replicates).into_par_iter().with_min_len(4).map_init(Vec::new, one).collect())
}

/// The values of two columns in one ascending order, each with its place.
struct Union {
    values: Vec<(f64, usize)>,
    firsts: usize,
}

impl Union {
    fn of(first: &[f64], second: &[f64]) -> Self {
        let mut values: Vec<(f64, usize)> = first.iter().chain(second).copied().zip(0..).collect();
        values.sort_unstable_by_key(|&(value, place)| (key(value), place));
        Union { values, firsts: first.len() }
    }

    /// Whether a place is in the second column, and its row.
    fn side(&self, place: usize) -> (bool, usize) {
        if place < self.firsts { (false, place) } else { (true, place - self.firsts) }
    }
}

/// What a thread keeps from one replicate to the next.
#[derive(Default)]
struct Space {
    coins: Vec<u64>,
    first: Vec<f64>,
    second: Vec<f64>,
    /// How many values each side has so far.
    dealt: [usize; 2],
}

impl Space {
    fn make_room(&mut self, firsts: usize, seconds: usize) {
        // One more on each side, for the value that goes to the other.
        self.first.resize(firsts + 1, 0.0);
        self.second.resize(seconds + 1, 0.0);
        self.dealt = [0; 2];
    }

    /// Gives a value to one side. It is written to both and kept by one, since
    /// a branch on a fair coin is guessed wrong half of the time.
    fn deal(&mut self, second: bool, value: f64) {
        self.first[self.dealt[0]] = value;
        self.second[self.dealt[1]] = value;
        self.dealt[0] += usize::from(!second);
        self.dealt[1] += usize::from(second);
    }
}
