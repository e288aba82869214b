//! A column of texts that repeat: each distinct text once, and a small number per row.

use std::collections::BTreeMap;

use super::Dataset;
use super::table::{self, CellProblem};
use crate::diagnostic::Diagnostics;

/// The texts of a column by row, counted over all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coded {
    /// Sorted, unique.
    pub names: Vec<String>,
    /// For each row the position of its text, or [`Coded::MISSING`].
    pub codes: Vec<u32>,
}

impl Coded {
    pub const MISSING: u32 = u32::MAX;

    /// Reads a column. An empty cell is a problem where the column is `required`.
    pub fn read(dataset: &Dataset, column: &str, required: bool) -> Result<Coded, Diagnostics> {
        let mut known = BTreeMap::<String, u32>::new();
        let mut codes: Vec<u32> = Vec::new();
        dataset.for_each_array(column, |array| {
            for (row, cell) in table::texts(array)?.into_iter().enumerate() {
                match cell {
                    Some(cell) => {
                        let next = u32::try_from(known.len()).unwrap_or(Self::MISSING);
                        codes.push(*known.entry(cell).or_insert(next));
                    }
                    None if required => return Err(CellProblem { row, message: "the cell is empty".to_string() }),
                    None => codes.push(Self::MISSING),
                }
            }
            Ok(())
        })?;
        // Codes were given in order of appearance; names sort them.
        let mut rank = vec![0; known.len()];
        for (place, code) in (0u32..).zip(known.values()) {
            rank[*code as usize] = place;
        }
        codes.iter_mut().filter(|code| **code != Self::MISSING).for_each(|code| *code = rank[*code as usize]);
        Ok(Coded { names: known.into_keys().collect(), codes })
    }

    /// The name of a row or a slot, whichever the codes are by.
    pub fn name(&self, at: usize) -> Option<&str> {
        self.names.get(self.codes[at] as usize).map(String::as_str)
    }
}
