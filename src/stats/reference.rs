//! Every figure that NumPy or SciPy also has, against its value there. The
//! script beside the table says how the table was made.

mod drift;

use serde_json::Value;

use super::distribution::Distribution;
use super::divergence::{Bins, jensen_shannon, ks, psi, psi_of_counts, wasserstein};
use super::interpolate::Knots;
use super::paired::Paired;
use super::testing::near;
use super::undefined::Figure;
use super::weights::Weights;
use super::{correlation, elementary, judgement, migration, rank, shift, summary};

mod ranking;

const TOLERANCE: f64 = 1e-12;

fn table() -> Value {
    serde_json::from_str(include_str!("../../tests/reference/scipy.json")).unwrap()
}

fn of(values: &[f64]) -> Distribution {
    Distribution::new(values, Weights::Equal).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn agrees(what: &str, ours: Figure, theirs: &Value) {
    let theirs = theirs.as_f64().unwrap();
    let ours = ours.unwrap_or_else(|reason| panic!("{what}: {reason}"));
    assert!(near(ours, theirs, TOLERANCE), "{what}: {ours} is not {theirs}");
}

#[track_caller]
fn all_agree(what: &str, ours: &[f64], theirs: &Value) {
    let theirs = numbers(theirs);
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (at, (&ours, &theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert!(near(ours, theirs, TOLERANCE), "{what}[{at}]: {ours} is not {theirs}");
    }
}

fn check_summary(name: &str, values: &[f64], quantiles: &[f64], expected: &Value) {
    let at = |what: &str| format!("{name}: {what}");
    agrees(&at("mean"), summary::mean(values, Weights::Equal), &expected["mean"]);
    agrees(&at("variance"), summary::variance_population(values, Weights::Equal), &expected["variance"]);
    agrees(&at("median"), summary::median(values), &expected["median"]);
    agrees(
        &at("median absolute deviation"),
        summary::median_absolute_deviation(values),
        &expected["median-absolute-deviation"],
    );
    let sorted = summary::sorted(values);
    let ours: Vec<f64> = quantiles.iter().map(|&p| summary::quantile(&sorted, p).unwrap()).collect();
    all_agree(&at("quantiles"), &ours, &expected["quantiles"]);
    if let Some(theirs) = expected.get("ranks-descending") {
        let ours = rank::average_ranks_descending(values);
        all_agree(&at("ranks"), &ours, theirs);
        let knots = Knots::fit(&sorted).unwrap();
        let ours: Vec<f64> = values.iter().map(|&x| knots.at(x)).collect();
        all_agree(&at("percentile ranks"), &ours, &expected["percentile-ranks"]);
    }
}

fn check_pairs(name: &str, pairs: Paired<'_>, quantiles: &[f64], expected: &Value) {
    let at = |what: &str| format!("{name}: {what}");
    for (what, ours) in [
        ("kendall-tau-b", correlation::kendall_tau_b(pairs)),
        ("spearman", correlation::spearman(pairs)),
        ("mean-shift", shift::mean_shift(pairs, Weights::Equal)),
        ("mean-absolute-shift", shift::mean_absolute_shift(pairs, Weights::Equal)),
        ("rank-shift", shift::rank_shift(pairs, Weights::Equal)),
    ] {
        agrees(&at(what), ours, &expected[what]);
    }
    let (first, second) = (of(pairs.first()), of(pairs.second()));
    let ours: Vec<f64> = quantiles.iter().map(|&p| shift::quantile_shift(&first, &second, p).unwrap()).collect();
    all_agree(&at("quantile shifts"), &ours, &expected["quantile-shifts"]);
    if let Some(theirs) = expected.get("auc") {
        let median = summary::median(pairs.second()).unwrap();
        let label: Vec<bool> = pairs.second().iter().map(|&y| y > median).collect();
        agrees(&at("auc"), judgement::auc(pairs.first(), &label), theirs);
    }
}

#[test]
fn numpy_and_scipy_agree_on_every_case() {
    let table = table();
    let quantiles = numbers(&table["quantiles"]);
    let cases = table["cases"].as_object().unwrap();
    assert!(cases.len() >= 14, "the table is whole");
    for (name, case) in cases {
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let expected = &case["expected"];
        check_summary(name, &first, &quantiles, &expected["of-first"]);
        check_summary(name, &second, &quantiles, &expected["of-second"]);
        agrees(&format!("{name}: ks"), ks(&of(&first), &of(&second)), &expected["ks"]);
        agrees(&format!("{name}: wasserstein"), wasserstein(&of(&first), &of(&second)), &expected["wasserstein"]);
        let bins = Bins::deciles(&of(&first), 10).unwrap();
        agrees(&format!("{name}: psi"), psi(&of(&first), &of(&second), &bins), &expected["psi"]);
        if let Some(theirs) = expected.get("psi-zero") {
            let bins = Bins::zero_and_deciles(&of(&first), 10).unwrap();
            agrees(&format!("{name}: psi-zero"), psi(&of(&first), &of(&second), &bins), theirs);
        }
        if let Ok(pairs) = Paired::new(&first, &second) {
            check_pairs(name, pairs, &quantiles, expected);
        }
    }
}

#[test]
fn elementary_functions_agree_to_the_last_digits() {
    let table = &table()["elementary"];
    let one =
        |of: &str, function: fn(f64) -> f64| -> Vec<f64> { numbers(&table[of]).into_iter().map(function).collect() };
    let close = |what: &str, ours: Vec<f64>| {
        for (ours, theirs) in ours.into_iter().zip(numbers(&table[what])) {
            let error = (ours - theirs).abs();
            assert!(error <= 4e-16 * theirs.abs(), "{what}: {ours} is not {theirs}");
        }
    };
    close("ln", one("points", elementary::ln));
    close("log1p", one("points", elementary::log1p));
    close("exp", one("exponents", elementary::exp));
    let powers = table["powers"].as_array().unwrap().iter().map(numbers);
    close("powf", powers.map(|pair| elementary::powf(pair[0], pair[1])).collect());
    for (p, theirs) in numbers(&table["probabilities"]).into_iter().zip(numbers(&table["normal-quantile"])) {
        let ours = elementary::normal_quantile(p);
        let error = (ours - theirs).abs();
        assert!(error <= 2e-15 * theirs.abs(), "p = {p}: {ours} is not {theirs}");
    }
}

/// The fixture of Urbano and Marrero for ties in rankings, with tau-b and rho
/// for no, one and two rounded columns. By hand: 9 / 45, 10 / sqrt(45 * 44)
/// and 11 / 44 are the three values of tau-b.
#[test]
fn published_coefficients_under_rounding() {
    let table = table();
    for (name, tau, rho) in [
        ("ten", 0.2, 0.2363636),
        ("ten-second-one-decimal", 0.2247333, 0.2674784),
        ("ten-both-one-decimal", 0.25, 0.2896341),
    ] {
        let case = &table["cases"][name];
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let pairs = Paired::new(&first, &second).unwrap();
        let ours = correlation::kendall_tau_b(pairs).unwrap();
        assert!((ours - tau).abs() < 5e-8, "{name}: tau-b {ours}");
        let ours = correlation::spearman(pairs).unwrap();
        assert!((ours - rho).abs() < 5e-8, "{name}: rho {ours}");
    }
}

/// A real table of bands, 2013 (rows) against 2014: 80,690 rows.
const BELGIAN: [[u64; 4]; 4] = [[55398, 2988, 40, 0], [3452, 14092, 742, 0], [31, 1328, 2594, 3], [0, 0, 1, 21]];

#[test]
fn belgian_bands_migrate_while_their_psi_sleeps() {
    let edges = [10.0, 25.0, 50.0, 75.0];
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (from, row) in BELGIAN.iter().enumerate() {
        for (to, &count) in row.iter().enumerate() {
            first.extend((0..count).map(|_| edges[from]));
            second.extend((0..count).map(|_| edges[to]));
        }
    }
    let pairs = Paired::new(&first, &second).unwrap();
    let matrix = migration::matrix(pairs, &edges);
    assert_eq!(matrix, BELGIAN.map(Vec::from));
    assert_eq!(first.len(), 80_690);
    let flows = migration::Flows::of_counts(&matrix).unwrap();
    let (up, down) = (migration::share_up(&flows), migration::share_down(&flows));
    assert!((up - 0.047).abs() < 0.0005, "{up}");
    assert!((down - 0.060).abs() < 0.0005, "{down}");
    assert!((1.0 - up - down - 0.894).abs() < 0.0005);

    let bins = Bins::fixed(&[10.0, 25.0, 50.0]).unwrap();
    let stability = psi(&of(&first), &of(&second), &bins).unwrap();
    assert!((stability - 0.0012).abs() < 0.00005, "{stability}");
    let tau = correlation::kendall_tau_b(pairs).unwrap();
    assert!((tau - 0.800).abs() < 0.0005, "{tau}");

    let divergence = jensen_shannon(&of(&first), &of(&second), &bins).unwrap();
    assert!((divergence - 0.0002).abs() < 0.00005, "{divergence}");
    for (disagreement, expected) in [(migration::Disagreement::Any, 0.745), (migration::Disagreement::Linear, 0.779)] {
        let kappa = migration::weighted_kappa(&flows, disagreement).unwrap();
        assert!((kappa - expected).abs() < 0.0005, "{disagreement:?}: {kappa}");
    }
    // Two of the six pairs of cells are empty on both sides.
    let symmetry = migration::bowker(&matrix).unwrap();
    assert!((symmetry.statistic - 201.5).abs() < 0.05, "{}", symmetry.statistic);
    assert_eq!(symmetry.degrees, 4);
    assert!(symmetry.p_value < 1e-40);
}

/// A published histogram of 2013 and 2014 in bands of five from 10 on.
#[test]
fn belgian_histogram() {
    let before = [33970, 16082, 8609, 4942, 3201, 2443, 4775, 3069, 2025, 1114, 691, 205];
    let after = [40311, 22446, 11493, 6335, 3862, 2962, 5544, 3464, 1888, 1048, 691, 214];
    let stability = psi_of_counts(&before, &after).unwrap();
    assert!((stability - 0.0081).abs() < 0.00005, "{stability}");
    let spread = |counts: &[u64]| -> Vec<f64> {
        let bands = counts.iter().enumerate();
        bands.flat_map(|(band, &count)| (0..count).map(move |_| 10.0 + 5.0 * band as f64)).collect()
    };
    let statistic = ks(&of(&spread(&before)), &of(&spread(&after))).unwrap();
    assert!((statistic - 0.0198).abs() < 0.00005, "{statistic}");
}
