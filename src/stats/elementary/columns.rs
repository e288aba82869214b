//! Logarithms of whole columns, to the bit those of single numbers.
//!
//! The code of a single number jumps between cases, and a loop of jumps takes
//! one number at a time. Nearly every number of a real column is of one case:
//! a normal number above 0 and, for `log1p`, one to which 1 is added without
//! rounding (every count, every 32-bit number that is not tiny). For blocks of
//! such numbers the steps of the single case are written out here without a
//! jump; any other block goes through the code of single numbers. Most cells of
//! many signals are 0, whose `log1p` is 0: where they are half of a block, the
//! others are put side by side first.

use super::super::lanes::{each, widest};
use super::{ln, log1p};

/// Numbers looked at together: as many as make the look cheap, and few enough
/// that one odd number does not spoil a column.
const BLOCK: usize = 256;

/// [`ln`](super::ln) of every number, to the bit.
pub fn ln_all(values: &mut [f64]) {
    let ordinary = |x: f64| if x.is_nan() { 0 } else { u64::from(!(f64::MIN_POSITIVE..f64::INFINITY).contains(&x)) };
    by_blocks(values, ordinary, |block| each(block, |x| if x.is_nan() { x } else { straight(x) }), ln);
}

/// [`log1p`](super::log1p) of every number, to the bit.
pub fn log1p_all(values: &mut [f64]) {
    log1p_or(values, log1p);
}

/// [`log1p`](super::log1p) of every number that is 0 or more, to the bit, as long as its neighbours
/// are so too; of the others, and of NaN among them, what `single` gives. `single` must give
/// `log1p` where it may be asked for it, and NaN for NaN.
pub fn log1p_or(values: &mut [f64], single: impl FnMut(f64) -> f64) {
    let ordinary = |x: f64| {
        let above = 1.0 + x;
        // Both differences are exact where 1 was added without rounding, and the sign says below 0.
        let rounded = ((above - 1.0).to_bits() ^ x.to_bits()) | ((above - x).to_bits() ^ 1f64.to_bits());
        if x.is_nan() { 0 } else { rounded | (x.to_bits() >> 63) }
    };
    let logarithm = |x: f64| if x.is_nan() { x } else { straight(1.0 + x) };
    let block = |block: &mut [f64]| {
        let zeros = widest(|| block.iter().fold(0, |count, x| count + u64::from(*x == 0.0)));
        if 2 * zeros > block.len() as u64 { each_but_zeros(block, logarithm) } else { each(block, logarithm) }
    };
    by_blocks(values, ordinary, block, single);
}

/// Puts the result of a function in the place of each value of a block that is not 0.
#[inline(always)]
fn each_but_zeros(block: &mut [f64], function: impl Fn(f64) -> f64) {
    let (mut others, mut places) = ([0.0; BLOCK], [0; BLOCK]);
    let mut count = 0;
    for (at, x) in block.iter().enumerate() {
        (others[count], places[count]) = (*x, at);
        count += usize::from(*x != 0.0);
    }
    each(&mut others[..count], function);
    others[..count].iter().zip(places).for_each(|(other, at)| block[at] = *other);
}

/// Blocks without an odd number go through `straightly`, the others through `single`. `odd` is 0 for
/// NaN and for what the straight code can do.
#[inline(always)]
fn by_blocks(
    values: &mut [f64],
    odd: impl Fn(f64) -> u64 + Copy,
    straightly: impl Fn(&mut [f64]),
    mut single: impl FnMut(f64) -> f64,
) {
    for block in values.chunks_mut(BLOCK) {
        if widest(|| block.iter().fold(0, |found, x| found | odd(*x))) == 0 {
            straightly(block);
        } else {
            block.iter_mut().for_each(|x| *x = single(*x));
        }
    }
}

// The coefficients of the logarithm of the FreeBSD mathematical library (e_log.c), which the crate
// `libm` computes by: 1/3 2, 2/5, .. as rounded for the least error.
const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const LG: [f64; 7] = [
    0.666_666_666_666_673_5,
    0.399_999_999_994_094_2,
    0.285_714_287_436_623_9,
    0.222_221_984_321_497_84,
    0.181_835_721_616_180_5,
    0.153_138_376_992_093_73,
    0.147_981_986_051_165_86,
];

/// The logarithm of a normal number above 0: `x = 2^k m` with `m` from `sqrt(1/2)` to `sqrt(2)`,
/// then `ln m = f - f^2/2 + s (f^2/2 + R(s^2))` with `f = m - 1` and `s = f / (2 + f)`.
#[inline(always)]
fn straight(x: f64) -> f64 {
    // The upper half of the bits of 1 and of sqrt(1/2).
    const ONE: u64 = 0x3ff0_0000 << 32;
    const ROOT: u64 = 0x3fe6_a09e << 32;
    const MANTISSA: u64 = (1 << 52) - 1;
    // 2^52 with a small integer in its last bits is 2^52 plus that integer.
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    let bits = x.to_bits() + (ONE - ROOT);
    let k = f64::from_bits((bits >> 52) | TWO_52.to_bits()) - (TWO_52 + 1023.0);
    let m = f64::from_bits((bits & MANTISSA) + ROOT);
    let f = m - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (LG[1] + w * (LG[3] + w * LG[5]));
    let odd = z * (LG[0] + w * (LG[2] + w * (LG[4] + w * LG[6])));
    s * (half_square + (odd + even)) + k * LN2_LOW - half_square + f + k * LN2_HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of every kind of number: all bits, counts, shares, 32-bit numbers, and edges.
    fn numbers() -> Vec<f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let share = |bits: u64| bits as f64 / u64::MAX as f64;
        let mut all: Vec<f64> = (0..200_000).map(|_| f64::from_bits(next())).collect();
        all.extend((0..200_000).map(|_| (next() % 1_000_000) as f64));
        // Mostly zeros of either sign, with gaps.
        all.extend((0..200_000).map(|_| match next() % 10 {
            0..7 => 0.0,
            7 => -0.0,
            8 => f64::NAN,
            _ => (next() % 5_000) as f64,
        }));
        all.extend((0..200_000).map(|_| share(next())));
        all.extend((0..200_000).map(|_| f64::from((share(next()) * 5000.0) as f32)));
        all.extend((0..2_000).map(|step| f64::from_bits((1023 + step % 64) << 52)));
        // Around every border of the code of single numbers.
        for border in [0x3fda_827a_u64, 0x3fe6_a09e, 0x3ff0_0000, 0x3ca0_0000, 0x4330_0000, 0x0010_0000, 0x7fef_ffff] {
            for near in 0..6 {
                for low in [0, 1, 0xffff_ffff] {
                    all.extend([f64::from_bits(((border + near - 3) << 32) | low); BLOCK]);
                }
            }
        }
        for edge in [0.0, -0.0, 1.0, -1.0, -0.5, 5e-324, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY, f64::NAN] {
            all.resize(all.len().next_multiple_of(BLOCK), 3.0);
            all.extend([edge; BLOCK]);
            all.extend([1.0, edge, 2.0]);
        }
        all
    }

    #[test]
    fn columns_are_single_numbers_to_the_bit() {
        type Column = fn(&mut [f64]);
        for (column, single) in [(log1p_all as Column, log1p as fn(f64) -> f64), (ln_all, ln)] {
            let mut all = numbers();
            column(&mut all);
            for (ours, x) in all.iter().zip(numbers()) {
                let expected = single(x);
                assert!(
                    ours.to_bits() == expected.to_bits() || ours.is_nan() && expected.is_nan(),
                    "{x:e}: {ours:e} is not {expected:e}"
                );
            }
        }
    }

    #[test]
    fn most_blocks_go_the_straight_way() {
        // A case that no number reaches would be tested by nothing.
        let straightly = |x: f64| straight(1.0 + x).to_bits() == log1p(x).to_bits();
        assert!((0..100_000).all(|count| straightly(f64::from(count))));
        assert!((1..100_000).all(|step| straightly(f64::from(step as f32 / 77.0))));
        assert!(!straightly(1e-17));
    }
}
