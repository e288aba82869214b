//! Stored runs looked through: which of them are asked for, and how they judged a version.

use std::collections::BTreeSet;

use super::outcome::Outcome;
use crate::diagnostic::{Diagnostic, visible};
use crate::ids::ModelId;

/// What a run came to as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Something was expected, and all of it is met.
    Met,
    /// An expectation failed.
    Failed,
    /// Nothing was expected.
    None,
}

impl Judgement {
    pub const ALL: [Judgement; 3] = [Judgement::Met, Judgement::Failed, Judgement::None];

    pub fn of(run: &Outcome) -> Judgement {
        let judged = run.verdicts.len() + run.golden.len();
        match (judged == 0, run.passed) {
            (true, _) => Judgement::None,
            (false, true) => Judgement::Met,
            (false, false) => Judgement::Failed,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Judgement::Met => "met",
            Judgement::Failed => "failed",
            Judgement::None => "none",
        }
    }
}

/// Which runs are asked for; a run must be all that is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub experiment: Option<String>,
    /// A dataset that it was compared on.
    pub on: Option<String>,
    /// A candidate, by its id or by its family.
    pub candidate: Option<String>,
    pub verdict: Option<Judgement>,
    /// Version of the tool that made it.
    pub tool: Option<String>,
}

impl Wanted {
    pub fn is_all(&self) -> bool {
        *self == Wanted::default()
    }

    pub fn takes(&self, run: &Outcome) -> bool {
        let is = |wanted: &Option<String>, names: Vec<String>| wanted.as_ref().is_none_or(|name| names.contains(name));
        is(&self.experiment, experiments(run))
            && is(&self.on, datasets(run))
            && is(&self.candidate, candidates(run))
            && is(&self.tool, vec![run.tool.clone()])
            && self.verdict.is_none_or(|verdict| verdict == Judgement::of(run))
    }

    /// A name that no run has, as a problem that says which there are.
    pub fn unknown(&self, runs: &[Outcome]) -> Option<Diagnostic> {
        type Names = fn(&Outcome) -> Vec<String>;
        let names: [(&str, &str, &Option<String>, Names); 4] = [
            ("--experiment", "is of the experiment", &self.experiment, experiments),
            ("--on", "is on the dataset", &self.on, datasets),
            ("--candidate", "has the candidate or family", &self.candidate, candidates),
            ("--tool", "was made by the version", &self.tool, |run| vec![run.tool.clone()]),
        ];
        names.into_iter().find_map(|(option, what, wanted, of)| {
            let name = wanted.as_ref()?;
            let known: BTreeSet<String> = runs.iter().flat_map(of).collect();
            if known.contains(name) {
                return None;
            }
            let problem = Diagnostic::new(option, format!("no stored run {what} `{}`", visible(name)));
            Some(problem.suggest(name, known.iter().map(String::as_str)))
        })
    }

    /// How many runs each of the filters takes by itself, for where all together take none.
    pub fn by_itself(&self, runs: &[Outcome]) -> Vec<(String, usize)> {
        let none = Wanted::default;
        let named = |option: &str, name: &Option<String>| Some(format!("{option} {}", visible(name.as_ref()?)));
        let each = [
            (named("--experiment", &self.experiment), Wanted { experiment: self.experiment.clone(), ..none() }),
            (named("--on", &self.on), Wanted { on: self.on.clone(), ..none() }),
            (named("--candidate", &self.candidate), Wanted { candidate: self.candidate.clone(), ..none() }),
            (
                self.verdict.map(|verdict| format!("--verdict {}", verdict.name())),
                Wanted { verdict: self.verdict, ..none() },
            ),
            (named("--tool", &self.tool), Wanted { tool: self.tool.clone(), ..none() }),
        ];
        let count = |wanted: &Wanted| runs.iter().filter(|run| wanted.takes(run)).count();
        each.into_iter().filter_map(|(option, wanted)| Some((option?, count(&wanted)))).collect()
    }
}

fn experiments(run: &Outcome) -> Vec<String> {
    vec![run.experiment.name.clone()]
}

fn datasets(run: &Outcome) -> Vec<String> {
    run.datasets.iter().map(|dataset| dataset.name.clone()).collect()
}

/// The candidates of a run, and their families.
fn candidates(run: &Outcome) -> Vec<String> {
    let ids = run.comparisons.iter().map(|summary| summary.candidate.clone());
    let families = run.comparisons.iter().filter_map(|summary| summary.candidate.parse::<ModelId>().ok());
    let families: Vec<String> = families.map(|id| id.family().to_string()).collect();
    ids.chain(families).collect()
}

/// How stored runs judged a version. Runs hold no clock, so that none of several is the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Those that judged the version as it is now, by experiment and run id.
    pub runs: Vec<JudgedBy>,
    /// How many judged another state of it.
    pub otherwise: usize,
}

/// What a run expected of a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JudgedBy {
    pub experiment: String,
    pub run: String,
    pub expected: usize,
    pub failed: usize,
}

/// The runs that expected something of a version, which is named by its id and the digest of what
/// it is now.
pub fn judged(id: &str, digest: &str, runs: &[Outcome]) -> Judged {
    let mut found = Judged::default();
    for run in runs {
        let expected = run.verdicts.iter().filter(|verdict| verdict.candidate == id).map(|verdict| verdict.met);
        let golden = run.golden.iter().filter(|verdict| verdict.candidate == id).map(|verdict| verdict.met);
        let own: Vec<bool> = expected.chain(golden).collect();
        let Some(model) = run.models.iter().find(|model| model.id == id).filter(|_| !own.is_empty()) else { continue };
        if model.digest != digest {
            found.otherwise += 1;
            continue;
        }
        found.runs.push(JudgedBy {
            experiment: run.experiment.name.clone(),
            run: run.run_id.clone(),
            expected: own.len(),
            failed: own.iter().filter(|met| !**met).count(),
        });
    }
    found.runs.sort();
    found
}

impl std::fmt::Display for Judged {
    /// The verdict of the only run, or a count; nothing where none expected anything.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.runs.as_slice(), self.otherwise) {
            ([], 0) => Ok(()),
            ([], 1) => out.write_str("1 run of another state"),
            ([], several) => write!(out, "{several} runs of other states"),
            ([JudgedBy { experiment, expected, failed: 0, .. }], _) => write!(out, "{expected} met in {experiment}"),
            ([JudgedBy { experiment, expected, failed, .. }], _) => {
                write!(out, "{failed} of {expected} FAILED in {experiment}")
            }
            (several, _) => {
                let met = several.iter().filter(|run| run.failed == 0).count();
                write!(out, "{} runs, {met} met", several.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Outcome {
        serde_json::from_str(include_str!("../../tests/golden/trimmed-audience.outcome.json")).unwrap()
    }

    fn named(experiment: &str, failed: usize) -> Outcome {
        let mut run = stored();
        run.experiment.name = experiment.to_string();
        run.verdicts.iter_mut().take(failed).for_each(|verdict| verdict.met = false);
        run.passed = failed == 0;
        run
    }

    #[test]
    fn filters_are_combined_by_and() {
        let mut plain = named("plain", 0);
        plain.verdicts.clear();
        let runs = [named("one", 0), named("two", 1), plain];
        let taken = |wanted: Wanted| -> Vec<&str> {
            runs.iter().filter(|run| wanted.takes(run)).map(|run| run.experiment.name.as_str()).collect()
        };
        let some = |text: &str| Some(text.to_string());
        assert_eq!(taken(Wanted::default()), ["one", "two", "plain"]);
        for (verdict, name) in [(Judgement::Met, "one"), (Judgement::Failed, "two"), (Judgement::None, "plain")] {
            assert_eq!(taken(Wanted { verdict: Some(verdict), ..Wanted::default() }), [name]);
        }
        for candidate in ["clout", "clout@1.1.0"] {
            let wanted = Wanted { candidate: some(candidate), on: some("starter"), ..Wanted::default() };
            assert_eq!(taken(wanted).len(), 3, "{candidate}");
        }
        // The baseline is no candidate.
        assert!(taken(Wanted { candidate: some("clout@1.0.0"), ..Wanted::default() }).is_empty());
        let both = Wanted { experiment: some("one"), verdict: Some(Judgement::Failed), ..Wanted::default() };
        assert!(taken(both.clone()).is_empty());
        assert_eq!(both.unknown(&runs), None);
        let alone = both.by_itself(&runs);
        assert_eq!(alone, [("--experiment one".to_string(), 1), ("--verdict failed".to_string(), 1)]);
    }

    #[test]
    fn names_that_no_run_has_are_told() {
        let runs = [named("one", 0)];
        let some = |text: &str| Some(text.to_string());
        for (wanted, told, hint) in [
            (
                Wanted { experiment: some("onne"), ..Wanted::default() },
                "is of the experiment `onne`",
                "did you mean `one`?",
            ),
            (Wanted { on: some("x"), ..Wanted::default() }, "is on the dataset `x`", "known here: `starter`"),
            (Wanted { tool: some("9.9.9"), ..Wanted::default() }, "was made by the version `9.9.9`", "0.1.0"),
        ] {
            let problem = wanted.unknown(&runs).unwrap();
            assert!(problem.message.ends_with(told), "{problem}");
            assert!(problem.hint.as_ref().unwrap().contains(hint), "{problem}");
        }
    }

    #[test]
    fn a_version_is_judged_by_the_runs_of_what_it_is_now() {
        let digest = stored().models[1].digest.clone();
        let told = |runs: &[Outcome], digest: &str| judged("clout@1.1.0", digest, runs).to_string();
        assert_eq!(told(&[], &digest), "");
        assert_eq!(told(&[named("one", 0)], &digest), "5 met in one");
        assert_eq!(told(&[named("one", 2)], &digest), "2 of 5 FAILED in one");
        assert_eq!(told(&[named("two", 2), named("one", 0), named("three", 0)], &digest), "3 runs, 2 met");
        assert_eq!(told(&[named("one", 0)], "other"), "1 run of another state");
        // A run that expects nothing judges nobody, and one of another candidate not this one.
        let mut silent = named("one", 0);
        silent.verdicts.clear();
        assert_eq!(told(&[silent], &digest), "");
        assert_eq!(judged("clout@1.0.0", &digest, &[stored()]), Judged::default());
        let sorted = judged("clout@1.1.0", &digest, &[named("two", 0), named("one", 0)]);
        assert_eq!(sorted.runs.iter().map(|run| run.experiment.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    }
}
