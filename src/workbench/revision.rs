//! Models as they stood at a revision of git: the version and its ancestors are read from there. Git
//! itself is asked, with commands that only read. What the user typed reaches one of them, behind
//! `--end-of-options`; all others get the commit that it stands for.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use super::error::{Result, WorkbenchError};
use super::models::{Found, chain, file_name, hint_among, id_at, place_of};
use super::{MODELS, Workbench, is_path};
use crate::diagnostic::{Diagnostic, nearest, visible};
use crate::ids::{IdError, ModelId};
use crate::model::{Model, ModelFile, resolve};

/// The option that names a revision, for messages.
const OPTION: &str = "--git";

/// A folder as it stood at a commit.
struct Revision<'a> {
    /// Where git is run: names of files are relative to it.
    folder: &'a Path,
    /// As the user called the commit.
    name: &'a str,
    commit: String,
}

impl Workbench {
    /// The model of a name, or of a version file, as it stood at a revision, and the commit that the
    /// revision stands for.
    pub fn model_at(&self, name: &str, revision: &str) -> Result<(Arc<Model>, String)> {
        let path = is_path(name).then(|| PathBuf::from(name));
        let folder = path.as_deref().map_or(self.root(), folder_of);
        let home = Revision::find(folder, revision, revision)?;
        // Ancestors that do not stand beside a file stand in the tree, at the same commit.
        let tree = || Revision::find(self.root(), revision, &home.commit);
        let first = match &path {
            Some(path) => self.file_at(&home, path)?,
            None => self.version_at(&home, name)?,
        };
        let find = |child: &ModelFile, parent: &ModelId| -> Found {
            if path.is_some() && child.id().family() == parent.family() {
                match self.read_at(&home, &file_name(parent), Some(parent)) {
                    Err(None) => {}
                    found => return found,
                }
            }
            let tree = tree().map_err(Some)?;
            self.read_at(&tree, &place_of(parent), Some(parent))
        };
        let hint = |name: &str| hint_among(name, &tree().ok()?.model_ids().ok()?);
        let files = chain(first, &find, &hint)?;
        Ok((Arc::new(resolve(&files, &[])?), home.commit.clone()))
    }

    /// A version of the tree as it stood.
    fn version_at(&self, tree: &Revision<'_>, name: &str) -> Result<ModelFile> {
        let known = tree.model_ids()?;
        let hinted = |message: String| {
            let problem = Diagnostic::new(visible(name), message);
            match hint_among(name, &known) {
                Some(hint) => problem.hint(hint),
                None => problem.hint(format!("at {} no version stands under {MODELS}/", tree.shown())),
            }
        };
        let id: ModelId = name.parse().map_err(|error: IdError| hinted(error.to_string()))?;
        let absent = || hinted(format!("there is no such model at {}", tree.shown())).into();
        self.read_at(tree, &place_of(&id), Some(&id)).map_err(|problem| problem.unwrap_or_else(absent))
    }

    /// A version file on the command line as it stood.
    fn file_at(&self, home: &Revision<'_>, path: &Path) -> Result<ModelFile> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let absent = || {
            let message = format!("there is no such file at {}", home.shown());
            let problem = Diagnostic::new(self.origin(path), message);
            match home.names(None) {
                Ok(names) => problem.suggest(&name, names.iter().map(String::as_str)).into(),
                Err(error) => error,
            }
        };
        self.read_at(home, &name, None).map_err(|problem| problem.unwrap_or_else(absent))
    }

    /// A file of a folder as it stood; `None` if there was none.
    fn read_at(&self, at: &Revision<'_>, file: &str, expected: Option<&ModelId>) -> Found {
        if !at.names(Some(file)).map_err(Some)?.iter().any(|name| name == file) {
            return Err(None);
        }
        let origin = format!("{}:{}", at.shown(), self.origin(&at.folder.join(file)));
        let object = format!("{}:./{file}", at.commit);
        let found = git(at.folder, &["show", "--no-textconv", "--end-of-options", &object]).map_err(Some)?;
        if !found.status.success() {
            let message = format!("git cannot read the file: {}", said(&found));
            return Err(Some(Diagnostic::new(origin, message).into()));
        }
        let text = String::from_utf8(found.stdout)
            .map_err(|_| Some(Diagnostic::new(&origin, "the file is not UTF-8").into()))?;
        ModelFile::parse(&origin, &text, expected).map_err(|problems| Some(problems.into()))
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

impl<'a> Revision<'a> {
    /// A folder at the commit that a revision stands for, which messages call by `name`.
    fn find(folder: &'a Path, name: &'a str, revision: &str) -> Result<Revision<'a>> {
        if revision.is_empty() || revision.starts_with('-') || revision.contains('\0') {
            let problem = Diagnostic::new(OPTION, format!("`{}` is no revision", visible(revision)));
            return Err(problem.hint("name a commit, a branch or a tag, such as HEAD~1 or main").into());
        }
        if !folder.as_os_str().is_empty() && !folder.is_dir() {
            return Err(WorkbenchError::reading(folder, ErrorKind::NotFound.into()));
        }
        let here = git(folder, &["rev-parse", "--git-dir"])?;
        if !here.status.success() {
            let message = format!("there is no git repository here: {}", said(&here));
            let problem = Diagnostic::new(OPTION, message);
            return Err(problem.hint("name two versions instead, or a workbench within a repository").into());
        }
        let commit = format!("{revision}^{{commit}}");
        let found = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        let commit = text(&found.stdout).trim().to_string();
        let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        if found.status.success() && is_commit {
            return Ok(Revision { folder, name, commit });
        }
        let problem = Diagnostic::new(OPTION, format!("git knows no revision `{}`", visible(revision)));
        let named = git(folder, &["for-each-ref", "--format=%(refname:short)"])?;
        let named = text(&named.stdout);
        Err(match nearest(revision, named.lines()) {
            Some(near) => problem.hint(format!("did you mean `{}`?", visible(near))),
            None => problem.hint("name a commit, a branch or a tag, such as HEAD~1; `git log` lists commits"),
        }
        .into())
    }

    fn shown(&self) -> String {
        visible(self.name)
    }

    /// Every version of the tree as it stood, in order.
    fn model_ids(&self) -> Result<Vec<ModelId>> {
        let id = |name: &String| {
            let (family, file) = name.strip_prefix(MODELS)?.strip_prefix('/')?.split_once('/')?;
            id_at(family, file)?.ok()
        };
        let mut ids: Vec<ModelId> = self.names(Some(&format!("{MODELS}/")))?.iter().filter_map(id).collect();
        ids.sort();
        Ok(ids)
    }

    /// The files below the folder that a path of it selects; without one what stands in it.
    fn names(&self, path: Option<&str>) -> Result<Vec<String>> {
        let mut arguments = vec!["ls-tree", "-z", "--name-only"];
        arguments.extend(path.map(|_| "-r"));
        arguments.extend([self.commit.as_str(), "--"].into_iter().chain(path));
        let found = git(self.folder, &arguments)?;
        if !found.status.success() {
            let message = format!("git cannot list the files of {}: {}", self.shown(), said(&found));
            return Err(Diagnostic::new(OPTION, message).into());
        }
        let names = text(&found.stdout);
        Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_string).collect())
    }
}

/// Runs git in a folder, its words in English as ours are.
fn git(folder: &Path, arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new("git");
    command.args(["--no-pager", "--literal-pathspecs"]).args(arguments);
    command.stdin(Stdio::null()).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    if !folder.as_os_str().is_empty() {
        command.current_dir(folder);
    }
    command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            let problem = Diagnostic::new(OPTION, "git is not installed, or not on the path");
            problem.hint("install git, or name two versions instead").into()
        }
        _ => WorkbenchError::Machine { action: "start", path: "git".to_string(), source: error },
    })
}

/// What git says went wrong.
fn said(output: &Output) -> String {
    let text = text(&output.stderr);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("git does not say why");
    visible(line.trim_start_matches("fatal: "))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
