use super::*;
use crate::chart::tests::{FORTY, HOSTILE, LABELS, check};

const COSTS: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];

fn line(attack: &str, version: &str, costs: &[f64], gains: &[f64]) -> AttackLine {
    let points = costs.iter().zip(gains).map(|(cost, gain)| AttackPoint { cost: *cost, gain: *gain });
    AttackLine { attack: attack.to_string(), version: version.to_string(), points: points.collect() }
}

fn data(lines: Vec<AttackLine>) -> AttackCost {
    AttackCost { currency: "dollars, our assumption".to_string(), lines, accounts: 5_000 }
}

fn told(lines: Vec<AttackLine>) -> String {
    attack_cost(&data(lines), &LABELS).title
}

#[test]
fn titles_name_the_attack_with_most_points() {
    let (old, new) = (LABELS.baseline, LABELS.candidate);
    let bought = |version| line("bought", version, &COSTS, &[0.0, 1.0, 2.0, 3.1]);
    let ring = |version| line("ring", version, &COSTS[..3], &[0.5, 1.4, 2.5]);
    let none = |version| line("none", version, &COSTS, &[0.0, 0.0, -0.5, 0.0]);
    for (lines, title) in [
        (vec![bought(new)], "For 1,000 dollars, bought gains the median account 3.1 points."),
        (vec![bought(new), ring(new)], "For 100 dollars, ring gains the median account most: 2.5 points."),
        (
            vec![bought(old), ring(old), bought(new), ring(new)],
            "For 100 dollars, ring gains the median account most: 2.5 points under clout@2.1.0, against 2.5 under \
             clout@2.0.0.",
        ),
        (vec![bought(old), ring(new)], "For 100 dollars, ring gains the median account 2.5 points under clout@2.1.0."),
        (
            vec![none(new), line("half", new, &[0.5, 100.0], &[-1.0, 0.0])],
            "For 100 dollars, no attack gains the median account anything.",
        ),
        (vec![line("half", old, &[0.5], &[0.254])], "For 0.50 dollars, half gains the median account 0.25 points."),
        (vec![], "No attack gains anything that could be measured."),
        (
            vec![line("broken", new, &[0.0, -1.0, 5.0], &[1.0, 1.0, f64::NAN])],
            "No attack gains anything that could be \
         measured.",
        ),
    ] {
        assert_eq!(told(lines), title);
    }
}

#[test]
fn lines_are_compared_at_one_cost() {
    let at = |one: &[f64], other: &[f64]| {
        let gains = [1.0, 2.0, 3.0, 4.0];
        let data = data(vec![line("a", "v", one, &gains), line("b", "v", other, &gains)]);
        common(&lines(&data, ""))
    };
    assert_eq!(at(&[1.0, 10.0, 100.0], &[10.0, 50.0]), Some(10.0));
    assert_eq!(at(&[1.0, 10.0, 100.0], &[10.0 + 1e-12, 200.0]), Some(10.0));
    assert_eq!(at(&[1.0, 10.0, 100.0], &[3.0, 30.0]), Some(30.0));
    assert_eq!(at(&[1.0], &[5.0]), Some(1.0));
    let data = data(vec![line("a", "v", &[1.0, 10.0], &[1.0, 2.0]), line("b", "v", &[5.0], &[3.0])]);
    let lines = lines(&data, "");
    let gains: Vec<f64> = told_at(&lines, 5.0);
    assert_eq!(gains, [3.0, 1.0]);
    assert_eq!(told_at(&lines, 0.5), [0.0; 0]);
}

fn told_at(lines: &[Drawn], cost: f64) -> Vec<f64> {
    super::told(lines, cost).into_iter().map(|(_, gain)| gain).collect()
}

#[test]
fn an_attack_has_one_colour_and_the_baseline_is_dashed() {
    let (old, new) = (LABELS.baseline, LABELS.candidate);
    let all = |versions: &[&str]| {
        let line = |version: &&str| ["a", "b"].map(|attack| line(attack, version, &COSTS, &[0.0, 1.0, 2.0, 3.0]));
        data(versions.iter().flat_map(line).collect())
    };
    let both = all(&[old, new]);
    let styles: Vec<Style> = lines(&both, old).iter().map(|line| line.style).collect();
    assert_eq!([styles[0].line, styles[1].line], [styles[2].line, styles[3].line]);
    assert_eq!([styles[0].dashed, styles[1].dashed, styles[2].dashed, styles[3].dashed], [true, true, false, false]);
    assert!(styles[0].line != styles[1].line);
    assert!(attack_cost(&both, &LABELS).caption.contains(" A dashed line is the baseline"));
    let alone = attack_cost(&all(&[old]), &LABELS);
    assert!(!alone.caption.contains("dashed") && !alone.svg.contains(old));
    let three = attack_cost(&all(&[old, new, "clout@3.0.0"]), &LABELS).svg;
    assert!(three.contains("+3.0 a, clout@3.0.0"), "{three}");
}

#[test]
fn the_description_carries_gains_at_one_cost() {
    let lines = vec![
        line("bought", "v", &COSTS, &[0.0, 1.0, 2.0, 3.1]),
        line("ring", "v", &COSTS[..3], &[0.5, 1.4, 2.5]),
        line("churn", "v", &COSTS, &[-0.5, -1.0, -1.0, -1.0]),
    ];
    let chart = attack_cost(&data(lines), &LABELS);
    let carried = "At 100 dollars, of 3 lines: ring +2.5, bought +2.0, churn −1.0. Most at any cost: 3.1 points by bought, \
                   for 1,000 dollars.";
    assert!(chart.description.ends_with(carried), "{}", chart.description);
    assert!(chart.svg.contains("cost in dollars, our assumption, log scale"));
}

#[test]
fn pictures_keep_the_laws() {
    let many: Vec<f64> = (0..40).map(|at| libm::pow(2.0, f64::from(at))).collect();
    for costs in [&[][..], &[3.0], &COSTS, &[3.0, 4.0], &many] {
        for count in [0, 1, 2, 5, 12, 40] {
            for (accounts, name) in [(0, "a"), (1, FORTY), (5_000, HOSTILE), (1_000_000, ""), (u64::MAX, "v")] {
                let gains =
                    |at: usize| costs.iter().map(move |cost| libm::log10(*cost) * (1.0 + (at * 7 % 11) as f64 / 3.0));
                let one = |at: usize, version: &str| {
                    let attack = if name == "v" { format!("v{at}") } else { name.to_string() };
                    line(&attack, version, costs, &gains(at).collect::<Vec<f64>>())
                };
                let versions = [LABELS.baseline, name, "v2"];
                let lines = (0..count).flat_map(|at| versions.map(|version| one(at, version)));
                let mut data = data(lines.collect());
                data.accounts = accounts;
                if name != "a" {
                    data.currency = name.to_string();
                }
                let labels = Labels { baseline: name, candidate: name, dataset: name };
                let case = format!("{count} attacks at {} costs, {name:?}", costs.len());
                check(&case, || attack_cost(&data, &labels));
                check(&case, || attack_cost(&data, &LABELS));
                data.lines.retain(|line| line.version != "v2");
                check(&case, || attack_cost(&data, &LABELS));
            }
        }
    }
}

#[test]
fn of_many_attacks_those_that_gain_most_are_drawn_and_it_is_said() {
    let attack = |at: usize| line(&format!("attack {at}"), "v", &COSTS, &[at as f64; 4]);
    let chart = attack_cost(&data((0..20).map(attack).collect()), &LABELS);
    assert!(chart.caption.contains("Of 20 attacks the 12 that gain most are drawn."), "{}", chart.caption);
    let few = attack_cost(&data((0..12).map(attack).collect()), &LABELS);
    assert!(!few.caption.contains("are drawn"), "{}", few.caption);
}

#[test]
fn broken_points_still_draw() {
    for broken in [f64::NAN, f64::INFINITY, f64::MAX, 1e300, -1e300, 1e-300, 5e-324, 0.0, -1.0] {
        let costs = [broken, 1.0, 10.0, 100.0];
        let lines = vec![line("a", "v", &costs, &[1.0, broken, -broken, 0.0]), line("b", "w", &COSTS, &[broken; 4])];
        let mut data = data(lines);
        check(&format!("{broken}"), || attack_cost(&data, &LABELS));
        data.lines.remove(0);
        check(&format!("{broken} alone"), || attack_cost(&data, &LABELS));
    }
    check("constant", || attack_cost(&data(vec![line("a", "v", &COSTS, &[0.0; 4])]), &LABELS));
}
