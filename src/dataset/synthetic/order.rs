//! In which order signals can be computed that are computed from others.

use std::collections::{BTreeMap, BTreeSet};

/// What each name reads.
pub(super) type Reads<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The names so that each stands after all that it reads, in name order where that leaves a
/// choice; or the circles that make it impossible, each beginning and ending with the same name.
/// What a name reads that is no key of the map is taken as given.
pub(super) fn order<'a>(reads: &Reads<'a>) -> Result<Vec<&'a str>, Vec<Vec<&'a str>>> {
    let mut waiting = reads.clone();
    let mut ordered = Vec::with_capacity(reads.len());
    let mut circles = Vec::new();
    while !waiting.is_empty() {
        let ready: Vec<&str> = waiting
            .iter()
            .filter(|(_, inputs)| !inputs.iter().any(|input| waiting.contains_key(input)))
            .map(|(name, _)| *name)
            .collect();
        let settled = if ready.is_empty() {
            let circle = circle(&waiting);
            circles.push(circle.clone());
            circle
        } else {
            ordered.extend(&ready);
            ready
        };
        for name in settled {
            waiting.remove(name);
        }
    }
    if circles.is_empty() { Ok(ordered) } else { Err(circles) }
}

/// A circle among names of which each reads another of them: whoever always follows the first
/// must come back. It is turned so that it begins with its first name in name order.
fn circle<'a>(waiting: &Reads<'a>) -> Vec<&'a str> {
    let mut path: Vec<&str> = Vec::new();
    let mut next = waiting.keys().next().copied();
    while let Some(name) = next {
        if let Some(start) = path.iter().position(|seen| *seen == name) {
            path.drain(..start);
            break;
        }
        path.push(name);
        next = waiting.get(name).and_then(|inputs| inputs.iter().find(|input| waiting.contains_key(*input))).copied();
    }
    let least = (0..path.len()).min_by_key(|index| path[*index]).unwrap_or(0);
    path.rotate_left(least);
    path.extend(path.first().copied());
    path
}

#[cfg(test)]
mod tests {
    use super::{Reads, order};

    fn reads(edges: &[(&'static str, &[&'static str])]) -> Reads<'static> {
        edges.iter().map(|(name, inputs)| (*name, inputs.iter().copied().collect())).collect()
    }

    #[test]
    fn every_name_stands_after_what_it_reads() {
        let graph = reads(&[("a", &["c"]), ("b", &[]), ("c", &["b", "given"]), ("d", &[])]);
        assert_eq!(order(&graph), Ok(vec!["b", "d", "c", "a"]));
        assert_eq!(order(&reads(&[])), Ok(vec![]));
    }

    #[test]
    fn circles_are_named_from_their_first_name() {
        assert_eq!(order(&reads(&[("a", &["a"])])), Err(vec![vec!["a", "a"]]));
        let graph = reads(&[("a", &["c"]), ("b", &["d"]), ("c", &["b"]), ("d", &["b"]), ("x", &["y"]), ("y", &["x"])]);
        assert_eq!(order(&graph), Err(vec![vec!["b", "d", "b"], vec!["x", "y", "x"]]));
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let names: Vec<String> = (0..2000).map(|index| format!("{index:05}")).collect();
        let graph: Reads = (0..2000)
            .map(|i| (names[i].as_str(), names.get(i + 1).map(String::as_str).into_iter().collect()))
            .collect();
        assert_eq!(order(&graph).unwrap().first(), Some(&"01999"));
    }
}
