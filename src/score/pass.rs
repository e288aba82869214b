//! One pass over a dataset: the strengths of every model, for the rows that are scored and for
//! those that scales are fitted on. Strengths go to their slots as they come, so that beside the
//! columns of one chunk nothing is held but accounts x models.

use std::sync::{Mutex, PoisonError};

use super::fit::column_of;
use super::inspect::{Look, Moments};
use super::kernel::{CHUNK, Kernel, Work};
use super::{Tally, Tick};
use crate::dataset::index::Index;
use crate::dataset::{Batch, Dataset};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::spec::ScaleFrom;

/// What is asked of a pass.
pub(super) struct Asked<'a> {
    pub(super) dataset: &'a Dataset,
    /// The rows that are scored, if any are.
    pub(super) scored: Option<&'a Index>,
    /// By model: the rows that its scale is fitted on, where the pass is to gather their strengths.
    pub(super) references: Vec<Option<Reference<'a>>>,
    /// Whether the realised weights of the scored rows are wanted.
    pub(super) look: bool,
    /// Told of rows as they are done.
    pub(super) tell: &'a (dyn Fn(Tick) + Sync),
}

/// The rows that a scale is fitted on.
#[derive(Clone, Copy)]
pub(super) struct Reference<'a> {
    pub(super) index: &'a Index,
    pub(super) from: ScaleFrom,
}

/// Strengths of a reference, as far as its scale needs them; accounts without a strength left out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Gathered {
    /// The least and the greatest.
    Ends(Option<[f64; 2]>),
    /// Every one, in no order.
    All(Vec<f64>),
}

/// What a pass gives.
pub(super) struct Passed {
    /// By model and slot of the scored rows; NaN where there is none.
    pub(super) strengths: Vec<Vec<f64>>,
    /// By model and slot: the share of the model's weight that the account's data cover.
    pub(super) confidence: Vec<Vec<f64>>,
    /// By model.
    pub(super) tallies: Vec<Tally>,
    pub(super) gathered: Vec<Option<Gathered>>,
    /// By slice and model; empty unless asked for.
    pub(super) moments: Vec<Vec<Moments>>,
}

/// The columns that threads write to, each its own rows.
struct Columns {
    strengths: Vec<Vec<f64>>,
    confidence: Vec<Vec<f64>>,
}

/// What a stretch of rows comes to, and the buffers for it.
struct Stretch {
    /// Cells of a few rows, by column.
    cells: Vec<Vec<f64>>,
    work: Work,
    confidence: Vec<f64>,
    tallies: Vec<Tally>,
    gathered: Vec<Option<Gathered>>,
    /// By chunk of rows, each by slice and model: chunks are the same at any number of threads.
    moments: Vec<Vec<Vec<Moments>>>,
}

impl Gathered {
    pub(super) fn new(from: ScaleFrom) -> Gathered {
        if from == ScaleFrom::PercentileRank { Gathered::All(Vec::new()) } else { Gathered::Ends(None) }
    }

    pub(super) fn add(&mut self, strength: f64) {
        if strength.is_nan() {
            return;
        }
        match self {
            Gathered::All(all) => all.push(strength),
            Gathered::Ends(Some([low, high])) => (*low, *high) = (low.min(strength), high.max(strength)),
            Gathered::Ends(ends) => *ends = Some([strength; 2]),
        }
    }

    fn join(&mut self, other: Gathered) {
        match (&mut *self, other) {
            (Gathered::All(all), Gathered::All(more)) => all.extend(more),
            (_, Gathered::Ends(ends)) => ends.into_iter().flatten().for_each(|strength| self.add(strength)),
            (Gathered::Ends(_), Gathered::All(more)) => more.into_iter().for_each(|strength| self.add(strength)),
        }
    }
}

/// Makes the pass. Every column that the kernel reads must be a signal of the dataset.
pub(super) fn pass(kernel: &Kernel, asked: &Asked<'_>) -> Result<Passed, Diagnostics> {
    let slots = asked.scored.map_or(0, Index::len);
    let starts: Vec<u32> =
        asked.scored.iter().flat_map(|index| &index.slices).map(|slice| slice.start as u32).collect();
    let columns = Mutex::new(Columns {
        strengths: vec![vec![f64::NAN; slots]; kernel.models()],
        confidence: vec![vec![0.0; slots]; kernel.models()],
    });
    let names: Vec<&str> = kernel.columns().collect();
    let gathered = || -> Vec<Option<Gathered>> {
        asked.references.iter().map(|reference| reference.map(|reference| Gathered::new(reference.from))).collect()
    };
    let state = || Stretch {
        cells: Vec::new(),
        work: kernel.work(),
        confidence: Vec::new(),
        tallies: vec![Tally::default(); kernel.models()],
        gathered: gathered(),
        moments: Vec::new(),
    };
    (asked.tell)(Tick::Begin(asked.dataset.rows()));
    let stretches = asked.dataset.scan_with(
        &names,
        |rows| asked.indices().any(|index| index.slots(rows.start, rows.len()).iter().any(|slot| *slot != NOT)),
        state,
        |stretch, batch| {
            let reader = Reader { kernel, asked, names: &names, starts: &starts, batch };
            reader.scored(stretch, &columns)?;
            reader.references_alone(stretch)?;
            (asked.tell)(Tick::Rows(batch.rows as u64));
            Ok(())
        },
    )?;

    let Columns { strengths, confidence } = columns.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut passed = Passed {
        strengths,
        confidence,
        tallies: vec![Tally::default(); kernel.models()],
        gathered: gathered(),
        moments: vec![vec![Moments::default(); kernel.models()]; if asked.look { starts.len() } else { 0 }],
    };
    for stretch in stretches {
        passed.tallies.iter_mut().zip(&stretch.tallies).for_each(|(sum, part)| sum.add(part));
        for (sum, part) in passed.gathered.iter_mut().zip(stretch.gathered) {
            if let (Some(sum), Some(part)) = (sum, part) {
                sum.join(part);
            }
        }
        for chunk in &stretch.moments {
            passed.moments.iter_mut().flatten().zip(chunk.iter().flatten()).for_each(|(sums, part)| sums.add(part));
        }
    }
    Ok(passed)
}

const NOT: u32 = Index::UNSELECTED;

impl<'a> Asked<'a> {
    fn indices(&self) -> impl Iterator<Item = &'a Index> {
        self.scored.into_iter().chain(self.references.iter().flatten().map(|reference| reference.index))
    }
}

/// A batch of rows on its way through the kernel.
struct Reader<'a> {
    kernel: &'a Kernel,
    asked: &'a Asked<'a>,
    names: &'a [&'a str],
    /// First slot of each slice.
    starts: &'a [u32],
    batch: &'a Batch<'a>,
}

impl Reader<'_> {
    /// Strengths of the rows that are wanted, so many at a time as the kernel takes; `visit` is told
    /// which they are.
    fn steps(
        &self,
        wanted: impl Fn(usize) -> bool,
        cells: &mut Vec<Vec<f64>>,
        work: &mut Work,
        mut visit: impl FnMut(&Work, &[u32]),
    ) -> Result<(), Diagnostic> {
        let all: Vec<u32> = (0u32..).take(self.batch.rows).filter(|row| wanted(*row as usize)).collect();
        let whole = all.len() == self.batch.rows;
        cells.resize_with(self.names.len(), Vec::new);
        if !whole && !all.is_empty() {
            self.batch.fill_all(0..self.batch.rows, cells)?;
            for column in cells.iter_mut() {
                *column = all.iter().map(|row| column[*row as usize]).collect();
            }
        }
        for start in (0..all.len()).step_by(CHUNK) {
            let rows = &all[start..(start + CHUNK).min(all.len())];
            if whole {
                self.batch.fill_all(start..start + rows.len(), cells)?;
            }
            let from = if whole { 0 } else { start };
            let column = |name: &str| column_of(self.names, cells, name, from, rows.len());
            self.kernel.strengths(&column, rows.len(), work);
            visit(work, rows);
        }
        Ok(())
    }

    /// The slots of an index for the rows of this batch.
    fn slots<'i>(&self, index: &'i Index) -> &'i [u32] {
        index.slots(self.batch.first_row, self.batch.rows)
    }

    /// Adds the strengths of rows of the batch to those references that have them.
    fn gather(&self, gathered: &mut [Option<Gathered>], work: &Work, rows: &[u32]) {
        for (model, (gathered, reference)) in gathered.iter_mut().zip(&self.asked.references).enumerate() {
            let (Some(gathered), Some(reference)) = (gathered, reference) else { continue };
            let slots = self.slots(reference.index);
            let of_reference = rows.iter().zip(work.strengths(model)).filter(|(row, _)| slots[**row as usize] != NOT);
            of_reference.for_each(|(_, strength)| gathered.add(*strength));
        }
    }

    /// The rows that are scored. Rows of other snapshots are dropped before any arithmetic, so that
    /// nothing counts them.
    fn scored(&self, stretch: &mut Stretch, columns: &Mutex<Columns>) -> Result<(), Diagnostic> {
        let Some(index) = self.asked.scored else { return Ok(()) };
        let slots = self.slots(index);
        let mut look = Look::new(self.starts, self.kernel.models());
        let Stretch { cells, work, confidence, tallies, gathered, .. } = stretch;
        self.steps(
            |row| slots[row] != NOT,
            cells,
            work,
            |work, rows| {
                self.gather(gathered, work, rows);
                let slots: Vec<u32> = rows.iter().map(|row| slots[*row as usize]).collect();
                confidence.resize(rows.len(), 0.0);
                for (model, tally) in tallies.iter_mut().enumerate() {
                    tally.add(&self.kernel.tally(model, work));
                    self.kernel.confidence(model, work, confidence);
                    if self.asked.look {
                        look.add(self.kernel, model, work, &slots);
                    }
                    // Other threads write to other slots; what a panic left behind is never read.
                    let mut columns = columns.lock().unwrap_or_else(PoisonError::into_inner);
                    scatter(work.strengths(model), &slots, &mut columns.strengths[model]);
                    scatter(confidence, &slots, &mut columns.confidence[model]);
                }
            },
        )?;
        if self.asked.look {
            stretch.moments.push(look.moments());
        }
        Ok(())
    }

    /// The rows that scales are fitted on and that are not scored.
    fn references_alone(&self, stretch: &mut Stretch) -> Result<(), Diagnostic> {
        let scored = self.asked.scored.map(|index| self.slots(index));
        let references: Vec<&[u32]> =
            self.asked.references.iter().flatten().map(|reference| self.slots(reference.index)).collect();
        let alone = |row: usize| {
            scored.is_none_or(|slots| slots[row] == NOT) && references.iter().any(|slots| slots[row] != NOT)
        };
        let Stretch { cells, work, gathered, .. } = stretch;
        self.steps(alone, cells, work, |work, rows| self.gather(gathered, work, rows))
    }
}

fn scatter(values: &[f64], slots: &[u32], out: &mut [f64]) {
    for (value, slot) in values.iter().zip(slots) {
        out[*slot as usize] = *value;
    }
}
