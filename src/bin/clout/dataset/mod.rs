//! `clout dataset`: import, generate, describe, diff, overlap, sample, verify.

mod describe;
mod diff;
mod overlap;
mod sample;

use std::collections::BTreeMap;

use cloutbench::dataset::import::{Filter, Wishes};
use cloutbench::dataset::manifest::{NonFinite, Role};
use cloutbench::diagnostic::{Diagnostic, Diagnostics, visible};
use cloutbench::number::thousands;
use cloutbench::report::{Align, Table};
use cloutbench::workbench::{ImportOrder, PairsOrder, shown};

use crate::arguments::{
    DatasetArguments, DatasetCommand, GenerateArguments, ImportArguments, Shared, TableFormat, VerifyArguments,
};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &DatasetArguments) -> Outcome {
    match &arguments.command {
        DatasetCommand::Import(arguments) => import(shared, arguments),
        DatasetCommand::Generate(arguments) => generate(shared, arguments),
        DatasetCommand::Describe(arguments) => describe::run(shared, arguments),
        DatasetCommand::Diff(arguments) => diff::run(shared, arguments),
        DatasetCommand::Overlap(arguments) => overlap::run(shared, arguments),
        DatasetCommand::Sample(arguments) => sample::run(shared, arguments),
        DatasetCommand::Verify(arguments) => verify(shared, arguments),
    }
}

fn import(shared: &Shared, arguments: &ImportArguments) -> Outcome {
    let bench = shared.open()?;
    let imported = bench.import(&order(arguments)?)?;
    if let Some(plan) = &imported.plan {
        let mut table = Table::new(
            "",
            &[("Column", Align::Left), ("Role", Align::Left), ("Kind", Align::Left), ("Why", Align::Left)],
        );
        for taken in &plan.taken {
            table.row([
                taken.name.clone(),
                taken.role.name().to_string(),
                format!("{:?}", taken.kind).to_lowercase(),
                taken.because.clone(),
            ]);
        }
        for (name, reason) in &plan.left {
            table.row([name.clone(), "left out".to_string(), String::new(), reason.clone()]);
        }
        output::table(&table, TableFormat::Table)?;
    }
    let rows = if imported.pairs > 0 { "accounts" } else { "rows" };
    let mut line = format!("{}: {} {rows}", shown(&imported.path), thousands(imported.accounts));
    if imported.pairs > 0 {
        line.push_str(&format!(", {} judged pairs", thousands(imported.pairs)));
    }
    if imported.same > 0 {
        line.push_str(&format!(" ({} more left out: both sides have the same features)", thousands(imported.same)));
    }
    output::print(&format!("{line}\n"))?;
    output::note("roles, units and the population can be edited in its dataset.toml");
    Ok(Exit::Done)
}

fn order(arguments: &ImportArguments) -> Result<ImportOrder, Failure> {
    let mut problems = Vec::new();
    let mut roles = BTreeMap::new();
    for (column, word) in &arguments.roles {
        match Role::ALL.into_iter().find(|role| role.name() == word) {
            Some(role) => {
                roles.insert(column.clone(), role);
            }
            None => {
                let problem = Diagnostic::new("--role", format!("`{}` is no role", visible(word)));
                problems.push(problem.suggest(word, Role::ALL.map(Role::name)));
            }
        }
    }
    let mut filters = Vec::new();
    for text in &arguments.filters {
        match text.parse::<Filter>() {
            Ok(filter) => filters.push(filter),
            Err(message) => problems.push(Diagnostic::new("--where", message)),
        }
    }
    let mut pairs = None;
    if let (Some(prefixes), Some(label)) = (&arguments.pairs, &arguments.label) {
        match prefixes.split_once(',') {
            Some((first, second)) if !first.is_empty() && !second.is_empty() && first != second => {
                pairs = Some(PairsOrder { label: label.clone(), prefixes: [first.to_string(), second.to_string()] });
            }
            _ => problems.push(Diagnostic::new("--pairs", "write two prefixes, such as --pairs A_,B_")),
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(ImportOrder {
        file: arguments.file.clone(),
        name: arguments.name.clone(),
        wishes: Wishes {
            key: arguments.key.clone(),
            roles,
            renames: arguments.renames.iter().cloned().collect(),
            filters,
            leave: arguments.leave.clone(),
            non_finite: if arguments.non_finite_is_missing { NonFinite::Missing } else { NonFinite::Refuse },
        },
        pairs,
        title: arguments.title.clone(),
        population: arguments.population.clone(),
        source: arguments.source.clone(),
        licence: arguments.licence.clone(),
    })
}

fn generate(shared: &Shared, arguments: &GenerateArguments) -> Outcome {
    let bench = shared.open()?;
    let recipe = bench.recipe(&arguments.recipe)?;
    let made = bench.generate(&recipe, arguments.out.as_deref())?;
    let state = if made.created { "" } else { " (stood there already, the same)" };
    output::print(&format!("{}: {} rows{state}\n", shown(&made.path), thousands(made.rows)))?;
    Ok(Exit::Done)
}

fn verify(shared: &Shared, arguments: &VerifyArguments) -> Outcome {
    let bench = shared.open()?;
    for name in &arguments.names {
        let (dataset, rows) = bench.verify_dataset(name)?;
        let files = dataset.digests().len();
        let noun = if files == 1 { "file" } else { "files" };
        output::print(&format!("ok: {}: {files} {noun}, {} rows\n", dataset.manifest().name, thousands(rows)))?;
    }
    Ok(Exit::Done)
}

/// A number of a table: as it is where a program reads it, else shortened.
fn figure(value: Option<f64>, exact: bool) -> String {
    match value {
        None if exact => String::new(),
        None => "–".to_string(),
        Some(value) if exact => value.to_string(),
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
            let sign = if value < 0.0 { "−" } else { "" };
            format!("{sign}{}", thousands(value.abs() as u64))
        }
        Some(value) if value.abs() >= 1e15 => format!("{value:.3e}").replace('-', "−"),
        Some(value) => format!("{value:.3}").replace('-', "−"),
    }
}

/// Whether a format is read by programs.
fn is_exact(format: TableFormat) -> bool {
    format == TableFormat::Csv || format == TableFormat::Json
}
