//! Text that is safe to draw and known to fit: cleaning and cutting of names, wrapping of titles,
//! and the width of a line in DejaVu Sans.

/// Longest name that a picture carries, in characters.
pub(super) const NAME: usize = 20;
/// Longest name of a figure, which stands in titles and beside an axis.
pub(super) const FIGURE: usize = 60;
/// Longest model name, which stands in titles and on axes.
pub(super) const MODEL: usize = 24;
/// Longest dataset description, which has the foot of the picture to itself.
const DATASET: usize = 72;

/// Advance widths of `' '..='~'` in DejaVu Sans 2.37, in thousandths of the font size.
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, //
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, //
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, //
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, //
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, //
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// Width of a line in pixels, rounded up. Exact for ASCII and the signs that the charts
/// themselves write; an upper estimate for other letters.
pub(super) fn width(text: &str, size: u32) -> i32 {
    let thousandths: u32 = text.chars().map(advance).sum();
    i32::try_from((thousandths * size).div_ceil(1000)).unwrap_or(i32::MAX)
}

fn advance(c: char) -> u32 {
    match c {
        ' '..='~' => u32::from(ASCII[c as usize - ' ' as usize]),
        '·' | '’' => 318,
        '–' => 500,
        '−' | '→' | '≥' | '≤' => 838,
        '\u{300}'..='\u{36f}' => 0,
        '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{6ff}' => 780,
        _ => 1050,
    }
}

/// A name as a picture shows it: on one line, without control and direction marks, cut.
pub(super) fn name(raw: &str, longest: usize) -> String {
    let cleaned = clean(raw, longest + 1);
    if cleaned.is_empty() {
        return "(no name)".to_string();
    }
    cut(&cleaned, longest)
}

/// A model name as a picture shows it. It loses its middle, because versions differ at the end.
pub(super) fn model(raw: &str) -> String {
    let cleaned = clean(raw, usize::MAX);
    let length = cleaned.chars().count();
    if length <= MODEL {
        return name(&cleaned, MODEL);
    }
    let tail = MODEL / 2;
    let head: String = cleaned.chars().take(MODEL - tail - 1).collect();
    let tail: String = cleaned.chars().skip(length - tail).collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// The dataset's description, for the foot of the picture.
pub(super) fn dataset(raw: &str) -> String {
    cut(&clean(raw, DATASET + 1), DATASET)
}

/// At most `longest` characters, the last of them an ellipsis when something was lost.
fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_string();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// As much of the text as fits the given pixels, with an ellipsis where it was cut.
pub(super) fn fit(text: &str, size: u32, pixels: i32) -> String {
    let mut longest = text.chars().count();
    loop {
        let shown = cut(text, longest);
        if longest <= 1 || width(&shown, size) <= pixels {
            return shown;
        }
        longest -= 1;
    }
}

/// The first `enough` characters that can be drawn; runs of white space become one space, and
/// terminal escape sequences go as a whole.
fn clean(raw: &str, enough: usize) -> String {
    let mut out = String::new();
    let mut kept = 0;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        if kept >= enough {
            break;
        }
        if c == '\u{1b}' {
            if chars.next_if_eq(&'[').is_some() {
                // Parameters, then one final byte: ECMA-48, 5.4.
                while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
                chars.next_if(|c| matches!(c, '@'..='~'));
            }
        } else if c.is_whitespace() {
            if kept > 0 && !out.ends_with(' ') {
                out.push(' ');
                kept += 1;
            }
        } else if !c.is_control() && !is_mark(c) {
            out.push(c);
            kept += 1;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that draw nothing themselves but change the text around them, and those that XML
/// does not allow.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A clause as a sentence: a capital in front, a full stop behind.
pub(super) fn sentence(clause: &str) -> String {
    let mut chars = clause.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

/// Breaks a sentence into lines of at most `pixels`, never before a unit sign. A word that is
/// wider than a line is cut.
pub(super) fn wrap(text: &str, size: u32, pixels: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words(text) {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= pixels => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(fit(&word, size, pixels)),
        }
    }
    lines
}

/// [`wrap`], with lines of like length instead of a full one and a rest.
pub(super) fn balance(text: &str, size: u32, pixels: i32) -> Vec<String> {
    let mut lines = wrap(text, size, pixels);
    for narrower in (pixels / 2..pixels).rev().step_by(8) {
        let even = wrap(text, size, narrower);
        let whole = even.iter().map(|line| line.len() + 1).sum::<usize>() == text.len() + 1;
        if even.len() > lines.len() || !whole {
            break;
        }
        lines = even;
    }
    lines
}

/// The words of a sentence; a percent sign stays with its number.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            Some(last) if word.starts_with('%') => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_cut() {
        let cases = [
            ("plain", "plain"),
            ("", "(no name)"),
            (" \u{7}\u{200e} ", "(no name)"),
            ("a\tb\r\n c", "a b c"),
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("\u{1b}\u{1b}[31", ""),
            ("\u{202e}evil\u{2066}\u{feff}", "evil"),
            ("nul\0\u{fffe}byte", "nulbyte"),
            ("<script>\"&'", "<script>\"&'"),
            ("abcdefghijklmnopqrst", "abcdefghijklmnopqrst"),
            ("abcdefghijklmnopqrstu", "abcdefghijklmnopqrs…"),
        ];
        for (raw, expected) in cases {
            let expected = if expected.is_empty() { "(no name)" } else { expected };
            assert_eq!(name(raw, NAME), expected, "{raw:?}");
        }
        assert_eq!(name(&"x".repeat(10_000), NAME).chars().count(), 20);
        assert_eq!(dataset(""), "");
        assert_eq!(model("clout@2.1.0"), "clout@2.1.0");
        assert_eq!(model("a-family-of-forty-characters-or-so@12.1.0"), "a-family-of…or-so@12.1.0");
        assert_eq!(model("\u{7}"), "(no name)");
    }

    #[test]
    fn widths_agree_with_the_embedded_face() {
        for text in ["Hamburgefonts 0123,456.7 %", "WWW @iii", "−31.4 → ≥ 5 · …", "éßłж Ωא"] {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"50\">\
                 <text y=\"20\" font-size=\"16\" font-family=\"DejaVu Sans\">|{text}|</text></svg>"
            );
            let tree = crate::chart::raster::parse(&svg).unwrap();
            let drawn = f64::from(tree.root().abs_bounding_box().width());
            let told = f64::from(width(&format!("|{text}|"), 16));
            assert!(drawn <= told, "{text}: {drawn} drawn, {told} told");
            assert!(!text.is_ascii() || told - drawn < 8.0, "{text}: {drawn} of {told}");
        }
    }

    #[test]
    fn lines_fit_and_units_stay_with_their_numbers() {
        let lines = wrap("412 accounts (8.2 %) fall a band and 130 rise", 16, 120);
        assert!(lines.len() > 2);
        for line in &lines {
            assert!(width(line, 16) <= 120, "{line}");
            assert!(!line.starts_with('%'), "{line}");
        }
        assert!(width(&wrap(&"W".repeat(99), 16, 120)[0], 16) <= 120);
        assert!(wrap("", 16, 120).is_empty() && balance("", 16, 120).is_empty());
        let sentence = "102,893 accounts (10.3 %) fall by a band or more; 103,426 accounts stay.";
        let even = balance(sentence, 16, 560);
        assert_eq!((even.len(), even.join(" ").as_str()), (2, sentence));
        assert!(even[1].split(' ').count() > 2, "{even:?}");
    }
}
