//! Two laws that a score should keep, and the accounts that break them.

use super::tables::FACTORS;
use super::words::{by_reason, cell, places};
use crate::number::{counted, share, thousands, two_decimals};
use crate::report::{Align, Block, Table};
use crate::stability::laws::LawFindings;
use crate::stability::laws::findings::{
    Change, Monotonicity, NetworkExample, NetworkLaw, NetworkLaws, Profile, ProfileLaw, Promise, SignalExample,
    SignalLaw, Untested,
};

pub(super) fn blocks(found: &LawFindings<String>) -> Vec<Block> {
    let LawFindings { monotonicity, networks } = found;
    let mut blocks = vec![Block::Text(of_signals(monotonicity))];
    if !monotonicity.broken.is_empty() {
        blocks.push(Block::Table(signals(&monotonicity.broken)));
    }
    blocks.extend(untested("Signals that were not tested:", &monotonicity.untested));
    blocks.push(Block::Text(of_networks(networks)));
    blocks.extend(lowering(networks).map(Block::Table));
    blocks.extend(untested("Networks that were not tested:", &networks.untested));
    blocks
}

/// What the summary says.
pub(super) fn sentence(found: &LawFindings<String>) -> String {
    let tested = found.monotonicity.tested + placed(&found.networks);
    let signals = found.monotonicity.broken.first().map(|law| {
        let against = if law.higher_is_worse { "raises" } else { "lowers" };
        let worst = law
            .worst
            .as_ref()
            .map_or(String::new(), |worst| format!(" (that of {} by {} points)", worst.account, places(worst.harm())));
        format!("more of {} {against} a score{worst}", law.signal)
    });
    let lowered: u64 = profiles(&found.networks).map(|(_, law)| law.lowered).sum();
    let tries = || counted(placed(&found.networks), "trial");
    let networks =
        (lowered > 0).then(|| format!("one more network lowers a score in {} of {}", thousands(lowered), tries()));
    match (signals, networks) {
        (None, None) => {
            format!("In {} no account breaks a law that a score should keep.", counted(tested, "test"))
        }
        (signals, networks) => {
            let broken: Vec<String> = signals.into_iter().chain(networks).collect();
            format!("A law that a score should keep is broken: {}.", broken.join("; and "))
        }
    }
}

fn times(count: u64) -> String {
    counted(count, "time")
}

fn of_signals(found: &Monotonicity<String>) -> String {
    let law = "More of a signal that is better should lower no score, and more of one that is worse should raise none";
    let made = format!("{} of {}", counted(found.tested, "test"), counted(found.signals, "signal"));
    let broken: u64 = found.broken.iter().map(|law| law.broken).sum();
    match (found.tested, broken) {
        (0, _) => format!("{law}. Nothing could be tested."),
        (_, 0) => format!("{law}: {made} found no account that breaks this."),
        (_, broken) => format!("{law}: of {made}, {} break this. It may be meant so.", thousands(broken)),
    }
}

fn change(change: Change) -> &'static str {
    match change {
        Change::OnePercent => "1 % more",
        Change::Doubled => "twice as much",
        Change::OneMore => "1 more",
    }
}

fn signals(broken: &[SignalLaw<String>]) -> Table {
    let which = match broken.len() {
        few if few <= FACTORS => String::new(),
        many => format!(", the {FACTORS} worst of {many}"),
    };
    let caption = format!("Signals that move a score to the wrong side{which}: is the example one that is meant so?");
    let columns = [
        ("Signal", Align::Left),
        ("Change", Align::Left),
        ("should", Align::Left),
        ("Broken by", Align::Right),
        ("For example", Align::Left),
        ("Cell", Align::Right),
        ("Score", Align::Right),
        ("moves", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for law in broken.iter().take(FACTORS) {
        let should = if law.higher_is_worse { "raise no score" } else { "lower no score" };
        let shown = |worst: &SignalExample<String>| {
            [
                worst.account.clone(),
                format!("{} to {}", cell(worst.cells[0]), cell(worst.cells[1])),
                format!("{} to {}", places(worst.scores[0]), places(worst.scores[1])),
                two_decimals(worst.scores[1] - worst.scores[0], true),
            ]
        };
        let cells = [
            law.signal.clone(),
            change(law.change).to_string(),
            should.to_string(),
            format!("{} of {} ({})", thousands(law.broken), thousands(law.tested), share(law.broken, law.tested)),
        ];
        // A copy of the report may name no account.
        table.row(cells.into_iter().chain(law.worst.as_ref().map(shown).unwrap_or_default()));
    }
    table
}

fn untested(title: &str, all: &[Untested]) -> Vec<Block> {
    if all.is_empty() {
        return Vec::new();
    }
    let reasons = by_reason(all.iter().map(|one| (one.what.clone(), one.reason.as_str())));
    vec![Block::Text(title.to_string()), Block::List(reasons)]
}

fn profiles(found: &NetworkLaws<String>) -> impl Iterator<Item = (&NetworkLaw<String>, &ProfileLaw<String>)> {
    found.networks.iter().flat_map(|network| network.profiles.iter().map(move |law| (network, law)))
}

/// Accounts that were put on a network, each time counted.
fn placed(found: &NetworkLaws<String>) -> u64 {
    profiles(found).map(|(_, law)| law.placed).sum()
}

fn of_networks(found: &NetworkLaws<String>) -> String {
    let promise = match found.promise {
        Promise::NeverLowers => "one more network never lowers a score",
        Promise::NeverLowersFromZero => "one more network does not lower a score unless its strength is below 0",
        Promise::WeakLowers => "a network that is weaker than the others lowers a score",
    };
    let lowered: u64 = profiles(found).map(|(_, law)| law.lowered).sum();
    let found = match (placed(found), lowered) {
        (0, _) => "Nobody could be put on another network to test this.".to_string(),
        (placed, 0) => format!("Accounts were put on a network {}, and no score fell.", times(placed)),
        (placed, lowered) => {
            format!("Accounts were put on a network {}, and the score fell {}.", times(placed), times(lowered))
        }
    };
    format!("As the version combines networks, {promise}. {found}")
}

/// The networks that lower a score.
fn lowering(found: &NetworkLaws<String>) -> Option<Table> {
    let caption = "Networks that lower the score of who joins them: look for scores that fall far";
    let columns = [
        ("Network", Align::Left),
        ("with the cells of", Align::Left),
        ("Strength", Align::Right),
        ("Score falls", Align::Right),
        ("Falls furthest", Align::Left),
        ("Score", Align::Right),
        ("moves", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for (network, law) in profiles(found).filter(|(_, law)| law.lowered > 0) {
        let profile = match law.profile {
            Profile::Weakest => "the weakest",
            Profile::Median => "the median",
            Profile::Strongest => "the strongest",
        };
        // A copy of the report may name no account.
        let donor = match law.donor.is_empty() {
            true => profile.to_string(),
            false => format!("{profile}, {}", law.donor),
        };
        let shown = |worst: &NetworkExample<String>| {
            [
                worst.account.clone(),
                format!("{} to {}", places(worst.scores[0]), places(worst.scores[1])),
                two_decimals(worst.scores[1] - worst.scores[0], true),
            ]
        };
        let cells = [
            network.network.clone(),
            donor,
            cell(law.strength),
            format!("{} of {} ({})", thousands(law.lowered), thousands(law.placed), share(law.lowered, law.placed)),
        ];
        table.row(cells.into_iter().chain(law.worst.as_ref().map(shown).unwrap_or_default()));
    }
    (!table.rows.is_empty()).then_some(table)
}
