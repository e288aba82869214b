//! Two sets of scores, side by side: who has both, and every figure that says how far they agree.
//! Nothing here knows models or files; two columns of a spreadsheet compare the same way.

pub mod brands;
pub mod change;
mod comparison;
mod find;
pub mod findings;
pub mod flow;
pub mod group;
pub mod measurement;
pub mod metric;
pub mod moves;
mod names;
pub mod null;
pub mod perk;
mod range;
pub mod uncertainty;

pub use comparison::{Banding, Beside, Comparison, Coverage, Sides};
pub use find::find;
pub use names::Names;
pub use range::Range;
