use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn value(point: f64, reach: f64) -> Value {
    Value { point, interval: (reach > 0.0).then_some([point - reach, point + reach]) }
}

fn data(candidates: &[(f64, f64)], reach: f64, name: &str) -> TradeOff {
    let tradable = |(harm, benefit): &(f64, f64)| Tradable {
        name: name.to_string(),
        harm: value(*harm, reach / 10.0),
        benefit: value(*benefit, reach),
    };
    TradeOff {
        harm_name: "active users who lose 5 points or more".to_string(),
        benefit_name: "gain in AUC against 1,500 judged pairs".to_string(),
        candidates: candidates.iter().map(tradable).collect(),
        budget: Some(0.03),
        chosen: None,
        level: Some(0.95),
        accounts: 5_000,
    }
}

fn told(data: &TradeOff) -> String {
    trade_off(data, &LABELS).title
}

#[test]
fn titles_say_what_it_gains_and_what_it_costs() {
    let mut one = data(&[(0.024, 0.031)], 0.019, "clout@2.1.0");
    assert_eq!(
        told(&one),
        "For clout@2.1.0 the gain in AUC against 1,500 judged pairs is +0.031 (0.012 to 0.050); the share of active \
         users who lose 5 points or more is 2.4 %, within the budget of 3 %."
    );
    one.candidates[0].benefit = value(0.004, 0.01);
    one.candidates[0].harm = value(0.029, 0.002);
    assert_eq!(
        told(&one),
        "For clout@2.1.0 the gain in AUC against 1,500 judged pairs is +0.004 (−0.006 to 0.014), so there may be no \
         gain; the share of active users who lose 5 points or more is 2.9 %, within the budget of 3 % but not surely."
    );
    one.candidates[0].benefit = value(-0.02, 0.01);
    one.budget = None;
    assert_eq!(
        told(&one),
        "For clout@2.1.0 the gain in AUC against 1,500 judged pairs is −0.020 (−0.030 to −0.010), so the interval \
         leaves no gain possible; the share of active users who lose 5 points or more is 2.9 %."
    );
}

#[test]
fn the_chosen_comes_before_the_best() {
    let mut many = data(&[(0.05, 0.09), (0.02, 0.03), (0.01, 0.03), (0.0, f64::NAN)], 0.0, "v");
    for (i, candidate) in many.candidates.iter_mut().enumerate() {
        candidate.name = format!("v{i}");
    }
    let starts = |data: &TradeOff, start: &str| assert!(told(data).starts_with(start), "{}", told(data));
    starts(&many, "For v2, the best of 4 within the budget, the gain");
    many.budget = None;
    starts(&many, "For v0, the best of 4, the gain");
    many.chosen = Some(3);
    assert_eq!(
        told(&many),
        "For v3, which meets all that was expected and gains most of 4, the gain in AUC against 1,500 judged pairs is undefined; the share of active users who \
         lose 5 points or more is 0 %."
    );
    many.chosen = Some(99);
    starts(&many, "For v0, the best of 4, the gain");
    (many.budget, many.chosen) = (Some(0.03), Some(0));
    assert!(told(&many).ends_with("is 5.0 %, beyond the budget of 3 %."), "{}", told(&many));
    many.candidates.clear();
    assert_eq!(told(&many), "There is no candidate to weigh.");
}

#[test]
fn the_level_is_told_where_intervals_are_drawn() {
    let with = trade_off(&data(&[(0.01, 0.02)], 0.01, "a"), &LABELS);
    assert!(with.caption.contains(" The arms are 95 % intervals. "), "{}", with.caption);
    assert!(
        with.description.contains("Benefit +0.020 (+0.010 to +0.030), harm 1.0 % (0.9 % to 1.1 %), of 1 candidate.")
    );
    assert!(!trade_off(&data(&[(0.01, 0.02)], 0.0, "a"), &LABELS).caption.contains("intervals"));
}

#[test]
fn pictures_keep_the_laws() {
    let nine: Vec<(f64, f64)> = (0..9).map(|i| (f64::from(i) * 0.006, f64::from(i * 5 % 9) * 0.01 - 0.01)).collect();
    let sets: [&[(f64, f64)]; 8] = [
        &[],
        &[(0.0, 0.0)],
        &[(1.0, 1.0)],
        &nine,
        &[(0.0, 0.0); 9],
        &[(0.02, -0.05); 9],
        &[(1.0, 5.0); 9],
        &[(f64::NAN, 1.0), (-3.0, 1e300), (7.0, f64::INFINITY), (0.1, -1e300)],
    ];
    for (set, accounts) in sets.iter().zip([0, 1, 10, 5_000, 1_000_000, u64::MAX, 1, 0]) {
        for name in ["a", FORTY, HOSTILE, ""] {
            for reach in [0.0, 0.008, f64::INFINITY] {
                let mut data = data(set, reach, name);
                (data.accounts, data.chosen) = (accounts, Some(1));
                if name != "a" {
                    (data.harm_name, data.benefit_name) = (name.to_string(), name.to_string());
                    data.budget = Some(f64::NAN);
                }
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                check(&format!("{set:?}, {name:?}, {reach}"), || trade_off(&data, &labels));
            }
        }
    }
}

#[test]
fn every_budget_has_a_place() {
    for budget in [0.0, 1e-9, 0.5, 1.0, 2.0, -1.0, f64::NAN] {
        let mut data = data(&[(0.01, 0.02), (0.0101, 0.02)], 0.01, FORTY);
        (data.budget, data.level) = (Some(budget), Some(7.0));
        check(&format!("{budget}"), || trade_off(&data, &LABELS));
    }
}
