//! `clout completions`: for the shell.

use clap::CommandFactory;

use crate::arguments::{CompletionsArguments, Line};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(arguments: &CompletionsArguments) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Line::command(), "clout", &mut text);
    output::print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}
