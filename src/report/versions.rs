//! The versions of a workbench as a tree for people, and as exact rows for programs; and how near the
//! versions of a family are to each other, as a chart.

use std::collections::BTreeMap;

use super::tables::drop_if_empty;
use super::{Align, Cell, Table, Tone};
use crate::chart::{self, Chart, Kin, Lineage};
use crate::experiment::{Judged, Pairwise};
use crate::ids::ModelId;
use crate::model::Model;
use crate::number::plain;
use crate::release::{Leaf, Version};

/// A version in its place, with what stored runs and data say of it.
#[derive(Clone, Debug)]
pub struct VersionRow<'a> {
    pub leaf: Leaf<'a>,
    pub judged: Judged,
}

/// How near versions of a family are to each other on some accounts.
#[derive(Clone, Debug, Default)]
pub struct Nearness {
    /// What they were scored on, for people.
    pub place: String,
    /// The versions that were scored, in order.
    pub scored: Vec<ModelId>,
    /// By pair, the older version first.
    pub pairs: Vec<Pairwise>,
}

impl Nearness {
    /// The pairs to be measured: each version with the one that it extends, and with the first.
    pub fn wanted(models: &[&Model]) -> Vec<(ModelId, ModelId)> {
        let is_scored = |id: &ModelId| models.iter().any(|model| model.id == *id);
        let mut pairs = Vec::new();
        for model in models {
            let parent = model.lineage.first().filter(|parent| is_scored(parent));
            let first = models.first().map(|first| &first.id).filter(|first| **first != model.id);
            for other in parent.into_iter().chain(first) {
                let pair = (other.clone(), model.id.clone());
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        pairs
    }

    fn value(&self, first: Option<&ModelId>, second: &ModelId) -> Option<f64> {
        let pair = self.pairs.iter().find(|pair| Some(&pair.first) == first && pair.second == *second)?;
        pair.value.point()
    }

    /// With its parent, and with the first version.
    fn of(&self, version: &Version) -> [Option<f64>; 2] {
        [version.parent(), self.scored.first()].map(|other| self.value(other, &version.id))
    }
}

/// The chart of how near the versions are to each other.
pub fn lineage_chart(family: &str, versions: &[Version], nearness: &Nearness) -> Chart {
    let scored: BTreeMap<&ModelId, &Version> = versions.iter().map(|version| (&version.id, version)).collect();
    let kin = |id: &ModelId| {
        let version = scored.get(id)?;
        let [with_parent, with_first] = nearness.of(version);
        let parent = version.parent().map(|parent| match parent.family() == family {
            true => parent.version().to_string(),
            false => parent.to_string(),
        });
        Some(Kin { name: id.version().to_string(), parent, with_parent, with_first })
    };
    let data = Lineage {
        family: family.to_string(),
        versions: nearness.scored.iter().filter_map(kin).collect(),
        accounts: nearness.pairs.iter().map(|pair| pair.accounts).filter(|accounts| *accounts > 0).collect(),
    };
    chart::lineage(&data, &nearness.place)
}

/// The versions for people: drawn as a tree, without the columns that nothing stands in.
pub fn versions_tree(rows: &[VersionRow<'_>], nearness: Option<&Nearness>) -> Table {
    let mut columns = vec![
        ("Model", Align::Left),
        ("Released", Align::Left),
        ("Change", Align::Left),
        ("State", Align::Left),
        ("Verdict", Align::Left),
    ];
    columns.extend(nearness.iter().flat_map(|_| [("With parent", Align::Right), ("With first", Align::Right)]));
    columns.push(("Title", Align::Left));
    let mut table = Table::new("", &columns);
    for VersionRow { leaf, judged } in rows {
        let version = leaf.version;
        let is_bad = !judged.runs.is_empty() && judged.runs.iter().all(|run| run.failed > 0);
        let mut cells = vec![
            Cell::from(format!("{}{}", leaf.drawn, version.id)),
            Cell::from(released(version)),
            Cell::from(class(version)),
            Cell::from(state(version)),
            Cell { text: judged.to_string(), tone: if is_bad { Tone::Bad } else { Tone::Plain } },
        ];
        let near = nearness.map(|nearness| nearness.of(version));
        cells.extend(near.into_iter().flatten().map(|value| Cell::from(value.map_or(String::new(), plain))));
        cells.push(Cell::from(title(version)));
        table.rows.push(cells);
    }
    for column in ["With first", "With parent", "Verdict", "Change", "Released"] {
        drop_if_empty(&mut table, column);
    }
    table
}

/// The versions for programs: every column, in the order of the tree.
pub fn versions_table(rows: &[VersionRow<'_>], nearness: Option<&Nearness>) -> Table {
    let mut columns = vec![
        ("Model", Align::Left),
        ("Parent", Align::Left),
        ("Depth", Align::Right),
        ("Released", Align::Left),
        ("Change", Align::Left),
        ("State", Align::Left),
        ("Share", Align::Right),
        ("Live from", Align::Left),
        ("Verdict", Align::Left),
        ("Runs", Align::Left),
        ("Factors", Align::Right),
        ("Reference", Align::Left),
    ];
    columns.extend(
        nearness.iter().flat_map(|_| [("Tau-b with parent", Align::Right), ("Tau-b with first", Align::Right)]),
    );
    columns.push(("Title", Align::Left));
    let mut table = Table::new("", &columns);
    for VersionRow { leaf, judged } in rows {
        let version = leaf.version;
        let record = version.record.as_ref().ok();
        let runs: Vec<String> = judged.runs.iter().map(|by| format!("{}/{}", by.experiment, by.run)).collect();
        let text = |value: Option<String>| value.unwrap_or_default();
        let mut cells = vec![
            version.id.to_string(),
            text(version.parent().map(ToString::to_string)),
            leaf.depth.to_string(),
            released(version),
            class(version),
            state_alone(version),
            text(record.and_then(|record| record.standing.share()).map(|share| share.to_string())),
            text(record.and_then(|record| record.live_from).map(|from| from.to_string())),
            judged.to_string(),
            runs.join(" "),
            text(version.model().map(|model| model.factor_count().to_string())),
            text(version.model().and_then(|model| model.reference.as_ref()).map(ToString::to_string)),
        ];
        let near = nearness.map(|nearness| nearness.of(version));
        cells.extend(near.into_iter().flatten().map(|value| text(value.map(|value| value.to_string()))));
        cells.push(title(version));
        table.row(cells);
    }
    table
}

fn released(version: &Version) -> String {
    let released = version.record.as_ref().ok().and_then(|record| record.released);
    released.map_or(String::new(), |released| released.to_string())
}

fn class(version: &Version) -> String {
    version.class().map_or(String::new(), |class| class.name().to_string())
}

/// Where it stands, with its share, and whether it is another than what was released.
fn state(version: &Version) -> String {
    let edited = if is_edited(version) { ", edited since" } else { "" };
    match &version.record {
        Ok(record) => format!("{}{edited}", record.standing),
        Err(why) => format!("broken: {why}"),
    }
}

/// The same without the share.
fn state_alone(version: &Version) -> String {
    match &version.record {
        Ok(record) if is_edited(version) => format!("{}, edited since", record.standing.name()),
        Ok(record) => record.standing.name().to_string(),
        Err(why) => format!("broken: {why}"),
    }
}

fn is_edited(version: &Version) -> bool {
    version.model.as_ref().is_ok_and(|resolved| resolved.edited)
}

fn title(version: &Version) -> String {
    match &version.model {
        Ok(resolved) => resolved.model.title.clone(),
        Err(why) => format!("broken: {why}"),
    }
}
