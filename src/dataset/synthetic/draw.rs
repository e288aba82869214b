//! Rows from a recipe, a chunk at a time.
//!
//! Everything begins with normal numbers. An account's latent influence wanders by
//! `z' = keep z + sqrt(1 - keep^2) e`, which leaves its spread as it is; its standing on a network
//! is `sqrt(1 - own^2) z + own u`; what a signal makes of it is `loading s + sqrt(1 - loading^2) e`
//! with an `e` of the signal's own, of which a lasting and a fresh part make up the persistence.
//! The kinds of signals then bend that number into counts, shares and steps. Square roots are
//! exact by the IEEE standard; exponentials come from [`crate::stats::elementary`].

use super::recipe::{Level, Making, Network, Odds, Recipe, SegmentPlan, SignalPlan};
use super::stream::Stream;
use super::{Cells, Rows};
use crate::stats::elementary::exp;

/// No level exceeds it: the largest whole number below which a f64 holds all whole numbers.
const CEILING: f64 = 9_007_199_254_740_992.0;

impl Recipe {
    /// The rows of a snapshot for the accounts at the positions `first` to `first + count`, fewer
    /// where the recipe ends. Any chunking gives the same values.
    ///
    /// # Panics
    /// If the snapshot is not a position in [`Recipe::snapshots`].
    pub fn rows(&self, snapshot: usize, first: u64, count: usize) -> Rows {
        let label = self.snapshots[snapshot].clone();
        let chunk = Chunk::of(self, snapshot, first, count);
        let signals = self.signals.iter().zip(chunk.signals()).map(|(plan, cells)| (&plan.name, Cells::Number(cells)));
        let segments = self.segments.iter().map(|plan| (&plan.name, Cells::Text(chunk.segment(plan))));
        Rows {
            accounts: (chunk.first..).take(chunk.count).map(|position| self.account(position)).collect(),
            snapshot: label,
            columns: signals.chain(segments).map(|(name, cells)| (name.clone(), cells)).collect(),
        }
    }

    /// The hidden influence of the same accounts: the truth that a score tries to recover, for
    /// judging models and never for feeding them.
    ///
    /// # Panics
    /// If the snapshot is not a position in [`Recipe::snapshots`].
    pub fn latent(&self, snapshot: usize, first: u64, count: usize) -> Vec<f64> {
        assert!(snapshot < self.snapshots.len(), "snapshot {snapshot} of {}", self.snapshots.len());
        Chunk::of(self, snapshot, first, count).latent()
    }
}

/// Neighbouring accounts at one snapshot.
struct Chunk<'a> {
    recipe: &'a Recipe,
    snapshot: usize,
    first: u64,
    count: usize,
}

/// What a chunk knows of one network.
struct Presence {
    standing: Vec<f64>,
    connected: Vec<bool>,
}

impl<'a> Chunk<'a> {
    fn of(recipe: &'a Recipe, snapshot: usize, first: u64, count: usize) -> Self {
        let left = usize::try_from(recipe.accounts.saturating_sub(first)).unwrap_or(usize::MAX);
        Chunk { recipe, snapshot, first, count: count.min(left) }
    }

    fn lasting(&self, stream: &str) -> Vec<f64> {
        Stream::lasting(self.recipe.seed, stream).normals(self.first, self.count)
    }

    fn fresh(&self, snapshot: usize, stream: &str) -> Vec<f64> {
        Stream::fresh(self.recipe.seed, snapshot, stream).normals(self.first, self.count)
    }

    fn latent(&self) -> Vec<f64> {
        let drift = self.recipe.drift;
        let keep = 1.0 - drift * drift / 2.0;
        let mut latent = self.lasting("latent");
        if drift > 0.0 {
            for snapshot in 1..=self.snapshot {
                latent = blend(keep, &latent, &self.fresh(snapshot, "latent"));
            }
        }
        for plan in self.recipe.segments.iter().filter(|plan| plan.groups.iter().any(|group| group.lift != 0.0)) {
            for (latent, group) in latent.iter_mut().zip(self.groups(plan)) {
                *latent += plan.groups[group].lift;
            }
        }
        latent
    }

    /// The group of each account, by position in the plan.
    fn groups(&self, plan: &SegmentPlan) -> Vec<usize> {
        let draws =
            Stream::lasting(self.recipe.seed, &format!("segment/{}", plan.name)).uniforms(self.first, self.count);
        draws.iter().map(|draw| plan.groups.partition_point(|group| group.up_to <= *draw)).collect()
    }

    fn segment(&self, plan: &SegmentPlan) -> Vec<String> {
        self.groups(plan).into_iter().map(|group| plan.groups[group].name.clone()).collect()
    }

    fn presence(&self, network: &Network, latent: &[f64]) -> Presence {
        let name = &network.name;
        let inclination = blend(network.loading, latent, &self.lasting(&format!("network/{name}/connected")));
        let standing = match network.own {
            0.0 => latent.to_vec(),
            own => blend(own, &self.lasting(&format!("network/{name}/own")), latent),
        };
        Presence { standing, connected: inclination.iter().map(|value| *value > network.threshold).collect() }
    }

    /// The signals in name order.
    fn signals(&self) -> Vec<Vec<f64>> {
        let latent = self.latent();
        let presences: Vec<Presence> =
            self.recipe.networks.iter().map(|network| self.presence(network, &latent)).collect();
        let mut made: Vec<Vec<f64>> = vec![Vec::new(); self.recipe.signals.len()];
        for &position in &self.recipe.order {
            let plan = &self.recipe.signals[position];
            let presence = &presences[plan.on];
            let mut cells = self.make(plan, &presence.standing, &made);
            self.publish(plan, &presence.connected, &mut cells);
            made[position] = cells;
        }
        made
    }

    /// The signal of every account, as if all were on the network.
    fn make(&self, plan: &SignalPlan, standing: &[f64], made: &[Vec<f64>]) -> Vec<f64> {
        match &plan.making {
            Making::Level(level) => self.level(plan, level, standing, made),
            Making::Share(odds) => self.share(plan, odds, standing),
            Making::Part { of, odds, never_empty } => {
                let least = if *never_empty { 1.0 } else { 0.0 };
                let part = |(share, whole): (f64, &f64)| match (whole * share).floor() {
                    part if part < least && *whole >= least => least,
                    part => part,
                };
                self.share(plan, odds, standing).into_iter().zip(&made[*of]).map(part).collect()
            }
            Making::Ordinal { cuts, loading } => {
                let step = |value: f64| cuts.partition_point(|cut| *cut <= value) as f64;
                self.lean(plan, "level", *loading, standing).into_iter().map(step).collect()
            }
            Making::Derived(expression) => {
                let mut cells = vec![0.0; self.count];
                expression.evaluate(&|name: &str| made[self.position(name)].as_slice(), &mut cells);
                cells
            }
        }
    }

    fn position(&self, name: &str) -> usize {
        let found = self.recipe.signals.binary_search_by(|plan| plan.name.as_str().cmp(name));
        found.expect("a checked recipe reads only signals that it has")
    }

    fn level(&self, plan: &SignalPlan, level: &Level, standing: &[f64], made: &[Vec<f64>]) -> Vec<f64> {
        let median = (0..self.snapshot).fold(level.median, |median, _| median * (1.0 + level.growth));
        let most = level.cap.unwrap_or(CEILING).min(CEILING);
        let mut cells = self.lean(plan, "level", level.loading, standing);
        for cell in &mut cells {
            *cell = median * exp(level.spread * *cell);
        }
        if let Some(per) = level.per {
            cells.iter_mut().zip(&made[per]).for_each(|(cell, units)| *cell *= units);
        }
        for cell in &mut cells {
            // Not f64::min: a missing value stays missing.
            let value = if *cell > most { most } else { *cell };
            *cell = if level.whole { value.floor() } else { value };
        }
        if level.zero_below > f64::NEG_INFINITY {
            let zeros = self.lean(plan, "zero", level.loading, standing);
            for (cell, zero) in cells.iter_mut().zip(zeros) {
                if zero < level.zero_below {
                    *cell = 0.0;
                }
            }
        }
        cells
    }

    fn share(&self, plan: &SignalPlan, odds: &Odds, standing: &[f64]) -> Vec<f64> {
        let mut cells = self.lean(plan, "level", odds.loading, standing);
        for cell in &mut cells {
            let odds = odds.median * exp(odds.spread * *cell);
            *cell = odds / (1.0 + odds);
        }
        cells
    }

    /// Normal numbers that lean on the standing by the loading; the rest is the signal's own.
    fn lean(&self, plan: &SignalPlan, purpose: &str, loading: f64, standing: &[f64]) -> Vec<f64> {
        let stream = format!("signal/{}/{purpose}", plan.name);
        let lasting = plan.persistence.sqrt();
        let own = match plan.persistence {
            1.0 => self.lasting(&stream),
            0.0 => self.fresh(self.snapshot, &stream),
            _ => blend(lasting, &self.lasting(&stream), &self.fresh(self.snapshot, &stream)),
        };
        blend(loading, standing, &own)
    }

    /// Takes out what is not there to be seen.
    fn publish(&self, plan: &SignalPlan, connected: &[bool], cells: &mut [f64]) {
        for (cell, connected) in cells.iter_mut().zip(connected) {
            // One NaN and one zero, whatever the processor or a formula made of them.
            *cell = if *connected && !cell.is_nan() { *cell + 0.0 } else { f64::NAN };
        }
        if plan.missing > 0.0 {
            let stream = Stream::fresh(self.recipe.seed, self.snapshot, &format!("signal/{}/missing", plan.name));
            for (cell, draw) in cells.iter_mut().zip(stream.uniforms(self.first, self.count)) {
                if draw < plan.missing {
                    *cell = f64::NAN;
                }
            }
        }
    }
}

/// `share x + sqrt(1 - share^2) y`: for independent standard normal numbers, one that has the
/// correlation `share` with the first.
fn blend(share: f64, x: &[f64], y: &[f64]) -> Vec<f64> {
    let rest = (1.0 - share * share).sqrt();
    x.iter().zip(y).map(|(x, y)| share * x + rest * y).collect()
}
