//! Measures how often intervals hold what they claim, for METHODOLOGY.md.
//!
//! ```console
//! $ cargo run --release --example coverage -- 1000 400
//! ```
//!
//! The arguments are the samples and the replicates of each; seeds are fixed.
//! At a true coverage of 95 %, two standard errors of a percentage are 1.4
//! points from 1,000 samples and 2.8 from 250.

#![expect(clippy::print_stdout, reason = "an example prints its result")]

#[path = "../src/stats/resample/coverage/worlds.rs"]
mod worlds;

mod api {
    pub use cloutbench::stats::{distribution, divergence, elementary, overlap, paired, resample, undefined, weights};
}

use std::error::Error;

use rayon::prelude::*;
use worlds::{Covered, Effort, Ends, World};

const OFFERED: &[(&str, World)] = &[
    ("kendall-tau-b, true .59", World::Tau(0.8)),
    ("kendall-tau-b, true .86", World::Tau(0.975)),
    ("kendall-tau-b, with ties", World::TiedTau(0.8)),
    ("spearman, true .79", World::Rho(0.8)),
    ("spearman, true .97", World::Rho(0.975)),
    ("mean-shift", World::Shift),
    ("mean of skewed values (log-normal)", World::SkewedMean),
    ("share-moved, true 20 %", World::Moved(0.2)),
    ("share-moved, true 3 %", World::Moved(0.03)),
    ("auc by people", World::Area),
    ("auc by people, gain of a model", World::AreaGain),
    ("mean-shift, clusters of 10, by cluster", World::Clusters { whole: true }),
    ("mean-shift, uneven clusters, by cluster", World::UnevenClusters { whole: true }),
    ("mean over accounts and topics, both drawn", World::Crossed { both: true }),
];

const REFUSED: &[(&str, World)] = &[
    ("mean-shift, clusters of 10, by account", World::Clusters { whole: false }),
    ("mean-shift, uneven clusters, by account", World::UnevenClusters { whole: false }),
    ("mean over accounts and topics, accounts drawn", World::Crossed { both: false }),
    ("psi, no shift", World::Psi(0.0)),
    ("psi, shift of .05 deviations", World::Psi(0.05)),
    ("psi, shift of .2 deviations", World::Psi(0.2)),
    ("ks, no shift", World::Ks(0.0)),
    ("ks, shift of .02 deviations", World::Ks(0.02)),
    ("ks, shift of .2 deviations", World::Ks(0.2)),
    ("overlap-at-k, k = 10", World::Overlap),
];

/// Rows of a sample, and by what the number of samples is divided there.
const SIZES: [(usize, u64); 3] = [(100, 1), (1000, 1), (5000, 4)];

fn measure(world: World, effort: Effort, runs: u64) -> Result<Covered, Box<dyn Error>> {
    let truth = world.truth(effort.n)?;
    let ends: Result<Vec<Ends>, _> = (0..runs).into_par_iter().map(|run| world.intervals(effort, run)).collect();
    let mut covered = Covered::default();
    ends?.into_iter().for_each(|ends| covered.add(ends, truth));
    Ok(covered)
}

/// A percentage, with the share of samples that were offered an interval if it
/// is not all.
fn cell(covered: &Covered, method: usize, runs: u64) -> String {
    let Some(share) = covered.share(method) else {
        return "–".to_owned();
    };
    let offered = f64::from(covered.offered[method]) / runs as f64;
    let note = if offered < 1.0 { format!(" (of {:.1} %)", 100.0 * offered) } else { String::new() };
    format!("{:.1}{note}", 100.0 * share)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let runs = numbers.next().transpose()?.unwrap_or(1000);
    let replicates = numbers.next().transpose()?.unwrap_or(400) as usize;
    println!(
        "Coverage in % of intervals at 95 %; {runs} samples (at n = 5,000 a quarter), {replicates} replicates each.\n"
    );
    println!("| figure | n = 100: percentile | BCa | n = 1,000: percentile | BCa | n = 5,000: percentile | BCa |");
    println!("|---|---|---|---|---|---|---|");
    for (title, worlds) in [("offered", OFFERED), ("**not offered**", REFUSED)] {
        println!("| {title} | | | | | | |");
        for &(name, world) in worlds {
            let mut line = format!("| {name} |");
            for (n, fraction) in SIZES {
                let runs = runs / fraction;
                let covered = measure(world, Effort { n, replicates }, runs)?;
                for method in [0, 1] {
                    line += &format!(" {} |", cell(&covered, method, runs));
                }
            }
            println!("{line}");
        }
    }
    Ok(())
}
