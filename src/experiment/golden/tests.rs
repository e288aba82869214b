//! Judging against a brute-force reading of each rule, on small random scores with ties and gaps.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::prop_assert_eq;

use super::judge::{Seen, Spoken, judge};
use super::verdict::{Got, Must};
use super::{Golden, GoldenCase};
use crate::compare::group::Group;
use crate::model::Display;
use crate::model::spec::Rounding;
use crate::stats::testing::law;

/// A few scores, so that ties abound; some differ by less than the grid, some are missing.
fn score() -> impl Strategy<Value = f64> {
    let whole = (0i32..4).prop_map(f64::from);
    prop_oneof![4 => whole.clone(), 2 => whole.prop_map(|score| score + 1e-11), 1 => 0.0..4.0f64, 1 => Just(f64::NAN)]
}

/// Two columns of scores and whole weights, and a few positions within.
fn world() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>, Vec<usize>)> {
    (2usize..9).prop_flat_map(|rows| {
        let weight = (1u32..4).prop_map(f64::from);
        (vec(score(), rows), vec(score(), rows), vec(weight, rows), vec(0..rows, 2..5))
    })
}

fn held(must: &Must, spoken: &Spoken, columns: [&[f64]; 2], weights: Option<&[f64]>) -> (Got, bool) {
    let whole = Display { rounding: Rounding::Nearest, decimals: 0 };
    let seen = Seen {
        scores: columns[1],
        before: columns[0],
        weights,
        show: &|score| whole.show(score),
        name: &|at| at.to_string(),
    };
    judge(must, spoken, &seen)
}

/// The point of the grid, as an integer; none for what is missing.
fn point(score: f64) -> Option<i64> {
    (!score.is_nan()).then(|| (score * 1e9).round() as i64)
}

#[test]
fn an_order_holds_where_every_earlier_account_is_above_every_later_one() {
    law(world(), |(_, scores, _, accounts)| {
        let must = Must::Order(accounts.iter().map(ToString::to_string).collect());
        let (_, met) = held(&must, &Spoken::Named(accounts.clone()), [&[], &scores], None);
        let above = |upper: usize, lower: usize| match (point(scores[upper]), point(scores[lower])) {
            (Some(upper), Some(lower)) => upper > lower,
            _ => false,
        };
        let all = (0..accounts.len()).all(|i| (i + 1..accounts.len()).all(|j| above(accounts[i], accounts[j])));
        prop_assert_eq!(met, all);
        Ok(())
    });
}

#[test]
fn the_top_is_cut_where_perks_cut_it() {
    law((world(), 1u64..7, any::<bool>()), |((_, scores, weights, accounts), k, weighted)| {
        let at = accounts[0];
        let weights = weighted.then_some(&*weights);
        let must = Must::Top { account: at.to_string(), k };
        let (got, met) = held(&must, &Spoken::Named(vec![at]), [&[], &scores], weights);
        // The score of the k-th account, each standing as often as it counts; whoever reaches it is in.
        let mut row: Vec<i64> = Vec::new();
        for (account, score) in scores.iter().enumerate() {
            let times = weights.map_or(1, |weights| weights[account] as usize);
            row.extend(point(*score).iter().flat_map(|score| std::iter::repeat_n(*score, times)));
        }
        row.sort_unstable_by(|left, right| right.cmp(left));
        let edge = row.get(k as usize - 1).or(row.last());
        let expected = point(scores[at]).is_some_and(|own| edge.is_some_and(|edge| own >= *edge));
        prop_assert_eq!(met, expected);
        let Got::Top { place, .. } = got else { panic!("{got:?}") };
        let own = point(scores[at]).map(|own| 1.0 + row.iter().filter(|other| **other > own).count() as f64);
        prop_assert_eq!(place, own);
        Ok(())
    });
}

#[test]
fn a_group_is_still_where_each_of_its_accounts_is() {
    law((world(), prop_oneof![(0i32..4).prop_map(f64::from), 0.0..4.0f64]), |((before, after, _, mut group), most)| {
        group.sort_unstable();
        group.dedup();
        let must = Must::Still { group: Group::Cohort("c".to_string()), at_most: most };
        let (got, met) = held(&must, &Spoken::Group(group.clone()), [&before, &after], None);
        let moved = |at: &usize| point(after[*at] - before[*at]).map(i64::abs);
        // Who never had a score does not count, unless that is everybody.
        let never = |at: &&usize| point(before[**at]).is_none() && point(after[**at]).is_none();
        let none = group.iter().filter(never).count();
        let none = if none == group.len() { 0 } else { none };
        let without = (group.iter().filter(|at| moved(at).is_none()).count() - none) as u64;
        let limit = point(most).unwrap();
        let beyond = group.iter().filter(|at| moved(at).is_some_and(|by| by > limit)).count() as u64;
        prop_assert_eq!(met, without + beyond == 0);
        let Got::Still { accounts, beyond: told, without_score, furthest } = got else { panic!("{got:?}") };
        prop_assert_eq!((accounts, told, without_score), (group.len() as u64, beyond, without));
        let listed = if met { 1 } else { (without + beyond).min(5) };
        prop_assert_eq!(furthest.len() as u64, listed);
        Ok(())
    });
}

#[test]
fn a_score_within_is_the_one_that_is_shown() {
    law((world(), 0i32..5, 0i32..5), |((_, scores, _, accounts), low, more)| {
        let at = accounts[0];
        let (low, high) = (f64::from(low), f64::from(low + more));
        let must = Must::Within { account: at.to_string(), low, high };
        let (_, met) = held(&must, &Spoken::Named(vec![at]), [&[], &scores], None);
        // Halves are shown as the whole above.
        let shown = point(scores[at]).map(|own| (own + 500_000_000).div_euclid(1_000_000_000) as f64);
        prop_assert_eq!(met, shown.is_some_and(|shown| low <= shown && shown <= high));
        Ok(())
    });
}

#[test]
fn the_furthest_are_told_and_those_without_a_score_first() {
    let must = Must::Still { group: Group::Cohort("c".to_string()), at_most: 1.0 };
    let before = [10.0, 20.0, 30.0, f64::NAN, 50.0];
    let after = [10.5, 23.0, 25.0, 40.0, 50.0];
    let (got, met) = held(&must, &Spoken::Group(vec![0, 1, 2, 3, 4]), [&before, &after], None);
    let Got::Still { furthest, beyond: 2, without_score: 1, .. } = got else { panic!("{got:?}") };
    let told: Vec<&str> = furthest.iter().map(|moved| moved.account.as_str()).collect();
    assert!(!met && told == ["3", "2", "1"], "{told:?}");
}

fn parse(cases: &str) -> Result<Golden, String> {
    let text = format!("format = 1\ngolden = \"plain\"\n{cases}");
    Golden::parse("golden.toml", &text, Some("plain")).map_err(|problems| problems.to_string())
}

fn since(version: Option<&str>) -> GoldenCase {
    let since = version.map_or(String::new(), |version| format!("since = \"{version}\"\n"));
    let case = format!(
        "[[case]]\nname = \"n\"\ndataset = \"d\"\nbecause = \"b\"\n{since}must = {{ order = [\"a\", \"b\"] }}\n"
    );
    parse(&case).unwrap().cases.remove(0)
}

#[test]
fn versions_and_drafts_are_held_from_the_first_on() {
    let held = |from: Option<&str>, version: &str| since(from).holds(&format!("f@{version}").parse().unwrap());
    for version in ["0.1.0", "1.0.0-rc.1", "1.0.0", "1.0.0+draft.0a"] {
        assert!(held(None, version), "{version}");
    }
    let from = Some("1.1.0");
    assert_eq!(["1.0.9", "1.1.0-rc.1", "1.0.0+draft.0a"].map(|version| held(from, version)), [false; 3]);
    assert_eq!(["1.1.0", "1.1.0+draft.0a", "1.2.0", "2.0.0"].map(|version| held(from, version)), [true; 4]);
    // A build of the first version is no later version.
    assert!(held(Some("1.1.0+z"), "1.1.0"));
}
