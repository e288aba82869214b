//! The house has floors: a room imports only from floors below its own, and rooms on one floor do
//! not import each other. This reads the paths in the code and names the line of an upward one.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms by floor, lowest first. A new room is one word here.
const FLOORS: [&[&str]; 10] = [
    &["date", "diagnostic", "number", "stats"],
    &["document", "expression", "ids"],
    &["dataset", "model"],
    &["score"],
    &["compare", "stability"],
    &["chart", "experiment"],
    &["release"],
    &["report"],
    &["workbench"],
    &["bin"],
];

/// Lines of a file, its tests included.
const CAP: usize = 600;

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut waiting = vec![root];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The room of a file: the folder or file right below `src/`.
fn room_of(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

/// The rooms that a line names: `crate::room` within the library, `cloutbench::room` in the binary.
fn named(line: &str, prefix: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut rooms = Vec::new();
    for part in code.split(prefix).skip(1) {
        let inside = part.strip_prefix('{').unwrap_or(part);
        rooms.push(inside.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
        if part.starts_with('{') {
            // use crate::{a::X, b}: every name after a comma at the outer level is a room too.
            let mut depth = 0;
            for (at, character) in inside.char_indices() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        let next = inside[at + 1..].trim_start();
                        rooms.push(next.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
                    }
                    _ => {}
                }
            }
        }
    }
    rooms.retain(|room: &String| !room.is_empty());
    rooms
}

#[test]
fn no_room_imports_from_its_own_floor_or_above() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        if room == "lib" {
            continue;
        }
        let own = floor_of(&room).unwrap_or_else(|| panic!("the room `{room}` has no floor: add it to FLOORS"));
        let prefix = if room == "bin" { "cloutbench::" } else { "crate::" };
        for (number, line) in text.lines().enumerate() {
            for other in named(line, prefix) {
                let fine = (room == other) || floor_of(&other).is_none_or(|floor| floor < own);
                if !fine {
                    wrong.push(format!("{}:{}: {room} (floor {own}) imports {other}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_upward_import_would_be_found() {
    assert_eq!(named("use crate::{report::X, stats::{a, b}, chart};", "crate::"), ["report", "stats", "chart"]);
    assert_eq!(named("    let x = crate::workbench::open(); // crate::bin", "crate::"), ["workbench"]);
}

#[test]
fn files_stay_within_their_cap() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > CAP)
        .map(|(path, lines)| format!("{} has {lines} lines; cut it where it bends", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
