use super::*;
use crate::score::{Engine, LocalEngine};
use crate::stability::attack::LeftOut;
use crate::stability::gaming::findings::CheapestFor;
use crate::stability::testing::{World, attack, factor, identities, model};
use crate::stats::testing::near;

const ACCOUNTS: [f64; 7] = [0.0, 10.0, 29.0, 30.0, 50.0, 95.0, f64::NAN];
const MORE: [f64; 7] = [2.0, f64::NAN, 4.0, 0.0, 8.0, 1.0, f64::NAN];

/// A score that is the sum of two signals, of which the second counts double.
fn world() -> World {
    let rest = format!(
        "[network.net]\naggregate = \"weighted-sum\"\n{}{}",
        factor("net", "plain", "net.a"),
        factor("net", "double", "2 * net.b")
    );
    let columns = [("net.a", "", ACCOUNTS.to_vec()), ("net.b", "", MORE.to_vec()), ("net.c", "", vec![1.0; 7])];
    World::new(&columns, &model("weighted-sum", &rest))
}

fn score(row: usize, more_a: f64, more_b: f64) -> f64 {
    let parts = [ACCOUNTS[row] + more_a, 2.0 * (MORE[row] + more_b)];
    let known: Vec<f64> = parts.into_iter().filter(|part| !part.is_nan()).collect();
    if known.is_empty() { f64::NAN } else { known.iter().sum::<f64>().clamp(0.0, 100.0) }
}

fn naive_quantile(mut values: Vec<f64>, p: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len() - 1) as f64 * p;
    let (low, high) = (values[at.floor() as usize], values[at.ceil() as usize]);
    low + (high - low) * (at - at.floor())
}

fn study(world: &World, attacks: &[Attack], identities: &Identities, most: f64) -> GamingFindings {
    let rescorer = world.rescorer();
    let cells = Cells::read(&rescorer, &world.population(), attacks, identities).unwrap();
    let fitted = rescorer.base();
    let ticks = std::sync::atomic::AtomicU64::new(0);
    let gaming = Gaming { rescorer: &rescorer, fitted, cells: &cells, attacks, identities, most, cohort: None };
    let tick = |done: u64| {
        ticks.fetch_add(done, std::sync::atomic::Ordering::Relaxed);
    };
    let found = gaming.study(&tick).unwrap();
    assert!(ticks.into_inner() <= gaming.steps());
    found
}

#[test]
fn gains_by_hand_at_every_cost() {
    let none = Identities::default();
    let attacks = [attack("x", "cost = 2", "\"net.a\" = { add = 1 }", &none)];
    let found = study(&world(), &attacks, &none, 100.0);
    assert_eq!((found.accounts, found.currency.as_str(), found.most), (6, "dollars", 100.0));
    let found = &found.attacks[0];
    assert_eq!((found.attacked, found.out_of_reach, &found.moved), (6, 0, &vec!["net.a".to_string()]));
    let costs: Vec<f64> = found.levels.iter().map(|level| level.cost).collect();
    assert_eq!(costs, [2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
    for level in &found.levels {
        assert_eq!(level.units, level.cost / 2.0);
        let gains: Vec<f64> = (0..6).map(|row| score(row, level.units, 0.0) - score(row, 0.0, 0.0)).collect();
        assert!(near(level.median, naive_quantile(gains.clone(), 0.5), 1e-12), "{level:?}");
        assert!(near(level.upper, naive_quantile(gains.clone(), 0.95), 1e-12), "{level:?}");
        let share = |points: f64| gains.iter().filter(|gain| **gain >= points).count() as f64 / 6.0;
        assert_eq!((level.gain_1, level.gain_5), (share(1.0), share(5.0)));
        assert!(near(level.per_cost, level.median / level.cost, 1e-15));
        assert_eq!((level.capped, level.bounded, level.lost), (0, 0, 0));
    }
    // Every cost gains half a point a dollar for the account in the middle; the least comes first.
    assert_eq!(found.best.unwrap(), Best { cost: 2.0, per_cost: 0.5 });
}

#[test]
fn the_way_into_the_next_band_by_hand() {
    let none = Identities::default();
    let attacks = [
        attack("by-a", "cost = 2", "\"net.a\" = { add = 1 }", &none),
        attack("by-b", "cost = 3\nmost-units = 4", "\"net.b\" = { add = 1 }", &none),
    ];
    let found = study(&world(), &attacks, &none, 60.0);
    // Scores are 4, 10, 37, 30, 66 and 97: two right below 30, two right below 60.
    let [first, second] = [&found.attacks[0], &found.attacks[1]];
    assert_eq!(second.levels.last().unwrap().cost, 12.0);
    assert_eq!((second.attacked, second.out_of_reach), (5, 1));
    // 26 and 20 units of two dollars, the latter twice; 23 and 30 units.
    let step = |to: &str, accounts, reached| (to.to_string(), accounts, reached);
    let told = |found: &AttackFindings| -> Vec<(String, u64, u64)> {
        found.steps.iter().map(|found| step(&found.to, found.accounts, found.reached)).collect()
    };
    assert_eq!(told(first), [step("middle", 2, 2), step("high", 2, 2)]);
    assert_eq!(told(second), [step("middle", 1, 0), step("high", 2, 0)]);
    for (found, exact) in first.steps.iter().zip([(52.0 + 40.0) / 2.0, (46.0 + 60.0) / 2.0]) {
        let median = found.median_cost.unwrap();
        assert!(median >= exact - 1e-9 && median < exact * 1.001, "{found:?}");
    }
    assert_eq!(second.steps[0].median_cost, None);
    // With more units the other attack is the cheaper: 13 units of three dollars beat 52 dollars.
    let attacks = [attacks[0].clone(), Attack { most_units: None, ..attacks[1].clone() }];
    let found = study(&world(), &attacks, &none, 60.0);
    let middle = &found.cheapest[0];
    assert_eq!((middle.to.as_str(), middle.accounts, middle.reached), ("middle", 2, 2));
    let one = |attack: &str| CheapestFor { attack: attack.to_string(), accounts: 1 };
    assert_eq!(middle.attacks, [one("by-a"), one("by-b")]);
    let exact = (39.0 + 40.0) / 2.0;
    assert!(near(middle.median_cost.unwrap(), exact, 1e-3), "{middle:?}");
    assert_eq!(found.cheapest[1].attacks, [CheapestFor { attack: "by-b".to_string(), accounts: 2 }]);
}

#[test]
fn one_unit_that_is_enough_costs_one_unit() {
    let none = Identities::default();
    let attacks = [attack("jump", "cost = 7", "\"net.a\" = { set = 80 }", &none)];
    let found = study(&world(), &attacks, &none, 100.0);
    assert_eq!(found.attacks[0].steps.iter().map(|step| step.median_cost).collect::<Vec<_>>(), [Some(7.0); 2]);
}

#[test]
fn an_attack_without_effect_says_why() {
    let none = Identities::default();
    let attacks = [
        attack("elsewhere", "cost = 1", "\"net.c\" = { add = 1 }\n\"net.d\" = { add = 1 }", &none),
        attack("dear", "cost = 200", "\"net.a\" = { add = 1 }", &none),
    ];
    let found = study(&world(), &attacks, &none, 100.0);
    let told: Vec<&str> = found.attacks.iter().map(|found| found.without_effect.as_deref().unwrap()).collect();
    assert_eq!(
        told,
        [
            "the model reads none of the signals that it moves",
            "one unit costs 200, more than the 100 that are looked at"
        ]
    );
    let absent = LeftOut {
        signal: "net.d".to_string(),
        reason: "the dataset has no such signal (did you mean `net.a`?)".into(),
    };
    assert_eq!(found.attacks[0].left_out, [absent]);
    assert!(
        found.attacks.iter().all(|found| found.levels.is_empty() && found.best.is_none() && found.steps.is_empty())
    );
    assert!(found.cheapest.iter().all(|cheapest| cheapest.reached == 0 && cheapest.attacks.is_empty()));
}

#[test]
fn costs_in_two_currencies_are_not_compared() {
    let none = Identities::default();
    let hours = Attack { currency: "hours".into(), ..attack("b", "cost = 1", "\"net.a\" = { add = 1 }", &none) };
    let attacks = [attack("a", "cost = 1", "\"net.a\" = { add = 1 }", &none), hours];
    let world = world();
    let rescorer = world.rescorer();
    let (cells, fitted) = (Cells::of(&rescorer), rescorer.base());
    let identities = &none;
    let gaming =
        Gaming { rescorer: &rescorer, fitted, cells: &cells, attacks: &attacks, identities, most: 9.0, cohort: None };
    let problem = gaming.study(&|_| {}).unwrap_err().to_string();
    assert!(problem.contains("its cost is in hours, that of `a` in dollars"), "{problem}");
}

#[test]
fn ten_per_cent_more_of_each_factor() {
    let found = study(&world(), &[], &identities("[signal.\"net.b\"]\nmost = 8.4\n"), 1.0);
    let told: Vec<(&str, u64)> =
        found.elasticities.iter().map(|found| (found.factor.as_str(), found.accounts)).collect();
    assert_eq!(told, [("plain", 6), ("double", 5)]);
    let plain = [0.0, 1.0, 2.9, 3.0, 5.0, 3.0];
    let double = [0.4, 0.8, 0.0, 0.8, 0.2];
    for (found, gains) in found.elasticities.iter().zip([plain.to_vec(), double.to_vec()]) {
        assert!(near(found.median, naive_quantile(gains.clone(), 0.5), 1e-12), "{found:?}");
        assert!(near(found.upper, naive_quantile(gains.clone(), 0.95), 1e-12), "{found:?}");
        assert_eq!(found.moved, gains.iter().filter(|gain| **gain != 0.0).count() as f64 / gains.len() as f64);
    }
    let absent = World::new(
        &[("net.a", "", vec![1.0, 2.0]), ("net.b", "", vec![f64::NAN; 2])],
        &model(
            "weighted-sum",
            &format!("[network.net]\n[network.off]\n{}{}", factor("net", "a", "net.a"), factor("off", "b", "net.b")),
        ),
    );
    let found = study(&absent, &[], &Identities::default(), 1.0);
    assert_eq!(found.inelastic[0].factor, "b");
    assert!(found.inelastic[0].reason.starts_with("no account"), "{:?}", found.inelastic);
}

/// Scores of changed cells are those of the engine on a table that has these cells.
#[test]
fn gains_are_those_of_the_engine_on_an_attacked_table() {
    let none = Identities::default();
    let attacks =
        [attack("x", "cost = 1", "\"net.a\" = { add = 3 }\n\"net.b\" = { times = { each = 1.5, until = 4 } }", &none)];
    let world = world();
    let found = study(&world, &attacks, &none, 2.0);
    let attacked = World::new(
        &[
            ("net.a", "", ACCOUNTS.map(|cell| cell + 6.0).to_vec()),
            ("net.b", "", MORE.map(|cell| cell * 2.25).to_vec()),
        ],
        &model(
            "weighted-sum",
            &format!(
                "[network.net]\naggregate = \"weighted-sum\"\n{}{}",
                factor("net", "plain", "net.a"),
                factor("net", "double", "2 * net.b")
            ),
        ),
    );
    let engine = LocalEngine::default();
    let scores = |world: &World| {
        let fitted = engine.fit(std::slice::from_ref(&world.model), &world.population()).unwrap();
        engine.score(&fitted, &world.population()).unwrap().remove(0).values
    };
    let rows = scores(&attacked).into_iter().zip(scores(&world));
    let gains: Vec<f64> = rows.map(|(after, before)| after - before).filter(|gain| !gain.is_nan()).collect();
    let level = found.attacks[0].levels.last().unwrap();
    assert_eq!(level.units, 2.0);
    assert!(near(level.median, naive_quantile(gains, 0.5), 1e-12), "{level:?}");
}

#[test]
fn a_study_has_the_same_figures_at_any_number_of_threads() {
    let none = Identities::default();
    let attacks = [
        attack("by-a", "cost = 2", "\"net.a\" = { add = 1 }", &none),
        attack("by-b", "cost = 3", "\"net.b\" = { add = 1 }", &none),
    ];
    let on = |threads| crate::stats::testing::on_threads(threads, || study(&world(), &attacks, &none, 50.0));
    assert_eq!(on(1), on(3));
}

#[test]
fn a_cohort_beside_all_others() {
    let scores = [50.0, 20.0, 40.0, 40.0, f64::NAN, 10.0];
    let found = Cohort { name: "gamed", members: &[0, 2, 4], truth: None }.beside(&scores);
    assert_eq!((found.members, found.unscored, found.others), (2, 1, 3));
    let standing = found.standing.unwrap();
    assert!(near(standing.mean, 45.0, 1e-15) && near(standing.mean_of_others, 70.0 / 3.0, 1e-15));
    // Ranks 1 and 2.5 of five: the first stands above all but half of itself.
    assert_eq!((standing.median_rank, standing.median_percentile), (1.75, (5.0 - 1.75 + 0.5) / 5.0));
    assert_eq!((found.matched, found.no_match), (None, None));
    let nobody = Cohort { name: "gamed", members: &[4], truth: None }.beside(&scores);
    assert_eq!((nobody.standing, nobody.no_standing.as_deref()), (None, Some("there are no values")));
}

#[test]
fn a_cohort_beside_those_of_the_same_truth() {
    // Forty others in twenty groups of two by truth, whose scores are their truth; members have 7 more.
    let mut truth: Vec<f64> = (0..40).map(f64::from).collect();
    let mut scores = truth.clone();
    truth.extend([0.5, 39.0, f64::NAN]);
    scores.extend([7.5, 46.0, 99.0]);
    let cohort =
        |truth| Cohort { name: "gamed", members: &[40, 41, 42], truth: Some(Truth { name: "latent", values: truth }) };
    let matched = cohort(&truth).beside(&scores).matched.unwrap();
    assert_eq!((matched.members, matched.groups, matched.on.as_str()), (2, 20, "latent"));
    // The groups are {0, 1} and {38, 39}, with means of 0.5 and 38.5.
    assert!(near(matched.mean, 26.75, 1e-12) && near(matched.expected, 19.5, 1e-12), "{matched:?}");
    assert!(near(matched.lift, 7.25, 1e-12));
    let few = cohort(&truth[..]).beside(&[vec![f64::NAN; 30], scores[30..].to_vec()].concat());
    assert_eq!(few.no_match.as_deref(), Some("fewer than 20 values (there are 10)"));
}
