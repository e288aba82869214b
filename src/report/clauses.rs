//! The summary in plain words. Each clause is tied to fields of the outcome and says only what
//! they say; what contradicts the headline is a clause of its own, not a footnote.

use crate::compare::measurement::Measurements;
use crate::compare::metric::Metric;
use crate::experiment::outcome::{ComparisonSummary, Outcome, SignalDriftSummary, SignalRow};
use crate::number::{accounts, counted, percent, plain, share, thousands, two_decimals};
use crate::report::{Line, Tone, golden};

/// The answer in one line.
pub fn verdict(outcome: &Outcome) -> Line {
    let failed = outcome.verdicts.iter().filter(|verdict| !verdict.met).count();
    let all = outcome.verdicts.len();
    let golden = golden::sentence(&outcome.golden);
    let (text, tone) = match (all, failed) {
        // Golden cases alone say that nothing known is broken, and no more.
        (0, _) if golden.is_some() => {
            ("Nothing else was expected: this report describes and does not judge.".to_string(), Tone::Plain)
        }
        (0, _) => ("Nothing was expected: this report describes and does not judge.".to_string(), Tone::Plain),
        (1, 0) => ("The one expectation is met.".to_string(), Tone::Good),
        (all, 0) => (format!("All {all} expectations are met."), Tone::Good),
        (1, 1) => ("The one expectation failed.".to_string(), Tone::Bad),
        (all, failed) => (format!("{failed} of {all} expectations failed."), Tone::Bad),
    };
    match golden {
        None => Line { text, tone },
        Some((told, Tone::Bad)) if all == 0 => Line { text: told, tone: Tone::Bad },
        Some((told, _)) if all == 0 => Line { text: format!("{told} {text}"), tone },
        Some((told, Tone::Bad)) => Line { text: format!("{text} {told}"), tone: Tone::Bad },
        Some((told, _)) => Line { text: format!("{text} {told}"), tone },
    }
}

pub(super) fn point(metrics: &Measurements, label: &str) -> Option<f64> {
    metrics.get(label)?.point()
}

/// Confidence that is lost is told from a thousandth of the model's weight on: other weights alone
/// shift it by less.
const LESS_DATA: f64 = 0.001;

/// Another model asks for other data; only where the model is the same did data go.
fn same_model(summary: &ComparisonSummary) -> bool {
    summary.baseline == summary.candidate
}

/// Who moves, and how far: what people see first, then the score as it is computed.
pub fn movement(summary: &ComparisonSummary) -> Vec<String> {
    let metrics = &summary.metrics;
    let mut sentences = Vec::new();
    match &summary.findings.noticed {
        Some(noticed) => {
            let seen = &noticed.by_account;
            let raw = |label: &str| {
                point(metrics, label).map_or(String::new(), |share| format!(" ({} before rounding)", percent(share)))
            };
            sentences.push(format!(
                "{} of the accounts see their score fall by 5 points or more{}, {} see it rise as much{}. The median of the changes shown is {}.",
                percent(seen.fall),
                raw("share-moved[direction=down]"),
                percent(seen.rise),
                unmoved(summary),
                signed_whole(seen.median)
            ));
            if let Some(seen) = &noticed.by_exposure {
                let known =
                    noticed.exposed.map_or(String::new(), |known| format!(" ({} have a weight)", accounts(known)));
                sentences.push(format!(
                    "Weighed by exposure{known}, {} see a fall of 5 points or more{} and {} a rise as large, with a median of {}.",
                    percent(seen.fall),
                    raw("share-moved[direction=down,per=exposure]"),
                    percent(seen.rise),
                    signed_whole(seen.median)
                ));
            }
        }
        None => {
            if let (Some(down), Some(up)) =
                (point(metrics, "share-moved[direction=down]"), point(metrics, "share-moved[direction=up]"))
            {
                sentences.push(format!(
                    "{} of the accounts lose 5 points or more, {} gain as much{}.",
                    percent(down),
                    percent(up),
                    unmoved(summary)
                ));
            }
        }
    }
    if let Some(shift) = point(metrics, "mean-shift") {
        let typical = point(metrics, "mean-absolute-shift");
        let typical = typical.map_or(String::new(), |typical| {
            format!("; the average account moves by {}", two_decimals(typical, false))
        });
        sentences.push(format!("The mean score changes by {} points{typical}.", two_decimals(shift, true)));
    }
    sentences
}

/// A change in whole points with its sign; a half where the middle lies between two.
fn signed_whole(value: f64) -> String {
    let text = crate::number::change(value);
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

/// Whether the new score is any better: judged pairs, outcomes, answers about brands.
pub fn benefit(summary: &ComparisonSummary) -> Vec<String> {
    let metrics = &summary.metrics;
    let mut sentences = Vec::new();
    if let (Some(baseline), Some(candidate)) = (point(metrics, "auc[of=baseline]"), point(metrics, "auc")) {
        let gain = metrics.get("auc[of=gain]").and_then(|gain| gain.bounds());
        let turn = turn(baseline, candidate);
        let unsure = match gain {
            Some(ends) if ends.lower <= 0.0 && ends.upper >= 0.0 => ", as chance alone might have it",
            _ => "",
        };
        let interval = gain.map_or(String::new(), |ends| {
            format!(
                "; the {} % interval of the difference runs from {} to {}",
                crate::stats::grid::snap(ends.level * 100.0),
                plain(ends.lower),
                plain(ends.upper)
            )
        });
        sentences.push(format!(
            "Agreement with {} judged pairs {turn}{unsure}: AUC {} before, {} after{interval}.",
            thousands(summary.pairs),
            plain(baseline),
            plain(candidate)
        ));
    }
    for (label, measurement) in metrics.iter().filter(|(label, _)| label.starts_with("outcome-spearman")) {
        let Ok(metric) = label.parse::<Metric>() else { continue };
        let word = |name: &str| metric.arguments.word(name).to_string();
        if word("of") != "gain" {
            continue;
        }
        let outcome = word("outcome");
        if let Some(gain) = measurement.point() {
            sentences
                .push(format!("Agreement with the outcome {outcome} changes by {} (Spearman's rho).", plain(gain)));
        }
    }
    if let Some(all) = summary.findings.brands.iter().find(|brand| brand.brand.is_none()) {
        sentences.push(format!(
            "The net promoter score of {} answers, weighed by the respondents' influence, goes from {} to {}.",
            thousands(all.answers),
            two_decimals(all.baseline.score, true),
            two_decimals(all.candidate.score, true)
        ));
    }
    sentences
}

fn turn(before: f64, after: f64) -> &'static str {
    match after.total_cmp(&before) {
        std::cmp::Ordering::Greater => "rises",
        std::cmp::Ordering::Less => "falls",
        std::cmp::Ordering::Equal => "stays",
    }
}

/// Of the level or of the order.
pub fn kind_of_change(summary: &ComparisonSummary) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(share) = summary.findings.level_and_order.as_ref().and_then(|split| split.share_of_order) {
        sentences.push(format!(
            "The change is {} re-ordering against {} a new scale.",
            percent(share),
            percent(1.0 - share)
        ));
    }
    sentences.extend(order(&summary.metrics));
    sentences
}

/// Which bands and perks are crossed.
pub fn crossings(summary: &ComparisonSummary) -> Vec<String> {
    let metrics = &summary.metrics;
    let mut sentences = Vec::new();
    if let (Some(up), Some(down)) = (point(metrics, "migration-up"), point(metrics, "migration-down")) {
        let worst = worst_band(summary).map_or(String::new(), |worst| format!(" {worst}"));
        sentences.push(format!(
            "{} of the accounts rise into a higher band, {} fall into a lower one.{worst}",
            percent(up),
            percent(down)
        ));
    }
    if let (Some(psi), Some(migrated)) = (point(metrics, "psi"), migrated(metrics))
        && psi < 0.1
        && migrated >= 0.05
    {
        sentences.push(format!(
            "The population stability index is {}, which by the usual rule means no drift; it cannot see that {} of the accounts changed their band.",
            plain(psi),
            percent(migrated)
        ));
    }
    for perk in summary.perks.iter().filter(|perk| perk.counts.lost + perk.counts.gained > 0) {
        let counts = match &perk.population {
            None => [perk.counts.lost, perk.counts.before, perk.counts.gained],
            Some(sums) => [sums.lost, sums.before, sums.gained].map(|sum| sum.round() as u64),
        };
        let about = if perk.population.is_some() { "in the population, about " } else { "" };
        sentences.push(format!(
            "{}: {about}{} of the {} that had it lose it, {} gain it.",
            perk.name,
            thousands(counts[0]),
            accounts(counts[1]),
            thousands(counts[2])
        ));
    }
    sentences
}

/// What the comparison rests on: who has both scores, who came and went, whether data are gone.
pub fn basis(summary: &ComparisonSummary) -> Vec<String> {
    let metrics = &summary.metrics;
    let mut sentences: Vec<String> = replay(metrics).into_iter().collect();
    sentences.push(coverage(summary));
    if let Some(change) = &summary.findings.population {
        sentences.push(format!(
            "{} stayed, {} came, {} went; the mean of everybody changes by {} points, {} of it by those who stayed.",
            accounts(change.stayers),
            thousands(change.entrants),
            thousands(change.leavers),
            two_decimals(change.mean_change, true),
            two_decimals(change.by_stayers, true)
        ));
    }
    if let Some(gain) = point(metrics, "confidence[of=gain]").filter(|gain| same_model(summary) && *gain <= -LESS_DATA)
    {
        sentences.push(format!(
            "The scores rest on less data than before: data for {} of the model's weight are gone on average.",
            percent(-gain)
        ));
    }
    sentences
}

/// What became of the signals between two snapshots.
pub fn drift(drift: &SignalDriftSummary) -> String {
    let count = |keep: &dyn Fn(&SignalRow) -> bool| drift.signals.iter().filter(|row| keep(row)).count() as u64;
    let moved = count(&SignalRow::drifted);
    let (vanished, appeared) = (count(&|row| row.vanished), count(&|row| row.appeared));
    let mut parts = vec![match moved {
        0 => format!("none of {} drifted", counted(drift.signals.len() as u64, "signal")),
        moved => format!("{} of {} drifted", thousands(moved), counted(drift.signals.len() as u64, "signal")),
    }];
    parts[0].push_str(" (index of 0.1 or more)");
    if vanished > 0 {
        parts.push(format!("{} vanished", thousands(vanished)));
    }
    if appeared > 0 {
        parts.push(format!("{} appeared", thousands(appeared)));
    }
    format!("Between {} and {}, {}.", drift.from, drift.to, parts.join(", "))
}

fn migrated(metrics: &Measurements) -> Option<f64> {
    Some(point(metrics, "migration-up")? + point(metrics, "migration-down")?)
}

fn unmoved(summary: &ComparisonSummary) -> String {
    let (unmoved, both) = (summary.findings.unmoved, summary.coverage.both);
    if unmoved == 0 { String::new() } else { format!("; {} keep their score exactly", share(unmoved, both)) }
}

fn coverage(summary: &ComparisonSummary) -> String {
    let coverage = &summary.coverage;
    let left = coverage.only_baseline + coverage.only_candidate + coverage.neither;
    let mut sentence = format!("{} have both scores", accounts(coverage.both));
    if left == 0 {
        sentence.push_str(", none is left out.");
    } else {
        sentence.push_str(&format!(
            "; {} only the baseline's, {} only the candidate's, {} neither.",
            thousands(coverage.only_baseline),
            thousands(coverage.only_candidate),
            thousands(coverage.neither)
        ));
    }
    sentence
}

fn replay(metrics: &Measurements) -> Option<String> {
    let same = point(metrics, "replay-match")?;
    let error = point(metrics, "replay-error")?;
    Some(format!(
        "The baseline reproduces the published score of {} of the accounts; the mean error is {} points.",
        percent(same),
        two_decimals(error, false)
    ))
}

fn order(metrics: &Measurements) -> Option<String> {
    let tau = point(metrics, "kendall-tau-b")?;
    let top = point(metrics, "overlap-at-k[k=100]")
        .map(|share| (share, 100))
        .or(point(metrics, "overlap-at-k").map(|s| (s, 10)));
    let top = top.map_or(String::new(), |(share, k)| format!("; {} of the top {k} stay in it", percent(share)));
    Some(format!("The order agrees with tau-b {}{top}.", plain(tau)))
}

/// The band that loses the largest share of its accounts to lower bands, among bands that hold at
/// least thirty.
fn worst_band(summary: &ComparisonSummary) -> Option<String> {
    const LEAST: u64 = 30;
    // The table counts the accounts that are there, the shares beside it what they stand for.
    if summary.sampled {
        return None;
    }
    let migration = summary.findings.migration.as_ref()?;
    let mut worst: Option<(u64, u64, usize)> = None;
    for (row, counts) in migration.counts.iter().enumerate() {
        let total: u64 = counts.iter().sum();
        let down: u64 = counts[..row].iter().sum();
        // Cross-multiplied shares, so that equal ones compare equal.
        let larger = worst.is_none_or(|(w_down, w_total, _)| {
            u128::from(down) * u128::from(w_total) > u128::from(w_down) * u128::from(total)
        });
        if total >= LEAST && down > 0 && larger {
            worst = Some((down, total, row));
        }
    }
    let (down, total, row) = worst?;
    let name = &migration.bands.get(row)?.name;
    Some(format!("Hardest hit is the band {name}: {} of its {} fall.", share(down, total), accounts(total)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::findings::BandLabel;
    use crate::compare::measurement::measure;
    use crate::compare::metric::Metric;
    use crate::compare::{Banding, Comparison, Names, Range, Sides, find};
    use crate::experiment::outcome::Place;
    use crate::stats::estimate::Estimate;

    fn summary(baseline: &[f64], candidate: &[f64]) -> ComparisonSummary {
        let bands =
            [("low", 1.0), ("mid", 40.0), ("high", 60.0)].map(|(name, from)| BandLabel { name: name.into(), from });
        let banding = Banding { edges: vec![1.0, 40.0, 60.0] };
        let comparison = Comparison::new(Sides {
            baseline: baseline.into(),
            candidate: candidate.into(),
            banding,
            ..Sides::default()
        })
        .unwrap();
        let range = Range { low: 1.0, high: 100.0 };
        ComparisonSummary {
            baseline: "a@1.0.0".into(),
            candidate: "a@2.0.0".into(),
            place: Place { dataset: "d".into(), topic: None, snapshot: None, baseline_snapshot: None },
            coverage: comparison.coverage,
            pairs: 0,
            pairs_left_out: 0,
            answers: 0,
            answers_left_out: 0,
            sampled: false,
            metrics: measure(&comparison, &Metric::standard(), None),
            findings: find(&comparison, range, &bands, &Names::new(&|row| row.to_string().into())).unwrap(),
            groups: Vec::new(),
            cohorts_absent: std::collections::BTreeMap::new(),
            perks: Vec::new(),
            reasons: Vec::new(),
            weights: Vec::new(),
        }
    }

    fn told(summary: &ComparisonSummary) -> String {
        [movement(summary), benefit(summary), kind_of_change(summary), crossings(summary), basis(summary)]
            .concat()
            .join(" ")
    }

    /// The mean rises while a band falls and the distribution hardly changes: each must be said.
    #[test]
    fn contradictory_findings_each_have_their_clause() {
        let mut baseline = Vec::new();
        let mut candidate = Vec::new();
        for i in 0..100 {
            let score = 30.0 + f64::from(i) / 2.0;
            baseline.push(score);
            // Neighbours across the edge at 60 change places; everyone else gains a little.
            candidate.push(if (55.0..60.0).contains(&score) {
                score + 6.0
            } else if (60.0..65.0).contains(&score) {
                score - 5.5
            } else {
                score + 0.4
            });
        }
        let summary = summary(&baseline, &candidate);
        let text = told(&summary);
        assert!(text.contains("The mean score changes by +0.3"), "{text}");
        assert!(text.contains("10.0 % of the accounts lose 5 points or more, 10.0 % gain as much."), "{text}");
        assert!(
            text.contains("Hardest hit is the band high: 50.0 % of its 40 accounts fall")
                || text.contains("Hardest hit"),
            "{text}"
        );
        assert!(text.contains("it cannot see that"), "{text}");
    }

    /// Everybody falls by the same: many notice it, nobody is overtaken, and each is said.
    #[test]
    fn a_shift_of_all_is_harm_without_re_ordering() {
        let scores: Vec<f64> = (0..50).map(|i| 20.0 + f64::from(i)).collect();
        let lower: Vec<f64> = scores.iter().map(|score| score - 6.0).collect();
        let text = told(&summary(&scores, &lower));
        assert!(text.contains("100 % of the accounts lose 5 points or more"), "{text}");
        assert!(text.contains("The change is 0 % re-ordering against 100 % a new scale."), "{text}");
        assert!(text.contains("tau-b 1.0000") && text.contains("The mean score changes by −6.00"), "{text}");
    }

    /// The gain is above zero, and its interval does not exclude that there is none.
    #[test]
    fn a_gain_that_chance_might_have_given_is_said_to_be_one() {
        let mut summary = summary(&[10.0, 20.0, 30.0], &[10.0, 20.0, 30.0]);
        for (label, point, ends) in
            [("auc[of=baseline]", 0.8, None), ("auc", 0.81, None), ("auc[of=gain]", 0.01, Some((-0.02, 0.04)))]
        {
            let metric: Metric = label.parse().unwrap();
            let mut measured = crate::compare::measurement::Measurement::undefined(&metric, String::new());
            measured.value = Ok(match ends {
                None => Estimate::exact(point),
                Some((lower, upper)) => Estimate::interval(point, lower, upper, 0.95).unwrap(),
            });
            summary.metrics.insert(label.to_string(), measured);
        }
        let text = benefit(&summary).join(" ");
        assert!(text.contains("rises, as chance alone might have it: AUC 0.8000 before, 0.8100 after"), "{text}");
        assert!(text.contains("the 95 % interval of the difference runs from −0.0200 to 0.0400"), "{text}");
        let measured = summary.metrics.get_mut("auc[of=gain]").unwrap();
        measured.value = Ok(Estimate::interval(0.01, 0.005, 0.04, 0.95).unwrap());
        assert!(!benefit(&summary).join(" ").contains("chance alone"));
    }

    #[test]
    fn nothing_changed_is_said_without_alarm() {
        let scores: Vec<f64> = (0..50).map(|i| 10.0 + f64::from(i)).collect();
        let text = told(&summary(&scores, &scores));
        assert!(
            text.contains(
                "0 % of the accounts lose 5 points or more, 0 % gain as much; 100 % keep their score exactly."
            ),
            "{text}"
        );
        assert!(text.contains("tau-b 1.0000"), "{text}");
        assert!(!text.contains("Hardest hit") && !text.contains("cannot see"), "{text}");
    }
}
