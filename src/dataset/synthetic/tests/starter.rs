//! What the shipped recipe promises: real-looking columns, and judgements that no single signal
//! answers fully.

use super::{numbers, recipe, share, texts};
use crate::dataset::manifest::Direction;
use crate::dataset::synthetic::{Recipe, Rows};
use crate::stats::elementary::log1p;
use crate::stats::judgement::auc;

const STARTER: &str = include_str!("../../../../datasets/starter/recipe.toml");

/// The area under the curve of a score, given as one number per account.
fn area(recipe: &Recipe, score: &[f64]) -> f64 {
    let at = |account: i64| score[(account - recipe.account(0)) as usize];
    let (differences, labels): (Vec<f64>, Vec<bool>) =
        recipe.pairs().iter().map(|pair| (at(pair.first) - at(pair.second), pair.first_preferred)).unzip();
    auc(&differences, &labels).unwrap()
}

/// `log1p` of a column, 0 where it is missing.
fn known(rows: &Rows, name: &str) -> Vec<f64> {
    numbers(rows, name).iter().map(|cell| if cell.is_nan() { 0.0 } else { log1p(*cell) }).collect()
}

fn mix(rows: &Rows) -> Vec<f64> {
    let mut sum = vec![0.0; rows.accounts.len()];
    for (name, weight) in [
        ("twitter.followers", 1.0),
        ("twitter.lists", 1.0),
        ("twitter.unique-retweeters", 0.4),
        ("twitter.retweets-per-post", 0.8),
        ("twitter.unique-mentioners", 0.6),
    ] {
        sum.iter_mut().zip(known(rows, name)).for_each(|(sum, value)| *sum += weight * value);
    }
    sum
}

#[test]
fn the_starter_holds_the_signals_that_the_models_know() {
    let starter = recipe(STARTER);
    assert_eq!(starter.name(), "starter");
    assert_eq!(starter.snapshots(), ["2011-08", "2011-09", "2011-10"]);
    assert_eq!((starter.accounts(), starter.signals().len(), starter.pairs().len()), (2000, 27, 600));
    assert!(starter.signals().iter().all(|plan| plan.source.is_some() && plan.name.starts_with(&plan.network)));
    let worse: Vec<&str> = starter
        .signals()
        .iter()
        .filter(|plan| plan.direction == Direction::HigherIsWorse)
        .map(|plan| plan.name.as_str())
        .collect();
    assert_eq!(worse, ["twitter.spam-follower-share"]);
}

#[test]
fn a_better_mix_beats_followers_on_the_starter_and_the_latent_beats_both() {
    let starter = recipe(STARTER);
    let rows = starter.rows(2, 0, 2000);
    let followers = area(&starter, &known(&rows, "twitter.followers"));
    let mix = area(&starter, &mix(&rows));
    let latent = area(&starter, &starter.latent(2, 0, 2000));
    assert!((0.80..0.88).contains(&followers), "{followers}");
    assert!(mix > followers + 0.02 && latent > mix, "{followers} {mix} {latent}");
}

#[test]
fn most_accounts_are_low_and_few_are_high() {
    let rows = recipe(STARTER).rows(2, 0, 2000);
    let followers = numbers(&rows, "twitter.followers");
    assert!(share(followers, |cell| cell < 1000.0) > 0.75);
    assert!(share(followers, |cell| cell > 10_000.0) < 0.05);
    assert!(share(followers, |cell| cell > 10_000.0) > 0.002);
    assert!(share(numbers(&rows, "linkedin.connections"), |cell| cell == 500.0) > 0.03);
    assert!(numbers(&rows, "wikipedia.inlinks").iter().filter(|cell| !cell.is_nan()).count() >= 20);
    for kind in ["person", "brand", "media", "bot"] {
        assert!(texts(&rows, "kind").iter().any(|cell| cell == kind));
    }
}
