//! Versions held to the golden cases of their family: each place is scored once for all of them. What
//! a run has scored already is taken from there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::{self, GoldenCase};
use super::found::{self, Site};
use super::judge::{self, Seen};
use super::verdict::{GoldenVerdict, Must};
use crate::dataset::Dataset;
use crate::dataset::index::{Index, Slice, Snapshots};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Document;
use crate::experiment::attributes;
use crate::experiment::plan::{Frozen, Plan};
use crate::experiment::scoring::{self, Scored, Set};
use crate::ids::ModelId;
use crate::model::Model;
use crate::score::{self, Engine, Fresh, Population};

/// Golden cases of a family with everything that they name at hand.
#[derive(Clone, Debug)]
pub struct GoldenPlan {
    pub family: String,
    /// Those that a version in question is held to.
    pub cases: Vec<GoldenCase>,
    /// The file as it is written, for problems that only data show.
    pub document: Document,
    /// The lists of accounts that cases name, by their files.
    pub lists: BTreeMap<String, AccountList>,
    /// The datasets of the cases, by name.
    pub datasets: BTreeMap<String, Arc<Dataset>>,
}

/// A list of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountList {
    /// How the user knows the file.
    pub origin: String,
    /// As written, with the lines where they stand.
    pub accounts: Vec<(usize, String)>,
}

/// A version that is held to the cases of its family.
#[derive(Clone, Debug)]
pub struct HeldVersion {
    pub model: Arc<Model>,
    /// What `still` holds it against; without it the version is not held to such cases.
    pub before: Option<Arc<Model>>,
}

impl GoldenPlan {
    pub(super) fn problem(&self, case: &GoldenCase, keys: &[&str], message: impl Into<String>) -> Diagnostic {
        check::problem(&self.document, case.at, keys, message)
    }

    /// What the cases say, accounts of lists included: comments and layout are no part of it.
    pub fn said(&self) -> Vec<u8> {
        let named = |(_, account): &(usize, String)| account.clone();
        let lists: BTreeMap<&String, Vec<String>> =
            self.lists.iter().map(|(file, list)| (file, list.accounts.iter().map(named).collect())).collect();
        // Strings and finite numbers always have a JSON form.
        serde_json::to_vec(&(&self.family, &self.cases, lists)).unwrap_or_default()
    }
}

impl HeldVersion {
    /// Whether the version is held to a case.
    fn is_held_to(&self, case: &GoldenCase) -> bool {
        let moves = matches!(case.must, Must::Still { .. });
        case.holds(&self.model.id) && (!moves || self.before.is_some())
    }

    /// What is scored for a case.
    fn models(&self, case: &GoldenCase) -> impl Iterator<Item = &Arc<Model>> {
        let moves = matches!(case.must, Must::Still { .. });
        std::iter::once(&self.model).chain(self.before.iter().filter(move |_| moves))
    }
}

/// The candidates of a plan that are held to the cases of a family.
fn held(plan: &Plan, golden: &GoldenPlan) -> Vec<HeldVersion> {
    let own = plan.experiment.candidates.iter().filter(|id| id.family() == golden.family);
    let model = |id: &ModelId| plan.models[plan.position(id)].clone();
    own.map(|id| HeldVersion { model: model(id), before: plan.models.first().cloned() }).collect()
}

/// Holds the candidates of a plan to the cases of their families.
///
/// # Errors
/// Accounts, snapshots, topics and segments that are not there, and versions that cannot be scored
/// where a case looks.
pub(in crate::experiment) fn judge(
    plan: &Plan,
    engine: &dyn Engine,
    scored: &Scored,
) -> Result<Vec<GoldenVerdict>, Diagnostics> {
    let mut verdicts = Vec::new();
    for golden in &plan.golden {
        let known = |at: &Site<'_>| standing(plan, scored, at);
        verdicts.extend(judge_all(golden, &held(plan, golden), (&plan.references, &plan.frozen), engine, &known)?);
    }
    Ok(verdicts)
}

/// Everything about the cases of a plan that can be known without scoring.
///
/// # Errors
/// As of [`judge`].
pub(in crate::experiment) fn verify(plan: &Plan) -> Result<(), Diagnostics> {
    let found = plan.golden.iter().filter_map(|golden| verify_versions(golden, &held(plan, golden)).err());
    Diagnostics::none_or(found.flat_map(Diagnostics::into_vec).collect())
}

/// Holds versions to the cases of their family; `references` are the datasets that they are fitted
/// on.
///
/// # Errors
/// As of an experiment: what a case names and is not there.
pub fn judge_versions(
    golden: &GoldenPlan,
    versions: &[HeldVersion],
    references: &BTreeMap<String, Arc<Dataset>>,
    engine: &dyn Engine,
) -> Result<Vec<GoldenVerdict>, Diagnostics> {
    judge_all(golden, versions, (references, &BTreeMap::new()), engine, &|_| None)
}

/// Looks for everything that the cases name, without scoring.
///
/// # Errors
/// What is not there.
pub fn verify_versions(golden: &GoldenPlan, versions: &[HeldVersion]) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    for (_, cases) in sites(golden, versions) {
        let Some(dataset) = cases.first().and_then(|case| golden.datasets.get(&case.dataset)) else { continue };
        problems.extend(unreadable(golden, versions, &cases, dataset));
        let index = cases.first().and_then(|case| found::index(golden, case, dataset).ok());
        for case in cases {
            let found = match &index {
                Some(index) => only(golden, case, index)
                    .and_then(|slice| found::spoken(golden, case, dataset, index, slice))
                    .map(drop),
                // Told where each of the cases names it.
                None => found::index(golden, case, dataset).map(drop),
            };
            problems.extend(found.err().into_iter().flat_map(Diagnostics::into_vec));
        }
    }
    problems.dedup();
    Diagnostics::none_or(problems)
}

/// The cases that any version is held to, by where they look.
fn sites<'a>(golden: &'a GoldenPlan, versions: &[HeldVersion]) -> BTreeMap<Site<'a>, Vec<&'a GoldenCase>> {
    let mut sites: BTreeMap<Site<'a>, Vec<&'a GoldenCase>> = BTreeMap::new();
    let concerned = |case: &&GoldenCase| versions.iter().any(|version| version.is_held_to(case));
    for case in golden.cases.iter().filter(concerned) {
        sites.entry(found::site(case)).or_default().push(case);
    }
    sites
}

/// The one slice that a case looks at.
fn only<'a>(golden: &GoldenPlan, case: &GoldenCase, index: &'a Index) -> Result<&'a Slice, Diagnostics> {
    index.slices.first().ok_or_else(|| golden.problem(case, &["dataset"], "the dataset has no account").into())
}

/// The models that are scored for cases, each once.
fn models_of(versions: &[HeldVersion], cases: &[&GoldenCase]) -> Vec<Arc<Model>> {
    let mut models: Vec<Arc<Model>> = Vec::new();
    for case in cases {
        for version in versions.iter().filter(|version| version.is_held_to(case)) {
            for model in version.models(case) {
                if !models.iter().any(|known| known.id == model.id) {
                    models.push(model.clone());
                }
            }
        }
    }
    models
}

/// Versions that read what the dataset of their cases does not have.
fn unreadable(
    golden: &GoldenPlan,
    versions: &[HeldVersion],
    cases: &[&GoldenCase],
    dataset: &Dataset,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for case in cases {
        for model in models_of(versions, &[case]) {
            if let Err(found) = score::check_columns(&model, dataset) {
                let message = format!("{} cannot be scored on {}: {}", model.id, case.dataset, found.in_a_line());
                let problem = golden.problem(case, &["dataset"], message);
                problems.push(problem.hint("name another dataset, or with `since` the first version that reads it"));
            }
        }
    }
    problems
}

/// Scores at a place, by model.
struct Ground<'a> {
    index: Cow<'a, Index>,
    scores: BTreeMap<ModelId, Cow<'a, [f64]>>,
}

/// What a run has scored where cases look, if it has. Models that are fitted on the very rows that
/// are scored see the same rows, since there is no other slice.
fn standing<'a>(plan: &'a Plan, scored: &'a Scored, at: &Site<'_>) -> Option<Ground<'a>> {
    let (dataset, snapshot, topic) = *at;
    let same = |set: &&Set| {
        let [slice] = set.index.slices.as_slice() else { return false };
        let latest = plan.experiment.snapshots == Snapshots::Latest && plan.experiment.baseline_snapshot.is_none();
        let there = snapshot.map_or(latest, |wanted| slice.snapshot.as_deref() == Some(wanted));
        set.dataset.manifest().name == dataset && set.topic.as_deref() == topic && there
    };
    let set = scored.sets.iter().find(same)?;
    let of = |(model, scores): (&Arc<Model>, &'a score::Scores)| (model.id.clone(), Cow::Borrowed(&*scores.values));
    let scores = plan.models.iter().zip(&set.scores).map(of).collect();
    Some(Ground { index: Cow::Borrowed(&set.index), scores })
}

fn judge_all<'a>(
    golden: &GoldenPlan,
    versions: &[HeldVersion],
    (references, frozen): (&BTreeMap<String, Arc<Dataset>>, &BTreeMap<ModelId, Frozen>),
    engine: &dyn Engine,
    known: &dyn Fn(&Site<'_>) -> Option<Ground<'a>>,
) -> Result<Vec<GoldenVerdict>, Diagnostics> {
    // What is not there is told of all cases before anything is scored.
    verify_versions(golden, versions)?;
    let mut found: Vec<((usize, usize), GoldenVerdict)> = Vec::new();
    for (at, cases) in sites(golden, versions) {
        let Some((first, dataset)) = cases.first().and_then(|case| Some((case, golden.datasets.get(&case.dataset)?)))
        else {
            continue;
        };
        let ground = match known(&at) {
            Some(ground) => ground,
            None => {
                let index = found::index(golden, first, dataset)?;
                let models = models_of(versions, &cases);
                let population = Population { dataset, index: &index };
                let topic = first.topic.as_deref();
                let Fresh { scores, .. } =
                    scoring::fit_and_score(&models, references, frozen, engine, &population, topic, false)?;
                let of = |scores: score::Scores| (scores.model, Cow::Owned(scores.values));
                Ground { scores: scores.into_iter().map(of).collect(), index: Cow::Owned(index) }
            }
        };
        let weights = attributes::sampling(dataset, &ground.index)?;
        let slice = only(golden, first, &ground.index)?;
        for case in cases {
            let spoken = found::spoken(golden, case, dataset, &ground.index, slice)?;
            for (turn, version) in versions.iter().enumerate().filter(|(_, version)| version.is_held_to(case)) {
                let column = |model: &Model| ground.scores.get(&model.id).map_or(&[][..], |scores| &**scores);
                let before = version.before.as_ref().filter(|_| matches!(case.must, Must::Still { .. }));
                let seen = Seen {
                    scores: column(&version.model),
                    before: before.map_or(&[][..], |model| column(model)),
                    weights: weights.as_deref(),
                    show: &|score| version.model.display.show(score),
                    name: &|at| slice.accounts.text(at).into_owned(),
                };
                let (got, met) = judge::judge(&case.must, &spoken, &seen);
                let verdict = GoldenVerdict {
                    family: golden.family.clone(),
                    case: case.name.clone(),
                    candidate: version.model.id.to_string(),
                    baseline: before.map(|model| model.id.to_string()),
                    place: found::place(case, slice),
                    must: case.must.clone(),
                    got,
                    met,
                    because: case.because.clone(),
                };
                found.push(((turn, case.at), verdict));
            }
        }
    }
    // Version by version, and within in the order of the file.
    found.sort_by_key(|(order, _)| *order);
    Ok(found.into_iter().map(|(_, verdict)| verdict).collect())
}
