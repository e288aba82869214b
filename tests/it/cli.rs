//! The command line as its user meets it: helps, formats, exit codes, pipes.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use crate::support::{clout, command, golden, workbench};

const COMMANDS: [&[&str]; 27] = [
    &[],
    &["init"],
    &["check"],
    &["list"],
    &["new"],
    &["diff"],
    &["score"],
    &["compare"],
    &["metrics"],
    &["run"],
    &["report"],
    &["stress"],
    &["expect"],
    &["annotate"],
    &["trend"],
    &["release"],
    &["rollback"],
    &["dataset"],
    &["dataset", "import"],
    &["dataset", "generate"],
    &["dataset", "describe"],
    &["dataset", "diff"],
    &["dataset", "overlap"],
    &["dataset", "sample"],
    &["dataset", "verify"],
    &["schema"],
    &["completions"],
];

#[test]
fn every_help_is_the_stored_one() {
    let folder = tempfile::tempdir().unwrap();
    for words in COMMANDS {
        let arguments: Vec<&str> = words.iter().copied().chain(["--help"]).collect();
        let ran = clout(folder.path(), &arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{words:?}");
        let name = if words.is_empty() { "clout".to_string() } else { words.join("-") };
        golden(&format!("help/{name}.txt"), &ran.out);
    }
}

/// The examples of the helps that need nothing but a fresh workbench.
#[test]
fn the_examples_of_the_helps_run() {
    let bench = workbench();
    fs::write(bench.path().join("scores.csv"), "id,old,new\n1,10,12\n2,20,19\n3,30,30\n").unwrap();
    fs::write(bench.path().join("accounts.txt"), "100795\n100200\n").unwrap();
    for (line, code) in [
        ("check", 0),
        ("check models/clout/1.1.0.toml", 0),
        ("list", 0),
        ("list metrics --format markdown", 0),
        ("list models --family clout --on starter --charts charts", 0),
        ("list weights --family clout --format csv", 0),
        ("list datasets", 0),
        ("list experiments", 0),
        ("list looks", 0),
        ("new clout@less-audience --because bought --set weight[tag=audience]*=0.5", 0),
        ("compare clout@1.2.0 clout@less-audience", 0),
        ("new clout --from clout@less-audience", 0),
        ("new clout@2.0.0 --from 1.2.0 --because enough --set combine=max", 0),
        ("diff clout@1.0.0 clout@1.1.0", 0),
        ("diff clout@1.0.0 clout@1.1.0 --on starter --format markdown", 0),
        ("score clout@1.1.0", 0),
        ("score clout@1.0.0 clout@1.1.0 --format csv", 0),
        ("compare clout@1.0.0 clout@1.1.0", 0),
        ("compare clout@1.0.0 clout@1.1.0 --snapshot 2011-08 --format json", 0),
        ("metrics scores.csv --baseline old --candidate new", 0),
        ("run trimmed-audience", 0),
        ("run experiments/halved-audience.toml experiments/trimmed-audience.toml --format json", 1),
        ("run --again trimmed-audience", 0),
        ("report trimmed-audience", 0),
        ("report trimmed-audience halved-audience", 0),
        ("report halved-audience --format markdown", 0),
        ("report trimmed-audience --notice --live-from 2011-10-26", 0),
        ("report trimmed-audience --statements accounts.txt --format json", 0),
        ("trend kendall-tau-b", 0),
        ("trend overlap-at-k[k=100] --candidate clout --format csv", 0),
        ("annotate trimmed-audience shown-to-support", 0),
        ("annotate trimmed-audience", 0),
        ("list runs", 0),
        ("list runs --candidate clout --verdict failed", 0),
        (
            "release clout@1.0.0 --run trimmed-audience --as-of 2011-08-01 --live-from 2011-08-01 --sign product=Bea --sign legal=Ada --sign support=Cy",
            0,
        ),
        ("release clout@1.1.0 --as-of 2011-10-20 --sign legal=Ada", 0),
        (
            "release clout@1.1.0 --run trimmed-audience --as-of 2011-10-21 --live-from 2011-10-26 --ramp 10%,50%,100% --sign product=Bea --sign support=Cy",
            0,
        ),
        ("list live --as-of 2011-11-04", 0),
        ("check --as-of 2011-11-04", 0),
        ("rollback clout --to 1.0.0 --as-of 2011-11-05", 0),
        ("dataset generate datasets/starter/recipe.toml", 0),
        ("dataset describe starter --snapshot 2011-08", 0),
        ("dataset describe starter --from 2011-08 --to 2011-10", 0),
        ("dataset diff starter datasets/starter", 0),
        ("dataset diff starter datasets/starter --snapshot 2011-08 --exit-code", 0),
        ("dataset overlap starter twitter.retweets twitter.unique-retweeters", 0),
        ("dataset overlap starter twitter.retweets twitter.unique-retweeters --segment kind --worst 5", 0),
        ("dataset overlap starter@2011-08 starter@2011-10 --signal twitter.followers", 0),
        ("dataset sample starter --accounts 200 --strata country --out panel", 0),
        ("dataset sample starter --accounts 200 --top 20 --by twitter.followers --out other-panel", 0),
        ("dataset verify starter", 0),
        ("schema model", 0),
        ("schema look", 0),
        ("schema family", 0),
        ("completions bash", 0),
        ("completions zsh", 0),
        ("completions fish", 0),
    ] {
        let ran = clout(bench.path(), &line.split(' ').collect::<Vec<_>>());
        assert_eq!(ran.code, code, "clout {line}\n{}", ran.err);
        assert!(!ran.out.is_empty() || ran.err.starts_with("noted: "), "clout {line}");
        assert!(!ran.out.contains('\u{1b}'), "no colour without a terminal: clout {line}");
    }
    let edit = clout(bench.path(), &["compare", "clout@1.0.0", "--set", "weight[tag=audience] *= 0.5"]);
    assert_eq!(edit.code, 0, "{edit:?}");
    assert!(edit.out.contains("clout@1.0.0+draft."), "{}", edit.out);
}

#[test]
fn metrics_print_what_the_contract_names() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.csv"), "who,old,new\na,10,12\nb,20,19\nc,30,30\nd,40,\ne,50,70\n").unwrap();
    let ran = clout(
        folder.path(),
        &["metrics", "s.csv", "--baseline", "old", "--candidate", "new", "--id", "who", "--format", "json"],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let metrics = &json["metrics"];
    assert_eq!(metrics["kendall-tau-b"]["point"], 1.0);
    assert_eq!(metrics["kendall-tau-b"]["exact"], true);
    assert_eq!(metrics["mean-shift"]["point"], 5.25);
    assert_eq!(metrics["share-moved"]["point"], 0.25);
    assert_eq!(metrics["overlap-at-k"]["undefined"].as_str().map(str::is_empty), Some(false));
    assert_eq!(json["coverage"], serde_json::json!({"both": 4, "only-baseline": 1, "only-candidate": 0, "neither": 0}));
    for name in [
        "kendall-tau-b",
        "spearman",
        "overlap-at-k",
        "rank-shift",
        "mean-shift",
        "quantile-shift",
        "mean-absolute-shift",
        "share-moved",
        "wasserstein",
        "ks",
        "psi",
    ] {
        assert!(metrics.get(name).is_some(), "{name}");
    }
}

#[test]
fn the_same_table_comes_in_every_format() {
    let bench = workbench();
    for format in ["table", "json", "csv", "markdown"] {
        let ran = clout(bench.path(), &["score", "clout@1.0.0", "--top", "3", "--format", format]);
        assert_eq!(ran.code, 0, "{ran:?}");
        golden(&format!("score.{format}.txt"), &ran.out);
    }
}

/// What is printed links no picture that nobody drew.
#[test]
fn a_comparison_in_markdown_links_no_charts() {
    let bench = workbench();
    let ran = clout(bench.path(), &["compare", "clout@1.0.0", "clout@1.1.0", "--format", "markdown"]);
    assert!(ran.code == 0 && ran.out.contains("<!-- cloutbench:"), "{ran:?}");
    assert!(!ran.out.contains("charts/"), "{}", ran.out);
    assert_eq!(clout(bench.path(), &["run", "trimmed-audience"]).code, 0);
    let told = clout(bench.path(), &["report", "trimmed-audience", "--format", "markdown"]);
    assert!(told.out.contains("](<charts/"), "{}", told.out);
}

#[test]
fn only_toml_is_checked_by_name() {
    let bench = workbench();
    fs::write(bench.path().join("notes.md"), "# Notes\n").unwrap();
    let ran = clout(bench.path(), &["check", "notes.md"]);
    assert!(ran.code == 2 && ran.err.contains("this is no TOML file"), "{ran:?}");
}

#[test]
fn exit_codes_follow_the_contract() {
    let bench = workbench();
    let code = |line: &str| clout(bench.path(), &line.split(' ').collect::<Vec<_>>()).code;
    assert_eq!(code("compare clout@1.0.0 clout@9.0.0"), 2);
    assert_eq!(code("compare clout@1.0.0"), 2);
    assert_eq!(code("compare clout@1.0.0 clout@1.1.0 --minimum-overlap 1.5"), 2);
    assert_eq!(code("nonsense"), 2);
    assert_eq!(code("--version"), 0);
    fs::write(bench.path().join("apart.csv"), "old,new\n1,\n,2\n").unwrap();
    assert_eq!(code("metrics apart.csv --baseline old --candidate new"), 3);
    // The gravest of several decides, and the others are still done.
    assert_eq!(code("run halved-audience nowhere"), 2);
    assert!(bench.path().join("runs/halved-audience").is_dir());
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let bench = workbench();
    let mut child = command(bench.path(), &["score", "clout@1.0.0", "--all-snapshots", "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 16];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

#[test]
fn narrow_terminals_get_narrow_tables() {
    let bench = workbench();
    let output =
        command(bench.path(), &["compare", "clout@1.0.0", "clout@1.2.0"]).env("COLUMNS", "80").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 80, "{widest}\n{text}");
}
