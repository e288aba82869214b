//! Models: which versions are near each other? The rank correlation of every pair, as a matrix
//! coloured between the lowest and 1.

use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::{Chart, Labels, ground, palette, text};
use crate::number;

const NAME: &str = "models";
const CAPTION: &str = "Each cell is the Kendall tau-b of the two versions' scores. Look for blocks \
    along the diagonal, which are families of near versions, and for a row that stands out. \
    The colours span the lowest value to 1, so they exaggerate small differences: read the key \
    first. A high tau-b is agreement on order only; the scale can still have moved.";

const BOTTOM: i32 = 452;
/// The widest names of rows, in pixels.
const NAMES: i32 = 190;
/// Room right of the matrix for the key.
const KEY: i32 = 74;

/// The correlation between versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Models {
    /// In the order of the versions.
    pub names: Vec<String>,
    /// Kendall tau-b by row and column; symmetric, 1 on the diagonal, missing where undefined.
    pub values: Vec<Vec<Option<f64>>>,
    pub accounts: u64,
}

impl Models {
    fn value(&self, row: usize, column: usize) -> Option<f64> {
        let value = self.values.get(row)?.get(column).copied().flatten()?;
        (-1.0..=1.0).contains(&value).then_some(value)
    }

    fn name(&self, row: usize) -> String {
        self.names.get(row).map_or(String::new(), |name| text::model(name))
    }

    /// The defined values above the diagonal, each with its pair of versions.
    fn pairs(&self) -> Vec<(usize, usize, f64)> {
        let size = self.names.len();
        let all = (0..size).flat_map(|row| (row + 1..size).map(move |column| (row, column)));
        all.filter_map(|(row, column)| Some((row, column, self.value(row, column)?))).collect()
    }

    /// The lowest value of all cells, below 1.
    fn lowest(&self) -> Option<f64> {
        let size = self.names.len();
        let all = (0..size).flat_map(|row| (0..size).filter_map(move |column| self.value(row, column)));
        all.filter(|value| *value < 1.0).reduce(f64::min)
    }
}

/// Which versions are near each other?
pub fn models(data: &Models, labels: &Labels) -> Chart {
    let title = title(data);
    let description = format!("{title} {}", carried(data)).trim_end().to_string();
    let versions = number::counted(data.names.len() as u64, "version");
    let n = format!("n = {}, {versions}", number::accounts(data.accounts));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if data.names.is_empty() {
            ground::bare(canvas, "no versions");
            return;
        }
        let grid = Grid::new(data, top);
        grid.heads(canvas);
        grid.cells(canvas);
        grid.key(canvas);
    });
    Chart { name: NAME, title, caption: CAPTION.to_string(), description, svg }
}

fn title(data: &Models) -> String {
    let pairs = data.pairs();
    let write = Write { decimals: decimals(data), bare: false };
    let named = |(row, column, value): &(usize, usize, f64)| {
        format!("{} and {} (tau-b {})", data.name(*row), data.name(*column), write.number(*value))
    };
    let near = |a: &&(usize, usize, f64), b: &&(usize, usize, f64)| a.2.total_cmp(&b.2);
    // Of equals the first pair is told.
    let (nearest, furthest) = (pairs.iter().rev().max_by(near), pairs.iter().min_by(near));
    match (data.names.len(), pairs.as_slice(), nearest, furthest) {
        (0 | 1, ..) => "There are no two versions to compare.".to_string(),
        (_, [one], ..) => {
            format!(
                "{} and {} order the accounts with a tau-b of {}.",
                data.name(one.0),
                data.name(one.1),
                write.number(one.2)
            )
        }
        (_, many, Some(nearest), Some(furthest)) => {
            if write.number(nearest.2) == write.number(furthest.2) {
                let count = number::thousands(many.len() as u64);
                return format!(
                    "All {count} pairs of versions are equally near, with a tau-b of {}.",
                    write.number(nearest.2)
                );
            }
            format!("Nearest to each other are {}, furthest apart {}.", named(nearest), named(furthest))
        }
        _ => "No two versions have a tau-b that is defined.".to_string(),
    }
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &Models) -> String {
    let mut values: Vec<f64> = data.pairs().into_iter().map(|(.., value)| value).collect();
    values.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (values.first(), values.last()) else {
        return String::new();
    };
    let write = Write { decimals: decimals(data).max(3), bare: false };
    format!(
        "Of {}: lowest {}, median {}, highest {}.",
        number::counted(values.len() as u64, "pair"),
        write.number(*low),
        write.number(values[values.len() / 2]),
        write.number(*high)
    )
}

/// Two decimals where they tell all values apart, or else three.
fn decimals(data: &Models) -> usize {
    let mut values: Vec<[String; 2]> = data
        .pairs()
        .into_iter()
        .map(|(.., value)| [2, 3].map(|decimals| Write { decimals, bare: false }.number(value)))
        .collect();
    values.sort();
    values.dedup();
    if values.windows(2).any(|pair| pair[0][0] == pair[1][0]) { 3 } else { 2 }
}

/// How a correlation is written: in narrow cells without the zero before its point.
#[derive(Clone, Copy)]
struct Write {
    decimals: usize,
    bare: bool,
}

impl Write {
    /// What is not 1 is never written as 1: it is cut instead of rounded there.
    fn number(self, value: f64) -> String {
        let size = value.abs();
        let text = format!("{size:.*}", self.decimals);
        let text = match text.starts_with('1') {
            true if size < 1.0 => format!("0.{}", "9".repeat(self.decimals)),
            true => "1".to_string(),
            false => text,
        };
        let text = if self.bare { text.trim_start_matches('0').to_string() } else { text };
        if value < 0.0 { format!("−{text}") } else { text }
    }
}

struct Grid<'a> {
    data: &'a Models,
    x0: i32,
    y0: i32,
    /// Width and height of a cell.
    cell: Point,
    /// Columns too narrow for their names carry the numbers of the rows.
    numbered: bool,
    lowest: Option<f64>,
    write: Option<Write>,
}

impl<'a> Grid<'a> {
    fn new(data: &'a Models, top: i32) -> Grid<'a> {
        let size = data.names.len().max(1) as i32;
        let widest = (0..data.names.len()).map(|row| text::width(&data.name(row), LABEL)).max().unwrap_or(0);
        let names = widest.clamp(24, NAMES);
        let width = |x0: i32| ((WIDTH - MARGIN - KEY - x0) / size).clamp(1, 200);
        let plain = MARGIN + names + 10;
        let numbered = widest > width(plain) - 8;
        let x0 = if numbered { plain + 22 } else { plain };
        let y0 = top + 28;
        let cell = (width(x0), ((BOTTOM - y0) / size).clamp(1, 110));
        let mut grid = Grid { data, x0, y0, cell, numbered, lowest: data.lowest(), write: None };
        grid.write = grid.writing();
        grid
    }

    /// The fullest way to write that fits all cells.
    fn writing(&self) -> Option<Write> {
        let most = decimals(self.data);
        let ways = (2..=most).rev().flat_map(|decimals| [false, true].map(|bare| Write { decimals, bare }));
        let size = self.data.names.len();
        let room = self.cell.0 - 3;
        let fits = |write: &Write| {
            (0..size).all(|row| {
                (0..size).all(|column| match self.data.value(row, column) {
                    Some(value) => text::width(&write.number(value), SMALL) <= room,
                    None => true,
                })
            })
        };
        ways.into_iter().find(|write| self.cell.1 >= 13 && fits(write))
    }

    fn corner(&self, row: usize, column: usize) -> Point {
        (self.x0 + self.cell.0 * column as i32, self.y0 + self.cell.1 * row as i32)
    }

    /// The step of the ramp: even between the lowest value and 1.
    fn step(&self, value: f64) -> usize {
        let steps = palette::RAMP.len();
        let Some(lowest) = self.lowest else {
            return steps - 1;
        };
        let share = (value - lowest) / (1.0 - lowest);
        ((share * steps as f64) as usize).min(steps - 1)
    }

    fn heads(&self, canvas: &Canvas) {
        let (width, height) = self.cell;
        let mut free = i32::MIN;
        for row in 0..self.data.names.len() {
            let (x, y) = self.corner(row, row);
            let (x, y) = (x + width / 2, y + height / 2);
            let name = self.data.name(row);
            let head = if self.numbered { (row + 1).to_string() } else { name.clone() };
            let half = text::width(&head, LABEL) / 2 + 2;
            if x - half >= free && x + half <= WIDTH {
                canvas.text((x, self.y0 - 11), &head, LABEL, palette::TEXT, Anchor::Middle);
                free = x + half;
            }
            if height >= 13 {
                let name = text::fit(&name, LABEL, NAMES);
                canvas.text((MARGIN, y), &name, LABEL, palette::TEXT, Anchor::Start);
                if self.numbered {
                    canvas.text((self.x0 - 8, y), &head, LABEL, palette::MUTED, Anchor::End);
                }
            }
        }
    }

    fn cells(&self, canvas: &Canvas) {
        for row in 0..self.data.names.len() {
            for column in 0..self.data.names.len() {
                self.cell(canvas, row, column);
            }
        }
    }

    fn cell(&self, canvas: &Canvas, row: usize, column: usize) {
        let ((x0, y0), (width, height)) = (self.corner(row, column), self.cell);
        let gap = i32::from(width >= 8 && height >= 8);
        let (from, to) = ((x0 + gap, y0 + gap), (x0 + width - gap, y0 + height - gap));
        let middle = (x0 + width / 2, y0 + height / 2);
        let Some(value) = self.data.value(row, column) else {
            if gap > 0 {
                canvas.outline(from, to, 1, palette::GRID);
            }
            if self.write.is_some() {
                canvas.text(middle, "–", SMALL, palette::MUTED, Anchor::Middle);
            }
            return;
        };
        if row == column {
            // A version with itself tells nothing: its cell stays out of the colours.
            canvas.rect(from, to, palette::GRID);
            return;
        }
        let step = self.step(value);
        canvas.rect(from, to, palette::RAMP[step]);
        if let Some(write) = self.write {
            let size = if width >= 48 && height >= 18 { LABEL } else { SMALL };
            canvas.text(middle, &write.number(value), size, palette::on_ramp(step), Anchor::Middle);
        }
    }

    /// What the colours mean, right of the matrix: 1 on top, the lowest value below.
    fn key(&self, canvas: &Canvas) {
        let Some(lowest) = self.lowest else {
            return;
        };
        let x = self.corner(0, self.data.names.len()).0 + 20;
        let (y0, step) = (self.y0 + 2, 16);
        canvas.text((x, self.y0 - 11), "tau-b", LABEL, palette::TEXT, Anchor::Start);
        let write = Write { decimals: decimals(self.data), bare: false };
        for (i, colour) in palette::RAMP.iter().rev().enumerate() {
            let y = y0 + step * i as i32;
            canvas.rect((x, y), (x + 12, y + step), *colour);
        }
        for (share, label) in [(0, 1.0), (5, (1.0 + lowest) / 2.0), (10, lowest)] {
            let at = (x + 18, y0 + step * share);
            canvas.text(at, &write.number(label), SMALL, palette::MUTED, Anchor::Start);
        }
    }
}

#[cfg(test)]
mod tests;
