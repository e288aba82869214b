//! The report as Markdown for a pull request. Text from data is escaped; charts are links to the
//! files beside the report.

use std::fmt::Write;

use super::{Align, Block, Report, Table, Tone, one_line};

/// The folder that charts are linked from.
const CHARTS: &str = "charts";

/// Renders a report.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "# {}\n\n**{}{}**",
        escape(&report.title),
        mark(report.verdict.tone),
        escape(&report.verdict.text)
    );
    for section in &report.sections {
        let _ = writeln!(out, "\n## {}", escape(&section.title));
        for block in &section.blocks {
            out.push('\n');
            match block {
                Block::Text(text) => {
                    let _ = writeln!(out, "{}", escape(text));
                }
                Block::List(items) => items.iter().for_each(|item| {
                    let _ = writeln!(out, "- {}", escape(item));
                }),
                Block::Table(content) => table(&mut out, content),
                Block::Figure(figure) => {
                    let _ = writeln!(
                        out,
                        "![{}]({CHARTS}/{}.png)\n\n*{}*",
                        escape(&figure.chart.description),
                        figure.stem,
                        escape(&figure.chart.caption)
                    );
                }
            }
        }
    }
    out
}

/// A table in pipes, with its caption above.
pub fn table(out: &mut String, table: &Table) {
    if !table.caption.is_empty() {
        let _ = writeln!(out, "**{}**\n", escape(&table.caption));
    }
    let titles: Vec<String> = table.columns.iter().map(|column| escape(&column.title)).collect();
    let rules: Vec<&str> = table
        .columns
        .iter()
        .map(|column| match column.align {
            Align::Left => "---",
            Align::Right => "---:",
        })
        .collect();
    let _ = writeln!(out, "| {} |\n| {} |", titles.join(" | "), rules.join(" | "));
    for row in &table.rows {
        let cells: Vec<String> = row
            .iter()
            .map(
                |cell| {
                    if cell.tone == Tone::Plain { escape(&cell.text) } else { format!("**{}**", escape(&cell.text)) }
                },
            )
            .collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}

fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "✅ ",
        Tone::Bad => "❌ ",
    }
}

/// Text that Markdown and the HTML within it leave alone, on one line.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                out.push('\\');
                out.push(character);
            }
            // A mention would notify a stranger who happens to have the account's name; inside a
            // word (`clout@1.0.0`) an @ mentions nobody.
            '@' if !out.ends_with(|before: char| before.is_ascii_alphanumeric()) => out.push_str("@\u{200b}"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_harmless() {
        let mut out = String::new();
        let mut content = Table::new("c", &[("a|b", Align::Right)]);
        content.row(["<script>alert(1)</script> [x](y) @someone\n| *b*\u{1b}[31m".to_string()]);
        table(&mut out, &content);
        assert_eq!(
            out,
            "**c**\n\n| a\\|b |\n| ---: |\n| &lt;script&gt;alert(1)&lt;/script&gt; \\[x\\](y) @\u{200b}someone \\| \\*b\\*\\\\u{1b}\\[31m |\n"
        );
    }
}
