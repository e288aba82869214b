//! `clout annotate`: notes on stored runs.

use cloutbench::diagnostic::visible;
use cloutbench::report::{self, Align, Table};
use cloutbench::workbench::{Note, shown};

use crate::arguments::{AnnotateArguments, Shared, TableFormat};
use crate::clock;
use crate::exit::{Exit, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &AnnotateArguments) -> Outcome {
    let bench = shared.open()?;
    let run = bench.run(&arguments.run)?;
    if let Some(text) = &arguments.text {
        let path = bench.annotate(&run.path, &Note::new(text, clock::now()?)?)?;
        output::note(&format!("noted: {}", shown(&path)));
        return Ok(Exit::Done);
    }
    let notes = bench.notes(&run.path)?;
    if notes.is_empty() {
        output::note("there are no notes on this run; `clout annotate RUN TEXT` adds one");
    }
    let mut table = table("", &notes);
    if arguments.format == TableFormat::Csv {
        // The other formats escape by themselves.
        table.rows.iter_mut().flatten().for_each(|cell| cell.text = visible(&cell.text));
    }
    output::table(&table, arguments.format)?;
    Ok(Exit::Done)
}

/// Notes as a table, the oldest first.
pub fn table(caption: &str, notes: &[Note]) -> Table {
    let mut table = Table::new(caption, &[("At", Align::Left), ("Note", Align::Left)]);
    notes.iter().for_each(|note| table.row([note.at.clone(), note.text.clone()]));
    table
}

/// The beginning of a note on one line: whole up to 40 characters.
pub fn cut(text: &str) -> String {
    report::cut(&visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")), 40)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn long_notes_are_cut() {
        assert_eq!(cut("two\n lines \u{1b}[31m"), "two lines \\u{1b}[31m");
        assert_eq!(cut(&"é".repeat(40)), "é".repeat(40));
        assert_eq!(cut(&"é".repeat(41)), format!("{}…", "é".repeat(39)));
    }
}
