//! A scoring model: what a version file says, merged with what it extends, checked, and fixed as
//! a noun that the rest of the house can rely on.
//!
//! The hierarchy is signal or expression -> missing policy -> transforms -> normalisation ->
//! weight -> network -> combination over networks -> scale -> display.

pub mod aggregate;
mod chain;
mod check;
pub mod diff;
pub mod edit;
mod merge;
pub mod normalise;
mod resolve;
pub mod spec;
pub mod transform;

use serde::Serialize;

use crate::expression::Expression;
use crate::ids::{ModelId, Reference};
use aggregate::Aggregate;
use normalise::Normalise;
use spec::{Missing, Rounding, ScaleFrom};
use transform::Transform;

pub use chain::ModelFile;
pub use resolve::resolve;

/// A checked model. Everything in it is what scoring needs; names are unique, weights are finite
/// and not negative, every network has a factor and every parameter is in its range.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Model {
    pub id: ModelId,
    pub title: String,
    pub rationale: String,
    /// The versions it extends, parent first.
    pub lineage: Vec<ModelId>,
    /// Edits that made a scratch draft of the version, as typed.
    pub draft_edits: Vec<String>,
    /// Present when anything is fitted.
    pub reference: Option<Reference>,
    /// In name order, which is the order of summation.
    pub networks: Vec<Network>,
    pub combine: Aggregate,
    pub scale: Scale,
    pub display: Display,
    /// Lowest first; empty if the model declares none.
    pub bands: Vec<Band>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Network {
    pub name: String,
    pub weight: f64,
    pub aggregate: Aggregate,
    #[serde(serialize_with = "optional_text")]
    pub connected: Option<Expression>,
    /// In name order, which is the order of summation; never empty.
    pub factors: Vec<Factor>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Factor {
    pub name: String,
    #[serde(serialize_with = "text")]
    pub value: Expression,
    pub missing: Missing,
    pub transforms: Vec<Transform>,
    pub normalise: Normalise,
    pub weight: f64,
    /// Sorted, unique.
    pub tags: Vec<String>,
    pub note: Option<String>,
}

/// From combined strength to score: linear between the two ends, never beyond them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scale {
    pub min: f64,
    pub max: f64,
    pub from: ScaleFrom,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Display {
    pub rounding: Rounding,
    pub decimals: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Band {
    pub name: String,
    pub from: f64,
}

fn text<S: serde::Serializer>(expression: &Expression, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(expression)
}

fn optional_text<S: serde::Serializer>(expression: &Option<Expression>, to: S) -> Result<S::Ok, S::Error> {
    match expression {
        Some(expression) => to.collect_str(expression),
        None => to.serialize_none(),
    }
}

impl Model {
    /// Digest of the resolved model, names and notes included: what a report prints is part of it.
    pub fn digest(&self) -> String {
        // A tree of strings and finite numbers always has a JSON form.
        let json = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&json).to_hex().to_string()
    }

    /// The columns that scoring reads, in name order.
    pub fn columns(&self) -> std::collections::BTreeSet<&str> {
        self.networks.iter().flat_map(Network::columns).collect()
    }

    /// Whether any part learns from the reference population.
    pub fn needs_fit(&self) -> bool {
        matches!(self.scale.from, ScaleFrom::MinMax | ScaleFrom::PercentileRank)
            || self.networks.iter().flat_map(|network| &network.factors).any(Factor::needs_fit)
    }

    /// The share of the model's weight that each factor has, by network and factor: the network's
    /// among the networks, times its own within. None where the weights sum to 0.
    pub fn shares(&self) -> Vec<Vec<Option<f64>>> {
        let all: f64 = self.networks.iter().map(|network| network.weight).sum();
        let of_network = |network: &Network| {
            let within: f64 = network.factors.iter().map(|factor| factor.weight).sum();
            let share =
                |factor: &Factor| (all > 0.0 && within > 0.0).then(|| network.weight / all * (factor.weight / within));
            network.factors.iter().map(share).collect()
        };
        self.networks.iter().map(of_network).collect()
    }

    pub fn factor_count(&self) -> usize {
        self.networks.iter().map(|network| network.factors.len()).sum()
    }
}

impl Network {
    /// The columns that the network's factors and its connection read.
    pub fn columns(&self) -> std::collections::BTreeSet<&str> {
        let factors = self.factors.iter().flat_map(|factor| factor.value.columns());
        factors.chain(self.connected.iter().flat_map(Expression::columns)).collect()
    }
}

impl Factor {
    pub fn needs_fit(&self) -> bool {
        self.normalise.needs_fit()
            || self.missing == Missing::ReferenceMedian
            || self.transforms.iter().any(Transform::needs_fit)
    }
}

impl Display {
    /// The score as people see it, on the score grid.
    pub fn show(&self, score: f64) -> f64 {
        let step = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6][self.decimals.min(6) as usize];
        let score = crate::stats::grid::snap(score);
        // The grid first: 49.4999999999 is 49.5, and shows as 50. The product is gridded again,
        // since 0.285 * 100 is not 28.5 in binary.
        let scaled = crate::stats::grid::snap(score * step);
        match self.rounding {
            Rounding::None => score,
            Rounding::Nearest => (scaled + 0.5).floor() / step,
            Rounding::Down => scaled.floor() / step,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_shown_on_the_grid_halves_up() {
        let whole = Display { rounding: Rounding::Nearest, decimals: 0 };
        assert_eq!([49.5, 49.499_999_999_9, 49.49, 50.5, 1.0].map(|s| whole.show(s)), [50.0, 50.0, 49.0, 51.0, 1.0]);
        assert_eq!(Display { rounding: Rounding::Down, decimals: 0 }.show(49.999), 49.0);
        assert_eq!(Display { rounding: Rounding::Down, decimals: 1 }.show(49.98), 49.9);
        assert_eq!(Display { rounding: Rounding::Nearest, decimals: 2 }.show(0.285), 0.29);
        assert_eq!(Display { rounding: Rounding::None, decimals: 0 }.show(12.25), 12.25);
    }
}
