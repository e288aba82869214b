//! Bounds drafted for a person to edit: from what moves between neighbouring snapshots although
//! nobody changed the model, and from earlier runs that passed.

use super::outcome::Outcome;
use super::plan::Plan;
use super::progress::Progress;
use super::scoring;
use super::site::Site;
use super::summarise;
use crate::compare::measurement::measure;
use crate::compare::metric::{Metric, Unit};
use crate::dataset::index::Snapshots;
use crate::diagnostic::Diagnostics;
use crate::number::{percent, plain};
use crate::score::Engine;
use crate::stats::elementary;

/// What is drafted: the metric, the value of no change at all, and whether less is worse.
const DRAFTED: [(&str, f64, bool); 9] = [
    ("kendall-tau-b", 1.0, true),
    ("overlap-at-k[k=100]", 1.0, true),
    ("mean-absolute-shift", 0.0, false),
    ("share-moved[direction=down]", 0.0, false),
    ("share-moved[direction=down,threshold=10]", 0.0, false),
    ("migration-down", 0.0, false),
    ("psi", 0.0, false),
    ("confidence[of=gain]", 0.0, true),
    ("auc[of=gain]", 0.0, true),
];

/// A drafted expectation.
#[derive(Clone, Debug)]
pub struct Draft {
    pub metric: Metric,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    /// Where the bound comes from, in words.
    pub because: String,
    /// Every value that it was drafted from, with its place.
    pub observed: Vec<Observed>,
}

/// A value of a metric, and where it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    pub value: f64,
    pub place: String,
    pub source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The baseline on two neighbouring snapshots.
    Neighbours,
    /// An earlier run of the experiment, all of whose expectations were met.
    EarlierRun,
}

/// Drafts bounds for an experiment. `margin` is how much further than the worst value seen a bound
/// lies, as a share of that value's distance from no change at all.
///
/// # Errors
/// What keeps the baseline from being scored on the snapshots.
pub fn draft(
    plan: &Plan,
    engine: &dyn Engine,
    runs: &[Outcome],
    margin: f64,
    progress: Progress<'_>,
) -> Result<Vec<Draft>, Diagnostics> {
    let metrics: Vec<(Metric, f64, bool)> = DRAFTED
        .iter()
        .filter_map(|(label, still, less_is_worse)| Some((label.parse().ok()?, *still, *less_is_worse)))
        .collect();
    let mut observed: Vec<Vec<Observed>> = vec![Vec::new(); metrics.len()];
    neighbours(plan, engine, &metrics, &mut observed, progress)?;
    for run in runs.iter().filter(|run| run.passed) {
        for comparison in &run.comparisons {
            for ((metric, ..), seen) in metrics.iter().zip(&mut observed) {
                let value = comparison.metrics.get(&metric.to_string()).and_then(|measured| measured.point());
                let place = format!("{} in run {}", comparison.candidate, &run.run_id[..run.run_id.len().min(8)]);
                seen.extend(value.map(|value| Observed { value, place, source: Source::EarlierRun }));
            }
        }
    }
    let drafts = metrics.into_iter().zip(observed);
    Ok(drafts.filter_map(|((metric, still, less), seen)| bound(metric, still, less, seen, margin)).collect())
}

/// The baseline with itself, from each snapshot to the next.
fn neighbours(
    plan: &Plan,
    engine: &dyn Engine,
    metrics: &[(Metric, f64, bool)],
    observed: &mut [Vec<Observed>],
    progress: Progress<'_>,
) -> Result<(), Diagnostics> {
    let mut still = plan.clone();
    still.models.truncate(1);
    still.experiment.candidates = vec![plan.experiment.baseline.clone()];
    still.experiment.snapshots = Snapshots::All;
    still.experiment.baseline_snapshot = None;
    let scored = scoring::score(&still, engine, progress)?;
    for set in &scored.sets {
        for pair in set.index.slices.windows(2) {
            let site = Site::between(&still, set, &pair[1], Some(&pair[0]));
            let comparison = site.compare(0, 0)?;
            let place = summarise::place(&site).title();
            let wanted: Vec<Metric> = metrics.iter().map(|(metric, ..)| metric.clone()).collect();
            let measured = measure(&comparison, &wanted, None);
            for ((metric, ..), seen) in metrics.iter().zip(observed.iter_mut()) {
                // Judged pairs were judged once: they say nothing of months.
                let value = measured.get(&metric.to_string()).and_then(|measured| measured.point());
                let value = value.filter(|_| metric.definition.name != "auc");
                seen.extend(value.map(|value| Observed { value, place: place.clone(), source: Source::Neighbours }));
            }
        }
    }
    Ok(())
}

fn bound(metric: Metric, still: f64, less_is_worse: bool, observed: Vec<Observed>, margin: f64) -> Option<Draft> {
    // A value on the good side of no change at all is no reason for a laxer bound.
    let harm = |seen: &Observed| if less_is_worse { still - seen.value } else { seen.value - still }.max(0.0);
    let worst = observed.iter().max_by(|left, right| harm(left).total_cmp(&harm(right)))?;
    let distance = outward(harm(worst) * (1.0 + margin));
    let edge = if less_is_worse { still - distance } else { still + distance };
    let edge = crate::stats::grid::snap(edge);
    let seen = match metric.definition.unit {
        Unit::Share => percent(worst.value),
        _ => plain(worst.value),
    };
    let from = match worst.source {
        Source::Neighbours => "without any change of the model",
        Source::EarlierRun => "in a run that passed",
    };
    Some(Draft {
        because: format!(
            "drafted: {seen} is the worst seen {from} ({}); margin {} %",
            worst.place,
            crate::stats::grid::snap(margin * 100.0)
        ),
        at_least: less_is_worse.then_some(edge),
        at_most: (!less_is_worse).then_some(edge),
        metric,
        observed,
    })
}

/// Up to the next number of two significant digits.
fn outward(distance: f64) -> f64 {
    if distance <= 0.0 {
        return 0.0;
    }
    let digits = (elementary::ln(distance) / elementary::ln(10.0)).floor() as i32 - 1;
    let step = elementary::powf(10.0, f64::from(digits));
    crate::stats::grid::snap((distance / step - 1e-9).ceil() * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(value: f64) -> Observed {
        Observed { value, place: "a to b".to_string(), source: Source::Neighbours }
    }

    #[test]
    fn bounds_lie_a_margin_beyond_the_worst() {
        let tau = || "kendall-tau-b".parse::<Metric>().unwrap();
        let draft = bound(tau(), 1.0, true, vec![seen(0.96), seen(0.98)], 0.25).unwrap();
        assert_eq!((draft.at_least, draft.at_most), (Some(0.95), None));
        assert!(draft.because.contains("0.9600") && draft.because.contains("margin 25 %"), "{}", draft.because);
        let psi = bound("psi".parse().unwrap(), 0.0, false, vec![seen(0.00412)], 0.5).unwrap();
        assert_eq!(psi.at_most, Some(0.0062));
        // What only gets better is no licence to get worse.
        let gain = bound("confidence[of=gain]".parse().unwrap(), 0.0, true, vec![seen(0.1)], 0.5).unwrap();
        assert_eq!(gain.at_least, Some(0.0));
        assert!(bound(tau(), 1.0, true, Vec::new(), 0.5).is_none());
    }

    #[test]
    fn rounding_is_outward() {
        for (distance, rounded) in [(0.0, 0.0), (0.05, 0.05), (0.0501, 0.051), (123.4, 130.0), (0.999, 1.0)] {
            assert_eq!(outward(distance), rounded, "{distance}");
        }
    }
}
