//! `clout list`: what the workbench holds, and the vocabulary of metrics and of studies' figures.

mod runs;
mod versions;

use std::sync::Arc;

use cloutbench::compare::metric::METRICS;
use cloutbench::date::Date;
use cloutbench::diagnostic::visible;
use cloutbench::experiment::STUDY_FIGURES;
use cloutbench::ids::ModelId;
use cloutbench::model::Model;
use cloutbench::release::{Retired, Turn};
use cloutbench::report::{Align, Table};
use cloutbench::workbench::{Gone, Workbench, WorkbenchError, shown};

use super::annotate;
use crate::arguments::{ListArguments, Listed, Shared};
use crate::clock;
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;

pub fn run(shared: &Shared, arguments: &ListArguments) -> Outcome {
    arguments.check()?;
    let bench = shared.open()?;
    let day = || clock::day(arguments.as_of);
    let table = match arguments.what {
        Listed::Models => versions::models(&bench, arguments, day()?)?,
        Listed::Weights => versions::weights(&bench, arguments, day()?)?,
        Listed::Live => live(&bench, &families(&bench, arguments)?, day()?)?,
        Listed::Retired => retired(&bench, &families(&bench, arguments)?, day()?)?,
        Listed::Datasets => datasets(&bench)?,
        Listed::Experiments => experiments(&bench)?,
        Listed::Runs => runs::runs(&bench, arguments)?,
        Listed::Looks => looks(&bench)?,
        Listed::Metrics => metrics(),
    };
    if table.rows.is_empty() {
        match arguments.what {
            Listed::Live => output::note(
                "nothing is live then; `clout release MODEL --live-from DATE` puts a released version live",
            ),
            Listed::Retired => output::note("nothing is retired by then; a family's family.toml says what is"),
            Listed::Looks => output::note("nobody has looked at a holdout here"),
            // Where runs are filtered, what there is has been told.
            Listed::Runs if !arguments.wanted().is_all() => {}
            _ => output::note("nothing to list here; `clout init DIR` makes a first workbench"),
        }
    }
    output::table(&table, arguments.format)?;
    Ok(Exit::Done)
}

/// What stands in a list for something that cannot be read.
fn broken(error: &WorkbenchError) -> String {
    match error {
        WorkbenchError::Input(problems) => format!("broken: {}", problems.as_slice()[0].message),
        other => format!("broken: {other}"),
    }
}

/// The family that is named, or all there are.
fn families(bench: &Workbench, arguments: &ListArguments) -> Result<Vec<String>, Failure> {
    match &arguments.family {
        Some(name) => {
            bench.known_family(name)?;
            Ok(vec![name.clone()])
        }
        None => Ok(bench.families()?),
    }
}

/// Which versions people see on a day, and what goes live later.
fn live(bench: &Workbench, families: &[String], day: Date) -> Result<Table, Failure> {
    let columns = [
        ("Family", Align::Left),
        ("Version", Align::Left),
        ("Share", Align::Left),
        ("From", Align::Left),
        ("By", Align::Left),
        ("Digest", Align::Left),
        ("Because", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    let mut versions: Vec<ModelId> = Vec::new();
    for family in families {
        let chain = bench.live(family)?;
        let mut row = |turn: &Turn, share: String| {
            versions.push(turn.id.clone());
            table.row([
                family.clone(),
                turn.id.version().to_string(),
                share,
                turn.spec.from.to_string(),
                turn.spec.kind.name().to_string(),
                turn.spec.digest.chars().take(12).collect(),
                turn.spec.because.as_deref().map_or(String::new(), annotate::cut),
            ]);
        };
        chain
            .shown(day)
            .iter()
            .for_each(|shown| row(shown.turn, format!("{} %", (shown.share * 1000.0).round() / 10.0)));
        // The newest first, as those that are live.
        let later = chain.turns.iter().rev().filter(|turn| turn.spec.from > day);
        later.for_each(|turn| row(turn, "later".to_string()));
    }
    // A version that cannot be read is told by `check`.
    let models: Vec<Arc<Model>> = versions.iter().filter_map(|id| bench.model(&id.to_string(), &[]).ok()).collect();
    record::releases(bench, &models);
    Ok(table)
}

/// The versions that read signals which are gone, and what they still score.
fn retired(bench: &Workbench, families: &[String], day: Date) -> Result<Table, Failure> {
    let columns = [
        ("Model", Align::Left),
        ("Signals", Align::Left),
        ("Factors", Align::Left),
        ("Weight left", Align::Left),
        ("Lost", Align::Left),
        ("Fallback", Align::Left),
        ("Why", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    for family in families {
        for gone in bench.gone(&bench.family(family)?, day)? {
            let Gone { model, affected, retired } = &gone;
            let lost: Vec<String> =
                affected.factors.iter().map(|(factor, fate)| format!("{factor} ({fate})")).collect();
            let why = |(signal, retired): (&String, &Retired)| {
                let instead = retired.replaced_by.as_ref().map_or(String::new(), |other| format!("; {other} instead"));
                visible(&format!("{signal} since {}: {}{instead}", retired.since, retired.because))
            };
            table.row([
                model.to_string(),
                affected.signals.join(", "),
                format!("{} of {}", affected.of - affected.factors.len(), affected.of),
                affected.left.map_or("unknown".to_string(), |left| format!("{:.1} %", left * 100.0)),
                lost.join(", "),
                gone.fallbacks().join(", "),
                retired.iter().map(why).collect::<Vec<_>>().join("; "),
            ]);
        }
    }
    Ok(table)
}

fn datasets(bench: &Workbench) -> Result<Table, Failure> {
    let columns = [
        ("Dataset", Align::Left),
        ("Rows", Align::Right),
        ("Signals", Align::Right),
        ("Pairs", Align::Right),
        ("Tried", Align::Right),
        ("Title", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    for name in bench.dataset_names()? {
        let tried = bench.tried(&name).to_string();
        match bench.dataset(&name) {
            Ok(dataset) => {
                let rows: u64 = dataset.tables().iter().map(|table| table.rows()).sum();
                let signals = dataset.manifest().with_role(cloutbench::dataset::manifest::Role::Signal).count();
                table.row([
                    name,
                    rows.to_string(),
                    signals.to_string(),
                    dataset.pairs().map_or(0, |pairs| pairs.len()).to_string(),
                    tried,
                    dataset.manifest().title.clone(),
                ]);
            }
            Err(error) => table.row([name, String::new(), String::new(), String::new(), tried, broken(&error)]),
        }
    }
    Ok(table)
}

fn experiments(bench: &Workbench) -> Result<Table, Failure> {
    let columns = [
        ("Experiment", Align::Left),
        ("Baseline", Align::Left),
        ("Candidates", Align::Left),
        ("Dataset", Align::Left),
        ("Expectations", Align::Right),
    ];
    let mut table = Table::new("", &columns);
    for name in bench.experiment_names()? {
        match bench.experiment(&name) {
            Ok(experiment) => {
                let candidates: Vec<String> = experiment.candidates.iter().map(ToString::to_string).collect();
                table.row([
                    name,
                    experiment.baseline.to_string(),
                    candidates.join(", "),
                    experiment.datasets.join(", "),
                    experiment.expectations.len().to_string(),
                ]);
            }
            Err(error) => table.row([name, broken(&error), String::new(), String::new(), String::new()]),
        }
    }
    Ok(table)
}

fn looks(bench: &Workbench) -> Result<Table, Failure> {
    let columns = ["Date", "Dataset", "Models", "Command"].map(|title| (title, Align::Left));
    let mut table = Table::new("", &columns);
    for path in bench.look_paths()? {
        match bench.look(&path) {
            Ok(look) => {
                let models: Vec<String> = look.model.into_iter().map(|model| model.id).collect();
                table.row([look.date.to_string(), look.dataset, models.join(", "), visible(&look.command)]);
            }
            Err(error) => table.row([String::new(), shown(&path), broken(&error), String::new()]),
        }
    }
    Ok(table)
}

fn metrics() -> Table {
    let columns = [("Metric", Align::Left), ("Parameters", Align::Left), ("What it says", Align::Left)];
    let mut table = Table::new("", &columns);
    for definition in METRICS {
        let parameters: Vec<String> = definition
            .parameters
            .iter()
            .map(|parameter| {
                let (name, domain) = (parameter.name, &parameter.domain);
                format!("{name}: {}, {} (default {})", parameter.summary, domain.wanted(), domain.default())
            })
            .collect();
        table.row([definition.name.to_string(), parameters.join("; "), definition.summary.to_string()]);
    }
    for figure in &STUDY_FIGURES {
        let parameters: Vec<String> = figure.parameters().map(|(name, wanted)| format!("{name}: {wanted}")).collect();
        table.row([figure.name.to_string(), parameters.join("; "), figure.meaning.to_string()]);
    }
    table
}
