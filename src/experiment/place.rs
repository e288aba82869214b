//! Where a comparison takes place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a comparison takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Place {
    pub dataset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The snapshot on which the baseline scores, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_snapshot: Option<String>,
}

impl Place {
    /// `panel, topic rust, 2011-10 after 2011-08`: for people.
    pub fn title(&self) -> String {
        let mut text = self.dataset.clone();
        if let Some(topic) = &self.topic {
            text.push_str(&format!(", topic {topic}"));
        }
        match (&self.snapshot, &self.baseline_snapshot) {
            (Some(after), Some(before)) => text.push_str(&format!(", {before} to {after}")),
            (Some(snapshot), None) => text.push_str(&format!(", {snapshot}")),
            _ => {}
        }
        text
    }
}
