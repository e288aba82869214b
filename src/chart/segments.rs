//! Segments: for whom is it different? One row a group with its figure and interval, the worst
//! first, against the figure of all accounts together.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::palette::{self, Colour};
use super::value::{self, Value, with_unit};
use super::{Chart, Labels, ground, text};
use crate::number;

const NAME: &str = "segments";
const CAPTION: &str = "Look for groups whose interval lies clear of the vertical line of all accounts, \
    and for figures on the other side of zero.";
const DISTRUST: &str = " Hollow marks stand for groups of few accounts, whose figures move by chance. \
    Among many groups a few lie clear of the line by chance alone, and the first and the last \
    look further apart than they are.";

/// The axis stands here, with its labels and its title below.
const BOTTOM: i32 = 434;
/// A row is never lower than this, or its text would touch the next.
const LOWEST: i32 = 15;
const HIGHEST: i32 = 56;
/// The widest names, in pixels.
const NAMES: i32 = 230;

/// One figure for each group of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Segments {
    /// What the groups are made by, such as `region`.
    pub column: String,
    /// The figure and its unit behind a comma, such as `mean shift, points`.
    pub figure: String,
    /// The figure of all accounts together.
    pub overall: Value,
    /// The worst group first.
    pub groups: Vec<Segment>,
    /// The level of the intervals, such as 0.95.
    pub level: Option<f64>,
    pub accounts: u64,
}

/// Longest name of a group in a title.
const TITLED: usize = 40;

/// A group with its figure, which is missing where it holds too few accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    pub name: String,
    pub accounts: u64,
    pub value: Option<Value>,
    /// Whether it holds so few accounts that its figure is shown with reserve.
    pub small: bool,
}

impl Segment {
    fn known(&self) -> Option<Value> {
        self.value.and_then(|value| value.known())
    }
}

/// For whom is it different?
pub fn segments(data: &Segments, labels: &Labels) -> Chart {
    let title = title(data);
    let description = format!("{title} {}", carried(data)).trim_end().to_string();
    let n = format!("n = {}", number::accounts(data.accounts));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if data.groups.is_empty() {
            ground::bare(canvas, "no groups");
            return;
        }
        let plot = Plot::new(data, top);
        plot.axes(canvas, data);
        for (place, row) in plot.rows.iter().enumerate() {
            match row {
                Row::Group(segment) => plot.group(canvas, place, segment),
                Row::Gap(count) => plot.gap(canvas, place, *count),
            }
        }
    });
    let drawn = values(data).any(|value| value.interval.is_some());
    let caption = format!("{CAPTION}{}{DISTRUST}", value::level_words("Bars", data.level, drawn));
    Chart { name: NAME, title, caption, description, svg }
}

/// The figures that can be drawn, that of all accounts first.
fn values(data: &Segments) -> impl Iterator<Item = Value> {
    data.overall.known().into_iter().chain(data.groups.iter().filter_map(Segment::known))
}

/// The groups that the title may speak of: those with a figure, without the small ones unless
/// there are no others.
fn telling(data: &Segments) -> Vec<(&Segment, Value)> {
    let known = || data.groups.iter().filter_map(|segment| Some((segment, segment.known()?)));
    let large: Vec<_> = known().filter(|(segment, _)| !segment.small).collect();
    if large.is_empty() { known().collect() } else { large }
}

fn title(data: &Segments) -> String {
    let column = text::name(&data.column, text::NAME);
    let (figure, unit) = value::name_and_unit(&data.figure);
    if data.groups.is_empty() {
        return format!("There is no group by {column}.");
    }
    let telling = telling(data);
    let style = Style::new(data);
    let told = |value: Value| with_unit(&style.write(value), &unit);
    let overall = match data.overall.known() {
        Some(overall) => format!("; overall it is {}", told(overall)),
        None => String::new(),
    };
    let named = |segment: &Segment| text::name(&segment.name, TITLED);
    match telling.as_slice() {
        [] => format!("By {column}, no group holds enough accounts for a {figure}{overall}."),
        [(segment, value)] => format!("By {column}, the {figure} is {} for {}{overall}.", told(*value), named(segment)),
        [(worst, low), .., (best, high)] => {
            let (low, high) = (told(*low), told(*high));
            if telling.iter().all(|(_, value)| told(*value) == low) {
                return format!("By {column}, the {figure} is {low} in each of {} groups{overall}.", telling.len());
            }
            format!(
                "By {column}, the {figure} is worst for {} ({low}) and best for {} ({high}){overall}.",
                named(worst),
                named(best)
            )
        }
    }
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Segments) -> String {
    let Some(overall) = data.overall.known() else {
        return String::new();
    };
    let known: Vec<Value> = data.groups.iter().filter_map(Segment::known).collect();
    let clear = |value: &&Value| value.interval.is_some_and(|[low, high]| low > overall.point || high < overall.point);
    let small = data.groups.iter().filter(|segment| segment.small).count() as u64;
    format!(
        "Intervals clear of the overall figure: {} of {}. Small groups: {}. Groups without a figure: {}.",
        known.iter().filter(clear).count(),
        known.iter().filter(|value| value.interval.is_some()).count(),
        number::thousands(small),
        data.groups.len() - known.len(),
    )
}

/// How all figures are written alike.
#[derive(Clone, Copy)]
struct Style {
    decimals: usize,
    /// Whether zero means something: figures then carry their sign and its colour.
    diverging: bool,
}

impl Style {
    fn new(data: &Segments) -> Style {
        let points = value::name_and_unit(&data.figure).1 == "points";
        Style { decimals: decimals(data), diverging: points || values(data).any(|value| value.point < 0.0) }
    }

    fn write(self, value: Value) -> String {
        value::figure(value.point, self.decimals, self.diverging)
    }

    /// What the row of a group says.
    fn row(self, segment: &Segment) -> String {
        segment.known().map_or(TOO_FEW.to_string(), |value| self.write(value))
    }

    /// Colours of a mark and of its text: up, down, or neither.
    fn tint(self, value: f64) -> (Colour, Colour) {
        match value {
            _ if self.diverging && value > 0.0 => (palette::BASELINE, palette::BASELINE),
            _ if self.diverging && value < 0.0 => (palette::CANDIDATE, palette::CANDIDATE_TEXT),
            _ => (palette::MUTED, palette::TEXT),
        }
    }
}

/// The decimals of all figures alike: those that the overall figure and the larger groups carry.
fn decimals(data: &Segments) -> usize {
    let telling = telling(data).into_iter().map(|(_, value)| value);
    let all: Vec<Value> = data.overall.known().into_iter().chain(telling).collect();
    value::decimals(&all, &value::name_and_unit(&data.figure).1).min(3)
}

enum Row<'a> {
    Group(&'a Segment),
    /// Groups that found no room.
    Gap(usize),
}

/// The rows that fit: all of them, or the worst and the best with a gap between.
fn rows(groups: &[Segment], room: usize) -> Vec<Row<'_>> {
    if groups.len() <= room {
        return groups.iter().map(Row::Group).collect();
    }
    let shown = room.saturating_sub(1);
    let best = shown / 2;
    let worst = shown - best;
    let (head, tail) = (&groups[..worst], &groups[groups.len() - best..]);
    let gap = Row::Gap(groups.len() - shown);
    head.iter().map(Row::Group).chain([gap]).chain(tail.iter().map(Row::Group)).collect()
}

struct Plot<'a> {
    rows: Vec<Row<'a>>,
    x: Scale,
    ticks: Vec<Tick>,
    top: i32,
    /// Height of a row.
    pitch: i32,
    left: i32,
    right: i32,
    /// Where the column of figures ends.
    figures: i32,
    style: Style,
    overall: Option<Value>,
}

impl<'a> Plot<'a> {
    fn new(data: &'a Segments, top: i32) -> Plot<'a> {
        let top = top + 34;
        let rows = rows(&data.groups, ((BOTTOM - top) / LOWEST).max(1) as usize);
        let (pitch, top) = ground::rows(rows.len(), (top, BOTTOM), (LOWEST, HIGHEST));
        let shown = || rows.iter().filter_map(|row| if let Row::Group(segment) = row { Some(*segment) } else { None });
        let widest = |write: &dyn Fn(&Segment) -> String| {
            shown().map(|segment| text::width(&write(segment), LABEL)).max().unwrap_or(0)
        };
        let style = Style::new(data);
        let names = widest(&|segment| text::name(&segment.name, text::FIGURE)).clamp(40, NAMES);
        let counts = widest(&|segment| number::compact(segment.accounts)).max(text::width("accounts", LABEL));
        let figures = WIDTH - MARGIN - counts - 18;
        let right = figures - widest(&|segment| style.row(segment)).max(40) - 14;
        let left = MARGIN + names + 14;
        let all = values(data).flat_map(|value| [value.ends()[0], value.ends()[1], value.point]);
        let [low, high] = ground::span(all.chain(style.diverging.then_some(0.0)));
        let x = Scale::new(low, high, left, right.max(left + 80));
        let ticks = x.ticks(8, 0.0);
        Plot { rows, x, ticks, top, pitch, left, right, figures, style, overall: data.overall.known() }
    }

    fn bottom(&self) -> i32 {
        self.top + self.pitch * self.rows.len() as i32
    }

    fn axes(&self, canvas: &Canvas, data: &Segments) {
        let (top, bottom) = (self.top, self.bottom());
        ground::upright(canvas, &self.x, &self.ticks, (top, bottom));
        if self.x.holds(0.0) {
            canvas.vertical(self.x.pixel(0.0), top, bottom, palette::AXIS);
        }
        let column = text::fit(&text::name(&data.column, text::NAME), LABEL, self.left - MARGIN - 10);
        canvas.text((MARGIN, top - 10), &column, LABEL, palette::MUTED, Anchor::Start);
        canvas.text((WIDTH - MARGIN, top - 10), "accounts", LABEL, palette::MUTED, Anchor::End);
        let figure = text::fit(&text::name(&data.figure, text::FIGURE), LABEL, WIDTH - 2 * MARGIN);
        let half = text::width(&figure, LABEL) / 2;
        let middle = ((self.left + self.right) / 2).clamp(MARGIN + half, WIDTH - MARGIN - half);
        canvas.text((middle, bottom + 31), &figure, LABEL, palette::TEXT, Anchor::Middle);
        if let Some(overall) = self.overall {
            self.overall(canvas, overall);
        }
    }

    /// The line of all accounts with its value above.
    fn overall(&self, canvas: &Canvas, overall: Value) {
        let x = self.x.pixel(overall.point);
        if overall.interval.is_some() {
            let [from, to] = overall.ends().map(|end| self.x.pixel(end));
            let (top, bottom) = (self.top, self.bottom());
            canvas.wash(&[(from, top), (to, top), (to, bottom), (from, bottom)], palette::AXIS);
        }
        canvas.rect((x - 1, self.top - 3), (x + 1, self.bottom()), palette::MUTED);
        let label = format!("all accounts {}", self.style.write(overall));
        let half = text::width(&label, LABEL) / 2 + 1;
        let middle = x.clamp(self.left + half, (self.figures + 14 - half).max(self.left + half));
        canvas.text((middle, self.top - 10), &label, LABEL, palette::TEXT, Anchor::Middle);
    }

    fn middle(&self, place: usize) -> i32 {
        self.top + self.pitch * place as i32 + self.pitch / 2
    }

    fn group(&self, canvas: &Canvas, place: usize, segment: &Segment) {
        let y = self.middle(place);
        let name = text::fit(&text::name(&segment.name, text::FIGURE), LABEL, self.left - MARGIN - 14);
        canvas.text((MARGIN, y), &name, LABEL, palette::TEXT, Anchor::Start);
        let count = number::thousands(segment.accounts);
        let room = WIDTH - MARGIN - self.figures - 8;
        let count = if text::width(&count, LABEL) > room { number::compact(segment.accounts) } else { count };
        canvas.text((WIDTH - MARGIN, y), &count, LABEL, palette::MUTED, Anchor::End);
        let Some(value) = segment.known() else {
            canvas.text((self.figures, y), TOO_FEW, LABEL, palette::MUTED, Anchor::End);
            return;
        };
        let (fill, ink) = self.style.tint(value.point);
        canvas.text((self.figures, y), &self.style.write(value), LABEL, ink, Anchor::End);
        let [from, to] = value.ends().map(|end| self.x.pixel(end));
        canvas.rect((from, y - 1), (to + 1, y + 1), fill);
        mark(canvas, (self.x.pixel(value.point), y), fill, segment.small);
    }

    fn gap(&self, canvas: &Canvas, place: usize, count: usize) {
        let words = format!("… {} between are left out", number::counted(count as u64, "group"));
        let words = text::fit(&words, SMALL, WIDTH - 2 * MARGIN);
        canvas.rect((MARGIN - 2, self.middle(place) - 7), (self.right, self.middle(place) + 7), palette::BACKGROUND);
        canvas.text((MARGIN, self.middle(place)), &words, SMALL, palette::MUTED, Anchor::Start);
    }
}

const TOO_FEW: &str = "too few";

fn mark(canvas: &Canvas, at: Point, colour: Colour, hollow: bool) {
    canvas.dot(at, 6, palette::BACKGROUND);
    canvas.dot(at, 5, colour);
    if hollow {
        canvas.dot(at, 3, palette::BACKGROUND);
    }
}

#[cfg(test)]
mod tests;
