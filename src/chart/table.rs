//! The table behind the migration chart: its sums, the sentence that they make, and how its cells
//! are written.

use super::canvas::{LABEL, Point, SMALL};
use super::text;
use crate::compare::findings::Migration;
use crate::number;

/// A way to write a count.
pub(super) type Write = fn(u64) -> String;

/// The ways to write a count, the fullest first.
pub(super) const COUNTS: [Write; 3] = [number::thousands, number::compact, number::tight];

/// The counts made square, with their sums.
pub(super) struct Table {
    pub(super) names: Vec<String>,
    pub(super) from: Vec<f64>,
    pub(super) counts: Vec<Vec<u64>>,
    pub(super) total: u64,
    pub(super) up: u64,
    pub(super) down: u64,
}

impl Table {
    pub(super) fn new(data: &Migration) -> Table {
        let size = data.bands.len();
        let cell =
            |row: usize, column: usize| data.counts.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0);
        let row = |row| (0..size).map(|column| cell(row, column)).collect();
        let mut table = Table {
            names: data.bands.iter().map(|band| text::name(&band.name, text::NAME)).collect(),
            from: data.bands.iter().map(|band| band.from).collect(),
            counts: (0..size).map(row).collect(),
            total: 0,
            up: 0,
            down: 0,
        };
        table.total = table.sum(|_, _| true);
        table.up = table.sum(|row, column| column > row);
        table.down = table.sum(|row, column| column < row);
        table
    }

    pub(super) fn sum(&self, keep: impl Fn(usize, usize) -> bool) -> u64 {
        let mut sum: u64 = 0;
        for (row, counts) in self.counts.iter().enumerate() {
            for (column, count) in counts.iter().enumerate() {
                if keep(row, column) {
                    sum = sum.saturating_add(*count);
                }
            }
        }
        sum
    }

    pub(super) fn row(&self, wanted: usize) -> u64 {
        self.sum(|row, _| row == wanted)
    }

    pub(super) fn column(&self, wanted: usize) -> u64 {
        self.sum(|_, column| column == wanted)
    }

    pub(super) fn title(&self) -> String {
        let all = number::accounts(self.total);
        match (self.total, self.up, self.down) {
            (0, ..) => "No account stands in a band.".to_string(),
            (1, 0, 0) => "The one account stays in its band.".to_string(),
            (_, 0, 0) if self.names.len() == 1 => format!("There is one band; all {all} stay in it."),
            (_, 0, 0) => format!("No account changes its band; all {all} stay."),
            (total, up, down) => {
                let falls = clause(down, total, ["falls", "fall"], " by a band or more");
                let rises = clause(up, total, ["rises", "rise"], "");
                let stay = total.saturating_sub(up).saturating_sub(down);
                let stay = number::share(stay, total);
                text::sentence(&format!("{falls}; {rises}; {stay} stay"))
            }
        }
    }

    /// The numbers that carry the title, for the text alternative.
    pub(super) fn carried(&self) -> String {
        let mut largest: Option<(usize, usize, u64)> = None;
        for (row, counts) in self.counts.iter().enumerate() {
            for (column, count) in counts.iter().enumerate() {
                let more = *count > largest.map_or(0, |(.., most)| most);
                if row != column && more {
                    largest = Some((row, column, *count));
                }
            }
        }
        let mut text = format!(
            "Down: {}; up: {}; of {}.",
            number::thousands(self.down),
            number::thousands(self.up),
            number::accounts(self.total),
        );
        if let Some((row, column, count)) = largest {
            text += &format!(
                " The largest flow goes from {} to {}: {}, {} of that band.",
                self.names[row],
                self.names[column],
                number::accounts(count),
                number::share(count, self.row(row)),
            );
        }
        text
    }
}

/// `412 accounts (8.2 %) fall`, `1 account (<0.1 %) falls`, `no account falls`.
fn clause(count: u64, total: u64, [one, many]: [&str; 2], behind: &str) -> String {
    let share = number::share(count, total);
    match count {
        0 => format!("no account {one}{behind}"),
        1 => format!("1 account ({share}) {one}{behind}"),
        _ => format!("{} ({share}) {many}{behind}", number::accounts(count)),
    }
}

/// How a count and a share are written in all cells alike: the fullest form that fits.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) count: Option<Write>,
    pub(super) share: Option<fn(u64, u64) -> String>,
    /// Font size of the count.
    pub(super) size: u32,
    /// Both on one line, where rows are low but columns wide.
    pub(super) beside: bool,
}

/// The first form that fits.
pub(super) fn fullest<F: Copy>(forms: &[F], fits: impl Fn(F) -> bool) -> Option<F> {
    forms.iter().copied().find(|form| fits(*form))
}

impl Form {
    /// The form for cells of the given width and height in pixels.
    pub(super) fn new(table: &Table, (width, height): Point) -> Form {
        let sums: Vec<u64> = (0..table.names.len()).map(|row| table.row(row)).collect();
        let all = |fits: &dyn Fn(u64, u64) -> bool| {
            let mut rows = table.counts.iter().zip(&sums);
            height >= 13 && rows.all(|(row, total)| row.iter().all(|count| fits(*count, *total)))
        };
        let wide = |text: String, size: u32| text::width(&text, size) <= width;
        let shares: [fn(u64, u64) -> String; 3] = [number::share, number::whole_share, number::bare_share];
        let share = fullest(&shares, |write| all(&|count, total| wide(write(count, total), SMALL)));
        let sizes: &[u32] = if height > 36 { &[LABEL, SMALL] } else { &[SMALL] };
        let mut counts: Vec<(Write, u32)> = Vec::new();
        for write in COUNTS {
            counts.extend(sizes.iter().map(|size| (write, *size)));
        }
        let count = fullest(&counts, |(write, size)| all(&|count, _| wide(write(count), size)));
        let (count, size) = (count.map(|(write, _)| write), count.map_or(SMALL, |(_, size)| size));
        if height >= 22 {
            return Form { count, share, size, beside: false };
        }
        for count in COUNTS {
            for share in shares {
                let both = |n, total| wide(format!("{} · {}", count(n), share(n, total)), SMALL);
                if all(&both) {
                    return Form { count: Some(count), share: Some(share), size: SMALL, beside: true };
                }
            }
        }
        Form { count, share: share.filter(|_| count.is_none()), size: SMALL, beside: false }
    }
}
