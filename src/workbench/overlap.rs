//! Two definitions of a signal, opened and checked.

use std::sync::Arc;

use super::Workbench;
use super::error::Result;
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection, Snapshots};
use crate::dataset::manifest::Role;
use crate::dataset::overlap::{Column, Overlap, overlap};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// Which definitions are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverlapOrder {
    pub old: ColumnOrder,
    pub new: ColumnOrder,
    /// Needed where a dataset has topics.
    pub topic: Option<String>,
    /// A segment of the new definition's dataset.
    pub segment: Option<String>,
    /// How many of the accounts that differ most are named.
    pub worst: usize,
}

/// A column of a dataset at a snapshot, the latest unless named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnOrder {
    pub dataset: String,
    pub snapshot: Option<String>,
    pub signal: String,
}

impl Workbench {
    /// Compares two definitions of a signal over the accounts that have both.
    pub fn overlap(&self, order: &OverlapOrder) -> Result<Overlap> {
        let old = self.dataset(&order.old.dataset)?;
        let new = if order.new.dataset == order.old.dataset { old.clone() } else { self.dataset(&order.new.dataset)? };
        let mut problems = Vec::new();
        for (dataset, column) in [(&old, &order.old.signal), (&new, &order.new.signal)] {
            problems.extend(problem(dataset, column, "number", Role::is_number));
        }
        if let Some(segment) = &order.segment {
            problems.extend(problem(&new, segment, "segment", |role| role == Role::Segment));
        }
        problems.dedup();
        Diagnostics::none_or(problems)?;
        let index = |dataset: &Arc<Dataset>, snapshot: &Option<String>| {
            let snapshots = snapshot.clone().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name]));
            Index::build(dataset, &Selection { snapshots, also: None, topic: order.topic.clone() })
        };
        let before = index(&old, &order.old.snapshot)?;
        let after = index(&new, &order.new.snapshot)?;
        Ok(overlap(
            column(&old, &before, &order.old.signal),
            column(&new, &after, &order.new.signal),
            order.topic.as_deref(),
            order.segment.as_deref(),
            order.worst,
        )?)
    }
}

/// An index is never empty, and one snapshot is one slice.
fn column<'a>(dataset: &'a Dataset, index: &'a Index, name: &'a str) -> Column<'a> {
    Column { dataset, index, slice: &index.slices[0], name }
}

/// What is wrong with the name of a column, if anything.
fn problem(dataset: &Dataset, name: &str, what: &str, fits: impl Fn(Role) -> bool) -> Option<Diagnostic> {
    let manifest = dataset.manifest();
    let message = match manifest.columns.get(name) {
        Some(spec) if fits(spec.role) => return None,
        Some(spec) => format!("`{}` is no {what}: its role is `{}`", visible(name), spec.role.name()),
        None => format!("the dataset `{}` has no column `{}`", manifest.name, visible(name)),
    };
    let known = manifest.columns.iter().filter(|(_, spec)| fits(spec.role)).map(|(name, _)| name.as_str());
    Some(Diagnostic::new(dataset.origin(), message).suggest(name, known))
}
