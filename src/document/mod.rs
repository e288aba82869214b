//! A TOML file as a tree that remembers where everything stands, and the one way from it to a
//! typed spec. A file is first held against the JSON Schema of its spec (the same schema that
//! editors read), which finds every unknown key and wrong type at once; only a file without such
//! problems is handed to serde, which would stop at the first.

mod check;
mod tree;

use std::ops::Range;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use tree::{Item, Node};

use crate::diagnostic::{Diagnostic, Diagnostics};

/// The only file format there is so far; every TOML file states it as `format = 1`.
pub const FORMAT: u64 = 1;

/// A parsed TOML file.
#[derive(Clone, Debug)]
pub struct Document {
    origin: String,
    text: String,
    root: Item,
}

impl Document {
    /// Parses a text; `origin` is how the user knows the file.
    pub fn parse(origin: &str, text: &str) -> Result<Document, Diagnostics> {
        let root = tree::parse(origin, text)?;
        Ok(Document { origin: origin.to_string(), text: text.to_string(), root })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Checks the whole document against the schema of `T` and reads it.
    pub fn decode<T: DeserializeOwned + JsonSchema>(&self) -> Result<T, Diagnostics> {
        let mut problems = check::against_schema(self, &schema_of::<T>());
        self.check_format(&mut problems);
        Diagnostics::none_or(problems)?;
        serde_json::from_value(self.root.to_json()).map_err(|error| self.problem(&[], error.to_string()).into())
    }

    fn check_format(&self, problems: &mut Vec<Diagnostic>) {
        match self.root.get("format").map(|item| &item.node) {
            None => problems.push(
                Diagnostic::new(&self.origin, "the file does not state its format").hint("begin it with `format = 1`"),
            ),
            Some(Node::Integer(1)) => {}
            Some(Node::Integer(other)) => problems.push(
                self.problem(&["format"], format!("format {other} is not known to this version of clout"))
                    .hint("format 1 is the only one so far; a later clout may read this file"),
            ),
            Some(_) => {} // the schema check has named the type
        }
    }

    /// A problem with the value at a path (array items by their decimal index), or, where the
    /// path does not exist, with the deepest part of it that does.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        match self.span(path) {
            Some(span) => Diagnostic::at(&self.origin, &self.text, span, message),
            None => Diagnostic::new(&self.origin, message),
        }
    }

    /// A problem with the key at a path, or, where the path does not exist, as [`Self::problem`].
    pub fn problem_with_key(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        match self.root.at(path).and_then(|item| item.key_span.clone()) {
            Some(span) => Diagnostic::at(&self.origin, &self.text, span, message),
            None => self.problem(path, message),
        }
    }

    /// A problem with a part of the string value at a path: `part` counts bytes inside the string.
    pub fn problem_inside(&self, path: &[&str], part: Range<usize>, message: impl Into<String>) -> Diagnostic {
        let Some(item) = self.root.at(path) else { return self.problem(path, message) };
        let written = &self.text[item.span.clone()];
        // Only a plain one-line string has its bytes where the value has them.
        match &item.node {
            Node::String(value) if written.len() == value.len() + 2 && &written[1..=value.len()] == value => {
                let start = item.span.start + 1;
                Diagnostic::at(&self.origin, &self.text, start + part.start..start + part.end, message)
            }
            _ => self.problem(path, message),
        }
    }

    /// Whether the document states a value at this path.
    pub fn states(&self, path: &[&str]) -> bool {
        self.root.at(path).is_some()
    }

    fn span(&self, path: &[&str]) -> Option<Range<usize>> {
        (1..=path.len()).rev().find_map(|length| {
            let item = self.root.at(&path[..length])?;
            // A whole table is no useful caret: its key is. An item of an array has none.
            let key = item.key_span.clone().filter(|_| item.node.is_container());
            Some(key.unwrap_or_else(|| item.span.clone()))
        })
    }
}

/// The JSON Schema of a spec, as plain JSON.
pub fn schema_of<T: JsonSchema>() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct Spec {
        format: u32,
        title: Option<String>,
        #[serde(default)]
        part: BTreeMap<String, Part>,
        #[serde(default)]
        steps: Vec<Step>,
    }

    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct Part {
        weight: f64,
    }

    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    enum Step {
        /// Natural logarithm.
        Log,
        Clip {
            min: f64,
        },
    }

    fn problems(text: &str) -> Vec<String> {
        let document = match Document::parse("t.toml", text) {
            Ok(document) => document,
            Err(problems) => return lines(&problems),
        };
        lines(&document.decode::<Spec>().unwrap_err())
    }

    fn lines(problems: &Diagnostics) -> Vec<String> {
        let place = |d: &Diagnostic| d.place.as_ref().map_or((0, 0), |p| (p.line, p.column));
        problems
            .as_slice()
            .iter()
            .map(|d| format!("{}:{} {}; {}", place(d).0, place(d).1, d.message, d.hint.as_deref().unwrap_or("-")))
            .collect()
    }

    #[test]
    fn a_good_file_is_read() {
        let text = "format = 1\nsteps = ['log', {clip = {min = 1}}]\n[part.a]\nweight = 2\n";
        let spec: Spec = Document::parse("t.toml", text).unwrap().decode().unwrap();
        assert_eq!(spec.steps, [Step::Log, Step::Clip { min: 1.0 }]);
        assert_eq!(spec.part["a"], Part { weight: 2.0 });
    }

    #[test]
    fn all_problems_of_a_file_come_together() {
        let text = "format = 1\ntitel = 'x'\nsteps = ['lgo', {clip = {mn = 1}}, {clip = 3}]\n[part.a]\nweight = '2'\n[part.b]\nwaight = nan\n";
        assert_eq!(
            problems(text),
            [
                "2:1 unknown key `titel`; did you mean `title`?",
                "3:10 unknown choice `lgo`; did you mean `log`?",
                "3:18 `clip` lacks the key `min`; -",
                "3:26 unknown key `mn`; did you mean `min`?",
                "3:44 `clip` must be a table, not an integer; -",
                "5:10 `weight` must be a number, not a string; -",
                "6:7 `part.b` lacks the key `weight`; -",
                "7:1 unknown key `waight`; did you mean `weight`?",
            ]
        );
    }

    #[test]
    fn a_missing_or_later_format_is_said() {
        assert_eq!(problems("title = 'x'"), ["0:0 the file does not state its format; begin it with `format = 1`"]);
        assert!(problems("format = 2")[0].starts_with("1:10 format 2 is not known"));
    }

    #[test]
    fn syntax_errors_come_with_their_place_and_all_at_once() {
        let found = problems("format = 1\nx = = 2\n[part\ny = 'a\n");
        assert!(found.len() >= 2, "{found:?}");
        assert!(found[0].starts_with("2:"), "{found:?}");
    }

    #[test]
    fn not_a_number_and_infinity_are_refused() {
        assert_eq!(problems("format = 1\npart = {a = {weight = inf}}\n"), ["2:23 `weight` must be a finite number; -"]);
    }
}
