//! Agreement by depth: is the top stable? The share of accounts that both tops hold, and
//! rank-biased overlap, against how deep the tops are taken, with what chance alone would give.

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::guides::{self, Story};
use super::palette::{self, Colour};
use super::place::{self, Area};
use super::{Chart, Labels, text};
use crate::compare::change::Depth;
use crate::number;

const NAME: &str = "agreement-by-depth";
const CAPTION: &str = "Look for the depth that matters to you, and for a dip: there the order \
    changes most. Overlap is the share of the accounts in both tops; rank-biased overlap counts \
    the shallower tops too, and weighs the first places most. Agreement near the dashed line, \
    which two random orders reach, means nothing. One account is many percent of a shallow top, \
    and there are no intervals here: do not read single shallow depths.";

const BOTTOM: i32 = 420;
/// The room for names at the ends of the lines.
const NAMES: i32 = 176;
/// Shallower tops hang on single accounts; the title tells of them only where there is no other.
const SHALLOW: u64 = 10;
/// More depths than this are thinned out.
const MOST: usize = 120;

/// Is the top stable?
pub fn agreement_by_depth(data: &[Depth], accounts: u64, labels: &Labels) -> Chart {
    let depths = depths(data);
    let story = Story {
        name: NAME,
        caption: CAPTION,
        title: title(&depths, accounts),
        carried: carried(&depths, accounts),
        accounts,
    };
    story.chart(labels, |canvas, top| {
        let Some(plot) = Plot::new(&depths, accounts, top) else {
            return guides::nothing(canvas, "no depth to show");
        };
        plot.axes(canvas);
        plot.chance(canvas);
        plot.lines(canvas);
        plot.least(canvas);
        plot.names(canvas);
    })
}

/// The depths that can be drawn, shallowest first.
fn depths(data: &[Depth]) -> Vec<Depth> {
    let share = |value: f64| value.is_finite().then(|| value.clamp(0.0, 1.0));
    let mut depths: Vec<Depth> = data
        .iter()
        .filter(|depth| depth.k > 0)
        .filter_map(|depth| Some(Depth { overlap: share(depth.overlap)?, rbo: depth.rbo.and_then(share), ..*depth }))
        .collect();
    depths.sort_by_key(|depth| depth.k);
    depths.dedup_by_key(|depth| depth.k);
    let (last, stride) = (depths.len().saturating_sub(1), depths.len().div_ceil(MOST).max(1));
    let kept = depths.iter().enumerate().filter(|(i, _)| i % stride == 0 || *i == last);
    kept.map(|(_, depth)| *depth).collect()
}

/// The depth at which the tops agree least, and the deepest.
fn told(depths: &[Depth]) -> Option<[Depth; 2]> {
    let deep: Vec<Depth> = depths.iter().copied().filter(|depth| depth.k >= SHALLOW).collect();
    let depths = if deep.is_empty() { depths } else { &deep };
    let least = depths.iter().min_by(|a, b| a.overlap.total_cmp(&b.overlap))?;
    Some([*least, *depths.last()?])
}

fn title(depths: &[Depth], accounts: u64) -> String {
    let Some([least, deepest]) = told(depths) else {
        return match accounts {
            0 => "No account stands in a top.".to_string(),
            _ => "No depth of the top can be compared.".to_string(),
        };
    };
    let all = |wanted: f64| depths.iter().all(|depth| depth.overlap == wanted);
    let span = match depths {
        [only] => format!("at depth {}", number::thousands(only.k)),
        [first, .., last] => {
            format!("at every depth from {} to {}", number::thousands(first.k), number::thousands(last.k))
        }
        [] => String::new(),
    };
    let share = number::percent(least.overlap);
    let place = number::thousands(least.k);
    match depths.len() {
        _ if all(1.0) => format!("Both tops hold the same accounts {span}."),
        _ if all(0.0) => format!("The two tops share no account {}.", span.replace("every", "any")),
        1 => format!("The two tops of {place} share {share} of their accounts."),
        _ => {
            let skipped = depths.first().is_some_and(|depth| depth.k < SHALLOW) && least.k >= SHALLOW;
            let who = match skipped {
                true => format!("Among tops of {SHALLOW} accounts or more, those of {place} agree least"),
                false => format!("The tops of {} agree least", number::accounts(least.k)),
            };
            let rest = match least.overlap == deepest.overlap {
                true => String::new(),
                false => {
                    format!("; those of {} share {}", number::thousands(deepest.k), number::percent(deepest.overlap))
                }
            };
            format!("{who}: they share {share}{rest}.")
        }
    }
}

/// The numbers that carry the title.
fn carried(depths: &[Depth], accounts: u64) -> String {
    let Some(told) = told(depths) else {
        return String::new();
    };
    let mut text = String::new();
    let count = if told[0].k == told[1].k { 1 } else { 2 };
    for depth in &told[..count] {
        text += &format!("Depth {}: overlap {}", number::thousands(depth.k), number::percent(depth.overlap));
        if let Some(rbo) = depth.rbo {
            text += &format!(", rank-biased overlap {}", number::plain(rbo));
        }
        if accounts > 0 {
            text += &format!(", {} by chance", number::percent(chance(depth.k as f64, accounts)));
        }
        text += ". ";
    }
    text.trim_end().to_string()
}

/// The overlap that two random orders have on average.
fn chance(k: f64, accounts: u64) -> f64 {
    (k / accounts.max(1) as f64).min(1.0)
}

struct Plot<'a> {
    depths: &'a [Depth],
    accounts: u64,
    /// Logarithm of the depth.
    x: Scale,
    /// In percent.
    y: Scale,
    area: Area,
}

impl<'a> Plot<'a> {
    fn new(depths: &'a [Depth], accounts: u64, top: i32) -> Option<Plot<'a>> {
        let (first, last) = (depths.first()?, depths.last()?);
        let area = Area { x0: 76, y0: top + 16, x1: WIDTH - MARGIN - NAMES, y1: BOTTOM };
        let [low, high] = [first.k, last.k].map(|k| libm::log10(k as f64));
        // A single depth stands in the middle.
        let (low, high) = if high > low { (low, high) } else { (low - 0.5, high + 0.5) };
        let x = Scale::new(low, high, area.x0 + 10, area.x1);
        Some(Plot { depths, accounts, x, y: Scale::new(0.0, 100.0, BOTTOM, area.y0), area })
    }

    fn column(&self, k: f64) -> i32 {
        self.x.pixel(libm::log10(k))
    }

    fn row(&self, share: f64) -> i32 {
        self.y.pixel(share * 100.0)
    }

    fn at(&self, depth: &Depth, share: f64) -> Point {
        (self.column(depth.k as f64), self.row(share))
    }

    fn axes(&self, canvas: &Canvas) {
        guides::value_grid(canvas, &self.y, &guides::percent_ticks(&self.y), self.area);
        canvas.horizontal(self.area.x0, self.area.x1 + 6, BOTTOM, palette::AXIS);
        let mut free = i32::MAX;
        for depth in self.depths.iter().rev() {
            let x = self.column(depth.k as f64);
            canvas.vertical(x, BOTTOM + 1, BOTTOM + 5, palette::AXIS);
            let label = if depth.k < 10_000_000 { number::thousands(depth.k) } else { number::tight(depth.k) };
            let half = text::width(&label, LABEL) / 2;
            if x + half < free {
                canvas.text((x, BOTTOM + 14), &label, LABEL, palette::MUTED, Anchor::Middle);
                free = x - half - 8;
            }
        }
        let middle = (self.area.x0 + self.area.x1) / 2;
        let title = "depth: accounts in the top, log scale";
        canvas.text((middle, BOTTOM + 33), title, LABEL, palette::MUTED, Anchor::Middle);
    }

    /// A random order would agree so far.
    fn chance(&self, canvas: &Canvas) {
        let (Some(first), Some(last)) = (self.depths.first(), self.depths.last()) else {
            return;
        };
        let [low, high] = [first.k, last.k].map(|k| libm::log10(k as f64));
        let at = |step: i32| {
            let k = libm::pow(10.0, low + (high - low) * f64::from(step) / 60.0);
            (self.column(k), self.row(chance(k, self.accounts)))
        };
        if self.accounts > 0 {
            let points: Vec<Point> = (0..=60).map(at).collect();
            guides::dashed(canvas, &points, palette::MUTED);
        }
    }

    fn lines(&self, canvas: &Canvas) {
        let rbo: Vec<Point> = self.depths.iter().filter_map(|depth| Some(self.at(depth, depth.rbo?))).collect();
        let overlap: Vec<Point> = self.depths.iter().map(|depth| self.at(depth, depth.overlap)).collect();
        for (points, colour, hollow) in [(rbo, palette::AXIS, true), (overlap, palette::TEXT, false)] {
            if points.len() > 1 {
                canvas.line(&points, 2, colour);
            }
            for point in points {
                canvas.dot(point, 4, colour);
                if hollow {
                    canvas.dot(point, 2, palette::BACKGROUND);
                }
            }
        }
    }

    /// Writes the value beside the depth at which the tops agree least.
    fn least(&self, canvas: &Canvas) {
        let Some([least, deepest]) = told(self.depths) else {
            return;
        };
        if least.overlap == deepest.overlap {
            return;
        }
        let words = format!("{} at {}", number::percent(least.overlap), number::thousands(least.k));
        let lines: [Vec<Point>; 2] = [
            self.depths.iter().map(|depth| self.at(depth, depth.overlap)).collect(),
            self.depths.iter().filter_map(|depth| Some(self.at(depth, depth.rbo?))).collect(),
        ];
        let taken: Vec<Area> = lines.iter().flat_map(|points| guides::along(points)).collect();
        let bounds = Area { x0: self.area.x0 + 8, y0: self.area.y0 - 6, y1: BOTTOM - 2, ..self.area };
        let mark = self.at(&least, least.overlap);
        let places = place::place(&[(mark, text::width(&words, SMALL) + 8)], bounds, &taken, |_| 0);
        for area in places {
            canvas.line(&[mark, area.nearest(mark)], 1, palette::TEXT);
            guides::chip(canvas, area, &words, SMALL, palette::TEXT);
        }
        canvas.dot(mark, 4, palette::TEXT);
    }

    /// Names and last values at the ends of the lines.
    fn names(&self, canvas: &Canvas) {
        let Some(last) = self.depths.last() else {
            return;
        };
        let mut names: Vec<(i32, String, Colour)> =
            vec![(self.row(last.overlap), format!("overlap {}", number::percent(last.overlap)), palette::TEXT)];
        if let Some(rbo) = last.rbo {
            let name = format!("rank-biased overlap {}", number::percent(rbo));
            names.push((self.row(rbo), name, palette::MUTED));
        }
        if self.accounts > 0 {
            let share = chance(last.k as f64, self.accounts);
            names.push((self.row(share), format!("by chance {}", number::percent(share)), palette::MUTED));
        }
        names.sort_by_key(|(y, ..)| *y);
        let mut rows: Vec<i32> = names.iter().map(|(y, ..)| *y).collect();
        guides::stack(&mut rows, 16, self.area.y0, BOTTOM - 8);
        let x = self.column(last.k as f64);
        for ((end, name, colour), y) in names.into_iter().zip(rows) {
            if (end - y).abs() > 3 {
                canvas.line(&[(x + 6, end), (self.area.x1 + 9, y)], 1, palette::RULE);
            }
            canvas.text((self.area.x1 + 12, y), &name, LABEL, colour, Anchor::Start);
        }
    }
}

#[cfg(test)]
mod tests;
