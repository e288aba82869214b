use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::{prop_assert, prop_assert_eq};

use super::*;
use crate::stability::testing::{attack, identities};
use crate::stats::grid::snap;
use crate::stats::testing::{law, near};

const SHIPPED: [&str; 5] = [
    include_str!("../../../attacks/bought-followers.toml"),
    include_str!("../../../attacks/follow-churn.toml"),
    include_str!("../../../attacks/one-actor.toml"),
    include_str!("../../../attacks/post-every-minute.toml"),
    include_str!("../../../attacks/reciprocal-ring.toml"),
];

fn shipped_identities() -> Identities {
    Identities::parse("identities.toml", include_str!("../../../attacks/identities.toml"))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn shipped(identities: &Identities) -> Vec<Attack> {
    let parse = |text: &&str| Attack::parse("a.toml", text, None, identities);
    SHIPPED.iter().map(|text| parse(text).unwrap_or_else(|problems| panic!("{problems}"))).collect()
}

fn cells(columns: &[(&str, &[f64])]) -> Cells<'static> {
    Cells::new(columns.iter().map(|(name, cells)| (name.to_string(), cells.to_vec())).collect())
}

#[test]
fn deltas_do_what_they_say() {
    let none = Identities::default();
    let held = cells(&[("a", &[10.0, 0.0, f64::NAN, -4.0])]);
    for (delta, units, expected) in [
        ("a = { add = 2 }", 3.0, [16.0, 6.0, f64::NAN, 2.0]),
        ("a = { add = -2 }", 6.0, [0.0, 0.0, f64::NAN, -16.0]),
        ("a = { add-up-to = { each = 2, most = 5 } }", 2.0, [14.0, 4.0, f64::NAN, 0.0]),
        ("a = { add-up-to = { each = 2, most = 5 } }", 9.0, [15.0, 5.0, f64::NAN, 1.0]),
        ("a = { add-up-to = { each = -2, most = -5 } }", 9.0, [5.0, 0.0, f64::NAN, -9.0]),
        ("a = { times = { each = 2, until = 9 } }", 3.0, [80.0, 0.0, f64::NAN, -32.0]),
        ("a = { times = { each = 2, until = 9 } }", 30.0, [90.0, 0.0, f64::NAN, -36.0]),
        ("a = { times = { each = 0.5, until = 0.2 } }", 2.0, [2.5, 0.0, f64::NAN, -1.0]),
        ("a = { times = { each = 0.5, until = 0.2 } }", 9.0, [2.0, 0.0, f64::NAN, -0.8]),
        ("a = { set = 7 }", 1.0, [7.0, 7.0, f64::NAN, 7.0]),
        ("a = { at-most = 5 }", 1.0, [5.0, 0.0, f64::NAN, -4.0]),
        ("a = { at-most = 5 }", 0.0, [10.0, 0.0, f64::NAN, -4.0]),
    ] {
        let attack = attack("x", "cost = 1", delta, &none);
        let applied = Aimed::new(&attack, &none, &held).apply(&[units; 4]);
        for (found, expected) in applied.changed["a"].iter().zip(expected) {
            assert!(found == &expected || (found.is_nan() && expected.is_nan()), "{delta} {units}: {found} {expected}");
        }
    }
}

#[test]
fn each_account_has_units_of_its_own() {
    let none = Identities::default();
    let held = cells(&[("a", &[1.0, 1.0, 1.0])]);
    let attack = attack("x", "cost = 1", "a = { add = 2 }", &none);
    assert_eq!(Aimed::new(&attack, &none, &held).apply(&[0.0, 1.0, 2.5]).changed["a"], [1.0, 3.0, 6.0]);
}

#[test]
fn parts_are_cut_to_their_wholes_where_they_lay_within() {
    let known = identities("[signal.part]\npart-of = [\"whole\", \"other\"]\n[signal.inner]\npart-of = [\"part\"]\n");
    let held = cells(&[
        ("whole", &[10.0, 10.0, 10.0, f64::NAN]),
        ("other", &[50.0, 12.0, 50.0, 6.0]),
        ("part", &[8.0, 8.0, 20.0, 5.0]),
        ("inner", &[8.0, 2.0, 20.0, 5.0]),
    ]);
    let attack = attack("x", "cost = 1", "part = { add = 4 }\nother = { add = 4 }\ninner = { add = 1 }", &known);
    let applied = Aimed::new(&attack, &known, &held).apply(&[1.0; 4]);
    // The third was more than its whole before; the fourth is held to the whole that is known.
    assert_eq!(applied.changed["part"], [10.0, 10.0, 24.0, 9.0]);
    assert_eq!(applied.changed["inner"], [9.0, 3.0, 21.0, 6.0]);
    assert_eq!((applied.capped, applied.bounded), (2, 0));
    assert!(!applied.changed.contains_key("whole"));
    // A whole that shrinks takes its parts along.
    let shrink = crate::stability::testing::attack("y", "cost = 1", "whole = { set = 3 }", &known);
    let applied = Aimed::new(&shrink, &known, &held).apply(&[1.0; 4]);
    assert_eq!(applied.changed["part"], [3.0, 3.0, 20.0, 5.0]);
    assert_eq!(applied.changed["inner"], [3.0, 2.0, 20.0, 5.0]);
    assert_eq!(applied.capped, 3);
}

#[test]
fn what_follows_moves_as_what_it_follows_from() {
    let known = identities(concat!(
        "[signal.per-post]\nvalue = \"likes / max(posts, 1)\"\n",
        "[signal.spam]\naverage-over = \"followers\"\nleast = 0\nmost = 1\n",
        "[signal.growth]\ngrowth-of = \"followers\"\n",
        "[signal.index]\nconcentration = { reactions = \"likes\", people = \"likers\" }\n",
        "[signal.likers]\npart-of = [\"likes\"]\n"
    ));
    let held = cells(&[
        ("likes", &[10.0, 0.0, 30.0]),
        ("likers", &[5.0, 0.0, 3.0]),
        ("posts", &[20.0, 4.0, f64::NAN]),
        // The first was rounded in the data, and stays so.
        ("per-post", &[0.51, 0.0, 2.0]),
        ("followers", &[100.0, 0.0, f64::NAN]),
        ("spam", &[0.1, 0.0, 0.4]),
        ("growth", &[0.2, 0.0, 0.1]),
        ("index", &[0.3, 0.0, 0.5]),
    ]);
    let attack = attack(
        "x",
        "cost = 1",
        "likes = { add = 10 }\nlikers = { add-up-to = { each = 2, most = 2 } }\nposts = { add = 20 }\nfollowers = { add = 100 }\nspam = { new = 0.9 }",
        &known,
    );
    let applied = Aimed::new(&attack, &known, &held).apply(&[1.0; 3]);
    // Twice the likes on twice the posts; then the difference, since a ratio to 0 says nothing.
    assert_eq!(applied.changed["per-post"], [0.51, 10.0 / 24.0, 2.0]);
    assert_eq!(applied.changed["spam"], [0.5, 0.9, 0.4]);
    let grown = [0.2 + crate::stats::elementary::ln(2.0), crate::stats::elementary::ln(100.0), 0.1];
    assert_eq!(applied.changed["growth"], grown);
    // Half of the reactions are of two new people: a quarter of each group's own index.
    let index = &applied.changed["index"];
    assert!(near(index[0], 0.3 / 4.0 + 0.25 / 2.0, 1e-12), "{index:?}");
    assert!(near(index[1], 0.5, 1e-12) && near(index[2], 0.5 * 0.5625 + 0.0625 / 2.0, 1e-12), "{index:?}");
}

#[test]
fn what_a_dataset_lacks_is_left_out_and_told() {
    let known = identities(
        "[signal.ratio]\nvalue = \"likes / posts\"\n[signal.likers]\npart-of = [\"likes\"]\n[signal.mean]\naverage-over = \"fans\"\n",
    );
    let held = cells(&[("likers", &[1.0]), ("posts", &[2.0]), ("ratio", &[0.5]), ("mean", &[1.0])]);
    let deltas = "likes = { add = 1 }\nlikers = { add = 1 }\npots = { add = 1 }\nposts = { add = 1 }\nfans = { add = 1 }\nmean = { new = 3 }";
    let attack = attack("x", "cost = 1", deltas, &known);
    let aimed = Aimed::new(&attack, &known, &held);
    let told: Vec<String> = aimed.left_out.iter().map(|left| format!("{}: {}", left.signal, left.reason)).collect();
    assert_eq!(
        told,
        [
            "fans: the dataset has no such signal",
            "likers: it is changed, and not held to `likes`, which the dataset lacks",
            "likes: the dataset has no such signal (did you mean `likers`?)",
            "mean: it follows from `fans`, which the dataset lacks, and stays",
            "pots: the dataset has no such signal (did you mean `posts`?)",
            "ratio: it follows from `likes`, which the dataset lacks, and stays",
        ]
    );
    let changed = aimed.apply(&[1.0]).changed;
    assert_eq!(changed.keys().collect::<Vec<_>>(), ["likers", "posts"]);
}

/// Columns for every signal that the shipped identities name, which keep them all.
fn sound(identities: &Identities, numbers: &[Vec<f64>]) -> BTreeMap<String, Vec<f64>> {
    let rows = numbers[0].len();
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (at, name) in identities.columns().into_iter().enumerate() {
        let shift = |row: usize| numbers[(at + row) % numbers.len()][row];
        let value = |row: usize| match identities.get(name) {
            Some(identity) if identity.most.is_some() => identity.most.unwrap() * shift(row),
            _ => (shift(row) * shift(row) * 5000.0).floor(),
        };
        columns.insert(name.to_string(), (0..rows).map(value).collect());
    }
    for (name, wholes) in identities.parts() {
        let least = |row: usize| wholes.iter().fold(columns[name][row], |least, whole| least.min(columns[whole][row]));
        let held = (0..rows).map(least).collect();
        columns.insert(name.to_string(), held);
    }
    for (name, identity) in identities.iter() {
        if let Some(Follows::Formula { value, whole }) = &identity.follows {
            let mut out = vec![0.0; rows];
            value.evaluate(&|column: &str| columns[column].as_slice(), &mut out);
            out.iter_mut().for_each(|value| *value = if *whole { snap(*value).floor() } else { *value });
            columns.insert(name.to_string(), out);
        }
    }
    columns
}

#[test]
fn the_identities_hold_after_every_shipped_attack() {
    let identities = shipped_identities();
    let attacks = shipped(&identities);
    let cases = (vec(vec(0.0..1.0f64, 6), 7), vec(0.0..40.0f64, 6), 0..SHIPPED.len());
    law(cases, |(numbers, mut units, which)| {
        units[0] = 0.0;
        let before = sound(&identities, &numbers);
        let held = Cells::new(before.clone());
        let aimed = Aimed::new(&attacks[which], &identities, &held);
        prop_assert_eq!(&aimed.left_out, &Vec::new());
        let changed = aimed.apply(&units).changed;
        prop_assert!(attacks[which].deltas.keys().all(|name| changed.contains_key(name)));
        let now = |name: &str| changed.get(name).unwrap_or(&before[name]);
        for (name, cells) in &changed {
            prop_assert_eq!(cells[0].to_bits(), before[name][0].to_bits(), "{} moved without units", name);
        }
        for (name, identity) in identities.iter() {
            for (row, cell) in now(name).iter().copied().enumerate() {
                prop_assert_eq!(cell.is_nan(), before[name][row].is_nan());
                if cell.is_nan() {
                    continue;
                }
                prop_assert_eq!(identity.bounded(cell), cell, "{}", name);
                prop_assert!(identity.part_of.iter().all(|whole| cell <= now(whole)[row]), "{}", name);
            }
            match &identity.follows {
                Some(Follows::Formula { value, whole }) => {
                    let mut expected = vec![0.0; units.len()];
                    value.evaluate(&|column: &str| now(column).as_slice(), &mut expected);
                    for (cell, expected) in now(name).iter().zip(expected).filter(|(cell, _)| !cell.is_nan()) {
                        let expected = if *whole { snap(expected).floor() } else { expected };
                        prop_assert!(near(*cell, expected, 1e-9), "{} {} {}", name, cell, expected);
                    }
                }
                Some(Follows::Average { .. }) => {
                    let Some(Delta::New(new)) = attacks[which].deltas.get(name) else { continue };
                    for (cell, before) in now(name).iter().zip(&before[name]) {
                        let (low, high) = (before.min(*new), before.max(*new));
                        prop_assert!(*cell >= low - 1e-9 && *cell <= high + 1e-9, "{} {} {}", name, before, cell);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    });
}

#[test]
fn a_thousand_bought_followers_by_hand() {
    let identities = shipped_identities();
    let attacks = shipped(&identities);
    let held = cells(&[
        ("twitter.followers", &[1000.0]),
        ("twitter.following", &[500.0]),
        ("twitter.spam-follower-share", &[0.05]),
        ("twitter.influence-of-followers", &[30.0]),
        ("twitter.follower-following-ratio", &[2.0]),
        ("twitter.unique-retweeters", &[10.0]),
        ("twitter.follower-retweet-pct", &[0.01]),
    ]);
    let bought = attacks.iter().find(|attack| attack.name == "bought-followers").unwrap();
    let changed = Aimed::new(bought, &identities, &held).apply(&[1.0]).changed;
    let cell = |name: &str| changed[&format!("twitter.{name}")][0];
    assert_eq!(cell("followers"), 2000.0);
    assert!(near(cell("spam-follower-share"), 0.5, 1e-12));
    assert!(near(cell("influence-of-followers"), 16.0, 1e-12));
    assert!(near(cell("follower-following-ratio"), 4.0, 1e-12));
    assert!(near(cell("follower-retweet-pct"), 0.005, 1e-12));
    assert!(!changed.contains_key("twitter.unique-retweeters"));
}
