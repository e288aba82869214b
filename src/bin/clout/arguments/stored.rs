//! The arguments of commands that work on stored runs.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use cloutbench::date::Date;
use cloutbench::report::redact::Redaction;

use super::TableFormat;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("told").args(["notice", "statements"]), after_help = "\
With --statements the exit code is 2 if the run has none of the accounts; those that it does not have \
are told on standard error, and stand in the output as not known.

Examples:
  clout report trimmed-audience
  clout report halved-audience --format markdown
  clout report runs/trimmed-audience/4f2c… --out page
  clout report trimmed-audience halved-audience
  clout report trimmed-audience --notice --live-from 2011-10-26
  clout report trimmed-audience --statements accounts.txt --format json")]
pub struct ReportArguments {
    /// A run's folder, its id or the beginning of it, or an experiment with one run
    pub run: String,
    /// Another run to hold beside it: same datasets, same baseline, a place in common, else exit code 3
    #[arg(value_name = "OTHER", conflicts_with_all = ["out", "slides", "open", "redact", "link_base", "all"])]
    pub other: Option<String>,
    /// Form of what is printed (default: table; csv with --statements, which has csv and json)
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    /// Print every table, not only the first screen and the groups
    #[arg(long)]
    pub all: bool,
    /// Write all files of the report into a new folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write only the three slides for executives: a page and its pictures
    #[arg(long)]
    pub slides: bool,
    /// What stands in place of the accounts' names
    #[arg(long, value_enum, default_value_t = Redact::None)]
    pub redact: Redact,
    /// Where the run's folder will be found on the web: charts in Markdown are linked from there
    #[arg(long, value_name = "URL")]
    pub link_base: Option<String>,
    /// Show the page (or the slides) in the browser
    #[arg(long)]
    pub open: bool,
    /// Print the note that tells the public of the change, as Markdown; it names no account
    #[arg(long, conflicts_with_all = ["other", "format", "all", "out", "slides", "redact", "link_base", "open"])]
    pub notice: bool,
    /// Print what the change means for each account of a list: a file with one on each line, or - for
    /// standard input
    #[arg(long, value_name = "LIST", conflicts_with_all = ["other", "all", "out", "slides", "redact", "link_base", "open"])]
    pub statements: Option<PathBuf>,
    /// The candidate of --notice or --statements, where the run has several
    #[arg(long, value_name = "MODEL", requires = "told")]
    pub candidate: Option<String>,
    /// The day from which the new score is shown, for --notice
    #[arg(long, value_name = "DATE", requires = "notice")]
    pub live_from: Option<Date>,
}

/// What a report says instead of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Redact {
    /// The names themselves
    None,
    /// account 1, account 2 and so on
    Pseudonyms,
    /// No single account at all
    Counts,
}

impl From<Redact> for Redaction {
    fn from(redact: Redact) -> Redaction {
        match redact {
            Redact::None => Redaction::None,
            Redact::Pseudonyms => Redaction::Pseudonyms,
            Redact::Counts => Redaction::Counts,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Table,
    Markdown,
    Html,
    Json,
    Junit,
    Csv,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A row is what one run measured for one candidate at one place. Rows of one line share dataset, place and baseline by digest; rows of different lines cannot be compared. A version is marked as released where the run had it as its lock has it; in the chart a vertical rule stands where another snapshot or state of a dataset begins. The verdict counts the run's expectations of that candidate at that place.\n\nExamples:\n  clout trend kendall-tau-b\n  clout trend 'overlap-at-k[k=100]' --candidate clout --format csv\n  clout trend kendall-tau-b --out trend.svg"
)]
pub struct TrendArguments {
    /// A metric such as `psi` or `overlap-at-k[k=25]`, as the runs measured it
    #[arg(value_name = "METRIC")]
    pub metric: String,
    /// Runs of this experiment alone
    #[arg(long, value_name = "NAME")]
    pub experiment: Option<String>,
    /// Figures on this dataset alone, by its name (--dataset binds a name to a folder, as everywhere)
    #[arg(long, value_name = "DATASET")]
    pub on: Option<String>,
    /// Candidates of this family alone
    #[arg(long, value_name = "FAMILY")]
    pub candidate: Option<String>,
    /// The day by which versions are live, YYYY-MM-DD (default: today, UTC)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Draw the chart into this file as well: .svg or .png
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The notes stand beside the run, in runs/<experiment>/<run id>.notes.toml; the run itself does not change.\n\nExamples:\n  clout annotate trimmed-audience 'Shown to support on Monday'\n  clout annotate trimmed-audience"
)]
pub struct AnnotateArguments {
    /// A run's folder, its id or the beginning of it, or an experiment with one run
    pub run: String,
    /// The note, of at most 2,000 characters (default: print the notes)
    pub text: Option<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}
