//! Names in reports. Losers are people: a report that leaves the team tells them by pseudonym, or
//! only counts them. The names are taken out of the outcome itself, so that page, Markdown, charts,
//! tables and JSON all follow.

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::findings::Mover;
use crate::experiment::golden::GoldenVerdict;
use crate::experiment::outcome::{ComparisonSummary, Outcome};
use crate::experiment::stress::{Stressed, StressedVersion};

/// What a report says instead of the names of accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redaction {
    /// The names themselves.
    #[default]
    None,
    /// `account 1`, `account 2` and so on, in the order in which a report comes to them; the same
    /// account has the same pseudonym throughout one report. Nothing in it derives from the name.
    Pseudonyms,
    /// No single account at all: only what was counted.
    Counts,
}

impl Redaction {
    /// What a copy of a report says of it.
    pub fn told(self) -> Option<&'static str> {
        match self {
            Redaction::None => None,
            Redaction::Counts => Some("Accounts are not named in this copy of the report."),
            Redaction::Pseudonyms => Some("Accounts stand under pseudonyms in this copy of the report."),
        }
    }
}

/// The outcome with its accounts redacted. Brands are companies and keep their names, unless only
/// counts are wanted.
pub fn redact(outcome: &Outcome, redaction: Redaction) -> Outcome {
    let mut outcome = outcome.clone();
    match redaction {
        Redaction::None => {}
        Redaction::Counts => {
            outcome.comparisons.iter_mut().for_each(forget);
            outcome.stability.iter_mut().for_each(|found| redact_studies(&mut found.versions, redaction));
            let known = known_accounts(&mut outcome.golden);
            for verdict in &mut outcome.golden {
                in_texts(verdict, &known, &mut |_| "an account".to_string());
                verdict.forget_accounts();
            }
        }
        Redaction::Pseudonyms => {
            let mut names = Names::default();
            outcome.comparisons.iter_mut().for_each(|summary| names.replace_in(summary));
            outcome.stability.iter_mut().for_each(|found| names.replace_in_studies(&mut found.versions));
            let known = known_accounts(&mut outcome.golden);
            for verdict in &mut outcome.golden {
                verdict.accounts_mut().into_iter().for_each(|name| *name = names.pseudonym(name));
                in_texts(verdict, &known, &mut |name| names.pseudonym(name));
            }
        }
    }
    outcome.doubts.extend(redaction.told().map(str::to_string));
    outcome
}

/// Studies with their accounts redacted, which says so.
pub fn redact_stressed(found: &mut Stressed, redaction: Redaction) {
    redact_studies(&mut found.versions, redaction);
    found.redacted = redaction.told().map(str::to_string);
}

fn redact_studies(versions: &mut [StressedVersion], redaction: Redaction) {
    match redaction {
        Redaction::None => {}
        Redaction::Counts => versions.iter_mut().for_each(StressedVersion::forget_accounts),
        Redaction::Pseudonyms => Names::default().replace_in_studies(versions),
    }
}

/// The accounts that golden cases name.
fn known_accounts(golden: &mut [GoldenVerdict]) -> BTreeSet<String> {
    golden.iter_mut().flat_map(GoldenVerdict::accounts_mut).map(|name| name.clone()).collect()
}

/// Puts something else for the accounts in what people wrote of a case.
fn in_texts(verdict: &mut GoldenVerdict, known: &BTreeSet<String>, instead: &mut dyn FnMut(&str) -> String) {
    for text in [&mut verdict.case, &mut verdict.because] {
        *text = without_names(text, known, instead);
    }
}

/// A text with something else for each name that stands in it as a word of its own.
fn without_names(text: &str, known: &BTreeSet<String>, instead: &mut dyn FnMut(&str) -> String) -> String {
    let of_a_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (mut out, mut rest, mut before) = (String::new(), text, None);
    while let Some(next) = rest.chars().next() {
        let here = |name: &&String| {
            !name.is_empty() && rest.starts_with(name.as_str()) && !of_a_word(rest[name.len()..].chars().next())
        };
        // The longest of those that begin alike.
        let found = known.iter().filter(|_| !of_a_word(before)).filter(here).max_by_key(|name| name.len());
        let taken = match found {
            Some(name) => {
                out.push_str(&instead(name));
                name.as_str()
            }
            None => {
                out.push(next);
                &rest[..next.len_utf8()]
            }
        };
        before = taken.chars().last();
        rest = &rest[taken.len()..];
    }
    out
}

/// Every list of single accounts, emptied.
fn forget(summary: &mut ComparisonSummary) {
    let findings = &mut summary.findings;
    for list in [&mut findings.losers, &mut findings.gainers, &mut findings.agreement.furthest] {
        list.clear();
    }
    findings.top = None;
    findings.brands.retain(|brand| brand.brand.is_none());
    for perk in &mut summary.perks {
        perk.losers.clear();
        perk.gainers.clear();
    }
    summary.reasons.clear();
}

#[derive(Debug, Default)]
struct Names {
    known: BTreeMap<String, usize>,
}

impl Names {
    fn pseudonym(&mut self, name: &str) -> String {
        let next = self.known.len() + 1;
        let number = *self.known.entry(name.to_string()).or_insert(next);
        format!("account {number}")
    }

    fn replace_in_studies(&mut self, versions: &mut [StressedVersion]) {
        let accounts = versions.iter_mut().flat_map(StressedVersion::accounts_mut);
        accounts.for_each(|name| *name = self.pseudonym(name));
    }

    fn replace_in(&mut self, summary: &mut ComparisonSummary) {
        let findings = &mut summary.findings;
        let mut lists: Vec<&mut Vec<Mover>> =
            vec![&mut findings.losers, &mut findings.gainers, &mut findings.agreement.furthest];
        lists.extend(findings.top.as_mut().map(|top| &mut top.accounts));
        for perk in &mut summary.perks {
            lists.extend([&mut perk.losers, &mut perk.gainers]);
        }
        for mover in lists.into_iter().flatten() {
            mover.account = self.pseudonym(&mover.account);
        }
        for found in &mut summary.reasons {
            found.account = self.pseudonym(&found.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_out_of_what_people_wrote() {
        let known = ["1", "10", "gaga", "lady gaga", "@x", ""].map(str::to_string).into();
        for (text, expected) in [
            ("10 stays above 1.", "<10> stays above <1>."),
            ("the 100 best, as gaga's", "the 100 best, as <gaga>'s"),
            ("lady gaga, not megagaga", "<lady gaga>, not megagaga"),
            ("(@x)", "(<@x>)"),
            ("nobody ö", "nobody ö"),
        ] {
            assert_eq!(without_names(text, &known, &mut |name| format!("<{name}>")), expected);
        }
    }
}
