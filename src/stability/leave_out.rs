//! Every factor, and every network, left out in turn: which of them carries the order? What is left
//! out has weight 0 in a version that is fitted as it would be without it; who is on a network does
//! not change.

use std::sync::Arc;

use super::draws::{Told, each};
use super::findings::{Known, LeaveOutFindings, LeftOut, Mover};
use super::subject::{Subject, undefined_here};
use crate::diagnostic::Diagnostics;
use crate::model::Model;
use crate::score::Population;
use crate::stats::grid;

/// What is left out: a network, or a factor of it.
struct Part {
    name: String,
    network: usize,
    factor: Option<usize>,
}

/// Makes the study.
///
/// # Errors
/// Fits that fail without a factor, and scores that are all equal without one.
pub fn study(
    subject: &Subject<'_>,
    population: &Population<'_>,
    told: Told<'_>,
) -> Result<LeaveOutFindings<u32>, Diagnostics> {
    let model = subject.model();
    let (parts, alone) = parts(model);
    let found = each(parts.len() as u64, told, |at, buffers| {
        let part = &parts[at as usize];
        let mut without: Model = model.clone();
        let network = &mut without.networks[part.network];
        match part.factor {
            None => network.weight = 0.0,
            Some(factor) => network.factors[factor].weight = 0.0,
        }
        let fitted = match subject.rescorer.fit(&Arc::new(without), &mut buffers.scratch) {
            Ok(fitted) => fitted,
            // A scale cannot be fitted where nothing is left that differs.
            Err(problems) => {
                let reason = problems.as_slice().first().map_or(String::new(), |problem| problem.message.clone());
                return Ok(LeftOut { name: part.name.clone(), found: Known::Undefined(reason), furthest: None });
            }
        };
        subject.rescorer.score(&fitted, &mut buffers.scratch, &mut buffers.scores)?;
        let shaken = match subject.against(&buffers.scores) {
            Ok(shaken) => shaken,
            Err(undefined) => {
                return Ok(LeftOut {
                    name: part.name.clone(),
                    found: Known::Undefined(undefined.to_string()),
                    furthest: None,
                });
            }
        };
        let places =
            subject.places_under(&buffers.scores).map_err(|undefined| undefined_here(population, &undefined))?;
        let moved = |at: usize| (places[at] - subject.ranks[at]).abs();
        // The first of those that move furthest, so that it is the same one every time.
        let furthest = (0..places.len()).reduce(|most, at| if moved(at) > moved(most) { at } else { most });
        let furthest = furthest.filter(|at| moved(*at) > 0.0).map(|at| Mover {
            account: subject.scored[at],
            before: subject.ranks[at],
            after: places[at],
        });
        Ok(LeftOut { name: part.name.clone(), found: Known::Value(shaken.into()), furthest })
    })?;
    let (mut networks, mut factors): (Vec<LeftOut<u32>>, Vec<LeftOut<u32>>) =
        found.into_iter().partition(|left_out| !left_out.name.contains('/'));
    networks.sort_by(LeftOut::by_weight);
    factors.sort_by(LeftOut::by_weight);
    Ok(LeaveOutFindings { networks, factors, alone })
}

impl LeftOut<u32> {
    /// What moves the order most comes first; what has no figure comes last.
    fn by_weight(&self, other: &Self) -> std::cmp::Ordering {
        let shift = |left_out: &Self| left_out.found.value().map_or(-1.0, |shaken| grid::snap(shaken.rank_shift));
        shift(other).total_cmp(&shift(self)).then_with(|| self.name.cmp(&other.name))
    }
}

/// Everything that can be left out; and by name what cannot, since nothing would be left.
fn parts(model: &Model) -> (Vec<Part>, Vec<String>) {
    let (mut parts, mut alone) = (Vec::new(), Vec::new());
    for (at, network) in model.networks.iter().enumerate() {
        match model.networks.len() {
            1 => alone.push(network.name.clone()),
            _ => parts.push(Part { name: network.name.clone(), network: at, factor: None }),
        }
        for (position, factor) in network.factors.iter().enumerate() {
            let name = format!("{}/{}", network.name, factor.name);
            match network.factors.len() {
                1 => alone.push(name),
                _ => parts.push(Part { name, network: at, factor: Some(position) }),
            }
        }
    }
    (parts, alone)
}
