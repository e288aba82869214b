//! Attacks found and read with what holds between signals.

use std::path::{Path, PathBuf};

use super::error::Result;
use super::{Workbench, files, is_path};
use crate::diagnostic::{Diagnostic, nearest, visible};
use crate::stability::attack::{Attack, IDENTITIES, Identities};

/// The folder of a workbench that holds attacks.
pub const ATTACKS: &str = "attacks";

impl Workbench {
    /// The attacks of the tree, in order, readable or not.
    pub fn attack_names(&self) -> Result<Vec<String>> {
        let names = files::names(&self.folder(ATTACKS))?;
        let names = names.iter().filter_map(|name| name.strip_suffix(".toml"));
        Ok(names.filter(|name| *name != IDENTITIES).map(str::to_string).collect())
    }

    /// What holds between signals; nothing is known where the tree has no such file.
    pub fn identities(&self) -> Result<Identities> {
        let path = self.folder(ATTACKS).join(format!("{IDENTITIES}.toml"));
        if files::exists(&path) { self.identities_at(&path) } else { Ok(Identities::default()) }
    }

    /// What holds between signals, by a file.
    pub fn identities_at(&self, path: &Path) -> Result<Identities> {
        Ok(Identities::parse(&self.origin(path), &files::read_text(path)?)?)
    }

    /// An attack by name or path, held against the identities.
    pub fn attack(&self, name: &str, identities: &Identities) -> Result<Attack> {
        let path = self.attack_path(name);
        let expected = path.file_stem().and_then(|stem| stem.to_str());
        if !files::exists(&path) {
            return Err(self.unknown_attack(name).into());
        }
        Ok(Attack::parse(&self.origin(&path), &files::read_text(&path)?, expected, identities)?)
    }

    /// The signals that an attack changes, whatever else may be wrong with it.
    pub fn signals_of_attack(&self, name: &str) -> Vec<String> {
        let path = self.attack_path(name);
        let text = files::read_text(&path).unwrap_or_default();
        Attack::signals(&self.origin(&path), &text)
    }

    fn attack_path(&self, name: &str) -> PathBuf {
        if is_path(name) { PathBuf::from(name) } else { self.folder(ATTACKS).join(format!("{name}.toml")) }
    }

    fn unknown_attack(&self, name: &str) -> Diagnostic {
        let problem = Diagnostic::new(visible(name), "there is no such attack");
        let known = self.attack_names().unwrap_or_default();
        if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
            return problem.hint(format!("did you mean `{near}`?"));
        }
        match known.is_empty() {
            true => problem.hint(format!("no attack stands under {ATTACKS}/")),
            false => problem.hint(format!("known here: {}", known.join(", "))),
        }
    }
}
