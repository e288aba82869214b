//! Which inputs of a computation move its output, alone and with others.
//!
//! Turning one input at a time shows what it does where the others stand. Here
//! all inputs vary at once, and the variance of the output is shared out among
//! them (Sobol', "Sensitivity estimates for nonlinear mathematical models",
//! Mathematical Modelling and Computational Experiments 1, 1993): the
//! **first order** of an input is the share that it explains by itself, its
//! **total order** the share that would be left if all others were known, so
//! with everything that it does together with others. First orders sum to at
//! most 1, total orders to at least 1; what first orders leave is interaction.
//!
//! The inputs are independent and uniform between 0 and 1; whoever needs other
//! distributions takes quantiles. The work falls into two halves, so that the
//! computation between them is nobody's business here: a [`Design`] says at
//! which points to compute, and [`indices`] takes the outputs in the order of
//! the runs.

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use super::estimate::Estimate;
use super::lanes::widest;
use super::level::allows;
use super::resample::{MINIMUM_UNITS, Stream, percentile};
use super::sum::{Sum, sum};
use super::undefined::{Side, Undefined, all_finite, figure};

/// The points at which to compute: `rows (inputs + 2)` runs.
///
/// Each row holds two points A and B that have nothing to do with each other.
/// Its runs are A; then, for every input, A with that one input taken from B;
/// then B. Saltelli, "Making best use of model evaluations to compute
/// sensitivity indices", Computer Physics Communications 145 (2002); the order
/// of runs is that of the Python library SALib.
///
/// The rows of all `2 inputs` columns of A and B form a Latin hypercube (McKay,
/// Beckman and Conover, "A comparison of three methods for selecting values of
/// input variables", Technometrics 21, 1979): each column is cut into as many
/// cells as there are rows, and has one uniform point in each cell, in a random
/// order of its own. That is a little better than plain random points, most of
/// all in the total orders. Low-discrepancy sequences do better still
/// (METHODOLOGY.md has the measurement), if somebody has chosen their direction
/// numbers well; two hundred columns need a table of them that is not ours, and
/// with numbers drawn at random a design is now and then far off, which nobody
/// would see. A hypercube needs nothing but integers and takes any number of
/// rows.
#[derive(Clone, Debug)]
pub struct Design {
    inputs: usize,
    rows: usize,
    /// A and then B of each row.
    bases: Vec<f64>,
}

/// Cells and the place within a cell fit together into the 53 bits of an `f64`.
const MOST_ROWS: usize = 1 << 20;

impl Design {
    /// A design of so many rows for so many inputs. Memory: two numbers an
    /// input and row; the runs are put together when they are asked for.
    ///
    /// # Errors
    /// [`Undefined::Empty`] without inputs; [`Undefined::TooFew`] below
    /// [`MINIMUM_UNITS`] rows, from which no interval is made;
    /// [`Undefined::OutOfRange`] beyond 2^20 rows.
    pub fn new(inputs: usize, rows: usize, seed: u64) -> Result<Self, Undefined> {
        if inputs == 0 {
            return Err(Undefined::Empty);
        }
        if rows < MINIMUM_UNITS {
            return Err(Undefined::TooFew { needed: MINIMUM_UNITS, got: rows });
        }
        if rows > MOST_ROWS {
            return Err(Undefined::OutOfRange { text: format!("{rows} rows are more than {MOST_ROWS}") });
        }
        let columns = 2 * inputs;
        let mut bases = vec![0.0; rows * columns];
        let mut cells: Vec<u32> = (0..rows as u32).collect();
        for column in 0..columns {
            let mut stream = Stream::new(seed, "sensitivity design", column as u64);
            stream.shuffle(&mut cells);
            for (slot, cell) in bases[column..].iter_mut().step_by(columns).zip(&cells) {
                // An odd multiple of 2^-33, so neither end of the cell; exact beside 20 bits of cell.
                let within = ((stream.coins() >> 32) * 2 + 1) as f64 / (1_u64 << 33) as f64;
                *slot = (f64::from(*cell) + within) / rows as f64;
            }
        }
        Ok(Design { inputs, rows, bases })
    }

    /// The number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of runs: `rows (inputs + 2)`.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.rows * (self.inputs + 2)
    }

    /// Writes the inputs of a run, each between 0 and 1, never 0 nor 1.
    ///
    /// # Panics
    /// If there is no such run, or the slice is not as long as there are inputs.
    pub fn point(&self, run: usize, point: &mut [f64]) {
        let (row, step) = (run / (self.inputs + 2), run % (self.inputs + 2));
        let (a, b) = self.bases[2 * self.inputs * row..2 * self.inputs * (row + 1)].split_at(self.inputs);
        match step.checked_sub(1) {
            Some(input) if input < self.inputs => {
                point.copy_from_slice(a);
                point[input] = b[input];
            }
            Some(_) => point.copy_from_slice(b),
            None => point.copy_from_slice(a),
        }
    }
}

/// The share of an output's variance that an input brings. Shares are not cut
/// to the range from 0 to 1: an estimate a little below 0 says that the true
/// share is small beside the error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// By itself: the first order.
    pub first: Estimate,
    /// By itself and together with others: the total order.
    pub total: Estimate,
}

/// How the variance of an output is shared out among the inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// The mean of the output over the points A and B.
    pub mean: f64,
    /// Its population variance there.
    pub variance: f64,
    /// The share of each input, in the order of the design.
    pub shares: Vec<Share>,
    /// The sum of the first orders: the share that inputs explain one by one.
    pub alone: Estimate,
    /// 1 less that sum: the share of what inputs do only together.
    pub together: Estimate,
    /// The replicates in which the output did not vary, and which the intervals
    /// do without.
    pub constant_replicates: usize,
}

/// The shares of the inputs in the variance of the outputs of all runs, in the
/// order of the runs:
///
/// `first = mean(yB (yABi - yA)) / V`, `total = mean((yA - yABi)^2) / (2 V)`,
///
/// with `yA`, `yB` and `yABi` the outputs of a row at A, at B and at A with
/// input `i` from B, less the mean of all outputs, and `V` the population
/// variance of all `yA` and `yB`. Saltelli and others, "Variance based
/// sensitivity analysis of model output: design and estimator for the total
/// sensitivity index", Computer Physics Communications 181 (2010), formulas (b)
/// and (f) of table 2, the latter of Jansen, "Analysis of variance designs for
/// model output", Computer Physics Communications 117 (1999). Taking the mean off changes no true value and much of the error: a
/// large mean would otherwise swamp the first orders. So a constant added to
/// the outputs, or a factor, changes nothing but rounding.
///
/// Intervals are percentile intervals ([`percentile`]) from rows drawn again,
/// whole, the same for all inputs. Rows of a hypercube resemble a population
/// better than rows drawn one by one, which the draws do not know: intervals
/// err towards wide. A share that is the same in every replicate (of an input
/// that never moves the output) is exact and has none.
///
/// Ties need no care. Missing outputs are not admitted.
///
/// # Errors
/// Another number of outputs than runs, an output that is not finite, outputs
/// at A and B that are all equal or equal but for rounding, a level outside of
/// (0, 1), fewer replicates than `20 / (1 - level)`, or an output that is
/// constant in more than one in a hundred replicates.
pub fn indices(
    design: &Design,
    outputs: &[f64],
    level: f64,
    replicates: usize,
    seed: u64,
) -> Result<Sensitivity, Undefined> {
    if outputs.len() != design.runs() {
        return Err(Undefined::UnequalLengths { first: design.runs(), second: outputs.len() });
    }
    all_finite(outputs)?;
    allows(level, replicates)?;
    let terms = Terms::of(design.inputs, outputs)?;
    let constant = Undefined::Constant { side: Side::First };
    let points = terms.shares(&terms.all()).ok_or(constant)?;
    let drawn = terms.drawn(replicates, seed);
    let defined: Vec<&[f64]> = drawn.iter().flatten().map(Vec::as_slice).collect();
    let constant_replicates = replicates - defined.len();
    if constant_replicates * 100 > replicates {
        let text = format!("the output is constant in {constant_replicates} of {replicates} replicates");
        return Err(Undefined::OutOfRange { text });
    }
    let estimate = |at: usize, of: &dyn Fn(f64) -> f64| {
        let shares: Vec<f64> = defined.iter().map(|shares| of(shares[at])).collect();
        with_interval(of(points[at]), &shares, level)
    };
    let inputs = design.inputs;
    let share = |input: usize| {
        Ok(Share { first: estimate(input, &|share| share)?, total: estimate(inputs + input, &|share| share)? })
    };
    let (mean, variance) = terms.moments()?;
    Ok(Sensitivity {
        mean,
        variance,
        shares: (0..inputs).map(share).collect::<Result<_, Undefined>>()?,
        alone: estimate(2 * inputs, &|sum| sum)?,
        together: estimate(2 * inputs, &|sum| 1.0 - sum)?,
        constant_replicates,
    })
}

/// A share with its interval; exact if no replicate differs from another.
fn with_interval(point: f64, replicates: &[f64], level: f64) -> Result<Estimate, Undefined> {
    figure(point)?;
    let (lower, upper) = percentile(replicates, level)?;
    if lower == upper && replicates.iter().all(|replicate| *replicate == lower) {
        return Ok(Estimate::exact(point));
    }
    Estimate::interval(point, lower, upper, level).map_err(|reason| Undefined::OutOfRange { text: reason.to_string() })
}

/// What of each row goes into the sums that shares are made of.
struct Terms {
    inputs: usize,
    /// What was taken off every output, and by what the rest was divided.
    centre: f64,
    size: f64,
    /// A row after the other: `yB (yABi - yA)` of every input, `(yA - yABi)^2`
    /// of every input, `yA + yB`, `yA^2 + yB^2`.
    rows: Vec<f64>,
}

/// A variance below this share of the mean square is what rounding leaves.
const ROUNDING: f64 = 1e-12;

impl Terms {
    fn of(inputs: usize, outputs: &[f64]) -> Result<Self, Undefined> {
        let runs = inputs + 2;
        let base = |output: &f64| *output == outputs[0];
        if outputs.chunks_exact(runs).all(|row| base(&row[0]) && base(&row[runs - 1])) {
            return Err(Undefined::Constant { side: Side::First });
        }
        let centre = figure(sum(outputs.iter().copied()) / outputs.len() as f64)?;
        // Divided by the largest, so that no square can vanish or overflow.
        let size = figure(outputs.iter().map(|output| (output - centre).abs()).fold(0.0, f64::max))?;
        let mut rows = Vec::with_capacity(outputs.len() / runs * (2 * inputs + 2));
        for row in outputs.chunks_exact(runs) {
            let at = |step: usize| (row[step] - centre) / size;
            let (a, b) = (at(0), at(inputs + 1));
            rows.extend((1..=inputs).map(|step| b * (at(step) - a)));
            rows.extend((1..=inputs).map(|step| (a - at(step)) * (a - at(step))));
            rows.extend([a + b, a * a + b * b]);
        }
        Ok(Terms { inputs, centre, size, rows })
    }

    fn width(&self) -> usize {
        2 * self.inputs + 2
    }

    fn count(&self) -> usize {
        self.rows.len() / self.width()
    }

    /// The sums over all rows.
    fn all(&self) -> Vec<f64> {
        let mut sums = vec![Sum::default(); self.width()];
        for row in self.rows.chunks_exact(self.width()) {
            sums.iter_mut().zip(row).for_each(|(sum, term)| sum.add(*term));
        }
        sums.into_iter().map(Sum::value).collect()
    }

    /// Mean and variance of the outputs at A and B.
    fn moments(&self) -> Result<(f64, f64), Undefined> {
        let (mean, variance) = self.spread(&self.all());
        Ok((figure(self.centre + self.size * mean)?, figure(self.size * self.size * variance)?))
    }

    /// Mean and variance as the rows have them.
    fn spread(&self, sums: &[f64]) -> (f64, f64) {
        let outputs = 2.0 * self.count() as f64;
        let mean = sums[2 * self.inputs] / outputs;
        (mean, sums[2 * self.inputs + 1] / outputs - mean * mean)
    }

    /// First orders, total orders and the sum of the first; none if the output
    /// does not vary.
    fn shares(&self, sums: &[f64]) -> Option<Vec<f64>> {
        let rows = self.count() as f64;
        let (_, variance) = self.spread(sums);
        if variance <= ROUNDING * sums[2 * self.inputs + 1] / (2.0 * rows) {
            return None;
        }
        let (first, rest) = sums.split_at(self.inputs);
        let mut shares: Vec<f64> = first.iter().map(|sum| sum / rows / variance).collect();
        shares.extend(rest[..self.inputs].iter().map(|sum| sum / (2.0 * rows) / variance));
        shares.push(sum(shares[..self.inputs].iter().copied()));
        Some(shares)
    }

    /// The shares of every replicate: as many rows drawn with replacement.
    fn drawn(&self, replicates: usize, seed: u64) -> Vec<Option<Vec<f64>>> {
        let count = self.count();
        let space = || (vec![0u32; count], vec![0.0; self.width()]);
        let one = |(drawn, sums): &mut (Vec<u32>, Vec<f64>), number: usize| {
            let mut stream = Stream::new(seed, "sensitivity bootstrap", number as u64);
            drawn.fill(0);
            (0..count).for_each(|_| drawn[stream.below(count as u32) as usize] += 1);
            sums.fill(0.0);
            widest(|| {
                for (row, times) in self.rows.chunks_exact(sums.len()).zip(drawn.iter()) {
                    let times = f64::from(*times);
                    sums.iter_mut().zip(row).for_each(|(sum, term)| *sum += times * term);
                }
            });
            self.shares(sums)
        };
        (0..replicates).into_par_iter().map_init(space, |space, number| one(space, number)).collect()
    }
}
