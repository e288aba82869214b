use super::findings::{NetworkExample, Profile, Promise};
use super::*;
use crate::stability::testing::{World, factor, identities, model};

fn search(world: &World, identities: &Identities) -> LawFindings<u32> {
    let rescorer = world.rescorer();
    let cells = Cells::read(&rescorer, &world.population(), &[], identities).unwrap();
    let (fitted, manifest) = (rescorer.base(), world.dataset.manifest());
    let ticks = std::sync::atomic::AtomicU64::new(0);
    let laws = Laws { rescorer: &rescorer, fitted, cells: &cells, identities, manifest };
    let tick = |done: u64| {
        ticks.fetch_add(done, std::sync::atomic::Ordering::Relaxed);
    };
    let found = laws.search(&tick).unwrap();
    assert!(ticks.into_inner() <= laws.steps());
    found
}

const WORSE: &str = "direction = \"higher-is-worse\"\n";
const NEITHER: &str = "direction = \"neither\"\n";

fn one_network(value: &str, columns: &[(&str, &str, Vec<f64>)]) -> World {
    let rest = format!("[network.net]\naggregate = \"weighted-sum\"\n{}", factor("net", "f", value));
    World::new(columns, &model("weighted-sum", &rest))
}

#[test]
fn a_score_that_turns_is_found_where_it_turns() {
    let cells = vec![0.0, 5.0, 19.5, 20.0, 40.0, f64::NAN];
    let found = search(&one_network("abs(net.a - 20)", &[("net.a", "", cells)]), &Identities::default()).monotonicity;
    // Tested are five cells, of which nothing is added to 0 by a share of it.
    assert_eq!((found.signals, found.tested), (1, 4 + 4 + 5));
    let told: Vec<(Change, u64, u64)> = found.broken.iter().map(|law| (law.change, law.tested, law.broken)).collect();
    // Doubling brings 5 to 10; one more brings 0 and 5 nearer, and 19.5 as far beyond; 1 % brings 5 and 19.5.
    assert_eq!(told, [(Change::Doubled, 4, 1), (Change::OneMore, 5, 2), (Change::OnePercent, 4, 2)]);
    let worst = found.broken[0].worst.unwrap();
    assert_eq!((worst.account, worst.cells, worst.scores), (1, [5.0, 10.0], [15.0, 10.0]));
}

#[test]
fn a_signal_that_is_worse_must_not_raise_a_score() {
    let cells = || vec![1.0, 30.0, 70.0];
    let columns = [("net.a", WORSE, cells()), ("net.b", WORSE, cells()), ("net.c", NEITHER, cells())];
    let found = search(&one_network("50 + net.a - net.b + 0 * net.c", &columns), &Identities::default()).monotonicity;
    assert_eq!(found.signals, 2);
    assert!(found.broken.iter().all(|law| law.signal == "net.a" && law.higher_is_worse), "{:?}", found.broken);
    assert_eq!(found.broken.len(), 3);
    assert_eq!(found.broken[0].broken, 3);
    assert_eq!(found.untested.len(), 1);
    assert_eq!(found.untested[0].what, "net.c");
}

#[test]
fn a_law_that_holds_has_no_counterexample() {
    let columns = [("net.a", "", vec![1.0, 30.0, 70.0]), ("net.b", WORSE, vec![3.0, 2.0, f64::NAN])];
    let found = search(&one_network("net.a / (1 + net.b)", &columns), &Identities::default()).monotonicity;
    assert_eq!((found.signals, found.broken.len(), found.untested.len()), (2, 0, 0));
}

#[test]
fn no_cell_is_raised_to_what_cannot_be() {
    let known = identities("[signal.\"net.share\"]\nmost = 1\n[signal.\"net.part\"]\npart-of = [\"net.whole\"]\n");
    let columns = [
        ("net.share", WORSE, vec![1.0, 1.0]),
        ("net.part", WORSE, vec![4.0, 4.0]),
        // The model does not read the whole; it is read for the sake of the part.
        ("net.whole", "", vec![4.0, 6.0]),
    ];
    let found = search(&one_network("net.share + net.part", &columns), &known).monotonicity;
    assert_eq!(found.untested.iter().map(|untested| untested.what.as_str()).collect::<Vec<_>>(), ["net.share"]);
    let doubled = found.broken.iter().find(|law| law.change == Change::Doubled).unwrap();
    assert_eq!((doubled.tested, doubled.broken), (1, 1));
    assert_eq!(doubled.worst.unwrap().cells, [4.0, 6.0]);
}

fn two_networks(combine: &str) -> World {
    let rest = format!(
        "[network.one]\n[network.two]\n[network.three]\n{}{}{}",
        factor("one", "a", "net.a"),
        factor("two", "b", "net.b"),
        factor("three", "c", "net.c")
    );
    let missing = f64::NAN;
    let columns = [
        ("net.a", "", vec![10.0, 20.0, 30.0, 40.0, missing]),
        ("net.b", "", vec![missing, missing, 4.0, 36.0, 15.0]),
        ("net.c", "", vec![missing; 5]),
    ];
    World::new(&columns, &model(combine, &rest))
}

#[test]
fn a_weak_network_lowers_a_mean() {
    let found = search(&two_networks("weighted-mean"), &Identities::default()).networks;
    assert_eq!(found.promise, Promise::WeakLowers);
    assert_eq!(found.untested.len(), 1);
    assert_eq!(found.untested[0].what, "three");
    let two = found.networks.iter().find(|law| law.network == "two").unwrap();
    assert_eq!((two.on, two.off), (3, 2));
    // Those off it have 10 and 20. The weakest brings 4, the median 15, the strongest 36.
    let told: Vec<(Profile, u32, f64, u64, u64)> =
        two.profiles.iter().map(|law| (law.profile, law.donor, law.strength, law.placed, law.lowered)).collect();
    let expected =
        [(Profile::Weakest, 2, 4.0, 2, 2), (Profile::Median, 4, 15.0, 2, 1), (Profile::Strongest, 3, 36.0, 2, 0)];
    assert_eq!(told, expected);
    assert_eq!(two.profiles[0].worst, Some(NetworkExample { account: 1, scores: [20.0, 12.0] }));
    assert_eq!(two.profiles[2].worst, None);
}

#[test]
fn no_network_lowers_a_sum_or_a_root_of_squares() {
    for (combine, promise) in [
        ("weighted-sum", Promise::NeverLowersFromZero),
        ("root-sum-squares", Promise::NeverLowers),
        ("max", Promise::NeverLowersFromZero),
    ] {
        let found = search(&two_networks(combine), &Identities::default()).networks;
        assert_eq!(found.promise, promise);
        assert_eq!(found.networks.len(), 2);
        for profile in found.networks.iter().flat_map(|law| &law.profiles) {
            assert!(profile.placed > 0 && profile.lowered == 0, "{combine}: {profile:?}");
        }
    }
}

#[test]
fn a_strength_below_zero_lowers_a_sum() {
    let rest = format!("[network.one]\n[network.two]\n{}{}", factor("one", "a", "net.a"), factor("two", "b", "net.b"));
    let columns = [("net.a", "", vec![10.0, 20.0]), ("net.b", "", vec![-3.0, f64::NAN])];
    let found = search(&World::new(&columns, &model("weighted-sum", &rest)), &Identities::default()).networks;
    let two = &found.networks[0];
    assert_eq!(two.network, "two");
    assert!(two.profiles.iter().all(|law| law.lowered == 1 && law.worst.unwrap().scores == [20.0, 17.0]));
}
