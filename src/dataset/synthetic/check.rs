//! From the recipe as written to the recipe as checked. All that the schema cannot say is said
//! here, every problem with its place: names, references between signals, shares that make up a
//! whole, and that nothing is computed from itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::order::{Reads, order};
use super::recipe::{Group, Judging, Level, Making, Network, Odds, Recipe, SegmentPlan, SignalPlan};
use super::spec::{Kind, LevelSpec, NetworkSpec, RecipeSpec, SegmentSpec, SignalSpec};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::expression::{self, Expression};
use crate::ids::is_name;
use crate::stats::elementary::normal_quantile;

/// Columns that a synthetic dataset has or may get, so that no segment can be called so.
const RESERVED: [&str; 4] = ["account", "latent", "snapshot", "topic"];

/// How far shares may miss 1 together: enough for thirds in six digits, too little for a slip.
const TOLERANCE: f64 = 1e-5;

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
        for name in self.spec.network.keys() {
            self.name(&["network", name], name);
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
                Kind::Part(part) => self.counted(&["signal", name, "kind", "part", "of"], &part.of, "parts"),
                Kind::Ordinal(ordinal) => {
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
                    if let Some(per) = &level.per {
                        let kind = if matches!(signal.kind, Kind::Count(_)) { "count" } else { "amount" };
                        self.counted(&["signal", name, "kind", kind, "per"], per, "units");
                    }
                }
                Kind::Share(_) => {}
            }
        }
        formulas
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
                Kind::Part(part) => BTreeSet::from([part.of.as_str()]),
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
                        Kind::Derived(_) | Kind::Share(_) | Kind::Ordinal(_) => ("derived", "value"),
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

fn assemble(spec: &RecipeSpec, order: &[String], formulas: &BTreeMap<String, Expression>) -> Recipe {
    let positions: BTreeMap<&str, usize> = spec.signal.keys().map(String::as_str).zip(0..).collect();
    Recipe {
        name: spec.recipe.clone(),
        title: spec.title.clone(),
        population: spec.population.clone(),
        seed: spec.seed,
        accounts: spec.accounts,
        snapshots: spec.snapshots.clone(),
        drift: spec.latent.drift,
        networks: spec.network.iter().map(network).collect(),
        signals: spec.signal.iter().map(|entry| signal(entry, spec, &positions, formulas)).collect(),
        order: order.iter().map(|name| positions[name.as_str()]).collect(),
        segments: spec.segment.iter().map(segment).collect(),
        pairs: spec.pairs.as_ref().map(|pairs| Judging { count: pairs.count, noise: pairs.noise }),
    }
}

fn network((name, spec): (&String, &NetworkSpec)) -> Network {
    let threshold = -cut(spec.connected);
    Network { name: name.clone(), threshold, loading: spec.loading, own: spec.own }
}

fn signal(
    (name, spec): (&String, &SignalSpec),
    recipe: &RecipeSpec,
    positions: &BTreeMap<&str, usize>,
    formulas: &BTreeMap<String, Expression>,
) -> SignalPlan {
    let network = name.split('.').next().unwrap_or_default().to_string();
    SignalPlan {
        name: name.clone(),
        on: recipe.network.keys().position(|known| *known == network).expect("checked: the network exists"),
        network,
        unit: spec.unit.clone(),
        source: spec.source.clone(),
        direction: spec.direction,
        making: match &spec.kind {
            Kind::Count(spec) => Making::Level(level(spec, true, positions)),
            Kind::Amount(spec) => Making::Level(level(spec, false, positions)),
            Kind::Share(spec) => Making::Share(odds(spec.median, spec.spread, spec.loading)),
            Kind::Part(spec) => Making::Part {
                of: positions[spec.of.as_str()],
                odds: odds(spec.share, spec.spread, spec.loading),
                never_empty: spec.never_empty,
            },
            Kind::Ordinal(spec) => Making::Ordinal { cuts: cuts(&spec.shares), loading: spec.loading },
            Kind::Derived(_) => Making::Derived(formulas[name].clone()),
        },
        missing: spec.missing,
        persistence: spec.persistence,
    }
}

fn level(spec: &LevelSpec, whole: bool, positions: &BTreeMap<&str, usize>) -> Level {
    Level {
        median: spec.median,
        spread: spec.spread,
        loading: spec.loading,
        zero_below: cut(spec.zero),
        growth: spec.growth,
        per: spec.per.as_ref().map(|per| positions[per.as_str()]),
        cap: spec.cap,
        whole,
    }
}

fn odds(share: f64, spread: f64, loading: f64) -> Odds {
    Odds { median: share / (1.0 - share), spread, loading }
}

/// The bounds between the steps of a ladder.
fn cuts(shares: &[f64]) -> Vec<f64> {
    let up_to = cumulated(shares.iter().copied());
    up_to[..up_to.len() - 1].iter().map(|share| cut(*share)).collect()
}

/// The share of each group and those before it; 1 from the last group that has anybody, so that
/// what the shares miss 1 by falls to none that is declared empty.
fn cumulated(shares: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let running = |sum: &mut f64, share: f64| {
        *sum += share;
        Some(*sum)
    };
    let total = shares.clone().scan(0.0, running).last().unwrap_or(0.0);
    shares.scan(0.0, running).map(|sum| if sum >= total { 1.0 } else { sum }).collect()
}

/// The number below which a share of the standard normal distribution lies.
fn cut(share: f64) -> f64 {
    normal_quantile(share.clamp(0.0, 1.0))
}

fn segment((name, spec): (&String, &SegmentSpec)) -> SegmentPlan {
    let up_to = cumulated(spec.value.values().map(|group| group.share));
    let groups = spec.value.iter().zip(up_to);
    let groups = groups.map(|((group, spec), up_to)| Group { name: group.clone(), up_to, lift: spec.lift });
    SegmentPlan { name: name.clone(), groups: groups.collect() }
}
