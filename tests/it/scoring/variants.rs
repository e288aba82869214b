//! Shorter ways to the same scores: fitting and scoring in one pass, and variants of a model over
//! a population that is held in memory. Both are held to the bit against the plain way.

use cloutbench::score::Unfitted;
use cloutbench::score::rescore::{Changed, Rescorer, Scratch};

use super::*;

const MONTHS: [&str; 3] = ["2012-01", "2012-02", "2012-03"];

/// Accounts with rows in most of three months, mixed.
fn panel(chance: &mut Chance, keys: i64) -> Vec<Account> {
    let mut all: Vec<Account> = Vec::new();
    for key in 0..keys {
        for month in MONTHS {
            if !chance.one_in(4) {
                all.push((key, month, chance.row()));
            }
        }
    }
    all
}

fn bits_of(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| if value.is_nan() { 1 } else { value.to_bits() }).collect()
}

#[test]
fn one_pass_gives_what_two_give() {
    let mut chance = chance(21);
    let (together, apart) = (dataset(&[&panel(&mut chance, 700)]), dataset(&[&panel(&mut chance, 300)]));
    let [all, first, last] = [None, Some(MONTHS[0]), Some(MONTHS[2])].map(|month| index(&together, month));
    let elsewhere = index(&apart, Some(MONTHS[1]));
    let population = |dataset, index| Population { dataset, index };
    let engine = LocalEngine::default();
    let scored = population(&together, &last);
    // The reference is the population itself, part of the dataset, all of it, or another dataset.
    let references =
        [scored, population(&together, &first), population(&together, &all), population(&apart, &elsewhere)];
    let (mut fitted_before, mut compared) = (Vec::new(), 0);
    let mut unfitted = Vec::new();
    for turn in 0..80 {
        let model = engine_model(&chance.model());
        let reference = references[turn % references.len()];
        let Ok(fitted) = engine.fit(std::slice::from_ref(&model), &reference) else {
            let wrong = [Unfitted { model, reference, frozen: None }];
            assert!(engine.fit_and_score(&wrong, &scored, true).is_err());
            continue;
        };
        fitted_before.extend(fitted);
        unfitted.push(Unfitted { model, reference, frozen: None });
    }
    let expected = engine.score(&fitted_before, &scored).unwrap();
    for look in [false, true] {
        let fresh = engine.fit_and_score(&unfitted, &scored, look).unwrap();
        assert!(fresh.fitted == fitted_before);
        assert_eq!(fresh.realised.is_empty(), !look);
        for (ours, expected) in fresh.scores.iter().zip(&expected) {
            assert_eq!(bits_of(&ours.values), bits_of(&expected.values));
            assert_eq!(ours.confidence, expected.confidence);
            assert_eq!(ours.tally, expected.tally);
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared} models could be fitted");
}

/// A model that differs a little.
fn variant(chance: &mut Chance, base: &Model) -> Model {
    let mut model = base.clone();
    for _ in 0..=chance.below(2) {
        let place = chance.below(model.networks.len());
        let other = chance.model();
        let network = &mut model.networks[place];
        let position = chance.below(network.factors.len());
        match chance.below(8) {
            0 | 1 => network.factors[position].weight = 0.25 + chance.share(),
            2 => network.factors[position].transforms.insert(0, Transform::Clip(None, Some(900.0 * chance.share()))),
            3 => network.weight = 0.5 + chance.share(),
            4 => model.from = other.from,
            5 => model.combine = other.combine,
            6 => network.factors[position].missing = Missing::Constant(chance.share()),
            _ if network.factors.len() > 1 => drop(network.factors.remove(position)),
            _ => network.aggregate = other.networks[0].aggregate,
        }
    }
    model
}

#[test]
fn variants_are_scored_as_the_engine_scores_them() {
    let mut chance = chance(22);
    let data = dataset(&[&panel(&mut chance, 900)]);
    let [first, last] = [MONTHS[0], MONTHS[2]].map(|month| index(&data, Some(month)));
    let scored = Population { dataset: &data, index: &last };
    let engine = LocalEngine::default();
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    let mut compared = 0;
    for turn in 0..60 {
        let base = chance.model();
        let reference = if turn % 2 == 0 { scored } else { Population { dataset: &data, index: &first } };
        let Ok(rescorer) = Rescorer::new(&engine_model(&base), reference, scored, 1 << 30) else {
            assert!(engine.fit(&[engine_model(&base)], &reference).is_err());
            continue;
        };
        for _ in 0..12 {
            let model = variant(&mut chance, &base);
            // An edit may make a model that no file may hold.
            let Some(model) = accepted(&model) else { continue };
            let expected = engine.fit(std::slice::from_ref(&model), &reference);
            let Ok(fitted) = rescorer.fit(&model, &mut scratch) else {
                assert!(expected.is_err());
                continue;
            };
            let expected = expected.unwrap();
            assert!(fitted == expected[0]);
            rescorer.score(&fitted, &mut scratch, &mut found).unwrap();
            let plain = engine.score(&expected, &scored).unwrap();
            assert_eq!(bits_of(&found), bits_of(&plain[0].values));
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared} variants could be fitted");
}

#[test]
fn changed_cells_are_scored_as_the_engine_scores_such_a_table() {
    let mut chance = chance(24);
    let engine = LocalEngine::default();
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    let mut compared = 0;
    for _ in 0..60 {
        let before = panel(&mut chance, 300);
        // The same rows, a third of which have other cells in some columns.
        let columns: Vec<usize> = (0..before[0].2.len()).filter(|_| chance.one_in(3)).collect();
        let mut after = before.clone();
        for (_, _, cells) in after.iter_mut() {
            let other = chance.row();
            if chance.one_in(3) {
                columns.iter().for_each(|column| cells[*column] = other[*column]);
            }
        }
        let [data, other] = [before, after].map(|rows| dataset(&[&rows]));
        let [here, there] = [&data, &other].map(|data| index(data, Some(MONTHS[2])));
        let scored = Population { dataset: &data, index: &here };
        let base = engine_model(&chance.model());
        let Ok(rescorer) = Rescorer::new(&base, scored, scored, 1 << 30) else { continue };
        let elsewhere = Population { dataset: &other, index: &there };
        let Ok(beside) = Rescorer::new(&base, elsewhere, elsewhere, 1 << 30) else { continue };
        let cells = |name: &&str| Some(((*name).to_string(), beside.column(name)?.to_vec()));
        let changed: Changed = base.columns().iter().filter_map(cells).collect();
        let moved: Changed = (changed.iter())
            .filter(|(name, cells)| bits_of(cells) != bits_of(rescorer.column(name).unwrap()))
            .map(|(name, cells)| (name.clone(), cells.clone()))
            .collect();
        let fitted = rescorer.base().clone();
        let plain = engine.score(std::slice::from_ref(&fitted), &elsewhere).unwrap();
        for changed in [&changed, &moved] {
            rescorer.score_changed(&fitted, changed, &mut scratch, &mut found).unwrap();
            assert_eq!(bits_of(&found), bits_of(&plain[0].values));
            compared += usize::from(!changed.is_empty());
        }
        // Learnt anew of the changed cells.
        let expected = engine.fit(std::slice::from_ref(&base), &elsewhere);
        match rescorer.fit_changed(&changed, &mut scratch) {
            Ok(fitted) => assert!(fitted == expected.unwrap()[0]),
            Err(_) => assert!(expected.is_err()),
        }
        let short = Changed::from([(base.columns().first().unwrap().to_string(), vec![1.0])]);
        assert!(rescorer.score_changed(&fitted, &short, &mut scratch, &mut found).is_err());
    }
    assert!(compared > 60, "{compared} tables were compared");
}

#[test]
fn what_a_rescorer_cannot_hold_or_read_is_said() {
    let mut chance = chance(23);
    let data = dataset(&[&panel(&mut chance, 50)]);
    let all = index(&data, None);
    let population = Population { dataset: &data, index: &all };
    let one = |column: usize| Model {
        networks: vec![Network {
            weight: 1.0,
            aggregate: Aggregate::WeightedSum,
            connected: None,
            factors: vec![Factor {
                value: Expr::Column(column),
                missing: Missing::Zero,
                transforms: Vec::new(),
                normalise: Normalise::None,
                weight: 1.0,
            }],
        }],
        combine: Aggregate::WeightedSum,
        min: 0.0,
        max: 100.0,
        from: ScaleFrom::Fixed(0.0, 5000.0),
    };
    let too_little = Rescorer::new(&engine_model(&one(0)), population, population, 1000).unwrap_err().to_string();
    assert!(too_little.contains("takes 1 MiB"), "{too_little}");
    let rescorer = Rescorer::new(&engine_model(&one(0)), population, population, 1 << 20).unwrap();
    let other = engine_model(&one(1));
    let absent = rescorer.fit(&other, &mut Scratch::default()).unwrap_err().to_string();
    assert!(absent.contains("reads `net.c1`"), "{absent}");
}
