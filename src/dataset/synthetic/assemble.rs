//! A recipe put together from a spec that was found right: names become positions, shares become
//! cuts of the normal distribution.

use std::collections::{BTreeMap, BTreeSet};

use super::optional::{AmongSpec, AnswersSpec, MeasureSpec, SpikeSpec};
use super::recipe::{
    Among, Asking, Group, Judging, Lean, Level, Making, Measure, Network, Odds, Presence, Recipe, SegmentPlan,
    SignalPlan, Spike, Times, Topic,
};
use super::spec::{Kind, LevelSpec, NetworkSpec, PartSpec, RecipeSpec, SegmentSpec, SignalSpec};
use super::table::{AGE, EXPOSURE};
use crate::dataset::manifest::Role;
use crate::expression::Expression;
use crate::stats::elementary::normal_quantile;

/// Puts together what was checked: every name is known, `order` names every signal.
pub(super) fn assemble(spec: &RecipeSpec, order: &[String], formulas: &BTreeMap<String, Expression>) -> Recipe {
    let topical = topical(spec, order);
    let positions: BTreeMap<&str, usize> = spec.signal.keys().map(String::as_str).zip(0..).collect();
    Recipe {
        name: spec.recipe.clone(),
        title: spec.title.clone(),
        population: spec.population.clone(),
        seed: spec.seed,
        accounts: spec.accounts,
        snapshots: spec.snapshots.clone(),
        drift: spec.latent.drift,
        tail: spec.latent.tail,
        networks: spec.network.iter().map(|entry| network(entry, spec)).collect(),
        signals: spec.signal.iter().map(|entry| signal(entry, spec, &positions, formulas, &topical)).collect(),
        order: order.iter().map(|name| positions[name.as_str()]).collect(),
        segments: spec.segment.iter().map(segment).collect(),
        pairs: spec.pairs.as_ref().map(|pairs| Judging { count: pairs.count, noise: pairs.noise }),
        presence: spec.presence.as_ref().map(|presence| Presence {
            late: presence.late,
            arrive: presence.arrive,
            leave: presence.leave,
        }),
        measures: measures(spec),
        spikes: spec.spike.iter().map(|entry| spike(entry, spec, &positions)).collect(),
        asking: spec.answers.as_ref().map(|answers| asking(answers, spec)),
        topics: spec
            .topic
            .iter()
            .map(|(name, topic)| Topic { name: name.clone(), share: topic.share, spread: topic.spread })
            .collect(),
    }
}

fn among(among: &AmongSpec, spec: &RecipeSpec) -> Among {
    let position = spec.segment.keys().position(|name| *name == among.segment);
    let groups = spec.segment.get(&among.segment).into_iter().flat_map(|segment| segment.value.keys());
    Among { segment: position.unwrap_or(0), groups: groups.map(|group| among.values.contains(group)).collect() }
}

/// In name order: the columns stand like that in the table.
fn measures(spec: &RecipeSpec) -> Vec<Measure> {
    let outcomes = spec.outcome.iter().map(|(name, outcome)| (name.as_str(), Role::Outcome, outcome));
    let others = [(EXPOSURE, Role::ExposureWeight, &spec.exposure), (AGE, Role::Age, &spec.age)];
    let others = others.into_iter().filter_map(|(name, role, found)| found.as_ref().map(|found| (name, role, found)));
    let mut measures: Vec<Measure> = outcomes.chain(others).map(measure).collect();
    measures.sort_by(|left, right| left.name.cmp(&right.name));
    measures
}

fn measure((name, role, spec): (&str, Role, &MeasureSpec)) -> Measure {
    Measure {
        name: name.to_string(),
        role,
        unit: spec.unit.clone(),
        level: Level {
            median: spec.median,
            spread: spec.spread,
            lean: Lean { loading: spec.loading, activity: spec.activity },
            zero_below: cut(spec.zero),
            growth: spec.growth,
            per: None,
            cap: spec.cap,
            whole: true,
        },
        persistence: spec.persistence,
    }
}

fn spike((name, spike): (&String, &SpikeSpec), spec: &RecipeSpec, positions: &BTreeMap<&str, usize>) -> Spike {
    Spike {
        name: name.clone(),
        snapshot: snapshot(&spike.snapshot, spec),
        share: spike.share,
        times: spike.times,
        fade: spike.fade,
        signals: spike.signals.iter().map(|signal| positions[signal.as_str()]).collect(),
    }
}

fn snapshot(name: &str, spec: &RecipeSpec) -> usize {
    spec.snapshots.iter().position(|known| known == name).unwrap_or(0)
}

fn asking(answers: &AnswersSpec, spec: &RecipeSpec) -> Asking {
    Asking {
        about: among(&answers.about, spec),
        median: answers.median,
        spread: answers.spread,
        growth: answers.growth,
        cap: answers.cap,
        loading: answers.loading,
        appeal: answers.appeal,
        cuts: cuts(&answers.shares),
    }
}

fn network((name, spec): (&String, &NetworkSpec), recipe: &RecipeSpec) -> Network {
    let threshold = -cut(spec.connected);
    let among = spec.among.as_ref().map(|spec| among(spec, recipe));
    Network { name: name.clone(), threshold, loading: spec.loading, own: spec.own, among }
}

fn signal(
    (name, spec): (&String, &SignalSpec),
    recipe: &RecipeSpec,
    positions: &BTreeMap<&str, usize>,
    formulas: &BTreeMap<String, Expression>,
    topical: &BTreeSet<&str>,
) -> SignalPlan {
    let network = name.split('.').next().unwrap_or_default().to_string();
    SignalPlan {
        name: name.clone(),
        stream: format!("signal/{name}"),
        on: recipe.network.keys().position(|known| *known == network).expect("checked: the network exists"),
        network,
        unit: spec.unit.clone(),
        source: spec.source.clone(),
        direction: spec.direction,
        making: match &spec.kind {
            Kind::Count(spec) => Making::Level(level(spec, true, positions)),
            Kind::Amount(spec) => Making::Level(level(spec, false, positions)),
            Kind::Share(spec) => Making::Share(odds(spec.median, spec.spread, spec.loading, spec.activity)),
            Kind::Part(spec) => part(spec, positions),
            Kind::Ordinal(spec) => {
                let lean = Lean { loading: spec.loading, activity: spec.activity };
                Making::Ordinal { cuts: cuts(&spec.shares), lean }
            }
            Kind::Derived(spec) => Making::Derived { value: formulas[name].clone(), whole: spec.whole },
            Kind::Normal(spec) => {
                let lean = Lean { loading: spec.loading, activity: spec.activity };
                Making::Normal { mean: spec.mean, spread: spec.spread, lean }
            }
            Kind::Answers(grade) => Making::Answers(*grade),
        },
        missing: spec.missing,
        persistence: spec.persistence,
        digits: spec.digits,
        gone: spec.gone.iter().map(|name| snapshot(name, recipe)).collect(),
        split: !recipe.topic.is_empty() && splits(spec, topical),
        times: times(name, recipe),
    }
}

/// The counts and amounts that differ between an account's topics: those that are split, and what
/// goes along with them. `order` names each signal after what it reads.
fn topical<'a>(spec: &RecipeSpec, order: &'a [String]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for name in order.iter().filter(|_| !spec.topic.is_empty()) {
        let has = |read: &Option<String>| read.as_ref().is_some_and(|read| found.contains(read.as_str()));
        let differs = match spec.signal.get(name).map(|signal| (&signal.kind, signal.split)) {
            Some((Kind::Count(level) | Kind::Amount(level), split)) => split || has(&level.per),
            Some((Kind::Part(part), _)) => found.contains(part.of.as_str()) || has(&part.within),
            _ => false,
        };
        if differs {
            found.insert(name.as_str());
        }
    }
    found
}

/// Whether a signal's own level is divided: not if it goes along with one that is.
fn splits(spec: &SignalSpec, topical: &BTreeSet<&str>) -> bool {
    match &spec.kind {
        Kind::Count(level) | Kind::Amount(level) => {
            spec.split && level.per.as_ref().is_none_or(|per| !topical.contains(per.as_str()))
        }
        _ => false,
    }
}

fn times(name: &str, recipe: &RecipeSpec) -> Vec<Times> {
    let by_segment = recipe.segment.values().enumerate();
    let factors = by_segment.map(|(segment, spec)| Times {
        segment,
        factors: spec.value.values().map(|group| group.times.get(name).copied().unwrap_or(1.0)).collect(),
    });
    factors.filter(|times| times.factors.iter().any(|factor| *factor != 1.0)).collect()
}

fn part(spec: &PartSpec, positions: &BTreeMap<&str, usize>) -> Making {
    Making::Part {
        of: positions[spec.of.as_str()],
        within: spec.within.as_ref().map(|within| positions[within.as_str()]),
        cap: spec.cap,
        odds: odds(spec.share, spec.spread, spec.loading, spec.activity),
        never_empty: spec.never_empty,
    }
}

fn level(spec: &LevelSpec, whole: bool, positions: &BTreeMap<&str, usize>) -> Level {
    Level {
        median: spec.median,
        spread: spec.spread,
        lean: Lean { loading: spec.loading, activity: spec.activity },
        zero_below: cut(spec.zero),
        growth: spec.growth,
        per: spec.per.as_ref().map(|per| positions[per.as_str()]),
        cap: spec.cap,
        whole,
    }
}

fn odds(share: f64, spread: f64, loading: f64, activity: f64) -> Odds {
    Odds { median: share / (1.0 - share), spread, lean: Lean { loading, activity } }
}

/// The bounds between the steps of a ladder.
fn cuts(shares: &[f64]) -> Vec<f64> {
    let up_to = cumulated(shares.iter().copied());
    up_to[..up_to.len() - 1].iter().map(|share| cut(*share)).collect()
}

/// The share of each group and those before it; 1 from the last group that has anybody, so that
/// what the shares miss 1 by falls to none that is declared empty.
fn cumulated(shares: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let running = |sum: &mut f64, share: f64| {
        *sum += share;
        Some(*sum)
    };
    let total = shares.clone().scan(0.0, running).last().unwrap_or(0.0);
    shares.scan(0.0, running).map(|sum| if sum >= total { 1.0 } else { sum }).collect()
}

/// The number below which a share of the standard normal distribution lies.
fn cut(share: f64) -> f64 {
    normal_quantile(share.clamp(0.0, 1.0))
}

fn segment((name, spec): (&String, &SegmentSpec)) -> SegmentPlan {
    let up_to = cumulated(spec.value.values().map(|group| group.share));
    let groups = spec.value.iter().zip(up_to);
    let groups = groups.map(|((group, spec), up_to)| Group {
        name: group.clone(),
        up_to,
        lift: spec.lift,
        activity: spec.activity,
    });
    SegmentPlan { name: name.clone(), groups: groups.collect() }
}
