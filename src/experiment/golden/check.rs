//! From golden cases as written to golden cases as checked: names are names, every case can be met,
//! and no case stands twice.

use std::collections::BTreeSet;

use semver::Version;
use serde::Serialize;

use super::spec::{CaseSpec, GoldenSpec, MustSpec};
use super::verdict::Must;
use crate::compare::group::{Group, SegmentValue};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::{ModelId, is_name, stays_inside};

/// The golden cases of a family.
#[derive(Clone, Debug)]
pub struct Golden {
    pub family: String,
    /// In the order of the file, their names unique.
    pub cases: Vec<GoldenCase>,
    /// The file as it is written, for problems that only data show.
    pub document: Document,
}

/// A golden case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GoldenCase {
    /// Where it stands in its file.
    #[serde(skip)]
    pub at: usize,
    pub name: String,
    pub dataset: String,
    /// The latest if none.
    pub snapshot: Option<String>,
    pub topic: Option<String>,
    /// The first version that is held to it.
    pub since: Option<Version>,
    pub must: Must,
    pub because: String,
}

impl GoldenCase {
    /// Whether a version is held to the case. An edited version is held as it is itself, and a draft
    /// without a number is on its way to the next one.
    pub fn holds(&self, id: &ModelId) -> bool {
        let reaches = |since: &Version| id.draft_name().is_some() || id.version().cmp_precedence(since).is_ge();
        self.since.as_ref().is_none_or(reaches)
    }
}

impl Golden {
    /// Parses and checks a file; `expected` is the family that its folder promises.
    ///
    /// # Errors
    /// All problems of the file, each with its place.
    pub fn parse(origin: &str, text: &str, expected: Option<&str>) -> Result<Golden, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: GoldenSpec = document.decode()?;
        let mut check = Check { document: &document, problems: Vec::new() };
        check.family(&spec.golden, expected);
        let mut names = BTreeSet::new();
        let mut cases = Vec::new();
        for (at, case) in spec.case.iter().enumerate() {
            if !names.insert(case.name.as_str()) {
                check.problem(at, &["name"], format!("the case `{}` stands twice", visible(&case.name)));
            }
            cases.extend(check.case(at, case));
        }
        Diagnostics::none_or(check.problems)?;
        Ok(Golden { family: spec.golden, cases, document })
    }

    /// A problem at a key of a case.
    pub fn problem(&self, case: &GoldenCase, keys: &[&str], message: impl Into<String>) -> Diagnostic {
        problem(&self.document, case.at, keys, message)
    }
}

/// A problem at a key of the case that stands at a position of its file.
pub(super) fn problem(document: &Document, at: usize, keys: &[&str], message: impl Into<String>) -> Diagnostic {
    let at = at.to_string();
    let path: Vec<&str> = ["case", &at].into_iter().chain(keys.iter().copied()).collect();
    document.problem(&path, message)
}

struct Check<'a> {
    document: &'a Document,
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn problem(&mut self, at: usize, keys: &[&str], message: impl Into<String>) {
        self.problems.push(problem(self.document, at, keys, message));
    }

    fn hinted(&mut self, at: usize, keys: &[&str], message: impl Into<String>, hint: &str) {
        self.problems.push(problem(self.document, at, keys, message).hint(hint));
    }

    fn family(&mut self, family: &str, expected: Option<&str>) {
        if !is_name(family) {
            let problem = self.document.problem(&["golden"], format!("`{}` cannot name a family", visible(family)));
            let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
            self.problems.push(problem.hint(hint));
        } else if let Some(expected) = expected.filter(|expected| *expected != family) {
            let message = format!("the file says `{family}`, its folder says `{}`", visible(expected));
            self.problems.push(self.document.problem(&["golden"], message).hint("the two must agree"));
        }
    }

    fn case(&mut self, at: usize, spec: &CaseSpec) -> Option<GoldenCase> {
        if !is_name(&spec.dataset) {
            let hint = "name a folder under datasets/, and bind one elsewhere with --dataset NAME=PATH";
            self.hinted(at, &["dataset"], format!("`{}` cannot name a dataset", visible(&spec.dataset)), hint);
        }
        let since = spec.since.as_deref().map(Version::parse);
        if let Some(Err(error)) = &since {
            let text = spec.since.as_deref().unwrap_or_default();
            let message = format!("`{}` is no version ({error})", visible(text));
            self.hinted(at, &["since"], message, "write three numbers, such as 1.2.0");
        }
        let must = self.must(at, &spec.must)?;
        Some(GoldenCase {
            at,
            name: spec.name.clone(),
            dataset: spec.dataset.clone(),
            snapshot: spec.snapshot.clone(),
            topic: spec.topic.clone(),
            since: since.and_then(Result::ok),
            must,
            because: spec.because.clone(),
        })
    }

    fn must(&mut self, at: usize, spec: &MustSpec) -> Option<Must> {
        match spec {
            MustSpec::Order(accounts) => {
                if accounts.len() < 2 {
                    self.problem(at, &["must", "order"], "an order names two accounts or more");
                }
                let mut seen = BTreeSet::new();
                for (index, account) in accounts.iter().enumerate().filter(|(_, account)| !seen.insert(*account)) {
                    let message = format!("the account `{}` is named twice", visible(account));
                    self.problem(at, &["must", "order", &index.to_string()], message);
                }
                Some(Must::Order(accounts.clone()))
            }
            MustSpec::Within { account, low, high } => {
                if low > high {
                    let message = format!("`low` ({low}) is above `high` ({high})");
                    self.problem(at, &["must", "within", "low"], message);
                }
                Some(Must::Within { account: account.clone(), low: *low, high: *high })
            }
            MustSpec::Top { account, k } => Some(Must::Top { account: account.clone(), k: *k }),
            MustSpec::Still { cohort, segment, at_most } => {
                let group = self.group(at, cohort.as_deref(), segment.as_deref())?;
                Some(Must::Still { group, at_most: *at_most })
            }
        }
    }

    fn group(&mut self, at: usize, cohort: Option<&str>, segment: Option<&str>) -> Option<Group> {
        match (cohort, segment) {
            (Some(file), None) => {
                if !stays_inside(file) || file.is_empty() {
                    let message = format!("the path `{}` leads to no file within the workbench", visible(file));
                    let hint = "name a file within the workbench, such as cohorts/vip.txt";
                    self.hinted(at, &["must", "still", "cohort"], message, hint);
                }
                Some(Group::Cohort(file.to_string()))
            }
            (None, Some(text)) => match SegmentValue::parse(text) {
                Ok(SegmentValue { column, value }) => Some(Group::Segment { column, value }),
                Err(message) => {
                    self.hinted(at, &["must", "still", "segment"], message, "write column=value, such as country=us");
                    None
                }
            },
            _ => {
                let message = "`still` speaks of either a `cohort` or a `segment`";
                let hint = "cohort = \"cohorts/vip.txt\" is a list of accounts, segment = \"country=us\" a group";
                self.hinted(at, &["must", "still"], message, hint);
                None
            }
        }
    }
}
