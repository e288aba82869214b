//! One column as a distribution: sorted once, for every figure that asks how
//! many lie where and not who.

use rayon::prelude::*;

use super::ranked::{Ranked, SHARE};
use super::sum::Sum;
use super::summary::{between, into_sorted, quantile, quantile_at_ratio, sorted};
use super::undefined::{Figure, Undefined, some_finite};
use super::weights::Weights;

/// The values of one column in ascending order, with what each weighs. It
/// holds at least one value, all of them finite.
///
/// Rows of equal value are one thing here: nothing taken from a distribution
/// depends on the order of rows, nor on how a weight is split among equal
/// rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Ascending; each value once if there are masses.
    values: Vec<f64>,
    /// Without them every entry of `values` weighs 1.
    masses: Option<Masses>,
}

#[derive(Clone, Debug, PartialEq)]
struct Masses {
    /// The weight of each value.
    each: Vec<f64>,
    /// The weight of all values up to and with each; never falls.
    through: Vec<f64>,
}

impl Distribution {
    /// Sorts a column.
    ///
    /// # Errors
    /// No values, a value that is not finite, or weights that do not fit the
    /// column ([`Weights::each`]).
    pub fn new(values: &[f64], weights: Weights<'_>) -> Result<Self, Undefined> {
        some_finite(values)?;
        weights.check(values.len())?;
        let Weights::Each(weights) = weights else {
            return Ok(Distribution { values: sorted(values), masses: None });
        };
        // Adding zero makes -0.0 and 0.0 one value. The weight is part of the
        // order, so that the sums below do not depend on the order of rows.
        let mut rows: Vec<(f64, f64)> = values.iter().map(|value| value + 0.0).zip(weights.iter().copied()).collect();
        rows.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
        let groups = rows.chunk_by(|left, right| left.0 == right.0);
        Ok(Self::of_groups(groups.map(|group| {
            let weight = group.iter().map(|row| row.1).collect::<Sum>().value();
            (group[0].0, weight)
        })))
    }

    /// Sorts a column that is given away where it stands; gives the same as
    /// [`new`](Self::new).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn taking(values: Vec<f64>, weights: Weights<'_>) -> Result<Self, Undefined> {
        if !matches!(weights, Weights::Equal) {
            return Self::new(&values, weights);
        }
        some_finite(&values)?;
        Ok(Distribution { values: into_sorted(values), masses: None })
    }

    /// A column in ascending order, every row weighing the same.
    ///
    /// # Errors
    /// No values, a value that is not finite, or values that do not ascend.
    pub fn of_sorted(values: Vec<f64>) -> Result<Self, Undefined> {
        some_finite(&values)?;
        if !values.is_sorted() {
            return Err(Undefined::OutOfRange { text: "the values are not in ascending order".to_owned() });
        }
        Ok(Distribution { values, masses: None })
    }

    /// A column that was sorted, every row weighing the same. Where it holds
    /// both `0.0` and `-0.0`, these stand by row.
    ///
    /// # Errors
    /// No values, a value that is not finite, or another number of them.
    pub fn of_ranked(values: &[f64], ranked: &Ranked) -> Result<Self, Undefined> {
        some_finite(values)?;
        if ranked.len() != values.len() {
            return Err(Undefined::UnequalLengths { first: values.len(), second: ranked.len() });
        }
        let rows = ranked.order().par_iter().with_min_len(SHARE);
        Ok(Distribution { values: rows.map(|row| values[*row as usize]).collect(), masses: None })
    }

    /// Distinct values, ascending, with their weights.
    fn of_groups(groups: impl Iterator<Item = (f64, f64)>) -> Self {
        let (values, each): (Vec<f64>, Vec<f64>) = groups.unzip();
        let mut sum = Sum::default();
        let mut last = 0.0f64;
        let through = each.iter().map(|&weight| {
            sum.add(weight);
            last = last.max(sum.value());
            last
        });
        let through = through.collect();
        Distribution { values, masses: Some(Masses { each, through }) }
    }

    /// The values, ascending: every row's for equal weights, else each value
    /// once.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The least value.
    #[must_use]
    pub fn least(&self) -> f64 {
        self.values[0]
    }

    /// The greatest value.
    #[must_use]
    pub fn greatest(&self) -> f64 {
        self.values[self.values.len() - 1]
    }

    /// The weight of all rows, which is their number for equal weights.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.mass_of_first(self.values.len())
    }

    /// The weight of the rows at or below `x`.
    #[must_use]
    pub fn mass_through(&self, x: f64) -> f64 {
        self.mass_of_first(self.values.partition_point(|&value| value <= x))
    }

    /// The weight of the first `count` entries of [`values`](Self::values).
    pub(crate) fn mass_of_first(&self, count: usize) -> f64 {
        match &self.masses {
            None => count as f64,
            Some(_) if count == 0 => 0.0,
            Some(masses) => masses.through[count - 1],
        }
    }

    /// Whether every row weighs 1, so that counts are exact.
    pub(crate) fn is_unweighted(&self) -> bool {
        self.masses.is_none()
    }

    /// The `p`-quantile.
    ///
    /// For equal weights type 7 of Hyndman and Fan ([`quantile`]): linear
    /// interpolation at position `(n - 1) p`, counted from 0. With weights the
    /// value `i` stands at the positions from `C(i - 1)` to
    /// `max(C(i - 1), C(i) - 1)`, where `C(i)` is the weight of all values up to
    /// and with it, and between two values lies a straight line; `p` runs over
    /// all positions, from the first to the last that a value stands at. Whole
    /// weights give the type-7 quantile of the repeated rows. A value of weight
    /// below 1 stands at one position, and what it lacks shortens the way to
    /// the next. `p = 0` is the least value, `p = 1` the greatest.
    ///
    /// # Errors
    /// `p` outside of `[0, 1]`, or a width beyond the range of `f64`.
    pub fn quantile(&self, p: f64) -> Figure {
        let Some(masses) = &self.masses else { return quantile(&self.values, p) };
        if !(0.0..=1.0).contains(&p) {
            return Err(Undefined::OutOfRange { text: format!("p = {p} does not lie between 0 and 1") });
        }
        self.at_position(masses, self.last_position() * p)
    }

    /// The quantile at `part / whole`: a position that falls on a value gives
    /// that value, whatever `part / whole` rounds to.
    ///
    /// Needs `part <= whole` and `whole > 0`.
    pub(crate) fn quantile_at_ratio(&self, part: usize, whole: usize) -> Figure {
        match &self.masses {
            None => quantile_at_ratio(&self.values, part, whole),
            Some(masses) => self.at_position(masses, self.last_position() * part as f64 / whole as f64),
        }
    }

    fn last_position(&self) -> f64 {
        let before = self.mass_of_first(self.values.len() - 1);
        before.max(self.total() - 1.0)
    }

    fn at_position(&self, masses: &Masses, position: f64) -> Figure {
        let last = self.values.len() - 1;
        let at = masses.through.partition_point(|&through| through <= position).min(last);
        let stands_until = self.mass_of_first(at).max(masses.through[at] - 1.0);
        if position <= stands_until || at == last {
            return Ok(self.values[at]);
        }
        let share = (position - stands_until) / (masses.through[at] - stands_until);
        between(self.values[at], self.values[at + 1], share)
    }

    /// The same without the values that are exactly zero; none if nothing is
    /// left.
    pub(crate) fn without_zero(&self) -> Option<Distribution> {
        let rest = |value: f64| value != 0.0;
        let left = match &self.masses {
            None => Distribution {
                values: self.values.iter().copied().filter(|&value| rest(value)).collect(),
                masses: None,
            },
            Some(masses) => {
                let groups = self.values.iter().copied().zip(masses.each.iter().copied());
                Self::of_groups(groups.filter(|&(value, _)| rest(value)))
            }
        };
        (!left.values.is_empty()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near, weighted};
    use crate::stats::weights::expanded;
    use proptest::{prop_assert, prop_assert_eq};

    fn weigh(values: &[f64], weights: &[f64]) -> Distribution {
        Distribution::new(values, Weights::Each(weights)).unwrap()
    }

    #[test]
    fn whole_weights_are_repeated_rows() {
        law(weighted(1), |(values, _, weights)| {
            let ours = weigh(&values, &weights);
            let plain = Distribution::new(&expanded(&values, &weights), Weights::Equal).unwrap();
            prop_assert_eq!(ours.total(), plain.total());
            for step in 0..=20 {
                let p = f64::from(step) / 20.0;
                prop_assert!(near(ours.quantile(p).unwrap(), plain.quantile(p).unwrap(), 1e-12));
                let (ours_at, plain_at) =
                    (ours.quantile_at_ratio(step as usize, 20), plain.quantile_at_ratio(step as usize, 20));
                prop_assert!(near(ours_at.unwrap(), plain_at.unwrap(), 1e-12));
            }
            for &x in &values {
                prop_assert_eq!(ours.mass_through(x), plain.mass_through(x));
            }
            Ok(())
        });
    }

    #[test]
    fn the_order_of_rows_and_the_split_of_a_weight_do_not_matter() {
        law(weighted(1), |(values, _, mut weights)| {
            for (weight, step) in weights.iter_mut().zip(1u32..) {
                *weight += 0.37 * f64::from(step % 3);
            }
            let ours = weigh(&values, &weights);
            let (mut other, mut others) = (values.clone(), weights.clone());
            other.reverse();
            others.reverse();
            prop_assert_eq!(&weigh(&other, &others), &ours);
            // Half of the last row's weight becomes a row of its own.
            let half = weights[weights.len() - 1] / 2.0;
            *others.first_mut().unwrap() = half;
            other.push(other[0]);
            others.push(half);
            let split = weigh(&other, &others);
            let mut last = f64::NEG_INFINITY;
            for step in 0..=20 {
                let p = f64::from(step) / 20.0;
                let quantile = ours.quantile(p).unwrap();
                prop_assert!(near(split.quantile(p).unwrap(), quantile, 1e-9));
                prop_assert!(quantile >= last, "quantiles rise");
                last = quantile;
            }
            prop_assert_eq!(ours.quantile(0.0), Ok(ours.least()));
            prop_assert_eq!(ours.quantile(1.0), Ok(ours.greatest()));
            Ok(())
        });
    }

    #[test]
    fn light_rows_stand_at_one_position() {
        // Positions: 1 at 0, 2 at 0.5, 3 from 1 to 2.
        let light = weigh(&[3.0, 1.0, 2.0], &[2.0, 0.5, 0.5]);
        for (p, value) in [(0.0, 1.0), (0.125, 1.5), (0.25, 2.0), (0.375, 2.5), (0.5, 3.0), (1.0, 3.0)] {
            assert_eq!(light.quantile(p), Ok(value), "{p}");
        }
        let proportions = weigh(&[1.0, 2.0], &[0.25, 0.25]);
        assert_eq!([0.0, 0.5, 1.0].map(|p| proportions.quantile(p).unwrap()), [1.0, 1.5, 2.0]);
    }

    #[test]
    fn a_sorted_column_need_not_be_sorted_again() {
        law(weighted(1), |(values, _, _)| {
            let ranked = Ranked::new(&values).unwrap();
            prop_assert_eq!(Distribution::of_ranked(&values, &ranked), Distribution::new(&values, Weights::Equal));
            Ok(())
        });
        let other = Distribution::of_ranked(&[1.0], &Ranked::new(&[1.0, 2.0]).unwrap());
        assert_eq!(other, Err(Undefined::UnequalLengths { first: 1, second: 2 }));
    }

    #[test]
    fn zeros_can_be_taken_out() {
        let values = [0.0, 2.0, -0.0, -1.0];
        let plain = Distribution::new(&values, Weights::Equal).unwrap();
        assert_eq!(plain.without_zero().unwrap().values(), [-1.0, 2.0]);
        let ours = weigh(&values, &[1.0, 2.0, 4.0, 8.0]);
        assert_eq!(ours.values(), [-1.0, 0.0, 2.0]);
        assert_eq!((ours.total(), ours.without_zero().unwrap().total()), (15.0, 10.0));
        assert_eq!(weigh(&[0.0], &[1.0]).without_zero(), None);
    }

    #[test]
    fn undefined() {
        assert_eq!(Distribution::new(&[], Weights::Equal), Err(Undefined::Empty));
        assert_eq!(Distribution::new(&[f64::NAN], Weights::Equal), Err(Undefined::NotFinite));
        let uneven = Distribution::new(&[1.0], Weights::Each(&[]));
        assert_eq!(uneven, Err(Undefined::UnequalLengths { first: 1, second: 0 }));
        for weights in [Weights::Equal, Weights::Each(&[1.0, 2.0])] {
            let two = Distribution::new(&[-f64::MAX, f64::MAX], weights).unwrap();
            assert_eq!(two.quantile(0.4), Err(Undefined::Overflow));
            assert!(matches!(two.quantile(1.1), Err(Undefined::OutOfRange { .. })));
            assert!(matches!(two.quantile(f64::NAN), Err(Undefined::OutOfRange { .. })));
        }
    }
}
