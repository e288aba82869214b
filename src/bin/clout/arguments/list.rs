//! The arguments of lists.

use clap::{Args, ValueEnum};
use cloutbench::date::Date;

use super::TableFormat;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout list\n  clout list metrics --format markdown\n  clout list live --as-of 2012-09-01"
)]
pub struct ListArguments {
    /// What to list
    #[arg(value_enum, default_value_t = Listed::Models)]
    pub what: Listed,
    /// The day that `live` and `retired` speak of, YYYY-MM-DD (default: today, UTC)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Versions of the score
    Models,
    /// Which version is live, and for whom
    Live,
    /// Signals that are gone, the versions that read them, and what these still score
    Retired,
    Datasets,
    Experiments,
    Runs,
    /// Looks at holdouts
    Looks,
    Metrics,
}
