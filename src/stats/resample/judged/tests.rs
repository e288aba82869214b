use super::*;
use crate::stats::judgement::{accuracy, auc};
use crate::stats::resample::statistic::anew;
use crate::stats::testing::{law, near};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::{prop_assert, prop_assert_eq};

const PEOPLE: u32 = 9;

type Case = (Vec<(u32, u32)>, Vec<f64>, Vec<bool>, Vec<u32>, Vec<u32>);

fn cases() -> impl Strategy<Value = Case> {
    let pair = (0..PEOPLE, 1..PEOPLE, -3i32..4, any::<bool>());
    (vec(pair, 1..40), vec(0u32..4, PEOPLE as usize), vec(0u32..4, PEOPLE as usize)).prop_map(
        |(rows, counts, clusters)| {
            let pairs = rows.iter().map(|&(a, step, _, _)| (a, (a + step) % PEOPLE)).collect();
            let differences = rows.iter().map(|row| f64::from(row.2) / 2.0).collect();
            (pairs, differences, rows.iter().map(|row| row.3).collect(), counts, clusters)
        },
    )
}

#[test]
fn a_pair_counts_the_product_of_its_people() {
    law(cases(), |(pairs, differences, labels, counts, _)| {
        let judged = Judged::new(PEOPLE as usize, &pairs, &differences, &labels).unwrap();
        let (mut long_differences, mut long_labels) = (Vec::new(), Vec::new());
        for (at, &(a, b)) in pairs.iter().enumerate() {
            for _ in 0..counts[a as usize] * counts[b as usize] {
                long_differences.push(differences[at]);
                long_labels.push(labels[at]);
            }
        }
        let mut scratch = Scratch::default();
        prop_assert_eq!(Auc(&judged).of(&counts, &mut scratch), auc(&long_differences, &long_labels));
        prop_assert_eq!(Accuracy(&judged).of(&counts, &mut scratch), accuracy(&long_differences, &long_labels));
        prop_assert_eq!(Auc(&judged).point(), auc(&differences, &labels));
        prop_assert_eq!(Accuracy(&judged).point(), accuracy(&differences, &labels));
        // Whole design weights do the same in real numbers.
        let weights: Vec<f64> = counts.iter().map(|&count| f64::from(count)).collect();
        let weighted = judged.clone().weighted(&weights).unwrap();
        prop_assert_eq!(Auc(&weighted).point(), Auc(&judged).of(&counts, &mut scratch));
        prop_assert_eq!(Accuracy(&weighted).point(), Accuracy(&judged).of(&counts, &mut scratch));
        Ok(())
    });
}

#[test]
fn the_short_jackknife_agrees_with_leaving_out() {
    law(cases(), |(pairs, differences, labels, counts, clusters)| {
        let plain = Judged::new(PEOPLE as usize, &pairs, &differences, &labels).unwrap();
        let weights: Vec<f64> = counts.iter().map(|&count| f64::from(count) * 0.3).collect();
        let weighted = plain.clone().weighted(&weights).unwrap();
        for judged in [&plain, &weighted] {
            for units in [Units::accounts(PEOPLE as usize).unwrap(), Units::clusters(&clusters).unwrap()] {
                for statistic in [&Auc(judged) as &dyn Statistic, &Accuracy(judged)] {
                    match (statistic.leave_one_out(&units), anew(statistic, &units)) {
                        (Ok(short), Ok(long)) => {
                            prop_assert!(short.iter().zip(&long).all(|(short, long)| near(*short, *long, 1e-11)));
                        }
                        (short, long) => prop_assert!(short.is_err() && long.is_err(), "{short:?} {long:?}"),
                    }
                }
            }
        }
        Ok(())
    });
}

#[test]
fn what_does_not_fit_says_why() {
    let refused = |pairs: &[(u32, u32)], differences: &[f64], labels: &[bool]| {
        Judged::new(3, pairs, differences, labels).unwrap_err()
    };
    assert_eq!(refused(&[], &[], &[]), Undefined::Empty);
    assert_eq!(refused(&[(0, 1)], &[], &[true]), Undefined::UnequalLengths { first: 1, second: 0 });
    assert_eq!(refused(&[(0, 1)], &[f64::NAN], &[true]), Undefined::NotFinite);
    for pair in [(1, 1), (0, 3)] {
        assert!(matches!(refused(&[pair], &[1.0], &[true]), Undefined::OutOfRange { .. }));
    }
    let judged = Judged::new(3, &[(0, 1), (1, 2)], &[1.0, -1.0], &[true, false]).unwrap();
    let of = |counts: &[u32]| Auc(&judged).of(counts, &mut Scratch::default());
    assert_eq!(of(&[1, 1, 0]), Err(Undefined::OneClass { label: true }));
    assert_eq!(of(&[0, 1, 1]), Err(Undefined::OneClass { label: false }));
    assert_eq!(of(&[1, 0, 1]), Err(Undefined::Empty));
    assert_eq!(of(&[1, 1, 1]), Ok(1.0));
}
