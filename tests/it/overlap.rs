//! `clout dataset overlap`, held against a plain recomputation from the rows that the test itself
//! wrote, and against NumPy and SciPy on the shipped panel.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, clout, project, workbench};

fn run(bench: &Path, line: &str) -> Ran {
    clout(bench, &line.split(' ').collect::<Vec<_>>())
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.out).expect("JSON")
}

/// A row as the test knows it.
#[derive(Clone, Debug)]
struct Row {
    account: String,
    old: Option<f64>,
    new: Option<f64>,
    kind: Option<&'static str>,
}

fn rows(count: u64) -> Vec<Row> {
    let mut state = 7u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut rows = Vec::new();
    for account in 0..count {
        let old = (below(6) > 0).then(|| below(9) as f64);
        let new = (below(6) > 0).then(|| old.filter(|_| below(3) > 0).unwrap_or(below(12) as f64 / 2.0));
        let kind = [None, Some("a"), Some("b|`c`")][below(3) as usize];
        rows.push(Row { account: format!("k{account:03}"), old, new, kind });
    }
    rows
}

fn dataset(bench: &Path, name: &str, lines: &str, columns: &[(&str, &str)]) {
    let folder = bench.join("datasets").join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("rows.csv"), lines).unwrap();
    let sha = crate::data_errors::sha256(lines.as_bytes());
    let mut manifest = format!(
        "format = 1\ndataset = \"{name}\"\npopulation = \"made up\"\nsource = \"a test\"\nlicence = \"none\"\n[[table]]\nfile = \"rows.csv\"\nencoding = \"csv\"\nsha256 = \"{sha}\"\n[column.id]\nrole = \"key\"\ntype = \"text\"\n"
    );
    for (column, role) in columns {
        write!(manifest, "[column.{column}]\nrole = \"{role}\"\n").unwrap();
    }
    fs::write(folder.join("dataset.toml"), manifest).unwrap();
}

fn cell(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn made(bench: &Path, rows: &[Row]) {
    let mut text = "id,old,new,kind\n".to_string();
    for row in rows {
        writeln!(text, "{},{},{},{}", row.account, cell(row.old), cell(row.new), row.kind.unwrap_or("")).unwrap();
    }
    dataset(bench, "made", &text, &[("old", "signal"), ("new", "signal"), ("kind", "segment")]);
}

/// A quantile by linear interpolation.
fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() - 1) as f64 * p;
    let (below, above) = (at.floor() as usize, at.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (at - at.floor())
}

/// Tau-b by looking at every pair of rows.
fn tau_b(pairs: &[(f64, f64)]) -> Option<f64> {
    let (mut agree, mut first, mut second) = (0.0, 0.0, 0.0);
    for (at, one) in pairs.iter().enumerate() {
        for other in &pairs[at + 1..] {
            let sign = |difference: f64| if difference == 0.0 { 0.0 } else { difference.signum() };
            let (x, y) = (sign(one.0 - other.0), sign(one.1 - other.1));
            (agree, first, second) = (agree + x * y, first + x.abs(), second + y.abs());
        }
    }
    (first * second > 0.0).then(|| agree / f64::sqrt(first * second))
}

#[track_caller]
fn near(ours: &Value, expected: Option<f64>, what: &str) {
    match expected {
        None => assert!(ours["undefined"].is_string(), "{what}: {ours}"),
        Some(expected) => {
            let ours = ours.as_f64().unwrap_or_else(|| panic!("{what}: {ours}"));
            assert!((ours - expected).abs() < 1e-12, "{what}: {ours} is not {expected}");
        }
    }
}

/// Everything by hand, of some rows.
fn check(found: &Value, rows: &[&Row], what: &str) {
    let both: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((row.old?, row.new?))).collect();
    let count = |keep: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| keep(row)).count() as u64;
    let of_both = |keep: &dyn Fn(f64, f64) -> bool| both.iter().filter(|(old, new)| keep(*old, *new)).count() as u64;
    for (key, expected) in [
        ("both", both.len() as u64),
        ("only-old", count(&|row| row.old.is_some() && row.new.is_none())),
        ("only-new", count(&|row| row.old.is_none() && row.new.is_some())),
        ("neither", count(&|row| row.old.is_none() && row.new.is_none())),
        ("zeros-old", of_both(&|old, _| old == 0.0)),
        ("zeros-new", of_both(&|_, new| new == 0.0)),
        ("zeros-both", of_both(&|old, new| old == 0.0 && new == 0.0)),
        ("ratios", of_both(&|old, _| old != 0.0)),
    ] {
        assert_eq!(found[key].as_u64(), Some(expected), "{what}: {key}");
    }
    let apart = &found["disagreements"];
    // Values are halves, so that a tenth of one is no rounding's affair.
    let beyond = |times: f64| of_both(&|old, new| old != 0.0 && 10.0 * (new - old).abs() > times * old);
    assert_eq!(apart["beyond-10-percent"], beyond(1.0), "{what}");
    assert_eq!(apart["beyond-50-percent"], beyond(5.0), "{what}");
    assert_eq!(apart["beyond-100-percent"], beyond(10.0), "{what}");
    assert_eq!(apart["from-zero"], of_both(&|old, new| old == 0.0 && new != 0.0), "{what}");
    assert_eq!(apart["to-zero"], of_both(&|old, new| old != 0.0 && new == 0.0), "{what}");
    let (old, new): (Vec<f64>, Vec<f64>) = both.iter().copied().unzip();
    let ratios: Vec<f64> = both.iter().filter(|(old, _)| *old != 0.0).map(|(old, new)| new / old).collect();
    near(&found["slope"], (!ratios.is_empty()).then(|| quantile(&ratios, 0.5)), what);
    for (at, p) in [(0, 0.25), (1, 0.75)] {
        near(&found["middle-ratios"][at], Some(quantile(&ratios, p)), what);
    }
    let median = quantile(&old, 0.5);
    near(&found["ratio-of-medians"], (median != 0.0).then(|| quantile(&new, 0.5) / median), what);
    near(&found["kendall-tau-b"], tau_b(&both), what);
    let within = |times: f64| of_both(&|old, new| times * (new - old).abs() <= old) as f64 / both.len() as f64;
    near(&found["within-1-percent"], Some(within(100.0)), what);
    near(&found["within-10-percent"], Some(within(10.0)), what);
    for (list, places) in [
        ("mapping", (0..=10).map(|at| f64::from(at) / 10.0).collect()),
        ("quantiles", vec![0.05, 0.25, 0.5, 0.75, 0.95]),
    ] {
        assert_eq!(found[list].as_array().unwrap().len(), places.len());
        for (at, p) in found[list].as_array().unwrap().iter().zip(places) {
            near(&at["quantile"], Some(p), what);
            near(&at["old"], Some(quantile(&old, p)), what);
            near(&at["new"], Some(quantile(&new, p)), what);
        }
    }
}

#[test]
fn an_overlap_is_what_a_plain_look_at_the_rows_finds() {
    let bench = workbench();
    let rows = rows(240);
    made(bench.path(), &rows);
    let found = json(&run(bench.path(), "dataset overlap made old new --segment kind --worst 7 --format json"));
    check(&found["all"], &rows.iter().collect::<Vec<_>>(), "all");
    let groups = found["groups"].as_array().unwrap();
    assert_eq!(
        groups.iter().map(|group| &group["value"]).collect::<Vec<_>>(),
        [&Value::from("a"), &Value::from("b|`c`"), &Value::Null]
    );
    for group in groups {
        let members: Vec<&Row> = rows.iter().filter(|row| row.kind == group["value"].as_str()).collect();
        check(&group["agreement"], &members, &group["value"].to_string());
    }
    let mut worst: Vec<&Row> = rows.iter().filter(|row| row.old.is_some() && row.new.is_some()).collect();
    let size = |row: &Row| (row.new.unwrap() - row.old.unwrap()).abs();
    worst.sort_by(|left, right| size(right).total_cmp(&size(left)).then(left.account.cmp(&right.account)));
    let named: Vec<&str> =
        found["worst"].as_array().unwrap().iter().map(|one| one["account"].as_str().unwrap()).collect();
    assert_eq!(named, worst[..7].iter().map(|row| row.account.as_str()).collect::<Vec<_>>());
    // Nobody is named unless that is asked for.
    let quiet = run(bench.path(), "dataset overlap made old new --segment kind");
    assert!(!quiet.out.contains("k0") && !quiet.out.contains("differ most"), "{}", quiet.out);
}

/// The other forms hold the same numbers, and texts from data do no harm.
#[test]
fn every_form_tells_the_same() {
    let bench = workbench();
    made(bench.path(), &rows(60));
    let line = "dataset overlap made old new --segment kind --worst 2 --format";
    let found = json(&run(bench.path(), &format!("{line} json")));
    let csv = run(bench.path(), &format!("{line} csv"));
    let cells: BTreeMap<[String; 3], String> = csv::Reader::from_reader(csv.out.as_bytes())
        .records()
        .map(|record| record.unwrap())
        .map(|row| ([0, 1, 2].map(|at| row[at].to_string()), row[3].to_string()))
        .collect();
    let number = |value: &str, figure: &str| -> f64 {
        let segment = if value.is_empty() { "" } else { "kind" };
        cells[&[segment, value, figure].map(str::to_string)].parse().unwrap()
    };
    assert_eq!(number("", "slope"), found["all"]["slope"].as_f64().unwrap());
    assert_eq!(number("b|`c`", "both"), found["groups"][1]["agreement"]["both"].as_f64().unwrap());
    assert_eq!(number("", "old-at-0.9"), found["all"]["mapping"][9]["old"].as_f64().unwrap());
    assert_eq!(number("", "new-at-0.95"), found["all"]["quantiles"][4]["new"].as_f64().unwrap());
    let markdown = run(bench.path(), &format!("{line} markdown"));
    assert!(markdown.out.contains("b\\|\\`c\\`"), "{}", markdown.out);
    let table = run(bench.path(), &format!("{line} table"));
    assert!(table.out.contains("slope (median of new / old)") && table.out.contains("(none)"), "{}", table.out);
}

/// One signal of two datasets: accounts of one alone are counted on their side.
#[test]
fn two_datasets_join_by_account() {
    let bench = workbench();
    dataset(bench.path(), "one", "id,x\na,1\nb,2\nc,3\nd,\n", &[("x", "signal")]);
    dataset(bench.path(), "two", "id,x,kind\nb,4,p\nc,6,q\nd,5,p\ne,,\n", &[("x", "signal"), ("kind", "segment")]);
    let found = json(&run(bench.path(), "dataset overlap one two --signal x --segment kind --format json"));
    let all = &found["all"];
    let counts = ["both", "only-old", "only-new", "neither"].map(|key| all[key].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 1, 1]);
    assert_eq!((all["slope"].as_f64(), all["kendall-tau-b"].as_f64()), (Some(2.0), Some(1.0)));
    assert_eq!((&found["old"]["dataset"], &found["new"]["dataset"]), (&"one".into(), &"two".into()));
    // `a` is not in the dataset that has the segment.
    assert_eq!(found["groups"][2]["value"], Value::Null);
    assert_eq!(found["groups"][0]["agreement"]["kendall-tau-b"]["undefined"], "fewer than 2 values (there is 1)");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let bench = workbench();
    dataset(bench.path(), "none", "id,x,y\na,1,\nb,,2\n", &[("x", "signal"), ("y", "signal")]);
    dataset(bench.path(), "zeros", "id,x,y\na,0,0\nb,0,2\n", &[("x", "signal"), ("y", "signal")]);
    for (line, code, told) in [
        ("none x y", 3, "no account has a value of both definitions: 1 account of `x` alone, 1 of `y` alone"),
        ("none x z", 2, "the dataset `none` has no column `z`"),
        ("none x id", 2, "`id` is no number: its role is `key`"),
        ("starter twitter.folowers twitter.lists", 2, "did you mean `twitter.followers`?"),
        ("starter twitter.followers twitter.lists --segment latent", 2, "is no segment"),
        ("starter twitter.followers twitter.lists --snapshot 2011-11", 2, "has no snapshot `2011-11`"),
        ("starter none --signal twitter.followers", 2, "has no column `twitter.followers`"),
        ("starter twitter.followers", 2, "<NEW>"),
    ] {
        let ran = run(bench.path(), &format!("dataset overlap {line}"));
        assert!(ran.code == code && ran.out.is_empty() && ran.err.contains(told), "{line}\n{ran:?}");
    }
    let found = json(&run(bench.path(), "dataset overlap zeros x y --format json"));
    for key in ["slope", "ratio-of-medians", "kendall-tau-b", "spearman", "psi"] {
        assert!(found["all"][key]["undefined"].is_string(), "{key}: {found}");
    }
    assert!(found["all"].get("middle-ratios").is_none());
    assert!(run(bench.path(), "dataset overlap zeros x y").out.contains("the old median is 0"));
}

/// `tests/reference/make_overlap.py` computes the same with NumPy and SciPy.
#[test]
fn the_overlap_of_the_starter_panel_is_that_of_numpy_and_scipy() {
    let bench = workbench();
    let reference = fs::read_to_string(project("tests/reference/overlap.json")).unwrap();
    let reference: Value = serde_json::from_str(&reference).unwrap();
    let snapshot = reference["snapshot"].as_str().unwrap();
    let cases = reference["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let (old, new) = (case["old"].as_str().unwrap(), case["new"].as_str().unwrap());
        let line = format!("dataset overlap starter {old} {new} --snapshot {snapshot} --format json");
        let found = &json(&run(bench.path(), &line))["all"];
        for (at, key) in ["both", "only-old", "only-new", "neither"].iter().enumerate() {
            assert_eq!(found[*key], case["counts"][at], "{old} {new} {key}");
        }
        for key in
            ["ratio-of-medians", "slope", "spearman", "kendall-tau-b", "within-1-percent", "within-10-percent", "psi"]
        {
            near(&found[key], case[key].as_f64(), &format!("{old} {new} {key}"));
        }
        for at in 0..2 {
            near(&found["middle-ratios"][at], case["middle-ratios"][at].as_f64(), old);
        }
        for (ours, theirs) in found["mapping"].as_array().unwrap().iter().zip(case["mapping"].as_array().unwrap()) {
            // Interpolated values of a large column carry its rounding.
            for (side, at) in [("old", 0), ("new", 1)] {
                let (ours, theirs) = (ours[side].as_f64().unwrap(), theirs[at].as_f64().unwrap());
                assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{side} {ours} {theirs}");
            }
        }
    }
}
