//! One place of an experiment: the accounts of a dataset, a topic and a snapshot, with what stands
//! on the baseline's side and on the candidate's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::plan::Plan;
use super::scoring::Set;
use crate::compare::flow::{self, PopulationChange};
use crate::compare::group::Group;
use crate::compare::perk::Segments;
use crate::compare::{Banding, Comparison, Range, Sides};
use crate::dataset::answers::Answer;
use crate::dataset::coded::Coded;
use crate::dataset::index::Slice;
use crate::dataset::keys::join;
use crate::dataset::pairs::Pair;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::stats::undefined::Undefined;

/// A group, and the positions of its accounts.
pub type Positioned = (Group, Vec<u32>);

/// No slot: the account is not there.
const ABSENT: u32 = u32::MAX;

/// Where a comparison takes place.
#[derive(Debug)]
pub struct Site<'a> {
    pub plan: &'a Plan,
    pub set: &'a Set,
    /// The slice on the candidate's side.
    pub slice: &'a Slice,
    /// The slice on the baseline's side, where it is another one.
    pub before: Option<&'a Slice>,
    /// Slots on both sides, by row; rows are accounts in order.
    slots: [Arc<Vec<u32>>; 2],
    /// Row of each account of the candidate's slice, where rows are not its positions.
    row_of: Option<Vec<u32>>,
    pairs: Vec<Pair>,
    /// Judged pairs of which an account is not there.
    pub absent_pairs: u64,
    answers: Vec<Answer>,
}

impl<'a> Site<'a> {
    pub fn new(plan: &'a Plan, set: &'a Set, slice: &'a Slice) -> Site<'a> {
        let before = set.baseline_slice(plan).filter(|before| before.start != slice.start);
        Site::between(plan, set, slice, before)
    }

    /// A site on which both sides stand on one snapshot, whatever the experiment says.
    pub fn same_snapshot(plan: &'a Plan, set: &'a Set, slice: &'a Slice) -> Site<'a> {
        Site::between(plan, set, slice, None)
    }

    /// A site whose baseline stands on `before`.
    pub fn between(plan: &'a Plan, set: &'a Set, slice: &'a Slice, before: Option<&'a Slice>) -> Site<'a> {
        let slots = match before {
            None => {
                let start = u32::try_from(slice.start).unwrap_or(ABSENT);
                // Both sides share one list: of millions of accounts it is not small.
                let own: Arc<Vec<u32>> = Arc::new((start..).take(slice.accounts.len()).collect());
                [own.clone(), own]
            }
            Some(before) => {
                let slot = |at: Option<u32>, slice: &Slice| {
                    at.map_or(ABSENT, |at| u32::try_from(slice.start).unwrap_or(ABSENT).saturating_add(at))
                };
                let rows = join(&before.accounts, &slice.accounts);
                [
                    Arc::new(rows.iter().map(|row| slot(row.0, before)).collect()),
                    Arc::new(rows.iter().map(|row| slot(row.1, slice)).collect()),
                ]
            }
        };
        let (pairs, absent_pairs) = set.dataset.pairs().map_or((Vec::new(), 0), |pairs| pairs.among(&slice.accounts));
        let answers = set.dataset.answers().map_or(Vec::new(), |answers| answers.among(&slice.accounts).0);
        let mut site = Site { plan, set, slice, before, slots, row_of: None, pairs, absent_pairs, answers };
        site.name_rows();
        site
    }

    /// Pairs and answers name positions in the slice; where accounts of another snapshot stand
    /// between them, rows are further down.
    fn name_rows(&mut self) {
        if self.before.is_none() {
            return;
        }
        let mut row_of = vec![ABSENT; self.slice.accounts.len()];
        for (row, slot) in (0u32..).zip(self.slots[1].iter()) {
            if *slot != ABSENT {
                row_of[*slot as usize - self.slice.start] = row;
            }
        }
        for pair in &mut self.pairs {
            (pair.first, pair.second) = (row_of[pair.first as usize], row_of[pair.second as usize]);
        }
        for answer in &mut self.answers {
            (answer.respondent, answer.brand) = (row_of[answer.respondent as usize], row_of[answer.brand as usize]);
        }
        self.row_of = Some(row_of);
    }

    /// Answers of the dataset that do not count here: respondent or brand is not there, or the
    /// respondent lacks a score.
    pub fn answers_left_out(&self, comparison: &Comparison) -> u64 {
        let all = self.set.dataset.answers().map_or(0, |answers| answers.len());
        all.saturating_sub(comparison.answers.len()) as u64
    }

    pub fn snapshot(&self) -> Option<&str> {
        self.slice.snapshot.as_deref()
    }

    /// The account of a row.
    pub fn account(&self, row: u32) -> Cow<'a, str> {
        let row = row as usize;
        match (self.slots[1][row], self.before) {
            (ABSENT, Some(before)) => before.accounts.text(self.slots[0][row] as usize - before.start),
            (slot, _) => self.slice.accounts.text(slot as usize - self.slice.start),
        }
    }

    /// A column by slot, as one side sees it.
    fn side<'c>(&self, side: usize, column: &'c [f64]) -> Cow<'c, [f64]> {
        let slots = &self.slots[side];
        // Where everybody is there, the column is read where it stands.
        if let Some(first) = slots.first().filter(|first| slots.iter().zip(**first..).all(|(slot, next)| *slot == next))
        {
            return column[*first as usize..*first as usize + slots.len()].into();
        }
        let value = |slot: &u32| if *slot == ABSENT { f64::NAN } else { column[*slot as usize] };
        slots.iter().map(value).collect()
    }

    /// A column of facts about accounts: as of the candidate's side, and of the baseline's for an
    /// account that is only there.
    fn fact<T: Copy>(&self, column: &[T]) -> Vec<T> {
        let [before, after] = &self.slots;
        let slot = |(before, after): (&u32, &u32)| if *after == ABSENT { *before } else { *after };
        before.iter().zip(after.iter()).map(|slots| column[slot(slots) as usize]).collect()
    }

    /// The comparison of two models, by their positions in the plan.
    pub fn compare(&self, baseline: usize, candidate: usize) -> Result<Comparison<'a>, Diagnostics> {
        let set: &'a Set = self.set;
        let scores = [baseline, candidate].map(|model| &set.scores[model]);
        let models = [baseline, candidate].map(|model| &self.plan.models[model]);
        let attributes = &self.set.attributes;
        let columns = [0, 1].map(|side| self.side(side, &scores[side].values));
        let confidence = [0, 1].map(|side| self.side(side, &scores[side].confidence));
        let ages = attributes.ages.as_ref().map(|ages| [0, 1].map(|side| self.side(side, ages)));
        let shown = |side: usize| -> Vec<f64> {
            let show = |score: &f64| if score.is_nan() { f64::NAN } else { models[side].display.show(*score) };
            columns[side].iter().map(show).collect()
        };
        let sampling = attributes.sampling.as_ref().map(|column| self.fact(column));
        let exposure = attributes.exposure.as_ref().map(|column| self.fact(column));
        let clusters = attributes.clusters.as_ref().map(|column| self.fact(column));
        let published = attributes.published.as_ref().map(|column| self.side(0, column));
        let outcomes: Vec<(String, Vec<f64>)> = attributes
            .outcomes
            .iter()
            .map(|(name, column)| (name.clone(), self.side(1, column).into_owned()))
            .collect();
        let displayed = Some([shown(0), shown(1)]);
        let [before, after] = columns;
        let comparison = Comparison::new(Sides {
            displayed,
            baseline: before,
            candidate: after,
            banding: Banding { edges: models[0].bands.iter().map(|band| band.from).collect() },
            pairs: &self.pairs,
            published: published.as_deref(),
            ends: Some(models.map(|model| Range { low: model.scale.min, high: model.scale.max })),
            sampling: sampling.as_deref(),
            exposure: exposure.as_deref(),
            clusters: clusters.as_deref(),
            outcomes: &outcomes,
            confidence: Some(confidence),
            ages: ages.as_ref().map(|ages| ages.each_ref().map(|column| &**column)),
            answers: &self.answers,
        });
        comparison
            .map_err(|undefined: Undefined| Diagnostic::new(self.set.dataset.origin(), undefined.to_string()).into())
    }

    /// Who came and went between both sides, and what that did; none where both stand on the same
    /// snapshot.
    pub fn population(&self, baseline: usize, candidate: usize) -> Option<PopulationChange> {
        self.before?;
        let scores =
            [(0, baseline), (1, candidate)].map(|(side, model)| self.side(side, &self.set.scores[model].values));
        let sampling = self.set.attributes.sampling.as_ref().map(|column| [0, 1].map(|side| self.side(side, column)));
        let weights = sampling.as_ref().map_or([None, None], |both| both.each_ref().map(|column| Some(&**column)));
        flow::change(&scores[0], &scores[1], weights)
    }

    /// The segment columns by position of a comparison.
    pub fn segments(&self, comparison: &Comparison) -> Segments<'a> {
        let mut columns = BTreeMap::new();
        for (name, labels) in &self.set.attributes.segments {
            let values = comparison.rows.iter().map(|row| labels.name(self.slot(*row))).collect();
            columns.insert(name.as_str(), values);
        }
        columns
    }

    fn slot(&self, row: u32) -> usize {
        let after = self.slots[1][row as usize];
        if after == ABSENT { self.slots[0][row as usize] as usize } else { after as usize }
    }

    /// The groups of the experiment's segments and cohorts, with their positions in a comparison,
    /// in a fixed order; and, by cohort, how many of its accounts are not compared.
    pub fn groups(&self, comparison: &Comparison) -> (Vec<Positioned>, BTreeMap<String, u64>) {
        let mut groups = Vec::new();
        for column in &self.plan.experiment.segments {
            let Some(labels) = self.set.attributes.segments.get(column) else { continue };
            let mut positions: Vec<Vec<u32>> = vec![Vec::new(); labels.names.len()];
            for (at, row) in (0u32..).zip(&comparison.rows) {
                let code = labels.codes[self.slot(*row)];
                if code != Coded::MISSING {
                    positions[code as usize].push(at);
                }
            }
            for (value, positions) in labels.names.iter().zip(positions) {
                groups.push((Group::Segment { column: column.clone(), value: value.clone() }, positions));
            }
        }
        let mut absent = BTreeMap::new();
        for cohort in &self.plan.cohorts {
            let found = cohort.accounts.iter().map(|name| self.position(comparison, name));
            absent.insert(cohort.name.clone(), found.clone().filter(Option::is_none).count() as u64);
            // An account that is listed twice is one account.
            let mut positions: Vec<u32> = found.flatten().collect();
            positions.sort_unstable();
            positions.dedup();
            groups.push((Group::Cohort(cohort.name.clone()), positions));
        }
        (groups, absent)
    }

    /// The position of an account in a comparison.
    fn position(&self, comparison: &Comparison, account: &str) -> Option<u32> {
        let found = self.slice.accounts.find(account)?;
        let row = match &self.row_of {
            None => u32::try_from(found).ok()?,
            Some(row_of) => row_of[found],
        };
        comparison.rows.binary_search(&row).ok().and_then(|at| u32::try_from(at).ok())
    }
}
