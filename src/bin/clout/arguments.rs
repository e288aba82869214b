//! The command line, declared. Help texts carry examples that are run in the tests.

mod dataset;
mod diff;
mod list;
mod new;
mod release;
mod stored;
mod stress;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use cloutbench::dataset::index::Snapshots;
use cloutbench::date::Date;
use cloutbench::diagnostic::Diagnostic;
use cloutbench::experiment::Uncertainty;
use cloutbench::workbench::{CompareOrder, ModelName, Workbench};

use crate::exit::Failure;
pub use dataset::{DiffArguments, OverlapArguments, SampleArguments};
pub use diff::ModelDiffArguments;
pub use list::{ListArguments, Listed};
pub use new::NewArguments;
pub use release::{ReleaseArguments, RollbackArguments};
pub use stored::{AnnotateArguments, Redact, ReportArguments, ReportFormat, TrendArguments};
pub use stress::{StressArguments, Study};

/// The workbench of a team that keeps adjusting a social-influence score: compare versions of the
/// score over fixed data, see who moves and how far, and let a build decide whether it may ship.
#[derive(Debug, Parser)]
#[command(name = "clout", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Line {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done and every expectation met; 1 an expectation failed; 2 the input is wrong \
(nothing is written); 3 not comparable; 4 the machine failed; 130 stopped by Ctrl-C.

Examples:
  clout init my-scores
  clout run experiments/trimmed-audience.toml
  clout compare clout@1.0.0 clout@1.1.0
  clout compare clout@1.0.0 --set 'weight[tag=audience] *= 0.5'";

/// Options that every command takes.
#[derive(Debug, Args)]
pub struct Shared {
    /// Folder of the workbench (default: this folder, or the nearest above with models/ in it)
    #[arg(long, global = true, value_name = "DIR")]
    pub workbench: Option<PathBuf>,
    /// Bind the name of a dataset to a folder outside the workbench; may be repeated
    #[arg(long = "dataset", global = true, value_name = "NAME=PATH", value_parser = binding)]
    pub bindings: Vec<(String, PathBuf)>,
    /// Threads to use (default: all); results do not depend on it
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
}

impl Shared {
    pub fn open(&self) -> Result<Workbench, Failure> {
        let bindings: BTreeMap<String, PathBuf> = self.bindings.iter().cloned().collect();
        Ok(Workbench::open(self.workbench.as_deref(), bindings)?)
    }
}

fn binding(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => Ok((name.to_string(), PathBuf::from(path))),
        _ => Err("write NAME=PATH".to_string()),
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill a new folder with a first workbench: versions, a dataset, experiments
    Init(InitArguments),
    /// Check models, datasets, experiments, golden cases and releases; every problem with its place
    Check(CheckArguments),
    /// List what the workbench holds
    List(ListArguments),
    /// Make a new version or draft: what it changes, why, and the number that this asks for
    New(NewArguments),
    /// Say what differs between two models, how deep it goes, and what every factor weighs
    Diff(ModelDiffArguments),
    /// Score a dataset with one or more models
    Score(ScoreArguments),
    /// Compare a baseline with candidates over a dataset
    Compare(CompareArguments),
    /// Compare any two columns of scores in a CSV or Parquet file
    Metrics(MetricsArguments),
    /// Shake the ranking of one or more models: how far may it be trusted?
    Stress(StressArguments),
    /// Draft the bounds of an experiment from what moves without any change of the model
    Expect(ExpectArguments),
    /// Run experiments and archive their reports
    Run(RunArguments),
    /// Print or write the report of a stored run again
    Report(ReportArguments),
    /// Follow a metric over versions and stored runs
    Trend(TrendArguments),
    /// Put a note on a stored run, or print its notes
    Annotate(AnnotateArguments),
    /// Sign a version, release it, and put it live
    Release(ReleaseArguments),
    /// Go back to a released version at once
    Rollback(RollbackArguments),
    /// Import, generate, describe, compare, sample and verify datasets
    Dataset(DatasetArguments),
    /// Print the JSON Schema of a TOML file, for editors, or of what a command prints
    Schema(SchemaArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    Table,
    Json,
    Csv,
    Markdown,
}

impl TableFormat {
    /// Whether people read it, with the sentences of a report around; the others are for programs.
    pub fn for_people(self) -> bool {
        matches!(self, TableFormat::Table | TableFormat::Markdown)
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clout init my-scores && cd my-scores && clout run experiments/trimmed-audience.toml"
)]
pub struct InitArguments {
    /// The folder; it must be new or empty
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clout check\n  clout check models/clout/1.1.0.toml")]
pub struct CheckArguments {
    /// Files to check (default: everything in the workbench)
    pub files: Vec<PathBuf>,
    /// The day by which waivers and retired signals are judged, YYYY-MM-DD (default: today, UTC)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// Which rows of which dataset.
#[derive(Debug, Args)]
pub struct Rows {
    /// The dataset, by name or folder (default: the only one there is)
    #[arg(long = "on", value_name = "DATASET")]
    pub on: Option<String>,
    /// A snapshot; may be repeated (default: the latest)
    #[arg(long = "snapshot", value_name = "NAME", conflicts_with = "all_snapshots")]
    pub snapshots: Vec<String>,
    /// Every snapshot, each by itself
    #[arg(long)]
    pub all_snapshots: bool,
    /// The topic, for a dataset with a row per account and topic
    #[arg(long)]
    pub topic: Option<String>,
}

impl Rows {
    pub fn snapshots(&self) -> Snapshots {
        match (self.all_snapshots, self.snapshots.as_slice()) {
            (true, _) => Snapshots::All,
            (false, []) => Snapshots::Latest,
            (false, names) => Snapshots::Named(names.to_vec()),
        }
    }
}

/// Models over rows, none of them the baseline of the others.
#[derive(Debug, Args)]
pub struct NamedModels {
    /// Models: family@version, or a version file
    #[arg(required = true, value_name = "MODEL")]
    pub models: Vec<String>,
    #[command(flatten)]
    pub rows: Rows,
    /// Edit every model named, as a scratch draft; may be repeated
    #[arg(long = "set", value_name = "EDIT")]
    pub edits: Vec<String>,
}

impl NamedModels {
    /// The plan's order: the first model in the baseline's place.
    pub fn order(&self) -> CompareOrder {
        let named = |name: &String| ModelName { name: name.clone(), edits: self.edits.clone() };
        let mut models = self.models.iter().map(named);
        CompareOrder {
            baseline: models.next().unwrap_or_default(),
            candidates: models.collect(),
            dataset: self.rows.on.clone(),
            snapshots: self.rows.snapshots(),
            topic: self.rows.topic.clone(),
            ..CompareOrder::default()
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout score clout@1.1.0\n  clout score clout@1.0.0 clout@1.1.0 --format csv\n  clout score clout@1.0.0 --set 'combine = max' --top 5"
)]
pub struct ScoreArguments {
    #[command(flatten)]
    pub named: NamedModels,
    /// Print only the best so many of each model (default: 20 as a table, all otherwise)
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout compare clout@1.0.0 clout@1.1.0\n  clout compare clout@1.0.0 clout@1.1.0 --snapshot 2011-08 --format json\n  clout compare clout@1.0.0 --set 'weight[tag=audience] *= 0.5'"
)]
pub struct CompareArguments {
    /// The baseline: family@version, or a version file
    pub baseline: String,
    /// The candidates; with --set and none named, the edited baseline
    pub candidates: Vec<String>,
    #[command(flatten)]
    pub rows: Rows,
    /// Edit the candidates (or, if none is named, a copy of the baseline); may be repeated
    #[arg(long = "set", value_name = "EDIT")]
    pub edits: Vec<String>,
    /// Least share of accounts that both models must score, else exit code 3 (default: 0.5)
    #[arg(long, value_name = "SHARE")]
    pub minimum_overlap: Option<f64>,
    /// A segment column by which accounts are also looked at group by group; may be repeated
    #[arg(long = "segment", value_name = "COLUMN")]
    pub segments: Vec<String>,
    #[command(flatten)]
    pub intervals: IntervalArguments,
    /// Print every table, not only the first screen
    #[arg(long)]
    pub all: bool,
    /// Print where the time went, on standard error
    #[arg(long)]
    pub timings: bool,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

/// Sampling error, where it is asked for.
#[derive(Debug, Args)]
pub struct IntervalArguments {
    /// Estimate sampling error by drawing the accounts (or their clusters) again
    #[arg(long)]
    pub intervals: bool,
    /// How many times the data are drawn again (default: 1000)
    #[arg(long, value_name = "N", requires = "intervals", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub replicates: Option<u32>,
    /// What the intervals are meant to cover (default: 0.95)
    #[arg(long, value_name = "SHARE", requires = "intervals")]
    pub level: Option<f64>,
    /// Another seed draws other replicates (default: 1)
    #[arg(long, value_name = "SEED", requires = "intervals")]
    pub seed: Option<u64>,
}

impl IntervalArguments {
    pub fn uncertainty(&self) -> Result<Option<Uncertainty>, Diagnostic> {
        if let Some(level) = self.level.filter(|level| !(0.5..=0.999).contains(level)) {
            return Err(Diagnostic::new("--level", format!("{level} does not lie between 0.5 and 0.999")));
        }
        let usual = Uncertainty::default();
        Ok(self.intervals.then(|| Uncertainty {
            level: self.level.unwrap_or(usual.level),
            replicates: self.replicates.unwrap_or(usual.replicates),
            seed: self.seed.unwrap_or(usual.seed),
            ..usual
        }))
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout expect harmless-retune\n  clout expect experiments/harmless-retune.toml --margin 0.5 >> experiments/harmless-retune.toml"
)]
pub struct ExpectArguments {
    /// An experiment, by name or file
    pub experiment: String,
    /// How much further than the worst value seen a bound lies, as a share of its distance from no change
    #[arg(long, value_name = "SHARE", default_value_t = 0.25)]
    pub margin: f64,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout metrics scores.csv --baseline old --candidate new\n  clout metrics scores.csv --baseline old --candidate new --metric 'overlap-at-k[k=25]' --format json"
)]
pub struct MetricsArguments {
    /// A CSV (also gzip'd) or Parquet file
    pub file: PathBuf,
    /// Column of the baseline's scores
    #[arg(long, value_name = "COLUMN")]
    pub baseline: String,
    /// Column of the candidate's scores
    #[arg(long, value_name = "COLUMN")]
    pub candidate: String,
    /// Column that names the account; it must be unique
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Lower edges of score bands, for migration; lowest first, separated by commas
    #[arg(long, value_name = "EDGES", value_delimiter = ',')]
    pub bands: Vec<f64>,
    /// A metric such as `psi` or `overlap-at-k[k=25]`; may be repeated (default: the standard set)
    #[arg(long = "metric", value_name = "METRIC")]
    pub metrics: Vec<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
#[command(
    after_help = "With --again the exit code is 0 if the run comes out again byte by byte, whatever its verdicts; 2 if files differ, and 3 if inputs changed.\n\nExamples:\n  clout run experiments/trimmed-audience.toml\n  clout run experiments/*.toml --format json\n  clout run --again trimmed-audience"
)]
pub struct RunArguments {
    /// Experiments: files, or names within experiments/
    #[arg(required_unless_present = "again", value_name = "EXPERIMENT")]
    pub experiments: Vec<String>,
    /// Prove that a stored run comes out again byte by byte, or name the inputs that changed
    #[arg(long, value_name = "RUN", conflicts_with = "experiments")]
    pub again: Option<String>,
    /// Print where the time went, on standard error
    #[arg(long, conflicts_with = "again")]
    pub timings: bool,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
pub struct DatasetArguments {
    #[command(subcommand)]
    pub command: DatasetCommand,
}

#[derive(Debug, Subcommand)]
pub enum DatasetCommand {
    /// Make a dataset from a CSV or Parquet file
    Import(Box<ImportArguments>),
    /// Make a synthetic dataset from a recipe
    Generate(GenerateArguments),
    /// Say what a dataset holds, or what became of its signals between two snapshots
    Describe(DescribeArguments),
    /// Say what differs between two datasets: accounts, cells, columns, declarations
    Diff(DiffArguments),
    /// Compare an old and a new definition of a signal, where both have values
    Overlap(OverlapArguments),
    /// Draw a panel from a large dataset, with weights
    Sample(Box<SampleArguments>),
    /// Read every cell and hold every file against its digest
    Verify(VerifyArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout dataset import accounts.csv --name mine --key user_id\n  clout dataset import all.csv --name youtube --where 'platform = youtube' --key handle --rename followers=youtube.followers\n  clout dataset import train.csv --name judged --pairs A_,B_ --label Choice"
)]
pub struct ImportArguments {
    /// A CSV (also gzip'd) or Parquet file
    pub file: PathBuf,
    /// Name of the new dataset
    #[arg(long)]
    pub name: String,
    /// The column that names the account (default: guessed by name)
    #[arg(long, value_name = "COLUMN")]
    pub key: Option<String>,
    /// The role of a column, where the guess is wrong; may be repeated
    #[arg(long = "role", value_name = "COLUMN=ROLE", value_parser = pair)]
    pub roles: Vec<(String, String)>,
    /// A new name for a column; may be repeated
    #[arg(long = "rename", value_name = "COLUMN=NAME", value_parser = pair)]
    pub renames: Vec<(String, String)>,
    /// Take only rows that pass, such as 'platform = youtube'; may be repeated
    #[arg(long = "where", value_name = "FILTER")]
    pub filters: Vec<String>,
    /// A column to leave out; may be repeated
    #[arg(long = "leave", value_name = "COLUMN")]
    pub leave: Vec<String>,
    /// Count cells such as nan and inf as missing instead of refusing them
    #[arg(long)]
    pub non_finite_is_missing: bool,
    /// Each line is a pair of accounts: the two prefixes of their columns
    #[arg(long, value_name = "A_,B_", requires = "label", conflicts_with_all = ["key", "roles", "filters", "leave"])]
    pub pairs: Option<String>,
    /// The column that is 1 where the first of a pair is preferred, 0 where the second is
    #[arg(long, value_name = "COLUMN", requires = "pairs")]
    pub label: Option<String>,
    /// One line for lists and reports
    #[arg(long)]
    pub title: Option<String>,
    /// The population that the rows were drawn from
    #[arg(long)]
    pub population: Option<String>,
    /// Where the data come from
    #[arg(long)]
    pub source: Option<String>,
    /// Under which licence they may be used
    #[arg(long)]
    pub licence: Option<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((column, value)) if !column.is_empty() && !value.is_empty() => Ok((column.to_string(), value.to_string())),
        _ => Err("write COLUMN=VALUE".to_string()),
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  clout dataset generate datasets/starter/recipe.toml")]
pub struct GenerateArguments {
    /// The recipe
    pub recipe: PathBuf,
    /// Where to put the dataset (default: datasets/NAME)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout dataset describe starter --snapshot 2011-08\n  clout dataset describe starter --from 2011-08 --to 2011-10"
)]
pub struct DescribeArguments {
    /// The dataset, by name or folder
    pub dataset: String,
    /// The snapshot to describe (default: the latest)
    #[arg(long, value_name = "NAME")]
    pub snapshot: Option<String>,
    /// Say what became of every signal since this snapshot
    #[arg(long, value_name = "NAME", requires = "to", conflicts_with = "snapshot")]
    pub from: Option<String>,
    /// The later snapshot of --from
    #[arg(long, value_name = "NAME", requires = "from")]
    pub to: Option<String>,
    /// The topic, for a dataset with a row per account and topic
    #[arg(long)]
    pub topic: Option<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Datasets, by name or folder
    #[arg(required = true, value_name = "DATASET")]
    pub names: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  clout schema model > schemas/model.schema.json")]
pub struct SchemaArguments {
    /// Which file the schema is for
    #[arg(value_enum)]
    pub kind: SchemaKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    Model,
    Family,
    Lock,
    Turn,
    Signature,
    Dataset,
    Experiment,
    Recipe,
    Golden,
    Attack,
    Identities,
    Outcome,
    Stress,
    ModelDiff,
    Look,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  clout completions bash > ~/.local/share/bash-completion/completions/clout")]
pub struct CompletionsArguments {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    /// An argument with the name of a global option is taken for it, and the command that has both
    /// panics when it is called.
    #[test]
    fn no_argument_has_the_name_of_a_global_option() {
        let line = super::Line::command();
        line.clone().debug_assert();
        let global: Vec<_> =
            line.get_arguments().filter(|argument| argument.is_global_set()).map(|a| a.get_id()).collect();
        assert!(global.len() >= 3);
        let mut commands: Vec<_> = line.get_subcommands().collect();
        while let Some(command) = commands.pop() {
            for argument in command.get_arguments() {
                assert!(!global.contains(&argument.get_id()), "{}: {}", command.get_name(), argument.get_id());
            }
            commands.extend(command.get_subcommands());
        }
    }
}
