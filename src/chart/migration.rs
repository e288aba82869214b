//! Migration: who crosses a band? A matrix of accounts by band before and after, coloured by the
//! share of the row, with what stayed outlined and the totals at the margins.

use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::palette;
use super::{Chart, Labels, number, text};
use crate::compare::findings::Migration;

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

/// The counts made square, with their sums.
struct Table {
    names: Vec<String>,
    from: Vec<f64>,
    counts: Vec<Vec<u64>>,
    total: u64,
    up: u64,
    down: u64,
}

impl Table {
    fn new(data: &Migration) -> Table {
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

    fn sum(&self, keep: impl Fn(usize, usize) -> bool) -> u64 {
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

    fn row(&self, wanted: usize) -> u64 {
        self.sum(|row, _| row == wanted)
    }

    fn column(&self, wanted: usize) -> u64 {
        self.sum(|_, column| column == wanted)
    }

    fn title(&self) -> String {
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
    fn carried(&self) -> String {
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
struct Form {
    count: Option<fn(u64) -> String>,
    share: Option<fn(u64, u64) -> String>,
    /// Both on one line, where rows are low but columns wide.
    beside: bool,
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
        let form = form(table, (span.0 / size - 2 * gap - 2, span.1 / size - 2 * gap));
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
                write(-apart, &count, if height > 40 { LABEL } else { SMALL });
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
                let from = number::points(self.table.from[row]);
                let from = format!("from {}", from.strip_suffix(".0").unwrap_or(&from));
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
        let forms: [fn(u64) -> String; 3] = [number::thousands, number::compact, number::tight];
        let after = widest_form(&forms, |write| sums.iter().all(|(_, is)| fits(write(*is))));
        let room = size as i32 <= MANY;
        let change = widest_form(&forms, |write| room && sums.iter().all(|(was, is)| fits(signed(*was, *is, write))));
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

fn signed(was: u64, is: u64, write: fn(u64) -> String) -> String {
    let sign = match is.cmp(&was) {
        std::cmp::Ordering::Less => "−",
        std::cmp::Ordering::Equal => "",
        std::cmp::Ordering::Greater => "+",
    };
    format!("{sign}{}", write(is.abs_diff(was)))
}

fn widest_form<F: Copy>(forms: &[F], fits: impl Fn(F) -> bool) -> Option<F> {
    forms.iter().copied().find(|form| fits(*form))
}

fn form(table: &Table, (width, height): Point) -> Form {
    let cells = || {
        table.counts.iter().enumerate().flat_map(|(row, counts)| {
            let total = table.row(row);
            counts.iter().map(move |count| (*count, total))
        })
    };
    let wide = |text: String| text::width(&text, SMALL) <= width;
    let counts: [fn(u64) -> String; 3] = [number::thousands, number::compact, number::tight];
    let shares: [fn(u64, u64) -> String; 3] = [number::share, number::whole_share, number::bare_share];
    let line = height >= 13;
    let two_lines = height >= 22;
    let count = widest_form(&counts, |write| line && cells().all(|(count, _)| wide(write(count))));
    let share = widest_form(&shares, |write| line && cells().all(|(count, total)| wide(write(count, total))));
    if two_lines {
        return Form { count, share, beside: false };
    }
    for write in counts {
        for share in shares {
            let both = |(count, total)| wide(format!("{} · {}", write(count), share(count, total)));
            if line && cells().all(both) {
                return Form { count: Some(write), share: Some(share), beside: true };
            }
        }
    }
    let share = if count.is_some() { None } else { share };
    Form { count, share, beside: false }
}
