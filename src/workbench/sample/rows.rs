//! The rows and the judged pairs of a panel, streamed from those of its dataset.

use std::path::Path;

use super::super::create::{ANSWERS, PAIRS, TABLE};
use super::super::error::{Result, WorkbenchError};
use super::super::files::NewFolder;
use super::{STRATUM, WEIGHT};
use crate::dataset::Dataset;
use crate::dataset::keys::Keys;
use crate::dataset::manifest::{KeyKind, Manifest, Role};
use crate::dataset::sample::{Cell, Draw, Roll};
use crate::dataset::table;
use crate::dataset::write::{CellKind, Cells, GROUP_ROWS, Packing, Rows, TableWriter};
use crate::dataset::{answers, pairs};

/// The columns of the panel: those of the manifest in name order, without an older weight.
fn columns(manifest: &Manifest) -> Vec<(String, CellKind)> {
    let kind = |role: Role| match role {
        Role::Key if manifest.key_kind == KeyKind::Integer => CellKind::Integer,
        role if role.is_number() => CellKind::Number,
        _ => CellKind::Text,
    };
    let kept = manifest.columns.iter().filter(|(_, spec)| spec.role != Role::SamplingWeight);
    let mut columns: Vec<(String, CellKind)> = kept.map(|(name, spec)| (name.clone(), kind(spec.role))).collect();
    columns.push((WEIGHT.to_string(), CellKind::Number));
    columns.push((STRATUM.to_string(), CellKind::Text));
    columns
}

/// Streams the rows of the chosen accounts into the panel's table; gives their number.
pub(super) fn write(dataset: &Dataset, roll: &Roll, draw: &Draw, folder: &NewFolder, path: &Path) -> Result<u64> {
    let failed = |error: parquet::errors::ParquetError| WorkbenchError::writing(path, std::io::Error::other(error));
    let manifest = dataset.manifest();
    let columns = columns(manifest);
    let own = &columns[..columns.len() - 2];
    let old_weight = manifest.with_role(Role::SamplingWeight).next();
    let mut names: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(old_weight);
    let empty = || -> Vec<Cells> { columns.iter().map(|(_, kind)| Cells::empty(*kind)).collect() };
    let mut writer = TableWriter::new(folder.create(TABLE)?, &columns, Packing::Kept).map_err(failed)?;
    let mut held = empty();
    let (mut waiting, mut written) = (0, 0);
    let mut flush = |held: &mut Vec<Cells>| {
        let cells = std::mem::replace(held, empty());
        let named = columns.iter().map(|(name, _)| name.clone()).zip(cells).collect();
        writer.write(Rows { columns: named }).map_err(failed)
    };
    let mut first_row = 0;
    for table in dataset.tables() {
        for group in 0..table.row_groups() {
            for batch in table.read_group(group, &names)? {
                let batch = batch?;
                let accounts = &roll.accounts_of_rows()[first_row..first_row + batch.num_rows()];
                let taken: Vec<(usize, &Cell)> = accounts
                    .iter()
                    .enumerate()
                    .filter_map(|(row, account)| Some((row, draw.cell_of(*account)?)))
                    .collect();
                let problem = |column: usize, problem: table::CellProblem| {
                    dataset.cell_problem(names[column], first_row, &problem)
                };
                for (column, (cells, array)) in held.iter_mut().zip(batch.columns()).take(own.len()).enumerate() {
                    append(cells, array, &taken, manifest).map_err(|found| problem(column, found))?;
                }
                let old = match batch.columns().get(own.len()).filter(|_| old_weight.is_some()) {
                    Some(array) => {
                        Some(table::numbers(array, manifest.non_finite).map_err(|found| problem(own.len(), found))?)
                    }
                    None => None,
                };
                if let [.., Cells::Number(weights), Cells::Text(strata)] = held.as_mut_slice() {
                    let before = |row: usize| old.as_ref().map_or(1.0, |old| old[row]);
                    weights.extend(taken.iter().map(|(row, cell)| cell.weight() * before(*row)));
                    strata.extend(taken.iter().map(|(_, cell)| Some(cell.stratum.name().to_string())));
                }
                waiting += taken.len();
                written += taken.len() as u64;
                if waiting >= GROUP_ROWS {
                    flush(&mut held)?;
                    waiting = 0;
                }
                first_row += batch.num_rows();
            }
        }
    }
    if waiting > 0 {
        flush(&mut held)?;
    }
    writer.finish().map_err(failed)?;
    Ok(written)
}

/// Appends the chosen cells of an array.
fn append(
    cells: &mut Cells,
    array: &arrow_array::ArrayRef,
    taken: &[(usize, &Cell)],
    manifest: &Manifest,
) -> std::result::Result<(), table::CellProblem> {
    match cells {
        Cells::Integer(values) => {
            let mut keys = Keys::Integer(Vec::new());
            table::append_keys(array, &mut keys)?;
            if let Keys::Integer(keys) = keys {
                values.extend(taken.iter().map(|(row, _)| keys[*row]));
            }
        }
        Cells::Number(values) => {
            let numbers = table::numbers(array, manifest.non_finite)?;
            values.extend(taken.iter().map(|(row, _)| numbers[*row]));
        }
        Cells::Text(values) => {
            let mut texts = table::texts(array)?;
            values.extend(taken.iter().map(|(row, _)| texts[*row].take()));
        }
    }
    Ok(())
}

/// The judged pairs of which both accounts were drawn; gives how many, of how many. No file is
/// written where none is left.
pub(super) fn write_pairs(
    dataset: &Dataset,
    roll: &Roll,
    draw: &Draw,
    folder: &NewFolder,
) -> Result<Option<(u64, u64)>> {
    let Some(table) = dataset.pairs() else { return Ok(None) };
    let cells = table.iter().map(|(first, second, first_preferred)| {
        [first.to_string(), second.to_string(), if first_preferred { "first" } else { "second" }.to_string()]
    });
    write_kept(cells, pairs::COLUMNS, roll, draw, (folder, PAIRS)).map(Some)
}

/// The answers of which respondent and brand were both drawn, likewise.
pub(super) fn write_answers(
    dataset: &Dataset,
    roll: &Roll,
    draw: &Draw,
    folder: &NewFolder,
) -> Result<Option<(u64, u64)>> {
    let Some(table) = dataset.answers() else { return Ok(None) };
    let cells =
        table.iter().map(|(respondent, brand, answer)| [respondent.to_string(), brand.to_string(), answer.to_string()]);
    write_kept(cells, answers::COLUMNS, roll, draw, (folder, ANSWERS)).map(Some)
}

/// Writes the records whose first two cells name accounts that were drawn.
fn write_kept(
    records: impl Iterator<Item = [String; 3]>,
    columns: [&str; 3],
    roll: &Roll,
    draw: &Draw,
    (folder, file): (&NewFolder, &str),
) -> Result<(u64, u64)> {
    let drawn = |account: &str| {
        let position = roll.find(account).and_then(|at| u32::try_from(at).ok());
        position.is_some_and(|at| draw.cell_of(at).is_some())
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let (mut kept, mut all) = (0, 0);
    // Writing to memory does not fail.
    let _ = writer.write_record(columns);
    for record in records {
        all += 1;
        if drawn(&record[0]) && drawn(&record[1]) {
            let _ = writer.write_record(&record);
            kept += 1;
        }
    }
    if kept > 0 {
        folder.write(file, &writer.into_inner().unwrap_or_default())?;
    }
    Ok((kept, all))
}
