//! The studies of stability, made of every version of a plan over the latest compared snapshot of
//! each dataset and topic. Nothing here opens a file or prints.

mod ground;
mod shelf;
mod steadier;
mod version;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::Place;
use super::plan::{Plan, StabilityPlan};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::score::Tick;
use crate::stability::findings::{
    Disturbance, LeaveOutFindings, NoiseFindings, ReversalFindings, SamplingFindings, SensitivityFindings,
    TimeFindings, WeightFindings,
};
use crate::stability::gaming::GamingFindings;
use crate::stability::laws::LawFindings;
use crate::stability::studies::Studies;
use crate::stability::{Spread, sensitivity};
use ground::grounds;
pub use shelf::{NoShelf, Shelf};

/// The format of the document: it changes whenever a key does.
const FORMAT: u32 = 1;

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
    /// What was done to the names of accounts, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<String>,
    pub seed: u64,
    /// How many places count as the top.
    pub top: u64,
    /// In the order of the places and, at each, of the models.
    pub versions: Vec<StressedVersion>,
    /// The first version against each other one.
    pub steadier: Vec<Steadier>,
}

/// The same within an outcome, which says the rest of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stability {
    pub seed: u64,
    /// How many places count as the top.
    pub top: u64,
    /// In the order of the places and, at each, of the models.
    pub versions: Vec<StressedVersion>,
    /// The first version against each other one.
    pub steadier: Vec<Steadier>,
}

impl Stability {
    /// As a document of its own.
    pub fn stressed(&self, tool: &str, command: &str) -> Stressed {
        let Stability { seed, top, versions, steadier } = self.clone();
        let (tool, command) = (tool.to_string(), command.to_string());
        Stressed { format: FORMAT, tool, command, redacted: None, seed, top, versions, steadier }
    }
}

impl From<Stressed> for Stability {
    fn from(found: Stressed) -> Stability {
        let Stressed { seed, top, versions, steadier, .. } = found;
        Stability { seed, top, versions, steadier }
    }
}

impl StressedVersion {
    /// The names of accounts, wherever they stand.
    pub fn accounts_mut(&mut self) -> Vec<&mut String> {
        let mut all: Vec<&mut String> = Vec::new();
        all.extend(self.sampling.iter_mut().flat_map(|found| &mut found.accounts).map(|one| &mut one.account));
        all.extend(self.weights.iter_mut().flat_map(|found| &mut found.accounts).map(|one| &mut one.account));
        let left_out = self.leave_out.iter_mut().flat_map(|found| found.networks.iter_mut().chain(&mut found.factors));
        all.extend(left_out.filter_map(|one| one.furthest.as_mut()).map(|mover| &mut mover.account));
        let pairs = self.reversal.iter_mut().filter_map(|found| found.example.as_mut());
        all.extend(pairs.flat_map(|pair| [&mut pair.above, &mut pair.below]));
        if let Some(laws) = &mut self.laws {
            all.extend(laws.monotonicity.broken.iter_mut().filter_map(|law| Some(&mut law.worst.as_mut()?.account)));
            for profile in laws.networks.networks.iter_mut().flat_map(|law| &mut law.profiles) {
                all.push(&mut profile.donor);
                all.extend(profile.worst.as_mut().map(|worst| &mut worst.account));
            }
        }
        all
    }

    /// Leaves no single account: only what was counted.
    pub fn forget_accounts(&mut self) {
        self.sampling.iter_mut().for_each(|found| found.accounts.clear());
        self.weights.iter_mut().for_each(|found| found.accounts.clear());
        let left_out = self.leave_out.iter_mut().flat_map(|found| found.networks.iter_mut().chain(&mut found.factors));
        left_out.for_each(|one| one.furthest = None);
        self.reversal.iter_mut().for_each(|found| found.example = None);
        if let Some(laws) = &mut self.laws {
            laws.monotonicity.broken.iter_mut().for_each(|law| law.worst = None);
            for profile in laws.networks.networks.iter_mut().flat_map(|law| &mut law.profiles) {
                profile.donor = String::new();
                profile.worst = None;
            }
        }
    }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaming: Option<GamingFindings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub laws: Option<LawFindings<String>>,
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

/// Makes the studies; those that the shelf holds are taken from there.
///
/// # Errors
/// A version that cannot be fitted or held in memory. A study that these data or this version do not
/// admit (no earlier snapshot, no counts, replicates beyond the memory) is skipped and told instead.
pub fn stress(
    plan: &Plan,
    asked: &StabilityPlan,
    shelf: &dyn Shelf,
    tell: &(dyn Fn(Tick) + Sync),
) -> Result<Stressed, Diagnostics> {
    let mut stressed = Stressed {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_string(),
        command: plan.command.clone(),
        redacted: None,
        seed: asked.studies.seed,
        top: asked.studies.top,
        versions: Vec::new(),
        steadier: Vec::new(),
    };
    for ground in grounds(plan)? {
        let first = stressed.versions.len();
        for (at, model) in plan.models.iter().enumerate() {
            let study = version::Version { plan, asked, ground: &ground, model, at, shelf, tell };
            stressed.versions.push(study.study()?);
        }
        let Some((baseline, others)) = stressed.versions[first..].split_first() else { continue };
        let steadier: Vec<Steadier> = others.iter().flat_map(|other| steadier::of(baseline, other)).collect();
        stressed.steadier.extend(steadier);
    }
    Ok(stressed)
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
