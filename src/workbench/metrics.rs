//! Two columns of scores in any CSV or Parquet file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::Result;
use super::{Workbench, shown};
use crate::dataset::csv::number;
use crate::dataset::manifest::NonFinite;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// Which columns of a file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsOrder {
    pub file: PathBuf,
    pub baseline: String,
    pub candidate: String,
    /// The account; rows stand for themselves if none is named.
    pub id: Option<String>,
}

/// Baseline and candidate by row; NaN where a cell is empty.
pub fn columns(bench: &Workbench, order: &ColumnsOrder) -> Result<[Vec<f64>; 2]> {
    let path = &order.file;
    let table = bench.if_parquet(path)?;
    let mut records = bench.records(path, table.as_ref())?;
    let origin = shown(path);
    let wanted = [Some(&order.baseline), Some(&order.candidate), order.id.as_ref()];
    let mut problems = Vec::new();
    let mut at = [None; 3];
    for (place, name) in at.iter_mut().zip(wanted) {
        let Some(name) = name else { continue };
        *place = records.header().iter().position(|column| column == name);
        if place.is_none() {
            let message = format!("the file has no column `{}`", visible(name));
            problems.push(Diagnostic::new(&origin, message).suggest(name, records.header().iter().map(String::as_str)));
        }
    }
    Diagnostics::none_or(problems)?;
    let mut values = [Vec::new(), Vec::new()];
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut row: u64 = 0;
    records.for_each(|cells| {
        row += 1;
        if let Some(at) = at[2]
            && let Some(first) = seen.insert(cells[at].to_string(), row)
        {
            return Err(format!("the account `{}` stands in row {first} and in row {row}", visible(cells[at])));
        }
        for (column, (at, name)) in values.iter_mut().zip(at.iter().zip(wanted)) {
            let (Some(at), Some(name)) = (at, name) else { continue };
            let value = number(cells[*at], NonFinite::Refuse);
            column.push(value.map_err(|message| format!("column `{}`: {message}", visible(name)))?);
        }
        Ok(())
    })?;
    if row == 0 {
        return Err(Diagnostic::new(origin, "the table has no rows").into());
    }
    Ok(values)
}
