//! Every class by small models: what is changed, and what it is called.

use super::*;
use crate::model::{Model, ModelFile, resolve};

const HEAD: &str = "format = 1\nmodel = 'm@1.0.0'\nrationale = 'r'\nreference = 'scored-data'\n";

/// A model of what stands below its head.
pub(super) fn model(text: &str) -> Model {
    named(&format!("{HEAD}{text}"))
}

fn named(text: &str) -> Model {
    let file = ModelFile::parse("m.toml", text, None).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    resolve(&[file], &[]).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// Two networks of percentile ranks, so that strengths lie between 0 and 1.
const BASE: &str = r#"
[combine]
aggregate = "weighted-mean"
[scale]
min = 1
max = 100
from = "unit"
[display]
decimals = 0
[[band]]
name = "low"
from = 1
[[band]]
name = "high"
from = 50
[network.t]
weight = 2
aggregate = "weighted-mean"
[network.u]
weight = 1
aggregate = "weighted-sum"
[factor.a]
network = "t"
value = "t.a"
normalise = "percentile-rank"
weight = 3
[factor.b]
network = "t"
value = "t.b"
normalise = "percentile-rank"
weight = 1
[factor.c]
network = "u"
value = "u.c"
normalise = "percentile-rank"
weight = 0.5
[factor.d]
network = "u"
value = "u.d"
normalise = "percentile-rank"
weight = 0.5
"#;

/// The base with parts of its text replaced.
fn with(parts: &[(&str, &str)]) -> Model {
    let mut text = BASE.to_string();
    for (from, to) in parts {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    model(&text)
}

fn found(old: &Model, new: &Model) -> Vec<(String, Class)> {
    diff(old, new).changes.into_iter().map(|change| (change.path, change.class)).collect()
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let same = diff(&with(&[]), &with(&[("\"t.a\"", "\"(t.a)\"")]));
    assert_eq!((same.class, same.bump, same.suggested, same.numbered), (None, Bump::None, None, Some(true)));
    assert!(same.changes.is_empty());
    assert_eq!(same.old, same.new);
}

#[test]
fn single_fields() {
    use Class::{Cosmetic, OrderPreserving, Rescaling, Reweighting, Structural};
    for (from, to, path, class) in [
        ("[combine]", "title = \"x\"\n[combine]", "title", Cosmetic),
        ("value = \"t.a\"", "value = \"t.a\"\ntags = [\"x\"]", "factor t/a: tags", Cosmetic),
        ("value = \"t.a\"", "value = \"t.a\"\nnote = \"x\"", "factor t/a: note", Cosmetic),
        ("from = \"unit\"", "from = { fixed = { low = 0, high = 1 } }", "scale: from", Cosmetic),
        ("min = 1\n", "min = 2\n", "scale: min", OrderPreserving),
        ("max = 100", "max = 1000", "scale: max", OrderPreserving),
        ("max = 100", "max = 1000000", "scale: max", Rescaling),
        ("from = \"unit\"", "from = { fixed = { low = -1, high = 2 } }", "scale: from", OrderPreserving),
        // Ranks lie between 0 and 1, so these anchors cut.
        ("from = \"unit\"", "from = { fixed = { low = 0, high = 0.9 } }", "scale: from", Rescaling),
        ("from = \"unit\"", "from = { fixed = { low = 0.1, high = 1 } }", "scale: from", Rescaling),
        ("from = \"unit\"", "from = { fixed = { low = 0, high = 2000 } }", "scale: from", Rescaling),
        ("from = \"unit\"", "from = \"min-max\"", "scale: from", Rescaling),
        ("from = \"unit\"", "from = \"percentile-rank\"", "scale: from", Rescaling),
        ("decimals = 0", "decimals = 1", "display: decimals", OrderPreserving),
        ("decimals = 0", "rounding = \"down\"", "display: rounding", OrderPreserving),
        ("from = 50", "from = 60", "band high: from", OrderPreserving),
        ("name = \"high\"", "name = \"top\"", "band high", OrderPreserving),
        ("percentile-rank\"\nweight = 3", "min-max\"\nweight = 3", "factor t/a: normalise", Rescaling),
        ("value = \"t.a\"", "value = \"t.a\"\ntransforms = [\"sqrt\"]", "factor t/a: transforms", Rescaling),
        ("weight = 3", "weight = 1.5", "factor t/a: weight", Reweighting),
        ("weight = 2", "weight = 1", "network t: weight", Reweighting),
        ("value = \"t.a\"", "value = \"t.a + 1\"", "factor t/a: value", Structural),
        ("value = \"t.a\"", "value = \"t.a\"\nmissing = \"zero\"", "factor t/a: missing", Structural),
        (
            "weight = 2\naggregate = \"weighted-mean\"",
            "weight = 2\naggregate = \"max\"",
            "network t: aggregate",
            Structural,
        ),
        (
            "[combine]\naggregate = \"weighted-mean\"",
            "[combine]\naggregate = \"weighted-sum\"",
            "combine: aggregate",
            Structural,
        ),
        ("[network.t]", "[network.t]\nconnected = \"t.a\"", "network t: connected", Structural),
        ("network = \"t\"", "network = \"u\"", "factor u/a: network", Structural),
        ("[factor.a]", "[factor.e]\nnetwork = \"t\"\nvalue = \"t.e\"\n[factor.a]", "factor t/e", Structural),
        ("[factor.a]", "[factor.z]", "factor t/a", Structural),
    ] {
        let changes = found(&with(&[]), &with(&[(from, to)]));
        assert!(changes.contains(&(path.to_string(), class)), "{from} -> {to}: {changes:?}");
        let whole = diff(&with(&[]), &with(&[(from, to)])).class;
        assert_eq!(whole, Some(class), "{from} -> {to}");
    }
}

#[test]
fn values_come_as_the_file_has_them() {
    let new = with(&[("weight = 3", "weight = 1.5"), ("name = \"high\"", "name = \"top\"")]);
    let changes = diff(&with(&[]), &new).changes;
    let [weight, gone, come] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((&weight.old, &weight.new), (&Some(3.0.into()), &Some(1.5.into())));
    assert_eq!((gone.kind, &gone.old, &gone.new), (Kind::Removed, &Some(50.0.into()), &None));
    assert_eq!((come.kind, &come.old, &come.new), (Kind::Added, &None, &Some(50.0.into())));
}

#[test]
fn a_mean_divides_by_the_sum_of_its_weights() {
    // All weights of the network of a mean: nothing is reweighted, and no share moves.
    let tripled =
        with(&[("weight = 3", "weight = 9"), ("\"percentile-rank\"\nweight = 1", "\"percentile-rank\"\nweight = 3")]);
    let found = diff(&with(&[]), &tripled);
    assert_eq!(found.class, Some(Class::OrderPreserving), "{:?}", found.changes);
    assert!(found.changes.iter().all(|change| change.why.contains("3 times")), "{:?}", found.changes);
    for shares in &found.factors {
        let [before, after] = shares.effective.map(Option::unwrap);
        assert!((before - after).abs() < 1e-15, "{shares:?}");
    }
    // The networks, under a mean.
    let networks = with(&[("weight = 2", "weight = 4"), ("weight = 1\naggregate", "weight = 2\naggregate")]);
    assert_eq!(diff(&with(&[]), &networks).class, Some(Class::OrderPreserving));
    // A sum does not divide: its network counts for half as much beside the other.
    let halved = [("weight = 0.5", "weight = 0.25"), ("weight = 0.5", "weight = 0.25")];
    assert_eq!(diff(&with(&[]), &with(&halved)).class, Some(Class::Reweighting));
}

/// Everything is summed, so that the scale alone can divide again.
fn summed(weights: [f64; 4], from: &str) -> Model {
    let [t, u, a, c] = weights;
    model(&format!(
        "[combine]\naggregate = 'weighted-sum'\n[scale]\nfrom = {from}\n[network.t]\nweight = {t}\naggregate = \
         'weighted-sum'\n[network.u]\nweight = {u}\naggregate = 'weighted-sum'\n[factor.a]\nnetwork = 't'\nvalue = \
         'a'\nnormalise = 'percentile-rank'\nweight = {a}\n[factor.c]\nnetwork = 'u'\nvalue = 'c'\nnormalise = \
         'percentile-rank'\nweight = {c}\n"
    ))
}

#[test]
fn sums_are_followed_up_to_the_scale() {
    use Class::{OrderPreserving, Rescaling, Reweighting};
    let fixed = |high: f64| format!("{{ fixed = {{ low = 0, high = {high} }} }}");
    for (old, from, new, to, class) in [
        // All is doubled, and a fitted scale divides it out again.
        ([1.0, 1.0, 1.0, 1.0], "'min-max'".to_string(), [2.0, 2.0, 1.0, 1.0], "'min-max'".to_string(), OrderPreserving),
        (
            [1.0, 1.0, 1.0, 1.0],
            "'percentile-rank'".into(),
            [1.0, 1.0, 2.0, 2.0],
            "'percentile-rank'".into(),
            OrderPreserving,
        ),
        // Strengths up to 2 lie within the anchors before and after, or they do not.
        ([1.0, 1.0, 1.0, 1.0], fixed(9.0), [2.0, 2.0, 1.0, 1.0], fixed(9.0), OrderPreserving),
        ([1.0, 1.0, 1.0, 1.0], fixed(3.0), [2.0, 2.0, 1.0, 1.0], fixed(3.0), Rescaling),
        // The anchors double too.
        ([1.0, 1.0, 1.0, 1.0], fixed(1.0), [2.0, 2.0, 1.0, 1.0], fixed(2.0), OrderPreserving),
        // Within and among make up for each other.
        ([1.0, 1.0, 1.0, 1.0], fixed(1.0), [2.0, 1.0, 0.5, 1.0], fixed(1.0), OrderPreserving),
        ([1.0, 1.0, 1.0, 1.0], fixed(9.0), [2.0, 1.0, 1.0, 1.0], fixed(9.0), Reweighting),
        ([1.0, 1.0, 1.0, 1.0], fixed(9.0), [1.0, 1.0, 2.0, 1.0], fixed(9.0), Reweighting),
    ] {
        let found = diff(&summed(old, &from), &summed(new, &to));
        assert_eq!(found.class, Some(class), "{old:?} {from} {new:?} {to}: {:?}", found.changes);
    }
}

#[test]
fn a_root_of_squares_takes_the_root_of_what_multiplies_its_weights() {
    let squared = |u: f64, c: f64| {
        let text = BASE.replace("weighted-mean", "root-sum-squares").replace("weighted-sum", "root-sum-squares");
        let text = text.replacen("weight = 1\naggregate", &format!("weight = {u}\naggregate"), 1);
        model(&text.replace("weight = 0.5", &format!("weight = {c}")))
    };
    // 4 times the weights within double the network, and so do 4 times its weight.
    assert_eq!(diff(&squared(1.0, 0.5), &squared(0.25, 2.0)).class, Some(Class::OrderPreserving));
    assert_eq!(diff(&squared(1.0, 0.5), &squared(0.5, 2.0)).class, Some(Class::Reweighting));
}

#[test]
fn a_reference_counts_where_both_sides_are_fitted() {
    let text = |reference: &str, normalise: &str| {
        let head = HEAD.replace("scored-data", reference);
        named(&format!("{head}[network.n]\n[factor.x]\nnetwork = 'n'\nvalue = 'x'\nnormalise = '{normalise}'\n"))
    };
    assert_eq!(diff(&text("p@1", "max"), &text("p@2", "max")).class, Some(Class::Rescaling));
    assert_eq!(diff(&text("p@1", "none"), &text("p@2", "none")).class, Some(Class::Cosmetic));
    let begins = found(&text("p@1", "none"), &text("p@2", "max"));
    let expected = [("factor n/x: normalise", Class::Rescaling), ("reference", Class::Cosmetic)];
    assert_eq!(begins, expected.map(|(path, class)| (path.to_string(), class)));
}

#[test]
fn effective_shares_by_hand() {
    let shares = |model: &Model| -> Vec<f64> {
        diff(model, model).factors.iter().map(|shares| shares.effective[0].unwrap()).collect()
    };
    let near = |found: Vec<f64>, expected: [f64; 4]| {
        let apart = found.iter().zip(expected).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
        assert!(found.len() == 4 && apart < 1e-12, "{found:?} {expected:?}");
    };
    // Both networks come to 1 where every factor does, the mean by itself and the sum by its weights.
    near(shares(&with(&[])), [0.5, 1.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0]);
    // Halving one weight of a mean: 3 to 1 becomes 1.5 to 1, and the network keeps its part.
    near(shares(&with(&[("weight = 3", "weight = 1.5")])), [0.4, 4.0 / 15.0, 1.0 / 6.0, 1.0 / 6.0]);
    // Halving one of a sum: the network comes to 0.75, so that all others gain.
    let halved = with(&[("weight = 0.5", "weight = 0.25")]);
    near(shares(&halved), [2.0 / 2.75 * 0.75, 2.0 / 2.75 * 0.25, 0.25 / 2.75, 0.5 / 2.75]);
    for combine in ["weighted-sum", "max", "geometric-mean", "root-sum-squares"] {
        let sum: f64 = shares(&model(&BASE.replacen("weighted-mean", combine, 1))).iter().sum();
        assert!((sum - 1.0).abs() < 1e-12, "{combine} {sum}");
    }
    // Squares: 2 x 1 and 1 x 0.75^2, whatever the geometric mean makes of weights alone.
    let squares = halved_under("root-sum-squares");
    near(shares(&squares), [2.0 / 2.5625 * 0.75, 2.0 / 2.5625 * 0.25, 0.5625 / 2.5625 / 3.0, 0.5625 / 2.5625 / 1.5]);
    near(shares(&halved_under("geometric-mean")), [0.5, 1.0 / 6.0, 1.0 / 9.0, 2.0 / 9.0]);
}

fn halved_under(combine: &str) -> Model {
    with(&[("aggregate = \"weighted-mean\"", &format!("aggregate = \"{combine}\"")), ("weight = 0.5", "weight = 0.25")])
}

#[test]
fn what_one_side_lacks_has_no_share_there() {
    let more = with(&[("[factor.a]", "[factor.e]\nnetwork = \"t\"\nvalue = \"t.e\"\nweight = 4\n[factor.a]")]);
    let found = diff(&with(&[]), &more);
    let come = found.factors.iter().find(|shares| shares.factor == "e").unwrap();
    assert_eq!((come.weight, come.nominal[0], come.effective[0]), ([None, Some(4.0)], None, None));
    let kept = found.factors.iter().find(|shares| shares.factor == "a").unwrap();
    assert_eq!(kept.weight, [Some(3.0); 2]);
    assert!(kept.effective[1] < kept.effective[0], "{kept:?}");
}

#[test]
fn versions_are_suggested_within_a_family() {
    let version = |name: &str, weight: f64| {
        let text = BASE.replacen("weight = 3", &format!("weight = {weight}"), 1);
        named(&format!("{}{text}", HEAD.replace("m@1.0.0", name)))
    };
    let old = version("m@1.0.0", 3.0);
    for (name, suggested, numbered) in [
        ("m@1.1.0", Some("m@1.1.0"), Some(true)),
        ("m@1.0.1", Some("m@1.1.0"), Some(false)),
        ("m@0.9.0", Some("m@1.1.0"), None),
        ("other@1.0.0", None, None),
    ] {
        let found = diff(&old, &version(name, 2.0));
        assert_eq!(
            (found.bump, found.suggested.as_deref(), found.numbered),
            (Bump::Minor, suggested, numbered),
            "{name}"
        );
    }
}

#[test]
fn the_gravest_stands_first() {
    let new =
        with(&[("decimals = 0", "decimals = 2"), ("weight = 3", "weight = 2"), ("value = \"u.d\"", "value = \"d\"")]);
    let classes: Vec<Class> = diff(&with(&[]), &new).changes.iter().map(|change| change.class).collect();
    assert_eq!(classes, [Class::Structural, Class::Reweighting, Class::OrderPreserving]);
}

/// A draft has no number: none is too low, and none follows from it.
#[test]
fn drafts_are_suggested_a_number_and_held_against_none() {
    let of =
        |id: &str| named(&format!("format = 1\nmodel = '{id}'\nrationale = 'r'\nreference = 'scored-data'\n{BASE}"));
    let changed = |id: &str| Model { combine: crate::model::aggregate::Aggregate::Max, ..of(id) };
    for (old, new, suggested, numbered) in [
        ("m@1.0.0", "m@idea", Some("m@2.0.0"), None),
        ("m@1.0.0", "m@1.1.0", Some("m@2.0.0"), Some(false)),
        ("m@idea", "m@other", None, None),
        ("m@idea", "m@1.1.0", None, None),
        ("m@1.0.0", "n@idea", None, None),
    ] {
        let found = diff(&of(old), &changed(new));
        assert_eq!((found.suggested.as_deref(), found.numbered), (suggested, numbered), "{old} {new}");
    }
}
