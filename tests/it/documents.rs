//! The documents say what the program does: every key of the TOML files and every metric has its
//! place, links lead somewhere, and the commands that README shows are the ones that CI runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cloutbench::compare::metric::METRICS;
use serde_json::Value;

use crate::support::{clout, project};

fn text(name: &str) -> String {
    fs::read_to_string(project(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every key and every word that a schema knows.
fn vocabulary(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                found.extend(properties.keys().cloned());
            }
            if let Some(word) = map.get("const").and_then(Value::as_str) {
                found.insert(word.to_string());
            }
            if let Some(words) = map.get("enum").and_then(Value::as_array) {
                found.extend(words.iter().filter_map(Value::as_str).map(str::to_string));
            }
            map.values().for_each(|value| vocabulary(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| vocabulary(item, found)),
        _ => {}
    }
}

#[test]
fn format_md_names_every_key_and_every_choice() {
    let format = text("FORMAT.md");
    let folder = tempfile::tempdir().unwrap();
    for kind in ["model", "dataset", "experiment", "recipe", "golden"] {
        let schema: Value = serde_json::from_str(&clout(folder.path(), &["schema", kind]).out).unwrap();
        let mut words = BTreeSet::new();
        vocabulary(&schema, &mut words);
        assert!(words.len() > 10);
        let missing: Vec<String> = words
            .into_iter()
            .filter(|word| {
                ![format!("`{word}`"), format!("`[{word}]"), format!("`[[{word}]]`"), format!("`{word} =")]
                    .iter()
                    .any(|form| format.contains(form.as_str()))
            })
            .collect();
        assert!(missing.is_empty(), "FORMAT.md lacks these of {kind}: {missing:?}");
    }
}

#[test]
fn methodology_md_has_a_heading_for_every_metric_and_for_no_other() {
    let methodology = text("METHODOLOGY.md");
    let headings: BTreeSet<&str> =
        methodology.lines().filter_map(|line| line.strip_prefix("### `")?.split('`').next()).collect();
    let metrics: BTreeSet<&str> = METRICS.iter().map(|definition| definition.name).collect();
    assert_eq!(headings, metrics);
}

/// Markdown files of the project, hidden folders and build output left out.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![project("."), project("docs")];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default().split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.contains(' ') || target.starts_with('<') {
                continue;
            }
            if !path.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(documents().len() >= 6);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_readme_shows_the_commands_that_ci_runs() {
    let (readme, ci) = (text("README.md"), text(".ci/run"));
    assert!(readme.contains("cargo run --release -- run experiments/trimmed-audience.toml"));
    assert!(ci.contains("\"$clout\" run experiments/trimmed-audience.toml"));
    assert!(readme.contains("cargo test"));
    assert!(ci.contains("cargo test"));
}
