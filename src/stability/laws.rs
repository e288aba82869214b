//! Two laws that a score should keep, searched for accounts that break them: more of a good signal
//! never lowers a score, and being on one more network never does. A law that is broken is a
//! finding and no error: what breaks it may be meant so.

pub mod findings;
mod networks;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub use findings::LawFindings;

use super::attack::{Cells, Identities};
use super::levels::{above, levels};
use crate::dataset::manifest::{Direction, Manifest};
use crate::diagnostic::Diagnostics;
use crate::score::FittedModel;
use crate::score::rescore::{Changed, Rescorer, Scratch};
use crate::stats::grid::snap;
use findings::{Change, Monotonicity, SignalExample, SignalLaw, Untested};

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub struct Laws<'a> {
    pub rescorer: &'a Rescorer<'a>,
    /// The base of the rescorer, or a variant that it fitted.
    pub fitted: &'a FittedModel,
    pub cells: &'a Cells<'a>,
    pub identities: &'a Identities,
    /// Says of each signal whether more of it is better.
    pub manifest: &'a Manifest,
}

impl Laws<'_> {
    /// Searches for accounts that break a law; `tick` is told what is done, of at
    /// most [`steps`](Self::steps) in all.
    ///
    /// # Errors
    /// A model that reads what the rescorer does not hold.
    pub fn search(&self, tick: &(dyn Fn(u64) + Sync)) -> Result<LawFindings<u32>, Diagnostics> {
        let mut scores = Vec::new();
        self.rescorer.score(self.fitted, &mut Scratch::default(), &mut scores)?;
        let monotonicity = self.monotonicity(&scores, tick)?;
        Ok(LawFindings { monotonicity, networks: networks::search(self, &scores, tick)? })
    }

    /// How many times, at most, the search tells that something is done.
    pub fn steps(&self) -> u64 {
        let model = &self.fitted.model;
        (model.columns().len() * Change::ALL.len() + model.networks.len()) as u64
    }

    fn direction(&self, signal: &str) -> Direction {
        self.manifest.columns.get(signal).and_then(|column| column.direction).unwrap_or_default()
    }

    fn monotonicity(&self, scores: &[f64], tick: &(dyn Fn(u64) + Sync)) -> Result<Monotonicity<u32>, Diagnostics> {
        let columns = self.fitted.model.columns();
        let (neither, directed): (Vec<&str>, Vec<&str>) =
            columns.into_iter().partition(|signal| self.direction(signal) == Direction::Neither);
        let tasks: Vec<(&str, Change)> =
            directed.iter().flat_map(|signal| Change::ALL.map(|change| (*signal, change))).collect();
        let test = |scratch: &mut Scratch, (signal, change): (&str, Change)| {
            let found = self.test(signal, change, scores, scratch);
            tick(1);
            found
        };
        let found: Result<Vec<SignalLaw<u32>>, Diagnostics> =
            tasks.into_par_iter().map_init(Scratch::default, test).collect();
        let found = found?;
        let mut untested: Vec<Untested> = neither
            .into_iter()
            .map(|signal| Untested {
                what: signal.to_string(),
                reason: "more of it is neither better nor worse".into(),
            })
            .collect();
        let tested = |signal: &str| found.iter().any(|law| law.signal == signal && law.tested > 0);
        untested.extend(directed.iter().filter(|signal| !tested(signal)).map(|signal| Untested {
            what: signal.to_string(),
            reason: "no account with a score could have more of it".into(),
        }));
        let signals = directed.iter().filter(|signal| tested(signal)).count() as u64;
        let tested = found.iter().map(|law| law.tested).sum();
        let mut broken: Vec<SignalLaw<u32>> = found.into_iter().filter(|law| law.broken > 0).collect();
        broken.sort_by(|first, second| {
            let worst = |law: &SignalLaw<u32>| law.worst.as_ref().map_or(0.0, |example| snap(example.harm()));
            let names = || (&first.signal, first.change).cmp(&(&second.signal, second.change));
            worst(second).total_cmp(&worst(first)).then_with(names)
        });
        Ok(Monotonicity { signals, tested, broken, untested })
    }

    /// One signal raised on every account at once.
    fn test(
        &self,
        signal: &str,
        change: Change,
        scores: &[f64],
        scratch: &mut Scratch,
    ) -> Result<SignalLaw<u32>, Diagnostics> {
        let before = self.cells.column(signal).unwrap_or(&[]);
        let levels = levels(&self.fitted.model);
        let raised: Vec<f64> = (0..before.len()).map(|slot| self.raised(&levels, signal, slot, change)).collect();
        let changed = Changed::from([(signal.to_string(), raised)]);
        let mut after = Vec::new();
        self.rescorer.score_changed(self.fitted, &changed, scratch, &mut after)?;
        let worse = self.direction(signal) == Direction::HigherIsWorse;
        let mut law =
            SignalLaw { signal: signal.to_string(), higher_is_worse: worse, change, tested: 0, broken: 0, worst: None };
        for (slot, (cells, scores)) in before.iter().zip(&changed[signal]).zip(scores.iter().zip(&after)).enumerate() {
            let ((cell, raised), (score, now)) = (cells, scores);
            // Where nothing can be added nothing is tested; the same holds without a score.
            if cell.is_nan() || cell == raised || score.is_nan() || now.is_nan() {
                continue;
            }
            law.tested += 1;
            let example = SignalExample { account: slot as u32, cells: [*cell, *raised], scores: [*score, *now] };
            let broken = if worse { snap(*now) > snap(*score) } else { snap(*now) < snap(*score) };
            if broken {
                law.broken += 1;
                if law.worst.as_ref().is_none_or(|worst| example.harm() > worst.harm()) {
                    law.worst = Some(example);
                }
            }
        }
        Ok(law)
    }

    /// A cell with more of its signal, as far as its bounds and what it is a part of admit.
    fn raised(&self, levels: &BTreeMap<&str, &[f64]>, signal: &str, slot: usize, change: Change) -> f64 {
        let cell = self.cells.column(signal).map_or(f64::NAN, |cells| cells[slot]);
        if let Some(levels) = levels.get(signal) {
            // Nothing is between two levels: one more is the next one.
            let next = if change == Change::OneMore { above(levels, cell) } else { None };
            return next.unwrap_or(cell);
        }
        let more = match change {
            Change::OnePercent => cell + 0.01 * cell.abs(),
            Change::Doubled => cell + cell.abs(),
            Change::OneMore => cell + 1.0,
        };
        let Some(identity) = self.identities.get(signal) else { return more };
        let wholes = identity.part_of.iter().filter_map(|whole| self.cells.column(whole));
        let room = wholes.fold(identity.most.unwrap_or(f64::INFINITY), |room, cells| room.min(cells[slot]));
        if more.is_nan() { cell } else { more.min(room).max(cell) }
    }
}
