//! Running totals by rank: add a weight at a rank, ask for the total up to a
//! rank.
//!
//! A tree of 16 cells a node. Each node holds its children's totals summed from
//! the left, so a question reads one cell a level without a branch, and an
//! addition changes the cells of one node a level, four at a time. At 10,000
//! ranks this does less waiting than the binary tree of Fenwick ("A new data
//! structure for cumulative frequency tables", Software: Practice and
//! Experience 24, 1994), whose steps depend on each other.

const FAN: usize = 16;
const BITS: u32 = FAN.trailing_zeros();

/// A weight that such a tree can hold.
pub(super) trait Weight: Copy + Default {
    /// Adds a weight to the cells from a place on.
    fn spread(cells: &mut [Self; FAN], from: usize, weight: Self);
    /// The sum of two weights.
    fn plus(self, other: Self) -> Self;
}

/// Row `k`: nothing before cell `k`, everything from there.
const MASKS: [[u32; FAN]; FAN + 1] = {
    let mut masks = [[0; FAN]; FAN + 1];
    let mut row = 0;
    while row <= FAN {
        let mut cell = row;
        while cell < FAN {
            masks[row][cell] = u32::MAX;
            cell += 1;
        }
        row += 1;
    }
    masks
};

impl Weight for u32 {
    fn spread(cells: &mut [u32; FAN], from: usize, weight: u32) {
        for (cell, mask) in cells.iter_mut().zip(&MASKS[from]) {
            *cell += weight & mask;
        }
    }

    fn plus(self, other: u32) -> u32 {
        self + other
    }
}

impl Weight for f64 {
    fn spread(cells: &mut [f64; FAN], from: usize, weight: f64) {
        for cell in &mut cells[from..] {
            *cell += weight;
        }
    }

    fn plus(self, other: f64) -> f64 {
        self + other
    }
}

/// Totals of weights over ranks from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree<T> {
    nodes: Vec<[T; FAN]>,
    /// Where each level begins, the ranks first.
    starts: Vec<usize>,
}

impl<T: Weight> Tree<T> {
    /// Empties the tree and makes room for `ranks`.
    pub(super) fn reset(&mut self, ranks: usize) {
        self.starts.clear();
        let (mut nodes, mut total) = (ranks.max(1), 0);
        loop {
            nodes = nodes.div_ceil(FAN);
            self.starts.push(total);
            total += nodes;
            if nodes == 1 {
                break;
            }
        }
        self.nodes.clear();
        self.nodes.resize(total, [T::default(); FAN]);
    }

    /// The total weight at ranks up to and including `rank`.
    pub(super) fn through(&self, rank: usize) -> T {
        let mut total = T::default();
        let mut at = rank;
        for &start in &self.starts {
            total = total.plus(self.nodes[start + (at >> BITS)][at % FAN]);
            at >>= BITS;
        }
        total
    }

    /// Adds a weight at a rank.
    pub(super) fn add(&mut self, rank: usize, weight: T) {
        let mut at = rank;
        // A rank counts in its own cell; a node counts in those of its later siblings.
        let mut own = 0;
        for &start in &self.starts {
            T::spread(&mut self.nodes[start + (at >> BITS)], at % FAN + own, weight);
            own = 1;
            at >>= BITS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::resample::stream::Stream;

    #[test]
    fn totals_agree_with_summing() {
        let mut stream = Stream::new(1, "tree", 0);
        let (mut counts, mut weights) = (Tree::<u32>::default(), Tree::<f64>::default());
        for ranks in [1, 2, 15, 16, 17, 255, 256, 257, 300, 5000] {
            counts.reset(ranks);
            weights.reset(ranks);
            let mut plain = vec![0; ranks];
            for _ in 0..400 {
                let (rank, weight) = (stream.below(ranks as u32) as usize, stream.below(9));
                counts.add(rank, weight);
                weights.add(rank, f64::from(weight));
                plain[rank] += weight;
                let asked = stream.below(ranks as u32) as usize;
                let expected = plain[..=asked].iter().sum::<u32>();
                assert_eq!(counts.through(asked), expected);
                assert_eq!(weights.through(asked), f64::from(expected));
            }
        }
    }
}
