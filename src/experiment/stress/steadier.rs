//! Which of two versions is the steadier: both were shaken alike, so that their draws can be held
//! against each other one by one.

use super::{ShakenBy, Steadier, StressedVersion};
use crate::stability::Spread;

/// The second version against the first, wherever both were shaken alike.
pub(super) fn of(first: &StressedVersion, second: &StressedVersion) -> Vec<Steadier> {
    let mut found = Vec::new();
    let mut add = |shaken_by: ShakenBy, before: &[f64], after: &[f64]| {
        let gains: Vec<f64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
        let share =
            |better: fn(f64) -> bool| gains.iter().filter(|gain| better(**gain)).count() as f64 / gains.len() as f64;
        // Something was drawn, and every figure is finite.
        let Ok(gain) = Spread::of(&gains) else { return };
        found.push(Steadier {
            first: first.model.clone(),
            second: second.model.clone(),
            place: first.place.clone(),
            shaken_by,
            gain,
            shares: [share(|gain| gain < 0.0), share(|gain| gain > 0.0)],
        });
    };
    if let (Some(before), Some(after)) = (&first.weights, &second.weights) {
        add(ShakenBy::Weights, &before.taus, &after.taus);
    }
    if let (Some(before), Some(after)) = (&first.noise, &second.noise) {
        for one in before.disturbed.iter().filter(|one| one.draws > 1) {
            if let Some(other) = after.disturbed.iter().find(|other| other.disturbance == one.disturbance) {
                add(ShakenBy::Signals(one.disturbance.clone()), &one.taus, &other.taus);
            }
        }
    }
    found
}
