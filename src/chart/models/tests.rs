use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn data(size: usize, accounts: u64, name: &str, value: impl Fn(usize, usize) -> f64) -> Models {
    let cell = |row: usize, column: usize| if row == column { 1.0 } else { value(row.min(column), row.max(column)) };
    Models {
        names: (0..size).map(|i| if name == "v" { format!("v{i}") } else { name.to_string() }).collect(),
        values: (0..size).map(|row| (0..size).map(|column| Some(cell(row, column))).collect()).collect(),
        accounts,
    }
}

fn near(row: usize, column: usize) -> f64 {
    1.0 - 0.03 * (column - row) as f64 - 0.001 * row as f64
}

fn told(data: &Models) -> String {
    models(data, &LABELS).title
}

#[test]
fn titles_name_the_nearest_and_the_furthest() {
    assert_eq!(
        told(&data(4, 100, "v", near)),
        "Nearest to each other are v0 and v1 (tau-b 0.970), furthest apart v0 and v3 (tau-b 0.910)."
    );
    assert_eq!(told(&data(2, 100, "v", |_, _| 0.999_9)), "v0 and v1 order the accounts with a tau-b of 0.99.");
    assert_eq!(told(&data(3, 100, "v", |_, _| 1.0)), "All 3 pairs of versions are equally near, with a tau-b of 1.");
    assert_eq!(told(&data(3, 100, "v", |_, _| f64::NAN)), "No two versions have a tau-b that is defined.");
    for size in [0, 1] {
        assert_eq!(told(&data(size, 100, "v", near)), "There are no two versions to compare.");
    }
}

#[test]
fn decimals_are_as_many_as_tell_apart() {
    assert_eq!(decimals(&data(3, 1, "v", |row, column| 0.9 - 0.01 * (row + column) as f64)), 2);
    assert_eq!(decimals(&data(3, 1, "v", |row, column| 0.9 - 0.001 * (row + column) as f64)), 3);
    assert_eq!(decimals(&data(3, 1, "v", |_, _| 0.5)), 2);
    for (value, decimals, bare, expected) in [
        (1.0, 2, false, "1"),
        (0.999_9, 3, false, "0.999"),
        (0.999_9, 2, true, ".99"),
        (-0.25, 2, true, "−.25"),
        (-1.0, 2, false, "−1"),
        (0.0, 2, true, ".00"),
    ] {
        assert_eq!(Write { decimals, bare }.number(value), expected);
    }
}

#[test]
fn the_description_carries_three_numbers() {
    let chart = models(&data(4, 100, "v", near), &LABELS);
    assert!(
        chart.description.ends_with(" Of 6 pairs: lowest 0.910, median 0.968, highest 0.970."),
        "{}",
        chart.description
    );
}

#[test]
fn pictures_keep_the_laws() {
    let cases = [(0, "a"), (1, "v"), (10, FORTY), (5_000, HOSTILE), (1_000_000, ""), (u64::MAX, FORTY)];
    for size in [0, 1, 2, 3, 8, 12, 24, 40] {
        for (accounts, name) in cases {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            let data = data(size, accounts, name, near);
            check(&format!("{size} models, {accounts}, {name:?}"), || models(&data, &labels));
        }
    }
}

#[test]
fn broken_matrices_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, -1.0, 1e300, 0.0, -0.123_456, 1.0] {
        let mut data = data(6, 5, "a", |row, column| if row + column == 5 { broken } else { -broken });
        check(&format!("{broken}"), || models(&data, &LABELS));
        data.values[2].truncate(1);
        data.values[3] = vec![Some(broken); 99];
        data.values[4] = vec![None; 6];
        data.values.pop();
        check(&format!("{broken}, unequal"), || models(&data, &LABELS));
        data.values.clear();
        check(&format!("{broken}, none"), || models(&data, &LABELS));
    }
}
