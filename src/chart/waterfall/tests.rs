use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

fn data(points: &[f64], name: &str) -> Waterfall {
    let term = |(i, points): (usize, &f64)| WaterfallTerm {
        label: if name == "v" { format!("cause {i}") } else { name.to_string() },
        points: *points,
    };
    Waterfall {
        account: if name == "v" { "ada".to_string() } else { name.to_string() },
        baseline: 61.2,
        candidate: 61.2 + points.iter().sum::<f64>(),
        terms: points.iter().enumerate().map(term).collect(),
    }
}

fn told(data: &Waterfall) -> String {
    waterfall(data, &LABELS).title
}

#[test]
fn titles_name_the_cause() {
    for (points, expected) in [
        (
            vec![1.2, -8.1, -5.4],
            "falls 12.3 points under clout@2.1.0, from 61.2 to 48.9, most of all by cause 1 (−8.1); cause 0 (+1.2) goes \
             against it.",
        ),
        (vec![2.0], "rises 2.0 points under clout@2.1.0, from 61.2 to 63.2, by cause 0 (+2.0)."),
        (vec![], "keeps its score of 61.2 points under clout@2.1.0."),
        (
            vec![3.0, -1.0, -2.0],
            "keeps its score of 61.2 points under clout@2.1.0; cause 0 (+3.0) is offset, most of all by cause 2 (−2.0).",
        ),
    ] {
        assert_eq!(told(&data(&points, "v")), format!("Account ada {expected}"));
    }
    let mut broken = data(&[1.0], "v");
    broken.terms.clear();
    assert_eq!(
        told(&broken),
        "Account ada rises 1.0 points under clout@2.1.0, from 61.2 to 62.2; no term explains it."
    );
    broken.candidate = f64::NAN;
    assert_eq!(told(&broken), "Account ada has no two scores to compare.");
}

#[test]
fn written_points_sum_to_the_written_move() {
    let points: Vec<f64> = (0..40).map(|i| 3.337 / f64::from(i + 1) * if i % 3 == 0 { -1.0 } else { 1.0 }).collect();
    let data = data(&points, "v");
    let steps = Steps::new(&data);
    let plot = Plot::new(&data, &steps, &LABELS, 60);
    let written = |row: &Row| plot.points(row).replace('−', "-").parse::<f64>().unwrap();
    let sum: f64 = plot.rows.iter().filter(|row| matches!(row.kind, Kind::Step)).map(written).sum();
    let round = |score: f64| (score * plot.grain).round() / plot.grain;
    assert!((sum - (round(data.candidate) - round(data.baseline))).abs() < 1e-9, "{sum}");
    assert!(plot.rows.windows(2).all(|pair| pair[0].to == pair[1].from));
    assert!(plot.rows.iter().any(|row| row.label == "26 further terms"));
}

#[test]
fn what_no_term_explains_has_its_own_bar() {
    let mut data = data(&[1.0, 2.0], "v");
    data.candidate += 4.0;
    let chart = waterfall(&data, &LABELS);
    assert!(chart.svg.contains("not explained") && chart.svg.contains("+4.0"));
    assert!(chart.description.ends_with("Up: +3.0; down: 0.0; not explained: +4.0; together +7.0 points."));
    data.candidate -= 4.001;
    assert!(!waterfall(&data, &LABELS).svg.contains("not explained"));
}

#[test]
fn pictures_keep_the_laws() {
    let tiny: Vec<f64> = (0..90).map(|i| 1e-4 * f64::from(i % 7 - 3)).collect();
    let large: Vec<f64> = (0..30).map(|i| 9.0 * f64::from(i % 5 - 2)).collect();
    let sets: [&[f64]; 9] = [
        &[],
        &[0.0],
        &[-31.4],
        &tiny,
        &large,
        &[f64::NAN, f64::INFINITY, 2.0],
        &[1e300, -1e300],
        &[1e9, -2e9, 1.0],
        &[f64::MAX, f64::MAX, f64::MIN],
    ];
    for set in sets {
        for name in ["a", FORTY, HOSTILE, ""] {
            for candidate in [61.2 + set.iter().sum::<f64>(), 1.0, 100.0, f64::NAN] {
                let mut data = data(set, name);
                data.candidate = candidate;
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                check(&format!("{} terms, {name:?}, {candidate}", set.len()), || waterfall(&data, &labels));
            }
        }
    }
}
