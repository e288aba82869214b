//! What an experiment may set beside its models: topics, cohorts, and how sampling error is
//! estimated.

use serde::Serialize;

use super::spec::{IntervalMethod, Resample, UncertaintySpec};
use crate::dataset::manifest::{Manifest, Role};

/// Which topics are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topics {
    /// The dataset has none, or it has one that must be named.
    #[default]
    Without,
    One(String),
    /// These, and their average.
    Several(Vec<String>),
    /// Every one, and their average.
    All,
}

/// A named list of accounts, by the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CohortFile {
    pub name: String,
    #[serde(skip)]
    pub file: String,
}

/// How sampling error is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Uncertainty {
    pub level: f64,
    pub replicates: u32,
    pub seed: u64,
    /// None follows the dataset: its clusters if it declares them, else accounts.
    pub resample: Option<Resample>,
    pub method: IntervalMethod,
}

impl Uncertainty {
    /// The column whose clusters are drawn; none where accounts are.
    pub fn clusters<'a>(&self, manifest: &'a Manifest) -> Option<&'a str> {
        manifest.with_role(Role::Cluster).next().filter(|_| self.resample != Some(Resample::Accounts))
    }
}

impl Default for Uncertainty {
    fn default() -> Uncertainty {
        Uncertainty { level: 0.95, replicates: 1000, seed: 1, resample: None, method: IntervalMethod::Percentile }
    }
}

impl From<&UncertaintySpec> for Uncertainty {
    fn from(spec: &UncertaintySpec) -> Uncertainty {
        let usual = Uncertainty::default();
        Uncertainty {
            level: spec.level.unwrap_or(usual.level),
            replicates: spec.replicates.unwrap_or(usual.replicates),
            seed: spec.seed.unwrap_or(usual.seed),
            resample: spec.resample,
            method: spec.method.unwrap_or(usual.method),
        }
    }
}
