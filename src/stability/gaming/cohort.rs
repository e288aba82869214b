//! How a cohort, such as accounts that are known to cheat, stands beside all others, and beside
//! those that are alike in truth.

use super::findings::{CohortFindings, Matched, Standing};
use crate::stats::rank::average_ranks_descending;
use crate::stats::summary::{mean, median, quantile, sorted};
use crate::stats::undefined::Undefined;
use crate::stats::weights::Weights;

/// Groups of the others, of as many accounts each.
const GROUPS: usize = 20;

/// Some accounts by their slots.
#[derive(Clone, Copy, Debug)]
pub struct Cohort<'a> {
    pub name: &'a str,
    /// Each once, and a slot of the population.
    pub members: &'a [u32],
    /// What the accounts are worth in truth, where a made-up panel knows it.
    pub truth: Option<Truth<'a>>,
}

/// A column that says who is alike, by slot; NaN where missing.
#[derive(Clone, Copy, Debug)]
pub struct Truth<'a> {
    pub name: &'a str,
    pub values: &'a [f64],
}

impl Cohort<'_> {
    /// The cohort beside all others; NaN is no score.
    pub fn beside(&self, scores: &[f64]) -> CohortFindings {
        let mut is_member = vec![false; scores.len()];
        self.members.iter().for_each(|slot| is_member[*slot as usize] = true);
        let scored: Vec<usize> = (0..scores.len()).filter(|slot| !scores[*slot].is_nan()).collect();
        let members = scored.iter().filter(|slot| is_member[**slot]).count();
        let (standing, no_standing) = parted(standing(scores, &scored, &is_member));
        let (matched, no_match) = match self.truth {
            None => (None, None),
            Some(truth) => parted(matched(scores, &scored, &is_member, truth)),
        };
        CohortFindings {
            name: self.name.to_string(),
            members: members as u64,
            unscored: (self.members.len() - members) as u64,
            others: (scored.len() - members) as u64,
            standing,
            no_standing,
            matched,
            no_match,
        }
    }
}

/// A value, or the reason why there is none.
fn parted<T>(found: Result<T, Undefined>) -> (Option<T>, Option<String>) {
    match found {
        Ok(value) => (Some(value), None),
        Err(reason) => (None, Some(reason.to_string())),
    }
}

/// Places on the score grid: 1 for the highest, ties share their mean.
fn standing(scores: &[f64], scored: &[usize], is_member: &[bool]) -> Result<Standing, Undefined> {
    let of = |wanted: bool| -> Vec<f64> {
        scored.iter().filter(|slot| is_member[**slot] == wanted).map(|slot| scores[*slot]).collect()
    };
    let gridded: Vec<f64> = scored.iter().map(|slot| crate::stats::grid::snap(scores[*slot])).collect();
    let ranks = average_ranks_descending(&gridded);
    let of_members: Vec<f64> =
        scored.iter().zip(ranks).filter(|(slot, _)| is_member[**slot]).map(|(_, rank)| rank).collect();
    let median_rank = median(&of_members)?;
    Ok(Standing {
        mean: mean(&of(true), Weights::Equal)?,
        mean_of_others: mean(&of(false), Weights::Equal)?,
        median_rank,
        median_percentile: (scored.len() as f64 - median_rank + 0.5) / scored.len() as f64,
    })
}

/// Each member beside the others of its group by truth. Groups are cut at quantiles of the others,
/// so that accounts of equal truth are never parted.
fn matched(scores: &[f64], scored: &[usize], is_member: &[bool], truth: Truth<'_>) -> Result<Matched, Undefined> {
    let known = |slot: &&usize| !truth.values[**slot].is_nan();
    let (members, others): (Vec<usize>, Vec<usize>) =
        scored.iter().filter(known).copied().partition(|slot| is_member[*slot]);
    if others.len() < GROUPS {
        return Err(Undefined::TooFew { needed: GROUPS, got: others.len() });
    }
    let ascending = sorted(&others.iter().map(|slot| truth.values[*slot]).collect::<Vec<_>>());
    let edges: Result<Vec<f64>, Undefined> =
        (1..GROUPS).map(|edge| quantile(&ascending, edge as f64 / GROUPS as f64)).collect();
    let edges = edges?;
    let group = |slot: usize| edges.partition_point(|edge| *edge < truth.values[slot]);
    let mut of_group = vec![Vec::new(); GROUPS];
    others.iter().for_each(|slot| of_group[group(*slot)].push(scores[*slot]));
    let means: Vec<Option<f64>> = of_group.iter().map(|scores| mean(scores, Weights::Equal).ok()).collect();
    let pairs: (Vec<f64>, Vec<f64>) =
        members.iter().filter_map(|slot| Some((scores[*slot], means[group(*slot)]?))).unzip();
    let (mean_score, expected) = (mean(&pairs.0, Weights::Equal)?, mean(&pairs.1, Weights::Equal)?);
    Ok(Matched {
        on: truth.name.to_string(),
        members: pairs.0.len() as u64,
        groups: GROUPS as u64,
        mean: mean_score,
        expected,
        lift: mean_score - expected,
    })
}
