//! How far each factor carries: 10 % more of its signals, and nothing else.

use rayon::prelude::*;

use super::findings::{Elasticity, Inelastic};
use super::{Gaming, middle_and_upper};
use crate::diagnostic::Diagnostics;
use crate::model::{Factor, Network};
use crate::score::rescore::{Changed, Scratch};
use crate::stability::attack::on_network;
use crate::stability::levels::levels;
use crate::stats::grid::snap;
use crate::stats::summary::sorted;

/// So much more, as a share of what is there.
const MORE: f64 = 0.1;

/// The elasticities, the largest median first (then the largest upper end, then by name), and
/// factors that have none.
pub(super) fn of(
    gaming: &Gaming<'_>,
    before: &[f64],
    tick: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<Elasticity>, Vec<Inelastic>), Diagnostics> {
    let networks = &gaming.fitted.model.networks;
    let factors: Vec<(&Network, &Factor)> =
        networks.iter().flat_map(|network| network.factors.iter().map(move |factor| (network, factor))).collect();
    let one = |scratch: &mut Scratch, (network, factor): (&Network, &Factor)| {
        let found = of_factor(gaming, network, factor, before, scratch);
        tick(1);
        found
    };
    let found: Result<Vec<Result<Elasticity, Inelastic>>, Diagnostics> =
        factors.into_par_iter().map_init(Scratch::default, one).collect();
    let (mut elasticities, mut inelastic) = (Vec::new(), Vec::new());
    for found in found? {
        match found {
            Ok(elasticity) => elasticities.push(elasticity),
            Err(none) => inelastic.push(none),
        }
    }
    elasticities.sort_by(|first, second| {
        let figures = |of: &Elasticity| [snap(of.median), snap(of.upper)];
        let [theirs, ours] = [figures(second), figures(first)];
        let names = || (&first.network, &first.factor).cmp(&(&second.network, &second.factor));
        theirs[0].total_cmp(&ours[0]).then_with(|| theirs[1].total_cmp(&ours[1])).then_with(names)
    });
    Ok((elasticities, inelastic))
}

fn of_factor(
    gaming: &Gaming<'_>,
    network: &Network,
    factor: &Factor,
    before: &[f64],
    scratch: &mut Scratch,
) -> Result<Result<Elasticity, Inelastic>, Diagnostics> {
    let levels = levels(&gaming.fitted.model);
    let mut names = factor.value.columns();
    names.retain(|name| !levels.contains_key(name));
    if names.is_empty() {
        let reason = "it reads levels, of which there is no tenth more".to_string();
        return Ok(Err(Inelastic { network: network.name.clone(), factor: factor.name.clone(), reason }));
    }
    let mut changed = Changed::new();
    let mut has = vec![false; before.len()];
    for name in &names {
        let cells = gaming.cells.column(name).unwrap_or(&[]);
        // Below 0 more is nearer to 0; a cell within its bounds stays there.
        let more = |cell: &f64| {
            let more = cell + MORE * cell.abs();
            if gaming.identities.bounded(name, *cell) == *cell { gaming.identities.bounded(name, more) } else { more }
        };
        has.iter_mut().zip(cells).for_each(|(has, cell)| *has |= !cell.is_nan());
        changed.insert(name.to_string(), cells.iter().map(more).collect());
    }
    let on = on_network(network, before.len(), |name| gaming.cells.column(name));
    let mut after = Vec::new();
    gaming.rescorer.score_changed(gaming.fitted, &changed, scratch, &mut after)?;
    let rows = has.into_iter().zip(on).zip(before.iter().zip(&after));
    let there = rows.filter(|((has, on), (before, after))| *has && *on && !before.is_nan() && !after.is_nan());
    let gains: Vec<f64> = there.map(|(_, (before, after))| after - before).collect();
    let (network, factor) = (network.name.clone(), factor.name.clone());
    let ascending = sorted(&gains);
    Ok(match middle_and_upper(&ascending) {
        Ok([median, upper]) => Ok(Elasticity {
            network,
            factor,
            signals: names.into_iter().map(str::to_string).collect(),
            accounts: gains.len() as u64,
            median,
            upper,
            moved: gains.iter().filter(|gain| snap(**gain) != 0.0).count() as f64 / gains.len() as f64,
        }),
        Err(_) => Err(Inelastic {
            network,
            factor,
            reason: "no account with a score is on the network and has one of its signals".to_string(),
        }),
    })
}
