//! The vocabulary of metrics. A member is one file with its definition; everything that lists
//! metrics (help, experiments, reports, documents, tests) reads [`METRICS`]. The arithmetic stands
//! in the statistics room; a metric only says what of a comparison goes into it.
//!
//! A metric with parameters is written `overlap-at-k[k=25]`; without them it takes its defaults.

mod accuracy;
mod auc;
mod bowker;
mod confidence;
mod data_age;
mod jaccard_at_k;
mod jensen_shannon;
mod kendall_tau_b;
mod ks;
mod mean_absolute_shift;
mod mean_shift;
mod migration_down;
mod migration_up;
mod move_quantile;
mod nps;
mod order_share;
mod outcome_spearman;
mod overlap_at_k;
mod parameters;
mod psi;
mod quantile_shift;
mod rank_shift;
mod rbo;
mod replay_error;
mod replay_match;
mod saturation;
mod sets;
mod share_moved;
mod spearman;
mod spread_ratio;
mod tau_ap;
mod wasserstein;
mod weighted_kappa;
mod weighted_tau;

use std::collections::BTreeMap;
use std::fmt;

pub use parameters::{Argument, Arguments, Domain, Parameter};

use super::Comparison;
use super::uncertainty::Sampled;
use crate::diagnostic::{nearest, visible};
use crate::stats::undefined::{Figure, Undefined};

/// Every metric, in the order of reports.
pub const METRICS: [&Definition; 32] = [
    &kendall_tau_b::DEFINITION,
    &spearman::DEFINITION,
    &weighted_tau::DEFINITION,
    &tau_ap::DEFINITION,
    &rbo::DEFINITION,
    &overlap_at_k::DEFINITION,
    &jaccard_at_k::DEFINITION,
    &rank_shift::DEFINITION,
    &mean_shift::DEFINITION,
    &quantile_shift::DEFINITION,
    &mean_absolute_shift::DEFINITION,
    &move_quantile::DEFINITION,
    &share_moved::DEFINITION,
    &wasserstein::DEFINITION,
    &ks::DEFINITION,
    &psi::DEFINITION,
    &jensen_shannon::DEFINITION,
    &migration_up::DEFINITION,
    &migration_down::DEFINITION,
    &weighted_kappa::DEFINITION,
    &bowker::DEFINITION,
    &order_share::DEFINITION,
    &spread_ratio::DEFINITION,
    &saturation::DEFINITION,
    &auc::DEFINITION,
    &accuracy::DEFINITION,
    &outcome_spearman::DEFINITION,
    &nps::DEFINITION,
    &confidence::DEFINITION,
    &data_age::DEFINITION,
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
    /// The figure prepared for many drawings; none where no interval is offered.
    sampled: Option<Preparation>,
}

type Preparation = fn(&Comparison, &Arguments) -> Result<Sampled, Undefined>;

/// What a metric is about, which is how reports group them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Rank,
    Drift,
    Judgement,
    /// What the scores rest on.
    Data,
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
    /// Days.
    Days,
    /// A share from 0 to 1, shown in percent.
    Share,
}

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
            ("outcome-spearman", _) if signed => -2.0..=2.0,
            ("auc" | "accuracy" | "confidence" | "saturation", _) if signed => -1.0..=1.0,
            ("kendall-tau-b" | "spearman" | "weighted-tau" | "tau-ap" | "weighted-kappa" | "outcome-spearman", _) => {
                -1.0..=1.0
            }
            ("auc" | "ks" | "jensen-shannon", _) | (_, Unit::Share) => 0.0..=1.0,
            ("nps", _) if signed => -200.0..=200.0,
            ("nps", _) => -100.0..=100.0,
            ("bowker", _) if self.arguments.word("give") == "p-value" => 0.0..=1.0,
            ("mean-shift" | "quantile-shift" | "move-quantile", _) => f64::NEG_INFINITY..=f64::INFINITY,
            _ => 0.0..=f64::INFINITY,
        }
    }

    /// The value for a comparison, or why there is none.
    pub fn measure(&self, comparison: &Comparison) -> Figure {
        (self.definition.measure)(comparison, &self.arguments)
    }

    /// The figure prepared for many drawings; none for a metric that has no interval.
    pub fn sampled(&self, comparison: &Comparison) -> Option<Result<Sampled, Undefined>> {
        self.definition.sampled.map(|prepare| prepare(comparison, &self.arguments))
    }

    /// The order of two settings of one metric: parameter by parameter, numbers by size, words in
    /// the order of the vocabulary.
    pub fn compare_arguments(&self, other: &Metric) -> std::cmp::Ordering {
        let place = |parameter: &Parameter, argument: Option<&Argument>| match (argument, &parameter.domain) {
            (Some(Argument::Number(number)), _) => (*number, String::new()),
            (Some(Argument::Word(word)), Domain::Word { default, others }) => {
                let words = std::iter::once(default).chain(*others);
                (words.take_while(|known| *known != word).count() as f64, String::new())
            }
            (Some(Argument::Word(word)), _) => (0.0, word.clone()),
            (None, _) => (0.0, String::new()),
        };
        for parameter in self.definition.parameters {
            let [mine, yours] = [self, other].map(|metric| place(parameter, metric.arguments.0.get(parameter.name)));
            let order = mine.0.total_cmp(&yours.0).then_with(|| mine.1.cmp(&yours.1));
            if order.is_ne() {
                return order;
            }
        }
        std::cmp::Ordering::Equal
    }
}

impl serde::Serialize for Metric {
    /// The label.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Range, Sides};
    use crate::dataset::answers::Answer;
    use crate::dataset::pairs::Pair;

    #[test]
    fn the_standard_sets_are_all_metrics_and_labels_round_trip() {
        let sets = [
            Metric::standard(),
            Metric::judgement(),
            Metric::replay(),
            Metric::displayed(),
            Metric::exposed(),
            Metric::data(),
        ];
        assert_eq!(sets.each_ref().map(Vec::len), [40, 6, 2, 8, 8, 4]);
        for metric in sets.iter().flatten() {
            let label = metric.to_string();
            assert_eq!(label.parse::<Metric>().unwrap().to_string(), label);
        }
        for definition in METRICS {
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
        let shares: Vec<f64> = baseline.iter().map(|score| score / 100.0).collect();
        let full = Comparison::new(Sides {
            baseline: (&baseline).into(),
            candidate: (&candidate).into(),
            banding: super::super::Banding { edges: vec![1.0, 50.0] },
            pairs: &pairs,
            published: Some(&baseline),
            displayed: Some([baseline.clone(), candidate.clone()]),
            ends: Some([Range { low: 1.0, high: 100.0 }; 2]),
            exposure: Some(&baseline),
            outcomes: &[("reach".to_string(), candidate.clone())],
            confidence: Some([&shares, &shares].map(Into::into)),
            ages: Some([&baseline, &baseline]),
            answers: &[Answer { respondent: 1, brand: 2, answer: 10 }],
            ..Sides::default()
        })
        .unwrap();
        let known = Metric::for_comparison(&full);
        let names: std::collections::BTreeSet<&str> = known.iter().map(|metric| metric.definition.name).collect();
        assert_eq!(names.len(), METRICS.len(), "every metric is measured where all is known");
        for metric in known {
            let value = metric.measure(&full).unwrap();
            assert!(value.is_finite() && metric.range().contains(&value), "{metric} is {value}");
        }
    }
}
