//! Account ids. Integers where the dataset declares them, else texts stored once in one buffer;
//! always sorted and unique, so that two sets join by one walk.

use std::borrow::Cow;
use std::cmp::Ordering;

/// Account ids in the order they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    Integer(Vec<i64>),
    Text(Texts),
}

/// Many texts in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl Keys {
    pub fn len(&self) -> usize {
        match self {
            Keys::Integer(keys) => keys.len(),
            Keys::Text(keys) => keys.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn compare(&self, left: usize, right: usize) -> Ordering {
        match self {
            Keys::Integer(keys) => keys[left].cmp(&keys[right]),
            Keys::Text(keys) => keys.get(left).cmp(keys.get(right)),
        }
    }

    /// The id as a text.
    pub fn text(&self, index: usize) -> Cow<'_, str> {
        match self {
            Keys::Integer(keys) => Cow::Owned(keys[index].to_string()),
            Keys::Text(keys) => Cow::Borrowed(keys.get(index)),
        }
    }

    /// The keys at these positions.
    pub fn pick(&self, positions: impl Iterator<Item = usize>) -> Keys {
        match self {
            Keys::Integer(keys) => Keys::Integer(positions.map(|position| keys[position]).collect()),
            Keys::Text(keys) => {
                let mut picked = Texts::default();
                positions.for_each(|position| picked.push(keys.get(position)));
                Keys::Text(picked)
            }
        }
    }
}

/// Sorted, unique account ids: what scores are aligned with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts(Keys);

impl Accounts {
    /// Takes keys that are already sorted and unique; gives the first place where they are not.
    pub fn new(keys: Keys) -> Result<Accounts, usize> {
        match (1..keys.len()).find(|index| keys.compare(index - 1, *index) != Ordering::Less) {
            Some(index) => Err(index),
            None => Ok(Accounts(keys)),
        }
    }

    pub fn keys(&self) -> &Keys {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn text(&self, index: usize) -> Cow<'_, str> {
        self.0.text(index)
    }

    /// The position of an account named by its text.
    pub fn find(&self, text: &str) -> Option<usize> {
        match &self.0 {
            Keys::Integer(keys) => keys.binary_search(&text.parse().ok()?).ok(),
            Keys::Text(keys) => {
                let (mut low, mut high) = (0, keys.len());
                while low < high {
                    let middle = low + (high - low) / 2;
                    match keys.get(middle).cmp(text) {
                        Ordering::Less => low = middle + 1,
                        Ordering::Greater => high = middle,
                        Ordering::Equal => return Some(middle),
                    }
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Keys {
        let mut keys = Texts::default();
        list.iter().for_each(|text| keys.push(text));
        Keys::Text(keys)
    }

    #[test]
    fn accounts_are_sorted_and_found() {
        let accounts = Accounts::new(texts(&["", "007", "7", "b"])).unwrap();
        for (index, name) in ["", "007", "7", "b"].into_iter().enumerate() {
            assert_eq!(accounts.find(name), Some(index));
            assert_eq!(accounts.text(index), name);
        }
        assert_eq!(accounts.find("a"), None);
        assert_eq!(Accounts::new(texts(&["a", "c", "b"])), Err(2));
        assert_eq!(Accounts::new(Keys::Integer(vec![1, 1])), Err(1));
        assert_eq!(Accounts::new(Keys::Integer(vec![-5, 7])).unwrap().find("7"), Some(1));
    }

    #[test]
    fn keys_are_picked_in_order() {
        assert_eq!(texts(&["a", "b", "c"]).pick([2, 0].into_iter()), texts(&["c", "a"]));
    }
}
