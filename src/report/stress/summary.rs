//! The sentences that tell most.

use super::{gaming, laws, words};
use crate::experiment::stress::{ShakenBy, Steadier, Stressed, StressedVersion};
use crate::number::{counted, percent, plain, thousands, two_decimals};
use crate::report::Block;
use crate::stability::findings::{Disturbance, Disturbed, NoiseFindings, ReversalFindings};
use crate::stats::estimate::Estimate;

/// Sentences on which version is the steadier, at most.
const STEADIER: usize = 3;
/// A share of the draws that says something.
const CLEAR: f64 = 0.95;

/// A list of sentences for each version, and one on all of them.
pub(super) fn blocks(found: &Stressed) -> Vec<Block> {
    let mut blocks = Vec::new();
    for version in &found.versions {
        blocks.push(Block::Text(format!(
            "{} on {}, {} with a score:",
            version.model,
            version.place.title(),
            counted(version.accounts, "account")
        )));
        blocks.push(Block::List(sentences(version, found.top)));
    }
    if !found.steadier.is_empty() {
        let first = &found.steadier[0].place;
        let several = found.steadier.iter().any(|one| one.place != *first);
        blocks.push(Block::List(steadier(&found.steadier, several)));
    }
    blocks
}

fn sentences(version: &StressedVersion, top: u64) -> Vec<String> {
    let top = top.min(version.accounts);
    let mut told = Vec::new();
    if let Some(sampling) = &version.sampling {
        let first = sampling.accounts.iter().filter(|account| account.together[0] == 1.0).count();
        // A copy of the report may name no account.
        let first = match sampling.accounts.is_empty() {
            true => String::new(),
            false => format!(", and {first} of the top {} may stand first", thousands(top)),
        };
        told.push(format!(
            "Had the counted events fallen out otherwise, places would be others: of {} pairs of neighbours {} can be \
             told apart{first}.",
            thousands(sampling.neighbours),
            percent(sampling.told_apart),
        ));
    }
    if let Some(weights) = &version.weights {
        told.push(format!(
            "Other weights around those of the version move an account by {} places on average, and {} of the top {} \
             stay there.",
            two_decimals(weights.rank_shift.mean, false),
            percent(weights.top_kept.mean),
            thousands(top)
        ));
    }
    if let Some(choice) = version.sensitivity.as_ref().and_then(|found| found.choices.first()) {
        told.push(format!("Of all choices, {} decides most: {}.", choice.name, share_of_variance(&choice.total)));
    }
    let carried = version.leave_out.as_ref().and_then(|found| found.factors.first().or(found.networks.first()));
    if let Some((name, moved)) = carried.and_then(|left_out| Some((&left_out.name, left_out.found.value()?))) {
        told.push(format!(
            "The order hangs most on {name}: without it an account moves by {} places on average.",
            two_decimals(moved.rank_shift, false)
        ));
    }
    told.extend(version.noise.as_ref().map(noise).unwrap_or_default());
    if let Some(worst) = version.time.as_ref().and_then(|time| time.steps.iter().min_by(|l, r| l.tau.total_cmp(&r.tau)))
    {
        told.push(format!(
            "From snapshot to snapshot tau-b is {} at the least ({} to {}).",
            plain(worst.tau),
            worst.from,
            worst.to
        ));
    }
    told.extend(version.reversal.as_ref().map(reversal));
    told.extend(version.gaming.as_ref().map(gaming::sentences).unwrap_or_default());
    told.extend(version.laws.as_ref().map(laws::sentence));
    told.extend(version.skipped.iter().map(|skipped| format!("Not made: {skipped}.")));
    told
}

fn share_of_variance(total: &Estimate) -> String {
    match total.bounds() {
        Some(bounds) => format!(
            "{} of the variance of what moves, with all that it does together with others [{}, {}]",
            percent(total.point()),
            percent(bounds.lower),
            percent(bounds.upper)
        ),
        None => format!("{} of the variance of what moves", percent(total.point())),
    }
}

fn noise(found: &NoiseFindings) -> Vec<String> {
    let mut told = Vec::new();
    let noisy = |one: &&Disturbed| matches!(one.disturbance, Disturbance::Noise(_));
    if let Some(worst) = found.disturbed.iter().rfind(noisy) {
        let noise = words::disturbance(&worst.disturbance);
        told.push(format!("Under {noise}, Kendall's tau-b is {}.", plain(worst.tau.mean)));
    }
    let outage = |one: &&Disturbed| matches!(one.disturbance, Disturbance::Outage(_));
    let outages = found.disturbed.iter().filter(outage);
    if let Some(worst) = outages.min_by(|left, right| left.tau.mean.total_cmp(&right.tau.mean)) {
        told.push(format!(
            "The gravest outage is {}: tau-b {}, scores move by {} points on average.",
            words::disturbance(&worst.disturbance),
            plain(worst.tau.mean),
            two_decimals(worst.score_shift.mean, false)
        ));
    }
    told
}

/// What others can do to a pair.
pub(super) fn reversal(found: &ReversalFindings<String>) -> String {
    let neighbours = thousands(found.neighbours);
    match (found.removed + found.worsened, found.fitted_on_scored) {
        (0, false) => format!(
            "What happens to others changed the order of none of {neighbours} pairs: the version is fitted and frozen."
        ),
        (0, true) => format!("What happens to others changed none of {neighbours} pairs."),
        (swapped, _) => format!(
            "{} of {neighbours} pairs changed their order although neither account did: the version learns from what \
             it scores.",
            thousands(swapped)
        ),
    }
}

pub(super) fn shaken_by(by: &ShakenBy) -> String {
    match by {
        ShakenBy::Weights => "other weights".to_string(),
        ShakenBy::Signals(disturbance) => words::disturbance(disturbance),
    }
}

/// Where one version is clearly the steadier, the clearest first; with the place where there are
/// several.
fn steadier(all: &[Steadier], several: bool) -> Vec<String> {
    let mut clear: Vec<&Steadier> = all.iter().filter(|one| one.shares.iter().any(|share| *share >= CLEAR)).collect();
    clear.sort_by(|left, right| right.gain.mean.abs().total_cmp(&left.gain.mean.abs()));
    let sentence = |one: &&Steadier| {
        let second = one.shares[1] > one.shares[0];
        let (better, worse) = if second { (&one.second, &one.first) } else { (&one.first, &one.second) };
        let gain = if second { one.gain } else { one.gain.turned() };
        let place = if several { format!(", on {}", one.place.title()) } else { String::new() };
        format!(
            "Under {}{place}, {better} keeps its order better than {worse}: by {} in tau-b, in {} of the draws.",
            shaken_by(&one.shaken_by),
            words::spread(&gain, words::signed),
            percent(one.shares[usize::from(second)])
        )
    };
    if clear.is_empty() {
        return vec!["Shaken alike, no version keeps its order clearly better than another.".to_string()];
    }
    clear.iter().take(STEADIER).map(sentence).collect()
}
