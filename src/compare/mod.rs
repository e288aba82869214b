//! Two sets of scores, side by side: who has both, and every figure that says how far they agree.
//! Nothing here knows models or files; two columns of a spreadsheet compare the same way.

mod comparison;
mod find;
pub mod findings;
pub mod measurement;
pub mod metric;

pub use comparison::{Banding, Comparison, Coverage, Sides};
pub use find::{Range, find};
