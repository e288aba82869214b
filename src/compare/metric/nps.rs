//! The net promoter score of the answers, weighed by the respondents' influence.

use super::{Arguments, Definition, Group, Unit};
use crate::compare::Comparison;
use crate::compare::brands;
use crate::compare::uncertainty::Sampled;
use crate::stats::nps::Attitude;
use crate::stats::resample::Average;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "nps",
    title: "Influence-weighted net promoter score",
    summary: "100 times promoters minus detractors over all answers about brands, each answer weighing as much as the respondent's score; a change of the model moves it although nobody changed an answer.",
    group: Group::Judgement,
    unit: Unit::Points,
    parameters: &[super::auc::OF],
    measure,
    sampled: Some(sampled),
};

fn asked(comparison: &Comparison) -> Result<Vec<(u32, Attitude)>, Undefined> {
    let asked: Vec<(u32, Attitude)> = brands::by_brand(comparison).into_values().flatten().collect();
    if asked.is_empty() {
        return Err(Undefined::OutOfRange { text: "no compared account answered about a brand".to_string() });
    }
    Ok(asked)
}

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let asked = asked(comparison)?;
    let side = |candidate: bool| Ok(brands::weighed(comparison, &asked, Some(candidate))?.score);
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(side(true)? - side(false)?),
        _ => side(true),
    }
}

/// Respondents are drawn with all their answers: an average over accounts, each weighing its score
/// times the number of its answers.
fn sampled(comparison: &Comparison, arguments: &Arguments) -> Result<Sampled, Undefined> {
    let asked = asked(comparison)?;
    let mut sums = vec![0.0; comparison.len()];
    let mut counts = vec![0.0; comparison.len()];
    for (at, attitude) in &asked {
        sums[*at as usize] += attitude.value();
        counts[*at as usize] += 1.0;
    }
    let chosen: Vec<u32> = (0u32..).zip(&counts).filter(|(_, count)| **count > 0.0).map(|(at, _)| at).collect();
    let values: Vec<f64> =
        sums.iter().zip(&counts).map(|(sum, count)| if *count > 0.0 { 100.0 * sum / count } else { 0.0 }).collect();
    let side = |candidate: bool| -> Result<Sampled, Undefined> {
        let scores = if candidate { &comparison.candidate } else { &comparison.baseline };
        let design = |at: usize| comparison.beside.sampling.as_ref().map_or(1.0, |weights| weights[at]);
        let weights: Vec<f64> = counts
            .iter()
            .zip(scores.iter())
            .enumerate()
            .map(|(at, (count, score))| count * score.max(0.0) * design(at))
            .collect();
        Ok(Sampled::Average(Average::of_values(&values)?.within(&chosen)?.weighted(&weights)?))
    };
    match arguments.word("of") {
        "baseline" => side(false),
        "gain" => Ok(Sampled::Gain(Box::new([side(true)?, side(false)?]))),
        _ => side(true),
    }
}
