//! Scores a dataset with two models and measures figures between them, and says how long each step
//! took: our side of `benches/peers/run`, written as any user of the library would write it.
//!
//! ```console
//! $ cargo run --release --example against -- WORKBENCH DATASET BASELINE CANDIDATE [METRIC...]
//! ```
//!
//! Prints one line of JSON: the seconds of each step, and the values. Seconds do not hold the start
//! of the process; memory is measured by whoever runs this.

#![expect(clippy::print_stdout, reason = "an example prints its result")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use cloutbench::compare::measurement::measure_one;
use cloutbench::compare::metric::Metric;
use cloutbench::compare::{Comparison, Sides};
use cloutbench::dataset::index::{Index, Selection};
use cloutbench::score::{Engine, LocalEngine, Population, Unfitted};
use cloutbench::workbench::Workbench;
use serde_json::json;

/// Seconds by step.
struct Clock {
    last: Instant,
    seconds: BTreeMap<String, f64>,
}

impl Clock {
    fn start() -> Clock {
        Clock { last: Instant::now(), seconds: BTreeMap::new() }
    }

    /// Books the time since the last step.
    fn lap(&mut self, step: &str) {
        let now = Instant::now();
        self.seconds.insert(step.to_string(), now.duration_since(self.last).as_secs_f64());
        self.last = now;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workbench, dataset, baseline, candidate, metrics @ ..] = arguments.as_slice() else {
        return Err("needs WORKBENCH DATASET BASELINE CANDIDATE [METRIC...]".into());
    };
    let metrics = metrics.iter().map(|metric| metric.parse::<Metric>()).collect::<Result<Vec<_>, _>>()?;

    let mut clock = Clock::start();
    let workbench = Workbench::open(Some(Path::new(workbench)), BTreeMap::new())?;
    let models = [workbench.model(baseline, &[])?, workbench.model(candidate, &[])?];
    let dataset = workbench.dataset(dataset)?;
    clock.lap("open and verify");
    let index = Index::build(&dataset, &Selection::default())?;
    clock.lap("index");
    let population = Population { dataset: &dataset, index: &index };
    let unfitted = models.map(|model| Unfitted { model, reference: population, frozen: None });
    let fresh = LocalEngine::default().fit_and_score(&unfitted, &population, false)?;
    clock.lap("fit and score");
    let [baseline, candidate] = fresh.scores.as_slice() else {
        return Err("two models have two columns of scores".into());
    };

    let mut values = BTreeMap::new();
    if !metrics.is_empty() {
        let sides =
            Sides { baseline: (&baseline.values).into(), candidate: (&candidate.values).into(), ..Sides::default() };
        let comparison = Comparison::new(sides)?;
        clock.lap("join");
        for metric in &metrics {
            let label = metric.to_string();
            let measurement = measure_one(&comparison, metric, None);
            clock.lap(&label);
            // An undefined figure is null, which agrees with nothing.
            values.insert(label, measurement.point());
        }
    }
    let total: f64 = clock.seconds.values().sum();
    let mean = |scores: &[f64]| scores.iter().sum::<f64>() / scores.len() as f64;
    values.insert("mean of the baseline".to_string(), Some(mean(&baseline.values)));
    values.insert("mean of the candidate".to_string(), Some(mean(&candidate.values)));
    let printed = json!({ "seconds": clock.seconds, "total": total, "values": values });
    println!("{printed}");
    Ok(())
}
