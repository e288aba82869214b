//! `clout compare`: an answer while the thought is still warm.

use cloutbench::experiment::Outcome as Found;
use cloutbench::report::terminal::{self, Extent};
use cloutbench::report::{compose, markdown};
use cloutbench::workbench::{CompareOrder, ModelName};

use crate::arguments::{CompareArguments, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;
use cloutbench::diagnostic::Diagnostic;

pub fn run(shared: &Shared, arguments: &CompareArguments) -> Outcome {
    let bench = shared.open()?;
    let named = |name: &String| ModelName { name: name.clone(), edits: arguments.edits.clone() };
    let candidates: Vec<ModelName> = match (arguments.candidates.as_slice(), arguments.edits.is_empty()) {
        ([], true) => {
            let problem = Diagnostic::new("clout compare", "there is nothing to compare the baseline with");
            return Err(problem
                .hint("name a candidate, or edit the baseline with --set 'weight[tag=audience] *= 0.5'")
                .into());
        }
        ([], false) => vec![named(&arguments.baseline)],
        (names, _) => names.iter().map(named).collect(),
    };
    if let Some(least) = arguments.minimum_overlap.filter(|least| !(0.0..=1.0).contains(least)) {
        return Err(Diagnostic::new("--minimum-overlap", format!("{least} is no share between 0 and 1")).into());
    }
    let order = CompareOrder {
        baseline: ModelName { name: arguments.baseline.clone(), edits: Vec::new() },
        candidates,
        dataset: arguments.rows.on.clone(),
        snapshots: arguments.rows.snapshots(),
        topic: arguments.rows.topic.clone(),
        minimum_overlap: arguments.minimum_overlap,
        segments: arguments.segments.clone(),
        uncertainty: arguments.intervals.uncertainty()?,
    };
    let watch = Watch::start();
    let plan = bench.compare_plan(&order)?;
    let completed = watch.running(&bench, &plan)?;
    let spent = watch.stop();
    record::looks(&bench, record::shown(&plan, &plan.command))?;
    record::tries(&bench, &plan);
    let extent = match (arguments.all, arguments.segments.is_empty()) {
        (true, _) => Extent::All,
        (false, true) => Extent::Summary,
        (false, false) => Extent::Groups,
    };
    if !arguments.format.for_people() {
        record::releases(&bench, &plan.models);
    }
    let context = record::context(&bench, &[&completed.outcome]);
    show(&completed.outcome, arguments.format, extent, &context)?;
    if arguments.timings {
        spent.tell();
    }
    // Nothing is expected of a comparison but golden cases.
    Ok(if completed.outcome.passed { Exit::Done } else { Exit::ExpectationFailed })
}

/// Prints an outcome: its summary for people, all of it as JSON.
fn show(outcome: &Found, format: TableFormat, extent: Extent, context: &[String]) -> Result<(), Failure> {
    if format == TableFormat::Json {
        return output::json(outcome);
    }
    let report = compose(outcome).within(context);
    match format {
        TableFormat::Markdown => output::print(&markdown::render(&report, markdown::Charts::Nowhere)),
        TableFormat::Csv => {
            let comparisons: Vec<_> = outcome.comparisons.iter().collect();
            let table = cloutbench::report::exact_table(&comparisons);
            output::table(&table, TableFormat::Csv)
        }
        _ => output::print(&terminal::screen(&report, extent, output::style())),
    }
}
