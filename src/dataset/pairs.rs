//! Judged pairs: of two accounts, the one that people took for the more influential.

use std::io::Read;

use super::csv;
use super::keys::{Accounts, Texts};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

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
        let mut reader = csv::reader(input);
        let header = csv::header(origin, &mut reader)?;
        let mut problems = Vec::new();
        let mut at = [0; 3];
        for (place, name) in at.iter_mut().zip(COLUMNS) {
            match header.iter().position(|column| column == name) {
                Some(position) => *place = position,
                None => {
                    let message = format!("the table of pairs has no column `{name}`");
                    problems.push(Diagnostic::at_line(origin, 1, 1, message).suggest(name, header.iter()));
                }
            }
        }
        Diagnostics::none_or(problems)?;
        let mut pairs = PairTable::default();
        let mut problems = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let io = matches!(error.kind(), ::csv::ErrorKind::Io(_));
                    problems.push(csv::problem(origin, &error));
                    if io || problems.len() >= 20 {
                        break;
                    }
                    continue;
                }
            };
            let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
            match &record[at[2]] {
                word @ ("first" | "second") => pairs.push(&record[at[0]], &record[at[1]], word == "first"),
                other => {
                    let message = format!("`{}` is neither `first` nor `second`", visible(other));
                    problems.push(Diagnostic::at_line(origin, line, at[2] + 1, message));
                }
            }
        }
        Diagnostics::none_or(problems)?;
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
