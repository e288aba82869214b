//! What was released and edited since, and what a release froze.

use std::fs;

use serde_json::Value;

use super::{FIRST, SIGNED, bench, check, done};
use crate::support::{clout, edit, files, workbench, write};

/// Whoever edits what was released is told so by `check`, with the line of the lock.
#[test]
fn tampered_releases_are_found() {
    let bench = bench();
    let folder = bench.path();
    let fails = |wanted: &[&str]| {
        let ran = check(folder, "2011-10-02");
        assert_eq!(ran.code, 2, "{}", ran.err);
        wanted.iter().for_each(|wanted| assert!(ran.err.contains(wanted), "{wanted}\n{}", ran.err));
    };
    let lock = "models/clout/1.0.0.lock.toml";
    let keep = |name: &str| fs::read(folder.join(name)).unwrap();
    let put_back = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    done(&check(folder, "2011-10-02"));

    let version = keep("models/clout/1.0.0.toml");
    let text = String::from_utf8(version.clone()).unwrap();
    let at = text.find("weight = ").unwrap();
    put_back("models/clout/1.0.0.toml", format!("{}weight = 9{}", &text[..at], &text[at + 9..]).as_bytes());
    fails(&["clout@1.0.0 was released with the digest", "a released version never changes", &format!("{lock}:")]);
    let alone = clout(folder, &["check", "models/clout/1.0.0.toml"]);
    assert_eq!((alone.code, alone.err.contains("was released with the digest")), (2, true), "{}", alone.err);
    let compared = clout(folder, &["compare", "clout@1.0.0", "clout@1.1.0"]);
    let told = compared.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("clout@1.0.0 is not what was released under this number"), "{}", compared.out);
    let note = "note: clout@1.0.0 is not what was released under this number";
    for line in [
        "score clout@1.0.0 --top 1",
        "compare clout@1.0.0 clout@1.1.0 --format json",
        "diff clout@1.0.0 clout@1.1.0",
        "list live --as-of 2011-10-02",
    ] {
        let ran = clout(folder, &line.split(' ').collect::<Vec<_>>());
        assert!(ran.code == 0 && ran.err.contains(note), "{line}: {}", ran.err);
    }
    put_back("models/clout/1.0.0.toml", &version);
    for file in [lock, "releases/clout/live/2011-10-01-1.0.0.toml", "models/clout/family.toml"] {
        let alone = clout(folder, &["check", file]);
        assert_eq!((alone.code, alone.out.as_str()), (0, "ok: 1 family setting, 1 lock\n"), "{file}: {alone:?}");
    }

    // Comments and layout are no part of a version.
    put_back("models/clout/1.0.0.toml", format!("# seen\n{text}").as_bytes());
    done(&check(folder, "2011-10-02"));
    fs::remove_file(folder.join("models/clout/1.0.0.toml")).unwrap();
    fails(&["clout@1.0.0 is released, and its file is gone"]);
    put_back("models/clout/1.0.0.toml", &version);

    let sealed = keep(lock);
    let text = String::from_utf8(sealed.clone()).unwrap();
    put_back(lock, text.replacen("released = \"2011-10-01\"", "released = \"2011-10-02\"", 1).as_bytes());
    fails(&["the lock of clout@1.0.0 is not as `clout release` made it", &format!("{lock}:")]);
    put_back(lock, b"format = 1\n");
    fails(&["lacks the key `digest`"]);
    put_back(lock, &sealed);

    let turn = "releases/clout/live/2011-10-01-1.0.0.toml";
    let bytes = keep(turn);
    edit(folder, turn, "digest = \"", "digest = \"0");
    fails(&["the record of clout@1.0.0 going live is not as it was written", &format!("{turn}:")]);
    put_back(turn, &bytes);
    fs::rename(folder.join(turn), folder.join("releases/clout/live/2011-09-01-1.0.0.toml")).unwrap();
    fails(&["the record says clout@1.0.0 from 2011-10-01, its name says `2011-09-01-1.0.0`"]);
    fs::rename(folder.join("releases/clout/live/2011-09-01-1.0.0.toml"), folder.join(turn)).unwrap();
    write(folder, "releases/clot/live/x.toml", "");
    fails(&["there is no family of this name", "did you mean `clout`?"]);
    fs::remove_dir_all(folder.join("releases/clot")).unwrap();
    write(folder, "releases/clout/2011-10-01-1.0.0.toml", "");
    fails(&["nobody reads this where it stands", "--> releases/clout/2011-10-01-1.0.0.toml"]);
    fs::remove_file(folder.join("releases/clout/2011-10-01-1.0.0.toml")).unwrap();
    write(folder, "releases/2011-10-01-1.0.0.toml", "");
    fails(&["each family has a folder of its own here", "--> releases/2011-10-01-1.0.0.toml"]);
    fs::remove_file(folder.join("releases/2011-10-01-1.0.0.toml")).unwrap();
    write(folder, "releases/clout/Live/2011-10-01-1.0.0.toml", "");
    fails(&["nobody reads this where it stands", "--> releases/clout/Live", "what is live stands in live/"]);
    fs::remove_dir_all(folder.join("releases/clout/Live")).unwrap();
    // Half of what another command writes at this moment.
    write(folder, "releases/clout/.unfinished-x/report.md", "");
    done(&check(folder, "2011-10-02"));
    fs::remove_dir_all(folder.join("releases/clout/.unfinished-x")).unwrap();
    write(folder, "releases/clout/1.0.0/more.md", "x");
    fails(&["releases/clout/1.0.0/more.md is no evidence of the release"]);
    fs::remove_file(folder.join("releases/clout/1.0.0/more.md")).unwrap();

    let evidence = "releases/clout/1.0.0/report.md";
    let bytes = keep(evidence);
    put_back(evidence, b"all is well\n");
    fails(&["the evidence releases/clout/1.0.0/report.md is not as it was released"]);
    fs::remove_file(folder.join(evidence)).unwrap();
    fails(&["the evidence releases/clout/1.0.0/report.md is gone"]);
    put_back(evidence, &bytes);
    done(&check(folder, "2011-10-02"));
}

/// Nothing is released against an edited version, and no notice tells of one.
#[test]
fn an_edited_live_version_is_no_measure() {
    let bench = bench();
    let folder = bench.path();
    edit(folder, "models/clout/1.0.0.toml", "weight = 3", "weight = 2");
    done(&clout(folder, &["run", "trimmed-audience"]));
    let runs: Value = serde_json::from_str(
        &clout(folder, &["list", "runs", "--experiment", "trimmed-audience", "--format", "json"]).out,
    )
    .unwrap();
    for run in runs.as_array().unwrap() {
        let order = ["release", "clout@1.1.0", "--run", run["run"].as_str().unwrap(), "--as-of", "2011-10-26"];
        let refused = clout(folder, &[&order[..], &SIGNED].concat());
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(refused.err.contains("clout@1.0.0 was released with the digest"), "{}", refused.err);
    }
    edit(folder, "models/clout/1.0.0.toml", "weight = 2", "weight = 3");
    let again = runs.as_array().unwrap().iter().any(|run| {
        let order = ["release", "clout@1.1.0", "--run", run["run"].as_str().unwrap(), "--as-of", "2011-10-26"];
        clout(folder, &[&order[..], &SIGNED, &["--live-from", "2011-10-26"]].concat()).code == 0
    });
    assert!(again, "the run of what was released is still good");
    edit(folder, "models/clout/1.1.0.toml", "weight = 2.2", "weight = 20");
    let back = clout(folder, &["rollback", "clout", "--to", "1.0.0", "--as-of", "2011-11-03", "--because", " "]);
    done(&back);
    assert!(back.err.contains("the version that goes is not what was released"), "{}", back.err);
    assert!(!back.out.contains("Whose score moves") && !back.out.contains("What changes"), "{}", back.out);
    assert!(!back.out.contains("Why"), "{}", back.out);
}

/// A released version scores without its reference, to the bit, and so does a child that learns
/// nothing else.
#[test]
fn frozen_versions_score_without_their_reference() {
    let bench = workbench();
    let folder = bench.path();
    let fitted = r#"format = 1
model = "fitted@1.0.0"
title = "fitted"
rationale = "learns from one population and scores another"
reference = "ground@2011-08"
[scale]
from = "percentile-rank"
[network.twitter]
[factor.followers]
network = "twitter"
value = "twitter.followers"
transforms = ["log1p", { winsorize = { lower = 0.01, upper = 0.99 } }]
normalise = "percentile-rank"
[factor.retweets]
network = "twitter"
value = "twitter.retweets"
missing = "reference-median"
normalise = "robust-z"
weight = 2
"#;
    write(folder, "models/fitted/1.0.0.toml", fitted);
    let child = "format = 1\nmodel = \"fitted@1.1.0\"\nextends = \"1.0.0\"\ntitle = \"t\"\nrationale = \"r\"\n[display]\ndecimals = 1\n";
    write(folder, "models/fitted/1.1.0.toml", child);
    let other = "format = 1\nmodel = \"fitted@1.2.0\"\nextends = \"1.0.0\"\ntitle = \"t\"\nrationale = \"r\"\n[factor.followers]\nnormalise = \"min-max\"\n";
    write(folder, "models/fitted/1.2.0.toml", other);
    write(folder, "experiments/first.toml", &FIRST.replace("clout@1.0.0", "fitted@1.0.0"));
    let ground = folder.join("datasets/ground");
    fs::create_dir_all(&ground).unwrap();
    for (name, bytes) in files(&folder.join("datasets/starter")) {
        fs::write(ground.join(name), bytes).unwrap();
    }
    edit(folder, "datasets/ground/dataset.toml", "dataset = \"starter\"", "dataset = \"ground\"");
    fs::remove_file(ground.join("recipe.toml")).unwrap();
    done(&clout(folder, &["run", "first"]));
    done(&clout(folder, &["release", "fitted@1.0.0", "--run", "first", "--as-of", "2011-10-01"]));
    let scores = |model: &str| clout(folder, &["score", model, "--on", "starter", "--format", "csv"]);
    let before = ["fitted@1.0.0", "fitted@1.1.0"].map(scores);
    before.iter().for_each(done);
    done(&check(folder, "2011-10-02"));

    let away = folder.join("away");
    fs::rename(&ground, &away).unwrap();
    for (model, before) in ["fitted@1.0.0", "fitted@1.1.0"].into_iter().zip(&before) {
        let after = scores(model);
        done(&after);
        assert!(after.out == before.out, "{model}");
        assert!(after.out.lines().count() > 100);
    }
    let refits = scores("fitted@1.2.0");
    assert_eq!(refits.code, 2);
    assert!(refits.err.contains("ground"), "{}", refits.err);
    let noted = check(folder, "2011-10-02");
    assert!(noted.err.contains("fitted@1.0.0: its reference `ground` is not at hand"), "{}", noted.err);

    // Other data under its name: what was frozen still counts, and check says so.
    fs::rename(&away, &ground).unwrap();
    edit(folder, "datasets/ground/dataset.toml", "encoding = \"parquet\"", "encoding = \"parquet\" ");
    fs::copy(folder.join("datasets/starter/accounts.parquet"), ground.join("accounts.parquet")).unwrap();
    let pairs = fs::read_to_string(ground.join("pairs.csv")).unwrap();
    let fewer = pairs.lines().take(10).map(|line| format!("{line}\n")).collect::<String>();
    let digest = |text: &str| {
        use sha2::Digest;
        sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    edit(folder, "datasets/ground/dataset.toml", &digest(&pairs), &digest(&fewer));
    fs::write(ground.join("pairs.csv"), fewer).unwrap();
    let after = scores("fitted@1.0.0");
    done(&after);
    assert!(after.out == before[0].out);
    let changed = check(folder, "2011-10-02");
    assert_eq!(changed.code, 2, "{}", changed.err);
    assert!(changed.err.contains("fitted@1.0.0 was fitted on ground@2011-08 with the digest"), "{}", changed.err);
    assert!(changed.err.contains("models/fitted/1.0.0.lock.toml:"), "{}", changed.err);
}
