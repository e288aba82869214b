//! What studies of stability came to, in a folder of its own.

use std::path::Path;

use super::archive::{finish_report, foreign, json, pictures};
use super::error::Result;
use super::files::NewFolder;
use super::{Workbench, files, shown};
use crate::diagnostic::Diagnostic;
use crate::experiment::stress::Stressed;
use crate::report::markdown::Charts;
use crate::report::{exact_studies, html, markdown, stressed};

/// The page of a dossier.
const PAGE: &str = "index.html";
/// All that was found.
const FOUND: &str = "stress.json";

impl Workbench {
    /// Refuses a folder for a dossier that is there and holds none, before the work rather than after
    /// it: an own folder appears whole.
    pub fn check_dossier_folder(&self, path: &Path) -> Result<()> {
        if !files::exists(path) {
            return Ok(());
        }
        if files::names(path)?.is_empty() {
            let problem = Diagnostic::new(shown(path), "the folder exists already");
            return Err(problem.hint("name one that is not there yet: it appears whole").into());
        }
        let own = [PAGE, FOUND].iter().all(|name| files::exists(&path.join(name)));
        if own { Ok(()) } else { Err(foreign(path).into()) }
    }

    /// Writes the dossier of some studies, with what is known of the workbench: `index.html`, which
    /// needs no other file, `report.md` with its `charts/`, the document as `stress.json`, and every
    /// figure in full precision as `stress.csv`.
    ///
    /// # Errors
    /// A folder that exists and holds something else, and a disk that cannot be written to.
    pub fn write_dossier(&self, found: &Stressed, path: &Path, context: &[String]) -> Result<()> {
        let report = stressed(found).within(context);
        let mut files = vec![
            (PAGE.to_string(), html::render(&report).into_bytes()),
            ("report.md".to_string(), markdown::render(&report, Charts::Beside).into_bytes()),
            (FOUND.to_string(), json(found)),
            ("stress.csv".to_string(), exact_studies(found).into_bytes()),
        ];
        files.extend(pictures(&report.figures().collect::<Vec<_>>(), "charts/")?);
        let folder = NewFolder::begin(path)?;
        for (name, bytes) in &files {
            folder.write(name, bytes)?;
        }
        finish_report(folder, path)
    }
}
