//! Fixed data that versions are compared on. A dataset is a manifest and open Parquet tables;
//! whoever opens files hands them in. Rows are streamed, only the columns that are asked for are
//! decoded, and no table of accounts x columns is ever held.

pub mod answers;
pub mod coded;
pub mod csv;
pub mod diff;
pub mod drift;
pub mod import;
pub mod index;
pub mod keys;
pub mod manifest;
pub mod overlap;
pub mod pairs;
pub mod quotes;
pub mod sample;
pub mod synthetic;
pub mod table;
pub mod write;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use arrow_array::ArrayRef;
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use answers::AnswerTable;
use index::Index;
use manifest::{Manifest, Role};
use pairs::PairTable;
use table::{CHUNK_ROWS, CellProblem, Table};

/// A dataset ready to be read.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// How the user knows the manifest.
    origin: String,
    manifest: Manifest,
    tables: Vec<Table>,
    pairs: Option<PairTable>,
    answers: Option<AnswerTable>,
    /// SHA-256 of each file as verified, by file name.
    digests: Vec<(String, String)>,
}

/// Consecutive rows of the files: the columns asked for, NaN where missing.
#[derive(Debug)]
pub struct Chunk<'a> {
    /// Position of the first row, counted over all files.
    pub first_row: usize,
    pub rows: usize,
    /// One per column asked for, in that order.
    pub columns: &'a [Vec<f64>],
}

/// Consecutive rows of one row group.
struct Piece<'a> {
    table: &'a Table,
    group: usize,
    /// Position of the first row, counted over all files.
    first_row: usize,
    /// The rows, counted within the group.
    rows: Range<usize>,
}

/// Consecutive rows as they were decoded; cells become numbers where they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    dataset: &'a Dataset,
    /// Position of the first row, counted over all files.
    pub first_row: usize,
    pub rows: usize,
    names: &'a [&'a str],
    arrays: &'a [ArrayRef],
}

impl Batch<'_> {
    /// Some rows of every column, NaN where missing, into lists that are emptied first.
    ///
    /// # Errors
    /// A cell that the manifest does not allow.
    pub fn fill_all(&self, rows: Range<usize>, columns: &mut [Vec<f64>]) -> Result<(), Diagnostic> {
        for ((name, array), cells) in self.names.iter().zip(self.arrays).zip(columns) {
            let read = table::numbers_into(array, rows.clone(), self.dataset.manifest.non_finite, cells);
            read.map_err(|problem| self.dataset.cell_problem(name, self.first_row, &problem))?;
        }
        Ok(())
    }
}

impl Dataset {
    /// Puts a dataset together and checks that the tables hold what the manifest declares.
    pub fn new(
        origin: &str,
        manifest: Manifest,
        tables: Vec<Table>,
        pairs: Option<PairTable>,
        digests: Vec<(String, String)>,
    ) -> Result<Dataset, Diagnostics> {
        let mut problems = Vec::new();
        for table in &tables {
            for (name, column) in &manifest.columns {
                check_column(table, name, column.role, &mut problems);
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(Dataset { origin: origin.to_string(), manifest, tables, pairs, answers: None, digests })
    }

    /// The dataset with its answers about brands.
    #[must_use]
    pub fn with_answers(self, answers: Option<AnswerTable>) -> Dataset {
        Dataset { answers, ..self }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    pub fn pairs(&self) -> Option<&PairTable> {
        self.pairs.as_ref()
    }

    pub fn answers(&self) -> Option<&AnswerTable> {
        self.answers.as_ref()
    }

    /// File names and their SHA-256.
    pub fn digests(&self) -> &[(String, String)] {
        &self.digests
    }

    /// One digest of all files.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (file, digest) in &self.digests {
            hasher.update(file.as_bytes()).update(b"\0").update(digest.as_bytes()).update(b"\n");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The problem that a model reads a column which is no signal of this dataset.
    pub fn check_signals<'a>(
        &self,
        reader: &str,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Diagnostics> {
        let mut problems = Vec::new();
        let columns: Vec<&str> = columns.into_iter().collect();
        let absent: Vec<&str> =
            columns.iter().copied().filter(|name| !self.manifest.columns.contains_key(*name)).collect();
        const TOLD: usize = 3;
        if absent.len() > TOLD {
            let list: Vec<String> = absent.iter().take(TOLD).map(|name| format!("`{}`", visible(name))).collect();
            let message = format!(
                "{reader} reads {} columns that the dataset does not have: {} and {} more",
                absent.len(),
                list.join(", "),
                absent.len() - TOLD
            );
            problems
                .push(Diagnostic::new(&self.origin, message).hint("the dataset may be the wrong one for this model"));
        }
        for name in columns {
            if absent.len() > TOLD && absent.contains(&name) {
                continue;
            }
            let message = match self.manifest.columns.get(name).map(|column| column.role) {
                Some(Role::Signal) => continue,
                Some(role) => format!("{reader} reads `{}`, which has the role `{}`", visible(name), role.name()),
                None => format!("{reader} reads `{}`, which the dataset does not have", visible(name)),
            };
            let problem = Diagnostic::new(&self.origin, message);
            problems.push(if self.manifest.columns.contains_key(name) {
                problem.hint("models may read signals only")
            } else {
                problem.suggest(name, self.manifest.with_role(Role::Signal))
            });
        }
        Diagnostics::none_or(problems)
    }

    /// File and line-like row number (from 1) of a row counted over all files.
    pub fn place_of(&self, row: usize) -> (&str, u64) {
        let mut before = 0;
        for table in &self.tables {
            if (row as u64) < before + table.rows() {
                return (table.origin(), row as u64 - before + 1);
            }
            before += table.rows();
        }
        (&self.origin, row as u64 + 1)
    }

    /// All row groups, each cut into so many pieces.
    fn pieces(&self, cuts: usize) -> Vec<Piece<'_>> {
        let mut list = Vec::new();
        let mut before: u64 = 0;
        for table in &self.tables {
            for group in 0..table.row_groups() {
                let rows = table.group_rows(group);
                let first = usize::try_from(before + table.group_start(group)).unwrap_or(usize::MAX);
                // Between chunks, so that chunks are the same however many pieces there are.
                let border = |cut: usize| if cut == cuts { rows } else { rows * cut / cuts / CHUNK_ROWS * CHUNK_ROWS };
                for cut in 0..cuts {
                    let rows = border(cut)..border(cut + 1);
                    list.push(Piece { table, group, first_row: first + rows.start, rows });
                }
            }
            before += table.rows();
        }
        list
    }

    /// Pieces enough for every thread: tables of a single row group are read in parts, for which
    /// its pages are unpacked more than once.
    fn pieces_for_threads(&self) -> Vec<Piece<'_>> {
        let groups: usize = self.tables.iter().map(Table::row_groups).sum();
        let cuts = if groups == 0 { 1 } else { rayon::current_num_threads().div_ceil(groups) };
        self.pieces(cuts.max(1))
    }

    /// How many rows all tables have.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(Table::rows).sum()
    }

    /// Reads columns of all rows, chunk by chunk, in parallel. What `visit` gives for each chunk
    /// comes back in the order of the rows.
    pub fn scan<T: Send>(
        &self,
        columns: &[&str],
        visit: impl Fn(&Chunk<'_>) -> T + Sync,
    ) -> Result<Vec<T>, Diagnostics> {
        let new = || (Vec::new(), vec![Vec::new(); columns.len()]);
        let parts = self.scan_pieces(self.pieces(1), columns, new, |(part, cells), batch| {
            batch.fill_all(0..batch.rows, cells)?;
            part.push(visit(&Chunk { first_row: batch.first_row, rows: batch.rows, columns: cells }));
            Ok(())
        })?;
        Ok(parts.into_iter().flat_map(|(part, _)| part).collect())
    }

    /// Reads columns of all rows in parallel, in stretches of rows that `wanted` says yes to (by
    /// their positions over all files). Each stretch has a state of its own, which `visit` is given
    /// with each of its batches; the states come back in the order of the rows. How many stretches
    /// there are may depend on the number of threads; the batches do not.
    pub fn scan_with<S: Send>(
        &self,
        columns: &[&str],
        wanted: impl Fn(Range<usize>) -> bool,
        state: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, &Batch<'_>) -> Result<(), Diagnostic> + Sync,
    ) -> Result<Vec<S>, Diagnostics> {
        let mut pieces = self.pieces_for_threads();
        pieces.retain(|piece| !piece.rows.is_empty() && wanted(piece.first_row..piece.first_row + piece.rows.len()));
        self.scan_pieces(pieces, columns, state, visit)
    }

    fn scan_pieces<S: Send>(
        &self,
        pieces: Vec<Piece<'_>>,
        columns: &[&str],
        state: impl Fn() -> S + Sync,
        visit: impl Fn(&mut S, &Batch<'_>) -> Result<(), Diagnostic> + Sync,
    ) -> Result<Vec<S>, Diagnostics> {
        let scan = |piece: Piece<'_>| -> Result<S, Diagnostic> {
            let (mut state, mut first_row) = (state(), piece.first_row);
            for batch in piece.table.read(piece.group, std::slice::from_ref(&piece.rows), columns)? {
                let batch = batch?;
                let rows = batch.num_rows();
                visit(&mut state, &Batch { dataset: self, first_row, rows, names: columns, arrays: batch.columns() })?;
                first_row += rows;
            }
            Ok(state)
        };
        let results: Vec<Result<S, Diagnostic>> = pieces.into_par_iter().map(scan).collect();
        // In the order of the rows, so that the first problem is the same one every time.
        Ok(results.into_iter().collect::<Result<_, _>>()?)
    }

    /// Reads columns of a few rows, given by their ascending positions over all files. `visit` is
    /// told the positions of the rows of its chunk; what it gives comes back in their order.
    pub fn scan_rows<T: Send>(
        &self,
        columns: &[&str],
        rows: &[usize],
        visit: impl Fn(&[usize], &[Vec<f64>]) -> T + Sync,
    ) -> Result<Vec<T>, Diagnostics> {
        let read = |piece: &Piece<'_>| -> Result<Vec<T>, Diagnostic> {
            let from = rows.partition_point(|row| *row < piece.first_row);
            let to = rows.partition_point(|row| *row < piece.first_row + piece.rows.len());
            let mut rest = &rows[from..to];
            let ranges: Vec<Range<usize>> =
                rest.iter().map(|row| row - piece.first_row..row - piece.first_row + 1).collect();
            let mut found = Vec::new();
            if rest.is_empty() {
                return Ok(found);
            }
            let mut cells = vec![Vec::new(); columns.len()];
            for batch in piece.table.read(piece.group, &ranges, columns)? {
                let batch = batch?;
                let (of_batch, later) = rest.split_at(batch.num_rows().min(rest.len()));
                let first_row = of_batch.first().copied().unwrap_or(0);
                let rows = batch.num_rows();
                let batch = Batch { dataset: self, first_row, rows, names: columns, arrays: batch.columns() };
                batch.fill_all(0..rows, &mut cells)?;
                found.push(visit(of_batch, &cells));
                rest = later;
            }
            Ok(found)
        };
        let results: Vec<Result<Vec<T>, Diagnostic>> = self.pieces(1).par_iter().map(read).collect();
        let found = results.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Hands over a column array by array, in row order.
    pub(crate) fn for_each_array(
        &self,
        column: &str,
        mut visit: impl FnMut(&ArrayRef) -> Result<(), CellProblem>,
    ) -> Result<(), Diagnostics> {
        for Piece { table, group, mut first_row, .. } in self.pieces(1) {
            for batch in table.read_group(group, &[column])? {
                let batch = batch?;
                visit(batch.column(0)).map_err(|problem| self.cell_problem(column, first_row, &problem))?;
                first_row += batch.num_rows();
            }
        }
        Ok(())
    }

    /// The topics of the dataset; a single `None` if it has none.
    pub fn topics(&self) -> Result<Vec<Option<String>>, Diagnostics> {
        let Some(column) = &self.manifest.topic else { return Ok(vec![None]) };
        let mut names = std::collections::BTreeSet::new();
        self.for_each_array(column, |array| {
            names.extend(table::texts(array)?.into_iter().flatten());
            Ok(())
        })?;
        Ok(names.into_iter().map(Some).collect())
    }

    /// A column of numbers by slot.
    pub fn numbers_by_slot(&self, column: &str, index: &Index) -> Result<Vec<f64>, Diagnostics> {
        let selected =
            |rows: Range<usize>| index.slots(rows.start, rows.len()).iter().any(|slot| *slot != Index::UNSELECTED);
        let out = Mutex::new(vec![f64::NAN; index.len()]);
        self.scan_with(
            &[column],
            selected,
            || vec![Vec::new()],
            |cells, batch| {
                // Where parts of a table end depends on the threads; which cells are looked at must not.
                if !selected(batch.first_row..batch.first_row + batch.rows) {
                    return Ok(());
                }
                batch.fill_all(0..batch.rows, cells)?;
                // Other threads write to other slots; what a panic left behind is never read.
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                for (slot, value) in index.slots(batch.first_row, batch.rows).iter().zip(&cells[0]) {
                    if *slot != Index::UNSELECTED {
                        out[*slot as usize] = *value;
                    }
                }
                Ok(())
            },
        )?;
        Ok(out.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// A problem of a cell, given the row, counted over all files, that its array begins with.
    pub(crate) fn cell_problem(&self, column: &str, first_row: usize, problem: &CellProblem) -> Diagnostic {
        let (origin, row) = self.place_of(first_row + problem.row);
        let diagnostic =
            Diagnostic::new(origin, format!("row {row}, column `{}`: {}", visible(column), problem.message));
        if problem.message.starts_with("the cell is") && !problem.message.ends_with("empty") {
            diagnostic.hint("make it null if it is missing, or declare non-finite = \"missing\" in the manifest")
        } else {
            diagnostic
        }
    }
}

fn check_column(table: &Table, name: &str, role: Role, problems: &mut Vec<Diagnostic>) {
    let Ok(field) = table.schema().field_with_name(name) else {
        let message = format!("the table has no column `{}`, which the manifest declares", visible(name));
        let known: Vec<&str> = table.schema().fields().iter().map(|field| field.name().as_str()).collect();
        problems.push(Diagnostic::new(table.origin(), message).suggest(name, known));
        return;
    };
    let kind = field.data_type();
    let (fits, wanted) = if role.is_number() {
        (table::is_number(kind), "numbers")
    } else {
        (table::is_text(kind), "texts or integers")
    };
    if !fits {
        let message = format!(
            "column `{}` has the role `{}` and must hold {wanted}; it holds {kind}",
            visible(name),
            role.name()
        );
        problems.push(Diagnostic::new(table.origin(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::index::{Selection, Snapshots};
    use crate::dataset::table::Source;
    use crate::dataset::write::{CellKind, Cells, Packing, Rows, TableWriter};
    use crate::stats::testing::on_threads;

    /// Two snapshots of two chunks each, in one row group; the first cell of the older one is infinite.
    fn two_snapshots() -> Dataset {
        let rows = 4 * CHUNK_ROWS;
        let kinds = [("account", CellKind::Integer), ("s", CellKind::Number), ("snapshot", CellKind::Text)];
        let kinds = kinds.map(|(name, kind)| (name.to_string(), kind));
        let mut numbers: Vec<f64> = (0..rows).map(|row| row as f64).collect();
        numbers[0] = f64::INFINITY;
        let day = |row| Some(if row < rows / 2 { "2011-08" } else { "2011-09" }.to_string());
        let cells = [
            Cells::Integer((0..rows as i64).collect()),
            Cells::Number(numbers),
            Cells::Text((0..rows).map(day).collect()),
        ];
        let mut writer = TableWriter::new(Vec::new(), &kinds, Packing::Temporary).unwrap();
        writer.write(Rows { columns: kinds.iter().map(|(name, _)| name.clone()).zip(cells).collect() }).unwrap();
        let bytes = writer.finish().unwrap();
        let digest = "0".repeat(64);
        let manifest = format!(
            "format = 1\ndataset = \"d\"\npopulation = \"p\"\nsource = \"s\"\nlicence = \"l\"\n[column.account]\nrole = \"key\"\ntype = \"integer\"\n[column.snapshot]\nrole = \"snapshot\"\n[column.s]\nrole = \"signal\"\n[[table]]\nfile = \"t.parquet\"\nencoding = \"parquet\"\nsha256 = \"{digest}\"\n"
        );
        let manifest = Manifest::parse("dataset.toml", &manifest, None).unwrap_or_else(|problems| panic!("{problems}"));
        let table = Table::open("t.parquet", Source::Memory(bytes.into())).unwrap();
        Dataset::new("dataset.toml", manifest, vec![table], None, Vec::new()).unwrap()
    }

    #[test]
    fn a_cell_that_is_not_asked_for_fails_on_no_number_of_threads() {
        let dataset = two_snapshots();
        let by_slot = |snapshots: &Snapshots, threads| {
            let selection = Selection { snapshots: snapshots.clone(), ..Selection::default() };
            let index = Index::build(&dataset, &selection).unwrap();
            on_threads(threads, || dataset.numbers_by_slot("s", &index))
        };
        let rows = 4 * CHUNK_ROWS;
        let newer: Vec<f64> = (rows / 2..rows).map(|row| row as f64).collect();
        for threads in 1..=4 {
            assert_eq!(by_slot(&Snapshots::Latest, threads).unwrap(), newer, "{threads} threads");
            let refused = by_slot(&Snapshots::All, threads).unwrap_err().to_string();
            assert!(refused.contains("the cell is inf"), "{threads} threads: {refused}");
        }
    }
}
