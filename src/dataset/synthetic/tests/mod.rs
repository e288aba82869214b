//! What holds for every recipe (`values`), the parts that most recipes do without (`optional`), what
//! the shipped recipes promise (`starter`, `panel`), the very bits (`golden`) and what is said of
//! wrong recipes (`wrong`).

mod golden;
mod optional;
mod panel;
mod starter;
mod values;
mod wrong;

use super::stream::fnv1a;
use super::{Cells, Recipe, RecipeSpec, Rows};
use crate::diagnostic::Diagnostics;
use crate::document::Document;

/// Every kind of column, small enough to see through.
const SMALL: &str = r#"
format = 1
recipe = "small"
title = "A panel for tests"
population = "accounts of a test"
seed = 7
accounts = 20000
snapshots = ["2011-08", "2011-09", "2011-10"]

[latent]
drift = 0.1

[network.twitter]
connected = 0.9
loading = 0.4
own = 0.3

[network.wikipedia]
connected = 0.05
loading = 0.9

[signal."twitter.followers"]
unit = "accounts"
kind = { count = { median = 180, spread = 1.7, zero = 0.1, loading = 0.75, growth = 0.1 } }

[signal."twitter.connections"]
unit = "accounts"
kind = { count = { median = 180, spread = 1.7, cap = 500 } }

[signal."twitter.posts"]
unit = "posts"
kind = { count = { median = 40, spread = 1.5, zero = 0.2, loading = 0.3 } }
persistence = 0

[signal."twitter.retweets"]
unit = "retweets"
kind = { count = { per = "twitter.posts", median = 0.3, spread = 1, loading = 0.6 } }
missing = 0.02

[signal."twitter.unique-retweeters"]
unit = "accounts"
kind = { part = { of = "twitter.retweets", share = 0.4, spread = 2, never-empty = true } }

[signal."twitter.manual-retweets"]
unit = "retweets"
kind = { part = { of = "twitter.unique-retweeters", share = 0.5, spread = 1 } }

[signal."twitter.retweets-per-post"]
unit = "retweets per post"
kind = { derived = { value = "twitter.retweets / max(twitter.posts, 1)" } }

[signal."twitter.spam-share"]
unit = "share"
direction = "higher-is-worse"
kind = { share = { median = 0.05, spread = 1, loading = -0.3 } }
persistence = 1

[signal."twitter.seniority"]
unit = "step"
kind = { ordinal = { shares = [0.5, 0.3, 0.2], loading = 0.5 } }

[signal."wikipedia.pagerank"]
unit = "probability"
kind = { amount = { median = 0.001, spread = 1 } }

[segment.country.value]
be = { share = 0.2 }
in = { share = 0.3 }
us = { share = 0.5 }

[segment.kind.value]
media = { share = 0.1, lift = 1.5 }
person = { share = 0.9 }

[pairs]
count = 500
noise = 0.5
"#;

fn read(text: &str) -> Result<Recipe, Diagnostics> {
    let document = Document::parse("recipe.toml", text)?;
    document.decode::<RecipeSpec>()?.check(&document)
}

fn recipe(text: &str) -> Recipe {
    read(text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn small() -> Recipe {
    recipe(SMALL)
}

fn numbers<'a>(rows: &'a Rows, name: &str) -> &'a [f64] {
    match rows.columns.iter().find(|(known, _)| known == name) {
        Some((_, Cells::Number(cells))) => cells,
        other => panic!("{name}: {other:?}"),
    }
}

fn texts<'a>(rows: &'a Rows, name: &str) -> &'a [String] {
    match rows.columns.iter().find(|(known, _)| known == name) {
        Some((_, Cells::Text(cells))) => cells,
        other => panic!("{name}: {other:?}"),
    }
}

/// One number for all bits of a column.
fn digest(cells: &Cells) -> u64 {
    let bytes: Vec<u8> = match cells {
        Cells::Number(cells) => cells.iter().flat_map(|cell| cell.to_bits().to_le_bytes()).collect(),
        Cells::Text(cells) => cells.iter().flat_map(|cell| [cell.as_bytes(), &[0]].concat()).collect(),
    };
    fnv1a(&bytes)
}

/// Names and digests of the columns: NaN does not equal itself, its bits do.
fn bits(rows: &Rows) -> Vec<(String, u64)> {
    rows.columns.iter().map(|(name, cells)| (name.clone(), digest(cells))).collect()
}

/// Share of the cells that fulfil a condition, of those that are not missing.
fn share(cells: &[f64], condition: impl Fn(f64) -> bool) -> f64 {
    let present: Vec<f64> = cells.iter().copied().filter(|cell| !cell.is_nan()).collect();
    present.iter().filter(|cell| condition(**cell)).count() as f64 / present.len() as f64
}

/// Pearson's correlation over the rows where both are present.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let both: Vec<(f64, f64)> =
        x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    let mean = |pick: fn(&(f64, f64)) -> f64| both.iter().map(pick).sum::<f64>() / both.len() as f64;
    let (mean_x, mean_y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let moment = |f: &dyn Fn(f64, f64) -> f64| both.iter().map(|(x, y)| f(x - mean_x, y - mean_y)).sum::<f64>();
    moment(&|x, y| x * y) / (moment(&|x, _| x * x) * moment(&|_, y| y * y)).sqrt()
}

fn logarithms(cells: &[f64]) -> Vec<f64> {
    cells.iter().map(|cell| crate::stats::elementary::ln(*cell)).collect()
}
