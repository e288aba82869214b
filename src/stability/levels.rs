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

/// The level below a cell; none below the lowest, and none of what is no level.
pub fn below(levels: &[f64], cell: f64) -> Option<f64> {
    let at = levels.iter().position(|level| *level == cell)?;
    levels.get(at.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stability::testing::{World, factor, model};

    #[test]
    fn only_a_signal_that_is_looked_up_by_itself_has_levels() {
        let lookup = "transforms = [{ lookup = { levels = [0, 2, 5], values = [0, 1, 3] } }]\n";
        let factors = [
            "[network.n]\n".to_string(),
            format!("{}{lookup}", factor("n", "step", "step")),
            format!("{}{lookup}", factor("n", "both", "plain + other")),
            factor("n", "plain", "plain"),
        ];
        let columns = ["step", "plain", "other"].map(|name| (name, "", vec![0.0, 2.0, 5.0]));
        let world = World::new(&columns, &model("weighted-sum", &factors.concat()));
        assert_eq!(levels(&world.model), BTreeMap::from([("step", &[0.0, 2.0, 5.0][..])]));
    }

    #[test]
    fn neighbours_of_a_level_are_levels_and_what_is_none_has_no_neighbours() {
        let levels = [0.0, 2.0, 5.0];
        for (cell, lower, higher) in
            [(0.0, None, Some(2.0)), (2.0, Some(0.0), Some(5.0)), (5.0, Some(2.0), None), (1.0, None, None)]
        {
            assert_eq!((below(&levels, cell), above(&levels, cell)), (lower, higher), "{cell}");
        }
        assert_eq!((below(&levels, f64::NAN), above(&levels, f64::NAN)), (None, None));
    }
}
