//! The TOML tree with the byte range of each key and value. The toml crate parses; this keeps
//! what an error message needs after the text has gone through serde.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Diagnostics};

/// A value, where it stands, and where its key stands (an array item and the root have none).
#[derive(Clone, Debug)]
pub struct Item {
    pub span: Range<usize>,
    pub key_span: Option<Range<usize>>,
    pub node: Node,
}

#[derive(Clone, Debug)]
pub enum Node {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// TOML dates have no place in our files; the text is kept for the message.
    Datetime(String),
    Array(Vec<Item>),
    /// In the order of the file.
    Table(Vec<(String, Item)>),
}

impl Node {
    pub fn is_container(&self) -> bool {
        matches!(self, Node::Array(_) | Node::Table(_))
    }

    /// The kind with its article, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::String(_) => "a string",
            Node::Integer(_) => "an integer",
            Node::Float(_) => "a number",
            Node::Boolean(_) => "true or false",
            Node::Datetime(_) => "a date",
            Node::Array(_) => "an array",
            Node::Table(_) => "a table",
        }
    }
}

impl Item {
    pub fn get(&self, key: &str) -> Option<&Item> {
        match &self.node {
            Node::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, item)| item),
            Node::Array(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    pub fn at(&self, path: &[&str]) -> Option<&Item> {
        path.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The value without its places. Numbers are finite here: the schema check comes first.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.node {
            Node::String(text) | Node::Datetime(text) => text.clone().into(),
            Node::Integer(number) => (*number).into(),
            Node::Float(number) => (*number).into(),
            Node::Boolean(flag) => (*flag).into(),
            Node::Array(items) => items.iter().map(Item::to_json).collect(),
            Node::Table(entries) => {
                serde_json::Value::Object(entries.iter().map(|(key, item)| (key.clone(), item.to_json())).collect())
            }
        }
    }
}

/// Parses a text, with all its syntax errors.
pub fn parse(origin: &str, text: &str) -> Result<Item, Diagnostics> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Diagnostic> = errors
        .iter()
        .map(|error| {
            let message = format!("not valid TOML: {}", error.message().trim_end().replace('\n', ", "));
            let problem = match error.span() {
                Some(span) => Diagnostic::at(origin, text, span, message),
                None => Diagnostic::new(origin, message),
            };
            // An unquoted word that begins with t or f is taken for one of the two.
            if error.message().starts_with("invalid boolean") {
                problem.hint("a text needs quotation marks")
            } else {
                problem
            }
        })
        .collect();
    let span = table.span();
    let node = convert_table(origin, text, table.into_inner(), &mut problems);
    Diagnostics::none_or(problems)?;
    Ok(Item { span, key_span: None, node })
}

fn convert_table(origin: &str, text: &str, table: DeTable<'_>, problems: &mut Vec<Diagnostic>) -> Node {
    let mut entries: Vec<(String, Item)> = table
        .into_iter()
        .map(|(key, value)| {
            let item = convert(origin, text, Some(key.span()), value, problems);
            (key.into_inner().into_owned(), item)
        })
        .collect();
    entries.sort_by_key(|(_, item)| item.key_span.as_ref().map_or(0, |span| span.start));
    Node::Table(entries)
}

fn convert(
    origin: &str,
    text: &str,
    key_span: Option<Range<usize>>,
    value: Spanned<DeValue<'_>>,
    problems: &mut Vec<Diagnostic>,
) -> Item {
    let span = value.span();
    let node = match value.into_inner() {
        DeValue::String(string) => Node::String(string.into_owned()),
        DeValue::Boolean(flag) => Node::Boolean(flag),
        DeValue::Datetime(date) => Node::Datetime(date.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Node::Integer(number),
            Err(_) => {
                problems.push(Diagnostic::at(origin, text, span.clone(), "the integer does not fit into 64 bits"));
                Node::Integer(0)
            }
        },
        DeValue::Float(float) => match float.as_str().parse::<f64>() {
            Ok(number) => Node::Float(number),
            Err(_) => {
                problems.push(Diagnostic::at(origin, text, span.clone(), "not a number"));
                Node::Float(0.0)
            }
        },
        DeValue::Array(items) => {
            Node::Array(items.into_iter().map(|item| convert(origin, text, None, item, problems)).collect())
        }
        DeValue::Table(table) => convert_table(origin, text, table, problems),
    };
    Item { span, key_span, node }
}
