//! What studies of stability came to, in a folder of its own.

use std::path::Path;

use super::Workbench;
use super::archive::{finish_report, json, pictures};
use super::error::Result;
use super::files::NewFolder;
use crate::experiment::stress::Stressed;
use crate::report::{exact_studies, html, markdown, stressed};

impl Workbench {
    /// Writes the dossier of some studies, with what is known of the workbench: `index.html`, which
    /// needs no other file, `report.md` with its `charts/`, the document as `stress.json`, and every figure in full precision as
    /// `stress.csv`.
    ///
    /// # Errors
    /// A folder that exists and holds something else, and a disk that cannot be written to.
    pub fn write_dossier(&self, found: &Stressed, path: &Path, context: &[String]) -> Result<()> {
        let report = stressed(found).within(context);
        let mut files = vec![
            ("index.html".to_string(), html::render(&report).into_bytes()),
            ("report.md".to_string(), markdown::render(&report, None).into_bytes()),
            ("stress.json".to_string(), json(found)),
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
