//! Bytes in and out. Files are opened here and nowhere else; a lint sees to that.
#![expect(clippy::disallowed_methods, reason = "this is the room that opens files")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::error::{Result, WorkbenchError, shown};
use crate::diagnostic::{Diagnostic, Place};

/// Folders and files that are being written and must not outlive the process half-done.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Removes everything that is half-written; called when the process is told to stop.
pub fn abandon() {
    let paths = UNFINISHED.lock().map(|mut paths| std::mem::take(&mut *paths)).unwrap_or_default();
    for path in paths {
        // Nothing is left to tell if removing fails: the process ends.
        let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
    }
}

/// Opens a file for reading.
pub fn open(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|error| WorkbenchError::reading(path, error))?;
    let metadata = file.metadata().map_err(|error| WorkbenchError::reading(path, error))?;
    if metadata.is_dir() {
        return Err(WorkbenchError::reading(path, io::ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

/// A text file, whole; a byte that is not UTF-8 is named with its place.
pub fn read_text(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|error| WorkbenchError::reading(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        let place = Place { excerpt: None, ..Place::of(&before, valid..valid) };
        let problem =
            Diagnostic::new(shown(path), "the file is not UTF-8").hint("convert it, for instance with iconv -t UTF-8");
        Diagnostic { place: Some(place), ..problem }.into()
    })
}

/// A file, whole.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|error| WorkbenchError::reading(path, error))?;
    Ok(bytes)
}

/// Removes a file that may be missing; it is of no use any more, and no harm where it stays.
pub fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Removes a folder that is empty.
pub fn remove_empty_folder(path: &Path) {
    let _ = fs::remove_dir(path);
}

/// SHA-256 of a file in hexadecimal.
pub fn sha256(path: &Path) -> Result<String> {
    let mut file = open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hasher.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(WorkbenchError::reading(path, error)),
        }
    }
    Ok(hex(&hasher.finalize()))
}

/// SHA-256 of bytes in hexadecimal.
pub fn sha256_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file without a name that vanishes with the process.
pub fn temporary() -> Result<File> {
    tempfile::tempfile().map_err(|error| WorkbenchError::writing(&std::env::temp_dir(), error))
}

/// Whether a path exists, whatever it is.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether two paths lead to the same file.
pub fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// A path that ends in a name, so that something can stand beside it: `.` and `..` are resolved.
pub fn named(path: &Path) -> Result<PathBuf> {
    if path.file_name().is_some() {
        return Ok(path.to_path_buf());
    }
    path.canonicalize().map_err(|error| WorkbenchError::reading(path, error))
}

/// Names within a folder, sorted; an absent folder has none.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(WorkbenchError::reading(folder, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| WorkbenchError::reading(folder, error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| WorkbenchError::writing(path, error))
}

/// A folder that is filled out of sight and appears under its name whole, or not at all.
pub struct NewFolder {
    hidden: PathBuf,
    path: PathBuf,
    /// Folders above that had to be made, deepest first; they go again if nothing comes of it.
    made: Vec<PathBuf>,
    done: bool,
}

impl NewFolder {
    /// Begins a folder that will stand at `path`.
    pub fn begin(path: &Path) -> Result<NewFolder> {
        let parent = path.parent().unwrap_or(Path::new("."));
        let above = parent.ancestors().filter(|folder| !folder.as_os_str().is_empty());
        let made = above.take_while(|folder| !exists(folder)).map(Path::to_path_buf).collect();
        create_folder(parent)?;
        let hidden = tempfile::Builder::new().prefix(".unfinished-").tempdir_in(parent);
        let hidden = hidden.map_err(|error| WorkbenchError::writing(parent, error))?.keep();
        if let Ok(mut paths) = UNFINISHED.lock() {
            paths.insert(hidden.clone());
        }
        Ok(NewFolder { hidden, path: path.to_path_buf(), made, done: false })
    }

    /// Creates a file within; `name` may contain folders.
    pub fn create(&self, name: &str) -> Result<File> {
        let path = self.hidden.join(name);
        if let Some(parent) = path.parent() {
            create_folder(parent)?;
        }
        File::create(&path).map_err(|error| WorkbenchError::writing(&path, error))
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = self.create(name)?;
        file.write_all(bytes).map_err(|error| WorkbenchError::writing(&self.path.join(name), error))
    }

    /// Where a file within stands for now.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.hidden.join(name)
    }

    /// SHA-256 of a file written within.
    pub fn sha256(&self, name: &str) -> Result<String> {
        sha256(&self.hidden.join(name))
    }

    /// Moves the files into a folder that may exist and hold others. A file that is there already
    /// must have the same bytes; says whether anything was new. The manifest goes last, so that a
    /// half-moved dataset is no dataset.
    pub fn place_into(self, path: &Path) -> Result<bool> {
        if !exists(path) {
            let folder = NewFolder {
                hidden: self.hidden.clone(),
                path: path.to_path_buf(),
                made: self.made.clone(),
                done: false,
            };
            std::mem::forget(self);
            folder.finish()?;
            return Ok(true);
        }
        let mut ours: Vec<String> = files_below(&self.hidden)?.into_iter().collect();
        ours.sort_by_key(|name| (name == "dataset.toml", name.clone()));
        let mut new = Vec::new();
        for name in ours {
            let target = path.join(&name);
            if !exists(&target) {
                new.push(name);
            } else if read_bytes(&target)? != read_bytes(&self.hidden.join(&name))? {
                let problem = Diagnostic::new(shown(&target), "the file exists with other bytes");
                return Err(problem.hint("move it away to have it made again").into());
            }
        }
        for name in &new {
            let target = path.join(name);
            fs::rename(self.hidden.join(name), &target).map_err(|error| WorkbenchError::writing(&target, error))?;
        }
        Ok(!new.is_empty())
    }

    /// Gives the folder its name. Where it exists already, gives the names of the files that
    /// differ, none if the two are the same byte for byte; one that is empty is as good as none.
    pub fn finish(mut self) -> Result<Finished> {
        remove_empty_folder(&self.path);
        if exists(&self.path) {
            return Ok(Finished::Existed { differing: differing(&self.hidden, &self.path)? });
        }
        fs::rename(&self.hidden, &self.path).map_err(|error| WorkbenchError::writing(&self.path, error))?;
        self.done = true;
        if let Ok(mut paths) = UNFINISHED.lock() {
            paths.remove(&self.hidden);
        }
        Ok(Finished::Created)
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_dir_all(&self.hidden);
            // One that somebody else has put something into meanwhile stays.
            self.made.iter().for_each(|folder| drop(fs::remove_dir(folder)));
            if let Ok(mut paths) = UNFINISHED.lock() {
                paths.remove(&self.hidden);
            }
        }
    }
}

/// How a folder came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finished {
    Created,
    Existed { differing: Vec<String> },
}

/// Names of files that one folder has and the other lacks or has with other bytes.
fn differing(one: &Path, other: &Path) -> Result<Vec<String>> {
    let (ours, theirs) = (files_below(one)?, files_below(other)?);
    let mut found = Vec::new();
    for name in ours.union(&theirs) {
        let same = ours.contains(name)
            && theirs.contains(name)
            && read_bytes(&one.join(name))? == read_bytes(&other.join(name))?;
        if !same {
            found.push(name.clone());
        }
    }
    Ok(found)
}

fn files_below(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![String::new()];
    while let Some(below) = waiting.pop() {
        for name in names(&folder.join(&below))? {
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if folder.join(&path).is_dir() {
                waiting.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Writes a file so that it appears whole, or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| WorkbenchError::writing(path, error);
    hidden(path, bytes, |file| file.persist(path).map(drop).map_err(|error| failed(error.error)))
}

/// Writes a file that must not be there yet; says whether it was not. Of two that write it at once
/// one gets it.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<bool> {
    hidden(path, bytes, |file| match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(WorkbenchError::writing(path, error.error)),
    })
}

/// Fills a file beside a path, under a hidden name, and hands it over to be given its own.
fn hidden<T>(path: &Path, bytes: &[u8], place: impl FnOnce(NamedTempFile) -> Result<T>) -> Result<T> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folder(parent)?;
    let failed = |error| WorkbenchError::writing(path, error);
    let mut file = tempfile::Builder::new().prefix(".unfinished-").tempfile_in(parent).map_err(failed)?;
    if let Ok(mut paths) = UNFINISHED.lock() {
        paths.insert(file.path().to_path_buf());
    }
    let hidden = file.path().to_path_buf();
    let written = file.write_all(bytes).and_then(|()| set_readable(file.as_file()));
    let result = written.map_err(failed).and_then(|()| place(file));
    if let Ok(mut paths) = UNFINISHED.lock() {
        paths.remove(&hidden);
    }
    result
}

/// Temporary files are private; a finished one is as readable as any other.
#[cfg(unix)]
fn set_readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_: &File) -> io::Result<()> {
    Ok(())
}
