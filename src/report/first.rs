//! The tables of the first screen: who loses most and why, what factors really weigh, and every
//! comparison in a line.

use super::tables::{comparison_title, short_name, shown};
use super::{Align, Cell, Table, Tone, answers};
use crate::compare::findings::Mover;
use crate::compare::metric::Metric;
use crate::experiment::outcome::{AccountReasons, ComparisonSummary, FactorWeights, Outcome};
use crate::number::{percent, points, thousands, two_decimals};

/// The accounts that move most in one direction, and why.
pub fn movers_with_reasons(caption: &str, movers: &[Mover], reasons: &[AccountReasons]) -> Option<Table> {
    let columns = [
        ("Account", Align::Left),
        ("Before", Align::Right),
        ("After", Align::Right),
        ("Change", Align::Right),
        ("Why", Align::Left),
    ];
    let mut table = Table::new(caption, &columns);
    for mover in movers {
        let found = reasons.iter().find(|found| found.account == mover.account);
        table.row([
            short_name(&mover.account),
            points(mover.baseline),
            points(mover.candidate),
            two_decimals(mover.candidate - mover.baseline, true),
            found.map_or("–".to_string(), answers::reasons),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// Factors that the table of weights lists.
const FACTORS: usize = 20;

/// What the factors weigh on either side, in name and in effect: those that change most first.
pub fn realised(summary: &ComparisonSummary) -> Option<Table> {
    let columns = [
        ("Factor", Align::Left),
        ("Nominal before", Align::Right),
        ("Nominal after", Align::Right),
        ("Realised before", Align::Right),
        ("Realised after", Align::Right),
    ];
    let mut ordered: Vec<&FactorWeights> = summary.weights.iter().collect();
    let order = |weights: &FactorWeights| weights.moved().into_iter().fold(0.0, f64::max);
    ordered.sort_by(|left, right| order(right).total_cmp(&order(left)));
    let listed = ordered.len().min(FACTORS);
    let caption = format!(
        "What a factor weighs: its nominal share of the model, and the share of the variance of scores that it really brings. The {listed} of {} that change most",
        thousands(ordered.len() as u64)
    );
    let mut table = Table::new(caption, &columns);
    let shown = |share: Option<f64>| share.map_or("–".to_string(), percent);
    for weights in ordered.into_iter().take(FACTORS) {
        table.row([
            answers::factor_name(&weights.network, &weights.factor),
            shown(weights.nominal[0]),
            shown(weights.nominal[1]),
            shown(weights.realised[0]),
            shown(weights.realised[1]),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

/// A comparison in a line: what a reviewer looks at first.
pub fn overview(outcome: &Outcome) -> Option<Table> {
    if outcome.comparisons.len() < 2 {
        return None;
    }
    let labels = [
        ("share-moved[direction=down]", "Lose 5 or more"),
        ("share-moved[direction=down,per=exposure]", "By exposure"),
        ("mean-shift", "Mean shift"),
        ("kendall-tau-b", "tau-b"),
        ("auc[of=gain]", "AUC gained"),
        ("order-share", "Re-ordering"),
        ("migration-down", "Fall a band"),
        ("migration-up", "Rise a band"),
    ];
    let mut metrics: Vec<(Metric, &str)> = Vec::new();
    for (label, title) in labels {
        let Ok(metric) = label.parse::<Metric>() else { continue };
        let measured = outcome.comparisons.iter().any(|summary| summary.metrics.contains_key(label));
        if measured {
            metrics.push((metric, title));
        }
    }
    let mut table = Table::new(
        "Every comparison in a line; falls are those before rounding",
        &[("Comparison", Align::Left), ("Failed", Align::Right)],
    );
    for (_, title) in &metrics {
        table.columns.push(super::Column { title: (*title).to_string(), align: Align::Right });
    }
    for summary in &outcome.comparisons {
        let mine = outcome.verdicts.iter().filter(|verdict| verdict.is_of(&summary.candidate, &summary.place));
        let (all, failed) = (mine.clone().count(), mine.filter(|verdict| !verdict.met).count());
        let tone = if failed > 0 { Tone::Bad } else { Tone::Plain };
        let counted = if all == 0 { "–".to_string() } else { format!("{failed} of {all}") };
        let mut cells = vec![Cell::from(comparison_title(outcome, summary)), Cell { text: counted, tone }];
        cells.extend(metrics.iter().map(|(metric, _)| {
            let measured = summary.metrics.get(&metric.to_string());
            Cell::from(measured.map_or("–".to_string(), |measured| shown(metric, measured)))
        }));
        table.rows.push(cells);
    }
    Some(table)
}
