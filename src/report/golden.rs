//! Golden cases in words.

use super::tables::short_name;
use super::{Cell, Tone, tables};
use crate::experiment::golden::{GoldenVerdict, Got, Moved, Must, Standing};
use crate::number::{counted, two_decimals};
use crate::stats::grid::snap;

/// What a case asks for.
pub fn expectation(verdict: &GoldenVerdict) -> String {
    let asked = match &verdict.must {
        Must::Order(accounts) => {
            let named: Vec<String> = accounts.iter().map(|account| who(account)).collect();
            named.join(" above ")
        }
        Must::Within { account, low, high } => format!("{} from {low} to {high}, as it is shown", who(account)),
        Must::Top { account, k } => format!("{} in the top {k}", who(account)),
        Must::Still { group, at_most } => format!(
            "nobody of {group} moves by more than {at_most} from {}",
            verdict.baseline.as_deref().unwrap_or("its baseline")
        ),
    };
    format!("golden case `{}`: {asked}", verdict.case)
}

/// What came; in full precision where `exact`.
pub fn got(verdict: &GoldenVerdict, exact: bool) -> String {
    match &verdict.got {
        Got::Order(standings) => {
            let all: Vec<String> = standings.iter().map(|one| told(one, exact)).collect();
            let broken = standings.windows(2).find_map(|pair| wrong(&pair[0], &pair[1]));
            format!("{}{}", all.join(", "), broken.map_or(String::new(), |why| format!(": {why}")))
        }
        Got::Within(Standing { score: Some(shown), .. }) => shown.to_string().replace('-', "−"),
        Got::Top { standing: Standing { score: Some(score), .. }, place: Some(place) } => {
            format!("place {} with {}", snap(*place), number(*score, exact))
        }
        Got::Within(_) | Got::Top { .. } => "no score".to_string(),
        Got::Still { accounts, beyond, without_score, furthest } => {
            let mut parts = Vec::new();
            if *without_score > 0 {
                parts.push(format!("{without_score} of {} lack a score", counted(*accounts, "account")));
            }
            if *beyond > 0 {
                parts.push(format!("{beyond} of {} move further", counted(*accounts, "account")));
            }
            if parts.is_empty() {
                parts.push(format!("none of {} moves further", counted(*accounts, "account")));
            }
            let told: Vec<String> = furthest.iter().map(|moved| moved_by(moved, exact)).collect();
            let list = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
            format!("{}{list}", parts.join(", "))
        }
        Got::Withheld => "not told in this copy".to_string(),
    }
}

/// Version and place: `clout@2.0.0 · panel, 2012-01`.
pub fn place(verdict: &GoldenVerdict) -> String {
    format!("{} · {}", verdict.candidate, verdict.place.title())
}

/// A case that failed, as a sentence.
pub fn line(verdict: &GoldenVerdict) -> String {
    let because = verdict.because.trim().trim_end_matches('.');
    format!("{}, got {} ({}); {because}.", expectation(verdict), got(verdict, false), place(verdict))
}

/// The row of a case in the table of what was expected.
pub fn row(verdict: &GoldenVerdict, exact: bool) -> Vec<Cell> {
    let (word, tone) = tables::verdict_word(verdict.met);
    vec![
        Cell { text: word.to_string(), tone },
        Cell::from(expectation(verdict)),
        Cell { text: got(verdict, exact), tone },
        Cell::from(place(verdict)),
        Cell::from(verdict.because.clone()),
    ]
}

/// The answer about golden cases in one sentence; none where there are none.
pub fn sentence(verdicts: &[GoldenVerdict]) -> Option<(String, Tone)> {
    let failed = verdicts.iter().filter(|verdict| !verdict.met).count();
    let (text, tone) = match (verdicts.len(), failed) {
        (0, _) => return None,
        (1, 0) => ("The one golden case holds.".to_string(), Tone::Good),
        (all, 0) => (format!("All {all} golden cases hold."), Tone::Good),
        (1, _) => ("The one golden case failed.".to_string(), Tone::Bad),
        (all, failed) => (format!("{failed} of {all} golden cases failed."), Tone::Bad),
    };
    Some((text, tone))
}

/// An account as tables show it; in a copy without names, some account.
fn who(account: &str) -> String {
    if account.is_empty() { "an account".to_string() } else { short_name(account) }
}

fn number(score: f64, exact: bool) -> String {
    if exact { score.to_string() } else { two_decimals(score, false) }
}

fn told(standing: &Standing, exact: bool) -> String {
    let score = standing.score.map_or("no score".to_string(), |score| number(score, exact));
    format!("{} {score}", who(&standing.account))
}

/// Why an account does not stand above the next one; none where it does.
fn wrong(upper: &Standing, lower: &Standing) -> Option<String> {
    let [first, second] = [upper, lower].map(|one| who(&one.account));
    match (upper.score, lower.score) {
        (None, _) => Some(format!("{first} has no score")),
        (_, None) => Some(format!("{second} has no score")),
        (Some(above), Some(below)) if snap(above) == snap(below) => Some(format!("{first} and {second} are tied")),
        (Some(above), Some(below)) if snap(above) < snap(below) => Some(format!("{second} stands above {first}")),
        _ => None,
    }
}

fn moved_by(moved: &Moved, exact: bool) -> String {
    let account = who(&moved.account);
    match (moved.before, moved.after) {
        (Some(before), Some(after)) if exact => format!("{account} by {}", snap(after - before)),
        (Some(before), Some(after)) => format!("{account} by {}", two_decimals(after - before, true)),
        (None, Some(_)) => format!("{account} had no score"),
        (Some(_), None) => format!("{account} has no score"),
        (None, None) => format!("{account} has no score on either side"),
    }
}
