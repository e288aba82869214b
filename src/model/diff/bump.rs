//! The step that a change asks of a version number.

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::Class;

/// A step between two versions, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Bump {
    None,
    Patch,
    Minor,
    Major,
}

impl Bump {
    /// The rule, from what those who rely on a score have to do. A patch asks nothing of them: every
    /// score stays. A minor step moves scores, so that thresholds and figures have to be looked at
    /// again, but the same signals are read and mean the same. A major step may ask for other
    /// signals, and gives a number that means something else: nothing that was learnt from earlier
    /// scores carries over unseen.
    pub fn of(class: Option<Class>) -> Bump {
        match class {
            None => Bump::None,
            Some(Class::Cosmetic) => Bump::Patch,
            Some(Class::OrderPreserving | Class::Rescaling | Class::Reweighting) => Bump::Minor,
            Some(Class::Structural) => Bump::Major,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }

    /// The version that this step leads to. Before 1.0.0 nothing is promised yet, so that a major
    /// step counts up the second number there.
    pub fn next(self, version: &Version) -> Version {
        let Version { major, minor, patch, .. } = *version;
        match self {
            Bump::None => version.clone(),
            Bump::Patch => Version::new(major, minor, patch.saturating_add(1)),
            Bump::Major if major > 0 => Version::new(major.saturating_add(1), 0, 0),
            Bump::Minor | Bump::Major => Version::new(major, minor.saturating_add(1), 0),
        }
    }
}

/// Whether a new version reaches the next one that is asked for; none if it lies below the old one.
/// Only the three numbers count: `2.0.0-rc.1` is on its way to 2.0.0.
pub(super) fn is_enough(old: &Version, new: &Version, next: &Version) -> Option<bool> {
    let numbers = |version: &Version| (version.major, version.minor, version.patch);
    (numbers(new) >= numbers(old)).then(|| numbers(new) >= numbers(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn steps() {
        for (bump, from, to) in [
            (Bump::None, "1.2.3", "1.2.3"),
            (Bump::Patch, "1.2.3", "1.2.4"),
            (Bump::Minor, "1.2.3", "1.3.0"),
            (Bump::Major, "1.2.3-rc.1", "2.0.0"),
            (Bump::Major, "0.2.3", "0.3.0"),
            (Bump::Minor, "0.2.3", "0.3.0"),
            (Bump::Patch, "0.2.3", "0.2.4"),
        ] {
            assert_eq!(bump.next(&version(from)), version(to), "{bump:?} {from}");
        }
    }

    #[test]
    fn numbers_that_are_too_low() {
        for (old, new, next, expected) in [
            ("1.0.0", "1.1.0", "1.1.0", Some(true)),
            ("1.0.0", "1.0.1", "1.1.0", Some(false)),
            ("1.0.0", "3.0.0", "1.1.0", Some(true)),
            ("1.0.0", "2.0.0-rc.1", "2.0.0", Some(true)),
            ("1.0.0", "1.0.0", "1.1.0", Some(false)),
            ("1.1.0", "1.0.0", "1.2.0", None),
        ] {
            assert_eq!(is_enough(&version(old), &version(new), &version(next)), expected, "{old} {new}");
        }
    }
}
