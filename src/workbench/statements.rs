//! Single accounts of a stored run: read from its scores, whose digest the lock names, and nothing
//! is scored. The table is streamed, and of its rows those of the asked accounts are kept.

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow_array::RecordBatch;

use super::archive::StoredRun;
use super::error::Result;
use super::plan::listed;
use super::{Workbench, files};
use crate::dataset::manifest::NonFinite;
use crate::dataset::table::{self, Table, text_at};
use crate::diagnostic::{Diagnostic, nearest};
use crate::experiment::outcome::{ComparisonSummary, Outcome};
use crate::model::diff::{self, ModelDiff};
use crate::report::statement::{Sides, Standing, Statement, statement, unknown};

/// The scores of a run.
const SCORES: &str = "scores.parquet";
const COLUMNS: [&str; 8] = ["dataset", "snapshot", "topic", "model", "account", "score", "displayed", "rank"];
/// Unknown accounts for which the nearest known one is looked for.
const NEAREST: usize = 5;

/// Statements of the asked accounts, in the order of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    pub statements: Vec<Statement>,
    /// Distinct accounts that were asked for.
    pub asked: usize,
    /// Accounts that were listed more than once.
    pub repeated: usize,
    /// Accounts that the run does not have, and for the first few the nearest that it has.
    pub unknown: Vec<(String, Option<String>)>,
}

/// What is read of one side of a comparison.
struct Wanted {
    /// Dataset, snapshot, topic and model.
    key: [Option<String>; 4],
    scored: u64,
    /// By the number of the account; none where it is there and has no score.
    found: BTreeMap<usize, Option<Standing>>,
}

/// Accounts by number, as the table writes its keys.
struct Asked {
    names: Vec<String>,
    by_name: BTreeMap<String, usize>,
}

impl Workbench {
    /// The statements of some accounts under one candidate, for each of its comparisons.
    ///
    /// # Errors
    /// Wrong input: scores that are not those that the lock names, or that cannot be read.
    pub fn statements(&self, run: &StoredRun, candidate: &str, list: &[String]) -> Result<Stated> {
        let table = self.parquet(&self.verified_output(run, SCORES)?)?;
        let integers = table.schema().field_with_name("account").is_ok_and(|field| field.data_type().is_integer());
        let asked = Asked::of(list, integers);
        let comparisons: Vec<&ComparisonSummary> =
            run.outcome.comparisons.iter().filter(|summary| summary.candidate == candidate).collect();
        let mut wanted: Vec<Wanted> = comparisons.iter().flat_map(|summary| Wanted::of(summary)).collect();
        read(&table, &asked, &mut wanted)?;
        let mut stated =
            Stated { asked: asked.names.len(), repeated: list.len() - asked.names.len(), ..Stated::default() };
        for (at, account) in asked.names.iter().enumerate() {
            let of_account = stated.statements.len();
            for (summary, sides) in comparisons.iter().zip(wanted.chunks(2)) {
                if sides.iter().all(|side| !side.found.contains_key(&at)) {
                    continue;
                }
                let standing = |side: usize| sides.get(side).and_then(|side| side.found.get(&at).copied().flatten());
                let scored = |side: usize| sides.get(side).map_or(0, |side| side.scored);
                let sides = Sides { standings: [standing(0), standing(1)], scored: [scored(0), scored(1)] };
                stated.statements.push(statement(&run.outcome, summary, account, sides));
            }
            if stated.statements.len() == of_account {
                stated.statements.push(unknown(account));
                stated.unknown.push((account.clone(), None));
            }
        }
        suggest(&table, &mut stated.unknown)?;
        Ok(stated)
    }

    /// A list of accounts in a file: one a line, without empty lines and those that begin with `#`.
    pub fn listed_accounts(&self, path: &std::path::Path) -> Result<Vec<String>> {
        Ok(listed_in(&files::read_text(path)?))
    }

    /// What differs between two models of an outcome; none unless the workbench still has both as the
    /// run had them.
    pub fn stored_diff(&self, outcome: &Outcome, baseline: &str, candidate: &str) -> Option<ModelDiff> {
        let model = |id: &str| {
            let summary = outcome.models.iter().find(|model| model.id == id)?;
            // A draft is its version with the edits that made it.
            let name = if summary.draft_edits.is_empty() { id } else { id.split('+').next().unwrap_or(id) };
            let found = self.model(name, &summary.draft_edits).ok()?;
            (found.digest() == summary.digest).then_some(found)
        };
        Some(diff::diff(&*model(baseline)?, &*model(candidate)?))
    }
}

/// The accounts of a text, one a line, as a file of them has.
pub fn listed_in(text: &str) -> Vec<String> {
    listed(text).into_iter().map(|(_, account)| account).collect()
}

impl Wanted {
    /// Both sides of a comparison.
    fn of(summary: &ComparisonSummary) -> [Wanted; 2] {
        let place = &summary.place;
        let before = place.baseline_snapshot.clone().or(place.snapshot.clone());
        [(before, &summary.baseline), (place.snapshot.clone(), &summary.candidate)].map(|(snapshot, model)| Wanted {
            key: [Some(place.dataset.clone()), snapshot, place.topic.clone(), Some(model.clone())],
            scored: 0,
            found: BTreeMap::new(),
        })
    }
}

impl Asked {
    /// Each account once, in the order of the list; integers as the table prints them.
    fn of(list: &[String], integers: bool) -> Asked {
        let mut asked = Asked { names: Vec::new(), by_name: BTreeMap::new() };
        for text in list {
            let name = match text.parse::<i64>() {
                Ok(key) if integers => key.to_string(),
                _ => text.clone(),
            };
            if !asked.by_name.contains_key(&name) {
                asked.by_name.insert(name.clone(), asked.names.len());
                asked.names.push(name);
            }
        }
        asked
    }
}

/// Visits the batches of a table.
fn for_each_batch(
    table: &Table,
    columns: &[&str],
    mut visit: impl FnMut(&RecordBatch) -> std::result::Result<(), Diagnostic>,
) -> std::result::Result<(), Diagnostic> {
    for group in 0..table.row_groups() {
        for batch in table.read_group(group, columns)? {
            visit(&batch?)?;
        }
    }
    Ok(())
}

fn read(table: &Table, asked: &Asked, wanted: &mut [Wanted]) -> Result<()> {
    // Rows of one model and place stand together, so that their key is looked up once.
    let mut last: Option<[Option<String>; 4]> = None;
    let mut hits: Vec<usize> = Vec::new();
    for_each_batch(table, &COLUMNS, |batch| {
        let numbers = |at: usize| -> std::result::Result<Vec<f64>, Diagnostic> {
            table::numbers(batch.column(at), NonFinite::Missing).map_err(|problem| {
                Diagnostic::new(table.origin(), format!("column `{}`: {}", COLUMNS[at], problem.message))
            })
        };
        let (scores, displayed, ranks) = (numbers(5)?, numbers(6)?, numbers(7)?);
        for row in 0..batch.num_rows() {
            let key: [Option<Cow<'_, str>>; 4] = [0, 1, 2, 3].map(|at| text_at(batch.column(at), row));
            let same = last
                .as_ref()
                .is_some_and(|last| key.iter().zip(last).all(|(one, other)| one.as_deref() == other.as_deref()));
            if !same {
                let key = key.map(|text| text.map(Cow::into_owned));
                hits = (0..wanted.len()).filter(|at| wanted[*at].key == key).collect();
                last = Some(key);
            }
            if hits.is_empty() {
                continue;
            }
            let scored = !scores[row].is_nan();
            let account = text_at(batch.column(4), row).and_then(|name| asked.by_name.get(name.as_ref()).copied());
            for hit in &hits {
                wanted[*hit].scored += u64::from(scored);
                if let Some(account) = account {
                    let standing = Standing { score: scores[row], displayed: displayed[row], rank: ranks[row] };
                    wanted[*hit].found.insert(account, scored.then_some(standing));
                }
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Looks for the nearest known accounts of the first few that are unknown.
fn suggest(table: &Table, unknown: &mut [(String, Option<String>)]) -> Result<()> {
    if unknown.is_empty() {
        return Ok(());
    }
    let mut near: Vec<Vec<String>> = vec![Vec::new(); unknown.len().min(NEAREST)];
    for_each_batch(table, &["account"], |batch| {
        let known: Vec<Cow<'_, str>> = (0..batch.num_rows()).filter_map(|row| text_at(batch.column(0), row)).collect();
        for ((name, _), near) in unknown.iter().zip(&mut near) {
            near.extend(nearest(name, known.iter().map(AsRef::as_ref)).map(str::to_string));
            near.dedup();
        }
        Ok(())
    })?;
    for ((name, found), near) in unknown.iter_mut().zip(near) {
        *found = nearest(name, near.iter().map(String::as_str)).map(str::to_string);
    }
    Ok(())
}
