//! The names that everything else refers to: a model is `family@version`, a population is
//! `dataset@snapshot`. They are checked once, on entry, and are safe as file names afterwards.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is no name.
#[derive(Debug, thiserror::Error)]
pub enum IdError {
    #[error(
        "`{0}` is not a name: use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit, at most 80"
    )]
    Name(String),
    #[error("`{0}` is not a model: write family@version, such as clout@1.2.0")]
    Model(String),
    #[error("`{text}` has no valid version ({source}): write three numbers, such as 1.2.0")]
    Version { text: String, source: semver::Error },
}

/// Whether a text can name a family, a dataset, an experiment, a network or a factor.
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    first
        && text.len() <= 80
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_')
}

/// Whether a relative path cannot lead out of the folder that it starts from.
pub fn stays_inside(path: &str) -> bool {
    let outside = path.starts_with(['/', '\\']) || path.contains(':');
    !outside && !path.split(['/', '\\']).any(|part| part == "..")
}

fn checked_name(text: &str) -> Result<String, IdError> {
    if is_name(text) { Ok(text.to_string()) } else { Err(IdError::Name(crate::diagnostic::visible(text))) }
}

/// `family@version`. A scratch draft carries build metadata (`clout@1.0.0+draft.4f2c81aa`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelId {
    family: String,
    version: semver::Version,
}

impl ModelId {
    pub fn new(family: &str, version: semver::Version) -> Result<Self, IdError> {
        Ok(ModelId { family: checked_name(family)?, version })
    }

    pub fn family(&self) -> &str {
        &self.family
    }

    pub fn version(&self) -> &semver::Version {
        &self.version
    }

    /// The id of an unnumbered draft of this version; `digest` is hexadecimal.
    #[must_use]
    pub fn draft(&self, digest: &str) -> Self {
        let mut version = self.version.clone();
        let short: String = digest.chars().take(8).collect();
        version.build = semver::BuildMetadata::new(&format!("draft.{short}")).unwrap_or(semver::BuildMetadata::EMPTY);
        ModelId { family: self.family.clone(), version }
    }
}

impl FromStr for ModelId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (family, version) = text.split_once('@').ok_or_else(|| IdError::Model(crate::diagnostic::visible(text)))?;
        let version = semver::Version::parse(version)
            .map_err(|source| IdError::Version { text: crate::diagnostic::visible(text), source })?;
        ModelId::new(family, version)
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}", self.family, self.version)
    }
}

impl TryFrom<String> for ModelId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ModelId> for String {
    fn from(id: ModelId) -> String {
        id.to_string()
    }
}

/// The population that normalisations are fitted on: `dataset`, `dataset@snapshot`, or the scored
/// rows themselves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Reference {
    /// Fitted anew on whatever is scored; every output flags it.
    ScoredData,
    Population {
        dataset: String,
        snapshot: Option<String>,
    },
}

/// What a model file writes to be fitted on the scored rows.
pub const SCORED_DATA: &str = "scored-data";

impl FromStr for Reference {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == SCORED_DATA {
            return Ok(Reference::ScoredData);
        }
        let (dataset, snapshot) = match text.split_once('@') {
            Some((dataset, snapshot)) => (dataset, Some(snapshot.to_string())),
            None => (text, None),
        };
        Ok(Reference::Population { dataset: checked_name(dataset)?, snapshot })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::ScoredData => out.write_str(SCORED_DATA),
            Reference::Population { dataset, snapshot: Some(snapshot) } => write!(out, "{dataset}@{snapshot}"),
            Reference::Population { dataset, snapshot: None } => out.write_str(dataset),
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> String {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_ids_parse_and_print() {
        let id: ModelId = "clout@1.10.0".parse().unwrap();
        assert_eq!(id.to_string(), "clout@1.10.0");
        assert!(id > "clout@1.9.0".parse().unwrap());
        assert_eq!(id.draft("4f2c81aa99").to_string(), "clout@1.10.0+draft.4f2c81aa");
        for wrong in ["clout", "clout@1", "../x@1.0.0", "Clout@1.0.0", "@1.0.0", "a b@1.0.0", "clout@1.0.0@2"] {
            assert!(wrong.parse::<ModelId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn references_parse_and_print() {
        for text in ["scored-data", "starter", "starter@2012-06"] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
        assert!("../x@2012".parse::<Reference>().is_err());
    }
}
