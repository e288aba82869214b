//! Snapshots: is it stable in time? One line a version over the snapshots, with its interval as a
//! band, and releases of model and data as labelled vertical rules. A trend over versions or runs
//! is the same picture under another name.

use super::axis::{self, Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::palette::{self, Colour};
use super::place::Area;
use super::value::{self, Value, with_unit};
use super::{Chart, Labels, ground, text};
use crate::number;

mod flags;
mod marks;

use flags::Flags;
use marks::Marks;

const CAPTION: &str = "Look for a step at a vertical rule, which marks a release, and for a slope \
    that goes on: a step hints at the release, a slope at the data.";
const DISTRUST: &str = " A gap is a figure that was not measured, and the axis does not begin at \
    zero. Neighbouring figures share accounts: a slope of a few points in a row is no proof of a \
    trend.";

const MARKED: &str = " A diamond on the axis is a released version, a filled one is live; those \
    without a date found no room for it.";

const BOTTOM: i32 = 432;
/// The widest labels at the ends of lines, in pixels.
const NAMES: i32 = 190;

/// A figure of one or more versions over snapshots, or over anything in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshots {
    /// The file stem: `snapshots` or `trend`.
    pub name: &'static str,
    /// What the points stand for, such as `snapshot` or `version`.
    pub across: String,
    /// The figure and its unit behind a comma, such as `Kendall tau-b with clout@2.0.0`.
    pub figure: String,
    /// The names of the points, in order.
    pub snapshots: Vec<String>,
    pub lines: Vec<TrendLine>,
    pub rules: Vec<TrendRule>,
    pub marks: Vec<TrendMark>,
    /// The level of the intervals, such as 0.95.
    pub level: Option<f64>,
    /// Accounts at each point, as far as they are known.
    pub accounts: Vec<u64>,
}

/// One version with a value for each point.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendLine {
    pub name: String,
    pub values: Vec<Option<Value>>,
}

/// A release, at the point from which on it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendRule {
    pub at: usize,
    pub text: String,
}

/// Something to be known of a point itself, such as the release of a version.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendMark {
    pub at: usize,
    pub text: String,
    /// Whether it is to be seen before others: the version that is live.
    pub strong: bool,
}

impl TrendLine {
    /// The values that are numbers, each with its position.
    fn known(&self, points: usize) -> Vec<(usize, Value)> {
        let values = self.values.iter().take(points).enumerate();
        values.filter_map(|(at, value)| Some((at, (*value)?.known()?))).collect()
    }
}

/// Is it stable in time?
pub fn snapshots(data: &Snapshots, labels: &Labels) -> Chart {
    let lines = lines(data, labels.baseline);
    let title = title(data, &lines);
    let description = format!("{title} {}", carried(data, &lines)).trim_end().to_string();
    let n = n(data);
    let frame = Frame { name: data.name, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if lines.iter().all(|line| line.values.is_empty()) {
            ground::bare(canvas, "no values");
            return;
        }
        let plot = Plot::new(data, &lines, top);
        plot.axes(canvas, data);
        plot.flags.draw(canvas, plot.area);
        plot.marks.draw(canvas, plot.area.y1);
        lines.iter().for_each(|line| plot.band(canvas, line));
        lines.iter().for_each(|line| plot.line(canvas, line));
        plot.names(canvas, &lines);
    });
    let drawn = lines.iter().any(|line| line.values.iter().any(|(_, value)| value.interval.is_some()));
    let marked = if data.marks.iter().any(|mark| mark.at < data.snapshots.len()) { MARKED } else { "" };
    let caption = format!("{CAPTION}{marked}{}{DISTRUST}", value::level_words("Pale bands", data.level, drawn));
    Chart { name: data.name, title, caption, description, svg }
}

/// A line as it is drawn.
struct Drawn {
    name: String,
    /// Of the line and of its name.
    colours: (Colour, Colour),
    /// After five candidates the colours repeat, and hollow points tell their lines apart.
    hollow: bool,
    values: Vec<(usize, Value)>,
}

fn lines(data: &Snapshots, baseline: &str) -> Vec<Drawn> {
    let mut candidates = 0;
    let mut drawn = Vec::new();
    for line in &data.lines {
        let is_baseline = line.name == baseline;
        let colours = if is_baseline { (palette::BASELINE, palette::BASELINE) } else { palette::series(candidates) };
        let hollow = !is_baseline && candidates >= 5;
        candidates += usize::from(!is_baseline);
        let values = line.known(data.snapshots.len());
        drawn.push(Drawn { name: text::model(&line.name), colours, hollow, values });
    }
    drawn
}

fn n(data: &Snapshots) -> String {
    let across = text::name(&data.across, text::NAME);
    let points = number::counted(data.snapshots.len() as u64, &across);
    match (data.accounts.iter().min(), data.accounts.iter().max()) {
        (Some(least), Some(most)) if least == most => format!("n = {}, {points}", number::accounts(*most)),
        (Some(least), Some(most)) => {
            format!("n = {} to {}, {points}", number::thousands(*least), number::accounts(*most))
        }
        _ => format!("n = {points}"),
    }
}

/// What the title tells of a line: its first, last and lowest value with their positions.
struct Course {
    name: String,
    first: (usize, f64),
    last: (usize, f64),
    lowest: (usize, f64),
}

fn course(line: &Drawn) -> Option<Course> {
    let point = |(at, value): &(usize, Value)| (*at, value.point);
    let lowest = |a: (usize, f64), b: (usize, f64)| if b.1 < a.1 { b } else { a };
    Some(Course {
        name: line.name.clone(),
        first: line.values.first().map(point)?,
        last: line.values.last().map(point)?,
        lowest: line.values.iter().map(point).reduce(lowest)?,
    })
}

/// The line that goes furthest from its first to its last value.
fn furthest(lines: &[Drawn]) -> Option<Course> {
    let reach = |course: &Course| (course.last.1 - course.first.1).abs();
    lines.iter().filter_map(course).reduce(|most, course| if reach(&course) > reach(&most) { course } else { most })
}

fn decimals(lines: &[Drawn], unit: &str) -> usize {
    value::decimals(lines.iter().flat_map(|line| &line.values).map(|(_, value)| value), unit)
}

fn title(data: &Snapshots, lines: &[Drawn]) -> String {
    let (figure, unit) = value::name_and_unit(&data.figure);
    let Some(course) = furthest(lines) else {
        return format!("There is no {figure} for any {}.", text::name(&data.across, text::NAME));
    };
    let decimals = decimals(lines, &unit);
    let number = |value: f64| value::figure(value, decimals, false);
    let told = |value: f64| with_unit(&number(value), &unit);
    let named = |at: usize| data.snapshots.get(at).map_or(String::new(), |name| text::name(name, text::MODEL));
    let Course { name, first, last, lowest } = course;
    if first.0 == last.0 {
        return format!("{figure} is {} for {name} at {}, its only value.", told(first.1), named(first.0));
    }
    let held = data.lines.len();
    let which = match held {
        1 => format!("for {name}"),
        _ => format!("for {name}, which moves most of {held}"),
    };
    let span = format!("between {} and {}", named(first.0), named(last.0));
    let course = match [first.1, last.1].map(number) {
        [from, to] if from == to => format!("stays at {}", told(last.1)),
        [from, _] if last.1 > first.1 => format!("rises from {from} to {}", told(last.1)),
        [from, _] => format!("falls from {from} to {}", told(last.1)),
    };
    let told_low = number(lowest.1);
    let low = match [first.1, last.1].map(|end| number(end) == told_low) {
        [true, true] => String::new(),
        [true, _] => "; the first is its lowest".to_string(),
        [_, true] => "; the last is its lowest".to_string(),
        _ => format!("; its lowest is {told_low} at {}", named(lowest.0)),
    };
    format!("{figure} {course} {span} {which}{low}.")
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Snapshots, lines: &[Drawn]) -> String {
    let Some(course) = furthest(lines) else {
        return String::new();
    };
    let decimals = decimals(lines, &value::name_and_unit(&data.figure).1);
    let number = |value: f64| value::figure(value, decimals, false);
    let all = lines.iter().flat_map(|line| line.values.iter().map(|(_, value)| value.point));
    let (low, high) =
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    format!(
        "From first to last: {}. All values: {} to {}. Values measured: {} of {}.",
        value::figure(course.last.1 - course.first.1, decimals, true),
        number(low),
        number(high),
        lines.iter().map(|line| line.values.len()).sum::<usize>(),
        data.lines.len() * data.snapshots.len(),
    )
}

struct Plot {
    x: Scale,
    y: Scale,
    ticks: Vec<Tick>,
    area: Area,
    points: usize,
    flags: Flags,
    marks: Marks,
}

impl Plot {
    fn new(data: &Snapshots, lines: &[Drawn], top: i32) -> Plot {
        let names = lines.iter().map(|line| text::width(&line.name, LABEL)).max().unwrap_or(0);
        let x1 = WIDTH - MARGIN - names.clamp(30, NAMES) - 14;
        let ends = lines.iter().flat_map(|line| &line.values);
        let ends = ends.flat_map(|(_, value)| [value.ends()[0], value.ends()[1], value.point]);
        let [low, high] = ground::span(ends);
        // The texts of the rules decide where the plot begins; the labels of the axis, where it
        // begins on the left. Labels are as wide at any height.
        let labels = ground::widest(&Scale::new(low, high, BOTTOM, top).ticks(6, 0.0));
        let x0 = MARGIN + labels.clamp(24, 120) + 12;
        let points = data.snapshots.len();
        let x = Scale::new(0.0, points.saturating_sub(1).max(1) as f64, x0 + 14, x1 - 6);
        let flags = Flags::new(&data.rules, points, |at| column(&x, points, at));
        let marks = Marks::new(&data.marks, points, |at| column(&x, points, at));
        let (y0, y1) = (top + 24 + flags.height(), BOTTOM - marks.height());
        let y = Scale::new(low, high, y1, y0);
        let ticks = y.ticks(6, 0.0);
        Plot { x, y, ticks, area: Area { x0, y0, x1, y1 }, points, flags, marks }
    }

    fn at(&self, (at, value): (usize, f64)) -> Point {
        (column(&self.x, self.points, at), self.y.pixel(value))
    }

    fn axes(&self, canvas: &Canvas, data: &Snapshots) {
        let Area { x0, y0, x1, y1 } = self.area;
        ground::level(canvas, &self.y, &self.ticks, (x0, x1));
        if self.y.holds(0.0) {
            canvas.horizontal(x0, x1, self.y.pixel(0.0), palette::AXIS);
        }
        let head = y0 - 12 - self.flags.height();
        let unnamed = self.flags.unnamed();
        let room = WIDTH - 2 * MARGIN - if unnamed.is_empty() { 0 } else { text::width(&unnamed, SMALL) + 16 };
        let figure = text::fit(&text::name(&data.figure, text::FIGURE), LABEL, room);
        canvas.text((MARGIN, head), &figure, LABEL, palette::TEXT, Anchor::Start);
        canvas.text((WIDTH - MARGIN, head), &unnamed, SMALL, palette::MUTED, Anchor::End);
        let across = text::name(&data.across, text::NAME);
        let across = text::fit(&across, LABEL, x1 - x0);
        let below = y1 + 34 + self.marks.height();
        canvas.text(((x0 + x1) / 2, below), &across, LABEL, palette::MUTED, Anchor::Middle);
        self.points(canvas, data);
    }

    /// The names of the points below the plot, as many as have room: each, or every second, third...
    fn points(&self, canvas: &Canvas, data: &Snapshots) {
        let bottom = self.area.y1;
        let names: Vec<String> = data.snapshots.iter().map(|name| text::model(name)).collect();
        let widest = names.iter().map(|name| text::width(name, LABEL)).max().unwrap_or(0);
        let apart = (self.at((1, 0.0)).0 - self.at((0, 0.0)).0).max(1);
        let every = ((widest + 10) / apart + 1).max(1) as usize;
        let mut free = MARGIN;
        for (at, name) in names.iter().enumerate() {
            let x = self.at((at, 0.0)).0;
            canvas.vertical(x, bottom, bottom + 4, palette::AXIS);
            let half = text::width(name, LABEL) / 2 + 1;
            let middle = x.clamp(MARGIN + half, WIDTH - MARGIN - half);
            if at % every == 0 && middle - half >= free {
                canvas.text((middle, bottom + 14), name, LABEL, palette::MUTED, Anchor::Middle);
                free = middle + half + 6;
            }
        }
        canvas.horizontal(self.area.x0, self.area.x1, bottom, palette::AXIS);
    }

    /// The interval of a line as a pale band, one for each run of points.
    fn band(&self, canvas: &Canvas, line: &Drawn) {
        let (colour, _) = line.colours;
        for run in runs(&line.values) {
            let upper = run.iter().map(|(at, value)| self.at((*at, value.ends()[1])));
            let lower = run.iter().rev().map(|(at, value)| self.at((*at, value.ends()[0])));
            let outline: Vec<Point> = upper.chain(lower).collect();
            if run.iter().any(|(_, value)| value.interval.is_some()) && run.len() > 1 {
                canvas.wash(&outline, colour);
            }
            if let [(at, value)] = run {
                let ((x, low), (_, high)) = (self.at((*at, value.ends()[0])), self.at((*at, value.ends()[1])));
                canvas.rect((x - 1, high), (x + 1, low), colour);
            }
        }
    }

    fn line(&self, canvas: &Canvas, line: &Drawn) {
        let (colour, _) = line.colours;
        for run in runs(&line.values) {
            let points: Vec<Point> = run.iter().map(|(at, value)| self.at((*at, value.point))).collect();
            if points.len() > 1 {
                canvas.line(&points, 2, colour);
            }
            for point in points {
                canvas.dot(point, 3, colour);
                if line.hollow {
                    canvas.dot(point, 2, palette::BACKGROUND);
                }
            }
        }
    }

    /// The names at the ends of the lines, pushed apart; what found no room is left out.
    fn names(&self, canvas: &Canvas, lines: &[Drawn]) {
        let end = |line: &Drawn| line.values.last().map(|(at, value)| self.at((*at, value.point)));
        let mut ends: Vec<(Point, &Drawn)> = lines.iter().filter_map(|line| Some((end(line)?, line))).collect();
        ends.sort_by_key(|((_, y), _)| *y);
        let spans: Vec<(i32, i32)> = ends.iter().map(|((_, y), _)| (*y, 15)).collect();
        let (low, high) = (self.area.y0 - 6, self.area.y1 + 4);
        let mut free = i32::MIN;
        for (middle, ((x, y), line)) in axis::spread(&spans, 0, low, high).into_iter().zip(ends) {
            let (colour, ink) = line.colours;
            let left = self.area.x1 + 14;
            if middle - 7 < free {
                continue;
            }
            free = middle + 7;
            if (middle - y).abs() > 4 || left - x > 26 {
                canvas.line(&[(x + 4, y), (left - 3, middle)], 1, colour);
            }
            let name = text::fit(&line.name, LABEL, WIDTH - MARGIN - left);
            canvas.text((left, middle), &name, LABEL, ink, Anchor::Start);
        }
    }
}

/// The pixel of a point; a single point stands in the middle.
fn column(x: &Scale, points: usize, at: usize) -> i32 {
    x.pixel(if points == 1 { 0.5 } else { at as f64 })
}

/// The runs of neighbouring points.
fn runs(values: &[(usize, Value)]) -> impl Iterator<Item = &[(usize, Value)]> {
    values.chunk_by(|(at, _), (next, _)| at + 1 == *next)
}

#[cfg(test)]
mod tests;
