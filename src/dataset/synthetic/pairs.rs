//! Judgements of people who see the hidden influence dimly: the criterion beside which a model
//! can be held. The judges see no signal, so no model is favoured by how they judge.

use super::recipe::Recipe;
use super::stream::Stream;
use crate::stats::elementary::exp;

/// Which of two accounts a person called the more influential. The accounts differ; a pair may
/// come again, and be judged otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedPair {
    pub first: i64,
    pub second: i64,
    pub first_preferred: bool,
}

impl Recipe {
    /// The judged pairs of the recipe, in the order in which they were drawn. Accounts that are not
    /// there at the last snapshot are judged by nobody: the next one that is there takes their
    /// place. No pairs if fewer than two are there.
    pub fn pairs(&self) -> Vec<JudgedPair> {
        let Some(judging) = &self.pairs else { return Vec::new() };
        let count = usize::try_from(judging.count).expect("the schema bounds the pairs to ten million");
        let draws = |name: &str| Stream::lasting(self.seed, name).uniforms(0, count);
        let (firsts, seconds, judges) = (draws("pairs/first"), draws("pairs/second"), draws("pairs/judge"));
        let last = self.snapshots.len() - 1;
        let latent = |position| self.latent(last, position, 1)[0];
        let mut pairs = Vec::with_capacity(count);
        for ((first, second), judge) in firsts.into_iter().zip(seconds).zip(judges) {
            let first = pick(first, self.accounts);
            let second = match pick(second, self.accounts - 1) {
                before if before < first => before,
                after => after + 1,
            };
            let Some(first) = self.there_from(last, first, None) else { break };
            let Some(second) = self.there_from(last, second, Some(first)) else { break };
            let difference = latent(first) - latent(second);
            let first_preferred = judge < preference(difference, judging.noise);
            pairs.push(JudgedPair { first: self.account(first), second: self.account(second), first_preferred });
        }
        pairs
    }
}

impl Recipe {
    /// The first position from `start` on, round the ring of accounts, whose account is there at a
    /// snapshot; `except` is passed over.
    fn there_from(&self, snapshot: usize, start: u64, except: Option<u64>) -> Option<u64> {
        let ring = (start..self.accounts).chain(0..start);
        ring.filter(|position| Some(*position) != except).find(|position| self.is_there(snapshot, *position))
    }
}

/// A position below `count` from a uniform draw.
fn pick(draw: f64, count: u64) -> u64 {
    ((draw * count as f64) as u64).min(count - 1)
}

/// The probability that the first of a pair is preferred (Bradley and Terry, 1952).
fn preference(difference: f64, noise: f64) -> f64 {
    if noise > 0.0 {
        1.0 / (1.0 + exp(-difference / noise))
    } else if difference > 0.0 {
        1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::{pick, preference};

    #[test]
    fn a_pick_is_a_position() {
        let least = 1.0 / (1_u64 << 53) as f64;
        assert_eq!((pick(least, 3), pick(0.5, 3), pick(1.0 - least, 3)), (0, 1, 2));
        assert_eq!(pick(1.0 - least, 1_000_000_000), 999_999_999);
    }

    #[test]
    fn a_preference_is_even_without_a_difference_and_certain_without_noise() {
        assert_eq!(preference(0.0, 0.8), 0.5);
        assert!((preference(0.8, 0.8) - 0.731_058_578_630_004_9).abs() < 1e-15);
        assert_eq!((preference(1e-9, 0.0), preference(-1e-9, 0.0)), (1.0, 0.0));
        assert_eq!((preference(9.0, 1e-300), preference(-9.0, 1e-300)), (1.0, 0.0));
    }
}
