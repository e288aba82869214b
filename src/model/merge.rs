//! A version laid over its parent: what it states counts, the rest is inherited. Tables merge key
//! by key; a choice with parameters, a list of transforms, tags or bands is replaced whole.

use std::collections::BTreeMap;

use super::spec::{CombineSpec, DisplaySpec, FactorSpec, ModelSpec, NetworkSpec, ScaleSpec};

/// The merged spec. `drop` must have been checked; edits are left to the caller, who applies them
/// to the merged whole and reports which hit nothing.
pub fn over(parent: ModelSpec, child: ModelSpec) -> ModelSpec {
    let mut network = parent.network;
    let mut factor = parent.factor;
    if let Some(drop) = &child.drop {
        for name in &drop.networks {
            network.remove(name);
            factor.retain(|_, factor| factor.network.as_ref() != Some(name));
        }
        for name in &drop.factors {
            factor.remove(name);
        }
    }
    merge_tables(&mut network, child.network, NetworkSpec::over);
    merge_tables(&mut factor, child.factor, FactorSpec::over);
    ModelSpec {
        format: child.format,
        model: child.model,
        extends: child.extends,
        // Title and rationale belong to a version and are not inherited.
        title: child.title,
        rationale: child.rationale,
        reference: child.reference.or(parent.reference),
        network,
        factor,
        combine: merge_optional(parent.combine, child.combine, CombineSpec::over),
        scale: merge_optional(parent.scale, child.scale, ScaleSpec::over),
        display: merge_optional(parent.display, child.display, DisplaySpec::over),
        band: child.band.or(parent.band),
        drop: None,
        edits: child.edits,
    }
}

fn merge_tables<T>(into: &mut BTreeMap<String, T>, stated: BTreeMap<String, T>, over: fn(T, T) -> T) {
    for (name, child) in stated {
        let merged = match into.remove(&name) {
            Some(parent) => over(parent, child),
            None => child,
        };
        into.insert(name, merged);
    }
}

fn merge_optional<T>(parent: Option<T>, child: Option<T>, over: fn(T, T) -> T) -> Option<T> {
    match (parent, child) {
        (Some(parent), Some(child)) => Some(over(parent, child)),
        (parent, child) => child.or(parent),
    }
}

impl NetworkSpec {
    fn over(parent: Self, child: Self) -> Self {
        NetworkSpec {
            weight: child.weight.or(parent.weight),
            aggregate: child.aggregate.or(parent.aggregate),
            connected: child.connected.or(parent.connected),
        }
    }
}

impl FactorSpec {
    fn over(parent: Self, child: Self) -> Self {
        FactorSpec {
            network: child.network.or(parent.network),
            value: child.value.or(parent.value),
            missing: child.missing.or(parent.missing),
            transforms: child.transforms.or(parent.transforms),
            normalise: child.normalise.or(parent.normalise),
            weight: child.weight.or(parent.weight),
            tags: child.tags.or(parent.tags),
            note: child.note.or(parent.note),
        }
    }
}

impl CombineSpec {
    fn over(parent: Self, child: Self) -> Self {
        CombineSpec { aggregate: child.aggregate.or(parent.aggregate) }
    }
}

impl ScaleSpec {
    fn over(parent: Self, child: Self) -> Self {
        ScaleSpec { min: child.min.or(parent.min), max: child.max.or(parent.max), from: child.from.or(parent.from) }
    }
}

impl DisplaySpec {
    fn over(parent: Self, child: Self) -> Self {
        DisplaySpec { rounding: child.rounding.or(parent.rounding), decimals: child.decimals.or(parent.decimals) }
    }
}
