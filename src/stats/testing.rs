//! What the tests of this room share: columns with many ties and with few,
//! drawn from a fixed seed.

use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Checks a law on 300 cases, the same at every run.
pub(crate) fn law<S: Strategy>(cases: S, check: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    if let Err(failure) = TestRunner::new_with_rng(config, rng).run(&cases, check) {
        panic!("{failure}");
    }
}

/// Half of the time one of a few integers, so that ties abound.
pub(crate) fn number() -> impl Strategy<Value = f64> {
    prop_oneof![(-3i32..4).prop_map(f64::from), -100.0..100.0f64]
}

/// A column of `least` to 40 numbers.
pub(crate) fn column(least: usize) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![vec((-2i32..3).prop_map(f64::from), least..40), vec(number(), least..40),]
}

/// Two columns of equal length, `least` to 40 rows.
pub(crate) fn columns(least: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop_oneof![
        vec(((0i32..4), (0i32..4)), least..40)
            .prop_map(|rows| rows.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).unzip()),
        vec((number(), number()), least..40).prop_map(|rows| rows.into_iter().unzip()),
    ]
}

/// Two columns of equal length, `least` to 40 rows, and whole weights from 1
/// to 5.
pub(crate) fn weighted(least: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
    (columns(least), vec(1u32..6, 40)).prop_map(|((first, second), weights)| {
        let weights = weights.into_iter().take(first.len()).map(f64::from).collect();
        (first, second, weights)
    })
}

/// Whether two numbers agree to `tolerance`, relative to the larger where that
/// is above 1.
pub(crate) fn near(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * left.abs().max(right.abs()).max(1.0)
}

/// Runs something on a number of threads of its own.
pub(crate) fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}
