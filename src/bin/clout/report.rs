//! `clout report`: a stored run, told again without scoring.

use cloutbench::report::{compose, html, junit, markdown};
use cloutbench::workbench::shown;

use super::annotate;
use super::compare::screen;
use crate::arguments::{ReportArguments, ReportFormat, Shared, TableFormat};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &ReportArguments) -> Outcome {
    let bench = shared.open()?;
    let run = bench.run(&arguments.run)?;
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
