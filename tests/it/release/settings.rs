//! What the settings of a family ask for: the budget over time, published scores, signals that are gone.

use std::fs;

use serde_json::Value;

use super::{FAMILY, FIRST, NEXT, bench, check, done};
use crate::support::{PLAIN, clout, edit, workbench, write};

#[test]
fn retired_signals_and_what_is_left() {
    let bench = bench();
    let folder = bench.path();
    let retired = "\n[retired.\"twitter.followers\"]\nsince = \"2012-03-01\"\nbecause = \"no longer handed out\"\nfallback = \"retweets@1.0.0\"\n";
    fs::write(folder.join("models/clout/family.toml"), format!("{FAMILY}{retired}")).unwrap();
    done(&check(folder, "2012-02-29"));
    let then = check(folder, "2012-03-01");
    done(&then);
    assert!(
        then.err.contains("note: clout@1.0.0 is live and reads what is retired (twitter.followers): "),
        "{}",
        then.err
    );
    assert!(then.err.contains("fall back to retweets@1.0.0"), "{}", then.err);
    let list = |day: &str| clout(folder, &["list", "retired", "--as-of", day, "--format", "csv"]);
    assert_eq!(list("2012-02-29").out.lines().count(), 1);
    let rows = list("2012-03-01").out;
    assert!(rows.contains("clout@1.2.0,twitter.followers,"), "{rows}");
    // A signal that nobody reads is a slip where another is near.
    edit(folder, "models/clout/family.toml", "retired.\"twitter.followers\"", "retired.\"twitter.follower\"");
    let slip = check(folder, "2012-03-01");
    assert_eq!(slip.code, 2);
    assert!(slip.err.contains("no version of clout reads `twitter.follower`"), "{}", slip.err);
    assert!(slip.err.contains("did you mean `twitter.followers`?"), "{}", slip.err);
    edit(folder, "models/clout/family.toml", "retired.\"twitter.follower\"", "retired.\"twitter.followers\"");
    // A fallback that reads it too is none.
    edit(folder, "models/clout/family.toml", "retweets@1.0.0", "1.1.0");
    let none = check(folder, "2012-02-29");
    assert_eq!(none.code, 2);
    assert!(
        none.err.contains("clout@1.1.0 is no fallback: it reads twitter.followers, retired by then"),
        "{}",
        none.err
    );
}

#[test]
fn settings_that_are_wrong_are_told_at_their_place() {
    let bench = workbench();
    let folder = bench.path();
    let told = |text: &str| {
        write(folder, "models/clout/family.toml", text);
        let ran = check(folder, "2011-10-02");
        assert_eq!(ran.code, 2, "{text}\n{}", ran.err);
        ran.err
    };
    for (from, to, place, message) in [
        ("family = \"clout\"", "family = \"klout\"", ":3:10", "the file says `klout`, its folder says `clout`"),
        ("\"product\", \"legal\"", "\"product\", \"product\"", ":4:25", "the role `product` stands twice"),
        ("name = \"countries\"", "name = \"people-fall\"", ":22:8", "the limit `people-fall` stands twice"),
        ("metric = \"migration-down\"", "metric = \"migration-dwn\"", ":31:10", "unknown metric `migration-dwn`"),
        ("segment = \"country\"", "segment = \"county\"", ":25:11", "`county` is no segment of this budget"),
        ("threshold = 5 }\nat-most = 0.05", "treshold = 5 }\nat-most = 0.05", ":17:", "has no parameter `treshold`"),
        ("at-most = 0.2", "at-most = 20", ":26:11", "but share-moved lies between 0 and 1"),
        ("perk = \"lounge\"", "perk = \"loung\"", ":38:8", "the budget has no perk `loung`"),
        (
            "dataset = \"starter\"\nsegments",
            "dataset = \"starter\"\nwindow = 3\nsegments",
            ":8:1",
            "unknown key `window`",
        ),
        ("at-most = 0.25", "", ":36:", "the limit states no bound"),
        ("dataset = \"starter\"", "dataset = \"stater\"", ":7:11", "did you mean `starter`?"),
        ("segments = [\"country\"]", "segments = [\"country\", \"age\"]", "", "age"),
    ] {
        assert!(FAMILY.contains(from), "{from}");
        let err = told(&FAMILY.replacen(from, to, 1));
        assert!(err.contains(message), "{message}\n{err}");
        assert!(place.is_empty() || err.contains(&format!("models/clout/family.toml{place}")), "{place}\n{err}");
    }
}

/// Published scores must come out again before anything is released.
#[test]
fn published_scores_are_replayed() {
    let bench = workbench();
    let folder = bench.path();
    write(folder, "models/plain/1.0.0.toml", PLAIN);
    let next = "format = 1\nmodel = \"plain@1.1.0\"\nextends = \"1.0.0\"\ntitle = \"t\"\nrationale = \"r\"\n[display]\ndecimals = 1\n";
    write(folder, "models/plain/1.1.0.toml", next);
    // 10.9, 50.5 and 80.2, shown as whole numbers; the last one was published otherwise.
    write(folder, "scores.csv", "account,x,published\na,10,11\nb,50,51\nc,80,81\n");
    done(&clout(folder, &["dataset", "import", "scores.csv", "--name", "pub", "--role", "published=published-score"]));
    let experiment = "format = 1\nexperiment = \"e\"\nbaseline = \"plain@1.0.0\"\ncandidates = [\"plain@1.1.0\"]\ndataset = \"pub\"\n";
    write(folder, "experiments/e.toml", experiment);
    done(&clout(folder, &["run", "e"]));
    let settings = |replay: &str| {
        write(
            folder,
            "models/plain/family.toml",
            &format!("format = 1\nfamily = \"plain\"\n[replay]\nversion = \"1.0.0\"\n{replay}"),
        );
        clout(folder, &["release", "plain@1.1.0", "--run", "e", "--as-of", "2011-10-26"])
    };
    let none = settings("dataset = \"starter\"\n");
    assert_eq!(
        (none.code, none.err.contains("its replay cannot be measured: the model plain@1.0.0 reads `x`")),
        (2, true),
        "{}",
        none.err
    );
    let failed = settings("dataset = \"pub\"\n");
    assert_eq!(failed.code, 1, "{}", failed.err);
    let told = "the published scores of pub do not come out again under plain@1.0.0: 0.6667 of the accounts do, at least 1 is asked for";
    assert!(failed.err.contains(told), "{}", failed.err);
    assert!(!folder.join("models/plain/1.1.0.lock.toml").exists());
    done(&settings("dataset = \"pub\"\ntolerance = 1\n"));
    let note = fs::read_to_string(folder.join("releases/plain/1.1.0/note.md")).unwrap();
    assert!(note.contains("100 % of the published scores of pub come out again under plain@1.0.0"), "{note}");
    done(&check(folder, "2011-10-27"));
}

/// Two steps, each within its limit, are too much together.
#[test]
fn small_steps_add_up() {
    let bench = bench();
    let folder = bench.path();
    let limit = "[budget]\ndataset = 'starter'\n[[budget.limit]]\nname = 'moved'\nmetric = 'mean-absolute-shift'\nat-most = LIMIT\nbecause = 'b'\n";
    let first = clout(folder, &["compare", "clout@1.0.0", "clout@1.1.0", "--format", "json"]);
    let second = clout(folder, &["compare", "clout@1.1.0", "clout@1.2.0", "--format", "json"]);
    let both = clout(folder, &["compare", "clout@1.0.0", "clout@1.2.0", "--format", "json"]);
    let moved = [&first, &second, &both].map(|ran| {
        let outcome: Value = serde_json::from_str(&ran.out).unwrap();
        outcome["comparisons"][0]["metrics"]["mean-absolute-shift"]["point"].as_f64().unwrap()
    });
    let most = moved[0].max(moved[1]);
    assert!(moved[2] > most, "{moved:?}");
    let allowed = (most + moved[2]) / 2.0;
    write(
        folder,
        "models/clout/family.toml",
        &format!("format = 1\nfamily = 'clout'\n{}", limit.replace("LIMIT", &allowed.to_string())),
    );
    write(
        folder,
        "experiments/second.toml",
        &FIRST.replace("\"first\"", "\"second\"").replace("clout@1.0.0", "clout@1.2.0"),
    );
    done(&clout(folder, &["run", "second"]));
    done(&clout(folder, &[&NEXT[..], &["--live-from", "2011-10-26"]].concat()));
    let order = |day: &'static str| ["release", "clout@1.2.0", "--run", "second", "--as-of", day];
    // 26 October and 90 days: 1.1.0 was live by then.
    let early = clout(folder, &order("2012-01-23"));
    assert_eq!(early.code, 1, "{}", early.err);
    assert!(early.err.contains("the limit `moved` is broken against clout@1.0.0 (window)"), "{}", early.err);
    assert!(!early.err.contains("(live)"), "{}", early.err);
    done(&clout(folder, &order("2012-01-24")));
}
