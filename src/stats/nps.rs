//! The net promoter score and how sure it is.
//!
//! Reichheld, "The one number you need to grow", Harvard Business Review 81
//! (2003): of the answers from 0 to 10 to "would you recommend", 9 and 10
//! promote, 0 to 6 detract; the score is the share of the ones less the share
//! of the others, times 100.

use super::sum::sum;
use super::undefined::{Figure, Undefined, figure};
use super::weights::Weights;

/// What an answer stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attitude {
    /// 0 to 6.
    Detractor,
    /// 7 or 8.
    Passive,
    /// 9 or 10.
    Promoter,
}

impl Attitude {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`Undefined::OutOfRange`] for anything but a whole number from 0 to 10.
    pub fn of(answer: f64) -> Result<Self, Undefined> {
        if !((0.0..=10.0).contains(&answer) && answer.fract() == 0.0) {
            return Err(Undefined::OutOfRange { text: format!("the answer {answer} is no whole number from 0 to 10") });
        }
        Ok(match answer {
            _ if answer >= 9.0 => Attitude::Promoter,
            _ if answer >= 7.0 => Attitude::Passive,
            _ => Attitude::Detractor,
        })
    }

    pub fn value(self) -> f64 {
        match self {
            Attitude::Detractor => -1.0,
            Attitude::Passive => 0.0,
            Attitude::Promoter => 1.0,
        }
    }
}

/// A net promoter score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// From -100 to 100.
    pub score: f64,
    /// Its standard error, in the same points; 0 if all answers have one
    /// attitude, which few answers often have: no proof of certainty.
    pub standard_error: f64,
    /// How many answers of equal weight it is worth.
    pub effective_number: f64,
}

/// The net promoter score of answers that may weigh differently:
/// `100 sum w s / sum w`, with `s` 1 for a promoter, -1 for a detractor, 0 for
/// the rest.
///
/// The standard error is that of a ratio of two sums, linearised:
/// `100 sqrt(sum w^2 (s - m)^2) / sum w`, where `m` is the score over 100
/// (Cochran, "Sampling Techniques", 1977, chapter 6, without finite population
/// correction). For equal weights it is `100 sqrt((p + d - (p - d)^2) / N)`, with
/// `p` and `d` the shares of promoters and detractors. It needs independent
/// answers.
///
/// Here weights are influence, not repetition: the score is that of the
/// repeated rows, as everywhere; the standard error is not, since a person
/// asked once is one answer at any weight. It does not depend on the scale of
/// the weights. A missing answer is not admitted, and is not passive.
///
/// # Errors
/// No answers, or weights that do not fit ([`Weights::each`]).
pub fn net_promoter(answers: &[Attitude], weights: Weights<'_>) -> Result<Score, Undefined> {
    let effective_number = weights.effective_number(answers.len())?;
    let total = weights.total(answers.len());
    // Shares, so that no square of a weight leaves the range of f64.
    let rows = || answers.iter().map(|answer| answer.value()).zip(weights.iter(answers.len()).map(|w| w / total));
    let middle = sum(rows().map(|(value, share)| share * value)).clamp(-1.0, 1.0);
    let variance = sum(rows().map(|(value, share)| (share * (value - middle)) * (share * (value - middle))));
    Ok(Score { score: 100.0 * middle, standard_error: 100.0 * variance.sqrt(), effective_number })
}

/// The net promoter score from counts, `100 (P - D) / N`; see [`net_promoter`].
///
/// # Errors
/// [`Undefined::Empty`] if nobody answered.
pub fn net_promoter_of_counts(promoters: u64, passives: u64, detractors: u64) -> Result<Score, Undefined> {
    let number = promoters as f64 + passives as f64 + detractors as f64;
    if number == 0.0 {
        return Err(Undefined::Empty);
    }
    let net = promoters as f64 - detractors as f64;
    let middle = net / number;
    let variance = (promoters as f64 + detractors as f64) / number - middle * middle;
    let standard_error = 100.0 * (variance.max(0.0) / number).sqrt();
    Ok(Score { score: 100.0 * net / number, standard_error, effective_number: number })
}

/// A score drawn towards what was known before: `(N score + k prior) / (N + k)`
/// for `N` answers and a prior worth `k` of them.
///
/// The mean of a normal with a normal prior. `number` may be an effective
/// number. `k = 0` leaves the score, a great `k` gives the prior.
///
/// # Errors
/// [`Undefined::OutOfRange`] unless `number >= 0`, `strength >= 0`, their sum is
/// above 0, and score and prior lie between -100 and 100.
pub fn shrunken(score: f64, number: f64, prior: f64, strength: f64) -> Figure {
    let sized = number >= 0.0 && strength >= 0.0 && number + strength > 0.0 && (number + strength).is_finite();
    if !sized {
        return Err(Undefined::OutOfRange { text: format!("{number} answers and {strength} before are no answers") });
    }
    for score in [score, prior] {
        if !(-100.0..=100.0).contains(&score) {
            return Err(Undefined::OutOfRange { text: format!("the score {score} does not lie between -100 and 100") });
        }
    }
    let share = strength / (number + strength);
    figure(score + share * (prior - score))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near};
    use proptest::collection::vec;
    use proptest::{prop_assert, prop_assert_eq};

    fn read(answers: &[u8]) -> Vec<Attitude> {
        answers.iter().map(|&answer| Attitude::of(f64::from(answer)).unwrap()).collect()
    }

    #[test]
    fn answers_are_read_as_published() {
        let attitudes: Vec<f64> = read(&[0, 6, 7, 8, 9, 10]).into_iter().map(Attitude::value).collect();
        assert_eq!(attitudes, [-1.0, -1.0, 0.0, 0.0, 1.0, 1.0]);
        for answer in [-1.0, 11.0, 6.5, f64::NAN, f64::INFINITY] {
            assert!(matches!(Attitude::of(answer), Err(Undefined::OutOfRange { .. })));
        }
    }

    #[test]
    fn counts_and_rows_agree_with_the_formula() {
        law(vec(0u8..11, 1..60), |answers| {
            let attitudes = read(&answers);
            let ours = net_promoter(&attitudes, Weights::Equal).unwrap();
            let count = |of: Attitude| attitudes.iter().filter(|&&attitude| attitude == of).count() as u64;
            let (promoters, passives, detractors) =
                (count(Attitude::Promoter), count(Attitude::Passive), count(Attitude::Detractor));
            let counted = net_promoter_of_counts(promoters, passives, detractors).unwrap();
            let n = answers.len() as f64;
            let (p, d) = (promoters as f64 / n, detractors as f64 / n);
            let error = 100.0 * ((p + d - (p - d) * (p - d)).max(0.0) / n).sqrt();
            for score in [ours, counted] {
                prop_assert!(near(score.score, 100.0 * (p - d), 1e-12));
                prop_assert!((score.standard_error - error).abs() < 1e-6);
                prop_assert_eq!(score.effective_number, n);
            }
            Ok(())
        });
    }

    #[test]
    fn weights_move_the_score_but_add_no_answers() {
        law(vec((0u8..11, 1u32..6), 2..40), |rows| {
            let (answers, weights): (Vec<u8>, Vec<f64>) = rows.iter().map(|&(a, w)| (a, f64::from(w))).unzip();
            let attitudes = read(&answers);
            let ours = net_promoter(&attitudes, Weights::Each(&weights)).unwrap();
            let repeated: Vec<Attitude> =
                attitudes.iter().zip(&weights).flat_map(|(&a, &w)| std::iter::repeat_n(a, w as usize)).collect();
            let plain = net_promoter(&repeated, Weights::Equal).unwrap();
            prop_assert!(near(ours.score, plain.score, 1e-12));
            prop_assert!(ours.standard_error >= plain.standard_error - 1e-9);
            prop_assert!(ours.effective_number <= attitudes.len() as f64);
            let scaled: Vec<f64> = weights.iter().map(|weight| weight * 1e200).collect();
            let scaled = net_promoter(&attitudes, Weights::Each(&scaled)).unwrap();
            prop_assert!(near(scaled.standard_error, ours.standard_error, 1e-9));
            Ok(())
        });
    }

    #[test]
    fn the_standard_error_is_the_spread_over_samples() {
        // All 3^4 samples of four answers from p = .5, passive .2, d = .3 with
        // weights 1 to 4: for given weights the linearised error squared has
        // the expectation of sum w^2 var / (sum w)^2, up to the bias of m.
        let weights = [1.0, 2.0, 3.0, 4.0];
        let chances = [(Attitude::Promoter, 0.5), (Attitude::Passive, 0.2), (Attitude::Detractor, 0.3)];
        let (mut first, mut second) = (0.0, 0.0);
        for sample in 0..81usize {
            let picks = [sample % 3, sample / 3 % 3, sample / 9 % 3, sample / 27].map(|at| chances[at]);
            let chance: f64 = picks.iter().map(|pick| pick.1).product();
            let score = net_promoter(&picks.map(|pick| pick.0), Weights::Each(&weights)).unwrap().score;
            first += chance * score;
            second += chance * score * score;
        }
        assert!(near(first, 20.0, 1e-12), "unbiased: {first}");
        let variance = 0.8 - 0.2 * 0.2;
        assert!(near(second - first * first, 1e4 * variance * 0.3, 1e-10));
    }

    #[test]
    fn a_prior_draws_in_proportion() {
        assert_eq!(shrunken(50.0, 10.0, 0.0, 10.0), Ok(25.0));
        assert_eq!(shrunken(50.0, 10.0, -20.0, 0.0), Ok(50.0));
        assert_eq!(shrunken(50.0, 0.0, -20.0, 3.0), Ok(-20.0));
        for (score, number, prior, strength) in [
            (50.0, 0.0, 0.0, 0.0),
            (50.0, -1.0, 0.0, 5.0),
            (101.0, 1.0, 0.0, 1.0),
            (50.0, 1.0, f64::NAN, 1.0),
            (50.0, f64::INFINITY, 0.0, 1.0),
        ] {
            assert!(matches!(shrunken(score, number, prior, strength), Err(Undefined::OutOfRange { .. })));
        }
    }

    #[test]
    fn undefined() {
        assert_eq!(net_promoter(&[], Weights::Equal), Err(Undefined::Empty));
        assert_eq!(net_promoter_of_counts(0, 0, 0), Err(Undefined::Empty));
        assert!(net_promoter(&[Attitude::Passive], Weights::Each(&[])).is_err());
    }
}
