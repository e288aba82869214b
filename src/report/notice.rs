//! The note that tells the public of a change: what changes, whom it moves and how far, what stays.
//! It is written for people who have never seen a model file. Each sentence is tied to figures of the
//! outcome; a figure that is undefined or withheld is left out. No account is named.

mod moves;
mod rules;
#[cfg(test)]
mod tests;
mod words;

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::clauses::point;
use super::markdown::escape;
use super::{cut, one_line};
use crate::date::Date;
use crate::experiment::outcome::{ComparisonSummary, ModelSummary, Outcome, Place};
use crate::model::diff::ModelDiff;
use crate::number::{accounts, counted, percent};
pub use moves::Seen;
use rules::Rules;
use words::quoted;
pub use words::{part, place as network, short_percent};

/// Headings of what moves, which the notice of a way back tells as well.
const MOVES: &str = "Whose score moves, and how far";
const BANDS: &str = "Bands";
const PERKS: &str = "Perks";
const GROUPS: &str = "Groups of accounts";
const BASIS: &str = "Where these figures come from";

/// Characters of a title or of a reason.
const LONGEST: usize = 300;

/// A note, as data: a release can store it, and any form can be made from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Notice {
    pub baseline: String,
    pub candidate: String,
    /// The comparison that it speaks of.
    pub place: Place,
    pub title: String,
    /// What comes to in a few sentences.
    pub summary: Vec<String>,
    pub sections: Vec<Section>,
}

/// Sentences under a heading. They may hold texts from data and are not escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

/// What a note is asked to tell.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The candidate, as the outcome names it.
    pub candidate: &'a str,
    /// What differs between both models, where they are at hand as the run had them.
    pub diff: Option<&'a ModelDiff>,
    /// The day from which the new score is shown.
    pub live_from: Option<&'a str>,
    /// From which day on what share of the accounts sees it, where it is not shown to all at once.
    pub steps: &'a [(Date, f64)],
}

/// Composes the note of one candidate. It speaks of the latest snapshot of the first dataset; none
/// where the outcome compares no such candidate.
pub fn notice(outcome: &Outcome, asked: Asked<'_>) -> Option<Notice> {
    let all: Vec<&ComparisonSummary> =
        outcome.comparisons.iter().filter(|summary| summary.candidate == asked.candidate).collect();
    let told = latest(outcome, &all)?;
    let model = |id: &str| outcome.models.iter().find(|model| model.id == id);
    let (before, after) = (model(&told.baseline)?, model(&told.candidate)?);
    let same_rules = before.digest == after.digest;
    let rules = match asked.diff {
        Some(diff) => Rules::of(diff),
        None => Rules::of_outcome(before, after, &told.weights),
    };
    let title = if same_rules { "The score is computed from newer data" } else { "The score changes" };
    let mut sections = Vec::new();
    let mut add = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            sections.push(Section { heading: heading.to_string(), lines });
        }
    };
    add(
        "What changes",
        if same_rules { vec!["The rules of the score stay as they are.".to_string()] } else { changes(after, &rules) },
    );
    add(MOVES, moves::movement(told));
    add(BANDS, moves::bands(told));
    add(PERKS, moves::perks(told));
    add(GROUPS, moves::groups(told));
    add("What stays the same", stays(told, before, after, &rules, same_rules));
    add("From when", from_when(asked).into_iter().collect());
    add(BASIS, basis(outcome, told, &all));
    add("How to ask", vec![ask(told)]);
    Some(Notice {
        baseline: told.baseline.clone(),
        candidate: told.candidate.clone(),
        place: told.place.clone(),
        title: title.to_string(),
        summary: summary(told, after, same_rules),
        sections,
    })
}

/// The latest snapshot of the first dataset; the first topic of several.
fn latest<'a>(outcome: &Outcome, all: &[&'a ComparisonSummary]) -> Option<&'a ComparisonSummary> {
    let first = outcome.datasets.first().map(|dataset| dataset.name.as_str());
    let of_first = all.iter().filter(|summary| Some(summary.place.dataset.as_str()) == first);
    // The last of the maxima would be the last topic.
    of_first.rev().max_by(|left, right| left.place.snapshot.cmp(&right.place.snapshot)).or(all.first()).copied()
}

fn summary(told: &ComparisonSummary, model: &ModelSummary, same_rules: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if !same_rules {
        let name = |id: &str| id.split_once('@').map_or((id.to_string(), String::new()), |(f, v)| (f.into(), v.into()));
        let ((old, before), (new, after)) = (name(&told.baseline), name(&told.candidate));
        lines.push(if old == new {
            format!("Version {after} of the score {} takes the place of version {before}.", quoted(&new))
        } else {
            format!(
                "The score {}, version {after}, takes the place of the score {}, version {before}.",
                quoted(&new),
                quoted(&old)
            )
        });
        // A version without a title of its own is called by its name.
        if model.title != model.id {
            lines.push(format!("In its own words: {}.", long_quoted(model.title.trim_end_matches('.'))));
        }
    }
    lines.extend(Seen::of(told).map(moves::headline));
    lines
}

/// What changes, and the reason that the version gives for itself.
fn changes(after: &ModelSummary, rules: &Rules) -> Vec<String> {
    let mut lines = rules.lines();
    if lines.is_empty() {
        lines.push("Nothing in the rules that moves a score: only names and notes.".to_string());
    }
    lines.extend(rules.limit());
    lines.extend(
        reason(&after.rationale).map(|reason| format!("The reason that this version gives: {}", long_quoted(&reason))),
    );
    lines
}

fn long_quoted(text: &str) -> String {
    format!("“{}”", cut(text, LONGEST))
}

/// The first sentence of a rationale.
fn reason(rationale: &str) -> Option<String> {
    let text = one_line(rationale.trim());
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    let first = text[..end].trim().trim_end_matches('.');
    (!first.is_empty()).then(|| format!("{first}."))
}

fn stays(
    told: &ComparisonSummary,
    before: &ModelSummary,
    after: &ModelSummary,
    rules: &Rules,
    same_rules: bool,
) -> Vec<String> {
    let mut lines = Vec::new();
    let total = after.factors.len() as u64;
    if !same_rules && rules.kept() > 0 {
        lines.push(format!(
            "{} of {} of the score keep their rules and their weight.",
            rules.kept(),
            counted(total, "part")
        ));
    }
    if before.scale == after.scale {
        let end = |value: f64| if value.fract() == 0.0 { format!("{value:.0}") } else { crate::number::plain(value) };
        lines.push(format!("The score still runs from {} to {}.", end(after.scale[0]), end(after.scale[1])));
    }
    if before.bands == after.bands && !after.bands.is_empty() {
        lines.push("The bands keep their names and their limits.".to_string());
    }
    if let Some(share) = point(&told.metrics, "overlap-at-k[k=100]").filter(|_| told.coverage.both > 100) {
        let whole = (share * 100.0).round();
        let count = if (share * 100.0 - whole).abs() < 1e-9 { format!("{whole:.0}") } else { percent(share) };
        lines.push(format!("Of the 100 accounts with the highest scores, {count} are still among the highest 100."));
    }
    if told.place.baseline_snapshot.is_none() {
        lines.push("Both scores are computed from the same data of each account.".to_string());
    }
    lines
}

fn from_when(asked: Asked<'_>) -> Option<String> {
    if let [(first, share), rest @ ..] = asked.steps
        && !rest.is_empty()
    {
        let step = |(day, share): &(Date, f64)| match *share < 1.0 {
            true => format!("from {day} on by {}", short_percent(*share)),
            false => format!("from {day} on by everybody"),
        };
        let rest: Vec<String> = rest.iter().map(step).collect();
        let first = format!("From {first} on the new score is seen by {} of the accounts", short_percent(*share));
        return Some(format!("{first}, {}.", rest.join(", ")));
    }
    asked.live_from.map(|day| format!("The new score is shown from {day} on."))
}

/// What changes in the rules, in plain words.
pub(super) fn changed_rules(diff: &ModelDiff) -> Vec<String> {
    Rules::of(diff).lines()
}

/// Which accounts were counted, and where the picture is another.
fn basis(outcome: &Outcome, told: &ComparisonSummary, all: &[&ComparisonSummary]) -> Vec<String> {
    let place = &told.place;
    let dataset = outcome.datasets.iter().find(|dataset| dataset.name == place.dataset);
    let title = dataset.map_or(place.dataset.as_str(), |dataset| dataset.title.as_str());
    let mut at = String::new();
    if let Some(topic) = &place.topic {
        at.push_str(&format!(", topic {}", quoted(topic)));
    }
    if let Some(snapshot) = &place.snapshot {
        at.push_str(&format!(", as of {}", quoted(snapshot)));
    }
    let both = accounts(told.coverage.both);
    let mut lines = vec![if told.sampled {
        format!("All shares are estimated from a sample of {both} that stands for all: {}{at}.", quoted(title))
    } else {
        format!("All counts are of the {both} that have a score before and after, in {}{at}.", quoted(title))
    }];
    lines.extend(
        dataset.map(|dataset| format!("Who these accounts are: {}.", quoted(dataset.population.trim_end_matches('.')))),
    );
    lines.extend(moves::elsewhere(told, all));
    lines
}

fn ask(told: &ComparisonSummary) -> String {
    format!(
        "Ask the team that publishes the score. Name your account and this version ({}); they can tell you your score before and after.",
        told.candidate
    )
}

/// The note as Markdown. Text from data is escaped.
pub fn render(notice: &Notice) -> String {
    let mut out = format!("# {}\n", escape(&notice.title));
    // Writing to a String cannot fail.
    if !notice.summary.is_empty() {
        let _ = writeln!(out, "\n{}", escape(&notice.summary.join(" ")));
    }
    notice.sections.iter().for_each(|section| render_section(section, &mut out));
    out
}

fn render_section(section: &Section, out: &mut String) {
    let _ = writeln!(out, "\n## {}\n", escape(&section.heading));
    match section.lines.as_slice() {
        [only] => {
            let _ = writeln!(out, "{}", escape(only));
        }
        lines => lines.iter().for_each(|line| {
            let _ = writeln!(out, "- {}", escape(line));
        }),
    }
}

/// The sections that say whom a change moves, and on what that rests, without what changes and why.
pub(super) fn render_movement(notice: &Notice, out: &mut String) {
    let told = [MOVES, BANDS, PERKS, GROUPS, BASIS];
    let sections = notice.sections.iter().filter(|section| told.contains(&section.heading.as_str()));
    sections.for_each(|section| render_section(section, out));
}
