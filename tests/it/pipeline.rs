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
    for kind in ["report.html", ".svg", ".png", ".csv", ".tex", "scores.parquet", "run.lock.toml"] {
        assert!(one.0.keys().any(|name| name.ends_with(kind)), "{kind} is missing");
    }
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
fn the_shipped_datasets_are_what_their_recipes_give() {
    for (name, files_of_it) in [
        ("starter", &["accounts.parquet", "dataset.toml", "pairs.csv"][..]),
        ("panel", &["accounts.parquet", "answers.csv", "dataset.toml", "pairs.csv"]),
        ("topics", &["accounts.parquet", "dataset.toml", "pairs.csv"]),
    ] {
        let bench = tempfile::tempdir().unwrap();
        let recipe = project(&format!("datasets/{name}/recipe.toml"));
        // A single thread here and all of them when they were made: the bytes are the same.
        let order = ["dataset", "generate", recipe.to_str().unwrap(), "--out", "made", "--threads", "1"];
        let ran = clout(bench.path(), &order);
        assert_eq!(ran.code, 0, "{ran:?}");
        let made = files(&bench.path().join("made"));
        assert_eq!(made.keys().collect::<Vec<_>>(), files_of_it, "{name}");
        for (file, bytes) in made {
            let committed = fs::read(project(&format!("datasets/{name}")).join(&file)).unwrap();
            assert!(bytes == committed, "{name}: {file} differs from the committed one");
        }
        let again = clout(bench.path(), &order[..5]);
        assert!(again.out.contains("stood there already"), "{again:?}");
    }
}

/// The data that ship, by digest: whoever changes them does so on purpose.
#[test]
fn the_shipped_tables_are_these() {
    let mut digests = String::new();
    for (dataset, file) in [
        ("panel", "accounts.parquet"),
        ("panel", "answers.csv"),
        ("panel", "pairs.csv"),
        ("starter", "accounts.parquet"),
        ("starter", "pairs.csv"),
        ("topics", "accounts.parquet"),
        ("topics", "pairs.csv"),
    ] {
        let bytes = fs::read(project("datasets").join(dataset).join(file)).unwrap();
        digests.push_str(&format!("{} {dataset}/{file}\n", blake3::hash(&bytes).to_hex()));
    }
    golden("shipped-data.txt", &digests);
    let size: u64 = files(&project("datasets")).values().map(|bytes| bytes.len() as u64).sum();
    assert!(size < 15_000_000, "the shipped data take {size} bytes");
}

#[test]
fn a_recipe_alone_is_no_broken_dataset() {
    let bench = workbench();
    fs::create_dir_all(bench.path().join("datasets/million")).unwrap();
    fs::copy(project("datasets/million/recipe.toml"), bench.path().join("datasets/million/recipe.toml")).unwrap();
    let checked = clout(bench.path(), &["check"]);
    assert_eq!((checked.code, checked.out.contains("1 dataset,")), (0, true), "{checked:?}");
    assert!(checked.out.contains("2 recipes"), "{}", checked.out);
    let listed = clout(bench.path(), &["list"]);
    assert!(listed.code == 0 && !listed.out.contains("million"), "{listed:?}");
    let asked = clout(bench.path(), &["dataset", "describe", "million"]);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("clout dataset generate datasets/million/recipe.toml"), "{}", asked.err);
}

#[test]
fn broken_answers_are_refused() {
    let bench = tempfile::tempdir().unwrap();
    let recipe = project("datasets/panel/recipe.toml");
    let text = fs::read_to_string(recipe).unwrap().replace("accounts = 5500", "accounts = 500");
    fs::write(bench.path().join("recipe.toml"), text).unwrap();
    let ran = clout(bench.path(), &["dataset", "generate", "recipe.toml", "--out", "datasets/panel"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let path = bench.path().join("datasets/panel/answers.csv");
    let sound = fs::read_to_string(&path).unwrap();
    assert!(sound.lines().count() > 100);
    let verify = ["--workbench", ".", "dataset", "verify", "datasets/panel"];
    let verified = clout(bench.path(), &verify);
    assert!(verified.code == 0 && verified.out.contains("3 files"), "{verified:?}");
    fs::write(&path, sound.replace("\n100", "\n101")).unwrap();
    let verified = clout(bench.path(), &verify);
    assert!(verified.code == 2 && verified.err.contains("not the one that the manifest names"), "{verified:?}");

    // Told anew by its manifest, it is read, and an answer of 11 is seen.
    fs::write(&path, sound.replacen(",10\n", ",11\n", 1)).unwrap();
    let manifest = bench.path().join("datasets/panel/dataset.toml");
    let told = fs::read_to_string(&manifest).unwrap();
    let found = verified.err.split("sha256 is ").nth(1).unwrap()[..64].to_string();
    let declared = told.split("[answers]").nth(1).unwrap().split('"').find(|part| part.len() == 64).unwrap();
    fs::write(&manifest, told.replace(declared, &found)).unwrap();
    let stated = clout(bench.path(), &verify);
    let now = stated.err.split("sha256 is ").nth(1).unwrap()[..64].to_string();
    fs::write(&manifest, told.replace(declared, &now)).unwrap();
    let refused = clout(bench.path(), &verify);
    assert!(refused.code == 2 && refused.err.contains("`11` is no answer from 0 to 10"), "{refused:?}");
}

#[test]
fn a_report_is_told_again_from_the_outcome_alone() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", HALVED]).code, 1);
    // What a report tells of the workbench beside the outcome is another matter.
    fs::remove_dir_all(bench.path().join("runs/.tries")).unwrap();
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
    // All but the scores and the lock.
    let page = files(&bench.path().join("page"));
    assert_eq!(page.len(), runs.len() - 2);
    for (name, bytes) in &page {
        let stored = runs.iter().find(|(path, _)| path.ends_with(name.as_str())).unwrap();
        assert!(stored.1 == bytes, "{name} differs");
    }
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
