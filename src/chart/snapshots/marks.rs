//! Marks on the axis below the points: released versions, each with its date where there is room for
//! it.

use super::super::canvas::{Anchor, Canvas, MARGIN, SMALL, WIDTH};
use super::super::{palette, text};
use super::TrendMark;

const ROWS: usize = 2;
const HEIGHT: i32 = 14;
/// From the axis to the first row of texts, which stands below the names of the points.
const BELOW: i32 = 29;
/// The widest text, in pixels.
const WIDEST: i32 = 150;

/// A mark with its text; without a row where that found no room.
struct Mark {
    x: i32,
    strong: bool,
    text: String,
    row: Option<usize>,
    /// The middle of the text.
    middle: i32,
}

pub(super) struct Marks(Vec<Mark>);

impl Marks {
    /// Marks at points, whose pixels `column` tells. The strong find room first, then those further
    /// right.
    pub(super) fn new(marks: &[TrendMark], points: usize, column: impl Fn(usize) -> i32) -> Marks {
        let mut marks: Vec<&TrendMark> = marks.iter().filter(|mark| mark.at < points).collect();
        marks.sort_by_key(|mark| (std::cmp::Reverse(mark.strong), std::cmp::Reverse(mark.at)));
        let mut placed: Vec<Mark> = Vec::new();
        for mark in marks {
            let x = column(mark.at);
            let text = text::fit(&text::name(&mark.text, text::FIGURE), SMALL, WIDEST);
            let half = half(&text);
            let middle = x.clamp(MARGIN + half, WIDTH - MARGIN - half);
            let is_free = |row: &usize| {
                let own = placed.iter().filter(|other| other.row == Some(*row));
                own.into_iter().all(|other| (other.middle - middle).abs() >= half + self::half(&other.text) + 6)
            };
            let row = (0..ROWS).find(is_free);
            placed.push(Mark { x, strong: mark.strong, text, row, middle });
        }
        Marks(placed)
    }

    /// The pixels that the rows of texts take below the names of the points.
    pub(super) fn height(&self) -> i32 {
        self.0.iter().filter_map(|mark| mark.row).max().map_or(0, |row| HEIGHT * (row as i32 + 1))
    }

    pub(super) fn draw(&self, canvas: &Canvas, axis: i32) {
        let diamond = |x: i32, reach: i32, colour| {
            canvas.polygon(&[(x, axis - reach), (x + reach, axis), (x, axis + reach), (x - reach, axis)], colour);
        };
        for mark in &self.0 {
            diamond(mark.x, 6, palette::TEXT);
            if !mark.strong {
                diamond(mark.x, 4, palette::BACKGROUND);
            }
            if let Some(row) = mark.row {
                let y = axis + BELOW + HEIGHT * row as i32;
                let ink = if mark.strong { palette::TEXT } else { palette::MUTED };
                canvas.text((mark.middle, y), &mark.text, SMALL, ink, Anchor::Middle);
            }
        }
    }
}

fn half(text: &str) -> i32 {
    text::width(text, SMALL) / 2 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(at: &[usize], strong: usize) -> Marks {
        let mark = |at: &usize| TrendMark { at: *at, text: "2011-10-26".to_string(), strong: *at == strong };
        Marks::new(&at.iter().map(mark).collect::<Vec<_>>(), 40, |at| 60 + 15 * at as i32)
    }

    #[test]
    fn texts_stand_apart_and_the_strong_come_first() {
        assert_eq!((marks(&[], 0).height(), marks(&[], 0).0.len()), (0, 0));
        assert_eq!(marks(&[0, 20], 0).height(), HEIGHT);
        assert_eq!(marks(&[3, 5], 0).height(), 2 * HEIGHT);
        let crowd = marks(&[1, 2, 3, 4, 5, 6], 3);
        assert_eq!((crowd.0[0].strong, crowd.0[0].row), (true, Some(0)));
        assert!(crowd.0.iter().any(|mark| mark.row.is_none()) && crowd.0.len() == 6);
        assert!(marks(&[99], 0).0.is_empty());
    }
}
