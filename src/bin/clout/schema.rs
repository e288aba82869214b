//! `clout schema`: what editors read.

use clap::ValueEnum;
use cloutbench::workbench::schemas;

use crate::arguments::SchemaArguments;
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(arguments: &SchemaArguments) -> Outcome {
    let wanted = arguments.kind.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
    for (_, schema) in schemas().iter().filter(|(kind, _)| *kind == wanted) {
        output::print(schema)?;
    }
    Ok(Exit::Done)
}
