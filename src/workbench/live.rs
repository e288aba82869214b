//! What goes live, and the way back.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::Result;
use super::release::with_schema;
use super::{Workbench, files};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::{Experiment, Outcome, Plan};
use crate::ids::ModelId;
use crate::model::{Model, diff};
use crate::release::live::RAMP_DAYS;
use crate::release::{Chain, Lock, Turn, TurnKind, TurnSpec};
use crate::report::notice::{self, Asked};
use crate::report::{RollbackNotice, rollback_notice};

/// From when a version is to be live, and for whom first.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveOrder {
    pub from: Date,
    /// Shares that rise to 1; everybody at once if empty.
    pub ramp: Vec<f64>,
    pub ramp_days: Option<u32>,
}

impl LiveOrder {
    /// From which day on what share of the accounts sees the version; nothing where all do at once.
    pub fn steps(&self) -> Vec<(Date, f64)> {
        let every = i64::from(self.ramp_days.unwrap_or(RAMP_DAYS));
        (0i64..).zip(&self.ramp).map(|(step, share)| (self.from.plus(step * every), *share)).collect()
    }
}

/// A way back that is asked for.
#[derive(Clone, Debug)]
pub struct RollbackOrder {
    pub family: String,
    /// A released version, with or without the family.
    pub to: String,
    pub day: Date,
    pub because: Option<String>,
}

/// A way back that may be gone.
#[derive(Debug)]
pub struct RollbackPreparation {
    order: RollbackOrder,
    back: Arc<Model>,
    digest: String,
    gone: ModelId,
    chain: Chain,
    /// Whom it moves, on the data of the budget; none where there is none, or where it cannot be
    /// measured.
    pub movement: Option<Box<Plan>>,
    /// Whether the version that goes is what was released; nothing can be told of one that was edited.
    pub untouched: bool,
}

/// What a way back made.
#[derive(Clone, Debug)]
pub struct RolledBack {
    pub turn: PathBuf,
    pub notice_path: PathBuf,
    /// Markdown.
    pub notice: String,
}

impl Workbench {
    /// Puts a version that is released live from a day on.
    pub fn put_live(&self, name: &str, live: &LiveOrder, day: Date) -> Result<PathBuf> {
        let model = self.version_to_release(name)?;
        let chain = self.live(model.id.family())?;
        let lock = self.released_lock(&model)?;
        check_live(live, day, &chain)?;
        Diagnostics::none_or(lock.expired(live.from))?;
        if chain.last().is_some_and(|last| last.id == model.id) {
            let message = format!("{} is live already, or will be", model.id);
            return Err(Diagnostic::new("--live-from", message).hint("`clout list live` tells since when").into());
        }
        // What became of the budget is known against the version that was live at the release alone.
        let held: Vec<&str> = lock.spec.limit.iter().map(|limit| limit.against.as_str()).collect();
        let now = chain.on(live.from).map(|turn| turn.id.to_string());
        let family = self.family(model.id.family())?;
        if let Some(now) = now.filter(|now| family.budget.is_some() && !held.contains(&now.as_str())) {
            let limits = family.limit_names().collect::<Vec<_>>().join(", ");
            let message = format!("the budget of {} was not held against {now}, which is live by then", model.id);
            let problem = Diagnostic::new(self.origin(&self.lock_path(&model.id)), message);
            let hint =
                format!("make a new version and release that, so that its limits ({limits}) are held against {now}");
            return Err(problem.hint(hint).into());
        }
        let turn = NewTurn { id: &model.id, digest: &lock.spec.digest, live, day, kind: TurnKind::Release };
        self.turn(turn, None, None, &chain)
    }

    /// Finds the version to go back to, and how to measure whom that moves.
    pub fn prepare_rollback(&self, order: RollbackOrder) -> Result<RollbackPreparation> {
        self.known_family(&order.family)?;
        let back =
            ModelId::within(&order.family, &order.to).map_err(|error| Diagnostic::new("--to", error.to_string()))?;
        let back = self.version_to_release(&back.to_string())?;
        if back.id.family() != order.family {
            let message = format!("{} is no version of {}", back.id, order.family);
            return Err(Diagnostic::new("--to", message).into());
        }
        let chain = self.live(&order.family)?;
        let lock = self.released_lock(&back)?;
        let Some(last) = chain.last() else {
            let problem = Diagnostic::new(visible(&order.family), "nothing of this family is live");
            return Err(problem.hint(format!("`clout release {} --live-from DATE` puts it live", back.id)).into());
        };
        if last.id == back.id {
            let message = format!("{} is live already, or will be", back.id);
            return Err(Diagnostic::new("--to", message).hint("`clout list live` tells since when").into());
        }
        if let Some(problem) = before_record(order.day, &chain, "--as-of") {
            return Err(problem.into());
        }
        if !chain.was_live(&back.id, order.day) {
            let message = format!("{} was never live: there is nothing to go back to", back.id);
            let problem = Diagnostic::new("--to", message);
            let were: std::collections::BTreeSet<String> =
                chain.turns.iter().filter(|turn| turn.spec.from <= order.day).map(|turn| turn.id.to_string()).collect();
            let were = were.into_iter().collect::<Vec<_>>().join(", ");
            return Err(problem.hint(format!("were live: {were}; a version goes live by `clout release`")).into());
        }
        let gone = chain.on(order.day).unwrap_or(last).id.clone();
        // Whom it moves is good to know, but nothing may stand in the way: not a budget, not a version
        // that was edited since, not a dataset that is elsewhere.
        let untouched = self.check_untouched(&gone).is_ok();
        let movement = if untouched { self.movement(&order.family, &gone, &back.id).ok().flatten() } else { None };
        let movement = movement.map(Box::new);
        Ok(RollbackPreparation { order, back, digest: lock.spec.digest, gone, chain, movement, untouched })
    }

    /// What leads from one version to another on the data of the budget, without its limits.
    fn movement(&self, family: &str, from: &ModelId, to: &ModelId) -> Result<Option<Plan>> {
        let family = self.family(family)?;
        let Some(budget) = family.budget.as_ref().filter(|_| from != to) else { return Ok(None) };
        let experiment = Experiment {
            baseline: from.clone(),
            candidates: vec![to.clone()],
            expectations: Vec::new(),
            ..budget.experiment.clone()
        };
        Ok(Some(self.measured(experiment, &family, "budget")?))
    }

    /// Goes back to a released version at once; `moved` is the outcome of the preparation's plan.
    pub fn rollback(&self, prepared: &RollbackPreparation, moved: Option<&Outcome>) -> Result<RolledBack> {
        let RollbackPreparation { order, back, digest, gone, chain, .. } = prepared;
        // What goes may have been edited since; that must not stand in the way, but nothing is told of it.
        let gone_model = self.check_untouched(gone).and_then(|()| self.model(&gone.to_string(), &[]));
        let differences = gone_model.ok().map(|gone| diff::diff(&gone, back));
        let id = back.id.to_string();
        let asked = Asked { candidate: &id, diff: differences.as_ref(), live_from: None, steps: &[] };
        let movement = moved.and_then(|outcome| notice::notice(outcome, asked));
        let notice = rollback_notice(&RollbackNotice {
            family: &order.family,
            gone,
            back,
            day: order.day,
            because: order.because.as_deref(),
            differences: differences.as_ref(),
            movement: movement.as_ref(),
            seen_by: chain.shown(order.day).iter().find(|shown| shown.turn.id == *gone).map(|shown| shown.share),
        });
        let live = LiveOrder { from: order.day, ramp: Vec::new(), ramp_days: None };
        let because = order.because.clone();
        let turn = NewTurn { id: &back.id, digest, live: &live, day: order.day, kind: TurnKind::Rollback };
        let turn = self.turn(turn, because, Some(&notice), chain)?;
        let notice_path = turn.with_extension("md");
        Ok(RolledBack { turn, notice_path, notice })
    }

    /// The lock of a version that is released, and is still what was released.
    fn released_lock(&self, model: &Model) -> Result<Lock> {
        let Some(lock) = self.lock(&model.id)? else {
            let known: Vec<String> = self.released(model.id.family())?.iter().map(ToString::to_string).collect();
            let problem = Diagnostic::new(model.id.to_string(), "the version is not released");
            return Err(match known.as_slice() {
                [] => problem.hint(format!("`clout release {} --run RUN` releases it", model.id)),
                known => problem.hint(format!(
                    "released: {}; `clout release {} --run RUN` releases it",
                    known.join(", "),
                    model.id
                )),
            }
            .into());
        };
        lock.check_model(model)?;
        Ok(lock)
    }

    /// Writes a turn of what is live, after the last one, and its notice beside it.
    pub(super) fn turn(
        &self,
        new: NewTurn<'_>,
        because: Option<String>,
        notice: Option<&str>,
        chain: &Chain,
    ) -> Result<PathBuf> {
        let NewTurn { id, digest, live, day, kind } = new;
        let spec = TurnSpec {
            format: 1,
            live: id.to_string(),
            digest: digest.to_string(),
            from: live.from,
            made: day,
            kind,
            replaces: chain.last().map(|turn| turn.key.clone()),
            ramp: live.ramp.clone(),
            ramp_days: live.ramp_days,
            because,
            notice_sha256: notice.map(|notice| files::sha256_of(notice.as_bytes())),
            seal: String::new(),
        };
        // A version may come back more than once on a day.
        let first = format!("{}-{}", live.from, id.version());
        let taken = |key: &str| chain.turns.iter().any(|turn| turn.key == key);
        let again = (2..).map(|count| format!("{first}-{count}"));
        let key = std::iter::once(first.clone()).chain(again).find(|key| !taken(key)).unwrap_or(first);
        let path = self.turn_path(id.family(), &key);
        self.must_be_new(&path, "look at what is live with `clout list live`")?;
        if let Some(notice) = notice {
            self.write_text(&path.with_extension("md"), notice)?;
        }
        self.write_text(&path, &with_schema("turn", &spec.sealed())?)?;
        Ok(path)
    }
}

/// A version to go live.
#[derive(Clone, Copy)]
pub(super) struct NewTurn<'a> {
    pub id: &'a ModelId,
    pub digest: &'a str,
    pub live: &'a LiveOrder,
    /// The day on which it is written down.
    pub day: Date,
    pub kind: TurnKind,
}

/// A day before the record of what is live was last written would change what is on record.
fn before_record(day: Date, chain: &Chain, option: &str) -> Option<Diagnostic> {
    let last = chain.turns.iter().map(|turn| turn.spec.made).max().filter(|last| day < *last)?;
    let message = format!("{day} lies before {last}, when it was last written down what is live");
    Some(Diagnostic::new(option, message).hint("what was live stays on record; name a later day"))
}

/// Whether a version can go live when it is to, by a day.
pub(super) fn check_live(live: &LiveOrder, day: Date, chain: &Chain) -> Result<()> {
    if let Some(problem) = before_record(day, chain, "--as-of") {
        return Err(problem.into());
    }
    match chain.last() {
        Some(last) if live.from < last.spec.from => Err(too_early(live.from, last).into()),
        _ if live.from < day => Err(past(live.from, day).into()),
        _ => Ok(()),
    }
}

fn too_early(from: Date, last: &Turn) -> Diagnostic {
    let message = format!("{from} lies before {}, from when {} is live", last.spec.from, last.id);
    Diagnostic::new("--live-from", message).hint("what was live stays on record; name a later day")
}

fn past(from: Date, day: Date) -> Diagnostic {
    let problem = Diagnostic::new("--live-from", format!("{from} is past: it is {day} today"));
    problem.hint("what was live stays on record; to write down what went live earlier, give that day with --as-of too")
}
