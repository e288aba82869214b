use super::*;
use crate::chart::tests::{FORTY, HOSTILE, check};

/// Parts whose shares sum to 1 in each version; part 0 falls, the last one rises.
fn data(versions: usize, parts: usize, name: &str) -> EffectiveWeights {
    let raw = |part: usize, at: usize| {
        let fall = 1.0 + part as f64;
        let along = at as f64 / versions.max(2) as f64;
        (1.0 - along) / fall + along / (parts as f64 - part as f64)
    };
    let whole = |at: usize| (0..parts).map(|part| raw(part, at)).sum::<f64>();
    let part = |part: usize| WeightPart {
        name: if name == "v" { format!("n/{part}") } else { name.to_string() },
        shares: (0..versions).map(|at| Some(raw(part, at) / whole(at))).collect(),
    };
    EffectiveWeights {
        family: if name == "v" { "clout".to_string() } else { name.to_string() },
        versions: (0..versions).map(|at| if name == "v" { format!("1.{at}.0") } else { name.to_string() }).collect(),
        part: "factor".to_string(),
        parts: (0..parts).map(part).collect(),
    }
}

fn told(parts: &[(&str, &[f64])]) -> String {
    let versions = parts.iter().map(|(_, shares)| shares.len()).max().unwrap_or(0);
    let part = |(name, shares): &(&str, &[f64])| WeightPart {
        name: (*name).to_string(),
        shares: shares.iter().map(|share| Some(*share)).collect(),
    };
    let data = EffectiveWeights { parts: parts.iter().map(part).collect(), ..data(versions, 0, "v") };
    effective_weights(&data).title
}

#[test]
fn titles_tell_what_changes_most() {
    assert_eq!(
        told(&[("a", &[0.6, 0.5, 0.1]), ("b", &[0.3, 0.2, 0.5]), ("c", &[0.1, 0.3, 0.4])]),
        "a falls from 60.0 % to 10.0 % of the strength between 1.0.0 and 1.2.0 of clout, the most of 3 factors; in the \
         last b weighs most with 50.0 %."
    );
    assert_eq!(
        told(&[("a", &[0.4, 0.7]), ("b", &[0.5, 0.25]), ("c", &[0.1, 0.05])]),
        "a rises from 40.0 % to 70.0 % of the strength between 1.0.0 and 1.1.0 of clout, the most of 3 factors, and \
         weighs most there."
    );
    assert_eq!(
        told(&[("a", &[0.4, 0.4]), ("b", &[0.6, 0.6])]),
        "Between 1.0.0 and 1.1.0 of clout no factor changes its share; b weighs most with 60.0 %."
    );
    assert_eq!(told(&[("a", &[1.0])]), "a weighs most in clout 1.0.0: 100 % of the strength, of 1 factor.");
    assert_eq!(told(&[("a", &[0.0, f64::NAN])]), "Nothing weighs anything in clout.");
    assert_eq!(told(&[]), "There is no version of clout.");
}

#[test]
fn eight_are_named_and_the_rest_stand_together() {
    for (parts, layers, others) in [(3, 3, 0), (8, 8, 0), (9, 9, 0), (10, 9, 2), (200, 9, 192)] {
        let stack = Stack::new(&data(4, parts, "v"));
        assert_eq!((stack.layers.len(), stack.others), (layers, others), "{parts}");
        for at in 0..4 {
            let sum: f64 = stack.layers.iter().map(|layer| layer.shares[at]).sum();
            // Shares are put on the grid one by one.
            assert!((sum - 1.0).abs() < 1e-9 * parts as f64, "{parts} {at}: {sum}");
        }
    }
    // By the largest share in any version, whatever the order of the parts.
    let mut turned = data(4, 12, "v");
    let names = |data: &EffectiveWeights| -> Vec<String> {
        Stack::new(data).layers.iter().map(|layer| layer.name.clone()).collect()
    };
    let before = names(&turned);
    assert_eq!(before.last().map(String::as_str), Some("4 others"));
    turned.parts.reverse();
    assert_eq!(names(&turned), before);
}

#[test]
fn what_is_nowhere_is_left_out() {
    let mut some = data(3, 4, "v");
    some.parts[1].shares = vec![None, Some(0.0), None];
    let stack = Stack::new(&some);
    assert_eq!((stack.layers.len(), stack.parts), (3, 4));
    assert!(stack.carried().contains("n/0 ") && !stack.carried().contains("n/1 "), "{}", stack.carried());
}

#[test]
fn pictures_keep_the_laws() {
    for versions in [0, 1, 2, 10, 40, 300] {
        for parts in [0, 1, 8, 9, 45, 300] {
            for name in ["v", FORTY, HOSTILE, ""] {
                let data = data(versions, parts, name);
                check(&format!("{versions} versions, {parts} parts, {name:?}"), || effective_weights(&data));
            }
        }
    }
}

#[test]
fn broken_shares_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, -1.0, 2.0, 1e300] {
        let mut data = data(5, 6, "v");
        data.parts[2].shares = vec![Some(broken); 99];
        data.parts[3].shares.clear();
        check(&format!("{broken}"), || effective_weights(&data));
    }
    // Shares that come to more than a whole stop at the top.
    let mut data = data(3, 3, "v");
    data.parts.iter_mut().for_each(|part| part.shares = vec![Some(0.9); 3]);
    check("too much", || effective_weights(&data));
}
