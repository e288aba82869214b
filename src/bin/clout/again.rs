//! `clout run --again`: a stored run comes out again byte by byte, or the inputs that changed are
//! named.

use cloutbench::diagnostic::Diagnostic;
use cloutbench::experiment::ChangedInput;
use cloutbench::number::counted;
use cloutbench::report::{Align, Table};
use cloutbench::workbench::{Again, StoredRun, WorkbenchError, shown};
use serde_json::json;

use crate::arguments::{Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::watch::Watch;

pub fn run(shared: &Shared, name: &str, format: TableFormat) -> Outcome {
    let bench = shared.open()?;
    let run = bench.run(name)?;
    let plan = match bench.plan_again(&run)? {
        Again::Same(plan) => plan,
        Again::Changed(changed) => return changed_inputs(&run, &changed, format),
    };
    let watch = Watch::start();
    let completed = watch.running(&bench, &plan)?;
    watch.stop();
    let files = bench.verify_run(&run, &plan, &completed)?;
    match format {
        TableFormat::Json => output::json(&json!({ "run": run.outcome.run_id, "same": true, "files": files }))?,
        _ => output::print(&format!("the same bytes: {}\n", counted(files, "file")))?,
    }
    Ok(Exit::Done)
}

/// Prints what changed, and gives exit code 3.
fn changed_inputs(run: &StoredRun, changed: &[ChangedInput], format: TableFormat) -> Outcome {
    if format == TableFormat::Json {
        output::json(&json!({ "run": run.outcome.run_id, "same": false, "changed": changed }))?;
    } else if !changed.is_empty() {
        output::table(&table(changed), format)?;
    }
    let problem = match changed.len() as u64 {
        0 => Diagnostic::new(shown(&run.path), "the run has another id, and no input that its lock names changed")
            .hint("the tool was built otherwise; run the experiment to get a run of today"),
        count => {
            let message = format!("the run cannot come out again: {} changed", counted(count, "input"));
            Diagnostic::new(shown(&run.path), message)
                .hint("restore what changed, or run the experiment to get a run of today")
        }
    };
    Err(Failure::Workbench(WorkbenchError::NotComparable(problem)))
}

fn table(changed: &[ChangedInput]) -> Table {
    let mut table = Table::new("", &[("Input", Align::Left), ("Then", Align::Left), ("Now", Align::Left)]);
    for ChangedInput { input, then, now } in changed {
        let side = |value: &Option<String>| value.as_ref().map_or("–".to_string(), |value| input.short(value));
        table.row([input.to_string(), side(then), side(now)]);
    }
    table
}
