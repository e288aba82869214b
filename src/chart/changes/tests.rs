use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

const QUANTILES: [f64; 3] = [-3.21, 0.1, 4.06];

/// Falls and rises that thin out, for about so many accounts.
fn data(accounts: u64, bins: usize) -> Changes {
    let side = |share: u64| -> Vec<u64> {
        (0..bins as u64).map(|bin| accounts / share / ((bin + 1) * (bin + 2)) / (1 + bin / 3)).collect()
    };
    let falls = side(2);
    let rises = side(3);
    let unmoved = accounts - guides::sum(falls.iter().chain(&rises).copied());
    let beyond = [(5.0, 0.074, 0.021), (10.0, 0.009, 0.002), (20.0, 0.000_4, 0.0)];
    let beyond = beyond.map(|(points, down, up)| Beyond { points, down, up }).to_vec();
    Changes { width: 1.0, falls, rises, unmoved, beyond, quantiles: QUANTILES }
}

fn told(falls: &[u64], rises: &[u64], unmoved: u64, down: f64, up: f64) -> String {
    let data = Changes {
        falls: falls.to_vec(),
        rises: rises.to_vec(),
        unmoved,
        beyond: vec![Beyond { points: 5.0, down, up }],
        ..data(0, 1)
    };
    changes(&data, &LABELS).title
}

#[test]
fn titles_say_what_the_numbers_hold() {
    for (falls, rises, unmoved, [down, up], title) in [
        (
            50,
            40,
            10,
            [0.074, 0.021],
            "7.4 % of accounts fall by 5 points or more, 2.1 % rise as much; the middle 90 % change by −3.2 to +4.1 points.",
        ),
        (
            50,
            40,
            10,
            [0.0, 0.000_1],
            "No account falls by 5 points or more, <0.1 % rise as much; the middle 90 % change by −3.2 to +4.1 points.",
        ),
        (
            50,
            40,
            10,
            [0.02, 0.0],
            "2.0 % of accounts fall by 5 points or more, none rises as much; the middle 90 % change by −3.2 to +4.1 points.",
        ),
        (50, 0, 0, [1.0, 0.0], "All accounts fall by 5 points or more; the middle 90 % change by −3.2 to +4.1 points."),
        (0, 50, 0, [0.0, 1.0], "All accounts rise by 5 points or more; the middle 90 % change by −3.2 to +4.1 points."),
        (4, 3, 3, [0.0, 0.0], "No account moves by 5 points or more; 4 of 10 accounts fall and 3 rise."),
        (4, 3, 3, [f64::NAN, 0.0], "4 of 10 accounts fall and 3 rise."),
        (0, 0, 1_204, [0.0, 0.0], "No account changes its score; all 1,204 accounts keep theirs."),
        (0, 0, 1, [0.0, 0.0], "The one account keeps its score."),
        (1, 0, 0, [0.0, 0.0], "The one account falls 0.1 points."),
        (0, 0, 0, [0.0, 0.0], "No account was scored by both models."),
    ] {
        assert_eq!(told(&[falls], &[rises], unmoved, down, up), title);
    }
}

#[test]
fn the_middle_is_told_as_it_is_shown() {
    for (quantiles, words) in [
        ([0.0, 0.0, 0.0], Some("the middle 90 % do not move")),
        ([-0.01, 0.0, 0.02], Some("the middle 90 % change by less than 0.1 points")),
        ([2.0, 2.0, 2.01], Some("the middle 90 % change by +2.0 points")),
        ([f64::NAN, 0.0, 1.0], None),
    ] {
        assert_eq!(middle(quantiles).as_deref(), words);
    }
}

#[test]
fn the_description_carries_three_numbers() {
    let description = changes(&data(5_000, 40), &LABELS).description;
    for part in ["Fall: ", "; rise: ", "; keep their score: ", "Median change: +0.1 points."] {
        assert!(description.contains(part), "{description}");
    }
}

#[test]
fn fine_bins_are_drawn_together_and_keep_their_accounts() {
    let fine = Changes { width: 0.1, falls: vec![1; 900], rises: vec![2; 10], ..data(0, 1) };
    let bars = Bars::new(&fine);
    assert!(bars.count <= FINEST && (bars.width - 1.2).abs() < 1e-9, "{} {}", bars.count, bars.width);
    assert_eq!((guides::sum(bars.falls), guides::sum(bars.rises)), (900, 20));
}

#[test]
fn changes_keep_the_laws() {
    for accounts in [0, 1, 10, 5_000, 1_000_000, u64::MAX] {
        for bins in [1, 6, 40, 99, 400] {
            for name in ["a", FORTY, HOSTILE, ""] {
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                let data = data(accounts, bins);
                check(&format!("{accounts} accounts, {bins} bins"), || changes(&data, &labels));
            }
        }
    }
}

#[test]
fn broken_changes_still_draw() {
    let mut broken = data(5_000, 40);
    broken.falls[39] = u64::MAX;
    broken.rises.truncate(3);
    broken.beyond[0].down = f64::NAN;
    broken.beyond[1].points = f64::INFINITY;
    broken.quantiles = [f64::NAN, f64::NEG_INFINITY, 1e300];
    for width in [1.0, 0.0, -1.0, 1e-300, 1e300, f64::NAN, f64::INFINITY] {
        broken.width = width;
        check(&format!("bins {width} wide"), || changes(&broken, &LABELS));
    }
    broken.quantiles = [1e300, -1e300, 1.0];
    broken.beyond = vec![Beyond { points: 1e9, down: 7.0, up: -1.0 }; 9];
    check("quantiles out of order", || changes(&broken, &LABELS));
    (broken.falls, broken.rises, broken.beyond) = (Vec::new(), Vec::new(), Vec::new());
    check("nothing but unmoved accounts", || changes(&broken, &LABELS));
}
