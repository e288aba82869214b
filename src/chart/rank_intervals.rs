//! Rank intervals: which order is real? A row for each account of the top with the ranks that it
//! may have, each by itself and all together, and brackets around those that cannot be told apart.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, SMALL, WIDTH};
use super::{Chart, Labels, curves, ground, palette, text, value};
use crate::number;

const NAME: &str = "rank-intervals";
const CAPTION: &str = "A row is an account, its dot the rank by score. Look for bars that do not \
    meet: only there is the order more than chance. A bracket joins accounts that cannot be told \
    apart from the first of them; the last of one bracket and the first of the next may be alike.";
const DISTRUST: &str = " The bars know of no other error than that. An account that stands at the \
    end of a thin bar, or outside of it, was helped by luck.";

const BOTTOM: i32 = 438;
/// The most accounts that are drawn, and the most of them in one column.
const SHOWN: usize = 50;
const COLUMN: usize = 25;
const LOWEST: i32 = 13;
const HIGHEST: i32 = 30;
/// Between two columns, and right of a plot for the brackets.
const GUTTER: i32 = 26;
const BRACKETS: i32 = 34;
/// The widest names in one column and in two, in pixels.
const NAMES: [i32; 2] = [210, 118];
/// Ranks stand on a logarithmic axis from this many times the number of rows on.
const FAR: f64 = 4.0;

/// The ranks that the accounts of a top may have.
#[derive(Clone, Debug, PartialEq)]
pub struct RankIntervals {
    /// The top of the order, the highest first.
    pub rows: Vec<RankRow>,
    /// How many rows each group holds, from the highest down. The rows of a group cannot be told
    /// apart from its first. Empty where that was not looked at.
    pub groups: Vec<usize>,
    /// The share, 0 to 1, of neighbours among these rows that can be told apart, where measured.
    pub told_apart: Option<f64>,
    /// The level of the intervals, such as 0.95.
    pub level: Option<f64>,
    pub replicates: u64,
    /// What was drawn again, such as `the counts of 96 signals`.
    pub drawn: String,
    /// All accounts that were ranked.
    pub accounts: u64,
}

/// An account of the top.
#[derive(Clone, Debug, PartialEq)]
pub struct RankRow {
    pub name: String,
    /// 1 is the highest; equals share their mean rank.
    pub rank: f64,
    /// Lowest and highest rank that it may have, taken by itself.
    pub marginal: [f64; 2],
    /// The same, holding for all rows together.
    pub simultaneous: Option<[f64; 2]>,
}

impl RankRow {
    fn rank(&self) -> Option<f64> {
        (self.rank >= 1.0 && self.rank.is_finite()).then_some(self.rank)
    }

    fn marginal(&self) -> Option<[f64; 2]> {
        ranks(self.marginal)
    }

    fn simultaneous(&self) -> Option<[f64; 2]> {
        self.simultaneous.and_then(ranks)
    }

    /// The ranks that it may have: those that hold together, where they are known.
    fn may_have(&self) -> Option<[f64; 2]> {
        self.simultaneous().or(self.marginal())
    }
}

/// An interval of ranks, lower end first; nothing where an end is no rank.
fn ranks([one, other]: [f64; 2]) -> Option<[f64; 2]> {
    let is_rank = |end: f64| end >= 1.0 && end.is_finite();
    (is_rank(one) && is_rank(other)).then_some([one.min(other), one.max(other)])
}

/// Which order is real?
pub fn rank_intervals(data: &RankIntervals, labels: &Labels) -> Chart {
    let title = title(data);
    let description = format!("{title} {}", carried(data)).trim_end().to_string();
    let n = format!("n = {}, {}", number::accounts(data.accounts), number::counted(data.replicates, "replicate"));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if data.rows.is_empty() {
            ground::bare(canvas, "no places");
            return;
        }
        key(canvas, data, top + 6);
        let plot = Plot::new(data, top);
        plot.columns().for_each(|column| plot.column(canvas, &column));
        plot.foot(canvas, data.rows.len());
    });
    Chart { name: NAME, title, caption: caption(data), description, svg }
}

fn caption(data: &RankIntervals) -> String {
    let thin = data.rows.iter().any(|row| row.marginal().is_some());
    let pale = data.rows.iter().any(|row| row.simultaneous().is_some());
    let marks = match (thin, pale) {
        (true, true) => "Thin bars hold for one account at a time, pale bars for all of them together; both",
        (true, false) => "Bars hold for one account at a time, so some are wrong by chance; they",
        _ => "Pale bars hold for all accounts together; they",
    };
    let level = value::level_words(marks, data.level, thin || pale);
    let drawn = format!(
        " Drawn again, {}: {}.",
        number::counted(data.replicates, "time"),
        text::name(&data.drawn, 2 * text::FIGURE)
    );
    format!("{CAPTION}{level}{drawn}{DISTRUST}")
}

/// The lengths of the groups as far as there are rows for them.
fn groups(data: &RankIntervals) -> Vec<usize> {
    let mut left = data.rows.len();
    let mut lengths = Vec::new();
    for length in &data.groups {
        let held = (*length).min(left);
        left -= held;
        if held > 0 {
            lengths.push(held);
        }
    }
    lengths
}

fn title(data: &RankIntervals) -> String {
    let count = data.rows.len();
    if count == 0 {
        return "There is no place to judge.".to_string();
    }
    if data.rows.iter().all(|row| row.may_have().is_none()) {
        return match count {
            1 => "How sure the only place is, is not known.".to_string(),
            count => format!("How sure the first {} places are, is not known.", number::thousands(count as u64)),
        };
    }
    if let [only] = data.rows.as_slice() {
        return match only.may_have() {
            Some([low, high]) if low == high => format!("The only place that is shown is sure: {}.", rank(low)),
            Some(ends) => format!("The only place that is shown may be any from {}.", span(ends)),
            None => String::new(),
        };
    }
    let clauses: Vec<String> = [apart(data), first(data)].into_iter().flatten().collect();
    match (clauses.is_empty(), data.rows.iter().find_map(|row| Some((row.rank()?, row.may_have()?)))) {
        (true, Some((place, ends))) => format!("Who has rank {} may have any from {}.", rank(place), span(ends)),
        _ => text::sentence(&clauses.join("; ")),
    }
}

/// How much of the order is real, as a clause.
fn apart(data: &RankIntervals) -> Option<String> {
    let places = format!("the first {} places", number::thousands(data.rows.len() as u64));
    Some(match (data.told_apart.filter(|share| (0.0..=1.0).contains(share)), groups(data).len()) {
        (Some(0.0), _) => format!("of {places}, no neighbours can be told apart"),
        (Some(1.0), _) => format!("of {places}, all neighbours can be told apart"),
        (Some(share), _) => format!("of {places}, {} of the neighbours can be told apart", number::percent(share)),
        (None, 0) => return None,
        (None, 1) => format!("of {places}, none can be told apart from the first"),
        (None, groups) => format!("{places} fall into {groups} groups that can be told apart"),
    })
}

/// Who may be first, as a clause.
fn first(data: &RankIntervals) -> Option<String> {
    let known: Vec<[f64; 2]> = data.rows.iter().filter_map(RankRow::may_have).collect();
    // A mean rank below 2 is the first place, or a share in it.
    let may = known.iter().filter(|[low, _]| *low < 2.0).count();
    let all = may == data.rows.len();
    match may {
        0 => None,
        1 => (known.len() == data.rows.len()).then(|| "only one account may be first".to_string()),
        _ if all && may as u64 != data.accounts => {
            Some(format!("any of these {} may be first, and others too", number::accounts(may as u64)))
        }
        _ => Some(format!("any of {} may be first", number::accounts(may as u64))),
    }
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &RankIntervals) -> String {
    let known = || data.rows.iter().filter_map(|row| Some((row.rank()?, row.may_have()?)));
    let mut parts = Vec::new();
    let ends = [known().next(), known().next_back().filter(|_| data.rows.len() > 1)];
    for (place, ends) in ends.into_iter().flatten() {
        parts.push(format!("Place {}: {}.", rank(place), span(ends)));
    }
    if let Some(largest) = groups(data).iter().max() {
        parts.push(format!("Groups: {}, the largest of {}.", groups(data).len(), number::accounts(*largest as u64)));
    }
    parts.join(" ")
}

/// `4`, `4.5`.
fn rank(rank: f64) -> String {
    value::figure(rank, usize::from(rank != rank.round()), false)
}

fn span([low, high]: [f64; 2]) -> String {
    format!("{} to {}", rank(low), rank(high))
}

/// What the marks are, above the columns.
fn key(canvas: &Canvas, data: &RankIntervals, y: i32) {
    let mut x = MARGIN;
    let mut word = |words: &str| {
        canvas.text((x + 30, y), words, SMALL, palette::MUTED, Anchor::Start);
        let from = x;
        x += 30 + text::width(words, SMALL) + 20;
        from
    };
    let from = word("rank by score");
    canvas.dot((from + 13, y), 3, palette::TEXT);
    if data.rows.iter().any(|row| row.marginal().is_some()) {
        let from = word("ranks that it may have, each by itself");
        canvas.rect((from, y - 1), (from + 24, y + 1), palette::MUTED);
    }
    if data.rows.iter().any(|row| row.simultaneous().is_some()) {
        let from = word("all together");
        canvas.rect((from, y - 4), (from + 24, y + 4), palette::RULE);
    }
}

/// The rows that stand below each other, from `first` to before `end`.
struct Column {
    first: usize,
    end: usize,
    left: i32,
    /// Where names begin and where they end, and the ends of the axis.
    names: [i32; 2],
    x: Scale,
    right: i32,
}

struct Plot<'a> {
    rows: &'a [RankRow],
    groups: Vec<usize>,
    /// Lowest and highest rank on the axis.
    ends: [f64; 2],
    log: bool,
    /// Rows in a full column.
    most: usize,
    top: i32,
    pitch: i32,
}

impl<'a> Plot<'a> {
    fn new(data: &'a RankIntervals, top: i32) -> Plot<'a> {
        let rows = &data.rows[..data.rows.len().min(SHOWN)];
        let most = if rows.len() > COLUMN { rows.len().div_ceil(2) } else { rows.len() };
        let (pitch, top) = ground::rows(most, (top + 24, BOTTOM), (LOWEST, HIGHEST));
        let of = |row: &RankRow| [row.rank().map(|rank| [rank, rank]), row.marginal(), row.simultaneous()];
        let all = rows.iter().flat_map(of).flatten().flatten();
        let [low, high] = all.fold([f64::INFINITY, 1.0], |[low, high], end| [low.min(end), high.max(end)]);
        let low = if low.is_finite() { low } else { 1.0 };
        let log = high > FAR * rows.len() as f64 && high > 10.0;
        Plot { rows, groups: groups(data), ends: [low, high], log, most, top, pitch }
    }

    fn columns(&self) -> impl Iterator<Item = Column> {
        let count = self.rows.len().div_ceil(self.most.max(1)) as i32;
        let wide = (WIDTH - 2 * MARGIN - GUTTER * (count - 1)) / count;
        (0..count).map(move |at| {
            let first = at as usize * self.most;
            let end = (first + self.most).min(self.rows.len());
            let rows = &self.rows[first..end];
            let left = MARGIN + at * (wide + GUTTER);
            let ranks = rows.iter().filter_map(RankRow::rank).map(|place| text::width(&rank(place), SMALL)).max();
            let names = left + ranks.unwrap_or(0).clamp(14, 60) + 7;
            let widest = rows.iter().map(|row| text::width(&text::name(&row.name, text::NAME), SMALL)).max();
            let named = names + widest.unwrap_or(0).clamp(30, NAMES[usize::from(count > 1)]);
            let right = left + wide - BRACKETS;
            let [low, high] = self.ends.map(|end| if self.log { libm::log10(end) } else { end });
            // A single rank stands in the middle.
            let (low, high) = if high > low { (low, high) } else { (low - 1.0, high + 1.0) };
            let x = Scale::new(low, high, named + 16, right - 6);
            Column { first, end, left, names: [names, named], x, right }
        })
    }

    fn ticks(&self, column: &Column) -> Vec<Tick> {
        let [low, high] = self.ends;
        if !self.log {
            return column.x.ticks(5, 1.0).into_iter().filter(|tick| tick.value >= 1.0).collect();
        }
        curves::log_ticks(low, high, 9)
    }

    fn pixel(&self, column: &Column, rank: f64) -> i32 {
        column.x.pixel(if self.log { libm::log10(rank) } else { rank })
    }

    fn middle(&self, column: &Column, row: usize) -> i32 {
        self.top + self.pitch * (row - column.first) as i32 + self.pitch / 2
    }

    fn column(&self, canvas: &Canvas, column: &Column) {
        let bottom = self.top + self.pitch * (column.end - column.first) as i32;
        let mut free = i32::MIN;
        for tick in self.ticks(column) {
            let x = self.pixel(column, tick.value);
            canvas.vertical(x, self.top, bottom, palette::GRID);
            let half = text::width(&tick.label, SMALL) / 2 + 1;
            if x - half > free && x + half < column.right + BRACKETS {
                canvas.text((x, bottom + 11), &tick.label, SMALL, palette::MUTED, Anchor::Middle);
                free = x + half + 5;
            }
        }
        for row in column.first..column.end {
            self.row(canvas, column, row);
        }
        self.brackets(canvas, column);
    }

    fn row(&self, canvas: &Canvas, column: &Column, at: usize) {
        let (row, y) = (&self.rows[at], self.middle(column, at));
        let [names, named] = column.names;
        let name = text::fit(&text::name(&row.name, text::NAME), SMALL, named - names);
        canvas.text((names, y), &name, SMALL, palette::TEXT, Anchor::Start);
        let half = (self.pitch / 2 - 2).min(7);
        if let Some(ends) = row.simultaneous() {
            let [from, to] = ends.map(|end| self.pixel(column, end));
            canvas.rect((from - 2, y - half), (to + 3, y + half), palette::RULE);
        }
        if let Some(ends) = row.marginal() {
            let [from, to] = ends.map(|end| self.pixel(column, end));
            canvas.rect((from, y - 1), (to + 1, y + 1), palette::MUTED);
        }
        let Some(place) = row.rank() else {
            canvas.text((names - 7, y), "–", SMALL, palette::MUTED, Anchor::End);
            return;
        };
        let place = text::fit(&rank(place), SMALL, names - 7 - column.left);
        canvas.text((names - 7, y), &place, SMALL, palette::MUTED, Anchor::End);
        canvas.dot((self.pixel(column, row.rank), y), 3, palette::TEXT);
    }

    /// A bracket for each group of two or more, open where it goes on in the other column; how many
    /// it joins stands beside its longer part.
    fn brackets(&self, canvas: &Canvas, column: &Column) {
        let (x, mut first) = (column.right + 8, 0);
        for length in &self.groups {
            let end = first + length;
            let (from, to) = (first.max(column.first), end.min(column.end));
            if *length > 1 && from < to {
                let reach = self.pitch / 2 - 2;
                let (y0, y1) = (self.middle(column, from) - reach, self.middle(column, to - 1) + reach);
                canvas.vertical(x, y0, y1, palette::MUTED);
                if from == first {
                    canvas.horizontal(x - 4, x, y0, palette::MUTED);
                }
                if to == end {
                    canvas.horizontal(x - 4, x, y1 - 1, palette::MUTED);
                }
                let (here, all) = (to - from, end.min(self.rows.len()) - first);
                if 2 * here > all || (2 * here == all && from == first) {
                    let count = number::tight(*length as u64);
                    canvas.text((x + 5, (y0 + y1) / 2), &count, SMALL, palette::MUTED, Anchor::Start);
                }
            }
            first = end;
        }
    }

    fn foot(&self, canvas: &Canvas, all: usize) {
        let y = self.top + self.pitch * self.most as i32 + 29;
        let words = if self.log { "rank, log scale" } else { "rank" };
        let at = if all > self.rows.len() { WIDTH - MARGIN } else { WIDTH / 2 };
        let anchor = if all > self.rows.len() { Anchor::End } else { Anchor::Middle };
        canvas.text((at, y), words, LABEL, palette::MUTED, anchor);
        if all > self.rows.len() {
            let left_out = number::counted((all - self.rows.len()) as u64, "further place");
            let words = format!("{left_out} left out");
            canvas.text((MARGIN, y), &words, SMALL, palette::MUTED, Anchor::Start);
        }
    }
}

#[cfg(test)]
mod tests;
