use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

/// Ranks that are less and less sure, in groups of three.
fn data(rows: usize, accounts: u64, name: &str) -> RankIntervals {
    let row = |i: usize| {
        let (rank, reach) = (i as f64 + 1.0, (i * i) as f64 / 12.0);
        RankRow {
            name: if name == "v" { format!("v{i}") } else { name.to_string() },
            rank,
            marginal: [(rank - reach).max(1.0), rank + reach],
            simultaneous: (i % 9 != 8)
                .then_some([(rank - 2.0 * reach - 1.0).max(1.0).floor(), rank + 3.0 * reach + 1.0]),
        }
    };
    RankIntervals {
        rows: (0..rows).map(row).collect(),
        groups: vec![3; rows.div_ceil(3)],
        told_apart: None,
        level: Some(0.95),
        replicates: 400,
        drawn: "the counts of 96 signals".to_string(),
        accounts,
    }
}

fn told(data: &RankIntervals) -> String {
    rank_intervals(data, &LABELS).title
}

#[test]
fn titles_say_what_is_sure() {
    let mut top = data(50, 12_000, "v");
    assert_eq!(
        told(&top),
        "The first 50 places fall into 17 groups that can be told apart; any of 49 accounts may be first."
    );
    top.told_apart = Some(0.2449);
    assert_eq!(
        told(&top),
        "Of the first 50 places, 24.5 % of the neighbours can be told apart; any of 49 accounts may be first."
    );
    for (share, words) in [(0.0, "no neighbours"), (1.0, "all neighbours")] {
        top.told_apart = Some(share);
        assert!(told(&top).starts_with(&format!("Of the first 50 places, {words} can be told apart;")));
    }
    (top.told_apart, top.groups) = (Some(f64::NAN), vec![usize::MAX]);
    top.rows.iter_mut().for_each(|row| row.simultaneous = Some([1.0, 900.0]));
    assert_eq!(
        told(&top),
        "Of the first 50 places, none can be told apart from the first; any of these 50 accounts may be first, and \
         others too."
    );
    top.accounts = 50;
    assert!(told(&top).ends_with("; any of 50 accounts may be first."), "{}", told(&top));
    top.groups.clear();
    top.rows.iter_mut().skip(1).for_each(|row| row.simultaneous = Some([2.0, 9.0]));
    assert_eq!(told(&top), "Only one account may be first.");
    top.rows.remove(0);
    assert_eq!(told(&top), "Who has rank 2 may have any from 2 to 9.");
}

#[test]
fn few_and_unknown_places_are_told() {
    assert_eq!(told(&data(0, 0, "v")), "There is no place to judge.");
    let mut one = data(1, 7, "v");
    assert_eq!(told(&one), "The only place that is shown may be any from 1 to 2.");
    one.rows[0].simultaneous = Some([1.0, 1.0]);
    assert_eq!(told(&one), "The only place that is shown is sure: 1.");
    (one.rows[0].simultaneous, one.rows[0].marginal) = (None, [f64::NAN, 1.0]);
    assert_eq!(told(&one), "How sure the only place is, is not known.");
    one.rows.push(one.rows[0].clone());
    assert_eq!(told(&one), "How sure the first 2 places are, is not known.");
}

#[test]
fn the_description_carries_both_ends_and_the_groups() {
    let chart = rank_intervals(&data(7, 5_000, "v"), &LABELS);
    let carried = "Place 1: 1 to 2. Place 7: 1 to 17. Groups: 3, the largest of 3 accounts.";
    assert!(chart.description.ends_with(carried), "{}", chart.description);
    assert!(chart.svg.contains("n = 5,000 accounts, 400 replicates"));
    let words = " Thin bars hold for one account at a time, pale bars for all of them together; both are 95 % intervals. \
                 Drawn again, 400 times: the counts of 96 signals. ";
    assert!(chart.caption.contains(words), "{}", chart.caption);
    let mut thin = data(7, 5_000, "v");
    thin.rows.iter_mut().for_each(|row| row.simultaneous = None);
    let chart = rank_intervals(&thin, &LABELS);
    assert!(!chart.svg.contains("all together") && !chart.caption.contains("pale"));
    assert!(chart.description.contains("Place 7: 4 to 10."), "{}", chart.description);
}

#[test]
fn what_does_not_fit_is_counted() {
    let svg = |rows| rank_intervals(&data(rows, 90_000, "v"), &LABELS).svg;
    assert!(svg(60).contains("10 further places left out") && !svg(50).contains("left out"));
    assert!(svg(60).contains(">\nv49\n<") && !svg(60).contains(">\nv50\n<"));
}

#[test]
fn groups_end_with_the_rows() {
    let mut top = data(5, 90, "v");
    for (lengths, expected) in
        [(vec![], vec![]), (vec![2, 0, 2], vec![2, 2]), (vec![4, 9, 9], vec![4, 1]), (vec![usize::MAX; 2], vec![5])]
    {
        top.groups = lengths;
        assert_eq!(groups(&top), expected);
    }
}

#[test]
fn wide_ranks_stand_on_a_logarithmic_axis() {
    let mut top = data(10, 9_000, "v");
    assert!(!rank_intervals(&top, &LABELS).svg.contains("log scale"));
    top.rows[9].marginal[1] = 4_000.0;
    let svg = rank_intervals(&top, &LABELS).svg;
    assert!(svg.contains("rank, log scale") && svg.contains(">\n1,000\n<"));
}

#[test]
fn pictures_keep_the_laws() {
    let cases = [(0, "a"), (1, FORTY), (10, HOSTILE), (5_000, ""), (1_000_000, "v"), (u64::MAX, FORTY)];
    for rows in [0, 1, 2, 9, 25, 26, 40, 50, 51, 400] {
        for (accounts, name) in cases {
            let mut data = data(rows, accounts, name);
            data.drawn = name.to_string();
            data.groups = vec![rows.div_ceil(2).max(1); 3];
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{rows} rows of {accounts}, {name:?}"), || rank_intervals(&data, &labels));
        }
    }
    let mut all = data(50, 1_000_000, FORTY);
    for row in &mut all.rows {
        (row.rank, row.marginal) = (row.rank + 123_456.5, [1.0, 1e6]);
    }
    check("far ranks", || rank_intervals(&all, &LABELS));
}

#[test]
fn broken_ranks_still_draw() {
    let mut broken = data(30, 5, "a");
    broken.level = Some(f64::NAN);
    broken.told_apart = Some(-3.0);
    broken.replicates = u64::MAX;
    let ends = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 1e-300, 0.0, f64::MAX];
    for (i, row) in broken.rows.iter_mut().enumerate() {
        let (one, other) = (ends[i % 8], ends[i / 4 % 8]);
        (row.rank, row.marginal, row.simultaneous) = (one, [one, other], Some([other, one]));
    }
    check("broken ranks", || rank_intervals(&broken, &LABELS));
    let mut constant = data(30, 5, "a");
    for rank in [1.0, 15.5, 1e300] {
        for row in &mut constant.rows {
            (row.rank, row.marginal, row.simultaneous) = (rank, [rank; 2], Some([rank; 2]));
        }
        check(&format!("all at {rank}"), || rank_intervals(&constant, &LABELS));
    }
}
