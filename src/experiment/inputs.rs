//! What goes into a run, input by input, so that a run which cannot come out again names what
//! changed. The run id is a digest of the same things taken together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Serialize, Serializer};

use super::plan::Plan;

/// Something that a run depends on. Ordered as people are told of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// The version of this program.
    Tool,
    /// The experiment as planned: what its file says, without comments and layout.
    Experiment,
    /// What replicates are drawn with.
    Seed,
    /// The accounts of a cohort, by its name.
    Cohort(String),
    /// The golden cases of a family.
    Golden(String),
    /// A resolved model, by `family@version`.
    Model(String),
    /// An attack that is tried, by its name.
    Attack(String),
    /// What holds between signals.
    Identities,
    /// What the release of a model froze, where that counts instead of its reference.
    Frozen(String),
    /// What a dataset says of itself, by its name.
    Manifest(String),
    /// A file of a dataset.
    File { dataset: String, file: String },
}

/// Inputs and their digests in hexadecimal; the version of the tool and the seed as they are.
pub type Inputs = BTreeMap<Input, String>;

/// An input that is another one now. None on a side where it does not occur.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ChangedInput {
    pub input: Input,
    pub then: Option<String>,
    pub now: Option<String>,
}

impl fmt::Display for Input {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Tool => out.write_str("tool"),
            Input::Experiment => out.write_str("experiment file"),
            Input::Seed => out.write_str("seed"),
            Input::Cohort(name) => write!(out, "cohort {name}"),
            Input::Golden(family) => write!(out, "golden cases of {family}"),
            Input::Model(id) => write!(out, "model {id}"),
            Input::Attack(name) => write!(out, "attack {name}"),
            Input::Identities => out.write_str("identities of signals"),
            Input::Frozen(id) => write!(out, "what the release of {id} froze"),
            Input::Manifest(name) => write!(out, "manifest of dataset {name}"),
            Input::File { dataset, file } => write!(out, "{file} of dataset {dataset}"),
        }
    }
}

impl Serialize for Input {
    /// The name for people.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Input {
    /// The value as people are told it: a digest by its first twelve characters.
    pub fn short(&self, value: &str) -> String {
        match self {
            Input::Tool | Input::Seed => value.to_string(),
            _ => value.chars().take(12).collect(),
        }
    }
}

/// The inputs of a plan. Texts that reports print are part of them, as they are of the run id.
pub fn inputs(plan: &Plan) -> Inputs {
    // Strings and finite numbers always have a JSON form.
    let digest = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    let experiment = serde_json::to_vec(&plan.experiment).unwrap_or_default();
    let mut inputs =
        Inputs::from([(Input::Tool, env!("CARGO_PKG_VERSION").to_string()), (Input::Experiment, digest(&experiment))]);
    if let Some(uncertainty) = &plan.experiment.uncertainty {
        inputs.insert(Input::Seed, uncertainty.seed.to_string());
    }
    for cohort in &plan.cohorts {
        let accounts = serde_json::to_vec(&cohort.accounts).unwrap_or_default();
        inputs.insert(Input::Cohort(cohort.name.clone()), digest(&accounts));
    }
    for golden in &plan.golden {
        inputs.insert(Input::Golden(golden.family.clone()), digest(&golden.said()));
    }
    for model in &plan.models {
        inputs.insert(Input::Model(model.id.to_string()), model.digest());
    }
    if let Some(asked) = &plan.stability {
        // Their debug forms hold every field.
        for attack in &asked.attacks {
            inputs.insert(Input::Attack(attack.name.clone()), digest(format!("{attack:?}").as_bytes()));
        }
        if asked.studies.gaming.is_some() || asked.studies.laws {
            inputs.insert(Input::Identities, digest(format!("{:?}", asked.identities).as_bytes()));
        }
    }
    for (id, frozen) in &plan.frozen {
        inputs.insert(Input::Frozen(id.to_string()), digest(format!("{frozen:?}").as_bytes()));
    }
    let golden = plan.golden.iter().flat_map(|golden| golden.datasets.values());
    for dataset in plan.datasets.iter().chain(plan.references.values()).chain(golden) {
        let name = &dataset.manifest().name;
        // The manifest's debug form holds every field that a report may print.
        let manifest = format!("{:?}", dataset.manifest());
        inputs.insert(Input::Manifest(name.clone()), digest(manifest.as_bytes()));
        for (file, found) in dataset.digests() {
            inputs.insert(Input::File { dataset: name.clone(), file: file.clone() }, found.clone());
        }
    }
    inputs
}

/// The inputs that are not the same on both sides, in their order.
pub fn changed(then: &Inputs, now: &Inputs) -> Vec<ChangedInput> {
    let all: BTreeSet<&Input> = then.keys().chain(now.keys()).collect();
    let one = |input: &Input| {
        let (then, now) = (then.get(input).cloned(), now.get(input).cloned());
        (then != now).then(|| ChangedInput { input: input.clone(), then, now })
    };
    all.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(Input, &str)]) -> Inputs {
        pairs.iter().map(|(input, value)| (input.clone(), (*value).to_string())).collect()
    }

    #[test]
    fn what_changed_came_or_went_is_told_in_order() {
        let model = |id: &str| Input::Model(id.to_string());
        let file = |file: &str| Input::File { dataset: "panel".to_string(), file: file.to_string() };
        let then =
            of(&[(model("a@1.0.0"), "1"), (model("a@1.1.0"), "2"), (file("t.csv"), "3"), (Input::Tool, "0.1.0")]);
        let now = of(&[(model("a@1.0.0"), "1"), (model("a@1.2.0"), "4"), (file("t.csv"), "5"), (Input::Tool, "0.2.0")]);
        let told = |changed: &ChangedInput| {
            let side = |value: &Option<String>| value.clone().unwrap_or_default();
            format!("{}: {} > {}", changed.input, side(&changed.then), side(&changed.now))
        };
        let lines: Vec<String> = changed(&then, &now).iter().map(told).collect();
        let expected =
            ["tool: 0.1.0 > 0.2.0", "model a@1.1.0: 2 > ", "model a@1.2.0:  > 4", "t.csv of dataset panel: 3 > 5"];
        assert_eq!(lines, expected);
        assert_eq!(changed(&then, &then), []);
    }

    #[test]
    fn digests_are_shortened_and_versions_are_not() {
        assert_eq!(Input::Experiment.short("0123456789abcdef"), "0123456789ab");
        assert_eq!(Input::Tool.short("10.20.30-alpha.1234"), "10.20.30-alpha.1234");
        assert_eq!(Input::Seed.short("18446744073709551615"), "18446744073709551615");
    }
}
