//! A version over the snapshots of a dataset, the model fixed and the data moving: how far order and
//! level move from one to the next, who stays at the top, what happens to accounts whose data hardly
//! changed, and what it would change to fit the version on another snapshot.

use std::sync::Arc;

use super::draws::Told;
use super::findings::{Aged, Known, Step, Survivors, TimeFindings};
use super::subject::{Subject, undefined_here};
use crate::dataset::keys::{Accounts, join};
use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::score::Population;
use crate::stats::distribution::Distribution;
use crate::stats::divergence::{self, Bins};
use crate::stats::grid;
use crate::stats::paired::Paired;
use crate::stats::ranked::RankedPair;
use crate::stats::summary;
use crate::stats::undefined::{Figure, Undefined};
use crate::stats::weights::Weights;

/// Bins of the stability index.
const BINS: usize = 10;

/// What the study is asked.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TimeStudy {
    /// An account hardly changed if none of its signals moved by more than this share.
    pub still: f64,
}

/// A snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    pub name: &'a str,
    pub accounts: &'a Accounts,
    pub population: Population<'a>,
}

/// Makes the study over at least two snapshots in their order. `reference` is what the version is
/// fitted on; none where it is fitted on what it scores.
///
/// # Errors
/// A snapshot of which fewer than two accounts have a score, and memory beyond `cap`.
pub fn study<'a>(
    model: &Arc<Model>,
    reference: Option<Population<'a>>,
    moments: &[Moment<'a>],
    asked: &TimeStudy,
    top: usize,
    cap: usize,
    told: Told<'_>,
) -> Result<TimeFindings, Diagnostics> {
    // Two snapshots are held at a time.
    let subject = |reference: Option<Population<'a>>, population: Population<'a>| {
        let found = Subject::new(model, reference.unwrap_or(population), population, top, cap / 2);
        told(1);
        found
    };
    let mut findings =
        TimeFindings { steps: Vec::new(), survivors: Vec::new(), aged: Vec::new(), not_aged: Vec::new() };
    let Some(first) = moments.first() else { return Ok(findings) };
    let mut before = subject(reference, first.population)?;
    let first_top: Vec<String> = names(&before, first);
    for pair in moments.windows(2) {
        let after = subject(reference, pair[1].population)?;
        let step = step([&before, &after], [&pair[0], &pair[1]], asked.still);
        findings.steps.push(step.map_err(|undefined| undefined_here(&pair[1].population, &undefined))?);
        let now = names(&after, &pair[1]);
        let kept = first_top.iter().filter(|name| now.contains(name)).count();
        findings
            .survivors
            .push(Survivors { snapshot: pair[1].name.to_string(), share: kept as f64 / first_top.len() as f64 });
        before = after;
    }
    if model.needs_fit() {
        let (last, population) = (&before, moments[moments.len() - 1].population);
        for moment in moments {
            // What cannot be fitted on a snapshot says so; the others still tell.
            let aged = subject(Some(moment.population), population).map_err(|problems| reason(&problems));
            let found =
                aged.and_then(|aged| aged_by(last, &aged, moment.name).map_err(|undefined| undefined.to_string()));
            match found {
                Ok(aged) => findings.aged.push(aged),
                Err(reason) => findings.not_aged.push(format!("{}: {reason}", moment.name)),
            }
        }
    }
    Ok(findings)
}

fn reason(problems: &Diagnostics) -> String {
    let messages: Vec<&str> = problems.as_slice().iter().map(|problem| problem.message.as_str()).collect();
    messages.join("; ")
}

/// The accounts at the top.
fn names(subject: &Subject<'_>, moment: &Moment<'_>) -> Vec<String> {
    let name = |position: &u32| moment.accounts.text(subject.scored[*position as usize] as usize).into_owned();
    subject.top.iter().map(name).collect()
}

fn step([before, after]: [&Subject<'_>; 2], moments: [&Moment<'_>; 2], still: f64) -> Result<Step, Undefined> {
    let both: Vec<[usize; 2]> = join(moments[0].accounts, moments[1].accounts)
        .into_iter()
        .filter_map(|(before, after)| Some([before? as usize, after? as usize]))
        .filter(|slots| !before.nominal[slots[0]].is_nan() && !after.nominal[slots[1]].is_nan())
        .collect();
    let (old, new): (Vec<f64>, Vec<f64>) =
        both.iter().map(|slots| (before.nominal[slots[0]], after.nominal[slots[1]])).unzip();
    let pair = RankedPair::new(Paired::new(&old, &new)?);
    let shifts: Vec<f64> = old.iter().zip(&new).map(|(old, new)| new - old).collect();
    let columns: Vec<[&[f64]; 2]> = (before.model().columns().into_iter())
        .map(|name| [before, after].map(|side| side.rescorer.column(name).unwrap_or_default()))
        .collect();
    let hardly = |slots: &[usize; 2]| {
        columns.iter().all(|column| {
            let [old, new] = [0, 1].map(|side| column[side][slots[side]]);
            old.is_nan() && new.is_nan() || (new - old).abs() <= still * old.abs().max(new.abs())
        })
    };
    let quiet = both.iter().zip(&shifts).filter(|(slots, _)| hardly(slots));
    let quiet = summary::sorted(&quiet.map(|(_, shift)| grid::snap(shift.abs())).collect::<Vec<f64>>());
    Ok(Step {
        from: moments[0].name.to_string(),
        to: moments[1].name.to_string(),
        both: both.len() as u64,
        tau: pair.kendall_tau_b()?,
        top_kept: pair.overlap_at_k(before.top_places.min(old.len()))?,
        mean_shift: mean(&shifts)?,
        mean_absolute_shift: mean(&shifts.iter().map(|shift| shift.abs()).collect::<Vec<_>>())?,
        psi: Known::of(psi(&old, &new)),
        still: quiet.len() as u64,
        still_median: summary::quantile(&quiet, 0.5).ok(),
        still_high: summary::quantile(&quiet, 0.95).ok(),
    })
}

/// The last snapshot under another reference, against its nominal scores.
fn aged_by(last: &Subject<'_>, aged: &Subject<'_>, reference: &str) -> Result<Aged, Undefined> {
    let known = || last.nominal.iter().zip(&aged.nominal).filter(|(now, aged)| !now.is_nan() && !aged.is_nan());
    let (now, other): (Vec<f64>, Vec<f64>) = known().unzip();
    let shifts: Vec<f64> = now.iter().zip(&other).map(|(now, other)| other - now).collect();
    Ok(Aged {
        reference: reference.to_string(),
        tau: RankedPair::new(Paired::new(&now, &other)?).kendall_tau_b()?,
        mean_shift: mean(&shifts)?,
        mean_absolute_shift: mean(&shifts.iter().map(|shift| shift.abs()).collect::<Vec<_>>())?,
    })
}

fn mean(values: &[f64]) -> Figure {
    summary::mean(values, Weights::Equal)
}

/// Over deciles of the earlier snapshot.
fn psi(old: &[f64], new: &[f64]) -> Figure {
    let [old, new] = [Distribution::new(old, Weights::Equal)?, Distribution::new(new, Weights::Equal)?];
    divergence::psi(&old, &new, &Bins::deciles(&old, BINS)?)
}
