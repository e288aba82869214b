//! Laws that every picture keeps, over ordinary and degenerate data: it parses, stays inside its
//! edges, its lines of text do not touch, it carries no broken number and repeats byte by byte.

use std::collections::BTreeMap;

use resvg::usvg;

use super::{Chart, Labels, distributions, migration, png, score_against_score, themed};
use crate::compare::findings::{Agreement, AgreementCell, BandLabel, Distributions, Histogram, Migration, Mover};

pub(super) const LABELS: Labels =
    Labels { baseline: "clout@2.0.0", candidate: "clout@2.1.0", dataset: "starter, snapshot 2012-06" };

/// Accounts on a bent line with a fixed scatter: (baseline, candidate) times a weight.
fn scores(accounts: u64) -> Vec<(f64, f64)> {
    let noise = |i: u64, k: u64| (i.wrapping_mul(k) % 1009) as f64 / 1009.0 - 0.5;
    (0..accounts)
        .map(|i| {
            let spread = noise(i, 7919) + noise(i, 104_729) + noise(i, 611_953);
            let baseline = 40.0 + 36.0 * spread;
            let far = if i % 97 == 0 { 6.0 } else { 1.0 };
            let candidate = baseline * 1.06 - 2.0 + 9.0 * far * noise(i, 15_485_863);
            (baseline.clamp(1.0, 100.0), candidate.clamp(1.0, 100.0))
        })
        .collect()
}

pub(super) fn agreement(accounts: u64, cells: u32, weight: u64, name: &str) -> Agreement {
    let mut scores = scores(accounts);
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let cell = |score: f64| ((score / 100.0 * f64::from(cells)) as u32).min(cells - 1);
    let mut counts = BTreeMap::new();
    for (baseline, candidate) in &scores {
        *counts.entry((cell(*baseline), cell(*candidate))).or_insert(0) += weight;
    }
    let groups = scores.len().min(10);
    let median = |side: fn(&(f64, f64)) -> f64, group: &[(f64, f64)]| {
        let mut values: Vec<f64> = group.iter().map(side).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let decile_medians = (0..groups)
        .map(|i| &scores[i * scores.len() / groups..(i + 1) * scores.len() / groups])
        .map(|group| [median(|pair| pair.0, group), median(|pair| pair.1, group)])
        .collect();
    scores.sort_by(|a, b| (b.1 - b.0).abs().total_cmp(&(a.1 - a.0).abs()));
    let furthest = scores.iter().take(5).map(|(baseline, candidate)| Mover {
        account: name.to_string(),
        baseline: *baseline,
        candidate: *candidate,
        baseline_rank: 1.0,
        candidate_rank: 2.0,
    });
    Agreement {
        low: 0.0,
        high: 100.0,
        cells,
        counts: counts
            .into_iter()
            .map(|((baseline, candidate), count)| AgreementCell { baseline, candidate, count })
            .collect(),
        decile_medians,
        furthest: furthest.collect(),
        accounts: accounts * weight,
    }
}

pub(super) fn histograms(accounts: u64, bins: usize, weight: u64) -> Distributions {
    let scores = scores(accounts);
    let edges: Vec<f64> = (0..=bins).map(|i| i as f64 * 100.0 / bins as f64).collect();
    let side = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = scores.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        let mut counts = vec![0; bins];
        for value in &values {
            counts[((value / 100.0 * bins as f64) as usize).min(bins - 1)] += weight;
        }
        let at = |share: f64| values.get((values.len() as f64 * share) as usize).copied();
        let ends = |end: f64| values.iter().filter(|value| **value == end).count() as u64 * weight;
        Histogram {
            counts,
            quantiles: [0.05, 0.5, 0.95].map(|share| at(share).unwrap_or(f64::NAN)),
            mean: values.iter().sum::<f64>() / values.len() as f64,
            at_minimum: ends(1.0),
            at_maximum: ends(100.0),
        }
    };
    Distributions { baseline: side(|pair| pair.0), candidate: side(|pair| pair.1), edges }
}

pub(super) fn matrix(accounts: u64, bands: usize, weight: u64, name: &str) -> Migration {
    let band = |score: f64| ((score / 100.0 * bands as f64) as usize).min(bands - 1);
    let mut counts = vec![vec![0; bands]; bands];
    for (baseline, candidate) in scores(accounts) {
        counts[band(baseline)][band(candidate)] += weight;
    }
    let label = |i: usize| BandLabel { name: name.to_string(), from: (i * 100 / bands) as f64 };
    Migration { bands: (0..bands).map(label).collect(), counts }
}

/// Checks the laws; `name` says which case broke one.
pub(super) fn check(name: &str, draw: impl Fn() -> Chart) {
    let chart = draw();
    assert_eq!(chart, draw(), "{name}: two drawings differ");
    for broken in ["NaN", "inf", "\u{1b}", "\u{202e}", "<script"] {
        assert!(!chart.svg.contains(broken), "{name}: {broken:?} in the picture");
    }
    assert!(chart.svg.len() < 400_000, "{name}: {} bytes", chart.svg.len());
    assert!(chart.title.ends_with('.') && chart.description.starts_with(&chart.title), "{name}");
    for svg in [&chart.svg, &themed(&chart.svg)] {
        let tree = super::raster::parse(svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut lines = Vec::new();
        texts(tree.root(), &mut lines);
        assert!(lines.len() > 1, "{name}: no text");
        for (i, (text, area)) in lines.iter().enumerate() {
            let inside = area.left() >= 0.0 && area.right() <= 800.0;
            assert!(inside && area.top() >= 0.0 && area.bottom() <= 500.0, "{name}: {text} leaves");
            for (other, beside) in &lines[i + 1..] {
                let apart = area.right() <= beside.left()
                    || beside.right() <= area.left()
                    || area.bottom() <= beside.top()
                    || beside.bottom() <= area.top();
                assert!(apart, "{name}: {text:?} {area:?} touches {other:?} {beside:?}");
            }
        }
    }
    let sizes = chart.svg.split("font-size=\"").skip(1);
    for size in sizes.filter_map(|rest| rest.split('"').next()) {
        assert!(size.parse::<f64>().unwrap() >= 11.0, "{name}: {size} px");
    }
    assert!(png(&chart.svg, 0.25).is_ok(), "{name}");
}

/// Each line of text with the box of its glyphs.
fn texts(group: &usvg::Group, into: &mut Vec<(String, usvg::Rect)>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => texts(group, into),
            usvg::Node::Text(text) => {
                let words = text.chunks().iter().map(|chunk| chunk.text()).collect();
                into.push((words, text.flattened().abs_bounding_box()));
            }
            _ => {}
        }
    }
}

pub(super) const FORTY: &str = "@WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW@";
pub(super) const HOSTILE: &str = "</text><script>alert(\"1\")</script>&\u{1b}[31m\u{202e}\u{0}'";

#[test]
fn score_against_score_keeps_the_laws() {
    let thresholds = [20.0, 40.0, f64::NAN, 60.0, 61.0, 80.0, 1e9];
    for (accounts, cells, weight) in
        [(0, 50, 1), (1, 50, 1), (10, 50, 1), (10, 1, 1), (5_000, 50, 1), (5_000, 400, 200), (5_000, 7, 1 << 40)]
    {
        for name in ["a", FORTY, HOSTILE, ""] {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            let data = agreement(accounts, cells, weight, name);
            let case = format!("{accounts} accounts, {cells} cells, {name:?}");
            check(&case, || score_against_score(&data, &thresholds, &labels));
        }
    }
}

#[test]
fn distributions_keep_the_laws() {
    for (accounts, bins, weight) in
        [(0, 50, 1), (1, 50, 1), (10, 50, 1), (10, 1, 1), (5_000, 50, 1), (5_000, 200, 200), (5_000, 5, 1 << 40)]
    {
        for name in ["a", FORTY, HOSTILE, ""] {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            let data = histograms(accounts, bins, weight);
            let case = format!("{accounts} accounts, {bins} bins, {name:?}");
            check(&case, || distributions(&data, &labels));
        }
    }
}

#[test]
fn migration_keeps_the_laws() {
    for (accounts, weight) in [(0, 1), (1, 1), (10, 1), (5_000, 1), (5_000, 200), (5_000, 1 << 40)] {
        for bands in [1, 2, 5, 8, 12, 40] {
            for name in ["a", FORTY, HOSTILE, ""] {
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                let data = matrix(accounts, bands, weight, name);
                let case = format!("{accounts} accounts times {weight}, {bands} bands, {name:?}");
                check(&case, || migration(&data, &labels));
            }
        }
    }
}

#[test]
fn findings_that_break_their_own_rules_still_draw() {
    let mut data = agreement(50, 50, 1, "a");
    data.counts.push(AgreementCell { baseline: 9_999, candidate: 0, count: u64::MAX });
    data.decile_medians[3] = [f64::NAN, f64::INFINITY];
    data.furthest[0].candidate = f64::NAN;
    check("broken agreement", || score_against_score(&data, &[], &LABELS));
    (data.low, data.high, data.cells) = (f64::NAN, f64::NEG_INFINITY, 0);
    check("agreement without a range", || score_against_score(&data, &[50.0], &LABELS));

    let mut data = histograms(50, 10, 1);
    data.edges[4] = f64::NAN;
    data.candidate.counts.truncate(3);
    data.candidate.counts[1] = u64::MAX;
    data.baseline.quantiles = [f64::NAN, f64::INFINITY, -1e300];
    check("broken distributions", || distributions(&data, &LABELS));
    data.edges.clear();
    check("distributions without bins", || distributions(&data, &LABELS));

    let mut data = matrix(50, 4, 1, "a");
    data.counts.pop();
    data.counts[1] = vec![u64::MAX; 9];
    check("broken migration", || migration(&data, &LABELS));
    data.bands.clear();
    check("migration without bands", || migration(&data, &LABELS));
}

#[test]
fn pictures_of_different_numbers_have_different_ids() {
    let id = |chart: Chart| {
        let start = chart.svg.find("<title id=").unwrap();
        chart.svg[start..start + 60].to_string()
    };
    let one = id(migration(&matrix(50, 4, 1, "a"), &LABELS));
    let other = id(migration(&matrix(51, 4, 1, "a"), &LABELS));
    assert_ne!(one, other);
    assert!(one.contains("migration-"), "{one}");
}
