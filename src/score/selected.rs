//! The rows of a chunk that an index selects.

use std::borrow::Cow;

use crate::dataset::index::Index;

/// The rows of a chunk that are scored. Rows of other snapshots are dropped before any arithmetic,
/// so that nothing counts them.
pub(super) struct Selected<'a> {
    pub(super) slots: Vec<u32>,
    pub(super) columns: Cow<'a, [Vec<f64>]>,
}

impl<'a> Selected<'a> {
    pub(super) fn of(columns: &'a [Vec<f64>], slots: &[u32]) -> Selected<'a> {
        let rows: Vec<usize> = (0..slots.len()).filter(|row| slots[*row] != Index::UNSELECTED).collect();
        let columns = if rows.len() == slots.len() {
            Cow::Borrowed(columns)
        } else {
            Cow::Owned(columns.iter().map(|column| rows.iter().map(|row| column[*row]).collect()).collect())
        };
        Selected { slots: rows.into_iter().map(|row| slots[row]).collect(), columns }
    }
}
