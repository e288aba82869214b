//! The movement budget held against what a version moves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::family::{Budget, Limit};
use super::spec::Against;
use crate::experiment::outcome::ComparisonSummary;
use crate::experiment::{Bound, Experiment, Held, Outcome, Verdict};
use crate::ids::ModelId;

/// One limit held against one earlier version at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LimitVerdict {
    /// Name of the limit.
    pub limit: String,
    /// The reason for it.
    pub because: String,
    /// The figure, or the perk.
    pub figure: String,
    /// The earlier version.
    pub against: String,
    /// Whether that is the live version, one that was live some time ago, or both.
    pub earlier: Earlier,
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The accounts; all together if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub bound: Bound,
    /// What was measured; none where the figure is undefined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    /// The end of its interval that the limit was held against, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<f64>,
    /// Why there is no figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
    pub kept: bool,
}

/// Which earlier version a budget is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Earlier {
    /// The live one.
    Live,
    /// The one that was live so many days ago.
    Window,
    /// Both at once: the live one was live then already.
    Both,
}

impl LimitVerdict {
    /// How far the figure lies beyond its bound, in the bound's direction; below 0 within it. What is
    /// undefined lies furthest.
    pub fn distance(&self) -> f64 {
        let Some(value) = self.held.or(self.measured) else { return f64::INFINITY };
        let above = self.bound.at_most.map_or(f64::NEG_INFINITY, |most| value - most);
        let below = self.bound.at_least.map_or(f64::NEG_INFINITY, |least| least - value);
        above.max(below)
    }
}

impl Earlier {
    pub fn name(self) -> &'static str {
        match self {
            Earlier::Live => "live",
            Earlier::Window => "window",
            Earlier::Both => "live, window",
        }
    }

    fn concerns(self, limit: &Limit) -> bool {
        matches!(
            (limit.against, self),
            (Against::Both, _)
                | (_, Earlier::Both)
                | (Against::Live, Earlier::Live)
                | (Against::Window, Earlier::Window)
        )
    }
}

impl Budget {
    /// The experiment that measures what a version moves against an earlier one; none where no limit
    /// speaks of it.
    pub fn experiment(&self, baseline: &ModelId, candidate: &ModelId, earlier: Earlier) -> Option<Experiment> {
        if !self.limits.iter().any(|limit| earlier.concerns(limit)) {
            return None;
        }
        let mut experiment =
            Experiment { baseline: baseline.clone(), candidates: vec![candidate.clone()], ..self.experiment.clone() };
        experiment.expectations.retain(|expectation| self.concerned(&expectation.because, earlier).is_some());
        Some(experiment)
    }

    fn concerned(&self, name: &str, earlier: Earlier) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.name == name && earlier.concerns(limit))
    }

    /// Every limit held against what such an experiment came to, in the order of the budget.
    pub fn judge(&self, outcome: &Outcome, earlier: Earlier) -> Vec<LimitVerdict> {
        let mut found = Vec::new();
        for limit in self.limits.iter().filter(|limit| earlier.concerns(limit)) {
            match &limit.perk {
                None => {
                    let mine = outcome.verdicts.iter().filter(|verdict| verdict.because == limit.name);
                    found.extend(mine.map(|verdict| of_metric(limit, verdict, earlier)));
                }
                Some(perk) => {
                    let of = |comparison| of_perk(limit, &perk.perk, perk.bound, comparison, earlier);
                    found.extend(outcome.comparisons.iter().map(of));
                }
            }
        }
        found
    }
}

fn of_metric(limit: &Limit, verdict: &Verdict, earlier: Earlier) -> LimitVerdict {
    LimitVerdict {
        limit: limit.name.clone(),
        because: limit.because.clone(),
        figure: verdict.metric.clone(),
        against: verdict.baseline.clone(),
        earlier,
        dataset: verdict.dataset.clone(),
        snapshot: verdict.snapshot.clone(),
        topic: verdict.topic.clone(),
        group: verdict.group.as_ref().map(ToString::to_string),
        bound: verdict.bound,
        measured: verdict.measured.point(),
        held: held(verdict),
        undefined: verdict.measured.value.as_ref().err().map(ToString::to_string),
        kept: verdict.met,
    }
}

fn held(verdict: &Verdict) -> Option<f64> {
    let bounds = verdict.measured.bounds()?;
    match verdict.held {
        Held::Lower => Some(bounds.lower),
        // A bound with two ends is broken at the end that lies beyond it.
        Held::Ends if verdict.bound.at_least.is_some_and(|least| bounds.lower < least) => Some(bounds.lower),
        Held::Upper | Held::Ends => Some(bounds.upper),
        Held::Point | Held::Nothing => None,
    }
}

/// The share of a perk's holders who lose it; of a perk that nobody has, nobody loses it.
fn of_perk(limit: &Limit, name: &str, bound: Bound, comparison: &ComparisonSummary, earlier: Earlier) -> LimitVerdict {
    let perk = comparison.perks.iter().find(|perk| perk.name == name);
    let share = perk.map(|perk| {
        let (lost, before) = match &perk.population {
            Some(estimated) => (estimated.lost, estimated.before),
            None => (perk.counts.lost as f64, perk.counts.before as f64),
        };
        if before > 0.0 { lost / before } else { 0.0 }
    });
    LimitVerdict {
        limit: limit.name.clone(),
        because: limit.because.clone(),
        figure: format!("holders who lose {name}"),
        against: comparison.baseline.clone(),
        earlier,
        dataset: comparison.place.dataset.clone(),
        snapshot: comparison.place.snapshot.clone(),
        topic: comparison.place.topic.clone(),
        group: None,
        bound,
        measured: share,
        held: None,
        undefined: share.is_none().then(|| "the perk was not counted".to_string()),
        kept: share.is_some_and(|share| bound.admits(share)),
    }
}
