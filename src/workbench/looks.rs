//! Looks at holdouts: `looks/<dataset>/<date>-<digest>.toml`, a file for each, meant to be committed.
//! Two people's looks are two files, so that they merge by themselves; the same look on the same day
//! is one. Beside notes they are all that holds a date.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::Result;
use super::{Workbench, files};
use crate::dataset::Dataset;
use crate::date::Date;
use crate::diagnostic::{Diagnostics, visible};
use crate::document::Document;
use crate::ids::{ModelId, is_name};
use crate::model::Model;

/// The folder of a workbench that holds looks.
pub const LOOKS: &str = "looks";

/// Characters of a digest that tell looks of a day apart.
const SHORT: usize = 16;

/// A look at scores on a holdout: `looks/<dataset>/<date>-<digest>.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Look {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// Name of the look, which is that of its file: the date and the beginning of a digest.
    pub look: String,
    /// The dataset, which is the name of the folder.
    pub dataset: String,
    /// Digest of the dataset's files.
    pub dataset_digest: String,
    /// The day, UTC: `2011-10-26`.
    pub date: Date,
    /// The command that showed the scores, or figures of them.
    #[schemars(length(min = 1))]
    pub command: String,
    /// The run, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The versions that were scored, the baseline first.
    #[schemars(length(min = 1))]
    pub model: Vec<LookedBy>,
}

/// A version that was scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LookedBy {
    /// `family@version`.
    pub id: String,
    /// Digest of the resolved model.
    pub digest: String,
}

/// What a command is about to show of which datasets.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub datasets: &'a [Arc<Dataset>],
    pub models: &'a [Arc<Model>],
    pub command: &'a str,
    pub run: Option<&'a str>,
}

impl Shown<'_> {
    /// Whether any of it is kept apart.
    pub fn looks_at_a_holdout(&self) -> bool {
        self.datasets.iter().any(|dataset| dataset.manifest().holdout)
    }
}

/// A look as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedLook {
    pub look: Look,
    /// Whether the same look was recorded on the same day already.
    pub existed: bool,
    /// The looks at this dataset so far, this one among them.
    pub count: u64,
}

impl Workbench {
    /// Records a look at every holdout of what is about to be shown, on a day.
    ///
    /// # Errors
    /// A folder that cannot be written to: then nothing may be shown.
    pub fn record_looks(&self, shown: Shown<'_>, day: Date) -> Result<Vec<RecordedLook>> {
        let mut recorded = Vec::new();
        for dataset in shown.datasets.iter().filter(|dataset| dataset.manifest().holdout) {
            let look = look(dataset, shown, day);
            let path = self.folder(LOOKS).join(&look.dataset).join(format!("{}.toml", look.look));
            let existed = files::exists(&path);
            if !existed {
                files::write_whole(&path, written(&look).as_bytes())?;
            }
            recorded.push(RecordedLook { count: self.look_count(&look.dataset), look, existed });
        }
        Ok(recorded)
    }

    /// How many looks at a dataset are recorded, readable or not.
    pub fn look_count(&self, dataset: &str) -> u64 {
        if !is_name(dataset) {
            return 0;
        }
        let names = files::names(&self.folder(LOOKS).join(dataset)).unwrap_or_default();
        names.iter().filter(|name| is_look(name)).count() as u64
    }

    /// The files of all looks, by dataset and date.
    pub fn look_paths(&self) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for dataset in files::names(&self.folder(LOOKS))? {
            let folder = self.folder(LOOKS).join(dataset);
            if folder.is_dir() {
                paths.extend(files::names(&folder)?.iter().filter(|name| is_look(name)).map(|name| folder.join(name)));
            }
        }
        Ok(paths)
    }

    /// Reads a look; its names must agree with its place.
    pub fn look(&self, path: &Path) -> Result<Look> {
        let name = |part: Option<&OsStr>| part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
        let place = [name(path.parent().and_then(Path::file_name)), name(path.file_stem())];
        Ok(Look::parse(&self.origin(path), &files::read_text(path)?, Some(&place))?)
    }
}

fn is_look(file: &str) -> bool {
    file.ends_with(".toml") && !file.starts_with('.')
}

/// The look at a dataset on a day.
fn look(dataset: &Dataset, shown: Shown<'_>, date: Date) -> Look {
    let by = |model: &Arc<Model>| LookedBy { id: model.id.to_string(), digest: model.digest() };
    let model: Vec<LookedBy> = shown.models.iter().map(by).collect();
    let dataset_digest = dataset.digest();
    // Texts always have a JSON form.
    let same = serde_json::to_vec(&(&dataset_digest, &model, shown.command)).unwrap_or_default();
    let digest = blake3::hash(&same).to_hex();
    Look {
        format: 1,
        look: format!("{date}-{}", &digest[..SHORT]),
        dataset: dataset.manifest().name.clone(),
        dataset_digest,
        date,
        command: shown.command.to_string(),
        run: shown.run.map(str::to_string),
        model,
    }
}

fn written(look: &Look) -> String {
    format!("#:schema ../../schemas/look.schema.json\n{}", toml::to_string(look).unwrap_or_default())
}

impl Look {
    /// Reads a text; `place` are the names of its folder and of its file.
    pub fn parse(origin: &str, text: &str, place: Option<&[String; 2]>) -> std::result::Result<Look, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let look: Look = document.decode()?;
        let mut problems = Vec::new();
        if let Some([folder, file]) = place {
            for (key, said, wanted) in [("look", &look.look, file), ("dataset", &look.dataset, folder)] {
                if said != wanted {
                    let message = format!("the file says `{}`, its path says `{}`", visible(said), visible(wanted));
                    problems.push(document.problem(&[key], message).hint("name and path must agree"));
                }
            }
        }
        if !look.look.starts_with(&look.date.to_string()) {
            let problem = document.problem(&["look"], "the name does not begin with the date");
            problems.push(problem.hint(format!("the date is {}", look.date)));
        }
        let mut digest = |path: &[&str], text: &str| {
            if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                problems.push(document.problem(path, "not a digest: 64 hexadecimal digits"));
            }
        };
        digest(&["dataset-digest"], &look.dataset_digest);
        for (at, model) in look.model.iter().enumerate() {
            digest(&["model", &at.to_string(), "digest"], &model.digest);
        }
        for (at, model) in look.model.iter().enumerate() {
            if let Err(error) = model.id.parse::<ModelId>() {
                problems.push(document.problem(&["model", &at.to_string(), "id"], error.to_string()));
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(look)
    }
}
