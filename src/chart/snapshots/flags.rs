//! The texts of vertical rules, as flags above the plot: each stands right of its own rule, or
//! left, in the lowest row where no text and no other rule is in its way.

use super::super::canvas::{Anchor, Canvas, MARGIN, SMALL, WIDTH};
use super::super::place::Area;
use super::super::{palette, text};
use super::TrendRule;
use crate::number;

const ROWS: i32 = 4;
const HEIGHT: i32 = 15;
/// Ways to place the texts, the best first: the widest text in pixels, and whether no rule may
/// pass behind a text.
const WAYS: [(i32, bool); 6] = [(260, true), (160, true), (260, false), (160, false), (110, false), (80, false)];

/// A rule with its text; without a row where it found no room.
struct Flag {
    x: i32,
    text: String,
    row: Option<i32>,
    /// Where the text begins and where it ends.
    from: i32,
    to: i32,
}

pub(super) struct Flags(Vec<Flag>);

impl Flags {
    /// Flags for the rules that stand at one of the points, whose pixels `column` tells.
    pub(super) fn new(rules: &[TrendRule], points: usize, column: impl Fn(usize) -> i32) -> Flags {
        let mut rules: Vec<&TrendRule> = rules.iter().filter(|rule| rule.at < points).collect();
        // From the right, so that a text to the right of its rule meets rules that end below it.
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.at));
        let mut best: Option<Flags> = None;
        for (widest, strict) in WAYS {
            let mut flags: Vec<Flag> = Vec::new();
            for rule in &rules {
                let text = text::fit(&text::name(&rule.text, text::FIGURE), SMALL, widest);
                let flag = place(&flags, column(rule.at), text, strict);
                flags.push(flag);
            }
            let flags = Flags(flags);
            if flags.missing() == 0 {
                return flags;
            }
            if best.as_ref().is_none_or(|best| flags.missing() < best.missing()) {
                best = Some(flags);
            }
        }
        best.unwrap_or(Flags(Vec::new()))
    }

    fn missing(&self) -> u64 {
        self.0.iter().filter(|flag| flag.row.is_none()).count() as u64
    }

    /// The pixels that the rows of texts take above the plot.
    pub(super) fn height(&self) -> i32 {
        self.0.iter().filter_map(|flag| flag.row).max().map_or(0, |row| (row + 1) * HEIGHT)
    }

    /// How many rules stand without their text; nothing if none does.
    pub(super) fn unnamed(&self) -> String {
        match self.missing() {
            0 => String::new(),
            count => format!("{} without room for a name", number::counted(count, "rule")),
        }
    }

    pub(super) fn draw(&self, canvas: &Canvas, plot: Area) {
        let middle = |row: i32| plot.y0 - 9 - row * HEIGHT;
        for flag in &self.0 {
            match flag.row {
                Some(row) => canvas.vertical(flag.x, middle(row) - 6, plot.y1, palette::AXIS),
                None => canvas.vertical(flag.x, plot.y0, plot.y1, palette::RULE),
            }
        }
        for flag in &self.0 {
            if let Some(row) = flag.row {
                let y = middle(row);
                // A rule that passes behind is broken here.
                canvas.rect((flag.from - 2, y - 7), (flag.to + 2, y + 7), palette::BACKGROUND);
                canvas.text((flag.from, y), &flag.text, SMALL, palette::MUTED, Anchor::Start);
            }
        }
    }
}

/// The flag right of its rule in the lowest row where it is free, or else left of it.
fn place(flags: &[Flag], x: i32, text: String, strict: bool) -> Flag {
    let width = text::width(&text, SMALL);
    for from in [x + 5, x - 5 - width] {
        let to = from + width;
        for row in 0..ROWS {
            let inside = from >= MARGIN && to <= WIDTH - MARGIN;
            if inside && flags.iter().all(|other| clear(other, x, row, (from, to), strict)) {
                return Flag { x, text, row: Some(row), from, to };
            }
        }
    }
    Flag { x, text, row: None, from: x, to: x }
}

/// Whether a flag at `x` is clear of another one: of its text in the same row, and, if `strict`,
/// of its rule where that reaches as high; and whether its own rule is clear of that text.
fn clear(other: &Flag, x: i32, row: i32, (from, to): (i32, i32), strict: bool) -> bool {
    let Some(beside) = other.row else {
        return true;
    };
    let struck = |line: i32, (from, to): (i32, i32)| strict && line > from - 3 && line < to + 3;
    let apart = row != beside || to + 8 <= other.from || other.to + 8 <= from;
    let theirs = beside >= row && struck(other.x, (from, to));
    let own = row >= beside && struck(x, (other.from, other.to));
    apart && !theirs && !own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(at: &[usize], text: &str) -> Flags {
        let rules: Vec<TrendRule> = at.iter().map(|at| TrendRule { at: *at, text: text.to_string() }).collect();
        Flags::new(&rules, 40, |at| 60 + 15 * at as i32)
    }

    #[test]
    fn neighbours_take_higher_rows() {
        let near = flags(&[3, 4, 5], "a release of data");
        let mut rows: Vec<i32> = near.0.iter().filter_map(|flag| flag.row).collect();
        rows.sort_unstable();
        rows.dedup();
        assert!(rows.len() > 1 && near.unnamed().is_empty());
        assert_eq!(flags(&[0, 20], "data").height(), HEIGHT);
        assert_eq!(flags(&[], "data").height(), 0);
        assert_eq!(flags(&[99], "data").0.len(), 0);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let crowd = flags(&[7; 30], "a release of data and a release of the model");
        assert!(crowd.unnamed().ends_with(" rules without room for a name"), "{}", crowd.unnamed());
        assert!(crowd.height() <= ROWS * HEIGHT);
    }
}
