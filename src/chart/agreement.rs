//! Score against score: do the two agree, and where not? Density cells on a log scale, the line
//! of no change, medians by baseline decile, band edges, and the furthest movers by name.

use super::axis::Scale;
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::density::Density;
use super::guides::sum;
use super::palette::{self, Colour};
use super::place::{self, Area};
use super::{Chart, Labels, text};
use crate::compare::findings::{Agreement, Mover};
use crate::number;

const NAME: &str = "score-against-score";
const CAPTION: &str = "Look for where the median line leaves the diagonal, and whether it does so \
    near a band edge; single accounts far from the diagonal are named. Colour counts accounts on \
    a logarithmic scale, as the key shows. Do not read the spread around the diagonal as \
    error: it is disagreement, and does not tell which of the two is right. A decile median says \
    little where a decile holds few accounts.";

/// With fewer accounts than this in a decile group, its median is not drawn or told.
const FEWEST: u64 = 5;

/// Do the two agree, and where not? `thresholds` are edges of bands and perks in points.
pub fn score_against_score(data: &Agreement, thresholds: &[f64], labels: &Labels) -> Chart {
    let baseline = text::model(labels.baseline);
    let candidate = text::model(labels.candidate);
    let title = title(data, &baseline, &candidate);
    let description = format!("{title} {}", carried(data)).trim_end().to_string();
    let n = format!("n = {}", number::accounts(data.accounts));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        let plot = Plot::new(data, top);
        plot.axes(canvas, &baseline, &candidate);
        plot.density.draw(canvas);
        plot.thresholds(canvas, thresholds);
        plot.lines(canvas, data);
        let free = plot.key(canvas, thresholds, data);
        plot.movers(canvas, &data.furthest, free);
    });
    Chart { name: NAME, title, caption: CAPTION.to_string(), description, svg }
}

fn title(data: &Agreement, baseline: &str, candidate: &str) -> String {
    if data.accounts == 0 {
        return format!("No account was scored by both {baseline} and {candidate}.");
    }
    let mut parts = Vec::new();
    if let Some((place, from, to)) = widest(data) {
        let groups = data.decile_medians.len();
        let (scope, every, of_all) = match groups {
            10 => (
                format!("In decile {place} of {baseline} "),
                format!(" in every decile of {baseline}"),
                ", the widest gap of the ten",
            ),
            _ => (
                format!("In group {place} of {groups} by {baseline} "),
                format!(" in each of {groups} groups by {baseline}"),
                ", the widest gap",
            ),
        };
        let [shown_from, shown_to] = [from, to].map(number::points);
        parts.push(if shown_from == shown_to {
            format!("median scores under {candidate} agree within 0.1 points{every}")
        } else {
            format!("{scope}the median goes from {shown_from} to {shown_to} under {candidate}{of_all}")
        });
    }
    if let Some(furthest) = furthest(data) {
        let moved = furthest.candidate - furthest.baseline;
        let verb = if moved < 0.0 { "falls" } else { "rises" };
        let distance = number::distance(moved);
        parts.push(match data.accounts {
            _ if moved == 0.0 => "no account moves".to_string(),
            1 => format!("the one account {verb} {distance} under {candidate}"),
            n if parts.is_empty() => {
                let all = number::accounts(n);
                format!("the furthest of {all} {verb} {distance} under {candidate}")
            }
            _ => format!("the furthest account {verb} {distance}"),
        });
    }
    if parts.is_empty() {
        parts.push(format!("{} under {candidate}", number::accounts(data.accounts)));
    }
    text::sentence(&parts.join("; "))
}

/// Whether the decile groups hold enough accounts for a median to mean a group.
fn has_groups(data: &Agreement) -> bool {
    let groups = data.decile_medians.len() as u64;
    groups > 1 && data.accounts / groups >= FEWEST
}

/// The decile whose two medians lie furthest apart, counted from 1, with both medians.
fn widest(data: &Agreement) -> Option<(usize, f64, f64)> {
    let mut widest: Option<(usize, f64, f64)> = None;
    if !has_groups(data) {
        return None;
    }
    for (i, [from, to]) in data.decile_medians.iter().enumerate() {
        let gap = (to - from).abs();
        let wider = widest.is_none_or(|(_, from, to)| gap > (to - from).abs());
        if gap.is_finite() && wider {
            widest = Some((i + 1, *from, *to));
        }
    }
    widest
}

fn furthest(data: &Agreement) -> Option<&Mover> {
    data.furthest.iter().find(|mover| (mover.candidate - mover.baseline).is_finite())
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Agreement) -> String {
    if data.accounts == 0 {
        return String::new();
    }
    let total = sum(data.counts.iter().map(|cell| cell.count));
    let same = data.counts.iter().filter(|cell| cell.baseline == cell.candidate);
    let same = sum(same.map(|cell| cell.count));
    let width = (data.high - data.low) / f64::from(data.cells.max(1));
    let mut text = format!(
        "{} have both scores in the same cell of {} ({}).",
        number::accounts(same),
        number::distance(width),
        number::share(same, total),
    );
    if let Some((_, from, to)) = widest(data) {
        text += &format!(" Widest gap of medians: {} points.", number::change(to - from));
    }
    if let Some(mover) = furthest(data) {
        text += &format!(
            " Furthest move: {}, {} points.",
            text::name(&mover.account, text::NAME),
            number::change(mover.candidate - mover.baseline),
        );
    }
    text
}

struct Plot {
    x: Scale,
    y: Scale,
    area: Area,
    density: Density,
}

impl Plot {
    fn new(data: &Agreement, top: i32) -> Plot {
        let (y0, y1) = (top + 14, 440);
        let side = y1 - y0;
        let x0 = 76;
        let x = Scale::new(data.low, data.high, x0, x0 + side);
        let y = Scale::new(data.low, data.high, y1, y0);
        Plot { x, y, area: Area { x0, y0, x1: x0 + side, y1 }, density: Density::new(data, x, y) }
    }

    fn axes(&self, canvas: &Canvas, baseline: &str, candidate: &str) {
        let Area { x0, y0, x1, y1 } = self.area;
        for tick in self.x.ticks(5, 0.0) {
            let (x, y) = (self.x.pixel(tick.value), self.y.pixel(tick.value));
            canvas.vertical(x, y0, y1, palette::GRID);
            canvas.horizontal(x0, x1, y, palette::GRID);
            let (label, colour) = (&tick.label, palette::MUTED);
            canvas.text((x, y1 + 13), label, LABEL, colour, Anchor::Middle);
            canvas.text((x0 - 8, y), label, LABEL, colour, Anchor::End);
        }
        canvas.horizontal(x0, x1, y1, palette::AXIS);
        canvas.vertical(x0 - 1, y0, y1 + 1, palette::AXIS);
        let (middle_x, middle_y) = ((x0 + x1) / 2, (y0 + y1) / 2);
        let title = format!("{baseline}, points");
        canvas.text((middle_x, y1 + 31), &title, LABEL, palette::BASELINE, Anchor::Middle);
        let title = format!("{candidate}, points");
        let at = (MARGIN + 6, middle_y);
        canvas.upward(at, &title, LABEL, palette::CANDIDATE_TEXT, Anchor::Middle);
    }

    /// Band edges on both axes, with their values above and beside the plot where they fit.
    fn thresholds(&self, canvas: &Canvas, thresholds: &[f64]) {
        let Area { x0, y0, x1, y1 } = self.area;
        let mut sorted: Vec<f64> = thresholds.iter().copied().filter(|t| self.x.holds(*t)).collect();
        sorted.sort_by(f64::total_cmp);
        let (mut free_x, mut free_y) = (i32::MIN, i32::MAX);
        for threshold in sorted {
            let (x, y) = (self.x.pixel(threshold), self.y.pixel(threshold));
            canvas.vertical(x, y0, y1, palette::RULE);
            canvas.horizontal(x0, x1, y, palette::RULE);
            let label = number::short(threshold);
            let half = text::width(&label, SMALL) / 2;
            if x - half > free_x {
                canvas.text((x, y0 - 8), &label, SMALL, palette::MUTED, Anchor::Middle);
                free_x = x + half + 4;
            }
            if y + 7 < free_y {
                canvas.text((x1 + 5, y), &label, SMALL, palette::MUTED, Anchor::Start);
                free_y = y - 7;
            }
        }
    }

    fn lines(&self, canvas: &Canvas, data: &Agreement) {
        let Area { x0, y0, x1, y1 } = self.area;
        identity(canvas, (x0, y1), (x1, y0));
        if !has_groups(data) {
            return;
        }
        let medians: Vec<Point> = data
            .decile_medians
            .iter()
            .filter(|pair| pair.iter().all(|value| value.is_finite()))
            .map(|[from, to]| (self.x.pixel(*from), self.y.pixel(*to)))
            .collect();
        median_line(canvas, &medians);
    }

    /// What the marks mean, at the upper right; gives the first free row below.
    fn key(&self, canvas: &Canvas, thresholds: &[f64], data: &Agreement) -> i32 {
        let (x, label_x) = (self.area.x1 + 52, self.area.x1 + 90);
        let right = WIDTH - MARGIN;
        let mut y = self.area.y0 + 8;
        let mut row = |draw: &dyn Fn(i32), label: &str| {
            draw(y);
            let label = text::fit(label, LABEL, right - label_x);
            canvas.text((label_x, y), &label, LABEL, palette::TEXT, Anchor::Start);
            y += 20;
        };
        row(&|y| identity(canvas, (x, y), (x + 30, y)), "no change");
        if has_groups(data) {
            let ten = data.decile_medians.len() == 10;
            let label = if ten { "median by baseline decile" } else { "median by baseline group" };
            row(&|y| median_line(canvas, &[(x, y), (x + 15, y), (x + 30, y)]), label);
        }
        if thresholds.iter().any(|threshold| self.x.holds(*threshold)) {
            let draw = |y| canvas.horizontal(x, x + 30, y, palette::RULE);
            row(&draw, "edge of a band or perk");
        }
        self.density.key(canvas, (x, y))
    }

    /// The furthest movers drawn singly with a number, and named under that number below `y`.
    fn movers(&self, canvas: &Canvas, movers: &[Mover], y: i32) {
        let moved = |mover: &&Mover| {
            let change = mover.candidate - mover.baseline;
            change.is_finite() && change != 0.0
        };
        let movers: Vec<&Mover> = movers.iter().filter(moved).take(5).collect();
        if movers.is_empty() {
            return;
        }
        let marks: Vec<(Point, i32)> =
            movers.iter().map(|mover| ((self.x.pixel(mover.baseline), self.y.pixel(mover.candidate)), 13)).collect();
        let ground = self.density.areas();
        let places = place::place(&marks, self.area, &[], |area| {
            ground.iter().filter(|cell| cell.overlaps(area)).count() as i64
        });
        for ((at, _), area) in marks.iter().zip(&places) {
            canvas.rect((area.x0, area.y0 + 1), (area.x1, area.y1 - 1), palette::BACKGROUND);
            let end = area.nearest(*at);
            if (end.0 - at.0).abs().max((end.1 - at.1).abs()) > 12 {
                canvas.line(&[*at, end], 1, palette::AXIS);
            }
        }
        let x = self.area.x1 + 52;
        let right = WIDTH - MARGIN;
        canvas.text((x, y + 12), "furthest movers, points", LABEL, palette::TEXT, Anchor::Start);
        let rows = (1..).zip(&movers).zip(marks.iter().zip(&places));
        for ((number, mover), ((at, _), area)) in rows {
            let change = mover.candidate - mover.baseline;
            let (fill, ink) = match change < 0.0 {
                true => (palette::CANDIDATE, palette::CANDIDATE_TEXT),
                false => (palette::BASELINE, palette::BASELINE),
            };
            let label = number.to_string();
            let middle = ((area.x0 + area.x1) / 2, (area.y0 + area.y1) / 2);
            mark(canvas, *at, fill);
            canvas.text(middle, &label, LABEL, palette::TEXT, Anchor::Middle);
            let row = y + 2 + 31 * number;
            mark(canvas, (x + 6, row), fill);
            canvas.text((x + 18, row), &label, LABEL, palette::TEXT, Anchor::Start);
            let name = text::name(&mover.account, text::NAME);
            let name = text::fit(&name, LABEL, right - (x + 34));
            canvas.text((x + 34, row), &name, LABEL, palette::TEXT, Anchor::Start);
            let both = [mover.baseline, mover.candidate].map(number::points);
            let both = format!("{} → {} ({})", both[0], both[1], number::change(change));
            canvas.text((x + 34, row + 14), &both, SMALL, ink, Anchor::Start);
        }
    }
}

/// The line of no change: dashes with a light edge, so that they show on dark cells too.
fn identity(canvas: &Canvas, from: Point, to: Point) {
    let length = (to.0 - from.0).abs().max(1);
    let at = |along: i32| {
        let y = i64::from(to.1 - from.1) * i64::from(along) / i64::from(length);
        (from.0 + along, from.1 + y as i32)
    };
    for start in (0..length).step_by(10) {
        let dash = [at(start), at((start + 6).min(length))];
        canvas.line(&dash, 3, palette::BACKGROUND);
        canvas.line(&dash, 1, palette::TEXT);
    }
}

fn median_line(canvas: &Canvas, points: &[Point]) {
    if points.len() > 1 {
        canvas.line(points, 4, palette::BACKGROUND);
        canvas.line(points, 2, palette::CANDIDATE);
    }
    for point in points {
        canvas.rect((point.0 - 4, point.1 - 4), (point.0 + 4, point.1 + 4), palette::BACKGROUND);
        canvas.rect((point.0 - 3, point.1 - 3), (point.0 + 3, point.1 + 3), palette::CANDIDATE);
    }
}

fn mark(canvas: &Canvas, at: Point, colour: Colour) {
    canvas.dot(at, 6, palette::BACKGROUND);
    canvas.dot(at, 5, palette::TEXT);
    canvas.dot(at, 4, colour);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::{LABELS, agreement};

    fn told(moves: &[f64], medians: &[[f64; 2]], accounts: u64) -> String {
        let mut data = agreement(0, 50, 1, "a");
        data.accounts = accounts;
        data.decile_medians = medians.to_vec();
        data.furthest = moves
            .iter()
            .map(|moved| Mover {
                account: "a".to_string(),
                baseline: 50.0,
                candidate: 50.0 + moved,
                baseline_rank: 1.0,
                candidate_rank: 1.0,
            })
            .collect();
        score_against_score(&data, &[], &LABELS).title
    }

    #[test]
    fn titles_say_what_the_numbers_hold() {
        let mut ten = vec![[50.0, 50.0]; 10];
        assert_eq!(
            told(&[0.0], &ten, 500),
            "Median scores under clout@2.1.0 agree within 0.1 points in every decile of clout@2.0.0; \
             no account moves."
        );
        ten[8] = [71.04, 64.8];
        assert_eq!(
            told(&[-31.4, 2.0], &ten, 500),
            "In decile 9 of clout@2.0.0 the median goes from 71.0 to 64.8 under clout@2.1.0, the widest \
             gap of the ten; the furthest account falls 31.4 points."
        );
        // Five accounts a decile are the fewest that a median is told of.
        assert_eq!(
            told(&[0.01], &ten, 49),
            "The furthest of 49 accounts rises less than 0.1 points under clout@2.1.0."
        );
        assert_eq!(told(&[-2.0], &[[1.0, 3.0]], 1), "The one account falls 2.0 points under clout@2.1.0.");
        assert_eq!(told(&[], &[], 0), "No account was scored by both clout@2.0.0 and clout@2.1.0.");
        assert_eq!(told(&[], &[], 7), "7 accounts under clout@2.1.0.");
    }

    #[test]
    fn the_description_carries_three_numbers() {
        let data = agreement(5_000, 50, 1, "mover");
        let description = score_against_score(&data, &[], &LABELS).description;
        for part in ["in the same cell of 2.0 points (", "Widest gap of medians: ", "Furthest move: mover, "] {
            assert!(description.contains(part), "{description}");
        }
    }
}
