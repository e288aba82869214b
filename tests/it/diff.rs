//! `clout diff`: what it prints, realised weights against those of a comparison, and versions as
//! they stood at a revision of a real repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Ran, clout, command, golden, workbench};

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let ran = clout(folder, &[&["diff"], arguments, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// Paths of the changes, with their classes.
fn changes(found: &Value) -> Vec<(&str, &str)> {
    found["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["path"].as_str().unwrap(), change["class"].as_str().unwrap()))
        .collect()
}

#[test]
fn the_same_difference_in_every_format() {
    let bench = workbench();
    for format in ["table", "json", "csv", "markdown"] {
        let ran = clout(bench.path(), &["diff", "clout@1.0.0", "clout@1.1.0", "--format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        golden(&format!("diff.{format}.txt"), &ran.out);
    }
    let on = clout(bench.path(), &["diff", "clout@1.0.0", "clout@1.2.0", "--on", "starter"]);
    assert_eq!(on.code, 0, "{on:?}");
    golden("diff.on.txt", &on.out);
    let same = clout(bench.path(), &["diff", "clout@1.0.0", "models/clout/1.0.0.toml"]);
    assert_eq!(same.out, "clout@1.0.0 to clout@1.0.0: nothing differs\n");
}

#[test]
fn realised_weights_are_those_of_a_comparison() {
    let bench = workbench();
    let ran =
        clout(bench.path(), &["compare", "clout@1.0.0", "clout@1.2.0", "--snapshot", "2011-08", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let outcome: Value = serde_json::from_str(&ran.out).unwrap();
    let expected = outcome["comparisons"][0]["weights"].as_array().unwrap();
    let found = json(bench.path(), &["clout@1.0.0", "clout@1.2.0", "--on", "starter", "--snapshot", "2011-08"]);
    assert_eq!(found["measured-on"], serde_json::json!({"dataset": "starter", "snapshot": "2011-08"}));
    let factors = found["factors"].as_array().unwrap();
    assert_eq!(factors.len(), expected.len());
    assert!(factors.len() > 10);
    for (factor, expected) in factors.iter().zip(expected) {
        for key in ["network", "factor", "nominal", "realised"] {
            assert_eq!(factor[key], expected[key], "{factor}");
        }
    }
    let sum = |key: &str, side: usize| factors.iter().map(|factor| factor[key][side].as_f64().unwrap()).sum::<f64>();
    for key in ["effective", "realised"] {
        assert!((sum(key, 0) - 1.0).abs() < 1e-9 && (sum(key, 1) - 1.0).abs() < 1e-9, "{key}");
    }
    // Without data nothing is claimed of it.
    let nominal = json(bench.path(), &["clout@1.0.0", "clout@1.2.0"]);
    assert!(nominal.get("measured-on").is_none());
    assert_eq!(nominal["factors"][0]["realised"], serde_json::json!([null, null]));
    assert_eq!(nominal["changes"], found["changes"]);
}

#[test]
fn families_differ_like_versions() {
    let bench = workbench();
    let found = json(bench.path(), &["followers@1.0.0", "retweets@1.0.0"]);
    assert_eq!(found["class"], "structural");
    assert_eq!(found["bump"], "major");
    assert!(found.get("suggested").is_none() && found.get("numbered").is_none(), "{found}");
}

#[test]
fn names_that_are_not_there_are_told() {
    let bench = workbench();
    for (arguments, code, told) in [
        (&["diff", "clout@1.0.0"][..], 2, "<NEW>"),
        (&["diff", "clout@1.0.0", "clout@1.1.9"], 2, "did you mean `clout@1.1.0`?"),
        (&["diff", "clout@1.0.0", "clout@1.1.0", "--on", "startr"], 2, "did you mean `starter`?"),
        (&["diff", "clout@1.0.0", "clout@1.1.0", "--snapshot", "2011-08"], 2, "--on"),
        (&["diff", "clout@1.0.0", "--git", "HEAD"], 2, "there is no git repository here"),
    ] {
        let ran = clout(bench.path(), arguments);
        assert!(ran.code == code && ran.out.is_empty() && ran.err.contains(told), "{arguments:?}\n{ran:?}");
    }
}

/// Runs git with nothing of the tester's settings.
fn git(folder: &Path, arguments: &[&str]) {
    let settings = ["user.name=t", "user.email=t@example.org", "commit.gpgsign=false", "core.autocrlf=false"];
    let mut command = Command::new("git");
    for setting in settings {
        command.args(["-c", setting]);
    }
    let output = command.args(arguments).current_dir(folder).output().expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository whose folder `scores` is a workbench, with two commits, and edits that are in none.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let bench = folder.path().join("scores");
    fs::create_dir(&bench).unwrap();
    assert_eq!(clout(&bench, &["init"]).code, 0);
    git(folder.path(), &["init", "--quiet"]);
    fs::remove_file(bench.join("models/clout/1.2.0.toml")).unwrap();
    git(folder.path(), &["add", "scores/models"]);
    git(folder.path(), &["commit", "--quiet", "-m", "first"]);
    git(folder.path(), &["tag", "released"]);
    replace(&bench.join("models/clout/1.0.0.toml"), "weight = 3.0", "weight = 2.5");
    git(folder.path(), &["commit", "--quiet", "-a", "-m", "second"]);
    replace(&bench.join("models/clout/1.1.0.toml"), "weight = 2.2", "weight = 2.4");
    folder
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_version_is_read_as_it_stood_with_its_ancestors() {
    let folder = repository();
    let bench = folder.path().join("scores");
    let own = ("factor twitter/twitter-unique-retweeters: weight", "reweighting");
    let inherited = ("factor twitter/twitter-followers: weight", "reweighting");
    // Against the last commit the version's own edit differs, against the first one its parent too.
    let last = json(&bench, &["clout@1.1.0", "--git", "HEAD"]);
    assert_eq!(changes(&last), [own]);
    assert_eq!((&last["changes"][0]["old"], &last["changes"][0]["new"]), (&2.2.into(), &2.4.into()));
    assert_eq!((&last["suggested"], &last["numbered"]), (&"clout@1.2.0".into(), &false.into()));
    assert_eq!(last["old"]["commit"].as_str().map(str::len), Some(40));
    let first = json(&bench, &["clout@1.1.0", "--git", "released"]);
    assert_eq!(changes(&first), [inherited, own]);
    assert_ne!(first["old"]["commit"], last["old"]["commit"]);
    // The file itself, from where it lies and from elsewhere; its parent is found beside it.
    let file = json(&bench, &["models/clout/1.1.0.toml", "--git", "released"]);
    assert_eq!(file["changes"], first["changes"]);
    assert_eq!(json(folder.path(), &["scores/models/clout/1.1.0.toml", "--git", "HEAD"])["changes"], last["changes"]);
    // Two names: OLD as it stood, NEW as it is.
    let two = json(&bench, &["clout@1.0.0", "clout@1.0.0", "--git", "HEAD~1"]);
    assert_eq!(changes(&two), [inherited]);
    // Two states of one version, measured.
    let ran = clout(&bench, &["diff", "clout@1.1.0", "--git", "released", "--on", "starter"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("clout@1.1.0 at ") && ran.out.contains("Realised"), "{}", ran.out);
    let measured = json(&bench, &["clout@1.1.0", "--git", "released", "--on", "starter"]);
    let weighed = measured["factors"].as_array().unwrap().iter().find(|factor| factor["factor"] == "twitter-followers");
    let realised = weighed.unwrap()["realised"].as_array().unwrap();
    assert!(realised[0].as_f64() > realised[1].as_f64(), "{realised:?}");
}

#[test]
fn revisions_that_are_none_are_told() {
    let folder = repository();
    let bench = folder.path().join("scores");
    fs::write(bench.join("models/clout/1.3.0.toml"), "format = 1\nmodel = \"clout@1.3.0\"\nextends = \"1.2.0\"\n")
        .unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "a version without its parent"]);
    let told = |arguments: &[&str]| -> Ran {
        let ran = clout(&bench, &[&["diff"], arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        ran
    };
    for (arguments, message, hint) in [
        (&["clout@1.1.0", "--git=--output=stolen"][..], "`--output=stolen` is no revision", "such as HEAD~1"),
        (&["clout@1.1.0", "--git="], "`` is no revision", "such as HEAD~1"),
        (&["clout@1.1.0", "--git", "relesed"], "git knows no revision `relesed`", "did you mean `released`?"),
        (&["clout@1.1.0", "--git", "HEAD:scores"], "git knows no revision `HEAD:scores`", "such as HEAD~1"),
        (&["clout@1.1.9", "--git", "released"], "there is no such model at released", "did you mean `clout@1.1.0`?"),
        (&["models/clout/1.3.0.toml", "--git", "released"], "there is no such file at released", "did you mean `1."),
        (&["clout@1.3.0", "--git", "HEAD"], "there is no version clout@1.2.0 to extend", "did you mean"),
    ] {
        let ran = told(arguments);
        assert!(ran.err.contains(message) && ran.err.contains(hint), "{arguments:?}\n{}", ran.err);
    }
    assert!(told(&["clout@1.3.0", "--git", "HEAD"]).err.contains("--> HEAD:models/clout/1.3.0.toml:3:"));
    assert!(!bench.join("stolen").exists());
    let without = command(&bench, &["diff", "clout@1.1.0", "--git", "HEAD"]).env("PATH", "").output().unwrap();
    let text = String::from_utf8(without.stderr).unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(text.contains("git is not installed") && text.contains("hint"), "{text}");
}
