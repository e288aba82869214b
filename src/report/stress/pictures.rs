//! The charts of the studies: findings to a chart's plain numbers.

use crate::chart::{
    self, AttackCost, AttackLine, AttackPoint, Chart, Labels, Noise, NoiseLine, NoisePoint, RankIntervals, RankRow,
    Sensitivity, SensitivityInput, Value,
};
use crate::experiment::outcome::Place;
use crate::experiment::stress::{Stressed, StressedVersion};
use crate::number::counted;
use crate::report::pictures::stem;
use crate::report::{Block, Figure};
use crate::stability::findings::{Choice, Disturbance, Disturbed, NoiseFindings, Placed};
use crate::stability::gaming::findings::AttackFindings;
use crate::stats::estimate::Estimate;
use crate::stats::grid::snap;

/// Orders that agree less are no longer taken for the same: a habit of those who compare search
/// engines (Voorhees 2001, as Sanderson and Soboroff 2007 tell it, who warn of such edges).
const BROKEN: f64 = 0.9;

/// A chart as a figure: its file is named after whom it is about, the place and the chart.
fn figure(found: &Stressed, about: &str, place: &Place, chart: Chart) -> Block {
    let several = found.versions.iter().any(|version| version.place.dataset != place.dataset);
    Block::Figure(Box::new(Figure { stem: format!("{}.{}", stem(several, about, place), chart.name), chart }))
}

/// A version and its place; a picture that leaves its page says of whom it is.
fn whole_title(version: &StressedVersion) -> String {
    format!("{} on {}", version.model, version.place.title())
}

/// A chart of one version.
fn of_version(found: &Stressed, version: &StressedVersion, draw: impl FnOnce(&Labels) -> Chart) -> Block {
    let title = whole_title(version);
    let labels = Labels { baseline: &version.model, candidate: &version.model, dataset: &title };
    figure(found, &version.model, &version.place, draw(&labels))
}

/// A chart of the versions of one place, the first of which is the baseline.
fn of_place(found: &Stressed, versions: &[StressedVersion], draw: impl FnOnce(&Labels) -> Chart) -> Option<Block> {
    match versions {
        [] => None,
        [only] => Some(of_version(found, only, draw)),
        [first, ..] => {
            let title = first.place.title();
            let labels = Labels { baseline: &first.model, candidate: "versions", dataset: &title };
            Some(figure(found, "versions", &first.place, draw(&labels)))
        }
    }
}

/// Which order is real?
pub(super) fn rank_intervals(found: &Stressed, version: &StressedVersion) -> Option<Block> {
    let sampling = version.sampling.as_ref().filter(|sampling| !sampling.accounts.is_empty())?;
    let row = |placed: &Placed<String>| RankRow {
        name: placed.account.clone(),
        rank: placed.place,
        marginal: placed.alone,
        simultaneous: Some(placed.together),
    };
    let groups = sampling.accounts.chunk_by(|left, right| left.group == right.group);
    let data = RankIntervals {
        rows: sampling.accounts.iter().map(row).collect(),
        groups: groups.map(|group| group.len()).collect(),
        told_apart: sampling.told_apart_at_top.value().copied(),
        level: Some(sampling.level),
        replicates: sampling.replicates,
        drawn: format!("the counts of {}", counted(sampling.drawn.len() as u64, "signal")),
        accounts: version.accounts,
    };
    Some(of_version(found, version, |labels| chart::rank_intervals(&data, labels)))
}

/// Which choices decide?
pub(super) fn sensitivity(found: &Stressed, version: &StressedVersion) -> Option<Block> {
    let sensitivity = version.sensitivity.as_ref().filter(|found| !found.choices.is_empty())?;
    let value = |estimate: &Estimate| Value {
        point: estimate.point(),
        interval: estimate.bounds().map(|bounds| [bounds.lower, bounds.upper]),
    };
    let input = |choice: &Choice| SensitivityInput {
        name: choice.name.clone(),
        first: value(&choice.first),
        total: value(&choice.total),
    };
    let data = Sensitivity {
        varied: counted(sensitivity.choices.len() as u64, "choice"),
        output: "the mean rank shift".to_string(),
        inputs: sensitivity.choices.iter().map(input).collect(),
        level: sensitivity.choices.iter().find_map(|choice| choice.total.bounds()).map(|bounds| bounds.level),
        runs: sensitivity.scorings,
        accounts: version.accounts,
    };
    Some(of_version(found, version, |labels| chart::sensitivity(&data, labels)))
}

/// How much noise until the order breaks?
pub(super) fn noise(found: &Stressed, versions: &[StressedVersion]) -> Option<Block> {
    let known: Vec<(&StressedVersion, &NoiseFindings)> =
        versions.iter().filter_map(|version| Some((version, version.noise.as_ref()?))).collect();
    let line = |(version, found): &(&StressedVersion, &NoiseFindings)| {
        let point = |one: &Disturbed| match one.disturbance {
            Disturbance::Noise(level) => {
                let level = snap(level * 100.0);
                Some(NoisePoint { level, middle: one.tau.mean, low: one.tau.low, high: one.tau.high })
            }
            _ => None,
        };
        let noisy: Vec<NoisePoint> = found.disturbed.iter().filter_map(point).collect();
        // Without noise an order agrees with itself.
        let still = NoisePoint { level: 0.0, middle: 1.0, low: 1.0, high: 1.0 };
        let points = if noisy.is_empty() { noisy } else { std::iter::once(still).chain(noisy).collect() };
        NoiseLine { name: version.model.clone(), points }
    };
    let lines: Vec<NoiseLine> = known.iter().map(line).filter(|line| !line.points.is_empty()).collect();
    if lines.is_empty() {
        return None;
    }
    let noisy = known.iter().flat_map(|(_, found)| &found.disturbed);
    let noisy = noisy.filter(|one| matches!(one.disturbance, Disturbance::Noise(_)));
    let data = Noise {
        figure: "Kendall's tau-b with the undisturbed order".to_string(),
        across: "noise on every signal, %".to_string(),
        edge: BROKEN,
        lines,
        draws: noisy.map(|one| one.draws).max().unwrap_or(0),
        accounts: known.iter().map(|(version, _)| version.accounts).max().unwrap_or(0),
    };
    of_place(found, versions, |labels| chart::noise(&data, labels))
}

/// How cheap is it to cheat?
pub(super) fn attack_cost(found: &Stressed, versions: &[StressedVersion]) -> Option<Block> {
    let attacks = || {
        let known = versions.iter().filter_map(|version| Some((version, version.gaming.as_ref()?)));
        known.flat_map(|(version, gaming)| gaming.attacks.iter().map(move |attack| (version, attack)))
    };
    let line = |(version, attack): (&StressedVersion, &AttackFindings)| AttackLine {
        attack: attack.attack.clone(),
        version: version.model.clone(),
        points: attack.levels.iter().map(|level| AttackPoint { cost: level.cost, gain: level.median }).collect(),
    };
    let lines: Vec<AttackLine> = attacks().map(line).filter(|line| !line.points.is_empty()).collect();
    if lines.is_empty() {
        return None;
    }
    let data = AttackCost {
        currency: versions
            .iter()
            .find_map(|version| Some(version.gaming.as_ref()?.currency.clone()))
            .unwrap_or_default(),
        lines,
        accounts: attacks().map(|(_, attack)| attack.attacked).max().unwrap_or(0),
    };
    of_place(found, versions, |labels| chart::attack_cost(&data, labels))
}
