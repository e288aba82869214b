//! Changes: how big are the moves? A histogram around zero, falls to the left and rises to the
//! right, on a logarithmic count axis that begins at zero, with the shares beyond 5, 10 and 20
//! points in words.

use super::axis::{self, Scale, Tick};
use super::canvas::{Anchor, Canvas, LABEL, MARGIN, SMALL, WIDTH};
use super::guides::{self, Story};
use super::palette::{self, Colour};
use super::place::Area;
use super::{Chart, Labels, text};
use crate::compare::findings::{Beyond, Changes};
use crate::number;

const NAME: &str = "changes";
const CAPTION: &str = "Look for how far the two tails reach, and whether one is heavier than the \
    other. Counts are on a logarithmic scale so that single accounts can be seen: a bar of half \
    the height holds far less than half the accounts. The shares stand for all the accounts that \
    rows are weighed for, the bars count rows. A large move is not an error: the picture does \
    not tell which of the two scores is right.";

const BOTTOM: i32 = 398;
/// Half the width of the place at zero, where the accounts stand that keep their score.
const ZERO: i32 = 9;
/// The least range in points: it shows that nothing moves far, instead of enlarging what moves.
const LEAST_RANGE: f64 = 6.0;
/// More bars than this on a side would be thinner than a reader can tell apart.
const FINEST: u64 = 80;
/// The height of a single account, in decades.
const ONE: f64 = 0.4;
/// With fewer accounts than this the quantiles hang on one or two of them.
const FEW: u64 = 20;

/// How big are the moves?
pub fn changes(data: &Changes, labels: &Labels) -> Chart {
    let bars = Bars::new(data);
    let story = Story {
        name: NAME,
        caption: CAPTION,
        title: title(data, &bars),
        carried: carried(data, &bars),
        accounts: bars.total,
    };
    story.chart(labels, |canvas, top| {
        if bars.total == 0 {
            return guides::nothing(canvas, "no accounts");
        }
        let beyond = thresholds(data);
        let plot = Plot::new(&bars, top, beyond.len());
        plot.axes(canvas);
        plot.heads(canvas, &beyond);
        plot.bars(canvas);
        plot.quantiles(canvas, data.quantiles);
    })
}

/// The counts as they are drawn, with their sums.
struct Bars {
    /// Width of a bar in points.
    width: f64,
    /// Bars on either side.
    count: u64,
    falls: Vec<u64>,
    rises: Vec<u64>,
    unmoved: u64,
    fallen: u64,
    risen: u64,
    total: u64,
    /// Whether the outermost bar holds more than its width says.
    open: bool,
}

impl Bars {
    fn new(data: &Changes) -> Bars {
        let width = if data.width.is_finite() && data.width > 0.0 { data.width } else { 1.0 };
        let used = |side: &[u64]| side.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        let reach = used(&data.falls).max(used(&data.rises)) as u64;
        // A cast of a float stops at the ends of the integer.
        let bins = reach.max((LEAST_RANGE / width).ceil() as u64);
        let fold = bins.div_ceil(FINEST).max(1);
        let folded = |side: &[u64]| -> Vec<u64> {
            let fold = usize::try_from(fold).unwrap_or(usize::MAX);
            side.chunks(fold).map(|bins| guides::sum(bins.iter().copied())).collect()
        };
        let [fallen, risen] = [&data.falls, &data.rises].map(|side| guides::sum(side.iter().copied()));
        Bars {
            width: width * fold as f64,
            count: bins.div_ceil(fold),
            falls: folded(&data.falls),
            rises: folded(&data.rises),
            unmoved: data.unmoved,
            fallen,
            risen,
            total: guides::sum([fallen, risen, data.unmoved]),
            open: [&data.falls, &data.rises].iter().any(|side| side.last().is_some_and(|last| *last > 0)),
        }
    }

    fn most(&self) -> u64 {
        self.falls.iter().chain(&self.rises).copied().fold(self.unmoved, u64::max)
    }
}

/// The shares that can be written, the smallest distance first.
fn thresholds(data: &Changes) -> Vec<Beyond> {
    let mut beyond: Vec<Beyond> = data.beyond.clone();
    beyond.retain(|one| one.points.is_finite() && one.points > 0.0);
    beyond.sort_by(|a, b| a.points.total_cmp(&b.points));
    beyond.truncate(4);
    beyond
}

fn title(data: &Changes, bars: &Bars) -> String {
    let all = number::accounts(bars.total);
    match (bars.total, bars.fallen, bars.risen) {
        (0, ..) => return "No account was scored by both models.".to_string(),
        (1, 0, 0) => return "The one account keeps its score.".to_string(),
        (_, 0, 0) => return format!("No account changes its score; all {all} keep theirs."),
        (1, fallen, _) => {
            let verb = if fallen > 0 { "falls" } else { "rises" };
            return match data.quantiles[1].is_finite() {
                true => format!("The one account {verb} {}.", number::distance(data.quantiles[1])),
                false => format!("The one account {verb}."),
            };
        }
        _ => {}
    }
    let counts = format!("{} of {all} fall and {} rise", number::thousands(bars.fallen), number::thousands(bars.risen));
    let Some(least) = told(data) else {
        return text::sentence(&counts);
    };
    let moves = far(&least);
    match middle(data.quantiles) {
        _ if bars.total < FEW => text::sentence(&format!("{moves}; {counts}")),
        Some(middle) => text::sentence(&format!("{moves}; {middle}")),
        None => text::sentence(&moves),
    }
}

/// The share that the title tells: that of 5 points, or of the least distance there is.
fn told(data: &Changes) -> Option<Beyond> {
    let beyond = thresholds(data);
    let five = beyond.iter().find(|one| one.points == 5.0).or(beyond.first()).copied();
    five.filter(|one| one.down.is_finite() && one.up.is_finite())
}

/// `7.4 % of accounts fall by 5 points or more, 2.1 % rise as much`.
fn far(beyond: &Beyond) -> String {
    let points = format!("{} points", number::short(beyond.points));
    let [down, up] = [beyond.down, beyond.up].map(guides::percent);
    match (beyond.down > 0.0, beyond.up > 0.0) {
        (false, false) => format!("no account moves by {points} or more"),
        (false, true) if beyond.up >= 1.0 => format!("all accounts rise by {points} or more"),
        (true, false) if beyond.down >= 1.0 => format!("all accounts fall by {points} or more"),
        (false, true) => format!("no account falls by {points} or more, {up} rise as much"),
        (true, false) => format!("{down} of accounts fall by {points} or more, none rises as much"),
        (true, true) => format!("{down} of accounts fall by {points} or more, {up} rise as much"),
    }
}

/// `the middle 90 % change by −3.2 to +4.1 points`.
fn middle([low, _, high]: [f64; 3]) -> Option<String> {
    if !low.is_finite() || !high.is_finite() {
        return None;
    }
    let [from, to] = [low, high].map(number::change);
    let size = number::distance(low.abs().max(high.abs()));
    Some(match (from == to, from == "0.0") {
        (true, true) if low == 0.0 && high == 0.0 => "the middle 90 % do not move".to_string(),
        (true, true) => format!("the middle 90 % change by {size}"),
        (true, false) => format!("the middle 90 % change by {from} points"),
        _ => format!("the middle 90 % change by {from} to {to} points"),
    })
}

/// The numbers that carry the title.
fn carried(data: &Changes, bars: &Bars) -> String {
    if bars.total == 0 {
        return String::new();
    }
    format!(
        "Fall: {}; rise: {}; keep their score: {}. Median change: {} points.",
        number::thousands(bars.fallen),
        number::thousands(bars.risen),
        number::thousands(bars.unmoved),
        number::change(data.quantiles[1]),
    )
}

/// Where a count stands above the axis, in decades.
fn decades(count: u64) -> f64 {
    match count {
        0 => 0.0,
        // Counts beyond 2^53 lose digits that a logarithm does not show.
        _ => ONE + libm::log10(count as f64),
    }
}

struct Plot<'a> {
    bars: &'a Bars,
    falls: Scale,
    rises: Scale,
    y: Scale,
    area: Area,
    centre: i32,
    /// The first row of words above the bars.
    heads: i32,
}

impl<'a> Plot<'a> {
    fn new(bars: &'a Bars, top: i32, rows: usize) -> Plot<'a> {
        let heads = top + 8;
        let y0 = heads + 17 * rows as i32 + 20;
        let most = bars.most();
        let y = Scale::new(0.0, decades(most), BOTTOM, y0);
        let ticks = count_ticks(most);
        let area = Area { x0: guides::room_for(&ticks) + 20, y0, x1: WIDTH - MARGIN - 12, y1: BOTTOM };
        let centre = (area.x0 + area.x1) / 2;
        let range = bars.width * bars.count as f64;
        Plot {
            bars,
            falls: Scale::new(0.0, range, centre - ZERO, area.x0),
            rises: Scale::new(0.0, range, centre + ZERO, area.x1),
            y,
            area,
            centre,
            heads,
        }
    }

    fn pixel(&self, change: f64) -> i32 {
        match change {
            change if change < 0.0 => self.falls.pixel(-change),
            change if change > 0.0 => self.rises.pixel(change),
            _ => self.centre,
        }
    }

    fn axes(&self, canvas: &Canvas) {
        guides::value_grid(canvas, &self.y, &count_ticks(self.bars.most()), self.area);
        let at = (MARGIN + 6, (self.area.y0 + BOTTOM) / 2);
        canvas.upward(at, "accounts, log scale", LABEL, palette::MUTED, Anchor::Middle);
        for tick in self.rises.ticks(6, 1.0) {
            for sign in [-1.0, 1.0] {
                if tick.value > 0.0 || sign > 0.0 {
                    self.tick(canvas, sign * tick.value, &tick.label);
                }
            }
        }
        let width = guides::exact(self.bars.width);
        let unit = if width == "1" { "point" } else { "points" };
        let beyond = if self.bars.open { ", the outermost holds all beyond" } else { "" };
        let title = format!("change, points (bars of {width} {unit}{beyond})");
        canvas.text((self.centre, BOTTOM + 31), &title, LABEL, palette::MUTED, Anchor::Middle);
    }

    fn tick(&self, canvas: &Canvas, value: f64, label: &str) {
        let sign = if value < 0.0 { "−" } else { "" };
        let x = self.pixel(value);
        canvas.vertical(x, BOTTOM + 1, BOTTOM + 5, palette::AXIS);
        let label = format!("{sign}{label}");
        canvas.text((x, BOTTOM + 14), &label, LABEL, palette::MUTED, Anchor::Middle);
    }

    /// In words above the bars: the totals, then a row for each distance, whose rule ends there.
    /// The further out a rule stands, the lower is its row, and words stand outside their rule:
    /// so no rule strikes through words. Distances beyond the range have none and come first.
    fn heads(&self, canvas: &Canvas, beyond: &[Beyond]) {
        let total = self.bars.total;
        let told = |count: u64, verb: &str| {
            let accounts = if count < 1_000_000_000 { number::thousands(count) } else { number::compact(count) };
            format!("{accounts} {verb} ({})", number::share(count, total))
        };
        let y = self.heads;
        let row = [
            (self.area.x0, told(self.bars.fallen, "fall"), palette::CANDIDATE_TEXT, Anchor::Start),
            (self.centre, told(self.bars.unmoved, "keep their score"), palette::TEXT, Anchor::Middle),
            (self.area.x1, told(self.bars.risen, "rise"), palette::BASELINE, Anchor::End),
        ];
        for (x, words, colour, anchor) in row {
            canvas.text((x, y), &words, LABEL, colour, anchor);
        }
        canvas.vertical(self.centre, y + 9, self.y.pixel(decades(self.bars.unmoved)), palette::RULE);
        let (within, outside): (Vec<&Beyond>, Vec<&Beyond>) =
            beyond.iter().partition(|one| self.rises.holds(one.points));
        for (row, one) in (1..).zip(outside.into_iter().chain(within)) {
            self.threshold(canvas, one, y + 17 * row);
        }
    }

    fn threshold(&self, canvas: &Canvas, beyond: &Beyond, y: i32) {
        let points = number::short(beyond.points);
        let sides = [(-1.0, beyond.down, palette::CANDIDATE_TEXT), (1.0, beyond.up, palette::BASELINE)];
        for (sign, share, colour) in sides {
            let words = format!("{} by {points} points or more", guides::percent(share));
            let width = text::width(&words, SMALL);
            let x = self.pixel(sign * beyond.points);
            let (within, outward) = match sign < 0.0 {
                true => (self.falls.holds(beyond.points), x - 5 - width >= self.area.x0),
                false => (self.rises.holds(beyond.points), x + 6 + width <= self.area.x1),
            };
            // Words that do not fit beside their rule stand above it.
            if within {
                canvas.vertical(x, if outward { y - 6 } else { y + 8 }, BOTTOM, palette::RULE);
            }
            let (at, anchor) = match (sign < 0.0, within && outward) {
                (true, true) => (x - 5, Anchor::End),
                (true, false) => (self.area.x0, Anchor::Start),
                (false, true) => (x + 6, Anchor::Start),
                (false, false) => (self.area.x1, Anchor::End),
            };
            canvas.text((at, y), &words, SMALL, colour, anchor);
        }
    }

    fn bars(&self, canvas: &Canvas) {
        let sides =
            [(&self.bars.falls, &self.falls, palette::CANDIDATE), (&self.bars.rises, &self.rises, palette::BASELINE)];
        for (counts, scale, colour) in sides {
            for (bar, count) in (0..self.bars.count).zip(counts) {
                let [near, far] = [bar, bar + 1].map(|edge| scale.pixel(edge as f64 * self.bars.width));
                self.bar(canvas, near.min(far), near.max(far), *count, colour);
            }
        }
        let half = ZERO - 3;
        self.bar(canvas, self.centre - half, self.centre + half + 1, self.bars.unmoved, palette::MUTED);
        canvas.horizontal(self.area.x0, self.area.x1, BOTTOM, palette::AXIS);
    }

    fn bar(&self, canvas: &Canvas, x0: i32, x1: i32, count: u64, colour: Colour) {
        if count > 0 {
            // Wide bars stand apart.
            let gap = if x1 - x0 > 4 { 1 } else { 0 };
            canvas.rect((x0 + gap, self.y.pixel(decades(count))), (x1, BOTTOM), colour);
        }
    }

    /// A line from the 5 % to the 95 % quantile with the median, and the values below.
    fn quantiles(&self, canvas: &Canvas, quantiles: [f64; 3]) {
        if quantiles.iter().any(|value| !value.is_finite()) || self.bars.total < FEW {
            return;
        }
        let y = BOTTOM + 49;
        let at = quantiles.map(|value| self.pixel(value));
        canvas.rect((at[0].min(at[2]), y - 1), (at[0].max(at[2]) + 1, y + 1), palette::TEXT);
        let labels: Vec<String> = ["5 %:", "median", "95 %:"]
            .into_iter()
            .zip(quantiles)
            .map(|(what, value)| format!("{what} {}", number::change(value)))
            .collect();
        let spans: Vec<(i32, i32)> =
            at.into_iter().zip(&labels).map(|(x, label)| (x, text::width(label, SMALL))).collect();
        let centres = axis::spread(&spans, 10, self.area.x0, self.area.x1);
        for ((x, reach), (label, centre)) in at.into_iter().zip([4, 6, 4]).zip(labels.iter().zip(centres)) {
            canvas.rect((x - 1, y - reach), (x + 2, y + reach), palette::TEXT);
            canvas.text((centre, y + 14), label, SMALL, palette::TEXT, Anchor::Middle);
        }
    }
}

/// Ticks at zero and at powers of ten, with 2 and 5 between where there are few.
fn count_ticks(most: u64) -> Vec<Tick> {
    let mut counts = vec![0];
    let factors: &[u64] = if most < 100 { &[1, 2, 5] } else { &[1] };
    let stride = if most < 10_000_000 { 1 } else { 3 };
    let mut power: u64 = 1;
    loop {
        counts.extend(factors.iter().map(|factor| factor.saturating_mul(power)));
        match power.checked_mul(10_u64.pow(stride)) {
            Some(next) if next <= most => power = next,
            _ => break,
        }
    }
    counts.retain(|count| *count <= most);
    let tick = |count: u64| {
        let label = if count < 1_000_000_000 { number::thousands(count) } else { number::tight(count) };
        Tick { value: decades(count), label }
    };
    counts.into_iter().map(tick).collect()
}

#[cfg(test)]
mod tests;
