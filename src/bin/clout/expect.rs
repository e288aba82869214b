//! `clout expect`: bounds drafted for a person to edit.

use cloutbench::compare::metric::Argument;
use cloutbench::diagnostic::Diagnostic;
use cloutbench::experiment::{Draft, Source, draft};
use cloutbench::number::counted;
use cloutbench::workbench::Shown;

use crate::arguments::{ExpectArguments, Shared};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;

pub fn run(shared: &Shared, arguments: &ExpectArguments) -> Outcome {
    if !(0.0..=10.0).contains(&arguments.margin) {
        let problem = Diagnostic::new("--margin", format!("{} does not lie between 0 and 10", arguments.margin));
        return Err(problem.hint("0.25 lies a quarter beyond the worst value seen").into());
    }
    let bench = shared.open()?;
    let plan = bench.plan(&arguments.experiment)?;
    let runs = bench.runs_of(&plan.experiment.name)?;
    let passed = runs.iter().filter(|run| run.passed).count() as u64;
    let drafts = Watch::around(|engine, tell| draft(&plan, engine, &runs, arguments.margin, tell))?;
    // Bounds come of the baseline alone.
    let command = plan.command.replacen("clout run", "clout expect", 1);
    record::looks(&bench, Shown { models: &plan.models[..1], ..record::shown(&plan, &command) })?;
    let neighbours = drafts.iter().flat_map(|draft| &draft.observed).any(|seen| seen.source == Source::Neighbours);
    if drafts.is_empty() {
        let problem = Diagnostic::new(&arguments.experiment, "there is nothing to draft bounds from");
        return Err(Failure::from(problem.hint("a dataset of several snapshots is needed, or a run that passed")));
    }
    let from = if neighbours { "neighbouring snapshots" } else { "no neighbouring snapshots" };
    let mut text = format!(
        "# Drafted from {from} and {}. Edit the bounds and the reasons, then commit them.\n",
        counted(passed, "earlier run")
    );
    for draft in &drafts {
        text.push_str(&block(draft));
    }
    output::print(&text)?;
    Ok(Exit::Done)
}

fn block(draft: &Draft) -> String {
    let mut text = format!("\n[[expect]]\nmetric = \"{}\"\n", draft.metric.definition.name);
    // Parameters at their defaults go without saying, in a label as in a file.
    let label = draft.metric.to_string();
    let inside = label.split_once('[').map_or("", |(_, rest)| rest.trim_end_matches(']'));
    let named: Vec<&str> = inside.split(',').filter_map(|part| Some(part.split_once('=')?.0)).collect();
    let stated: Vec<String> = draft
        .metric
        .arguments
        .iter()
        .filter(|(name, _)| named.contains(name))
        .map(|(name, argument)| match argument {
            Argument::Number(number) => format!("{name} = {number}"),
            Argument::Word(word) => format!("{name} = {word:?}"),
        })
        .collect();
    if !stated.is_empty() {
        text.push_str(&format!("with = {{ {} }}\n", stated.join(", ")));
    }
    for (key, bound) in [("at-least", draft.at_least), ("at-most", draft.at_most)] {
        if let Some(bound) = bound {
            text.push_str(&format!("{key} = {bound}\n"));
        }
    }
    let because: String = draft.because.chars().map(|c| if c == '"' || c == '\\' { '\'' } else { c }).collect();
    text.push_str(&format!("because = \"{because}\"\n"));
    text
}
