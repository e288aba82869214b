//! What goes to the terminal: results on standard output, everything else on standard error,
//! colour on terminals only.

use std::io::{self, IsTerminal, Write};

use cloutbench::report::terminal::{self, Style};
use cloutbench::report::{Align, Cell, Column, Table, csv, markdown};

use crate::arguments::TableFormat;
use crate::exit::Failure;

/// How standard output is to look.
pub fn style() -> Style {
    let terminal = io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let width = width.or_else(|| if terminal { console_width() } else { None }).unwrap_or(100);
    Style { colour: terminal && !plain, width: width.clamp(40, 200) }
}

fn console_width() -> Option<u16> {
    terminal_size::terminal_size().map(|(width, _)| width.0)
}

/// Prints a result.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Prints a message that is no result.
pub fn note(text: &str) {
    // If standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A table in the format asked for.
pub fn table(table: &Table, format: TableFormat) -> Result<(), Failure> {
    match format {
        TableFormat::Table => print(&terminal::table(table, style())),
        TableFormat::Csv => print(&csv::render(table)),
        TableFormat::Markdown => {
            let mut text = String::new();
            markdown::table(&mut text, table);
            print(&text)
        }
        TableFormat::Json => {
            let object = |row: &Vec<Cell>| {
                let cells = table.columns.iter().zip(row);
                serde_json::Value::Object(
                    cells.map(|(column, cell)| (key(&column.title), value(column, cell))).collect(),
                )
            };
            json(&table.rows.iter().map(object).collect::<Vec<_>>())
        }
    }
}

/// A cell as JSON: a number where the column holds numbers, null where such a cell is empty.
fn value(column: &Column, cell: &Cell) -> serde_json::Value {
    if column.align == Align::Left {
        return cell.text.clone().into();
    }
    match cell.text.parse::<f64>() {
        _ if cell.text.is_empty() => serde_json::Value::Null,
        Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => (number as i64).into(),
        Ok(number) => number.into(),
        Err(_) => cell.text.clone().into(),
    }
}

/// A column title as a JSON key.
fn key(title: &str) -> String {
    title.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
}

/// A value as JSON.
pub fn json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::machine("cannot write JSON", error))?;
    print(&format!("{text}\n"))
}
