use super::*;
use crate::stats::paired::Paired;
use crate::stats::resample::{Average, Difference, Prepared, Spearman, Stream, TauB};
use crate::stats::undefined::Side;

fn plan(units: Units) -> Plan {
    Plan { replicates: 400, level: 0.95, seed: 3, units }
}

fn correlated(n: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut stream = Stream::new(seed, "data", 0);
    (0..n)
        .map(|_| {
            let common = stream.normal();
            (common + stream.normal(), common + stream.normal())
        })
        .unzip()
}

#[test]
fn the_same_bits_at_any_number_of_threads() {
    let (first, second) = correlated(200, 1);
    let prepared = Prepared::new(Paired::new(&first, &second).unwrap());
    let plan = plan(Units::accounts(200).unwrap());
    let (tau, rho) = (TauB(&prepared), Spearman(&prepared));
    let drawn = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let replicates = Replicates::draw(&plan, &[&tau, &rho]).unwrap();
            let interval = replicates.interval(0, Method::Bca).unwrap();
            (replicates.figures(0).to_vec(), replicates.figures(1).to_vec(), interval)
        })
    };
    let alone = drawn(1);
    assert_eq!(drawn(2), alone);
    assert_eq!(drawn(3), alone);
    assert!(alone.0.windows(2).any(|pair| pair[0] != pair[1]));
}

#[test]
fn differences_are_taken_on_the_same_draws() {
    let (first, second) = correlated(100, 2);
    let (one, other) = (Average::of_values(&first).unwrap(), Average::of_values(&second).unwrap());
    let difference = Difference::of(&one, &other).unwrap();
    let plan = plan(Units::accounts(100).unwrap());
    let replicates = Replicates::draw(&plan, &[&one, &other, &difference]).unwrap();
    for number in 0..plan.replicates {
        let figure = |at: usize| replicates.figures(at)[number].unwrap();
        assert_eq!(figure(2), figure(1) - figure(0));
    }
    let shift = Average::of_differences(Paired::new(&first, &second).unwrap()).unwrap();
    let alone = Replicates::draw(&plan, &[&shift]).unwrap();
    let (left, right) = (replicates.interval(2, Method::Bca).unwrap(), alone.interval(0, Method::Bca).unwrap());
    let (left, right) = (left.estimate.bounds().unwrap(), right.estimate.bounds().unwrap());
    assert!((left.lower - right.lower).abs() < 1e-12 && (left.upper - right.upper).abs() < 1e-12);
    assert_eq!(difference.range(), (f64::NEG_INFINITY, f64::INFINITY));
    let short = Average::of_values(&[1.0]).unwrap();
    assert_eq!(Difference::of(&one, &short).unwrap_err(), Undefined::UnequalLengths { first: 100, second: 1 });
}

#[test]
fn what_has_no_interval_says_why() {
    let values: Vec<f64> = (0..30).map(f64::from).collect();
    let pairs = Paired::new(&values, &values).unwrap();
    let prepared = Prepared::new(pairs);
    let same = Average::of_differences(pairs).unwrap();
    let none = Average::of_marks(&[false; 30]).unwrap();
    let (tau, rho) = (TauB(&prepared), Spearman(&prepared));
    let flat = [1.0; 30];
    let constant = Prepared::new(Paired::new(&flat, &values).unwrap());
    let undefined = TauB(&constant);
    // Three rows of thirty: empty in one replicate of twenty.
    let few = Average::of_values(&values).unwrap().within(&[1, 2, 3]).unwrap();
    let mean = Average::of_values(&values).unwrap();
    let plan = plan(Units::accounts(30).unwrap());
    let all: [&dyn Statistic; 7] = [&tau, &rho, &same, &none, &undefined, &few, &mean];
    let replicates = Replicates::draw(&plan, &all).unwrap();
    for method in [Method::Percentile, Method::Bca] {
        let refused = |at: usize| replicates.interval(at, method).unwrap_err();
        assert_eq!(refused(0), Refused::AtBound { bound: 1.0 });
        assert_eq!(refused(1), Refused::AtBound { bound: 1.0 });
        assert_eq!(refused(2), Refused::NoSpread);
        assert_eq!(refused(3), Refused::AtBound { bound: 0.0 });
        assert_eq!(refused(4), Refused::Undefined(Undefined::Constant { side: Side::First }));
        assert!(matches!(refused(5), Refused::OftenUndefined { undefined: 5..50, of: 400 }));
        assert!(matches!(refused(7), Refused::Undefined(Undefined::OutOfRange { .. })));
        assert!(replicates.interval(6, method).is_ok());
    }
    let fewer = Plan { replicates: 399, ..plan.clone() };
    let replicates = Replicates::draw(&fewer, &[&mean]).unwrap();
    let refused = replicates.interval(0, Method::Percentile).unwrap_err();
    assert_eq!(refused, Refused::TooFewReplicates { needed: 400, got: 399 });
    let clusters: Vec<u32> = (0..30).map(|row| row % 19).collect();
    let coarse = Plan { units: Units::clusters(&clusters).unwrap(), ..plan.clone() };
    let refused = Replicates::draw(&coarse, &[&mean]).unwrap().interval(0, Method::Percentile).unwrap_err();
    assert_eq!(refused, Refused::TooFewUnits { needed: 20, got: 19 });
    let level = Plan { level: 1.0, ..plan.clone() };
    assert!(Replicates::draw(&level, &[&mean]).unwrap().interval(0, Method::Percentile).is_err());
    let elsewhere = Plan { units: Units::accounts(31).unwrap(), ..plan };
    let refused = Replicates::draw(&elsewhere, &[&mean]).unwrap_err();
    assert_eq!(refused, Undefined::UnequalLengths { first: 31, second: 30 });
}

#[test]
fn a_fall_from_bca_to_percentile_is_told() {
    let (account_of, topic_of): (Vec<u32>, Vec<u32>) = (0..900).map(|row| (row / 30, row % 30)).unzip();
    let values: Vec<f64> = (0..900).map(|row| f64::from(row * 37 % 101)).collect();
    let mean = Average::of_values(&values).unwrap();
    let crossed = plan(Units::crossed(&account_of, &topic_of).unwrap());
    let replicates = Replicates::draw(&crossed, &[&mean]).unwrap();
    let asked = replicates.interval(0, Method::Bca).unwrap();
    assert_eq!(asked.used, Used::PercentileForBca(NoBca::Crossed));
    let plain = replicates.interval(0, Method::Percentile).unwrap();
    assert_eq!((asked.estimate, plain.used), (plain.estimate, Used::Percentile));
}

#[test]
fn needed_replicates_are_counted_without_rounding_up_too_far() {
    let plan = |level| Plan { replicates: 1, level, seed: 0, units: Units::accounts(9).unwrap() };
    assert_eq!(
        (plan(0.95).needed(1), plan(0.95).needed(7), plan(0.99).needed(1), plan(0.9).needed(1)),
        (400, 2800, 2000, 200)
    );
}
