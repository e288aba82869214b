//! `clout list runs`: stored runs, all of them or those that are asked for.

use cloutbench::experiment::{Judgement, Outcome, Wanted};
use cloutbench::number::counted;
use cloutbench::report::{Align, Table};
use cloutbench::workbench::{LeftOut, StoredRun, Workbench, shown};

use super::broken;
use crate::annotate;
use crate::arguments::{ListArguments, TableFormat};
use crate::exit::Failure;
use crate::output;

/// The outcomes of all stored runs that can be read; the others are told.
pub fn readable(bench: &Workbench) -> Result<Vec<Outcome>, Failure> {
    let (runs, left_out) = bench.stored_runs()?;
    tell(&left_out);
    Ok(runs.into_iter().map(|run| run.outcome).collect())
}

fn tell(left_out: &[LeftOut]) {
    for LeftOut { name, reason } in left_out {
        output::note(&format!("note: {name} is left out: {reason}"));
    }
}

/// The runs that are asked for. Those that cannot be read are told in their place, or, where only some
/// are asked for, beside the list.
pub fn runs(bench: &Workbench, arguments: &ListArguments) -> Result<Table, Failure> {
    let wanted = arguments.wanted();
    let (stored, left_out) = bench.stored_runs()?;
    let outcomes: Vec<Outcome> = stored.iter().map(|run| run.outcome.clone()).collect();
    if !wanted.is_all() {
        tell(&left_out);
        if let Some(problem) = wanted.unknown(&outcomes).filter(|_| !outcomes.is_empty()) {
            return Err(problem.into());
        }
    }
    let people = arguments.format == TableFormat::Table;
    let mut columns = vec![
        ("Experiment", Align::Left),
        ("Run", Align::Left),
        ("Verdict", Align::Left),
        ("Candidates", Align::Left),
        ("Notes", Align::Left),
    ];
    if !people {
        columns.extend([("Baseline", Align::Left), ("Datasets", Align::Left), ("Tool", Align::Left)]);
    }
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for run in stored.iter().filter(|run| wanted.takes(&run.outcome)) {
        rows.push((shown(&run.path), row(bench, run, people)));
    }
    for LeftOut { name, reason } in left_out.iter().filter(|_| wanted.is_all()) {
        let mut cells = vec![String::new(); columns.len()];
        (cells[0], cells[2]) = (name.clone(), format!("broken: {reason}"));
        rows.push((name.clone(), cells));
    }
    rows.sort();
    let mut table = Table::new("", &columns);
    rows.into_iter().for_each(|(_, cells)| table.row(cells));
    if table.rows.is_empty() && !wanted.is_all() {
        none(&wanted, &outcomes);
    }
    Ok(table)
}

fn row(bench: &Workbench, run: &StoredRun, people: bool) -> Vec<String> {
    let outcome = &run.outcome;
    let golden = outcome.golden.iter().map(|verdict| verdict.met);
    let met: Vec<bool> = outcome.verdicts.iter().map(|verdict| verdict.met).chain(golden).collect();
    let failed = met.iter().filter(|met| !**met).count();
    let verdict = match (met.len(), failed) {
        (0, _) => "nothing expected".to_string(),
        (all, 0) => format!("{all} met"),
        (all, failed) => format!("{failed} of {all} FAILED"),
    };
    let candidates: Vec<String> = outcome.models.iter().skip(1).map(|model| model.id.clone()).collect();
    let latest = match bench.notes(&run.path) {
        Ok(notes) => notes.last().map_or(String::new(), |note| annotate::cut(&note.text)),
        Err(error) => broken(&error),
    };
    let mut cells =
        vec![outcome.experiment.name.clone(), outcome.run_id.clone(), verdict, candidates.join(", "), latest];
    if !people {
        let datasets: Vec<String> = outcome.datasets.iter().map(|dataset| dataset.name.clone()).collect();
        let baseline = outcome.models.first().map_or(String::new(), |model| model.id.clone());
        cells.extend([baseline, datasets.join(", "), outcome.tool.clone()]);
    }
    cells
}

/// Says of filters that no run passes what there is.
fn none(wanted: &Wanted, runs: &[Outcome]) {
    if runs.is_empty() {
        return output::note("there are no stored runs that can be read; `clout run experiments/NAME.toml` makes one");
    }
    let alone: Vec<String> =
        wanted.by_itself(runs).iter().map(|(option, count)| format!("{count} ({option})")).collect();
    let all = counted(runs.len() as u64, "stored run");
    let came = Judgement::ALL.map(|judgement| {
        let count = runs.iter().filter(|run| Judgement::of(run) == judgement).count();
        format!("{count} {}", judgement.name())
    });
    let (alone, came) = (alone.join(", "), came.join(", "));
    output::note(&format!("none of {all} passes; each filter by itself takes {alone}; verdicts are {came}"));
}
