//! Releases as a team makes them: signed, held against the budget, frozen, live, and gone back from;
//! what `check` says when somebody edits what was released; and two people at the same time, with a
//! real git.

mod edited;
mod settings;
mod together;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, clout, edit, files, workbench, write};

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
    // A notice without its record tells of one that was taken away.
    let record = "releases/clout/live/2011-11-03-1.0.0.toml";
    let kept = fs::read(folder.join(record)).unwrap();
    fs::remove_file(folder.join(record)).unwrap();
    let lost = check(folder, "2011-11-05");
    assert!(lost.code == 2 && lost.err.contains("the notice has lost its record"), "{}", lost.err);
    fs::write(folder.join(record), kept).unwrap();
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

/// A waiver that has run out puts nothing live.
#[test]
fn a_version_goes_live_while_its_waivers_hold() {
    let bench = bench();
    let folder = bench.path();
    edit(folder, "models/clout/family.toml", "threshold = 5 }\nat-most = 0.05", "threshold = 0.1 }\nat-most = 0.0");
    let waiver = ["--waive", "people-fall", "--approver", "Cy", "--because", "bots", "--until", "2011-10-31"];
    done(&clout(folder, &[&NEXT[..], &SIGNED, &waiver].concat()));
    let live = |day| clout(folder, &["release", "clout@1.1.0", "--as-of", "2011-10-27", "--live-from", day]);
    let late = live("2011-11-01");
    assert_eq!(late.code, 2);
    assert!(late.err.contains("the waiver of `people-fall` by Cy ran out on 2011-10-31"), "{}", late.err);
    done(&live("2011-10-31"));
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
    let signed = "releases/clout/signed/1.1.0.legal.toml";
    edit(folder, signed, "Ada", "Eve");
    let forged = check(folder, "2011-10-27");
    assert_eq!(forged.code, 2);
    assert!(forged.err.contains("the signature of legal under clout@1.1.0 is not as it was given"), "{}", forged.err);
    assert!(forged.err.contains(&format!("{signed}:")), "{}", forged.err);
    fs::rename(folder.join(signed), folder.join("releases/clout/signed/legal.toml")).unwrap();
    let misnamed = check(folder, "2011-10-27");
    assert!(misnamed.code == 2 && misnamed.err.contains("the file is called as no signature"), "{}", misnamed.err);
    fs::remove_file(folder.join("releases/clout/signed/legal.toml")).unwrap();
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
