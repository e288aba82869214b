//! Whose score moves and how far, in the points that people see: each sentence says what one or two
//! figures of the outcome say, and what contradicts the first of them has a sentence of its own.

use super::words::{listed, quoted, short_percent};
use crate::compare::findings::{Noticed, NoticedShares};
use crate::compare::group::Group;
use crate::compare::perk::PerkFindings;
use crate::experiment::outcome::{ComparisonSummary, GroupSummary};
use crate::number::{accounts, counted, percent, share, thousands, two_decimals};
use crate::report::clauses::point;

/// Whole points up to which changes are told one by one; the ends of the list hold all beyond.
const WHOLE: i32 = 15;
/// A mean that moves by less is told as standing still, in points.
const STILL: f64 = 0.01;
/// Sizes of a change that are told apart, in whole points, each up to the next.
const SIZES: [(i32, i32, &str); 6] = [
    (1, 1, "1 point"),
    (2, 2, "2 points"),
    (3, 4, "3 or 4 points"),
    (5, 9, "5 to 9 points"),
    (10, 14, "10 to 14 points"),
    (15, 15, "15 points or more"),
];
/// Groups of a segment that a sentence lists.
const GROUPS: usize = 8;

/// Shares by whole points, and the accounts that they are shares of.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    shares: &'a NoticedShares,
    accounts: u64,
    /// Accounts stand for more than themselves: shares are estimates, and counts would mislead.
    sampled: bool,
}

impl<'a> Seen<'a> {
    /// What is seen by account; none where that is not known.
    pub fn of(summary: &'a ComparisonSummary) -> Option<Seen<'a>> {
        let Noticed { accounts, by_account: shares, .. } = summary.findings.noticed.as_ref()?;
        let whole = shares.shares.len() == 2 * WHOLE as usize + 1 && *accounts > 0;
        whole.then_some(Seen { shares, accounts: *accounts, sampled: summary.sampled })
    }

    /// The share that changes by so many points; the ends of the list hold all beyond.
    fn between(&self, from: i32, to: i32) -> f64 {
        let at = |points: i32| (points.clamp(-WHOLE, WHOLE) + WHOLE) as usize;
        self.shares.shares[at(from)..=at(to)].iter().sum()
    }

    fn falls(&self) -> f64 {
        self.between(-WHOLE, -1)
    }

    fn rises(&self) -> f64 {
        self.between(1, WHOLE)
    }

    /// Shares of accounts are counts divided by their sum, and come back as these.
    fn count(&self, share: f64) -> u64 {
        (share * self.accounts as f64).round() as u64
    }

    /// Whom a share stands for: `921 accounts`, `46.3 % of the accounts`.
    fn whom(&self, share: f64) -> String {
        if self.sampled { format!("{} of the accounts", short_percent(share)) } else { accounts(self.count(share)) }
    }

    /// `For 928 of 1,988 accounts (46.7 %) the shown score falls by 1 point or more.`
    fn line(&self, part: f64, what: &str) -> String {
        if self.sampled {
            return format!("For an estimated {} of the accounts {what}.", short_percent(part));
        }
        match self.count(part) {
            0 => format!("For no account {what}."),
            count => format!(
                "For {} of {} ({}) {what}.",
                thousands(count),
                accounts(self.accounts),
                share(count, self.accounts)
            ),
        }
    }

    /// Who moves as far as an account does, or further: the sentence that stands beside its own.
    pub fn beside(&self, change: f64) -> String {
        let whole = change.trunc().clamp(f64::from(-WHOLE), f64::from(WHOLE)) as i32;
        let points = |whole: i32| counted(u64::from(whole.unsigned_abs()), "point");
        let (part, what) = match whole {
            0 => (self.between(0, 0), "move by less than 1 point".to_string()),
            down if down < 0 => (self.between(-WHOLE, down), format!("fall by {} or more", points(down))),
            up => (self.between(up, WHOLE), format!("rise by {} or more", points(up))),
        };
        if self.sampled {
            format!("An estimated {} of the accounts {what}.", short_percent(part))
        } else {
            format!("{} of {} {what}.", thousands(self.count(part)), accounts(self.accounts))
        }
    }
}

/// The answer in a sentence or two: which way most scores go.
pub fn headline(seen: Seen<'_>) -> String {
    let (falls, rises) = (seen.falls(), seen.rises());
    let way = match falls.total_cmp(&rises) {
        _ if falls == 0.0 && rises == 0.0 => return "No shown score changes by 1 point or more.".to_string(),
        std::cmp::Ordering::Greater => "more scores fall than rise",
        std::cmp::Ordering::Less => "more scores rise than fall",
        std::cmp::Ordering::Equal => "as many scores fall as rise",
    };
    if seen.between(0, 0) > 0.5 {
        format!("Most shown scores stay the same, or move by less than 1 point. Of the others, {way}.")
    } else {
        format!("{}.", super::words::sentence(way))
    }
}

/// How many fall, rise and stay, by how much, and what the mean says beside it.
pub fn movement(summary: &ComparisonSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let seen = Seen::of(summary);
    match seen {
        None => lines.push("How many people see their score change is not known.".to_string()),
        Some(seen) => {
            let (falls, rises) = (seen.falls(), seen.rises());
            lines.push(seen.line(falls, "the shown score falls by 1 point or more"));
            lines.push(seen.line(rises, "it rises by 1 point or more"));
            lines.push(seen.line(seen.between(0, 0), "it stays the same, or moves by less than 1 point"));
            lines.extend(by_size("Falls", &seen, -1));
            lines.extend(by_size("Rises", &seen, 1));
            lines.extend(furthest(summary, &seen));
        }
    }
    lines.extend(mean(summary, seen));
    lines.extend(exposed(summary, seen));
    lines.extend(data(summary));
    lines.extend(coverage(summary));
    lines
}

/// `Falls by size: 1 point for 921 accounts, 2 points for 7 accounts.`
fn by_size(what: &str, seen: &Seen<'_>, sign: i32) -> Option<String> {
    let told = SIZES.iter().filter_map(|(from, to, size)| {
        let (from, to) = (sign * from, sign * to);
        let share = seen.between(from.min(to), from.max(to));
        (share > 0.0).then(|| format!("{size} for {}", seen.whom(share)))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("{what} by size: {}.", told.join(", ")))
}

/// The largest fall and rise that are seen. Beyond the whole points that are counted one by one it is
/// that of the score before rounding, which lies within a point of it.
fn furthest(summary: &ComparisonSummary, seen: &Seen<'_>) -> Option<String> {
    let one = |sign: i32, what: &str, label: &str| {
        let whole = (1..=WHOLE).rev().find(|points| seen.between(sign * points, sign * points) > 0.0)?;
        let raw = point(&summary.metrics, label).map(f64::abs).filter(|raw| *raw >= f64::from(WHOLE));
        Some(match (whole, raw) {
            (WHOLE, Some(raw)) => format!("the largest {what} is about {raw:.0} points"),
            (WHOLE, None) => format!("the largest {what} is {WHOLE} points or more"),
            (whole, _) => format!("the largest {what} is {}", counted(u64::from(whole.unsigned_abs()), "point")),
        })
    };
    let told: Vec<String> = [one(-1, "fall", "move-quantile[quantile=0]"), one(1, "rise", "move-quantile[quantile=1]")]
        .into_iter()
        .flatten()
        .collect();
    let sample = if seen.sampled { " in the sample" } else { "" };
    (!told.is_empty()).then(|| format!("{}{sample}.", super::words::sentence(&told.join("; "))))
}

/// The mean, and that it points the other way where it does.
fn mean(summary: &ComparisonSummary, seen: Option<Seen<'_>>) -> Option<String> {
    let mean = point(&summary.metrics, "mean-shift")?;
    if mean.abs() < STILL {
        return Some("On average, scores neither rise nor fall by as much as 0.01 points.".to_string());
    }
    let way = if mean < 0.0 { "fall" } else { "rise" };
    let against = seen.map_or("", |seen| match seen.falls().total_cmp(&seen.rises()) {
        std::cmp::Ordering::Greater if mean > 0.0 => ", although more scores fall than rise",
        std::cmp::Ordering::Less if mean < 0.0 => ", although more scores rise than fall",
        _ => "",
    });
    Some(format!("On average, scores {way} by {} points{against}.", two_decimals(mean.abs(), false)))
}

/// The same by how much people see of their score, and that it goes the other way where it does.
fn exposed(summary: &ComparisonSummary, seen: Option<Seen<'_>>) -> Option<String> {
    let (seen, noticed) = (seen?, summary.findings.noticed.as_ref()?);
    let shares = noticed.by_exposure.as_ref()?;
    if shares.shares.len() != seen.shares.shares.len() {
        return None;
    }
    let other = Seen { shares, ..seen };
    let balance = |seen: Seen<'_>| seen.rises() - seen.falls();
    let turn = if balance(seen) * balance(other) < 0.0 { " That is the other way than by account." } else { "" };
    Some(format!(
        "Counted by how much people look at their score: {} of all looks are at a score that falls by 1 point or more, {} at one that rises as much.{turn}",
        short_percent(other.falls()),
        short_percent(other.rises())
    ))
}

/// Where the data moved as well, a move is not the rules' alone.
fn data(summary: &ComparisonSummary) -> Option<String> {
    let (before, after) = (summary.place.baseline_snapshot.as_ref()?, summary.place.snapshot.as_ref()?);
    let whose = if summary.baseline == summary.candidate {
        "All of these moves come from what happened in between."
    } else {
        "So a part of these moves comes from what happened in between."
    };
    Some(format!("The score before is that of {}, the score after that of {}. {whose}", quoted(before), quoted(after)))
}

/// Who has a score on one side alone, and who has none.
fn coverage(summary: &ComparisonSummary) -> Vec<String> {
    let coverage = &summary.coverage;
    let told = [
        (coverage.only_candidate, ["gets a score for the first time", "get a score for the first time"]),
        (coverage.only_baseline, ["loses its score", "lose their score"]),
        (coverage.neither, ["has no score, before or after", "have no score, before or after"]),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    told.map(|(count, words)| format!("{} {} (not counted above).", accounts(count), words[usize::from(count != 1)]))
        .collect()
}

/// How many change band, and what each band comes to.
pub fn bands(summary: &ComparisonSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let migration = summary.findings.migration.as_ref();
    match (migration, summary.sampled) {
        (Some(migration), false) if migration.total() > 0 => {
            let all = migration.total();
            let told = |count: u64| format!("{} ({})", thousands(count), share(count, all));
            let (down, up) = (migration.down(), migration.up());
            lines.push(format!(
                "Accounts that move to a lower band: {}. To a higher band: {}. Accounts that stay in their band: {}.",
                told(down),
                told(up),
                told(all - down - up)
            ));
        }
        _ => {
            let share = |label: &str| point(&summary.metrics, label);
            if let (Some(down), Some(up)) = (share("migration-down"), share("migration-up")) {
                lines.push(format!(
                    "An estimated {} of the accounts move to a lower band, {} to a higher one.",
                    short_percent(down),
                    short_percent(up)
                ));
            }
        }
    }
    let of_bands: Vec<&GroupSummary> =
        summary.groups.iter().filter(|group| matches!(group.group, Group::Band(_))).collect();
    lines.extend(means("Average change by the band that an account was in", &of_bands));
    lines.extend(against(summary, &of_bands));
    lines
}

/// Bands that go the other way than all accounts together.
fn against(summary: &ComparisonSummary, bands: &[&GroupSummary]) -> Option<String> {
    let all = point(&summary.metrics, "mean-shift").filter(|all| all.abs() >= STILL)?;
    let turned = bands
        .iter()
        .filter(|band| point(&band.metrics, "mean-shift").is_some_and(|own| own.abs() >= STILL && own * all < 0.0));
    let names: Vec<String> = turned.map(|band| quoted(band.group.value())).collect();
    let (way, other) = if all < 0.0 { ("rise", "fall") } else { ("fall", "rise") };
    let noun = if names.len() == 1 { "band" } else { "bands" };
    (!names.is_empty()).then(|| {
        format!("Accounts of the {noun} {} {way} on average, although all accounts together {other}.", listed(&names))
    })
}

/// Rewards won and lost.
pub fn perks(summary: &ComparisonSummary) -> Vec<String> {
    summary.perks.iter().map(perk).collect()
}

fn perk(perk: &PerkFindings) -> String {
    let rule = perk.rule.replace("displayed score", "shown score");
    let name = format!("{} ({})", quoted(&perk.name), crate::report::cut(&rule, 200));
    let (about, [before, lost, gained]) = match &perk.population {
        None => ("", [perk.counts.before, perk.counts.lost, perk.counts.gained]),
        Some(sums) => ("about ", [sums.before, sums.lost, sums.gained].map(|sum| sum.round() as u64)),
    };
    if lost + gained == 0 {
        return format!("Nobody wins or loses the perk {name}.");
    }
    format!(
        "The perk {name}: {about}{} had it. Of these, {about}{} lose it. It is won by {about}{}.",
        accounts(before),
        thousands(lost),
        accounts(gained)
    )
}

/// The groups of each segment that the experiment names.
pub fn groups(summary: &ComparisonSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let segments: Vec<&GroupSummary> =
        summary.groups.iter().filter(|group| matches!(group.group, Group::Segment { .. })).collect();
    for column in segments.chunk_by(|left, right| left.group.is_beside(&right.group)) {
        let Some(Group::Segment { column: name, .. }) = column.first().map(|group| &group.group) else { continue };
        lines.extend(means(&format!("Average change by {}", quoted(name)), column));
        lines.extend(hardest(column));
    }
    lines
}

/// `Average change by “kind”: “bot” −3.50 points (109 accounts), …`
fn means(what: &str, groups: &[&GroupSummary]) -> Option<String> {
    let known: Vec<(&&GroupSummary, f64)> =
        groups.iter().filter_map(|group| Some((group, point(&group.metrics, "mean-shift")?))).collect();
    let told: Vec<String> = known
        .iter()
        .take(GROUPS)
        .map(|(group, mean)| {
            let value = if group.group.value().trim().is_empty() { "(empty)" } else { group.group.value() };
            format!("{} {} points ({})", quoted(value), two_decimals(*mean, true), accounts(group.accounts))
        })
        .collect();
    if told.is_empty() {
        return None;
    }
    let more = match known.len() - told.len() {
        0 => String::new(),
        more => format!(" and {}", counted(more as u64, "more group")),
    };
    // Groups that are too small are counted, and no figure of them is told.
    let withheld = match groups.len() - known.len() {
        0 => String::new(),
        few => format!(" Not told, because so few accounts say too little: {}.", counted(few as u64, "group")),
    };
    Some(format!("{what}: {}{more}.{withheld}", listed(&told)))
}

/// The group of which the largest share falls far.
fn hardest(groups: &[&GroupSummary]) -> Option<String> {
    let shares = groups.iter().filter_map(|group| Some((group, point(&group.metrics, "share-moved[direction=down]")?)));
    // The first of equals.
    let (group, share) = shares.reduce(|most, next| if next.1 > most.1 { next } else { most })?;
    (share > 0.0).then(|| {
        format!(
            "Hardest hit are the accounts of {}: {} of them fall by 5 points or more, before rounding.",
            quoted(group.group.value()),
            percent(share)
        )
    })
}

/// Which way a comparison goes: by the balance of falls and rises, and by the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Picture {
    balance: f64,
    mean: f64,
}

impl Picture {
    fn of(summary: &ComparisonSummary) -> Picture {
        let mean = point(&summary.metrics, "mean-shift").filter(|mean| mean.abs() >= STILL).unwrap_or(0.0);
        Picture { balance: Seen::of(summary).map_or(0.0, |seen| seen.rises() - seen.falls()), mean }
    }

    fn turns(self, other: Picture) -> bool {
        self.balance * other.balance < 0.0 || self.mean * other.mean < 0.0
    }
}

/// Comparisons that go the other way than the one that is told.
pub fn elsewhere(told: &ComparisonSummary, all: &[&ComparisonSummary]) -> Vec<String> {
    let picture = Picture::of(told);
    let others = all.iter().filter(|other| !std::ptr::eq(**other, told) && Picture::of(other).turns(picture));
    let line = |other: &&&ComparisonSummary| {
        let seen = Seen::of(other).map_or(String::new(), |seen| {
            format!(
                " {} of the scores fall by 1 point or more, {} rise as much.",
                super::words::sentence(&short_percent(seen.falls())),
                short_percent(seen.rises())
            )
        });
        let mean = point(&other.metrics, "mean-shift");
        let mean =
            mean.map_or(String::new(), |mean| format!(" The average changes by {} points.", two_decimals(mean, true)));
        format!(
            "Counted elsewhere ({}), scores go the other way.{seen}{mean}",
            crate::report::cut(&other.place.title(), 120)
        )
    };
    others.map(|other| line(&other)).collect()
}
