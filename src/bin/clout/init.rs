//! `clout init`: a first workbench.

use cloutbench::workbench::Workbench;

use crate::arguments::InitArguments;
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(arguments: &InitArguments) -> Outcome {
    let made = Workbench::init(&arguments.folder)?;
    for name in made {
        output::print(&format!("{name}\n"))?;
    }
    let folder = cloutbench::workbench::shown(&arguments.folder);
    let step = if folder == "." { String::new() } else { format!("cd {folder} && ") };
    output::note(&format!("\nnext: {step}clout run experiments/trimmed-audience.toml"));
    Ok(Exit::Done)
}
