//! `clout report`: a stored run, told again without scoring.

use cloutbench::diagnostic::Diagnostic;
use cloutbench::report::{beside, compose, figures_beside, html, incomparable, junit, markdown};
use cloutbench::workbench::{StoredRun, WorkbenchError, shown};
use serde_json::json;

use super::annotate;
use super::compare::{screen, whole};
use crate::arguments::{ReportArguments, ReportFormat, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &ReportArguments) -> Outcome {
    let bench = shared.open()?;
    let run = bench.run(&arguments.run)?;
    if let Some(other) = &arguments.other {
        return two(&run, &bench.run(other)?, arguments.format);
    }
    if let Some(out) = &arguments.out {
        bench.write_report_to(&run.outcome, out)?;
        output::note(&format!("report: {}", shown(&out.join("report.html"))));
        return Ok(Exit::Done);
    }
    let report = compose(&run.outcome);
    match arguments.format {
        ReportFormat::Table => {
            output::print(&screen(&report, true))?;
            // Told last: a file of notes that cannot be read does not hide the report.
            let notes = bench.notes(&run.path)?;
            if !notes.is_empty() {
                output::print("\n")?;
                output::table(&annotate::table("Notes", &notes), TableFormat::Table)?;
            }
        }
        ReportFormat::Markdown => output::print(&markdown::render(&report))?,
        ReportFormat::Html => output::print(&html::render(&report))?,
        ReportFormat::Junit => output::print(&junit::render(&run.outcome))?,
        ReportFormat::Json => output::json(&run.outcome)?,
    }
    Ok(Exit::Done)
}

/// Two runs side by side; exit code 3 with every reason where they cannot be.
fn two(first: &StoredRun, second: &StoredRun, format: ReportFormat) -> Outcome {
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
    match format {
        ReportFormat::Json => {
            let mut value = serde_json::to_value(figures_beside(one, other))
                .map_err(|error| Failure::machine("cannot write JSON", error))?;
            if let Some(map) = value.as_object_mut() {
                map.insert("comparable".to_string(), true.into());
            }
            output::json(&value)?;
        }
        ReportFormat::Markdown => output::print(&markdown::render(&beside(one, other)))?,
        ReportFormat::Html => output::print(&html::render(&beside(one, other)))?,
        ReportFormat::Table | ReportFormat::Junit => output::print(&whole(&beside(one, other)))?,
    }
    Ok(Exit::Done)
}
