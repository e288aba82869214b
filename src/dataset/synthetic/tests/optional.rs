//! What holds for the parts of a recipe that most do without.

use std::collections::{BTreeMap, BTreeSet};

use super::{SMALL, bits, correlation, logarithms, numbers, recipe, share, small, texts};
use crate::dataset::synthetic::{Cells, Recipe, Rows};
use crate::stats::elementary::{exp, ln};

const ACCOUNTS: usize = 20_000;

fn near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found}, not {wanted} +- {within}");
}

fn mean(cells: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = cells.fold((0.0, 0.0), |(sum, count), cell| (sum + cell, count + 1.0));
    sum / count
}

fn measure<'a>(rows: &'a Rows, name: &str) -> &'a [f64] {
    match rows.measures.iter().find(|(known, _)| known == name) {
        Some((_, Cells::Number(cells))) => cells,
        other => panic!("{name}: {other:?}"),
    }
}

/// The recipe of the tests with more at its end, and whole where shares are to be met.
fn with(more: &str) -> Recipe {
    recipe(&text(more))
}

fn text(more: &str) -> String {
    format!("{}{more}", SMALL.replace("lift = 1.5", "lift = 0").replace("connected = 0.9", "connected = 1"))
}

#[test]
fn a_tail_stretches_the_upper_half_and_nothing_else() {
    let tailed = recipe(&SMALL.replace("drift = 0.1", "drift = 0.1\ntail = 0.2"));
    let plain = small();
    let media = plain.rows(1, 0, ACCOUNTS);
    let lift: Vec<f64> = texts(&media, "kind").iter().map(|kind| if kind == "media" { 1.5 } else { 0.0 }).collect();
    for ((z, tailed), lift) in plain.latent(1, 0, ACCOUNTS).iter().zip(tailed.latent(1, 0, ACCOUNTS)).zip(lift) {
        let z = z - lift;
        let wanted = if z > 0.0 { z * exp(0.1 * z * z) } else { z };
        near(tailed - lift, wanted, 1e-9 * wanted.abs().max(1.0));
    }
}

#[test]
fn signals_lean_on_the_activity_as_declared_and_on_the_latent_as_before() {
    let leaning = recipe(
        &text("")
            .replace("zero = 0.1, loading = 0.75", "loading = 0.6, activity = 0.7")
            .replace("own = 0.3", "own = 0"),
    );
    let busy = text("\n[exposure]\nunit = \"visits\"\nmedian = 1e6\nspread = 1\nloading = 0.3\nactivity = 0.8\n");
    let busy = recipe(
        &busy.replace("zero = 0.1, loading = 0.75", "loading = 0.6, activity = 0.7").replace("own = 0.3", "own = 0"),
    );
    let rows = busy.rows(0, 0, ACCOUNTS);
    let followers = logarithms(numbers(&rows, "twitter.followers"));
    let exposure = logarithms(measure(&rows, "exposure-weight"));
    near(correlation(&followers, &rows.latent), 0.6, 0.02);
    near(correlation(&exposure, &rows.latent), 0.3, 0.02);
    near(correlation(&followers, &exposure), 0.6 * 0.3 + 0.7 * 0.8, 0.02);
    // The exposure is a column more and changes none.
    assert_eq!(bits(&rows), bits(&leaning.rows(0, 0, ACCOUNTS)));
}

#[test]
fn groups_are_more_active_as_declared() {
    let told = text("\n[exposure]\nunit = \"visits\"\nmedian = 1e9\nspread = 1\nactivity = 1\n");
    let rows = recipe(&told.replace("media = { share = 0.1, lift = 0 }", "media = { share = 0.1, activity = 2 }"));
    let rows = rows.rows(0, 0, ACCOUNTS);
    let of = |kind: &str| {
        let exposure = logarithms(measure(&rows, "exposure-weight"));
        mean(texts(&rows, "kind").iter().zip(exposure).filter(|(cell, _)| *cell == kind).map(|(_, cell)| cell))
    };
    near(of("media") - of("person"), 2.0, 0.08);
}

const PRESENCE: &str = "\n[presence]\nlate = 0.3\narrive = 0.4\nleave = 0.1\n";

#[test]
fn accounts_come_and_go_as_declared_and_never_come_back() {
    let recipe = with(PRESENCE);
    let there: Vec<BTreeSet<i64>> =
        (0..3).map(|snapshot| recipe.rows(snapshot, 0, ACCOUNTS).accounts.into_iter().collect()).collect();
    let all = ACCOUNTS as f64;
    near(there[0].len() as f64 / all, 0.7, 0.01);
    for step in there.windows(2) {
        near(step[0].difference(&step[1]).count() as f64 / step[0].len() as f64, 0.1, 0.01);
    }
    near(there[1].difference(&there[0]).count() as f64 / all, 0.3 * 0.4, 0.01);
    near(there[2].difference(&there[1]).count() as f64 / all, 0.3 * 0.6 * 0.4, 0.01);
    assert!(there[0].difference(&there[1]).all(|gone| !there[2].contains(gone)));
}

#[test]
fn who_is_not_there_has_no_row_and_the_others_are_as_if_all_were() {
    let (some, all) = (with(PRESENCE).rows(1, 500, 1000), with("").rows(1, 500, 1000));
    let kept: Vec<usize> =
        all.accounts.iter().enumerate().filter(|(_, a)| some.accounts.contains(a)).map(|(i, _)| i).collect();
    assert!(kept.len() == some.accounts.len() && kept.len() < 1000 && some.latent.len() == kept.len());
    for ((name, whole), (other, part)) in all.columns.iter().zip(&some.columns) {
        assert_eq!(name, other);
        match (whole, part) {
            (Cells::Number(whole), Cells::Number(part)) => {
                assert!(kept.iter().zip(part).all(|(at, cell)| whole[*at].to_bits() == cell.to_bits()), "{name}");
            }
            (Cells::Text(whole), Cells::Text(part)) => {
                assert!(kept.iter().zip(part).all(|(at, cell)| whole[*at] == *cell))
            }
            _ => panic!("{name}"),
        }
    }
}

#[test]
fn pairs_are_judged_among_those_who_are_there() {
    let recipe = with(PRESENCE);
    let there: BTreeSet<i64> = recipe.rows(2, 0, ACCOUNTS).accounts.into_iter().collect();
    let pairs = recipe.pairs();
    assert_eq!(pairs.len(), 500);
    assert!(pairs.iter().all(|p| p.first != p.second && there.contains(&p.first) && there.contains(&p.second)));
    assert!(with("\n[presence]\nlate = 1\n").pairs().is_empty());
    assert!(with("\n[presence]\nlate = 1\n").rows(0, 0, 100).accounts.is_empty());
}

#[test]
fn a_spike_multiplies_hits_some_and_fades() {
    let spike =
        "\n[spike.x]\nsnapshot = \"2011-09\"\nshare = 0.1\ntimes = 5\nfade = 0.5\nsignals = [\"wikipedia.pagerank\"]\n";
    let (plain, spiked) = (with(""), with(spike));
    let mut hits: Vec<Vec<Option<bool>>> = Vec::new();
    for (snapshot, times) in [(0, 1.0), (1, 5.0), (2, 3.0)] {
        let (before, after) = (plain.rows(snapshot, 0, ACCOUNTS), spiked.rows(snapshot, 0, ACCOUNTS));
        let both = numbers(&before, "wikipedia.pagerank").iter().zip(numbers(&after, "wikipedia.pagerank"));
        let ratios: Vec<f64> = both.map(|(before, after)| after / before).collect();
        let known = |ratio: &f64| ratio.is_nan() || *ratio == 1.0 || (ratio - times).abs() < 1e-12;
        assert!(ratios.iter().all(known), "{snapshot}");
        near(share(&ratios, |ratio| ratio != 1.0), if snapshot == 0 { 0.0 } else { 0.1 }, 0.03);
        hits.push(ratios.iter().map(|ratio| (!ratio.is_nan()).then_some(*ratio != 1.0)).collect());
    }
    // The same accounts, where they have a page at both.
    assert!(hits[1].iter().zip(&hits[2]).all(|(one, two)| one.is_none() || two.is_none() || one == two));
}

#[test]
fn bought_signals_are_multiplied_and_the_latent_is_not() {
    let told = text("").replace(
        "media = { share = 0.1, lift = 0 }",
        "media = { share = 0.1, times = { \"wikipedia.pagerank\" = 20, \"twitter.spam-share\" = 4, \"twitter.unique-retweeters\" = 0.01 } }",
    );
    let (plain, gamed) = (with("").rows(1, 0, ACCOUNTS), recipe(&told).rows(1, 0, ACCOUNTS));
    assert_eq!(plain.latent, gamed.latent);
    let odds = |share: f64| share / (1.0 - share);
    for at in 0..ACCOUNTS {
        let times = |times: f64| if texts(&plain, "kind")[at] == "media" { times } else { 1.0 };
        let of = |rows: &Rows, name: &str| numbers(rows, name)[at];
        let pagerank = of(&gamed, "wikipedia.pagerank") / of(&plain, "wikipedia.pagerank");
        assert!(pagerank.is_nan() || (pagerank - times(20.0)).abs() < 1e-12);
        let spam = odds(of(&gamed, "twitter.spam-share")) / odds(of(&plain, "twitter.spam-share"));
        assert!((spam - times(4.0)).abs() < 1e-9);
        let (part, whole) = (of(&gamed, "twitter.unique-retweeters"), of(&gamed, "twitter.retweets"));
        assert!(part.is_nan() || (part <= of(&plain, "twitter.unique-retweeters") && (part >= 1.0 || whole < 1.0)));
    }
}

#[test]
fn a_signal_that_is_gone_is_gone_for_all_and_for_what_is_computed_from_it() {
    let told = text("").replace("missing = 0.02", "gone = [\"2011-09\"]");
    let (plain, gone) = (recipe(&text("").replace("missing = 0.02", "")), recipe(&told));
    for snapshot in 0..3 {
        let (plain, gone) = (plain.rows(snapshot, 0, 2000), gone.rows(snapshot, 0, 2000));
        if snapshot == 1 {
            for name in ["twitter.retweets", "twitter.unique-retweeters", "twitter.retweets-per-post"] {
                assert!(numbers(&gone, name).iter().all(|cell| cell.is_nan()), "{name}");
            }
            assert!(numbers(&gone, "twitter.posts").iter().all(|cell| !cell.is_nan()));
        } else {
            assert_eq!(bits(&plain), bits(&gone));
        }
    }
}

#[test]
fn a_network_among_some_is_empty_for_the_others() {
    let told =
        text("").replace("loading = 0.9\n", "loading = 0\namong = { segment = \"kind\", values = [\"media\"] }\n");
    let rows = recipe(&told.replace("connected = 0.05", "connected = 0.5")).rows(0, 0, ACCOUNTS);
    let pagerank = numbers(&rows, "wikipedia.pagerank");
    let present = |kind: &str| {
        let of_kind = texts(&rows, "kind").iter().zip(pagerank).filter(|(cell, _)| *cell == kind);
        mean(of_kind.map(|(_, cell)| f64::from(u8::from(!cell.is_nan()))))
    };
    assert_eq!(present("person"), 0.0);
    near(present("media"), 0.5, 0.03);
}

#[test]
fn parts_keep_within_both_counts_and_below_their_cap() {
    let told = text(
        "\n[signal.\"twitter.messages\"]\nunit = \"posts\"\nkind = { part = { of = \"twitter.posts\", within = \"twitter.retweets\", share = 0.6, spread = 2, never-empty = true, cap = 30 } }\n",
    );
    let rows = recipe(&told).rows(1, 0, ACCOUNTS);
    let (posts, retweets) = (numbers(&rows, "twitter.posts"), numbers(&rows, "twitter.retweets"));
    let messages = numbers(&rows, "twitter.messages");
    for ((part, posts), retweets) in messages.iter().zip(posts).zip(retweets) {
        let missing = posts.is_nan() || retweets.is_nan();
        assert_eq!(part.is_nan(), missing);
        assert!(missing || (part <= posts && part <= retweets && *part <= 30.0 && part.fract() == 0.0));
        assert!(missing || *posts < 1.0 || *retweets < 1.0 || *part >= 1.0);
    }
    assert!(share(messages, |cell| cell == 30.0) > 0.01);
}

#[test]
fn digits_round_and_ratios_still_follow_from_their_parts() {
    let told = text("").replace("max(twitter.posts, 1)\" } }", "max(twitter.posts, 1)\" } }\ndigits = 3");
    let (plain, rounded) = (with("").rows(1, 0, ACCOUNTS), recipe(&told).rows(1, 0, ACCOUNTS));
    for (exact, cell) in
        numbers(&plain, "twitter.retweets-per-post").iter().zip(numbers(&rounded, "twitter.retweets-per-post"))
    {
        assert_eq!(exact.is_nan(), cell.is_nan());
        let decimal = format!("{exact:.2e}").parse::<f64>().unwrap_or(f64::NAN);
        // As near as the nearest decimal: halves may fall to either side.
        assert!(exact.is_nan() || (cell - exact).abs() <= (decimal - exact).abs() * 1.000_001, "{exact} {cell}");
        assert!(exact.is_nan() || format!("{cell}").trim_start_matches(['0', '.']).trim_end_matches('0').len() <= 4);
    }
    let level = text(
        "\n[signal.\"twitter.half\"]\nunit = \"posts\"\nkind = { derived = { value = \"twitter.posts / 2\", whole = true } }\n",
    );
    let rows = recipe(&level).rows(0, 0, 1000);
    assert!(
        numbers(&rows, "twitter.half")
            .iter()
            .zip(numbers(&rows, "twitter.posts"))
            .all(|(h, p)| *h == (p / 2.0).floor())
    );
}

#[test]
fn normal_numbers_are_normal() {
    let told = text(
        "\n[signal.\"twitter.growth\"]\nunit = \"log ratio\"\nkind = { normal = { mean = -0.5, spread = 2, loading = 0.6 } }\n",
    );
    let rows = recipe(&told.replace("own = 0.3", "own = 0")).rows(0, 0, ACCOUNTS);
    let growth = numbers(&rows, "twitter.growth");
    let middle = mean(growth.iter().copied());
    near(middle, -0.5, 0.05);
    near(mean(growth.iter().map(|cell| (cell - middle) * (cell - middle))).sqrt(), 2.0, 0.05);
    near(correlation(growth, &rows.latent), 0.6, 0.02);
}

#[test]
fn measures_have_their_middle_and_stand_apart() {
    let told = text(
        "\n[age]\nunit = \"days\"\nmedian = 10\nspread = 1\nzero = 0.2\ncap = 90\n[outcome.sales]\nunit = \"items\"\nmedian = 50\nspread = 1\nloading = 0.9\npersistence = 1\n",
    );
    let rows = recipe(&told).rows(0, 0, ACCOUNTS);
    let age = measure(&rows, "data-age");
    assert!(age.iter().all(|days| (0.0..=90.0).contains(days) && days.fract() == 0.0));
    near(share(age, |days| days == 0.0), 0.2, 0.03);
    let sales = measure(&rows, "sales");
    near(share(sales, |items| items >= 50.0), 0.5, 0.02);
    near(correlation(&sales.iter().map(|items| ln(items + 0.5)).collect::<Vec<_>>(), &rows.latent), 0.9, 0.02);
    assert_eq!(rows.measures.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["data-age", "sales"]);
}

const ANSWERS: &str = "
[network.offline]
connected = 1
[answers]
about = { segment = \"kind\", values = [\"media\"] }
median = 6
spread = 1.4
growth = 0.3
cap = 60
loading = 0.6
appeal = 0.5
shares = [0.03, 0.01, 0.02, 0.03, 0.03, 0.1, 0.1, 0.15, 0.2, 0.15, 0.18]
[signal.\"offline.nps-promoters\"]
unit = \"answers\"
kind = { answers = \"promoters\" }
[signal.\"offline.nps-passives\"]
unit = \"answers\"
kind = { answers = \"passives\" }
[signal.\"offline.nps-detractors\"]
unit = \"answers\"
kind = { answers = \"detractors\" }
[signal.\"offline.nps-answers\"]
unit = \"answers\"
kind = { answers = \"all\" }
";

#[test]
fn answers_are_those_that_the_panel_counts() {
    let recipe = with(&format!("{ANSWERS}{PRESENCE}"));
    let rows = recipe.rows(2, 0, ACCOUNTS);
    let there: BTreeSet<i64> = rows.accounts.iter().copied().collect();
    let answers = recipe.answers(0, ACCOUNTS);
    let mut counted = BTreeMap::<i64, [f64; 4]>::new();
    let mut asked = BTreeSet::new();
    for answer in &answers {
        assert!(answer.account != answer.brand && there.contains(&answer.account) && answer.answer <= 10);
        assert!(asked.insert((answer.account, answer.brand)), "{answer:?} comes twice");
        let counts = counted.entry(answer.brand).or_default();
        counts[usize::from(answer.answer < 9) + usize::from(answer.answer < 7)] += 1.0;
        counts[3] += 1.0;
    }
    let columns =
        ["promoters", "passives", "detractors", "answers"].map(|name| numbers(&rows, &format!("offline.nps-{name}")));
    for (at, account) in rows.accounts.iter().enumerate() {
        let cells = columns.map(|cells| cells[at]);
        if texts(&rows, "kind")[at] == "media" {
            assert_eq!(cells, counted.get(account).copied().unwrap_or_default(), "{account}");
            assert!(cells[3] <= 60.0);
        } else {
            assert!(cells.iter().all(|cell| cell.is_nan()));
        }
    }
    let few = columns[3].iter().filter(|count| **count < 3.0).count();
    assert!(few > 50 && columns[3].contains(&60.0), "{few}");
    // Shares of the answers, and what lies behind them.
    near(mean(answers.iter().map(|answer| f64::from(u8::from(answer.answer >= 9)))), 0.33, 0.03);
    let appeal: Vec<f64> =
        (0..rows.accounts.len()).map(|at| (columns[0][at] - columns[2][at]) / columns[3][at]).collect();
    let leaning = correlation(&appeal, &rows.latent);
    assert!((0.1..0.5).contains(&leaning), "{leaning}");
}

#[test]
fn answers_only_become_more_and_do_not_ask_how_many_accounts_there_are() {
    let told = text(ANSWERS);
    let recipe_of = |accounts: usize| recipe(&told.replace("accounts = 20000", &format!("accounts = {accounts}")));
    let (few, many) = (recipe_of(500), recipe_of(ACCOUNTS));
    for snapshot in 0..3 {
        assert_eq!(bits(&few.rows(snapshot, 0, 500)), bits(&many.rows(snapshot, 0, 500)));
    }
    for name in ["promoters", "passives", "detractors"] {
        let name = format!("offline.nps-{name}");
        let counts: Vec<Vec<f64>> =
            (0..3).map(|snapshot| numbers(&many.rows(snapshot, 0, 5000), &name).to_vec()).collect();
        for step in counts.windows(2) {
            assert!(step[0].iter().zip(&step[1]).all(|(before, after)| before.is_nan() || before <= after));
        }
    }
    let whole = many.answers(0, 3000);
    let parts: Vec<_> = [(0, 1), (1, 999), (1000, 2000)].into_iter().flat_map(|(at, n)| many.answers(at, n)).collect();
    assert_eq!(whole, parts);
    assert!(with("").answers(0, 100).is_empty());
}

const TOPICS: &str = "\n[topic.a]\nshare = 0.5\n[topic.b]\nshare = 0.3\nspread = 2\n[topic.c]\nshare = 0.9\n";

#[test]
fn the_rows_of_an_account_add_up_to_the_account() {
    let told = text(TOPICS).replace("missing = 0.02", "").replace("cap = 500 } }", "cap = 500 } }\nsplit = false");
    let topical = recipe(&told).rows(1, 0, ACCOUNTS);
    let whole = recipe(&text("").replace("missing = 0.02", "")).rows(1, 0, ACCOUNTS);
    let topics = topical.topics.as_ref().unwrap();
    let mut of_account = BTreeMap::<i64, Vec<usize>>::new();
    for (at, account) in topical.accounts.iter().enumerate() {
        of_account.entry(*account).or_default().push(at);
    }
    for rows in of_account.values() {
        assert!(rows.windows(2).all(|pair| topics[pair[0]] < topics[pair[1]]), "topics in order, each once");
    }
    for (topic, wanted) in [("a", 0.5), ("b", 0.3), ("c", 0.9)] {
        near(topics.iter().filter(|cell| *cell == topic).count() as f64 / ACCOUNTS as f64, wanted, 0.01);
    }
    near(of_account.len() as f64 / ACCOUNTS as f64, 1.0 - 0.5 * 0.7 * 0.1, 0.01);
    let cells = |name: &str| (numbers(&topical, name), numbers(&whole, name));
    for (account, rows) in &of_account {
        let at = (account - 100_000) as usize;
        for name in ["twitter.followers", "twitter.posts"] {
            let (parts, whole) = cells(name);
            assert_eq!(rows.iter().map(|row| parts[*row]).sum::<f64>(), whole[at], "{name} {account}");
        }
        let (parts, whole) = cells("twitter.connections");
        assert!(rows.iter().all(|row| parts[*row] == whole[at]));
        let (parts, whole) = cells("wikipedia.pagerank");
        let sum = rows.iter().map(|row| parts[*row]).sum::<f64>();
        assert!(sum.is_nan() == whole[at].is_nan() && (sum.is_nan() || (sum / whole[at] - 1.0).abs() < 1e-12));
        for row in rows {
            let of = |name: &str| numbers(&topical, name)[*row];
            assert!(of("twitter.posts") > 0.0 || of("twitter.retweets") == 0.0);
            assert!(of("twitter.unique-retweeters") <= of("twitter.retweets"));
            let posts = of("twitter.posts");
            assert_eq!(of("twitter.retweets-per-post"), of("twitter.retweets") / if posts > 1.0 { posts } else { 1.0 });
        }
    }
}

#[test]
fn chunks_of_everything_at_once_give_the_same_bits() {
    let everything = with(&format!("{ANSWERS}{PRESENCE}{TOPICS}\n[exposure]\nunit = \"u\"\nmedian = 3\nspread = 1\n"));
    let table = |first: u64, count: usize| everything.table_rows(2, first, count);
    let shown = |rows: &crate::dataset::write::Rows| format!("{:?}", rows.columns);
    let whole = table(0, 300);
    let names: Vec<&str> = whole.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[..5], ["account", "snapshot", "latent", "topic", "exposure-weight"]);
    assert_eq!(names, everything.columns().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    let parts = std::thread::scope(|scope| {
        let drawn = [(0, 7), (7, 200), (207, 93)].map(|(first, count)| scope.spawn(move || table(first, count)));
        drawn.map(|thread| thread.join().unwrap())
    });
    assert_eq!(parts.iter().map(crate::dataset::write::Rows::len).sum::<usize>(), whole.len());
    let mut joined = crate::dataset::write::Rows::default();
    for part in parts {
        if joined.columns.is_empty() {
            joined = part;
            continue;
        }
        for ((_, all), (_, more)) in joined.columns.iter_mut().zip(part.columns) {
            use crate::dataset::write::Cells;
            match (all, more) {
                (Cells::Integer(all), Cells::Integer(more)) => all.extend(more),
                (Cells::Number(all), Cells::Number(more)) => all.extend(more),
                (Cells::Text(all), Cells::Text(more)) => all.extend(more),
                _ => panic!("a column changes its kind"),
            }
        }
    }
    assert_eq!(shown(&joined), shown(&whole));
}

#[test]
fn more_accounts_or_snapshots_change_nothing_that_was_there() {
    let spike = "\n[spike.x]\nsnapshot = \"2011-09\"\nshare = 0.1\ntimes = 5\nsignals = [\"wikipedia.pagerank\"]\n";
    let told = text(&format!("{ANSWERS}{PRESENCE}{TOPICS}{spike}\n[age]\nunit = \"days\"\nmedian = 3\nspread = 1\n"));
    let more =
        told.replace("accounts = 20000", "accounts = 30000").replace("\"2011-10\"]", "\"2011-10\", \"2011-11\"]");
    let (before, after) = (recipe(&told), recipe(&more));
    for snapshot in 0..3 {
        let [before, after] = [&before, &after].map(|recipe| recipe.table_rows(snapshot, 500, 1000));
        assert!(before.len() > 500);
        assert_eq!(format!("{:?}", before.columns), format!("{:?}", after.columns));
    }
}

/// The longest tail and the widest spreads that a recipe can state.
#[test]
fn nothing_leaves_the_range_of_numbers() {
    let told = text("\n[signal.\"twitter.growth\"]\nunit = \"u\"\nkind = { normal = { mean = 1e300, spread = 1e9, loading = 1 } }\n")
        .replace("drift = 0.1", "drift = 0.1\ntail = 0.5")
        .replace("median = 0.05, spread = 1, loading = -0.3", "median = 0.05, spread = 10, loading = 1")
        .replace("median = 0.001, spread = 1 }", "median = 1e12, spread = 10, loading = 1 }")
        .replace("median = 0.3, spread = 1, loading = 0.6", "median = 1e12, spread = 10, loading = 1");
    let rows = recipe(&told).rows(2, 0, ACCOUNTS);
    for (name, cells) in &rows.columns {
        let Cells::Number(cells) = cells else { continue };
        assert!(cells.iter().all(|cell| !cell.is_infinite()), "{name}");
    }
    let spam = numbers(&rows, "twitter.spam-share");
    assert!(spam.iter().all(|cell| *cell > 0.0 && *cell < 1.0));
    let (posts, retweets) = (numbers(&rows, "twitter.posts"), numbers(&rows, "twitter.retweets"));
    assert!(posts.iter().zip(retweets).all(|(posts, retweets)| *posts > 0.0 || retweets.is_nan() || *retweets == 0.0));
    near(
        share(&retweets.iter().map(|cell| f64::from(u8::from(cell.is_nan()))).collect::<Vec<_>>(), |nan| nan > 0.0),
        0.02,
        0.005,
    );
}
