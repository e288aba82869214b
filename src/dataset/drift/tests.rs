use super::*;
use crate::stats::elementary::ln;
use crate::stats::testing::{column, law, near};
use proptest::{prop_assert, prop_assert_eq};

/// The index by its definition, over bins that are written out as ends.
fn naive_psi(before: &[f64], after: &[f64], zero: bool, edges: &[f64]) -> f64 {
    let share = |values: &[f64], inside: &dyn Fn(f64) -> bool| {
        let count = values.iter().filter(|value| inside(**value)).count();
        (count as f64 / values.len() as f64).max(1e-6)
    };
    let mut ends = vec![f64::NEG_INFINITY];
    ends.extend(edges);
    ends.push(f64::INFINITY);
    let term = |inside: &dyn Fn(f64) -> bool| {
        let (p, q) = (share(before, inside), share(after, inside));
        (q - p) * ln(q / p)
    };
    let mut total: f64 = ends.windows(2).map(|end| term(&|x| x > end[0] && x <= end[1] && !(zero && x == 0.0))).sum();
    if zero {
        total += term(&|x| x == 0.0);
    }
    total
}

#[test]
fn the_index_is_the_one_of_its_definition_with_zeros_apart_where_they_abound() {
    law((column(2), column(1)), |(before, after)| {
        let drift = column_drift(&before, &after);
        let zeros = before.iter().filter(|value| **value == 0.0).count();
        let heavy = zeros * 10 >= before.len();
        let rest: Vec<f64> = before.iter().copied().filter(|value| !heavy || *value != 0.0).collect();
        if before.iter().all(|value| *value == before[0]) {
            prop_assert!(drift.psi.is_err());
            return Ok(());
        }
        let ascending = summary::sorted(&rest);
        let mut edges: Vec<f64> = (1..10)
            .map(|part| {
                let at = (ascending.len() - 1) * part;
                let (below, over) = (at / 10, (at % 10) as f64 / 10.0);
                let right = ascending[(below + 1).min(ascending.len() - 1)];
                ascending[below] + (right - ascending[below]) * over
            })
            .collect();
        edges.dedup();
        prop_assert_eq!(drift.psi_zero_bin, heavy);
        // Interpolated edges differ in their last bits; a value within that of one decides nothing.
        let clear = before.iter().chain(&after).all(|x| edges.iter().all(|edge| x == edge || (x - edge).abs() > 1e-9));
        if clear {
            let expected = naive_psi(&before, &after, heavy, &edges);
            prop_assert!(near(drift.psi.clone().unwrap(), expected, 1e-10), "{:?} {expected}", drift.psi);
        }
        Ok(())
    });
}

#[test]
fn states_are_counted_and_missing_cells_take_part_in_nothing_else() {
    law((column(1), column(1)), |(before, after)| {
        let holes = |values: &[f64]| -> Vec<f64> { values.iter().flat_map(|value| [*value, f64::NAN]).collect() };
        let plain = column_drift(&before, &after);
        let holed = column_drift(&holes(&before), &holes(&after));
        prop_assert_eq!(holed.before.missing, before.len() as u64);
        prop_assert_eq!(&holed.psi, &plain.psi);
        prop_assert_eq!(&holed.ks, &plain.ks);
        prop_assert_eq!(&holed.change_of_mean_log1p, &plain.change_of_mean_log1p);
        prop_assert_eq!(holed.before.median, plain.before.median);
        prop_assert_eq!(holed.missing_psi, Ok(0.0));
        prop_assert_eq!(plain.before.zeros, before.iter().filter(|value| **value == 0.0).count() as u64);
        let defined = before.iter().chain(&after).all(|value| *value > -1.0);
        prop_assert_eq!(plain.change_of_mean_log1p.is_ok(), defined);
        Ok(())
    });
}

#[test]
fn a_column_held_against_itself_has_not_drifted() {
    law(column(1), |values| {
        let drift = column_drift(&values, &values);
        prop_assert!(drift.psi.as_ref().map_or(true, |psi| *psi == 0.0));
        prop_assert_eq!(drift.ks, Ok(0.0));
        prop_assert_eq!(column_drift(&values, &values).fate(), Fate::Lasting);
        Ok(())
    });
}

#[test]
fn fates() {
    let fate = |before: &[f64], after: &[f64]| column_drift(before, after).fate();
    let nan = f64::NAN;
    assert_eq!(fate(&[1.0, nan], &[nan, nan]), Fate::Vanished);
    assert_eq!(fate(&[1.0], &[]), Fate::Vanished);
    assert_eq!(fate(&[1.0, 0.0], &[0.0, nan, -0.0]), Fate::Silenced);
    assert_eq!(fate(&[nan], &[1.0]), Fate::Appeared);
    for (before, after) in [(&[][..], &[][..]), (&[nan], &[nan]), (&[0.0], &[0.0]), (&[0.0], &[1.0])] {
        assert_eq!(fate(before, after), Fate::Lasting, "{before:?} {after:?}");
    }
}

#[test]
fn what_cannot_be_said_is_not_said() {
    let none = column_drift(&[], &[]);
    assert_eq!(none.psi, Err(Undefined::Empty));
    assert_eq!(none.missing_psi, Err(Undefined::Empty));
    assert_eq!((none.before.median, none.before.mean_log1p), (None, None));
    assert!(column_drift(&[3.0, 3.0], &[4.0]).psi.is_err());
    assert!(column_drift(&[-1.0], &[0.0]).change_of_mean_log1p.is_err());
    let json = serde_json::to_value(column_drift(&[0.0, 0.0], &[])).unwrap();
    assert_eq!(json["psi"]["undefined"], "every value of the first column is equal");
    assert_eq!(json["ks"]["undefined"], "there are no values");
}

/// A signal that loses its cells is as grave as one whose cells move.
#[test]
fn gravity_sees_cells_and_their_absence() {
    let steady: Vec<f64> = (0..100).map(f64::from).collect();
    let moved: Vec<f64> = steady.iter().map(|value| value + 30.0).collect();
    let thinned: Vec<f64> = steady.iter().map(|value| if value % 10.0 == 0.0 { *value } else { f64::NAN }).collect();
    let gravity = |after: &[f64]| column_drift(&steady, after).gravity();
    assert_eq!(gravity(&steady), 0.0);
    assert!(gravity(&moved) > 0.25);
    assert!(gravity(&thinned) > 0.25 && column_drift(&steady, &thinned).psi.unwrap() < 0.6);
    let constant = column_drift(&[0.0; 10], &[0.0, 1.0]);
    assert_eq!(constant.gravity(), 0.5);
}
