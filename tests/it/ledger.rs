//! Stored runs: notes on them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{clout, files, workbench};

const TRIMMED: &str = "trimmed-audience";

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
    let before = files(&bench.join("runs"));

    let none = clout(bench, &["annotate", TRIMMED]);
    assert_eq!((none.code, none.err.contains("there are no notes")), (0, true), "{none:?}");
    for text in ["first", "  second\nline \u{1b}[31m \u{202e}and more than forty characters of it  "] {
        let added = clout(bench, &["annotate", TRIMMED, text]);
        assert_eq!((added.code, added.out.as_str()), (0, ""), "{added:?}");
        assert!(added.err.starts_with("noted: runs/trimmed-audience/"), "{added:?}");
    }
    // The run has not changed, and comes out again beside its notes.
    let mut after = files(&bench.join("runs"));
    after.retain(|name, _| !name.ends_with(".notes.toml"));
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
    assert_eq!(files(&inside).len(), 12);
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
