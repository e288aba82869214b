//! A metric over versions and runs as tables and as a chart.

use super::tables::{shown, titled};
use super::{Align, Cell, Table, Tone};
use crate::chart::{self, Chart, Labels, Snapshots, TrendLine, Value};
use crate::compare::measurement::Measurement;
use crate::compare::metric::Metric;
use crate::experiment::trend::{self as experiment, Trend, TrendPoint, order};
use crate::stats::estimate::Estimate;

/// The trend as a chart: the versions along, a line for each set of figures that can be compared.
/// Where a version was run several times, the figure of the first run stands; runs of one model over
/// the same data have the same.
pub fn trend_chart(metric: &Metric, trend: &Trend) -> Chart {
    let mut versions: Vec<&str> =
        trend.lines.iter().flat_map(|line| &line.points).map(|point| point.candidate.as_str()).collect();
    versions.sort_by_cached_key(|id| order(id));
    versions.dedup();
    let value = |line: &experiment::TrendLine, version: &&str| {
        let point = line.points.iter().find(|point| point.candidate == **version)?;
        let interval = point.value.bounds().map(|bounds| [bounds.lower, bounds.upper]);
        Some(Value { point: point.value.point()?, interval })
    };
    let levels = trend.lines.iter().flat_map(|line| &line.points).filter_map(|point| point.value.bounds());
    // By the number that the table gives it, where there are several.
    let name = |at: usize, line: &experiment::TrendLine| match trend.lines.len() {
        1 => line.place.title(),
        _ => format!("{}: {}", at + 1, line.place.title()),
    };
    let lines = trend.lines.iter().enumerate().map(|(at, line)| TrendLine {
        name: name(at, line),
        values: versions.iter().map(|version| value(line, version)).collect(),
    });
    let data = Snapshots {
        name: "trend",
        across: "version".to_string(),
        figure: titled(metric),
        snapshots: versions.iter().map(|version| (*version).to_string()).collect(),
        lines: lines.collect(),
        rules: Vec::new(),
        level: levels.map(|bounds| bounds.level).next(),
        accounts: Vec::new(),
    };
    let place = trend.lines.first().map_or(String::new(), |line| line.place.title());
    let dataset = if trend.lines.len() == 1 { place } else { "several places".to_string() };
    let baseline = trend.lines.first().map_or("", |line| line.baseline.as_str());
    chart::snapshots(&data, &Labels { baseline, candidate: "versions", dataset: &dataset })
}

/// What is told of a point.
const POINT: [(&str, Align); 8] = [
    ("Candidate", Align::Left),
    ("Point", Align::Right),
    ("Lower", Align::Right),
    ("Upper", Align::Right),
    ("Verdict", Align::Left),
    ("Experiment", Align::Left),
    ("Run", Align::Left),
    ("Undefined", Align::Left),
];

/// The points of a trend for people: a table for each line, since only its rows can be compared.
pub fn trend_tables(metric: &Metric, trend: &Trend) -> Vec<Table> {
    let table = |(at, line): (usize, &experiment::TrendLine)| {
        let caption = format!("{}: {}. {}, against {}", at + 1, titled(metric), line.place.title(), line.baseline);
        let mut table = Table::new(caption, &POINT);
        // What chance alone would show belongs to the whole figure, not to one of its numbers.
        for point in &line.points {
            table.rows.push(cells(point, &|value| shown(metric, &bare(value))));
        }
        // People need no column that nothing stands in.
        for title in ["Undefined", "Upper", "Lower"] {
            drop_if_empty(&mut table, title);
        }
        table
    };
    trend.lines.iter().enumerate().map(table).collect()
}

/// Every point of a trend in full precision, numbered by its line.
pub fn trend_table(trend: &Trend) -> Table {
    let line = [("Line", Align::Right), ("Place", Align::Left), ("Baseline", Align::Left)];
    let mut table = Table::new("", &[&line[..], &POINT].concat());
    for (at, line) in trend.lines.iter().enumerate() {
        for point in &line.points {
            let first = [(at + 1).to_string(), line.place.title(), line.baseline.clone()].map(Cell::from);
            table.rows.push(first.into_iter().chain(cells(point, &|value| value.to_string())).collect());
        }
    }
    table
}

/// The cells of [`POINT`].
fn cells(point: &TrendPoint, number: &dyn Fn(f64) -> String) -> Vec<Cell> {
    let bounds = point.value.bounds();
    let (word, tone) = verdict(point);
    vec![
        Cell::from(point.candidate.clone()),
        Cell::from(point.value.point().map_or(String::new(), number)),
        Cell::from(bounds.map_or(String::new(), |bounds| number(bounds.lower))),
        Cell::from(bounds.map_or(String::new(), |bounds| number(bounds.upper))),
        Cell { text: word, tone },
        Cell::from(point.experiment.clone()),
        Cell::from(point.run.chars().take(12).collect::<String>()),
        Cell::from(point.value.value.as_ref().err().cloned().unwrap_or_default()),
    ]
}

fn bare(value: f64) -> Measurement {
    Measurement {
        value: if value.is_finite() { Ok(Estimate::exact(value)) } else { Err(String::new()) },
        no_interval: None,
        interval_method: None,
        null: None,
        parameters: std::collections::BTreeMap::new(),
    }
}

fn verdict(point: &TrendPoint) -> (String, Tone) {
    match (point.expected, point.failed) {
        (0, _) => ("nothing expected".to_string(), Tone::Plain),
        (all, 0) => (format!("{all} met"), Tone::Good),
        (all, failed) => (format!("{failed} of {all} FAILED"), Tone::Bad),
    }
}

fn drop_if_empty(table: &mut Table, title: &str) {
    let Some(at) = table.columns.iter().position(|column| column.title == title) else { return };
    if table.rows.iter().all(|row| row.get(at).is_none_or(|cell| cell.text.is_empty())) {
        table.columns.remove(at);
        table.rows.iter_mut().filter(|row| row.len() > at).for_each(|row| drop(row.remove(at)));
    }
}
