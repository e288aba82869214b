//! The ranking figures against SciPy, and against a second computation from
//! their definitions in another language. The script beside the table says
//! which is which.

use serde_json::Value;

use super::{agrees, numbers, table};
use crate::stats::paired::Paired;
use crate::stats::rbo::{Rbo, Ties, rbo, rbo_of_lists, weight_of_top};
use crate::stats::tau_ap::{tau_ap, tau_ap_a, tau_ap_b};
use crate::stats::testing::near;
use crate::stats::undefined::Figure;
use crate::stats::weighted_tau::weighted_tau;

fn ranking() -> Value {
    serde_json::from_str(include_str!("../../../tests/reference/ranking.json")).unwrap()
}

fn check_rbo(what: &str, expected: &Value, ours: impl Fn(Ties) -> Rbo) {
    for (name, ties) in [("sport", Ties::Sport), ("expected", Ties::Expected), ("corrected", Ties::Corrected)] {
        let (ours, theirs) = (ours(ties), &expected[name]);
        let at = |which: &str| format!("{what}, {name}: {which}");
        agrees(&at("extrapolated"), Ok(ours.extrapolated), &theirs["extrapolated"]);
        agrees(&at("least"), Ok(ours.least), &theirs["least"]);
        agrees(&at("most"), Ok(ours.most), &theirs["most"]);
    }
}

#[test]
fn columns_agree() {
    let (cases, ranking) = (table(), ranking());
    let columns = ranking["columns"].as_object().unwrap();
    assert_eq!(columns.len(), 12, "the table is whole");
    let (mut broken, mut overlaps) = (0, 0);
    for (name, expected) in columns {
        let (first, second) = (numbers(&cases["cases"][name]["first"]), numbers(&cases["cases"][name]["second"]));
        let pairs = Paired::new(&first, &second).unwrap();
        let at = |what: &str| format!("{name}: {what}");
        agrees(&at("weighted tau"), weighted_tau(pairs), &expected["weighted-tau"]);
        agrees(&at("tau-ap"), tau_ap(pairs), &expected["tau-ap"]);
        agrees(&at("tau-ap, reverse"), tau_ap(pairs.swapped()), &expected["tau-ap-reverse"]);
        if let Some(theirs) = expected.get("tau-ap-expected") {
            agrees(&at("tau-ap, expected"), tau_ap_a(pairs), theirs);
            broken += 1;
        }
        for (p, theirs) in expected.get("rbo").and_then(Value::as_object).into_iter().flatten() {
            let persistence = p.parse().unwrap();
            check_rbo(&at(p), theirs, |ties| rbo(pairs, persistence, ties).unwrap());
            overlaps += 1;
        }
    }
    assert_eq!((broken, overlaps), (3, 18));
}

#[test]
fn more_columns_agree_on_the_weighted_tau() {
    for (at, case) in ranking()["weighted"].as_array().unwrap().iter().enumerate() {
        let (first, second) = (numbers(&case["first"]), numbers(&case["second"]));
        let ours = weighted_tau(Paired::new(&first, &second).unwrap());
        agrees(&format!("case {at}"), ours, &case["weighted-tau"]);
    }
}

/// Shuffled columns as in the table, fewer of them and shuffled otherwise: the
/// same mean, near 0 without ties and far from it with them.
#[test]
fn chance_agrees_on_the_weighted_tau() {
    let ranking = ranking();
    let mut state = 1u64;
    for case in ranking["chance"].as_array().unwrap() {
        let number = |of: &str| case[of].as_f64().unwrap();
        let (rows, levels) = (number("rows") as usize, number("levels") as usize);
        let column: Vec<f64> = (0..rows).map(|row| (row * levels / rows) as f64).collect();
        let draws = 300;
        let mut total = 0.0;
        for _ in 0..draws {
            let mut shuffled = column.clone();
            for at in (1..rows).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                shuffled.swap(at, (state >> 33) as usize % (at + 1));
            }
            total += weighted_tau(Paired::new(&column, &shuffled).unwrap()).unwrap();
        }
        let (mean, deviation) = (total / f64::from(draws), number("standard-deviation"));
        let apart = (mean - number("mean")).abs();
        assert!(apart < 4.0 * deviation / f64::from(draws).sqrt(), "{rows} rows, {levels} levels: {mean}");
        assert_eq!(mean > 0.1, levels < rows, "{rows} rows, {levels} levels: {mean}");
    }
}

#[test]
fn lists_agree() {
    let ranking = ranking();
    let lists = ranking["lists"].as_array().unwrap();
    assert_eq!(lists.len(), 60);
    for (at, case) in lists.iter().enumerate() {
        let groups = |of: &str| -> Vec<Vec<u64>> { serde_json::from_value(case[of].clone()).unwrap() };
        let (first, second, p) = (groups("first"), groups("second"), case["p"].as_f64().unwrap());
        check_rbo(&format!("case {at}"), &case["expected"], |ties| rbo_of_lists(&first, &second, p, ties).unwrap());
    }
}

#[test]
fn weights_of_the_top_agree() {
    for case in ranking()["weights-of-the-top"].as_array().unwrap() {
        let (p, d) = (case["p"].as_f64().unwrap(), case["d"].as_u64().unwrap() as usize);
        let theirs = case["weight"].as_f64().unwrap();
        let ours = weight_of_top(p, d).unwrap();
        assert!(near(ours, theirs, 2e-15), "p = {p}, d = {d}: {ours} is not {theirs}");
    }
}

/// The fixture of Urbano and Marrero for ties in AP correlation, with no, one
/// and two columns to one decimal, and SciPy's weighted tau of the same.
#[test]
fn published_coefficients_under_rounding() {
    let table = table();
    let check = |name: &str, figure: fn(Paired<'_>) -> Figure, published: f64, digits: f64| {
        let (first, second) = (&table["cases"][name]["first"], &table["cases"][name]["second"]);
        let (first, second) = (numbers(first), numbers(second));
        let ours = figure(Paired::new(&first, &second).unwrap()).unwrap();
        assert!((ours - published).abs() <= 0.51 * digits, "{name}: {ours} is not {published}");
    };
    check("ten", tau_ap, 0.392_857_1, 1e-7);
    check("ten", |pairs| tau_ap(pairs.swapped()), 0.261_287_5, 1e-7);
    check("ten", tau_ap_a, 0.392_857_1, 1e-7);
    check("ten-second-one-decimal", tau_ap_a, 0.399_03, 1e-5);
    check("ten-second-one-decimal", tau_ap_b, 0.331_701_9, 1e-7);
    check("ten-both-one-decimal", tau_ap_b, 0.339_418, 1e-6);
    check("ten", weighted_tau, 0.403_001_7, 1e-7);
    check("ten-second-one-decimal", weighted_tau, 0.414_349_2, 1e-7);
    check("ten-both-one-decimal", weighted_tau, 0.424_315_6, 1e-7);
}
