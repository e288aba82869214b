//! Agreement of two orders inside of groups, where what lies between groups
//! is left out.
//!
//! Two columns may agree over all accounts and disagree inside of every group:
//! if both put one group above another, most pairs of accounts are pairs of
//! different groups, and those agree. The reverse happens as well. So an
//! agreement over all accounts says nothing certain about any group; that is
//! Simpson's paradox, and [`conflicts`] looks for it.

use super::correlation::PairCounts;
use super::paired::Paired;
use super::ranked::RankedPair;
use super::undefined::{Figure, Undefined};

/// Tau-b inside of groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    /// Tau-b of each group, by its number.
    pub each: Vec<Figure>,
    /// Tau-b counted over all pairs of rows of the same group.
    pub pooled: Figure,
}

/// Tau-b of two columns within each group, and over all groups together
/// without the pairs of different groups:
/// `sum (C - D) / sqrt(sum (n0 - n1) * sum (n0 - n2))`, the sums over groups.
///
/// `groups` holds the group of every row, below `group_count`. Kendall's tau-b
/// (see [`super::correlation::kendall_tau_b`]), whose counts are added before
/// they are divided: a group weighs by its pairs, and one that has no value of
/// its own (one row, or one value throughout) adds what pairs it has. That is
/// neither the mean over groups nor the tau over all rows. O(n log n).
///
/// Ties: a pair tied in a column, as in tau-b.
///
/// # Errors
/// [`Undefined::UnequalLengths`] if the groups are not as many as the rows;
/// [`Undefined::OutOfRange`] for a group that is not below `group_count`. A
/// group without a value says why in its place, and so does `pooled` if no
/// group has two rows, or a column is constant within every group.
pub fn tau_within(pairs: Paired<'_>, groups: &[u32], group_count: usize) -> Result<Within, Undefined> {
    if groups.len() != pairs.len() {
        return Err(Undefined::UnequalLengths { first: pairs.len(), second: groups.len() });
    }
    if let Some(group) = groups.iter().find(|&&group| group as usize >= group_count) {
        return Err(Undefined::OutOfRange { text: format!("group {group} is not below {group_count}") });
    }
    let mut columns: Vec<(Vec<f64>, Vec<f64>)> = vec![(Vec::new(), Vec::new()); group_count];
    for ((x, y), &group) in pairs.rows().zip(groups) {
        let (first, second) = &mut columns[group as usize];
        first.push(x);
        second.push(y);
    }
    let largest = columns.iter().map(|(first, _)| first.len()).max().unwrap_or(0);
    let mut all = PairCounts::default();
    let mut each = Vec::with_capacity(group_count);
    for (first, second) in columns {
        each.push(if let Some(reason) = too_few(first.len()) {
            Err(reason)
        } else {
            let counts = PairCounts::of(&RankedPair::new(Paired::new(&first, &second)?));
            all = all.with(counts);
            counts.tau_b()
        });
    }
    let pooled = match too_few(largest) {
        Some(reason) => Err(reason),
        None => all.tau_b(),
    };
    Ok(Within { each, pooled })
}

/// The numbers of the groups whose figure has the sign opposite to the figure
/// over all rows, ascending. A figure of 0 and one without a value conflict
/// with none.
///
/// Simpson, "The interpretation of interaction in contingency tables", Journal
/// of the Royal Statistical Society B 13 (1951). A conflict in one of many
/// small groups is to be expected by chance; one in most of them means that the
/// figure over all rows speaks of the groups, not of the rows.
#[must_use]
pub fn conflicts(overall: f64, within: &[Figure]) -> Vec<usize> {
    let opposed = |figure: &Figure| matches!(figure, Ok(value) if value * overall < 0.0);
    within.iter().enumerate().filter(|(_, figure)| opposed(figure)).map(|(group, _)| group).collect()
}

fn too_few(rows: usize) -> Option<Undefined> {
    match rows {
        0 => Some(Undefined::Empty),
        1 => Some(Undefined::TooFew { needed: 2, got: 1 }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::correlation::kendall_tau_b;
    use crate::stats::testing::{columns, law, near};
    use crate::stats::undefined::Side;
    use proptest::{prop_assert, prop_assert_eq};

    #[test]
    fn agrees_with_the_rows_of_each_group_and_with_every_pair() {
        law((columns(0), 1usize..6), |((first, second), count)| {
            let pairs = Paired::new(&first, &second).unwrap();
            // The last group has no rows.
            let groups: Vec<u32> = (0..first.len()).map(|row| (row * row % 7 % count) as u32).collect();
            let within = tau_within(pairs, &groups, count + 1).unwrap();
            prop_assert_eq!(within.each.len(), count + 1);
            for (group, figure) in within.each.iter().enumerate() {
                let own = |values: &[f64]| -> Vec<f64> {
                    let rows = values.iter().zip(&groups);
                    rows.filter(|(_, of)| **of as usize == group).map(|(value, _)| *value).collect()
                };
                let expected = kendall_tau_b(Paired::new(&own(&first), &own(&second)).unwrap());
                prop_assert_eq!(figure, &expected);
            }
            let (mut score, mut untied_first, mut untied_second) = (0, 0, 0);
            let sign = |x: f64, y: f64| i32::from(x > y) - i32::from(x < y);
            for i in 0..first.len() {
                for j in (0..i).filter(|&j| groups[j] == groups[i]) {
                    let (s, t) = (sign(first[i], first[j]), sign(second[i], second[j]));
                    score += s * t;
                    untied_first += s * s;
                    untied_second += t * t;
                }
            }
            if untied_first == 0 || untied_second == 0 {
                prop_assert!(within.pooled.is_err());
            } else {
                let naive = f64::from(score) / (f64::from(untied_first) * f64::from(untied_second)).sqrt();
                prop_assert!(near(within.pooled.unwrap(), naive, 1e-14));
            }
            Ok(())
        });
    }

    #[test]
    fn groups_that_disagree_inside_and_agree_between() {
        let first = [1.0, 2.0, 3.0, 11.0, 12.0, 13.0, 21.0, 22.0];
        let second = [3.0, 2.0, 1.0, 13.0, 12.0, 11.0, 21.0, 22.0];
        let pairs = Paired::new(&first, &second).unwrap();
        let overall = kendall_tau_b(pairs).unwrap();
        assert_eq!(overall, 16.0 / 28.0);
        let within = tau_within(pairs, &[0, 0, 0, 1, 1, 1, 2, 2], 3).unwrap();
        assert_eq!(within.each, [Ok(-1.0), Ok(-1.0), Ok(1.0)]);
        assert_eq!(within.pooled, Ok(-5.0 / 7.0));
        assert_eq!(conflicts(overall, &within.each), [0, 1]);
        assert_eq!(conflicts(-overall, &within.each), [2]);
        assert!(conflicts(0.0, &within.each).is_empty());
        assert!(conflicts(1.0, &[Ok(0.0), Err(Undefined::Empty)]).is_empty());
        // One group is the whole.
        assert_eq!(tau_within(pairs, &[0; 8], 1).unwrap().pooled, Ok(overall));
    }

    #[test]
    fn what_has_no_value() {
        let pairs = Paired::new(&[1.0, 2.0, 2.0], &[4.0, 5.0, 6.0]).unwrap();
        assert_eq!(tau_within(pairs, &[0, 0], 1), Err(Undefined::UnequalLengths { first: 3, second: 2 }));
        let reason = tau_within(pairs, &[0, 3, 1], 3).unwrap_err();
        assert_eq!(reason.to_string(), "group 3 is not below 3");
        let alone = Undefined::TooFew { needed: 2, got: 1 };
        let within = tau_within(pairs, &[0, 1, 2], 3).unwrap();
        assert_eq!(within, Within { each: vec![Err(alone.clone()); 3], pooled: Err(alone) });
        let within = tau_within(pairs, &[0, 1, 1], 2).unwrap();
        assert_eq!(within.pooled, Err(Undefined::Constant { side: Side::First }));
        let none = Paired::new(&[], &[]).unwrap();
        assert_eq!(tau_within(none, &[], 0).unwrap().pooled, Err(Undefined::Empty));
    }
}
