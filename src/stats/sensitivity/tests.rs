use serde_json::Value;

use super::{Design, Sensitivity, indices};
use crate::stats::estimate::Estimate;
use crate::stats::resample::Stream;
use crate::stats::testing::{near, on_threads};
use crate::stats::undefined::{Side, Undefined};

const LEVEL: f64 = 0.95;

/// Ishigami and Homma 1990 with a = 7, b = .1, on inputs between -pi and pi.
fn ishigami(point: &[f64]) -> f64 {
    let x = |at: usize| std::f64::consts::PI * (2.0 * point[at] - 1.0);
    let (first, second) = (libm::sin(x(0)), libm::sin(x(1)));
    first + 7.0 * second * second + 0.1 * x(2) * x(2) * x(2) * x(2) * first
}

/// Its first and total orders: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8,
/// V13 = 8 b^2 pi^8 / 225, V = a^2 / 8 + b pi^4 / 5 + b^2 pi^8 / 18 + 1 / 2.
fn ishigami_shares() -> ([f64; 3], [f64; 3]) {
    let fourth = std::f64::consts::PI * std::f64::consts::PI * std::f64::consts::PI * std::f64::consts::PI;
    let alone = (1.0 + 0.1 * fourth / 5.0) * (1.0 + 0.1 * fourth / 5.0) / 2.0;
    let second = 49.0 / 8.0;
    let both = 8.0 * 0.01 * fourth * fourth / 225.0;
    let whole = second + 0.1 * fourth / 5.0 + 0.01 * fourth * fourth / 18.0 + 0.5;
    assert!(near(alone + second + both, whole, 1e-12));
    ([alone / whole, second / whole, 0.0], [(alone + both) / whole, second / whole, both / whole])
}

/// The g-function of Sobol' with its usual parameters.
const G: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];

fn g(point: &[f64]) -> f64 {
    point.iter().zip(G).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
}

/// Vi = 1 / (3 (1 + ai)^2), V = prod (1 + Vi) - 1, first Vi / V, total
/// Vi prod over the others (1 + Vj) / V.
fn g_shares() -> (Vec<f64>, Vec<f64>) {
    let parts: Vec<f64> = G.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
    let product: f64 = parts.iter().map(|part| 1.0 + part).product();
    let first = parts.iter().map(|part| part / (product - 1.0)).collect();
    (first, parts.iter().map(|part| part * product / (1.0 + part) / (product - 1.0)).collect())
}

fn outputs(design: &Design, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut point = vec![0.0; design.inputs()];
    (0..design.runs())
        .map(|run| {
            design.point(run, &mut point);
            of(&point)
        })
        .collect()
}

fn first(found: &Sensitivity) -> Vec<f64> {
    found.shares.iter().map(|share| share.first.point()).collect()
}

fn total(found: &Sensitivity) -> Vec<f64> {
    found.shares.iter().map(|share| share.total.point()).collect()
}

/// The same design from plain random points.
fn at_random(inputs: usize, rows: usize, seed: u64) -> Design {
    let mut stream = Stream::new(seed, "plain random points", 0);
    Design { inputs, rows, bases: (0..2 * inputs * rows).map(|_| stream.uniform()).collect() }
}

#[test]
fn every_column_has_one_point_in_each_cell() {
    let design = Design::new(7, 50, 3).unwrap();
    assert_eq!((design.inputs(), design.rows(), design.runs()), (7, 50, 450));
    for column in 0..14 {
        let mut cells: Vec<usize> =
            design.bases.iter().skip(column).step_by(14).map(|value| (value * 50.0) as usize).collect();
        assert!(!cells.is_sorted(), "cells come in a random order");
        cells.sort_unstable();
        assert!(cells.into_iter().eq(0..50));
    }
    assert!(design.bases.iter().all(|value| *value > 0.0 && *value < 1.0));
    assert_eq!(design.bases, Design::new(7, 50, 3).unwrap().bases);
    assert_ne!(design.bases, Design::new(7, 50, 4).unwrap().bases);
}

#[test]
fn a_run_takes_one_input_from_the_other_point() {
    let design = Design::new(3, 20, 1).unwrap();
    let run = |number: usize| {
        let mut point = [0.0; 3];
        design.point(number, &mut point);
        point
    };
    for row in 0..20 {
        let (a, b) = (run(5 * row), run(5 * row + 4));
        for input in 0..3 {
            assert_ne!(a[input], b[input]);
            let mut mixed = a;
            mixed[input] = b[input];
            assert_eq!(run(5 * row + 1 + input), mixed);
        }
    }
}

/// The root of the mean squared error of all shares over so many seeds.
fn error(design: impl Fn(u64) -> Design, of: fn(&[f64]) -> f64, truth: &(Vec<f64>, Vec<f64>), seeds: u64) -> [f64; 2] {
    let mut squares = [0.0; 2];
    for seed in 0..seeds {
        let design = design(seed);
        let found = indices(&design, &outputs(&design, of), 0.5, 40, 0).unwrap();
        for (square, (ours, truth)) in squares.iter_mut().zip([(first(&found), &truth.0), (total(&found), &truth.1)]) {
            *square += ours.iter().zip(truth).map(|(ours, truth)| (ours - truth) * (ours - truth)).sum::<f64>();
        }
    }
    squares.map(|square| (square / (seeds * truth.0.len() as u64) as f64).sqrt())
}

/// Prints the table of METHODOLOGY.md with `--nocapture`.
#[test]
fn the_shares_of_known_functions_are_found_and_a_hypercube_finds_them_better() {
    let (ishigami_first, ishigami_total) = ishigami_shares();
    assert!(near(ishigami_first[0], 0.3139, 5e-5) && near(ishigami_first[1], 0.4424, 5e-5));
    assert!(near(ishigami_total[0], 0.5576, 5e-5) && near(ishigami_total[2], 0.2437, 5e-5));
    let ishigami_shares = (ishigami_first.to_vec(), ishigami_total.to_vec());
    type Of = fn(&[f64]) -> f64;
    // The most that is allowed is a quarter above what was measured.
    for (name, of, inputs, truth, rows, most) in [
        ("ishigami", ishigami as Of, 3, &ishigami_shares, 256, [0.072, 0.062]),
        ("ishigami", ishigami, 3, &ishigami_shares, 1024, [0.035, 0.032]),
        ("g", g, 8, &g_shares(), 256, [0.035, 0.034]),
        ("g", g, 8, &g_shares(), 1024, [0.0174, 0.0150]),
    ] {
        let cube = error(|seed| Design::new(inputs, rows, seed).unwrap(), of, truth, 100);
        let random = error(|seed| at_random(inputs, rows, seed), of, truth, 100);
        println!("{name} {rows}: hypercube {cube:.4?} random {random:.4?}");
        for order in [0, 1] {
            assert!(cube[order] < most[order], "{name} {rows}: {cube:?}");
            assert!(cube[order] < random[order], "{name} {rows}: {cube:?} {random:?}");
        }
    }
}

#[test]
fn intervals_hold_the_true_shares() {
    let (ishigami_first, ishigami_total) = ishigami_shares();
    let truth = [ishigami_first, ishigami_total].concat();
    let mut covered = [0; 7];
    let holds = |estimate: Estimate, truth: f64| {
        let interval = estimate.bounds().unwrap();
        usize::from(interval.lower <= truth && truth <= interval.upper)
    };
    for seed in 0..100 {
        let design = Design::new(3, 128, seed).unwrap();
        let found = indices(&design, &outputs(&design, ishigami), LEVEL, 400, seed).unwrap();
        let orders = found.shares.iter().map(|share| share.first).chain(found.shares.iter().map(|share| share.total));
        for (count, (estimate, truth)) in covered.iter_mut().zip(orders.zip(&truth)) {
            *count += holds(estimate, *truth);
        }
        covered[6] += holds(found.together, truth[5]);
    }
    println!("of 100 intervals hold the truth: {covered:?}");
    assert!(covered.iter().all(|count| *count >= 88), "{covered:?}");
}

#[test]
fn an_input_that_moves_nothing_has_exact_shares_of_nothing() {
    let design = Design::new(3, 64, 5).unwrap();
    let found = indices(&design, &outputs(&design, |x| x[0] + x[2] * x[2]), LEVEL, 400, 0).unwrap();
    assert_eq!(found.shares[1].first, Estimate::exact(0.0));
    assert_eq!(found.shares[1].total, Estimate::exact(0.0));
    assert!(!found.shares[0].first.is_exact());
    // A sum has no interaction: 1/12 and 4/45 of 31/180.
    let expected = [15.0 / 31.0, 16.0 / 31.0];
    for (share, expected) in [&found.shares[0], &found.shares[2]].into_iter().zip(expected) {
        assert!((share.first.point() - expected).abs() < 0.15, "{share:?}");
        assert!((share.total.point() - expected).abs() < 0.15, "{share:?}");
    }
    let interval = found.together.bounds().unwrap();
    assert!(interval.lower < 0.0 && interval.upper > 0.0, "{interval:?}");
    assert!(near(found.alone.point() + found.together.point(), 1.0, 1e-15));
    assert!(near(found.mean, 0.5 + 1.0 / 3.0, 0.02) && near(found.variance, 31.0 / 180.0, 0.02), "{found:?}");
}

fn agree(left: &Sensitivity, right: &Sensitivity) {
    for (left, right) in left.shares.iter().zip(&right.shares) {
        for (left, right) in [(left.first, right.first), (left.total, right.total)] {
            let ends = |estimate: Estimate| estimate.bounds().map_or([0.0; 2], |ends| [ends.lower, ends.upper]);
            assert!(near(left.point(), right.point(), 1e-9), "{left:?} {right:?}");
            assert!(ends(left).iter().zip(ends(right)).all(|(left, right)| near(*left, right, 1e-9)));
        }
    }
}

#[test]
fn neither_unit_nor_origin_nor_the_order_of_inputs_matters() {
    let design = Design::new(3, 64, 6).unwrap();
    let plain = outputs(&design, ishigami);
    let found = indices(&design, &plain, LEVEL, 400, 1).unwrap();
    for (factor, constant) in [(1e-12, 0.0), (-3.0, 0.0), (1e100, 0.0), (1.0, 1000.0), (0.1, -7.0)] {
        let moved: Vec<f64> = plain.iter().map(|output| output * factor + constant).collect();
        let again = indices(&design, &moved, LEVEL, 400, 1).unwrap();
        agree(&found, &again);
        assert!(near(again.mean, found.mean * factor + constant, 1e-9));
        assert!(near(again.variance / factor / factor, found.variance, 1e-9));
    }
    // The runs of the second input before those of the first: to the bit, since all share the draws.
    let exchanged: Vec<f64> = plain.chunks_exact(5).flat_map(|row| [row[0], row[2], row[1], row[3], row[4]]).collect();
    let again = indices(&design, &exchanged, LEVEL, 400, 1).unwrap();
    for (ours, theirs) in [(0, 1), (1, 0), (2, 2)] {
        assert_eq!(found.shares[ours], again.shares[theirs]);
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let design = Design::new(5, 64, 6).unwrap();
    let plain = outputs(&design, |x| x[0] * x[1] + x[2] * x[3] * x[4]);
    let on = |threads| on_threads(threads, || indices(&design, &plain, LEVEL, 400, 1).unwrap());
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(3));
    assert_ne!(on(1), indices(&design, &plain, LEVEL, 400, 2).unwrap());
}

#[test]
fn undefined() {
    let design = Design::new(2, 20, 0).unwrap();
    let of = |outputs: &[f64]| indices(&design, outputs, LEVEL, 400, 0);
    let constant = Err(Undefined::Constant { side: Side::First });
    assert_eq!(of(&[3.0; 80]), constant);
    // Outputs that vary only where one input was replaced have no variance to share out.
    let mut alone = vec![3.0; 80];
    alone[1] = 4.0;
    assert_eq!(of(&alone), constant);
    let rounding: Vec<f64> = (0..80).map(|run| if run % 4 == 1 { 9e9 } else { 1e-4 * f64::from(run) }).collect();
    assert_eq!(of(&rounding), constant);
    assert_eq!(of(&[3.0; 79]), Err(Undefined::UnequalLengths { first: 80, second: 79 }));
    let mut outputs = outputs(&design, |x| x[0]);
    assert_eq!(indices(&design, &outputs, LEVEL, 399, 0), Err(Undefined::TooFew { needed: 400, got: 399 }));
    assert!(matches!(indices(&design, &outputs, 1.0, 400, 0), Err(Undefined::OutOfRange { .. })));
    outputs[7] = f64::NAN;
    assert_eq!(of(&outputs), Err(Undefined::NotFinite));
    // One row alone varies: a third of all replicates do without it.
    let mut once = vec![3.0; 80];
    once[8] = 4.0;
    let reason = of(&once).unwrap_err().to_string();
    assert!(reason.starts_with("the output is constant in 1"), "{reason}");
    assert_eq!(Design::new(0, 20, 0).unwrap_err(), Undefined::Empty);
    assert_eq!(Design::new(2, 19, 0).unwrap_err(), Undefined::TooFew { needed: 20, got: 19 });
    assert!(matches!(Design::new(2, (1 << 20) + 1, 0), Err(Undefined::OutOfRange { .. })));
}

/// Points of a tenth of the largest number overflow nothing but their variance.
#[test]
fn large_outputs_say_so() {
    let design = Design::new(1, 20, 0).unwrap();
    let large = outputs(&design, |x| x[0] * 1e300);
    assert_eq!(indices(&design, &large, LEVEL, 400, 0), Err(Undefined::Overflow));
}

/// SALib on the same outputs. It divides them by their standard deviation
/// first, which no share feels, and takes off the same mean. Its intervals are
/// a normal approximation and are not compared.
#[test]
fn salib_agrees_on_the_same_outputs() {
    let table: Value = serde_json::from_str(include_str!("../../../tests/reference/sensitivity.json")).unwrap();
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    };
    let cases = table["cases"].as_object().unwrap();
    assert_eq!(cases.len(), 4, "the table is whole");
    for (name, case) in cases {
        let (inputs, rows) = (case["inputs"].as_u64().unwrap() as usize, case["rows"].as_u64().unwrap() as usize);
        let design = Design::new(inputs, rows, 0).unwrap();
        let found = indices(&design, &numbers(&case["outputs"]), LEVEL, 400, 0).unwrap();
        for (order, ours, theirs) in
            [("first", first(&found), &case["first"]), ("total", total(&found), &case["total"])]
        {
            let theirs = numbers(theirs);
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.into_iter().zip(theirs) {
                assert!(near(ours, theirs, 1e-12), "{name}, {order}: {ours} is not {theirs}");
            }
        }
    }
    // Without taking a mean off, as first written down, the first orders would be others.
    let raw = numbers(&cases["ishigami-plus-hundred"]["raw-first"]);
    let centred = numbers(&cases["ishigami-plus-hundred"]["first"]);
    assert!(raw.iter().zip(&centred).any(|(raw, centred)| (raw - centred).abs() > 0.2), "{raw:?} {centred:?}");
}
