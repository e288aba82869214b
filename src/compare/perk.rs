//! Rewards that hang on a score: who gains and who loses each one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Comparison;
use super::findings::Mover;
use super::group::SegmentValue;
use super::names::Names;
use crate::stats::grid;

/// A reward and its rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Perk {
    pub name: String,
    pub rule: Rule,
    /// Who may have it; everybody if none.
    pub segment: Option<SegmentValue>,
}

/// Who has a perk.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Everybody with at least this score.
    AtLeast { edge: f64, displayed: bool },
    /// The first so many of those who may have it. Accounts tied with the last one have it too,
    /// since nothing but their ids tells them apart.
    Top(u64),
}

/// Who gains and who loses a perk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PerkFindings {
    pub name: String,
    /// The rule, in words.
    pub rule: String,
    /// The score that the rule asks for, where it asks for one of everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<f64>,
    pub counts: PerkCounts,
    /// The same in the population, where rows stand for more than themselves: sums of the sampling
    /// weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PerkShares>,
    /// By segment column, and value.
    pub segments: BTreeMap<String, BTreeMap<String, PerkCounts>>,
    /// The accounts that gain and lose it, the furthest move first; at most as many as a report
    /// lists.
    pub gainers: Vec<Mover>,
    pub losers: Vec<Mover>,
}

/// Accounts that have a perk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PerkCounts {
    /// Who may have it.
    pub eligible: u64,
    pub before: u64,
    pub after: u64,
    pub gained: u64,
    pub lost: u64,
}

/// The same counts, estimated for a population.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PerkShares {
    pub eligible: f64,
    pub before: f64,
    pub after: f64,
    pub gained: f64,
    pub lost: f64,
}

/// Texts of a segment column by position of a comparison; none where an account has no value.
pub type Segments<'a> = BTreeMap<&'a str, Vec<Option<&'a str>>>;

/// Gainers and losers that are named.
const LISTED: usize = 10;

impl PerkCounts {
    fn count(&mut self, before: bool, after: bool) {
        self.eligible += 1;
        self.before += u64::from(before);
        self.after += u64::from(after);
        self.gained += u64::from(after && !before);
        self.lost += u64::from(before && !after);
    }
}

/// How the rule of a perk begins that looks at the score as people see it.
const OF_DISPLAYED: &str = "a displayed score";

impl PerkFindings {
    /// Whether the rule looks at the score as people see it.
    pub fn is_of_displayed(&self) -> bool {
        self.rule.starts_with(OF_DISPLAYED)
    }
}

impl Perk {
    /// The rule in words.
    pub fn rule(&self) -> String {
        let who = self
            .segment
            .as_ref()
            .map_or(String::new(), |segment| format!(", among {} = {}", segment.column, segment.value));
        match self.rule {
            Rule::AtLeast { edge, displayed: true } => format!("{OF_DISPLAYED} of at least {edge}{who}"),
            Rule::AtLeast { edge, displayed: false } => format!("a score of at least {edge}{who}"),
            Rule::Top(k) => format!("the top {k}{who}"),
        }
    }

    /// Counts out who gains and who loses it. `segments` must hold the perk's own segment.
    pub fn find(&self, comparison: &Comparison, segments: &Segments<'_>, names: &Names<'_>) -> PerkFindings {
        let eligible = self.eligible(comparison.len(), segments);
        let sides = [false, true].map(|candidate| self.holders(comparison, &eligible, candidate));
        let mut counts = PerkCounts::default();
        let mut by_segment: BTreeMap<String, BTreeMap<String, PerkCounts>> = BTreeMap::new();
        let mut population = comparison.beside.sampling.as_ref().map(|_| PerkShares::default());
        let mut movers: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
        for at in (0..comparison.len()).filter(|at| eligible[*at]) {
            let (before, after) = (sides[0][at], sides[1][at]);
            counts.count(before, after);
            for (column, values) in segments {
                let value = values[at].unwrap_or_default();
                let groups = by_segment.entry((*column).to_string()).or_default();
                groups.entry(value.to_string()).or_default().count(before, after);
            }
            if let (Some(sums), Some(weights)) = (&mut population, &comparison.beside.sampling) {
                let weight = |counts: bool| if counts { weights[at] } else { 0.0 };
                sums.eligible += weights[at];
                sums.before += weight(before);
                sums.after += weight(after);
                sums.gained += weight(after && !before);
                sums.lost += weight(before && !after);
            }
            if before != after {
                movers[usize::from(before)].push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        let change = |at: &u32| grid::snap(comparison.candidate[*at as usize] - comparison.baseline[*at as usize]);
        let mut named = movers.map(|mut list| {
            list.sort_by(|left, right| change(right).abs().total_cmp(&change(left).abs()).then(left.cmp(right)));
            list.into_iter().take(LISTED).map(|at| names.mover(comparison, at as usize)).collect::<Vec<Mover>>()
        });
        let edge = match self.rule {
            Rule::AtLeast { edge, .. } if self.segment.is_none() => Some(edge),
            _ => None,
        };
        PerkFindings {
            edge,
            name: self.name.clone(),
            rule: self.rule(),
            counts,
            population,
            segments: by_segment,
            gainers: std::mem::take(&mut named[0]),
            losers: std::mem::take(&mut named[1]),
        }
    }

    fn eligible(&self, accounts: usize, segments: &Segments<'_>) -> Vec<bool> {
        match &self.segment {
            None => vec![true; accounts],
            Some(wanted) => match segments.get(wanted.column.as_str()) {
                Some(values) => values.iter().map(|value| *value == Some(wanted.value.as_str())).collect(),
                None => vec![false; accounts],
            },
        }
    }

    fn holders(&self, comparison: &Comparison, eligible: &[bool], candidate: bool) -> Vec<bool> {
        let side = usize::from(candidate);
        let raw: &[f64] = if candidate { &comparison.candidate } else { &comparison.baseline };
        match self.rule {
            Rule::AtLeast { edge, displayed } => {
                let shown = comparison.beside.displayed.as_ref().filter(|_| displayed).map(|both| &both[side]);
                let edge = grid::snap(edge);
                let scores = shown.map_or(raw, Vec::as_slice);
                scores.iter().zip(eligible).map(|(score, eligible)| *eligible && grid::snap(*score) >= edge).collect()
            }
            Rule::Top(k) => {
                let edge = top_edge(comparison, raw, eligible, k);
                let within = |score: &f64| edge.is_some_and(|edge| grid::snap(*score) >= edge);
                raw.iter().zip(eligible).map(|(score, eligible)| *eligible && within(score)).collect()
            }
        }
    }
}

/// The score of the k-th of those who may have it, each counted as often as it stands for accounts.
fn top_edge(comparison: &Comparison, scores: &[f64], eligible: &[bool], k: u64) -> Option<f64> {
    let weight = |at: usize| comparison.beside.sampling.as_ref().map_or(1.0, |weights| weights[at]);
    let mut order: Vec<(f64, f64)> =
        (0..scores.len()).filter(|at| eligible[*at]).map(|at| (grid::snap(scores[at]), weight(at))).collect();
    order.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut counted = 0.0;
    for (score, weight) in &order {
        counted += weight;
        if counted >= k as f64 {
            return Some(*score);
        }
    }
    order.last().map(|(score, _)| *score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Sides;

    fn found(rule: Rule, segment: Option<&str>, baseline: &[f64], candidate: &[f64]) -> PerkFindings {
        let sides = Sides { baseline: baseline.into(), candidate: candidate.into(), ..Sides::default() };
        let comparison = Comparison::new(sides).unwrap();
        let segment = segment.map(|text| SegmentValue::parse(text).unwrap());
        let kinds: Vec<Option<&str>> =
            (0..baseline.len()).map(|at| Some(if at % 2 == 0 { "even" } else { "odd" })).collect();
        let segments = BTreeMap::from([("kind", kinds)]);
        Perk { name: "lounge".into(), rule, segment }.find(
            &comparison,
            &segments,
            &Names::new(&|row| row.to_string().into()),
        )
    }

    #[test]
    fn a_threshold_is_held_from_the_edge_up() {
        let rule = Rule::AtLeast { edge: 50.0, displayed: false };
        let found = found(rule, None, &[50.0, 49.9, 60.0, 10.0], &[49.0, 50.0, 70.0, 10.0]);
        assert_eq!(found.counts, PerkCounts { eligible: 4, before: 2, after: 2, gained: 1, lost: 1 });
        assert_eq!(found.losers[0].account, "0");
        assert_eq!(found.gainers[0].account, "1");
        let even = found.segments["kind"]["even"];
        assert_eq!(even, PerkCounts { eligible: 2, before: 2, after: 1, gained: 0, lost: 1 });
    }

    #[test]
    fn findings_know_which_score_their_rule_looks_at() {
        for displayed in [true, false] {
            let found = found(Rule::AtLeast { edge: 50.0, displayed }, None, &[50.0], &[49.0]);
            assert_eq!(found.is_of_displayed(), displayed);
        }
        assert!(!found(Rule::Top(2), None, &[50.0], &[49.0]).is_of_displayed());
    }

    #[test]
    fn ties_at_the_edge_of_the_top_all_have_it() {
        let found = found(Rule::Top(2), None, &[9.0, 8.0, 8.0, 1.0], &[9.0, 8.0, 7.0, 6.0]);
        assert_eq!(found.counts, PerkCounts { eligible: 4, before: 3, after: 2, gained: 0, lost: 1 });
    }

    #[test]
    fn only_those_who_may_have_it_count() {
        let found = found(Rule::Top(1), Some("kind=odd"), &[9.0, 8.0, 7.0, 1.0], &[9.0, 1.0, 7.0, 2.0]);
        assert_eq!(found.counts, PerkCounts { eligible: 2, before: 1, after: 1, gained: 1, lost: 1 });
        assert_eq!((found.gainers[0].account.as_str(), found.losers[0].account.as_str()), ("3", "1"));
    }
}
