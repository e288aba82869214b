//! What is recorded of scoring: tries, which reports tell and no archived byte depends on, and looks
//! at holdouts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{clout, files, workbench};

fn below(folder: &Path, name: &str) -> BTreeMap<String, Vec<u8>> {
    if folder.join(name).exists() { files(&folder.join(name)) } else { BTreeMap::new() }
}

fn ran(folder: &Path, line: &str) -> (String, String) {
    let ran = clout(folder, &line.split(' ').collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "clout {line}\n{ran:?}");
    // A line of a report wraps.
    (ran.out.split_whitespace().collect::<Vec<_>>().join(" "), ran.err)
}

/// The dataset of a fresh workbench, kept apart.
fn kept_apart(folder: &Path) {
    let path = folder.join("datasets/starter/dataset.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\nlicence", "\nholdout = true\nlicence", 1)).unwrap();
}

#[test]
fn versions_are_counted_once_and_reports_tell_how_many() {
    let bench = workbench();
    let folder = bench.path();
    let tries = || below(folder, "runs/.tries/starter").len();
    let (out, _) = ran(folder, "compare clout@1.0.0 clout@1.1.0");
    assert!(out.ends_with("2 versions were tried on starter so far in this workbench."), "{out}");
    assert_eq!(tries(), 2);
    // The same again, and a stored run of the same, count once; `score` and `diff` judge nothing.
    ran(folder, "compare clout@1.1.0 clout@1.0.0 --snapshot 2011-08");
    ran(folder, "run trimmed-audience");
    ran(folder, "score clout@1.2.0 --top 1");
    ran(folder, "diff clout@1.0.0 clout@1.2.0 --on starter");
    assert_eq!(tries(), 2);
    ran(folder, "compare clout@1.0.0 --set combine=max");
    ran(folder, "stress listed@1.0.0 --study laws --format csv");
    assert_eq!(tries(), 4);
    let told = "4 versions were tried on starter so far in this workbench: the best of many looks better than it is.";
    for line in [
        "report trimmed-audience",
        "report trimmed-audience --format markdown",
        "report trimmed-audience --format html",
        "report trimmed-audience --redact counts",
        "compare clout@1.0.0 clout@1.1.0",
        "compare clout@1.0.0 clout@1.1.0 --format markdown",
        "run trimmed-audience",
        "stress listed@1.0.0 --study laws",
    ] {
        assert!(ran(folder, line).0.contains(told), "{line}");
    }
    for line in ["report trimmed-audience --out page", "stress listed@1.0.0 --study laws --format csv --out dossier"] {
        ran(folder, line);
    }
    for page in ["page/report.html", "page/report.md", "dossier/index.html", "dossier/report.md"] {
        assert!(fs::read_to_string(folder.join(page)).unwrap().contains(told), "{page}");
    }
    // What programs read is the outcome and nothing else.
    for line in ["report trimmed-audience --format json", "compare clout@1.0.0 clout@1.1.0 --format json"] {
        assert!(!ran(folder, line).0.contains("tried"), "{line}");
    }
    let (list, _) = ran(folder, "list datasets --format json");
    assert!(list.contains("\"tried\": 4"), "{list}");
}

#[test]
fn no_archived_byte_depends_on_what_others_tried() {
    let (alone, busy) = (workbench(), workbench());
    for edit in ["combine=max", "decimals=1", "scale-max=50"] {
        ran(busy.path(), &format!("compare clout@1.0.0 --set {edit}"));
    }
    for bench in [&alone, &busy] {
        ran(bench.path(), "run trimmed-audience");
    }
    let archived = |folder: &Path| below(folder, "runs/trimmed-audience");
    assert!(archived(alone.path()).len() > 20);
    assert_eq!(archived(alone.path()), archived(busy.path()));
    assert_ne!(below(alone.path(), "runs/.tries").len(), below(busy.path(), "runs/.tries").len());
    ran(busy.path(), "run --again trimmed-audience");
    ran(busy.path(), "run trimmed-audience");
    // Slides beside the run are as lasting as the run.
    ran(busy.path(), "report trimmed-audience --slides");
    ran(busy.path(), "compare clout@1.0.0 --set scale-max=60");
    ran(busy.path(), "report trimmed-audience --slides");
}

#[test]
fn a_try_that_cannot_be_counted_is_no_error() {
    let bench = workbench();
    fs::write(bench.path().join("runs"), "in the way").unwrap();
    let (out, err) = ran(bench.path(), "compare clout@1.0.0 clout@1.1.0");
    assert!(err.contains("note: this try is not counted") && !out.contains("tried"), "{err}");
    // Where there is no workbench nothing is left behind.
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["models/clout/1.0.0.toml", "models/clout/1.1.0.toml"] {
        fs::copy(bench.path().join(name), elsewhere.path().join(name.rsplit('/').next().unwrap())).unwrap();
    }
    let dataset = format!("--dataset=starter={}", bench.path().join("datasets/starter").display());
    let ran = clout(elsewhere.path(), &["compare", "1.0.0.toml", "1.1.0.toml", &dataset]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(files(elsewhere.path()).len(), 2);
}

#[test]
fn each_look_at_a_holdout_is_recorded_before_anything_is_shown() {
    let bench = workbench();
    let folder = bench.path();
    ran(folder, "compare clout@1.0.0 clout@1.1.0");
    assert!(!folder.join("looks").exists());
    kept_apart(folder);
    let looks = || below(folder, "looks/starter");
    let (out, err) = ran(folder, "compare clout@1.0.0 clout@1.1.0");
    assert!(err.contains("note: starter is a holdout: this is look 1 at it, by clout@1.0.0, clout@1.1.0"), "{err}");
    assert!(out.ends_with("starter is a holdout: 1 look at it so far."), "{out}");
    let first = looks();
    assert_eq!(first.len(), 1);
    let (name, bytes) = first.iter().next().unwrap();
    let text = std::str::from_utf8(bytes).unwrap();
    let look: toml::Table = toml::from_str(text).unwrap();
    let date = look["date"].as_str().unwrap();
    assert!(
        name.starts_with(date) && date.len() == 10 && name.len() == "2011-10-26-0123456789abcdef.toml".len(),
        "{name}"
    );
    assert_eq!(look["command"].as_str(), Some("clout compare clout@1.0.0 clout@1.1.0 --on starter"));
    assert!(!look.contains_key("run"));
    assert_eq!(look["model"][1]["id"].as_str(), Some("clout@1.1.0"));
    // The same look on the same day; a test that runs over midnight sees two.
    let (_, err) = ran(folder, "compare clout@1.0.0 clout@1.1.0 --format csv");
    assert!(looks().len() == 2 || err.contains("this look of today is among the 1 at it"), "{err}");
    let before = looks().len();
    for (line, more) in [
        ("run trimmed-audience", 1),
        ("run --again trimmed-audience", 1),
        ("report trimmed-audience", 1),
        ("score clout@1.0.0 --top 1", 2),
        ("diff clout@1.0.0 clout@1.1.0", 2),
        ("diff clout@1.0.0 clout@1.1.0 --on starter", 3),
        ("expect trimmed-audience", 4),
        ("stress clout@1.0.0 --study laws", 5),
    ] {
        ran(folder, line);
        assert_eq!(looks().len(), before + more, "{line}");
    }
    let stored = looks();
    let of_the_run =
        stored.values().map(|bytes| std::str::from_utf8(bytes).unwrap()).find(|text| text.contains("clout run"));
    let id = files(&folder.join("runs/trimmed-audience")).into_keys().next().unwrap();
    assert!(of_the_run.unwrap().contains(&format!("run = \"{}\"", id.split('/').next().unwrap())));
    let count = stored.len();
    assert!(
        ran(folder, "report trimmed-audience")
            .0
            .contains(&format!("starter is a holdout: {count} looks at it so far."))
    );
    let (list, _) = ran(folder, "list looks --format csv");
    assert_eq!(list.matches("starter,").count(), count, "{list}");
    assert!(ran(folder, "check").0.contains(&format!("{count} looks")));
    // Where it cannot be recorded nothing is shown.
    fs::rename(folder.join("looks"), folder.join("put-away")).unwrap();
    fs::write(folder.join("looks"), "in the way").unwrap();
    for line in ["compare clout@1.0.0 clout@1.1.0", "run halved-audience", "score clout@1.0.0"] {
        let ran = clout(folder, &line.split(' ').collect::<Vec<_>>());
        assert!(ran.code == 4 && ran.out.is_empty() && ran.err.contains("cannot write"), "{line}\n{ran:?}");
    }
    assert!(!folder.join("runs/halved-audience").exists());
}

#[test]
fn a_holdout_changes_its_own_runs_alone() {
    let bench = workbench();
    let folder = bench.path();
    let copy = folder.join("datasets/other");
    fs::create_dir(&copy).unwrap();
    for (name, bytes) in files(&folder.join("datasets/starter")) {
        let text = String::from_utf8(bytes.clone()).map(|text| text.replace("\"starter\"", "\"other\"").into_bytes());
        fs::write(copy.join(name), text.unwrap_or(bytes)).unwrap();
    }
    let id = |line: &str| {
        let found: serde_json::Value = serde_json::from_str(&ran(folder, line).0).unwrap();
        found["run-id"].as_str().unwrap().to_string()
    };
    let both = || {
        [
            id("compare clout@1.0.0 clout@1.1.0 --on starter --format json"),
            id("compare clout@1.0.0 clout@1.1.0 --on other --format json"),
        ]
    };
    let before = both();
    let path = copy.join("dataset.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\nlicence", "\nholdout = false\nlicence", 1)).unwrap();
    assert_eq!(both(), before);
    fs::write(&path, text.replacen("\nlicence", "\nholdout = true\nlicence", 1)).unwrap();
    let after = both();
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1], before[1]);
    // Only the dataset that is kept apart is looked at, and a panel of it is kept apart as well.
    assert!(!folder.join("looks/starter").exists() && folder.join("looks/other").exists());
    ran(folder, "dataset sample other --accounts 100 --out datasets/part");
    assert!(fs::read_to_string(folder.join("datasets/part/dataset.toml")).unwrap().contains("holdout = true"));
    let (differing, _) = ran(folder, "dataset diff starter other --format json");
    assert!(differing.contains("holdout"), "{differing}");
}
