//! Who gains and who loses each reward.

use super::tables::movers;
use super::{Align, Block, Table};
use crate::compare::perk::{PerkCounts, PerkFindings};
use crate::experiment::outcome::ComparisonSummary;
use crate::number::{share, thousands};

/// The perks of a comparison: a table of all, and for each one the names.
pub fn blocks(summary: &ComparisonSummary) -> Vec<Block> {
    if summary.perks.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Table(counts(&summary.perks))];
    for perk in &summary.perks {
        blocks.extend(segments(perk).map(Block::Table));
        for (what, list) in [("lose", &perk.losers), ("gain", &perk.gainers)] {
            let all = if what == "lose" { perk.counts.lost } else { perk.counts.gained };
            let caption = if all > list.len() as u64 {
                format!("{}: the {} of {} that {what} it and move furthest", perk.name, list.len(), thousands(all))
            } else {
                format!("{}: those who {what} it", perk.name)
            };
            let shown = if perk.rule.contains("displayed") {
                " (scores as computed; the rule looks at those shown)"
            } else {
                ""
            };
            blocks.extend(movers(&format!("{caption}{shown}"), list).map(Block::Table));
        }
    }
    blocks
}

const COLUMNS: [(&str, Align); 5] = [
    ("May have it", Align::Right),
    ("Had it", Align::Right),
    ("Have it", Align::Right),
    ("Gain it", Align::Right),
    ("Lose it", Align::Right),
];

fn cells(counts: &PerkCounts) -> [String; 5] {
    let of_before = |count: u64| match counts.before {
        0 => thousands(count),
        before => format!("{} ({})", thousands(count), share(count, before.max(count))),
    };
    [
        thousands(counts.eligible),
        thousands(counts.before),
        thousands(counts.after),
        thousands(counts.gained),
        of_before(counts.lost),
    ]
}

fn counts(perks: &[PerkFindings]) -> Table {
    let columns: Vec<(&str, Align)> =
        [("Perk", Align::Left), ("Rule", Align::Left)].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new("Perks: who gains and who loses them (share of those who had it)", &columns);
    for perk in perks {
        table.row([perk.name.clone(), perk.rule.clone()].into_iter().chain(cells(&perk.counts)));
    }
    if perks.iter().any(|perk| perk.population.is_some()) {
        for perk in perks {
            let Some(sums) = &perk.population else { continue };
            let rounded = |value: f64| thousands(value.round() as u64);
            let row = [sums.eligible, sums.before, sums.after, sums.gained, sums.lost].map(rounded);
            table.row([perk.name.clone(), "in the population".to_string()].into_iter().chain(row));
        }
    }
    table
}

fn segments(perk: &PerkFindings) -> Option<Table> {
    let columns: Vec<(&str, Align)> =
        [("Segment", Align::Left), ("Value", Align::Left)].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new(format!("{} by segment", perk.name), &columns);
    for (column, groups) in &perk.segments {
        for (value, counts) in groups.iter().filter(|(_, counts)| counts.before + counts.after > 0) {
            let value = if value.is_empty() { "none".to_string() } else { value.clone() };
            table.row([column.clone(), value].into_iter().chain(cells(counts)));
        }
    }
    (!table.rows.is_empty()).then_some(table)
}
