//! What changes in the rules of a score, in words: from the difference of both models where it is
//! known, else from what the outcome tells of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::words::{listed, part, place, quoted, ratio, sentence, short_percent};
use crate::experiment::outcome::{FactorWeights, ModelSummary};
use crate::model::diff::{Change, Class, FactorShares, Kind, ModelDiff, inline};
use crate::number::{counted, plain, thousands};

/// A share that moves by less is not told.
const LEAST: f64 = 0.0005;

/// What changes, sorted by what happens to it.
#[derive(Debug, Default)]
pub struct Rules {
    added: Vec<String>,
    removed: Vec<String>,
    weights: Vec<Weighed>,
    measured: Vec<String>,
    absent: Vec<String>,
    combined: Vec<String>,
    /// Whole sentences.
    others: Vec<String>,
    /// Parts of the score that are as they were.
    kept: u64,
    /// Whether the models themselves were compared.
    exact: bool,
}

#[derive(Debug)]
struct Weighed {
    what: String,
    /// The weight itself; none of a network that makes another share though its own weight is as it
    /// was, or is not known.
    weight: Option<[f64; 2]>,
    shares: [Option<f64>; 2],
}

impl Rules {
    /// Reads them off the difference of both models.
    pub fn of(diff: &ModelDiff) -> Rules {
        let mut rules = Rules { exact: true, ..Rules::default() };
        let mut touched = BTreeSet::new();
        for change in &diff.changes {
            rules.take(change, diff, &mut touched);
        }
        let both = diff.factors.iter().filter(|factor| factor.weight.iter().all(Option::is_some));
        let is_kept = |factor: &&FactorShares| {
            !touched.contains(&factor_path(&factor.network, &factor.factor)) && !touched.contains(&factor.network)
        };
        rules.kept = both.filter(is_kept).count() as u64;
        rules.weights.extend(networks_that_shift(diff, &touched));
        rules
    }

    /// Reads off the stored outcome what it tells of both models. How values are made comparable, and
    /// how scores are shown, is not among it.
    pub fn of_outcome(before: &ModelSummary, after: &ModelSummary, weights: &[FactorWeights]) -> Rules {
        let mut rules = Rules::default();
        let mut moved = BTreeSet::new();
        let shares = |network: &str, name: &str| {
            let found = weights.iter().find(|weights| weights.network == network && weights.factor == name);
            found.map_or([None; 2], |weights| weights.nominal)
        };
        for factor in &after.factors {
            let what = part(&factor.network, &factor.name);
            let shares = shares(&factor.network, &factor.name);
            let same = |other: &&_| same_factor(other, factor);
            match before.factors.iter().find(same) {
                None => rules.added.push(with_share(&what, shares[1])),
                Some(old) => {
                    let mut kept = true;
                    if old.value != factor.value {
                        rules.measured.push(what.clone());
                        kept = false;
                    }
                    if old.weight != factor.weight {
                        rules.weights.push(Weighed { what, weight: Some([old.weight, factor.weight]), shares });
                        kept = false;
                    }
                    rules.kept += u64::from(kept);
                }
            }
            moved.insert(factor.network.as_str());
        }
        for factor in &before.factors {
            if !after.factors.iter().any(|other| same_factor(&other, factor)) {
                rules.removed.push(part(&factor.network, &factor.name));
            }
            moved.insert(factor.network.as_str());
        }
        for network in moved {
            let of_network = || weights.iter().filter(|weights| weights.network == network);
            let sum = |side: usize| of_network().map(|weights| weights.nominal[side].unwrap_or(0.0)).sum::<f64>();
            let sides = [sum(0), sum(1)];
            // The share of a network that comes or goes is told with its parts.
            let on_both = sides.iter().all(|share| *share > 0.0);
            if on_both && (sides[1] - sides[0]).abs() >= LEAST {
                let what = format!("{} as a whole", place(network));
                rules.weights.push(Weighed { what, weight: None, shares: sides.map(Some) });
            }
        }
        if before.scale != after.scale {
            for (side, end) in ["lowest", "highest"].into_iter().enumerate() {
                rules.others.extend(end_of_scale(end, before.scale[side], after.scale[side]));
            }
        }
        rules.others.extend(bands(before, after));
        rules
    }

    fn take(&mut self, change: &Change, diff: &ModelDiff, touched: &mut BTreeSet<String>) {
        let Change { path, kind, old, new, class, .. } = change;
        let [old, new] = [old, new].map(Option::as_ref);
        let field = |path: &'_ str| path.rsplit_once(": ").map(|(head, field)| (head.to_string(), field.to_string()));
        if let Some(rest) = path.strip_prefix("factor ") {
            let (head, field) = match kind {
                Kind::Changed => field(rest).unwrap_or_default(),
                _ => (rest.to_string(), String::new()),
            };
            let (network, factor) = head.split_once('/').unwrap_or_default();
            let what = part(network, factor);
            let shares = diff.factors.iter().find(|shares| shares.network == network && shares.factor == factor);
            let shares = shares.map_or([None; 2], |shares| shares.effective);
            match (kind, field.as_str()) {
                (Kind::Added, _) => self.added.push(with_share(&what, shares[1])),
                (Kind::Removed, _) => self.removed.push(what),
                (_, "tags" | "note") => return,
                (_, "weight") => self.weights.push(Weighed { what, weight: numbers(old, new), shares }),
                (_, "missing") => once(&mut self.absent, what),
                (_, "network") => self.others.push(format!("Another network counts this part: {what}.")),
                _ => once(&mut self.measured, what),
            }
            touched.insert(factor_path(network, factor));
        } else if let Some(rest) = path.strip_prefix("network ") {
            match kind {
                Kind::Added => self.others.push(format!("A network joins the score: {}.", place(rest))),
                Kind::Removed => self.others.push(format!("A network leaves the score: {}.", place(rest))),
                Kind::Changed => {
                    let (network, field) = field(rest).unwrap_or_default();
                    let name = place(&network);
                    match field.as_str() {
                        "weight" => self.weights.push(Weighed {
                            what: format!("{name} as a whole"),
                            weight: numbers(old, new),
                            shares: shares_of(diff, &network),
                        }),
                        "aggregate" => self.combined.push(format!("the parts of {name}")),
                        _ => self.others.push(format!("Who counts as being on {name} is decided in another way.")),
                    }
                    touched.insert(network);
                }
            }
        } else if let Some(rest) = path.strip_prefix("band ") {
            self.others.extend(band(rest, *kind, old, new));
        } else {
            self.others.extend(whole(path, *class, old, new));
            if path == "combine: aggregate" {
                self.combined.push("the networks".to_string());
            }
        }
    }

    /// Parts that are as they were.
    pub fn kept(&self) -> u64 {
        self.kept
    }

    /// The sentences; none where nothing changes.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.others.clone();
        let lists = [
            ("New in the score", &self.added),
            ("No longer in the score", &self.removed),
            ("Measured in another way", &self.measured),
            ("Treated in another way where there are no data", &self.absent),
            ("Added up in another way", &self.combined),
        ];
        for (what, list) in lists {
            if !list.is_empty() {
                lines.push(format!("{what}: {}.", listed(list)));
            }
        }
        lines.extend(self.weight_lines());
        lines
    }

    /// Weights by what became of them, the largest loss first.
    fn weight_lines(&self) -> Vec<String> {
        let known = self.weights.iter().filter_map(|weighed| Some((weighed.weight?, weighed)));
        let mut groups: Vec<(f64, String, Vec<&Weighed>)> = Vec::new();
        for (sides, weighed) in known {
            let words = ratio(sides);
            match groups.iter_mut().find(|(_, known, _)| *known == words) {
                Some((_, _, list)) => list.push(weighed),
                None => groups.push((sides[1] / sides[0], words, vec![weighed])),
            }
        }
        groups.sort_by(|left, right| left.0.total_cmp(&right.0));
        let mut lines: Vec<String> = groups
            .into_iter()
            .map(|(_, words, list)| format!("{}: {}.", sentence(&words), with_shares(&list)))
            .collect();
        let of_shares: Vec<&Weighed> = self.weights.iter().filter(|weighed| weighed.weight.is_none()).collect();
        if !of_shares.is_empty() {
            let whole = if self.exact { "the score" } else { "all weight" };
            lines.push(format!("Another share of {whole}: {}.", with_shares(&of_shares)));
        }
        if self.weights.iter().any(|weighed| weighed.shares.iter().any(Option::is_some)) || !self.added.is_empty() {
            let what = if self.exact {
                "The percentages say which share of the score a part makes for an account that does equally well in every part."
            } else {
                "The percentages say which share of all weight a part has."
            };
            // Told where a reader would stumble over it.
            let apart = self.weights.iter().any(Weighed::share_goes_apart);
            let why = " As other parts change too, a share can change otherwise than the weight.";
            lines.push(format!("{what}{}", if apart { why } else { "" }));
        }
        lines
    }

    /// What was not looked at.
    pub fn limit(&self) -> Option<String> {
        let text = "How numbers are made comparable, and how a score is rounded, may have changed as well; this note was written without looking at it.";
        (!self.exact).then(|| text.to_string())
    }
}

/// A share that moves by so much less or more than its weight is worth a word.
const APART: f64 = 0.1;
/// A network whose share of the score moves by less is not told.
const NETWORK_SHIFT: f64 = 0.01;

impl Weighed {
    /// Whether the share changes in another ratio than the weight.
    fn share_goes_apart(&self) -> bool {
        match (self.weight, self.shares) {
            (Some([before, after]), [Some(old), Some(new)]) if before > 0.0 && old > 0.0 => {
                (new / old - after / before).abs() > APART
            }
            _ => false,
        }
    }
}

/// Networks on both sides whose weight is as it was and whose parts make another share together.
fn networks_that_shift(diff: &ModelDiff, touched: &BTreeSet<String>) -> Vec<Weighed> {
    let names: BTreeSet<&str> = diff.factors.iter().map(|factor| factor.network.as_str()).collect();
    let told = names.into_iter().filter(|name| !touched.contains(*name)).filter_map(|name| {
        let shares = shares_of(diff, name);
        let [before, after] = [shares[0]?, shares[1]?];
        let what = format!("{} as a whole", place(name));
        ((after - before).abs() >= NETWORK_SHIFT).then_some(Weighed { what, weight: None, shares })
    });
    told.collect()
}

fn same_factor(
    one: &&crate::experiment::outcome::FactorSummary,
    other: &crate::experiment::outcome::FactorSummary,
) -> bool {
    one.network == other.network && one.name == other.name
}

fn factor_path(network: &str, factor: &str) -> String {
    format!("{network}/{factor}")
}

/// Several fields of one part are one change of it.
fn once(list: &mut Vec<String>, what: String) {
    if !list.contains(&what) {
        list.push(what);
    }
}

fn numbers(old: Option<&Value>, new: Option<&Value>) -> Option<[f64; 2]> {
    Some([old?.as_f64()?, new?.as_f64()?])
}

/// What the parts of a network make together.
fn shares_of(diff: &ModelDiff, network: &str) -> [Option<f64>; 2] {
    [0, 1].map(|side| {
        let parts = diff.factors.iter().filter(|shares| shares.network == network);
        parts.filter_map(|shares| shares.effective[side]).reduce(|sum, share| sum + share)
    })
}

fn with_share(what: &str, share: Option<f64>) -> String {
    share.map_or(what.to_string(), |share| format!("{what} ({} now)", short_percent(share)))
}

/// What a part makes, before and after.
fn shares_told(shares: [Option<f64>; 2]) -> Option<String> {
    let [before, after] = shares.map(|share| share.map(short_percent));
    Some(format!("{} before, {} now", before?, after?))
}

/// Parts with their shares; those that have the same shares stand together.
fn with_shares(parts: &[&Weighed]) -> String {
    let mut groups: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for part in parts {
        let shares = shares_told(part.shares);
        match groups.iter_mut().find(|(known, _)| *known == shares) {
            Some((_, list)) => list.push(part.what.clone()),
            None => groups.push((shares, vec![part.what.clone()])),
        }
    }
    let told = groups.iter().map(|(shares, list)| match shares {
        None => listed(list),
        Some(shares) if list.len() == 1 => format!("{} ({shares})", list[0]),
        Some(shares) => format!("{} (each {shares})", listed(list)),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("none".to_string(), inline)
}

fn band(rest: &str, kind: Kind, old: Option<&Value>, new: Option<&Value>) -> Option<String> {
    Some(match kind {
        Kind::Added => format!("There is a new band, {}, from {} points.", quoted(rest), shown(new)),
        Kind::Removed => format!("The band {} is no longer there.", quoted(rest)),
        Kind::Changed => {
            let name = rest.strip_suffix(": from")?;
            format!("The band {} begins at {} points (before: {}).", quoted(name), shown(new), shown(old))
        }
    })
}

/// A change of the model as a whole; none where it moves no score and shows nothing else.
fn whole(path: &str, class: Class, old: Option<&Value>, new: Option<&Value>) -> Option<String> {
    let both = numbers(old, new);
    match (path, both) {
        ("combine: aggregate", _) => None,
        _ if class == Class::Cosmetic => None,
        ("scale: min", Some([before, after])) => end_of_scale("lowest", before, after),
        ("scale: max", Some([before, after])) => end_of_scale("highest", before, after),
        ("scale: from", _) => Some("What it takes to reach the lowest and the highest score is set anew.".to_string()),
        ("reference", _) => Some(format!(
            "Accounts are measured against others than before: against {}, no longer against {}.",
            quoted(&shown(new)),
            quoted(&shown(old))
        )),
        ("display: decimals", Some([before, after])) => Some(format!(
            "Scores are shown with {} after the point (before: {}).",
            counted(after as u64, "digit"),
            thousands(before as u64)
        )),
        ("display: rounding", _) => Some(format!("Scores are {} (before: {}).", rounded(new), rounded(old))),
        _ => Some(format!("Something else changes: {path}.")),
    }
}

fn rounded(value: Option<&Value>) -> &'static str {
    match value.and_then(Value::as_str) {
        Some("nearest") => "rounded to the nearest number",
        Some("down") => "rounded down",
        _ => "shown without rounding",
    }
}

fn end_of_scale(end: &str, before: f64, after: f64) -> Option<String> {
    let told = |value: f64| if value.fract() == 0.0 { format!("{value:.0}") } else { plain(value) };
    (before != after)
        .then(|| format!("The {end} score that there can be is {} (before: {}).", told(after), told(before)))
}

/// How the bands differ that the outcome names.
fn bands(before: &ModelSummary, after: &ModelSummary) -> Vec<String> {
    let number = |from: f64| Value::from(from);
    let mut lines = Vec::new();
    for new in &after.bands {
        let from = number(new.from);
        match before.bands.iter().find(|old| old.name == new.name) {
            None => lines.extend(band(&new.name, Kind::Added, None, Some(&from))),
            Some(old) if old.from != new.from => {
                let path = format!("{}: from", new.name);
                lines.extend(band(&path, Kind::Changed, Some(&number(old.from)), Some(&from)));
            }
            Some(_) => {}
        }
    }
    let gone = before.bands.iter().filter(|old| !after.bands.iter().any(|new| new.name == old.name));
    lines.extend(gone.filter_map(|old| band(&old.name, Kind::Removed, None, None)));
    lines
}
