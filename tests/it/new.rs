//! Drafts and `clout new`: what is written, what is refused, and that a draft can be named wherever a
//! version can.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Ran, clout, files, workbench};

/// `clout new` with a reason and the arguments of a line; an edit has no blanks in it.
fn new(folder: &Path, line: &str) -> Ran {
    let arguments: Vec<&str> = ["new"].into_iter().chain(line.split(' ')).collect();
    clout(folder, &[arguments, vec!["--because", "tried by hand"]].concat())
}

fn made(ran: &Ran, path: &str) {
    assert_eq!((ran.code, ran.out.as_str()), (0, format!("{path}\n").as_str()), "{ran:?}");
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

#[test]
fn a_draft_goes_from_an_idea_to_a_number() {
    let bench = workbench();
    let folder = bench.path();
    let ran = new(folder, "clout@less-audience --set weight[tag=audience]*=0.5");
    made(&ran, "models/clout/drafts/less-audience.toml");
    assert!(ran.err.contains("clout@1.2.0 to clout@less-audience: reweighting"), "{}", ran.err);
    assert!(ran.err.contains("a minor step: release it as clout@1.3.0 or higher"), "{}", ran.err);
    let draft = read(folder, "models/clout/drafts/less-audience.toml");
    assert!(draft.starts_with("#:schema ../../../schemas/model.schema.json\nformat = 1\n"), "{draft}");
    assert!(folder.join("models/clout/drafts/../../../schemas/model.schema.json").exists());

    let ran = clout(folder, &["new", "clout", "--from", "clout@less-audience"]);
    made(&ran, "models/clout/1.3.0.toml");
    assert!(ran.err.contains("the draft clout@less-audience stays"), "{}", ran.err);
    let version = read(folder, "models/clout/1.3.0.toml");
    let expected = draft.replacen("../../..", "../..", 1).replace("clout@less-audience", "clout@1.3.0");
    assert_eq!(version, expected);
    // The number and the place are all that differs.
    let ran = clout(folder, &["diff", "clout@less-audience", "clout@1.3.0", "--format", "json"]);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(found["class"], "cosmetic");
    assert!(found.get("suggested").is_none() && found.get("numbered").is_none(), "{found}");
    for (file, told) in
        [("models/clout/1.3.0.toml", "ok: 1 model\n"), ("models/clout/drafts/less-audience.toml", "ok: 1 model\n")]
    {
        assert_eq!(clout(folder, &["check", file]).out, told);
    }
    let list = clout(folder, &["list"]).out;
    let at = |name: &str| list.find(name).unwrap_or_else(|| panic!("{name}\n{list}"));
    assert!(at("clout@1.3.0") < at("clout@less-audience") && at("clout@less-audience") < at("followers@1.0.0"));
}

#[test]
fn what_is_stated_is_written_and_the_rest_is_not() {
    let bench = workbench();
    let folder = bench.path();
    let because = "two lines,\n\"quotes\", ''' \"\"\" \\ and = [brackets]";
    let ran = clout(
        folder,
        &[
            "new",
            "clout@2.0.0",
            "--from",
            "1.1.0",
            "--because",
            because,
            "--title",
            "# a title",
            "--set",
            "weight[tag=audience] *= 0.5",
            "--set",
            "transforms[factor=twitter-lists] = ['sqrt']",
        ],
    );
    made(&ran, "models/clout/2.0.0.toml");
    let table: toml::Table = toml::from_str(&read(folder, "models/clout/2.0.0.toml")).unwrap();
    let keys: Vec<&str> = table.keys().map(String::as_str).collect();
    assert_eq!(keys, ["edits", "extends", "format", "model", "rationale", "title"]);
    assert_eq!((table["rationale"].as_str(), table["title"].as_str()), (Some(because), Some("# a title")));
    assert_eq!((table["extends"].as_str(), table["model"].as_str()), (Some("1.1.0"), Some("clout@2.0.0")));
    assert_eq!(table["edits"].as_array().unwrap().len(), 2);
    // The draft of the same edits scores as the version does.
    let scores = |arguments: &[&str]| {
        let ran = clout(folder, &[&["score"], arguments, &["--format", "csv"]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out.lines().skip(1).map(|line| line.split_once(',').unwrap().1.to_string()).collect::<Vec<_>>()
    };
    let edits = ["--set", "weight[tag=audience] *= 0.5", "--set", "transforms[factor=twitter-lists] = ['sqrt']"];
    assert_eq!(scores(&["clout@2.0.0"]), scores(&[&["clout@1.1.0"], &edits[..]].concat()));

    // Another family extends by the whole name, and no number follows from it.
    made(&new(folder, "mine@0.1.0 --from clout@1.0.0"), "models/mine/0.1.0.toml");
    assert!(read(folder, "models/mine/0.1.0.toml").contains("extends = \"clout@1.0.0\""));
}

#[test]
fn a_version_that_states_nothing_says_how_to_go_on() {
    let bench = workbench();
    let folder = bench.path();
    let ran = new(folder, "clout");
    // Nothing is scored otherwise: the least step.
    made(&ran, "models/clout/1.2.1.toml");
    let text = read(folder, "models/clout/1.2.1.toml");
    let told: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    assert!(told.iter().any(|line| line.starts_with("`clout diff clout@1.2.0 clout@1.2.1`")), "{text}");
    // The examples hold when they are taken at their word.
    let followed: String = text
        .lines()
        .map(|line| {
            let example = line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with('['));
            format!("{}\n", example.unwrap_or(line))
        })
        .collect();
    assert!(followed.contains("\nedits = [") && followed.contains("\n[factor."), "{followed}");
    fs::write(folder.join("models/clout/1.2.1.toml"), followed).unwrap();
    let ran = clout(folder, &["diff", "clout@1.2.0", "clout@1.2.1"]);
    assert!(ran.out.contains("reweighting") && ran.out.contains("too low"), "{}", ran.out);
}

#[test]
fn the_change_chooses_the_number() {
    let bench = workbench();
    let folder = bench.path();
    for (line, path) in [
        ("clout --set combine=max", "models/clout/2.0.0.toml"),
        // From an older version the next number is taken.
        ("clout --from 1.0.0 --set weight[tag=audience]*=0.9", "models/clout/1.3.0.toml"),
        ("clout --from clout@1.0.0 --set scale-max=1000", "models/clout/1.4.0.toml"),
        ("clout --from 1.1.0", "models/clout/1.1.1.toml"),
        // The highest number is the one to start from, whatever drafts there are.
        ("clout@zzz", "models/clout/drafts/zzz.toml"),
        ("clout --set decimals=1", "models/clout/2.1.0.toml"),
    ] {
        made(&new(folder, line), path);
    }
    assert!(read(folder, "models/clout/2.1.0.toml").contains("extends = \"2.0.0\""));
    // Too low is told, not above is refused.
    let ran = new(folder, "clout@2.1.1 --set combine=weighted-sum");
    made(&ran, "models/clout/2.1.1.toml");
    assert!(
        ran.err.contains("note: the version is numbered too low: a major step asks for clout@3.0.0"),
        "{}",
        ran.err
    );
}

#[test]
fn what_cannot_be_made_is_refused_and_nothing_is_written() {
    let bench = workbench();
    let folder = bench.path();
    made(&new(folder, "clout@first --set combine=max"), "models/clout/drafts/first.toml");
    made(&new(folder, "clout@second --from clout@first"), "models/clout/drafts/second.toml");
    let before = files(folder);
    for (line, message, hint) in [
        ("clout@1.2.0", "clout@1.2.0 exists already", "choose another number"),
        ("clout@first", "clout@first exists already", "choose another name"),
        ("clout@0.0.0-first", "clout@first exists already", "choose another name"),
        ("clout@1.0.1", "the number is not above that of clout@1.2.0", "a patch step asks for at least clout@1.2.1"),
        ("clout@1.2.0-rc.1 --set combine=max", "the number is not above", "a major step asks for at least clout@2.0.0"),
        ("clout@1.2.0+build", "the number is not above", "clout@1.2.1"),
        ("clout@1.0", "has no valid version", "family@name for a draft"),
        ("clout@a_b", "has no valid version", "family@name for a draft"),
        ("clout@UPPER", "has no valid version", "family@name for a draft"),
        ("clout@x+y", "the name of a draft ends before a `+`", "--set"),
        ("Clout", "is not a name", "the family alone"),
        ("../clout@1.0.0", "is not a name", "family@version"),
        ("clot", "there is no version of `clot` to start from", "did you mean `clout`?"),
        ("mine --from clout@1.0.0", "no number follows", "mine@1.0.0"),
        ("clout --from 1.1.9", "there is no such model", "did you mean `clout@1.1.0`?"),
        ("clout --from a_b", "has no valid version", ""),
        ("clout --set wieght=2", "unknown field `wieght`", "did you mean `weight`?"),
        ("clout --set weight*=-1", "must be a number of at least 0", ""),
        ("clout@2.0.0 --from clout@second", "clout@second extends a draft", "clout new clout --from clout@first"),
        ("clout --title= ", "the text is empty", ""),
    ] {
        let ran = new(folder, line.trim_end());
        assert!(ran.code == 2 && ran.out.is_empty(), "{line}: {ran:?}");
        assert!(ran.err.contains(message) && ran.err.contains(hint), "{line}\n{}", ran.err);
    }
    for (arguments, message) in [
        (&["new", "clout@1.3.0"][..], "nobody said why the version exists"),
        (&["new", "clout@third", "--from", "clout@first"], "nobody said why the version exists"),
        (&["new", "clout@1.3.0", "--because", " "], "the text is empty"),
    ] {
        let ran = clout(folder, arguments);
        assert!(ran.code == 2 && ran.err.contains(message), "{ran:?}");
    }
    assert_eq!(files(folder), before);
}

#[test]
fn a_draft_is_named_like_any_version() {
    let bench = workbench();
    let folder = bench.path();
    made(&new(folder, "clout@idea --set weight[tag=audience]*=0.5"), "models/clout/drafts/idea.toml");
    made(&new(folder, "clout@bolder --from clout@idea --set combine=max"), "models/clout/drafts/bolder.toml");
    let ran = clout(folder, &["compare", "clout@1.2.0", "clout@idea", "clout@0.0.0-bolder", "--format", "json"]);
    let outcome: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(outcome["command"], "clout compare clout@1.2.0 clout@idea clout@bolder --on starter");
    assert_eq!(outcome["models"][2]["lineage"][0], "clout@idea");
    // A draft on top of a draft.
    let ran = clout(folder, &["compare", "clout@idea", "--set", "decimals = 1", "--format", "json"]);
    let outcome: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(outcome["models"][1]["id"].as_str().unwrap().starts_with("clout@idea+draft."), "{}", outcome["models"][1]);
    assert_eq!(outcome["command"], "clout compare clout@idea --on starter --set 'decimals = 1'");
    // By its path, from within its folder as well.
    let by_path = ["diff", "clout@1.2.0", "models/clout/drafts/bolder.toml"];
    assert!(clout(folder, &by_path).out.contains("clout@1.2.0 to clout@bolder: structural"));
    let inside = clout(&folder.join("models/clout/drafts"), &["diff", "idea.toml", "bolder.toml"]);
    assert!(inside.out.starts_with("clout@idea to clout@bolder: structural"), "{inside:?}");
    // In an experiment, which runs and comes out again.
    let text = read(folder, "experiments/trimmed-audience.toml");
    let text = text.replace("experiment = \"trimmed-audience\"", "experiment = \"ideas\"");
    let text = text.replace("\"clout@1.1.0\"", "\"clout@idea\"");
    assert!(text.contains("clout@idea"), "{text}");
    fs::write(folder.join("experiments/ideas.toml"), text).unwrap();
    let ran = clout(folder, &["run", "ideas"]);
    assert!(ran.code <= 1 && ran.out.contains("clout@idea"), "{ran:?}");
    assert_eq!(clout(folder, &["run", "--again", "ideas"]).code, 0);
    assert_eq!(clout(folder, &["trend", "kendall-tau-b"]).code, 0);
    let ran = clout(folder, &["stress", "clout@idea", "--study", "laws", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // Names that are near are told.
    let ran = clout(folder, &["score", "clout@ideas"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean `clout@idea`?"), "{ran:?}");
}

#[test]
fn drafts_are_read_as_they_stood() {
    let bench = workbench();
    let folder = bench.path();
    made(&new(folder, "clout@idea --set weight[tag=audience]*=0.5"), "models/clout/drafts/idea.toml");
    made(&new(folder, "clout@bolder --from clout@idea --set combine=max"), "models/clout/drafts/bolder.toml");
    let git = |arguments: &[&str]| {
        let settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(settings).args(arguments).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "models"]);
    git(&["commit", "--quiet", "-m", "first"]);
    let path = folder.join("models/clout/drafts/idea.toml");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("0.5", "0.25")).unwrap();
    for old in ["clout@idea", "clout@bolder", "models/clout/drafts/bolder.toml"] {
        let ran = clout(folder, &["diff", old, "--git", "HEAD"]);
        assert!(ran.code == 0 && ran.out.contains(": reweighting, "), "{old}: {ran:?}");
    }
    let ran = clout(folder, &["diff", "clout@ideal", "clout@idea", "--git", "HEAD"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean `clout@idea`?"), "{ran:?}");
}
