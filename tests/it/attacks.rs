//! The attacks that ship: each is read, touches signals of the panel alone, and does to a real model
//! what its file promises.

use std::collections::BTreeMap;

use cloutbench::dataset::coded::Coded;
use cloutbench::dataset::index::{Index, Selection};
use cloutbench::dataset::manifest::Role;
use cloutbench::score::Population;
use cloutbench::score::rescore::Rescorer;
use cloutbench::stability::attack::{Aimed, Attack, Cells};
use cloutbench::stability::gaming::{Cohort, Gaming, GamingFindings, Truth};
use cloutbench::stability::laws::{LawFindings, Laws};
use cloutbench::workbench::Workbench;

use crate::support::{clout, project};

fn bench() -> Workbench {
    Workbench::open(Some(&project(".")), BTreeMap::new()).unwrap()
}

/// The library, read as the workbench reads it.
fn shipped(bench: &Workbench) -> Vec<Attack> {
    let identities = bench.identities().unwrap();
    let names = bench.attack_names().unwrap();
    names.iter().map(|name| bench.attack(name, &identities).unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[test]
fn every_shipped_attack_touches_signals_of_the_panel_and_owns_up_to_its_cost() {
    let bench = bench();
    let attacks = shipped(&bench);
    let names: Vec<&str> = attacks.iter().map(|attack| attack.name.as_str()).collect();
    assert_eq!(names, ["bought-followers", "follow-churn", "one-actor", "post-every-minute", "reciprocal-ring"]);
    let panel = bench.dataset("panel").unwrap();
    let is_signal = |name: &str| panel.manifest().columns.get(name).is_some_and(|column| column.role == Role::Signal);
    for attack in &attacks {
        let absent: Vec<&String> = attack.deltas.keys().filter(|name| !is_signal(name)).collect();
        assert!(absent.is_empty(), "{}: {absent:?}", attack.name);
        assert!(attack.currency.contains("our assumption"), "{}", attack.name);
        assert!(attack.source.contains("ours") || attack.source.contains("our assumption"), "{}", attack.name);
    }
    let identities = bench.identities().unwrap();
    let absent: Vec<&str> = identities.columns().into_iter().filter(|name| !is_signal(name)).collect();
    assert!(absent.is_empty(), "identities of nothing: {absent:?}");
}

#[test]
fn a_broken_attack_is_told_by_check() {
    let folder = crate::support::workbench();
    let path = folder.path();
    let text = "format = 1\nattack = \"a\"\ntitle = \"t\"\nsource = \"s\"\nunit = \"u\"\ncost = 1\ncurrency = \"c\"\n";
    cloutbench::workbench::write_whole(
        &path.join("attacks/a.toml"),
        format!("{text}[delta]\nx = {{ add = 1 }}\n").as_bytes(),
    )
    .unwrap();
    let found = clout(path, &["check"]);
    assert!(found.code == 0 && found.out.contains("6 attacks"), "{found:?}");
    // What a dataset elsewhere may have is no mistake.
    assert_eq!(found.err, "");
    let identities = "format = 1\nidentities = \"i\"\n[signal.x]\nvalue = \"y\"\n";
    cloutbench::workbench::write_whole(&path.join("attacks/identities.toml"), identities.as_bytes()).unwrap();
    let found = clout(path, &["check"]);
    assert!(found.code == 2 && found.err.contains("`x` follows from other signals"), "{found:?}");
    let found = clout(path, &["check", "attacks/identities.toml"]);
    assert!(found.code == 0 && found.out.contains("1 identity file"), "{found:?}");
    let slip = format!("{text}[delta]\n\"twitter.folowers\" = {{ add = 1 }}\n");
    cloutbench::workbench::write_whole(&path.join("attacks/a.toml"), slip.as_bytes()).unwrap();
    let found = clout(path, &["check", "attacks/a.toml"]);
    let told = "no dataset here has the signal `twitter.folowers`; did you mean `twitter.followers`?";
    assert!(found.code == 0 && found.err.contains(told), "{found:?}");
    // A slip is told beside what it breaks, and a dataset that cannot be read hides neither.
    let broken = format!("{text}[delta]\n\"twitter.folowers\" = {{ add = 1 }}\nx = {{ new = 1 }}\n");
    cloutbench::workbench::write_whole(&path.join("attacks/a.toml"), broken.as_bytes()).unwrap();
    cloutbench::workbench::write_whole(&path.join("datasets/bad/dataset.toml"), b"\xff").unwrap();
    let found = clout(path, &["check"]);
    assert!(found.code == 2 && found.err.contains(told), "{found:?}");
    for told in ["`x` follows from other signals", "datasets/bad/dataset.toml"] {
        assert!(found.err.contains(told), "{told}: {found:?}");
    }
}

/// Both studies of a model on a dataset, with the cohort that the recipe planted where it has one.
fn studies(model: &str, dataset: &str, attacks: &[Attack]) -> (GamingFindings, LawFindings<u32>) {
    let bench = bench();
    let (model, data) = (bench.model(model, &[]).unwrap(), bench.dataset(dataset).unwrap());
    let index = Index::build(&data, &Selection::default()).unwrap();
    let population = Population { dataset: &data, index: &index };
    let rescorer = Rescorer::new(&model, population, population, 1 << 30).unwrap();
    let identities = bench.identities().unwrap();
    let cells = Cells::read(&rescorer, &population, attacks, &identities).unwrap();
    let truth = data.numbers_by_slot("latent", &index).unwrap();
    let members: Vec<u32> = match data.manifest().columns.contains_key("cohort") {
        true => {
            let cohort = index.by_slot(Coded::read(&data, "cohort", false).unwrap());
            (0..index.len()).filter(|slot| cohort.name(*slot) == Some("gamed")).map(|slot| slot as u32).collect()
        }
        false => Vec::new(),
    };
    let truth = Truth { name: "latent", values: &truth };
    let cohort = (!members.is_empty()).then_some(Cohort { name: "gamed", members: &members, truth: Some(truth) });
    let (rescorer, cells, identities, fitted) = (&rescorer, &cells, &identities, rescorer.base());
    let gaming = Gaming { rescorer, fitted, cells, attacks, identities, most: 100.0, cohort };
    let laws = Laws { rescorer, fitted, cells, identities, manifest: data.manifest() };
    (gaming.study(&|_| {}).unwrap(), laws.search(&|_| {}).unwrap())
}

#[test]
fn the_starter_leaves_out_what_it_lacks_and_tells_it() {
    let bench = bench();
    let attacks = shipped(&bench);
    let (found, _) = studies("clout@1.0.0", "starter", &attacks);
    let ring = found.attacks.iter().find(|found| found.attack == "reciprocal-ring").unwrap();
    assert!(ring.left_out.iter().any(|left| left.signal == "twitter.mutual-follows"), "{:?}", ring.left_out);
    assert!(ring.moved.contains(&"twitter.unique-retweeters".to_string()), "{:?}", ring.moved);
    assert!(ring.levels.last().unwrap().median > 0.0);
    assert_eq!(found.cohort, None);
}

#[test]
fn the_planted_cohort_stands_above_its_like_and_the_library_has_an_effect() {
    let bench = bench();
    let attacks = shipped(&bench);
    let (found, laws) = studies("clout@0.1.0", "panel", &attacks);
    for attack in &found.attacks {
        assert_eq!(attack.without_effect, None, "{}", attack.attack);
        assert_eq!(attack.left_out, [], "{}", attack.attack);
        assert!(attack.attacked > 0 && attack.attacked + attack.out_of_reach == found.accounts);
        assert!(attack.levels.windows(2).all(|pair| pair[0].cost < pair[1].cost));
        assert!(attack.levels.iter().all(|level| level.upper >= level.median && level.gain_5 <= level.gain_1));
    }
    let cohort = found.cohort.unwrap();
    assert!(cohort.members > 50 && cohort.matched.unwrap().lift > 0.0);
    // Whatever is shown as a counterexample is one.
    for law in &laws.monotonicity.broken {
        let worst = law.worst.unwrap();
        assert!(worst.cells[1] > worst.cells[0] && law.broken <= law.tested, "{law:?}");
        assert_eq!(worst.scores[1] > worst.scores[0], law.higher_is_worse, "{law:?}");
    }
}

/// An attack moves cells of those who have the signal, and gives nobody a signal.
#[test]
fn who_lacks_a_signal_goes_on_lacking_it() {
    let bench = bench();
    let attacks = shipped(&bench);
    let identities = bench.identities().unwrap();
    let (model, data) = (bench.model("clout@2.0.0", &[]).unwrap(), bench.dataset("panel").unwrap());
    let index = Index::build(&data, &Selection::default()).unwrap();
    let population = Population { dataset: &data, index: &index };
    let rescorer = Rescorer::new(&model, population, population, 1 << 30).unwrap();
    let cells = Cells::read(&rescorer, &population, &attacks, &identities).unwrap();
    for attack in &attacks {
        for (name, now) in Aimed::new(attack, &identities, &cells).apply(&vec![3.0; cells.rows()]).changed {
            let before = cells.column(&name).unwrap();
            assert!(now.iter().zip(before).all(|(now, before)| now.is_nan() == before.is_nan()), "{name}");
        }
    }
}
