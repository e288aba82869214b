//! Tables and verdicts for a terminal: aligned, readable without colour, no escape from data.

use comfy_table::{Cell as TableCell, CellAlignment, ColumnConstraint, ContentArrangement, Width, presets};

use super::{Align, Answer, Bars, Block, Report, Section, Table, Tone, one_line};

/// What the terminal can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colour: bool,
    /// Columns; tables wrap within.
    pub width: u16,
}

/// How much of a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The first screen.
    Summary,
    /// The first screen and the tables of groups.
    Groups,
    /// Everything but the pictures.
    All,
}

/// Rows of a table on the first screen.
const ROWS: usize = 5;

/// A report as a screen or several.
pub fn screen(report: &Report, extent: Extent, style: Style) -> String {
    let mut text = format!("{}\n", bold(&one_line(&report.title), style));
    let has_summary = report.sections.iter().any(|section| section.id == "summary");
    if !has_summary || extent == Extent::All {
        text.push_str(&format!("{}\n", toned(&report.verdict.text, report.verdict.tone, style)));
    }
    let wanted = |section: &&Section| match extent {
        Extent::All => true,
        Extent::Groups => section.id == "summary" || section.id.starts_with("groups-"),
        Extent::Summary => section.id == "summary",
    };
    let told = |section: &&Section| section.blocks.iter().any(|block| !matches!(block, Block::Figure(_)));
    for section in report.sections.iter().filter(wanted).filter(told) {
        if section.id != "summary" {
            text.push_str(&format!("\n{}\n", bold(&one_line(&section.title), style)));
        }
        for block in &section.blocks {
            match block {
                Block::Text(line) => text.push_str(&paragraph(line, style)),
                Block::List(items) => text.push_str(&format!("\n{}", list(items, style))),
                Block::Answers(all) => text.push_str(&format!("\n{}", answers(all, style))),
                Block::Table(content) => text.push_str(&format!("\n{}", cut(content, extent, style))),
                Block::Figure(_) => {}
            }
        }
    }
    report.context.iter().for_each(|line| text.push_str(&paragraph(line, style)));
    text
}

/// A text below a gap.
fn paragraph(line: &String, style: Style) -> String {
    format!("\n{}", list(std::slice::from_ref(line), style).replacen("- ", "  ", 1))
}

/// A table, of which the first screen shows the first rows.
fn cut(content: &Table, extent: Extent, style: Style) -> String {
    let more = content.rows.len().saturating_sub(ROWS);
    // A table of comparisons is the answer itself.
    if extent == Extent::All || more == 0 || content.columns.last().is_none_or(|column| column.title != "Why") {
        return table(content, style);
    }
    let mut shown = content.clone();
    shown.rows.truncate(ROWS);
    format!("{}  and {more} more (`clout report` and `clout compare` print all with --all)\n", table(&shown, style))
}

/// Questions in bold, their answers below.
pub fn answers(all: &[Answer], style: Style) -> String {
    let mut out = String::new();
    for answer in all {
        out.push_str(&bold(answer.question, style));
        out.push('\n');
        for (at, line) in answer.lines.iter().enumerate() {
            for wrapped in wrap(&one_line(line), usize::from(style.width.max(20)) - 2) {
                let tone = if at == 0 { answer.tone } else { Tone::Plain };
                out.push_str(&format!("  {}\n", toned(&wrapped, tone, style)));
            }
        }
        answer.bars.iter().for_each(|bars| out.push_str(&format!("  {}\n", row_of_bars(bars))));
    }
    out
}

/// Shares as blocks of eight heights; a dot is nothing.
fn row_of_bars(bars: &Bars) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = bars.shares.iter().copied().fold(0.0, f64::max);
    let block = |share: &f64| match *share {
        share if share > 0.0 => HEIGHTS[((share / most * 8.0).ceil() as usize).clamp(1, 8) - 1],
        _ => '·',
    };
    let blocks: String = bars.shares.iter().map(block).collect();
    format!("{} {blocks} {} {}", bars.from, bars.to, bars.title)
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
    keep_words(&mut table, content, style.width);
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

/// Columns as wide as their longest word, where the terminal has room for all of them; a number is
/// never broken, since a part of it reads as another.
fn keep_words(table: &mut comfy_table::Table, content: &Table, width: u16) {
    const LONGEST: usize = 20;
    let word = |text: &str| match is_drawn(text) {
        true => text.chars().count(),
        false => text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0).min(LONGEST),
    };
    let cells =
        |at: usize| content.rows.iter().filter_map(move |row| row.get(at)).map(move |cell| word(&one_line(&cell.text)));
    // A space to each side.
    let least = |at: usize| cells(at).chain([word(&one_line(&content.columns[at].title))]).max().unwrap_or(0) + 2;
    let room = (0..content.columns.len()).map(least).sum::<usize>() <= usize::from(width);
    for (at, column) in content.columns.iter().enumerate() {
        let least = match (room, column.align) {
            (true, _) => least(at),
            (false, Align::Right) => cells(at).max().unwrap_or(0) + 2,
            (false, Align::Left) => continue,
        };
        if let Some(column) = table.column_mut(at) {
            let least = u16::try_from(least).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        }
    }
}

/// Whether a cell begins with the lines of a tree, which a break would tear.
fn is_drawn(text: &str) -> bool {
    text.trim_start().starts_with(['│', '├', '└'])
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
    // A percent sign stays with its number.
    let glued = text.replace(" %", "\u{a0}%");
    for word in glued.split([' ', '\t']).filter(|word| !word.is_empty()) {
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
            line.push_str(&word.replace('\u{a0}', " "));
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
    fn the_lines_of_a_tree_are_never_torn() {
        let mut content = Table::new("", &[("Model", Align::Left), ("Title", Align::Left)]);
        let title = "a title that is much too long for what is left of the line";
        for drawn in ["a@1.0.0", "├ a@1.1.0", "│ └ a@1.1.1", "└ a@1.2.0", "  └ a@1.2.1-rc.1"] {
            content.row([drawn.to_string(), title.to_string()]);
        }
        let text = table(&content, PLAIN);
        for drawn in [" a@1.0.0 ", " ├ a@1.1.0 ", " │ └ a@1.1.1 ", " └ a@1.2.0 ", "   └ a@1.2.1-rc.1 "] {
            assert!(text.lines().any(|line| line.starts_with(drawn)), "{drawn}\n{text}");
        }
    }

    #[test]
    fn bars_show_what_is_small_and_what_is_nothing() {
        let bars = Bars { title: "all", from: "a", to: "b", shares: vec![0.0, 0.001, 0.499, 0.5, f64::NAN] };
        assert_eq!(row_of_bars(&bars), "a ·▁██· b all");
    }

    #[test]
    fn lists_wrap() {
        let text = list(&["one two three four five six seven eight nine ten".to_string()], PLAIN);
        assert_eq!(text, "- one two three four five six seven\n  eight nine ten\n");
    }
}
