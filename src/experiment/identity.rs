//! The run id: a digest of everything that decides an outcome, and of nothing else. Comments in
//! files, paths, threads and the clock are not part of it.

use serde::Serialize;

use super::check::Experiment;
use super::golden::GoldenPlan;
use super::plan::{Cohort, Plan, StabilityPlan};
use crate::dataset::Dataset;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Identity<'a> {
    format: u32,
    tool: &'a str,
    experiment: &'a Experiment,
    cohorts: &'a [Cohort],
    models: Vec<String>,
    datasets: Vec<(String, String)>,
    references: Vec<(String, String)>,
    command: &'a str,
    /// What counts instead of references that are not at hand as they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    frozen: Vec<String>,
    /// Combinations of alternatives, attacks and identities, where studies need them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    studied_with: Vec<String>,
    /// Golden cases and their datasets, where candidates are held to any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    golden: Vec<GoldenIdentity>,
}

/// What the cases of a family say, and their datasets.
type GoldenIdentity = (String, Vec<(String, String)>);

fn golden(golden: &GoldenPlan) -> GoldenIdentity {
    let datasets = golden.datasets.values().map(|dataset| identity_of(dataset)).collect();
    (String::from_utf8_lossy(&golden.said()).into_owned(), datasets)
}

/// A dataset by its manifest and the digest of its files.
fn identity_of(dataset: &Dataset) -> (String, String) {
    // The manifest's debug form holds every field that a report may print.
    (format!("{:?}", dataset.manifest()), dataset.digest())
}

/// What studies need beside what the experiment says; debug forms hold every field.
fn studied_with(asked: &StabilityPlan) -> Vec<String> {
    let combinations = asked.combinations.iter().flatten().map(|model| model.digest());
    combinations.chain([format!("{:?}", asked.attacks), format!("{:?}", asked.identities)]).collect()
}

/// The id of the run of a plan: 16 bytes in hexadecimal.
pub fn run_id(plan: &Plan) -> String {
    let identity = Identity {
        format: 1,
        tool: env!("CARGO_PKG_VERSION"),
        experiment: &plan.experiment,
        cohorts: &plan.cohorts,
        models: plan.models.iter().map(|model| model.digest()).collect(),
        datasets: plan.datasets.iter().map(|dataset| identity_of(dataset)).collect(),
        references: plan.references.values().map(|dataset| identity_of(dataset)).collect(),
        command: &plan.command,
        frozen: plan.frozen.iter().map(|(id, frozen)| format!("{id} {} {frozen:?}", frozen.digest)).collect(),
        studied_with: plan.stability.iter().flat_map(studied_with).collect(),
        golden: plan.golden.iter().map(golden).collect(),
    };
    // Strings and finite numbers always have a JSON form.
    let json = serde_json::to_vec(&identity).unwrap_or_default();
    blake3::hash(&json).to_hex()[..32].to_string()
}
