//! Releases: what they need, and what they leave behind. A version is released once; its lock and the
//! folder of its evidence never change. What is live is another matter, and dated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::archive::StoredRun;
use super::error::{Result, WorkbenchError, keep};
use super::files::{self, Finished, NewFolder};
use super::live::{LiveOrder, NewTurn, check_live};
use super::{Again, Workbench, is_path};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::{self, Experiment, Outcome, Plan, Verdict};
use crate::ids::{ModelId, Reference};
use crate::model::Model;
use crate::model::diff::{self, ModelDiff};
use crate::release::lock::{resolved, short};
use crate::release::{
    Chain, Earlier, Family, LimitVerdict, LockSpec, ReferenceOf, RunOf, SignOff, Signature, SignatureSpec, TurnKind,
    Waiver, affected,
};
use crate::report::notice::{self, Asked};
use crate::report::{ReleaseNote, golden_line, release_note};
use crate::score::LocalEngine;

/// A release that is asked for.
#[derive(Clone, Debug)]
pub struct ReleaseOrder {
    pub model: String,
    pub run: String,
    /// The day of the release.
    pub day: Date,
    pub live: Option<LiveOrder>,
    /// Roles and names that sign with it.
    pub signatures: Vec<(String, String)>,
    pub waivers: Vec<Waiver>,
}

/// A release that may go on: what has still to be measured.
#[derive(Debug)]
pub struct Preparation {
    order: ReleaseOrder,
    model: Arc<Model>,
    family: Family,
    chain: Chain,
    run: StoredRun,
    signatures: Vec<SignOff>,
    /// The published scores that must come out again.
    replay: Option<Box<Plan>>,
    /// What the version moves against the live version, and against an earlier one.
    budget: Vec<(Earlier, Box<Plan>)>,
}

/// What a release made.
#[derive(Clone, Debug)]
pub struct Released {
    pub id: ModelId,
    pub lock: PathBuf,
    pub folder: PathBuf,
    pub limits: Vec<LimitVerdict>,
    pub waivers: Vec<Waiver>,
    /// Limits whose waivers nobody needed, as they are kept.
    pub idle: Vec<String>,
    pub live: Option<PathBuf>,
}

/// Why a release is refused although nothing is wrong with its input.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    pub reasons: Vec<String>,
    pub limits: Vec<LimitVerdict>,
}

impl ReleaseOrder {
    /// The day by which its effect is judged: the first on which the version is live, else its own.
    fn first_day(&self) -> Date {
        self.live.as_ref().map_or(self.day, |live| live.from)
    }
}

impl Preparation {
    /// The plans whose outcomes [`Workbench::release`] asks for, in this order.
    pub fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.replay.iter().map(|plan| &**plan).chain(self.budget.iter().map(|(_, plan)| &**plan))
    }

    pub fn id(&self) -> &ModelId {
        &self.model.id
    }
}

impl Workbench {
    /// A version for a release: one of the tree, with a number.
    pub(super) fn version_to_release(&self, name: &str) -> Result<Arc<Model>> {
        if is_path(name) {
            let problem = Diagnostic::new(visible(name), "a file cannot be released");
            return Err(problem.hint("name a version of the workbench: family@version").into());
        }
        let model = self.model(name, &[])?;
        if let Some(draft) = model.id.draft_name() {
            let family = model.id.family();
            let problem = Diagnostic::new(model.id.to_string(), "a draft has no number, and cannot be released");
            return Err(problem.hint(format!("give it one: clout new {family} --from {family}@{draft}")).into());
        }
        Ok(model)
    }

    /// Finds out whether a version may be released, as far as that can be told without measuring.
    ///
    /// # Errors
    /// Everything that is wrong with the order and its input, together.
    pub fn prepare_release(&self, order: ReleaseOrder) -> Result<Preparation> {
        let model = self.version_to_release(&order.model)?;
        let id = model.id.clone();
        if self.is_released(&id) {
            let problem = Diagnostic::new(self.origin(&self.lock_path(&id)), format!("{id} is released already"));
            return Err(problem.hint(format!("`clout release {id} --live-from DATE` puts it live")).into());
        }
        if model.needs_fit() && model.reference == Some(Reference::ScoredData) {
            let message = format!("{id} is fitted on whatever it scores, so that there is nothing to freeze");
            let problem = Diagnostic::new(id.to_string(), message);
            return Err(problem.hint("name a population: reference = \"DATASET@SNAPSHOT\"").into());
        }
        let family = self.family(id.family())?;
        let chain = self.live(id.family())?;
        let run = self.run(&order.run)?;
        let mut problems = Vec::new();
        keep(self.check_run(&run, &model), &mut problems)?;
        // What a release is held against, and what it rests on, must be what was released.
        let first = order.first_day();
        let days = family.budget.as_ref().map_or(0, |budget| budget.window_days);
        let earlier = [chain.on(first), chain.before(first, days)].into_iter().flatten().map(|turn| &turn.id);
        let rests_on: BTreeSet<&ModelId> = earlier.chain(&model.lineage).collect();
        for id in rests_on {
            keep(self.check_untouched(id), &mut problems)?;
        }
        keep(check_waivers(&order, &family), &mut problems)?;
        let mut signatures = Vec::new();
        keep(self.signatures(&order, &family, &model).map(|found| signatures = found), &mut problems)?;
        if let Some(live) = &order.live {
            keep(check_live(live, order.day, &chain), &mut problems)?;
        }
        Diagnostics::none_or(problems)?;
        let replay = match &family.replay {
            None => None,
            Some(replay) => {
                let plan = self.measured(replay.experiment(&id)?, &family, "replay")?;
                self.check_published(&family, &replay.dataset)?;
                Some(Box::new(plan))
            }
        };
        let budget = self.budget_plans(&family, &chain, &id, order.first_day())?;
        Ok(Preparation { order, model, family, chain, run, signatures, replay, budget })
    }

    /// Whether a version, if it is released, is still what was released.
    pub(super) fn check_untouched(&self, id: &ModelId) -> Result<()> {
        match self.lock(id)? {
            Some(lock) => Ok(lock.check_model(&*self.model(&id.to_string(), &[])?)?),
            None => Ok(()),
        }
    }

    /// The plan of an experiment that the settings of a family make.
    pub(super) fn measured(&self, experiment: Experiment, family: &Family, table: &str) -> Result<Plan> {
        let command = format!("clout release {}", experiment.candidates[0]);
        let plan = self.assemble(experiment, command, &|path, message| {
            let full: Vec<&str> = std::iter::once(table).chain(path.iter().copied()).collect();
            family.problem(&full, message)
        });
        let own = |problem: Diagnostic| match problem.origin.starts_with("datasets/") {
            true => {
                let message = format!("its {table} cannot be measured: {}", problem.message);
                Diagnostic { hint: problem.hint, ..family.problem(&[table, "dataset"], message) }
            }
            false => problem,
        };
        plan.map_err(|error| match error {
            WorkbenchError::Input(found) => WorkbenchError::Input(found.map(own)),
            other => other,
        })
    }

    /// What a version moves, against the version that is live on a day and the one before.
    fn budget_plans(
        &self,
        family: &Family,
        chain: &Chain,
        id: &ModelId,
        day: Date,
    ) -> Result<Vec<(Earlier, Box<Plan>)>> {
        let Some(budget) = &family.budget else { return Ok(Vec::new()) };
        let live = chain.on(day).map(|turn| &turn.id);
        let before =
            if budget.window_days > 0 { chain.before(day, budget.window_days).map(|turn| &turn.id) } else { None };
        let against = match (live, before) {
            (Some(live), Some(before)) if live == before => vec![(Earlier::Both, live)],
            (live, before) => {
                live.map(|id| (Earlier::Live, id)).into_iter().chain(before.map(|id| (Earlier::Window, id))).collect()
            }
        };
        let mut plans = Vec::new();
        for (earlier, baseline) in against.into_iter().filter(|(_, baseline)| *baseline != id) {
            if let Some(experiment) = budget.experiment(baseline, id, earlier) {
                plans.push((earlier, Box::new(self.measured(experiment, family, "budget")?)));
            }
        }
        Ok(plans)
    }

    /// A release rests on a run that judges the version, of the same models and data as they are now.
    fn check_run(&self, run: &StoredRun, model: &Model) -> Result<()> {
        let (id, origin) = (model.id.to_string(), self.origin(&run.path));
        // There is nothing yet that the first of a family could be held against, so that it may be a
        // baseline; golden cases are judged of candidates alone.
        let first = self.released(model.id.family())?.is_empty() && !self.has_golden(&model.id)?;
        let judged = run.outcome.models.iter().skip(usize::from(!first)).find(|one| one.id == id);
        let Some(summary) = judged else {
            let judged: Vec<&str> = run.outcome.models.iter().skip(1).map(|one| one.id.as_str()).collect();
            let problem = Diagnostic::new(origin, format!("the run does not judge {id}: it is no candidate there"));
            return Err(problem
                .hint(format!("candidates there: {}; make an experiment with {id}", judged.join(", ")))
                .into());
        };
        if summary.digest != model.digest() {
            let (then, now) = (short(&summary.digest), short(&model.digest()));
            let message = format!("the run judged {id} with the digest {then}, and its files now come to {now}");
            return Err(Diagnostic::new(origin, message).hint("run the experiment again").into());
        }
        match self.plan_again(run)? {
            Again::Same(_) => Ok(()),
            Again::Changed(changed) => {
                let what: Vec<String> = changed.iter().map(|one| one.input.to_string()).collect();
                let what = if what.is_empty() { "its inputs".to_string() } else { what.join(", ") };
                let message = format!("the run rests on what has changed since: {what}");
                Err(Diagnostic::new(origin, message).hint("run the experiment again").into())
            }
        }
    }

    /// The signatures that the family asks for: those that stand there, and those of the order.
    fn signatures(&self, order: &ReleaseOrder, family: &Family, model: &Model) -> Result<Vec<SignOff>> {
        let mut problems = Vec::new();
        let mut found = Vec::new();
        let digest = model.digest();
        for (role, _) in order.signatures.iter().filter(|(role, _)| !family.sign_offs.contains(role)) {
            problems.push(unknown_role(role, family));
        }
        for (at, (role, _)) in order.signatures.iter().enumerate() {
            if order.signatures[..at].iter().any(|(other, _)| other == role) {
                problems.push(Diagnostic::new("--sign", format!("`{}` signs twice", visible(role))));
            }
        }
        for role in &family.sign_offs {
            if let Some((_, name)) = order.signatures.iter().find(|(own, _)| own == role) {
                let standing = self.signature(&model.id, role)?;
                if let Some(standing) = standing.filter(|one| is_of_another(one, name, &digest)) {
                    problems.push(signed_already(&standing, &model.id));
                    continue;
                }
                let (role, name) = (role.clone(), name.clone());
                found.push(SignOff { role, name, on: order.day, digest: digest.clone() });
                continue;
            }
            match self.signature(&model.id, role)? {
                Some(given) if given.sign_off.on > order.day => {
                    let (name, on) = (visible(&given.sign_off.name), given.sign_off.on);
                    problems
                        .push(given.problem(&["on"], format!("{name} signed on {on}, after the day of the release")));
                }
                Some(given) if given.sign_off.digest == digest => found.push(given.sign_off),
                Some(given) => {
                    let (then, now) = (short(&given.sign_off.digest), short(&digest));
                    let name = visible(&given.sign_off.name);
                    let message = format!(
                        "{name} signed {} for {role} with the digest {then}, and its files now come to {now}",
                        model.id
                    );
                    let problem = given.problem(&["digest"], message);
                    problems.push(problem.hint(format!("ask again: clout release {} --sign {role}=NAME", model.id)));
                }
                None => {
                    let message = format!("{} has no signature for {role}", model.id);
                    let at = family.sign_offs.iter().position(|own| own == role).unwrap_or_default().to_string();
                    let problem = family.problem(&["sign-offs", &at], message);
                    problems.push(problem.hint(format!("clout release {} --sign {role}=NAME", model.id)));
                }
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(found)
    }

    /// Puts signatures under a version that is to be released.
    pub fn sign(&self, name: &str, signatures: &[(String, String)], day: Date) -> Result<Vec<PathBuf>> {
        let model = self.version_to_release(name)?;
        if self.is_released(&model.id) {
            let message = format!("{} is released already: nothing is left to sign", model.id);
            return Err(Diagnostic::new(self.origin(&self.lock_path(&model.id)), message).into());
        }
        let family = self.family(model.id.family())?;
        let unknown = signatures.iter().filter(|(role, _)| !family.sign_offs.contains(role));
        Diagnostics::none_or(unknown.map(|(role, _)| unknown_role(role, &family)).collect())?;
        let mut problems = Vec::new();
        let digest = model.digest();
        for (role, name) in signatures {
            let standing = self.signature(&model.id, role)?;
            let standing = standing.filter(|one| is_of_another(one, name, &digest));
            problems.extend(standing.map(|standing| signed_already(&standing, &model.id)));
        }
        Diagnostics::none_or(problems)?;
        let mut written = Vec::new();
        for (role, name) in signatures {
            let signature = SignatureSpec::new(&model.id, role, name, day, digest.clone());
            let path = self.signed_path(&model.id, role);
            self.write_text(&path, &with_schema("signature", &signature)?)?;
            written.push(path);
        }
        Ok(written)
    }

    /// Releases a version; `outcomes` are those of the plans of the preparation.
    ///
    /// # Errors
    /// What is wrong with the input. A release that is refused is no error.
    pub fn release(
        &self,
        prepared: &Preparation,
        outcomes: &[Outcome],
    ) -> Result<std::result::Result<Released, Refusal>> {
        let Preparation { order, model, family, chain, run, signatures, .. } = prepared;
        let id = &model.id;
        let mut refusal = Refusal::default();
        refusal.reasons.extend(failures(&run.outcome, id));
        let cases = run.outcome.golden.iter().filter(|verdict| verdict.candidate == id.to_string() && !verdict.met);
        refusal.reasons.extend(cases.map(|verdict| format!("a golden case fails: {}", golden_line(verdict))));
        let mut outcomes = outcomes.iter();
        let mut budgeted = Vec::new();
        let mut replay_outcome: Option<&Outcome> = None;
        if prepared.replay.is_some() {
            let outcome = outcomes.next();
            replay_outcome = outcome;
            refusal
                .reasons
                .extend(outcome.into_iter().flat_map(|outcome| &outcome.verdicts).filter_map(replay_failure));
        }
        if let Some(budget) = &family.budget {
            for ((earlier, _), outcome) in prepared.budget.iter().zip(outcomes) {
                budgeted.push((*earlier, outcome));
                refusal.limits.extend(budget.judge(outcome, *earlier));
            }
        }
        let waived = |limit: &LimitVerdict| order.waivers.iter().any(|waiver| waiver.limit == limit.limit);
        refusal.reasons.extend(refusal.limits.iter().filter(|limit| !limit.kept && !waived(limit)).map(broken));
        if !refusal.reasons.is_empty() {
            return Ok(Err(refusal));
        }
        let is_broken =
            |waiver: &&Waiver| refusal.limits.iter().any(|limit| limit.limit == waiver.limit && !limit.kept);
        let (waivers, idle): (Vec<&Waiver>, Vec<&Waiver>) = order.waivers.iter().partition(is_broken);
        let waivers: Vec<Waiver> = waivers.into_iter().cloned().collect();
        let idle: Vec<String> = idle.into_iter().map(|waiver| waiver.limit.clone()).collect();
        let first = order.first_day();
        let before = chain.on(first).map(|turn| turn.id.clone()).filter(|before| before != id);
        let differences = before
            .map(|before| Ok::<_, WorkbenchError>(diff::diff(&*self.model(&before.to_string(), &[])?, model)))
            .transpose()?;
        let replayed = prepared.replay.as_ref().zip(replay_outcome).and_then(|(_, outcome)| outcome.verdicts.first());
        let gone: BTreeSet<&str> = family.retired_by(first).map(|(signal, _)| signal).collect();
        let retired = affected(model, &gone);
        let note = release_note(&ReleaseNote {
            replay: replayed,
            retired: retired.as_ref(),
            model,
            day: order.day,
            live_from: order.live.as_ref().map(|live| live.from),
            experiment: &run.outcome.experiment.name,
            run_id: &run.outcome.run_id,
            verdicts: run.outcome.verdicts.iter().filter(|verdict| verdict.candidate == id.to_string()).count(),
            differences: differences.as_ref(),
            limits: &refusal.limits,
            waivers: &waivers,
            signatures,
        });
        let public = self.public_notice(prepared, &budgeted, differences.as_ref());
        let folder = self.releases_of(id.family()).join(id.version().to_string());
        let evidence = self.evidence(run, &folder, &[("note.md", note), ("notice.md", public)])?;
        let lock = self.lock_spec(prepared, &refusal.limits, &waivers, &evidence)?;
        let text = lock.text()?;
        match evidence.folder.finish()? {
            Finished::Existed { differing } if !differing.is_empty() => {
                let message = format!("the folder holds another release: {} differ", differing.join(", "));
                return Err(Diagnostic::new(self.origin(&folder), message).hint("move it away").into());
            }
            _ => {}
        }
        let path = self.lock_path(id);
        self.write_text(&path, &text)?;
        let live = match &order.live {
            Some(live) => {
                let turn = NewTurn { id, digest: &lock.digest, live, day: order.day, kind: TurnKind::Release };
                Some(self.turn(turn, None, None, chain)?)
            }
            None => None,
        };
        Ok(Ok(Released { id: id.clone(), lock: path, folder, limits: refusal.limits, waivers, idle, live }))
    }

    /// What the public is told: against the live version where the budget was held against it, else as
    /// the run compared it.
    fn public_notice(
        &self,
        prepared: &Preparation,
        budgeted: &[(Earlier, &Outcome)],
        differences: Option<&ModelDiff>,
    ) -> String {
        let Preparation { model, order, run, .. } = prepared;
        let id = model.id.to_string();
        let live_from = order.live.as_ref().map(|live| live.from.to_string());
        let against_live =
            budgeted.iter().find(|(earlier, _)| *earlier != Earlier::Window).map(|(_, outcome)| *outcome);
        let outcome = against_live.unwrap_or(&run.outcome);
        let baseline = outcome.models.first().map_or("", |model| model.id.as_str());
        let stored = if against_live.is_some() { None } else { self.stored_diff(outcome, baseline, &id) };
        let diff = if against_live.is_some() { differences } else { stored.as_ref() };
        let steps = order.live.as_ref().map_or(Vec::new(), LiveOrder::steps);
        let asked = Asked { candidate: &id, diff, live_from: live_from.as_deref(), steps: &steps };
        notice::notice(outcome, asked).map_or(String::new(), |found| notice::render(&found))
    }

    fn evidence(&self, run: &StoredRun, path: &std::path::Path, texts: &[(&str, String)]) -> Result<Evidence> {
        let folder = NewFolder::begin(path)?;
        let mut names = Vec::new();
        // Of the first of a family that is the baseline of its run there is nothing to tell the public.
        for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
            folder.write(name, text.as_bytes())?;
            names.push((*name).to_string());
        }
        for name in ["outcome.json", "report.md"] {
            folder.write(name, &files::read_bytes(&run.path.join(name))?)?;
            names.push(name.to_string());
        }
        let digests = names.into_iter().map(|name| Ok((name.clone(), folder.sha256(&name)?)));
        let digests = digests.collect::<Result<BTreeMap<_, _>>>()?;
        Ok(Evidence { folder, digests })
    }

    fn lock_spec(
        &self,
        prepared: &Preparation,
        limits: &[LimitVerdict],
        waivers: &[Waiver],
        evidence: &Evidence,
    ) -> Result<LockSpec> {
        let Preparation { order, model, run, signatures, .. } = prepared;
        let (references, _) = self.references(std::slice::from_ref(model), &[])?;
        let reference = model.reference.as_ref().filter(|_| model.needs_fit()).and_then(|reference| match reference {
            Reference::Population { dataset, .. } => {
                let digest = references.get(dataset)?.digest();
                Some(ReferenceOf { name: reference.to_string(), digest })
            }
            Reference::ScoredData => None,
        });
        let spec = LockSpec {
            format: 1,
            model: model.id.to_string(),
            digest: model.digest(),
            tool: env!("CARGO_PKG_VERSION").to_string(),
            released: order.day,
            run: RunOf { experiment: run.outcome.experiment.name.clone(), id: run.outcome.run_id.clone() },
            reference,
            evidence_sha256: evidence.digests.clone(),
            sign_off: signatures.clone(),
            limit: limits.to_vec(),
            waiver: waivers.to_vec(),
            fit: experiment::fits(model, &references, &LocalEngine::default())?,
            resolved: resolved(model),
            seal: String::new(),
        };
        Ok(spec.sealed())
    }
}

/// The files of a release, not yet in their place.
struct Evidence {
    folder: NewFolder,
    digests: BTreeMap<String, String>,
}

pub(super) fn with_schema(kind: &str, spec: &impl serde::Serialize) -> Result<String> {
    let body = toml::to_string(spec).map_err(|error| Diagnostic::new(kind, visible(&error.to_string())))?;
    Ok(format!("#:schema ../../../schemas/{kind}.schema.json\n{body}"))
}

/// Whether somebody else has signed the same state.
fn is_of_another(standing: &Signature, name: &str, digest: &str) -> bool {
    standing.sign_off.digest == digest && standing.sign_off.name != name
}

fn signed_already(standing: &Signature, id: &ModelId) -> Diagnostic {
    let SignOff { name, role, .. } = &standing.sign_off;
    let problem = standing.problem(&["name"], format!("{} has signed {id} for {role} already", visible(name)));
    problem.hint("remove the file if that is not to count")
}

fn unknown_role(role: &str, family: &Family) -> Diagnostic {
    let problem = Diagnostic::new("--sign", format!("{} asks for no signature of `{}`", family.name, visible(role)));
    match family.sign_offs.as_slice() {
        [] => problem.hint(format!("its settings (models/{}/family.toml) name no role under `sign-offs`", family.name)),
        known => problem.suggest(role, known.iter().map(String::as_str)),
    }
}

fn check_waivers(order: &ReleaseOrder, family: &Family) -> Result<()> {
    let mut problems = Vec::new();
    for (at, waiver) in order.waivers.iter().enumerate() {
        let known: Vec<&str> = family.limit_names().collect();
        if !known.contains(&waiver.limit.as_str()) {
            let message = format!("the budget of {} has no limit `{}`", family.name, visible(&waiver.limit));
            problems.push(Diagnostic::new("--waive", message).suggest(&waiver.limit, known));
        } else if order.waivers[..at].iter().any(|earlier| earlier.limit == waiver.limit) {
            problems.push(Diagnostic::new("--waive", format!("the limit `{}` is waived twice", waiver.limit)));
        }
        let first = order.first_day();
        if waiver.until < first {
            let (limit, until) = (visible(&waiver.limit), waiver.until);
            let message = format!("the waiver of `{limit}` would have run out on {until}, before the version is live");
            problems.push(Diagnostic::new("--until", message).hint(format!("name a day from {first} on")));
        }
        for (option, text) in [("--approver", &waiver.approver), ("--because", &waiver.because)] {
            if text.trim().is_empty() {
                problems
                    .push(Diagnostic::new(option, format!("the waiver of `{}` states none", visible(&waiver.limit))));
            }
        }
    }
    Ok(Diagnostics::none_or(problems)?)
}

/// What the run of a release says against the version.
fn failures(outcome: &Outcome, id: &ModelId) -> Vec<String> {
    let id = id.to_string();
    let failed = outcome.verdicts.iter().filter(|verdict| verdict.candidate == id && !verdict.met);
    failed.map(|verdict| format!("an expectation fails: {}", verdict_in_words(verdict))).collect()
}

fn verdict_in_words(verdict: &Verdict) -> String {
    let group = verdict.group.as_ref().map_or(String::new(), |group| format!(" ({group})"));
    let measured = match &verdict.measured.value {
        Ok(estimate) => format!("{:.4}", estimate.point()),
        Err(why) => format!("undefined, {why}"),
    };
    format!("{}{group} should be {} and is {measured}: {}", verdict.metric, verdict.bound, visible(&verdict.because))
}

fn replay_failure(verdict: &Verdict) -> Option<String> {
    let measured = match &verdict.measured.value {
        Ok(estimate) => format!("{:.4} of the accounts do", estimate.point()),
        Err(why) => why.clone(),
    };
    let wanted = verdict.bound;
    (!verdict.met).then(|| {
        format!(
            "the published scores of {} do not come out again under {}: {measured}, {wanted} is asked for",
            verdict.dataset, verdict.baseline
        )
    })
}

/// A limit that is broken, in a sentence.
fn broken(limit: &LimitVerdict) -> String {
    let group = limit.group.as_ref().map_or(String::new(), |group| format!(" ({group})"));
    let measured = match (limit.measured, &limit.undefined) {
        (Some(value), _) => format!("it is {value:.4}"),
        (None, Some(why)) => format!("it is undefined: {why}"),
        (None, None) => "it is undefined".to_string(),
    };
    let held = limit.held.map_or(String::new(), |held| format!(" with an end of {held:.4}"));
    format!(
        "the limit `{}` is broken against {} ({}): {}{group} may be {}, and {measured}{held}; {}",
        limit.limit,
        limit.against,
        limit.earlier.name(),
        limit.figure,
        limit.bound,
        visible(&limit.because)
    )
}
