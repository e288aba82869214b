//! What charts of curves share: how a curve is told from the others, its points and dashes, the
//! names at the ends of curves, and the ticks of a logarithmic axis.

use super::axis::{self, Tick};
use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, WIDTH};
use super::palette::{self, Colour};
use super::place::Area;
use super::{guides, text, value};
use crate::number;

/// From one name to the next, in pixels.
const PITCH: i32 = 15;

/// How a curve looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) line: Colour,
    /// The colour of its name.
    pub(super) ink: Colour,
    pub(super) dashed: bool,
    pub(super) hollow: bool,
}

impl Style {
    pub(super) fn plain((line, ink): (Colour, Colour)) -> Style {
        Style { line, ink, dashed: false, hollow: false }
    }

    /// The curve at a position among those that are not the baseline's: after five the colours
    /// repeat, and hollow points tell them apart.
    pub(super) fn at(position: usize) -> Style {
        Style { hollow: position >= 5, ..Style::plain(palette::series(position)) }
    }
}

/// A curve with its points.
pub(super) fn draw(canvas: &Canvas, points: &[Point], style: Style) {
    match (points.len() > 1, style.dashed) {
        (false, _) => {}
        (true, true) => guides::dashes(canvas, points, 2, style.line),
        (true, false) => canvas.line(points, 2, style.line),
    }
    for point in points {
        canvas.dot(*point, 3, style.line);
        if style.hollow {
            canvas.dot(*point, 2, palette::BACKGROUND);
        }
    }
}

/// The end of a curve with its name.
pub(super) struct End {
    pub(super) at: Point,
    pub(super) name: String,
    pub(super) style: Style,
}

/// Writes the names right of the plot, pushed apart, and tells how many found no room.
pub(super) fn names(canvas: &Canvas, mut ends: Vec<End>, plot: Area) -> usize {
    ends.sort_by_key(|end| end.at.1);
    let spans: Vec<(i32, i32)> = ends.iter().map(|end| (end.at.1, PITCH)).collect();
    let rows = axis::spread(&spans, 0, plot.y0 - 6, plot.y1 + 4);
    let (left, mut free, mut unnamed) = (plot.x1 + 14, i32::MIN, 0);
    for (row, End { at: (x, y), name, style }) in rows.into_iter().zip(ends) {
        if row - PITCH / 2 < free {
            unnamed += 1;
            continue;
        }
        free = row + PITCH / 2;
        if (row - y).abs() > 4 || left - x > 26 {
            canvas.line(&[(x + 5, y), (left - 3, row)], 1, style.line);
        }
        let name = text::fit(&name, LABEL, WIDTH - MARGIN - left);
        canvas.text((left, row), &name, LABEL, style.ink, Anchor::Start);
    }
    unnamed
}

/// What is said of curves whose names found no room; nothing where all did.
pub(super) fn unnamed(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!("{} without room for a name", number::counted(count as u64, "line")),
    }
}

/// At most about `most` ticks of a logarithmic axis between two numbers above zero: 1, 2 and 5
/// times the powers of ten, or else powers of ten; both ends where there is none of these.
pub(super) fn log_ticks(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let [first, last] = [low, high].map(|end| libm::floor(libm::log10(end)).clamp(-330.0, 330.0) as i32);
    let mut ticks: Vec<Tick> = Vec::new();
    let mut powers: Vec<Tick> = Vec::new();
    let stride = (last - first + 1).max(1) as usize / most.max(1) + 1;
    for exponent in first..=last {
        let power = libm::pow(10.0, f64::from(exponent));
        for value in [power, 2.0 * power, 5.0 * power] {
            // A hair of tolerance keeps ends that are such numbers themselves.
            let within = value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9);
            if within && value > 0.0 && value.is_finite() {
                let tick = Tick { value, label: log_label(value, exponent) };
                if value == power && ((exponent - first) as usize).is_multiple_of(stride) {
                    powers.push(tick.clone());
                }
                ticks.push(tick);
            }
        }
    }
    if ticks.is_empty() {
        let label = |end: f64| value::figure(end, if end == end.round() { 0 } else { 2 }, false);
        return [low, high].map(|end| Tick { value: end, label: label(end) }).to_vec();
    }
    if ticks.len() > most && !powers.is_empty() { powers } else { ticks }
}

fn log_label(value: f64, exponent: i32) -> String {
    match exponent {
        0..=6 => number::thousands(value.round() as u64),
        -4..=-1 => format!("{value:.*}", exponent.unsigned_abs() as usize),
        _ => format!("{value:.0e}").replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64) -> Vec<String> {
        log_ticks(low, high, 9).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_of_a_logarithmic_axis_are_round_and_within() {
        assert_eq!(labels(1.0, 100.0), ["1", "2", "5", "10", "20", "50", "100"]);
        assert_eq!(labels(0.05, 2.0), ["0.05", "0.1", "0.2", "0.5", "1", "2"]);
        assert_eq!(labels(1.0, 100_000.0), ["1", "10", "100", "1,000", "10,000", "100,000"]);
        assert_eq!(labels(0.001, 10.0), ["0.001", "0.01", "0.1", "1", "10"]);
        assert_eq!(labels(3.0, 4.0), ["3", "4"]);
        assert_eq!(labels(3.25, 4.0), ["3.25", "4"]);
        assert_eq!(labels(1e7, 5e7), ["1e7", "2e7", "5e7"]);
    }

    #[test]
    fn every_span_above_zero_has_a_few_ticks() {
        for (low, high) in [(1e-300, 1e300), (f64::MIN_POSITIVE, f64::MAX), (1.0, 1.0), (5e-324, 1.0), (1e300, 1e301)] {
            let ticks = log_ticks(low, high, 9);
            assert!((1..=12).contains(&ticks.len()), "{low} to {high}: {}", ticks.len());
            assert!(ticks.iter().all(|tick| tick.value.is_finite() && tick.value > 0.0), "{low} to {high}");
        }
    }

    #[test]
    fn curves_can_be_told_apart() {
        let styles: Vec<Style> = (0..10).map(Style::at).collect();
        for (i, one) in styles.iter().enumerate() {
            assert!(styles[i + 1..].iter().all(|other| one != other), "{i}");
        }
    }
}
