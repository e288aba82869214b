//! What the studies of stability came to, as sentences and tables.

use super::{Align, Block, Line, Report, Section, Table, Tone};
use crate::experiment::stress::{ShakenBy, Steadier, Stressed, StressedVersion};
use crate::number::{counted, percent, plain, thousands, two_decimals};
use crate::stability::Spread;
use crate::stability::findings::{Disturbance, Known, LeftOut, Moved};
use crate::stats::estimate::Estimate;

/// Rows of a table of factors.
const FACTORS: usize = 20;

/// Composes the report of the studies.
pub fn stressed(found: &Stressed) -> Report {
    let mut sections = vec![summary(found)];
    for (at, version) in found.versions.iter().enumerate() {
        let title = format!("{} on {}", version.model, version.place.title());
        sections.push(Section::new(format!("version-{}", at + 1), title, version_blocks(version)));
    }
    if !found.steadier.is_empty() {
        let blocks = vec![Block::Table(steadier(&found.steadier))];
        sections.push(Section::new("steadier", "Which version is the steadier", blocks));
    }
    sections.push(Section::new("provenance", "Provenance", vec![Block::Table(provenance(found))]));
    let names: Vec<&str> = found.versions.iter().map(|version| version.model.as_str()).collect();
    Report {
        name: "stress".to_string(),
        title: format!("How far the ranking of {} may be trusted", list(&names)),
        verdict: Line { text: "Nothing is judged here: these are studies.".to_string(), tone: Tone::Plain },
        sections,
        telling: Vec::new(),
    }
}

fn list(names: &[&str]) -> String {
    let mut known: Vec<&str> = Vec::new();
    names.iter().for_each(|name| {
        if !known.contains(name) {
            known.push(name);
        }
    });
    known.join(", ")
}

/// The sentences that tell most, a list for each version.
fn summary(found: &Stressed) -> Section {
    let mut blocks = Vec::new();
    for version in &found.versions {
        blocks.push(Block::Text(format!(
            "{} on {}, {} with a score:",
            version.model,
            version.place.title(),
            counted(version.accounts, "account")
        )));
        blocks.push(Block::List(sentences(version, found.top)));
    }
    if !found.steadier.is_empty() {
        blocks.push(Block::List(steadier_sentences(&found.steadier)));
    }
    Section::new("summary", "Summary", blocks)
}

fn sentences(version: &StressedVersion, top: u64) -> Vec<String> {
    let top = top.min(version.accounts);
    let mut told = Vec::new();
    if let Some(sampling) = &version.sampling {
        let first = sampling.accounts.iter().filter(|account| account.together[0] == 1.0).count();
        told.push(format!(
            "Had the counted events fallen out otherwise, places would be others: of {} pairs of neighbours {} can be \
             told apart, and {first} of the top {} may stand first.",
            thousands(sampling.neighbours),
            percent(sampling.told_apart),
            thousands(top),
        ));
    }
    if let Some(weights) = &version.weights {
        told.push(format!(
            "Other weights around those of the version move an account by {} places on average, and {} of the top {} \
             stay there.",
            two_decimals(weights.rank_shift.mean, false),
            percent(weights.top_kept.mean),
            thousands(top)
        ));
    }
    if let Some(choice) = version.sensitivity.as_ref().and_then(|found| found.choices.first()) {
        told.push(format!("Of all choices, {} decides most: {}.", choice.name, share_of_variance(&choice.total)));
    }
    let carried = version.leave_out.as_ref().and_then(|found| found.factors.first().or(found.networks.first()));
    if let Some((name, moved)) = carried.and_then(|left_out| Some((&left_out.name, left_out.found.value()?))) {
        told.push(format!(
            "The order hangs most on {name}: without it an account moves by {} places on average.",
            two_decimals(moved.rank_shift, false)
        ));
    }
    if let Some(noise) = &version.noise {
        let noisy = |one: &&crate::stability::findings::Disturbed| matches!(one.disturbance, Disturbance::Noise(_));
        if let Some(worst) = noise.disturbed.iter().rfind(noisy) {
            told.push(format!("Under {}, Kendall's tau-b is {}.", words(&worst.disturbance), plain(worst.tau.mean)));
        }
        let outage = |one: &&crate::stability::findings::Disturbed| matches!(one.disturbance, Disturbance::Outage(_));
        let worst =
            noise.disturbed.iter().filter(outage).min_by(|left, right| left.tau.mean.total_cmp(&right.tau.mean));
        if let Some(worst) = worst {
            told.push(format!(
                "The gravest outage is {}: tau-b {}, scores move by {} points on average.",
                words(&worst.disturbance),
                plain(worst.tau.mean),
                two_decimals(worst.score_shift.mean, false)
            ));
        }
    }
    if let Some(worst) = version.time.as_ref().and_then(|time| time.steps.iter().min_by(|l, r| l.tau.total_cmp(&r.tau)))
    {
        told.push(format!(
            "From snapshot to snapshot tau-b is {} at the least ({} to {}).",
            plain(worst.tau),
            worst.from,
            worst.to
        ));
    }
    if let Some(reversal) = &version.reversal {
        told.push(match (reversal.removed + reversal.worsened, reversal.fitted_on_scored) {
            (0, false) => format!(
                "What happens to others changed the order of none of {} pairs: the version is fitted and frozen.",
                thousands(reversal.neighbours)
            ),
            (0, true) => format!("What happens to others changed none of {} pairs.", thousands(reversal.neighbours)),
            (swapped, _) => format!(
                "{} of {} pairs changed their order although neither account did: the version learns from what it scores.",
                thousands(swapped),
                thousands(reversal.neighbours)
            ),
        });
    }
    told.extend(version.skipped.iter().map(|skipped| format!("Not made: {skipped}.")));
    told
}

fn share_of_variance(total: &Estimate) -> String {
    match total.bounds() {
        Some(bounds) => format!(
            "{} of the variance of what moves, with all that it does together with others [{}, {}]",
            percent(total.point()),
            percent(bounds.lower),
            percent(bounds.upper)
        ),
        None => format!("{} of the variance of what moves", percent(total.point())),
    }
}

fn spread(spread: &Spread, show: fn(f64) -> String) -> String {
    if spread.low == spread.high {
        return show(spread.mean);
    }
    format!("{} [{}, {}]", show(spread.mean), show(spread.low), show(spread.high))
}

/// A place: whole, or shared.
fn place(value: f64) -> String {
    if value.fract() == 0.0 { thousands(value as u64) } else { format!("{value:.1}") }
}

fn places(value: f64) -> String {
    two_decimals(value, false)
}

/// A disturbance in words.
pub fn words(disturbance: &Disturbance) -> String {
    match disturbance {
        Disturbance::Noise(level) => format!("noise of {}", percent(*level)),
        Disturbance::Digits(1) => "rounding to 1 digit".to_string(),
        Disturbance::Digits(digits) => format!("rounding to {digits} digits"),
        Disturbance::Missing(share) => format!("{} of the cells missing", percent(*share)),
        Disturbance::Outage(network) => format!("{network} out"),
        Disturbance::Stale(share) => format!("{} of the accounts a snapshot old", percent(*share)),
    }
}

fn version_blocks(version: &StressedVersion) -> Vec<Block> {
    let mut tables = Vec::new();
    tables.extend(sampling(version));
    tables.extend(weights(version));
    tables.extend(sensitivity(version));
    if let Some(found) = &version.leave_out {
        tables.extend(left_out("Without a network", &found.networks));
        tables.extend(left_out("Without a factor", &found.factors));
    }
    tables.extend(noise(version));
    tables.extend(time(version));
    let mut blocks: Vec<Block> = tables.into_iter().map(Block::Table).collect();
    if let Some(alone) = version.leave_out.as_ref().map(|found| &found.alone).filter(|alone| !alone.is_empty()) {
        blocks.push(Block::Text(format!(
            "Not left out, since nothing else is weighed against it: {}.",
            alone.join(", ")
        )));
    }
    if let Some(sampling) = version.sampling.as_ref().filter(|sampling| !sampling.not_drawn.is_empty()) {
        let names = sampling.not_drawn.join(", ");
        blocks.push(Block::Text(format!("Not drawn again, since they count no events: {names}.")));
    }
    let skipped: Vec<String> = version.noise.iter().flat_map(|noise| noise.skipped.clone()).collect();
    let skipped: Vec<String> = skipped.into_iter().chain(version.skipped.clone()).collect();
    if !skipped.is_empty() {
        blocks.push(Block::Text("Not made:".to_string()));
        blocks.push(Block::List(skipped));
    }
    blocks
}

fn sampling(version: &StressedVersion) -> Option<Table> {
    let found = version.sampling.as_ref()?;
    let caption = format!(
        "Places, had the counted events fallen out otherwise ({} replicates, {} intervals; accounts of one group \
         cannot be told apart from its first)",
        thousands(found.replicates),
        percent(found.level)
    );
    let columns = [
        ("Account", Align::Left),
        ("Place", Align::Right),
        ("by itself", Align::Right),
        ("all at once", Align::Right),
        ("Group", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for account in &found.accounts {
        let range = |[low, high]: [f64; 2]| format!("{} to {}", place(low), place(high));
        table.row([
            account.account.clone(),
            place(account.place),
            range(account.alone),
            range(account.together),
            account.group.to_string(),
        ]);
    }
    Some(table)
}

fn weights(version: &StressedVersion) -> Option<Table> {
    let found = version.weights.as_ref()?;
    let caption = format!(
        "Places under other weights ({} draws of {} weights; tau-b {}; an account moves by {} places, nine draws in ten \
         lie {} places apart)",
        thousands(found.draws),
        found.weights,
        spread(&found.tau, plain),
        spread(&found.rank_shift, places),
        places(found.width)
    );
    let columns = [
        ("Account", Align::Left),
        ("Place", Align::Right),
        ("mean", Align::Right),
        ("median", Align::Right),
        ("5 %", Align::Right),
        ("95 %", Align::Right),
    ];
    let mut table = Table::new(caption, &columns);
    for account in &found.accounts {
        let numbers = [account.nominal, account.mean, account.median, account.low, account.high];
        table.row(std::iter::once(account.account.clone()).chain(numbers.map(places)));
    }
    Some(table)
}

fn sensitivity(version: &StressedVersion) -> Option<Table> {
    let found = version.sensitivity.as_ref()?;
    let caption = format!(
        "Which choices decide the order ({} scorings; an account moves by {} places on average, give or take {}; \
         choices one by one explain {})",
        thousands(found.scorings),
        places(found.mean),
        places(found.deviation),
        estimate(&found.alone)
    );
    let columns = [("Choice", Align::Left), ("With others", Align::Right), ("by itself", Align::Right)];
    let mut table = Table::new(caption, &columns);
    for choice in &found.choices {
        table.row([choice.name.clone(), estimate(&choice.total), estimate(&choice.first)]);
    }
    Some(table)
}

fn estimate(estimate: &Estimate) -> String {
    match estimate.bounds() {
        Some(bounds) => {
            format!("{} [{}, {}]", percent(estimate.point()), percent(bounds.lower), percent(bounds.upper))
        }
        None => percent(estimate.point()),
    }
}

fn left_out(caption: &str, all: &[LeftOut<String>]) -> Option<Table> {
    if all.is_empty() {
        return None;
    }
    let caption = match all.len() {
        few if few <= FACTORS => caption.to_string(),
        many => format!("{caption}: the {FACTORS} of {many} that move the order most"),
    };
    let columns = [
        ("Without", Align::Left),
        ("tau-b", Align::Right),
        ("Places moved", Align::Right),
        ("Top kept", Align::Right),
        ("Points moved", Align::Right),
        ("Moves furthest", Align::Left),
    ];
    let mut table = Table::new(caption, &columns);
    for one in all.iter().take(FACTORS) {
        let furthest = one.furthest.as_ref().map_or(String::new(), |mover| {
            format!("{}: {} to {}", mover.account, place(mover.before), place(mover.after))
        });
        let cells = match &one.found {
            Known::Value(Moved { kendall_tau_b, rank_shift, top_kept, score_shift, .. }) => {
                [plain(*kendall_tau_b), places(*rank_shift), percent(*top_kept), two_decimals(*score_shift, false)]
            }
            Known::Undefined(reason) => [format!("undefined: {reason}"), String::new(), String::new(), String::new()],
        };
        table.row(std::iter::once(one.name.clone()).chain(cells).chain([furthest]));
    }
    Some(table)
}

fn noise(version: &StressedVersion) -> Option<Table> {
    let found = version.noise.as_ref()?;
    let columns = [
        ("Disturbed by", Align::Left),
        ("Draws", Align::Right),
        ("tau-b", Align::Right),
        ("Places moved", Align::Right),
        ("Top kept", Align::Right),
        ("Points moved", Align::Right),
        ("Lost their score", Align::Right),
    ];
    let mut table = Table::new("Signals measured badly (in brackets what nine draws in ten lie between)", &columns);
    for one in &found.disturbed {
        table.row([
            words(&one.disturbance),
            one.draws.to_string(),
            spread(&one.tau, plain),
            spread(&one.rank_shift, places),
            spread(&one.top_kept, percent),
            spread(&one.score_shift, places),
            two_decimals(one.lost, false),
        ]);
    }
    Some(table)
}

fn time(version: &StressedVersion) -> Vec<Table> {
    let Some(found) = &version.time else { return Vec::new() };
    let optional = |value: Option<f64>| value.map_or(String::new(), |value| two_decimals(value, false));
    let columns = [
        ("From", Align::Left),
        ("To", Align::Left),
        ("Accounts", Align::Right),
        ("tau-b", Align::Right),
        ("Top kept", Align::Right),
        ("Mean shift", Align::Right),
        ("PSI", Align::Right),
        ("Hardly changed", Align::Right),
        ("move, median", Align::Right),
        ("95 %", Align::Right),
    ];
    let mut steps = Table::new("From snapshot to snapshot, the model fixed", &columns);
    for step in &found.steps {
        steps.row([
            step.from.clone(),
            step.to.clone(),
            thousands(step.both),
            plain(step.tau),
            percent(step.top_kept),
            two_decimals(step.mean_shift, true),
            step.psi.value().map_or("undefined".to_string(), |psi| plain(*psi)),
            thousands(step.still),
            optional(step.still_median),
            optional(step.still_high),
        ]);
    }
    let mut tables = vec![steps];
    let mut survivors =
        Table::new("The first snapshot's top", &[("Snapshot", Align::Left), ("still there", Align::Right)]);
    for one in &found.survivors {
        survivors.row([one.snapshot.clone(), percent(one.share)]);
    }
    tables.push(survivors);
    if !found.aged.is_empty() {
        let columns = [
            ("Fitted on", Align::Left),
            ("tau-b", Align::Right),
            ("Mean shift", Align::Right),
            ("Points moved", Align::Right),
        ];
        let mut aged = Table::new("The last snapshot, had the version been fitted on another one", &columns);
        for one in &found.aged {
            aged.row([
                one.reference.clone(),
                plain(one.tau),
                two_decimals(one.mean_shift, true),
                two_decimals(one.mean_absolute_shift, false),
            ]);
        }
        tables.push(aged);
    }
    tables
}

fn shaken_by(by: &ShakenBy) -> String {
    match by {
        ShakenBy::Weights => "other weights".to_string(),
        ShakenBy::Signals(disturbance) => words(disturbance),
    }
}

/// Sentences at most.
const STEADIER: usize = 3;
/// A share of the draws that says something.
const CLEAR: f64 = 0.95;

/// Where one version is clearly the steadier, the clearest first.
fn steadier_sentences(all: &[Steadier]) -> Vec<String> {
    let mut clear: Vec<&Steadier> = all.iter().filter(|one| one.shares.iter().any(|share| *share >= CLEAR)).collect();
    clear.sort_by(|left, right| right.gain.mean.abs().total_cmp(&left.gain.mean.abs()));
    let sentence = |one: &&Steadier| {
        let second = one.shares[1] > one.shares[0];
        let (better, worse) = if second { (&one.second, &one.first) } else { (&one.first, &one.second) };
        let gain = if second { one.gain } else { one.gain.turned() };
        format!(
            "Under {}, {better} keeps its order better than {worse}: by {} in tau-b, in {} of the draws.",
            shaken_by(&one.shaken_by),
            spread(&gain, signed),
            percent(one.shares[usize::from(second)])
        )
    };
    if clear.is_empty() {
        return vec!["Shaken alike, no version keeps its order clearly better than another.".to_string()];
    }
    clear.iter().take(STEADIER).map(sentence).collect()
}

fn signed(value: f64) -> String {
    format!("{}{}", if value > 0.0 { "+" } else { "" }, plain(value))
}

fn steadier(all: &[Steadier]) -> Table {
    let columns = [
        ("First", Align::Left),
        ("Second", Align::Left),
        ("Shaken by", Align::Left),
        ("Gain in tau-b", Align::Right),
        ("First is steadier in", Align::Right),
        ("Second in", Align::Right),
    ];
    let mut table = Table::new("The same draws for both versions (brackets: nine draws in ten)", &columns);
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

fn provenance(found: &Stressed) -> Table {
    let mut table = Table::new("Provenance", &[("What", Align::Left), ("Value", Align::Left)]);
    let mut row = |what: String, value: String| table.row([what, value]);
    row("Command".to_string(), found.command.clone());
    row("Tool".to_string(), format!("cloutbench {}", found.tool));
    row("Seed".to_string(), found.seed.to_string());
    for version in &found.versions {
        row(format!("Digest of {}", version.model), version.digest.clone());
        row(format!("Digest of {}", version.place.dataset), version.dataset_digest.clone());
    }
    table.rows.dedup();
    table
}
