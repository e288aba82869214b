//! The report as Markdown for a pull request: the verdict, the answers, one table, the charts that
//! tell most, the worst movers, and everything else folded. Text from data is escaped. Markers at
//! both ends let a job find its earlier comment and replace it.

use std::fmt::Write;

use super::{Align, Block, Figure, Report, Section, Table, Tone, cut, one_line};

/// Services cut comments at 65,536 characters; this leaves room for what a job adds.
const LONGEST: usize = 60_000;
/// A text that is longer is cut: a title of ten thousand characters tells nobody more.
const LONGEST_TEXT: usize = 600;

/// Where the charts of a report are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charts<'a> {
    /// Nobody has drawn them.
    Nowhere,
    /// In `charts/` beside the report.
    Beside,
    /// In `charts/` below an address.
    Below(&'a str),
}

impl<'a> Charts<'a> {
    /// Below an address, or beside the report where there is none.
    pub fn at(base: Option<&'a str>) -> Charts<'a> {
        base.map_or(Charts::Beside, Charts::Below)
    }
}

/// Renders a report, with links to its charts.
pub fn render(report: &Report, drawn: Charts<'_>) -> String {
    let name: String = report.name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let end = format!("\n<!-- /cloutbench:{name} -->\n");
    let mut out = format!("<!-- cloutbench:{name} -->\n");
    // Writing to a String cannot fail.
    let _ =
        writeln!(out, "# {}\n\n**{}{}**", short(&report.title), mark(report.verdict.tone), short(&report.verdict.text));
    report.context.iter().for_each(|line| block(&mut out, &Block::Text(line.clone())));
    let mut folded = Vec::new();
    for section in &report.sections {
        if section.id == "summary" {
            section.blocks.iter().for_each(|one| block(&mut out, one));
            charts(&mut out, report, drawn);
        } else if section.blocks.iter().any(|block| !matches!(block, Block::Figure(_))) {
            folded.push(section);
        }
    }
    let room = LONGEST.saturating_sub(end.len() + 200);
    let mut left_out = Vec::new();
    for section in folded {
        let text = details(section);
        if out.chars().count() + text.chars().count() <= room {
            out.push_str(&text);
        } else {
            left_out.push(one_line(&section.title));
        }
    }
    if !left_out.is_empty() {
        let _ = writeln!(
            out,
            "\nToo long for a comment, and told on the page of this report: {} more sections.",
            left_out.len()
        );
    }
    out.push_str(&end);
    out
}

/// The charts that tell most.
fn charts(out: &mut String, report: &Report, drawn: Charts<'_>) {
    let base = match drawn {
        Charts::Nowhere => return,
        Charts::Beside => String::new(),
        Charts::Below(base) => format!("{}/", base.trim_end_matches('/')),
    };
    let telling = |stem: &String| report.figures().find(|figure| figure.stem == *stem);
    for Figure { stem, chart } in report.telling.iter().filter_map(telling) {
        let _ = writeln!(out, "\n![{}](<{}charts/{stem}.png>)", short(&chart.description), url(&base));
    }
}

/// A base for links: what would end the link is encoded.
fn url(base: &str) -> String {
    let mut out = String::new();
    for character in base.chars() {
        match character {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            c if c.is_control() || c.is_whitespace() => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

/// A section that opens when it is asked for; its charts stand in the page.
fn details(section: &Section) -> String {
    let mut out = format!("\n<details><summary>{}</summary>\n", short(&section.title));
    section.blocks.iter().for_each(|one| block(&mut out, one));
    out.push_str("\n</details>\n");
    out
}

fn block(out: &mut String, block: &Block) {
    match block {
        Block::Text(text) => {
            let _ = writeln!(out, "\n{}", short(text));
        }
        Block::List(items) => {
            out.push('\n');
            items.iter().for_each(|item| {
                let _ = writeln!(out, "- {}", short(item));
            });
        }
        Block::Answers(answers) => {
            out.push('\n');
            for answer in answers {
                let lines: Vec<String> = answer.lines.iter().map(|line| short(line)).collect();
                let gap = if lines.len() > 1 { "\n  - " } else { " " };
                let _ = writeln!(out, "- **{}**{gap}{}", answer.question, lines.join("\n  - "));
            }
        }
        Block::Table(content) => {
            out.push('\n');
            table(out, content);
        }
        Block::Figure(_) => {}
    }
}

/// A table in pipes, with its caption above.
pub fn table(out: &mut String, table: &Table) {
    if !table.caption.is_empty() {
        let _ = writeln!(out, "**{}**\n", short(&table.caption));
    }
    let titles: Vec<String> = table.columns.iter().map(|column| short(&column.title)).collect();
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
            .map(|cell| if cell.tone == Tone::Plain { short(&cell.text) } else { format!("**{}**", short(&cell.text)) })
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

/// [`escape`], cut where it is very long.
fn short(text: &str) -> String {
    escape(&cut(text, LONGEST_TEXT))
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
