use super::*;
use crate::model::aggregate::EVERY;
use crate::stats::testing::{law, near};
use proptest::collection::vec;
use proptest::prop_assert;

#[test]
fn parts_sum_to_the_whole_and_slopes_are_derivatives() {
    law((vec((0.1..3.0f64, 0.1..2.0f64), 1..6), 0usize..6), |(pairs, which)| {
        // The maximum has no derivative where parts share it, and a test of its own.
        let aggregate = EVERY[which];
        let result = aggregate.of(pairs.iter().copied());
        let slopes = Slopes::of(aggregate, pairs.iter().copied(), result);
        let sum: f64 = pairs.iter().map(|(weight, value)| value * slopes.at(*weight, *value)).sum();
        prop_assert!(near(sum, result, 1e-12), "{aggregate:?} {sum} {result}");
        for at in 0..pairs.len() {
            let step = 1e-6;
            let moved = |by: f64| {
                let mut pairs = pairs.clone();
                pairs[at].1 += by;
                aggregate.of(pairs)
            };
            let expected = (moved(step) - moved(-step)) / (2.0 * step);
            let (weight, value) = pairs[at];
            prop_assert!(near(slopes.at(weight, value), expected, 1e-6), "{aggregate:?} {expected}");
        }
        Ok(())
    });
}

#[test]
fn those_that_share_a_maximum_share_its_slope() {
    let pairs = [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (1.0, f64::NAN)];
    let slopes = Slopes::of(Aggregate::Max, pairs.into_iter(), 2.0);
    let found: Vec<f64> = pairs[..3].iter().map(|(weight, value)| slopes.at(*weight, *value)).collect();
    assert_eq!(found, [0.5, 1.0, 0.0]);
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
