//! A part of the accounts: those of a segment, or those of a named list.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::diagnostic::visible;

/// A group of accounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Group {
    /// The accounts that have a value in a segment column.
    Segment { column: String, value: String },
    /// The accounts of a named list.
    Cohort(String),
    /// The accounts that stand in a band of the baseline.
    Band(String),
}

impl Group {
    /// Whether two groups are told in one table: values of one column, bands, or cohorts.
    pub fn is_beside(&self, other: &Group) -> bool {
        match (self, other) {
            (Group::Segment { column: one, .. }, Group::Segment { column: other, .. }) => one == other,
            (Group::Cohort(_), Group::Cohort(_)) | (Group::Band(_), Group::Band(_)) => true,
            _ => false,
        }
    }

    /// Its name among these.
    pub fn value(&self) -> &str {
        match self {
            Group::Segment { value: name, .. } | Group::Cohort(name) | Group::Band(name) => name,
        }
    }
}

/// A value of a segment column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SegmentValue {
    pub column: String,
    pub value: String,
}

impl SegmentValue {
    /// Reads `column=value`.
    pub fn parse(text: &str) -> Result<SegmentValue, String> {
        match text.split_once('=').map(|(column, value)| (column.trim(), value.trim())) {
            Some((column, value)) if !column.is_empty() && !value.is_empty() => {
                Ok(SegmentValue { column: column.to_string(), value: value.to_string() })
            }
            _ => Err(format!("`{}` names no group of accounts", visible(text))),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Group::Segment { column, value } => write!(out, "{column} = {value}"),
            Group::Cohort(name) => write!(out, "cohort {name}"),
            Group::Band(name) => write!(out, "band {name}"),
        }
    }
}
