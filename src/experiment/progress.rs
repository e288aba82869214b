//! What a run tells while it works.

/// What is being done, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Fit,
    Score,
    Compare,
}

/// Told of each stage as it begins.
pub type Progress<'a> = &'a (dyn Fn(Stage) + Sync);
