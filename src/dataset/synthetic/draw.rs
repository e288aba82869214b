//! Rows from a recipe, a chunk at a time.
//!
//! Everything begins with normal numbers. An account's latent influence wanders by
//! `z' = keep z + sqrt(1 - keep^2) e`, which leaves its spread as it is; its standing on a network
//! is `sqrt(1 - own^2) z + own u`; what a signal makes of it is `loading s + sqrt(1 - loading^2) e`
//! with an `e` of the signal's own, of which a lasting and a fresh part make up the persistence.
//! The kinds of signals then bend that number into counts, shares and steps. Square roots are
//! exact by the IEEE standard; exponentials come from [`crate::stats::elementary`].

use super::recipe::{Lean, Level, Making, Measure, Network, Odds, Recipe, SegmentPlan, SignalPlan};
use super::stream::Stream;
use super::{Cells, Rows};
use crate::stats::elementary::exp;

/// No level exceeds it: the largest whole number below which a f64 holds all whole numbers.
const CEILING: f64 = 9_007_199_254_740_992.0;

/// No odds exceed it, nor does one over them.
const MOST_ODDS: f64 = 1e15;

impl Recipe {
    /// The rows of a snapshot for the accounts at the positions `first` to `first + count`: those
    /// that are there, one row each or one for each of their topics. Any chunking gives the same
    /// values.
    ///
    /// # Panics
    /// If the snapshot is not a position in [`Recipe::snapshots`].
    pub fn rows(&self, snapshot: usize, first: u64, count: usize) -> Rows {
        let label = self.snapshots[snapshot].clone();
        let chunk = Chunk::of(self, snapshot, first, count);
        let latent = chunk.latent();
        let activity = chunk.activity();
        let by_topic = chunk.signals(&latent, &activity);
        // For each row the account's position in the chunk, and the position of its topic.
        let there = chunk.there();
        let present = (0..chunk.count).filter(|account| there[*account]);
        let rows: Vec<(usize, usize)> = present
            .flat_map(|account| {
                let shown = by_topic.iter().enumerate();
                shown.filter(move |(_, topic)| topic.has[account]).map(move |(topic, _)| (account, topic))
            })
            .collect();
        let numbers = |cells: &[f64]| Cells::Number(rows.iter().map(|(account, _)| cells[*account]).collect());
        let signals = self.signals.iter().enumerate().map(|(at, plan)| {
            let cells = rows.iter().map(|(account, topic)| by_topic[*topic].signals[at][*account]);
            (plan.name.clone(), Cells::Number(cells.collect()))
        });
        let segments = self.segments.iter().map(|plan| {
            let groups = chunk.groups(plan);
            let cells = rows.iter().map(|(account, _)| plan.groups[groups[*account]].name.clone());
            (plan.name.clone(), Cells::Text(cells.collect()))
        });
        let topic = |(_, topic): &(usize, usize)| self.topics[*topic].name.clone();
        Rows {
            accounts: rows.iter().map(|(account, _)| self.account(chunk.first + *account as u64)).collect(),
            snapshot: label,
            topics: (!self.topics.is_empty()).then(|| rows.iter().map(topic).collect()),
            latent: rows.iter().map(|(account, _)| latent[*account]).collect(),
            columns: signals.chain(segments).collect(),
            measures: self
                .measures
                .iter()
                .map(|measure| (measure.name.clone(), numbers(&chunk.measure(measure, &latent, &activity))))
                .collect(),
        }
    }

    /// The hidden influence of the same accounts, there or not: the truth that a score tries to
    /// recover, for judging models and never for feeding them.
    ///
    /// # Panics
    /// If the snapshot is not a position in [`Recipe::snapshots`].
    pub fn latent(&self, snapshot: usize, first: u64, count: usize) -> Vec<f64> {
        assert!(snapshot < self.snapshots.len(), "snapshot {snapshot} of {}", self.snapshots.len());
        Chunk::of(self, snapshot, first, count).latent()
    }
}

/// What the topics of an account make of its levels: the range of its portion within `0..=1`.
pub(super) type Portion = Option<(f64, f64)>;

/// Neighbouring accounts at one snapshot.
pub(super) struct Chunk<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) snapshot: usize,
    pub(super) first: u64,
    pub(super) count: usize,
}

/// The signals of one topic, or of a dataset without topics.
struct Topical {
    /// Whether each account has a row here.
    has: Vec<bool>,
    /// In name order.
    signals: Vec<Vec<f64>>,
}

/// What signals lean on: an account's standing and its owner's activity.
#[derive(Clone, Copy)]
struct Ground<'a> {
    standing: &'a [f64],
    activity: &'a [f64],
}

/// What a chunk knows of one network.
struct Presence {
    standing: Vec<f64>,
    connected: Vec<bool>,
}

impl<'a> Chunk<'a> {
    pub(super) fn of(recipe: &'a Recipe, snapshot: usize, first: u64, count: usize) -> Self {
        let left = usize::try_from(recipe.accounts.saturating_sub(first)).unwrap_or(usize::MAX);
        Chunk { recipe, snapshot, first, count: count.min(left) }
    }

    pub(super) fn lasting(&self, stream: &str) -> Vec<f64> {
        Stream::lasting(self.recipe.seed, stream).normals(self.first, self.count)
    }

    fn fresh(&self, snapshot: usize, stream: &str) -> Vec<f64> {
        Stream::fresh(self.recipe.seed, snapshot, stream).normals(self.first, self.count)
    }

    pub(super) fn lasting_uniforms(&self, stream: &str) -> Vec<f64> {
        Stream::lasting(self.recipe.seed, stream).uniforms(self.first, self.count)
    }

    pub(super) fn fresh_uniforms(&self, snapshot: usize, stream: &str) -> Vec<f64> {
        Stream::fresh(self.recipe.seed, snapshot, stream).uniforms(self.first, self.count)
    }

    fn latent(&self) -> Vec<f64> {
        self.latent_at(self.snapshot)
    }

    /// The latent influence of these accounts at a snapshot.
    pub(super) fn latent_at(&self, snapshot: usize) -> Vec<f64> {
        let drift = self.recipe.drift;
        let keep = 1.0 - drift * drift / 2.0;
        let mut latent = self.lasting("latent");
        if drift > 0.0 {
            for snapshot in 1..=snapshot {
                latent = blend(keep, &latent, &self.fresh(snapshot, "latent"));
            }
        }
        let tail = self.recipe.tail;
        if tail > 0.0 {
            for value in latent.iter_mut().filter(|value| **value > 0.0) {
                *value *= exp(tail * *value * *value / 2.0);
            }
        }
        for plan in self.recipe.segments.iter().filter(|plan| plan.groups.iter().any(|group| group.lift != 0.0)) {
            for (latent, group) in latent.iter_mut().zip(self.groups(plan)) {
                *latent += plan.groups[group].lift;
            }
        }
        latent
    }

    /// How active the owner of each account is beyond what the influence explains.
    fn activity(&self) -> Vec<f64> {
        let mut activity = self.lasting("activity");
        for plan in self.recipe.segments.iter().filter(|plan| plan.groups.iter().any(|group| group.activity != 0.0)) {
            for (activity, group) in activity.iter_mut().zip(self.groups(plan)) {
                *activity += plan.groups[group].activity;
            }
        }
        activity
    }

    /// The group of each account, by position in the plan.
    pub(super) fn groups(&self, plan: &SegmentPlan) -> Vec<usize> {
        let draws =
            Stream::lasting(self.recipe.seed, &format!("segment/{}", plan.name)).uniforms(self.first, self.count);
        draws.iter().map(|draw| plan.groups.partition_point(|group| group.up_to <= *draw)).collect()
    }

    fn presence(&self, network: &Network, latent: &[f64]) -> Presence {
        let name = &network.name;
        let inclination = blend(network.loading, latent, &self.lasting(&format!("network/{name}/connected")));
        let standing = match network.own {
            0.0 => latent.to_vec(),
            own => blend(own, &self.lasting(&format!("network/{name}/own")), latent),
        };
        let mut connected: Vec<bool> = inclination.iter().map(|value| *value > network.threshold).collect();
        if let Some(among) = &network.among {
            connected.iter_mut().zip(self.is_among(among)).for_each(|(connected, among)| *connected &= among);
        }
        Presence { standing, connected }
    }

    /// The signals by topic; a dataset without topics has one that all accounts are on.
    fn signals(&self, latent: &[f64], activity: &[f64]) -> Vec<Topical> {
        let presences: Vec<Presence> =
            self.recipe.networks.iter().map(|network| self.presence(network, latent)).collect();
        let answered = self.answered();
        if self.recipe.topics.is_empty() {
            let signals = self.signals_of(&presences, activity, &answered, None);
            return vec![Topical { has: vec![true; self.count], signals }];
        }
        let topical = |portions: Vec<Portion>| Topical {
            has: portions.iter().map(Option::is_some).collect(),
            signals: self.signals_of(&presences, activity, &answered, Some(&portions)),
        };
        self.portions().into_iter().map(topical).collect()
    }

    /// The signals in name order.
    fn signals_of(
        &self,
        presences: &[Presence],
        activity: &[f64],
        answered: &[Option<Vec<u8>>],
        portions: Option<&[Portion]>,
    ) -> Vec<Vec<f64>> {
        let mut made: Vec<Vec<f64>> = vec![Vec::new(); self.recipe.signals.len()];
        for &position in &self.recipe.order {
            let plan = &self.recipe.signals[position];
            let presence = &presences[plan.on];
            let ground = Ground { standing: &presence.standing, activity };
            let mut cells = match &plan.making {
                Making::Level(level) => {
                    let mut cells = self.signal_level(position, level, ground, &made);
                    if let Some(portions) = portions.filter(|_| plan.split) {
                        split(&mut cells, portions, level.whole);
                    }
                    cells
                }
                Making::Answers(grade) => self.counted(answered, *grade),
                _ => self.make(plan, ground, &made),
            };
            self.publish(plan, &presence.connected, &mut cells);
            made[position] = cells;
        }
        made
    }

    /// The signal of every account, as if all were on the network.
    fn make(&self, plan: &SignalPlan, ground: Ground<'_>, made: &[Vec<f64>]) -> Vec<f64> {
        match &plan.making {
            Making::Share(odds) => self.share(plan, odds, ground),
            Making::Part { of, within, cap, odds, never_empty } => {
                let least = if *never_empty { 1.0 } else { 0.0 };
                let part = |(share, whole): (f64, f64)| match (whole * share).floor() {
                    part if part < least && whole >= least => least,
                    part => part,
                };
                let whole = |account: usize| {
                    let (whole, within) = (made[*of][account], within.map(|within| made[within][account]));
                    // A bound that nobody knows makes a part that nobody knows.
                    within.map_or(whole, |within| if within < whole || within.is_nan() { within } else { whole })
                };
                let shares = self.share(plan, odds, ground).into_iter();
                let parts = shares.enumerate().map(|(account, share)| part((share, whole(account))));
                parts.map(|part| cap.map_or(part, |cap| if part > cap { cap.floor() } else { part })).collect()
            }
            Making::Ordinal { cuts, lean } => {
                let step = |value: f64| cuts.partition_point(|cut| *cut <= value) as f64;
                self.lean(plan.stream(), plan.persistence, "level", *lean, ground).into_iter().map(step).collect()
            }
            Making::Normal { mean, spread, lean } => {
                let drawn = self.lean(plan.stream(), plan.persistence, "level", *lean, ground);
                drawn.into_iter().map(|value| mean + spread * value).collect()
            }
            Making::Derived { value, whole } => {
                let mut cells = vec![0.0; self.count];
                value.evaluate(&|name: &str| made[self.position(name)].as_slice(), &mut cells);
                if *whole {
                    cells.iter_mut().for_each(|cell| *cell = cell.floor());
                }
                cells
            }
            // Made by the caller, who knows topics and answers.
            Making::Level(_) | Making::Answers(_) => vec![f64::NAN; self.count],
        }
    }

    fn position(&self, name: &str) -> usize {
        let found = self.recipe.signals.binary_search_by(|plan| plan.name.as_str().cmp(name));
        found.expect("a checked recipe reads only signals that it has")
    }

    fn signal_level(&self, at: usize, level: &Level, ground: Ground<'_>, made: &[Vec<f64>]) -> Vec<f64> {
        let plan = &self.recipe.signals[at];
        let times = self.times(at, plan);
        self.level(plan.stream(), plan.persistence, level, ground, |cells| {
            if let Some(per) = level.per {
                cells.iter_mut().zip(&made[per]).for_each(|(cell, units)| *cell *= units);
            }
            if let Some(times) = &times {
                cells.iter_mut().zip(times).for_each(|(cell, times)| *cell *= times);
            }
        })
    }

    /// What the groups and the spikes multiply a level of each account by, if any do.
    fn times(&self, at: usize, plan: &SignalPlan) -> Option<Vec<f64>> {
        let spikes = self.recipe.spikes.iter();
        let spikes: Vec<_> =
            spikes.filter(|spike| spike.snapshot <= self.snapshot && spike.signals.contains(&at)).collect();
        if plan.times.is_empty() && spikes.is_empty() {
            return None;
        }
        let mut times = self.group_times(plan);
        for spike in spikes {
            let rise = (spike.snapshot..self.snapshot).fold(spike.times - 1.0, |rise, _| rise * spike.fade);
            let draws = self.lasting_uniforms(&format!("spike/{}", spike.name));
            for (times, draw) in times.iter_mut().zip(draws) {
                *times *= if draw < spike.share { 1.0 + rise } else { 1.0 };
            }
        }
        Some(times)
    }

    fn group_times(&self, plan: &SignalPlan) -> Vec<f64> {
        let mut all = vec![1.0; self.count];
        for times in &plan.times {
            let groups = self.groups(&self.recipe.segments[times.segment]);
            all.iter_mut().zip(groups).for_each(|(all, group)| *all *= times.factors[group]);
        }
        all
    }

    /// A number of every account that is no signal.
    fn measure(&self, measure: &Measure, latent: &[f64], activity: &[f64]) -> Vec<f64> {
        let ground = Ground { standing: latent, activity };
        self.level(&format!("measure/{}", measure.name), measure.persistence, &measure.level, ground, |_| ())
    }

    /// A level; `multiply` is what it goes along with, before cap and rounding.
    fn level(
        &self,
        stream: &str,
        persistence: f64,
        level: &Level,
        ground: Ground<'_>,
        multiply: impl Fn(&mut Vec<f64>),
    ) -> Vec<f64> {
        let median = (0..self.snapshot).fold(level.median, |median, _| median * (1.0 + level.growth));
        let most = level.cap.unwrap_or(CEILING).min(CEILING);
        let mut cells = self.lean(stream, persistence, "level", level.lean, ground);
        for cell in &mut cells {
            // A long tail can leave the range of numbers, and infinitely much of nothing is nothing.
            *cell = (median * exp(level.spread * *cell)).min(CEILING);
        }
        multiply(&mut cells);
        for cell in &mut cells {
            // Not f64::min: a missing value stays missing.
            let value = if *cell > most { most } else { *cell };
            *cell = if level.whole { value.floor() } else { value };
        }
        if level.zero_below > f64::NEG_INFINITY {
            let zeros = self.lean(stream, persistence, "zero", level.lean, ground);
            for (cell, zero) in cells.iter_mut().zip(zeros) {
                if zero < level.zero_below {
                    *cell = 0.0;
                }
            }
        }
        cells
    }

    fn share(&self, plan: &SignalPlan, odds: &Odds, ground: Ground<'_>) -> Vec<f64> {
        let mut cells = self.lean(plan.stream(), plan.persistence, "level", odds.lean, ground);
        for cell in &mut cells {
            *cell = odds.median * exp(odds.spread * *cell);
        }
        if !plan.times.is_empty() {
            cells.iter_mut().zip(self.group_times(plan)).for_each(|(cell, times)| *cell *= times);
        }
        // No share is 0 or 1, however long the tail.
        cells.iter_mut().for_each(|odds| *odds = odds.clamp(1.0 / MOST_ODDS, MOST_ODDS));
        cells.iter_mut().for_each(|odds| *odds /= 1.0 + *odds);
        cells
    }

    /// Normal numbers that lean on the ground; the rest is the column's own, of which the
    /// persistence lasts.
    fn lean(&self, stream: &str, persistence: f64, purpose: &str, lean: Lean, ground: Ground<'_>) -> Vec<f64> {
        let stream = format!("{stream}/{purpose}");
        let own = match persistence {
            1.0 => self.lasting(&stream),
            0.0 => self.fresh(self.snapshot, &stream),
            _ => blend(persistence.sqrt(), &self.lasting(&stream), &self.fresh(self.snapshot, &stream)),
        };
        if lean.activity == 0.0 {
            return blend(lean.loading, ground.standing, &own);
        }
        let left = 1.0 - lean.loading * lean.loading - lean.activity * lean.activity;
        let rest = left.max(0.0).sqrt();
        let explained = ground.standing.iter().zip(ground.activity).map(|(s, a)| lean.loading * s + lean.activity * a);
        explained.zip(own).map(|(explained, own)| explained + rest * own).collect()
    }

    /// Takes out what is not there to be seen.
    fn publish(&self, plan: &SignalPlan, connected: &[bool], cells: &mut [f64]) {
        let gone = plan.gone.contains(&self.snapshot);
        if let Some(digits) = plan.digits {
            cells.iter_mut().for_each(|cell| *cell = rounded(*cell, digits));
        }
        for (cell, connected) in cells.iter_mut().zip(connected) {
            // One NaN and one zero, whatever the processor or a formula made of them.
            *cell = if *connected && !gone && !cell.is_nan() { *cell + 0.0 } else { f64::NAN };
        }
        if plan.missing > 0.0 {
            let stream = Stream::fresh(self.recipe.seed, self.snapshot, &format!("{}/missing", plan.stream()));
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
pub(super) fn blend(share: f64, x: &[f64], y: &[f64]) -> Vec<f64> {
    let rest = (1.0 - share * share).sqrt();
    x.iter().zip(y).map(|(x, y)| share * x + rest * y).collect()
}

/// The accounts' portions of a level. Whole numbers stay whole, and add up to the level.
fn split(cells: &mut [f64], portions: &[Portion], whole: bool) {
    for (cell, portion) in cells.iter_mut().zip(portions) {
        let (from, to) = portion.unwrap_or((0.0, 0.0));
        *cell = if whole { (*cell * to).floor() - (*cell * from).floor() } else { *cell * (to - from) };
    }
}

/// A number rounded to significant digits. Powers of ten up to 10^22 are exact, and so the result
/// is the same on every machine; a number beyond them stays as it is.
fn rounded(value: f64, digits: u32) -> f64 {
    let mut unit = 1.0;
    let most = whole_power(digits);
    let magnitude = value.abs();
    if !magnitude.is_finite() || magnitude == 0.0 {
        return value;
    }
    // Multiplied or divided by `unit`, the magnitude lies in `most / 10..most`.
    let mut steps = 0;
    if magnitude < most {
        while steps < 22 && magnitude * (unit * 10.0) < most {
            unit *= 10.0;
            steps += 1;
        }
        let within = magnitude * (unit * 10.0) >= most;
        return if within { (value * unit).round() / unit } else { value };
    }
    while steps < 22 && magnitude / unit >= most {
        unit *= 10.0;
        steps += 1;
    }
    if magnitude / unit < most { (value / unit).round() * unit } else { value }
}

/// 10 to the power of `digits`.
fn whole_power(digits: u32) -> f64 {
    (0..digits).fold(1.0, |power, _| power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_are_rounded_to_digits_and_no_further_than_they_can_be() {
        assert_eq!([0.123_46, 12.345, 1_234.5, 0.000_999_6].map(|x| rounded(x, 3)), [0.123, 12.3, 1230.0, 0.001]);
        assert_eq!([-0.123_46, 0.0, 999.6, 99.95].map(|x| rounded(x, 3)), [-0.123, 0.0, 1000.0, 100.0]);
        assert_eq!(rounded(2.345e-15, 3), 2.34e-15_f64.max(2.35e-15));
        for far in [1e-300, f64::MAX, f64::INFINITY, f64::MIN_POSITIVE] {
            assert_eq!((rounded(far, 3), rounded(-far, 3)), (far, -far));
        }
        assert!(rounded(f64::NAN, 3).is_nan());
        assert_eq!(rounded(0.1 + 0.2, 15), 0.3);
    }
}
