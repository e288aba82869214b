//! `clout rollback`: the way back.

use cloutbench::workbench::{RollbackOrder, shown};

use crate::arguments::{RollbackArguments, Shared};
use crate::clock;
use crate::exit::{Exit, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;

pub fn run(shared: &Shared, arguments: &RollbackArguments) -> Outcome {
    let bench = shared.open()?;
    let prepared = bench.prepare_rollback(RollbackOrder {
        family: arguments.family.clone(),
        to: arguments.to.clone(),
        day: clock::day(arguments.as_of)?,
        because: arguments.because.clone().filter(|because| !because.trim().is_empty()),
    })?;
    if !prepared.untouched {
        output::note(
            "note: the version that goes is not what was released, so that whom this moves is not told; `clout check` tells what was edited",
        );
    }
    let watch = Watch::start();
    let moved = prepared.movement.as_deref().map(|plan| watch.running(&bench, plan));
    watch.stop();
    let moved = match moved {
        Some(Ok(completed)) => Some(completed.outcome),
        Some(Err(error)) => {
            output::note(&format!("note: whom this moves is not known: {error}"));
            None
        }
        None => None,
    };
    if let Some(plan) = prepared.movement.as_deref().filter(|_| moved.is_some()) {
        record::looks(&bench, record::shown(plan, &plan.command))?;
    }
    let back = bench.rollback(&prepared, moved.as_ref())?;
    output::print(&back.notice)?;
    output::note(&format!("live: {}, {}", shown(&back.turn), shown(&back.notice_path)));
    Ok(Exit::Done)
}
