//! A metric over versions and runs: only figures that can be compared stand in one line.

use serde::Serialize;

use super::expectation::Verdict;
use super::outcome::{ComparisonSummary, Outcome, Place};
use crate::compare::measurement::Measurement;
use crate::compare::metric::Metric;
use crate::ids::ModelId;

/// A metric over the runs that measured it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trend {
    /// Label of the metric.
    pub metric: String,
    /// By place, then by baseline; none of them empty.
    pub lines: Vec<TrendLine>,
}

/// Figures that can be compared: the same place, the same data and the same baseline, by digest.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TrendLine {
    /// The dataset's files by one digest; its name stands in the place.
    pub dataset_digest: String,
    pub place: Place,
    pub baseline: String,
    pub baseline_digest: String,
    /// By family and version of the candidate, then by run.
    pub points: Vec<TrendPoint>,
}

/// What one run measured for one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TrendPoint {
    pub experiment: String,
    /// The run id.
    pub run: String,
    pub candidate: String,
    /// Two models may bear one name as long as it is not released; their digests differ.
    pub candidate_digest: String,
    pub value: Measurement,
    /// Expectations of the run that speak of this candidate at this place, and how many of them
    /// failed.
    pub expected: u64,
    pub failed: u64,
}

/// Draws a metric out of outcomes: a point for each comparison that measured it, defined or not.
/// The order of the outcomes does not matter.
pub fn trend(metric: &Metric, runs: &[Outcome]) -> Trend {
    let label = metric.to_string();
    let mut lines: Vec<TrendLine> = Vec::new();
    for run in runs {
        for summary in &run.comparisons {
            let Some(value) = summary.metrics.get(&label) else { continue };
            let line = TrendLine {
                dataset_digest: dataset_digest(run, &summary.place.dataset),
                place: summary.place.clone(),
                baseline: summary.baseline.clone(),
                baseline_digest: model_digest(run, &summary.baseline),
                points: Vec::new(),
            };
            let at = lines.iter().position(|known| key(known) == key(&line)).unwrap_or_else(|| {
                lines.push(line);
                lines.len() - 1
            });
            lines[at].points.push(point(run, summary, value));
        }
    }
    for line in &mut lines {
        line.points.sort_by_cached_key(|point| (order(&point.candidate), point.run.clone(), point.experiment.clone()));
    }
    lines.sort_by_cached_key(|line| {
        let place = (line.place.dataset.clone(), line.place.topic.clone(), line.place.snapshot.clone());
        let rest = (line.place.baseline_snapshot.clone(), order(&line.baseline));
        (place, rest, line.baseline_digest.clone(), line.dataset_digest.clone())
    });
    Trend { metric: label, lines }
}

/// What figures must share to stand in one line.
fn key(line: &TrendLine) -> (&str, &Place, &str) {
    (&line.dataset_digest, &line.place, &line.baseline_digest)
}

/// Models by family and by version, as numbers rather than as text.
pub fn order(id: &str) -> (Option<ModelId>, String) {
    (id.parse().ok(), id.to_string())
}

fn point(run: &Outcome, summary: &ComparisonSummary, value: &Measurement) -> TrendPoint {
    let place = &summary.place;
    let concerned = |verdict: &&Verdict| {
        verdict.candidate == summary.candidate
            && verdict.dataset == place.dataset
            && (verdict.across_topics || verdict.topic == place.topic)
            && (verdict.snapshot.is_none() || verdict.snapshot == place.snapshot)
    };
    let verdicts = run.verdicts.iter().filter(concerned);
    TrendPoint {
        experiment: run.experiment.name.clone(),
        run: run.run_id.clone(),
        candidate: summary.candidate.clone(),
        candidate_digest: model_digest(run, &summary.candidate),
        value: value.clone(),
        expected: verdicts.clone().count() as u64,
        failed: verdicts.filter(|verdict| !verdict.met).count() as u64,
    }
}

fn model_digest(run: &Outcome, id: &str) -> String {
    run.models.iter().find(|model| model.id == id).map_or(String::new(), |model| model.digest.clone())
}

fn dataset_digest(run: &Outcome, name: &str) -> String {
    run.datasets.iter().find(|dataset| dataset.name == name).map_or(String::new(), |dataset| dataset.digest.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Outcome {
        serde_json::from_str(include_str!("../../tests/golden/trimmed-audience.outcome.json")).unwrap()
    }

    /// The stored outcome with another candidate, under another run id.
    fn with_candidate(id: &str, run_id: &str) -> Outcome {
        let mut outcome = stored();
        outcome.run_id = run_id.to_string();
        outcome.models[1].id = id.to_string();
        outcome.comparisons[0].candidate = id.to_string();
        outcome.verdicts.iter_mut().for_each(|verdict| verdict.candidate = id.to_string());
        outcome
    }

    fn tau() -> Metric {
        "kendall-tau-b".parse().unwrap()
    }

    #[test]
    fn versions_stand_in_their_order_whatever_the_order_of_the_runs() {
        let names = ["clout@1.9.0", "clout@1.10.0", "clout@1.10.0-rc.1", "a@2.0.0", "clout@1.9.0"];
        let mut runs: Vec<Outcome> =
            names.iter().enumerate().map(|(at, id)| with_candidate(id, &format!("{}", 9 - at))).collect();
        let forward = trend(&tau(), &runs);
        let points = |found: &Trend| -> Vec<String> {
            found.lines[0].points.iter().map(|point| format!("{} {}", point.candidate, point.run)).collect()
        };
        let expected = ["a@2.0.0 6", "clout@1.9.0 5", "clout@1.9.0 9", "clout@1.10.0-rc.1 7", "clout@1.10.0 8"];
        assert_eq!((forward.lines.len(), points(&forward)), (1, expected.map(str::to_string).to_vec()));
        runs.reverse();
        assert_eq!(trend(&tau(), &runs), forward);
    }

    #[test]
    fn a_line_shares_data_place_and_baseline() {
        let changes: [fn(&mut Outcome); 5] = [
            |run| run.datasets[0].digest = "other".to_string(),
            |run| run.models[0].digest = "other".to_string(),
            |run| run.comparisons[0].place.topic = Some("rust".to_string()),
            |run| run.comparisons[0].place.snapshot = Some("2011-09".to_string()),
            |run| run.comparisons[0].place.baseline_snapshot = Some("2011-08".to_string()),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut other = stored();
            change(&mut other);
            assert_eq!(trend(&tau(), &[stored(), other]).lines.len(), 2, "change {at}");
        }
        // Another experiment, another candidate and other expectations can be compared.
        let mut other = with_candidate("clout@2.0.0", "x");
        other.experiment.name = "other".to_string();
        other.verdicts.clear();
        let found = trend(&tau(), &[stored(), other]);
        assert_eq!(found.lines.len(), 1);
        let judged: Vec<(u64, u64)> = found.lines[0].points.iter().map(|p| (p.expected, p.failed)).collect();
        assert_eq!(judged, [(5, 0), (0, 0)]);
    }

    #[test]
    fn verdicts_of_others_do_not_count() {
        let mut run = stored();
        run.verdicts[0].met = false;
        run.verdicts[1].candidate = "clout@9.0.0".to_string();
        run.verdicts[2].snapshot = Some("2011-09".to_string());
        run.verdicts[3].dataset = "other".to_string();
        let found = trend(&tau(), &[run]);
        let point = &found.lines[0].points[0];
        assert_eq!((point.expected, point.failed), (2, 1));
    }

    #[test]
    fn undefined_figures_are_points_and_unmeasured_ones_are_none() {
        let mut run = stored();
        run.comparisons[0].metrics.insert("kendall-tau-b".to_string(), Measurement::undefined(&tau(), "why".into()));
        let found = trend(&tau(), &[run]);
        assert_eq!(found.lines[0].points[0].value.value, Err("why".to_string()));
        assert_eq!(trend(&"overlap-at-k[k=7]".parse().unwrap(), &[stored()]).lines, []);
    }
}
