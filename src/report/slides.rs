//! The three charts for people who have three minutes: who notices, who crosses a band, and what
//! the change is worth. One page, one slide a screen and a sheet.

use maud::{DOCTYPE, PreEscaped, html};

use super::html::{class, inlined, typeset};
use super::{Figure, Report};
use crate::chart;

/// The charts, in the order of the slides.
const SLIDES: [&str; 3] = ["who-notices", "band-flow", "trade-off"];

const STYLE: &str = include_str!("slides.css");

/// The figures of the slides, as far as the report has them: the first of each kind.
pub fn figures(report: &Report) -> Vec<&Figure> {
    SLIDES.iter().filter_map(|name| report.figures().find(|figure| figure.chart.name == *name)).collect()
}

/// Renders the slides.
pub fn render(report: &Report) -> String {
    let slides = figures(report);
    let count = slides.len();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (typeset(&report.title)) }
                style { (PreEscaped(chart::css())) (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (typeset(&report.title)) }
                    @for (at, figure) in slides.iter().enumerate() {
                        section aria-label={ "Slide " (at + 1) " of " (count) } {
                            p.head { span { (typeset(&report.title)) } span class=(class(report.verdict.tone)) { (typeset(&report.verdict.text)) } }
                            figure {
                                (PreEscaped(inlined(figure)))
                                figcaption { (typeset(&figure.chart.caption)) }
                            }
                        }
                    }
                    @for line in &report.context { p { (typeset(line)) } }
                    @if slides.is_empty() {
                        p { "None of the three charts can be drawn: no displayed scores, bands or judgements stand in this outcome." }
                    }
                }
            }
        }
    };
    page.into_string()
}
