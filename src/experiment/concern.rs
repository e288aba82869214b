//! Which expectations speak of which comparisons. One that speaks of none would never be judged, and
//! a build would take its silence for consent; so it is a mistake of the experiment.

use super::expectation::{Expectation, Part};
use super::outcome::Place;
use super::plan::Plan;
use crate::compare::group::Group;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::ids::ModelId;

/// Whether an expectation speaks of a candidate at a place.
pub fn concerns(expectation: &Expectation, candidate: &ModelId, place: &Place) -> bool {
    !expectation.across_topics
        && expectation.topic.as_deref().is_none_or(|wanted| Some(wanted) == place.topic.as_deref())
        && expectation.against.as_ref() != Some(candidate)
        && concerns_average(expectation, candidate, &place.dataset, place.snapshot.as_deref())
}

/// Whether it speaks of a candidate on a snapshot of a dataset, whatever the topic.
pub fn concerns_average(expectation: &Expectation, candidate: &ModelId, dataset: &str, snapshot: Option<&str>) -> bool {
    expectation.candidate.as_ref().is_none_or(|wanted| wanted == candidate)
        && expectation.snapshot.as_deref().is_none_or(|wanted| Some(wanted) == snapshot)
        && expectation.dataset.as_deref().is_none_or(|wanted| wanted == dataset)
}

/// Finds the expectations that speak of none of the compared places.
pub fn check(plan: &Plan, places: &[Place]) -> Result<(), Diagnostics> {
    let candidates = &plan.experiment.candidates;
    let spoken_of = |expectation: &Expectation| {
        candidates.iter().any(|candidate| {
            places.iter().any(|place| match expectation.across_topics {
                true => concerns_average(expectation, candidate, &place.dataset, place.snapshot.as_deref()),
                false => concerns(expectation, candidate, place),
            })
        })
    };
    let idle = plan.experiment.expectations.iter().enumerate().filter(|(_, expectation)| !spoken_of(expectation));
    let mut problems: Vec<Diagnostic> = idle.map(|(at, expectation)| problem(plan, places, at, expectation)).collect();
    problems.extend(unknown_bands(plan));
    Diagnostics::none_or(problems)
}

/// Expectations of a band that the version in the baseline's place does not have.
fn unknown_bands(plan: &Plan) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (at, expectation) in plan.experiment.expectations.iter().enumerate() {
        let Part::Group(Group::Band(name)) = &expectation.part else { continue };
        // Groups are those of the plan's first model, whichever version is compared against.
        let known: Vec<&str> = plan.models[0].bands.iter().map(|band| band.name.as_str()).collect();
        if !known.contains(&name.as_str()) {
            let message = format!("{} has no band `{}`", plan.models[0].id, visible(name));
            problems.push(plan.problem(&["expect", &at.to_string(), "band"], message).suggest(name, known));
        }
    }
    problems
}

fn problem(plan: &Plan, places: &[Place], at: usize, expectation: &Expectation) -> Diagnostic {
    let index = at.to_string();
    let path = |key: &'static str| ["expect", index.as_str(), key];
    let here = |place: &&Place| expectation.dataset.as_ref().is_none_or(|wanted| *wanted == place.dataset);
    let known = |of: fn(&Place) -> Option<&str>| -> Vec<&str> {
        let mut names: Vec<&str> = places.iter().filter(here).filter_map(of).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let snapshots = known(|place| place.snapshot.as_deref());
    if let Some(snapshot) = expectation.snapshot.as_deref().filter(|wanted| !snapshots.contains(wanted)) {
        let message = format!("the snapshot `{}` is not compared", visible(snapshot));
        return plan.problem(&path("snapshot"), message).suggest(snapshot, snapshots);
    }
    let topics = known(|place| place.topic.as_deref());
    if let Some(topic) = expectation.topic.as_deref().filter(|wanted| !topics.contains(wanted)) {
        let message = format!("the topic `{}` is not compared", visible(topic));
        return plan.problem(&path("topic"), message).suggest(topic, topics);
    }
    let problem = plan.problem(&["expect", &index], "the expectation speaks of nothing that is compared");
    match &expectation.against {
        Some(against) => problem.hint(format!("no candidate is left to be held against {against}")),
        None => problem.hint("its dataset, snapshot, topic and candidate do not occur together"),
    }
}
