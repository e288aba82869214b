//! `clout score`: accounts and their scores.

use cloutbench::experiment::{self, Plan};
use cloutbench::number::{percent, two_decimals};
use cloutbench::report::{Align, Table};
use cloutbench::workbench::ranks;

use crate::arguments::{ScoreArguments, Shared};
use crate::exit::{Exit, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;

/// Rows that a table shows unless told otherwise.
const SHOWN: usize = 20;

pub fn run(shared: &Shared, arguments: &ScoreArguments) -> Outcome {
    let bench = shared.open()?;
    let plan = bench.scoring_plan(&arguments.named.order())?;
    let scored = Watch::around(|engine, tell| experiment::score(&plan, engine, tell))?;
    // The command of a plan is that of a comparison.
    let command = plan.command.replacen("clout compare", "clout score", 1);
    record::looks(&bench, record::shown(&plan, &command))?;
    record::releases(&bench, &plan.models);
    let table = table(&plan, &scored, arguments);
    output::table(&table, arguments.format)?;
    for scores in scored.sets.iter().flat_map(|set| &set.scores).filter(|scores| scores.tally.unscored > 0) {
        output::note(&format!("note: {} accounts have no score under {}", scores.tally.unscored, scores.model));
    }
    Ok(Exit::Done)
}

fn table(plan: &Plan, scored: &experiment::Scored, arguments: &ScoreArguments) -> Table {
    let slices = || scored.sets.iter().flat_map(|set| set.index.slices.iter().map(move |slice| (set, slice)));
    let snapshots = slices().any(|(_, slice)| slice.snapshot.is_some());
    let ages = scored.sets.iter().any(|set| set.attributes.ages.is_some());
    let mut columns = vec![("model", Align::Left)];
    if snapshots {
        columns.push(("snapshot", Align::Left));
    }
    columns.extend([
        ("account", Align::Left),
        ("score", Align::Right),
        ("displayed", Align::Right),
        ("rank", Align::Right),
        ("confidence", Align::Right),
    ]);
    if ages {
        columns.push(("data-age", Align::Right));
    }
    let mut table = Table::new("", &columns);
    let people = arguments.format.for_people();
    let top = arguments.top.unwrap_or(if people { SHOWN } else { usize::MAX });
    for (place, model) in plan.models.iter().enumerate() {
        for (set, slice) in slices() {
            let slots = slice.start..slice.start + slice.accounts.len();
            let values = &set.scores[place].values[slots.clone()];
            let confidence = &set.scores[place].confidence[slots.clone()];
            let age_of = set.attributes.ages.as_ref().map(|ages| &ages[slots]);
            let ranks = ranks(values);
            let mut order: Vec<usize> = (0..values.len()).collect();
            if top < values.len() || people {
                // Accounts without a score come last, and ties stay in account order.
                order.sort_by(|left, right| ranks[*left].total_cmp(&ranks[*right]).then(left.cmp(right)));
            }
            for at in order.into_iter().take(top) {
                let mut cells = vec![model.id.to_string()];
                cells.extend(slice.snapshot.clone());
                let score = values[at];
                let exact = |value: f64| if value.is_nan() { String::new() } else { value.to_string() };
                cells.extend([
                    slice.accounts.text(at).into_owned(),
                    if people { two_decimals(score, false) } else { exact(score) },
                    exact(if score.is_nan() { score } else { model.display.show(score) }),
                    exact(ranks[at]),
                    if people { percent(confidence[at]) } else { exact(confidence[at]) },
                ]);
                if ages {
                    cells.push(exact(age_of.map_or(f64::NAN, |ages| ages[at])));
                }
                table.row(cells);
            }
        }
    }
    table
}
