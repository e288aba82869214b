//! A stored run made again: its inputs held against those of today, and its files byte by byte.

use super::archive::StoredRun;
use super::error::{Result, WorkbenchError};
use super::{EXPERIMENTS, Workbench, files};
use crate::diagnostic::{Diagnostic, visible};
use crate::experiment::{ChangedInput, Input, Inputs, Plan, changed, inputs, run_id};
use crate::ids::is_name;

/// What becomes of a stored run that is planned anew.
#[derive(Clone, Debug)]
pub enum Again {
    /// Its inputs are the same, so the plan must give the same bytes.
    Same(Box<Plan>),
    /// They are not. Empty where none of the inputs that the lock names differs.
    Changed(Vec<ChangedInput>),
}

impl Workbench {
    /// Plans the experiment of a stored run anew, by its name.
    ///
    /// # Errors
    /// Wrong input, if the run has no lock that can be read, or if anything that its experiment
    /// names is not there any more.
    pub fn plan_again(&self, run: &StoredRun) -> Result<Again> {
        let then = self.inputs_of(run)?;
        let name = &run.outcome.experiment.name;
        let path = self.folder(EXPERIMENTS).join(format!("{name}.toml"));
        if !is_name(name) || !files::exists(&path) {
            let message = format!("the experiment `{}` of this run is not there any more", visible(name));
            let hint = "put its file back, or name the workbench that holds it with --workbench DIR";
            return Err(Diagnostic::new(self.origin(&path), message).hint(hint).into());
        }
        let plan = self.plan(name).map_err(|error| self.unbound(run, error))?;
        if run_id(&plan) == run.outcome.run_id {
            return Ok(Again::Same(Box::new(plan)));
        }
        Ok(Again::Changed(changed(&then, &inputs(&plan))))
    }

    /// Why a run cannot be planned, where a dataset of it is not at hand: it may have been bound.
    fn unbound(&self, run: &StoredRun, error: WorkbenchError) -> WorkbenchError {
        let absent = run.outcome.datasets.iter().find(|dataset| !self.has_dataset(&dataset.name));
        match (absent, error) {
            (Some(dataset), WorkbenchError::Input(_)) => {
                let name = visible(&dataset.name);
                let problem = Diagnostic::new(self.origin(&run.path), format!("there is no dataset `{name}`"));
                problem.hint(format!("bind it if it was bound then: --dataset {name}=PATH")).into()
            }
            (_, error) => error,
        }
    }

    /// The inputs of a stored run, as its lock names them.
    fn inputs_of(&self, run: &StoredRun) -> Result<Inputs> {
        let path = run.path.join("run.lock.toml");
        if !files::exists(&path) {
            let message = "the run has no run.lock.toml, so nobody knows what went in";
            return Err(Diagnostic::new(self.origin(&run.path), message).hint("run the experiment again").into());
        }
        let lock = self.lock_of(&path)?;
        let text = |value: &toml::Value| value.as_str().unwrap_or_default().to_string();
        let mut found = Inputs::new();
        for (key, input) in [("tool", Input::Tool), ("experiment", Input::Experiment)] {
            found.extend(lock.get(key).map(|value| (input, text(value))));
        }
        let seed = run.outcome.uncertainty.as_ref().map(|uncertainty| uncertainty.seed.to_string());
        found.extend(seed.map(|seed| (Input::Seed, seed)));
        let table = |key: &str| lock.get(key).and_then(toml::Value::as_table).into_iter().flatten();
        found.extend(table("cohorts").map(|(name, value)| (Input::Cohort(name.clone()), text(value))));
        found.extend(table("golden").map(|(family, value)| (Input::Golden(family.clone()), text(value))));
        found.extend(table("models").map(|(id, value)| (Input::Model(id.clone()), text(value))));
        found.extend(table("attacks").map(|(name, value)| (Input::Attack(name.clone()), text(value))));
        found.extend(lock.get("identities").map(|value| (Input::Identities, text(value))));
        found.extend(table("frozen").map(|(id, value)| (Input::Frozen(id.clone()), text(value))));
        found.extend(table("manifests").map(|(name, value)| (Input::Manifest(name.clone()), text(value))));
        for (dataset, files) in table("inputs-sha256") {
            for (file, value) in files.as_table().into_iter().flatten() {
                found.insert(Input::File { dataset: dataset.clone(), file: file.clone() }, text(value));
            }
        }
        Ok(found)
    }
}
