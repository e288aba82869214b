//! Which charts a report holds: outcome to chart data, in the order of the report.

use super::{Block, Figure, answers};
use crate::chart::{
    self, Chart, DriftedSignal, Labels, Models, PerkLine, Segment, Segments, SignalDrift, Snapshots, Tradable,
    TradeOff, TrendLine, TrendRule, Value, Waterfall, WaterfallTerm,
};
use crate::compare::change::LevelBasis;
use crate::compare::group::Group;
use crate::compare::measurement::{Measurement, Measurements};
use crate::compare::metric::Metric;
use crate::experiment::outcome::{
    ComparisonSummary, GroupSummary, Outcome, Place, ReferenceSummary, SignalDriftSummary,
};
use crate::number::thousands;

/// Falls by so much or more are the harm of the trade-off, by exposure where it is declared.
const HARM: [(&str, &str); 2] = [
    ("share-moved[direction=down,per=exposure]", "exposure that loses 5 points or more before rounding"),
    ("share-moved[direction=down]", "accounts that lose 5 points or more before rounding"),
];

/// A chart as a figure: its file is named after candidate, place, chart and what else tells it apart.
pub fn figure(outcome: &Outcome, candidate: &str, place: &Place, chart: Chart, apart: Option<&str>) -> Block {
    let mut stem = format!("{}.{}", stem(outcome.datasets.len() > 1, candidate, place), chart.name);
    if let Some(apart) = apart {
        stem.push_str(&format!("-{}", safe(apart)));
    }
    Block::Figure(Box::new(Figure { stem, chart }))
}

/// Safe in every file system: other characters become hyphens, and a digest of the original keeps two
/// texts apart that differ only in those.
fn safe(text: &str) -> String {
    let clean = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let cleaned: String = text.chars().take(60).map(clean).collect();
    if cleaned == text { cleaned } else { format!("{cleaned}-{}", &blake3::hash(text.as_bytes()).to_hex()[..6]) }
}

/// What the files of a place begin with; `several` where there are charts of other datasets too.
pub(super) fn stem(several: bool, candidate: &str, place: &Place) -> String {
    let dataset = several.then(|| safe(&place.dataset));
    let parts = [dataset, place.topic.as_deref().map(safe), place.snapshot.as_deref().map(safe)];
    let mut stem = candidate.replace(['@', '.', '+'], "-");
    for part in parts.into_iter().flatten() {
        stem.push_str(&format!(".{part}"));
    }
    stem
}

/// The charts of one comparison.
pub fn of_comparison(outcome: &Outcome, summary: &ComparisonSummary) -> Vec<Block> {
    let dataset = summary.place.title();
    let labels = Labels { baseline: &summary.baseline, candidate: &summary.candidate, dataset: &dataset };
    let findings = &summary.findings;
    let bands = findings.migration.as_ref().map(|migration| migration.bands.as_slice()).unwrap_or_default();
    let edges = summary.perks.iter().filter_map(|perk| perk.edge);
    let mut thresholds: Vec<f64> = bands.iter().skip(1).map(|band| band.from).chain(edges).collect();
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    // A perk for everybody is a line across the bands; one for a part is not.
    let everybody = |eligible: u64| eligible == summary.coverage.both;
    let perks = summary.perks.iter().filter(|perk| everybody(perk.counts.eligible) && perk.population.is_none());
    let perks: Vec<PerkLine<'_>> =
        perks.map(|perk| PerkLine { name: &perk.name, before: perk.counts.before, after: perk.counts.after }).collect();
    let fair = findings.by_level.iter().find(|levels| levels.basis == LevelBasis::Average);
    let mut charts = Vec::new();
    charts.extend(findings.noticed.as_ref().map(|noticed| chart::who_notices(noticed, &labels)));
    charts.extend(findings.migration.as_ref().map(|migration| chart::band_flow(migration, &perks, &labels)));
    charts.extend(findings.changes.as_ref().map(|changes| chart::changes(changes, &labels)));
    charts.extend(fair.map(|levels| chart::change_by_level(levels, bands, &labels)));
    charts.push(chart::score_against_score(&findings.agreement, &thresholds, &labels));
    charts.push(chart::distributions(&findings.distributions, &labels));
    charts.extend(findings.migration.as_ref().map(|migration| chart::migration(migration, &labels)));
    if !findings.depths.is_empty() {
        charts.push(chart::agreement_by_depth(&findings.depths, summary.coverage.both, &labels));
    }
    charts.extend(findings.top.as_ref().map(|top| chart::rank_flow(top, &labels)));
    charts.extend(waterfall(summary).map(|data| chart::waterfall(&data, &labels)));
    let block = |chart| figure(outcome, &summary.candidate, &summary.place, chart, None);
    charts.into_iter().map(block).collect()
}

/// Why the account that loses most moved; the one that gains most where nobody loses.
fn waterfall(summary: &ComparisonSummary) -> Option<Waterfall> {
    let found = summary.reasons.first()?;
    let term = |reason| WaterfallTerm { label: answers::cause(reason, found.in_rest), points: reason.points };
    Some(Waterfall {
        account: found.account.clone(),
        baseline: found.baseline,
        candidate: found.candidate,
        terms: found.reasons.iter().map(term).collect(),
    })
}

fn value(measured: &Measurement) -> Option<Value> {
    let interval = measured.bounds().map(|bounds| [bounds.lower, bounds.upper]);
    Some(Value { point: measured.point()?, interval })
}

fn level(outcome: &Outcome) -> Option<f64> {
    outcome.uncertainty.as_ref().map(|uncertainty| uncertainty.level)
}

/// A chart for each segment column.
pub fn of_groups(outcome: &Outcome, summary: &ComparisonSummary) -> Vec<Block> {
    let dataset = summary.place.title();
    let labels = Labels { baseline: &summary.baseline, candidate: &summary.candidate, dataset: &dataset };
    let mut blocks = Vec::new();
    for groups in summary.groups.chunk_by(|left, right| left.group.is_beside(&right.group)) {
        let Some(Group::Segment { column, .. }) = groups.first().map(|group| &group.group) else { continue };
        let Some(overall) = summary.metrics.get("mean-shift").and_then(value) else { continue };
        let one = |group: &GroupSummary| Segment {
            name: group.group.value().to_string(),
            accounts: group.accounts,
            value: group.metrics.get("mean-shift").and_then(value),
            small: group.accounts < 2 * outcome.experiment.smallest_group,
        };
        let data = Segments {
            column: column.clone(),
            figure: "mean shift, points".to_string(),
            overall,
            groups: groups.iter().filter(|group| group.accounts > 0).map(one).collect(),
            level: level(outcome),
            accounts: summary.coverage.both,
        };
        if !data.groups.is_empty() {
            let chart = chart::segments(&data, &labels);
            blocks.push(figure(outcome, &summary.candidate, &summary.place, chart, Some(column)));
        }
    }
    blocks
}

/// The places of an outcome in its order, with their comparisons.
fn places(outcome: &Outcome) -> Vec<(&Place, Vec<&ComparisonSummary>)> {
    let mut places: Vec<(&Place, Vec<&ComparisonSummary>)> = Vec::new();
    for summary in &outcome.comparisons {
        match places.iter_mut().find(|(place, _)| **place == summary.place) {
            Some((_, list)) => list.push(summary),
            None => places.push((&summary.place, vec![summary])),
        }
    }
    places
}

/// The trade-off at each place where there is something to trade: harm, and a benefit to hold
/// against it.
pub fn trade_offs(outcome: &Outcome) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (place, summaries) in places(outcome) {
        let Some(data) = trade_off(outcome, &summaries) else { continue };
        let dataset = place.title();
        let labels = Labels { baseline: &summaries[0].baseline, candidate: "candidates", dataset: &dataset };
        blocks.push(figure(outcome, "candidates", place, chart::trade_off(&data, &labels), None));
    }
    blocks
}

fn trade_off(outcome: &Outcome, summaries: &[&ComparisonSummary]) -> Option<TradeOff> {
    let in_all = |label: &str| summaries.iter().all(|summary| summary.metrics.get(label).and_then(value).is_some());
    let (harm, harm_name) = HARM.into_iter().find(|(label, _)| in_all(label))?;
    let (benefit, benefit_name) = benefit(summaries[0], in_all)?;
    let at = |summary: &ComparisonSummary, label: &str| summary.metrics.get(label).and_then(value);
    let tradable = |summary: &&ComparisonSummary| {
        Some(Tradable { name: summary.candidate.clone(), harm: at(summary, harm)?, benefit: at(summary, &benefit)? })
    };
    let candidates: Vec<Tradable> = summaries.iter().filter_map(tradable).collect();
    let place = &summaries[0].place;
    let budgets = outcome.verdicts.iter().filter(|verdict| verdict.is_at(place));
    let budgets = budgets.filter(|verdict| verdict.metric == harm && verdict.group.is_none());
    let budget = budgets.filter_map(|verdict| verdict.bound.at_most).min_by(f64::total_cmp);
    // Whoever met all that was expected of it and gains most.
    let held = |name: &str| {
        let mut own = outcome.verdicts.iter().filter(|verdict| verdict.is_of(name, place)).peekable();
        own.peek().is_some() && own.all(|verdict| verdict.met)
    };
    let fit = (0..candidates.len()).filter(|at| held(&candidates[*at].name));
    let chosen = fit.max_by(|left, right| {
        candidates[*left].benefit.point.total_cmp(&candidates[*right].benefit.point).then(right.cmp(left))
    });
    Some(TradeOff {
        harm_name: harm_name.to_string(),
        benefit_name,
        candidates,
        budget,
        chosen,
        level: level(outcome),
        accounts: summaries[0].coverage.both,
    })
}

/// What a gain is measured by: judged pairs before outcomes.
fn benefit(summary: &ComparisonSummary, in_all: impl Fn(&str) -> bool) -> Option<(String, String)> {
    if in_all("auc[of=gain]") {
        let name = format!("gain in AUC against {} judged pairs", thousands(summary.pairs));
        return Some(("auc[of=gain]".to_string(), name));
    }
    summary.metrics.keys().filter(|label| in_all(label)).find_map(|label| {
        let metric: Metric = label.parse().ok()?;
        let gain = metric.definition.name == "outcome-spearman" && metric.arguments.word("of") == "gain";
        let outcome = metric.arguments.word("outcome").to_string();
        gain.then(|| (label.clone(), format!("gain in Spearman's rho with {outcome}")))
    })
}

/// How a figure runs over the snapshots of a dataset, where several are compared.
pub fn snapshots(outcome: &Outcome) -> Vec<Block> {
    const FIGURE: &str = "kendall-tau-b";
    let mut blocks = Vec::new();
    let mut seen: Vec<(&str, Option<&str>)> = Vec::new();
    for first in &outcome.comparisons {
        let key = (first.place.dataset.as_str(), first.place.topic.as_deref());
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let here =
            |summary: &&ComparisonSummary| (summary.place.dataset.as_str(), summary.place.topic.as_deref()) == key;
        let all: Vec<&ComparisonSummary> = outcome.comparisons.iter().filter(here).collect();
        let mut names: Vec<&str> = all.iter().filter_map(|summary| summary.place.snapshot.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            continue;
        }
        let mut candidates: Vec<&str> = Vec::new();
        for summary in &all {
            if !candidates.contains(&summary.candidate.as_str()) {
                candidates.push(&summary.candidate);
            }
        }
        let at = |candidate: &str, snapshot: &str| {
            all.iter()
                .find(|summary| summary.candidate == candidate && summary.place.snapshot.as_deref() == Some(snapshot))
        };
        let line = |candidate: &&str| TrendLine {
            name: (*candidate).to_string(),
            values: names.iter().map(|name| at(candidate, name).and_then(|s| value(s.metrics.get(FIGURE)?))).collect(),
        };
        let both = |name: &&str| at(candidates[0], name).map_or(0, |summary| summary.coverage.both);
        let before = first.place.baseline_snapshot.as_ref().map_or(String::new(), |before| format!(" on {before}"));
        let data = Snapshots {
            name: "snapshots",
            across: "snapshot".to_string(),
            figure: format!("Kendall's tau-b with {}{before}", first.baseline),
            snapshots: names.iter().map(|name| (*name).to_string()).collect(),
            lines: candidates.iter().map(line).collect(),
            rules: references(outcome, &first.place.dataset, &names),
            marks: Vec::new(),
            level: level(outcome),
            accounts: names.iter().map(both).collect(),
        };
        let dataset = Place { snapshot: None, baseline_snapshot: None, ..first.place.clone() };
        let title = dataset.title();
        let labels = Labels { baseline: &first.baseline, candidate: "candidates", dataset: &title };
        blocks.push(figure(outcome, "candidates", &dataset, chart::snapshots(&data, &labels), None));
    }
    blocks
}

/// Where models were fitted, as far as it is among these snapshots.
fn references(outcome: &Outcome, dataset: &str, snapshots: &[&str]) -> Vec<TrendRule> {
    let mut rules: Vec<TrendRule> = Vec::new();
    for model in &outcome.models {
        let ReferenceSummary::Population { name, .. } = &model.reference else { continue };
        let Some((_, snapshot)) = name.split_once('@').filter(|(own, _)| *own == dataset) else { continue };
        let Some(at) = snapshots.iter().position(|known| *known == snapshot) else { continue };
        match rules.iter_mut().find(|rule| rule.at == at) {
            Some(rule) => rule.text.push_str(&format!(", {}", model.id)),
            None => rules.push(TrendRule { at, text: format!("fitted here: {}", model.id) }),
        }
    }
    rules
}

/// How near the versions of a run are to each other, at each place with three or more.
pub fn models(outcome: &Outcome) -> Vec<Block> {
    let names: Vec<String> = outcome.models.iter().map(|model| model.id.clone()).collect();
    if names.len() < 3 {
        return Vec::new();
    }
    let tau = |metrics: &Measurements| metrics.get("kendall-tau-b").and_then(Measurement::point);
    let mut blocks = Vec::new();
    for (place, summaries) in places(outcome) {
        let pair = |one: &str, other: &str| {
            let same =
                |first: &str, second: &str| (first == one && second == other) || (first == other && second == one);
            let with = summaries.iter().find(|summary| same(&summary.baseline, &summary.candidate));
            let among = outcome.every_two.iter().find(|two| {
                let here = Place { baseline_snapshot: None, ..place.clone() };
                Place { baseline_snapshot: None, ..two.place.clone() } == here && same(&two.first, &two.second)
            });
            with.and_then(|summary| tau(&summary.metrics)).or_else(|| among.and_then(|two| tau(&two.metrics)))
        };
        let row = |one: &String| -> Vec<Option<f64>> {
            names.iter().map(|other| if one == other { Some(1.0) } else { pair(one, other) }).collect()
        };
        let data = Models {
            values: names.iter().map(row).collect(),
            names: names.clone(),
            accounts: summaries[0].coverage.both,
        };
        let dataset = place.title();
        let labels = Labels { baseline: &summaries[0].baseline, candidate: "candidates", dataset: &dataset };
        blocks.push(figure(outcome, "candidates", place, chart::models(&data, &labels), None));
    }
    blocks
}

/// How the signals moved between two snapshots.
pub fn signal_drift(outcome: &Outcome, drift: &SignalDriftSummary) -> Block {
    let signal = |row: &crate::experiment::outcome::SignalRow| DriftedSignal {
        name: row.signal.clone(),
        psi: row.psi,
        critical: row.psi_critical,
        missing_before: row.missing_before,
        missing_after: row.missing_after,
        vanished: row.vanished,
        appeared: row.appeared,
    };
    // What chance does not explain comes first, so that it is shown.
    let mut signals: Vec<DriftedSignal> = drift.signals.iter().map(signal).collect();
    let beyond = |row: &DriftedSignal| row.psi.zip(row.critical).is_some_and(|(psi, critical)| psi > critical);
    signals.sort_by_key(|row| (!(row.vanished || row.appeared), !beyond(row)));
    let data = SignalDrift {
        from: drift.from.clone(),
        to: drift.to.clone(),
        signals,
        accounts: [drift.both + drift.gone, drift.both + drift.added],
    };
    let place = Place {
        dataset: drift.dataset.clone(),
        topic: drift.topic.clone(),
        snapshot: Some(drift.to.clone()),
        baseline_snapshot: Some(drift.from.clone()),
    };
    let dataset = place.title();
    let labels = Labels { baseline: &drift.from, candidate: &drift.to, dataset: &dataset };
    let apart = format!("from-{}", drift.from);
    figure(outcome, "signals", &place, chart::signal_drift(&data, &labels), Some(&apart))
}
