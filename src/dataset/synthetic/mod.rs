//! Synthetic panels: accounts that nobody knows, drawn from a recipe that anyone can read.
//!
//! A panel has to be free of anybody's data, large or small as needed, and the same on every
//! machine. So a recipe states a population (one hidden influence per account, networks that an
//! account may lack, signals that follow the influence more or less closely) and the generator
//! draws from it. Because the hidden influence is known here, judged pairs can be drawn from it
//! and a model can be asked how much of it it recovers; no model ever reads it.
//!
//! How the room is cut: `spec` is the file as written, `check` turns it into a [`Recipe`] or into
//! all its problems (`optional` holds the parts that most recipes do without, `assemble` puts the
//! recipe together), `order` sorts what is computed from other signals, `stream` is the only source
//! of randomness, `draw` makes rows, `presence` says who is there, `pairs` makes judgements and
//! `answers` what people say about brands.
//!
//! What holds for every recipe:
//! * A cell depends on the seed, the name of its column, the snapshot's position and the account's
//!   position, and on the signals that its column reads; on nothing else. So any chunk, in any
//!   order, in any thread gives the same bits, and neither more accounts, more snapshots at the
//!   end, nor another signal change what was there.
//! * A signal of a network that the account is not on is missing, never zero.
//! * Signals that are computed from others are computed from the cells as published: whoever
//!   recomputes them from the panel finds them exact, and what they read being missing, they are.

mod answers;
mod assemble;
mod check;
mod draw;
mod optional;
mod order;
mod pairs;
mod presence;
mod recipe;
mod spec;
mod stream;
mod table;

#[cfg(test)]
mod tests;

pub use answers::Answer;
pub use pairs::JudgedPair;
pub use recipe::{Recipe, SegmentPlan, SignalPlan};
pub use spec::RecipeSpec;
pub use table::{AGE, EXPOSURE, LATENT, Recorded};

/// The cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// NaN is missing.
    Number(Vec<f64>),
    Text(Vec<String>),
}

/// Rows of one snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The key of each row, ascending.
    pub accounts: Vec<i64>,
    pub snapshot: String,
    /// The topic of each row, if the recipe has topics.
    pub topics: Option<Vec<String>>,
    /// The hidden influence.
    pub latent: Vec<f64>,
    /// The signals in name order, then the segments in name order; all as long as `accounts`.
    pub columns: Vec<(String, Cells)>,
    /// Exposure, age and outcomes, in name order.
    pub measures: Vec<(String, Cells)>,
}
