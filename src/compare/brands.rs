//! Net promoter scores of brands, plain and weighed by the respondents' influence under each model.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use crate::stats::nps::{self, Attitude, Score};
use crate::stats::undefined::Undefined;
use crate::stats::weights::Weights;

/// A brand's net promoter score over the respondents that are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BrandScore {
    /// Account of the brand; none for all answers together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    pub answers: u64,
    /// Every respondent counting alike.
    pub plain: WeighedScore,
    /// Respondents weighing by their score under the baseline and under the candidate.
    pub baseline: WeighedScore,
    pub candidate: WeighedScore,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WeighedScore {
    /// From -100 to 100.
    pub score: f64,
    pub standard_error: f64,
    /// How many answers of equal weight it is worth.
    pub effective_answers: f64,
}

impl From<Score> for WeighedScore {
    fn from(score: Score) -> WeighedScore {
        WeighedScore {
            score: score.score,
            standard_error: score.standard_error,
            effective_answers: score.effective_number,
        }
    }
}

/// Answers with the position of the respondent.
type Asked = Vec<(u32, Attitude)>;

/// The score of some answers with the respondents' influence on one side as weights; sampling
/// weights multiply them.
pub fn weighed(comparison: &Comparison, asked: &[(u32, Attitude)], side: Option<bool>) -> Result<Score, Undefined> {
    let scores = side.map(|candidate| if candidate { &comparison.candidate } else { &comparison.baseline });
    let weight = |at: u32| {
        let influence = scores.map_or(1.0, |scores| scores[at as usize]);
        influence * comparison.beside.sampling.as_ref().map_or(1.0, |weights| weights[at as usize])
    };
    // A respondent of score 0 has no influence, and no weight.
    let kept: Vec<&(u32, Attitude)> = asked.iter().filter(|(at, _)| weight(*at) > 0.0).collect();
    let weights: Vec<f64> = kept.iter().map(|(at, _)| weight(*at)).collect();
    let attitudes: Vec<Attitude> = kept.iter().map(|(_, attitude)| *attitude).collect();
    nps::net_promoter(&attitudes, Weights::Each(&weights))
}

/// The answers of the compared respondents, by row of the brand.
pub fn by_brand(comparison: &Comparison) -> BTreeMap<u32, Asked> {
    let mut brands: BTreeMap<u32, Asked> = BTreeMap::new();
    for answer in &comparison.answers {
        if let Ok(attitude) = Attitude::of(f64::from(answer.answer)) {
            brands.entry(answer.brand).or_default().push((answer.respondent, attitude));
        }
    }
    brands
}

/// All answers together, and each brand, the one with most answers first. `name` gives the account
/// of a row.
pub fn scores<'a>(comparison: &Comparison, name: &dyn Fn(u32) -> Cow<'a, str>) -> Vec<BrandScore> {
    let brands = by_brand(comparison);
    let one = |brand: Option<u32>, asked: &[(u32, Attitude)]| {
        Some(BrandScore {
            brand: brand.map(|row| name(row).into_owned()),
            answers: asked.len() as u64,
            plain: weighed(comparison, asked, None).ok()?.into(),
            baseline: weighed(comparison, asked, Some(false)).ok()?.into(),
            candidate: weighed(comparison, asked, Some(true)).ok()?.into(),
        })
    };
    let all: Asked = brands.values().flatten().copied().collect();
    let mut found: Vec<BrandScore> = brands.iter().filter_map(|(row, asked)| one(Some(*row), asked)).collect();
    found.sort_by(|left, right| right.answers.cmp(&left.answers).then_with(|| left.brand.cmp(&right.brand)));
    let mut scores: Vec<BrandScore> = one(None, &all).into_iter().collect();
    scores.append(&mut found);
    scores
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Sides;
    use crate::dataset::answers::Answer;

    #[test]
    fn influence_moves_the_weighted_score_alone() {
        let answer = |respondent, brand, answer| Answer { respondent, brand, answer };
        let answers = [answer(0, 2, 10), answer(1, 2, 0), answer(0, 3, 8), answer(9, 2, 10)];
        let scores = [vec![10.0; 10], [vec![30.0], vec![10.0; 9]].concat()];
        let sides = Sides {
            baseline: (&scores[0]).into(),
            candidate: (&scores[1]).into(),
            answers: &answers[..3],
            ..Sides::default()
        };
        let comparison = Comparison::new(sides).unwrap();
        let found = super::scores(&comparison, &|row| row.to_string().into());
        assert_eq!(found.len(), 3);
        let brand = &found[1];
        assert_eq!((brand.brand.as_deref(), brand.answers), (Some("2"), 2));
        assert_eq!((brand.plain.score, brand.baseline.score), (0.0, 0.0));
        // A promoter of 30 against a detractor of 10: 100 (30 - 10) / 40.
        assert!((brand.candidate.score - 50.0).abs() < 1e-12);
        assert_eq!(found[0].answers, 3);
        assert_eq!(found[2].plain.score, 0.0);
    }
}
