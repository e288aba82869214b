//! Who is in a panel for certain: the largest, those near an edge, those named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::error::{Result, WorkbenchError};
use super::super::{Workbench, files, shown};
use super::{SampleOrder, ScoresOrder};
use crate::dataset::Dataset;
use crate::dataset::csv::number;
use crate::dataset::index::{Index, Selection, Slice, Snapshots};
use crate::dataset::manifest::NonFinite;
use crate::dataset::sample::{self, Roll, Stratum};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::number::{counted, thousands};

impl Workbench {
    /// The stratum of each account that is taken for certain, the first that fits of top, edge and
    /// named; and the snapshot that decided.
    pub(super) fn certain(
        &self,
        dataset: &Dataset,
        roll: &Roll,
        order: &SampleOrder,
        remarks: &mut Vec<String>,
    ) -> Result<(Vec<Option<Stratum>>, Option<String>)> {
        let mut certain: Vec<Option<Stratum>> = vec![None; roll.len()];
        let mut take = |accounts: &[u32], stratum: Stratum| {
            for account in accounts {
                let _ = certain[*account as usize].get_or_insert(stratum);
            }
        };
        let from_dataset = order.edges.as_ref().is_some_and(|edges| edges.scores.is_none());
        // A snapshot that is named must be one of the dataset's, also where scores decide.
        let index = if order.top.is_some() || from_dataset || order.snapshot.is_some() {
            let snapshots = order.snapshot.clone().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name]));
            Some(Index::build(dataset, &Selection { snapshots, also: None, topic: order.topic.clone() })?)
        } else {
            None
        };
        let column = |name: &str| -> Result<Vec<(u32, f64)>> {
            let Some(index) = &index else { return Ok(Vec::new()) };
            let values = dataset.numbers_by_slot(name, index)?;
            Ok(index.slices.iter().flat_map(|slice| by_account(slice, &values, roll)).collect())
        };
        if let Some(top) = &order.top {
            let (accounts, tied) = sample::largest(&column(&top.column)?, top.count);
            if tied > 0 {
                remarks.push(format!(
                    "{} by `{}` are certain instead of {}: {tied} more tie at the end of the list",
                    thousands(accounts.len() as u64),
                    visible(&top.column),
                    thousands(top.count as u64)
                ));
            }
            take(&accounts, Stratum::Top);
        }
        if let Some(edges) = &order.edges {
            let values = match &edges.scores {
                None => column(&edges.column)?,
                Some(scores) => self.scores(scores, &edges.column, roll, order, remarks)?,
            };
            let accounts = sample::near(&values, &edges.edges, edges.within);
            if accounts.is_empty() {
                remarks.push(format!("no account lies within {} of an edge", edges.within));
            }
            take(&accounts, Stratum::Edge);
        }
        if let Some(file) = &order.named {
            take(&named(file, roll)?, Stratum::Named);
        }
        let latest = index.and_then(|index| index.slices.into_iter().next()).and_then(|slice| slice.snapshot);
        Ok((certain, order.snapshot.clone().or(latest)))
    }

    /// A column of a file of scores, by account of the roll.
    fn scores(
        &self,
        order: &ScoresOrder,
        column: &str,
        roll: &Roll,
        sample: &SampleOrder,
        remarks: &mut Vec<String>,
    ) -> Result<Vec<(u32, f64)>> {
        let origin = shown(&order.file);
        let table = self.if_parquet(&order.file)?;
        let mut records = self.records(&order.file, table.as_ref())?;
        let header = records.header().to_vec();
        let find = |name: &str| header.iter().position(|known| known == name);
        let required = |name: &str| {
            find(name).ok_or_else(|| {
                let message = format!("the file has no column `{}`", visible(name));
                Diagnostic::new(&origin, message).suggest(name, header.iter().map(String::as_str))
            })
        };
        let (account_at, value_at) = (required("account")?, required(column)?);
        // A row counts if it is of the model, snapshot and topic asked for, where the file has such
        // columns; where several are there and none is asked for, which is meant is not known.
        let asked = [("model", &order.model), ("snapshot", &sample.snapshot), ("topic", &sample.topic)];
        let filters: Vec<(usize, &str, Option<&String>)> =
            asked.iter().filter_map(|(name, wanted)| Some((find(name)?, *name, wanted.as_ref()))).collect();
        let mut seen: Vec<BTreeSet<String>> = vec![Default::default(); filters.len()];
        let mut values: BTreeMap<u32, f64> = BTreeMap::new();
        let (mut unknown, mut rows) = (0u64, 0u64);
        records.for_each(|cells| {
            for ((at, _, _), seen) in filters.iter().zip(&mut seen) {
                if !seen.contains(cells[*at]) {
                    seen.insert(cells[*at].to_string());
                }
            }
            if filters.iter().any(|(at, _, wanted)| wanted.is_some_and(|wanted| cells[*at] != wanted)) {
                return Ok(());
            }
            rows += 1;
            let value = number(cells[value_at], NonFinite::Refuse)
                .map_err(|message| format!("column `{}`: {message}", visible(column)))?;
            match roll.find(cells[account_at]).or_else(|| roll.find(unguarded(cells[account_at]))) {
                None => unknown += 1,
                Some(account) => {
                    // With several models or snapshots this is told below, by what is to be said.
                    let ambiguous =
                        filters.iter().zip(&seen).any(|((_, _, wanted), seen)| wanted.is_none() && seen.len() > 1);
                    let account = u32::try_from(account).unwrap_or(u32::MAX);
                    if values.insert(account, value).is_some() && !ambiguous {
                        return Err(format!("the account `{}` has two scores", visible(cells[account_at])));
                    }
                }
            }
            Ok(())
        })?;
        for ((_, name, wanted), seen) in filters.iter().zip(&seen) {
            let known = seen.iter().map(String::as_str);
            match wanted {
                Some(wanted) if !seen.contains(*wanted) => {
                    let message = format!("the file has no scores of the {name} `{}`", visible(wanted));
                    return Err(Diagnostic::new(&origin, message).suggest(wanted, known).into());
                }
                None if seen.len() > 1 => {
                    let message = format!("the file has scores of {} {name}s", seen.len());
                    let list: Vec<String> = known.take(8).map(|name| format!("`{}`", visible(name))).collect();
                    let hint = format!("choose one with --{name}: {}", list.join(", "));
                    return Err(Diagnostic::new(&origin, message).hint(hint).into());
                }
                _ => {}
            }
        }
        if values.is_empty() {
            let message =
                if rows == 0 { "the file has no scores" } else { "no account of the scores is in the dataset" };
            let problem = Diagnostic::new(&origin, message).hint("score the dataset that the panel is drawn from");
            return Err(WorkbenchError::NotComparable(problem));
        }
        if unknown > 0 {
            remarks.push(format!("{} are of accounts that the dataset does not have", counted(unknown, "score")));
        }
        Ok(values.into_iter().collect())
    }
}

/// The id of an account as it was before CSV output kept it from being a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}

fn by_account<'a>(slice: &'a Slice, values: &'a [f64], roll: &'a Roll) -> impl Iterator<Item = (u32, f64)> + 'a {
    (0..slice.accounts.len()).filter_map(move |at| {
        let account = u32::try_from(roll.find(&slice.accounts.text(at))?).ok()?;
        Some((account, values[slice.start + at]))
    })
}

/// The accounts of a file with one on each line.
fn named(file: &Path, roll: &Roll) -> Result<Vec<u32>> {
    const TOLD: usize = 5;
    let text = files::read_text(file)?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_end);
    let mut found = Vec::new();
    let mut absent = Vec::new();
    for (line, name) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        match roll.find(name) {
            Some(account) => found.push(u32::try_from(account).unwrap_or(u32::MAX)),
            None => absent.push((line + 1, name)),
        }
    }
    let origin = shown(file);
    let mut problems: Vec<Diagnostic> = absent
        .iter()
        .take(TOLD)
        .map(|(line, name)| {
            Diagnostic::at_line(&origin, *line, 1, format!("the dataset has no account `{}`", visible(name)))
        })
        .collect();
    if absent.len() > TOLD {
        problems.push(Diagnostic::new(&origin, format!("… and {} more that it does not have", absent.len() - TOLD)));
    }
    Diagnostics::none_or(problems)?;
    if found.is_empty() {
        let problem = Diagnostic::new(&origin, "the file names no account");
        return Err(problem.hint("write one account on each line").into());
    }
    Ok(found)
}
