//! `clout report RUN OTHER`: two stored runs side by side.

use cloutbench::diagnostic::Diagnostic;
use cloutbench::report::terminal::{self, Extent};
use cloutbench::report::{beside, figures_beside, html, incomparable, markdown};
use cloutbench::workbench::{StoredRun, Workbench, WorkbenchError, shown};
use serde_json::json;

use crate::arguments::ReportFormat;
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;

/// Two runs side by side; exit code 3 with every reason where they cannot be.
pub fn run(bench: &Workbench, first: &StoredRun, second: &StoredRun, format: ReportFormat) -> Outcome {
    if format == ReportFormat::Junit {
        let problem = Diagnostic::new("--format", "two runs side by side are no test cases");
        return Err(problem.hint("print the verdicts of each run by itself").into());
    }
    let [one, other] = [&first.outcome, &second.outcome];
    let reasons = incomparable(one, other);
    if !reasons.is_empty() {
        if format == ReportFormat::Json {
            let ids = [&one.run_id, &other.run_id];
            output::json(&json!({ "first": ids[0], "second": ids[1], "comparable": false, "reasons": reasons }))?;
        }
        let runs = format!("{} and {}", shown(&first.path), shown(&second.path));
        let problem = Diagnostic::new(runs, format!("the runs cannot be compared: {}", reasons.join("; ")))
            .hint("two runs need the same datasets and the same baseline, by digest, and a place in common");
        return Err(Failure::Workbench(WorkbenchError::NotComparable(problem)));
    }
    let report = || beside(one, other).within(&record::context(bench, &[one, other]));
    match format {
        ReportFormat::Json => {
            let mut value = serde_json::to_value(figures_beside(one, other))
                .map_err(|error| Failure::machine("cannot write JSON", error))?;
            if let Some(map) = value.as_object_mut() {
                map.insert("comparable".to_string(), true.into());
            }
            output::json(&value)?;
        }
        ReportFormat::Markdown => output::print(&markdown::render(&report(), markdown::Charts::Nowhere))?,
        ReportFormat::Html => output::print(&html::render(&report()))?,
        ReportFormat::Table | ReportFormat::Junit | ReportFormat::Csv => {
            output::print(&terminal::screen(&report(), Extent::All, output::style()))?;
        }
    }
    Ok(Exit::Done)
}
