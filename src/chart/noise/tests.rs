use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

const LEVELS: [f64; 5] = [0.0, 5.0, 10.0, 20.0, 40.0];

fn line(name: &str, slope: f64, reach: f64, levels: &[f64]) -> NoiseLine {
    let point = |level: &f64| {
        let middle = 1.0 - slope * level;
        NoisePoint { level: *level, middle, low: middle - reach * level, high: middle + reach * level }
    };
    NoiseLine { name: name.to_string(), points: levels.iter().map(point).collect() }
}

fn data(lines: Vec<NoiseLine>) -> Noise {
    Noise {
        figure: "Kendall tau-b".to_string(),
        across: "noise on every signal, %".to_string(),
        edge: 0.9,
        lines,
        draws: 100,
        accounts: 5_000,
    }
}

fn told(lines: Vec<NoiseLine>) -> String {
    noise(&data(lines), &LABELS).title
}

#[test]
fn titles_say_where_the_order_breaks_and_who_is_steadier() {
    let one = |slope| line("a", slope, 0.0005, &LEVELS);
    let two = |slope| line("b", slope, 0.0005, &LEVELS);
    for (lines, title) in [
        (vec![one(0.007)], "Kendall tau-b falls below 0.9 between 10 and 20 % of noise on every signal for a."),
        (vec![one(0.001)], "Kendall tau-b does not fall below 0.9 up to 40 % of noise on every signal for a."),
        (
            vec![one(0.004), two(0.007)],
            "Kendall tau-b falls below 0.9 between 10 and 20 % of noise on every signal for b and between 20 and 40 % \
             for a; at 40 % a is steadier (0.840 against 0.720).",
        ),
        (
            vec![one(0.001), two(0.007)],
            "Kendall tau-b falls below 0.9 between 10 and 20 % of noise on every signal for b and does not fall below \
             0.9 up to 40 % for a; at 40 % a is steadier (0.960 against 0.720).",
        ),
        (
            vec![one(0.0071), two(0.007)],
            "Kendall tau-b falls below 0.9 between 10 and 20 % of noise on every signal for both a and b; at 40 % b is \
             steadier (0.720 against 0.716), but bands meet.",
        ),
        (
            vec![one(0.007), two(0.007)],
            "Kendall tau-b falls below 0.9 between 10 and 20 % of noise on every signal for both a and b; at 40 % each \
             is at 0.720.",
        ),
        (
            vec![one(0.007), two(0.002), line("c", 0.001, 0.0, &LEVELS)],
            "Kendall tau-b falls below 0.9 between 10 and 20 % of noise on every signal for a, the least of 3; at 40 % c \
             is steadiest (0.960, the last 0.720).",
        ),
        (vec![], "There is no Kendall tau-b under noise on every signal."),
    ] {
        assert_eq!(told(lines), title);
    }
    let broken = line("a", -0.01, 0.0, &[f64::NAN, f64::INFINITY]);
    assert_eq!(told(vec![broken]), "There is no Kendall tau-b under noise on every signal.");
}

#[test]
fn a_line_may_begin_below_the_edge_or_know_no_edge() {
    let mut low = data(vec![line("a", 0.01, 0.0, &[20.0, 40.0])]);
    let title = |data: &Noise| noise(data, &LABELS).title;
    assert_eq!(title(&low), "Kendall tau-b is below 0.9 already at 20 % of noise on every signal for a.");
    low.edge = f64::NAN;
    assert_eq!(title(&low), "Kendall tau-b was measured under noise on every signal.");
    low.lines.push(line("b", 0.02, 0.0, &[10.0, 20.0]));
    assert_eq!(
        title(&low),
        "Kendall tau-b was measured under noise on every signal: at 20 % a is steadier (0.800 against 0.600)."
    );
}

#[test]
fn lines_are_compared_at_a_level_that_all_have() {
    let title = told(vec![line("a", 0.002, 0.0, &[0.0, 10.0, 30.0]), line("b", 0.004, 0.0, &[0.0, 10.0, 40.0])]);
    assert!(title.ends_with("; at 10 % a is steadier (0.98 against 0.96)."), "{title}");
    let title = told(vec![line("a", 0.002, 0.0, &[30.0]), line("b", 0.004, 0.0, &[10.0])]);
    assert!(!title.contains("steadier"), "{title}");
}

#[test]
fn the_description_carries_the_last_level() {
    let chart = noise(&data(vec![line("a", 0.007, 0.0005, &LEVELS), line("b", 0.004, 0.0, &LEVELS)]), &LABELS);
    let carried = "a at 40 %: 0.720 (0.700 to 0.740). b at 40 %: 0.840.";
    assert!(chart.description.ends_with(carried), "{}", chart.description);
    assert!(chart.caption.contains(" Pale bands hold nine draws in ten. "));
    assert!(chart.svg.contains("n = 5,000 accounts, 100 draws a level") && chart.svg.contains("broken below 0.9"));
    let exact = noise(&data(vec![line("b", 0.004, 0.0, &LEVELS)]), &LABELS);
    assert!(!exact.caption.contains("Pale bands"));
}

#[test]
fn points_stand_by_level_once() {
    let mixed = line("a", 0.004, 0.0, &[20.0, 0.0, 20.0, -5.0]);
    let levels: Vec<f64> = lines(&data(vec![mixed]), "")[0].points.iter().map(|(level, _)| *level).collect();
    assert_eq!(levels, [-5.0, 0.0, 20.0]);
    assert_eq!([-5.0, 0.0, 0.05, 12.5].map(number), ["−5", "0", "0.05", "12.5"]);
}

#[test]
fn the_baseline_keeps_its_colour() {
    let names = ["v0", LABELS.baseline, "v1"];
    let drawn = data(names.map(|name| line(name, 0.004, 0.0, &LEVELS)).to_vec());
    let colours: Vec<_> = lines(&drawn, LABELS.baseline).iter().map(|line| line.style.line).collect();
    assert_eq!(colours, [palette::CANDIDATE, palette::BASELINE, palette::FURTHER[0]]);
}

#[test]
fn pictures_keep_the_laws() {
    let many: Vec<f64> = (0..40).map(|level| f64::from(level) * 2.5).collect();
    for levels in [&[][..], &[0.0], &[0.0, 10.0], &LEVELS, &many] {
        for count in [0, 1, 2, 7, 40] {
            for (accounts, name) in [(0, "a"), (1, FORTY), (5_000, HOSTILE), (1_000_000, ""), (u64::MAX, "v")] {
                let slope = |at: usize| 0.002 + 0.001 * (at * 7 % 11) as f64;
                let mut data = data((0..count).map(|at| line(name, slope(at), 0.001, levels)).collect());
                data.accounts = accounts;
                if name != "a" {
                    (data.figure, data.across) = (name.to_string(), format!("{name}, {name}"));
                }
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                let case = format!("{count} lines at {} levels, {name:?}", levels.len());
                check(&case, || noise(&data, &labels));
                check(&case, || noise(&data, &LABELS));
            }
        }
    }
}

#[test]
fn broken_values_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, 1e300, -1e300, 1e-300, 1e9, 0.0, f64::MAX] {
        let point = |level, middle, low, high| NoisePoint { level, middle, low, high };
        let points = vec![
            point(broken, 0.9, 0.8, 1.0),
            point(5.0, broken, 0.8, 1.0),
            point(10.0, 0.9, broken, 1.0),
            point(20.0, 0.9, 0.8, -broken),
            point(-broken, broken, broken, broken),
        ];
        let mut data = data(vec![NoiseLine { name: "a".to_string(), points }, line("b", 0.01, 0.001, &LEVELS)]);
        (data.edge, data.draws, data.accounts) = (broken, u64::MAX, u64::MAX);
        check(&format!("{broken}"), || noise(&data, &LABELS));
        data.lines.truncate(1);
        check(&format!("{broken} alone"), || noise(&data, &LABELS));
    }
    let constant = line("a", 0.0, 0.0, &LEVELS);
    check("constant", || noise(&data(vec![constant.clone(), constant.clone()]), &LABELS));
}
