//! What kind of change it is: level against order, change by level, agreement at every depth,
//! saturation, who came and went, and what brands hear.

use super::{Align, Block, Table};
use crate::compare::brands::WeighedScore;
use crate::compare::change::{ByLevel, LevelAndOrder, LevelBasis};
use crate::compare::findings::Findings;
use crate::compare::flow::PopulationChange;
use crate::number::{percent, plain, thousands, two_decimals};

/// Brands that are listed.
const BRANDS: usize = 12;

/// The blocks of a comparison, in the order a reviewer asks.
pub fn blocks(findings: &Findings) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(findings.population.as_ref().map(population).map(Block::List));
    blocks.extend(findings.level_and_order.as_ref().map(level_and_order).map(Block::Text));
    blocks.extend(by_level(&findings.by_level).map(Block::Table));
    blocks.extend(depths(findings).map(Block::Table));
    blocks.extend(saturated(findings).map(Block::Table));
    blocks.extend(brands(findings).map(Block::Table));
    blocks
}

fn population(change: &PopulationChange) -> Vec<String> {
    let points = |value: f64| two_decimals(value, true);
    let mut lines = vec![format!(
        "Of the accounts with a score, {} stayed, {} came and {} went. The mean of everybody changes by {} points: {} by those who stayed, {} by those who came, {} by those who went.",
        thousands(change.stayers),
        thousands(change.entrants),
        thousands(change.leavers),
        points(change.mean_change),
        points(change.by_stayers),
        points(change.by_entrants),
        points(-change.by_leavers)
    )];
    if let Some(displaced) = &change.displacement {
        lines.push(format!(
            "Those who stood in the top {} stand {} places lower on average: {} by others who stayed, {} by newcomers, and {} by places that leavers freed.",
            displaced.top,
            two_decimals(displaced.mean_rank_change, true),
            two_decimals(displaced.among_stayers, true),
            two_decimals(displaced.by_entrants, true),
            two_decimals(-displaced.by_leavers, true)
        ));
    }
    lines
}

fn level_and_order(split: &LevelAndOrder) -> String {
    let Some(share) = split.share_of_order else {
        return "No score changed, so there is nothing to split into level and order.".to_string();
    };
    let spread = split
        .spread_ratio
        .map_or(String::new(), |ratio| format!(" The standard deviation is {} times what it was.", plain(ratio)));
    format!(
        "Level against order: {} re-ordering against {} a rising rescaling of the baseline (mean squares {} and {}, with a joint part of {} making {} of the whole change); the level moves by {} points.{spread}",
        percent(share),
        percent(1.0 - share),
        two_decimals(split.order, false),
        two_decimals(split.level, false),
        two_decimals(split.joint, true),
        two_decimals(split.change, false),
        two_decimals(split.mean_level, true)
    )
}

fn by_level(levels: &[ByLevel]) -> Option<Table> {
    let fair = levels.iter().find(|levels| levels.basis == LevelBasis::Average)?;
    let columns = [
        ("Level, by the average of both", Align::Left),
        ("Accounts", Align::Right),
        ("Mean change", Align::Right),
        ("Rise", Align::Right),
        ("Fall", Align::Right),
        ("Mean change by baseline alone", Align::Right),
        ("By candidate alone", Align::Right),
    ];
    let caption = "Who moves, by level. High accounts of one side alone fall back (or have risen) by chance; the average is fair to both";
    let mut table = Table::new(caption, &columns);
    let other = |basis: LevelBasis, at: usize| {
        let bins = levels.iter().find(|levels| levels.basis == basis).map(|levels| &levels.bins);
        let bin = bins.filter(|bins| bins.len() == fair.bins.len()).and_then(|bins| bins.get(at));
        bin.map_or("–".to_string(), |bin| two_decimals(bin.mean_change, true))
    };
    for (at, bin) in fair.bins.iter().enumerate() {
        table.row([
            format!("{} to {}", two_decimals(bin.least, false), two_decimals(bin.greatest, false)),
            thousands(bin.accounts),
            two_decimals(bin.mean_change, true),
            percent(bin.share_up),
            percent(bin.share_down),
            other(LevelBasis::Baseline, at),
            other(LevelBasis::Candidate, at),
        ]);
    }
    Some(table)
}

fn depths(findings: &Findings) -> Option<Table> {
    let mut table =
        Table::new("Agreement of both tops at every depth", &[("Top", Align::Right), ("In both", Align::Right)]);
    for depth in &findings.depths {
        table.row([thousands(depth.k), percent(depth.overlap)]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn saturated(findings: &Findings) -> Option<Table> {
    let sides = findings.saturated.as_ref()?;
    let told = |side: &crate::compare::change::Saturated| {
        side.share_at_low >= 0.001 || side.share_at_high >= 0.001 || side.share_at_heap >= 0.01
    };
    if !sides.iter().any(told) {
        return None;
    }
    let columns = [
        ("Side", Align::Left),
        ("At the lower end", Align::Right),
        ("At the upper end", Align::Right),
        ("Commonest score", Align::Right),
        ("Have it", Align::Right),
    ];
    let mut table = Table::new("Where the scale tells no difference", &columns);
    for (name, side) in ["baseline", "candidate"].iter().zip(sides) {
        table.row([
            (*name).to_string(),
            percent(side.share_at_low),
            percent(side.share_at_high),
            two_decimals(side.heap, false),
            percent(side.share_at_heap),
        ]);
    }
    Some(table)
}

fn brands(findings: &Findings) -> Option<Table> {
    let columns = [
        ("Brand", Align::Left),
        ("Answers", Align::Right),
        ("Plain", Align::Right),
        ("Weighed by baseline", Align::Right),
        ("Weighed by candidate", Align::Right),
        ("Change", Align::Right),
    ];
    let all = findings.brands.iter().filter(|brand| brand.brand.is_some()).count();
    let caption = format!(
        "Net promoter score ± its standard error, plain and weighed by the respondents' influence ({} brands, the {} with most answers listed)",
        thousands(all as u64),
        all.min(BRANDS)
    );
    let mut table = Table::new(caption, &columns);
    let shown = |score: &WeighedScore| {
        format!("{} ± {}", two_decimals(score.score, true), two_decimals(score.standard_error, false))
    };
    for brand in findings.brands.iter().take(BRANDS + 1) {
        table.row([
            brand.brand.clone().unwrap_or_else(|| "all answers".to_string()),
            thousands(brand.answers),
            shown(&brand.plain),
            shown(&brand.baseline),
            shown(&brand.candidate),
            two_decimals(brand.candidate.score - brand.baseline.score, true),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}
