//! `clout report --notice` and `--statements`: what a stored run tells the public of a change, and
//! what it tells single accounts.

use std::io::Read;
use std::path::Path;

use cloutbench::diagnostic::{Diagnostic, visible};
use cloutbench::number::counted;
use cloutbench::report::csv;
use cloutbench::report::notice::{self, Asked};
use cloutbench::report::statement;
use cloutbench::workbench::{StoredRun, Workbench, listed_in};

use crate::arguments::{ReportArguments, ReportFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

/// Unknown accounts that are told one by one.
const TOLD: usize = 5;

/// The note for the public.
pub fn notice(bench: &Workbench, run: &StoredRun, arguments: &ReportArguments) -> Outcome {
    let outcome = &run.outcome;
    let candidate = candidate(run, arguments.candidate.as_deref())?;
    let baseline = baseline(run, &candidate);
    let diff = bench.stored_diff(outcome, &baseline, &candidate);
    if diff.is_none() && baseline != candidate {
        output::note(&format!(
            "note: the workbench no longer has both versions as the run had them; what {candidate} changes is told from the run alone"
        ));
    }
    let live_from = arguments.live_from.map(|day| day.to_string());
    let asked = Asked { candidate: &candidate, diff: diff.as_ref(), live_from: live_from.as_deref(), steps: &[] };
    let Some(found) = notice::notice(outcome, asked) else {
        return Err(Diagnostic::new("--candidate", format!("the run compares no `{}`", visible(&candidate))).into());
    };
    output::print(&notice::render(&found))?;
    Ok(Exit::Done)
}

/// A row for each account of a list.
pub fn statements(bench: &Workbench, run: &StoredRun, list: &Path, arguments: &ReportArguments) -> Outcome {
    let format = arguments.format.unwrap_or(ReportFormat::Csv);
    if !matches!(format, ReportFormat::Csv | ReportFormat::Json) {
        let problem = Diagnostic::new("--format", "statements have the forms csv and json");
        return Err(problem.hint("json prints one object a line").into());
    }
    let candidate = candidate(run, arguments.candidate.as_deref())?;
    let accounts = accounts(bench, list)?;
    let stated = bench.statements(run, &candidate, &accounts)?;
    match format {
        ReportFormat::Json => output::print(&statement::json_lines(&stated.statements))?,
        _ => output::print(&csv::render(&statement::table(&stated.statements)))?,
    }
    if stated.repeated > 0 {
        let lines = counted(stated.repeated as u64, "line");
        output::note(&format!("note: {lines} of the list name an account again; each is told once"));
    }
    let summary = run.outcome.comparisons.iter().find(|summary| summary.candidate == candidate);
    for perk in summary.map(statement::untold_perks).unwrap_or_default() {
        output::note(&format!("note: {} is left out: it hangs on more than a score of one's own", visible(perk)));
    }
    tell_unknown(&stated.unknown);
    match stated.unknown.len() == stated.asked {
        true => Err(Failure::Told(2)),
        false => Ok(Exit::Done),
    }
}

fn tell_unknown(unknown: &[(String, Option<String>)]) {
    for (account, near) in unknown.iter().take(TOLD) {
        let near = near.as_ref().map_or(String::new(), |near| format!("; did you mean `{}`?", visible(near)));
        output::note(&format!("note: the run has no account `{}`{near}", visible(account)));
    }
    if unknown.len() > TOLD {
        output::note(&format!("note: … and {} more that it does not have", unknown.len() - TOLD));
    }
}

/// The accounts of a list.
fn accounts(bench: &Workbench, list: &Path) -> Result<Vec<String>, Failure> {
    let (origin, accounts) = if list == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        read.map_err(|error| Diagnostic::new("standard input", format!("no list of accounts: {error}")))?;
        ("standard input".to_string(), listed_in(&text))
    } else {
        (cloutbench::workbench::shown(list), bench.listed_accounts(list)?)
    };
    if accounts.is_empty() {
        let problem = Diagnostic::new(origin, "the list names no account");
        return Err(problem.hint("write one account on each line").into());
    }
    Ok(accounts)
}

/// The candidate that is meant: the one that is named, or the only one.
fn candidate(run: &StoredRun, named: Option<&str>) -> Result<String, Diagnostic> {
    let mut known: Vec<&str> = Vec::new();
    for summary in &run.outcome.comparisons {
        if !known.contains(&summary.candidate.as_str()) {
            known.push(&summary.candidate);
        }
    }
    match (named, known.as_slice()) {
        (Some(named), known) if known.contains(&named) => Ok(named.to_string()),
        (Some(named), known) => {
            let problem = Diagnostic::new("--candidate", format!("the run has no candidate `{}`", visible(named)));
            Err(problem.suggest(named, known.iter().copied()))
        }
        (None, [only]) => Ok((*only).to_string()),
        (None, known) => {
            let problem =
                Diagnostic::new("--candidate", format!("the run has {}", counted(known.len() as u64, "candidate")));
            let list: Vec<String> = known.iter().map(|name| format!("`{}`", visible(name))).collect();
            Err(problem.hint(format!("choose one with --candidate: {}", list.join(", "))))
        }
    }
}

fn baseline(run: &StoredRun, candidate: &str) -> String {
    let found = run.outcome.comparisons.iter().find(|summary| summary.candidate == candidate);
    found.map_or(String::new(), |summary| summary.baseline.clone())
}
