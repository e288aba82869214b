//! Kendall's tau-b and Spearman's rho of weighted rows.

mod jackknife;
#[cfg(test)]
mod tests;

use super::statistic::{Scratch, Statistic, designed, fits, inside};
use super::units::Units;
use crate::stats::correlation::normalised;
use crate::stats::key::key;
use crate::stats::paired::Paired;
use crate::stats::undefined::{Figure, Side, Undefined, figure};

/// Two columns, sorted and ranked once.
///
/// Everything is kept in one order: ascending by the first column, ties by the
/// second. In it a pair of rows is discordant exactly when it is an inversion
/// of the second ranks (Knight 1966).
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Rows of the table that multiplicities speak of.
    rows: usize,
    /// The chosen rows in order.
    order: Vec<u32>,
    /// Dense rank from 0 in the first column, along `order`.
    first: Vec<u32>,
    /// Dense rank from 0 in the second column, along `order`.
    second: Vec<u32>,
    first_levels: usize,
    second_levels: usize,
    /// Design weights along `order`.
    weights: Option<Vec<f64>>,
}

impl Prepared {
    /// Prepares all rows of two columns.
    #[must_use]
    pub fn new(pairs: Paired<'_>) -> Self {
        Prepared::sorted(pairs, (0..pairs.len() as u32).collect())
    }

    /// Prepares some rows, a segment say, for multiplicities of the whole
    /// table: `chosen` holds row numbers, ascending.
    ///
    /// # Errors
    /// [`Undefined::OutOfRange`] if they do not ascend or leave the table.
    pub fn within(pairs: Paired<'_>, chosen: &[u32]) -> Result<Self, Undefined> {
        inside(pairs.len(), chosen)?;
        Ok(Prepared::sorted(pairs, chosen.to_vec()))
    }

    fn sorted(pairs: Paired<'_>, mut order: Vec<u32>) -> Self {
        let keys = |row: u32| (key(pairs.first()[row as usize]), key(pairs.second()[row as usize]));
        let mut keyed: Vec<((u64, u64), u32)> = order.iter().map(|&row| (keys(row), row)).collect();
        keyed.sort_unstable();
        let firsts: Vec<u64> = keyed.iter().map(|((first, _), _)| *first).collect();
        let seconds: Vec<u64> = keyed.iter().map(|((_, second), _)| *second).collect();
        for (slot, (_, row)) in order.iter_mut().zip(keyed) {
            *slot = row;
        }
        let (first, first_levels) = dense_ranks(&firsts);
        let (second, second_levels) = dense_ranks(&seconds);
        Prepared { rows: pairs.len(), order, first, second, first_levels, second_levels, weights: None }
    }

    /// The same rows with design weights, one for every row of the table; they
    /// multiply every multiplicity.
    ///
    /// # Errors
    /// Another number of weights than rows; a weight that is not finite or is
    /// below 0.
    pub fn weighted(mut self, weights: &[f64]) -> Result<Self, Undefined> {
        designed(self.rows, weights)?;
        self.weights = Some(self.order.iter().map(|&row| weights[row as usize]).collect());
        Ok(self)
    }

    fn check(&self, multiplicities: &[u32]) -> Result<(), Undefined> {
        fits(self.rows, multiplicities)?;
        if self.order.is_empty() {
            return Err(Undefined::Empty);
        }
        // Totals are counted in 32 bits, so that their squares fit in 64.
        let total: u64 = self.order.iter().map(|&row| u64::from(multiplicities[row as usize])).sum();
        match total {
            0 => Err(Undefined::Empty),
            1 => Err(Undefined::TooFew { needed: 2, got: 1 }),
            _ if total > u64::from(u32::MAX) => {
                Err(Undefined::OutOfRange { text: format!("{total} rows after resampling are more than {}", u32::MAX) })
            }
            _ => Ok(()),
        }
    }

    /// The figure that integer arithmetic gives where real arithmetic is so
    /// near to 1 that it cannot tell: with weights, 1 still means the same
    /// order with the same ties and nothing else.
    fn settled(
        &self,
        ratio: f64,
        weights: &[f64],
        multiplicities: &[u32],
        scratch: &mut Scratch,
        exact: Exact,
    ) -> Figure {
        let ratio = figure(ratio)?;
        if ratio.abs() < 1.0 - 1e-9 {
            return Ok(ratio);
        }
        let mut present = vec![0; self.rows];
        for (&row, &weight) in self.order.iter().zip(weights) {
            present[row as usize] = u32::from(weight > 0.0 && multiplicities[row as usize] > 0);
        }
        let plain = exact(self, &present, scratch)?;
        let below_one = 1.0f64.next_down();
        Ok(if plain.abs() == 1.0 { plain } else { ratio.clamp(-below_one, below_one) })
    }
}

type Exact = fn(&Prepared, &[u32], &mut Scratch) -> Figure;

fn dense_ranks(keys: &[u64]) -> (Vec<u32>, usize) {
    let mut order: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut ranks = vec![0; keys.len()];
    let mut levels = 0;
    for run in order.chunk_by(|left, right| left.0 == right.0) {
        for &(_, at) in run {
            ranks[at as usize] = levels;
        }
        levels += 1;
    }
    (ranks, levels as usize)
}

/// Kendall's tau-b of rows with multiplicities `w`:
/// `S / sqrt((W^2 - X)(W^2 - Y))` with `S` the sum of `w_i w_j` over ordered
/// concordant pairs less that over discordant ones, `W` the sum of `w`, `X` and
/// `Y` the sums of squared weights of the groups tied in the first and in the
/// second column.
///
/// For integer multiplicities that is tau-b of the expanded columns, bit for
/// bit that of [`crate::stats::correlation::kendall_tau_b`]: copies of a row
/// are tied with each other in both columns. For real design weights it is the
/// same formula. O(n log n) a replicate. Ties as there; missing values are not
/// admitted.
#[derive(Clone, Copy, Debug)]
pub struct TauB<'a>(pub &'a Prepared);

impl Statistic for TauB<'_> {
    fn rows(&self) -> usize {
        self.0.rows
    }

    fn range(&self) -> (f64, f64) {
        (-1.0, 1.0)
    }

    fn of(&self, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
        self.0.check(multiplicities)?;
        match &self.0.weights {
            None => tau_counted(self.0, multiplicities, scratch),
            Some(weights) => tau_weighted(self.0, weights, multiplicities, scratch),
        }
    }

    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        jackknife::tau(self.0, units)
    }
}

fn tau_counted(columns: &Prepared, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
    let (tree, second_totals) = (&mut scratch.counts, &mut scratch.count_at);
    tree.reset(columns.second_levels);
    second_totals.clear();
    second_totals.resize(columns.second_levels, 0);
    let square = |count: u32| u64::from(count) * u64::from(count);

    let (mut total, mut discordant) = (0u32, 0u64);
    let (mut first_squares, mut both_squares) = (0u64, 0u64);
    // The group of the first column that runs, and that of both columns.
    let (mut first_run, mut both_run) = ((u32::MAX, 0u32), (u32::MAX, 0u32));
    for ((&row, &first), &second) in columns.order.iter().zip(&columns.first).zip(&columns.second) {
        let weight = multiplicities[row as usize];
        if weight == 0 {
            continue;
        }
        if first_run.0 != first {
            first_squares += square(first_run.1);
            both_squares += square(both_run.1);
            (first_run, both_run) = ((first, 0), (second, 0));
        } else if both_run.0 != second {
            both_squares += square(both_run.1);
            both_run = (second, 0);
        }
        first_run.1 += weight;
        both_run.1 += weight;
        // Earlier rows of the same group stand at or below this rank.
        discordant += u64::from(weight) * u64::from(total - tree.through(second as usize));
        tree.add(second as usize, weight);
        second_totals[second as usize] += weight;
        total += weight;
    }
    first_squares += square(first_run.1);
    both_squares += square(both_run.1);
    let second_squares: u64 = second_totals.iter().map(|&count| square(count)).sum();

    // Ordered pairs, so everything is twice what the textbook counts.
    let all = i128::from(square(total));
    let (first, second) = (all - i128::from(first_squares), all - i128::from(second_squares));
    let together = first - i128::from(second_squares) + i128::from(both_squares) - 4 * i128::from(discordant);
    normalised(together, first, second)
}

fn tau_weighted(columns: &Prepared, weights: &[f64], multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
    let (tree, second_totals) = (&mut scratch.weights, &mut scratch.weight_at);
    tree.reset(columns.second_levels);
    second_totals.clear();
    second_totals.resize(columns.second_levels, 0.0);

    let (mut total, mut discordant) = (0.0, 0.0);
    let (mut first_squares, mut both_squares) = (0.0, 0.0);
    let (mut first_run, mut both_run) = ((u32::MAX, 0.0), (u32::MAX, 0.0));
    let (mut first_groups, mut second_groups) = (0, 0);
    for (at, (&row, &first)) in columns.order.iter().zip(&columns.first).enumerate() {
        let weight = weights[at] * f64::from(multiplicities[row as usize]);
        if weight == 0.0 {
            continue;
        }
        let second = columns.second[at];
        if first_run.0 != first {
            first_squares += first_run.1 * first_run.1;
            both_squares += both_run.1 * both_run.1;
            (first_run, both_run) = ((first, 0.0), (second, 0.0));
            first_groups += 1;
        } else if both_run.0 != second {
            both_squares += both_run.1 * both_run.1;
            both_run = (second, 0.0);
        }
        first_run.1 += weight;
        both_run.1 += weight;
        // Rounding may leave a trace of less than nothing.
        discordant += weight * (total - tree.through(second as usize)).max(0.0);
        tree.add(second as usize, weight);
        if second_totals[second as usize] == 0.0 {
            second_groups += 1;
        }
        second_totals[second as usize] += weight;
        total += weight;
    }
    first_squares += first_run.1 * first_run.1;
    both_squares += both_run.1 * both_run.1;
    let second_squares: f64 = second_totals.iter().map(|weight| weight * weight).sum();
    varies(first_groups, second_groups)?;

    let all = total * total;
    let together = all - first_squares - second_squares + both_squares - 4.0 * discordant;
    let ratio = together / ((all - first_squares) * (all - second_squares)).sqrt();
    columns.settled(ratio, weights, multiplicities, scratch, tau_counted)
}

fn varies(first_groups: usize, second_groups: usize) -> Result<(), Undefined> {
    match (first_groups, second_groups) {
        (0, _) | (_, 0) => Err(Undefined::Empty),
        (1, _) => Err(Undefined::Constant { side: Side::First }),
        (_, 1) => Err(Undefined::Constant { side: Side::Second }),
        _ => Ok(()),
    }
}

/// Spearman's rho of rows with multiplicities `w`: the weighted product-moment
/// correlation of the weighted mean ranks. A row's doubled rank, less its mean,
/// is (weight below) - (weight above).
///
/// For integer multiplicities that is rho of the expanded columns, bit for bit
/// that of [`crate::stats::correlation::spearman`]. For real design weights it
/// is the same formula. O(n) a replicate. Ties share the mean of their ranks;
/// missing values are not admitted.
#[derive(Clone, Copy, Debug)]
pub struct Spearman<'a>(pub &'a Prepared);

impl Statistic for Spearman<'_> {
    fn rows(&self) -> usize {
        self.0.rows
    }

    fn range(&self) -> (f64, f64) {
        (-1.0, 1.0)
    }

    fn of(&self, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
        self.0.check(multiplicities)?;
        match &self.0.weights {
            None => rho_counted(self.0, multiplicities, scratch),
            Some(weights) => rho_weighted(self.0, weights, multiplicities, scratch),
        }
    }

    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        jackknife::rho(self, units)
    }
}

fn rho_counted(columns: &Prepared, multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
    // First the weight of every level of the second column, then its place:
    // weight below less weight above.
    let (totals, places) = (&mut scratch.count_at, &mut scratch.place_at);
    totals.clear();
    totals.resize(columns.second_levels, 0);
    let mut total = 0i64;
    for (&row, &second) in columns.order.iter().zip(&columns.second) {
        let weight = multiplicities[row as usize];
        totals[second as usize] += weight;
        total += i64::from(weight);
    }
    places.clear();
    let (mut below, mut spread_second) = (0i64, 0i128);
    for &count in totals.iter() {
        let count = i64::from(count);
        let place = 2 * below + count - total;
        places.push(place);
        spread_second += i128::from(count) * (i128::from(place) * i128::from(place));
        below += count;
    }

    let (mut below, mut spread_first, mut together) = (0i64, 0i128, 0i128);
    let mut at = 0;
    while at < columns.order.len() {
        let level = columns.first[at];
        let (mut count, mut partners) = (0i64, 0i128);
        while at < columns.order.len() && columns.first[at] == level {
            let weight = i64::from(multiplicities[columns.order[at] as usize]);
            count += weight;
            partners += i128::from(weight) * i128::from(places[columns.second[at] as usize]);
            at += 1;
        }
        let place = i128::from(2 * below + count - total);
        spread_first += i128::from(count) * (place * place);
        together += place * partners;
        below += count;
    }
    normalised(together, spread_first, spread_second)
}

fn rho_weighted(columns: &Prepared, weights: &[f64], multiplicities: &[u32], scratch: &mut Scratch) -> Figure {
    let (totals, places) = (&mut scratch.weight_at, &mut scratch.level_at);
    totals.clear();
    totals.resize(columns.second_levels, 0.0);
    let mut total = 0.0;
    for ((&row, &second), &weight) in columns.order.iter().zip(&columns.second).zip(weights) {
        let weight = weight * f64::from(multiplicities[row as usize]);
        totals[second as usize] += weight;
        total += weight;
    }
    places.clear();
    let (mut below, mut spread_second, mut second_groups) = (0.0, 0.0, 0);
    for &weight in totals.iter() {
        let place = 2.0 * below + weight - total;
        places.push(place);
        spread_second += weight * place * place;
        below += weight;
        second_groups += usize::from(weight > 0.0);
    }

    let (mut below, mut spread_first, mut together, mut first_groups) = (0.0, 0.0, 0.0, 0);
    let mut at = 0;
    while at < columns.order.len() {
        let level = columns.first[at];
        let (mut group, mut partners) = (0.0, 0.0);
        while at < columns.order.len() && columns.first[at] == level {
            let weight = weights[at] * f64::from(multiplicities[columns.order[at] as usize]);
            group += weight;
            partners += weight * places[columns.second[at] as usize];
            at += 1;
        }
        let place = 2.0 * below + group - total;
        spread_first += group * place * place;
        together += place * partners;
        below += group;
        first_groups += usize::from(group > 0.0);
    }
    varies(first_groups, second_groups)?;
    let ratio = together / (spread_first * spread_second).sqrt();
    columns.settled(ratio, weights, multiplicities, scratch, rho_counted)
}
