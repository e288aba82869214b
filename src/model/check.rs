//! The merged spec checked as a whole and turned into the noun. Every problem is collected; each
//! stands in the file of the chain that states the value.

use super::aggregate::Aggregate;
use super::chain::Chain;
use super::spec::{
    BandSpec, DisplaySpec, FactorSpec, FixedRange, Missing, ModelSpec, NetworkSpec, ScaleFrom, ScaleSpec,
};
use super::{Band, Display, Factor, Model, Network, Scale};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::expression::{self, Expression};
use crate::ids::{ModelId, Reference, is_name};

struct Checker<'a> {
    chain: &'a Chain<'a>,
    problems: Vec<Diagnostic>,
}

/// Checks a merged spec.
pub(super) fn model(
    chain: &Chain<'_>,
    spec: ModelSpec,
    id: ModelId,
    lineage: Vec<ModelId>,
    draft_edits: Vec<String>,
) -> Result<Model, Diagnostics> {
    let mut checker = Checker { chain, problems: Vec::new() };
    let combine = spec.combine.and_then(|combine| combine.aggregate).unwrap_or_default();
    checker.aggregate(&["combine", "aggregate"], &combine);
    let networks = checker.networks(&spec.network, &spec.factor, &combine);
    let reference = spec.reference.as_deref().and_then(|text| {
        let parsed = text.parse::<Reference>();
        parsed.map_err(|error| checker.problem(&["reference"], error.to_string())).ok()
    });
    let scale = checker.scale(spec.scale.unwrap_or_default());
    let bands = checker.bands(spec.band.unwrap_or_default(), &scale);
    if spec.rationale.is_none() {
        let hint = "say in one or two sentences why this version exists";
        checker.report(&["model"], "the version states no `rationale`", Some(hint));
    }
    let DisplaySpec { rounding, decimals } = spec.display.unwrap_or_default();
    let display = Display { rounding: rounding.unwrap_or_default(), decimals: decimals.unwrap_or(0) };
    let model = Model {
        title: spec.title.unwrap_or_else(|| id.to_string()),
        rationale: spec.rationale.unwrap_or_default(),
        id,
        lineage,
        draft_edits,
        reference,
        networks,
        combine,
        scale,
        display,
        bands,
    };
    if model.needs_fit() && spec.reference.is_none() {
        let hint = "name a dataset (`reference = \"panel@2012-06\"`), or `scored-data` to fit on whatever is scored";
        checker.report(&["model"], "the model is fitted, but names no `reference` population", Some(hint));
    }
    Diagnostics::none_or(checker.problems)?;
    Ok(model)
}

impl Checker<'_> {
    fn problem(&mut self, path: &[&str], message: impl Into<String>) {
        self.report(path, message, None);
    }

    fn report(&mut self, path: &[&str], message: impl Into<String>, hint: Option<&str>) {
        let problem = self.chain.problem(path, message);
        self.problems.push(match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }

    fn name(&mut self, kind: &str, name: &str) {
        if !is_name(name) {
            let message = format!("`{}` is not a name", visible(name));
            let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
            self.report(&[kind, name], message, Some(hint));
        }
    }

    fn weight(&mut self, path: &[&str], weight: Option<f64>) -> f64 {
        let weight = weight.unwrap_or(1.0);
        if !(weight >= 0.0 && weight.is_finite()) {
            self.problem(path, format!("the weight is {weight}; it must be a number of at least 0"));
        }
        weight
    }

    fn aggregate(&mut self, path: &[&str], aggregate: &Aggregate) {
        if let Some(message) = aggregate.problem() {
            self.problem(path, message);
        }
    }

    fn expression(&mut self, path: &[&str], text: &str) -> Expression {
        match expression::parse(text) {
            Ok(tree) => {
                if tree.columns().is_empty() {
                    let hint = "name a column of the dataset, such as twitter.followers";
                    self.report(path, "the expression reads no signal", Some(hint));
                }
                tree
            }
            Err(error) => {
                let problem = self.chain.problem_inside(path, error.span, error.message);
                self.problems.push(match error.hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
                Expression::Number(0.0)
            }
        }
    }

    fn networks(
        &mut self,
        networks: &std::collections::BTreeMap<String, NetworkSpec>,
        factors: &std::collections::BTreeMap<String, FactorSpec>,
        combine: &Aggregate,
    ) -> Vec<Network> {
        for (name, factor) in factors {
            match &factor.network {
                None => {
                    let problem = self.chain.problem(&["factor", name], format!("factor `{name}` names no network"));
                    let declared: Vec<String> = networks.keys().map(|name| format!("`{}`", visible(name))).collect();
                    self.problems.push(if declared.is_empty() {
                        problem.hint("declare one, such as [network.twitter], and name it: network = \"twitter\"")
                    } else {
                        problem.hint(format!("add `network`, one of {}", declared.join(", ")))
                    });
                }
                Some(network) if !networks.contains_key(network) => {
                    let message = format!("unknown network `{}`", visible(network));
                    let problem = self.chain.problem(&["factor", name, "network"], message);
                    let known = networks.keys().map(String::as_str);
                    self.problems.push(if networks.is_empty() {
                        problem.hint(format!("declare it: [network.{network}]"))
                    } else {
                        problem.suggest(network, known)
                    });
                }
                Some(_) => {}
            }
        }
        if factors.is_empty() {
            self.report(&["model"], "the model has no factor", Some("add one: [factor.followers]"));
        }
        // A factor that names its network wrongly is one problem, not two.
        let adrift =
            factors.values().any(|factor| factor.network.as_ref().is_none_or(|name| !networks.contains_key(name)));
        let mut checked = Vec::new();
        for (name, network) in networks {
            self.name("network", name);
            let aggregate = network.aggregate.unwrap_or_default();
            self.aggregate(&["network", name, "aggregate"], &aggregate);
            let own: Vec<Factor> = factors
                .iter()
                .filter(|(_, factor)| factor.network.as_ref() == Some(name))
                .map(|(factor_name, factor)| self.factor(factor_name, factor, &aggregate, combine))
                .collect();
            if own.is_empty() && !adrift {
                let hint = format!("give a factor network = \"{name}\", or drop the network");
                self.report(&["network", name], format!("network `{name}` has no factor"), Some(&hint));
            } else if !own.is_empty() && own.iter().all(|factor| factor.weight == 0.0) {
                self.problem(&["network", name], format!("every factor of network `{name}` has weight 0"));
            }
            let connected = network.connected.as_deref();
            checked.push(Network {
                name: name.clone(),
                weight: self.weight(&["network", name, "weight"], network.weight),
                aggregate,
                connected: connected.map(|text| self.expression(&["network", name, "connected"], text)),
                factors: own,
            });
        }
        if !checked.is_empty() && checked.iter().all(|network| network.weight == 0.0) {
            self.problem(&["network"], "every network has weight 0");
        }
        checked
    }

    fn factor(&mut self, name: &str, spec: &FactorSpec, within: &Aggregate, combine: &Aggregate) -> Factor {
        self.name("factor", name);
        let transforms = spec.transforms.clone().unwrap_or_default();
        for (index, transform) in transforms.iter().enumerate() {
            if let Some(message) = transform.problem() {
                self.problem(&["factor", name, "transforms", &index.to_string()], message);
            }
        }
        let normalise = spec.normalise.unwrap_or_default();
        if normalise.goes_below_zero() && (within.needs_non_negative() || combine.needs_non_negative()) {
            let message = format!(
                "`{}` gives values below 0, which a power mean, geometric mean or root of squares cannot take",
                normalise.name()
            );
            let hint = "use min-max, max or percentile-rank, or another aggregate";
            self.report(&["factor", name, "normalise"], message, Some(hint));
        }
        let mut tags = spec.tags.clone().unwrap_or_default();
        tags.sort();
        tags.dedup();
        let missing = spec.missing.unwrap_or_default();
        if let Missing::Constant(value) = missing
            && !value.is_finite()
        {
            self.problem(&["factor", name, "missing"], "the constant must be a finite number");
        }
        Factor {
            name: name.to_string(),
            value: self.expression(&["factor", name, "value"], spec.value.as_deref().unwrap_or("0")),
            missing,
            transforms,
            normalise,
            weight: self.weight(&["factor", name, "weight"], spec.weight),
            tags,
            note: spec.note.clone(),
        }
    }

    fn scale(&mut self, spec: ScaleSpec) -> Scale {
        let (min, max) = (spec.min.unwrap_or(1.0), spec.max.unwrap_or(100.0));
        if !(min < max && min.abs() <= 1e6 && max.abs() <= 1e6) {
            let message = format!("the scale runs from {min} to {max}; it must rise, within a million either way");
            self.problem(&["scale"], message);
        }
        let from = spec.from.unwrap_or(ScaleFrom::Unit);
        if let ScaleFrom::Fixed(FixedRange { low, high }) = from
            && !(low < high && (high - low).is_finite())
        {
            self.problem(&["scale", "from"], format!("`low` ({low}) must be below `high` ({high})"));
        }
        Scale { min, max, from }
    }

    fn bands(&mut self, specs: Vec<BandSpec>, scale: &Scale) -> Vec<Band> {
        for (index, pair) in specs.windows(2).enumerate() {
            if pair[0].from >= pair[1].from {
                let message = format!("band `{}` begins at {}, not above the band before", pair[1].name, pair[1].from);
                self.problem(&["band", &(index + 1).to_string(), "from"], message);
            }
        }
        for (index, band) in specs.iter().enumerate() {
            if specs[..index].iter().any(|earlier| earlier.name == band.name) {
                let message = format!("two bands are called `{}`", visible(&band.name));
                self.problem(&["band", &index.to_string(), "name"], message);
            }
        }
        if let Some(first) = specs.first()
            && first.from > scale.min
        {
            let message = format!("the lowest band begins at {}, above the lowest score {}", first.from, scale.min);
            self.problem(&["band", "0", "from"], message);
        }
        specs.into_iter().map(|band| Band { name: band.name, from: band.from }).collect()
    }
}
