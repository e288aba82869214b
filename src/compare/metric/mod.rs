//! The vocabulary of metrics. A member is one file with its definition; everything that lists
//! metrics (help, experiments, reports, documents, tests) reads [`METRICS`]. The arithmetic stands
//! in the statistics room; a metric only says what of a comparison goes into it.
//!
//! A metric with parameters is written `overlap-at-k[k=25]`; without them it takes its defaults.

mod accuracy;
mod auc;
mod kendall_tau_b;
mod ks;
mod mean_absolute_shift;
mod mean_shift;
mod migration_down;
mod migration_up;
mod overlap_at_k;
mod psi;
mod quantile_shift;
mod rank_shift;
mod replay_error;
mod replay_match;
mod share_moved;
mod spearman;
mod wasserstein;

use std::collections::BTreeMap;
use std::fmt;

use super::Comparison;
use crate::diagnostic::{nearest, visible};
use crate::stats::undefined::Figure;

/// Every metric, in the order of reports.
pub const METRICS: [&Definition; 17] = [
    &kendall_tau_b::DEFINITION,
    &spearman::DEFINITION,
    &overlap_at_k::DEFINITION,
    &rank_shift::DEFINITION,
    &mean_shift::DEFINITION,
    &quantile_shift::DEFINITION,
    &mean_absolute_shift::DEFINITION,
    &share_moved::DEFINITION,
    &wasserstein::DEFINITION,
    &ks::DEFINITION,
    &psi::DEFINITION,
    &migration_up::DEFINITION,
    &migration_down::DEFINITION,
    &auc::DEFINITION,
    &accuracy::DEFINITION,
    &replay_match::DEFINITION,
    &replay_error::DEFINITION,
];

/// What a metric is.
#[derive(Debug)]
pub struct Definition {
    pub name: &'static str,
    /// For people: "Kendall's tau-b".
    pub title: &'static str,
    /// One sentence: what it says.
    pub summary: &'static str,
    pub group: Group,
    pub unit: Unit,
    pub parameters: &'static [Parameter],
    measure: fn(&Comparison, &Arguments) -> Figure,
}

/// What a metric is about, which is how reports group them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Rank,
    Drift,
    Judgement,
    Replay,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A plain number, such as a correlation.
    Plain,
    /// Score points.
    Points,
    /// Places in the ranking.
    Ranks,
    /// A share from 0 to 1, shown in percent.
    Share,
}

#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub summary: &'static str,
    pub domain: Domain,
}

/// What a parameter may be, the default first.
#[derive(Debug)]
pub enum Domain {
    Whole { default: u32, least: u32 },
    Number { default: f64, least: f64, most: f64 },
    Word { default: &'static str, others: &'static [&'static str] },
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
pub enum Argument {
    Number(f64),
    Word(String),
}

impl serde::Serialize for Argument {
    /// A whole number is written as one: `10`, not `10.0`.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Argument::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                to.serialize_i64(*number as i64)
            }
            Argument::Number(number) => to.serialize_f64(*number),
            Argument::Word(word) => to.serialize_str(word),
        }
    }
}

impl schemars::JsonSchema for Argument {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Argument".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // Written by hand, because the check of TOML files names types, not alternatives.
        schemars::json_schema!({ "type": ["number", "string"] })
    }
}

/// The values of all parameters of a metric, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments(BTreeMap<&'static str, Argument>);

/// A metric with its parameters: what can be measured.
#[derive(Clone, Debug)]
pub struct Metric {
    pub definition: &'static Definition,
    pub arguments: Arguments,
}

/// Why a text or a table names no metric.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricError {
    #[error("unknown metric `{name}`")]
    Unknown { name: String, hint: Option<String> },
    #[error("`{metric}` has no parameter `{name}`")]
    UnknownParameter { metric: &'static str, name: String, hint: Option<String> },
    #[error("`{parameter}` of `{metric}` must be {wanted}, not {found}")]
    Value { metric: &'static str, parameter: &'static str, wanted: String, found: String },
    #[error("`{0}` is no metric: write NAME or NAME[parameter=value, ...]")]
    Form(String),
}

impl MetricError {
    pub fn hint(&self) -> Option<&str> {
        match self {
            MetricError::Unknown { hint, .. } | MetricError::UnknownParameter { hint, .. } => hint.as_deref(),
            _ => None,
        }
    }

    /// The parameter at fault, if it is one.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            MetricError::UnknownParameter { name, .. } => Some(name),
            MetricError::Value { parameter, .. } => Some(parameter),
            _ => None,
        }
    }
}

impl Arguments {
    /// A numeric parameter. Every parameter of the definition has a value of its kind.
    pub fn number(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Argument::Number(number)) => *number,
            _ => f64::NAN,
        }
    }

    pub fn whole(&self, name: &str) -> usize {
        self.number(name) as usize
    }

    pub fn word(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Argument::Word(word)) => word,
            _ => "",
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Argument)> {
        self.0.iter().map(|(name, argument)| (*name, argument))
    }
}

impl Domain {
    /// The value unless another is stated.
    pub fn default(&self) -> Argument {
        match self {
            Domain::Whole { default, .. } => Argument::Number(f64::from(*default)),
            Domain::Number { default, .. } => Argument::Number(*default),
            Domain::Word { default, .. } => Argument::Word((*default).to_string()),
        }
    }

    fn admits(&self, argument: &Argument) -> bool {
        match (self, argument) {
            (Domain::Whole { least, .. }, Argument::Number(number)) => {
                number.fract() == 0.0 && *number >= f64::from(*least) && *number <= f64::from(u32::MAX)
            }
            (Domain::Number { least, most, .. }, Argument::Number(number)) => (*least..=*most).contains(number),
            (Domain::Word { default, others }, Argument::Word(word)) => {
                word == default || others.contains(&word.as_str())
            }
            _ => false,
        }
    }

    /// What the parameter may be, in words.
    pub fn wanted(&self) -> String {
        match self {
            Domain::Whole { least, .. } => format!("a whole number of at least {least}"),
            Domain::Number { least, most, .. } => format!("a number from {least} to {most}"),
            Domain::Word { default, others } => {
                let words: Vec<String> =
                    std::iter::once(default).chain(*others).map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
        }
    }
}

impl Metric {
    /// A metric of the vocabulary with some parameters stated and the others at their defaults.
    pub fn new(name: &str, stated: &BTreeMap<String, Argument>) -> Result<Metric, MetricError> {
        let Some(definition) = METRICS.into_iter().find(|definition| definition.name == name) else {
            let near = nearest(name, METRICS.iter().map(|definition| definition.name));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`clout list metrics` prints them all".to_string(),
            };
            return Err(MetricError::Unknown { name: visible(name), hint: Some(hint) });
        };
        let metric = definition.name;
        let mut arguments = BTreeMap::new();
        for parameter in definition.parameters {
            arguments.insert(parameter.name, parameter.domain.default());
        }
        for (name, argument) in stated {
            let Some(parameter) = definition.parameters.iter().find(|parameter| parameter.name == name) else {
                let known: Vec<&str> = definition.parameters.iter().map(|parameter| parameter.name).collect();
                let hint = match nearest(name, known.iter().copied()) {
                    Some(near) => Some(format!("did you mean `{near}`?")),
                    None if known.is_empty() => Some("it takes none".to_string()),
                    None => Some(format!("it takes {}", known.join(", "))),
                };
                return Err(MetricError::UnknownParameter { metric, name: visible(name), hint });
            };
            if !parameter.domain.admits(argument) {
                let wanted = parameter.domain.wanted();
                let found = visible(&argument.to_string());
                return Err(MetricError::Value { metric, parameter: parameter.name, wanted, found });
            }
            arguments.insert(parameter.name, argument.clone());
        }
        Ok(Metric { definition, arguments: Arguments(arguments) })
    }

    /// The values that the metric can take.
    pub fn range(&self) -> std::ops::RangeInclusive<f64> {
        let signed = self.arguments.word("of") == "gain";
        match (self.definition.name, self.definition.unit) {
            ("kendall-tau-b" | "spearman", _) => -1.0..=1.0,
            ("auc" | "accuracy", _) if signed => -1.0..=1.0,
            ("auc" | "ks", _) | (_, Unit::Share) => 0.0..=1.0,
            ("mean-shift" | "quantile-shift", _) => f64::NEG_INFINITY..=f64::INFINITY,
            _ => 0.0..=f64::INFINITY,
        }
    }

    /// The value for a comparison, or why there is none.
    pub fn measure(&self, comparison: &Comparison) -> Figure {
        (self.definition.measure)(comparison, &self.arguments)
    }

    /// The metrics that every comparison measures.
    pub fn standard() -> Vec<Metric> {
        let labels = [
            "kendall-tau-b",
            "spearman",
            "overlap-at-k",
            "overlap-at-k[k=50]",
            "overlap-at-k[k=100]",
            "overlap-at-k[k=1000]",
            "rank-shift",
            "mean-shift",
            "quantile-shift[quantile=0.05]",
            "quantile-shift",
            "quantile-shift[quantile=0.95]",
            "mean-absolute-shift",
            "share-moved",
            "share-moved[direction=down,threshold=1]",
            "share-moved[direction=down]",
            "share-moved[direction=down,threshold=10]",
            "share-moved[direction=down,threshold=20]",
            "share-moved[direction=up,threshold=1]",
            "share-moved[direction=up]",
            "share-moved[direction=up,threshold=10]",
            "share-moved[direction=up,threshold=20]",
            "wasserstein",
            "ks",
            "psi",
            "migration-up",
            "migration-down",
        ];
        // The list is checked by a test.
        labels.iter().filter_map(|label| label.parse().ok()).collect()
    }

    /// The metrics of a dataset with judged pairs.
    pub fn judgement() -> Vec<Metric> {
        let labels =
            ["auc[of=baseline]", "auc", "auc[of=gain]", "accuracy[of=baseline]", "accuracy", "accuracy[of=gain]"];
        labels.iter().filter_map(|label| label.parse().ok()).collect()
    }

    /// The metrics of a dataset with a published score.
    pub fn replay() -> Vec<Metric> {
        ["replay-match", "replay-error"].iter().filter_map(|label| label.parse().ok()).collect()
    }
}

impl std::str::FromStr for Metric {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Metric, MetricError> {
        let form = || MetricError::Form(visible(text));
        let (name, inside) = match text.trim().split_once('[') {
            None => (text.trim(), ""),
            Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(']').ok_or_else(form)?),
        };
        let mut stated = BTreeMap::new();
        for part in inside.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(form)?;
            let value = value.trim();
            let argument = match value.parse::<f64>() {
                Ok(number) if number.is_finite() => Argument::Number(number),
                _ => Argument::Word(value.to_string()),
            };
            stated.insert(key.trim().to_string(), argument);
        }
        Metric::new(name, &stated)
    }
}

impl fmt::Display for Metric {
    /// The label: the name, and the parameters that are not at their defaults.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.definition.name)?;
        let mut opened = false;
        for parameter in self.definition.parameters {
            let Some(argument) = self.arguments.0.get(parameter.name) else { continue };
            if *argument != parameter.domain.default() {
                write!(out, "{}{}={argument}", if opened { "," } else { "[" }, parameter.name)?;
                opened = true;
            }
        }
        if opened { out.write_str("]") } else { Ok(()) }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Argument::Number(number) => write!(out, "{number}"),
            Argument::Word(word) => out.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Sides;
    use crate::dataset::pairs::Pair;

    #[test]
    fn the_standard_sets_are_all_metrics_and_labels_round_trip() {
        let sets = [Metric::standard(), Metric::judgement(), Metric::replay()];
        assert_eq!(sets.each_ref().map(Vec::len), [26, 6, 2]);
        for metric in sets.iter().flatten() {
            let label = metric.to_string();
            assert_eq!(label.parse::<Metric>().unwrap().to_string(), label);
        }
        for definition in METRICS {
            assert!(
                sets.iter().flatten().any(|metric| metric.definition.name == definition.name),
                "{}",
                definition.name
            );
            assert!(definition.parameters.is_sorted_by_key(|parameter| parameter.name), "labels sort parameters");
        }
    }

    #[test]
    fn wrong_metrics_say_why() {
        for (text, message, hint) in [
            ("kendal-tau-b", "unknown metric `kendal-tau-b`", Some("did you mean `kendall-tau-b`?")),
            ("overlap-at-k[n=3]", "`overlap-at-k` has no parameter `n`", Some("it takes k")),
            ("ks[n=3]", "`ks` has no parameter `n`", Some("it takes none")),
            ("overlap-at-k[k=0]", "`k` of `overlap-at-k` must be a whole number of at least 1, not 0", None),
            ("auc[of=both]", "`of` of `auc` must be one of `candidate`, `baseline`, `gain`, not both", None),
            ("ks[", "`ks[` is no metric: write NAME or NAME[parameter=value, ...]", None),
        ] {
            let error = text.parse::<Metric>().unwrap_err();
            assert_eq!((error.to_string().as_str(), error.hint()), (message, hint), "{text}");
        }
    }

    #[test]
    fn every_metric_is_undefined_on_nothing_and_measures_a_plain_case() {
        let metrics = || [Metric::standard(), Metric::judgement(), Metric::replay()].into_iter().flatten();
        let empty = Comparison::new(Sides::default()).unwrap();
        for metric in metrics() {
            assert!(metric.measure(&empty).is_err(), "{metric}");
        }
        let baseline: Vec<f64> = (0..2000).map(|i| 1.0 + f64::from(i) / 25.0).collect();
        let candidate: Vec<f64> = baseline.iter().map(|score| 100.0 - score * 0.9).collect();
        let pairs =
            [true, false].map(|first_preferred| Pair { first: 5, second: u32::from(first_preferred), first_preferred });
        let full = Comparison::new(Sides {
            baseline: &baseline,
            candidate: &candidate,
            banding: super::super::Banding { edges: vec![1.0, 50.0] },
            pairs: &pairs,
            published: Some(&baseline),
            shown_baseline: None,
        })
        .unwrap();
        for metric in metrics() {
            let value = metric.measure(&full).unwrap();
            assert!(value.is_finite() && metric.range().contains(&value), "{metric} is {value}");
        }
    }
}
