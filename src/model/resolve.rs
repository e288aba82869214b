//! From a chain of version files to one checked model. Reading files is the workbench's; here a
//! chain is a list of parsed files, the named version first, its parent next.

use super::chain::{Chain, ModelFile};
use super::edit;
use super::merge;
use super::spec::ModelSpec;
use super::{Model, check};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Merges a chain (the named version first, never empty), applies scratch edits, and checks the
/// result. All problems are reported together.
pub fn resolve(files: &[ModelFile], draft_edits: &[String]) -> Result<Model, Diagnostics> {
    let mut problems = Vec::new();
    let mut merged = ModelSpec::default();
    for (position, file) in files.iter().enumerate().rev() {
        let is_root = position + 1 == files.len();
        check_overrides(file, &merged, is_root, &mut problems);
        merged = merge::over(merged, file.spec.clone());
        for (index, text) in file.spec.edits.iter().enumerate() {
            if let Err(error) = edit::apply(&mut merged, text) {
                let index = index.to_string();
                problems.push(error.into_problem(|message| file.document.problem(&["edits", &index], message)));
            }
        }
    }
    for text in draft_edits {
        if let Err(error) = edit::apply(&mut merged, text) {
            let origin = format!("--set '{}'", crate::diagnostic::visible(text));
            problems.push(error.into_problem(|message| Diagnostic::new(origin, message)));
        }
    }
    Diagnostics::none_or(problems)?;

    let head = &files[0];
    let id = if draft_edits.is_empty() {
        head.id().clone()
    } else {
        head.id().edited(blake3::hash(draft_edits.join("\n").as_bytes()).to_hex().as_str())
    };
    let lineage = files[1..].iter().map(|file| file.id().clone()).collect();
    check::model(&Chain { files }, merged, id, lineage, draft_edits.to_vec()).map_err(|problems| {
        // What the files alone do not cause, the edits on the command line do.
        if draft_edits.is_empty() || resolve(files, &[]).is_err() { problems } else { blamed_on(draft_edits, problems) }
    })
}

fn blamed_on(edits: &[String], problems: Diagnostics) -> Diagnostics {
    let shown: Vec<String> = edits.iter().map(|text| format!("--set '{}'", crate::diagnostic::visible(text))).collect();
    let origin = shown.join(" ");
    let moved =
        problems.into_vec().into_iter().map(|problem| Diagnostic { origin: origin.clone(), place: None, ..problem });
    Diagnostics::none_or(moved.collect()).err().unwrap_or_else(|| Diagnostic::new(origin, "the edits are wrong").into())
}

/// A version may only restate, edit or drop what its parent has, or add what is whole.
fn check_overrides(file: &ModelFile, parent: &ModelSpec, is_root: bool, problems: &mut Vec<Diagnostic>) {
    let spec = &file.spec;
    for (name, factor) in &spec.factor {
        if factor.value.is_none() && !parent.factor.contains_key(name) {
            let problem = if is_root {
                file.document.problem(&["factor", name], format!("factor `{name}` has no `value`"))
            } else {
                let message = format!("the override hits nothing: the parent has no factor `{name}`");
                let problem = file.document.problem(&["factor", name], message);
                match crate::diagnostic::nearest(name, parent.factor.keys().map(String::as_str)) {
                    Some(near) => problem.hint(format!("did you mean `{near}`? A new factor needs a `value`")),
                    None => problem.hint("a new factor needs a `value`"),
                }
            };
            problems.push(problem);
        }
    }
    let Some(drop) = &spec.drop else { return };
    if is_root {
        let problem = file.document.problem(&["drop"], "nothing to drop: the version extends no other");
        problems.push(problem.hint("name its parent: extends = \"1.0.0\""));
        return;
    }
    let mut gone = |kind: &str, index: usize, name: &str, known: Vec<&str>| {
        if !known.contains(&name) {
            let singular = kind.trim_end_matches('s');
            let message =
                format!("nothing to drop: the parent has no {singular} `{}`", crate::diagnostic::visible(name));
            let problem = file.document.problem(&["drop", kind, &index.to_string()], message);
            problems.push(problem.suggest(name, known));
        }
    };
    for (index, name) in drop.factors.iter().enumerate() {
        gone("factors", index, name, parent.factor.keys().map(String::as_str).collect());
    }
    for (index, name) in drop.networks.iter().enumerate() {
        gone("networks", index, name, parent.network.keys().map(String::as_str).collect());
    }
}
