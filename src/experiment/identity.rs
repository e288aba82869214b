//! The run id: a digest of everything that decides an outcome, and of nothing else. Comments in
//! files, paths, threads and the clock are not part of it.

use serde::Serialize;

use super::expectation::Bound;
use super::plan::Plan;
use crate::dataset::Dataset;
use crate::dataset::index::Snapshots;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Identity<'a> {
    format: u32,
    tool: &'a str,
    experiment: &'a str,
    title: &'a str,
    question: Option<&'a str>,
    snapshots: Option<&'a [String]>,
    all_snapshots: bool,
    topic: Option<&'a str>,
    minimum_overlap: f64,
    expectations: Vec<Expected<'a>>,
    models: Vec<String>,
    dataset: (String, String),
    references: Vec<(String, String)>,
    command: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Expected<'a> {
    metric: String,
    bound: Bound,
    because: &'a str,
    candidate: Option<String>,
    snapshot: Option<&'a str>,
}

/// A dataset by its manifest and the digest of its files.
fn identity_of(dataset: &Dataset) -> (String, String) {
    // The manifest's debug form holds every field that a report may print.
    (format!("{:?}", dataset.manifest()), dataset.digest())
}

/// The id of the run of a plan: 16 bytes in hexadecimal.
pub fn run_id(plan: &Plan) -> String {
    let experiment = &plan.experiment;
    let (snapshots, all_snapshots) = match &experiment.selection.snapshots {
        Snapshots::Latest => (None, false),
        Snapshots::All => (None, true),
        Snapshots::Named(names) => (Some(names.as_slice()), false),
    };
    let identity = Identity {
        format: 1,
        tool: env!("CARGO_PKG_VERSION"),
        experiment: &experiment.name,
        title: &experiment.title,
        question: experiment.question.as_deref(),
        snapshots,
        all_snapshots,
        topic: experiment.selection.topic.as_deref(),
        minimum_overlap: experiment.minimum_overlap,
        expectations: experiment
            .expectations
            .iter()
            .map(|expectation| Expected {
                metric: expectation.metric.to_string(),
                bound: expectation.bound,
                because: &expectation.because,
                candidate: expectation.candidate.as_ref().map(ToString::to_string),
                snapshot: expectation.snapshot.as_deref(),
            })
            .collect(),
        models: plan.models.iter().map(|model| model.digest()).collect(),
        dataset: identity_of(&plan.dataset),
        references: plan.references.values().map(|dataset| identity_of(dataset)).collect(),
        command: &plan.command,
    };
    // Strings and finite numbers always have a JSON form.
    let json = serde_json::to_vec(&identity).unwrap_or_default();
    blake3::hash(&json).to_hex()[..32].to_string()
}
