use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

/// Depths 1, 2, 5, 10 and so on short of all accounts.
fn data(accounts: u64) -> Vec<Depth> {
    let ladder = std::iter::successors(Some(1_u64), |power| power.checked_mul(10));
    let depths = ladder.flat_map(|power| [1, 2, 5].map(|times| power.saturating_mul(times)));
    let depth = |(i, k): (usize, u64)| {
        let overlap = [1.0, 0.5, 0.8, 0.7, 0.85, 0.9, 0.94][i % 7];
        Depth { k, overlap, rbo: (k > 1).then_some(overlap * 0.97) }
    };
    depths.take_while(|k| *k < accounts).enumerate().map(depth).collect()
}

fn told(overlaps: &[(u64, f64)]) -> String {
    let data: Vec<Depth> = overlaps.iter().map(|(k, overlap)| Depth { k: *k, overlap: *overlap, rbo: None }).collect();
    agreement_by_depth(&data, 5_000, &LABELS).title
}

#[test]
fn titles_say_what_the_numbers_hold() {
    for (overlaps, title) in [
        (
            &[(1, 0.0), (10, 0.8), (20, 0.7), (1_000, 0.91)][..],
            "Among tops of 10 accounts or more, those of 20 agree least: they share 70.0 %; those of 1,000 share 91.0 %.",
        ),
        (&[(10, 0.8), (100, 0.7), (1_000, 0.6)], "The tops of 1,000 accounts agree least: they share 60.0 %."),
        (&[(1, 0.0), (2, 0.5)], "The tops of 1 account agree least: they share 0 %; those of 2 share 50.0 %."),
        (&[(1, 1.0), (10, 1.0), (1_000, 1.0)], "Both tops hold the same accounts at every depth from 1 to 1,000."),
        (&[(10, 0.0), (20, 0.0)], "The two tops share no account at any depth from 10 to 20."),
        (&[(10, 1.0)], "Both tops hold the same accounts at depth 10."),
        (&[(10, 0.3)], "The two tops of 10 share 30.0 % of their accounts."),
        (&[], "No depth of the top can be compared."),
        (&[(10, f64::NAN)], "No depth of the top can be compared."),
    ] {
        assert_eq!(told(overlaps), title);
    }
    assert_eq!(agreement_by_depth(&[], 0, &LABELS).title, "No account stands in a top.");
}

#[test]
fn the_description_tells_chance() {
    let chart = agreement_by_depth(&[Depth { k: 50, overlap: 0.9, rbo: Some(0.88) }], 5_000, &LABELS);
    let words = "Depth 50: overlap 90.0 %, rank-biased overlap 0.8800, 1.0 % by chance.";
    assert!(chart.description.ends_with(words), "{}", chart.description);
}

#[test]
fn many_depths_are_thinned_and_keep_the_last() {
    let many: Vec<Depth> = (1..=1_000).map(|k| Depth { k, overlap: 0.5, rbo: None }).collect();
    let kept = depths(&many);
    assert!(kept.len() <= MOST + 1 && kept[0].k == 1 && kept.last().unwrap().k == 1_000);
}

#[test]
fn agreement_by_depth_keeps_the_laws() {
    for accounts in [0, 1, 2, 10, 5_000, 1_000_000, u64::MAX] {
        for name in ["a", FORTY, HOSTILE, ""] {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{accounts} accounts"), || agreement_by_depth(&data(accounts), accounts, &labels));
        }
    }
    for overlap in [0.0, 0.5, 1.0] {
        let even: Vec<Depth> =
            data(5_000).iter().map(|depth| Depth { overlap, rbo: Some(overlap), ..*depth }).collect();
        check(&format!("overlap {overlap}"), || agreement_by_depth(&even, 5_000, &LABELS));
    }
}

#[test]
fn broken_depths_still_draw() {
    let mut broken = data(5_000);
    broken.push(Depth { k: 0, overlap: 0.5, rbo: None });
    broken.push(Depth { k: u64::MAX, overlap: 1e300, rbo: Some(f64::NAN) });
    broken.insert(0, Depth { k: 7, overlap: f64::NAN, rbo: Some(f64::INFINITY) });
    broken.extend((0..3_000).map(|k| Depth { k, overlap: -1.0, rbo: Some(-3.0) }));
    for accounts in [0, 1, 5_000, u64::MAX] {
        check("broken depths", || agreement_by_depth(&broken, accounts, &LABELS));
    }
}
