//! From the attack as written to the attack as checked: its name, its numbers, and what it says
//! against what holds between signals.

use super::Attack;
use super::identities::{Follows, Identities};
use super::spec::{AttackSpec, Delta};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::is_name;

/// The file beside the attacks that says what holds between signals.
pub const IDENTITIES: &str = "identities";

impl Attack {
    /// The signals that an attack changes, by its file; none where that cannot be read as an attack.
    pub fn signals(origin: &str, text: &str) -> Vec<String> {
        let spec = Document::parse(origin, text).and_then(|document| document.decode::<AttackSpec>());
        spec.map_or(Vec::new(), |spec| spec.delta.into_keys().collect())
    }

    /// Parses and checks an attack; `expected` is the name of its file.
    ///
    /// # Errors
    /// All problems of the file, each with its place.
    pub fn parse(
        origin: &str,
        text: &str,
        expected: Option<&str>,
        identities: &Identities,
    ) -> Result<Attack, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: AttackSpec = document.decode()?;
        let mut check = Check { spec: &spec, document: &document, identities, problems: Vec::new() };
        check.name(expected);
        check.deltas();
        Diagnostics::none_or(check.problems)?;
        Ok(Attack {
            name: spec.attack,
            title: spec.title,
            source: spec.source,
            note: spec.note,
            unit: spec.unit,
            cost: spec.cost,
            currency: spec.currency,
            most_units: spec.most_units,
            deltas: spec.delta,
        })
    }
}

struct Check<'a> {
    spec: &'a AttackSpec,
    document: &'a Document,
    identities: &'a Identities,
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn name(&mut self, expected: Option<&str>) {
        let name = &self.spec.attack;
        if name == IDENTITIES {
            let problem = self.document.problem(&["attack"], format!("`{IDENTITIES}` cannot name an attack"));
            self.problems.push(problem.hint("the file of that name says what holds between signals"));
        } else if !is_name(name) {
            let message = format!("`{}` cannot name an attack", visible(name));
            let hint = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";
            self.problems.push(self.document.problem(&["attack"], message).hint(hint));
        } else if let Some(expected) = expected.filter(|expected| expected != name) {
            let message = format!("the file says `{name}`, its name says `{}`", visible(expected));
            self.problems.push(self.document.problem(&["attack"], message).hint("the two must agree"));
        }
    }

    fn deltas(&mut self) {
        if self.spec.delta.is_empty() {
            let problem = self.document.problem_with_key(&["delta"], "the attack changes no signal");
            self.problems.push(problem.hint("write [delta] and below it \"twitter.followers\" = { add = 1000 }"));
        }
        for (signal, delta) in &self.spec.delta {
            self.numbers(signal, delta);
            match (self.identities.follows(signal), delta) {
                (Some(Follows::Average { over }), Delta::New(value)) => {
                    let over: Vec<&str> = over.columns().into_iter().collect();
                    if !over.iter().any(|name| self.spec.delta.contains_key(*name)) {
                        let message = format!(
                            "nothing new comes to `{}`: it is an average over {}, which the attack leaves alone",
                            visible(signal),
                            listed(&over)
                        );
                        self.problems.push(self.document.problem(&["delta", signal], message));
                    }
                    self.within_bounds(signal, *value);
                }
                (Some(Follows::Average { .. }) | None, Delta::Set(value) | Delta::AtMost(value)) => {
                    self.within_bounds(signal, *value);
                }
                (None, Delta::New(_)) => {
                    let message =
                        format!("`{}` is not known to be an average, so nothing is new in it", visible(signal));
                    let hint = format!("say over what it is one in {IDENTITIES}.toml, or use `add` or `set`");
                    self.problems.push(self.document.problem(&["delta", signal], message).hint(hint));
                }
                (Some(Follows::Average { .. }) | None, _) => {}
                (Some(follows), _) => {
                    let signals: Vec<&str> = follows.columns().into_iter().collect();
                    let message = format!("`{}` follows from other signals", visible(signal));
                    let hint = format!("change what it follows from: {}", listed(&signals));
                    self.problems.push(self.document.problem_with_key(&["delta", signal], message).hint(hint));
                }
            }
            self.part(signal, delta);
        }
    }

    fn numbers(&mut self, signal: &str, delta: &Delta) {
        match delta {
            Delta::Add(each) if *each == 0.0 => {
                self.problems.push(self.document.problem(&["delta", signal, "add"], "0 more changes nothing"));
            }
            Delta::AddUpTo(sum) if sum.each == 0.0 || sum.most / sum.each < 0.0 || sum.most == 0.0 => {
                let message = "`each` and `most` must both be above 0, or both below";
                self.problems.push(self.document.problem_with_key(&["delta", signal, "add-up-to"], message));
            }
            Delta::Times(product) if (product.each - 1.0) * (product.until - 1.0) <= 0.0 => {
                let message = "`each` and `until` must both be above 1, or both below";
                self.problems.push(self.document.problem_with_key(&["delta", signal, "times"], message));
            }
            _ => {}
        }
    }

    fn within_bounds(&mut self, signal: &str, value: f64) {
        let Some(identity) = self.identities.get(signal) else { return };
        if identity.bounded(value) != value {
            let ends = match (identity.least, identity.most) {
                (Some(least), Some(most)) => format!("from {least} to {most}"),
                (Some(least), None) => format!("from {least} on"),
                (None, Some(most)) => format!("up to {most}"),
                (None, None) => return,
            };
            let message = format!("{value} cannot be: `{}` goes {ends}", visible(signal));
            self.problems.push(self.document.problem(&["delta", signal], message));
        }
    }

    /// What adds more to a part than to all that it is a part of was not meant so.
    fn part(&mut self, signal: &str, delta: &Delta) {
        let wholes = self.identities.get(signal).map_or(&[][..], |identity| identity.part_of.as_slice());
        let added = |delta: &Delta| match delta {
            Delta::Add(each) => Some(*each),
            Delta::AddUpTo(sum) => Some(sum.each),
            _ => None,
        };
        let Some(to_part) = added(delta).filter(|each| *each > 0.0 && !wholes.is_empty()) else { return };
        // What is set or multiplied may be any number.
        let to_whole = |whole: &String| match self.spec.delta.get(whole) {
            None => 0.0,
            Some(delta) => added(delta).unwrap_or(f64::INFINITY),
        };
        if wholes.iter().all(|whole| to_whole(whole) < to_part) {
            let names: Vec<&str> = wholes.iter().map(String::as_str).collect();
            let message = format!(
                "the attack adds more to `{}` than to what it is a part of, {}",
                visible(signal),
                listed(&names)
            );
            let problem = self.document.problem_with_key(&["delta", signal], message);
            self.problems.push(problem.hint("add at least as much there"));
        }
    }
}

/// `a`, `b` and `c`.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", visible(name))).collect();
    match quoted.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}
