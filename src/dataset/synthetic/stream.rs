//! The only source of randomness: numbered draws of named streams.
//!
//! The draw of an account is the number at the account's position in a ChaCha8 key stream, found
//! by seeking, not by drawing all that come before. The key is made of the seed (8 bytes), of
//! which snapshot the stream belongs to (8 bytes, 0 for a stream that all snapshots share) and of
//! the generator's name and version (16 bytes); the nonce is the 64-bit FNV-1a hash of the
//! stream's name. ChaCha is defined in integers alone, and normal numbers come from the inverse
//! of the normal distribution in [`crate::stats::elementary`], so the draws are the same bits on
//! every machine. Two names of one recipe would share a stream if their hashes met, which for a
//! thousand streams has a probability of about 3e-14. Answers have a stream per brand; with a
//! million brands, two of them would share their answers with a probability of about 3e-8.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use crate::stats::elementary::normal_quantile;

/// Named in the key, so that a later generator draws other numbers on purpose, never by accident.
const GENERATOR: &[u8; 16] = b"clout synthetic1";

/// 32-bit words of the key stream per draw.
const WORDS: u128 = 2;

pub(super) struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// A stream whose draws hold for all snapshots.
    pub(super) fn lasting(seed: u64, name: &str) -> Self {
        Stream::keyed(seed, 0, name)
    }

    /// A stream whose draws belong to one snapshot.
    pub(super) fn fresh(seed: u64, snapshot: usize, name: &str) -> Self {
        Stream::keyed(seed, snapshot as u64 + 1, name)
    }

    fn keyed(seed: u64, period: u64, name: &str) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&period.to_le_bytes());
        key[16..].copy_from_slice(GENERATOR);
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(fnv1a(name.as_bytes()));
        Stream { generator }
    }

    /// `count` uniform numbers for the positions from `first`: odd multiples of 2^-53, so neither
    /// 0 nor 1, symmetric about one half.
    pub(super) fn uniforms(mut self, first: u64, count: usize) -> Vec<f64> {
        self.generator.set_word_pos(u128::from(first) * WORDS);
        (0..count).map(|_| uniform(self.generator.next_u64())).collect()
    }

    /// `count` standard normal numbers for the positions from `first`.
    pub(super) fn normals(self, first: u64, count: usize) -> Vec<f64> {
        let mut draws = self.uniforms(first, count);
        draws.iter_mut().for_each(|draw| *draw = normal_quantile(*draw));
        draws
    }
}

fn uniform(bits: u64) -> f64 {
    const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
    ((bits >> 12) * 2 + 1) as f64 * UNIT
}

/// Fowler, Noll and Vo's hash, variant 1a, 64 bits.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::{Stream, fnv1a, uniform};

    #[test]
    fn uniforms_stay_inside_the_open_interval() {
        assert_eq!(uniform(0), 1.0 / 9_007_199_254_740_992.0);
        assert_eq!(uniform(u64::MAX), 1.0 - 1.0 / 9_007_199_254_740_992.0);
    }

    #[test]
    fn hashes_are_the_published_ones() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_draw_depends_on_its_position_alone() {
        let whole = Stream::lasting(7, "x").uniforms(0, 200);
        for first in [0, 1, 7, 8, 31, 33, 199] {
            assert_eq!(Stream::lasting(7, "x").uniforms(first as u64, 200 - first), whole[first..], "{first}");
        }
        let far = Stream::lasting(7, "x").uniforms(1 << 40, 2);
        assert_eq!(Stream::lasting(7, "x").uniforms((1 << 40) + 1, 1), far[1..]);
    }

    /// The draws as a second implementation makes them, written from the description above and
    /// Bernstein's definition of ChaCha.
    #[test]
    fn draws_are_what_the_description_says() {
        assert_eq!(Stream::lasting(7, "latent").uniforms(0, 1), [0.4436323942055248]);
        assert_eq!(Stream::lasting(7, "latent").uniforms(1_000_003, 1), [0.3628067327243599]);
        let posts = Stream::fresh(20_111_026, 2, "signal/twitter.posts/level");
        assert_eq!(posts.uniforms(5, 1), [0.11110610717254532]);
    }

    #[test]
    fn seed_snapshot_and_name_each_make_another_stream() {
        let draws = [
            Stream::lasting(7, "x"),
            Stream::lasting(8, "x"),
            Stream::lasting(7, "y"),
            Stream::fresh(7, 0, "x"),
            Stream::fresh(7, 1, "x"),
        ]
        .map(|stream| stream.uniforms(0, 1)[0].to_bits());
        let distinct: std::collections::BTreeSet<u64> = draws.into_iter().collect();
        assert_eq!(distinct.len(), 5);
    }

    #[test]
    fn normals_have_the_moments_of_the_normal_distribution() {
        let draws = Stream::lasting(1, "moments").normals(0, 100_000);
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.015 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }
}
