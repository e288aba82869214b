//! The differences of two models, field by field.

use serde::Serialize;
use serde_json::Value;

use super::weights::{Weighing, weighing};
use super::{Change, Class, Judged, Kind, scale};
use crate::expression::Expression;
use crate::model::{Band, Factor, Model, Network};

/// Every difference, in the order of the model.
pub(super) fn changes(old: &Model, new: &Model) -> Vec<Change> {
    let weighing = weighing(old, new);
    let mut found = texts(old, new);
    found.extend(reference(old, new));
    found.extend(networks(old, new, &weighing));
    found.extend(factors(old, new, &weighing));
    let combine = || structural("networks are put together otherwise");
    found.extend(changed("combine: aggregate", &old.combine, &new.combine, combine));
    found.extend(scales(old, new, &weighing));
    found.extend(shown(old, new));
    found
}

/// A field of both sides; none where it is the same.
fn changed<T: PartialEq + Serialize>(
    path: impl Into<String>,
    old: &T,
    new: &T,
    judge: impl FnOnce() -> Judged,
) -> Option<Change> {
    (old != new).then(|| {
        let Judged { class, why } = judge();
        Change { path: path.into(), kind: Kind::Changed, old: json(old), new: json(new), class, why }
    })
}

/// Something that one side alone has, with the value that tells most of it.
fn alone(path: String, kind: Kind, value: &impl Serialize, judged: Judged) -> Change {
    let Judged { class, why } = judged;
    let (old, new) = if kind == Kind::Removed { (json(value), None) } else { (None, json(value)) };
    Change { path, kind, old, new, class, why }
}

/// A value as JSON; none for what is not stated. Strings and finite numbers always have a form.
fn json(value: &impl Serialize) -> Option<Value> {
    serde_json::to_value(value).ok().filter(|value| !value.is_null())
}

fn structural(why: &str) -> Judged {
    Judged::new(Class::Structural, why)
}

fn texts(old: &Model, new: &Model) -> Vec<Change> {
    let unread = || Judged::new(Class::Cosmetic, "no step of scoring reads it");
    let lineage = |model: &Model| model.lineage.iter().map(ToString::to_string).collect::<Vec<_>>();
    let found = [
        changed("title", &old.title, &new.title, unread),
        changed("rationale", &old.rationale, &new.rationale, unread),
        changed("lineage", &lineage(old), &lineage(new), unread),
        changed("edits of the draft", &old.draft_edits, &new.draft_edits, unread),
    ];
    found.into_iter().flatten().collect()
}

fn reference(old: &Model, new: &Model) -> Option<Change> {
    changed("reference", &old.reference, &new.reference, || {
        if old.needs_fit() && new.needs_fit() {
            return Judged::new(Class::Rescaling, "what is fitted is fitted on another population");
        }
        // What begins or ceases to be fitted is a change of its own.
        Judged::new(Class::Cosmetic, "one side at least fits nothing, so that the reference itself moves no score")
    })
}

fn networks(old: &Model, new: &Model, weighing: &Weighing) -> Vec<Change> {
    let mut found = Vec::new();
    for (name, sides) in matched(&old.networks, &new.networks, |network| &network.name) {
        let path = format!("network {name}");
        let of = |field: &str| format!("{path}: {field}");
        match sides {
            [Some(before), Some(after)] => {
                found.extend(changed(of("weight"), &before.weight, &after.weight, || weighing.networks.clone()));
                let otherwise = || structural("the factors of the network are put together otherwise");
                found.extend(changed(of("aggregate"), &before.aggregate, &after.aggregate, otherwise));
                let text = |network: &Network| network.connected.as_ref().map(Expression::to_string);
                let presence = || structural("other accounts are on the network");
                found.extend(changed(of("connected"), &text(before), &text(after), presence));
            }
            [Some(gone), None] => {
                let judged = structural("a network less is counted");
                found.push(alone(path, Kind::Removed, &gone.aggregate, judged));
            }
            [None, Some(come)] => {
                let judged = structural("one more network is counted");
                found.push(alone(path, Kind::Added, &come.aggregate, judged));
            }
            [None, None] => {}
        }
    }
    found
}

/// A factor, and the network that it belongs to.
type Placed<'a> = (&'a str, &'a Factor);

fn placed(model: &Model) -> Vec<Placed<'_>> {
    let networks = model.networks.iter();
    networks.flat_map(|network| network.factors.iter().map(|factor| (network.name.as_str(), factor))).collect()
}

fn factors(old: &Model, new: &Model, weighing: &Weighing) -> Vec<Change> {
    let mut found = Vec::new();
    for (_, sides) in matched(&placed(old), &placed(new), |(_, factor)| &factor.name) {
        let path = |(network, factor): Placed<'_>| format!("factor {network}/{}", factor.name);
        match sides {
            [Some(before), Some(after)] => found.extend(of_factor(&path(*after), *before, *after, weighing)),
            [Some(gone), None] => {
                let judged = structural("a factor less is counted");
                found.push(alone(path(*gone), Kind::Removed, &gone.1.value.to_string(), judged));
            }
            [None, Some(come)] => {
                let judged = structural("one more factor is counted");
                found.push(alone(path(*come), Kind::Added, &come.1.value.to_string(), judged));
            }
            [None, None] => {}
        }
    }
    found
}

fn of_factor(
    path: &str,
    (home, before): Placed<'_>,
    (new_home, after): Placed<'_>,
    weighing: &Weighing,
) -> Vec<Change> {
    let of = |field: &str| format!("{path}: {field}");
    let rescaling = |why: &'static str| move || Judged::new(Class::Rescaling, why);
    let unread = || Judged::new(Class::Cosmetic, "no step of scoring reads it");
    let text = |factor: &Factor| factor.value.to_string();
    let weight = || match weighing.within.get(new_home).filter(|_| home == new_home) {
        Some(judged) => judged.clone(),
        None => Judged::new(Class::Reweighting, "another share of another network"),
    };
    let moved = || structural("the factor counts within another network");
    let missing = || structural("what is missing counts as something else, or not at all");
    let found = [
        changed(of("network"), &home, &new_home, moved),
        changed(of("value"), &text(before), &text(after), || structural("something else is counted")),
        changed(of("missing"), &before.missing, &after.missing, missing),
        changed(
            of("transforms"),
            &before.transforms,
            &after.transforms,
            rescaling("the same signal goes through another map before it is weighed"),
        ),
        changed(
            of("normalise"),
            &before.normalise,
            &after.normalise,
            rescaling("the same signal is placed otherwise in the population"),
        ),
        changed(of("weight"), &before.weight, &after.weight, weight),
        changed(of("tags"), &before.tags, &after.tags, unread),
        changed(of("note"), &before.note, &after.note, unread),
    ];
    found.into_iter().flatten().collect()
}

fn scales(old: &Model, new: &Model, weighing: &Weighing) -> Vec<Change> {
    let (before, after) = (&old.scale, &new.scale);
    let gain = weighing.gain.unwrap_or(1.0);
    let found = [
        changed("scale: min", &before.min, &after.min, || scale::ends(old, new)),
        changed("scale: max", &before.max, &after.max, || scale::ends(old, new)),
        changed("scale: from", &before.from, &after.from, || scale::anchors(old, new, gain)),
    ];
    found.into_iter().flatten().collect()
}

fn shown(old: &Model, new: &Model) -> Vec<Change> {
    let display = || {
        Judged::new(Class::OrderPreserving, "the score is the same, only what people see of it is rounded otherwise")
    };
    let cut = || Judged::new(Class::OrderPreserving, "the score is the same, only cut elsewhere");
    let (before, after) = (&old.display, &new.display);
    let mut found: Vec<Change> = [
        changed("display: rounding", &before.rounding, &after.rounding, display),
        changed("display: decimals", &before.decimals, &after.decimals, display),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (name, sides) in matched(&old.bands, &new.bands, |band: &Band| &band.name) {
        let path = format!("band {name}");
        match sides {
            [Some(before), Some(after)] => {
                found.extend(changed(format!("{path}: from"), &before.from, &after.from, cut))
            }
            [Some(gone), None] => found.push(alone(path, Kind::Removed, &gone.from, cut())),
            [None, Some(come)] => found.push(alone(path, Kind::Added, &come.from, cut())),
            [None, None] => {}
        }
    }
    found
}

/// Items of both sides by their names: those of the old side in its order, then those that are new.
fn matched<'a, T>(old: &'a [T], new: &'a [T], name: impl Fn(&T) -> &str) -> Vec<(String, [Option<&'a T>; 2])> {
    let find = |side: &'a [T], wanted: &str| side.iter().find(|item| name(item) == wanted);
    let known = old.iter().map(|item| (name(item).to_string(), [Some(item), find(new, name(item))]));
    let fresh = new.iter().filter(|item| find(old, name(item)).is_none());
    known.chain(fresh.map(|item| (name(item).to_string(), [None, Some(item)]))).collect()
}
