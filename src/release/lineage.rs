//! The versions of a family as a tree: each below the one that it extends.

use std::sync::Arc;

use super::standing::Record;
use crate::ids::ModelId;
use crate::model::Model;
use crate::model::diff::{Class, diff};

/// A version, with what stands beside it.
#[derive(Clone, Debug)]
pub struct Version {
    pub id: ModelId,
    /// What it resolves to, or why it does not.
    pub model: Result<Resolved, String>,
    /// What is on record of it, or why that cannot be read.
    pub record: Result<Record, String>,
}

/// A version that can be read.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub model: Arc<Model>,
    /// The version that it extends; none where it extends none.
    pub parent: Option<Arc<Model>>,
    /// Whether it is released as something else than it is now.
    pub edited: bool,
}

/// A version in its place in the tree.
#[derive(Clone, Debug)]
pub struct Leaf<'a> {
    pub version: &'a Version,
    /// How many of the listed versions it stands below.
    pub depth: usize,
    /// The lines that lead to it, such as `│ └ `; nothing for a root.
    pub drawn: String,
}

impl Version {
    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref().ok().map(|resolved| &*resolved.model)
    }

    /// The version that it extends.
    pub fn parent(&self) -> Option<&ModelId> {
        self.model().and_then(|model| model.lineage.first())
    }

    /// How deep the change against the version that it extends goes; none for a version that extends
    /// none, or that changes nothing.
    pub fn class(&self) -> Option<Class> {
        let Resolved { model, parent, .. } = self.model.as_ref().ok()?;
        diff(parent.as_deref()?, model).class
    }
}

/// The versions in the order of the tree: roots, and those that extend one version, by their numbers.
/// A version whose parent is not listed is a root, as is one that cannot be read.
pub fn tree(versions: &[Version]) -> Vec<Leaf<'_>> {
    let mut sorted: Vec<&Version> = versions.iter().collect();
    sorted.sort_by(|one, other| one.id.cmp(&other.id));
    let is_listed = |id: &ModelId| sorted.iter().any(|version| version.id == *id);
    let roots: Vec<&Version> =
        sorted.iter().copied().filter(|version| !version.parent().is_some_and(is_listed)).collect();
    let mut leaves = Vec::new();
    roots.into_iter().for_each(|root| plant(root, &sorted, Place::root(), &mut leaves));
    leaves
}

/// Where a branch begins.
struct Place {
    depth: usize,
    /// What leads to the version, and what its children have in that place.
    drawn: String,
    below: String,
}

impl Place {
    fn root() -> Place {
        Place { depth: 0, drawn: String::new(), below: String::new() }
    }

    /// The place of a child.
    fn child(&self, is_last: bool) -> Place {
        let (corner, line) = if is_last { ("└ ", "  ") } else { ("├ ", "│ ") };
        Place {
            depth: self.depth + 1,
            drawn: format!("{}{corner}", self.below),
            below: format!("{}{line}", self.below),
        }
    }
}

/// A version and all below it. A version that can be read extends none of its descendants, so that
/// this ends.
fn plant<'a>(version: &'a Version, all: &[&'a Version], place: Place, leaves: &mut Vec<Leaf<'a>>) {
    leaves.push(Leaf { version, depth: place.depth, drawn: place.drawn.clone() });
    let children: Vec<&Version> = all.iter().copied().filter(|other| other.parent() == Some(&version.id)).collect();
    for (at, child) in children.iter().enumerate() {
        plant(child, all, place.child(at + 1 == children.len()), leaves);
    }
}

#[cfg(test)]
mod tests {
    use super::super::standing::Standing;
    use super::*;
    use crate::model::{ModelFile, resolve};

    const WHOLE: &str = "rationale = 'r'\n[scale]\nfrom = { fixed = { low = 0, high = 100 } }\n[network.n]\n[factor.x]\nnetwork = 'n'\nvalue = 'x'\n";

    fn file(id: &str, extends: Option<&str>) -> ModelFile {
        let rest = extends.map_or(WHOLE.to_string(), |parent| format!("extends = '{parent}'\nrationale = 'r'\n"));
        ModelFile::parse(id, &format!("format = 1\nmodel = '{id}'\n{rest}"), None).unwrap()
    }

    /// Versions by number and by what they extend; those that extend `broken` cannot be read.
    fn family(all: &[(&str, Option<&str>)]) -> Vec<Version> {
        let extended = |id: &str| all.iter().find(|(known, _)| *known == id).and_then(|(_, parent)| *parent);
        let model = |id: &str| {
            let mut chain = vec![file(&format!("f@{id}"), extended(id))];
            let mut next = extended(id);
            while let Some(parent) = next {
                chain.push(file(&format!("f@{parent}"), extended(parent)));
                next = extended(parent);
            }
            Arc::new(resolve(&chain, &[]).unwrap())
        };
        let version = |(id, parent): &(&str, Option<&str>)| Version {
            id: format!("f@{id}").parse().unwrap(),
            model: match parent {
                Some("broken") => Err("it is broken".to_string()),
                _ => Ok(Resolved { model: model(id), parent: parent.map(model), edited: false }),
            },
            record: Ok(Record { standing: Standing::Version, released: None, live_from: None }),
        };
        all.iter().map(version).collect()
    }

    #[test]
    fn each_version_stands_below_the_one_that_it_extends() {
        let versions = family(&[
            ("2.0.0", None),
            ("1.10.0", Some("1.0.0")),
            ("1.0.0", None),
            ("1.2.1", Some("1.2.0")),
            ("1.2.0", Some("1.0.0")),
            ("3.0.0", Some("2.0.0")),
            ("1.3.0", Some("broken")),
        ]);
        let drawn: Vec<String> =
            tree(&versions).iter().map(|leaf| format!("{}{}", leaf.drawn, leaf.version.id.version())).collect();
        assert_eq!(drawn, ["1.0.0", "├ 1.2.0", "│ └ 1.2.1", "└ 1.10.0", "1.3.0", "2.0.0", "└ 3.0.0"]);
        let depths: Vec<usize> = tree(&versions).iter().map(|leaf| leaf.depth).collect();
        assert_eq!(depths, [0, 1, 2, 1, 0, 0, 1]);
        assert!(tree(&[]).is_empty());
    }

    #[test]
    fn a_version_without_its_parent_is_a_root() {
        let versions = family(&[("1.0.0", None), ("1.1.0", Some("1.0.0")), ("1.2.0", Some("1.1.0"))]);
        let leaves = tree(&versions[1..]);
        assert_eq!(leaves.iter().map(|leaf| leaf.depth).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(leaves[0].version.parent().map(ToString::to_string).as_deref(), Some("f@1.0.0"));
        // It changes nothing but its words.
        assert_eq!(leaves[0].version.class(), Some(Class::Cosmetic));
        assert_eq!(versions[0].class(), None);
    }
}
