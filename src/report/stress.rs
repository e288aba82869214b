//! What the studies of stability came to, as sentences, tables and charts. The versions of a place
//! stand beside each other first; then each by itself, study by study.

mod beside;
mod exact;
mod gaming;
mod laws;
mod pictures;
mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use super::{Align, Block, Cell, Line, Report, Section, Table, Tone, telling};
use crate::experiment::outcome::Outcome;
use crate::experiment::stress::{Stressed, StressedVersion};
pub use exact::exact_studies;

/// Charts in the order of how much they tell somebody who has half a minute.
const TELLING: [&str; 4] = ["rank-intervals", "attack-cost", "noise", "sensitivity"];

/// Composes the report of the studies.
pub fn stressed(found: &Stressed) -> Report {
    let mut sections = vec![Section::new("summary", "Summary", summary::blocks(found))];
    sections.extend(studies(found));
    sections.push(Section::new("provenance", "Provenance", vec![Block::Table(provenance(found))]));
    let mut names: Vec<&str> = Vec::new();
    for version in &found.versions {
        if !names.contains(&version.model.as_str()) {
            names.push(&version.model);
        }
    }
    Report {
        name: "stress".to_string(),
        title: format!("How far the ranking of {} may be trusted", names.join(", ")),
        verdict: Line { text: "Nothing is judged here: these are studies.".to_string(), tone: Tone::Plain },
        telling: telling(&sections, &TELLING),
        sections,
        context: Vec::new(),
    }
}

/// The sections of the studies that an experiment asked for; none where it asked for none.
pub(super) fn of_outcome(outcome: &Outcome) -> Vec<Section> {
    let Some(stability) = &outcome.stability else { return Vec::new() };
    let found = stability.stressed(&outcome.tool, &outcome.command);
    let title = "How far the rankings may be trusted, and who can game them";
    let mut sections = vec![Section::new("studies", title, summary::blocks(&found))];
    sections.extend(studies(&found));
    sections
}

/// Everything between the summary and the provenance.
fn studies(found: &Stressed) -> Vec<Section> {
    let mut sections = beside::sections(found);
    let alone = found.versions.len() == 1;
    let mut number = 0;
    for versions in beside::places(found) {
        for version in versions {
            number += 1;
            // What stands beside other versions has its picture there.
            let parts = parts(found, version, versions.len() == 1);
            for (at, (name, title, blocks)) in parts.into_iter().enumerate() {
                let id = format!("version-{number}-{name}");
                let section = match alone {
                    true => Section::new(id, words::capital(title), blocks),
                    false => Section::new(id, format!("{}: {title}", whole_title(version)), blocks),
                };
                // Of several versions the list names each once.
                let label = match (alone, at) {
                    (true, _) => section.label.clone(),
                    (false, 0) => Some(whole_title(version)),
                    (false, _) => None,
                };
                sections.push(Section { label, ..section });
            }
        }
    }
    sections
}

fn whole_title(version: &StressedVersion) -> String {
    format!("{} on {}", version.model, version.place.title())
}

/// The studies of a version that came to something: a name for the section, its title as a clause, and what
/// it says.
fn parts(found: &Stressed, version: &StressedVersion, alone: bool) -> Vec<(&'static str, &'static str, Vec<Block>)> {
    let own = std::slice::from_ref(version);
    let attack_cost = if alone { pictures::attack_cost(found, own) } else { None };
    let gaming = version.gaming.as_ref().map(|found| gaming::blocks(found, attack_cost));
    let parts = [
        ("events", "events drawn again", events(found, version)),
        ("weights", "other weights", tables::weights(version).map(table_or_caption).into_iter().collect()),
        ("choices", "which choices decide", choices(found, version)),
        ("left-out", "what is left out", left_out(version)),
        ("noise", "signals measured badly", noise(version, if alone { pictures::noise(found, own) } else { None })),
        ("snapshots", "over the snapshots", snapshots(version)),
        ("others", "what others can do", others(version)),
        ("gaming", "what it costs to cheat", gaming.unwrap_or_default()),
        ("laws", "laws that a score should keep", version.laws.as_ref().map(laws::blocks).unwrap_or_default()),
    ];
    parts.into_iter().filter(|(_, _, blocks)| !blocks.is_empty()).collect()
}

/// A table; of one that may name no account, and so has no rows, what its caption says.
fn table_or_caption(table: Table) -> Block {
    if table.rows.is_empty() { Block::Text(format!("{}.", table.caption)) } else { Block::Table(table) }
}

fn events(found: &Stressed, version: &StressedVersion) -> Vec<Block> {
    let mut blocks: Vec<Block> = pictures::rank_intervals(found, version).into_iter().collect();
    blocks.extend(tables::sampling(version).map(Block::Table));
    if let Some(sampling) = version.sampling.as_ref().filter(|sampling| !sampling.not_drawn.is_empty()) {
        let names = sampling.not_drawn.join(", ");
        blocks.push(Block::Text(format!("Not drawn again, since they count no events: {names}.")));
    }
    blocks
}

fn choices(found: &Stressed, version: &StressedVersion) -> Vec<Block> {
    let picture = pictures::sensitivity(found, version);
    picture.into_iter().chain(tables::sensitivity(version).map(Block::Table)).collect()
}

fn left_out(version: &StressedVersion) -> Vec<Block> {
    let Some(found) = &version.leave_out else { return Vec::new() };
    let tables =
        [tables::left_out("Without a network", &found.networks), tables::left_out("Without a factor", &found.factors)];
    let mut blocks: Vec<Block> = tables.into_iter().flatten().map(Block::Table).collect();
    if !found.alone.is_empty() {
        let names = found.alone.join(", ");
        blocks.push(Block::Text(format!("Not left out, since nothing else is weighed against it: {names}.")));
    }
    blocks
}

fn noise(version: &StressedVersion, picture: Option<Block>) -> Vec<Block> {
    let Some(found) = &version.noise else { return Vec::new() };
    let mut blocks: Vec<Block> = picture.into_iter().collect();
    if !found.disturbed.is_empty() {
        blocks.push(Block::Table(tables::noise(found)));
    }
    if !found.skipped.is_empty() {
        blocks.push(Block::Text("Not made:".to_string()));
        blocks.push(Block::List(found.skipped.clone()));
    }
    blocks
}

fn snapshots(version: &StressedVersion) -> Vec<Block> {
    let Some(found) = &version.time else { return Vec::new() };
    let mut blocks: Vec<Block> = tables::time(found).into_iter().map(Block::Table).collect();
    if !found.not_aged.is_empty() {
        blocks.push(Block::Text("Not fitted on:".to_string()));
        blocks.push(Block::List(found.not_aged.clone()));
    }
    blocks
}

fn others(version: &StressedVersion) -> Vec<Block> {
    let Some(found) = &version.reversal else { return Vec::new() };
    let sentences = std::iter::once(summary::reversal(found)).chain(tables::reversed(found));
    vec![Block::Text(sentences.collect::<Vec<String>>().join(" "))]
}

fn provenance(found: &Stressed) -> Table {
    let columns = [("What", Align::Left), ("Value", Align::Left)];
    let mut table = Table::new("Provenance: the same of these gives the same figures again", &columns);
    let mut row = |what: String, value: String| {
        let cells = [what, value].map(Cell::from).to_vec();
        // Versions share a dataset, and places a version.
        if !table.rows.contains(&cells) {
            table.rows.push(cells);
        }
    };
    row("Command".to_string(), found.command.clone());
    row("Tool".to_string(), format!("cloutbench {}", found.tool));
    row("Seed".to_string(), found.seed.to_string());
    for version in &found.versions {
        row(format!("Digest of {}", version.model), version.digest.clone());
        row(format!("Digest of {}", version.place.dataset), version.dataset_digest.clone());
    }
    table
}
