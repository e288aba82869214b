//! What an attack makes of the cells of accounts. First the deltas, then parts are held to what
//! they are a part of, then what follows from others follows. Each account is given units of its
//! own, so that one pass can look for the least cost of every account at once.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::listed;
use super::identities::{Concentration, Follows, Identities, Identity};
use super::spec::Delta;
use super::{Attack, Cells};
use crate::diagnostic::{slip_of, visible};
use crate::expression::Expression;
use crate::score::rescore::Changed;
use crate::stats::elementary::{ln, powf};
use crate::stats::grid::snap;

/// An attack aimed at the signals that a dataset has.
#[derive(Clone, Debug)]
pub struct Aimed<'a> {
    pub attack: &'a Attack,
    /// What could not be done, and why.
    pub left_out: Vec<LeftOut>,
    identities: &'a Identities,
    cells: &'a Cells<'a>,
}

/// A signal that was left as it is, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeftOut {
    pub signal: String,
    pub reason: String,
}

/// Cells after an attack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// The columns that the attack moves, or that follow from them.
    pub changed: Changed,
    /// Cells that were cut to what they are a part of.
    pub capped: u64,
    /// Cells that were cut to the bounds of their signal, or to 0.
    pub bounded: u64,
}

impl<'a> Aimed<'a> {
    pub fn new(attack: &'a Attack, identities: &'a Identities, cells: &'a Cells<'a>) -> Aimed<'a> {
        let mut aimed = Aimed { attack, left_out: Vec::new(), identities, cells };
        aimed.left_out = aimed.absent();
        aimed
    }

    /// The cells of all accounts after the attack; `units` by slot. Missing cells stay missing, and
    /// an account with no units stays as it is.
    pub fn apply(&self, units: &[f64]) -> Applied {
        let mut applied = Applied::default();
        self.change(units, &mut applied);
        self.cap(&mut applied);
        self.follow(&mut applied);
        applied
    }

    /// What the dataset lacks of what the attack changes and of what is to follow.
    fn absent(&self) -> Vec<LeftOut> {
        let mut found = Vec::new();
        let lacks = |names: &mut dyn Iterator<Item = &str>| -> Option<String> {
            let names: Vec<String> =
                names.filter(|name| self.cells.column(name).is_none()).map(str::to_string).collect();
            (!names.is_empty()).then(|| listed(&names.iter().map(String::as_str).collect::<Vec<_>>()))
        };
        for name in self.attack.deltas.keys().filter(|name| self.cells.column(name).is_none()) {
            let near = slip_of(name, self.cells.names()).map(|near| format!(" (did you mean `{}`?)", visible(near)));
            let reason = format!("the dataset has no such signal{}", near.unwrap_or_default());
            found.push(LeftOut { signal: name.clone(), reason });
        }
        let moved = |name: &str| self.attack.deltas.contains_key(name) && self.cells.column(name).is_some();
        for (name, identity) in self.identities.iter().filter(|(name, _)| self.cells.column(name).is_some()) {
            if moved(name)
                && let Some(absent) = lacks(&mut identity.part_of.iter().map(String::as_str))
            {
                let reason = format!("it is changed, and not held to {absent}, which the dataset lacks");
                found.push(LeftOut { signal: name.to_string(), reason });
            }
            let Some(follows) = &identity.follows else { continue };
            let columns = follows.columns();
            let touched = moved(name) || columns.iter().any(|column| moved(column));
            let average = matches!(follows, Follows::Average { .. }) && self.new_in(name).is_none();
            if touched
                && !average
                && let Some(absent) = lacks(&mut columns.into_iter())
            {
                let reason = format!("it follows from {absent}, which the dataset lacks, and stays");
                found.push(LeftOut { signal: name.to_string(), reason });
            }
        }
        found.sort_by(|first, second| first.signal.cmp(&second.signal));
        found
    }

    /// What is new in an average.
    fn new_in(&self, name: &str) -> Option<f64> {
        match self.attack.deltas.get(name) {
            Some(Delta::New(value)) => Some(*value),
            _ => None,
        }
    }

    fn change(&self, units: &[f64], applied: &mut Applied) {
        for (name, delta) in self.attack.deltas.iter().filter(|(_, delta)| !matches!(delta, Delta::New(_))) {
            let Some(cells) = self.cells.column(name) else { continue };
            let identity = self.identities.get(name);
            let mut column = cells.to_vec();
            for (cell, units) in column.iter_mut().zip(units).filter(|(cell, units)| !cell.is_nan() && **units > 0.0) {
                let now = delta.of(*cell, *units);
                let held = held_to(identity, *cell, if *cell >= 0.0 { now.max(0.0) } else { now });
                applied.bounded += u64::from(held != now);
                *cell = held;
            }
            applied.changed.insert(name.clone(), column);
        }
    }

    fn cap(&self, applied: &mut Applied) {
        for (name, wholes) in self.identities.parts() {
            let moved = |name: &str| applied.changed.contains_key(name);
            let Some(before) = self.cells.column(name) else { continue };
            if !moved(name) && !wholes.iter().any(|whole| moved(whole)) {
                continue;
            }
            let wholes_before: Vec<&[f64]> = wholes.iter().filter_map(|whole| self.cells.column(whole)).collect();
            let wholes_now: Vec<&[f64]> = wholes.iter().filter_map(|whole| self.now(&applied.changed, whole)).collect();
            let mut now = applied.changed.get(name).map_or_else(|| before.to_vec(), Clone::clone);
            let mut capped = 0;
            for (row, (now, before)) in now.iter_mut().zip(before).enumerate() {
                let room = least(&wholes_now, row);
                // Where it did not hold before, it is not the attack that breaks it.
                if *now > room && *before <= least(&wholes_before, row) {
                    *now = room;
                    capped += 1;
                }
            }
            applied.capped += capped;
            if capped > 0 || moved(name) {
                applied.changed.insert(name.to_string(), now);
            }
        }
    }

    fn follow(&self, applied: &mut Applied) {
        let mut followed: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (name, identity) in self.identities.iter() {
            let (Some(before), Some(follows)) = (self.cells.column(name), &identity.follows) else { continue };
            let columns = follows.columns();
            let known = columns.iter().all(|column| self.cells.column(column).is_some());
            if !known || !columns.iter().any(|column| applied.changed.contains_key(*column)) {
                continue;
            }
            let both = |value: &Expression| self.both(value, &applied.changed);
            let mut now = match follows {
                Follows::Formula { value, whole } => moved(before, both(value), |cell, old, new| {
                    let floored = |value: f64| if *whole { snap(value).floor() } else { value };
                    floored(formula(cell, floored(old), floored(new)))
                }),
                Follows::Average { over } => match self.new_in(name) {
                    Some(value) => moved(before, both(over), |cell, old, new| average(cell, old, new, value)),
                    None => continue,
                },
                Follows::Growth { of } => moved(before, both(of), growth),
                Follows::Concentration(Concentration { reactions, people }) => {
                    let [old, new] = both(people);
                    let people: Vec<f64> = new.iter().zip(old).map(|(new, old)| new - old).collect();
                    let mut people = people.into_iter();
                    moved(before, both(reactions), |cell, old, new| {
                        concentration(cell, old, new, people.next().unwrap_or(f64::NAN))
                    })
                }
            };
            for (now, before) in now.iter_mut().zip(before).filter(|(now, _)| !now.is_nan()) {
                let held = held_to(Some(identity), *before, *now);
                applied.bounded += u64::from(held != *now);
                *now = held;
            }
            followed.insert(name.to_string(), now);
        }
        applied.changed.append(&mut followed);
    }

    /// A column as it is now.
    fn now<'c>(&'c self, changed: &'c Changed, name: &str) -> Option<&'c [f64]> {
        changed.get(name).map(Vec::as_slice).or_else(|| self.cells.column(name))
    }

    /// An expression before and after, by slot.
    fn both(&self, value: &Expression, changed: &Changed) -> [Vec<f64>; 2] {
        let unchanged = Changed::new();
        [&unchanged, changed].map(|changed| {
            let mut out = vec![f64::NAN; self.cells.rows()];
            value.evaluate(&|name: &str| self.now(changed, name).unwrap_or(&[]), &mut out);
            out
        })
    }
}

impl Delta {
    /// What so many units, more than none, make of a cell that is not missing.
    fn of(&self, cell: f64, units: f64) -> f64 {
        match self {
            Delta::Add(each) => cell + each * units,
            Delta::AddUpTo(sum) if sum.each > 0.0 => cell + (sum.each * units).min(sum.most),
            Delta::AddUpTo(sum) => cell + (sum.each * units).max(sum.most),
            Delta::Times(product) if product.each > 1.0 => cell * powf(product.each, units).min(product.until),
            Delta::Times(product) => cell * powf(product.each, units).max(product.until),
            Delta::Set(value) => *value,
            Delta::AtMost(value) => cell.min(*value),
            Delta::New(_) => cell,
        }
    }
}

/// The value within the bounds of its signal, where the cell stood within them before.
fn held_to(identity: Option<&Identity>, before: f64, now: f64) -> f64 {
    match identity {
        Some(identity) if identity.bounded(before) == before => identity.bounded(now),
        _ => now,
    }
}

/// The least cell of a row, infinite where none is known.
fn least(columns: &[&[f64]], row: usize) -> f64 {
    columns.iter().fold(f64::INFINITY, |least, column| least.min(column[row]))
}

/// The cells of a signal as what it follows from moves; a cell stays where one of these is missing
/// or nothing changes.
fn moved(before: &[f64], [old, new]: [Vec<f64>; 2], mut follow: impl FnMut(f64, f64, f64) -> f64) -> Vec<f64> {
    let rows = before.iter().zip(old.iter().zip(&new));
    rows.map(|(cell, (old, new))| {
        let now = follow(*cell, *old, *new);
        if now.is_nan() || old == new { *cell } else { now }
    })
    .collect()
}

/// By the ratio of what it is computed by, so that rounding in the data stays what it was; where
/// that has no meaning, by the difference.
fn formula(cell: f64, old: f64, new: f64) -> f64 {
    if cell > 0.0 && old > 0.0 { cell * (new / old) } else { cell + (new - old) }
}

/// The mean of the old ones at `cell` and the new ones at `value`.
fn average(cell: f64, old: f64, new: f64, value: f64) -> f64 {
    if new > old { (cell * old + value * (new - old)) / new } else { cell }
}

/// More by the logarithm of the ratio; a count below 1 is taken as 1.
fn growth(cell: f64, old: f64, new: f64) -> f64 {
    cell + ln(new.max(1.0) / old.max(1.0))
}

/// The Herfindahl index of two groups that share no member: each group's own, times the square of
/// its share of the reactions. New people, at least one, react as often as each other.
fn concentration(cell: f64, old: f64, new: f64, people: f64) -> f64 {
    if new > old && !people.is_nan() {
        let share = (new - old) / new;
        cell * ((1.0 - share) * (1.0 - share)) + share * share / people.max(1.0)
    } else {
        cell
    }
}
