//! Distributions: did the scale itself move? Two outlines over common bins, their quantiles below
//! the axis, and in words how many accounts stand at the ends of the scale.

use super::axis::{self, Scale};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::palette::{self, Colour};
use super::place::Area;
use super::{Chart, Labels, text};
use crate::compare::findings::{Distributions, Histogram};
use crate::number;

const NAME: &str = "distributions";
const CAPTION: &str = "Look for a shift of the whole outline, a change of its width, and for \
    accounts heaped at an end of the scale. Two like outlines do not show that accounts kept \
    their scores: accounts that change places leave the outline as it was, so read the migration \
    and the changes as well. A bin of few accounts moves by chance.";

const BOTTOM: i32 = 344;

/// Did the scale itself move?
pub fn distributions(data: &Distributions, labels: &Labels) -> Chart {
    let title = title(data);
    let sides = sides(data, labels);
    let ends = ends(&sides);
    let description = format!("{title} {}. {}.", ends[0], ends[1]);
    let n = n(&sides);
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        let plot = Plot::new(data, top);
        plot.axes(canvas);
        for side in &sides {
            plot.outline(canvas, side);
        }
        plot.name_outlines(canvas, &sides);
        for (side, y) in sides.iter().zip([402, 434]) {
            plot.quantiles(canvas, side, y);
        }
        let at = [(MARGIN, Anchor::Start), (WIDTH - MARGIN, Anchor::End)];
        for (end, (x, anchor)) in ends.iter().zip(at) {
            canvas.text((x, 466), end, SMALL, palette::TEXT, anchor);
        }
    });
    Chart { name: NAME, title, caption: CAPTION.to_string(), description, svg }
}

fn title(data: &Distributions) -> String {
    let (before, after) = (&data.baseline, &data.candidate);
    match (total(before), total(after)) {
        (0, 0) => return "No account has a score to show.".to_string(),
        (0, _) => return "No account has a score under the baseline.".to_string(),
        (_, 0) => return "No account has a score under the candidate.".to_string(),
        _ => {}
    }
    let [from, to] = [before, after].map(|side| side.quantiles[1]);
    let [wide, wider] = [before, after].map(|side| side.quantiles[2] - side.quantiles[0]);
    let median = match [from, to].map(number::points) {
        [was, is] if was == is => format!("stays at {is} points"),
        [was, is] if from > to => format!("falls from {was} to {is} points"),
        [was, is] => format!("rises from {was} to {is} points"),
    };
    let spread = match [wide, wider].map(number::points) {
        [was, is] if was == is => format!("spans {is} points as before"),
        [was, is] if wide > wider => format!("narrows from {was} to {is} points"),
        [was, is] => format!("widens from {was} to {is} points"),
    };
    format!("The median {median}; the middle 90 % of accounts {spread}.")
}

/// One of the two: what it is called and how it is drawn.
struct Side<'a> {
    role: &'static str,
    model: String,
    histogram: &'a Histogram,
    total: u64,
    line: Colour,
    text: Colour,
}

fn sides<'a>(data: &'a Distributions, labels: &Labels) -> [Side<'a>; 2] {
    [
        Side {
            role: "baseline",
            model: text::model(labels.baseline),
            histogram: &data.baseline,
            total: total(&data.baseline),
            line: palette::BASELINE,
            text: palette::BASELINE,
        },
        Side {
            role: "candidate",
            model: text::model(labels.candidate),
            histogram: &data.candidate,
            total: total(&data.candidate),
            line: palette::CANDIDATE,
            text: palette::CANDIDATE_TEXT,
        },
    ]
}

/// How many stand at the lower and at the upper end of the scale, before and after.
fn ends(sides: &[Side; 2]) -> [String; 2] {
    let at = |end: &str, pick: fn(&Histogram) -> u64| {
        let [was, is] = [0, 1].map(|i| number::share(pick(sides[i].histogram), sides[i].total));
        format!("At the scale's {end}: {was} baseline, {is} candidate")
    };
    [at("lower end", |side| side.at_minimum), at("upper end", |side| side.at_maximum)]
}

fn n(sides: &[Side; 2]) -> String {
    let [was, is] = [0, 1].map(|i| sides[i].total);
    if was == is {
        return format!("n = {}", number::accounts(is));
    }
    format!("n = {} before, {} after", number::accounts(was), number::thousands(is))
}

/// A name above an outline, and the point of the outline that it belongs to.
struct Flag<'a> {
    side: &'a Side<'a>,
    foot: Point,
    label: Area,
    cost: i32,
}

impl Flag<'_> {
    fn leader(&self) -> Area {
        let (x, y) = self.foot;
        Area { x0: x - 3, y0: self.label.y1, x1: x + 3, y1: y }
    }
}

struct Plot<'a> {
    edges: &'a [f64],
    /// Bins of unequal width show accounts per point instead of accounts.
    even: bool,
    x: Scale,
    y: Scale,
    left: i32,
    right: i32,
    top: i32,
    title: String,
}

impl<'a> Plot<'a> {
    fn new(data: &'a Distributions, top: i32) -> Plot<'a> {
        let edges = data.edges.as_slice();
        let even = is_even(edges);
        let both = [&data.baseline, &data.candidate];
        let most = both.iter().flat_map(|side| heights(edges, even, side)).fold(0.0, f64::max);
        let most = if most > 0.0 { most } else { 1.0 };
        let top = top + 20;
        // Above the highest bin there is room for the two names.
        let room = f64::from(BOTTOM - top) / f64::from(BOTTOM - top - 42);
        let y = Scale::new(0.0, most * room, BOTTOM, top);
        let least = if even { 1.0 } else { 0.0 };
        let ticks = y.ticks(5, least);
        let label = ticks.iter().map(|tick| text::width(&tick.label, LABEL)).max().unwrap_or(0);
        let (left, right) = ((MARGIN + label + 8).max(84), WIDTH - MARGIN - 12);
        let [low, high] = [edges.first(), edges.last()].map(|edge| edge.copied().unwrap_or(0.0));
        let x = Scale::new(low, high, left, right);
        let title = match edges {
            [first, second, ..] if even => {
                let width = number::short(second - first);
                let unit = if width == "1" { "point" } else { "points" };
                format!("accounts per bin of {width} {unit}")
            }
            _ => "accounts per point".to_string(),
        };
        Plot { edges, even, x, y, left, right, top, title }
    }

    fn axes(&self, canvas: &Canvas) {
        let at = (MARGIN, self.top - 10);
        canvas.text(at, &self.title, LABEL, palette::MUTED, Anchor::Start);
        for tick in self.y.ticks(5, if self.even { 1.0 } else { 0.0 }) {
            let y = self.y.pixel(tick.value);
            // A line under the axis title would strike it out.
            if y > self.top + 4 {
                canvas.horizontal(self.left, self.right, y, palette::GRID);
                let at = (self.left - 8, y);
                canvas.text(at, &tick.label, LABEL, palette::MUTED, Anchor::End);
            }
        }
        canvas.horizontal(self.left, self.right, BOTTOM, palette::AXIS);
        let mut free = i32::MAX;
        for tick in self.x.ticks(10, 0.0).iter().rev() {
            let x = self.x.pixel(tick.value);
            canvas.vertical(x, BOTTOM + 1, BOTTOM + 5, palette::AXIS);
            let half = text::width(&tick.label, LABEL) / 2;
            if x + half < free {
                let at = (x, BOTTOM + 14);
                canvas.text(at, &tick.label, LABEL, palette::MUTED, Anchor::Middle);
                free = x - half - 6;
            }
        }
        let at = ((self.left + self.right) / 2, BOTTOM + 31);
        canvas.text(at, "score, points", LABEL, palette::MUTED, Anchor::Middle);
    }

    /// The steps of a histogram, one outline for each run of bins that hold an account; an empty
    /// bin is bare ground.
    fn steps(&self, side: &Side) -> Vec<Vec<Point>> {
        let zero = self.y.pixel(0.0);
        let mut runs: Vec<Vec<Point>> = Vec::new();
        let mut open = false;
        for (bin, height) in self.heights(side).into_iter().enumerate() {
            let [left, right] = self.span(bin);
            if height > 0.0 {
                if !open {
                    runs.push(vec![(left, zero)]);
                }
                if let Some(run) = runs.last_mut() {
                    run.extend([(left, self.y.pixel(height)), (right, self.y.pixel(height))]);
                }
            } else if open && let Some(run) = runs.last_mut() {
                run.push((left, zero));
            }
            open = height > 0.0;
        }
        if open && let Some(run) = runs.last_mut() {
            let end = run.last().map_or(self.right, |point| point.0);
            run.push((end, zero));
        }
        for run in &mut runs {
            run.dedup();
        }
        runs
    }

    fn heights(&self, side: &Side) -> Vec<f64> {
        heights(self.edges, self.even, side.histogram)
    }

    /// Left and right pixel of a bin.
    fn span(&self, bin: usize) -> [i32; 2] {
        [bin, bin + 1].map(|edge| self.edges.get(edge).map_or(self.right, |edge| self.x.pixel(*edge)))
    }

    fn outline(&self, canvas: &Canvas, side: &Side) {
        for run in self.steps(side) {
            canvas.wash(&run, side.line);
            canvas.line(&run, 2, side.line);
        }
    }

    /// Names each outline near a bin where it stands above the other, the two names apart.
    fn name_outlines(&self, canvas: &Canvas, sides: &[Side; 2]) {
        let [before, after] = [0, 1].map(|i| self.heights(&sides[i]));
        let flags = [self.flags(&sides[0], &before, &after), self.flags(&sides[1], &after, &before)];
        let [first, second] = &flags;
        let pairs = first.iter().flat_map(|one| second.iter().map(move |other| [one, other]));
        let cost = |[one, other]: &[&Flag; 2]| {
            let touching = if one.label.overlaps(&other.label) { 10_000 } else { 0 };
            let crossing = one.leader().overlaps(&other.label) || other.leader().overlaps(&one.label);
            one.cost + other.cost + touching + if crossing { 500 } else { 0 }
        };
        let best: Vec<&Flag> = match pairs.min_by_key(cost) {
            Some(pair) => pair.to_vec(),
            None => flags.iter().filter_map(|side| side.first()).collect(),
        };
        for Flag { side, foot, label, .. } in &best {
            if foot.1 - label.y1 > 8 {
                canvas.vertical(foot.0.clamp(label.x0, label.x1), label.y1, foot.1 - 2, side.line);
            }
        }
        for Flag { side, label: Area { x0, y0, x1, y1 }, .. } in best {
            canvas.rect((*x0, *y0), (*x1, *y1), palette::BACKGROUND);
            canvas.text(((x0 + x1) / 2, (y0 + y1) / 2), &side.model, LABEL, side.text, Anchor::Middle);
        }
    }

    /// The cheapest places for a name: being the upper outline there counts most, up to a clear
    /// distance; then a short leader, then a name in the middle of its foot.
    fn flags<'s>(&self, side: &'s Side<'s>, own: &[f64], other: &[f64]) -> Vec<Flag<'s>> {
        let tops: Vec<f64> = own.iter().zip(other).map(|(own, other)| own.max(*other)).collect();
        let half = text::width(&side.model, LABEL) / 2 + 4;
        let mut flags = Vec::new();
        for (bin, (height, beside)) in own.iter().zip(other).enumerate() {
            let [left, right] = self.span(bin);
            let foot = ((left + right) / 2, self.y.pixel(*height));
            let above = self.y.pixel(*beside) - foot.1;
            for (shift, raise) in [(0, 0), (-half, 0), (half, 0), (0, 18)] {
                if *height > 0.0 {
                    let label = self.above(&tops, foot.0 + shift, half, raise);
                    let cost = foot.1 - label.y1 - 4 * above.clamp(-40, 40) + shift.signum().abs() * 6;
                    flags.push(Flag { side, foot, label, cost });
                }
            }
        }
        flags.sort_by_key(|flag| flag.cost);
        flags.truncate(40);
        flags
    }

    /// A label's place above everything that is drawn in the columns it covers.
    fn above(&self, tops: &[f64], x: i32, half: i32, raise: i32) -> Area {
        let x = x.clamp(self.left + half, (self.right - half).max(self.left + half));
        let mut y = BOTTOM;
        for (bin, top) in tops.iter().enumerate() {
            let [from, to] = self.span(bin);
            if from < x + half && to > x - half {
                y = y.min(self.y.pixel(*top));
            }
        }
        let y = y - raise;
        Area { x0: x - half, y0: y - 20, x1: x + half, y1: y - 4 }
    }

    /// A line from the 5 % to the 95 % quantile with ticks, and the three values below.
    fn quantiles(&self, canvas: &Canvas, side: &Side, y: i32) {
        canvas.text((MARGIN, y), side.role, LABEL, side.text, Anchor::Start);
        if side.total == 0 {
            canvas.text((self.left, y), "no accounts", LABEL, palette::MUTED, Anchor::Start);
            return;
        }
        let ticks = side.histogram.quantiles.map(|value| self.x.pixel(value));
        let (first, last) = (ticks[0].min(ticks[2]), ticks[0].max(ticks[2]));
        canvas.rect((first, y - 1), (last + 1, y + 1), side.line);
        for (x, reach) in ticks.into_iter().zip([5, 7, 5]) {
            canvas.rect((x - 1, y - reach), (x + 2, y + reach), side.line);
        }
        let labels: Vec<String> = ["5 %:", "median", "95 %:"]
            .iter()
            .zip(side.histogram.quantiles)
            .map(|(what, value)| format!("{what} {}", number::points(value)))
            .collect();
        let spans: Vec<(i32, i32)> =
            labels.iter().zip(ticks).map(|(label, x)| (x, text::width(label, SMALL))).collect();
        let centres = axis::spread(&spans, 10, self.left, WIDTH - MARGIN);
        for (label, x) in labels.iter().zip(centres) {
            canvas.text((x, y + 15), label, SMALL, side.text, Anchor::Middle);
        }
    }
}

/// Whether the bins are equally wide, but for rounding.
fn is_even(edges: &[f64]) -> bool {
    let mut widths = edges.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(first) = widths.next() else {
        return true;
    };
    widths.all(|width| (width - first).abs() <= first.abs() * 1e-6)
}

/// The height of each bin: its accounts, or accounts per point when bins differ in width.
fn heights(edges: &[f64], even: bool, side: &Histogram) -> Vec<f64> {
    edges
        .windows(2)
        .zip(&side.counts)
        .map(|(pair, count)| {
            let width = if even { 1.0 } else { pair[1] - pair[0] };
            let height = *count as f64 / width;
            if height.is_finite() && height > 0.0 { height } else { 0.0 }
        })
        .collect()
}

fn total(histogram: &Histogram) -> u64 {
    histogram.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::{LABELS, histograms};

    fn told(before: [f64; 3], after: [f64; 3]) -> String {
        let mut data = histograms(10, 10, 1);
        data.baseline.quantiles = before;
        data.candidate.quantiles = after;
        distributions(&data, &LABELS).title
    }

    #[test]
    fn titles_compare_the_numbers_as_shown() {
        assert_eq!(
            told([10.0, 41.2, 62.1], [12.0, 38.9, 67.0]),
            "The median falls from 41.2 to 38.9 points; the middle 90 % of accounts widens from 52.1 to 55.0 points."
        );
        assert_eq!(
            told([10.0, 41.21, 60.0], [10.0, 41.19, 50.0]),
            "The median stays at 41.2 points; the middle 90 % of accounts narrows from 50.0 to 40.0 points."
        );
        assert_eq!(
            told([10.0, 40.0, 60.0], [20.0, 45.0, 70.0]),
            "The median rises from 40.0 to 45.0 points; the middle 90 % of accounts spans 50.0 points as before."
        );
    }

    #[test]
    fn ends_are_told_in_words() {
        let mut data = histograms(1_000, 10, 1);
        (data.baseline.at_minimum, data.candidate.at_maximum) = (74, 1_000);
        (data.baseline.at_maximum, data.candidate.at_minimum) = (0, 0);
        let chart = distributions(&data, &LABELS);
        for end in [
            "At the scale's lower end: 7.4 % baseline, 0 % candidate",
            "At the scale's upper end: 0 % baseline, 100 % candidate",
        ] {
            assert!(chart.description.contains(end), "{}", chart.description);
            assert!(chart.svg.contains(&end.replace('\'', "&apos;")));
        }
    }

    #[test]
    fn uneven_bins_show_accounts_per_point() {
        let mut data = histograms(1_000, 10, 1);
        assert!(distributions(&data, &LABELS).svg.contains("accounts per bin of 10 points"));
        data.edges[10] = 200.0;
        assert!(distributions(&data, &LABELS).svg.contains("accounts per point"));
        assert_eq!(
            heights(&[0.0, 1.0, 3.0, 3.0], false, &Histogram { counts: vec![4; 3], ..data.baseline }),
            [4.0, 2.0, 0.0]
        );
    }

    #[test]
    fn empty_bins_break_the_outline() {
        let mut data = histograms(0, 4, 1);
        data.baseline.counts = vec![1, 0, 2, 3];
        let sides = sides(&data, &LABELS);
        let runs = Plot::new(&data, 40).steps(&sides[0]);
        assert_eq!(runs.len(), 2);
        assert!(runs.iter().all(|run| run[0].1 == BOTTOM && run.last().unwrap().1 == BOTTOM));
    }
}
