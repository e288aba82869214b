//! What a stored run tells the public (`clout report --notice`) and single accounts (`--statements`).

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{PLAIN, Ran, clout, command, files, golden, project, workbench, write};

/// A workbench with one run of a shipped experiment.
fn ran(experiment: &str) -> tempfile::TempDir {
    let bench = workbench();
    if experiment == "october-2011" {
        for part in ["models", "experiments"] {
            for (name, bytes) in files(&project(part)) {
                let path = bench.path().join(part).join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
        }
    }
    let panel = format!("panel={}", project("datasets/panel").display());
    let ran = clout(bench.path(), &["run", experiment, "--dataset", &panel]);
    assert!(ran.code <= 1, "{ran:?}");
    bench
}

/// Statements of a list, as JSON lines.
fn stated(bench: &Path, list: &str, more: &[&str]) -> (Vec<Value>, Ran) {
    write(bench, "list.txt", list);
    let arguments = [&["report", more[0], "--statements", "list.txt", "--format", "json"][..], &more[1..]].concat();
    let ran = clout(bench, &arguments);
    (ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), ran)
}

#[test]
fn the_notes_of_two_shipped_experiments_are_the_stored_ones() {
    for experiment in ["trimmed-audience", "october-2011"] {
        let bench = ran(experiment);
        let ran = clout(bench.path(), &["report", experiment, "--notice"]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
        golden(&format!("{experiment}.notice.md"), &ran.out);
        for word in ["PSI", "tau", "baseline", "candidate", "metric", "percentile", "snapshot"] {
            assert!(!ran.out.contains(word), "{word}: {}", ran.out);
        }
    }
}

#[test]
fn what_the_note_says_without_the_models_is_said_to_be_less() {
    let bench = ran("trimmed-audience");
    let path = bench.path().join("models/clout/1.1.0.toml");
    let text = fs::read_to_string(&path).unwrap();
    let with = clout(bench.path(), &["report", "trimmed-audience", "--notice", "--live-from", "2011-11-01"]);
    assert!(with.out.contains("The new score is shown from 2011-11-01 on."), "{with:?}");
    // Another version of that name now: its digest is not that of the run.
    for change in [Some(text.replace("weight = 2.2", "weight = 9.0")), None] {
        match change {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let without = clout(bench.path(), &["report", "trimmed-audience", "--notice"]);
        assert_eq!(without.code, 0, "{without:?}");
        assert!(without.err.contains("no longer has both versions"), "{}", without.err);
        assert!(
            without.out.contains("A tenth more weight than before: unique retweeters on Twitter"),
            "{}",
            without.out
        );
        assert!(without.out.contains("written without looking at it"), "{}", without.out);
    }
}

#[test]
fn wrong_questions_are_told() {
    let bench = ran("trimmed-audience");
    write(bench.path(), "empty.txt", "# nobody\n\n");
    write(bench.path(), "list.txt", "100795\n");
    for (more, told) in [
        (&["--notice", "--candidate", "clout@1.1.1"][..], "did you mean `clout@1.1.0`?"),
        (&["--candidate", "clout@1.1.0"], "required"),
        (&["--live-from", "2011-10-26"], "--notice"),
        (&["--notice", "--live-from", "soon"], "`soon` is no day: write YYYY-MM-DD"),
        (&["--notice", "--statements", "list.txt"], "cannot be used with"),
        (&["--notice", "--format", "json"], "cannot be used with"),
        (&["--statements", "empty.txt"], "the list names no account"),
        (&["--statements", "nowhere.txt"], "there is no such file"),
        (&["--statements", "list.txt", "--format", "html"], "csv and json"),
        (&["--format", "csv"], "csv is a form of --statements alone"),
    ] {
        let ran = clout(bench.path(), &[&["report", "trimmed-audience"], more].concat());
        assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains(told), "{more:?}\n{ran:?}");
    }
}

#[test]
fn accounts_are_told_what_the_stored_scores_say() {
    let bench = ran("trimmed-audience");
    let list = "# who asked\n\n100795\n 100200 \n100795\n0100998\n100999x\n";
    let (rows, ran) = stated(bench.path(), list, &["trimmed-audience"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("1 line of the list name"), "{}", ran.err);
    assert!(ran.err.contains("the run has no account `100999x`; did you mean `100999`?"), "{}", ran.err);
    let accounts: Vec<&str> = rows.iter().map(|row| row["account"].as_str().unwrap()).collect();
    assert_eq!(accounts, ["100795", "100200", "100998", "100999x"]);
    assert_eq!(rows.iter().map(|row| row["known"].as_bool().unwrap()).collect::<Vec<_>>(), [true, true, true, false]);
    assert_eq!(rows[3]["displayed-before"], Value::Null);
    assert_eq!(rows[3]["dataset"], Value::Null);
    // Held against scores that are computed anew.
    for (model, side) in [("clout@1.0.0", "before"), ("clout@1.1.0", "after")] {
        let scored = clout(bench.path(), &["score", model, "--snapshot", "2011-10", "--format", "csv"]);
        for row in &rows[..3] {
            let account = row["account"].as_str().unwrap();
            let line = scored.out.lines().find(|line| line.split(',').any(|cell| cell == account)).unwrap();
            let header: Vec<&str> = scored.out.lines().next().unwrap().split(',').collect();
            let cell = |name: &str| -> f64 {
                let at = header.iter().position(|known| *known == name).unwrap();
                line.split(',').nth(at).unwrap().parse().unwrap()
            };
            assert_eq!(row[format!("displayed-{side}")].as_f64(), Some(cell("displayed")), "{account}");
            assert_eq!(row[format!("rank-{side}")].as_f64(), Some(cell("rank")), "{account}");
            assert_eq!(row[format!("of-{side}")], 1988);
        }
    }
    assert!(
        rows[0]["sentence"].as_str().unwrap().starts_with("Your score goes from 27 to 25. 8 of 1,988 accounts fall")
    );
    assert!(rows[0]["reasons"].as_str().unwrap().contains("followers on Twitter"));
    // The same as CSV, and from standard input.
    let mut child = command(bench.path(), &["report", "trimmed-audience", "--statements", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let csv = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(csv.lines().count(), 5);
    assert!(csv.lines().nth(1).unwrap().starts_with("100795,true,starter,,2011-10,2011-10,27,25,-2,"), "{csv}");
    assert!(csv.lines().nth(4).unwrap().starts_with("100999x,false,,,,,,,,"), "{csv}");
}

#[test]
fn a_list_of_strangers_ends_with_2_and_is_printed_all_the_same() {
    let bench = ran("trimmed-audience");
    let (rows, ran) = stated(bench.path(), "a\nb\nc\nd\ne\nf\ng\n", &["trimmed-audience"]);
    assert_eq!((ran.code, rows.len()), (2, 7));
    assert!(rows.iter().all(|row| row["known"] == false));
    assert!(ran.err.contains("and 2 more that it does not have"), "{}", ran.err);
}

#[test]
fn edited_scores_tell_nobody_anything() {
    let bench = ran("trimmed-audience");
    let run = fs::read_dir(bench.path().join("runs/trimmed-audience")).unwrap().next().unwrap().unwrap().path();
    let scores = run.join("scores.parquet");
    let bytes = fs::read(&scores).unwrap();
    let mut edited = bytes.clone();
    edited[100] ^= 1;
    fs::write(&scores, edited).unwrap();
    let (_, ran) = stated(bench.path(), "100795\n", &["trimmed-audience"]);
    assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains("scores.parquet"), "{ran:?}");
    assert!(ran.err.contains("not the one that run.lock.toml names"), "{}", ran.err);
    fs::remove_file(&scores).unwrap();
    let (_, ran) = stated(bench.path(), "100795\n", &["trimmed-audience"]);
    assert!(ran.code == 2 && ran.err.contains("the run has no such file"), "{ran:?}");
    fs::write(&scores, bytes).unwrap();
    // A copy of the report has neither scores nor a lock.
    assert_eq!(clout(bench.path(), &["report", "trimmed-audience", "--out", "copy"]).code, 0);
    let (_, ran) = stated(bench.path(), "100795\n", &["copy"]);
    assert!(ran.code == 2 && ran.err.contains("a copy of a report has none"), "{ran:?}");
}

/// Text keys, perks, topics, two snapshots, and names that a spreadsheet would take for formulas.
#[test]
fn text_keys_places_and_perks_are_told() {
    let bench = workbench();
    let raw = "id,month,topic,x\n=1+1,08,tea,55\n=1+1,09,tea,40\nann,08,tea,49\nann,09,tea,51\nann,09,rust,10\nbob,09,tea,\ncat,09,tea,90\ndan,08,tea,12\n";
    write(bench.path(), "raw.csv", raw);
    let import = [
        "dataset",
        "import",
        "raw.csv",
        "--name",
        "d",
        "--role",
        "month=snapshot",
        "--role",
        "topic=topic",
        "--role",
        "id=key",
    ];
    let imported = clout(bench.path(), &import);
    assert_eq!(imported.code, 0, "{imported:?}");
    write(bench.path(), "models/plain/1.0.0.toml", PLAIN);
    let experiment = "format = 1\nexperiment = \"e\"\nbaseline = \"plain@1.0.0\"\ncandidates = [\"plain@1.0.0\"]\ndataset = \"d\"\ntopic = \"tea\"\nbaseline-snapshot = \"08\"\nsnapshots = { named = [\"09\"] }\nminimum-overlap = 0.1\n[[perk]]\nname = \"gold\"\nat-least = 50\n[[perk]]\nname = \"first\"\ntop = 1\n";
    write(bench.path(), "experiments/e.toml", experiment);
    let ran = clout(bench.path(), &["run", "e"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (rows, ran) = stated(bench.path(), "=1+1\nann\nbob\ncat\ndan\nAnn\n", &["e"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let one = |name: &str| rows.iter().find(|row| row["account"] == name).unwrap();
    assert_eq!(
        (&one("ann")["topic"], &one("ann")["snapshot"], &one("ann")["snapshot-before"]),
        (&"tea".into(), &"09".into(), &"08".into())
    );
    // 1 + 0.99 x: 49.51 and 51.49, shown as 50 and 51; the bands of the model part at 50.
    assert_eq!((&one("ann")["displayed-before"], &one("ann")["displayed-after"]), (&50.0.into(), &51.0.into()));
    assert_eq!((&one("ann")["band-before"], &one("ann")["band-after"]), (&"low".into(), &"high".into()));
    assert_eq!(one("=1+1")["perks-lost"], serde_json::json!(["gold"]));
    assert_eq!((&one("=1+1")["rank-before"], &one("=1+1")["of-before"]), (&1.0.into(), &3.into()));
    assert_eq!(one("cat")["sentence"], "You get a score for the first time: 90.");
    assert_eq!(one("bob")["sentence"], "You have no score, before or after.");
    assert_eq!(one("dan")["sentence"], "Your score of 13 is no longer computed.");
    assert_eq!(one("Ann")["known"], false);
    assert!(ran.err.contains("first is left out") && ran.err.contains("`Ann`; did you mean `ann`?"), "{}", ran.err);
    write(bench.path(), "list.txt", "=1+1\n");
    let csv = clout(bench.path(), &["report", "e", "--statements", "list.txt"]);
    assert!(csv.out.lines().nth(1).unwrap().starts_with("'=1+1,true,d,tea,09,08,"), "{}", csv.out);
    let notice = clout(bench.path(), &["report", "e", "--notice"]);
    assert_eq!((notice.code, notice.err.as_str()), (0, ""), "{notice:?}");
    assert!(notice.out.starts_with("# The score is computed from newer data"), "{}", notice.out);
}

#[test]
fn of_several_candidates_one_must_be_named() {
    let bench = workbench();
    let experiment = "format = 1\nexperiment = \"two\"\nbaseline = \"clout@1.0.0\"\ncandidates = [\"clout@1.1.0\", \"clout@1.2.0\"]\ndataset = \"starter\"\n";
    write(bench.path(), "experiments/two.toml", experiment);
    assert_eq!(clout(bench.path(), &["run", "two"]).code, 0);
    let asked = clout(bench.path(), &["report", "two", "--notice"]);
    assert!(
        asked.code == 2 && asked.err.contains("choose one with --candidate: `clout@1.1.0`, `clout@1.2.0`"),
        "{asked:?}"
    );
    let named = clout(bench.path(), &["report", "two", "--notice", "--candidate", "clout@1.2.0"]);
    assert!(named.out.contains("Half as much weight as before: "), "{}", named.out);
}
