//! Numbered streams of random numbers.
//!
//! A replicate owns the stream with its number, so what it draws depends on
//! nothing that another replicate, another thread or another use drew. The key
//! of the ChaCha8 stream is made of the seed (8 bytes), the 64-bit FNV-1a hash
//! of the use's name (8 bytes) and the generator's name and version (16
//! bytes); the nonce is the number. ChaCha is defined in integers alone.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::stats::elementary::normal_quantile;

/// In the key, so that a later generator draws other numbers on purpose.
const GENERATOR: &[u8; 16] = b"clout resample 1";

/// The random numbers of one use and one replicate.
#[derive(Clone, Debug)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// The stream of a use ("bootstrap", say) with the number of a replicate.
    #[must_use]
    pub fn new(seed: u64, purpose: &str, number: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&fnv1a(purpose.as_bytes()).to_le_bytes());
        key[16..].copy_from_slice(GENERATOR);
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(number);
        Stream { generator }
    }

    /// An integer below `bound`, each equally likely; 0 for a bound of 0.
    ///
    /// Multiplication and rejection after Lemire, "Fast random integer
    /// generation in an interval", ACM Transactions on Modeling and Computer
    /// Simulation 29 (2019). It takes one 32-bit word of the stream, and
    /// seldom more.
    pub fn below(&mut self, bound: u32) -> u32 {
        let mut product = u64::from(self.generator.next_u32()) * u64::from(bound);
        if (product as u32) < bound {
            // Products whose low half falls short of this would favour some integers.
            let least = bound.wrapping_neg() % bound;
            while (product as u32) < least {
                product = u64::from(self.generator.next_u32()) * u64::from(bound);
            }
        }
        (product >> 32) as u32
    }

    /// 64 fair coins.
    pub fn coins(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// A uniform number: an odd multiple of 2^-53, so neither 0 nor 1.
    pub fn uniform(&mut self) -> f64 {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        ((self.generator.next_u64() >> 12) * 2 + 1) as f64 * UNIT
    }

    /// A standard normal number, from the inverse of its distribution.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    /// Puts a slice into an order, each order equally likely (Durstenfeld,
    /// "Algorithm 235", Communications of the ACM 7, 1964). Slices beyond
    /// 2^32 - 1 items are shuffled up to there.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            let bound = u32::try_from(end + 1).unwrap_or(u32::MAX);
            items.swap(end, self.below(bound) as usize);
        }
    }
}

/// Fowler, Noll and Vo's hash, variant 1a, 64 bits.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_the_published_ones() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn seed_use_and_number_each_make_another_stream() {
        let first = |seed, purpose, number| Stream::new(seed, purpose, number).coins();
        let draws = [first(7, "x", 0), first(8, "x", 0), first(7, "y", 0), first(7, "x", 1)];
        let distinct: std::collections::BTreeSet<u64> = draws.into_iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(first(7, "x", 1), draws[3]);
    }

    #[test]
    fn bounded_integers_are_even_and_within_their_bound() {
        let mut stream = Stream::new(1, "even", 0);
        for bound in [1, 2, 3, 7, 10] {
            let mut counts = vec![0u32; bound as usize];
            for _ in 0..20_000 {
                counts[stream.below(bound) as usize] += 1;
            }
            let expected = 20_000.0 / f64::from(bound);
            // Six standard deviations of a binomial count.
            let slack = 6.0 * expected.sqrt();
            assert!(counts.iter().all(|&count| (f64::from(count) - expected).abs() <= slack), "{counts:?}");
        }
        // Of the integers below three quarters of 2^32 a third divides by 3;
        // without rejection half of the draws would.
        let bound = 3 << 30;
        let thirds = (0..30_000).filter(|_| stream.below(bound).is_multiple_of(3)).count();
        assert!((9_500..10_500).contains(&thirds), "{thirds}");
        assert_eq!(stream.below(0), 0);
    }

    #[test]
    fn every_order_of_three_is_equally_likely() {
        let mut stream = Stream::new(2, "orders", 0);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..12_000 {
            let mut items = [0, 1, 2];
            stream.shuffle(&mut items);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|&count| (1_750..2_250).contains(&count)), "{counts:?}");
    }

    #[test]
    fn normals_have_the_moments_of_the_normal_distribution() {
        let mut stream = Stream::new(3, "normals", 0);
        let draws: Vec<f64> = (0..50_000).map(|_| stream.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 50_000.0;
        let square = draws.iter().map(|draw| draw * draw).sum::<f64>() / 50_000.0;
        assert!(mean.abs() < 0.02 && (square - 1.0).abs() < 0.03, "{mean} {square}");
    }
}
