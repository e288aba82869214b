//! `clout schema`: what editors read.

use cloutbench::workbench::schemas;

use crate::arguments::{SchemaArguments, SchemaKind};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(arguments: &SchemaArguments) -> Outcome {
    let wanted = match arguments.kind {
        SchemaKind::Model => "model",
        SchemaKind::Dataset => "dataset",
        SchemaKind::Experiment => "experiment",
        SchemaKind::Recipe => "recipe",
        SchemaKind::Attack => "attack",
        SchemaKind::Identities => "identities",
        SchemaKind::Outcome => "outcome",
        SchemaKind::Stress => "stress",
        SchemaKind::ModelDiff => "model-diff",
    };
    for (_, schema) in schemas().iter().filter(|(kind, _)| *kind == wanted) {
        output::print(schema)?;
    }
    Ok(Exit::Done)
}
