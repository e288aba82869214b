//! The note of a release: for the team and whoever audits it, in Markdown.

use super::markdown::{escape, table};
use super::notice::{Notice, changed_rules, render_movement, short_percent};
use super::{Align, Table};
use crate::date::Date;
use crate::experiment::Verdict;
use crate::ids::ModelId;
use crate::model::Model;
use crate::model::diff::{Class, ModelDiff, inline};
use crate::number::{counted, percent};
use crate::release::{Affected, Earlier, LimitVerdict, SignOff, Waiver};

/// What a note of a release tells.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseNote<'a> {
    pub model: &'a Model,
    pub day: Date,
    pub live_from: Option<Date>,
    pub experiment: &'a str,
    pub run_id: &'a str,
    /// Expectations that the version met in that run.
    pub verdicts: usize,
    /// What differs from the version that it takes the place of; none where nothing was live.
    pub differences: Option<&'a ModelDiff>,
    pub limits: &'a [LimitVerdict],
    pub waivers: &'a [Waiver],
    pub signatures: &'a [SignOff],
    /// What became of the published scores, where the family asks for that.
    pub replay: Option<&'a Verdict>,
    /// What of the version rests on signals that are gone by then.
    pub retired: Option<&'a Affected>,
}

/// The note as Markdown.
pub fn release_note(note: &ReleaseNote<'_>) -> String {
    let model = note.model;
    let title = if model.title == model.id.to_string() { String::new() } else { format!(": {}", escape(&model.title)) };
    let mut out = format!("# {}{title}\n\n", model.id);
    let live = note.live_from.map_or(String::new(), |day| format!(", live from {day}"));
    out.push_str(&format!("Released on {}{live}. Digest `{}`.\n\n", note.day, model.digest()));
    out.push_str(&format!("{}\n\n", escape(model.rationale.trim())));
    out.push_str(&format!(
        "It rests on the run `{}` of the experiment {}, in which it met {}.\n",
        note.run_id,
        escape(note.experiment),
        counted(note.verdicts as u64, "expectation")
    ));
    if let Some(found) = note.differences {
        let class = found.class.map_or("nothing differs", |class| class.promise());
        let name = found.class.map_or("none", |class| class.name());
        out.push_str(&format!("\n## What differs from {}\n\nClass: {name} ({class}).\n\n", found.old.model));
        let mut changes = Table::new(
            "",
            &[("What", Align::Left), ("Before", Align::Left), ("After", Align::Left), ("Class", Align::Left)],
        );
        // Titles and reasons stand above.
        for change in found.changes.iter().filter(|change| change.class > Class::Cosmetic) {
            let value = |value: &Option<serde_json::Value>| value.as_ref().map_or("–".to_string(), inline);
            changes.row([change.path.clone(), value(&change.old), value(&change.new), change.class.name().to_string()]);
        }
        if !changes.rows.is_empty() {
            table(&mut out, &changes);
        }
    }
    if let Some(verdict) = note.replay {
        let share = verdict.measured.point().map_or("an unknown share".to_string(), percent);
        out.push_str(&format!(
            "\n## Published scores\n\n{share} of the published scores of {} come out again under {} ({} is asked for).\n",
            escape(&verdict.dataset),
            verdict.baseline,
            verdict.bound
        ));
    }
    if let Some(retired) = note.retired {
        out.push_str(&format!(
            "\n## Signals that are gone\n\nIt reads {}: {}.\n",
            escape(&retired.signals.join(", ")),
            escape(&retired.sentence())
        ));
    }
    out.push_str("\n## Movement budget\n\n");
    if note.limits.is_empty() {
        out.push_str("No limit was held: the family declares none, or nothing was live before.\n");
    } else {
        table(&mut out, &limits(note.limits, note.waivers));
    }
    for waiver in note.waivers {
        out.push_str(&format!("\n**Waived:** {}.\n", escape(&waiver.to_string())));
    }
    out.push_str("\n## Signatures\n\n");
    if note.signatures.is_empty() {
        out.push_str("The family asks for none.\n");
    } else {
        let mut signed = Table::new("", &[("Role", Align::Left), ("Name", Align::Left), ("On", Align::Left)]);
        note.signatures.iter().for_each(|one| signed.row([one.role.clone(), one.name.clone(), one.on.to_string()]));
        table(&mut out, &signed);
    }
    out
}

/// What the notice of a way back tells.
#[derive(Clone, Copy, Debug)]
pub struct RollbackNotice<'a> {
    pub family: &'a str,
    /// The version that goes.
    pub gone: &'a ModelId,
    pub back: &'a Model,
    pub day: Date,
    pub because: Option<&'a str>,
    /// What differs from the version that goes; none where that cannot be read any more.
    pub differences: Option<&'a ModelDiff>,
    /// Whom it moves; none where that was not measured.
    pub movement: Option<&'a Notice>,
    /// The share of the accounts that saw the version which goes; none if nobody did yet.
    pub seen_by: Option<f64>,
}

/// The notice of a way back as Markdown, for those whose score it is.
pub fn rollback_notice(notice: &RollbackNotice<'_>) -> String {
    let RollbackNotice { family, gone, back, day, because, differences, movement, seen_by } = *notice;
    let mut out = format!("# {}: back to version {}\n\n", escape(family), back.id.version());
    out.push_str(&format!(
        "From {day} on scores are computed with version {} again. Version {} is withdrawn.\n",
        back.id.version(),
        gone.version()
    ));
    if let Some(because) = because {
        out.push_str(&format!("\n**Why:** {}\n", escape(because.trim())));
    }
    out.push_str("\nWhat happened on the accounts since counts as before.\n");
    match seen_by {
        Some(share) if share < 1.0 => out.push_str(&format!(
            "\nVersion {} was seen by {} of the accounts; what follows is about them.\n",
            gone.version(),
            short_percent(share)
        )),
        Some(_) => {}
        None => out.push_str(&format!("\nNobody had seen version {} yet.\n", gone.version())),
    }
    let undone = differences.map_or(Vec::new(), changed_rules);
    if !undone.is_empty() {
        out.push_str("\n## What changes\n\n");
        undone.iter().for_each(|line| out.push_str(&format!("- {}\n", escape(line))));
    }
    if let Some(movement) = movement {
        render_movement(movement, &mut out);
    }
    out.push_str("\n## How to ask\n\nAsk the team that publishes the score, and name your account.\n");
    out
}

/// Limits as a table, in the order of the budget: of each the place where it is broken worst, or is
/// nearest to it.
pub fn limits(limits: &[LimitVerdict], waivers: &[Waiver]) -> Table {
    let columns = [
        ("Limit", Align::Left),
        ("Against", Align::Left),
        ("Figure", Align::Left),
        ("Where", Align::Left),
        ("Allowed", Align::Left),
        ("Is", Align::Right),
        ("Verdict", Align::Left),
    ];
    let mut found = Table::new("", &columns);
    let mut told: Vec<(&str, &str, Earlier)> = Vec::new();
    for limit in limits {
        let name = (limit.limit.as_str(), limit.against.as_str(), limit.earlier);
        if told.contains(&name) {
            continue;
        }
        told.push(name);
        let own: Vec<&LimitVerdict> =
            limits.iter().filter(|one| (one.limit.as_str(), one.against.as_str(), one.earlier) == name).collect();
        let Some(worst) = own.iter().max_by(|left, right| left.distance().total_cmp(&right.distance())) else {
            continue;
        };
        let broken = own.iter().filter(|one| !one.kept).count();
        let place = [Some(&worst.dataset), worst.topic.as_ref(), worst.snapshot.as_ref(), worst.group.as_ref()];
        let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
        let of = if own.len() > 1 { format!(" (worst of {})", own.len()) } else { String::new() };
        let measured = worst.measured.map_or("undefined".to_string(), |value| format!("{value:.4}"));
        let measured = worst.held.map_or(measured.clone(), |held| format!("{measured} ({held:.4})"));
        let waived = waivers.iter().any(|waiver| waiver.limit == worst.limit);
        let verdict = match (broken, waived) {
            (0, _) => "kept".to_string(),
            (_, true) => "broken, waived".to_string(),
            (1, false) if own.len() == 1 => "BROKEN".to_string(),
            (several, false) => format!("BROKEN in {several}"),
        };
        found.row([
            worst.limit.clone(),
            format!("{} ({})", worst.against, worst.earlier.name()),
            worst.figure.clone(),
            format!("{}{of}", place.join(", ")),
            worst.bound.to_string(),
            measured,
            verdict,
        ]);
    }
    found
}
