//! A comparison counted out for charts and tables: plain numbers, of a size that does not grow
//! with the accounts.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::findings::{Agreement, AgreementCell, BandLabel, Distributions, Findings, Histogram, Migration, Mover};
use super::names::Names;
use super::range::Range;
use super::{Comparison, brands, change, moves};
use crate::stats::distribution::Distribution;
use crate::stats::summary;

/// Cells along each axis of the agreement grid, and bins of the distributions.
const CELLS: u32 = 50;
/// Movers that charts name singly, and losers and gainers that tables list.
const FURTHEST: usize = 5;
const LISTED: usize = 10;

/// Counts a comparison out. Nothing can be found where nobody has both scores.
pub fn find(comparison: &Comparison, range: Range, bands: &[BandLabel], names: &Names<'_>) -> Option<Findings> {
    if comparison.is_empty() {
        return None;
    }
    // What is shared is made before anything that needs room of its own.
    comparison.prepare();
    let mover = |at: &u32| names.mover(comparison, *at as usize);
    let moves = ordered_moves(comparison);
    let listed = |ends: &[u32], keep: fn(f64) -> bool| -> Vec<Mover> {
        ends.iter().filter(|at| keep(moves.by_position[**at as usize])).map(mover).collect()
    };
    let mut furthest: Vec<u32> =
        moves.falls.iter().take(FURTHEST).chain(moves.rises.iter().take(FURTHEST)).copied().collect();
    furthest.sort_by(|left, right| {
        let size = |at: &u32| moves.by_position[*at as usize].abs();
        size(right).total_cmp(&size(left)).then(left.cmp(right))
    });
    furthest.dedup();
    furthest.retain(|at| moves.by_position[*at as usize] != 0.0);
    furthest.truncate(FURTHEST);
    let furthest = furthest.iter().map(mover).collect();
    let [losers, gainers] = [listed(&moves.falls, |change| change < 0.0), listed(&moves.rises, |change| change > 0.0)];
    let unmoved = moves.by_position.iter().filter(|change| **change == 0.0).count() as u64;
    drop(moves);

    // Names cannot leave this thread, so what needs none is counted on the others.
    let (mut migration, mut distributions, mut changes, mut noticed) = (None, None, None, None);
    let (mut depths, mut by_level, mut saturated) = (Vec::new(), Vec::new(), None);
    let (mut counts, mut level_and_order) = (Vec::new(), None);
    let (mut top, mut brands) = (None, Vec::new());
    rayon::in_place_scope(|scope| {
        // These take most room, so they follow each other.
        scope.spawn(|_| {
            by_level = change::by_level(comparison);
            noticed = moves::noticed(comparison);
            changes = moves::changes(comparison);
        });
        scope.spawn(|_| depths = change::depths(comparison));
        scope.spawn(|_| distributions = self::distributions(comparison, range));
        scope.spawn(|_| counts = agreement(comparison, range));
        scope.spawn(|_| saturated = change::saturated(comparison));
        scope.spawn(|_| level_and_order = change::level_and_order(comparison));
        scope.spawn(|_| migration = comparison.migration().ok());
        top = moves::top(comparison, names);
        brands = brands::scores(comparison, names.name);
    });
    Some(Findings {
        agreement: Agreement {
            low: range.low,
            high: range.high,
            cells: CELLS,
            counts,
            decile_medians: decile_medians(comparison),
            furthest,
            accounts: comparison.len() as u64,
        },
        distributions: distributions?,
        migration: migration.map(|counts| Migration { bands: bands.to_vec(), counts }),
        losers,
        gainers,
        unmoved,
        changes,
        noticed,
        top,
        depths,
        level_and_order,
        by_level,
        saturated,
        brands,
        population: None,
    })
}

struct Moves {
    /// Change on the grid, by position.
    by_position: Vec<f64>,
    /// The positions of the `LISTED` largest losses, the largest first; equal changes by position,
    /// which is account order.
    falls: Vec<u32>,
    /// Those of the largest gains, in the reverse order.
    rises: Vec<u32>,
}

fn ordered_moves(comparison: &Comparison) -> Moves {
    let change = |(baseline, candidate): (&f64, &f64)| crate::stats::grid::snap(candidate - baseline);
    let by_position: Vec<f64> = comparison.baseline.iter().zip(&*comparison.candidate).map(change).collect();
    let ascending = |left: &u32, right: &u32| {
        by_position[*left as usize].total_cmp(&by_position[*right as usize]).then(left.cmp(right))
    };
    let mut order: Vec<u32> = (0u32..).take(by_position.len()).collect();
    let falls = first_of(&mut order, ascending);
    let rises = first_of(&mut order, |left, right| ascending(right, left));
    Moves { by_position, falls, rises }
}

/// The `LISTED` first in an order, in that order.
fn first_of(positions: &mut [u32], order: impl Fn(&u32, &u32) -> Ordering) -> Vec<u32> {
    if positions.len() > LISTED {
        positions.select_nth_unstable_by(LISTED, &order);
    }
    let mut first = positions[..positions.len().min(LISTED)].to_vec();
    first.sort_unstable_by(&order);
    first
}

/// The cell of a value in a range cut into equal parts; the ends take what lies beyond.
fn cell_of(value: f64, range: Range, cells: u32) -> u32 {
    let share = (value - range.low) / (range.high - range.low);
    let cell = (share * f64::from(cells)).floor().clamp(0.0, f64::from(cells - 1));
    cell as u32
}

/// The accounts in each cell of the grid that is not empty, in the order of the cells.
fn agreement(comparison: &Comparison, range: Range) -> Vec<AgreementCell> {
    let mut counts = vec![0u64; (CELLS * CELLS) as usize];
    for (baseline, candidate) in comparison.baseline.iter().zip(&*comparison.candidate) {
        let cell = cell_of(*baseline, range, CELLS) * CELLS + cell_of(*candidate, range, CELLS);
        counts[cell as usize] += 1;
    }
    let cell = |(at, count): (u32, u64)| AgreementCell { baseline: at / CELLS, candidate: at % CELLS, count };
    (0u32..).zip(counts).filter(|(_, count)| *count > 0).map(cell).collect()
}

/// Ten groups of equal size by baseline score; fewer than ten accounts make no deciles.
fn decile_medians(comparison: &Comparison) -> Vec<[f64; 2]> {
    let n = comparison.len();
    if n < 10 {
        return Vec::new();
    }
    let Ok(ranked) = comparison.ranked() else { return Vec::new() };
    let order = ranked.first().order_within(|left, right| {
        let score = |at: u32| comparison.baseline[at as usize];
        score(left).total_cmp(&score(right))
    });
    let median = |column: &[f64], group: &[u32]| {
        let values: Vec<f64> = group.iter().map(|at| column[*at as usize]).collect();
        summary::median(&values).unwrap_or(0.0) // a group is never empty
    };
    (0..10)
        .into_par_iter()
        .map(|decile| {
            let group = &order[decile * n / 10..(decile + 1) * n / 10];
            [median(&comparison.baseline, group), median(&comparison.candidate, group)]
        })
        .collect()
}

fn distributions(comparison: &Comparison, range: Range) -> Option<Distributions> {
    let width = (range.high - range.low) / f64::from(CELLS);
    let edges = (0..=CELLS).map(|edge| if edge == CELLS { range.high } else { range.low + width * f64::from(edge) });
    let weights = comparison.weights().unwrap_or_default();
    let histogram = |scores: &[f64], sorted: &Distribution| {
        let mut counts = vec![0; CELLS as usize];
        scores.iter().for_each(|score| counts[cell_of(*score, range, CELLS) as usize] += 1);
        let at =
            |end: f64| sorted.values().iter().filter(|score| score.total_cmp(&end) == Ordering::Equal).count() as u64;
        Histogram {
            counts,
            // The column is not empty and its scores are finite, so neither is undefined.
            quantiles: [0.05, 0.5, 0.95].map(|p| sorted.quantile(p).unwrap_or(0.0)),
            mean: summary::mean(scores, weights).unwrap_or(0.0),
            at_minimum: at(range.low),
            at_maximum: at(range.high),
        }
    };
    // A comparison that is not empty has both.
    let [baseline, candidate] = comparison.distributions().ok()?;
    Some(Distributions {
        edges: edges.collect(),
        baseline: histogram(&comparison.baseline, baseline),
        candidate: histogram(&comparison.candidate, candidate),
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::compare::{Banding, Sides};

    const RANGE: Range = Range { low: 1.0, high: 100.0 };

    fn bands() -> Vec<BandLabel> {
        [("low", 1.0), ("high", 50.0)].map(|(name, from)| BandLabel { name: name.into(), from }).to_vec()
    }

    fn found(baseline: &[f64], candidate: &[f64]) -> Option<Findings> {
        let banding = Banding { edges: vec![1.0, 50.0] };
        let comparison = Comparison::new(Sides {
            baseline: baseline.into(),
            candidate: candidate.into(),
            banding,
            ..Sides::default()
        })
        .unwrap();
        let name = |row: u32| Cow::Owned(format!("account {row}"));
        find(&comparison, RANGE, &bands(), &Names::new(&name))
    }

    #[test]
    fn movers_are_ordered_by_their_move() {
        let found = found(&[10.0, 60.0, 30.0, 40.0], &[10.0, 20.0, 35.0, 70.0]).unwrap();
        let names = |movers: &[Mover]| movers.iter().map(|mover| mover.account.clone()).collect::<Vec<_>>();
        assert_eq!(names(&found.losers), ["account 1"]);
        assert_eq!(names(&found.gainers), ["account 3", "account 2"]);
        assert_eq!(names(&found.agreement.furthest), ["account 1", "account 3", "account 2"]);
        assert_eq!(found.unmoved, 1);
        assert_eq!((found.losers[0].baseline_rank, found.losers[0].candidate_rank), (1.0, 3.0));
        assert_eq!(found.migration.unwrap().counts, [[2, 1], [1, 0]]);
    }

    #[test]
    fn every_account_is_counted_once() {
        let baseline: Vec<f64> = (0..1000).map(|i| 1.0 + 99.0 * f64::from(i) / 999.0).collect();
        let candidate: Vec<f64> = baseline.iter().map(|score| (score * 1.2).min(100.0)).collect();
        let found = found(&baseline, &candidate).unwrap();
        assert_eq!(found.agreement.counts.iter().map(|cell| cell.count).sum::<u64>(), 1000);
        for histogram in [&found.distributions.baseline, &found.distributions.candidate] {
            assert_eq!(histogram.counts.iter().sum::<u64>(), 1000);
        }
        assert_eq!(found.distributions.edges.len(), 51);
        assert_eq!((found.distributions.baseline.at_minimum, found.distributions.baseline.at_maximum), (1, 1));
        assert!(found.distributions.candidate.at_maximum > 100);
        assert_eq!(found.agreement.decile_medians.len(), 10);
    }

    #[test]
    fn nothing_is_found_where_nobody_is() {
        assert_eq!(found(&[f64::NAN], &[1.0]), None);
        let alone = found(&[5.0], &[5.0]).unwrap();
        assert_eq!((alone.agreement.decile_medians.len(), alone.agreement.furthest.len()), (0, 0));
    }
}
