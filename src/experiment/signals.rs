//! How the signals themselves moved: between the two sides of a comparison, and since the snapshot
//! that the models were fitted on.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{DriftReason, SignalDriftSummary, SignalRow};
use super::plan::Plan;
use super::scoring::{Scored, Set};
use crate::dataset::drift::{self, Fate, Population, SignalDrift};
use crate::dataset::index::{Index, Selection, Snapshots};
use crate::diagnostic::Diagnostics;
use crate::ids::Reference;

/// The drift of the signals that the plan's models read; nothing where the experiment does not ask.
pub fn drift(plan: &Plan, scored: &Scored) -> Result<Vec<SignalDriftSummary>, Diagnostics> {
    let mut found = Vec::new();
    if !plan.experiment.signal_drift {
        return Ok(found);
    }
    for set in &scored.sets {
        let mut wanted: BTreeMap<&str, DriftReason> = BTreeMap::new();
        if let Some(before) = plan.experiment.baseline_snapshot.as_deref() {
            wanted.insert(before, DriftReason::Sides);
        }
        for (snapshot, models) in references(plan, set) {
            wanted.entry(snapshot).or_insert(DriftReason::Reference(models));
        }
        for slice in set.compared(plan) {
            for (from, reason) in &wanted {
                if let Some(to) = slice.snapshot.as_deref().filter(|to| to != from) {
                    found.push(between(plan, set, from, to, reason.clone())?);
                }
            }
        }
    }
    Ok(found)
}

/// The snapshots of this very dataset that models were fitted on, with the models.
fn references<'a>(plan: &'a Plan, set: &Set) -> BTreeMap<&'a str, Vec<String>> {
    let mut snapshots: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for model in plan.models.iter().filter(|model| model.needs_fit()) {
        if let Some(Reference::Population { dataset, snapshot: Some(snapshot) }) = &model.reference
            && *dataset == set.dataset.manifest().name
        {
            snapshots.entry(snapshot).or_default().push(model.id.to_string());
        }
    }
    snapshots
}

fn between(
    plan: &Plan,
    set: &Set,
    from: &str,
    to: &str,
    reason: DriftReason,
) -> Result<SignalDriftSummary, Diagnostics> {
    let index = |snapshot: &str| {
        let snapshots = Snapshots::Named(vec![snapshot.to_string()]);
        Index::build(&set.dataset, &Selection { snapshots, also: None, topic: set.topic.clone() })
    };
    let (first, second) = (index(from)?, index(to)?);
    let population = |index| Population { dataset: &set.dataset, index, slice: 0 };
    let read: BTreeSet<&str> = plan.models.iter().flat_map(|model| model.columns()).collect();
    let drift = drift::drift_of(population(&first), population(&second), &|name| read.contains(name))?;
    Ok(SignalDriftSummary {
        dataset: set.dataset.manifest().name.clone(),
        topic: set.topic.clone(),
        from: from.to_string(),
        to: to.to_string(),
        reason,
        both: drift.accounts.stayed,
        added: drift.accounts.added,
        gone: drift.accounts.gone,
        signals: drift.signals.iter().map(row).collect(),
    })
}

fn row(signal: &SignalDrift) -> SignalRow {
    let column = &signal.column;
    let missing = |state: &drift::ColumnState| match state.present + state.missing {
        0 => 0.0,
        all => state.missing as f64 / all as f64,
    };
    SignalRow {
        signal: signal.name.clone(),
        missing_before: missing(&column.before),
        missing_after: missing(&column.after),
        median_before: column.before.median,
        median_after: column.after.median,
        psi: column.psi.clone().ok(),
        psi_critical: column.psi_critical,
        ks: column.ks.clone().ok(),
        vanished: column.fate() == Fate::Vanished,
        appeared: column.fate() == Fate::Appeared,
    }
}
