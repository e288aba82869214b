//! The arguments of commands that work on stored runs.

use std::path::PathBuf;

use clap::Args;

use super::TableFormat;

#[derive(Debug, Args)]
#[command(
    after_help = "A row is what one run measured for one candidate at one place. Rows of one line share dataset, place and baseline by digest; rows of different lines cannot be compared. The verdict counts the run's expectations of that candidate at that place.\n\nExamples:\n  clout trend kendall-tau-b\n  clout trend 'overlap-at-k[k=100]' --candidate clout --format csv\n  clout trend kendall-tau-b --out trend.svg"
)]
pub struct TrendArguments {
    /// A metric such as `psi` or `overlap-at-k[k=25]`, as the runs measured it
    #[arg(value_name = "METRIC")]
    pub metric: String,
    /// Runs of this experiment alone
    #[arg(long, value_name = "NAME")]
    pub experiment: Option<String>,
    /// Figures on this dataset alone, by its name
    #[arg(long, value_name = "DATASET")]
    pub on: Option<String>,
    /// Candidates of this family alone
    #[arg(long, value_name = "FAMILY")]
    pub candidate: Option<String>,
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
