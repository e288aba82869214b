//! Times the figures of two columns, each with its own sort, and all together
//! on shared orders:
//!
//! ```text
//! figures near|independent|tied ROWS [REPEATS] [--json]
//! figures --columns A.bin B.bin [REPEATS] [--json]
//! ```
//!
//! The columns are made by the crate's own generator, or read from files of
//! little-endian 64-bit floats. Each line is the least of REPEATS times (3) in
//! seconds and the value with 17 digits, so that a script can hold both
//! against another library.

#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::hint::black_box;
use std::time::Instant;

use cloutbench::stats::correlation::{kendall_tau_b, spearman};
use cloutbench::stats::distribution::Distribution;
use cloutbench::stats::divergence::{self, Bins};
use cloutbench::stats::grid::snap;
use cloutbench::stats::overlap::overlap_by_depth;
use cloutbench::stats::paired::Paired;
use cloutbench::stats::ranked::RankedPair;
use cloutbench::stats::rbo::{Ties, rbo};
use cloutbench::stats::resample::{Plan, Prepared, Replicates, Stream, TauB, Units};
use cloutbench::stats::shift::rank_shift;
use cloutbench::stats::tau_ap::tau_ap_b;
use cloutbench::stats::undefined::{Figure, Undefined};
use cloutbench::stats::weighted_tau::weighted_tau;
use cloutbench::stats::weights::Weights;

/// Rows and replicates of the bootstrap that is timed.
const DRAWN_ROWS: usize = 10_000;
const REPLICATES: usize = 1_000;
const PERSISTENCE: f64 = 0.98;

type Columns = [Vec<f64>; 2];

struct Line {
    name: &'static str,
    seconds: f64,
    value: Figure,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let from_files = options.iter().any(|option| option == "--columns");
    let ([first, second], repeats) = match words.as_slice() {
        [first, second, rest @ ..] if from_files => ([read(first)?, read(second)?], rest.first()),
        [kind, rows, rest @ ..] if !from_files => (made(kind, rows.parse()?)?, rest.first()),
        _ => return Err("figures near|independent|tied ROWS [REPEATS], or --columns A.bin B.bin [REPEATS]".into()),
    };
    let repeats: usize = repeats.map_or(Ok(3), |text| text.parse())?;
    let lines = lines(Paired::new(&first, &second)?, repeats.max(1))?;
    let digits = |value: &Figure| value.as_ref().map_or_else(|_| "null".to_string(), |value| format!("{value:.17e}"));
    if options.iter().any(|option| option == "--json") {
        let line = |line: &Line| {
            format!(r#""{}": {{"seconds": {:.6}, "value": {}}}"#, line.name, line.seconds, digits(&line.value))
        };
        let lines: Vec<String> = lines.iter().map(line).collect();
        println!("{{{}}}", lines.join(",\n "));
    } else {
        println!("{} rows, {} threads", first.len(), rayon::current_num_threads());
        for line in lines {
            println!("{:28} {:9.4} s  {}", line.name, line.seconds, digits(&line.value));
        }
    }
    Ok(())
}

/// Two columns of scores on the score grid.
fn made(kind: &str, rows: usize) -> Result<Columns, String> {
    let mut stream = Stream::new(1, "figures", 0);
    let first: Vec<f64> = (0..rows).map(|_| snap(50.0 + 12.0 * stream.normal())).collect();
    let second = match kind {
        "near" => first.iter().map(|score| snap(score + 2.0 * stream.normal())).collect(),
        "independent" => (0..rows).map(|_| snap(50.0 + 12.0 * stream.normal())).collect(),
        "tied" => {
            let second = first.iter().map(|score| (score + 2.0 * stream.normal()).round()).collect();
            return Ok([first.iter().map(|score| score.round()).collect(), second]);
        }
        _ => return Err(format!("`{kind}` is none of near, independent, tied")),
    };
    Ok([first, second])
}

#[expect(clippy::disallowed_methods, reason = "a program of its own, outside of the workbench")]
fn read(path: &str) -> Result<Vec<f64>, std::io::Error> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
}

fn lines(pairs: Paired<'_>, repeats: usize) -> Result<Vec<Line>, Undefined> {
    let line = |name: &'static str, figure: &dyn Fn() -> Figure| {
        let mut seconds = f64::INFINITY;
        let mut value = Err(Undefined::Empty);
        for _ in 0..repeats {
            let begin = Instant::now();
            value = black_box(figure());
            seconds = seconds.min(begin.elapsed().as_secs_f64());
        }
        Line { name, seconds, value }
    };
    let sides = || Ok([pairs.first(), pairs.second()].map(|column| Distribution::new(column, Weights::Equal)));
    let drift = |figure: fn(&Distribution, &Distribution) -> Figure| {
        let [first, second] = sides()?;
        figure(&first?, &second?)
    };
    let all_depths: Vec<usize> = (1..=pairs.len()).collect();
    let at_all_depths = || -> Figure {
        let figures = overlap_by_depth(pairs, &all_depths);
        Ok(figures.into_iter().flatten().sum::<f64>() / pairs.len() as f64)
    };
    // Every figure above once, on one sort of each column.
    let together = || -> Figure {
        let ranked = RankedPair::new(pairs);
        let first = Distribution::of_ranked(pairs.first(), ranked.first())?;
        let second = Distribution::of_ranked(pairs.second(), ranked.second())?;
        let top = ranked.top_heavy()?;
        let depths: f64 = ranked.overlap_by_depth(&all_depths).into_iter().flatten().sum();
        let of_ranks = [
            ranked.kendall_tau_b()?,
            ranked.spearman()?,
            top.weighted_tau,
            top.tau_ap_b,
            ranked.rbo(PERSISTENCE, Ties::Corrected)?.extrapolated,
            depths / pairs.len() as f64,
            ranked.rank_shift()?,
        ];
        let of_drift = [
            divergence::psi(&first, &second, &Bins::deciles(&first, 10)?)?,
            divergence::ks(&first, &second)?,
            divergence::wasserstein(&first, &second)?,
        ];
        Ok(of_ranks.iter().chain(&of_drift).sum())
    };
    let some = pairs.len().min(DRAWN_ROWS);
    let few = Paired::new(&pairs.first()[..some], &pairs.second()[..some])?;
    let plan = Plan { replicates: REPLICATES, level: 0.95, seed: 1, units: Units::accounts(some)? };
    let bootstrap = || -> Figure {
        let prepared = Prepared::new(few);
        let tau = TauB(&prepared);
        let drawn = Replicates::draw(&plan, &[&tau])?;
        let figures = drawn.figures(0);
        Ok(figures.iter().flatten().sum::<f64>() / figures.len() as f64)
    };
    Ok(vec![
        line("tau-b", &|| kendall_tau_b(pairs)),
        line("spearman", &|| spearman(pairs)),
        line("weighted-tau", &|| weighted_tau(pairs)),
        line("tau-ap", &|| tau_ap_b(pairs)),
        line("rbo", &|| Ok(rbo(pairs, PERSISTENCE, Ties::Corrected)?.extrapolated)),
        line("overlap at all depths", &at_all_depths),
        line("rank-shift", &|| rank_shift(pairs, Weights::Equal)),
        line("psi", &|| drift(|first, second| divergence::psi(first, second, &Bins::deciles(first, 10)?))),
        line("ks", &|| drift(divergence::ks)),
        line("wasserstein", &|| drift(divergence::wasserstein)),
        line("all of these together", &together),
        line("bootstrap of tau-b", &bootstrap),
    ])
}
