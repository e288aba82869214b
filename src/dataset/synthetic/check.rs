//! From the recipe as written to the recipe as checked. All that the schema cannot say is said
//! here, every problem with its place: names, references between signals, shares that make up a
//! whole, and that nothing is computed from itself.

use std::collections::BTreeMap;
use std::ops::Range;

use super::assemble::assemble;
use super::optional::{AmongSpec, MeasureSpec};
use super::order::{Reads, order};
use super::recipe::Recipe;
use super::spec::{Kind, RecipeSpec};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::expression::{self, Expression};
use crate::ids::is_name;

/// Columns that a synthetic dataset has or may get, so that no segment and no outcome can be
/// called so.
const RESERVED: [&str; 6] = ["account", "data-age", "exposure-weight", "latent", "snapshot", "topic"];

/// How far shares may miss 1 together: enough for thirds in six digits, too little for a slip.
const TOLERANCE: f64 = 1e-5;

/// The largest factor of a group.
const MOST_TIMES: f64 = 1e6;

/// Answers from 0 to 10.
const ANSWERS: usize = 11;

const NAMES: &str = "use lower-case letters, digits, `-` and `_`, beginning with a letter or a digit";

impl RecipeSpec {
    /// Checks what holds between the keys. `document` is the one that the spec was decoded from,
    /// which has held each number against its bounds.
    ///
    /// # Errors
    /// All problems of the recipe, each with its place, in the order of the file.
    pub fn check(self, document: &Document) -> Result<Recipe, Diagnostics> {
        let mut check = Check { spec: &self, document, problems: Vec::new() };
        check.head();
        check.networks();
        check.segments();
        let formulas = check.signals();
        let order = check.order(&formulas);
        check.measures();
        check.spikes();
        check.answers();
        check.topics();
        check.problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.line, place.column)));
        Diagnostics::none_or(check.problems)?;
        Ok(assemble(&self, &order, &formulas))
    }
}

struct Check<'a> {
    spec: &'a RecipeSpec,
    document: &'a Document,
    problems: Vec<Diagnostic>,
}

impl Check<'_> {
    fn report(&mut self, path: &[&str], message: String) {
        self.problems.push(self.document.problem(path, message));
    }

    fn name(&mut self, path: &[&str], name: &str) {
        if !is_name(name) {
            let message = format!("`{}` is not a name", visible(name));
            self.problems.push(self.document.problem(path, message).hint(NAMES));
        }
    }

    fn head(&mut self) {
        let spec = self.spec;
        self.name(&["recipe"], &spec.recipe);
        for (index, snapshot) in spec.snapshots.iter().enumerate() {
            let place = index.to_string();
            self.name(&["snapshots", &place], snapshot);
            let Some(before) = index.checked_sub(1).map(|before| &spec.snapshots[before]) else { continue };
            if before >= snapshot {
                let (before, after) = (visible(before), visible(snapshot));
                let message = format!("snapshot `{after}` does not come after `{before}`");
                let hint = "list each snapshot once, in the order of time, named so that their text sorts that way";
                self.problems.push(self.document.problem(&["snapshots", &place], message).hint(hint));
            }
        }
        if spec.pairs.as_ref().is_some_and(|pairs| pairs.count > 0) && spec.accounts < 2 {
            self.report(&["pairs", "count"], "a pair needs two accounts, and the recipe has one".to_string());
        }
    }

    fn networks(&mut self) {
        for (name, network) in &self.spec.network {
            self.name(&["network", name], name);
            if let Some(among) = &network.among {
                self.among(&["network", name, "among"], among);
            }
        }
    }

    fn segments(&mut self) {
        let spec = self.spec;
        for (name, segment) in &spec.segment {
            self.name(&["segment", name], name);
            if RESERVED.contains(&name.as_str()) {
                self.report(
                    &["segment", name],
                    format!("`{name}` is a column of its own, so no segment can have that name"),
                );
            }
            for group in segment.value.keys().filter(|group| group.trim().is_empty()) {
                self.report(&["segment", name, "value", group], "a group of a segment has no name".to_string());
            }
            for (group, spec) in &segment.value {
                for (signal, times) in &spec.times {
                    self.times(&["segment", name, "value", group, "times", signal], signal, *times);
                }
            }
            let what = format!("the groups of `{}`", visible(name));
            self.whole(&["segment", name, "value"], &what, segment.value.values().map(|group| group.share));
        }
    }

    fn whole(&mut self, path: &[&str], what: &str, shares: impl Iterator<Item = f64>) {
        let sum = shares.fold(0.0, |sum, share| sum + share);
        if (sum - 1.0).abs() > TOLERANCE {
            // Nine digits are enough to see the miss and few enough to hide the binary tail.
            let shown = format!("{sum:.9}");
            let shown = shown.trim_end_matches('0').trim_end_matches('.');
            self.report(path, format!("the shares of {what} make up {shown}, not 1"));
        }
    }

    /// Checks the signals one by one; gives the formulas that could be read.
    fn signals(&mut self) -> BTreeMap<String, Expression> {
        let spec = self.spec;
        let mut formulas = BTreeMap::new();
        for (name, signal) in &spec.signal {
            self.signal_name(name);
            match &signal.kind {
                Kind::Part(part) => {
                    self.leans(&["signal", name, "kind", "part"], part.loading, part.activity);
                    self.counted(&["signal", name, "kind", "part", "of"], &part.of, "parts");
                    if let Some(within) = &part.within {
                        self.counted(&["signal", name, "kind", "part", "within"], within, "parts");
                    }
                }
                Kind::Ordinal(ordinal) => {
                    self.leans(&["signal", name, "kind", "ordinal"], ordinal.loading, ordinal.activity);
                    let path = ["signal", name, "kind", "ordinal", "shares"];
                    let what = format!("the steps of `{}`", visible(name));
                    self.whole(&path, &what, ordinal.shares.iter().copied());
                }
                Kind::Derived(derived) => {
                    if let Some(formula) = self.formula(name, &derived.value) {
                        formulas.insert(name.clone(), formula);
                    }
                }
                Kind::Count(level) | Kind::Amount(level) => {
                    let kind = if matches!(signal.kind, Kind::Count(_)) { "count" } else { "amount" };
                    self.leans(&["signal", name, "kind", kind], level.loading, level.activity);
                    if let Some(per) = &level.per {
                        self.counted(&["signal", name, "kind", kind, "per"], per, "units");
                    }
                }
                Kind::Share(share) => self.leans(&["signal", name, "kind", "share"], share.loading, share.activity),
                Kind::Normal(normal) => {
                    self.leans(&["signal", name, "kind", "normal"], normal.loading, normal.activity);
                }
                Kind::Answers(_) => {
                    if spec.answers.is_none() {
                        let message = "the recipe draws no answers that could be counted".to_string();
                        let problem = self.document.problem(&["signal", name, "kind", "answers"], message);
                        self.problems.push(problem.hint("say in [answers] what is asked about whom"));
                    }
                }
            }
            for (index, snapshot) in signal.gone.iter().enumerate() {
                self.snapshot(&["signal", name, "gone", &index.to_string()], snapshot);
            }
        }
        formulas
    }

    /// Standing, activity and the rest make up one number of variance 1.
    fn leans(&mut self, path: &[&str], loading: f64, activity: f64) {
        if loading * loading + activity * activity > 1.0 + TOLERANCE {
            let path = [path, &["activity"]].concat();
            self.report(&path, "the squares of `loading` and `activity` make up more than 1".to_string());
        }
    }

    fn snapshot(&mut self, path: &[&str], name: &str) {
        if !self.spec.snapshots.iter().any(|known| known == name) {
            let message = format!("the recipe has no snapshot `{}`", visible(name));
            let known = self.spec.snapshots.iter().map(String::as_str);
            self.problems.push(self.document.problem(path, message).suggest(name, known));
        }
    }

    fn among(&mut self, path: &[&str], among: &AmongSpec) {
        let spec = self.spec;
        let Some(segment) = spec.segment.get(&among.segment) else {
            let message = format!("the recipe has no segment `{}`", visible(&among.segment));
            let problem = self.document.problem(&[path, &["segment"]].concat(), message);
            self.problems.push(problem.suggest(&among.segment, spec.segment.keys().map(String::as_str)));
            return;
        };
        for (index, value) in among.values.iter().enumerate() {
            if !segment.value.contains_key(value) {
                let message = format!("`{}` has no group `{}`", visible(&among.segment), visible(value));
                let problem = self.document.problem(&[path, &["values", &index.to_string()]].concat(), message);
                self.problems.push(problem.suggest(value, segment.value.keys().map(String::as_str)));
            }
        }
    }

    /// What a group multiplies must have a level or a share.
    fn times(&mut self, path: &[&str], signal: &str, times: f64) {
        match self.spec.signal.get(signal).map(|signal| &signal.kind) {
            Some(Kind::Count(_) | Kind::Amount(_) | Kind::Part(_) | Kind::Share(_)) => {}
            Some(_) => {
                let message = format!("`{}` is of a kind that cannot be multiplied", visible(signal));
                let hint = "name a signal of kind `count`, `amount`, `part` or `share`";
                self.problems.push(self.document.problem_with_key(path, message).hint(hint));
            }
            None => {
                let message = format!("the recipe has no signal `{}`", visible(signal));
                let known = self.spec.signal.keys().map(String::as_str);
                self.problems.push(self.document.problem_with_key(path, message).suggest(signal, known));
            }
        }
        if !(times > 0.0 && times <= MOST_TIMES) {
            self.report(path, format!("a factor must be above 0 and at most {MOST_TIMES}"));
        }
    }

    fn measures(&mut self) {
        let spec = self.spec;
        let measure = |check: &mut Self, path: &[&str], measure: &MeasureSpec| {
            check.leans(path, measure.loading, measure.activity);
        };
        for (name, outcome) in &spec.outcome {
            self.name(&["outcome", name], name);
            if RESERVED.contains(&name.as_str()) || spec.segment.contains_key(name) {
                let message = format!("`{}` is a column of its own, so no outcome can have that name", visible(name));
                self.report(&["outcome", name], message);
            }
            measure(self, &["outcome", name], outcome);
        }
        for (name, found) in [("exposure", &spec.exposure), ("age", &spec.age)] {
            if let Some(found) = found {
                measure(self, &[name], found);
            }
        }
    }

    fn spikes(&mut self) {
        for (name, spike) in &self.spec.spike {
            self.name(&["spike", name], name);
            self.snapshot(&["spike", name, "snapshot"], &spike.snapshot);
            for (index, signal) in spike.signals.iter().enumerate() {
                let index = index.to_string();
                let path = ["spike", name, "signals", &index];
                match self.spec.signal.get(signal).map(|signal| &signal.kind) {
                    Some(Kind::Count(_) | Kind::Amount(_)) => {}
                    Some(_) => {
                        let message = format!("`{}` has no level that could rise", visible(signal));
                        let hint = "name a signal of kind `count` or `amount`";
                        self.problems.push(self.document.problem(&path, message).hint(hint));
                    }
                    None => self.unknown(&path, 0..signal.len(), signal),
                }
            }
        }
    }

    fn answers(&mut self) {
        let Some(answers) = &self.spec.answers else { return };
        self.among(&["answers", "about"], &answers.about);
        if answers.cap >= self.spec.accounts {
            let message = "a brand cannot get more answers than there are other accounts".to_string();
            let problem = self.document.problem(&["answers", "cap"], message);
            self.problems.push(problem.hint(format!("at most {} here", self.spec.accounts.saturating_sub(1))));
        }
        if answers.shares.len() == ANSWERS {
            self.whole(&["answers", "shares"], "the answers", answers.shares.iter().copied());
        } else {
            let message = format!("there are {ANSWERS} answers, from 0 to 10, and {} shares", answers.shares.len());
            self.report(&["answers", "shares"], message);
        }
    }

    fn topics(&mut self) {
        for name in self.spec.topic.keys() {
            self.name(&["topic", name], name);
        }
    }

    fn signal_name(&mut self, name: &str) {
        let path = ["signal", name];
        match name.split_once('.') {
            Some((network, rest)) if is_name(network) && is_name(rest) => {
                if !self.spec.network.contains_key(network) {
                    let message = format!("the recipe has no network `{network}`");
                    let known = self.spec.network.keys().map(String::as_str);
                    self.problems.push(self.document.problem(&path, message).suggest(network, known));
                }
            }
            _ => {
                let message = format!("`{}` is not the name of a signal", visible(name));
                let hint = format!("write \"network.signal\" between quotation marks; {NAMES}");
                self.problems.push(self.document.problem(&path, message).hint(hint));
            }
        }
    }

    /// A signal that another is a part of, or goes with, must count something.
    fn counted(&mut self, path: &[&str], of: &str, what: &str) {
        match self.spec.signal.get(of).map(|signal| &signal.kind) {
            Some(Kind::Count(_) | Kind::Part(_)) => {}
            Some(_) => {
                let message = format!("`{}` does not count anything, so it has no {what}", visible(of));
                self.problems
                    .push(self.document.problem(path, message).hint("name a signal of kind `count` or `part`"));
            }
            None => self.unknown(path, 0..of.len(), of),
        }
    }

    fn formula(&mut self, name: &str, text: &str) -> Option<Expression> {
        let path = ["signal", name, "kind", "derived", "value"];
        let formula = match expression::parse(text) {
            Ok(formula) => formula,
            Err(error) => {
                let problem = self.document.problem_inside(&path, error.span, error.message);
                self.problems.push(match error.hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
                return None;
            }
        };
        for column in formula.columns() {
            if !self.spec.signal.contains_key(column) {
                self.unknown(&path, place_of(column, text), column);
            }
        }
        Some(formula)
    }

    fn unknown(&mut self, path: &[&str], part: Range<usize>, name: &str) {
        let message = if self.spec.segment.contains_key(name) {
            format!("`{}` is a segment, not a signal", visible(name))
        } else {
            format!("the recipe has no signal `{}`", visible(name))
        };
        let known = self.spec.signal.keys().map(String::as_str);
        self.problems.push(self.document.problem_inside(path, part, message).suggest(name, known));
    }

    /// The signals in an order in which they can be made.
    fn order(&mut self, formulas: &BTreeMap<String, Expression>) -> Vec<String> {
        let spec = self.spec;
        let mut reads = Reads::new();
        for (name, signal) in &spec.signal {
            let inputs = match &signal.kind {
                Kind::Part(part) => [&part.of].into_iter().chain(&part.within).map(String::as_str).collect(),
                Kind::Count(level) | Kind::Amount(level) => level.per.iter().map(String::as_str).collect(),
                _ => formulas.get(name).map(Expression::columns).unwrap_or_default(),
            };
            reads.insert(name, inputs);
        }
        match order(&reads) {
            Ok(names) => names.into_iter().map(str::to_string).collect(),
            Err(circles) => {
                for circle in circles {
                    let first = circle[0];
                    let (kind, key) = match &spec.signal[first].kind {
                        Kind::Part(_) => ("part", "of"),
                        Kind::Count(_) => ("count", "per"),
                        Kind::Amount(_) => ("amount", "per"),
                        _ => ("derived", "value"),
                    };
                    let path = ["signal", first, "kind", kind, key];
                    let chain: Vec<String> = circle.iter().map(|name| format!("`{}`", visible(name))).collect();
                    self.report(&path, format!("{} is computed from itself: {}", chain[0], chain.join(" reads ")));
                }
                Vec::new()
            }
        }
    }
}

/// The bytes of a column's name in the text of an expression that reads it.
fn place_of(column: &str, text: &str) -> Range<usize> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    text.match_indices(column)
        .map(|(start, _)| start..start + column.len())
        .find(|part| !text[..part.start].ends_with(belongs) && !text[part.end..].starts_with(belongs))
        .unwrap_or(0..text.len())
}
