use super::*;
use crate::stats::overlap::overlap_at_k;
use crate::stats::testing::{columns, law, near};
use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::{prop_assert, prop_assert_eq};

const ALL: [Ties; 3] = [Ties::Sport, Ties::Expected, Ties::Corrected];

type List = Vec<Vec<u32>>;

fn of(first: &[f64], second: &[f64], p: f64, ties: Ties) -> Rbo {
    rbo(Paired::new(first, second).unwrap(), p, ties).unwrap()
}

/// A list of 1 to 9 of 12 items, in groups of 1 to 4.
fn list() -> impl Strategy<Value = List> {
    (vec(0u32..1000, 12), vec(1usize..5, 9), 1usize..10).prop_map(|(places, sizes, length)| {
        let mut items: Vec<u32> = (0..12).collect();
        items.sort_by_key(|&item| places[item as usize]);
        items.truncate(length);
        let mut rest = &items[..];
        let mut groups = Vec::new();
        for size in sizes {
            let (group, below) = rest.split_at(size.min(rest.len()));
            groups.push(group.to_vec());
            rest = below;
        }
        groups
    })
}

fn persistence() -> impl Strategy<Value = f64> {
    (1u32..100).prop_map(|percent| f64::from(percent) / 100.0)
}

#[test]
fn several_at_once_are_each_by_itself() {
    law((columns(1), vec(persistence(), 1..5)), |((first, second), ps)| {
        for ties in ALL {
            let together = rbo_of_each(Paired::new(&first, &second).unwrap(), &ps, ties).unwrap();
            let alone: Vec<f64> = ps.iter().map(|p| of(&first, &second, *p, ties).extrapolated).collect();
            prop_assert_eq!(together, alone);
        }
        Ok(())
    });
    let pairs = Paired::new(&[1.0, 2.0], &[2.0, 1.0]).unwrap();
    assert!(rbo_of_each(pairs, &[0.5, 1.0], Ties::Sport).is_err());
}

/// What every item contributes to the top `d` of a list.
fn contributions(list: &List, d: usize, ties: Ties) -> [f64; 12] {
    let mut all = [0.0; 12];
    let mut above = 0;
    for group in list {
        for &item in group {
            all[item as usize] = match ties {
                Ties::Sport => f64::from(u8::from(above < d)),
                _ => ((d as f64 - above as f64) / group.len() as f64).clamp(0.0, 1.0),
            };
        }
        above += group.len();
    }
    all
}

fn naive_agreement(first: &List, second: &List, d: usize, ties: Ties) -> f64 {
    let (left, right) = (contributions(first, d, ties), contributions(second, d, ties));
    let product = |x: &[f64; 12], y: &[f64; 12]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let together = product(&left, &right);
    match ties {
        Ties::Sport => 2.0 * together / (left.iter().sum::<f64>() + right.iter().sum::<f64>()),
        Ties::Expected => together / d as f64,
        Ties::Corrected => together / (product(&left, &left) * product(&right, &right)).sqrt(),
    }
}

/// The weighted sum of the agreements down to a depth, each on its own.
fn naive_prefix(first: &List, second: &List, depth: usize, p: f64, ties: Ties) -> f64 {
    (1..=depth).map(|d| (1.0 - p) * powf(p, (d - 1) as f64) * naive_agreement(first, second, d, ties)).sum()
}

fn length(list: &List) -> usize {
    list.iter().map(Vec::len).sum()
}

/// Every way of breaking the ties of a list.
fn broken(list: &List) -> Vec<List> {
    let mut ways: Vec<List> = vec![Vec::new()];
    for group in list {
        for place in 0..group.len() {
            let mut longer = Vec::new();
            for way in &ways {
                let taken = &way[way.len() - place..];
                for &item in group.iter().filter(|&&item| !taken.contains(&vec![item])) {
                    let mut next = way.clone();
                    next.push(vec![item]);
                    longer.push(next);
                }
            }
            ways = longer;
        }
    }
    ways
}

/// Webber's closed forms for untied lists, transcribed as formulas.
fn webber(first: &List, second: &List, p: f64) -> Rbo {
    let (shorter, longer) = if length(first) <= length(second) { (first, second) } else { (second, first) };
    let (s, l) = (length(shorter), length(longer));
    let count = |d: usize| -> f64 {
        let top = |list: &List| list.iter().flatten().copied().take(d).collect::<Vec<u32>>();
        let right = top(longer);
        top(shorter).iter().filter(|item| right.contains(item)).count() as f64
    };
    let power = |d: usize| powf(p, d as f64);
    let (xs, xl) = (count(s), count(l));
    let seen: f64 = (1..=l).map(|d| count(d) / d as f64 * power(d)).sum();
    let longer_only: f64 = (s + 1..=l).map(|d| xs * (d - s) as f64 / (s * d) as f64 * power(d)).sum();
    let scale = (1.0 - p) / p;
    let extrapolated = scale * (seen + longer_only) + ((xl - xs) / l as f64 + xs / s as f64) * power(l);
    let logarithm = -log1p(-p) - (1..=l).map(|d| power(d) / d as f64).sum::<f64>();
    let least = scale * (seen + xl * logarithm);
    // All items of both lists, matched as early as they can be.
    let union = s + l - xl as usize;
    let best = |d: usize| -> f64 {
        let of_shorter = d.saturating_sub(s) as f64;
        if d <= l { count(d) + of_shorter } else { (xl + of_shorter + (d - l) as f64).min(d as f64) }
    };
    let most = scale * (1..=union).map(|d| best(d) / d as f64 * power(d)).sum::<f64>() + power(union);
    Rbo { extrapolated, least, most }
}

fn close(ours: Rbo, other: Rbo) -> bool {
    near(ours.extrapolated, other.extrapolated, 1e-12)
        && near(ours.least, other.least, 1e-12)
        && near(ours.most, other.most, 1e-12)
}

#[test]
fn lists_without_ties_agree_with_the_closed_forms() {
    law((list(), list(), persistence()), |(first, second, p)| {
        let untie = |list: &List| -> List { list.iter().flatten().map(|&item| vec![item]).collect() };
        let (first, second) = (untie(&first), untie(&second));
        let expected = webber(&first, &second, p);
        for ties in ALL {
            let ours = rbo_of_lists(&first, &second, p, ties).unwrap();
            prop_assert!(close(ours, expected), "{:?} {:?}", ours, expected);
        }
        Ok(())
    });
}

#[test]
fn the_expected_figure_is_the_mean_over_all_ways_of_breaking_ties() {
    law((list(), list(), persistence()), |(first, second, p)| {
        let (ways, others) = (broken(&first), broken(&second));
        if ways.len() * others.len() > 600 {
            return Ok(());
        }
        let mut mean = Rbo { extrapolated: 0.0, least: 0.0, most: 0.0 };
        for way in &ways {
            for other in &others {
                let one = webber(way, other, p);
                let share = 1.0 / (ways.len() * others.len()) as f64;
                mean.extrapolated += share * one.extrapolated;
                mean.least += share * one.least;
                mean.most += share * one.most;
            }
        }
        let ours = rbo_of_lists(&first, &second, p, Ties::Expected).unwrap();
        prop_assert!(near(ours.least, mean.least, 1e-12), "{:?} {:?}", ours, mean);
        // The unseen part of a longer list is extrapolated from the mean, and
        // filled once for all ways, so the others hold for even lists only.
        if length(&first) == length(&second) {
            prop_assert!(close(ours, mean), "{:?} {:?}", ours, mean);
        }
        Ok(())
    });
}

#[test]
fn agrees_with_agreements_summed_to_the_end_of_the_shorter() {
    law((list(), list(), persistence()), |(first, second, p)| {
        let (first_length, second_length) = (length(&first), length(&second));
        for ties in ALL {
            let ours = rbo_of_lists(&first, &second, p, ties).unwrap();
            let depth = first_length.min(second_length);
            let prefix = naive_prefix(&first, &second, depth, p, ties);
            prop_assert!(ours.least >= prefix - 1e-14);
            prop_assert!(ours.most <= prefix + powf(p, depth as f64) + 1e-14);
            if first_length == second_length {
                let end = naive_agreement(&first, &second, depth, ties);
                let expected = prefix + powf(p, depth as f64) * end;
                prop_assert!(near(ours.extrapolated, expected, 1e-13));
            }
        }
        Ok(())
    });
}

#[test]
fn in_range_symmetric_and_one_with_itself() {
    law((list(), list(), persistence()), |(first, second, p)| {
        for ties in ALL {
            let ours = rbo_of_lists(&first, &second, p, ties).unwrap();
            prop_assert_eq!(rbo_of_lists(&second, &first, p, ties).unwrap(), ours);
            prop_assert!(0.0 <= ours.least && ours.most <= 1.0);
            prop_assert!(ours.least <= ours.extrapolated + 1e-14, "{:?}", ours);
            prop_assert!(ours.extrapolated <= ours.most + 1e-14, "{:?}", ours);
            prop_assert_eq!(ours.residual(), ours.most - ours.least);
        }
        for ties in [Ties::Sport, Ties::Corrected] {
            let same = rbo_of_lists(&first, &first, p, ties).unwrap();
            prop_assert_eq!((same.extrapolated, same.most), (1.0, 1.0));
        }
        let elsewhere: List = first.iter().map(|group| group.iter().map(|item| item + 100).collect()).collect();
        let nothing = rbo_of_lists(&first, &elsewhere, p, Ties::Corrected).unwrap();
        prop_assert_eq!((nothing.extrapolated, nothing.least), (0.0, 0.0));
        Ok(())
    });
}

#[test]
fn columns_are_lists_of_their_rows() {
    law((columns(1), persistence()), |((first, second), p)| {
        let list = |values: &[f64]| -> List {
            let mut levels = values.to_vec();
            levels.sort_by(|x, y| y.partial_cmp(x).unwrap());
            levels.dedup();
            let rows =
                |level: f64| (0..values.len()).filter(|&row| values[row] == level).map(|row| row as u32).collect();
            levels.into_iter().map(rows).collect()
        };
        for ties in ALL {
            let ours = of(&first, &second, p, ties);
            prop_assert_eq!(ours, rbo_of_lists(&list(&first), &list(&second), p, ties).unwrap());
            prop_assert_eq!(ours, of(&second, &first, p, ties));
            prop_assert!(near(ours.extrapolated, ours.most, 1e-14));
            prop_assert!(ours.residual() <= powf(p, first.len() as f64) + 1e-14);
        }
        // The expected figure of an untied column is the mean overlap.
        let mut ladder = second.clone();
        ladder.iter_mut().enumerate().for_each(|(row, value)| *value = row as f64);
        let pairs = Paired::new(&ladder, &second).unwrap();
        let depths = 1..=first.len();
        let shares = depths.map(|d| (1.0 - p) * powf(p, (d - 1) as f64) * overlap_at_k(pairs, d).unwrap());
        let expected = shares.sum::<f64>() + powf(p, first.len() as f64);
        prop_assert!(near(of(&ladder, &second, p, Ties::Expected).extrapolated, expected, 1e-12));
        Ok(())
    });
}

#[test]
fn published_example() {
    let first: &[&[&str]] = &[&["red"], &["blue", "green"], &["yellow"], &["pink"]];
    let second: &[&[&str]] = &[&["blue", "red"], &["white"], &["yellow", "black", "purple"], &["green"]];
    for (ties, extrapolated, least, most) in [
        (Ties::Expected, 0.692_285_3, 0.331_051_9, 0.893_069_2),
        (Ties::Sport, 0.706_825_7, 0.342_968_4, 0.904_985_7),
        (Ties::Corrected, 0.720_713_1, 0.350_916_3, 0.912_933_6),
    ] {
        for (left, right) in [(first, second), (second, first)] {
            let ours = rbo_of_lists(left, right, 0.95, ties).unwrap();
            let apart = [ours.extrapolated - extrapolated, ours.least - least, ours.most - most];
            assert!(apart.iter().all(|apart| apart.abs() < 6e-8), "{ties:?}: {ours:?}");
            assert!((ours.residual() - 0.562_017_3).abs() < 1e-7);
        }
    }
}

#[test]
fn weights_of_the_top() {
    for (p, d, weight) in [(0.9, 10, 0.8556), (0.98, 50, 0.8522), (0.99, 100, 0.8519), (0.999, 1000, 0.8515)] {
        let ours = weight_of_top(p, d).unwrap();
        assert!((ours - weight).abs() < 5.1e-5, "p = {p}, d = {d}: {ours}");
    }
    // The whole weight of the first place: all depths, of which it is 1 / d.
    let half = weight_of_top(0.5, 1).unwrap();
    assert!(near(half, -log1p(-0.5), 1e-15), "{half}");
    let mut before = 0.0;
    for d in 1..3000 {
        let weight = weight_of_top(0.99, d).unwrap();
        assert!(weight >= before - 1e-15 && weight <= 1.0, "{d}: {weight}");
        before = weight;
    }
    assert!(before > 1.0 - 1e-12);
}

/// Both ways of computing the remainder, on either side of where one takes
/// over: the remainders of neighbouring depths differ by one term.
#[test]
fn the_remainder_is_one_curve() {
    for p in [1e-300, 0.01, 0.5, 0.9, 0.957, 0.96, 0.99, 0.999, 0.9999, 1.0 - 1e-9] {
        for d in (0..2000).chain([5000, 20_000]) {
            let term = (1.0 - p) * powf(p, d as f64) / (d + 1) as f64;
            let apart = below(p, d) - below(p, d + 1) - term;
            // What counts is the remainder times the items shared.
            assert!(apart.abs() * (d + 1) as f64 <= 4e-14, "p = {p}, d = {d}: {apart}");
        }
    }
}

#[test]
fn powers_do_not_drift() {
    for p in [0.999, 0.9999, 0.99999, 0.999_999_3] {
        for (power, exponent) in powers(p).zip(0..600_000) {
            let exact = powf(p, f64::from(exponent));
            assert!((power - exact).abs() <= 1e-13 * exact, "{p} to the {exponent}: {power}, not {exact}");
        }
    }
}

#[test]
fn long_columns_and_extreme_persistence() {
    let ladder: Vec<f64> = (0..20_000).map(f64::from).collect();
    let reversed: Vec<f64> = ladder.iter().rev().copied().collect();
    let flat = vec![1.0; ladder.len()];
    for p in [1e-300, 0.5, 0.9, 0.999, 1.0 - 1e-12] {
        for ties in ALL {
            let same = of(&ladder, &ladder, p, ties);
            assert_eq!((same.extrapolated, same.most), (1.0, 1.0), "{p} {ties:?}");
            assert!(same.least <= 1.0 && same.residual() <= powf(p, 20_000.0) + 1e-12);
            let other = of(&ladder, &reversed, p, ties);
            assert!(other.extrapolated <= 1.0 && other.least >= 0.0);
        }
        assert_eq!(of(&flat, &flat, p, Ties::Corrected).extrapolated, 1.0);
        assert_eq!(of(&flat, &flat, p, Ties::Sport).extrapolated, 1.0);
    }
    // Nothing shared before half of the depth.
    assert!(of(&ladder, &reversed, 0.9, Ties::Corrected).extrapolated < 1e-300);
}

#[test]
fn what_has_no_value() {
    let pairs = Paired::new(&[1.0], &[2.0]).unwrap();
    for p in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
        let reason = rbo(pairs, p, Ties::default()).unwrap_err();
        assert_eq!(reason.to_string(), format!("p = {p} does not lie between 0 and 1, both excluded"));
        assert!(weight_of_top(p, 3).is_err());
    }
    assert_eq!(weight_of_top(0.9, 0).unwrap_err().to_string(), "d = 0 is not at least 1");
    let none = Paired::new(&[], &[]).unwrap();
    assert_eq!(rbo(none, 0.9, Ties::Sport), Err(Undefined::Empty));
    let empty: List = vec![Vec::new()];
    let twice: List = vec![vec![1, 2], vec![1]];
    let fine: List = vec![vec![2], vec![], vec![1]];
    assert_eq!(rbo_of_lists(&fine, &empty, 0.9, Ties::Sport), Err(Undefined::Empty));
    let reason = rbo_of_lists(&fine, &twice, 0.9, Ties::Sport).unwrap_err();
    assert_eq!(reason.to_string(), "an item stands twice in one ranking");
    assert_eq!(rbo_of_lists(&fine, &[vec![2], vec![1]], 0.9, Ties::Sport).unwrap().extrapolated, 1.0);
}
