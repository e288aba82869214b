//! Signals measured badly: multiplied by noise, rounded for display, missing here and there, a whole
//! network out for a day, or some accounts left with the data of the snapshot before. Fits and scale
//! stay as they are, as they would on that day.
//!
//! A cell's disturbance hangs on its column, its account's slot and the number of the draw alone, so
//! that two versions that read the same signal are disturbed alike and can be held against each other.

use std::num::NonZeroU8;

use super::draws::{Spread, Told, each};
use super::findings::{Disturbance, Disturbed, NoiseFindings};
use super::levels::levels;
use super::subject::{Shaken, Subject, undefined_here};
use crate::diagnostic::Diagnostics;
use crate::score::Population;
use crate::score::rescore::Changed;
use crate::stats::draws::{LogNormal, Normals, significant};
use crate::stats::resample::Stream;

/// What the study is asked.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NoiseStudy {
    pub draws: u64,
    pub levels: Vec<f64>,
    pub digits: Vec<NonZeroU8>,
    pub missing: Vec<f64>,
    pub stale: Vec<f64>,
}

impl NoiseStudy {
    /// How many scorings it takes.
    pub fn scorings(&self, networks: usize) -> u64 {
        let drawn = (self.levels.len() + self.missing.len() + self.stale.len()) as u64 * self.draws;
        drawn + (self.digits.len() + networks) as u64
    }
}

/// Makes the study. `before` gives the cells of a column as of the snapshot before, by slot, NaN for
/// an account that was not there; none where there is no such snapshot.
///
/// # Errors
/// Scores that are all equal under a disturbance.
pub fn study(
    subject: &Subject<'_>,
    population: &Population<'_>,
    asked: &NoiseStudy,
    before: Option<&Changed>,
    seed: u64,
    told: Told<'_>,
) -> Result<NoiseFindings, Diagnostics> {
    let model = subject.model();
    let names: Vec<&str> = model.columns().into_iter().collect();
    let column = |name: &str| subject.rescorer.column(name).unwrap_or_default();
    let mut findings = NoiseFindings { disturbed: Vec::new(), skipped: Vec::new() };
    let many = |disturbance: Disturbance, draws: u64, change: &(dyn Fn(u64) -> Changed + Sync)| {
        let found = each(draws, told, |number, buffers| {
            let (scratch, scores) = (&mut buffers.scratch, &mut buffers.scores);
            subject.rescorer.score_changed(subject.rescorer.base(), &change(number), scratch, scores)?;
            subject.against(scores).map_err(|undefined| undefined_here(population, &undefined))
        })?;
        disturbed(disturbance, &found).map_err(|undefined| undefined_here(population, &undefined))
    };
    let levels = levels(model);
    let stretched: Vec<&str> = names.iter().copied().filter(|name| !levels.contains_key(name)).collect();
    if !(levels.is_empty() || asked.levels.is_empty() && asked.digits.is_empty()) {
        let all: Vec<&str> = levels.keys().copied().collect();
        findings.skipped.push(format!("noise and rounding of {}: nothing is between two levels", all.join(", ")));
    }
    let each_cell = |names: &[&str], purpose: &str, number: u64, cell: &(dyn Fn(f64, &mut Stream) -> f64 + Sync)| {
        let changed = |name: &&str| {
            let mut stream = Stream::new(seed, &format!("{purpose} {name}"), number);
            let cells = column(name).iter().map(|value| cell(*value, &mut stream)).collect();
            ((*name).to_string(), cells)
        };
        names.iter().map(changed).collect::<Changed>()
    };
    let normals = Normals::new();
    for level in &asked.levels {
        let factor = LogNormal::new(*level).map_err(|undefined| undefined_here(population, &undefined))?;
        // A cell that is missing takes its draw too, so that the others keep theirs.
        let change =
            |number| each_cell(&stretched, "noise", number, &|value, stream| value * factor.draw(&normals, stream));
        findings.disturbed.push(many(Disturbance::Noise(*level), asked.draws, &change)?);
    }
    for digits in &asked.digits {
        let change = |number| each_cell(&stretched, "digits", number, &|value, _| significant(value, *digits));
        findings.disturbed.push(many(Disturbance::Digits(digits.get()), 1, &change)?);
    }
    for share in &asked.missing {
        let change = |number| {
            each_cell(&names, "missing", number, &|value, stream| {
                if stream.uniform() < *share { f64::NAN } else { value }
            })
        };
        findings.disturbed.push(many(Disturbance::Missing(*share), asked.draws, &change)?);
    }
    for network in &model.networks {
        let out = |name: &str| (name.to_string(), vec![f64::NAN; subject.rescorer.accounts()]);
        let change = |_| network.columns().into_iter().map(out).collect::<Changed>();
        match many(Disturbance::Outage(network.name.clone()), 1, &change) {
            Ok(disturbed) => findings.disturbed.push(disturbed),
            Err(problems) => {
                let reason = problems.as_slice().first().map_or(String::new(), |problem| problem.message.clone());
                findings.skipped.push(format!("the outage of {}: {reason}", network.name));
            }
        }
    }
    match before {
        None if asked.stale.is_empty() => {}
        None => findings.skipped.push("data of the snapshot before: there is none".to_string()),
        Some(before) => {
            for share in &asked.stale {
                let change = |number| {
                    let mut stream = Stream::new(seed, "stale", number);
                    let stale: Vec<bool> =
                        (0..subject.rescorer.accounts()).map(|_| stream.uniform() < *share).collect();
                    let changed = |name: &&str| {
                        let old = before.get(*name)?;
                        let pick = |((now, old), stale): ((&f64, &f64), &bool)| if *stale { *old } else { *now };
                        Some(((*name).to_string(), column(name).iter().zip(old).zip(&stale).map(pick).collect()))
                    };
                    names.iter().filter_map(changed).collect::<Changed>()
                };
                findings.disturbed.push(many(Disturbance::Stale(*share), asked.draws, &change)?);
            }
        }
    }
    Ok(findings)
}

fn disturbed(disturbance: Disturbance, found: &[Shaken]) -> Result<Disturbed, crate::stats::undefined::Undefined> {
    let all = |of: fn(&Shaken) -> f64| found.iter().map(of).collect::<Vec<f64>>();
    let taus = all(|shaken| shaken.tau);
    Ok(Disturbed {
        disturbance,
        draws: found.len() as u64,
        tau: Spread::of(&taus)?,
        rank_shift: Spread::of(&all(|shaken| shaken.rank_shift))?,
        top_kept: Spread::of(&all(|shaken| shaken.top_kept))?,
        score_shift: Spread::of(&all(|shaken| shaken.score_shift))?,
        lost: found.iter().map(|shaken| shaken.lost as f64).sum::<f64>() / found.len() as f64,
        taus,
    })
}
