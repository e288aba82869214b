//! Density of a score against another: cells coloured by count on a logarithmic scale, and the
//! key to the colours.

use crate::number;
use std::collections::BTreeMap;

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::place::Area;
use super::{palette, text};
use crate::compare::findings::Agreement;

/// More cells than this along an axis are drawn together: they would be finer than the pixels
/// that a reader can tell apart, and the document would grow without showing more.
const FINEST: u32 = 120;

/// The first step of the ramp in use: a cell of one account has to be seen on the bare ground.
const PALEST: usize = 1;
/// Below this count in the fullest cell, the key lists each count.
const FEW: u64 = 10;

pub(super) struct Density {
    x: Scale,
    y: Scale,
    /// Accounts by (column, row) after drawing fine cells together.
    cells: BTreeMap<(u32, u32), u64>,
    /// Points of score per drawn cell, and where the first one begins.
    width: f64,
    low: f64,
    /// Accounts in the fullest cell.
    most: u64,
}

impl Density {
    pub(super) fn new(data: &Agreement, x: Scale, y: Scale) -> Density {
        let fold = data.cells.max(1).div_ceil(FINEST);
        let mut cells: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for cell in &data.counts {
            let inside = cell.baseline.max(cell.candidate) < data.cells;
            if inside && cell.count > 0 {
                let count = cells.entry((cell.baseline / fold, cell.candidate / fold)).or_default();
                *count = count.saturating_add(cell.count);
            }
        }
        Density {
            x,
            y,
            most: cells.values().copied().max().unwrap_or(0),
            width: (data.high - data.low) / f64::from(data.cells.max(1)) * f64::from(fold),
            low: data.low,
            cells,
        }
    }

    /// Neighbouring cells of one colour in a row become one rectangle.
    pub(super) fn draw(&self, canvas: &Canvas) {
        let mut rows: BTreeMap<u32, Vec<(u32, u32, usize)>> = BTreeMap::new();
        for ((column, row), count) in &self.cells {
            let step = ramp_step(*count, self.most);
            let runs = rows.entry(*row).or_default();
            match runs.last_mut() {
                Some(run) if run.1 == *column && run.2 == step => run.1 += 1,
                _ => runs.push((*column, *column + 1, step)),
            }
        }
        for (row, runs) in rows {
            for (first, end, step) in runs {
                let area = self.cell_area(first, end, row);
                canvas.rect((area.x0, area.y0), (area.x1, area.y1), palette::RAMP[step]);
            }
        }
    }

    fn cell_area(&self, first: u32, end: u32, row: u32) -> Area {
        let edge = |i: u32| self.low + self.width * f64::from(i);
        let (x0, x1) = (self.x.pixel(edge(first)), self.x.pixel(edge(end)));
        let (y0, y1) = (self.y.pixel(edge(row + 1)), self.y.pixel(edge(row)));
        // A cell is never thinner than a pixel.
        Area { x0, y0: y0.min(y1 - 1), x1: x1.max(x0 + 1), y1 }
    }

    /// The ground that the cells cover.
    pub(super) fn areas(&self) -> Vec<Area> {
        self.cells.keys().map(|(column, row)| self.cell_area(*column, *column + 1, *row)).collect()
    }

    /// What the colours mean, from the given point down; gives the first free row below.
    pub(super) fn key(&self, canvas: &Canvas, (x, y): Point) -> i32 {
        if self.most == 0 {
            return y;
        }
        let y = y + 6;
        let unit = number::short(self.width);
        let title = format!("accounts per cell of {unit} × {unit} points");
        let title = text::fit(&title, LABEL, WIDTH - MARGIN - x);
        canvas.text((x, y), &title, LABEL, palette::TEXT, Anchor::Start);
        let (y0, y1, step_width) = (y + 11, y + 23, 24);
        if self.most < FEW {
            for (left, count) in (x..).step_by(step_width as usize).zip(1..=self.most) {
                let fill = palette::RAMP[ramp_step(count, self.most)];
                canvas.rect((left, y0), (left + step_width, y1), fill);
                let (at, label) = ((left + step_width / 2, y1 + 9), count.to_string());
                canvas.text(at, &label, SMALL, palette::MUTED, Anchor::Middle);
            }
            return y1 + 18;
        }
        let mut length = 0;
        for colour in &palette::RAMP[PALEST..] {
            let left = x + length;
            canvas.rect((left, y0), (left + step_width, y1), *colour);
            length += step_width;
        }
        let place = |count: u64| x + (log_share(count, self.most) * f64::from(length)) as i32;
        let last = number::thousands(self.most);
        let mut free = x;
        let end = x + length - text::width(&last, SMALL);
        let at = (x + length, y1 + 9);
        canvas.text(at, &last, SMALL, palette::MUTED, Anchor::End);
        let mut count: u64 = 1;
        while count < self.most {
            let label = number::thousands(count);
            let width = text::width(&label, SMALL);
            let left = (place(count) - width / 2).max(x);
            if left >= free && left + width + 6 <= end {
                canvas.text((left, y1 + 9), &label, SMALL, palette::MUTED, Anchor::Start);
                free = left + width + 8;
            }
            count = count.saturating_mul(10);
        }
        y1 + 18
    }
}

/// Where a count stands on the logarithmic scale from 1 to `most`, 0 to 1.
fn log_share(count: u64, most: u64) -> f64 {
    if most <= 1 {
        return 0.0;
    }
    // Counts beyond 2^53 lose digits that a logarithm does not show.
    libm::log(count.max(1) as f64) / libm::log(most as f64)
}

/// The step of the ramp for a count; where no cell holds many, the palest steps are left out.
fn ramp_step(count: u64, most: u64) -> usize {
    let palest = if most < FEW { 4 } else { PALEST };
    let steps = palette::RAMP.len() - palest;
    palest + ((log_share(count, most) * steps as f64) as usize).min(steps - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::agreement;

    #[test]
    fn fine_cells_are_drawn_together() {
        let scale = Scale::new(0.0, 100.0, 0, 360);
        let density = Density::new(&agreement(500, 400, 1, "a"), scale, scale);
        assert_eq!((density.width, density.cells.values().sum::<u64>()), (1.0, 500));
        assert!(density.cells.keys().all(|(column, row)| column.max(row) < &100));
    }

    #[test]
    fn ramp_steps_rise_with_the_count() {
        for most in [1, 2, 9, 10, 1_000, u64::MAX] {
            let mut last = 0;
            for count in [1, 2, 5, 9, 10, 100, 1_000, 1 << 40, u64::MAX] {
                let step = ramp_step(count.min(most), most);
                assert!(step >= last && step <= 9, "{count} of {most}");
                last = step;
            }
            assert!(most == 1 || last == 9);
        }
    }
}
