//! The very bits. A change here means that everybody's panels change: then change the name of the
//! generator in `stream`, on purpose, and say so.

use super::{bits, fnv1a, numbers, small};
use crate::dataset::synthetic::JudgedPair;

#[test]
fn a_handful_of_numbers() {
    let recipe = small();
    let rows = recipe.rows(1, 0, 4);
    assert_eq!(rows.accounts, [100_000, 100_001, 100_002, 100_003]);
    assert_eq!(numbers(&rows, "twitter.followers"), [1087.0, 3320.0, 282.0, 284.0]);
    let shares = [0.15023997952090845, 0.01124179261515236, 0.06899346693997227, 0.020625717591371103];
    assert_eq!(numbers(&rows, "twitter.spam-share"), shares);
    assert_eq!(recipe.latent(1, 0, 3), [-0.31473891390006903, 0.05827287126452177, -0.04497505775525302]);
    let pair = |first, second, first_preferred| JudgedPair { first, second, first_preferred };
    let pairs = [pair(108_590, 105_204, true), pair(114_359, 104_296, false), pair(115_784, 114_864, false)];
    assert_eq!(recipe.pairs()[..3], pairs);
}

#[test]
fn all_bits() {
    let recipe = small();
    let all: Vec<u8> = (0..3)
        .flat_map(|snapshot| bits(&recipe.rows(snapshot, 0, 20_000)))
        .flat_map(|(name, digest)| [name.as_bytes(), &digest.to_le_bytes()].concat())
        .collect();
    assert_eq!(fnv1a(&all), 0xfc89_a68a_0885_702c);
}
