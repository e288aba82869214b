//! A metric over versions and runs as tables and as a chart.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::{drop_if_empty, shown, titled};
use super::{Align, Cell, Table, Tone};
use crate::chart::{self, Chart, Labels, Snapshots, TrendLine, TrendMark, TrendRule, Value};
use crate::compare::measurement::Measurement;
use crate::compare::metric::Metric;
use crate::experiment::trend::{self as experiment, Trend, TrendPoint, order};
use crate::release::{Record, Standing};
use crate::stats::estimate::Estimate;

/// The candidates of a trend that are released as they were run, by id and digest.
pub type Releases = BTreeMap<(String, String), Record>;

/// The trend as a chart: the versions along, a line for each set of figures that can be compared.
/// Where a version was run several times, the figure of the first run stands; runs of one model over
/// the same data have the same.
pub fn trend_chart(metric: &Metric, trend: &Trend, releases: &Releases) -> Chart {
    let data = drawn(metric, trend, releases);
    let mut places: Vec<String> = trend.lines.iter().map(|line| line.place.title()).collect();
    places.dedup();
    let datasets: BTreeSet<&str> = trend.lines.iter().map(|line| line.place.dataset.as_str()).collect();
    let dataset = match (places.as_slice(), datasets.first()) {
        ([one], _) => one.clone(),
        (_, Some(dataset)) if datasets.len() == 1 => format!("{dataset}, several places"),
        (_, Some(_)) => "several datasets".to_string(),
        (_, None) => String::new(),
    };
    let baseline = trend.lines.first().map_or("", |line| line.baseline.as_str());
    chart::snapshots(&data, &Labels { baseline, candidate: "versions", dataset: &dataset })
}

fn drawn(metric: &Metric, trend: &Trend, releases: &Releases) -> Snapshots {
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
    let lines = trend.lines.iter().enumerate().map(|(at, line)| TrendLine {
        name: name(trend, at, line),
        values: versions.iter().map(|version| value(line, version)).collect(),
    });
    Snapshots {
        name: "trend",
        across: "version".to_string(),
        figure: titled(metric),
        snapshots: versions.iter().map(|version| (*version).to_string()).collect(),
        lines: lines.collect(),
        rules: data_releases(trend, &versions),
        marks: model_releases(trend, &versions, releases),
        level: levels.map(|bounds| bounds.level).next(),
        accounts: Vec::new(),
    }
}

/// What a line is called: its number in the table, where there are several, and what tells it from
/// the others.
fn name(trend: &Trend, at: usize, line: &experiment::TrendLine) -> String {
    if trend.lines.len() == 1 {
        return line.place.title();
    }
    let differ = |of: &dyn Fn(&experiment::TrendLine) -> bool| trend.lines.iter().any(of);
    let places = differ(&|other| other.place != line.place);
    let baselines = differ(&|other| other.baseline != line.baseline);
    let apart = apart(trend, line);
    let title = line.place.title();
    // What all share stands at the foot.
    let own = title.strip_prefix(&format!("{}, ", line.place.dataset)).unwrap_or(&title);
    let place = if differ(&|other| other.place.dataset != line.place.dataset) { &title } else { own };
    let mut parts: Vec<String> = Vec::new();
    parts.extend((places || (apart.is_empty() && !baselines)).then(|| place.to_string()));
    parts.extend(baselines.then(|| format!("against {}", line.baseline)));
    parts.extend(apart);
    format!("{}: {}", at + 1, parts.join(", "))
}

/// The digests that tell a line from others whose place or baseline has the same name.
fn apart(trend: &Trend, line: &experiment::TrendLine) -> Vec<String> {
    let data = |other: &experiment::TrendLine| other.place == line.place && other.dataset_digest != line.dataset_digest;
    let model = |other: &experiment::TrendLine| {
        other.baseline == line.baseline && other.baseline_digest != line.baseline_digest
    };
    let mut parts = Vec::new();
    if trend.lines.iter().any(data) {
        parts.push(format!("data {}", short(&line.dataset_digest, SHORT)));
    }
    if trend.lines.iter().any(model) {
        parts.push(format!("baseline {}", short(&line.baseline_digest, SHORT)));
    }
    parts
}

/// Characters of a digest in a picture.
const SHORT: usize = 6;

fn short(digest: &str, characters: usize) -> String {
    digest.chars().take(characters).collect()
}

/// Where another snapshot or another state of a dataset begins: at the first version that was measured
/// on it. What a dataset's figures begin with is no release.
fn data_releases(trend: &Trend, versions: &[&str]) -> Vec<TrendRule> {
    let column = |line: &experiment::TrendLine| {
        let columns = line.points.iter().filter_map(|point| versions.iter().position(|id| *id == point.candidate));
        columns.min()
    };
    let mut editions: Vec<(usize, &experiment::TrendLine)> = Vec::new();
    let state = |line: &experiment::TrendLine| {
        (line.place.dataset.clone(), line.place.snapshot.clone(), line.dataset_digest.clone())
    };
    for line in &trend.lines {
        let Some(at) = column(line) else { continue };
        match editions.iter_mut().find(|(_, known)| state(known) == state(line)) {
            Some((known, _)) => *known = at.min(*known),
            None => editions.push((at, line)),
        }
    }
    editions.sort_by_key(|(at, _)| *at);
    let datasets: BTreeSet<&str> = editions.iter().map(|(_, line)| line.place.dataset.as_str()).collect();
    let mut begun: BTreeSet<&str> = BTreeSet::new();
    let mut found: Vec<(usize, Vec<String>)> = Vec::new();
    for (at, line) in &editions {
        if begun.insert(&line.place.dataset) {
            continue;
        }
        let named = (datasets.len() > 1).then(|| line.place.dataset.clone());
        let same = |other: &experiment::TrendLine| {
            (&other.place.dataset, &other.place.snapshot) == (&line.place.dataset, &line.place.snapshot)
        };
        let differ = editions.iter().any(|(_, other)| same(other) && other.dataset_digest != line.dataset_digest);
        let digest = differ.then(|| short(&line.dataset_digest, SHORT));
        let words: Vec<String> = named.into_iter().chain(line.place.snapshot.clone()).chain(digest).collect();
        let words = words.join(" ");
        match found.iter_mut().find(|(known, _)| known == at) {
            Some((_, own)) => own.push(words),
            None => found.push((*at, vec![words])),
        }
    }
    let rule = |(at, words): (usize, Vec<String>)| {
        let begin = if words.len() == 1 { "begins" } else { "begin" };
        TrendRule { at, text: format!("data {} {begin}", words.join(", ")) }
    };
    found.into_iter().map(rule).collect()
}

/// Which versions are released, and which of them people see.
fn model_releases(trend: &Trend, versions: &[&str], releases: &Releases) -> Vec<TrendMark> {
    let points = || trend.lines.iter().flat_map(|line| &line.points);
    let mark = |(at, id): (usize, &&str)| {
        let record = points().filter(|point| point.candidate == **id).find_map(|point| record(point, releases))?;
        let strong = record.standing.share().is_some();
        Some(TrendMark { at, text: release(record), strong })
    };
    versions.iter().enumerate().filter_map(mark).collect()
}

fn record<'a>(point: &TrendPoint, releases: &'a Releases) -> Option<&'a Record> {
    releases.get(&(point.candidate.clone(), point.candidate_digest.clone()))
}

/// `2011-10-26, live 10 %`.
fn release(record: &Record) -> String {
    let date = record.released.map_or(String::new(), |released| released.to_string());
    match record.standing {
        Standing::Live(_) | Standing::WasLive => format!("{date}, {}", record.standing),
        _ => date,
    }
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
pub fn trend_tables(metric: &Metric, trend: &Trend, releases: &Releases) -> Vec<Table> {
    let table = |(at, line): (usize, &experiment::TrendLine)| {
        let mut caption = format!("{}: {}. {}, against {}", at + 1, titled(metric), line.place.title(), line.baseline);
        apart(trend, line).iter().for_each(|part| caption.push_str(&format!(", {part}")));
        let columns = [&POINT[..], &[("Released", Align::Left)]].concat();
        let mut table = Table::new(caption, &columns);
        // What chance alone would show belongs to the whole figure, not to one of its numbers.
        for point in &line.points {
            let mut cells = cells(point, &|value| shown(metric, &bare(value)));
            cells.push(Cell::from(record(point, releases).map_or(String::new(), release)));
            table.rows.push(cells);
        }
        // People need no column that nothing stands in.
        for title in ["Released", "Undefined", "Upper", "Lower"] {
            drop_if_empty(&mut table, title);
        }
        table
    };
    trend.lines.iter().enumerate().map(table).collect()
}

/// What stands behind each point: the release of its candidate, and the digests of what it was
/// measured on and against.
const BEHIND: [(&str, Align); 4] =
    [("Released", Align::Left), ("State", Align::Left), ("Data", Align::Left), ("Baseline digest", Align::Left)];

/// Every point of a trend in full precision, numbered by its line.
pub fn trend_table(trend: &Trend, releases: &Releases) -> Table {
    let line = [("Line", Align::Right), ("Place", Align::Left), ("Baseline", Align::Left)];
    let mut table = Table::new("", &[&line[..], &POINT, &BEHIND].concat());
    for (at, line) in trend.lines.iter().enumerate() {
        for point in &line.points {
            let first = [(at + 1).to_string(), line.place.title(), line.baseline.clone()].map(Cell::from);
            let record = record(point, releases);
            let text = |text: Option<String>| Cell::from(text.unwrap_or_default());
            let behind = [
                text(record.and_then(|record| record.released).map(|released| released.to_string())),
                text(record.map(|record| record.standing.to_string())),
                Cell::from(short(&line.dataset_digest, 12)),
                Cell::from(short(&line.baseline_digest, 12)),
            ];
            let cells = cells(point, &|value| value.to_string());
            table.rows.push(first.into_iter().chain(cells).chain(behind).collect());
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
        parameters: BTreeMap::new(),
    }
}

fn verdict(point: &TrendPoint) -> (String, Tone) {
    match (point.expected, point.failed) {
        (0, _) => ("nothing expected".to_string(), Tone::Plain),
        (all, 0) => (format!("{all} met"), Tone::Good),
        (all, failed) => (format!("{failed} of {all} FAILED"), Tone::Bad),
    }
}

#[cfg(test)]
mod tests;
