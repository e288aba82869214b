//! The very bits. A change here means that everybody's panels change: then change the name of the
//! generator in `stream`, on purpose, and say so.

use super::{bits, numbers, small};
use crate::dataset::synthetic::JudgedPair;
use super::super::stream::fnv1a;

#[test]
fn a_handful_of_numbers() {
    let recipe = small();
    let rows = recipe.rows(1, 0, 8);
    println!("{:?}", numbers(&rows, "twitter.followers"));
    println!("{:?}", numbers(&rows, "twitter.spam-share"));
    println!("{:?}", recipe.latent(1, 0, 3));
    println!("{:?}", &recipe.pairs()[..3]);
    let _ = JudgedPair { first: 0, second: 0, first_preferred: true };
}

#[test]
fn all_bits() {
    let recipe = small();
    let all: Vec<u8> = (0..3)
        .flat_map(|snapshot| bits(&recipe.rows(snapshot, 0, 20_000)))
        .flat_map(|(name, digest)| [name.as_bytes(), &digest.to_le_bytes()].concat())
        .collect();
    println!("{:#x}", fnv1a(&all));
}
