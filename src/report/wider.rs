//! What a report says beyond single comparisons: candidates against each other, averages over
//! topics, and how the signals moved.

use super::tables::{place, shown, titled};
use super::{Align, Block, Cell, Section, Table, Tone, pictures};
use crate::compare::measurement::Measurements;
use crate::compare::metric::Metric;
use crate::experiment::outcome::{AcrossTopics, DriftReason, Outcome, SignalDriftSummary};
use crate::number::{percent, plain, thousands};

/// Signals that are listed.
const SIGNALS: usize = 15;

/// The sections that a run of several versions, topics or snapshots has.
pub fn sections(outcome: &Outcome) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |id: &str, title: &str, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            sections.push(Section::new(id, title, blocks));
        }
    };
    add("topics", "Averages over topics", across(&outcome.across_topics));
    add("every-two", "Candidates against each other", every_two(outcome));
    add(
        "signals",
        "The signals themselves",
        outcome
            .signal_drift
            .iter()
            .flat_map(|drift| [pictures::signal_drift(outcome, drift), signals(drift)])
            .collect(),
    );
    sections
}

fn across(all: &[AcrossTopics]) -> Vec<Block> {
    let table = |summary: &AcrossTopics| {
        let at = summary.snapshot.as_ref().map_or(String::new(), |snapshot| format!(", {snapshot}"));
        let caption = format!(
            "{} against {} in {}{at}: mean over {} topics, each counting alike",
            summary.candidate, summary.baseline, summary.dataset, summary.topics
        );
        Block::Table(values(caption, &summary.metrics))
    };
    all.iter().map(table).collect()
}

fn values(caption: String, metrics: &Measurements) -> Table {
    let mut table = Table::new(caption, &[("Metric", Align::Left), ("Value", Align::Right)]);
    for (label, measurement) in metrics {
        if let Ok(metric) = label.parse::<Metric>() {
            table.row([titled(&metric), shown(&metric, measurement)]);
        }
    }
    table
}

fn every_two(outcome: &Outcome) -> Vec<Block> {
    let Some(first) = outcome.every_two.first() else { return Vec::new() };
    let metrics: Vec<Metric> = first.metrics.keys().filter_map(|label| label.parse().ok()).collect();
    let mut table = Table::new(
        "Second minus first where a figure is a difference",
        &[("First", Align::Left), ("Second", Align::Left), ("Where", Align::Left)],
    );
    for metric in &metrics {
        table.columns.push(super::Column { title: titled(metric), align: Align::Right });
    }
    for two in &outcome.every_two {
        let mut cells = vec![two.first.clone(), two.second.clone(), place(outcome, &two.place)];
        cells.extend(metrics.iter().map(|metric| {
            two.metrics.get(&metric.to_string()).map_or(String::new(), |measurement| shown(metric, measurement))
        }));
        table.row(cells);
    }
    vec![Block::Table(table)]
}

fn signals(drift: &SignalDriftSummary) -> Block {
    let why = match &drift.reason {
        DriftReason::Sides => "the two sides of the comparison".to_string(),
        DriftReason::Reference(models) => {
            format!("since {} {} fitted", models.join(", "), if models.len() == 1 { "was" } else { "were" })
        }
    };
    let listed = drift.signals.len().min(SIGNALS);
    let caption = format!(
        "{}: {} to {} ({why}). {} accounts on both, {} only after, {} only before. The {listed} gravest of {} signals",
        drift.dataset,
        drift.from,
        drift.to,
        thousands(drift.both),
        thousands(drift.added),
        thousands(drift.gone),
        drift.signals.len()
    );
    let columns = [
        ("Signal", Align::Left),
        ("Missing before", Align::Right),
        ("Missing after", Align::Right),
        ("Median before", Align::Right),
        ("Median after", Align::Right),
        ("PSI", Align::Right),
        ("Chance alone", Align::Right),
        ("KS", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    let number = |value: Option<f64>| value.map_or("–".to_string(), plain);
    for row in drift.signals.iter().take(SIGNALS) {
        let lost = row.vanished || row.appeared;
        let mut cells: Vec<Cell> = [
            row.signal.clone(),
            percent(row.missing_before),
            percent(row.missing_after),
            number(row.median_before),
            number(row.median_after),
            number(row.psi),
            number(row.psi_critical),
            number(row.ks),
        ]
        .map(Cell::from)
        .into();
        if lost {
            cells[2].tone = Tone::Bad;
        }
        table.rows.push(cells);
    }
    Block::Table(table)
}
