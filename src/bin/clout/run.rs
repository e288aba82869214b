//! `clout run`: experiments, archived and judged.

use cloutbench::experiment::Outcome as Found;
use cloutbench::report::compose;
use cloutbench::report::terminal::{self, Extent};
use cloutbench::workbench::{Archived, Shown, Workbench, shown};

use crate::arguments::{RunArguments, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome, gravest};
use crate::output;
use crate::record;
use crate::watch::{Phase, Watch};

pub fn run(shared: &Shared, arguments: &RunArguments) -> Outcome {
    if let Some(run) = &arguments.again {
        return super::again::run(shared, run, arguments.format);
    }
    let bench = shared.open()?;
    let mut failures: Vec<Failure> = Vec::new();
    let mut outcomes: Vec<Found> = Vec::new();
    for (position, name) in arguments.experiments.iter().enumerate() {
        match one(&bench, name, arguments.timings) {
            Ok((outcome, archived)) => {
                if arguments.format == TableFormat::Table {
                    let gap = if position > 0 { "\n" } else { "" };
                    let report = compose(&outcome).within(&record::context(&bench, &[&outcome]));
                    let screen = terminal::screen(&report, Extent::Summary, output::style());
                    output::print(&format!("{gap}{screen}"))?;
                }
                let again = if archived.existed { " (the same bytes stood there already)" } else { "" };
                output::note(&format!("report: {}{again}", shown(&archived.path.join("report.html"))));
                outcomes.push(outcome);
            }
            Err(failure) => {
                output::note(&failure.to_string());
                failures.push(failure);
            }
        }
    }
    match arguments.format {
        TableFormat::Table => {}
        TableFormat::Json => output::json(&outcomes)?,
        other => {
            let all: Vec<&Found> = outcomes.iter().collect();
            if let Some(table) = cloutbench::report::judged_table(&all, other == TableFormat::Csv) {
                output::table(&table, other)?;
            }
        }
    }
    let failed = outcomes.iter().any(|outcome| !outcome.passed);
    let codes = failures.iter().map(Failure::number).chain([u8::from(failed)]);
    let gravest = gravest(codes);
    // Every failure has been told already; the gravest decides the exit code.
    match failures.into_iter().find(|failure| failure.number() == gravest) {
        Some(failure) if gravest > 1 => Err(Failure::Told(failure.number())),
        _ if failed => Ok(Exit::ExpectationFailed),
        _ => Ok(Exit::Done),
    }
}

fn one(bench: &Workbench, name: &str, timings: bool) -> Result<(Found, Archived), Failure> {
    let watch = Watch::start();
    let plan = bench.plan(name)?;
    let completed = watch.running(bench, &plan)?;
    watch.begin(Phase::Write);
    record::looks(bench, Shown { run: Some(&completed.outcome.run_id), ..record::shown(&plan, &plan.command) })?;
    let archived = bench.archive(&plan, &completed)?;
    record::tries(bench, &plan);
    let spent = watch.stop();
    if timings {
        spent.tell();
    }
    Ok((completed.outcome, archived))
}
