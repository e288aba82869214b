//! What a change means for single accounts: for each one a row that support can send, made from a
//! stored run alone.

use serde::{Deserialize, Serialize};

use super::notice::{Seen, part};
use super::{Align, Table, cut};
use crate::compare::findings::BandLabel;
use crate::compare::perk::PerkFindings;
use crate::experiment::outcome::{ComparisonSummary, Outcome};
use crate::number::{counted, short, two_decimals};
use crate::score::contribution::{Cause, Contribution};
use crate::stats::grid::snap;
use crate::stats::migration::band_of;

/// Reasons that are told one by one.
const REASONS: usize = 3;

/// Where an account stands on one side, as the run stored it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    pub score: f64,
    pub displayed: f64,
    pub rank: f64,
}

/// Where an account stands at one place, before and after; none on a side where it has no score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sides {
    pub standings: [Option<Standing>; 2],
    /// Accounts that have a score on either side, among which the ranks are.
    pub scored: [u64; 2],
}

/// One account at one place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statement {
    pub account: String,
    /// Whether the run has the account.
    pub known: bool,
    pub dataset: Option<String>,
    pub topic: Option<String>,
    /// The snapshot of the score after, and of the one before.
    pub snapshot: Option<String>,
    pub snapshot_before: Option<String>,
    pub displayed_before: Option<f64>,
    pub displayed_after: Option<f64>,
    pub change: Option<f64>,
    pub rank_before: Option<f64>,
    pub of_before: Option<u64>,
    pub rank_after: Option<f64>,
    pub of_after: Option<u64>,
    /// The band of the score before among those of the baseline.
    pub band_before: Option<String>,
    /// The band of the score after among those of the candidate.
    pub band_after: Option<String>,
    /// Perks that ask for a score of everybody.
    pub perks_lost: Vec<String>,
    pub perks_won: Vec<String>,
    /// What to tell the owner.
    pub sentence: String,
    /// Why the score moved, where the run stored it for this account.
    pub reasons: Option<String>,
}

/// The statement of an account that the run does not have.
pub fn unknown(account: &str) -> Statement {
    Statement {
        account: account.to_string(),
        sentence: "This account is not among those that were scored.".to_string(),
        ..Statement::default()
    }
}

/// The statement of an account at the place of a comparison.
pub fn statement(outcome: &Outcome, summary: &ComparisonSummary, account: &str, sides: Sides) -> Statement {
    let place = &summary.place;
    let [before, after] = sides.standings;
    let shown = [before, after].map(|side| side.map(|side| side.displayed));
    let change = match shown {
        // On the grid, so that 61.3 less 58.1 is what people reckon.
        [Some(before), Some(after)] => Some(snap(after - before) + 0.0),
        _ => None,
    };
    let [lost, won] = perks(&summary.perks, [before, after]);
    let bands = [(&summary.baseline, before), (&summary.candidate, after)].map(|(id, side)| {
        let model = outcome.models.iter().find(|model| model.id == *id)?;
        band(&model.bands, side?.score)
    });
    let [band_before, band_after] = bands;
    let statement = Statement {
        account: account.to_string(),
        known: true,
        dataset: Some(place.dataset.clone()),
        topic: place.topic.clone(),
        snapshot: place.snapshot.clone(),
        snapshot_before: place.baseline_snapshot.clone().or(place.snapshot.clone()),
        displayed_before: shown[0],
        displayed_after: shown[1],
        change,
        rank_before: before.map(|side| side.rank),
        of_before: before.map(|_| sides.scored[0]),
        rank_after: after.map(|side| side.rank),
        of_after: after.map(|_| sides.scored[1]),
        band_before,
        band_after,
        perks_lost: lost,
        perks_won: won,
        sentence: String::new(),
        reasons: summary
            .reasons
            .iter()
            .find(|found| found.account == account)
            .map(|found| reasons(&found.reasons, found.in_rest)),
    };
    Statement { sentence: sentence(summary, &statement), ..statement }
}

/// The band of a score; bands hold their lower edge, and the lowest all below.
fn band(bands: &[BandLabel], score: f64) -> Option<String> {
    let edges: Vec<f64> = bands.iter().map(|band| band.from).collect();
    bands.get(band_of(snap(score), &edges)).map(|band| band.name.clone())
}

/// Names of the perks that are lost and won. Perks of the first so many, and those of some accounts
/// alone, hang on more than the score.
fn perks(perks: &[PerkFindings], sides: [Option<Standing>; 2]) -> [Vec<String>; 2] {
    let [Some(before), Some(after)] = sides else { return Default::default() };
    let (mut lost, mut won) = (Vec::new(), Vec::new());
    for perk in perks {
        let Some(edge) = perk.edge.map(snap) else { continue };
        let has = |side: Standing| snap(if perk.is_of_displayed() { side.displayed } else { side.score }) >= edge;
        match (has(before), has(after)) {
            (true, false) => lost.push(perk.name.clone()),
            (false, true) => won.push(perk.name.clone()),
            _ => {}
        }
    }
    [lost, won]
}

fn sentence(summary: &ComparisonSummary, told: &Statement) -> String {
    let number = |value: f64| if snap(value).fract() == 0.0 { short(value) } else { two_decimals(value, false) };
    let mut text = match (told.displayed_before, told.displayed_after, told.change) {
        (Some(before), Some(after), Some(change)) => {
            let own = if change == 0.0 {
                format!("Your score stays at {}.", number(after))
            } else {
                format!("Your score goes from {} to {}.", number(before), number(after))
            };
            match Seen::of(summary) {
                Some(seen) => format!("{own} {}", seen.beside(change)),
                None => own,
            }
        }
        (None, Some(after), _) => format!("You get a score for the first time: {}.", number(after)),
        (Some(before), None, _) => format!("Your score of {} is no longer computed.", number(before)),
        _ => "You have no score, before or after.".to_string(),
    };
    if let (Some(before), Some(after)) = (&told.band_before, &told.band_after)
        && before != after
    {
        text.push_str(&format!(" Your band goes from {} to {}.", cut(before, 100), cut(after, 100)));
    }
    for (what, perks) in [("lose", &told.perks_lost), ("win", &told.perks_won)] {
        for perk in perks {
            text.push_str(&format!(" You {what} {}.", cut(perk, 100)));
        }
    }
    text
}

/// The largest reasons in a line.
fn reasons(all: &[Contribution], in_rest: u64) -> String {
    let told: Vec<String> = all
        .iter()
        .take(REASONS)
        .map(|reason| {
            let way = if reason.points < 0.0 { "down" } else { "up" };
            format!("{} {way} by {} points", cause(reason, in_rest), two_decimals(reason.points.abs(), false))
        })
        .collect();
    let rest = &all[told.len()..];
    let count: u64 = rest.iter().map(|reason| if reason.cause == Cause::Rest { in_rest } else { 1 }).sum();
    let rest: f64 = rest.iter().map(|reason| reason.points).sum();
    match count {
        0 => format!("{}.", told.join("; ")),
        count => {
            let way = if rest < 0.0 { "down" } else { "up" };
            let others = counted(count, "other reason");
            format!("{}; {others}: {way} by {} points.", told.join("; "), two_decimals(rest.abs(), false))
        }
    }
}

/// What a reason is, for people who have never seen a model file.
fn cause(reason: &Contribution, in_rest: u64) -> String {
    let network = reason.network.as_deref().unwrap_or_default();
    let what = match &reason.factor {
        Some(factor) => part(network, factor),
        None => super::notice::network(network),
    };
    match reason.cause {
        Cause::Data => format!("other data on {what}:"),
        Cause::Definition => format!("another way to measure {what}:"),
        Cause::DataAndDefinition => format!("other data on {what}, measured in another way:"),
        Cause::Weight => format!("another weight of {what}:"),
        Cause::Added => format!("{what}, new in the score:"),
        Cause::Removed => format!("{what}, no longer in the score:"),
        Cause::Appeared => format!("new data on {what}:"),
        Cause::Vanished => format!("data on {what} that are gone:"),
        Cause::Aggregation if network.is_empty() => "another way to add up the networks:".to_string(),
        Cause::Aggregation => format!("another way to add up {what}:"),
        Cause::Scale => "the last step, which makes a score of the sum:".to_string(),
        Cause::Rest => format!("{}:", counted(in_rest, "smaller reason")),
    }
}

/// Statements as a table, a row each; numbers as they are.
pub fn table(statements: &[Statement]) -> Table {
    let columns = [
        ("account", Align::Left),
        ("known", Align::Left),
        ("dataset", Align::Left),
        ("topic", Align::Left),
        ("snapshot", Align::Left),
        ("snapshot-before", Align::Left),
        ("displayed-before", Align::Right),
        ("displayed-after", Align::Right),
        ("change", Align::Right),
        ("rank-before", Align::Right),
        ("of-before", Align::Right),
        ("rank-after", Align::Right),
        ("of-after", Align::Right),
        ("band-before", Align::Left),
        ("band-after", Align::Left),
        ("perks-lost", Align::Left),
        ("perks-won", Align::Left),
        ("sentence", Align::Left),
        ("reasons", Align::Left),
    ];
    let mut table = Table::new("", &columns);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let count = |value: Option<u64>| value.map_or(String::new(), |value| value.to_string());
    for told in statements {
        table.row([
            told.account.clone(),
            told.known.to_string(),
            text(&told.dataset),
            text(&told.topic),
            text(&told.snapshot),
            text(&told.snapshot_before),
            number(told.displayed_before),
            number(told.displayed_after),
            number(told.change),
            number(told.rank_before),
            count(told.of_before),
            number(told.rank_after),
            count(told.of_after),
            text(&told.band_before),
            text(&told.band_after),
            told.perks_lost.join("; "),
            told.perks_won.join("; "),
            told.sentence.clone(),
            text(&told.reasons),
        ]);
    }
    table
}

/// Statements as JSON lines.
pub fn json_lines(statements: &[Statement]) -> String {
    // Texts and finite numbers always have a JSON form.
    let line = |told: &Statement| serde_json::to_string(told).unwrap_or_default() + "\n";
    statements.iter().map(line).collect()
}

/// Perks of a comparison that no statement tells of.
pub fn untold_perks(summary: &ComparisonSummary) -> Vec<&str> {
    summary.perks.iter().filter(|perk| perk.edge.is_none()).map(|perk| perk.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome() -> Outcome {
        serde_json::from_str(include_str!("../../tests/golden/trimmed-audience.outcome.json")).unwrap()
    }

    fn standing(score: f64, displayed: f64) -> Option<Standing> {
        Some(Standing { score, displayed, rank: 7.5 })
    }

    fn perk(rule: &str, edge: Option<f64>) -> PerkFindings {
        PerkFindings {
            name: rule.into(),
            rule: rule.into(),
            edge,
            counts: Default::default(),
            population: None,
            segments: Default::default(),
            gainers: Vec::new(),
            losers: Vec::new(),
        }
    }

    #[test]
    fn bands_perks_and_the_others_stand_beside_the_change() {
        let mut outcome = outcome();
        outcome.models[1].bands[3].from = 49.5;
        let mut summary = outcome.comparisons[0].clone();
        summary.perks = vec![
            perk("a displayed score of at least 50", Some(50.0)),
            perk("a score of at least 50", Some(50.0)),
            perk("the top 10", None),
        ];
        let sides = Sides { standings: [standing(50.2, 50.0), standing(49.6, 50.0)], scored: [10, 11] };
        let told = statement(&outcome, &summary, "a", sides);
        assert_eq!(
            told.sentence,
            "Your score stays at 50. 1,048 of 1,988 accounts move by less than 1 point. You lose a score of at least 50."
        );
        // The candidate's own band reaches further down.
        assert_eq!([told.band_before, told.band_after].map(Option::unwrap), ["50-74", "50-74"]);
        assert_eq!(told.perks_lost, ["a score of at least 50"]);
        assert_eq!((told.change, told.rank_after, told.of_after), (Some(0.0), Some(7.5), Some(11)));
        assert_eq!(untold_perks(&summary), ["the top 10"]);
        let sides = Sides { standings: [standing(9.9, 10.0), standing(12.0, 12.0)], scored: [10, 11] };
        let told = statement(&outcome, &summary, "a", sides);
        let text = "Your score goes from 10 to 12. 0 of 1,988 accounts rise by 2 points or more. Your band goes from 1-9 to 10-24.";
        assert_eq!(told.sentence, text);
    }

    #[test]
    fn a_side_without_a_score_is_said_to_be_one() {
        let outcome = outcome();
        let summary = &outcome.comparisons[0];
        let told = |standings| statement(&outcome, summary, "a", Sides { standings, scored: [1, 1] });
        let come = told([None, standing(20.0, 20.0)]);
        assert_eq!(come.sentence, "You get a score for the first time: 20.");
        assert_eq!((come.change, come.of_before, come.band_before, come.known), (None, None, None, true));
        assert_eq!(told([standing(20.0, 20.0), None]).sentence, "Your score of 20 is no longer computed.");
        assert_eq!(told([None, None]).sentence, "You have no score, before or after.");
        assert!(!unknown("a").known);
    }

    #[test]
    fn decimals_are_counted_towards_zero_and_a_sample_is_estimated() {
        let outcome = outcome();
        let mut summary = outcome.comparisons[0].clone();
        let sides = Sides { standings: [standing(20.3, 20.3), standing(18.4, 18.4)], scored: [1, 1] };
        let told = statement(&outcome, &summary, "a", sides);
        assert_eq!(
            told.sentence,
            "Your score goes from 20.30 to 18.40. 929 of 1,988 accounts fall by 1 point or more."
        );
        assert_eq!(told.change, Some(-1.9));
        summary.sampled = true;
        let told = statement(&outcome, &summary, "a", sides);
        assert!(
            told.sentence.ends_with("An estimated 46.7 % of the accounts fall by 1 point or more."),
            "{}",
            told.sentence
        );
    }

    #[test]
    fn reasons_are_told_where_they_are_stored() {
        let outcome = outcome();
        let summary = &outcome.comparisons[0];
        let sides = Sides { standings: [standing(26.6, 27.0), standing(25.2, 25.0)], scored: [1, 1] };
        let told = statement(&outcome, summary, &summary.reasons[0].account, sides);
        let text = told.reasons.unwrap();
        assert!(text.starts_with("another weight of followers on Twitter: down by 0.80 points; "), "{text}");
        assert!(text.ends_with("1 other reason: down by 0.02 points."), "{text}");
        assert_eq!(statement(&outcome, summary, "nobody", sides).reasons, None);
    }
}
