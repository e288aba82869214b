//! How cheaply a score can be cheated: what each attack gains at each cost, what the next band
//! costs, how far each factor carries, and how a cohort of known cheats stands.
//!
//! A score depends on its own row alone, under fits and scale that stay as they are. So an attack
//! on every account at once is the attack on each account by itself, and one scoring gives the
//! gains of all.

mod bands;
mod cohort;
mod elasticity;
pub mod findings;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rayon::prelude::*;

pub use cohort::{Cohort, Truth};
pub use findings::GamingFindings;

use super::attack::{Aimed, Applied, Attack, Cells, Identities};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::score::FittedModel;
use crate::score::rescore::{Changed, Rescorer, Scratch};
use crate::stats::grid::snap;
use crate::stats::summary::{quantile, sorted};
use crate::stats::undefined::Undefined;
use bands::{Ahead, Reach};
use findings::{AttackFindings, Best, Level};

/// What is studied.
#[derive(Clone, Copy, Debug)]
pub struct Gaming<'a> {
    pub rescorer: &'a Rescorer<'a>,
    /// The base of the rescorer, or a variant that it fitted. Its bands are those to be reached.
    pub fitted: &'a FittedModel,
    pub cells: &'a Cells<'a>,
    pub attacks: &'a [Attack],
    pub identities: &'a Identities,
    /// The greatest cost to look at, in the currency of the attacks.
    pub most: f64,
    pub cohort: Option<Cohort<'a>>,
}

/// An attack with the costs that are looked at; none of them where it has no effect.
struct Planned<'a> {
    aimed: Aimed<'a>,
    /// Columns that the model reads and that the attack moves.
    moved: Vec<String>,
    /// Who has one of them, and a score.
    attacked: Vec<bool>,
    levels: Vec<f64>,
    without_effect: Option<String>,
}

/// What came of an attack at each of its costs.
struct Levels<'a> {
    planned: &'a Planned<'a>,
    /// None where no attacked account has a score left.
    levels: Vec<Option<Level>>,
    /// Who is then in the next band.
    reached: Vec<Vec<bool>>,
}

/// What an attack comes to at one cost, and who is then in the next band.
type AtCost = (Option<Level>, Vec<bool>);

/// How scores are before an attack, and what is ahead of each account.
struct Before {
    scores: Vec<f64>,
    ahead: Ahead,
}

impl Gaming<'_> {
    /// Does the study; `tick` is told what is done, of at most
    /// [`steps`](Self::steps) in all.
    ///
    /// # Errors
    /// Attacks whose costs cannot be compared, and a model that reads what the rescorer does not hold.
    pub fn study(&self, tick: &(dyn Fn(u64) + Sync)) -> Result<GamingFindings, Diagnostics> {
        let currency = self.currency()?;
        let mut scores = Vec::new();
        self.rescorer.score(self.fitted, &mut Scratch::default(), &mut scores)?;
        let before = Before { ahead: Ahead::of(&self.fitted.model.bands, &scores), scores };
        let planned: Vec<Planned<'_>> = self.attacks.iter().map(|attack| self.plan(attack, &before)).collect();
        let tasks: Vec<(usize, usize)> = planned
            .iter()
            .enumerate()
            .flat_map(|(attack, planned)| (0..planned.levels.len()).map(move |level| (attack, level)))
            .collect();
        let level = |scratch: &mut Scratch, (attack, level): (usize, usize)| {
            let found = self.level(&planned[attack], planned[attack].levels[level], &before, scratch);
            tick(1);
            found
        };
        let found: Result<Vec<AtCost>, Diagnostics> = tasks.into_par_iter().map_init(Scratch::default, level).collect();
        let mut found = found?.into_iter();
        let by_attack: Vec<Levels<'_>> = planned
            .iter()
            .map(|planned| {
                let (levels, reached) = found.by_ref().take(planned.levels.len()).unzip();
                Levels { planned, levels, reached }
            })
            .collect();
        let reach = |scratch: &mut Scratch, levels: &Levels<'_>| self.reach(levels, &before, scratch, tick);
        let least: Result<Vec<Vec<f64>>, Diagnostics> =
            by_attack.par_iter().map_init(Scratch::default, reach).collect();
        let reaches: Vec<Reach<'_>> = (planned.iter().zip(least?))
            .map(|(planned, least)| Reach { attack: &planned.aimed.attack.name, attacked: &planned.attacked, least })
            .collect();
        let cheapest = before.ahead.cheapest(&reaches);
        let attacks = by_attack.iter().zip(&reaches).map(|(levels, reach)| levels.findings(&before, reach)).collect();
        let (elasticities, inelastic) = elasticity::of(self, &before.scores, tick)?;
        Ok(GamingFindings {
            accounts: before.scores.iter().filter(|score| !score.is_nan()).count() as u64,
            currency,
            most: self.most,
            attacks,
            cheapest,
            elasticities,
            inelastic,
            cohort: self.cohort.map(|cohort| cohort.beside(&before.scores)),
        })
    }

    /// How many times, at most, the study tells that something is done.
    pub fn steps(&self) -> u64 {
        let of_attack = |attack: &Attack| levels(attack, self.most).len() + bands::ROUNDS;
        let attacks: usize = self.attacks.iter().map(of_attack).sum();
        (attacks + self.fitted.model.factor_count()) as u64
    }

    /// The one currency of all attacks.
    fn currency(&self) -> Result<String, Diagnostics> {
        let Some(first) = self.attacks.first() else { return Ok(String::new()) };
        let Some(other) = self.attacks.iter().find(|attack| attack.currency != first.currency) else {
            return Ok(first.currency.clone());
        };
        let message = format!(
            "its cost is in {}, that of `{}` in {}",
            visible(&other.currency),
            first.name,
            visible(&first.currency)
        );
        let problem = Diagnostic::new(format!("attack {}", other.name), message);
        Err(problem.hint("attacks that are compared have one currency; choose some with --attack, or with `attacks` in [stability.gaming]").into())
    }

    fn plan<'p>(&'p self, attack: &'p Attack, before: &Before) -> Planned<'p> {
        let aimed = Aimed::new(attack, self.identities, self.cells);
        let read = self.fitted.model.columns();
        let levels = levels(attack, self.most);
        // A part may be cut only when its whole has shrunk far enough.
        let most = levels.last().map_or(1.0, |cost| cost / attack.cost);
        let changed = [1.0, most].map(|units| aimed.apply(&vec![units; self.cells.rows()]).changed);
        let names: BTreeSet<String> = changed.into_iter().flat_map(Changed::into_keys).collect();
        let moved: Vec<String> = names.into_iter().filter(|name| read.contains(name.as_str())).collect();
        let mut attacked = vec![false; self.cells.rows()];
        for cells in moved.iter().filter_map(|name| self.cells.column(name)) {
            let rows = attacked.iter_mut().zip(cells.iter().zip(&before.scores));
            rows.for_each(|(attacked, (cell, score))| *attacked |= !cell.is_nan() && !score.is_nan());
        }
        let without_effect = if moved.is_empty() {
            Some("the model reads none of the signals that it moves".to_string())
        } else if !attacked.contains(&true) {
            Some("no account with a score has any of the signals that it moves".to_string())
        } else if levels.is_empty() {
            Some(format!("one unit costs {}, more than the {} that are looked at", attack.cost, self.most))
        } else {
            None
        };
        let levels = if without_effect.is_some() { Vec::new() } else { levels };
        Planned { aimed, moved, attacked, levels, without_effect }
    }

    /// What an attack comes to at one cost, and who is then in the next band.
    fn level(
        &self,
        planned: &Planned<'_>,
        cost: f64,
        before: &Before,
        scratch: &mut Scratch,
    ) -> Result<AtCost, Diagnostics> {
        let units = cost / planned.aimed.attack.cost;
        let applied = planned.aimed.apply(&vec![units; self.cells.rows()]);
        let mut after = Vec::new();
        self.rescorer.score_changed(self.fitted, &applied.changed, scratch, &mut after)?;
        let reached = before.ahead.reached(&after);
        Ok((summed_up(planned, [cost, units], &applied, &before.scores, &after), reached))
    }

    /// The least cost that brings each account into the next band; NaN where none that was looked
    /// at does. Between the last level that does not and the first that does, it is found by
    /// halving.
    fn reach(
        &self,
        Levels { planned, reached, .. }: &Levels<'_>,
        before: &Before,
        scratch: &mut Scratch,
        tick: &(dyn Fn(u64) + Sync),
    ) -> Result<Vec<f64>, Diagnostics> {
        let mut brackets = bands::brackets(&planned.levels, reached, &planned.attacked);
        let mut after = Vec::new();
        for _ in 0..bands::ROUNDS {
            if brackets.iter().any(|[low, high]| low < high) {
                let cost = planned.aimed.attack.cost;
                let middles: Vec<f64> = brackets.iter().map(bands::middle).collect();
                let units: Vec<f64> =
                    middles.iter().map(|middle| if middle.is_nan() { 0.0 } else { middle / cost }).collect();
                let applied = planned.aimed.apply(&units);
                self.rescorer.score_changed(self.fitted, &applied.changed, scratch, &mut after)?;
                let there = before.ahead.reached(&after);
                for ((bracket, middle), there) in brackets.iter_mut().zip(middles).zip(there) {
                    // The upper end always is a cost that does.
                    bracket[usize::from(there)] = if middle.is_nan() { bracket[usize::from(there)] } else { middle };
                }
            }
            tick(1);
        }
        Ok(brackets.into_iter().map(|[_, high]| high).collect())
    }
}

impl Levels<'_> {
    fn findings(&self, before: &Before, reach: &Reach<'_>) -> AttackFindings {
        let Planned { aimed, moved, attacked, without_effect, .. } = self.planned;
        let attack = aimed.attack;
        let attacked = attacked.iter().filter(|attacked| **attacked).count() as u64;
        let scored = before.scores.iter().filter(|score| !score.is_nan()).count() as u64;
        let mut best: Option<Best> = None;
        for level in self.levels.iter().flatten() {
            if best.is_none_or(|best| level.per_cost > best.per_cost) {
                best = Some(Best { cost: level.cost, per_cost: level.per_cost });
            }
        }
        let costs = self.planned.levels.iter().zip(&self.levels);
        AttackFindings {
            attack: attack.name.clone(),
            title: attack.title.clone(),
            source: attack.source.clone(),
            note: attack.note.clone(),
            unit: attack.unit.clone(),
            cost: attack.cost,
            most_units: attack.most_units,
            moved: moved.clone(),
            left_out: aimed.left_out.clone(),
            attacked,
            out_of_reach: scored - attacked,
            without_effect: without_effect.clone(),
            levels: self.levels.iter().flatten().cloned().collect(),
            unscored: costs.filter(|(_, level)| level.is_none()).map(|(cost, _)| *cost).collect(),
            best,
            steps: if without_effect.is_some() { Vec::new() } else { before.ahead.steps(reach) },
        }
    }
}

/// The figures of one cost; none where no attacked account has a score left.
fn summed_up(
    planned: &Planned<'_>,
    [cost, units]: [f64; 2],
    applied: &Applied,
    before: &[f64],
    after: &[f64],
) -> Option<Level> {
    let rows = planned.attacked.iter().zip(before.iter().zip(after));
    let gains: Vec<f64> = rows.filter(|(attacked, _)| **attacked).map(|(_, (before, after))| after - before).collect();
    let all = gains.len();
    let gains: Vec<f64> = sorted(&gains.into_iter().filter(|gain| !gain.is_nan()).collect::<Vec<_>>());
    let [median, upper] = middle_and_upper(&gains).ok()?;
    let share = |points: f64| gains.iter().filter(|gain| snap(**gain) >= points).count() as f64 / gains.len() as f64;
    Some(Level {
        cost,
        units,
        median,
        upper,
        gain_1: share(1.0),
        gain_5: share(5.0),
        per_cost: median / cost,
        capped: applied.capped,
        bounded: applied.bounded,
        lost: (all - gains.len()) as u64,
    })
}

/// The median and the 95 % quantile of ascending values.
fn middle_and_upper(ascending: &[f64]) -> Result<[f64; 2], Undefined> {
    Ok([quantile(ascending, 0.5)?, quantile(ascending, 0.95)?])
}

/// Powers of ten that a cost may lie between.
const DECADES: [f64; 19] =
    [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/// The costs that are looked at: that of one unit, then 1, 2, 5, 10, 20 and so on, up to the
/// greatest, or to that of the most units that there can be. So costs of different attacks meet.
fn levels(attack: &Attack, most: f64) -> Vec<f64> {
    let end = attack.most_units.map_or(most, |units| most.min(units * attack.cost));
    if end < attack.cost {
        return Vec::new();
    }
    let between = DECADES.into_iter().flat_map(|decade| [decade, 2.0 * decade, 5.0 * decade]);
    let mut levels = vec![attack.cost];
    levels.extend(between.filter(|cost| *cost > attack.cost && *cost < end));
    if end > attack.cost {
        levels.push(end);
    }
    levels
}
