use super::*;
use crate::stats::elementary::log1p;
use crate::stats::summary::sorted;
use crate::stats::testing::{column, law, near, weighted};
use crate::stats::weights::{Weights, expanded};
use proptest::{prop_assert, prop_assert_eq};

fn of(values: &[f64]) -> Distribution {
    Distribution::new(values, Weights::Equal).unwrap()
}

/// The share of values at most `x`.
fn distribution(values: &[f64], x: f64) -> f64 {
    values.iter().filter(|&&value| value <= x).count() as f64 / values.len() as f64
}

fn union(first: &[f64], second: &[f64]) -> Vec<f64> {
    sorted(&[first, second].concat())
}

fn shuffled(values: &[f64]) -> Vec<f64> {
    values.iter().rev().copied().collect()
}

#[test]
fn ks_and_wasserstein_agree_with_the_distribution_functions() {
    law((column(1), column(1)), |(first, second)| {
        let points = union(&first, &second);
        let gap = |x: f64| (distribution(&first, x) - distribution(&second, x)).abs();
        let widest = points.iter().map(|&x| gap(x)).fold(0.0, f64::max);
        prop_assert!(near(ks(&of(&first), &of(&second)).unwrap(), widest, 1e-14));
        let area: f64 = points.windows(2).map(|pair| gap(pair[0]) * (pair[1] - pair[0])).sum();
        prop_assert!(near(wasserstein(&of(&first), &of(&second)).unwrap(), area, 1e-12));
        Ok(())
    });
}

#[test]
fn wasserstein_of_equal_lengths_matches_the_sorted_columns() {
    law(column(1), |first| {
        let second: Vec<f64> = first.iter().map(|value| value * value).collect();
        let pairs = sorted(&first).into_iter().zip(sorted(&second));
        let total: f64 = pairs.map(|(x, y)| (x - y).abs()).sum();
        let ours = wasserstein(&of(&first), &of(&second)).unwrap();
        prop_assert!(near(ours, total / first.len() as f64, 1e-12));
        Ok(())
    });
}

#[test]
fn laws_of_both_distances() {
    law((column(1), column(1)), |(first, second)| {
        for distance in [ks, wasserstein] {
            let there = distance(&of(&first), &of(&second)).unwrap();
            prop_assert!(there >= 0.0);
            prop_assert_eq!(distance(&of(&second), &of(&first)).unwrap(), there);
            prop_assert_eq!(distance(&of(&first), &of(&shuffled(&first))), Ok(0.0));
            let repeated = first.repeat(3);
            prop_assert!(near(distance(&of(&repeated), &of(&second)).unwrap(), there, 1e-12));
        }
        // A rising map leaves ks alone; a shift by c is at most c away.
        let cubed = |values: &[f64]| -> Vec<f64> { values.iter().map(|x| x * x * x + x).collect() };
        prop_assert_eq!(ks(&of(&cubed(&first)), &of(&cubed(&second))), ks(&of(&first), &of(&second)));
        let moved: Vec<f64> = first.iter().map(|x| x + 8.0).collect();
        prop_assert!(near(wasserstein(&of(&first), &of(&moved)).unwrap(), 8.0, 1e-12));
        Ok(())
    });
}

#[test]
fn psi_agrees_with_its_definition() {
    law((column(2), column(1)), |(reference, other)| {
        let Ok(bins) = Bins::deciles(&of(&reference), 4) else {
            return Ok(());
        };
        let share = |values: &[f64], low: f64, high: f64| {
            let inside = values.iter().filter(|&&x| x > low && x <= high).count();
            (inside as f64 / values.len() as f64).max(1e-6)
        };
        let mut ends = vec![f64::NEG_INFINITY];
        ends.extend(bins.edges());
        ends.push(f64::INFINITY);
        let terms = ends.windows(2).map(|end| {
            let p = share(&reference, end[0], end[1]);
            let q = share(&other, end[0], end[1]);
            (q - p) * ln(q / p)
        });
        let expected: f64 = terms.sum();
        let ours = psi(&of(&reference), &of(&other), &bins).unwrap();
        prop_assert!(near(ours, expected, 1e-12));
        prop_assert!(ours >= 0.0);
        let back = psi(&of(&other), &of(&reference), &bins).unwrap();
        prop_assert!(near(ours, back, 1e-12));
        prop_assert_eq!(psi(&of(&reference), &of(&shuffled(&reference)), &bins), Ok(0.0));
        Ok(())
    });
}

#[test]
fn an_empty_bin_counts_as_a_millionth() {
    let expected = (0.5 - 1e-6) * ln(0.5 / 1e-6) + 0.5 * ln(2.0);
    let ours = psi_of_counts(&[5, 5], &[0, 10]).unwrap();
    assert!(near(ours, expected, 1e-14), "{ours}");
    assert_eq!(psi_of_counts(&[5, 5], &[500, 500]), Ok(0.0));
}

#[test]
fn whole_weights_are_repeated_rows() {
    law((column(2), weighted(1), weighted(1)), |(reference, (first, _, weights), (_, second, others))| {
        let (long, longer) = (of(&expanded(&first, &weights)), of(&expanded(&second, &others)));
        let short = Distribution::new(&first, Weights::Each(&weights)).unwrap();
        let shorter = Distribution::new(&second, Weights::Each(&others)).unwrap();
        for distance in [ks, wasserstein] {
            let plain = distance(&long, &longer).unwrap();
            prop_assert!(near(distance(&short, &shorter).unwrap(), plain, 1e-12));
            prop_assert!(near(distance(&short, &longer).unwrap(), plain, 1e-12));
            prop_assert_eq!(distance(&short, &short), Ok(0.0));
            let heavy: Vec<f64> = weights.iter().map(|weight| weight * 1e300).collect();
            let heavy = Distribution::new(&first, Weights::Each(&heavy)).unwrap();
            prop_assert!(near(distance(&heavy, &shorter).unwrap(), plain, 1e-12));
        }
        let Ok(bins) = Bins::deciles(&of(&reference), 4) else { return Ok(()) };
        for divergence in [psi, jensen_shannon] {
            let plain = divergence(&long, &longer, &bins).unwrap();
            prop_assert!(near(divergence(&short, &shorter, &bins).unwrap(), plain, 1e-12));
        }
        Ok(())
    });
}

#[test]
fn jensen_shannon_agrees_with_entropies() {
    law((column(2), column(1)), |(reference, other)| {
        let Ok(bins) = Bins::deciles(&of(&reference), 4) else { return Ok(()) };
        let share = |values: &[f64]| -> Vec<f64> {
            bins.count(values).iter().map(|&count| count as f64 / values.len() as f64).collect()
        };
        let (p, q) = (share(&reference), share(&other));
        let middle: Vec<f64> = p.iter().zip(&q).map(|(p, q)| (p + q) / 2.0).collect();
        let entropy = |shares: &[f64]| -> f64 {
            shares.iter().filter(|&&share| share > 0.0).map(|share| -share * log1p(share - 1.0)).sum()
        };
        let expected = (entropy(&middle) - (entropy(&p) + entropy(&q)) / 2.0) / log1p(1.0);
        let ours = jensen_shannon(&of(&reference), &of(&other), &bins).unwrap();
        prop_assert!(near(ours, expected, 1e-12));
        prop_assert!((0.0..=1.0).contains(&ours));
        prop_assert!(near(jensen_shannon(&of(&other), &of(&reference), &bins).unwrap(), ours, 1e-14));
        prop_assert_eq!(jensen_shannon(&of(&reference), &of(&shuffled(&reference)), &bins), Ok(0.0));
        Ok(())
    });
    assert_eq!(jensen_shannon_of_counts(&[3, 0], &[0, 9]), Ok(1.0));
    assert_eq!(jensen_shannon_of_counts(&[3, 6], &[5, 10]), Ok(0.0));
    assert_eq!(jensen_shannon_of_counts(&[], &[]), Err(Undefined::Empty));
}

#[test]
fn chance_alone_moves_the_index_of_small_samples() {
    for (size, critical) in [(100.0, 0.338), (500.0, 0.068), (1000.0, 0.0338), (10_000.0, 0.0034)] {
        let ours = psi_null_independent(10, size, size, 0.95).unwrap();
        assert!((ours - critical).abs() < 0.005 * critical, "{size}: {ours}");
    }
    assert!(psi_null_independent(1, 9.0, 9.0, 0.95).is_err());
    assert!(psi_null_independent(10, 0.0, 9.0, 0.95).is_err());
    assert!(psi_null_independent(10, 9.0, f64::NAN, 0.95).is_err());
    assert!(psi_null_independent(10, 9.0, 9.0, 1.0).is_err());
}

#[test]
fn undefined() {
    let far = wasserstein(&of(&[-f64::MAX]), &of(&[f64::MAX]));
    assert_eq!(far, Err(Undefined::Overflow));
    assert_eq!(psi_of_counts(&[0, 0], &[1, 1]), Err(Undefined::Empty));
    let uneven = psi_of_counts(&[1], &[1, 1]);
    assert_eq!(uneven, Err(Undefined::UnequalLengths { first: 1, second: 2 }));
}
