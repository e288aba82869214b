//! The only door to files. A workbench is a folder with `models/`, `datasets/`, `experiments/`,
//! `runs/` and `looks/`; everything the other rooms need is found, opened and checked here, and everything they
//! make is put away here, whole or not at all.

mod again;
mod archive;
mod attacks;
mod create;
mod datasets;
mod dossier;
mod error;
mod families;
mod files;
mod golden;
mod history;
mod live;
mod lock;
mod looks;
mod metrics;
mod models;
mod new;
mod notes;
mod overlap;
mod plan;
mod release;
mod released;
mod revision;
mod sample;
mod statements;
mod studies;
mod tries;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, visible};
use crate::ids::is_name;

pub use again::Again;
pub use archive::{Archived, StoredRun, ranks};
pub use attacks::ATTACKS;
pub use create::{Generated, ImportOrder, Imported, PairsOrder, schemas};
pub use datasets::{Description, SignalDescription};
pub use error::{Result, WorkbenchError, shown};
pub use families::RELEASES;
pub use files::{abandon, read_text, write_whole};
pub use golden::GoldenCheck;
pub use history::LeftOut;
pub use live::{LiveOrder, RollbackOrder, RollbackPreparation, RolledBack};
pub use looks::{LOOKS, Look, LookedBy, RecordedLook, Shown};
pub use metrics::{ColumnsOrder, columns};
pub use new::{NewModel, NewOrder};
pub use notes::{LONGEST_NOTE, Note};
pub use overlap::{ColumnOrder, OverlapOrder};
pub use plan::{CompareOrder, ModelName};
pub use release::{Preparation, Refusal, ReleaseOrder, Released};
pub use released::{FamilyCheck, Gone};
pub use sample::{EdgeOrder, SampleOrder, Sampled, ScoresOrder, TopOrder};
pub use statements::{Stated, listed_in};
pub use studies::KeptStudies;

/// The folders of a workbench.
pub const MODELS: &str = "models";
pub const DATASETS: &str = "datasets";
pub const EXPERIMENTS: &str = "experiments";
pub const RUNS: &str = "runs";

/// An open workbench.
#[derive(Clone, Debug)]
pub struct Workbench {
    root: PathBuf,
    /// Datasets bound from outside, by name.
    bindings: BTreeMap<String, PathBuf>,
}

impl Workbench {
    /// The workbench at a folder, or, if none is named, the nearest one above the working folder;
    /// a folder without one serves for paths alone.
    pub fn open(named: Option<&Path>, bindings: BTreeMap<String, PathBuf>) -> Result<Workbench> {
        if let Some(name) = bindings.keys().find(|name| !is_name(name)) {
            let message = format!("`{}` cannot name a dataset", visible(name));
            return Err(Diagnostic::new("--dataset", message).hint("write --dataset NAME=PATH").into());
        }
        let root = match named {
            Some(path) if path.is_dir() => path.to_path_buf(),
            Some(path) => return Err(WorkbenchError::reading(path, std::io::ErrorKind::NotFound.into())),
            None => {
                let here = std::env::current_dir().map_err(|error| WorkbenchError::reading(Path::new("."), error))?;
                let found = here.ancestors().find(|folder| folder.join(MODELS).is_dir()).map(Path::to_path_buf);
                match found {
                    Some(found) if found != here => found,
                    _ => PathBuf::new(),
                }
            }
        };
        Ok(Workbench { root, bindings })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A path as messages name it: from the workbench's root where it lies within.
    fn origin(&self, path: &Path) -> String {
        shown(path.strip_prefix(&self.root).unwrap_or(path))
    }
}

/// Whether a name on the command line is a path rather than a name within the workbench.
fn is_path(text: &str) -> bool {
    text.contains(['/', '\\']) || text.ends_with(".toml") || text == "." || text == ".."
}
