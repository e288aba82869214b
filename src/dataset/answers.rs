//! Answers about brands: how likely an account is to recommend a brand, from 0 to 10.

use std::io::Read;

use super::csv;
use super::keys::{Accounts, Texts};
use crate::diagnostic::{Diagnostics, visible};

/// The columns of a table of answers.
pub const COLUMNS: [&str; 3] = ["account", "brand", "answer"];

/// The highest answer.
pub const HIGHEST: u8 = 10;

/// Answers as they are written, by account id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerTable {
    respondent: Texts,
    brand: Texts,
    answer: Vec<u8>,
}

/// An answer by positions in a list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub respondent: u32,
    pub brand: u32,
    /// From 0 to 10.
    pub answer: u8,
}

impl AnswerTable {
    pub fn len(&self) -> usize {
        self.answer.len()
    }

    pub fn is_empty(&self) -> bool {
        self.answer.is_empty()
    }

    /// Respondent, brand and answer, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, u8)> {
        let answers = self.answer.iter().enumerate();
        answers.map(|(at, answer)| (self.respondent.get(at), self.brand.get(at), *answer))
    }

    /// Reads a CSV table of answers.
    ///
    /// # Errors
    /// Columns that are not there, lines that are broken, answers that are no whole number from 0
    /// to 10, each with its line; the first 20 of them.
    pub fn read_csv(origin: &str, input: impl Read) -> Result<AnswerTable, Diagnostics> {
        let mut answers = AnswerTable::default();
        csv::read_three(origin, input, "answers", COLUMNS, |[respondent, brand, answer]| {
            match answer.parse::<u8>().ok().filter(|answer| *answer <= HIGHEST) {
                Some(answer) => {
                    answers.respondent.push(respondent);
                    answers.brand.push(brand);
                    answers.answer.push(answer);
                    Ok(())
                }
                None => Err((2, format!("`{}` is no answer from 0 to {HIGHEST}", visible(answer)))),
            }
        })?;
        Ok(answers)
    }

    /// The answers of which respondent and brand are both among these accounts, in the order of
    /// the table, and how many are not.
    pub fn among(&self, accounts: &Accounts) -> (Vec<Answer>, u64) {
        let position = |text: &str| accounts.find(text).and_then(|at| u32::try_from(at).ok());
        let mut found = Vec::new();
        let mut absent = 0;
        for (index, answer) in self.answer.iter().enumerate() {
            match (position(self.respondent.get(index)), position(self.brand.get(index))) {
                (Some(respondent), Some(brand)) => found.push(Answer { respondent, brand, answer: *answer }),
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
    fn answers_are_read_and_joined() {
        let text = "answer,account,brand\n10,1,2\n0,2,9\n7,1,3\n";
        let answers = AnswerTable::read_csv("a.csv", text.as_bytes()).unwrap();
        let accounts = Accounts::new(Keys::Integer(vec![1, 2, 3])).unwrap();
        let (found, absent) = answers.among(&accounts);
        let answer = |respondent, brand, answer| Answer { respondent, brand, answer };
        assert_eq!(found, [answer(0, 1, 10), answer(0, 2, 7)]);
        assert_eq!((answers.len(), absent, answers.is_empty()), (3, 1, false));
    }

    #[test]
    fn problems_have_their_line() {
        for wrong in ["11", "-1", "7.5", "", "ten"] {
            let text = format!("account,brand,answer\n1,2,3\n1,2,{wrong}\n");
            let problems = AnswerTable::read_csv("a.csv", text.as_bytes()).unwrap_err().to_string();
            assert!(problems.contains("is no answer from 0 to 10") && problems.contains("a.csv:3:3"), "{problems}");
        }
        let problems = AnswerTable::read_csv("a.csv", "account,brands,answer\n".as_bytes()).unwrap_err();
        assert!(problems.to_string().contains("has no column `brand`"), "{problems}");
        assert!(AnswerTable::read_csv("a.csv", "".as_bytes()).is_err());
    }

    #[test]
    fn no_more_than_twenty_problems_are_told() {
        let text = format!("account,brand,answer\n{}", "1,2,x\n".repeat(100));
        let problems = AnswerTable::read_csv("a.csv", text.as_bytes()).unwrap_err();
        assert_eq!(problems.as_slice().len(), 20);
    }
}
