//! `clout report`: a stored run, told again without scoring.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cloutbench::diagnostic::{Diagnostic, visible};
use cloutbench::report::markdown::Charts;
use cloutbench::report::redact::redact;
use cloutbench::report::terminal::{self, Extent};
use cloutbench::report::{compose, html, junit, markdown};
use cloutbench::workbench::{StoredRun, Workbench, shown};

use super::annotate;
use crate::arguments::{Redact, ReportArguments, ReportFormat, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;

pub fn run(shared: &Shared, arguments: &ReportArguments) -> Outcome {
    if let Some(base) = arguments.link_base.as_deref().filter(|base| !links(base)) {
        let problem = Diagnostic::new("--link-base", format!("`{}` is no address of pictures", visible(base)));
        return Err(problem.hint("write https://…, http://… or a path").into());
    }
    let bench = shared.open()?;
    let run = bench.run(&arguments.run)?;
    if arguments.notice {
        return super::told::notice(&bench, &run, arguments);
    }
    if let Some(list) = &arguments.statements {
        return super::told::statements(&bench, &run, list, arguments);
    }
    let format = arguments.format.unwrap_or(ReportFormat::Table);
    if format == ReportFormat::Csv {
        let problem = Diagnostic::new("--format", "csv is a form of --statements alone");
        return Err(problem.hint("every table of a run stands in its folder tables/ as CSV").into());
    }
    if let Some(other) = &arguments.other {
        return super::beside::run(&bench, &run, &bench.run(other)?, format);
    }
    if arguments.out.is_some() || arguments.slides || arguments.open {
        return write(&bench, run, arguments);
    }
    let outcome = redact(&run.outcome, arguments.redact.into());
    let report = compose(&outcome).within(&record::context(&bench, &[&outcome]));
    match format {
        // Refused above.
        ReportFormat::Table | ReportFormat::Csv => {
            let extent = if arguments.all { Extent::All } else { Extent::Groups };
            output::print(&terminal::screen(&report, extent, output::style()))?;
            notes(&bench, &run, arguments.redact)?;
        }
        ReportFormat::Markdown => {
            output::print(&markdown::render(&report, Charts::at(arguments.link_base.as_deref())))?
        }
        ReportFormat::Html => output::print(&html::render(&report))?,
        ReportFormat::Junit => output::print(&junit::render(&outcome))?,
        ReportFormat::Json => output::json(&outcome)?,
    }
    Ok(Exit::Done)
}

/// The notes on a run, told last: a file of notes that cannot be read does not hide the report.
fn notes(bench: &Workbench, run: &StoredRun, redact: Redact) -> Result<(), Failure> {
    let notes = bench.notes(&run.path)?;
    if notes.is_empty() {
        return Ok(());
    }
    if redact != Redact::None {
        output::note("note: the notes on this run are left out, as they may name accounts");
        return Ok(());
    }
    output::print("\n")?;
    output::table(&annotate::table("Notes", &notes), TableFormat::Table)
}

/// The files of a report, or its slides; shown in the browser if that is asked for.
fn write(bench: &Workbench, run: StoredRun, arguments: &ReportArguments) -> Outcome {
    let outcome = redact(&run.outcome, arguments.redact.into());
    let context = record::context(bench, &[&outcome]);
    let page = if arguments.slides {
        // Slides that stand beside the run are the same whenever they are made, as the run is.
        let (out, context) = match &arguments.out {
            Some(out) => (out.clone(), context),
            None => (beside(&run.path, arguments.redact), Vec::new()),
        };
        let count = bench.write_slides_to(&outcome, &out, &context)?;
        output::note(&format!("slides ({count} of 3): {}", shown(&out.join("slides.html"))));
        out.join("slides.html")
    } else if let Some(out) = &arguments.out {
        bench.write_report_to(&outcome, out, arguments.link_base.as_deref(), &context)?;
        output::note(&format!("report: {}", shown(&out.join("report.html"))));
        out.join("report.html")
    } else if arguments.redact == Redact::None {
        run.path.join("report.html")
    } else {
        let problem = Diagnostic::new("--open", "the stored page names the accounts");
        return Err(problem.hint("write a redacted copy with --out DIR").into());
    };
    if arguments.open {
        open(&page)?;
    }
    Ok(Exit::Done)
}

/// Slides stand beside the run, whose own folder never changes: `<run id>.slides`.
fn beside(run: &Path, redact: Redact) -> PathBuf {
    let mut name = run.file_name().unwrap_or_default().to_os_string();
    name.push(match redact {
        Redact::None => ".slides",
        Redact::Pseudonyms => ".slides-pseudonyms",
        Redact::Counts => ".slides-counts",
    });
    run.with_file_name(name)
}

/// Whether pictures can be linked from there: over http, or below a path.
fn links(base: &str) -> bool {
    let scheme = base.split('/').next().unwrap_or_default();
    base.starts_with("https://") || base.starts_with("http://") || !scheme.contains(':')
}

/// Hands a page to whatever shows pages here.
fn open(page: &Path) -> Result<(), Failure> {
    let (program, first): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let page = std::path::absolute(page).unwrap_or_else(|_| page.to_path_buf());
    let started = Command::new(program).args(first).arg(&page).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started
        .map(drop)
        .map_err(|error| Failure::machine(&format!("cannot start {program} to show {}", shown(&page)), error))
}
