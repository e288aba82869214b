//! What `clout stress` takes.

use clap::{Args, ValueEnum};

use super::{NamedModels, TableFormat};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clout stress clout@1.0.0 clout@1.1.0 --on starter\n  clout stress clout@1.1.0 --on starter --study weights --draws 200\n  clout stress clout@1.1.0 --on starter --study noise --format json"
)]
pub struct StressArguments {
    #[command(flatten)]
    pub named: NamedModels,
    /// A study; may be repeated (default: all)
    #[arg(long = "study", value_enum, value_name = "STUDY")]
    pub studies: Vec<Study>,
    /// How many times weights and events are drawn (default: 1000 and 400)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(400..=10_000))]
    pub draws: Option<u64>,
    /// How far every weight is drawn from that of the version (default: 0.25)
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub within: Option<f64>,
    /// How many places count as the top (default: 50)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub top: Option<u64>,
    /// Another seed draws others (default: 1)
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Memory that each version may take, in MiB (default: 1024)
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub memory: Option<u64>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
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
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share lies between 0 and 1".to_string()),
    }
}
