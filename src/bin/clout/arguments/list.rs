//! The arguments of lists.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cloutbench::dataset::index::Snapshots;
use cloutbench::date::Date;
use cloutbench::diagnostic::Diagnostic;
use cloutbench::experiment::{Judgement, Wanted};
use cloutbench::workbench::CompareOrder;

use super::TableFormat;

#[derive(Debug, Args)]
#[command(after_help = "\
Models stand below the version that they extend; csv, json and markdown say so as `parent` and `depth`, \
and have every column. The verdict is that of the runs of a version as it is now: of one run its own, of \
several a count, since runs hold no clock.

With --family and --on the versions of a family are scored, and each is held against the one that it \
extends and against the first; with --charts that and what every factor weighs are drawn as SVG and PNG.

Examples:
  clout list
  clout list metrics --format markdown
  clout list live --as-of 2012-09-01
  clout list models --family clout --on starter --charts charts
  clout list weights --family clout --format csv
  clout list runs --candidate clout --verdict failed")]
pub struct ListArguments {
    /// What to list
    #[arg(value_enum, default_value_t = Listed::Models)]
    pub what: Listed,
    /// The day that `models`, `live` and `retired` speak of, YYYY-MM-DD (default: today, UTC)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// The versions of this family alone (models, weights, live, retired)
    #[arg(long, value_name = "FAMILY")]
    pub family: Option<String>,
    /// Draw the family into this new folder (models)
    #[arg(long, value_name = "DIR", requires = "family")]
    pub charts: Option<PathBuf>,
    /// Score the family on this dataset (models), or runs on it alone (runs)
    #[arg(long = "on", value_name = "DATASET")]
    pub on: Option<String>,
    /// The snapshot of --on that the family is scored on (default: the latest)
    #[arg(long, value_name = "NAME", requires_all = ["on", "family"])]
    pub snapshot: Option<String>,
    /// The topic of --on, for a dataset with a row per account and topic
    #[arg(long, requires_all = ["on", "family"])]
    pub topic: Option<String>,
    /// Runs of this experiment alone
    #[arg(long, value_name = "NAME")]
    pub experiment: Option<String>,
    /// Runs with this candidate alone: family@version, or a family
    #[arg(long, value_name = "MODEL")]
    pub candidate: Option<String>,
    /// Runs that came to this alone
    #[arg(long, value_enum)]
    pub verdict: Option<Came>,
    /// Runs made by this version of the tool alone
    #[arg(long, value_name = "VERSION")]
    pub tool: Option<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Versions of the score, each below the one that it extends
    Models,
    /// What every factor weighs in the versions of a family
    Weights,
    /// Which version is live, and for whom
    Live,
    /// Signals that are gone, the versions that read them, and what these still score
    Retired,
    Datasets,
    Experiments,
    /// Stored runs
    Runs,
    /// Looks at holdouts
    Looks,
    Metrics,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Came {
    /// Every expectation is met
    Met,
    /// An expectation failed
    Failed,
    /// Nothing was expected
    None,
}

impl ListArguments {
    /// Which runs are asked for.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            experiment: self.experiment.clone(),
            on: self.on.clone(),
            candidate: self.candidate.clone(),
            verdict: self.verdict.map(|verdict| match verdict {
                Came::Met => Judgement::Met,
                Came::Failed => Judgement::Failed,
                Came::None => Judgement::None,
            }),
            tool: self.tool.clone(),
        }
    }

    /// The rows that a family is scored on; none where no dataset is named.
    pub fn order(&self) -> Option<CompareOrder> {
        self.on.as_ref().map(|dataset| CompareOrder {
            dataset: Some(dataset.clone()),
            snapshots: self.snapshot.clone().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name])),
            topic: self.topic.clone(),
            ..CompareOrder::default()
        })
    }

    /// Options that do not go with what is listed.
    pub fn check(&self) -> Result<(), Diagnostic> {
        use Listed::{Live, Models, Retired, Runs, Weights};
        let stated: [(&str, bool, &[Listed]); 7] = [
            ("--family", self.family.is_some(), &[Models, Weights, Live, Retired]),
            ("--charts", self.charts.is_some(), &[Models]),
            ("--on", self.on.is_some(), &[Models, Runs]),
            ("--experiment", self.experiment.is_some(), &[Runs]),
            ("--candidate", self.candidate.is_some(), &[Runs]),
            ("--verdict", self.verdict.is_some(), &[Runs]),
            ("--tool", self.tool.is_some(), &[Runs]),
        ];
        let name = |what: &Listed| what.to_possible_value().map_or(String::new(), |value| value.get_name().to_string());
        for (option, is_stated, fits) in stated {
            if is_stated && !fits.contains(&self.what) {
                let lists: Vec<String> = fits.iter().map(|what| format!("`clout list {}`", name(what))).collect();
                let problem = Diagnostic::new(option, format!("`clout list {}` does not take it", name(&self.what)));
                return Err(problem.hint(format!("it goes with {}", lists.join(", "))));
            }
        }
        if self.what == Models && self.on.is_some() && self.family.is_none() {
            let problem = Diagnostic::new("--on", "only a family can be scored, and none is named");
            return Err(problem.hint("name it with --family"));
        }
        Ok(())
    }
}
