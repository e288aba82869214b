//! What the cells of each column look like, over the whole file: an id that begins to have
//! letters in row 900,000 is no integer.

use std::collections::BTreeSet;

use super::filter::{Filter, Filters};
use super::records::Records;
use crate::dataset::csv::number;
use crate::dataset::manifest::NonFinite;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// What a column holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnProfile {
    pub name: String,
    pub cells: u64,
    pub empty: u64,
    /// Cells that are numbers.
    pub numbers: u64,
    /// Cells that are integers and print as they were written ("007" does not).
    pub integers: u64,
    /// Cells that are numbers but for being infinite or NaN, where those are refused.
    pub non_finite: u64,
    /// Distinct texts, counted up to a thousand.
    pub distinct: usize,
    /// A cell that is no number.
    pub example_text: Option<String>,
}

impl ColumnProfile {
    pub fn all_integers(&self) -> bool {
        self.integers == self.cells
    }
}

/// Looks at every cell of the rows that pass the filters.
pub fn profile(
    records: &mut Records<'_>,
    filters: &[Filter],
    non_finite: NonFinite,
) -> Result<Vec<ColumnProfile>, Diagnostics> {
    const DISTINCT: usize = 1000;
    let header = records.header().to_vec();
    let problems = filters
        .iter()
        .filter(|filter| !header.contains(&filter.column))
        .map(|filter| {
            let message = format!("the filter names no column: `{}`", visible(&filter.column));
            Diagnostic::new(records.origin(), message).suggest(&filter.column, header.iter().map(String::as_str))
        })
        .collect();
    Diagnostics::none_or(problems)?;
    let filters = Filters::new(filters, &header);
    let named = |name: &String| ColumnProfile { name: name.clone(), ..ColumnProfile::default() };
    let mut profiles: Vec<ColumnProfile> = header.iter().map(named).collect();
    let mut seen: Vec<BTreeSet<String>> = vec![BTreeSet::new(); header.len()];
    records.for_each(|cells| {
        if !filters.pass(cells) {
            return Ok(());
        }
        for ((profile, seen), cell) in profiles.iter_mut().zip(&mut seen).zip(cells) {
            profile.cells += 1;
            if cell.is_empty() {
                profile.empty += 1;
            } else if number(cell, non_finite).is_ok() {
                profile.numbers += 1;
                profile.integers += u64::from(cell.parse::<i64>().is_ok_and(|integer| integer.to_string() == **cell));
            } else {
                profile.non_finite += u64::from(number(cell, NonFinite::Missing).is_ok());
                profile.example_text.get_or_insert_with(|| (*cell).to_string());
            }
            if seen.len() < DISTINCT && !seen.contains(*cell) {
                seen.insert((*cell).to_string());
            }
        }
        Ok(())
    })?;
    for (profile, seen) in profiles.iter_mut().zip(&seen) {
        profile.distinct = seen.len();
    }
    Ok(profiles)
}
