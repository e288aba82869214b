//! How well one order reproduces another, read from the top down.
//!
//! Take an account of the second column at random, not the highest; take
//! another at random that stands above it there. How often does the first
//! column put these two in the same order? An error at the top is met by every
//! account below, so it costs most. The figure is that probability, moved to
//! the range from -1 to 1.
//!
//! It has a direction: the positions are those of the second column, and the
//! first is the reference by which they are judged.

use super::crossing::{Crossing, Descent};
use super::paired::Paired;
use super::ranked::RankedPair;
use super::sum::Sum;
use super::undefined::{Figure, Side, Undefined};

/// The AP correlation of the second column with the first, which is the
/// reference: `2/m sum C_i / p_i - 1` over the `m` rows below the highest
/// group of the second column, where `p_i` rows stand above row `i` in the
/// second column and `C_i` of them also do so in the first.
///
/// Yilmaz, Aslam and Robertson, "A new rank correlation coefficient for
/// information retrieval", SIGIR 2008; with ties, the directed half of
/// tau_AP,b of Urbano and Marrero, "The treatment of ties in AP correlation",
/// ICTIR 2017. Counted in O(n log n).
///
/// Ties: rows tied in the second column are not compared with each other, and
/// all have the rows above their group above them. A pair tied in the
/// reference alone does not count as reproduced, so a reference with many ties
/// pulls the figure down: independent columns give, on average, minus the share
/// of pairs that are tied in the reference. See [`tau_ap_b`] for two rankings
/// neither of which is the truth. 1 means that every pair which the second column orders is
/// ordered so by the first, -1 that none is, and nothing else is 1 or -1.
///
/// # Errors
/// Fewer than two rows, or a constant column.
pub fn tau_ap(pairs: Paired<'_>) -> Figure {
    let pair = RankedPair::new(pairs);
    Crossing::of(pair.at_least(2)?).tau_ap()
}

impl Crossing<'_> {
    /// [`tau_ap`] of at least two rows.
    pub(crate) fn tau_ap(&self) -> Figure {
        both_vary(self.pair())?;
        Ok(Judged::of(self.down_second()).figure())
    }

    /// [`tau_ap`] with the second column as the reference.
    pub(crate) fn tau_ap_back(&self) -> Figure {
        both_vary(self.pair())?;
        Ok(Judged::of(self.down_first()).figure())
    }
}

fn both_vary(pair: &RankedPair) -> Result<(), Undefined> {
    if pair.first().constant() {
        return Err(Undefined::Constant { side: Side::First });
    }
    if pair.second().constant() {
        return Err(Undefined::Constant { side: Side::Second });
    }
    Ok(())
}

/// tau_AP,b: the mean of [`tau_ap`] in both directions, for two rankings
/// neither of which is the truth. Symmetric.
///
/// Urbano and Marrero, "The treatment of ties in AP correlation", ICTIR 2017.
///
/// # Errors
/// As [`tau_ap`].
pub fn tau_ap_b(pairs: Paired<'_>) -> Figure {
    let pair = RankedPair::new(pairs);
    let crossing = Crossing::of(pair.at_least(2)?);
    let (forth, back) = rayon::join(|| crossing.tau_ap(), || crossing.tau_ap_back());
    Ok(mean_of_both(forth?, back?))
}

/// What [`tau_ap_b`] makes of [`tau_ap`] in both directions.
pub(crate) fn mean_of_both(forth: f64, back: f64) -> f64 {
    let mean = (forth + back) / 2.0;
    // The mean of 1 and the last number before it is rounded to 1.
    if forth == back { mean } else { inside(mean) }
}

/// tau_AP,a: the mean of [`tau_ap`] over all ways of breaking the ties of the
/// second column, against a reference without ties.
///
/// Urbano and Marrero, "The treatment of ties in AP correlation", ICTIR 2017:
/// a row of a group of `t` with `p` rows above holds each of the places
/// `p + 1 ..= p + t` equally often, and of the rows of its group that are then
/// above it, half are so in the reference. Counted in O(n log n). Without ties
/// it is [`tau_ap`]; a constant second column has 0.
///
/// # Errors
/// Fewer than two rows; [`Undefined::OutOfRange`] if the first column has
/// ties.
pub fn tau_ap_a(pairs: Paired<'_>) -> Figure {
    let pair = RankedPair::new(pairs);
    let pair = pair.at_least(2)?;
    if !pair.first().untied() {
        return Err(Undefined::OutOfRange { text: "the first column, which is the truth, has ties".to_owned() });
    }
    let crossing = Crossing::of(pair);
    let descent = crossing.down_second();
    if pair.second().untied()
        && let Some(extreme) = Judged::of(descent).extreme()
    {
        return Ok(extreme);
    }
    let mut reproduced = Sum::default();
    descent.groups(|group| {
        for place in 0..group.tied {
            // The rows above: those above the group, and `place` of its own.
            let above = (group.above + place) as f64;
            if above > 0.0 {
                let outside = group.concordant as f64 / group.tied as f64;
                reproduced.add((outside + place as f64 / 2.0) / above);
            }
        }
    });
    Ok(inside(2.0 * reproduced.value() / (pair.len() - 1) as f64 - 1.0))
}

/// Keeps a figure that is neither 1 nor -1 from being rounded to it.
fn inside(value: f64) -> f64 {
    let below_one = 1.0f64.next_down();
    value.clamp(-below_one, below_one)
}

/// All pairs that an order makes, judged by another.
struct Judged {
    reproduced: Sum,
    /// The rows below the highest group.
    below: u64,
    all: bool,
    none: bool,
}

impl Judged {
    fn of(descent: Descent<'_>) -> Self {
        let mut judged = Judged { reproduced: Sum::default(), below: 0, all: true, none: true };
        descent.groups(|group| {
            judged.all &= group.concordant == group.above * group.tied;
            judged.none &= group.concordant == 0;
            if group.above > 0 {
                judged.reproduced.add(group.concordant as f64 / group.above as f64);
                judged.below += group.tied;
            }
        });
        judged
    }

    /// 1 or -1, if every pair or none is reproduced.
    fn extreme(&self) -> Option<f64> {
        if self.all { Some(1.0) } else { self.none.then_some(-1.0) }
    }

    fn figure(&self) -> f64 {
        let mean = || 2.0 * self.reproduced.value() / self.below as f64 - 1.0;
        self.extreme().unwrap_or_else(|| inside(mean()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{columns, law, near};
    use proptest::{prop_assert, prop_assert_eq};

    fn of(figure: fn(Paired<'_>) -> Figure, first: &[f64], second: &[f64]) -> Figure {
        figure(Paired::new(first, second).unwrap())
    }

    fn constant(values: &[f64]) -> bool {
        values.iter().all(|value| *value == values[0])
    }

    /// The mean over the rows below the top of the share reproduced.
    fn naive(first: &[f64], second: &[f64]) -> f64 {
        let mut shares = Vec::new();
        for i in 0..second.len() {
            let above: Vec<usize> = (0..second.len()).filter(|&j| second[j] > second[i]).collect();
            if !above.is_empty() {
                let same = above.iter().filter(|&&j| first[j] > first[i]).count();
                shares.push(same as f64 / above.len() as f64);
            }
        }
        2.0 * shares.iter().sum::<f64>() / shares.len() as f64 - 1.0
    }

    #[test]
    fn agrees_with_its_definition_in_both_directions() {
        law(columns(2), |(first, second)| {
            if constant(&first) || constant(&second) {
                let side = if constant(&first) { Side::First } else { Side::Second };
                prop_assert_eq!(of(tau_ap, &first, &second), Err(Undefined::Constant { side }));
                prop_assert_eq!(of(tau_ap_b, &first, &second), Err(Undefined::Constant { side }));
                return Ok(());
            }
            let (forth, back) = (naive(&first, &second), naive(&second, &first));
            prop_assert!(near(of(tau_ap, &first, &second).unwrap(), forth, 1e-14));
            prop_assert!(near(of(tau_ap, &second, &first).unwrap(), back, 1e-14));
            let both = of(tau_ap_b, &first, &second).unwrap();
            prop_assert!(near(both, (forth + back) / 2.0, 1e-14));
            prop_assert_eq!(of(tau_ap_b, &second, &first).unwrap(), both);
            prop_assert!((-1.0..=1.0).contains(&both));
            Ok(())
        });
    }

    #[test]
    fn one_and_minus_one() {
        law(columns(2), |(first, mut second)| {
            if constant(&second) {
                return Ok(());
            }
            let negated: Vec<f64> = second.iter().map(|value| -value).collect();
            for figure in [tau_ap, tau_ap_b] {
                prop_assert_eq!(of(figure, &second, &second), Ok(1.0));
                prop_assert_eq!(of(figure, &second, &negated), Ok(-1.0));
            }
            if constant(&first) {
                return Ok(());
            }
            let before = of(tau_ap, &first, &second).unwrap();
            let mut first = first;
            first.rotate_left(1);
            second.rotate_left(1);
            prop_assert_eq!(of(tau_ap, &first, &second).unwrap(), before);
            Ok(())
        });
    }

    #[test]
    fn chance_gives_minus_the_ties_of_the_reference() {
        // Of the ten pairs of the reference four are tied.
        let reference = [1.0, 1.0, 2.0, 2.0, 2.0];
        let orders = permutations(5);
        for levels in [[1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 2.0, 2.0, 3.0]] {
            let figure = |order: &Vec<usize>| {
                let second: Vec<f64> = order.iter().map(|&place| levels[place]).collect();
                of(tau_ap, &reference, &second).unwrap()
            };
            let mean = orders.iter().map(figure).sum::<f64>() / orders.len() as f64;
            assert!(near(mean, -0.4, 1e-14), "{mean}");
        }
    }

    /// All orders of `count` things.
    fn permutations(count: usize) -> Vec<Vec<usize>> {
        if count == 0 {
            return vec![Vec::new()];
        }
        let shorter = permutations(count - 1);
        let insert = |order: Vec<usize>| {
            (0..count).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, count - 1);
                longer
            })
        };
        shorter.into_iter().flat_map(insert).collect()
    }

    #[test]
    fn the_expected_figure_is_the_mean_over_all_ways_of_breaking_ties() {
        let orders = permutations(6);
        law((proptest::collection::vec(0i32..3, 6), 0usize..720), |(levels, order)| {
            let reference: Vec<f64> = orders[order].iter().map(|&place| place as f64).collect();
            let second: Vec<f64> = levels.iter().map(|&level| f64::from(level)).collect();
            // A small amount by place breaks ties in every way equally often.
            let broken = |order: &Vec<usize>| -> f64 {
                let second: Vec<f64> =
                    second.iter().zip(order).map(|(value, &place)| value + place as f64 / 100.0).collect();
                naive(&reference, &second)
            };
            let mean = orders.iter().map(broken).sum::<f64>() / orders.len() as f64;
            let ours = of(tau_ap_a, &reference, &second).unwrap();
            prop_assert!(near(ours, mean, 1e-12), "{} {}", ours, mean);
            Ok(())
        });
    }

    #[test]
    fn what_has_no_value() {
        for figure in [tau_ap, tau_ap_a, tau_ap_b] {
            assert_eq!(of(figure, &[], &[]), Err(Undefined::Empty));
            assert_eq!(of(figure, &[1.0], &[1.0]), Err(Undefined::TooFew { needed: 2, got: 1 }));
            assert_eq!(of(figure, &[1.0, 2.0], &[2.0, 5.0]), Ok(1.0));
            assert_eq!(of(figure, &[1.0, 2.0], &[5.0, 2.0]), Ok(-1.0));
        }
        let tied = of(tau_ap_a, &[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]).unwrap_err();
        assert_eq!(tied.to_string(), "the first column, which is the truth, has ties");
        assert_eq!(of(tau_ap_a, &[1.0, 2.0, 3.0], &[4.0, 4.0, 4.0]), Ok(0.0));
    }
}
