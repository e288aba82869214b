//! `clout stress`: how far may this ranking be trusted?

use cloutbench::experiment::stress::{check_combinations, stress};
use cloutbench::report::{markdown, stressed, terminal};
use cloutbench::stability::spec::{
    LeaveOutSpec, NoiseSpec, ReversalSpec, SamplingSpec, SensitivitySpec, StabilitySpec, TimeSpec, WeightsSpec,
};
use cloutbench::stability::studies::Studies;

use crate::arguments::{Shared, StressArguments, Study, TableFormat};
use crate::exit::{Exit, Outcome};
use crate::output;
use crate::watch::Watch;

pub fn run(shared: &Shared, arguments: &StressArguments) -> Outcome {
    let bench = shared.open()?;
    let studies = Studies::from(&spec(arguments));
    check_combinations(&studies)?;
    let watch = Watch::start();
    let plan = bench.stress_plan(&arguments.named.order(), &command(arguments))?;
    let combinations = plan.models.iter().map(|model| vec![model.clone()]).collect::<Vec<_>>();
    let found = watch.ticking(|tell| stress(&plan, &studies, &combinations, tell))?;
    watch.stop();
    match arguments.format {
        TableFormat::Json => output::json(&found)?,
        TableFormat::Markdown => output::print(&markdown::render(&stressed(&found), None))?,
        TableFormat::Csv => {
            for (_, table) in stressed(&found).tables() {
                output::table(table, TableFormat::Csv)?;
            }
        }
        TableFormat::Table => {
            output::print(&terminal::screen(&stressed(&found), terminal::Extent::All, output::style()))?;
        }
    }
    Ok(Exit::Done)
}

/// What is asked for on the command line, as an experiment would say it.
fn spec(arguments: &StressArguments) -> StabilitySpec {
    let asked = |study: Study| arguments.studies.is_empty() || arguments.studies.contains(&study);
    let draws = arguments.draws;
    StabilitySpec {
        seed: arguments.seed,
        top: arguments.top,
        memory: arguments.memory,
        sampling: asked(Study::Sampling).then(|| SamplingSpec { replicates: draws, ..SamplingSpec::default() }),
        weights: asked(Study::Weights).then(|| WeightsSpec {
            draws,
            within: arguments.within,
            ..WeightsSpec::default()
        }),
        sensitivity: asked(Study::Sensitivity).then(SensitivitySpec::default),
        leave_out: asked(Study::LeaveOut).then(LeaveOutSpec::default),
        noise: asked(Study::Noise).then(NoiseSpec::default),
        time: asked(Study::Time).then(TimeSpec::default),
        reversal: asked(Study::Reversal).then(ReversalSpec::default),
    }
}

/// The options of the canonical command.
fn command(arguments: &StressArguments) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(arguments.studies.iter().map(|study| format!("--study {}", study.name())));
    parts.extend(arguments.seed.map(|seed| format!("--seed {seed}")));
    parts.extend(arguments.top.map(|top| format!("--top {top}")));
    parts.extend(arguments.draws.map(|draws| format!("--draws {draws}")));
    parts.extend(arguments.within.map(|within| format!("--within {within}")));
    parts
}
