//! The straight line: fit, score, compare, judge. Nothing here opens a file or prints; the plan
//! brings open datasets, and the outcome goes back as one value.

use std::borrow::Cow;

use super::across;
use super::check::Experiment;
use super::concern::{self, concerns};
use super::doubt;
use super::expectation::{Expectation, Part, Verdict};
use super::golden;
use super::groups::{Groups, Members, measure_parts};
use super::join::{RunError, compare, intervals};
use super::outcome::{
    self, ComparisonSummary, ExperimentSummary, Outcome, Place, Projection, TwoVersions, UncertaintySummary,
};
use super::plan::Plan;
use super::progress::{Progress, Stage};
use super::scoring::{self, Scored, Set};
use super::settings::Uncertainty;
use super::signals;
use super::site::Site;
use super::stress::{NoShelf, Shelf, Stability, stress};
use super::study_verdicts;
use super::summarise;
use crate::compare::findings::Findings;
use crate::compare::group::Group;
use crate::compare::measurement::{Measurement, measure, measure_one};
use crate::compare::metric::Metric;
use crate::compare::uncertainty::Intervals;
use crate::compare::{Comparison, Names, Range, find};
use crate::dataset::index::Slice;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::ModelId;
use crate::score::{Engine, Tick};

/// What a run came to: the outcome, and the scores behind it.
#[derive(Clone, Debug)]
pub struct Completed {
    pub outcome: Outcome,
    pub scored: Scored,
}

/// What the comparisons of a run come to.
#[derive(Default)]
struct Found {
    comparisons: Vec<ComparisonSummary>,
    every_two: Vec<TwoVersions>,
    verdicts: Vec<Verdict>,
}

/// What studies of stability tell and where they are put aside.
#[derive(Clone, Copy)]
pub struct Studying<'a> {
    pub shelf: &'a dyn Shelf,
    pub tell: &'a (dyn Fn(Tick) + Sync),
}

impl std::fmt::Debug for Studying<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Studying")
    }
}

impl Studying<'_> {
    /// Puts nothing aside and tells nobody.
    pub fn plainly() -> Studying<'static> {
        Studying { shelf: &NoShelf, tell: &|_| {} }
    }
}

/// Runs the whole plan.
pub fn run(
    plan: &Plan,
    engine: &dyn Engine,
    progress: Progress<'_>,
    studying: Studying<'_>,
) -> Result<Completed, RunError> {
    let scored = scoring::score_and_look(plan, engine, progress, true)?;
    for set in &scored.sets {
        if set.compared(plan).next().is_none() {
            let message = "the only snapshot to compare is the one on which the baseline scores";
            let problem = Diagnostic::new(set.dataset.origin(), message);
            return Err(Diagnostics::from(problem.hint("name later ones with `snapshots`")).into());
        }
    }
    concern::check(
        plan,
        &scoring::places(plan, scored.sets.iter().map(|set| (&*set.dataset, &set.topic, &set.index))),
    )?;
    let mut golden = Vec::new();
    if !plan.golden.is_empty() {
        progress(Stage::Golden);
        golden = golden::judge(plan, engine, &scored)?;
    }
    progress(Stage::Compare);
    let mut found = Found::default();
    for candidate in &plan.experiment.candidates {
        for set in &scored.sets {
            for slice in set.compared(plan) {
                let site = Site::new(plan, set, slice);
                let comparison = compare(&site, &plan.experiment.baseline, candidate)?;
                let groups = Groups::of(&site, &comparison);
                judge(&site, candidate, &comparison, &groups, &mut found.verdicts)?;
                found.comparisons.push(summarise(&site, candidate, &comparison, groups)?);
            }
        }
    }
    progress(Stage::Explain);
    super::reasons::find(plan, engine, &scored, &mut found.comparisons)?;
    progress(Stage::Conclude);
    for set in &scored.sets {
        for slice in set.compared(plan) {
            found.every_two.extend(every_two(plan, set, slice)?);
        }
    }
    let across_topics = across::topics(plan, &scored, &mut found.verdicts)?;
    let mut stability = None;
    if let Some(asked) = &plan.stability {
        progress(Stage::Stress);
        let stressed = stress(plan, asked, studying.shelf, studying.tell)?;
        found.verdicts.extend(study_verdicts::verdicts(plan, &stressed)?);
        stability = Some(Stability::from(stressed));
    }
    let models = plan.models.iter().enumerate();
    let mut outcome = Outcome {
        format: outcome::FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_string(),
        run_id: super::identity::run_id(plan),
        command: plan.command.clone(),
        experiment: ExperimentSummary {
            name: plan.experiment.name.clone(),
            title: plan.experiment.title.clone(),
            question: plan.experiment.question.clone(),
            smallest_group: plan.experiment.smallest_group,
        },
        datasets: plan.datasets.iter().map(|dataset| summarise::dataset(dataset)).collect(),
        models: models.map(|(at, model)| summarise::model(plan, at, model, &scored)).collect(),
        comparisons: found.comparisons,
        every_two: found.every_two,
        across_topics,
        signal_drift: signals::drift(plan, &scored)?,
        uncertainty: plan.experiment.uncertainty.map(|uncertainty| projected(plan, uncertainty)),
        stability,
        passed: found.verdicts.iter().all(|verdict| verdict.met) && golden.iter().all(|verdict| verdict.met),
        verdicts: found.verdicts,
        golden,
        doubts: Vec::new(),
    };
    outcome.doubts = doubt::doubts(&outcome);
    Ok(Completed { outcome, scored })
}

fn projected(plan: &Plan, uncertainty: Uncertainty) -> UncertaintySummary {
    let projection = |dataset: &std::sync::Arc<crate::dataset::Dataset>| {
        let manifest = dataset.manifest();
        let resampled = uncertainty.clusters(manifest).unwrap_or("accounts").to_string();
        (manifest.name.clone(), Projection { resampled, population: manifest.population.clone() })
    };
    UncertaintySummary {
        level: uncertainty.level,
        replicates: uncertainty.replicates,
        seed: uncertainty.seed,
        datasets: plan.datasets.iter().map(projection).collect(),
    }
}

fn summarise(
    site: &Site<'_>,
    candidate: &ModelId,
    comparison: &Comparison,
    groups: Groups,
) -> Result<ComparisonSummary, RunError> {
    let plan = site.plan;
    let (baseline, model) = (&plan.models[0], &plan.models[plan.position(candidate)]);
    let range = Range { low: baseline.scale.min.min(model.scale.min), high: baseline.scale.max.max(model.scale.max) };
    let name = |row: u32| -> Cow<'_, str> { site.account(row) };
    let names = Names::new(&name);
    let Some(findings) = find(comparison, range, &summarise::band_labels(baseline), &names) else {
        // compare() has refused an empty comparison.
        return Err(Diagnostics::from(Diagnostic::new(site.set.dataset.origin(), "nothing to compare")).into());
    };
    let segments = site.segments(comparison);
    let intervals = intervals(plan, site.set);
    Ok(ComparisonSummary {
        baseline: baseline.id.to_string(),
        candidate: model.id.to_string(),
        place: summarise::place(site),
        coverage: comparison.coverage,
        pairs: comparison.pairs.len() as u64,
        pairs_left_out: comparison.pairs_left_out + site.absent_pairs,
        answers: comparison.answers.len() as u64,
        answers_left_out: site.answers_left_out(comparison),
        sampled: comparison.beside.sampling.is_some(),
        metrics: measure(comparison, &Metric::for_comparison(comparison), intervals.as_ref()),
        findings: Findings { population: site.population(0, plan.position(candidate)), ..findings },
        groups: groups.measure(
            comparison,
            plan.experiment.smallest_group,
            intervals.as_ref(),
            plan.experiment.candidates.len(),
        ),
        cohorts_absent: groups.absent,
        perks: plan.experiment.perks.iter().map(|perk| perk.find(comparison, &segments, &names)).collect(),
        reasons: Vec::new(),
        weights: Vec::new(),
    })
}

/// Holds every expectation that speaks of a candidate at a site.
fn judge(
    site: &Site<'_>,
    candidate: &ModelId,
    comparison: &Comparison,
    groups: &Groups,
    verdicts: &mut Vec<Verdict>,
) -> Result<(), RunError> {
    let place = summarise::place(site);
    let intervals = intervals(site.plan, site.set);
    let concerned = |expectation: &&Expectation| concerns(expectation, candidate, &place);
    for expectation in site.plan.experiment.expectations.iter().filter(concerned) {
        let other;
        let (compared, baseline, own_groups);
        match &expectation.against {
            None => (compared, baseline, own_groups) = (comparison, &site.plan.experiment.baseline, None),
            Some(against) => {
                other = compare(site, against, candidate)?;
                (compared, baseline, own_groups) = (&other, against, Some(Groups::of(site, &other)));
            }
        }
        let groups = own_groups.as_ref().unwrap_or(groups);
        let measured = measure_for(expectation, compared, groups, &site.plan.experiment, intervals.as_ref());
        for (group, measured) in measured {
            let versions = [baseline, candidate];
            verdicts.push(Verdict { group, ..expectation.verdict(versions, &place, measured) });
        }
    }
    Ok(())
}

/// What an expectation speaks of, measured: all accounts, one group, or every group of a column,
/// and then with intervals that hold for all of them at once.
fn measure_for(
    expectation: &Expectation,
    comparison: &Comparison,
    groups: &Groups,
    experiment: &Experiment,
    intervals: Option<&Intervals>,
) -> Vec<(Option<Group>, Measurement)> {
    let smallest = experiment.smallest_group;
    let metric = &expectation.metric;
    match &expectation.part {
        Part::Whole => vec![(None, measure_one(comparison, metric, intervals))],
        Part::Group(group) => {
            let measured = match groups.positions(group) {
                Some([]) | None => Measurement::undefined(metric, format!("no compared account is in {group}")),
                Some(positions) => {
                    let parts = [Members::of(comparison, positions)];
                    let measured = measure_parts(comparison, metric, &parts, intervals, 1);
                    return measured.into_iter().map(|measured| (Some(group.clone()), measured)).collect();
                }
            };
            vec![(Some(group.clone()), measured)]
        }
        several @ (Part::EachOf(_) | Part::EachBand) => {
            let is_meant = |group: &Group| match (several, group) {
                (Part::EachOf(column), Group::Segment { column: own, .. }) => own == column,
                (Part::EachBand, Group::Band(_)) => true,
                _ => false,
            };
            let of_column =
                groups.list.iter().filter(|(group, positions)| is_meant(group) && positions.len() as u64 >= smallest);
            let (names, parts): (Vec<&Group>, Vec<Members<'_>>) =
                of_column.map(|(group, positions)| (group, Members::of(comparison, positions))).unzip();
            if parts.is_empty() {
                // An expectation that nothing can be held against is not met.
                let reason = match several {
                    Part::EachOf(column) => format!("no group of {column} has {smallest} accounts or more"),
                    _ => format!("no band of the baseline has {smallest} accounts or more"),
                };
                return vec![(None, Measurement::undefined(metric, reason))];
            }
            let measured = measure_parts(comparison, metric, &parts, intervals, experiment.candidates.len());
            names.into_iter().cloned().map(Some).zip(measured).collect()
        }
    }
}

/// Every two versions of a site where neither is the baseline.
fn every_two(plan: &Plan, set: &Set, slice: &Slice) -> Result<Vec<TwoVersions>, RunError> {
    let candidates: Vec<&ModelId> =
        plan.experiment.candidates.iter().filter(|id| **id != plan.experiment.baseline).collect();
    let mut found = Vec::new();
    if candidates.len() < 2 {
        return Ok(found);
    }
    // Both sides stand on the same snapshot here: two candidates, the same data.
    let site = Site::same_snapshot(plan, set, slice);
    let place: Place = summarise::place(&site);
    let intervals = intervals(plan, set);
    for (at, first) in candidates.iter().enumerate() {
        for second in &candidates[at + 1..] {
            let comparison = compare(&site, first, second)?;
            let metrics = Metric::for_two(&comparison);
            found.push(TwoVersions {
                first: first.to_string(),
                second: second.to_string(),
                place: place.clone(),
                metrics: measure(&comparison, &metrics, intervals.as_ref()),
            });
        }
    }
    Ok(found)
}
