//! Level against order: how much of a change is a new scale, and how much is
//! people changing places.
//!
//! The scale is what a rising function of the baseline could have done alone.
//! The function taken here is the one that carries the baseline's distribution
//! into the candidate's: `T` sends the i-th smallest baseline to the i-th
//! smallest candidate. What it does to a row is the row's level part,
//! `T(b) - b`; what is left, `c - T(b)`, is its order part.
//!
//! The other function that suggests itself is the rising function nearest to
//! the candidate's scores (isotonic regression). It is not taken, because it
//! regresses to the mean: of two equally good versions with a correlation of
//! .95 it would say that one presses the scale together by a twentieth, and
//! with the sides exchanged that the other does. The distributions are equal
//! and no scale has changed. `T` says so: the level part is 0 exactly if the
//! distributions are equal, the order part exactly if the candidate is a rising
//! function of the baseline, and exchanging the sides turns `T` round.

use super::distribution::Distribution;
use super::key::key;
use super::paired::Paired;
use super::ranked::RankedPair;
use super::sum::{Sum, sum};
use super::summary::variance_population;
use super::undefined::{Figure, Side, Undefined, figure};
use super::weights::Weights;

/// A change split into level and order.
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    /// The mean level part. The order parts have mean 0, so this is the mean
    /// change too.
    pub mean_level: f64,
    /// Standard deviation of the candidate over that of the baseline: above 1
    /// the scale was stretched. Undefined if the baseline does not vary.
    pub spread: Figure,
    /// The mean square of the change and what it consists of.
    pub mean_square: MeanSquare,
}

/// Mean squares, in squared units of the scores: `change = level + order +
/// joint`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSquare {
    /// Of the change, `c - b`.
    pub change: f64,
    /// Of the level parts: without ties in the baseline the squared Wasserstein
    /// distance of order 2 between the distributions.
    pub level: f64,
    /// Of the order parts.
    pub order: f64,
    /// Twice the mean product of a row's two parts. 0 if the scale was only
    /// shifted; below 0 in general where it was stretched, above 0 where it was
    /// pressed together.
    pub joint: f64,
}

impl MeanSquare {
    /// The share of order among what the two parts hold without their joint
    /// term: `order / (level + order)`, from 0 (scale alone) to 1 (places
    /// alone).
    ///
    /// # Errors
    /// [`Undefined::OutOfRange`] if nothing changed.
    pub fn share_of_order(&self) -> Figure {
        let both = self.level + self.order;
        if both == 0.0 {
            return Err(Undefined::OutOfRange { text: "no value changed".to_owned() });
        }
        figure(self.order / both)
    }
}

/// Splits the change of every row into what a rising rescaling of the baseline
/// explains and the re-ordering left.
///
/// `T` is the quantile map, the rising map that moves the baseline's
/// distribution to the candidate's at the least mean square (Villani, "Topics
/// in Optimal Transportation", 2003, chapter 2). Rows tied in the baseline
/// share the mean of the candidates that stand at their places in the sorted
/// column; leaving a tie is a change of order. With weights places are counted
/// in weight ([`Weights`]).
///
/// What sums: level plus order is the change, in every row and on average; the
/// order parts have (weighted) mean 0; the mean squares sum with their joint
/// term. All up to rounding. Values are taken as they are: a caller for whom
/// values on one point of the grid are tied snaps first.
///
/// # Errors
/// No rows, weights that do not fit ([`Weights::each`]), or values too far
/// apart for `f64`.
pub fn level_and_order(pairs: Paired<'_>, weights: Weights<'_>) -> Result<Decomposition, Undefined> {
    let pairs = pairs.at_least(1)?;
    weights.check(pairs.len())?;
    let target = rescaled(pairs, weights);
    split(pairs, weights, target.iter().copied())
}

impl RankedPair {
    /// [`level_and_order`] of columns that are sorted, every row weighing the
    /// same: `pairs` are those that this was made of, `second` the second of
    /// them as a distribution. O(n).
    ///
    /// # Errors
    /// As there; [`Undefined::UnequalLengths`] if it was made of others.
    pub fn level_and_order(&self, pairs: Paired<'_>, second: &Distribution) -> Result<Decomposition, Undefined> {
        let pairs = pairs.at_least(1)?;
        for other in [self.len(), second.values().len()] {
            if other != pairs.len() {
                return Err(Undefined::UnequalLengths { first: pairs.len(), second: other });
            }
        }
        // By place in the first column; adding zero turns -0.0 into 0.0, as a sum does.
        let mut targets: Vec<f64> = second.values().iter().map(|value| value + 0.0).collect();
        for (begin, end) in self.first().ties().groups() {
            let held = &mut targets[*begin as usize..*end as usize];
            let (least, greatest) = (held[0], held[held.len() - 1]);
            let middle = (sum(held.iter().copied()) / held.len() as f64).clamp(least, greatest);
            held.fill(middle);
        }
        split(pairs, Weights::Equal, self.first().begins().iter().map(|place| targets[*place as usize]))
    }
}

/// Splits by where a rescaling would take each row.
fn split(
    pairs: Paired<'_>,
    weights: Weights<'_>,
    target: impl Iterator<Item = f64>,
) -> Result<Decomposition, Undefined> {
    let [mut change, mut level, mut order, mut joint, mut level_sum] = [Sum::default(); 5];
    let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
    for (((before, after), target), weight) in pairs.rows().zip(target).zip(weights.iter(pairs.len())) {
        let (by, by_level, by_order) = (after - before, target - before, after - target);
        change.add(weight * (by * by));
        level.add(weight * (by_level * by_level));
        order.add(weight * (by_order * by_order));
        joint.add(weight * (by_level * by_order));
        level_sum.add(weight * by_level);
        (least, greatest) = (least.min(by_level), greatest.max(by_level));
    }
    let total = weights.total(pairs.len());
    let mean_square = MeanSquare {
        change: figure(change.value() / total)?,
        level: figure(level.value() / total)?,
        order: figure(order.value() / total)?,
        joint: 2.0 * figure(joint.value() / total)?,
    };
    let before = variance_population(pairs.first(), weights)?.sqrt();
    let after = variance_population(pairs.second(), weights)?.sqrt();
    let spread = if before > 0.0 { figure(after / before) } else { Err(Undefined::Constant { side: Side::First }) };
    // As the mean of a column: between its least and its greatest value.
    let mean_level = figure(level_sum.value() / total)?.clamp(least, greatest);
    Ok(Decomposition { mean_level, spread, mean_square })
}

/// `T(b)` for every row.
fn rescaled(pairs: Paired<'_>, weights: Weights<'_>) -> Vec<f64> {
    let ascending = |values: &[f64]| {
        let rows = values.iter().enumerate().map(|(row, &value)| (key(value), key(weights.of(row)), row));
        let mut rows: Vec<(u64, u64, usize)> = rows.collect();
        rows.sort_unstable();
        rows
    };
    let before = ascending(pairs.first());
    let mut after = ascending(pairs.second()).into_iter().map(|(_, _, row)| (pairs.second()[row], weights.of(row)));
    let mut here = after.next().unwrap_or((0.0, 0.0));
    let mut target = vec![0.0; pairs.len()];
    for tied in before.chunk_by(|left, right| left.0 == right.0) {
        let mut wanted = sum(tied.iter().map(|&(_, _, row)| weights.of(row)));
        let (mut total, mut taken) = (Sum::default(), 0.0);
        let (least, mut greatest) = (here.0, here.0);
        while wanted > 0.0 {
            let part = here.1.min(wanted);
            if part > 0.0 {
                total.add(part * here.0);
                taken += part;
                greatest = here.0;
            }
            wanted -= part;
            here.1 -= part;
            if here.1 <= 0.0 {
                // Rounding of weights may leave a crumb wanted at the end.
                let Some(next) = after.next() else { break };
                here = next;
            }
        }
        let middle = if taken > 0.0 { (total.value() / taken).clamp(least, greatest) } else { least };
        for &(_, _, row) in tied {
            target[row] = middle;
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::divergence::wasserstein;
    use crate::stats::elementary::exp;
    use crate::stats::summary::sorted;
    use crate::stats::testing::{columns, law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    fn split(first: &[f64], second: &[f64], weights: Weights<'_>) -> Decomposition {
        let pairs = Paired::new(first, second).unwrap();
        let split = level_and_order(pairs, weights).unwrap();
        if let Weights::Equal = weights {
            let after = Distribution::new(second, weights).unwrap();
            let sorted = RankedPair::new(pairs).level_and_order(pairs, &after).unwrap();
            assert_eq!(sorted, split, "the same bits from sorted columns");
        }
        split
    }

    /// Each row's level and order part.
    fn parts(first: &[f64], second: &[f64], weights: Weights<'_>) -> (Vec<f64>, Vec<f64>) {
        let target = rescaled(Paired::new(first, second).unwrap(), weights);
        let level = target.iter().zip(first).map(|(to, from)| to - from).collect();
        (level, second.iter().zip(&target).map(|(to, from)| to - from).collect())
    }

    #[test]
    fn the_parts_sum_and_agree_with_the_sorted_columns() {
        law(columns(1), |(first, second)| {
            let ours = split(&first, &second, Weights::Equal);
            let (level, order) = parts(&first, &second, Weights::Equal);
            let (before, after) = (sorted(&first), sorted(&second));
            for (row, (&x, &y)) in first.iter().zip(&second).enumerate() {
                let places = (0..before.len()).filter(|&place| before[place] == x);
                let held: Vec<f64> = places.map(|place| after[place]).collect();
                let target = held.iter().sum::<f64>() / held.len() as f64;
                prop_assert!(near(level[row], target - x, 1e-12));
                prop_assert!(near(level[row] + order[row], y - x, 1e-12));
            }
            let n = first.len() as f64;
            prop_assert!(near(order.iter().sum::<f64>() / n, 0.0, 1e-12));
            let change = first.iter().zip(&second).map(|(x, y)| y - x).sum::<f64>() / n;
            prop_assert!(near(ours.mean_level, change, 1e-12));
            let square = ours.mean_square;
            prop_assert!(near(square.change, square.level + square.order + square.joint, 1e-11));
            Ok(())
        });
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        law(weighted(1), |(first, second, weights)| {
            let ours = split(&first, &second, Weights::Each(&weights));
            let plain = split(&expanded(&first, &weights), &expanded(&second, &weights), Weights::Equal);
            let (ours_all, plain_all) = (ours.mean_square, plain.mean_square);
            prop_assert!(near(ours.mean_level, plain.mean_level, 1e-12));
            prop_assert!(near(ours_all.change, plain_all.change, 1e-12));
            // All repetitions of a row are tied, so they share its target.
            let level = expanded(&parts(&first, &second, Weights::Each(&weights)).0, &weights);
            let plain = parts(&expanded(&first, &weights), &expanded(&second, &weights), Weights::Equal).0;
            prop_assert!(level.iter().zip(&plain).all(|(x, y)| near(*x, *y, 1e-10)));
            prop_assert!(near(ours_all.order, plain_all.order, 1e-10));
            prop_assert!(near(ours_all.joint, plain_all.joint, 1e-10));
            Ok(())
        });
    }

    #[test]
    fn level_is_nothing_for_equal_distributions_and_order_for_rising_maps() {
        law(columns(1), |(first, _)| {
            let mut turned = first.clone();
            turned.reverse();
            let places = split(&first, &turned, Weights::Equal);
            prop_assert_eq!(places.mean_square.level, 0.0);
            prop_assert_eq!(places.mean_square.order, places.mean_square.change);
            let risen: Vec<f64> = first.iter().map(|x| exp(x / 50.0) + x).collect();
            let scale = split(&first, &risen, Weights::Equal);
            prop_assert!(scale.mean_square.order <= 1e-20 && scale.mean_square.joint.abs() <= 1e-9);
            prop_assert!(near(scale.mean_square.level, scale.mean_square.change, 1e-12));
            let shifted: Vec<f64> = turned.iter().map(|x| x + 8.0).collect();
            let both = split(&first, &shifted, Weights::Equal);
            prop_assert!(near(both.mean_square.level, 64.0, 1e-12) && both.mean_square.joint.abs() < 1e-9);
            Ok(())
        });
    }

    #[test]
    fn the_level_part_is_the_distance_of_the_distributions() {
        law(columns(1), |(mut first, second)| {
            // No ties in the baseline.
            for (value, step) in first.iter_mut().zip(1u32..) {
                *value += f64::from(step) * 1e-4;
            }
            let ours = split(&first, &second, Weights::Equal);
            let absolute =
                parts(&first, &second, Weights::Equal).0.iter().map(|by| by.abs()).sum::<f64>() / first.len() as f64;
            let column = |values: &[f64]| Distribution::new(values, Weights::Equal).unwrap();
            prop_assert!(near(absolute, wasserstein(&column(&first), &column(&second)).unwrap(), 1e-11));
            let square: f64 = sorted(&first).iter().zip(sorted(&second)).map(|(x, y)| (x - y) * (x - y)).sum();
            prop_assert!(near(ours.mean_square.level, square / first.len() as f64, 1e-10));
            Ok(())
        });
    }

    #[test]
    fn a_small_case_by_hand() {
        // Sorted: 10 20 30 to 12 24 36; rows 2 and 3 change places.
        let ours = split(&[10.0, 20.0, 30.0], &[12.0, 36.0, 24.0], Weights::Equal);
        let parts = parts(&[10.0, 20.0, 30.0], &[12.0, 36.0, 24.0], Weights::Equal);
        assert_eq!(parts, (vec![2.0, 4.0, 6.0], vec![0.0, 12.0, -12.0]));
        assert_eq!(ours.mean_level, 4.0);
        assert!(near(ours.spread.unwrap(), 1.2, 1e-15));
        let square = ours.mean_square;
        assert!(near(square.share_of_order().unwrap(), 288.0 / 344.0, 1e-15));
        assert_eq!((square.level * 3.0, square.order * 3.0, square.joint * 3.0), (56.0, 288.0, -48.0));
        assert!(near(square.change * 3.0, 296.0, 1e-15));
    }

    #[test]
    fn undefined() {
        let none = level_and_order(Paired::new(&[], &[]).unwrap(), Weights::Equal);
        assert_eq!(none, Err(Undefined::Empty));
        let one = Paired::new(&[1.0], &[1.0]).unwrap();
        assert!(level_and_order(one, Weights::Each(&[])).is_err());
        let still = level_and_order(one, Weights::Equal).unwrap();
        assert_eq!(still.mean_square.share_of_order().unwrap_err().to_string(), "no value changed");
        assert_eq!(still.spread, Err(Undefined::Constant { side: Side::First }));
        let far = Paired::new(&[-f64::MAX], &[f64::MAX]).unwrap();
        assert_eq!(level_and_order(far, Weights::Equal), Err(Undefined::Overflow));
    }
}
