use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check, matrix};

const PERKS: [PerkLine; 2] = [
    PerkLine { name: "lounge", before: 400, after: 380 },
    PerkLine { name: "early access", before: 2_000, after: 2_100 },
];

fn told(counts: &[&[u64]]) -> Chart {
    let mut data = matrix(0, counts.len(), 1, "band");
    for (i, band) in data.bands.iter_mut().enumerate() {
        band.name = format!("band {i}");
    }
    data.counts = counts.iter().map(|row| row.to_vec()).collect();
    band_flow(&data, &PERKS, &LABELS)
}

#[test]
fn titles_say_what_the_numbers_hold() {
    for (counts, title) in [
        (
            [[500, 1, 0], [200, 4_000, 129], [12, 200, 0]],
            "412 accounts (8.2 %) fall by a band or more, 130 rise; the largest fall is from band 1 to band 0: 200 accounts, 4.6 % of band 1.",
        ),
        (
            [[5, 1, 0], [1, 0, 0], [0, 0, 4]],
            "1 account (9.1 %) falls by a band or more, 1 rises; it goes from band 1 to band 0.",
        ),
        (
            [[5, 0, 0], [3, 0, 0], [0, 0, 4]],
            "3 accounts (25.0 %) fall by a band or more, none rises; all of them from band 1 to band 0.",
        ),
        (
            [[5, 1, 0], [0, 0, 0], [0, 0, 4]],
            "No account falls by a band or more; 1 account (10.0 %) rises; 90.0 % stay.",
        ),
        ([[5, 0, 0], [0, 0, 0], [0, 0, 4]], "No account changes its band; all 9 accounts stay."),
        ([[0, 0, 0], [0, 0, 0], [0, 1, 0]], "The one account falls from band 2 to band 1."),
        ([[0, 1, 0], [0, 0, 0], [0, 0, 0]], "The one account rises by a band or more."),
        ([[0; 3]; 3], "No account stands in a band."),
        (
            [[999_999, 0, 0], [1, 0, 0], [0; 3]],
            "1 account (<0.1 %) falls by a band or more, none rises; it goes from band 1 to band 0.",
        ),
    ] {
        let rows: Vec<&[u64]> = counts.iter().map(|row| row.as_slice()).collect();
        assert_eq!(told(&rows).title, title);
    }
    assert_eq!(told(&[&[1_234]]).title, "There is one band; all 1,234 accounts stay in it.");
}

#[test]
fn falls_carry_their_share_and_the_reverse() {
    let svg = told(&[&[900, 100], &[250, 750]]).svg;
    for words in ["250 · 25.0 % · reverse 10.0 %", "250 down (12.5 %)", "100 up (5.0 %)", "lounge 400 → 380"] {
        assert!(svg.contains(words), "{words}");
    }
}

#[test]
fn what_has_no_label_is_told() {
    let data = matrix(5_000, 5, 1, "a");
    let perks = [PerkLine { name: "lounge", before: 400, after: 380 }; 20];
    let svg = band_flow(&data, &perks, &LABELS).svg;
    assert!(svg.contains(" falls, 17 perks"), "{svg}");
    let svg = band_flow(&matrix(5_000, 40, 1, "a"), &[], &LABELS).svg;
    assert!(svg.contains("not drawn: ") && svg.contains("no label: "));
}

#[test]
fn ribbons_fill_their_bands_from_top_to_bottom() {
    let data = matrix(5_000, 5, 1, "a");
    let table = Table::new(&data);
    let plot = Plot::new(&table, 60);
    for side in [|flow: &Flow| (flow.from, flow.left), |flow: &Flow| (flow.to, flow.right)] {
        let mut spans: Vec<(usize, [i32; 2])> = plot.flows.iter().map(side).collect();
        spans.sort_by_key(|(band, span)| (Reverse(*band), span[0], span[1]));
        for pair in spans.windows(2) {
            let gap = pair[1].1[0] - pair[0].1[1];
            let expected = if pair[0].0 == pair[1].0 { 0 } else { plot.gap };
            assert_eq!(gap, expected, "{pair:?}");
        }
    }
}

#[test]
fn a_perk_that_begins_with_a_band_stands_between_two() {
    let data = matrix(1_000, 4, 1, "a");
    let table = Table::new(&data);
    let plot = Plot::new(&table, 60);
    let sums = |band: usize| [10, 20, 30, 40][band];
    let plot = Plot { table: &Table { total: 100, ..Table::new(&data) }, flows: Vec::new(), ..plot };
    let edges = [0, 20, 40, 100, u64::MAX].map(|holders| plot.edge(holders, sums));
    assert_eq!(edges[0], plot.y0);
    assert!(edges[1] > edges[0] && edges[2] > plot.y(40, 0) && edges[2] < plot.y(40, 1), "{edges:?}");
    assert_eq!((edges[3], edges[4]), (BOTTOM, BOTTOM));
}

#[test]
fn band_flow_keeps_the_laws() {
    for (accounts, weight) in [(0, 1), (1, 1), (10, 1), (5_000, 1), (5_000, 200), (5_000, 1 << 40)] {
        for bands in [1, 2, 5, 8, 12, 40] {
            for name in ["a", FORTY, HOSTILE, ""] {
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                let data = matrix(accounts, bands, weight, name);
                let perk = |i: u64| PerkLine { name, before: accounts * i / 9, after: accounts * i / 8 };
                let perks: Vec<PerkLine> = (0..20).map(perk).collect();
                let case = format!("{accounts} accounts times {weight}, {bands} bands, {name:?}");
                check(&case, || band_flow(&data, &perks, &labels));
                check(&case, || band_flow(&data, &[], &labels));
            }
        }
    }
}

#[test]
fn ordinary_pictures_stay_small() {
    for bands in [5, 12, 40] {
        let size = band_flow(&matrix(5_000, bands, 1, "band"), &PERKS, &LABELS).svg.len();
        assert!(size < 120_000, "{bands} bands: {size} bytes");
    }
}

#[test]
fn broken_tables_still_draw() {
    let mut data = matrix(50, 4, 1, "a");
    data.counts.pop();
    data.counts[1] = vec![u64::MAX; 9];
    let perks = [PerkLine { name: HOSTILE, before: u64::MAX, after: 0 }; 3];
    check("broken table", || band_flow(&data, &perks, &LABELS));
    data.bands[0].from = f64::NAN;
    data.counts = vec![vec![u64::MAX; 4]; 4];
    check("full table", || band_flow(&data, &perks, &LABELS));
    data.bands.clear();
    check("no bands", || band_flow(&data, &perks, &LABELS));
}
