//! Draws for studies that ask what other numbers would have done.
//!
//! A study draws a number for every cell of a table, and again for every
//! replicate: a thousand million draws are usual. So draws are cheap here, and
//! portable: all come from numbered streams ([`Stream`]) through our own
//! elementary functions, never from the generators of a platform.
//!
//! Where one inverse of a distribution will do, a draw takes exactly one 64-bit
//! word of its stream, whatever its parameters: [`LogNormal`], [`Poisson`] and
//! [`Jitter`] rise with that word. Two studies that differ in a parameter then
//! differ in nothing else, since their luck is the same. [`gamma`] and
//! [`dirichlet`] reject some words and take as many as they need.

#[cfg(test)]
mod tests;

use std::num::NonZeroU8;

use super::elementary::{exp, ln, normal_quantile, powf};
use super::resample::Stream;
use super::undefined::{Figure, Undefined, figure};

/// A word as a uniform number: an odd multiple of 2^-53, so neither 0 nor 1.
fn uniform(coins: u64) -> f64 {
    const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
    ((coins >> 12) * 2 + 1) as f64 * UNIT
}

/// Passes on a parameter between two bounds, which it may equal.
fn within(what: &str, value: f64, least: f64, most: f64) -> Figure {
    if (least..=most).contains(&value) {
        return figure(value);
    }
    Err(Undefined::OutOfRange { text: format!("{what} {value} does not lie between {least} and {most}") })
}

/// Cells of equal probability between 0 and 1.
const CELLS: u64 = 1 << 12;
/// Cells at either end in which the quantile bends too much for a straight line.
const EDGE: u64 = CELLS / 32;
/// Cells between the two.
const INNER: usize = (CELLS - 2 * EDGE) as usize;

/// Quick quantiles of the standard normal distribution.
///
/// Between the probabilities 1/32 and 31/32 the exact quantiles
/// ([`normal_quantile`]) at the multiples of 2^-12 are joined by straight
/// lines; beyond, where one word in sixteen lands, the exact quantile is
/// computed. The error is at most `h^2 / 8` times the second derivative
/// `z / f(z)^2` (`h = 2^-12`, `f` the density), 2.8e-6 at the ends of the lines
/// and less between; so no probability is off by more than 2e-7. Rises with the
/// word.
#[derive(Clone, Debug)]
pub struct Normals {
    quantiles: Box<[f64; INNER + 1]>,
}

impl Default for Normals {
    fn default() -> Self {
        Normals::new()
    }
}

impl Normals {
    /// Computes the table: 31 KB, to be made once and shared.
    #[must_use]
    pub fn new() -> Self {
        let quantile = |at: usize| normal_quantile((EDGE + at as u64) as f64 / CELLS as f64);
        Normals { quantiles: Box::new(std::array::from_fn(quantile)) }
    }

    /// A standard normal number.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        self.at(stream.coins())
    }

    /// The standard normal number of a word.
    #[inline]
    fn at(&self, coins: u64) -> f64 {
        const REST: u32 = CELLS.trailing_zeros();
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        let cell = (coins >> (u64::BITS - REST)).wrapping_sub(EDGE) as usize;
        if cell >= INNER {
            return normal_quantile(uniform(coins));
        }
        let share = (((coins << REST) >> REST) * 2 + 1) as f64 * UNIT;
        self.quantiles[cell] + (self.quantiles[cell + 1] - self.quantiles[cell]) * share
    }
}

/// A factor above 0 whose logarithm is normal: `exp(sigma z)`.
///
/// Its median is 1, so half of what is multiplied by it grows; its mean is
/// `exp(sigma^2 / 2)`, so a sum grows, by 2 % at `sigma = .2`. About two thirds
/// of the factors lie between `exp(-sigma)` and `exp(sigma)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    sigma: f64,
}

impl LogNormal {
    /// A factor with this standard deviation of its logarithm; at 0 it is 1.
    ///
    /// # Errors
    /// A deviation outside of 0 to 50, at which factors leave the range of
    /// `f64`.
    pub fn new(sigma: f64) -> Result<Self, Undefined> {
        Ok(LogNormal { sigma: within("the deviation", sigma, 0.0, 50.0)? })
    }

    /// A factor. Takes one word.
    #[inline]
    pub fn draw(&self, normals: &Normals, stream: &mut Stream) -> f64 {
        exp(self.sigma * normals.draw(stream))
    }
}

/// A factor around 1, each value between `1 - width` and `1 + width` equally
/// likely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter {
    width: f64,
}

impl Jitter {
    /// A factor that is off by at most such a share; at 0 it is 1.
    ///
    /// # Errors
    /// A width outside of 0 to 1, beyond which factors turn negative.
    pub fn new(width: f64) -> Result<Self, Undefined> {
        Ok(Jitter { width: within("the width", width, 0.0, 1.0)? })
    }

    /// A factor. Takes one word.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        1.0 + self.width * (2.0 * stream.uniform() - 1.0)
    }
}

/// Below this mean counts are found one by one.
const FEW: f64 = 16.0;

/// A probability that is lost in a sum near 1: of words so close to all ones no
/// higher count comes.
const LOST: f64 = 1e-17;

/// More counts than a mean below [`FEW`] takes to get there.
const STEPS: usize = 128;

/// 1, 1/2, 1/3, ..
const INVERSES: [f64; STEPS] = {
    let mut inverses = [1.0; STEPS];
    let mut at = 0;
    while at < STEPS {
        inverses[at] = 1.0 / (at + 1) as f64;
        at += 1;
    }
    inverses
};

/// Counts of what happens independently, so often on average.
///
/// A draw is the least count `k` with `u <= P(count <= k)` for a uniform `u`.
///
/// Below a mean of 16 it is found by adding up the probabilities
/// `p(k) = p(k - 1) mean / k` from `p(0) = exp(-mean)`: exact but for the
/// rounding of the sum, some 1e-15, which matters to no count but those of one
/// word in 1e13. From there on the quantile is the integer
/// below
///
/// `mean + r w + (2 + w^2) / 6 - (2 w + w^3) / (72 r)
///  + (-16 + 7 w^2 + 3 w^4) / (810 mean)`,
///
/// with `w` the normal quantile of `u` and `r = sqrt(mean)`: the expansion of
/// Cornish and Fisher for the Poisson distribution, as in Giles, "Algorithm
/// 955: approximation of the inverse Poisson cumulative distribution
/// function", ACM Transactions on Mathematical Software 42 (2016). No probability `P(count <= k)` is off by more than 1.8e-5 at a mean of
/// 16, 4.6e-6 at 30, 5e-7 at 100 and 2e-7 beyond, where it is the error of
/// [`Normals`] that is left. Counts never fall as the word rises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Poisson(Kind);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Few { mean: f64, none: f64 },
    Many { mean: f64, root: f64, inverse: f64 },
}

impl Poisson {
    /// Counts of this mean; at 0 they are 0.
    ///
    /// # Errors
    /// A mean outside of 0 to 1e15, beyond which `f64` has no room for single
    /// counts and what chance does to them.
    pub fn new(mean: f64) -> Result<Self, Undefined> {
        let mean = within("the mean", mean, 0.0, 1e15)?;
        Ok(Poisson(if mean < FEW {
            Kind::Few { mean, none: exp(-mean) }
        } else {
            Kind::Many { mean, root: mean.sqrt(), inverse: 1.0 / mean }
        }))
    }

    /// A count. Takes one word.
    #[inline]
    pub fn draw(&self, normals: &Normals, stream: &mut Stream) -> f64 {
        self.at(normals, stream.coins())
    }

    /// The count of a word.
    #[inline]
    fn at(&self, normals: &Normals, coins: u64) -> f64 {
        match self.0 {
            Kind::Few { mean, none } => {
                let u = uniform(coins);
                let (mut probability, mut sum, mut count) = (none, none, 0);
                while sum < u && probability > LOST && count < STEPS {
                    probability *= mean * INVERSES[count];
                    sum += probability;
                    count += 1;
                }
                count as f64
            }
            Kind::Many { mean, root, inverse } => expanded(mean, root, inverse, normals.at(coins)).floor().max(0.0),
        }
    }
}

/// The expansion of [`Poisson`], before it is cut to an integer.
#[inline]
fn expanded(mean: f64, root: f64, inverse: f64, w: f64) -> f64 {
    let square = w * w;
    let skew = root * w * (1.0 - (2.0 + square) * inverse / 72.0);
    mean + (skew + ((2.0 + square) / 6.0 + (square * (7.0 + 3.0 * square) - 16.0) * inverse / 810.0))
}

/// A number of the gamma distribution with this shape and scale 1: its mean and
/// its variance are the shape.
///
/// Marsaglia and Tsang, "A simple method for generating gamma variables", ACM
/// Transactions on Mathematical Software 26 (2000), with exact normals; a shape
/// below 1 by their `gamma(shape + 1) u^(1 / shape)`, which may be 0 for very
/// small shapes.
///
/// # Errors
/// A shape outside of 1e-6 to 1e15.
pub fn gamma(shape: f64, stream: &mut Stream) -> Figure {
    Ok(exp(ln_of_gamma(shape, stream)?))
}

/// The logarithm of such a number, which no shape makes vanish.
fn ln_of_gamma(shape: f64, stream: &mut Stream) -> Figure {
    let shape = within("the shape", shape, 1e-6, 1e15)?;
    if shape < 1.0 {
        let one_more = ln_of_gamma(shape + 1.0, stream)?;
        return Ok(one_more + ln(stream.uniform()) / shape);
    }
    let third = shape - 1.0 / 3.0;
    let slope = 1.0 / (9.0 * third).sqrt();
    loop {
        let normal = stream.normal();
        let root = 1.0 + slope * normal;
        if root <= 0.0 {
            continue;
        }
        let cube = root * root * root;
        let u = stream.uniform();
        let square = normal * normal;
        if u < 1.0 - 0.0331 * square * square || ln(u) < 0.5 * square + third * (1.0 - cube + ln(cube)) {
            return Ok(ln(third) + ln(cube));
        }
    }
}

/// Writes weights around the given ones, with the same sum: the shares of a
/// Dirichlet distribution with `concentration` times the given shares, times
/// the sum of the given weights.
///
/// A share `s` keeps its mean; its variance is `s (1 - s) / (concentration +
/// 1)`, so 100 moves a share of 20 % by four points, 1,000 by 1.3. A weight of
/// 0 stays 0. The shares are gamma numbers divided by their sum (Devroye,
/// "Non-uniform random variate generation", 1986, XI.4), by way of their
/// logarithms, so that small concentrations do not leave all of them 0.
///
/// # Errors
/// Slices of different lengths; no weight above 0; a weight that is negative or
/// not finite; a concentration that gives a weight above 0 a shape outside of
/// 1e-6 to 1e15. What was written until then is no result.
pub fn dirichlet(weights: &[f64], concentration: f64, stream: &mut Stream, drawn: &mut [f64]) -> Result<(), Undefined> {
    if weights.len() != drawn.len() {
        return Err(Undefined::UnequalLengths { first: weights.len(), second: drawn.len() });
    }
    for weight in weights {
        within("the weight", *weight, 0.0, f64::MAX)?;
    }
    let total = figure(weights.iter().sum())?;
    if total == 0.0 {
        return Err(Undefined::OutOfRange { text: "no weight is above 0".to_owned() });
    }
    for (slot, weight) in drawn.iter_mut().zip(weights) {
        *slot = match *weight {
            0.0 => f64::NEG_INFINITY,
            weight => ln_of_gamma(concentration * (weight / total), stream)?,
        };
    }
    let largest = drawn.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    drawn.iter_mut().for_each(|logarithm| *logarithm = exp(*logarithm - largest));
    let sum: f64 = drawn.iter().sum();
    drawn.iter_mut().for_each(|share| *share *= total / sum);
    Ok(())
}

/// The powers of ten that `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

fn power_of_ten(exponent: u32) -> f64 {
    POWERS.get(exponent as usize).copied().unwrap_or_else(|| powf(10.0, f64::from(exponent)))
}

/// A number as it is shown with so many significant digits: 12,345 is 12,000
/// with two. Halves round away from 0, as people round.
///
/// A number that is not finite, and one for whose last digit there is no `f64`
/// (below 1e-290, or on the verge of infinity), stays as it is; so does any with
/// 16 digits or more.
#[must_use]
pub fn significant(value: f64, digits: NonZeroU8) -> f64 {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() || digits.get() > 15 {
        return value;
    }
    let reaches = |exponent: i32| match u32::try_from(exponent) {
        Ok(exponent) => size >= power_of_ten(exponent),
        Err(_) => size * power_of_ten(exponent.unsigned_abs()) >= 1.0,
    };
    // The logarithm may miss a power of ten by its last digit.
    let near = (ln(size) * std::f64::consts::LOG10_E).floor() as i32;
    let exponent = match (reaches(near), reaches(near + 1)) {
        (false, _) => near - 1,
        (true, false) => near,
        (true, true) => near + 1,
    };
    let last = exponent + 1 - i32::from(digits.get());
    let unit = power_of_ten(last.unsigned_abs());
    let rounded = if last >= 0 { (value / unit).round() * unit } else { (value * unit).round() / unit };
    if rounded.is_finite() { rounded } else { value }
}
