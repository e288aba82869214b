//! Every crate that is built in has a licence that this project can ship under.

use std::process::Command;

/// Licences that ask for no more than attribution.
const ALLOWED: [&str; 13] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Zlib",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "BSL-1.0",
];

/// An expression such as `(MIT OR Apache-2.0) AND Unicode-3.0`: one of each OR, all of each AND.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut depth = 0;
    let mut top = String::new();
    let mut groups: Vec<String> = Vec::new();
    for character in expression.chars() {
        match character {
            '(' => {
                depth += 1;
                groups.push(String::new());
                top.push_str(&format!("\u{1}{}", groups.len() - 1));
            }
            ')' => depth -= 1,
            other if depth > 0 => groups.last_mut().expect("a group is open").push(other),
            other => top.push(other),
        }
    }
    let one = |term: &str| -> bool {
        let term = term.trim();
        match term.strip_prefix('\u{1}') {
            Some(group) => allowed(&groups[group.trim().parse::<usize>().expect("a number")]),
            None => ALLOWED.contains(&term),
        }
    };
    top.split(" OR ").any(|option| option.split(" AND ").all(one))
}

#[test]
fn expressions_are_read() {
    assert!(allowed("MIT OR Apache-2.0"));
    assert!(allowed("MIT/Apache-2.0"));
    assert!(allowed("(MIT OR GPL-3.0) AND Unicode-3.0"));
    assert!(!allowed("GPL-3.0"));
    assert!(!allowed("MIT AND GPL-3.0"));
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let wrong: Vec<String> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(allowed))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
