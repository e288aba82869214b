//! On two stored outcomes: the same baseline and data, another candidate in each.

use super::*;
use crate::experiment::Bound;

fn trimmed() -> Outcome {
    serde_json::from_str(include_str!("../../../tests/golden/trimmed-audience.outcome.json")).unwrap()
}

fn halved() -> Outcome {
    serde_json::from_str(include_str!("../../../tests/golden/halved-audience.outcome.json")).unwrap()
}

/// Adds a candidate that scored as the first one did.
fn with_another(mut outcome: Outcome, id: &str) -> Outcome {
    let (mut model, mut summary) = (outcome.models[1].clone(), outcome.comparisons[0].clone());
    (model.id, summary.candidate) = (id.to_string(), id.to_string());
    model.digest = blake3::hash(id.as_bytes()).to_hex().to_string();
    outcome.models.push(model);
    outcome.comparisons.push(summary);
    outcome
}

fn texts(report: &Report) -> String {
    let mut text = format!("{}\n{}\n", report.title, report.verdict.text);
    for block in report.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Text(line) => text.push_str(line),
            Block::List(lines) => text.push_str(&lines.join("\n")),
            Block::Table(table) => {
                let row = |row: &Vec<Cell>| row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ");
                text.push_str(&table.rows.iter().map(row).collect::<Vec<_>>().join("\n"));
            }
            _ => {}
        }
        text.push('\n');
    }
    text
}

#[test]
fn every_reason_against_a_comparison_is_told() {
    assert_eq!(incomparable(&trimmed(), &halved()), Vec::<String>::new());
    let mut other = halved();
    other.datasets[0].digest = "0123456789abcdef".to_string();
    other.models[0].digest = "fedcba9876543210".to_string();
    other.comparisons[0].place.snapshot = Some("2011-08".to_string());
    let mut further = other.datasets[0].clone();
    further.name = "panel".to_string();
    other.datasets.push(further);
    let reasons = incomparable(&trimmed(), &other);
    assert_eq!(reasons.len(), 4);
    assert_eq!(reasons[0], "the second run alone is on the dataset panel");
    assert!(reasons[1].starts_with("the dataset starter differs: "), "{reasons:?}");
    assert!(reasons[1].ends_with(" and 0123456789ab"), "{reasons:?}");
    assert!(reasons[2].contains("clout@1.0.0 (fedcba987654)"), "{reasons:?}");
    assert!(reasons[3].contains("the first compares on starter, 2011-10, the second on starter, 2011-08"));
    // A baseline on other data is another place.
    let mut moved = halved();
    moved.comparisons[0].place.baseline_snapshot = Some("2011-08".to_string());
    assert_eq!(incomparable(&trimmed(), &moved).len(), 1);
}

#[test]
fn differences_are_second_minus_first_and_antisymmetric() {
    let (forward, back) = (figures_beside(&trimmed(), &halved()), figures_beside(&halved(), &trimmed()));
    assert_eq!(forward.metrics.len(), trimmed().comparisons[0].metrics.len());
    let mut moved = 0;
    for (row, turned) in forward.metrics.iter().zip(&back.metrics) {
        let own = |outcome: Outcome| outcome.comparisons[0].metrics.get(&row.metric).cloned();
        assert_eq!((&row.first, &row.second), (&own(trimmed()), &own(halved())), "{}", row.metric);
        let points = [&row.first, &row.second].map(|side| side.as_ref().unwrap().point());
        match points {
            [Some(one), Some(other)] => {
                assert_eq!(row.difference, Some(other - one), "{}", row.metric);
                assert_eq!(turned.difference, Some(one - other), "{}", row.metric);
                moved += usize::from(one != other);
            }
            _ => assert_eq!((row.difference, turned.difference), (None, None), "{}", row.metric),
        }
    }
    assert!(moved > 20, "the two candidates differ in {moved} figures");
    let same = figures_beside(&trimmed(), &trimmed());
    assert!(same.metrics.iter().all(|row| row.difference.is_none_or(|difference| difference == 0.0)));
    assert_eq!((same.changed_verdicts.len(), same.same_verdicts), (0, 5));
}

#[test]
fn candidates_are_paired_by_name_and_then_by_position() {
    let pairs = |first: &[&str], second: &[&str]| {
        let (pairs, one, other) = pair(first, second);
        let word = |pair: &CandidatePair| {
            let sign = if pair.paired_by == PairedBy::Name { "=" } else { "~" };
            format!("{}{sign}{}", pair.first, pair.second)
        };
        (pairs.iter().map(word).collect::<Vec<_>>().join(" "), one.join(" "), other.join(" "))
    };
    let of = |text: &str, one: &str, other: &str| (text.to_string(), one.to_string(), other.to_string());
    assert_eq!(pairs(&["a", "b"], &["b", "c"]), of("a~c b=b", "", ""));
    assert_eq!(pairs(&["a", "b", "c"], &["d"]), of("a~d", "b c", ""));
    assert_eq!(pairs(&["a"], &["b", "a", "c"]), of("a=a", "", "b c"));
    assert_eq!(pairs(&["a", "b"], &["c", "d"]), of("a~c b~d", "", ""));
}

#[test]
fn the_report_says_how_candidates_are_paired_and_what_is_left_out() {
    let text = texts(&beside(&trimmed(), &halved()));
    assert!(text.contains("clout@1.1.0 stands beside clout@1.2.0: paired by position"), "{text}");
    let text = texts(&beside(&trimmed(), &with_another(halved(), "clout@1.1.0")));
    assert!(text.contains("clout@1.1.0 bears the same name in both runs and is another model"), "{text}");
    assert!(text.contains("clout@1.2.0 of the second run has no partner and is left out."), "{text}");
    let text = texts(&beside(&trimmed(), &trimmed()));
    assert!(text.contains("clout@1.1.0 is the same model in both runs."), "{text}");

    let mut further = halved();
    let mut summary = further.comparisons[0].clone();
    summary.place.snapshot = Some("2011-08".to_string());
    further.comparisons.push(summary);
    further.comparisons[0].coverage.both -= 1;
    further.tool = "9.0.0".to_string();
    let text = texts(&beside(&trimmed(), &further));
    assert!(text.contains("The second run alone compares on starter, 2011-08, which is left out."), "{text}");
    assert!(text.contains("a difference is not of the same accounts alone"), "{text}");
    assert!(text.contains("The tool is another one: 0.1.0 and 9.0.0."), "{text}");
}

#[test]
fn verdicts_that_change_are_listed_whatever_their_bounds() {
    let found = figures_beside(&trimmed(), &halved());
    let failed = halved().verdicts.iter().filter(|verdict| !verdict.met).count();
    assert!(failed > 0 && trimmed().passed);
    for change in &found.changed_verdicts {
        assert!(change.first.met && !change.second.met);
        assert_eq!(change.first.metric, change.second.metric);
    }
    let both = found.changed_verdicts.len() as u64 + found.same_verdicts;
    assert_eq!(both + found.verdicts_only_first, trimmed().verdicts.len() as u64);
    assert_eq!(both + found.verdicts_only_second, halved().verdicts.len() as u64);

    // Two bounds on one question: those with the same bound belong together, then the rest.
    let mut first = trimmed();
    let question = first.verdicts[0].clone();
    let at = |least: f64, met: bool| Verdict {
        bound: Bound { at_least: Some(least), at_most: None },
        met,
        ..question.clone()
    };
    let mut second = first.clone();
    first.verdicts = vec![at(0.5, true), at(0.9, true)];
    second.verdicts = vec![at(0.9, false), at(0.6, true), at(0.7, true)];
    let found = figures_beside(&first, &second);
    assert_eq!((found.changed_verdicts.len(), found.same_verdicts), (1, 1));
    assert_eq!(found.changed_verdicts[0].first.bound, at(0.9, true).bound);
    assert_eq!((found.verdicts_only_first, found.verdicts_only_second), (0, 1));
    // Another place is another question.
    second.verdicts.iter_mut().for_each(|verdict| verdict.snapshot = Some("2011-08".to_string()));
    assert_eq!(figures_beside(&first, &second).same_verdicts, 0);
}

#[test]
fn differences_carry_their_sign_and_unit() {
    let shown = |metric: &str, value: f64| difference_shown(&metric.parse().unwrap(), value);
    for (metric, value, expected) in [
        ("kendall-tau-b", 0.0125, "+0.0125"),
        ("kendall-tau-b", -0.0125, "−0.0125"),
        ("kendall-tau-b", 0.00001, "<0.0001"),
        ("kendall-tau-b", 0.0, "0.0000"),
        ("overlap-at-k", 0.125, "+12.50 pp"),
        ("mean-shift", -1.5, "−1.50"),
        ("rank-shift", 3.0, "+3.00"),
    ] {
        assert_eq!(shown(metric, value), expected);
    }
}
