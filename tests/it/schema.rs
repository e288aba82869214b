//! Proves that what editors read is what the tool enforces: the committed JSON Schemas are those
//! of the code, every shipped file names its schema and satisfies it, and over the whole walk of
//! good and bad files a public validator and our own check agree on which files are sound.
#![expect(clippy::disallowed_methods, reason = "the files under test are read here")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cloutbench::dataset::manifest::ManifestSpec;
use cloutbench::dataset::synthetic::RecipeSpec;
use cloutbench::document::{Document, schema_of};
use cloutbench::experiment::golden::spec::GoldenSpec;
use cloutbench::experiment::outcome::Outcome;
use cloutbench::experiment::spec::ExperimentSpec;
use cloutbench::experiment::stress::Stressed;
use cloutbench::model::diff::ModelDiff;
use cloutbench::model::spec::ModelSpec;
use cloutbench::release::spec::FamilySpec;
use cloutbench::release::{LockSpec, SignatureSpec, TurnSpec};
use cloutbench::stability::attack::identities::IdentitiesSpec;
use cloutbench::stability::attack::spec::AttackSpec;
use cloutbench::workbench::Look;
use serde_json::Value;

use crate::walk::{self, Kind};

const KINDS: [&str; 15] = [
    "model",
    "family",
    "lock",
    "turn",
    "signature",
    "dataset",
    "experiment",
    "recipe",
    "golden",
    "attack",
    "identities",
    "outcome",
    "stress",
    "model-diff",
    "look",
];

fn of_the_code(kind: &str) -> Value {
    match kind {
        "model" => schema_of::<ModelSpec>(),
        "family" => schema_of::<FamilySpec>(),
        "lock" => schema_of::<LockSpec>(),
        "turn" => schema_of::<TurnSpec>(),
        "signature" => schema_of::<SignatureSpec>(),
        "dataset" => schema_of::<ManifestSpec>(),
        "experiment" => schema_of::<ExperimentSpec>(),
        "recipe" => schema_of::<RecipeSpec>(),
        "golden" => schema_of::<GoldenSpec>(),
        "attack" => schema_of::<AttackSpec>(),
        "identities" => schema_of::<IdentitiesSpec>(),
        "outcome" => schema_of::<Outcome>(),
        "stress" => schema_of::<Stressed>(),
        "model-diff" => schema_of::<ModelDiff>(),
        "look" => schema_of::<Look>(),
        other => panic!("{other}"),
    }
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A TOML text as JSON, by the toml crate and not by our own tree; none if it is not TOML.
fn as_json(text: &str) -> Option<Value> {
    serde_json::to_value(toml::from_str::<toml::Table>(text).ok()?).ok()
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
}

/// Every TOML file that ships, with the kind that its place promises.
fn shipped() -> Vec<(&'static str, PathBuf)> {
    let mut found = Vec::new();
    for folder in ["models", "datasets", "experiments", "attacks"] {
        let mut files = Vec::new();
        files_below(&project().join(folder), &mut files);
        for path in files {
            let kind = match (folder, path.file_name().unwrap().to_str().unwrap()) {
                ("models", "golden.toml") => "golden",
                ("models", "family.toml") => "family",
                ("models", _) => "model",
                ("experiments", _) => "experiment",
                ("attacks", "identities.toml") => "identities",
                ("attacks", _) => "attack",
                (_, "recipe.toml") => "recipe",
                _ => "dataset",
            };
            found.push((kind, path));
        }
    }
    found
}

#[test]
fn the_committed_schemas_are_those_of_the_code() {
    for kind in KINDS {
        let path = project().join(format!("schemas/{kind}.schema.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let printed = Command::new(env!("CARGO_BIN_EXE_clout")).args(["schema", kind]).output().unwrap();
        assert!(printed.status.success());
        let printed = String::from_utf8(printed.stdout).unwrap();
        assert!(printed == text, "run: clout schema {kind} > schemas/{kind}.schema.json");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, of_the_code(kind));
        jsonschema::meta::validate(&read).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
    let committed = fs::read_dir(project().join("schemas")).unwrap().count();
    assert_eq!(committed, KINDS.len(), "a schema that nothing describes");
}

#[test]
fn every_shipped_file_satisfies_the_schema_that_it_names() {
    let shipped = shipped();
    for kind in ["model", "dataset", "experiment", "recipe", "golden", "attack", "identities"] {
        assert!(shipped.iter().any(|(found, _)| *found == kind), "no {kind} ships");
    }
    for (kind, path) in shipped {
        let text = fs::read_to_string(&path).unwrap();
        let shown = path.display();
        let first = text.lines().next().unwrap_or_default();
        let named =
            first.strip_prefix("#:schema ").unwrap_or_else(|| panic!("{shown}: the first line names no schema"));
        let found = path.parent().unwrap().join(named).canonicalize();
        let found = found.unwrap_or_else(|error| panic!("{shown}: `{named}` leads nowhere: {error}"));
        let wanted = project().join(format!("schemas/{kind}.schema.json")).canonicalize().unwrap();
        assert_eq!(found, wanted, "{shown}");
        let schema: Value = serde_json::from_str(&fs::read_to_string(found).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let instance = as_json(&text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&instance).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{shown}: {errors:#?}");
    }
}

/// Whether our own check finds the structure sound: the schema, and the format line.
fn sound(kind: Kind, text: &str) -> bool {
    let Ok(document) = Document::parse("f.toml", text) else { return false };
    match kind {
        Kind::Model => document.decode::<ModelSpec>().is_ok(),
        Kind::Experiment => document.decode::<ExperimentSpec>().is_ok(),
        Kind::Dataset => document.decode::<ManifestSpec>().is_ok(),
        Kind::Recipe => document.decode::<RecipeSpec>().is_ok(),
        Kind::Golden => document.decode::<GoldenSpec>().is_ok(),
        Kind::Attack => document.decode::<AttackSpec>().is_ok(),
        Kind::Identities => document.decode::<IdentitiesSpec>().is_ok(),
        Kind::Look => document.decode::<Look>().is_ok(),
    }
}

/// Where our check is the stricter, and why. Nowhere is it the laxer.
fn stricter(text: &str) -> bool {
    // JSON Schema has `"  "` for a text of two characters, knows one format number as well as the
    // next, and JSON has no infinity that could be held against it.
    ["\"  \"", "format = 2", "= nan", "= +inf"].iter().any(|part| text.contains(part))
}

#[test]
fn a_public_validator_and_our_own_check_agree() {
    let mut refused = 0;
    for kind in Kind::ALL {
        let validator = jsonschema::validator_for(&of_the_code(kind.name())).unwrap();
        for side in ["good", "bad"] {
            for (name, path) in walk::files(&walk::root().join(kind.name()).join(side), "toml") {
                let text = fs::read_to_string(&path).unwrap();
                // A text that is not TOML is nothing that a schema could be held against.
                let Some(instance) = as_json(&text) else { continue };
                let valid = validator.is_valid(&instance);
                assert!(valid || side == "bad", "{name}: a good file must satisfy the schema");
                refused += usize::from(!valid);
                if stricter(&text) {
                    assert!(valid && !sound(kind, &text), "{name}: no longer an exception");
                } else {
                    assert_eq!(valid, sound(kind, &text), "{kind:?} {name}: the two disagree");
                }
            }
        }
    }
    assert!(refused >= 40, "only {refused} bad files break their schema");
}

/// What the tool writes for others to read keeps its own schema.
#[test]
fn outputs_satisfy_their_schemas() {
    for (command, kind) in [("compare", "outcome"), ("diff", "model-diff")] {
        let clout = Command::new(env!("CARGO_BIN_EXE_clout"))
            .args([command, "clout@1.0.0", "clout@1.1.0", "--on", "starter", "--format", "json"])
            .current_dir(project())
            .output()
            .unwrap();
        assert!(clout.status.success(), "{}", String::from_utf8_lossy(&clout.stderr));
        let written: Value = serde_json::from_slice(&clout.stdout).unwrap();
        let validator = jsonschema::validator_for(&of_the_code(kind)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&written).map(|e| format!("{}: {e}", e.instance_path())).take(10).collect();
        assert!(errors.is_empty(), "{command}: {errors:#?}");
    }
}
