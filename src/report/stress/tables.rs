//! The tables of the studies that shake a version, each composed once. A caption says what to look
//! for.

use super::words::{disturbance, estimate, place, places, spread};
use crate::experiment::stress::StressedVersion;
use crate::number::{percent, plain, thousands, two_decimals};
use crate::report::{Align, Table};
use crate::stability::findings::{Known, LeftOut, Moved, NoiseFindings, ReversalFindings, TimeFindings};

/// Rows of a table of factors.
pub(super) const FACTORS: usize = 20;

pub(super) fn sampling(version: &StressedVersion) -> Option<Table> {
    let found = version.sampling.as_ref().filter(|found| !found.accounts.is_empty())?;
    let caption = format!(
        "Places, had the counted events fallen out otherwise: look for ranges that do not meet ({} replicates, {} \
         intervals; accounts of one group cannot be told apart from its first)",
        thousands(found.replicates),
        percent(found.level)
    );
    let columns = [
        ("Account", Align::Left),
        ("Place", Align::Right),
        ("by itself", Align::Right),
        ("all at once", Align::Right),
        ("Group", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for account in &found.accounts {
        let range = |[low, high]: [f64; 2]| format!("{} to {}", place(low), place(high));
        table.row([
            account.account.clone(),
            place(account.place),
            range(account.alone),
            range(account.together),
            account.group.to_string(),
        ]);
    }
    Some(table)
}

pub(super) fn weights(version: &StressedVersion) -> Option<Table> {
    let found = version.weights.as_ref()?;
    let caption = format!(
        "Places under other weights: who has far ends owes the place to these weights ({} draws of {} weights; tau-b \
         {}; an account moves by {} places, nine draws in ten lie {} places apart)",
        thousands(found.draws),
        found.weights,
        spread(&found.tau, plain),
        spread(&found.rank_shift, places),
        places(found.width)
    );
    let columns = [
        ("Account", Align::Left),
        ("Place", Align::Right),
        ("mean", Align::Right),
        ("median", Align::Right),
        ("5 %", Align::Right),
        ("95 %", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for account in &found.accounts {
        let numbers = [account.nominal, account.mean, account.median, account.low, account.high];
        table.row(std::iter::once(account.account.clone()).chain(numbers.map(places)));
    }
    Some(table)
}

pub(super) fn sensitivity(version: &StressedVersion) -> Option<Table> {
    let found = version.sensitivity.as_ref()?;
    let caption = format!(
        "Which choices decide the order: the few large shares do, the others could be made otherwise ({} scorings; an \
         account moves by {} places on average, give or take {}; choices one by one explain {})",
        thousands(found.scorings),
        places(found.mean),
        places(found.deviation),
        estimate(&found.alone)
    );
    let columns = [("Choice", Align::Left), ("With others", Align::Right), ("by itself", Align::Right)];
    let mut table = Table::new(caption, &columns);
    for choice in &found.choices {
        table.row([choice.name.clone(), estimate(&choice.total), estimate(&choice.first)]);
    }
    Some(table)
}

pub(super) fn left_out(caption: &str, all: &[LeftOut<String>]) -> Option<Table> {
    if all.is_empty() {
        return None;
    }
    let which = match all.len() {
        few if few <= FACTORS => String::new(),
        many => format!(", the {FACTORS} of {many} that move the order most"),
    };
    let mut columns = vec![
        ("Without", Align::Left),
        ("tau-b", Align::Right),
        ("Places moved", Align::Right),
        ("Top kept", Align::Right),
        ("Points moved", Align::Right),
    ];
    // A copy of the report may name no account.
    let named = all.iter().any(|one| one.furthest.is_some());
    columns.extend(named.then_some(("Moves furthest", Align::Left)));
    let mut table = Table::new(format!("{caption}{which}: what moves most places carries the order"), &columns);
    for one in all.iter().take(FACTORS) {
        let furthest = one.furthest.as_ref().map_or(String::new(), |mover| {
            format!("{}: {} to {}", mover.account, place(mover.before), place(mover.after))
        });
        let cells = match &one.found {
            Known::Value(Moved { kendall_tau_b, rank_shift, top_kept, score_shift, .. }) => {
                [plain(*kendall_tau_b), places(*rank_shift), percent(*top_kept), two_decimals(*score_shift, false)]
            }
            Known::Undefined(reason) => [format!("undefined: {reason}"), String::new(), String::new(), String::new()],
        };
        table.row(std::iter::once(one.name.clone()).chain(cells).chain(named.then_some(furthest)));
    }
    Some(table)
}

pub(super) fn noise(found: &NoiseFindings) -> Table {
    let columns = [
        ("Disturbed by", Align::Left),
        ("Draws", Align::Right),
        ("tau-b", Align::Right),
        ("Places moved", Align::Right),
        ("Top kept", Align::Right),
        ("Points moved", Align::Right),
        ("Lost their score", Align::Right),
    ];
    let caption = "Signals measured badly: look for the row that is like your data (in brackets what nine draws in ten \
                   lie between)";
    let mut table = Table::new(caption, &columns);
    for one in &found.disturbed {
        table.row([
            disturbance(&one.disturbance),
            one.draws.to_string(),
            spread(&one.tau, plain),
            spread(&one.rank_shift, places),
            spread(&one.top_kept, percent),
            spread(&one.score_shift, places),
            two_decimals(one.lost, false),
        ]);
    }
    table
}

pub(super) fn time(found: &TimeFindings) -> Vec<Table> {
    let optional = |value: Option<f64>| value.map_or(String::new(), |value| two_decimals(value, false));
    let columns = [
        ("From", Align::Left),
        ("To", Align::Left),
        ("Accounts", Align::Right),
        ("tau-b", Align::Right),
        ("Top kept", Align::Right),
        ("Mean shift", Align::Right),
        ("PSI", Align::Right),
        ("Hardly changed", Align::Right),
        ("move, median", Align::Right),
        ("95 %", Align::Right),
    ];
    let caption = "From snapshot to snapshot, the model fixed: accounts whose data hardly changed should hardly move";
    let mut steps = Table::new(caption, &columns);
    for step in &found.steps {
        let psi = match &step.psi {
            Known::Value(psi) => plain(*psi),
            Known::Undefined(reason) => format!("undefined: {reason}"),
        };
        steps.row([
            step.from.clone(),
            step.to.clone(),
            thousands(step.both),
            plain(step.tau),
            percent(step.top_kept),
            two_decimals(step.mean_shift, true),
            psi,
            thousands(step.still),
            optional(step.still_median),
            optional(step.still_high),
        ]);
    }
    let columns = [("Snapshot", Align::Left), ("still there", Align::Right)];
    let mut survivors = Table::new("The first snapshot's top: a sudden loss is worth a look", &columns);
    for one in &found.survivors {
        survivors.row([one.snapshot.clone(), percent(one.share)]);
    }
    let mut tables = vec![steps, survivors];
    if !found.aged.is_empty() {
        let columns = [
            ("Fitted on", Align::Left),
            ("tau-b", Align::Right),
            ("Mean shift", Align::Right),
            ("Points moved", Align::Right),
        ];
        let caption = "The last snapshot, had the version been fitted on another one: a large shift says that it ages";
        let mut aged = Table::new(caption, &columns);
        for one in &found.aged {
            aged.row([
                one.reference.clone(),
                plain(one.tau),
                two_decimals(one.mean_shift, true),
                two_decimals(one.mean_absolute_shift, false),
            ]);
        }
        tables.push(aged);
    }
    tables
}

/// A pair that changed its order, as a sentence.
pub(super) fn reversed(found: &ReversalFindings<String>) -> Option<String> {
    let pair = found.example.as_ref()?;
    let score = |value: f64| two_decimals(value, false);
    Some(format!(
        "For example, {} stood above {} ({} and {}) and stands below now ({} and {}).",
        pair.above,
        pair.below,
        score(pair.before[0]),
        score(pair.before[1]),
        score(pair.after[0]),
        score(pair.after[1])
    ))
}
