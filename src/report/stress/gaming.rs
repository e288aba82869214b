//! What it costs to cheat: attacks, the way into the next band, factors that carry, and those who
//! are known to cheat.

use super::tables::FACTORS;
use super::words::{amount, by_reason, named, places, price};
use crate::experiment::stress::StressedVersion;
use crate::number::{counted, percent, plain, share, thousands, two_decimals};
use crate::report::{Align, Block, Column, Table};
use crate::stability::gaming::findings::{
    AttackFindings, Cheapest, CohortFindings, GamingFindings, Level, Matched, Standing,
};

/// Versions that stand beside each other in a table.
const BESIDE: usize = 6;

/// The blocks of a version; `picture` stands above its table.
pub(super) fn blocks(found: &GamingFindings, picture: Option<Block>) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(picture);
    if !found.attacks.is_empty() {
        blocks.push(Block::Table(attacks(found)));
        blocks.push(Block::List(found.attacks.iter().map(described).collect()));
    }
    if !found.cheapest.is_empty() {
        blocks.push(Block::Table(cheapest(found)));
    }
    if !found.elasticities.is_empty() {
        blocks.push(Block::Table(elasticities(found)));
    }
    if !found.inelastic.is_empty() {
        let none = found.inelastic.iter().map(|one| (format!("{}/{}", one.network, one.factor), one.reason.as_str()));
        blocks.push(Block::Text("Factors of which no elasticity is known:".to_string()));
        blocks.push(Block::List(by_reason(none)));
    }
    if let Some(cohort) = &found.cohort {
        blocks.push(Block::Text(of_cohort(cohort)));
    }
    blocks
}

/// What the summary says.
pub(super) fn sentences(found: &GamingFindings) -> Vec<String> {
    let cohort = |cohort: &CohortFindings| match &cohort.matched {
        Some(matched) => beside_its_like(&cohort.name, matched),
        None => standing(cohort),
    };
    std::iter::once(cheapest_attack(found)).chain(found.cohort.as_ref().map(cohort)).collect()
}

/// The level at which an attack gains most per unit of the currency.
fn best(attack: &AttackFindings) -> Option<&Level> {
    let best = attack.best?;
    attack.levels.iter().find(|level| level.cost == best.cost)
}

fn cheapest_attack(found: &GamingFindings) -> String {
    let gaining = found.attacks.iter().filter_map(|attack| Some((attack, best(attack)?)));
    let gaining = gaining.filter(|(_, level)| level.per_cost > 0.0);
    // Of equal ones the first.
    let most = gaining.reduce(|most, next| if next.1.per_cost > most.1.per_cost { next } else { most });
    match most {
        Some((attack, level)) => format!(
            "Cheating pays most by {}: for {} the median account gains {} points, and one in twenty more than {}.",
            attack.attack,
            price(level.cost, &found.currency),
            places(level.median),
            places(level.upper)
        ),
        None => {
            format!("No attack gains the median account anything for up to {}.", price(found.most, &found.currency))
        }
    }
}

fn attacks(found: &GamingFindings) -> Table {
    let caption = format!(
        "What cheating gains: look for many points for little (costs in {}, up to {}; each account is attacked by \
         itself, and the others stand still; the best cost is the one at which the median account gains most for its \
         money)",
        found.currency,
        amount(found.most)
    );
    let columns = [
        ("Attack", Align::Left),
        ("One unit", Align::Left),
        ("costs", Align::Right),
        ("Attacked", Align::Right),
        ("Out of reach", Align::Right),
        ("Best cost", Align::Right),
        ("Gain there, median", Align::Right),
        ("95 %", Align::Right),
        ("Points per unit of cost", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for attack in &found.attacks {
        let figures = match (best(attack), &attack.without_effect) {
            (Some(level), _) => [
                amount(level.cost),
                two_decimals(level.median, true),
                two_decimals(level.upper, true),
                plain(level.per_cost),
            ],
            (None, reason) => {
                let reason = reason.as_deref().unwrap_or("no attacked account has a score left");
                [format!("undefined: {reason}"), String::new(), String::new(), String::new()]
            }
        };
        let cells = [
            attack.attack.clone(),
            attack.unit.clone(),
            amount(attack.cost),
            thousands(attack.attacked),
            thousands(attack.out_of_reach),
        ];
        table.row(cells.into_iter().chain(figures));
    }
    table
}

/// What an attack is, and what it could not do.
fn described(attack: &AttackFindings) -> String {
    let mut text = format!("{}: {}.", attack.attack, attack.title.trim().trim_end_matches('.'));
    if !attack.moved.is_empty() {
        text.push_str(&format!(" Moves {}.", named(&attack.moved)));
    }
    if !attack.left_out.is_empty() {
        let left_out = attack.left_out.iter().map(|one| (one.signal.clone(), one.reason.as_str()));
        text.push_str(&format!(" Left as they are: {}.", by_reason(left_out).join("; ")));
    }
    if let Some(units) = attack.most_units {
        text.push_str(&format!(" No account can be given more than {} units.", amount(units)));
    }
    if !attack.unscored.is_empty() {
        let costs: Vec<String> = attack.unscored.iter().map(|cost| amount(*cost)).collect();
        text.push_str(&format!(" No attacked account has a score left at a cost of {}.", named(&costs)));
    }
    if let Some(note) = &attack.note {
        text.push_str(&format!(" {}", note.trim()));
    }
    text
}

fn cheapest(found: &GamingFindings) -> Table {
    let caption = format!(
        "The cheapest way into the next band: a low cost that lifts most is a leak (costs in {}; each account by the \
         attack that is the cheapest for it)",
        found.currency
    );
    let columns = [
        ("Into", Align::Left),
        ("Accounts right below", Align::Right),
        ("Get there", Align::Right),
        ("Median cost", Align::Right),
        ("Cheapest by, for how many", Align::Left),
    ];
    let mut table = Table::new(caption, &columns);
    for band in &found.cheapest {
        let attacks: Vec<String> =
            band.attacks.iter().map(|one| format!("{} {}", one.attack, thousands(one.accounts))).collect();
        table.row([
            band.to.clone(),
            thousands(band.accounts),
            format!("{} ({})", thousands(band.reached), share(band.reached, band.accounts)),
            band.median_cost.map_or("undefined: nobody gets there".to_string(), amount),
            attacks.join(", "),
        ]);
    }
    table
}

fn elasticities(found: &GamingFindings) -> Table {
    let which = match found.elasticities.len() {
        few if few <= FACTORS => String::new(),
        many => format!(", the {FACTORS} of {many} that bring most"),
    };
    let caption = format!(
        "Points for 10 % more of a factor's signals{which}: a factor far above the others is the one to cheat (other \
         factors that read the same signals move as well)"
    );
    let columns = [
        ("Factor", Align::Left),
        ("Signals", Align::Left),
        ("Accounts", Align::Right),
        ("Gain, median", Align::Right),
        ("95 %", Align::Right),
        ("Score moves", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for one in found.elasticities.iter().take(FACTORS) {
        table.row([
            format!("{}/{}", one.network, one.factor),
            named(&one.signals),
            thousands(one.accounts),
            two_decimals(one.median, true),
            two_decimals(one.upper, true),
            percent(one.moved),
        ]);
    }
    table
}

/// How a cohort stands, and how beside its like.
fn of_cohort(found: &CohortFindings) -> String {
    let beside = match (&found.matched, &found.no_match) {
        (Some(matched), _) => format!(" {}", beside_its_like(&found.name, matched)),
        (None, Some(reason)) => format!(" How they stand beside their like is undefined: {reason}."),
        (None, None) => String::new(),
    };
    format!("{}{beside}", standing(found))
}

fn standing(found: &CohortFindings) -> String {
    let unscored = match found.unscored {
        0 => String::new(),
        count => format!(" ({} more have none)", thousands(count)),
    };
    match (&found.standing, &found.no_standing) {
        (Some(Standing { mean, mean_of_others, median_percentile, .. }), _) => format!(
            "Known to cheat, with a score: {} of {}{unscored}. They have {} points on average, the {} others {}; the \
             median one stands above {} of all.",
            counted(found.members, "account"),
            found.name,
            places(*mean),
            thousands(found.others),
            places(*mean_of_others),
            percent(*median_percentile)
        ),
        (None, reason) => format!(
            "How those who are known to cheat ({}) stand is undefined: {}.",
            found.name,
            reason.as_deref().unwrap_or("there are none")
        ),
    }
}

fn beside_its_like(name: &str, Matched { on, members, groups, mean, expected, lift }: &Matched) -> String {
    let side = if *lift < 0.0 { "below" } else { "above" };
    format!(
        "Cheats ({name}) stand {} points {side} others of like {on}: they have {}, where those have {} ({} of them, \
         beside {groups} groups of others).",
        places(lift.abs()),
        places(*mean),
        places(*expected),
        thousands(*members)
    )
}

/// What the next band costs under each version of a place, a column each.
pub(super) fn beside(versions: &[StressedVersion]) -> Vec<Table> {
    let found: Vec<(&str, &GamingFindings)> = versions
        .iter()
        .filter_map(|version| Some((version.model.as_str(), version.gaming.as_ref()?)))
        .filter(|(_, found)| !found.cheapest.is_empty())
        .collect();
    if found.len() < 2 {
        return Vec::new();
    }
    found.chunks(BESIDE).map(costs).collect()
}

fn costs(found: &[(&str, &GamingFindings)]) -> Table {
    let mut bands: Vec<&str> = Vec::new();
    for band in found.iter().flat_map(|(_, found)| &found.cheapest) {
        if !bands.contains(&band.to.as_str()) {
            bands.push(&band.to);
        }
    }
    let currency = found.first().map_or("", |(_, found)| found.currency.as_str());
    let caption = format!(
        "Median cost of the cheapest way into the next band: look for a version under which it has become cheap (in \
         {currency}; in brackets who gets there, of those right below)"
    );
    let mut table = Table::new(caption, &[("Into", Align::Left)]);
    for (model, _) in found {
        table.columns.push(Column { title: (*model).to_string(), align: Align::Right });
    }
    let cell = |band: &Cheapest| {
        let cost = band.median_cost.map_or("nobody gets there".to_string(), amount);
        format!("{cost} ({} of {})", thousands(band.reached), thousands(band.accounts))
    };
    for to in bands {
        let of = |found: &GamingFindings| found.cheapest.iter().find(|band| band.to == to).map(cell);
        let cells = found.iter().map(|(_, found)| of(found).unwrap_or("–".to_string()));
        table.row(std::iter::once(to.to_string()).chain(cells));
    }
    table
}
