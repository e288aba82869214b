//! Proves what a user is told about a file that is wrong, to the letter. The cases are files:
//!
//! * `tests/walk/KIND/good/NAME.toml` must be read without a problem;
//! * `tests/walk/KIND/bad/NAME.toml` must be refused with the very text of `NAME.expected`;
//! * `tests/walk/bench/NAME/` is a small workbench, and `NAME.expected` beside it holds what
//!   `clout check` says about it and its exit code.
//!
//! KIND is `model`, `experiment`, `dataset`, `recipe`, `golden`, `attack`, `identities` or `look`. A new case is a new file. With
//! `UPDATE_EXPECTED=1` the `.expected` files are written anew, to be read before they are kept.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cloutbench::dataset::manifest::Manifest;
use cloutbench::dataset::synthetic::RecipeSpec;
use cloutbench::diagnostic::Diagnostics;
use cloutbench::document::Document;
use cloutbench::experiment::Experiment;
use cloutbench::experiment::golden::Golden;
use cloutbench::model::{ModelFile, resolve};
use cloutbench::stability::attack::{Attack, Identities};
use cloutbench::workbench::Look;

/// What a file of the walk is to be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Model,
    Experiment,
    Dataset,
    Recipe,
    Golden,
    Attack,
    Identities,
    Look,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Model,
        Kind::Experiment,
        Kind::Dataset,
        Kind::Recipe,
        Kind::Golden,
        Kind::Attack,
        Kind::Identities,
        Kind::Look,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Model => "model",
            Kind::Experiment => "experiment",
            Kind::Dataset => "dataset",
            Kind::Recipe => "recipe",
            Kind::Golden => "golden",
            Kind::Attack => "attack",
            Kind::Identities => "identities",
            Kind::Look => "look",
        }
    }

    /// Reads a text as the workbench would. Experiments, datasets, attacks and looks must be called as
    /// their file; attacks are held against the identities that ship.
    pub fn read(self, origin: &str, name: &str, text: &str) -> Result<(), Diagnostics> {
        match self {
            Kind::Model => resolve(&[ModelFile::parse(origin, text, None)?], &[]).map(drop),
            Kind::Experiment => Experiment::parse(origin, text, Some(name)).map(drop),
            Kind::Dataset => Manifest::parse(origin, text, Some(name)).map(drop),
            Kind::Recipe => {
                let document = Document::parse(origin, text)?;
                document.decode::<RecipeSpec>()?.check(&document).map(drop)
            }
            Kind::Golden => Golden::parse(origin, text, None).map(drop),
            Kind::Attack => {
                let identities = Identities::parse("identities.toml", include_str!("../../attacks/identities.toml"))?;
                Attack::parse(origin, text, Some(name), &identities).map(drop)
            }
            Kind::Identities => Identities::parse(origin, text).map(drop),
            Kind::Look => {
                let place = ["panel-holdout".to_string(), name.to_string()];
                Look::parse(origin, text, Some(&place)).map(drop)
            }
        }
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/walk")
}

/// The files of a folder with an extension, in order, as (name without the extension, path).
pub fn files(folder: &Path, extension: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<(String, PathBuf)> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    found.sort();
    found
}

/// Holds a text against a file of expectations; gives the difference for the report.
fn held(path: &Path, found: &str) -> Option<String> {
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(path, found).unwrap();
        return None;
    }
    match fs::read_to_string(path) {
        Ok(expected) if expected == found => None,
        Ok(expected) => Some(format!("--- {}\nexpected:\n{expected}\nfound:\n{found}", path.display())),
        Err(error) => Some(format!("--- {}: {error}\nfound:\n{found}", path.display())),
    }
}

fn none_of(failures: &[String]) {
    let hint = "UPDATE_EXPECTED=1 writes what is said now; read it before you keep it";
    assert!(failures.is_empty(), "{} cases fail ({hint})\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn good_files_are_read() {
    let mut failures = Vec::new();
    for kind in Kind::ALL {
        let cases = files(&root().join(kind.name()).join("good"), "toml");
        assert!(cases.len() >= 2, "there are hardly any good files of kind {kind:?}");
        for (name, path) in cases {
            let text = fs::read_to_string(&path).unwrap();
            if let Err(problems) = kind.read(&format!("{name}.toml"), &name, &text) {
                failures.push(format!("--- {}\n{problems}", path.display()));
            }
            assert!(!path.with_extension("expected").exists(), "a good file has no .expected: {}", path.display());
        }
    }
    none_of(&failures);
}

#[test]
fn bad_files_are_refused_in_these_words() {
    let mut failures = Vec::new();
    let mut count = 0;
    for kind in Kind::ALL {
        for (name, path) in files(&root().join(kind.name()).join("bad"), "toml") {
            count += 1;
            let text = fs::read_to_string(&path).unwrap();
            match kind.read(&format!("{name}.toml"), &name, &text) {
                Ok(()) => failures.push(format!("--- {} is read without a problem", path.display())),
                Err(problems) => failures.extend(held(&path.with_extension("expected"), &format!("{problems}\n"))),
            }
        }
    }
    none_of(&failures);
    assert!(count >= 45, "only {count} bad files are left");
}

#[test]
fn bad_workbenches_are_refused_in_these_words() {
    let folder = root().join("bench");
    let mut failures = Vec::new();
    let mut benches: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    benches.retain(|path| path.is_dir());
    benches.sort();
    assert!(benches.len() >= 8, "only {} workbenches are left", benches.len());
    for bench in benches {
        let output = Command::new(env!("CARGO_BIN_EXE_clout"))
            .args(["check", "--workbench", "."])
            .current_dir(&bench)
            .output()
            .unwrap();
        let code = output.status.code();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let found = format!("{}{}exit code {}\n", text(&output.stdout), text(&output.stderr), code.unwrap_or(-1));
        failures.extend(held(&bench.with_extension("expected"), &found));
    }
    none_of(&failures);
}

/// An expectation without a case would never be held against anything.
#[test]
fn every_expectation_has_its_case() {
    for kind in Kind::ALL {
        for (name, path) in files(&root().join(kind.name()).join("bad"), "expected") {
            assert!(path.with_extension("toml").exists(), "there is no case {name}.toml");
        }
    }
    for (name, path) in files(&root().join("bench"), "expected") {
        assert!(path.with_extension("").is_dir(), "there is no workbench {name}");
    }
}

/// Every message is one that a person can act on: it names its place, where there is one, and
/// neither the reader's types nor an escape sequence.
#[test]
fn messages_keep_to_the_house_style() {
    for kind in Kind::ALL {
        for (name, path) in files(&root().join(kind.name()).join("bad"), "toml") {
            let text = fs::read_to_string(&path).unwrap();
            let Err(problems) = kind.read("f.toml", &name, &text) else { continue };
            for problem in problems.as_slice() {
                let message = &problem.message;
                let first = message.chars().next().unwrap();
                assert!(!first.is_uppercase() && !message.ends_with('.'), "{}: {message}", path.display());
                for word in ["Some(", "None", "struct ", "variant", "serde", "\u{1b}", "NaN"] {
                    assert!(!message.contains(word), "{}: {message}", path.display());
                }
                let placed = problem.place.is_some() || message.contains("format");
                assert!(placed, "{}: {message} has no place", path.display());
            }
        }
    }
}
