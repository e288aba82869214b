//! Words that the parts of this report share: figures, disturbances, prices, and names in short.

use crate::number::{percent, plain, thousands, two_decimals};
use crate::stability::Spread;
use crate::stability::findings::Disturbance;
use crate::stats::estimate::Estimate;
use crate::stats::grid::snap;

/// Names that are told before the rest is counted.
const NAMED: usize = 8;

/// A mean, and what nine draws in ten lie between; the one alone where nothing is drawn.
pub(super) fn spread(spread: &Spread, show: fn(f64) -> String) -> String {
    if spread.low == spread.high {
        return show(spread.mean);
    }
    format!("{} [{}, {}]", show(spread.mean), show(spread.low), show(spread.high))
}

/// A share with its interval, where it has one.
pub(super) fn estimate(estimate: &Estimate) -> String {
    match estimate.bounds() {
        Some(bounds) => {
            format!("{} [{}, {}]", percent(estimate.point()), percent(bounds.lower), percent(bounds.upper))
        }
        None => percent(estimate.point()),
    }
}

/// A place: whole, or to a tenth.
pub(super) fn place(value: f64) -> String {
    let tenths = (value * 10.0).round() as u64;
    match tenths % 10 {
        0 => thousands(tenths / 10),
        tenth => format!("{}.{tenth}", thousands(tenths / 10)),
    }
}

/// A number of places or points, with two decimals.
pub(super) fn places(value: f64) -> String {
    two_decimals(value, false)
}

pub(super) fn signed(value: f64) -> String {
    format!("{}{}", if value > 0.0 { "+" } else { "" }, plain(value))
}

/// A raw cell, or another number of any size.
pub(super) fn cell(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) {
        return thousands(value as u64);
    }
    snap(value).to_string().replace('-', "−")
}

/// A disturbance in words.
pub(super) fn disturbance(disturbance: &Disturbance) -> String {
    match disturbance {
        Disturbance::Noise(level) => format!("noise of {}", percent(*level)),
        Disturbance::Digits(1) => "rounding to 1 digit".to_string(),
        Disturbance::Digits(digits) => format!("rounding to {digits} digits"),
        Disturbance::Missing(share) => format!("{} of the cells missing", percent(*share)),
        Disturbance::Outage(network) => format!("{network} out"),
        Disturbance::Stale(share) => format!("{} of the accounts a snapshot old", percent(*share)),
    }
}

/// An amount of a currency: `10`, `0.30`.
pub(super) fn amount(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) { thousands(value as u64) } else { places(value) }
}

/// A cost with its currency, which may also say who says so: `10 dollars (our assumption)`.
pub(super) fn price(cost: f64, currency: &str) -> String {
    match currency.split_once(", ") {
        Some((unit, remark)) => format!("{} {unit} ({remark})", amount(cost)),
        None => format!("{} {currency}", amount(cost)),
    }
}

/// Names in their order; of many the first few.
pub(super) fn named(names: &[String]) -> String {
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED => format!("{} and {} more", first.join(", "), names.len() - NAMED),
        _ => names.join(", "),
    }
}

/// What something has not, by the reason: `a, b: the reason`.
pub(super) fn by_reason<'a>(all: impl Iterator<Item = (String, &'a str)>) -> Vec<String> {
    let mut grouped: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, reason) in all {
        match grouped.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(name),
            None => grouped.push((reason, vec![name])),
        }
    }
    grouped.iter().map(|(reason, names)| format!("{}: {reason}", named(names))).collect()
}

/// A clause with a capital in front.
pub(super) fn capital(clause: &str) -> String {
    let mut characters = clause.chars();
    let first = characters.next().map(|character| character.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_cells_and_prices_in_words() {
        for (value, expected) in [(1.0, "1"), (5.025, "5"), (1981.5, "1,981.5"), (12_345.0, "12,345")] {
            assert_eq!(place(value), expected);
        }
        for (value, expected) in [(1_200.0, "1,200"), (0.1 + 0.2, "0.3"), (-2.5, "−2.5"), (-3.0, "−3")] {
            assert_eq!(cell(value), expected);
        }
        assert_eq!(price(10.0, "dollars, our assumption"), "10 dollars (our assumption)");
        assert_eq!(price(0.3, "dollars"), "0.30 dollars");
    }

    #[test]
    fn names_of_one_reason_stand_together_and_many_are_counted() {
        let all = (0..10).map(|at| (format!("s{at}"), if at == 3 { "it is odd" } else { "it is fixed" }));
        assert_eq!(by_reason(all), ["s0, s1, s2, s4, s5, s6, s7, s8 and 1 more: it is fixed", "s3: it is odd"]);
        assert_eq!(capital("other weights"), "Other weights");
    }
}
