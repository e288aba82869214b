//! Some of the rows of a chunk.

use std::borrow::Cow;

/// Rows of a chunk, and its columns at these rows.
pub(super) struct Selected<'a> {
    /// Counted within the chunk, ascending.
    pub(super) rows: Vec<u32>,
    pub(super) columns: Cow<'a, [Vec<f64>]>,
}

impl<'a> Selected<'a> {
    /// The rows of a chunk of `count` that `wanted` says yes to.
    pub(super) fn of(columns: &'a [Vec<f64>], wanted: impl Fn(usize) -> bool, count: usize) -> Selected<'a> {
        let rows: Vec<u32> = (0u32..).take(count).filter(|row| wanted(*row as usize)).collect();
        let at_rows = |column: &Vec<f64>| rows.iter().map(|row| column[*row as usize]).collect();
        let columns = match rows.len() {
            0 => Cow::Borrowed([].as_slice()),
            all if all == count => Cow::Borrowed(columns),
            _ => Cow::Owned(columns.iter().map(at_rows).collect()),
        };
        Selected { rows, columns }
    }
}
