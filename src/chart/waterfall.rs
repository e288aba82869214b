//! Waterfall: why did this account move? Bars from the old score to the new one, one a cause, the
//! largest first and the rest together, so that every bar begins where the last one ended.

use std::cmp::Ordering;

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, SMALL, WIDTH};
use super::palette::{self, Colour};
use super::{Chart, Labels, ground, text, value};
use crate::number;

const NAME: &str = "waterfall";
const CAPTION: &str = "Read from above: every bar begins where the one before it ends, so the bars \
    sum to the move exactly. Look for the few bars that make most of it. Do not read a bar as the \
    effect of one signal alone: how a move is shared among causes that act together depends on \
    the method, and small bars are the least certain.";

const BOTTOM: i32 = 434;
/// The most causes with a bar of their own.
const SHOWN: usize = 14;
const LOWEST: i32 = 20;
const HIGHEST: i32 = 56;
/// The widest labels, in pixels.
const NAMES: i32 = 310;
const LONGEST: usize = 48;
/// Room for a figure beside a bar, on both sides of the plot.
const FIGURE: i32 = 54;
/// A cause against the move is told in the title from this many points on.
const TOLD: f64 = 0.1;
/// Terms that miss the move by no more than this many points miss it by rounding.
const ROUNDING: f64 = 0.005;
/// Beyond this no number is a score or a part of one, and sums could leave the numbers.
const LARGEST: f64 = 1e12;

/// The move of one account and what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    pub account: String,
    /// The scores before and after.
    pub baseline: f64,
    pub candidate: f64,
    /// They sum to the difference of the two scores; what they leave open is drawn as such.
    pub terms: Vec<WaterfallTerm>,
}

/// A cause with the points that it brings.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallTerm {
    pub label: String,
    pub points: f64,
}

/// Why did this account move?
pub fn waterfall(data: &Waterfall, labels: &Labels) -> Chart {
    let steps = Steps::new(data);
    let title = title(data, &steps, labels);
    let description = format!("{title} {}", carried(data, &steps)).trim_end().to_string();
    let n = format!("n = 1 account, {}", number::counted(data.terms.len() as u64, "term"));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if !scored(data) {
            ground::bare(canvas, "no two scores to compare");
            return;
        }
        let plot = Plot::new(data, &steps, labels, top);
        plot.axes(canvas);
        for (place, row) in plot.rows.iter().enumerate() {
            plot.row(canvas, place, row);
        }
    });
    Chart { name: NAME, title, caption: CAPTION.to_string(), description, svg }
}

fn scored(data: &Waterfall) -> bool {
    is_score(data.baseline) && is_score(data.candidate)
}

fn is_score(points: f64) -> bool {
    points.abs() <= LARGEST
}

/// The terms sorted by size, those without a number left out.
struct Steps<'a> {
    terms: Vec<&'a WaterfallTerm>,
    /// The part of the move that no term accounts for.
    open: f64,
}

impl<'a> Steps<'a> {
    fn new(data: &'a Waterfall) -> Steps<'a> {
        let mut terms: Vec<&WaterfallTerm> = data.terms.iter().filter(|term| is_score(term.points)).collect();
        terms.sort_by(|a, b| b.points.abs().partial_cmp(&a.points.abs()).unwrap_or(Ordering::Equal));
        let sum: f64 = terms.iter().map(|term| term.points).sum();
        let open = data.candidate - data.baseline - sum;
        Steps { terms, open: if open.abs() > ROUNDING && open.is_finite() { open } else { 0.0 } }
    }

    /// The largest term in the direction of `sign`.
    fn largest(&self, sign: f64) -> Option<&'a WaterfallTerm> {
        self.terms.iter().find(|term| term.points * sign > 0.0).copied()
    }
}

/// Points with one decimal and their sign; what is not zero is not shown as zero.
fn signed(points: f64) -> String {
    value::figure(points, 1, true)
}

fn cause(term: &WaterfallTerm) -> String {
    format!("{} ({})", text::name(&term.label, LONGEST), signed(term.points))
}

fn title(data: &Waterfall, steps: &Steps, labels: &Labels) -> String {
    let account = text::name(&data.account, text::NAME);
    // A pseudonym says already what it is.
    let account = match account.strip_prefix("account ") {
        Some(number) => format!("Account {number}"),
        None => format!("Account {account}"),
    };
    let candidate = text::model(labels.candidate);
    if !scored(data) {
        return format!("{account} has no two scores to compare.");
    }
    let moved = data.candidate - data.baseline;
    let [from, to] = [data.baseline, data.candidate].map(number::points);
    if moved == 0.0 {
        let why = match (steps.largest(1.0), steps.largest(-1.0)) {
            (Some(up), Some(down)) => format!("; {} is offset, most of all by {}", cause(up), cause(down)),
            _ => String::new(),
        };
        return format!("{account} keeps its score of {from} points under {candidate}{why}.");
    }
    let verb = if moved < 0.0 { "falls" } else { "rises" };
    let mut title = format!("{account} {verb} {} under {candidate}, from {from} to {to}", number::distance(moved));
    match (steps.largest(moved), steps.largest(-moved)) {
        (Some(with), against) => {
            title += &match steps.terms.len() {
                1 => format!(", by {}", cause(with)),
                _ => format!(", most of all by {}", cause(with)),
            };
            if let Some(against) = against.filter(|term| term.points.abs() >= TOLD) {
                title += &format!("; {} goes against it", cause(against));
            }
        }
        (None, _) => title += "; no term explains it",
    }
    title + "."
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Waterfall, steps: &Steps) -> String {
    if !scored(data) {
        return String::new();
    }
    let sum = |sign: f64| steps.terms.iter().map(|term| term.points).filter(|points| points * sign > 0.0).sum::<f64>();
    let mut text = format!("Up: {}; down: {}", signed(sum(1.0)), signed(sum(-1.0)));
    if steps.open != 0.0 {
        text += &format!("; not explained: {}", signed(steps.open));
    }
    format!("{text}; together {} points.", signed(data.candidate - data.baseline))
}

enum Kind {
    /// The score before or after.
    End(Colour),
    Step,
}

struct Row {
    label: String,
    kind: Kind,
    /// Where it begins and where it ends, in points of score.
    from: f64,
    to: f64,
}

/// The rows of the picture, at most `room` of them between the two ends.
fn rows(data: &Waterfall, steps: &Steps, labels: &Labels, room: usize) -> Vec<Row> {
    let open = usize::from(steps.open != 0.0);
    let room = room.max(open + 2) - open;
    let shown = if steps.terms.len() > room { room - 1 } else { steps.terms.len() };
    let (single, rest) = steps.terms.split_at(shown);
    let end = |label: &str, score: f64, ink: Colour| Row {
        label: text::model(label),
        kind: Kind::End(ink),
        from: score,
        to: score,
    };
    let mut rows = vec![end(labels.baseline, data.baseline, palette::BASELINE)];
    let mut at = data.baseline;
    let mut step = |label: String, points: f64| {
        rows.push(Row { label, kind: Kind::Step, from: at, to: at + points });
        at += points;
    };
    for term in single {
        step(text::name(&term.label, LONGEST), term.points);
    }
    if !rest.is_empty() {
        let label = number::counted(rest.len() as u64, "further term");
        step(label, rest.iter().map(|term| term.points).sum());
    }
    if steps.open != 0.0 {
        step("not explained".to_string(), steps.open);
    }
    // Rounding errors of the sum end here, unseen.
    if let Some(last) = rows.last_mut().filter(|row| matches!(row.kind, Kind::Step)) {
        last.to = data.candidate;
    }
    rows.push(end(labels.candidate, data.candidate, palette::CANDIDATE_TEXT));
    rows
}

struct Plot {
    rows: Vec<Row>,
    x: Scale,
    ticks: Vec<Tick>,
    /// Decimals of the figures, and one over their step.
    decimals: usize,
    grain: f64,
    top: i32,
    pitch: i32,
    left: i32,
}

impl Plot {
    fn new(data: &Waterfall, steps: &Steps, labels: &Labels, top: i32) -> Plot {
        let top = top + 12;
        let room = ((BOTTOM - top) / LOWEST - 2).clamp(2, SHOWN as i32 + 1) as usize;
        let rows = rows(data, steps, labels, room);
        let (pitch, top) = ground::rows(rows.len(), (top, BOTTOM), (LOWEST, HIGHEST));
        let names = rows.iter().map(|row| text::width(&row.label, LABEL)).max().unwrap_or(0);
        let left = MARGIN + names.clamp(60, NAMES) + 12;
        let [low, high] = ground::span(rows.iter().flat_map(|row| [row.from, row.to]));
        let x = Scale::new(low, high, left + FIGURE, WIDTH - MARGIN - FIGURE);
        let ticks = x.ticks(8, 0.0);
        let smallest = rows.iter().map(|row| (row.to - row.from).abs()).filter(|size| *size > 0.0);
        let fine = smallest.fold(f64::INFINITY, f64::min) < 0.095;
        let (decimals, grain) = if fine { (2, 100.0) } else { (1, 10.0) };
        Plot { rows, x, ticks, decimals, grain, top, pitch, left }
    }

    fn bottom(&self) -> i32 {
        self.top + self.pitch * self.rows.len() as i32
    }

    fn middle(&self, place: usize) -> i32 {
        self.top + self.pitch * place as i32 + self.pitch / 2
    }

    fn axes(&self, canvas: &Canvas) {
        ground::upright(canvas, &self.x, &self.ticks, (self.top, self.bottom()));
        let middle = (self.left + WIDTH - MARGIN) / 2;
        canvas.text((middle, self.bottom() + 31), "score, points", LABEL, palette::MUTED, Anchor::Middle);
        // From each bar's end to the next one's beginning.
        for (place, row) in self.rows.iter().enumerate().take(self.rows.len().saturating_sub(1)) {
            canvas.vertical(self.x.pixel(row.to), self.middle(place), self.middle(place + 1), palette::AXIS);
        }
    }

    /// The points of a step as they are written: the difference of its rounded ends, so that what
    /// is written sums exactly too.
    fn points(&self, row: &Row) -> String {
        let [from, to] = [row.from, row.to].map(|end| (end * self.grain).round());
        let points = (to - from) / self.grain;
        if points == 0.0 {
            value::figure(row.to - row.from, self.decimals, true)
        } else {
            value::figure(points, self.decimals, true)
        }
    }

    fn row(&self, canvas: &Canvas, place: usize, row: &Row) {
        let y = self.middle(place);
        let half = (self.pitch / 2 - 3).clamp(6, 11);
        let label = text::fit(&row.label, LABEL, self.left - MARGIN - 12);
        let [from, to] = [row.from, row.to].map(|end| self.x.pixel(end));
        let ink = match row.kind {
            Kind::End(ink) => {
                canvas.rect((to - 3, y - half), (to + 3, y + half), palette::AXIS);
                let score = value::figure(row.to, self.decimals, false);
                canvas.text((to + 8, y), &score, LABEL, palette::TEXT, Anchor::Start);
                ink
            }
            Kind::Step => {
                self.step(canvas, y, half, row, (from, to));
                palette::TEXT
            }
        };
        canvas.text((MARGIN, y), &label, LABEL, ink, Anchor::Start);
    }

    /// A bar with its points beyond the end that it reaches.
    fn step(&self, canvas: &Canvas, y: i32, half: i32, row: &Row, (from, to): (i32, i32)) {
        let (fill, ink) = match row.to.partial_cmp(&row.from) {
            Some(Ordering::Greater) => (palette::BASELINE, palette::BASELINE),
            Some(Ordering::Less) => (palette::CANDIDATE, palette::CANDIDATE_TEXT),
            _ => (palette::AXIS, palette::MUTED),
        };
        let (x0, x1) = (from.min(to), from.max(to).max(from.min(to) + 1));
        canvas.rect((x0, y - half), (x1, y + half), fill);
        let points = self.points(row);
        // Large numbers have no room beside a bar at the edge of the plot.
        let size = if text::width(&points, LABEL) > FIGURE - 8 { SMALL } else { LABEL };
        let (x, anchor) = if row.to < row.from { (x0 - 6, Anchor::End) } else { (x1 + 6, Anchor::Start) };
        canvas.text((x, y), &points, size, ink, anchor);
    }
}

#[cfg(test)]
mod tests;
