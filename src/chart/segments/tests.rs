use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn data(groups: usize, accounts: u64, name: &str) -> Segments {
    let group = |i: usize| {
        let point = -4.2 + i as f64 * 0.7;
        let value = Value { point, interval: Some([point - 0.5, point + 0.8]) };
        Segment {
            name: if name == "v" { format!("v{i}") } else { name.to_string() },
            accounts,
            value: (i % 7 != 6).then_some(value),
            small: i % 5 == 3,
        }
    };
    Segments {
        column: "region".to_string(),
        figure: "mean shift, points".to_string(),
        overall: Value { point: -0.8, interval: Some([-1.0, -0.6]) },
        groups: (0..groups).map(group).collect(),
        level: Some(0.95),
        accounts: accounts.saturating_mul(groups as u64),
    }
}

fn told(data: &Segments) -> String {
    segments(data, &LABELS).title
}

#[test]
fn titles_name_the_worst_and_the_best() {
    let mut three = data(3, 100, "v");
    assert_eq!(
        told(&three),
        "By region, the mean shift is worst for v0 (−4.2 points) and best for v2 (−2.8 points); overall it is −0.8 \
         points."
    );
    three.groups[0].small = true;
    three.overall.point = f64::NAN;
    assert_eq!(told(&three), "By region, the mean shift is worst for v1 (−3.5 points) and best for v2 (−2.8 points).");
    for group in &mut three.groups {
        group.value = Some(Value { point: 0.0, interval: None });
        group.small = false;
    }
    three.overall = Value { point: 0.0, interval: None };
    assert_eq!(told(&three), "By region, the mean shift is 0 points in each of 3 groups; overall it is 0 points.");
    assert_eq!(told(&data(1, 9, "v")), "By region, the mean shift is −4.2 points for v0; overall it is −0.8 points.");
    three.groups.iter_mut().for_each(|group| group.value = None);
    assert_eq!(told(&three), "By region, no group holds enough accounts for a mean shift; overall it is 0 points.");
    assert_eq!(told(&data(0, 9, "v")), "There is no group by region.");
}

#[test]
fn the_description_counts_the_clear_groups() {
    let chart = segments(&data(7, 100, "v"), &LABELS);
    let carried = "Intervals clear of the overall figure: 4 of 6. Small groups: 1. Groups without a figure: 1.";
    assert!(chart.description.ends_with(carried), "{}", chart.description);
    assert!(chart.caption.contains(" Bars are 95 % intervals. "));
}

#[test]
fn what_does_not_fit_is_counted() {
    let chart = segments(&data(40, 1_000, "v"), &LABELS);
    assert!(chart.svg.contains("groups between are left out"));
    assert!(chart.svg.contains(">\nv0\n<") && chart.svg.contains(">\nv39\n<"));
    for (count, room, shown) in [(40, 20, 20), (20, 20, 20), (21, 20, 20), (5, 1, 1), (0, 3, 0)] {
        let groups = data(count, 1, "v").groups;
        let rows = rows(&groups, room);
        let left_out = rows.iter().map(|row| if let Row::Gap(gap) = row { *gap } else { 0 }).sum::<usize>();
        let kept = rows.iter().filter(|row| matches!(row, Row::Group(_))).count();
        assert_eq!((rows.len(), kept + left_out), (shown, count));
    }
}

#[test]
fn pictures_keep_the_laws() {
    let cases = [(0, "a"), (1, FORTY), (10, HOSTILE), (5_000, ""), (1_000_000, "a"), (u64::MAX, FORTY), (5_000, "v")];
    for groups in [0, 1, 2, 9, 24, 40, 400] {
        for (accounts, name) in cases {
            let mut data = data(groups, accounts, name);
            if name != "a" {
                (data.column, data.figure) = (name.to_string(), format!("{name}, {name}"));
            }
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{groups} groups of {accounts}, {name:?}"), || segments(&data, &labels));
        }
    }
}

#[test]
fn broken_figures_still_draw() {
    let mut broken = data(9, 5, "a");
    broken.level = Some(f64::NAN);
    for (group, point) in broken.groups.iter_mut().zip([f64::NAN, f64::INFINITY, 1e300, -1e300, 1e-300, 0.0]) {
        group.value = Some(Value { point, interval: Some([f64::NAN, point]) });
    }
    check("broken points", || segments(&broken, &LABELS));
    for interval in [[f64::MIN, f64::MAX], [5.0, -5.0], [f64::NAN, f64::INFINITY], [1e9, 2e9]] {
        broken.overall = Value { point: interval[0], interval: Some(interval) };
        broken.groups.truncate(4);
        check(&format!("{interval:?}"), || segments(&broken, &LABELS));
    }
}
