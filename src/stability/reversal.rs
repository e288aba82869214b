//! Can others swap a pair? Accounts are removed, or made worse, and neighbours that nobody touched
//! are looked at again. Under frozen fits a score depends on its own row alone, so no pair may change
//! its order; a version that is fitted on what it scores learns from the others, and may.

use super::draws::{Told, each};
use super::findings::{ReversalFindings, Reversed};
use super::levels::{below, levels};
use super::subject::Subject;
use crate::diagnostic::Diagnostics;
use crate::score::rescore::Changed;
use crate::stats::grid;
use crate::stats::rank::order_descending;
use crate::stats::resample::Stream;

/// What the study is asked.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReversalStudy {
    pub draws: u64,
    pub share: f64,
}

/// What is done to others.
#[derive(Clone, Copy)]
enum Done {
    Removed,
    Worsened,
}

/// Makes the study. `fitted_on_scored` says that the version learns from the accounts that it
/// scores, and so learns anew when they change.
///
/// # Errors
/// Fits that fail without the accounts that were removed.
pub fn study(
    subject: &Subject<'_>,
    asked: &ReversalStudy,
    fitted_on_scored: bool,
    seed: u64,
    told: Told<'_>,
) -> Result<ReversalFindings<u32>, Diagnostics> {
    let nominal = subject.nominal_of_scored();
    let order = order_descending(&nominal);
    let levels = levels(subject.model());
    let mut findings = ReversalFindings {
        draws: asked.draws,
        share: asked.share,
        neighbours: 0,
        removed: 0,
        worsened: 0,
        fitted_on_scored,
        example: None,
    };
    for done in [Done::Removed, Done::Worsened] {
        let found = each(asked.draws, told, |number, buffers| {
            let mut stream = Stream::new(seed, "others", number);
            let touched: Vec<bool> = (0..subject.rescorer.accounts()).map(|_| stream.uniform() < asked.share).collect();
            let changed: Changed = (subject.model().columns().into_iter())
                .map(|name| {
                    let levels = levels.get(name).copied();
                    let cell = |(value, touched): (&f64, &bool)| match (touched, done) {
                        (false, _) => *value,
                        (true, Done::Removed) => f64::NAN,
                        (true, Done::Worsened) => worsened(levels, *value),
                    };
                    let cells = subject.rescorer.column(name).unwrap_or_default();
                    (name.to_string(), cells.iter().zip(&touched).map(cell).collect())
                })
                .collect();
            let fitted = match fitted_on_scored {
                true => subject.rescorer.fit_changed(&changed, &mut buffers.scratch)?,
                false => subject.rescorer.base().clone(),
            };
            subject.rescorer.score_changed(&fitted, &changed, &mut buffers.scratch, &mut buffers.scores)?;
            let slot = |position: u32| subject.scored[position as usize] as usize;
            let untouched: Vec<u32> = order.iter().copied().filter(|position| !touched[slot(*position)]).collect();
            let (mut neighbours, mut swapped, mut example) = (0, 0, None);
            for pair in untouched.windows(2) {
                let before = [0, 1].map(|at| nominal[pair[at] as usize]);
                let after = [0, 1].map(|at| grid::snap(buffers.scores[slot(pair[at])]));
                if before[0] == before[1] {
                    continue;
                }
                neighbours += 1;
                if after[0] < after[1] {
                    swapped += 1;
                    let [above, below] = [0, 1].map(|at| slot(pair[at]) as u32);
                    example.get_or_insert(Reversed { above, below, before, after });
                }
            }
            Ok((neighbours, swapped, example))
        })?;
        for (neighbours, swapped, example) in found {
            findings.neighbours += neighbours;
            match done {
                Done::Removed => findings.removed += swapped,
                Done::Worsened => findings.worsened += swapped,
            }
            findings.example = findings.example.take().or(example);
        }
    }
    Ok(findings)
}

/// Half of a cell; of a level the one below, if there is one.
fn worsened(levels: Option<&[f64]>, cell: f64) -> f64 {
    match levels {
        None => cell * 0.5,
        Some(levels) => below(levels, cell).unwrap_or(cell),
    }
}
