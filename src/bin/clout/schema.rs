//! `clout schema`: what editors read.

use cloutbench::dataset::manifest::ManifestSpec;
use cloutbench::dataset::synthetic::RecipeSpec;
use cloutbench::document::schema_of;
use cloutbench::experiment::outcome::Outcome as OutcomeDocument;
use cloutbench::experiment::spec::ExperimentSpec;
use cloutbench::model::spec::ModelSpec;

use crate::arguments::{SchemaArguments, SchemaKind};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(arguments: &SchemaArguments) -> Outcome {
    let schema = match arguments.kind {
        SchemaKind::Model => schema_of::<ModelSpec>(),
        SchemaKind::Dataset => schema_of::<ManifestSpec>(),
        SchemaKind::Experiment => schema_of::<ExperimentSpec>(),
        SchemaKind::Recipe => schema_of::<RecipeSpec>(),
        SchemaKind::Outcome => schema_of::<OutcomeDocument>(),
    };
    output::json(&schema)?;
    Ok(Exit::Done)
}
