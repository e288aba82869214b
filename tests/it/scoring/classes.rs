//! The class of a difference, attacked: whatever is called cosmetic must give the same bits, and
//! whatever is called order-preserving must keep every pair of accounts as it was, ties included.
//! Changes are drawn at random, and the class is what the models alone let it be.

use std::cmp::Ordering;

use cloutbench::model::diff::{Class, diff};
use cloutbench::score::FittedScale;
use cloutbench::stats::grid::GRID;

use super::*;

type Resolved = Arc<cloutbench::model::Model>;

fn resolved(text: &str) -> Option<Resolved> {
    let file = cloutbench::model::ModelFile::parse("m.toml", text, None).ok()?;
    Some(Arc::new(cloutbench::model::resolve(&[file], &[]).ok()?))
}

/// Scores of rows under a model that is fitted on others; None where it cannot be fitted, or where
/// its scale stretches what are the last bits of sums.
fn scored(model: &Resolved, reference: &[Row], rows: &[Row]) -> Option<Vec<f64>> {
    let data = dataset(&[&numbered(reference)]);
    let all = index(&data, None);
    let population = Population { dataset: &data, index: &all };
    let fitted = LocalEngine::default().fit(std::slice::from_ref(model), &population).ok()?.remove(0);
    if let FittedScale::Linear { low, high } = fitted.scale
        && high - low < 1e-6 * low.abs().max(high.abs()).max(1.0)
    {
        return None;
    }
    Some(in_order(&fitted, rows))
}

/// A model whose strengths lie between declared ends, so that anchors can be told to be harmless.
fn bounded(chance: &mut Chance) -> Model {
    let mut model = chance.model();
    for factor in model.networks.iter_mut().flat_map(|network| &mut network.factors) {
        factor.normalise = Normalise::PercentileRank;
    }
    model.from = chance.pick(&[ScaleFrom::Unit, ScaleFrom::Fixed(-1.0, 20.0), ScaleFrom::Fixed(0.0, 50.0)]);
    model
}

/// Changes that keep the order under some aggregations and scales, and not under others.
fn changed(chance: &mut Chance, base: &Model) -> Model {
    let mut model = base.clone();
    for _ in 0..=chance.below(2) {
        let times = chance.pick(&[0.1, 0.5, 0.9, 2.0, 3.0, 7.0]);
        let place = chance.below(model.networks.len());
        match chance.below(9) {
            0 => model.min -= chance.share() * 5.0,
            1 => model.max *= times,
            2 => model.from = chance.pick(&[ScaleFrom::Unit, ScaleFrom::Fixed(0.0, 1.0), ScaleFrom::Fixed(-3.0, 60.0)]),
            3 => {
                if let ScaleFrom::Fixed(low, high) = model.from {
                    model.from = ScaleFrom::Fixed(low * times, high * times);
                }
            }
            4 => model.networks[place].factors.iter_mut().for_each(|factor| factor.weight *= times),
            5 => model.networks.iter_mut().for_each(|network| network.weight *= times),
            6 => {
                let network = &mut model.networks[place];
                network.weight /= times;
                network.factors.iter_mut().for_each(|factor| factor.weight *= times);
            }
            7 => model.networks[place].weight *= times,
            _ => {
                let position = chance.below(model.networks[place].factors.len());
                model.networks[place].factors[position].weight *= times;
            }
        }
    }
    model
}

/// The text of a model with other texts, and now and then with other bands and another display.
fn dressed(chance: &mut Chance, text: &str) -> String {
    let mut text = text.to_string();
    if !chance.one_in(3) {
        text = text.replace("rationale = \"A test.\"", "title = \"Another\"\nrationale = \"Another test.\"");
    }
    if chance.one_in(2) {
        text = text.replace("missing = ", "tags = [\"t\"]\nnote = \"n\"\nmissing = ");
    }
    if chance.one_in(3) {
        text.push_str("[display]\ndecimals = 2\n[[band]]\nname = \"all\"\nfrom = -1e6\n");
    }
    text
}

/// Whether every two rows stand to each other as before, ties included. The grid alone may tie on one
/// side what it tells apart on the other: two scores that are a few points of it apart on both.
fn keeps_order(before: &[f64], after: &[f64]) -> bool {
    let on_grid = |scores: &[f64]| scores.iter().map(|score| snap(*score)).collect::<Vec<_>>();
    let [before, after] = [before, after].map(on_grid);
    let same = |one: usize, other: usize| {
        let [was, is] = [&before, &after].map(|scores| scores[one].partial_cmp(&scores[other]));
        let near = [&before, &after].iter().all(|scores| (scores[one] - scores[other]).abs() < 1000.0 * GRID);
        let opposite = was.is_some() && is == was.map(Ordering::reverse);
        was == is || near && !opposite
    };
    (0..before.len()).all(|one| (one..before.len()).all(|other| same(one, other)))
}

fn distinct(scores: &[f64]) -> usize {
    scores.iter().filter(|score| !score.is_nan()).map(|score| snap(*score).to_bits()).collect::<BTreeSet<_>>().len()
}

#[test]
fn a_class_keeps_what_it_promises() {
    let mut chance = chance(31);
    let (mut kept, mut moved) = (0, 0);
    for turn in 0..1500 {
        let base = if turn % 3 == 0 { chance.model() } else { bounded(&mut chance) };
        let other = changed(&mut chance, &base);
        let (Some(old), Some(new)) = (accepted(&base), accepted(&other)) else { continue };
        let found = diff(&old, &new);
        let (reference, rows) = (chance.rows(60), chance.rows(80));
        let [Some(before), Some(after)] = [&old, &new].map(|model| scored(model, &reference, &rows)) else { continue };
        let keeps = keeps_order(&before, &after);
        if found.class.is_none_or(|class| class <= Class::OrderPreserving) {
            assert!(keeps, "{:#?}\n{}\n{}", found.changes, text(&base), text(&other));
            kept += usize::from(!found.changes.is_empty() && distinct(&before) > 10);
        } else {
            moved += usize::from(!keeps);
        }
    }
    assert!(kept > 300, "{kept} changes kept an order that could be lost");
    assert!(moved > 200, "{moved} changes lost it");
}

#[test]
fn what_is_cosmetic_changes_no_bit() {
    let mut chance = chance(32);
    let (mut cosmetic, mut shown) = (0, 0);
    for _ in 0..300 {
        let base = text(&chance.model());
        let (Some(old), Some(new)) = (resolved(&base), resolved(&dressed(&mut chance, &base))) else { continue };
        let class = diff(&old, &new).class;
        assert!(class.is_none_or(|class| class <= Class::OrderPreserving), "{class:?}");
        let (reference, rows) = (chance.rows(40), chance.rows(40));
        let [Some(before), Some(after)] = [&old, &new].map(|model| scored(model, &reference, &rows)) else { continue };
        let bits = |scores: &[f64]| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>();
        // Bands and display change no score either.
        assert_eq!(bits(&before), bits(&after), "{base}");
        cosmetic += usize::from(class == Some(Class::Cosmetic));
        shown += usize::from(class == Some(Class::OrderPreserving));
    }
    assert!(cosmetic > 50 && shown > 30, "{cosmetic} {shown}");
}
