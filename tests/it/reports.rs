//! What reports say and show: reasons that sum, names that go, charts that are linked, slides.

use std::fs;

use serde_json::Value;

use crate::support::{clout, files, project, workbench};

const HALVED: &str = "experiments/halved-audience.toml";

/// The outcome of a shipped experiment, as it is stored beside the tests.
fn outcome() -> Value {
    let text = fs::read_to_string(project("tests/golden/halved-audience.outcome.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn reasons_sum_to_the_change_and_weights_to_one() {
    let outcome = outcome();
    let comparison = &outcome["comparisons"][0];
    let reasons = comparison["reasons"].as_array().unwrap();
    assert!(reasons.len() >= 10);
    for account in reasons {
        let change = number(&account["candidate"]) - number(&account["baseline"]);
        let sum: f64 = account["reasons"].as_array().unwrap().iter().map(|reason| number(&reason["points"])).sum();
        assert!((sum - change).abs() < 1e-9, "{account}");
        // The data are the same on both sides: nothing may be put down to them.
        let causes: Vec<&str> =
            account["reasons"].as_array().unwrap().iter().map(|reason| reason["cause"].as_str().unwrap()).collect();
        assert!(causes.iter().all(|cause| ["weight", "scale", "rest"].contains(cause)), "{causes:?}");
    }
    for kind in ["nominal", "realised"] {
        for side in [0, 1] {
            let sum: f64 = comparison["weights"].as_array().unwrap().iter().map(|one| number(&one[kind][side])).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{kind} {side}: {sum}");
        }
    }
}

/// What the numbers of a finding say elsewhere, they say here.
#[test]
fn findings_agree_with_the_metrics() {
    let outcome = outcome();
    let comparison = &outcome["comparisons"][0];
    let findings = &comparison["findings"];
    let point = |label: &str| number(&comparison["metrics"][label]["point"]);
    for (at, threshold) in ["", "threshold=10,", "threshold=20,"].iter().enumerate() {
        let beyond = &findings["changes"]["beyond"][at];
        for direction in ["down", "up"] {
            let label = match *threshold {
                "" => format!("share-moved[direction={direction}]"),
                more => format!("share-moved[direction={direction},{}]", more.trim_end_matches(',')),
            };
            if comparison["metrics"].get(&label).is_some() {
                assert_eq!(number(&beyond[direction]), point(&label), "{label}");
            }
        }
    }
    let changes = &findings["changes"];
    let count = |side: &str| changes[side].as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).sum::<u64>();
    let all = count("falls") + count("rises") + changes["unmoved"].as_u64().unwrap();
    assert_eq!(all, comparison["coverage"]["both"].as_u64().unwrap());
    assert_eq!(changes["unmoved"], findings["unmoved"]);
    let shares = findings["noticed"]["by-account"]["shares"].as_array().unwrap();
    let fall: f64 = shares[..=10].iter().map(number).sum();
    assert!((fall - number(&findings["noticed"]["by-account"]["fall"])).abs() < 1e-12);
    for depth in findings["depths"].as_array().unwrap() {
        let label = format!("overlap-at-k[k={}]", depth["k"]);
        if comparison["metrics"].get(&label).is_some() {
            assert_eq!(number(&depth["overlap"]), point(&label));
        }
    }
}

#[test]
fn names_go_from_every_file_of_a_redacted_copy() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", HALVED]).code, 1);
    let json: Value = serde_json::from_slice(
        files(&bench.path().join("runs")).iter().find(|(name, _)| name.ends_with("outcome.json")).unwrap().1,
    )
    .unwrap();
    let findings = &json["comparisons"][0]["findings"];
    let mut names: Vec<String> = Vec::new();
    for list in
        [&findings["losers"], &findings["gainers"], &findings["agreement"]["furthest"], &findings["top"]["accounts"]]
    {
        names.extend(list.as_array().unwrap().iter().map(|one| one["account"].as_str().unwrap().to_string()));
    }
    assert!(names.len() > 40);
    for (redaction, says) in [("pseudonyms", "account 1"), ("counts", "not named in this copy")] {
        let ran = clout(bench.path(), &["report", "halved-audience", "--redact", redaction, "--out", redaction]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let copy = files(&bench.path().join(redaction));
        assert!(copy.keys().any(|name| name.ends_with("outcome.json")));
        for (name, bytes) in copy.iter().filter(|(name, _)| !name.ends_with(".png")) {
            let text = std::str::from_utf8(bytes).unwrap();
            // A name is a word of its own, so that 123 is not found in 0.1234.
            let words: std::collections::BTreeSet<&str> =
                text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.' && c != ',').collect();
            for account in &names {
                assert!(!words.contains(account.as_str()), "{account} stands in {name}");
            }
        }
        let page = String::from_utf8(copy["report.html"].clone()).unwrap();
        assert!(page.contains(says), "{redaction}");
        let told = clout(bench.path(), &["report", "halved-audience", "--redact", redaction, "--format", "json"]);
        assert_eq!(told.out.as_bytes(), copy["outcome.json"], "{redaction}");
    }
    // The stored page has the names, so that it is not what is opened.
    let opened = clout(bench.path(), &["report", "halved-audience", "--redact", "counts", "--open"]);
    assert_eq!(opened.code, 2);
    assert!(opened.err.contains("the stored page names the accounts"), "{}", opened.err);
}

#[test]
fn markdown_is_a_comment_that_a_job_can_replace() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", HALVED]).code, 1);
    let told = |more: &[&str]| {
        let ran = clout(bench.path(), &[&["report", "halved-audience", "--format", "markdown"], more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out
    };
    let plain = told(&[]);
    assert!(plain.starts_with("<!-- cloutbench:halved-audience -->\n"));
    assert!(plain.ends_with("\n<!-- /cloutbench:halved-audience -->\n"));
    assert!(plain.chars().count() < 60_000);
    let pictures: Vec<&str> = plain.lines().filter(|line| line.starts_with("![")).collect();
    assert_eq!(pictures.len(), 3);
    for picture in pictures {
        let (_, link) = picture.split_once("](<").unwrap();
        let file = link.trim_end_matches(">)");
        let run = fs::read_dir(bench.path().join("runs/halved-audience")).unwrap().next().unwrap().unwrap().path();
        assert!(run.join(file).is_file(), "{file}");
    }
    assert!(
        plain.contains("<details><summary>")
            && plain.matches("<details>").count() == plain.matches("</details>").count()
    );
    let refused = clout(bench.path(), &["report", "halved-audience", "--link-base", "javascript:alert(1)"]);
    assert!(refused.code == 2 && refused.err.contains("is no address of pictures"), "{refused:?}");
    let linked = told(&["--link-base", "https://example.org/a b/>x/"]);
    assert!(linked.contains("](<https://example.org/a%20b/%3Ex/charts/"), "{linked}");
}

#[test]
fn slides_are_a_page_and_its_pictures() {
    let bench = workbench();
    assert_eq!(clout(bench.path(), &["run", HALVED]).code, 1);
    let ran = clout(bench.path(), &["report", "halved-audience", "--slides", "--out", "slides"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("slides (3 of 3): slides/slides.html"), "{}", ran.err);
    let slides = files(&bench.path().join("slides"));
    let page = std::str::from_utf8(&slides["slides.html"]).unwrap();
    assert_eq!((page.matches("<svg").count(), page.matches("<script").count()), (3, 0));
    for name in ["who-notices", "band-flow", "trade-off"] {
        assert!(slides.keys().any(|file| file.ends_with(&format!("{name}.png"))), "{name}");
    }
    // Without a folder they stand beside the run, which stays as it is.
    let before = files(&bench.path().join("runs"));
    assert_eq!(clout(bench.path(), &["report", "halved-audience", "--slides"]).code, 0);
    let after = files(&bench.path().join("runs"));
    assert_eq!(after.len(), before.len() + 7);
    assert!(after.keys().any(|name| name.ends_with(".slides/slides.html")), "{:?}", after.keys());
    assert_eq!(clout(bench.path(), &["report", "halved-audience"]).code, 0, "the slides are no run");
}
