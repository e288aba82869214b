//! How several strengths become one, within a network and over networks. A missing strength is
//! NaN and takes no part; where none is present the result is missing.
//!
//! The law of the unconnected network, for strengths >= 0 and weights >= 0:
//! under `weighted-sum`, `root-sum-squares` and `max` an absent strength counts as 0, so adding a
//! network never lowers the result; under the means an absent strength is renormalised away, so
//! the result is the mean over what is present, and a weak network added does lower it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::elementary::{exp, ln, powf};
use crate::stats::lanes::{Mask, mask, widest};

/// The vocabulary of aggregations; `w` is a weight, `x` a strength that is present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Aggregate {
    /// sum of w x
    WeightedSum,
    /// sum of w x / sum of w
    #[default]
    WeightedMean,
    /// (sum of w x^p / sum of w)^(1/p)
    PowerMean(PowerMean),
    /// exp(sum of w ln x / sum of w); 0 as soon as one strength is 0
    GeometricMean,
    /// square root of the sum of w x^2
    RootSumSquares,
    /// the largest w x
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PowerMean {
    /// Any number but 0 (the limit at 0 is the geometric mean).
    pub exponent: f64,
}

/// Running totals of a chunk of accounts; reused from network to network.
#[derive(Debug, Default)]
pub struct Totals {
    value: Vec<f64>,
    /// Sum of the weights that are present; kept for means alone.
    weight: Vec<f64>,
    present: Vec<Mask>,
    /// Whether all rows are known to be present.
    everybody: bool,
}

impl Aggregate {
    /// What is wrong with the parameters, if anything.
    pub fn problem(&self) -> Option<String> {
        match self {
            Aggregate::PowerMean(PowerMean { exponent }) if *exponent == 0.0 => {
                Some("the exponent of a power mean must not be 0; its limit there is `geometric-mean`".to_string())
            }
            _ => None,
        }
    }

    /// Whether strengths below 0 have no meaning under this aggregation. They then count as 0,
    /// and are counted.
    pub fn needs_non_negative(&self) -> bool {
        matches!(self, Aggregate::PowerMean(_) | Aggregate::GeometricMean | Aggregate::RootSumSquares)
    }

    /// Whether absent strengths are renormalised away rather than counted as 0.
    pub fn is_mean(&self) -> bool {
        matches!(self, Aggregate::WeightedMean | Aggregate::PowerMean(_) | Aggregate::GeometricMean)
    }

    /// Adds a column of strengths; returns how many of them were below 0 where that has no meaning.
    pub fn add(&self, totals: &mut Totals, weight: f64, column: &[f64]) -> u64 {
        self.add_some(totals, weight, column, false)
    }

    /// As [`add`](Self::add); `whole` promises that none is missing, which saves looking.
    pub fn add_some(&self, totals: &mut Totals, weight: f64, column: &[f64], whole: bool) -> u64 {
        let at_least_0 = |x: f64| if x < 0.0 { 0.0 } else { x };
        if self.is_mean() {
            totals.add_weight(weight, column, whole);
        }
        match self {
            Aggregate::WeightedSum | Aggregate::WeightedMean => {
                totals.add(column, whole, |value, _, x| value + weight * x);
            }
            Aggregate::Max => totals.add(
                column,
                whole,
                |value, present, x| {
                    if present == 0 { weight * x } else { value.max(weight * x) }
                },
            ),
            Aggregate::RootSumSquares => totals.add(column, whole, |value, _, x| {
                let x = at_least_0(x);
                value + weight * (x * x)
            }),
            // A factor of weight 0 says nothing, not even 0 times infinity.
            _ if weight == 0.0 => totals.add(column, whole, |value, _, _| value),
            Aggregate::PowerMean(power) => {
                let term = |x: f64| if x.is_nan() { x } else { powf(at_least_0(x), power.exponent) };
                totals.add(column, whole, |value, _, x| value + weight * term(x));
            }
            Aggregate::GeometricMean => {
                let term = |x: f64| if x.is_nan() { x } else { ln(at_least_0(x)) };
                totals.add(column, whole, |value, _, x| value + weight * term(x));
            }
        }
        match self.needs_non_negative() {
            true => widest(|| column.iter().fold(0, |count, x| count + u64::from(*x < 0.0))),
            false => 0,
        }
    }

    /// The result for one account, of the weights and strengths that are present; NaN where
    /// [`finish`](Self::finish) gives NaN.
    pub fn of(&self, present: impl IntoIterator<Item = (f64, f64)>) -> f64 {
        let mut totals = Totals::default();
        totals.reset(1);
        for (weight, strength) in present {
            self.add(&mut totals, weight, &[strength]);
        }
        let mut result = [f64::NAN];
        self.finish(&totals, &mut result);
        result[0]
    }

    /// The results; NaN where nothing was present or every present weight was 0 under a mean.
    pub fn finish(&self, totals: &Totals, out: &mut [f64]) {
        match self {
            Aggregate::WeightedSum | Aggregate::Max => totals.finish(out, |value, _| value),
            Aggregate::RootSumSquares => totals.finish(out, |value, _| value.sqrt()),
            Aggregate::WeightedMean => totals.finish(out, |value, weight| value / weight),
            Aggregate::PowerMean(power) => {
                let root = 1.0 / power.exponent;
                totals.finish(out, |value, weight| powf(value / weight, root));
            }
            Aggregate::GeometricMean => totals.finish(out, |value, weight| exp(value / weight)),
        }
        if self.is_mean() {
            let rows = totals.weight.iter().zip(out);
            rows.filter(|(weight, _)| **weight == 0.0).for_each(|(_, out)| *out = f64::NAN);
        }
    }
}

impl Totals {
    /// Puts a column in: `step` makes a row's new value of the old one, of whether anything was
    /// there before, and of the strength. What is missing changes nothing.
    #[inline(always)]
    fn add(&mut self, column: &[f64], whole: bool, step: impl Fn(f64, Mask, f64) -> f64) {
        let rows = self.value.iter_mut().zip(&mut self.present).zip(column);
        if !whole {
            widest(|| {
                rows.for_each(|((value, present), x)| {
                    let here = mask(!x.is_nan());
                    *value = if here == 0 { *value } else { step(*value, *present, *x) };
                    *present |= here;
                });
            });
            return;
        }
        widest(|| rows.for_each(|((value, present), x)| *value = step(*value, *present, *x)));
        // Who is there is known once and for all; only the first time it is news.
        if !std::mem::replace(&mut self.everybody, true) {
            self.present.fill(mask(true));
        }
    }

    /// Adds the weight of a column where it is there.
    fn add_weight(&mut self, weight: f64, column: &[f64], whole: bool) {
        widest(|| {
            if whole {
                self.weight.iter_mut().for_each(|total| *total += weight);
            } else {
                let rows = self.weight.iter_mut().zip(column);
                rows.for_each(|(total, x)| *total += if x.is_nan() { 0.0 } else { weight });
            }
        });
    }

    /// The results of values and weights; NaN where nothing was present.
    #[inline(always)]
    fn finish(&self, out: &mut [f64], result: impl Fn(f64, f64) -> f64) {
        widest(|| {
            let rows = self.value.iter().zip(&self.weight).zip(&self.present).zip(out);
            for (((value, weight), present), out) in rows {
                *out = if *present == 0 { f64::NAN } else { result(*value, *weight) };
            }
        });
    }

    /// Empty totals for a chunk of `rows` accounts.
    pub fn reset(&mut self, rows: usize) {
        self.value.resize(rows, 0.0);
        self.value.fill(0.0);
        self.weight.resize(rows, 0.0);
        self.weight.fill(0.0);
        self.present.resize(rows, 0);
        self.present.fill(0);
        self.everybody = false;
    }
}

/// Every aggregation, for tests of all of them.
#[cfg(test)]
pub(crate) const EVERY: [Aggregate; 7] = [
    Aggregate::WeightedSum,
    Aggregate::WeightedMean,
    Aggregate::PowerMean(PowerMean { exponent: 3.0 }),
    Aggregate::PowerMean(PowerMean { exponent: -1.0 }),
    Aggregate::GeometricMean,
    Aggregate::RootSumSquares,
    Aggregate::Max,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(aggregate: Aggregate, parts: &[(f64, f64)]) -> f64 {
        aggregate.of(parts.iter().copied())
    }

    #[test]
    fn values_by_hand() {
        let parts = [(1.0, 0.25), (3.0, 0.5)];
        for (aggregate, expected) in EVERY.into_iter().zip([
            1.75,
            0.4375,
            0.46050393733004835,
            1.0 / ((4.0 + 3.0 * 2.0) / 4.0),
            (0.25f64 * 0.125).sqrt().sqrt(),
            (0.0625f64 + 0.75).sqrt(),
            1.5,
        ]) {
            assert!((of(aggregate, &parts) - expected).abs() < 1e-15, "{aggregate:?}");
        }
    }

    #[test]
    fn missing_takes_no_part_and_nothing_is_missing() {
        for aggregate in EVERY {
            let with = of(aggregate, &[(1.0, 0.25), (2.0, f64::NAN), (3.0, 0.5)]);
            assert_eq!(with, of(aggregate, &[(1.0, 0.25), (3.0, 0.5)]), "{aggregate:?}");
            assert!(of(aggregate, &[]).is_nan());
            assert!(of(aggregate, &[(1.0, f64::NAN)]).is_nan());
        }
    }

    #[test]
    fn the_law_of_the_unconnected_network() {
        for aggregate in EVERY {
            for strength in [0.0, 0.1, 0.4, 1.0] {
                let before = of(aggregate, &[(2.0, 0.4)]);
                let after = of(aggregate, &[(2.0, 0.4), (0.5, strength)]);
                if aggregate.is_mean() {
                    assert_eq!(after >= before - 1e-12, strength >= 0.4, "{aggregate:?} {strength}");
                } else {
                    assert!(after >= before, "{aggregate:?} {strength}");
                }
            }
        }
    }

    #[test]
    fn strengths_below_zero_are_counted_where_they_mean_nothing() {
        let mut totals = Totals::default();
        for aggregate in EVERY {
            totals.reset(2);
            let counted = aggregate.add(&mut totals, 1.0, &[-1.0, 1.0]);
            assert_eq!(counted, u64::from(aggregate.needs_non_negative()));
            let mut out = [0.0; 2];
            aggregate.finish(&totals, &mut out);
            assert!(!aggregate.needs_non_negative() || out[0] == 0.0, "{aggregate:?} {out:?}");
        }
        assert_eq!(of(Aggregate::Max, &[(1.0, -2.0), (1.0, -1.0)]), -1.0);
    }

    #[test]
    fn a_zero_strength_makes_the_geometric_and_the_harmonic_mean_zero() {
        assert_eq!(of(Aggregate::GeometricMean, &[(1.0, 0.0), (1.0, 1.0)]), 0.0);
        assert_eq!(of(EVERY[3], &[(1.0, 0.0), (1.0, 1.0)]), 0.0);
        assert_eq!(of(Aggregate::GeometricMean, &[(0.0, 0.0), (1.0, 0.5)]), 0.5);
    }
}
