//! A comparison group by group: segments, bands and cohorts.

use super::tables::shown;
use super::{Align, Cell, Table, Tone};
use crate::compare::group::Group;
use crate::compare::metric::Metric;
use crate::experiment::outcome::{ComparisonSummary, GroupSummary};
use crate::number::{thousands, two_decimals};

/// A table for each segment column, for the bands and for the cohorts.
pub fn tables(summary: &ComparisonSummary, smallest: u64) -> Vec<Table> {
    summary
        .groups
        .chunk_by(|left, right| left.group.is_beside(&right.group))
        .filter(|groups| groups.iter().any(|group| group.accounts > 0))
        .map(|groups| table(groups, smallest))
        .collect()
}

fn table(groups: &[GroupSummary], smallest: u64) -> Table {
    let shrunk = groups.iter().any(|group| group.shrunk_mean_shift.is_some());
    let mut caption = match groups.first().map(|group| &group.group) {
        Some(Group::Band(_)) => {
            "By band of the baseline (low bands rise and high ones fall by chance too: see the change by level)"
                .to_string()
        }
        Some(Group::Cohort(_)) => "Cohorts".to_string(),
        Some(Group::Segment { column, .. }) => format!("By {column}, the group that falls furthest first"),
        None => String::new(),
    };
    if groups.iter().flat_map(|group| group.metrics.values()).any(|measured| measured.bounds().is_some()) {
        caption
            .push_str("; brackets hold for all groups at once, so they are wider than that of a verdict on one group");
    }
    if groups.iter().any(|group| group.metrics.is_empty()) {
        caption.push_str(&format!("; a group of fewer than {smallest} accounts has no figures"));
    }
    let labels = [
        ("kendall-tau-b", "tau-b within"),
        ("mean-shift", "Mean shift"),
        ("share-moved[direction=down]", "Lose 5 or more"),
        ("share-moved[direction=up]", "Gain 5 or more"),
        ("migration-down", "Fall a band"),
        ("migration-up", "Rise a band"),
        ("auc[of=gain]", "AUC gained"),
    ];
    let metrics: Vec<(Metric, &str)> = labels
        .iter()
        .filter(|(label, _)| groups.iter().any(|group| group.metrics.contains_key(*label)))
        .filter_map(|(label, title)| Some((label.parse().ok()?, *title)))
        .collect();
    let mut table = Table::new(caption, &[("Group", Align::Left), ("Accounts", Align::Right)]);
    for (_, title) in &metrics {
        table.columns.push(super::Column { title: (*title).to_string(), align: Align::Right });
    }
    if shrunk {
        table.columns.push(super::Column { title: "Shift, shrunk".to_string(), align: Align::Right });
    }
    for group in groups {
        let mut cells = vec![Cell::from(group.group.value().to_string()), Cell::from(thousands(group.accounts))];
        for (metric, _) in &metrics {
            let measured = group.metrics.get(&metric.to_string());
            let text = measured.map_or("too few".to_string(), |measured| shown(metric, measured));
            let turned = group.sign_conflict && metric.definition.name == "kendall-tau-b";
            let tone = if turned { Tone::Bad } else { Tone::Plain };
            cells.push(Cell { text: if turned { format!("{text}, turned") } else { text }, tone });
        }
        if shrunk {
            let value = group.shrunk_mean_shift.map_or("–".to_string(), |value| two_decimals(value, true));
            cells.push(Cell::from(value));
        }
        table.rows.push(cells);
    }
    table
}
