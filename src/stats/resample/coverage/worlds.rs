//! Populations whose figures are known, samples of them, and whether intervals
//! from a sample hold the known figure. Shared by the tests and by
//! `examples/coverage.rs`; each says in `api` where the library is.

use super::api::distribution::Distribution;
use super::api::divergence::{self, Bins, psi_of_counts};
use super::api::elementary::{exp, normal_distribution, normal_quantile};
use super::api::overlap::overlap_at_k;
use super::api::paired::Paired;
use super::api::resample::{
    Auc, Average, Difference, Judged, Method, Plan, Prepared, Refused, Replicates, Scratch, Spearman, Statistic,
    Stream, TauB, Units, Used, percentile,
};
use super::api::undefined::{Figure, Undefined};
use super::api::weights::Weights;
use std::f64::consts::PI;

/// A figure of a population, and how samples of it look.
#[derive(Clone, Copy, Debug)]
pub enum World {
    /// Tau-b of two normal scores with a correlation.
    Tau(f64),
    /// Rho of the same.
    Rho(f64),
    /// Tau-b of the same, scores rounded to a tenth of their deviation.
    TiedTau(f64),
    /// Mean shift of normal scores.
    Shift,
    /// Mean of skewed values: logarithms normal with deviation 1.
    SkewedMean,
    /// Share of accounts that move, the true one given.
    Moved(f64),
    /// Area under the curve of five judged pairs a person, by people.
    Area,
    /// What a second model adds to it.
    AreaGain,
    /// Mean shift in clusters of ten with intraclass correlation .2, resampled
    /// by cluster or, wrongly, by account.
    Clusters { whole: bool },
    /// The same with clusters of uneven size, ten on average (geometric).
    UnevenClusters { whole: bool },
    /// Mean over accounts and topics, three accounts to a topic, each in each;
    /// both vary. Resampled both, or, wrongly, accounts alone.
    Crossed { both: bool },
    /// PSI, ten bins, same accounts with correlation .95, shift in deviations.
    Psi(f64),
    /// KS of the same.
    Ks(f64),
    /// Overlap of the top 10 of `n`, correlation .95.
    Overlap,
}

/// An interval of each method, the second only where BCa is defined and not
/// replaced.
pub type Ends = [Option<(f64, f64)>; 2];

/// How often intervals held the true figure.
#[derive(Clone, Copy, Debug, Default)]
pub struct Covered {
    /// Intervals offered, by method.
    pub offered: [u32; 2],
    /// Intervals among them that held the figure.
    pub held: [u32; 2],
}

impl Covered {
    /// The share that held, of the intervals of a method.
    pub fn share(&self, method: usize) -> Option<f64> {
        (self.offered[method] > 0).then(|| f64::from(self.held[method]) / f64::from(self.offered[method]))
    }

    /// Counts one sample.
    pub fn add(&mut self, ends: Ends, truth: f64) {
        for (method, ends) in ends.into_iter().enumerate() {
            if let Some((lower, upper)) = ends {
                self.offered[method] += 1;
                self.held[method] += u32::from(lower <= truth && truth <= upper);
            }
        }
    }
}

/// How to sample and resample.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rows of a sample.
    pub n: usize,
    /// Replicates of an interval.
    pub replicates: usize,
}

const LEVEL: f64 = 0.95;

impl World {
    /// The figure of the population.
    pub fn truth(self, n: usize) -> Figure {
        Ok(match self {
            World::Tau(r) => 2.0 / PI * r.asin(),
            World::Rho(r) => 6.0 / PI * (r / 2.0).asin(),
            World::TiedTau(_) | World::Overlap => return self.simulated(n),
            World::Shift => 0.3,
            World::SkewedMean => exp(0.5),
            World::Moved(share) => share,
            World::Area => area(AGREEMENT[0]),
            World::AreaGain => area(AGREEMENT[1]) - area(AGREEMENT[0]),
            World::Clusters { .. } | World::UnevenClusters { .. } | World::Crossed { .. } => 0.0,
            World::Psi(shift) => (0..10)
                .map(|bin| {
                    let edge = |at: usize| normal_quantile(at as f64 / 10.0) - shift;
                    let q = normal_distribution(edge(bin + 1)) - normal_distribution(edge(bin));
                    (q - 0.1) * super::api::elementary::ln(q / 0.1)
                })
                .sum(),
            World::Ks(shift) => 2.0 * normal_distribution(shift / 2.0) - 1.0,
        })
    }

    /// Where there is no formula: the figure of one large sample.
    fn simulated(self, n: usize) -> Figure {
        let mut stream = Stream::new(77, "population", 0);
        match self {
            World::TiedTau(r) => {
                let (first, second) = rounded(scores(&mut stream, 400_000, r, 0.0));
                TauB(&Prepared::new(Paired::new(&first, &second)?)).point()
            }
            _ => {
                let (first, second) = scores(&mut stream, 1_000_000, OVERLAP, 0.0);
                overlap_at_k(Paired::new(&first, &second)?, 10 * 1_000_000 / n)
            }
        }
    }

    /// The intervals from one sample.
    ///
    /// # Errors
    /// If a sample does not fit its own figure.
    pub fn intervals(self, effort: Effort, run: u64) -> Result<Ends, Undefined> {
        let mut stream = Stream::new(5, "sample", run);
        let Effort { n, replicates } = effort;
        let of = |units: Units, statistic: &dyn Statistic| {
            let plan = Plan { replicates, level: LEVEL, seed: run, units };
            ends(&plan, statistic)
        };
        let accounts = || Units::accounts(n);
        match self {
            World::Tau(r) | World::Rho(r) | World::TiedTau(r) => {
                let sample = scores(&mut stream, n, r, 0.0);
                let (first, second) = if matches!(self, World::TiedTau(_)) { rounded(sample) } else { sample };
                let prepared = Prepared::new(Paired::new(&first, &second)?);
                match self {
                    World::Rho(_) => of(accounts()?, &Spearman(&prepared)),
                    _ => of(accounts()?, &TauB(&prepared)),
                }
            }
            World::Shift => {
                let (first, second) = scores(&mut stream, n, 0.9, 0.3);
                of(accounts()?, &Average::of_differences(Paired::new(&first, &second)?)?)
            }
            World::SkewedMean => {
                let values: Vec<f64> = (0..n).map(|_| exp(stream.normal())).collect();
                of(accounts()?, &Average::of_values(&values)?)
            }
            World::Moved(share) => {
                let marks: Vec<bool> = (0..n).map(|_| stream.uniform() < share).collect();
                of(accounts()?, &Average::of_marks(&marks)?)
            }
            World::Area | World::AreaGain => {
                let [first, second] = judgements(&mut stream, n)?;
                let (first, second) = (Auc(&first), Auc(&second));
                match self {
                    World::Area => of(accounts()?, &first),
                    _ => of(accounts()?, &Difference::of(&first, &second)?),
                }
            }
            World::Clusters { whole } | World::UnevenClusters { whole } => {
                let even = matches!(self, World::Clusters { .. });
                let (values, clusters) = clustered(&mut stream, n, even);
                let units = if whole { Units::clusters(&clusters)? } else { Units::accounts(n)? };
                of(units, &Average::of_values(&values)?)
            }
            World::Crossed { both } => {
                let topics = ((n as f64 / 3.0).sqrt().round() as usize).max(20);
                let (values, account_of, topic_of) = crossed(&mut stream, 3 * topics, topics);
                let units = if both { Units::crossed(&account_of, &topic_of)? } else { Units::clusters(&account_of)? };
                of(units, &Average::of_values(&values)?)
            }
            World::Psi(shift) | World::Ks(shift) => {
                let (first, second) = scores(&mut stream, n, 0.95, shift);
                let figure = if matches!(self, World::Psi(_)) { psi } else { ks };
                let plan = Plan { replicates, level: LEVEL, seed: run, units: accounts()? };
                plain_percentile(&plan, &Naive { sides: [&first[..], &second].map(ordered), figure })
            }
            World::Overlap => {
                let (first, second) = scores(&mut stream, n, OVERLAP, 0.0);
                let plan = Plan { replicates, level: LEVEL, seed: run, units: accounts()? };
                plain_percentile(&plan, &Top { first, second })
            }
        }
    }
}

const OVERLAP: f64 = 0.95;

/// Correlation of each model's difference with what people judge.
const AGREEMENT: [f64; 2] = [0.6, 0.65];

/// Of normal differences with this correlation to what the label is the sign
/// of: `1/2 + 2/pi asin(c / sqrt 2)`, four times the probability of an orthant.
fn area(correlation: f64) -> f64 {
    0.5 + 2.0 / PI * (correlation / 2.0_f64.sqrt()).asin()
}

/// Normal scores with a correlation, the second higher by a shift.
fn scores(stream: &mut Stream, n: usize, correlation: f64, shift: f64) -> (Vec<f64>, Vec<f64>) {
    let own = (1.0 - correlation * correlation).sqrt();
    let row = |_| {
        let first = stream.normal();
        (first, correlation * first + own * stream.normal() + shift)
    };
    (0..n).map(row).unzip()
}

fn rounded((first, second): (Vec<f64>, Vec<f64>)) -> (Vec<f64>, Vec<f64>) {
    let tenths = |values: Vec<f64>| values.into_iter().map(|value| (value * 10.0).round()).collect();
    (tenths(first), tenths(second))
}

/// Five random partners a person. What people judge is a difference of
/// strengths with noise of their own; what the models see is correlated with
/// the strengths alone.
fn judgements(stream: &mut Stream, people: usize) -> Result<[Judged; 2], Undefined> {
    // Strengths have variance .8 of what is judged; a model's correlation with
    // the strengths makes up for the rest.
    let share = 0.8_f64;
    let model = |strengths: &[f64], stream: &mut Stream, agreement: f64| -> Vec<f64> {
        let c = agreement / share.sqrt();
        strengths.iter().map(|s| c * s + (1.0 - c * c).sqrt() * stream.normal()).collect()
    };
    let strengths: Vec<f64> = (0..people).map(|_| stream.normal()).collect();
    let models = AGREEMENT.map(|agreement| model(&strengths, stream, agreement));
    let (mut pairs, mut preferred) = (Vec::new(), Vec::new());
    for a in 0..people {
        for _ in 0..5 {
            let b = (a + 1 + stream.below(people as u32 - 1) as usize) % people;
            let judged = share.sqrt() * (strengths[a] - strengths[b]) + (2.0 * (1.0 - share)).sqrt() * stream.normal();
            pairs.push((a as u32, b as u32));
            preferred.push(judged > 0.0);
        }
    }
    let judge = |scores: &Vec<f64>| {
        let differences: Vec<f64> = pairs.iter().map(|&(a, b)| scores[a as usize] - scores[b as usize]).collect();
        Judged::new(people, &pairs, &differences, &preferred)
    };
    Ok([judge(&models[0])?, judge(&models[1])?])
}

/// Values with intraclass correlation .2 in clusters of ten, or of a geometric
/// number with mean ten.
fn clustered(stream: &mut Stream, n: usize, even: bool) -> (Vec<f64>, Vec<u32>) {
    let (mut values, mut clusters) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut cluster, mut common) = (0, stream.normal());
    for row in 0..n {
        let next = if even { row % 10 == 0 } else { stream.uniform() < 0.1 };
        if next && row > 0 {
            cluster += 1;
            common = stream.normal();
        }
        values.push(0.2_f64.sqrt() * common + 0.8_f64.sqrt() * stream.normal());
        clusters.push(cluster);
    }
    (values, clusters)
}

/// A value for every account and topic: an effect of each and noise.
fn crossed(stream: &mut Stream, accounts: usize, topics: usize) -> (Vec<f64>, Vec<u32>, Vec<u32>) {
    let [of_account, of_topic] =
        [accounts, topics].map(|count| (0..count).map(|_| stream.normal()).collect::<Vec<_>>());
    let (mut values, mut account_of, mut topic_of) = (Vec::new(), Vec::new(), Vec::new());
    for (account, first) in of_account.iter().enumerate() {
        for (topic, second) in of_topic.iter().enumerate() {
            values.push(first + second + stream.normal());
            account_of.push(account as u32);
            topic_of.push(topic as u32);
        }
    }
    (values, account_of, topic_of)
}

fn ends(plan: &Plan, statistic: &dyn Statistic) -> Result<Ends, Undefined> {
    let replicates = Replicates::draw(plan, &[statistic])?;
    let interval = |method| match replicates.interval(0, method) {
        Ok(found) if matches!(found.used, Used::PercentileForBca(_)) => Ok(None),
        Ok(found) => Ok(found.estimate.bounds().map(|ends| (ends.lower, ends.upper))),
        Err(Refused::Undefined(reason)) => Err(reason),
        Err(_) => Ok(None),
    };
    Ok([interval(Method::Percentile)?, interval(Method::Bca)?])
}

/// What nobody is offered: the percentile interval, whatever the figure.
fn plain_percentile(plan: &Plan, statistic: &dyn Statistic) -> Result<Ends, Undefined> {
    let replicates = Replicates::draw(plan, &[statistic])?;
    let figures: Vec<f64> = replicates.figures(0).iter().flatten().copied().collect();
    Ok([Some(percentile(&figures, plan.level)?), None])
}

fn ks(first: &[f64], second: &[f64]) -> Figure {
    divergence::ks(&Distribution::new(first, Weights::Equal)?, &Distribution::new(second, Weights::Equal)?)
}

fn psi(first: &[f64], second: &[f64]) -> Figure {
    let bins = Bins::deciles(&Distribution::new(first, Weights::Equal)?, 10)?;
    psi_of_counts(&bins.count(first), &bins.count(second))
}

/// The rows of a column in ascending order, with their values.
fn ordered(values: &[f64]) -> Vec<(f64, u32)> {
    let mut rows: Vec<(f64, u32)> = values.iter().copied().zip(0..).collect();
    rows.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
    rows
}

/// A figure of two distributions, resampled as if it were smooth.
struct Naive {
    sides: [Vec<(f64, u32)>; 2],
    figure: fn(&[f64], &[f64]) -> Figure,
}

impl Statistic for Naive {
    fn rows(&self) -> usize {
        self.sides[0].len()
    }

    fn range(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn of(&self, multiplicities: &[u32], _: &mut Scratch) -> Figure {
        let expanded = |side: &Vec<(f64, u32)>| -> Vec<f64> {
            let copies = |&(value, row): &(f64, u32)| std::iter::repeat_n(value, multiplicities[row as usize] as usize);
            side.iter().flat_map(copies).collect()
        };
        (self.figure)(&expanded(&self.sides[0]), &expanded(&self.sides[1]))
    }
}

/// The overlap of the top ten, resampled as if it were smooth.
struct Top {
    first: Vec<f64>,
    second: Vec<f64>,
}

impl Statistic for Top {
    fn rows(&self) -> usize {
        self.first.len()
    }

    fn range(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn of(&self, multiplicities: &[u32], _: &mut Scratch) -> Figure {
        let expanded = |values: &[f64]| -> Vec<f64> {
            let copies = |(&value, &count): (&f64, &u32)| std::iter::repeat_n(value, count as usize);
            values.iter().zip(multiplicities).flat_map(copies).collect()
        };
        overlap_at_k(Paired::new(&expanded(&self.first), &expanded(&self.second))?, 10)
    }
}
