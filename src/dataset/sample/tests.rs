use super::*;
use crate::stats::testing::law;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::{prop_assert, prop_assert_eq};

fn strata(numbers: &[u8]) -> Vec<Option<Stratum>> {
    let stratum = |number: &u8| match number {
        0 => Some(Stratum::Top),
        1 => Some(Stratum::Edge),
        2 => Some(Stratum::Named),
        _ => None,
    };
    numbers.iter().map(stratum).collect()
}

#[test]
fn weights_sum_to_the_population_and_the_panel_has_the_size_asked_for() {
    law((vec((0u8..12, 0u32..4), 1..60), 1u64..70), |(accounts, wanted)| {
        let certain = strata(&accounts.iter().map(|(stratum, _)| *stratum).collect::<Vec<_>>());
        let names = ["a", "b", "c", ""].map(str::to_string).to_vec();
        let groups = Groups { names, codes: accounts.iter().map(|(_, group)| *group).collect() };
        for groups in [None, Some(&groups)] {
            let sure = certain.iter().flatten().count() as u64;
            let mut present: Vec<u32> = (0..accounts.len())
                .filter(|at| certain[*at].is_none())
                .map(|at| groups.map_or(0, |groups| groups.codes[at]))
                .collect();
            present.sort_unstable();
            present.dedup();
            match draw(&certain, groups, wanted) {
                Err(small) => {
                    prop_assert!(wanted < sure + present.len() as u64);
                    prop_assert_eq!(small, TooSmall { certain: sure, groups: present.len() as u64 });
                }
                Ok(panel) => {
                    let population = accounts.len() as u64;
                    prop_assert_eq!(panel.taken(), wanted.min(population));
                    let mut weights = 0.0;
                    let mut taken = vec![0u64; panel.cells.len()];
                    for (at, stratum) in certain.iter().enumerate() {
                        let cell = panel.cell_of(at as u32);
                        prop_assert!(stratum.is_none() || cell.is_some());
                        if let Some(cell) = cell {
                            let place = panel.cells.iter().position(|known| known == cell).unwrap();
                            taken[place] += 1;
                            weights += cell.weight();
                            prop_assert_eq!(cell.stratum, stratum.unwrap_or(Stratum::Rest));
                            prop_assert!(cell.stratum == Stratum::Rest || cell.weight() == 1.0);
                        }
                    }
                    prop_assert!((weights - population as f64).abs() < 1e-9, "{weights} {population}");
                    for (cell, taken) in panel.cells.iter().zip(&taken) {
                        prop_assert!(cell.taken >= 1 && cell.taken <= cell.accounts);
                        prop_assert_eq!(cell.taken, *taken);
                    }
                }
            }
        }
        Ok(())
    });
}

/// Sizes in proportion, up to one account or to the least one.
#[test]
fn groups_get_their_share() {
    law((vec(0u64..1000, 1..8), any::<u64>()), |(sizes, draw)| {
        let total: u64 = sizes.iter().sum();
        let present = sizes.iter().filter(|size| **size > 0).count() as u64;
        if total == 0 {
            return Ok(());
        }
        let wanted = present + draw % (total - present + 1);
        let given = allocate(&sizes, wanted);
        prop_assert_eq!(given.iter().sum::<u64>(), wanted);
        let lifted = sizes.iter().any(|size| *size > 0 && size * wanted < total);
        for (size, given) in sizes.iter().zip(&given) {
            prop_assert!(*given <= *size && (*size == 0 || *given >= 1));
            let due = *size as f64 * wanted as f64 / total as f64;
            prop_assert!(lifted || (*given as f64 - due).abs() < 1.0, "{due} {given}");
            prop_assert!(*given as f64 <= due.max(0.0) + 1.0);
        }
        Ok(())
    });
    assert_eq!(allocate(&[70, 20, 10], 10), [7, 2, 1]);
    assert_eq!(allocate(&[997, 1, 1, 1], 10), [7, 1, 1, 1]);
    assert_eq!(allocate(&[5, 5, 5], 7), [3, 2, 2]);
    assert_eq!(allocate(&[u64::MAX / 2, u64::MAX / 2], 3), [2, 1]);
}

/// Positions of ids in the order of their lots, as a roll has them.
fn shuffled(seed: u64, count: u32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by_key(|account| lot(seed, &account.to_string()));
    order
}

/// Over many seeds the mean of the weighted means is the mean of the population, within four of
/// its standard errors, and so is every account's share of panels what its weight says. The plain
/// mean of the panels is far off, since the largest accounts are always in.
#[test]
fn weighted_means_are_unbiased() {
    const ACCOUNTS: u32 = 60;
    const SEEDS: u64 = 4000;
    let value = |account: u32| f64::from(account * account);
    let stratum = |account: u32| (account >= 55).then_some(Stratum::Top);
    let truth = (0..ACCOUNTS).map(value).sum::<f64>() / f64::from(ACCOUNTS);
    let names = ["odd", "even", ""].map(str::to_string).to_vec();
    for stratified in [false, true] {
        let (mut means, mut plain) = (Vec::new(), 0.0);
        let mut times = [0u64; ACCOUNTS as usize];
        for seed in 0..SEEDS {
            let order = shuffled(seed, ACCOUNTS);
            let certain: Vec<Option<Stratum>> = order.iter().map(|account| stratum(*account)).collect();
            let groups = Groups { names: names.clone(), codes: order.iter().map(|a| u32::from(a % 3 == 0)).collect() };
            let panel = draw(&certain, stratified.then_some(&groups), 17).unwrap();
            let (mut sum, mut weights, mut bare) = (0.0, 0.0, 0.0);
            for (at, account) in order.iter().enumerate() {
                if let Some(cell) = panel.cell_of(at as u32) {
                    sum += cell.weight() * value(*account);
                    weights += cell.weight();
                    bare += value(*account);
                    times[*account as usize] += 1;
                }
            }
            assert!((weights - f64::from(ACCOUNTS)).abs() < 1e-9);
            means.push(sum / weights);
            plain += bare / 17.0 / SEEDS as f64;
        }
        let mean = means.iter().sum::<f64>() / SEEDS as f64;
        let variance = means.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / SEEDS as f64;
        let error = (variance / SEEDS as f64).sqrt();
        assert!((mean - truth).abs() < 4.0 * error, "{mean} {truth} {error}");
        assert!(plain - truth > 400.0, "{plain} {truth}");
        for (account, times) in times.iter().enumerate() {
            let share = *times as f64 / SEEDS as f64;
            let due = match (account >= 55, stratified, account % 3 == 0) {
                (true, _, _) => 1.0,
                (false, false, _) => 12.0 / 55.0,
                (false, true, true) => 4.0 / 19.0,
                (false, true, false) => 8.0 / 36.0,
            };
            let error = (due * (1.0 - due) / SEEDS as f64).sqrt();
            assert!((share - due).abs() <= 4.5 * error, "{account} {share} {due}");
        }
    }
}

/// Put together by hand from the description of `lot`.
#[test]
fn lots_are_what_the_description_says() {
    assert_ne!(lot(1, "7"), lot(2, "7"));
    assert_ne!(lot(1, "7"), lot(1, "8"));
    let by_hand = blake3::hash(b"clout sample 1\x05\0\0\0\0\0\0\0ann");
    assert_eq!(format!("{:032x}", lot(5, "ann")), by_hand.to_hex().as_str()[..32]);
}

#[test]
fn the_largest_are_those_of_a_plain_sort_unless_they_tie_across_the_end() {
    law((vec((0u32..9).prop_map(f64::from), 0..30), 0usize..35), |(values, count)| {
        let values: Vec<(u32, f64)> = (0u32..).zip(values).collect();
        let (taken, tied) = largest(&values, count);
        let greater = |value: f64| values.iter().filter(|(_, other)| *other > value).count();
        let equal = |value: f64| values.iter().filter(|(_, other)| *other == value).count();
        let fits = |value: f64| greater(value) + equal(value) <= count;
        let expected: Vec<u32> = values.iter().filter(|(_, x)| fits(*x)).map(|(account, _)| *account).collect();
        prop_assert_eq!(&taken, &expected);
        let cut = values.iter().filter(|(_, x)| greater(*x) < count && !fits(*x)).count();
        prop_assert_eq!(tied, cut);
        Ok(())
    });
    let nan = f64::NAN;
    assert_eq!(largest(&[(0, nan), (1, -5.0), (2, nan)], 2), (vec![1], 0));
    // Equal on the grid is equal.
    assert_eq!(largest(&[(0, 0.1 + 0.2), (1, 0.3), (2, 1.0)], 2), (vec![2], 2));
}

#[test]
fn near_an_edge_includes_the_distance_itself() {
    let values = [(3, 50.1), (1, 49.9), (4, 50.100001), (0, f64::NAN), (2, 75.0), (7, 50.0)];
    assert_eq!(near(&values, &[50.0], 0.1), [3, 1, 7]);
    assert_eq!(near(&values, &[50.0, 75.0], 0.0), [2, 7]);
    assert_eq!(near(&values, &[], 100.0), [0u32; 0]);
}
