//! Sorting integers by their digits.
//!
//! A comparison sort guesses wrong at every second comparison and moves every
//! key some twenty times; a radix sort moves it once a digit and guesses
//! nothing. The highest digit comes first: it deals the keys into buckets where
//! they stand, and so on within each bucket, in parallel, until one fits into a
//! cache. There two more digits leave hardly two keys together, and those that
//! are left are compared.

use rayon::prelude::*;

/// Below so many keys the sort of the standard library is the faster.
const FEW: usize = 1 << 7;
/// Keys that fit into a cache with as much space beside: 64 KiB.
const CACHED: usize = 1 << 12;
/// Keys of a bucket, on average, that a digit is chosen for.
const BUCKET_BITS: u32 = 11;
const DIGIT_BITS: u32 = 8;
const DIGITS: usize = 1 << DIGIT_BITS;
/// Keys that are worth a second thread.
const SHARE: usize = 1 << 15;

/// Sorts ascending, in parallel and without room beside. Keys that ascend are left as they are.
pub(crate) fn sort(keys: &mut [u64]) {
    if keys.len() <= FEW {
        return keys.sort_unstable();
    }
    if keys.is_sorted() {
        return;
    }
    // Nothing is to be learnt from the bits that all keys share.
    let first = keys[0];
    let bits = u64::BITS - keys.iter().fold(0, |differing, key| differing | (key ^ first)).leading_zeros();
    if keys.len() <= CACHED {
        return sort_cached(keys, bits);
    }
    let digit = (usize::BITS - keys.len().leading_zeros()).saturating_sub(BUCKET_BITS).min(DIGIT_BITS).min(bits);
    if digit == 0 {
        return;
    }
    let shared = keys.len() >= SHARE;
    let buckets = deal(keys, bits - digit, digit);
    if shared {
        buckets.into_par_iter().for_each(sort);
    } else {
        buckets.into_iter().for_each(sort);
    }
}

/// Puts every key into the bucket of its digit: `bits` bits from `shift` on.
///
/// The bucket of a key is full up to a place, and the key that stands there is
/// the next to be put into its own (McIlroy, Bostic and McIlroy, "Engineering
/// radix sort", Computing Systems 6, 1993).
fn deal(keys: &mut [u64], shift: u32, bits: u32) -> Vec<&mut [u64]> {
    let digit = |key: u64| (key >> shift) as usize & ((1 << bits) - 1);
    let mut next = [0; DIGITS];
    keys.iter().for_each(|key| next[digit(*key)] += 1);
    let mut ends = next;
    let mut begin = 0;
    for (next, end) in next.iter_mut().zip(&mut ends) {
        begin += *end;
        (*next, *end) = (begin - *end, begin);
    }
    for bucket in 0..1 << bits {
        while next[bucket] < ends[bucket] {
            let mut key = keys[next[bucket]];
            loop {
                let home = digit(key);
                std::mem::swap(&mut key, &mut keys[next[home]]);
                next[home] += 1;
                if home == bucket {
                    break;
                }
            }
        }
    }
    let mut buckets = Vec::with_capacity(1 << bits);
    let (mut left, mut begin) = (keys, 0);
    for end in &ends[..1 << bits] {
        let (bucket, others) = left.split_at_mut(end - begin);
        buckets.push(bucket);
        (left, begin) = (others, *end);
    }
    buckets
}

/// Sorts at most [`CACHED`] keys that differ in their lowest `bits` bits alone:
/// by the upper two digits of these, the lower one first, and what is equal in
/// both by comparison.
fn sort_cached(keys: &mut [u64], bits: u32) {
    let mut space = [0; CACHED];
    let space = &mut space[..keys.len()];
    let shift = bits.saturating_sub(2 * DIGIT_BITS);
    let lower = |key: u64| (key >> shift) as usize % DIGITS;
    let upper = |key: u64| (key >> (shift + DIGIT_BITS)) as usize % DIGITS;
    // A bucket begins where those before it end.
    let (mut lowers, mut uppers) = ([0u16; DIGITS], [0u16; DIGITS]);
    for key in keys.iter() {
        lowers[lower(*key)] += 1;
        uppers[upper(*key)] += 1;
    }
    let mut begins = [0; 2];
    for (lower, upper) in lowers.iter_mut().zip(&mut uppers) {
        begins[0] += std::mem::replace(lower, begins[0]);
        begins[1] += std::mem::replace(upper, begins[1]);
    }
    put(keys, space, &mut lowers, lower);
    put(space, keys, &mut uppers, upper);
    if shift > 0 {
        let together = keys.chunk_by_mut(|left, right| left >> shift == right >> shift);
        together.filter(|run| run.len() > 1).for_each(<[u64]>::sort_unstable);
    }
}

/// Puts every key where its digit's bucket has come to.
fn put(keys: &[u64], space: &mut [u64], next: &mut [u16; DIGITS], digit: impl Fn(u64) -> usize) {
    for key in keys {
        let next = &mut next[digit(*key)];
        space[*next as usize] = *key;
        *next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::resample::Stream;
    use crate::stats::testing::on_threads;

    fn agrees(keys: &[u64]) {
        let mut expected = keys.to_vec();
        expected.sort_unstable();
        for threads in [1, 2, 3] {
            let mut sorted = keys.to_vec();
            on_threads(threads, || sort(&mut sorted));
            assert!(sorted == expected, "{} keys from {:?}", keys.len(), expected.first());
        }
    }

    #[test]
    fn agrees_with_the_sort_of_the_standard_library() {
        let mut stream = Stream::new(1, "radix", 0);
        for length in [0, 1, 2, FEW, FEW + 1, CACHED, CACHED + 1, 9000, SHARE, 140_000] {
            for bits in [0, 1, 3, 8, 9, 20, 44, 64] {
                let keys: Vec<u64> = (0..length)
                    .map(|_| stream.coins() & 1u64.checked_shl(bits).map_or(u64::MAX, |end| end - 1))
                    .collect();
                agrees(&keys);
                // Above what all of them share.
                agrees(&keys.iter().map(|key| key | 1 << 63 | 1 << 50).collect::<Vec<_>>());
                let mut sorted = keys.clone();
                sorted.sort_unstable();
                agrees(&sorted);
                sorted.reverse();
                agrees(&sorted);
            }
        }
    }

    #[test]
    fn keys_that_crowd_in_one_bucket_are_sorted_too() {
        let mut stream = Stream::new(2, "radix", 0);
        // Those of a bucket are equal, nearly equal, or both.
        for common in [1, 2, 900] {
            let mut keys: Vec<u64> = (0..50_000u64).map(|at| ((stream.coins() % common) << 25) + at % 7).collect();
            keys[77] |= 1 << 60;
            keys[78] |= 1 << 59;
            agrees(&keys);
        }
        agrees(&[u64::MAX; 20_000]);
        agrees(&(0..40_000u64).rev().collect::<Vec<_>>());
    }
}
