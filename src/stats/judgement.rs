//! Agreement of a number with what people preferred.
//!
//! Each judged pair is a difference (first minus second) and a label: whether
//! the first was preferred. Agreement means: positive where it was, negative
//! where it was not.

use super::rank::doubled_ranks_ascending;
use super::undefined::{Figure, Undefined, some_finite};

/// The area under the ROC curve: the probability that a pair whose first was
/// preferred has a larger difference than a pair whose second was; equal
/// differences count one half.
///
/// It is the statistic of Mann and Whitney (1947) over its maximum; Hanley and
/// McNeil, "The meaning and use of the area under a ROC curve", Radiology 143
/// (1982). 0.5 is chance. Only the order of the differences matters.
///
/// # Errors
/// No pairs, columns of different length, a difference that is not finite, or
/// one label throughout ([`Undefined::OneClass`]).
pub fn auc(differences: &[f64], first_preferred: &[bool]) -> Figure {
    judged(differences, first_preferred)?;
    let positive = first_preferred.iter().filter(|&&label| label).count() as u128;
    let negative = first_preferred.len() as u128 - positive;
    if positive == 0 || negative == 0 {
        return Err(Undefined::OneClass { label: negative == 0 });
    }
    let doubled_ranks: u128 = doubled_ranks_ascending(differences)
        .into_iter()
        .zip(first_preferred)
        .filter(|&(_, &label)| label)
        .map(|(rank, _)| u128::from(rank))
        .sum();
    let doubled_wins = doubled_ranks - positive * (positive + 1);
    Ok(doubled_wins as f64 / (2 * positive * negative) as f64)
}

/// The share of pairs whose difference has the sign of the preference; a
/// difference of exactly zero counts one half.
///
/// # Errors
/// No pairs, columns of different length, or a difference that is not finite.
pub fn accuracy(differences: &[f64], first_preferred: &[bool]) -> Figure {
    judged(differences, first_preferred)?;
    let halves: u64 = differences
        .iter()
        .zip(first_preferred)
        .map(|(&difference, &label)| match (difference > 0.0, difference < 0.0) {
            (false, false) => 1,
            (above, _) if above == label => 2,
            _ => 0,
        })
        .sum();
    Ok(halves as f64 / (2 * differences.len()) as f64)
}

fn judged(differences: &[f64], first_preferred: &[bool]) -> Result<(), Undefined> {
    if differences.len() != first_preferred.len() {
        return Err(Undefined::UnequalLengths { first: differences.len(), second: first_preferred.len() });
    }
    some_finite(differences)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near, number};
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any};
    use proptest::{prop_assert, prop_assert_eq};

    fn judgements() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
        vec((number(), any::<bool>()), 1..40).prop_map(|rows| rows.into_iter().unzip())
    }

    #[test]
    fn a_positive_difference_stands_for_the_first() {
        let labels = [true, true, false, false];
        assert_eq!(auc(&[2.0, 1.0, -1.0, -2.0], &labels), Ok(1.0));
        assert_eq!(accuracy(&[2.0, 1.0, -1.0, -2.0], &labels), Ok(1.0));
        assert_eq!(auc(&[-2.0, -1.0, 1.0, 2.0], &labels), Ok(0.0));
        assert_eq!(accuracy(&[-2.0, -1.0, 1.0, 2.0], &labels), Ok(0.0));
        assert_eq!(auc(&[0.0; 4], &labels), Ok(0.5));
        assert_eq!(accuracy(&[0.0, -0.0, 0.0, 0.0], &labels), Ok(0.5));
        // A threshold of zero is no matter of auc, only of accuracy.
        assert_eq!(auc(&[4.0, 3.0, 2.0, 1.0], &labels), Ok(1.0));
        assert_eq!(accuracy(&[4.0, 3.0, 2.0, 1.0], &labels), Ok(0.5));
    }

    #[test]
    fn agree_with_counting() {
        law(judgements(), |(differences, labels)| {
            let rows = || differences.iter().zip(&labels);
            let (mut wins, mut pairs) = (0.0, 0.0);
            for (x, _) in rows().filter(|(_, label)| **label) {
                for (y, _) in rows().filter(|(_, label)| !**label) {
                    pairs += 1.0;
                    wins += if x > y {
                        1.0
                    } else if x == y {
                        0.5
                    } else {
                        0.0
                    };
                }
            }
            match auc(&differences, &labels) {
                Ok(area) => prop_assert!(near(area, wins / pairs, 1e-14)),
                Err(reason) => prop_assert_eq!(reason, Undefined::OneClass { label: labels[0] }),
            }
            let agreed: f64 =
                rows().map(|(&x, &label)| if x == 0.0 { 0.5 } else { f64::from(u8::from((x > 0.0) == label)) }).sum();
            let share = accuracy(&differences, &labels).unwrap();
            prop_assert!(near(share, agreed / labels.len() as f64, 1e-14));
            Ok(())
        });
    }

    #[test]
    fn exchanged_pairs_give_the_same() {
        law(judgements(), |(differences, labels)| {
            let negated: Vec<f64> = differences.iter().map(|x| -x).collect();
            let flipped: Vec<bool> = labels.iter().map(|label| !label).collect();
            prop_assert_eq!(accuracy(&negated, &flipped), accuracy(&differences, &labels));
            if let Ok(area) = auc(&differences, &labels) {
                prop_assert_eq!(auc(&negated, &flipped), Ok(area));
                prop_assert!(near(auc(&differences, &flipped).unwrap(), 1.0 - area, 1e-14));
                let cubed: Vec<f64> = differences.iter().map(|x| x * x * x + x).collect();
                prop_assert_eq!(auc(&cubed, &labels), Ok(area));
            }
            Ok(())
        });
    }

    #[test]
    fn undefined() {
        for figure in [auc, accuracy] {
            assert_eq!(figure(&[], &[]), Err(Undefined::Empty));
            let uneven = Undefined::UnequalLengths { first: 1, second: 0 };
            assert_eq!(figure(&[1.0], &[]), Err(uneven));
            assert_eq!(figure(&[f64::NAN], &[true]), Err(Undefined::NotFinite));
        }
        for label in [true, false] {
            let one_class = Err(Undefined::OneClass { label });
            assert_eq!(auc(&[1.0, 2.0], &[label; 2]), one_class);
        }
    }
}
