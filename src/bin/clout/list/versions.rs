//! `clout list models` and `clout list weights`: the versions of the score, what stands beside them,
//! and how a family changed.

use std::path::Path;
use std::sync::Arc;

use cloutbench::compare::metric::Metric;
use cloutbench::date::Date;
use cloutbench::diagnostic::Diagnostic;
use cloutbench::experiment::{self, Outcome, judged};
use cloutbench::model::Model;
use cloutbench::release::{Version, tree};
use cloutbench::report::{
    Figure, Nearness, Table, VersionRow, lineage_chart, versions_table, versions_tree, weights_chart, weights_summary,
    weights_table,
};
use cloutbench::workbench::{CompareOrder, Workbench, shown};

use crate::arguments::{ListArguments, TableFormat};
use crate::exit::Failure;
use crate::output;
use crate::watch::Watch;

/// Of how near two versions are to each other.
const NEARNESS: &str = "kendall-tau-b";

/// The versions of all families or of one.
pub fn models(bench: &Workbench, arguments: &ListArguments, day: Date) -> Result<Table, Failure> {
    let families = super::families(bench, arguments)?;
    let mut versions = Vec::new();
    for family in &families {
        versions.extend(bench.versions(family, day)?);
    }
    let nearness = match (arguments.order(), &arguments.family) {
        (Some(order), Some(_)) => Some(nearness(bench, &order, &versions)?),
        _ => None,
    };
    if let (Some(folder), Some(family)) = (&arguments.charts, &arguments.family) {
        draw(bench, family, &versions, nearness.as_ref(), folder)?;
    }
    let runs = super::runs::readable(bench)?;
    // A tree of each family: a version that extends one of another family is a root of its own.
    let of = |family: &String| -> Vec<Version> {
        versions.iter().filter(|version| version.id.family() == family).cloned().collect()
    };
    let owned: Vec<Vec<Version>> = families.iter().map(of).collect();
    let leaves = owned.iter().flat_map(|family| tree(family));
    let rows: Vec<VersionRow<'_>> =
        leaves.map(|leaf| VersionRow { judged: judgement(leaf.version, &runs), leaf }).collect();
    Ok(match arguments.format {
        TableFormat::Table => versions_tree(&rows, nearness.as_ref()),
        _ => versions_table(&rows, nearness.as_ref()),
    })
}

fn judgement(version: &Version, runs: &[Outcome]) -> experiment::Judged {
    let digest = version.model().map(Model::digest);
    digest.map_or_else(experiment::Judged::default, |digest| judged(&version.id.to_string(), &digest, runs))
}

/// The models of versions that can be read, in their order.
fn readable(versions: &[Version]) -> Vec<Arc<Model>> {
    versions.iter().filter_map(|version| Some(version.model.as_ref().ok()?.model.clone())).collect()
}

/// Scores the versions that can be scored, and names the others.
fn nearness(bench: &Workbench, order: &CompareOrder, versions: &[Version]) -> Result<Nearness, Failure> {
    for version in versions {
        if let Err(why) = &version.model {
            output::note(&format!("note: {} is left out: {why}", version.id));
        }
    }
    let (plan, left_out) = bench.family_plan(order, readable(versions))?;
    for left in &left_out {
        output::note(&format!("note: {} is left out: {}", left.name, left.reason));
    }
    let metric: Metric =
        NEARNESS.parse().map_err(|error| Failure::machine("the vocabulary of metrics is broken", error))?;
    let models: Vec<&Model> = plan.models.iter().map(|model| &**model).collect();
    let wanted = Nearness::wanted(&models);
    let measured = Watch::around(|engine, tell| {
        let scored = experiment::score(&plan, engine, tell)?;
        let pairs = experiment::pairwise(&plan, &scored, &metric, &wanted)?;
        let set = scored.sets.first();
        let snapshot = set.and_then(|set| set.index.slices.first()).and_then(|slice| slice.snapshot.clone());
        let topic = set.and_then(|set| set.topic.clone());
        Ok::<_, cloutbench::diagnostic::Diagnostics>((pairs, snapshot, topic))
    });
    let (pairs, snapshot, topic) = measured?;
    for pair in &pairs {
        if let Err(why) = &pair.value.value {
            output::note(&format!("note: {} with {}: {why}", pair.second, pair.first));
        }
    }
    let dataset = plan.datasets.first().map_or(String::new(), |dataset| dataset.manifest().name.clone());
    let place = experiment::outcome::Place { dataset, topic, snapshot, baseline_snapshot: None };
    let scored = plan.models.iter().map(|model| model.id.clone()).collect();
    Ok(Nearness { place: place.title(), scored, pairs })
}

/// Draws what changed from version to version.
fn draw(
    bench: &Workbench,
    family: &str,
    versions: &[Version],
    nearness: Option<&Nearness>,
    folder: &Path,
) -> Result<(), Failure> {
    let models = readable(versions);
    let models: Vec<&Model> = models.iter().map(|model| &**model).collect();
    let charts = std::iter::once(weights_chart(family, &models));
    let charts = charts.chain(nearness.map(|nearness| lineage_chart(family, versions, nearness)));
    let figures: Vec<Figure> = charts.map(|chart| Figure { stem: chart.name.to_string(), chart }).collect();
    bench.write_figures_to(&figures.iter().collect::<Vec<_>>(), folder)?;
    for figure in &figures {
        output::note(&format!("chart: {}", shown(&folder.join(format!("{}.svg", figure.stem)))));
    }
    if nearness.is_none() {
        output::note("note: --on DATASET draws as well how near the versions are to each other");
    }
    Ok(())
}

/// What every factor weighs in the versions of a family.
pub fn weights(bench: &Workbench, arguments: &ListArguments, day: Date) -> Result<Table, Failure> {
    let families = super::families(bench, arguments)?;
    let [family] = families.as_slice() else {
        let problem = Diagnostic::new("--family", "there are several families");
        return Err(problem.hint(format!("choose one with --family: {}", families.join(", "))).into());
    };
    let versions = bench.versions(family, day)?;
    for version in &versions {
        if let Err(why) = &version.model {
            output::note(&format!("note: {} is left out: {why}", version.id));
        }
    }
    let models = readable(&versions);
    let models: Vec<&Model> = models.iter().map(|model| &**model).collect();
    Ok(match arguments.format {
        TableFormat::Json | TableFormat::Csv => weights_table(&models),
        TableFormat::Table | TableFormat::Markdown => weights_summary(family, &models),
    })
}
