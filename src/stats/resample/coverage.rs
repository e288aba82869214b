//! Whether intervals hold what they claim to hold, on populations whose figures
//! are known. Seeds are fixed: the counts are the same at every run, and their
//! limits are where luck ends. `examples/coverage.rs` measures more of it.

mod worlds;

mod api {
    pub use crate::stats::{distribution, divergence, elementary, overlap, paired, resample, undefined, weights};
}

use rayon::prelude::*;
use worlds::{Covered, Effort, World};

fn measure(world: World, n: usize, runs: u64, replicates: usize) -> Covered {
    let truth = world.truth(n).unwrap();
    let effort = Effort { n, replicates };
    let ends: Vec<worlds::Ends> = (0..runs).into_par_iter().map(|run| world.intervals(effort, run).unwrap()).collect();
    let mut covered = Covered::default();
    ends.into_iter().for_each(|ends| covered.add(ends, truth));
    covered
}

#[test]
fn every_interval_that_is_offered_holds_what_it_claims() {
    for (world, n) in [
        (World::Tau(0.8), 150),
        (World::TiedTau(0.8), 150),
        (World::Rho(0.8), 150),
        (World::Shift, 100),
        (World::Moved(0.2), 150),
        (World::SkewedMean, 400),
        (World::Area, 100),
        (World::AreaGain, 100),
        (World::Clusters { whole: true }, 400),
        (World::UnevenClusters { whole: true }, 600),
    ] {
        let covered = measure(world, n, 200, 400);
        assert_eq!(covered.offered, [200, 200], "{world:?}");
        for method in [0, 1] {
            let share = covered.share(method).unwrap();
            assert!((0.90..=0.99).contains(&share), "{world:?} {method}: {share}");
        }
    }
}

#[test]
fn resampling_accounts_out_of_clusters_covers_too_little() {
    let even = [true, false].map(|whole| measure(World::Clusters { whole }, 500, 400, 400).share(0).unwrap());
    assert!(even[0] > 0.90 && (0.69..0.81).contains(&even[1]), "{even:?}");
    let uneven = [true, false].map(|whole| measure(World::UnevenClusters { whole }, 500, 400, 400).share(0).unwrap());
    assert!(uneven[0] > 0.88 && (0.58..0.72).contains(&uneven[1]), "{uneven:?}");
}

#[test]
fn crossed_factors_are_drawn_both() {
    // Twenty topics, so a few points are missing, as with twenty clusters.
    let shares = [true, false].map(|both| measure(World::Crossed { both }, 1200, 200, 400).share(0).unwrap());
    assert!(shares[0] >= 0.88 && shares[1] < 0.75, "{shares:?}");
}

/// The reason why nobody is offered these.
#[test]
fn percentile_intervals_of_psi_ks_and_overlap_are_wrong() {
    for (world, most) in
        [(World::Psi(0.0), 0.01), (World::Psi(0.05), 0.25), (World::Ks(0.0), 0.01), (World::Ks(0.02), 0.06)]
    {
        let share = measure(world, 1000, 100, 200).share(0).unwrap();
        assert!(share <= most, "{world:?}: {share}");
    }
    let share = measure(World::Overlap, 1000, 200, 200).share(0).unwrap();
    assert!(share >= 0.98, "{share}");
}
