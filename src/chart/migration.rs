//! Migration: who crosses a band? A matrix of accounts by band before and after, coloured by the
//! share of the row, with what stayed outlined and the totals at the margins.

use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::palette;
use super::table::{COUNTS, Form, Table, Write, fullest};
use super::{Chart, Labels, text};
use crate::compare::findings::Migration;
use crate::number;

const NAME: &str = "migration";
const CAPTION: &str = "Each row is a band before, each column a band after; a cell gives the \
    accounts and their share of the row, which is also its colour. Look below and above the \
    outlined diagonal, and whether the two sides balance: a large flow in both directions leaves \
    the totals as they were. Accounts close to an edge cross it by small moves, so do not read a \
    crossing as a large change, and do not compare percentages of rows that hold few accounts.";

/// Below the matrix: the totals, their change, and the line that explains a cell.
const BOTTOM: i32 = 422;
const TOTAL_WIDTH: i32 = 78;
const SHARE_WIDTH: i32 = 52;
/// With more bands than this the matrix is drawn tighter.
const MANY: i32 = 8;

/// Who crosses a band?
pub fn migration(data: &Migration, labels: &Labels) -> Chart {
    let table = Table::new(data);
    let title = table.title();
    let description = format!("{title} {}", table.carried());
    let n = format!("n = {}", number::accounts(table.total));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if table.names.is_empty() {
            let at = (WIDTH / 2, canvas::HEIGHT / 2);
            canvas.text(at, "no bands", LABEL, palette::MUTED, Anchor::Middle);
            return;
        }
        let grid = Grid::new(&table, top);
        grid.heads(canvas, labels);
        grid.cells(canvas);
        grid.row_margins(canvas);
        grid.column_margins(canvas);
    });
    Chart { name: NAME, title, caption: CAPTION.to_string(), description, svg }
}

struct Grid<'a> {
    table: &'a Table,
    x0: i32,
    y0: i32,
    /// Width and height of all cells together.
    span: Point,
    gap: i32,
    /// Columns too narrow for their names carry the numbers of the rows.
    numbered: bool,
    form: Form,
}

impl<'a> Grid<'a> {
    fn new(table: &'a Table, top: i32) -> Grid<'a> {
        let size = table.names.len() as i32;
        let widest = table.names.iter().map(|name| text::width(name, LABEL)).max().unwrap_or(0);
        let margins = TOTAL_WIDTH + 2 * SHARE_WIDTH;
        let right = WIDTH - MARGIN - margins;
        let column = |x0: i32| ((right - x0) / size).max(1);
        let longest = if size > MANY { 118 } else { 170 };
        let plain = MARGIN + 24 + widest.clamp(84, longest.max(84)) + 10;
        let numbered = widest > column(plain) - 6;
        let x0 = if numbered { plain + 20 } else { plain };
        let y0 = top + 42;
        let bottom = if size > MANY { BOTTOM + 14 } else { BOTTOM };
        let span = (right - x0, bottom - y0);
        let gap = if size > MANY { 1 } else { 2 };
        let form = Form::new(table, (span.0 / size - 2 * gap - 2, span.1 / size - 2 * gap));
        Grid { table, x0, y0, span, gap, numbered, form }
    }

    /// The upper left corner of a cell; the last corner is the lower right one of the matrix.
    fn corner(&self, row: usize, column: usize) -> Point {
        let size = self.table.names.len() as i32;
        let x = self.x0 + self.span.0 * column as i32 / size;
        (x, self.y0 + self.span.1 * row as i32 / size)
    }

    /// Half way between the corners of a cell.
    fn middle(&self, row: usize, column: usize) -> Point {
        let (from, to) = (self.corner(row, column), self.corner(row + 1, column + 1));
        ((from.0 + to.0) / 2, (from.1 + to.1) / 2)
    }

    fn right(&self) -> i32 {
        self.corner(0, self.table.names.len()).0
    }

    fn heads(&self, canvas: &Canvas, labels: &Labels) {
        let candidate = text::model(labels.candidate);
        let middle = (self.x0 + self.right()) / 2;
        let at = (middle, self.y0 - 30);
        let after = format!("after: {candidate}");
        let colour = palette::CANDIDATE_TEXT;
        canvas.text(at, &after, LABEL, colour, Anchor::Middle);
        let baseline = text::model(labels.baseline);
        let before = format!("before: {baseline}");
        let at = (MARGIN + 6, self.y0 + self.span.1 / 2);
        canvas.upward(at, &before, LABEL, palette::BASELINE, Anchor::Middle);
        for (column, name) in self.table.names.iter().enumerate() {
            let at = (self.middle(0, column).0, self.y0 - 11);
            let shown = if self.numbered { (column + 1).to_string() } else { name.clone() };
            if text::width(&shown, LABEL) <= self.cell_size().0 {
                canvas.text(at, &shown, LABEL, palette::TEXT, Anchor::Middle);
            }
        }
    }

    fn cells(&self, canvas: &Canvas) {
        for (row, counts) in self.table.counts.iter().enumerate() {
            let total = self.table.row(row);
            for (column, count) in counts.iter().enumerate() {
                self.cell(canvas, (row, column), *count, total);
            }
            if total == 0 {
                self.empty_row(canvas, row);
            }
        }
    }

    /// Says that a row is empty, on the wider side of its diagonal cell.
    fn empty_row(&self, canvas: &Canvas, row: usize) {
        let size = self.table.names.len();
        let (from, to) = match (row, size) {
            (_, 1) => (self.corner(row, 0).0, self.right()),
            _ if 2 * row + 1 < size => (self.corner(row, row + 1).0, self.right()),
            _ => (self.corner(row, 0).0, self.corner(row, row).0),
        };
        let (width, height) = (to - from - 8, self.cell_size().1);
        let long = "no accounts in this band";
        let fits = text::width(long, LABEL) <= width;
        let text = if fits { long } else { "no accounts" };
        if text::width(text, LABEL) <= width && height >= 12 {
            let at = ((from + to) / 2, self.middle(row, 0).1);
            canvas.text(at, text, LABEL, palette::MUTED, Anchor::Middle);
        }
    }

    fn cell_size(&self) -> Point {
        let size = self.table.names.len() as i32;
        (self.span.0 / size, self.span.1 / size)
    }

    fn cell(&self, canvas: &Canvas, (row, column): (usize, usize), count: u64, total: u64) {
        let ((x0, y0), (x1, y1)) = (self.corner(row, column), self.corner(row + 1, column + 1));
        let (width, height) = self.cell_size();
        let small = width < 12 || height < 12;
        let gap = if small { 0 } else { self.gap };
        let (from, to) = ((x0 + gap, y0 + gap), (x1 - gap, y1 - gap));
        let mut ink = palette::MUTED;
        if count > 0 {
            // A tenth of the row per step; the sums stay within 128 bits.
            let tenth = u128::from(count) * 10 / u128::from(total.max(1));
            let step = usize::try_from(tenth).map_or(9, |tenth| tenth.min(9));
            canvas.rect(from, to, palette::RAMP[step]);
            ink = palette::on_ramp(step);
        } else if total > 0 && !small {
            canvas.outline(from, to, 1, palette::GRID);
        }
        if row == column && !small {
            let out = 2 - gap;
            let (from, to) = ((x0 - out - 1, y0 - out - 1), (x1 + out + 1, y1 + out + 1));
            canvas.outline(from, to, 2, palette::TEXT);
        }
        if total == 0 {
            return;
        }
        let middle = self.middle(row, column);
        let count_text = self.form.count.map(|write| write(count));
        let share_text = self.form.share.filter(|_| count > 0).map(|write| write(count, total));
        let write = |dy: i32, text: &str, size: u32| {
            canvas.text((middle.0, middle.1 + dy), text, size, ink, Anchor::Middle);
        };
        match (count_text, share_text) {
            (Some(count), Some(share)) if self.form.beside => {
                write(0, &format!("{count} · {share}"), SMALL);
            }
            (Some(count), Some(share)) => {
                let apart = if height > 40 { 8 } else { 6 };
                write(-apart, &count, self.form.size);
                write(apart, &share, SMALL);
            }
            (Some(text), None) | (None, Some(text)) => write(0, &text, SMALL),
            (None, None) => {}
        }
    }

    /// Names at the left; totals and the shares that fell and rose at the right.
    fn row_margins(&self, canvas: &Canvas) {
        let columns = self.margin_columns();
        let heads = [("accounts", palette::MUTED), ("down", palette::CANDIDATE_TEXT), ("up", palette::BASELINE)];
        for (x, (head, colour)) in columns.into_iter().zip(heads) {
            canvas.text((x, self.y0 - 11), head, LABEL, colour, Anchor::End);
        }
        let height = self.cell_size().1;
        let roomy = height >= 34;
        for (row, name) in self.table.names.iter().enumerate() {
            let y = self.middle(row, 0).1;
            if height < 12 {
                continue;
            }
            let mut right = self.x0 - 10;
            if self.numbered {
                let number = (row + 1).to_string();
                canvas.text((right, y), &number, LABEL, palette::MUTED, Anchor::End);
                right -= 24;
            }
            let name = text::fit(name, LABEL, right - MARGIN - 20);
            let up = if roomy { 8 } else { 0 };
            canvas.text((right, y - up), &name, LABEL, palette::TEXT, Anchor::End);
            if roomy {
                let from = format!("from {}", number::short(self.table.from[row]));
                let from = text::fit(&from, SMALL, right - MARGIN - 20);
                canvas.text((right, y + 8), &from, SMALL, palette::MUTED, Anchor::End);
            }
            let total = self.table.row(row);
            let down = self.table.sum(|r, column| r == row && column < row);
            let up = self.table.sum(|r, column| r == row && column > row);
            self.margin(canvas, y, total, down, up);
        }
    }

    fn margin_columns(&self) -> [i32; 3] {
        let right = self.right().max(self.x0 + 1);
        [right + TOTAL_WIDTH - 4, right + TOTAL_WIDTH + SHARE_WIDTH, right + TOTAL_WIDTH + 2 * SHARE_WIDTH]
    }

    fn margin(&self, canvas: &Canvas, y: i32, total: u64, down: u64, up: u64) {
        let full = number::thousands(total);
        let fits = text::width(&full, LABEL) <= TOTAL_WIDTH - 12;
        let count = if fits { full } else { number::compact(total) };
        let texts = [count, number::share(down, total), number::share(up, total)];
        let colours = [palette::TEXT, palette::CANDIDATE_TEXT, palette::BASELINE];
        for ((x, text), colour) in self.margin_columns().into_iter().zip(texts).zip(colours) {
            canvas.text((x, y), &text, LABEL, colour, Anchor::End);
        }
    }

    /// Totals after, and by how much each differs from the total before.
    fn column_margins(&self, canvas: &Canvas) {
        let size = self.table.names.len();
        let bottom = self.corner(size, 0).1;
        let (y, y_change) = (bottom + 15, bottom + 31);
        let width = self.cell_size().0 - 2;
        let sums = (0..size).map(|band| (self.table.row(band), self.table.column(band)));
        let sums: Vec<(u64, u64)> = sums.collect();
        let fits = |text: String| text::width(&text, SMALL) <= width;
        let after = fullest(&COUNTS, |write| sums.iter().all(|(_, is)| fits(write(*is))));
        let room = size as i32 <= MANY;
        let change = fullest(&COUNTS, |write| room && sums.iter().all(|(was, is)| fits(signed(*was, *is, write))));
        canvas.text((self.x0 - 10, y), "accounts after", LABEL, palette::MUTED, Anchor::End);
        if change.is_some() {
            let at = (self.x0 - 10, y_change);
            canvas.text(at, "change", LABEL, palette::MUTED, Anchor::End);
        }
        for (band, (was, is)) in sums.into_iter().enumerate() {
            let x = self.middle(0, band).0;
            if let Some(write) = after {
                canvas.text((x, y), &write(is), SMALL, palette::TEXT, Anchor::Middle);
            }
            if let Some(write) = change {
                let text = signed(was, is, write);
                canvas.text((x, y_change), &text, SMALL, palette::MUTED, Anchor::Middle);
            }
        }
        self.margin(canvas, y, self.table.total, self.table.down, self.table.up);
        let explain = "each cell: accounts, and % of its row (colour); outlined: same band";
        canvas.text((MARGIN, BOTTOM + 49), explain, SMALL, palette::MUTED, Anchor::Start);
    }
}

fn signed(was: u64, is: u64, write: Write) -> String {
    let sign = match is.cmp(&was) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", write(is.abs_diff(was)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::{LABELS, matrix};

    fn told(counts: &[&[u64]]) -> Chart {
        let mut data = matrix(0, counts.len(), 1, "band");
        for (i, band) in data.bands.iter_mut().enumerate() {
            band.name = format!("band {i}");
        }
        data.counts = counts.iter().map(|row| row.to_vec()).collect();
        migration(&data, &LABELS)
    }

    #[test]
    fn titles_say_what_the_numbers_hold() {
        for (counts, title) in [
            (
                [[500, 1, 0], [200, 4_000, 129], [12, 200, 0]],
                "412 accounts (8.2 %) fall by a band or more; 130 accounts (2.6 %) rise; 89.3 % stay.",
            ),
            (
                [[5, 1, 0], [0, 0, 0], [0, 0, 4]],
                "No account falls by a band or more; 1 account (10.0 %) rises; 90.0 % stay.",
            ),
            (
                [[5, 0, 0], [1, 0, 0], [0, 0, 4]],
                "1 account (10.0 %) falls by a band or more; no account rises; 90.0 % stay.",
            ),
            ([[5, 0, 0], [0, 0, 0], [0, 0, 4]], "No account changes its band; all 9 accounts stay."),
            ([[0; 3]; 3], "No account stands in a band."),
            (
                [[999_999, 1, 0], [0; 3], [0; 3]],
                "No account falls by a band or more; 1 account (<0.1 %) rises; >99.9 % stay.",
            ),
        ] {
            let rows: Vec<&[u64]> = counts.iter().map(|row| row.as_slice()).collect();
            assert_eq!(told(&rows).title, title);
        }
        assert_eq!(told(&[&[1_234]]).title, "There is one band; all 1,234 accounts stay in it.");
        assert_eq!(told(&[&[1]]).title, "The one account stays in its band.");
    }

    #[test]
    fn the_description_names_the_largest_flow() {
        let chart = told(&[&[500, 1], &[200, 4_000]]);
        let flow = "The largest flow goes from band 1 to band 0: 200 accounts, 4.8 % of that band.";
        assert!(chart.description.ends_with(flow), "{}", chart.description);
        assert!(chart.description.contains("Down: 200; up: 1; of 4,701 accounts."));
    }

    #[test]
    fn cells_carry_counts_and_row_shares() {
        let svg = told(&[&[1_500, 500], &[0, 0]]).svg;
        for text in ["1,500", "75.0 %", "500", "25.0 %", "no accounts", "+500", "−500"] {
            assert!(svg.contains(text), "{text}");
        }
    }
}
