//! `clout dataset`: import, generate, describe, verify.

use std::collections::BTreeMap;

use cloutbench::dataset::import::{Filter, Wishes};
use cloutbench::dataset::index::{Selection, Snapshots};
use cloutbench::dataset::manifest::{NonFinite, Role};
use cloutbench::diagnostic::{Diagnostic, Diagnostics, visible};
use cloutbench::number::{share, thousands};
use cloutbench::report::{Align, Table};
use cloutbench::workbench::{Description, ImportOrder, PairsOrder, shown};

use crate::arguments::{DatasetArguments, DatasetCommand, DescribeArguments, GenerateArguments, ImportArguments, Shared, TableFormat, VerifyArguments};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;

pub fn run(shared: &Shared, arguments: &DatasetArguments) -> Outcome {
    match &arguments.command {
        DatasetCommand::Import(arguments) => import(shared, arguments),
        DatasetCommand::Generate(arguments) => generate(shared, arguments),
        DatasetCommand::Describe(arguments) => describe(shared, arguments),
        DatasetCommand::Verify(arguments) => verify(shared, arguments),
    }
}

fn import(shared: &Shared, arguments: &ImportArguments) -> Outcome {
    let bench = shared.open()?;
    let imported = bench.import(&order(arguments)?)?;
    if let Some(plan) = &imported.plan {
        let mut table = Table::new("", &[("Column", Align::Left), ("Role", Align::Left), ("Kind", Align::Left), ("Why", Align::Left)]);
        for taken in &plan.taken {
            table.row([taken.name.clone(), taken.role.name().to_string(), format!("{:?}", taken.kind).to_lowercase(), taken.because.clone()]);
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
    let (path, created) = bench.generate(&recipe, arguments.out.as_deref())?;
    let rows = recipe.accounts() * recipe.snapshots().len() as u64;
    let state = if created { "" } else { " (stood there already, the same)" };
    output::print(&format!("{}: {} rows{state}\n", shown(&path), thousands(rows)))?;
    Ok(Exit::Done)
}

fn verify(shared: &Shared, arguments: &VerifyArguments) -> Outcome {
    let bench = shared.open()?;
    for name in &arguments.named {
        let (dataset, rows) = bench.verify_dataset(name)?;
        let files = dataset.digests().len();
        let noun = if files == 1 { "file" } else { "files" };
        output::print(&format!("ok: {}: {files} {noun}, {} rows\n", dataset.manifest().name, thousands(rows)))?;
    }
    Ok(Exit::Done)
}

fn describe(shared: &Shared, arguments: &DescribeArguments) -> Outcome {
    let bench = shared.open()?;
    let snapshots = arguments.snapshot.as_ref().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name.clone()]));
    let selection = Selection { snapshots, topic: arguments.topic.clone() };
    let description = bench.describe(&arguments.dataset, &selection)?;
    if arguments.format == TableFormat::Table {
        output::print(&overview(&description))?;
    }
    output::table(&signals(&description, arguments.format), arguments.format)?;
    Ok(Exit::Done)
}

fn overview(description: &Description) -> String {
    let manifest = description.dataset.manifest();
    let mut text = String::new();
    let mut line = |what: &str, value: &str| {
        let value = visible(value);
        text.push_str(&format!("{what:<12}{value}\n"));
    };
    line("dataset", &format!("{}: {}", manifest.name, manifest.title));
    line("population", &manifest.population);
    line("source", &manifest.source);
    line("licence", &manifest.licence);
    if let Some(note) = &manifest.note {
        line("note", note);
    }
    for (snapshot, accounts) in &description.snapshots {
        let name = snapshot.as_deref().map_or(String::new(), |name| format!("{name}: "));
        line(if snapshot.is_some() { "snapshot" } else { "accounts" }, &format!("{name}{} accounts", thousands(*accounts)));
    }
    for role in [Role::Segment, Role::Cluster] {
        for name in manifest.with_role(role) {
            line(role.name(), name);
        }
    }
    if let Some(pairs) = description.dataset.pairs() {
        line("pairs", &format!("{} judged", thousands(pairs.len() as u64)));
    }
    text.push('\n');
    text
}

fn signals(description: &Description, format: TableFormat) -> Table {
    let caption = match description.chosen.as_slice() {
        [] => "Numbers".to_string(),
        names => format!("Numbers in {}", names.join(", ")),
    };
    let columns = [
        ("Column", Align::Left),
        ("Role", Align::Left),
        ("Missing", Align::Right),
        ("Zero", Align::Right),
        ("Least", Align::Right),
        ("Median", Align::Right),
        ("Largest", Align::Right),
        ("Unit", Align::Left),
    ];
    let mut table = Table::new(caption, &columns);
    let exact = format == TableFormat::Csv || format == TableFormat::Json;
    for signal in &description.signals {
        let number = |value: Option<f64>| match value {
            None => "–".to_string(),
            Some(value) if exact => value.to_string(),
            Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                let sign = if value < 0.0 { "−" } else { "" };
                format!("{sign}{}", thousands(value.abs() as u64))
            }
            Some(value) => format!("{value:.3}").replace('-', "−"),
        };
        let of = |part: u64, whole: u64| if exact { part.to_string() } else { share(part, whole) };
        table.row([
            signal.name.clone(),
            signal.role.name().to_string(),
            of(signal.missing, signal.missing + signal.present),
            of(signal.zeros, signal.present),
            number(signal.quantiles[0]),
            number(signal.quantiles[1]),
            number(signal.quantiles[2]),
            signal.unit.clone().unwrap_or_default(),
        ]);
    }
    table
}
