//! What tau-b and rho become without each unit in turn, from sums over rows.
//!
//! Both figures are made of sums over pairs (and triples) of rows. Leaving a
//! unit out subtracts the terms that it takes part in, and those can be had for
//! all rows in one pass of O(n log n) instead of n passes. Sums are of `f64`;
//! without design weights they are of integers, exact up to 2^53.

use super::{Prepared, Spearman};
use crate::stats::resample::statistic::{Groups, anew};
use crate::stats::resample::tree::Tree;
use crate::stats::resample::units::Units;
use crate::stats::undefined::{Side, Undefined, figure};

/// Columns of dense ranks with their weights, ascending by the first, ties by
/// the second.
struct Ranked<'a> {
    first: &'a [u32],
    second: &'a [u32],
    second_levels: usize,
    weights: &'a [f64],
}

/// For each row, the weight of the other rows that are concordant with it less
/// those that are discordant; that of those not tied with it in the first and
/// in the second column; and its weights below less above in both columns.
struct Rows {
    agreement: Vec<f64>,
    untied_first: Vec<f64>,
    untied_second: Vec<f64>,
    place_first: Vec<f64>,
    place_second: Vec<f64>,
}

impl Ranked<'_> {
    fn rows(&self, tree: &mut Tree<f64>) -> Rows {
        let n = self.first.len();
        let mut second_totals = vec![0.0; self.second_levels];
        for (&second, &weight) in self.second.iter().zip(self.weights) {
            second_totals[second as usize] += weight;
        }
        let mut second_through = second_totals.clone();
        for level in 1..self.second_levels {
            second_through[level] += second_through[level - 1];
        }
        let total = second_through.last().copied().unwrap_or(0.0);
        let empty = || Vec::with_capacity(n);
        let mut rows = Rows {
            agreement: empty(),
            untied_first: empty(),
            untied_second: empty(),
            place_first: empty(),
            place_second: empty(),
        };
        tree.reset(self.second_levels);
        let (mut start, mut before) = (0, 0.0);
        while start < n {
            let end = start + self.first[start..].iter().take_while(|&&level| level == self.first[start]).count();
            let group: f64 = self.weights[start..end].iter().sum();
            // Weight of the group at lower second ranks than the row's.
            let (mut group_below, mut at) = (0.0, start);
            while at < end {
                let second = self.second[at];
                let same = self.second[at..end].iter().take_while(|&&level| level == second).count();
                let tied: f64 = self.weights[at..at + same].iter().sum();
                let level = second as usize;
                let below = if level == 0 { 0.0 } else { second_through[level - 1] };
                let above = total - second_through[level];
                let before_through = tree.through(level);
                let before_below = if level == 0 { 0.0 } else { tree.through(level - 1) };
                let before_above = before - before_through;
                let after_below = below - before_below - group_below;
                let after_above = above - before_above - (group - group_below - tied);
                for _ in 0..same {
                    rows.agreement.push(before_below - before_above + after_above - after_below);
                    rows.untied_first.push(total - group);
                    rows.untied_second.push(total - second_totals[level]);
                    rows.place_first.push(2.0 * before + group - total);
                    rows.place_second.push(below - above);
                }
                group_below += tied;
                at += same;
            }
            for at in start..end {
                tree.add(self.second[at] as usize, self.weights[at]);
            }
            before += group;
            start = end;
        }
        rows
    }

    /// The sums over ordered pairs that tau-b is made of: together, first, second.
    fn pair_sums(&self, rows: &Rows) -> [f64; 3] {
        let sum = |parts: &[f64]| parts.iter().zip(self.weights).map(|(part, weight)| part * weight).sum();
        [sum(&rows.agreement), sum(&rows.untied_first), sum(&rows.untied_second)]
    }
}

impl Prepared {
    fn design(&self) -> Vec<f64> {
        self.weights.clone().unwrap_or_else(|| vec![1.0; self.order.len()])
    }
}

/// The figure of three sums that are left of three; what rounding leaves of a
/// sum is nothing.
fn ratio(left: [f64; 3], whole: [f64; 3]) -> Result<f64, Undefined> {
    const ROUNDING: f64 = 1e-12;
    if left[1] <= ROUNDING * whole[1] {
        return Err(Undefined::Constant { side: Side::First });
    }
    if left[2] <= ROUNDING * whole[2] {
        return Err(Undefined::Constant { side: Side::Second });
    }
    figure(left[0] / (left[1] * left[2]).sqrt())
}

/// Tau-b without each unit: every pair of its rows with others counts twice
/// among ordered pairs, every pair within it twice as well.
pub(super) fn tau(columns: &Prepared, units: &Units) -> Result<Vec<f64>, Undefined> {
    let groups = Groups::of(units, columns.rows)?;
    let weights = columns.design();
    let mut tree = Tree::default();
    let ranked = Ranked {
        first: &columns.first,
        second: &columns.second,
        second_levels: columns.second_levels,
        weights: &weights,
    };
    let rows = ranked.rows(&mut tree);
    let whole = ranked.pair_sums(&rows);

    let mut at_of = vec![None; columns.rows];
    for (at, &row) in columns.order.iter().enumerate() {
        at_of[row as usize] = Some(at);
    }
    let mut members = Vec::new();
    (0..groups.count())
        .map(|unit| {
            members.clear();
            members.extend(groups.rows(unit).iter().filter_map(|&row| at_of[row as usize]));
            members.sort_unstable();
            let mut left = whole;
            for &at in &members {
                let parts = [rows.agreement[at], rows.untied_first[at], rows.untied_second[at]];
                for (left, part) in left.iter_mut().zip(parts) {
                    *left -= 2.0 * weights[at] * part;
                }
            }
            // Pairs within the unit have been subtracted from both of their ends.
            if members.len() > 1 {
                let within = inner_sums(columns, &weights, &members, &mut tree);
                for (left, part) in left.iter_mut().zip(within) {
                    *left += part;
                }
            }
            ratio(left, whole)
        })
        .collect()
}

/// The pair sums of a few rows among themselves.
fn inner_sums(columns: &Prepared, weights: &[f64], members: &[usize], tree: &mut Tree<f64>) -> [f64; 3] {
    let first: Vec<u32> = members.iter().map(|&at| columns.first[at]).collect();
    let keys: Vec<u64> = members.iter().map(|&at| u64::from(columns.second[at])).collect();
    let (second, second_levels) = super::dense_ranks(&keys);
    let weights: Vec<f64> = members.iter().map(|&at| weights[at]).collect();
    let ranked = Ranked { first: &first, second: &second, second_levels, weights: &weights };
    let rows = ranked.rows(tree);
    ranked.pair_sums(&rows)
}

/// Rho without each row, from sums over rows; without each cluster, anew
/// (O(n) a cluster).
///
/// With `u_i`, `v_i` the places (weight below less above) of row `i` in both
/// columns, leaving row `r` of weight `w` out changes `u_i` by
/// `-w sgn(x_i - x_r)`. So the sum of `w_i u_i v_i` loses `w u_r v_r` and the
/// cross terms `w sum w_i (u_i sgn(y_i - y_r) + v_i sgn(x_i - x_r))`, and gains
/// `w^2 sum w_i sgn(x_i - x_r) sgn(y_i - y_r)`; the sums of squares likewise.
pub(super) fn rho(statistic: &Spearman<'_>, units: &Units) -> Result<Vec<f64>, Undefined> {
    let columns = statistic.0;
    if !units.are_rows() || units.rows() != columns.rows {
        return anew(statistic, units);
    }
    let weights = columns.design();
    let ranked = Ranked {
        first: &columns.first,
        second: &columns.second,
        second_levels: columns.second_levels,
        weights: &weights,
    };
    let rows = ranked.rows(&mut Tree::default());
    let (u, v) = (&rows.place_first, &rows.place_second);
    // Of a value per row and a column's levels: the sum above each level less
    // the sum below it.
    let (x, y) = ((&columns.first, columns.first_levels), (&columns.second, columns.second_levels));
    let u_by_x = above_less_below(x, &weights, u);
    let u_by_y = above_less_below(y, &weights, u);
    let v_by_x = above_less_below(x, &weights, v);
    let v_by_y = above_less_below(y, &weights, v);
    let sum =
        |left: &[f64], right: &[f64]| -> f64 { (0..weights.len()).map(|i| weights[i] * left[i] * right[i]).sum() };
    let whole = [sum(u, v), sum(u, u), sum(v, v)];

    let mut figures = vec![ratio(whole, whole)?; columns.rows];
    for (at, &row) in columns.order.iter().enumerate() {
        let (x, y, w) = (columns.first[at] as usize, columns.second[at] as usize, weights[at]);
        let cross = u_by_y[y] + v_by_x[x];
        let lost = [
            w * (u[at] * v[at] + cross - w * rows.agreement[at]),
            w * (u[at] * u[at] + 2.0 * u_by_x[x] - w * rows.untied_first[at]),
            w * (v[at] * v[at] + 2.0 * v_by_y[y] - w * rows.untied_second[at]),
        ];
        figures[row as usize] = ratio(std::array::from_fn(|part| whole[part] - lost[part]), whole)?;
    }
    Ok(figures)
}

fn above_less_below((levels, count): (&Vec<u32>, usize), weights: &[f64], values: &[f64]) -> Vec<f64> {
    let mut at_level = vec![0.0; count];
    for ((&level, weight), value) in levels.iter().zip(weights).zip(values) {
        at_level[level as usize] += weight * value;
    }
    let total: f64 = at_level.iter().sum();
    let mut below = 0.0;
    for slot in &mut at_level {
        let here = *slot;
        *slot = total - 2.0 * below - here;
        below += here;
    }
    at_level
}
