//! `clout new`: the file of a new version or draft.

use cloutbench::workbench::{NewOrder, shown};

use crate::arguments::{NewArguments, Shared};
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &NewArguments) -> Outcome {
    let bench = shared.open()?;
    let made = bench.new_model(&NewOrder {
        name: arguments.name.clone(),
        from: arguments.from.clone(),
        because: arguments.because.clone(),
        title: arguments.title.clone(),
        edits: arguments.edits.clone(),
    })?;
    if let Some(found) = &made.diff {
        let mark = if found.numbered == Some(false) { "note: " } else { "" };
        for (at, line) in super::diff::verdict(found).iter().enumerate() {
            output::note(&format!("{}{line}", if at == 0 { "" } else { mark }));
        }
    }
    if let Some(draft) = &made.took_over {
        output::note(&format!(
            "note: the draft {draft} stays until you remove its file; comments in it were not taken over"
        ));
    }
    if let Some(reference) = &made.unchecked {
        output::note(&format!(
            "note: its reference `{reference}` is not at hand; bind it with --dataset {reference}=PATH to check it"
        ));
    }
    output::print(&format!("{}\n", shown(&made.path)))?;
    Ok(Exit::Done)
}
