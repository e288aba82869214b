//! What the shipped panel promises: the signals of the catalogue, a story that its recipe states,
//! and cells that agree with each other. What is measured here are properties of the population,
//! not of any score.

use std::collections::BTreeSet;

use super::{correlation, numbers, recipe, share, texts};
use crate::dataset::synthetic::{Cells, Recipe, Rows};
use crate::stats::elementary::log1p;

const PANEL: &str = include_str!("../../../../datasets/panel/recipe.toml");
const MILLION: &str = include_str!("../../../../datasets/million/recipe.toml");
const TOPICS: &str = include_str!("../../../../datasets/topics/recipe.toml");
const STARTER: &str = include_str!("../../../../datasets/starter/recipe.toml");

fn names(recipe: &Recipe) -> BTreeSet<String> {
    recipe.signals().iter().map(|plan| plan.name.clone()).collect()
}

fn last() -> Rows {
    recipe(PANEL).rows(5, 0, 5500)
}

fn measure<'a>(rows: &'a Rows, name: &str) -> &'a [f64] {
    match rows.measures.iter().find(|(known, _)| known == name) {
        Some((_, Cells::Number(cells))) => cells,
        other => panic!("{name}: {other:?}"),
    }
}

fn logged(cells: &[f64]) -> Vec<f64> {
    cells.iter().map(|cell| log1p(*cell)).collect()
}

#[test]
fn the_panel_has_the_signals_of_the_catalogue_and_those_of_the_starter() {
    let panel = recipe(PANEL);
    let signals = names(&panel);
    let networks: BTreeSet<&str> = signals.iter().filter_map(|name| name.split('.').next()).collect();
    assert_eq!((signals.len(), networks.len(), panel.snapshots().len()), (145, 18, 6));
    assert!(names(&recipe(STARTER)).is_subset(&signals));
    assert_eq!(names(&recipe(MILLION)), signals);
    assert_eq!((recipe(MILLION).accounts(), recipe(MILLION).snapshots().len()), (1_000_000, 1));
    assert_eq!((recipe(TOPICS).signals().len(), recipe(TOPICS).accounts()), (12, 600));
}

#[test]
fn active_owners_are_visible_and_their_standing_lags_behind() {
    let rows = last();
    let exposure = logged(measure(&rows, "exposure-weight"));
    let lean = |name: &str| {
        let cells = logged(numbers(&rows, name));
        (correlation(&cells, &exposure), correlation(&cells, &rows.latent))
    };
    for name in ["twitter.posts", "twitter.mentions", "twitter.followers", "facebook.likes"] {
        assert!(lean(name).0 > 0.3, "{name} {:?}", lean(name));
    }
    for name in ["graph.pagerank", "twitter.influence-of-followers", "twitter.influence-of-retweeters-mentioners"] {
        let (activity, latent) = lean(name);
        assert!(activity < 0.0 && latent > 0.6, "{name} {activity} {latent}");
    }
    assert!(correlation(&logged(measure(&rows, "reach-truth")), &rows.latent) > 0.8);
    assert!(correlation(&logged(measure(&rows, "data-age")), &exposure) < -0.2);
}

#[test]
fn gamed_accounts_have_many_followers_and_few_people_behind_them() {
    let rows = last();
    let gamed: Vec<bool> = texts(&rows, "cohort").iter().map(|cohort| cohort == "gamed").collect();
    let middle = |wanted: bool, name: &str| {
        let of = numbers(&rows, name).iter().zip(&gamed).filter(|(cell, gamed)| **gamed == wanted && !cell.is_nan());
        let mut cells: Vec<f64> = of.map(|(cell, _)| *cell).collect();
        cells.sort_by(f64::total_cmp);
        cells[cells.len() / 2]
    };
    assert!((60..160).contains(&gamed.iter().filter(|gamed| **gamed).count()));
    assert!(middle(true, "twitter.followers") > 8.0 * middle(false, "twitter.followers"));
    let reach = |wanted: bool| middle(wanted, "twitter.unique-reactors") / middle(wanted, "twitter.followers");
    assert!(reach(true) < 0.2 * reach(false), "{} {}", reach(true), reach(false));
    assert!(middle(true, "twitter.influence-of-followers") < 0.7 * middle(false, "twitter.influence-of-followers"));
}

/// Each of the first never exceeds the second.
const WITHIN: [(&str, &str); 17] = [
    ("twitter.mutual-follows", "twitter.followers"),
    ("twitter.mutual-follows", "twitter.following"),
    ("twitter.posts-decayed", "twitter.posts"),
    ("twitter.days-active-90d", "twitter.posts"),
    ("twitter.unique-retweeters", "twitter.retweets"),
    ("twitter.unique-messages-retweeted", "twitter.posts"),
    ("twitter.unique-messages-retweeted", "twitter.retweets"),
    ("twitter.max-cascade-size", "twitter.unique-retweeters"),
    ("twitter.selectivity-weighted-retweets", "twitter.retweets"),
    ("twitter.replies", "twitter.mentions"),
    ("twitter.unique-commenters", "twitter.unique-mentioners"),
    ("twitter.unique-retweeters", "twitter.unique-reactors"),
    ("facebook.page-talking-about", "facebook.page-fans"),
    ("linkedin.distinct-endorsed-skills", "linkedin.endorsements"),
    ("klout.unique-plus-k-givers", "klout.plus-k"),
    ("graph.indegree", "twitter.followers"),
    ("offline.nps-promoters", "offline.nps-answers"),
];

#[test]
fn cells_agree_with_each_other_at_every_snapshot() {
    let panel = recipe(PANEL);
    for snapshot in 0..6 {
        let rows = panel.rows(snapshot, 0, 5500);
        let cells = |name: &str| numbers(&rows, name);
        for (part, whole) in WITHIN {
            let fine = cells(part)
                .iter()
                .zip(cells(whole))
                .all(|(part, whole)| part.is_nan() || whole.is_nan() || part <= whole);
            assert!(fine, "{part} exceeds {whole} in {}", rows.snapshot);
        }
        for at in 0..rows.accounts.len() {
            let of = |name: &str| cells(name)[at];
            let counts = ["promoters", "passives", "detractors"].map(|name| of(&format!("offline.nps-{name}")));
            let all = of("offline.nps-answers");
            assert!(all.is_nan() == (texts(&rows, "kind")[at] != "brand"));
            assert!(all.is_nan() || counts.iter().sum::<f64>() == all);
            let index = of("twitter.retweet-h-index");
            assert!(index.is_nan() || index * index <= of("twitter.retweets"));
            let ratio = of("twitter.retweets") / if of("twitter.posts") > 1.0 { of("twitter.posts") } else { 1.0 };
            assert!(ratio.is_nan() || (of("twitter.retweets-per-post") - ratio).abs() <= 0.0051 * ratio);
        }
        for (plan, (name, cells)) in panel.signals().iter().zip(&rows.columns) {
            let Cells::Number(cells) = cells else { panic!("{name}") };
            let gone = name == "linkedin.profile-views" && rows.snapshot == "2011-12";
            assert_eq!(cells.iter().all(|cell| cell.is_nan()), gone, "{name} in {}", rows.snapshot);
            let bounded = plan.unit.starts_with("share of") || plan.unit == "0 or 1";
            assert!(!bounded || gone || share(cells, |cell| !(0.0..=1.0).contains(&cell)) == 0.0, "{name}");
            let signed = name == "twitter.follower-growth-90d";
            assert!(signed || cells.iter().all(|cell| cell.is_nan() || *cell >= 0.0), "{name}");
        }
    }
}

#[test]
fn accounts_come_and_go_and_few_brands_have_many_answers() {
    let panel = recipe(PANEL);
    let first: BTreeSet<i64> = panel.rows(0, 0, 5500).accounts.into_iter().collect();
    let rows = last();
    let end: BTreeSet<i64> = rows.accounts.iter().copied().collect();
    assert!(
        (4900..5100).contains(&end.len())
            && first.difference(&end).count() > 100
            && end.difference(&first).count() > 200
    );
    let answers = numbers(&rows, "offline.nps-answers");
    assert!(share(answers, |count| count < 5.0) > 0.2 && share(answers, |count| count > 100.0) > 0.01);
    assert!(share(answers, |count| count > 100.0) < 0.1);
}
