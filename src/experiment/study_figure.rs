//! The figures of studies that an expectation may bound: `study/figure`, such as `weights/tau-b`. A
//! figure that several results could give (every factor left out, every attack) is that of the worst
//! one, unless a parameter names one.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::stress::{ShakenBy, Steadier, StressedVersion};
use crate::compare::metric::Argument;
use crate::diagnostic::{nearest, visible};
use crate::stability::Spread;
use crate::stability::findings::{Disturbance, Disturbed, Known, LeftOut, Moved};
use crate::stability::gaming::findings::AttackFindings;
use crate::stability::laws::findings::ProfileLaw;
use crate::stats::estimate::Estimate;

/// A figure of the vocabulary.
#[derive(Debug)]
pub struct Definition {
    /// `study/figure`.
    pub name: &'static str,
    /// One line for lists.
    pub meaning: &'static str,
    /// The least value and the greatest.
    range: [f64; 2],
    takes: &'static [Takes],
    read: fn(&Found<'_>, &Arguments) -> Result<Estimate, String>,
}

impl Definition {
    /// Its parameters, each with what it wants; all may be left out.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.takes.iter().map(|takes| (takes.name(), takes.wanted()))
    }
}

/// A parameter; all may be left out.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Takes {
    Number(&'static str),
    Word(&'static str, &'static [&'static str]),
    /// A name from the model or the data.
    Name(&'static str),
}

/// What the studies of a version came to, and beside the baseline.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    pub version: &'a StressedVersion,
    /// The baseline against this version; empty for the baseline itself.
    pub beside: &'a [&'a Steadier],
}

/// Stated parameters.
type Arguments = BTreeMap<String, Argument>;

const SHARE: [f64; 2] = [0.0, 1.0];
const CORRELATION: [f64; 2] = [-1.0, 1.0];
const GAIN: [f64; 2] = [-2.0, 2.0];
const SIZE: [f64; 2] = [0.0, f64::INFINITY];
const ANY: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

/// Of the draws: their mean, or the end that one draw in twenty lies beyond.
const OF: Takes = Takes::Word("of", &["mean", "low", "high"]);
const WITHOUT: &[Takes] = &[Takes::Name("without")];
const DISTURBED: &[Takes] = &[
    OF,
    Takes::Number("noise"),
    Takes::Number("digits"),
    Takes::Number("missing"),
    Takes::Number("stale"),
    Takes::Name("outage"),
];

/// The parameters that name a disturbance.
const DISTURBANCES: [&str; 5] = ["noise", "digits", "missing", "stale", "outage"];

const fn figure(
    name: &'static str,
    meaning: &'static str,
    range: [f64; 2],
    takes: &'static [Takes],
    read: fn(&Found<'_>, &Arguments) -> Result<Estimate, String>,
) -> Definition {
    Definition { name, meaning, range, takes, read }
}

/// The vocabulary, by study.
pub static FIGURES: [Definition; 28] = [
    figure("sampling/told-apart", "share of neighbours whose difference is clear of chance", SHARE, &[], |found, _| {
        exact(made(&found.version.sampling)?.told_apart)
    }),
    figure("sampling/told-apart-at-top", "the same among the top", SHARE, &[], |found, _| {
        known(&made(&found.version.sampling)?.told_apart_at_top).and_then(|share| exact(*share))
    }),
    figure("sampling/width", "places that an account may have, on average", SIZE, &[], |found, _| {
        exact(made(&found.version.sampling)?.width)
    }),
    figure("sampling/contenders", "accounts that may belong to the top", SIZE, &[], |found, _| {
        exact(made(&found.version.sampling)?.contenders as f64)
    }),
    figure("weights/tau-b", "order kept under other weights", CORRELATION, &[OF], |found, arguments| {
        of(&made(&found.version.weights)?.tau, arguments)
    }),
    figure("weights/rank-shift", "places moved under other weights", SIZE, &[OF], |found, arguments| {
        of(&made(&found.version.weights)?.rank_shift, arguments)
    }),
    figure("weights/top-kept", "share of the top kept under other weights", SHARE, &[OF], |found, arguments| {
        of(&made(&found.version.weights)?.top_kept, arguments)
    }),
    figure("weights/width", "places between which nine draws in ten lie, on average", SIZE, &[], |found, _| {
        exact(made(&found.version.weights)?.width)
    }),
    figure("weights/gain-in-tau-b", "order kept better than by the baseline", GAIN, &[OF], |found, arguments| {
        beside(found, &ShakenBy::Weights, arguments)
    }),
    figure(
        "sensitivity/total",
        "share of the variance that a choice brings, with all others",
        ANY,
        &[Takes::Name("choice")],
        |found, arguments| {
            let choices = &made(&found.version.sensitivity)?.choices;
            let wanted = name(arguments, "choice");
            let mut those = choices.iter().filter(|choice| wanted.is_none_or(|wanted| wanted == choice.name));
            // What decides most stands first.
            those.next().map(|choice| choice.total).ok_or_else(|| absent("choice", wanted))
        },
    ),
    figure("sensitivity/alone", "share of the variance of choices one by one", ANY, &[], |found, _| {
        Ok(made(&found.version.sensitivity)?.alone)
    }),
    figure("leave-out/tau-b", "order kept without a factor or network", CORRELATION, WITHOUT, |found, arguments| {
        left_out(found, arguments, |moved| moved.kendall_tau_b, f64::min)
    }),
    figure("leave-out/rank-shift", "places moved without it", SIZE, WITHOUT, |found, arguments| {
        left_out(found, arguments, |moved| moved.rank_shift, f64::max)
    }),
    figure("leave-out/top-kept", "share of the top kept without it", SHARE, WITHOUT, |found, arguments| {
        left_out(found, arguments, |moved| moved.top_kept, f64::min)
    }),
    figure("noise/tau-b", "order kept under disturbed signals", CORRELATION, DISTURBED, |found, arguments| {
        disturbed(found, arguments, |one| &one.tau, f64::min)
    }),
    figure("noise/rank-shift", "places moved under disturbed signals", SIZE, DISTURBED, |found, arguments| {
        disturbed(found, arguments, |one| &one.rank_shift, f64::max)
    }),
    figure("noise/top-kept", "share of the top kept under disturbed signals", SHARE, DISTURBED, |found, arguments| {
        disturbed(found, arguments, |one| &one.top_kept, f64::min)
    }),
    figure("noise/score-shift", "points moved under disturbed signals", SIZE, DISTURBED, |found, arguments| {
        disturbed(found, arguments, |one| &one.score_shift, f64::max)
    }),
    figure("time/tau-b", "order kept from snapshot to snapshot", CORRELATION, &[], |found, _| {
        worst(made(&found.version.time)?.steps.iter().map(|step| step.tau), f64::min)
    }),
    figure("time/top-kept", "share of the top kept from snapshot to snapshot", SHARE, &[], |found, _| {
        worst(made(&found.version.time)?.steps.iter().map(|step| step.top_kept), f64::min)
    }),
    figure("time/still-shift", "points (95 %) of accounts whose data hardly changed", SIZE, &[], |found, _| {
        worst(made(&found.version.time)?.steps.iter().filter_map(|step| step.still_high), f64::max)
    }),
    figure("time/aged-tau-b", "order kept, had it been fitted on another snapshot", CORRELATION, &[], |found, _| {
        worst(made(&found.version.time)?.aged.iter().map(|aged| aged.tau), f64::min)
    }),
    figure("reversal/swapped", "pairs that others made change their order", SIZE, &[], |found, _| {
        let found = made(&found.version.reversal)?;
        exact((found.removed + found.worsened) as f64)
    }),
    figure(
        "gaming/gain",
        "points that the median account gains by an attack, at the greatest cost up to `cost`",
        ANY,
        &[Takes::Name("attack"), Takes::Number("cost")],
        |found, arguments| {
            let most = number(arguments, "cost").unwrap_or(f64::INFINITY);
            attacks(found, arguments, |attack| {
                attack.levels.iter().rev().find(|level| level.cost <= most).map(|level| level.median)
            })
        },
    ),
    figure(
        "gaming/gain-per-cost",
        "points that the median account gains for a unit of the currency, where that is most",
        ANY,
        &[Takes::Name("attack")],
        |found, arguments| attacks(found, arguments, |attack| attack.best.map(|best| best.per_cost)),
    ),
    figure(
        "gaming/band-cost",
        "median cost of the cheapest attack into the next band",
        SIZE,
        &[Takes::Name("to")],
        |found, arguments| {
            let wanted = name(arguments, "to");
            let bands = made(&found.version.gaming)?.cheapest.iter();
            let those = bands.filter(|band| wanted.is_none_or(|wanted| wanted == band.to));
            worst(those.filter_map(|band| band.median_cost), f64::min)
        },
    ),
    figure("gaming/cheats-lift", "points that cheats have beyond their like", ANY, &[], |found, _| {
        let cohort = made(&found.version.gaming)?.cohort.as_ref();
        let cohort = cohort.ok_or("the study knows no cheats: state `cheats`")?;
        let reason =
            || cohort.no_match.clone().unwrap_or_else(|| "the study knows no truth: state `truth`".to_string());
        exact(cohort.matched.as_ref().ok_or_else(reason)?.lift)
    }),
    figure("laws/broken", "laws of signals and networks with an account that breaks them", SIZE, &[], |found, _| {
        let found = made(&found.version.laws)?;
        let lowered = |profile: &ProfileLaw<String>| profile.lowered > 0;
        let networks = found.networks.networks.iter().filter(|law| law.profiles.iter().any(lowered)).count();
        exact((found.monotonicity.broken.len() + networks) as f64)
    }),
];

/// A figure with its parameters.
#[derive(Clone, Debug)]
pub struct StudyFigure {
    pub definition: &'static Definition,
    pub arguments: BTreeMap<String, Argument>,
}

/// Why a text names no figure, with the parameter at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoFigure {
    pub message: String,
    pub hint: Option<String>,
    pub parameter: Option<String>,
}

/// Whether the figure of a label is a count, or a distance in places or points: nothing is above all of
/// it, as 1 is above all shares.
pub fn is_size(label: &str) -> bool {
    let name = label.split('[').next();
    FIGURES.iter().any(|definition| name == Some(definition.name) && definition.range == SIZE)
}

impl StudyFigure {
    /// A figure of the vocabulary.
    ///
    /// # Errors
    /// An unknown name or parameter, and a parameter of the wrong kind.
    pub fn new(name: &str, stated: &Arguments) -> Result<StudyFigure, NoFigure> {
        let names = || FIGURES.iter().map(|definition| definition.name);
        let Some(definition) = FIGURES.iter().find(|definition| definition.name == name) else {
            let hint = match nearest(name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`clout list metrics` prints them all".to_string(),
            };
            let message = format!("no study has a figure `{}`", visible(name));
            return Err(NoFigure { message, hint: Some(hint), parameter: None });
        };
        for (parameter, argument) in stated {
            let wrong = |message, hint| NoFigure { message, hint, parameter: Some(parameter.clone()) };
            let Some(takes) = definition.takes.iter().find(|takes| takes.name() == parameter) else {
                let known: Vec<&str> = definition.takes.iter().map(Takes::name).collect();
                let hint = if known.is_empty() {
                    "it takes none".to_string()
                } else {
                    format!("it takes {}", known.join(", "))
                };
                let message = format!("`{}` has no parameter `{}`", definition.name, visible(parameter));
                return Err(wrong(message, Some(hint)));
            };
            if !takes.admits(argument) {
                let (wanted, found) = (takes.wanted(), visible(&argument.to_string()));
                let message = format!("`{parameter}` of `{}` must be {wanted}, not {found}", definition.name);
                return Err(wrong(message, None));
            }
        }
        let mut named = DISTURBANCES.iter().filter(|name| stated.contains_key(**name));
        if let (Some(first), Some(second)) = (named.next(), named.next()) {
            return Err(NoFigure {
                message: format!("`{}` is of one disturbance: `{first}` or `{second}`", definition.name),
                hint: Some("state an expectation for each".to_string()),
                parameter: Some((*second).to_string()),
            });
        }
        Ok(StudyFigure { definition, arguments: stated.clone() })
    }

    /// The study that it is a figure of.
    pub fn study(&self) -> &'static str {
        self.definition.name.split('/').next().unwrap_or_default()
    }

    /// The values that it can take.
    pub fn range(&self) -> RangeInclusive<f64> {
        let [least, most] = self.definition.range;
        least..=most
    }

    /// Whether it is a share of something.
    pub fn is_share(&self) -> bool {
        self.definition.range == SHARE
    }

    /// The figure of a version.
    ///
    /// # Errors
    /// Why it is undefined.
    pub fn of(&self, found: &Found<'_>) -> Result<Estimate, String> {
        (self.definition.read)(found, &self.arguments)
    }
}

impl std::fmt::Display for StudyFigure {
    /// `noise/tau-b[noise=0.1, of=low]`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.definition.name)?;
        if self.arguments.is_empty() {
            return Ok(());
        }
        let stated: Vec<String> = self.arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(out, "[{}]", stated.join(", "))
    }
}

impl Takes {
    fn name(&self) -> &'static str {
        match self {
            Takes::Number(name) | Takes::Word(name, _) | Takes::Name(name) => name,
        }
    }

    fn wanted(&self) -> String {
        match self {
            Takes::Number(_) => "a number".to_string(),
            Takes::Name(_) => "a name".to_string(),
            Takes::Word(_, words) => format!("one of {}", words.join(", ")),
        }
    }

    fn admits(&self, argument: &Argument) -> bool {
        match (self, argument) {
            (Takes::Number(_), Argument::Number(_)) | (Takes::Name(_), Argument::Word(_)) => true,
            (Takes::Word(_, words), Argument::Word(word)) => words.contains(&word.as_str()),
            _ => false,
        }
    }
}

fn made<T>(study: &Option<T>) -> Result<&T, String> {
    study.as_ref().ok_or_else(|| "the study was not made".to_string())
}

fn known<T>(figure: &Known<T>) -> Result<&T, String> {
    match figure {
        Known::Value(value) => Ok(value),
        Known::Undefined(reason) => Err(reason.clone()),
    }
}

fn exact(value: f64) -> Result<Estimate, String> {
    if value.is_finite() { Ok(Estimate::exact(value)) } else { Err("it is no finite number".to_string()) }
}

fn absent(what: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("the study has no {what} `{}`", visible(name)),
        None => format!("the study has no {what}"),
    }
}

fn name<'a>(arguments: &'a Arguments, parameter: &str) -> Option<&'a str> {
    match arguments.get(parameter) {
        Some(Argument::Word(word)) => Some(word),
        _ => None,
    }
}

fn number(arguments: &Arguments, parameter: &str) -> Option<f64> {
    match arguments.get(parameter) {
        Some(Argument::Number(number)) => Some(*number),
        _ => None,
    }
}

/// What of a spread is asked for; the mean unless stated.
fn pick(spread: &Spread, arguments: &Arguments) -> f64 {
    match name(arguments, "of") {
        Some("low") => spread.low,
        Some("high") => spread.high,
        _ => spread.mean,
    }
}

fn of(spread: &Spread, arguments: &Arguments) -> Result<Estimate, String> {
    exact(pick(spread, arguments))
}

/// The worst of some values.
fn worst(values: impl Iterator<Item = f64>, worse: fn(f64, f64) -> f64) -> Result<Estimate, String> {
    values.reduce(worse).map_or_else(|| Err("the study has no such result".to_string()), exact)
}

fn left_out(
    found: &Found<'_>,
    arguments: &Arguments,
    figure: fn(&Moved) -> f64,
    worse: fn(f64, f64) -> f64,
) -> Result<Estimate, String> {
    let study = made(&found.version.leave_out)?;
    let all = || study.networks.iter().chain(&study.factors);
    match name(arguments, "without") {
        None => worst(all().filter_map(|one: &LeftOut<String>| one.found.value()).map(figure), worse),
        Some(wanted) => {
            let one = all().find(|one| one.name == wanted).ok_or_else(|| absent("factor or network", Some(wanted)))?;
            exact(figure(known(&one.found)?))
        }
    }
}

/// Whether a disturbance is one that the parameters ask for; any is where they name none.
fn asked_for(disturbance: &Disturbance, arguments: &Arguments) -> bool {
    let stated = DISTURBANCES.iter().any(|name| arguments.contains_key(*name));
    let is = |parameter: &str, value: f64| number(arguments, parameter) == Some(value);
    !stated
        || match disturbance {
            Disturbance::Noise(level) => is("noise", *level),
            Disturbance::Digits(digits) => is("digits", f64::from(*digits)),
            Disturbance::Missing(share) => is("missing", *share),
            Disturbance::Stale(share) => is("stale", *share),
            Disturbance::Outage(network) => name(arguments, "outage") == Some(network),
        }
}

fn disturbed(
    found: &Found<'_>,
    arguments: &Arguments,
    figure: fn(&Disturbed) -> &Spread,
    worse: fn(f64, f64) -> f64,
) -> Result<Estimate, String> {
    let study = made(&found.version.noise)?;
    let those = study.disturbed.iter().filter(|one| asked_for(&one.disturbance, arguments));
    worst(those.map(|one| pick(figure(one), arguments)), worse)
}

/// The greatest figure of the attacks that are asked for.
fn attacks(
    found: &Found<'_>,
    arguments: &Arguments,
    figure: impl Fn(&AttackFindings) -> Option<f64>,
) -> Result<Estimate, String> {
    let study = made(&found.version.gaming)?;
    let wanted = name(arguments, "attack");
    let those = study.attacks.iter().filter(|attack| wanted.is_none_or(|wanted| wanted == attack.attack));
    those.filter_map(figure).reduce(f64::max).map_or_else(|| Err(absent("attack with a gain", wanted)), exact)
}

fn beside(found: &Found<'_>, by: &ShakenBy, arguments: &Arguments) -> Result<Estimate, String> {
    let one = found.beside.iter().find(|one| one.shaken_by == *by);
    of(&one.ok_or("there is no baseline that was shaken alike")?.gain, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_distances_are_sizes() {
        for (label, size) in [
            ("sampling/contenders", true),
            ("noise/rank-shift[noise=0.1, of=low]", true),
            ("weights/tau-b", false),
            ("gaming/cheats-lift", false),
            ("rank-shift", false),
        ] {
            assert_eq!(is_size(label), size, "{label}");
        }
    }
}
