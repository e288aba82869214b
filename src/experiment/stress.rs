//! The studies of stability, made of every version of a plan over the latest compared snapshot of
//! each dataset and topic. Nothing here opens a file or prints.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::Place;
use super::plan::Plan;
use super::scoring::{self, reference_population};
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Selection, Snapshots};
use crate::dataset::keys::join;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ids::Reference;
use crate::model::Model;
use crate::score::rescore::{Changed, Rescorer};
use crate::score::{Population, Tick};
use crate::stability::findings::{
    Disturbance, LeaveOutFindings, NoiseFindings, ReversalFindings, SamplingFindings, SensitivityFindings,
    TimeFindings, WeightFindings,
};
use crate::stability::studies::Studies;
use crate::stability::subject::Subject;
use crate::stability::time::{self, Moment};
use crate::stability::{Spread, leave_out, noise, reversal, sampling, sensitivity, weights};

/// What the studies of all versions come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stressed {
    /// Format of this document, 1.
    pub format: u32,
    /// Version of the tool that made it.
    pub tool: String,
    /// The command that makes it again, in a checkout that holds the same inputs.
    pub command: String,
    pub seed: u64,
    /// How many places count as the top.
    pub top: u64,
    /// In the order of the places and, at each, of the models.
    pub versions: Vec<StressedVersion>,
    /// The first version against each other one.
    pub steadier: Vec<Steadier>,
}

/// A version at a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StressedVersion {
    pub model: String,
    /// Digest of the resolved model.
    pub digest: String,
    pub place: Place,
    /// Digest of the dataset's files.
    pub dataset_digest: String,
    /// Accounts with a score.
    pub accounts: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<SamplingFindings<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<WeightFindings<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<SensitivityFindings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave_out: Option<LeaveOutFindings<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoiseFindings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeFindings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal: Option<ReversalFindings<String>>,
    /// Studies that were not made, each with its reason.
    pub skipped: Vec<String>,
}

/// Which of two versions keeps its order better under the same draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Steadier {
    pub first: String,
    pub second: String,
    pub place: Place,
    pub shaken_by: ShakenBy,
    /// Kendall's tau-b of the second version, less that of the first, over the draws.
    pub gain: Spread,
    /// The shares of draws in which the first and the second version kept their order better.
    pub shares: [f64; 2],
}

/// What both versions were shaken by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ShakenBy {
    Weights,
    Signals(Disturbance),
}

/// A place, with the populations that the studies need.
struct Ground<'a> {
    place: Place,
    dataset: &'a Dataset,
    index: Index,
    /// The index of each snapshot in its order; empty where the dataset has none.
    moments: Vec<Index>,
}

/// Makes the studies. `combinations` are, for each model of the plan, the versions of every
/// combination of alternatives, its own first.
///
/// # Errors
/// A version that cannot be fitted or held in memory. A study that these data or this version do not
/// admit (no earlier snapshot, no counts, replicates beyond the memory) is skipped and told instead.
pub fn stress(
    plan: &Plan,
    studies: &Studies,
    combinations: &[Vec<Arc<Model>>],
    tell: &(dyn Fn(Tick) + Sync),
) -> Result<Stressed, Diagnostics> {
    let mut stressed = Stressed {
        format: 1,
        tool: env!("CARGO_PKG_VERSION").to_string(),
        command: plan.command.clone(),
        seed: studies.seed,
        top: studies.top,
        versions: Vec::new(),
        steadier: Vec::new(),
    };
    for ground in grounds(plan)? {
        let first = stressed.versions.len();
        for (model, combinations) in plan.models.iter().zip(combinations) {
            stressed.versions.push(version(plan, &ground, model, combinations, studies, tell)?);
        }
        let (baseline, others) = match stressed.versions[first..].split_first() {
            Some(split) => split,
            None => continue,
        };
        let steadier: Vec<Steadier> = others.iter().flat_map(|other| steadier(baseline, other)).collect();
        stressed.steadier.extend(steadier);
    }
    Ok(stressed)
}

/// The latest compared snapshot of each dataset and topic.
fn grounds(plan: &Plan) -> Result<Vec<Ground<'_>>, Diagnostics> {
    let mut grounds = Vec::new();
    for dataset in &plan.datasets {
        for topic in scoring::topics(plan, dataset)? {
            let build = |snapshots: Snapshots| {
                Index::build(dataset, &Selection { snapshots, also: None, topic: topic.clone() })
            };
            let compared = build(plan.experiment.snapshots.clone())?;
            let snapshot = compared.slices.last().and_then(|slice| slice.snapshot.clone());
            let (index, moments) = match &snapshot {
                None => (compared, Vec::new()),
                Some(name) => {
                    let named = |name: &String| build(Snapshots::Named(vec![name.clone()]));
                    let all = build(Snapshots::All)?;
                    let names = all.slices.iter().filter_map(|slice| slice.snapshot.as_ref());
                    let moments = names.map(named).collect::<Result<Vec<Index>, Diagnostics>>()?;
                    (named(name)?, moments)
                }
            };
            let place = Place { dataset: dataset.manifest().name.clone(), topic, snapshot, baseline_snapshot: None };
            grounds.push(Ground { place, dataset, index, moments });
        }
    }
    Ok(grounds)
}

fn version(
    plan: &Plan,
    ground: &Ground<'_>,
    model: &Arc<Model>,
    combinations: &[Arc<Model>],
    studies: &Studies,
    tell: &(dyn Fn(Tick) + Sync),
) -> Result<StressedVersion, Diagnostics> {
    let population = Population { dataset: ground.dataset, index: &ground.index };
    let named_reference = model.reference.as_ref().filter(|_| model.needs_fit());
    let fitted_on = match named_reference {
        Some(Reference::Population { dataset, snapshot }) => Some(reference_population(
            &plan.references,
            ground.place.topic.clone(),
            dataset,
            snapshot.as_deref(),
            model,
        )?),
        _ => None,
    };
    let reference = fitted_on.as_ref().map(|(dataset, index)| Population { dataset, index });
    let cap = studies.cap();
    let subject = Subject::new(model, reference.unwrap_or(population), population, studies.top as usize, cap)?;
    let accounts = &ground.index.slices[0].accounts;
    let name = |slot: u32| accounts.text(slot as usize).into_owned();
    let told = |count: u64| tell(Tick::Rows(count));
    let mut found = StressedVersion {
        model: model.id.to_string(),
        digest: model.digest(),
        place: ground.place.clone(),
        dataset_digest: ground.dataset.digest(),
        accounts: subject.scored.len() as u64,
        sampling: None,
        weights: None,
        sensitivity: None,
        leave_out: None,
        noise: None,
        time: None,
        reversal: None,
        skipped: Vec::new(),
    };
    if let Some(asked) = &studies.sampling {
        tell(Tick::Begin(asked.replicates));
        match sampling::study(&subject, &population, asked, studies.seed, cap, &told) {
            Ok(sampled) => found.sampling = Some(sampled.named(&name)),
            Err(problems) => found.skip("sampling", &problems),
        }
    }
    if let Some(asked) = &studies.weights {
        tell(Tick::Begin(asked.draws));
        match weights::study(&subject, &population, asked, studies.seed, cap, &told) {
            Ok(drawn) => found.weights = Some(drawn.named(&name)),
            Err(problems) => found.skip("weights", &problems),
        }
    }
    if let Some(asked) = &studies.sensitivity {
        let both = [reference.unwrap_or(population), population];
        tell(Tick::Begin(asked.scorings(model)));
        match sensitivity::study(&subject, both, asked, combinations, studies.seed, cap, &told) {
            Ok(shared_out) => found.sensitivity = Some(shared_out),
            Err(problems) => found.skip("sensitivity", &problems),
        }
    }
    if studies.leave_out {
        tell(Tick::Begin((model.factor_count() + model.networks.len()) as u64));
        found.leave_out = Some(leave_out::study(&subject, &population, &told)?.named(&name));
    }
    if let Some(asked) = &studies.noise {
        tell(Tick::Begin(asked.scorings(model.networks.len())));
        let before = earlier(ground, model, reference, cap)?;
        found.noise = Some(noise::study(&subject, &population, asked, before.as_ref(), studies.seed, &told)?);
    }
    if let Some(asked) = &studies.time {
        if ground.moments.len() < 2 {
            found.skipped.push("time: the dataset has one snapshot".to_string());
        } else {
            let moments: Vec<Moment<'_>> = (ground.moments.iter())
                .map(|index| Moment {
                    name: index.slices[0].snapshot.as_deref().unwrap_or_default(),
                    accounts: &index.slices[0].accounts,
                    population: Population { dataset: ground.dataset, index },
                })
                .collect();
            tell(Tick::Begin(2 * moments.len() as u64));
            found.time = Some(time::study(model, reference, &moments, asked, studies.top as usize, cap, &told)?);
        }
    }
    if let Some(asked) = &studies.reversal {
        tell(Tick::Begin(2 * asked.draws));
        let on_scored = model.needs_fit() && reference.is_none();
        found.reversal = Some(reversal::study(&subject, asked, on_scored, studies.seed, &told)?.named(&name));
    }
    Ok(found)
}

impl StressedVersion {
    /// Tells a study that these data or this version do not admit.
    fn skip(&mut self, study: &str, problems: &Diagnostics) {
        let reasons: Vec<&str> = problems.as_slice().iter().map(|problem| problem.message.as_str()).collect();
        self.skipped.push(format!("{study}: {}", reasons.join("; ")));
    }
}

/// The cells that a version reads as of the snapshot before, by slot of the place; none where there
/// is no such snapshot.
fn earlier(
    ground: &Ground<'_>,
    model: &Arc<Model>,
    reference: Option<Population<'_>>,
    cap: usize,
) -> Result<Option<Changed>, Diagnostics> {
    let here = ground.place.snapshot.as_deref();
    let at = ground.moments.iter().position(|index| index.slices[0].snapshot.as_deref() == here);
    let Some(index) = at.and_then(|at| at.checked_sub(1)).map(|at| &ground.moments[at]) else { return Ok(None) };
    let population = Population { dataset: ground.dataset, index };
    let rescorer = Rescorer::new(model, reference.unwrap_or(population), population, cap)?;
    let rows = join(&index.slices[0].accounts, &ground.index.slices[0].accounts);
    let column = |name: &str| {
        let cells = rescorer.column(name).unwrap_or_default();
        let mut now = vec![f64::NAN; ground.index.len()];
        for (before, after) in &rows {
            if let (Some(before), Some(after)) = (before, after) {
                now[*after as usize] = cells[*before as usize];
            }
        }
        (name.to_string(), now)
    };
    Ok(Some(model.columns().into_iter().map(column).collect()))
}

/// The second version against the first, wherever both were shaken alike.
fn steadier(first: &StressedVersion, second: &StressedVersion) -> Vec<Steadier> {
    let mut found = Vec::new();
    let mut add = |shaken_by: ShakenBy, before: &[f64], after: &[f64]| {
        let gains: Vec<f64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
        let share =
            |better: fn(f64) -> bool| gains.iter().filter(|gain| better(**gain)).count() as f64 / gains.len() as f64;
        // Something was drawn, and every figure is finite.
        let Ok(gain) = Spread::of(&gains) else { return };
        found.push(Steadier {
            first: first.model.clone(),
            second: second.model.clone(),
            place: first.place.clone(),
            shaken_by,
            gain,
            shares: [share(|gain| gain < 0.0), share(|gain| gain > 0.0)],
        });
    };
    if let (Some(before), Some(after)) = (&first.weights, &second.weights) {
        add(ShakenBy::Weights, &before.taus, &after.taus);
    }
    if let (Some(before), Some(after)) = (&first.noise, &second.noise) {
        for one in before.disturbed.iter().filter(|one| one.draws > 1) {
            if let Some(other) = after.disturbed.iter().find(|other| other.disturbance == one.disturbance) {
                add(ShakenBy::Signals(one.disturbance.clone()), &one.taus, &other.taus);
            }
        }
    }
    found
}

/// Refuses more combinations of alternatives than are held in memory at once.
///
/// # Errors
/// More than [`sensitivity::MOST_COMBINATIONS`].
pub fn check_combinations(studies: &Studies) -> Result<(), Diagnostics> {
    let combinations = studies.sensitivity.as_ref().map_or(1, sensitivity::SensitivityStudy::combinations);
    if combinations <= sensitivity::MOST_COMBINATIONS {
        return Ok(());
    }
    let message = format!(
        "the alternatives have {combinations} combinations; at most {} are held at once",
        sensitivity::MOST_COMBINATIONS
    );
    Err(Diagnostic::new("sensitivity", message).hint("name fewer alternatives, or fewer edits of each").into())
}
