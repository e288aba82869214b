//! Columns that stand side by side, each with its name below: the versions of a family.

use super::canvas::{Anchor, Canvas, LABEL, MARGIN, WIDTH};
use super::{palette, text};

/// As many columns of one width as there are versions, between two pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    x0: i32,
    x1: i32,
    count: i32,
}

impl Columns {
    pub(super) fn new(count: usize, x0: i32, x1: i32) -> Columns {
        Columns { x0, x1, count: i32::try_from(count).unwrap_or(i32::MAX).max(1) }
    }

    /// The pixel in the middle of a column.
    pub(super) fn middle(&self, at: usize) -> i32 {
        let at = i64::try_from(at).unwrap_or(i64::MAX).min(i64::from(self.count) - 1);
        let along = i64::from(self.x1 - self.x0) * (2 * at + 1) / (2 * i64::from(self.count));
        // It lies between the two pixels.
        self.x0 + along as i32
    }

    /// From one column to the next.
    pub(super) fn pitch(&self) -> i32 {
        (self.x1 - self.x0) / self.count
    }

    /// Half of the width of a bar that leaves room to its neighbours.
    pub(super) fn half(&self) -> i32 {
        (self.pitch() * 3 / 10).clamp(1, 24)
    }

    /// The names below, as many as have room: each, or every second, third, and always the last.
    pub(super) fn names(&self, canvas: &Canvas, names: &[String], y: i32) {
        let widest = names.iter().map(|name| text::width(name, LABEL)).max().unwrap_or(0);
        let every = ((widest + 8) / self.pitch().max(1) + 1).max(1) as usize;
        let place = |(at, name): (usize, &String)| {
            let half = text::width(name, LABEL) / 2 + 1;
            (self.middle(at).clamp(MARGIN + half, WIDTH - MARGIN - half), half)
        };
        let Some(last) = names.iter().enumerate().next_back() else { return };
        let end = place(last);
        let mut free = MARGIN;
        for (at, name) in names.iter().enumerate() {
            let (middle, half) = place((at, name));
            let is_last = at == last.0;
            let clear = middle - half >= free && (is_last || middle + half + 6 <= end.0 - end.1);
            if (at % every == 0 || is_last) && clear {
                canvas.text((middle, y), name, LABEL, palette::MUTED, Anchor::Middle);
                free = middle + half + 6;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_between_their_ends() {
        let columns = Columns::new(4, 100, 500);
        assert_eq!((0..4).map(|at| columns.middle(at)).collect::<Vec<_>>(), [150, 250, 350, 450]);
        assert_eq!((columns.pitch(), columns.half()), (100, 24));
        for count in [0, 1, 3, 1_000, usize::MAX] {
            let columns = Columns::new(count, 100, 500);
            for at in [0, count / 2, count, usize::MAX] {
                assert!((100..=500).contains(&columns.middle(at)), "{count} {at}");
            }
            assert!(columns.half() >= 1);
        }
    }
}
