//! Signals that are levels, such as the step of a career from 0 to 6: a version looks them up. There
//! is nothing between two levels, so they are not stretched, rounded or counted like other signals.

use std::collections::BTreeMap;

use crate::model::Model;
use crate::model::transform::Transform;

/// The levels of the signals that a model looks up, rising.
pub fn levels(model: &Model) -> BTreeMap<&str, &[f64]> {
    let mut found = BTreeMap::new();
    for factor in model.networks.iter().flat_map(|network| &network.factors) {
        let Some(Transform::Lookup(lookup)) = factor.transforms.first() else { continue };
        // What several signals make together is no level of any of them.
        let columns = factor.value.columns();
        if columns.len() == 1 {
            found.extend(columns.into_iter().map(|name| (name, lookup.levels.as_slice())));
        }
    }
    found
}

/// The level above a cell; none above the highest, and none of what is no level.
pub fn above(levels: &[f64], cell: f64) -> Option<f64> {
    let at = levels.iter().position(|level| *level == cell)?;
    levels.get(at + 1).copied()
}
