//! The versions of a place beside each other: which is the steadier, and which is the cheaper to
//! cheat.

use super::summary::shaken_by;
use super::words::{signed, spread};
use super::{gaming, pictures};
use crate::experiment::stress::{Steadier, Stressed, StressedVersion};
use crate::number::percent;
use crate::report::{Align, Block, Section, Table};

/// The versions of each place, in their order.
pub(super) fn places(found: &Stressed) -> impl Iterator<Item = &[StressedVersion]> {
    found.versions.chunk_by(|left, right| left.place == right.place)
}

/// What stands beside what, as far as a place has several versions.
pub(super) fn sections(found: &Stressed) -> Vec<Section> {
    let (mut steady, mut cheap) = (Vec::new(), Vec::new());
    let several = places(found).count() > 1;
    for versions in places(found).filter(|versions| versions.len() > 1) {
        let place = &versions[0].place;
        let named = |blocks: Vec<Block>| match several && !blocks.is_empty() {
            true => std::iter::once(Block::Text(format!("On {}:", place.title()))).chain(blocks).collect(),
            false => blocks,
        };
        let here: Vec<&Steadier> = found.steadier.iter().filter(|one| one.place == *place).collect();
        let table = (!here.is_empty()).then(|| Block::Table(steadier(&here)));
        steady.extend(named(pictures::noise(found, versions).into_iter().chain(table).collect()));
        let costs = gaming::beside(versions).into_iter().map(Block::Table);
        cheap.extend(named(pictures::attack_cost(found, versions).into_iter().chain(costs).collect()));
    }
    let sections = [
        Section::new("steadier", "Which version is the steadier", steady),
        Section::new("cheaper", "Which version is the cheaper to cheat", cheap),
    ];
    sections.into_iter().filter(|section| !section.blocks.is_empty()).collect()
}

fn steadier(all: &[&Steadier]) -> Table {
    let columns = [
        ("First", Align::Left),
        ("Second", Align::Left),
        ("Shaken by", Align::Left),
        ("Gain in tau-b", Align::Right),
        ("First is steadier in", Align::Right),
        ("Second in", Align::Right),
    ];
    let caption = "The same draws for both versions: look for brackets on one side of 0 (they hold nine draws in ten)";
    let mut table = Table::new(caption, &columns);
    for one in all {
        table.row([
            one.first.clone(),
            one.second.clone(),
            shaken_by(&one.shaken_by),
            spread(&one.gain, signed),
            percent(one.shares[0]),
            percent(one.shares[1]),
        ]);
    }
    table
}
