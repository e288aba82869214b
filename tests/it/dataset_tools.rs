//! `clout dataset diff`, `describe --from --to` and `sample`, each held against a plain
//! recomputation from the rows that the test itself wrote.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, clout, files, workbench};

/// A row as the test knows it; `None` is an empty cell.
#[derive(Clone, Debug)]
struct Row {
    account: String,
    month: &'static str,
    topic: &'static str,
    x: Option<f64>,
    y: Option<f64>,
    country: Option<&'static str>,
}

/// Numbers that look random and are the same everywhere.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn rows(seed: u64, accounts: u64, prefix: &str, topics: &[&'static str]) -> Vec<Row> {
    let mut draws = Draws(seed);
    let mut rows = Vec::new();
    for month in ["2011-08", "2011-09"] {
        for topic in topics {
            for account in 0..accounts {
                if draws.below(9) == 0 {
                    continue;
                }
                let mut number = |empty: u64| match draws.below(empty) {
                    0 => None,
                    _ => Some(draws.below(12) as f64 * 0.5),
                };
                let (x, y) = (number(5), number(7));
                let country = [None, Some("be"), Some("us"), Some("fr")][draws.below(4) as usize];
                rows.push(Row { account: format!("{prefix}{account}"), month, topic, x, y, country });
            }
        }
    }
    rows
}

/// Writes rows as a dataset folder with a manifest of the test's own.
fn dataset(bench: &Path, name: &str, rows: &[Row], key: &str, columns: &[&str], pairs: Option<&str>) {
    let folder = bench.join("datasets").join(name);
    fs::create_dir_all(&folder).unwrap();
    let mut text = format!("id,month,topic,{}\n", columns.join(","));
    for row in rows {
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let cell = |column: &&str| match *column {
            "x" => number(row.x),
            "y" | "z" => number(row.y),
            _ => row.country.unwrap_or("").to_string(),
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        writeln!(text, "{},{},{},{}", row.account, row.month, row.topic, cells.join(",")).unwrap();
    }
    let file = |name: &str, text: &str| {
        fs::write(folder.join(name), text).unwrap();
        format!("file = \"{name}\"\nencoding = \"csv\"\nsha256 = \"{}\"\n", crate::data_errors::sha256(text.as_bytes()))
    };
    let mut manifest = format!(
        "format = 1\ndataset = \"{name}\"\npopulation = \"made up\"\nsource = \"a test\"\nlicence = \"none\"\n\n[[table]]\n{}\n[column.id]\nrole = \"key\"\ntype = \"{key}\"\n[column.month]\nrole = \"snapshot\"\n[column.topic]\nrole = \"topic\"\n",
        file("rows.csv", &text)
    );
    for column in columns {
        let role = if *column == "country" { "segment" } else { "signal" };
        write!(manifest, "[column.{column}]\nrole = \"{role}\"\n").unwrap();
    }
    if let Some(pairs) = pairs {
        write!(manifest, "[pairs]\n{}", file("pairs.csv", pairs)).unwrap();
    }
    fs::write(folder.join("dataset.toml"), manifest).unwrap();
}

fn run(bench: &Path, line: &str) -> Ran {
    clout(bench, &line.split(' ').collect::<Vec<_>>())
}

fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn a_diff_is_what_a_plain_comparison_of_the_rows_finds() {
    for (key, prefix) in [("integer", ""), ("text", "who-")] {
        let bench = workbench();
        let topics = ["cats", "dogs"];
        let before = rows(1, 60, prefix, &topics);
        let mut after = rows(2, 64, prefix, &topics);
        // Some rows stay as they were.
        let known: HashMap<_, _> =
            before.iter().map(|row| ((row.account.clone(), row.month, row.topic), row)).collect();
        for row in after.iter_mut().step_by(3) {
            if let Some(old) = known.get(&(row.account.clone(), row.month, row.topic)) {
                *row = (*old).clone();
            }
        }
        after.reverse();
        dataset(bench.path(), "one", &before, key, &["x", "y", "country"], None);
        dataset(bench.path(), "two", &after, key, &["country", "x", "z"], None);
        let diff = json(&run(bench.path(), "dataset diff one two --format json"));
        assert_eq!(diff["columns-only-in-first"], serde_json::json!(["y"]));
        assert_eq!(diff["columns-only-in-second"], serde_json::json!(["z"]));
        let parts = diff["parts"].as_array().unwrap();
        assert_eq!(parts.len(), 4);
        for part in parts {
            let (month, topic) = (part["snapshot"].as_str().unwrap(), part["topic"].as_str().unwrap());
            let of = |rows: &[Row]| -> HashMap<String, Row> {
                let here = rows.iter().filter(|row| row.month == month && row.topic == topic);
                here.map(|row| (row.account.clone(), row.clone())).collect()
            };
            let (ours, theirs) = (of(&before), of(&after));
            let common: Vec<&String> = ours.keys().filter(|account| theirs.contains_key(*account)).collect();
            let changed = common.iter().filter(|account| {
                let (a, b) = (&ours[**account], &theirs[**account]);
                a.x != b.x || a.country != b.country
            });
            let changed = changed.count();
            assert!(changed > 0 && changed < common.len());
            assert_eq!(part["added"], theirs.len() - common.len());
            assert_eq!(part["gone"], ours.len() - common.len());
            assert_eq!((&part["changed"], &part["unchanged"]), (&changed.into(), &(common.len() - changed).into()));
            let columns = part["columns"].as_array().unwrap();
            assert_eq!(columns.iter().map(|c| c["name"].as_str().unwrap()).collect::<Vec<_>>(), ["country", "x"]);
            let count = |test: &dyn Fn(&Row, &Row) -> bool| {
                common.iter().filter(|account| test(&ours[**account], &theirs[**account])).count()
            };
            assert_eq!(columns[0]["changed"], count(&|a, b| a.country != b.country));
            assert_eq!(columns[0]["became-missing"], count(&|a, b| a.country.is_some() && b.country.is_none()));
            assert_eq!(columns[1]["common"], common.len());
            assert_eq!(columns[1]["changed"], count(&|a, b| a.x != b.x));
            assert_eq!(columns[1]["became-missing"], count(&|a, b| a.x.is_some() && b.x.is_none()));
            assert_eq!(columns[1]["became-present"], count(&|a, b| a.x.is_none() && b.x.is_some()));
            let mut moves: Vec<f64> = common
                .iter()
                .filter_map(|account| Some((theirs[*account].x? - ours[*account].x?).abs()))
                .filter(|size| *size > 0.0)
                .collect();
            moves.sort_by(f64::total_cmp);
            let middle = (moves[(moves.len() - 1) / 2] + moves[moves.len() / 2]) / 2.0;
            assert_eq!(columns[1]["median-absolute-change"], middle);
            let largest = &columns[1]["largest"];
            let account = largest["account"].as_str().unwrap();
            assert_eq!(Some(largest["from"].as_f64().unwrap()), ours[account].x);
            assert_eq!(Some(largest["to"].as_f64().unwrap()), theirs[account].x);
            let size = (largest["to"].as_f64().unwrap() - largest["from"].as_f64().unwrap()).abs();
            assert_eq!(size, moves[moves.len() - 1]);
        }
        let one = json(&run(bench.path(), "dataset diff one two --snapshot 2011-09 --format json"));
        assert_eq!(one["parts"].as_array().unwrap().len(), 2);
        // Every cell of the long form stands in the JSON as well.
        let csv = run(bench.path(), "dataset diff one two --format csv");
        assert_eq!(csv.out.lines().count(), 1 + 4 * 2, "{}", csv.out);
        for format in ["table", "markdown"] {
            let ran = run(bench.path(), &format!("dataset diff one two --format {format}"));
            assert!(ran.out.contains("one to two: ") && ran.out.contains("column"), "{ran:?}");
        }
    }
}

#[test]
fn a_dataset_does_not_differ_from_itself_and_the_exit_code_says_so_when_asked() {
    let bench = workbench();
    let ran = run(bench.path(), "dataset diff starter starter --exit-code");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.ends_with("starter and starter hold the same\n"), "{}", ran.out);
    let rows = rows(3, 20, "", &["t"]);
    dataset(bench.path(), "one", &rows, "integer", &["x"], Some("first,second,preferred\n1,2,first\n1,2,first\n"));
    dataset(bench.path(), "two", &rows, "integer", &["x"], Some("first,second,preferred\n1,2,first\n2,1,first\n"));
    let ran = run(bench.path(), "dataset diff one two --format json");
    assert_eq!(json(&ran)["pairs"], serde_json::json!({"first": 2, "second": 2, "shared": 1}));
    let ran = run(bench.path(), "dataset diff one two --exit-code");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.contains("judged pairs (1 the same)"), "{}", ran.out);
}

#[test]
fn datasets_that_share_nothing_are_not_comparable() {
    let bench = workbench();
    let plain = rows(4, 12, "", &["t"]);
    let renamed: Vec<Row> =
        plain.iter().map(|row| Row { account: format!("9{}", row.account), ..row.clone() }).collect();
    let later: Vec<Row> = plain.iter().filter(|row| row.month == "2011-08").cloned().collect();
    let later: Vec<Row> = later.into_iter().map(|row| Row { month: "2012-01", ..row }).collect();
    let other: Vec<Row> = plain.iter().map(|row| Row { topic: "u", ..row.clone() }).collect();
    dataset(bench.path(), "plain", &plain, "integer", &["x"], None);
    dataset(bench.path(), "texts", &plain, "text", &["x"], None);
    let strangers: Vec<Row> = renamed
        .iter()
        .filter(|row| row.account.len() > 1 && !plain.iter().any(|p| p.account == row.account))
        .cloned()
        .collect();
    dataset(bench.path(), "strangers", &strangers, "integer", &["x"], None);
    dataset(bench.path(), "later", &later, "integer", &["x"], None);
    dataset(bench.path(), "other", &other, "integer", &["x"], None);
    for (second, code, message) in [
        ("texts", 3, "the accounts are texts here and integers in the other dataset"),
        ("strangers", 3, "no account of `plain` is in `strangers`"),
        ("later", 3, "no snapshot in common"),
        ("other", 3, "no topic in common"),
        ("starter", 3, "this dataset has no topics, the other has"),
        ("plaim", 2, "did you mean `plain`?"),
        ("plain --snapshot 2011-8", 2, "did you mean `2011-08`?"),
    ] {
        let ran = run(bench.path(), &format!("dataset diff plain {second}"));
        assert_eq!(ran.code, code, "{second} {ran:?}");
        assert!(ran.err.contains(message), "{second} {}", ran.err);
    }
}

#[test]
fn drift_counts_what_the_rows_say_and_names_what_vanished() {
    let bench = workbench();
    let mut rows = rows(5, 80, "", &["t"]);
    // `y` vanishes in the later month.
    rows.iter_mut().filter(|row| row.month == "2011-09").for_each(|row| row.y = None);
    dataset(bench.path(), "one", &rows, "integer", &["x", "y"], None);
    let line = "dataset describe one --from 2011-08 --to 2011-09 --topic t";
    let drift = json(&run(bench.path(), &format!("{line} --format json")));
    let month = |name: &str| -> Vec<&Row> { rows.iter().filter(|row| row.month == name).collect() };
    let (before, after) = (month("2011-08"), month("2011-09"));
    let ids = |rows: &[&Row]| -> BTreeSet<String> { rows.iter().map(|row| row.account.clone()).collect() };
    let flow = &drift["accounts"];
    assert_eq!(flow["stayed"], ids(&before).intersection(&ids(&after)).count());
    assert_eq!(flow["added"], ids(&after).difference(&ids(&before)).count());
    assert_eq!(flow["gone"], ids(&before).difference(&ids(&after)).count());
    assert_eq!(drift["vanished"], serde_json::json!(["y"]));
    // What vanished stands first.
    assert_eq!((&drift["signals"][0]["name"], &drift["signals"][1]["name"]), (&"y".into(), &"x".into()));
    assert_eq!(drift["signals"][0]["psi"]["undefined"], "there are no values");
    let x = &drift["signals"][1];
    let present = |rows: &[&Row]| -> Vec<f64> { rows.iter().filter_map(|row| row.x).collect() };
    let (ours, theirs) = (present(&before), present(&after));
    assert_eq!(x["before"]["missing"], before.len() - ours.len());
    assert_eq!(x["after"]["present"], theirs.len());
    assert_eq!(x["after"]["zeros"], theirs.iter().filter(|value| **value == 0.0).count());
    let below = |values: &[f64], x: f64| values.iter().filter(|v| **v <= x).count() as f64 / values.len() as f64;
    let gap = ours.iter().chain(&theirs).map(|x| (below(&ours, *x) - below(&theirs, *x)).abs()).fold(0.0, f64::max);
    assert!((x["ks"].as_f64().unwrap() - gap).abs() < 1e-12);
    let mean = |values: &[f64]| {
        values.iter().map(|x| cloutbench::stats::elementary::log1p(*x)).sum::<f64>() / values.len() as f64
    };
    let change = mean(&theirs) - mean(&ours);
    assert!((x["change-of-mean-log1p"].as_f64().unwrap() - change).abs() < 1e-12);

    let table = run(bench.path(), line);
    assert!(table.out.starts_with("VANISHED, no cell is left: y\n"), "{}", table.out);
    let markdown = run(bench.path(), &format!("{line} --format markdown"));
    assert!(markdown.out.starts_with("- VANISHED, no cell is left: y\n- "), "{}", markdown.out);
    let csv = run(bench.path(), &format!("{line} --format csv"));
    assert_eq!(csv.out.lines().count(), 3, "{}", csv.out);
    for (line, message) in [
        ("dataset describe one --from 2011-08 --to 2011-9 --topic t", "did you mean `2011-09`?"),
        ("dataset describe one --from 2011-08 --to 2011-09", "row per account and topic"),
        ("dataset describe one --from 2011-08", "--to"),
    ] {
        let ran = run(bench.path(), line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(message), "{}", ran.err);
    }
}

/// Rows of a table by `clout score`-free means: read back with the Parquet reader.
fn read(folder: &Path) -> Vec<BTreeMap<String, String>> {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float64Type, Int64Type};
    let bytes = bytes::Bytes::from(fs::read(folder.join("accounts.parquet")).unwrap());
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let mut cells = BTreeMap::new();
            for (field, array) in schema.fields().iter().zip(batch.columns()) {
                let text = match array.data_type() {
                    _ if array.is_null(row) => String::new(),
                    arrow_schema::DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
                    arrow_schema::DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
                    _ => array.as_string::<i32>().value(row).to_string(),
                };
                cells.insert(field.name().clone(), text);
            }
            rows.push(cells);
        }
    }
    rows
}

#[test]
fn a_panel_holds_whom_it_must_whole_and_its_weights_sum_to_the_population() {
    for (key, prefix) in [("integer", ""), ("text", "who-")] {
        let bench = workbench();
        let mut all = rows(6, 200, prefix, &["cats", "dogs"]);
        let id = |number: u64| format!("{prefix}{number}");
        let pairs = format!("first,second,preferred\n{},{},first\n{},{},second\n", id(3), id(4), id(5), id(9999));
        dataset(bench.path(), "one", &all, key, &["x", "country"], Some(&pairs));
        fs::write(bench.path().join("vips.txt"), format!("{}\r\n\n{}\n", id(3), id(4))).unwrap();
        let line = "dataset sample one --accounts 90 --seed 7 --top 10 --by x --edge 2.5 --edge-by x --within 0 --named vips.txt --topic dogs --strata country --out datasets/panel";
        let ran = run(bench.path(), line);
        assert_eq!(ran.code, 0, "{ran:?}");
        let panel = read(&bench.path().join("datasets/panel"));
        let drawn: BTreeSet<&String> = panel.iter().map(|row| &row["id"]).collect();
        assert_eq!(drawn.len(), 90);
        // All rows of everybody drawn, as they were.
        let expected: Vec<String> = all
            .iter()
            .filter(|row| drawn.contains(&row.account))
            .map(|row| format!("{} {} {} {:?} {:?}", row.account, row.month, row.topic, row.x, row.country))
            .collect();
        let found: Vec<String> = panel
            .iter()
            .map(|row| {
                let x = row["x"].parse::<f64>().ok();
                let country = Some(row["country"].as_str()).filter(|text| !text.is_empty());
                format!("{} {} {} {x:?} {country:?}", row["id"], row["month"], row["topic"])
            })
            .collect();
        assert_eq!(found, expected);

        // Who must be in it: near the edge in the latest month, and named. The largest value is
        // shared by more than ten accounts, so that nobody is certain by it.
        let latest: HashMap<&String, &Row> = all
            .iter()
            .filter(|row| row.month == "2011-09" && row.topic == "dogs")
            .map(|row| (&row.account, row))
            .collect();
        let weights: BTreeMap<&String, (f64, &str)> = panel
            .iter()
            .map(|row| (&row["id"], (row["sampling-weight"].parse().unwrap(), row["stratum"].as_str())))
            .collect();
        let population: BTreeSet<&String> = all.iter().map(|row| &row.account).collect();
        let mut values: Vec<f64> = latest.values().filter_map(|row| row.x).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        let fits = |x: f64| values.iter().filter(|value| **value >= x).count() <= 10;
        for account in &population {
            let x = latest.get(*account).and_then(|row| row.x);
            let stratum = if x.is_some_and(fits) {
                "top"
            } else if x == Some(2.5) {
                "edge"
            } else if **account == id(3) || **account == id(4) {
                "named"
            } else {
                "rest"
            };
            match weights.get(account) {
                None => assert_eq!(stratum, "rest", "{account}"),
                Some((weight, found)) => {
                    assert_eq!(*found, stratum, "{account}");
                    assert!(stratum == "rest" || *weight == 1.0);
                }
            }
        }
        let total: f64 = weights.values().map(|(weight, _)| weight).sum();
        assert!((total - population.len() as f64).abs() < 1e-9, "{total}");
        // The rest of each country stands for all of it; the country is that of the last row.
        let country: HashMap<&String, Option<&str>> = all.iter().map(|row| (&row.account, row.country)).collect();
        for group in [None, Some("be"), Some("us"), Some("fr")] {
            let certain = |account: &String| weights.get(account).is_some_and(|(_, stratum)| *stratum != "rest");
            let size = population.iter().filter(|account| country[**account] == group && !certain(account)).count();
            let stood =
                weights.iter().filter(|(account, (_, stratum))| *stratum == "rest" && country[**account] == group);
            let stood: f64 = stood.map(|(_, (weight, _))| weight).sum();
            assert!((stood - size as f64).abs() < 1e-9, "{group:?} {stood} {size}");
        }
        let text = fs::read_to_string(bench.path().join("datasets/panel/pairs.csv")).unwrap();
        assert_eq!(text, format!("first,second,preferred\n{},{},first\n", id(3), id(4)));
        assert_eq!(run(bench.path(), "dataset verify panel").code, 0);

        // The same again, also from rows in another order; another seed draws others.
        let again = run(bench.path(), line);
        assert!(again.out.contains("stood there already, the same"), "{again:?}");
        all.reverse();
        dataset(bench.path(), "one", &all, key, &["x", "country"], Some(&pairs));
        let ran = run(bench.path(), &line.replace("datasets/panel", "datasets/turned"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let turned = read(&bench.path().join("datasets/turned"));
        assert_eq!(turned.iter().map(|row| &row["id"]).collect::<BTreeSet<_>>(), drawn);
        let ran =
            run(bench.path(), &line.replace("--seed 7", "--seed 8").replace("datasets/panel", "datasets/another"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let another = read(&bench.path().join("datasets/another"));
        assert_ne!(another.iter().map(|row| &row["id"]).collect::<BTreeSet<_>>(), drawn);
        // A folder that holds something else is left alone.
        let other = run(bench.path(), &line.replace("--seed 7", "--seed 8"));
        assert_eq!(other.code, 2, "{other:?}");
        assert!(other.err.contains("holds something else"), "{}", other.err);
    }
}

#[test]
fn edges_may_be_of_scores_printed_or_stored() {
    let bench = workbench();
    let scores = run(bench.path(), "score clout@1.0.0 clout@1.1.0 --format csv");
    fs::write(bench.path().join("scores.csv"), &scores.out).unwrap();
    assert_eq!(run(bench.path(), "run trimmed-audience").code, 0);
    let stored = files(&bench.path().join("runs"));
    let stored = stored.keys().find(|name| name.ends_with("scores.parquet")).unwrap();
    let near: BTreeSet<String> = scores
        .out
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|cells| cells[0] == "clout@1.1.0")
        .filter(|cells| {
            cells[3].parse::<f64>().is_ok_and(|score| (score - 50.0).abs() <= 0.5 || (score - 75.0).abs() <= 0.5)
        })
        .map(|cells| cells[2].to_string())
        .collect();
    assert!(near.len() > 10);
    for (name, file) in [("a", "scores.csv".to_string()), ("b", format!("runs/{stored}"))] {
        let line = format!(
            "dataset sample starter --accounts 200 --scores {file} --model clout@1.1.0 --edge 50 --edge 75 --within 0.5 --out datasets/{name}"
        );
        let ran = run(bench.path(), &line);
        assert_eq!(ran.code, 0, "{ran:?}");
        let panel = read(&bench.path().join("datasets").join(name));
        let edge: BTreeSet<String> =
            panel.iter().filter(|row| row["stratum"] == "edge").map(|row| row["account"].clone()).collect();
        assert_eq!(edge, near, "{name}");
        assert_eq!(panel.len(), 200 * 3, "every snapshot of an account is kept");
    }
    // A panel of a panel keeps what each account stands for.
    let manifest = bench.path().join("datasets/a/dataset.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(
        &manifest,
        text.replace("[column.stratum]\nrole = \"segment\"\nnote = \"why the account is in the panel\"\n", ""),
    )
    .unwrap();
    let ran = run(bench.path(), "dataset sample a --accounts 50 --out datasets/less");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("include those of `sampling-weight`"), "{}", ran.err);
    let weight = |row: &BTreeMap<String, String>| row["sampling-weight"].parse::<f64>().unwrap();
    let before: HashMap<String, f64> =
        read(&bench.path().join("datasets/a")).iter().map(|row| (row["account"].clone(), weight(row))).collect();
    for row in read(&bench.path().join("datasets/less")) {
        assert!((weight(&row) - before[&row["account"]] * 4.0).abs() < 1e-12);
    }
}

#[test]
fn what_cannot_be_drawn_is_said_and_nothing_is_written() {
    let bench = workbench();
    let write = |name: &str, text: &str| fs::write(bench.path().join(name), text).unwrap();
    write("nobody.txt", "\n");
    write("strangers.txt", "1\nann\n-5\n");
    write("strangers.csv", "account,score\nann,5\n");
    let judged = fs::read_to_string(bench.path().join("datasets/starter/pairs.csv")).unwrap();
    let one = judged.lines().nth(1).and_then(|line| line.split(',').next()).unwrap();
    write("twice.csv", &format!("account,score\n{one},5\n0{one},6\n"));
    write("two.csv", &format!("model,account,score\na@1.0.0,{one},5\nb@1.0.0,{one},6\n"));
    let before = files(bench.path());
    for (options, code, message) in [
        ("--accounts 0", 2, "--accounts"),
        ("--accounts 10 --top 5", 2, "--by"),
        ("--accounts 10 --top 5 --by twitter.follower", 2, "did you mean `twitter.followers`?"),
        ("--accounts 10 --top 5 --by country", 2, "`country` is no column of numbers: its role is `segment`"),
        ("--accounts 10 --strata countri", 2, "did you mean `country`?"),
        ("--accounts 3 --strata country", 2, "of `country` must be drawn from as well"),
        ("--accounts 10 --top 10 --by twitter.followers", 2, "ask for --accounts 11 or more"),
        ("--accounts 10 --edge 5 --within 1", 2, "with --scores FILE"),
        ("--accounts 10 --edge 5 --within -1 --edge-by latent", 2, "-1 is no distance"),
        ("--accounts 10 --edge nan --within 1 --edge-by latent", 2, "--edge"),
        ("--accounts 10 --snapshot 2011-7 --top 5 --by twitter.followers", 2, "no snapshot `2011-7`"),
        ("--accounts 10 --snapshot 2011-08", 2, "without --top or --edge nothing is decided by it"),
        ("--accounts 10 --edge 5 --within 1 --scores two.csv --snapshot 2011-7", 2, "no snapshot `2011-7`"),
        ("--accounts 10 --named nobody.txt", 2, "the file names no account"),
        ("--accounts 10 --named strangers.txt", 2, "the dataset has no account `ann`"),
        ("--accounts 10 --named absent.txt", 2, "there is no such file"),
        ("--accounts 10 --edge 5 --within 1 --scores strangers.csv", 3, "no account of the scores is in the dataset"),
        ("--accounts 10 --edge 5 --within 1 --scores twice.csv", 2, "has two scores"),
        ("--accounts 10 --edge 5 --within 1 --scores two.csv", 2, "choose one with --model: `a@1.0.0`, `b@1.0.0`"),
        ("--accounts 10 --edge 5 --within 1 --scores two.csv --model b@1.0.1", 2, "did you mean `b@1.0.0`?"),
        ("--accounts 10 --edge 5 --within 1 --scores two.csv --edge-by scor", 2, "did you mean `score`?"),
        ("--accounts 10 --name No", 2, "`No` cannot name a dataset"),
    ] {
        let ran = run(bench.path(), &format!("dataset sample starter --out datasets/panel {options}"));
        assert_eq!(ran.code, code, "{options} {ran:?}");
        assert!(ran.err.contains(message), "{options} {}", ran.err);
        assert_eq!(files(bench.path()), before, "{options}");
    }
    // More than there are is all of them.
    let ran = run(bench.path(), "dataset sample starter --accounts 5000 --out datasets/all --format json");
    assert!(ran.err.contains("2,000 accounts only; all are taken"), "{}", ran.err);
    let told: Value = json(&ran);
    assert_eq!(told, serde_json::json!([{"stratum": "rest", "accounts": 2000, "taken": 2000, "weight": 1}]));
}

/// `tests/reference/make_signal_drift.py` computes the same with NumPy and SciPy.
#[test]
fn the_drift_of_the_starter_panel_is_that_of_numpy_and_scipy() {
    let bench = workbench();
    let reference = fs::read_to_string(crate::support::project("tests/reference/signal_drift.json")).unwrap();
    let reference: Value = serde_json::from_str(&reference).unwrap();
    let (from, to) = (reference["from"].as_str().unwrap(), reference["to"].as_str().unwrap());
    let drift = json(&run(bench.path(), &format!("dataset describe starter --from {from} --to {to} --format json")));
    let expected = reference["signals"].as_object().unwrap();
    let signals = drift["signals"].as_array().unwrap();
    assert_eq!(signals.len(), expected.len());
    for signal in signals {
        let expected = &expected[signal["name"].as_str().unwrap()];
        assert_eq!(signal["psi-zero-bin"], expected["zero-bin"]);
        for (side, at) in [("before", 0), ("after", 1)] {
            assert_eq!(signal[side]["missing"], expected["missing"][at]);
            let (ours, theirs) = (signal[side]["median"].as_f64(), expected["median"][at].as_f64());
            assert!((ours.unwrap() - theirs.unwrap()).abs() < 1e-12, "{signal}");
        }
        for figure in ["psi", "missing-psi", "ks", "change-of-mean-log1p"] {
            let (ours, theirs) = (signal[figure].as_f64().unwrap(), expected[figure].as_f64().unwrap());
            assert!((ours - theirs).abs() < 1e-12, "{figure} {ours} {theirs} {signal}");
        }
    }
}
