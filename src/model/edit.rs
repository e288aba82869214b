//! Small edits of a model in one line: `weight[tag=audience] *= 0.5`. A version file lists them
//! under `edits`, the command line takes them with `--set`; both mean the same.
//!
//! `FIELD [SELECTOR] OPERATOR VALUE`, where the value is TOML. Numbers know `=`, `*=`, `/=`, `+=`
//! and `-=`, everything else `=` alone. An edit that selects nothing is an error.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::aggregate::Aggregate;
use super::normalise::Normalise;
use super::spec::{CombineSpec, DisplaySpec, FactorSpec, Missing, ModelSpec, NetworkSpec, ScaleFrom, ScaleSpec};
use super::transform::Transform;
use crate::diagnostic::{Diagnostic, Diagnostics, nearest, visible};
use crate::document::Document;

/// The fields that an edit can change, and what each selects from.
const FIELDS: [(&str, Target); 11] = [
    ("weight", Target::Factors),
    ("normalise", Target::Factors),
    ("missing", Target::Factors),
    ("transforms", Target::Factors),
    ("network-weight", Target::Networks),
    ("network-aggregate", Target::Networks),
    ("combine", Target::Whole),
    ("scale-min", Target::Whole),
    ("scale-max", Target::Whole),
    ("scale-from", Target::Whole),
    ("decimals", Target::Whole),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Factors,
    Networks,
    Whole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Assign,
    Multiply,
    Divide,
    Add,
    Subtract,
}

/// Two-character operators first, so that `*=` is not read as `=`.
const OPERATORS: [(&str, Operator); 5] = [
    ("*=", Operator::Multiply),
    ("/=", Operator::Divide),
    ("+=", Operator::Add),
    ("-=", Operator::Subtract),
    ("=", Operator::Assign),
];

#[derive(Clone, Debug)]
enum Selector {
    All,
    Factor(String),
    Tag(String),
    Network(String),
}

impl Operator {
    fn apply(self, old: f64, operand: f64) -> f64 {
        match self {
            Operator::Assign => operand,
            Operator::Multiply => old * operand,
            Operator::Divide => old / operand,
            Operator::Add => old + operand,
            Operator::Subtract => old - operand,
        }
    }
}

/// Applies an edit to a merged spec. The message of an error names what is wrong inside the text;
/// the caller knows where the text stands.
pub fn apply(spec: &mut ModelSpec, text: &str) -> Result<(), EditError> {
    let edit = Edit::parse(text)?;
    match edit.target {
        Target::Factors => edit.apply_to_factors(spec),
        Target::Networks => edit.apply_to_networks(spec),
        Target::Whole => edit.apply_to_whole(spec),
    }
}

/// Why an edit cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    pub message: String,
    pub hint: Option<String>,
}

fn fault(message: impl Into<String>) -> EditError {
    EditError { message: message.into(), hint: None }
}

impl EditError {
    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The problem, put where the edit was written.
    pub fn into_problem(self, problem: impl FnOnce(String) -> Diagnostic) -> Diagnostic {
        let diagnostic = problem(self.message);
        match self.hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }
}

/// Refuses a value whose parameters are wrong.
fn possible(problem: Option<String>) -> Result<(), EditError> {
    problem.map_or(Ok(()), |message| Err(fault(message)))
}

struct Edit<'a> {
    field: &'static str,
    target: Target,
    selector: Selector,
    operator: Operator,
    value: &'a str,
}

impl<'a> Edit<'a> {
    fn parse(text: &'a str) -> Result<Self, EditError> {
        const FORM: &str = "write FIELD[SELECTOR] OPERATOR VALUE, such as `weight[tag=audience] *= 0.5`";
        let text = text.trim();
        if text.is_empty() {
            return Err(fault("the edit is empty").hint(FORM));
        }
        let field_end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(text.len());
        // `weight -= 1` and `weight-= 1` alike: a hyphen before `=` is the operator's.
        let name = text[..field_end].trim_end_matches('-');
        let Some((field, target)) = FIELDS.into_iter().find(|(field, _)| *field == name) else {
            let names = FIELDS.map(|(field, _)| field);
            let error = fault(format!("unknown field `{}`", visible(name)));
            return Err(match nearest(name, names) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint(format!("fields: {}", names.join(", "))),
            });
        };
        let rest = text[name.len()..].trim_start();
        let (selector, rest) = match rest.strip_prefix('[') {
            None => (Selector::All, rest),
            Some(inner) => {
                let (inside, rest) =
                    inner.split_once(']').ok_or_else(|| fault("the selector has no `]`").hint(FORM))?;
                (Selector::parse(inside.trim())?, rest.trim_start())
            }
        };
        let found = OPERATORS.into_iter().find_map(|(sign, operator)| Some((operator, rest.strip_prefix(sign)?)));
        let (operator, value) = found.ok_or_else(|| fault("expected =, *=, /=, += or -=").hint(FORM))?;
        let value = value.trim();
        if value.is_empty() || value.contains('\n') {
            return Err(fault("expected a value after the operator").hint(FORM));
        }
        let allowed = match (target, &selector) {
            (_, Selector::All) | (Target::Factors, _) => true,
            (Target::Networks, Selector::Network(_)) => true,
            (Target::Networks | Target::Whole, _) => false,
        };
        if !allowed {
            let message = match target {
                Target::Networks => format!("`{field}` can only select [network=NAME]"),
                _ => format!("`{field}` belongs to the whole model and takes no selector"),
            };
            return Err(fault(message));
        }
        Ok(Edit { field, target, selector, operator, value })
    }

    fn number(&self, old: f64) -> Result<f64, EditError> {
        let operand: f64 = self.read()?;
        if self.operator == Operator::Divide && operand == 0.0 {
            return Err(fault("division by 0"));
        }
        Ok(self.operator.apply(old, operand))
    }

    fn weight(&self, of: &str, old: f64) -> Result<f64, EditError> {
        let weight = self.number(old)?;
        if weight >= 0.0 && weight.is_finite() {
            return Ok(weight);
        }
        Err(fault(format!(
            "the edit makes the weight of `{}` {weight}; it must be a number of at least 0",
            visible(of)
        )))
    }

    fn aggregate(&self) -> Result<Aggregate, EditError> {
        let aggregate = self.assigned::<Aggregate>()?;
        possible(aggregate.problem())?;
        Ok(aggregate)
    }

    fn assigned<T: DeserializeOwned + JsonSchema>(&self) -> Result<T, EditError> {
        if self.operator != Operator::Assign {
            return Err(fault(format!("`{}` is no number and knows only `=`", self.field)));
        }
        self.read()
    }

    fn read<T: DeserializeOwned + JsonSchema>(&self) -> Result<T, EditError> {
        #[derive(Deserialize, JsonSchema)]
        struct Wrapped<T> {
            value: T,
        }
        let read = |value: &str| -> Result<T, Diagnostics> {
            let document = Document::parse("--set", &format!("format = 1\nvalue = {value}"))?;
            Ok(document.decode::<Wrapped<T>>()?.value)
        };
        // A bare word is taken as a string: `normalise = max` needs no second pair of quotes.
        let bare =
            self.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && self.value.parse::<f64>().is_err();
        let result = if bare { read(&format!("'{}'", self.value)) } else { read(self.value) };
        result.map_err(|problems| {
            let first = &problems.as_slice()[0];
            let message = first.message.replace("`value`", "the value");
            EditError { message: format!("`{}`: {message}", visible(self.value)), hint: first.hint.clone() }
        })
    }

    fn apply_to_factors(&self, spec: &mut ModelSpec) -> Result<(), EditError> {
        let mut hits = 0;
        for (name, factor) in &mut spec.factor {
            if !self.selector.selects_factor(name, factor) {
                continue;
            }
            hits += 1;
            match self.field {
                "weight" => factor.weight = Some(self.weight(name, factor.weight.unwrap_or(1.0))?),
                "normalise" => factor.normalise = Some(self.assigned::<Normalise>()?),
                "missing" => factor.missing = Some(self.assigned::<Missing>()?),
                _ => {
                    let transforms = self.assigned::<Vec<Transform>>()?;
                    possible(transforms.iter().find_map(Transform::problem))?;
                    factor.transforms = Some(transforms);
                }
            }
        }
        if hits > 0 { Ok(()) } else { Err(self.hit_nothing(spec)) }
    }

    fn apply_to_networks(&self, spec: &mut ModelSpec) -> Result<(), EditError> {
        let mut hits = 0;
        for (name, network) in &mut spec.network {
            if !self.selector.selects_network(name) {
                continue;
            }
            hits += 1;
            self.apply_to_network(name, network)?;
        }
        if hits > 0 { Ok(()) } else { Err(self.hit_nothing(spec)) }
    }

    fn apply_to_network(&self, name: &str, network: &mut NetworkSpec) -> Result<(), EditError> {
        match self.field {
            "network-weight" => network.weight = Some(self.weight(name, network.weight.unwrap_or(1.0))?),
            _ => network.aggregate = Some(self.aggregate()?),
        }
        Ok(())
    }

    fn apply_to_whole(&self, spec: &mut ModelSpec) -> Result<(), EditError> {
        let scale = spec.scale.get_or_insert_with(ScaleSpec::default);
        match self.field {
            "combine" => {
                let combine = spec.combine.get_or_insert_with(CombineSpec::default);
                combine.aggregate = Some(self.aggregate()?);
            }
            "scale-min" => scale.min = Some(self.number(scale.min.unwrap_or(1.0))?),
            "scale-max" => scale.max = Some(self.number(scale.max.unwrap_or(100.0))?),
            "scale-from" => scale.from = Some(self.assigned::<ScaleFrom>()?),
            _ => {
                let display = spec.display.get_or_insert_with(DisplaySpec::default);
                let decimals = self.number(f64::from(display.decimals.unwrap_or(0)))?;
                if !(0.0..=6.0).contains(&decimals) || decimals.fract() != 0.0 {
                    return Err(fault("`decimals` must be a whole number from 0 to 6"));
                }
                display.decimals = Some(decimals as u32);
            }
        }
        Ok(())
    }

    fn hit_nothing(&self, spec: &ModelSpec) -> EditError {
        let (wanted, known): (&str, Vec<&str>) = match &self.selector {
            Selector::All => return fault("the edit hits nothing"),
            Selector::Factor(name) => (name, spec.factor.keys().map(String::as_str).collect()),
            Selector::Network(name) => (name, spec.network.keys().map(String::as_str).collect()),
            Selector::Tag(name) => {
                (name, spec.factor.values().filter_map(|f| f.tags.as_ref()).flatten().map(String::as_str).collect())
            }
        };
        let error = fault(format!("the edit hits nothing: no {} `{}`", self.selector.kind(), visible(wanted)));
        let distinct: std::collections::BTreeSet<&str> = known.into_iter().collect();
        match (nearest(wanted, distinct.iter().copied()), distinct.len()) {
            (Some(near), _) => error.hint(format!("did you mean `{near}`?")),
            (None, 0) => error.hint(format!("the model has no {}", self.selector.kind())),
            (None, 1..=12) => {
                let list: Vec<String> = distinct.iter().map(|name| format!("`{}`", visible(name))).collect();
                error.hint(format!("known here: {}", list.join(", ")))
            }
            (None, _) => error,
        }
    }
}

impl Selector {
    fn parse(inside: &str) -> Result<Self, EditError> {
        let (kind, name) = inside.split_once('=').ok_or_else(|| {
            fault(format!("`[{}]` selects nothing", visible(inside)))
                .hint("write [factor=NAME], [tag=NAME] or [network=NAME]")
        })?;
        let name = name.trim().trim_matches('"').to_string();
        match kind.trim() {
            "factor" => Ok(Selector::Factor(name)),
            "tag" => Ok(Selector::Tag(name)),
            "network" => Ok(Selector::Network(name)),
            other => {
                let error = fault(format!("unknown selector `{}`", visible(other)));
                Err(error.hint("write [factor=NAME], [tag=NAME] or [network=NAME]"))
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Selector::All => "factor",
            Selector::Factor(_) => "factor",
            Selector::Tag(_) => "tag",
            Selector::Network(_) => "network",
        }
    }

    fn selects_factor(&self, name: &str, factor: &FactorSpec) -> bool {
        match self {
            Selector::All => true,
            Selector::Factor(wanted) => wanted == name,
            Selector::Tag(wanted) => factor.tags.as_ref().is_some_and(|tags| tags.contains(wanted)),
            Selector::Network(wanted) => factor.network.as_ref() == Some(wanted),
        }
    }

    fn selects_network(&self, name: &str) -> bool {
        match self {
            Selector::Network(wanted) => wanted == name,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> ModelSpec {
        let factor = |network: &str, tag: &str| FactorSpec {
            network: Some(network.into()),
            tags: Some(vec![tag.into()]),
            weight: Some(2.0),
            ..FactorSpec::default()
        };
        ModelSpec {
            network: [("twitter".to_string(), NetworkSpec::default())].into(),
            factor: [
                ("followers".to_string(), factor("twitter", "audience")),
                ("retweets".to_string(), factor("twitter", "engagement")),
            ]
            .into(),
            ..ModelSpec::default()
        }
    }

    #[test]
    fn edits_change_what_they_select() {
        for (text, followers, retweets) in [
            ("weight[tag=audience] *= 0.5", 1.0, 2.0),
            ("weight[factor=retweets]=7", 2.0, 7.0),
            ("weight += 1", 3.0, 3.0),
            ("weight-=1", 1.0, 1.0),
            ("weight[network=twitter] /= 4", 0.5, 0.5),
        ] {
            let mut spec = spec();
            apply(&mut spec, text).unwrap();
            let weights = ["followers", "retweets"].map(|name| spec.factor[name].weight.unwrap());
            assert_eq!(weights, [followers, retweets], "{text}");
        }
        let mut spec = spec();
        apply(&mut spec, "normalise[tag=audience] = max").unwrap();
        apply(&mut spec, "transforms = ['log1p', {clip = {max = 3}}]").unwrap();
        apply(&mut spec, "network-weight *= 3").unwrap();
        apply(&mut spec, "combine = { power-mean = { exponent = 2 } }").unwrap();
        apply(&mut spec, "decimals = 1").unwrap();
        assert_eq!(spec.factor["followers"].normalise, Some(Normalise::Max));
        assert_eq!(spec.factor["retweets"].transforms.as_ref().unwrap().len(), 2);
        assert_eq!(spec.network["twitter"].weight, Some(3.0));
        assert_eq!(spec.display.unwrap().decimals, Some(1));
    }

    #[test]
    fn wrong_edits_say_why() {
        for (text, message, hint) in [
            ("wieght *= 2", "unknown field `wieght`", "did you mean `weight`?"),
            ("weight[tag=audence] *= 2", "the edit hits nothing: no tag `audence`", "did you mean `audience`?"),
            ("weight[tag=audience *= 2", "the selector has no `]`", "write FIELD"),
            ("weight[colour=red] = 2", "unknown selector `colour`", "write [factor=NAME]"),
            ("weight", "expected =, *=, /=, += or -=", "write FIELD"),
            ("weight =", "expected a value after the operator", "write FIELD"),
            ("weight /= 0", "division by 0", ""),
            ("weight = 'x'", "`'x'`: the value must be a number, not a string", ""),
            ("normalise *= max", "`normalise` is no number and knows only `=`", ""),
            ("normalise = maks", "`maks`: unknown choice `maks`", "did you mean `max`?"),
            ("combine[network=twitter] = max", "`combine` belongs to the whole model and takes no selector", ""),
            ("network-weight[tag=a] = 1", "`network-weight` can only select [network=NAME]", ""),
            ("decimals = 1.5", "`decimals` must be a whole number from 0 to 6", ""),
        ] {
            let error = apply(&mut spec(), text).unwrap_err();
            assert_eq!(error.message, message, "{text}");
            assert!(error.hint.unwrap_or_default().starts_with(hint), "{text}");
        }
    }
}
