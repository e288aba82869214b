//! What stands beside the versions of a family: its settings, the locks of released versions, who
//! signed, and what is live when.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use semver::Version;

use super::error::{Result, WorkbenchError, keep};
use super::golden::GOLDEN;
use super::{MODELS, Workbench, files};
use crate::dataset::Dataset;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::experiment::Frozen;
use crate::ids::{ModelId, is_name};
use crate::model::Model;
use crate::release::{Chain, Family, Lock, Signature, Turn};
use crate::score::FrozenFit;

/// The folder of release notes, their evidence and what is live.
pub const RELEASES: &str = "releases";
/// The settings of a family, beside its versions.
pub(super) const FAMILY: &str = "family.toml";
/// How the name of a lock ends.
pub(super) const LOCK: &str = ".lock.toml";
/// Turns of what is live, below the family's folder of releases.
const LIVE: &str = "live";
/// Signatures, below the family's folder of releases.
const SIGNED: &str = "signed";

/// Whether a file is of a kind that is read somewhere.
fn is_record(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml") && path.is_file()
}

impl Workbench {
    /// The families that have a version, a setting or a lock, in order.
    pub fn families(&self) -> Result<Vec<String>> {
        let all = files::names(&self.folder(MODELS))?;
        Ok(all.into_iter().filter(|name| is_name(name) && self.folder(MODELS).join(name).is_dir()).collect())
    }

    /// What stands below `releases/` and is read by nobody, for a wrong name would hide what is live:
    /// folders of no family, files beside them, and within a family files and folders that are none of its own.
    /// What is hidden is left alone: another command may be writing it.
    pub fn stray_releases(&self) -> Result<Vec<Diagnostic>> {
        let known = self.families()?;
        let folder = self.folder(RELEASES);
        let unread = |path: &Path| Diagnostic::new(self.origin(path), "nobody reads this where it stands");
        let shown = |name: &String| !name.starts_with('.');
        let mut problems = Vec::new();
        for name in files::names(&folder)?.into_iter().filter(shown) {
            let path = folder.join(&name);
            if path.is_dir() && !known.contains(&name) {
                let problem = Diagnostic::new(self.origin(&path), "there is no family of this name");
                problems.push(problem.suggest(&name, known.iter().map(String::as_str)));
            } else if is_record(&path) {
                problems.push(unread(&path).hint("each family has a folder of its own here"));
            }
        }
        for family in &known {
            let own = self.releases_of(family);
            let names = keep(files::names(&own), &mut problems)?.unwrap_or_default();
            for name in names.into_iter().filter(shown) {
                let path = own.join(&name);
                let has_a_place = name == LIVE || name == SIGNED || name.parse::<Version>().is_ok();
                if is_record(&path) || path.is_dir() && !has_a_place {
                    let hint = format!(
                        "what is live stands in {LIVE}/, signatures stand in {SIGNED}/, the evidence of a release in a \
                         folder of its version"
                    );
                    problems.push(unread(&path).hint(hint));
                }
            }
        }
        Ok(problems)
    }

    /// The family that a file below `models/` or `releases/` belongs to, by its folders.
    pub fn family_of(&self, path: &Path) -> Option<String> {
        let path = path.canonicalize().ok()?;
        let below = |name: &str| path.strip_prefix(self.folder(name).canonicalize().ok()?).ok();
        let place = below(MODELS).or_else(|| below(RELEASES))?;
        place.components().next().map(|name| name.as_os_str().to_string_lossy().into_owned())
    }

    /// A family that is named on the command line; one that is not there is a problem.
    pub fn known_family(&self, name: &str) -> Result<()> {
        let known = self.families()?;
        if known.iter().any(|family| family == name) {
            return Ok(());
        }
        let problem = Diagnostic::new(visible(name), "there is no such family");
        Err(problem.suggest(name, known.iter().map(String::as_str)).into())
    }

    /// The settings of a family; of one without a file, none.
    pub fn family(&self, name: &str) -> Result<Family> {
        let path = self.folder(MODELS).join(name).join(FAMILY);
        if !files::exists(&path) {
            return Ok(Family::plain(name));
        }
        Ok(Family::parse(&self.origin(&path), &files::read_text(&path)?, name)?)
    }

    /// Whether a family has settings.
    pub fn has_settings(&self, name: &str) -> bool {
        files::exists(&self.folder(MODELS).join(name).join(FAMILY))
    }

    pub(super) fn lock_path(&self, id: &ModelId) -> PathBuf {
        self.folder(MODELS).join(id.family()).join(format!("{}{LOCK}", id.version()))
    }

    /// Whether a version is released.
    pub fn is_released(&self, id: &ModelId) -> bool {
        files::exists(&self.lock_path(id))
    }

    /// The lock of a version; none if it is not released.
    pub fn lock(&self, id: &ModelId) -> Result<Option<Lock>> {
        let path = self.lock_path(id);
        if !files::exists(&path) {
            return Ok(None);
        }
        Ok(Some(Lock::parse(&self.origin(&path), &files::read_text(&path)?, id)?))
    }

    /// The released versions of a family, in order.
    pub fn released(&self, family: &str) -> Result<Vec<ModelId>> {
        let names = files::names(&self.folder(MODELS).join(family))?;
        let version = |name: &String| format!("{family}@{}", name.strip_suffix(LOCK)?).parse::<ModelId>().ok();
        let mut ids: Vec<ModelId> = names.iter().filter_map(version).collect();
        ids.sort();
        Ok(ids)
    }

    pub(super) fn releases_of(&self, family: &str) -> PathBuf {
        self.folder(RELEASES).join(family)
    }

    pub(super) fn turn_path(&self, family: &str, key: &str) -> PathBuf {
        self.releases_of(family).join(LIVE).join(format!("{key}.toml"))
    }

    /// What is live when, of a family.
    ///
    /// # Errors
    /// All problems of all turns together, and those of their order.
    pub fn live(&self, family: &str) -> Result<Chain> {
        let mut turns = Vec::new();
        let mut problems = Vec::new();
        for file in files::names(&self.releases_of(family).join(LIVE))? {
            let Some(key) = file.strip_suffix(".toml") else {
                let own = self.releases_of(family).join(LIVE);
                let record = file.strip_suffix(".md").map(|key| self.turn_path(family, key));
                if record.is_some_and(|record| !files::exists(&record)) {
                    let problem = Diagnostic::new(self.origin(&own.join(&file)), "the notice has lost its record");
                    problems.push(problem.hint("put back the file of the same name that ends in .toml"));
                }
                continue;
            };
            let path = self.turn_path(family, key);
            match Turn::parse(&self.origin(&path), &files::read_text(&path)?, key, family) {
                Ok(turn) => turns.push(turn),
                Err(found) => problems.extend(found.into_vec()),
            }
        }
        Diagnostics::none_or(problems)?;
        Ok(Chain::new(turns)?)
    }

    pub(super) fn signed_path(&self, id: &ModelId, role: &str) -> PathBuf {
        self.releases_of(id.family()).join(SIGNED).join(format!("{}.{role}.toml", id.version()))
    }

    /// The signature of a role under a version.
    pub fn signature(&self, id: &ModelId, role: &str) -> Result<Option<Signature>> {
        let path = self.signed_path(id, role);
        if !files::exists(&path) {
            return Ok(None);
        }
        Ok(Some(Signature::parse(&self.origin(&path), &files::read_text(&path)?, id, role)?))
    }

    /// Every signature of a family that waits for a release, or waited for one.
    ///
    /// # Errors
    /// All problems together, names of files that belong to no signature among them.
    pub(super) fn check_signatures(&self, family: &str) -> Result<()> {
        let mut problems = Vec::new();
        let folder = self.releases_of(family).join(SIGNED);
        for file in files::names(&folder)? {
            let named = file.strip_suffix(".toml").and_then(|stem| stem.rsplit_once('.'));
            let named = named.and_then(|(version, role)| Some((ModelId::within(family, version).ok()?, role)));
            match named {
                Some((id, role)) => drop(keep(self.signature(&id, role), &mut problems)?),
                None => {
                    let problem =
                        Diagnostic::new(self.origin(&folder.join(&file)), "the file is called as no signature");
                    problems.push(problem.hint("signatures are called <version>.<role>.toml"));
                }
            }
        }
        Ok(Diagnostics::none_or(problems)?)
    }

    /// What a release of the model, or of a version that it extends, froze, where the reference is not
    /// at hand as it was then. None where the model is to be fitted.
    pub(super) fn frozen(&self, model: &Arc<Model>, name: &str, open: Option<&Dataset>) -> Result<Option<Frozen>> {
        let is_at_hand = |digest: &str| open.is_some_and(|dataset| dataset.digest() == digest);
        if let Some(lock) = self.lock_of_model(model)? {
            let Some(reference) = lock.spec.reference.clone().filter(|reference| !is_at_hand(&reference.digest)) else {
                return Ok(None);
            };
            let fitted = lock.thaw(model)?;
            return Ok(Some(Frozen { fitted, reference: reference.name, digest: reference.digest }));
        }
        if open.is_some() || self.has_dataset(name) {
            return Ok(None);
        }
        // Without its reference a version may still have been given everything by a released ancestor.
        for ancestor in &model.lineage {
            let Ok(parent) = self.model(&ancestor.to_string(), &[]) else { continue };
            let Some(lock) = self.lock_of_model(&parent)? else { continue };
            let Some(reference) = lock.spec.reference.clone().filter(|_| parent.reference == model.reference) else {
                continue;
            };
            let mut fitted = BTreeMap::new();
            for (at, fit) in lock.spec.fit.iter().enumerate() {
                let Some(inherited) = FrozenFit::inherited(&parent, fit, model) else { continue };
                let broken = |why: String| lock.problem(&["fit", &at.to_string()], why);
                fitted.insert(fit.topic.clone(), Arc::new(inherited.thaw(model).map_err(broken)?));
            }
            if fitted.len() == lock.spec.fit.len() {
                return Ok(Some(Frozen { fitted, reference: reference.name, digest: reference.digest }));
            }
        }
        Ok(None)
    }

    /// What is to be known of the releases of models, in a sentence each: that a model is not what was
    /// released, or else the waivers that it was released with; models by id and digest. A lock that
    /// cannot be read is told by `check`.
    pub fn waived<'a>(&self, models: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
        let mut told = Vec::new();
        for (id, digest) in models {
            let Ok(id) = id.parse::<ModelId>() else { continue };
            let Ok(Some(lock)) = self.lock(&id) else { continue };
            if lock.spec.digest != digest {
                told.push(format!("{id} is not what was released under this number: its files were edited since."));
            } else {
                told.extend(lock.spec.waiver.iter().map(|waiver| format!("{id} was released although {waiver}.")));
            }
        }
        told.sort();
        told.dedup();
        told
    }

    /// The lock of a model that is released as it is.
    fn lock_of_model(&self, model: &Model) -> Result<Option<Lock>> {
        if !model.draft_edits.is_empty() || !self.is_released(&model.id) {
            return Ok(None);
        }
        let lock = self.lock(&model.id)?;
        Ok(lock.filter(|lock| lock.spec.digest == model.digest()))
    }

    /// Files beside versions that are none, and are no problem.
    pub(super) fn is_beside_versions(file: &str) -> bool {
        file == FAMILY || file == GOLDEN || file.ends_with(LOCK)
    }

    pub(super) fn write_text(&self, path: &Path, text: &str) -> Result<()> {
        files::write_whole(path, text.as_bytes())
    }

    /// Refuses to write over a file.
    pub(super) fn must_be_new(&self, path: &Path, hint: &str) -> Result<()> {
        if !files::exists(path) {
            return Ok(());
        }
        Err(WorkbenchError::from(Diagnostic::new(self.origin(path), "the file stands there already").hint(hint)))
    }
}
