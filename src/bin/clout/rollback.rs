//! `clout rollback`: the way back.

use cloutbench::workbench::{RollbackOrder, shown};

use crate::arguments::{RollbackArguments, Shared};
use crate::clock;
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &RollbackArguments) -> Outcome {
    let bench = shared.open()?;
    let back = bench.rollback(&RollbackOrder {
        family: arguments.family.clone(),
        to: arguments.to.clone(),
        day: clock::day(arguments.as_of)?,
        because: arguments.because.clone(),
    })?;
    output::print(&back.notice)?;
    output::note(&format!("live: {}, {}", shown(&back.turn), shown(&back.notice_path)));
    Ok(Exit::Done)
}
