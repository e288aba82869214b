//! `clout trend`: a metric over versions and runs.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

use cloutbench::chart;
use cloutbench::compare::metric::Metric;
use cloutbench::date::Date;
use cloutbench::diagnostic::{Diagnostic, visible};
use cloutbench::experiment::Outcome as Found;
use cloutbench::experiment::trend::{Trend, trend};
use cloutbench::ids::ModelId;
use cloutbench::number::counted;
use cloutbench::release::Record;
use cloutbench::report::{Releases, trend_chart, trend_table, trend_tables};
use cloutbench::workbench::{LeftOut, Workbench, WorkbenchError, shown, write_whole};
use serde_json::json;

use crate::arguments::{Shared, TableFormat, TrendArguments};
use crate::clock;
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &TrendArguments) -> Outcome {
    let metric: Metric = arguments.metric.parse().map_err(|error: cloutbench::compare::metric::MetricError| {
        let problem = Diagnostic::new("METRIC", error.to_string());
        match error.hint() {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    })?;
    let bench = shared.open()?;
    let (runs, left_out) = bench.stored_runs()?;
    for LeftOut { name, reason } in &left_out {
        output::note(&format!("note: {name} is left out: {reason}"));
    }
    let runs: Vec<Found> = runs.into_iter().map(|run| run.outcome).collect();
    if runs.is_empty() {
        let problem = Diagnostic::new("clout trend", "there are no stored runs that can be read");
        return Err(problem.hint("`clout run experiments/NAME.toml` makes one").into());
    }
    let runs = chosen(runs, arguments)?;
    let mut found = trend(&metric, &runs);
    if found.lines.is_empty() {
        return Err(not_measured(&metric, &runs).into());
    }
    keep(&mut found, arguments);
    if found.lines.is_empty() {
        let message = format!("no run that measured {metric} has all that --experiment, --on and --candidate ask for");
        return Err(Diagnostic::new("clout trend", message).hint("leave one of them out").into());
    }
    tell_of_namesakes(&found);
    let releases = releases(&bench, &found, clock::day(arguments.as_of)?)?;
    if let Some(out) = &arguments.out {
        draw(&metric, &found, &releases, out)?;
    }
    match arguments.format {
        TableFormat::Json => {
            let marks = marks(&releases);
            output::json(
                &json!({ "metric": found.metric, "lines": found.lines, "releases": marks, "left-out": left_out }),
            )?;
        }
        TableFormat::Csv => output::table(&trend_table(&found, &releases), TableFormat::Csv)?,
        format => {
            for (at, table) in trend_tables(&metric, &found, &releases).iter().enumerate() {
                if at > 0 {
                    output::print("\n")?;
                }
                output::table(table, format)?;
            }
            if found.lines.len() > 1 {
                output::note(&format!(
                    "note: {}; figures of different lines cannot be compared",
                    counted(found.lines.len() as u64, "line")
                ));
            }
        }
    }
    Ok(Exit::Done)
}

/// Draws the chart into a file, in the format that its name asks for.
fn draw(metric: &Metric, found: &Trend, releases: &Releases, out: &Path) -> Result<(), Failure> {
    let chart = trend_chart(metric, found, releases);
    let extension = out.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    let bytes = match extension.as_str() {
        "svg" => chart.svg.into_bytes(),
        "png" => chart::png(&chart.svg, chart::PNG_SCALE)
            .map_err(|error| Failure::machine("cannot draw the chart", error))?,
        _ => {
            let problem = Diagnostic::new("--out", format!("`{}` is no chart's file", shown(out)));
            return Err(problem.hint("name it .svg or .png").into());
        }
    };
    write_whole(out, &bytes)?;
    output::note(&format!("chart: {}", shown(out)));
    Ok(())
}

/// The candidates that are released as they were run, with where they stand on a day. A lock or a chain
/// that cannot be read is told, and marks nothing.
fn releases(bench: &Workbench, found: &Trend, day: Date) -> Result<Releases, Failure> {
    let mut releases = Releases::new();
    let candidates: BTreeSet<&str> =
        found.lines.iter().flat_map(|line| &line.points).map(|point| point.candidate.as_str()).collect();
    for candidate in candidates {
        let Some(id) = candidate.parse::<ModelId>().ok().filter(|id| id.version().build.is_empty()) else { continue };
        let read = bench.lock(&id).and_then(|lock| match lock {
            Some(lock) => Ok(Some((lock, bench.live(id.family())?))),
            None => Ok(None),
        });
        match read {
            Ok(None) => {}
            Ok(Some((lock, chain))) => {
                let record = Record::of(&id, Some(lock.spec.released), &chain, day);
                releases.insert((candidate.to_string(), lock.spec.digest), record);
            }
            Err(WorkbenchError::Input(problems)) => {
                output::note(&format!("note: {candidate} is not marked: {}", problems.as_slice()[0].message));
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(releases)
}

/// The marks for programs.
fn marks(releases: &Releases) -> Vec<serde_json::Value> {
    let mark = |((model, digest), record): (&(String, String), &Record)| {
        json!({
            "model": model,
            "digest": digest,
            "released": record.released,
            "state": record.standing.name(),
            "share": record.standing.share(),
            "live-from": record.live_from,
        })
    };
    releases.iter().map(mark).collect()
}

/// The runs of the experiment asked for; every name asked for must occur.
fn chosen(runs: Vec<Found>, arguments: &TrendArguments) -> Result<Vec<Found>, Diagnostic> {
    let known = |of: &dyn Fn(&Found) -> Vec<String>| runs.iter().flat_map(of).collect::<BTreeSet<String>>();
    let check = |option: &str, what: &str, asked: &Option<String>, known: BTreeSet<String>| match asked {
        Some(name) if !known.contains(name) => {
            let message = format!("no stored run has the {what} `{}`", visible(name));
            Err(Diagnostic::new(option, message).suggest(name, known.iter().map(String::as_str)))
        }
        _ => Ok(()),
    };
    check("--experiment", "experiment", &arguments.experiment, known(&|run| vec![run.experiment.name.clone()]))?;
    let datasets = known(&|run| run.datasets.iter().map(|dataset| dataset.name.clone()).collect());
    check("--on", "dataset", &arguments.on, datasets)?;
    let families = known(&|run| run.comparisons.iter().map(|summary| family(&summary.candidate)).collect());
    check("--candidate", "candidate of the family", &arguments.candidate, families)?;
    let mut runs = runs;
    runs.retain(|run| arguments.experiment.as_ref().is_none_or(|name| run.experiment.name == *name));
    Ok(runs)
}

fn family(model: &str) -> String {
    model.parse::<ModelId>().map_or_else(|_| model.to_string(), |id| id.family().to_string())
}

fn keep(trend: &mut Trend, arguments: &TrendArguments) {
    trend.lines.retain(|line| arguments.on.as_ref().is_none_or(|name| line.place.dataset == *name));
    for line in &mut trend.lines {
        line.points.retain(|point| arguments.candidate.as_ref().is_none_or(|name| family(&point.candidate) == *name));
    }
    trend.lines.retain(|line| !line.points.is_empty());
}

/// The problem that no run measured a metric; the hint names what is there.
fn not_measured(metric: &Metric, runs: &[Found]) -> Diagnostic {
    let summaries = runs.iter().flat_map(|run| &run.comparisons);
    let labels: BTreeSet<&String> = summaries.flat_map(|summary| summary.metrics.keys()).collect();
    let name = |label: &str| label.split('[').next().unwrap_or_default().to_string();
    let settings: Vec<&str> =
        labels.iter().map(|label| label.as_str()).filter(|label| name(label) == metric.definition.name).collect();
    let problem = Diagnostic::new("METRIC", format!("no stored run measured `{metric}`"));
    if settings.is_empty() {
        let names: BTreeSet<String> = labels.iter().map(|label| name(label)).collect();
        return problem.hint(format!("measured: {}", names.into_iter().collect::<Vec<_>>().join(", ")));
    }
    problem.hint(format!("measured: {}", settings.join(", ")))
}

/// Two models that bear one name are no progress of a version.
fn tell_of_namesakes(trend: &Trend) {
    let mut digests: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for point in trend.lines.iter().flat_map(|line| &line.points) {
        digests.entry(&point.candidate).or_default().insert(&point.candidate_digest);
    }
    for (candidate, digests) in digests.iter().filter(|(_, digests)| digests.len() > 1) {
        let short: Vec<String> = digests.iter().map(|digest| digest.chars().take(12).collect()).collect();
        output::note(&format!("note: {candidate} stands for {} different models: {}", short.len(), short.join(", ")));
    }
}
