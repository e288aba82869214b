use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

/// Shares that thin out from `peak` on both sides.
fn shares(peak: i32, slope: f64) -> NoticedShares {
    let weights: Vec<f64> =
        (-FURTHEST..=FURTHEST).map(|change| libm::exp(-slope * f64::from((change - peak).abs()))).collect();
    let total: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
    let [fall, rise] = [&shares[..11], &shares[20..]].map(|side| side.iter().sum());
    NoticedShares { shares, median: f64::from(peak), fall, rise }
}

fn data(accounts: u64) -> Noticed {
    Noticed { accounts, exposed: None, by_account: shares(0, 0.5), by_exposure: Some(shares(-1, 0.4)) }
}

/// All shares in one bin.
fn one(change: i32) -> NoticedShares {
    let mut shares = vec![0.0; BINS];
    shares[(change + FURTHEST) as usize] = 1.0;
    let [fall, rise] = [change <= -FAR, change >= FAR].map(|far| if far { 1.0 } else { 0.0 });
    NoticedShares { shares, median: f64::from(change), fall, rise }
}

fn told(accounts: u64, by_account: NoticedShares, by_exposure: Option<NoticedShares>) -> String {
    who_notices(&Noticed { accounts, exposed: None, by_account, by_exposure }, &LABELS).title
}

#[test]
fn titles_say_what_the_numbers_hold() {
    let title = who_notices(&data(5_000), &LABELS).title;
    assert_eq!(
        title,
        "75.5 % of accounts see their score change; 5.1 % fall by 5 points or more (12.0 % by exposure)."
    );
    let without = told(5_000, shares(0, 0.5), None);
    assert_eq!(without, "75.5 % of accounts see their score change; 5.1 % fall by 5 points or more.");
    for (accounts, change, title) in [
        (0, 0, "No account is compared."),
        (1, 0, "The one account sees no change of its score."),
        (1, -1, "The one account sees its score fall by 1 point."),
        (1, 7, "The one account sees its score rise by 7 points."),
        (9, 0, "No account sees its score change."),
        (9, 4, "Every account sees its score change; none falls by 5 points or more."),
        (9, -9, "Every account sees its score change; 100 % fall by 5 points or more (100 % by exposure)."),
    ] {
        assert_eq!(told(accounts, one(change), Some(one(change))), title);
    }
    let mut few = one(0);
    (few.shares[0], few.fall) = (0.000_1, 0.000_1);
    assert_eq!(told(10_000, few, None), "<0.1 % of accounts see their score change; <0.1 % fall by 5 points or more.");
    let unknown = NoticedShares { fall: f64::NAN, ..shares(0, 0.5) };
    assert_eq!(told(9, unknown, None), "75.5 % of accounts see their score change.");
}

#[test]
fn the_description_carries_both_sides() {
    let description = who_notices(&data(5_000), &LABELS).description;
    let all = "Of all accounts: 5.1 % fall and 5.1 % rise by 5 points or more, 24.5 % see no change.";
    assert!(description.contains(all), "{description}");
    assert!(description.contains(" By exposure: 12.0 % fall"), "{description}");
}

#[test]
fn a_bar_that_dwarfs_the_rest_is_cut_and_says_so() {
    let words = "see no change (bar cut off)";
    assert!(!who_notices(&data(9), &LABELS).svg.contains(words));
    let tall = Noticed { by_account: shares(0, 2.0), by_exposure: None, ..data(9) };
    assert!(who_notices(&tall, &LABELS).svg.contains(words));
    let alone = Noticed { by_account: one(0), by_exposure: None, ..data(9) };
    assert!(!who_notices(&alone, &LABELS).svg.contains(words));
}

#[test]
fn empty_bins_break_the_outline() {
    let mut gaps = one(-15);
    (gaps.shares[10], gaps.shares[30]) = (0.5, 0.5);
    let plot = Plot::new(&Noticed { accounts: 9, exposed: None, by_account: gaps.clone(), by_exposure: None }, 40);
    let runs = plot.steps(&heights(&gaps), 0, BINS);
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| run.len() == 4 && run[0].1 == BOTTOM && run[3].1 == BOTTOM));
}

#[test]
fn who_notices_keeps_the_laws() {
    for accounts in [0, 1, 10, 5_000, 1_000_000, u64::MAX] {
        for name in ["a", FORTY, HOSTILE, ""] {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{accounts} accounts"), || who_notices(&data(accounts), &labels));
        }
    }
    for peak in -FURTHEST..=FURTHEST {
        for slope in [0.0, 0.2, 1.0, 3.0] {
            let mut data = Noticed { by_account: shares(peak, slope), ..data(5_000) };
            check(&format!("peak {peak}, slope {slope}"), || who_notices(&data, &LABELS));
            (data.by_account, data.by_exposure) = (one(peak), Some(one(-peak)));
            check(&format!("all at {peak}"), || who_notices(&data, &LABELS));
        }
    }
}

#[test]
fn broken_shares_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
        let mut data = data(5_000);
        data.by_account.shares[3] = broken;
        (data.by_account.fall, data.by_account.median) = (broken, broken);
        check(&format!("{broken} in the shares"), || who_notices(&data, &LABELS));
        data.by_account.shares.truncate(2);
        data.by_exposure = Some(NoticedShares { shares: vec![broken; 99], ..data.by_account.clone() });
        check(&format!("{broken} everywhere"), || who_notices(&data, &LABELS));
    }
}
