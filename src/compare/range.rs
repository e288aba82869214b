//! From a lowest to a highest score.

/// A range of scores: a model's scale, or what a chart shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    pub low: f64,
    pub high: f64,
}
