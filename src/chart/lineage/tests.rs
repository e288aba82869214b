use super::*;
use crate::chart::tests::{FORTY, HOSTILE, check};

fn data(versions: usize, name: &str) -> Lineage {
    let named = |at: usize| if name == "v" { format!("1.{at}.0") } else { name.to_string() };
    let kin = |at: usize| Kin {
        name: named(at),
        parent: at.checked_sub(1 + at % 3).map(named),
        with_parent: (!at.is_multiple_of(5)).then_some(0.99 - 0.03 * (at % 4) as f64),
        with_first: (at > 0 && at % 7 != 6).then_some(0.97 - 0.01 * (at % 30) as f64),
    };
    Lineage {
        family: if name == "v" { "clout".to_string() } else { name.to_string() },
        versions: (0..versions).map(kin).collect(),
        accounts: vec![5_000; versions],
    }
}

/// Version, parent, correlation with the parent and with the first.
type Told<'a> = (&'a str, Option<&'a str>, Option<f64>, Option<f64>);

fn told(versions: &[Told<'_>]) -> String {
    let kin = |(name, parent, with_parent, with_first): &(&str, Option<&str>, Option<f64>, Option<f64>)| Kin {
        name: (*name).to_string(),
        parent: parent.map(str::to_string),
        with_parent: *with_parent,
        with_first: *with_first,
    };
    let family = Lineage { versions: versions.iter().map(kin).collect(), ..data(0, "v") };
    lineage(&family, "starter").title
}

#[test]
fn titles_tell_the_longest_step_and_where_it_led() {
    let first = ("1.0.0", None, None, None);
    assert_eq!(
        told(&[
            first,
            ("1.1.0", Some("1.0.0"), Some(0.99), Some(0.99)),
            ("1.2.0", Some("1.1.0"), Some(0.9), Some(0.88))
        ]),
        "Of 2 steps in clout the one to 1.2.0 changes the order most: a tau-b of 0.900 with 1.1.0; 1.2.0 stands at 0.880 \
         with 1.0.0, the first, the lowest of all."
    );
    assert_eq!(
        told(&[first, ("1.1.0", Some("1.0.0"), Some(0.99), Some(0.99)), ("2.0.0", None, None, Some(0.995))]),
        "The step to 1.1.0 has a tau-b of 0.990 with 1.0.0; 2.0.0 stands at 0.995 with 1.0.0, the first."
    );
    assert_eq!(
        told(&[first, ("2.0.0", None, None, Some(0.7))]),
        "No step of clout could be measured; 2.0.0 stands at 0.700 with 1.0.0, the first."
    );
    assert_eq!(told(&[first]), "No two versions of clout were compared.");
    assert_eq!(told(&[]), "No two versions of clout were compared.");
}

#[test]
fn what_is_not_1_is_never_written_as_1() {
    let told = [1.0, 0.999_99, 0.9, -0.5, -0.000_1, -0.999_99, -1.0].map(tau);
    assert_eq!(told, ["1.000", ">0.999", "0.900", "−0.500", "0.000", "<−0.999", "−1.000"]);
}

#[test]
fn pictures_keep_the_laws() {
    for versions in [0, 1, 2, 3, 10, 40, 300] {
        for name in ["v", FORTY, HOSTILE, ""] {
            let data = data(versions, name);
            check(&format!("{versions} versions, {name:?}"), || lineage(&data, name));
        }
    }
}

#[test]
fn broken_values_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, -1.0, 1.0, 2.0, 0.0, 0.999_999_999] {
        let mut data = data(8, "v");
        data.versions.iter_mut().for_each(|kin| kin.with_parent = Some(broken));
        check(&format!("{broken} with parents"), || lineage(&data, "a"));
        data.versions.iter_mut().for_each(|kin| kin.with_first = Some(broken));
        data.accounts = vec![0, u64::MAX];
        check(&format!("{broken} throughout"), || lineage(&data, "a"));
    }
}

/// A version that could not be compared breaks the line.
#[test]
fn gaps_stay_gaps() {
    let lines = |data: &Lineage| lineage(data, "a").svg.matches("<polyline").count();
    let mut whole = data(5, "v");
    whole.versions.iter_mut().skip(1).for_each(|kin| kin.with_first = Some(0.9));
    let before = lines(&whole);
    whole.versions[2].with_first = None;
    // The piece before the gap is a single point.
    assert_eq!(lines(&whole), before);
    whole.versions[3].with_first = None;
    assert_eq!(lines(&whole), before - 1);
}
