//! The way into the next band: who stands right below which, and what it costs to get there.

use super::findings::{BandStep, Cheapest, CheapestFor};
use crate::model::Band;
use crate::stats::grid::snap;
use crate::stats::summary::median;

/// How often the way between two costs is halved: from two neighbouring costs, at most 2.5 times
/// apart, to less than a thousandth of either.
pub(super) const ROUNDS: usize = 10;

/// What is ahead of each account.
pub(super) struct Ahead {
    bands: Vec<Band>,
    /// By slot, the band above the account's own; none where it has the highest, or no score.
    next: Vec<Option<usize>>,
}

/// What an attack costs each account to get into the next band.
pub(super) struct Reach<'a> {
    pub(super) attack: &'a str,
    pub(super) attacked: &'a [bool],
    /// By slot; NaN where it does not get there.
    pub(super) least: Vec<f64>,
}

impl Ahead {
    /// A score on the edge of a band is in it.
    pub(super) fn of(bands: &[Band], scores: &[f64]) -> Ahead {
        let next = |score: &f64| match score.is_nan() {
            true => None,
            false => bands.iter().position(|band| snap(band.from) > snap(*score)),
        };
        Ahead { bands: bands.to_vec(), next: scores.iter().map(next).collect() }
    }

    /// Who is in the next band, or higher.
    pub(super) fn reached(&self, scores: &[f64]) -> Vec<bool> {
        let there = |(next, score): (&Option<usize>, &f64)| {
            next.is_some_and(|next| snap(*score) >= snap(self.bands[next].from))
        };
        self.next.iter().zip(scores).map(there).collect()
    }

    /// The accounts right below a band.
    fn below(&self, band: usize) -> impl Iterator<Item = usize> {
        (0..self.next.len()).filter(move |slot| self.next[*slot] == Some(band))
    }

    /// The bands that an account stands right below, with what each costs.
    pub(super) fn steps(&self, reach: &Reach<'_>) -> Vec<BandStep> {
        let step = |(at, band): (usize, &Band)| {
            let accounts: Vec<usize> = self.below(at).filter(|slot| reach.attacked[*slot]).collect();
            let costs: Vec<f64> =
                accounts.iter().map(|slot| reach.least[*slot]).filter(|cost| !cost.is_nan()).collect();
            BandStep {
                to: band.name.clone(),
                accounts: accounts.len() as u64,
                reached: costs.len() as u64,
                median_cost: median(&costs).ok(),
            }
        };
        self.bands.iter().enumerate().map(step).filter(|step| step.accounts > 0).collect()
    }

    /// The cheapest way of each account, by the band that it leads into.
    pub(super) fn cheapest(&self, reaches: &[Reach<'_>]) -> Vec<Cheapest> {
        let of_band = |(at, band): (usize, &Band)| {
            let mut accounts = 0;
            let mut costs = Vec::new();
            let mut counts = vec![0; reaches.len()];
            for slot in self.below(at) {
                accounts += 1;
                let least = reaches.iter().fold(f64::NAN, |least, reach| least.min(reach.least[slot]));
                if !least.is_nan() {
                    costs.push(least);
                    let ties = counts.iter_mut().zip(reaches);
                    ties.for_each(|(count, reach)| *count += u64::from(reach.least[slot] == least));
                }
            }
            let mut attacks: Vec<CheapestFor> = reaches
                .iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .map(|(reach, accounts)| CheapestFor { attack: reach.attack.to_string(), accounts })
                .collect();
            attacks.sort_by(|first, second| {
                second.accounts.cmp(&first.accounts).then_with(|| first.attack.cmp(&second.attack))
            });
            let reached = costs.len() as u64;
            Cheapest { to: band.name.clone(), accounts, reached, median_cost: median(&costs).ok(), attacks }
        };
        self.bands.iter().enumerate().map(of_band).filter(|cheapest| cheapest.accounts > 0).collect()
    }
}

/// Between which two costs each account gets into the next band for the first time. Both are the
/// first cost where that is enough, and NaN where none is.
pub(super) fn brackets(levels: &[f64], reached: &[Vec<bool>], attacked: &[bool]) -> Vec<[f64; 2]> {
    let bracket = |(slot, attacked): (usize, &bool)| {
        let first = reached.iter().position(|reached| *attacked && reached[slot]);
        first.map_or([f64::NAN; 2], |first| [levels[first.saturating_sub(1)], levels[first]])
    };
    attacked.iter().enumerate().map(bracket).collect()
}

/// The middle of two costs, as far from the one as from the other by their ratio; NaN where there
/// is nothing to halve.
pub(super) fn middle([low, high]: &[f64; 2]) -> f64 {
    if low < high { (low * high).sqrt() } else { f64::NAN }
}
