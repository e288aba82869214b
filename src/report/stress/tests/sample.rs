//! Studies made up by hand.

use crate::experiment::outcome::Place;
use crate::experiment::stress::{ShakenBy, Steadier, Stressed, StressedVersion};
use crate::model::aggregate::Aggregate;
use crate::stability::Spread;
use crate::stability::attack::LeftOut as LeftAsItIs;
use crate::stability::findings::*;
use crate::stability::gaming::findings::*;
use crate::stability::laws::findings::*;
use crate::stats::estimate::Estimate;

/// An account that would act, if it were not escaped.
pub(super) const HOSTILE: &str = "<b>|x";

fn spread(mean: f64) -> Spread {
    Spread { mean, low: mean - 0.01, high: mean + 0.01 }
}

fn gaming() -> GamingFindings {
    let level = |cost: f64, median: f64, upper: f64| Level {
        cost,
        units: cost / 10.0,
        median,
        upper,
        gain_1: 0.75,
        gain_5: 0.05,
        per_cost: median / cost,
        capped: 3,
        bounded: 0,
        lost: 0,
    };
    let attack = |name: &str, levels: Vec<Level>| AttackFindings {
        attack: name.to_string(),
        title: "Followers that are bought".to_string(),
        source: "ours".to_string(),
        note: None,
        unit: "1,000 followers".to_string(),
        cost: 10.0,
        most_units: Some(90.0),
        moved: vec!["twitter.followers".to_string()],
        left_out: vec![LeftAsItIs {
            signal: "flickr.contacts".to_string(),
            reason: "the dataset lacks it".to_string(),
        }],
        attacked: 900,
        out_of_reach: 100,
        without_effect: levels.is_empty().then(|| "the model reads none of the signals that it moves".to_string()),
        best: levels.first().map(|level| Best { cost: level.cost, per_cost: level.per_cost }),
        levels,
        unscored: vec![50.0],
        steps: vec![BandStep { to: "gold".to_string(), accounts: 40, reached: 0, median_cost: None }],
    };
    let cheapest = |to: &str, reached: u64, median_cost: Option<f64>| Cheapest {
        to: to.to_string(),
        accounts: 50,
        reached,
        median_cost,
        attacks: vec![CheapestFor { attack: "bought".to_string(), accounts: reached }],
    };
    let elasticity = |at: usize| Elasticity {
        network: "twitter".to_string(),
        factor: format!("f{at}"),
        signals: vec!["twitter.followers".to_string()],
        accounts: 900,
        median: 0.5,
        upper: 1.5,
        moved: 0.9,
    };
    let inelastic =
        Inelastic { network: "wiki".to_string(), factor: "links".to_string(), reason: "nobody".to_string() };
    GamingFindings {
        accounts: 1_000,
        currency: "dollars, our assumption".to_string(),
        most: 100.0,
        attacks: vec![attack("bought", vec![level(10.0, 2.0, 5.0), level(20.0, 2.5, 6.0)]), attack("ring", Vec::new())],
        cheapest: vec![cheapest("silver", 30, Some(12.5)), cheapest("gold", 0, None)],
        elasticities: (0..23).map(elasticity).collect(),
        inelastic: vec![inelastic],
        cohort: Some(CohortFindings {
            name: "kind = bought".to_string(),
            members: 120,
            unscored: 2,
            others: 880,
            standing: Some(Standing { mean: 41.5, mean_of_others: 33.0, median_rank: 300.0, median_percentile: 0.7 }),
            no_standing: None,
            matched: Some(Matched {
                on: "latent".to_string(),
                members: 118,
                groups: 20,
                mean: 41.2,
                expected: 38.89,
                lift: 2.31,
            }),
            no_match: None,
        }),
    }
}

fn laws() -> LawFindings<String> {
    let untested = |what: &str| Untested { what: what.to_string(), reason: "it is neither".to_string() };
    let signal = SignalLaw {
        signal: "twitter.followers".to_string(),
        higher_is_worse: false,
        change: Change::Doubled,
        tested: 10,
        broken: 2,
        worst: Some(SignalExample { account: HOSTILE.to_string(), cells: [1_200.0, 2_400.0], scores: [50.0, 49.996] }),
    };
    let profile = ProfileLaw {
        profile: Profile::Weakest,
        donor: "d".to_string(),
        strength: 0.25,
        placed: 100,
        lowered: 5,
        worst: Some(NetworkExample { account: "c".to_string(), scores: [20.0, 18.5] }),
    };
    LawFindings {
        monotonicity: Monotonicity {
            signals: 3,
            tested: 30,
            broken: vec![signal],
            untested: vec![untested("age"), untested("sex")],
        },
        networks: NetworkLaws {
            combine: Aggregate::WeightedMean,
            promise: Promise::WeakLowers,
            networks: vec![NetworkLaw { network: "wiki".to_string(), on: 60, off: 100, profiles: vec![profile] }],
            untested: Vec::new(),
        },
    }
}

fn version(model: &str) -> StressedVersion {
    let placed = |account: &str, place: f64, group: u32| Placed {
        account: account.to_string(),
        place,
        alone: [place, place + 1.0],
        together: [1.0, place + 2.0],
        group,
    };
    let moved = Moved { kendall_tau_b: 0.7, rank_shift: 12.0, top_kept: 0.5, score_shift: 3.0, lost: 1 };
    let disturbed = |disturbance: Disturbance| Disturbed {
        disturbance,
        draws: 50,
        tau: spread(0.875),
        rank_shift: spread(20.0),
        top_kept: spread(0.8),
        score_shift: spread(1.0),
        lost: 0.5,
        taus: Vec::new(),
    };
    let total = Estimate::interval(0.6, 0.5, 0.7, 0.95).unwrap();
    StressedVersion {
        model: model.to_string(),
        digest: "abc".to_string(),
        place: Place {
            dataset: "starter".to_string(),
            topic: None,
            snapshot: Some("2011-10".to_string()),
            baseline_snapshot: None,
        },
        dataset_digest: "def".to_string(),
        accounts: 1_000,
        sampling: Some(SamplingFindings {
            replicates: 400,
            level: 0.95,
            drawn: vec!["twitter.followers".to_string()],
            not_drawn: vec!["twitter.share".to_string()],
            accounts: vec![placed(HOSTILE, 1.0, 0), placed("c", 2.0, 0), placed("e", 3.0, 1)],
            contenders: 9,
            told_apart: 0.25,
            neighbours: 999,
            told_apart_at_top: Known::Undefined("all are equal".to_string()),
            width: 30.0,
        }),
        weights: Some(WeightFindings {
            draws: 400,
            weights: 19,
            rank_shift: spread(28.0),
            tau: spread(0.96),
            top_kept: spread(0.9),
            width: 112.0,
            taus: Vec::new(),
            accounts: vec![PlaceSpread {
                account: HOSTILE.to_string(),
                nominal: 1.0,
                mean: 1.5,
                median: 1.0,
                low: 1.0,
                high: 4.0,
            }],
        }),
        sensitivity: Some(SensitivityFindings {
            rows: 256,
            scorings: 2_048,
            mean: 49.0,
            deviation: 23.0,
            alone: Estimate::interval(0.46, 0.2, 0.73, 0.95).unwrap(),
            choices: vec![Choice { name: "twitter".to_string(), first: Estimate::exact(0.2), total }],
        }),
        leave_out: Some(LeaveOutFindings {
            networks: vec![LeftOut {
                name: "twitter".to_string(),
                found: Known::Value(moved),
                furthest: Some(Mover { account: "c".to_string(), before: 2.0, after: 900.5 }),
            }],
            factors: vec![LeftOut {
                name: "twitter/followers".to_string(),
                found: Known::Undefined("all scores are equal".to_string()),
                furthest: None,
            }],
            alone: vec!["wiki/links".to_string()],
        }),
        noise: Some(NoiseFindings {
            disturbed: vec![
                disturbed(Disturbance::Noise(0.1)),
                disturbed(Disturbance::Digits(2)),
                disturbed(Disturbance::Outage("twitter".to_string())),
            ],
            skipped: vec!["data of the snapshot before: there is none".to_string()],
        }),
        time: Some(TimeFindings {
            steps: vec![Step {
                from: "2011-09".to_string(),
                to: "2011-10".to_string(),
                both: 990,
                tau: 0.9,
                top_kept: 0.7,
                mean_shift: -0.1,
                mean_absolute_shift: 0.4,
                psi: Known::Undefined("a bin is empty".to_string()),
                still: 0,
                still_median: None,
                still_high: None,
            }],
            survivors: vec![Survivors { snapshot: "2011-10".to_string(), share: 0.6 }],
            aged: vec![Aged { reference: "2011-09".to_string(), tau: 0.99, mean_shift: 1.1, mean_absolute_shift: 1.2 }],
            not_aged: vec!["2011-08: every value of the reference population is equal".to_string()],
        }),
        reversal: Some(ReversalFindings {
            draws: 20,
            share: 0.1,
            neighbours: 7_000,
            removed: 3,
            worsened: 2,
            fitted_on_scored: true,
            example: Some(Reversed {
                above: HOSTILE.to_string(),
                below: "e".to_string(),
                before: [50.0, 49.5],
                after: [49.0, 49.25],
            }),
        }),
        gaming: Some(gaming()),
        laws: Some(laws()),
        skipped: vec!["time: the dataset has one snapshot".to_string()],
    }
}

/// These versions, all with the same figures; the first against each other one.
pub(super) fn found(models: &[&str]) -> Stressed {
    let steadier = |second: &&str| Steadier {
        first: models[0].to_string(),
        second: (*second).to_string(),
        place: version("v").place,
        shaken_by: ShakenBy::Signals(Disturbance::Noise(0.1)),
        gain: Spread { mean: 0.0021, low: 0.0016, high: 0.0026 },
        shares: [0.0, 1.0],
    };
    Stressed {
        redacted: None,
        format: 1,
        tool: "0.1.0".to_string(),
        command: "clout stress".to_string(),
        seed: 1,
        top: 3,
        versions: models.iter().map(|model| version(model)).collect(),
        steadier: models.iter().skip(1).map(steadier).collect(),
    }
}
