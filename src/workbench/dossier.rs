//! What studies of stability came to, in a folder of its own.

use std::path::Path;

use super::Workbench;
use super::archive::{finish_report, json, may_be_own, pictures};
use super::error::Result;
use super::files::NewFolder;
use crate::experiment::stress::Stressed;
use crate::report::markdown::Charts;
use crate::report::{exact_studies, html, markdown, stressed};

/// The page of a dossier.
const PAGE: &str = "index.html";
/// All that was found.
const FOUND: &str = "stress.json";

impl Workbench {
    /// Refuses a folder for a dossier that holds something else, before the work rather than after it.
    pub fn check_dossier_folder(&self, path: &Path) -> Result<()> {
        may_be_own(path, &[PAGE, FOUND])
    }

    /// Writes the dossier of some studies, with what is known of the workbench: `index.html`, which
    /// needs no other file, `report.md` with its `charts/`, the document as `stress.json`, and every
    /// figure in full precision as `stress.csv`.
    ///
    /// # Errors
    /// A folder that holds something else, and a disk that cannot be written to.
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
