use super::*;
use crate::stats::grid::{snap, snapped};
use crate::stats::rank::average_ranks_descending;
use crate::stats::resample::Stream;
use crate::stats::testing::{column, columns, law, number, on_threads};
use proptest::collection::vec;
use proptest::{prop_assert, prop_assert_eq};

/// By definition: a stable sort, and groups by equality.
fn naive(values: &[f64]) -> Ranked {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|left, right| values[*left as usize].partial_cmp(&values[*right as usize]).unwrap());
    let less = |value: f64| values.iter().filter(|other| **other < value).count() as u32;
    let begins: Vec<u32> = values.iter().map(|value| less(*value)).collect();
    let group = |begin: u32| (begin, begin + begins.iter().filter(|other| **other == begin).count() as u32);
    let mut tied: Vec<(u32, u32)> =
        begins.iter().map(|begin| group(*begin)).filter(|(begin, end)| end - begin > 1).collect();
    tied.sort_unstable();
    tied.dedup();
    Ranked { order, begins, ties: Ties::of(tied, values.len()) }
}

#[test]
fn agrees_with_a_stable_sort() {
    law(column(0), |values| {
        prop_assert_eq!(&Ranked::new(&values).unwrap(), &naive(&values));
        let on_grid = snapped(&values);
        prop_assert_eq!(&Ranked::new(&on_grid).unwrap(), &naive(&on_grid));
        Ok(())
    });
    for values in [[0.0, -0.0], [-f64::MAX, f64::MAX], [5e-324, -5e-324], [-8e6, 8e6]] {
        assert_eq!(Ranked::new(&values).unwrap(), naive(&values), "{values:?}");
    }
}

/// By comparison: a stable sort, and a walk along it.
fn compared(values: &[f64]) -> Ranked {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    let value = |row: &u32| values[*row as usize];
    order.sort_by(|left, right| value(left).partial_cmp(&value(right)).unwrap());
    let (mut begins, mut tied, mut begin) = (vec![0; values.len()], Vec::new(), 0);
    for group in order.chunk_by(|left, right| value(left) == value(right)) {
        let end = begin + group.len() as u32;
        group.iter().for_each(|row| begins[*row as usize] = begin);
        if group.len() > 1 {
            tied.push((begin, end));
        }
        begin = end;
    }
    Ranked { order, begins, ties: Ties::of(tied, values.len()) }
}

#[test]
fn every_way_of_sorting_gives_the_same() {
    law(vec(number(), 1..60), |values| {
        let values = snapped(&values);
        prop_assert!(on_the_grid(&values).is_some());
        prop_assert_eq!(Ranked::of(&values), Ranked::off_the_grid(&values));
        Ok(())
    });
    let mut stream = Stream::new(1, "ranked", 0);
    for scale in [1e-9, 1.0, 40.0, 8e6] {
        let values: Vec<f64> = (0..40_000).map(|_| snap(scale * stream.normal())).collect();
        let radix = Ranked::of(&values);
        assert!(on_the_grid(&values).is_some() || scale > 1e6);
        assert_eq!(radix, compared(&values));
        assert_eq!(radix, on_threads(3, || Ranked::off_the_grid(&values)));
    }
}

#[test]
fn values_that_differ_in_their_last_bits_alone_are_told_apart() {
    let mut stream = Stream::new(2, "ranked", 0);
    // Both signs, far apart, so that the last bits find no room above the row; many equal.
    for kinds in [1, 3, 1 << 20] {
        let near = |base: f64, coins: u64| f64::from_bits(base.to_bits() + coins % kinds);
        let value = |coins: u64| match coins >> 62 {
            0 => near(-1e300, coins),
            1 => near(1e-300, coins),
            2 => near(-0.0, 0),
            _ => near(1e300, coins),
        };
        let values: Vec<f64> = (0..40_000).map(|_| value(stream.coins())).collect();
        assert_eq!(Ranked::of(&values), compared(&values), "{kinds} kinds");
    }
}

#[test]
fn what_lies_off_the_grid_is_compared_as_it_is() {
    assert!(on_the_grid(&[0.1 + 0.2]).is_none());
    assert!(on_the_grid(&[0.3, -0.0, 1e6]).is_some());
    assert!(on_the_grid(&[1e7]).is_none());
    assert!(on_the_grid(&[f64::MAX]).is_none());
    let ranked = Ranked::new(&[0.1 + 0.2, 0.3]).unwrap();
    assert_eq!((ranked.order(), ranked.begins()), (&[1, 0][..], &[1, 0][..]));
}

#[test]
fn ranks_and_places_are_those_of_the_groups() {
    law(column(1), |values| {
        let ranked = Ranked::new(&values).unwrap();
        let ranks = average_ranks_descending(&values);
        for (row, rank) in ranks.iter().enumerate() {
            prop_assert_eq!(ranked.rank_descending(row), Some(*rank));
            let place = ranked.place(ranked.begins()[row]) as f64;
            prop_assert_eq!(place, values.len() as f64 + 1.0 - 2.0 * rank);
        }
        prop_assert_eq!(ranked.rank_descending(values.len()), None);
        let tied = (0..values.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
        prop_assert_eq!(ranked.tied_pairs(), tied.filter(|(i, j)| values[*i] == values[*j]).count() as u64);
        let down: Vec<(u32, u32)> = ranked.groups_down().collect();
        prop_assert_eq!((down[0].1, down[down.len() - 1].0), (values.len() as u32, 0));
        for (begin, end) in &down {
            let rows = &ranked.order()[*begin as usize..*end as usize];
            prop_assert!(rows.iter().all(|row| values[*row as usize] == values[rows[0] as usize]));
        }
        prop_assert!(down.windows(2).all(|two| two[0].0 == two[1].1));
        for count in 0..values.len() + 2 {
            let mut top = ranked.top(count).to_vec();
            top.sort_unstable();
            let above = |value: f64| values.iter().filter(|other| **other > value).count();
            let rows = (0..values.len() as u32).filter(|row| above(values[*row as usize]) < count);
            prop_assert_eq!(top, rows.collect::<Vec<u32>>());
        }
        prop_assert_eq!(ranked.constant(), values.iter().all(|value| *value == values[0]));
        Ok(())
    });
}

#[test]
fn one_column_along_another_is_sorted_within_ties() {
    law(columns(0), |(first, second)| {
        let pair = RankedPair::new(Paired::new(&first, &second).unwrap());
        let mut rows: Vec<usize> = (0..first.len()).collect();
        rows.sort_by(|&i, &j| {
            first[i].partial_cmp(&first[j]).unwrap().then(second[i].partial_cmp(&second[j]).unwrap())
        });
        let expected: Vec<u32> = rows.iter().map(|&row| pair.second().begins()[row]).collect();
        prop_assert_eq!(pair.first().along(pair.second()), expected);
        prop_assert!(pair.len() == first.len() && pair.is_empty() == first.is_empty());
        Ok(())
    });
}

#[test]
fn both_columns_are_sorted_alike_on_any_number_of_threads() {
    let mut stream = Stream::new(2, "ranked", 0);
    let (first, second): (Vec<f64>, Vec<f64>) =
        (0..20_000).map(|_| (snap(stream.normal()), stream.normal().round())).unzip();
    let pairs = Paired::new(&first, &second).unwrap();
    let of = |threads| {
        let pair = on_threads(threads, || RankedPair::new(pairs));
        (pair.first().clone(), pair.second().clone())
    };
    let alone = of(1);
    assert_eq!((&of(2), &of(3)), (&alone, &alone));
}

#[test]
fn a_finer_order_is_one_within_groups() {
    law(vec(number(), 0..40), |values| {
        let coarse: Vec<f64> = values.iter().map(|value| (value / 3.0).floor()).collect();
        let finer = |left: u32, right: u32| values[left as usize].partial_cmp(&values[right as usize]).unwrap();
        prop_assert_eq!(Ranked::new(&coarse).unwrap().order_within(finer), Ranked::new(&values).unwrap().order);
        Ok(())
    });
}

#[test]
fn what_cannot_be_ranked_says_why() {
    assert_eq!(Ranked::new(&[f64::NAN]), Err(Undefined::NotFinite));
    assert!(Ranked::new(&[]).unwrap().is_empty());
    let one = RankedPair::new(Paired::new(&[1.0], &[2.0]).unwrap());
    assert_eq!(one.at_least(2).unwrap_err(), Undefined::TooFew { needed: 2, got: 1 });
    let none = RankedPair::new(Paired::new(&[], &[]).unwrap());
    assert_eq!(none.at_least(1).unwrap_err(), Undefined::Empty);
}
