//! Noise: how much of it until the order breaks? A figure of agreement with the undisturbed order
//! against the level of noise, a line with a band of its draws for each version.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::curves::{self, End, Style};
use super::place::Area;
use super::value::{self, Value, with_unit};
use super::{Chart, Labels, ground, guides, palette, text};
use crate::number;

const NAME: &str = "noise";
const CAPTION: &str = "Look for the noise that your data have, and for how far the line has fallen \
    there; a version whose line stays higher is the steadier one.";
const DISTRUST: &str = " The noise is assumed, not measured: real errors come together, on a whole \
    network or a whole kind of account, and do more harm than scattered ones. Steady is not good: \
    a score that ignores its data is not moved by them. The axis does not begin at zero.";

const BOTTOM: i32 = 432;
/// The widest names at the ends of lines, in pixels.
const NAMES: i32 = 210;

/// A figure of agreement of one or more versions, against noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Noise {
    /// The figure, of which more is steadier, such as `Kendall tau-b with the undisturbed order`.
    pub figure: String,
    /// What the noise is and its unit behind a comma, such as `noise on every signal, %`.
    pub across: String,
    /// Below this figure the order counts as broken.
    pub edge: f64,
    pub lines: Vec<NoiseLine>,
    /// Draws at each level.
    pub draws: u64,
    pub accounts: u64,
}

/// One version.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseLine {
    pub name: String,
    pub points: Vec<NoisePoint>,
}

/// The figure at one level of noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoisePoint {
    /// In the unit of the noise.
    pub level: f64,
    /// The mean of the draws.
    pub middle: f64,
    /// Their 5 % and 95 % quantiles; the middle again where nothing is drawn.
    pub low: f64,
    pub high: f64,
}

/// How much noise until the order breaks?
pub fn noise(data: &Noise, labels: &Labels) -> Chart {
    let lines = lines(data, labels.baseline);
    let title = title(data, &lines);
    let description = format!("{title} {}", carried(data, &lines)).trim_end().to_string();
    let draws = number::counted(data.draws, "draw");
    let n = format!("n = {}, {draws} a level", number::accounts(data.accounts));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if lines.is_empty() {
            ground::bare(canvas, "no values");
            return;
        }
        let plot = Plot::new(data, &lines, top);
        plot.axes(canvas, data);
        lines.iter().for_each(|line| plot.band(canvas, line));
        plot.edge(canvas, data.edge);
        lines.iter().for_each(|line| curves::draw(canvas, &plot.points(line), line.style));
        plot.names(canvas, data, &lines);
    });
    let drawn = lines.iter().flat_map(|line| &line.points).any(|(_, value)| value.ends()[0] < value.ends()[1]);
    let bands = if drawn { " Pale bands hold nine draws in ten." } else { "" };
    Chart { name: NAME, title, caption: format!("{CAPTION}{bands}{DISTRUST}"), description, svg }
}

/// Whether it can be written, and no figure is lost beside it.
fn is_edge(edge: &f64) -> bool {
    (1e-3..1e7).contains(edge)
}

/// A line as it is drawn: its points by level.
struct Drawn {
    name: String,
    style: Style,
    points: Vec<(f64, Value)>,
}

/// The lines that have a point.
fn lines(data: &Noise, baseline: &str) -> Vec<Drawn> {
    let mut candidates = 0;
    let mut drawn = Vec::new();
    for line in &data.lines {
        let style = match line.name == baseline {
            true => Style::plain((palette::BASELINE, palette::BASELINE)),
            false => Style::at(candidates),
        };
        candidates += usize::from(line.name != baseline);
        let known = |point: &NoisePoint| {
            let value = Value { point: point.middle, interval: Some([point.low, point.high]) }.known()?;
            point.level.is_finite().then_some((point.level, value))
        };
        let mut points: Vec<(f64, Value)> = line.points.iter().filter_map(known).collect();
        points.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        points.dedup_by(|(next, _), (level, _)| next == level);
        if !points.is_empty() {
            drawn.push(Drawn { name: text::model(&line.name), style, points });
        }
    }
    drawn
}

/// Where a line falls below the edge.
#[derive(Clone, Copy, PartialEq)]
enum Fall {
    /// It is below already at this level, its first.
    Already(f64),
    Between(f64, f64),
    /// It stays up to this level, its last.
    Never(f64),
}

impl Fall {
    fn of(line: &Drawn, edge: f64) -> Fall {
        let level = |at: usize| line.points.get(at).map_or(f64::NAN, |(level, _)| *level);
        match line.points.iter().position(|(_, value)| value.point < edge) {
            Some(0) => Fall::Already(level(0)),
            Some(at) => Fall::Between(level(at - 1), level(at)),
            None => Fall::Never(level(line.points.len().saturating_sub(1))),
        }
    }

    /// How much noise it bears at least.
    fn bears(self) -> (u8, f64) {
        match self {
            Fall::Already(level) => (0, level),
            Fall::Between(from, _) => (1, from),
            Fall::Never(level) => (2, level),
        }
    }

    /// `falls below 0.9` and `between 10 and 20 %`.
    fn words(self, edge: f64, unit: &str) -> [String; 2] {
        let edge = guides::exact(edge);
        let told = |level: f64| with_unit(&number(level), unit);
        match self {
            Fall::Already(level) => [format!("is below {edge}"), format!("already at {}", told(level))],
            Fall::Between(from, to) => {
                [format!("falls below {edge}"), format!("between {} and {}", number(from), told(to))]
            }
            Fall::Never(level) => [format!("does not fall below {edge}"), format!("up to {}", told(level))],
        }
    }
}

/// A level without needless decimals.
fn number(level: f64) -> String {
    match level {
        0.0 => "0".to_string(),
        _ if level < 0.0 => format!("−{}", guides::exact(-level)),
        _ => guides::exact(level),
    }
}

fn decimals(lines: &[Drawn]) -> usize {
    value::decimals(lines.iter().flat_map(|line| &line.points).map(|(_, value)| value), "").max(2)
}

fn title(data: &Noise, lines: &[Drawn]) -> String {
    let figure = text::name(&data.figure, text::FIGURE);
    let (noise, unit) = value::name_and_unit(&data.across);
    let steady = steady(lines, &unit);
    if lines.is_empty() {
        return format!("There is no {figure} under {noise}.");
    }
    if !is_edge(&data.edge) {
        let clause = steady.map_or(String::new(), |clause| format!(": {clause}"));
        return format!("{figure} was measured under {noise}{clause}.");
    }
    let mut falls: Vec<(&str, Fall)> =
        lines.iter().map(|line| (line.name.as_str(), Fall::of(line, data.edge))).collect();
    falls.sort_by(|(_, one), (_, other)| {
        one.bears().0.cmp(&other.bears().0).then(one.bears().1.total_cmp(&other.bears().1))
    });
    let told = |fall: Fall| fall.words(data.edge, &unit);
    let clause = match falls.as_slice() {
        [(name, fall), .., (_, last)] if fall == last => {
            let [verb, place] = told(*fall);
            let who = match falls.len() {
                2 => format!("both {name} and {}", falls[1].0),
                many => format!("all {many} versions"),
            };
            format!("{verb} {place} of {noise} for {who}")
        }
        [(name, fall), (other, last)] => {
            let ([verb, place], [other_verb, other_place]) = (told(*fall), told(*last));
            let and = if verb == other_verb { other_place } else { format!("{other_verb} {other_place}") };
            format!("{verb} {place} of {noise} for {name} and {and} for {other}")
        }
        [(name, fall), rest @ ..] => {
            let [verb, place] = told(*fall);
            let which = if rest.is_empty() { String::new() } else { format!(", the least of {}", falls.len()) };
            format!("{verb} {place} of {noise} for {name}{which}")
        }
        [] => String::new(),
    };
    let steady = steady.map_or(String::new(), |clause| format!("; {clause}"));
    format!("{figure} {clause}{steady}.")
}

/// Which line stands highest at the most noise that all have, as a clause; nothing for one line.
fn steady(lines: &[Drawn], unit: &str) -> Option<String> {
    let first = lines.first().filter(|_| lines.len() > 1)?;
    let at = |line: &Drawn, level: f64| line.points.iter().find(|(at, _)| *at == level).map(|(_, value)| *value);
    let mut common = first.points.iter().rev().map(|(level, _)| *level);
    let level = common.find(|level| lines.iter().all(|line| at(line, *level).is_some()))?;
    let mut all: Vec<(&str, Value)> =
        lines.iter().filter_map(|line| Some((line.name.as_str(), at(line, level)?))).collect();
    all.sort_by(|(_, one), (_, other)| other.point.total_cmp(&one.point));
    let decimals = decimals(lines);
    let told = |value: Value| value::figure(value.point, decimals, false);
    let place = format!("at {}", with_unit(&number(level), unit));
    let ((name, best), (_, second), (_, worst)) = (*all.first()?, *all.get(1)?, *all.last()?);
    if told(best) == told(worst) {
        return Some(format!("{place} each is at {}", told(best)));
    }
    let meet = if best.ends()[0] <= second.ends()[1] { ", but bands meet" } else { "" };
    Some(match all.len() {
        2 => format!("{place} {name} is steadier ({} against {}){meet}", told(best), told(worst)),
        _ => format!("{place} {name} is steadiest ({}, the last {}){meet}", told(best), told(worst)),
    })
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Noise, lines: &[Drawn]) -> String {
    let unit = value::name_and_unit(&data.across).1;
    let decimals = decimals(lines);
    let told = |value: f64| value::figure(value, decimals, false);
    let mut parts = Vec::new();
    for line in lines.iter().take(3) {
        if let Some((level, value)) = line.points.last() {
            let ([low, high], place) = (value.ends(), with_unit(&number(*level), &unit));
            let band = if low < high { format!(" ({} to {})", told(low), told(high)) } else { String::new() };
            parts.push(format!("{} at {place}: {}{band}.", line.name, told(value.point)));
        }
    }
    parts.join(" ")
}

struct Plot {
    x: Scale,
    y: Scale,
    levels: Vec<f64>,
    ticks: Vec<Tick>,
    area: Area,
}

impl Plot {
    fn new(data: &Noise, lines: &[Drawn], top: i32) -> Plot {
        let points = || lines.iter().flat_map(|line| &line.points);
        let mut levels: Vec<f64> = points().map(|(level, _)| *level).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        let ends = points().flat_map(|(_, value)| [value.ends()[0], value.ends()[1], value.point]);
        let [low, high] = ground::span(ends.chain(Some(data.edge).filter(is_edge)));
        let y0 = top + 26;
        let y = Scale::new(low, high, BOTTOM, y0);
        let ticks = y.ticks(6, 0.0);
        let names = lines.iter().map(|line| text::width(&end_name(line, decimals(lines)), LABEL)).max().unwrap_or(0);
        let x0 = MARGIN + ground::widest(&ticks).clamp(24, 120) + 12;
        let x1 = WIDTH - MARGIN - names.clamp(30, NAMES) - 14;
        let [from, to] = [levels.first(), levels.last()].map(|level| level.copied().unwrap_or(0.0));
        // A single level stands in the middle.
        let (from, to) = if to > from { (from, to) } else { (from - 1.0, to + 1.0) };
        let x = Scale::new(from, to, x0 + 14, x1 - 6);
        Plot { x, y, levels, ticks, area: Area { x0, y0, x1, y1: BOTTOM } }
    }

    fn at(&self, level: f64, figure: f64) -> Point {
        (self.x.pixel(level), self.y.pixel(figure))
    }

    fn points(&self, line: &Drawn) -> Vec<Point> {
        line.points.iter().map(|(level, value)| self.at(*level, value.point)).collect()
    }

    fn axes(&self, canvas: &Canvas, data: &Noise) {
        let Area { x0, x1, y1, .. } = self.area;
        ground::level(canvas, &self.y, &self.ticks, (x0, x1));
        canvas.horizontal(x0, x1, y1, palette::AXIS);
        let unit = value::name_and_unit(&data.across).1;
        let mut free = MARGIN;
        for level in &self.levels {
            let x = self.x.pixel(*level);
            canvas.vertical(x, y1 + 1, y1 + 5, palette::AXIS);
            let label = if unit == "%" { format!("{} %", number(*level)) } else { number(*level) };
            let half = text::width(&label, LABEL) / 2 + 1;
            if x - half >= free && x + half <= WIDTH - MARGIN {
                canvas.text((x, y1 + 14), &label, LABEL, palette::MUTED, Anchor::Middle);
                free = x + half + 6;
            }
        }
        let across = text::fit(&text::name(&data.across, text::FIGURE), LABEL, x1 - MARGIN);
        let half = text::width(&across, LABEL) / 2 + 1;
        let middle = ((x0 + x1) / 2).clamp(MARGIN + half, (WIDTH - MARGIN - half).max(MARGIN + half));
        canvas.text((middle, y1 + 33), &across, LABEL, palette::MUTED, Anchor::Middle);
    }

    /// All draws but one in ten, as a pale band.
    fn band(&self, canvas: &Canvas, line: &Drawn) {
        let upper = line.points.iter().map(|(level, value)| self.at(*level, value.ends()[1]));
        let lower = line.points.iter().rev().map(|(level, value)| self.at(*level, value.ends()[0]));
        let outline: Vec<Point> = upper.chain(lower).collect();
        match line.points.as_slice() {
            [(level, value)] => {
                let ((x, low), (_, high)) = (self.at(*level, value.ends()[0]), self.at(*level, value.ends()[1]));
                canvas.rect((x - 1, high), (x + 1, low), line.style.line);
            }
            _ => canvas.wash(&outline, line.style.line),
        }
    }

    /// The figure below which the order counts as broken.
    fn edge(&self, canvas: &Canvas, edge: f64) {
        if !self.y.holds(edge) || !is_edge(&edge) {
            return;
        }
        let (Area { x0, x1, y1, .. }, y) = (self.area, self.y.pixel(edge));
        guides::dashed(canvas, &[(x0, y), (x1, y)], palette::MUTED);
        let row = if y + 18 < y1 { y + 10 } else { y - 10 };
        let words = format!("broken below {}", guides::exact(edge));
        canvas.text((x0 + 6, row), &words, SMALL, palette::MUTED, Anchor::Start);
    }

    fn names(&self, canvas: &Canvas, data: &Noise, lines: &[Drawn]) {
        let decimals = decimals(lines);
        let end = |line: &Drawn| {
            let (level, value) = line.points.last()?;
            Some(End { at: self.at(*level, value.point), name: end_name(line, decimals), style: line.style })
        };
        let unnamed = curves::unnamed(curves::names(canvas, lines.iter().filter_map(end).collect(), self.area));
        let y = self.area.y0 - 14;
        canvas.text((WIDTH - MARGIN, y), &unnamed, SMALL, palette::MUTED, Anchor::End);
        let room = WIDTH - 2 * MARGIN - text::width(&unnamed, SMALL) - 16;
        let figure = text::fit(&text::name(&data.figure, text::FIGURE), LABEL, room);
        canvas.text((MARGIN, y), &figure, LABEL, palette::TEXT, Anchor::Start);
    }
}

/// The name of a line with its last figure, which comes first so that it is never cut.
fn end_name(line: &Drawn, decimals: usize) -> String {
    let last = line.points.last().map_or(f64::NAN, |(_, value)| value.point);
    format!("{} {}", value::figure(last, decimals, false), line.name)
}

#[cfg(test)]
mod tests;
