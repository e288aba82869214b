//! Sorting integers by their digits.
//!
//! A comparison sort guesses wrong at every second comparison and moves every
//! key some twenty times; a radix sort moves it once a digit and guesses
//! nothing. The highest digit comes first: it deals the keys into buckets that
//! fit into a cache, and these are sorted one by one, in parallel, from their
//! lowest digit to their highest.

use rayon::prelude::*;

/// Below so many keys the sort of the standard library is the faster.
const FEW: usize = 1 << 9;
/// A bucket holds some 2^12 keys on average: 64 KiB with the space beside.
const BUCKET_BITS: u32 = 12;
/// Buckets are at most 2^10: each is a place in memory that is written to.
const MOST_BITS: u32 = 10;
/// Digits within a bucket.
const DIGIT_BITS: u32 = 8;
const DIGITS: usize = 1 << DIGIT_BITS;

/// Sorts ascending by what stands above the lowest `low` bits, in parallel.
/// Keys that are equal there must ascend as they are given, and so they stay.
pub(crate) fn sort_above(keys: &mut Vec<u64>, low: u32) {
    if keys.len() <= FEW {
        keys.sort_unstable();
        return;
    }
    let greatest = keys.iter().copied().max().unwrap_or(0) >> low;
    let bits = u64::BITS - greatest.leading_zeros();
    let top = (usize::BITS - keys.len().leading_zeros()).saturating_sub(BUCKET_BITS).min(MOST_BITS).min(bits);
    let rest = bits - top;
    let bucket = |key: u64| (key >> (low + rest)) as usize;
    let mut ends = vec![0usize; 1 << top];
    keys.iter().for_each(|key| ends[bucket(*key)] += 1);
    let mut sorted = vec![0; keys.len()];
    let mut begin = 0;
    for end in &mut ends {
        begin += std::mem::replace(end, begin);
    }
    // Each end moves from where its bucket begins to where it ends.
    for key in keys.iter() {
        let end = &mut ends[bucket(*key)];
        sorted[*end] = *key;
        *end += 1;
    }
    let mut buckets = Vec::with_capacity(ends.len());
    let (mut left, mut space_left, mut begin) = (sorted.as_mut_slice(), keys.as_mut_slice(), 0);
    for end in ends {
        let (bucket, others) = left.split_at_mut(end - begin);
        let (space, spaces) = space_left.split_at_mut(end - begin);
        buckets.push((bucket, space));
        (left, space_left, begin) = (others, spaces, end);
    }
    buckets.into_par_iter().for_each(|(bucket, space)| sort_bucket(bucket, space, low, rest));
    *keys = sorted;
}

/// Sorts by `bits` bits above the lowest `low`; `space` is as long.
fn sort_bucket(keys: &mut [u64], space: &mut [u64], low: u32, bits: u32) {
    if keys.len() <= FEW {
        keys.sort_unstable();
        return;
    }
    let (mut from, mut to) = (keys, space);
    let mut moved = false;
    for shift in (low..low + bits).step_by(DIGIT_BITS as usize) {
        let digit = |key: u64| (key >> shift) as usize % DIGITS;
        let mut places = [0u32; DIGITS];
        from.iter().for_each(|key| places[digit(*key)] += 1);
        let mut begin = 0;
        for place in &mut places {
            begin += std::mem::replace(place, begin);
        }
        for key in from.iter() {
            let place = &mut places[digit(*key)];
            to[*place as usize] = *key;
            *place += 1;
        }
        std::mem::swap(&mut from, &mut to);
        moved = !moved;
    }
    if moved {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::resample::Stream;
    use crate::stats::testing::on_threads;

    #[test]
    fn agrees_with_the_sort_of_the_standard_library() {
        let mut stream = Stream::new(1, "radix", 0);
        for length in [0, 1, 2, FEW, FEW + 1, 5000, 9000, 40_000] {
            for bits in [0, 1, 3, 8, 9, 20, 44] {
                // The number of a key is what stands lowest, so equals ascend.
                let key = |at: u64, coins: u64| (coins & ((1 << bits) - 1)) << 16 | at;
                let keys: Vec<u64> = (0..length as u64).map(|at| key(at, stream.coins())).collect();
                let mut expected = keys.clone();
                expected.sort_unstable();
                for threads in [1, 2, 3] {
                    let mut sorted = keys.clone();
                    on_threads(threads, || sort_above(&mut sorted, 16));
                    assert_eq!(sorted, expected, "{length} keys of {bits} bits");
                }
            }
        }
    }

    #[test]
    fn keys_that_crowd_in_one_bucket_are_sorted_too() {
        let mut stream = Stream::new(2, "radix", 0);
        let mut keys: Vec<u64> = (0..20_000u64).map(|at| (stream.coins() % 900) << 15 | at).collect();
        keys[77] |= 1 << 60;
        let mut expected = keys.clone();
        expected.sort_unstable();
        sort_above(&mut keys, 15);
        assert_eq!(keys, expected);
    }
}
