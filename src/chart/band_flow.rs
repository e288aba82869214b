//! Band flow: who crosses, in both directions? The bands before at the left and after at the
//! right, joined by ribbons as wide as the accounts in them, with the places where perks begin.

use std::cmp::{Ordering, Reverse};

use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::guides::{self, Story};
use super::palette::{self, Colour};
use super::place::Area;
use super::table::Table;
use super::{Chart, Labels, text};
use crate::compare::findings::Migration;
use crate::number;

const NAME: &str = "band-flow";
const CAPTION: &str = "Ribbons lead from the bands before to the bands after (orange falls, blue \
    rises, grey stays) and are as wide as the accounts in them; a thin dark line leads from those \
    who have a perk before to those who have it after. Compare each fall with its reverse: where \
    as large a share comes back up, accounts merely trade places across an edge; where little \
    does, the edge or the scale has moved. Do not read a crossing as a large change, nor a share \
    of a band that holds few accounts.";

/// A perk and how many accounts have it, counted from the top of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerkLine<'a> {
    pub name: &'a str,
    pub before: u64,
    pub after: u64,
}

/// The inner edges of the two columns of bands, and the width of a band.
const LEFT: i32 = 180;
const RIGHT: i32 = WIDTH - LEFT;
const BAR: i32 = 10;
const BOTTOM: i32 = 434;
/// Rows of labels need so much height.
const PITCH: i32 = 14;
/// More flows than this in one direction are summed up in words.
const MOST_FLOWS: usize = 40;
/// More falls than this are not labelled: the labels would cover what they tell of.
const MOST_LABELS: usize = 7;
/// Nor are those that are less than this part of all falls.
const LEAST_PART: u128 = 50;
/// More perks than this are not drawn.
const MOST_PERKS: usize = 12;
/// Thinner ribbons take the strong colour, so that they can be seen.
const THIN: i32 = 3;
/// Pieces of a curve.
const PIECES: i32 = 16;

/// Who crosses, in both directions?
pub fn band_flow(data: &Migration, perks: &[PerkLine<'_>], labels: &Labels) -> Chart {
    let table = Table::new(data);
    let story =
        Story { name: NAME, caption: CAPTION, title: title(&table), carried: table.carried(), accounts: table.total };
    story.chart(labels, |canvas, top| {
        if table.total == 0 {
            return guides::nothing(canvas, if table.names.is_empty() { "no bands" } else { "no accounts" });
        }
        let plot = Plot::new(&table, top);
        plot.heads(canvas, labels, top + 8);
        let hidden = plot.ribbons(canvas);
        plot.bands(canvas);
        let taken = plot.perks(canvas, perks);
        let unnamed = perks.len() - taken.len();
        let unlabelled = plot.falls(canvas, taken);
        plot.totals(canvas, hidden);
        plot.explain(canvas, unlabelled, unnamed as u64);
    })
}

fn title(table: &Table) -> String {
    let largest = largest_fall(table);
    if table.total == 1 && table.up == 1 {
        return "The one account rises by a band or more.".to_string();
    }
    let Some((from, to, count)) = largest else {
        return table.title();
    };
    let [from_name, to_name] = [from, to].map(|band| &table.names[band]);
    if table.total == 1 {
        return format!("The one account falls from {from_name} to {to_name}.");
    }
    let verb = if table.down == 1 { "falls" } else { "fall" };
    let falls = format!("{} ({}) {verb}", number::accounts(table.down), number::share(table.down, table.total));
    let rises = match table.up {
        0 => "none rises".to_string(),
        1 => "1 rises".to_string(),
        up => format!("{} rise", number::thousands(up)),
    };
    let most = match table.down {
        1 => format!("it goes from {from_name} to {to_name}"),
        down if down == count => format!("all of them from {from_name} to {to_name}"),
        _ => {
            let (accounts, share) = (number::accounts(count), number::share(count, table.row(from)));
            format!("the largest fall is from {from_name} to {to_name}: {accounts}, {share} of {from_name}")
        }
    };
    text::sentence(&format!("{falls} by a band or more, {rises}; {most}"))
}

/// The bands between which most fall, lowest band 0, and how many.
fn largest_fall(table: &Table) -> Option<(usize, usize, u64)> {
    let mut largest: Option<(usize, usize, u64)> = None;
    for (from, counts) in table.counts.iter().enumerate() {
        for (to, count) in counts.iter().enumerate().take(from) {
            if *count > largest.map_or(0, |(.., most)| most) {
                largest = Some((from, to, *count));
            }
        }
    }
    largest
}

/// Accounts that go from a band to a band (0 is the lowest), with their spans at both columns.
struct Flow {
    from: usize,
    to: usize,
    count: u64,
    left: [i32; 2],
    right: [i32; 2],
}

impl Flow {
    fn thickness(&self) -> i32 {
        (self.left[1] - self.left[0]).max(self.right[1] - self.right[0])
    }

    /// The middle of the ribbon at a pixel.
    fn middle(&self, x: i32) -> i32 {
        let [from, to] = [self.left, self.right].map(|span| (span[0] + span[1]) / 2);
        curve(from, to, x)
    }
}

struct Plot<'a> {
    table: &'a Table,
    y0: i32,
    gap: i32,
    /// Pixels of all bands together, without the gaps.
    height: i32,
    flows: Vec<Flow>,
}

impl<'a> Plot<'a> {
    fn new(table: &'a Table, top: i32) -> Plot<'a> {
        let bands = table.names.len() as i32;
        let y0 = top + 28;
        let gap = (80 / bands.max(1)).clamp(1, 8);
        let height = (BOTTOM - y0 - gap * (bands - 1)).max(1);
        let mut plot = Plot { table, y0, gap, height, flows: Vec::new() };
        plot.flows = plot.all_flows();
        plot
    }

    /// The row of a band from the top; also turns a row into its band.
    fn row(&self, band: usize) -> usize {
        self.table.names.len().saturating_sub(band + 1)
    }

    /// The pixel above which so many accounts stand, in the row of a band.
    fn y(&self, above: u64, row: usize) -> i32 {
        // A total that has reached the greatest count may be less than its parts.
        let share = (above as f64 / self.table.total.max(1) as f64).min(1.0);
        self.y0 + self.gap * row as i32 + (share * f64::from(self.height)).round() as i32
    }

    /// All flows that hold an account. Within a band they leave and arrive in the order of the
    /// bands at the other side, so that they cross as little as they can.
    fn all_flows(&self) -> Vec<Flow> {
        let size = self.table.names.len();
        let mut flows = Vec::new();
        let mut left: u64 = 0;
        let mut arrived = vec![0_u64; size];
        let mut above: u64 = 0;
        for (row, arrived) in arrived.iter_mut().enumerate() {
            *arrived = above;
            above = above.saturating_add(self.table.column(self.row(row)));
        }
        for from in (0..size).rev() {
            for to in (0..size).rev() {
                let count = self.table.counts[from][to];
                let rows = [self.row(from), self.row(to)];
                let span = |above: u64, row| [above, above.saturating_add(count)].map(|above| self.y(above, row));
                if count > 0 {
                    let (left, right) = (span(left, rows[0]), span(arrived[rows[1]], rows[1]));
                    flows.push(Flow { from, to, count, left, right });
                }
                left = left.saturating_add(count);
                arrived[rows[1]] = arrived[rows[1]].saturating_add(count);
            }
        }
        flows
    }

    fn heads(&self, canvas: &Canvas, labels: &Labels, y: i32) {
        let half = WIDTH / 2 - MARGIN - 8;
        let before = text::fit(&format!("before: {}", text::model(labels.baseline)), LABEL, half);
        canvas.text((MARGIN, y), &before, LABEL, palette::TEXT, Anchor::Start);
        let after = text::fit(&format!("after: {}", text::model(labels.candidate)), LABEL, half);
        canvas.text((WIDTH - MARGIN, y), &after, LABEL, palette::TEXT, Anchor::End);
    }

    /// The ribbons, thin ones on top; gives how many flows were too many to draw, and the
    /// accounts in them.
    fn ribbons(&self, canvas: &Canvas) -> (u64, u64) {
        for flow in self.flows.iter().filter(|flow| flow.from == flow.to) {
            ribbon(canvas, flow, palette::FLOW_STAY);
        }
        let mut moving: Vec<(&Flow, Colour)> = Vec::new();
        let (mut hidden, mut accounts) = (0, 0_u64);
        let directions = [
            (Ordering::Greater, palette::FLOW_UP, palette::BASELINE),
            (Ordering::Less, palette::FLOW_DOWN, palette::CANDIDATE),
        ];
        for (direction, pale, strong) in directions {
            let mut flows: Vec<&Flow> = self.flows.iter().filter(|flow| flow.to.cmp(&flow.from) == direction).collect();
            flows.sort_by_key(|flow| Reverse(flow.count));
            for flow in flows.split_off(flows.len().min(MOST_FLOWS)) {
                hidden += 1;
                accounts = accounts.saturating_add(flow.count);
            }
            let colour = |flow: &Flow| if flow.thickness() < THIN { strong } else { pale };
            moving.extend(flows.into_iter().map(|flow| (flow, colour(flow))));
        }
        moving.sort_by_key(|(flow, _)| Reverse(flow.thickness()));
        for (flow, colour) in moving {
            ribbon(canvas, flow, colour);
        }
        (hidden, accounts)
    }

    /// The two columns with names and counts.
    fn bands(&self, canvas: &Canvas) {
        let size = self.table.names.len();
        let sums: [Vec<u64>; 2] = [
            (0..size).map(|row| self.table.row(self.row(row))).collect(),
            (0..size).map(|row| self.table.column(self.row(row))).collect(),
        ];
        for (sums, x) in sums.iter().zip([LEFT - BAR, RIGHT]) {
            let mut above: u64 = 0;
            let mut centres = Vec::new();
            for (row, count) in sums.iter().enumerate() {
                let below = above.saturating_add(*count);
                let (from, to) = (self.y(above, row), self.y(below, row));
                if *count > 0 {
                    canvas.rect((x, from), (x + BAR, to.max(from + 1)), palette::MUTED);
                }
                centres.push((row, (from + to) / 2, *count));
                above = below;
            }
            self.labels(canvas, x, centres);
        }
    }

    /// Names beside a column; where not all fit, those of the fullest bands.
    fn labels(&self, canvas: &Canvas, x: i32, mut bands: Vec<(usize, i32, u64)>) {
        let room = ((BOTTOM - self.y0) / PITCH + 1).max(1) as usize;
        bands.sort_by_key(|(row, _, count)| (Reverse(*count), *row));
        bands.truncate(room);
        bands.sort_by_key(|(row, ..)| *row);
        let mut rows: Vec<i32> = bands.iter().map(|(_, y, _)| *y).collect();
        guides::stack(&mut rows, PITCH, self.y0, BOTTOM + 2);
        let (edge, end, anchor) = match x < WIDTH / 2 {
            true => (x - 2, x - 12, Anchor::End),
            false => (x + BAR + 1, x + BAR + 12, Anchor::Start),
        };
        for ((row, centre, count), y) in bands.into_iter().zip(rows) {
            if (y - centre).abs() > 3 {
                canvas.line(&[(edge, centre), (end, y)], 1, palette::RULE);
            }
            let count = self::count(count);
            let beside = text::width(&count, LABEL) + 7;
            let name = text::fit(&self.table.names[self.row(row)], LABEL, LEFT - BAR - 12 - MARGIN - beside);
            let outward = if anchor == Anchor::End { -beside } else { beside };
            canvas.text((end, y), &count, LABEL, palette::MUTED, anchor);
            canvas.text((end + outward, y), &name, LABEL, palette::TEXT, anchor);
        }
    }

    /// Where the accounts end that have a perk: between two bands if it begins with a band.
    fn edge(&self, holders: u64, sums: impl Fn(usize) -> u64) -> i32 {
        let mut above: u64 = 0;
        for row in 0..self.table.names.len() {
            let below = above.saturating_add(sums(self.row(row)));
            if holders < below || row + 1 == self.table.names.len() {
                let y = self.y(holders.min(below), row);
                return if holders == above && row > 0 { y - self.gap / 2 - 1 } else { y };
            }
            above = below;
        }
        self.y0
    }

    /// A line for each perk, with its name and holders at its left end or where there is room;
    /// gives the places of the words.
    fn perks(&self, canvas: &Canvas, perks: &[PerkLine]) -> Vec<Area> {
        let mut taken: Vec<Area> = Vec::new();
        let mut names: Vec<(Area, String)> = Vec::new();
        for perk in perks.iter().take(MOST_PERKS) {
            let from = self.edge(perk.before, |band| self.table.row(band));
            let to = self.edge(perk.after, |band| self.table.column(band));
            canvas.line(&path(from, to), 1, palette::TEXT);
            let name = text::name(perk.name, text::NAME);
            let name = text::fit(&name, SMALL, 120);
            let words = format!("{name} {} → {}", count(perk.before), count(perk.after));
            let half = text::width(&words, SMALL) / 2 + 5;
            let at = [LEFT + 10 + half, RIGHT - 10 - half, WIDTH / 2];
            let areas = at.into_iter().map(|x| around((x, curve(from, to, x)), half));
            if let Some(area) = free(areas, &taken) {
                taken.push(area);
                names.push((area, words));
            }
        }
        for (area, words) in names {
            guides::chip(canvas, area, &words, SMALL, palette::TEXT);
        }
        taken
    }

    /// Labels the largest falls where they do not touch; gives how many falls have no label.
    fn falls(&self, canvas: &Canvas, mut taken: Vec<Area>) -> u64 {
        let mut falls: Vec<&Flow> = self.flows.iter().filter(|flow| flow.to < flow.from).collect();
        falls.sort_by_key(|flow| Reverse(flow.count));
        let mut labelled = 0;
        let telling = |flow: &&&Flow| u128::from(flow.count) * LEAST_PART >= u128::from(self.table.down);
        for flow in falls.iter().take(MOST_LABELS).filter(telling) {
            let back = self.table.counts[flow.to][flow.from];
            let words = format!(
                "{} · {} · reverse {}",
                count(flow.count),
                number::share(flow.count, self.table.row(flow.from)),
                number::share(back, self.table.row(flow.to)),
            );
            let half = text::width(&words, SMALL) / 2 + 4;
            let span = RIGHT - LEFT - 2 * half - 12;
            let at = [30, 70, 50, 10, 90, 0, 100].map(|percent| LEFT + 6 + half + span * percent / 100);
            let areas = at.into_iter().map(|x| around((x, flow.middle(x)), half));
            if let Some(area) = free(areas, &taken) {
                taken.push(area);
                labelled += 1;
                guides::chip(canvas, area, &words, SMALL, palette::CANDIDATE_TEXT);
            }
        }
        falls.len() as u64 - labelled
    }

    /// The totals in the colours of the ribbons, and which flows are too many to draw.
    fn totals(&self, canvas: &Canvas, (hidden, accounts): (u64, u64)) {
        let Table { up, down, total, .. } = *self.table;
        let stay = total.saturating_sub(up).saturating_sub(down);
        let told = |count: u64, verb: &str| format!("{} {verb} ({})", self::count(count), number::share(count, total));
        let (mut x, y) = (MARGIN, BOTTOM + 22);
        for (words, colour) in [
            (told(down, "down"), palette::CANDIDATE_TEXT),
            (told(up, "up"), palette::BASELINE),
            (told(stay, "stay"), palette::MUTED),
        ] {
            canvas.text((x, y), &words, LABEL, colour, Anchor::Start);
            x += text::width(&words, LABEL) + 18;
        }
        if hidden > 0 {
            let flows = number::counted(hidden, "further flow");
            let unit = if accounts == 1 { "account" } else { "accounts" };
            let note = format!("not drawn: {flows} of {} {unit}", count(accounts));
            let note = text::fit(&note, SMALL, WIDTH - MARGIN - x);
            canvas.text((WIDTH - MARGIN, y), &note, SMALL, palette::MUTED, Anchor::End);
        }
    }

    /// What the labels of falls mean, and what has none.
    fn explain(&self, canvas: &Canvas, unlabelled: u64, unnamed: u64) {
        let (mut x, y) = (MARGIN, BOTTOM + 37);
        if self.table.down > 0 {
            let words = "on a fall: accounts · share of the band left · reverse: share of the lower \
                band that rises into it";
            canvas.text((x, y), words, SMALL, palette::MUTED, Anchor::Start);
            x += text::width(words, SMALL) + 16;
        }
        let without = [(unlabelled, "fall"), (unnamed, "perk")];
        let without = without.into_iter().filter(|(count, _)| *count > 0);
        let note: Vec<String> = without.map(|(count, what)| number::counted(count, what)).collect();
        if !note.is_empty() {
            let note = text::fit(&format!("no label: {}", note.join(", ")), SMALL, WIDTH - MARGIN - x);
            canvas.text((WIDTH - MARGIN, y), &note, SMALL, palette::MUTED, Anchor::End);
        }
    }
}

/// A count in full, as long as it is short.
fn count(count: u64) -> String {
    if count < 10_000_000 { number::thousands(count) } else { number::compact(count) }
}

fn around((x, y): Point, half: i32) -> Area {
    Area { x0: x - half, y0: y - 8, x1: x + half, y1: y + 8 }
}

fn free(areas: impl IntoIterator<Item = Area>, taken: &[Area]) -> Option<Area> {
    areas.into_iter().find(|area| taken.iter().all(|other| !area.overlaps(other)))
}

/// The height at pixel `x` of a curve that leaves the left column and reaches the right one
/// level.
fn curve(from: i32, to: i32, x: i32) -> i32 {
    let t = f64::from(x - LEFT) / f64::from(RIGHT - LEFT);
    let t = t.clamp(0.0, 1.0);
    from + (f64::from(to - from) * t * t * (3.0 - 2.0 * t)).round() as i32
}

/// The curve as points; a level one needs no more than two.
fn path(from: i32, to: i32) -> Vec<Point> {
    let pieces = if from == to { 1 } else { PIECES };
    let at = |piece: i32| LEFT + (RIGHT - LEFT) * piece / pieces;
    (0..=pieces).map(|piece| (at(piece), curve(from, to, at(piece)))).collect()
}

/// A filled ribbon, nowhere thinner than a pixel.
fn ribbon(canvas: &Canvas, flow: &Flow, colour: Colour) {
    let end = |[from, to]: [i32; 2]| to.max(from + 1);
    let mut points = path(flow.left[0], flow.right[0]);
    let mut below = path(end(flow.left), end(flow.right));
    below.reverse();
    points.extend(below);
    canvas.polygon(&points, colour);
}

#[cfg(test)]
mod tests;
