//! The vocabulary of transforms: what happens to a value between the signal and its
//! normalisation. A transform is a pure function of one number; `winsorize` alone must first
//! learn its limits from the reference population. A value for which a transform has no meaning
//! (the logarithm of -1) becomes missing, and is counted.

mod clip;
mod log1p;
mod logit;
mod lookup;
mod power;
mod reverse;
mod saturating;
mod sqrt;
mod winsorize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use clip::Clip;
pub use logit::Logit;
pub use lookup::Lookup;
pub use power::Power;
pub use saturating::Saturating;
pub use winsorize::Winsorize;

use crate::stats::lanes;
use crate::stats::undefined::Undefined;

/// A transform as a model file writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Transform {
    /// ln(1 + x), for x >= 0: each doubling counts about the same.
    Log1p,
    /// Square root, for x >= 0.
    Sqrt,
    /// x to a power above 0, for x >= 0.
    Power(Power),
    /// Values beyond the limits become the limit.
    Clip(Clip),
    /// As `clip`, with quantiles of the reference population as limits.
    Winsorize(Winsorize),
    /// ln(x / (1 - x)), for shares between 0 and 1.
    Logit(Logit),
    /// x / (x + half), for x >= 0: half the effect at `half`, never above 1.
    Saturating(Saturating),
    /// -x: for signals of which more is worse.
    Reverse,
    /// A number for each level of an ordinal signal.
    Lookup(Lookup),
}

/// A transform with its limits learnt: a pure function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FittedTransform(Transform);

impl Transform {
    /// What is wrong with the parameters, if anything.
    pub fn problem(&self) -> Option<String> {
        match self {
            Transform::Log1p | Transform::Sqrt | Transform::Reverse => None,
            Transform::Power(power) => power.problem(),
            Transform::Clip(clip) => clip.problem(),
            Transform::Winsorize(winsorize) => winsorize.problem(),
            Transform::Logit(logit) => logit.problem(),
            Transform::Saturating(saturating) => saturating.problem(),
            Transform::Lookup(lookup) => lookup.problem(),
        }
    }

    /// Whether the transform learns from a reference population.
    pub fn needs_fit(&self) -> bool {
        matches!(self, Transform::Winsorize(_))
    }

    /// Learns from the reference values as they are when this transform is reached (missing ones
    /// left out, in any order).
    pub fn fit(&self, reference: &[f64]) -> Result<FittedTransform, Undefined> {
        match self {
            Transform::Winsorize(winsorize) => Ok(FittedTransform(Transform::Clip(winsorize.fit(reference)?))),
            pure => Ok(FittedTransform(pure.clone())),
        }
    }
}

impl FittedTransform {
    /// The transform with its limits, as a model could declare it.
    pub fn plain(&self) -> &Transform {
        &self.0
    }

    /// The value after the transform; NaN for a missing value and where there is no meaning.
    pub fn apply(&self, value: f64) -> f64 {
        match &self.0 {
            Transform::Log1p => log1p::apply(value),
            Transform::Sqrt => sqrt::apply(value),
            Transform::Power(power) => power.apply(value),
            Transform::Clip(clip) => clip.apply(value),
            Transform::Logit(logit) => logit.apply(value),
            Transform::Saturating(saturating) => saturating.apply(value),
            Transform::Reverse => reverse::apply(value),
            Transform::Lookup(lookup) => lookup.apply(value),
            Transform::Winsorize(_) => value, // fit() has made a clip of it
        }
    }

    /// Transforms a chunk in place, to the bit as [`apply`](Self::apply) does; returns how many
    /// values had no meaning.
    pub fn apply_all(&self, values: &mut [f64]) -> u64 {
        if self.0 == Transform::Log1p {
            return log1p::apply_all(values);
        }
        let before = lanes::missing(values);
        match &self.0 {
            Transform::Sqrt => lanes::each(values, sqrt::apply),
            Transform::Clip(clip) => lanes::each(values, |value| clip.apply(value)),
            Transform::Saturating(saturating) => lanes::each(values, |value| saturating.apply(value)),
            Transform::Reverse => lanes::each(values, reverse::apply),
            Transform::Log1p
            | Transform::Power(_)
            | Transform::Logit(_)
            | Transform::Lookup(_)
            | Transform::Winsorize(_) => {
                values.iter_mut().for_each(|value| *value = self.apply(*value));
            }
        }
        lanes::missing(values) - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> Vec<Transform> {
        vec![
            Transform::Log1p,
            Transform::Sqrt,
            Transform::Power(Power { exponent: 0.3 }),
            Transform::Clip(Clip { min: Some(0.1), max: Some(5.0) }),
            Transform::Winsorize(Winsorize { lower: 0.1, upper: 0.9 }),
            Transform::Logit(Logit { margin: 0.001 }),
            Transform::Saturating(Saturating { half: 3.0 }),
            Transform::Reverse,
            Transform::Lookup(Lookup { levels: vec![0.0, 1.0], values: vec![0.0, 0.5] }),
        ]
    }

    #[test]
    fn laws_of_every_transform() {
        let reference: Vec<f64> = (0..100).map(|i| f64::from(i) / 10.0).collect();
        for transform in every() {
            assert_eq!(transform.problem(), None, "{transform:?}");
            let fitted = transform.fit(&reference).unwrap();
            assert!(fitted.apply(f64::NAN).is_nan(), "missing stays missing: {transform:?}");
            let values: Vec<f64> = reference.iter().map(|x| fitted.apply(*x)).filter(|y| !y.is_nan()).collect();
            assert!(values.iter().all(|y| y.is_finite()));
            let rising = values.windows(2).all(|pair| pair[0] <= pair[1]);
            let falling = values.windows(2).all(|pair| pair[0] >= pair[1]);
            assert!(if transform == Transform::Reverse { falling } else { rising }, "monotone: {transform:?}");
        }
    }

    #[test]
    fn columns_are_single_values_to_the_bit() {
        let reference: Vec<f64> = (0..100).map(|i| f64::from(i) / 10.0).collect();
        let values: Vec<f64> = (-500..500)
            .map(|i| if i % 7 == 0 { f64::NAN } else { f64::from(i) / 333.0 })
            .chain([-0.0, 1e300])
            .collect();
        for transform in every() {
            let fitted = transform.fit(&reference).unwrap();
            let single: Vec<f64> = values.iter().map(|value| fitted.apply(*value)).collect();
            let mut column = values.clone();
            let lost = fitted.apply_all(&mut column);
            let bits = |values: &[f64]| -> Vec<u64> {
                values.iter().map(|value| if value.is_nan() { 1 } else { value.to_bits() }).collect()
            };
            assert_eq!(bits(&column), bits(&single), "{transform:?}");
            let nan = |values: &[f64]| values.iter().filter(|value| value.is_nan()).count() as u64;
            assert_eq!(lost, nan(&single) - nan(&values), "{transform:?}");
        }
    }

    #[test]
    fn values_without_meaning_are_counted() {
        let mut values = [-1.0, 4.0, f64::NAN];
        assert_eq!(Transform::Sqrt.fit(&[]).unwrap().apply_all(&mut values), 1);
        assert!(values[0].is_nan() && values[1] == 2.0 && values[2].is_nan());
    }
}
