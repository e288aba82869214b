//! Tables written as Parquet with everything fixed that could vary: creator, encodings, row-group
//! size, order. The same rows give the same bytes.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

/// Rows of a row group: large enough to compress, small enough to spread over threads.
pub const GROUP_ROWS: usize = 65_536;

/// Cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    Integer(Vec<i64>),
    /// NaN is a missing cell.
    Number(Vec<f64>),
    Text(Vec<Option<String>>),
}

impl Cells {
    /// No cells of a kind.
    pub fn empty(kind: CellKind) -> Cells {
        match kind {
            CellKind::Integer => Cells::Integer(Vec::new()),
            CellKind::Number => Cells::Number(Vec::new()),
            CellKind::Text => Cells::Text(Vec::new()),
        }
    }
}

/// Named columns of equal length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub columns: Vec<(String, Cells)>,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| match cells {
            Cells::Integer(cells) => cells.len(),
            Cells::Number(cells) => cells.len(),
            Cells::Text(cells) => cells.len(),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a column will hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Integer,
    Number,
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Zstandard, for files that are kept.
    Kept,
    /// Uncompressed, for temporary files.
    Temporary,
}

/// Writes rows as they come; `finish` gives back what it wrote to.
#[expect(missing_debug_implementations, reason = "a writer has nothing to show")]
pub struct TableWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
}

impl<W: Write + Send> TableWriter<W> {
    pub fn new(out: W, columns: &[(String, CellKind)], packing: Packing) -> Result<Self, ParquetError> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, kind)| match kind {
                CellKind::Integer => Field::new(name, DataType::Int64, false),
                CellKind::Number => Field::new(name, DataType::Float64, true),
                CellKind::Text => Field::new(name, DataType::Utf8, true),
            })
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let compression = match packing {
            Packing::Kept => Compression::ZSTD(ZstdLevel::try_new(3)?),
            Packing::Temporary => Compression::UNCOMPRESSED,
        };
        let properties = WriterProperties::builder()
            .set_created_by("cloutbench".to_string())
            .set_compression(compression)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(out, schema.clone(), options)?;
        Ok(TableWriter { writer, schema })
    }

    /// Writes rows whose columns are those declared, in the same order.
    pub fn write(&mut self, rows: Rows) -> Result<(), ParquetError> {
        let arrays: Vec<ArrayRef> = rows.columns.into_iter().map(|(_, cells)| array(cells)).collect();
        let batch =
            RecordBatch::try_new(self.schema.clone(), arrays).map_err(|e| ParquetError::ArrowError(e.to_string()))?;
        self.writer.write(&batch)
    }

    pub fn finish(self) -> Result<W, ParquetError> {
        self.writer.into_inner()
    }
}

fn array(cells: Cells) -> ArrayRef {
    match cells {
        Cells::Integer(values) => Arc::new(Int64Array::from(values)),
        Cells::Number(values) => {
            let cells = values.into_iter().map(|value| if value.is_nan() { None } else { Some(value) });
            Arc::new(Float64Array::from_iter(cells))
        }
        Cells::Text(values) => Arc::new(StringArray::from_iter(values)),
    }
}
