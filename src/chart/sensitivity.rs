//! Sensitivity: which choices decide? For each input that was let vary, the share of an output's
//! variance that it brings by itself, and with all that it does together with others.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, SMALL, WIDTH};
use super::value::{self, Value};
use super::{Chart, Labels, ground, palette, text};
use crate::number;

const NAME: &str = "sensitivity";
const CAPTION: &str = "Look for the few bars that are long: these choices decide, and the others \
    could be made otherwise. The dark bar is what a choice does by itself, the pale one what it \
    does with all others too; where they differ much, choices work together.";
const DISTRUST: &str = " Shares hold for the ranges that were let vary: a wider range makes a \
    choice more important. They have no meaning for choices that depend on each other.";

const BOTTOM: i32 = 434;
/// The most inputs that are drawn.
const SHOWN: usize = 20;
const LOWEST: i32 = 16;
const HIGHEST: i32 = 44;
/// The widest names, in pixels.
const NAMES: i32 = 230;
const LONGEST: usize = 40;

/// How the variance of an output is shared out among what was let vary.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// What varies, such as `110 weights between half and double`.
    pub varied: String,
    /// What is explained, such as `the mean rank shift`.
    pub output: String,
    pub inputs: Vec<SensitivityInput>,
    /// The level of the intervals, such as 0.95.
    pub level: Option<f64>,
    /// How often the output was computed.
    pub runs: u64,
    pub accounts: u64,
}

/// An input with its shares of the variance, 1 for all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitivityInput {
    pub name: String,
    /// By itself: the Sobol index of first order.
    pub first: Value,
    /// With all that it does together with others: the total order.
    pub total: Value,
}

impl SensitivityInput {
    fn shown_name(&self) -> String {
        text::name(&self.name, LONGEST)
    }
}

/// An input with its shares in percent, as far as they are numbers.
struct Row<'a> {
    input: &'a SensitivityInput,
    first: Option<Value>,
    total: Option<Value>,
}

/// Which choices decide?
pub fn sensitivity(data: &Sensitivity, labels: &Labels) -> Chart {
    let rows = rows(data);
    let title = title(data, &rows);
    let description = format!("{title} {}", carried(data, &rows)).trim_end().to_string();
    let n = format!("n = {}, {}", number::accounts(data.accounts), number::counted(data.runs, "run"));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if rows.is_empty() {
            ground::bare(canvas, "nothing varies");
            return;
        }
        let plot = Plot::new(&rows, top);
        plot.axes(canvas, data, &rows);
        for (place, row) in plot.shown.iter().enumerate() {
            plot.row(canvas, place, row);
        }
    });
    Chart { name: NAME, title, caption: caption(data, &rows), description, svg }
}

/// The inputs with the highest total first, those without one last.
fn rows(data: &Sensitivity) -> Vec<Row<'_>> {
    let percent = |value: Value| {
        let interval = value.interval.map(|ends| ends.map(|end| end * 100.0));
        Value { point: value.point * 100.0, interval }.known()
    };
    let mut rows: Vec<Row> = data
        .inputs
        .iter()
        .map(|input| Row { input, first: percent(input.first), total: percent(input.total) })
        .collect();
    let order = |row: &Row| row.total.map_or(f64::NEG_INFINITY, |total| total.point);
    rows.sort_by(|one, other| order(other).total_cmp(&order(one)));
    rows
}

/// The rows whose first order lies above their total, which is possible by chance alone.
fn noisy(rows: &[Row]) -> usize {
    let above = |row: &&Row| row.first.zip(row.total).is_some_and(|(first, total)| first.point > total.point);
    rows.iter().filter(above).count()
}

/// Whether the interval of the highest total is wider than half of it.
fn wide(rows: &[Row]) -> bool {
    rows.first().and_then(|row| row.total).is_some_and(|total| {
        let [low, high] = total.ends();
        high - low > total.point / 2.0
    })
}

fn caption(data: &Sensitivity, rows: &[Row]) -> String {
    let drawn = rows.iter().any(|row| row.total.is_some_and(|total| total.interval.is_some()));
    let mut caption = format!("{CAPTION}{}", value::level_words("Whiskers on the pale bars", data.level, drawn));
    if wide(rows) {
        caption += " Here they are so wide that the order of the bars is not to be trusted: it takes more runs.";
    }
    match noisy(rows) {
        0 => {}
        count => {
            let of = number::counted(rows.len() as u64, "choice");
            caption += &format!(" The dark bar is longer than the pale one for {count} of {of}, which is noise.");
        }
    }
    caption + DISTRUST
}

/// The sum of the first orders in percent, in the order of the inputs.
fn sum(data: &Sensitivity) -> Option<f64> {
    let firsts: Vec<f64> =
        data.inputs.iter().filter_map(|input| input.first.known()).map(|first| first.point).collect();
    let sum = firsts.iter().sum::<f64>() * 100.0;
    (!firsts.is_empty() && sum.is_finite()).then_some(sum)
}

fn decimals(rows: &[Row]) -> usize {
    value::decimals(rows.iter().take(SHOWN).filter_map(|row| row.total.as_ref()), "%").min(2)
}

fn title(data: &Sensitivity, rows: &[Row]) -> String {
    let output = text::name(&data.output, text::FIGURE);
    let of = number::counted(rows.len() as u64, "choice");
    let Some(first) = rows.first() else {
        return format!("Nothing was let vary, so nothing decides {output}.");
    };
    let Some(total) = first.total else {
        return format!("No share of {output} is known for {}.", if rows.len() == 1 { "the only choice" } else { &of });
    };
    if total.point <= 0.0 {
        return match rows.len() {
            1 => format!("{} does not move {output}.", first.input.shown_name()),
            _ => format!("None of {of} moves {output}."),
        };
    }
    let decimals = decimals(rows);
    let told = |value: Value| format!("{} %", value::figure(value.point, decimals, false));
    let name = first.input.shown_name();
    let alone = first.first.map_or(String::new(), |alone| format!(", {} by itself", told(alone)));
    let brings = format!("it brings {} of the variance of {output}{alone}", told(total));
    let varied = text::name(&data.varied, text::FIGURE);
    match rows.get(1).and_then(|row| Some((row.input.shown_name(), row.total?))) {
        None => format!("Of {varied}, {name} is the only one with a share: {brings}."),
        Some((next, second)) if second.ends()[1] >= total.ends()[0] => {
            format!("Of {varied}, {name} comes first: {brings}; {next} ({}) may decide as much.", told(second))
        }
        Some((next, second)) => {
            format!("Of {varied}, {name} decides most: {brings}; the next is {next} with {}.", told(second))
        }
    }
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Sensitivity, rows: &[Row]) -> String {
    let decimals = decimals(rows);
    let told = |value: f64| format!("{} %", value::figure(value, decimals, false));
    let words = |value: Value| {
        let [low, high] = value.ends();
        match value.interval {
            Some(_) => format!("{} ({} to {})", told(value.point), told(low), told(high)),
            None => told(value.point),
        }
    };
    let mut parts = Vec::new();
    if let Some(row) = rows.first() {
        parts.extend(row.total.map(|total| format!("Highest total order: {}.", words(total))));
        parts.extend(row.first.map(|first| format!("Its first order: {}.", words(first))));
    }
    if let Some(sum) = sum(data) {
        let many = number::counted(rows.len() as u64, "choice");
        parts.push(format!("Sum of the first orders of {many}: {}.", told(sum)));
    }
    parts.join(" ")
}

struct Plot<'a> {
    shown: &'a [Row<'a>],
    x: Scale,
    ticks: Vec<Tick>,
    decimals: usize,
    top: i32,
    pitch: i32,
    left: i32,
    /// Where the columns of the totals and of the first orders end.
    figures: [i32; 2],
}

impl<'a> Plot<'a> {
    fn new(rows: &'a [Row<'a>], top: i32) -> Plot<'a> {
        let top = top + 36;
        let room = ((BOTTOM - top) / LOWEST).clamp(1, SHOWN as i32) as usize;
        let shown = &rows[..rows.len().min(room)];
        let (pitch, top) = ground::rows(shown.len(), (top, BOTTOM), (LOWEST, HIGHEST));
        let names = shown.iter().map(|row| text::width(&row.input.shown_name(), LABEL)).max().unwrap_or(0);
        let left = MARGIN + names.clamp(40, NAMES) + 12;
        let decimals = decimals(rows);
        let column = |of: &dyn Fn(&Row) -> Option<Value>, head: &str| {
            let figures = shown.iter().map(|row| text::width(&figure(of(row), decimals), LABEL)).max().unwrap_or(0);
            figures.max(text::width(head, LABEL))
        };
        let first = WIDTH - MARGIN;
        let total = first - column(&|row| row.first, FIRST) - 16;
        let right = total - column(&|row| row.total, TOTAL) - 16;
        let ends = shown.iter().flat_map(|row| {
            [
                row.first.map(|first| [first.point; 2]),
                row.total.map(|total| {
                    let [low, high] = total.ends();
                    [low.min(total.point), high.max(total.point)]
                }),
            ]
        });
        let [low, high] =
            ends.flatten().fold([0.0_f64, 0.0_f64], |[low, high], [from, to]| [low.min(from), high.max(to)]);
        let x = Scale::new(low, high, left, right.max(left + 80));
        let ticks = ground::in_unit(x.ticks(6, 0.0), " %");
        Plot { shown, x, ticks, decimals, top, pitch, left, figures: [total, first] }
    }

    fn bottom(&self) -> i32 {
        self.top + self.pitch * self.shown.len() as i32
    }

    fn axes(&self, canvas: &Canvas, data: &Sensitivity, rows: &[Row]) {
        let (top, bottom) = (self.top, self.bottom());
        ground::upright(canvas, &self.x, &self.ticks, (top, bottom));
        canvas.vertical(self.x.pixel(0.0), top, bottom, palette::AXIS);
        for (head, end) in [TOTAL, FIRST].into_iter().zip(self.figures) {
            canvas.text((end, top - 11), head, LABEL, palette::TEXT, Anchor::End);
        }
        self.key(canvas, top - 11);
        let left_out = left_out(&rows[self.shown.len()..], self.decimals);
        let axis = format!("share of the variance of {}", text::name(&data.output, text::FIGURE));
        let room = WIDTH - 3 * MARGIN;
        let axis = text::fit(&axis, LABEL, room - text::width(&left_out, SMALL));
        canvas.text((MARGIN, bottom + 31), &left_out, SMALL, palette::MUTED, Anchor::Start);
        canvas.text((WIDTH - MARGIN, bottom + 31), &axis, LABEL, palette::MUTED, Anchor::End);
    }

    /// What the bars are, as far as there is room above them.
    fn key(&self, canvas: &Canvas, y: i32) {
        let mut x = MARGIN;
        let end = self.figures[0] - text::width(TOTAL, LABEL) - 16;
        for (words, fill, half) in
            [("by itself (first order)", palette::MUTED, 2), ("with others too (total order)", palette::RULE, 5)]
        {
            let width = 30 + text::width(words, SMALL);
            if x + width <= end {
                canvas.rect((x, y - half), (x + 24, y + half), fill);
                canvas.text((x + 30, y), words, SMALL, palette::MUTED, Anchor::Start);
            }
            x += width + 20;
        }
    }

    fn row(&self, canvas: &Canvas, place: usize, row: &Row) {
        let y = self.top + self.pitch * place as i32 + self.pitch / 2;
        let name = text::fit(&row.input.shown_name(), LABEL, self.left - MARGIN - 12);
        canvas.text((MARGIN, y), &name, LABEL, palette::TEXT, Anchor::Start);
        let (zero, half) = (self.x.pixel(0.0), (self.pitch / 2 - 2).min(9));
        let bar = |value: Value, half: i32, fill| {
            let end = self.x.pixel(value.point);
            canvas.rect((zero.min(end), y - half), (zero.max(end).max(zero.min(end) + 1), y + half), fill);
        };
        if let Some(total) = row.total {
            bar(total, half, palette::RULE);
        }
        if let Some(first) = row.first {
            bar(first, (half / 2).max(2), palette::MUTED);
        }
        if let Some(total) = row.total.filter(|total| total.interval.is_some()) {
            let [from, to] = total.ends().map(|end| self.x.pixel(end));
            canvas.horizontal(from, to + 1, y, palette::TEXT);
            canvas.vertical(from, y - 3, y + 4, palette::TEXT);
            canvas.vertical(to, y - 3, y + 4, palette::TEXT);
        }
        for ((value, ink), end) in
            [(row.total, palette::TEXT), (row.first, palette::MUTED)].into_iter().zip(self.figures)
        {
            canvas.text((end, y), &figure(value, self.decimals), LABEL, ink, Anchor::End);
        }
    }
}

const TOTAL: &str = "total";
const FIRST: &str = "first";

fn figure(value: Option<Value>, decimals: usize) -> String {
    value.map_or("–".to_string(), |value| format!("{} %", value::figure(value.point, decimals, false)))
}

/// What is said of the rows that found no room; nothing where all did.
fn left_out(rows: &[Row], decimals: usize) -> String {
    let Some(next) = rows.first() else {
        return String::new();
    };
    let counted = number::counted(rows.len() as u64, "further choice");
    match next.total {
        Some(total) if rows.len() > 1 => format!("{counted}, none above {}", figure(Some(total), decimals)),
        Some(total) => format!("{counted}, with {}", figure(Some(total), decimals)),
        None => format!("{counted} left out"),
    }
}

#[cfg(test)]
mod tests;
