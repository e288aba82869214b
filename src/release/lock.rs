//! The lock of a released version, `models/<family>/<version>.lock.toml`: the resolved model, what it
//! learnt, and what it was released on. A released version never changes, and this shows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::budget::LimitVerdict;
use super::seal::seal;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::ModelId;
use crate::model::Model;
use crate::model::diff::inline;
use crate::score::{FittedModel, FrozenFit};

/// The lock as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LockSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// The version, `family@version`.
    pub model: String,
    /// Digest of the resolved model.
    pub digest: String,
    /// Version of the tool that made the release.
    pub tool: String,
    pub released: Date,
    /// The run that the release rests on.
    pub run: RunOf,
    /// What the model was fitted on; none where nothing in it is fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceOf>,
    /// SHA-256 of the files under `releases/<family>/<version>/`, by name.
    pub evidence_sha256: BTreeMap<String, String>,
    /// Who signed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_off: Vec<SignOff>,
    /// What became of the movement budget.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limit: Vec<LimitVerdict>,
    /// Limits that somebody allowed to be broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiver: Vec<Waiver>,
    /// What the model learnt from its reference, for each topic that this has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fit: Vec<FrozenFit>,
    /// The resolved model, as its digest counts it.
    pub resolved: Value,
    /// Digest of all that stands above, so that an edited lock shows itself.
    pub seal: String,
}

/// The run that a release rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunOf {
    pub experiment: String,
    pub id: String,
}

/// The population that a model was fitted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReferenceOf {
    /// `dataset` or `dataset@snapshot`.
    pub name: String,
    /// Digest of the dataset's files.
    pub digest: String,
}

/// A signature: who of a role signed which state of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignOff {
    pub role: String,
    #[schemars(length(min = 1))]
    pub name: String,
    pub on: Date,
    /// Digest of the resolved model that was signed.
    pub digest: String,
}

/// A limit that somebody allowed to be broken, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Waiver {
    /// Name of the limit.
    pub limit: String,
    #[schemars(length(min = 1))]
    pub approver: String,
    #[schemars(length(min = 1))]
    pub because: String,
    /// The last day on which it holds.
    pub until: Date,
}

impl std::fmt::Display for Waiver {
    /// In a sentence, for reports.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (approver, because) = (visible(&self.approver), visible(&self.because));
        write!(
            out,
            "the limit `{}` of its movement budget is broken; {approver} allowed that until {}: {because}",
            self.limit, self.until
        )
    }
}

/// A lock as read, with the places of what it says.
#[derive(Clone, Debug)]
pub struct Lock {
    pub id: ModelId,
    pub spec: LockSpec,
    document: Document,
}

/// A resolved model as a lock writes it: nothing that is not stated.
pub fn resolved(model: &Model) -> Value {
    // Names and finite numbers always have a JSON form.
    let mut value = serde_json::to_value(model).unwrap_or_default();
    without_nulls(&mut value);
    value
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

impl LockSpec {
    fn seal(&self) -> String {
        seal(&LockSpec { seal: String::new(), ..self.clone() })
    }

    /// The same, sealed.
    #[must_use]
    pub fn sealed(self) -> LockSpec {
        LockSpec { seal: self.seal(), ..self }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// What the form cannot hold.
    pub fn text(&self) -> Result<String, Diagnostic> {
        let body = toml::to_string(self).map_err(|error| Diagnostic::new("lock", visible(&error.to_string())))?;
        Ok(format!(
            "#:schema ../../schemas/lock.schema.json\n# Made by `clout release`. A released version never changes.\n{body}"
        ))
    }
}

impl Lock {
    /// Parses a lock; `expected` is the version that its path promises.
    pub fn parse(origin: &str, text: &str, expected: &ModelId) -> Result<Lock, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: LockSpec = document.decode()?;
        let mut problems = Vec::new();
        if spec.model != expected.to_string() {
            let message = format!("the lock says `{}`, its path says `{expected}`", visible(&spec.model));
            problems.push(document.problem(&["model"], message).hint("name and path must agree"));
        }
        if problems.is_empty() && spec.seal != spec.seal() {
            let message = format!("the lock of {expected} is not as `clout release` made it: somebody edited it");
            problems.push(document.problem(&["seal"], message).hint("put it back as it was released"));
        }
        for (at, waiver) in spec.waiver.iter().enumerate() {
            if !spec.limit.iter().any(|limit| limit.limit == waiver.limit) {
                let message =
                    format!("the waiver is of `{}`, which is no limit of this release", visible(&waiver.limit));
                let problem = document.problem(&["waiver", &at.to_string(), "limit"], message);
                let known: std::collections::BTreeSet<&str> =
                    spec.limit.iter().map(|limit| limit.limit.as_str()).collect();
                problems.push(problem.suggest(&waiver.limit, known));
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(Lock { id: expected.clone(), spec, document })
    }

    /// A problem with a value of the lock.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        self.document.problem(path, message)
    }

    /// Whether a resolved model is the one that was released; a problem names the first difference at
    /// its line of the lock.
    pub fn check_model(&self, model: &Model) -> Result<(), Diagnostic> {
        let digest = model.digest();
        if digest == self.spec.digest {
            return Ok(());
        }
        let hint = "a released version never changes: put its files back, and make a new version of what is wanted";
        let told = format!(
            "{} was released with the digest {}, and its files now come to {}",
            self.id,
            short(&self.spec.digest),
            short(&digest)
        );
        let Some((path, then, now)) = first_difference(&self.spec.resolved, &resolved(model)) else {
            let told = format!("{told}: the digest of this lock is not that of the model below");
            return Err(self.problem(&["digest"], told).hint("put the lock back as it was released"));
        };
        let full: Vec<&str> = std::iter::once("resolved").chain(path.iter().map(String::as_str)).collect();
        let at = named(&self.spec.resolved, &path);
        Err(self.problem(&full, format!("{told}: {at} was {then} and is {now}")).hint(hint))
    }

    /// Whether what a model learns today, for each topic, is what was frozen.
    pub fn check_fit(&self, fits: &[FrozenFit]) -> Result<(), Diagnostic> {
        let as_value = |fits: &[FrozenFit]| serde_json::to_value(fits).unwrap_or_default();
        let (mut then, mut now) = (as_value(&self.spec.fit), as_value(fits));
        without_nulls(&mut then);
        without_nulls(&mut now);
        let Some((path, then, now)) = first_difference(&then, &now) else { return Ok(()) };
        let full: Vec<&str> = std::iter::once("fit").chain(path.iter().map(String::as_str)).collect();
        let message = format!(
            "the fitted parameters of {} do not come out again: {} was frozen, and {} comes out",
            self.id, then, now
        );
        let problem = self.problem(&full, message);
        Err(problem.hint("put the lock and the reference dataset back as they were released"))
    }

    /// The model with what was frozen, by topic.
    pub fn thaw(&self, model: &Arc<Model>) -> Result<BTreeMap<Option<String>, Arc<FittedModel>>, Diagnostic> {
        let one = |(at, fit): (usize, &FrozenFit)| match fit.thaw(model) {
            Ok(fitted) => Ok((fit.topic.clone(), Arc::new(fitted))),
            Err(why) => Err(self.problem(&["fit", &at.to_string()], why).hint("put the lock back as it was released")),
        };
        self.spec.fit.iter().enumerate().map(one).collect()
    }

    /// Waivers that have run out by a day.
    pub fn expired(&self, day: Date) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (at, waiver) in self.spec.waiver.iter().enumerate().filter(|(_, waiver)| waiver.until < day) {
            let message = format!(
                "{}: the waiver of `{}` by {} ran out on {}",
                self.id,
                waiver.limit,
                visible(&waiver.approver),
                waiver.until
            );
            let problem = self.problem(&["waiver", &at.to_string(), "until"], message);
            problems.push(problem.hint("release a version that keeps the limit, or go back with `clout rollback`"));
        }
        problems
    }
}

/// A digest by its first twelve characters.
pub fn short(digest: &str) -> String {
    visible(&digest.chars().take(12).collect::<String>())
}

/// Where two documents first differ, and what stands there; `nothing` where one has no value.
fn first_difference(then: &Value, now: &Value) -> Option<(Vec<String>, String, String)> {
    let told = |value: Option<&Value>| value.map_or("nothing".to_string(), inline);
    match (then, now) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            keys.into_iter().find_map(|key| one(key, left.get(key), right.get(key), &told))
        }
        (Value::Array(left), Value::Array(right)) => {
            (0..left.len().max(right.len())).find_map(|at| one(&at.to_string(), left.get(at), right.get(at), &told))
        }
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => None,
        _ if then == now => None,
        _ => Some((Vec::new(), told(Some(then)), told(Some(now)))),
    }
}

fn one(
    key: &str,
    then: Option<&Value>,
    now: Option<&Value>,
    told: &impl Fn(Option<&Value>) -> String,
) -> Option<(Vec<String>, String, String)> {
    match (then, now) {
        (Some(left), Some(right)) => {
            let (mut path, then, now) = first_difference(left, right)?;
            path.insert(0, key.to_string());
            Some((path, then, now))
        }
        (left, right) => Some((vec![key.to_string()], told(left), told(right))),
    }
}

/// A path within a resolved model for people: items of lists by their names.
fn named(root: &Value, path: &[String]) -> String {
    let mut words = Vec::new();
    let mut at = Some(root);
    for key in path {
        at = at.and_then(|value| match value {
            Value::Array(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            other => other.get(key),
        });
        let name = at.and_then(|value| value.get("name")).and_then(Value::as_str);
        match name {
            Some(name) => words.push(visible(name)),
            None if !(key == "networks" || key == "factors") => words.push(visible(key)),
            None => {}
        }
    }
    words.join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_is_named() {
        let then = json!({"networks": [{"name": "n", "factors": [{"name": "a", "weight": 1.0}, {"name": "b", "weight": 2.0}]}], "scale": {"min": 1.0}});
        assert_eq!(first_difference(&then, &then), None);
        let mut now = then.clone();
        now["networks"][0]["factors"][1]["weight"] = json!(3.0);
        now["scale"]["min"] = json!(0.0);
        let (path, was, is) = first_difference(&then, &now).unwrap();
        assert_eq!(path, ["networks", "0", "factors", "1", "weight"]);
        assert_eq!((was.as_str(), is.as_str()), ("2", "3"));
        assert_eq!(named(&then, &path), "n / b / weight");
        let mut gone = then.clone();
        gone["networks"][0]["factors"].as_array_mut().unwrap().pop();
        let (path, _, is) = first_difference(&then, &gone).unwrap();
        assert_eq!((path.last().map(String::as_str), is.as_str()), (Some("1"), "nothing"));
        // A whole number is the same number, written with a point or without.
        assert_eq!(first_difference(&json!({"a": 1}), &json!({"a": 1.0})), None);
    }
}
