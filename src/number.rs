//! Numbers as words: thousands separated, units beside them, no more digits than carry meaning.

/// `1,234,567`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1,234,567` in at most five characters: `1.23M`. Cut, not rounded, so that it never claims
/// accounts which are not there.
pub fn compact(count: u64) -> String {
    with_unit(count, 3)
}

/// `1,234,567` in at most four characters: `1.2M`; cut like [`compact`].
pub fn tight(count: u64) -> String {
    with_unit(count, 2)
}

fn with_unit(count: u64, digits: usize) -> String {
    let units = [
        (1_000_000_000_000_000_000, "E"),
        (1_000_000_000_000_000, "P"),
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "k"),
    ];
    let Some((unit, sign)) = units.into_iter().find(|(unit, _)| count >= *unit) else {
        return count.to_string();
    };
    let whole = (count / unit).to_string();
    let fraction = format!("{:03}", count % unit / (unit / 1000));
    match digits.saturating_sub(whole.len()) {
        0 => format!("{whole}{sign}"),
        kept => format!("{whole}.{}{sign}", &fraction[..kept]),
    }
}

/// `5,000 accounts`, `1 account`.
pub fn accounts(count: u64) -> String {
    counted(count, "account")
}

/// A count with its noun, which takes an s unless it is one: `1 row`, `2,000 rows`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// `7.4 %`. A part that is neither nothing nor all is never shown as 0 % or 100 %; a share of
/// nothing is a dash.
pub fn share(part: u64, whole: u64) -> String {
    share_with(part, whole, 10)
}

/// [`share`] in whole per cent, for narrow places.
pub fn whole_share(part: u64, whole: u64) -> String {
    share_with(part, whole, 1)
}

/// [`whole_share`] without its sign, for places that say elsewhere what they count.
pub fn bare_share(part: u64, whole: u64) -> String {
    let text = whole_share(part, whole);
    text.strip_suffix(" %").map_or(text.clone(), str::to_string)
}

fn share_with(part: u64, whole: u64, steps_per_cent: u128) -> String {
    if whole == 0 {
        return "–".to_string();
    }
    let full = 100 * steps_per_cent;
    let (part, whole) = (u128::from(part), u128::from(whole));
    let steps = (part * full * 2 + whole) / (whole * 2);
    let write = |steps: u128| match steps_per_cent {
        1 => format!("{steps} %"),
        _ => format!("{}.{} %", steps / steps_per_cent, steps % steps_per_cent),
    };
    if part == 0 || part == whole {
        format!("{} %", part / whole * 100)
    } else if steps == 0 {
        format!("<{}", write(1))
    } else if steps >= full && part < whole {
        format!(">{}", write(full - 1))
    } else {
        write(steps)
    }
}

/// Points with one decimal: `31.4`; a dash when there is no number.
pub fn points(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    if value.abs() >= 1e7 {
        return format!("{value:.1e}").replace('-', "−");
    }
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_string() } else { text.replace('-', "−") }
}

/// [`points`] without a needless decimal: `20`, `2.5`.
pub fn short(value: f64) -> String {
    let text = points(value);
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

/// A change in points with its sign: `−31.4`, `+2.0`, `0.0`.
pub fn change(value: f64) -> String {
    let text = points(value);
    if value > 0.0 && text != "0.0" && text != "–" { format!("+{text}") } else { text }
}

/// The size of a difference in words: `31.4 points`, `less than 0.1 points`.
pub fn distance(value: f64) -> String {
    let text = points(value.abs());
    if text == "0.0" && value != 0.0 { "less than 0.1 points".to_string() } else { format!("{text} points") }
}

/// A correlation or another plain number with four decimals. What is not 1 is never shown as 1,
/// and what is not 0 never as 0.
pub fn plain(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let text = format!("{:.4}", value.abs());
    let text = match text.as_str() {
        "1.0000" if value.abs() < 1.0 => ">0.9999".to_string(),
        "1.0000" if value.abs() > 1.0 => ">1.0000".to_string(),
        "0.0000" if value != 0.0 => "<0.0001".to_string(),
        _ => text,
    };
    match (value < 0.0, text.strip_prefix('>'), text.strip_prefix('<')) {
        (false, _, _) => text,
        // Below zero the signs of comparison turn round.
        (true, Some(size), _) => format!("<−{size}"),
        (true, _, Some(size)) => format!(">−{size}"),
        (true, None, None) => format!("−{text}"),
    }
}

/// A size of 0 or more, such as a count, places or days: a whole one without decimals.
pub fn amount(value: f64) -> String {
    // Below 2^53 every whole number is exact.
    if value.fract() == 0.0 && (0.0..9e15).contains(&value) {
        thousands(value as u64)
    } else {
        two_decimals(value, false)
    }
}

/// A number of points or ranks with two decimals, and its sign where `signed`.
pub fn two_decimals(value: f64, signed: bool) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let text = format!("{:.2}", value.abs());
    match (text.as_str(), value < 0.0) {
        ("0.00", _) if value == 0.0 => text,
        ("0.00", true) if signed => ">−0.01".to_string(),
        ("0.00", _) => "<0.01".to_string(),
        (_, true) => format!("−{text}"),
        (_, false) if signed => format!("+{text}"),
        _ => text,
    }
}

/// A share from -1 to 1 in percent with one decimal; never shown as 0 % or 100 % unless it is.
pub fn percent(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    let size = value.abs();
    let text = format!("{:.1}", size * 100.0);
    let sign = if value < 0.0 { "−" } else { "" };
    match text.as_str() {
        "0.0" if size == 0.0 => "0 %".to_string(),
        "0.0" if value < 0.0 => ">−0.1 %".to_string(),
        "0.0" => "<0.1 %".to_string(),
        "100.0" if size == 1.0 => format!("{sign}100 %"),
        "100.0" if size < 1.0 && value < 0.0 => "<−99.9 %".to_string(),
        "100.0" if size < 1.0 => ">99.9 %".to_string(),
        _ => format!("{sign}{text} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        for (count, full, short, shortest) in [
            (0, "0", "0", "0"),
            (999, "999", "999", "999"),
            (1_000, "1,000", "1.00k", "1.0k"),
            (12_345, "12,345", "12.3k", "12k"),
            (999_999, "999,999", "999k", "999k"),
            (1_034_567, "1,034,567", "1.03M", "1.0M"),
            (u64::MAX, "18,446,744,073,709,551,615", "18.4E", "18E"),
        ] {
            assert_eq!([thousands(count), compact(count), tight(count)], [full, short, shortest]);
        }
        assert_eq!(bare_share(1, 1000), "<1");
        assert_eq!((accounts(1), accounts(2)), ("1 account".into(), "2 accounts".into()));
    }

    #[test]
    fn shares_reach_nothing_and_all_only_when_they_are() {
        for (part, whole, expected, narrow) in [
            (0, 7, "0 %", "0 %"),
            (7, 7, "100 %", "100 %"),
            (1, 0, "–", "–"),
            (1, 1_000_000, "<0.1 %", "<1 %"),
            (999_999, 1_000_000, ">99.9 %", ">99 %"),
            (74, 1000, "7.4 %", "7 %"),
            (995, 1000, "99.5 %", ">99 %"),
            (1, 3, "33.3 %", "33 %"),
            (u64::MAX - 1, u64::MAX, ">99.9 %", ">99 %"),
        ] {
            assert_eq!(share(part, whole), expected);
            assert_eq!(whole_share(part, whole), narrow);
        }
    }

    #[test]
    fn amounts_are_whole_where_they_are() {
        let shown = [0.0, 1.0, 5_010.0, 1.5, 0.001, f64::NAN].map(amount);
        assert_eq!(shown, ["0", "1", "5,010", "1.50", "<0.01", "–"]);
    }

    #[test]
    fn plain_values_reach_one_and_zero_only_when_they_do() {
        for (value, plain_text, percent_text, points_text) in [
            (1.0, "1.0000", "100 %", "+1.00"),
            (0.999_999, ">0.9999", ">99.9 %", "+1.00"),
            (0.123_46, "0.1235", "12.3 %", "+0.12"),
            (0.0, "0.0000", "0 %", "0.00"),
            (1e-9, "<0.0001", "<0.1 %", "<0.01"),
            (-1e-9, ">−0.0001", ">−0.1 %", ">−0.01"),
            (-0.999_999, "<−0.9999", "<−99.9 %", "−1.00"),
            (-1.0, "−1.0000", "−100 %", "−1.00"),
            (f64::NAN, "–", "–", "–"),
        ] {
            assert_eq!(
                [plain(value), percent(value), two_decimals(value, true)],
                [plain_text, percent_text, points_text]
            );
        }
        assert_eq!(two_decimals(1.5, false), "1.50");
    }

    #[test]
    fn point_values() {
        for (value, plain, signed, words) in [
            (31.44, "31.4", "+31.4", "31.4 points"),
            (-31.44, "−31.4", "−31.4", "31.4 points"),
            (-0.01, "0.0", "0.0", "less than 0.1 points"),
            (0.0, "0.0", "0.0", "0.0 points"),
            (f64::NAN, "–", "–", "– points"),
            (f64::INFINITY, "–", "–", "– points"),
            (1e300, "1.0e300", "+1.0e300", "1.0e300 points"),
        ] {
            assert_eq!(points(value), plain);
            assert_eq!(change(value), signed);
            assert_eq!(short(value), plain.strip_suffix(".0").unwrap_or(plain));
            assert_eq!(distance(value), words);
        }
    }
}
