//! What several charts share around their marks: the words of a chart on their way to a picture,
//! the grid of the value axis, dashes, and text on cleared ground.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, HEIGHT, LABEL, MARGIN, Point, WIDTH};
use super::palette::{self, Colour};
use super::place::Area;
use super::{Chart, Labels, text};
use crate::number;

/// The words of a chart, before its picture is drawn.
pub(super) struct Story<'a> {
    pub(super) name: &'static str,
    pub(super) caption: &'a str,
    pub(super) title: String,
    /// The numbers that carry the title, for the text alternative; may be empty.
    pub(super) carried: String,
    pub(super) accounts: u64,
}

impl Story<'_> {
    /// The chart with the picture that `draw` makes; it is given the first free row.
    pub(super) fn chart(self, labels: &Labels, draw: impl FnOnce(&Canvas, i32)) -> Chart {
        let description = format!("{} {}", self.title, self.carried).trim_end().to_string();
        let n = format!("n = {}", number::accounts(self.accounts));
        let frame =
            Frame { name: self.name, title: &self.title, description: &description, dataset: labels.dataset, n: &n };
        let svg = canvas::picture(&frame, draw);
        Chart { name: self.name, caption: self.caption.to_string(), description, svg, title: self.title }
    }
}

/// Says in the middle of an empty picture why it is empty.
pub(super) fn nothing(canvas: &Canvas, why: &str) {
    canvas.text((WIDTH / 2, HEIGHT / 2), why, LABEL, palette::MUTED, Anchor::Middle);
}

/// Where a plot can begin so that the labels of its value axis stand at its left.
pub(super) fn room_for(ticks: &[Tick]) -> i32 {
    let widest = ticks.iter().map(|tick| text::width(&tick.label, LABEL)).max().unwrap_or(0);
    MARGIN + widest + 8
}

/// Grid lines of the value axis with their labels. Labels that would touch the one below are
/// left out.
pub(super) fn value_grid(canvas: &Canvas, scale: &Scale, ticks: &[Tick], plot: Area) {
    let mut free = i32::MAX;
    for tick in ticks {
        let y = scale.pixel(tick.value);
        if y < free {
            canvas.horizontal(plot.x0, plot.x1, y, palette::GRID);
            canvas.text((plot.x0 - 8, y), &tick.label, LABEL, palette::MUTED, Anchor::End);
            free = y - 14;
        }
    }
}

/// Ticks of a scale in percent.
pub(super) fn percent_ticks(scale: &Scale) -> Vec<Tick> {
    let mut ticks = scale.ticks(5, 0.0);
    for tick in &mut ticks {
        tick.label.push_str(" %");
    }
    ticks
}

/// A thin line of dashes along points.
pub(super) fn dashed(canvas: &Canvas, points: &[Point], colour: Colour) {
    dashes(canvas, points, 1, colour);
}

/// A line of dashes along points; the dashes are about equally long whatever the slope.
pub(super) fn dashes(canvas: &Canvas, points: &[Point], stroke: u32, colour: Colour) {
    let mut dash: Vec<Point> = Vec::new();
    let mut walked = 0;
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let steps = dx.abs().max(dy.abs());
        for step in 0..steps {
            let at = (pair[0].0 + dx * step / steps, pair[0].1 + dy * step / steps);
            match walked % 9 {
                0 => dash = vec![at],
                5 => {
                    dash.push(at);
                    canvas.line(&dash, stroke, colour);
                    dash.clear();
                }
                // Only bends are worth a point.
                _ if step == 0 && !dash.is_empty() => dash.push(at),
                _ => {}
            }
            walked += 1;
        }
    }
}

/// Text on ground that is cleared for it, so that it can be read across lines.
pub(super) fn chip(canvas: &Canvas, area: Area, text: &str, size: u32, colour: Colour) {
    canvas.rect((area.x0, area.y0), (area.x1, area.y1), palette::BACKGROUND);
    let middle = ((area.x0 + area.x1) / 2, (area.y0 + area.y1) / 2);
    canvas.text(middle, text, size, colour, Anchor::Middle);
}

/// A sum that stops at the greatest count instead of breaking.
pub(super) fn sum(counts: impl IntoIterator<Item = u64>) -> u64 {
    counts.into_iter().fold(0, u64::saturating_add)
}

/// A width as it is, to a thousandth: `1`, `0.25`. One decimal would make other bins of it.
pub(super) fn exact(width: f64) -> String {
    if !(0.001..1e7).contains(&width) {
        return format!("{width:.1e}").replace('-', "−");
    }
    format!("{width:.3}").trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A share from 0 to 1 in percent; a dash for what cannot be a share.
pub(super) fn percent(share: f64) -> String {
    // Sums of weights may miss 1 by a hair.
    number::percent(if (0.0..=1.000_001).contains(&share) { share } else { f64::NAN })
}

/// Moves rows that are in order down, and back up from the end where they would leave, until they
/// stand `pitch` apart; rows that cannot fit leave at the top.
pub(super) fn stack(rows: &mut [i32], pitch: i32, low: i32, high: i32) {
    let mut least = low;
    for row in rows.iter_mut() {
        *row = (*row).max(least);
        least = *row + pitch;
    }
    let mut most = high;
    for row in rows.iter_mut().rev() {
        *row = (*row).min(most);
        most = *row - pitch;
    }
}

/// What a line covers, in small squares.
pub(super) fn along(points: &[Point]) -> Vec<Area> {
    let mut squares = Vec::new();
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let steps = ((dx.abs().max(dy.abs()) + 7) / 8).max(1);
        for step in 0..=steps {
            let (x, y) = (pair[0].0 + dx * step / steps, pair[0].1 + dy * step / steps);
            squares.push(Area { x0: x - 5, y0: y - 5, x1: x + 5, y1: y + 5 });
        }
    }
    squares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacked_rows_stand_apart_and_inside() {
        for (mut rows, expected) in [
            (vec![10, 12, 90], vec![10, 20, 90]),
            (vec![95, 97, 99], vec![80, 90, 100]),
            (vec![-5, 50], vec![0, 50]),
            (vec![], vec![]),
        ] {
            stack(&mut rows, 10, 0, 100);
            assert_eq!(rows, expected);
        }
    }

    #[test]
    fn widths_keep_their_digits() {
        for (width, words) in
            [(1.0, "1"), (0.25, "0.25"), (10.0, "10"), (1.2, "1.2"), (1e-9, "1.0e−9"), (1e300, "1.0e300")]
        {
            assert_eq!(exact(width), words);
        }
    }

    #[test]
    fn what_cannot_be_a_share_is_a_dash() {
        for (share, words) in [(0.074, "7.4 %"), (1.0 + 1e-12, "100.0 %"), (1.1, "–"), (-0.1, "–"), (f64::NAN, "–")]
        {
            assert_eq!(percent(share), words);
        }
    }

    #[test]
    fn squares_follow_a_line_without_gaps() {
        let squares = along(&[(0, 0), (40, 0), (40, 30)]);
        assert!(squares.windows(2).all(|pair| pair[0].overlaps(&pair[1])), "{squares:?}");
        assert!(along(&[(3, 3)]).is_empty());
    }
}
