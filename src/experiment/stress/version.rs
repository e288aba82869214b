//! One version at one place: every study that is asked for, one after the other.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::StressedVersion;
use super::ground::{Ground, earlier};
use super::shelf::{self, Shelf};
use crate::dataset::Dataset;
use crate::dataset::coded::Coded;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::plan::{Plan, StabilityPlan};
use crate::experiment::scoring::reference_population;
use crate::ids::Reference;
use crate::model::Model;
use crate::score::{Population, Tick};
use crate::stability::attack::Cells;
use crate::stability::findings::WeightFindings;
use crate::stability::gaming::{Cohort, Gaming, GamingFindings, Truth};
use crate::stability::laws::Laws;
use crate::stability::studies::GamingStudy;
use crate::stability::subject::Subject;
use crate::stability::time::{self, Moment};
use crate::stability::{leave_out, noise, reversal, sampling, sensitivity, weights};

/// A version to be studied at a place.
#[derive(Clone, Copy)]
pub(super) struct Version<'a> {
    pub(super) plan: &'a Plan,
    pub(super) asked: &'a StabilityPlan,
    pub(super) ground: &'a Ground<'a>,
    pub(super) model: &'a Arc<Model>,
    /// The model's position in the plan.
    pub(super) at: usize,
    pub(super) shelf: &'a dyn Shelf,
    pub(super) tell: &'a (dyn Fn(Tick) + Sync),
}

/// Everything that a study of a version hangs on.
#[derive(Serialize)]
struct Decided<'a, T> {
    tool: &'static str,
    study: &'a str,
    asked: &'a T,
    seed: u64,
    top: u64,
    memory: u64,
    model: String,
    place: String,
    datasets: Vec<String>,
}

/// A study with the figure of each draw, which an outcome does not store.
#[derive(Serialize, Deserialize)]
struct Drawn<T> {
    found: T,
    taus: Vec<Vec<f64>>,
}

impl Version<'_> {
    /// Makes every study that is asked for.
    pub(super) fn study(&self) -> Result<StressedVersion, Diagnostics> {
        let Version { plan, asked, ground, model, tell, .. } = *self;
        let studies = &asked.studies;
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
        let mut found = StressedVersion::of(self, subject.scored.len() as u64);
        if let Some(asked) = &studies.sampling {
            let make = || Ok(sampling::study(&subject, &population, asked, studies.seed, cap, &told)?.named(&name));
            found.sampling = found.or_skip("sampling", self.made("sampling", asked, asked.replicates, make));
        }
        if let Some(asked) = &studies.weights {
            let make = || {
                let found = weights::study(&subject, &population, asked, studies.seed, cap, &told)?.named(&name);
                Ok(Drawn { taus: vec![found.taus.clone()], found })
            };
            let drawn = found.or_skip("weights", self.made("weights", asked, asked.draws, make));
            found.weights = drawn.map(|Drawn { found, taus }| WeightFindings { taus: taus.concat(), ..found });
        }
        if let Some(study) = &studies.sensitivity {
            let models = &asked.combinations[self.at];
            let reference = reference.unwrap_or(population);
            let combinations = sensitivity::Combinations { models, reference, population, cap };
            let digests: Vec<String> = models.iter().map(|model| model.digest()).collect();
            let scorings = study.scorings(model);
            let make = || {
                let blocks = |start: u64, count: u64, make: &mut dyn FnMut() -> Result<Vec<f64>, Diagnostics>| {
                    let key = self.key("sensitivity, a block", &(study, &digests, start));
                    shelf::made(self.shelf, &key, || told(count), make)
                };
                sensitivity::study(&subject, study, combinations, studies.seed, &told, &blocks)
            };
            let made = self.made("sensitivity", &(study, &digests), scorings, make);
            found.sensitivity = found.or_skip("sensitivity", made);
        }
        if studies.leave_out {
            let scorings = (model.factor_count() + model.networks.len()) as u64;
            let make = || Ok(leave_out::study(&subject, &population, &told)?.named(&name));
            found.leave_out = Some(self.made("leave-out", &(), scorings, make)?);
        }
        if let Some(asked) = &studies.noise {
            let make = || {
                let before = earlier(ground, model, reference, cap)?;
                let found = noise::study(&subject, &population, asked, before.as_ref(), studies.seed, &told)?;
                Ok(Drawn { taus: found.disturbed.iter().map(|one| one.taus.clone()).collect(), found })
            };
            let Drawn { found: mut noise, taus } =
                self.made("noise", asked, asked.scorings(model.networks.len()), make)?;
            noise.disturbed.iter_mut().zip(taus).for_each(|(one, taus)| one.taus = taus);
            found.noise = Some(noise);
        }
        if let Some(asked) = &studies.time {
            if ground.moments.len() < 2 {
                found.skipped.push("time: the dataset has one snapshot".to_string());
            } else {
                let moments = self.moments();
                let top = studies.top as usize;
                let make = || time::study(model, reference, &moments, asked, top, cap, &told);
                let made = self.made("time", asked, 2 * moments.len() as u64, make);
                found.time = found.or_skip("time", made);
            }
        }
        if let Some(asked) = &studies.reversal {
            let on_scored = model.needs_fit() && reference.is_none();
            let make = || Ok(reversal::study(&subject, asked, on_scored, studies.seed, &told)?.named(&name));
            found.reversal = Some(self.made("reversal", asked, 2 * asked.draws, make)?);
        }
        if let Some(asked) = &studies.gaming {
            found.gaming = self.gaming(&subject, &population, asked, &mut found.skipped)?;
        }
        if studies.laws {
            let cells = Cells::read(&subject.rescorer, &population, &[], &asked.identities)?;
            let manifest = ground.dataset.manifest();
            let (rescorer, identities) = (&subject.rescorer, &asked.identities);
            let laws = Laws { rescorer, fitted: rescorer.base(), cells: &cells, identities, manifest };
            let make = || Ok(laws.search(&told)?.named(&name));
            found.laws = Some(self.made("laws", &format!("{identities:?}"), laws.steps(), make)?);
        }
        Ok(found)
    }

    /// Every attack of the plan, tried on every account.
    fn gaming(
        &self,
        subject: &Subject<'_>,
        population: &Population<'_>,
        study: &GamingStudy,
        skipped: &mut Vec<String>,
    ) -> Result<Option<GamingFindings>, Diagnostics> {
        let Version { asked, ground, tell, .. } = *self;
        let (attacks, identities) = (&asked.attacks, &asked.identities);
        if attacks.is_empty() {
            skipped.push("gaming: there is no attack to try".to_string());
            return Ok(None);
        }
        let manifest = ground.dataset.manifest();
        let known = |column: &str| manifest.columns.contains_key(column);
        let cheats = study.cheats.as_ref().filter(|(column, _)| known(column));
        if let Some((column, _)) = study.cheats.as_ref().filter(|(column, _)| !known(column)) {
            skipped.push(format!("gaming: {} has no column `{column}` that says who cheats", manifest.name));
        }
        let members: Vec<u32> = match cheats {
            None => Vec::new(),
            Some((column, value)) => {
                let cells = ground.index.by_slot(Coded::read(ground.dataset, column, false)?);
                (0u32..).take(ground.index.len()).filter(|slot| cells.name(*slot as usize) == Some(value)).collect()
            }
        };
        if let Some((column, value)) = cheats.filter(|_| members.is_empty()) {
            let cells = ground.index.by_slot(Coded::read(ground.dataset, column, false)?);
            let message = format!("no account has `{}` in `{column}`", visible(value));
            let problem = Diagnostic::new(ground.dataset.origin(), message);
            return Err(problem.suggest(value, cells.names.iter().map(String::as_str)).into());
        }
        let truth = study.truth.as_ref().filter(|column| known(column));
        let values = match truth {
            Some(column) => ground.dataset.numbers_by_slot(column, &ground.index)?,
            None => Vec::new(),
        };
        let cells = Cells::read(&subject.rescorer, population, attacks, identities)?;
        let cohort_name = cheats.map_or(String::new(), |(column, value)| format!("{column} = {value}"));
        let truth = truth.map(|name| Truth { name, values: &values });
        let cohort = (!members.is_empty()).then_some(Cohort { name: &cohort_name, members: &members, truth });
        let rescorer = &subject.rescorer;
        let fitted = rescorer.base();
        let gaming = Gaming { rescorer, fitted, cells: &cells, attacks, identities, most: study.most, cohort };
        let told = |count: u64| tell(Tick::Rows(count));
        let decided = (study, format!("{attacks:?} {identities:?}"));
        self.made("gaming", &decided, gaming.steps(), || gaming.study(&told)).map(Some)
    }

    fn moments(&self) -> Vec<Moment<'_>> {
        (self.ground.moments.iter())
            .map(|index| Moment {
                name: index.slices[0].snapshot.as_deref().unwrap_or_default(),
                accounts: &index.slices[0].accounts,
                population: Population { dataset: self.ground.dataset, index },
            })
            .collect()
    }

    /// A study from the shelf, or made and put there.
    fn made<T: Serialize + DeserializeOwned>(
        &self,
        study: &str,
        asked: &impl Serialize,
        scorings: u64,
        make: impl FnOnce() -> Result<T, Diagnostics>,
    ) -> Result<T, Diagnostics> {
        (self.tell)(Tick::Begin(scorings));
        shelf::made(self.shelf, &self.key(study, asked), || (self.tell)(Tick::Rows(scorings)), make)
    }

    fn key(&self, study: &str, asked: &impl Serialize) -> String {
        let Version { plan, ground, model, .. } = *self;
        let studies = &self.asked.studies;
        // The manifest's debug form holds every field that a study may look at.
        let identity = |dataset: &Dataset| format!("{} {:?}", dataset.digest(), dataset.manifest());
        let references = plan.references.values().map(|dataset| identity(dataset));
        shelf::key(&Decided {
            tool: env!("CARGO_PKG_VERSION"),
            study,
            asked,
            seed: studies.seed,
            top: studies.top,
            memory: studies.memory,
            model: model.digest(),
            place: ground.place.title(),
            datasets: std::iter::once(identity(ground.dataset)).chain(references).collect(),
        })
    }
}

impl StressedVersion {
    /// Nothing studied yet.
    fn of(version: &Version<'_>, accounts: u64) -> StressedVersion {
        StressedVersion {
            model: version.model.id.to_string(),
            digest: version.model.digest(),
            place: version.ground.place.clone(),
            dataset_digest: version.ground.dataset.digest(),
            accounts,
            sampling: None,
            weights: None,
            sensitivity: None,
            leave_out: None,
            noise: None,
            time: None,
            reversal: None,
            gaming: None,
            laws: None,
            skipped: Vec::new(),
        }
    }

    /// What was found; a study that these data or this version do not admit is told.
    fn or_skip<T>(&mut self, study: &str, made: Result<T, Diagnostics>) -> Option<T> {
        made.map_err(|problems| {
            let reasons: Vec<&str> = problems.as_slice().iter().map(|problem| problem.message.as_str()).collect();
            self.skipped.push(format!("{study}: {}", reasons.join("; ")));
        })
        .ok()
    }
}
