use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn value(point: f64, reach: f64) -> Option<Value> {
    Some(Value { point, interval: (reach > 0.0).then_some([point - reach, point + reach]) })
}

fn data(points: usize, lines: usize, reach: f64, name: &str) -> Snapshots {
    let point = |line: usize, at: usize| 0.98 - 0.01 * line as f64 - 0.002 * ((at * 7 + line) % 11) as f64;
    let line = |line: usize| TrendLine {
        name: if name == "v" { format!("v{line}") } else { name.to_string() },
        values: (0..points)
            .map(|at| if (at + line) % 13 == 5 { None } else { value(point(line, at), reach) })
            .collect(),
    };
    Snapshots {
        name: "snapshots",
        across: "snapshot".to_string(),
        figure: "Kendall tau-b with clout@2.0.0".to_string(),
        snapshots: (0..points).map(|at| format!("2012-{:02}", at + 1)).collect(),
        lines: (0..lines).map(line).collect(),
        rules: vec![TrendRule { at: 1, text: name.to_string() }, TrendRule { at: 2, text: "data 2012-b".to_string() }],
        marks: vec![
            TrendMark { at: 0, text: "2012-01-31".to_string(), strong: false },
            TrendMark { at: 1, text: "2012-02-28, live".to_string(), strong: true },
        ],
        level: Some(0.95),
        accounts: vec![4_800, 5_200],
    }
}

fn told(values: &[&[f64]], figure: &str) -> String {
    let mut data = data(values.iter().map(|line| line.len()).max().unwrap_or(0), values.len(), 0.0, "v");
    data.figure = figure.to_string();
    for (line, values) in data.lines.iter_mut().zip(values) {
        line.values = values.iter().map(|point| value(*point, 0.0)).collect();
    }
    snapshots(&data, &LABELS).title
}

#[test]
fn titles_tell_the_course() {
    assert_eq!(
        told(&[&[0.981, 0.95, 0.96], &[0.99, 0.99, 0.99]], "Tau-b"),
        "Tau-b falls from 0.981 to 0.960 between 2012-01 and 2012-03 for v0, which moves most of 2; its lowest is 0.950 \
         at 2012-02."
    );
    assert_eq!(
        told(&[&[1.0, 2.0]], "Mean shift, points"),
        "Mean shift rises from 1.0 to 2.0 points between 2012-01 and 2012-02 for v0; the first is its lowest."
    );
    assert_eq!(
        told(&[&[0.5, 0.3, 0.5]], "Tau-b"),
        "Tau-b stays at 0.500 between 2012-01 and 2012-03 for v0; its lowest is 0.300 at 2012-02."
    );
    assert_eq!(told(&[&[0.5]], "Tau-b"), "Tau-b is 0.500 for v0 at 2012-01, its only value.");
    assert_eq!(
        told(&[&[f64::NAN, 0.5, 0.25]], "Tau-b"),
        "Tau-b falls from 0.500 to 0.250 between 2012-02 and 2012-03 for v0; the last is its lowest."
    );
    assert_eq!(told(&[], "Tau-b"), "There is no Tau-b for any snapshot.");
}

#[test]
fn a_trend_is_the_same_picture_by_another_name() {
    let mut data = data(5, 1, 0.01, "v");
    (data.name, data.across) = ("trend", "version".to_string());
    let chart = snapshots(&data, &LABELS);
    assert!(chart.name == "trend" && chart.svg.contains("trend-") && chart.svg.contains("5 versions"));
    assert!(chart.caption.contains(" Pale bands are 95 % intervals. "));
    assert!(
        chart.description.ends_with("From first to last: −0.012. All values: 0.960 to 0.980. Values measured: 5 of 5."),
        "{}",
        chart.description
    );
}

#[test]
fn releases_are_marked_and_told_of() {
    let mut data = data(3, 1, 0.0, "v");
    let chart = snapshots(&data, &LABELS);
    assert!(chart.svg.contains("2012-02-28, live"), "{}", chart.svg);
    assert!(chart.caption.contains("a released version, a filled one is live"));
    data.marks.clear();
    let bare = snapshots(&data, &LABELS);
    assert!(!bare.caption.contains("diamond") && bare.svg != chart.svg);
}

#[test]
fn gaps_break_the_line() {
    let values = [0, 1, 3, 4, 5].map(|at| (at, Value { point: 0.0, interval: None }));
    assert_eq!(runs(&values).map(<[_]>::len).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn pictures_keep_the_laws() {
    for (points, lines) in [(0, 0), (0, 2), (1, 1), (2, 8), (3, 2), (12, 8), (40, 1), (40, 8), (90, 12)] {
        for accounts in [vec![], vec![0], vec![1], vec![10; 3], vec![5_000, 1_000_000], vec![u64::MAX]] {
            check(&format!("{points} points, {accounts:?}"), || {
                snapshots(&Snapshots { accounts: accounts.clone(), ..data(points, 1, 0.004, "a") }, &LABELS)
            });
        }
        for name in ["a", FORTY, HOSTILE, ""] {
            let mut data = data(points, lines, 0.004, name);
            data.rules.extend((0..12).map(|at| TrendRule { at: at * 3, text: name.to_string() }));
            let mark = |at: usize| TrendMark { at: at * 2, text: name.to_string(), strong: at.is_multiple_of(3) };
            data.marks.extend((0..12).map(mark));
            if name != "a" {
                (data.across, data.figure) = (name.to_string(), format!("{name}, {name}"));
                data.snapshots.iter_mut().for_each(|snapshot| *snapshot = name.to_string());
            }
            let labels = Labels { baseline: name, candidate: name, dataset: name };
            check(&format!("{points} points, {lines} lines, {name:?}"), || snapshots(&data, &labels));
        }
    }
}

#[test]
fn broken_values_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, 1e300, -1e300, 1e-300, 1e9, 0.0] {
        let mut data = data(6, 3, 0.01, "a");
        data.lines[0].values = vec![value(broken, 0.0), value(broken, 1.0), value(-broken, f64::INFINITY)];
        data.lines[1].values = vec![value(broken, 0.0); 99];
        data.rules.push(TrendRule { at: usize::MAX, text: FORTY.to_string() });
        data.marks.push(TrendMark { at: usize::MAX, text: FORTY.to_string(), strong: true });
        data.level = None;
        check(&format!("{broken}"), || snapshots(&data, &LABELS));
        data.lines.truncate(1);
        check(&format!("{broken} alone"), || snapshots(&data, &LABELS));
    }
}

#[test]
fn the_baseline_keeps_its_colour() {
    let mut data = data(3, 7, 0.0, "v");
    data.lines[2].name = LABELS.baseline.to_string();
    let lines = lines(&data, LABELS.baseline);
    assert_eq!(lines[2].colours.0, palette::BASELINE);
    assert_eq!([lines[0].colours.0, lines[3].colours.0], [palette::CANDIDATE, palette::FURTHER[1]]);
    assert!(lines[6].hollow && !lines[5].hollow && !lines[2].hollow);
}
