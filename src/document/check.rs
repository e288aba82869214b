//! A TOML tree held against a JSON Schema, every problem with its place. Only the part of JSON
//! Schema that our specs use is known: objects, maps, arrays, numbers with bounds, strings,
//! externally tagged choices and optional values. An unknown construct accepts everything, and
//! serde stands behind it.

use serde_json::Value;

use super::tree::{Item, Node};
use super::{Diagnostic, Document};
use crate::date::Date;
use crate::diagnostic::visible;

pub fn against_schema(document: &Document, schema: &Value) -> Vec<Diagnostic> {
    let mut walk = Walk { document, root: schema, problems: Vec::new() };
    walk.value(&document.root, schema, &[]);
    walk.problems
}

struct Walk<'a> {
    document: &'a Document,
    root: &'a Value,
    problems: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    fn report(&mut self, item: &Item, message: String) {
        self.problems.push(Diagnostic::at(&self.document.origin, &self.document.text, item.span.clone(), message));
    }

    /// Adds a hint to the problem reported last.
    fn hint(&mut self, hint: String) {
        if let Some(last) = self.problems.last_mut() {
            last.hint = Some(hint);
        }
    }

    /// Follows references and takes the value's branch of an optional.
    fn follow(&self, mut schema: &'a Value) -> &'a Value {
        loop {
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let key = name.trim_start_matches("#/$defs/");
                match self.root.get("$defs").and_then(|defs| defs.get(key)) {
                    Some(target) => schema = target,
                    None => return schema,
                }
            } else if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
                let null = |branch: &&Value| branch.get("type").and_then(Value::as_str) == Some("null");
                match branches.iter().find(|branch| !null(branch)) {
                    Some(branch) if branches.iter().filter(|branch| !null(branch)).count() == 1 => schema = branch,
                    _ => return schema,
                }
            } else {
                return schema;
            }
        }
    }

    fn value(&mut self, item: &Item, schema: &'a Value, path: &[String]) {
        let schema = self.follow(schema);
        if let Node::Datetime(_) = item.node {
            self.report(item, format!("{} is a TOML date; write it as a string", named(path)));
        } else if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
            self.choice(item, branches, path);
        } else if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            self.word(item, choices.iter().filter_map(Value::as_str).collect(), path);
        } else {
            self.plain(item, schema, path);
        }
    }

    fn plain(&mut self, item: &Item, schema: &'a Value, path: &[String]) {
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        let allows = |kind: &str| types.contains(&kind);
        match &item.node {
            Node::Table(entries) if allows("object") => self.object(item, entries, schema, path),
            Node::Array(items) if allows("array") => self.array(item, items, schema, path),
            Node::String(text) if allows("string") => {
                let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0);
                if (text.trim().chars().count() as u64) < least {
                    self.report(item, format!("{} is empty", named(path)));
                } else if schema.get("format").and_then(Value::as_str) == Some("date") && text.parse::<Date>().is_err()
                {
                    self.report(item, format!("{} is no day", named(path)));
                    self.hint("write a day such as \"2011-10-26\"".to_string());
                }
            }
            Node::Boolean(_) if allows("boolean") => {}
            Node::Integer(number) if allows("integer") || allows("number") => {
                self.bounds(item, *number as f64, schema, path);
            }
            Node::Float(number) if allows("number") => {
                if number.is_finite() {
                    self.bounds(item, *number, schema, path);
                } else {
                    self.report(item, format!("{} must be a finite number", named(path)));
                }
            }
            other => {
                let wanted = types.iter().filter(|name| **name != "null").map(|name| wanted(name)).collect::<Vec<_>>();
                let message = format!("{} must be {}, not {}", named(path), wanted.join(" or "), other.kind());
                self.report(item, message);
                if let (true, Node::Table(_), Some(key)) = (allows("array"), other, path.last()) {
                    self.hint(format!("write [[{key}]]: there may be several"));
                }
            }
        }
    }

    fn bounds(&mut self, item: &Item, number: f64, schema: &Value, path: &[String]) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let broken = if let Some(least) = bound("minimum").filter(|least| number < *least) {
            format!("must not be below {least}")
        } else if let Some(most) = bound("maximum").filter(|most| number > *most) {
            format!("must not be above {most}")
        } else if let Some(least) = bound("exclusiveMinimum").filter(|least| number <= *least) {
            format!("must be above {least}")
        } else if let Some(most) = bound("exclusiveMaximum").filter(|most| number >= *most) {
            format!("must be below {most}")
        } else {
            return;
        };
        self.report(item, format!("{} {broken}", named(path)));
    }

    fn array(&mut self, item: &Item, items: &[Item], schema: &'a Value, path: &[String]) {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
        if (items.len() as u64) < least {
            let message = match least {
                1 => format!("{} is empty", named(path)),
                _ => format!("{} needs at least {least} items", named(path)),
            };
            self.report(item, message);
        }
        if let Some(each) = schema.get("items") {
            for (index, entry) in items.iter().enumerate() {
                self.value(entry, each, &extended(path, &index.to_string()));
            }
        }
    }

    fn object(&mut self, item: &Item, entries: &[(String, Item)], schema: &'a Value, path: &[String]) {
        let none = serde_json::Map::new();
        let root = self.root;
        let known = schema.get("properties").and_then(Value::as_object);
        let rest = schema.get("additionalProperties");
        for (key, entry) in entries {
            let inner = extended(path, key);
            match (known.and_then(|known| known.get(key)), rest) {
                (Some(schema), _) => self.value(entry, schema, &inner),
                (None, Some(each @ Value::Object(_))) => self.value(entry, each, &inner),
                (None, Some(Value::Bool(false))) => {
                    let span = entry.key_span.clone().unwrap_or(entry.span.clone());
                    let message = format!("unknown key `{}`", visible(key));
                    let problem = Diagnostic::at(&self.document.origin, &self.document.text, span, message);
                    let names = known.unwrap_or(&none).keys().map(String::as_str);
                    self.problems.push(problem.suggest(key, names));
                }
                (None, _) => {}
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for key in required {
            // The format line has a message of its own.
            let told_apart = path.is_empty() && key == "format" && std::ptr::eq(schema, root);
            if !told_apart && !entries.iter().any(|(name, _)| name == key) {
                let message = if path.is_empty() {
                    format!("the file lacks the key `{key}`")
                } else {
                    format!("{} lacks the key `{key}`", named_whole(path))
                };
                let whole = if path.is_empty() { item.span.start..item.span.start + 1 } else { item.span.clone() };
                let span = item.key_span.clone().unwrap_or(whole);
                self.problems.push(Diagnostic::at(&self.document.origin, &self.document.text, span, message));
            }
        }
    }

    /// An externally tagged choice: a word, or a table with one key.
    fn choice(&mut self, item: &Item, branches: &'a [Value], path: &[String]) {
        let mut words: Vec<&str> = Vec::new();
        let mut tables: Vec<(&str, &'a Value)> = Vec::new();
        for branch in branches {
            if let Some(word) = branch.get("const").and_then(Value::as_str) {
                words.push(word);
            } else if let Some(several) = branch.get("enum").and_then(Value::as_array) {
                words.extend(several.iter().filter_map(Value::as_str));
            } else if let Some(properties) = branch.get("properties").and_then(Value::as_object) {
                tables.extend(properties.iter().map(|(key, schema)| (key.as_str(), schema)));
            }
        }
        match &item.node {
            Node::Table(entries) if !tables.is_empty() => {
                let [(key, entry)] = entries.as_slice() else {
                    self.report(item, format!("{} must have exactly one key, the choice", named(path)));
                    return;
                };
                match tables.iter().find(|(name, _)| name == key) {
                    Some((_, schema)) => self.value(entry, schema, &extended(path, key)),
                    None if words.contains(&key.as_str()) => {
                        let span = entry.key_span.as_ref().unwrap_or(&entry.span).clone();
                        let message = format!("`{key}` has no parameters: write \"{key}\"");
                        self.problems.push(Diagnostic::at(&self.document.origin, &self.document.text, span, message));
                    }
                    None => self.unknown_choice(
                        entry.key_span.as_ref().unwrap_or(&entry.span).clone(),
                        key,
                        &words,
                        &tables,
                    ),
                }
            }
            Node::String(text) => {
                if tables.iter().any(|(name, _)| name == text) {
                    self.report(item, format!("`{text}` has parameters: write {{ {text} = … }}"));
                } else if !words.contains(&text.as_str()) {
                    self.unknown_choice(item.span.clone(), text, &words, &tables);
                }
            }
            other => {
                let wanted = if tables.is_empty() { "a string" } else { "a string or a table with one key" };
                self.report(item, format!("{} must be {wanted}, not {}", named(path), other.kind()));
                let known = words.iter().map(|word| format!("\"{word}\""));
                let known: Vec<String> =
                    known.chain(tables.iter().map(|(name, _)| format!("{{ {name} = … }}"))).collect();
                self.hint(format!("known here: {}", known.join(", ")));
            }
        }
    }

    fn word(&mut self, item: &Item, words: Vec<&'a str>, path: &[String]) {
        match &item.node {
            Node::String(text) if words.contains(&text.as_str()) => {}
            Node::String(text) => self.unknown_choice(item.span.clone(), text, &words, &[]),
            other => self.report(item, format!("{} must be a string, not {}", named(path), other.kind())),
        }
    }

    fn unknown_choice(&mut self, span: std::ops::Range<usize>, found: &str, words: &[&str], tables: &[(&str, &Value)]) {
        let message = format!("unknown choice `{}`", visible(found));
        let known = words.iter().copied().chain(tables.iter().map(|(name, _)| *name));
        let problem = Diagnostic::at(&self.document.origin, &self.document.text, span, message);
        self.problems.push(problem.suggest(found, known));
    }
}

fn extended(path: &[String], key: &str) -> Vec<String> {
    let mut longer = path.to_vec();
    longer.push(key.to_string());
    longer
}

/// The last key of a path, an array item by its array's name.
fn named(path: &[String]) -> String {
    let is_index = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match path {
        [] => "the file".to_string(),
        [.., array, index] if is_index(index) => format!("item {} of `{}`", counted(index), visible(array)),
        [.., key] => format!("`{}`", visible(key)),
    }
}

/// The whole path of a table, without the choices and indices that lead to it.
fn named_whole(path: &[String]) -> String {
    match path {
        [table, name] if name.parse::<usize>().is_err() => format!("`{}.{}`", visible(table), visible(name)),
        _ => named(path),
    }
}

fn counted(index: &str) -> usize {
    index.parse::<usize>().map_or(0, |index| index + 1)
}

fn wanted(name: &str) -> &'static str {
    match name {
        "object" => "a table",
        "array" => "an array",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "true or false",
        _ => "a string",
    }
}
