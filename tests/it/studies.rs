//! Studies that an experiment asks for: what they find stands in the outcome and in the report, is
//! held against expectations, goes on where it was stopped, and loses its names where they must go.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use cloutbench::dataset::index::Snapshots;
use cloutbench::experiment::stress::{NoShelf, Shelf, stress};
use cloutbench::stability::spec::StabilitySpec;
use cloutbench::stability::studies::Studies;
use cloutbench::workbench::{CompareOrder, ModelName, Workbench};
use serde_json::Value;

use crate::support::{clout, files, project, workbench};

const EXPERIMENT: &str = r#"
format = 1
experiment = "studied"
baseline = "clout@1.0.0"
candidates = ["clout@1.1.0"]
dataset = "starter"

[stability]
top = 20
[stability.weights]
draws = 200
[stability.leave-out]
[stability.noise]
draws = 10
levels = [0.1, 0.4]
digits = []
missing = []
stale = []
[stability.gaming]
attacks = ["bought-followers"]
[stability.laws]

[[expect]]
metric = "weights/tau-b"
with = { of = "low" }
at-least = 0.5
because = "other weights make no other order"

[[expect]]
metric = "noise/tau-b"
with = { noise = 0.1 }
at-least = 0.5
because = "a tenth of noise neither"

[[expect]]
metric = "noise/tau-b"
with = { noise = 0.1, of = "high" }
at-most = 0.1
because = "nobody believes this"
"#;

fn run(folder: &Path) -> Value {
    fs::write(folder.join("experiments/studied.toml"), EXPERIMENT).unwrap();
    let ran = clout(folder, &["run", "studied", "--format", "json"]);
    assert_eq!(ran.code, 1, "the last expectation fails: {}", ran.err);
    let outcomes: Value = serde_json::from_str(&ran.out).unwrap();
    outcomes[0].clone()
}

#[test]
fn what_studies_find_is_judged_and_reported() {
    let bench = workbench();
    let outcome = run(bench.path());
    let versions = outcome["stability"]["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    let candidate = &versions[1];
    let of_noise = |level: f64| {
        let disturbed = candidate["noise"]["disturbed"].as_array().unwrap();
        disturbed.iter().find(|one| one["disturbance"]["noise"] == level).unwrap().clone()
    };
    let verdicts = outcome["verdicts"].as_array().unwrap();
    let got: Vec<(&str, f64, bool)> = (verdicts.iter())
        .map(|verdict| {
            let point = verdict["measured"]["point"].as_f64().unwrap();
            (verdict["metric"].as_str().unwrap(), point, verdict["met"].as_bool().unwrap())
        })
        .collect();
    let expected = [
        ("weights/tau-b[of=low]", candidate["weights"]["tau"]["low"].as_f64().unwrap(), true),
        ("noise/tau-b[noise=0.1]", of_noise(0.1)["tau"]["mean"].as_f64().unwrap(), true),
        ("noise/tau-b[noise=0.1, of=high]", of_noise(0.1)["tau"]["high"].as_f64().unwrap(), false),
    ];
    assert_eq!(got, expected);
    // The same study without an experiment finds the same.
    let alone = clout(
        bench.path(),
        &[
            "stress",
            "clout@1.0.0",
            "clout@1.1.0",
            "--on",
            "starter",
            "--study",
            "leave-out",
            "--study",
            "laws",
            "--top",
            "20",
            "--format",
            "json",
        ],
    );
    let alone: Value = serde_json::from_str(&alone.out).unwrap();
    for study in ["leave-out", "laws"] {
        assert_eq!(alone["versions"][1][study], candidate[study], "{study}");
    }
    let report = clout(bench.path(), &["report", "studied", "--format", "markdown"]);
    for told in ["noise/tau-b", "bought-followers", "weights"] {
        assert!(report.out.contains(told), "{told} is missing in {}", report.out);
    }
    // The run comes out again, and nothing of its studies is left aside.
    let again = clout(bench.path(), &["run", "--again", "studied"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(!bench.path().join("runs/.studies").exists());
}

#[test]
fn a_changed_attack_is_another_run() {
    let bench = workbench();
    let first = run(bench.path());
    let attack = bench.path().join("attacks/bought-followers.toml");
    let text = fs::read_to_string(&attack).unwrap();
    fs::write(&attack, text.replace("cost = 10", "cost = 20")).unwrap();
    let again = clout(bench.path(), &["run", "--again", "studied"]);
    assert!(again.code == 3 && again.out.contains("attack bought-followers"), "{again:?}");
    assert_ne!(run(bench.path())["run-id"], first["run-id"]);
}

#[test]
fn redacted_studies_name_nobody() {
    let bench = workbench();
    let outcome = run(bench.path());
    let mut names = BTreeSet::new();
    for version in outcome["stability"]["versions"].as_array().unwrap() {
        for account in version["weights"]["accounts"].as_array().unwrap() {
            names.insert(account["account"].as_str().unwrap().to_string());
        }
        for left in version["leave-out"]["factors"].as_array().unwrap() {
            names.extend(left["furthest"]["account"].as_str().map(str::to_string));
        }
    }
    assert!(names.len() > 20);
    for redaction in ["pseudonyms", "counts"] {
        let out = bench.path().join(redaction);
        let ran = clout(bench.path(), &["report", "studied", "--redact", redaction, "--out", out.to_str().unwrap()]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        for (file, bytes) in files(&out).iter().filter(|(file, _)| !file.ends_with(".png")) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            names_few(&names, file, &String::from_utf8_lossy(bytes));
        }
    }
}

/// Ids of the starter are numbers, which other numbers may hold: whole words count, and few of them.
fn names_few(names: &[&str], file: &str, text: &str) {
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let told: Vec<&&str> = names.iter().filter(|name| words.contains(**name)).collect();
    assert!(told.len() < 3, "{file} names {told:?}");
}

/// Studies in memory; it can be told to refuse new ones.
#[derive(Default)]
struct Memory {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    recalled: Mutex<u64>,
}

impl Shelf for Memory {
    fn recall(&self, key: &str) -> Option<Vec<u8>> {
        let found = self.kept.lock().unwrap().get(key).cloned();
        *self.recalled.lock().unwrap() += u64::from(found.is_some());
        found
    }

    fn keep(&self, key: &str, bytes: &[u8]) {
        self.kept.lock().unwrap().insert(key.to_string(), bytes.to_vec());
    }
}

fn every_study(seed: u64) -> Studies {
    let text = format!(
        r#"{{"seed":{seed},"top":10,"sampling":{{"replicates":400}},"weights":{{"draws":200}},
        "sensitivity":{{"rows":400,"alternative":[{{"name":"shown","edits":["decimals = 1"]}},
        {{"name":"combine","edits":["combine = max"]}}]}},
        "leave-out":{{}},"noise":{{"draws":10}},"time":{{}},"reversal":{{"draws":3}},
        "gaming":{{"attacks":["one-actor"]}},"laws":{{}}}}"#
    );
    Studies::from(&serde_json::from_str::<StabilitySpec>(&text).unwrap())
}

fn order() -> CompareOrder {
    let named = |name: &str| ModelName { name: name.to_string(), edits: Vec::new() };
    CompareOrder {
        baseline: named("clout@1.0.0"),
        candidates: vec![named("clout@1.1.0")],
        dataset: Some("starter".to_string()),
        snapshots: Snapshots::Latest,
        topic: None,
        minimum_overlap: None,
        segments: Vec::new(),
        uncertainty: None,
    }
}

#[test]
fn a_study_that_was_stopped_goes_on_and_finds_the_same() {
    let bench = Workbench::open(Some(&project(".")), BTreeMap::new()).unwrap();
    let plan = bench.stress_plan(&order(), every_study(1), &[]).unwrap();
    let asked = plan.stability.as_ref().unwrap();
    let plainly = stress(&plan, asked, &NoShelf, &|_| {}).unwrap();
    let shelf = Memory::default();
    assert_eq!(stress(&plan, asked, &shelf, &|_| {}).unwrap(), plainly);
    assert_eq!(*shelf.recalled.lock().unwrap(), 0, "nothing stood there before");
    // Every study of both versions, and the blocks of a long one.
    let keys: Vec<String> = shelf.kept.lock().unwrap().keys().cloned().collect();
    assert!(keys.len() > 2 * 9, "{}", keys.len());
    // Stopped somewhere: half of it is there, and one is broken.
    for (at, key) in keys.iter().enumerate() {
        match at % 4 {
            0 => drop(shelf.kept.lock().unwrap().remove(key)),
            1 => drop(shelf.kept.lock().unwrap().insert(key.clone(), b"{\"found\": nothing".to_vec())),
            _ => {}
        }
    }
    assert_eq!(stress(&plan, asked, &shelf, &|_| {}).unwrap(), plainly);
    assert!(*shelf.recalled.lock().unwrap() > 5);
    // Another seed finds nothing that it could take; what hangs on no seed may be the same.
    let other = bench.stress_plan(&order(), every_study(2), &[]).unwrap();
    let before = *shelf.recalled.lock().unwrap();
    stress(&other, other.stability.as_ref().unwrap(), &shelf, &|_| {}).unwrap();
    assert_eq!(*shelf.recalled.lock().unwrap(), before);
}

/// Told to stop in its second study: nothing is half-written, and the first is not made again.
#[cfg(unix)]
#[test]
fn stopped_by_a_signal_it_goes_on_with_what_it_has() {
    use std::process::Command;
    use std::time::{Duration, Instant};

    let bench = workbench();
    let aside = bench.path().join("runs/.studies");
    let weights =
        ["stress", "clout@1.0.0", "--on", "starter", "--draws", "400", "--format", "json", "--study", "weights"];
    let long: Vec<&str> = weights.iter().copied().chain(["--study", "sensitivity", "--rows", "65536"]).collect();
    let mut running = crate::support::command(bench.path(), &long).spawn().unwrap();
    let begun = Instant::now();
    let kept = || -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(&aside).into_iter().flatten();
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect()
    };
    while kept().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(300), "no study was put aside");
        std::thread::sleep(Duration::from_millis(20));
    }
    let told = Command::new("sh").arg("-c").arg(format!("kill -INT {}", running.id())).status().unwrap();
    assert!(told.success());
    assert_eq!(running.wait().unwrap().code(), Some(130));
    let left: Vec<String> = files(bench.path()).into_keys().filter(|name| name.contains("unfinished")).collect();
    assert_eq!(left, Vec::<String>::new());
    // Whoever reads what was put aside finds what stands there.
    let first = kept().into_iter().find(|path| fs::read_to_string(path).unwrap().contains("\"rank-shift\"")).unwrap();
    let mut study: Value = serde_json::from_slice(&fs::read(&first).unwrap()).unwrap();
    study["found"]["width"] = 123.25.into();
    fs::write(&first, serde_json::to_vec(&study).unwrap()).unwrap();
    let ran = clout(bench.path(), &weights);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(found["versions"][0]["weights"]["width"], 123.25, "{}", ran.err);
    assert!(!first.exists(), "a command that is done takes away what it put aside");
}

#[test]
fn an_alternative_that_changes_no_order_decides_nothing_and_one_that_does_decides() {
    let bench = Workbench::open(Some(&project(".")), BTreeMap::new()).unwrap();
    let plan = bench.stress_plan(&order(), every_study(1), &[]).unwrap();
    let found = stress(&plan, plan.stability.as_ref().unwrap(), &NoShelf, &|_| {}).unwrap();
    for version in &found.versions {
        let choices = &version.sensitivity.as_ref().unwrap().choices;
        let total = |name: &str| choices.iter().find(|choice| choice.name == name).unwrap().total.point();
        assert_eq!(total("shown"), 0.0, "decimals move no place");
        assert!(total("combine") > 0.2, "{}", total("combine"));
    }
}

#[test]
fn a_choice_that_is_none_is_refused() {
    let bench = workbench();
    for (text, told) in
        [("combine", "names no choice"), ("c: combin = max", "combin"), (": combine = max", "names no choice")]
    {
        let ran = clout(
            bench.path(),
            &["stress", "clout@1.0.0", "--on", "starter", "--study", "sensitivity", "--alternative", text],
        );
        assert!(ran.code == 2 && ran.err.contains(told), "{text}: {ran:?}");
    }
    let ran = clout(
        bench.path(),
        &["stress", "clout@1.0.0", "--on", "starter", "--study", "gaming", "--attack", "one-acter"],
    );
    assert!(ran.code == 2 && ran.err.contains("did you mean `one-actor`?"), "{ran:?}");
    let ran =
        clout(bench.path(), &["stress", "clout@1.0.0", "--on", "starter", "--study", "gaming", "--cheats", "kin=bot"]);
    assert!(ran.code == 2 && ran.err.contains("no segment column `kin`"), "{ran:?}");
}

#[test]
fn a_slip_in_an_expectation_is_told_before_anything_runs() {
    let bench = workbench();
    for (wrong, told) in
        [("noise = 0.1 }\nat-least = 0.5", "has no noise 0.3"), ("of = \"low\" }", "has no outage myspace")]
    {
        let slip = if wrong.starts_with("noise") { "noise = 0.3 }\nat-least = 0.5" } else { "outage = \"myspace\" }" };
        let metric = if wrong.starts_with("noise") {
            EXPERIMENT.to_string()
        } else {
            EXPERIMENT.replace("weights/tau-b", "noise/tau-b")
        };
        fs::write(bench.path().join("experiments/studied.toml"), metric.replacen(wrong, slip, 1)).unwrap();
        for command in ["check", "run"] {
            let arguments: &[&str] = if command == "check" { &["check"] } else { &["run", "studied"] };
            let ran = clout(bench.path(), arguments);
            assert!(ran.code == 2 && ran.err.contains(told), "{command}: {ran:?}");
        }
    }
    assert!(!bench.path().join("runs").exists());
    let both = EXPERIMENT.replace("noise = 0.1, of", "noise = 0.1, missing = 0.1, of");
    fs::write(bench.path().join("experiments/studied.toml"), both).unwrap();
    let ran = clout(bench.path(), &["check"]);
    assert!(ran.code == 2 && ran.err.contains("is of one disturbance"), "{ran:?}");
}

#[test]
fn levels_are_not_stretched_and_one_more_is_the_next() {
    let bench = workbench();
    let ran = clout(
        bench.path(),
        &[
            "stress",
            "clout@1.0.0",
            "--on",
            "starter",
            "--draws",
            "400",
            "--study",
            "sampling",
            "--study",
            "noise",
            "--study",
            "laws",
            "--study",
            "gaming",
            "--format",
            "json",
        ],
    );
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let version = &found["versions"][0];
    let level = "linkedin.title-seniority";
    let names =
        |list: &Value| -> Vec<String> { list.as_array().unwrap().iter().map(|name| name.to_string()).collect() };
    assert!(names(&version["sampling"]["not-drawn"]).iter().any(|name| name.contains(level)));
    assert!(names(&version["noise"]["skipped"]).iter().any(|reason| reason.contains(level)));
    let broken = version["laws"]["monotonicity"]["broken"].as_array().unwrap();
    assert!(broken.iter().all(|law| law["signal"] != level), "{broken:?}");
    let inelastic = version["gaming"]["inelastic"].as_array().unwrap();
    assert!(inelastic.iter().any(|one| one["reason"].as_str().unwrap().contains("levels")), "{inelastic:?}");
    let noise = version["noise"]["disturbed"].as_array().unwrap();
    let tau = |level: f64| {
        noise.iter().find(|one| one["disturbance"]["noise"] == level).unwrap()["tau"]["mean"].as_f64().unwrap()
    };
    assert!(tau(0.05) > 0.98, "{}", tau(0.05));
}

/// What only the data or the models show is told at its place in the file, or at its option.
#[test]
fn a_slip_in_the_studies_is_told_where_it_stands() {
    let bench = workbench();
    let slips = "cheats = \"kin=bot\"\ntruth = \"latnt\"\n[stability.sensitivity]\n\
        alternative = [{ name = \"twitter\", edits = [\"combine = max\"] }, { name = \"a\", edits = [\"decimals = 1\"] }, \
        { name = \"a\", edits = [\"decimals = 2\"] }]\n";
    let text = EXPERIMENT.replace("[stability.laws]\n", &format!("{slips}[stability.laws]\n"));
    fs::write(bench.path().join("experiments/studied.toml"), text).unwrap();
    let ran = clout(bench.path(), &["check"]);
    for told in ["`kin`", "`latnt`", "another choice is called `twitter`", "another choice is called `a`"] {
        assert!(ran.code == 2 && ran.err.contains(told), "{told}: {ran:?}");
    }
    assert_eq!(ran.err.matches("--> experiments/studied.toml:").count(), 4, "{}", ran.err);
    let twice = ["--alternative", "a: decimals = 1", "--alternative", "a: decimals = 2"];
    let ran = clout(bench.path(), &[&["stress", "clout@1.0.0", "--on", "starter"][..], &twice].concat());
    assert!(ran.code == 2 && ran.err.contains("--> --alternative"), "{ran:?}");
}

#[test]
fn the_figures_of_studies_are_listed() {
    let bench = workbench();
    let ran = clout(bench.path(), &["list", "metrics", "--format", "csv"]);
    for figure in cloutbench::experiment::STUDY_FIGURES.iter() {
        assert!(ran.out.lines().any(|line| line.starts_with(&format!("{},", figure.name))), "{}", figure.name);
    }
}

#[test]
fn a_dossier_appears_whole_and_only_once() {
    let bench = workbench();
    let out = bench.path().join("dossier");
    let arguments = [
        "stress",
        "clout@1.0.0",
        "clout@1.1.0",
        "--on",
        "starter",
        "--draws",
        "400",
        "--study",
        "sampling",
        "--study",
        "noise",
        "--study",
        "gaming",
        "--format",
        "json",
        "--out",
    ];
    let arguments: Vec<&str> = arguments.into_iter().chain([out.to_str().unwrap()]).collect();
    let ran = clout(bench.path(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // A folder that holds something else is refused before anything is looked at.
    fs::write(bench.path().join("file"), "").unwrap();
    let taken = [("models", "holds something else"), ("file", "a folder is expected")];
    for (folder, told) in taken {
        let theirs = clout(bench.path(), &["stress", "clout@9.0.0", "--out", folder]);
        assert!(theirs.code == 2 && theirs.err.contains(told), "{theirs:?}");
    }
    let written = files(&out);
    for name in ["index.html", "report.md", "stress.json", "stress.csv"] {
        assert!(written.contains_key(name), "{name} of {:?}", written.keys());
    }
    let pictures = written.keys().filter(|name| name.ends_with(".png")).count();
    assert!(pictures >= 3, "{:?}", written.keys());
    assert_eq!(String::from_utf8_lossy(&written["stress.json"]).trim(), ran.out.trim());
    // Nobody is named in a redacted copy.
    let named: Value = serde_json::from_slice(&written["stress.json"]).unwrap();
    let top = named["versions"][0]["sampling"]["accounts"].as_array().unwrap();
    let names: Vec<&str> = top.iter().map(|one| one["account"].as_str().unwrap()).collect();
    assert!(names.len() > 10, "{names:?}");
    for redaction in ["pseudonyms", "counts"] {
        let copy = bench.path().join(redaction);
        // A folder that is empty is as good as none.
        fs::create_dir(&copy).unwrap();
        let line = ["stress", "clout@1.0.0", "clout@1.1.0", "--on", "starter", "--draws", "400", "--study", "sampling"];
        let ran = clout(bench.path(), &[&line[..], &["--redact", redaction, "--out", redaction]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let mut texts = files(&copy);
        texts.retain(|name, _| !name.ends_with(".png"));
        let found: Value = serde_json::from_slice(&texts["stress.json"]).unwrap();
        assert!(found["redacted"].as_str().unwrap().contains("this copy of the report"), "{redaction}");
        texts.insert("printed".to_string(), ran.out.into_bytes());
        for (file, bytes) in &texts {
            names_few(&names, file, &String::from_utf8_lossy(bytes));
        }
        let page = String::from_utf8_lossy(&texts["index.html"]);
        assert_eq!(page.contains("account 1<"), redaction == "pseudonyms");
        assert!(page.contains("in this copy of the report."), "{redaction}");
    }
    // The same again is the same; something else is not written over it.
    assert_eq!(clout(bench.path(), &arguments).code, 0);
    let other: Vec<&str> = arguments.iter().copied().chain(["--seed", "9"]).collect();
    let ran = clout(bench.path(), &other);
    assert!(ran.code == 2 && ran.err.contains("holds something else"), "{ran:?}");
    assert_eq!(files(&out), written);
}
