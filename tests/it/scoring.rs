//! Proves that scores are what a model file says they are: random models over random accounts
//! against a second, naive opinion, to nine digits; and the laws that hold whatever the model, such
//! as that neither the order of the rows, nor threads, nor chunk borders change a single bit.
#![expect(clippy::disallowed_methods, reason = "the second opinion uses the standard library's functions")]

mod cases;
mod classes;
mod oracle;
mod variants;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cloutbench::dataset::Dataset;
use cloutbench::dataset::index::{Index, Selection, Snapshots};
use cloutbench::diagnostic::Diagnostics;
use cloutbench::score::{Engine, FittedModel, LocalEngine, Population};
use cloutbench::stats::grid::snap;
use cloutbench::workbench::ranks;
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;

use cases::{Account, Chance, accepted, dataset, engine_model, numbered, text};
use oracle::{Aggregate, Expr, Factor, Missing, Model, Network, Normalise, Row, ScaleFrom, Transform, opinion};

fn chance(seed: u64) -> Chance {
    Chance(ChaCha8Rng::seed_from_u64(seed))
}

fn index(dataset: &Dataset, snapshot: Option<&str>) -> Index {
    let snapshots = snapshot.map_or(Snapshots::All, |name| Snapshots::Named(vec![name.to_string()]));
    Index::build(dataset, &Selection { snapshots, also: None, topic: None }).unwrap()
}

fn fit(model: &Model, reference: &[Account]) -> Result<FittedModel, Diagnostics> {
    let dataset = dataset(&[reference]);
    let index = index(&dataset, None);
    let population = Population { dataset: &dataset, index: &index };
    Ok(LocalEngine::default().fit(&[engine_model(model)], &population)?.remove(0))
}

/// Scores by snapshot and account, for each of the models.
fn scores(fitted: &[FittedModel], parts: &[&[Account]]) -> Vec<BTreeMap<(String, i64), f64>> {
    let dataset = dataset(parts);
    let index = index(&dataset, None);
    let scored = LocalEngine::default().score(fitted, &Population { dataset: &dataset, index: &index }).unwrap();
    let named = |values: &[f64]| {
        let mut found = BTreeMap::new();
        for slice in &index.slices {
            for at in 0..slice.accounts.len() {
                let key = slice.accounts.text(at).parse().unwrap();
                found.insert((slice.snapshot.clone().unwrap(), key), values[slice.start + at]);
            }
        }
        found
    };
    scored.iter().map(|scores| named(&scores.values)).collect()
}

/// The scores of numbered rows, in their order.
fn in_order(fitted: &FittedModel, rows: &[Row]) -> Vec<f64> {
    scores(std::slice::from_ref(fitted), &[&numbered(rows)]).remove(0).into_values().collect()
}

fn bits(scores: &BTreeMap<(String, i64), f64>) -> Vec<(String, i64, u64)> {
    scores.iter().map(|((snapshot, key), score)| (snapshot.clone(), *key, score.to_bits())).collect()
}

/// Where the reference strengths lie so near to each other that the last bits decide, a rank can
/// only be bounded: by the share that is clearly below, and the share that is not clearly above.
fn within_rank(model: &Model, strength: f64, reference: &[f64], score: f64) -> bool {
    const NEAR: f64 = 1e-6;
    let share = (score - model.min) / (model.max - model.min);
    let n = reference.len() as f64;
    let left = reference.iter().copied().filter(|x| *x < strength - NEAR).fold(f64::NEG_INFINITY, f64::max);
    let right = reference.iter().copied().filter(|x| *x > strength + NEAR).fold(f64::INFINITY, f64::min);
    let low = reference.iter().filter(|x| **x < left).count() as f64 / n;
    let high = reference.iter().filter(|x| **x <= right).count() as f64 / n;
    (low - 1e-9..=high + 1e-9).contains(&share)
}

/// Whether no other reference strength is so near that its last bits matter.
fn is_apart(strength: f64, reference: &[f64]) -> bool {
    reference.iter().all(|other| *other == strength || (other - strength).abs() > 1e-6)
        && reference.iter().filter(|other| **other == strength).count() <= 1
}

/// What a model is made of, to be sure that everything was compared.
fn parts_of(model: &Model, seen: &mut BTreeSet<String>) {
    let word = |text: String| text.split(['(', ' ', '{']).next().unwrap().to_string();
    seen.insert(format!("combine {}", word(format!("{:?}", model.combine))));
    seen.insert(format!("scale {}", word(format!("{:?}", model.from))));
    for network in &model.networks {
        seen.insert(format!("network {}", word(format!("{:?}", network.aggregate))));
        if network.connected.is_some() {
            seen.insert("connected".to_string());
        }
        for factor in &network.factors {
            seen.insert(format!("missing {}", word(format!("{:?}", factor.missing))));
            seen.insert(format!("normalise {}", word(format!("{:?}", factor.normalise))));
            seen.extend(
                factor.transforms.iter().map(|transform| format!("transform {}", word(format!("{transform:?}")))),
            );
        }
    }
}

/// Holds one model against the oracle; gives how many scores were compared.
fn compared(model: &Model, reference: &[Row], rows: &[Row]) -> usize {
    let expected = opinion(model, reference, rows);
    let fitted = fit(model, &numbered(reference));
    let told = || text(model);
    let (expected, fitted) = match (expected, fitted) {
        (None, Err(_)) => return 0,
        (None, Ok(_)) => panic!("the oracle cannot fit, the engine does:\n{}", told()),
        (Some(opinion), Err(problems)) => {
            // Strengths that differ in the last bits alone are equal to one and apart to the other.
            let least = opinion.reference.iter().copied().fold(f64::INFINITY, f64::min);
            let most = opinion.reference.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            assert!(model.from == ScaleFrom::MinMax && most - least < 1e-9, "{problems}\n{}", told());
            return 0;
        }
        (Some(opinion), Ok(fitted)) => (opinion, fitted),
    };
    let spread = expected.reference.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        - expected.reference.iter().copied().fold(f64::INFINITY, f64::min);
    let size = expected.reference.iter().copied().fold(1.0, |size: f64, x| size.max(x.abs()));
    if model.from == ScaleFrom::MinMax && spread < size * 1e-6 {
        return 0;
    }
    let found = in_order(&fitted, rows);
    let mut count = 0;
    for (at, found) in found.into_iter().enumerate() {
        let place = || format!("account {at}: {:?}\n{}", rows[at], told());
        match (expected.scores[at], expected.strengths[at]) {
            (Some(score), Some(strength)) => {
                let near = (found - score).abs() <= 1e-9 * score.abs().max(1.0);
                let rank = model.from == ScaleFrom::PercentileRank && !is_apart(strength, &expected.reference);
                let right = if rank { within_rank(model, strength, &expected.reference, found) } else { near };
                assert!(right, "{found}, not {score} (strength {strength}), {}", place());
                count += usize::from(!rank);
            }
            _ => assert!(found.is_nan(), "{found}, but there is no score: {}", place()),
        }
    }
    count
}

#[test]
fn the_engine_agrees_with_a_second_opinion() {
    let mut chance = chance(20_111_026);
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for round in 0..1500 {
        let model = chance.model();
        let size = 1 + chance.below(60);
        let rows = chance.rows(size);
        // Fitted on the scored accounts, or on others.
        let reference = if round % 2 == 0 { rows.clone() } else { chance.rows(40) };
        let new = compared(&model, &reference, &rows);
        if new > 0 {
            parts_of(&model, &mut seen);
        }
        count += new;
    }
    assert!(count > 15_000, "only {count} scores were compared");
    // 6 aggregates twice, 4 scales, 4 policies, 6 normalisations, 9 transforms, and connected.
    assert_eq!(seen.len(), 36, "{seen:#?}");
}

/// Three networks with the same few values, so that accounts come to equal strengths by different
/// ways: one network or three, this one or that.
fn bucketed(aggregate: Aggregate, combine: Aggregate, from: ScaleFrom) -> Model {
    let factor = |at: usize, weight: f64| Factor {
        value: Expr::Column(at),
        missing: Missing::LeaveOut,
        transforms: vec![Transform::Clip(Some(0.0), Some(3.0)), Transform::Log1p],
        normalise: Normalise::None,
        weight,
    };
    let network = |at: usize, weight: f64| Network {
        weight,
        aggregate,
        connected: None,
        factors: vec![factor(at, 0.4), factor(3, 1.3)],
    };
    Model { networks: vec![network(1, 0.7), network(3, 1.0), network(5, 0.3)], combine, min: 1.0, max: 100.0, from }
}

const EVERY: [Aggregate; 7] = [
    Aggregate::WeightedSum,
    Aggregate::WeightedMean,
    Aggregate::PowerMean(3.0),
    Aggregate::PowerMean(-1.0),
    Aggregate::GeometricMean,
    Aggregate::RootSumSquares,
    Aggregate::Max,
];

/// Multiplies all weights by constants; gives how many ranks were ties. No rank may change.
fn weights_are_relative(from: ScaleFrom) -> usize {
    let rows = chance(3).rows(800);
    let mut tied = 0;
    for aggregate in EVERY {
        for combine in EVERY {
            let model = bucketed(aggregate, combine, from);
            let before = ranks(&in_order(&fit(&model, &numbered(&rows)).unwrap(), &rows));
            for constant in [3.0, 0.1, 1.0 / 7.0] {
                let mut scaled = model.clone();
                for network in &mut scaled.networks {
                    network.weight *= constant;
                    network.factors.iter_mut().for_each(|factor| factor.weight *= constant);
                }
                let after = ranks(&in_order(&fit(&scaled, &numbered(&rows)).unwrap(), &rows));
                let same = before.iter().zip(&after).all(|(x, y)| x == y || (x.is_nan() && y.is_nan()));
                assert!(same, "{aggregate:?} in {combine:?}, times {constant}");
            }
            tied += before.iter().filter(|rank| rank.fract() != 0.0).count();
        }
    }
    tied
}

#[test]
fn weights_say_only_how_much_against_each_other() {
    let tied = weights_are_relative(ScaleFrom::MinMax);
    assert!(tied > 10_000, "the law is idle without ties: {tied}");
}

#[test]
fn weights_say_only_how_much_under_a_scale_of_ranks() {
    weights_are_relative(ScaleFrom::PercentileRank);
}

#[test]
fn neither_the_order_nor_the_names_of_accounts_matter() {
    let mut chance = chance(4);
    for _ in 0..60 {
        let model = chance.model();
        let (reference, rows) = (numbered(&chance.rows(50)), numbered(&chance.rows(120)));
        let Ok(fitted) = fit(&model, &reference) else { continue };
        let expected = scores(std::slice::from_ref(&fitted), &[&rows]).remove(0);
        // Another order of the rows, fitted or scored.
        let mut shuffled = rows.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, chance.below(at + 1));
        }
        let mut turned = reference.clone();
        turned.reverse();
        let again = scores(std::slice::from_ref(&fitted), &[&shuffled]).remove(0);
        assert_eq!(bits(&expected), bits(&again), "{}", text(&model));
        let refitted = fit(&model, &turned).unwrap();
        assert!(refitted == fitted, "the order of the reference matters:\n{}", text(&model));
        // Other names: the scores go with the rows.
        let renamed: Vec<Account> =
            rows.iter().map(|(key, month, row)| (key * 7919 % 1000 - 500, *month, row.clone())).collect();
        let after = scores(&[fitted], &[&renamed]).remove(0);
        for (key, month, _) in &rows {
            let score = |found: &BTreeMap<(String, i64), f64>, key: i64| found[&(month.to_string(), key)].to_bits();
            assert_eq!(score(&expected, *key), score(&after, key * 7919 % 1000 - 500));
        }
    }
}

/// Models that can be fitted on a reference.
fn fitted_models(chance: &mut Chance, count: usize) -> Vec<FittedModel> {
    let reference = numbered(&chance.rows(300));
    std::iter::repeat_with(|| fit(&chance.model(), &reference)).filter_map(Result::ok).take(count).collect()
}

#[test]
fn threads_change_no_bit() {
    let mut chance = chance(5);
    let models: Vec<Arc<_>> = std::iter::repeat_with(|| chance.model())
        .filter(|model| opinion(model, &chance_rows(), &[]).is_some())
        .take(12)
        .map(|model| engine_model(&model))
        .collect();
    let reference = chance_rows();
    let accounts = numbered(&chance.rows(20_000));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let numbered = numbered(&reference);
            let data = dataset(&[&numbered[..100], &numbered[100..]]);
            let index = index(&data, None);
            let fitted = LocalEngine::default().fit(&models, &Population { dataset: &data, index: &index }).unwrap();
            let parts: Vec<&[Account]> = accounts.chunks(3000).collect();
            let found = scores(&fitted, &parts);
            (fitted, found.iter().map(bits).collect::<Vec<_>>())
        })
    };
    let alone = run(1);
    for threads in [2, 5] {
        let together = run(threads);
        assert!(alone.0 == together.0, "the fit depends on the number of threads");
        assert!(alone.1 == together.1, "the scores depend on the number of threads");
    }
}

/// A reference of its own, the same at each call.
fn chance_rows() -> Vec<Row> {
    chance(55).rows(250)
}

#[test]
fn chunks_files_and_company_change_no_bit() {
    let mut chance = chance(6);
    let fitted = fitted_models(&mut chance, 8);
    let accounts = numbered(&chance.rows(9000));
    // Each account by itself, as it were: in tables of 100.
    let mut expected: Vec<BTreeMap<(String, i64), f64>> = vec![BTreeMap::new(); fitted.len()];
    for few in accounts.chunks(100) {
        for (all, found) in expected.iter_mut().zip(scores(&fitted, &[few])) {
            all.extend(found);
        }
    }
    for rows in [1, 511, 512, 513, 1024, 8191, 8192, 8193, 9000] {
        let found = scores(&fitted, &[&accounts[..rows]]);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(bits(found), bits(expected)[..rows], "{rows} rows");
        }
    }
    for files in [2, 1024, 3000] {
        let parts: Vec<&[Account]> = accounts.chunks(9000 / files.min(40) + files % 7).collect();
        let found = scores(&fitted, &parts);
        assert!(
            found.iter().zip(&expected).all(|(found, expected)| bits(found) == bits(expected)),
            "{} files",
            parts.len()
        );
    }
    // Models scored together share their factors; alone they give the same.
    for (model, expected) in fitted.iter().zip(&expected) {
        let alone = scores(std::slice::from_ref(model), &[&accounts]).remove(0);
        assert!(bits(&alone) == bits(expected));
    }
}

#[test]
fn snapshots_do_not_see_each_other() {
    let mut chance = chance(7);
    const MONTHS: [&str; 3] = ["2012-01", "2012-02", "2012-03"];
    let mut all: Vec<Account> = Vec::new();
    for key in 0..400 {
        for month in MONTHS {
            if !chance.one_in(4) {
                all.push((key, month, chance.row()));
            }
        }
    }
    let together = dataset(&[&all]);
    for _ in 0..30 {
        let model = chance.model();
        let alone: Vec<Account> = all.iter().filter(|account| account.1 == MONTHS[1]).cloned().collect();
        // A fit on one snapshot of many is the fit on that snapshot alone.
        let middle = index(&together, Some(MONTHS[1]));
        let population = Population { dataset: &together, index: &middle };
        let fitted = LocalEngine::default().fit(&[engine_model(&model)], &population);
        let Ok(separate) = fit(&model, &alone) else {
            assert!(fitted.is_err());
            continue;
        };
        let fitted = fitted.unwrap();
        assert!(fitted[0] == separate, "{}", text(&model));
        let found = scores(&fitted, &[&all]).remove(0);
        let mut expected = BTreeMap::new();
        for month in MONTHS {
            let own: Vec<Account> = all.iter().filter(|account| account.1 == month).cloned().collect();
            let own = scores(&fitted, &[&own]).remove(0);
            expected.extend(own);
        }
        assert_eq!(bits(&found), bits(&expected), "{}", text(&model));
        // And what is counted is counted in the chosen rows alone.
        let tally = LocalEngine::default().score(&fitted, &population).unwrap().remove(0).tally;
        assert_eq!(tally.scored + tally.unscored, alone.len() as u64);
    }
}

/// Column 0 on the first network, column 2 on the second; strengths are the cells themselves.
fn two_networks(combine: Aggregate, second: f64) -> Model {
    let network = |at: usize, weight: f64| Network {
        weight,
        aggregate: Aggregate::WeightedMean,
        connected: None,
        factors: vec![Factor {
            value: Expr::Column(at),
            missing: Missing::Zero,
            transforms: Vec::new(),
            normalise: Normalise::None,
            weight: 1.0,
        }],
    };
    let networks = vec![network(0, 2.0), network(2, second)];
    Model { networks, combine, min: 1.0, max: 100.0, from: ScaleFrom::Fixed(0.0, 50.0) }
}

/// The law that stands at the head of the aggregates, from the model file to the score.
#[test]
fn an_unconnected_network_is_no_penalty() {
    let row = |first: f64, second: Option<f64>| -> Row { vec![Some(first), None, second, None, None, None] };
    for combine in EVERY {
        for weight in [0.5, 1.0, 3.0] {
            let both = two_networks(combine, weight);
            let mut single = both.clone();
            single.networks.pop();
            let rows = [row(4.0, None), row(0.0, None), row(9.5, None)];
            let fitted = fit(&both, &numbered(&rows)).unwrap();
            let alone = fit(&single, &numbered(&rows)).unwrap();
            let before = in_order(&fitted, &rows);
            let same = before.iter().zip(in_order(&alone, &rows)).all(|(x, y)| x.to_bits() == y.to_bits());
            assert!(same, "{combine:?}: who lacks a network has the score of a model without it");
            for (at, first) in [4.0, 0.0, 9.5].into_iter().enumerate() {
                let seconds = [0.0, 0.1, 3.9, 4.0, 4.1, 9.4, 9.5, 9.6, 12.0];
                let joined = in_order(&fitted, &seconds.map(|second| row(first, Some(second))));
                for (second, after) in seconds.into_iter().zip(joined) {
                    let (before, after) = (snap(before[at]), snap(after));
                    let told =
                        format!("{combine:?}, weight {weight}: {before} becomes {after} with {second} beside {first}");
                    match combine {
                        Aggregate::WeightedSum | Aggregate::RootSumSquares | Aggregate::Max => {
                            assert!(after >= before, "{told}");
                        }
                        // A mean goes the way of what is added; a 0 holds the geometric and the
                        // harmonic mean at 0.
                        Aggregate::GeometricMean | Aggregate::PowerMean(-1.0) if first == 0.0 => {
                            assert_eq!(after, 1.0, "{told}");
                        }
                        _ => assert_eq!(after.partial_cmp(&before), second.partial_cmp(&first), "{told}"),
                    }
                }
            }
        }
    }
}

/// `coalesce` gives a value to accounts that are not on the network; a fit must not learn from it.
#[test]
fn a_fit_learns_from_nobody_off_the_network() {
    let mut model = two_networks(Aggregate::WeightedMean, 1.0);
    let factor = &mut model.networks[1].factors[0];
    factor.value = Expr::Coalesce(Box::new(Expr::Column(2)), Box::new(Expr::Number(500.0)));
    factor.missing = Missing::LeaveOut;
    factor.normalise = Normalise::MinMax;
    let rows: Vec<Row> =
        [None, Some(0.0), Some(10.0)].map(|cell| vec![Some(0.0), None, cell, None, None, None]).to_vec();
    let found = in_order(&fit(&model, &numbered(&rows)).unwrap(), &rows);
    // The largest on the network is 10, not 500: (2 x 0 + 1 x 1) / 3 of a scale to 50.
    assert!((found[2] - (1.0 + 99.0 / 150.0)).abs() < 1e-9, "{found:?}");
}

/// "A signal that is there, and an account that is not": the policy for missing values is for
/// accounts on the network alone.
#[test]
fn a_policy_reaches_only_who_is_on_the_network() {
    let mut model = two_networks(Aggregate::WeightedMean, 1.0);
    let beside = model.networks[1].factors[0].clone();
    model.networks[1].factors.push(Factor { missing: Missing::Constant(30.0), value: Expr::Column(3), ..beside });
    let rows: Vec<Row> = vec![
        vec![Some(10.0), None, None, None, None, None],
        vec![Some(10.0), None, Some(10.0), None, None, None],
        vec![None, None, None, None, None, None],
    ];
    let found = in_order(&fit(&model, &numbered(&rows)).unwrap(), &rows);
    let score = |strength: f64| 1.0 + 99.0 * strength / 50.0;
    assert!((found[0] - score(10.0)).abs() < 1e-9, "{found:?}");
    assert!((found[1] - score((2.0 * 10.0 + 20.0) / 3.0)).abs() < 1e-9, "{found:?}");
    assert!(found[2].is_nan());
}
