use super::*;
use crate::stats::correlation::kendall_tau_b;
use crate::stats::distribution::Distribution;
use crate::stats::divergence::{self, Bins, psi_of_counts};
use crate::stats::weights::Weights;

type Figured = fn(&[f64], &[f64]) -> Figure;

fn whole(values: &[f64]) -> Result<Distribution, Undefined> {
    Distribution::new(values, Weights::Equal)
}

fn ks(first: &[f64], second: &[f64]) -> Figure {
    divergence::ks(&whole(first)?, &whole(second)?)
}

fn wasserstein(first: &[f64], second: &[f64]) -> Figure {
    divergence::wasserstein(&whole(first)?, &whole(second)?)
}

/// PSI with ten bins from the first column that it gets.
fn psi(first: &[f64], second: &[f64]) -> Figure {
    let bins = Bins::deciles(&whole(first)?, 10)?;
    psi_of_counts(&bins.count(first), &bins.count(second))
}

/// Two normal columns with a correlation.
fn scores(n: usize, correlation: f64, number: u64) -> (Vec<f64>, Vec<f64>) {
    let mut stream = Stream::new(11, "scores", number);
    let (common, own) = (correlation.sqrt(), (1.0 - correlation).sqrt());
    let row = |_| {
        let shared = common * stream.normal();
        (shared + own * stream.normal(), shared + own * stream.normal())
    };
    (0..n).map(row).unzip()
}

#[test]
fn the_paired_null_of_psi_is_narrower_than_the_independent_one() {
    let (first, second) = scores(5000, 0.95, 0);
    let pairs = Paired::new(&first, &second).unwrap();
    let paired = exchange(pairs, 1000, 1, psi).unwrap().quantile(0.95).unwrap();
    let independent = relabel(&first, &second, 1000, 1, psi).unwrap().quantile(0.95).unwrap();
    assert!((0.0041..0.0049).contains(&paired), "{paired}");
    assert!((0.0063..0.0073).contains(&independent), "{independent}");
    // Of new samples of equally good versions: the size that the null stands for.
    let fresh = |number| {
        let (first, second) = scores(5000, 0.95, number);
        psi(&sorted(&first), &sorted(&second)).unwrap()
    };
    let sampled: Vec<f64> = (1..=300).map(fresh).collect();
    let sampled = quantile(&sorted(&sampled), 0.95).unwrap();
    assert!((0.0040..0.0052).contains(&sampled), "{sampled}");
    // Bins fixed by the data give the same to the digits that count.
    let bins = Bins::deciles(&whole(&first).unwrap(), 10).unwrap();
    let fixed = |first: &[f64], second: &[f64]| psi_of_counts(&bins.count(first), &bins.count(second));
    let fixed = exchange(pairs, 1000, 1, fixed).unwrap().quantile(0.95).unwrap();
    assert!((fixed - paired).abs() < 0.0004, "{fixed} {paired}");
}

#[test]
fn chance_alone_exceeds_the_95_percent_point_in_one_case_of_twenty() {
    const RUNS: u64 = 200;
    let figures: [Figured; 3] = [psi, ks, wasserstein];
    for (at, figure) in figures.into_iter().enumerate() {
        let (mut paired, mut independent) = (0, 0);
        for run in 0..RUNS {
            let (first, second) = scores(100, 0.9, run);
            let seen = figure(&sorted(&first), &sorted(&second)).unwrap();
            let pairs = Paired::new(&first, &second).unwrap();
            paired += u32::from(seen > exchange(pairs, 199, run, figure).unwrap().quantile(0.95).unwrap());
            let (_, other) = scores(80, 0.9, run + 1_000_000);
            let seen = figure(&sorted(&first), &sorted(&other)).unwrap();
            independent += u32::from(seen > relabel(&first, &other, 199, run, figure).unwrap().quantile(0.95).unwrap());
        }
        // 10 with a standard deviation of 3.1.
        assert!((2..=20).contains(&paired), "{at}: {paired}");
        assert!((2..=20).contains(&independent), "{at}: {independent}");
    }
}

#[test]
fn exchanging_keeps_both_values_of_a_row() {
    let (first, second) = scores(100, 0.5, 7);
    let pairs = Paired::new(&first, &second).unwrap();
    let mut pooled: Vec<f64> = first.iter().chain(&second).copied().collect();
    pooled.sort_unstable_by(f64::total_cmp);
    // Every row exchanges or not: the sums of both sides are those of the rows.
    let check = |left: &[f64], right: &[f64]| {
        assert!(left.is_sorted() && right.is_sorted());
        assert_eq!((left.len(), right.len()), (100, 100));
        let mut all = [left, right].concat();
        all.sort_unstable_by(f64::total_cmp);
        assert_eq!(all, pooled);
        for (x, y) in pairs.rows() {
            assert_ne!(left.contains(&x), left.contains(&y));
        }
        Ok(left[0])
    };
    assert_eq!(exchange(pairs, 20, 1, check).unwrap().figures().len(), 20);
    let (few, many) = (&first[..30], &second[..70]);
    let sizes = relabel(few, many, 20, 1, |left, right| {
        assert!(left.is_sorted() && right.is_sorted());
        Ok((left.len() * 1000 + right.len()) as f64)
    });
    assert_eq!(sizes.unwrap().figures(), [30_070.0; 20]);
}

#[test]
fn permuted_rows_have_a_tau_about_zero() {
    let (first, second) = scores(60, 0.9, 3);
    let null = permutation(60, 999, 5, |order| {
        let permuted: Vec<f64> = order.iter().map(|&row| second[row as usize]).collect();
        kendall_tau_b(Paired::new(&first, &permuted)?)
    });
    let null = null.unwrap();
    // Variance of tau without association: 2 (2 n + 5) / (9 n (n - 1)).
    let spread = (2.0 * 125.0 / (9.0 * 60.0 * 59.0_f64)).sqrt();
    assert!(null.mean().unwrap().abs() < 0.2 * spread);
    let upper = null.quantile(0.975).unwrap();
    assert!((1.7..2.2).contains(&(upper / spread)), "{upper}");
    let seen = kendall_tau_b(Paired::new(&first, &second).unwrap()).unwrap();
    assert_eq!((null.at_least(seen), null.at_least(-2.0)), (0.001, 1.0));
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let (first, second) = scores(300, 0.9, 4);
    let pairs = Paired::new(&first, &second).unwrap();
    let drawn = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (exchange(pairs, 50, 1, psi).unwrap(), relabel(&first, &second, 50, 1, ks).unwrap()))
    };
    assert_eq!(drawn(1), drawn(3));
}

#[test]
fn what_has_no_null_says_why() {
    let none = Paired::new(&[], &[]).unwrap();
    assert_eq!(exchange(none, 9, 1, ks), Err(Undefined::Empty));
    assert_eq!(relabel(&[], &[1.0], 9, 1, ks), Err(Undefined::Empty));
    assert_eq!(relabel(&[1.0], &[f64::NAN], 9, 1, ks), Err(Undefined::NotFinite));
    assert_eq!(permutation(0, 9, 1, |_| Ok(1.0)), Err(Undefined::Empty));
    assert_eq!(permutation(5, 0, 1, |_| Ok(1.0)), Err(Undefined::Empty));
    // Undefined in every replicate, and in a few.
    assert_eq!(permutation(5, 9, 1, |_| Err(Undefined::Overflow)), Err(Undefined::Overflow));
    let seldom = |order: &[u32]| if order[..3] == [0, 1, 2] { Err(Undefined::Overflow) } else { Ok(1.0) };
    let null = permutation(7, 1000, 1, seldom).unwrap();
    assert!((1..10).contains(&null.undefined()) && null.figures().len() + null.undefined() == 1000);
}
