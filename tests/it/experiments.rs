//! What an experiment can ask beyond one pair of models on one snapshot: groups, cohorts, perks,
//! weights, moving data, topics, answers and intervals; each on numbers that a reader can check by
//! hand, and the shipped experiments on the shipped panels.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{PLAIN, Ran, clout, files, golden, project};

const MANIFEST: &str = r#"
format = 1
dataset = "d"
population = "everybody in this file"
source = "a test"
licence = "none"
[[table]]
file = "rows.csv"
encoding = "csv"
sha256 = "SHA"
[column.id]
role = "key"
type = "text"
"#;

/// A workbench with two models, a dataset of these lines, and an experiment.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new(lines: &str, columns: &[(&str, &str)], experiment: &str) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench(folder);
        bench.write("models/plain/1.0.0.toml", PLAIN);
        // The same for another signal.
        let after = PLAIN.replace("plain@1.0.0", "plain@2.0.0").replace("value = \"x\"", "value = \"y\"");
        bench.write("models/plain/2.0.0.toml", &after);
        bench.write("datasets/d/rows.csv", lines);
        let mut manifest = MANIFEST.replace("SHA", &sha256(lines.as_bytes()));
        for (name, role) in columns {
            manifest.push_str(&format!("[column.{name}]\nrole = \"{role}\"\n"));
        }
        bench.write("datasets/d/dataset.toml", &manifest);
        let head = "format = 1\nexperiment = \"e\"\nbaseline = \"plain@1.0.0\"\ndataset = \"d\"\n";
        let candidates = if experiment.contains("candidates =") { "" } else { "candidates = [\"plain@2.0.0\"]\n" };
        bench.write("experiments/e.toml", &format!("{head}{candidates}{experiment}"));
        bench
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self) -> Ran {
        clout(self.0.path(), &["run", "e", "--format", "json"])
    }

    /// The outcome of the one experiment, which must end with this code.
    fn outcome(&self, code: i32) -> Value {
        let ran = self.run();
        assert_eq!(ran.code, code, "{ran:?}");
        serde_json::from_str::<Value>(&ran.out).unwrap()[0].clone()
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn metric(measurements: &Value, label: &str) -> f64 {
    measurements[label]["point"].as_f64().unwrap_or_else(|| panic!("{label} in {measurements}"))
}

fn near(ours: f64, by_hand: f64) {
    assert!((ours - by_hand).abs() < 1e-9, "{ours} is not {by_hand}");
}

const SIGNALS: [(&str, &str); 2] = [("x", "signal"), ("y", "signal")];

fn columns<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    SIGNALS.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn sampling_weights_are_honoured_and_exposure_gives_shares_of_its_own() {
    // a stands for 3 accounts and falls by 9.9 points; b for 1 and rises by 19.8.
    let lines = "id,x,y,w,seen\na,50,40,3,1\nb,20,40,1,9\n";
    let columns = columns(&[("w", "sampling-weight"), ("seen", "exposure-weight")]);
    let outcome = Bench::new(lines, &columns, "").outcome(0);
    let metrics = &outcome["comparisons"][0]["metrics"];
    near(metric(metrics, "mean-shift"), (3.0 * -9.9 + 19.8) / 4.0);
    near(metric(metrics, "share-moved[direction=down]"), 0.75);
    // Exposure times what the row stands for: 3 of 12.
    near(metric(metrics, "share-moved[direction=down,per=exposure]"), 0.25);
    near(metric(metrics, "share-moved[direction=up,on=displayed,threshold=20]"), 0.25);
    let reason = metrics["tau-ap"]["undefined"].as_str().unwrap();
    assert!(reason.contains("weighted sample"), "{reason}");
    assert_eq!(outcome["datasets"][0]["sampled"], true);

    let wrong = Bench::new("id,x,y,w\na,1,1,0\n", &self::columns(&[("w", "sampling-weight")]), "").run();
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("1 rows have no sampling weight above 0 in `w`"), "{}", wrong.err);
}

/// Ten persons who lose 9.9 points and ten brands who gain 4.95; `c0` is also in a cohort.
fn persons_and_brands() -> String {
    let mut lines = "id,x,y,kind\n".to_string();
    for at in 0..10 {
        let x = 40 + at;
        lines.push_str(&format!("p{at},{x},{},person\n", x - 10));
        lines.push_str(&format!("c{at},{x},{},brand\n", x + 5));
    }
    lines
}

#[test]
fn groups_and_cohorts_are_measured_apart_and_the_worst_stands_first() {
    let bench = Bench::new(
        &persons_and_brands(),
        &columns(&[("kind", "segment")]),
        r#"
segments = ["kind"]
smallest-group = 5
[[cohort]]
name = "vip"
file = "cohorts/vip.txt"
[[expect]]
metric = "mean-shift"
segment = "kind"
at-least = -5
because = "no kind loses"
[[expect]]
metric = "mean-shift"
cohort = "vip"
at-least = 0
because = "nor do the ones we know"
"#,
    );
    bench.write("cohorts/vip.txt", "# the ones we know\nc0\n\np0\nc0\nnobody\n");
    let outcome = bench.outcome(1);
    let groups = outcome["comparisons"][0]["groups"].as_array().unwrap();
    let kinds: Vec<(&str, u64)> = groups
        .iter()
        .filter(|group| group["group"]["segment"]["column"] == "kind")
        .map(|group| (group["group"]["segment"]["value"].as_str().unwrap(), group["accounts"].as_u64().unwrap()))
        .collect();
    assert_eq!(kinds, [("person", 10), ("brand", 10)], "the group that falls furthest first");
    near(metric(&groups[0]["metrics"], "mean-shift"), -9.9);
    near(metric(&groups[1]["metrics"], "mean-shift"), 4.95);
    let vip = groups.iter().find(|group| group["group"]["cohort"] == "vip").unwrap();
    assert_eq!((&vip["accounts"], vip.get("metrics")), (&Value::from(2), None), "two are too few for figures");
    assert_eq!(outcome["comparisons"][0]["cohorts-absent"]["vip"], 1);

    let verdicts = outcome["verdicts"].as_array().unwrap();
    let met: Vec<(Option<&str>, bool)> = verdicts
        .iter()
        .map(|verdict| (verdict["group"]["segment"]["value"].as_str(), verdict["met"].as_bool().unwrap()))
        .collect();
    // Every kind is judged by itself; the cohort of c0 and p0 loses (-9.9 + 4.95) / 2.
    assert_eq!(met[..3], [(Some("brand"), true), (Some("person"), false), (None, false)]);
    near(metric(&verdicts[2], "measured"), (-9.9 + 4.95) / 2.0);
    let doubts = outcome["doubts"].as_array().unwrap();
    assert!(doubts.iter().any(|doubt| doubt.as_str().unwrap().contains("1 account of the cohort vip is not compared")));
}

#[test]
fn perks_are_gained_and_lost_by_name_and_by_segment() {
    let bench = Bench::new(
        &persons_and_brands(),
        &columns(&[("kind", "segment")]),
        r#"
[[perk]]
name = "lounge"
at-least = 50
[[perk]]
name = "brand of the month"
top = 3
segment = "kind=brand"
"#,
    );
    let outcome = bench.outcome(0);
    let perks = &outcome["comparisons"][0]["perks"];
    // Displayed scores before: 1 + .99 x for x = 40 … 49 is 41 … 50 (49.51 is shown as 50), so p9 and
    // c9 have it; after, persons are at most 40, brands c4 (49.51, shown as 50) to c9 have it.
    let counts = |eligible, before, after, gained, lost| serde_json::json!({"eligible": eligible, "before": before, "after": after, "gained": gained, "lost": lost});
    assert_eq!(perks[0]["counts"], counts(20, 2, 6, 5, 1));
    assert_eq!(perks[0]["losers"][0]["account"], "p9");
    assert_eq!(perks[0]["segments"]["kind"]["person"], counts(10, 1, 0, 0, 1));
    assert_eq!(perks[1]["counts"], counts(10, 3, 3, 0, 0));
}

#[test]
fn the_model_fixed_and_the_data_moving() {
    // a stays and rises by 9.9; b goes, c comes.
    let lines = "id,month,x,y\na,1,10,0\nb,1,50,0\na,2,20,0\nc,2,90,0\n";
    let bench = Bench::new(
        lines,
        &columns(&[("month", "snapshot")]),
        "candidates = [\"plain@1.0.0\"]\nbaseline-snapshot = \"1\"\nminimum-overlap = 0.1\n",
    );
    let outcome = bench.outcome(0);
    let comparison = &outcome["comparisons"][0];
    assert_eq!(comparison["place"], serde_json::json!({"dataset": "d", "snapshot": "2", "baseline-snapshot": "1"}));
    assert_eq!(
        comparison["coverage"],
        serde_json::json!({"both": 1, "only-baseline": 1, "only-candidate": 1, "neither": 0})
    );
    near(metric(&comparison["metrics"], "mean-shift"), 9.9);
    let population = &comparison["findings"]["population"];
    let part = |key: &str| population[key].as_f64().unwrap();
    // Means of everybody: 30.7 before, 55.45 after.
    near(part("mean-change"), 55.45 - 30.7);
    near(part("by-stayers"), 9.9);
    near(part("by-entrants"), (90.1 - 20.8) / 2.0);
    near(part("by-leavers"), (50.5 - 10.9) / 2.0);
    near(part("mean-change"), part("by-stayers") + part("by-entrants") - part("by-leavers"));
    assert_eq!(outcome["signal-drift"][0]["reason"], "sides");
}

#[test]
fn topics_are_compared_one_by_one_and_averaged() {
    let mut lines = "id,topic,x,y\n".to_string();
    for at in 0..30 {
        lines.push_str(&format!("a{at},tea,{at},{}\n", at + 10));
        lines.push_str(&format!("a{at},rust,{at},{0}\na{at},go,{at},{0}\na{at},ale,{at},{1}\n", at + 20, at + 10));
    }
    let bench = Bench::new(
        &lines,
        &columns(&[("topic", "topic")]),
        "topics = \"all\"\n[uncertainty]\nreplicates = 400\n[[expect]]\nmetric = \"mean-shift\"\ntopic = \"tea\"\nat-most = 10\nbecause = \"tea\"\n[[expect]]\nmetric = \"mean-shift\"\nacross-topics = true\nbinds = \"point\"\nat-most = 15\nbecause = \"all\"\n",
    );
    let outcome = bench.outcome(0);
    let places: Vec<&str> = outcome["comparisons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comparison| comparison["place"]["topic"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["ale", "go", "rust", "tea"]);
    assert_eq!(outcome["verdicts"].as_array().unwrap().len(), 2);
    let across = &outcome["across-topics"][0];
    assert_eq!(across["topics"], 4);
    near(metric(&across["metrics"], "mean-shift"), (9.9 + 19.8) / 2.0);
    let verdict = &outcome["verdicts"][1];
    assert_eq!((verdict["across-topics"].as_bool(), verdict["met"].as_bool()), (Some(true), Some(true)));
    // Topics are drawn again too: with four, a drawing may hold one kind of topic alone, seldom.
    let shift = &across["metrics"]["mean-shift"];
    let (lower, upper) = (shift["lower"].as_f64().unwrap(), shift["upper"].as_f64().unwrap());
    assert!((9.8..12.5).contains(&lower) && (17.0..=19.9).contains(&upper), "{shift}");
}

#[test]
fn answers_weigh_as_much_as_who_gives_them() {
    let lines = "id,x,y\na,10,90\nb,90,10\nbrand,50,50\n";
    let bench = Bench::new(lines, &SIGNALS, "");
    let answers = "account,brand,answer\na,brand,10\nb,brand,3\n";
    bench.write("datasets/d/answers.csv", answers);
    let path = bench.0.path().join("datasets/d/dataset.toml");
    let manifest = fs::read_to_string(&path).unwrap();
    let entry =
        format!("[answers]\nfile = \"answers.csv\"\nencoding = \"csv\"\nsha256 = \"{}\"\n", sha256(answers.as_bytes()));
    fs::write(path, manifest + &entry).unwrap();
    let outcome = bench.outcome(0);
    let metrics = &outcome["comparisons"][0]["metrics"];
    // Scores are 10.9 and 90.1: the promoter weighs little before and much after.
    let net = 100.0 * (10.9 - 90.1) / (10.9 + 90.1);
    near(metric(metrics, "nps[of=baseline]"), net);
    near(metric(metrics, "nps"), -net);
    near(metric(metrics, "nps[of=gain]"), -2.0 * net);
    assert_eq!(outcome["comparisons"][0]["findings"]["brands"][1]["brand"], "brand");
}

#[test]
fn a_bound_holds_the_end_of_the_interval_that_is_unfavourable() {
    let mut lines = "id,x,y,house\n".to_string();
    for at in 0..200 {
        lines.push_str(&format!("a{at:03},50,{},{}\n", 50 + at % 3, at / 4));
    }
    let expect = |binds: &str, bound: &str| {
        format!("[[expect]]\nmetric = \"mean-shift\"\nbinds = \"{binds}\"\n{bound}\nbecause = \"b\"\n")
    };
    // The mean shift is .99 times 1 less a little; its interval is about .1 wide either way.
    let bench = Bench::new(
        &lines,
        &columns(&[("house", "cluster")]),
        &format!(
            "[uncertainty]\nreplicates = 500\n{}{}{}",
            expect("point", "at-most = 0.99"),
            expect("unfavourable", "at-most = 0.99"),
            expect("lower", "at-least = 0.8")
        ),
    );
    let outcome = bench.outcome(1);
    let verdicts = outcome["verdicts"].as_array().unwrap();
    let held: Vec<(&str, bool)> =
        verdicts.iter().map(|v| (v["held"].as_str().unwrap(), v["met"].as_bool().unwrap())).collect();
    assert_eq!(held, [("point", true), ("upper", false), ("lower", true)]);
    let shift = &verdicts[0]["measured"];
    let (point, lower, upper) = (&shift["point"], &shift["lower"], &shift["upper"]);
    assert!(lower.as_f64() < point.as_f64() && point.as_f64() < upper.as_f64(), "{shift}");
    assert_eq!(outcome["uncertainty"]["datasets"]["d"]["resampled"], "house");
    // PSI has no interval, but a null; a constant baseline has neither.
    let ks = &outcome["comparisons"][0]["metrics"]["ks"];
    assert_eq!((ks["exact"].as_bool(), ks["null"]["kind"].as_str()), (Some(true), Some("paired")));
}

#[test]
fn an_interval_says_how_it_was_made() {
    let mut lines = "id,x,y,kind\n".to_string();
    for at in 0..120 {
        let kind = if at % 2 == 0 { "even" } else { "odd" };
        lines.push_str(&format!("a{at:03},{},{},{kind}\n", at % 50, (at * 7) % 50));
    }
    let bench = Bench::new(
        &lines,
        &columns(&[("kind", "segment")]),
        "segments = [\"kind\"]\n[uncertainty]\nmethod = \"bca\"\nreplicates = 400\n",
    );
    let comparison = &bench.outcome(0)["comparisons"][0];
    assert_eq!(comparison["metrics"]["mean-shift"]["interval-method"], "bca");
    // Two kinds and two bands, all at once.
    assert_eq!(comparison["groups"][0]["metrics"]["mean-shift"]["interval-method"], "max-t over 3");
    let few = Bench::new(&lines, &SIGNALS, "[uncertainty]\nreplicates = 200\n").outcome(0);
    let refused = few["comparisons"][0]["metrics"]["mean-shift"]["no-interval"].as_str().unwrap();
    assert_eq!(refused, "200 replicates are fewer than the 400 that the level needs");
    let doubts = few["doubts"].as_array().unwrap();
    assert!(doubts.iter().any(|doubt| doubt.as_str().unwrap().starts_with("No interval for")), "{doubts:?}");
}

#[test]
fn what_an_experiment_cannot_mean_is_refused_all_at_once() {
    let bench = Bench::new(
        &persons_and_brands(),
        &columns(&[("kind", "segment")]),
        r#"
segments = ["kind", "kind"]
[[cohort]]
name = "vip"
file = "../vip.txt"
[[perk]]
name = "p"
at-least = 5
top = 5
[[expect]]
metric = "mean-shift"
segment = "knd"
at-least = 0
because = "b"
[[expect]]
metric = "mean-shift"
binds = "lower"
at-least = 0
because = "b"
[[expect]]
metric = "mean-shift"
against = "plain@3.0.0"
cohort = "vipp"
at-least = 0
because = "b"
"#,
    );
    let ran = bench.run();
    assert_eq!(ran.code, 2);
    for part in [
        "the column `kind` is named twice",
        "the path `../vip.txt` leaves the workbench",
        "a perk states either `at-least` or `top`",
        "`knd` is no segment of this experiment",
        "did you mean `kind`?",
        "the experiment estimates none",
        "`plain@3.0.0` is no candidate",
        "the experiment has no cohort `vipp`",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    let absent = Bench::new(
        &persons_and_brands(),
        &SIGNALS,
        "segments = [\"country\"]\n[[cohort]]\nname = \"vip\"\nfile = \"vip.txt\"\n",
    );
    let ran = absent.run();
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no file `vip.txt` in the workbench"), "{}", ran.err);
    absent.write("vip.txt", "p1\n");
    let ran = absent.run();
    assert!(ran.err.contains("the dataset d has no segment `country`"), "{}", ran.err);
}

/// An expectation that speaks of nothing would never be judged, and the build would stay green.
#[test]
fn an_expectation_that_speaks_of_nothing_is_a_mistake() {
    let expect = |more: &str| format!("[[expect]]\nmetric = \"mean-shift\"\nat-least = 100\nbecause = \"b\"\n{more}");
    let kinds = columns(&[("kind", "segment")]);
    let months = "id,month,x,y\na,1,10,20\nb,1,50,60\na,2,20,30\nb,2,60,70\n";
    let topics = "id,topic,x,y\na,tea,10,20\nb,tea,50,60\na,rust,20,30\nb,rust,60,70\n";
    for (bench, message) in [
        (
            Bench::new(
                &persons_and_brands(),
                &kinds,
                &format!("segments = [\"kind\"]\n{}", expect("segment = \"kind=persn\"\n")),
            ),
            "no account has kind = persn",
        ),
        (
            Bench::new(
                topics,
                &columns(&[("topic", "topic")]),
                &format!("topics = \"all\"\n{}", expect("topic = \"te\"\n")),
            ),
            "the topic `te` is not compared",
        ),
        (
            Bench::new(
                months,
                &columns(&[("month", "snapshot")]),
                &format!("snapshots = \"all\"\nbaseline-snapshot = \"1\"\n{}", expect("snapshot = \"1\"\n")),
            ),
            "the snapshot `1` is not compared",
        ),
        (
            Bench::new("id,x,y\na,1,2\nb,3,4\n", &SIGNALS, &expect("against = \"plain@2.0.0\"\n")),
            "no candidate is left to be held against plain@2.0.0",
        ),
        (
            Bench::new(months, &columns(&[("month", "snapshot")]), "snapshots = { named = [\"3\"] }\n"),
            "experiments/e.toml:6:24",
        ),
    ] {
        let ran = bench.run();
        assert_eq!(ran.code, 2, "{message}: {ran:?}");
        assert!(ran.err.contains(message) && ran.err.contains("experiments/e.toml:"), "{message}: {}", ran.err);
        let checked = clout(bench.0.path(), &["check"]);
        assert!(checked.code == 2 || message.starts_with("no account"), "{message}: {checked:?}");
    }
}

#[test]
fn drafted_bounds_come_from_what_moves_by_itself_and_can_be_run() {
    let mut lines = "id,month,x,y\n".to_string();
    for month in 1..4 {
        for at in 0..100 {
            lines.push_str(&format!("a{at:02},{month},{},{at}\n", (at + month * (at % 7)) % 100));
        }
    }
    let bench = Bench::new(&lines, &columns(&[("month", "snapshot")]), "");
    let ran = clout(bench.0.path(), &["expect", "e", "--margin", "0.5"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("margin 50 %") && ran.out.contains("without any change of the model"), "{}", ran.out);
    let path = bench.0.path().join("experiments/e.toml");
    let text = fs::read_to_string(&path).unwrap() + "\n" + &ran.out;
    fs::write(path, text).unwrap();
    let outcome = bench.run();
    assert!(outcome.code <= 1, "{outcome:?}");
    assert!(serde_json::from_str::<Value>(&outcome.out).unwrap()[0]["verdicts"].as_array().unwrap().len() >= 7);
    let one = Bench::new("id,x,y\na,1,2\nb,2,3\n", &SIGNALS, "");
    let ran = clout(one.0.path(), &["expect", "e"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nothing to draft bounds from"), "{}", ran.err);
}

/// A workbench with the shipped models and experiments; the shipped data are bound from outside.
fn shipped() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["models", "experiments", "attacks"] {
        for (name, bytes) in files(&project(part)) {
            let path = folder.path().join(part).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    folder
}

fn run_shipped(folder: &Path, names: &[&str], more: &[&str]) -> Ran {
    let bound: Vec<String> = ["panel", "starter", "topics"]
        .map(|name| format!("{name}={}", project("datasets").join(name).display()))
        .into();
    let mut arguments = vec!["run"];
    arguments.extend(names);
    arguments.extend(bound.iter().flat_map(|binding| ["--dataset", binding.as_str()]));
    arguments.extend(more);
    clout(folder, &arguments)
}

/// Verdicts and digests of every experiment on the shipped panels.
#[test]
fn the_shipped_experiments_come_to_what_is_stored() {
    let folder = shipped();
    let names = [
        "august-2012",
        "august-2012-from-october",
        "brands-nps",
        "dossier-2012",
        "five-months",
        "harmless-retune",
        "history",
        "instagram-2013",
        "lost-signal",
        "october-2011",
        "topics",
    ];
    let ran = run_shipped(folder.path(), &names, &["--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let outcomes: Value = serde_json::from_str(&ran.out).unwrap();
    let mut text = String::new();
    for outcome in outcomes.as_array().unwrap() {
        let name = outcome["experiment"]["name"].as_str().unwrap();
        let verdicts = outcome["verdicts"].as_array().unwrap();
        let failed: Vec<&Value> = verdicts.iter().filter(|verdict| verdict["met"] == false).collect();
        text.push_str(&format!("{name}: {} of {} expectations met\n", verdicts.len() - failed.len(), verdicts.len()));
        for verdict in failed {
            let group = verdict["group"]["segment"]["value"].as_str().unwrap_or("all");
            let point = &verdict["measured"]["point"];
            text.push_str(&format!("  failed: {} {} {group} {point}\n", verdict["candidate"], verdict["metric"]));
        }
        let lock = files(&folder.path().join("runs").join(name));
        let (_, bytes) = lock.iter().find(|(path, _)| path.ends_with("outcome.json")).unwrap();
        text.push_str(&format!("  sha256 of outcome.json: {}\n", sha256(bytes)));
    }
    golden("panel-experiments.txt", &text);
}

#[test]
fn intervals_are_the_same_at_one_thread_and_at_two() {
    let outputs = ["1", "2"].map(|threads| {
        let folder = shipped();
        let ran = run_shipped(folder.path(), &["topics", "lost-signal"], &["--threads", threads]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        files(&folder.path().join("runs"))
    });
    assert_eq!(outputs[0].keys().collect::<Vec<_>>(), outputs[1].keys().collect::<Vec<_>>());
    for (name, bytes) in &outputs[0] {
        assert!(*bytes == outputs[1][name], "{name} differs");
    }
}

#[test]
fn several_datasets_and_candidates_against_each_other() {
    let folder = shipped();
    let text = r#"
format = 1
experiment = "two"
baseline = "clout@1.0.0"
candidates = ["clout@1.1.0", "clout@1.2.0"]
dataset = "starter"
also-on = ["panel"]
[[expect]]
metric = "mean-shift"
dataset = "panel"
candidate = "clout@1.2.0"
against = "clout@1.1.0"
at-most = 0
because = "audience counts less from one to the next"
"#;
    fs::write(folder.path().join("experiments/two.toml"), text).unwrap();
    let ran = run_shipped(folder.path(), &["two"], &["--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let outcome = &serde_json::from_str::<Value>(&ran.out).unwrap()[0];
    let places: Vec<(&str, &str)> = outcome["comparisons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["candidate"].as_str().unwrap(), c["place"]["dataset"].as_str().unwrap()))
        .collect();
    assert_eq!(
        places,
        [("clout@1.1.0", "starter"), ("clout@1.1.0", "panel"), ("clout@1.2.0", "starter"), ("clout@1.2.0", "panel")]
    );
    let verdicts = outcome["verdicts"].as_array().unwrap();
    assert_eq!(verdicts.len(), 1);
    assert_eq!(
        (verdicts[0]["baseline"].as_str(), verdicts[0]["dataset"].as_str()),
        (Some("clout@1.1.0"), Some("panel"))
    );
    // The shift from one candidate to the other is the difference of their shifts.
    let two = outcome["every-two"].as_array().unwrap();
    assert_eq!(two.len(), 2);
    let shift = |at: usize| metric(&outcome["comparisons"][at]["metrics"], "mean-shift");
    near(metric(&two[1]["metrics"], "mean-shift"), shift(3) - shift(1));
    near(metric(&verdicts[0], "measured"), shift(3) - shift(1));
}
