//! `clout check`: everything wrong, all at once.

use std::collections::BTreeSet;
use std::path::Path;

use cloutbench::dataset::Dataset;
use cloutbench::date::Date;
use cloutbench::diagnostic::{Diagnostic, Diagnostics, slip_of, visible};
use cloutbench::experiment::golden::{GoldenVerdict, judge_versions};
use cloutbench::experiment::verify;
use cloutbench::number::counted;
use cloutbench::report::golden_line;
use cloutbench::stability::attack::Identities;
use cloutbench::workbench::{Workbench, WorkbenchError, shown};

use crate::arguments::{CheckArguments, Shared};
use crate::clock;
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::watch::Watch;

/// What was checked, and everything that is wrong.
#[derive(Default)]
struct Tally {
    models: usize,
    datasets: usize,
    experiments: usize,
    recipes: usize,
    attacks: usize,
    identities: usize,
    families: usize,
    locks: usize,
    golden: usize,
    verdicts: Vec<GoldenVerdict>,
    looks: usize,
    problems: Vec<Diagnostic>,
}

pub fn run(shared: &Shared, arguments: &CheckArguments) -> Outcome {
    let bench = shared.open()?;
    let mut tally = Tally::default();
    if arguments.files.is_empty() {
        everything(&bench, &mut tally, clock::day(arguments.as_of)?)?;
    } else {
        for file in &arguments.files {
            let name = shown(file);
            // A bare file name is a path all the same.
            let name = if name.contains('/') { name } else { format!("./{name}") };
            let kind = tally.keep(bench.kind_of(file))?;
            match kind {
                Some("model") => tally.model(&bench, &name)?,
                Some("experiment") => tally.experiment(&bench, &name)?,
                Some("attack") => {
                    // Without sound identities nothing can be said of what is held against them.
                    let identities = tally.keep(bench.identities())?;
                    let signals = bench.known_signals()?;
                    tally.attack(&bench, &name, &identities.unwrap_or_default(), &signals)?;
                }
                Some("identities") => {
                    tally.identities += usize::from(tally.keep(bench.identities_at(file))?.is_some());
                }
                Some("family" | "release") => match bench.family_of(file) {
                    Some(family) => tally.family(&bench, &family, clock::day(arguments.as_of)?)?,
                    None => {
                        let problem = Diagnostic::new(name, "the file does not stand where the family's own do");
                        tally
                            .problems
                            .push(problem.hint("put it below models/ or releases/, in the folder of its family"));
                    }
                },
                Some("golden") => tally.golden(&bench, file)?,
                Some("look") => tally.looks += usize::from(tally.keep(bench.look(file))?.is_some()),
                Some("recipe") => tally.recipes += usize::from(tally.keep(bench.recipe(file))?.is_some()),
                Some(_) => {
                    let folder = file.parent().map_or(".".to_string(), |folder| format!("{}/.", shown(folder)));
                    tally.datasets += usize::from(tally.keep(bench.dataset(&folder))?.is_some());
                }
                None => {}
            }
        }
    }
    let failed: Vec<&GoldenVerdict> = tally.verdicts.iter().filter(|verdict| !verdict.met).collect();
    for verdict in &failed {
        output::print(&format!("FAILED: {}\n", golden_line(verdict)))?;
    }
    let failed = failed.len();
    tally.problems.dedup();
    Diagnostics::none_or(std::mem::take(&mut tally.problems))?;
    let mut parts = Vec::new();
    for (count, name) in [
        (tally.models, "model"),
        (tally.datasets, "dataset"),
        (tally.experiments, "experiment"),
        (tally.recipes, "recipe"),
        (tally.attacks, "attack"),
        (tally.identities, "identity file"),
        (tally.families, "family setting"),
        (tally.locks, "lock"),
        (tally.golden, "golden case"),
        (tally.looks, "look"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if parts.is_empty() {
        let problem = Diagnostic::new(shown(bench.root()), "there is nothing to check here");
        return Err(problem.hint("run in a workbench, or make one with `clout init DIR`").into());
    }
    let parts = parts.join(", ");
    if failed > 0 {
        let verdicts = counted(tally.verdicts.len() as u64, "verdict");
        output::print(&format!("{failed} of {verdicts} on golden cases failed; else ok: {parts}\n"))?;
        return Ok(Exit::ExpectationFailed);
    }
    output::print(&format!("ok: {parts}\n"))?;
    Ok(Exit::Done)
}

fn everything(bench: &Workbench, tally: &mut Tally, day: Date) -> Result<(), Failure> {
    tally.problems.extend(bench.stray_model_files()?);
    for id in bench.model_ids()? {
        tally.model(bench, &id.to_string())?;
    }
    tally.problems.extend(bench.stray_releases()?);
    for family in bench.families()? {
        tally.family(bench, &family, day)?;
    }
    for name in bench.dataset_names()? {
        tally.datasets += 1;
        let opened: Option<std::sync::Arc<Dataset>> = tally.keep(bench.dataset(&name))?;
        drop(opened);
    }
    for path in bench.recipe_paths()? {
        tally.recipes += 1;
        tally.keep(bench.recipe(&path))?;
    }
    let identities = tally.keep(bench.identities())?.unwrap_or_default();
    tally.identities += usize::from(identities.iter().next().is_some());
    let signals = bench.known_signals()?;
    for name in bench.attack_names()? {
        tally.attack(bench, &name, &identities, &signals)?;
    }
    for path in bench.golden_paths()? {
        tally.golden(bench, &path)?;
    }
    for path in bench.look_paths()? {
        tally.looks += 1;
        tally.keep(bench.look(&path))?;
    }
    for name in bench.experiment_names()? {
        // A dataset that is bound from outside need not be at hand for a check.
        let Some(experiment) = tally.keep(bench.experiment(&name))? else { continue };
        let absent = experiment.datasets.iter().find(|name| !bench.has_dataset(name)).cloned();
        match absent.or_else(|| bench.absent_of_golden(&experiment)) {
            None => tally.experiment(bench, &name)?,
            Some(absent) => {
                tally.experiments += 1;
                output::note(&format!(
                    "note: experiment {name}: dataset `{absent}` is not at hand; bind it with --dataset {absent}=PATH to check it"
                ));
            }
        }
    }
    Ok(())
}

impl Tally {
    fn model(&mut self, bench: &Workbench, name: &str) -> Result<(), Failure> {
        self.models += 1;
        if let Some(Some(reference)) = self.keep(bench.check_model(name))? {
            output::note(&format!(
                "note: model {name}: its reference `{reference}` is not at hand; bind it with --dataset {reference}=PATH to check it"
            ));
        }
        Ok(())
    }

    fn family(&mut self, bench: &Workbench, name: &str, day: Date) -> Result<(), Failure> {
        if let Some(check) = self.keep(bench.check_family(name, day))? {
            self.families += usize::from(check.settings);
            self.locks += check.locks;
            check.notes.iter().for_each(|note| output::note(&format!("note: {note}")));
        }
        Ok(())
    }

    /// `signals` are those of the datasets that are at hand: an attack on another is no mistake, as its
    /// dataset may be elsewhere, but it may be a slip.
    fn attack(
        &mut self,
        bench: &Workbench,
        name: &str,
        identities: &Identities,
        signals: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        self.attacks += 1;
        self.keep(bench.attack(name, identities))?;
        // Told of a wrong attack as well: the slip may be why it is wrong.
        let changed = bench.signals_of_attack(name);
        for signal in changed.iter().filter(|signal| !signals.contains(*signal) && identities.get(signal).is_none()) {
            if let Some(near) = slip_of(signal, signals.iter().map(String::as_str)) {
                let (signal, near) = (visible(signal), visible(near));
                output::note(&format!(
                    "note: attack {name}: no dataset here has the signal `{signal}`; did you mean `{near}`?"
                ));
            }
        }
        Ok(())
    }

    /// Holds every version of a family to its golden cases.
    fn golden(&mut self, bench: &Workbench, path: &Path) -> Result<(), Failure> {
        let Some(check) = self.keep(bench.golden_check(path))? else { return Ok(()) };
        let family = &check.plan.family;
        self.golden += check.cases;
        for absent in &check.absent {
            output::note(&format!(
                "note: golden cases of {family}: dataset `{absent}` is not at hand; bind it with --dataset {absent}=PATH to check them"
            ));
        }
        for (model, reference) in &check.unscored {
            output::note(&format!(
                "note: golden cases of {family}: {model} is not held to them, as its reference `{reference}` is not at hand; bind it with --dataset {reference}=PATH"
            ));
        }
        self.keep(Diagnostics::none_or(check.problems).map_err(WorkbenchError::from))?;
        let judged = Watch::around(|engine, _| judge_versions(&check.plan, &check.versions, &check.references, engine));
        let verdicts = self.keep(judged.map_err(WorkbenchError::from))?;
        self.verdicts.extend(verdicts.unwrap_or_default());
        Ok(())
    }

    fn experiment(&mut self, bench: &Workbench, name: &str) -> Result<(), Failure> {
        self.experiments += 1;
        if let Some(plan) = self.keep(bench.plan(name))? {
            self.keep(verify(&plan).map_err(WorkbenchError::from))?;
        }
        Ok(())
    }

    /// Keeps a result, or its problems; what the machine failed at ends the check.
    fn keep<T>(&mut self, result: cloutbench::workbench::Result<T>) -> Result<Option<T>, Failure> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(WorkbenchError::Input(found)) => {
                self.problems.extend(
                    found.into_vec().into_iter().filter(|problem| !self.problems.contains(problem)).collect::<Vec<_>>(),
                );
                Ok(None)
            }
            Err(other) => Err(other.into()),
        }
    }
}
