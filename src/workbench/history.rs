//! The history of a workbench: the versions of a family with what stands beside them, all stored runs,
//! and the plan that scores a whole family.

use std::path::Path;
use std::sync::Arc;

use super::archive::{StoredRun, finish_report, pictures};
use super::error::{Result, WorkbenchError};
use super::files::NewFolder;
use super::plan::CompareOrder;
use super::{Workbench, shown};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::experiment::{self, Plan, Topics};
use crate::ids::ModelId;
use crate::model::Model;
use crate::release::{Chain, Lock, Record, Resolved, Version};
use crate::report::Figure;

/// Something that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// A run's folder, or a version.
    #[serde(rename = "run")]
    pub name: String,
    pub reason: String,
}

impl LeftOut {
    fn of(name: impl ToString, problem: &Diagnostic) -> LeftOut {
        LeftOut { name: name.to_string(), reason: problem.message.clone() }
    }
}

impl Workbench {
    /// Every version of a family, by number, with what is on record of it on a day. What cannot be read
    /// is told where it would stand.
    pub fn versions(&self, family: &str, day: Date) -> Result<Vec<Version>> {
        let chain = told(self.live(family))?;
        let ids: Vec<ModelId> = self.model_ids()?.into_iter().filter(|id| id.family() == family).collect();
        ids.into_iter().map(|id| self.version(id, &chain, day)).collect()
    }

    fn version(&self, id: ModelId, chain: &std::result::Result<Chain, String>, day: Date) -> Result<Version> {
        let lock = told(self.lock(&id))?;
        let resolved = |model: Arc<Model>| -> Result<Resolved> {
            let parent = match model.lineage.first() {
                Some(parent) => Some(self.model(&parent.to_string(), &[])?),
                None => None,
            };
            let is_edited = |lock: &Lock| lock.spec.digest != model.digest();
            let edited = lock.as_ref().ok().and_then(Option::as_ref).is_some_and(is_edited);
            Ok(Resolved { model, parent, edited })
        };
        let model = told(self.model(&id.to_string(), &[]).and_then(resolved))?;
        let record = match (&lock, chain) {
            (Ok(lock), Ok(chain)) => Ok(Record::of(&id, lock.as_ref().map(|lock| lock.spec.released), chain, day)),
            (Err(why), _) | (_, Err(why)) => Err(why.clone()),
        };
        Ok(Version { id, model, record })
    }

    /// Every stored run, and those that cannot be read.
    pub fn stored_runs(&self) -> Result<(Vec<StoredRun>, Vec<LeftOut>)> {
        let (mut runs, mut left_out) = (Vec::new(), Vec::new());
        for path in self.run_paths()? {
            match self.read_run(&path) {
                Ok(run) => runs.push(run),
                Err(WorkbenchError::Input(problems)) => {
                    left_out.push(LeftOut::of(shown(&path), &problems.as_slice()[0]));
                }
                Err(other) => return Err(other),
            }
        }
        Ok((runs, left_out))
    }

    /// The plan that scores all of some models on the rows of an order, as a comparison would, and the
    /// models that cannot be scored there: a column or the reference is not at hand.
    ///
    /// # Errors
    /// The problems of the first model, where none can be scored.
    pub fn family_plan(&self, order: &CompareOrder, models: Vec<Arc<Model>>) -> Result<(Plan, Vec<LeftOut>)> {
        let name = order.dataset.clone().map_or_else(|| self.only_dataset(), Ok)?;
        let dataset = self.dataset(&name)?;
        let (mut kept, mut left_out, mut first) = (Vec::new(), Vec::new(), None);
        for model in models {
            match self.planned(order, vec![model.clone()], dataset.clone()).and_then(|plan| scorable(&plan)) {
                Ok(()) => kept.push(model),
                Err(WorkbenchError::Input(problems)) => {
                    left_out.push(LeftOut::of(&model.id, &problems.as_slice()[0]));
                    first = first.or(Some(problems));
                }
                Err(other) => return Err(other),
            }
        }
        match first.filter(|_| kept.is_empty()) {
            Some(problems) => Err(problems.into()),
            None => Ok((self.planned(order, kept, dataset)?, left_out)),
        }
    }

    /// Writes figures into a folder of their own, as SVG and PNG.
    pub fn write_figures_to(&self, figures: &[&Figure], path: &Path) -> Result<()> {
        let folder = NewFolder::begin(path)?;
        for (name, bytes) in pictures(figures, "")? {
            folder.write(&name, &bytes)?;
        }
        finish_report(folder, path)
    }
}

/// Whether the references of a plan's models hold the topic that is scored.
fn scorable(plan: &Plan) -> Result<()> {
    let topic = match &plan.experiment.topics {
        Topics::One(topic) => Some(topic.clone()),
        _ => None,
    };
    for model in plan.models.iter().filter(|model| !plan.frozen.contains_key(&model.id)) {
        experiment::check_reference(model, &plan.references, topic.clone())?;
    }
    Ok(())
}

/// A result, or its problem as it stands in a list; what the machine failed at ends everything.
fn told<T>(result: Result<T>) -> Result<std::result::Result<T, String>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(WorkbenchError::Input(problems)) => Ok(Err(problems.as_slice()[0].message.clone())),
        Err(other) => Err(other),
    }
}
