//! The noun of this room. A comparison holds the accounts that both sides scored, and nobody else;
//! who was left out is counted first, before any figure.

use std::borrow::Cow;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::range::Range;
use super::uncertainty::Sampled;
use crate::dataset::answers::Answer;
use crate::dataset::pairs::Pair;
use crate::stats::decompose::{self, Decomposition};
use crate::stats::distribution::Distribution;
use crate::stats::grid;
use crate::stats::migration::{self, Flows};
use crate::stats::paired::Paired;
use crate::stats::ranked::RankedPair;
use crate::stats::resample::{Average, Judged, Prepared};
use crate::stats::undefined::Undefined;
use crate::stats::weights::Weights;

/// Who has a score on which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Coverage {
    pub both: u64,
    pub only_baseline: u64,
    pub only_candidate: u64,
    pub neither: u64,
}

impl Coverage {
    /// Share of the accounts scored by either side that both score; NaN-free: 0 of 0 is 0.
    pub fn overlap(&self) -> f64 {
        let either = self.both + self.only_baseline + self.only_candidate;
        if either == 0 { 0.0 } else { self.both as f64 / either as f64 }
    }
}

/// Score bands and how scores are shown; the baseline's, so that bins never come from both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Banding {
    /// Lower edges, lowest first; empty if there are no bands.
    pub edges: Vec<f64>,
}

/// What goes into a comparison: two columns aligned by account (NaN without a score), and what is
/// known besides, by row of the columns. Of the scores and their confidence no copy is made where
/// every row is compared.
#[derive(Clone, Debug, Default)]
pub struct Sides<'a, 'c> {
    pub baseline: Cow<'c, [f64]>,
    pub candidate: Cow<'c, [f64]>,
    pub banding: Banding,
    /// Judged pairs by row.
    pub pairs: &'a [Pair],
    /// The score that was published; NaN without one.
    pub published: Option<&'a [f64]>,
    /// The scores of both sides as shown to people, where display rules are known.
    pub displayed: Option<[Vec<f64>; 2]>,
    /// The ends of both scales, where they are known.
    pub ends: Option<[Range; 2]>,
    /// How many accounts of the population a row stands for; finite and above 0.
    pub sampling: Option<&'a [f64]>,
    /// How much an account counts when shares are given per exposure; NaN if unknown.
    pub exposure: Option<&'a [f64]>,
    /// The cluster of each row, by number.
    pub clusters: Option<&'a [u32]>,
    /// Results that a score should foretell, by name; NaN if unknown.
    pub outcomes: &'a [(String, Vec<f64>)],
    /// The share of each model's weight that the account's data cover.
    pub confidence: Option<[Cow<'c, [f64]>; 2]>,
    /// The age of each account's data on both sides, in days; NaN if unknown.
    pub ages: Option<[&'a [f64]; 2]>,
    /// Answers about brands, by row of the respondent and of the brand.
    pub answers: &'a [Answer],
}

/// Two score columns over the accounts that have both. All values are finite.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    pub coverage: Coverage,
    /// Row of each account in the columns that were given.
    pub rows: Vec<u32>,
    /// Scores as computed.
    pub baseline: Cow<'a, [f64]>,
    pub candidate: Cow<'a, [f64]>,
    /// The same on the score grid: what orders and cuts.
    ordered_baseline: Vec<f64>,
    ordered_candidate: Vec<f64>,
    ranked: OnceLock<Result<RankedPair, Undefined>>,
    distributions: OnceLock<Result<[Distribution; 2], Undefined>>,
    moves: OnceLock<Result<Distribution, Undefined>>,
    split: OnceLock<Result<Decomposition, Undefined>>,
    pub banding: Banding,
    pub ends: Option<[Range; 2]>,
    /// What is known of each account, by position.
    pub beside: Beside<'a>,
    /// Judged pairs of which both accounts are compared, by position.
    pub pairs: Vec<Pair>,
    /// Judged pairs of which an account is not compared.
    pub pairs_left_out: u64,
    /// Answers of the accounts that are compared: respondents by position, brands by row.
    pub answers: Vec<Answer>,
    /// Published score and the baseline's shown score, of the rows that have both.
    pub published: Option<[Vec<f64>; 2]>,
}

/// What is known of the compared accounts, a value for each position.
#[derive(Clone, Debug, Default)]
pub struct Beside<'a> {
    pub displayed: Option<[Vec<f64>; 2]>,
    pub sampling: Option<Vec<f64>>,
    pub exposure: Option<Vec<f64>>,
    pub clusters: Option<Vec<u32>>,
    pub outcomes: Vec<(String, Vec<f64>)>,
    pub confidence: Option<[Cow<'a, [f64]>; 2]>,
    pub ages: Option<[Vec<f64>; 2]>,
}

impl Beside<'_> {
    /// The values at some places.
    fn at(&self, places: &[u32]) -> Beside<'static> {
        let numbers = |column: &Vec<f64>| pick(column, places);
        let both = |columns: &[Vec<f64>; 2]| columns.each_ref().map(numbers);
        Beside {
            displayed: self.displayed.as_ref().map(both),
            sampling: self.sampling.as_ref().map(numbers),
            exposure: self.exposure.as_ref().map(numbers),
            clusters: self.clusters.as_ref().map(|column| pick(column, places)),
            outcomes: self.outcomes.iter().map(|(name, column)| (name.clone(), numbers(column))).collect(),
            confidence: self
                .confidence
                .as_ref()
                .map(|columns| columns.each_ref().map(|column| pick(column, places).into())),
            ages: self.ages.as_ref().map(both),
        }
    }
}

fn pick<T: Copy>(column: &[T], places: &[u32]) -> Vec<T> {
    places.iter().map(|place| column[*place as usize]).collect()
}

/// Pairs and answers of which every account is kept, by its new place; `place` gives it.
fn kept_pairs(pairs: &[Pair], place: &[u32]) -> Vec<Pair> {
    let kept = |pair: &Pair| {
        let [first, second] = [pair.first, pair.second].map(|at| place[at as usize]);
        (first != u32::MAX && second != u32::MAX).then_some(Pair { first, second, ..*pair })
    };
    pairs.iter().filter_map(kept).collect()
}

fn kept_answers(answers: &[Answer], place: &[u32]) -> Vec<Answer> {
    let kept = |answer: &Answer| {
        let respondent = place[answer.respondent as usize];
        (respondent != u32::MAX).then_some(Answer { respondent, ..*answer })
    };
    answers.iter().filter_map(kept).collect()
}

/// What was computed before, or now. It is computed outside of the lock: a thread that waits for a
/// part of it may meanwhile take up another task that wants the same, and would wait for itself.
fn once<T>(
    kept: &OnceLock<Result<T, Undefined>>,
    compute: impl FnOnce() -> Result<T, Undefined>,
) -> Result<&T, Undefined> {
    let found = match kept.get() {
        Some(found) => found,
        None => {
            let computed = compute();
            kept.get_or_init(|| computed)
        }
    };
    found.as_ref().map_err(Clone::clone)
}

impl<'a> Comparison<'a> {
    /// Joins two columns of equal length.
    pub fn new(sides: Sides<'_, 'a>) -> Result<Comparison<'a>, Undefined> {
        let (first, second) = (sides.baseline.len(), sides.candidate.len());
        if first != second {
            return Err(Undefined::UnequalLengths { first, second });
        }
        let mut coverage = Coverage { both: 0, only_baseline: 0, only_candidate: 0, neither: 0 };
        let mut rows: Vec<u32> = Vec::new();
        let mut place = vec![u32::MAX; first];
        for (row, (baseline, candidate)) in (0u32..).zip(sides.baseline.iter().zip(&*sides.candidate)) {
            match (baseline.is_nan(), candidate.is_nan()) {
                (false, false) => {
                    place[row as usize] = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                    rows.push(row);
                    coverage.both += 1;
                }
                (false, true) => coverage.only_baseline += 1,
                (true, false) => coverage.only_candidate += 1,
                (true, true) => coverage.neither += 1,
            }
        }
        let numbers = |column: &[f64]| pick(column, &rows);
        let both = |columns: [&[f64]; 2]| columns.map(numbers);
        // Columns of which every row is kept are taken as they are.
        let whole = rows.len() == first;
        let kept = |column: Cow<'a, [f64]>| if whole { column } else { numbers(&column).into() };
        let shown = sides.displayed.as_ref().map_or(&*sides.baseline, |displayed| &displayed[0]);
        let published = sides.published.map(|published| {
            let both = published.iter().zip(shown).filter(|(published, shown)| !published.is_nan() && !shown.is_nan());
            let (published, shown) = both.map(|(published, shown)| (*published, *shown)).unzip();
            [published, shown]
        });
        let displayed = sides.displayed.map(|columns| columns.map(|column| kept(column.into()).into_owned()));
        let beside = Beside {
            displayed,
            sampling: sides.sampling.map(numbers),
            exposure: sides.exposure.map(numbers),
            clusters: sides.clusters.map(|column| pick(column, &rows)),
            outcomes: sides.outcomes.iter().map(|(name, column)| (name.clone(), numbers(column))).collect(),
            confidence: sides.confidence.map(|columns| columns.map(kept)),
            ages: sides.ages.map(both),
        };
        let pairs = kept_pairs(sides.pairs, &place);
        let (baseline, candidate) = (kept(sides.baseline), kept(sides.candidate));
        Ok(Comparison {
            coverage,
            ordered_baseline: grid::snapped(&baseline),
            ordered_candidate: grid::snapped(&candidate),
            rows,
            baseline,
            candidate,
            ranked: OnceLock::new(),
            distributions: OnceLock::new(),
            moves: OnceLock::new(),
            split: OnceLock::new(),
            banding: sides.banding,
            ends: sides.ends,
            beside,
            pairs_left_out: (sides.pairs.len() - pairs.len()) as u64,
            pairs,
            answers: kept_answers(sides.answers, &place),
            published,
        })
    }

    /// The comparison of a part of the accounts, by ascending positions. The score that was
    /// published is not taken along: it is replayed over all accounts or not at all.
    pub fn part(&self, positions: &[u32]) -> Comparison<'static> {
        let mut place = vec![u32::MAX; self.len()];
        for (new, old) in (0u32..).zip(positions) {
            place[*old as usize] = new;
        }
        let pairs = kept_pairs(&self.pairs, &place);
        let coverage = Coverage { both: positions.len() as u64, only_baseline: 0, only_candidate: 0, neither: 0 };
        Comparison {
            coverage,
            rows: pick(&self.rows, positions),
            baseline: pick(&self.baseline, positions).into(),
            candidate: pick(&self.candidate, positions).into(),
            ordered_baseline: pick(&self.ordered_baseline, positions),
            ordered_candidate: pick(&self.ordered_candidate, positions),
            ranked: OnceLock::new(),
            distributions: OnceLock::new(),
            moves: OnceLock::new(),
            split: OnceLock::new(),
            banding: self.banding.clone(),
            ends: self.ends,
            beside: self.beside.at(positions),
            pairs_left_out: (self.pairs.len() - pairs.len()) as u64,
            pairs,
            answers: kept_answers(&self.answers, &place),
            published: None,
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The scores as computed, for means and distances.
    pub fn raw(&self) -> Result<Paired<'_>, Undefined> {
        Paired::new(&self.baseline, &self.candidate)
    }

    /// The scores on the grid, for everything that orders or cuts.
    pub fn ordered(&self) -> Result<Paired<'_>, Undefined> {
        Paired::new(&self.ordered_baseline, &self.ordered_candidate)
    }

    /// The scores as computed, or as they are shown to people.
    pub fn scores(&self, displayed: bool) -> Result<Paired<'_>, Undefined> {
        match (&self.beside.displayed, displayed) {
            (_, false) => self.raw(),
            (Some([before, after]), true) => Paired::new(before, after),
            (None, true) => {
                Err(Undefined::OutOfRange { text: "nothing is known of how these scores are shown".to_string() })
            }
        }
    }

    /// How many accounts of the population each account stands for.
    pub fn weights(&self) -> Result<Weights<'_>, Undefined> {
        match &self.beside.sampling {
            None => Ok(Weights::Equal),
            Some(weights) => Weights::each(weights, self.len()),
        }
    }

    /// Passes where every account stands for itself alone; says why a figure has no value where
    /// accounts stand for others.
    pub fn without_design(&self, reason: &str) -> Result<(), Undefined> {
        match self.beside.sampling {
            None => Ok(()),
            Some(_) => Err(Undefined::OutOfRange { text: format!("the accounts are a weighted sample, and {reason}") }),
        }
    }

    /// The accounts whose exposure weight is known and above 0, by position, and for every account
    /// what it counts: the exposure weight times the sampling weight.
    pub fn exposed(&self) -> Result<(Vec<u32>, Vec<f64>), Undefined> {
        let Some(exposure) = &self.beside.exposure else {
            return Err(Undefined::OutOfRange { text: "the dataset declares no exposure weight".to_string() });
        };
        let sampling = |at: usize| self.beside.sampling.as_ref().map_or(1.0, |weights| weights[at]);
        let counts = |exposure: f64| exposure.is_finite() && exposure > 0.0;
        let rows = (0u32..).zip(exposure).filter(|(_, exposure)| counts(**exposure)).map(|(row, _)| row).collect();
        let weight = |(at, exposure): (usize, &f64)| if counts(*exposure) { exposure * sampling(at) } else { 0.0 };
        Ok((rows, exposure.iter().enumerate().map(weight).collect()))
    }

    /// Computes what figures share, so that several of them can be measured side by side without
    /// computing it twice. Figures do the same by themselves, one after the other.
    pub fn prepare(&self) {
        // What is undefined says so when a figure asks for it. What needs most room comes before
        // what stays.
        let _ = self.ranked().map(RankedPair::top_heavy);
        rayon::join(|| self.distributions().is_ok() && self.split().is_ok(), || self.moves().is_ok());
    }

    /// Both columns on the grid, each sorted once for every figure of the order.
    pub fn ranked(&self) -> Result<&RankedPair, Undefined> {
        once(&self.ranked, || Ok(RankedPair::new(self.ordered()?)))
    }

    /// Both columns on the grid as distributions, each by itself; done once.
    pub fn distributions(&self) -> Result<&[Distribution; 2], Undefined> {
        once(&self.distributions, || match self.weights()? {
            Weights::Equal => {
                let ranked = self.ranked()?;
                Ok([
                    Distribution::of_ranked(&self.ordered_baseline, ranked.first())?,
                    Distribution::of_ranked(&self.ordered_candidate, ranked.second())?,
                ])
            }
            weights => Ok([
                Distribution::new(&self.ordered_baseline, weights)?,
                Distribution::new(&self.ordered_candidate, weights)?,
            ]),
        })
    }

    /// Candidate minus baseline on the grid, as a distribution; sorted once.
    pub fn moves(&self) -> Result<&Distribution, Undefined> {
        once(&self.moves, || {
            let moves: Vec<f64> = self.raw()?.differences().map(grid::snap).collect();
            Distribution::taking(moves, self.weights()?)
        })
    }

    /// The change, split into level and order; done once.
    pub fn split(&self) -> Result<&Decomposition, Undefined> {
        once(&self.split, || match self.weights()? {
            Weights::Equal => self.ranked()?.level_and_order(self.ordered()?, &self.distributions()?[1]),
            weights => decompose::level_and_order(self.ordered()?, weights),
        })
    }

    /// The orders of both columns, prepared for many drawings.
    pub fn prepared(&self) -> Result<Prepared, Undefined> {
        let prepared = Prepared::new(self.ordered()?);
        match &self.beside.sampling {
            None => Ok(prepared),
            Some(weights) => prepared.weighted(weights),
        }
    }

    /// The judged pairs of one side, prepared for many drawings of accounts.
    pub fn prepared_pairs(&self, candidate: bool) -> Result<Judged, Undefined> {
        let (differences, preferred) = self.judged(candidate);
        let pairs: Vec<(u32, u32)> = self.pairs.iter().map(|pair| (pair.first, pair.second)).collect();
        let judged = Judged::new(self.len(), &pairs, &differences, &preferred)?;
        match &self.beside.sampling {
            None => Ok(judged),
            Some(weights) => judged.weighted(weights),
        }
    }

    /// A mean over accounts, prepared for many drawings.
    pub fn sampled_mean(&self, values: &[f64]) -> Result<Sampled, Undefined> {
        self.weighted(Average::of_values(values)?)
    }

    /// A share of accounts, prepared for many drawings.
    pub fn sampled_share(&self, marks: Vec<bool>) -> Result<Sampled, Undefined> {
        self.weighted(Average::of_marks(&marks)?)
    }

    fn weighted(&self, average: Average) -> Result<Sampled, Undefined> {
        Ok(Sampled::Average(match &self.beside.sampling {
            None => average,
            Some(weights) => average.weighted(weights)?,
        }))
    }

    fn check_bands(&self) -> Result<(), Undefined> {
        if self.banding.edges.is_empty() {
            return Err(Undefined::OutOfRange { text: "the baseline declares no bands".to_string() });
        }
        if self.is_empty() { Err(Undefined::Empty) } else { Ok(()) }
    }

    /// Accounts by band before (row) and after (column); undefined without bands.
    pub fn migration(&self) -> Result<Vec<Vec<u64>>, Undefined> {
        self.check_bands()?;
        Ok(migration::matrix(self.ordered()?, &self.banding.edges))
    }

    /// The same, each account counting for as many as it stands for.
    pub fn flows(&self) -> Result<Flows, Undefined> {
        self.check_bands()?;
        Flows::new(self.ordered()?, self.weights()?, &self.banding.edges)
    }

    /// The band of each account before and after, by position.
    pub fn band_moves(&self) -> Result<impl Iterator<Item = (usize, usize)> + '_, Undefined> {
        self.check_bands()?;
        let edges = &self.banding.edges;
        Ok(self
            .ordered()?
            .rows()
            .map(|(before, after)| (migration::band_of(before, edges), migration::band_of(after, edges))))
    }

    /// The band of each account before, by position; none of a comparison without bands.
    pub fn bands(&self) -> impl Iterator<Item = usize> {
        let edges = &self.banding.edges;
        self.ordered_baseline.iter().filter(|_| !edges.is_empty()).map(|score| migration::band_of(*score, edges))
    }

    /// For each judged pair the difference first minus second on one side, and who was preferred.
    pub fn judged(&self, candidate: bool) -> (Vec<f64>, Vec<bool>) {
        let scores = if candidate { &self.ordered_candidate } else { &self.ordered_baseline };
        // On the grid again: 10 - 6.8 and 20.3 - 17.1 are the same difference, though not in binary.
        let difference = |pair: &Pair| grid::snap(scores[pair.first as usize] - scores[pair.second as usize]);
        (self.pairs.iter().map(difference).collect(), self.pairs.iter().map(|pair| pair.first_preferred).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accounts_with_both_scores_are_compared_and_the_others_counted() {
        let nan = f64::NAN;
        let pairs =
            [Pair { first: 0, second: 4, first_preferred: true }, Pair { first: 0, second: 1, first_preferred: true }];
        let comparison = Comparison::new(Sides {
            baseline: vec![1.0, 2.0, nan, nan, 5.0].into(),
            candidate: vec![3.0, nan, 4.0, nan, 1.0].into(),
            pairs: &pairs,
            published: Some(&[1.0, 2.0, 3.0, nan, nan]),
            ..Sides::default()
        })
        .unwrap();
        assert_eq!(comparison.coverage, Coverage { both: 2, only_baseline: 1, only_candidate: 1, neither: 1 });
        assert_eq!(comparison.coverage.overlap(), 0.5);
        assert_eq!(comparison.rows, [0, 4]);
        assert_eq!(comparison.pairs, [Pair { first: 0, second: 1, first_preferred: true }]);
        assert_eq!(comparison.pairs_left_out, 1);
        assert_eq!(comparison.judged(true).0, [2.0]);
        assert_eq!(comparison.judged(false).0, [-4.0]);
        let pairs = [(0, 1), (2, 3)].map(|(first, second)| Pair { first, second, first_preferred: first == 0 });
        let scores = [10.0, 6.8, 20.3, 17.1];
        let even = Comparison::new(Sides {
            baseline: (&scores).into(),
            candidate: (&scores).into(),
            pairs: &pairs,
            ..Sides::default()
        });
        let (differences, _) = even.unwrap().judged(true);
        assert_eq!(differences[0], differences[1], "differences tie on the grid");
        // The published score is replayed by the baseline alone, whoever has a candidate score.
        assert_eq!(comparison.published, Some([vec![1.0, 2.0], vec![1.0, 2.0]]));
    }

    #[test]
    fn columns_of_unequal_length_do_not_compare() {
        let sides = Sides { baseline: (&[1.0]).into(), candidate: (&[]).into(), ..Sides::default() };
        assert!(Comparison::new(sides).is_err());
    }
}
