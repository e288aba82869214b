//! What holds between signals whatever somebody does to them: `attacks/identities.toml`. It is
//! stated once for a list of signals, so that an attack names only what it does itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::listed;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::expression::{self, Expression};

/// What holds between the signals of datasets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IdentitiesSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Which signals it is about, in one line.
    #[schemars(length(min = 1))]
    pub identities: String,
    /// What holds for each signal, by its name in datasets.
    #[serde(default)]
    pub signal: BTreeMap<String, IdentitySpec>,
}

/// What holds for a signal. A signal follows from others in one way at most.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IdentitySpec {
    /// The signals that this one is a part of and never exceeds: of the retweets, those by different
    /// people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub part_of: Vec<String>,
    /// An expression that the signal is computed by, such as reactions per post. It moves as the
    /// expression does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub value: Option<String>,
    /// Whether that value is rounded down to a whole number. False unless stated.
    #[serde(default)]
    pub whole: bool,
    /// An expression for how many the signal is an average over; a share is the average of zeros
    /// and ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub average_over: Option<String>,
    /// The signal whose natural logarithm grew by this much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub growth_of: Option<String>,
    /// The signal is the Herfindahl index of reactions over the people who react.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concentration: Option<ConcentrationSpec>,
    /// The signal is never below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The signal is never above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

/// How reactions are spread over people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConcentrationSpec {
    /// An expression for how many reactions there are.
    #[schemars(length(min = 1))]
    pub reactions: String,
    /// An expression for how many people reacted. New reactions come from new people, as many from
    /// each.
    #[schemars(length(min = 1))]
    pub people: String,
}

/// Checked identities: bounds are in order, parts lie within what is stated and never within
/// themselves, and what follows from others follows from signals that do not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identities {
    signals: BTreeMap<String, Identity>,
    /// The parts, each after what it is a part of.
    parts: Vec<String>,
}

/// What holds for a signal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    pub part_of: Vec<String>,
    pub follows: Option<Follows>,
    pub least: Option<f64>,
    pub most: Option<f64>,
}

/// How a signal follows from others.
#[derive(Clone, Debug, PartialEq)]
pub enum Follows {
    Formula { value: Expression, whole: bool },
    Average { over: Expression },
    Growth { of: Expression },
    Concentration(Concentration),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Concentration {
    pub reactions: Expression,
    pub people: Expression,
}

impl Identity {
    /// The value, or the end that it is beyond.
    pub fn bounded(&self, value: f64) -> f64 {
        let value = self.least.map_or(value, |least| value.max(least));
        self.most.map_or(value, |most| value.min(most))
    }
}

impl Follows {
    /// What the signal follows from, in name order.
    pub fn columns(&self) -> BTreeSet<&str> {
        match self {
            Follows::Formula { value: one, .. } | Follows::Average { over: one } | Follows::Growth { of: one } => {
                one.columns()
            }
            Follows::Concentration(both) => both.reactions.columns().into_iter().chain(both.people.columns()).collect(),
        }
    }
}

impl Identities {
    /// Parses and checks the file.
    ///
    /// # Errors
    /// All problems of the file, each with its place.
    pub fn parse(origin: &str, text: &str) -> Result<Identities, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: IdentitiesSpec = document.decode()?;
        let mut check = Check { spec: &spec, document: &document, problems: Vec::new() };
        let signals: BTreeMap<String, Identity> =
            spec.signal.iter().map(|(name, identity)| (name.clone(), check.identity(name, identity))).collect();
        check.chains(&signals);
        let parts = check.parts();
        Diagnostics::none_or(check.problems)?;
        Ok(Identities { signals, parts })
    }

    pub fn get(&self, signal: &str) -> Option<&Identity> {
        self.signals.get(signal)
    }

    /// How a signal follows from others, if it does.
    pub fn follows(&self, signal: &str) -> Option<&Follows> {
        self.get(signal).and_then(|identity| identity.follows.as_ref())
    }

    /// The value within the bounds of a signal.
    pub fn bounded(&self, signal: &str, value: f64) -> f64 {
        self.get(signal).map_or(value, |identity| identity.bounded(value))
    }

    /// The signals of which something is stated, in name order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Identity)> {
        self.signals.iter().map(|(name, identity)| (name.as_str(), identity))
    }

    /// The parts, each after what it is a part of.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.parts.iter().filter_map(|name| Some((name.as_str(), self.signals.get(name)?.part_of.as_slice())))
    }

    /// Every signal that is named, in name order.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for (name, identity) in self.iter() {
            names.insert(name);
            names.extend(identity.part_of.iter().map(String::as_str));
            names.extend(identity.follows.iter().flat_map(Follows::columns));
        }
        names
    }
}

struct Check<'a> {
    spec: &'a IdentitiesSpec,
    document: &'a Document,
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn identity(&mut self, name: &str, spec: &IdentitySpec) -> Identity {
        let ways = [
            ("value", spec.value.is_some()),
            ("average-over", spec.average_over.is_some()),
            ("growth-of", spec.growth_of.is_some()),
            ("concentration", spec.concentration.is_some()),
            ("part-of", !spec.part_of.is_empty()),
        ];
        let stated: Vec<&str> = ways.iter().filter(|(_, stated)| *stated).map(|(key, _)| *key).collect();
        if let [_, second, ..] = stated.as_slice() {
            let message = format!("`{}` cannot have {} together", visible(name), listed(&stated));
            self.problems.push(self.document.problem_with_key(&["signal", name, second], message));
        }
        if spec.whole && spec.value.is_none() {
            let message = "`whole` goes with `value`, which is not stated";
            self.problems.push(self.document.problem_with_key(&["signal", name, "whole"], message));
        }
        if let (Some(least), Some(most)) = (spec.least, spec.most)
            && least >= most
        {
            let message = format!("`least` is {least}, not below `most`, which is {most}");
            self.problems.push(self.document.problem(&["signal", name, "least"], message));
        }
        if stated.is_empty() && spec.least.is_none() && spec.most.is_none() {
            let message = format!("nothing is stated of `{}`", visible(name));
            self.problems.push(self.document.problem_with_key(&["signal", name], message));
        }
        Identity {
            part_of: spec.part_of.clone(),
            follows: self.follows(name, spec),
            least: spec.least,
            most: spec.most,
        }
    }

    fn follows(&mut self, name: &str, spec: &IdentitySpec) -> Option<Follows> {
        if let Some(text) = &spec.value {
            let value = self.expression(&["signal", name, "value"], text)?;
            return Some(Follows::Formula { value, whole: spec.whole });
        }
        if let Some(text) = &spec.average_over {
            return Some(Follows::Average { over: self.expression(&["signal", name, "average-over"], text)? });
        }
        if let Some(of) = &spec.growth_of {
            return Some(Follows::Growth { of: Expression::Column(of.clone()) });
        }
        let both = spec.concentration.as_ref()?;
        let reactions = self.expression(&["signal", name, "concentration", "reactions"], &both.reactions);
        let people = self.expression(&["signal", name, "concentration", "people"], &both.people);
        Some(Follows::Concentration(Concentration { reactions: reactions?, people: people? }))
    }

    fn expression(&mut self, path: &[&str], text: &str) -> Option<Expression> {
        match expression::parse(text) {
            Ok(tree) if tree.columns().is_empty() => {
                self.problems.push(self.document.problem(path, "the expression reads no signal"));
                None
            }
            Ok(tree) => Some(tree),
            Err(error) => {
                let problem = self.document.problem_inside(path, error.span, error.message);
                self.problems.push(match error.hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
                None
            }
        }
    }

    /// What follows from others, and parts, build on signals that follow from none.
    fn chains(&mut self, signals: &BTreeMap<String, Identity>) {
        let follows = |name: &str| signals.get(name).is_some_and(|identity| identity.follows.is_some());
        for (name, identity) in signals {
            let read =
                identity.follows.iter().flat_map(Follows::columns).chain(identity.part_of.iter().map(|w| w.as_str()));
            let first = read.into_iter().find(|read| follows(read) || read == name);
            if let Some(read) = first {
                let message = match read == name {
                    true => format!("`{}` is stated by itself", visible(name)),
                    false => {
                        format!("`{}` builds on `{}`, which follows from others itself", visible(name), visible(read))
                    }
                };
                let problem = self.document.problem_with_key(&["signal", name], message);
                self.problems.push(problem.hint("state it by the signals at the bottom"));
            }
        }
    }

    /// The parts, each after what it is a part of.
    fn parts(&mut self) -> Vec<String> {
        let is_part = |spec: &IdentitySpec| !spec.part_of.is_empty();
        let mut waiting: BTreeSet<&str> =
            self.spec.signal.iter().filter(|(_, spec)| is_part(spec)).map(|(name, _)| name.as_str()).collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let free = |name: &&str| {
                let wholes = &self.spec.signal[*name].part_of;
                !wholes.iter().any(|whole| whole != *name && waiting.contains(whole.as_str()))
            };
            let ready: Vec<&str> = waiting.iter().copied().filter(free).collect();
            if ready.is_empty() {
                let names: Vec<&str> = waiting.iter().copied().collect();
                let message = format!("parts lie within each other in a circle: {}", listed(&names));
                self.problems.push(self.document.problem_with_key(&["signal", names[0], "part-of"], message));
                break;
            }
            waiting.retain(|name| !ready.contains(name));
            ordered.extend(ready.into_iter().map(str::to_string));
        }
        ordered
    }
}
