use super::*;
use crate::stats::correlation::{kendall_tau_b, spearman};
use crate::stats::resample::statistic::anew;
use crate::stats::testing::{columns, law, near};
use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::{prop_assert, prop_assert_eq};

type Plain = fn(Paired<'_>) -> Figure;

fn both(columns: &Prepared) -> [(Box<dyn Statistic + '_>, Plain); 2] {
    [(Box::new(TauB(columns)), kendall_tau_b), (Box::new(Spearman(columns)), spearman)]
}

/// Columns with a multiplicity of 0 to 3 and a cluster of 5 for every row.
fn multiplied() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<u32>, Vec<u32>)> {
    (columns(1), vec((0u32..4, 0u32..5), 40)).prop_map(|((first, second), rows)| {
        let (counts, clusters): (Vec<u32>, Vec<u32>) = rows.into_iter().take(first.len()).unzip();
        (first, second, counts, clusters)
    })
}

fn expanded(values: &[f64], counts: &[u32]) -> Vec<f64> {
    values.iter().zip(counts).flat_map(|(&value, &count)| std::iter::repeat_n(value, count as usize)).collect()
}

#[test]
fn multiplicities_give_the_figure_of_the_expanded_columns() {
    law(multiplied(), |(first, second, counts, _)| {
        let prepared = Prepared::new(Paired::new(&first, &second).unwrap());
        let (long_first, long_second) = (expanded(&first, &counts), expanded(&second, &counts));
        let long = Paired::new(&long_first, &long_second).unwrap();
        let mut scratch = Scratch::default();
        for (statistic, plain) in both(&prepared) {
            // The same bits, and the same reasons where there is no figure.
            prop_assert_eq!(statistic.of(&counts, &mut scratch), plain(long));
            prop_assert_eq!(statistic.point(), plain(Paired::new(&first, &second).unwrap()));
        }
        Ok(())
    });
}

#[test]
fn whole_design_weights_multiply_multiplicities() {
    law(multiplied(), |(first, second, counts, weights)| {
        let pairs = Paired::new(&first, &second).unwrap();
        // Tenths, so that real arithmetic rounds.
        let tenths: Vec<f64> = weights.iter().map(|&weight| f64::from(weight) * 0.1).collect();
        let plain = Prepared::new(pairs);
        let weighted = Prepared::new(pairs).weighted(&tenths).unwrap();
        let products: Vec<u32> = counts.iter().zip(&weights).map(|(count, weight)| count * weight).collect();
        let mut scratch = Scratch::default();
        for ((plain, _), (weighted, _)) in both(&plain).into_iter().zip(both(&weighted)) {
            match (plain.of(&products, &mut scratch), weighted.of(&counts, &mut scratch)) {
                (Ok(plain), Ok(weighted)) => {
                    prop_assert!(near(plain, weighted, 1e-12), "{plain} {weighted}");
                    prop_assert_eq!(plain.abs() == 1.0, weighted.abs() == 1.0);
                }
                (plain, weighted) => prop_assert!(plain.is_err() && weighted.is_err(), "{plain:?} {weighted:?}"),
            }
        }
        Ok(())
    });
}

#[test]
fn a_segment_is_a_table_of_its_own() {
    law(multiplied(), |(first, second, counts, clusters)| {
        let pairs = Paired::new(&first, &second).unwrap();
        let chosen: Vec<u32> = (0..first.len() as u32).filter(|&row| clusters[row as usize] < 3).collect();
        let part = |values: &[f64]| -> Vec<f64> { chosen.iter().map(|&row| values[row as usize]).collect() };
        let (part_first, part_second) = (part(&first), part(&second));
        let part_counts: Vec<u32> = chosen.iter().map(|&row| counts[row as usize]).collect();
        let within = Prepared::within(pairs, &chosen).unwrap();
        let alone = Prepared::new(Paired::new(&part_first, &part_second).unwrap());
        let mut scratch = Scratch::default();
        for ((within, _), (alone, _)) in both(&within).into_iter().zip(both(&alone)) {
            prop_assert_eq!(within.of(&counts, &mut scratch), alone.of(&part_counts, &mut scratch));
        }
        Ok(())
    });
}

#[test]
fn the_short_jackknife_agrees_with_leaving_out() {
    law(multiplied(), |(first, second, weights, clusters)| {
        let pairs = Paired::new(&first, &second).unwrap();
        let chosen: Vec<u32> = (0..first.len() as u32).filter(|row| row % 7 != 3).collect();
        let halves: Vec<f64> = weights.iter().map(|&weight| f64::from(weight) * 0.3).collect();
        let all = [
            Prepared::new(pairs),
            Prepared::within(pairs, &chosen).unwrap(),
            Prepared::new(pairs).weighted(&halves).unwrap(),
        ];
        for prepared in &all {
            for units in [Units::accounts(first.len()).unwrap(), Units::clusters(&clusters).unwrap()] {
                for (statistic, _) in both(prepared) {
                    match (statistic.leave_one_out(&units), anew(&*statistic, &units)) {
                        (Ok(short), Ok(long)) => {
                            prop_assert_eq!(short.len(), long.len());
                            for (short, long) in short.iter().zip(&long) {
                                prop_assert!(near(*short, *long, 1e-10), "{short} {long}");
                            }
                        }
                        (short, long) => prop_assert!(short.is_err() && long.is_err(), "{short:?} {long:?}"),
                    }
                }
            }
        }
        Ok(())
    });
}

#[test]
fn more_ranks_than_one_node_of_the_tree_holds() {
    let first: Vec<f64> = (0..3000).map(|row| f64::from(row * 7919 % 3001)).collect();
    let second: Vec<f64> = (0..3000).map(|row| f64::from(row * 104_729 % 2999 / 2)).collect();
    let counts: Vec<u32> = (0..3000).map(|row| row * 31 % 4).collect();
    let prepared = Prepared::new(Paired::new(&first, &second).unwrap());
    let (long_first, long_second) = (expanded(&first, &counts), expanded(&second, &counts));
    for (statistic, plain) in both(&prepared) {
        let expected = plain(Paired::new(&long_first, &long_second).unwrap());
        assert_eq!(statistic.of(&counts, &mut Scratch::default()), expected);
    }
    let units = Units::accounts(3000).unwrap();
    for (statistic, _) in both(&prepared) {
        let (short, long) = (statistic.leave_one_out(&units).unwrap(), anew(&*statistic, &units).unwrap());
        assert!(short.iter().zip(&long).all(|(short, long)| near(*short, *long, 1e-12)));
    }
}

#[test]
fn what_does_not_fit_says_why() {
    let (first, second) = ([1.0, 2.0, 3.0], [2.0, 1.0, 3.0]);
    let pairs = Paired::new(&first, &second).unwrap();
    let prepared = Prepared::new(pairs);
    let of = |counts: &[u32]| TauB(&prepared).of(counts, &mut Scratch::default());
    assert_eq!(of(&[1, 1]), Err(Undefined::UnequalLengths { first: 3, second: 2 }));
    assert_eq!(of(&[0, 0, 0]), Err(Undefined::Empty));
    assert_eq!(of(&[0, 1, 0]), Err(Undefined::TooFew { needed: 2, got: 1 }));
    assert_eq!(of(&[0, 2, 0]), Err(Undefined::Constant { side: Side::First }));
    assert!(matches!(of(&[u32::MAX, 1, 0]), Err(Undefined::OutOfRange { .. })));
    for chosen in [[0, 3], [1, 0], [1, 1]] {
        assert!(matches!(Prepared::within(pairs, &chosen), Err(Undefined::OutOfRange { .. })));
    }
    for weight in [f64::NAN, -1.0, f64::INFINITY] {
        assert!(matches!(prepared.clone().weighted(&[1.0, 1.0, weight]), Err(Undefined::OutOfRange { .. })));
    }
    let short = prepared.clone().weighted(&[1.0]);
    assert_eq!(short.unwrap_err(), Undefined::UnequalLengths { first: 3, second: 1 });
    let none = Prepared::within(pairs, &[]).unwrap();
    assert_eq!(Spearman(&none).point(), Err(Undefined::Empty));
    let crossed = Units::crossed(&[1, 2, 3], &[1, 1, 2]).unwrap();
    assert!(TauB(&prepared).leave_one_out(&crossed).is_err());
    assert!(Spearman(&prepared).leave_one_out(&Units::accounts(4).unwrap()).is_err());
}
