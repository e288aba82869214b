use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

/// Accounts with the given ranks before and after.
fn top(depth: u32, ranks: &[(f64, f64)], name: &str) -> Top {
    let mover = |(i, (before, after)): (usize, &(f64, f64))| Mover {
        account: if name.is_empty() { format!("account{i}") } else { name.to_string() },
        baseline: 100.0 - before,
        candidate: 100.0 - after,
        baseline_rank: *before,
        candidate_rank: *after,
    };
    Top { depth, accounts: ranks.iter().enumerate().map(mover).collect(), left_out: 0 }
}

/// A top of which so many leave.
fn leaving(depth: u32, leave: u32) -> Vec<(f64, f64)> {
    let stay = (1..=depth - leave).map(|i| (f64::from(i), f64::from(depth - leave + 1 - i)));
    let gone = (depth - leave + 1..=depth).map(|i| (f64::from(i), f64::from(i * 40)));
    let fresh = (depth - leave + 1..=depth).map(|i| (f64::from(i * 31), f64::from(i)));
    stay.chain(gone).chain(fresh).collect()
}

fn told(depth: u32, ranks: &[(f64, f64)]) -> String {
    rank_flow(&top(depth, ranks, ""), &LABELS).title
}

#[test]
fn titles_say_what_the_numbers_hold() {
    let nan = f64::NAN;
    for (depth, ranks, title) in [
        (3, &[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)][..], "The top 3 stays as it was, in the same order."),
        (
            3,
            &[(1.0, 1.0), (2.0, 3.0), (3.0, 2.0)],
            "The top 3 keeps its accounts, 2 of 3 change places; account0 stays first.",
        ),
        (
            2,
            &[(1.0, 2.0), (2.0, 9.0), (7.0, 1.0)],
            "1 of the top 2 leaves it, 1 enters; account0 goes from first place to 2.",
        ),
        (
            2,
            &[(1.0, 2_041.0), (2.0, 9.0), (7.0, 1.0), (8.0, 2.0)],
            "All of the top 2 leave it, 2 enter; account0 goes from first place to 2,041.",
        ),
        (1, &[(1.0, 2.0), (2.0, 1.0)], "1 of the top 1 leaves it, 1 enters; account0 goes from first place to 2."),
        (1, &[(1.0, 1.0)], "The top 1 stays as it was, in the same order."),
        // A tie at the edge: both of rank 2.5 stand in the top 2.
        (2, &[(1.5, 1.0), (1.5, 2.5), (3.0, 2.5)], "Nobody leaves the top 2, 1 enters."),
        (2, &[(1.0, nan), (nan, 1.0)], "1 of the top 2 leaves it, 1 enters."),
        (25, &[], "No account stands in a top."),
        (0, &[(1.0, 1.0)], "No account stands in a top."),
    ] {
        assert_eq!(told(depth, ranks), title);
    }
    let title = told(25, &leaving(25, 5));
    assert_eq!(title, "5 of the top 25 leave it, 5 enter; account0 goes from first place to 20.");
}

#[test]
fn the_description_carries_three_numbers() {
    let description = rank_flow(&top(25, &leaving(25, 5), ""), &LABELS).description;
    let words = "Leave: 5; enter: 5; stay: 20. The deepest of those who leave: account24, from 25 to 1,000.";
    assert!(description.ends_with(words), "{description}");
}

#[test]
fn those_who_leave_carry_their_new_rank() {
    let few = rank_flow(&top(5, &leaving(5, 2), ""), &LABELS).svg;
    assert!(few.contains(">\n160\n<") && !few.contains("(to 160)"), "{few}");
    let many = rank_flow(&top(25, &leaving(25, 20), ""), &LABELS).svg;
    assert!(many.contains("account24 (to 1,000)") && many.contains("20 leave, to places 240 to 1,000"));
    assert!(many.contains("20 enter, from places 186 to 775"));
}

#[test]
fn rank_flow_keeps_the_laws() {
    for (depth, leave) in [(1, 0), (1, 1), (5, 2), (10, 10), (25, 0), (25, 1), (25, 4), (25, 25), (60, 9)] {
        for name in ["", "a", FORTY, HOSTILE] {
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            let data = top(depth, &leaving(depth, leave), name);
            check(&format!("{leave} of {depth}, {name:?}"), || rank_flow(&data, &labels));
        }
    }
    check("no accounts", || rank_flow(&top(25, &[], ""), &LABELS));
    let all_tied = Top { left_out: 1_000_000, ..top(25, &[(500_013.5, 500_013.5); 50], "") };
    check("a million tied", || rank_flow(&all_tied, &LABELS));
}

#[test]
fn broken_ranks_still_draw() {
    let broken = [f64::NAN, f64::INFINITY, -1e300, 0.0, 1e300, 12.5];
    let pairs: Vec<(f64, f64)> = broken.iter().flat_map(|a| broken.iter().map(|b| (*a, *b))).collect();
    for depth in [0, 1, 25, u32::MAX] {
        let data = Top { left_out: u64::MAX, ..top(depth, &pairs, HOSTILE) };
        check(&format!("depth {depth}"), || rank_flow(&data, &LABELS));
    }
}
