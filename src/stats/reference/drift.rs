//! The drift statistics against NumPy and SciPy; the script beside the table
//! says how the table was made.

use serde_json::Value;

use super::{agrees, all_agree, numbers};
use crate::stats::decompose::level_and_order;
use crate::stats::distribution::Distribution;
use crate::stats::divergence::{Bins, jensen_shannon, jensen_shannon_of_counts, ks, psi, wasserstein};
use crate::stats::migration::{ChiSquareTest, Disagreement, Flows, bowker, stuart_maxwell, weighted_kappa};
use crate::stats::nps::{Attitude, net_promoter};
use crate::stats::paired::Paired;
use crate::stats::shift::{self, Direction};
use crate::stats::shrink::{Shrinkage, shrink, shrink_shares};
use crate::stats::undefined::{Figure, Undefined};
use crate::stats::weights::Weights;
use crate::stats::{chi_square, summary};

fn table() -> Value {
    serde_json::from_str(include_str!("../../../tests/reference/drift.json")).unwrap()
}

fn whole(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect()
}

/// Agreement to ten digits of the number itself, however small.
#[track_caller]
fn ten_digits(what: &str, ours: Figure, theirs: f64) {
    let ours = ours.unwrap();
    // Below this SciPy's own numbers lose digits on their way to zero.
    let error = (ours - theirs).abs();
    assert!(error <= 1e-10 * theirs.abs() || error < 1e-290, "{what}: {ours:e} is not {theirs:e}");
}

#[test]
fn the_incomplete_gamma_function_and_chi_square() {
    let table = &table()["chi-square"];
    let factors = numbers(&table["factors"]);
    for (at, shape) in numbers(&table["shapes"]).into_iter().enumerate() {
        let (lower, upper) = (numbers(&table["lower"][at]), numbers(&table["upper"][at]));
        for ((factor, lower), upper) in factors.iter().zip(lower).zip(upper) {
            let x = shape * factor;
            ten_digits(&format!("P({shape}, {x})"), chi_square::gamma_lower(shape, x), lower);
            ten_digits(&format!("Q({shape}, {x})"), chi_square::gamma_upper(shape, x), upper);
        }
    }
    let (levels, statistics) = (numbers(&table["levels"]), numbers(&table["statistics"]));
    for (at, degrees) in whole(&table["degrees"]).into_iter().enumerate() {
        let degrees = u32::try_from(degrees).unwrap();
        for (level, theirs) in levels.iter().zip(numbers(&table["quantile"][at])) {
            ten_digits(&format!("quantile {level} {degrees}"), chi_square::quantile(*level, degrees), theirs);
        }
        for (x, theirs) in statistics.iter().zip(numbers(&table["survival"][at])) {
            ten_digits(&format!("survival {x} {degrees}"), chi_square::survival(*x, degrees), theirs);
        }
    }
}

#[test]
fn kappa_and_the_tests_of_symmetry() {
    for (name, case) in table()["tables"].as_object().unwrap() {
        let counts: Vec<Vec<u64>> = case["counts"].as_array().unwrap().iter().map(whole).collect();
        let flows = Flows::of_counts(&counts).unwrap();
        for (what, disagreement) in [
            ("kappa", Disagreement::Any),
            ("kappa-linear", Disagreement::Linear),
            ("kappa-quadratic", Disagreement::Quadratic),
        ] {
            agrees(&format!("{name}: {what}"), weighted_kappa(&flows, disagreement), &case[what]);
        }
        type Test = fn(&[Vec<u64>]) -> Result<ChiSquareTest, Undefined>;
        for (what, test) in [("bowker", bowker as Test), ("stuart-maxwell", stuart_maxwell)] {
            let ours = test(&counts).unwrap();
            let theirs = &case[what];
            ten_digits(&format!("{name}: {what}"), Ok(ours.statistic), theirs["statistic"].as_f64().unwrap());
            assert_eq!(u64::from(ours.degrees), theirs["degrees"].as_u64().unwrap(), "{name}: {what}");
            ten_digits(&format!("{name}: {what}, p"), Ok(ours.p_value), theirs["p-value"].as_f64().unwrap());
        }
    }
}

#[test]
fn jensen_shannon_of_listed_counts() {
    let table = &table()["jensen-shannon"];
    let belgian = jensen_shannon_of_counts(&[58426, 18286, 3956, 22], &[58881, 18408, 3377, 24]);
    agrees("belgian", belgian, &table["belgian"]);
    let empty = jensen_shannon_of_counts(&[5, 0, 3, 2], &[0, 4, 3, 3]);
    agrees("with empty bins", empty, &table["with-empty-bins"]);
}

#[test]
fn weighted_figures_are_those_of_repeated_rows() {
    let table = table();
    let heights = numbers(&table["quantiles"]);
    for (name, case) in table["weighted"].as_object().unwrap() {
        let at = |what: &str| format!("{name}: {what}");
        let (first, second, weights) = (numbers(&case["first"]), numbers(&case["second"]), numbers(&case["weights"]));
        let each = Weights::each(&weights, first.len()).unwrap();
        let pairs = Paired::new(&first, &second).unwrap();
        let before = Distribution::new(&first, each).unwrap();
        let after = Distribution::new(&second, each).unwrap();
        let bins = Bins::deciles(&before, 10).unwrap();
        for (what, ours) in [
            ("mean", summary::mean(&first, each)),
            ("variance", summary::variance_population(&first, each)),
            ("mean-shift", shift::mean_shift(pairs, each)),
            ("mean-absolute-shift", shift::mean_absolute_shift(pairs, each)),
            ("rank-shift", shift::rank_shift(pairs, each)),
            ("share-moved-up-3", shift::share_moved(pairs, each, 3.0, Direction::Up)),
            ("ks", ks(&before, &after)),
            ("wasserstein", wasserstein(&before, &after)),
            ("psi", psi(&before, &after, &bins)),
            ("jensen-shannon", jensen_shannon(&before, &after, &bins)),
        ] {
            agrees(&at(what), ours, &case[what]);
        }
        let ours: Vec<f64> = heights.iter().map(|&p| before.quantile(p).unwrap()).collect();
        all_agree(&at("quantiles"), &ours, &case["quantiles"]);
        let parts = level_and_order(pairs, each).unwrap();
        let theirs = &case["level-and-order"];
        for (what, ours) in [
            ("mean-level", Ok(parts.mean_level)),
            ("spread", parts.spread),
            ("change", Ok(parts.mean_square.change)),
            ("level", Ok(parts.mean_square.level)),
            ("order", Ok(parts.mean_square.order)),
            ("joint", Ok(parts.mean_square.joint)),
        ] {
            agrees(&at(what), ours, &theirs[what]);
        }
    }
}

#[test]
fn segments_shrink() {
    let table = table();
    let check = |name: &str, ours: Shrinkage, case: &Value| {
        agrees(&format!("{name}: between"), Ok(ours.between), &case["between"]);
        agrees(&format!("{name}: pooled"), Ok(ours.pooled), &case["pooled"]);
        let values: Vec<f64> = ours.segments.iter().map(|segment| segment.value).collect();
        all_agree(&format!("{name}: shrunk"), &values, &case["shrunk"]);
    };
    for (name, case) in table["shrink"].as_object().unwrap() {
        check(name, shrink(&numbers(&case["values"]), &numbers(&case["variances"])).unwrap(), case);
    }
    let case = &table["shares"];
    let segments: Vec<(u64, u64)> = whole(&case["counted"]).into_iter().zip(whole(&case["of"])).collect();
    check("shares", shrink_shares(&segments).unwrap(), case);
}

#[test]
fn net_promoter_scores() {
    let case = &table()["net-promoter"];
    let answers: Vec<Attitude> =
        numbers(&case["answers"]).into_iter().map(|answer| Attitude::of(answer).unwrap()).collect();
    let weights = numbers(&case["weights"]);
    let ours = net_promoter(&answers, Weights::Each(&weights)).unwrap();
    let plain = net_promoter(&answers, Weights::Equal).unwrap();
    for (what, ours) in [
        ("score", ours.score),
        ("standard-error", ours.standard_error),
        ("effective-number", ours.effective_number),
        ("plain-score", plain.score),
        ("plain-standard-error", plain.standard_error),
    ] {
        agrees(what, Ok(ours), &case[what]);
    }
}
