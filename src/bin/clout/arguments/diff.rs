//! The arguments of `clout diff`.

use clap::Args;
use cloutbench::dataset::index::Snapshots;
use cloutbench::workbench::{CompareOrder, ModelName};

use super::TableFormat;

#[derive(Debug, Args)]
#[command(after_help = "\
What differs between the resolved models, not their files: what a version inherits counts. Each change \
has a class, the least first: cosmetic, order-preserving, rescaling, reweighting, structural; the whole \
has the gravest. METHODOLOGY.md says what each promises. The exit code is 0, whatever differs.

Examples:
  clout diff clout@1.0.0 clout@1.1.0
  clout diff clout@1.0.0 clout@1.1.0 --on starter --format markdown
  clout diff clout@1.1.0 --git HEAD
  clout diff clout@1.0.0 clout@1.1.0 --git v2 --format json")]
pub struct ModelDiffArguments {
    /// The model to start from: family@version, or a version file
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The model that it became (with --git, if none is named: OLD as it is now)
    #[arg(value_name = "NEW", required_unless_present = "git")]
    pub new: Option<String>,
    /// Read OLD and what it extends as they stood at a revision of git: a commit, branch or tag
    #[arg(long, value_name = "REVISION")]
    pub git: Option<String>,
    /// Measure on a dataset what every factor really weighs, before and after
    #[arg(long = "on", value_name = "DATASET")]
    pub on: Option<String>,
    /// The snapshot of --on (default: the latest)
    #[arg(long, value_name = "NAME", requires = "on")]
    pub snapshot: Option<String>,
    /// The topic of --on, for a dataset with a row per account and topic
    #[arg(long, requires = "on")]
    pub topic: Option<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

impl ModelDiffArguments {
    /// The name of the new model.
    pub fn new_name(&self) -> &str {
        self.new.as_deref().unwrap_or(&self.old)
    }

    /// The rows that realised weights are measured on; none where no dataset is named.
    pub fn order(&self) -> Option<CompareOrder> {
        let named = |name: &str| ModelName { name: name.to_string(), edits: Vec::new() };
        self.on.as_ref().map(|dataset| CompareOrder {
            baseline: named(&self.old),
            candidates: vec![named(self.new_name())],
            dataset: Some(dataset.clone()),
            snapshots: self.snapshot.clone().map_or(Snapshots::Latest, |name| Snapshots::Named(vec![name])),
            topic: self.topic.clone(),
            ..CompareOrder::default()
        })
    }
}
