//! Who came and who went between two snapshots, and what that did to the mean and to ranks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::grid;
use crate::stats::population::{self, Population};
use crate::stats::weights::Weights;

/// The change of the mean score of everybody: `total = stayers + entrants - leavers`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PopulationChange {
    /// Accounts with a score on both sides, only after, and only before.
    pub stayers: u64,
    pub entrants: u64,
    pub leavers: u64,
    /// In points.
    pub mean_change: f64,
    pub by_stayers: f64,
    pub by_entrants: f64,
    pub by_leavers: f64,
    /// Of the stayers who stood in the top, places lost on average, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displacement: Option<Displaced>,
}

/// Mean change of rank of those who stood in the top; positive is down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Displaced {
    pub top: u32,
    pub accounts: u64,
    pub mean_rank_change: f64,
    /// `mean-rank-change = among-stayers + by-entrants - by-leavers`.
    pub among_stayers: f64,
    pub by_entrants: f64,
    pub by_leavers: f64,
}

/// The top whose displacement is told.
const TOP: u32 = 100;

/// What two columns over the same rows (NaN where an account is not there) say of the population.
/// None where nobody stayed.
pub fn change(before: &[f64], after: &[f64], sampling: [Option<&[f64]>; 2]) -> Option<PopulationChange> {
    let side = |scores: &[f64], weights: Option<&[f64]>| {
        let rows: Vec<u32> = (0u32..).zip(scores).filter(|(_, score)| !score.is_nan()).map(|(row, _)| row).collect();
        let pick = |column: &[f64]| rows.iter().map(|row| column[*row as usize]).collect::<Vec<f64>>();
        let weights = weights.map(pick);
        (grid::snapped(&pick(scores)), weights, rows)
    };
    let [first, second] = [side(before, sampling[0]), side(after, sampling[1])];
    let one = Population::new(&first.2, &first.0, weights_of(&first.1)).ok()?;
    let two = Population::new(&second.2, &second.0, weights_of(&second.1)).ok()?;
    let mean = population::mean_change(&one, &two).ok()?;
    let displacement = population::displacement(&one, &two, Some(TOP)).ok().filter(|rows| !rows.is_empty());
    let displacement = displacement.filter(|_| sampling[0].is_none()).map(|rows| {
        let average =
            |of: &dyn Fn(&population::Displacement) -> i64| rows.iter().map(of).sum::<i64>() as f64 / rows.len() as f64;
        Displaced {
            top: TOP,
            accounts: rows.len() as u64,
            mean_rank_change: average(&|row| i64::from(row.after) - i64::from(row.before)),
            among_stayers: average(&|row| row.among_stayers),
            by_entrants: average(&|row| i64::from(row.by_entrants)),
            by_leavers: average(&|row| i64::from(row.by_leavers)),
        }
    });
    Some(PopulationChange {
        stayers: mean.counts.stayers,
        entrants: mean.counts.entrants,
        leavers: mean.counts.leavers,
        mean_change: mean.total,
        by_stayers: mean.stayers,
        by_entrants: mean.entrants,
        by_leavers: mean.leavers,
        displacement,
    })
}

fn weights_of(weights: &Option<Vec<f64>>) -> Weights<'_> {
    weights.as_ref().map_or(Weights::Equal, |weights| Weights::Each(weights))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_sum_and_newcomers_displace() {
        let nan = f64::NAN;
        let found = change(&[10.0, 20.0, 30.0, nan], &[12.0, nan, 30.0, 90.0], [None, None]).unwrap();
        assert_eq!((found.stayers, found.entrants, found.leavers), (2, 1, 1));
        let sum = found.by_stayers + found.by_entrants - found.by_leavers;
        assert!((found.mean_change - sum).abs() < 1e-12);
        assert!((found.mean_change - (44.0 - 20.0)).abs() < 1e-12);
        let displaced = found.displacement.unwrap();
        assert_eq!(displaced.accounts, 2);
        assert_eq!((displaced.by_entrants, displaced.by_leavers), (1.0, 0.5));
        let terms = displaced.among_stayers + displaced.by_entrants - displaced.by_leavers;
        assert_eq!(displaced.mean_rank_change, terms);
        assert_eq!(change(&[1.0, nan], &[nan, 1.0], [None, None]), None);
    }
}
