//! `clout release`: a version signed, released, and put live.

use cloutbench::diagnostic::Diagnostic;
use cloutbench::report::{Table, limits_table};
use cloutbench::workbench::{Refusal, Released, shown};
use serde_json::json;

use crate::arguments::{ReleaseArguments, Shared, TableFormat};
use crate::clock;
use crate::exit::{Exit, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;

pub fn run(shared: &Shared, arguments: &ReleaseArguments) -> Outcome {
    let day = clock::day(arguments.as_of)?;
    let bench = shared.open()?;
    let Some(run) = &arguments.run else {
        if let Some(live) = arguments.live()? {
            let path = bench.put_live(&arguments.model, &live, day)?;
            output::print(&format!("{} is live from {} on: {}\n", arguments.model, live.from, shown(&path)))?;
            return Ok(Exit::Done);
        }
        if arguments.sign.is_empty() {
            let problem = Diagnostic::new("--run", "a release rests on a run, and none is named");
            return Err(problem.hint("`clout list runs` prints the runs there are; `clout run` makes one").into());
        }
        for path in bench.sign(&arguments.model, &arguments.sign, day)? {
            output::print(&format!("signed: {}\n", shown(&path)))?;
        }
        return Ok(Exit::Done);
    };
    let prepared = bench.prepare_release(arguments.order(run, day)?)?;
    let watch = Watch::start();
    let outcomes = prepared.plans().map(|plan| Ok(watch.running(&bench, plan)?.outcome));
    let outcomes = outcomes.collect::<Result<Vec<_>, crate::exit::Failure>>()?;
    for plan in prepared.plans() {
        record::looks(&bench, record::shown(plan, &plan.command))?;
    }
    let released = bench.release(&prepared, &outcomes)?;
    watch.stop();
    match released {
        Ok(released) => {
            tell_released(arguments, &released)?;
            Ok(Exit::Done)
        }
        Err(refusal) => {
            tell_refused(arguments, &refusal)?;
            Ok(Exit::ExpectationFailed)
        }
    }
}

fn tell_released(arguments: &ReleaseArguments, released: &Released) -> Result<(), crate::exit::Failure> {
    let table = limits_table(&released.limits, &released.waivers);
    let live = released.live.as_deref().map(shown);
    match arguments.format {
        TableFormat::Json => output::json(&json!({
            "model": released.id.to_string(),
            "released": true,
            "reasons": [],
            "limits": released.limits,
            "waivers": released.waivers,
            "lock": shown(&released.lock),
            "folder": shown(&released.folder),
            "live": live,
        }))?,
        format => {
            print_limits(&table, format)?;
            if format == TableFormat::Table {
                output::print(&format!("{} is released: {}\n", released.id, shown(&released.lock)))?;
            }
        }
    }
    for limit in &released.idle {
        output::note(&format!("note: the waiver of `{limit}` is left out, as the limit is kept"));
    }
    if released.limits.is_empty() {
        output::note("note: no limit of a movement budget was held: none is declared, or nothing was live before");
    }
    output::note(&format!("note and evidence: {}", shown(&released.folder)));
    if let Some(live) = live {
        output::note(&format!("live: {live}"));
    }
    Ok(())
}

fn tell_refused(arguments: &ReleaseArguments, refusal: &Refusal) -> Result<(), crate::exit::Failure> {
    match arguments.format {
        TableFormat::Json => output::json(&json!({
            "model": arguments.model,
            "released": false,
            "reasons": refusal.reasons,
            "limits": refusal.limits,
        }))?,
        format => print_limits(&limits_table(&refusal.limits, &[]), format)?,
    }
    output::note(&format!("{} is not released:", arguments.model));
    refusal.reasons.iter().for_each(|reason| output::note(&format!("- {reason}")));
    if refusal.limits.iter().any(|limit| !limit.kept) {
        output::note("a limit may be waived: --waive LIMIT --approver NAME --because TEXT --until DATE");
    }
    Ok(())
}

fn print_limits(table: &Table, format: TableFormat) -> Result<(), crate::exit::Failure> {
    if table.rows.is_empty() { Ok(()) } else { output::table(table, format) }
}
