//! cloutbench: a workbench for versions of a social-influence score.
pub mod chart;
pub mod compare;
pub mod dataset;
pub mod date;
pub mod diagnostic;
pub mod document;
pub mod experiment;
pub mod expression;
pub mod ids;
pub mod model;
pub mod number;
pub mod release;
pub mod report;
pub mod score;
pub mod stability;
pub mod stats;
pub mod workbench;
