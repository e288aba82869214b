//! What can go wrong at the door to the files, sorted by who can mend it: the user who gave wrong
//! input, the models that cannot be compared, or the machine.

use std::io;
use std::path::Path;

use crate::dataset::diff::DiffError;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::RunError;

/// The exit code follows from the variant; see the command-line contract.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    /// Exit code 2.
    #[error("{0}")]
    Input(#[from] Diagnostics),
    /// Exit code 3.
    #[error("{0}")]
    NotComparable(Diagnostic),
    /// Exit code 4.
    #[error("error: cannot {action} {path}: {source}")]
    Machine { action: &'static str, path: String, source: io::Error },
}

pub type Result<T> = std::result::Result<T, WorkbenchError>;

impl From<Diagnostic> for WorkbenchError {
    fn from(problem: Diagnostic) -> Self {
        WorkbenchError::Input(problem.into())
    }
}

impl From<RunError> for WorkbenchError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Input(problems) => WorkbenchError::Input(problems),
            RunError::NotComparable(problem) => WorkbenchError::NotComparable(problem),
        }
    }
}

impl From<DiffError> for WorkbenchError {
    fn from(error: DiffError) -> Self {
        match error {
            DiffError::Input(problems) => WorkbenchError::Input(problems),
            DiffError::NotComparable(problem) => WorkbenchError::NotComparable(problem),
        }
    }
}

/// Keeps the problems of a result for later, so that all are told together; what the machine failed at
/// ends everything.
pub(super) fn keep<T>(result: Result<T>, problems: &mut Vec<Diagnostic>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(WorkbenchError::Input(found)) => {
            problems.extend(found.into_vec());
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

impl WorkbenchError {
    /// An input/output error on something that the user named: absent is the user's to mend, the
    /// rest is the machine's.
    pub fn reading(path: &Path, source: io::Error) -> Self {
        let shown = shown(path);
        match source.kind() {
            io::ErrorKind::NotFound => Diagnostic::new(shown, "there is no such file or folder").into(),
            io::ErrorKind::IsADirectory => Diagnostic::new(shown, "a folder, where a file is expected").into(),
            io::ErrorKind::NotADirectory => Diagnostic::new(shown, "a file, where a folder is expected").into(),
            _ => WorkbenchError::Machine { action: "read", path: shown, source },
        }
    }

    pub fn writing(path: &Path, source: io::Error) -> Self {
        WorkbenchError::Machine { action: "write", path: shown(path), source }
    }
}

/// A path as the user may read it.
pub fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy())
}
