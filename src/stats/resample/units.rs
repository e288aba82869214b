//! What is drawn, and how often.
//!
//! A replicate is an integer multiplicity per row. Drawing integers, not rows,
//! keeps the columns where they are: whatever was sorted once stays sorted in
//! every replicate.

use super::stream::Stream;
use crate::stats::undefined::Undefined;

/// What is drawn with replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Units {
    kind: Kind,
    rows: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Rows,
    Clusters(Partition),
    Crossed(Partition, Partition),
}

/// A part number for every row, counted from 0 without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Partition {
    part_of: Vec<u32>,
    parts: u32,
}

impl Partition {
    fn of(numbers: &[u32]) -> Self {
        let mut known = numbers.to_vec();
        known.sort_unstable();
        known.dedup();
        // Every number is among the known, so the place found is its own.
        let part_of = numbers.iter().map(|number| known.partition_point(|other| other < number) as u32).collect();
        Partition { part_of, parts: known.len() as u32 }
    }
}

impl Units {
    /// Each of `rows` accounts is a unit.
    ///
    /// # Errors
    /// [`Undefined::Empty`]; [`Undefined::OutOfRange`] beyond 2^32 - 1 rows.
    pub fn accounts(rows: usize) -> Result<Self, Undefined> {
        countable(rows)?;
        Ok(Units { kind: Kind::Rows, rows })
    }

    /// The rows that carry the same number are one unit: they come together or
    /// not at all. Numbers need not be dense.
    ///
    /// # Errors
    /// As [`accounts`](Units::accounts).
    pub fn clusters(cluster_of: &[u32]) -> Result<Self, Undefined> {
        countable(cluster_of.len())?;
        Ok(Units { kind: Kind::Clusters(Partition::of(cluster_of)), rows: cluster_of.len() })
    }

    /// Rows that cross two factors, such as accounts and topics: both are drawn
    /// on their own, and a row counts (multiplicity of its account) x
    /// (multiplicity of its topic).
    ///
    /// The pigeonhole bootstrap of Owen, "The pigeonhole bootstrap", Annals of
    /// Applied Statistics 1 (2007): no resampling is exact for crossed factors;
    /// this one errs towards wide intervals.
    ///
    /// # Errors
    /// As [`accounts`](Units::accounts); columns of different length.
    pub fn crossed(account_of: &[u32], topic_of: &[u32]) -> Result<Self, Undefined> {
        if account_of.len() != topic_of.len() {
            return Err(Undefined::UnequalLengths { first: account_of.len(), second: topic_of.len() });
        }
        countable(account_of.len())?;
        let kind = Kind::Crossed(Partition::of(account_of), Partition::of(topic_of));
        Ok(Units { kind, rows: account_of.len() })
    }

    /// The number of rows of the table that is resampled.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of units; of crossed factors the smaller number, since it
    /// limits what can be said.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.kind {
            Kind::Rows => self.rows,
            Kind::Clusters(partition) => partition.parts as usize,
            Kind::Crossed(first, second) => first.parts.min(second.parts) as usize,
        }
    }

    /// The unit of every row; none for crossed factors, whose rows have two.
    #[must_use]
    pub fn unit_of(&self) -> Option<Vec<u32>> {
        match &self.kind {
            Kind::Rows => Some((0..self.rows as u32).collect()),
            Kind::Clusters(partition) => Some(partition.part_of.clone()),
            Kind::Crossed(..) => None,
        }
    }

    /// Whether every row is a unit of its own.
    #[must_use]
    pub fn are_rows(&self) -> bool {
        self.kind == Kind::Rows
    }

    /// Writes the multiplicities of one replicate; `drawn` is working space.
    pub(super) fn draw(&self, seed: u64, number: u64, multiplicities: &mut Vec<u32>, drawn: &mut [Vec<u32>; 2]) {
        let [first_drawn, second_drawn] = drawn;
        match &self.kind {
            Kind::Rows => draw(self.rows as u32, seed, FIRST, number, multiplicities),
            Kind::Clusters(partition) => {
                draw(partition.parts, seed, FIRST, number, first_drawn);
                multiplicities.clear();
                multiplicities.extend(partition.part_of.iter().map(|&part| first_drawn[part as usize]));
            }
            Kind::Crossed(first, second) => {
                draw(first.parts, seed, FIRST, number, first_drawn);
                draw(second.parts, seed, SECOND, number, second_drawn);
                let parts = first.part_of.iter().zip(&second.part_of);
                multiplicities.clear();
                multiplicities.extend(parts.map(|(&account, &topic)| {
                    first_drawn[account as usize].saturating_mul(second_drawn[topic as usize])
                }));
            }
        }
    }
}

/// The multiplicities of the accounts and of the topics in one replicate: each
/// sums to its length, and they do not depend on each other. A row (account,
/// topic) counts the product; see [`Units::crossed`].
///
/// # Errors
/// Either is 0, or beyond 2^32 - 1.
pub fn two_way(accounts: usize, topics: usize, seed: u64, replicate: u64) -> Result<(Vec<u32>, Vec<u32>), Undefined> {
    countable(accounts)?;
    countable(topics)?;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    draw(accounts as u32, seed, FIRST, replicate, &mut first);
    draw(topics as u32, seed, SECOND, replicate, &mut second);
    Ok((first, second))
}

const FIRST: &str = "bootstrap";
const SECOND: &str = "bootstrap of the second factor";

/// Throws `units` balls into as many urns.
fn draw(units: u32, seed: u64, purpose: &str, number: u64, into: &mut Vec<u32>) {
    into.clear();
    into.resize(units as usize, 0);
    let mut stream = Stream::new(seed, purpose, number);
    for _ in 0..units {
        into[stream.below(units) as usize] += 1;
    }
}

fn countable(rows: usize) -> Result<(), Undefined> {
    match u32::try_from(rows) {
        Ok(0) => Err(Undefined::Empty),
        Ok(_) => Ok(()),
        Err(_) => Err(Undefined::OutOfRange { text: format!("{rows} rows are more than {}", u32::MAX) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(units: &Units, number: u64) -> Vec<u32> {
        let mut multiplicities = Vec::new();
        units.draw(5, number, &mut multiplicities, &mut Default::default());
        multiplicities
    }

    #[test]
    fn accounts_are_drawn_one_by_one() {
        let units = Units::accounts(1000).unwrap();
        let (zero, one) = (drawn(&units, 0), drawn(&units, 1));
        assert_ne!(zero, one);
        assert_eq!(drawn(&units, 0), zero);
        assert_eq!(zero.iter().sum::<u32>(), 1000);
        // A share of 1/e is left out: 368 with a standard deviation of about 10.
        let out = zero.iter().filter(|&&count| count == 0).count();
        assert!((318..418).contains(&out), "{out}");
    }

    #[test]
    fn clusters_come_whole() {
        let cluster_of: Vec<u32> = (0..60).map(|row| 1000 - row % 7).collect();
        let units = Units::clusters(&cluster_of).unwrap();
        assert_eq!((units.rows(), units.count(), units.are_rows()), (60, 7, false));
        for number in 0..50 {
            let multiplicities = drawn(&units, number);
            assert!((0..60).all(|row| multiplicities[row] == multiplicities[row % 7]));
            assert_eq!(multiplicities[..7].iter().sum::<u32>(), 7);
        }
        assert_eq!(units.unit_of().unwrap()[..8], [6, 5, 4, 3, 2, 1, 0, 6]);
    }

    #[test]
    fn crossed_rows_count_the_product() {
        let (account_of, topic_of): (Vec<u32>, Vec<u32>) = (0..30).map(|row| (row / 3, row % 3)).unzip();
        let units = Units::crossed(&account_of, &topic_of).unwrap();
        assert_eq!((units.count(), units.unit_of()), (3, None));
        for number in 0..20 {
            let (accounts, topics) = two_way(10, 3, 5, number).unwrap();
            assert_eq!((accounts.iter().sum::<u32>(), topics.iter().sum::<u32>()), (10, 3));
            let products: Vec<u32> = (0..30).map(|row| accounts[row / 3] * topics[row % 3]).collect();
            assert_eq!(drawn(&units, number), products);
        }
    }

    #[test]
    fn nothing_cannot_be_drawn() {
        assert_eq!(Units::accounts(0), Err(Undefined::Empty));
        assert_eq!(Units::clusters(&[]), Err(Undefined::Empty));
        assert_eq!(Units::crossed(&[1], &[]), Err(Undefined::UnequalLengths { first: 1, second: 0 }));
        assert_eq!(two_way(3, 0, 1, 1), Err(Undefined::Empty));
    }
}
