use super::*;
use crate::stats::resample::statistic::anew;
use crate::stats::shift::{Direction, mean_shift, share_moved};
use crate::stats::summary::mean;
use crate::stats::testing::{columns, law, near};
use crate::stats::weights::Weights;
use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::{prop_assert, prop_assert_eq};

fn cases() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<u32>, Vec<u32>)> {
    (columns(1), vec((0u32..4, 0u32..5), 40)).prop_map(|((first, second), rows)| {
        let (counts, clusters): (Vec<u32>, Vec<u32>) = rows.into_iter().take(first.len()).unzip();
        (first, second, counts, clusters)
    })
}

fn agree(left: &Figure, right: &Figure, tolerance: f64) -> bool {
    match (left, right) {
        (Ok(left), Ok(right)) => near(*left, *right, tolerance),
        (left, right) => left == right,
    }
}

#[test]
fn multiplicities_give_the_figure_of_the_expanded_column() {
    law(cases(), |(first, second, counts, _)| {
        let pairs = Paired::new(&first, &second).unwrap();
        let marks: Vec<bool> = pairs.differences().map(|by| by.abs() >= 2.0).collect();
        let expanded = |values: &[f64]| -> Vec<f64> {
            values.iter().zip(&counts).flat_map(|(&value, &count)| std::iter::repeat_n(value, count as usize)).collect()
        };
        let numbers: Vec<f64> = marks.iter().map(|&mark| f64::from(u8::from(mark))).collect();
        let (value, shift) = (Average::of_values(&first).unwrap(), Average::of_differences(pairs).unwrap());
        let share = Average::of_marks(&marks).unwrap();
        let differences: Vec<f64> = pairs.differences().collect();
        let mut scratch = Scratch::default();
        prop_assert!(agree(&value.of(&counts, &mut scratch), &mean(&expanded(&first), Weights::Equal), 1e-14));
        prop_assert!(agree(&shift.of(&counts, &mut scratch), &mean(&expanded(&differences), Weights::Equal), 1e-14));
        prop_assert_eq!(share.of(&counts, &mut scratch), mean(&expanded(&numbers), Weights::Equal));
        // With multiplicities 1 to the last bit.
        prop_assert_eq!(value.point(), mean(&first, Weights::Equal));
        prop_assert_eq!(shift.point(), mean_shift(pairs, Weights::Equal));
        prop_assert_eq!(share.point(), share_moved(pairs, Weights::Equal, 2.0, Direction::Either));
        // Design weights multiply.
        let weights: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
        let twos = vec![2; first.len()];
        for plain in [value, shift, share] {
            let weighted = plain.clone().weighted(&weights).unwrap();
            prop_assert!(agree(&weighted.of(&twos, &mut scratch), &plain.of(&counts, &mut scratch), 1e-13));
        }
        Ok(())
    });
}

#[test]
fn the_short_jackknife_agrees_with_leaving_out() {
    law(cases(), |(first, second, weights, clusters)| {
        let pairs = Paired::new(&first, &second).unwrap();
        let marks: Vec<bool> = pairs.differences().map(|by| by > 0.0).collect();
        let chosen: Vec<u32> = (0..first.len() as u32).filter(|row| row % 7 != 3).collect();
        let design: Vec<f64> = weights.iter().map(|&weight| f64::from(weight) * 0.3).collect();
        let shift = Average::of_differences(pairs).unwrap();
        let all = [
            shift.clone().weighted(&design).unwrap(),
            shift.within(&chosen).unwrap(),
            Average::of_marks(&marks).unwrap(),
        ];
        for average in &all {
            for units in [Units::accounts(first.len()).unwrap(), Units::clusters(&clusters).unwrap()] {
                match (average.leave_one_out(&units), anew(average, &units)) {
                    (Ok(short), Ok(long)) => {
                        prop_assert!(short.iter().zip(&long).all(|(short, long)| near(*short, *long, 1e-11)));
                    }
                    (short, long) => prop_assert!(short.is_err() && long.is_err(), "{short:?} {long:?}"),
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_segment_and_its_bounds() {
    let marks = [true, false, true, true];
    let segment = Average::of_marks(&marks).unwrap().within(&[0, 2]).unwrap();
    assert_eq!((segment.point(), segment.range()), (Ok(1.0), (0.0, 1.0)));
    assert_eq!(segment.of(&[0, 5, 0, 9], &mut Scratch::default()), Err(Undefined::Empty));
    let weighted = segment.clone().weighted(&[0.1, 7.0, 0.7, 1.0]).unwrap();
    assert_eq!(weighted.point(), Ok(1.0));
    assert!(matches!(weighted.within(&[0]), Err(Undefined::OutOfRange { .. })));
    assert_eq!(Average::of_values(&[f64::NAN]).unwrap_err(), Undefined::NotFinite);
    let far = Paired::new(&[-f64::MAX], &[f64::MAX]).unwrap();
    assert_eq!(Average::of_differences(far).unwrap_err(), Undefined::Overflow);
}
