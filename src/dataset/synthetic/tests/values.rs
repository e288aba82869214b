//! What holds for every recipe.

use proptest::prelude::*;

use super::{SMALL, bits, correlation, logarithms, numbers, recipe, share, small, texts};
use crate::dataset::synthetic::{Cells, Rows};

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found}, not {wanted} +- {within}");
}

fn joined(parts: Vec<Rows>) -> Rows {
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap();
    for part in parts {
        all.accounts.extend(part.accounts);
        for ((name, cells), (other, more)) in all.columns.iter_mut().zip(part.columns) {
            assert_eq!(*name, other);
            match (cells, more) {
                (Cells::Number(cells), Cells::Number(more)) => cells.extend(more),
                (Cells::Text(cells), Cells::Text(more)) => cells.extend(more),
                _ => panic!("{name} changes its kind"),
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_chunking_in_any_order_gives_the_same_bits(
        mut cuts in prop::collection::vec(0_u64..1000, 0..6),
        snapshot in 0_usize..3,
    ) {
        let recipe = small();
        cuts.extend([0, 1000]);
        cuts.sort_unstable();
        let mut parts: Vec<(u64, Rows)> = cuts
            .windows(2)
            .rev()
            .map(|cut| (cut[0], recipe.rows(snapshot, cut[0], (cut[1] - cut[0]) as usize)))
            .collect();
        parts.reverse();
        let whole = recipe.rows(snapshot, 0, 1000);
        let parts = joined(parts.into_iter().map(|(_, rows)| rows).collect());
        prop_assert_eq!(&parts.accounts, &whole.accounts);
        prop_assert_eq!(bits(&parts), bits(&whole));
        let latent = recipe.latent(snapshot, 0, 1000);
        for cut in cuts.windows(2) {
            let part = recipe.latent(snapshot, cut[0], (cut[1] - cut[0]) as usize);
            prop_assert_eq!(&part[..], &latent[cut[0] as usize..cut[1] as usize]);
        }
    }
}

#[test]
fn threads_give_the_same_bits() {
    let recipe = small();
    let whole = bits(&recipe.rows(1, 0, 4000));
    let parts: Vec<Rows> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|part| {
                scope.spawn({
                    let recipe = &recipe;
                    move || recipe.rows(1, part * 1000, 1000)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(bits(&joined(parts)), whole);
}

#[test]
fn chunks_end_where_the_recipe_ends() {
    let recipe = small();
    let rows = recipe.rows(2, 19_998, 10);
    assert_eq!(rows.accounts, [119_998, 119_999]);
    assert_eq!(rows.snapshot, "2011-10");
    assert!(rows.columns.iter().all(|(_, cells)| match cells {
        Cells::Number(cells) => cells.len() == 2,
        Cells::Text(cells) => cells.len() == 2,
    }));
    assert!(recipe.rows(0, 20_000, 10).accounts.is_empty());
    assert!(recipe.latent(0, u64::MAX, 10).is_empty());
}

#[test]
fn columns_are_signals_then_segments_in_name_order() {
    let recipe = small();
    let rows = recipe.rows(0, 0, 1);
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| name.as_str()).collect();
    let signals: Vec<&str> = recipe.signals().iter().map(|plan| plan.name.as_str()).collect();
    let segments: Vec<&str> = recipe.segments().iter().map(|plan| plan.name.as_str()).collect();
    assert!(signals.is_sorted() && segments == ["country", "kind"]);
    assert_eq!(names, [signals, segments].concat());
    assert_eq!(recipe.segments()[0].values().collect::<Vec<_>>(), ["be", "in", "us"]);
}

#[test]
fn more_signals_accounts_or_snapshots_change_nothing_that_was_there() {
    let before = small();
    let more = SMALL
        .replace("[signal.\"twitter.followers\"]", "[signal.\"twitter.aaa\"]\nunit = \"a\"\nkind = { share = { median = 0.5, spread = 1 } }\n[signal.\"twitter.followers\"]")
        .replace("[network.twitter]", "[network.aaa]\nconnected = 0.5\n[network.twitter]")
        .replace("[segment.kind.value]", "[segment.aaa.value]\nx = { share = 1 }\n[segment.kind.value]")
        .replace("accounts = 20000", "accounts = 30000")
        .replace("\"2011-10\"]", "\"2011-10\", \"2011-11\"]");
    let after = recipe(&more);
    assert_eq!(after.signals().len(), before.signals().len() + 1);
    for snapshot in 0..3 {
        let mut rows = after.rows(snapshot, 500, 1000);
        rows.columns.retain(|(name, _)| name != "twitter.aaa" && name != "aaa");
        assert_eq!(bits(&rows), bits(&before.rows(snapshot, 500, 1000)));
    }
}

#[test]
fn another_seed_is_another_panel() {
    let (one, other) = (small().rows(0, 0, 500), recipe(&SMALL.replace("seed = 7", "seed = 8")).rows(0, 0, 500));
    for ((name, one), (_, other)) in bits(&one).into_iter().zip(bits(&other)) {
        assert_ne!(one, other, "{name}");
    }
}

#[test]
fn parts_never_exceed_their_wholes_and_are_never_empty_where_so_declared() {
    let rows = small().rows(1, 0, 20_000);
    let (whole, part, inner) = (
        numbers(&rows, "twitter.retweets"),
        numbers(&rows, "twitter.unique-retweeters"),
        numbers(&rows, "twitter.manual-retweets"),
    );
    for ((whole, part), inner) in whole.iter().zip(part).zip(inner) {
        assert_eq!((whole.is_nan(), part.is_nan()), (part.is_nan(), inner.is_nan()));
        if !whole.is_nan() {
            assert!(inner <= part && part <= whole && part.fract() == 0.0 && inner.fract() == 0.0);
            assert_eq!(*whole >= 1.0, *part >= 1.0);
        }
    }
    assert!(share(inner, |cell| cell == 0.0) > share(part, |cell| cell == 0.0));
}

#[test]
fn derived_signals_can_be_recomputed_from_the_panel() {
    let rows = small().rows(2, 0, 20_000);
    let (retweets, posts) = (numbers(&rows, "twitter.retweets"), numbers(&rows, "twitter.posts"));
    for ((ratio, retweets), posts) in numbers(&rows, "twitter.retweets-per-post").iter().zip(retweets).zip(posts) {
        let wanted = retweets / if *posts > 1.0 { *posts } else { 1.0 };
        assert!(ratio.to_bits() == wanted.to_bits() || (ratio.is_nan() && wanted.is_nan()));
        assert!(*posts != 0.0 || retweets.is_nan() || *retweets == 0.0, "retweets of no posts");
    }
}

#[test]
fn an_account_off_a_network_has_none_of_its_signals() {
    let rows = small().rows(0, 0, 20_000);
    let gone: Vec<bool> = numbers(&rows, "twitter.followers").iter().map(|cell| cell.is_nan()).collect();
    for name in ["twitter.posts", "twitter.spam-share", "twitter.seniority", "twitter.connections"] {
        assert!(numbers(&rows, name).iter().map(|cell| cell.is_nan()).eq(gone.iter().copied()), "{name}");
    }
    let retweets = numbers(&rows, "twitter.retweets");
    assert!(retweets.iter().zip(&gone).all(|(cell, gone)| cell.is_nan() || !gone));
    let present = gone.iter().filter(|gone| !**gone).count() as f64;
    near(1.0 - retweets.iter().filter(|cell| !cell.is_nan()).count() as f64 / present, 0.02, 0.005);
}

#[test]
fn declared_shares_are_met() {
    // Without lifts, which raise the connected shares.
    let recipe = recipe(&SMALL.replace("lift = 1.5", "lift = 0"));
    let rows = recipe.rows(1, 0, 20_000);
    let present = |name: &str| numbers(&rows, name).iter().filter(|cell| !cell.is_nan()).count() as f64 / 20_000.0;
    near(present("twitter.followers"), 0.9, 0.01);
    near(present("wikipedia.pagerank"), 0.05, 0.006);
    near(share(numbers(&rows, "twitter.followers"), |cell| cell == 0.0), 0.1, 0.03);
    near(share(numbers(&rows, "twitter.posts"), |cell| cell == 0.0), 0.2, 0.03);
    near(share(numbers(&rows, "twitter.spam-share"), |cell| cell > 0.05), 0.5, 0.05);
    for (step, wanted) in [0.5, 0.3, 0.2].into_iter().enumerate() {
        near(share(numbers(&rows, "twitter.seniority"), |cell| cell == step as f64), wanted, 0.05);
    }
    let connections = numbers(&rows, "twitter.connections");
    assert!(connections.iter().all(|cell| cell.is_nan() || *cell <= 500.0));
    near(share(connections, |cell| cell >= 180.0), 0.5, 0.02);
    for (country, wanted) in [("be", 0.2), ("in", 0.3), ("us", 0.5)] {
        let count = texts(&rows, "country").iter().filter(|cell| *cell == country).count();
        near(count as f64 / 20_000.0, wanted, 0.01);
    }
}

#[test]
fn nothing_lies_outside_its_range() {
    let wild = SMALL
        .replace("median = 180, spread = 1.7", "median = 1e12, spread = 10")
        .replace("median = 0.001, spread = 1", "median = 1e12, spread = 10");
    let rows = recipe(&wild).rows(2, 0, 20_000);
    for name in ["twitter.followers", "wikipedia.pagerank", "twitter.posts", "twitter.spam-share"] {
        let cells = numbers(&rows, name);
        assert!(cells.iter().all(|cell| cell.is_nan() || (0.0..=9_007_199_254_740_992.0).contains(cell)), "{name}");
    }
    assert!(share(numbers(&rows, "twitter.spam-share"), |cell| cell <= 0.0 || cell >= 1.0) == 0.0);
}

#[test]
fn signals_lean_on_the_latent_as_declared() {
    let recipe = recipe(
        &SMALL
            .replace("lift = 1.5", "lift = 0")
            .replace("connected = 0.9", "connected = 1")
            .replace("zero = 0.1, ", ""),
    );
    let rows = recipe.rows(2, 0, 20_000);
    let latent = recipe.latent(2, 0, 20_000);
    // The standing keeps sqrt(1 - 0.3^2) = 0.954 of the latent.
    near(correlation(&logarithms(numbers(&rows, "twitter.followers")), &latent), 0.75 * 0.954, 0.02);
    near(correlation(numbers(&rows, "twitter.seniority"), &latent), 0.5 * 0.954 * 0.9, 0.05);
    assert!(correlation(numbers(&rows, "twitter.spam-share"), &latent) < -0.15);
    near(correlation(&logarithms(numbers(&rows, "wikipedia.pagerank")), &latent), 0.0, 0.1);
}

#[test]
fn lifted_groups_stand_higher() {
    let recipe = small();
    let (rows, latent) = (recipe.rows(0, 0, 20_000), recipe.latent(0, 0, 20_000));
    let mean = |kind: &str| {
        let of_kind: Vec<f64> =
            texts(&rows, "kind").iter().zip(&latent).filter(|(cell, _)| *cell == kind).map(|(_, z)| *z).collect();
        of_kind.iter().sum::<f64>() / of_kind.len() as f64
    };
    near(mean("media") - mean("person"), 1.5, 0.08);
}

#[test]
fn snapshots_follow_each_other_as_declared() {
    let recipe = small();
    let latents: Vec<Vec<f64>> = (0..3).map(|snapshot| recipe.latent(snapshot, 0, 20_000)).collect();
    for pair in latents.windows(2) {
        let step = pair[0].iter().zip(&pair[1]).map(|(before, after)| (after - before) * (after - before)).sum::<f64>();
        near((step / 20_000.0).sqrt(), 0.1, 0.002);
    }
    let rows: Vec<Rows> = (0..3).map(|snapshot| recipe.rows(snapshot, 0, 20_000)).collect();
    assert_eq!(texts(&rows[0], "kind"), texts(&rows[2], "kind"));
    let followers: Vec<Vec<f64>> = rows.iter().map(|rows| logarithms(numbers(rows, "twitter.followers"))).collect();
    assert!(correlation(&followers[0], &followers[2]) > 0.95);
    let change: Vec<f64> =
        followers[0].iter().zip(&followers[1]).map(|(x, y)| y - x).filter(|d| d.is_finite()).collect();
    near(change.iter().sum::<f64>() / change.len() as f64, 0.0953, 0.02);
    // No persistence, and a loading of 0.3: what is left is the standing.
    let posts: Vec<Vec<f64>> = rows.iter().map(|rows| logarithms(numbers(rows, "twitter.posts"))).collect();
    near(correlation(&posts[0], &posts[2]), 0.12, 0.05);
}

#[test]
fn judges_prefer_the_more_influential_as_often_as_their_noise_allows() {
    let judged = |noise: &str| {
        let recipe = recipe(&SMALL.replace("count = 500\nnoise = 0.5", &format!("count = 5000\nnoise = {noise}")));
        let latent = recipe.latent(2, 0, 20_000);
        let at = |account: i64| latent[(account - recipe.account(0)) as usize];
        let pairs = recipe.pairs();
        assert_eq!(pairs.len(), 5000);
        assert!(pairs.iter().all(|pair| pair.first != pair.second));
        let right = pairs.iter().filter(|pair| (at(pair.first) > at(pair.second)) == pair.first_preferred).count();
        right as f64 / 5000.0
    };
    assert_eq!(judged("0"), 1.0);
    near(judged("100"), 0.5, 0.03);
    let (sharp, dim) = (judged("0.2"), judged("1"));
    assert!(sharp > dim && dim > 0.6, "{sharp} {dim}");
}

#[test]
fn a_recipe_without_signals_or_pairs_is_a_recipe() {
    let bare = recipe(
        "format = 1\nrecipe = \"bare\"\ntitle = \"t\"\npopulation = \"p\"\nseed = 0\naccounts = 1\nsnapshots = [\"s\"]\n",
    );
    assert_eq!(bare.rows(0, 0, 5).accounts, [100_000]);
    assert!(bare.rows(0, 0, 5).columns.is_empty() && bare.pairs().is_empty());
    assert_eq!((bare.name(), bare.title(), bare.population(), bare.seed(), bare.accounts()), ("bare", "t", "p", 0, 1));
}
