use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn value(point: f64, reach: f64) -> Value {
    Value { point, interval: (reach > 0.0).then_some([point - reach, point + reach]) }
}

fn input(name: &str, first: Value, total: Value) -> SensitivityInput {
    SensitivityInput { name: name.to_string(), first, total }
}

fn data(inputs: Vec<SensitivityInput>) -> Sensitivity {
    Sensitivity {
        varied: format!("{} weights between half and double", inputs.len()),
        output: "the mean rank shift".to_string(),
        inputs,
        level: Some(0.95),
        runs: 11_200,
        accounts: 5_000,
    }
}

/// Shares that fall by a fifth from each input to the next, not in order.
fn falling(count: usize, name: &str) -> Vec<SensitivityInput> {
    let share = |at: usize| 0.5 * libm::pow(0.8, ((at * 11) % count.max(1)) as f64);
    let named = |at: usize| if name == "v" { format!("v{at}") } else { name.to_string() };
    (0..count).map(|at| input(&named(at), value(0.7 * share(at), 0.03), value(share(at), 0.04))).collect()
}

fn told(inputs: Vec<SensitivityInput>) -> String {
    sensitivity(&data(inputs), &LABELS).title
}

#[test]
fn titles_say_what_decides_and_what_cannot_be_told() {
    let low = || input("low", value(0.05, 0.02), value(0.1, 0.02));
    for (inputs, title) in [
        (
            vec![low(), input("high", value(0.31, 0.05), value(0.56, 0.06))],
            "Of 2 weights between half and double, high decides most: it brings 56 % of the variance of the mean rank \
             shift, 31 % by itself; the next is low with 10 %.",
        ),
        (
            vec![low(), input("high", value(0.09, 0.05), value(0.12, 0.06))],
            "Of 2 weights between half and double, high comes first: it brings 12 % of the variance of the mean rank \
             shift, 9 % by itself; low (10 %) may decide as much.",
        ),
        (
            vec![low(), input("none", value(f64::NAN, 0.0), value(f64::NAN, 0.0))],
            "Of 2 weights between half and double, low is the only one with a share: it brings 10.0 % of the variance \
             of the mean rank shift, 5.0 % by itself.",
        ),
        (vec![input("zero", value(0.0, 0.0), value(0.0, 0.0))], "zero does not move the mean rank shift."),
        (vec![input("zero", value(0.0, 0.0), value(0.0, 0.0)); 3], "None of 3 choices moves the mean rank shift."),
        (
            vec![input("none", value(0.1, 0.0), value(f64::NAN, 0.0)); 2],
            "No share of the mean rank shift is known for 2 choices.",
        ),
        (
            vec![input("none", value(0.1, 0.0), value(f64::INFINITY, 0.0))],
            "No share of the mean rank shift is known for the only choice.",
        ),
        (vec![], "Nothing was let vary, so nothing decides the mean rank shift."),
    ] {
        assert_eq!(told(inputs), title);
    }
}

#[test]
fn the_description_sums_the_first_orders_of_all() {
    let chart = sensitivity(&data(falling(30, "v")), &LABELS);
    let carried = "Highest total order: 50 % (46 % to 54 %). Its first order: 35 % (32 % to 38 %). \
                   Sum of the first orders of 30 choices: 175 %.";
    assert!(chart.description.ends_with(carried), "{}", chart.description);
    assert!(chart.svg.contains("n = 5,000 accounts, 11,200 runs"));
}

#[test]
fn captions_warn_of_noise() {
    let sure = sensitivity(&data(falling(5, "v")), &LABELS).caption;
    assert!(sure.contains(" Whiskers on the pale bars are 95 % intervals. "), "{sure}");
    assert!(!sure.contains("more runs") && !sure.contains("which is noise"), "{sure}");
    let mut inputs = falling(5, "v");
    inputs[0].total = value(0.5, 0.2);
    inputs[1].first = value(0.6, 0.1);
    let unsure = sensitivity(&data(inputs), &LABELS).caption;
    assert!(unsure.contains("it takes more runs."), "{unsure}");
    assert!(
        unsure.contains(" The dark bar is longer than the pale one for 1 of 5 choices, which is noise. "),
        "{unsure}"
    );
}

#[test]
fn the_longest_bars_stay_and_the_rest_is_counted() {
    let svg = |count| sensitivity(&data(falling(count, "v")), &LABELS).svg;
    let rows = rows_of(40);
    assert!(rows.windows(2).all(|pair| pair[0] >= pair[1]), "{rows:?}");
    assert!(svg(40).contains("20 further choices, none above 1 %"), "{}", svg(40));
    assert!(svg(21).contains("1 further choice, with 1 %") && !svg(20).contains("further"));
    let mut unknown = falling(21, "v");
    unknown[20].total.point = f64::NAN;
    assert!(sensitivity(&data(unknown), &LABELS).svg.contains("1 further choice left out"));
}

fn rows_of(count: usize) -> Vec<f64> {
    let data = data(falling(count, "v"));
    rows(&data).iter().filter_map(|row| row.total).map(|total| total.point).collect()
}

#[test]
fn pictures_keep_the_laws() {
    for count in [0, 1, 2, 9, 20, 21, 40, 400] {
        for (accounts, name) in [(0, "a"), (1, FORTY), (10, HOSTILE), (5_000, ""), (1_000_000, "v"), (u64::MAX, FORTY)]
        {
            let mut data = data(falling(count, name));
            (data.accounts, data.runs) = (accounts, accounts);
            if name != "a" {
                (data.varied, data.output) = (name.to_string(), name.to_string());
            }
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{count} inputs, {name:?}"), || sensitivity(&data, &labels));
        }
    }
}

#[test]
fn broken_shares_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, f64::MAX, 1e300, -1e300, 1e-300, -0.2, 0.0, 1.0] {
        let mut inputs = falling(6, "a");
        inputs[0].total = value(broken, 0.0);
        inputs[1].first = value(broken, 0.0);
        inputs[2].total = value(broken, 1.0);
        inputs[3].total = Value { point: 0.2, interval: Some([broken, -broken]) };
        inputs[4].first = value(-broken, broken);
        let mut data = data(inputs);
        data.level = Some(broken);
        check(&format!("{broken}"), || sensitivity(&data, &LABELS));
        data.inputs.truncate(1);
        check(&format!("{broken} alone"), || sensitivity(&data, &LABELS));
        data.inputs = vec![input("a", value(broken, 0.0), value(broken, 0.0)); 5];
        check(&format!("{broken} alike"), || sensitivity(&data, &LABELS));
    }
}
