//! `clout diff`: model against model.

use cloutbench::diagnostic::visible;
use cloutbench::experiment;
use cloutbench::ids::ModelId;
use cloutbench::model::diff::{Change, FactorShares, Kind, ModelDiff, Side, diff, inline};
use cloutbench::number::{counted, percent};
use cloutbench::report::markdown::escape;
use cloutbench::report::{Align, Table, cut, terminal};
use serde_json::Value;

use crate::arguments::{ModelDiffArguments, Shared, TableFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::output;
use crate::record;
use crate::watch::Watch;

/// Characters of a value that people see; JSON and CSV have all of them.
const LONGEST: usize = 40;

pub fn run(shared: &Shared, arguments: &ModelDiffArguments) -> Outcome {
    let bench = shared.open()?;
    let (old, commit) = match &arguments.git {
        Some(revision) => {
            let (model, commit) = bench.model_at(&arguments.old, revision)?;
            (model, Some(commit))
        }
        None => (bench.model(&arguments.old, &[])?, None),
    };
    let new = bench.model(arguments.new_name(), &[])?;
    let mut found = diff(&old, &new);
    // What stood at a commit is not held against what was released since.
    let of_today = if commit.is_some() { vec![new.clone()] } else { vec![old.clone(), new.clone()] };
    record::releases(&bench, &of_today);
    found.old.commit = commit;
    if let Some(order) = arguments.order() {
        let plan = bench.weighing_plan(&order, vec![old, new])?;
        Watch::around(|engine, tell| experiment::weigh(&plan, engine, tell, &mut found))?;
        let command = plan.command.replacen("clout compare", "clout diff", 1);
        record::looks(&bench, record::shown(&plan, &command))?;
    }
    show(&found, arguments.format)?;
    Ok(Exit::Done)
}

fn show(found: &ModelDiff, format: TableFormat) -> Result<(), Failure> {
    match format {
        TableFormat::Json => output::json(found),
        TableFormat::Csv => output::table(&exact_changes(found), format),
        TableFormat::Table | TableFormat::Markdown => {
            for line in verdict(found) {
                let markdown = format == TableFormat::Markdown;
                let shown = if markdown { format!("{}\n\n", escape(&line)) } else { format!("{}\n", visible(&line)) };
                output::print(&shown)?;
            }
            let tables = [changes(found, format), shares(found)];
            for (at, table) in tables.iter().filter(|table| !table.rows.is_empty()).enumerate() {
                if at > 0 || format == TableFormat::Table {
                    output::print("\n")?;
                }
                output::table(table, format)?;
                if at == 0 && format == TableFormat::Table {
                    output::print(&terminal::list(&reasons(found), output::style()))?;
                }
            }
            Ok(())
        }
    }
}

/// A model, and the commit that it was read at.
fn name(side: &Side) -> String {
    match &side.commit {
        Some(commit) => format!("{} at {}", side.model, commit.chars().take(12).collect::<String>()),
        None => side.model.clone(),
    }
}

/// What it comes to, in a line or two.
pub fn verdict(found: &ModelDiff) -> Vec<String> {
    let sides = format!("{} to {}", name(&found.old), name(&found.new));
    let Some(class) = found.class else { return vec![format!("{sides}: nothing differs")] };
    let count = counted(found.changes.len() as u64, "change");
    let first = format!("{sides}: {}, {count}; {}", class.name(), class.promise());
    let draft = found.new.model.parse::<ModelId>().is_ok_and(|id| id.draft_name().is_some());
    let step = match (&found.suggested, found.numbered) {
        (Some(least), None) if draft => Some(format!("a {} step: release it as {least} or higher", found.bump.name())),
        // A step backwards asks for no number.
        (None, _) | (_, None) => None,
        (Some(least), Some(false)) => {
            Some(format!("the version is numbered too low: a {} step asks for {least}", found.bump.name()))
        }
        (Some(least), Some(true)) => Some(format!("a {} step: at least {least}", found.bump.name())),
    };
    std::iter::once(first).chain(step).collect()
}

/// Why changes are of their classes, each reason once, with how many share it.
fn reasons(found: &ModelDiff) -> Vec<String> {
    let mut counted: Vec<(&Change, usize)> = Vec::new();
    for change in &found.changes {
        match counted.iter_mut().find(|(known, _)| (known.class, &known.why) == (change.class, &change.why)) {
            Some((_, count)) => *count += 1,
            None => counted.push((change, 1)),
        }
    }
    counted.into_iter().map(|(change, count)| format!("{} ({count}): {}", change.class.name(), change.why)).collect()
}

/// Every change for programs, each in a row of its own cells.
fn exact_changes(found: &ModelDiff) -> Table {
    let columns = ["What", "Old", "New", "Class", "Why"].map(|title| (title, Align::Left));
    let mut table = Table::new("", &columns);
    for change in &found.changes {
        let value = |value: &Option<Value>| value.as_ref().map(inline).unwrap_or_default();
        let (old, new) = (value(&change.old), value(&change.new));
        table.row([change.path.clone(), old, new, change.class.name().to_string(), change.why.clone()]);
    }
    table
}

/// Every change for people; a terminal has no room for the reasons, which stand below.
fn changes(found: &ModelDiff, format: TableFormat) -> Table {
    let reasons = format == TableFormat::Markdown;
    let mut columns = vec![("What", Align::Left), ("Change", Align::Left), ("Class", Align::Left)];
    columns.extend(reasons.then_some(("Why", Align::Left)));
    let mut table = Table::new("", &columns);
    for Change { path, kind, old, new, class, why } in &found.changes {
        // A thing that is not there differs from one that states nothing.
        let value = |value: &Option<Value>, absent: bool| match value {
            Some(value) => cut(&inline(value), LONGEST),
            None if absent => "–".to_string(),
            None => "none".to_string(),
        };
        let change = format!("{} → {}", value(old, *kind == Kind::Added), value(new, *kind == Kind::Removed));
        let cells = [path.clone(), change, class.name().to_string()];
        table.row(cells.into_iter().chain(reasons.then(|| why.clone())));
    }
    table
}

/// Factors that the table of shares lists; JSON has all of them.
const FACTORS: usize = 20;

/// What the factors weigh, those that change most first; without those that keep all their shares.
fn shares(found: &ModelDiff) -> Table {
    let moved = |shares: &FactorShares| {
        [shares.effective, shares.realised].map(|sides| {
            let [before, after] = sides.map(Option::unwrap_or_default);
            (after - before).abs()
        })
    };
    // Shares are sums of shares: the last bits are no change.
    let most = |shares: &FactorShares| moved(shares).into_iter().fold(0.0, f64::max);
    let differs = |shares: &FactorShares| shares.weight[0] != shares.weight[1] || most(shares) > 1e-12;
    let mut listed: Vec<&FactorShares> = found.factors.iter().filter(|shares| differs(shares)).collect();
    listed.sort_by(|left, right| most(right).total_cmp(&most(left)));
    let mut columns = vec![("Factor", Align::Left), ("Weight", Align::Right), ("Share", Align::Right)];
    columns.extend(found.measured_on.as_ref().map(|_| ("Realised", Align::Right)));
    let mut table = Table::new(caption(found, listed.len()), &columns);
    for shares in listed.into_iter().take(FACTORS) {
        let mut row = vec![format!("{}/{}", shares.network, shares.factor)];
        row.push(sides(shares.weight.map(|weight| weight.map(|weight| weight.to_string()))));
        row.push(sides(shares.effective.map(|share| share.map(percent))));
        row.extend(found.measured_on.as_ref().map(|_| sides(shares.realised.map(|share| share.map(percent)))));
        table.row(row);
    }
    table
}

/// `3 → 2.7`, or the value alone where both sides show the same.
fn sides(values: [Option<String>; 2]) -> String {
    let [before, after] = values.map(|value| value.unwrap_or("–".to_string()));
    if before == after { before } else { format!("{before} → {after}") }
}

/// What the table of shares says, and how many factors change.
fn caption(found: &ModelDiff, changed: usize) -> String {
    let all = counted(found.factors.len() as u64, "factor");
    let what = "What a factor weighs: its share of the strength where all factors have one value";
    let mut caption = format!("{what}; {changed} of {all} change");
    if changed > FACTORS {
        caption.push_str(&format!(", the {FACTORS} that change most are listed"));
    }
    if let Some(on) = &found.measured_on {
        let place: Vec<&str> =
            [Some(on.dataset.as_str()), on.topic.as_deref(), on.snapshot.as_deref()].into_iter().flatten().collect();
        caption.push_str(&format!(". Realised: its share of the variance of strengths on {}", place.join(" ")));
    }
    caption
}
