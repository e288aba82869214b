//! Between which numbers the strengths of a model lie, whatever the data: what its expressions,
//! transforms, normalisations and aggregations promise. Where nothing is promised, the bounds are
//! infinite. Bounds hold to the last bits: a mean of ones may come to a little more than 1.

use crate::expression::{Expression, Function, Operator};
use crate::model::aggregate::Aggregate;
use crate::model::normalise::Normalise;
use crate::model::spec::Missing;
use crate::model::transform::Transform;
use crate::model::{Factor, Model, Network};
use crate::stats::elementary::{log1p, powf};

/// Two ends, the lower one first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub low: f64,
    pub high: f64,
}

const ALL: Bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };
const SHARE: Bounds = Bounds { low: 0.0, high: 1.0 };

/// The bounds of the combined strength.
pub(super) fn strength(model: &Model) -> Bounds {
    let network = |network: &Network| {
        let factors = network.factors.iter().map(|factor| (factor.weight, of_factor(factor)));
        (network.weight, aggregated(network.aggregate, factors))
    };
    aggregated(model.combine, model.networks.iter().map(network))
}

impl Bounds {
    /// What is not a number promises nothing.
    fn new(low: f64, high: f64) -> Bounds {
        Bounds {
            low: if low.is_nan() { f64::NEG_INFINITY } else { low },
            high: if high.is_nan() { f64::INFINITY } else { high },
        }
    }

    fn with(self, other: Bounds) -> Bounds {
        Bounds::new(self.low.min(other.low), self.high.max(other.high))
    }

    fn negated(self) -> Bounds {
        Bounds::new(-self.high, -self.low)
    }

    /// The part of at least 0; all that is below counts as 0.
    fn at_least_0(self) -> Bounds {
        Bounds::new(self.low.max(0.0), self.high.max(0.0))
    }

    /// Through a function that never falls.
    fn map(self, rising: impl Fn(f64) -> f64) -> Bounds {
        Bounds::new(rising(self.low), rising(self.high))
    }
}

fn of_expression(expression: &Expression) -> Bounds {
    match expression {
        Expression::Number(number) => Bounds::new(*number, *number),
        Expression::Column(_) => ALL,
        Expression::Negate(inner) => of_expression(inner).negated(),
        Expression::Binary(operator, left, right) => {
            let (left, right) = (of_expression(left), of_expression(right));
            match operator {
                Operator::Add => Bounds::new(left.low + right.low, left.high + right.high),
                Operator::Subtract => Bounds::new(left.low - right.high, left.high - right.low),
                Operator::Multiply | Operator::Divide => ALL,
            }
        }
        Expression::Call(function, arguments) => {
            let bounds = arguments.iter().map(of_expression);
            let found = match function {
                Function::Min => {
                    bounds.reduce(|one, other| Bounds::new(one.low.min(other.low), one.high.min(other.high)))
                }
                Function::Max => {
                    bounds.reduce(|one, other| Bounds::new(one.low.max(other.low), one.high.max(other.high)))
                }
                Function::Coalesce => bounds.reduce(Bounds::with),
                Function::Abs => bounds.map(|one| one.at_least_0().with(one.negated().at_least_0())).next(),
            };
            found.unwrap_or(ALL)
        }
    }
}

fn of_factor(factor: &Factor) -> Bounds {
    let exactly = |value: f64| Bounds::new(value, value);
    let raw = of_expression(&factor.value);
    let mut values = match factor.missing {
        Missing::Zero => raw.with(exactly(0.0)),
        Missing::Constant(value) => raw.with(exactly(value)),
        // A median lies among the values.
        Missing::ReferenceMedian | Missing::LeaveOut => raw,
    };
    // Whether accounts of the reference stand at both ends of what can come: winsorizing sees to it,
    // and a transform that takes every value keeps it.
    let mut reached = false;
    for transform in &factor.transforms {
        reached = match transform {
            Transform::Winsorize(_) => true,
            Transform::Clip(_) | Transform::Reverse => reached,
            Transform::Log1p | Transform::Sqrt | Transform::Power(_) | Transform::Saturating(_) => {
                reached && values.low >= 0.0
            }
            Transform::Logit(_) | Transform::Lookup(_) => false,
        };
        values = transformed(transform, values);
    }
    match factor.normalise {
        Normalise::None => values,
        Normalise::PercentileRank => SHARE,
        Normalise::MinMax if reached => SHARE,
        Normalise::Max if reached && values.low >= 0.0 => SHARE,
        // The largest is above 0, or nothing could be fitted.
        Normalise::Max if values.low >= 0.0 => Bounds::new(0.0, f64::INFINITY),
        Normalise::MinMax | Normalise::Max | Normalise::ZScore | Normalise::RobustZ => ALL,
    }
}

/// The bounds after a transform; what it has no meaning for goes missing.
fn transformed(transform: &Transform, values: Bounds) -> Bounds {
    match transform {
        Transform::Log1p => values.at_least_0().map(log1p),
        Transform::Sqrt => values.at_least_0().map(f64::sqrt),
        Transform::Power(power) => values.at_least_0().map(|value| powf(value, power.exponent)),
        Transform::Clip(clip) => values.map(|value| clip.apply(value)),
        Transform::Winsorize(_) => values,
        Transform::Logit(logit) => values.map(|value| logit.apply(value.clamp(0.0, 1.0))),
        Transform::Saturating(saturating) => {
            values.at_least_0().map(|value| if value.is_infinite() { 1.0 } else { saturating.apply(value) })
        }
        Transform::Reverse => values.negated(),
        Transform::Lookup(lookup) => {
            let values = lookup.values.iter().map(|value| Bounds::new(*value, *value));
            values.reduce(Bounds::with).unwrap_or(ALL)
        }
    }
}

/// The bounds of an aggregation, of which any part may be absent.
fn aggregated(aggregate: Aggregate, parts: impl Iterator<Item = (f64, Bounds)>) -> Bounds {
    // Without weight a part says nothing under a mean, and 0 elsewhere.
    let (weighing, idle): (Vec<_>, Vec<_>) = parts.partition(|(weight, _)| *weight > 0.0);
    let scaled = weighing.iter().map(|(weight, part)| part.map(|end| weight * end));
    let zero = Bounds::new(0.0, 0.0);
    match aggregate {
        Aggregate::WeightedSum => scaled.fold(zero, |sum, part| {
            let part = part.with(zero);
            Bounds::new(sum.low + part.low, sum.high + part.high)
        }),
        Aggregate::RootSumSquares => {
            let squares = weighing.iter().map(|(weight, part)| weight * part.high.max(0.0) * part.high.max(0.0));
            Bounds::new(0.0, squares.sum::<f64>().sqrt())
        }
        Aggregate::Max => {
            let idle = (!idle.is_empty()).then_some(zero);
            scaled.chain(idle).reduce(Bounds::with).unwrap_or(ALL)
        }
        Aggregate::WeightedMean => weighing.iter().map(|(_, part)| *part).reduce(Bounds::with).unwrap_or(ALL),
        Aggregate::PowerMean(_) | Aggregate::GeometricMean => {
            weighing.iter().map(|(_, part)| part.at_least_0()).reduce(Bounds::with).unwrap_or(ALL)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diff::tests::model;

    /// The bounds of a model of one factor.
    fn bounds(factor: &str) -> [f64; 2] {
        let text = format!("[scale]\nfrom = 'unit'\n[network.n]\n[factor.x]\nnetwork = 'n'\n{factor}\n");
        let Bounds { low, high } = strength(&model(&text));
        [low, high]
    }

    #[test]
    fn factors_by_hand() {
        const FAR: f64 = f64::INFINITY;
        for (factor, expected) in [
            ("value = 'a'", [-FAR, FAR]),
            ("value = 'abs(a)'", [0.0, FAR]),
            ("value = 'min(abs(a), 4) + 1'", [1.0, 5.0]),
            ("value = 'max(min(a, 3), 2) - 1'", [1.0, 2.0]),
            ("value = 'a * 2'", [-FAR, FAR]),
            ("value = 'min(max(a, 2), 3)'\nmissing = 'zero'", [0.0, 3.0]),
            ("value = 'a'\ntransforms = ['sqrt', { saturating = { half = 2 } }]", [0.0, 1.0]),
            ("value = 'a'\ntransforms = [{ clip = { min = 1, max = 4 } }, 'sqrt', 'reverse']", [-2.0, -1.0]),
            ("value = 'a'\ntransforms = [{ lookup = { levels = [1, 2], values = [7, 5] } }]", [5.0, 7.0]),
            ("value = 'a'\nnormalise = 'percentile-rank'", [0.0, 1.0]),
            // Others than those of the reference may lie beyond its ends, unless they are cut there.
            ("value = 'a'\nnormalise = 'min-max'", [-FAR, FAR]),
            ("value = 'a'\ntransforms = [{ winsorize = {} }]\nnormalise = 'min-max'", [0.0, 1.0]),
            ("value = 'a'\ntransforms = ['log1p', { winsorize = {} }, 'sqrt']\nnormalise = 'max'", [0.0, 1.0]),
            ("value = 'a'\ntransforms = ['log1p']\nnormalise = 'max'", [0.0, FAR]),
            // The root drops what lies below 0, and with it the account at the lower end.
            ("value = 'a'\ntransforms = [{ winsorize = {} }, 'sqrt']\nnormalise = 'min-max'", [-FAR, FAR]),
            ("value = 'a'\ntransforms = [{ winsorize = {} }]\nnormalise = 'z-score'", [-FAR, FAR]),
        ] {
            assert_eq!(bounds(factor), expected, "{factor}");
        }
    }

    #[test]
    fn aggregations_by_hand() {
        let parts = [(2.0, Bounds::new(0.0, 1.0)), (0.5, Bounds::new(-1.0, 3.0)), (0.0, Bounds::new(-9.0, 9.0))];
        for (aggregate, expected) in crate::model::aggregate::EVERY.into_iter().zip([
            [-0.5, 3.5],
            [-1.0, 3.0],
            [0.0, 3.0],
            [0.0, 3.0],
            [0.0, 3.0],
            [0.0, (2.0f64 + 0.5 * 9.0).sqrt()],
            [-0.5, 2.0],
        ]) {
            let Bounds { low, high } = aggregated(aggregate, parts.into_iter());
            assert_eq!([low, high], expected, "{aggregate:?}");
        }
    }
}
