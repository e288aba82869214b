//! What a lock says of the inputs of a run.

use crate::experiment::{Input, Plan, inputs};

/// The inputs of a plan as they stand in a lock: `tool` and `experiment`, and tables for the rest.
/// The seed is left out, as it stands in the outcome.
pub(super) fn locked(plan: &Plan) -> toml::Table {
    let mut lock = toml::Table::new();
    let mut tables =
        ["cohorts", "golden", "models", "attacks", "frozen", "manifests"].map(|name| (name, toml::Table::new()));
    let mut files = toml::Table::new();
    for (input, value) in inputs(plan) {
        let [cohorts, golden, models, attacks, frozen, manifests] = &mut tables;
        match input {
            Input::Seed => None,
            Input::Tool => lock.insert("tool".to_string(), value.into()),
            Input::Experiment => lock.insert("experiment".to_string(), value.into()),
            Input::Cohort(name) => cohorts.1.insert(name, value.into()),
            Input::Golden(family) => golden.1.insert(family, value.into()),
            Input::Model(id) => models.1.insert(id, value.into()),
            Input::Attack(name) => attacks.1.insert(name, value.into()),
            Input::Identities => lock.insert("identities".to_string(), value.into()),
            Input::Frozen(id) => frozen.1.insert(id, value.into()),
            Input::Manifest(name) => manifests.1.insert(name, value.into()),
            Input::File { dataset, file } => {
                let of_dataset = files.entry(dataset).or_insert_with(|| toml::Table::new().into());
                of_dataset.as_table_mut().and_then(|table| table.insert(file, value.into()))
            }
        };
    }
    for (name, table) in tables.into_iter().filter(|(_, table)| !table.is_empty()) {
        lock.insert(name.to_string(), table.into());
    }
    lock.insert("inputs-sha256".to_string(), files.into());
    lock
}
