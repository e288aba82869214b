//! Figures averaged over topics. A figure is measured within each topic and the topics count alike;
//! intervals draw accounts and topics again, both, since the next topic would hold other accounts as
//! well as other opinions.

use std::collections::{BTreeMap, BTreeSet};

use super::concern::concerns_average;
use super::expectation::{Expectation, Verdict};
use super::join::{RunError, compare, intervals};
use super::outcome::{AcrossTopics, Place};
use super::plan::Plan;
use super::scoring::{Scored, Set};
use super::site::Site;
use crate::compare::Comparison;
use crate::compare::measurement::{Measurement, Measurements};
use crate::compare::metric::Metric;
use crate::compare::uncertainty::{Intervals, Sampled};
use crate::ids::ModelId;
use crate::stats::estimate::Estimate;
use crate::stats::resample::{self, Refused, Scratch, Statistic, Units, two_way};
use crate::stats::summary;
use crate::stats::weights::Weights;

/// With fewer topics nothing is known of how topics differ.
const FEWEST_TOPICS: usize = 3;

/// What is averaged.
const AVERAGED: [&str; 8] = [
    "kendall-tau-b",
    "spearman",
    "overlap-at-k",
    "mean-shift",
    "mean-absolute-shift",
    "share-moved[direction=down]",
    "share-moved[direction=up]",
    "migration-down",
];

/// The averages over the topics of each dataset, candidate and snapshot; nothing where only one
/// topic is compared.
pub fn topics(plan: &Plan, scored: &Scored, verdicts: &mut Vec<Verdict>) -> Result<Vec<AcrossTopics>, RunError> {
    let mut found = Vec::new();
    for dataset in &plan.datasets {
        let name = &dataset.manifest().name;
        let sets: Vec<&Set> =
            scored.sets.iter().filter(|set| set.topic.is_some() && set.dataset.manifest().name == *name).collect();
        if sets.len() < 2 {
            continue;
        }
        let snapshots: BTreeSet<Option<String>> =
            sets.iter().flat_map(|set| set.compared(plan)).map(|slice| slice.snapshot.clone()).collect();
        for candidate in &plan.experiment.candidates {
            for snapshot in &snapshots {
                let topics = Topics::gather(plan, &sets, candidate, snapshot.as_deref())?;
                let intervals = intervals(plan, sets[0]);
                let concerned = |expectation: &&Expectation| {
                    expectation.across_topics && concerns_average(expectation, candidate, name, snapshot.as_deref())
                };
                for expectation in plan.experiment.expectations.iter().filter(concerned) {
                    let measured = topics.one(&expectation.metric, intervals.as_ref());
                    let place = Place {
                        dataset: name.clone(),
                        topic: None,
                        snapshot: snapshot.clone(),
                        baseline_snapshot: None,
                    };
                    verdicts.push(expectation.verdict([&plan.experiment.baseline, candidate], &place, measured));
                }
                found.push(AcrossTopics {
                    baseline: plan.experiment.baseline.to_string(),
                    candidate: candidate.to_string(),
                    dataset: name.clone(),
                    snapshot: snapshot.clone(),
                    topics: topics.comparisons.len() as u64,
                    metrics: topics.measure(intervals.as_ref()),
                });
            }
        }
    }
    Ok(found)
}

/// The comparisons of one candidate on one snapshot, a topic each, and which account stands where.
struct Topics<'a> {
    comparisons: Vec<Comparison<'a>>,
    /// For each topic the number of the account at each position, the same account having the same
    /// number in every topic.
    accounts: Vec<Vec<u32>>,
    count: usize,
}

impl<'a> Topics<'a> {
    fn gather(
        plan: &'a Plan,
        sets: &[&'a Set],
        candidate: &ModelId,
        snapshot: Option<&str>,
    ) -> Result<Topics<'a>, RunError> {
        let mut comparisons = Vec::new();
        let mut named: Vec<Vec<String>> = Vec::new();
        for set in sets {
            for slice in set.compared(plan).filter(|slice| slice.snapshot.as_deref() == snapshot) {
                let site = Site::new(plan, set, slice);
                let comparison = compare(&site, &plan.experiment.baseline, candidate)?;
                named.push(comparison.rows.iter().map(|row| site.account(*row).into_owned()).collect());
                comparisons.push(comparison);
            }
        }
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for name in named.iter().flatten() {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            numbers.entry(name).or_insert(next);
        }
        let accounts = named.iter().map(|names| names.iter().map(|name| numbers[name.as_str()]).collect()).collect();
        let count = numbers.len();
        Ok(Topics { comparisons, accounts, count })
    }

    fn measure(&self, intervals: Option<&Intervals>) -> Measurements {
        let metrics = AVERAGED.iter().filter_map(|label| label.parse::<Metric>().ok());
        metrics.map(|metric| (metric.to_string(), self.one(&metric, intervals))).collect()
    }

    /// One figure: the mean over the topics in which it is defined for all, or the reason of the
    /// first in which it is not.
    fn one(&self, metric: &Metric, intervals: Option<&Intervals>) -> Measurement {
        let each: Result<Vec<f64>, _> = self.comparisons.iter().map(|comparison| metric.measure(comparison)).collect();
        let mean = each.and_then(|figures| summary::mean(&figures, Weights::Equal));
        let mut measurement = match mean {
            Ok(mean) => {
                Measurement { value: Ok(Estimate::exact(mean)), ..Measurement::undefined(metric, String::new()) }
            }
            Err(undefined) => return Measurement::undefined(metric, undefined.to_string()),
        };
        let prepared: Option<Vec<Sampled>> =
            self.comparisons.iter().map(|comparison| metric.sampled(comparison)?.ok()).collect();
        if let (Some(intervals), Some(prepared)) = (intervals, prepared) {
            let point = measurement.point().unwrap_or_default();
            match self.interval(point, &prepared, intervals) {
                Ok(estimate) => measurement.value = Ok(estimate),
                Err(reason) => measurement.no_interval = Some(reason),
            }
        }
        measurement
    }

    /// Accounts and topics drawn again: a topic counts as often as it is drawn, an account in it as
    /// often as the account is.
    fn interval(&self, point: f64, prepared: &[Sampled], intervals: &Intervals) -> Result<Estimate, String> {
        if prepared.len() < FEWEST_TOPICS {
            return Err(format!("{} topics are too few to draw again; {FEWEST_TOPICS} are needed", prepared.len()));
        }
        // As many drawings as any other interval needs.
        let units = Units::accounts(self.count).map_err(|undefined| undefined.to_string())?;
        let got = intervals.replicates as usize;
        let needed = resample::Plan { replicates: got, level: intervals.level, seed: intervals.seed, units }.needed(1);
        if got < needed {
            return Err(Refused::TooFewReplicates { needed, got }.to_string());
        }
        let mut scratch = Scratch::default();
        let mut means = Vec::new();
        for replicate in 0..u64::from(intervals.replicates) {
            let drawn = two_way(self.count, prepared.len(), intervals.seed, replicate);
            let (accounts, topics) = drawn.map_err(|undefined| undefined.to_string())?;
            let (mut sum, mut count) = (0.0, 0.0);
            for ((figure, own), times) in prepared.iter().zip(&self.accounts).zip(&topics) {
                if *times == 0 {
                    continue;
                }
                let multiplicities: Vec<u32> = own.iter().map(|account| accounts[*account as usize]).collect();
                // A topic in which the figure is undefined is left out of this drawing.
                if let Ok(value) = figure.of(&multiplicities, &mut scratch) {
                    sum += f64::from(*times) * value;
                    count += f64::from(*times);
                }
            }
            if count > 0.0 {
                means.push(sum / count);
            }
        }
        if means.iter().all(|mean| *mean == means[0]) {
            return Err(Refused::NoSpread.to_string());
        }
        let (lower, upper) =
            resample::percentile(&means, intervals.level).map_err(|undefined| undefined.to_string())?;
        Estimate::interval(point, lower, upper, intervals.level).map_err(|error| error.to_string())
    }
}
