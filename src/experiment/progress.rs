//! What a run tells while it works.

/// What is being done: for a progress bar, and for a table of where the time went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Accounts are read and sorted.
    Index,
    /// Models are fitted, and accounts scored.
    Score,
    /// What else is known of the accounts is read.
    Attributes,
    /// Candidates are held to golden cases.
    Golden,
    /// Figures of every comparison.
    Compare,
    /// Why accounts moved.
    Explain,
    /// Candidates with each other, averages over topics, the drift of signals, doubts.
    Conclude,
    /// Versions are shaken.
    Stress,
}

impl Stage {
    /// For people: "scoring".
    pub fn title(self) -> &'static str {
        match self {
            Stage::Index => "reading the accounts",
            Stage::Score => "fitting and scoring",
            Stage::Attributes => "reading what is known besides",
            Stage::Golden => "holding golden cases",
            Stage::Compare => "comparing the scores",
            Stage::Explain => "finding out why accounts moved",
            Stage::Conclude => "drawing conclusions",
            Stage::Stress => "shaking the ranking",
        }
    }
}

/// Told of each stage as it begins.
pub type Progress<'a> = &'a (dyn Fn(Stage) + Sync);
