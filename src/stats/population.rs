//! Two populations that share some of their members: what the members did, and
//! what coming and going did.

use std::cmp::Ordering;

use super::key::key;
use super::sum::sum;
use super::summary::mean;
use super::undefined::{Undefined, all_finite, figure};
use super::weights::Weights;

/// Rows with a key each; keys do not repeat.
#[derive(Clone, Copy, Debug)]
pub struct Population<'a, K> {
    keys: &'a [K],
    values: &'a [f64],
    weights: Weights<'a>,
}

impl<'a, K: Ord> Population<'a, K> {
    /// Takes a population, which may be empty.
    ///
    /// # Errors
    /// Columns of different length, a value that is not finite, weights that do
    /// not fit ([`Weights::each`]), more than 2^32 - 1 rows. That no key occurs
    /// twice is checked where populations are joined.
    pub fn new(keys: &'a [K], values: &'a [f64], weights: Weights<'a>) -> Result<Self, Undefined> {
        if keys.len() != values.len() {
            return Err(Undefined::UnequalLengths { first: keys.len(), second: values.len() });
        }
        if u32::try_from(keys.len()).is_err() {
            return Err(Undefined::OutOfRange { text: format!("{} rows are more than {}", keys.len(), u32::MAX) });
        }
        all_finite(values)?;
        weights.check(values.len())?;
        Ok(Population { keys, values, weights })
    }

    /// The row numbers in the order of keys.
    fn by_key(&self) -> Result<Vec<u32>, Undefined> {
        let mut rows: Vec<u32> = (0u32..).take(self.keys.len()).collect();
        let key_of = |row: u32| &self.keys[row as usize];
        rows.sort_unstable_by(|&left, &right| key_of(left).cmp(key_of(right)));
        match rows.windows(2).find(|pair| key_of(pair[0]) == key_of(pair[1])) {
            None => Ok(rows),
            Some(pair) => Err(Undefined::OutOfRange {
                text: format!("rows {} and {} have the same key", pair[0].min(pair[1]), pair[0].max(pair[1])),
            }),
        }
    }

    fn mean_of(&self, rows: &[u32]) -> Result<(f64, f64), Undefined> {
        let values: Vec<f64> = rows.iter().map(|&row| self.values[row as usize]).collect();
        let weights: Vec<f64> = rows.iter().map(|&row| self.weights.of(row as usize)).collect();
        Ok((mean(&values, Weights::Each(&weights))?, sum(weights.iter().copied())))
    }
}

/// Who is in both populations, and who in one. Row numbers, in the order of
/// the first population (stayers, leavers) or the second (entrants).
struct Joined {
    stayers: Vec<(u32, u32)>,
    leavers: Vec<u32>,
    entrants: Vec<u32>,
}

fn join<K: Ord>(first: &Population<'_, K>, second: &Population<'_, K>) -> Result<Joined, Undefined> {
    let (before, after) = (first.by_key()?, second.by_key()?);
    let (mut i, mut j) = (0, 0);
    let mut joined = Joined { stayers: Vec::new(), leavers: Vec::new(), entrants: Vec::new() };
    loop {
        let order = match (before.get(i), after.get(j)) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(&row), Some(&other)) => first.keys[row as usize].cmp(&second.keys[other as usize]),
        };
        match order {
            Ordering::Less => joined.leavers.push(before[i]),
            Ordering::Equal => joined.stayers.push((before[i], after[j])),
            Ordering::Greater => joined.entrants.push(after[j]),
        }
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    joined.stayers.sort_unstable();
    joined.leavers.sort_unstable();
    joined.entrants.sort_unstable();
    Ok(joined)
}

/// The change of a mean: `total = stayers + entrants - leavers`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanChange {
    /// The mean of the second population minus that of the first.
    pub total: f64,
    /// The mean of the stayers after, minus their mean before.
    pub stayers: f64,
    /// What the entrants added: their share of the second population times the
    /// distance of their mean from that of the stayers, after. 0 if there are
    /// none.
    pub entrants: f64,
    /// What the leavers took along: their share of the first population times
    /// the distance of their mean from that of the stayers, before. 0 if there
    /// are none.
    pub leavers: f64,
    /// How many members each group has.
    pub counts: Counts,
}

/// How many members stayed, came and went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// In both populations.
    pub stayers: u64,
    /// In the second only.
    pub entrants: u64,
    /// In the first only.
    pub leavers: u64,
}

/// Splits the change of a mean between two populations: with stayers `S`,
/// entrants `E`, leavers `L` and shares `e` of the second, `l` of the first,
///
/// `mean2 - mean1 = (S2 - S1) + e (E2 - S2) - l (L1 - S1)`,
///
/// an identity, since `mean2 = S2 + e (E2 - S2)` and `mean1 = S1 + l (L1 - S1)`.
/// `total` is the sum of the three terms as computed. With weights means and
/// shares are weighted by each side's own weights, and a stayer whose weight
/// changed counts under the stayers.
///
/// The decomposition of Olley and Pakes, Econometrica 64 (1996), in the dynamic
/// form of Melitz and Polanec, RAND Journal of Economics 46 (2015), with their
/// two terms for continuing members taken together.
///
/// # Errors
/// Nobody in both ([`Undefined::Empty`]), a key that occurs twice in one
/// population, or means beyond the range of `f64`.
pub fn mean_change<K: Ord>(first: &Population<'_, K>, second: &Population<'_, K>) -> Result<MeanChange, Undefined> {
    let joined = join(first, second)?;
    let (before, after): (Vec<u32>, Vec<u32>) = joined.stayers.iter().copied().unzip();
    let (mean_before, weight_before) = first.mean_of(&before)?;
    let (mean_after, weight_after) = second.mean_of(&after)?;
    let apart = |population: &Population<'_, K>, rows: &[u32], middle: f64, weight: f64| {
        if rows.is_empty() {
            return Ok(0.0);
        }
        let (mean, others) = population.mean_of(rows)?;
        figure(others / (others + weight) * (mean - middle))
    };
    let entrants = apart(second, &joined.entrants, mean_after, weight_after)?;
    let leavers = apart(first, &joined.leavers, mean_before, weight_before)?;
    let stayers = figure(mean_after - mean_before)?;
    let counts = Counts {
        stayers: joined.stayers.len() as u64,
        entrants: joined.entrants.len() as u64,
        leavers: joined.leavers.len() as u64,
    };
    Ok(MeanChange { total: figure(sum([stayers, entrants, -leavers]))?, stayers, entrants, leavers, counts })
}

/// A stayer's change of rank, in whole places: `after - before = among_stayers +
/// by_entrants - by_leavers`, exactly. Positive is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Displacement {
    /// Row in the first population.
    pub row_before: u32,
    /// Row in the second population.
    pub row_after: u32,
    /// Rank in the first population, 1 for the greatest value.
    pub before: u32,
    /// Rank in the second.
    pub after: u32,
    /// Places lost among the stayers alone: who stayed and passed, less who
    /// stayed and was passed. Their own values and those of the others moved.
    pub among_stayers: i64,
    /// Entrants who stand above.
    pub by_entrants: u32,
    /// Leavers who stood above.
    pub by_leavers: u32,
}

/// Splits the change of rank of every stayer who stood in the top `top` of the
/// first population (of all stayers without a `top`); the best first, equal
/// ranks in the order of rows.
///
/// A rank is 1 plus the number of members strictly above, so ties share the
/// best of their places, and ranks and terms are integers. Weights play no part:
/// a rank counts members. Values are compared as they are; a caller that works
/// on the grid snaps first.
///
/// # Errors
/// Nobody in both ([`Undefined::Empty`]), or a key that occurs twice in one
/// population.
pub fn displacement<K: Ord>(
    first: &Population<'_, K>,
    second: &Population<'_, K>,
    top: Option<u32>,
) -> Result<Vec<Displacement>, Undefined> {
    let joined = join(first, second)?;
    if joined.stayers.is_empty() {
        return Err(Undefined::Empty);
    }
    let sorted = |population: &Population<'_, K>, rows: &[u32]| {
        let mut keys: Vec<u64> = rows.iter().map(|&row| key(population.values[row as usize])).collect();
        keys.sort_unstable();
        keys
    };
    let (before, after): (Vec<u32>, Vec<u32>) = joined.stayers.iter().copied().unzip();
    let stayers = [sorted(first, &before), sorted(second, &after)];
    let (leavers, entrants) = (sorted(first, &joined.leavers), sorted(second, &joined.entrants));
    // At most 2^32 - 1, like the rows.
    let above =
        |sorted: &[u64], value: f64| (sorted.len() - sorted.partition_point(|&other| other <= key(value))) as u32;
    let mut rows: Vec<Displacement> = joined
        .stayers
        .iter()
        .map(|&(row_before, row_after)| {
            let (was, is) = (first.values[row_before as usize], second.values[row_after as usize]);
            let (above_before, above_after) = (above(&stayers[0], was), above(&stayers[1], is));
            let (by_leavers, by_entrants) = (above(&leavers, was), above(&entrants, is));
            Displacement {
                row_before,
                row_after,
                before: 1 + above_before + by_leavers,
                after: 1 + above_after + by_entrants,
                among_stayers: i64::from(above_after) - i64::from(above_before),
                by_entrants,
                by_leavers,
            }
        })
        .filter(|row| top.is_none_or(|top| row.before <= top))
        .collect();
    rows.sort_unstable_by_key(|row| (row.before, row.row_before));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near, number};
    use crate::stats::weights::expanded;
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any};
    use proptest::{prop_assert, prop_assert_eq};

    type Member = (Option<f64>, Option<f64>, f64, f64);

    /// Members by key, each in one or both populations, with whole weights.
    fn members() -> impl Strategy<Value = Vec<Member>> {
        vec((number(), number(), 0u8..4, any::<bool>(), 1u32..4, 1u32..4), 1..40).prop_map(|rows| {
            let member = |(x, y, kind, _, w, v): (f64, f64, u8, bool, u32, u32)| {
                (Some(x).filter(|_| kind != 0), Some(y).filter(|_| kind != 1), f64::from(w), f64::from(v))
            };
            rows.into_iter().map(member).collect()
        })
    }

    fn side(members: &[Member], second: bool) -> (Vec<usize>, Vec<f64>, Vec<f64>) {
        let (mut keys, mut values, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (number, &(x, y, w, v)) in members.iter().enumerate() {
            if let Some(value) = if second { y } else { x } {
                keys.push(number * 7919 % 1009);
                values.push(value);
                weights.push(if second { v } else { w });
            }
        }
        if second {
            keys.reverse();
            values.reverse();
            weights.reverse();
        }
        (keys, values, weights)
    }

    #[test]
    fn the_terms_sum_to_the_change() {
        law(members(), |members| {
            let ((keys, x, w), (others, y, v)) = (side(&members, false), side(&members, true));
            let stayed = members.iter().filter(|member| member.0.is_some() && member.1.is_some());
            for weighted in [false, true] {
                let weights = |of| if weighted { Weights::Each(of) } else { Weights::Equal };
                let first = Population::new(&keys, &x, weights(&w)).unwrap();
                let second = Population::new(&others, &y, weights(&v)).unwrap();
                let Ok(ours) = mean_change(&first, &second) else {
                    prop_assert_eq!(stayed.clone().count(), 0);
                    prop_assert_eq!(mean_change(&first, &second), Err(Undefined::Empty));
                    continue;
                };
                let average = |values: &[f64], weights: &[f64]| {
                    let long = if weighted { expanded(values, weights) } else { values.to_vec() };
                    long.iter().sum::<f64>() / long.len() as f64
                };
                prop_assert!(near(ours.total, average(&y, &v) - average(&x, &w), 1e-11));
                prop_assert!(near(ours.total, ours.stayers + ours.entrants - ours.leavers, 1e-13));
                prop_assert_eq!(ours.counts.stayers + ours.counts.entrants, y.len() as u64);
                prop_assert_eq!(ours.counts.stayers + ours.counts.leavers, x.len() as u64);
                let stays = |second: bool| -> (Vec<f64>, Vec<f64>) {
                    let pick = |member: &Member| if second { (member.1, member.3) } else { (member.0, member.2) };
                    stayed.clone().map(pick).filter_map(|(value, weight)| Some((value?, weight))).unzip()
                };
                let ((x, w), (y, v)) = (stays(false), stays(true));
                prop_assert!(near(ours.stayers, average(&y, &v) - average(&x, &w), 1e-11));
            }
            Ok(())
        });
    }

    #[test]
    fn places_sum_and_agree_with_counting() {
        law(members(), |members| {
            let ((keys, x, _), (others, y, _)) = (side(&members, false), side(&members, true));
            let first = Population::new(&keys, &x, Weights::Equal).unwrap();
            let second = Population::new(&others, &y, Weights::Equal).unwrap();
            let Ok(rows) = displacement(&first, &second, None) else { return Ok(()) };
            prop_assert!(rows.is_sorted_by_key(|row| row.before));
            for row in &rows {
                let (was, is) = (x[row.row_before as usize], y[row.row_after as usize]);
                prop_assert_eq!(keys[row.row_before as usize], others[row.row_after as usize]);
                let above = |keep: &dyn Fn(&Member) -> Option<f64>, value: f64| {
                    members.iter().filter_map(keep).filter(|&other| other > value).count()
                };
                prop_assert_eq!(row.before as usize, 1 + above(&|member| member.0, was));
                prop_assert_eq!(row.after as usize, 1 + above(&|member| member.1, is));
                let entrants = above(&|member| member.1.filter(|_| member.0.is_none()), is);
                prop_assert_eq!(row.by_entrants as usize, entrants);
                let leavers = above(&|member| member.0.filter(|_| member.1.is_none()), was);
                prop_assert_eq!(row.by_leavers as usize, leavers);
                let change = i64::from(row.after) - i64::from(row.before);
                prop_assert_eq!(change, row.among_stayers + row.by_entrants as i64 - row.by_leavers as i64);
            }
            let top = displacement(&first, &second, Some(3)).unwrap();
            prop_assert_eq!(top, rows.into_iter().filter(|row| row.before <= 3).collect::<Vec<_>>());
            Ok(())
        });
    }

    #[test]
    fn newcomers_push_down_who_did_not_move() {
        let first = Population::new(&["ada", "bob", "eve"], &[50.0, 40.0, 30.0], Weights::Equal).unwrap();
        let second = Population::new(&["zoe", "bob", "ada"], &[90.0, 40.0, 50.0], Weights::Equal).unwrap();
        let rows = displacement(&first, &second, Some(10)).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.before, row.after, row.among_stayers, row.by_entrants)).collect();
        assert_eq!(told, [(1, 2, 0, 1), (2, 3, 0, 1)]);
        let change = mean_change(&first, &second).unwrap();
        assert_eq!((change.total, change.stayers, change.entrants, change.leavers), (20.0, 0.0, 15.0, -5.0));
    }

    #[test]
    fn undefined() {
        let twice = Population::new(&[4, 9, 4], &[1.0, 2.0, 3.0], Weights::Equal).unwrap();
        let once = Population::new(&[4], &[1.0], Weights::Equal).unwrap();
        let reason = mean_change(&twice, &once).unwrap_err().to_string();
        assert_eq!(reason, "rows 0 and 2 have the same key");
        assert!(displacement(&once, &twice, None).is_err());
        let other = Population::new(&[5], &[1.0], Weights::Equal).unwrap();
        assert_eq!(mean_change(&once, &other), Err(Undefined::Empty));
        assert_eq!(displacement(&once, &other, None), Err(Undefined::Empty));
        let refused = |keys: &[u32], values: &[f64], weights| Population::new(keys, values, weights).unwrap_err();
        assert_eq!(refused(&[1], &[], Weights::Equal), Undefined::UnequalLengths { first: 1, second: 0 });
        assert_eq!(refused(&[1], &[f64::NAN], Weights::Equal), Undefined::NotFinite);
        assert!(matches!(refused(&[1], &[1.0], Weights::Each(&[0.0])), Undefined::OutOfRange { .. }));
    }
}
