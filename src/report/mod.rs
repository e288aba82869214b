//! An outcome made readable. A report is composed once, as data: sections of texts, tables and
//! figures. Each format then adds only its marks. Nothing here measures, and nothing here knows
//! where files go.

mod answers;
mod beside;
mod change;
mod clauses;
mod compose;
pub mod csv;
mod first;
mod golden;
mod groups;
pub mod html;
pub mod junit;
pub mod latex;
pub mod markdown;
pub mod notice;
mod perks;
mod pictures;
pub mod redact;
mod release;
pub mod slides;
pub mod statement;
mod stress;
mod tables;
pub mod terminal;
mod trend;
mod versions;
mod weights;
mod wider;

use crate::chart::Chart;
use crate::diagnostic::visible;

pub use beside::{Beside, CandidatePair, ChangedVerdict, MetricBeside, PairedBy, beside, figures_beside, incomparable};
pub use compose::compose;
pub use golden::line as golden_line;
pub use release::{ReleaseNote, RollbackNotice, limits as limits_table, release_note, rollback_notice};
pub use stress::{exact_studies, stressed};
pub use tables::{exact_table, judged_table, metric_row};
pub use trend::{Releases, trend_chart, trend_table, trend_tables};
pub use versions::{Nearness, VersionRow, lineage_chart, versions_table, versions_tree};
pub use weights::{weights_chart, weights_summary, weights_table};

/// A whole report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What tells this report from others: the experiment's name.
    pub name: String,
    pub title: String,
    /// The answer in one line.
    pub verdict: Line,
    pub sections: Vec<Section>,
    /// Stems of the figures that tell most, at most three.
    pub telling: Vec<String>,
    /// What was known of the workbench when the report was told, in sentences. It follows from no
    /// outcome, so that a report has none of it until somebody says it, and an archived one never.
    pub context: Vec<String>,
}

/// A text and how it should strike the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub tone: Tone,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Bad,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Unique within the report; letters, digits and hyphens.
    pub id: String,
    pub title: String,
    /// What lists of sections call it; none leaves it out of them.
    pub label: Option<String>,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Text(String),
    List(Vec<String>),
    Answers(Vec<Answer>),
    Table(Table),
    Figure(Box<Figure>),
}

/// What a reviewer asks, and the answer in sentences.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub question: &'static str,
    /// Never empty.
    pub lines: Vec<String>,
    /// Small pictures for where there is no other.
    pub bars: Vec<Bars>,
    pub tone: Tone,
}

/// Shares as a row of bars, with what stands at both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    pub title: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub shares: Vec<f64>,
}

/// A chart and the stem of its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Unique within the report: `clout-1-1-0.2011-10.migration`.
    pub stem: String,
    pub chart: Chart,
}

/// A table, composed once for every format.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    /// As many cells in each row as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub title: String,
    pub align: Align,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

/// The first figure of each of the most telling kinds, at most three.
fn telling(sections: &[Section], kinds: &[&str]) -> Vec<String> {
    let figures = || {
        sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Figure(figure) => Some(figure),
            _ => None,
        })
    };
    let first = |name: &&str| figures().find(|figure| figure.chart.name == *name).map(|figure| figure.stem.clone());
    kinds.iter().filter_map(first).take(3).collect()
}

impl Section {
    /// A section that lists call by its title.
    pub fn new(id: impl Into<String>, title: impl Into<String>, blocks: Vec<Block>) -> Section {
        let title = title.into();
        Section { id: id.into(), label: Some(title.clone()), title, blocks }
    }
}

impl Table {
    pub fn new(caption: impl Into<String>, columns: &[(&str, Align)]) -> Table {
        let column = |(title, align): &(&str, Align)| Column { title: (*title).to_string(), align: *align };
        Table { caption: caption.into(), columns: columns.iter().map(column).collect(), rows: Vec::new() }
    }

    /// Adds a row of plain cells.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(Cell::from).collect());
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell { text, tone: Tone::Plain }
    }
}

/// `comparison-1-perks-who-gains`: letters, digits and hyphens.
fn stem(section: &Section, table: &Table) -> String {
    let mut stem = section.id.clone();
    for word in table.caption.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).take(5) {
        let word: String = word.chars().take(20).collect();
        stem.push_str(&format!("-{}", word.to_ascii_lowercase()));
    }
    stem
}

/// At most so many characters, the last of them an ellipsis where something was cut.
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_string();
    }
    let kept: String = text.chars().take(longest - 1).collect();
    format!("{kept}…")
}

/// A text that may come from data, on one line, with control and direction-changing characters
/// made visible.
fn one_line(text: &str) -> String {
    visible(&text.replace(['\n', '\r'], " "))
}

impl Report {
    /// The report as it is told within a workbench.
    #[must_use]
    pub fn within(self, context: &[String]) -> Report {
        Report { context: context.to_vec(), ..self }
    }

    /// Every table with the stem of its file, in the order of the report.
    pub fn tables(&self) -> impl Iterator<Item = (String, &Table)> {
        let tables = self.sections.iter().flat_map(|section| {
            section.blocks.iter().filter_map(move |block| match block {
                Block::Table(table) => Some((section, table)),
                _ => None,
            })
        });
        tables.enumerate().map(|(at, (section, table))| (format!("{:02}-{}", at + 1, stem(section, table)), table))
    }

    /// Every figure, in the order of the report.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Figure(figure) => Some(figure.as_ref()),
            _ => None,
        })
    }
}
