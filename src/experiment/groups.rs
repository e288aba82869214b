//! A comparison within parts of the accounts: segments, bands and cohorts.

use std::collections::BTreeMap;

use super::outcome::GroupSummary;
use super::site::Site;
use crate::compare::Comparison;
use crate::compare::group::Group;
use crate::compare::measurement::{Measurement, Measurements, measure_one};
use crate::compare::metric::Metric;
use crate::compare::uncertainty::Intervals;
use crate::stats::shrink::{self, Shrinkage};
use crate::stats::sum::sum;
use crate::stats::summary;
use crate::stats::undefined::Undefined;
use crate::stats::weights::Weights;
use crate::stats::within;

/// Agreement on fewer judged pairs says nothing of a group.
const FEWEST_PAIRS: usize = 30;

/// What is measured within every group.
const MEASURED: [&str; 7] = [
    "kendall-tau-b",
    "mean-shift",
    "share-moved[direction=down]",
    "share-moved[direction=up]",
    "migration-down",
    "migration-up",
    "auc[of=gain]",
];

/// The groups of a comparison: those of the experiment, and the baseline's bands.
#[derive(Debug)]
pub struct Groups {
    /// Positions of the accounts of each group.
    pub list: Vec<(Group, Vec<u32>)>,
    /// By cohort: accounts that are not compared.
    pub absent: BTreeMap<String, u64>,
}

impl Groups {
    pub fn of(site: &Site<'_>, comparison: &Comparison) -> Groups {
        let (mut list, absent) = site.groups(comparison);
        let bands = &site.plan.models[0].bands;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); bands.len()];
        for (at, band) in (0u32..).zip(comparison.bands()) {
            if let Some(members) = members.get_mut(band) {
                members.push(at);
            }
        }
        list.extend(bands.iter().zip(members).map(|(band, members)| (Group::Band(band.name.clone()), members)));
        Groups { list, absent }
    }

    /// The positions of a group; none if it does not exist here.
    pub fn positions(&self, group: &Group) -> Option<&[u32]> {
        self.list.iter().find(|(known, _)| known == group).map(|(_, positions)| positions.as_slice())
    }

    /// Measures every group of at least `smallest` accounts. Intervals hold for all groups of the
    /// comparison at once, and for so many comparisons (`families`) together.
    pub fn measure(
        &self,
        comparison: &Comparison,
        smallest: u64,
        intervals: Option<&Intervals>,
        families: usize,
    ) -> Vec<GroupSummary> {
        let mut metrics: Vec<Metric> = MEASURED.iter().filter_map(|label| label.parse().ok()).collect();
        if comparison.pairs.is_empty() {
            metrics.retain(|metric| metric.definition.name != "auc");
        }
        let large = self.list.iter().filter(|(_, positions)| positions.len() as u64 >= smallest);
        let parts: Vec<Members<'_>> = large.map(|(_, positions)| Members::of(comparison, positions)).collect();
        let mut measured: Vec<Measurements> = vec![Measurements::new(); parts.len()];
        for metric in &metrics {
            let each = measure_parts(comparison, metric, &parts, intervals, families);
            for ((measurements, measurement), part) in measured.iter_mut().zip(each).zip(&parts) {
                let pairs = part.comparison.pairs.len();
                let measurement = if metric.definition.name == "auc" && pairs < FEWEST_PAIRS {
                    Measurement::undefined(metric, format!("only {pairs} judged pairs lie within the group"))
                } else {
                    measurement
                };
                measurements.insert(metric.to_string(), measurement);
            }
        }
        let whole = measure_one(comparison, &metrics[0], None).point();
        let tau = |metrics: &Measurements| metrics.get("kendall-tau-b").and_then(|measured| measured.point());
        let mut measured = measured.into_iter();
        let summary = |(group, positions): &(Group, Vec<u32>)| {
            let accounts = positions.len() as u64;
            let enough = accounts >= smallest;
            let metrics = if enough { measured.next().unwrap_or_default() } else { Measurements::new() };
            let sign_conflict = matches!(
                (whole, tau(&metrics)),
                (Some(whole), Some(part)) if !within::conflicts(whole, &[Ok(part)]).is_empty()
            );
            GroupSummary { group: group.clone(), accounts, metrics, shrunk_mean_shift: None, sign_conflict }
        };
        let mut summaries: Vec<GroupSummary> = self.list.iter().map(summary).collect();
        for column in summaries.chunk_by_mut(|left, right| left.group.is_beside(&right.group)) {
            shrink_and_order(self, comparison, column);
        }
        summaries
    }
}

/// Some accounts of a comparison, and the comparison of these alone.
#[derive(Debug)]
pub struct Members<'a> {
    positions: &'a [u32],
    comparison: Comparison<'static>,
}

impl<'a> Members<'a> {
    pub fn of(comparison: &Comparison, positions: &'a [u32]) -> Members<'a> {
        Members { positions, comparison: comparison.part(positions) }
    }
}

/// A metric within each of some parts of a comparison, with intervals that hold for all at once.
pub fn measure_parts(
    comparison: &Comparison,
    metric: &Metric,
    parts: &[Members<'_>],
    intervals: Option<&Intervals>,
    families: usize,
) -> Vec<Measurement> {
    let mut measured = Vec::new();
    let mut figures = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let measurement = measure_one(&part.comparison, metric, None);
        if let (Ok(_), Some(_), Some(Ok(figure))) = (&measurement.value, intervals, metric.sampled(&part.comparison)) {
            figures.push((at, figure.within(comparison, part.positions)));
        }
        measured.push(measurement);
    }
    let Some(intervals) = intervals else { return measured };
    let (places, figures): (Vec<usize>, Vec<_>) = figures.into_iter().unzip();
    for (at, estimate) in places.into_iter().zip(intervals.together(comparison, &figures, families)) {
        measured[at].take(estimate);
    }
    measured
}

/// Draws the mean shifts of a column's groups together, and puts the worst first. Bands keep their
/// order, and cohorts are not parts of a whole.
fn shrink_and_order(groups: &Groups, comparison: &Comparison, column: &mut [GroupSummary]) {
    if !matches!(column.first().map(|summary| &summary.group), Some(Group::Segment { .. })) {
        return;
    }
    let measured: Vec<usize> = (0..column.len()).filter(|place| !column[*place].metrics.is_empty()).collect();
    let positions: Vec<&[u32]> =
        measured.iter().map(|place| groups.positions(&column[*place].group).unwrap_or_default()).collect();
    // Undefined for one group, or where nothing varies; then the figures stand as they are.
    if let Ok(shrunk) = shrunk(comparison, &positions) {
        for (place, shrunk) in measured.into_iter().zip(shrunk.segments) {
            column[place].shrunk_mean_shift = Some(shrunk.value);
        }
    }
    let key = |summary: &GroupSummary| {
        let raw = summary.metrics.get("mean-shift").and_then(|measured| measured.point());
        summary.shrunk_mean_shift.or(raw).unwrap_or(f64::INFINITY)
    };
    column.sort_by(|left, right| key(left).total_cmp(&key(right)).then_with(|| left.group.cmp(&right.group)));
}

/// The mean shifts of groups drawn together. Where accounts stand for others, means and their
/// sampling variances are weighted, the latter linearised: `sum w^2 (x - m)^2 / (sum w)^2`.
fn shrunk(comparison: &Comparison, groups: &[&[u32]]) -> Result<Shrinkage, Undefined> {
    let shift = |at: &u32| comparison.candidate[*at as usize] - comparison.baseline[*at as usize];
    let shifts: Vec<Vec<f64>> = groups.iter().map(|positions| positions.iter().map(shift).collect()).collect();
    let Some(weights) = &comparison.beside.sampling else {
        let shifts: Vec<&[f64]> = shifts.iter().map(Vec::as_slice).collect();
        return shrink::shrink_means(&shifts);
    };
    let mut means = Vec::new();
    let mut variances = Vec::new();
    for (positions, shifts) in groups.iter().zip(&shifts) {
        let own: Vec<f64> = positions.iter().map(|at| weights[*at as usize]).collect();
        let mean = summary::mean(shifts, Weights::each(&own, shifts.len())?)?;
        let total = sum(own.iter().copied());
        let squares = own.iter().zip(shifts).map(|(weight, shift)| {
            let part = weight / total * (shift - mean);
            part * part
        });
        means.push(mean);
        variances.push(sum(squares));
    }
    shrink::shrink(&means, &variances)
}
