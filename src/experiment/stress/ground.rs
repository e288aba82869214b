//! Where versions are studied: the latest compared snapshot of each dataset and topic, and the
//! snapshots before it.

use std::sync::Arc;

use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection, Snapshots};
use crate::dataset::keys::join;
use crate::diagnostic::Diagnostics;
use crate::experiment::place::Place;
use crate::experiment::plan::Plan;
use crate::experiment::scoring;
use crate::model::Model;
use crate::score::Population;
use crate::score::rescore::{Changed, Rescorer};

/// A place, with the populations that the studies need.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) place: Place,
    pub(super) dataset: &'a Dataset,
    pub(super) index: Index,
    /// The index of each snapshot in its order; empty where the dataset has none.
    pub(super) moments: Vec<Index>,
}

/// The latest compared snapshot of each dataset and topic.
pub(super) fn grounds(plan: &Plan) -> Result<Vec<Ground<'_>>, Diagnostics> {
    let mut grounds = Vec::new();
    for dataset in &plan.datasets {
        for topic in scoring::topics(plan, dataset)? {
            let build = |snapshots: Snapshots| {
                Index::build(dataset, &Selection { snapshots, also: None, topic: topic.clone() })
            };
            let compared = build(plan.experiment.snapshots.clone())?;
            let snapshot = compared.slices.last().and_then(|slice| slice.snapshot.clone());
            let (index, moments) = match &snapshot {
                None => (compared, Vec::new()),
                Some(name) => {
                    let named = |name: &String| build(Snapshots::Named(vec![name.clone()]));
                    let all = build(Snapshots::All)?;
                    let names = all.slices.iter().filter_map(|slice| slice.snapshot.as_ref());
                    let moments = names.map(named).collect::<Result<Vec<Index>, Diagnostics>>()?;
                    (named(name)?, moments)
                }
            };
            let place = Place { dataset: dataset.manifest().name.clone(), topic, snapshot, baseline_snapshot: None };
            grounds.push(Ground { place, dataset, index, moments });
        }
    }
    Ok(grounds)
}

/// The cells that a version reads as of the snapshot before, by slot of the place; none where there
/// is no such snapshot.
pub(super) fn earlier(
    ground: &Ground<'_>,
    model: &Arc<Model>,
    reference: Option<Population<'_>>,
    cap: usize,
) -> Result<Option<Changed>, Diagnostics> {
    let here = ground.place.snapshot.as_deref();
    let at = ground.moments.iter().position(|index| index.slices[0].snapshot.as_deref() == here);
    let Some(index) = at.and_then(|at| at.checked_sub(1)).map(|at| &ground.moments[at]) else { return Ok(None) };
    let population = Population { dataset: ground.dataset, index };
    let rescorer = Rescorer::new(model, reference.unwrap_or(population), population, cap)?;
    let rows = join(&index.slices[0].accounts, &ground.index.slices[0].accounts);
    let column = |name: &str| {
        let cells = rescorer.column(name).unwrap_or_default();
        let mut now = vec![f64::NAN; ground.index.len()];
        for (before, after) in &rows {
            if let (Some(before), Some(after)) = (before, after) {
                now[*after as usize] = cells[*before as usize];
            }
        }
        (name.to_string(), now)
    };
    Ok(Some(model.columns().into_iter().map(column).collect()))
}
