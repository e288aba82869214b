//! Why the accounts that lose and gain most moved, and what every factor really weighs: a second
//! look at each dataset, once it is known who moved.

use std::collections::BTreeMap;

use super::outcome::{AccountReasons, ComparisonSummary, FactorWeights};
use super::plan::Plan;
use super::scoring::{Scored, Set};
use crate::compare::findings::Mover;
use crate::dataset::index::Slice;
use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::score::contribution::{Cause, Contribution, Side, contributions};
use crate::score::{Anatomies, Engine, Population, Realised};

/// Reasons that are told one by one; what is left makes one more.
const TOLD: usize = 9;

/// Where a comparison stands, and the accounts whose reasons are wanted: by name, slots on both
/// sides.
struct Wanted<'a> {
    comparison: &'a mut ComparisonSummary,
    candidate: usize,
    /// Positions of the slices of both sides in the index.
    slices: [usize; 2],
    accounts: Vec<(Mover, [u32; 2])>,
}

/// Fills in reasons and weights.
pub fn find(
    plan: &Plan,
    engine: &dyn Engine,
    scored: &Scored,
    comparisons: &mut [ComparisonSummary],
) -> Result<(), Diagnostics> {
    for set in &scored.sets {
        let mut wanted: Vec<Wanted<'_>> = Vec::new();
        for comparison in comparisons.iter_mut() {
            wanted.extend(Wanted::of(plan, set, comparison));
        }
        let slots: Vec<u32> = wanted.iter().flat_map(|one| &one.accounts).flat_map(|(_, slots)| *slots).collect();
        let population = Population { dataset: &set.dataset, index: &set.index };
        let anatomies = engine.anatomies(&set.fitted, &population, &slots)?;
        for one in wanted {
            one.fill(plan, set, &anatomies);
        }
    }
    Ok(())
}

impl<'a> Wanted<'a> {
    /// None for a comparison of another set.
    fn of(plan: &Plan, set: &Set, comparison: &'a mut ComparisonSummary) -> Option<Wanted<'a>> {
        let place = &comparison.place;
        if place.dataset != set.dataset.manifest().name || place.topic != set.topic {
            return None;
        }
        let slice_of = |name: &Option<String>| set.index.slices.iter().position(|slice| slice.snapshot == *name);
        let after = slice_of(&place.snapshot)?;
        let before = if place.baseline_snapshot.is_some() { slice_of(&place.baseline_snapshot)? } else { after };
        let slices = [before, after];
        let candidate = plan.models.iter().position(|model| model.id.to_string() == comparison.candidate)?;
        let findings = &comparison.findings;
        let slot = |slice: usize, account: &str| slot(&set.index.slices[slice], account);
        let accounts = (findings.losers.iter().chain(&findings.gainers))
            .filter_map(|mover| Some((mover.clone(), [slot(before, &mover.account)?, slot(after, &mover.account)?])))
            .collect();
        Some(Wanted { candidate, slices, accounts, comparison })
    }

    fn fill(self, plan: &Plan, set: &Set, anatomies: &Anatomies) {
        let models = [0, self.candidate];
        let anatomy = |side: usize, slot: u32| anatomies.get(&slot)?.get(models[side]);
        let same_data = self.slices[0] == self.slices[1];
        let reasons = self.accounts.iter().filter_map(|(mover, slots)| {
            let side = |at: usize| Some(Side { fitted: &set.fitted[models[at]], anatomy: anatomy(at, slots[at])? });
            let (reasons, in_rest) = told(contributions(side(0)?, side(1)?, same_data)?);
            let Mover { account, baseline, candidate, .. } = mover.clone();
            Some(AccountReasons { account, baseline, candidate, reasons, in_rest })
        });
        self.comparison.reasons = reasons.collect();
        let realised = |side: usize| set.realised[self.slices[side]][models[side]].as_ref();
        self.comparison.weights = weights(models.map(|model| &*plan.models[model]), [realised(0), realised(1)]);
    }
}

fn slot(slice: &Slice, account: &str) -> Option<u32> {
    u32::try_from(slice.start + slice.accounts.find(account)?).ok()
}

/// The largest terms, and the rest as one, with how many it stands for.
fn told(mut terms: Vec<Contribution>) -> (Vec<Contribution>, u64) {
    let rest = if terms.len() > TOLD + 1 { terms.split_off(TOLD) } else { Vec::new() };
    if !rest.is_empty() {
        let points = rest.iter().map(|term| term.points).sum();
        terms.push(Contribution { cause: Cause::Rest, network: None, factor: None, points });
    }
    (terms, rest.len() as u64)
}

/// What every factor of two models weighs, in name and in effect.
pub(super) fn weights(models: [&Model; 2], realised: [Option<&Realised>; 2]) -> Vec<FactorWeights> {
    let mut found: BTreeMap<(&str, &str), FactorWeights> = BTreeMap::new();
    for (side, model) in models.iter().enumerate() {
        let shares = model.shares();
        for (at, network) in model.networks.iter().enumerate() {
            for (position, factor) in network.factors.iter().enumerate() {
                let entry = found.entry((&network.name, &factor.name)).or_insert_with(|| FactorWeights {
                    network: network.name.clone(),
                    factor: factor.name.clone(),
                    nominal: [None; 2],
                    realised: [None; 2],
                });
                entry.nominal[side] = shares[at][position];
                entry.realised[side] = realised[side].map(|realised| realised[at][position]);
            }
        }
    }
    found.into_values().collect()
}
