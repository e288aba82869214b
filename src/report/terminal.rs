//! Tables and verdicts for a terminal: aligned, readable without colour, no escape from data.

use comfy_table::{Cell as TableCell, CellAlignment, ContentArrangement, presets};

use super::{Align, Table, Tone, one_line};

/// What the terminal can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colour: bool,
    /// Columns; tables wrap within.
    pub width: u16,
}

/// A table with its caption above. A row whose first cell has a tone is coloured as a whole line.
pub fn table(content: &Table, style: Style) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width);
    let side = |align: Align| match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    };
    let aligned = |text: &str, align: Align| TableCell::new(one_line(text)).set_alignment(side(align));
    table.set_header(content.columns.iter().map(|column| aligned(&column.title, column.align)));
    for row in &content.rows {
        table.add_row(row.iter().zip(&content.columns).map(|(cell, column)| aligned(&cell.text, column.align)));
    }
    let tones: Vec<(String, Tone)> =
        content.rows.iter().filter_map(|row| row.first()).map(|cell| (one_line(&cell.text), cell.tone)).collect();
    let tone_of = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        tones.iter().find(|(text, _)| text == first).map_or(Tone::Plain, |(_, tone)| *tone)
    };
    let mut out = String::new();
    if !content.caption.is_empty() {
        out.push_str(&bold(&one_line(&content.caption), style));
        out.push('\n');
    }
    for line in table.lines() {
        out.push_str(&toned(line.trim_end(), tone_of(&line), style));
        out.push('\n');
    }
    out
}

/// A text in bold, where there is colour.
pub fn bold(text: &str, style: Style) -> String {
    if style.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() }
}

/// A line in the colour of its tone.
pub fn toned(text: &str, tone: Tone, style: Style) -> String {
    let text = one_line(text);
    match (style.colour, tone) {
        (true, Tone::Good) => format!("\u{1b}[1;34m{text}\u{1b}[0m"),
        (true, Tone::Bad) => format!("\u{1b}[1;31m{text}\u{1b}[0m"),
        _ => text,
    }
}

/// Sentences as a list, wrapped to the width.
pub fn list(items: &[String], style: Style) -> String {
    let width = usize::from(style.width.max(20)) - 2;
    let mut out = String::new();
    for item in items {
        for (at, line) in wrap(&one_line(item), width).into_iter().enumerate() {
            out.push_str(if at == 0 { "- " } else { "  " });
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let fits = lines
            .last()
            .is_some_and(|line| line.is_empty() || line.chars().count() + 1 + word.chars().count() <= width);
        if !fits {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false, width: 40 };

    #[test]
    fn tables_align_and_carry_no_escapes() {
        let mut content = Table::new("Caption", &[("Name", Align::Left), ("n", Align::Right)]);
        content.row(["a\u{1b}[31m".to_string(), "5".to_string()]);
        content.row(["bb".to_string(), "12".to_string()]);
        let text = table(&content, PLAIN);
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(text.starts_with("Caption\n"));
        assert!(text.contains("12\n"), "{text:?}");
    }

    #[test]
    fn lists_wrap() {
        let text = list(&["one two three four five six seven eight nine ten".to_string()], PLAIN);
        assert_eq!(text, "- one two three four five six seven\n  eight nine ten\n");
    }
}
