//! Where a case looks, and the accounts that it speaks of, found in a dataset. What is not there is a
//! mistake of the file and told at its place.

use std::borrow::Cow;

use super::check::GoldenCase;
use super::hold::GoldenPlan;
use super::judge::Spoken;
use super::verdict::Must;
use crate::compare::group::Group;
use crate::dataset::Dataset;
use crate::dataset::coded::Coded;
use crate::dataset::index::{Index, Selection, Slice, Snapshots};
use crate::dataset::manifest::Role;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::place::Place;

/// Where cases look: dataset, snapshot and topic.
pub(super) type Site<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

pub(super) fn site(case: &GoldenCase) -> Site<'_> {
    (&case.dataset, case.snapshot.as_deref(), case.topic.as_deref())
}

/// The rows that a case looks at. A snapshot or a topic that is not there is told where the case
/// names it.
pub(super) fn index(golden: &GoldenPlan, case: &GoldenCase, dataset: &Dataset) -> Result<Index, Diagnostics> {
    let snapshots = case.snapshot.clone().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name]));
    let selection = Selection { snapshots, also: None, topic: case.topic.clone() };
    Index::build(dataset, &selection).map_err(|found| {
        found.map(|problem| {
            let key = match &problem.message {
                message if message.contains("topic") => "topic",
                message if message.contains("snapshot") && case.snapshot.is_some() => "snapshot",
                _ => return problem,
            };
            let message = format!("{} (dataset {})", problem.message, case.dataset);
            Diagnostic { hint: problem.hint, ..golden.problem(case, &[key], message) }
        })
    })
}

/// The place of a case, for people.
pub(super) fn place(case: &GoldenCase, slice: &Slice) -> Place {
    Place {
        dataset: case.dataset.clone(),
        topic: case.topic.clone(),
        snapshot: slice.snapshot.clone(),
        baseline_snapshot: None,
    }
}

/// The accounts that a case speaks of, within the slice of an index.
pub(super) fn spoken(
    golden: &GoldenPlan,
    case: &GoldenCase,
    dataset: &Dataset,
    index: &Index,
    slice: &Slice,
) -> Result<Spoken, Diagnostics> {
    let finding = Finding { golden, case, slice };
    match &case.must {
        Must::Order(accounts) => {
            let key = |at: usize| vec!["must".to_string(), "order".to_string(), at.to_string()];
            finding.named(accounts.iter().enumerate().map(|(at, account)| (key(at), account)))
        }
        Must::Within { account, .. } => {
            finding.named([(["must", "within", "account"].map(str::to_string).to_vec(), account)].into_iter())
        }
        Must::Top { account, .. } => {
            finding.named([(["must", "top", "account"].map(str::to_string).to_vec(), account)].into_iter())
        }
        Must::Still { group: Group::Segment { column, value }, .. } => finding.segment(dataset, index, column, value),
        Must::Still { group: Group::Cohort(file) | Group::Band(file), .. } => finding.listed(file),
    }
}

struct Finding<'a> {
    golden: &'a GoldenPlan,
    case: &'a GoldenCase,
    slice: &'a Slice,
}

impl Finding<'_> {
    fn named<'s>(&self, accounts: impl Iterator<Item = (Vec<String>, &'s String)>) -> Result<Spoken, Diagnostics> {
        let mut found = Vec::new();
        let mut problems = Vec::new();
        for (path, account) in accounts {
            match self.slice.accounts.find(account) {
                Some(at) => found.push(at),
                None => {
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    let problem = self.golden.problem(self.case, &path, self.absent(account));
                    problems.push(match self.near(account) {
                        Some(near) => problem.hint(format!("did you mean `{}`?", visible(&near))),
                        None => problem.hint("a golden case speaks of accounts that its snapshot holds"),
                    });
                }
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(Spoken::Named(found))
    }

    fn absent(&self, account: &str) -> String {
        format!("there is no account `{}` in {}", visible(account), self.place())
    }

    fn place(&self) -> String {
        visible(&place(self.case, self.slice).title())
    }

    /// An account that is written alike but for blanks and the case of letters.
    fn near(&self, account: &str) -> Option<String> {
        let plain = account.trim();
        let alike = |name: Cow<'_, str>| (name.trim().eq_ignore_ascii_case(plain)).then(|| name.into_owned());
        (0..self.slice.accounts.len()).find_map(|at| alike(self.slice.accounts.text(at)))
    }

    /// The accounts of a list.
    fn listed(&self, file: &str) -> Result<Spoken, Diagnostics> {
        let Some(list) = self.golden.lists.get(file) else {
            let message = format!("there is no file `{}` in the workbench", visible(file));
            return Err(self.golden.problem(self.case, &["must", "still", "cohort"], message).into());
        };
        let mut found = Vec::new();
        let mut problems = Vec::new();
        for (line, account) in &list.accounts {
            match self.slice.accounts.find(account) {
                Some(at) => found.push(at),
                None => {
                    let message = format!(
                        "{}, of which the golden case `{}` speaks",
                        self.absent(account),
                        visible(&self.case.name)
                    );
                    problems.push(Diagnostic::at_line(&list.origin, *line, 1, message));
                }
            }
        }
        Diagnostics::none_or(problems)?;
        // An account that is listed twice is one account.
        found.sort_unstable();
        found.dedup();
        Ok(Spoken::Group(found))
    }

    fn segment(&self, dataset: &Dataset, index: &Index, column: &str, value: &str) -> Result<Spoken, Diagnostics> {
        let key = ["must", "still", "segment"];
        let manifest = dataset.manifest();
        if !manifest.with_role(Role::Segment).any(|known| known == column) {
            let message = format!("the dataset {} has no segment `{}`", manifest.name, visible(column));
            let problem = self.golden.problem(self.case, &key, message);
            return Err(problem.suggest(column, manifest.with_role(Role::Segment)).into());
        }
        let labels = index.by_slot(Coded::read(dataset, column, false)?);
        let of = |at: usize| labels.name(self.slice.start + at);
        let found: Vec<usize> = (0..self.slice.accounts.len()).filter(|at| of(*at) == Some(value)).collect();
        if found.is_empty() {
            let message = format!("no account has {} = {} in {}", visible(column), visible(value), self.place());
            let problem = self.golden.problem(self.case, &key, message);
            return Err(problem.suggest(value, labels.names.iter().map(String::as_str)).into());
        }
        Ok(Spoken::Group(found))
    }
}
