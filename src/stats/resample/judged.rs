//! Agreement with judged pairs, by the people in the pairs.
//!
//! Pairs share people, so pairs are not independent: the unit is the person. A
//! pair counts (multiplicity of its first) x (multiplicity of its second).
//!
//! The price: what is peculiar to a pair, not to its people, enters with three
//! times its variance (the square of a product of two multiplicities has mean
//! 4). Intervals err towards wide; with five pairs a person they were measured
//! to cover 98 to 99 % at a level of 95 %.

#[cfg(test)]
mod tests;

use super::statistic::{Groups, Scratch, Statistic, designed, fits};
use super::units::Units;
use crate::stats::key::key;
use crate::stats::undefined::{Figure, Undefined, figure, some_finite};

/// Judged pairs of rows with the difference that a model sees between the two,
/// sorted once.
#[derive(Clone, Debug)]
pub struct Judged {
    rows: usize,
    /// In ascending order of the differences.
    pairs: Vec<Pair>,
    /// Where each run of equal differences ends.
    ends: Vec<usize>,
    /// Design weights of the rows.
    weights: Option<Vec<f64>>,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    first: u32,
    second: u32,
    difference: f64,
    preferred: bool,
}

impl Pair {
    /// Twice what the sign of the difference is worth: 2 right, 1 none, 0 wrong.
    fn halves(&self) -> u8 {
        if self.difference == 0.0 { 1 } else { 2 * u8::from((self.difference > 0.0) == self.preferred) }
    }
}

impl Judged {
    /// Prepares pairs of rows of a table with `rows` rows: `differences` (first
    /// minus second) and whether the first was preferred, pair by pair.
    ///
    /// # Errors
    /// No pairs, columns of different length, a difference that is not finite,
    /// a pair that leaves the table or pairs a row with itself.
    pub fn new(rows: usize, pairs: &[(u32, u32)], differences: &[f64], preferred: &[bool]) -> Result<Self, Undefined> {
        for length in [differences.len(), preferred.len()] {
            if length != pairs.len() {
                return Err(Undefined::UnequalLengths { first: pairs.len(), second: length });
            }
        }
        some_finite(differences)?;
        if let Some((a, b)) = pairs.iter().find(|(a, b)| a == b || (*a.max(b) as usize) >= rows) {
            return Err(Undefined::OutOfRange { text: format!("{a} and {b} are not two of the {rows} rows") });
        }
        let columns = pairs.iter().zip(differences).zip(preferred);
        let mut pairs: Vec<Pair> = columns
            .map(|((&(first, second), &difference), &preferred)| Pair { first, second, difference, preferred })
            .collect();
        pairs.sort_by_key(|pair| key(pair.difference));
        let mut ends = Vec::new();
        for run in pairs.chunk_by(|left, right| left.difference == right.difference) {
            ends.push(ends.last().unwrap_or(&0) + run.len());
        }
        Ok(Judged { rows, pairs, ends, weights: None })
    }

    /// The same pairs with design weights of the rows: a pair weighs the
    /// product of its two.
    ///
    /// # Errors
    /// Another number of weights than rows; a weight that is not finite or is
    /// below 0.
    pub fn weighted(mut self, weights: &[f64]) -> Result<Self, Undefined> {
        designed(self.rows, weights)?;
        self.weights = Some(weights.to_vec());
        Ok(self)
    }

    fn design(&self, pair: &Pair) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[pair.first as usize] * weights[pair.second as usize])
    }

    /// The runs of equal differences, ascending.
    fn runs(&self) -> impl DoubleEndedIterator<Item = &[Pair]> {
        (0..self.ends.len()).map(|run| {
            let start = if run == 0 { 0 } else { self.ends[run - 1] };
            &self.pairs[start..self.ends[run]]
        })
    }

    /// For each unit the pairs that it takes part in, ascending.
    fn by_unit(&self, units: &Units) -> Result<Groups, Undefined> {
        // This refuses units of another table, and crossed factors.
        Groups::of(units, self.rows)?;
        let unit_of = units.unit_of().unwrap_or_default();
        let (mut parts, mut owners) = (Vec::new(), Vec::new());
        for (at, pair) in self.pairs.iter().enumerate() {
            let (first, second) = (unit_of[pair.first as usize], unit_of[pair.second as usize]);
            for owner in [Some(first), (first != second).then_some(second)].into_iter().flatten() {
                parts.push(at as u32);
                owners.push(owner);
            }
        }
        let places: Vec<u32> = (0..parts.len() as u32).collect();
        let groups = Groups::gather(units.count(), &places, |place| owners[place as usize]);
        Ok(groups.renamed(&parts))
    }
}

/// What a pair's weight is counted in.
trait Count: Copy + Default + PartialEq + std::ops::Add<Output = Self> + std::ops::Mul<Output = Self> {
    fn number(self) -> f64;
}

impl Count for u128 {
    fn number(self) -> f64 {
        self as f64
    }
}

impl Count for f64 {
    fn number(self) -> f64 {
        self
    }
}

/// The area under the ROC curve of judged pairs with weights `v`:
/// `sum v_p v_q K(d_p, d_q) / (sum v_p sum v_q)` over pairs `p` whose first was
/// preferred and `q` whose second was; `K` is 1 where `d_p > d_q`, one half
/// where they are equal.
///
/// A pair weighs the product of its people's multiplicities. With multiplicities
/// 1 it is [`crate::stats::judgement::auc`], bit for bit. Equal differences
/// count one half; missing values are not admitted. O(pairs) a replicate.
#[derive(Clone, Copy, Debug)]
pub struct Auc<'a>(pub &'a Judged);

/// The weighted share of judged pairs whose difference has the sign of the
/// preference; zero counts one half. Weights as in [`Auc`]; with multiplicities
/// 1 it is [`crate::stats::judgement::accuracy`], bit for bit.
#[derive(Clone, Copy, Debug)]
pub struct Accuracy<'a>(pub &'a Judged);

impl Auc<'_> {
    fn area<C: Count>(self, weight: impl Fn(&Pair) -> C) -> Figure {
        let (mut positive, mut negative, mut doubled) = (C::default(), C::default(), C::default());
        for run in self.0.runs() {
            let (mut here_positive, mut here_negative) = (C::default(), C::default());
            for pair in run {
                let side = if pair.preferred { &mut here_positive } else { &mut here_negative };
                *side = *side + weight(pair);
            }
            doubled = doubled + here_positive * (negative + negative + here_negative);
            positive = positive + here_positive;
            negative = negative + here_negative;
        }
        divided(doubled.number(), (positive * negative).number() * 2.0, positive.number(), negative.number())
    }
}

fn divided(doubled_wins: f64, doubled_pairs: f64, positive: f64, negative: f64) -> Figure {
    match (positive > 0.0, negative > 0.0) {
        (false, false) => Err(Undefined::Empty),
        (true, false) => Err(Undefined::OneClass { label: true }),
        (false, true) => Err(Undefined::OneClass { label: false }),
        (true, true) => Ok(figure(doubled_wins / doubled_pairs)?.clamp(0.0, 1.0)),
    }
}

impl Statistic for Auc<'_> {
    fn rows(&self) -> usize {
        self.0.rows
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn of(&self, multiplicities: &[u32], _: &mut Scratch) -> Figure {
        fits(self.0.rows, multiplicities)?;
        let count = |pair: &Pair| {
            u64::from(multiplicities[pair.first as usize]) * u64::from(multiplicities[pair.second as usize])
        };
        match self.0.weights {
            None => self.area(|pair| u128::from(count(pair))),
            Some(_) => self.area(|pair| count(pair) as f64 * self.0.design(pair)),
        }
    }

    /// A unit's pairs lose their wins against all others; wins among
    /// themselves, lost from both ends, come back. O(pairs log units).
    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        let groups = self.0.by_unit(units)?;
        let weights: Vec<f64> = self.0.pairs.iter().map(|pair| self.0.design(pair)).collect();
        // For each pair, twice the weight of the pairs of the other label that it wins against.
        let (mut doubled_wins, mut negative) = (Vec::with_capacity(weights.len()), 0.0);
        for run in self.0.runs() {
            let start = doubled_wins.len();
            let tied: f64 = run.iter().zip(&weights[start..]).filter(|(pair, _)| !pair.preferred).map(|(_, w)| w).sum();
            doubled_wins.extend(run.iter().map(|pair| if pair.preferred { 2.0 * negative + tied } else { 0.0 }));
            negative += tied;
        }
        let (mut positive, mut end) = (0.0, weights.len());
        for run in self.0.runs().rev() {
            let start = end - run.len();
            let tied: f64 = run.iter().zip(&weights[start..]).filter(|(pair, _)| pair.preferred).map(|(_, w)| w).sum();
            for at in (start..end).filter(|&at| !self.0.pairs[at].preferred) {
                doubled_wins[at] = 2.0 * positive + tied;
            }
            positive += tied;
            end = start;
        }
        let whole: f64 =
            (0..weights.len()).filter(|&at| self.0.pairs[at].preferred).map(|at| weights[at] * doubled_wins[at]).sum();
        let wholes = (positive, negative);
        (0..groups.count())
            .map(|unit| {
                let (mut left, mut positive, mut negative) = (whole, positive, negative);
                // Wins among the unit's own pairs, run by run of equal differences.
                let (mut own_negative, mut same, mut tied) = (0.0, [0.0; 2], f64::NAN);
                for &at in groups.rows(unit) {
                    let (pair, weight) = (&self.0.pairs[at as usize], weights[at as usize]);
                    if pair.difference != tied {
                        left += same[1] * (2.0 * own_negative + same[0]);
                        own_negative += same[0];
                        (same, tied) = ([0.0; 2], pair.difference);
                    }
                    same[usize::from(pair.preferred)] += weight;
                    left -= weight * doubled_wins[at as usize];
                    *(if pair.preferred { &mut positive } else { &mut negative }) -= weight;
                }
                left += same[1] * (2.0 * own_negative + same[0]);
                let (positive, negative) = (left_of(positive, wholes.0), left_of(negative, wholes.1));
                divided(left, positive * negative * 2.0, positive, negative)
            })
            .collect()
    }
}

impl Statistic for Accuracy<'_> {
    fn rows(&self) -> usize {
        self.0.rows
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn of(&self, multiplicities: &[u32], _: &mut Scratch) -> Figure {
        fits(self.0.rows, multiplicities)?;
        let count = |pair: &Pair| {
            u64::from(multiplicities[pair.first as usize]) * u64::from(multiplicities[pair.second as usize])
        };
        match self.0.weights {
            None => {
                let (mut halves, mut total) = (0u128, 0u128);
                for pair in &self.0.pairs {
                    halves += u128::from(count(pair)) * u128::from(pair.halves());
                    total += u128::from(count(pair));
                }
                share(halves as f64, (2 * total) as f64)
            }
            Some(_) => {
                let (mut halves, mut total) = (0.0, 0.0);
                for pair in &self.0.pairs {
                    let weight = count(pair) as f64 * self.0.design(pair);
                    halves += weight * f64::from(pair.halves());
                    total += weight;
                }
                share(halves, 2.0 * total)
            }
        }
    }

    /// In closed form, O(pairs).
    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        let groups = self.0.by_unit(units)?;
        let part = |pair: &Pair| (self.0.design(pair) * f64::from(pair.halves()), 2.0 * self.0.design(pair));
        let add = |sum: (f64, f64), part: (f64, f64)| (sum.0 + part.0, sum.1 + part.1);
        let whole = self.0.pairs.iter().map(part).fold((0.0, 0.0), add);
        (0..groups.count())
            .map(|unit| {
                let own = groups.rows(unit).iter().map(|&at| part(&self.0.pairs[at as usize])).fold((0.0, 0.0), add);
                share(whole.0 - own.0, left_of(whole.1 - own.1, whole.1))
            })
            .collect()
    }
}

/// What is left of a sum; what rounding leaves is nothing.
fn left_of(left: f64, whole: f64) -> f64 {
    if left > 1e-12 * whole { left } else { 0.0 }
}

fn share(halves: f64, doubled_total: f64) -> Figure {
    if doubled_total <= 0.0 {
        return Err(Undefined::Empty);
    }
    Ok(figure(halves / doubled_total)?.clamp(0.0, 1.0))
}
