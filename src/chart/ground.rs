//! The ground that figures stand on: the span of an axis, grid lines with their labels, and what
//! a picture says when there is nothing to draw.

use super::axis::{Scale, Tick};
use super::canvas::{Anchor, Canvas, HEIGHT, LABEL, WIDTH};
use super::{palette, text};

/// The lowest and the highest of the numbers among `values`, a little widened; an axis of one
/// unit where they do not differ.
pub(super) fn span(values: impl IntoIterator<Item = f64>) -> [f64; 2] {
    let known = values.into_iter().filter(|value| value.is_finite());
    let (low, high) =
        known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    match high - low {
        width if width > 0.0 && width.is_finite() => [low - width * 0.06, high + width * 0.06],
        0.0 => [low - 0.5, high + 0.5],
        _ => [0.0, 1.0],
    }
}

/// Grid lines of an axis that runs to the right, with labels below `bottom`.
pub(super) fn upright(canvas: &Canvas, scale: &Scale, ticks: &[Tick], (top, bottom): (i32, i32)) {
    let mut free = i32::MIN;
    for tick in ticks {
        let x = scale.pixel(tick.value);
        canvas.vertical(x, top, bottom, palette::GRID);
        let half = text::width(&tick.label, LABEL) / 2 + 1;
        if x - half > free && x + half < WIDTH {
            canvas.text((x, bottom + 13), &tick.label, LABEL, palette::MUTED, Anchor::Middle);
            free = x + half + 6;
        }
    }
}

/// Grid lines of an axis that runs upwards, with labels left of `left`.
pub(super) fn level(canvas: &Canvas, scale: &Scale, ticks: &[Tick], (left, right): (i32, i32)) {
    let mut free = i32::MAX;
    for tick in ticks {
        let y = scale.pixel(tick.value);
        canvas.horizontal(left, right, y, palette::GRID);
        if y + 8 < free {
            canvas.text((left - 8, y), &tick.label, LABEL, palette::MUTED, Anchor::End);
            free = y - 8;
        }
    }
}

/// The height of each of `count` rows between `top` and `bottom`, and where the first begins: few
/// rows stand a third down the room that they leave.
pub(super) fn rows(count: usize, (top, bottom): (i32, i32), (lowest, highest): (i32, i32)) -> (i32, i32) {
    let count = i32::try_from(count).unwrap_or(i32::MAX).max(1);
    let pitch = ((bottom - top) / count).clamp(lowest, highest);
    let left = bottom - top - pitch.saturating_mul(count);
    (pitch, top + left.max(0) / 3)
}

/// The widest label of an axis in pixels.
pub(super) fn widest(ticks: &[Tick]) -> i32 {
    ticks.iter().map(|tick| text::width(&tick.label, LABEL)).max().unwrap_or(0)
}

/// The same ticks with a unit behind each label.
pub(super) fn in_unit(mut ticks: Vec<Tick>, unit: &str) -> Vec<Tick> {
    for tick in &mut ticks {
        tick.label.push_str(unit);
    }
    ticks
}

/// Says in the middle of the picture that there is nothing to draw.
pub(super) fn bare(canvas: &Canvas, why: &str) {
    canvas.text((WIDTH / 2, HEIGHT / 2), why, LABEL, palette::MUTED, Anchor::Middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_stand_a_little_down() {
        assert_eq!(rows(10, (100, 400), (15, 60)), (30, 100));
        assert_eq!(rows(1, (100, 400), (15, 60)), (60, 180));
        assert_eq!(rows(0, (100, 400), (15, 60)), (60, 180));
        assert_eq!(rows(usize::MAX, (100, 400), (15, 60)), (15, 100));
    }

    #[test]
    fn every_set_of_numbers_has_a_span() {
        assert_eq!(span([0.0, 100.0, f64::NAN]), [-6.0, 106.0]);
        assert_eq!(span([3.0, 3.0]), [2.5, 3.5]);
        for values in [vec![], vec![f64::NAN], vec![f64::INFINITY], vec![f64::MIN, f64::MAX]] {
            assert_eq!(span(values), [0.0, 1.0]);
        }
    }
}
