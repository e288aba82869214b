//! The signals that a study looks at, in memory: those that the model reads are borrowed from the
//! rescorer, which holds them anyway; those that only attacks and identities name are read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Attack;
use super::identities::Identities;
use crate::dataset::index::Index;
use crate::dataset::manifest::Role;
use crate::diagnostic::Diagnostics;
use crate::model::Network;
use crate::score::Population;
use crate::score::rescore::Rescorer;

/// Signals of a population by name and slot; NaN where missing.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    rows: usize,
    columns: BTreeMap<String, Cow<'a, [f64]>>,
}

impl<'a> Cells<'a> {
    /// The signals that the model of a rescorer reads, and those of the dataset that attacks and
    /// identities name. `population` is the one that the rescorer scores.
    ///
    /// # Errors
    /// Cells that the dataset does not allow.
    pub fn read(
        rescorer: &'a Rescorer<'a>,
        population: &Population<'_>,
        attacks: &[Attack],
        identities: &Identities,
    ) -> Result<Cells<'a>, Diagnostics> {
        let manifest = population.dataset.manifest();
        let mut names: BTreeSet<&str> = identities.columns();
        names.extend(attacks.iter().flat_map(|attack| attack.deltas.keys().map(String::as_str)));
        names.retain(|name| manifest.columns.get(*name).is_some_and(|column| column.role == Role::Signal));
        names.retain(|name| rescorer.column(name).is_none());
        let wanted: Vec<&str> = names.into_iter().collect();
        let mut cells = Cells::of(rescorer);
        if wanted.is_empty() {
            return Ok(cells);
        }
        let mut read = vec![vec![f64::NAN; cells.rows]; wanted.len()];
        let chunks = population.dataset.scan(&wanted, |chunk| (chunk.first_row, chunk.columns.to_vec()))?;
        for (first_row, columns) in chunks {
            for (column, values) in read.iter_mut().zip(columns) {
                for (slot, value) in population.index.slots(first_row, values.len()).iter().zip(values) {
                    if *slot != Index::UNSELECTED {
                        column[*slot as usize] = value;
                    }
                }
            }
        }
        cells.columns.extend(wanted.into_iter().map(str::to_string).zip(read.into_iter().map(Cow::Owned)));
        Ok(cells)
    }

    /// The signals that the model of a rescorer reads, and no others.
    pub fn of(rescorer: &'a Rescorer<'a>) -> Cells<'a> {
        let borrowed = |name: &str| Some((name.to_string(), Cow::Borrowed(rescorer.column(name)?)));
        let columns = rescorer.base().model.columns().into_iter().filter_map(borrowed).collect();
        Cells { rows: rescorer.accounts(), columns }
    }

    /// Columns as they are, all as long as the first.
    #[cfg(test)]
    pub(crate) fn new(columns: BTreeMap<String, Vec<f64>>) -> Cells<'static> {
        let rows = columns.values().next().map_or(0, Vec::len);
        Cells { rows, columns: columns.into_iter().map(|(name, cells)| (name, Cow::Owned(cells))).collect() }
    }

    /// How many accounts there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The cells of a signal; None for one that the dataset lacks.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.columns.get(name).map(Cow::as_ref)
    }

    /// The names of all signals, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }
}

/// Who is on a network, by slot, given the cells of each column that it reads.
pub fn on_network<'c>(network: &Network, rows: usize, column: impl Fn(&str) -> Option<&'c [f64]>) -> Vec<bool> {
    let missing = vec![f64::NAN; rows];
    let found = |name: &str| -> &[f64] { column(name).unwrap_or(&missing) };
    match &network.connected {
        Some(expression) => {
            let mut values = vec![0.0; rows];
            expression.evaluate(&found, &mut values);
            values.into_iter().map(|value| !value.is_nan() && value != 0.0).collect()
        }
        None => {
            let mut on = vec![false; rows];
            for name in network.columns() {
                on.iter_mut().zip(found(name)).for_each(|(on, cell)| *on |= !cell.is_nan());
            }
            on
        }
    }
}
