//! One's own material: imported files, bound folders, version files outside the tree, published
//! scores, topics and several snapshots.

use std::fs;

use crate::support::{PLAIN, clout, workbench, write};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_published_score_is_replayed_first_and_can_be_required() {
    let bench = workbench();
    // Scores 1 + 0.99 x are 10.9, 50.5, 100, and shown as 11, 51, 100.
    write(bench.path(), "raw.csv", "id,x,klout\na,10,11\nb,50,51\nc,100,99\nd,20,\n");
    let imported = clout(bench.path(), &["dataset", "import", "raw.csv", "--name", "published"]);
    assert_eq!(imported.code, 0, "{imported:?}");
    assert!(imported.out.contains("published-score"), "{}", imported.out);
    write(bench.path(), "models/plain/1.0.0.toml", PLAIN);
    write(
        bench.path(),
        "models/plain/1.1.0.toml",
        "format = 1\nmodel = \"plain@1.1.0\"\nextends = \"1.0.0\"\nrationale = \"half\"\nedits = [\"scale-max = 50\"]\n",
    );
    let experiment = |bound: &str| {
        format!(
            "format = 1\nexperiment = \"replay\"\nbaseline = \"plain@1.0.0\"\ncandidates = [\"plain@1.1.0\"]\ndataset = \"published\"\n[[expect]]\nmetric = \"replay-match\"\nat-least = {bound}\nbecause = \"the baseline must be the score that was shown\"\n"
        )
    };
    write(bench.path(), "experiments/replay.toml", &experiment("0.6"));
    let ran = clout(bench.path(), &["run", "replay"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let first = ran.out.split("What does it rest on?").nth(1).unwrap();
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(first.contains("reproduces the published score of 66.7 % of the accounts"), "{}", ran.out);
    write(bench.path(), "experiments/replay.toml", &experiment("0.7"));
    assert_eq!(clout(bench.path(), &["run", "replay"]).code, 1);
}

#[test]
fn datasets_models_and_experiments_may_stand_outside_the_tree() {
    let (bench, outside) = (workbench(), workbench());
    write(outside.path(), "raw.csv", "id,x\na,10\nb,50\nc,100\n");
    assert_eq!(clout(outside.path(), &["dataset", "import", "raw.csv", "--name", "theirs"]).code, 0);
    write(outside.path(), "mine/plain.toml", PLAIN);
    write(
        outside.path(),
        "mine/2.0.0.toml",
        &PLAIN.replace("plain@1.0.0", "plain@2.0.0").replace("high = 100", "high = 200"),
    );
    let path = |name: &str| outside.path().join(name).to_string_lossy().into_owned();
    let (one, two, data) = (path("mine/plain.toml"), path("mine/2.0.0.toml"), path("datasets/theirs"));
    let ran = clout(bench.path(), &["compare", &one, &two, "--on", &data, "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let outcome = json(&ran.out);
    assert_eq!(outcome["comparisons"][0]["coverage"]["both"], 3);
    assert_eq!(outcome["command"], "clout compare plain@1.0.0 plain@2.0.0 --on theirs");
    // Bound under its name, the same dataset gives the same outcome.
    let bound =
        clout(bench.path(), &["compare", &one, &two, "--dataset", &format!("theirs={data}"), "--format", "json"]);
    assert_eq!((bound.code, json(&bound.out)), (0, outcome));
    let experiment = "format = 1\nexperiment = \"away\"\nbaseline = \"followers@1.0.0\"\ncandidates = [\"listed@1.0.0\"]\ndataset = \"starter\"\n";
    write(outside.path(), "away.toml", experiment);
    let ran = clout(bench.path(), &["run", &path("away.toml")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(bench.path().join("runs/away").is_dir());
}

#[test]
fn each_snapshot_is_compared_by_itself() {
    let bench = workbench();
    let ran = clout(bench.path(), &["compare", "clout@1.0.0", "clout@1.1.0", "--all-snapshots", "--format", "json"]);
    let all = json(&ran.out);
    let names: Vec<&str> =
        all["comparisons"].as_array().unwrap().iter().map(|c| c["place"]["snapshot"].as_str().unwrap()).collect();
    assert_eq!(names, ["2011-08", "2011-09", "2011-10"]);
    for (at, name) in names.iter().enumerate() {
        let ran =
            clout(bench.path(), &["compare", "clout@1.0.0", "clout@1.1.0", "--snapshot", name, "--format", "json"]);
        assert_eq!(json(&ran.out)["comparisons"][0], all["comparisons"][at], "{name}");
    }
}

#[test]
fn a_dataset_with_topics_asks_for_one() {
    let bench = workbench();
    write(bench.path(), "raw.csv", "id,topic,x\na,rust,10\na,tea,90\nb,rust,50\nb,tea,20\nc,tea,30\n");
    assert_eq!(clout(bench.path(), &["dataset", "import", "raw.csv", "--name", "topical"]).code, 0);
    write(bench.path(), "models/plain/1.0.0.toml", PLAIN);
    let score = |more: &[&str]| {
        clout(bench.path(), &[&["score", "plain@1.0.0", "--on", "topical", "--format", "csv"], more].concat())
    };
    let asked = score(&[]);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("`rust`, `tea`"), "{}", asked.err);
    assert_eq!(
        score(&["--topic", "rust"]).out,
        "model,account,score,displayed,rank,confidence\nplain@1.0.0,a,10.9,11,2,1\nplain@1.0.0,b,50.5,51,1,1\n"
    );
    assert_eq!(score(&["--topic", "tea"]).out.lines().count(), 4);
    assert!(score(&["--topic", "te"]).err.contains("did you mean `tea`?"));
}

#[test]
fn pairs_side_by_side_become_accounts_and_judgements() {
    let bench = workbench();
    write(bench.path(), "pairs.csv", "Choice,A_x,B_x\n1,90,10\n0,20,80\n1,70,60\n0,90,20\n1,5,5\n");
    let arguments = ["dataset", "import", "pairs.csv", "--name", "judged", "--pairs", "A_,B_", "--label", "Choice"];
    let imported = clout(bench.path(), &arguments);
    assert_eq!(imported.code, 0, "{imported:?}");
    assert!(imported.out.contains("7 accounts, 4 judged pairs (1 more left out"), "{}", imported.out);
    write(bench.path(), "models/plain/1.0.0.toml", PLAIN);
    let ran = clout(
        bench.path(),
        &["compare", "plain@1.0.0", "--set", "transforms = ['sqrt']", "--on", "judged", "--format", "json"],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let metrics = &json(&ran.out)["comparisons"][0]["metrics"];
    // Differences 80, -60, 10, 70 against preferences first, second, first, second: of the four
    // pairs of pairs three are in order; three of four signs agree.
    assert_eq!(metrics["auc"]["point"], 0.75);
    assert_eq!(metrics["accuracy[of=baseline]"]["point"], 0.75);
}

#[test]
fn gzip_and_parquet_import_like_plain_csv() {
    let bench = workbench();
    let text = "id,x\na,1.5\nb,\nc,100\n";
    write(bench.path(), "plain.csv", text);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
    fs::write(bench.path().join("packed.csv.gz"), encoder.finish().unwrap()).unwrap();
    assert_eq!(clout(bench.path(), &["dataset", "import", "plain.csv", "--name", "one"]).code, 0);
    assert_eq!(clout(bench.path(), &["dataset", "import", "packed.csv.gz", "--name", "two"]).code, 0);
    assert_eq!(clout(bench.path(), &["dataset", "import", "datasets/one/accounts.parquet", "--name", "three"]).code, 0);
    let table = |name: &str| fs::read(bench.path().join("datasets").join(name).join("accounts.parquet")).unwrap();
    assert_eq!(table("one"), table("two"));
    assert_eq!(table("one"), table("three"));
}

#[test]
fn hostile_names_are_harmless_wherever_they_are_shown() {
    let bench = workbench();
    let names = [
        "<script>alert(1)</script>",
        "=1+1",
        "\u{1b}[31mred",
        "a|b *c* [d](e)",
        "\u{202e}right to left",
        "&amp;",
        "@someone",
    ];
    let long = "x".repeat(10_000);
    let mut raw = "id,x\n".to_string();
    for (at, name) in names.iter().copied().chain([long.as_str()]).enumerate() {
        raw.push_str(&format!("\"{name}\",{}\n", 10 * (at + 1)));
    }
    write(bench.path(), "raw.csv", &raw);
    assert_eq!(clout(bench.path(), &["dataset", "import", "raw.csv", "--name", "hostile"]).code, 0);
    write(bench.path(), "models/plain/1.0.0.toml", PLAIN);
    write(
        bench.path(),
        "models/plain/2.0.0.toml",
        &PLAIN.replace("plain@1.0.0", "plain@2.0.0").replace("low = 0, high = 100", "low = -50, high = 100"),
    );
    let experiment = "format = 1\nexperiment = \"hostile\"\nbaseline = \"plain@1.0.0\"\ncandidates = [\"plain@2.0.0\"]\ndataset = \"hostile\"\n";
    write(bench.path(), "experiments/hostile.toml", experiment);
    let ran = clout(bench.path(), &["run", "hostile"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'), "{}", ran.out);
    for (name, bytes) in crate::support::files(&bench.path().join("runs")) {
        if name.ends_with(".png") || name.ends_with(".parquet") || name.ends_with(".json") {
            continue; // pictures and data; JSON escapes by its own rules
        }
        let text = String::from_utf8(bytes).unwrap();
        // The page has one script of its own; CSV is no markup.
        let own = if name.ends_with("report.html") { 1 } else { 0 };
        assert!(name.ends_with(".csv") || text.matches("<script").count() == own, "{name}");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{name}");
        let formula = |line: &str| line.starts_with(['=', '+', '-', '@']);
        assert!(!name.ends_with(".csv") || !text.lines().any(formula), "{name}: {text}");
    }
    let scores = clout(bench.path(), &["score", "plain@1.0.0", "--on", "hostile", "--format", "csv"]);
    assert!(scores.out.contains(",'=1+1,") && scores.out.contains(",'@someone,"), "{}", scores.out);
}
