//! `clout metrics`: any two columns of scores.

use std::collections::BTreeMap;

use cloutbench::compare::measurement::{Measurements, measure};
use cloutbench::compare::metric::Metric;
use cloutbench::compare::{Banding, Comparison, Coverage, Sides};
use cloutbench::diagnostic::{Diagnostic, Diagnostics};
use cloutbench::number::counted;
use cloutbench::report::{Align, Table, metric_row};
use cloutbench::workbench::{ColumnsOrder, WorkbenchError, columns, shown};

use crate::arguments::{MetricsArguments, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

/// What `--format json` prints; the names are part of the command-line contract.
#[derive(serde::Serialize)]
#[serde(rename_all = "kebab-case")]
struct Printed<'a> {
    metrics: &'a Measurements,
    coverage: Coverage,
    baseline: &'a str,
    candidate: &'a str,
    /// Scores are compared on this grid.
    grid: f64,
    /// Distinct values that the grid makes equal, by column.
    merged_by_grid: BTreeMap<&'a str, u64>,
}

pub fn run(shared: &Shared, arguments: &MetricsArguments) -> Outcome {
    let bench = shared.open()?;
    let metrics = wanted(arguments)?;
    if !arguments.bands.is_sorted_by(|left, right| left < right) || arguments.bands.iter().any(|edge| !edge.is_finite())
    {
        return Err(Diagnostic::new("--bands", "the edges of the bands must rise")
            .hint("such as --bands 1,25,50,75")
            .into());
    }
    let order = ColumnsOrder {
        file: arguments.file.clone(),
        baseline: arguments.baseline.clone(),
        candidate: arguments.candidate.clone(),
        id: arguments.id.clone(),
    };
    let [baseline, candidate] = columns(&bench, &order)?;
    let sides = Sides {
        baseline: (&baseline).into(),
        candidate: (&candidate).into(),
        banding: Banding { edges: arguments.bands.clone() },
        ..Sides::default()
    };
    let origin = shown(&arguments.file);
    let comparison = Comparison::new(sides).map_err(|undefined| Diagnostic::new(&origin, undefined.to_string()))?;
    if comparison.is_empty() {
        let message = format!("no row has both `{}` and `{}`", arguments.baseline, arguments.candidate);
        return Err(Failure::Workbench(WorkbenchError::NotComparable(Diagnostic::new(origin, message))));
    }
    let measured = measure(&comparison, &metrics, None);
    let merged: BTreeMap<&str, u64> =
        [(&arguments.baseline, &comparison.baseline), (&arguments.candidate, &comparison.candidate)]
            .into_iter()
            .map(|(name, column)| (name.as_str(), cloutbench::stats::grid::merged(column)))
            .collect();
    for (name, count) in merged.iter().filter(|(_, count)| **count > 0) {
        output::note(&format!(
            "note: {count} distinct values of `{name}` are closer than the score grid of 1e-9 and count as tied; scale the columns up if that is not meant"
        ));
    }
    match arguments.format {
        TableFormat::Json => output::json(&Printed {
            metrics: &measured,
            coverage: comparison.coverage,
            baseline: &arguments.baseline,
            candidate: &arguments.candidate,
            grid: cloutbench::stats::grid::GRID,
            merged_by_grid: merged,
        })?,
        format => {
            output::table(&table(&metrics, arguments.metrics.is_empty(), &measured, &comparison, format), format)?
        }
    }
    Ok(Exit::Done)
}

fn wanted(arguments: &MetricsArguments) -> Result<Vec<Metric>, Failure> {
    if arguments.metrics.is_empty() {
        let mut metrics = Metric::standard();
        if arguments.bands.is_empty() {
            let banded = ["migration-up", "migration-down", "weighted-kappa", "bowker"];
            metrics.retain(|metric| !banded.contains(&metric.definition.name));
        }
        return Ok(metrics);
    }
    let mut metrics = Vec::new();
    let mut problems = Vec::new();
    for text in &arguments.metrics {
        match text.parse::<Metric>() {
            Ok(metric) => metrics.push(metric),
            Err(error) => {
                let problem = Diagnostic::new("--metric", error.to_string());
                problems.push(match error.hint() {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
            }
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(metrics)
}

fn table(
    metrics: &[Metric],
    standard: bool,
    measured: &Measurements,
    comparison: &Comparison,
    format: TableFormat,
) -> Table {
    let coverage = comparison.coverage;
    let caption = format!(
        "{} with both scores; {} only the baseline's, {} only the candidate's, {} neither",
        counted(coverage.both, "row"),
        coverage.only_baseline,
        coverage.only_candidate,
        coverage.neither
    );
    let mut table = Table::new(caption, &[("Metric", Align::Left), ("Value", Align::Right)]);
    for metric in metrics {
        let Some(measurement) = measured.get(&metric.to_string()) else { continue };
        // A depth that the rows do not reach, and that nobody asked for, only fills the screen.
        let deep = metric.definition.name.ends_with("-at-k") && metric.to_string() != metric.definition.name;
        if standard && deep && measurement.value.is_err() {
            continue;
        }
        table.row(metric_row(metric, measurement, format == TableFormat::Csv));
    }
    table
}
