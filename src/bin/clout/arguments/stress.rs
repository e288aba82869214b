//! What `clout stress` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cloutbench::compare::group::SegmentValue;
use cloutbench::stability::spec::Vary;

use super::{NamedModels, Redact, TableFormat};

#[derive(Debug, Args)]
#[command(
    after_help = "Studies are made on the latest of the snapshots that are named.\n\nExamples:\n  clout stress clout@1.0.0 clout@1.1.0 --on starter\n  clout stress clout@1.1.0 --on starter --study weights --draws 200\n  clout stress clout@1.1.0 --on starter --study noise --format json\n  clout stress clout@1.1.0 --on starter --study sensitivity --alternative 'combine: combine = max'\n  clout stress clout@2.0.0 --on panel --study gaming --cheats cohort=gamed --truth latent --out dossier"
)]
pub struct StressArguments {
    #[command(flatten)]
    pub named: NamedModels,
    /// A study; may be repeated (default: all)
    #[arg(long = "study", value_enum, value_name = "STUDY")]
    pub studies: Vec<Study>,
    /// How many times weights and events are drawn; events need 400 (default: 1000 and 400)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(200..=10_000))]
    pub draws: Option<u64>,
    /// How far every weight is drawn from that of the version (default: 0.25, and 0.5 where choices are weighed)
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub within: Option<f64>,
    /// Shares of weight drawn instead, around those of the version; the larger, the nearer
    #[arg(long, value_name = "NUMBER", value_parser = concentration, conflicts_with = "within")]
    pub concentration: Option<f64>,
    /// Which weights are varied (default: all, and those of networks where choices are weighed)
    #[arg(long, value_enum, value_name = "WEIGHTS")]
    pub vary: Option<Weighed>,
    /// Rows of the design behind sensitivity; with d choices it takes rows x (d + 2) scorings (default: 256)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(20..=65_536))]
    pub rows: Option<u64>,
    /// A choice beside the weights, as NAME: EDIT; EDIT; may be repeated
    #[arg(long = "alternative", value_name = "CHOICE")]
    pub alternatives: Vec<String>,
    /// An attack to try; may be repeated (default: all under attacks/)
    #[arg(long = "attack", value_name = "ATTACK")]
    pub attacks: Vec<String>,
    /// The greatest cost of an attack that is looked at (default: 100)
    #[arg(long, value_name = "COST", value_parser = cost)]
    pub most: Option<f64>,
    /// Accounts that are known to cheat: how far do they rise?
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = group)]
    pub cheats: Option<String>,
    /// An outcome column that says what accounts are worth, so that cheats are held against their like
    #[arg(long, value_name = "COLUMN")]
    pub truth: Option<String>,
    /// How many places count as the top (default: 50)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub top: Option<u64>,
    /// Another seed draws others (default: 1)
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Memory that each version may take, in MiB (default: 1024)
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub memory: Option<u64>,
    /// Also write a dossier with charts into a folder of its own
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What stands in place of the accounts' names
    #[arg(long, value_enum, default_value_t = Redact::None)]
    pub redact: Redact,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

/// Which weights are varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Weighed {
    /// Those of factors within their networks
    Factors,
    /// Those of networks
    Networks,
    /// Both
    All,
}

impl Weighed {
    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Weighed::Factors => "factors",
            Weighed::Networks => "networks",
            Weighed::All => "all",
        }
    }
}

impl From<Weighed> for Vary {
    fn from(weighed: Weighed) -> Vary {
        match weighed {
            Weighed::Factors => Vary::Factors,
            Weighed::Networks => Vary::Networks,
            Weighed::All => Vary::All,
        }
    }
}

/// A study of stability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Study {
    /// The events behind counts drawn again: how sure is a place?
    Sampling,
    /// Weights drawn around those of the version
    Weights,
    /// Which weights decide the order: all varied together
    Sensitivity,
    /// Every factor, and every network, left out in turn
    LeaveOut,
    /// Signals measured badly: noise, rounding, gaps, a network out, data of an earlier date
    Noise,
    /// The version over all snapshots
    Time,
    /// Others removed or made worse: does a pair change its order?
    Reversal,
    /// Attacks tried on every account: what does it cost to cheat?
    Gaming,
    /// Accounts that break a law: more of a good signal, or one more network, lowers a score
    Laws,
}

impl Study {
    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Study::Sampling => "sampling",
            Study::Weights => "weights",
            Study::Sensitivity => "sensitivity",
            Study::LeaveOut => "leave-out",
            Study::Noise => "noise",
            Study::Time => "time",
            Study::Reversal => "reversal",
            Study::Gaming => "gaming",
            Study::Laws => "laws",
        }
    }
}

fn between(what: &str, text: &str, [least, most]: [f64; 2]) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("{what} lies between {least} and {most}")),
    }
}

fn share(text: &str) -> Result<f64, String> {
    between("a share", text, [0.0, 1.0])
}

fn concentration(text: &str) -> Result<f64, String> {
    between("a concentration", text, [0.1, 1e6])
}

fn cost(text: &str) -> Result<f64, String> {
    between("a cost", text, [1e-6, 1e12])
}

fn group(text: &str) -> Result<String, String> {
    SegmentValue::parse(text).map(|_| text.to_string())
}
