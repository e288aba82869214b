//! Version files and drafts found, read with their ancestors, and resolved.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Result, WorkbenchError};
use super::{MODELS, Workbench, files, is_path};
use crate::diagnostic::{Diagnostic, nearest, visible};
use crate::ids::{IdError, ModelId, is_draft_name};
use crate::model::{Model, ModelFile, resolve};

/// A version file that was looked for; `None` if there is no such file.
pub(super) type Found = std::result::Result<ModelFile, Option<WorkbenchError>>;

/// Drafts stand in this folder of their family.
const DRAFTS: &str = "drafts";

/// Where a version or a draft stands in the tree, with `/` on every machine.
pub(super) fn place_of(id: &ModelId) -> String {
    match id.draft_name() {
        Some(_) => format!("{MODELS}/{}/{DRAFTS}/{}", id.family(), file_name(id)),
        None => format!("{MODELS}/{}/{}", id.family(), file_name(id)),
    }
}

/// The name of its file.
pub(super) fn file_name(id: &ModelId) -> String {
    format!("{}.toml", id.written())
}

/// The version or the draft that a file of a family holds by its place, which counts from the
/// family's folder; the reason where it can hold none. None of what is no TOML file.
pub(super) fn id_at(family: &str, file: &str) -> Option<std::result::Result<ModelId, String>> {
    let stem = file.strip_suffix(".toml")?;
    Some(match stem.split_once('/').filter(|(folder, _)| *folder == DRAFTS).map(|(_, name)| name) {
        Some(name) if is_draft_name(name) => {
            format!("{family}@{name}").parse().map_err(|error: IdError| error.to_string())
        }
        Some(_) => Err("a draft is called by lower-case letters, digits and `-`, beginning with a letter".to_string()),
        None => match format!("{family}@{stem}").parse::<ModelId>() {
            Ok(id) if id.draft_name().is_some() => Err(format!("the file of the draft {id} is {}", place_of(&id))),
            Ok(id) => Ok(id),
            Err(error) => Err(error.to_string()),
        },
    })
}

impl Workbench {
    /// The model of a name (`family@version`) or of a version file, with scratch edits.
    pub fn model(&self, name: &str, edits: &[String]) -> Result<Arc<Model>> {
        let first = if is_path(name) {
            let path = PathBuf::from(name);
            ModelFile::parse(&self.origin(&path), &files::read_text(&path)?, None)?
        } else {
            let id: ModelId = name.parse().map_err(|error: IdError| {
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

    /// Whether a name, or the path of a file, is that of a version of the tree.
    pub(super) fn is_in_tree(&self, name: &str, id: &ModelId) -> bool {
        !is_path(name) || files::same(Path::new(name), &self.model_path(id))
    }

    /// Where a version or a draft stands.
    pub(super) fn model_path(&self, id: &ModelId) -> PathBuf {
        self.folder(&place_of(id))
    }

    /// Reads a version of the tree; `None` if there is no such file.
    pub(super) fn read_version(&self, id: &ModelId) -> Found {
        self.read_version_at(&self.model_path(id), id)
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
        files::exists(&self.model_path(id))
    }

    /// The parent of a version. A version file outside the tree may extend one beside it.
    fn parent(&self, child: &ModelFile, parent: &ModelId, beside: Option<&Path>) -> Found {
        let near = beside.map(|folder| folder.join(file_name(parent)));
        let near = near.filter(|path| child.id().family() == parent.family() && files::exists(path));
        match near {
            Some(path) => self.read_version_at(&path, parent),
            None => self.read_version(parent),
        }
    }

    pub(super) fn unknown(&self, name: &str) -> Diagnostic {
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

    /// Every version of the tree, in order, the drafts of a family after its versions.
    pub fn model_ids(&self) -> Result<Vec<ModelId>> {
        let mut ids: Vec<ModelId> = Vec::new();
        for (family, file) in self.model_files()? {
            ids.extend(id_at(&family, &file).into_iter().flatten());
        }
        ids.sort();
        Ok(ids)
    }

    /// Files under `models/` that are no version: a wrong name would silently hide a model.
    pub fn stray_model_files(&self) -> Result<Vec<Diagnostic>> {
        let mut stray = Vec::new();
        for (family, file) in self.model_files()? {
            if let Some(Err(reason)) = id_at(&family, &file) {
                let message = format!("the name of the file is no version: {reason}");
                stray.push(Diagnostic::new(self.origin(&self.folder(MODELS).join(&family).join(&file)), message));
            }
        }
        Ok(stray)
    }

    /// The files of every family and of its drafts: the family, and the place from its folder.
    fn model_files(&self) -> Result<Vec<(String, String)>> {
        let mut found = Vec::new();
        for family in files::names(&self.folder(MODELS))? {
            let folder = self.folder(MODELS).join(&family);
            if !folder.is_dir() {
                continue;
            }
            let own = files::names(&folder)?;
            let drafts = if folder.join(DRAFTS).is_dir() { files::names(&folder.join(DRAFTS))? } else { Vec::new() };
            let drafts = drafts.into_iter().map(|name| format!("{DRAFTS}/{name}"));
            let own = own.into_iter().filter(|file| !Self::is_beside_versions(file));
            found.extend(own.chain(drafts).map(|file| (family.clone(), file)));
        }
        Ok(found)
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
