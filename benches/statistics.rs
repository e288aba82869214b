//! The parts of the figures: the sort, each figure on sorted columns, all
//! figures together, and a bootstrap. `cargo bench --bench statistics` prints
//! them; `examples/figures.rs` times the same on any columns.

use std::hint::black_box;

use cloutbench::compare::measurement::measure;
use cloutbench::compare::metric::Metric;
use cloutbench::compare::{Banding, Comparison, Sides};
use cloutbench::stats::grid::snap;
use cloutbench::stats::paired::Paired;
use cloutbench::stats::ranked::{Ranked, RankedPair};
use cloutbench::stats::rbo::Ties;
use cloutbench::stats::resample::{Plan, Prepared, Replicates, Stream, TauB, Units};
use cloutbench::stats::tau_ap::tau_ap_b;
use cloutbench::stats::weighted_tau::weighted_tau;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Two score columns that agree as two versions of a score do.
fn columns(rows: usize) -> (Vec<f64>, Vec<f64>) {
    let mut stream = Stream::new(1, "statistics", 0);
    let row = |_| {
        let score = 50.0 + 12.0 * stream.normal();
        (snap(score), snap(score + 2.0 * stream.normal()))
    };
    (0..rows).map(row).unzip()
}

fn figures(criterion: &mut Criterion) {
    for rows in [100_000, 1_000_000] {
        let (first, second) = columns(rows);
        let pairs = Paired::new(&first, &second).expect("finite columns of one length");
        let ranked = RankedPair::new(pairs);
        let mut group = criterion.benchmark_group(format!("{rows} rows"));
        group.sample_size(10).throughput(Throughput::Elements(rows as u64));
        group.bench_function("sort one column", |bencher| bencher.iter(|| Ranked::new(&first)));
        group.bench_function("sort both columns", |bencher| bencher.iter(|| RankedPair::new(pairs)));
        group.bench_function("tau-b, sorted", |bencher| bencher.iter(|| ranked.kendall_tau_b()));
        group.bench_function("spearman, sorted", |bencher| bencher.iter(|| ranked.spearman()));
        group.bench_function("rbo, sorted", |bencher| bencher.iter(|| ranked.rbo(0.98, Ties::Corrected)));
        group.bench_function("weighted tau, sort included", |bencher| bencher.iter(|| weighted_tau(pairs)));
        group.bench_function("tau-ap, sort included", |bencher| bencher.iter(|| tau_ap_b(pairs)));
        group.bench_function("all standard metrics", |bencher| {
            bencher.iter(|| {
                let banding = Banding { edges: vec![0.0, 10.0, 25.0, 50.0, 75.0] };
                let sides =
                    Sides { baseline: (&first).into(), candidate: (&second).into(), banding, ..Sides::default() };
                Comparison::new(sides).map(|comparison| measure(&comparison, &Metric::standard(), None))
            });
        });
        group.finish();
    }
}

fn bootstrap(criterion: &mut Criterion) {
    const ROWS: usize = 10_000;
    let (first, second) = columns(ROWS);
    let prepared = Prepared::new(Paired::new(&first, &second).expect("finite columns of one length"));
    let plan = Plan { replicates: 1_000, level: 0.95, seed: 1, units: Units::accounts(ROWS).expect("some rows") };
    let mut group = criterion.benchmark_group("1,000 drawings of 10,000 rows");
    group.sample_size(10);
    group.bench_function("tau-b", |bencher| {
        bencher.iter(|| {
            let tau = TauB(&prepared);
            black_box(Replicates::draw(&plan, &[&tau]).is_ok())
        });
    });
    group.finish();
}

criterion_group!(statistics, figures, bootstrap);
criterion_main!(statistics);
