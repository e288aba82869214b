//! What a report says of the inputs: datasets and models, in plain values.

use super::outcome::{DatasetSummary, FactorSummary, ModelRole, ModelSummary, Place, ReferenceSummary};
use super::plan::Plan;
use super::scoring::Scored;
use super::site::Site;
use crate::compare::findings::BandLabel;
use crate::dataset::Dataset;
use crate::dataset::manifest::Role;
use crate::ids::Reference;
use crate::model::Model;
use crate::score::Tally;

pub fn band_labels(model: &Model) -> Vec<BandLabel> {
    model.bands.iter().map(|band| BandLabel { name: band.name.clone(), from: band.from }).collect()
}

pub fn place(site: &Site<'_>) -> Place {
    Place {
        dataset: site.set.dataset.manifest().name.clone(),
        topic: site.set.topic.clone(),
        snapshot: site.slice.snapshot.clone(),
        baseline_snapshot: site.before.and_then(|before| before.snapshot.clone()),
    }
}

pub fn dataset(dataset: &Dataset) -> DatasetSummary {
    let manifest = dataset.manifest();
    DatasetSummary {
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        population: manifest.population.clone(),
        source: manifest.source.clone(),
        licence: manifest.licence.clone(),
        digest: dataset.digest(),
        files: dataset.digests().iter().cloned().collect(),
        judged_pairs: dataset.pairs().map_or(0, |pairs| pairs.len() as u64),
        sampled: manifest.with_role(Role::SamplingWeight).next().is_some(),
    }
}

/// A model of the plan, with what happened while it scored, over all datasets.
pub fn model(plan: &Plan, at: usize, model: &Model, scored: &Scored) -> ModelSummary {
    let mut tally = Tally::default();
    scored.sets.iter().for_each(|set| tally.add(&set.scores[at].tally));
    let reference = match &model.reference {
        _ if !model.needs_fit() => ReferenceSummary::None,
        None | Some(Reference::ScoredData) => ReferenceSummary::ScoredData,
        Some(reference @ Reference::Population { dataset, .. }) => ReferenceSummary::Population {
            name: reference.to_string(),
            digest: match plan.frozen.get(&model.id) {
                Some(frozen) => frozen.digest.clone(),
                None => plan.references.get(dataset).map_or(String::new(), |dataset| dataset.digest()),
            },
        },
    };
    let factors = model.networks.iter().flat_map(|network| {
        network.factors.iter().map(|factor| FactorSummary {
            network: network.name.clone(),
            name: factor.name.clone(),
            value: factor.value.to_string(),
            weight: factor.weight,
            tags: factor.tags.clone(),
        })
    });
    ModelSummary {
        id: model.id.to_string(),
        role: if at == 0 { ModelRole::Baseline } else { ModelRole::Candidate },
        title: model.title.clone(),
        rationale: model.rationale.clone(),
        digest: model.digest(),
        lineage: model.lineage.iter().map(ToString::to_string).collect(),
        draft_edits: model.draft_edits.clone(),
        reference,
        scale: [model.scale.min, model.scale.max],
        bands: band_labels(model),
        factors: factors.collect(),
        tally,
    }
}
