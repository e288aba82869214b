//! Outcome to report: what a reviewer asks, in the order asked.

use super::{
    Align, Block, Report, Section, Table, answers, change, clauses, first, groups, perks, pictures, stress, tables,
    telling, wider,
};
use crate::compare::metric::Group;
use crate::experiment::outcome::{ComparisonSummary, ModelRole, Outcome, Projection};
use crate::number::thousands;

/// Composes the report of an outcome.
pub fn compose(outcome: &Outcome) -> Report {
    let mut sections = vec![summary(outcome), figures(outcome)];
    let trade_offs = pictures::trade_offs(outcome);
    if !trade_offs.is_empty() {
        sections.push(Section::new("trade-off", "What is gained, and what it costs", trade_offs));
    }
    let snapshots = pictures::snapshots(outcome);
    if !snapshots.is_empty() {
        sections.push(Section::new("snapshots", "Over the snapshots", snapshots));
    }
    for (at, summary) in outcome.comparisons.iter().enumerate() {
        sections.push(comparison(outcome, summary, at));
        let tables = groups::tables(summary, outcome.experiment.smallest_group);
        if !tables.is_empty() {
            let title = format!("{}: group by group", heading(outcome, summary));
            let mut blocks = pictures::of_groups(outcome, summary);
            blocks.extend(tables.into_iter().map(Block::Table));
            let groups = Section::new(format!("groups-{}", at + 1), title, blocks);
            // Of several comparisons the list names each once.
            let label = (outcome.comparisons.len() == 1).then(|| "Group by group".to_string());
            sections.push(Section { label, ..groups });
        }
    }
    sections.extend(wider::sections(outcome));
    sections.extend(stress::of_outcome(outcome));
    sections.push(models(outcome, pictures::models(outcome)));
    sections.push(doubts(outcome));
    sections.push(provenance(outcome));
    let subject = outcome
        .comparisons
        .first()
        .map_or(String::new(), |first| format!(": {} against {}", candidates(outcome), first.baseline));
    let telling = telling(&sections, &TELLING);
    Report {
        name: outcome.experiment.name.clone(),
        telling,
        title: if outcome.experiment.title == outcome.experiment.name {
            format!("{}{subject}", outcome.experiment.name)
        } else {
            outcome.experiment.title.clone()
        },
        verdict: clauses::verdict(outcome),
        sections,
        context: Vec::new(),
    }
}

/// Charts in the order of how much they tell somebody who has half a minute.
const TELLING: [&str; 6] =
    ["trade-off", "who-notices", "band-flow", "migration", "score-against-score", "distributions"];

fn candidates(outcome: &Outcome) -> String {
    let candidates: Vec<&str> = outcome
        .models
        .iter()
        .filter(|model| model.role == ModelRole::Candidate)
        .map(|model| model.id.as_str())
        .collect();
    candidates.join(", ")
}

/// The first screen: the answers in the order asked.
fn summary(outcome: &Outcome) -> Section {
    let mut blocks = Vec::new();
    if let Some(question) = &outcome.experiment.question {
        blocks.push(Block::Text(question.trim().to_string()));
    }
    let mut told = vec![answers::verdict(outcome)];
    match outcome.comparisons.as_slice() {
        [only] => {
            told.extend(answers::comparison(outcome, only));
            told.push(answers::doubts(outcome));
            blocks.push(Block::Answers(told));
            blocks.extend(losers(only));
        }
        all => {
            blocks.push(Block::Answers(told));
            blocks.extend(first::overview(outcome).map(Block::Table));
            if let Some(hardest) = answers::hardest(all) {
                blocks.push(Block::Text(format!("Most is lost in {}.", heading(outcome, hardest))));
                blocks.push(Block::Answers(answers::comparison(outcome, hardest)));
                blocks.extend(losers(hardest));
            }
            blocks.push(Block::Answers(vec![answers::doubts(outcome)]));
        }
    }
    Section::new("summary", "Summary", blocks)
}

fn losers(summary: &ComparisonSummary) -> Option<Block> {
    let findings = &summary.findings;
    first::movers_with_reasons("The ten that lose most, and why", &findings.losers, &summary.reasons).map(Block::Table)
}

/// What was expected, and every figure.
fn figures(outcome: &Outcome) -> Section {
    let mut blocks: Vec<Block> = tables::judged_table(&[outcome], false).map(Block::Table).into_iter().collect();
    let comparisons: Vec<&ComparisonSummary> = outcome.comparisons.iter().collect();
    for (caption, groups) in [
        ("Replay of the published score", &[Group::Replay][..]),
        ("Agreement with judged pairs", &[Group::Judgement]),
        ("Order: how far the rankings agree", &[Group::Rank]),
        ("Drift: how far scores and bands move", &[Group::Drift]),
        ("What the scores rest on", &[Group::Data]),
    ] {
        for part in comparisons.chunks(6) {
            blocks.extend(tables::metric_table(outcome, caption, groups, part).map(Block::Table));
        }
    }
    Section::new("figures", "Expectations and figures", blocks)
}

fn heading(outcome: &Outcome, summary: &ComparisonSummary) -> String {
    format!("{} against {}{}", summary.candidate, summary.baseline, tables::after_comma(outcome, &summary.place))
}

fn comparison(outcome: &Outcome, summary: &ComparisonSummary, at: usize) -> Section {
    let mut blocks = Vec::new();
    // The first screen tells a single comparison.
    if outcome.comparisons.len() > 1 {
        blocks.push(Block::Answers(answers::comparison(outcome, summary)));
        blocks.extend(losers(summary));
    }
    blocks.extend(pictures::of_comparison(outcome, summary));
    blocks.extend(summary.findings.migration.as_ref().map(tables::migration).map(Block::Table));
    blocks.extend(first::realised(summary).map(Block::Table));
    blocks.extend(change::blocks(&summary.findings));
    blocks.extend(perks::blocks(summary));
    let gainers = &summary.findings.gainers;
    blocks.extend(
        first::movers_with_reasons("The ten that gain most, and why", gainers, &summary.reasons).map(Block::Table),
    );
    let undefined = tables::undefined(summary);
    if !undefined.is_empty() {
        blocks.push(Block::Text("Undefined here:".to_string()));
        blocks.push(Block::List(undefined));
    }
    let label = if outcome.comparisons.len() > 1 {
        tables::comparison_title(outcome, summary)
    } else {
        "In pictures".to_string()
    };
    let section = Section::new(format!("comparison-{}", at + 1), heading(outcome, summary), blocks);
    Section { label: Some(label), ..section }
}

fn models(outcome: &Outcome, pictures: Vec<Block>) -> Section {
    let mut blocks = vec![Block::Table(tables::models(outcome))];
    blocks.extend(pictures);
    for model in &outcome.models {
        let mut text = format!("{}: {}", model.id, model.rationale.trim());
        if !model.lineage.is_empty() {
            text.push_str(&format!(" Extends {}.", model.lineage.join(", ")));
        }
        if !model.draft_edits.is_empty() {
            text.push_str(&format!(" A draft, edited by: {}.", model.draft_edits.join("; ")));
        }
        blocks.push(Block::Text(text));
    }
    blocks.extend(tables::weights(outcome).into_iter().map(Block::Table));
    blocks.push(Block::Text("An asterisk marks a weight that differs from the baseline's.".to_string()));
    Section::new("models", "Models", blocks)
}

fn doubts(outcome: &Outcome) -> Section {
    let blocks = if outcome.doubts.is_empty() {
        vec![Block::Text("Nothing was skipped, replaced or cut, and nothing is thin.".to_string())]
    } else {
        vec![Block::List(outcome.doubts.clone())]
    };
    Section::new("doubts", "Doubts", blocks)
}

fn provenance(outcome: &Outcome) -> Section {
    let mut table = Table::new("Provenance", &[("What", Align::Left), ("Value", Align::Left)]);
    let mut row = |what: &str, value: &str| table.row([what.to_string(), value.to_string()]);
    row("Command", &outcome.command);
    row("Run", &outcome.run_id);
    row("Tool", &format!("cloutbench {}", outcome.tool));
    for dataset in &outcome.datasets {
        row("Dataset", &format!("{} ({})", dataset.name, dataset.title));
        row("Population", &dataset.population);
        row("Source", &dataset.source);
        row("Licence", &dataset.licence);
        for (file, digest) in &dataset.files {
            row(&format!("SHA-256 of {file}"), digest);
        }
    }
    for model in &outcome.models {
        row(&format!("Digest of {}", model.id), &model.digest);
        if let crate::experiment::outcome::ReferenceSummary::Population { name, digest } = &model.reference {
            row(&format!("Reference of {}", model.id), &format!("{name}, digest {digest}"));
        }
    }
    Section::new("provenance", "Provenance", vec![Block::List(uncertainty(outcome)), Block::Table(table)])
}

/// What the figures claim, and beyond whom.
fn uncertainty(outcome: &Outcome) -> Vec<String> {
    let Some(uncertainty) = &outcome.uncertainty else {
        return vec![
            "Figures are exact: they describe the accounts of this dataset and claim nothing beyond them.".to_string(),
        ];
    };
    let of = |(name, projection): (&String, &Projection)| {
        let unit = if projection.resampled == "accounts" {
            "accounts".to_string()
        } else {
            format!("clusters (`{}`)", projection.resampled)
        };
        format!(
            "{name}: brackets are {} % intervals from {} drawings of {unit} (seed {}); they project to: {}. A figure without brackets describes these accounts alone.",
            crate::stats::grid::snap(uncertainty.level * 100.0),
            thousands(u64::from(uncertainty.replicates)),
            uncertainty.seed,
            projection.population
        )
    };
    uncertainty.datasets.iter().map(of).collect()
}
