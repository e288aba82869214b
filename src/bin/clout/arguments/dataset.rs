//! The arguments of `clout dataset diff`, `overlap` and `sample`.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use clap::Args;

use super::TableFormat;

#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 done, whether anything differs or not; with --exit-code 1 if anything differs; 2 the \
input is wrong; 3 the datasets share no account, snapshot or topic, or their keys are of different \
types; 4 the machine failed.

Examples:
  clout dataset diff starter ../elsewhere/datasets/starter
  clout dataset diff starter ../elsewhere/datasets/starter --snapshot 2011-08 --exit-code")]
pub struct DiffArguments {
    /// The dataset to start from, by name or folder
    #[arg(value_name = "FIRST")]
    pub first: String,
    /// The dataset to hold against it
    #[arg(value_name = "SECOND")]
    pub second: String,
    /// A snapshot to compare; may be repeated (default: all that both have)
    #[arg(long = "snapshot", value_name = "NAME")]
    pub snapshots: Vec<String>,
    /// End with 1 if anything but the name differs: accounts, cells, columns, declarations, pairs
    #[arg(long)]
    pub exit_code: bool,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Accounts without a value of one definition are counted, and take part in nothing else. No account is \
named unless --worst asks for it. With --signal, DATASET and OLD are two places, such as \
starter@2011-08 and starter@2011-10, and one signal is compared between them.

Exit codes: 0 done; 2 the input is wrong; 3 no account has both values, or keys are of different \
types; 4 the machine failed.

Examples:
  clout dataset overlap starter twitter.retweets twitter.unique-retweeters
  clout dataset overlap starter twitter.retweets twitter.unique-retweeters --segment kind --worst 5
  clout dataset overlap starter@2011-08 starter@2011-10 --signal twitter.followers")]
pub struct OverlapArguments {
    /// The dataset, by name or folder
    #[arg(value_name = "DATASET")]
    pub first: String,
    /// The signal as it was defined
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The signal as it is defined now
    #[arg(value_name = "NEW", required_unless_present = "signal")]
    pub new: Option<String>,
    /// Compare this signal of DATASET with that of the dataset OLD, each as name@snapshot
    #[arg(long, value_name = "SIGNAL", conflicts_with_all = ["new", "snapshot"])]
    pub signal: Option<String>,
    /// The snapshot (default: the latest)
    #[arg(long, value_name = "NAME")]
    pub snapshot: Option<String>,
    /// The topic, for a dataset with a row per account and topic
    #[arg(long)]
    pub topic: Option<String>,
    /// A segment by which accounts are also looked at group by group
    #[arg(long, value_name = "COLUMN")]
    pub segment: Option<String>,
    /// Name the N accounts that differ most
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub worst: usize,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Accounts that are among the largest, near an edge or named are taken for certain and stand for \
themselves; the others are drawn by lot and stand for several, as the new column sampling-weight \
says. The same seed draws the same accounts, whatever the order of the rows.

Examples:
  clout dataset sample starter --accounts 200 --strata country --out panel
  clout dataset sample starter --accounts 200 --top 20 --by twitter.followers --out panel
  clout dataset sample starter --accounts 400 --scores s.csv --edge 50 --within 0.5 --out panel")]
pub struct SampleArguments {
    /// The dataset to draw from, by name or folder
    #[arg(value_name = "DATASET")]
    pub dataset_name: String,
    /// How many accounts the panel has, those that are certain included
    #[arg(long, value_name = "N")]
    pub accounts: NonZeroU64,
    /// Draws the same panel again, or another one
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Take the accounts with the K largest values of a column
    #[arg(long, value_name = "K", requires = "by")]
    pub top: Option<NonZeroUsize>,
    /// The column of --top: a signal or another number
    #[arg(long, value_name = "COLUMN", requires = "top")]
    pub by: Option<String>,
    /// Take the accounts near this value, such as the edge of a perk; may be repeated
    #[arg(long = "edge", value_name = "VALUE", requires = "within", allow_negative_numbers = true)]
    pub edges: Vec<f64>,
    /// How far from an edge is near
    #[arg(long, value_name = "W", requires = "edges", allow_negative_numbers = true)]
    pub within: Option<f64>,
    /// The column of --edge, in the dataset or in the file of scores (default: score)
    #[arg(long, value_name = "COLUMN", requires = "edges")]
    pub edge_by: Option<String>,
    /// Scores, as `clout score --format csv` prints them, or the scores.parquet of a run
    #[arg(long, value_name = "FILE", requires = "edges")]
    pub scores: Option<PathBuf>,
    /// The model whose scores count, where the file has several
    #[arg(long, value_name = "MODEL", requires = "scores")]
    pub model: Option<String>,
    /// Take the accounts that this file names, one on each line
    #[arg(long, value_name = "FILE")]
    pub named: Option<PathBuf>,
    /// Draw the rest in proportion within each group of a segment, at least one of each
    #[arg(long, value_name = "COLUMN")]
    pub strata: Option<String>,
    /// The snapshot whose values and scores make an account certain (default: the latest)
    #[arg(long, value_name = "NAME")]
    pub snapshot: Option<String>,
    /// The topic whose values and scores make an account certain
    #[arg(long)]
    pub topic: Option<String>,
    /// Folder of the panel, which must be new
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Name of the panel (default: the name of its folder)
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}
