//! Rank flow: what happens in the top 25? The top before at the left and after at the right, each
//! account joined to itself, with those who leave and those who are new below a gap.

use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::guides::{self, Story};
use super::palette::{self, Colour};
use super::{Chart, Labels, text};
use crate::compare::findings::Mover;
use crate::compare::findings::Top;
use crate::number;

const NAME: &str = "rank-flow";
const CAPTION: &str = "Lines lead from the place before to the place after: orange leaves the top, \
    blue is new in it, grey stays. Accounts with the same score share their mean rank, so places \
    may be fractions. Look for who leaves from far up, and for names that you would expect. \
    Neighbours in a top often differ by less than the score can tell, so crossing lines among \
    them mean little, and the last places change by chance first.";

/// The columns of dots.
const LEFT: i32 = 292;
const RIGHT: i32 = WIDTH - LEFT;
/// Rows closer than this would touch, and further apart than that look lost.
const PITCH: [i32; 2] = [13, 34];
/// More rows do not fit.
const MOST: usize = 26;
const BOTTOM: i32 = 458;
/// Between the top and those outside it.
const GAP: i32 = 12;

/// What happens at the top?
pub fn rank_flow(data: &Top, labels: &Labels) -> Chart {
    let flow = Flow::new(data);
    let story = Story {
        name: NAME,
        caption: CAPTION,
        title: flow.title(),
        carried: flow.carried(),
        accounts: (data.accounts.len() as u64).saturating_add(data.left_out),
    };
    story.chart(labels, |canvas, top| {
        if flow.sides.iter().all(Vec::is_empty) {
            return guides::nothing(canvas, "no accounts");
        }
        let plot = Plot::new(&flow, top);
        plot.heads(canvas, labels, top + 8);
        plot.lines(canvas);
        plot.rows(canvas);
        plot.outside(canvas);
        plot.note(canvas);
    })
}

/// The rank of an account on a side: 0 is the baseline, 1 the candidate.
fn rank(account: &Mover, side: usize) -> f64 {
    if side == 0 { account.baseline_rank } else { account.candidate_rank }
}

/// `12.5`, `1,204`.
fn shown(rank: f64) -> String {
    let whole = (1.0..1e7).contains(&rank) && rank.fract() == 0.0;
    if whole { number::thousands(rank as u64) } else { number::short(rank) }
}

/// Who stands in which top.
struct Flow<'a> {
    data: &'a Top,
    /// Indices of the accounts in each top, by rank.
    sides: [Vec<usize>; 2],
    /// Indices of those in the one top and not in the other, by their rank in the other: leavers,
    /// then newcomers.
    outside: [Vec<usize>; 2],
}

impl<'a> Flow<'a> {
    fn new(data: &'a Top) -> Flow<'a> {
        let sides = [0, 1].map(|side| top(data, side));
        let outside = [0, 1].map(|side| {
            let mut gone: Vec<usize> = sides[side].iter().copied().filter(|i| !sides[1 - side].contains(i)).collect();
            gone.sort_by(|a, b| rank(&data.accounts[*a], 1 - side).total_cmp(&rank(&data.accounts[*b], 1 - side)));
            gone
        });
        Flow { data, sides, outside }
    }

    fn title(&self) -> String {
        let [leave, enter] = [0, 1].map(|side| self.outside[side].len());
        let [before, after] = &self.sides;
        if before.is_empty() && after.is_empty() {
            return "No account stands in a top.".to_string();
        }
        let top = format!("the top {}", number::thousands(u64::from(self.data.depth)));
        let first = self.first();
        let kept = match (leave, enter) {
            (0, 0) if self.moved() == 0 => return text::sentence(&format!("{top} stays as it was, in the same order")),
            (0, 0) => format!("{top} keeps its accounts, {} of {} change places", self.moved(), before.len()),
            (0, 1) => format!("nobody leaves {top}, 1 enters"),
            (0, enter) => format!("nobody leaves {top}, {enter} enter"),
            (leave, enter) => {
                let who = if leave == before.len() && leave > 1 { "all".to_string() } else { leave.to_string() };
                let [leaves, enters] = [leave, enter].map(|count| if count == 1 { "s" } else { "" });
                let others = if enter == 0 { "nobody enters".to_string() } else { format!("{enter} enter{enters}") };
                format!("{who} of {top} leave{leaves} it, {others}")
            }
        };
        let clauses: Vec<String> = [Some(kept), first].into_iter().flatten().collect();
        text::sentence(&clauses.join("; "))
    }

    /// How many accounts in both tops have another rank than before.
    fn moved(&self) -> usize {
        let changed = |i: &&usize| rank(&self.data.accounts[**i], 0) != rank(&self.data.accounts[**i], 1);
        self.sides[0].iter().filter(changed).count()
    }

    /// What becomes of the account in first place, if there is one.
    fn first(&self) -> Option<String> {
        let first = self.data.accounts.iter().find(|account| account.baseline_rank == 1.0)?;
        let name = text::name(&first.account, text::NAME);
        let after = first.candidate_rank;
        match after {
            1.0 => Some(format!("{name} stays first")),
            after if after.is_finite() => Some(format!("{name} goes from first place to {}", shown(after))),
            _ => None,
        }
    }

    /// The numbers that carry the title.
    fn carried(&self) -> String {
        let [leave, enter] = [0, 1].map(|side| self.outside[side].len());
        if self.sides.iter().all(Vec::is_empty) {
            return String::new();
        }
        let stay = self.sides[0].len().saturating_sub(leave);
        let mut text = format!("Leave: {leave}; enter: {enter}; stay: {stay}.");
        let furthest = self.outside[0].last().map(|i| &self.data.accounts[*i]);
        if let Some(account) = furthest {
            let [from, to] = [0, 1].map(|side| shown(rank(account, side)));
            let name = text::name(&account.account, text::NAME);
            text += &format!(" The deepest of those who leave: {name}, from {from} to {to}.");
        }
        text
    }
}

/// The accounts whose rank, ties at their best place, is within the depth. All that stand better
/// than one of them are listed, so the list tells that place.
fn top(data: &Top, side: usize) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..data.accounts.len()).filter(|i| rank(&data.accounts[*i], side).is_finite()).collect();
    order.sort_by(|a, b| rank(&data.accounts[*a], side).total_cmp(&rank(&data.accounts[*b], side)));
    let of = |i: usize| order.get(i).map(|account| rank(&data.accounts[*account], side));
    let mut best = 0;
    let mut kept = 0;
    while kept < order.len() {
        if kept > 0 && of(kept) != of(kept - 1) {
            best = kept;
        }
        if best as u64 >= u64::from(data.depth) {
            break;
        }
        kept += 1;
    }
    order.truncate(kept);
    order
}

struct Plot<'a> {
    flow: &'a Flow<'a>,
    pitch: i32,
    /// The first row below the gap, and how many rows there are.
    below: i32,
    room: usize,
    /// The row of each account on either side, as pixels; none where it is not drawn.
    ends: [Vec<Option<i32>>; 2],
}

impl<'a> Plot<'a> {
    fn new(flow: &'a Flow<'a>, top: i32) -> Plot<'a> {
        let y0 = top + 32;
        let rows = flow.sides.iter().map(Vec::len).max().unwrap_or(0).min(MOST);
        let outside = flow.outside.iter().map(Vec::len).max().unwrap_or(0);
        let all = (rows + outside).max(1) as i32;
        let pitch = ((BOTTOM - y0 - GAP) / all).clamp(PITCH[0], PITCH[1]);
        let below = y0 + pitch * rows as i32 + GAP;
        let room = ((BOTTOM - below) / pitch + 1).max(0) as usize;
        let mut plot = Plot { flow, pitch, below, room, ends: [0, 1].map(|_| vec![None; flow.data.accounts.len()]) };
        for side in [0, 1] {
            for (row, account) in (0..).zip(flow.sides[side].iter().take(MOST)) {
                plot.ends[side][*account] = Some(y0 + pitch * row);
            }
            for (row, account) in flow.outside[1 - side].iter().enumerate() {
                plot.ends[side][*account] = Some(plot.outer_row(1 - side, row));
            }
        }
        plot
    }

    /// Whether all that leave (or enter) have a row of their own below the gap.
    fn listed(&self, side: usize) -> bool {
        self.flow.outside[side].len() <= self.room
    }

    /// Rows below the gap; where there are too many, their ends share the room.
    fn outer_row(&self, side: usize, row: usize) -> i32 {
        let count = self.flow.outside[side].len().max(2) as i32;
        match self.listed(side) {
            true => self.below + self.pitch * row as i32,
            false => self.below + (BOTTOM - self.below).max(8) * row as i32 / (count - 1),
        }
    }

    fn heads(&self, canvas: &Canvas, labels: &Labels, y: i32) {
        let width = LEFT - MARGIN;
        let before = text::fit(&format!("before: {}", text::model(labels.baseline)), LABEL, width);
        canvas.text((LEFT, y), &before, LABEL, palette::TEXT, Anchor::End);
        let after = text::fit(&format!("after: {}", text::model(labels.candidate)), LABEL, width);
        canvas.text((RIGHT, y), &after, LABEL, palette::TEXT, Anchor::Start);
    }

    /// Leavers orange, newcomers blue, the rest grey.
    fn colours(&self, account: usize) -> [Colour; 2] {
        match [0, 1].map(|side| self.flow.outside[side].contains(&account)) {
            [true, _] => [palette::CANDIDATE, palette::CANDIDATE_TEXT],
            [_, true] => [palette::BASELINE, palette::BASELINE],
            _ => [palette::AXIS, palette::TEXT],
        }
    }

    fn lines(&self, canvas: &Canvas) {
        let mut lines: Vec<(bool, [Point; 2], Colour)> = Vec::new();
        for account in 0..self.flow.data.accounts.len() {
            if let [Some(from), Some(to)] = [0, 1].map(|side| self.ends[side][account]) {
                let [colour, _] = self.colours(account);
                lines.push((colour != palette::AXIS, [(LEFT + 8, from), (RIGHT - 8, to)], colour));
            }
        }
        // Those that cross the gap lie above the rest.
        lines.sort_by_key(|(crossing, ..)| *crossing);
        for (crossing, points, colour) in lines {
            canvas.line(&points, if crossing { 2 } else { 1 }, colour);
            for point in points {
                canvas.dot(point, 3, colour);
            }
        }
    }

    /// The accounts of both tops beside their dots.
    fn rows(&self, canvas: &Canvas) {
        for side in [0, 1] {
            for account in self.flow.sides[side].iter().take(MOST) {
                let outside = self.flow.outside[side].contains(account);
                let told = outside && !self.listed(side);
                let other = shown(rank(&self.flow.data.accounts[*account], 1 - side));
                let beside = match (told, side) {
                    (false, _) => String::new(),
                    (true, 0) => format!(" (to {other})"),
                    (true, _) => format!(" (from {other})"),
                };
                self.row(canvas, side, *account, &beside);
            }
        }
        if self.flow.outside.iter().any(|side| !side.is_empty()) {
            let y = self.below - GAP / 2 - self.pitch / 2;
            canvas.horizontal(MARGIN, WIDTH - MARGIN, y, palette::GRID);
        }
    }

    /// The rank of an account on a side and its name, with further words behind the name.
    fn row(&self, canvas: &Canvas, side: usize, account: usize, beside: &str) {
        let Some(y) = self.ends[side][account] else {
            return;
        };
        let [_, colour] = self.colours(account);
        let (x, out, anchor) = match side {
            0 => (LEFT - 2, -1, Anchor::End),
            _ => (RIGHT + 2, 1, Anchor::Start),
        };
        let mover = &self.flow.data.accounts[account];
        let place = shown(rank(mover, side));
        let step = text::width(&place, SMALL).max(22) + 8;
        let room = LEFT - MARGIN - 6 - step - text::width(beside, SMALL);
        let name = text::fit(&text::name(&mover.account, text::NAME), SMALL, room);
        canvas.text((x, y), &place, SMALL, palette::MUTED, anchor);
        canvas.text((x + out * step, y), &format!("{name}{beside}"), SMALL, colour, anchor);
    }

    /// Those outside the top: each with its rank, or how many there are and where.
    fn outside(&self, canvas: &Canvas) {
        for side in [0, 1] {
            let outside = &self.flow.outside[side];
            if self.listed(side) {
                for account in outside {
                    self.row(canvas, 1 - side, *account, "");
                }
                continue;
            }
            let ranks = [outside.first(), outside.last()]
                .map(|account| account.map_or(String::new(), |i| shown(rank(&self.flow.data.accounts[*i], 1 - side))));
            let y = (self.below + BOTTOM.max(self.below + 8)) / 2;
            let (words, x, anchor, colour) = match side {
                0 => (format!("{} leave, to places", outside.len()), RIGHT + 2, Anchor::Start, palette::CANDIDATE_TEXT),
                _ => (format!("{} enter, from places", outside.len()), LEFT - 2, Anchor::End, palette::BASELINE),
            };
            let words = format!("{words} {} to {}", ranks[0], ranks[1]);
            canvas.text((x, y), &text::fit(&words, SMALL, LEFT - MARGIN), SMALL, colour, anchor);
        }
    }

    /// What is missing from the picture.
    fn note(&self, canvas: &Canvas) {
        let hidden = self.flow.sides.iter().map(|side| side.len().saturating_sub(MOST)).max().unwrap_or(0);
        let mut notes = Vec::new();
        if hidden > 0 {
            notes.push(format!("{} of the top not drawn", number::counted(hidden as u64, "further row")));
        }
        if self.flow.data.left_out > 0 {
            notes.push(format!(
                "{} tied into the top and not listed",
                number::counted(self.flow.data.left_out, "account")
            ));
        }
        let note = text::fit(&notes.join("; "), SMALL, WIDTH - 2 * MARGIN);
        canvas.text((WIDTH / 2, BOTTOM + 15), &note, SMALL, palette::MUTED, Anchor::Middle);
    }
}

#[cfg(test)]
mod tests;
