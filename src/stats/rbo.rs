//! Rank-biased overlap: how much two rankings share of their tops, over all
//! depths, where a reader who goes on to the next place with probability `p`
//! decides how much each depth matters.
//!
//! `RBO = (1 - p) sum p^(d-1) A_d`, with `A_d` the agreement of the two tops of
//! `d` items. It needs neither the same items in both rankings nor the same
//! length; what was not seen of them leaves a range. Webber, Moffat and Zobel,
//! "A similarity measure for indefinite rankings", ACM TOIS 28 (2010).
//!
//! Ties are treated as in Corsi and Urbano, "The treatment of ties in
//! rank-biased overlap", SIGIR 2024. None is broken by a name or a row number:
//! that would make two rankings alike which share nothing but their names.

use rayon::prelude::*;

use super::elementary::{log1p, powf};
use super::paired::Paired;
use super::ranked::{RankedPair, SHARE};
use super::sum::Sum;
use super::sweep::{Ranking, Shared, Sweep};
use super::undefined::{Figure, Undefined};

/// What a tie in a ranking means, and so what the agreement at a depth is.
///
/// `c` is what an item contributes to the top `d` of a ranking, `X_d` the sum
/// over items of the product of both contributions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// Tied items are equal and all hold the first of their places, as in
    /// sport: `c` is 1 from there on, and `A_d = 2 X_d / (sum c1 + sum c2)`.
    Sport,
    /// The order of tied items is unknown: a group with `j` of its `t` places
    /// in the top contributes `j / t` for each item, and `A_d = X_d / d`. That
    /// is the mean over all ways of breaking the ties, each ranking on its own,
    /// so a ranking with ties has less than 1 with itself.
    Expected,
    /// As [`Expected`](Self::Expected), corrected for what the ties hide:
    /// `A_d = X_d / sqrt(sum c1^2 * sum c2^2)`. A ranking has 1 with itself.
    #[default]
    Corrected,
}

/// A rank-biased overlap, from 0 to 1, and the range that the unseen parts of
/// the rankings leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rbo {
    /// The agreement that was seen goes on below.
    pub extrapolated: f64,
    /// Nothing unseen is shared.
    pub least: f64,
    /// All that can be shared below is, as high as it can be.
    pub most: f64,
}

impl Rbo {
    /// How much is undecided: most minus least.
    #[must_use]
    pub fn residual(&self) -> f64 {
        self.most - self.least
    }
}

/// Rank-biased overlap of two columns about the same rows, the highest value
/// first. Symmetric. O(n log n) for the sort, O(n) after it.
///
/// Both rankings hold every row, so they share everything at the end: what is
/// extrapolated is also the most, and `most - least` is below `p^n`.
///
/// Ties: equal values, treated as [`Ties`] says. The whole of both columns
/// tied is a ranking like any other.
///
/// # Errors
/// No rows; [`Undefined::OutOfRange`] unless `0 < p < 1`.
pub fn rbo(pairs: Paired<'_>, p: f64, ties: Ties) -> Result<Rbo, Undefined> {
    RankedPair::new(pairs).rbo(p, ties)
}

/// [`rbo`] for several `p` at once, extrapolated, in their order: one sort and one pass over the
/// depths for all of them.
///
/// # Errors
/// As [`rbo`], if any `p` is out of its range.
pub fn rbo_of_each(pairs: Paired<'_>, ps: &[f64], ties: Ties) -> Result<Vec<f64>, Undefined> {
    RankedPair::new(pairs).rbo_of_each(ps, ties)
}

impl RankedPair {
    /// [`rbo`] of columns that are sorted: O(n), and less where `p^d` vanishes
    /// before the end.
    ///
    /// # Errors
    /// As there.
    pub fn rbo(&self, p: f64, ties: Ties) -> Result<Rbo, Undefined> {
        check(p)?;
        let pair = self.at_least(1)?;
        Ok(overlap(&Ranking::of(pair.first()), &Ranking::of(pair.second()), pair.len(), p, ties))
    }

    /// [`rbo_of_each`] of columns that are sorted.
    ///
    /// # Errors
    /// As there.
    pub fn rbo_of_each(&self, ps: &[f64], ties: Ties) -> Result<Vec<f64>, Undefined> {
        ps.iter().try_for_each(|p| check(*p))?;
        let pair = self.at_least(1)?;
        let (first, second) = (Ranking::of(pair.first()), Ranking::of(pair.second()));
        let n = pair.len();
        let mut sweep = Sweep::new(&first, &second, n);
        let mut means: Vec<(f64, f64, Mean)> = ps.iter().map(|p| (*p, 1.0, Mean::default())).collect();
        // The depths are gone down once; of so many of them the means are taken side by side.
        let mut agreements = Vec::with_capacity(n.min(SHARE));
        for begin in (0..n).step_by(SHARE) {
            if means.iter().all(|(_, power, _)| *power < f64::MIN_POSITIVE) {
                break;
            }
            agreements.clear();
            agreements.extend((begin + 1..=n.min(begin + SHARE)).map(|depth| {
                sweep.descend(depth);
                agreement(&sweep.shared(depth), depth, ties)
            }));
            means.par_iter_mut().for_each(|(p, power, mean)| {
                for agreement in &agreements {
                    if *power < f64::MIN_POSITIVE {
                        break;
                    }
                    mean.add((1.0 - *p) * *power, *agreement);
                    *power *= *p;
                }
            });
        }
        for (p, power, mean) in &mut means {
            if *power >= f64::MIN_POSITIVE {
                // Both rankings hold every row, so that they agree at all depths below.
                mean.add(powf(*p, n as f64), 1.0);
            }
        }
        Ok(means.into_iter().map(|(_, _, mean)| mean.value()).collect())
    }
}

/// Rank-biased overlap of two lists of groups, the highest first; the items of
/// a group are tied. The lists may differ in items and in length. Symmetric.
/// O(n log n) in the number of items, for telling them apart.
///
/// Groups without items hold no place. Where one list is longer, the shorter
/// is thought to go on without ties:
///
/// * `extrapolated` lets each of its unseen places hold an item that only the
///   longer list has, with a probability of `A_s`, the agreement at the end of
///   the shorter list; below the longer list the agreement stays.
/// * `least` lets nothing unseen be shared.
/// * `most` lets them hold the items that only the longer list has, in its
///   order; below the longer list each place of either holds one that is
///   missing in it, until all are shared.
///
/// # Errors
/// [`Undefined::OutOfRange`] unless `0 < p < 1`, if an item stands twice in one
/// list, and beyond 2^32 - 1 items; [`Undefined::Empty`] if a list has no item.
pub fn rbo_of_lists<T: Ord, G: AsRef<[T]>>(first: &[G], second: &[G], p: f64, ties: Ties) -> Result<Rbo, Undefined> {
    check(p)?;
    let items = |groups: &[G]| groups.iter().map(|group| group.as_ref().len()).sum::<usize>();
    let (in_first, in_second) = (items(first), items(second));
    if in_first == 0 || in_second == 0 {
        return Err(Undefined::Empty);
    }
    if u32::try_from(in_first + in_second).is_err() {
        return Err(Undefined::OutOfRange { text: format!("more than {} items", u32::MAX) });
    }
    // Equal items stand together and get one number.
    let mut sorted: Vec<(&T, usize)> = first.iter().chain(second).flat_map(G::as_ref).zip(0..).collect();
    sorted.sort_unstable();
    let mut numbers = vec![0; sorted.len()];
    let mut number = 0;
    for same in sorted.chunk_by(|left, right| left.0 == right.0) {
        for (at, &(_, place)) in same.iter().enumerate() {
            // At most one from each list.
            if at > 0 && (same[at - 1].1 < in_first) == (place < in_first) {
                return Err(Undefined::OutOfRange { text: "an item stands twice in one ranking".to_owned() });
            }
            numbers[place] = number;
        }
        number += 1;
    }
    // A function, since the rankings live as long as each other.
    fn ranking<T, G: AsRef<[T]>>(groups: &[G], items: &[u32]) -> Ranking<'static> {
        Ranking::of_groups(items, groups.iter().map(|group| group.as_ref().len() as u32))
    }
    let (left, right) = numbers.split_at(in_first);
    Ok(overlap(&ranking(first, left), &ranking(second, right), number as usize, p, ties))
}

/// The share of a rank-biased overlap that the top `d` decide: the weight of
/// the places `1..=d`, each at all depths from its own on.
///
/// `1 - p^(d-1) + (1-p)/p d (ln(1/(1-p)) - sum_{i<d} p^i / i)`; Webber, Moffat
/// and Zobel 2010. With p = .9 the top 10 have 86 %.
///
/// # Errors
/// [`Undefined::OutOfRange`] unless `0 < p < 1` and `d >= 1`.
pub fn weight_of_top(p: f64, d: usize) -> Figure {
    check(p)?;
    if d == 0 {
        return Err(Undefined::OutOfRange { text: "d = 0 is not at least 1".to_owned() });
    }
    let depths_above = 1.0 - powf(p, (d - 1) as f64);
    Ok((depths_above + d as f64 * below(p, d - 1)).clamp(0.0, 1.0))
}

fn check(p: f64) -> Result<(), Undefined> {
    if p > 0.0 && p < 1.0 {
        return Ok(());
    }
    Err(Undefined::OutOfRange { text: format!("p = {p} does not lie between 0 and 1, both excluded") })
}

/// What one item shared at all depths below `d` adds, where all other items of
/// those depths differ: `(1 - p) sum_{i>d} p^(i-1) / i`.
///
/// By the series where its terms fall away soon, at most some six times `d` of
/// them; else from the closed form of the whole less the terms above, whose
/// rounding is then small against `1 / d`.
fn below(p: f64, d: usize) -> f64 {
    // After so many terms they are below 2^-60 of the first.
    let terms = 42.0 / (1.0 - p);
    if terms <= 1000.0 + 5.0 * d as f64 {
        let series = powers(p).zip(d + 1..).take(terms as usize + 1);
        let relative = series.map(|(power, i)| (1.0 - p) * power / i as f64).collect::<Sum>();
        return powf(p, d as f64) * relative.value();
    }
    let above = powers(p).zip(1..=d).map(|(power, i)| p * power / i as f64).collect::<Sum>();
    (1.0 - p) / p * (-log1p(-p) - above.value()).max(0.0)
}

/// 1, p, p^2 and so on, multiplied step by step: within 10^-13 of the power
/// after 600,000 steps, in proportion.
fn powers(p: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(1.0), move |power| Some(power * p))
}

/// A mean under weights. Divided by the weights as they were added, so that an
/// agreement of 1 at all depths is 1 to the last bit.
#[derive(Clone, Copy, Default)]
struct Mean {
    sum: Sum,
    weights: Sum,
}

impl Mean {
    fn add(&mut self, weight: f64, agreement: f64) {
        self.sum.add(weight * agreement);
        self.weights.add(weight);
    }

    fn value(&self) -> f64 {
        (self.sum.value() / self.weights.value()).clamp(0.0, 1.0)
    }
}

/// Both rankings hold at least one item; item numbers are below `items`.
fn overlap(first: &Ranking<'_>, second: &Ranking<'_>, items: usize, p: f64, ties: Ties) -> Rbo {
    let (shorter, longer) = if first.len() <= second.len() { (first, second) } else { (second, first) };
    let (s, l) = (shorter.len(), longer.len());
    let mut sweep = Sweep::new(shorter, longer, items);
    let (mut extrapolated, mut least, mut most) = (Mean::default(), Mean::default(), Mean::default());
    let mut at_shorter_end = 0.0;
    for (power, depth) in powers(p).zip(1..=l) {
        if power < f64::MIN_POSITIVE {
            // Too deep to matter; so is all that follows. A power never gets
            // to 0: the smallest number times .9 is rounded to itself.
            return Rbo { extrapolated: extrapolated.value(), least: least.value(), most: most.value() };
        }
        let weight = (1.0 - p) * power;
        sweep.descend(depth);
        let shared = sweep.shared(depth);
        if depth <= s {
            let agreement = agreement(&shared, depth, ties);
            extrapolated.add(weight, agreement);
            least.add(weight, agreement);
            most.add(weight, agreement);
            at_shorter_end = agreement;
        } else {
            let part = Uneven::of(&shared, sweep.second_only(), depth, ties);
            let missing = (depth - s) as f64;
            extrapolated.add(weight, part.agreement(missing * at_shorter_end * part.mean));
            least.add(weight, part.agreement(0.0));
            most.add(weight, part.agreement(part.highest(missing)));
        }
    }
    // The weight of all depths below.
    let rest = powf(p, l as f64);
    let common = sweep.shared(l).reached() as f64;
    extrapolated.add(rest, (common + (l - s) as f64 * at_shorter_end) / l as f64);
    least.sum.add(common * below(p, l));
    least.weights.add(rest);
    let all = s + l - common as usize;
    for (power, depth) in powers(p).zip(l + 1..=all) {
        let weight = (1.0 - p) * rest * power;
        if weight < f64::MIN_POSITIVE {
            break;
        }
        most.add(weight, (2 * depth - all) as f64 / depth as f64);
    }
    most.add(powf(p, all as f64), 1.0);
    Rbo { extrapolated: extrapolated.value(), least: least.value(), most: most.value() }
}

/// `A_d` where both rankings reach the depth.
fn agreement(shared: &Shared, depth: usize, ties: Ties) -> f64 {
    match ties {
        Ties::Sport => {
            let reached = shared.first.above + shared.first.tied + shared.second.above + shared.second.tied;
            2.0 * shared.reached() as f64 / reached as f64
        }
        Ties::Expected => shared.product() as f64 / (depth as u128 * shared.whole()) as f64,
        Ties::Corrected => {
            // Both sums of squares over the common denominator of the product,
            // in integers below 2^96: equal sides divide to exactly 1.
            let squares = |edge: super::sweep::Edge| {
                let (above, tied, places) = (u128::from(edge.above), u128::from(edge.tied), u128::from(edge.places));
                (tied * (above * tied + places * places)) as f64
            };
            let ratio = shared.product() as f64 / (squares(shared.first) * squares(shared.second)).sqrt();
            ratio.min(1.0)
        }
    }
}

/// A depth that only the longer ranking, here the second, reaches.
struct Uneven {
    /// What the items seen in both contribute.
    seen: f64,
    /// What a sum of contributions is divided by.
    whole: f64,
    /// Items that only the longer ranking has, above the edge.
    inside: f64,
    /// The same at the edge, and what each contributes.
    tied: f64,
    share: f64,
    /// The mean contribution of the items that only the longer ranking has.
    mean: f64,
}

impl Uneven {
    fn of(shared: &Shared, (inside, tied): (u64, u64), depth: usize, ties: Ties) -> Self {
        let edge = shared.second;
        let (seen, share) = match ties {
            Ties::Sport => (shared.reached() as f64, 1.0),
            Ties::Expected | Ties::Corrected => {
                (shared.product() as f64 / shared.whole() as f64, edge.places as f64 / edge.tied as f64)
            }
        };
        let whole = match ties {
            Ties::Sport => (depth as f64 + (edge.above + edge.tied) as f64) / 2.0,
            Ties::Expected => depth as f64,
            Ties::Corrected => {
                let squares = edge.above as f64 + edge.places as f64 * share;
                (depth as f64 * squares).sqrt()
            }
        };
        let (inside, tied) = (inside as f64, tied as f64);
        // More than none: the longer ranking reaches more items than the
        // shorter has.
        let mean = (inside + tied * share) / (inside + tied);
        Uneven { seen, whole, inside, tied, share, mean }
    }

    /// The agreement if unseen items contribute so much besides.
    fn agreement(&self, unseen: f64) -> f64 {
        ((self.seen + unseen) / self.whole).min(1.0)
    }

    /// The most that so many unseen items can contribute.
    fn highest(&self, missing: f64) -> f64 {
        let inside = missing.min(self.inside);
        inside + (missing - inside).min(self.tied) * self.share
    }
}

#[cfg(test)]
mod tests;
