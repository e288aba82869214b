//! The report as one page: no network, light and dark, fit for print, and whole without its script,
//! which only sorts and filters tables. The page's policy lets that one script run and no other.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::{Align, Block, Cell, Figure, Report, Section, Table, Tone};
use crate::chart;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Renders a report. Every text is escaped; charts are inlined as they are drawn.
pub fn render(report: &Report) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(policy(SCRIPT));
                title { (typeset(&report.title)) }
                style { (PreEscaped(chart::css())) (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#summary" { "Skip to the summary" }
                header {
                    h1 { (typeset(&report.title)) }
                    p class={ "verdict " (class(report.verdict.tone)) } role="status" { (typeset(&report.verdict.text)) }
                    @for line in &report.context { p { (typeset(line)) } }
                    nav aria-label="Sections" {
                        ul { @for section in &report.sections {
                            @if let Some(label) = &section.label { li { a href={ "#" (section.id) } { (typeset(label)) } } }
                        } }
                    }
                }
                main { @for part in &report.sections { (section(part)) } }
                footer { p { "Made by cloutbench." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// A text on one line, each percent sign kept with its number.
pub(super) fn typeset(text: &str) -> String {
    super::one_line(text).replace(" %", "\u{a0}%")
}

/// What a page may load and run: its own style, and the one script whose digest stands here.
fn policy(script: &str) -> String {
    let digest = base64(&Sha256::digest(script.as_bytes()));
    format!("default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'")
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            // Each byte fills one digit and a part of the next.
            let filled = digit <= three.len();
            out.push(if filled { char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]) } else { '=' });
        }
    }
    out
}

pub(super) fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Bad => "bad",
    }
}

fn section(section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-title" } {
            h2 id={ (section.id) "-title" } { (typeset(&section.title)) }
            @for block in &section.blocks {
                @match block {
                    Block::Text(text) => p { (typeset(text)) },
                    Block::List(items) => ul { @for item in items { li { (typeset(item)) } } },
                    Block::Answers(answers) => dl.answers {
                        @for answer in answers {
                            div class=(class(answer.tone)) {
                                dt { (answer.question) }
                                @for line in &answer.lines { dd { (typeset(line)) } }
                            }
                        }
                    },
                    Block::Table(content) => (table(content)),
                    Block::Figure(content) => (figure(content)),
                }
            }
        }
    }
}

fn figure(figure: &Figure) -> Markup {
    html! {
        figure {
            div.scroll tabindex="0" role="group" aria-label=(typeset(&figure.chart.title)) { (PreEscaped(inlined(figure))) }
            figcaption { (typeset(&figure.chart.caption)) }
        }
    }
}

/// The picture with ids of its own: two versions can give the very same picture.
pub(super) fn inlined(figure: &Figure) -> String {
    let svg = chart::themed(&figure.chart.svg);
    let label = " aria-labelledby=\"";
    let id = svg.find(label).and_then(|start| svg[start + label.len()..].split("-title ").next());
    match id {
        Some(id) if !id.is_empty() => svg.replace(&format!("{id}-"), &format!("{}-", figure.stem)),
        _ => svg,
    }
}

fn table(table: &Table) -> Markup {
    let align = |at: usize| match table.columns.get(at).map(|column| column.align) {
        Some(Align::Right) => "right",
        _ => "left",
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label=(typeset(&table.caption)) {
            table {
                caption { (typeset(&table.caption)) }
                thead { tr { @for (at, column) in table.columns.iter().enumerate() { th scope="col" class=(align(at)) { (typeset(&column.title)) } } } }
                tbody {
                    @for row in &table.rows {
                        tr { @for (at, content) in row.iter().enumerate() { (cell(content, at, align(at))) } }
                    }
                }
            }
        }
    }
}

fn cell(cell: &Cell, at: usize, align: &str) -> Markup {
    html! {
        @if at == 0 {
            th scope="row" class={ (align) " " (class(cell.tone)) } { (typeset(&cell.text)) }
        } @else {
            // A reason instead of a number may wrap; a number may not.
            @let long = if cell.text.chars().count() > 24 { " long" } else { "" };
            td class={ (align) " " (class(cell.tone)) (long) } { (typeset(&cell.text)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_its_standard() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
