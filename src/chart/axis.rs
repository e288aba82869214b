//! From values to pixels: a linear scale, and ticks at numbers that people count in.

/// A linear map from `low..=high` to pixels; values outside stop at the ends, and what is not a
/// number stands at the low end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: i32,
    to: i32,
}

impl Scale {
    /// Maps `low` to pixel `from` and `high` to pixel `to`. An empty or unbounded range becomes
    /// one of a single unit, so that every value has a place.
    pub(super) fn new(low: f64, high: f64, from: i32, to: i32) -> Scale {
        let low = if low.is_finite() { low } else { 0.0 };
        let high = if high > low && (high - low).is_finite() { high } else { low + 1.0 };
        Scale { low, high, from, to }
    }

    pub(super) fn pixel(&self, value: f64) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        // Both ends are pixels of the picture, so the sum is too.
        self.from + (share * f64::from(self.to - self.from)).round() as i32
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// Round values within the range, about `target` of them, lowest first, with their labels.
    pub(super) fn ticks(&self, target: u32, least_step: f64) -> Vec<Tick> {
        let (step, decimals) = step((self.high - self.low) / f64::from(target), least_step);
        let first = (self.low / step).ceil();
        let mut ticks = Vec::new();
        for i in 0..=2 * target {
            let value = (first + f64::from(i)) * step;
            // A hair of tolerance keeps the upper end when the step is a decimal fraction.
            if value > self.high + step * 1e-9 {
                break;
            }
            let value = value + 0.0;
            ticks.push(Tick { value, label: label(value, decimals) });
        }
        ticks
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    pub(super) label: String,
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `rough` and `least`, with the
/// decimals its multiples need.
fn step(rough: f64, least: f64) -> (f64, usize) {
    let rough = rough.max(least);
    let (mut power, mut inverse, mut decimals) = (1.0_f64, 1.0_f64, 0);
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    while power / inverse > rough && decimals < 12 {
        inverse *= 10.0;
        decimals += 1;
    }
    for factor in [1.0, 2.0, 5.0] {
        let step = factor * power / inverse;
        if step >= rough * (1.0 - 1e-9) {
            return (step, decimals);
        }
    }
    (10.0 * power / inverse, decimals.saturating_sub(1))
}

fn label(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.0e}").replace('-', "−");
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or(whole.to_string(), crate::number::thousands);
    let sign = if value < 0.0 { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Moves centres apart, as little as an even push allows, until spans of the given widths stand
/// `gap` apart within `low..=high`. The order is kept; spans that cannot fit overlap at the end.
pub(super) fn spread(spans: &[(i32, i32)], gap: i32, low: i32, high: i32) -> Vec<i32> {
    let mut centres: Vec<i32> = spans.iter().map(|span| span.0).collect();
    let apart = |i: usize| (spans[i].1 + spans[i + 1].1).div_euclid(2) + gap;
    for _ in 0..64 {
        for i in 0..spans.len().saturating_sub(1) {
            let lacking = apart(i) - (centres[i + 1] - centres[i]);
            if lacking > 0 {
                centres[i] -= lacking / 2;
                centres[i + 1] += lacking - lacking / 2;
            }
        }
        for (centre, span) in centres.iter_mut().zip(spans) {
            let least = low + span.1.div_euclid(2);
            *centre = (*centre).clamp(least, least.max(high - span.1.div_euclid(2)));
        }
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, target: u32, least: f64) -> Vec<String> {
        let ticks = Scale::new(low, high, 0, 100).ticks(target, least);
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(labels(1.0, 100.0, 5, 0.0), ["20", "40", "60", "80", "100"]);
        assert_eq!(labels(0.0, 1.0, 5, 0.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0, 3.0, 5, 1.0), ["0", "1", "2", "3"]);
        assert_eq!(labels(-1.0, 1.0, 2, 0.0), ["−1", "0", "1"]);
        assert_eq!(labels(0.0, 2_000_000.0, 2, 1.0), ["0", "1,000,000", "2,000,000"]);
        assert_eq!(labels(0.0, 0.3, 3, 0.0), ["0.0", "0.1", "0.2", "0.3"]);
    }

    #[test]
    fn every_range_has_a_scale() {
        for (low, high) in [
            (0.0, 0.0),
            (f64::NAN, 1.0),
            (0.0, f64::INFINITY),
            (f64::MIN, f64::MAX),
            (5.0, 1.0),
            (1e300, 1e301),
            (0.0, 1e-300),
            (1e17, 1e17 + 64.0),
        ] {
            let scale = Scale::new(low, high, 10, 90);
            for value in [low, high, 0.0, f64::NAN, f64::INFINITY] {
                assert!((10..=90).contains(&scale.pixel(value)), "{low} {high} {value}");
            }
            assert!(scale.ticks(5, 0.0).len() <= 11, "{low} {high}");
        }
    }

    #[test]
    fn spread_spans_do_not_touch() {
        let centres = spread(&[(50, 40), (50, 40), (52, 40)], 4, 0, 200);
        assert!(centres.windows(2).all(|pair| pair[1] - pair[0] >= 44), "{centres:?}");
        assert!(centres[0] >= 20);
        assert_eq!(spread(&[], 4, 0, 10), Vec::<i32>::new());
        assert_eq!(spread(&[(5, 400)], 4, 0, 10).len(), 1);
    }
}
