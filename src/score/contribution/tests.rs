use super::*;
use crate::model::aggregate::EVERY;
use crate::stats::testing::{law, near};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{prop_assert, prop_assert_eq};

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let value = || prop_oneof![1 => Just(None), 1 => Just(Some(0.0)), 6 => (0.01..2.0f64).prop_map(Some)];
    let weight = || prop_oneof![1 => Just(0.0), 6 => 0.1..3.0f64];
    let part = ((weight(), weight()), (value(), value()), 0u32..3).prop_map(|(weights, values, same)| {
        // A third of the parts keep their weight, a third their value.
        let weight = if same == 0 { [weights.0; 2] } else { [weights.0, weights.1] };
        let value = if same == 1 { [values.0; 2] } else { [values.0, values.1] };
        Part { weight, value }
    });
    vec(part, 1..7)
}

fn told(split: &Split, parts: &[Part]) -> f64 {
    let moved = |part: &Part| part.value[0].zip(part.value[1]).map_or(0.0, |(before, after)| after - before);
    split.aggregation
        + split.shares.iter().zip(parts).map(|(share, part)| share.weight + share.slope * moved(part)).sum::<f64>()
}

#[test]
fn the_parts_sum_to_the_difference() {
    law((parts(), 0usize..7, 0usize..7), |(parts, first, second)| {
        if let Some(split) = Split::of([EVERY[first], EVERY[second]], &parts) {
            let change = split.results[1] - split.results[0];
            prop_assert!(near(told(&split, &parts), change, 1e-9), "{} {}", told(&split, &parts), change);
            prop_assert!(first != second || split.aggregation == 0.0);
        }
        Ok(())
    });
}

#[test]
fn what_did_not_change_has_no_part_and_turning_round_turns_the_signs() {
    law((parts(), 0usize..7), |(parts, which)| {
        let aggregate = EVERY[which];
        let Some(split) = Split::of([aggregate; 2], &parts) else { return Ok(()) };
        let turned: Vec<Part> = parts
            .iter()
            .map(|part| Part { weight: [part.weight[1], part.weight[0]], value: [part.value[1], part.value[0]] })
            .collect();
        let back = Split::of([aggregate; 2], &turned).unwrap();
        for ((part, share), back) in parts.iter().zip(&split.shares).zip(&back.shares) {
            prop_assert!(near(share.weight, -back.weight, 1e-9) && near(share.slope, back.slope, 1e-9));
            if part.weight[0] == part.weight[1] && part.value[0] == part.value[1] {
                prop_assert_eq!(share.weight, 0.0, "{:?}", aggregate);
            }
        }
        Ok(())
    });
}

/// The Shapley value by its definition: the mean over all orders of what a part adds when it turns
/// to its later state.
fn shapley(parts: &[[f64; 2]]) -> Vec<f64> {
    fn orders(of: &[usize]) -> Vec<Vec<usize>> {
        if of.is_empty() {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for at in of {
            let rest: Vec<usize> = of.iter().copied().filter(|other| other != at).collect();
            all.extend(orders(&rest).into_iter().map(|mut order| {
                order.insert(0, *at);
                order
            }));
        }
        all
    }
    let all = orders(&(0..parts.len()).collect::<Vec<_>>());
    let mut values = vec![0.0; parts.len()];
    for order in &all {
        let mut state: Vec<f64> = parts.iter().map(|part| part[0]).collect();
        let max = |state: &[f64]| state.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for at in order {
            let before = max(&state);
            state[*at] = parts[*at][1];
            values[*at] += max(&state) - before;
        }
    }
    values.iter().map(|value| value / all.len() as f64).collect()
}

#[test]
fn shares_of_a_maximum_are_shapley_values() {
    law(vec((0.0..4.0f64, 0.0..4.0f64), 1..6), |sides| {
        let sides: Vec<[f64; 2]> = sides.into_iter().map(|(x, y)| [x.round(), y.round()]).collect();
        let parts: Vec<Part> =
            sides.iter().map(|[x, y]| Part { weight: [1.0; 2], value: [Some(*x), Some(*y)] }).collect();
        for ((part, share), expected) in sides.iter().zip(shares_of_max(&parts)).zip(shapley(&sides)) {
            prop_assert!(near(share.slope * (part[1] - part[0]), expected, 1e-9), "{sides:?} {expected}");
        }
        Ok(())
    });
}

#[test]
fn a_mean_by_hand() {
    // (1*.2 + 1*.8)/2 = .5 and (1*.2 + .5*.8)/1.5 = .4: the halved weight has it all.
    let parts = [Part { weight: [1.0; 2], value: [Some(0.2); 2] }, Part { weight: [1.0, 0.5], value: [Some(0.8); 2] }];
    let split = Split::of([Aggregate::WeightedMean; 2], &parts).unwrap();
    assert_eq!(split.shares[0], Share { weight: 0.0, slope: split.shares[0].slope });
    assert!(near(split.shares[1].weight, -0.1, 1e-12), "{}", split.shares[1].weight);
}
