//! Names and ratios as people say them who have never seen a model file.

use crate::number::percent;
use crate::report::cut;

/// Characters of a text from data that stand in a sentence.
const LONGEST: usize = 120;
/// Things that a sentence lists one by one.
const LISTED: usize = 8;

/// A part of the score: `unique retweeters on Twitter`.
pub fn part(network: &str, factor: &str) -> String {
    let own = factor.strip_prefix(network).and_then(|rest| rest.strip_prefix('-')).unwrap_or(factor);
    format!("{} on {}", spaced(own), place(network))
}

/// A network: `Google Plus`.
pub fn place(network: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    spaced(network).split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

fn spaced(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// A text from data, in quotation marks.
pub fn quoted(text: &str) -> String {
    format!("“{}”", cut(text.trim(), LONGEST))
}

/// `a, b and 3 more`.
pub fn listed(items: &[String]) -> String {
    let shown = items.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A sentence begins with a capital.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().to_string() + letters.as_str())
}

/// Ratios that have words of their own.
const RATIOS: [(f64, &str); 25] = [
    (0.1, "a tenth as much weight as before"),
    (0.2, "a fifth as much weight as before"),
    (0.25, "a quarter as much weight as before"),
    (0.3, "three tenths as much weight as before"),
    (1.0 / 3.0, "a third as much weight as before"),
    (0.4, "two fifths as much weight as before"),
    (0.5, "half as much weight as before"),
    (0.6, "two fifths less weight than before"),
    (2.0 / 3.0, "a third less weight than before"),
    (0.7, "three tenths less weight than before"),
    (0.75, "a quarter less weight than before"),
    (0.8, "a fifth less weight than before"),
    (0.9, "a tenth less weight than before"),
    (1.1, "a tenth more weight than before"),
    (1.2, "a fifth more weight than before"),
    (1.25, "a quarter more weight than before"),
    (4.0 / 3.0, "a third more weight than before"),
    (1.5, "one and a half times as much weight as before"),
    (2.0, "twice as much weight as before"),
    (3.0, "three times as much weight as before"),
    (4.0, "four times as much weight as before"),
    (5.0, "five times as much weight as before"),
    (6.0, "six times as much weight as before"),
    (8.0, "eight times as much weight as before"),
    (10.0, "ten times as much weight as before"),
];

/// What became of a weight. Words stand for the ratio itself alone; others are told in per cent.
pub fn ratio([before, after]: [f64; 2]) -> String {
    if after == 0.0 {
        return "no weight any more".to_string();
    }
    if before == 0.0 {
        return "a weight for the first time".to_string();
    }
    let ratio = after / before;
    if let Some((_, words)) = RATIOS.iter().find(|(known, _)| (ratio - known).abs() < 1e-9) {
        return (*words).to_string();
    }
    if ratio < 0.5 {
        format!("{} as much weight as before", short_percent(ratio))
    } else if ratio < 1.0 {
        format!("{} less weight than before", short_percent(1.0 - ratio))
    } else if ratio < 2.0 {
        format!("{} more weight than before", short_percent(ratio - 1.0))
    } else {
        format!("{ratio:.1} times as much weight as before")
    }
}

/// Per cent without a needless decimal; the signs of comparison as words.
pub fn short_percent(share: f64) -> String {
    let text = percent(share).replace(".0 %", " %");
    text.replacen('<', "less than ", 1).replacen('>', "more than ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_read_as_people_say_them() {
        assert_eq!(part("twitter", "twitter-unique-retweeters"), "unique retweeters on Twitter");
        assert_eq!(part("google-plus", "plus-ones"), "plus ones on Google Plus");
        assert_eq!(part("twitter", "twitter"), "twitter on Twitter");
        assert_eq!(part("n", "x"), "x on N");
    }

    #[test]
    fn words_stand_for_their_ratio_alone() {
        for (sides, expected) in [
            ([3.0, 2.7], "a tenth less weight than before"),
            ([3.0, 1.5], "half as much weight as before"),
            ([2.0, 2.2], "a tenth more weight than before"),
            ([1.5, 6.0], "four times as much weight as before"),
            ([2.0, 0.3], "15 % as much weight as before"),
            ([3.0, 2.69], "10.3 % less weight than before"),
            ([1.0, 1.000_001], "less than 0.1 % more weight than before"),
            ([1.0, 2.55], "2.5 times as much weight as before"),
            ([1.0, 0.0], "no weight any more"),
            ([0.0, 1.0], "a weight for the first time"),
        ] {
            assert_eq!(ratio(sides), expected, "{sides:?}");
        }
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let items: Vec<String> = (0..10).map(|at| at.to_string()).collect();
        assert_eq!(listed(&items), "0, 1, 2, 3, 4, 5, 6, 7 and 2 more");
        assert_eq!(listed(&items[..2]), "0, 1");
    }
}
