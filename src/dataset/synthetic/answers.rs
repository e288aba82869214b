//! What people say about brands. A brand has an appeal that lasts; each of its answers, in the
//! order in which they come in, is drawn from a stream of the brand's own, so more snapshots or
//! more accounts change no answer that was there. Who answered is drawn from all accounts, and
//! does depend on how many there are.

use super::draw::{Chunk, blend};
use super::recipe::{Asking, Recipe};
use super::spec::Grade;
use super::stream::Stream;
use crate::stats::elementary::exp;

/// An answer from 0 to 10 to the question whether the respondent would recommend the brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The account that answered.
    pub account: i64,
    pub brand: i64,
    pub answer: u8,
}

impl Recipe {
    /// Whether the recipe draws answers at all.
    pub fn asks(&self) -> bool {
        self.asking.is_some()
    }

    /// The answers about the brands at the positions `first` to `first + count` as of the last
    /// snapshot, brand by brand in the order in which they came. Respondents are there at the last
    /// snapshot and answer once about a brand; where there are not enough of them, the answers end
    /// with them. A brand that is not there any more has no answers.
    pub fn answers(&self, first: u64, count: usize) -> Vec<Answer> {
        let Some(asking) = &self.asking else { return Vec::new() };
        let last = self.snapshots.len() - 1;
        let chunk = Chunk::of(self, last, first, count);
        let there = chunk.there();
        let mut answers = Vec::new();
        for (brand, given) in chunk.given(asking).into_iter().enumerate() {
            let Some(given) = given.filter(|_| there[brand]) else { continue };
            let position = first + brand as u64;
            let brand = self.account(position);
            let asked = Respondents::of(self, position).filter(|respondent| self.is_there(last, *respondent));
            for (respondent, answer) in asked.zip(given) {
                answers.push(Answer { account: self.account(respondent), brand, answer });
            }
        }
        answers
    }
}

impl Chunk<'_> {
    /// The answers about each brand up to this snapshot; none where an account is no brand.
    fn given(&self, asking: &Asking) -> Vec<Option<Vec<u8>>> {
        let growth = (0..self.snapshot).fold(1.0, |level, _| level * (1.0 + asking.growth));
        let appeal = blend(asking.loading, &self.latent_at(0), &self.lasting("answers/appeal"));
        let counts = self.lasting("answers/count");
        let about = self.is_among(&asking.about);
        let one = |account: usize| {
            let level = asking.median * growth * exp(asking.spread * counts[account]);
            let most = asking.cap as f64;
            let count = (if level > most { most } else { level }).floor() as usize;
            let position = self.first + account as u64;
            let own = Stream::lasting(self.recipe.seed, &format!("answers/of/{position}")).normals(0, count);
            let appeal = vec![appeal[account]; count];
            let inclined = blend(asking.appeal, &appeal, &own);
            inclined.into_iter().map(|value| asking.cuts.partition_point(|cut| *cut <= value) as u8).collect()
        };
        about.iter().enumerate().map(|(account, about)| about.then(|| one(account))).collect()
    }

    /// How many answers of a grade each brand has; missing where an account is no brand.
    pub(super) fn counted(&self, given: &[Option<Vec<u8>>], grade: Grade) -> Vec<f64> {
        let wanted = match grade {
            Grade::Promoters => 9..=10,
            Grade::Passives => 7..=8,
            Grade::Detractors => 0..=6,
            Grade::All => 0..=10,
        };
        let count = |answers: &Vec<u8>| answers.iter().filter(|answer| wanted.contains(*answer)).count() as f64;
        given.iter().map(|answers| answers.as_ref().map_or(f64::NAN, count)).collect()
    }

    /// The answers as they are counted, if the recipe draws any.
    pub(super) fn answered(&self) -> Vec<Option<Vec<u8>>> {
        self.recipe.asking.as_ref().map(|asking| self.given(asking)).unwrap_or_default()
    }
}

/// All accounts but the brand itself, each once, in an order of the brand's own: equal steps round
/// the ring of accounts, with a step that has no divisor in common with their number.
struct Respondents {
    brand: u64,
    /// Accounts besides the brand.
    others: u64,
    next: u64,
    step: u64,
    left: u64,
}

impl Respondents {
    fn of(recipe: &Recipe, brand: u64) -> Self {
        let others = recipe.accounts.saturating_sub(1);
        let draw = |name: &str| {
            let draw = Stream::lasting(recipe.seed, name).uniforms(brand, 1)[0];
            ((draw * others as f64) as u64).min(others.saturating_sub(1))
        };
        let mut step = draw("answers/step").max(1);
        while greatest_common_divisor(step, others) > 1 {
            step = if step + 1 < others { step + 1 } else { 1 };
        }
        Respondents { brand, others, next: draw("answers/first"), step, left: others }
    }
}

impl Iterator for Respondents {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let found = self.next;
        self.next = (self.next + self.step) % self.others;
        Some(if found < self.brand { found } else { found + 1 })
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::greatest_common_divisor;

    #[test]
    fn divisors() {
        assert_eq!(greatest_common_divisor(12, 18), 6);
        assert_eq!(greatest_common_divisor(7, 9), 1);
        assert_eq!(greatest_common_divisor(1, 0), 1);
    }
}
