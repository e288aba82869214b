//! The names that everything else refers to: a model is `family@version`, a population is
//! `dataset@snapshot`. They are checked once, on entry, and are safe as file names afterwards.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use semver::Version;
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
    #[error(
        "`{text}` has no valid version ({source}): write three numbers, such as 1.2.0, or the name of a draft, such as less-audience"
    )]
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

/// Whether a text can name a draft: lower-case letters, digits and `-`, beginning with a letter, so
/// that it is no number and stands in a version.
pub fn is_draft_name(text: &str) -> bool {
    is_name(text) && text.starts_with(|first: char| first.is_ascii_lowercase()) && !text.contains('_')
}

/// `family@version`. A draft is a version without a number. One that stands in a file has a name
/// instead (`clout@less-audience`), and is the version 0.0.0 on its way to that name. One that
/// `--set` makes carries build metadata (`clout@1.0.0+draft.4f2c81aa`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelId {
    family: String,
    version: Version,
}

impl ModelId {
    pub fn new(family: &str, version: Version) -> Result<Self, IdError> {
        Ok(ModelId { family: checked_name(family)?, version })
    }

    /// A version as texts within a family name it: `family@version`, or the version alone.
    pub fn within(family: &str, text: &str) -> Result<Self, IdError> {
        if text.contains('@') { text.parse() } else { format!("{family}@{text}").parse() }
    }

    pub fn family(&self) -> &str {
        &self.family
    }

    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The name of a draft that stands in a file of its own; none of a version with a number.
    pub fn draft_name(&self) -> Option<&str> {
        let Version { major, minor, patch, pre, .. } = &self.version;
        ((*major, *minor, *patch) == (0, 0, 0) && is_draft_name(pre)).then_some(pre.as_str())
    }

    /// The version as it is written behind the family: numbers, or the name of a draft.
    pub fn written(&self) -> String {
        match self.draft_name() {
            Some(name) if self.version.build.is_empty() => name.to_string(),
            Some(name) => format!("{name}+{}", self.version.build),
            None => self.version.to_string(),
        }
    }

    /// The id of what edits with `--set` make of this version; `digest` is hexadecimal.
    #[must_use]
    pub fn edited(&self, digest: &str) -> Self {
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
        // The name of a draft goes up to what `--set` adds.
        let named = is_draft_name(version.split('+').next().unwrap_or_default());
        let parsed = if named { Version::parse(&format!("0.0.0-{version}")) } else { Version::parse(version) };
        let version = parsed.map_err(|source| IdError::Version { text: crate::diagnostic::visible(text), source })?;
        ModelId::new(family, version)
    }
}

/// Family by family, the drafts after the versions.
impl Ord for ModelId {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |id: &ModelId| id.draft_name().is_some();
        self.family.cmp(&other.family).then(key(self).cmp(&key(other))).then(self.version.cmp(&other.version))
    }
}

impl PartialOrd for ModelId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}", self.family, self.written())
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
        assert_eq!(id.edited("4f2c81aa99").to_string(), "clout@1.10.0+draft.4f2c81aa");
        for wrong in ["clout", "clout@1", "../x@1.0.0", "Clout@1.0.0", "@1.0.0", "a b@1.0.0", "clout@1.0.0@2"] {
            assert!(wrong.parse::<ModelId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn drafts_have_a_name_instead_of_a_number() {
        let id = |text: &str| text.parse::<ModelId>().unwrap();
        for (text, name) in [
            ("clout@less-audience", Some("less-audience")),
            ("clout@v1", Some("v1")),
            ("clout@a", Some("a")),
            ("clout@x-", Some("x-")),
            ("clout@0.0.0", None),
            ("clout@0.0.0-rc.1", None),
            ("clout@0.0.0-Less", None),
            ("clout@1.0.0-less", None),
        ] {
            assert_eq!(id(text).draft_name(), name, "{text}");
            assert_eq!(id(text).to_string(), text);
            assert_eq!(id(&id(text).to_string()), id(text), "{text}");
        }
        // Typed in full it is the same draft.
        assert_eq!(id("clout@0.0.0-less-audience"), id("clout@less-audience"));
        let edited = id("clout@less-audience").edited("4f2c81aa99");
        assert_eq!(edited.to_string(), "clout@less-audience+draft.4f2c81aa");
        assert_eq!(id(&edited.to_string()), edited);
        assert_eq!(
            (edited.draft_name(), edited.written().as_str()),
            (Some("less-audience"), "less-audience+draft.4f2c81aa")
        );
        let long = format!("clout@{}", "a".repeat(81));
        for wrong in [
            "clout@1.0",
            "clout@a_b",
            "clout@UPPER",
            "clout@1a",
            "clout@-a",
            "clout@",
            "clout@v1.0.0",
            "clout@a+",
            &long,
        ] {
            let error = wrong.parse::<ModelId>().unwrap_err().to_string();
            assert!(error.contains("or the name of a draft"), "{wrong}: {error}");
        }
    }

    #[test]
    fn drafts_stand_after_the_versions_of_their_family() {
        let texts = ["a@x", "clout@0.0.0-rc.1", "clout@0.1.0", "clout@9.0.0", "clout@a", "clout@b", "d@0.1.0"];
        let mut ids: Vec<ModelId> = texts.iter().rev().map(|text| text.parse().unwrap()).collect();
        ids.sort();
        assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), texts);
    }

    #[test]
    fn references_parse_and_print() {
        for text in ["scored-data", "starter", "starter@2012-06"] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
        assert!("../x@2012".parse::<Reference>().is_err());
    }
}
