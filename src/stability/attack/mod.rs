//! Attacks on a score: what somebody does to the signals of an account, what it costs, and what
//! holds between signals whatever is done to them. An attack is a file of a few numbers; what
//! follows from them (ratios, unique actors, averages) is worked out from the identities, so that
//! no attack makes an account that could not exist.

mod apply;
mod cells;
mod check;
pub mod identities;
pub mod spec;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use apply::{Aimed, Applied, LeftOut};
pub use cells::{Cells, on_network};
pub use check::IDENTITIES;
pub use identities::{Concentration, Follows, Identities, Identity};
use spec::Delta;

/// A checked attack: its cost is above 0, it changes at least one signal, and it does not
/// contradict the identities that it was checked against.
#[derive(Clone, Debug, PartialEq)]
pub struct Attack {
    pub name: String,
    pub title: String,
    pub source: String,
    pub note: Option<String>,
    /// One unit in words.
    pub unit: String,
    /// Of one unit.
    pub cost: f64,
    pub currency: String,
    /// No account can be given more units than this.
    pub most_units: Option<f64>,
    /// By signal; never empty.
    pub deltas: BTreeMap<String, Delta>,
}
