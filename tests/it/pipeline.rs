//! The whole line on the shipped experiments: the same inputs give the same bytes, at any number
//! of threads, and those bytes are the stored ones.

use std::fs;

use crate::support::{clout, files, golden, project, workbench};

const TRIMMED: &str = "experiments/trimmed-audience.toml";
const HALVED: &str = "experiments/halved-audience.toml";

#[test]
fn the_shipped_experiments_give_the_stored_outcome() {
    let bench = workbench();
    let ran = clout(bench.path(), &["run", TRIMMED]);
    assert_eq!(ran.code, 0, "{ran:?}");
    golden("trimmed-audience.txt", &ran.out);
    let ran = clout(bench.path(), &["run", HALVED]);
    assert_eq!(ran.code, 1, "{ran:?}");
    golden("halved-audience.txt", &ran.out);
    for experiment in ["trimmed-audience", "halved-audience"] {
        let files = files(&bench.path().join("runs").join(experiment));
        for name in ["outcome.json", "report.md", "junit.xml", "run.lock.toml"] {
            let (_, bytes) = files.iter().find(|(path, _)| path.ends_with(name)).unwrap();
            golden(&format!("{experiment}.{name}"), std::str::from_utf8(bytes).unwrap());
        }
    }
}

#[test]
fn every_output_is_the_same_at_one_thread_and_at_two() {
    let [one, two] = ["1", "2"].map(|threads| {
        let bench = workbench();
        let ran = clout(bench.path(), &["run", TRIMMED, HALVED, "--threads", threads]);
        assert_eq!(ran.code, 1, "{ran:?}");
        (files(&bench.path().join("runs")), ran.out)
    });
    assert_eq!(one.1, two.1);
    assert_eq!(one.0.keys().collect::<Vec<_>>(), two.0.keys().collect::<Vec<_>>());
    assert_eq!(one.0.len(), 2 * 12);
    for (name, bytes) in &one.0 {
        assert!(*bytes == two.0[name], "{name} differs");
    }
}

#[test]
fn a_run_that_stands_there_is_verified_byte_by_byte() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", TRIMMED]).code, 0);
    let before = files(&bench.path().join("runs"));
    let again = clout(bench.path(), &["run", TRIMMED]);
    assert_eq!(again.code, 0);
    assert!(again.err.contains("the same bytes stood there already"), "{}", again.err);
    assert_eq!(files(&bench.path().join("runs")), before);

    let name = before.keys().find(|name| name.ends_with("report.md")).unwrap();
    fs::write(bench.path().join("runs").join(name), "edited").unwrap();
    let tampered = clout(bench.path(), &["run", TRIMMED]);
    assert_eq!(tampered.code, 2);
    assert!(tampered.err.contains("other bytes: report.md differ"), "{}", tampered.err);
    let after = files(&bench.path().join("runs"));
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "nothing half-written stays");
}

#[test]
fn comments_and_formatting_do_not_change_the_run_id_and_weights_do() {
    let id = |edit: &dyn Fn(String) -> String| {
        let bench = workbench();
        let path = bench.path().join("models/clout/1.1.0.toml");
        fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
        assert_eq!(clout(bench.path(), &["run", TRIMMED]).code, 0);
        files(&bench.path().join("runs/trimmed-audience")).into_keys().next().unwrap()[..32].to_string()
    };
    let plain = id(&|text| text);
    assert_eq!(plain, id(&|text| format!("# a comment\n\n{text}\n")));
    assert_ne!(plain, id(&|text| text.replace("weight = 2.2", "weight = 2.21")));
    assert_ne!(plain, id(&|text| text.replace("Followers can be bought", "Followers may be bought")));
}

#[test]
fn the_shipped_dataset_is_what_its_recipe_gives() {
    let bench = tempfile::tempdir().unwrap();
    let recipe = project("datasets/starter/recipe.toml");
    let ran = clout(bench.path(), &["dataset", "generate", recipe.to_str().unwrap(), "--out", "made"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let made = files(&bench.path().join("made"));
    assert_eq!(made.keys().collect::<Vec<_>>(), ["accounts.parquet", "dataset.toml", "pairs.csv"]);
    for (name, bytes) in made {
        assert!(
            bytes == fs::read(project("datasets/starter").join(&name)).unwrap(),
            "{name} differs from the committed one"
        );
    }
    let again = clout(bench.path(), &["dataset", "generate", recipe.to_str().unwrap(), "--out", "made"]);
    assert!(again.out.contains("stood there already"), "{again:?}");
}

#[test]
fn a_report_is_told_again_from_the_outcome_alone() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", HALVED]).code, 1);
    let runs = files(&bench.path().join("runs"));
    let stored = |name: &str| {
        let (_, bytes) = runs.iter().find(|(path, _)| path.ends_with(name)).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    // Nothing but the run may be needed.
    for folder in ["models", "datasets", "experiments"] {
        fs::remove_dir_all(bench.path().join(folder)).unwrap();
    }
    for (format, name) in
        [("markdown", "report.md"), ("html", "report.html"), ("json", "outcome.json"), ("junit", "junit.xml")]
    {
        let ran = clout(bench.path(), &["--workbench", ".", "report", "halved-audience", "--format", format]);
        assert_eq!((ran.code, ran.out), (0, stored(name)), "{format} {}", ran.err);
    }
    let ran = clout(bench.path(), &["--workbench", ".", "report", "halved-audience", "--out", "page"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(files(&bench.path().join("page")).len(), 4 + 6);
}

#[test]
fn an_edited_outcome_is_not_reported() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", HALVED]).code, 1);
    let runs = files(&bench.path().join("runs"));
    let name = runs.keys().find(|name| name.ends_with("outcome.json")).unwrap();
    let text = std::str::from_utf8(&runs[name]).unwrap().replace("\"passed\": false", "\"passed\": true");
    fs::write(bench.path().join("runs").join(name), text).unwrap();
    let ran = clout(bench.path(), &["report", "halved-audience"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("not the one that run.lock.toml names"), "{}", ran.err);
}

#[test]
fn a_run_is_whole_or_not_there() {
    let bench = workbench();
    // A file stands where the folder of runs should be: the machine cannot put the run away.
    fs::write(bench.path().join("runs"), "in the way").unwrap();
    let ran = clout(bench.path(), &["run", TRIMMED]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("cannot write"), "{}", ran.err);
    assert_eq!(fs::read_to_string(bench.path().join("runs")).unwrap(), "in the way");
}
