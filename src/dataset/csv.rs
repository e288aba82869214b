//! CSV read once, into Parquet: everything after this reads one kind of table. Cells are checked
//! here, each problem with its line, so that a ragged row or a word among numbers is found before
//! anything is scored.

use std::io::{Read, Write};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::manifest::NonFinite;
use super::quotes::{Checked, QuoteError};
use super::write::{CellKind, Cells, GROUP_ROWS, Packing, Rows, TableWriter};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// After this many problems a file is not read further.
const ENOUGH: usize = 20;

/// Why a table could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    #[error("{0}")]
    Input(#[from] Diagnostics),
    #[error("cannot write the temporary table")]
    Write(#[from] parquet::errors::ParquetError),
}

/// A column to read: its name in the file, what it holds, and whether a cell may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    pub kind: CellKind,
    pub required: bool,
}

/// Opens a CSV text; the header line is still to be read.
pub fn reader<R: Read>(input: R) -> Reader<Checked<R>> {
    ReaderBuilder::new().has_headers(true).flexible(false).from_reader(Checked::new(input))
}

/// The header line: names unique and not empty.
pub fn header<R: Read>(origin: &str, reader: &mut Reader<R>) -> Result<StringRecord, Diagnostics> {
    let header = reader.headers().map_err(|error| problem(origin, &error))?.clone();
    let mut problems = Vec::new();
    if header.len() == 1 && header[0].contains([';', '\t']) {
        let problem = Diagnostic::at_line(origin, 1, 1, "the header line has no comma");
        return Err(problem.hint("cells are separated by commas here; write the file anew without `;` or tabs").into());
    }
    for (position, name) in header.iter().enumerate() {
        if name.is_empty() && header.len() > 1 {
            problems.push(Diagnostic::at_line(origin, 1, position + 1, "a column has no name"));
        } else if header.iter().take(position).any(|earlier| earlier == name) {
            let message = format!("two columns are called `{}`", visible(name));
            problems.push(Diagnostic::at_line(origin, 1, position + 1, message));
        }
    }
    if header.is_empty() || (header.len() == 1 && header[0].is_empty()) {
        problems.push(Diagnostic::new(origin, "the file is empty").hint("its first line must name the columns"));
    }
    Diagnostics::none_or(problems)?;
    Ok(header)
}

/// A problem of the csv reader with its line.
pub fn problem(origin: &str, error: &csv::Error) -> Diagnostic {
    let line = error.position().map_or(1, |position| usize::try_from(position.line()).unwrap_or(1));
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let message = format!("the line has {len} cells, the header has {expected_len}");
            Diagnostic::at_line(origin, line, 1, message)
                .hint("a cell with a comma or a line break needs double quotes")
        }
        ErrorKind::Utf8 { err, .. } => {
            let message = format!("the line is not UTF-8 (cell {})", err.field() + 1);
            Diagnostic::at_line(origin, line, 1, message).hint("convert the file, for instance with iconv -t UTF-8")
        }
        ErrorKind::Io(source) if source.get_ref().is_some_and(|inner| inner.is::<QuoteError>()) => {
            let quote = source.get_ref().and_then(|inner| inner.downcast_ref::<QuoteError>());
            let line = quote.map_or(line, |quote| usize::try_from(quote.line).unwrap_or(line));
            Diagnostic::at_line(origin, line, 1, source.to_string())
                .hint("a quote within a quoted cell is written twice")
        }
        ErrorKind::Io(source) => Diagnostic::new(origin, format!("the file cannot be read: {source}"))
            .hint("a compressed file may be cut short, or not compressed at all"),
        _ => Diagnostic::at_line(origin, line, 1, format!("not readable CSV: {}", visible(&error.to_string()))),
    }
}

/// Reads the wanted columns and writes them as Parquet; gives back what it wrote to.
pub fn convert<R: Read, W: Write + Send>(
    origin: &str,
    input: R,
    wanted: &[Wanted],
    non_finite: NonFinite,
    out: W,
) -> Result<W, ConvertError> {
    let mut reader = reader(input);
    let header = header(origin, &mut reader)?;
    let columns = positions(origin, &header, wanted)?;
    let kinds: Vec<(String, CellKind)> = wanted.iter().map(|column| (column.name.clone(), column.kind)).collect();
    let mut writer = TableWriter::new(out, &kinds, Packing::Temporary)?;

    let mut problems: Vec<Diagnostic> = Vec::new();
    let mut record = StringRecord::new();
    let mut rows = empty(wanted);
    let mut held = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
                for ((column, at), (_, cells)) in wanted.iter().zip(&columns).zip(&mut rows.columns) {
                    if let Err(message) = append(&record[*at], column, non_finite, cells) {
                        let message = format!("column `{}`: {message}", visible(&column.name));
                        problems.push(Diagnostic::at_line(origin, line, *at + 1, message));
                    }
                }
                held += 1;
            }
            Err(error) => {
                let fatal = matches!(error.kind(), ErrorKind::Io(_));
                problems.push(problem(origin, &error));
                if fatal {
                    break;
                }
            }
        }
        if problems.len() >= ENOUGH {
            problems.push(Diagnostic::new(origin, format!("the file is not read further after {ENOUGH} problems")));
            break;
        }
        if held == GROUP_ROWS && problems.is_empty() {
            writer.write(std::mem::replace(&mut rows, empty(wanted)))?;
            held = 0;
        }
    }
    Diagnostics::none_or(problems)?;
    if held > 0 {
        writer.write(rows)?;
    }
    Ok(writer.finish()?)
}

/// Where the wanted columns stand; every one that does not is a problem.
fn positions(origin: &str, header: &StringRecord, wanted: &[Wanted]) -> Result<Vec<usize>, Diagnostics> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for column in wanted {
        match header.iter().position(|name| name == column.name) {
            Some(at) => found.push(at),
            None => {
                let message = format!("the file has no column `{}`", visible(&column.name));
                problems.push(Diagnostic::at_line(origin, 1, 1, message).suggest(&column.name, header.iter()));
            }
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(found)
}

fn empty(wanted: &[Wanted]) -> Rows {
    let cells = |kind| match kind {
        CellKind::Integer => Cells::Integer(Vec::new()),
        CellKind::Number => Cells::Number(Vec::new()),
        CellKind::Text => Cells::Text(Vec::new()),
    };
    Rows { columns: wanted.iter().map(|column| (column.name.clone(), cells(column.kind))).collect() }
}

fn append(cell: &str, column: &Wanted, non_finite: NonFinite, cells: &mut Cells) -> Result<(), String> {
    if cell.is_empty() && column.required {
        return Err("the cell is empty".to_string());
    }
    match cells {
        Cells::Text(values) => values.push(if cell.is_empty() { None } else { Some(cell.to_string()) }),
        Cells::Integer(values) => match cell.trim().parse() {
            Ok(value) => values.push(value),
            Err(_) => return Err(format!("`{}` is not a 64-bit integer", visible(cell))),
        },
        Cells::Number(values) => values.push(number(cell, non_finite)?),
    }
    Ok(())
}

/// A cell as a number: NaN when it is empty.
pub fn number(cell: &str, non_finite: NonFinite) -> Result<f64, String> {
    let trimmed = cell.trim();
    if trimmed.is_empty() {
        return Ok(f64::NAN);
    }
    match trimmed.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) if non_finite == NonFinite::Missing => Ok(f64::NAN),
        Ok(_) => Err(format!(
            "`{}` is not a finite number (leave the cell empty if it is missing, or declare non-finite = \"missing\")",
            visible(cell)
        )),
        Err(_) => Err(format!("`{}` is not a number", visible(cell))),
    }
}

/// Reads a small table of three named columns: `take` is given the cells of each record and says
/// what is wrong with which of them.
///
/// # Errors
/// Columns that are not there, lines that are broken, cells that `take` refuses, each with its
/// line; the first 20 of them.
pub fn read_three(
    origin: &str,
    input: impl Read,
    what: &str,
    names: [&str; 3],
    mut take: impl FnMut([&str; 3]) -> Result<(), (usize, String)>,
) -> Result<(), Diagnostics> {
    const TOLD: usize = 20;
    let mut reader = reader(input);
    let header = header(origin, &mut reader)?;
    let mut problems = Vec::new();
    let mut at = [0; 3];
    for (place, name) in at.iter_mut().zip(names) {
        match header.iter().position(|column| column == name) {
            Some(position) => *place = position,
            None => {
                let message = format!("the table of {what} has no column `{name}`");
                problems.push(Diagnostic::at_line(origin, 1, 1, message).suggest(name, header.iter()));
            }
        }
    }
    Diagnostics::none_or(problems)?;
    let mut problems = Vec::new();
    for record in reader.records() {
        if problems.len() >= TOLD {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let io = matches!(error.kind(), ::csv::ErrorKind::Io(_));
                problems.push(problem(origin, &error));
                if io {
                    break;
                }
                continue;
            }
        };
        if let Err((column, message)) = take(at.map(|column| &record[column])) {
            let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
            problems.push(Diagnostic::at_line(origin, line, at[column] + 1, message));
        }
    }
    Diagnostics::none_or(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Vec<Wanted> {
        let column = |name: &str, kind, required| Wanted { name: name.to_string(), kind, required };
        vec![
            column("id", CellKind::Integer, true),
            column("x", CellKind::Number, false),
            column("who", CellKind::Text, false),
        ]
    }

    fn lines(text: &[u8]) -> Vec<String> {
        match convert("t.csv", text, &wanted(), NonFinite::Refuse, Vec::new()) {
            Err(ConvertError::Input(problems)) => problems
                .as_slice()
                .iter()
                .map(|d| format!("{}: {}", d.place.as_ref().map_or(0, |place| place.line), d.message))
                .collect(),
            Err(other) => panic!("{other}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn good_files_are_read_with_or_without_a_byte_order_mark() {
        assert_eq!(lines(b"id,x,who,other\n1,2.5,a,z\n2,,\"b,c\",z\n"), [""; 0]);
        assert_eq!(lines("\u{feff}who,id,x\r\nä,7,-1e3\r\n".as_bytes()), [""; 0]);
    }

    #[test]
    fn every_problem_has_its_line() {
        assert_eq!(
            lines(b"id,x,who\n1,2\nx,inf,a\n,nine,b\n4,5,\xff\n5,1,c\n"),
            [
                "2: the line has 2 cells, the header has 3",
                "3: column `id`: `x` is not a 64-bit integer",
                "3: column `x`: `inf` is not a finite number (leave the cell empty if it is missing, or declare non-finite = \"missing\")",
                "4: column `id`: the cell is empty",
                "4: column `x`: `nine` is not a number",
                "5: the line is not UTF-8 (cell 3)",
            ]
        );
        assert_eq!(lines(b"id,y,whom\n"), ["1: the file has no column `x`", "1: the file has no column `who`"]);
        assert_eq!(lines(b"id,x,x\n"), ["1: two columns are called `x`"]);
        assert_eq!(lines(b""), ["0: the file is empty"]);
        assert_eq!(lines(b"id,x,who\n1,2,\"a\n2,3,b\n"), ["2: the quote that opens here never closes"]);
        assert_eq!(lines(b"id,x,who\n1,\"7\"8,a\n"), ["2: a cell goes on after its closing quote"]);
    }

    #[test]
    fn reading_stops_after_enough_problems() {
        let text = format!("id,x,who\n{}", "1\n".repeat(500));
        assert_eq!(lines(text.as_bytes()).len(), ENOUGH + 1);
    }

    #[test]
    fn numbers_follow_the_policy() {
        assert!(number("", NonFinite::Refuse).unwrap().is_nan());
        assert!(number("NaN", NonFinite::Missing).unwrap().is_nan());
        assert!(number("NaN", NonFinite::Refuse).is_err());
        assert_eq!(number(" 1e3 ", NonFinite::Refuse), Ok(1000.0));
    }
}
