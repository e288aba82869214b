//! Judged pairs: of two accounts, the one that people took for the more influential.

use std::io::Read;

use super::csv;
use super::keys::{Accounts, Texts};
use crate::diagnostic::{Diagnostics, visible};

/// The columns of a table of pairs.
pub const COLUMNS: [&str; 3] = ["first", "second", "preferred"];

/// Pairs as they are written, by account id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairTable {
    first: Texts,
    second: Texts,
    first_preferred: Vec<bool>,
}

/// A pair by positions in a list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub first: u32,
    pub second: u32,
    pub first_preferred: bool,
}

impl PairTable {
    pub fn push(&mut self, first: &str, second: &str, first_preferred: bool) {
        self.first.push(first);
        self.second.push(second);
        self.first_preferred.push(first_preferred);
    }

    pub fn len(&self) -> usize {
        self.first_preferred.len()
    }

    pub fn is_empty(&self) -> bool {
        self.first_preferred.is_empty()
    }

    /// First account, second account, and whether the first is preferred, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        let preferred = self.first_preferred.iter().enumerate();
        preferred.map(|(at, preferred)| (self.first.get(at), self.second.get(at), *preferred))
    }

    /// The table as CSV. Ids are written as they are, which suits ids without commas and quotes.
    pub fn to_csv(&self) -> String {
        let mut text = COLUMNS.join(",");
        text.push('\n');
        for (index, first_preferred) in self.first_preferred.iter().enumerate() {
            let preferred = if *first_preferred { "first" } else { "second" };
            text.push_str(&format!("{},{},{preferred}\n", self.first.get(index), self.second.get(index)));
        }
        text
    }

    /// Reads a CSV table of pairs.
    pub fn read_csv(origin: &str, input: impl Read) -> Result<PairTable, Diagnostics> {
        let mut pairs = PairTable::default();
        csv::read_three(origin, input, "pairs", COLUMNS, |[first, second, preferred]| match preferred {
            word @ ("first" | "second") => {
                pairs.push(first, second, word == "first");
                Ok(())
            }
            other => Err((2, format!("`{}` is neither `first` nor `second`", visible(other)))),
        })?;
        Ok(pairs)
    }

    /// The pairs of which both accounts are among these, and how many are not.
    pub fn among(&self, accounts: &Accounts) -> (Vec<Pair>, u64) {
        let mut found = Vec::new();
        let mut absent = 0;
        let position = |text: &str| accounts.find(text).and_then(|at| u32::try_from(at).ok());
        for (index, first_preferred) in self.first_preferred.iter().enumerate() {
            match (position(self.first.get(index)), position(self.second.get(index))) {
                (Some(first), Some(second)) => found.push(Pair { first, second, first_preferred: *first_preferred }),
                _ => absent += 1,
            }
        }
        (found, absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::keys::Keys;

    #[test]
    fn pairs_are_read_and_joined() {
        let text = "preferred,first,second\nfirst,1,2\nsecond,2,9\n";
        let pairs = PairTable::read_csv("p.csv", text.as_bytes()).unwrap();
        let accounts = Accounts::new(Keys::Integer(vec![1, 2])).unwrap();
        let (found, absent) = pairs.among(&accounts);
        assert_eq!(found, [Pair { first: 0, second: 1, first_preferred: true }]);
        assert_eq!((pairs.len(), absent), (2, 1));
    }

    #[test]
    fn problems_have_their_line() {
        let problems = PairTable::read_csv("p.csv", "first,second,preferred\n1,2,A\n".as_bytes()).unwrap_err();
        assert!(problems.to_string().contains("`A` is neither"));
        assert!(problems.to_string().contains("p.csv:2:3"));
        assert!(PairTable::read_csv("p.csv", "first,second\n".as_bytes()).is_err());
    }
}
