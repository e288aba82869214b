use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

/// Levels of like counts whose medians rise and then fall.
fn data(accounts: u64, levels: u32) -> ByLevel {
    let bin = |i: u32| {
        let width = 100.0 / f64::from(levels);
        let middle = 2.0 - 5.0 * f64::from(i) / f64::from(levels);
        LevelBin {
            least: width * f64::from(i),
            greatest: width * f64::from(i + 1) - 0.1,
            accounts: accounts / u64::from(levels),
            mean_change: middle,
            quantiles: [middle - 4.0, middle, middle + 3.0],
            share_up: 0.4,
            share_down: 0.5,
        }
    };
    ByLevel { basis: LevelBasis::Average, bins: (0..levels).map(bin).collect() }
}

fn bands(count: u32, name: &str) -> Vec<BandLabel> {
    let band = |i: u32| BandLabel { name: name.to_string(), from: f64::from(i * 100 / count) };
    (0..count).map(band).collect()
}

fn told(medians: &[f64], accounts: u64) -> String {
    let mut data = data(accounts * medians.len() as u64, medians.len().max(1) as u32);
    data.bins.truncate(medians.len());
    for (bin, median) in data.bins.iter_mut().zip(medians) {
        bin.quantiles[1] = *median;
    }
    change_by_level(&data, &[], &LABELS).title
}

#[test]
fn titles_say_what_the_numbers_hold() {
    for (medians, accounts, title) in [
        (
            &[1.1, 0.0, -3.24, -1.0][..],
            500,
            "Accounts at 50.0 to 74.9 points lose most, 3.2 points in the median; those at 0.0 to 24.9 points gain most, 1.1 points.",
        ),
        (&[0.0, -3.0], 500, "Accounts at 50.0 to 99.9 points lose most, 3.0 points in the median; no level gains."),
        (&[2.0, 0.01], 500, "Accounts at 0.0 to 49.9 points gain most, 2.0 points in the median; no level loses."),
        (&[0.0, 0.0], 500, "At no level does the median change."),
        (&[0.01, -0.04], 500, "At no level does the median change by 0.1 points or more."),
        (&[-2.0], 500, "Accounts at 0.0 to 99.9 points lose 2.0 points in the median."),
        (&[-2.0, 3.0], FEW - 1, "No level holds 20 accounts or more: too few to tell who pays."),
        (&[2.0], 1, "The one account gains 2.0 points."),
        (&[0.0], 1, "The one account keeps its score."),
        (&[-0.01], 1, "The one account loses less than 0.1 points."),
        (&[], 500, "No account has a change to show."),
        (&[f64::NAN], 500, "No account has a change to show."),
    ] {
        assert_eq!(told(medians, accounts), title);
    }
}

#[test]
fn levels_of_few_accounts_are_not_told() {
    let mut data = data(5_000, 10);
    (data.bins[4].accounts, data.bins[4].quantiles[1]) = (FEW - 1, -50.0);
    assert!(change_by_level(&data, &[], &LABELS).title.starts_with("Accounts at 90.0 to 99.9 points lose most"));
}

#[test]
fn the_level_is_named_and_judged() {
    for (basis, axis, caption) in [
        (LevelBasis::Average, "level: average of both scores, points", "would seem to fall by chance"),
        (LevelBasis::Baseline, "(high accounts fall by chance alone)", "a slope is expected"),
        (LevelBasis::Candidate, "(high accounts have risen by chance alone)", "a slope is expected"),
    ] {
        let chart = change_by_level(&ByLevel { basis, ..data(5_000, 10) }, &[], &LABELS);
        assert!(chart.svg.contains(axis) && chart.caption.contains(caption), "{}", chart.caption);
        assert!(chart.description.contains("median −2.5, middle 90 % from −6.5 to +0.5."), "{}", chart.description);
    }
}

#[test]
fn change_by_level_keeps_the_laws() {
    for (accounts, levels) in
        [(0, 10), (1, 1), (10, 1), (10, 10), (5_000, 10), (1_000_000, 10), (5_000, 40), (u64::MAX, 10), (u64::MAX, 150)]
    {
        for name in ["a", FORTY, HOSTILE, ""] {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            for count in [1, 5, 40] {
                let (data, bands) = (data(accounts, levels), bands(count, name));
                check(&format!("{accounts} at {levels} levels"), || change_by_level(&data, &bands, &labels));
            }
        }
    }
}

#[test]
fn broken_levels_still_draw() {
    let mut edges = bands(4, "a");
    edges[1].from = f64::NAN;
    edges[2].from = f64::INFINITY;
    edges[3].from = -1e300;
    for value in [f64::NAN, f64::INFINITY, -1e300, 1e300, 0.0] {
        let mut broken = data(5_000, 10);
        broken.bins[0].least = value;
        broken.bins[3].quantiles = [value, 0.0, -value];
        broken.bins[5].quantiles[1] = value;
        broken.bins[7].accounts = u64::MAX;
        check(&format!("{value} in the levels"), || change_by_level(&broken, &edges, &LABELS));
    }
}
