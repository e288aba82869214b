//! An estimate with its interval: what of it can be drawn, how many digits it carries, and the
//! words for it.

use super::text;
use crate::number;

/// An estimate, with the interval around it where one was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    pub point: f64,
    /// Lower and upper end.
    pub interval: Option<[f64; 2]>,
}

impl Value {
    /// The part that is a number: nothing without a point, no interval without both of its ends.
    pub(super) fn known(&self) -> Option<Value> {
        let interval = self.interval.filter(|ends| ends.iter().all(|end| end.is_finite()));
        let interval = interval.map(|[one, other]| [one.min(other), one.max(other)]);
        self.point.is_finite().then_some(Value { point: self.point, interval })
    }

    /// Both ends of the interval, or the point twice.
    pub(super) fn ends(&self) -> [f64; 2] {
        self.interval.unwrap_or([self.point; 2])
    }

    /// `+0.031 (0.012 to 0.050)`.
    pub(super) fn words(&self, decimals: usize) -> String {
        let point = figure(self.point, decimals, true);
        match self.interval {
            Some(ends) => {
                let [from, to] = ends.map(|end| figure(end, decimals, false));
                format!("{point} ({from} to {to})")
            }
            None => point,
        }
    }
}

/// The decimals that these estimates carry, for a column where all have as many: a fifth of the
/// middle interval can still be told, or, where there is none, a hundredth of the largest value;
/// points and percentages then have one at most.
pub(super) fn decimals<'a>(values: impl IntoIterator<Item = &'a Value>, unit: &str) -> usize {
    let (mut widths, mut largest) = (Vec::new(), 0.0_f64);
    for value in values.into_iter().filter_map(Value::known) {
        let [from, to] = value.ends();
        if to > from {
            widths.push(to - from);
        }
        largest = largest.max(value.point.abs());
    }
    widths.sort_by(f64::total_cmp);
    let told = widths.get(widths.len() / 2).map_or(largest / 100.0, |width| width / 5.0);
    let most = if widths.is_empty() && matches!(unit, "points" | "%") { 1 } else { 4 };
    let (mut step, mut decimals) = (1.0, 0);
    while told > 0.0 && step > told && decimals < most {
        step /= 10.0;
        decimals += 1;
    }
    decimals
}

/// A number with the given decimals, thousands separated, with its sign where `signed`. What is
/// not zero is never shown as zero.
pub(super) fn figure(value: f64, decimals: usize, signed: bool) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    if value.abs() >= 1e7 {
        return if signed { number::change(value) } else { number::points(value) };
    }
    let mut text = format!("{:.decimals$}", value.abs());
    if value != 0.0 && !text.contains(|c: char| matches!(c, '1'..='9')) {
        text.pop();
        return if value < 0.0 { format!(">−{text}1") } else { format!("<{text}1") };
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or(whole.to_string(), number::thousands);
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = match value {
        _ if value < 0.0 => "−",
        _ if signed && value > 0.0 => "+",
        _ => "",
    };
    format!("{sign}{whole}{point}{fraction}")
}

/// What a figure is called and its unit, which stands behind the last comma:
/// `mean shift, points`.
pub(super) fn name_and_unit(raw: &str) -> (String, String) {
    let cleaned = text::name(raw, text::FIGURE);
    match cleaned.rsplit_once(", ") {
        Some((name, unit)) if !name.is_empty() => (name.to_string(), unit.to_string()),
        _ => (cleaned, String::new()),
    }
}

/// A number with its unit, where it has one.
pub(super) fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_string() } else { format!("{number} {unit}") }
}

/// The sentence of a caption that says what the marks of intervals are; nothing without them.
pub(super) fn level_words(marks: &str, level: Option<f64>, drawn: bool) -> String {
    let level = level.filter(|level| *level > 0.0 && *level < 1.0);
    match (drawn, level) {
        (false, _) => String::new(),
        (true, Some(level)) => format!(" {marks} are {} % intervals.", number::short(level * 100.0)),
        (true, None) => format!(" {marks} are intervals; their level was not stated."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(point: f64, from: f64, to: f64) -> Value {
        Value { point, interval: Some([from, to]) }
    }

    #[test]
    fn only_numbers_are_known() {
        assert_eq!(value(f64::NAN, 0.0, 1.0).known(), None);
        assert_eq!(value(1.0, f64::NAN, 1.0).known(), Some(Value { point: 1.0, interval: None }));
        assert_eq!(value(1.0, 2.0, 0.0).known(), Some(value(1.0, 0.0, 2.0)));
    }

    #[test]
    fn digits_follow_the_interval() {
        for (values, expected) in [
            (vec![value(0.023, 0.012, 0.034)], 3),
            (vec![value(-2.0, -2.5, -1.5)], 1),
            (vec![value(-2.0, -2.5, -1.5), value(9.0, 8.99, 9.01)], 1),
            (vec![Value { point: -2.31, interval: None }], 2),
            (vec![Value { point: 431.0, interval: None }], 0),
            (vec![Value { point: 1e-9, interval: None }], 4),
            (vec![Value { point: 0.0, interval: None }], 0),
            (vec![], 0),
        ] {
            assert_eq!(decimals(&values, ""), expected, "{values:?}");
        }
    }

    #[test]
    fn bare_points_have_one_decimal() {
        let bare = |point| Value { point, interval: None };
        assert_eq!(decimals(&[bare(2.31)], "points"), 1);
        assert_eq!(decimals(&[bare(431.0)], "%"), 0);
        assert_eq!(decimals(&[value(0.023, 0.012, 0.034)], "points"), 3);
    }

    #[test]
    fn figures_are_zero_only_when_they_are() {
        for (value, decimals, plain, signed) in [
            (1.5, 1, "1.5", "+1.5"),
            (-1234.56, 1, "−1,234.6", "−1,234.6"),
            (0.001, 2, "<0.01", "<0.01"),
            (-0.001, 2, ">−0.01", ">−0.01"),
            (0.2, 0, "<1", "<1"),
            (0.0, 2, "0.00", "0.00"),
            (-0.0, 0, "0", "0"),
            (1e300, 2, "1.0e300", "+1.0e300"),
            (f64::NAN, 2, "–", "–"),
        ] {
            assert_eq!([figure(value, decimals, false), figure(value, decimals, true)], [plain, signed]);
        }
        assert_eq!(value(0.031, -0.012, 0.05).words(3), "+0.031 (−0.012 to 0.050)");
    }

    #[test]
    fn units_and_levels_are_told_where_there_are_any() {
        let both = |raw| name_and_unit(raw);
        assert_eq!(both("mean shift, points"), ("mean shift".to_string(), "points".to_string()));
        assert_eq!(both("AUC"), ("AUC".to_string(), String::new()));
        assert_eq!(with_unit("1", ""), "1");
        assert_eq!(level_words("Bars", Some(0.95), true), " Bars are 95 % intervals.");
        assert_eq!(level_words("Bars", Some(f64::NAN), true), " Bars are intervals; their level was not stated.");
        assert_eq!(level_words("Bars", Some(0.95), false), "");
    }
}
