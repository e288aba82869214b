//! What a command leaves behind in the workbench when it has scored and before it shows anything: the
//! versions that were tried, and looks at holdouts.

use std::sync::Arc;

use cloutbench::diagnostic::visible;
use cloutbench::experiment::{Outcome, Plan};
use cloutbench::model::Model;
use cloutbench::workbench::{Shown, Workbench};

use crate::clock;
use crate::exit::Failure;
use crate::output;

/// Records tries. They are a count that reports tell, so that a workbench which cannot be written to
/// still gives its answers.
pub fn tries(bench: &Workbench, plan: &Plan) {
    if let Err(error) = bench.record_tries(plan) {
        output::note(&format!("note: this try is not counted:\n{error}"));
    }
}

/// Records looks at holdouts, and says so. Where that fails nothing may be shown.
pub fn looks(bench: &Workbench, shown: Shown<'_>) -> Result<(), Failure> {
    if !shown.looks_at_a_holdout() {
        return Ok(());
    }
    for found in bench.record_looks(shown, clock::day(None)?)? {
        let models: Vec<&str> = found.look.model.iter().map(|model| model.id.as_str()).collect();
        let (name, count) = (&found.look.dataset, found.count);
        let which = match found.existed {
            false => format!("this is look {count} at it"),
            true => format!("this look of today is among the {count} at it"),
        };
        output::note(&format!("note: {name} is a holdout: {which}, by {}", visible(&models.join(", "))));
    }
    Ok(())
}

/// All that is scored by a plan.
pub fn shown<'a>(plan: &'a Plan, command: &'a str) -> Shown<'a> {
    Shown { datasets: &plan.datasets, models: &plan.models, command, run: None }
}

/// Says what is known of the releases of models, where no report says it.
pub fn releases(bench: &Workbench, models: &[Arc<Model>]) {
    waived(bench, models).iter().for_each(|line| output::note(&format!("note: {}", visible(line))));
}

/// What is known of the releases of models, in a sentence each.
pub fn waived(bench: &Workbench, models: &[Arc<Model>]) -> Vec<String> {
    let models: Vec<(String, String)> = models.iter().map(|model| (model.id.to_string(), model.digest())).collect();
    bench.waived(models.iter().map(|(id, digest)| (id.as_str(), digest.as_str())))
}

/// What a report on the datasets of some outcomes tells of the workbench.
pub fn context(bench: &Workbench, outcomes: &[&Outcome]) -> Vec<String> {
    let datasets = outcomes.iter().flat_map(|outcome| &outcome.datasets);
    let mut context = bench.context(datasets.map(|dataset| dataset.name.as_str()));
    let models = outcomes.iter().flat_map(|outcome| &outcome.models);
    context.extend(bench.waived(models.map(|model| (model.id.as_str(), model.digest.as_str()))));
    context
}
