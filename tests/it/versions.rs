//! The versions of a workbench as a ledger: the tree with what stands beside each version, a family
//! drawn, and the marks of releases in trends.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{clout, edit, files, golden, workbench, write};

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let ran = clout(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}\n{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// A row of `clout list models` in JSON.
fn row<'a>(rows: &'a Value, model: &str) -> &'a Value {
    rows.as_array().unwrap().iter().find(|row| row["model"] == model).unwrap_or_else(|| panic!("{model}: {rows}"))
}

fn run(folder: &Path, experiments: &[&str]) {
    let ran = clout(folder, &[&["run"], experiments].concat());
    assert!(ran.code <= 1, "{}", ran.err);
}

fn release(folder: &Path, model: &str, experiment: &str, day: &str) {
    // What a release needs is tested elsewhere.
    let settings = folder.join("models/clout/family.toml");
    if settings.exists() {
        fs::remove_file(settings).unwrap();
    }
    let order = ["release", model, "--run", experiment, "--as-of", day, "--live-from", day, "--ramp", "25%,100%"];
    let ran = clout(folder, &order);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

const FIRST: &str = "format = 1\nexperiment = \"first\"\nbaseline = \"followers@1.0.0\"\ncandidates = [\"clout@1.0.0\"]\ndataset = \"starter\"\n";

/// A version that changes one weight of the one that it extends.
fn version(number: &str, extends: &str, weight: &str) -> String {
    format!(
        "format = 1\nmodel = \"clout@{number}\"\nextends = \"{extends}\"\ntitle = \"Test {number}\"\nrationale = \"a test\"\nedits = [\"weight[tag=audience] *= {weight}\"]\n"
    )
}

#[test]
fn versions_stand_below_the_one_that_they_extend() {
    let bench = workbench();
    let folder = bench.path();
    write(folder, "models/clout/1.0.1.toml", &version("1.0.1", "1.0.0", "0.95"));
    write(folder, "models/clout/2.0.0-rc.1.toml", &version("2.0.0-rc.1", "1.1.0", "0.5"));
    write(folder, "experiments/first.toml", FIRST);
    run(folder, &["trimmed-audience", "halved-audience", "first"]);
    release(folder, "clout@1.0.0", "first", "2011-10-01");
    release(folder, "clout@1.1.0", "trimmed-audience", "2011-11-01");

    let told = clout(folder, &["list", "models", "--as-of", "2011-11-02"]);
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{told:?}");
    golden("list-models.txt", &told.out);
    let narrow = clout(folder, &["list", "--as-of", "2011-11-02", "--family", "followers"]);
    assert_eq!(narrow.out.lines().count(), 2, "{}", narrow.out);
    // Nothing stands in these columns, so that people do not see them.
    assert!(!narrow.out.contains("Released") && !narrow.out.contains("Verdict"), "{}", narrow.out);

    let rows = json(folder, &["list", "--as-of", "2011-11-02"]);
    let place = |model: &str| {
        let row = row(&rows, model);
        (row["parent"].as_str().unwrap().to_string(), row["depth"].as_u64().unwrap(), row["change"].clone())
    };
    assert_eq!(place("clout@1.0.0"), (String::new(), 0, "".into()));
    assert_eq!(place("clout@1.1.0"), ("clout@1.0.0".to_string(), 1, "reweighting".into()));
    assert_eq!(place("clout@2.0.0-rc.1"), ("clout@1.1.0".to_string(), 2, "reweighting".into()));
    let order: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["model"].as_str().unwrap()).collect();
    let clouts = ["clout@1.0.0", "clout@1.0.1", "clout@1.1.0", "clout@1.2.0", "clout@2.0.0-rc.1"];
    assert_eq!(order[..5], clouts);
    // What was printed before is still there.
    assert_eq!(
        (&row(&rows, "clout@1.0.0")["factors"], &row(&rows, "clout@1.0.0")["reference"]),
        (&16.into(), &"starter@2011-08".into())
    );

    // What is live is a matter of the day, what is released is not.
    let stands = |day: &str, model: &str| {
        let rows = json(folder, &["list", "models", "--family", "clout", "--as-of", day]);
        let row = row(&rows, model);
        assert_eq!(rows.as_array().unwrap().len(), 5, "the other families are left out");
        (
            row["state"].as_str().unwrap().to_string(),
            row["share"].clone(),
            row["released"].as_str().unwrap().to_string(),
        )
    };
    let of = |state: &str, share: Value, released: &str| (state.to_string(), share, released.to_string());
    assert_eq!(stands("2011-09-30", "clout@1.0.0"), of("later", Value::Null, "2011-10-01"));
    assert_eq!(stands("2011-11-02", "clout@1.0.0"), of("live", 0.75.into(), "2011-10-01"));
    assert_eq!(stands("2011-11-02", "clout@1.1.0"), of("live", 0.25.into(), "2011-11-01"));
    assert_eq!(stands("2011-11-08", "clout@1.0.0"), of("was live", Value::Null, "2011-10-01"));
    assert_eq!(stands("2011-11-02", "clout@1.2.0"), of("version", Value::Null, ""));
    assert_eq!(stands("2011-11-02", "clout@2.0.0-rc.1"), of("draft", Value::Null, ""));

    // Verdicts are of the version as it is.
    let verdict = |rows: &Value, model: &str| row(rows, model)["verdict"].as_str().unwrap().to_string();
    assert_eq!(verdict(&rows, "clout@1.1.0"), "5 met in trimmed-audience");
    assert!(verdict(&rows, "clout@1.2.0").contains(" FAILED in halved-audience"), "{rows}");
    assert_eq!(verdict(&rows, "clout@1.0.0"), "", "a run that expects nothing judges nobody");
    let runs = row(&rows, "clout@1.1.0")["runs"].as_str().unwrap().to_string();
    assert!(runs.starts_with("trimmed-audience/") && runs.len() == "trimmed-audience/".len() + 32, "{runs}");
    let text = fs::read_to_string(folder.join("experiments/trimmed-audience.toml")).unwrap();
    write(folder, "experiments/again.toml", &text.replace("\"trimmed-audience\"", "\"again\""));
    run(folder, &["again"]);
    edit(folder, "models/clout/1.2.0.toml", "Audience counts half", "Audience counts for half");
    let later = json(folder, &["list", "--as-of", "2011-11-02"]);
    assert_eq!(verdict(&later, "clout@1.1.0"), "2 runs, 2 met");
    assert_eq!(verdict(&later, "clout@1.2.0"), "1 run of another state");
}

#[test]
fn what_cannot_be_read_stands_in_its_place() {
    let bench = workbench();
    let folder = bench.path();
    write(folder, "experiments/first.toml", FIRST);
    run(folder, &["first", "trimmed-audience"]);
    release(folder, "clout@1.0.0", "first", "2011-10-01");
    edit(folder, "models/clout/1.1.0.toml", "title", "titel");
    edit(folder, "models/clout/1.0.0.toml", "title = \"", "title = \"The ");
    let told = clout(folder, &["list", "--as-of", "2011-11-01"]);
    assert_eq!((told.code, told.out.contains("broken: unknown key `titel`")), (0, true), "{told:?}");
    let rows = json(folder, &["list", "--as-of", "2011-11-01"]);
    assert_eq!(row(&rows, "clout@1.0.0")["state"], "live, edited since");
    for model in ["clout@1.1.0", "clout@1.2.0"] {
        let row = row(&rows, model);
        assert!(row["title"].as_str().unwrap().starts_with("broken: "), "{row}");
        assert_eq!((&row["parent"], &row["depth"], &row["factors"]), (&"".into(), &0.into(), &Value::Null));
    }
    // A turn that cannot be read hides no version.
    fs::write(folder.join("releases/clout/live/2011-10-01-1.0.0.toml"), "format = 1\n").unwrap();
    let rows = json(folder, &["list", "--as-of", "2011-11-01"]);
    assert!(row(&rows, "clout@1.0.0")["state"].as_str().unwrap().starts_with("broken: "), "{rows}");
    assert_eq!(row(&rows, "followers@1.0.0")["state"], "version");
    // Neither does a run.
    fs::remove_file(folder.join(only_run(folder, "trimmed-audience")).join("run.lock.toml")).unwrap();
    let told = clout(folder, &["list", "models"]);
    assert!(told.code == 0 && told.err.contains("is left out: the run has no lock"), "{told:?}");
}

fn only_run(folder: &Path, experiment: &str) -> String {
    let runs = folder.join("runs").join(experiment);
    let name = fs::read_dir(&runs).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    format!("runs/{experiment}/{}", name.into_iter().find(|name| !name.ends_with(".toml")).unwrap())
}

#[test]
fn a_family_is_drawn_and_its_numbers_are_in_the_table() {
    let bench = workbench();
    let folder = bench.path();
    write(
        folder,
        "models/clout/2.0.0.toml",
        &version("2.0.0", "1.2.0", "1")
            .replace("edits", "[factor.elsewhere]\nnetwork = \"wikipedia\"\nvalue = \"no.such.column\"\n#"),
    );
    let order = ["list", "models", "--family", "clout", "--on", "starter", "--charts", "drawn"];
    let ran = clout(folder, &[&order[..], &["--format", "csv"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("note: clout@2.0.0 is left out: "), "{}", ran.err);
    assert!(ran.err.contains("no.such.column") && ran.err.contains("chart: drawn/lineage.svg"), "{}", ran.err);
    let drawn: Vec<String> = files(&folder.join("drawn")).into_keys().collect();
    assert_eq!(drawn, ["effective-weights.png", "effective-weights.svg", "lineage.png", "lineage.svg"]);
    // The figures are those of a comparison.
    let rows = json(folder, &["list", "models", "--family", "clout", "--on", "starter"]);
    let tau = |baseline: &str, candidate: &str| {
        let found = json(folder, &["compare", baseline, candidate]);
        found["comparisons"][0]["metrics"]["kendall-tau-b"]["point"].as_f64().unwrap()
    };
    let near = |model: &str, key: &str| row(&rows, model)[key].as_f64();
    let (step, first) = (tau("clout@1.1.0", "clout@1.2.0"), tau("clout@1.0.0", "clout@1.2.0"));
    assert!(step != first && step < 1.0);
    assert_eq!(near("clout@1.2.0", "tau-b-with-parent"), Some(step));
    assert_eq!(near("clout@1.2.0", "tau-b-with-first"), Some(first));
    assert_eq!(near("clout@1.1.0", "tau-b-with-parent"), near("clout@1.1.0", "tau-b-with-first"));
    for model in ["clout@1.0.0", "clout@2.0.0"] {
        assert_eq!((near(model, "tau-b-with-parent"), near(model, "tau-b-with-first")), (None, None), "{model}");
    }
    let svg = fs::read_to_string(folder.join("drawn/lineage.svg")).unwrap();
    assert!(svg.contains("starter, 2011-10") && svg.contains("1.2.0"), "{svg}");
    // Another snapshot gives other figures, and the folder holds something else already.
    let earlier = clout(folder, &[&order[..], &["--snapshot", "2011-08"]].concat());
    assert_eq!(earlier.code, 2);
    assert!(earlier.err.contains("the folder exists and holds something else"), "{}", earlier.err);
    // The same once more is fine.
    assert_eq!(clout(folder, &order).code, 0);
    // Without a dataset the weights alone.
    let weights = clout(folder, &["list", "models", "--family", "clout", "--charts", "weights"]);
    assert!(weights.code == 0 && weights.err.contains("--on DATASET draws as well"), "{weights:?}");
    assert_eq!(files(&folder.join("weights")).len(), 2);
}

#[test]
fn what_every_factor_weighs_is_listed() {
    let bench = workbench();
    let folder = bench.path();
    let rows = json(folder, &["list", "weights", "--family", "clout"]);
    let rows = rows.as_array().unwrap();
    let sum = |model: &str| -> f64 {
        rows.iter().filter(|row| row["model"] == model).map(|row| row["effective"].as_f64().unwrap()).sum()
    };
    for model in ["clout@1.0.0", "clout@1.1.0", "clout@1.2.0"] {
        assert!((sum(model) - 1.0).abs() < 1e-12, "{model}");
    }
    // As a comparison of two models has them.
    let diff = json(folder, &["diff", "clout@1.0.0", "clout@1.2.0"]);
    for factor in diff["factors"].as_array().unwrap() {
        let own = |row: &&Value| row["model"] == "clout@1.2.0" && row["factor"] == factor["factor"];
        let own = rows.iter().find(own).unwrap();
        assert_eq!(own["effective"].as_f64(), factor["effective"][1].as_f64(), "{factor}");
    }
    let told = clout(folder, &["list", "weights", "--family", "clout"]);
    assert!(told.out.contains("16 factors in 3 versions of clout, from 1.0.0 to 1.2.0"), "{}", told.out);
    let several = clout(folder, &["list", "weights"]);
    assert!(several.code == 2 && several.err.contains("choose one with --family: clout, followers"), "{several:?}");
}

#[test]
fn options_that_do_not_go_with_a_list_are_told() {
    let bench = workbench();
    let folder = bench.path();
    for (line, message, hint) in [
        ("list datasets --verdict met", "`clout list datasets` does not take it", "`clout list runs`"),
        ("list metrics --family clout", "`clout list metrics` does not take it", "`clout list weights`"),
        ("list runs --charts x --family clout", "`clout list runs` does not take it", "`clout list models`"),
        ("list models --on starter", "none is named", "name it with --family"),
        ("list models --family clot", "there is no such family", "did you mean `clout`?"),
        ("list models --charts x", "--family <FAMILY>", ""),
        ("list models --family clout --on stater", "there is no such dataset", "did you mean `starter`?"),
        ("list models --family clout --on starter --snapshot 2010-01", "2010-01", ""),
    ] {
        let ran = clout(folder, &line.split(' ').collect::<Vec<_>>());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}\n{}", ran.err);
        assert!(ran.err.contains(message) && ran.err.contains(hint), "{line}\n{}", ran.err);
    }
}

/// Figures on data or against a baseline that changed stand in lines of their own, and releases are
/// marked where the run had what was released.
#[test]
fn a_trend_marks_releases_and_never_joins_what_cannot_be_compared() {
    let bench = workbench();
    let folder = bench.path();
    run(folder, &["trimmed-audience", "halved-audience"]);
    release(folder, "clout@1.1.0", "trimmed-audience", "2011-10-26");
    let order = ["trend", "kendall-tau-b", "--as-of", "2011-10-27"];
    let trend = json(folder, &order);
    assert_eq!(trend["lines"].as_array().unwrap().len(), 1);
    let releases = trend["releases"].as_array().unwrap();
    assert_eq!(releases.len(), 1);
    let told = ["model", "released", "state", "share", "live-from"].map(|key| releases[0][key].clone());
    assert_eq!(
        told,
        ["clout@1.1.0".into(), "2011-10-26".into(), "live".into(), 0.25.into(), Value::from("2011-10-26")]
    );
    let table = clout(folder, &order);
    assert!(table.out.contains("2011-10-26, live 25 %") && table.err.is_empty(), "{table:?}");
    let later = clout(folder, &["trend", "kendall-tau-b", "--as-of", "2011-12-01", "--out", "trend.svg"]);
    assert!(later.out.contains("2011-10-26, live") && !later.out.contains("25 %"), "{later:?}");
    let svg = fs::read_to_string(folder.join("trend.svg")).unwrap();
    assert!(svg.contains("2011-10-26, live"), "{svg}");

    // The baseline changes: what is measured now is another line.
    edit(folder, "models/clout/1.0.0.toml", "title = \"", "title = \"The ");
    edit(folder, "models/clout/1.2.0.toml", "title = \"", "title = \"The ");
    run(folder, &["halved-audience"]);
    let lines = |trend: &Value| trend["lines"].as_array().unwrap().clone();
    let baseline = json(folder, &order);
    assert_eq!(lines(&baseline).len(), 2);
    let digests: Vec<&Value> =
        baseline["lines"].as_array().unwrap().iter().map(|line| &line["baseline-digest"]).collect();
    assert_ne!(digests[0], digests[1]);

    // And the data change: a third line, which begins at a rule.
    let verified = |folder: &Path| clout(folder, &["dataset", "verify", "starter"]).err;
    let pairs = fs::read_to_string(folder.join("datasets/starter/pairs.csv")).unwrap();
    let shorter = pairs.trim_end().rsplit_once('\n').unwrap().0;
    fs::write(folder.join("datasets/starter/pairs.csv"), format!("{shorter}\n")).unwrap();
    let told = verified(folder);
    let digest = |after: &str| told.split(after).nth(1).unwrap()[..64].to_string();
    edit(folder, "datasets/starter/dataset.toml", &digest("declared "), &digest("sha256 is "));
    run(folder, &["halved-audience"]);
    let data = json(folder, &order);
    assert_eq!(lines(&data).len(), 3, "{data}");
    let drawn = clout(folder, &[&order[..], &["--out", "apart.svg"]].concat());
    assert!(drawn.err.contains("figures of different lines cannot be compared"), "{drawn:?}");
    let svg = fs::read_to_string(folder.join("apart.svg")).unwrap();
    assert!(svg.contains("data 2011-10 ") && svg.contains(" begins"), "{svg}");
    let csv = clout(folder, &[&order[..], &["--format", "csv"]].concat()).out;
    let columns: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(columns[11..], ["Released", "State", "Data", "Baseline digest"]);
}
