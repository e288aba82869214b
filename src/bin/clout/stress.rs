//! `clout stress`: how far may this ranking be trusted, and who can game it?

use cloutbench::diagnostic::Diagnostic;
use cloutbench::experiment::stress::{self, Stressed};
use cloutbench::report::markdown::Charts;
use cloutbench::report::redact::{Redaction, redact_stressed};
use cloutbench::report::{exact_studies, markdown, stressed, terminal};
use cloutbench::stability::spec::{
    AlternativeSpec, GamingSpec, LawsSpec, LeaveOutSpec, NoiseSpec, ReversalSpec, SamplingSpec, SensitivitySpec,
    StabilitySpec, TimeSpec, Vary, WeightsSpec,
};
use cloutbench::stability::studies::Studies;
use cloutbench::workbench::shown;

use crate::arguments::{Shared, StressArguments, Study, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;

pub fn run(shared: &Shared, arguments: &StressArguments) -> Outcome {
    let bench = shared.open()?;
    idle(arguments).iter().for_each(|line| output::note(line));
    if let Some(folder) = &arguments.out {
        bench.check_dossier_folder(folder)?;
    }
    let watch = Watch::start();
    let studies = Studies::from(&spec(arguments)?);
    let plan = bench.stress_plan(&arguments.named.order(), studies, &command(arguments))?;
    let shelf = bench.kept_studies();
    let mut found = match &plan.stability {
        Some(asked) => watch.ticking(|tell| stress::stress(&plan, asked, &shelf, tell))?,
        None => return Err(Diagnostic::new("clout stress", "there is nothing to study").into()),
    };
    watch.stop();
    record::looks(&bench, record::shown(&plan, &plan.command))?;
    record::tries(&bench, &plan);
    redact_stressed(&mut found, Redaction::from(arguments.redact));
    let mut context = bench.context(plan.datasets.iter().map(|dataset| dataset.manifest().name.as_str()));
    if !arguments.format.for_people() {
        record::releases(&bench, &plan.models);
    }
    context.extend(record::waived(&bench, &plan.models));
    context.extend(found.redacted.clone());
    if let Some(folder) = &arguments.out {
        bench.write_dossier(&found, folder, &context)?;
        output::note(&format!("dossier: {}", shown(&folder.join("index.html"))));
    }
    show(&found, arguments.format, &context)?;
    // All is written: nothing is left to go on with.
    shelf.clear();
    Ok(Exit::Done)
}

fn show(found: &Stressed, format: TableFormat, context: &[String]) -> Result<(), Failure> {
    let report = || stressed(found).within(context);
    match format {
        TableFormat::Json => output::json(found),
        TableFormat::Markdown => output::print(&markdown::render(&report(), Charts::Nowhere)),
        TableFormat::Csv => output::print(&exact_studies(found)),
        TableFormat::Table => output::print(&terminal::screen(&report(), terminal::Extent::All, output::style())),
    }
}

fn is_asked(arguments: &StressArguments, study: Study) -> bool {
    arguments.studies.is_empty() || arguments.studies.contains(&study)
}

/// The options that change nothing, since none of the studies that they are of is asked for.
fn idle(arguments: &StressArguments) -> Vec<String> {
    let given: [(&str, bool, &[Study]); 10] = [
        ("--draws", arguments.draws.is_some(), &[Study::Sampling, Study::Weights]),
        ("--within", arguments.within.is_some(), &[Study::Weights, Study::Sensitivity]),
        ("--concentration", arguments.concentration.is_some(), &[Study::Weights]),
        ("--vary", arguments.vary.is_some(), &[Study::Weights, Study::Sensitivity]),
        ("--rows", arguments.rows.is_some(), &[Study::Sensitivity]),
        ("--alternative", !arguments.alternatives.is_empty(), &[Study::Sensitivity]),
        ("--attack", !arguments.attacks.is_empty(), &[Study::Gaming]),
        ("--most", arguments.most.is_some(), &[Study::Gaming]),
        ("--cheats", arguments.cheats.is_some(), &[Study::Gaming]),
        ("--truth", arguments.truth.is_some(), &[Study::Gaming]),
    ];
    let idle = given
        .into_iter()
        .filter(|(_, given, studies)| *given && !studies.iter().any(|study| is_asked(arguments, *study)));
    idle.map(|(option, _, studies)| {
        let names: Vec<&str> = studies.iter().map(|study| study.name()).collect();
        format!("note: {option} changes nothing without --study {}", names.join(" or "))
    })
    .collect()
}

/// What is asked for on the command line, as an experiment would say it.
fn spec(arguments: &StressArguments) -> Result<StabilitySpec, Failure> {
    let asked = |study: Study| is_asked(arguments, study);
    let draws = arguments.draws;
    let alternative = arguments.alternatives.iter().map(|text| alternative(text)).collect::<Result<Vec<_>, _>>()?;
    Ok(StabilitySpec {
        seed: arguments.seed,
        top: arguments.top,
        memory: arguments.memory,
        sampling: asked(Study::Sampling).then(|| SamplingSpec { replicates: draws, ..SamplingSpec::default() }),
        weights: asked(Study::Weights).then(|| WeightsSpec {
            draws,
            within: arguments.within,
            concentration: arguments.concentration,
            vary: arguments.vary.map(Vary::from),
        }),
        sensitivity: asked(Study::Sensitivity).then(|| SensitivitySpec {
            rows: arguments.rows,
            within: arguments.within,
            vary: arguments.vary.map(Vary::from),
            alternative,
            ..SensitivitySpec::default()
        }),
        leave_out: asked(Study::LeaveOut).then(LeaveOutSpec::default),
        noise: asked(Study::Noise).then(NoiseSpec::default),
        time: asked(Study::Time).then(TimeSpec::default),
        reversal: asked(Study::Reversal).then(ReversalSpec::default),
        gaming: asked(Study::Gaming).then(|| GamingSpec {
            attacks: (!arguments.attacks.is_empty()).then(|| arguments.attacks.clone()),
            most: arguments.most,
            cheats: arguments.cheats.clone(),
            truth: arguments.truth.clone(),
        }),
        laws: asked(Study::Laws).then(LawsSpec::default),
    })
}

/// `NAME: EDIT; EDIT`: a choice with its options.
fn alternative(text: &str) -> Result<AlternativeSpec, Failure> {
    let parted = text.split_once(':').map(|(name, edits)| {
        let edits = edits.split(';').map(|edit| edit.trim().to_string()).filter(|edit| !edit.is_empty());
        (name.trim().to_string(), edits.collect::<Vec<String>>())
    });
    match parted {
        Some((name, edits)) if !name.is_empty() && !edits.is_empty() => Ok(AlternativeSpec { name, edits }),
        _ => {
            let problem = Diagnostic::new("--alternative", "it names no choice");
            Err(problem.hint("write NAME: EDIT; EDIT, such as 'combine: combine = geometric-mean'").into())
        }
    }
}

/// The options of the canonical command.
fn command(arguments: &StressArguments) -> Vec<String> {
    let quoted = |text: &String| format!("'{}'", text.replace('\'', "'\\''"));
    let mut parts: Vec<String> = Vec::new();
    parts.extend(arguments.studies.iter().map(|study| format!("--study {}", study.name())));
    parts.extend(arguments.seed.map(|seed| format!("--seed {seed}")));
    parts.extend(arguments.top.map(|top| format!("--top {top}")));
    parts.extend(arguments.draws.map(|draws| format!("--draws {draws}")));
    parts.extend(arguments.within.map(|within| format!("--within {within}")));
    parts.extend(arguments.concentration.map(|concentration| format!("--concentration {concentration}")));
    parts.extend(arguments.vary.map(|vary| format!("--vary {}", vary.name())));
    parts.extend(arguments.rows.map(|rows| format!("--rows {rows}")));
    parts.extend(arguments.alternatives.iter().map(|text| format!("--alternative {}", quoted(text))));
    parts.extend(arguments.attacks.iter().map(|name| format!("--attack {name}")));
    parts.extend(arguments.most.map(|most| format!("--most {most}")));
    parts.extend(arguments.cheats.iter().map(|cheats| format!("--cheats {}", quoted(cheats))));
    parts.extend(arguments.truth.iter().map(|truth| format!("--truth {truth}")));
    parts
}
