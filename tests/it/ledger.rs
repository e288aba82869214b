//! Stored runs: notes on them, whether they come out again, a metric over all of them, and two of
//! them side by side.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{clout, files, golden, workbench};

const TRIMMED: &str = "trimmed-audience";
const HALVED: &str = "halved-audience";

/// The folder of the only run of an experiment, from the workbench.
fn folder_of(bench: &Path, experiment: &str) -> PathBuf {
    let is_run = |name: &String| !name.ends_with(".toml");
    let entries = fs::read_dir(bench.join("runs").join(experiment)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    Path::new("runs").join(experiment).join(names.filter(is_run).collect::<Vec<_>>().pop().unwrap())
}

fn sidecar_of(bench: &Path, experiment: &str) -> PathBuf {
    bench.join(format!("{}.notes.toml", folder_of(bench, experiment).display()))
}

#[test]
fn notes_stand_beside_a_run_and_are_shown() {
    let folder = workbench();
    let bench = folder.path();
    assert_eq!(clout(bench, &["run", TRIMMED]).code, 0);
    let mut before = files(&bench.join("runs"));
    before.retain(|name, _| !name.starts_with(".tries/"));

    let none = clout(bench, &["annotate", TRIMMED]);
    assert_eq!((none.code, none.err.contains("there are no notes")), (0, true), "{none:?}");
    for text in ["first", "  second\nline \u{1b}[31m \u{202e}and more than forty characters of it  "] {
        let added = clout(bench, &["annotate", TRIMMED, text]);
        assert_eq!((added.code, added.out.as_str()), (0, ""), "{added:?}");
        assert!(added.err.starts_with("noted: runs/trimmed-audience/"), "{added:?}");
    }
    // The run has not changed, and comes out again beside its notes.
    let mut after = files(&bench.join("runs"));
    after.retain(|name, _| !name.ends_with(".notes.toml") && !name.starts_with(".tries/"));
    assert_eq!(after, before);
    let again = clout(bench, &["run", TRIMMED]);
    assert!(again.err.contains("the same bytes stood there already"), "{again:?}");

    let printed = clout(bench, &["annotate", TRIMMED]);
    let wanted = "second line \\u{1b}[31m \\u{202e}and more than forty characters of it";
    assert!(printed.out.contains("first") && printed.out.contains(wanted), "{printed:?}");
    assert!(printed.out.find("first") < printed.out.find("second"), "the oldest comes first");
    let csv = clout(bench, &["annotate", TRIMMED, "--format", "csv"]).out;
    assert!(!csv.contains(['\u{1b}', '\u{202e}']), "{csv:?}");
    let json: serde_json::Value =
        serde_json::from_str(&clout(bench, &["annotate", TRIMMED, "--format", "json"]).out).unwrap();
    assert_eq!(json[1]["note"], "second\nline \u{1b}[31m \u{202e}and more than forty characters of it");
    let at = json[0]["at"].as_str().unwrap();
    assert!(at.starts_with("20") && at.len() == 20 && at.ends_with('Z'), "{at}");

    let report = clout(bench, &["report", TRIMMED]);
    let (code, last) = (report.code, report.out.lines().rev().take(3).collect::<String>());
    assert!(code == 0 && last.contains(wanted) && last.contains("first"), "{}", report.out);
    let redacted = clout(bench, &["report", TRIMMED, "--redact", "counts"]);
    assert!(!redacted.out.contains("forty characters") && redacted.err.contains("may name accounts"), "{redacted:?}");
    let page = clout(bench, &["report", TRIMMED, "--format", "markdown"]);
    assert!(!page.out.contains("forty characters"), "a report that is kept has no clock");

    let listed = clout(bench, &["list", "runs", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "notes are no run: {listed}");
    assert_eq!(listed[0]["notes"], "second line \\u{1b}[31m \\u{202e}and more…");
    // By its folder, from within it too.
    let inside = bench.join(folder_of(bench, TRIMMED));
    assert_eq!(clout(&inside, &["annotate", ".", "third"]).code, 0);
    assert_eq!(clout(bench, &["annotate", TRIMMED]).out.matches("third").count(), 1);
    assert_eq!(files(&inside).len(), before.len());
}

#[test]
fn wrong_notes_are_refused_and_nothing_is_written() {
    let folder = workbench();
    let bench = folder.path();
    assert_eq!(clout(bench, &["run", TRIMMED]).code, 0);
    for (arguments, message) in [
        (vec!["annotate", TRIMMED, ""], "error: the note is empty"),
        (vec!["annotate", TRIMMED, " \n "], "error: the note is empty"),
        (vec!["annotate", "nowhere", "text"], "error: there is no such run"),
    ] {
        let ran = clout(bench, &arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(message), "{ran:?}");
    }
    let long = clout(bench, &["annotate", TRIMMED, &"x".repeat(2_001)]);
    assert_eq!(long.code, 2);
    assert!(long.err.contains("the note has 2,001 characters, and may have 2,000"), "{long:?}");
    let sidecar = sidecar_of(bench, TRIMMED);
    assert!(!sidecar.exists());

    let broken = "format = 1\n[[note]]\nat = \"yesterday\"\ntext = \"a\"\n";
    fs::write(&sidecar, broken).unwrap();
    let id = sidecar.file_name().unwrap().to_string_lossy().into_owned();
    for arguments in [vec!["annotate", TRIMMED, "text"], vec!["annotate", TRIMMED], vec!["report", TRIMMED]] {
        let ran = clout(bench, &arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains("`at` is no time"), "{ran:?}");
        assert!(ran.err.contains(&format!("runs/trimmed-audience/{id}:3:6")), "{ran:?}");
        assert_eq!(fs::read_to_string(&sidecar).unwrap(), broken, "it is never overwritten");
    }
    let listed = clout(bench, &["list", "runs"]);
    assert!(listed.code == 0 && listed.out.contains("broken: `at` is no time"), "{listed:?}");
    fs::write(&sidecar, [0xff, 0xfe]).unwrap();
    assert_eq!(clout(bench, &["annotate", TRIMMED, "text"]).code, 2);
    assert_eq!(fs::read(&sidecar).unwrap(), [0xff, 0xfe]);
}

/// Replaces a text that stands in a file.
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{}: {from}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// What is said of a run that comes out again: all its files are counted.
fn the_same(bench: &Path, experiment: &str) -> String {
    let count = files(&bench.join(folder_of(bench, experiment))).len();
    assert!(count > 10);
    format!("the same bytes: {count} files\n")
}

#[test]
fn a_stored_run_comes_out_again_byte_by_byte() {
    let folder = workbench();
    let bench = folder.path();
    assert_eq!(clout(bench, &["run", TRIMMED, HALVED]).code, 1);
    let runs = files(&bench.join("runs"));
    // Verdicts do not matter here: the bytes do.
    for experiment in [TRIMMED, HALVED] {
        let said = the_same(bench, experiment);
        let again = clout(bench, &["run", "--again", experiment]);
        assert_eq!((again.code, again.out.as_str()), (0, said.as_str()), "{again:?}");
    }
    assert_eq!(files(&bench.join("runs")), runs);
    // Other experiments may be gone, and the run may stand elsewhere.
    fs::remove_file(bench.join("experiments/halved-audience.toml")).unwrap();
    let count = files(&bench.join(folder_of(bench, TRIMMED))).len();
    fs::rename(bench.join(folder_of(bench, TRIMMED)), bench.join("kept")).unwrap();
    let again = clout(bench, &["run", "--again", "kept", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((again.code, &json["same"], &json["files"]), (0, &true.into(), &count.into()), "{again:?}");
    assert!(!bench.join("runs").join(TRIMMED).join(json["run"].as_str().unwrap()).exists());

    let report = bench.join("kept/report.md");
    fs::write(&report, "edited").unwrap();
    let tampered = clout(bench, &["run", "--again", "kept"]);
    assert_eq!((tampered.code, tampered.out.as_str()), (2, ""));
    assert!(tampered.err.contains("other bytes: report.md differ"), "{tampered:?}");
    assert_eq!(fs::read_to_string(&report).unwrap(), "edited");
}

#[test]
fn what_stands_in_the_way_of_running_again_is_told() {
    let folder = workbench();
    let bench = folder.path();
    assert_eq!(clout(bench, &["run", TRIMMED]).code, 0);
    for (arguments, message) in [
        (vec!["run"], "required"),
        (vec!["run", TRIMMED, "--again", TRIMMED], "cannot be used with"),
        (vec!["run", "--again", "nowhere"], "error: there is no such run"),
    ] {
        let ran = clout(bench, &arguments);
        assert!(ran.code == 2 && ran.err.contains(message), "{arguments:?} {ran:?}");
    }
    let experiment = bench.join("experiments/trimmed-audience.toml");
    let text = fs::read(&experiment).unwrap();
    fs::remove_file(&experiment).unwrap();
    let gone = clout(bench, &["run", "--again", TRIMMED]);
    assert_eq!(gone.code, 2);
    assert!(gone.err.contains("the experiment `trimmed-audience` of this run is not there any more"), "{gone:?}");
    assert!(gone.err.contains("experiments/trimmed-audience.toml") && gone.err.contains("hint: put its file back"));
    fs::write(&experiment, text).unwrap();

    fs::remove_file(bench.join(folder_of(bench, TRIMMED)).join("run.lock.toml")).unwrap();
    // By whatever path it is named.
    let path = bench.join(folder_of(bench, TRIMMED)).to_string_lossy().into_owned();
    for arguments in [vec!["run", "--again", TRIMMED], vec!["report", TRIMMED], vec!["report", &path]] {
        let unlocked = clout(bench, &arguments);
        assert!(unlocked.code == 2 && unlocked.err.contains("the run has no lock"), "{unlocked:?}");
    }
}

#[test]
fn a_bound_dataset_is_bound_again() {
    let folder = workbench();
    let bench = folder.path();
    fs::rename(bench.join("datasets/starter"), bench.join("elsewhere")).unwrap();
    let bound = ["--dataset", "starter=elsewhere"];
    assert_eq!(clout(bench, &[&["run", TRIMMED][..], &bound].concat()).code, 0);
    let unbound = clout(bench, &["run", "--again", TRIMMED]);
    assert!(unbound.code == 2 && unbound.err.contains("there is no dataset `starter`"), "{unbound:?}");
    assert!(unbound.err.contains("--dataset"), "{unbound:?}");
    let again = clout(bench, &[&["run", "--again", TRIMMED][..], &bound].concat());
    let said = the_same(bench, TRIMMED);
    assert_eq!((again.code, again.out.as_str()), (0, said.as_str()), "{again:?}");
}

/// Each kind of input is changed by itself; those that differ are named, and no other.
#[test]
fn inputs_that_changed_are_named() {
    let folder = workbench();
    let bench = folder.path();
    let experiment = bench.join("experiments/trimmed-audience.toml");
    edit(
        &experiment,
        "[[expect]]",
        "[uncertainty]\nseed = 7\nreplicates = 100\n[[cohort]]\nname = \"vip\"\nfile = \"vip.txt\"\n[[expect]]",
    );
    let cohort = bench.join("vip.txt");
    fs::write(&cohort, "1\n2\n").unwrap();
    let ran = clout(bench, &["run", TRIMMED]);
    assert!(ran.code <= 1, "{ran:?}");
    let same = clout(bench, &["run", "--again", TRIMMED]);
    assert_eq!(same.code, 0, "{same:?}");

    let model = bench.join("models/clout/1.1.0.toml");
    let manifest = bench.join("datasets/starter/dataset.toml");
    let names = |code: i32| {
        let ran = clout(bench, &["run", "--again", TRIMMED, "--format", "json"]);
        assert_eq!(ran.code, code, "{ran:?}");
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        json["changed"].as_array().unwrap().iter().map(|c| c["input"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    for (path, from, to, expected) in [
        (&experiment, "at-most = 0.08", "at-most = 0.09", &["experiment file"][..]),
        (&experiment, "seed = 7", "seed = 8", &["experiment file", "seed"]),
        (&cohort, "2\n", "3\n", &["cohort vip"]),
        (&model, "weight = 2.2", "weight = 2.25", &["model clout@1.1.0"]),
        (&manifest, "title = \"", "title = \"The ", &["manifest of dataset starter"]),
    ] {
        let before = fs::read(path).unwrap();
        edit(path, from, to);
        assert_eq!(names(3), expected, "{from}");
        fs::write(path, before).unwrap();
    }
    // A comment is no change.
    edit(&experiment, "format = 1", "format = 1 # the first");
    assert_eq!(clout(bench, &["run", "--again", TRIMMED]).code, 0);

    // A file of the dataset, which its manifest names by digest.
    let pairs = bench.join("datasets/starter/pairs.csv");
    let shorter = fs::read_to_string(&pairs).unwrap();
    let shorter = shorter.trim_end().rsplit_once('\n').unwrap().0;
    fs::write(&pairs, format!("{shorter}\n")).unwrap();
    let verified = clout(bench, &["dataset", "verify", "starter"]);
    let digest = |after: &str| verified.err.split(after).nth(1).unwrap()[..64].to_string();
    let (found, declared) = (digest("sha256 is "), digest("declared "));
    edit(&manifest, &declared, &found);
    assert_eq!(names(3), ["manifest of dataset starter", "pairs.csv of dataset starter"]);
    edit(&model, "weight = 2.2", "weight = 2.25");
    edit(&experiment, "candidates = [\"clout@1.1.0\"]", "candidates = [\"clout@1.1.0\", \"clout@1.2.0\"]");
    let told = clout(bench, &["run", "--again", TRIMMED]);
    assert_eq!(told.code, 3, "{told:?}");
    assert!(told.err.contains("the run cannot come out again: 5 inputs changed"), "{told:?}");
    let line = |start: &str| told.out.lines().find(|line| line.trim_start().starts_with(start)).unwrap().to_string();
    let pairs_line = line("pairs.csv of dataset starter");
    assert!(pairs_line.contains(&declared[..12]) && pairs_line.trim_end().ends_with(&found[..12]), "{pairs_line}");
    assert!(line("model clout@1.2.0").contains('–'), "a model that was not there then");
}

/// The outcome of the only run of an experiment.
fn outcome_of(bench: &Path, experiment: &str) -> serde_json::Value {
    let path = bench.join(folder_of(bench, experiment)).join("outcome.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_metric_is_followed_over_versions_and_runs() {
    let folder = workbench();
    let bench = folder.path();
    let text = fs::read_to_string(bench.join("experiments/trimmed-audience.toml")).unwrap();
    let earlier = text.replace("experiment = \"trimmed-audience\"", "experiment = \"earlier\"");
    let earlier = earlier.replace("named = [\"2011-10\"]", "named = [\"2011-08\"]");
    let earlier = format!("{}\n[uncertainty]\nreplicates = 400\n", earlier.split("[[expect]]").next().unwrap());
    fs::write(bench.join("experiments/earlier.toml"), earlier).unwrap();
    assert_eq!(clout(bench, &["run", HALVED, TRIMMED, "earlier"]).code, 1);
    assert_eq!(clout(bench, &["annotate", TRIMMED, "a note is no run"]).code, 0);

    let ran = clout(bench, &["trend", "overlap-at-k[k=100]", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let lines = json["lines"].as_array().unwrap();
    // By snapshot; on 2011-10 both candidates against one baseline.
    let names = |line: &serde_json::Value| -> Vec<String> {
        line["points"].as_array().unwrap().iter().map(|p| p["candidate"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(lines.iter().map(names).collect::<Vec<_>>(), [vec!["clout@1.1.0"], vec!["clout@1.1.0", "clout@1.2.0"]]);
    assert_eq!([&lines[0]["place"]["snapshot"], &lines[1]["place"]["snapshot"]], ["2011-08", "2011-10"]);
    for (line, point, experiment) in [(0, 0, "earlier"), (1, 0, TRIMMED), (1, 1, HALVED)] {
        let (found, outcome) = (&lines[line]["points"][point], outcome_of(bench, experiment));
        assert_eq!(found["run"], outcome["run-id"], "{experiment}");
        assert_eq!(found["value"], outcome["comparisons"][0]["metrics"]["overlap-at-k[k=100]"], "{experiment}");
        let verdicts = outcome["verdicts"].as_array().unwrap();
        assert_eq!(found["expected"], verdicts.len(), "{experiment}");
        assert_eq!(found["failed"], verdicts.iter().filter(|verdict| verdict["met"] == false).count(), "{experiment}");
    }

    let csv = clout(bench, &["trend", "mean-shift", "--format", "csv"]);
    let rows: Vec<&str> = csv.out.lines().collect();
    let header = "Line,Place,Baseline,Candidate,Point,Lower,Upper,Verdict,Experiment,Run,Undefined,Released,State,Data,Baseline digest";
    assert_eq!((rows.len(), rows[0]), (4, header), "{csv:?}");
    let measured = &outcome_of(bench, "earlier")["comparisons"][0]["metrics"]["mean-shift"];
    assert!(measured["lower"].is_number(), "{measured}");
    let [point, lower, upper] = ["point", "lower", "upper"].map(|part| measured[part].as_f64().unwrap());
    assert!(
        rows[1].starts_with(&format!("1,\"starter, 2011-08\",clout@1.0.0,clout@1.1.0,{point},{lower},{upper},")),
        "{}",
        rows[1]
    );
    let told = clout(bench, &["trend", "mean-shift"]);
    assert!(told.err.contains("figures of different lines cannot be compared"), "{told:?}");
    assert!(told.out.contains("\n2: Mean shift, points. starter, 2011-10, against clout@1.0.0\n"), "{told:?}");

    let rows = |arguments: &[&str]| {
        let ran = clout(bench, &[&["trend", "kendall-tau-b", "--format", "csv"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out.lines().count() - 1
    };
    assert_eq!(rows(&[]), 3);
    assert_eq!(rows(&["--experiment", "earlier"]), 1);
    assert_eq!(rows(&["--on", "starter", "--candidate", "clout"]), 3);
    let table = clout(bench, &["trend", "kendall-tau-b", "--experiment", TRIMMED]);
    assert!(
        table.out.contains("5 met") && !table.out.contains("Undefined") && !table.out.contains("Lower"),
        "{table:?}"
    );

    // A run that somebody edited is left out, and told; and a changed draft bears the same name.
    let halved = bench.join(folder_of(bench, HALVED)).join("outcome.json");
    edit(&halved, "\"passed\": false", "\"passed\": true");
    edit(&bench.join("models/clout/1.1.0.toml"), "weight = 2.2", "weight = 2.25");
    assert!(clout(bench, &["run", TRIMMED]).code <= 1);
    let ran = clout(bench, &["trend", "kendall-tau-b", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["lines"][1]["points"].as_array().unwrap().len(), 2);
    assert_eq!(json["left-out"].as_array().unwrap().len(), 1);
    assert!(ran.err.contains("is left out: the outcome is not the one that run.lock.toml names"), "{ran:?}");
    assert!(ran.err.contains("clout@1.1.0 stands for 2 different models"), "{ran:?}");
}

#[test]
fn a_wrong_trend_says_why() {
    let folder = workbench();
    let bench = folder.path();
    let nothing = clout(bench, &["trend", "kendall-tau-b"]);
    assert!(nothing.code == 2 && nothing.err.contains("there are no stored runs"), "{nothing:?}");
    assert_eq!(clout(bench, &["run", TRIMMED]).code, 0);
    for (line, message, hint) in [
        ("trend kendal-tau-b", "unknown metric `kendal-tau-b`", "did you mean `kendall-tau-b`?"),
        ("trend overlap-at-k[n=3]", "`overlap-at-k` has no parameter `n`", "it takes k"),
        ("trend overlap-at-k[k=7]", "no stored run measured `overlap-at-k[k=7]`", "overlap-at-k[k=100]"),
        ("trend nps", "no stored run measured `nps`", "measured: accuracy, auc,"),
        ("trend psi --experiment trimmed", "no stored run has the experiment `trimmed`", "trimmed-audience"),
        ("trend psi --on stater", "no stored run has the dataset `stater`", "did you mean `starter`?"),
        ("trend psi --candidate clot", "no stored run has the candidate of the family `clot`", "did you mean `clout`?"),
    ] {
        let ran = clout(bench, &line.split(' ').collect::<Vec<_>>());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        assert!(ran.err.contains(message) && ran.err.contains(hint), "{line}: {}", ran.err);
    }
    // Both names occur, but not together.
    let text = fs::read_to_string(bench.join("experiments/trimmed-audience.toml")).unwrap();
    let other = text.split("[[expect]]").next().unwrap().replace("trimmed-audience", "other");
    let other = other.replace("[\"clout@1.1.0\"]", "[\"followers@1.0.0\"]");
    fs::write(bench.join("experiments/other.toml"), other).unwrap();
    assert_eq!(clout(bench, &["run", "other"]).code, 0);
    let apart = clout(bench, &["trend", "psi", "--experiment", "other", "--candidate", "clout"]);
    assert!(apart.code == 2 && apart.err.contains("leave one of them out"), "{apart:?}");
}

#[test]
fn two_runs_stand_side_by_side() {
    let folder = workbench();
    let bench = folder.path();
    assert_eq!(clout(bench, &["run", TRIMMED, HALVED]).code, 1);
    let [first, second] = [TRIMMED, HALVED].map(|experiment| outcome_of(bench, experiment));
    let ran = clout(bench, &["report", TRIMMED, HALVED, "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json["first"], &json["second"]), (&first["run-id"], &second["run-id"]));
    assert_eq!(json["comparable"], true);
    let metrics = json["metrics"].as_array().unwrap();
    let tau = metrics.iter().find(|row| row["metric"] == "kendall-tau-b").unwrap();
    let point = |run: &serde_json::Value| run["comparisons"][0]["metrics"]["kendall-tau-b"]["point"].as_f64().unwrap();
    assert_eq!(tau["difference"], point(&second) - point(&first));

    let table = clout(bench, &["report", TRIMMED, HALVED]);
    golden("beside.txt", &table.out);
    let page = clout(bench, &["report", TRIMMED, HALVED, "--format", "markdown"]);
    assert!(page.code == 0 && page.out.contains("\n# trimmed-audience "), "{page:?}");
    let html = clout(bench, &["report", TRIMMED, HALVED, "--format", "html"]);
    assert!(html.code == 0 && html.out.contains("id=\"summary\"") && html.out.ends_with("</html>"), "{}", html.err);
}

#[test]
fn runs_that_cannot_be_compared_say_why() {
    let folder = workbench();
    let bench = folder.path();
    let text = fs::read_to_string(bench.join("experiments/trimmed-audience.toml")).unwrap();
    let other = text.split("[[expect]]").next().unwrap().replace("trimmed-audience", "other");
    let other = other.replace("baseline = \"clout@1.0.0\"", "baseline = \"followers@1.0.0\"");
    let other = other.replace("named = [\"2011-10\"]", "named = [\"2011-08\"]");
    fs::write(bench.join("experiments/other.toml"), other).unwrap();
    assert_eq!(clout(bench, &["run", TRIMMED, "other"]).code, 0);
    let ran = clout(bench, &["report", TRIMMED, "other"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{ran:?}");
    let digest = outcome_of(bench, "other")["models"][0]["digest"].as_str().unwrap()[..12].to_string();
    for reason in ["the baselines differ", &digest, "no place in common", "starter, 2011-08"] {
        assert!(ran.err.contains(reason), "{reason}: {}", ran.err);
    }
    let json = clout(bench, &["report", TRIMMED, "other", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &value["comparable"], value["reasons"].as_array().unwrap().len()), (3, &false.into(), 2));
    for (arguments, message) in [
        (vec!["report", TRIMMED, "nowhere"], "error: there is no such run"),
        (vec!["report", TRIMMED, TRIMMED, "--format", "junit"], "two runs side by side are no test cases"),
        (vec!["report", TRIMMED, TRIMMED, "--out", "page"], "cannot be used with"),
    ] {
        let ran = clout(bench, &arguments);
        assert!(ran.code == 2 && ran.err.contains(message) && ran.out.is_empty(), "{ran:?}");
    }
    assert!(!bench.join("page").exists());
}

/// A run that another build made: its id is another one, and its lock says what it knows.
#[test]
fn another_build_of_the_tool_is_told() {
    let folder = workbench();
    let bench = folder.path();
    assert_eq!(clout(bench, &["run", TRIMMED]).code, 0);
    let run = bench.join(folder_of(bench, TRIMMED));
    let id = run.file_name().unwrap().to_string_lossy().into_owned();
    let (outcome, lock) = (run.join("outcome.json"), run.join("run.lock.toml"));
    let digest = || <sha2::Sha256 as sha2::Digest>::digest(fs::read(&outcome).unwrap());
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let before = hex(&digest());
    edit(&outcome, &id, &"0".repeat(32));
    edit(&lock, &before, &hex(&digest()));
    let built = clout(bench, &["run", "--again", TRIMMED]);
    assert_eq!((built.code, built.out.as_str()), (3, ""), "{built:?}");
    assert!(built.err.contains("no input that its lock names changed"), "{built:?}");
    let version = env!("CARGO_PKG_VERSION");
    edit(&lock, &format!("tool = \"{version}\""), "tool = \"0.0.1\"");
    let older = clout(bench, &["run", "--again", TRIMMED, "--format", "csv"]);
    assert_eq!((older.code, older.out), (3, format!("Input,Then,Now\ntool,0.0.1,{version}\n")));
    assert!(older.err.contains("1 input changed"), "{}", older.err);
}

#[test]
fn a_trend_is_drawn_where_it_is_asked_for() {
    let folder = workbench();
    let bench = folder.path();
    let ran = clout(bench, &["run", "experiments/trimmed-audience.toml", "experiments/halved-audience.toml"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    for name in ["trend.svg", "trend.png"] {
        let drawn = clout(bench, &["trend", "kendall-tau-b", "--out", name]);
        assert!(drawn.code == 0 && drawn.err.contains(&format!("chart: {name}")), "{drawn:?}");
    }
    let svg = fs::read_to_string(bench.join("trend.svg")).unwrap();
    assert!(svg.contains("clout@1.1.0") && svg.contains("clout@1.2.0") && svg.contains("version"), "{svg}");
    assert_eq!(&fs::read(bench.join("trend.png")).unwrap()[1..4], b"PNG");
    let refused = clout(bench, &["trend", "kendall-tau-b", "--out", "trend.gif"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("name it .svg or .png") && !bench.join("trend.gif").exists(), "{}", refused.err);
}

#[test]
fn runs_are_listed_by_what_they_are() {
    let folder = workbench();
    let bench = folder.path();
    let empty = clout(bench, &["list", "runs", "--verdict", "met"]);
    assert!(empty.code == 0 && empty.err.contains("there are no stored runs"), "{empty:?}");
    let text = fs::read_to_string(bench.join("experiments/trimmed-audience.toml")).unwrap();
    let plain = text.split("[[expect]]").next().unwrap().replace("trimmed-audience", "plain");
    fs::write(bench.join("experiments/plain.toml"), plain.replace("[\"clout@1.1.0\"]", "[\"followers@1.0.0\"]"))
        .unwrap();
    assert_eq!(clout(bench, &["run", TRIMMED, HALVED, "plain"]).code, 1);
    let listed = |filters: &str| -> Vec<String> {
        let filters = filters.split(' ').filter(|word| !word.is_empty());
        let ran = clout(bench, &["list", "runs", "--format", "json"].into_iter().chain(filters).collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{ran:?}");
        let rows: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["experiment"].as_str().unwrap().to_string()).collect()
    };
    let tool = format!("--tool {}", env!("CARGO_PKG_VERSION"));
    for (filters, expected) in [
        ("", &[HALVED, "plain", TRIMMED][..]),
        ("--verdict met", &[TRIMMED]),
        ("--verdict failed", &[HALVED]),
        ("--verdict none", &["plain"]),
        ("--experiment plain", &["plain"]),
        ("--candidate clout", &[HALVED, TRIMMED]),
        ("--candidate clout@1.1.0", &[TRIMMED]),
        ("--on starter", &[HALVED, "plain", TRIMMED]),
        ("--on starter --candidate clout --verdict failed", &[HALVED]),
        ("--experiment plain --verdict met", &[]),
        (&tool, &[HALVED, "plain", TRIMMED]),
    ] {
        assert_eq!(listed(filters), expected, "{filters}");
    }
    // What nothing passes says what there is.
    let none = clout(bench, &["list", "runs", "--experiment", "plain", "--verdict", "met"]);
    let told = "none of 3 stored runs passes; each filter by itself takes 1 (--experiment plain), 1 (--verdict met); verdicts are 1 met, 1 failed, 1 none";
    assert!(none.code == 0 && none.err.contains(told), "{none:?}");
    for (filters, message, hint) in [
        (
            "--experiment trimed-audience",
            "no stored run is of the experiment `trimed-audience`",
            "did you mean `trimmed-audience`?",
        ),
        ("--on panel", "no stored run is on the dataset `panel`", "known here: `starter`"),
        (
            "--candidate clout@1.0.0",
            "no stored run has the candidate or family `clout@1.0.0`",
            "did you mean `clout@1.",
        ),
        ("--tool 0.0.9", "no stored run was made by the version `0.0.9`", env!("CARGO_PKG_VERSION")),
    ] {
        let ran = clout(bench, &["list", "runs"].into_iter().chain(filters.split(' ')).collect::<Vec<_>>());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{filters}");
        assert!(ran.err.contains(message) && ran.err.contains(hint), "{filters}\n{}", ran.err);
    }
    // A run that cannot be read is listed where all are, and told where some are asked for.
    edit(&bench.join(folder_of(bench, HALVED)).join("outcome.json"), "\"passed\": false", "\"passed\": true");
    let all = clout(bench, &["list", "runs", "--format", "csv"]);
    assert!(all.out.contains("broken: the outcome is not the one"), "{all:?}");
    let some = clout(bench, &["list", "runs", "--candidate", "clout"]);
    assert!(some.err.contains("is left out: the outcome is not the one") && !some.out.contains("broken"), "{some:?}");
    let csv = clout(bench, &["list", "runs", "--format", "csv"]).out;
    assert!(csv.starts_with("Experiment,Run,Verdict,Candidates,Notes,Baseline,Datasets,Tool\n"), "{csv}");
}
