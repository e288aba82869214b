//! cloutbench: a workbench for versions of a social-influence score.
pub mod diagnostic;
pub mod dataset;
pub mod document;
pub mod expression;
pub mod ids;
pub mod model;
pub mod stats;
