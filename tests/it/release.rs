//! Releases as a team makes them: signed, held against the budget, frozen, live, and gone back from;
//! what `check` says when somebody edits what was released; and two people at the same time, with a
//! real git.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{PLAIN, Ran, clout, files, workbench};

const FAMILY: &str = r#"#:schema ../../schemas/family.schema.json
format = 1
family = "clout"
sign-offs = ["product", "legal"]

[budget]
dataset = "starter"
segments = ["country"]

[[budget.perk]]
name = "lounge"
at-least = 60

[[budget.limit]]
name = "people-fall"
metric = "share-moved"
with = { direction = "down", threshold = 5 }
at-most = 0.05
because = "support can answer one account in twenty"

[[budget.limit]]
name = "countries"
metric = "share-moved"
with = { direction = "down", threshold = 5 }
segment = "country"
at-most = 0.2
because = "no country alone"

[[budget.limit]]
name = "bands"
metric = "migration-down"
band = "each"
at-most = 0.5
because = "a third of one band fell once, and no figure showed it"

[[budget.limit]]
name = "lounge-kept"
perk = "lounge"
at-most = 0.25
because = "the airline wants regulars"
"#;

const FIRST: &str = r#"format = 1
experiment = "first"
baseline = "followers@1.0.0"
candidates = ["clout@1.0.0"]
dataset = "starter"
"#;

fn done(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    assert!(text.contains(from), "{name} lacks {from}:\n{text}");
    fs::write(folder.join(name), text.replacen(from, to, 1)).unwrap();
}

/// A workbench whose first version is released and live since 1 October 2011, with the runs of two
/// more.
fn bench() -> tempfile::TempDir {
    let bench = workbench();
    let folder = bench.path();
    write(folder, "models/clout/family.toml", FAMILY);
    write(folder, "experiments/first.toml", FIRST);
    done(&clout(folder, &["run", "experiments/first.toml", "experiments/trimmed-audience.toml"]));
    let signed = ["--sign", "product=Bea", "--sign", "legal=Ada"];
    let order = ["release", "clout@1.0.0", "--run", "first", "--as-of", "2011-10-01", "--live-from", "2011-10-01"];
    done(&clout(folder, &[&order[..], &signed].concat()));
    bench
}

const NEXT: [&str; 6] = ["release", "clout@1.1.0", "--run", "trimmed-audience", "--as-of", "2011-10-26"];
const SIGNED: [&str; 4] = ["--sign", "product=Bea", "--sign", "legal=Ada"];

fn check(folder: &Path, day: &str) -> Ran {
    clout(folder, &["check", "--as-of", day])
}

#[test]
fn a_version_is_signed_released_put_live_and_gone_back_from() {
    let bench = bench();
    let folder = bench.path();
    // Signatures that wait, and one that comes with the release.
    let unsigned = clout(folder, &NEXT);
    assert_eq!(unsigned.code, 2);
    assert!(unsigned.err.contains("clout@1.1.0 has no signature for product"), "{}", unsigned.err);
    assert!(unsigned.err.contains("models/clout/family.toml:4:14"), "{}", unsigned.err);
    done(&clout(folder, &["release", "clout@1.1.0", "--sign", "product=Bea", "--as-of", "2011-10-20"]));
    let before = files(folder);
    let released = clout(
        folder,
        &[&NEXT[..], &["--sign", "legal=Ada", "--live-from", "2011-11-01", "--ramp", "10%,100%", "--format", "json"]]
            .concat(),
    );
    done(&released);
    let told: Value = serde_json::from_str(&released.out).unwrap();
    assert_eq!(told["released"], true);
    let limits = told["limits"].as_array().unwrap();
    assert!(limits.iter().all(|limit| limit["kept"] == true && limit["against"] == "clout@1.0.0"), "{limits:?}");
    // The version that is live is also the one of the window, and is measured once.
    for (name, least) in [("people-fall", 1), ("countries", 4), ("bands", 4), ("lounge-kept", 1)] {
        let count = limits.iter().filter(|limit| limit["limit"] == name).count();
        assert!(count >= least, "{name}: {count}");
    }
    let new: Vec<String> = files(folder).into_keys().filter(|name| !before.contains_key(name)).collect();
    assert_eq!(
        new,
        [
            "models/clout/1.1.0.lock.toml",
            "releases/clout/1.1.0/note.md",
            "releases/clout/1.1.0/notice.md",
            "releases/clout/1.1.0/outcome.json",
            "releases/clout/1.1.0/report.md",
            "releases/clout/live/2011-11-01-1.1.0.toml",
        ]
    );
    let note = fs::read_to_string(folder.join("releases/clout/1.1.0/note.md")).unwrap();
    for text in [
        "# clout@1.1.0",
        "Released on 2011-10-26, live from 2011-11-01",
        "Class: reweighting",
        "people-fall",
        "| legal | Ada | 2011-10-26 |",
    ] {
        assert!(note.contains(text), "{text}\n{note}");
    }
    let public = fs::read_to_string(folder.join("releases/clout/1.1.0/notice.md")).unwrap().replace('\\', "");
    for text in [
        "Version 1.1.0 of the score “clout” takes the place of version 1.0.0",
        "From 2011-11-01 on the new score is seen by 10 % of the accounts, from 2011-11-08 on by everybody.",
    ] {
        assert!(public.contains(text), "{text}\n{public}");
    }
    let ran = check(folder, "2011-11-02");
    done(&ran);
    assert!(ran.out.contains("1 family setting, 2 locks"), "{}", ran.out);
    let live = |day: &str| -> Vec<(String, String)> {
        let ran = clout(folder, &["list", "live", "--as-of", day, "--format", "json"]);
        done(&ran);
        let rows: Value = serde_json::from_str(&ran.out).unwrap();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_string();
        rows.as_array().unwrap().iter().map(|row| (text(row, "version"), text(row, "share"))).collect()
    };
    let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(version, share)| ((*version).to_string(), (*share).to_string())).collect()
    };
    assert_eq!(live("2011-09-30"), of(&[("1.1.0", "later"), ("1.0.0", "later")]));
    assert_eq!(live("2011-10-31"), of(&[("1.0.0", "100 %"), ("1.1.0", "later")]));
    assert_eq!(live("2011-11-02"), of(&[("1.1.0", "10 %"), ("1.0.0", "90 %")]));
    assert_eq!(live("2011-11-08"), of(&[("1.1.0", "100 %")]));
    // And back.
    let back =
        clout(folder, &["rollback", "clout", "--to", "1.0.0", "--because", "an *outcry*", "--as-of", "2011-11-03"]);
    done(&back);
    assert!(back.out.starts_with("# clout: back to version 1.0.0\n"), "{}", back.out);
    assert!(back.out.contains("**Why:** an \\*outcry\\*"), "{}", back.out);
    assert!(back.out.contains("seen by 10 % of the accounts") && back.out.contains("## What changes"), "{}", back.out);
    assert!(back.out.contains("## Whose score moves, and how far"), "{}", back.out);
    assert_eq!(fs::read_to_string(folder.join("releases/clout/live/2011-11-03-1.0.0.md")).unwrap(), back.out);
    assert_eq!(live("2011-11-03"), of(&[("1.0.0", "100 %")]));
    // What was live before stays on record.
    assert_eq!(live("2011-11-02"), of(&[("1.1.0", "10 %"), ("1.0.0", "90 %"), ("1.0.0", "later")]));
    let again = clout(folder, &["rollback", "clout", "--to", "1.0.0", "--as-of", "2011-11-04"]);
    assert_eq!((again.code, again.err.contains("clout@1.0.0 is live already")), (2, true), "{}", again.err);
    done(&check(folder, "2011-11-05"));
    // What was live stays on record, and nothing comes back that never was live.
    let past = clout(folder, &["rollback", "clout", "--to", "1.1.0", "--as-of", "2011-11-02"]);
    assert_eq!(past.code, 2);
    assert!(past.err.contains("2011-11-02 lies before 2011-11-03, when it was last written down"), "{}", past.err);
    write(
        folder,
        "experiments/second.toml",
        &FIRST.replace("\"first\"", "\"second\"").replace("clout@1.0.0", "clout@1.2.0"),
    );
    edit(folder, "models/clout/family.toml", "at-most = 0.05", "at-most = 1.0");
    done(&clout(folder, &["run", "second"]));
    done(&clout(
        folder,
        &[&["release", "clout@1.2.0", "--run", "second", "--as-of", "2011-11-04"][..], &SIGNED].concat(),
    ));
    let never = clout(folder, &["rollback", "clout", "--to", "1.2.0", "--as-of", "2011-11-05"]);
    assert_eq!(never.code, 2);
    assert!(never.err.contains("clout@1.2.0 was never live: there is nothing to go back to"), "{}", never.err);
    assert!(never.err.contains("were live: clout@1.0.0, clout@1.1.0"), "{}", never.err);
}

#[test]
fn waivers_and_signatures_have_to_say_something() {
    let bench = bench();
    let folder = bench.path();
    let waive = |approver: &str, until: &str, live: &str| {
        let waiver = ["--waive", "bands", "--approver", approver, "--because", "b", "--until", until];
        clout(folder, &[&NEXT[..], &SIGNED, &waiver, &["--live-from", live]].concat())
    };
    let before = files(folder);
    let empty = waive(" ", "2011-12-31", "2011-10-26");
    assert_eq!((empty.code, empty.err.contains("the waiver of `bands` states none")), (2, true), "{}", empty.err);
    let early = waive("Cy", "2011-10-30", "2011-11-01");
    assert_eq!(early.code, 2);
    assert!(
        early.err.contains("before the version is live") && early.err.contains("name a day from 2011-11-01 on"),
        "{}",
        early.err
    );
    let twice = clout(folder, &[&NEXT[..], &SIGNED, &["--sign", "legal=Eve"]].concat());
    assert_eq!((twice.code, twice.err.contains("`legal` signs twice")), (2, true), "{}", twice.err);
    assert_eq!(files(folder), before);
    done(&clout(folder, &["release", "clout@1.1.0", "--sign", "legal=Ada", "--as-of", "2011-10-27"]));
    let other = clout(folder, &["release", "clout@1.1.0", "--sign", "legal=Eve", "--as-of", "2011-10-27"]);
    assert_eq!(
        (other.code, other.err.contains("Ada has signed clout@1.1.0 for legal already")),
        (2, true),
        "{}",
        other.err
    );
    let late = clout(folder, &[&NEXT[..], &["--sign", "product=Bea"]].concat());
    assert_eq!(
        (late.code, late.err.contains("Ada signed on 2011-10-27, after the day of the release")),
        (2, true),
        "{}",
        late.err
    );
    let instead = clout(folder, &[&NEXT[..], &["--sign", "product=Bea", "--sign", "legal=Eve"]].concat());
    let told = "Ada has signed clout@1.1.0 for legal already";
    assert_eq!((instead.code, instead.err.contains(told)), (2, true), "{}", instead.err);
    fs::remove_file(folder.join("releases/clout/signed/1.1.0.legal.toml")).unwrap();
    // A waiver that nobody needs is left out.
    let idle = waive("Cy", "2011-12-31", "2011-10-26");
    done(&idle);
    assert!(idle.err.contains("the waiver of `bands` is left out, as the limit is kept"), "{}", idle.err);
    assert!(!fs::read_to_string(folder.join("models/clout/1.1.0.lock.toml")).unwrap().contains("[[waiver]]"));
    done(&check(folder, "2012-06-01"));
}

/// There is nothing to hold the first of a family against: it may be the baseline of its run.
#[test]
fn the_first_of_a_family_may_be_a_baseline() {
    let bench = workbench();
    let folder = bench.path();
    let signed = ["--sign", "product=Bea", "--sign", "legal=Ada", "--sign", "support=Cy"];
    done(&clout(folder, &["run", "trimmed-audience"]));
    let first = ["release", "clout@1.0.0", "--run", "trimmed-audience", "--as-of", "2011-10-01"];
    done(&clout(folder, &[&first[..], &signed].concat()));
    write(
        folder,
        "experiments/onwards.toml",
        &FIRST
            .replace("\"first\"", "\"onwards\"")
            .replace("followers@1.0.0", "clout@1.1.0")
            .replace("\"clout@1.0.0\"", "\"clout@1.2.0\""),
    );
    done(&clout(folder, &["run", "onwards"]));
    let next = clout(folder, &[&["release", "clout@1.1.0", "--run", "onwards"][..], &signed].concat());
    assert_eq!(next.code, 2);
    assert!(next.err.contains("the run does not judge clout@1.1.0: it is no candidate there"), "{}", next.err);
    done(&check(folder, "2011-10-02"));
}

#[test]
fn what_is_refused_writes_nothing() {
    let bench = bench();
    let folder = bench.path();
    edit(folder, "models/clout/family.toml", "threshold = 5 }\nat-most = 0.05", "threshold = 0.1 }\nat-most = 0.0");
    let before = files(folder);
    let refused = clout(folder, &[&NEXT[..], &SIGNED].concat());
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(refused.err.contains("clout@1.1.0 is not released:"), "{}", refused.err);
    let reason = "- the limit `people-fall` is broken against clout@1.0.0 (live, window): share-moved[direction=down,threshold=0.1] may be at most 0, and it is";
    assert!(refused.err.contains(reason), "{}", refused.err);
    assert_eq!(files(folder), before);
    // Waived it goes through, and the waiver runs out.
    let waived = clout(
        folder,
        &[
            &NEXT[..],
            &SIGNED,
            &[
                "--waive",
                "people-fall",
                "--approver",
                "Cy",
                "--because",
                "bots",
                "--until",
                "2011-12-31",
                "--live-from",
                "2011-10-26",
                "--format",
                "json",
            ],
        ]
        .concat(),
    );
    done(&waived);
    let told: Value = serde_json::from_str(&waived.out).unwrap();
    assert_eq!(told["waivers"][0]["limit"], "people-fall");
    let broken: Vec<&Value> =
        told["limits"].as_array().unwrap().iter().filter(|limit| limit["kept"] == false).collect();
    assert!(!broken.is_empty() && broken.iter().all(|limit| limit["limit"] == "people-fall"), "{told}");
    let note = fs::read_to_string(folder.join("releases/clout/1.1.0/note.md")).unwrap();
    assert!(note.contains("| broken, waived |") && note.contains("**Waived:**"), "{note}");
    done(&check(folder, "2011-12-31"));
    let out = check(folder, "2012-01-01");
    assert_eq!(out.code, 2);
    assert!(out.err.contains("the waiver of `people-fall` by Cy ran out on 2011-12-31"), "{}", out.err);
    assert!(out.err.contains("models/clout/1.1.0.lock.toml:"), "{}", out.err);
    // Every later report that speaks of the version tells of it.
    let later = clout(folder, &["report", "trimmed-audience"]);
    let told = "clout@1.1.0 was released although the limit `people-fall` of its movement budget is broken; Cy allowed that until 2011-12-31: bots";
    assert!(later.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(told), "{}", later.out);
    let compared = clout(folder, &["compare", "clout@1.1.0", "clout@1.2.0", "--format", "markdown"]);
    assert!(compared.out.contains("clout@1.1.0 was released although"), "{}", compared.out);
    // A version that is live no longer needs no waiver.
    done(&clout(folder, &["rollback", "clout", "--to", "1.0.0", "--as-of", "2011-12-01"]));
    done(&check(folder, "2012-01-01"));
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

#[test]
fn a_run_must_be_of_this_version_and_these_data() {
    let bench = bench();
    let folder = bench.path();
    let told = |arguments: &[&str]| {
        let ran = clout(folder, &[arguments, &SIGNED].concat());
        assert_eq!(ran.code, 2, "{}", ran.err);
        ran.err
    };
    let other = told(&["release", "clout@1.2.0", "--run", "trimmed-audience"]);
    assert!(other.contains("the run does not judge clout@1.2.0: it is no candidate there"), "{other}");
    let again = told(&["release", "clout@1.0.0", "--run", "first"]);
    assert!(again.contains("clout@1.0.0 is released already"), "{again}");
    let path = told(&["release", "models/clout/1.1.0.toml", "--run", "first"]);
    assert!(path.contains("a file cannot be released"), "{path}");
    let early = told(&[&NEXT[..], &["--live-from", "2011-09-01"]].concat());
    assert!(early.contains("2011-09-01 lies before 2011-10-01, from when clout@1.0.0 is live"), "{early}");
    let waived = told(
        &[&NEXT[..], &["--waive", "people-fal", "--approver", "a", "--because", "b", "--until", "2011-01-01"]].concat(),
    );
    assert!(waived.contains("has no limit `people-fal`") && waived.contains("did you mean `people-fall`?"), "{waived}");
    assert!(waived.contains("would have run out on 2011-01-01"), "{waived}");
    let role = told(&[&NEXT[..], &["--sign", "lega=x"]].concat());
    assert!(role.contains("asks for no signature of `lega`") && role.contains("did you mean `legal`?"), "{role}");
    // The version is another one than the run judged.
    edit(folder, "models/clout/1.1.0.toml", "weight = 2.2", "weight = 2.3");
    let changed = told(&NEXT);
    assert!(changed.contains("the run judged clout@1.1.0 with the digest"), "{changed}");
    edit(folder, "models/clout/1.1.0.toml", "weight = 2.3", "weight = 2.2");
    // The experiment is another one.
    edit(folder, "experiments/trimmed-audience.toml", "at-least = 0.85", "at-least = 0.84");
    let changed = told(&NEXT);
    assert!(changed.contains("the run rests on what has changed since: experiment file"), "{changed}");
    edit(folder, "experiments/trimmed-audience.toml", "at-least = 0.84", "at-least = 0.85");
    // A signature of an earlier state does not count.
    done(&clout(folder, &["release", "clout@1.1.0", "--sign", "legal=Ada", "--as-of", "2011-10-20"]));
    edit(folder, "models/clout/1.1.0.toml", "title = \"A little", "title = \"Little");
    done(&clout(folder, &["run", "trimmed-audience"]));
    let ran = clout(folder, &["list", "runs", "--format", "json"]);
    let rows: Value = serde_json::from_str(&ran.out).unwrap();
    let ids: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["run"].as_str().unwrap()).collect();
    let stale: Vec<String> = ids
        .iter()
        .map(|id| clout(folder, &["release", "clout@1.1.0", "--run", id, "--sign", "product=Bea"]).err)
        .filter(|err| err.contains("Ada signed clout@1.1.0 for legal with the digest"))
        .collect();
    assert!(!stale.is_empty());
    assert!(stale[0].contains("releases/clout/signed/1.1.0.legal.toml:"), "{}", stale[0]);
}

#[test]
fn an_expectation_that_fails_is_no_release() {
    let bench = bench();
    let folder = bench.path();
    assert_eq!(clout(folder, &["run", "halved-audience"]).code, 1);
    let refused = clout(folder, &[&["release", "clout@1.2.0", "--run", "halved-audience"][..], &SIGNED].concat());
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("- an expectation fails: "), "{}", refused.err);
    assert!(!folder.join("models/clout/1.2.0.lock.toml").exists());
}

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

fn git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .args(["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git is there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

fn commit(folder: &Path, message: &str) {
    assert!(git(folder, &["add", "-A"]).0);
    let (done, told) = git(folder, &["commit", "-q", "-m", message]);
    assert!(done, "{told}");
}

/// Two people on two branches: versions and releases merge cleanly, and where both took the place of
/// the same version `check` says so.
#[test]
fn two_people_at_the_same_time() {
    let bench = bench();
    let folder = bench.path();
    edit(folder, "models/clout/family.toml", "sign-offs = [\"product\", \"legal\"]\n", "");
    edit(folder, "models/clout/family.toml", "at-most = 0.05", "at-most = 1.0");
    write(
        folder,
        "experiments/second.toml",
        &FIRST.replace("\"first\"", "\"second\"").replace("clout@1.0.0", "clout@1.2.0"),
    );
    done(&clout(folder, &["run", "second"]));
    git(folder, &["init", "-q"]);
    commit(folder, "begin");
    // Ada adds a version and releases 1.1.0.
    assert!(git(folder, &["checkout", "-q", "-b", "ada"]).0);
    let version = |number: &str| {
        format!("format = 1\nmodel = \"clout@{number}\"\nextends = \"1.1.0\"\ntitle = \"t\"\nrationale = \"r\"\n")
    };
    write(folder, "models/clout/1.3.0.toml", &version("1.3.0"));
    done(&clout(folder, &[&NEXT[..], &["--live-from", "2011-11-01"]].concat()));
    commit(folder, "release 1.1.0");
    // Bea, from the same beginning, adds another and releases 1.2.0.
    assert!(git(folder, &["checkout", "-q", "main"]).0);
    assert!(git(folder, &["checkout", "-q", "-b", "bea"]).0);
    write(folder, "models/clout/1.4.0.toml", &version("1.4.0"));
    done(&clout(
        folder,
        &["release", "clout@1.2.0", "--run", "second", "--as-of", "2011-10-27", "--live-from", "2011-11-02"],
    ));
    commit(folder, "release 1.2.0");
    let (merged, told) = git(folder, &["merge", "-q", "--no-edit", "ada"]);
    assert!(merged, "{told}");
    // Both are released; what is live is for people to settle.
    let fork = check(folder, "2011-10-28");
    assert_eq!(fork.code, 2);
    assert!(fork.err.contains("clout@1.1.0 and clout@1.2.0 both take the place of `2011-10-01-1.0.0`"), "{}", fork.err);
    assert!(fork.err.contains("remove the file of the one that is to come second"), "{}", fork.err);
    assert_eq!(clout(folder, &["list", "live", "--as-of", "2011-11-03"]).code, 2);
    fs::remove_file(folder.join("releases/clout/live/2011-11-02-1.2.0.toml")).unwrap();
    done(&check(folder, "2011-10-28"));
    // The second comes after the first, and its budget was not held against that.
    let late = clout(folder, &["release", "clout@1.2.0", "--as-of", "2011-10-28", "--live-from", "2011-11-09"]);
    assert_eq!(late.code, 2);
    assert!(
        late.err.contains("the budget of clout@1.2.0 was not held against clout@1.1.0, which is live by then"),
        "{}",
        late.err
    );
    // The same version by two people is a conflict of git.
    assert!(git(folder, &["checkout", "-q", "main"]).0);
    assert!(git(folder, &["checkout", "-q", "-b", "cy"]).0);
    write(folder, "models/clout/1.3.0.toml", &version("1.3.0").replace("\"t\"", "\"another\""));
    commit(folder, "another 1.3.0");
    let (merged, told) = git(folder, &["merge", "-q", "--no-edit", "ada"]);
    assert!(!merged && told.contains("models/clout/1.3.0.toml"), "{told}");
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
