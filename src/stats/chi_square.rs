//! The chi-square distribution, from the incomplete gamma function.
//!
//! Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964): the
//! series 6.5.29 below the mean, the continued fraction 6.5.31 above it,
//! evaluated forward as in Lentz, Applied Optics 15 (1976). Checked to ten
//! digits against SciPy.

use super::elementary::{exp, ln, ln_gamma, log1p, normal_quantile};
use super::undefined::{Figure, Undefined};

/// Terms after which an expansion is given up; 2^31 degrees of freedom need
/// about half as many.
const MOST_TERMS: u32 = 1_000_000;

/// The regularised lower incomplete gamma function `P(a, x)`: the probability
/// that a gamma variable of shape `a` and scale 1 is at most `x`.
///
/// # Errors
/// [`Undefined::OutOfRange`] unless `a > 0` and `x >= 0`, both finite.
pub fn gamma_lower(a: f64, x: f64) -> Figure {
    Ok(tails(a, x)?.0)
}

/// The regularised upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`,
/// without loss of digits where it is small.
///
/// # Errors
/// As [`gamma_lower`].
pub fn gamma_upper(a: f64, x: f64) -> Figure {
    Ok(tails(a, x)?.1)
}

/// The probability that chi-square with so many degrees of freedom is at least
/// `x`: the p-value of a statistic.
///
/// # Errors
/// [`Undefined::OutOfRange`] for no degrees of freedom, or an `x` that is not
/// finite or below 0.
pub fn survival(x: f64, degrees: u32) -> Figure {
    gamma_upper(f64::from(degrees) / 2.0, x / 2.0)
}

/// The value that chi-square with so many degrees of freedom stays under with
/// probability `level`.
///
/// Bisection on the smaller tail until no number lies between the ends.
///
/// # Errors
/// [`Undefined::OutOfRange`] for no degrees of freedom, or a level outside of
/// `(0, 1)`.
pub fn quantile(level: f64, degrees: u32) -> Figure {
    if !(level > 0.0 && level < 1.0) {
        return Err(Undefined::OutOfRange { text: format!("the level {level} does not lie between 0 and 1") });
    }
    let a = f64::from(degrees) / 2.0;
    // Whether x lies below the quantile.
    let below = |x: f64| -> Result<bool, Undefined> {
        let (lower, upper) = tails(a, x)?;
        Ok(if level <= 0.5 { lower < level } else { upper > 1.0 - level })
    };
    // The cube of a normal is near the quantile over its mean (Wilson and
    // Hilferty, PNAS 17, 1931); the ends move outwards until they enclose it.
    let share = 2.0 / (9.0 * f64::from(degrees.max(1)));
    let root = (1.0 - share + normal_quantile(level) * share.sqrt()).max(0.1);
    let guess = a * root * root * root;
    let (mut low, mut high) = (guess, guess);
    while low > 0.0 && !below(low)? {
        low *= 0.5;
    }
    while below(high)? {
        high *= 2.0;
    }
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return Ok(2.0 * high);
        }
        if below(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// Both tails, each to its own relative precision where it is the smaller.
fn tails(a: f64, x: f64) -> Result<(f64, f64), Undefined> {
    if !(a > 0.0 && a.is_finite()) {
        return Err(Undefined::OutOfRange { text: format!("{} degrees of freedom are none", 2.0 * a) });
    }
    if !(x >= 0.0 && x.is_finite()) {
        return Err(Undefined::OutOfRange { text: format!("the statistic {} is not at least 0", 2.0 * x) });
    }
    if x == 0.0 {
        return Ok((0.0, 1.0));
    }
    let front = front(a, x);
    if x < a + 1.0 {
        let lower = (front * series(a, x)?).clamp(0.0, 1.0);
        Ok((lower, 1.0 - lower))
    } else {
        let upper = (front * fraction(a, x)?).clamp(0.0, 1.0);
        Ok((1.0 - upper, upper))
    }
}

/// `x^a exp(-x) / Gamma(a)`.
fn front(a: f64, x: f64) -> f64 {
    if a < 20.0 {
        return exp(a * ln(x) - x - ln_gamma(a));
    }
    // Stirling's series for Gamma, so that the large powers cancel on paper
    // and not in digits.
    let inverse = 1.0 / a;
    let square = inverse * inverse;
    let correction =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0))));
    let off = (x - a) / a;
    let log = if off.abs() < 0.5 { log1p(off) } else { ln(x / a) };
    (a / std::f64::consts::TAU).sqrt() * exp(a * (log - off) - correction)
}

/// `sum x^n / (a (a + 1) ... (a + n))`.
fn series(a: f64, x: f64) -> Figure {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut n = a;
    for _ in 0..MOST_TERMS {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            return Ok(sum);
        }
    }
    Err(Undefined::Overflow)
}

/// `1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)))`.
fn fraction(a: f64, x: f64) -> Figure {
    // Stands for a denominator that vanishes.
    const TINY: f64 = 1e-300;
    let apart = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut denominator = x + 1.0 - a;
    let mut numerators = 1.0 / TINY;
    let mut denominators = 1.0 / apart(denominator);
    let mut value = denominators;
    for n in 1..MOST_TERMS {
        let n = f64::from(n);
        let numerator = -n * (n - a);
        denominator += 2.0;
        denominators = 1.0 / apart(numerator * denominators + denominator);
        numerators = apart(denominator + numerator / numerators);
        let change = numerators * denominators;
        value *= change;
        if (change - 1.0).abs() < 1e-15 {
            return Ok(value);
        }
    }
    Err(Undefined::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near};
    use proptest::{prop_assert, prop_assert_eq};

    #[test]
    fn two_degrees_are_an_exponential() {
        law(0.0..700.0f64, |x| {
            let upper = survival(x, 2).unwrap();
            prop_assert!((upper - exp(-x / 2.0)).abs() <= 1e-13 * exp(-x / 2.0), "{}", x);
            prop_assert_eq!(gamma_lower(1.0, x / 2.0).unwrap() + gamma_upper(1.0, x / 2.0).unwrap(), 1.0);
            Ok(())
        });
    }

    #[test]
    fn even_degrees_are_a_sum_of_poisson() {
        law((1u32..40, 0.01..120.0f64), |(half, x)| {
            let mut term = exp(-x);
            let mut sum = term;
            for n in 1..half {
                term *= x / f64::from(n);
                sum += term;
            }
            prop_assert!(near(gamma_upper(f64::from(half), x).unwrap() / sum, 1.0, 1e-12), "{} {}", half, x);
            Ok(())
        });
    }

    #[test]
    fn quantiles_undo_the_distribution() {
        law((1e-6..0.999999f64, 1u32..5000), |(level, degrees)| {
            let x = quantile(level, degrees).unwrap();
            let (lower, upper) = tails(f64::from(degrees) / 2.0, x / 2.0).unwrap();
            prop_assert!((lower - level).abs() <= 1e-10 * level, "{} {}", level, degrees);
            prop_assert!((upper - (1.0 - level)).abs() <= 1e-10 * (1.0 - level));
            Ok(())
        });
        // One degree is the square of a normal.
        let z = normal_quantile(0.975);
        assert!(near(quantile(0.95, 1).unwrap(), z * z, 1e-12));
        // The median of many degrees nears degrees - 2/3.
        assert!((quantile(0.5, 2_000_000_000).unwrap() - (2e9 - 2.0 / 3.0)).abs() < 1e-3);
    }

    #[test]
    fn undefined() {
        for refused in [survival(1.0, 0), survival(-1.0, 3), survival(f64::NAN, 3), survival(f64::INFINITY, 3)] {
            assert!(matches!(refused, Err(Undefined::OutOfRange { .. })), "{refused:?}");
        }
        for level in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(matches!(quantile(level, 3), Err(Undefined::OutOfRange { .. })));
        }
        assert!(matches!(quantile(0.5, 0), Err(Undefined::OutOfRange { .. })));
        assert_eq!(survival(0.0, 3), Ok(1.0));
        assert_eq!(survival(1e9, 3), Ok(0.0));
    }
}
