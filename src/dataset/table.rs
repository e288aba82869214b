//! A Parquet table, read by row group and only in the columns that are asked for. The file is
//! opened elsewhere; here it is a source of bytes at positions, which several threads may read at
//! once.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use super::keys::Keys;
use super::manifest::NonFinite;
use crate::diagnostic::{Diagnostic, visible};
use crate::stats::lanes::widest;

/// Rows handed over at once, counted from the first of a row group.
pub const CHUNK_ROWS: usize = 8192;

/// The bytes of a table.
#[derive(Clone, Debug)]
pub enum Source {
    /// An open file; positions are read without moving a shared cursor.
    File(Arc<File>, u64),
    Memory(Bytes),
}

impl Source {
    pub fn file(file: File) -> io::Result<Source> {
        let length = file.metadata()?.len();
        Ok(Source::File(Arc::new(file), length))
    }
}

/// Reads on from a position.
#[derive(Debug)]
pub struct SourceReader {
    source: Source,
    at: u64,
}

impl Read for SourceReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &self.source {
            Source::File(file, _) => read_at(file, buffer, self.at)?,
            Source::Memory(bytes) => {
                let start = usize::try_from(self.at).unwrap_or(usize::MAX).min(bytes.len());
                (&bytes[start..]).read(buffer)?
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

impl Length for Source {
    fn len(&self) -> u64 {
        match self {
            Source::File(_, length) => *length,
            Source::Memory(bytes) => bytes.len() as u64,
        }
    }
}

impl ChunkReader for Source {
    type T = io::BufReader<SourceReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(io::BufReader::new(SourceReader { source: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_add(length as u64).filter(|end| *end <= Length::len(self));
        if end.is_none() {
            return Err(ParquetError::EOF("a part lies beyond the end of the file".to_string()));
        }
        if let Source::Memory(bytes) = self {
            let start = start as usize;
            return Ok(bytes.slice(start..start + length));
        }
        let mut buffer = Vec::with_capacity(length);
        SourceReader { source: self.clone(), at: start }.take(length as u64).read_to_end(&mut buffer)?;
        if buffer.len() < length {
            return Err(ParquetError::EOF("the file ended early".to_string()));
        }
        Ok(buffer.into())
    }
}

/// An open table.
#[derive(Clone, Debug)]
pub struct Table {
    /// How the user knows the file.
    origin: String,
    source: Source,
    metadata: ArrowReaderMetadata,
    /// First row of each row group, and the number of rows at the end.
    starts: Vec<u64>,
}

impl Table {
    pub fn open(origin: &str, source: Source) -> Result<Table, Diagnostic> {
        let metadata = ArrowReaderMetadata::load(&source, ArrowReaderOptions::new().with_skip_arrow_metadata(true))
            .map_err(|error| unreadable(origin, &error))?;
        let mut starts = vec![0];
        let mut row: u64 = 0;
        for group in metadata.metadata().row_groups() {
            row += u64::try_from(group.num_rows()).unwrap_or(0);
            starts.push(row);
        }
        Ok(Table { origin: origin.to_string(), source, metadata, starts })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn rows(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub fn row_groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many rows a row group has.
    pub fn group_rows(&self, group: usize) -> usize {
        usize::try_from(self.starts[group + 1] - self.starts[group]).unwrap_or(usize::MAX)
    }

    /// The first row of a row group.
    pub fn group_start(&self, group: usize) -> u64 {
        self.starts[group]
    }

    /// The batches of a whole row group; see [`read`](Self::read).
    pub fn read_group(
        &self,
        group: usize,
        columns: &[&str],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, Diagnostic>> + use<>, Diagnostic> {
        self.read(group, &[Range { start: 0, end: self.group_rows(group) }], columns)
    }

    /// The batches of some rows of a row group, given as ascending ranges within it, with the named
    /// columns in the order of the names. Every name must be a column of the table.
    pub fn read(
        &self,
        group: usize,
        rows: &[Range<usize>],
        columns: &[&str],
    ) -> Result<impl Iterator<Item = Result<RecordBatch, Diagnostic>> + use<>, Diagnostic> {
        let schema = self.schema();
        let mut roots = Vec::with_capacity(columns.len());
        for name in columns {
            match schema.index_of(name) {
                Ok(index) => roots.push(index),
                Err(_) => {
                    return Err(Diagnostic::new(&self.origin, format!("the table has no column `{}`", visible(name))));
                }
            }
        }
        // The reader gives columns in file order; this puts them back into the order asked for.
        let mut in_file_order: Vec<usize> = roots.clone();
        in_file_order.sort_unstable();
        in_file_order.dedup();
        let order: Vec<usize> = roots.iter().filter_map(|root| in_file_order.binary_search(root).ok()).collect();
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), roots);
        let selection = RowSelection::from_consecutive_ranges(rows.iter().cloned(), self.group_rows(group));
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(self.source.clone(), self.metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(CHUNK_ROWS);
        let whole = selection.row_count() == self.group_rows(group);
        let reader = if whole { builder } else { builder.with_row_selection(selection) }
            .build()
            .map_err(|error| unreadable(&self.origin, &error))?;
        let origin = self.origin.clone();
        Ok(reader.map(move |batch| match batch {
            Ok(batch) => batch.project(&order).map_err(|error| unreadable(&origin, &error)),
            Err(error) => Err(unreadable(&origin, &error)),
        }))
    }
}

fn unreadable(origin: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    let text = visible(&error.to_string());
    Diagnostic::new(origin, format!("not a readable Parquet file: {text}"))
        .hint("the file may be cut short or of another kind; make it again, or import it as CSV")
}

/// Whether cells of a type can be read as numbers.
pub fn is_number(kind: &DataType) -> bool {
    kind.is_integer() || matches!(kind, DataType::Float32 | DataType::Float64 | DataType::Boolean)
}

/// Whether cells of a type can be read as texts.
pub fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) || kind.is_integer()
}

/// A column that cannot be read as declared, and the row where that shows (counted from 0 within
/// the array).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellProblem {
    pub row: usize,
    pub message: String,
}

/// Cells as numbers, NaN where missing. Integers beyond 2^53 are rounded.
pub fn numbers(array: &ArrayRef, policy: NonFinite) -> Result<Vec<f64>, CellProblem> {
    let mut values = Vec::new();
    numbers_into(array, 0..array.len(), policy, &mut values)?;
    Ok(values)
}

/// Some cells as [`numbers`], into a list that takes their length and may be used again.
pub fn numbers_into(
    array: &ArrayRef,
    cells: Range<usize>,
    policy: NonFinite,
    values: &mut Vec<f64>,
) -> Result<(), CellProblem> {
    macro_rules! plain {
        ($kind:ty) => {{
            let column = &array.as_primitive::<$kind>().values()[cells.clone()];
            widest(|| values.iter_mut().zip(column).for_each(|(value, cell)| *value = *cell as f64));
        }};
    }
    // Not emptied: every value is written below, and what has its length needs no zeros first.
    values.resize(cells.len(), 0.0);
    match array.data_type() {
        DataType::Float64 => values.copy_from_slice(&array.as_primitive::<Float64Type>().values()[cells.clone()]),
        DataType::Float32 => plain!(Float32Type),
        DataType::Int8 => plain!(Int8Type),
        DataType::Int16 => plain!(Int16Type),
        DataType::Int32 => plain!(Int32Type),
        DataType::Int64 => plain!(Int64Type),
        DataType::UInt8 => plain!(UInt8Type),
        DataType::UInt16 => plain!(UInt16Type),
        DataType::UInt32 => plain!(UInt32Type),
        DataType::UInt64 => plain!(UInt64Type),
        DataType::Boolean => {
            let flags = array.as_boolean();
            let rows = values.iter_mut().zip(cells.clone());
            rows.for_each(|(value, row)| *value = f64::from(u8::from(flags.value(row))));
        }
        other => return Err(CellProblem { row: 0, message: format!("the column holds {other}, not numbers") }),
    }
    // What lies under a missing cell is anything.
    let nulls = array.nulls().map(|nulls| nulls.slice(cells.start, cells.len())).filter(|nulls| nulls.null_count() > 0);
    if let Some(present) = &nulls {
        let bits = present.inner().bit_chunks();
        for (cells, bits) in values.chunks_mut(64).zip(bits.iter_padded()) {
            if bits != u64::MAX {
                let present = |at: usize| bits >> at & 1 == 1;
                cells.iter_mut().enumerate().for_each(|(at, cell)| *cell = if present(at) { *cell } else { f64::NAN });
            }
        }
    }
    if !array.data_type().is_floating() {
        return Ok(());
    }
    // Missing cells are NaN by now; hardly any column has others, so they are counted first.
    let odd = widest(|| values.iter().fold(0, |count, value| count + u64::from(!value.is_finite())));
    if odd == nulls.map_or(0, |nulls| nulls.null_count() as u64) {
        return Ok(());
    }
    finite(array, cells.start, values, policy)
}

/// Cells as numbers, as they were written: `None` where one is missing, infinite and NaN included.
pub fn as_written(array: &ArrayRef) -> Result<Vec<Option<f64>>, CellProblem> {
    match array.data_type() {
        DataType::Float64 => Ok(array.as_primitive::<Float64Type>().iter().collect()),
        DataType::Float32 => Ok(array.as_primitive::<Float32Type>().iter().map(|cell| cell.map(f64::from)).collect()),
        _ => Ok(numbers(array, NonFinite::Refuse)?.into_iter().map(|cell| (!cell.is_nan()).then_some(cell)).collect()),
    }
}

/// Refuses infinite cells and NaN, or makes them missing; the values are the cells from `first` on.
fn finite(array: &ArrayRef, first: usize, values: &mut [f64], policy: NonFinite) -> Result<(), CellProblem> {
    for (row, value) in (first..).zip(values) {
        if !value.is_finite() && !array.is_null(row) {
            match policy {
                NonFinite::Missing => *value = f64::NAN,
                NonFinite::Refuse => return Err(CellProblem { row, message: format!("the cell is {value}") }),
            }
        }
    }
    Ok(())
}

/// Cells as texts; a missing one is `None`.
pub fn texts(array: &ArrayRef) -> Result<Vec<Option<String>>, CellProblem> {
    macro_rules! integers {
        ($kind:ty) => {
            array.as_primitive::<$kind>().iter().map(|cell| cell.map(|value| value.to_string())).collect()
        };
    }
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(|cell| cell.map(str::to_string)).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(|cell| cell.map(str::to_string)).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(|cell| cell.map(str::to_string)).collect(),
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt64 => integers!(UInt64Type),
        other => return Err(CellProblem { row: 0, message: format!("the column holds {other}, not texts") }),
    })
}

/// One cell of texts or of 64-bit integers as a text; none where it is missing, or of another kind.
pub fn text_at(array: &ArrayRef, row: usize) -> Option<Cow<'_, str>> {
    if array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Some(array.as_string::<i64>().value(row).into()),
        DataType::Utf8View => Some(array.as_string_view().value(row).into()),
        DataType::Int64 => Some(array.as_primitive::<Int64Type>().value(row).to_string().into()),
        _ => None,
    }
}

/// Appends cells to account ids of the declared kind; none may be missing.
pub fn append_keys(array: &ArrayRef, keys: &mut Keys) -> Result<(), CellProblem> {
    macro_rules! plain {
        ($kind:ty, $keys:ident) => {
            $keys.extend(array.as_primitive::<$kind>().values().iter().map(|key| i64::from(*key)))
        };
    }
    if array.null_count() > 0 {
        let row = (0..array.len()).find(|row| array.is_null(*row)).unwrap_or(0);
        return Err(CellProblem { row, message: "the account is missing".to_string() });
    }
    match keys {
        Keys::Text(keys) => text_cells(array, |cell| keys.push(cell))?,
        Keys::Integer(keys) => match array.data_type() {
            DataType::Int8 => plain!(Int8Type, keys),
            DataType::Int16 => plain!(Int16Type, keys),
            DataType::Int32 => plain!(Int32Type, keys),
            DataType::Int64 => plain!(Int64Type, keys),
            DataType::UInt8 => plain!(UInt8Type, keys),
            DataType::UInt16 => plain!(UInt16Type, keys),
            DataType::UInt32 => plain!(UInt32Type, keys),
            DataType::UInt64
                if array.as_primitive::<UInt64Type>().values().iter().all(|key| i64::try_from(*key).is_ok()) =>
            {
                keys.extend(array.as_primitive::<UInt64Type>().values().iter().map(|key| *key as i64));
            }
            _ => {
                for (row, cell) in texts(array)?.into_iter().flatten().enumerate() {
                    let Ok(key) = cell.parse() else {
                        let message = format!("the account `{}` is not a 64-bit integer", visible(&cell));
                        return Err(CellProblem { row, message });
                    };
                    keys.push(key);
                }
            }
        },
    }
    Ok(())
}

/// Visits the cells of a column without missing ones as texts.
fn text_cells(array: &ArrayRef, mut visit: impl FnMut(&str)) -> Result<(), CellProblem> {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().flatten().for_each(visit),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().flatten().for_each(visit),
        DataType::Utf8View => array.as_string_view().iter().flatten().for_each(visit),
        _ => texts(array)?.into_iter().flatten().for_each(|cell| visit(&cell)),
    }
    Ok(())
}
