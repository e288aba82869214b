//! New versions and drafts. A new one extends what it starts from and states what changes; a version
//! made from a draft takes over what the draft states, and so gives it a number. All of it is
//! resolved and checked before the file appears.

use std::cmp::Ordering;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::Result;
use super::models::{Found, chain};
use super::{Workbench, files};
use crate::diagnostic::{Diagnostic, nearest, visible};
use crate::ids::{IdError, ModelId, is_name};
use crate::model::diff::{Bump, ModelDiff, diff};
use crate::model::spec::ModelSpec;
use crate::model::{Model, ModelFile, resolve};

/// What to make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewOrder {
    /// `family@version`, `family@name` for a draft, or a family: then the change chooses the number.
    pub name: String,
    /// A version or a draft; the version alone within the family. The highest version of the family
    /// unless named.
    pub from: Option<String>,
    /// The rationale; a version takes over that of the draft that it is made from.
    pub because: Option<String>,
    pub title: Option<String>,
    pub edits: Vec<String>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct NewModel {
    pub id: ModelId,
    pub path: PathBuf,
    /// What leads to it from the version that it extends; none where it extends none.
    pub diff: Option<ModelDiff>,
    /// The draft that it took over.
    pub took_over: Option<ModelId>,
    /// A reference dataset that is not at hand, so that the model could not be held against it.
    pub unchecked: Option<String>,
}

/// What a new file states, but for its name, and what it extends.
struct Plan {
    spec: ModelSpec,
    parent: Option<Arc<Model>>,
    took_over: Option<ModelId>,
}

impl Workbench {
    /// Writes the file of a new version or draft.
    ///
    /// # Errors
    /// A name that is taken or is none, a number that is not above that of the version that it
    /// extends, edits that make no sound model. Then nothing is written.
    pub fn new_model(&self, order: &NewOrder) -> Result<NewModel> {
        let (family, wanted) = wanted(&order.name)?;
        if let Some(id) = wanted.as_ref().filter(|id| self.has_model(id)) {
            return Err(self.taken(id).into());
        }
        let from = self.start(order, &family)?;
        // Edits that are wrong are told where they were typed.
        let edited = self.model(&from.to_string(), &order.edits)?;
        let plan = self.new_plan(order, &family, &from, wanted.as_ref())?;
        let step = plan.parent.as_deref().map(|parent| diff(parent, &edited));
        let id = match wanted {
            Some(id) => id,
            None => self.next_free(&family, plan.parent.as_deref(), step.as_ref())?,
        };
        if let (Some(parent), Some(step)) = (&plan.parent, &step) {
            check_number(&id, parent, step)?;
        }
        let mut spec = plan.spec;
        spec.model = id.to_string();
        let unedited = plan.parent.as_ref().filter(|_| plan.took_over.is_none() && order.edits.is_empty());
        let text = text(&id, &spec, unedited.map(|parent| &**parent));
        let path = self.model_path(&id);
        let file = ModelFile::parse(&self.origin(&path), &text, Some(&id))?;
        let find = |_: &ModelFile, parent: &ModelId| -> Found { self.read_version(parent) };
        let model = resolve(&chain(file, &find, &|name| self.model_hint(name))?, &[])?;
        let unchecked = self.check_resolved(&model)?;
        if !files::write_new(&path, text.as_bytes())? {
            return Err(self.taken(&id).into());
        }
        let diff = plan.parent.map(|parent| diff(&parent, &model));
        Ok(NewModel { id, path, diff, took_over: plan.took_over, unchecked })
    }

    fn taken(&self, id: &ModelId) -> Diagnostic {
        let problem = Diagnostic::new(self.origin(&self.model_path(id)), format!("{id} exists already"));
        let other = if id.draft_name().is_some() { "name" } else { "number" };
        problem.hint(format!("edit the file, or choose another {other}"))
    }

    /// What the new one starts from.
    fn start(&self, order: &NewOrder, family: &str) -> Result<ModelId> {
        if let Some(text) = &order.from {
            let parsed = ModelId::within(family, text);
            return Ok(parsed.map_err(|error: IdError| Diagnostic::new("--from", error.to_string()))?);
        }
        let known = self.model_ids()?;
        let numbered = known.iter().filter(|id| id.family() == family && id.draft_name().is_none());
        if let Some(highest) = numbered.max() {
            return Ok(highest.clone());
        }
        let problem = Diagnostic::new(visible(&order.name), format!("there is no version of `{family}` to start from"));
        let families = known.iter().map(ModelId::family);
        Err(match nearest(family, families) {
            Some(near) if near != family => problem.hint(format!("did you mean `{near}`?")),
            _ => problem.hint("name a version or a draft with --from"),
        }
        .into())
    }

    fn new_plan(&self, order: &NewOrder, family: &str, from: &ModelId, wanted: Option<&ModelId>) -> Result<Plan> {
        let stated = |option: &str, text: &Option<String>| match text {
            Some(text) if text.trim().is_empty() => Err(Diagnostic::new(option, "the text is empty")),
            text => Ok(text.clone()),
        };
        let (title, because) = (stated("--title", &order.title)?, stated("--because", &order.because)?);
        let within = |id: &ModelId| if id.family() == family { id.written() } else { id.to_string() };
        let becomes_draft = wanted.is_some_and(|id| id.draft_name().is_some());
        if from.draft_name().is_none() || becomes_draft {
            let because = because.ok_or_else(|| {
                let problem = Diagnostic::new("--because", "nobody said why the version exists");
                problem.hint("add --because TEXT; every report prints it")
            })?;
            let spec = ModelSpec {
                format: 1,
                extends: Some(within(from)),
                title,
                rationale: Some(because),
                edits: order.edits.clone(),
                ..ModelSpec::default()
            };
            return Ok(Plan { spec, parent: Some(self.model(&from.to_string(), &[])?), took_over: None });
        }
        let file =
            self.read_version(from).map_err(|error| error.unwrap_or_else(|| self.unknown(&from.to_string()).into()))?;
        let parent = file.parent();
        if let Some(draft) = parent.filter(|parent| parent.draft_name().is_some()) {
            let problem = file.extends_problem(format!("{from} extends a draft, which a version cannot"));
            let hint = format!(
                "give {draft} a number first, with `clout new {} --from {draft}`, and extend that",
                draft.family()
            );
            return Err(problem.hint(hint).into());
        }
        let spec = file.spec().clone();
        let spec = ModelSpec {
            extends: parent.map(within),
            title: title.or(spec.title),
            rationale: because.or(spec.rationale),
            edits: spec.edits.iter().chain(&order.edits).cloned().collect(),
            ..spec
        };
        let parent = parent.map(|parent| self.model(&parent.to_string(), &[])).transpose()?;
        Ok(Plan { spec, parent, took_over: Some(from.clone()) })
    }

    /// The least number that the change asks for and that nobody has taken.
    fn next_free(&self, family: &str, parent: Option<&Model>, step: Option<&ModelDiff>) -> Result<ModelId> {
        let own = parent.filter(|parent| parent.id.family() == family);
        let (Some(parent), Some(step)) = (own, step) else {
            let problem = Diagnostic::new(family, "it extends no version of its family, so that no number follows");
            return Err(problem.hint(format!("name the version, such as {family}@1.0.0")).into());
        };
        // A version that states nothing else still has a reason of its own.
        let bump = step.bump.max(Bump::Patch);
        let mut version = bump.next(parent.id.version());
        loop {
            let id = ModelId::new(family, version).map_err(|error| Diagnostic::new(family, error.to_string()))?;
            if !self.has_model(&id) {
                return Ok(id);
            }
            version = bump.next(id.version());
        }
    }
}

/// The family of a name, and the version where it has one.
fn wanted(name: &str) -> Result<(String, Option<ModelId>)> {
    let problem = |error: IdError| {
        let problem = Diagnostic::new(visible(name), error.to_string());
        problem.hint("write family@version, family@name for a draft, or the family alone")
    };
    if !name.contains('@') {
        if !is_name(name) {
            return Err(problem(IdError::Name(visible(name))).into());
        }
        return Ok((name.to_string(), None));
    }
    let id: ModelId = name.parse().map_err(problem)?;
    if id.draft_name().is_some() && !id.version().build.is_empty() {
        let problem = Diagnostic::new(visible(name), "the name of a draft ends before a `+`");
        return Err(problem.hint("what --set makes has no file; use --from and --set").into());
    }
    Ok((id.family().to_string(), Some(id)))
}

/// A version is numbered above the one that it extends.
fn check_number(id: &ModelId, parent: &Model, step: &ModelDiff) -> Result<()> {
    let numbered = |id: &ModelId| id.draft_name().is_none();
    if id.family() != parent.id.family() || !numbered(id) || !numbered(&parent.id) {
        return Ok(());
    }
    if id.version().cmp_precedence(parent.id.version()) == Ordering::Greater {
        return Ok(());
    }
    let bump = step.bump.max(Bump::Patch);
    let next = bump.next(parent.id.version());
    let problem =
        Diagnostic::new(id.to_string(), format!("the number is not above that of {}, which it extends", parent.id));
    Err(problem.hint(format!("a {} step asks for at least {}@{next}", bump.name(), id.family())).into())
}

/// The text of a version file. One that states nothing yet says how to go on.
fn text(id: &ModelId, spec: &ModelSpec, unedited: Option<&Model>) -> String {
    // A draft stands one folder deeper.
    let up = if id.draft_name().is_some() { "../../.." } else { "../.." };
    // The keys of a spec always have a TOML form.
    let body = toml::to_string_pretty(spec).unwrap_or_default();
    let how = unedited.map(|parent| how_to_edit(id, parent)).unwrap_or_default();
    format!("#:schema {up}/schemas/model.schema.json\n{body}{how}")
}

/// How to state a change, in comments that say something of this very model.
fn how_to_edit(id: &ModelId, parent: &Model) -> String {
    let factor = parent.networks.iter().flat_map(|network| &network.factors).next();
    let (name, weight) = factor.map_or(("NAME", 1.0), |factor| (factor.name.as_str(), factor.weight));
    let parent = &parent.id;
    format!(
        "\n# What is not stated here is inherited from {parent}. Edits change many values at once:\n\
         # edits = [\"weight[factor={name}] *= 0.9\"]\n\
         # and a table restates some keys of a network or a factor:\n\
         # [factor.{name}]\n\
         # weight = {weight}\n\
         # `clout diff {parent} {id}` says how deep the change goes, and which number it asks for.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::spec::{BandSpec, FactorSpec};

    #[test]
    fn names_say_what_is_wanted() {
        let told = |name: &str| wanted(name).map(|(family, id)| (family, id.map(|id| id.to_string())));
        let of = |family: &str, id: Option<&str>| (family.to_string(), id.map(str::to_string));
        assert_eq!(told("clout").unwrap(), of("clout", None));
        assert_eq!(told("clout@3.1.0").unwrap(), of("clout", Some("clout@3.1.0")));
        assert_eq!(told("clout@0.0.0-x").unwrap(), of("clout", Some("clout@x")));
        for wrong in ["Clout", "../clout", "clout@1.0", "clout@a_b", "clout@x+draft.1", "", "@1.0.0"] {
            assert!(told(wrong).is_err(), "{wrong}");
        }
    }

    /// Whatever a version states is read back from what is written.
    #[test]
    fn texts_read_back() {
        let hostile = "two\nlines, \"quotes\" ''' \"\"\" \\ \t # é \u{1b} \u{202e}\n[factor.x]\n";
        let factor = FactorSpec { weight: Some(0.1), value: Some("`a\"b`".to_string()), ..FactorSpec::default() };
        let spec = ModelSpec {
            format: 1,
            model: "m@1.0.0".to_string(),
            extends: Some("0.9.0".to_string()),
            title: Some(hostile.to_string()),
            rationale: Some(hostile.to_string()),
            edits: vec!["weight[tag=\"a\"] *= 0.5".to_string(), "combine = max".to_string()],
            factor: [("x".to_string(), factor)].into(),
            band: Some(vec![BandSpec { name: "low".to_string(), from: 1.0 }]),
            ..ModelSpec::default()
        };
        for name in ["m@1.0.0", "m@draft"] {
            let id: ModelId = name.parse().unwrap();
            let spec = ModelSpec { model: name.to_string(), ..spec.clone() };
            let text = text(&id, &spec, None);
            let read =
                ModelFile::parse("m.toml", &text, Some(&id)).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
            assert_eq!(*read.spec(), spec, "{text}");
            assert!(text.starts_with("#:schema ../"), "{text}");
        }
    }
}
