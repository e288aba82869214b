//! Being on one more network never lowers a score: every account that is not on a network is put
//! there with the cells of others.

use std::sync::Arc;

use rayon::prelude::*;

use super::Laws;
use super::findings::{NetworkExample, NetworkLaw, NetworkLaws, Profile, ProfileLaw, Promise, Untested};
use crate::diagnostic::Diagnostics;
use crate::model::aggregate::Aggregate;
use crate::model::{Model, Network};
use crate::score::rescore::{Changed, Scratch};
use crate::score::{FittedModel, FittedScale};
use crate::stability::attack::on_network;
use crate::stats::grid::snap;

pub(super) fn search(
    laws: &Laws<'_>,
    scores: &[f64],
    tick: &(dyn Fn(u64) + Sync),
) -> Result<NetworkLaws<u32>, Diagnostics> {
    let model = &laws.fitted.model;
    let test = |scratch: &mut Scratch, place: usize| {
        let found = of_network(laws, place, scores, scratch);
        tick(1);
        found
    };
    let found: Result<Vec<Result<NetworkLaw<u32>, Untested>>, Diagnostics> =
        (0..model.networks.len()).into_par_iter().map_init(Scratch::default, test).collect();
    let (mut networks, mut untested) = (Vec::new(), Vec::new());
    for found in found? {
        match found {
            Ok(law) => networks.push(law),
            Err(reason) => untested.push(reason),
        }
    }
    Ok(NetworkLaws { combine: model.combine, promise: promise(model.combine), networks, untested })
}

/// What an aggregation promises of one more network with a weight from 0 on.
fn promise(combine: Aggregate) -> Promise {
    if combine.is_mean() {
        Promise::WeakLowers
    } else if combine.needs_non_negative() {
        Promise::NeverLowers
    } else {
        Promise::NeverLowersFromZero
    }
}

fn of_network(
    laws: &Laws<'_>,
    place: usize,
    scores: &[f64],
    scratch: &mut Scratch,
) -> Result<Result<NetworkLaw<u32>, Untested>, Diagnostics> {
    let network = &laws.fitted.model.networks[place];
    let untested = |reason: &str| Ok(Err(Untested { what: network.name.clone(), reason: reason.to_string() }));
    let on = on_network(network, scores.len(), |name| laws.cells.column(name));
    let with = |wanted: bool| -> Vec<usize> {
        (0..scores.len()).filter(|slot| on[*slot] == wanted && !scores[*slot].is_nan()).collect()
    };
    let (there, absent) = (with(true), with(false));
    if absent.is_empty() {
        return untested("every account with a score is on it");
    }
    let strengths = strengths(laws, place, scratch)?;
    let mut donors: Vec<usize> = there.iter().copied().filter(|slot| !strengths[*slot].is_nan()).collect();
    donors.sort_by(|first, second| strengths[*first].total_cmp(&strengths[*second]));
    let (Some(weakest), Some(strongest)) = (donors.first(), donors.last()) else {
        return untested("no account with a score is on it with a strength");
    };
    let median = donors[(donors.len() - 1) / 2];
    let mut profiles = Vec::new();
    for (profile, donor) in [(Profile::Weakest, *weakest), (Profile::Median, median), (Profile::Strongest, *strongest)]
    {
        let changed = placed(laws, network, donor, &absent);
        let on = on_network(network, scores.len(), |name| {
            changed.get(name).map(Vec::as_slice).or_else(|| laws.cells.column(name))
        });
        let mut after = Vec::new();
        laws.rescorer.score_changed(laws.fitted, &changed, scratch, &mut after)?;
        let mut law = ProfileLaw {
            profile,
            donor: donor as u32,
            strength: snap(strengths[donor]),
            placed: 0,
            lowered: 0,
            worst: None,
        };
        for slot in absent.iter().copied().filter(|slot| on[*slot] && !after[*slot].is_nan()) {
            law.placed += 1;
            let scores = [scores[slot], after[slot]];
            if snap(scores[1]) < snap(scores[0]) {
                law.lowered += 1;
                let fall = |scores: [f64; 2]| scores[0] - scores[1];
                if law.worst.as_ref().is_none_or(|worst| fall(scores) > fall(worst.scores)) {
                    law.worst = Some(NetworkExample { account: slot as u32, scores });
                }
            }
        }
        profiles.push(law);
    }
    let [on, off] = [there.len() as u64, absent.len() as u64];
    Ok(Ok(NetworkLaw { network: network.name.clone(), on, off, profiles }))
}

/// The columns of a network with the donor's cells where those who are not on it have none.
fn placed(laws: &Laws<'_>, network: &Network, donor: usize, absent: &[usize]) -> Changed {
    let column = |name: &str| {
        let mut cells = laws.cells.column(name)?.to_vec();
        let given = cells[donor];
        for slot in absent {
            cells[*slot] = if cells[*slot].is_nan() { given } else { cells[*slot] };
        }
        Some((name.to_string(), cells))
    };
    network.columns().into_iter().filter_map(column).collect()
}

/// How strong each account is on one network: the score of a model of this network alone, on a
/// scale that is so wide that nothing is cut off, taken back from that scale. NaN without a
/// strength.
fn strengths(laws: &Laws<'_>, place: usize, scratch: &mut Scratch) -> Result<Vec<f64>, Diagnostics> {
    const WIDE: f64 = 1e6;
    let whole = &laws.fitted.model;
    let mut network = whole.networks[place].clone();
    network.weight = 1.0;
    let mut model = Model { networks: vec![network], combine: Aggregate::WeightedSum, ..Model::clone(whole) };
    (model.scale.min, model.scale.max) = (-WIDE, WIDE);
    let alone = FittedModel {
        model: Arc::new(model),
        factors: vec![laws.fitted.factors[place].clone()],
        scale: FittedScale::Linear { low: -WIDE, high: WIDE },
    };
    let mut strengths = Vec::new();
    laws.rescorer.score(&alone, scratch, &mut strengths)?;
    Ok(strengths)
}
