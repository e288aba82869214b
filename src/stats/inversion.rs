//! Inversions of a sequence: the pairs whose first member is the greater.
//!
//! Knight's method counts them in a merge sort. Here the sequence is taken
//! apart from above instead: those of the lower half of the values and those
//! of the upper half each keep their order, and every value that goes down is
//! an inversion with each that went up before it. A step is one pass without a
//! jump that could be mispredicted, the two halves have nothing to do with
//! each other any more and are counted in parallel, and there is no merge at
//! the end that one thread must do alone. Counts are integers: no order of the
//! work changes them. O(n log n).

/// So few are compared each with each, which takes no jumps either.
const FEW: usize = 32;
/// Below so many a second thread is not worth its call.
const ALONE: usize = 1 << 14;

/// The number of pairs `i < j` with `values[i] > values[j]`. All values are
/// below `bound`. The values are used up: they lie about in no order
/// afterwards.
pub(crate) fn inversions(values: &mut [u32], bound: u32) -> u64 {
    let mut space = vec![0; values.len()];
    part(values, &mut space, 0, bound)
}

/// Counts among values from `low` to below `high`; `space` is as long.
fn part(values: &mut [u32], space: &mut [u32], low: u32, high: u32) -> u64 {
    if values.len() <= FEW {
        return each_with_each(values);
    }
    // Found out at the first difference; a large group of equals ends here.
    if high - low < 2 || values.iter().all(|value| *value == values[0]) {
        return 0;
    }
    let middle = low + (high - low) / 2;
    let (mut down, mut up, mut crossed) = (0, 0, 0u64);
    for at in 0..values.len() {
        let value = values[at];
        let rises = usize::from(value >= middle);
        // Both are written; only one of the two is kept.
        values[down] = value;
        space[up] = value;
        down += 1 - rises;
        up += rises;
        crossed += ((1 - rises) * up) as u64;
    }
    // What lies behind each half is free for the other.
    let (lower, free_above) = values.split_at_mut(down);
    let (upper, free_below) = space.split_at_mut(up);
    let below = |lower, free| part(lower, free, low, middle);
    let above = |upper, free| part(upper, free, middle, high);
    let (one, other) = if down + up > ALONE {
        rayon::join(|| below(lower, free_below), || above(upper, free_above))
    } else {
        (below(lower, free_below), above(upper, free_above))
    };
    crossed + one + other
}

fn each_with_each(values: &[u32]) -> u64 {
    let mut crossed = 0u32;
    for (at, value) in values.iter().enumerate() {
        crossed += values[..at].iter().map(|before| u32::from(before > value)).sum::<u32>();
    }
    u64::from(crossed)
}

/// For every value of a permutation of `0..n`, how many of the values before
/// it are greater: `counts[value]`.
pub(crate) fn greater_before(permutation: &[u32]) -> Vec<u32> {
    // The value in the upper half, what was counted so far in the lower.
    let mut values: Vec<u64> = permutation.iter().map(|value| u64::from(*value) << 32).collect();
    let mut space = vec![0; values.len()];
    let mut counts = vec![0; values.len()];
    part_counting(&mut values, &mut space, &mut counts, 0);
    counts
}

/// Counts among the values `low..low + counts.len()`, each of which is there.
fn part_counting(values: &mut [u64], space: &mut [u64], counts: &mut [u32], low: u32) {
    if values.len() <= FEW {
        return each_counting(values, counts, low);
    }
    let half = values.len() / 2;
    let middle = u64::from(low + half as u32) << 32;
    let (mut down, mut up) = (0, 0);
    for at in 0..values.len() {
        let value = values[at];
        let rises = usize::from(value >= middle);
        values[down] = value + up as u64;
        space[up] = value;
        down += 1 - rises;
        up += rises;
    }
    let (lower, free_above) = values.split_at_mut(down);
    let (upper, free_below) = space.split_at_mut(up);
    let (lower_counts, upper_counts) = counts.split_at_mut(half);
    let below = |lower, free, counts| part_counting(lower, free, counts, low);
    let above = |upper, free, counts| part_counting(upper, free, counts, low + half as u32);
    if down + up > ALONE {
        rayon::join(|| below(lower, free_below, lower_counts), || above(upper, free_above, upper_counts));
    } else {
        below(lower, free_below, lower_counts);
        above(upper, free_above, upper_counts);
    }
}

fn each_counting(values: &[u64], counts: &mut [u32], low: u32) {
    let mut few = [0; FEW];
    for (slot, value) in few.iter_mut().zip(values) {
        *slot = (value >> 32) as u32;
    }
    for (at, whole) in values.iter().enumerate() {
        let value = few[at];
        let greater = few[..at].iter().map(|before| u32::from(*before > value)).sum::<u32>();
        counts[(value - low) as usize] = *whole as u32 + greater;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::resample::Stream;
    use crate::stats::testing::{law, on_threads};
    use proptest::collection::vec;
    use proptest::prop_assert_eq;

    fn counted_before(values: &[u32], at: usize) -> u32 {
        values[..at].iter().filter(|&&before| before > values[at]).count() as u32
    }

    #[test]
    fn agrees_with_counting_each_pair() {
        for bound in [1, 2, 7, 1000] {
            law(vec(0..bound, 0..300), |values| {
                let naive: u64 = (0..values.len()).map(|at| u64::from(counted_before(&values, at))).sum();
                prop_assert_eq!(inversions(&mut values.clone(), bound), naive);
                Ok(())
            });
        }
    }

    #[test]
    fn every_value_of_a_permutation_has_its_count() {
        let mut stream = Stream::new(1, "permutations", 0);
        for length in (0..200).chain([1000, 1023, 1024, 1025]) {
            let mut permutation: Vec<u32> = (0..length).collect();
            stream.shuffle(&mut permutation);
            let mut naive = vec![0; permutation.len()];
            for (at, &value) in permutation.iter().enumerate() {
                naive[value as usize] = counted_before(&permutation, at);
            }
            assert_eq!(greater_before(&permutation), naive);
        }
    }

    #[test]
    fn any_number_of_threads_counts_the_same() {
        let length = 3 * ALONE as u32 + 17;
        let mut permutation: Vec<u32> = (0..length).collect();
        Stream::new(2, "permutations", 0).shuffle(&mut permutation);
        let tied: Vec<u32> = permutation.iter().map(|value| value / 9).collect();
        let all = |threads| {
            on_threads(threads, || {
                let whole = inversions(&mut permutation.clone(), length);
                let tied = inversions(&mut tied.clone(), length.div_ceil(9));
                (whole, tied, greater_before(&permutation))
            })
        };
        let alone = all(1);
        assert_eq!(alone.0, alone.2.iter().map(|count| u64::from(*count)).sum::<u64>());
        assert_eq!((&all(2), &all(3)), (&alone, &alone));
    }

    #[test]
    fn the_reverse_of_an_order_is_all_inversions() {
        let length = 70_000u32;
        let mut falling: Vec<u32> = (0..length).rev().collect();
        assert_eq!(inversions(&mut falling, length), u64::from(length) * u64::from(length - 1) / 2);
        assert_eq!(inversions(&mut (0..length).collect::<Vec<u32>>(), length), 0);
    }
}
