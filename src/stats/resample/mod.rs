//! How far a figure would move with other accounts: resampling.
//!
//! A figure computed from all rows of a table is exact about that table. What
//! it says of the population that the rows were drawn from is another matter,
//! and this room answers it: [`Units`] says what is drawn, a replicate is an
//! integer multiplicity per row, a [`Statistic`] is a figure that takes
//! multiplicities, [`Replicates`] holds many figures on the same draws, and its
//! intervals say by which method they were made, or why there are none.
//!
//! Intervals are for smooth figures: tau-b, rho, means, shares, areas. Figures
//! that count a difference without its sign (PSI, KS, Jensen-Shannon,
//! Wasserstein, overlaps) are biased upwards by the very draw that should show
//! their error; they get a [`null`] distribution: what they show where nothing
//! but chance is at work.
//!
//! Replicates run in parallel. Each has a random stream of its own and they are
//! collected by number, so neither threads nor order change a bit.

mod average;
mod interval;
mod judged;
pub mod null;
mod ordered;
mod replicates;
mod simultaneous;
mod statistic;
mod stream;
mod tree;
mod units;

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod reference;

pub use average::Average;
pub use interval::{Method, NoBca, Refused, Resampled, Used, bca, percentile};
pub use judged::{Accuracy, Auc, Judged};
pub use ordered::{Prepared, Spearman, TauB};
pub use replicates::{MINIMUM_UNITS, Plan, Replicates, TAIL};
pub use simultaneous::Simultaneous;
pub use statistic::{Difference, Scratch, Statistic};
pub use stream::Stream;
pub use units::{Units, two_way};
