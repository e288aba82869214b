//! Which versions were tried on which dataset: a small file for each pair of the two, so that no
//! file is ever written twice. Whoever tries many versions on one dataset picks the one that fits its
//! accidents best, which no figure of that version shows; so reports tell how many there were.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use super::error::Result;
use super::{MODELS, RUNS, Workbench, files};
use crate::experiment::Plan;
use crate::ids::is_name;
use crate::number::counted;

/// Tries stand here, below the runs, which are nobody else's; a name that no experiment can have.
const TRIES: &str = ".tries";

/// Characters of a digest that tell it from others in the name of a file.
const SHORT: usize = 16;

/// A version that was tried on a dataset.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Try {
    format: u32,
    dataset: String,
    dataset_digest: String,
    model: String,
    model_digest: String,
}

impl Workbench {
    /// Records that the models of a plan were tried on the datasets that it compares on. Those that
    /// models are fitted on do not count. Where there is no workbench nothing is recorded.
    ///
    /// # Errors
    /// A folder that cannot be written to. Nothing but the count suffers from that.
    pub fn record_tries(&self, plan: &Plan) -> Result<()> {
        if !self.folder(MODELS).is_dir() {
            return Ok(());
        }
        for dataset in &plan.datasets {
            let (name, dataset_digest) = (&dataset.manifest().name, dataset.digest());
            for model in &plan.models {
                let model_digest = model.digest();
                let file = format!("{}-{}.toml", &dataset_digest[..SHORT], &model_digest[..SHORT]);
                let path = self.tries_of(name).join(file);
                if files::exists(&path) {
                    continue;
                }
                let tried = Try {
                    format: 1,
                    dataset: name.clone(),
                    dataset_digest: dataset_digest.clone(),
                    model: model.id.to_string(),
                    model_digest,
                };
                files::write_whole(&path, toml::to_string(&tried).unwrap_or_default().as_bytes())?;
            }
        }
        Ok(())
    }

    /// How many versions and drafts were tried on datasets of a name, whatever state the data were in.
    pub fn tried(&self, dataset: &str) -> u64 {
        if !is_name(dataset) {
            return 0;
        }
        let names = files::names(&self.tries_of(dataset)).unwrap_or_default();
        names.iter().filter_map(|name| model_of(name)).collect::<BTreeSet<_>>().len() as u64
    }

    /// What reports on some datasets tell of the workbench, in sentences: how many versions were tried
    /// on each, and how often somebody looked at what is kept apart.
    pub fn context<'a>(&self, datasets: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut told = BTreeSet::new();
        let mut lines = Vec::new();
        for name in datasets.into_iter().filter(|name| told.insert(*name)) {
            lines.extend(told_of_tries(name, self.tried(name)));
            let looks = self.look_count(name);
            if looks > 0 {
                lines.push(format!("{name} is a holdout: {} at it so far.", counted(looks, "look")));
            }
        }
        lines
    }

    fn tries_of(&self, dataset: &str) -> PathBuf {
        self.folder(RUNS).join(TRIES).join(dataset)
    }
}

/// The model of a try, by the name of its file: the beginning of its digest.
fn model_of(file: &str) -> Option<&str> {
    let (dataset, model) = file.strip_suffix(".toml")?.split_once('-')?;
    let is_digest = |text: &str| text.len() == SHORT && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_digest(dataset) && is_digest(model)).then_some(model)
}

/// Two versions are what a comparison needs; from the third on there is a best of many.
fn told_of_tries(dataset: &str, count: u64) -> Option<String> {
    let were = if count == 1 { "was" } else { "were" };
    let line = format!("{} {were} tried on {dataset} so far in this workbench", counted(count, "version"));
    match count {
        0 => None,
        1 | 2 => Some(format!("{line}.")),
        _ => Some(format!("{line}: the best of many looks better than it is.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_tries_by_their_names() {
        let digests = ["0123456789abcdef", "fedcba9876543210"];
        assert_eq!(model_of(&format!("{}-{}.toml", digests[0], digests[1])), Some(digests[1]));
        for other in ["0123456789abcdef.toml", ".unfinished-0123456789abcdef", "a-b.toml", "README.md"] {
            assert_eq!(model_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_count_is_told_in_a_sentence() {
        for (count, expected) in [
            (0, None),
            (1, Some("1 version was tried on panel so far in this workbench.")),
            (2, Some("2 versions were tried on panel so far in this workbench.")),
            (
                1_400,
                Some(
                    "1,400 versions were tried on panel so far in this workbench: the best of many looks better than it is.",
                ),
            ),
        ] {
            assert_eq!(told_of_tries("panel", count).as_deref(), expected);
        }
    }
}
