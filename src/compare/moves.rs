//! How far accounts move, what people see of it, and what becomes of the top: counted out for
//! charts, in a size that does not grow with the accounts.

use std::borrow::Cow;

use super::Comparison;
use super::findings::{Beyond, Changes, Mover, Noticed, NoticedShares, Top};
use super::names::Names;
use crate::stats::distribution::Distribution;
use crate::stats::grid::snap;
use crate::stats::sum::sum;
use crate::stats::weights::Weights;

/// Distances whose shares are told, in points.
const BEYOND: [f64; 3] = [5.0, 10.0, 20.0];
/// Bins to each side of zero.
const BINS: usize = 30;
/// Widths that a bin may have, in points.
const WIDTHS: [f64; 10] = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0];
/// The ends of the whole points that are told one by one.
const WHOLE: f64 = 15.0;
/// A change that people complain about, in points.
const FELT: f64 = 5.0;
/// How deep the top is, and how many of it are listed where ties make it longer.
const DEPTH: u32 = 25;
const LISTED: usize = 50;

/// Counts the changes out; none where there are no accounts.
pub fn changes(comparison: &Comparison) -> Option<Changes> {
    let weights = comparison.weights().ok()?;
    let sorted = comparison.moves().ok()?;
    // Where all weigh the same, it does not matter who moved.
    let moves: Cow<'_, [f64]> = match weights {
        Weights::Equal => sorted.values().into(),
        Weights::Each(_) => moves(&comparison.baseline, &comparison.candidate).into(),
    };
    let furthest = sorted.greatest().max(-sorted.least());
    let width = WIDTHS.into_iter().find(|width| furthest < width * BINS as f64).unwrap_or(WIDTHS[9]);
    let bins = ((furthest / width) as usize + 1).min(BINS);
    let mut counted = Changes {
        width,
        falls: vec![0; bins],
        rises: vec![0; bins],
        unmoved: 0,
        beyond: Vec::new(),
        // A distribution is not empty, so its quantiles are defined.
        quantiles: [0.05, 0.5, 0.95].map(|p| sorted.quantile(p).unwrap_or(0.0)),
    };
    for change in &*moves {
        // On the grid, so that a move of exactly 5 points is not 4.9999999999.
        let bin = (snap(change.abs() / width) as usize).min(bins - 1);
        match *change {
            0.0 => counted.unmoved += 1,
            fall if fall < 0.0 => counted.falls[bin] += 1,
            _ => counted.rises[bin] += 1,
        }
    }
    counted.beyond = BEYOND
        .map(|points| Beyond {
            points,
            down: weights.share(moves.len(), |row| moves[row] <= -points),
            up: weights.share(moves.len(), |row| moves[row] >= points),
        })
        .to_vec();
    Some(counted)
}

/// Counts out what is seen; none where nothing is known of how scores are shown.
pub fn noticed(comparison: &Comparison) -> Option<Noticed> {
    let [before, after] = comparison.beside.displayed.as_ref()?;
    let moves: Vec<f64> = moves(before, after).into_iter().map(|change| change.trunc() + 0.0).collect();
    let exposed = comparison.exposed().ok().and_then(|(rows, weights)| {
        let picked: Vec<f64> = rows.iter().map(|row| moves[*row as usize]).collect();
        let weights: Vec<f64> = rows.iter().map(|row| weights[*row as usize]).collect();
        let weights = Weights::each(&weights, picked.len()).ok()?;
        Some((rows.len() as u64, noticed_by(picked, weights)?))
    });
    let (exposed, by_exposure) = exposed.unzip();
    Some(Noticed {
        accounts: comparison.len() as u64,
        by_account: noticed_by(moves, comparison.weights().ok()?)?,
        exposed,
        by_exposure,
    })
}

fn noticed_by(moves: Vec<f64>, weights: Weights<'_>) -> Option<NoticedShares> {
    let point = |change: &f64| (change.clamp(-WHOLE, WHOLE) + WHOLE) as usize;
    let mut by_point = vec![0.0; 2 * WHOLE as usize + 1];
    match weights {
        // As many as there are: no list of them is made.
        Weights::Equal => moves.iter().for_each(|change| by_point[point(change)] += 1.0),
        weights => {
            let mut of_point = vec![Vec::new(); by_point.len()];
            for (row, change) in moves.iter().enumerate() {
                of_point[point(change)].push(weights.of(row));
            }
            by_point = of_point.into_iter().map(sum).collect();
        }
    }
    let fall = weights.share(moves.len(), |row| moves[row] <= -FELT);
    let rise = weights.share(moves.len(), |row| moves[row] >= FELT);
    let sorted = Distribution::taking(moves, weights).ok()?;
    let total = sorted.total();
    Some(NoticedShares {
        shares: by_point.into_iter().map(|weight| weight / total).collect(),
        median: sorted.quantile(0.5).ok()?,
        fall,
        rise,
    })
}

/// Who stands at the top of either side; none under sampling weights, where a place counts accounts
/// that are not there.
pub fn top(comparison: &Comparison, names: &Names<'_>) -> Option<Top> {
    if comparison.beside.sampling.is_some() || comparison.is_empty() {
        return None;
    }
    let depth = DEPTH.min(u32::try_from(comparison.len()).unwrap_or(DEPTH));
    let ranked = comparison.ranked().ok()?;
    let mut reached: Vec<u32> =
        [ranked.first(), ranked.second()].iter().flat_map(|side| side.top(depth as usize)).copied().collect();
    reached.sort_unstable();
    reached.dedup();
    let mut found: Vec<Mover> = reached.iter().map(|at| names.mover(comparison, *at as usize)).collect();
    let nearest = |mover: &Mover| mover.baseline_rank.min(mover.candidate_rank);
    let by_rank = |left: &Mover, right: &Mover| {
        let after = left.candidate_rank.total_cmp(&right.candidate_rank);
        left.baseline_rank.total_cmp(&right.baseline_rank).then(after)
    };
    // Both sorts are stable: equal ranks stay in account order.
    found.sort_by(|left, right| nearest(left).total_cmp(&nearest(right)).then(by_rank(left, right)));
    let left_out = found.len().saturating_sub(LISTED) as u64;
    found.truncate(LISTED);
    found.sort_by(by_rank);
    Some(Top { depth, accounts: found, left_out })
}

/// Second minus first on the grid.
fn moves(first: &[f64], second: &[f64]) -> Vec<f64> {
    first.iter().zip(second).map(|(first, second)| snap(second - first) + 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Sides;

    fn compared<'a>(baseline: &'a [f64], candidate: &'a [f64], exposure: Option<&[f64]>) -> Comparison<'a> {
        let displayed = Some([baseline.to_vec(), candidate.to_vec()]);
        Comparison::new(Sides {
            baseline: baseline.into(),
            candidate: candidate.into(),
            displayed,
            exposure,
            ..Sides::default()
        })
        .unwrap()
    }

    #[test]
    fn changes_are_counted_by_size_and_exact_edges_belong_beyond() {
        let before = [50.0, 50.0, 50.0, 50.0, 50.3, 50.0];
        let after = [50.0, 45.0, 55.0, 49.5, 45.3, 70.0];
        let found = changes(&compared(&before, &after, None)).unwrap();
        assert_eq!((found.width, found.unmoved), (1.0, 1));
        assert_eq!((found.falls[0], found.falls[5], found.falls[4]), (1, 2, 0));
        assert_eq!((found.rises[5], found.rises[20], found.rises.len()), (1, 1, 21));
        assert_eq!(found.falls.iter().chain(&found.rises).sum::<u64>() + found.unmoved, 6);
        assert_eq!(found.beyond[0], Beyond { points: 5.0, down: 2.0 / 6.0, up: 2.0 / 6.0 });
        assert_eq!(found.beyond[2], Beyond { points: 20.0, down: 0.0, up: 1.0 / 6.0 });
        let still = changes(&compared(&before, &before, None)).unwrap();
        assert_eq!((still.unmoved, still.falls.len(), still.quantiles), (6, 1, [0.0; 3]));
    }

    #[test]
    fn what_is_seen_is_weighed_by_exposure() {
        let before = [50.0, 50.0, 50.0, 90.0];
        let after = [50.0, 45.0, 56.0, 10.0];
        let found = noticed(&compared(&before, &after, Some(&[1.0, 6.0, 0.0, 1.0]))).unwrap();
        assert_eq!((found.by_account.fall, found.by_account.rise, found.by_account.median), (0.5, 0.25, -2.5));
        assert_eq!(
            (found.by_account.shares[0], found.by_account.shares[10], found.by_account.shares[15]),
            (0.25, 0.25, 0.25)
        );
        let exposed = found.by_exposure.unwrap();
        assert_eq!((exposed.fall, exposed.rise, exposed.median), (7.0 / 8.0, 0.0, -5.0));
        assert!((exposed.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_top_of_both_sides_is_listed_with_its_ties() {
        let before: Vec<f64> = (0..100).map(|i| 100.0 - f64::from(i)).collect();
        let mut after = before.clone();
        after.swap(0, 40);
        (after[24], after[25], after[26]) = (75.0, 75.0, 75.0);
        let comparison = compared(&before, &after, None);
        let name = |row: u32| row.to_string().into();
        let found = top(&comparison, &Names::new(&name)).unwrap();
        let names: Vec<&str> = found.accounts.iter().map(|mover| mover.account.as_str()).collect();
        let expected: Vec<String> = (0..27).chain([40]).map(|row: u32| row.to_string()).collect();
        assert_eq!((names, found.left_out, found.depth), (expected.iter().map(String::as_str).collect(), 0, 25));
        let all_tied = compared(&[5.0; 80], &before[..80], None);
        let found = top(&all_tied, &Names::new(&name)).unwrap();
        assert_eq!((found.accounts.len(), found.left_out), (50, 30));
        assert_eq!(found.accounts[0].account, "0");
    }
}
