//! Expectations and golden cases as JUnit XML, a test case each, for build servers. No times and no host names, so
//! that the same outcome gives the same bytes.

use maud::{PreEscaped, html};

use crate::diagnostic::visible;
use crate::experiment::golden::GoldenVerdict;
use crate::experiment::{Held, Outcome, Verdict};
use crate::report::golden;

/// Renders the verdicts of an outcome.
pub fn render(outcome: &Outcome) -> String {
    let met = outcome.verdicts.iter().map(|verdict| verdict.met).chain(outcome.golden.iter().map(|case| case.met));
    let (tests, failures) = (met.clone().count(), met.filter(|met| !met).count());
    // maud escapes for HTML, which escapes everything that XML must escape; control characters,
    // which XML cannot hold at all, are replaced first.
    let body = html! {
        testsuites {
            testsuite name=(clean(&outcome.experiment.name)) tests=(tests) failures=(failures) errors="0" skipped="0" {
                @for verdict in &outcome.verdicts {
                    testcase name=(clean(&case_name(verdict))) classname=(clean(&class_name(outcome, verdict))) {
                        @if !verdict.met {
                            failure type="expectation" message=(clean(&message(verdict))) { (clean(&verdict.because)) }
                        }
                    }
                }
                @for verdict in &outcome.golden {
                    testcase name=(clean(&golden::expectation(verdict))) classname=(clean(&golden_class(outcome, verdict))) {
                        @if !verdict.met {
                            failure type="golden" message=(clean(&format!("got {}", golden::got(verdict, true)))) { (clean(&verdict.because)) }
                        }
                    }
                }
            }
        }
    };
    format!("{}\n{}\n", PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").0, body.into_string())
}

fn case_name(verdict: &Verdict) -> String {
    let group = verdict.group.as_ref().map_or(String::new(), |group| format!(" within {group}"));
    let topics = if verdict.across_topics { " over topics" } else { "" };
    format!("{}{group}{topics} {}", verdict.metric, verdict.bound)
}

fn class_name(outcome: &Outcome, verdict: &Verdict) -> String {
    let several = (outcome.datasets.len() > 1).then_some(&verdict.dataset);
    let own = outcome.models.first().is_none_or(|baseline| baseline.id == verdict.baseline);
    let against = (!own).then(|| format!("against {}", verdict.baseline));
    let mut name = format!("{}.{}", outcome.experiment.name, verdict.candidate);
    for part in against.iter().chain(several).chain(&verdict.topic).chain(&verdict.snapshot) {
        name.push_str(&format!(".{part}"));
    }
    name
}

fn golden_class(outcome: &Outcome, verdict: &GoldenVerdict) -> String {
    let place = &verdict.place;
    let mut name = format!("{}.{}.{}", outcome.experiment.name, verdict.candidate, place.dataset);
    for part in place.topic.iter().chain(&place.snapshot) {
        name.push_str(&format!(".{part}"));
    }
    name
}

fn message(verdict: &Verdict) -> String {
    match &verdict.measured.value {
        Ok(estimate) => match estimate.bounds() {
            None => format!("{} is {}, expected {}", verdict.metric, estimate.point(), verdict.bound),
            Some(ends) => format!(
                "{} is {} (from {} to {}), expected{} {}",
                verdict.metric,
                estimate.point(),
                ends.lower,
                ends.upper,
                match verdict.held {
                    Held::Lower => " of its lower end",
                    Held::Upper => " of its upper end",
                    Held::Ends => " of both its ends",
                    Held::Point | Held::Nothing => "",
                },
                verdict.bound
            ),
        },
        Err(reason) => format!("{} is undefined: {reason}", verdict.metric),
    }
}

/// Control and direction-changing characters made visible; what XML cannot hold at all, replaced.
fn clean(text: &str) -> String {
    let held = |c: char| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c };
    visible(text).chars().map(held).collect()
}
