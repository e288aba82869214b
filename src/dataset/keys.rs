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

    /// Visits the accounts of both lists in order, with their positions; none where the one holds
    /// integers and the other texts.
    pub fn for_each_shared(&self, other: &Accounts, visit: impl FnMut(usize, usize)) {
        match (&self.0, &other.0) {
            (Keys::Integer(ours), Keys::Integer(theirs)) => {
                shared(ours.len(), theirs.len(), |i, j| ours[i].cmp(&theirs[j]), visit);
            }
            (Keys::Text(ours), Keys::Text(theirs)) => {
                shared(ours.len(), theirs.len(), |i, j| ours.get(i).cmp(theirs.get(j)), visit);
            }
            _ => {}
        }
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

/// The accounts of two sets in order: for each, its position on either side. Sets of different
/// kinds of keys have nothing in common.
pub fn join(left: &Accounts, right: &Accounts) -> Vec<(Option<u32>, Option<u32>)> {
    let compare = |i: usize, j: usize| match (&left.0, &right.0) {
        (Keys::Integer(left), Keys::Integer(right)) => left[i].cmp(&right[j]),
        (Keys::Text(left), Keys::Text(right)) => left.get(i).cmp(right.get(j)),
        (Keys::Integer(_), Keys::Text(_)) => Ordering::Less,
        (Keys::Text(_), Keys::Integer(_)) => Ordering::Greater,
    };
    let mut rows = Vec::with_capacity(left.len().max(right.len()));
    let (mut i, mut j) = (0, 0);
    let position = |at: usize| u32::try_from(at).ok();
    while i < left.len() || j < right.len() {
        let order = match (i < left.len(), j < right.len()) {
            (true, true) => compare(i, j),
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        rows.push((position(i).filter(|_| order.is_le()), position(j).filter(|_| order.is_ge())));
        i += usize::from(order.is_le());
        j += usize::from(order.is_ge());
    }
    rows
}

/// One walk along two ascending lists.
fn shared(
    first: usize,
    second: usize,
    compare: impl Fn(usize, usize) -> Ordering,
    mut visit: impl FnMut(usize, usize),
) {
    let (mut i, mut j) = (0, 0);
    while i < first && j < second {
        match compare(i, j) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => {
                visit(i, j);
                i += 1;
                j += 1;
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
    fn two_sets_join_in_order() {
        let accounts = |keys: &[i64]| Accounts::new(Keys::Integer(keys.to_vec())).unwrap();
        let rows = join(&accounts(&[1, 3, 4]), &accounts(&[2, 3]));
        assert_eq!(rows, [(Some(0), None), (None, Some(0)), (Some(1), Some(1)), (Some(2), None)]);
        assert_eq!(join(&accounts(&[]), &accounts(&[])), []);
    }

    #[test]
    fn shared_accounts_are_visited_with_both_positions() {
        let both = |left: Keys, right: Keys| {
            let mut seen = Vec::new();
            Accounts::new(left).unwrap().for_each_shared(&Accounts::new(right).unwrap(), |i, j| seen.push((i, j)));
            seen
        };
        assert_eq!(both(texts(&["a", "b", "d"]), texts(&["b", "c", "d", "e"])), [(1, 0), (2, 2)]);
        assert_eq!(both(Keys::Integer(vec![-1, 3]), Keys::Integer(vec![3])), [(1, 0)]);
        assert_eq!(both(Keys::Integer(vec![3]), texts(&["3"])), []);
        assert_eq!(both(texts(&[]), texts(&["a"])), []);
    }

    #[test]
    fn keys_are_picked_in_order() {
        assert_eq!(texts(&["a", "b", "c"]).pick([2, 0].into_iter()), texts(&["c", "a"]));
    }
}
