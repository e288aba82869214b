//! Rows of a CSV or Parquet file as texts, which is what guessing looks at. Numbers print so that
//! they read back to the same bits.

use std::io::Read;

use crate::dataset::csv;
use crate::dataset::quotes::Checked;
use crate::dataset::table::{self, Table};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// A file to import, read once from start to end.
#[expect(missing_debug_implementations, reason = "a reader has nothing to show")]
pub struct Records<'a> {
    origin: String,
    header: Vec<String>,
    rows: Rows<'a>,
}

enum Rows<'a> {
    Csv(Box<::csv::Reader<Checked<Box<dyn Read + 'a>>>>),
    Parquet(&'a Table),
}

impl<'a> Records<'a> {
    /// A CSV text, decompressed if it was compressed.
    pub fn csv(origin: &str, input: impl Read + 'a) -> Result<Records<'a>, Diagnostics> {
        let mut reader = csv::reader(Box::new(input) as Box<dyn Read + 'a>);
        let header = csv::header(origin, &mut reader)?.iter().map(str::to_string).collect();
        Ok(Records { origin: origin.to_string(), header, rows: Rows::Csv(Box::new(reader)) })
    }

    pub fn parquet(table: &'a Table) -> Records<'a> {
        let header = table.schema().fields().iter().map(|field| field.name().clone()).collect();
        Records { origin: table.origin().to_string(), header, rows: Rows::Parquet(table) }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Visits every row; a message becomes a problem at the row's place.
    pub fn for_each(&mut self, mut visit: impl FnMut(&[&str]) -> Result<(), String>) -> Result<(), Diagnostics> {
        match &mut self.rows {
            Rows::Csv(reader) => {
                let mut record = ::csv::StringRecord::new();
                let mut problems = Vec::new();
                loop {
                    let outcome = reader.read_record(&mut record);
                    match outcome {
                        Ok(false) => break,
                        Ok(true) => {
                            let cells: Vec<&str> = record.iter().collect();
                            let line = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(0));
                            if let Err(message) = visit(&cells) {
                                problems.push(Diagnostic::at_line(&self.origin, line, 1, message));
                            }
                        }
                        Err(error) => {
                            let io = matches!(error.kind(), ::csv::ErrorKind::Io(_));
                            problems.push(csv::problem(&self.origin, &error));
                            if io {
                                break;
                            }
                        }
                    }
                    if problems.len() >= 20 {
                        break;
                    }
                }
                Diagnostics::none_or(problems)
            }
            Rows::Parquet(table) => parquet_rows(table, &self.header, visit),
        }
    }
}

fn parquet_rows(
    table: &Table,
    header: &[String],
    mut visit: impl FnMut(&[&str]) -> Result<(), String>,
) -> Result<(), Diagnostics> {
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    for group in 0..table.row_groups() {
        let mut row = table.group_start(group);
        for batch in table.read_group(group, &names)? {
            let batch = batch?;
            let mut columns: Vec<Vec<String>> = Vec::with_capacity(names.len());
            for (name, array) in names.iter().zip(batch.columns()) {
                columns.push(column_texts(array).map_err(|message| {
                    Diagnostic::new(table.origin(), format!("column `{}`: {message}", visible(name)))
                })?);
            }
            for index in 0..batch.num_rows() {
                row += 1;
                let cells: Vec<&str> = columns.iter().map(|column| column[index].as_str()).collect();
                visit(&cells).map_err(|message| Diagnostic::new(table.origin(), format!("row {row}: {message}")))?;
            }
        }
    }
    Ok(())
}

fn column_texts(array: &arrow_array::ArrayRef) -> Result<Vec<String>, String> {
    if table::is_text(array.data_type()) {
        let cells = table::texts(array).map_err(|problem| problem.message)?;
        return Ok(cells.into_iter().map(Option::unwrap_or_default).collect());
    }
    // A cell that is there, but infinite or NaN, stays visible: what it means is for the reader of
    // the texts to decide, as with CSV.
    let cells = table::as_written(array).map_err(|problem| problem.message)?;
    Ok(cells.into_iter().map(|cell| cell.map_or(String::new(), |number| number.to_string())).collect())
}
