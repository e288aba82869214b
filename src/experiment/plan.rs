//! An experiment with everything that it names at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::Experiment;
use crate::dataset::Dataset;
use crate::model::Model;

/// Everything an experiment needs, opened and resolved.
#[derive(Clone, Debug)]
pub struct Plan {
    pub experiment: Experiment,
    pub dataset: Arc<Dataset>,
    /// The baseline first, then the candidates in the experiment's order.
    pub models: Vec<Arc<Model>>,
    /// The datasets that models name as reference, by name.
    pub references: BTreeMap<String, Arc<Dataset>>,
    /// The command that makes this run, without threads and paths.
    pub command: String,
}
