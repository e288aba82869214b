//! What the tests share: the binary, run in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A model that needs nothing fitted: the score is 1 + 99 * x / 100.
pub const PLAIN: &str = r#"
format = 1
model = "plain@1.0.0"
rationale = "a score that can be computed by hand"
[scale]
from = { fixed = { low = 0, high = 100 } }
[[band]]
name = "low"
from = 1
[[band]]
name = "high"
from = 50
[network.n]
[factor.x]
network = "n"
value = "x"
"#;

/// A folder of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs `clout` in a folder, with nothing of the tester's terminal.
pub fn clout(folder: &Path, arguments: &[&str]) -> Ran {
    let output: Output = command(folder, arguments).output().expect("the binary starts");
    Ran {
        code: output.status.code().expect("the binary ends by itself"),
        out: String::from_utf8(output.stdout).expect("output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clout"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env_remove("COLUMNS").env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    command
}

/// A fresh workbench as `clout init` makes it.
pub fn workbench() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = clout(folder.path(), &["init"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    folder
}

/// Every file below a folder with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(&path).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// Writes a file, and the folders above it.
pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    fs::write(path, text).expect("written");
}

/// Replaces a text that stands in a file, where it stands first.
#[track_caller]
pub fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).expect("a text");
    assert!(text.contains(from), "{} holds no {from}:\n{text}", path.display());
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}

/// Holds a text against a stored one; `UPDATE_EXPECTED=1` stores it anew.
pub fn golden(name: &str, text: &str) {
    let path = project("tests/golden").join(name);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(&path, text).expect("written");
        return;
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "{} differs; UPDATE_EXPECTED=1 stores what is now:\n{text}", path.display());
}
