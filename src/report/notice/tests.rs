//! The note on cases that contradict themselves, that lack figures, and that hold hostile texts. They
//! start from the stored outcome of a shipped experiment.

use super::*;
use crate::compare::group::Group;
use crate::compare::measurement::Measurement;
use crate::compare::metric::Metric;
use crate::compare::perk::{PerkCounts, PerkFindings, PerkShares};
use crate::experiment::outcome::{FactorSummary, GroupSummary};
use crate::stats::estimate::Estimate;

fn outcome() -> Outcome {
    serde_json::from_str(include_str!("../../../tests/golden/trimmed-audience.outcome.json")).unwrap()
}

fn told(outcome: &Outcome) -> String {
    let asked = Asked { candidate: "clout@1.1.0", diff: None, live_from: None, steps: &[] };
    render(&notice(outcome, asked).unwrap())
}

fn set(summary: &mut ComparisonSummary, label: &str, point: f64) {
    let metric: Metric = label.parse().unwrap();
    let mut measured = Measurement::undefined(&metric, String::new());
    measured.value = Ok(Estimate::exact(point));
    summary.metrics.insert(label.to_string(), measured);
}

/// Shares by whole points: so many of a thousand accounts.
fn moved(summary: &mut ComparisonSummary, counts: &[(i32, u32)]) {
    let noticed = summary.findings.noticed.as_mut().unwrap();
    noticed.accounts = 1000;
    noticed.by_account.shares = vec![0.0; 31];
    for (points, count) in counts {
        noticed.by_account.shares[(points + 15) as usize] = f64::from(*count) / 1000.0;
    }
}

fn segment(value: &str, accounts: u64, shift: Option<f64>) -> GroupSummary {
    let group = Group::Segment { column: "kind".into(), value: value.into() };
    let mut found =
        GroupSummary { group, accounts, metrics: Default::default(), shrunk_mean_shift: None, sign_conflict: false };
    if let Some(shift) = shift {
        let mut measured = Measurement::undefined(&"mean-shift".parse().unwrap(), String::new());
        measured.value = Ok(Estimate::exact(shift));
        found.metrics.insert("mean-shift".into(), measured);
    }
    found
}

#[test]
fn a_mean_that_rises_while_most_fall_and_a_band_that_falls_are_each_said() {
    let mut outcome = outcome();
    let summary = &mut outcome.comparisons[0];
    moved(summary, &[(-1, 600), (0, 100), (9, 300)]);
    set(summary, "mean-shift", 2.1);
    let text = told(&outcome);
    assert!(text.contains("More scores fall than rise."), "{text}");
    assert!(text.contains("For 600 of 1,000 accounts (60.0 %) the shown score falls by 1 point or more."), "{text}");
    assert!(text.contains("For 300 of 1,000 accounts (30.0 %) it rises by 1 point or more."), "{text}");
    assert!(text.contains("scores rise by 2.10 points, although more scores fall than rise."), "{text}");
    // All five bands of the stored outcome fall.
    assert!(text.contains("Accounts of the bands “1-9”, “10-24”, “25-49”, “50-74”, “75-100” fall on average, although all accounts together rise."), "{text}");
    assert!(text.contains("Rises by size: 5 to 9 points for 300 accounts."), "{text}");
    assert!(text.contains("The largest fall is 1 point; the largest rise is 9 points."), "{text}");
}

#[test]
fn a_mean_and_a_majority_that_agree_contradict_nothing() {
    let text = told(&outcome());
    assert!(text.contains("On average, scores fall by 0.46 points."), "{text}");
    assert!(!text.contains("although"), "{text}");
    assert!(
        text.contains(
            "Most shown scores stay the same, or move by less than 1 point. Of the others, more scores fall than rise."
        ),
        "{text}"
    );
}

#[test]
fn nothing_that_moves_is_said_without_alarm() {
    let mut outcome = outcome();
    moved(&mut outcome.comparisons[0], &[(0, 1000)]);
    set(&mut outcome.comparisons[0], "mean-shift", -0.004);
    let text = told(&outcome);
    assert!(text.contains("No shown score changes by 1 point or more."), "{text}");
    assert!(text.contains("For no account the shown score falls by 1 point or more."), "{text}");
    assert!(text.contains("neither rise nor fall by as much as 0.01 points"), "{text}");
    assert!(!text.contains("by size") && !text.contains("largest"), "{text}");
}

#[test]
fn what_lies_beyond_the_list_is_told_from_the_score_before_rounding() {
    let mut outcome = outcome();
    moved(&mut outcome.comparisons[0], &[(-15, 10), (0, 980), (15, 10)]);
    set(&mut outcome.comparisons[0], "move-quantile[quantile=0]", -23.4);
    outcome.comparisons[0].metrics.remove("move-quantile[quantile=1]");
    let text = told(&outcome);
    assert!(text.contains("The largest fall is about 23 points; the largest rise is 15 points or more."), "{text}");
}

#[test]
fn figures_that_are_not_known_are_left_out_and_small_groups_withheld() {
    let mut outcome = outcome();
    let summary = &mut outcome.comparisons[0];
    summary.findings.noticed = None;
    summary.findings.migration = None;
    summary.metrics.clear();
    summary.groups = vec![segment("bot", 300, Some(-2.0)), segment("media", 7, None)];
    let text = told(&outcome);
    assert!(text.contains("How many people see their score change is not known."), "{text}");
    assert!(!text.contains("On average, scores") && !text.contains("## Bands"), "{text}");
    assert!(!text.contains("NaN") && !text.contains('–'), "{text}");
    assert!(
        text.contains("“bot” −2.00 points (300 accounts). Not told, because so few accounts say too little: 1 group."),
        "{text}"
    );
    assert!(!text.contains("media"), "a small group is not named: {text}");
}

#[test]
fn a_sample_is_told_in_shares_that_are_estimated() {
    let mut outcome = outcome();
    let summary = &mut outcome.comparisons[0];
    moved(summary, &[(-2, 250), (0, 750)]);
    summary.sampled = true;
    set(summary, "migration-down", 0.04);
    set(summary, "migration-up", 0.01);
    let counts = PerkCounts { eligible: 1000, before: 40, after: 30, gained: 0, lost: 10 };
    summary.perks = vec![PerkFindings {
        name: "the lounge".into(),
        rule: "a displayed score of at least 50".into(),
        edge: Some(50.0),
        counts,
        population: Some(PerkShares { eligible: 9e4, before: 4000.4, after: 3000.0, gained: 0.0, lost: 1000.4 }),
        segments: Default::default(),
        gainers: Vec::new(),
        losers: Vec::new(),
    }];
    let text = told(&outcome);
    assert!(text.contains("For an estimated 25 % of the accounts the shown score falls by 1 point or more."), "{text}");
    assert!(text.contains("Falls by size: 2 points for 25 % of the accounts."), "{text}");
    assert!(text.contains("estimated from a sample of 1,988 accounts"), "{text}");
    assert!(text.contains("An estimated 4 % of the accounts move to a lower band, 1 % to a higher one."), "{text}");
    assert!(
        text.contains("about 4,000 accounts had it. Of these, about 1,000 lose it. It is won by about 0 accounts."),
        "{text}"
    );
    assert!(text.contains("(a shown score of at least 50)"), "{text}");
    assert!(text.contains("The largest fall is 2 points in the sample."), "{text}");
}

/// The note speaks of the latest snapshot of the first dataset, and names another that turns round.
#[test]
fn of_several_comparisons_the_latest_is_told_and_one_that_turns_is_named() {
    let mut outcome = outcome();
    let mut earlier = outcome.comparisons[0].clone();
    earlier.place.snapshot = Some("2011-08".into());
    moved(&mut earlier, &[(0, 600), (1, 400)]);
    set(&mut earlier, "mean-shift", 0.5);
    let mut like = outcome.comparisons[0].clone();
    like.place.snapshot = Some("2011-09".into());
    let mut other = outcome.comparisons[0].clone();
    other.place.dataset = "another".into();
    other.place.snapshot = Some("2031-01".into());
    outcome.comparisons = vec![earlier, outcome.comparisons[0].clone(), like, other];
    let text = told(&outcome);
    assert!(text.contains("as of “2011-10”"), "{text}");
    let line = "Counted elsewhere (starter, 2011-08), scores go the other way. 0 % of the scores fall by 1 point or more, 40 % rise as much. The average changes by +0.50 points.";
    assert!(text.contains(line), "{text}");
    assert!(!text.contains("2011-09") && !text.contains("2031"), "{text}");
}

#[test]
fn looks_that_go_the_other_way_than_accounts_are_said_to() {
    let mut outcome = outcome();
    let noticed = outcome.comparisons[0].findings.noticed.as_mut().unwrap();
    let mut shares = noticed.by_account.clone();
    shares.shares.reverse();
    noticed.by_exposure = Some(shares);
    let text = told(&outcome);
    assert!(text.contains("That is the other way than by account."), "{text}");
    let noticed = outcome.comparisons[0].findings.noticed.as_mut().unwrap();
    noticed.by_exposure = Some(noticed.by_account.clone());
    let text = told(&outcome);
    assert!(text.contains("of all looks") && !text.contains("the other way"), "{text}");
}

#[test]
fn moving_data_and_the_same_rules_are_told_apart() {
    let mut outcome = outcome();
    outcome.comparisons[0].place.baseline_snapshot = Some("2011-08".into());
    let text = told(&outcome);
    assert!(text.contains("So a part of these moves comes from what happened in between."), "{text}");
    assert!(!text.contains("from the same data of each account"), "{text}");
    outcome.comparisons[0].baseline = "clout@1.1.0".into();
    let text = told(&outcome);
    assert!(text.starts_with("# The score is computed from newer data\n"), "{text}");
    assert!(text.contains("All of these moves come from what happened in between."), "{text}");
    assert!(text.contains("The rules of the score stay as they are."), "{text}");
}

#[test]
fn hostile_texts_are_harmless() {
    let mut outcome = outcome();
    let hostile = "<script>alert(1)</script> | `x` [a](b)\n# @someone";
    outcome.models[1].title = hostile.into();
    outcome.models[1].rationale = hostile.into();
    outcome.models[1].bands[0].name = hostile.into();
    outcome.datasets[0].title = hostile.into();
    outcome.datasets[0].population = hostile.into();
    outcome.comparisons[0].groups = vec![segment(hostile, 300, Some(-2.0))];
    let text = told(&outcome);
    assert!(text.matches("&lt;script&gt;").count() >= 5, "{text}");
    assert!(!text.contains("<script") && !text.contains("@someone"), "{text}");
    assert!(!text.contains(" | ") && !text.contains(" `") && !text.contains("[a](b)"), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("# @") || line.starts_with("# &")), "{text}");
}

/// Only what the outcome tells, where the models are gone.
#[test]
fn without_the_models_the_stored_weights_are_told_and_the_limit_is_said() {
    let text = told(&outcome());
    assert!(text.contains("A tenth less weight than before: friends on Facebook (2.1 % before, 1.9 % now)"), "{text}");
    assert!(text.contains("The percentages say which share of all weight a part has."), "{text}");
    assert!(text.contains("this note was written without looking at it"), "{text}");
    let mut outcome = outcome();
    let gone = outcome.models[0].factors.remove(0);
    let come = outcome.models[1].factors.pop().unwrap();
    outcome.models[1].scale = [0.0, 100.0];
    outcome.models[1].bands.remove(4);
    let text = told(&outcome);
    let named = |factor: &FactorSummary| part(&factor.network, &factor.name);
    assert!(text.contains(&format!("New in the score: {}", named(&gone))), "{text}");
    assert!(text.contains(&format!("No longer in the score: {}.", named(&come))), "{text}");
    assert!(text.contains("The lowest score that there can be is 0 (before: 1)."), "{text}");
    assert!(text.contains("The band “75-100” is no longer there."), "{text}");
    assert!(!text.contains("The score still runs"), "{text}");
}

#[test]
fn no_account_is_named_and_the_day_is_printed_where_it_is_given() {
    let outcome = outcome();
    let asked = Asked { candidate: "clout@1.1.0", diff: None, live_from: Some("2011-10-26"), steps: &[] };
    let found = notice(&outcome, asked).unwrap();
    let text = render(&found);
    assert!(text.contains("The new score is shown from 2011-10-26 on."), "{text}");
    let findings = &outcome.comparisons[0].findings;
    let named = findings.losers.iter().chain(&findings.gainers).chain(&findings.agreement.furthest);
    for mover in named {
        assert!(!text.contains(&mover.account), "{}", mover.account);
    }
    assert!(!told(&outcome).contains("2011-10-26"));
    assert!(notice(&outcome, Asked { candidate: "clout@9.0.0", ..asked }).is_none());
    // A release can store it.
    let stored: Notice = serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap();
    assert_eq!(stored, found);
}

#[test]
fn every_kind_of_change_has_its_words() {
    use crate::model::diff::{Bump, Change, Class, FactorShares, Kind, Side};
    use serde_json::json;
    let change = |path: &str, kind: Kind, old: serde_json::Value, new: serde_json::Value| Change {
        path: path.into(),
        kind,
        old: Some(old).filter(|value| !value.is_null()),
        new: Some(new).filter(|value| !value.is_null()),
        class: Class::Structural,
        why: String::new(),
    };
    let null = || json!(null);
    let side = || Side { model: "a@1.0.0".into(), digest: String::new(), commit: None };
    let factor = |network: &str, factor: &str| FactorShares {
        network: network.into(),
        factor: factor.into(),
        weight: [Some(1.0); 2],
        nominal: [None; 2],
        effective: [Some(0.25); 2],
        realised: [None; 2],
    };
    let changed = Kind::Changed;
    let mut cosmetic = change("title", changed, json!("a"), json!("b"));
    cosmetic.class = Class::Cosmetic;
    let diff = ModelDiff {
        old: side(),
        new: side(),
        class: Some(Class::Structural),
        bump: Bump::Major,
        suggested: None,
        numbered: None,
        factors: vec![factor("a", "a-x"), factor("a", "a-y"), factor("b", "b-z")],
        measured_on: None,
        changes: vec![
            cosmetic,
            change("factor a/a-x: weight", changed, json!(1.0), json!(0.5)),
            change("factor a/a-x: transforms", changed, json!([]), json!(["log1p"])),
            change("factor a/a-x: normalise", changed, json!("max"), json!("z")),
            change("factor a/a-x: missing", changed, json!("zero"), json!("leave-out")),
            change("factor b/b-n", Kind::Added, null(), json!("x")),
            change("factor b/b-o", Kind::Removed, json!("x"), null()),
            change("factor b/b-z: note", changed, json!("x"), null()),
            change("network c", Kind::Added, null(), json!("weighted-mean")),
            change("network a: aggregate", changed, json!("max"), json!("weighted-sum")),
            change("network d: connected", changed, null(), json!("x")),
            change("combine: aggregate", changed, json!("max"), json!("weighted-sum")),
            change("scale: max", changed, json!(100.0), json!(1000.0)),
            change("scale: from", changed, json!("unit"), json!("min-max")),
            change("reference", changed, json!("p@1"), json!("p@2")),
            change("display: decimals", changed, json!(0), json!(1)),
            change("display: rounding", changed, json!("nearest"), json!("down")),
            change("band a: from: from", changed, json!(10.0), json!(12.0)),
            change("band top", Kind::Added, null(), json!(90.0)),
            change("something: new", changed, json!(1), json!(2)),
        ],
    };
    let rules = Rules::of(&diff);
    let text = rules.lines().join("\n");
    for expected in [
        "Half as much weight as before: x on A (25 % before, 25 % now).",
        "Measured in another way: x on A.",
        "Treated in another way where there are no data: x on A.",
        "New in the score: n on B.",
        "No longer in the score: o on B.",
        "A network joins the score: C.",
        "Added up in another way: the parts of A, the networks.",
        "Who counts as being on D is decided in another way.",
        "The highest score that there can be is 1000 (before: 100).",
        "What it takes to reach the lowest and the highest score is set anew.",
        "Accounts are measured against others than before: against “p@2”, no longer against “p@1”.",
        "Scores are shown with 1 digit after the point (before: 0).",
        "Scores are rounded down (before: rounded to the nearest number).",
        "The band “a: from” begins at 12 points (before: 10).",
        "There is a new band, “top”, from 90 points.",
        "Something else changes: something: new.",
        "As other parts change too, a share can change otherwise than the weight.",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("title"), "{text}");
    // `b-z` has another note, and counts as it did; `a-y` stands in a network that adds up otherwise.
    assert_eq!((rules.kept(), rules.limit()), (1, None));
}
