//! The files that make a version, and where in them a value is stated.

use super::spec::ModelSpec;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Document;
use crate::ids::ModelId;

/// One version file, parsed.
#[derive(Clone, Debug)]
pub struct ModelFile {
    pub(super) document: Document,
    pub(super) spec: ModelSpec,
    id: ModelId,
    parent: Option<ModelId>,
}

impl ModelFile {
    /// Parses a version file; `expected` is the id that its path promises.
    pub fn parse(origin: &str, text: &str, expected: Option<&ModelId>) -> Result<ModelFile, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: ModelSpec = document.decode()?;
        let id: ModelId =
            spec.model.parse().map_err(|error: crate::ids::IdError| document.problem(&["model"], error.to_string()))?;
        let mut problems = Vec::new();
        if let Some(expected) = expected.filter(|expected| **expected != id) {
            let message = format!("the file says `{id}`, its path says `{expected}`");
            problems.push(document.problem(&["model"], message).hint("name and path must agree"));
        }
        let parent = spec.extends.as_deref().map(|text| {
            ModelId::within(id.family(), text).map_err(|error| document.problem(&["extends"], error.to_string()))
        });
        let parent = parent.transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if id.draft_name().is_none()
            && let Some(draft) = parent.as_ref().filter(|parent| parent.draft_name().is_some())
        {
            let problem = document.problem(&["extends"], "a version with a number cannot extend a draft");
            problems.push(problem.hint(format!(
                "a draft may change any day; give it a number with `clout new {} --from {draft}`, and extend that",
                draft.family()
            )));
        }
        Diagnostics::none_or(problems)?;
        Ok(ModelFile { document, spec, id, parent })
    }

    pub fn id(&self) -> &ModelId {
        &self.id
    }

    /// The file as it is written.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// The version that this one extends.
    pub fn parent(&self) -> Option<&ModelId> {
        self.parent.as_ref()
    }

    /// A problem with the `extends` line.
    pub fn extends_problem(&self, message: String) -> Diagnostic {
        self.document.problem(&["extends"], message)
    }
}

/// The files that make a version, for putting a problem into the file that states the value.
pub(super) struct Chain<'a> {
    pub files: &'a [ModelFile],
}

impl Chain<'_> {
    /// A problem with the value at a path, in the youngest file that states it.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        match self.stating(path) {
            Some(document) => document.problem(path, message),
            // Where no file states the value, an edit made it, or the version as a whole lacks it.
            None if self.files[0].document.states(&["edits"]) => self.files[0].document.problem(&["edits"], message),
            None => self.files[0].document.problem(&["model"], message),
        }
    }

    pub fn problem_inside(&self, path: &[&str], part: std::ops::Range<usize>, message: String) -> Diagnostic {
        self.stating(path).unwrap_or(&self.files[0].document).problem_inside(path, part, message)
    }

    /// The youngest file that states most of a path; none if no file states even its beginning.
    fn stating(&self, path: &[&str]) -> Option<&Document> {
        (1..=path.len()).rev().find_map(|length| {
            self.files.iter().map(|file| &file.document).find(|document| document.states(&path[..length]))
        })
    }
}
