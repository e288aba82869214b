//! Version files found, read with their ancestors, and resolved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Result, WorkbenchError};
use super::{MODELS, Workbench, files, is_path};
use crate::diagnostic::{Diagnostic, nearest, visible};
use crate::ids::ModelId;
use crate::model::{Model, ModelFile, resolve};

/// A version file that was looked for; `None` if there is no such file.
pub(super) type Found = std::result::Result<ModelFile, Option<WorkbenchError>>;

impl Workbench {
    /// The model of a name (`family@version`) or of a version file, with scratch edits.
    pub fn model(&self, name: &str, edits: &[String]) -> Result<Arc<Model>> {
        let first = if is_path(name) {
            let path = PathBuf::from(name);
            ModelFile::parse(&self.origin(&path), &files::read_text(&path)?, None)?
        } else {
            let id: ModelId = name.parse().map_err(|error: crate::ids::IdError| {
                let hint = self.model_hint(name);
                let problem = Diagnostic::new(visible(name), error.to_string());
                hint.map_or(problem.clone(), |hint| problem.hint(hint))
            })?;
            self.read_version(&id).map_err(|problem| problem.unwrap_or_else(|| self.unknown(name).into()))?
        };
        let beside = is_path(name).then(|| Path::new(name).parent().map(Path::to_path_buf)).flatten();
        let find = |child: &ModelFile, parent: &ModelId| self.parent(child, parent, beside.as_deref());
        let chain = chain(first, &find, &|name| self.model_hint(name))?;
        Ok(Arc::new(resolve(&chain, edits)?))
    }

    /// Reads a version of the tree; `None` if there is no such file.
    fn read_version(&self, id: &ModelId) -> Found {
        let path = self.folder(MODELS).join(id.family()).join(format!("{}.toml", id.version()));
        self.read_version_at(&path, id)
    }

    fn read_version_at(&self, path: &Path, id: &ModelId) -> Found {
        if !files::exists(path) {
            return Err(None);
        }
        let text = files::read_text(path).map_err(Some)?;
        ModelFile::parse(&self.origin(path), &text, Some(id)).map_err(|problems| Some(problems.into()))
    }

    /// Whether a version's file stands in the tree, readable or not.
    pub(super) fn has_model(&self, id: &ModelId) -> bool {
        files::exists(&self.folder(MODELS).join(id.family()).join(format!("{}.toml", id.version())))
    }

    /// The parent of a version. A version file outside the tree may extend one beside it.
    fn parent(&self, child: &ModelFile, parent: &ModelId, beside: Option<&Path>) -> Found {
        let near = beside.map(|folder| folder.join(format!("{}.toml", parent.version())));
        let near = near.filter(|path| child.id().family() == parent.family() && files::exists(path));
        match near {
            Some(path) => self.read_version_at(&path, parent),
            None => self.read_version(parent),
        }
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let problem = Diagnostic::new(visible(name), "there is no such model");
        match self.model_hint(name) {
            Some(hint) => problem.hint(hint),
            None => problem.hint(format!("no version stands under {}/; `clout init` makes a first workbench", MODELS)),
        }
    }

    /// The nearest version, or the versions of the family.
    pub(super) fn model_hint(&self, name: &str) -> Option<String> {
        hint_among(name, &self.model_ids().ok()?)
    }

    /// Every version of the tree, in order.
    pub fn model_ids(&self) -> Result<Vec<ModelId>> {
        let mut ids = Vec::new();
        for family in files::names(&self.folder(MODELS))? {
            for file in files::names(&self.folder(MODELS).join(&family)).unwrap_or_default() {
                let Some(version) = file.strip_suffix(".toml") else { continue };
                ids.extend(format!("{family}@{version}").parse::<ModelId>());
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// Files under `models/` that are no version: a wrong name would silently hide a model.
    pub fn stray_model_files(&self) -> Result<Vec<Diagnostic>> {
        let mut stray = Vec::new();
        for family in files::names(&self.folder(MODELS))? {
            let folder = self.folder(MODELS).join(&family);
            if !folder.is_dir() {
                continue;
            }
            for file in files::names(&folder)? {
                let Some(version) = file.strip_suffix(".toml") else { continue };
                if Self::is_beside_versions(&file) {
                    continue;
                }
                if let Err(error) = format!("{family}@{version}").parse::<ModelId>() {
                    let message = format!("the name of the file is no version: {error}");
                    stray.push(Diagnostic::new(self.origin(&folder.join(&file)), message));
                }
            }
        }
        Ok(stray)
    }
}

/// A version and its ancestors, the version first. `find` reads the parent of a version, `hint` tells
/// what a name may have meant.
pub(super) fn chain(
    first: ModelFile,
    find: &dyn Fn(&ModelFile, &ModelId) -> Found,
    hint: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<ModelFile>> {
    let mut chain = vec![first];
    while let Some(parent) = chain.last().and_then(|file| file.parent().cloned()) {
        let child = &chain[chain.len() - 1];
        if let Some(at) = chain.iter().position(|file| *file.id() == parent) {
            // From its least version, so that each version of a circle tells the same.
            let mut around: Vec<&ModelFile> = chain[at..].iter().collect();
            let least = (0..around.len()).min_by_key(|at| around[*at].id()).unwrap_or(0);
            around.rotate_left(least);
            let child = around[0];
            let mut circle: Vec<String> = around.iter().map(|file| file.id().to_string()).collect();
            circle.push(child.id().to_string());
            let message = format!("versions extend each other in a circle: {}", circle.join(" -> "));
            return Err(child.extends_problem(message).into());
        }
        match find(child, &parent) {
            Ok(file) => chain.push(file),
            Err(Some(error)) => return Err(error),
            Err(None) => {
                let problem = child.extends_problem(format!("there is no version {parent} to extend"));
                return Err(match hint(&parent.to_string()) {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                }
                .into());
            }
        }
    }
    Ok(chain)
}

/// The nearest of the known versions, or those of the family.
pub(super) fn hint_among(name: &str, ids: &[ModelId]) -> Option<String> {
    let known: Vec<String> = ids.iter().map(ToString::to_string).collect();
    if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
        return Some(format!("did you mean `{near}`?"));
    }
    let family = name.split('@').next().unwrap_or(name);
    let own: Vec<&str> = known.iter().map(String::as_str).filter(|id| id.split('@').next() == Some(family)).collect();
    let list = if own.is_empty() { known.iter().map(String::as_str).collect() } else { own };
    (!list.is_empty()).then(|| format!("known here: {}", list.join(", ")))
}
