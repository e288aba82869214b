//! Expectations of studies held against a plan: what they name is looked up before anything runs, and
//! what the studies found is judged after.

use std::collections::BTreeSet;

use super::expectation::Verdict;
use super::plan::{Plan, StabilityPlan};
use super::stress::Stressed;
use crate::compare::metric::Argument;
use crate::diagnostic::{Diagnostics, visible};
use crate::stability::noise::NoiseStudy;

/// Finds what expectations name and the studies do not have: a slip would cost the whole run before it
/// is seen.
///
/// # Errors
/// Attacks, networks, factors, choices, bands and levels of a disturbance that there are not.
pub fn check_names(plan: &Plan, asked: &StabilityPlan) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    for expectation in &plan.experiment.study_expectations {
        for (parameter, argument) in &expectation.figure.arguments {
            let known = known(plan, asked, parameter);
            let stated = argument.to_string();
            if known.as_ref().is_none_or(|known| known.contains(&stated)) {
                continue;
            }
            let index = expectation.at.to_string();
            let message = format!("the study `{}` has no {parameter} {}", expectation.figure.study(), visible(&stated));
            let problem = plan.problem(&["expect", &index, "with", parameter], message);
            problems.push(problem.suggest(&stated, known.iter().flatten().map(String::as_str)));
        }
    }
    Diagnostics::none_or(problems)
}

/// What a parameter may name, as it is written; none where it is free.
fn known(plan: &Plan, asked: &StabilityPlan, parameter: &str) -> Option<BTreeSet<String>> {
    let networks = || plan.models.iter().flat_map(|model| &model.networks);
    let factors = networks()
        .flat_map(|network| network.factors.iter().map(move |factor| format!("{}/{}", network.name, factor.name)));
    let noise = asked.studies.noise.as_ref();
    let numbers = |of: fn(&NoiseStudy) -> Vec<f64>| {
        noise.map_or(Vec::new(), of).into_iter().map(|number| Argument::Number(number).to_string()).collect()
    };
    let names: BTreeSet<String> = match parameter {
        "attack" => asked.attacks.iter().map(|attack| attack.name.clone()).collect(),
        "outage" => networks().map(|network| network.name.clone()).collect(),
        "without" => networks().map(|network| network.name.clone()).chain(factors).collect(),
        "choice" => {
            let alternatives = asked.studies.sensitivity.iter().flat_map(|study| &study.alternatives);
            let weights = networks().map(|network| network.name.clone()).chain(factors);
            weights.chain(alternatives.map(|alternative| alternative.name.clone())).collect()
        }
        "to" => plan.models.iter().flat_map(|model| &model.bands).map(|band| band.name.clone()).collect(),
        "noise" => numbers(|study| study.levels.clone()),
        "missing" => numbers(|study| study.missing.clone()),
        "stale" => numbers(|study| study.stale.clone()),
        "digits" => numbers(|study| study.digits.iter().map(|digits| f64::from(digits.get())).collect()),
        _ => return None,
    };
    Some(names)
}

/// Holds every expectation of a study against the candidates that it speaks of.
///
/// # Errors
/// One that speaks of none.
pub(super) fn verdicts(plan: &Plan, found: &Stressed) -> Result<Vec<Verdict>, Diagnostics> {
    let experiment = &plan.experiment;
    let mut verdicts = Vec::new();
    let mut problems = Vec::new();
    for expectation in &experiment.study_expectations {
        let before = verdicts.len();
        for candidate in &experiment.candidates {
            if expectation.candidate.as_ref().is_some_and(|wanted| wanted != candidate) {
                continue;
            }
            let id = candidate.to_string();
            let versions = found.versions.iter().filter(|version| version.model == id);
            let those = versions.filter(|version| expectation.concerns(version));
            verdicts.extend(those.map(|version| expectation.verdict(&experiment.baseline, version, found)));
        }
        if verdicts.len() == before {
            let index = expectation.at.to_string();
            let problem = plan.problem(&["expect", &index], "the expectation speaks of nothing that is studied");
            problems.push(problem.hint("studies are made on the latest compared snapshot"));
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(verdicts)
}
