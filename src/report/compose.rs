//! Outcome to report: what a reviewer asks, in the order asked.

use super::{Align, Block, Figure, Report, Section, Table, change, clauses, groups, perks, tables, wider};
use crate::chart::{self, Chart, Labels};
use crate::compare::metric::Group;
use crate::experiment::outcome::{ComparisonSummary, ModelRole, Outcome, Projection};
use crate::number::thousands;

/// Composes the report of an outcome.
pub fn compose(outcome: &Outcome) -> Report {
    let mut sections = vec![summary(outcome)];
    for (at, summary) in outcome.comparisons.iter().enumerate() {
        sections.push(comparison(outcome, summary, at));
        let tables = groups::tables(summary, outcome.experiment.smallest_group);
        if !tables.is_empty() {
            let title = format!("{}: group by group", heading(outcome, summary));
            sections.push(section(format!("groups-{}", at + 1), title, tables.into_iter().map(Block::Table).collect()));
        }
    }
    sections.extend(wider::sections(outcome));
    sections.push(models(outcome));
    sections.push(doubts(outcome));
    sections.push(provenance(outcome));
    let subject = outcome
        .comparisons
        .first()
        .map_or(String::new(), |first| format!(": {} against {}", candidates(outcome), first.baseline));
    Report {
        title: if outcome.experiment.title == outcome.experiment.name {
            format!("{}{subject}", outcome.experiment.name)
        } else {
            outcome.experiment.title.clone()
        },
        verdict: clauses::verdict(outcome),
        sections,
    }
}

fn candidates(outcome: &Outcome) -> String {
    let candidates: Vec<&str> = outcome
        .models
        .iter()
        .filter(|model| model.role == ModelRole::Candidate)
        .map(|model| model.id.as_str())
        .collect();
    candidates.join(", ")
}

fn section(id: impl Into<String>, title: impl Into<String>, blocks: Vec<Block>) -> Section {
    Section { id: id.into(), title: title.into(), blocks }
}

fn summary(outcome: &Outcome) -> Section {
    let mut blocks = Vec::new();
    if let Some(question) = &outcome.experiment.question {
        blocks.push(Block::Text(question.trim().to_string()));
    }
    match outcome.comparisons.as_slice() {
        [only] => blocks.push(Block::List(clauses::comparison(only))),
        several => {
            // One paragraph each, so that nothing that the sentences say waits for a later section.
            let line = |summary: &ComparisonSummary| {
                format!("{}: {}", heading(outcome, summary), clauses::comparison(summary).join(" "))
            };
            blocks.push(Block::List(several.iter().map(line).collect()));
        }
    }
    blocks.extend(tables::judged_table(&[outcome], false).map(Block::Table));
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
    section("summary", "Summary", blocks)
}

fn heading(outcome: &Outcome, summary: &ComparisonSummary) -> String {
    format!("{} against {}{}", summary.candidate, summary.baseline, tables::after_comma(outcome, &summary.place))
}

fn comparison(outcome: &Outcome, summary: &ComparisonSummary, at: usize) -> Section {
    let mut blocks = Vec::new();
    for chart in charts(summary) {
        let stem = stem(outcome, summary, chart.name);
        blocks.push(Block::Figure(Box::new(Figure { stem, chart })));
    }
    blocks.extend(summary.findings.migration.as_ref().map(tables::migration).map(Block::Table));
    blocks.extend(change::blocks(&summary.findings));
    blocks.extend(perks::blocks(summary));
    blocks.extend(tables::movers("The ten that lose most", &summary.findings.losers).map(Block::Table));
    blocks.extend(tables::movers("The ten that gain most", &summary.findings.gainers).map(Block::Table));
    let undefined = tables::undefined(summary);
    if !undefined.is_empty() {
        blocks.push(Block::Text("Undefined here:".to_string()));
        blocks.push(Block::List(undefined));
    }
    section(format!("comparison-{}", at + 1), heading(outcome, summary), blocks)
}

fn charts(summary: &ComparisonSummary) -> Vec<Chart> {
    let dataset = summary.place.title();
    let labels = Labels { baseline: &summary.baseline, candidate: &summary.candidate, dataset: &dataset };
    let findings = &summary.findings;
    let thresholds: Vec<f64> = findings
        .migration
        .as_ref()
        .map_or(Vec::new(), |migration| migration.bands.iter().skip(1).map(|band| band.from).collect());
    let mut charts = vec![
        chart::score_against_score(&findings.agreement, &thresholds, &labels),
        chart::distributions(&findings.distributions, &labels),
    ];
    charts.extend(findings.migration.as_ref().map(|migration| chart::migration(migration, &labels)));
    charts
}

/// A file stem that is safe everywhere: other characters become hyphens, and a digest of the
/// original keeps two snapshots apart that differ only in those.
fn stem(outcome: &Outcome, summary: &ComparisonSummary, chart: &str) -> String {
    let safe = |text: &str| -> String {
        let clean = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
        let cleaned: String = text.chars().take(60).map(clean).collect();
        if cleaned == text { cleaned } else { format!("{cleaned}-{}", &blake3::hash(text.as_bytes()).to_hex()[..6]) }
    };
    let candidate = summary.candidate.replace(['@', '.', '+'], "-");
    let place = &summary.place;
    let several = (outcome.datasets.len() > 1).then(|| safe(&place.dataset));
    let parts = [several, place.topic.as_deref().map(safe), place.snapshot.as_deref().map(safe)];
    let mut stem = candidate;
    for part in parts.into_iter().flatten() {
        stem.push_str(&format!(".{part}"));
    }
    format!("{stem}.{chart}")
}

fn models(outcome: &Outcome) -> Section {
    let mut blocks = vec![Block::Table(tables::models(outcome))];
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
    blocks.push(Block::Table(tables::weights(outcome)));
    blocks.push(Block::Text("An asterisk marks a weight that differs from the baseline's.".to_string()));
    section("models", "Models", blocks)
}

fn doubts(outcome: &Outcome) -> Section {
    let blocks = if outcome.doubts.is_empty() {
        vec![Block::Text("Nothing was skipped, replaced or cut, and nothing is thin.".to_string())]
    } else {
        vec![Block::List(outcome.doubts.clone())]
    };
    section("doubts", "Doubts", blocks)
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
    section("provenance", "Provenance", vec![Block::List(uncertainty(outcome)), Block::Table(table)])
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
