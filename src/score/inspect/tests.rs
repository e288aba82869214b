use super::*;
use crate::model::aggregate::EVERY;
use crate::stats::testing::{law, near};
use proptest::collection::vec;
use proptest::prop_assert;

/// The slopes of one row of weights and values.
fn slopes(aggregate: Aggregate, pairs: &[(f64, f64)], result: f64) -> Vec<f64> {
    let result = [result];
    let columns = pairs.iter().map(|(weight, value)| (*weight, std::slice::from_ref(value)));
    let slopes = Slopes::of(aggregate, columns, &result);
    pairs.iter().map(|(weight, value)| slopes.at(*weight, &[*value])[0]).collect()
}

#[test]
fn parts_sum_to_the_whole_and_slopes_are_derivatives() {
    law((vec((0.1..3.0f64, 0.1..2.0f64), 1..6), 0usize..6), |(pairs, which)| {
        // The maximum has no derivative where parts share it, and a test of its own.
        let aggregate = EVERY[which];
        let result = aggregate.of(pairs.iter().copied());
        let slopes = slopes(aggregate, &pairs, result);
        let sum: f64 = pairs.iter().zip(&slopes).map(|((_, value), slope)| value * slope).sum();
        prop_assert!(near(sum, result, 1e-12), "{aggregate:?} {sum} {result}");
        for at in 0..pairs.len() {
            let step = 1e-6;
            let moved = |by: f64| {
                let mut pairs = pairs.clone();
                pairs[at].1 += by;
                aggregate.of(pairs)
            };
            let expected = (moved(step) - moved(-step)) / (2.0 * step);
            prop_assert!(near(slopes[at], expected, 1e-6), "{aggregate:?} {expected}");
        }
        Ok(())
    });
}

#[test]
fn parts_are_slopes_times_values() {
    let value = |coin: u8, value: f64| if coin == 0 { f64::NAN } else { value };
    law((vec((0u8..5, 0.0..2.0f64), 24), 0usize..7, 0.1..3.0f64), |(cells, which, outer)| {
        let aggregate = EVERY[which];
        let cells: Vec<f64> = cells.into_iter().map(|(coin, cell)| value(coin, cell)).collect();
        let columns: Vec<(f64, &[f64])> = cells.chunks(8).zip([0.5, 1.0, 2.0]).map(|(c, w)| (w, c)).collect();
        let result = |row: usize| aggregate.of(columns.iter().map(|(w, c)| (*w, c[row])).filter(|(_, x)| !x.is_nan()));
        let results: Vec<f64> = (0..8).map(result).collect();
        let slopes = Slopes::of(aggregate, columns.iter().copied(), &results);
        let mut shared = vec![outer; 8];
        slopes.share(&mut shared);
        let strengths = [1.0, 2.0, 3.0, f64::NAN, 5.0, 6.0, 7.0, 8.0];
        let without = |row: usize| results[row].is_nan() || strengths[row].is_nan();
        (0..8).filter(|row| without(*row)).for_each(|row| shared[row] = 0.0);
        let network = NetworkParts { aggregate, results: Cow::Borrowed(&results), shared, factors: Vec::new() };
        for (weight, column) in &columns {
            let mut sums = [LaneSum::default(); 2];
            network.add(*weight, column, &strengths, &mut sums);
            let slope = slopes.at(*weight, column);
            let known = (0..8).filter(|row| !column[*row].is_nan() && !strengths[*row].is_nan());
            let parts = known.map(|row| (outer * slope[row] * column[row], strengths[row]));
            let expected = parts.fold([0.0; 2], |[sum, product], (part, whole)| [sum + part, product + part * whole]);
            for (ours, expected) in sums.map(LaneSum::value).into_iter().zip(expected) {
                prop_assert!(near(ours, expected, 1e-10), "{aggregate:?} {ours} {expected}");
            }
        }
        Ok(())
    });
}

#[test]
fn those_that_share_a_maximum_share_its_slope() {
    let pairs = [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (1.0, f64::NAN)];
    assert_eq!(slopes(Aggregate::Max, &pairs, 2.0)[..3], [0.5, 1.0, 0.0]);
}

#[test]
fn shares_are_covariances_over_the_variance() {
    let wholes = [1.0, 2.0, 4.0];
    let mut sums = Moments::default();
    for whole in wholes {
        let parts = [0.25 * whole, 0.75 * whole - 3.0, 3.0];
        sums.add(&Moments {
            count: 1.0,
            whole,
            square: whole * whole,
            parts: parts.map(|part| [part, part * whole]).to_vec(),
        });
    }
    let shares = sums.shares().unwrap();
    for (share, expected) in shares.iter().zip([0.25, 0.75, 0.0]) {
        assert!(near(*share, expected, 1e-12), "{shares:?}");
    }
    assert_eq!(Moments { count: 5.0, whole: 5.0, square: 5.0, ..Moments::default() }.shares(), None);
}
